"""Where were the digits of years deleted, masked or made equal?"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from policytext.cleaning.context import Context, Finding, Mark
from policytext.cleaning.edits import Edit
from policytext.cleaning.rewriting import HAN, has_any

# Each pattern begins with the character itself: the search then runs at the speed of a plain find.
_EDGE = r"年(?:(?<=^年)|(?<=[\s，。；：:;,、（(“《！？’”》—]年))"
_AFTER_PREPOSITION = r"年(?:(?<=^年)|(?<=[\s，。；：:;,、（(“《！？’”》—自至从于止]年))"
_WORDS = (
    "均|增|初|底|末|度|内|轻|龄|终|薪|产|收入|报|检|审|老|青|幼|人均|平均|复一年|年|关|货|级|限|代|味|会|节|画|"
    "来|间|纪|景|华|轮|利|息|租|费|成|岁|谱|鉴|表|中|后|前|夜|糕|集|销|消|支出|接待|处理|门诊|住院|利用|用电|用水|"
    "供|发电|输|吞吐|营业|销售|出栏|加工|生产|总|净|纯|累计|服务|可|需|近|多|满|长|逾|超|达|出|入|上半|下半|富"
)
_DATED = re.compile(rf"(?m){_AFTER_PREPOSITION}(?=\d{{1,2}}月)")
_ALONE = re.compile(rf"(?m){_EDGE}(?=[，,])")
_BEFORE_WORD = re.compile(rf"(?m){_EDGE}(?!{_WORDS})(?=[{HAN}])")
_COUNTED = "今去明前全本当同历近每多几往上下半整周常一二三四五六七八九十两百千〇○零元"
_INSIDE = re.compile(
    rf"(?<=部署|收缴|安排|编制|下达|落实|启动|筹集|做好|参加|印发|制定|关于|完成)年(?!{_WORDS})(?=[{HAN}]{{2}})"
    rf"|(?<=[{HAN}])(?<![{_COUNTED}])年(?=(?:政府|重点)?工作(?:回顾|任务|报告|计划|总结|安排|要点)|经济社会发展|远景目标)"
    r"|(?<=[从由到比按])年(?=的|[，,]|[提增翻下减上]|[底末][的\d]|价格|前|[我全][国省市县区])"
    r"|(?<=过去的)年(?=[，,])|(?<=支出)年(?=为\d)|(?<=收入)年(?=为\d)"
)
_LEAST_SURE = 2
_LEAST_LIKELY = 3
_FULL_YEAR = re.compile(r"\d{4}年")
_HAN_YEAR = re.compile(
    "(?<![一二三四五六七八九〇○零\\d])[一二][一二三四五六七八九〇○零0OoО○]{3}(?=年)"
)
_HAN_DIGITS = dict(zip("〇○零0OoО一二三四五六七八九", "0000000123456789", strict=True))
_MASKED_YEAR = re.compile(
    r"[xX×*○□_]{2,4}(?:(?<=20[xX×*○□_]{2})(?![A-Za-z])|(?<=[xX×*○□_]{4})(?=年)|(?<=XX)(?=年(?!来)))"
    r"|‹YEAR›"
)
_YEAR_SHOWN = re.compile(r"(?<!\d)(?:19|20)\d\d(?=年)")


def find_deleted_years(text: str) -> Finding | None:
    """Return the evidence that year digits were deleted before 年, or None.

    Two places that no whole text has (年9月 after a mark) show it; so do three weaker
    ones in a text that has no year at all.

    Examples
    --------
    >>> find_deleted_years("(年10月21日)我县自年9月起,年,为解决问题").hits
    3
    >>> find_deleted_years("年均增长8.7%，年底前完成") is None
    True
    """
    if "年" not in text:
        return None
    sure = sum(1 for p in (_DATED, _ALONE) for _ in _bare(p, text))
    if sure >= _LEAST_SURE:
        return Finding(sure, f"年 without digits before a month or comma {sure} times")
    if _FULL_YEAR.search(text):
        return None
    hits = sure + sum(1 for p in (_BEFORE_WORD, _INSIDE) for _ in _bare(p, text))
    if hits < _LEAST_LIKELY:
        return None
    return Finding(hits, f"年 without digits {hits} times, and no year in the text")


def _bare(pattern: re.Pattern[str], text: str) -> Iterator[int]:
    """Yield where 年 has no figure before it, not even across a line break."""
    for m in pattern.finditer(text):
        before = text[max(0, m.start() - 6) : m.start()].rstrip()
        if not before[-1:].isdigit():
            yield m.start()


def deleted_years(text: str, context: Context) -> list[Edit]:
    """Put ``‹YEAR›`` where year digits were deleted, in documents that show the pattern.

    Words that begin with 年 (年均, 年底, 年收入) stay.

    Examples
    --------
    >>> from policytext.cleaning.context import Damage
    >>> context = Context(Damage({"year_digits_deleted": Finding(3, "")}))
    >>> [(e.start, e.certainty) for e in deleted_years("自年9月起,年均增长", context)]
    [(1, 'certain')]
    """
    if not context.damage.has("year_digits_deleted"):
        return []
    found = {at: "certain" for p in (_DATED, _ALONE) for at in _bare(p, text)}
    for pattern in (_BEFORE_WORD, _INSIDE):
        for at in _bare(pattern, text):
            found.setdefault(at, "likely")
    return [
        Edit(at, at, "‹YEAR›", "year_digits_deleted", sure) for at, sure in sorted(found.items())
    ]


def han_year_digits(text: str, context: Context) -> list[Edit]:
    """Write a year in Han numerals with an ASCII 0 or O in it in digits; proper ones stay.

    Examples
    --------
    >>> [e.after for e in han_year_digits("二0一0年8月3日，二〇一九年", Context())]
    ['2010']
    """
    if not has_any(text, ("0一", "O一", "o一", "О一", "二0", "二O", "二o", "二О", "九0", "九O")):
        return []
    edits = []
    for m in _HAN_YEAR.finditer(text):
        if any(c in m[0] for c in "0OoО"):
            after = "".join(_HAN_DIGITS[c] for c in m[0])
            edits.append(Edit(m.start(), m.end(), after, "odd_year_numeral"))
    return edits


def find_masked_years(text: str) -> Finding | None:
    """Return how many years are masked (20xx年, xxxx年, ‹YEAR›年), or None."""
    if not has_any(text, ("xx", "XX", "××", "**", "○○", "□□", "__", "‹YEAR›")):
        return None
    found = _MASKED_YEAR.findall(text)
    return Finding(len(found), f"{len(found)} masked years") if found else None


def find_equal_years(text: str, collapsed: Finding | None) -> Finding | None:
    """Return the evidence that every year was made one year: it goes with a collapsed 10."""
    if collapsed is None:
        return None
    years = Counter(_YEAR_SHOWN.findall(text))
    if len(years) == 1 and years[collapsed.values[0]] >= 2:
        hits = years[collapsed.values[0]]
        return Finding(hits, f"all {hits} years read {collapsed.values[0]}", collapsed.values)
    return None


def equal_years(text: str, context: Context) -> list[Mark]:
    """Mark every year and document number of a document whose years were made equal."""
    values = context.damage.values("years_collapsed")
    if not values:
        return []
    pattern = re.compile(rf"(?<!\d){values[0]}(?=年|[）)〕\]]\d)")
    return [
        Mark(m.start(), m.end(), "year_unknown", "all years of this document were made one")
        for m in pattern.finditer(text)
    ]

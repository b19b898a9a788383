"""Which figures were corrupted, and which of them can be put right?"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from policytext.cleaning.context import HAN, Context, Finding, Mark, has_any, replace
from policytext.cleaning.mapped import Edit

# Where were the digits of years deleted, masked or made equal?

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


# Which figures were corrupted, and which of them can be put right?

_YEAR = re.compile(r"20[0-3]\d")
_FIGURE = re.compile(r"\d+(?:\.\d+)?")
_LEAST_SIGNS = 2
_NAMED = re.compile(r"工程|补偿|政策|模式|行动|计划|公里路")
_GLUED_PERCENT = re.compile(r"%(?=\d)")
_LOST_RANGE = re.compile(r"(?<![\d.])(\d{1,2}(?:\.\d+)?)%(?=(\d{1,2}(?:\.\d+)?|100)%)")
_LOST_RANGE_PLAIN = re.compile(r"(?<![\d.])([1-9]\d?)([1-9]?\d)(?=万元)")
_RATE = re.compile(r"率\s?(?:为|达到?|是)?\s?(\d{1,2}\.\d{1,2}|100)(?=\s?[；;，,。])")
_RATE_IN_PERCENT = re.compile(r"率[为达到是]{0,2}\s?\d[\d.]*\s?[%％﹪]")
_LEAST_RATES = 5
_NO_PERCENT = re.compile(
    r"死亡率|增长率|出生率|自然|千分|发病率|患病率|利率|汇率|比率|效率|频率|倍率|容积率"
)
_SUM = re.compile(rf"(?<![\d.])(\d{{1,3}})([{HAN}])[（(]([^（()）\n]{{4,120}})[)）]")
_RANGE_SIGNS = re.compile(
    r"(?P<sign>[~～—–－\-])(?<=[\d%％›].)(?=\s?(?:\d+(?:\.\d+)?|‹NUM›)"
    r"(?:[%％‰]|岁|个|万|亿|千|倍|元|家|名|人|次|张|项|天|小时|公里))"
)


def find_collapsed_year(text: str) -> Finding | None:
    """Return the year that replaced every 10 (and with it the other years), or None.

    It shows by figures such as ``20230%`` and ``2023月`` where the document has no 10 at all.

    >>> find_collapsed_year("覆盖率达20230%,截至2023年2023月底,性别比20235.39").values
    ('2023',)
    """
    if "10" in text:
        return None
    for year, hits in Counter(_YEAR.findall(text)).most_common(2):
        if hits < _LEAST_SIGNS:
            break
        glued = re.findall(rf"\d{year}|{year}(?:\d(?![\d]{{3}})|\.\d+%)|{year}[月%％]", text)
        if len(glued) >= _LEAST_SIGNS:
            return Finding(len(glued), f"{year} glued to other figures, no 10", (year,))
    return None


def ten_to_year(text: str, context: Context) -> list[Edit]:
    """Put 10 back where a year replaced it; years, document numbers and named figures stay.

    >>> from policytext.cleaning.context import Damage
    >>> context = Context(Damage({"ten_to_year": Finding(3, "", ("2023",))}))
    >>> [e.after for e in ten_to_year("2023年2023月底,达20230%,性别比20235.39", context)]
    ['10', '100', '105.39']
    """
    values = context.damage.values("ten_to_year")
    if not values:
        return []
    edits = []
    for m in _FIGURE.finditer(text):
        if values[0] in m[0] and _stands_for_ten(m, text, values[0]):
            sure = m[0] != values[0] or text[m.end() : m.end() + 1] in "%％‰月"
            after = m[0].replace(values[0], "10")
            edits.append(
                Edit(m.start(), m.end(), after, "ten_to_year", "certain" if sure else "likely")
            )
    return edits


def _stands_for_ten(match: re.Match[str], text: str, year: str) -> bool:
    before, after = text[match.start() - 1 : match.start()], text[match.end() : match.end() + 4]
    if before == "“" or _NAMED.match(after):
        return False
    if match[0] != year:
        return True
    if after[:1] in ("年", "-", "/", "") or (before and before in "(（〔[【-/"):
        return False
    return bool(re.match(rf"[{HAN}%％‰]", after))


def missing_percent(text: str, context: Context) -> list[Edit]:
    """Add % to a rate that lost it where the document gives its other rates in percent.

    >>> text = "覆盖率 91.79；管理率95%，接种率99%，体检率68.4%，服药率83.4%，面访率92.8%"
    >>> [(e.start, e.after) for e in missing_percent(text, Context())]
    [(9, '%')]
    """
    bare = [m for m in _RATE.finditer(text) if not _NO_PERCENT.search(text, m.start() - 8, m.end())]
    if not bare or len(_RATE_IN_PERCENT.findall(text)) < _LEAST_RATES:
        return []
    return [Edit(m.end(1), m.end(1), "%", "missing_percent", "likely") for m in bare]


def percent_variants(text: str, context: Context) -> list[Edit]:
    """Write ﹪ as %, and ％ as % where a document uses both."""
    edits = replace(text, re.compile("﹪"), "%", "percent_variants") if "﹪" in text else []
    if "％" in text and "%" in text:
        edits += replace(text, re.compile("％"), "%", "percent_variants")
    return sorted(edits)


def range_signs(text: str, context: Context) -> list[Edit]:
    """Write one sign, ~, between two figures where a document uses several; dates stay."""
    if not has_any(text, "~～—–－-"):
        return []
    found = list(_RANGE_SIGNS.finditer(text))
    if len({m["sign"] for m in found}) < 2:
        return []
    spans = [m.span() for m in found if m[0] != "~"]
    return [Edit(a, b, "~", "range_sign_variants") for a, b in spans]


def lost_range_signs(text: str, context: Context) -> list[Edit]:
    """Put ~ between two percentages that were run together, the smaller first.

    >>> [(e.start, e.after) for e in lost_range_signs("分别下调15%30%", Context())]
    [(7, '~')]
    """
    if not _GLUED_PERCENT.search(text):
        return []
    return [
        Edit(m.end(), m.end(), "~", "range_sign_lost", "likely")
        for m in _LOST_RANGE.finditer(text)
        if float(m[1]) < float(m[2])
    ]


def year_eaten_by_deletion(text: str, context: Context) -> list[Edit]:
    """Restore a count whose first four digits were taken for a year, if its summands prove it.

    >>> from policytext.cleaning.context import Damage
    >>> context = Context(Damage({"year_digits_deleted": Finding(9, "")}))
    >>> year_eaten_by_deletion("建档7人(城镇6754人;农村13443人)", context)[0].after
    '20197'
    """
    if not context.damage.has("year_digits_deleted"):
        return []
    edits = []
    for m in _SUM.finditer(text):
        parts = [int(p) for p in re.findall(rf"(?<![\d.])(\d+)(?={m[2]})", m[3])]
        total = str(sum(parts))
        prefix = total[: -len(m[1])]
        if len(parts) >= 2 and total.endswith(m[1]) and re.fullmatch(r"(?:19|20)\d\d", prefix):
            edits.append(Edit(m.start(1), m.end(1), total, "year_strip_hits_number", "likely"))
    return edits


def doubtful_ranges(text: str, context: Context) -> list[Mark]:
    """Mark figures such as 810万元 in documents that lost range signs: perhaps 8~10万元."""
    if not _GLUED_PERCENT.search(text) and "%~" not in text:
        return []
    marks = []
    for m in re.finditer(r"(?<![\d.])(\d{2,4})(?=万元|亿元|元)", text):
        for cut in (1, 2):
            low, high = m[1][:cut], m[1][cut:]
            if high and high[0] != "0" and int(low) < int(high) <= 1.5 * int(low):
                marks.append(Mark(m.start(), m.end(), "range_sign_lost", f"{low}~{high}?"))
                break
    return marks

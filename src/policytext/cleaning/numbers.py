"""Which figures were corrupted, and which of them can be put right?"""

from __future__ import annotations

import re
from collections import Counter

from policytext.cleaning.context import Context, Finding, Mark
from policytext.cleaning.edits import Edit
from policytext.cleaning.rewriting import HAN, has_any, replace

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

    Examples
    --------
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

    Examples
    --------
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

    Examples
    --------
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

    Examples
    --------
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

    Examples
    --------
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

"""Which figures and years were corrupted, and which of them can be put right?"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import combinations, pairwise

from policytext.cleaning.context import (
    HAN,
    WORDS,
    Context,
    Finding,
    Mark,
    ends_in,
    first_of_overlapping,
    has_any,
    listed,
    replace_each,
)
from policytext.cleaning.mapped import Edit
from policytext.cleaning.plausible import wording
from policytext.data import any_of

# Did a year take the place of every 10?

_YEAR = re.compile(r"20[0-3]\d")
_YEAR_SHOWN = re.compile(r"(?<!\d)(?:19|20)\d\d(?=年)")
_FIGURE = re.compile(r"\d+(?:\.\d+)?")
_LEAST_HITS = 3
"""Evidence that shows the damage; a figure that cannot stand counts twice."""

_LONGEST_FIGURE = 9


def find_collapsed_year(text: str) -> Finding | None:
    """Return the year that replaced every 10 (and with it the other years), or None.

    It shows by figures that cannot stand (``20230%``, ``2023月``), and by several counts that
    hold the year (``12023人``), where the document has no 10 at all. Codes such as 202306 and
    counts that happen to be like the year show nothing.

    >>> find_collapsed_year("覆盖率达20230%,截至2023年2023月底,性别比20235.39").values
    ('2023',)
    >>> find_collapsed_year("数据期为202306、202312，培训2023人次") is None
    True
    """
    for year, hits in Counter(_YEAR.findall(text)).most_common(2):
        if hits < 2:
            break
        if "10" in text.replace(year, " "):  # of 20210% the 1 is the year's
            continue
        impossible = len(_impossible(year).findall(text))
        holding = len({m[0] for m in _holding(year).finditer(text) if not _is_code(m[0], year)})
        if 2 * impossible + holding >= _LEAST_HITS:
            note = (
                f"{impossible} figures with {year} that cannot stand, {holding} that hold it, no 10"
            )
            return Finding(2 * impossible + holding, note, (year,))
    return None


@cache
def _holding(year: str) -> re.Pattern[str]:
    """Return counts that hold a year among other digits: 12023人, 20230家, 2023.5万."""
    part = rf"(?:\d{{1,4}}{year}\d{{0,4}}|{year}\d{{1,4}})(?:\.\d+)?|{year}\.\d+"
    return re.compile(rf"(?<![\d.])(?:{part})(?={any_of(WORDS, 'unit_of_range')})")


@cache
def _impossible(year: str) -> re.Pattern[str]:
    """Return months, percentages and sums that no text has: 2023月, 20230%, 5.2023万元."""
    percent = rf"\d{{0,3}}{year}\d{{0,2}}(?:\.\d{{1,2}})?(?=[%％﹪])"
    return re.compile(
        rf"(?<![\d.]){year}(?=[月日])|(?<![\d.])(?:{percent}|\d{{1,8}}\.{year}(?=[万亿]))"
    )


def find_equal_years(text: str, collapsed: Finding | None) -> Finding | None:
    """Return the evidence that every year was made one year: it goes with a collapsed 10."""
    if collapsed is None:
        return None
    years = Counter(_YEAR_SHOWN.findall(text))
    if len(years) == 1 and years[collapsed.values[0]] >= 2:
        hits = years[collapsed.values[0]]
        return Finding(hits, f"all {hits} years read {collapsed.values[0]}", collapsed.values)
    return None


def ten_to_year(text: str, context: Context) -> list[Edit]:
    """Put 10 back where a year replaced it; years, codes, document numbers and names stay.

    A figure that cannot stand is certain, and so is a number between 9 and 11 of a list. One that
    could stand (2023人) takes more evidence.

    >>> from policytext.cleaning import Damage
    >>> context = Context(Damage({"ten_to_year": Finding(4, "", ("2023",))}))
    >>> [e.after for e in ten_to_year("2023年2023月底,达20230%,性别比20235.39", context)]
    ['10', '100', '105.39']
    """
    found = context.damage.findings["ten_to_year"]
    (year,) = found.values
    impossible = {m.start() for m in _impossible(year).finditer(text)} | _tenth_items(text, year)
    edits = []
    for m in _FIGURE.finditer(text):
        sure = m.start() in impossible
        if year in m[0] and (sure or _stands_for_ten(m, text, year, found.hits)):
            certainty = "certain" if sure else "likely"
            after = m[0].replace(year, "10")
            edits.append(Edit(m.start(), m.end(), after, "ten_to_year", certainty))
    return edits


_ITEM = re.compile(r"(?m)^[ \t\u3000]*[（(]?(\d{1,4})(?=[)）、.．])")


def _tenth_items(text: str, year: str) -> set[int]:
    """Return where the number of a list stands as a year between 9 and 11."""
    items = list(_ITEM.finditer(text))
    return {
        this.start(1)
        for before, this, after in zip(items, items[1:], items[2:], strict=False)
        if (before[1], this[1], after[1]) == ("9", year, "11")
    }


def _stands_for_ten(match: re.Match[str], text: str, year: str, hits: int) -> bool:
    """Return whether a figure that could stand holds a year where no year belongs."""
    before, after = text[match.start() - 1 : match.start()], text[match.end() : match.end() + 4]
    counted = match[0] != year and _counter().match(after)
    if _AREA_CODE.search(text, max(0, match.start() - 6), match.start()):
        return False
    if listed("name_of_figure").match(after) or (_is_code(match[0], year) and not counted):
        return False
    if match[0] != year:
        return not (after[:1] == "年" and match[0].endswith(f".{year}"))
    if after[:1] == "+" or before == "+":
        return hits > _LEAST_HITS
    if after[:1] in ("年", "-", "/", "") or (before and before in "“(（〔[【-/"):
        return False
    return hits > _LEAST_HITS and bool(re.match(rf"[{HAN}%％‰]", after))


_AREA_CODE = re.compile(r"(?<!\d)0\d{2,3}[-—]$")
"""What stands before the number of a telephone."""


@cache
def _counter() -> re.Pattern[str]:
    """Return what makes a number a count: behind a month in digits (202306) it never stands."""
    return re.compile(any_of(WORDS, "unit_of_range"))


def _is_code(figure: str, year: str) -> bool:
    """Return whether a figure is a month or day in digits (202306, 20230615) or a long number."""
    dated = rf"{year}(?:0[1-9]|1[0-2])(?:[0-3]\d)?"
    return len(figure) > _LONGEST_FIGURE or bool(re.fullmatch(dated, figure))


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


# Where were the digits of years deleted, masked or written oddly?

# Each pattern begins with the character itself: the search then runs at the speed of a plain find.
_EDGE = r"年(?:(?<=^年)|(?<=[\s，。；：:;,、（(“《！？’”》—]年))"
_AFTER_PREPOSITION = r"年(?:(?<=^年)|(?<=[\s，。；：:;,、（(“《！？’”》—自至从于止]年))"
_DATED = re.compile(rf"(?m){_AFTER_PREPOSITION}(?=\d{{1,2}}月)")
_ALONE = re.compile(rf"(?m){_EDGE}(?=[，,])")
_RANGED = re.compile(r"年(?<=\d{4}[—–－~～-]年)")
_SURE_YEARS = _DATED, _ALONE, _RANGED
"""Places that no whole text has: 年9月 behind a mark, 年 alone, the second year of a span."""

_LIKELY_YEAR = -2.0
"""Log-odds of a year before 年: of 497 places without one in clean text 19 reach it, of those
where it was deleted 88 of 100."""

_BEFORE_MARK = 3.0
"""The same before a mark, where a year of something ends too (开展落实年，)."""

_WORD = re.compile(rf"[{HAN}\d]")

_SURE_WEIGHT, _SHOWS_DELETION = 6.0, 12.0
"""Log-odds of a sure place (no likely one counts more), and of all places from which a text without
any year lost its years: clean stretches stay at 6 and below, damaged reports begin at 19."""

_COUNTS = "一二三四五六七八九十两百千〇○零"
_MASKS = "A-Za-z×✕*＊○◯◎□■_＿●▲△›"
"""What stands for the figure of a masked year."""

_LEAST_SURE = 2
_FULL_YEAR = re.compile(r"\d{4}年")
_HAN_YEAR = re.compile(
    "(?<![一二三四五六七八九〇○零\\d])[一二][一二三四五六七八九〇○零0OoО○]{3}(?=年)"
)
_HAN_DIGITS = dict(zip("〇○零0OoО一二三四五六七八九", "0000000123456789", strict=True))
_HEADER = re.compile(rf"[{HAN}]{{1,8}}(?:,[{HAN}]{{1,8}})+")
_HEADER_REACH = 120
_BLANK_YEAR = re.compile(r"(?<=[^\s_＿])(?:[^\S\n\f]{2,}|[_＿]+ ?)$")
"""Room that a form leaves for a year, within a line: an indent is none."""
_SUM = re.compile(rf"(?<![\d.])(\d{{1,3}})([{HAN}])[（(]([^（()）\n]{{4,120}})[)）]")


@cache
def _any_year() -> re.Pattern[str]:
    """Return 年 that no word counts and that opens no word of its own (去年, 年底)."""
    counted = f"(?<![{_COUNTS}{_MASKS}]年)(?!{ends_in('counted_before_year', '年')})"
    return re.compile(f"年{counted}(?=[{HAN}\\d，,、：:])(?!{any_of(WORDS, 'word_with_year')})")


def _year_odds(text: str, at: int) -> float:
    """Return how much likelier (natural logarithm) a year stood before 年 than nothing.

    >>> text = "部署年工作,欢庆中国年"
    >>> _year_odds(text, 2) > _LIKELY_YEAR > _year_odds(text, 10)
    True
    """
    left, right = text[max(0, at - 2) : at].rjust(2, "\n"), text[at + 1 : at + 3]
    return wording().score(f"{left}0000年{right}") - wording().score(f"{left}年{right}")


def find_deleted_years(text: str) -> Finding | None:
    """Return the evidence that year digits were deleted before 年, or None.

    Two places that no whole text has show it, if a month stands behind one (年9月 after a mark): 年
    before a comma may be the feast. In a text that has no year at all, so do places where a year
    is the likelier reading (部署年工作), weighed together.

    >>> find_deleted_years("(年10月21日)我县自年9月起,年,为解决问题").hits
    3
    >>> find_deleted_years("年均增长8.7%，年底前完成") is None
    True
    """
    if "年" not in text:
        return None
    months = sum(1 for _ in _bare(_DATED, text))
    sure = sum(1 for p in _SURE_YEARS for _ in _bare(p, text)) if months else 0
    if sure >= _LEAST_SURE:
        return Finding(sure, f"年 without digits before a month, comma or bracket {sure} times")
    if _FULL_YEAR.search(text):
        return None
    odds = [found for _, found in _likely_years(text)]
    weights = [min(found - _LIKELY_YEAR, _SURE_WEIGHT) for found in odds]
    shown = sure * _SURE_WEIGHT + sum(weights)
    if shown < _SHOWS_DELETION:
        return None
    hits = sure + len(odds)
    return Finding(hits, f"年 without digits {hits} times, and no year in the text")


def _likely_years(text: str) -> Iterator[tuple[int, float]]:
    """Yield where a year is likelier before 年 than nothing, and by how much."""
    sure = {at for pattern in _SURE_YEARS for at in _bare(pattern, text)}
    for at in _bare(_any_year(), text):
        odds = _year_odds(text, at)
        least = _LIKELY_YEAR if _WORD.match(text, at + 1) else _BEFORE_MARK
        if at not in sure and odds >= least:
            yield at, odds


def _bare(pattern: re.Pattern[str], text: str) -> Iterator[int]:
    """Yield where 年 has no figure before it, not even across a line break, nor room for one."""
    for m in pattern.finditer(text):
        before = text[max(0, m.start() - 6) : m.start()].rstrip()
        blank = _BLANK_YEAR.search(text, max(0, m.start() - 6), m.start())
        if not (before[-1:].isdigit() or blank or _is_header(text, m.start())):
            yield m.start()


def _is_header(text: str, at: int) -> bool:
    """Return whether a place lies in the head of a table in text: short words between commas."""
    first, last = max(0, at - _HEADER_REACH), at + _HEADER_REACH
    before, after = text[first:at], text[at:last]
    line = before[before.rfind("\n") + 1 :] + after.partition("\n")[0]
    return line.count(",") > 1 and len(line) < _HEADER_REACH and bool(_HEADER.fullmatch(line))


def year_eaten_by_deletion(text: str, context: Context) -> list[Edit]:
    """Restore a count whose first four digits were taken for a year, if its summands prove it.

    >>> year_eaten_by_deletion("建档7人(城镇6754人;农村13443人)", Context())[0].after
    '20197'
    """
    edits = []
    for m in _SUM.finditer(text):
        parts = [int(p) for p in re.findall(rf"(?<![\d.])(\d+)(?={m[2]})", m[3])]
        total = str(sum(parts))
        prefix = total[: -len(m[1])]
        if len(parts) >= 2 and total.endswith(m[1]) and re.fullmatch(r"(?:19|20)\d\d", prefix):
            edits.append(Edit(m.start(1), m.end(1), total, "year_strip_hits_number"))
    return edits


def deleted_years(text: str, context: Context) -> list[Edit]:
    """Put ``‹YEAR›`` where year digits were deleted, in documents that show the pattern.

    Words that begin with 年 (年均, 年底, 年收入) stay.

    >>> [(e.start, e.certainty) for e in deleted_years("自年9月起,年均增长", Context())]
    [(1, 'certain')]
    """
    found = {at: "certain" for p in _SURE_YEARS for at in _bare(p, text)}
    found |= {at: "likely" for at, _ in _likely_years(text)}
    # Where years are deleted, a sentence that opens with 年 and is no word of it has lost its own.
    opens = (at for at in _bare(_any_year(), text) if text[at - 1 : at] in ("", *"。；！？\n"))
    found |= {at: "likely" for at in opens if at not in found}
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


_LIKE_DIGITS = str.maketrans("lIOo", "1100")
_MIXED_YEAR = re.compile(
    r"[12lI](?<![A-Za-z\d.].)(?:(?<=\d)|(?=[lIOo]{0,2}\d))[09Oo][\dlIOo]{2}(?=年)"
)


def letters_in_figures(text: str, context: Context) -> list[Edit]:
    """Write l, I and O as digits, and 曰 as 日, where only a year, a count or a day can stand.

    A figure needs a digit of its own and a unit; where no O of it stands between digits or behind
    one, a second figure with such a letter must show that the signs were read by a machine.

    >>> [e.after for e in letters_in_figures("202l年，2O23年，型号O2，2020年", Context())]
    ['2021', '2023']
    >>> [e.after for e in letters_in_figures("培育8O家，投资l.2亿元，O2O项目3个", Context())]
    ['80', '1.2']
    """
    if not has_any(text, "lIOo曰"):
        return []
    days = replace_each(text, _DAY_MISREAD, "日", "typo")
    found = ((m, m[0].translate(_LIKE_DIGITS)) for m in _MIXED_YEAR.finditer(text))
    years = [Edit(*m.span(), year, "odd_year_numeral") for m, year in found if year != m[0]]
    counts = [m for m in _mixed_count().finditer(text) if not _CODE.fullmatch(m[0])]
    if len(years) + len(counts) < _LEAST_MIXED:
        counts = [m for m in counts if _ROUND.fullmatch(m[0])]
    edits = [
        Edit(*m.span(), m[0].translate(_LIKE_DIGITS), "letter_in_figure", "likely") for m in counts
    ]
    return first_of_overlapping([*days, *years, *edits])


_DAY_MISREAD = re.compile(r"曰(?<=\d月\d曰)|曰(?<=\d月\d\d曰)")
_LEAST_MIXED = 2
_CODE = re.compile(r"[OoIl]\d[OoIl]|\d[Il]")
"""What may be a name (O2O), or a figure and the sign of a litre."""
_ROUND = re.compile(r"\d+O{1,5}")


@cache
def _mixed_count() -> re.Pattern[str]:
    """Return figures with a letter for a digit: not behind other letters, a unit behind them."""
    figure = r"(?=[\dlIOo.]*\d)(?=[\d.]*[lIOo])[\dlIO][\dlIOo]{0,6}(?:\.[\dlIOo]{1,3})?"
    units = any_of(WORDS, "unit_of_range"), any_of(WORDS, "unit_after_space")
    unit = "[%％‰元]|" + "|".join(units)
    return re.compile(rf"(?<![\dA-Za-z.\-]){figure}(?={unit})")


# Which percent and range signs were lost or mixed?

_PERCENT_DIGIT = re.compile(r"%(?=\d)")
_GLUED_PERCENT = re.compile(r"(?<![\d.])(\d{1,3}(?:\.\d+)?)%(?=(\d{1,3}(?:\.\d+)?)%)")
_RATE = re.compile(r"率\s?(?:为|达到?|是)?\s?(?P<value>\d{1,2}\.\d{1,2}|100)(?=\s?[；;，,。])")
_RATE_IN_PERCENT = re.compile(r"率[为达到是]{0,2}\s?(?P<value>\d+(?:\.\d+)?)\s?[%％﹪]")
_NAME = re.compile(rf"[{HAN}]*$")
_COUNT = re.compile(r"(?<![\d.])\d{2,9}(?![\d.%％﹪])")
_REACH = 80
_LONGEST_NAME = 12
_LEAST_NAME = 5
_LAST_COUNTS = 4
_LEAST_RATES = 2


@cache
def _range_sign() -> re.Pattern[str]:
    return re.compile(
        r"(?P<sign>[~～—–－\-])(?<=[\d%％›].)(?=\s?(?:\d+(?:\.\d+)?|‹NUM›)"
        rf"(?:[%％‰]|{any_of(WORDS, 'unit_of_range')}))"
    )


_ODD_PERCENT = re.compile("[﹪٪]")
_ODD_PER_MILLE = re.compile(r"(?<=\d)%[oO](?![A-Za-z])")


def percent_variants(text: str, context: Context) -> list[Edit]:
    """Write ﹪ and ٪ as %, and ％ as % where a document uses another sign as well."""
    edits = replace_each(text, _ODD_PERCENT, "%", "percent_variants")
    edits += replace_each(text, _ODD_PER_MILLE, "‰", "percent_variants")
    if "％" in text and ("%" in text or edits):
        edits += replace_each(text, re.compile("％"), "%", "percent_variants")
    return sorted(edits)


def missing_percent(text: str, context: Context) -> list[Edit]:
    """Add % to a rate that lost it, where the document proves that it is one in percent.

    Two counts before it give the rate, or the same rate stands elsewhere with %; so does another
    word (增长8.3) where the document's figures behind it hardly ever have another unit.

    >>> text = "儿童数26342人，覆盖24180人，儿童保健覆盖率 91.79；总和生育率1.13，"
    >>> [(e.start, e.after) for e in missing_percent(text, Context())]
    [(32, '%')]
    """
    bare = list(_bare_rates(text))
    known: dict[str, list[float]] = {}
    for m in _RATE_IN_PERCENT.finditer(text) if bare else ():
        known.setdefault(_name_of(m), []).append(float(m["value"]))
    known = {name: sorted(values) for name, values in known.items() if len(name) >= _LEAST_NAME}
    places = {
        m.end("value")
        for m in bare
        if _is_ratio(m, text) or _is_like(float(m["value"]), known.get(_name_of(m), []))
    }
    places.update(m.end() for m in _bare_changes(text))
    return [Edit(at, at, "%", "missing_percent") for at in sorted(places)]


# Each begins with a digit, then looks behind it: the search runs from digit to digit.
_BARE_CHANGE = re.compile(r"\d(?<![\d.].)\d{0,2}\.\d{1,2}(?=[，。；;,]|、(?!\d))")
_ANY_CHANGE = re.compile(r"\d(?<![\d.].)\d{0,2}(?:\.\d{1,2})?(?=(?P<unit>[^\d.，。；;,、]))")
_CHANGED = re.compile(rf"[{HAN}](?![率到为至是达有])[{HAN}]")
_LEAST_ALIKE = 2
_SHARED_UNIT = 30
"""So many characters before figures, 分别 tells that they share the unit behind the last one."""


def _bare_changes(text: str) -> Iterator[re.Match[str]]:
    """Yield decimal figures without a unit behind a word that gives percentages elsewhere.

    >>> text = "产值增长8.3%，投资增长6.1%，消费增长5.2，得分8.5。"
    >>> [m[0] for m in _bare_changes(text)]
    ['5.2']
    """
    bare = list(_changes(_BARE_CHANGE, text))
    if not bare:
        return
    shares: dict[str, list[float]] = {}
    others: Counter[str] = Counter()
    for name, m in _changes(_ANY_CHANGE, text):
        if m["unit"] in "%％﹪":
            shares.setdefault(name, []).append(float(m[0]))
        else:
            others[name] += 1
    for name, m in bare:
        like = sorted(shares.get(name, ()))
        enough = len(like) >= max(_LEAST_ALIKE, 2 * others[name])
        together = "分别" in text[max(0, m.start() - _SHARED_UNIT) : m.start()]
        if enough and not together and _is_like(float(m[0]), like):
            yield m


def _changes(figure: re.Pattern[str], text: str) -> Iterator[tuple[str, re.Match[str]]]:
    """Yield figures with the two characters before them, where these may name a change."""
    for m in figure.finditer(text):
        name = text[max(0, m.start() - 2) : m.start()]
        if _CHANGED.fullmatch(name):
            yield name, m


def _bare_rates(text: str) -> Iterator[re.Match[str]]:
    """Yield rates without a sign, but those that are not given in percent."""
    other = listed("rate_without_percent")
    for m in _RATE.finditer(text):
        if not other.search(_name_of(m)):
            yield m


def _name_of(rate: re.Match[str]) -> str:
    """Return the words a rate's name may have, from the last mark on."""
    at = rate.start()
    found = _NAME.search(rate.string[max(0, at - _LONGEST_NAME) : at])
    return (found[0] if found else "") + "率"


def _is_ratio(rate: re.Match[str], text: str) -> bool:
    """Return whether two counts in the words before a rate give it to the last digit."""
    value = rate["value"]
    places = len(value.partition(".")[2])
    before = text[max(0, rate.start() - _REACH) : rate.start("value")].rpartition("\n")[2]
    counts = [int(c) for c in _COUNT.findall(before)][-_LAST_COUNTS:]
    pairs = (sorted(pair) for pair in combinations(counts, 2))
    return any(whole and f"{100 * part / whole:.{places}f}" == value for part, whole in pairs)


def _is_like(value: float, others: Sequence[float]) -> bool:
    """Return whether one of the ordered values is half to twice as large."""
    at = bisect_left(others, value / 2)
    return at < len(others) and others[at] <= value * 2


def doubtful_rates(text: str, context: Context) -> list[Mark]:
    """Mark rates without a sign in a document that gives at least as many in percent."""
    bare = list(_bare_rates(text))
    if not bare or len(_RATE_IN_PERCENT.findall(text)) < max(_LEAST_RATES, len(bare)):
        return []
    return [Mark(*m.span("value"), "missing_percent", f"{m['value']}%?") for m in bare]


def lost_range_signs(text: str, context: Context) -> list[Edit]:
    """Put ~ between two percentages that were run together, the smaller first.

    Figures of a row that lost its borders (30%15%, 10%20%30%) stand in any order: there, nothing
    is put in.

    >>> [(e.start, e.after) for e in lost_range_signs("分别下调15%30%", Context())]
    [(7, '~')]
    >>> lost_range_signs("10%20%30%", Context())
    []
    """
    if not _PERCENT_DIGIT.search(text):
        return []
    found = list(_GLUED_PERCENT.finditer(text))
    rows = any(float(m[1]) >= float(m[2]) for m in found)
    chained = any(a.end() == b.start() for a, b in pairwise(found))
    if rows or chained:
        return []
    return [Edit(m.end(), m.end(), "~", "range_sign_lost") for m in found]


def range_signs(text: str, context: Context) -> list[Edit]:
    """Write one sign, ~, between two figures where a document uses several; dates stay."""
    if not has_any(text, "~～—–－-"):
        return []
    found = list(_range_sign().finditer(text))
    if len({m["sign"] for m in found}) < 2:
        return []
    return [Edit(*m.span(), "~", "range_sign_variants") for m in found if m[0] != "~"]


def doubtful_ranges(text: str, context: Context) -> list[Mark]:
    """Mark figures such as 810万元 in documents that lost range signs: perhaps 8~10万元."""
    if not _PERCENT_DIGIT.search(text) and "%~" not in text:
        return []
    marks = []
    for m in re.finditer(r"(?<![\d.])(\d{2,4})(?=万元|亿元|元)", text):
        for cut in (1, 2):
            low, high = m[1][:cut], m[1][cut:]
            if high and high[0] != "0" and int(low) < int(high) <= 1.5 * int(low):
                marks.append(Mark(m.start(), m.end(), "range_sign_lost", f"{low}~{high}?"))
                break
    return marks

"""Which years, dates and periods does a text print, mask, or name by a dated event?"""

from __future__ import annotations

import calendar
import datetime
import math
import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final, NamedTuple

from policytext.data import any_of, pattern_of, read_table
from policytext.origin.scanner import ListHit
from policytext.records import read_numeral

WORDS: Final = "kinds/words.csv"
JANUARY: Final = 1
DECEMBER: Final = 12

# Which years and dates?

HAN_DIGITS: Final = {
    **dict(zip("零一二三四五六七八九", "0123456789", strict=True)),
    **{zero: "0" for zero in "〇○Ｏ0O0"},
}
YEAR: Final = (
    r"(?:(?<![\d.])(?:19|20)\d{2}(?!\d)|[一二][九〇○零0OＯ][〇○零0OＯ一二三四五六七八九]{2})"
)
MONTH: Final = r"(?:\d{1,2}|[一二三四五六七八九十]{1,2}|元)"
DAY: Final = r"(?:\d{1,2}|[廿卅]?[一二三四五六七八九十]{1,3}|[廿卅])"
DASH: Final = r"\s?[-‐-―−~～〜至到]{1,3}\s?"
"""What joins the ends of a period, whichever dash an editor put in."""

DATE: Final = re.compile(
    rf"(?P<year>{YEAR})\s*年(?:度)?"
    rf"(?:\s*(?P<month>{MONTH})\s*月(?:\s*(?P<day>{DAY})\s*[日号])?)?"
)
ISO: Final = re.compile(
    r"(?<!\d)(?P<year>(?:19|20)\d{2})(?P<mark>[-/.]|\. |\s?[－‐–—／．]\s?)"
    r"(?P<month>\d{1,2})(?P=mark)(?P<day>\d{1,2})(?!\d)"
)
BARE_YEAR: Final = re.compile(rf"(?P<year>{YEAR})")
COMPACT: Final = re.compile(
    r"(?<!\d)(?P<year>(?:19|20)\d{2})(?P<month>0[1-9]|1[0-2])(?P<day>0[1-9]|[12]\d|3[01])(?!\d)"
)
BLANKS: Final = re.compile(r"^\s*(?P<year>(?:19|20)\d{2})\s+(?P<month>\d{1,2})\s+(?P<day>\d{1,2})$")
RANGE: Final = re.compile(rf"(?P<first>{YEAR})\s?年?(?:度)?{DASH}(?P<last>{YEAR})\s?年?(?:度)?")
REPUBLIC: Final = 1911
"""The year before the first that was counted as one of the Republic (民国元年)."""
NUMERAL: Final = r"(?:\d{1,3}|元|[廿卅]?[一二三四五六七八九十百〇○零]{1,5}|[廿卅])"
MASKED_YEAR: Final = re.compile(
    r"(?:20|19)[xX×*]{2}年?|(?<![a-zA-Z])[xX×*]{2,4}年|‹YEAR›|‹(?:NUM|DATE)›年"
)
FULL_WIDTH_DIGIT: Final = re.compile("[０-９]")
FULL_WIDTH: Final = str.maketrans("０１２３４５６７８９", "0123456789")


class Printed(NamedTuple):
    """One year or date in a text: ``month`` and ``day`` are 0 where they are not printed."""

    year: int
    month: int
    day: int
    start: int
    end: int
    words: str
    han: bool

    @property
    def iso(self) -> str:
        """The date as far as it is printed: 2020, 2020-07 or 2020-07-27."""
        parts = [f"{self.year:04d}", f"{self.month:02d}", f"{self.day:02d}"]
        return "-".join(parts[: 1 + (self.month > 0) + (self.day > 0)])


def read_year(words: str) -> int:
    """Read a year: 2010, 二〇一〇 and 二0一0 are the same.

    >>> read_year("二0一0"), read_year("一九九八")
    (2010, 1998)
    """
    return int("".join(HAN_DIGITS.get(c, c) for c in words))


def find_dates(text: str, *, bare: bool = False, alone: bool = False) -> list[Printed]:
    """Return all printed years and dates in order; what belongs to a range of years is none.

    ``bare`` takes years without 年, ``alone`` dates without signs (20240112, 2024 1 12): for
    titles and names, and for lines that hold little else.

    >>> [d.iso for d in find_dates("二0一0年8月3日,2019年总结,2020年元月5号")]
    ['2010-08-03', '2019', '2020-01-05']
    >>> [d.iso for d in find_dates("20240112", alone=True)], find_dates("民国三十六年度")[0].year
    (['2024-01-12'], 1947)
    """
    perhaps, republic = _republic()
    if not perhaps.search(text):
        return []
    found: dict[int, Printed] = {}
    patterns = [BARE_YEAR] if bare else []
    patterns += [DATE, ISO, *((COMPACT, BLANKS) if alone else ()), republic]
    for pattern in patterns:
        for match in pattern.finditer(text):
            printed = _printed(match)
            if printed is not None:
                found[match.start("year")] = printed
    ranges = [m.span() for m in RANGE.finditer(text)]
    starts = [start for start, _ in ranges]
    out = []
    for start in sorted(found):
        before = bisect_right(starts, start) - 1
        if before < 0 or start >= ranges[before][1]:
            out.append(found[start])
    return out


@cache
def _republic() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Return what stands in every date (most lines lack it), and a year of the Republic."""
    republic = any_of(WORDS, "republic")
    return (
        re.compile(rf"(?:19|20)\d{{2}}|[一二][九〇○零0OＯ]|{republic}"),
        re.compile(
            rf"(?P<year>{republic}{NUMERAL})\s*年(?:度)?"
            rf"(?:\s*(?P<month>{MONTH})\s*月(?:\s*(?P<day>{DAY})\s*[日号])?)?"
        ),
    )


def _printed(match: re.Match[str]) -> Printed | None:
    groups = match.groupdict()
    month, day = (_number(groups.get(one) or "0") for one in ("month", "day"))
    counted = re.match(any_of(WORDS, "republic"), groups["year"])
    of_republic = _number(groups["year"][counted.end() :]) if counted else 0
    year = REPUBLIC + of_republic if counted else read_year(groups["year"])
    if not (1949 <= year <= 2049 or of_republic):
        return None
    if not is_day(year, month, day):
        month = day = 0
    han = not groups["year"].isdigit()
    words = match.group().strip()
    start = match.start("year")
    return Printed(year, month, day, start, start + len(words), words, han)


def is_day(year: int, month: int, day: int) -> bool:
    """Return whether a date, as far as it is printed (0 where it is not), is in the calendar.

    >>> is_day(2024, 2, 29), is_day(2023, 2, 29), is_day(2023, 2, 0), is_day(2023, 13, 0)
    (True, False, True, False)
    """
    return month == 0 or (month <= 12 and day <= calendar.monthrange(year, month)[1])


TENS: Final = {"元": "一", "廿": "二十", "卅": "三十"}
"""What stands in dates for a numeral."""


def _number(words: str) -> int:
    return read_numeral(TENS.get(words[0], words[0]) + words[1:]) or 0


def count_masked_years(text: str) -> int:
    """Return how many years are masked (20xx年, XX年, ‹YEAR›年).

    >>> count_masked_years("20xx年完成,XX年继续,2019年不变")
    2
    """
    return len(MASKED_YEAR.findall(text)) if may_mask(text) else 0


def may_mask(text: str) -> bool:
    """Return whether any sign stands in a text that masks years, places and figures.

    >>> may_mask("20xx年"), may_mask("2023年")
    (True, False)
    """
    return any(sign in text for sign in "xX×*‹")


# Which periods?


class Span(NamedTuple):
    """A period in a text: first and last month; ``year`` is 0 where only the months are printed."""

    year: int
    first: tuple[int, int]
    last: tuple[int, int]
    start: int
    end: int
    words: str

    def bounds(self, year: int | None = None) -> tuple[str, str]:
        """Return first and last day; ``year`` is that of a period that prints none.

        >>> find_spans("上半年")[0].bounds(2020)
        ('2020-01-01', '2020-06-30')
        """
        (y1, m1), (y2, m2) = self.first, self.last
        y1, y2 = y1 or year or 0, y2 or year or 0
        if not y1 or not y2:
            return "", ""
        return f"{y1}-{m1:02d}-01", f"{y2}-{m2:02d}-{calendar.monthrange(y2, m2)[1]}"


def ended_month(title: str) -> int:
    """Return the last month of the part of a year that a title names first, else December.

    >>> ended_month("某局一季度工作总结"), ended_month("某局春运总结"), ended_month("某局工作总结")
    (3, 1, 12)
    """
    if pattern_of(WORDS, "early_part").search(title):
        return JANUARY
    spans = [span for span in find_spans(title) if span.first[0] == span.last[0]]
    return spans[0].last[1] if spans else DECEMBER


@cache
def _named() -> tuple[dict[str, tuple[int, int]], ...]:
    """Return the named parts of a year in months, and the named periods in years.

    Those of the unit ``dated_month`` count only behind a year: 半年 alone is any half a year; of
    the unit ``across`` they begin in one year and end in the next.
    """
    table = read_table("kinds/spans.csv")
    rows = zip(table["words"], table["unit"], table["first"], table["last"], strict=True)
    out: dict[str, dict[str, tuple[int, int]]] = {
        unit: {} for unit in ("month", "year", "dated_month", "across")
    }
    for words, unit, first, last in rows:
        out[unit][words] = (int(first), int(last))
    return tuple(out.values())


@cache
def _span_patterns() -> tuple[re.Pattern[str], ...]:
    months, years, dated, terms = (sorted(names, key=len, reverse=True) for names in _named())
    across = "|".join(terms)
    year = rf"(?P<y1>{YEAR})\s?年(?:度)?\s?"
    month = rf"(?P<m1>{MONTH})\s?月?(?:份|底|{DAY}[日号])?"
    return (
        re.compile(rf"{year}{month}{DASH}(?:(?P<y2>{YEAR})\s?年)?(?P<m2>{MONTH})\s?月"),
        re.compile(
            rf"(?P<y1>{YEAR})[./](?P<m1>\d{{1,2}}){DASH}(?P<y2>{YEAR})[./](?P<m2>\d{{1,2}})(?![./\d])"
        ),
        re.compile(
            rf"(?P<y1>{YEAR})\s?年?(?:{DASH}(?P<y2>{YEAR}|\d{{2}}))?\s?(?P<across>{across})"
            rf"(?!度?[^。，；]{{0,5}}?{any_of(WORDS, 'part_of_year')})"
        ),
        re.compile(rf"{year}前(?P<m2>{MONTH})个?月"),
        re.compile(rf"截[至止](?:到)?{year}(?P<m2>{MONTH})\s?月"),
        re.compile(rf"(?:{year})?(?P<part>{'|'.join(months)})"),
        re.compile(rf"{year}(?P<part>{'|'.join(dated)})"),
        re.compile(rf"(?P<y1>{YEAR})\s?年?(?:度)?{DASH}(?P<y2>{YEAR})\s?年"),
        re.compile(rf"[“\"「‘](?P<plan>{'|'.join(years)})[”\"」’]"),
        re.compile(
            rf"(?<![一二三四五六七八九十第“\"「‘])(?P<plan>{'|'.join(years)})"
            rf"(?={any_of(WORDS, 'plan_time')})"
        ),
        # 十四五 is 第十四个五年规划
        re.compile(rf"第(?P<plan>{'|'.join(y[:-1] for y in years)}){any_of(WORDS, 'plan_named')}"),
    )


def find_spans(text: str) -> list[Span]:
    """Return the periods that a text prints: parts of a year, several years, five-year plans.

    >>> [s.bounds() for s in find_spans("2022年10月—2023年9月；2021-2023年；“十四五”时期")]
    [('2022-10-01', '2023-09-30'), ('2021-01-01', '2023-12-31'), ('2021-01-01', '2025-12-31')]
    >>> find_spans("2023-24学年")[0].bounds()
    ('2023-09-01', '2024-08-31')
    """
    out: list[Span] = []
    for pattern in _span_patterns():
        for match in pattern.finditer(text):
            span = _span(match)
            if span and not any(s.start < span.end and span.start < s.end for s in out):
                out.append(span)
    return sorted(out, key=lambda s: s.start)


@cache
def _month_pattern() -> re.Pattern[str]:
    return re.compile(
        rf"(?P<y1>{YEAR})\s?年(?:度)?\s?(?P<m1>{MONTH})\s?月(?:份|中|底|末)?"
        rf"(?!\s?{DAY}\s?[日号至到])"
    )


def find_months(text: str) -> list[Span]:
    """Return the single months that a title prints; in a text most are no period.

    >>> [s.bounds() for s in find_months("2023年6月工作总结")], find_months("2023年6月5日会议")
    ([('2023-06-01', '2023-06-30')], [])
    """
    out = []
    for match in _month_pattern().finditer(text):
        year, month = read_year(match["y1"]), _number(match["m1"])
        if 1 <= month <= 12 and 1949 <= year <= 2049:
            day = (year, month)
            out.append(Span(year, day, day, *match.span(), match.group()))
    return out


def _span(match: re.Match[str]) -> Span | None:
    groups = {name: words for name, words in match.groupdict().items() if words}
    y1 = read_year(groups["y1"]) if "y1" in groups else 0
    last = groups.get("y2", "")
    y2 = read_year(groups["y1"][:2] + last if len(last) == 2 else last) if last else y1
    m1, m2 = _number(groups.get("m1", "1")), _number(groups.get("m2", "12"))
    parts, plans, dated, terms = _named()
    if "part" in groups:
        m1, m2 = {**parts, **dated}[groups["part"]]
    if "across" in groups:
        m1, m2 = terms[groups["across"]]
        y2 = y2 if last else y1 + 1
        if y2 != y1 + 1:
            return None
    if "plan" in groups:
        y1, y2 = plans[groups["plan"] + "五" * match.group().startswith("第")]
    good = 1 <= m1 <= 12 and 1 <= m2 <= 12 and (y1, m1) <= (y2, m2) and y2 - y1 <= 15
    if not good or (y2 and not 1949 <= y1 <= y2 <= 2049):
        return None
    return Span(y2, (y1, m1), (y2, m2), *match.span(), match.group())


# Which years do the dated events that a report names leave open?

FIRST: Final = datetime.date(1990, 1, 1)
LAST: Final = datetime.date(2049, 12, 31)
SHARE: Final = 0.75
SHORT: Final = 500
"""A topic that lives no longer than this many days."""
LONGEST: Final = 900
"""A window of more days than this dates nothing."""
FADES: Final = 270.0
"""Days in which the naming of an event falls to a third."""
SUMMARY_MONTHS: Final = (1.0, 0.8, 0.5, 0.1, 0.1, 0.1, 0.1, 0.1, 0.2, 0.4, 0.8, 1.5)
"""How readily a yearly summary is written in a month, January first."""


@dataclass(frozen=True, slots=True)
class Event:
    """One dated event that a report names: kind, bounds, firmness and the words."""

    kind: str
    first: datetime.date
    last: datetime.date
    hard: bool
    words: str
    start: int
    end: int
    open_end: bool


@dataclass(frozen=True, slots=True)
class Dating:
    """A year read from events (None: open), its certainty and the events that bound it."""

    year: int | None
    certainty: str
    events: tuple[Event, ...]


def find_events(text: str, hits: Sequence[ListHit]) -> list[Event]:
    """Return the dated events named in a text; old names marked 原 are left out.

    >>> from policytext.origin.scanner import load_scanner
    >>> text = "“乙类乙管”实施后,原卫计委的做法延续"
    >>> [event.words for event in find_events(text, load_scanner().hits(text))]
    ['乙类乙管']
    """
    out = []
    for hit in hits:
        for entry in hit.entries:
            if entry.kind != "event" or text[max(0, hit.start - 1) : hit.start] in {"原", "前"}:
                continue
            kind, first, last, firmness = entry.detail
            out.append(
                Event(
                    kind,
                    datetime.date.fromisoformat(first),
                    datetime.date.fromisoformat(last) if last else LAST,
                    firmness == "hard",
                    hit.word,
                    hit.start,
                    hit.end,
                    not last,
                )
            )
    return out


def pinned_year(text: str, events: Sequence[Event]) -> Dating:
    """Return the year that the text itself calls 今年 together with a dated name of the year.

    >>> day = datetime.date
    >>> event = Event("year", day(2023, 1, 1), day(2023, 12, 31), True, "开局之年", 3, 7, False)
    >>> pinned_year("今年是开局之年", [event]).year
    2023
    """
    found = [
        e
        for e in events
        if e.kind == "year"
        and re.search(r"今年[^。；\n]{0,30}$", text[max(0, e.start - 40) : e.start])
    ]
    years = {e.first.year for e in found}
    if len(years) == 1:
        return Dating(years.pop(), "certain", tuple(found))
    return Dating(None, "unknown", ())


def window_year(events: Sequence[Event], *, summary: bool) -> Dating:
    """Return the year left by what a report names and when that could be named.

    >>> from policytext.origin.scanner import load_scanner
    >>> text = "新阶段疫情防控"
    >>> window_year(find_events(text, load_scanner().hits(text)), summary=False).year
    2023
    """
    bounds = [e for e in events if e.kind in {"mention", "exists"}]
    done = [e for e in events if e.kind == "activity"]
    if not bounds and not done:
        return Dating(None, "unknown", ())
    first = max((e.first for e in [*bounds, *done]), default=FIRST)
    last = min((e.last for e in bounds), default=LAST)
    latest = min((e.last.year for e in done), default=LAST.year)
    if not bounds or last == LAST:
        last = min(last, max((e.last for e in done), default=LAST))
    if last < first or (last - first).days > LONGEST:
        return Dating(None, "unknown", ())
    weights = _year_weights(first, last, summary=summary)
    open_years = {y: w for y, w in weights.items() if y <= latest}
    total = sum(open_years.values())
    if not total:
        return Dating(None, "unknown", ())
    year = max(open_years, key=lambda y: (open_years[y], y))
    used = tuple(e for e in events if e.first == first or e.last == last or e.last.year == latest)
    if open_years[year] < SHARE * total:
        return Dating(None, "unknown", used)
    return Dating(year, "likely", used)


def _year_weights(first: datetime.date, last: datetime.date, *, summary: bool) -> dict[int, float]:
    out: defaultdict[int, float] = defaultdict(float)
    day = first
    while day <= last:
        weight = 1.0 if summary else math.exp(-(day - first).days / FADES)
        if summary:
            year = day.year if day.month >= 9 else day.year - 1
            out[year] += weight * SUMMARY_MONTHS[day.month - 1]
        else:
            out[day.year] += weight
        day += datetime.timedelta(days=1)
    return dict(out)


def contradicts(year: int, events: Sequence[Event], *, loosely: bool = False) -> Event | None:
    """Return an event that a report of this year cannot name so, or None.

    A name that ended before counts only if it stands twice and no later name stands beside it.
    ``loosely`` lets also short-lived topics speak (a plenum of years before): for years that only
    a title gives.

    >>> day = datetime.date
    >>> ended = Event("exists", day(2013, 3, 14), day(2019, 6, 30), True, "卫计委", 0, 3, False)
    >>> contradicts(2023, [ended, ended]).words
    '卫计委'
    """
    for event in events:
        if event.hard and event.kind != "year" and event.first.year > year + 1:
            return event
        lived = (event.last - event.first).days
        if loosely and event.kind == "mention" and lived <= SHORT and event.last.year + 2 < year:
            return event
    ended = [e for e in events if e.hard and e.kind == "exists" and e.last.year < year]
    later = [e for e in events if e.kind == "exists" and e.open_end]
    if len(ended) >= 2 and not later:
        return ended[0]
    return None

"""Which years do the dated events that a report names leave open?"""

from __future__ import annotations

import datetime
import math
import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from policytext.origin.scan import Hit

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


def find_events(text: str, hits: Sequence[Hit]) -> list[Event]:
    """Return the dated events named in a text; old names marked 原 are left out.

    Examples
    --------
    >>> from policytext.origin.scan import load_scanner
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

    Examples
    --------
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

    Parameters
    ----------
    events
        Events of :func:`find_events`.
    summary
        Whether the report looks back on a year (a summary written in January speaks of the year
        before).

    Examples
    --------
    >>> from policytext.origin.scan import load_scanner
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

    Examples
    --------
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

"""Of which year is a report, what period does it look back on, and when was it issued?

The convention. A report's year is the year it speaks about: the year reviewed for a summary, a
self-evaluation, a situation report or a summary with plan; the year planned for a plan; the year
of issue for a government work report (which reviews the year before and plans that year), an
official document, a news item and everything else.
"""

from __future__ import annotations

import datetime
import math
import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final, NamedTuple

from policytext.data import any_of, pattern_of
from policytext.origin.claims import Claim, ReportView
from policytext.origin.scanner import ListHit
from policytext.records import read_numeral

REVIEW_GENRES: Final = frozenset({"工作总结", "总结和计划", "绩效自评", "情况汇报", "经验材料"})
YEARLY_GENRES: Final = frozenset({"工作总结", "总结和计划", "绩效自评"})
REPORT_GENRE: Final = "工作报告"
PLAN_GENRE: Final = "工作计划"


@dataclass(frozen=True, slots=True)
class Period:
    """Year, certainty, dates and evidence of a report."""

    year: int | None
    certainty: str
    date_issued: str
    start: str
    end: str
    claims: tuple[Claim, ...]


def read_period(report: ReportView, genre: str, events: Sequence[Event]) -> Period:
    """Return year, period reviewed and date of issue of a report.

    >>> report = ReportView("某县2021年工作总结", "一、2021年工作回顾\\n正文。")
    >>> period = read_period(report, "工作总结", [])
    >>> period.year, period.certainty, period.start
    (2021, 'certain', '2021-01-01')
    """
    hints = year_hints(report)
    issued = next((h for h in hints if h.role == "issue" and h.date), None)
    year, certainty, used = _printed_year(report, genre, hints, events)
    claims = [_claim(h, "year", certainty) for h in used]
    if year is None:
        dating = pinned_year(report.text, events)
        if dating.year is None:
            dating = window_year(events, summary=genre in YEARLY_GENRES)
        year, certainty = dating.year, dating.certainty
        claims = [
            Claim("year", str(year or ""), certainty, e.words, e.start, e.end, "text", "event")
            for e in dating.events
        ]
    start, end = _period(report, genre, year)
    if issued is not None:
        claims.append(_claim(issued, "date_issued", "certain", value=issued.date))
    claims += [_claim(h, "plan_year", "certain") for h in hints if h.role == "plan"][:2]
    return Period(year, certainty, issued.date if issued else "", start, end, tuple(claims))


def _printed_year(
    report: ReportView, genre: str, hints: Sequence[YearHint], events: Sequence[Event]
) -> tuple[int | None, str, list[YearHint]]:
    by_role = {
        role: [h for h in hints if h.role == role] for role in ("title", "review", "plan", "issue")
    }
    choose = _CHOICES.get(genre, _choose_issue)
    year, certainty, used = choose(by_role)
    if year is None:
        return None, "unknown", []
    title_only = all(h.place == "title" for h in used)
    if contradicts(year, events, loosely=title_only) is not None:
        return None, "unknown", []
    masked = count_masked_years(report.text) > 0 or "masked_years" in report.damage
    if masked and title_only:
        certainty = "likely"
    if YEAR_DAMAGE & report.damage and certainty == "certain":
        certainty = "likely"
    return year, certainty, used


YEAR_DAMAGE: Final = frozenset({"year_digits_deleted", "years_collapsed", "synonym_swapped"})
"""Damage after which a printed year is no proof: who swaps words to pass a text off as new swaps
its years too."""


def _most(hints: Sequence[YearHint]) -> tuple[int | None, bool]:
    counts = Counter(h.year for h in hints).most_common()
    if not counts:
        return None, False
    clear = len(counts) == 1 or counts[0][1] > 2 * counts[1][1]
    return counts[0][0], clear


def _choose_review(roles: dict[str, list[YearHint]]) -> Choice:
    title, _ = _most(roles["title"][:1])
    body, clear = _most(roles["review"])
    if title is not None and body is not None and title != body:
        agree = [h for h in roles["title"] + roles["review"] if h.year in {title, body}]
        signed = [h.year for h in roles["issue"]]
        if signed and title in {signed[-1], signed[-1] - 1}:
            return title, "certain" if body < title else "likely", agree[:1]
        return body, "likely", [h for h in agree if h.year == body]
    if title is not None:
        return title, "certain", [h for h in roles["title"] + roles["review"] if h.year == title]
    if body is not None:
        return (
            body,
            "certain" if clear else "likely",
            [h for h in roles["review"] if h.year == body],
        )
    plans = [h for h in roles["plan"] if h.place == "text"]
    if plans:
        return plans[0].year - 1, "likely", plans[:1]
    return _signed(roles, early=-1)


def _choose_plan(roles: dict[str, list[YearHint]]) -> Choice:
    plans = roles["plan"] or roles["title"]
    year, clear = _most(plans)
    if year is not None:
        return year, "certain" if clear else "likely", [h for h in plans if h.year == year]
    if roles["review"]:
        year, clear = _most(roles["review"])
        return year, "certain" if clear else "likely", roles["review"][:1]
    return _signed(roles, late=1)


def _choose_report(roles: dict[str, list[YearHint]]) -> Choice:
    dated = [h for h in roles["issue"] if h.date] + roles["title"]
    year, clear = _most(dated)
    if year is not None:
        return year, "certain" if clear else "likely", [h for h in dated if h.year == year]
    plan, _ = _most(roles["plan"][:1])
    review, _ = _most(roles["review"][:1])
    if plan is not None and review is not None:
        sure = "certain" if plan == review + 1 else "likely"
        return plan, sure, [*roles["review"][:1], *roles["plan"][:1]]
    if review is not None:
        return review + 1, "likely", roles["review"][:1]
    return plan, "likely" if plan else "unknown", roles["plan"][:1]


def _choose_issue(roles: dict[str, list[YearHint]]) -> Choice:
    if roles["issue"]:
        year, clear = _most(roles["issue"])
        return year, "certain" if clear else "likely", [h for h in roles["issue"] if h.year == year]
    for role in ("title", "review", "plan"):
        year, _ = _most(roles[role])
        if year is not None:
            return year, "likely", [h for h in roles[role] if h.year == year]
    return None, "unknown", []


_CHOICES: Final = {
    REPORT_GENRE: _choose_report,
    PLAN_GENRE: _choose_plan,
    **dict.fromkeys(REVIEW_GENRES, _choose_review),
}


def _signed(roles: dict[str, list[YearHint]], *, early: int = 0, late: int = 0) -> Choice:
    """The year of the signature: a summary signed by April may speak of the year before."""
    if not roles["issue"]:
        return None, "unknown", []
    last = roles["issue"][-1]
    if early and 0 < last.month <= 4:
        return last.year + early, "likely", [last]
    if late and last.month >= 11:
        return last.year + late, "likely", [last]
    return last.year, "certain" if last.month else "likely", [last]


def _period(report: ReportView, genre: str, year: int | None) -> tuple[str, str]:
    if year is None or genre not in REVIEW_GENRES | {REPORT_GENRE, PLAN_GENRE}:
        return "", ""
    if genre == REPORT_GENRE:
        year -= 1
    if "上半年" in report.own_title:
        return f"{year}-01-01", f"{year}-06-30"
    if "下半年" in report.own_title:
        return f"{year}-07-01", f"{year}-12-31"
    return f"{year}-01-01", f"{year}-12-31"


def _claim(hint: YearHint, field: str, certainty: str, *, value: str = "") -> Claim:
    value = value or str(hint.year)
    return Claim(field, value, certainty, hint.words, hint.start, hint.end, hint.place, hint.rule)


# Which years and dates are printed in a text, and where are they masked?

HAN_DIGITS: Final = {
    **dict(zip("零一二三四五六七八九", "0123456789", strict=True)),
    **{zero: "0" for zero in "〇○Ｏ0O0"},
}
YEAR: Final = (
    r"(?:(?<![\d.])(?:19|20)\d{2}(?!\d)|[一二][九〇○零0OＯ][〇○零0OＯ一二三四五六七八九]{2})"
)
DATE: Final = re.compile(
    rf"(?P<year>{YEAR})\s*年(?:度)?"
    r"(?:\s*(?P<month>\d{1,2}|[一二三四五六七八九十]{1,2})\s*月"
    r"(?:\s*(?P<day>\d{1,2}|[一二三四五六七八九十]{1,3})\s*日)?)?"
)
ISO: Final = re.compile(
    r"(?<!\d)(?P<year>(?:19|20)\d{2})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})(?!\d)"
)
BARE_YEAR: Final = re.compile(rf"(?P<year>{YEAR})")
RANGE: Final = re.compile(rf"{YEAR}\s*年?\s*[-—–~～至到]+\s*{YEAR}\s*年?")
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


def find_dates(text: str, *, bare: bool = False) -> list[Printed]:
    """Return all printed years and dates in order.

    >>> [d.iso for d in find_dates("二0一0年8月3日,2019年总结")]
    ['2010-08-03', '2019']
    """
    found: dict[int, Printed] = {}
    for pattern in (BARE_YEAR, DATE, ISO) if bare else (DATE, ISO):
        for match in pattern.finditer(text):
            printed = _printed(match)
            if printed is not None:
                found[printed.start] = printed
    ranges = [(m.start(), m.end()) for m in RANGE.finditer(text)]
    return [found[start] for start in sorted(found) if not any(a <= start < b for a, b in ranges)]


def _printed(match: re.Match[str]) -> Printed | None:
    groups = match.groupdict()
    month, day = (read_numeral(groups.get(one) or "0") or 0 for one in ("month", "day"))
    if month > 12 or day > 31:
        month = day = 0
    year = read_year(groups["year"])
    if not 1949 <= year <= 2049:
        return None
    han = not groups["year"].isdigit()
    return Printed(year, month, day, match.start(), match.end(), match.group(), han)


def count_masked_years(text: str) -> int:
    """Return how many years are masked (20xx年, XX年, ‹YEAR›年).

    >>> count_masked_years("20xx年完成,XX年继续,2019年不变")
    2
    """
    return len(MASKED_YEAR.findall(text))


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


# Which years and dates does a report print about itself, and in which role?

HEAD: Final = 400
WORDS: Final = "kinds/words.csv"


class YearPatterns(NamedTuple):
    """The phrases in which a report prints its years."""

    review: re.Pattern[str]
    first_words: re.Pattern[str]
    last_year: re.Pattern[str]
    plan: re.Pattern[str]
    first_line_title: re.Pattern[str]
    dated_session: re.Pattern[str]


@cache
def _patterns() -> YearPatterns:
    year = rf"(?P<year>{YEAR})\s*年"
    near = r"(?:度)?[^。，,；;\n\d]{0,16}?"
    reviewed, planned = any_of(WORDS, "review_of_year"), any_of(WORDS, "plan_of_year")
    titled, read_out = any_of(WORDS, "first_line_title"), any_of(WORDS, "session_document")
    return YearPatterns(
        review=re.compile(year + near + reviewed),
        first_words=re.compile(rf"^\s*{year}(?:度)?\s*[,，]", re.M),
        last_year=re.compile(rf"过去的?{year}"),
        plan=re.compile(rf"^[^\n。，,]{{0,8}}?{year}{near}{planned}", re.M),
        first_line_title=re.compile(rf"^\s*\S{{0,4}}(?:19|20)\d{{2}}年[^。，,]{{0,24}}{titled}"),
        dated_session=re.compile(rf"^[\s—–\-（(]*$|[—–]{{1,4}}\s*$|{read_out}[\s—–（(]+$"),
    )


class YearHint(NamedTuple):
    """One printed year with its role (review, plan, issue, title) and the rule that read it."""

    year: int
    role: str
    rule: str
    words: str
    start: int
    end: int
    place: str
    date: str = ""
    month: int = 0
    han: bool = False


Choice = tuple[int | None, str, list[YearHint]]


def year_hints(report: ReportView) -> list[YearHint]:
    """Return the years in title, head, body phrases and signature, with their roles.

    Where years were collapsed by damage only those in Han numerals are kept.

    >>> [(h.year, h.role) for h in year_hints(ReportView("某县2021年总结和2022年计划", ""))]
    [(2021, 'title'), (2022, 'plan')]
    """
    head = [] if report.title else _first_line_hints(report.text)
    out = [
        *_title_hints(report.own_title),
        *head,
        *_body_hints(report),
        *_issue_hints(report),
    ]
    if "years_collapsed" in report.damage:
        out = [h for h in out if h.han]
    return out


def _title_hints(title: str) -> list[YearHint]:
    found = find_dates(title, bare=True)
    out = []
    for number, date in enumerate(found):
        stop = found[number + 1].start if number + 1 < len(found) else len(title)
        behind = title[date.end : stop]
        plan = pattern_of(WORDS, "plan_title").search(behind)
        review = pattern_of(WORDS, "review_title").search(behind)
        out.append(_hint(date, "plan" if plan and not review else "title", "title", "title"))
    return out


def _first_line_hints(text: str) -> list[YearHint]:
    """A text without a title of its own may begin with it."""
    line = text[: text.find("\n") if "\n" in text else len(text)][:60]
    if not _patterns().first_line_title.search(line):
        return []
    return [h._replace(place="text", rule="first_line") for h in _title_hints(line)[:1]]


def _body_hints(report: ReportView) -> list[YearHint]:
    text = report.text
    known = _patterns()
    roles = (
        (known.review, "review", "review_words", text),
        (known.last_year, "review", "past_year", text[:HEAD]),
        (known.first_words, "review", "first_words", text[:HEAD]),
        (known.plan, "plan", "plan_heading", text),
    )
    out = []
    for pattern, role, rule, where in roles:
        for match in pattern.finditer(where):
            year = read_year(match["year"])
            han = not match["year"].isdigit()
            before = where[max(0, match.start() - 2) : match.start()]
            if role == "review" and re.search(r"[《(（]$", before):
                continue
            out.append(YearHint(year, role, rule, match.group(), *match.span(), "text", han=han))
    return out


def _issue_hints(report: ReportView) -> list[YearHint]:
    """Dates in the head lines and the signature."""
    filled, session = report.filled_lines, pattern_of(WORDS, "session")
    head = [(p, s) for p, s in filled[:6] if p < HEAD and (session.search(s[:120]) or len(s) <= 40)]
    out = []
    for rule, lines in (("head_line", head), ("signature", filled[-3:])):
        for start, line in lines:
            out += _line_dates(start, line, rule)
    return out


def _line_dates(start: int, line: str, rule: str) -> list[YearHint]:
    bare = line.strip().strip("（）()—- ")
    out = []
    for date in find_dates(line[:120]):
        session = (
            rule == "head_line"
            and pattern_of(WORDS, "session").search(line[date.end : date.end + 60]) is not None
            and _patterns().dated_session.search(line[: date.start]) is not None
        )
        alone = len(bare) <= len(date.words) + (20 if rule == "signature" else 4)
        ends = line.rstrip().rstrip("）)").endswith(date.words.strip())
        if date.month and (session or (alone and ends and not re.search(r"[。；]", line))):
            hint = _hint(date, "issue", rule, "text")
            out.append(hint._replace(start=start + date.start, end=start + date.end))
    if rule == "head_line" and not out:
        for match in re.finditer(
            r"[〔\[(（【]\s*(20\d{2})\s*[〕\])）】]\s*第?\s*\d{1,4}\s*号", line
        ):
            words = match.group()
            at = start + match.start()
            out.append(
                YearHint(int(match[1]), "issue", "number", words, at, at + len(words), "text")
            )
    return out


def _hint(date: Printed, role: str, rule: str, place: str) -> YearHint:
    iso = date.iso if date.month else ""
    return YearHint(
        date.year, role, rule, date.words, date.start, date.end, place, iso, date.month, date.han
    )

"""Of which year is a report, what period does it look back on, and when was it issued?

``year`` is the year by which a genre is cited: of a government work report the year in which it
was delivered, of a summary the year it reviews, of a plan the year planned, of an official
document or news item the year of issue (``kinds/genre_years.csv``). Every year that a report
prints about itself is a piece of evidence, typed by where it stands; each type was counted on
labelled reports (``kinds/year_evidence.csv``), and the types speak together as in naive Bayes.
A source that contradicts always lowers the certainty.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Final, NamedTuple

from policytext.data import any_of, pattern_of, read_table, words_of
from policytext.origin.claims import Claim, ReportView, stem_of
from policytext.origin.header import field_of
from policytext.origin.issuer import place_end
from policytext.origin.printed import (
    DASH,
    DAY,
    MONTH,
    YEAR,
    Event,
    Printed,
    Span,
    contradicts,
    count_masked_years,
    ended_month,
    find_dates,
    find_months,
    find_spans,
    pinned_year,
    read_year,
    window_year,
)

CERTAIN: Final = 0.995
LIKELY: Final = 0.9
OTHER_YEARS: Final = 20
"""Years among which an error may fall."""
SMOOTH: Final = 0.1
"""Added to the right and to the wrong claims: a type never wrong in twenty is nearly sure."""
UNCLEAR: Final = 0.7
"""Most that evidence is worth which names two years about as often."""
DISPUTED: Final = 0.7
"""A year at least as likely that is not claimed still speaks against one read from events."""
CONTRADICTS: Final = 0.5
"""Evidence at least as good as this that names another year lowers the certainty."""


@dataclass(frozen=True, slots=True)
class Period:
    """Year, certainty, dates and evidence of a report."""

    year: int | None
    certainty: str
    date_issued: str
    start: str
    end: str
    claims: tuple[Claim, ...]


def read_period(
    report: ReportView, genre: str, events: Sequence[Event], *, named: bool = False
) -> Period:
    """Return year, period reviewed and date of issue of a report.

    ``named`` says that the title names a place: it is the report's own, not that of a page.

    >>> report = ReportView("青田县2021年工作总结", "一、2021年工作回顾\\n正文。")
    >>> period = read_period(report, "工作总结", [], named=True)
    >>> period.year, period.certainty, period.start
    (2021, 'certain', '2021-01-01')
    """
    hints = year_hints(report, named=named)
    means, covers = _genre_years().get(genre, ("issued", ""))
    year, certainty, used = _printed_year(report, means, hints, events)
    claims = [_claim(h, "year", certainty) for h in used]
    if certainty == "unknown":
        printed = year
        summary = means == "reviewed" and bool(covers)
        dating = pinned_year(report.text, events)
        if dating.year is None:
            dating = window_year(events, summary=summary)
        agree = printed is None or dating.year == printed
        year, certainty = (dating.year, dating.certainty) if agree else (None, "unknown")
        claims += [
            Claim("year", str(year or ""), certainty, e.words, e.start, e.end, "text", "event")
            for e in dating.events
        ]
    start, end, spans = _period(report, covers, year)
    issued, sure = _issued(hints, means)
    if issued is not None:
        claims.append(_claim(issued, "date_issued", sure, value=issued.date))
    claims += [_claim(h, "plan_year", "likely") for h in hints if h.role == "plan"][:2]
    claims += _impossible(report)
    return Period(year, certainty, issued.date if issued else "", start, end, (*claims, *spans))


@cache
def _genre_years() -> dict[str, tuple[str, str]]:
    """Return what year a genre is cited by, and which year it covers: its own or the one before."""
    table = read_table("kinds/genre_years.csv")
    return {
        g: (year, covers)
        for g, year, covers in zip(table["genre"], table["year"], table["covers"], strict=True)
    }


# Which year do the pieces of evidence say together?


class Vote(NamedTuple):
    """What the hints of one type say together: the year, how likely it is, and the hints."""

    year: int
    chance: float
    group: str
    hints: tuple[YearHint, ...]


@cache
def _evidence() -> dict[tuple[str, str], tuple[str, int, float]]:
    """Return group, offset and share of right claims of each type of evidence by rule and year."""
    out = {}
    for row in read_table("kinds/year_evidence.csv").itertuples(index=False):
        right, claims = float(row.right), float(row.claims)
        chance = (right + SMOOTH) / (claims + 2 * SMOOTH)
        out[row.rule, row.year] = (row.group, int(row.offset), chance)
    return out


def votes_of(hints: Sequence[YearHint], means: str, *, ended: int = 12) -> list[Vote]:
    """Return what each type of evidence says about the year that a genre is cited by.

    ``ended`` is the last month of what the title says that is reported.

    >>> [(v.year, v.group) for v in votes_of(year_hints(ReportView("2021年总结", "")), "reviewed")]
    [(2021, 'title')]
    """
    by_rule: defaultdict[str, list[YearHint]] = defaultdict(list)
    for hint in hints:
        by_rule[typed(hint, ended)].append(hint)
    out = []
    acts = [h.year for h in hints if h.rule in ENACTED]
    for rule, same in by_rule.items():
        outdated = rule in ENACTED and max(h.year for h in same) < max(acts)
        if (rule, means) not in _evidence() or outdated:
            continue
        group, offset, chance = _evidence()[rule, means]
        counts = Counter(h.year for h in same).most_common()
        year, most = counts[0]
        if rule in ENACTED:
            year = max(counts)[0]  # a law was passed and revised: its version is the last
        elif len(counts) > 1 and most <= 2 * counts[1][1]:
            chance = min(chance, UNCLEAR)
        kept = tuple(h for h in same if h.year == year)
        out.append(Vote(year + offset, chance, group, kept))
    return out


def _heard(votes: Sequence[Vote]) -> list[Vote]:
    """Return the votes that count beside the date a text prints itself.

    A page is posted, and a file saved, later than its text was issued; a document keeps the number
    of the year in which it was begun. A law that its file dates later was revised since. What is
    delivered at the end of a year plans the next.
    """
    ends = {v.year + 1 for v in votes if _at_year_end(v.hints[0])}
    votes = [v for v in votes if v.hints[0].rule != "plan_heading" or v.year not in ends]
    dates = set(DATED_BY) - set(ENACTED)
    own = [v.year for v in votes if v.hints[0].rule in dates]
    if not own:
        return votes
    others = {*POSTED, "number"}
    return [v for v in votes if v.hints[0].rule not in others or v.year in own]


def typed(hint: YearHint, ended: int = 12) -> str:
    """Return the type of evidence: a signature says more when it is early or late in a year.

    So does a session: what an assembly hears in the middle of a year may review it or the last.
    What had ended by the month of its signature is of that year.
    """
    if hint.rule == SESSION and hint.month > EARLY:
        return f"{SESSION}_later" if hint.month >= AUGUST else f"{SESSION}_mid"
    if hint.rule not in {"signature", UNSIGNED, HEADED}:
        return hint.rule
    season = "early" if hint.month <= EARLY else "late" if hint.month >= LATE else "mid"
    season = "late" if season == "early" and ended <= hint.month else season
    return f"{hint.rule}_{season}"


def _at_year_end(hint: YearHint) -> bool:
    return hint.rule == SESSION and hint.month >= LATE


SESSION: Final = "session"
EARLY: Final = 4
"""The last month in which the year before is reviewed."""
AUGUST: Final = 8
LATE: Final = 11  # the first month in which the year itself is


def weigh(votes: Sequence[Vote]) -> dict[int, float]:
    """Return the chance of each year that is named; votes of one group count once.

    >>> found = weigh([Vote(2021, 0.9, "title", ()), Vote(2021, 0.9, "text", ())])
    >>> round(found[2021], 3)
    0.999
    """
    best: dict[tuple[str, int], float] = {}
    for vote in votes:
        key = (vote.group, vote.year)
        best[key] = max(best.get(key, 0.0), vote.chance)
    weights: defaultdict[int, float] = defaultdict(lambda: 1.0)
    for (_, year), chance in best.items():
        weights[year] *= chance * OTHER_YEARS / (1 - chance)
    rest = max(OTHER_YEARS + 1 - len(weights), 1)
    total = sum(weights.values()) + rest
    return {year: weight / total for year, weight in weights.items()}


def _printed_year(
    report: ReportView, means: str, hints: Sequence[YearHint], events: Sequence[Event]
) -> tuple[int | None, str, list[YearHint]]:
    counted = list(counted_pair(report.text)) if means == "delivered" else []
    votes = votes_of([*hints, *counted], means, ended=ended_month(report.own_title))
    chances = weigh(_heard(votes))
    if not chances:
        return None, "unknown", []
    year = max(chances, key=lambda y: (chances[y], y))
    used = [h for v in votes if v.year == year for h in v.hints]
    title_only = all(h.place != "text" and not h.date for h in used)
    if not report.signs_for_all and all(h.place == "text" for h in used):
        return None, "unknown", used  # the words of one of several reports do not date the others
    if chances[year] < LIKELY:
        return None if chances[year] < DISPUTED else year, "unknown", used
    if contradicts(year, events, loosely=title_only) is not None:
        return None, "unknown", used
    certainty = "certain" if chances[year] >= CERTAIN else "likely"
    own = any(v.group != "outside" for v in votes if v.year == year)
    others = [v for v in votes if v.year != year and v.chance >= CONTRADICTS]
    against = any(
        v.hints[0].rule != UNSIGNED and (v.hints[0].rule not in POSTED or v.year < year)
        for v in others
    )
    late = title_only and means == "reviewed" and _is_ahead(year, report.text)
    if against or not own or late or _doubtful(report, title_only):
        certainty = "likely"
    return year, certainty, used


def _is_ahead(year: int, text: str) -> bool:
    """Whether a year is later than all that a text names: a review names its own or none."""
    dates = find_dates(text)
    return bool(dates) and max(date.year for date in dates) < year


def _doubtful(report: ReportView, title_only: bool) -> bool:
    masked = count_masked_years(report.text) > 0 or "masked_years" in report.damage
    return bool(masked and title_only) or bool(YEAR_DAMAGE & report.damage)


YEAR_DAMAGE: Final = frozenset({"year_digits_deleted", "years_collapsed", "synonym_swapped"})
"""Damage after which a printed year is no proof: who swaps words to pass a text off as new swaps
its years too."""


# When was it issued, and what period does it report on?

DATED_BY: Final = (
    *("header_date", "session", "signature", "title_date", "signature_inside"),
    *("enacted", "promulgated", "head_date"),
)
"""What gives the date of issue, the best first; for what is cited by its issue also ``POSTED``."""
ENACTED: Final = ("enacted", "promulgated")
"""A law has several such dates; the last is that of its version."""
POSTED: Final = ("header_posted", "file_date", "posted")
HEADED: Final = "head_date"
UNSIGNED: Final = "foot_date"
"""A date that ends a text without anyone who signs: it may be of its last sentence."""


def _issued(hints: Sequence[YearHint], means: str) -> tuple[YearHint | None, str]:
    """Return the hint that dates the report, and how sure it is."""
    dated = [h for h in hints if h.date]
    for rule in (*DATED_BY, UNSIGNED, *(POSTED if means in {"issued", "named"} else ())):
        found = [h for h in dated if h.rule == rule]
        if not found:
            continue
        acts = [h for h in dated if h.rule in ENACTED]
        first = max(acts, key=lambda h: h.date) if rule in ENACTED else found[0]
        others = {h.date for h in dated if h.rule in DATED_BY and h.rule not in ENACTED}
        sure = rule not in {*POSTED, UNSIGNED} and len(others | {first.date}) == 1
        return first, "certain" if sure else "likely"
    return None, "unknown"


def _period(
    report: ReportView, covers: str, year: int | None
) -> tuple[str, str, tuple[Claim, ...]]:
    """Return first and last day of what is reported, as it is printed or by the genre."""
    for place, words in _own_words(report):
        spans = find_spans(words)
        titled = place == "title"
        if titled and pattern_of(WORDS, "midway").search(words):
            return "", "", ()  # it names the whole plan
        if titled and not spans and pattern_of(WORDS, "part_of_year").search(words):
            return "", "", ()  # of less than a year, or to no printed end
        for span in spans or (find_months(words) if titled and covers else []):
            start, end = span.bounds(None if year is None else year - (covers == "before"))
            if start and _fits(span, place, covers, year):
                claims = tuple(
                    Claim(field, day, "likely", span.words, -1, -1, place, "span")
                    for field, day in (("period_start", start), ("period_end", end))
                )
                return start, end, claims
    if year is None or not covers:
        return "", "", ()
    year -= covers == "before"
    return f"{year}-01-01", f"{year}-12-31", ()


def _own_words(report: ReportView) -> Iterator[tuple[str, str]]:
    """Yield the words in which a report says its period: title, announcing sentence, name."""
    yield "title", report.own_title
    match = _patterns().announced.search(report.text[:LEAD])
    if match:
        yield "text", match.group()
    first = _patterns().first_span.search(report.text[:HEAD])
    if first:
        yield "text", first.group()
    if report.alone and not report.compilation_title:
        yield "file_name", stem_of(report.file_name)


def _fits(span: Span, place: str, covers: str, year: int | None) -> bool:
    """A whole year is told by the genre; a name such as “十三五” counts in the title only."""
    named = span.last[0] - span.first[0] >= 4 and "年" not in span.words
    if named and place != "title":
        return False
    if covers == "before" and place != "title" and year is not None and span.last[0] > year:
        return False  # a programme that reaches beyond the report is not what it reviews
    return bool(covers) or place == "title"


# Which years and dates does a report print about itself, and in which role?

HEAD: Final = 400
HEAD_END: Final = 800
"""Where the lines end that may hold the date of a session or of a law's revisions."""
HEAD_LINES: Final = 8
ACT_LEAD: Final = 40
LEAD: Final = 1200
WORDS: Final = "kinds/words.csv"
NUMBER: Final = re.compile(r"[〔\[(（【]\s*((?:19|20)\d{2})\s*[〕\])）】]\s*第?\s*\d{1,4}\s*号")


class YearPatterns(NamedTuple):
    """The phrases in which a report prints its years."""

    review: re.Pattern[str]
    announced: re.Pattern[str]
    first_words: re.Pattern[str]
    first_span: re.Pattern[str]
    last_year: re.Pattern[str]
    plan: re.Pattern[str]
    either: re.Pattern[str]
    first_line_title: re.Pattern[str]
    dated_session: re.Pattern[str]
    weekday: re.Pattern[str]


@cache
def _patterns() -> YearPatterns:
    year = rf"(?P<year>{YEAR})\s*年"
    near = r"(?:度)?[^。，,；;\n\d]{0,16}?"
    reviewed, planned = any_of(WORDS, "review_of_year"), any_of(WORDS, "plan_of_year")
    titled, read_out = any_of(WORDS, "first_line_title"), any_of(WORDS, "session_document")
    either, told = any_of(WORDS, "either_of_year"), any_of(WORDS, "announcing")
    return YearPatterns(
        review=re.compile(year + near + reviewed),
        announced=re.compile(rf"(?:现将|现就|把)[^。\n]{{0,20}}?{year}[^。\n]{{0,40}}?{told}"),
        first_words=re.compile(rf"^\s*{year}(?:度|以来|来)?\s*[,，]", re.M),
        first_span=re.compile(rf"^\s*(?:截[至止]到?)?{YEAR}\s?年[^。\n，,]{{1,20}}(?=[，,])", re.M),
        last_year=re.compile(rf"过去的?{year}"),
        plan=re.compile(
            rf"(?<!\S)[^\s。，,！!]{{0,8}}?{year}{near}{planned}[^\s。，,完]{{0,12}}(?!\S)", re.M
        ),
        either=re.compile(
            rf"^[^\n。，,！!]{{0,8}}?{year}(?:度)?[^。，,；;\n\d]{{0,8}}?{either}\s*$", re.M
        ),
        first_line_title=re.compile(rf"^\s*\S{{0,4}}(?:19|20)\d{{2}}年[^。，,]{{0,24}}{titled}"),
        dated_session=re.compile(rf"^[\s‐-―−\-（(]*$|[‐-―−]{{1,4}}\s*$|{read_out}[\s‐-―−（(]+$"),
        weekday=re.compile(rf"[\s（(]*{any_of(WORDS, 'weekday')}[）)]?\s*$"),
    )


class YearHint(NamedTuple):
    """One printed year with its role (review, plan, issue, title) and the type of evidence."""

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


def year_hints(report: ReportView, *, named: bool = False) -> list[YearHint]:
    """Return the years in title, head, body phrases, signature and names, with their roles.

    Where years were collapsed by damage only those in Han numerals are kept.

    >>> [(h.year, h.role) for h in year_hints(ReportView("某县2021年总结和2022年计划", ""))]
    [(2021, 'title'), (2022, 'plan')]
    """
    out = [
        *_title_hints(report.own_title, named=named),
        *([] if report.title else _first_line_hints(report.text)),
        *_body_hints(report.text),
        *_issue_hints(report),
        *_header_hints(report),
        *_name_hints(report),
    ]
    if "years_collapsed" in report.damage:
        out = [h for h in out if h.han]
    return out


def _title_hints(title: str, *, named: bool = False) -> list[YearHint]:
    dates = find_dates(title, bare=True, alone=True)
    found = [d for d in dates if not _in_name(title, d) and not _of_else(title, d)]
    out = []
    planned = {d.year for d in found if pattern_of(WORDS, "plan_title").search(title, d.end)}
    for number, date in enumerate(found):
        stop = found[number + 1].start if number + 1 < len(found) else len(title)
        behind, around = title[date.end : stop], _between_blanks(title, date)
        past = pattern_of(WORDS, "executed").search(behind) and date.year + 1 in planned
        site = pattern_of(WORDS, "site_title").search(around) is not None
        plan = pattern_of(WORDS, "plan_title").search(behind)
        review = pattern_of(WORDS, "review_title").search(behind)
        if NUMBER.search(title[max(0, date.start - 1) :]):
            out.append(_hint(date, "issue", "number", "title"))
        elif date.day and not site and not _FIRST_DAY.match(behind):
            enacted = pattern_of(WORDS, "enacting").search(behind) is not None
            rule = "enacted" if enacted else "title_date"
            out.append(_hint(date, "issue", rule, "title"))
        elif past:
            out.append(_hint(date, "review", "review_words", "title"))
        elif plan and not review:
            out.append(_hint(date, "plan", "title_plan", "title"))
        else:
            told = "title_own" if _heads_kind(title, date) else "title_about"
            rule = "title_site" if site else told if named else "title"
            out.append(_hint(date, "title", rule, "title"))
    spans = [s for s in find_spans(title) if s.first[0] != s.last[0] and "年" in s.words]
    out += [
        YearHint(s.year, "title", "title_range", s.words, s.start, s.end, "title") for s in spans
    ]
    return out


_FIRST_DAY: Final = re.compile(rf"{DASH}(?:{MONTH}月)?{DAY}[日号]")
"""Behind the first day of a week: 2023年8月7日—11日 is no date of issue."""


def _in_name(title: str, date: Printed) -> bool:
    """Whether a year belongs to the name of a programme (健康中国2030), which dates no report."""
    named = pattern_of(WORDS, "year_in_name", after="$").search(title[: date.start])
    return named is not None and "年" not in date.words and date.month == 0


def _of_else(title: str, date: Printed) -> bool:
    """Whether a year of a title is an aim, an edition or part of a code, and no report's year."""
    before, behind = title[: date.start], title[date.end :]
    if pattern_of(WORDS, "year_aim", after="$").search(before):
        return True
    if date.words[-1] in "年月" and pattern_of(WORDS, "aim_of_year").match(behind):
        return True
    edition = pattern_of(WORDS, "edition", before=r"\s?").match(behind) is not None
    return date.words.isdigit() and (edition or CODE.search(before) is not None)


CODE: Final = re.compile(r"[A-Z](?:/T)?\s?\d[\d./]*\s?[-–—－]\s?$")
"""Before the year of a standard: GB 19083-2010."""


@cache
def _kind_words() -> re.Pattern[str]:
    """What a report calls itself: the words by which titles tell genre and type of document."""
    genres, types = read_table("kinds/genres.csv"), read_table("kinds/doc_types.csv")
    words = {*genres["words"][genres["place"] == "title"], *types["words"]}
    listed = sorted((re.escape(w) for w in words if w[:3] != "re:"), key=len, reverse=True)
    groups = (any_of(WORDS, group) for group in ("review_title", "plan_title"))
    return re.compile("|".join([*listed, *groups]))


def _heads_kind(title: str, date: Printed) -> bool:
    """Whether a year is that of a report's kind (2021年工作总结), not of what it is about.

    >>> from policytext.origin.printed import find_dates
    >>> titles = "某县2021年工作总结", "工作总结（2021年）", "2021年1号文件落实情况"
    >>> [_heads_kind(title, find_dates(title)[0]) for title in titles]
    [True, True, False]
    """
    around = _between_blanks(title, date)
    before, _, behind = around.partition(date.words)
    carried_out = pattern_of(WORDS, "carrying_out", after="[《“]?$").search(before)
    if carried_out or pattern_of(WORDS, "of_a_document", before="^").search(behind):
        return False
    kind = _kind_words().search(behind)
    if kind is None:
        ends = [match.end() for match in _kind_words().finditer(before)]
        return bool(ends) and re.search(r"[一-龥]", before[ends[-1] :]) is None
    return kind.start() == 0 or date.month > 0 or not date.words.isdigit()


def _between_blanks(title: str, date: Printed) -> str:
    """A title may be joined of that of a page and that of the report."""
    before, behind = title[: date.start].rfind(" ") + 1, title.find(" ", date.end)
    return title[before : behind if behind >= 0 else len(title)]


def _first_line_hints(text: str) -> list[YearHint]:
    """A text without a title of its own may begin with it."""
    line = text[: text.find("\n") if "\n" in text else len(text)][:60]
    if not _patterns().first_line_title.search(line):
        return []
    return [h._replace(place="text", rule="first_line") for h in _title_hints(line)[:1]]


def _name_hints(report: ReportView) -> list[YearHint]:
    """The name of a file that holds this report only; a date in it is that of issue or download."""
    if not report.alone or report.compilation_title:
        return []
    out = []
    stem = stem_of(report.file_name)
    for hint in _title_hints(stem, named=place_end(stem, known=True) > 1):
        rule = {"title_date": "file_date", "title_plan": "file_plan"}.get(hint.rule, "file_name")
        rule = "file_own" if hint.rule == "title_own" else rule
        out.append(hint._replace(rule=rule, place="file_name"))
    for date in find_dates(report.folder, bare=True):
        out.append(_hint(date, "title", "folder", "folder"))
    return out


def _body_hints(text: str) -> list[YearHint]:
    known = _patterns()
    reviewed = any(word in text for word in words_of(WORDS, "review_of_year"))
    roles = (
        (known.review, "review", "review_words", text if reviewed else ""),
        (known.announced, "review", "announced", text[:LEAD]),
        (known.last_year, "review", "past_year", text[:HEAD]),
        (known.first_words, "review", "first_words", text[:HEAD]),
        (known.plan, "plan", "plan_heading", text),
    )
    out = []
    for pattern, role, rule, where in roles:
        for match in pattern.finditer(where):
            before = where[max(0, match.start() - 2) : match.start()]
            if role == "review" and (re.search(r"[《(（]$", before) or _annexed(match)):
                continue
            typed_as = "review_phrase" if rule == "review_words" and not _heads(match) else rule
            out.append(_text_hint(match, role, typed_as))
    span = known.first_span.search(text[:HEAD])
    for one in find_spans(span.group())[:1] if span else ():
        if span is None or not one.year or "年" not in one.words:
            continue
        at = (span.start() + one.start, span.start() + one.end)
        out.append(YearHint(one.year, "review", "first_words", one.words, *at, "text"))
    return [*out, *_either_hints(text, out)]


def _heads(match: re.Match[str]) -> bool:
    """Whether words stand as a heading: alone between blanks."""
    text = match.string
    before = re.split(r"\s", text[max(0, match.start() - 12) : match.start()])[-1]
    behind = re.split(r"\s", text[match.end() : match.end() + 14])[0]
    return len(before) <= 8 and len(behind) <= 12


def _annexed(match: re.Match[str]) -> bool:
    """Whether words are the name of an annex."""
    before = match.string[max(0, match.start() - 10) : match.start()].rsplit("\n", 1)[-1]
    return pattern_of(WORDS, "annexed").search(before) is not None


def _either_hints(text: str, sure: Sequence[YearHint]) -> Iterator[YearHint]:
    """Yield headings such as 2026年主要工作: reviewed or planned by what stands beside them.

    The year behind one that is reviewed is planned; a year alone is planned where most of the
    text stands before it.
    """
    found = list(_patterns().either.finditer(text))
    years = [read_year(m["year"]) for m in found]
    reviewed = {h.year for h in sure if h.role == "review"} | set(years)
    planned = {h.year for h in sure if h.role == "plan"}
    for match, year in zip(found, years, strict=True):
        late = match.start() > 0.4 * len(text) and year + 1 not in reviewed
        plan = year - 1 in reviewed or (year in planned) or (late and year not in reviewed - {year})
        role, rule = ("plan", "plan_heading") if plan else ("review", "review_words")
        yield _text_hint(match, role, rule)


def counted_pair(text: str) -> Iterator[YearHint]:
    """Yield the later of the two years that a work report speaks of most: reviewed and planned.

    >>> text = "2020年增长。2020年建成。2021年新建。到2035年实现。"
    >>> [hint.year for hint in counted_pair(text)]
    [2021]
    """
    found = find_dates(re.sub(r"《[^》\n]{0,80}》", lambda m: " " * len(m.group()), text))
    counts = Counter(date.year for date in found)
    pairs = sorted(
        ((counts[y - 1] + n, y) for y, n in counts.items() if counts[y - 1]), reverse=True
    )
    if not pairs or pairs[0][0] < PAIR or (len(pairs) > 1 and pairs[0][0] < 2 * pairs[1][0]):
        return
    date = next(date for date in found if date.year == pairs[0][1])
    yield _hint(date, "count", "year_pair", "text")._replace(date="")


WEEKDAY: Final = 12
"""Most characters of a weekday in brackets, with the blanks before it."""
PAIR: Final = 3
"""Fewest times that a report names the two years."""


def _text_hint(match: re.Match[str], role: str, rule: str) -> YearHint:
    han = not match["year"].isdigit()
    year = read_year(match["year"])
    return YearHint(year, role, rule, match.group(), *match.span(), "text", han=han)


def _header_hints(report: ReportView) -> Iterator[YearHint]:
    """Yield the dates of the block of labels above the text."""
    # a database of laws says when a rule was published and from when it holds; a page, when it
    # was posted
    posted = "header_date" if "valid_from" in report.header else "header_posted"
    for field, rule in (("date_issued", "header_date"), ("date_posted", posted)):
        entry = report.header.get(field)
        dates = find_dates(entry.value, alone=True) if entry else []
        for date in dates:
            if date.month and entry:
                hint = _hint(date, "issue", rule, "source")
                yield hint._replace(start=entry.start, end=entry.end)


def _issue_hints(report: ReportView) -> list[YearHint]:
    """Dates in the head lines, the signature, and behind a line that ends in a body's name."""
    filled, session = report.filled_lines, pattern_of(WORDS, "session")
    out = []
    last = len(filled) - 1
    foot = [n for n in range(max(0, last - 2), last + 1) if n >= 2 or n == last]
    acts = list(_acts(report.text, filled))
    out += [hint for hints, _ in acts for hint in hints]
    of_acts = {n for _, lines in acts for n in lines}
    for number, (start, line) in enumerate(filled[:8]):
        if number in foot or number in of_acts or start >= HEAD_END:
            continue
        if len(line) > 60 and not session.search(line[:120]):
            continue
        beside = "\n".join(words for _, words in filled[max(0, number - 1) : number + 2])
        out += list(_head_dates(start, line, beside))
    for start, line in report.aside:
        beside = line  # what was taken out here is furniture: a date in it is that of posting
        for hint in _head_dates(start, line, beside):
            rule = "posted" if hint.rule == "head_date" else hint.rule
            out.append(hint._replace(place="source", rule=rule))
    signed, inner = (foot, filled[8:-2]) if report.signs_for_all else ([], [])
    for number in signed:
        before = [words for _, words in filled[max(0, number - 2) : number]]
        out += list(_foot_dates(*filled[number], before))
    for (_, above), (start, line) in pairwise(inner):
        if len(line) <= 20 and len(above) <= 40 and pattern_of(WORDS, "body_end").search(above):
            inside = _lone_dates(start, line, "signature_inside", more=4)
            out += [h for h in inside if _foot_rule(line[: line.index(h.words)], [above])]
    return [*out, *(h for start, line in filled[:8] for h in _number_hints(start, line))]


def _head_dates(start: int, line: str, beside: str) -> Iterator[YearHint]:
    """Yield the date of a head line: of a session, of the text or of its posting."""
    dates = find_dates(line)
    session, label = pattern_of(WORDS, "session"), pattern_of(WORDS, "posted_label")
    for date in dates:
        behind, before = line[date.end : date.end + 60], line[: date.start]
        opens = _patterns().dated_session.search(before) is not None
        rule = "session" if opens and date.day and session.search(behind) else ""
        if not rule and label.search(line) and len(line) <= 120:
            rule = "posted"
        if rule and date.month:
            yield _placed(date, "issue", rule, start)
            return
    lone = list(_lone_dates(start, line, "head_date", more=4)) or [
        hint
        for hint in _lone_dates(start, line, "head_date", more=24)
        if _edits(line[: line.index(hint.words)])
    ]
    for hint in lone:
        iso = hint.words[4:5] in "-/." or hint.words.isdigit()
        posted = iso or label.search(beside) is not None
        yield hint._replace(rule="posted" if posted else "head_date")


def _edits(lead: str) -> bool:
    """Whether words before a date name a body that edits (某县医改办编 2022年9月5日)."""
    edited = pattern_of(WORDS, "edited_by", before=r"[\s（(]*", after=r"[）)\s]*$")
    name = edited.sub("", lead.strip())
    return (
        len(name) >= 3 and pattern_of(WORDS, "body_end").search(name) is not None and _signs(name)
    )


# When was a law passed, approved, made known and revised?

MOST_ACTS: Final = 60
"""Lines at the head of a law among which its acts may stand."""
WRAPPED: Final = 4
"""Lines over which one act may be printed."""


def _acts(
    text: str, filled: Sequence[tuple[int, str]]
) -> Iterator[tuple[list[YearHint], Sequence[int]]]:
    """Yield the dates of each act that made a law, and the lines it is printed on.

    Its acts stand together at the head: behind the first lines only those count that go on.
    """
    number = 0
    while number < min(len(filled), MOST_ACTS):
        found, behind = _act(text, filled, number)
        if found:
            start = filled[number][0]
            hints = [_placed(date, "issue", rule, start) for date, rule in found]
            yield hints, range(number, behind)
        elif number >= HEAD_LINES and not _begins_act(filled[number][1]):
            return
        number = behind


def _act(
    text: str, filled: Sequence[tuple[int, str]], number: int
) -> tuple[list[tuple[Printed, str]], int]:
    """Return the dates of the act that begins on a line, each with its rule, and the line behind.

    Its words may be wrapped over several lines.
    """
    start, line = filled[number]
    for last in range(number, min(len(filled), number + WRAPPED) if _begins_act(line) else number):
        at, words = filled[last]
        act = text[start : at + len(words)]
        if last > number and _begins_act(words):
            break
        found = _enacted(act, find_dates(act)) if _is_act(act) else []
        if found:
            return found, last + 1
    return [], number + 1


def _begins_act(line: str) -> bool:
    """Whether a line begins with a date, as the acts that made a law do."""
    dates = find_dates(line[:ACT_LEAD])
    return bool(dates) and _patterns().dated_session.search(line[: dates[0].start]) is not None


def _is_act(words: str) -> bool:
    """Whether words may tell of acts only: short, or of an assembly, and no sentence."""
    told = pattern_of(WORDS, "session").search(words[:120])
    return (len(words) <= 60 or told is not None) and "。" not in words.rstrip("。")


def _enacted(line: str, dates: Sequence[Printed]) -> list[tuple[Printed, str]]:
    """Return the dates of a line that says when a law was passed, each with its rule.

    A line that begins with such a date may hold those of revisions too. An assembly's own acts
    tell the version better than a promulgation, behind which revisions are often not printed.
    """
    out = []
    stops = [*(date.start for date in dates[1:]), len(line)]
    for date, stop in zip(dates, stops, strict=True):
        behind = line[date.end : min(stop, date.end + 120)]
        if date.day and pattern_of(WORDS, "enacting").search(behind):
            passed = any(pattern_of(WORDS, g).search(behind) for g in ("session", "revising"))
            out.append((date, "enacted" if passed else "promulgated"))
    return out


def _lone_dates(start: int, line: str, rule: str, *, more: int) -> Iterator[YearHint]:
    """Yield the date that a line ends in, if there is little else in it."""
    whole = line.rstrip()
    plain = whole[:-WEEKDAY] + _patterns().weekday.sub("", whole[-WEEKDAY:])
    bare = plain.strip().strip("（）()‐‑‒–—―−- ")
    if re.search(r"[。；]", plain):
        return
    for date in find_dates(bare, alone=len(bare) <= 14):
        if date.month and len(bare) <= len(date.words) + more and bare.endswith(date.words):
            yield _placed(date, "issue", rule, start + line.index(bare))


# Is the date that ends a text that of its issue?


def _foot_dates(start: int, line: str, above: Sequence[str]) -> Iterator[YearHint]:
    """Yield the date of a last line: signed, posted, or without anyone who signs."""
    for hint in _lone_dates(start, line, "signature", more=20):
        rule = _foot_rule(line[: line.index(hint.words)], above)
        if rule:
            yield hint._replace(rule=rule)


def _foot_rule(lead: str, above: Sequence[str]) -> str:
    """Return what a date is behind these words and below these lines; "" for no date of issue.

    Behind a label only that label says it; without words the line above is who signs.

    >>> _foot_rule("", ["正文。", "某县水利局"]), _foot_rule("有效期至", ["某县水利局"])
    ('signature', '')
    >>> _foot_rule("", ["正文。"]), _foot_rule("印发日期：", ["正文。"])
    ('foot_date', 'signature')
    """
    tight = "".join(lead.split()).strip("（()）—–-")
    lines = ["".join(one.split()) for one in above]
    while lines and re.fullmatch(r"[（(][^（()）]*[)）]", lines[-1]):
        lines.pop()  # （此件公开发布）
    before = lines[-1] if lines else ""
    if not tight and before.endswith(("：", ":")):
        tight = before
    if tight.endswith(("：", ":")):
        return _labelled_rule(tight.rstrip("：:"))
    label, _, value = tight.replace(":", "：").rpartition("：")
    other = pattern_of(WORDS, "not_issued").search(label or value) is not None
    if pattern_of(WORDS, "until").search(tight) or (label and other):
        return ""
    if _signs(value or before):
        return "signature"
    return "" if other else UNSIGNED


def _labelled_rule(label: str) -> str:
    if pattern_of(WORDS, "issued_label").fullmatch(label):
        return "signature"
    return {"date_issued": "signature", "date_posted": "posted"}.get(field_of(label), "")


def _signs(words: str) -> bool:
    """Whether words are who signs: a body, a place, a person."""
    short = len(words) <= 40 and not re.search(r"[。；;，,：:]", words)
    person = re.fullmatch(r"[一-龥·]{2,4}", words) is not None
    return short and (person or pattern_of(WORDS, "signer_end").search(words) is not None)


def _impossible(report: ReportView) -> list[Claim]:
    """A last line that looks like a date and is in no calendar (2023年2月30日) is set aside."""
    return [
        Claim("date_issued", "", "unknown", *_where(date, start), "text", "impossible_date")
        for start, line in report.filled_lines[-3:]
        for date in find_dates(line, alone=len(line) <= 14)
        if not date.month and re.fullmatch(r"\d{8}|.*[月./-].*", date.words)
    ]


def _where(date: Printed, start: int) -> tuple[str, int, int]:
    return date.words, start + date.start, start + date.end


def _number_hints(start: int, line: str) -> Iterator[YearHint]:
    match = NUMBER.search(line) if len(line) <= 60 else None
    if match:
        words, at = match.group(), start + match.start()
        yield YearHint(int(match[1]), "issue", "number", words, at, at + len(words), "text")


def _placed(date: Printed, role: str, rule: str, start: int) -> YearHint:
    hint = _hint(date, role, rule, "text")
    return hint._replace(start=start + date.start, end=start + date.end)


def _hint(date: Printed, role: str, rule: str, place: str) -> YearHint:
    iso = date.iso if date.month else ""
    return YearHint(
        date.year, role, rule, date.words, date.start, date.end, place, iso, date.month, date.han
    )


def _claim(hint: YearHint, field: str, certainty: str, *, value: str = "") -> Claim:
    value = value or str(hint.year)
    return Claim(field, value, certainty, hint.words, hint.start, hint.end, hint.place, hint.rule)

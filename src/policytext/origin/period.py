"""Of which year is a report, what period does it look back on, and when was it issued?

The convention. A report's year is the year it speaks about: the year reviewed for a summary, a
self-evaluation, a situation report or a summary with plan; the year planned for a plan; the year
of issue for a government work report (which reviews the year before and plans that year), an
official document, a news item and everything else.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from policytext.origin.dates import count_masked_years
from policytext.origin.events import Event, contradicts, pinned_year, window_year
from policytext.origin.kind import usable_title
from policytext.origin.report import Claim, ReportView
from policytext.origin.years import YearHint, year_hints

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

    Parameters
    ----------
    report
        The report.
    genre
        Its genre; it decides which year counts (see the module).
    events
        Dated events it names.

    Examples
    --------
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
    choose = (
        _choose_report if genre == REPORT_GENRE else _choose_plan if genre == PLAN_GENRE else None
    )
    if choose is None:
        choose = _choose_review if genre in REVIEW_GENRES else _choose_issue
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


Choice = tuple[int | None, str, list[YearHint]]


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
    if "上半年" in usable_title(report):
        return f"{year}-01-01", f"{year}-06-30"
    if "下半年" in usable_title(report):
        return f"{year}-07-01", f"{year}-12-31"
    return f"{year}-01-01", f"{year}-12-31"


def _claim(hint: YearHint, field: str, certainty: str, *, value: str = "") -> Claim:
    value = value or str(hint.year)
    return Claim(field, value, certainty, hint.words, hint.start, hint.end, hint.place, hint.rule)

"""Of which year is a report, what period does it look back on, and when was it issued?

The convention. A report's year is the year it speaks about: the year reviewed for a summary, a
self-evaluation, a situation report or a summary with plan; the year planned for a plan; the year
of issue for a government work report (which reviews the year before and plans that year), an
official document, a news item and everything else.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from policytext.origin.dates import YEAR, Printed, count_masked_years, find_dates, read_year
from policytext.origin.events import Event, contradicts, pinned_year, window_year
from policytext.origin.kind import usable_title
from policytext.origin.report import Claim, ReportView

REVIEW_GENRES: Final = frozenset({"工作总结", "总结和计划", "绩效自评", "情况汇报", "经验材料"})
REPORT_GENRE: Final = "工作报告"
PLAN_GENRE: Final = "工作计划"
HEAD: Final = 400
REVIEW: Final = re.compile(
    rf"(?P<year>{YEAR})\s*年(?:度)?[^。，,；;\n\d]{{0,16}}?(?:总结|回顾|工作完成情况|主要工作|自评|取得的成绩)"
)
FIRST_WORDS: Final = re.compile(rf"^\s*(?P<year>{YEAR})\s*年(?:度)?\s*[,，]", re.M)
LAST_YEAR: Final = re.compile(rf"过去的?(?P<year>{YEAR})\s*年")
PLAN: Final = re.compile(
    rf"^[^\n。，,]{{0,8}}?(?P<year>{YEAR})\s*年(?:度)?[^。，,；;\n\d]{{0,16}}?(?:计划|安排|打算|思路|要点|重点|总体要求|目标任务|任务)",
    re.M,
)
TITLE_PLAN: Final = re.compile(r"计划|安排|打算|思路|要点")
TITLE_REVIEW: Final = re.compile(r"总结|回顾|自评|汇报|报告|评价|情况")
FIRST_LINE_TITLE: Final = re.compile(
    r"^\s*\S{0,4}(?:19|20)\d{2}年[^。，,]{0,24}(?:报告|总结|计划|要点)"
)
DATED_SESSION: Final = re.compile(r"^[\s—–\-（(]*$|[—–]{1,4}\s*$|(?:报告|工作)[\s—–（(]+$")
SESSION: Final = re.compile(r"代表大会|[届次]会议|会议上")


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
    """
    hints = _hints(report)
    issued = next((h for h in hints if h.role == "issue" and h.date), None)
    year, certainty, used = _printed_year(report, genre, hints, events)
    claims = [_claim(h, "year", certainty) for h in used]
    if year is None:
        dating = pinned_year(report.text, events)
        if dating.year is None:
            dating = window_year(events, summary=genre in REVIEW_GENRES)
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


def _hints(report: ReportView) -> list[YearHint]:
    head = [] if report.title else _first_line_hints(report.text)
    out = [
        *_title_hints(usable_title(report)),
        *head,
        *_body_hints(report),
        *_issue_hints(report.text),
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
        plan = TITLE_PLAN.search(behind) and not TITLE_REVIEW.search(behind)
        out.append(_hint(date, "plan" if plan else "title", "title", "title"))
    return out


def _first_line_hints(text: str) -> list[YearHint]:
    """A text without a title of its own may begin with it."""
    line = text[: text.find("\n") if "\n" in text else len(text)][:60]
    if not FIRST_LINE_TITLE.search(line):
        return []
    return [h._replace(place="text", rule="first_line") for h in _title_hints(line)[:1]]


def _body_hints(report: ReportView) -> list[YearHint]:
    text = report.text
    patterns = (
        (REVIEW, "review", "review_words", text),
        (LAST_YEAR, "review", "past_year", text[:HEAD]),
        (FIRST_WORDS, "review", "first_words", text[:HEAD]),
        (PLAN, "plan", "plan_heading", text),
    )
    out = []
    for pattern, role, rule, where in patterns:
        for match in pattern.finditer(where):
            year = read_year(match["year"])
            han = not match["year"].isdigit()
            if role == "review" and _future_or_cited(where, match):
                continue
            out.append(YearHint(year, role, rule, match.group(), *match.span(), "text", han=han))
    return out


def _future_or_cited(text: str, match: re.Match[str]) -> bool:
    return re.search(r"[《(（]$", text[: match.start()]) is not None


def _issue_hints(text: str) -> list[YearHint]:
    """Dates in the head lines and the signature."""
    filled: list[tuple[int, str]] = []
    position = 0
    for line in text.split("\n"):
        if line.strip():
            filled.append((position, line))
        position += len(line) + 1
    head = [(p, s) for p, s in filled[:6] if p < HEAD and (SESSION.search(s[:120]) or len(s) <= 40)]
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
            and SESSION.search(line[date.end : date.end + 60]) is not None
            and DATED_SESSION.search(line[: date.start]) is not None
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
    if contradicts(year, events) is not None:
        return None, "unknown", []
    masked = count_masked_years(report.text) > 0 or "masked_years" in report.damage
    if masked and all(h.place == "title" for h in used):
        certainty = "likely"
    if {"year_digits_deleted", "years_collapsed"} & report.damage:
        certainty = "likely"
    return year, certainty, used


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
    if roles["plan"]:
        return roles["plan"][0].year - 1, "likely", roles["plan"][:1]
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

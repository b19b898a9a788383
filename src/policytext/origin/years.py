"""Which years and dates does a report print about itself, and in which role?"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from policytext.origin.dates import YEAR, Printed, find_dates, read_year
from policytext.origin.kind import usable_title
from policytext.origin.report import ReportView

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


def year_hints(report: ReportView) -> list[YearHint]:
    """Return the years in title, head, body phrases and signature, with their roles.

    Where years were collapsed by damage only those in Han numerals are kept.

    Examples
    --------
    >>> [(h.year, h.role) for h in year_hints(ReportView("某县2021年总结和2022年计划", ""))]
    [(2021, 'title'), (2022, 'plan')]
    """
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

"""What kind of report is it: genre, type of document, and the document it carries?

The form speaks first: what the title ends in, a document number, an addressee, numbered articles,
a speaker who says I to an assembly. Words that only stand somewhere in the text weigh little, and
one of them alone is no genre.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from typing import Final, NamedTuple

from policytext.data import any_of, pattern_of, read_table
from policytext.origin.claims import Claim, ReportView
from policytext.origin.gazetteer import load_gazetteer

KIND_LEAD: Final = 300
ENOUGH: Final = 2.0
SURE: Final = 6.0
FORM: Final = {"title_end": 10.0, "number": 6.0, "addressee": 3.0, "articles": 6.0}
"""How loudly the form of an official document speaks for the genre 公文."""
ARTICLES: Final = 3
OFFICIAL: Final = "公文"
WORK_REPORT: Final = "工作报告"
BRIEFING: Final = "情况汇报"
PLAN: Final = "工作计划"
REVIEWS: Final = frozenset({"工作总结", "情况汇报", "工作计划"})
WORDS: Final = "kinds/words.csv"
YEAR: Final = r"(?:\d{4}|[一二][〇○零0-9一-九]{3}|‹YEAR›|[xX]{2,4})年"


@cache
def _review_head() -> re.Pattern[str]:
    words = any_of(WORDS, "review_head")
    return re.compile(rf"^[^\n]{{0,14}}{YEAR}[^\n]{{0,10}}{words}", re.M)


@cache
def _plan_head() -> re.Pattern[str]:
    time, words = any_of(WORDS, "next_year"), any_of(WORDS, "plan_head")
    return re.compile(rf"^[^\n]{{0,8}}(?:{YEAR}|{time})[^\n]{{0,10}}{words}", re.M)


@cache
def _plan_words() -> re.Pattern[str]:
    time, words = any_of(WORDS, "next_time"), any_of(WORDS, "plan_word")
    return re.compile(
        rf"(?:{time}|\d{{4}}年)[^\n。，,]{{0,12}}{words}|{any_of(WORDS, 'plan_document')}"
    )


@cache
def _genre_words() -> tuple[tuple[str, str, str, float], ...]:
    table = read_table("kinds/genres.csv")
    return tuple(
        (row.words, row.place, row.genre, float(row.weight))
        for row in table.itertuples(index=False)
    )


class DocType(NamedTuple):
    """Words a title holds, the type of document they mean, and its genre."""

    words: re.Pattern[str]
    kind: str
    genre: str


@cache
def _doc_type_words() -> tuple[DocType, ...]:
    """Return the types; those of official documents must end the title, others may stand in it."""
    out = []
    for row in read_table("kinds/doc_types.csv").itertuples(index=False):
        words = row.words.removeprefix("re:") if row.words[:3] == "re:" else re.escape(row.words)
        end = "$" if row.where == "end" else ""
        out.append(DocType(re.compile(f"(?P<words>{words}){end}"), row.doc_type, row.genre))
    return tuple(out)


def doc_types() -> tuple[str, ...]:
    """Return the closed list of document types, in the order of the data file.

    >>> "通知" in doc_types()
    True
    """
    return tuple(dict.fromkeys(one.kind for one in _doc_type_words()))


def plain_title(title: str) -> str:
    """Return a title without the signs of a format, blanks, numbers and brackets at its end.

    >>> plain_title("# 政 府 工 作 报 告 （2016年2月19日）"), plain_title("《某某办法》（试行）")
    ('政府工作报告', '某某办法')
    """
    plain = re.sub(r"(?<=[一-龥（）])\s+(?=[一-龥（）])", "", title[:LONGEST].strip("#*　 \t"))
    before = ""
    while plain != before:
        before = plain
        plain = re.sub(r"\s*[（(〔\[【][^（()）]{0,40}[）)〕\]】]$|[\s\d]+$", "", plain).strip(
            '《》“”"'
        )
    return plain


SPACED: Final = re.compile(r"(?<!\S)\S(?:\s+\S){3,}(?!\S)")
LONGEST: Final = 300
ORDER_LINE: Final = re.compile(
    r"\s+(?:\S{2,20}令\s*第\s*[\d一二三四五六七八九十百]+"
    r"|[一-龥]{2,12}\s?[〔\[(（【](?:19|20)\d{2}[〕\])）】]\s?第?\d{1,4})\s*号$"
)
"""The line below a title with its order or document number."""


def tidy_title(title: str) -> str:
    """Return a title without the blanks between its letters, or between the lines of one phrase.

    >>> tidy_title("政 府 工 作 报 告"), tidy_title("某县关于 加快医改的意见")
    ('政府工作报告', '某县关于加快医改的意见')
    >>> tidy_title("工作总结（三篇） 某县工作总结"), tidy_title("某省急救办法 某省人民政府令第8号")
    ('工作总结（三篇） 某县工作总结', '某省急救办法')
    >>> tidy_title("关于转发某要点的通知 某水发〔2022〕3号")
    '关于转发某要点的通知'
    """
    title = ORDER_LINE.sub("", title)
    tidy = SPACED.sub(lambda m: "".join(m.group().split()), title)
    joined = re.sub(r"(?<=[一-龥])\s+(?=[一-龥])", "", tidy)
    about = pattern_of(WORDS, "about").search(joined)
    one = about and len(pattern_of(WORDS, "about").findall(joined)) == 1
    if joined == tidy or not one or "\n" in tidy:
        return tidy
    first = re.split(r"(?<=[一-龥])\s+(?=[一-龥])", tidy)[0]
    ended = _typed(first)[0] and _typed(joined)[0]
    return tidy if ended or pattern_of(WORDS, "about").search(first) is None else joined


def read_genre(report: ReportView, *, number: str = "") -> tuple[str, list[Claim]]:
    """Return the genre of a report and the words that speak for it.

    ``number`` is the document number that was found.

    >>> read_genre(ReportView("某县2021年工作总结", "现将情况总结如下"))[0]
    '工作总结'
    """
    title, text = report.own_title, report.text
    scores: defaultdict[str, float] = defaultdict(float)
    claims: list[Claim] = []
    said = _words_said(title or _head_before_session(text), text)
    for claim, weight in [*said, *_form(report, number), *_beside(report)]:
        scores[claim.value] += weight
        claims.append(claim)
    match = _review_head().search(text)
    if match and not pattern_of(WORDS, "session").search(text[:KIND_LEAD]):
        scores["工作总结"] += SURE
        claims.append(_claim("genre", "工作总结", match[0].strip(), match.start(), "text", SURE))
    if not scores:
        return "unknown", claims
    best = max(scores, key=lambda g: (scores[g], g))
    genre = best if scores[best] >= ENOUGH else "unknown"
    if genre in REVIEWS and _both(title, text):
        genre = "总结和计划"
        claims.append(_claim("genre", genre, title, 0, "title", SURE))
    return genre, [c for c in claims if c.value == genre or c.certainty == "certain"]


def _head_before_session(text: str) -> str:
    """Return what stands in the first line before the session: a title run into the text.

    >>> _head_before_session("某省政府工作报告（摘要）——2001年2月1日在某省人民代表大会上 各位代表")
    '某省政府工作报告（摘要）——2001年2月1日在某省人民'
    """
    head = text[:KIND_LEAD].split("\n", 1)[0]
    session = pattern_of(WORDS, "session").search(head)
    return head[: session.start()] if session and "。" not in head[: session.start()] else ""


def _words_said(title: str, text: str) -> Iterator[tuple[Claim, float]]:
    """Yield what words speak for: in title, lead, a line of their own, or said by a speaker."""
    tight = plain_title(title)
    spoken_of, upwards = _speaks_of_report(title), _reports_upwards(title, text)
    for words, place, genre, weight in _genre_words():
        if genre == WORK_REPORT and place in {"title", "line"} and spoken_of:
            continue
        if genre == WORK_REPORT and place == "title" and upwards:
            genre = BRIEFING
        start = _found(words, place, tight, text)
        if start is None:
            continue
        if place == "title" and genre == PLAN and _carried_out(tight, words):
            continue
        if place == "title":
            start = title.find(words)
            words = words if start >= 0 else title
            start = max(start, 0)
        yield _claim("genre", genre, words, start, place, weight), weight


def _carried_out(title: str, words: str) -> bool:
    """Whether a title tells how a plan was carried out.

    >>> _carried_out("工作要点落实情况的汇报", "工作要点"), _carried_out("工作要点", "要点")
    (True, False)
    """
    behind = title[title.rfind(words) + len(words) :]
    return pattern_of(WORDS, "carried_out").match(behind) is not None


def _speaks_of_report(title: str) -> bool:
    """Whether a title writes about a government's work report: before its own name stands whose.

    >>> _speaks_of_report("某县2023年政府工作报告（摘要）"), _speaks_of_report("数读政府工作报告")
    (False, True)
    """
    if pattern_of(WORDS, "of_work_report").search(title):
        return True
    before, named, _ = title.partition("政府" + WORK_REPORT)
    last = re.split(r"\s", before)[-1]
    owner = re.sub("[^一-龥〇○]|[一二][九〇○零][〇○零一二三四五六七八九]{2}|年度?", "", last)
    known = pattern_of(WORDS, "before_work_report", after="$").search(owner)
    whose = not owner or known or load_gazetteer().short_named(owner)
    return bool(named) and not whose


def _reports_upwards(title: str, text: str) -> bool:
    """Whether a work report is an office's own to those above it: no assembly hears it.

    >>> _reports_upwards("某县水利局2022年工作报告", ""), _reports_upwards("某县2022年工作报告", "")
    (True, False)
    """
    lead = text[:KIND_LEAD]
    heard = pattern_of(WORDS, "session").search(lead) or pattern_of(WORDS, "assembly").search(lead)
    before = title.partition(WORK_REPORT)[0]
    owner = re.split(YEAR, before, maxsplit=1)[0]
    office = pattern_of(WORDS, "reporting_office", after="$")
    return not heard and any(office.search(one.strip()) for one in (owner, before))


def _beside(report: ReportView) -> Iterator[tuple[Claim, float]]:
    """Yield what a line speaks for that cleaning took out as furniture (本报讯, 来源)."""
    for words, place, genre, weight in _genre_words():
        for start, line in report.aside[:12] if place == "lead" else ():
            at = line.find(words)
            if at >= 0:
                claim = _claim("genre", genre, words, start + at, "source", weight)
                yield replace(claim, place="source"), weight
                break


def _found(words: str, place: str, title: str, text: str) -> int | None:
    """Return where words stand in the place they must stand in, or None."""
    if place == "title":
        start = title.rfind(words)
    elif place == "line":
        start = _own_line(words, text[:KIND_LEAD])
    else:
        start = (text if place in {"text", "said"} else text[:KIND_LEAD]).find(words)
        if place == "said" and "我" not in text[max(0, start - 60) : max(start, 0)]:
            return None
    return start if start >= 0 else None


def _own_line(words: str, lead: str) -> int:
    for match in re.finditer(r"^.*$", lead, re.M):
        line = match.group()
        of_report = pattern_of(WORDS, "of_work_report").search(line)
        if (
            len(line) <= 60
            and plain_title(line).endswith(words)
            and words in line
            and not of_report
        ):
            return match.start() + line.rfind(words)
    return -1


def _form(report: ReportView, number: str) -> Iterator[tuple[Claim, float]]:
    """Yield what the form speaks for; a number says nothing where the title names a report."""
    kind, genre, claim = _typed(report.own_title)
    joined = pattern_of(WORDS, "review_and_plan").search(report.own_title) is not None
    if claim is not None and genre and not joined:
        sure = FORM["title_end"]
        yield _claim("genre", genre, claim.words, claim.start, "title", sure), sure
    if kind and (joined or genre != OFFICIAL):
        return
    articles = list(re.finditer(r"^\s*第\S{1,5}条", report.text, re.M))
    if len(articles) >= ARTICLES:
        weight = FORM["articles"]
        first = articles[0]
        yield _claim("genre", OFFICIAL, first.group(), first.start(), "text", weight), weight
    if number:
        at = report.text.find(number)
        weight = FORM["number"]
        yield (
            Claim("genre", OFFICIAL, "certain", number, at, at + len(number), "text", "number"),
            weight,
        )
    for start, line in report.filled_lines[:6]:
        if len(line) <= 150 and pattern_of(WORDS, "addressed").search(line.strip()):
            yield (
                _claim("genre", OFFICIAL, line, start, "text", FORM["addressee"]),
                FORM["addressee"],
            )
            return


def _both(title: str, text: str) -> bool:
    planned = any(pattern_of(WORDS, g).search(title) for g in ("plan_title", "review_and_plan"))
    if "总结" in title and planned:
        return _plan_words().search(text) is not None
    return bool(_review_head().search(text) and _plan_head().search(text))


def _claim(field: str, value: str, words: str, start: int, place: str, weight: float) -> Claim:
    where = "title" if place == "title" else "text"
    certainty = "certain" if weight >= SURE else "likely"
    return Claim(field, value, certainty, words, start, start + len(words), where, f"{field}_words")


def _typed(title: str) -> tuple[str, str, Claim | None]:
    """Return type and genre by what the title ends in, and the words."""
    tight = plain_title(title)
    found = [
        (match.end(), len(match["words"]), match["words"], one.kind, one.genre)
        for one in _doc_type_words()
        for match in one.words.finditer(tight)
        if one.kind != WORK_REPORT or not _speaks_of_report(title)
    ]
    if not found:
        return "", "", None
    _, _, words, kind, genre = max(found)
    start = title.rfind(words)
    if start < 0:
        start, words = 0, title
    return kind, genre, _claim("doc_type", kind, words, start, "title", SURE)


def read_doc_type(report: ReportView) -> tuple[str, list[Claim]]:
    """Return the type of document the title ends in, and the words.

    >>> read_doc_type(ReportView("关于印发某某方案的通知", ""))[0]
    '通知'
    >>> read_doc_type(ReportView("某局召开征求意见会", ""))[0]
    ''
    """
    kind, _, claim = _typed(report.own_title)
    return kind, [claim] if claim is not None else []


def read_carried(report: ReportView) -> list[Claim]:
    """Return the document that a notice carries (印发, 转发) as a claim.

    >>> read_carried(ReportView("关于印发《健康某县行动方案》的通知", ""))[0].value
    '健康某县行动方案'
    """
    carried = pattern_of(WORDS, "carrying", after="(?P<what>《?[^《》]{4,80}?》?)的?通知")
    match = carried.search(report.own_title)
    if match is None:
        return []
    what, value = match["what"], match["what"].strip("《》")
    span = match.span("what")
    return [Claim("carried_document", value, "certain", what, *span, "title", "carried")]

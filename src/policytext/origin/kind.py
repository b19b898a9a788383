"""What kind of report is it: genre, type of document, carried document?"""

from __future__ import annotations

import re
from collections import defaultdict
from functools import cache
from typing import Final

from policytext.data import read_table
from policytext.origin.report import Claim, ReportView

LEAD: Final = 300
ENOUGH: Final = 1.0
SURE: Final = 6.0
PLAN_WORDS: Final = re.compile(
    r"(?:下一步|下步|明年|下一年|来年|\d{4}年)[^\n。，,]{0,12}(?:计划|安排|打算|思路|重点)|工作计划|工作安排"
)
REVIEW_HEAD: Final = re.compile(
    r"^[^\n]{0,14}(?:\d{4}|[一二][〇○零0-9一-九]{3}|‹YEAR›|[xX]{2,4})年[^\n]{0,10}(?:总结|回顾|主要工作|工作情况|完成情况)",
    re.M,
)
PLAN_HEAD: Final = re.compile(
    r"^[^\n]{0,8}(?:(?:\d{4}|[一二][〇○零0-9一-九]{3}|‹YEAR›|[xX]{2,4})年|明年|下一年)[^\n]{0,10}"
    r"(?:计划|安排|打算|思路|重点|要点)",
    re.M,
)
CARRIED: Final = re.compile(r"(?:印发|转发|批转)(?P<what>《?[^《》]{4,80}?》?)的?通知")
REVIEWS: Final = frozenset({"工作总结", "情况汇报", "工作计划"})


def usable_title(report: ReportView) -> str:
    """Return the title, or "" where it is only the title of the page or collection.

    Examples
    --------
    >>> usable_title(ReportView("工作计划3", "", compilation_title="关于工作计划【三篇】"))
    ''
    """
    stem = re.sub(r"[\s\d一二三四五六七八九十篇()（）:：]+$", "", report.title)
    if report.compilation_title and stem and stem in report.compilation_title.replace(" ", ""):
        return ""
    return report.title


@cache
def _genre_words() -> tuple[tuple[str, str, str, float], ...]:
    table = read_table("kinds/genres.csv")
    return tuple(
        (row.words, row.place, row.genre, float(row.weight))
        for row in table.itertuples(index=False)
    )


@cache
def _doc_type_words() -> tuple[tuple[str, str], ...]:
    table = read_table("kinds/doc_types.csv")
    return tuple((row.words, row.doc_type) for row in table.itertuples(index=False))


def doc_types() -> tuple[str, ...]:
    """Return the closed list of document types, in the order of the data file.

    Examples
    --------
    >>> "通知" in doc_types()
    True
    """
    return tuple(dict.fromkeys(kind for _, kind in _doc_type_words()))


def read_genre(report: ReportView) -> tuple[str, list[Claim]]:
    """Return the genre of a report and the words that speak for it.

    Examples
    --------
    >>> read_genre(ReportView("某县2021年工作总结", "现将情况总结如下"))[0]
    '工作总结'
    """
    title, text = usable_title(report), report.text
    scores: defaultdict[str, float] = defaultdict(float)
    claims: list[Claim] = []
    for words, place, genre, weight in _genre_words():
        where = {"title": title, "text": text, "lead": text[:LEAD]}[place]
        start = where.rfind(words) if place == "title" else where.find(words)
        if start >= 0:
            scores[genre] += weight
            claims.append(_claim("genre", genre, words, start, place, weight))
    heads = _heads(text)
    for match in heads:
        scores["工作总结"] += 6.0
        claims.append(_claim("genre", "工作总结", match.group().strip(), match.start(), "text", 6))
    if not scores:
        return "unknown", claims
    best = max(scores, key=lambda g: (scores[g], g))
    genre = best if scores[best] >= ENOUGH else "unknown"
    if genre in REVIEWS and _both(title, text):
        genre = "总结和计划"
        claims.append(_claim("genre", genre, title, 0, "title", SURE))
    return genre, [c for c in claims if c.value == genre or c.certainty == "certain"]


def _heads(text: str) -> list[re.Match[str]]:
    match = REVIEW_HEAD.search(text)
    return [match] if match and "代表大会" not in text[:LEAD] else []


def _both(title: str, text: str) -> bool:
    if re.search("总结", title) and re.search("计划|打算|安排|思路|要点", title):
        return PLAN_WORDS.search(text) is not None
    return bool(REVIEW_HEAD.search(text) and PLAN_HEAD.search(text))


def _claim(field: str, value: str, words: str, start: int, place: str, weight: float) -> Claim:
    where = "title" if place == "title" else "text"
    certainty = "certain" if weight >= SURE else "likely"
    return Claim(field, value, certainty, words, start, start + len(words), where, f"{field}_words")


def read_doc_type(report: ReportView) -> tuple[str, list[Claim]]:
    """Return the type of document the title ends in, and the words.

    Examples
    --------
    >>> read_doc_type(ReportView("关于印发某某方案的通知", ""))[0]
    '通知'
    """
    title = usable_title(report)
    found = [
        (title.rfind(words) + len(words), len(words), words, kind)
        for words, kind in _doc_type_words()
        if words in title
    ]
    if not found:
        return "", []
    end, _, words, kind = max(found)
    return kind, [_claim("doc_type", kind, words, end - len(words), "title", SURE)]


def read_carried(report: ReportView) -> list[Claim]:
    """Return the document that a notice carries (印发, 转发) as a claim.

    Examples
    --------
    >>> read_carried(ReportView("关于印发《健康某县行动方案》的通知", ""))[0].value
    '健康某县行动方案'
    """
    match = CARRIED.search(usable_title(report))
    if match is None:
        return []
    what = match["what"]
    start = match.start("what")
    value = what.strip("《》")
    return [
        Claim(
            "carried_document", value, "certain", what, start, start + len(what), "title", "carried"
        )
    ]

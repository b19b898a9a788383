"""Which part of a report is a paragraph in: review, problems, goals, plan, annex, glossary?"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import Final, NamedTuple

from policytext.anatomy.kinds import Kind
from policytext.anatomy.numbering import RANK
from policytext.data import read_table

ORDER: Final = ("glossary", "annex", "problems", "plan", "goals", "review")
"""In this order the cues of a heading are asked."""

PARAGRAPH_START: Final = 120
TENSE_RATIO: Final = 2.5
TENSE_CUES: Final = 5


class Part(NamedTuple):
    """The part of report a paragraph is in, and whether only tense says so."""

    part: str
    by_tense: bool = False


@cache
def _cues(where: str) -> dict[str, re.Pattern[str]]:
    table = read_table("anatomy/part-cues.csv")
    table = table[table["where"] == where]
    return {
        part: re.compile("|".join(f"(?:{p})" for p in rows["pattern"]))
        for part, rows in table.groupby("part")
    }


@cache
def _tenses() -> dict[str, re.Pattern[str]]:
    table = read_table("anatomy/tense-cues.csv").set_index("tense")["pattern"]
    return {str(name): re.compile(pattern) for name, pattern in table.items()}


def heading_part(words: str) -> str:
    """Return the part of report a heading announces, or nothing.

    A heading that announces review and plan at once announces neither.

    Examples
    --------
    >>> heading_part("2024年工作回顾"), heading_part("下一步工作打算"), heading_part("着力优化资源配置")
    ('review', 'plan', '')
    """
    found = [
        part for part in ORDER if part in _cues("heading") and _cues("heading")[part].search(words)
    ]
    if "review" in found and "plan" in found and not {"glossary", "annex", "problems"} & set(found):
        return ""
    return found[0] if found else ""


def read_parts(rows: Sequence[str], kinds: Sequence[Kind]) -> list[Part]:
    """Return the part of report of each paragraph.

    Headings decide for all that stands below them; a paragraph that opens with the formula of
    problems or goals is in that part for itself; where headings say nothing, the section's tense
    decides if it is plain, and otherwise the part stays ``other``.

    Examples
    --------
    >>> from policytext.anatomy.kinds import read_kinds
    >>> rows = ["某县工作报告", "一、2024年工作回顾", "全县完成项目12个。", "二、下一步打算", "推进项目。"]
    >>> [p.part for p in read_parts(rows, read_kinds(rows, [True]))]
    ['lead', 'review', 'review', 'plan', 'plan']
    """
    by_heading = _by_heading(rows, kinds)
    out: list[Part] = []
    for row, kind, part in zip(rows, kinds, by_heading, strict=True):
        own = _own_part(row, kind) if part in ("review", "plan", "goals", "other") else ""
        out.append(Part(own or part))
    return _by_tense(rows, kinds, out)


def resets_numbering(words: str) -> bool:
    """Say whether a heading opens an annex or a glossary, which number their items anew."""
    return heading_part(words) in ("annex", "glossary")


def _by_heading(rows: Sequence[str], kinds: Sequence[Kind]) -> list[str]:
    scopes: list[tuple[int, str]] = []
    parts: list[str] = []
    part = "lead"
    for row, kind in zip(rows, kinds, strict=True):
        if kind.kind == "heading" and "title" not in kind.flags:
            words = row[kind.enumerator.end :] if kind.enumerator else row
            announced = heading_part(words.rstrip("。"))
            rank = RANK[kind.enumerator.style] if kind.enumerator else 99
            if announced in ("annex", "glossary") and (rank == 99 or rank <= RANK["han"]):
                scopes, rank = [], -1
            elif rank == 99 and announced:
                rank = 2.5  # type: ignore[assignment]
            if rank != 99:
                while scopes and scopes[-1][0] >= rank:
                    scopes.pop()
                inherited = scopes[-1][1] if scopes else "other"
                scopes.append((rank, announced or inherited))
                part = scopes[-1][1]
            elif part == "lead" and parts:
                part = "other"
        parts.append(part)
    return parts


def _own_part(row: str, kind: Kind) -> str:
    if kind.kind not in ("body", "list"):
        return ""
    opening = row[:PARAGRAPH_START]
    for part, cue in _cues("paragraph").items():
        if cue.search(opening):
            return part
    return ""


def _by_tense(rows: Sequence[str], kinds: Sequence[Kind], parts: list[Part]) -> list[Part]:
    """Give sections that no heading names to review or plan if their tense is plain."""
    out = list(parts)
    start = 0
    while start < len(out):
        if out[start].part != "other":
            start += 1
            continue
        stop = start + 1
        while stop < len(out) and out[stop].part == "other" and not _outer_heading(kinds[stop]):
            stop += 1
        tense = read_tense(
            [rows[i] for i in range(start, stop) if kinds[i].kind in ("body", "list")]
        )
        if tense:
            out[start:stop] = [Part(tense, True)] * (stop - start)
        start = stop
    return out


def _outer_heading(kind: Kind) -> bool:
    return kind.kind == "heading" and (
        kind.enumerator is None or RANK[kind.enumerator.style] <= RANK["han"]
    )


def read_tense(rows: Sequence[str]) -> str:
    """Return ``review`` or ``plan`` if paragraphs speak plainly of what was done or will be.

    Examples
    --------
    >>> read_tense(["全县建成了5家中心，完成了改造，新增床位20张，同比增长3%，累计服务了9万人。"])
    'review'
    >>> read_tense(["全县医疗卫生工作。"])
    ''
    """
    text = "\n".join(rows)
    past = len(_tenses()["past"].findall(text))
    future = len(_tenses()["future"].findall(text))
    if past >= TENSE_CUES and past >= TENSE_RATIO * future:
        return "review"
    if future >= TENSE_CUES and future >= TENSE_RATIO * past:
        return "plan"
    return ""

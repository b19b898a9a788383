"""At which places of a source does a report begin, and what tells so?"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from itertools import pairwise
from typing import Final, NamedTuple

from policytext.anatomy.lines import Line, count_han, ends_sentence
from policytext.anatomy.markers import Marker, find_series, looks_like_title, numbered_genres
from policytext.anatomy.numbered_titles import find_numbered_titles
from policytext.anatomy.numbering import read_number
from policytext.anatomy.titles import THRESHOLD, Page, find_titles
from policytext.cleaning.edits import MappedText
from policytext.data import read_table

FRONT_LINES: Final = 12
SHORTEST_UNMARKED: Final = 300
"""Han characters before the first mark that are taken as a report rather than as front matter."""

THRESHOLD_OF_NAMES: Final = THRESHOLD + 2.5
"""Score of a title where only the name of the file speaks of a compilation."""

_COUNT: Final = re.compile("([0-9]{1,3}|[一二三四五六七八九十]{1,3})\\s*篇(?!章|幅)")
_TABLE_LINE: Final = re.compile(r"((?:19|20)[0-9]{2})\t")


class Start(NamedTuple):
    """Where a report begins: its mark, its words behind the mark, and the rule that found it."""

    start: int
    words: int
    rule: str


def find_starts(mapped: MappedText, lines: Sequence[Line], names: str) -> tuple[list[Start], int]:
    """Return where reports begin, and where the front matter begins.

    Parameters
    ----------
    mapped, lines
        The source after cleaning, and its lines (one at least).
    names
        Words that may say that it is a compilation.

    Examples
    --------
    >>> from policytext.anatomy.lines import read_lines
    >>> source = MappedText.of("篇一：甲县总结\\n完成任务。\\n篇二：乙县总结\\n完成任务。")
    >>> [(s.start, s.words) for s in find_starts(source, read_lines(source.text), "")[0]]
    [(0, 3), (14, 17)]
    """
    text = mapped.text
    first = lines[0].start
    table = _table_lines(text, lines)
    if table:
        return table, first
    declared = _declares(mapped, lines)
    named = bool(_collection_cue().search(names))
    series = find_series(text, lines)
    if declared and not series:
        behind = _first_body_line(text, lines, [])
        series = find_numbered_titles(text, lines, behind, _declared_count(text, lines))
    series = series or numbered_genres(text, lines)
    starts: list[Start] = []
    if declared or series or named:
        least = THRESHOLD if declared or series else THRESHOLD_OF_NAMES
        starts = _with_titles(text, lines, series, least)
    if len(starts) < 2 and not series:
        return [Start(first, first, "whole")], first
    return _with_unmarked_first(text, lines, starts), first


def _table_lines(text: str, lines: Sequence[Line]) -> list[Start]:
    """Find the rows of a table of reports: a year, a tab and the text."""
    found = [(line, _TABLE_LINE.match(text, line.start)) for line in lines]
    rows = [(line, m) for line, m in found if m]
    if len(rows) < 2 or len(rows) < 0.9 * len(lines):
        return []
    return [Start(line.start, m.end(), "table_line") for line, m in rows if m]


def _declares(mapped: MappedText, lines: Sequence[Line]) -> bool:
    """Say whether the head of the page speaks of a compilation."""
    head = [mapped.text[line.start : line.end] for line in lines[:FRONT_LINES]]
    head += mapped.source[:600].split("\n")[:FRONT_LINES]
    short = [row for row in head if len(row) <= 60 and not ends_sentence(row)]
    return any(_collection_cue().search(row) for row in short)


@cache
def _collection_cue() -> re.Pattern[str]:
    table = read_table("anatomy/collection-cues.csv")
    return re.compile("|".join(f"(?:{p})" for p in table["pattern"]))


def _with_titles(
    text: str, lines: Sequence[Line], series: Sequence[Marker], least: float
) -> list[Start]:
    """Return the marked reports and those that only a title-like line opens."""
    starts = [Start(m.start, m.end, m.style) for m in series]
    if _is_complete(series, _declared_count(text, lines)):
        return starts
    body = _first_body_line(text, lines, series)
    page = Page(text, lines[body:], compilation_title(text, lines, lines[body].start))
    marked = _lines_after_marks(page, series)
    opened = _promised_titles(page, marked, _declared_count(text, lines), least)
    by_line = {i: one for i, one in zip(marked, starts, strict=False)}
    out = []
    for i in opened:
        at = page.lines[i].start
        out.append(by_line.get(i, Start(at, at, "title_line")))
    return sorted({*out, *starts})


def _promised_titles(page: Page, marked: Sequence[int], promised: int, least: float) -> list[int]:
    """Find the titles; ask less of a line as long as fewer are found than are promised."""
    opened = find_titles(page, marked, threshold=least)
    for threshold in (least - 1, least - 2):
        if len(opened) >= promised:
            break
        more = find_titles(page, marked, threshold=threshold)
        opened = more if len(more) <= promised else opened
    return opened


def _is_complete(series: Sequence[Marker], declared: int) -> bool:
    """Say whether marks run from one without a gap, as far as the compilation says they do."""
    whole = len(series) >= 2 and series[0].number == 1
    whole = whole and all(b.number == a.number + 1 for a, b in pairwise(series))
    return whole and len(series) >= declared


def _declared_count(text: str, lines: Sequence[Line]) -> int:
    """Return how many reports the head of the page promises (0: it does not say)."""
    for line in lines[:FRONT_LINES]:
        found = _COUNT.search(text, line.start, min(line.end, line.start + 80))
        if found:
            return read_number(found[1])
    return 0


def _lines_after_marks(page: Page, series: Sequence[Marker]) -> list[int]:
    begins = [line.start for line in page.lines]
    out = []
    for mark in series:
        after = [i for i, at in enumerate(begins) if at >= mark.end or at == mark.start]
        if after:
            out.append(after[0])
    return out


def _first_body_line(text: str, lines: Sequence[Line], series: Sequence[Marker]) -> int:
    """Return the line behind the title of the compilation and its lone first number."""
    limit = series[0].start if series else len(text)
    at = 0
    for i, line in enumerate(lines[:FRONT_LINES]):
        row = text[line.start : line.end]
        if line.start >= limit:
            break
        if (_collection_cue().search(row) and len(row) <= 80) or re.fullmatch(
            r"[（(]?[0-9一二三四五六七八九十]{1,2}[)）、.]?", row
        ):
            at = i + 1
    return min(at, len(lines) - 1)


def compilation_title(text: str, lines: Sequence[Line], before: int) -> str:
    """Return the line before the first report that names the compilation."""
    head = [
        text[line.start : min(line.end, before)]
        for line in lines[:FRONT_LINES]
        if line.start < before
    ]
    named = [row for row in head if _collection_cue().search(row) and len(row) <= 80]
    titled = [row for row in head if looks_like_title(row)]
    return (named or titled or [""])[0].strip()


def _with_unmarked_first(text: str, lines: Sequence[Line], starts: list[Start]) -> list[Start]:
    """Take long text before the first mark as a report of its own."""
    before = text[lines[0].start : starts[0].start]
    if count_han(before) < SHORTEST_UNMARKED:
        return starts
    first = lines[_first_body_line(text, lines, [])].start
    at = first if first < starts[0].start else lines[0].start
    return [Start(at, at, "before_first_mark"), *starts]

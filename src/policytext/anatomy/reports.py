"""Which reports does a source hold, and where does each of them begin?"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise
from typing import Final, NamedTuple

from policytext.anatomy.blocks import read_blocks
from policytext.anatomy.kinds import DATE_LINE, read_kinds
from policytext.anatomy.lines import Line, count_han, ends_sentence, read_lines
from policytext.anatomy.markers import (
    Marker,
    find_series,
    is_genre_title,
    looks_like_title,
    numbered_genres,
)
from policytext.anatomy.numbered_titles import find_numbered_titles
from policytext.anatomy.numbering import read_number
from policytext.anatomy.titles import THRESHOLD, Page, echo, find_titles
from policytext.cleaning.edits import MappedText
from policytext.data import read_table

FRONT_LINES: Final = 12
HEAD: Final = 3000
"""Characters at the beginning of a report among which its title is sought."""
SHORTEST_UNMARKED: Final = 300
"""Han characters before the first mark that are taken as a report rather than as front matter."""

_COUNT: Final = re.compile("([0-9]{1,3}|[一二三四五六七八九十]{1,3})\\s*篇(?!章|幅)")
_TABLE_LINE: Final = re.compile(r"((?:19|20)[0-9]{2})\t")


class LeftOut(NamedTuple):
    """A span of the source that stands outside of all paragraphs, and the rule it fell under."""

    start: int
    end: int
    rule: str
    certainty: str = "certain"


@dataclass(frozen=True)
class ReportSlice:
    """One report of a source.

    Parameters
    ----------
    mapped
        Its text, title included, and the map to the source.
    title
        Its title in one line, or nothing.
    title_span
        Half-open span of the title in the source, or None.
    raw_start, raw_end
        Half-open span of the report in the source; the mark that numbers it belongs to it.
    label
        The mark that numbers it (``篇一``, ``1``), if any.
    rule
        What told that it begins here: ``whole``, ``part_marker``, ``title_number``,
        ``lone_number``, ``numbered_title``, ``table_line``, ``title_line`` or
        ``before_first_mark``.
    compilation_title
        The title of the compilation it is in. It is no evidence about the report.
    truncated
        Whether its text breaks off, or is lacking altogether.
    orphan
        Whether it is a title without a body.
    left_out
        Text before it that belongs to no report, with the rule.
    """

    mapped: MappedText
    title: str
    title_span: tuple[int, int] | None
    raw_start: int
    raw_end: int
    label: str = ""
    rule: str = "whole"
    compilation_title: str = ""
    truncated: bool = False
    orphan: bool = False
    left_out: tuple[LeftOut, ...] = ()

    def repaired(self, mapped: MappedText) -> ReportSlice:
        """Return the report with its text after repairs."""
        return replace(self, mapped=mapped)


class _Start(NamedTuple):
    """Where a report begins: its mark, and its words behind the mark."""

    start: int
    words: int
    rule: str


def split_reports(mapped: MappedText, file_name: str = "", hints: str = "") -> list[ReportSlice]:
    """Split a source into the reports it holds.

    A compilation is told by numbered marks (篇一, 第1篇, one title with 1, 2, 3 behind it, lone
    numbers, numbered titles that restart the numbering) or, where its title says that it is one,
    by the lines that look like titles. A single report is never split.

    Parameters
    ----------
    mapped
        The source after cleaning.
    file_name, hints
        Words that may say that the source is a compilation (name of the file, title of the page).

    Returns
    -------
    list of ReportSlice
        In order; empty if the source holds white space only.

    Examples
    --------
    >>> text = "工作总结两篇\\n篇一：甲县总结\\n甲县完成任务。\\n篇二：乙县总结\\n乙县完成任务。"
    >>> [(r.title, r.raw_start, r.rule) for r in split_reports(MappedText.of(text))]
    [('甲县总结', 7, 'part_marker'), ('乙县总结', 23, 'part_marker')]
    """
    text = mapped.text
    lines = read_lines(text)
    if not lines:
        return []
    starts, front = _find_starts(mapped, lines, f"{file_name}\n{hints}")
    ends = [*[one.start for one in starts[1:]], len(text)]
    title = _compilation_title(text, lines, starts[0].start)
    reports: list[ReportSlice] = []
    for n, (one, end) in enumerate(zip(starts, ends, strict=True)):
        bounds = (front if n == 0 else one.start, one, end)
        after = reports[-1].raw_end if reports else 0
        reports.append(_cut(mapped, bounds, title if len(starts) > 1 else "", after))
    return reports


def _find_starts(mapped: MappedText, lines: Sequence[Line], names: str) -> tuple[list[_Start], int]:
    """Return where reports begin, and where the front matter begins."""
    text = mapped.text
    first = lines[0].start
    table = _table_lines(text, lines)
    if table:
        return table, first
    declared = _declared(mapped, lines, names)
    series = find_series(text, lines)
    if declared and not series:
        behind = _first_body_line(text, lines, [])
        series = find_numbered_titles(text, lines, behind, _declared_count(text, lines))
    series = series or numbered_genres(text, lines)
    starts = [_Start(m.start, m.end, m.style) for m in series]
    if declared or series:
        starts = _with_titles(text, lines, series, starts)
    if len(starts) < 2 and not series:
        return [_Start(first, first, "whole")], first
    return _with_unmarked_first(text, lines, starts), first


def _table_lines(text: str, lines: Sequence[Line]) -> list[_Start]:
    """Find the rows of a table of reports: a year, a tab and the text."""
    found = [(line, _TABLE_LINE.match(text, line.start)) for line in lines]
    rows = [(line, m) for line, m in found if m]
    if len(rows) < 2 or len(rows) < 0.9 * len(lines):
        return []
    return [_Start(line.start, m.end(), "table_line") for line, m in rows if m]


def _declared(mapped: MappedText, lines: Sequence[Line], names: str) -> bool:
    """Say whether the head of the page or the name of the file speaks of a compilation."""
    head = [mapped.text[line.start : line.end] for line in lines[:FRONT_LINES]]
    head += mapped.source[:600].split("\n")[:FRONT_LINES]
    short = [row for row in head if len(row) <= 60 and not ends_sentence(row)]
    return any(_collection_cue().search(row) for row in [*short, names])


@cache
def _collection_cue() -> re.Pattern[str]:
    table = read_table("anatomy/collection-cues.csv")
    return re.compile("|".join(f"(?:{p})" for p in table["pattern"]))


def _with_titles(
    text: str, lines: Sequence[Line], series: Sequence[Marker], starts: list[_Start]
) -> list[_Start]:
    """Add the reports that only a title-like line opens."""
    if _is_complete(series, _declared_count(text, lines)):
        return starts
    body = _first_body_line(text, lines, series)
    page = Page(text, lines[body:], _compilation_title(text, lines, lines[body].start))
    marked = _lines_after_marks(page, series)
    opened = _promised_titles(page, marked, _declared_count(text, lines))
    by_line = {i: one for i, one in zip(marked, starts, strict=False)}
    out = []
    for i in opened:
        at = page.lines[i].start
        out.append(by_line.get(i, _Start(at, at, "title_line")))
    return sorted({*out, *starts})


def _promised_titles(page: Page, marked: Sequence[int], promised: int) -> list[int]:
    """Find the titles; ask less of a line as long as fewer are found than are promised."""
    opened = find_titles(page, marked)
    for threshold in (THRESHOLD - 1, THRESHOLD - 2):
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


def _compilation_title(text: str, lines: Sequence[Line], before: int) -> str:
    """Return the line before the first report that names the compilation."""
    head = [
        text[line.start : min(line.end, before)]
        for line in lines[:FRONT_LINES]
        if line.start < before
    ]
    named = [row for row in head if _collection_cue().search(row) and len(row) <= 80]
    titled = [row for row in head if looks_like_title(row)]
    return (named or titled or [""])[0].strip()


def _with_unmarked_first(text: str, lines: Sequence[Line], starts: list[_Start]) -> list[_Start]:
    """Take long text before the first mark as a report of its own."""
    before = text[lines[0].start : starts[0].start]
    if count_han(before) < SHORTEST_UNMARKED:
        return starts
    first = lines[_first_body_line(text, lines, [])].start
    at = first if first < starts[0].start else lines[0].start
    return [_Start(at, at, "before_first_mark"), *starts]


def _cut(
    mapped: MappedText, bounds: tuple[int, _Start, int], compilation: str, after: int
) -> ReportSlice:
    """Cut one report out of the source, its mark and the text before it left out."""
    front, one, end = bounds
    text = mapped.text
    words = text[one.words : end]
    begin = one.words + len(words) - len(words.lstrip())
    stop = max(begin, one.words + len(words.rstrip()))
    part = mapped.slice(begin, stop)
    span = part.source_span()
    left_out = [
        *_front_matter(mapped, front, one.start),
        *_left_out(mapped, one.start, begin, one.rule),
    ]
    own_line = one.rule == "lone_number"
    marks = [x.start for x in left_out if x.rule == one.rule and not own_line]
    raw_start = _line_start(mapped.source, min([span[0], *marks]), after)
    title, title_span = _title(part)
    return ReportSlice(
        part,
        title,
        title_span,
        raw_start=raw_start,
        raw_end=max(span[1], raw_start),
        label=text[one.start : one.words].strip(" 　:：\n\t"),
        rule=one.rule,
        compilation_title=compilation,
        truncated=_breaks_off(part.text),
        orphan=not _has_body(part.text),
        left_out=tuple(left_out),
    )


def _line_start(source: str, at: int, after: int) -> int:
    """Return where the line of a report begins, if no other report shares it.

    What cleaning took away in front of it, such as a chunk's number, belongs to its span.
    """
    line = source.rfind("\n", 0, at) + 1
    if line < after:
        return at
    return at - len(source[line:at].lstrip())


def _front_matter(mapped: MappedText, start: int, end: int) -> list[LeftOut]:
    """Return the lines before the first report with the rules that leave them out."""
    out = []
    for line in read_lines(mapped.text[start:end]):
        row = mapped.text[start + line.start : start + line.end]
        rule = "compilation_title" if looks_like_title(row) else "front_matter"
        out += _left_out(mapped, start + line.start, start + line.end, rule)
    return out


def _left_out(mapped: MappedText, start: int, end: int, rule: str) -> list[LeftOut]:
    if start >= end or not mapped.text[start:end].strip():
        return []
    a, b = mapped.slice(start, end).source_span()
    return [LeftOut(a, b, rule)] if a < b else []


def _title(part: MappedText) -> tuple[str, tuple[int, int] | None]:
    """Return the title a report begins with, and its place in the source."""
    joined, blocks = read_blocks(part.slice(0, min(len(part.text), HEAD)))
    rows = [joined.text[b.start : b.end] for b in blocks[:8]]
    kinds = read_kinds(rows)
    taken: list[int] = []
    for i, (row, kind) in enumerate(zip(rows, kinds, strict=True)):
        if kind.enumerator is not None or (
            kind.kind != "heading" and not (kind.kind == "body" and looks_like_title(row))
        ):
            break
        if taken and (len(taken) > 2 or not _same_title(rows, taken, i)):
            break
        taken.append(i)
    if not taken:
        return "", None
    span = joined.slice(blocks[taken[0]].start, blocks[taken[-1]].end).source_span()
    return _one_title([rows[i] for i in taken]), span


def _same_title(rows: Sequence[str], taken: Sequence[int], i: int) -> bool:
    """Say whether a short line goes on with the title before it rather than heading a section."""
    if is_genre_title(rows[i]) and not is_genre_title(rows[taken[-1]]):
        return True
    below = "".join(rows[i + 1 : i + 4])
    return bool(below) and (echo(rows[i], below) >= 0.3 or echo(rows[taken[0]], rows[i]) >= 0.3)


def _one_title(rows: Sequence[str]) -> str:
    """Join the lines of a title; a line whose words are all in another one is dropped."""
    kept: list[str] = []
    for i, row in enumerate(rows):
        others = [*kept, *rows[i + 1 :]]
        if not any(echo(row, other) >= 0.95 for other in others):
            kept.append(row)
    whole = "".join(kept) if kept and kept[0].endswith("年") else " ".join(kept)
    return whole or rows[0]


def _has_body(text: str) -> bool:
    return any(
        ends_sentence(row) or len(row) > 80 for row in map(str.strip, text.split("\n")) if row
    )


def _breaks_off(text: str) -> bool:
    """Say whether the last line begins like sentences and ends without one."""
    if not _has_body(text):
        return True
    row = text.rstrip().rsplit("\n", 1)[-1].strip()
    tail = re.split("[。！？!?]", row[-200:])[-1]
    whole = ends_sentence(row) or row[-1] in "%％" or any(map(DATE_LINE.match, tail.split()))
    return len(row) > 40 and "。" in row and len(tail) > 1 and not whole

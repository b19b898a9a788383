"""Which reports does a source hold, and where does each of them begin?"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

from policytext.anatomy.blocks import read_blocks
from policytext.anatomy.boundaries import Start, compilation_title, find_starts
from policytext.anatomy.kinds import DATE_LINE, read_kinds
from policytext.anatomy.likeness import echo
from policytext.anatomy.lines import ends_sentence, read_lines
from policytext.anatomy.markers import is_genre_title, looks_like_title
from policytext.cleaning.edits import MappedText

HEAD: Final = 3000
"""Characters at the beginning of a report among which its title is sought."""


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
    starts, front = find_starts(mapped, lines, f"{file_name}\n{hints}")
    ends = [*[one.start for one in starts[1:]], len(text)]
    title = compilation_title(text, lines, starts[0].start)
    reports: list[ReportSlice] = []
    for n, (one, end) in enumerate(zip(starts, ends, strict=True)):
        bounds = (front if n == 0 else one.start, one, end)
        after = reports[-1].raw_end if reports else 0
        reports.append(_cut(mapped, bounds, title if len(starts) > 1 else "", after))
    return reports


def _cut(
    mapped: MappedText, bounds: tuple[int, Start, int], compilation: str, after: int
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
    return re.search("[。；;！？!?]", text) is not None or len(text) > 120


def _breaks_off(text: str) -> bool:
    """Say whether the last line begins like sentences and ends without one."""
    if not _has_body(text):
        return True
    row = text.rstrip().rsplit("\n", 1)[-1].strip()
    tail = re.split("[。！？!?]", row[-200:])[-1]
    whole = ends_sentence(row) or row[-1] in "%％）)】]" or any(map(DATE_LINE.match, tail.split()))
    return len(row) > 40 and "。" in row and len(tail) > 1 and not whole

"""Which paragraphs does a report hold, and what is each of them?"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from policytext.anatomy.blocks import read_blocks
from policytext.anatomy.kinds import Row, read_kinds
from policytext.anatomy.lines import RANK, Enumerator, Line
from policytext.anatomy.parts import is_outer, numbers_outer, read_heading, read_parts
from policytext.cleaning.mapped import MappedText
from policytext.reading.source import Hint
from policytext.records import PARTS_LEFT_OUT

GAP: Final = "numbering_gap"


@dataclass(frozen=True)
class ParagraphSlice:
    """A paragraph with the place of each of its characters in the source.

    ``mapped``: Its text and the map to the source.
    ``section``: Path of the numbers it stands under, such as ``一/（二）/3``; empty if there are
      none.
    ``part_of_report``: One of ``policytext.records.PARTS``.
    ``kind``: One of ``policytext.records.KINDS``.
    ``flags``: What was seen or done: ``title``, ``salutation``, ``speaker``, ``issuer``,
      ``date_line``, ``source_line``, ``runin_heading``, ``markdown_heading``, ``numbering_gap``,
      ``joined``, ``cut``, ``unglued``, ``part_by_tense``, ``part_by_lead``, ``part_in_doubt``;
      ``page_title``, ``level_1`` to ``level_6``, ``strong`` and ``list_item`` for what the format
      shows as title, heading, in bold or next to another item of its list;
      ``cell`` with ``table_1``, ``row_2`` and ``column_3`` for what stands in a table.
    """

    mapped: MappedText
    section: str
    part_of_report: str
    kind: str
    flags: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The paragraph as it is read and counted."""
        return self.mapped.text

    @property
    def raw_start(self) -> int:
        """Where it begins in the source."""
        return self.mapped.span[0]

    @property
    def raw_end(self) -> int:
        """Where it ends in the source."""
        return self.mapped.span[1]


def paragraphs(
    report: MappedText,
    *,
    title_span: tuple[int, int] | None = None,
    cells: Sequence[Hint] = (),
) -> list[ParagraphSlice]:
    """Return the paragraphs of one report, in order; ``cells``: which spans are in tables.

    >>> report = MappedText.of("某县工作总结\\n一、工作回顾\\n完成。\\n二、下一步打算\\n推进。")
    >>> [(p.section, p.kind, p.part_of_report) for p in paragraphs(report, title_span=(0, 6))]
    [('', 'heading', 'lead'), ('一', 'heading', 'review'), ('一', 'body', 'review'),
     ('二', 'heading', 'plan'), ('二', 'body', 'plan')]
    """
    joined, lines = read_blocks(report, cells)
    lines = _with_source(joined, lines)
    slices = [joined.slice(line.start, line.end) for line in lines]
    rows = read_kinds(lines, [_overlaps(one.span, title_span) for one in slices])
    parts = read_parts(rows)
    out = []
    for i, (path, gap) in enumerate(section_paths(_numbering(rows))):
        flags = list(dict.fromkeys((*rows[i].flags, *lines[i].flags, *[GAP] * gap)))
        flags += [parts[i].flag] if parts[i].flag else []
        out.append(ParagraphSlice(slices[i], path, parts[i].part, rows[i].kind, tuple(flags)))
    return out


def _with_source(report: MappedText, lines: Sequence[Line]) -> list[Line]:
    """Join lines that no source character stands behind with the line before or after.

    A repair may put a line break into text of its own; both sides then share one place.
    """
    ends = [piece.text_end for piece in report.pieces]
    out: list[Line] = []
    stands = True
    for line in lines:
        own = _has_source(report, ends, line)
        if out and not (own and stands) and line.is_cell == out[-1].is_cell:
            words = report.text[out[-1].start : line.end]
            out[-1] = Line(words, out[-1].start, out[-1].indent, out[-1].flags)
            stands = _has_source(report, ends, out[-1])
        else:
            out.append(line)
            stands = own
    return out


def _has_source(report: MappedText, ends: Sequence[int], line: Line) -> bool:
    at = bisect_right(ends, line.start)
    while at < len(report.pieces) and report.pieces[at].text_start < line.end:
        piece = report.pieces[at]
        if piece.copied or (piece.start < piece.end and piece.text_start >= line.start):
            return True
        at += 1
    return False


def _overlaps(span: tuple[int, int], other: tuple[int, int] | None) -> bool:
    return other is not None and span[0] < other[1] and other[0] < span[1]


# Under which numbers does each paragraph stand: 一/（二）/3?


class Numbered(NamedTuple):
    """What numbering a paragraph shows.

    ``enumerator``: The number it begins with, or None.
    ``heading``: Whether it is a heading.
    ``resets``: Whether it opens a part with numbering of its own (annex, glossary).
    """

    enumerator: Enumerator | None
    heading: bool
    resets: bool = False


def section_paths(paragraphs: Iterable[Numbered]) -> Iterator[tuple[str, bool]]:
    """Yield for each paragraph its section path and whether a number was skipped before it.

    A style of numbering that stands open is continued; a new one opens below the heading it
    follows, or at its usual rank.

    >>> from policytext.anatomy.lines import read_enumerator as read
    >>> rows = ("一、成绩", "（一）医改", "（三）医保", "二、计划")
    >>> heads = [Numbered(read(row), True) for row in rows]
    >>> list(section_paths(heads))
    [('一', False), ('一/（一）', False), ('一/（三）', True), ('二', False)]
    """
    stack: list[Enumerator] = []
    after_heading = False
    path = ""
    for enumerator, heading, resets in paragraphs:
        gap = False
        if resets:
            stack, path = [], ""
        if enumerator is not None:
            gap = _place(stack, enumerator, after_heading)
            path = "/".join(one.label for one in stack)
        yield path, gap
        after_heading = heading


def _place(stack: list[Enumerator], new: Enumerator, after_heading: bool) -> bool:
    """Put a number into the stack of open ones; say whether it skips a number."""
    styles = [one.style for one in stack]
    if new.style in styles:
        at = styles.index(new.style)
        last = stack[at].number
        del stack[at:]
        stack.append(new)
        return new.number > last + 1
    if not (after_heading and new.number == 1):
        while stack and RANK[stack[-1].style] > RANK[new.style]:
            stack.pop()
    stack.append(new)
    return new.number > 1


def _numbering(rows: Sequence[Row]) -> list[Numbered]:
    """Return the numbering of each paragraph, and which headings begin it anew."""
    outer_numbers = numbers_outer(rows)
    out = []
    for row in rows:
        heading = row.kind == "heading"
        part = read_heading(row.behind_number).part if heading and is_outer(row) else ""
        resets = part in PARTS_LEFT_OUT or (bool(part) and not outer_numbers)
        leveled = any(f == "markdown_heading" or f.startswith("level_") for f in row.flags)
        resets = resets or (leveled and row.enumerator is None)
        out.append(Numbered(row.enumerator, heading, resets))
    return out

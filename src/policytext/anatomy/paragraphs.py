"""Which paragraphs does a report hold, and what is each of them?"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from policytext.anatomy.blocks import Block, read_blocks
from policytext.anatomy.kinds import Kind, read_kinds
from policytext.anatomy.lines import RANK, Enumerator
from policytext.anatomy.parts import (
    heading_words,
    is_outer,
    numbers_outer,
    read_heading,
    read_parts,
)
from policytext.cleaning.mapped import MappedText
from policytext.records import PARTS_LEFT_OUT

# Under which numbers does each paragraph stand: 一/（二）/3?

GAP = "numbering_gap"


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


# Which paragraphs does a report hold, and what is each of them?


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
      ``joined``, ``cut``, ``unglued``, ``part_by_tense``, ``part_by_lead``, ``part_in_doubt``.
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
        return self.mapped.source_span()[0]

    @property
    def raw_end(self) -> int:
        """Where it ends in the source."""
        return self.mapped.source_span()[1]


def paragraphs(
    report: MappedText, *, title_span: tuple[int, int] | None = None
) -> list[ParagraphSlice]:
    """Return the paragraphs of one report, in order.

    >>> report = MappedText.of("某县工作总结\\n一、工作回顾\\n完成。\\n二、下一步打算\\n推进。")
    >>> [(p.section, p.kind, p.part_of_report) for p in paragraphs(report, title_span=(0, 6))]
    [('', 'heading', 'lead'), ('一', 'heading', 'review'), ('一', 'body', 'review'),
     ('二', 'heading', 'plan'), ('二', 'body', 'plan')]
    """
    joined, blocks = read_blocks(report)
    blocks = _with_source(joined, blocks)
    slices = [joined.slice(block.start, block.end) for block in blocks]
    rows = [one.text for one in slices]
    titles = [_overlaps(one.source_span(), title_span) for one in slices]
    kinds = read_kinds(rows, titles)
    parts = read_parts(rows, kinds)
    numbered = _numbering(rows, kinds)
    out = []
    for i, (path, gap) in enumerate(section_paths(numbered)):
        flags = [*kinds[i].flags, *blocks[i].flags]
        flags += [GAP] * gap + ([parts[i].flag] if parts[i].flag else [])
        out.append(ParagraphSlice(slices[i], path, parts[i].part, kinds[i].kind, tuple(flags)))
    return out


def _numbering(rows: Sequence[str], kinds: Sequence[Kind]) -> list[Numbered]:
    """Return the numbering of each paragraph, and which headings begin it anew."""
    heads = [k.kind == "heading" for k in kinds]
    outer_numbers = numbers_outer(kinds)
    out = []
    for row, kind, head in zip(rows, kinds, heads, strict=True):
        part = read_heading(heading_words(row, kind)).part if head and is_outer(kind) else ""
        resets = part in PARTS_LEFT_OUT or (bool(part) and not outer_numbers)
        resets = resets or ("markdown_heading" in kind.flags and kind.enumerator is None)
        out.append(Numbered(kind.enumerator, head, resets))
    return out


def _with_source(report: MappedText, blocks: Sequence[Block]) -> list[Block]:
    """Join blocks that no source character stands behind with the block before or after.

    A repair may put a line break into text of its own; both sides then share one place.
    """
    ends = [piece.text_end for piece in report.pieces]
    out: list[Block] = []
    for block in blocks:
        if out and not (_has_source(report, ends, block) and _has_source(report, ends, out[-1])):
            out[-1] = out[-1]._replace(end=block.end)
        else:
            out.append(block)
    return out


def _has_source(report: MappedText, ends: Sequence[int], block: Block) -> bool:
    at = bisect_right(ends, block.start)
    while at < len(report.pieces) and report.pieces[at].text_start < block.end:
        piece = report.pieces[at]
        if piece.copied or (piece.start < piece.end and piece.text_start >= block.start):
            return True
        at += 1
    return False


def _overlaps(span: tuple[int, int], other: tuple[int, int] | None) -> bool:
    return other is not None and span[0] < other[1] and other[0] < span[1]

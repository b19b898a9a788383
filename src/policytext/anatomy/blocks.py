"""Where does each paragraph begin and end, once lines are joined and flattened text is cut?"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from policytext.anatomy.kinds import is_plain_heading
from policytext.anatomy.lines import (
    Enumerator,
    Line,
    count_han,
    ends_sentence,
    read_enumerator,
    read_lines,
)
from policytext.cleaning.mapped import Edit, MappedText

# Where must a line be cut in which headings and paragraphs were run together?

SHORTEST: Final = 150
"""Lines shorter than this are not searched."""
LONGEST_HEADING: Final = 40

_GAPS: Final = re.compile(r"[ \xa0\u3000]+")
_SENTENCE_GAP: Final = re.compile(r"(?<=[。！？])[ \xa0\u3000]+(?=\S)")
_SALUTATION: Final = re.compile(r"(?:^|(?<=\s))(?:尊敬的)?(?:各位|同志)\S{0,12}?[:：!！](?=\s)")
_MARK: Final = re.compile("[。；;！？!?：:]")
_SIGNATURE: Final = re.compile(
    r"(?<=[。！”])\s*(?P<issuer>[^\s，。,]{2,30})\s+(?P<date>[(（]?[0-9xX二〇○零一O]{0,4}年\S{2,9}日[)）]?)$"
)
_UNFINISHED: Final = re.compile("[了的和与在对将为以按从把被及，,、]$")
_OFFICE: Final = re.compile("(?:局|委|委员会|政府|医院|中心|办公室|县委|市委|区委|省委|厅|部|院)$")


def cut_flattened(text: str, lines: Sequence[Line]) -> dict[int, list[tuple[int, int]]]:
    """Return for each line that must be cut (key: its start) the spans of its parts.

    A text counts as flattened only if numbers of headings in mid-line run in order; elsewhere
    a number after a space is left alone.

    >>> row = "情况如下: 一、主要工作 1、医改工作 全县推进医改。" + "各项任务落实。" * 20
    >>> row += " 2、妇幼工作 全部完成。"
    >>> cuts = cut_flattened(row, [Line(0, len(row), 0, 0)])
    >>> [row[a:b][:8] for a, b in cuts[0]]
    ['情况如下:', '一、主要工作', '1、医改工作', '全县推进医改。各', '2、妇幼工作', '全部完成。']
    """
    long_lines = [line for line in lines if line.end - line.start >= SHORTEST]
    marks = {line.start: list(_numbers_in(text, line)) for line in long_lines}
    kept = _in_order([one for found in marks.values() for one in found])
    if len(kept) < 2 or not any(number.number == 1 for _, number in kept):
        return {}
    starts = {start for start, _ in kept}
    cuts: dict[int, list[tuple[int, int]]] = {}
    for line in long_lines:
        numbers = [(start, n) for start, n in marks[line.start] if start in starts]
        spans = _spans(text, line, _points(text, line, numbers))
        if len(spans) > 1:
            cuts[line.start] = spans
    return cuts


def _numbers_in(text: str, line: Line) -> Iterator[tuple[int, Enumerator]]:
    """Yield the enumerators of a line that follow a blank, and the one it begins with."""
    first = read_enumerator(text, line.start, line.end)
    if first is not None:
        yield line.start, first
    for gap in _GAPS.finditer(text, line.start, line.end):
        found = read_enumerator(text, gap.end(), line.end)
        if found is not None and not text[found.end : found.end + 1].isdigit():
            yield gap.end(), found


def _in_order(numbers: Sequence[tuple[int, Enumerator]]) -> list[tuple[int, Enumerator]]:
    """Keep the numbers that begin at one or go on from the last one of their style."""
    last: dict[str, int] = {}
    kept = []
    for start, one in numbers:
        if one.number == 1 or 0 < one.number - last.get(one.style, -9) <= 2:
            last[one.style] = one.number
            kept.append((start, one))
    return kept


def _points(text: str, line: Line, numbers: Sequence[tuple[int, Enumerator]]) -> list[int]:
    """Return where the parts of a line begin."""
    points = {line.start, *[start for start, _ in numbers]}
    for _, one in numbers:
        head_end = _heading_end(text, one.end, line.end)
        if head_end:
            points.add(head_end)
    points.update(found.end() for found in _SENTENCE_GAP.finditer(text, line.start, line.end))
    for found in _SALUTATION.finditer(text, line.start, min(line.end, line.start + 200)):
        points.update((found.start(), found.end()))
    points.update(_front_matter(text, line))
    points.update(_signature(text, line))
    return sorted(points)


def _heading_end(text: str, start: int, end: int) -> int:
    """Return where the body begins behind a heading that ends at a blank (0: it does not)."""
    gap = _GAPS.search(text, start, min(end, start + LONGEST_HEADING + 2))
    if gap is None or gap.end() >= end or gap.start() - start < 2:
        return 0
    head = text[start : gap.start()]
    if _MARK.search(head) or _UNFINISHED.search(head):
        return 0
    return gap.end()


def _front_matter(text: str, line: Line) -> Iterator[int]:
    """Yield where the titles, issuers and dates begin that stand before the first sentence."""
    at = line.start
    while gap := _GAPS.search(text, at, min(line.end, at + LONGEST_HEADING + 2)):
        if _MARK.search(text, at, gap.start()) or "，" in text[at : gap.start()]:
            return
        words = text[at : gap.start()]
        at = gap.end()
        if not (
            _OFFICE.search(words) and re.match(r"年|\S{0,40}(?:总结|报告|汇报)", text[at : at + 40])
        ):
            yield at


def _signature(text: str, line: Line) -> Iterator[int]:
    found = _SIGNATURE.search(text, max(line.start, line.end - 80), line.end)
    if found:
        yield found.start("issuer")
        yield found.start("date")


def _spans(text: str, line: Line, points: Sequence[int]) -> list[tuple[int, int]]:
    ends = [*points[1:], line.end]
    spans = []
    for start, end in zip(points, ends, strict=True):
        words = text[start:end]
        lead = len(words) - len(words.lstrip())
        if words.strip():
            spans.append((start + lead, start + lead + len(words.strip())))
    return spans


# Where does each paragraph begin and end, once lines are joined and flattened text is cut?

LONG_LINE: Final = 300
BODY_LENGTH: Final = 40
"""A line longer than this without a sentence end is a broken paragraph rather than a heading."""

_BLANKS: Final = re.compile(r"[\t \xa0\u2003\u3000]{2,}|\t")
_WIDE: Final = re.compile(r"\t|[\xa0\u2003\u3000]{2}| {4}")
_OPEN_END: Final = re.compile(r"[，,、:：“‘（(《〈›\w]$")
_ITEM: Final = re.compile(r"[一二三四五六七八九十]是|——|[•●■◆▪·]|第[一二三四五六七八九十]+[，,]|#")
_GLUED: Final = re.compile(r"[。！？][”’）]?([\u4e00-\u9fff“”]{5,24})$")
_CONTINUES: Final = re.compile(r"[，,、。；;：:）)”’》%％]")


class Block(NamedTuple):
    """A paragraph to be: its span, and how it came about."""

    start: int
    end: int
    indent: int = 0
    blanks: int = 0
    flags: tuple[str, ...] = ()


def read_blocks(report: MappedText) -> tuple[MappedText, list[Block]]:
    """Return the report with broken paragraphs joined, and the spans of its paragraphs.

    Line breaks in mid-sentence are edits of rule ``joined_lines``, so the map to the source
    remembers them. Lines that hold a whole report are cut at wide gaps and at the numbers of
    headings.

    >>> text = "一、工作\\n" + "全县医疗卫生机构" * 6 + "，\\n全部达标。"
    >>> joined, blocks = read_blocks(MappedText.of(text))
    >>> [joined.text[b.start : b.end][-5:] for b in blocks]
    ['一、工作', '全部达标。']
    """
    text = report.text
    blocks = _cut_lines(text, read_lines(text))
    width = wrap_width(text, blocks)
    if not width:
        blocks = _unglue_headings(text, blocks)
    gaps = _gaps_to_close(text, blocks, width)
    if not gaps:
        return report, blocks
    edits = [Edit(a, b, _glue(text, a, b), "joined_lines") for a, b in gaps]
    return report.apply(edits), _shift(blocks, edits)


def _cut_lines(text: str, lines: Sequence[Line]) -> list[Block]:
    rows = [row for line in lines for row in _cut_at_wide_gaps(text, line)]
    cut = cut_flattened(text, [Line(*row[:4]) for row in rows])
    blocks: list[Block] = []
    for row in rows:
        spans = cut.get(row.start)
        if spans is None:
            blocks.append(row)
            continue
        blocks += [
            Block(a, b, row.indent, row.blanks if a == row.start else 1, ("cut",)) for a, b in spans
        ]
    return blocks


def _cut_at_wide_gaps(text: str, line: Line) -> list[Block]:
    """Cut a long line that holds many paragraphs with wide gaps between them."""
    gaps: list[tuple[int, int]] = []
    if line.end - line.start >= LONG_LINE and _may_have_gaps(text, line):
        runs = _BLANKS.finditer(text, line.start, line.end)
        gaps = [run.span() for run in runs if _WIDE.search(run.group())]
    if len(gaps) < 3:
        return [Block(*line)]
    starts = [line.start, *[b for _, b in gaps]]
    ends = [*[a for a, _ in gaps], line.end]
    return [
        Block(a, b, line.indent, line.blanks if a == line.start else 1, ("cut",))
        for a, b in zip(starts, ends, strict=True)
        if text[a:b].strip()
    ]


def _may_have_gaps(text: str, line: Line) -> bool:
    marks = ("\t", "\u3000\u3000", "\xa0\xa0", "\u2003\u2003", "    ")
    return any(text.find(mark, line.start, line.end) >= 0 for mark in marks)


def _unglue_headings(text: str, blocks: Sequence[Block]) -> list[Block]:
    """Cut off a heading that was glued to the end of the paragraph before it.

    It must be as long as the other headings without numbers, of which there are two at least.
    """
    rows = [text[b.start : b.end] for b in blocks]
    sizes = [
        count_han(r)
        for r in rows[1:]
        if len(r) <= 30 and is_plain_heading(r) and not _begins_anew(r)
    ]
    if len(sizes) < 2:
        return list(blocks)
    out: list[Block] = []
    for i, (row, block) in enumerate(zip(rows, blocks, strict=True)):
        glued = _GLUED.search(row) if len(row) > BODY_LENGTH and i + 1 < len(rows) else None
        if glued is None or sum(abs(count_han(glued[1]) - n) <= 2 for n in sizes) < 2:
            out.append(block)
            continue
        at = block.start + glued.start(1)
        out.append(block._replace(end=at))
        out.append(Block(at, block.end, block.indent, 1, ("unglued",)))
    return out


def wrap_width(text: str, blocks: Sequence[Block]) -> int:
    """Return the width at which lines were broken, or 0 if lines are paragraphs.

    Text is taken as broken at a width if most lines end in mid-sentence and nearly as long as
    the longest.

    >>> rows = "\\n".join(["全县各级医疗卫生机构积极推进综合改革试点工作"] * 12)
    >>> wrap_width(rows, [Block(*line) for line in read_lines(rows)])
    22
    """
    if len(blocks) < 8:
        return 0
    sizes = sorted(b.end - b.start for b in blocks)
    width = sizes[int(len(sizes) * 0.9)]
    if not 15 <= width <= 70:
        return 0
    full = [b for b in blocks if b.end - b.start >= width - 4]
    open_ended = [b for b in full if not ends_sentence(text[b.start : b.end])]
    enough = len(full) >= 0.45 * len(blocks) and len(open_ended) >= 0.6 * len(full)
    return width if enough else 0


def _gaps_to_close(text: str, blocks: Sequence[Block], width: int) -> list[tuple[int, int]]:
    rows = [text[b.start : b.end] for b in blocks]
    unended = [len(r) > BODY_LENGTH and not ends_sentence(r) for r in rows]
    long_rows = sum(len(r) > BODY_LENGTH for r in rows)
    careless = long_rows >= 5 and sum(unended) > 0.3 * long_rows and not width
    gaps = []
    following = ""
    for i in range(len(rows) - 1, -1, -1):
        row = rows[i]
        if following and _goes_on(row, following, blocks[i + 1], width, careless):
            gaps.append((blocks[i].end, blocks[i + 1].start))
            following = row + following
        else:
            following = row
    return gaps[::-1]


def _goes_on(row: str, following: str, block: Block, width: int, careless: bool) -> bool:
    """Say whether a line goes on in the next one (given with all that goes on behind it)."""
    if block.flags == ("unglued",):
        return False
    if row[-1] in "《“‘（(〈" or following[0] in "》”’）〉，、。；":
        return True
    if width:
        return _wrapped(row, following, block, width)
    return len(row) > BODY_LENGTH and not ends_sentence(row) and _broken(row, following, careless)


def _wrapped(row: str, following: str, block: Block, width: int) -> bool:
    """Say whether a line goes on in the next, in text that is broken at a width."""
    if ends_sentence(row) and (len(row) < width - 6 or block.indent >= 2):
        return False
    if block.indent >= 2 or _begins_anew(following):
        return False
    return len(row) >= width - 6 or _CONTINUES.match(following) is not None


def _broken(row: str, following: str, careless: bool) -> bool:
    """Say whether a long line without a sentence end goes on in the next line."""
    if not _OPEN_END.search(row) or row[-1] in "：:" or _begins_anew(following):
        return False
    if _CONTINUES.match(following) or row[-1] in "，,、（(《“":
        return True
    if careless or not re.search("[，。,；]", row):
        return False
    return ends_sentence(following) or len(following) > BODY_LENGTH


def _begins_anew(row: str) -> bool:
    return read_enumerator(row) is not None or _ITEM.match(row) is not None


def _glue(text: str, start: int, end: int) -> str:
    """Return what joins two lines: a space between Latin words, nothing in Chinese."""
    before, after = text[start - 1 : start], text[end : end + 1]
    latin = before.isascii() and after.isascii() and before.isalpha() and after.isalpha()
    return " " if latin and before not in "xX" else ""


def _shift(blocks: Sequence[Block], edits: Sequence[Edit]) -> list[Block]:
    """Move the blocks to their places after the edits, and join those that were broken."""
    joined = {e.start: e for e in edits}
    out: list[Block] = []
    moved = 0
    open_block: Block | None = None
    for block in blocks:
        start, end = block.start + moved, block.end + moved
        if open_block is not None:
            block = open_block._replace(end=end, flags=(*open_block.flags, "joined"))
        else:
            block = block._replace(start=start, end=end)
        edit = joined.get(end - moved)
        if edit is None:
            out.append(block._replace(flags=tuple(dict.fromkeys(block.flags))))
            open_block = None
        else:
            moved += len(edit.after) - (edit.end - edit.start)
            open_block = block
    return out

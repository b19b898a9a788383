"""Where must a line be cut in which headings and paragraphs were run together?"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from policytext.anatomy.lines import Line
from policytext.anatomy.numbering import Enumerator, read_enumerator

SHORTEST: Final = 150
"""Lines shorter than this are not searched."""
LONGEST_HEADING: Final = 40

_BLANKS: Final = re.compile(r"[ \xa0\u3000]+")
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

    Examples
    --------
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
    for gap in _BLANKS.finditer(text, line.start, line.end):
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
    gap = _BLANKS.search(text, start, min(end, start + LONGEST_HEADING + 2))
    if gap is None or gap.end() >= end or gap.start() - start < 2:
        return 0
    head = text[start : gap.start()]
    if _MARK.search(head) or _UNFINISHED.search(head):
        return 0
    return gap.end()


def _front_matter(text: str, line: Line) -> Iterator[int]:
    """Yield where the titles, issuers and dates begin that stand before the first sentence."""
    at = line.start
    while gap := _BLANKS.search(text, at, min(line.end, at + LONGEST_HEADING + 2)):
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

"""Which pieces of a page stand in the cells of a table?"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from itertools import pairwise
from statistics import median
from typing import NamedTuple, Self

from policytext.layout.glyphs import DrawnRule
from policytext.layout.rows import LinePiece, as_line, rows

_NEAR = 3.0
_MOST_BORDERS = 150
_MOST_RULES = 4_000
"""Different rules of one page; more of them are a drawing, and are compared two by two."""
_COVERED = 0.5

_FEWEST_ROWS = 3
_LONGEST_CELL = 14.0
"""Em of the median cell where no rules are drawn: wider ones are columns of text."""

_SHORT_CELL = 8.0
_COLUMN_GAP = 0.9
_FIGURE = re.compile(r"[\d.,%％+\-－—/~～]+.{0,4}|[√×●○/\-—－]")


class TableCell(NamedTuple):
    """The words of a cell, with the numbers of its row and column from 1."""

    row: int
    column: int
    found: list[LinePiece]


class Grid(NamedTuple):
    """A table on a page: its box and its cells, row by row."""

    x0: float
    y0: float
    x1: float
    y1: float
    cells: list[TableCell]


# Which tables do drawn rules make?


def ruled_tables(
    found: Sequence[LinePiece], rules: Sequence[DrawnRule]
) -> tuple[list[Grid], list[LinePiece]]:
    """Return the tables that rules border, and the pieces that stand in none of them.

    >>> lines = [DrawnRule(0, y, 200, y) for y in (0, 20, 40)]
    >>> lines += [DrawnRule(x, 0, x, 40) for x in (0, 99, 200)]
    >>> words = [LinePiece("床位", 5, 4, 25, 14, 10), LinePiece("90", 105, 24, 115, 34, 10)]
    >>> tables, rest = ruled_tables(words, lines)
    >>> [(c.row, c.column, c.found[0].text) for c in tables[0].cells], rest
    ([(1, 1, '床位'), (2, 2, '90')], [])
    """
    tables: list[Grid] = []
    rest = list(found)
    if len(rules) > _MOST_RULES and len(set(rules)) > _MOST_RULES:
        return [], rest
    for level, upright in _frames(rules):
        across = _borders((r.x0 + r.x1) / 2 for r in upright)
        down = _borders((r.y0 + r.y1) / 2 for r in level)
        if not (3 <= len(across) <= _MOST_BORDERS and 2 <= len(down) <= _MOST_BORDERS):
            continue
        inside = [
            p
            for p in rest
            if across[0] <= (p.x0 + p.x1) / 2 <= across[-1] and down[0] <= p.middle <= down[-1]
        ]
        cells = _cells(inside, across, down, level, upright)
        if len({cell.row for cell in cells}) > 1 and len({cell.column for cell in cells}) > 1:
            taken = set(map(id, inside))
            rest = [p for p in rest if id(p) not in taken]
            tables.append(Grid(across[0], down[0], across[-1], down[-1], cells))
    return tables, rest


def boxes(
    found: Sequence[LinePiece], rules: Sequence[DrawnRule]
) -> tuple[list[list[LinePiece]], list[LinePiece]]:
    """Return what stands in frames beside other text, frame by frame, and the rest.

    >>> frame = [DrawnRule(90, y, 180, y) for y in (0, 40)]
    >>> frame += [DrawnRule(x, 0, x, 40) for x in (90, 180)]
    >>> words = [LinePiece("正文", 0, 4, 20, 14, 10), LinePiece("导读", 95, 4, 115, 14, 10)]
    >>> [[p.text for p in box] for box in boxes(words, frame)[0]]
    [['导读']]
    """
    out: list[list[LinePiece]] = []
    rest = list(found)
    for level, upright in _frames(rules):
        across = _borders((r.x0 + r.x1) / 2 for r in upright)
        down = _borders((r.y0 + r.y1) / 2 for r in level)
        if len(across) != 2 or len(down) != 2:
            continue
        level_with = [p for p in rest if down[0] <= p.middle <= down[1]]
        inside = [p for p in level_with if across[0] <= p.x0 and p.x1 <= across[1]]
        if 0 < len(inside) < len(level_with):
            taken = set(map(id, inside))
            rest = [p for p in rest if id(p) not in taken]
            out.append(inside)
    return out, rest


def _frames(rules: Sequence[DrawnRule]) -> Iterator[tuple[list[DrawnRule], list[DrawnRule]]]:
    """Yield level and upright rules of each group in which one touches another."""
    place_of = {rule: place for place, rule in enumerate(dict.fromkeys(rules))}
    drawn = list(place_of)
    group = list(range(len(drawn)))
    ordered = sorted(range(len(drawn)), key=lambda i: drawn[i].y0)
    open_rules: list[int] = []
    for i in ordered:
        open_rules = [j for j in open_rules if drawn[j].y1 + _NEAR >= drawn[i].y0]
        for j in open_rules:
            if drawn[j].x0 - _NEAR <= drawn[i].x1 and drawn[i].x0 - _NEAR <= drawn[j].x1:
                _unite(group, i, j)
        open_rules.append(i)
    frames: dict[int, list[DrawnRule]] = {}
    for rule in rules:
        frames.setdefault(_root(group, place_of[rule]), []).append(rule)
    for inside in frames.values():
        level = [r for r in inside if r.level]
        upright = [r for r in inside if not r.level]
        if len(level) > 1 and upright:
            yield level, upright


def _root(group: list[int], i: int) -> int:
    while group[i] != i:
        group[i] = group[group[i]]
        i = group[i]
    return i


def _unite(group: list[int], i: int, j: int) -> None:
    group[_root(group, i)] = _root(group, j)


def _borders(places: Iterator[float]) -> list[float]:
    """Return places without those that lie close behind another."""
    out: list[float] = []
    for place in sorted(places):
        if not out or place - out[-1] > 2 * _NEAR:
            out.append(place)
    return out


def _cells(
    found: Sequence[LinePiece],
    across: Sequence[float],
    down: Sequence[float],
    level: Sequence[DrawnRule],
    upright: Sequence[DrawnRule],
) -> list[TableCell]:
    """Return the cells that hold words; fields with no rule between them are one cell."""
    wide, high = len(across) - 1, len(down) - 1
    levels, uprights = _Ordered.of(level), _Ordered.of(upright)
    group = list(range(wide * high))
    for row in range(high):
        for column in range(wide):
            at = row * wide + column
            if column + 1 < wide and not _drawn(uprights, across[column + 1], *down[row : row + 2]):
                _unite(group, at + 1, at)
            if row + 1 < high and not _drawn(levels, down[row + 1], *across[column : column + 2]):
                _unite(group, at + wide, at)
    first: dict[int, int] = {}
    for at in range(wide * high):
        first.setdefault(_root(group, at), at)
    held: dict[int, list[LinePiece]] = {}
    for piece in found:
        row = min(max(bisect_right(down, piece.middle) - 1, 0), high - 1)
        column = min(max(bisect_right(across, (piece.x0 + piece.x1) / 2) - 1, 0), wide - 1)
        held.setdefault(first[_root(group, row * wide + column)], []).append(piece)
    return [TableCell(at // wide + 1, at % wide + 1, held[at]) for at in sorted(held)]


class _Ordered(NamedTuple):
    """Rules of one direction by their place across it: places, and where each begins and ends."""

    places: list[float]
    spans: list[tuple[float, float]]

    @classmethod
    def of(cls, rules: Sequence[DrawnRule]) -> Self:
        """Put rules in order."""
        found = sorted(
            ((r.y0 + r.y1) / 2, (r.x0, r.x1)) if r.level else ((r.x0 + r.x1) / 2, (r.y0, r.y1))
            for r in rules
        )
        return cls([place for place, _ in found], [span for _, span in found])


def _drawn(rules: _Ordered, place: float, start: float, end: float) -> bool:
    """Say whether rules cover at least half of a border."""
    first = bisect_left(rules.places, place - 2 * _NEAR)
    last = bisect_right(rules.places, place + 2 * _NEAR)
    spans = rules.spans[first:last]
    covered = sum(max(0.0, min(high, end) - max(low, start)) for low, high in spans)
    return covered >= _COVERED * (end - start)


# Which tables does alignment alone show?


def aligned_tables(
    lines: Sequence[Sequence[LinePiece]], size: float
) -> list[tuple[int, int, Grid]]:
    """Return tables among lines without rules: from which line to which, and the table.

    Three lines at least, two if one of three columns holds figures, have as many pieces, which
    stand below one another with a gap all the way down; in half of the columns most cells are
    figures, or all are short.
    """
    out: list[tuple[int, int, Grid]] = []
    start = 0
    while start < len(lines):
        end = _end_of_table(lines, start, size)
        if end - start >= _FEWEST_ROWS - 1:
            table = _aligned(lines[start:end])
            if table is not None and _holds_facts(table, size, few=end - start < _FEWEST_ROWS):
                out.append((start, end, table))
                start = end
                continue
        start += 1
    return out


def _end_of_table(lines: Sequence[Sequence[LinePiece]], start: int, size: float) -> int:
    """Return behind which line the stretch of lines with several pieces ends."""
    end = start
    while end < len(lines) and len(lines[end]) >= 2:
        if end > start and lines[end][0].middle - lines[end - 1][0].middle > 4 * size:
            break
        end += 1
    return end


def _aligned(lines: Sequence[Sequence[LinePiece]]) -> Grid | None:
    """Return the table whose columns are the stretches of width that are free of gaps."""
    even = _even(lines)
    if even is not None:
        return even
    spans = sorted((p.x0, p.x1) for row in lines for p in row)
    size = median(p.size for row in lines for p in row)
    columns: list[list[float]] = []
    for x0, x1 in spans:
        if columns and x0 <= columns[-1][1] + _COLUMN_GAP * size:
            columns[-1][1] = max(columns[-1][1], x1)
        else:
            columns.append([x0, x1])
    if len(columns) < 2:
        return None
    begins = [column[0] for column in columns]
    cells = [
        TableCell(number, bisect_right(begins, piece.x0 + 0.1), [piece])
        for number, row in enumerate(lines, 1)
        for piece in row
    ]
    full = sum(len(row) >= max(2, len(columns) - 1) for row in lines)
    if 2 * full < len(lines):
        return None
    top, foot = lines[0][0].y0, lines[-1][0].y1
    return Grid(columns[0][0], top, columns[-1][1], foot, cells)


def _even(lines: Sequence[Sequence[LinePiece]]) -> Grid | None:
    """Return the table of lines with as many pieces each, none of which reaches over another."""
    wide = len(lines[0])
    if any(len(row) != wide for row in lines):
        return None
    columns = list(zip(*lines, strict=True))
    for one, other in pairwise(columns):
        if max(p.x1 for p in one) >= min(p.x0 for p in other):
            return None
    cells = [
        TableCell(number, column, [piece])
        for number, row in enumerate(lines, 1)
        for column, piece in enumerate(row, 1)
    ]
    left, right = min(p.x0 for p in columns[0]), max(p.x1 for p in columns[-1])
    return Grid(left, lines[0][0].y0, right, lines[-1][0].y1, cells)


def _holds_facts(table: Grid, size: float, *, few: bool) -> bool:
    """Say whether a table holds facts rather than two columns of text, or contents.

    A table of a few rows has three columns, one of them of figures.
    """
    widths = [cell.found[0].x1 - cell.found[0].x0 for cell in table.cells]
    if median(widths) > _LONGEST_CELL * size:
        return False
    columns: dict[int, list[str]] = {}
    for cell in table.cells:
        columns.setdefault(cell.column, []).append(cell.found[0].text)
    figures = sum(
        2 * sum(_FIGURE.fullmatch(text) is not None for text in texts) >= len(texts)
        for number, texts in columns.items()
    )
    if few:
        return figures > 0 and len(columns) > 2 and median(widths) <= _SHORT_CELL * size
    return figures > 0 or (len(columns) > 2 and median(widths) <= _SHORT_CELL * size)


def words_of(cell: TableCell) -> list[LinePiece]:
    """Return the lines of a cell.

    >>> words_of(TableCell(1, 1, [LinePiece("床位", 0, 0, 20, 10, 10)]))[0].text
    '床位'
    """
    return [as_line(row) for row in rows(cell.found)]


def is_above(rule: DrawnRule, line: LinePiece) -> bool:
    """Say whether a short rule stands above a line, at its left, as above footnotes.

    >>> is_above(DrawnRule(70, 700, 200, 700.5), LinePiece("注", 70, 705, 80, 714, 9))
    True
    """
    near = -2.0 <= line.y0 - rule.y1 <= 2.0 * line.size
    return rule.level and near and abs(rule.x0 - line.x0) <= 3 * line.size

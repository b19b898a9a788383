"""Which lines of a text stand in a table?"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import groupby, repeat
from statistics import median
from typing import Final

from policytext.anatomy.lines import PAGE_TITLE, Line
from policytext.cleaning.mapped import MappedText
from policytext.reading.source import Hint

FEWEST_ROWS: Final = 2
LONGEST_TYPICAL: Final = 60
"""Characters of the median cell; a page is laid out in tables with longer ones."""
LONGEST_CELL: Final = 300
"""A cell that is longer, and holds half of its table, holds the page rather than a fact."""

FEWEST_LINES: Final = 3
LONGEST_IN_ROW: Final = 40
"""Characters of a cell in a row that is written as a line of plain text."""

_NUMBER: Final = re.compile(r"[0-9]{1,3}")


def mark_cells(mapped: MappedText, lines: Sequence[Line], cells: Sequence[Hint]) -> list[Line]:
    r"""Return the lines; those that stand in a table have the flag ``cell`` and say where.

    The format says which spans are cells (``cells``), headings, in bold or items of
    lists (flags ``level_2``, ``strong``, ``list_item``); in plain text rows are told by their form.

    >>> text = "序号\t单位\t床位\n1\t甲县\t90\n2\t乙县\t80\n甲县完成任务。"
    >>> from policytext.anatomy.lines import read_lines
    >>> [line.is_cell for line in mark_cells(MappedText.of(text), read_lines(text), ())]
    [True, True, True, False]
    """
    in_tables = [one for one in cells if one.column]
    heads = sorted(one for one in cells if not one.column)
    plain = in_tables or ("|" not in mapped.text and "\t" not in mapped.text)
    rows = list(lines) if plain else _mark_rows(lines)
    if not cells:
        return rows
    known = _of_tables(in_tables)
    out = []
    for line, cell, head in zip(
        rows, _hint_of(mapped, rows, known), _hint_of(mapped, rows, heads), strict=True
    ):
        if cell is not None:
            out.append(_marked(line, cell.table, cell.row, cell.column))
        elif head is not None and not line.is_cell:
            out.append(Line(line.words, line.start, line.indent, _laid_out(head)))
        else:
            out.append(line)
    return out


def _hint_of(
    mapped: MappedText, lines: Sequence[Line], hints: Sequence[Hint]
) -> Iterator[Hint | None]:
    """Yield for each line the hint in which it begins, if any; hints stand in order."""
    begins = [one.start for one in hints]
    if not begins:
        yield from repeat(None, len(lines))
        return
    for line in lines:
        at = mapped.to_source(line.start)
        i = bisect_right(begins, at) - 1
        yield hints[i] if i >= 0 and at < hints[i].end else None


def _laid_out(head: Hint) -> tuple[str, ...]:
    """Return the flags of a line that the format shows as title, heading, item or in bold."""
    if head.kind == "list_item":
        return ("list_item",)
    if head.kind == "title":
        return (PAGE_TITLE, *([f"level_{head.level}"] if head.level else []))
    return (f"level_{head.level}" if head.level else "strong",)


def _marked(line: Line, table: int, row: int, column: int = 0) -> Line:
    place = (f"table_{table}", f"row_{row}", *([f"column_{column}"] if column else []))
    return Line(line.words, line.start, line.indent, ("cell", *place))


def _of_tables(cells: Sequence[Hint]) -> list[Hint]:
    """Return the cells of tables that hold facts, in order; a page may be laid out in tables."""
    tables: dict[int, list[Hint]] = defaultdict(list)
    for cell in cells:
        if cell.end > cell.start:
            tables[cell.table].append(cell)
    return sorted(cell for inside in tables.values() if _holds_facts(inside) for cell in inside)


def _holds_facts(cells: Sequence[Hint]) -> bool:
    """Say whether two rows of a table at least hold two cells, and no cell holds the page."""
    sizes: dict[tuple[int, int], int] = defaultdict(int)
    for cell in cells:
        sizes[cell.row, cell.column] += cell.end - cell.start
    columns: dict[int, int] = defaultdict(int)
    for row, _ in sizes:
        columns[row] += 1
    longest = max(sizes.values())
    return (
        sum(n >= 2 for n in columns.values()) >= FEWEST_ROWS
        and median(sizes.values()) <= LONGEST_TYPICAL
        and (longest <= LONGEST_CELL or 2 * longest <= sum(sizes.values()))
    )


# Which lines of a plain text are rows, with tabs or strokes between their cells?


def _mark_rows(lines: Sequence[Line]) -> list[Line]:
    """Mark runs of lines with as many cells each."""
    out: list[Line] = []
    table = 0
    for shape, run in groupby(lines, _shape):
        rows = list(run)
        if shape and _are_rows(rows, *shape):
            table += 1
            rows = [_marked(line, table, i) for i, line in enumerate(rows, 1)]
        out += rows
    return out


def _shape(line: Line) -> tuple[str, int] | None:
    """Return what parts the cells of a line, and how many they are; None: it is no row."""
    mark = "|" if "|" in line.words else "\t"
    if mark not in line.words:
        return None
    cells = _row(line, mark)
    return (mark, len(cells)) if max(map(len, cells)) <= LONGEST_IN_ROW else None


def _row(line: Line, mark: str) -> list[str]:
    words = line.words.strip("|") if mark == "|" else line.words
    return [cell.strip() for cell in words.split(mark)]


def _are_rows(lines: Sequence[Line], mark: str, columns: int) -> bool:
    """Say whether lines are rows: three at least, and numbered where a tab parts two columns.

    In a list of contents it is the last column that holds figures alone.
    """
    rows = [_row(line, mark) for line in lines]
    counted = sum(_NUMBER.fullmatch(row[0]) is not None for row in rows)
    paired = columns == 2 and (mark == "|" or 2 * counted >= len(rows))
    return len(rows) >= FEWEST_LINES and (columns >= 3 or paired)

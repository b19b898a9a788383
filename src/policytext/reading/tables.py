"""Which reports does a table hold, one a record?"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from policytext.data import words_of
from policytext.errors import ReadingError
from policytext.reading.formats import decode
from policytext.reading.source import Limits

ColumnMap = Mapping[str, str | int]

UNDERSTOOD = ("text", "title", "year", "province", "city", "county")
"""What columns may hold whose names are understood without a column map."""

Record = tuple[str, dict[str, str]]
"""Text and what the other mapped columns say."""


def read_table(
    data: bytes, ending: str, columns: ColumnMap | None, limits: Limits
) -> tuple[list[Record], str]:
    """Return the records of a table and the encoding it was in."""
    rows: list[Any]
    if ending in (".xlsx", ".xls"):
        rows, encoding = _excel(data), ""
    else:
        text, encoding = decode(data)
        rows = list(_json_lines(text) if ending == ".jsonl" else _separated(text, ending, columns))
    if len(rows) > limits.members:
        raise ReadingError(f"a table must have at most {limits.members:,} rows, got {len(rows):,}")
    return list(_mapped(rows, columns)), encoding


def _excel(data: bytes) -> list[Any]:
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        return list(book.get_sheet_by_index(0).to_python())
    except (CalamineError, ValueError, OSError) as error:
        raise ReadingError(f"the file must be an Excel workbook, got: {error}") from error


def _separated(text: str, ending: str, columns: ColumnMap | None) -> Iterator[Sequence[Any]]:
    """Yield the cells of each row; between tabs, the last column keeps the tabs inside it."""
    if ending == ".csv":
        csv.field_size_limit(max(csv.field_size_limit(), 10_000_000))
        yield from csv.reader(io.StringIO(text, newline=""))
        return
    lines = [line.rstrip("\r") for line in text.split("\n") if line.strip()]
    last = max(columns.values(), default=0) if columns and _by_number(columns) else None
    if last is None and lines:
        last = lines[0].count("\t")
    yield from (line.split("\t", int(last or 0)) for line in lines)


def _by_number(columns: ColumnMap) -> bool:
    return all(isinstance(column, int) for column in columns.values())


def _json_lines(text: str) -> Iterator[dict[str, Any]]:
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
        except ValueError as error:
            raise ReadingError(f"line {number} must be a JSON object: {error}") from error
        if not isinstance(record, dict):
            raise ReadingError(f"line {number} must be a JSON object, got {line[:40]!r}")
        yield record


def _mapped(rows: Sequence[Any], columns: ColumnMap | None) -> Iterator[Record]:
    """Yield text and facts of each record, in the names of the corpus."""
    if not rows:
        return
    by_number = columns is not None and _by_number(columns)
    if isinstance(rows[0], dict):
        header: list[Any] = list(dict.fromkeys(key for row in rows for key in row))
    elif by_number:
        header = list(range(max(len(row) for row in rows)))
    else:
        header, rows = [str(cell).strip() for cell in rows[0]], rows[1:]
    wanted = columns if columns is not None else _guess(header)
    lacking = [f"{name}={column!r}" for name, column in wanted.items() if column not in header]
    if lacking or "text" not in wanted:
        shown = ", ".join(map(repr, header[:12]))
        missing = ", ".join(lacking) or "a column for the text"
        raise ReadingError(
            f"the table must have {missing}; it has {shown}: say which column is what, as in "
            f"columns={{'text': 'content', 'year': 'year'}}"
        )
    for number, row in enumerate(rows, 1):
        if not isinstance(row, dict) and any(str(cell).strip() for cell in row[len(header) :]):
            raise ReadingError(
                f"row {number} has {len(row)} cells and the header {len(header)}: put text that "
                f"holds the separator in quotation marks"
            )
        cells = row if isinstance(row, dict) else dict(zip(header, row, strict=False))
        facts = {name: _cell(cells.get(column)) for name, column in wanted.items()}
        yield facts.pop("text"), {k: v for k, v in facts.items() if v}


def _guess(header: Sequence[Any]) -> dict[str, str | int]:
    found: dict[str, str | int] = {}
    for name in UNDERSTOOD:
        known = words_of("reading/column_names.csv", name)
        match = next((c for c in header if str(c).strip().lower() in known), None)
        if match is not None:
            found[name] = match
    return found


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)

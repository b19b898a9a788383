"""Which column of a table holds the text of its reports, and which their year and place?

A column is known by its name, in the words of a list; by a part of its name (``prov_name``,
``年份（year）``), if its cells agree; or by its cells alone. Whatever is told by cells is said.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from statistics import median
from typing import Any, Final, NamedTuple

from policytext.data import read_table, words_of
from policytext.records import HAN

ColumnMap = Mapping[str, str | int]

NAMES: Final = "reading/column_names.csv"

UNDERSTOOD: Final = (
    *("text", "title", "year", "province", "city", "county", "adcode"),
    *("document_number", "issuers", "date_issued"),
)
"""What columns may hold whose names are understood without a column map."""

LONG_TEXT: Final = 60
"""Chinese characters that the texts of a column have at least in the middle."""
CLEARLY: Final = 3.0
"""How much more text than any other column has the one that is taken for the text."""
MOST: Final = 0.8
"""Least share of filled cells that must be years, or provinces, in a column of them."""
LONG_NAME: Final = 20
"""Characters that the name of a place has at most."""
LOOKED_AT: Final = 200
"""Rows whose cells are looked at."""
HEADER_ROWS: Final = 6
"""The names of columns stand in one of so many rows; titles of the table may stand above."""
UNNAMED: Final = "column "
TOLD: Final = "column read as the "
"""How what was told by cells is listed, with the field behind it."""

_YEAR: Final = re.compile(
    r"(?:19|20)\d{2}(?:\.0+)?(?:年度?)?|(?:19|20)\d{2}[-/.年].*|[一二]\S{3}年?"
)
_YEAR_NAME: Final = re.compile(r"(?:19|20)\d{2}(?:\.0+)?年?(?:度|报告|正文|全文)?")
_CODE: Final = re.compile(r"[1-8]\d{5}(?:\.0+)?")


class Layout(NamedTuple):
    """Names of the columns, the rows below them, and the rows above that name none."""

    header: list[Any]
    rows: list[Any]
    above: list[Any]


def laid_out(rows: Sequence[Any], columns: ColumnMap | None) -> Layout:
    """Find the row that names the columns; a table that begins with a report has none.

    >>> laid_out([["各省报告"], ["省份", "正文"], ["川", "全省"]], None).header
    ['省份', '正文']
    """
    if isinstance(rows[0], dict):
        return Layout(list(dict.fromkeys(key for row in rows for key in row)), list(rows), [])
    if columns is not None and all(isinstance(column, int) for column in columns.values()):
        return Layout(list(range(max(len(row) for row in rows))), list(rows), [])
    named = [[str(cell).strip() for cell in row] for row in rows[:HEADER_ROWS]]
    if columns is None and any(len(HAN.findall(cell)) >= LONG_TEXT for cell in named[0]):
        return Layout([f"{UNNAMED}{n}" for n in range(1, len(named[0]) + 1)], list(rows), [])
    scores = [_n_understood(names, columns) for names in named]
    best = scores.index(max(scores)) if max(scores) > max(1, scores[0]) else 0
    return Layout(named[best], list(rows[best + 1 :]), list(rows[:best]))


def names_a_column(words: str) -> bool:
    """Say whether words are the name of a column that is understood.

    >>> names_a_column("正文"), names_a_column("甲县工作总结")
    (True, False)
    """
    return _n_understood([words], None) > 0


def _n_understood(names: Sequence[str], columns: ColumnMap | None) -> int:
    if columns is not None:
        return sum(column in names for column in columns.values())
    known = {word for field in UNDERSTOOD for word in words_of(NAMES, field)}
    return sum(any(form in known for form in _forms(name)) for name in names)


def understood(header: Sequence[Any], rows: Sequence[Any]) -> tuple[dict[str, Any], list[str]]:
    """Return which column holds what, and which of these were told by their cells.

    Of several that hold the text, the fullest; where no name says it, what is far longer in
    Chinese than all else.

    >>> understood(["省份", "年份", "正文"], [])
    ({'text': '正文', 'year': '年份', 'province': '省份'}, [])
    """
    found: dict[str, Any] = {}
    cells = _cells_by_column(header, rows)
    plain = {column: _plain(column) for column in cells}
    for name in UNDERSTOOD:
        known = words_of(NAMES, name)
        named = [c for c in header if plain[c] in known]
        if named:
            fullest = name == "text" and len(named) > 1
            found[name] = max(named, key=lambda c: _n_han(cells[c])) if fullest else named[0]
    for name, holds in _HOLDS.items():
        free = [c for c in header if name not in found and c not in found.values() and cells[c]]
        named = [c for c in free if set(_forms(c)) & set(words_of(NAMES, name)) and holds(cells[c])]
        if len(named) == 1:
            found[name] = named[0]
    told = []
    if "text" not in found:
        sizes = sorted(
            ((_n_han(cells[c]), c) for c in header if c not in found.values()), key=_size
        )
        others = sizes[-2][0] if len(sizes) > 1 else 0
        if sizes and sizes[-1][0] >= max(LONG_TEXT, CLEARLY * others):
            found["text"] = sizes[-1][1]
            told.append("text")
    for name, holds in (("year", _are_years), ("province", _are_provinces)):
        free = [c for c in header if name not in found and c not in found.values() and cells[c]]
        fit = [c for c in free if holds(cells[c])]
        if "text" in found and len(fit) == 1 and _may_be(name, fit[0]):
            found[name] = fit[0]
            told.append(name)
    return found, told


def _may_be(name: str, column: Any) -> bool:
    """Return whether a column may be told by its cells: a named one may hold years of posting."""
    return name != "year" or not column or str(column).startswith(UNNAMED)


def years_as_columns(header: Sequence[Any], rows: Sequence[Any]) -> list[tuple[Any, str]]:
    """Return the columns that are named by a year and hold a report each, with that year.

    >>> years_as_columns(["省份", "2021年", "2022年"], [["川", "全省" * 40, "全省" * 50]])
    [('2021年', '2021'), ('2022年', '2022')]
    """
    named = [(c, _YEAR_NAME.fullmatch(_plain(c))) for c in header]
    found = [(c, match.group()[:4]) for c, match in named if match]
    cells = _cells_by_column(header, rows) if found else {}
    full = [(c, year) for c, year in found if _n_han(cells[c]) >= LONG_TEXT]
    return full if len(full) > 1 else []


def _plain(name: Any) -> str:
    return re.sub(r"[\s\ufeff:：*]", "", str(name)).lower()


def _forms(name: Any) -> list[str]:
    """Return the name of a column, what stands in and before its brackets, and its words.

    >>> _forms("年份（Year）"), _forms("Province_CN")
    (['年份(year)', '年份', 'year'], ['province_cn', 'province', 'cn'])
    """
    plain = unicodedata.normalize("NFKC", str(name)).strip().lower()
    parts = re.split(r"[\W_]+|(?<=[a-z])(?=[一-龥])|(?<=[一-龥])(?=[a-z])", plain)
    return [_plain(plain), *(part for part in parts if part and part != plain)]


def _cells_by_column(header: Sequence[Any], rows: Sequence[Any]) -> dict[Any, list[str]]:
    """Return the filled cells of each column; of two columns of one name, the first.

    >>> _cells_by_column(["省份", "年份"], [["川", " 2024 "], ["京"]])
    {'省份': ['川', '京'], '年份': ['2024']}
    """
    cells: dict[Any, list[str]] = {}
    for place, column in enumerate(header):
        if column not in cells:
            cells[column] = [
                str(cell).strip() for cell in _column(column, place, rows) if cell is not None
            ]
    return {column: [cell for cell in found if cell] for column, found in cells.items()}


def _column(column: Any, place: int, rows: Sequence[Any]) -> Iterator[Any]:
    for row in rows[:LOOKED_AT]:
        if isinstance(row, dict):
            yield row.get(column)
        elif place < len(row):
            yield row[place]


def _are_years(cells: Sequence[str]) -> bool:
    return sum(_YEAR.fullmatch(cell) is not None for cell in cells) >= MOST * len(cells)


def _are_provinces(cells: Sequence[str]) -> bool:
    known, full = _provinces()
    named = (cell.lower() in known or cell.startswith(full) for cell in cells)
    return sum(named) >= MOST * len(cells) and median(map(len, cells)) <= LONG_NAME


def _are_places(cells: Sequence[str]) -> bool:
    return median(map(len, cells)) <= LONG_NAME and not any(map(str.isdecimal, cells))


def _are_codes(cells: Sequence[str]) -> bool:
    return sum(_CODE.fullmatch(cell) is not None for cell in cells) >= MOST * len(cells)


def _are_texts(cells: Sequence[str]) -> bool:
    return median(len(HAN.findall(cell)) for cell in cells) >= LONG_TEXT


_HOLDS: Final[dict[str, Callable[[Sequence[str]], bool]]] = {
    "text": _are_texts,
    "year": _are_years,
    "province": _are_places,
    "city": _are_places,
    "county": _are_places,
    "adcode": _are_codes,
}
"""What the cells of a column must be if only a part of its name is known."""


@cache
def _provinces() -> tuple[frozenset[str], tuple[str, ...]]:
    """Return all names of provinces, and those in full."""
    table = read_table("regions/provinces.csv")
    short = {word for cell in table["abbreviations"] for word in cell.split("|")}
    names = {*table["name"], *table["short"], *table["label_en"].str.lower(), *short} - {""}
    return frozenset(names), tuple(table["name"])


def _n_han(cells: Sequence[str]) -> float:
    """Return how many Chinese characters the filled cells of a column have, by the median."""
    return median(len(HAN.findall(cell)) for cell in cells) if cells else 0


def _size(sized: tuple[float, Any]) -> float:
    return sized[0]

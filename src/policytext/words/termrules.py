"""What must a table of terms satisfy before anything is counted with it?"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import Final

import pandas as pd

from policytext.errors import ParameterError

TERM_COLUMNS: Final = (
    "term",
    "concept",
    "parent",
    "exclusions",
    "since",
    "region_variant",
    "variant_of",
    "family",
    "theme",
    "label_zh",
    "label_en",
    "source",
    "note",
)
"""Columns of a term table; ``term`` and ``concept`` must be there, the others may be left out."""

SEPARATOR: Final = "|"
"""Between several values in one cell."""

AS_WRITTEN: Final = "not in the term table: counted exactly as written"
"""Note of a term somebody asked for that no table holds; such words may hold any character."""

WIDTH_SLIP: Final = re.compile(r"[０-９Ａ-Ｚａ-ｚ＋\u3000\ufe50-\ufe6f]")
"""Full-width letters, digits and plus, and small forms: clean text holds none of them."""

MOST_SHOWN: Final = 12

Rows = list[dict[str, str]]


def split_cell(cell: str) -> tuple[str, ...]:
    """Split a cell that may hold several values.

    Parameters
    ----------
    cell
        Values joined by ``|``.

    Examples
    --------
    >>> split_cell("上海市|天津市"), split_cell("")
    (('上海市', '天津市'), ())
    """
    return tuple(part for part in cell.split(SEPARATOR) if part)


def checked_terms(frame: pd.DataFrame, where: str = "the term table") -> pd.DataFrame:
    """Return a table of terms as strings with all columns, or say everything that is wrong with it.

    Parameters
    ----------
    frame
        One row a term, see `TERM_COLUMNS`. A column that is absent is filled with ``""``; columns
        of the caller's own are kept.
    where
        What the error calls the table, for instance its file name.

    Returns
    -------
    pandas.DataFrame
        A new table, rows in the same order.

    Raises
    ------
    ParameterError
        A required column is missing, or rows break a rule; every sentence names row and term.

    Examples
    --------
    >>> checked_terms(pd.DataFrame({"term": ["医共体"], "concept": ["医联体"]}))
    Traceback (most recent call last):
    policytext.errors.ParameterError: the term table has 1 problem(s): row 2, '医共体': its concept
    '医联体' has no row of its own; add a row whose term is '医联体'
    """
    missing = [name for name in ("term", "concept") if name not in frame.columns]
    if missing:
        raise ParameterError(
            f"{where} must have the columns 'term' and 'concept', got {list(frame.columns)}; "
            f"add {missing}"
        )
    table = frame.copy().reset_index(drop=True)
    for name in TERM_COLUMNS:
        table[name] = "" if name not in table else table[name].fillna("").map(_as_text)
    order = [*TERM_COLUMNS, *(name for name in frame.columns if name not in TERM_COLUMNS)]
    columns = [table[name].tolist() for name in TERM_COLUMNS]
    rows = [dict(zip(TERM_COLUMNS, cells, strict=True)) for cells in zip(*columns, strict=True)]
    problems = [*_cell_problems(rows), *_concept_problems(rows), *_parent_problems(rows)]
    if problems:
        shown = "; ".join(problems[:MOST_SHOWN])
        more = f"; and {len(problems) - MOST_SHOWN} more" if len(problems) > MOST_SHOWN else ""
        raise ParameterError(f"{where} has {len(problems)} problem(s): {shown}{more}")
    return table[order]


def _as_text(value: object) -> str:
    """Excel hands a year back as 2015.0."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _row_name(position: int, term: str) -> str:
    return f"row {position + 2}, {term!r}"


def _cell_problems(rows: Rows) -> Iterator[str]:
    """Spaces, widths, years and exclusions: what is wrong within one row (row 1 is the header)."""
    first: dict[str, int] = {}
    for position, row in enumerate(rows):
        term, name = row["term"], _row_name(position, row["term"])
        if not term:
            yield f"row {position + 2}: the term is empty; fill it or delete the row"
            continue
        if term in first:
            yield f"{name}: the same term stands in row {first[term] + 2}; keep one of the two"
        first.setdefault(term, position)
        if row["note"] != AS_WRITTEN:
            for column in ("term", "concept", "parent", "exclusions", "variant_of"):
                yield from _writing_problems(row[column], f"{name}, {column}")
        if row["since"] and not re.fullmatch(r"(1[89]|20)\d\d", row["since"]):
            yield f"{name}: since must be a year such as 2015 or empty, got {row['since']!r}"
        for longer in split_cell(row["exclusions"]):
            if term not in longer or term == longer:
                yield f"{name}: the exclusion {longer!r} must be longer than the term and hold it"


def _writing_problems(value: str, name: str) -> Iterator[str]:
    if value != value.strip() or re.search(r"[^\x00-\x7f]\s|\s[^\x00-\x7f]", value):
        yield f"{name}: {value!r} has a stray space; delete it"
    elif WIDTH_SLIP.search(value):
        wanted = WIDTH_SLIP.sub(lambda slip: unicodedata.normalize("NFKC", slip[0]), value)
        yield f"{name}: {value!r} has a full-width or look-alike character; write {wanted!r}"


def _concept_problems(rows: Rows) -> Iterator[str]:
    terms = {row["term"] for row in rows}
    concepts = {row["concept"] for row in rows}
    for position, row in enumerate(rows):
        name = _row_name(position, row["term"])
        if not row["concept"]:
            yield f"{name}: the concept is empty; repeat the term if it is its own concept"
        elif row["concept"] not in terms:
            yield (
                f"{name}: its concept {row['concept']!r} has no row of its own; "
                f"add a row whose term is {row['concept']!r}"
            )
        elif row["term"] in concepts and row["term"] != row["concept"]:
            yield f"{name}: other rows use it as concept, so its own concept must be itself"
        if row["variant_of"] and row["variant_of"] not in concepts:
            yield f"{name}: variant_of {row['variant_of']!r} is no concept of the table"


def _parent_problems(rows: Rows) -> Iterator[str]:
    parents = {row["concept"]: row["parent"] for row in rows if row["term"] == row["concept"]}
    for position, row in enumerate(rows):
        name, parent = _row_name(position, row["term"]), row["parent"]
        if parent and parent not in parents:
            yield f"{name}: unknown parent {parent!r}; a parent must be a concept of the table"
        if parent and parent != parents.get(row["concept"], parent):
            yield f"{name}: its parent {parent!r} differs from that of its concept's own row"
    for concept in parents:
        seen = [concept]
        while (above := parents.get(seen[-1], "")) and above not in seen:
            seen.append(above)
        if above == concept:
            yield f"concept {concept!r} is its own ancestor ({' > '.join([*seen, above])})"

"""Is a table the one that was expected, and is a published figure met?"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from policytext.exports import safe_table

if TYPE_CHECKING:
    from policytext.result import Result
    from policytext.study.settings import PublishedSettings

REPRODUCED: Final = "reproduced"
CONSISTENT: Final = "consistent"
DIFFERS: Final = "differs"
NOT_TESTABLE: Final = "not testable"
WANT_OF_TEXT: Final = "not run for want of text"
VERDICTS: Final = (REPRODUCED, CONSISTENT, DIFFERS, NOT_TESTABLE, WANT_OF_TEXT)

MOST_CELLS = 5
"""Cells that differ are listed up to this number a table; their number is always told."""

Row = dict[str, Any]


def read_expected(path: Path) -> pd.DataFrame:
    """Read an expected table as text, as it was written."""
    return pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig")


def as_written(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table as the text its CSV file holds.

    Examples
    --------
    >>> as_written(pd.DataFrame({"a": [0.1, None]}))["a"].tolist()
    ['0.1', '']
    """
    from io import StringIO

    text = safe_table(table).to_csv(index=False, lineterminator="\n", float_format="%.10g")
    return pd.read_csv(StringIO(text), dtype=str, keep_default_na=False)


def compare_tables(
    name: str, expected: pd.DataFrame, ours: pd.DataFrame, tolerance: float
) -> list[Row]:
    """Compare a table with the expected one, cell by cell.

    Parameters
    ----------
    name
        Id of the analysis.
    expected, ours
        Tables of text, see :func:`as_written`.
    tolerance
        Largest relative difference of numbers with a fraction; all else must be equal.

    Returns
    -------
    list of dict
        One row if the tables agree, else a row for each of the first cells that differ.
        Columns that are empty in the expected table, as those with sentences are, are not compared.
    """
    if list(expected.columns) != list(ours.columns) or len(expected) != len(ours):
        return [
            _row(
                f"{name}: shape",
                f"{len(expected)} rows, {len(expected.columns)} columns",
                f"{len(ours)} rows, {len(ours.columns)} columns",
                tolerance=tolerance,
                verdict=DIFFERS,
            )
        ]
    kept = [c for c in expected.columns if not (expected[c] == "").all()]
    size = len(expected) * len(kept)
    cells = [
        (i, column, a, b)
        for column in kept
        for i, (a, b) in enumerate(zip(expected[column], ours[column], strict=True))
        if a != b
    ]
    beyond = [cell for cell in cells if _relative(cell[2], cell[3]) > tolerance]
    largest = max((_relative(a, b) for *_, a, b in cells), default=0.0)
    if not beyond:
        what = f"{name}: {len(expected)} rows"
        found = _row(what, f"{size} cells", f"{size} cells", tolerance=tolerance)
        return [found | {"difference": largest, "verdict": REPRODUCED}]
    rows = [
        _row(f"{name}: {column} of row {i}", a, b, tolerance=tolerance, verdict=DIFFERS)
        | {"difference": _relative(a, b)}
        for i, column, a, b in beyond[:MOST_CELLS]
    ]
    rows[0]["quantity"] += f" ({len(beyond)} of {size} cells differ)"
    return rows


def compare_published(settings: PublishedSettings, result: Result | None, state: str) -> Row:
    """Compare a published figure with the cell of a table that should show it.

    Parameters
    ----------
    settings
        What was published, and where ours stands.
    result
        The analysis, or None if it was not run.
    state
        The verdict if it was not run.
    """
    row = _row(settings.quantity, settings.published, "", tolerance=settings.tolerance)
    row["source"] = settings.source
    if settings.not_testable:
        return row | {"verdict": NOT_TESTABLE, "why": settings.not_testable}
    if result is None:
        return row | {"verdict": state}
    table = result.table
    chosen = table
    for column, value in settings.row.items():
        if column not in table.columns:
            return row | {"verdict": NOT_TESTABLE, "why": f"no column {column!r}"}
        chosen = chosen[chosen[column].astype("str") == str(value)]
    wanted = [c for c in (settings.column, settings.low_column, settings.high_column) if c]
    if len(chosen) != 1 or any(c not in table.columns for c in wanted):
        return row | {"verdict": NOT_TESTABLE, "why": f"{len(chosen)} rows match {settings.row}"}
    return row | _judged(settings, chosen.iloc[0])


def _judged(settings: PublishedSettings, cells: pd.Series) -> Row:
    """Judge by the distance from one cell, or by whether two cells enclose what was published."""
    if settings.low_column:
        low, high = float(cells[settings.low_column]), float(cells[settings.high_column])
        inside = low <= settings.published <= high
        gap = max(low - settings.published, settings.published - high, 0.0)
        return {
            "ours": f"{low:.4g} to {high:.4g}",
            "difference": gap,
            "verdict": CONSISTENT if inside else DIFFERS,
        }
    ours = float(cells[settings.column])
    gap = ours - settings.published
    scale = abs(settings.published) if settings.tolerance_kind == "relative" else 1.0
    close = abs(gap) <= settings.tolerance * scale * (1 + 1e-9)
    return {
        "ours": f"{ours:.10g}",
        "difference": gap / scale,
        "verdict": settings.verdict if close else DIFFERS,
    }


def _row(
    quantity: str, published: object, ours: object, *, tolerance: float, verdict: str = ""
) -> Row:
    return {
        "quantity": quantity,
        "published": f"{published:.10g}" if isinstance(published, float) else str(published),
        "ours": str(ours),
        "difference": float("nan"),
        "tolerance": tolerance,
        "verdict": verdict,
        "source": "expected table",
        "why": "",
    }


def _relative(a: str, b: str) -> float:
    """Return the relative difference of two written numbers; infinite where either is none.

    Whole numbers count as different whenever they are written differently.

    Examples
    --------
    >>> _relative("0.5", "0.25"), _relative("3", "4"), _relative("甲", "乙")
    (0.5, inf, inf)
    """
    if a == b:
        return 0.0
    try:
        x, y = float(a), float(b)
    except ValueError:
        return float("inf")
    if a.lstrip("-").isdigit() and b.lstrip("-").isdigit():
        return float("inf")
    return abs(x - y) / max(abs(x), abs(y))

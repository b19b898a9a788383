"""Does a study show the figures that others have published?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from policytext.records import Bilingual, Method
from policytext.result import Result
from policytext.texts import columns_of, counted, say

if TYPE_CHECKING:
    from policytext.study.settings import PublishedSettings, Study

REPRODUCED: Final = "reproduced"
CONSISTENT: Final = "consistent"
EXPLAINED: Final = "explained"
DIFFERS: Final = "differs"
NOT_TESTABLE: Final = "not testable"
WANT_OF_TEXT: Final = "not run for want of text"

COLUMNS: Final = columns_of("reproduce")
PUBLISHED_COLUMNS: Final = COLUMNS | columns_of("published")

Row = dict[str, Any]


def published_figures(
    study: Study, results: Mapping[str, Result], not_run: Mapping[str, str], silent: Set[str]
) -> Result:
    """Return published figures beside those of a run, in the words of the study's language."""
    rows = published_rows(study, results, not_run, silent)
    for row, one in zip(rows, study.published, strict=True):
        if row["verdict"] == WANT_OF_TEXT:
            row["why"] = ""  # the verdict is the reason
        if study.language == "zh":
            row["quantity"] = one.quantity_zh or row["quantity"]
            row["why"] = one.not_testable_zh or (row["why"] and one.explained_zh) or row["why"]
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    method = Method(say("published.method"))
    return Result(table, say("published.title"), PUBLISHED_COLUMNS, method)


def published_rows(
    study: Study, results: Mapping[str, Result], not_run: Mapping[str, str], silent: Set[str]
) -> list[Row]:
    """Compare published figures; what was not run says why, ``silent`` being for want of text."""
    rows = []
    for settings in study.published:
        missing = settings.table in silent
        row = compare_published(
            settings, results.get(settings.table), WANT_OF_TEXT if missing else NOT_TESTABLE
        )
        if row["verdict"] in (WANT_OF_TEXT, NOT_TESTABLE) and not row["why"]:
            row["why"] = not_run.get(settings.table, "no such analysis in the study")
        rows.append(row)
    return rows


def compare_published(settings: PublishedSettings, result: Result | None, state: str) -> Row:
    """Compare a published figure with the cell of a table that should show it."""
    row = compared(settings.quantity, settings.published, "", tolerance=settings.tolerance)
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
    row |= _judged(settings, chosen.iloc[0])
    if settings.explained and row["verdict"] == DIFFERS:
        row |= {"verdict": EXPLAINED, "why": settings.explained}
    return row


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


def compared(
    quantity: str, published: object, ours: object, *, tolerance: float, verdict: str = ""
) -> Row:
    """Return a row of a comparison: what was published or expected, and what came out."""
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


def verdicts_of(rows: Sequence[Row]) -> tuple[Bilingual, ...]:
    """Count the verdicts, unless all figures are reproduced."""
    verdicts = [row["verdict"] for row in rows]
    if all(v == REPRODUCED for v in verdicts):
        return ()
    return (say("reproduce.verdicts", counts=counted("verdict", verdicts)),)

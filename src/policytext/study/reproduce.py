"""Does a study still give what it gave, and what others have published?"""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import pandas as pd

from policytext.errors import StudyError
from policytext.export import safe_table
from policytext.reading.tabular.own_tables import parse_own_table, read_own_table
from policytext.records import Method
from policytext.result import Result
from policytext.storage import recover, replace_folder
from policytext.study.lock import LOCK_NAME, read_lock, responsible
from policytext.study.published import (
    COLUMNS,
    DIFFERS,
    REPRODUCED,
    WANT_OF_TEXT,
    Row,
    compared,
    published_rows,
    verdicts_of,
)
from policytext.study.run import Run, run_study, write_json
from policytext.study.settings import study_file
from policytext.texts import say

# Is a table the one that was expected?

MOST_CELLS = 5
"""Cells that differ are listed up to this number a table; their number is always told."""


def read_expected(path: Path) -> pd.DataFrame:
    """Read an expected table as text, as it was written."""
    return read_own_table(path, "expected table")


def as_written(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table as the text its CSV file holds.

    >>> as_written(pd.DataFrame({"a": [0.1, None]}))["a"].tolist()
    ['0.1', '']
    """
    text = safe_table(table).to_csv(index=False, lineterminator="\n", float_format="%.10g")
    return parse_own_table(text, "table", ",")


def compare_tables(
    name: str, expected: pd.DataFrame, ours: pd.DataFrame, tolerance: float
) -> list[Row]:
    """Compare a table with the expected one, cell by cell."""
    if list(expected.columns) != list(ours.columns) or len(expected) != len(ours):
        return [
            compared(
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
        found = compared(what, f"{size} cells", f"{size} cells", tolerance=tolerance)
        return [found | {"difference": largest, "verdict": REPRODUCED}]
    rows = [
        compared(f"{name}: {column} of row {i}", a, b, tolerance=tolerance, verdict=DIFFERS)
        | {"difference": _relative(a, b)}
        for i, column, a, b in beyond[:MOST_CELLS]
    ]
    rows[0]["quantity"] += f" ({len(beyond)} of {size} cells differ)"
    return rows


def _relative(a: str, b: str) -> float:
    """Return the relative difference of two written numbers; infinite where either is none.

    Whole numbers count as different whenever they are written differently.

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


# Does a study still give what it gave, and what others have published?

EXPECTED: Final = "expected"
WRITTEN: Final = "expected tables"
"""Which tables were written with the lock, so that one that is lost is noticed."""


def write_expected(run: Run, file: Path) -> list[Path]:
    """Write the tables of a run as the expected ones of its study, and its lock beside them."""
    settings = run.study.corpus
    if settings is not None and settings.saved and run.corpus.has_text:
        raise StudyError(
            "expected tables must be made from the stored counts, and this run read raw files: "
            "leave out --raw and unset POLICYTEXT_RAW"
        )
    folder = file.parent / EXPECTED

    def write(place: Path) -> None:
        for name, result in run.results.items():
            result.to_csv(place / f"{name}.csv")
        write_json(place / LOCK_NAME, run.lock | {WRITTEN: sorted(run.results)})

    replace_folder(folder, write)
    return [*(folder / f"{name}.csv" for name in run.results), lock_of(file)]


def lock_of(file: Path) -> Path:
    """Return the lock of a study's expected tables, moved to its place where a kill left it.

    Tables and lock are written as one folder, which is moved into place; then the lock is moved
    out of it. A lock that still lies with the tables is theirs, and the one beside is an old one.
    """
    lock, inside = file.parent / LOCK_NAME, file.parent / EXPECTED / LOCK_NAME
    recover(inside.parent)
    if not inside.is_file():
        return lock
    try:
        return inside.replace(lock)
    except OSError:  # a folder that may not be written can be compared with all the same
        return inside


def _tables(run: Run, expected: Path, lock: dict[str, Any]) -> list[Row]:
    rows: list[Row] = []
    for settings in run.study.analysis:
        path = expected / f"{settings.id}.csv"
        if not path.is_file():
            rows += _without_expected(settings.id, run, lock)
            continue
        result = run.results.get(settings.id)
        if result is None:
            state = WANT_OF_TEXT if settings.id in run.needs_text else DIFFERS
            rows.append(_not_run(settings.id, state, run.not_run[settings.id]))
            continue
        found = compare_tables(
            settings.id, read_expected(path), as_written(result.table), settings.tolerance
        )
        if found[0]["verdict"] == DIFFERS:
            named = responsible(lock, run.lock, settings.id, settings.kind) if lock else []
            why = "; ".join(named) or "nothing in the lock: compare the machines"
            found = [row | {"why": why} for row in found]
        rows += found
    return rows


def _without_expected(name: str, run: Run, lock: dict[str, Any]) -> list[Row]:
    """Say what a table means that is not among the expected ones: it failed, unless never made."""
    if name in lock.get(WRITTEN, ()):
        return [_not_run(name, DIFFERS, f"the expected table {EXPECTED}/{name}.csv is missing")]
    if name in run.needs_text:
        return [_not_run(name, WANT_OF_TEXT, run.not_run[name])]
    if lock and name in run.results and lock.get("made from") == run.lock.get("made from"):
        why = f"no expected table {EXPECTED}/{name}.csv; write it with policytext run --expect"
        return [_not_run(name, DIFFERS, why)]
    return []


def _not_run(name: str, verdict: str, why: str) -> Row:
    row = dict.fromkeys(COLUMNS, "") | {"quantity": name, "source": "expected table"}
    return row | {"difference": float("nan"), "tolerance": 0.0, "verdict": verdict, "why": why}


def reproduce(
    path: str | Path,
    *,
    out: str | Path | None = None,
    raw: str | Path | None = None,
    progress: bool = True,
) -> Result:
    """Run a study again and compare with its expected tables and with published figures.

    Parameters
    ----------
    path
        The study file or its folder; ``expected/`` and ``study.lock`` stand beside it.
    out
        Folder for the results; a temporary one by default.
    raw
        Folder with raw report files, for what counts cannot carry.
    progress
        Show a progress bar.

    Returns
    -------
    Result
        Columns ``quantity, published, ours, difference, tolerance, verdict, source, why``. Tables
        differ only where a number is beyond its stated tolerance or a word is another one; ``why``
        then names the components of the lock that changed and on which the table rests.

    Raises
    ------
    StudyError
        The study has neither expected tables nor published figures.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> words = '''
    ... title_zh = "核对"
    ... title_en = "Checks"
    ... analysis = [{ id = "examples", kind = "worked_examples" }]
    ... [[published]]
    ... quantity = "DP"
    ... published = 0.18
    ... source = "Gries 2008"
    ... table = "examples"
    ... row = { quantity = "DP, Gries 2008" }
    ... column = "value"
    ... tolerance = 1e-9
    ... '''
    >>> with TemporaryDirectory() as folder:
    ...     _ = Path(folder, "study.toml").write_text(words, encoding="utf-8")
    ...     reproduce(folder, progress=False).table[["quantity", "verdict"]].values.tolist()
    [['DP', 'consistent']]
    """
    file = study_file(path)
    with TemporaryDirectory() as temporary:
        run = run_study(file, out=out or temporary, raw=raw, progress=progress)
    expected, lock_path = file.parent / EXPECTED, lock_of(file)
    if not expected.is_dir() and not run.study.published:
        raise StudyError(
            f"{file.parent.name!r} must hold {EXPECTED}/ or [[published]] figures to compare with; "
            f"write them with policytext run {file.name} --expect"
        )
    lock = read_lock(lock_path) if lock_path.is_file() else {}
    rows = [
        *_tables(run, expected, lock),
        *published_rows(run.study, run.results, run.not_run, run.needs_text),
    ]
    return Result(
        pd.DataFrame(rows, columns=list(COLUMNS)),
        say("reproduce.title"),
        COLUMNS,
        Method(say("reproduce.method")),
        verdicts_of(rows),
    )

"""Does a study still give what it gave, and what others have published?"""

from __future__ import annotations

import shutil
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import pandas as pd

from policytext.errors import StudyError
from policytext.records import Bilingual, Method
from policytext.result import Result
from policytext.study.comparing import (
    DIFFERS,
    NOT_TESTABLE,
    REPRODUCED,
    WANT_OF_TEXT,
    Row,
    as_written,
    compare_published,
    compare_tables,
    read_expected,
)
from policytext.study.lock import LOCK_NAME, read_lock, responsible
from policytext.study.run import Run, run_study, write_json
from policytext.study.settings import study_file

EXPECTED: Final = "expected"

COLUMNS: Final = {
    "quantity": "量 / what is compared",
    "published": "期望或已发表的值 / expected or published value",
    "ours": "本次的值 / value of this run",
    "difference": "差；容差为相对时为相对差 / difference, relative where the tolerance is",
    "tolerance": "容差 / what is close enough",
    "verdict": "判断 / reproduced, consistent, differs, not testable, not run for want of text",
    "source": "出处 / where the compared value stands",
    "why": "变动的成分 / what changed that this value rests on, or why it cannot be tested",
}


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
    """
    file = study_file(path)
    with TemporaryDirectory() as temporary:
        run = run_study(file, out=out or temporary, raw=raw, progress=progress)
    expected = file.parent / EXPECTED
    if not expected.is_dir() and not run.study.published:
        raise StudyError(
            f"{file.parent.name!r} must hold {EXPECTED}/ or [[published]] figures to compare with; "
            f"write them with policytext run {file.name} --expect"
        )
    lock_path = file.parent / LOCK_NAME
    lock = read_lock(lock_path) if lock_path.is_file() else {}
    rows = [*_tables(run, expected, lock), *_published(run)]
    return Result(
        pd.DataFrame(rows, columns=list(COLUMNS)),
        Bilingual("复现比较", "Reproduction"),
        COLUMNS,
        Method(
            Bilingual(
                "重新运行研究，逐格比较期望表（整数与文字须相等，小数按所述相对容差），"
                "并与已发表数值比较。",
                "The study was run again and compared with expected tables cell by cell (whole "
                "numbers and words must be equal, fractions within the stated relative tolerance) "
                "and with published figures.",
            )
        ),
        _cautions(rows),
    )


def write_expected(run: Run, file: Path) -> list[Path]:
    """Write the tables of a run as the expected ones of its study, and its lock beside them.

    Parameters
    ----------
    run
        A run on stored counts, or of texts that may be shared.
    file
        The study file.

    Returns
    -------
    list of pathlib.Path
        The files written.

    Raises
    ------
    StudyError
        The run read raw files though the study has stored counts.
    """
    settings = run.study.corpus
    if settings is not None and settings.saved and run.corpus.has_text:
        raise StudyError(
            "expected tables must be made from the stored counts, and this run read raw files: "
            "leave out --raw and unset POLICYTEXT_RAW"
        )
    folder = file.parent / EXPECTED
    if folder.is_dir():
        shutil.rmtree(folder)
    written = [result.to_csv(folder / f"{name}.csv") for name, result in run.results.items()]
    lock = file.parent / LOCK_NAME
    write_json(lock, run.lock)
    return [*written, lock]


def _tables(run: Run, expected: Path, lock: dict[str, Any]) -> list[Row]:
    rows: list[Row] = []
    for settings in run.study.analysis:
        path = expected / f"{settings.id}.csv"
        if not path.is_file():
            if settings.id in run.needs_text:
                rows.append(_not_run(settings.id, WANT_OF_TEXT, run.not_run[settings.id]))
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


def _published(run: Run) -> list[Row]:
    """Compare published figures; what was not run says why it was not."""
    rows = []
    for settings in run.study.published:
        missing = settings.table in run.needs_text
        row = compare_published(
            settings, run.results.get(settings.table), WANT_OF_TEXT if missing else NOT_TESTABLE
        )
        if row["verdict"] in (WANT_OF_TEXT, NOT_TESTABLE) and not row["why"]:
            row["why"] = run.not_run.get(settings.table, "no such analysis in the study")
        rows.append(row)
    return rows


def _not_run(name: str, verdict: str, why: str) -> Row:
    row = dict.fromkeys(COLUMNS, "") | {"quantity": name, "source": "expected table"}
    return row | {"difference": float("nan"), "tolerance": 0.0, "verdict": verdict, "why": why}


def _cautions(rows: list[Row]) -> tuple[Bilingual, ...]:
    verdicts = [row["verdict"] for row in rows]
    said = [f"{v} {verdicts.count(v)}" for v in dict.fromkeys(verdicts)]
    if all(v == REPRODUCED for v in verdicts):
        return ()
    text = ", ".join(said)
    return (Bilingual(f"判断：{text}。", f"Verdicts: {text}."),)

"""How does a study go on after an interruption, from the last step that was finished?"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from policytext.errors import PolicytextError
from policytext.records import Bilingual, Method
from policytext.result import Result
from policytext.storage import read_manifest, read_parquet, write_folder, write_table

if TYPE_CHECKING:
    from matplotlib.figure import Figure

SHOWN_ROWS, SHOWN_PLACES = 200, 3
"""Evidence that the page carries: this many places for each of the first rows of a table."""

CONTEXT = 40


@dataclass(frozen=True)
class Step:
    """A finished analysis as it is kept and shown.

    Parameters
    ----------
    result
        Table, title, columns, method, cautions and parameters.
    svg
        The figure, or "".
    evidence
        Places behind the rows: ``row_id, title, file, left, words, right``; empty without
        sentences.
    """

    result: Result
    svg: str = ""
    evidence: pd.DataFrame = field(default_factory=pd.DataFrame)


def keep_step(folder: Path, key: str, step: Step) -> Path:
    """Write a finished step to its folder, whole or not at all.

    Parameters
    ----------
    folder
        The folder of this step.
    key
        Digest of everything that decides the step.
    step
        What was computed.
    """

    def write(place: Path) -> None:
        write_table(_plain(step.result.table), place / "table.parquet")
        write_table(_plain(step.evidence), place / "evidence.parquet")
        (place / "figure.svg").write_text(step.svg, encoding="utf-8")
        words = json.dumps(_words(step.result), ensure_ascii=False, default=str)
        (place / "words.json").write_text(words, encoding="utf-8")

    return write_folder(folder, write, {"key": key})


def finished_step(folder: Path, key: str) -> Step | None:
    """Return a step that was finished under the same key; None if there is none or it is damaged.

    Parameters
    ----------
    folder
        The folder of this step.
    key
        Digest of everything that decides the step.
    """
    try:
        if read_manifest(folder).get("key") != key:
            return None
        words = json.loads((folder / "words.json").read_text(encoding="utf-8"))
        table = read_parquet(folder / "table.parquet")
        evidence = read_parquet(folder / "evidence.parquet")
    except (PolicytextError, OSError, ValueError):
        return None
    result = Result(
        table,
        Bilingual(*words["title"]),
        words["columns"],
        Method(Bilingual(*words["method"]), tuple(words["citations"])),
        tuple(Bilingual(*c) for c in words["cautions"]),
        words["parameters"],
    )
    return Step(result, (folder / "figure.svg").read_text(encoding="utf-8"), evidence)


def made_step(result: Result, figure: Figure | None) -> Step:
    """Return a computed result as a step: its figure as SVG, and some of its evidence.

    Parameters
    ----------
    result
        What an analysis gave.
    figure
        The drawn figure, or None.
    """
    from policytext.report.figures import svg_text

    return Step(result, svg_text(figure) if figure is not None else "", shown_evidence(result))


def shown_evidence(result: Result) -> pd.DataFrame:
    """Return the words and their surroundings behind the first rows of a result.

    Returns
    -------
    pandas.DataFrame
        ``row_id, title, file, left, words, right``, at most three places a row and one a report;
        no rows where sentences or evidence lack, or where a whole paragraph is meant.
    """
    from policytext.result import places

    columns = ["row_id", "title", "file", "left", "words", "right"]
    if result.corpus is None or not result.corpus.has_text or result.evidence_from is None:
        return pd.DataFrame({c: [] for c in columns}, dtype="str")
    found = result.evidence
    found = found[(found["row_id"] < SHOWN_ROWS) & (found["start"] >= 0)]
    found = found.drop_duplicates(["row_id", "doc_id"]).groupby("row_id").head(SHOWN_PLACES)
    keyed = found.reset_index(drop=True)
    parts = [
        places(result.corpus, rows).assign(row_id=row_id)
        for row_id, rows in keyed.groupby("row_id", sort=True)
    ]
    if not parts:
        return pd.DataFrame({c: [] for c in columns}, dtype="str")
    lines = pd.concat(parts, ignore_index=True)
    spans = list(zip(lines["text"], lines["start"], lines["end"], strict=True))
    lines["left"] = [text[max(0, a - CONTEXT) : a] for text, a, _ in spans]
    lines["right"] = [text[b : b + CONTEXT] for text, _, b in spans]
    return lines[columns]


def _words(result: Result) -> Mapping[str, Any]:
    return {
        "title": list(result.title),
        "columns": dict(result.columns),
        "method": list(result.method.text),
        "citations": list(result.method.citations),
        "cautions": [list(c) for c in result.cautions],
        "parameters": {str(k): _jsonable(v) for k, v in result.parameters.items()},
    }


def _jsonable(value: Any) -> Any:
    return value if isinstance(value, str | int | float | bool | None) else str(value)


def _plain(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table that Parquet can hold: mixed cells as text, columns named by text."""
    out = table.copy()
    for column in out.columns:
        if out[column].dtype == object:
            out[column] = out[column].map(str, na_action="ignore").astype("str")
    out.columns = pd.Index([str(c) for c in out.columns])
    return out

"""Do the tables of a corpus keep their contract, and does the ledger account for all characters?"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

import pandas as pd

from policytext.errors import CorpusError
from policytext.records import (
    CERTAINTIES,
    CERTAINTY_COLUMNS,
    DESIGNS,
    KINDS,
    LATER_COLUMNS,
    LEVELS,
    PARTS,
    TABLES,
)

CLOSED_LISTS = {
    ("documents", "level"): LEVELS,
    ("paragraphs", "part_of_report"): PARTS,
    ("paragraphs", "kind"): KINDS,
    ("claims", "certainty"): CERTAINTIES,
    ("ledger", "place"): ("outside", "inside"),
    **{("documents", column): CERTAINTIES for column in CERTAINTY_COLUMNS.values()},
}


def empty_table(name: str) -> pd.DataFrame:
    """Return a table of the corpus without rows but with its columns and types."""
    return pd.DataFrame({c: pd.Series(dtype=t) for c, t in TABLES[name].items()})


def as_table(name: str, rows: Iterable[Mapping[str, Any]] | pd.DataFrame) -> pd.DataFrame:
    """Return rows as a table of the corpus: its columns first, in order and with their types.

    Columns beyond the contract are kept behind; lacking text cells become ``""``.
    """
    given = rows if isinstance(rows, pd.DataFrame) else pd.DataFrame(list(rows))
    if given.empty and not len(given.columns):
        return empty_table(name)
    columns = TABLES[name]
    later = {c: "" for c in LATER_COLUMNS.get(name, ()) if c not in given.columns}
    given = given.assign(**later) if later else given
    missing = [c for c in columns if c not in given.columns]
    if missing:
        raise CorpusError(f"table {name!r} must have the columns {missing}; got {list(given)}")
    ordered = [*columns, *[c for c in given.columns if c not in columns]]
    out = given[ordered].reset_index(drop=True)
    changed = {}
    for column, dtype in columns.items():
        values = out[column]
        if values.dtype == _dtype(dtype) and not (dtype == "str" and values.hasnans):
            continue
        try:
            changed[column] = (values.fillna("") if dtype == "str" else values).astype(dtype)
        except (TypeError, ValueError) as error:
            raise CorpusError(f"column {name}.{column} must be of type {dtype}: {error}") from error
    return out.assign(**changed) if changed else out


@cache
def _dtype(name: str) -> Any:
    """Return the type that a name of the contract means."""
    return pd.api.types.pandas_dtype(name)


def check_tables(tables: Mapping[str, pd.DataFrame], info: Mapping[str, Any]) -> None:
    """Check columns, keys, references and closed lists of the six tables."""
    for name, columns in TABLES.items():
        missing = [c for c in columns if c not in tables[name].columns]
        if missing:
            raise CorpusError(f"table {name!r} must have the columns {missing}")
    _check_keys(tables)
    for (name, column), allowed in CLOSED_LISTS.items():
        odd = tables[name].loc[~tables[name][column].isin(allowed), column]
        if len(odd):
            raise CorpusError(
                f"{name}.{column} must be one of {list(allowed)}, got {odd.iloc[0]!r}"
            )
    if info.get("design", "convenience") not in DESIGNS:
        raise CorpusError(f"design must be one of {list(DESIGNS)}, got {info.get('design')!r}")


def _check_keys(tables: Mapping[str, pd.DataFrame]) -> None:
    keys = {"sources": ["source_id"], "documents": ["doc_id"], "paragraphs": ["doc_id", "para_no"]}
    for name, key in keys.items():
        twice = tables[name][tables[name].duplicated(key)]
        if len(twice):
            raise CorpusError(
                f"{name} must have unique {key}, got twice {twice[key].iloc[0].tolist()}"
            )
    for name, column, other in (
        ("documents", "source_id", "sources"),
        ("paragraphs", "doc_id", "documents"),
        ("claims", "doc_id", "documents"),
        ("ledger", "source_id", "sources"),
    ):
        lost = tables[name].loc[~tables[name][column].isin(tables[other][column]), column]
        if len(lost):
            raise CorpusError(f"{name}.{column} {lost.iloc[0]!r} is not in {other}")


Edited = tuple[int, int, str, str]
"""Start, end, words before and after of a row of the ledger."""


def rebuild_paragraph(text: str, raw_start: int, raw_end: int, inside: Sequence[Edited]) -> str:
    """Return the source span of a paragraph from its text and the ledger rows inside it."""
    out: list[str] = []
    at, source_at = 0, raw_start
    for start, end, before, after in inside:
        if start < source_at or end < start or end > raw_end:
            raise CorpusError(f"ledger rows overlap or leave the paragraph at offset {start}")
        copied = start - source_at
        out += [text[at : at + copied], before]
        at += copied
        if text[at : at + len(after)] != after or len(before) != end - start:
            raise CorpusError(f"ledger row at offset {start} does not fit the paragraph's text")
        at, source_at = at + len(after), end
    out.append(text[at:])
    if len(text) - at != raw_end - source_at:
        raise CorpusError(f"the paragraph at offset {raw_start} is longer or shorter than its span")
    return "".join(out)


def rebuild_source(source_id: str, paragraphs: pd.DataFrame, ledger: pd.DataFrame) -> str:
    """Return the text of a source from its paragraphs and its ledger."""
    inside = _edits(ledger[ledger["place"] == "inside"].sort_values("seq", kind="stable"))
    outside = _edits(ledger[ledger["place"] == "outside"])
    spans = sorted(
        [(start, end, "", before) for start, end, before, _ in outside]
        + [
            (s, e, "p", t)
            for s, e, t in zip(
                paragraphs["raw_start"], paragraphs["raw_end"], paragraphs["text"], strict=True
            )
        ],
        key=lambda span: (span[0], span[1]),
    )
    parts: list[str] = []
    at, row = 0, 0
    for start, end, kind, text in spans:
        if start != at:
            raise CorpusError(f"source {source_id!r}: no row accounts for offset {min(at, start)}")
        at = end
        if not kind:
            parts.append(text)
            continue
        stop = row
        while stop < len(inside) and (inside[stop][0] < end or inside[stop][1] <= end):
            stop += 1
        try:
            parts.append(rebuild_paragraph(text, start, end, inside[row:stop]))
        except CorpusError as error:
            raise CorpusError(f"source {source_id!r}: {error}") from error
        row = stop
    if row != len(inside):
        raise CorpusError(
            f"source {source_id!r}: a ledger row at {inside[row][0]} is in no paragraph"
        )
    return "".join(parts)


def _edits(rows: pd.DataFrame) -> list[Edited]:
    columns = (rows[name].tolist() for name in ("start", "end", "before", "after"))
    return list(zip(*columns, strict=True))


def check_ledger(sources: pd.DataFrame, paragraphs: pd.DataFrame, ledger: pd.DataFrame) -> None:
    """Rebuild every source from its paragraphs and ledger and compare it with its checksum."""
    by_paragraph = dict(list(paragraphs.groupby("source_id", sort=False)))
    by_ledger = dict(list(ledger.groupby("source_id", sort=False)))
    for source_id, n_chars, checksum in zip(
        sources["source_id"], sources["n_chars"], sources["sha256_text"], strict=True
    ):
        text = rebuild_source(
            source_id,
            by_paragraph.get(source_id, paragraphs.iloc[:0]),
            by_ledger.get(source_id, ledger.iloc[:0]),
        )
        if len(text) != n_chars:
            raise CorpusError(
                f"source {source_id!r}: {n_chars} characters must be accounted for, got {len(text)}"
            )
        if hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest() != checksum:
            raise CorpusError(f"source {source_id!r}: the ledger rebuilds another text")

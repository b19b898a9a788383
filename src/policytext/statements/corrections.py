"""How do corrections win over what the rules said?"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any, Final

import pandas as pd

from policytext.errors import ParameterError, ReadingError
from policytext.statements.figures import make_reader, read_cell
from policytext.statements.lists import FIELDS

KEY: Final = ("doc_id", "para_no", "start", "end", "clause_sha256")
CORRECTION_COLUMNS: Final = (*KEY, "field", "value", "author")
CHOICES: Final = {
    "phase": ("reviewed", "planned", "problem"),
    "status": ("done", "under_way", "planned", "mention"),
}
_SCOPES: Final = frozenset({"pilot", "extension", "full", "place"})


def clause_digest(clause: str) -> str:
    """Return the first 16 hex digits of the SHA-256 of a clause: a correction holds for this text.

    Examples
    --------
    >>> clause_digest("建成医共体2个")[:4]
    'e8c7'
    """
    return hashlib.sha256(clause.encode("utf-8")).hexdigest()[:16]


def clause_keys(table: pd.DataFrame) -> pd.DataFrame:
    """Return the key of each clause: its place, and the digest of its words.

    Examples
    --------
    >>> rows = {"doc_id": ["a"], "para_no": [0], "start": [0], "end": [7]}
    >>> list(clause_keys(pd.DataFrame({**rows, "clause": ["建成医共体2个"]})))
    ['doc_id', 'para_no', 'start', 'end', 'clause_sha256']
    """
    key = table[["doc_id", "para_no", "start", "end"]].copy()
    return key.assign(clause_sha256=[clause_digest(c) for c in table["clause"]])


def check_corrections(corrections: pd.DataFrame) -> pd.DataFrame:
    """Check a table of corrections and return it with plain types.

    Raises
    ------
    ParameterError
        A column lacks, a field is unknown, a value is not allowed, a row has no author, or a
        field of one clause is corrected twice.

    Examples
    --------
    >>> row = ("a", 0, 0, 7, "5be9", "status", "done", "王")
    >>> check_corrections(pd.DataFrame([row], columns=CORRECTION_COLUMNS))["value"].tolist()
    ['done']
    """
    lacking = [c for c in CORRECTION_COLUMNS if c not in corrections.columns]
    if lacking:
        raise ParameterError(f"corrections must have the columns {lacking}")
    table = corrections[list(CORRECTION_COLUMNS)].astype("str")
    table = table.assign(value=table["value"].str.strip(), author=table["author"].str.strip())
    for row in table.to_dict("records"):
        _check_row(row)
    twice = table[table.duplicated([*KEY, "field"])]
    if len(twice):
        first = twice.iloc[0]
        raise ParameterError(
            f"a field must be corrected once, but {first['field']} of {first['doc_id']} paragraph "
            f"{first['para_no']} is corrected twice; settle it and keep one row"
        )
    return table.astype({"para_no": "int64", "start": "int64", "end": "int64"})


def _check_row(row: dict[Any, Any]) -> None:
    place = f"{row['doc_id']} paragraph {row['para_no']}"
    field, value = row["field"], row["value"]
    if field not in FIELDS:
        raise ParameterError(f"field must be one of {list(FIELDS)}, got {field!r} ({place})")
    if not row["author"]:
        raise ParameterError(
            f"every correction must name its author, and {field} of {place} has none; fill "
            "checked_by or give author="
        )
    if field in CHOICES and value not in ("", *CHOICES[field]):
        raise ParameterError(
            f"{field} must be one of {list(CHOICES[field])} or empty, got {value!r} ({place})"
        )
    if field == "scope" and not set(filter(None, value.split("|"))) <= _SCOPES:
        raise ParameterError(
            f"scope must be of {sorted(_SCOPES)} joined by |, got {value!r} ({place})"
        )
    if field == "figures":
        _check_figures(value, place)


def _check_figures(cell: str, place: str) -> None:
    try:
        read_cell(cell, make_reader().scanner)
    except ParameterError as error:
        raise ParameterError(f"{error} ({place})") from error


def apply_corrections(
    table: pd.DataFrame, corrections: str | Path | pd.DataFrame
) -> tuple[pd.DataFrame, int]:
    """Return statements in which corrected fields win, and the number of corrections that fit none.

    Parameters
    ----------
    table
        Statements.
    corrections
        As `read_checked` returns them, or the path of a CSV file of them. A correction holds for
        a clause at the same place with the same words.

    Raises
    ------
    ReadingError
        There is no such file.
    ParameterError
        The corrections are not well formed.

    Examples
    --------
    >>> rows = {"doc_id": ["a"], "para_no": [0], "start": [0], "end": [7], "author": [""]}
    >>> fields = {"clause": ["建成医共体2个"], "status": ["under_way"]}
    >>> said = {"status_rule": ["under_way_verb"], "status_certainty": ["likely"]}
    >>> table = pd.DataFrame({**rows, **fields, **said})
    >>> row = ("a", 0, 0, 7, clause_digest("建成医共体2个"), "status", "done", "王")
    >>> right = pd.DataFrame([row], columns=CORRECTION_COLUMNS)
    >>> corrected, lost = apply_corrections(table, right)
    >>> corrected[["status", "status_rule", "status_certainty"]].values.tolist(), lost
    ([['done', 'corrected:王', 'stated']], 0)
    """
    if not isinstance(corrections, pd.DataFrame):
        source = Path(corrections)
        if not source.is_file():
            raise ReadingError(f"no table of corrections at {str(corrections)!r}")
        corrections = pd.read_csv(source, dtype=str, keep_default_na=False, encoding="utf-8-sig")
    wanted = check_corrections(corrections)
    out = table.copy()
    keys = clause_keys(out)
    place = {key: row for row, key in enumerate(keys.itertuples(index=False, name=None))}
    lost = 0
    for one in wanted.itertuples(index=False):
        row = place.get((one.doc_id, one.para_no, one.start, one.end, one.clause_sha256))
        if row is None:
            lost += 1
            continue
        _correct(out, row, str(one.field), str(one.value), str(one.author))
    return out, lost


def _correct(table: pd.DataFrame, row: int, field: str, value: str, author: str) -> None:
    table.loc[row, field] = value
    table.loc[row, f"{field}_rule"] = f"corrected:{author}"
    table.loc[row, f"{field}_certainty"] = "stated"
    named = [name for name in str(table.loc[row, "author"]).split("|") if name]
    table.loc[row, "author"] = "|".join(dict.fromkeys([*named, author]))

"""How do people check statements in Excel, and what did they change?

A corrected field wins over the rules wherever the clause still has the same words.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from policytext.errors import ParameterError, ReadingError
from policytext.export import as_it_was
from policytext.reading.tabular.own_tables import read_own_table
from policytext.sheets import Page, notes_page, read_page, write_pages
from policytext.statements.amounts import FigureScanner, make_reader, read_cell
from policytext.statements.fields import FIELDS

if TYPE_CHECKING:
    from policytext.result import Result


# How do corrections win over what the rules said?

KEY: Final = ("doc_id", "para_no", "start", "end", "clause_sha256")
CORRECTION_COLUMNS: Final = (*KEY, "field", "value", "author")
CHOICES: Final = {
    "phase": ("reviewed", "planned", "problem"),
    "status": ("done", "under_way", "planned", "mention"),
}
_SCOPES: Final = frozenset({"pilot", "extension", "full", "place"})


def clause_digest(clause: str) -> str:
    """Return the first 16 hex digits of the SHA-256 of a clause: a correction holds for this text.

    >>> clause_digest("建成医共体2个")[:4]
    'e8c7'
    """
    return hashlib.sha256(clause.encode("utf-8")).hexdigest()[:16]


def clause_keys(table: pd.DataFrame) -> pd.DataFrame:
    """Return the key of each clause: its place, and the digest of its words.

    >>> rows = {"doc_id": ["a"], "para_no": [0], "start": [0], "end": [7]}
    >>> list(clause_keys(pd.DataFrame({**rows, "clause": ["建成医共体2个"]})))
    ['doc_id', 'para_no', 'start', 'end', 'clause_sha256']
    """
    key = table[["doc_id", "para_no", "start", "end"]].copy()
    return key.assign(clause_sha256=[clause_digest(c) for c in table["clause"]])


def check_corrections(corrections: pd.DataFrame) -> pd.DataFrame:
    """Check a table of corrections and return it with plain types.

    >>> row = ("a", 0, 0, 7, "5be9", "status", "done", "王")
    >>> check_corrections(pd.DataFrame([row], columns=CORRECTION_COLUMNS))["value"].tolist()
    ['done']
    """
    lacking = [c for c in CORRECTION_COLUMNS if c not in corrections.columns]
    if lacking:
        raise ParameterError(f"corrections must have the columns {lacking}")
    table = corrections[list(CORRECTION_COLUMNS)].astype("str")
    table = table.assign(value=table["value"].str.strip(), author=table["author"].str.strip())
    scanner = make_reader().scanner
    for row in table.to_dict("records"):
        _check_row(row, scanner)
    twice = table[table.duplicated([*KEY, "field"])]
    if len(twice):
        first = twice.iloc[0]
        raise ParameterError(
            f"a field must be corrected once, but {first['field']} of {first['doc_id']} paragraph "
            f"{first['para_no']} is corrected twice; settle it and keep one row"
        )
    return table.astype({"para_no": "int64", "start": "int64", "end": "int64"})


def _check_row(row: dict[Any, Any], scanner: FigureScanner) -> None:
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
        try:
            read_cell(value, scanner)
        except ParameterError as error:
            raise ParameterError(f"{error} ({place})") from error


def apply_corrections(
    table: pd.DataFrame, corrections: str | Path | pd.DataFrame
) -> tuple[pd.DataFrame, int]:
    """Return statements in which corrected fields win, and the number of corrections that fit none.

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
        corrections = read_own_table(source, "table of corrections").map(as_it_was)
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


# How do the statements get to Excel and the corrections back?

_SHOWN: Final = ("concept", "province", "year", "part_of_report", "clause")
_CHECKED: Final = "statements"
_BEFORE: Final = "before"


def statement_sheet(statements: Result, path: str | Path) -> Path:
    """Write statements to an Excel file in which people correct fields.

    Parameters
    ----------
    statements
        As `policytext.read_statements` returns them.
    path
        File to write (.xlsx).

    Returns
    -------
    pathlib.Path
        The file: sheet ``statements`` with the clause, its paragraph, the seven fields and an
        empty column ``checked_by``; sheet ``before`` (hidden) with what the rules said; sheet
        ``notes``.

    Examples
    --------
    >>> from policytext import read_statements, read_texts
    >>> report = "某县2021年工作总结\\n一、工作\\n建成医共体2个，扩大医共体试点。"
    >>> statements = read_statements(read_texts({"report.txt": report}), ["医共体"])
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     file = statement_sheet(statements, Path(folder, "check.xlsx"))
    ...     pd.read_excel(file, engine="calamine")["status"].tolist()
    ['done', 'under_way']
    """
    table, key = statements.table, clause_keys(statements.table)
    shown = table[[*_SHOWN, *FIELDS]].assign(checked_by="", paragraph=table["paragraph"])
    checked = Page(
        _CHECKED,
        pd.concat([shown, key], axis=1),
        widths={"clause": 50, "paragraph": 60, "figures": 30},
        rules={c: {"validate": "list", "source": list(allowed)} for c, allowed in CHOICES.items()},
    )
    before = Page(_BEFORE, pd.concat([key, table[list(FIELDS)]], axis=1), hidden=True)
    return write_pages(path, [checked, before, notes_page(statements)])


def read_statement_sheet(path: str | Path, *, author: str = "") -> pd.DataFrame:
    """Read an Excel file that people checked and return what they changed.

    Parameters
    ----------
    path
        A file that `statement_sheet` wrote and people saved.
    author
        Who corrected rows whose column ``checked_by`` is empty.

    Returns
    -------
    pandas.DataFrame
        One row a changed field: ``doc_id, para_no, start, end, clause_sha256, field, value,
        author``. Save it as CSV and give it to ``read_statements(corrections=…)``.

    Raises
    ------
    ReadingError
        The file is not there or has no such sheets.
    ParameterError
        A changed row has no author, a value is not allowed, or a clause stands twice.

    Examples
    --------
    >>> from policytext import read_statements, read_texts
    >>> report = "某县2021年工作总结\\n一、工作\\n建成医共体2个，扩大医共体试点。"
    >>> statements = read_statements(read_texts({"report.txt": report}), ["医共体"])
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     file = statement_sheet(statements, Path(folder, "check.xlsx"))
    ...     len(read_statement_sheet(file, author="王"))  # nobody changed anything yet
    0
    """
    key, what = list(KEY), "sheet of statements"
    now = read_page(path, _CHECKED, [*key, *FIELDS, "checked_by"], what=what)
    before = read_page(path, _BEFORE, [*key, *FIELDS], what=what)
    if now.duplicated(key).any():
        raise ParameterError("a clause must stand once in the sheet; delete the copied rows")
    both = now.merge(before, on=key, how="inner", suffixes=("", "_before"))
    rows = [
        {
            **{k: row[k] for k in key},
            "field": field,
            "value": row[field],
            "author": str(row["checked_by"]).strip() or author,
        }
        for row in both.to_dict("records")
        for field in FIELDS
        if row[field].strip() != row[f"{field}_before"].strip()
    ]
    return check_corrections(pd.DataFrame(rows, columns=list(CORRECTION_COLUMNS)))

"""How do people check statements in Excel, and what did they change?"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from policytext.errors import ParameterError, ReadingError
from policytext.exports import neutralise, notes_of, safe_table
from policytext.statements.corrections import (
    CHOICES,
    CORRECTION_COLUMNS,
    KEY,
    check_corrections,
    clause_keys,
)
from policytext.statements.lists import FIELDS

if TYPE_CHECKING:
    from policytext.result import Result

_SHOWN: Final = ("concept", "province", "year", "part_of_report", "clause")
_SHEET: Final = "statements"
_BEFORE: Final = "before"


def to_check(statements: Result, path: str | Path) -> Path:
    """Write statements to an Excel file in which people correct fields.

    Parameters
    ----------
    statements
        As `policytext.statements.reading.read_statements` returns them.
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
    >>> from tempfile import TemporaryDirectory
    >>> from policytext.intake.reading import read_corpus
    >>> from policytext.statements.reading import read_statements
    >>> with TemporaryDirectory() as folder:
    ...     _ = Path(folder, "某县2021年工作总结.txt").write_text(
    ...         "某县2021年工作总结\\n一、工作\\n建成医共体2个，扩大医共体试点。", encoding="utf-8"
    ...     )
    ...     statements = read_statements(read_corpus(folder, progress=False), ["医共体"])
    >>> with TemporaryDirectory() as folder:
    ...     file = to_check(statements, Path(folder, "check.xlsx"))
    ...     pd.read_excel(file, engine="calamine")["status"].tolist()
    ['done', 'under_way']
    """
    target = Path(path)
    if target.suffix.lower() != ".xlsx":
        raise ParameterError(f"path must end in .xlsx, got {target.name!r}")
    target.parent.mkdir(parents=True, exist_ok=True)
    table = statements.table
    sheet = table[[*_SHOWN, *FIELDS]].assign(checked_by="", paragraph=table["paragraph"])
    key = clause_keys(table)
    options = {"options": {"strings_to_formulas": False, "strings_to_urls": False}}
    with pd.ExcelWriter(target, engine="xlsxwriter", engine_kwargs=options) as writer:
        full = safe_table(pd.concat([sheet, key], axis=1))
        full.to_excel(writer, sheet_name=_SHEET, index=False)
        safe_table(pd.concat([key, table[list(FIELDS)]], axis=1)).to_excel(
            writer, sheet_name=_BEFORE, index=False
        )
        notes = pd.DataFrame(notes_of(statements), columns=["what", "text"])
        safe_table(notes).to_excel(writer, sheet_name="notes", index=False)
        writer.sheets[_BEFORE].hide()
        _lay_out(writer.sheets[_SHEET], list(full.columns), len(full))
    return target


def _lay_out(sheet: Any, columns: list[str], rows: int) -> None:
    sheet.freeze_panes(1, 0)
    for number, column in enumerate(columns):
        width = {"clause": 50, "paragraph": 60, "figures": 30}.get(column, 13)
        sheet.set_column(number, number, width)
        if column in CHOICES and rows:
            listed = {"validate": "list", "source": list(CHOICES[column])}
            sheet.data_validation(1, number, rows, number, listed)


def read_checked(path: str | Path, *, author: str = "") -> pd.DataFrame:
    """Read an Excel file that people checked and return what they changed.

    Parameters
    ----------
    path
        A file that `to_check` wrote and people saved.
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
    >>> from tempfile import TemporaryDirectory
    >>> from policytext.intake.reading import read_corpus
    >>> from policytext.statements.reading import read_statements
    >>> with TemporaryDirectory() as folder:
    ...     _ = Path(folder, "某县2021年工作总结.txt").write_text(
    ...         "某县2021年工作总结\\n一、工作\\n建成医共体2个，扩大医共体试点。", encoding="utf-8"
    ...     )
    ...     statements = read_statements(read_corpus(folder, progress=False), ["医共体"])
    >>> with TemporaryDirectory() as folder:
    ...     file = to_check(statements, Path(folder, "check.xlsx"))
    ...     len(read_checked(file, author="王"))  # nobody changed anything yet
    0
    """
    now, before = _read_sheet(Path(path), _SHEET), _read_sheet(Path(path), _BEFORE)
    key = list(KEY)
    lacking = [c for c in [*key, *FIELDS, "checked_by"] if c not in now.columns]
    if lacking:
        raise ReadingError(f"sheet {_SHEET!r} must keep its columns, but {lacking} lack")
    if now.duplicated(key).any():
        raise ParameterError("a clause must stand once in the sheet; delete the copied rows")
    both = now.merge(before, on=key, how="inner", suffixes=("", "_before"))
    rows = [
        {
            **{k: row[k] for k in key},
            "field": field,
            "value": row[field],
            "author": _author(row, author),
        }
        for row in both.to_dict("records")
        for field in FIELDS
        if row[field].strip() != row[f"{field}_before"].strip()
    ]
    return check_corrections(pd.DataFrame(rows, columns=list(CORRECTION_COLUMNS)))


def _author(row: dict[Any, Any], default: str) -> str:
    return str(row["checked_by"]).strip() or default


def _read_sheet(path: Path, sheet: str) -> pd.DataFrame:
    if not path.is_file():
        raise ReadingError(f"no checked file at {str(path)!r}")
    try:
        table = pd.read_excel(
            path, sheet_name=sheet, dtype=str, engine="calamine", keep_default_na=False
        )
    except (ValueError, OSError) as error:
        raise ReadingError(
            f"{path.name} must be a file that to_check wrote, with the sheet {sheet!r} ({error})"
        ) from error
    return table.map(lambda cell: cell.removeprefix("'") if _quoted(cell) else cell)


def _quoted(cell: str) -> bool:
    """Return whether the apostrophe in front was put there against formulas."""
    return cell.startswith("'") and neutralise(cell[1:]) == cell

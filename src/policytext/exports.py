"""How does a result leave for Excel, Word or CSV?"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

if TYPE_CHECKING:
    from policytext.result import Result

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def neutralise(value: Any) -> Any:
    """Put an apostrophe before text that a spreadsheet would run as a formula.

    Examples
    --------
    >>> neutralise("=1+1"), neutralise("医共体"), neutralise(-2)
    ("'=1+1", '医共体', -2)
    """
    if isinstance(value, str) and value.startswith(FORMULA_STARTS):
        return "'" + value
    return value


def safe_table(table: pd.DataFrame) -> pd.DataFrame:
    """Return the table with every text cell and column name neutralised."""
    out = table.copy()
    for column in out.columns:
        if out[column].dtype == object or isinstance(out[column].dtype, pd.StringDtype):
            out[column] = out[column].map(neutralise, na_action="ignore")
    out.columns = pd.Index([neutralise(str(c)) for c in out.columns])
    return out


def to_csv(table: pd.DataFrame, path: Path) -> Path:
    """Write a table as UTF-8 with BOM, one line feed a row, floats with at most 10 digits."""
    path.parent.mkdir(parents=True, exist_ok=True)
    safe_table(table).to_csv(
        path, index=False, encoding="utf-8-sig", lineterminator="\n", float_format="%.10g"
    )
    return path


def to_excel(result: Result, path: Path) -> Path:
    """Write a result to an Excel file with the sheets table and notes."""
    path.parent.mkdir(parents=True, exist_ok=True)
    notes = pd.DataFrame(notes_of(result), columns=["what", "text"])
    options = {"options": {"strings_to_formulas": False, "strings_to_urls": False}}
    with pd.ExcelWriter(path, engine="xlsxwriter", engine_kwargs=options) as writer:
        safe_table(result.table).to_excel(writer, sheet_name="table", index=False)
        safe_table(notes).to_excel(writer, sheet_name="notes", index=False)
        sheet = writer.sheets["table"]
        sheet.freeze_panes(1, 0)
        sheet.autofit()
    return path


def notes_of(result: Result) -> list[tuple[str, str]]:
    """Return title, method, sources, cautions, columns and settings as rows of two cells."""
    return [
        ("title", result.title.zh),
        ("title", result.title.en),
        ("method", result.method.text.zh),
        ("method", result.method.text.en),
        *(("source", c) for c in result.method.citations),
        *(("caution", s) for c in result.cautions for s in c),
        *(("column", f"{c}: {result.columns[str(c)]}") for c in result.table.columns),
        *(("setting", f"{k} = {v}") for k, v in result.parameters.items()),
    ]


def to_word(result: Result, path: Path) -> Path:
    """Write a result to a Word file as a three-line table with its title above and notes below."""
    from docx import Document
    from docx.shared import Pt

    path.parent.mkdir(parents=True, exist_ok=True)
    document = Document()
    document.add_paragraph(f"{result.title.zh} {result.title.en}")
    table = document.add_table(rows=1, cols=len(result.table.columns))
    for cell, name in zip(table.rows[0].cells, result.table.columns, strict=True):
        cell.text = str(name)
    for values in result.table.itertuples(index=False):
        for cell, value in zip(table.add_row().cells, values, strict=True):
            cell.text = _shown(value)
    last = len(table.rows) - 1
    for number, row in enumerate(table.rows):
        for cell in row.cells:
            lines = [("top", 12)] * (number == 0) + [("bottom", 6 if number < last else 12)] * (
                number in (0, last)
            )
            _draw_lines(cell, lines)
            for run in cell.paragraphs[0].runs:
                run.font.size = Pt(9)
    for kind, text in notes_of(result):
        if kind in ("method", "source", "caution"):
            document.add_paragraph(text).runs[0].font.size = Pt(8)
    document.save(str(path))
    return path


def _shown(value: Any) -> str:
    if value is None or (isinstance(value, float) and pd.isna(value)) or value is pd.NA:
        return ""
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def _draw_lines(cell: Any, lines: list[tuple[str, int]]) -> None:
    """Draw borders of a table cell; python-docx has no call for it, so the XML is written."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    if not lines:
        return
    borders = OxmlElement("w:tcBorders")
    for edge, size in lines:
        line = OxmlElement(f"w:{edge}")
        line.set(qn("w:val"), "single")
        line.set(qn("w:sz"), str(size))
        line.set(qn("w:color"), "000000")
        borders.append(line)
    cell._tc.get_or_add_tcPr().append(borders)

"""How is a table shown on a page, so that it sorts, searches and can carry no script?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from policytext.data import read_table

if TYPE_CHECKING:
    from markupsafe import Markup

LONGEST_TABLE = 2000
LONG_CELL = 24
"""Characters; longer cells may be wrapped."""

EVIDENCE_COLUMNS = ("row", "left", "words", "right", "title", "file")


def column_label(name: str, language: str = "zh") -> str:
    """Return what a column is called on a page: its label where the package has one.

    Examples
    --------
    >>> column_label("province"), column_label("province", "en"), column_label("x1")
    ('省份', 'province', 'x1')
    """
    table = read_table("report/columns.csv").set_index("column")
    return str(table.at[name, language]) if name in table.index else name


def html_table(table: pd.DataFrame, *, language: str = "zh") -> Markup:
    """Return a table as HTML that sorts and searches; every cell is escaped.

    Parameters
    ----------
    table
        Any table; the first 2,000 rows are shown, numbers with four digits.
    language
        Of the column labels.
    """
    from itables.javascript import to_html_datatable
    from markupsafe import Markup, escape

    shown = _shown(table.head(LONGEST_TABLE))
    long = [i for i, c in enumerate(shown.columns) if _is_long(shown[c])]
    shown.columns = _labels(list(table.columns), language)
    options: dict[str, Any] = {
        "connected": False,
        "maxBytes": 0,
        "showIndex": False,
        "classes": "display compact",
        "pageLength": 15,
        "lengthMenu": [15, 50, 200],
        "order": [],
        "autoWidth": False,
        "columnDefs": [{"targets": long, "className": "long"}] if long else [],
    }
    text = to_html_datatable(shown, allow_html=False, **options)
    note = ""
    if len(table) > LONGEST_TABLE:
        words = {"zh": "行，其余见 tables/ 中的 CSV", "en": "rows; the rest is in tables/"}[language]
        note = f"<p class='note'>{LONGEST_TABLE:,} / {len(table):,} {escape(words)}</p>"
    return Markup(text + note)


def evidence_lines(table: pd.DataFrame, evidence: pd.DataFrame) -> pd.DataFrame:
    """Return the lines behind the rows of a table, each named by the first cells of its row.

    Parameters
    ----------
    table
        The table.
    evidence
        ``row_id, title, file, left, words, right``.
    """
    first = table.iloc[:, :2].astype("str").agg(" · ".join, axis=1)
    rows = first.reindex(evidence["row_id"].astype("int64")).to_numpy()
    return evidence.assign(row=rows)[list(EVIDENCE_COLUMNS)].reset_index(drop=True)


def _labels(names: list[object], language: str) -> pd.Index[str]:
    """Return a label for each column; where two would be the same, the names themselves."""
    labels = [column_label(str(name), language) for name in names]
    return pd.Index(
        [label if labels.count(label) == 1 else str(n) for label, n in zip(labels, names, strict=True)]
    )


def _shown(table: pd.DataFrame) -> pd.DataFrame:
    """Return numbers with four digits and nothing where nothing is known."""
    out = table.copy()
    for column in out.columns:
        if pd.api.types.is_float_dtype(out[column]):
            out[column] = out[column].map(_four_digits, na_action="ignore")
        elif out[column].dtype == object or pd.api.types.is_string_dtype(out[column]):
            out[column] = out[column].map(str, na_action="ignore").fillna("")
    return out


def _four_digits(value: float) -> float:
    return round(value, 0) if 1e4 <= abs(value) < 1e15 else float(f"{value:.4g}")


def _is_long(column: pd.Series) -> bool:
    if pd.api.types.is_numeric_dtype(column):
        return False
    return bool((column.astype("str").str.len() > LONG_CELL).any())

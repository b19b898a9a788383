"""How is a table shown on a page, so that it sorts, searches and can carry no script?"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pandas as pd

from policytext.data import read_table

if TYPE_CHECKING:
    from markupsafe import Markup

GROUPING = re.compile(r"(?<![A-Za-z_'])(?:province|year|genre|level|part_of_report)(?![A-Za-z_'=])")

CODE = re.compile(r"(?<![A-Za-z_])[a-z_]+(?![A-Za-z_])")

SPACES = re.compile(
    r"(?<=[\u4e00-\u9fff]) (?=省份|年份|文种|层级)|(?<=省份|年份|文种|层级) (?=[\u4e00-\u9fff])"
)

LONGEST_TABLE = 2000
LONG_CELL = 24
"""Characters; longer cells may be wrapped."""

WORDED = (
    "group",
    "province",
    "year",
    "genre",
    "status",
    "level",
    "certainty",
    "place",
    "verdict",
    "interval",
    "part_of_report",
)
"""Columns whose values are words of this package."""

CHINESE_WORDS = {
    "search": "搜索",
    "lengthMenu": "每页 _MENU_ 行",
    "info": "第 _START_ 至 _END_ 行，共 _TOTAL_ 行",
    "infoEmpty": "无",
    "infoFiltered": "（从 _MAX_ 行中筛选）",
    "zeroRecords": "没有匹配的行",
    "emptyTable": "没有数据",
}

NOT_KNOWN = (r"[\"NaN\", \"___NaN___\"]", r"[\"\", \"___NaN___\"]")
"""How the data of a table say that a number is not known, and how it is shown: as nothing."""

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

    shown = _shown(table.head(LONGEST_TABLE), language)
    long = [i for i, c in enumerate(shown.columns) if _is_long(shown[c])]
    shown.columns = _labels(list(table.columns), language)
    options: dict[str, Any] = {
        "connected": False,
        "maxBytes": 0,
        "showIndex": False,
        "allow_html": False,
        "classes": "display compact",
        "pageLength": 15,
        "lengthMenu": [15, 50, 200],
        "order": [],
        "autoWidth": False,
        "columnDefs": [{"targets": long, "className": "long"}] if long else [],
        "language": CHINESE_WORDS if language == "zh" else {},
    }
    with pd.option_context("display.float_format", "{:.4g}".format):
        text = to_html_datatable(shown, **options).replace(*NOT_KNOWN)
    note = ""
    if len(table) > LONGEST_TABLE:
        words = {"zh": "行，其余见 tables/ 中的 CSV", "en": "rows; the rest is in tables/"}[
            language
        ]
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
    first = table.iloc[:, :2].astype("str").fillna("").agg(" · ".join, axis=1)
    rows = first.reindex(evidence["row_id"].astype("int64")).to_numpy()
    return evidence.assign(row=rows)[list(EVIDENCE_COLUMNS)].reset_index(drop=True)


def _labels(names: list[object], language: str) -> pd.Index[str]:
    """Return a label for each column; where two would be the same, the names themselves."""
    counted = {"reports", "paragraphs"} if "n_reports" not in names else set()
    known = [f"n_{name}" if name in counted else str(name) for name in names]
    labels = [column_label(name, language) for name in known]
    return pd.Index(
        [
            label if labels.count(label) == 1 else str(n)
            for label, n in zip(labels, names, strict=True)
        ]
    )


def _shown(table: pd.DataFrame, language: str) -> pd.DataFrame:
    """Return numbers with four digits, nothing where nothing is known, and words in Chinese."""
    words = read_table("report/values.csv").set_index("value")["zh"] if language == "zh" else {}
    out = table.copy()
    for column in out.columns:
        if pd.api.types.is_float_dtype(out[column]):
            out[column] = out[column].map(_four_digits, na_action="ignore")
        elif out[column].dtype == object or pd.api.types.is_string_dtype(out[column]):
            text = out[column].map(str, na_action="ignore").fillna("")
            out[column] = text.map(lambda v: words.get(v, v)) if column in WORDED else text
    return out


def _four_digits(value: float) -> float:
    return round(value, 0) if 1e4 <= abs(value) < 1e15 else float(f"{value:.4g}")


def _is_long(column: pd.Series) -> bool:
    if pd.api.types.is_numeric_dtype(column):
        return False
    return bool((column.astype("str").str.len() > LONG_CELL).any())


def in_chinese(text: str) -> str:
    """Return a Chinese sentence with the names of grouping columns in Chinese.

    Examples
    --------
    >>> in_chinese("主题份额：province × year")
    '主题份额：省份 × 年份'
    """
    labels = read_table("report/columns.csv").set_index("column")["zh"]
    named = GROUPING.sub(lambda match: str(labels[match.group()]), text)
    return SPACES.sub("", named)


def themes_in_chinese(text: str) -> str:
    """Return a Chinese sentence with the codes of health themes followed by their labels.

    Examples
    --------
    >>> themes_in_chinese("不宜引用：tiered_care, tcm")
    '不宜引用：tiered_care（分级诊疗与转诊）, tcm（中医药与民族医药）'
    """
    from policytext.themes.codebook import load_codebook

    labels = {theme.id: theme.label_zh for theme in load_codebook().themes}
    return CODE.sub(
        lambda m: f"{m.group()}（{labels[m.group()]}）" if m.group() in labels else m.group(), text
    )

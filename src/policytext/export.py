"""How does a table leave for Excel, Word, LaTeX, HTML, Stata or CSV, so that it can be read there?

Cells are data: none is run as a formula, none carries mark-up. Columns are called by their labels,
words of the package stand in the reader's language, and notes go with the table.
"""

from __future__ import annotations

import html
import io
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
from pandas.api.types import is_bool_dtype, is_object_dtype

from policytext.errors import ParameterError
from policytext.storage import in_one_piece
from policytext.texts import label_of, word_of

Notes = Sequence[tuple[str, str]]
"""Rows of two cells: what kind of note, and its text."""

FORMULA_STARTS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""Spreadsheets take the wide forms of the signs for the narrow ones."""

_NO_SIGN_OF_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")

SHARES: Final = re.compile(r"(^|_)(share|precision|recall)(_|$)")
"""Columns that hold shares of one; Excel shows them as per cent."""

PRINTED: Final = ("method", "source", "caution")
"""Notes that belong below a printed table; the others say how it was computed."""

STATA_NAME, STATA_LABEL, STATA_TEXT = 32, 80, 2045
"""Longest name, label and fixed-width text (bytes) of a Stata variable."""

WIDE_TABLE: Final = 7
"""A portrait page holds so many columns in a readable size; more turn the page."""


# What may a cell hold?


def neutralise(value: Any) -> Any:
    """Put an apostrophe before text that a spreadsheet would run as a formula.

    >>> neutralise("=1+1"), neutralise("医共体"), neutralise(-2)
    ("'=1+1", '医共体', -2)
    """
    if isinstance(value, str) and value.startswith(FORMULA_STARTS):
        return "'" + value
    return value


def as_it_was(cell: str) -> str:
    """Take off the apostrophe that was put before a cell because it begins like a formula.

    >>> as_it_was("'=1+1"), as_it_was("'医共体")
    ('=1+1', "'医共体")
    """
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(FORMULA_STARTS) else cell


def storable(value: Any) -> Any:
    """Return text that CSV, Excel and Word can hold: control characters as U+FFFD, CR as LF.

    >>> storable("a\\x07b\\rc"), storable(3)
    ('a\ufffdb\\nc', 3)
    """
    if not isinstance(value, str):
        return value
    return _NO_SIGN_OF_XML.sub("\ufffd", value.replace("\r\n", "\n").replace("\r", "\n"))


def _safe(value: Any) -> Any:
    return storable(neutralise(value))


def safe_table(table: pd.DataFrame) -> pd.DataFrame:
    """Return the table with every text cell and column name neutralised and storable."""
    out = table.copy()
    for column in out.columns:
        if out[column].dtype == object or isinstance(out[column].dtype, pd.StringDtype):
            out[column] = out[column].map(_safe, na_action="ignore")
    out.columns = pd.Index([_safe(str(c)) for c in out.columns])
    return out


# Which columns are shown, and what are they and their values called?


def chosen(table: pd.DataFrame, columns: Sequence[str] | None) -> pd.DataFrame:
    """Return some of the columns in the order asked for, or refuse one that is not there.

    >>> list(chosen(pd.DataFrame({"term": ["x"], "hits": [1]}), ["hits"]).columns)
    ['hits']
    """
    if columns is None:
        return table
    wanted = [columns] if isinstance(columns, str) else list(columns)
    unknown = [name for name in wanted if name not in table.columns]
    if unknown or not wanted:
        raise ParameterError(
            f"`columns` must be some of {list(map(str, table.columns))}, got {unknown or wanted}"
        )
    return table[wanted]


def labelled(table: pd.DataFrame, language: str | None = None) -> pd.DataFrame:
    """Put a table into a reader's language: labels of columns, words of the package, provinces.

    For tables of papers and for notebooks; analyses go on with the table itself.

    Parameters
    ----------
    table
        A table of a result or a part of one; it stays as it is.
    language
        ``"zh"``, ``"en"`` or ``"both"``; as set by default.

    Returns
    -------
    pandas.DataFrame
        The same rows. Columns without a label, and two that would share one, keep their names;
        English names of provinces stand in the columns of groups.

    Raises
    ------
    ParameterError
        The language is not one of the three.

    Examples
    --------
    >>> table = pd.DataFrame({"province": ["山西省"], "status": ["not named"]})
    >>> labelled(table, "zh").to_dict("list")
    {'省份': ['山西省'], '状态': ['未提及']}
    >>> labelled(table, "en").to_dict("list")
    {'province': ['Shanxi'], 'status': ['not named']}
    """
    out = table.copy()
    for column in out.columns:
        kind = out[column].dtype
        if is_object_dtype(kind) or is_bool_dtype(kind) or isinstance(kind, pd.StringDtype):
            # As objects: text of reports may hold halves of characters, which Arrow refuses.
            words = [word_of(str(column), value, language) for value in out[column]]
            out[column] = pd.Series(words, index=out.index, dtype=object)
    names = [str(name) for name in table.columns]
    if "rate_rest" in names:  # of words or of characters, as the analysis says
        names = ["rate_here" if name == "rate" else name for name in names]
    # Beside paragraphs or reports with a hit there is often the number of all: two labels.
    called = [
        "n_" + n if n in ("reports", "paragraphs") and "n_" + n not in names else n for n in names
    ]
    labels = [str(storable(label_of(name, language))) for name in called]
    out.columns = pd.Index(
        [
            label if labels.count(label) == 1 else name
            for label, name in zip(labels, names, strict=True)
        ]
    )
    return out


def written(value: Any) -> str:
    """Return a cell as print shows it: four digits, nothing where nothing is known.

    >>> written(0.123456), written(None), written(123456.7), written("=1+1")
    ('0.1235', '', '123457', '=1+1')
    """
    if value is None or value is pd.NA or (isinstance(value, float) and pd.isna(value)):
        return ""
    if isinstance(value, float):
        return f"{value:.0f}" if 1e4 <= abs(value) < 1e15 else f"{value:.4g}"
    return str(storable(str(value)))


# Which columns and rows carry a table, where all of it would not fit?

MEASURES: Final = (
    "value",
    "rate",
    "share",
    "estimate",
    "distance",
    "log_odds",
    "rho_without",
    "rho_between",
    "precision",
    "z",
    "score",
    "alpha",
    "f1",
    "weight",
    "probability",
    "n_hits",
    "hits",
    "paragraphs",
    "count",
    "n",
)
"""What a table is about, first found first; its interval stands in ``low`` and ``high``."""

BESIDE: Final = ("status", "hits", "n_hits", "n_reports", "n_documents", "p_value", "q_value")
PLACES: Final = frozenset(("doc_id", "para_no", "start", "end", "top_report", "row_id"))
"""Columns that name a place; a reader wants the numbers before them."""

MOST_PRINTED: Final = 10


def measure_of(table: pd.DataFrame) -> str | None:
    """Return the column that a table is about.

    >>> measure_of(pd.DataFrame({"term": ["x"], "hits": [1], "rate": [0.2]}))
    'rate'
    """
    numeric = [str(c) for c in table.columns if pd.api.types.is_numeric_dtype(table[c])]
    return next((name for name in MEASURES if name in numeric), None)


def keys_of(table: pd.DataFrame) -> list[str]:
    """Return the columns that say what a row is about: words and years before the first number.

    >>> keys_of(pd.DataFrame({"term": ["x"], "year": [2020], "status": ["count"], "hits": [1]}))
    ['term', 'year']
    """
    keys: list[str] = []
    for name in map(str, table.columns):
        numeric = pd.api.types.is_numeric_dtype(table[name])
        if (numeric and name != "year") or name == "status":
            break
        keys.append(name)
    return keys


def core_columns(table: pd.DataFrame) -> list[str]:
    """Return the columns to print: all if a page holds them, else keys, measure and interval.

    >>> wide = pd.DataFrame([range(12)], columns=["rate", "low", "high", *"abcdefghi"])
    >>> core_columns(wide.assign(term="x")[["term", *wide.columns]])
    ['term', 'rate', 'low', 'high']
    """
    names = [str(name) for name in table.columns]
    if "rate_rest" in names:  # of words or of characters, as the analysis says
        names = ["rate_here" if name == "rate" else name for name in names]
    main = measure_of(table)
    if len(names) <= MOST_PRINTED or main is None:
        return names[: 2 * MOST_PRINTED]
    wanted = {*keys_of(table)[:4], main, "low", "high", *BESIDE}
    return [name for name in names if name in wanted and name not in PLACES][:MOST_PRINTED]


def leading_rows(table: pd.DataFrame, most: int = 20) -> pd.DataFrame:
    """Return the first rows of a table, some of every term where there are several.

    >>> table = pd.DataFrame({"term": ["a"] * 30 + ["b"] * 30, "hits": range(60)})
    >>> leading_rows(table, 6)["term"].tolist()
    ['a', 'a', 'a', 'b', 'b', 'b']
    """
    keys = keys_of(table)
    if len(table) <= most or not keys:
        return table.head(most)
    several = table[keys[0]].nunique()
    if several < 2 or several > most:
        return table.head(most)
    return table.groupby(keys[0], sort=False, dropna=False).head(max(1, most // several))


def numbers_first(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table with the columns that name places behind those that hold numbers."""
    names = list(table.columns)
    if all(str(name) in PLACES for name in names[:1]):
        return table
    return table[
        [n for n in names if str(n) not in PLACES] + [n for n in names if str(n) in PLACES]
    ]


def extremes(table: pd.DataFrame) -> list[tuple[str, pd.Series, pd.Series, int]]:
    """Return, for each term, the rows with the highest and lowest value and how many are zero.

    >>> table = pd.DataFrame({"term": "x", "province": ["甲", "乙"], "rate": [3.0, 0.0]})
    >>> [(t, top["province"], low["province"], n) for t, top, low, n in extremes(table)]
    [('x', '甲', '乙', 1)]
    """
    main, keys = measure_of(table), keys_of(table)
    if main is None or not keys:
        return []
    known = table.dropna(subset=[main])
    parts = [("", known)] if len(keys) == 1 else known.groupby(keys[0], sort=False)
    return [
        (
            str(name),
            part.loc[part[main].astype(float).idxmax()],
            part.loc[part[main].astype(float).idxmin()],
            int((part[main] == 0).sum()),
        )
        for name, part in parts
        if len(part) > 1
    ]


# How is it written for other programs?


def to_csv(table: pd.DataFrame, path: Path) -> Path:
    """Write a table as UTF-8 with BOM, one line feed a row, floats with at most 10 digits."""
    with in_one_piece(path) as part:
        safe_table(table).to_csv(
            part, index=False, encoding="utf-8-sig", lineterminator="\n", float_format="%.10g"
        )
    return path


def to_excel(
    table: pd.DataFrame,
    path: Path,
    *,
    meanings: pd.DataFrame,
    notes: Notes,
    language: str | None = None,
) -> Path:
    """Write a table to Excel: labels, formats and a filter; meanings and notes on other sheets."""
    path.parent.mkdir(parents=True, exist_ok=True)
    shown = labelled(table, language)
    keep = {"strings_to_formulas": False, "strings_to_urls": False, "in_memory": True}
    options = {"options": keep}
    held = io.BytesIO()  # a full disk must leave no half of a file, and no error but its own
    with pd.ExcelWriter(held, engine="xlsxwriter", engine_kwargs=options) as writer:
        safe_table(shown).to_excel(writer, sheet_name="table", index=False)
        safe_table(meanings).to_excel(writer, sheet_name="columns", index=False)
        lines = pd.DataFrame(list(notes), columns=["what", "text"])
        safe_table(lines).to_excel(writer, sheet_name="notes", index=False)
        book, sheet = writer.book, writer.sheets["table"]
        for place, column in enumerate(table.columns):
            pattern = _number_format(table[column], str(column))
            width = _excel_width(shown.iloc[:, place])
            sheet.set_column(
                place, place, width, book.add_format({"num_format": pattern}) if pattern else None
            )
        if len(table):
            sheet.autofilter(0, 0, len(table), max(len(table.columns) - 1, 0))
        sheet.freeze_panes(1, 0)
        for name in ("columns", "notes"):
            wrapped = book.add_format({"text_wrap": True, "valign": "top"})
            writer.sheets[name].set_column(0, 2, 24)
            writer.sheets[name].set_column(1 if name == "notes" else 3, 4, 80, wrapped)
    with in_one_piece(path) as part:
        part.write_bytes(held.getvalue())
    return path


def _number_format(column: pd.Series, name: str) -> str:
    if is_bool_dtype(column) or not pd.api.types.is_numeric_dtype(column):
        return ""
    if pd.api.types.is_integer_dtype(column):
        return "0" if name.endswith("year") else "#,##0"
    if SHARES.search(name) and column.dropna().between(0, 1).all():
        return "0.0%"
    largest = column.abs().max()
    return "#,##0" if largest >= 1e4 else "0.0000" if largest < 1 else "0.00"


def _excel_width(column: pd.Series) -> int:
    """Return a width in characters; a Chinese character takes two."""
    cells = [str(column.name), *(written(value) for value in column.head(200))]
    return max(6, min(48, 2 + max(map(_cells_of, cells))))


def _cells_of(text: str) -> int:
    return max(
        sum(2 if ord(sign) > 0x2E7F else 1 for sign in line) for line in (text or " ").split("\n")
    )


def to_dta(
    table: pd.DataFrame, path: Path, *, meanings: Mapping[str, str], title: str = ""
) -> Path:
    """Write a table as a Stata file (.dta, version 118, UTF-8); meanings become labels."""
    if path.suffix != ".dta" or table.shape[1] == 0:
        raise ParameterError(
            f"a table for Stata must have columns and a file ending in .dta, got "
            f"{table.shape[1]} columns for {path.name!r}"
        )
    names = stata_names([str(column) for column in table.columns])
    plain = pd.DataFrame(
        {new: _stata_values(table[old]) for new, old in zip(names, table.columns, strict=True)}
    )
    long = [n for n in names if plain[n].dtype == object and _longest(plain[n]) > STATA_TEXT]
    path.parent.mkdir(parents=True, exist_ok=True)
    with in_one_piece(path) as part:
        plain.to_stata(
            part,
            version=118,
            write_index=False,
            convert_strl=long,
            time_stamp=pd.Timestamp("2000-01-01").to_pydatetime(),
            data_label=title[:STATA_LABEL] or None,
            variable_labels={
                new: stata_label(meanings.get(str(old), str(old)))
                for new, old in zip(names, table.columns, strict=True)
            },
        )
    return path


def stata_names(columns: list[str]) -> list[str]:
    """Return legal and different Stata names: letters, digits and _ only, at most 32.

    >>> stata_names(["rate", "2019年", "share of reports", "if", "rate"])
    ['rate', '_2019年', 'share_of_reports', '_if', 'rate_2']
    """
    reserved = {"if", "in", "int", "long", "byte", "float", "double", "using", "with", "strL"}
    names: list[str] = []
    for column in columns:
        name = "".join(c if f"a{c}".isidentifier() else "_" for c in column)
        legal = name.isidentifier() and name not in reserved
        name = (name if legal else f"_{name}")[:STATA_NAME]
        number = 2
        while name in names:
            name = f"{name[: STATA_NAME - 4].removesuffix(f'_{number - 1}')}_{number}"
            number += 1
        names.append(name)
    return names


def stata_label(meaning: str) -> str:
    """Return the meaning of a column as a label of at most 80 characters, English if two-tongued.

    >>> stata_label("命中次数 / hits counted")
    'hits counted'
    """
    english = meaning.rsplit(" / ", 1)[-1]
    return english if len(english) <= STATA_LABEL else english[: STATA_LABEL - 1] + "…"


def _stata_values(column: pd.Series) -> pd.Series:
    """Return a column as float, integer or text, as Stata knows nothing else."""
    values = column.reset_index(drop=True)
    if is_bool_dtype(values):
        return values.astype("float64") if values.isna().any() else values.astype("int8")
    if pd.api.types.is_integer_dtype(values) and not values.isna().any():
        return values.astype("int64" if values.abs().max() > 2**31 - 102 else "int32")
    if pd.api.types.is_numeric_dtype(values):
        return values.astype("float64").replace([np.inf, -np.inf], np.nan)
    return values.astype(object).where(values.notna(), "").map(str)


def _longest(column: pd.Series) -> int:
    measure: Callable[[str], int] = lambda text: len(text.encode("utf-8"))  # noqa: E731
    return int(column.map(measure).max()) if len(column) else 0


# How is it printed?


def to_word(
    table: pd.DataFrame,
    path: Path,
    *,
    title: str,
    notes: Sequence[str],
    language: str | None = None,
    landscape: bool | None = None,
    picture: bytes | None = None,
) -> Path:
    """Write a three-line table with title above, figure and notes below, that fits its page."""
    from docx import Document
    from docx.enum.section import WD_ORIENT
    from docx.shared import Emu, Pt

    path.parent.mkdir(parents=True, exist_ok=True)
    document = Document()
    section = document.sections[0]
    if landscape if landscape is not None else table.shape[1] > WIDE_TABLE:
        section.orientation = WD_ORIENT.LANDSCAPE
        section.page_width, section.page_height = section.page_height, section.page_width
    width, left, right = section.page_width, section.left_margin, section.right_margin
    room = int(width or 0) - int(left or 0) - int(right or 0)
    document.add_paragraph(storable(title)).paragraph_format.keep_with_next = True
    cells = labelled(table, language).map(written)
    widths = _widths(cells, room)
    size = Pt(9 if table.shape[1] <= WIDE_TABLE else 8 if table.shape[1] <= 2 * WIDE_TABLE else 7)
    drawn = document.add_table(rows=1 + len(cells), cols=cells.shape[1])
    drawn.autofit = False
    rows = [[storable(str(name)) for name in cells.columns], *cells.to_numpy().tolist()]
    for number, (row, values) in enumerate(zip(drawn.rows, rows, strict=True)):
        _fill(row, values, widths, size, first=number == 0, last=number == len(rows) - 1)
    if picture is not None:
        import io

        document.add_picture(io.BytesIO(picture), width=Emu(min(room, 5_500_000)))
    for text in notes:
        document.add_paragraph(storable(text)).runs[0].font.size = Pt(8)
    with in_one_piece(path) as part:
        document.save(str(part))
    return path


def _widths(cells: pd.DataFrame, room: int) -> list[int]:
    """Share the page between columns by the length of what they hold, none below a fortieth."""
    needs: list[float] = [
        min(40, max(map(_cells_of, [str(name), *cells.iloc[:, place].head(200)])))
        for place, name in enumerate(cells.columns)
    ]
    least = max(1.0, sum(needs) / 40)
    needs = [max(least, need) for need in needs]
    return [int(room * need / sum(needs)) for need in needs]


def _fill(
    row: Any, values: Sequence[str], widths: Sequence[int], size: Any, *, first: bool, last: bool
) -> None:
    """Write one row; the first is repeated on each page, and rows are not split between pages."""
    from docx.oxml import OxmlElement
    from docx.shared import Emu

    properties = row._tr.get_or_add_trPr()
    properties.append(OxmlElement("w:cantSplit"))
    if first:
        properties.append(OxmlElement("w:tblHeader"))
    lines = [("top", 12), ("bottom", 6)] if first else []
    if last:
        lines = [*(line for line in lines if line[0] != "bottom"), ("bottom", 12)]
    for cell, text, width in zip(row.cells, values, widths, strict=True):
        cell.width = Emu(width)
        cell.text = text
        _draw_lines(cell, lines)
        for run in cell.paragraphs[0].runs:
            run.font.size = size


def _draw_lines(cell: Any, lines: Sequence[tuple[str, int]]) -> None:
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


_LATEX: Final = {
    "\\": r"\textbackslash{}",
    "&": r"\&",
    "%": r"\%",
    "$": r"\$",
    "#": r"\#",
    "_": r"\_",
    "{": r"\{",
    "}": r"\}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
}


def latex_escaped(text: str) -> str:
    """Return a text in which LaTeX sets every sign as it is.

    >>> latex_escaped("50% & a_b")
    '50\\\\% \\\\& a\\\\_b'
    """
    return "".join(_LATEX.get(sign, sign) for sign in str(storable(text))).replace("\n", " ")


def latex_table(
    table: pd.DataFrame, *, title: str, notes: Sequence[str], language: str | None = None
) -> str:
    """Return a three-line table in LaTeX (packages booktabs, and ctex for Chinese)."""
    cells = labelled(table, language).map(written)
    numeric = [pd.api.types.is_numeric_dtype(table[column]) for column in table.columns]
    lines = [
        r"\begin{table}[htbp]",
        rf"\caption{{{latex_escaped(title)}}}",
        r"\begin{tabular}{" + "".join("r" if n else "l" for n in numeric) + "}",
        r"\toprule",
        " & ".join(latex_escaped(str(name)) for name in cells.columns) + r" \\",
        r"\midrule",
        *(" & ".join(map(latex_escaped, row)) + r" \\" for row in cells.to_numpy().tolist()),
        r"\bottomrule",
        r"\end{tabular}",
        *(rf"\par\footnotesize {latex_escaped(note)}" for note in notes),
        r"\end{table}",
    ]
    return "\n".join(lines) + "\n"


def html_table(
    table: pd.DataFrame, *, title: str, notes: Sequence[str], language: str | None = None
) -> str:
    """Return a table in HTML with its title and notes; every cell is escaped."""
    cells = labelled(table, language).map(written)
    head = "".join(f"<th>{html.escape(str(name))}</th>" for name in cells.columns)
    body = "\n".join(
        "<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in row) + "</tr>"
        for row in cells.to_numpy().tolist()
    )
    below = "".join(f"<p>{html.escape(str(storable(note)))}</p>" for note in notes)
    return (
        f"<table>\n<caption>{html.escape(str(storable(title)))}</caption>\n"
        f"<thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody>\n</table>\n{below}\n"
    )

"""How do people code paragraphs in Excel, and what comes back?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from policytext.errors import ParameterError, ReadingError
from policytext.themes.codebook import Codebook, load_codebook
from policytext.themes.coding import fill_texts, read_label_file

# How do people code paragraphs in Excel, and what comes back?

SHEET = "内容分析编码表"
_SCHEME = "编码表说明"
_BEFORE = ("编号", "doc_id", "para_no", "上文", "段落", "下文")
_AS_TEXT = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
_FIELDS = ("number", "doc_id", "para_no", "before", "text", "after")
_AFTER = ("编码员", "备注")
_WIDTHS = {
    "编号": 8,
    "doc_id": 14,
    "para_no": 8,
    "上文": 28,
    "段落": 70,
    "下文": 28,
    "编码员": 10,
    "备注": 24,
}
_SCHEME_COLUMNS = (("编码", 34), ("定义", 40), ("包括", 50), ("不包括", 50))
_SEPARATOR = " "


def sheet_paragraphs(paragraphs: pd.DataFrame, rows: Sequence[int]) -> pd.DataFrame:
    """Return the paragraphs to code with their context and their number in the coding table.

    Parameters
    ----------
    paragraphs
        A corpus' paragraphs (doc_id, para_no, text).
    rows
        Row numbers of the paragraphs to code.

    Returns
    -------
    pandas.DataFrame
        Columns number (``document-paragraph``, as in a 内容分析编码表), doc_id, para_no, before,
        text, after.

    Examples
    --------
    >>> table = pd.DataFrame({"doc_id": ["d", "d"], "para_no": [0, 1], "text": ["甲", "乙"]})
    >>> sheet_paragraphs(table, [1]).values.tolist()
    [['1-1', 'd', 1, '甲', '乙', '']]
    """
    absent = [row for row in rows if row not in paragraphs.index]
    if absent:
        raise ParameterError(f"rows must be row numbers of the paragraphs, got {absent[:3]}")
    same = paragraphs["doc_id"]
    before = paragraphs["text"].shift(1).where(same == same.shift(1), "").fillna("")
    after = paragraphs["text"].shift(-1).where(same == same.shift(-1), "").fillna("")
    chosen = paragraphs.loc[list(rows), ["doc_id", "para_no", "text"]]
    order = {doc: i + 1 for i, doc in enumerate(dict.fromkeys(chosen["doc_id"]))}
    number = [f"{order[d]}-{p}" for d, p in zip(chosen["doc_id"], chosen["para_no"], strict=True)]
    chosen = chosen.assign(number=number, before=before[chosen.index], after=after[chosen.index])
    columns = ["number", "doc_id", "para_no", "before", "text", "after"]
    return chosen[columns].reset_index(drop=True)


def coding_sheet(
    paragraphs: pd.DataFrame,
    path: str | Path,
    *,
    codebook: Codebook | None = None,
    coder: str = "",
    n_codes: int = 6,
    given: Sequence[Sequence[str]] | None = None,
) -> Path:
    """Write an Excel sheet in which a person codes paragraphs, with dropdowns from the codebook.

    Parameters
    ----------
    paragraphs
        From `sheet_paragraphs`, or any table with columns number, doc_id, para_no, text (before
        and after if known).
    path
        File to write, ending in ``.xlsx``.
    codebook
        The scheme; a second sheet explains its codes.
    coder
        Name written into every row; empty: the coder fills it in.
    n_codes
        How many codes a paragraph can get (columns 编码1 …; 编码1 is the primary code).
    given
        Codes to fill in beforehand, for an adjudication sheet.

    Returns
    -------
    pathlib.Path
        The file.

    Raises
    ------
    ParameterError
        A column is missing, or the table is empty.
    """
    codebook = codebook or load_codebook()
    _refuse_unfit(paragraphs)
    import xlsxwriter

    codes = tuple(f"编码{i + 1}" for i in range(n_codes))
    header = (*_BEFORE, *codes, *_AFTER)
    with xlsxwriter.Workbook(str(path), _AS_TEXT) as book:
        sheet = book.add_worksheet(SHEET)
        wrap = book.add_format({"text_wrap": True, "valign": "top"})
        head = book.add_format({"bold": True, "bottom": 1})
        for column, name in enumerate(header):
            sheet.set_column(column, column, _WIDTHS.get(name, 20), wrap)
            sheet.write_string(0, column, name, head)
        for place, row in enumerate(paragraphs.to_dict("records")):
            themes = [choice(codebook, theme) for theme in (given[place] if given else ())]
            blank = [""] * (n_codes - len(themes))
            shown = [str(row.get(field, "")) for field in _FIELDS]
            sheet.write_row(place + 1, 0, [*shown, *themes[:n_codes], *blank, coder], wrap)
        _explain_scheme(book, codebook)
        choices = f"='{_SCHEME}'!$A$2:$A${len(codebook.themes) + 1}"
        first, last = len(_BEFORE), len(_BEFORE) + n_codes - 1
        sheet.data_validation(
            1,
            first,
            len(paragraphs),
            last,
            {"validate": "list", "source": choices, "ignore_blank": True},
        )
        sheet.freeze_panes(1, 1)
    return Path(path)


def _refuse_unfit(paragraphs: pd.DataFrame) -> None:
    missing = {"number", "doc_id", "para_no", "text"} - set(paragraphs.columns)
    if missing or paragraphs.empty:
        raise ParameterError(
            f"paragraphs must have rows and the columns number, doc_id, para_no, text; lacking: "
            f"{sorted(missing) or 'rows'}"
        )


def hundred_to_code(raw: str | Path) -> pd.DataFrame:
    """Return the ready set of 100 paragraphs for two human coders, filled from the raw files.

    Half come from work reports, half from provincial reports; all have silver labels, which the
    set does not show, so that two people's codes can be compared with each other and with them.
    """
    filled = fill_texts(read_label_file("labels/hundred-to-code.jsonl"), raw)
    order = {report: i + 1 for i, report in enumerate(dict.fromkeys(filled["report"]))}
    within = filled.groupby("report").cumcount() + 1
    return pd.DataFrame(
        {
            "number": [f"{order[r]}-{i}" for r, i in zip(filled["report"], within, strict=True)],
            "doc_id": filled["report"],
            "para_no": filled["unit"],
            "before": "",
            "text": filled["text"],
            "after": "",
        }
    )


def adjudication_sheet(
    paragraphs: pd.DataFrame,
    first: pd.DataFrame,
    second: pd.DataFrame,
    path: str | Path,
    *,
    codebook: Codebook | None = None,
) -> int:
    """Write a sheet of the paragraphs coded differently, with the codes both gave filled in.

    Parameters
    ----------
    paragraphs
        As given to `coding_sheet`.
    first, second
        The `codes` of two readings.
    path
        File to write; 备注 is left to the adjudicator, and 上文 says what each coder gave.

    Returns
    -------
    int
        How many paragraphs differ; 0: no file is written.
    """
    codebook = codebook or load_codebook()
    sets = [codes.groupby("number")["theme"].agg(list).to_dict() for codes in (first, second)]
    numbers = [
        n for n in paragraphs["number"] if set(sets[0].get(n, [])) != set(sets[1].get(n, []))
    ]
    if not numbers:
        return 0
    chosen = paragraphs.set_index("number").loc[numbers].reset_index()
    names = {theme.id: theme.label_zh for theme in codebook.themes}
    said = [
        "\n".join(
            f"{who}：{'、'.join(names[t] for t in s.get(n, []))}"
            for who, s in zip("甲乙", sets, strict=True)
        )
        for n in numbers
    ]
    shared = [[t for t in sets[0].get(n, []) if t in sets[1].get(n, [])] for n in numbers]
    coding_sheet(chosen.assign(before=said), path, codebook=codebook, given=shared)
    return len(numbers)


def choice(codebook: Codebook, theme_id: str) -> str:
    """Return a code as the dropdown shows it."""
    return theme_id + _SEPARATOR + codebook.theme(theme_id).label_zh


def _explain_scheme(book: object, codebook: Codebook) -> None:
    sheet = book.add_worksheet(_SCHEME)  # type: ignore[attr-defined]
    wrap = book.add_format({"text_wrap": True, "valign": "top"})  # type: ignore[attr-defined]
    for column, (name, width) in enumerate(_SCHEME_COLUMNS):
        sheet.set_column(column, column, width, wrap)
        sheet.write_string(0, column, name)
    for place, theme in enumerate(codebook.themes):
        cells = (
            choice(codebook, theme.id),
            theme.definition_zh,
            *map("；".join, (theme.include, theme.exclude)),
        )
        for column, value in enumerate(cells):
            sheet.write_string(place + 1, column, value)
    sheet.write_string(len(codebook.themes) + 2, 0, codebook.rule_zh)


# What does a coded sheet say, and what is missing or misspelt in it?


class SheetReading(NamedTuple):
    """What a coding sheet says: one row per paragraph and code, and what is missing or misspelt.

    `codes` has columns number, doc_id, para_no, coder, theme, rank, comment; `problems` has
    number, problem (in words) and value. A paragraph with a problem keeps its readable codes.
    """

    codes: pd.DataFrame
    problems: pd.DataFrame


def read_coding_sheet(path: str | Path, codebook: Codebook | None = None) -> SheetReading:
    """Read a coded sheet back, and say what is missing or misspelt.

    A code may be written as in the dropdown, as the theme's id or as its Chinese name.

    Raises
    ------
    ReadingError
        The file is no coding sheet.
    """
    codebook = codebook or load_codebook()
    try:
        table = pd.read_excel(
            path, sheet_name=SHEET, dtype=str, keep_default_na=False, engine="calamine"
        )
    except Exception as error:  # the Excel engines raise many kinds
        raise ReadingError(f"{str(path)!r} is not a coding sheet: {error}") from error
    columns = [c for c in table.columns if str(c).startswith("编码") and c != "编码员"]
    if not columns or "编号" not in table.columns:
        raise ReadingError(
            f"{str(path)!r} is not a coding sheet: the columns 编号 and 编码1 are missing"
        )
    known = _spellings(codebook)
    codes: list[dict[str, object]] = []
    problems: list[tuple[str, str, str]] = []
    for row in table.to_dict("records"):
        found, trouble = _codes_of(row, columns, known, codebook)
        problems += [(row["编号"], what, value) for what, value in trouble]
        codes += [_code_row(row, theme, rank) for rank, theme in enumerate(found)]
    return SheetReading(
        pd.DataFrame(
            codes, columns=["number", "doc_id", "para_no", "coder", "theme", "rank", "comment"]
        ),
        pd.DataFrame(problems, columns=["number", "problem", "value"]),
    )


def _codes_of(
    row: Mapping[str, str], columns: Sequence[str], known: Mapping[str, str], codebook: Codebook
) -> tuple[list[str], list[tuple[str, str]]]:
    trouble: list[tuple[str, str]] = []
    found: list[str] = []
    for column in columns:
        value = row[column].strip()
        if value and value not in known:
            trouble.append(("misspelt: not a code of the codebook", value))
        elif value and known[value] in found:
            trouble.append(("given twice", value))
        elif value:
            found.append(known[value])
    if not found:
        trouble.append(("missing: no code", ""))
    alone = [theme for theme in found if theme in codebook.alone]
    if alone and len(found) > 1:
        trouble.append(("used with other codes, but is used alone", ", ".join(alone)))
    if not row.get("编码员", "").strip():
        trouble.append(("missing: no coder", ""))
    return found, trouble


def _code_row(row: Mapping[str, str], theme: str, rank: int) -> dict[str, object]:
    return {
        "number": row["编号"],
        "doc_id": row["doc_id"],
        "para_no": row["para_no"],
        "coder": row.get("编码员", "").strip(),
        "theme": theme,
        "rank": rank,
        "comment": row.get("备注", "").strip(),
    }


def _spellings(codebook: Codebook) -> dict[str, str]:
    spellings: dict[str, str] = {}
    for theme in codebook.themes:
        for spelling in (theme.id, theme.label_zh, choice(codebook, theme.id)):
            spellings[spelling] = theme.id
    return spellings

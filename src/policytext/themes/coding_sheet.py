"""How do people code paragraphs in Excel, and what comes back?

Two sheets go out to two coders; what they coded differently goes out once more to be settled.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple

import pandas as pd

from policytext.errors import ParameterError
from policytext.sheets import Page, read_page, write_pages
from policytext.themes.codebook import Codebook, load_codebook
from policytext.themes.coding import fill_texts, read_label_file

_CODES: Final = "内容分析编码表"
_SCHEME: Final = "编码表说明"
_SHOWN: Final = {
    "number": "编号",
    "doc_id": "doc_id",
    "para_no": "para_no",
    "before": "上文",
    "text": "段落",
    "after": "下文",
}
_CODER: Final = "编码员"
_COMMENT: Final = "备注"
_WIDTHS: Final = {
    "编号": 8,
    "doc_id": 14,
    "para_no": 8,
    "上文": 28,
    "段落": 70,
    "下文": 28,
    _CODER: 10,
    _COMMENT: 24,
}
_CODE_WIDTH: Final = 20
_SCHEME_WIDTHS: Final = {"编码": 34, "定义": 40, "包括": 50, "不包括": 50}


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
        A column is missing, the table is empty, or the path does not end in ``.xlsx``.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> table = pd.DataFrame({"doc_id": ["d"], "para_no": [0], "text": ["新建中医馆12个。"]})
    >>> with TemporaryDirectory() as folder:
    ...     coding_sheet(sheet_paragraphs(table, [0]), f"{folder}/coder-1.xlsx", coder="甲").name
    'coder-1.xlsx'
    """
    codebook = codebook or load_codebook()
    missing = {"number", "doc_id", "para_no", "text"} - set(paragraphs.columns)
    if missing or paragraphs.empty:
        raise ParameterError(
            f"paragraphs must have rows and the columns number, doc_id, para_no, text; lacking: "
            f"{sorted(missing) or 'rows'}"
        )
    filled = [[choice(codebook, theme) for theme in themes] for themes in given or ()]
    filled = filled or [[]] * len(paragraphs)
    table = paragraphs.reindex(columns=list(_SHOWN), fill_value="").astype(str)
    table = table.rename(columns=_SHOWN)
    codes = [f"编码{place + 1}" for place in range(n_codes)]
    for place, column in enumerate(codes):
        table[column] = [row[place] if place < len(row) else "" for row in filled]
    scheme = _scheme_page(codebook)
    listed = f"='{_SCHEME}'!$A$2:$A${len(codebook.themes) + 1}"
    rule = {"validate": "list", "source": listed, "ignore_blank": True}
    page = Page(
        _CODES,
        table.assign(**{_CODER: coder, _COMMENT: ""}),
        dict.fromkeys(codes, _CODE_WIDTH) | _WIDTHS,
        dict.fromkeys(codes, rule),
        frozen_columns=1,
        wrapped=True,
    )
    return write_pages(path, [page, scheme])


def _scheme_page(codebook: Codebook) -> Page:
    """Return the codes with their definitions; the dropdowns point to its first column."""
    rows = [
        (
            choice(codebook, theme.id),
            theme.definition_zh,
            "；".join(theme.include),
            "；".join(theme.exclude),
        )
        for theme in codebook.themes
    ]
    blank = ("", "", "", "")
    table = pd.DataFrame(
        [*rows, blank, (codebook.rule_zh, *blank[1:])], columns=list(_SCHEME_WIDTHS)
    )
    return Page(_SCHEME, table, _SCHEME_WIDTHS, wrapped=True)


def choice(codebook: Codebook, theme_id: str) -> str:
    """Return a code as the dropdown shows it."""
    return f"{theme_id} {codebook.theme(theme_id).label_zh}"


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

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> table = pd.DataFrame({"doc_id": ["d"], "para_no": [0], "text": ["新建中医馆12个。"]})
    >>> one, two = (pd.DataFrame({"number": ["1-0"], "theme": [t]}) for t in ("tcm", "general"))
    >>> with TemporaryDirectory() as folder:
    ...     adjudication_sheet(sheet_paragraphs(table, [0]), one, two, f"{folder}/settle.xlsx")
    1
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

    Parameters
    ----------
    path
        A file that `coding_sheet` wrote and a person filled in.
    codebook
        The scheme it was written with.

    Returns
    -------
    SheetReading
        ``codes``: one row per paragraph and code, with columns number, doc_id, para_no, coder,
        theme, rank (0 = primary), comment; ``problems``: number, problem, value.

    Raises
    ------
    ReadingError
        The file is no coding sheet.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> table = pd.DataFrame({"doc_id": ["d"], "para_no": [0], "text": ["新建中医馆12个。"]})
    >>> with TemporaryDirectory() as folder:
    ...     path = coding_sheet(
    ...         sheet_paragraphs(table, [0]), f"{folder}/a.xlsx", coder="甲", given=[["tcm"]]
    ...     )
    ...     read_coding_sheet(path).codes[["number", "coder", "theme"]].values.tolist()
    [['1-0', '甲', 'tcm']]
    """
    codebook = codebook or load_codebook()
    table = read_page(path, _CODES, ["编号", "编码1"], what="coding sheet")
    columns = [c for c in table.columns if c.startswith("编码") and c != _CODER]
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
    if not row.get(_CODER, "").strip():
        trouble.append(("missing: no coder", ""))
    return found, trouble


def _code_row(row: Mapping[str, str], theme: str, rank: int) -> dict[str, object]:
    return {
        "number": row["编号"],
        "doc_id": row["doc_id"],
        "para_no": row["para_no"],
        "coder": row.get(_CODER, "").strip(),
        "theme": theme,
        "rank": rank,
        "comment": row.get(_COMMENT, "").strip(),
    }


def _spellings(codebook: Codebook) -> dict[str, str]:
    spellings: dict[str, str] = {}
    for theme in codebook.themes:
        for spelling in (theme.id, theme.label_zh, choice(codebook, theme.id)):
            spellings[spelling] = theme.id
    return spellings

"""What does a coded sheet say, and what is missing or misspelt in it?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from policytext.errors import ReadingError
from policytext.themes.codebook import Codebook, load_codebook
from policytext.themes.coding_sheet import SHEET, choice


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

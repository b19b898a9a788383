"""How is a workbook written that people fill in, and how is it read back?

Coding sheets, sheets of statements to check and the questions of intrusion tests are written here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path

import pandas as pd

from policytext.errors import ParameterError, ReadingError
from policytext.export import as_it_was, safe_table
from policytext.reading.tabular.own_tables import read_own_sheets
from policytext.result import Result, notes_of

# Text stays text: a cell is never run as a formula, linked, or turned into a number.
_AS_TEXT = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
_WIDTH = 13


@dataclass(frozen=True)
class Page:
    """One sheet of a workbook: its table, and how people see it and may fill it in.

    ``widths``: width of columns in characters, 13 where none is given.
    ``rules``: for columns to fill in, what may be entered, as XlsxWriter's ``data_validation``
      takes it: ``{"validate": "list", "source": […]}``.
    ``frozen_columns``: columns that stay in sight beside the header.
    ``wrapped``: whether long cells break into lines.
    """

    name: str
    table: pd.DataFrame
    widths: Mapping[str, int] = field(default_factory=dict)
    rules: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    frozen_columns: int = 0
    wrapped: bool = False
    hidden: bool = False


def notes_page(result: Result) -> Page:
    """Return what a result says about itself as a page: title, method, cautions, columns."""
    return Page("notes", pd.DataFrame(notes_of(result), columns=["what", "text"]))


def write_pages(path: str | Path, pages: Sequence[Page]) -> Path:
    """Write the pages to a workbook, cells that begin like a formula with an apostrophe before.

    >>> from tempfile import TemporaryDirectory
    >>> page = Page("items", pd.DataFrame({"text": ["=1+1"], "answer": [""]}))
    >>> with TemporaryDirectory() as folder:
    ...     read_page(write_pages(Path(folder, "a.xlsx"), [page]), "items")["text"].tolist()
    ['=1+1']
    """
    target = Path(path)
    if target.suffix.lower() != ".xlsx":
        raise ParameterError(f"path must end in .xlsx, got {target.name!r}")
    target.parent.mkdir(parents=True, exist_ok=True)
    with pd.ExcelWriter(
        target, engine="xlsxwriter", engine_kwargs={"options": _AS_TEXT}
    ) as workbook:
        look = workbook.book.add_format({"text_wrap": True, "valign": "top"})
        for page in pages:
            safe_table(page.table).to_excel(workbook, sheet_name=page.name, index=False)
            sheet = workbook.sheets[page.name]
            for place, column in enumerate(page.table.columns):
                width = page.widths.get(str(column), _WIDTH)
                sheet.set_column(place, place, width, look if page.wrapped else None)
            for first, last, rule in _ruled(page):
                sheet.data_validation(1, first, len(page.table), last, rule)
            sheet.freeze_panes(1, page.frozen_columns)
            if page.hidden:
                sheet.hide()
    return target


def _ruled(page: Page) -> Iterator[tuple[int, int, dict[str, object]]]:
    """Yield first and last column of each run of columns with one rule, where there are rows."""
    rules = [page.rules.get(str(column)) for column in page.table.columns]
    for rule, run in groupby(range(len(rules)), key=rules.__getitem__):
        places = list(run)
        if rule and len(page.table):
            yield places[0], places[-1], dict(rule)


def read_pages(path: str | Path, what: str = "workbook") -> dict[str, pd.DataFrame]:
    """Read all sheets of a workbook as text, empty cells as ``""``; ``what`` it should be."""
    file = Path(path)
    if not file.is_file():
        raise ReadingError(f"there is no {what} at {str(path)!r}")
    try:
        data = file.read_bytes()
    except OSError as error:
        raise ReadingError(f"the {what} {str(path)!r} cannot be opened: {error}") from error
    pages = read_own_sheets(data, f"{str(path)!r} is not a {what}: it")
    return {name: page.map(as_it_was) for name, page in pages.items()}


def read_page(
    path: str | Path, name: str, columns: Sequence[str] = (), *, what: str = "workbook"
) -> pd.DataFrame:
    """Read one sheet as text, refusing a workbook without it or without its columns."""
    page = read_pages(path, what).get(name)
    if page is None:
        raise ReadingError(f"{str(path)!r} is not a {what}: it must have the sheet {name!r}")
    lacking = [column for column in columns if column not in page.columns]
    if lacking:
        raise ReadingError(
            f"{str(path)!r} is not a {what}: sheet {name!r} must keep its columns, but {lacking} "
            "are missing"
        )
    return page

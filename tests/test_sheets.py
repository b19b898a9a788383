"""Workbooks that people fill in: nothing in them runs, and what comes back is checked."""

from __future__ import annotations

import openpyxl
import pandas as pd
import pytest

from policytext import Result
from policytext.errors import ParameterError, ReadingError
from policytext.records import Bilingual, Method
from policytext.sheets import Page, notes_page, read_page, read_pages, write_pages

TABLE = pd.DataFrame({"text": ["=1+1", "'甲'", ""], "a": [1, 2, 3], "b": ["", "", ""]})
YES_NO = {"validate": "list", "source": ["yes", "no"]}


@pytest.fixture
def path(tmp_path):
    page = Page("items", TABLE, {"text": 40}, {"a": YES_NO, "b": YES_NO}, 1, wrapped=True)
    return write_pages(
        tmp_path / "new" / "a.xlsx", [page, Page("before", TABLE[["a"]], hidden=True)]
    )


def test_what_was_written_is_read_back_as_text(path) -> None:
    pages = read_pages(path)
    assert list(pages) == ["items", "before"]
    assert pages["items"].values.tolist() == [["=1+1", "1", ""], ["'甲'", "2", ""], ["", "3", ""]]


def test_no_cell_is_a_formula_and_rules_stand_on_the_columns_to_fill_in(path) -> None:
    book = openpyxl.load_workbook(path)
    sheet = book["items"]
    assert sheet["A2"].data_type == "s" and sheet["A2"].value == "'=1+1"
    assert [str(r.sqref) for r in sheet.data_validations.dataValidation] == ["B2:C4"]
    assert sheet.freeze_panes == "B2" and book["before"].sheet_state == "hidden"
    assert sheet.column_dimensions["A"].width > 39


def test_a_page_without_rows_has_no_rules(tmp_path) -> None:
    page = Page("items", TABLE.head(0), rules={"a": YES_NO})
    book = openpyxl.load_workbook(write_pages(tmp_path / "a.xlsx", [page]))
    assert not book["items"].data_validations.dataValidation


def test_the_notes_of_a_result_become_a_page() -> None:
    said = Result(
        TABLE, Bilingual("题", "t"), dict.fromkeys(TABLE, "x"), Method(Bilingual("法", "m"))
    )
    assert notes_page(said).table["text"].tolist()[:2] == ["题", "t"]


def test_errors_say_what_the_file_must_be(path, tmp_path) -> None:
    with pytest.raises(ParameterError, match=r"must end in \.xlsx, got 'a\.csv'"):
        write_pages(tmp_path / "a.csv", [])
    with pytest.raises(ReadingError, match="there is no coding sheet at"):
        read_page(tmp_path / "none.xlsx", "items", what="coding sheet")
    with pytest.raises(ReadingError, match="must have the sheet 'codes'"):
        read_page(path, "codes")
    with pytest.raises(ReadingError, match=r"\['answer'\] are missing"):
        read_page(path, "items", ["a", "answer"])
    damaged = tmp_path / "b.xlsx"
    damaged.write_bytes(b"PK not a workbook")
    with pytest.raises(ReadingError, match="is not a workbook"):
        read_pages(damaged)

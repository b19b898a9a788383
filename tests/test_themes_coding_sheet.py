"""The coding kit: sheet out, codes back, what is missing or misspelt said; fictional paragraphs."""

from __future__ import annotations

import openpyxl
import pandas as pd
import pytest

from policytext import (
    adjudication_sheet,
    coding_sheet,
    load_codebook,
    read_coding_sheet,
    sheet_paragraphs,
)
from policytext.errors import ParameterError, ReadingError
from policytext.themes.coding_sheet import hundred_to_code

PARAGRAPHS = pd.DataFrame(
    {
        "doc_id": ["a", "a", "b"],
        "para_no": [0, 1, 0],
        "text": ["=建成医共体两个。", "新增托位三百个。", "粮食增产。"],
    }
)


@pytest.fixture
def sheet(tmp_path):
    table = sheet_paragraphs(PARAGRAPHS, [0, 1, 2])
    return table, coding_sheet(table, tmp_path / "sheet.xlsx", coder="甲", n_codes=3)


def fill(path, cells):
    book = openpyxl.load_workbook(path)
    for cell, value in cells.items():
        book["内容分析编码表"][cell] = value
    book.save(path)


def test_context_stays_inside_the_report_and_numbers_name_report_and_paragraph() -> None:
    table = sheet_paragraphs(PARAGRAPHS, [1, 2])
    assert table["number"].tolist() == ["1-1", "2-0"]
    assert table["before"].tolist() == ["=建成医共体两个。", ""]
    assert table["after"].tolist() == ["", ""]


def test_codes_come_back_in_order_however_they_are_spelt(sheet) -> None:
    _, path = sheet
    fill(
        path,
        {
            "G2": "medical_consortium 县域医共体、医联体与医疗集团",
            "H2": "tcm",
            "G3": "计划生育、人口与托育",
            "G4": "outside",
            "K2": "存疑",
        },
    )
    codes, problems = read_coding_sheet(path)
    assert codes[["number", "theme", "rank"]].values.tolist() == [
        ["1-0", "medical_consortium", 0],
        ["1-0", "tcm", 1],
        ["1-1", "population_childcare", 0],
        ["2-0", "outside", 0],
    ]
    assert codes.loc[0, "comment"] == "存疑" and set(codes["coder"]) == {"甲"}
    assert problems.empty


def test_missing_misspelt_doubled_and_lonely_codes_are_reported(sheet) -> None:
    _, path = sheet
    fill(path, {"G2": "医共休", "G3": "tcm", "H3": "tcm", "I3": "outside", "J2": None})
    codes, problems = read_coding_sheet(path)
    said = problems.groupby("number")["problem"].agg(list).to_dict()
    assert said["1-0"] == [
        "misspelt: not a code of the codebook",
        "missing: no code",
        "missing: no coder",
    ]
    assert said["1-1"] == ["given twice", "used with other codes, but is used alone"]
    assert said["2-0"] == ["missing: no code"]
    assert codes["theme"].tolist() == ["tcm", "outside"]


def test_dropdowns_list_the_codebook_and_text_is_never_a_formula(sheet) -> None:
    _, path = sheet
    book = openpyxl.load_workbook(path)
    rules = book["内容分析编码表"].data_validations.dataValidation
    assert [str(rule.sqref) for rule in rules] == ["G2:I4"]
    assert book["内容分析编码表"]["E2"].data_type == "s"
    first = [row[0].value for row in book["编码表说明"].iter_rows(min_row=2, max_row=25)]
    assert first == [f"{t.id} {t.label_zh}" for t in load_codebook().themes]


def test_adjudication_holds_only_what_differs_with_shared_codes_filled_in(sheet, tmp_path) -> None:
    table, _ = sheet
    one = pd.DataFrame(
        [("1-0", "tcm"), ("1-0", "workforce"), ("1-1", "tcm")], columns=["number", "theme"]
    )
    two = pd.DataFrame([("1-0", "tcm"), ("1-1", "tcm")], columns=["number", "theme"])
    path = tmp_path / "settle.xlsx"
    assert adjudication_sheet(table, one, two, path) == 1
    cells = openpyxl.load_workbook(path)["内容分析编码表"]
    assert cells.max_row == 2 and cells["G2"].value.startswith("tcm")
    assert cells["D2"].value == "甲：中医药与民族医药、卫生人才队伍\n乙：中医药与民族医药"
    assert adjudication_sheet(table, one, one, tmp_path / "none.xlsx") == 0
    assert not (tmp_path / "none.xlsx").exists()


def test_errors_are_in_words(tmp_path) -> None:
    with pytest.raises(ParameterError, match="lacking: \\['number'\\]"):
        coding_sheet(PARAGRAPHS, tmp_path / "x.xlsx")
    other = tmp_path / "other.xlsx"
    PARAGRAPHS.to_excel(other, index=False)
    with pytest.raises(ReadingError, match="is not a coding sheet"):
        read_coding_sheet(other)


@pytest.mark.shared
def test_the_ready_hundred_are_filled_from_the_raw_files(shared, tmp_path) -> None:
    table = hundred_to_code(shared / "corpus")
    assert len(table) == 100 and table["text"].str.len().min() > 5
    assert table["number"].is_unique
    coding_sheet(table, tmp_path / "hundred.xlsx")
    assert len(read_coding_sheet(tmp_path / "hundred.xlsx").problems) >= 100

"""Checking in Excel: what people change comes back, wins, and keeps its author."""

import openpyxl
import pandas as pd
import pytest

from corpora import make_corpus
from policytext import read_statement_sheet, read_statements, statement_sheet
from policytext.errors import ParameterError, ReadingError
from policytext.statements.checking import CORRECTION_COLUMNS, check_corrections


@pytest.fixture
def corpus():
    return make_corpus([{"texts": ["建成医共体3个，推进医共体。", "=1+1医共体"]}])


@pytest.fixture
def statements(corpus):
    return read_statements(corpus, ["医共体"])


def change(path, row, column, value):
    book = openpyxl.load_workbook(path)
    sheet = book["statements"]
    names = [cell.value for cell in sheet[1]]
    sheet.cell(row + 2, names.index(column) + 1, value)
    book.save(path)


def test_corrected_rows_win_and_keep_their_author(corpus, statements, tmp_path):
    path = statement_sheet(statements, tmp_path / "check.xlsx")
    change(path, 1, "status", "done")
    change(path, 1, "checked_by", "王")
    change(path, 0, "figures", "achieved: 4个 (2021年)")
    changed = read_statement_sheet(path, author="李")
    assert changed[["field", "value", "author"]].values.tolist() == [
        ["figures", "achieved: 4个 (2021年)", "李"],
        ["status", "done", "王"],
    ]
    table = read_statements(corpus, ["医共体"], corrections=changed).table
    assert table["status"].tolist()[:2] == ["done", "done"]
    assert table["author"].tolist()[:2] == ["李", "王"]
    assert table["status_certainty"][1] == "stated"
    assert table["status_rule"][1] == "corrected:王"


def test_corrections_are_kept_as_csv(corpus, statements, tmp_path):
    path = statement_sheet(statements, tmp_path / "check.xlsx")
    change(path, 0, "scope", "full")
    saved = tmp_path / "corrections.csv"
    read_statement_sheet(path, author="王").to_csv(saved, index=False, encoding="utf-8-sig")
    assert read_statements(corpus, ["医共体"], corrections=saved).table["scope"][0] == "full"


def test_nothing_changed_is_no_correction_even_where_a_cell_looks_like_a_formula(
    statements, tmp_path
):
    path = statement_sheet(statements, tmp_path / "check.xlsx")
    assert len(read_statement_sheet(path, author="王")) == 0


def test_corrections_of_other_text_are_not_applied_and_said_so(corpus):
    row = ("d0", 0, 0, 7, "0" * 16, "status", "planned", "王")
    lost = pd.DataFrame([row], columns=CORRECTION_COLUMNS)
    result = read_statements(corpus, ["医共体"], corrections=lost)
    assert result.table["status"][0] == "done"
    assert any("1 corrections fit no clause" in c.en for c in result.cautions)


@pytest.mark.parametrize(
    ("field", "value", "author", "words"),
    [
        ("status", "finished", "王", "status must be one of"),
        ("scope", "everywhere", "王", "scope must be of"),
        ("figures", "many", "王", "a figure must be written"),
        ("colour", "red", "王", "field must be one of"),
        ("status", "done", "", "must name its author"),
    ],
)
def test_what_is_not_allowed_is_named_with_its_place(field, value, author, words):
    row = ("d0", 3, 0, 7, "0" * 16, field, value, author)
    with pytest.raises(ParameterError, match=words) as error:
        check_corrections(pd.DataFrame([row], columns=CORRECTION_COLUMNS))
    assert "paragraph 3" in str(error.value)


def test_one_field_corrected_twice_must_be_settled():
    rows = [("d0", 0, 0, 7, "0" * 16, "status", v, "王") for v in ("done", "planned")]
    with pytest.raises(ParameterError, match="corrected twice"):
        check_corrections(pd.DataFrame(rows, columns=CORRECTION_COLUMNS))


def test_files_that_are_not_there_or_not_ours(statements, tmp_path):
    with pytest.raises(ReadingError, match="there is no sheet of statements"):
        read_statement_sheet(tmp_path / "no.xlsx")
    pd.DataFrame({"a": [1]}).to_excel(tmp_path / "other.xlsx", index=False)
    with pytest.raises(
        ReadingError, match="is not a sheet of statements: it must have the sheet 'statements'"
    ):
        read_statement_sheet(tmp_path / "other.xlsx")
    with pytest.raises(ParameterError, match=r"must end in \.xlsx"):
        statement_sheet(statements, tmp_path / "check.csv")

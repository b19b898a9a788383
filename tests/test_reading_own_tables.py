"""Tables of a researcher are read in any encoding; what is wrong has a file, a row and a column."""

import re

import pandas as pd
import pytest

from hostile import workbooks
from policytext.errors import ParameterError, ReadingError
from policytext.reading.tabular.own_tables import (
    check_replacement,
    own_expression,
    read_own_sheets,
    read_own_table,
)
from policytext.sheets import read_pages

TEXT = "file,year,province\na.txt,2021,陕西省\n"


def written(folder, data, name="metadata.csv"):
    path = folder / name
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
def test_every_encoding_of_excel_is_read(tmp_path, encoding, ends):
    table = read_own_table(written(tmp_path, TEXT.replace("\n", ends).encode(encoding)))
    assert table.to_dict("records") == [{"file": "a.txt", "year": "2021", "province": "陕西省"}]


@pytest.mark.parametrize(
    "text", [TEXT.replace(",", ";"), TEXT.replace(",", "\t"), "sep=,\n" + TEXT]
)
def test_other_separators_are_seen(tmp_path, text):
    assert list(read_own_table(written(tmp_path, text))) == ["file", "year", "province"]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (TEXT + 'b.txt,"甲,乙\n', r"row 3, column 2: a quotation mark is opened and never closed"),
        (TEXT + "b.txt,2021,甲,乙\n", r"row 3, column 4: '乙' stands beyond the last column"),
        (TEXT + "b.txt,\0,甲\n", r"row 3, column 2: the cell must be text"),
        ("file,year,file\n", r"row 1, column 3: the column 'file' stands twice"),
        (TEXT.encode() + b"b.txt,\xff,x\n", r"metadata\.csv, row 3, column 2, byte \d+: the text"),
        ("", "is empty"),
        ("\n\n", "is empty"),
    ],
)
def test_what_is_wrong_has_its_place(tmp_path, data, said):
    with pytest.raises(ReadingError, match=said) as caught:
        read_own_table(written(tmp_path, data))
    assert "metadata.csv" in str(caught.value)


def test_short_rows_blank_lines_and_columns_without_name(tmp_path):
    table = read_own_table(written(tmp_path, " a , b,,\n1\n\n2,3,,\n"))
    pd.testing.assert_frame_equal(table, pd.DataFrame({"a": ["1", "2"], "b": ["", "3"]}))
    kept = read_own_table(written(tmp_path, "a,,\n1,2,\n"))
    assert list(kept) == ["a", "Unnamed: 1"]


@pytest.mark.parametrize("name", ["a.xlsx", "a.xls", "none.csv"])
def test_what_is_no_table_is_told(tmp_path, name):
    if name != "none.csv":
        written(tmp_path, b"PK\x03\x04" + bytes(50), name)
    with pytest.raises(ReadingError, match=re.escape(name)):
        read_own_table(tmp_path / name)


@pytest.mark.parametrize(
    "pattern",
    ["(a+)+$", "(?:a*)*", "([^、]*、?)+", "(a|a)*b", "(a|ab)*", "(?:a{1,30}){1,30}", "(a|b?)+"],
)
def test_a_search_that_may_never_end_is_refused(pattern):
    with pytest.raises(ParameterError, match="repeats what repeats itself"):
        own_expression(pattern, "rules.csv, row 2")


@pytest.mark.parametrize(
    "pattern", ["医共体[0-9]+个", "(?:医院|卫生院)+", "(ab)+", "(?:a{2}){3,}", "^(?:一|二)+、.*$"]
)
def test_plain_expressions_are_kept(pattern):
    assert own_expression(pattern, "rules.csv, row 2").pattern == pattern


@pytest.mark.parametrize("pattern", ["(", "a{99999999999}", "x" * 2_001, "(" * 1_500])
def test_what_is_no_expression_is_told(pattern):
    with pytest.raises(ParameterError, match=r"rules\.csv, row 2"):
        own_expression(pattern, "rules.csv, row 2")


@pytest.mark.parametrize("replacement", [r"\9", r"\g<x>", "\\"])
def test_a_replacement_fits_its_pattern(replacement):
    with pytest.raises(ParameterError, match="does not fit the pattern"):
        check_replacement(own_expression("(医)", "here"), replacement, "rules.csv, row 2")


def far(folder, name="far.xlsx"):
    """A workbook of 6 kB with a cell so far out that its reader is aborted."""
    rows = workbooks.rows_xml([["file", "year"], ["a.txt", "2021"]])
    out = f'{rows}<row r="50000">{workbooks.cell("XFD50000", "甲")}</row>'
    return written(folder, workbooks.book([out]), name)


def test_a_workbook_that_aborts_its_reader_is_a_sentence(tmp_path):
    with pytest.raises(ReadingError, match=r"far\.xlsx.*its reader stopped.*delete empty rows"):
        read_own_table(far(tmp_path))
    with pytest.raises(ReadingError, match=r"far\.xlsx' is not a coding sheet.*reader stopped"):
        read_pages(far(tmp_path), "coding sheet")
    pd.DataFrame({"file": ["a.txt"]}).to_excel(tmp_path / "good.xlsx", index=False)
    assert read_own_table(tmp_path / "good.xlsx")["file"].tolist() == ["a.txt"]


def test_a_workbook_is_read_as_pandas_reads_it(tmp_path):
    """In another process, and yet with the same cells, columns and kinds."""
    table = pd.DataFrame(
        {
            "file": ["a.txt", None, "'=1"],
            "year": [2021, 2020, None],
            "share": [0.5, 1.0, None],
            "day": pd.to_datetime(["2021-03-05 00:00", None, "2020-01-01 10:00"]),
            "yes": [True, False, None],
            " 省 ": ["陕西", "", "全\n县"],
        }
    )
    with pd.ExcelWriter(tmp_path / "a.xlsx") as book:
        table.to_excel(book, sheet_name="甲", index=False)
        pd.DataFrame(columns=["a", "b"]).to_excel(book, sheet_name="乙", index=False)
        pd.DataFrame().to_excel(book, sheet_name="丙", index=False)
        pd.DataFrame([["x", "x"], [1, 2]]).to_excel(
            book, sheet_name="2021", index=False, header=False
        )
    plain = pd.read_excel(
        tmp_path / "a.xlsx", sheet_name=None, dtype=str, keep_default_na=False, engine="calamine"
    )
    found = read_own_sheets((tmp_path / "a.xlsx").read_bytes(), "the book")
    assert list(found) == list(plain)
    for name, page in plain.items():
        pd.testing.assert_frame_equal(
            found[name], page, check_dtype=len(page) > 0, check_column_type=len(page.columns) > 0
        )
    first = read_own_table(tmp_path / "a.xlsx")
    assert list(first) == ["file", "year", "share", "day", "yes", "省"]

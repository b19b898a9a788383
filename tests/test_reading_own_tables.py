"""Tables of a researcher are read in any encoding; what is wrong has a file, a row and a column."""

import re

import pandas as pd
import pytest

from policytext.errors import ParameterError, ReadingError
from policytext.reading.own_tables import check_replacement, own_expression, read_own_table

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

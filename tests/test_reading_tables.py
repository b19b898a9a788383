"""A table gives one record a row, and says which column it lacks."""

import json

import pytest

import made_files as made
from policytext.errors import ReadingError
from policytext.reading.source import Limits
from policytext.reading.tables import read_table

SIMPLE = "全县组建两个县域医共体，家庭医生签约服务稳步推进。\n"


def test_tables_give_one_record_a_row():
    rows = [["标题", "正文", "年份"], ["甲", SIMPLE, 2021], ["乙", "第二篇。", 2022]]
    records, _ = read_table(made.xlsx_bytes(rows), ".xlsx", None, Limits())
    assert records[0] == (SIMPLE, {"title": "甲", "year": "2021"})
    assert records[1] == ("第二篇。", {"title": "乙", "year": "2022"})
    csv = '标题,正文\n甲,"一,二\n三"\n'.encode("gb18030")
    wanted = ([("一,二\n三", {})], "gb18030")
    assert read_table(csv, ".csv", {"text": "正文"}, Limits()) == wanted
    lines = "\n".join(json.dumps({"content": t, "y": 2020}) for t in "甲乙").encode()
    records, _ = read_table(lines, ".jsonl", {"text": "content", "year": "y"}, Limits())
    assert records == [("甲", {"year": "2020"}), ("乙", {"year": "2020"})]
    tabs = "2020\t甲\n2021\t乙\n".encode()
    records, _ = read_table(tabs, ".tsv", {"year": 0, "text": 1}, Limits())
    assert records[1] == ("乙", {"year": "2021"})
    inner = "2020\t甲\t仍是甲\n".encode()
    records, _ = read_table(inner, ".txt", {"year": 0, "text": 1}, Limits())
    assert records == [("甲\t仍是甲", {"year": "2020"})]


@pytest.mark.parametrize(
    ("data", "ending", "columns", "words"),
    [
        ("甲,乙\n1,2\n".encode(), ".csv", None, "a column for the text; it has '甲', '乙'"),
        ("甲,乙\n1,2\n".encode(), ".csv", {"text": "丙"}, "text='丙'"),
        ("正文\n一,二\n".encode(), ".csv", None, "row 1 has 2 cells and the header 1"),
        (b"[1]\n", ".jsonl", None, "line 1 must be a JSON object"),
        (b"{", ".jsonl", None, "line 1 must be a JSON object"),
        (b"PK", ".xlsx", None, "must be an Excel workbook"),
    ],
)
def test_bad_tables_are_sentences(data, ending, columns, words):
    with pytest.raises(ReadingError, match=words):
        read_table(data, ending, columns, Limits())

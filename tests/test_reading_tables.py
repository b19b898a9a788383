"""Every record of a table is read, or said to be bad; every sheet of a workbook too."""

import io
import json

import openpyxl
import pytest
from openpyxl.comments import Comment

import made_files as made
from policytext.errors import ReadingError
from policytext.reading.source import Limits
from policytext.reading.tabular.tables import hidden_table, read_table

SIMPLE = "全县组建两个县域医共体，家庭医生签约服务稳步推进。\n"


def _records(data, ending, columns=None):
    return [one[:2] for one in read_table(data, ending, columns, Limits()).records]


def test_tables_give_one_record_a_row():
    rows = [["标题", "正文", "年份"], ["甲", SIMPLE, 2021], ["乙", "第二篇。", 2022]]
    records = _records(made.xlsx_bytes(rows), ".xlsx")
    assert records[0] == (SIMPLE, {"title": "甲", "year": "2021"})
    assert records[1] == ("第二篇。", {"title": "乙", "year": "2022"})
    csv = '标题,正文\n甲,"一,二\n三"\n'.encode("gb18030")
    assert _records(csv, ".csv", {"text": "正文"}) == [("一,二\n三", {})]
    assert read_table(csv, ".csv", {"text": "正文"}, Limits()).encoding == "gb18030"
    lines = "\n".join(json.dumps({"content": t, "y": 2020}) for t in "甲乙").encode()
    records = _records(lines, ".jsonl", {"text": "content", "year": "y"})
    assert records == [("甲", {"year": "2020"}), ("乙", {"year": "2020"})]
    whole = json.dumps({"data": [{"content": t, "y": 2020} for t in "甲乙"]}).encode()
    assert _records(whole, ".json", {"text": "content", "year": "y"}) == records
    tabs = "2020\t甲\n2021\t乙\n".encode()
    assert _records(tabs, ".tsv", {"year": 0, "text": 1})[1] == ("乙", {"year": "2021"})
    inner = "2020\t甲\t仍是甲\n".encode()
    records = _records(inner, ".txt", {"year": 0, "text": 1})
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


@pytest.mark.parametrize(
    "bad", ["[1]", "5", '{"text": "甲"', "[" * 100_000, '{"text": "甲", "n": ' + "9" * 5000 + "}"]
)
def test_one_bad_line_ends_no_other(bad):
    data = f'{{"text": "甲"}}\n{bad}\n{{"text": "乙"}}\n'.encode()
    first, second, third = read_table(data, ".jsonl", None, Limits()).records
    assert (first.text, third.text, third.number) == ("甲", "乙", 3)
    assert second.problem.startswith("line 2 must be a JSON object")


def test_only_real_line_ends_end_a_json_line():
    inside = "甲\u2028乙\x85丙"
    for end in ("\n", "\r\n", "\r"):
        lines = end.join(json.dumps({"text": t}, ensure_ascii=False) for t in (inside, "丁"))
        assert [r[0] for r in _records(lines.encode(), ".jsonl")] == [inside, "丁"]


def test_a_row_with_too_many_cells_ends_no_other():
    first, second = read_table("正文\n一,二\n三\n".encode(), ".csv", None, Limits()).records
    assert "row 1 has 2 cells" in first.problem and second.text == "三"


def _book(sheets):
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def test_every_sheet_is_read_or_has_a_row():
    data = _book(
        {
            "封面": [["说明：共两张表"]],
            "甲": [["标题", "正文"], ["一", SIMPLE]],
            "空": [],
            "乙": [["正文", "年份"], [SIMPLE, 2021]],
        }
    )
    table = read_table(data, ".xlsx", None, Limits())
    assert [(one.sheet, one.number) for one in table.records] == [("", 1), ("乙", 1)]
    assert table.left_out == (("sheet 封面", "sheet", 7),)


def test_cells_of_a_column_without_a_name_have_a_row():
    data = _book({"甲": [["正文", None], [SIMPLE, "旁注"]]})
    table = read_table(data, ".xlsx", None, Limits())
    assert table.left_out == (("sheet 甲, column 2", "column without a name", 2),)


LONG = "全县组建两个县域医共体，家庭医生签约服务稳步推进，新建村卫生室九所，群众就医更加方便。" * 2


@pytest.mark.parametrize("name", ["full_text", "Full_Text", "正文内容", "doc", "全 文", "报告全文"])
def test_the_text_is_found_by_the_name_of_its_column(name):
    table = read_table(f"编号,地名,{name}\n1,甲县,{LONG}\n".encode(), ".csv", None, Limits())
    assert table.records[0].text == LONG
    assert {part.kind for part in table.left_out} == {"column"}


def test_the_text_is_found_by_its_content_and_this_is_said():
    data = f"编号,备注,甲栏\n1,短,{LONG}\n2,短,{LONG}\n".encode()
    table = read_table(data, ".csv", None, Limits())
    assert [record.text for record in table.records] == [LONG, LONG]
    assert table.left_out[0][:2] == ("column 甲栏", "column read as the text")


def test_two_columns_with_much_text_are_not_guessed():
    data = f"甲栏,乙栏\n{LONG},{LONG}\n".encode()
    with pytest.raises(ReadingError, match="a column for the text"):
        read_table(data, ".csv", None, Limits())


def test_of_two_columns_named_so_the_fuller_is_the_text():
    data = f"内容,全文\n短,{LONG}\n".encode()
    assert read_table(data, ".csv", None, Limits()).records[0].text == LONG


def test_words_beside_the_cells_of_a_workbook_are_said():
    book = openpyxl.Workbook()
    book.active.append(["text"])
    book.active.append([LONG])
    book.active["A2"].comment = Comment("批注里的话", "某人")
    held = io.BytesIO()
    book.save(held)
    table = read_table(held.getvalue(), ".xlsx", None, Limits())
    assert [part.kind for part in table.left_out] == ["notes of cells"]


HEADED = [["省份", "年份", "正文"], ["川", "2021", LONG], ["浙", "2022", LONG]]


@pytest.mark.parametrize("sign", [";", "\t", "|", "，"])
def test_cells_are_parted_by_the_sign_that_parts_the_header(sign):
    data = "\n".join(sign.join(row).replace(LONG, f'"{LONG}"') for row in HEADED)
    table = read_table(data.encode("gb18030"), ".csv", None, Limits())
    assert [one.facts for one in table.records] == [
        {"year": "2021", "province": "川"},
        {"year": "2022", "province": "浙"},
    ]


def test_titles_above_the_names_of_columns_have_a_row():
    data = _book({"甲": [["各省报告汇总", None, None], *HEADED]})
    table = read_table(data, ".xlsx", None, Limits())
    assert [one.facts["province"] for one in table.records] == ["川", "浙"]
    assert table.left_out == (("sheet 甲, row 1", "row above the names of columns", 6),)


def test_a_column_for_each_year_gives_a_report_for_each_year():
    rows = [["省份", "2021年", "2022年"], ["川", LONG, LONG], ["浙", None, LONG]]
    table = read_table(_book({"甲": rows}), ".xlsx", None, Limits())
    found = [(one.facts["province"], one.facts["year"]) for one in table.records]
    assert found == [("川", "2021"), ("川", "2022"), ("浙", "2022")]


def test_a_merged_cell_holds_for_all_rows_it_covers():
    from openpyxl import Workbook

    book, buffer = Workbook(), io.BytesIO()
    for row in [HEADED[0], ["川", "2021", LONG], [None, "2022", LONG]]:
        book.active.append(row)
    book.active.merge_cells("A2:A3")
    book.save(buffer)
    table = read_table(buffer.getvalue(), ".xlsx", None, Limits())
    assert [one.facts["province"] for one in table.records] == ["川", "川"]


@pytest.mark.parametrize(
    "header", [["省份（province）", "年份：", "REPORT_TEXT"], ["prov_name", "stat_year", "txt_"]]
)
def test_a_part_of_a_name_is_enough_where_the_cells_agree(header):
    data = "\n".join(",".join(row) for row in [header, *HEADED[1:]])
    table = read_table(data.encode(), ".csv", None, Limits())
    assert table.records[0].facts == {"year": "2021", "province": "川"}


def test_a_part_of_a_name_is_not_enough_where_the_cells_speak_against_it():
    data = f"province_gdp,year_founded,text\n53850,不详,{LONG}\n"
    table = read_table(data.encode(), ".csv", None, Limits())
    assert table.records[0].facts == {}


def test_a_column_of_provinces_is_told_by_its_cells_and_this_is_said():
    data = f"地区,text\n四川省,{LONG}\n浙江,{LONG}\n"
    table = read_table(data.encode(), ".csv", None, Limits())
    assert [one.facts["province"] for one in table.records] == ["四川省", "浙江"]
    assert ("column 地区", "column read as the province") in [one[:2] for one in table.left_out]


def test_a_table_that_begins_with_a_report_has_no_names_of_columns():
    data = "\n".join(",".join(row) for row in HEADED[1:])
    table = read_table(data.encode(), ".csv", None, Limits())
    assert [one.facts for one in table.records] == [
        {"year": "2021", "province": "川"},
        {"year": "2022", "province": "浙"},
    ]


def test_objects_and_lists_of_lines_in_a_json_line_are_read():
    data = f'{{"meta": {{"province": "川"}}, "paragraphs": ["{LONG}", "{LONG}"]}}'
    record = read_table(data.encode(), ".jsonl", None, Limits()).records[0]
    assert (record.text, record.facts) == (f"{LONG}\n{LONG}", {"province": "川"})


def test_a_quotation_mark_that_is_never_closed_swallows_no_record():
    data = f'省份,正文\n川,"{LONG}\n浙,{LONG}\n'
    with pytest.raises(ReadingError, match="row 2 of the table is never closed"):
        read_table(data.encode(), ".csv", None, Limits())


def test_a_page_of_notes_beside_a_table_is_no_report():
    table = read_table(_book({"说明": [["说明"], [LONG]], "甲": HEADED}), ".xlsx", None, Limits())
    assert len(table.records) == 2
    assert [one[:2] for one in table.left_out] == [("sheet 说明", "sheet")]


def test_a_row_with_cells_too_many_between_tabs_is_said():
    table = read_table(
        "正文\t年份\n全县建成\t2021\t另有一段\n全市建成\t2020\n".encode(), ".tsv", None, Limits()
    )
    assert [bool(one.problem) for one in table.records] == [True, False]
    assert "more cells than the header" in table.records[0].problem


PARAGRAPHS = ["甲县工作总结", "全县完成任务。", "一、回顾", "建成两个。", "二、打算", "再建一个。"]


@pytest.mark.parametrize(
    "rows",
    [
        [[text] for text in PARAGRAPHS],
        [["段号", "段落"], *([n, text] for n, text in enumerate(PARAGRAPHS))],
    ],
)
def test_rows_that_are_the_paragraphs_of_one_report_are_one_record(rows):
    rows = [*rows, [*rows[-1][:-1], "继续推进各项工作，不断提升群众满意度，完成任务。" * 3]]
    data = made.xlsx_bytes([[None, *row] if len(row) == 1 else row for row in rows])
    (record,) = _records(data, ".xlsx")
    assert record[0].split("\n")[: len(PARAGRAPHS)] == PARAGRAPHS


def test_rows_that_number_their_sections_anew_are_reports():
    rows = [
        ["正文"],
        *([text] for text in ("一、甲。", "二、乙。", "一、丙。", "二、丁。", "完。")),
    ]
    assert len(_records(made.xlsx_bytes(rows), ".xlsx")) == 5


def test_exports_of_paper_databases_hold_a_record_for_each_first_label():
    def read(text):
        table = hidden_table(text.encode("gb18030"), ".txt", ".txt", None, Limits())
        return [(one.text, one.facts) for one in table.records] if table else []

    record = "Src-来源库: 报纸\nTitle-题名: {}\nSummary-摘要: 全县推进医改，\n成效明显。\n"
    records = read(record.format("甲县做法") + "\n" + record.format("乙县做法"))
    assert [facts["title"] for _, facts in records] == ["甲县做法", "乙县做法"]
    assert {text for text, _ in records} == {"全县推进医改，成效明显。"}
    whole = read(record.format("甲县做法") + "FullText-全文: 全文在此。")
    assert [text for text, _ in whole] == ["全文在此。"]
    assert read("Title-题名: 甲县总结\nYear-年: 2021") == []  # too few labels
    assert read("Wi-Fi-覆盖: 全县\n一、主要工作\n完成任务。") == []
    assert read("全县推进医改。\n" + record.format("甲县做法")) == []

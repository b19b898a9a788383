"""Every format gives its text, and what cannot be decoded or parsed a reason."""

import io
import json
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

import made_files as made
from policytext.errors import ReadingError
from policytext.reading.encoding import decode
from policytext.reading.formats import read_pdf
from policytext.reading.pages import read_html
from policytext.reading.source import Limits
from policytext.reading.tables import read_table
from policytext.reading.word import read_docx

SIMPLE = "全县组建两个县域医共体，家庭医生签约服务稳步推进。\n"
TRADITIONAL = "全縣組建兩個縣域醫療共同體，家庭醫生簽約服務穩步推進。\n"


@pytest.mark.parametrize(
    ("text", "encoding", "stated"),
    [
        (SIMPLE, "utf-8", "utf-8"),
        (SIMPLE, "utf-8-sig", "utf-8-sig"),
        (SIMPLE, "gb18030", "gb18030"),
        (SIMPLE, "gbk", "gb18030"),
        (SIMPLE[:3], "gbk", "gb18030"),
        (TRADITIONAL, "big5", "big5"),
        (SIMPLE, "utf-16", "utf-16"),
        (SIMPLE + "2021\n", "utf-16-le", "utf-16-le"),
        (SIMPLE + "2021\n", "utf-16-be", "utf-16-be"),
        ("a\r\nb\r", "ascii", "utf-8"),
    ],
)
def test_text_is_decoded_and_the_encoding_stated(text, encoding, stated):
    assert decode(text.encode(encoding)) == (text, stated)


@given(st.text(alphabet=st.characters(codec="gb18030"), max_size=60))
def test_utf8_is_never_taken_for_something_else(text):
    assert decode(text.encode("utf-8"))[0] in (text, text.removeprefix("\ufeff"))


def test_text_that_does_not_decode_is_an_error_not_a_guess():
    with pytest.raises(ReadingError, match="decode in none of them"):
        decode(bytes(range(128, 256)) * 3)
    with pytest.raises(ReadingError, match="begins as utf-8-sig but does not decode"):
        decode(b"\xef\xbb\xbf\xff\xff")


def test_docx_gives_body_table_text_box_and_footnote():
    data = made.docx_bytes(["第一段。", "", "第三段。"], [["指标", "值"]], True, "脚注一句。")
    text, hints, *_ = read_docx(data)
    lines = text.split("\n")
    assert lines[0] == "第一段。"
    assert lines[1:3] == ["框前文字框后文字", "文本框里的一句话。"]
    assert "" in lines[3:5]
    assert {text[h.start : h.end] for h in hints if h.kind == "table"} == {"指标", "值"}
    assert [text[h.start : h.end] for h in hints if h.kind == "footnote"] == ["脚注一句。"]
    assert text.count("文本框里的一句话。") == 1


def test_docx_entities_are_not_expanded():
    bomb = (
        '<!DOCTYPE d [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
        '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
        "<w:body><w:p><w:r><w:t>&b;</w:t></w:r></w:p></w:body></w:document>"
    )
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("word/document.xml", bomb)
    assert "aaaa" not in read_docx(buffer.getvalue())[0]


def test_pdf_gives_its_text_layer_page_by_page():
    pages = [["云溪县工作总结", "全县建成医共体。"], ["第二页"]]
    text, hints, encoding, left_out = read_pdf(made.pdf_bytes(pages), Limits())
    assert (hints, encoding) == ((), "") and len(left_out) == 1  # the second page has three signs
    assert text == "云溪县工作总结\n全县建成医共体。\f第二页"


def test_a_scan_and_a_damaged_pdf_say_so():
    with pytest.raises(ReadingError, match="is a scan"):
        read_pdf(made.pdf_bytes([[], []]), Limits())
    with pytest.raises(ReadingError, match="must be a PDF"):
        read_pdf(b"%PDF-1.4 nothing", Limits())
    with pytest.raises(ReadingError, match="within -1 seconds"):
        read_pdf(made.pdf_bytes([["一"]]), Limits(seconds=-1))


def test_html_marks_furniture_and_keeps_all_text():
    text, hints, *_ = read_html(made.PAGE)
    left = "".join(text[h.start : h.end] for h in hints)
    assert "alert" not in text and "color" not in text
    assert "坚持以人民健康为中心" in text
    for words in ("首页", "版权所有", "网站地图"):
        assert words in left
    for words in ("家庭医生签约", "医共体建设", "88.1%"):
        assert words not in left and words in text


@given(st.text(max_size=200))
def test_any_markup_gives_text_or_a_sentence(markup):
    try:
        text, hints, *_ = read_html(markup)
    except ReadingError:
        return
    assert all(0 <= h.start < h.end <= len(text) for h in hints)


# Which reports does a table hold, one a record?


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

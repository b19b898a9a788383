"""Every format gives its text, every bad file a reason, and no file takes the machine."""

import io
import json
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

import made_files as made
from policytext.errors import ParameterError, ReadingError
from policytext.intake import read_corpus
from policytext.reading.folder import list_files, read_file, read_zip
from policytext.reading.formats import decode, read_docx, read_html, read_pdf
from policytext.reading.source import Limits, Skipped, Source
from policytext.reading.tables import read_table

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
    text, hints = read_docx(data)
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
    text = read_pdf(made.pdf_bytes([["云溪县工作总结", "全县建成医共体。"], ["第二页"]]), Limits())
    assert text == "云溪县工作总结\n全县建成医共体。\f第二页"


def test_a_scan_and_a_damaged_pdf_say_so():
    with pytest.raises(ReadingError, match="is a scan"):
        read_pdf(made.pdf_bytes([[], []]), Limits())
    with pytest.raises(ReadingError, match="must be a PDF"):
        read_pdf(b"%PDF-1.4 nothing", Limits())
    with pytest.raises(ReadingError, match="within -1 seconds"):
        read_pdf(made.pdf_bytes([["一"]]), Limits(seconds=-1))


def test_html_marks_furniture_and_keeps_all_text():
    text, hints = read_html(made.PAGE)
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
        text, hints = read_html(markup)
    except ReadingError:
        return
    assert all(0 <= h.start < h.end <= len(text) for h in hints)


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


def test_zip_names_in_gbk_and_members_of_every_kind(tmp_path):
    files = {
        "报告/一.txt": SIMPLE.encode("gbk"),
        "报告/二.docx": made.docx_bytes(["第二篇报告。"]),
        "图片.png": b"x",
    }
    (tmp_path / "合集.zip").write_bytes(made.zip_bytes(files))
    found = read_file(tmp_path / "合集.zip", "合集.zip")
    assert [s.source_id for s in found if isinstance(s, Source)] == [
        "合集.zip/报告/一.txt",
        "合集.zip/报告/二.docx",
    ]
    (skipped,) = [s for s in found if isinstance(s, Skipped)]
    assert skipped.member == "图片.png" and "not read" in skipped.reason


def test_archives_that_blow_up_are_refused():
    bomb = made.zip_bytes({"a.txt": b"0" * 5_000_000})
    ((_, reason),) = read_zip(bomb, Limits())
    assert "unpacks from" in reason
    many = made.zip_bytes({f"{n}.txt": b"a" for n in range(5)})
    with pytest.raises(ReadingError, match="at most 3 files, got 5"):
        list(read_zip(many, Limits(members=3)))
    ((_, first), (_, second)) = read_zip(
        made.zip_bytes({"a.txt": b"a" * 80, "b.txt": b"b" * 80}), Limits(total_bytes=100)
    )
    assert isinstance(first, bytes) and "unpacks to more than 100" in second


def test_limits_on_size_and_length(tmp_path):
    (tmp_path / "a.txt").write_text(SIMPLE * 3, encoding="utf-8")
    (large,) = read_file(tmp_path / "a.txt", "a.txt", limits=Limits(file_bytes=10))
    assert "at most 10 bytes" in large.reason
    (long,) = read_file(tmp_path / "a.txt", "a.txt", limits=Limits(text_chars=10))
    assert "at most 10 characters" in long.reason


@given(
    st.binary(max_size=300), st.sampled_from([".docx", ".pdf", ".html", ".xlsx", ".zip", ".csv"])
)
def test_garbage_never_ends_in_a_stack_trace(tmp_path_factory, data, ending):
    path = tmp_path_factory.mktemp("garbage") / f"a{ending}"
    path.write_bytes(data)
    for one in read_file(path, path.name):
        assert isinstance(one, Source) or one.reason


def test_folders(tmp_path):
    with pytest.raises(ParameterError, match="there is none"):
        list_files(tmp_path / "none")
    with pytest.raises(ReadingError, match="it is empty"):
        list_files(tmp_path)
    (tmp_path / ".hidden").write_text("x")
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "z.txt").write_text("x")
    (tmp_path / "a.txt").write_text("x")
    assert [name for _, name in list_files(tmp_path)] == ["a.txt", "b/z.txt"]


def test_every_format_ends_in_one_corpus(tmp_path):
    (tmp_path / "1.html").write_text(made.PAGE, encoding="utf-8")
    (tmp_path / "2.pdf").write_bytes(made.pdf_bytes([["云溪县工作总结", "全县建成医共体。"]]))
    (tmp_path / "3.docx").write_bytes(made.docx_bytes(["云岭县总结", "好。"], [["甲", "乙"]], True))
    (tmp_path / "4.csv").write_text("text,year,province\n全县脱贫。,2019,四川省\n", "utf-8")
    (tmp_path / "5.zip").write_bytes(made.zip_bytes({"甲.txt": SIMPLE.encode("gbk")}))
    corpus = read_corpus(tmp_path, progress=False)
    corpus.check_ledger()
    assert corpus.skipped.empty
    table = corpus.documents.set_index("doc_id")
    assert table.loc["4.csv:1#1", "province"] == "四川省"
    assert table.loc["4.csv:1#1", "year_certainty"] == "stated"
    outside = corpus.ledger.query("source_id == '1.html' and rules == 'page_furniture'")
    assert "版权所有" in "".join(outside["before"])
    assert corpus.paragraphs["flags"].str.contains("textbox").any()


def test_the_same_report_twice_is_marked(tmp_path):
    signs = [chr(0x4E00 + 53 * n) for n in range(300)]
    long = "".join(
        f"建成{a}{b}卫生室，培训{b}{a}医生。\n" for a, b in zip(signs, signs[7:], strict=False)
    )
    (tmp_path / "a.txt").write_text("云溪县总结\n" + long, encoding="utf-8")
    (tmp_path / "b.txt").write_bytes(("云溪县总结\n" + long).encode("gbk"))
    (tmp_path / "c.txt").write_text(
        "云溪县总结\n" + long.replace("培训", "轮训", 2), encoding="utf-8"
    )
    (tmp_path / "d.txt").write_text("白鹿县总结\n全县完成任务。", encoding="utf-8")
    corpus = read_corpus(tmp_path, progress=False)
    assert corpus.documents["duplicate_of"].tolist() == ["", "a.txt#1", "a.txt#1", ""]
    claims = corpus.claims.query("field == 'duplicate_of'").set_index("doc_id")["certainty"]
    assert claims["b.txt#1"] == "certain"
    assert not corpus.counted()[(corpus.paragraphs["doc_id"] == "c.txt#1").to_numpy()].any()

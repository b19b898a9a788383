"""One report in every format gives the same paragraphs, and what is not text has a row."""

from pathlib import Path

import pytest
from rapidfuzz.distance import Levenshtein

import made_files as made
import made_office as office
from hostile import words
from policytext.errors import ReadingError
from policytext.reading.folder import read_file
from policytext.reading.formats import reader_for
from policytext.reading.office import old_word
from policytext.reading.office.numbering import write_number
from policytext.reading.office.open_document import read_odt
from policytext.reading.office.word import read_docx
from policytext.reading.signs import ending_of
from policytext.reading.source import Limits, Skipped

FILES = Path(__file__).parent / "files"
"""A report written for this test in .docx, and what LibreOffice saved of it."""

LEAST_ALIKE = 0.99
W = words.W


def read(ending, data):
    return reader_for(ending)(data, Limits())


def lines_of(found):
    text = found.text
    for hint in sorted(found.hints, reverse=True):
        if hint.kind == "furniture":
            text = text[: hint.start] + text[hint.end :]
    return [line for line in text.replace("\f", "\n").split("\n") if line.strip()]


def places_of(found):
    return [(h.table, h.row, h.column, found.text[h.start : h.end]) for h in found.hints if h.table]


@pytest.fixture(scope="module")
def report():
    return read(".docx", (FILES / "report.docx").read_bytes())


def blocks_of(found):
    """Return the paragraphs of a reading, and its first table as rows."""
    cells = {h.start: h for h in found.hints if h.table == 1}
    out, at = [], 0
    for line in found.text.split("\n"):
        cell = cells.get(at)
        if cell and (cell.row, cell.column) == (1, 1):
            out.append([])
        if cell and cell.column == 1:
            out[-1].append([])
        if cell:
            out[-1][-1].append(line)
        elif line.strip():
            out.append(line)
        at += len(line) + 1
    return out


@pytest.mark.parametrize("ending", [".doc", ".odt", ".rtf"])
def test_a_report_is_the_same_in_every_format(report, ending):
    found = read(ending, (FILES / f"report{ending}").read_bytes())
    ours, theirs = "\n".join(lines_of(found)), "\n".join(lines_of(report))
    assert Levenshtein.normalized_similarity(ours, theirs) >= LEAST_ALIKE
    assert places_of(found) == places_of(report)
    kinds = {row.kind for row in found.left_out}
    assert {"header", "footer", "comments", "picture"} <= kinds
    assert not any(word in found.text for word in ("内部资料", "请核对", "九十一百零二"))


def test_a_report_is_the_same_as_an_official_document(report):
    found = read(".ofd", office.ofd_report(blocks_of(report)))
    assert lines_of(found) == lines_of(report)
    assert [p[3] for p in places_of(found)] == [p[3] for p in places_of(report) if p[0] == 1]


NOTE = "县域就诊率按医保结算口径计算。"


@pytest.mark.parametrize("ending", [".html", ".mht", ".doc"])
def test_a_report_is_the_same_as_a_page_that_word_saved(report, ending):
    page = office.word_page(blocks_of(report)[:-1], NOTE)
    data = office.mht_bytes(page, "utf-8", "utf-8") if ending == ".mht" else page.encode()
    found = read(ending_of(data, ending), data)
    ours, theirs = "\n".join(lines_of(found)), "\n".join(lines_of(report))
    assert Levenshtein.normalized_similarity(ours, theirs) >= LEAST_ALIKE
    assert [p[3] for p in places_of(found)][:9] == [p[3] for p in places_of(report)][:9]
    kinds = {row.kind: row.n_chars for row in found.left_out}
    assert {"deleted text", "hidden text", "comments"} <= set(kinds)
    assert [found.text[h.start : h.end] for h in found.hints if h.kind == "footnote"] == [NOTE]
    assert not any(
        word in "\n".join(lines_of(found)) for word in ("内部资料", "核对", "稿", "[a1]")
    )


@pytest.mark.parametrize("ending", [".html", ".epub"])
def test_numbers_that_a_page_gives_stand_in_the_text(report, ending):
    page = office.listed_page(blocks_of(report)[:-1], NOTE)
    data = office.epub_bytes([page]) if ending == ".epub" else page.encode()
    found = read(ending, data)
    ours, theirs = "\n".join(lines_of(found)), "\n".join(lines_of(report))
    assert Levenshtein.normalized_similarity(ours, theirs) >= LEAST_ALIKE
    assert [p[3] for p in places_of(found)][:9] == [p[3] for p in places_of(report)][:9]


def test_numbers_that_word_gives_stand_in_the_text(report):
    for line in (
        *("一、基本情况", "（一）队伍建设", "2.1 提高巡诊补贴标准。", "三、存在问题"),
        *("第一章 总则", "第二条 村卫生室由乡镇卫生院统一管理。", "甲、统一人员；", "② 结果公开。"),
    ):
        assert line in report.text.split("\n")


ONE_LIST = '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'


def _lists(levels, numbers=ONE_LIST):
    xml = (
        f'<w:numbering xmlns:w="{W}"><w:abstractNum w:abstractNumId="0">{levels}</w:abstractNum>'
        f"{numbers}</w:numbering>"
    )
    return {"word/numbering.xml": xml}


def numbered(inner, levels, numbers=ONE_LIST):
    """Return the lines of a Word file with a list of its own."""
    document = f"<w:document {words.SPACES}><w:body>{inner}</w:body></w:document>"
    data = words.package(document=document, parts=_lists(levels, numbers))
    return read_docx(data).text.split("\n")


def level(number, form, text, more=""):
    return (
        f'<w:lvl w:ilvl="{number}"><w:start w:val="1"/><w:numFmt w:val="{form}"/>{more}'
        f'<w:lvlText w:val="{text}"/></w:lvl>'
    )


def item(words_, depth=0, number=1, mark=""):
    return (
        f'<w:p><w:pPr><w:numPr><w:ilvl w:val="{depth}"/><w:numId w:val="{number}"/></w:numPr>'
        f"{mark}</w:pPr><w:r><w:t>{words_}</w:t></w:r></w:p>"
    )


def test_a_list_begins_anew_where_the_file_says_so():
    again = (
        '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num><w:num w:numId="2">'
        '<w:abstractNumId w:val="0"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/>'
        "</w:lvlOverride></w:num>"
    )
    inner = item("甲") + item("乙") + item("丙", number=2) + item("丁", number=2) + item("戊")
    lines = numbered(inner, level(0, "decimal", "%1."), again)
    assert lines[:5] == ["1.甲", "2.乙", "1.丙", "2.丁", "3.戊"]


def test_levels_go_on_where_they_may_not_begin_anew():
    levels = level(0, "chineseCounting", "第%1章") + level(
        1, "chineseCounting", "第%2条", '<w:lvlRestart w:val="0"/>'
    )
    inner = item("总则") + item("甲", 1) + item("管理") + item("乙", 1)
    assert numbered(inner, levels)[:4] == ["第一章 总则", "第一条 甲", "第二章 管理", "第二条 乙"]


def test_a_deleted_paragraph_end_joins_two_and_is_not_counted():
    gone = '<w:rPr><w:del w:id="1" w:author="a"/></w:rPr>'
    inner = item("全县", mark=gone) + item("建成医共体。") + item("乙")
    assert numbered(inner, level(0, "decimal", "%1."))[:2] == ["1.全县建成医共体。", "2.乙"]


def test_an_empty_cell_shows_its_number_and_an_empty_line_does_not():
    cell = (
        f"<w:tbl><w:tr><w:tc>{item('')}</w:tc><w:tc>{words.paragraph('甲')}</w:tc></w:tr></w:tbl>"
    )
    assert numbered(item("") + cell, level(0, "decimal", "%1"))[:3] == ["", "2", "甲"]


@pytest.mark.parametrize("number", [0, -3, 100_000, 10**9])
def test_absurd_numbers_are_written_in_digits(number):
    assert write_number(number, "chineseCounting") == str(number)


@pytest.mark.parametrize(
    ("data", "ending", "kind"),
    [
        (made.docx_bytes(["甲"]), ".doc", ".docx"),
        (made.docx_bytes(["甲"]), ".zip", ".docx"),
        (made.xlsx_bytes([["甲"]]), ".csv", ".xlsx"),
        (made.PAGE.encode(), ".doc", ".html"),
        (made.PAGE.encode(), ".txt", ".html"),
        (made.PAGE.encode("utf-16"), ".xls", ".html"),
        ("<div><p>全县医改</p></div>".encode(), ".doc", ".html"),
        ("<meta charset='gb2312'><p>医改".encode("gb18030"), ".wps", ".html"),
        ("<p>全县医改</p>".encode(), ".txt", ".txt"),
        (b"{\\rtf1 a}", ".doc", ".rtf"),
        (made.pdf_bytes([["a"]]), ".docx", ".pdf"),
        (office.mht_bytes(), ".doc", ".mht"),
        (office.ofd_bytes([""]), ".zip", ".ofd"),
        ((FILES / "report.doc").read_bytes(), ".wps", ".wps"),
        ((FILES / "report.doc").read_bytes(), ".docx", ".doc"),
        ((FILES / "report.odt").read_bytes(), ".doc", ".odt"),
        (made.zip_bytes({"a.docx": b"x"}), ".zip", ".zip"),
        ("一、<html>是标记".encode(), ".txt", ".txt"),
        ("正文：multipart/related".encode(), ".txt", ".txt"),
    ],
)
def test_the_content_of_a_file_says_who_reads_it(data, ending, kind):
    assert ending_of(data, ending) == kind


def test_a_file_with_another_ending_is_read_as_what_it_is(tmp_path):
    path = tmp_path / "总结.doc"
    path.write_bytes(made.PAGE.encode())
    (found,) = read_file(path, path.name)
    assert found.reader == "html" and "医共体建设稳步推进" in found.text


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8"])
def test_a_saved_page_is_read_in_its_encoding(encoding):
    found = read(".mht", office.mht_bytes(encoding=encoding, named=encoding))
    assert "云溪县卫生健康局2021年工作总结" in found.text
    assert any(found.text[h.start : h.end].startswith("首页") for h in found.hints)


def test_a_frame_around_pages_is_read_with_them():
    inner = "Content-Type: text/html; charset=utf-8\r\n\r\n<p>全县建成医共体。</p>".encode()
    found = read(".mht", office.mht_bytes("<p>框</p>", "utf-8", "utf-8", [inner]))
    assert found.text == "框\n全县建成医共体。\n"


def test_a_message_gives_subject_and_text_and_says_what_is_attached():
    data = office.eml_bytes("关于报送材料的通知", "各乡镇：\n请报送。", [("附件.doc", b"x")])
    found = read(".eml", data)
    assert found.text == "关于报送材料的通知\n各乡镇：\n请报送。\n"
    assert ("附件.doc", "attachment", None) in found.left_out


def test_slides_come_in_their_order_without_their_numbers():
    data = office.pptx_bytes([["甲", "一"], ["乙"]], [["指标", "值"]])
    found = read(".pptx", data)
    assert found.text == "甲\n一\n乙\n指标\n值\n"
    assert places_of(found) == [(1, 1, 1, "指标"), (1, 1, 2, "值")]


def test_chapters_of_a_book_come_in_their_order():
    assert read(".epub", office.epub_bytes(["<p>甲。</p>", "<p>乙。</p>"])).text == "甲。\n乙。\n"


def test_signs_of_rich_text():
    data = (
        rb"{\rtf1\ansi\ansicpg936{\fonttbl{\f0\fcharset134 SimSun;}}\f0 \'c8\'ab\'cf\'d8"
        rb"{\deleted \'c8\'ab}\u21307?\uc2\u20849\'b9\'b2\par{\listtext\'d2\'bb\'a1\'a2\tab}"
        rb"\'bb\'f9{\*\unknown no}{\pict 0102}{\header no}\par\trowd a\cell b\cell\row c"
    )
    found = read(".rtf", data)
    assert found.text == "全县医共\n一、基\na\nb\nc\n"
    assert places_of(found) == [(1, 1, 1, "a"), (1, 1, 2, "b")]
    assert {row.kind for row in found.left_out} == {"picture", "header", "cut off"}


SPACES = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{full}:1.0"'
    for name, full in (("office", "office"), ("text", "text"), ("draw", "drawing"))
)


def flat(inner, changes=""):
    """Return the lines of an OpenDocument text in one piece."""
    data = (
        f'<?xml version="1.0"?><office:document {SPACES}><office:body><office:text>'
        f"<text:tracked-changes>{changes}</text:tracked-changes>{inner}"
        "</office:text></office:body></office:document>"
    )
    return read(".fodt", data.encode()).text.split("\n")[:-1]


def change(name, kind):
    return f'<text:changed-region text:id="{name}"><text:{kind}/></text:changed-region>'


def marked(name, words):
    ends = (f'<text:change-{end} text:change-id="{name}"/>' for end in ("start", "end"))
    return words.join(ends)


def test_words_that_were_deleted_in_their_place_are_no_text():
    changes = change("a", "deletion") + change("b", "insertion")
    line = f"<text:p>签约率达到{marked('a', '九成')}{marked('b', '95%')}。</text:p>"
    over = f"<text:p>两家{marked('a', '医院</text:p><text:p>共同')}牵头</text:p><text:p>完</text:p>"
    assert flat(line + over, changes) == ["签约率达到95%。", "两家牵头", "完"]
    assert flat(line, change("a", "insertion")) == ["签约率达到九成95%。"]
    opened = '<text:change-start text:change-id="a"/>医院'
    assert flat(f"<text:p>两家{opened}</text:p>", changes) == ["两家"]


def test_a_chart_within_a_text_is_no_text():
    chart = (
        "<draw:frame><draw:object><office:document><office:meta>Office 7.4</office:meta>"
        "<office:body><text:p>83.4</text:p></office:body></office:document></draw:object>"
        "</draw:frame>"
    )
    assert flat(f"<text:p>见图{chart}。</text:p>") == ["见图。"]


def test_a_word_file_that_the_converter_refuses_is_read_as_paragraphs(monkeypatch):
    import doc2docx

    def refuse(*_):
        raise ValueError("no")

    monkeypatch.setattr(doc2docx, "convert", refuse)
    found = old_word.read_doc((FILES / "report.doc").read_bytes(), Limits())
    assert (
        "全县建成紧密型医共体两个" in found.text and "县域就诊率按医保结算口径计算。" in found.text
    )
    assert any("not told apart" in row.kind for row in found.left_out)


@pytest.mark.parametrize("ending", [".doc", ".wps", ".rtf", ".odt", ".ofd", ".epub", ".pptx"])
@pytest.mark.parametrize(
    "data", [b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)]
)
def test_what_is_no_such_file_gets_a_sentence(ending, data):
    with pytest.raises(ReadingError, match=r"must be|begins with|empty"):
        read(ending, data)


@pytest.mark.parametrize(("ending", "said"), [(".ppt", "save it as .pptx"), (".caj", "CAJViewer")])
def test_what_is_not_read_has_advice(tmp_path, ending, said):
    path = tmp_path / f"a{ending}"
    path.write_bytes(b"\x01\x02")
    (found,) = read_file(path, path.name)
    assert isinstance(found, Skipped) and said in found.reason


def _listed(reading):
    return [reading.text[h.start : h.end] for h in reading.hints if h.kind == "list_item"]


@pytest.mark.parametrize(("form", "mark"), [("bullet", "·"), ("decimal", "%1.")])
def test_items_next_to_others_of_their_list_are_told(form, mark):
    between = "<w:p/>" + words.paragraph("全县茶农增收。")
    inner = item("发展茶业") + "<w:p/>" + item("修缮渡口") + between + item("单独一项")
    inner += item("另一层", depth=1)
    found = _listed(read_docx(words.package(inner, parts=_lists(level(0, form, mark)))))
    assert [one[-4:] for one in found] == ["发展茶业", "修缮渡口"]


def test_items_of_an_open_document_are_told_where_one_paragraph_holds_them():
    rows = ("发展茶业", "修缮渡口", "疏浚河道</text:p><text:p>完成疏浚。", "兴办夜校")
    items = "".join(f"<text:list-item><text:p>{one}</text:p></text:list-item>" for one in rows)
    office_ = "urn:oasis:names:tc:opendocument:xmlns:"
    flat = (
        f'<?xml version="1.0"?><office:document xmlns:office="{office_}office:1.0" '
        f'xmlns:text="{office_}text:1.0"><office:body><office:text><text:list>{items}</text:list>'
        "</office:text></office:body></office:document>"
    )
    assert _listed(read_odt(flat.encode(), Limits())) == ["发展茶业", "修缮渡口"]

"""Every word of a Word file is read once, wherever it stands; what is not has a row."""

import io
import zipfile

import pytest

import made_files as made
from hostile import words
from policytext.errors import ReadingError
from policytext.reading.formats import reader_for
from policytext.reading.office.word import read_docx
from policytext.reading.source import Limits

THIRD = words.THIRD


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


def _read(data):
    return reader_for(".docx")(data, Limits())


@pytest.mark.parametrize("main", ["document.xml", "document2.xml", "inner/main.xml"])
def test_the_main_part_is_found_by_relation(main):
    stale = {} if main == "document.xml" else {"word/document.xml": "<x/>"}
    data = words.package(words.paragraph(THIRD), main=main, parts=stale)
    assert read_docx(data).text.count(THIRD) == 1


def test_the_strict_kind_is_read():
    xml = f"<w:document {words.SPACES}><w:body>{words.paragraph(THIRD)}</w:body></w:document>"
    data = words.package(document=xml.replace(words.W, words.STRICT))
    assert read_docx(data).text == f"{THIRD}\n"


@pytest.mark.parametrize(
    "markup",
    [
        "<w:p><w:r><w:t>甲<w:x/>{}</w:t></w:r></w:p>",
        "<w:p><w:r><w:t>甲<!-- x -->{}</w:t></w:r></w:p>",
        "<w:p><m:oMath><m:r><m:t>{}</m:t></m:r></m:oMath></w:p>",
        "<w:p><w:moveFrom><w:r><w:t>{0}</w:t></w:r></w:moveFrom></w:p>"
        "<w:p><w:moveTo><w:r><w:t>{0}</w:t></w:r></w:moveTo></w:p>",
        "<w:p><mc:AlternateContent><mc:Choice Requires='x'><w:r><w:t>{0}</w:t></w:r></mc:Choice>"
        "<mc:Fallback><w:r><w:t>{0}</w:t></w:r></mc:Fallback></mc:AlternateContent></w:p>",
        "<w:p><mc:AlternateContent><mc:Choice Requires='x'/><mc:Fallback><w:r><w:t>{}</w:t></w:r>"
        "</mc:Fallback></mc:AlternateContent></w:p>",
    ],
)
def test_text_is_read_once(markup):
    assert read_docx(words.package(markup.format(THIRD))).text.count(THIRD) == 1


def test_text_behind_an_entity_is_kept_and_the_entity_has_a_row():
    xml = (
        f'<!DOCTYPE x [<!ENTITY e "密">]><w:document {words.SPACES}><w:body><w:p><w:r>'
        f"<w:t>甲&e;{THIRD}</w:t></w:r></w:p></w:body></w:document>"
    )
    found = read_docx(words.package(document=xml))
    assert found.text == f"甲{THIRD}\n"
    assert [one.kind for one in found.left_out] == ["entity"]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("chunk.html", f"<html><body><p>{THIRD}</p></body></html>".encode()),
        ("chunk.txt", THIRD.encode("gb18030")),
        ("chunk.docx", words.package(words.paragraph(THIRD))),
    ],
)
def test_an_inserted_file_is_read_where_it_stands(name, data):
    inside = {"rId9": ("aFChunk", name)}
    data = words.package("<w:altChunk r:id='rId9'/>", parts={f"word/{name}": data}, inside=inside)
    text = _read(data).text
    assert text.index(words.MARK) < text.index(THIRD) < text.rindex(words.SECOND)
    gone = words.package("<w:altChunk r:id='rId9'/>", inside=inside)
    assert [one.kind for one in _read(gone).left_out] == ["inserted file"]


def test_headers_and_comments_are_left_out_with_a_row():
    part = f"<w:hdr {words.SPACES}>{words.paragraph(THIRD)}</w:hdr>"
    data = words.package(
        parts={"word/header1.xml": part, "word/header2.xml": part.replace(THIRD, "1")},
        inside={"rId1": ("header", "header1.xml"), "rId2": ("header", "header2.xml")},
    )
    assert read_docx(data).left_out == (("word/header1.xml", "header", len(THIRD)),)


def test_a_file_that_is_no_word_file_is_named():
    old = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "WordDocument".encode("utf-16-le")
    with pytest.raises(ReadingError, match="it is an old Word file"):
        read_docx(old)


def test_lines_with_a_sign_of_a_symbol_font_are_items():
    sign = '<w:r><w:sym w:font="Wingdings" w:char="F06C"/></w:r>'
    rows = "".join(f"<w:p>{sign}<w:r><w:t>{w}</w:t></w:r></w:p>" for w in ("推进改革", "加强培训"))
    got = read_docx(words.package(rows + words.paragraph(THIRD)))
    assert [got.text[h.start : h.end] for h in got.hints if h.kind == "list_item"] == [
        "推进改革",
        "加强培训",
    ]

"""A result explains its columns, leads back to its paragraphs and leaves safely."""

import openpyxl
import pandas as pd
import pytest
from docx import Document

from corpora import make_corpus
from policytext import Result, set_language, trends
from policytext.errors import NotEnoughDataError, ParameterError
from policytext.reading.tabular.own_tables import read_own_table
from policytext.records import Bilingual, Cautions, Method


@pytest.fixture
def result() -> Result:
    corpus = make_corpus([{"texts": ["县域医共体建成。", "无关。"], "province": "广东省"}])
    evidence = pd.DataFrame(
        {"row_id": [0], "doc_id": ["d0"], "para_no": [0], "start": [2], "end": [5], "weight": [1.0]}
    )
    return Result(
        pd.DataFrame({"term": ["医共体", "=1+1"], "rate": [1.23456, None]}),
        Bilingual("词频", "Counts"),
        {"term": "concept", "rate": "hits per 10,000"},
        Method(Bilingual("计数。", "Counted."), ("Garwood 1936",)),
        cautions=(Bilingual("慎用。", "Careful <b>."),),
        corpus=corpus,
        evidence_from=lambda: evidence,
    )


def test_every_number_leads_back_to_its_words(result):
    (row,) = result.explain(0).to_dict("records")
    assert row["words"] == "医共体"
    assert row["file"] == "d0.txt"
    assert result.explain(1).empty
    with pytest.raises(ParameterError, match="row must lie between 0 and 1, got 7"):
        result.explain(7)


def test_without_a_corpus_it_says_so(result):
    bare = Result(result.table, result.title, result.columns, result.method)
    with pytest.raises(NotEnoughDataError, match="pass the corpus"):
        bare.explain(0)
    with pytest.raises(NotEnoughDataError, match="no figure"):
        bare.plot()


def test_columns_must_be_explained(result):
    with pytest.raises(ParameterError, match="rate"):
        Result(result.table, result.title, {"term": "x"}, result.method)


def test_formulae_are_neutralised_in_excel_and_csv(result, tmp_path):
    sheet = openpyxl.load_workbook(result.to_excel(tmp_path / "r.xlsx"))["table"]
    assert sheet["A3"].value == "'=1+1"
    assert sheet["A3"].data_type == "s"
    data = result.to_csv(tmp_path / "r.csv").read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    assert "'=1+1" in data.decode("utf-8-sig")


def test_word_gets_a_three_line_table(result, tmp_path):
    document = Document(str(result.to_word(tmp_path / "r.docx")))
    (table,) = document.tables
    borders = [len(row.cells[0]._tc.xpath(".//w:tcBorders/*")) for row in table.rows]
    assert borders == [2, 0, 1]
    assert any("Garwood" in p.text for p in document.paragraphs)


def test_it_shows_itself_escaped(result):
    shown = result._repr_html_()
    assert "Careful &lt;b&gt;" in shown
    assert "慎用" in shown
    assert "Counts" in repr(result)


ODD = ["＝1+1", "＋1", "－1", "＠A1", "\n=1", "a\r=1+1", "a\x07b", "\ud800", "\x00", "a\r\nb"]


def test_odd_signs_leave_in_every_form(tmp_path):
    table = pd.DataFrame({"text": pd.Series(ODD, dtype=object), "n": range(len(ODD))})
    words = Bilingual("题\x07", "title\x0b")
    result = Result(table, words, {"text": "", "n": "\x01"}, Method(words))
    result.to_word(tmp_path / "a.docx")
    back = pd.read_excel(result.to_excel(tmp_path / "a.xlsx", language="zh"), engine="calamine")
    back = back.rename(columns={"段落": "text"})
    lines = read_own_table(result.to_csv(tmp_path / "a.csv"))
    wanted = [
        "'＝1+1",
        "'＋1",
        "'－1",
        "'＠A1",
        "'\n=1",
        "a\n=1+1",
        "a\ufffdb",
        "\ufffd",
        "\ufffd",
        "a\nb",
    ]
    assert lines["text"].tolist() == wanted
    assert back["text"].tolist() == wanted
    text = (tmp_path / "a.csv").read_bytes()
    assert b"\r" not in text
    assert b'"a\n=1+1"' in text


# How does a result leave, and how is it shown?


@pytest.fixture
def trend() -> Result:
    texts = {
        "浙江省": ["推进医共体建设。", "推进医养结合。"],
        "江苏省": ["推进医养结合。", "无关。"],
    }
    return trends(
        make_corpus([{"texts": one, "province": name} for name, one in texts.items()]),
        ["医共体", "医养结合"],
        by="province",
    )


@pytest.fixture
def in_chinese():
    set_language("zh")
    yield
    set_language("both")


def test_word_prints_what_a_page_holds_and_says_what_it_left(trend, tmp_path):
    document = Document(str(trend.to_word(tmp_path / "t.docx", language="zh", figure=True)))
    (table,) = document.tables
    header = [cell.text for cell in table.rows[0].cells]
    assert header[:2] == ["词", "省份"]
    assert "每万字次数" in header
    assert len(header) <= 10
    left = len(trend.table.columns) - len(header)
    assert any(f"另有 {left} 列" in p.text for p in document.paragraphs)
    assert len(document.inline_shapes) == 1
    section = document.sections[0]
    room = section.page_width - section.left_margin - section.right_margin
    assert sum(cell.width for cell in table.rows[0].cells) <= room
    assert table.rows[0]._tr.xpath(".//w:tblHeader")
    assert not any("Hits were divided" in p.text for p in document.paragraphs)


def test_word_takes_the_columns_asked_for_and_turns_the_page(trend, tmp_path):
    columns = list(trend.table.columns)[:12]
    document = Document(str(trend.to_word(tmp_path / "t.docx", columns=columns, landscape=True)))
    assert len(document.tables[0].columns) == 12
    assert document.sections[0].page_width > document.sections[0].page_height
    with pytest.raises(ParameterError, match="columns"):
        trend.to_word(tmp_path / "t.docx", columns=["rates"])


def test_excel_has_labels_formats_a_filter_and_meanings(trend, tmp_path):
    book = openpyxl.load_workbook(trend.to_excel(tmp_path / "t.xlsx", language="en"))
    assert book.sheetnames == ["table", "columns", "notes"]
    header = [cell.value for cell in book["table"][1]]
    assert header[:2] == ["term", "province"]
    assert book["table"].auto_filter.ref is not None
    meanings = {row[0].value: row for row in book["columns"].iter_rows(min_row=2)}
    assert set(meanings) == set(map(str, trend.table.columns))
    assert meanings["rate"][1].value == "每万字次数"
    widths = book["table"].column_dimensions
    share = header.index("share of reports")
    letter = openpyxl.utils.get_column_letter(share + 1)
    assert widths[letter].width >= 6


def test_latex_and_html_are_escaped(tmp_path):
    words = Bilingual("比例", "Share")
    table = pd.DataFrame({"term": ["50%_&<b>"], "n": [1]})
    result = Result(table, words, {"term": "", "n": ""}, Method(words))
    text = result.to_latex(tmp_path / "t.tex")
    assert r"50\%\_\&<b>" in text
    assert (tmp_path / "t.tex").read_text(encoding="utf-8") == text
    shown = result.to_html(tmp_path / "t.html", language="en")
    assert "50%_&amp;&lt;b&gt;" in shown
    assert "<caption>Share</caption>" in shown


def test_stata_gets_labels(trend, tmp_path):
    with pd.io.stata.StataReader(trend.to_stata(tmp_path / "t.dta")) as reader:
        assert "hits counted" in reader.variable_labels()["hits"]
        assert reader.read()["hits"].sum() == trend.table["hits"].sum()


def test_a_summary_says_extremes_zeros_and_overlap(trend):
    said = trend.summary("en")
    assert "Terms by province" in said
    assert "医共体: per 10k characters is highest for 浙江省" in said
    assert "lowest for 江苏省 0" in said
    assert "overlap" in said
    assert trend.summary("zh").count("最高为") == 2
    assert trend.summary().splitlines() == [trend.summary("zh"), trend.summary("en")]


def test_the_language_that_is_set_is_spoken(trend, in_chinese):
    shown = trend._repr_html_()
    assert "每万字次数" in shown
    assert "per 10k characters" not in shown
    assert "未提及" in shown
    with pytest.raises(ParameterError, match="zh"):
        set_language("fr")


def test_a_notebook_shows_some_of_every_term_and_places_last():
    table = pd.DataFrame({"term": ["甲"] * 30 + ["乙"] * 30, "top_report": "r", "hits": range(60)})
    words = Bilingual("题", "title")
    result = Result(table, words, dict.fromkeys(table, ""), Method(words))
    shown = result._repr_html_()
    assert "甲" in shown
    assert "乙" in shown
    assert "40 more rows" in shown
    assert shown.index("hits") < shown.index("top report")


def test_groups_choose_what_is_drawn(trend):
    axes = trend.plot(groups=["医共体", "浙江省"], language="en")
    assert [label.get_text() for label in axes.get_yticklabels()] == ["Zhejiang"]
    assert "Terms by province" in axes.get_title(loc="left")
    with pytest.raises(ParameterError, match="浙江省"):
        trend.plot(groups="浙")
    with pytest.raises(ParameterError, match="'points'"):
        trend.plot(kind="lines")


def test_a_figure_says_what_it_left():
    names = [f"地{i}" for i in range(70)]
    corpus = make_corpus([{"texts": ["推进医养结合。"], "province": name} for name in names])
    table = trends(corpus, ["医养结合"], by="province")
    label = table.plot().get_xlabel()
    assert "10 groups more not drawn" in label


def test_cautions_show_as_a_list(trend):
    assert trend.cautions._repr_html_().startswith("<ul><li>")
    assert repr(trend.cautions).startswith("! ")


def test_cautions_and_method_speak_the_language_that_was_set():
    caution = Cautions((Bilingual("慎用。", "Careful."),))
    method = Method(Bilingual("按段落计数。", "Counted by paragraph."), ("Monroe et al. 2008",))
    set_language("zh")
    try:
        assert repr(caution) == "! 慎用。"
        assert caution._repr_html_() == "<ul><li>慎用。</li></ul>"
        assert str(method) == "按段落计数。\nMonroe et al. 2008"
    finally:
        set_language("both")

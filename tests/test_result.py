"""A result explains its columns, leads back to its paragraphs and leaves safely."""

import openpyxl
import pandas as pd
import pytest
from docx import Document

from corpora import make_corpus
from policytext import Result
from policytext.errors import NotEnoughDataError, ParameterError
from policytext.reading.own_tables import read_own_table
from policytext.records import Bilingual, Method


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
    back = pd.read_excel(result.to_excel(tmp_path / "a.xlsx"), engine="calamine")
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

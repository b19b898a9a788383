"""Corrections of borders, repairs and facts give the tables that they say, and nothing is lost."""

import pandas as pd
import pytest

from policytext import correct_coding, read_corpus
from policytext.corrected import TextCorrection, change_text
from policytext.errors import ParameterError
from policytext.themes.coding import coding_table

TWO = (
    "浙江省临湖县卫生健康局2021年工作总结\n2021年,全县建成医共体 2 个。\n有序推进。\n"
    "四川省云岭县卫生健康局2022年工作总结\n2022年，全县建成中医馆 3 个。\n很好。\n"
)
"""Two reports that no line parts, so that they are read as one."""

ONE = "a.txt#1"


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "raw").mkdir()
    (tmp_path / "raw" / "a.txt").write_text(TWO, encoding="utf-8")
    return tmp_path / "raw"


def read(folder, *rows):
    names = ("doc_id", "field", "value", "author")
    table = pd.DataFrame([(*row, "me") for row in rows], columns=names) if rows else None
    return read_corpus(folder, corrections=table, progress=False)


def test_a_report_begins_where_the_researcher_says(folder):
    assert len(read(folder)) == 1
    corpus = read(folder, (ONE, "border", "begins 3"))
    facts = corpus.documents
    assert facts["doc_id"].tolist() == [ONE, "a.txt#2"]
    assert facts["year"].tolist() == [2021, 2022]
    assert facts["raw_end"].iloc[0] == facts["raw_start"].iloc[1] == TWO.index("四川")
    assert facts["title"].iloc[1].startswith("四川省云岭县")
    second = corpus.paragraphs[corpus.paragraphs["doc_id"] == "a.txt#2"]
    assert second["para_no"].tolist() == [0, 1, 2]
    assert facts["n_han"].sum() == read(folder).documents["n_han"].sum()
    assert set(corpus.claims["doc_id"]) <= set(facts["doc_id"])
    corpus.check_ledger()


def test_facts_of_a_report_that_was_cut_off_can_be_stated(folder):
    corpus = read(
        folder, (ONE, "border", "begins 3"), ("a.txt#2", "year", "2020"), (ONE, "province", "浙江")
    )
    assert corpus.documents["year"].tolist() == [2021, 2020]
    assert corpus.documents["province"].tolist()[0] == "浙江省"
    assert corpus.documents["year_certainty"].iloc[1] == "stated"


def test_joining_gives_back_what_was_cut(folder):
    whole = read(folder)
    both = read(folder, (ONE, "border", "begins 3"))
    cut = {"documents": both.documents, "claims": both.claims, "paragraphs": both.paragraphs}
    tables = {**cut, "ledger": both.ledger}
    assert change_text(tables, [TextCorrection(0, "a.txt#2", "border", "joins")]).empty
    assert len(tables["documents"]) == 1
    columns = ["doc_id", "para_no", "text", "raw_start", "raw_end"]
    pd.testing.assert_frame_equal(tables["paragraphs"][columns], whole.paragraphs[columns])
    assert tables["documents"]["raw_end"].tolist() == whole.documents["raw_end"].tolist()


def test_a_repair_is_undone_and_leaves_the_ledger(folder):
    plain = read(folder)
    row = plain.ledger.query("place == 'inside'").iloc[1]
    corpus = read(folder, (ONE, "repair", f"undo {row['start']}-{row['end']}"))
    assert "医共体2 个" in corpus.paragraphs["text"].iloc[1]
    assert len(corpus.ledger) == len(plain.ledger) - 1
    corpus.check_ledger()


def test_every_repair_can_be_undone(folder):
    rows = read(folder).ledger.query("place == 'inside'")
    undone = [
        (ONE, "repair", f"undo {s}-{e}") for s, e in zip(rows["start"], rows["end"], strict=True)
    ]
    corpus = read(folder, *undone)
    assert not (corpus.ledger["place"] == "inside").any()
    corpus.check_ledger()
    for text, start, end in corpus.paragraphs[["text", "raw_start", "raw_end"]].itertuples(
        index=False
    ):
        assert text == TWO[start:end]


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("border", "begins 0", "one must stay"),
        ("border", "begins 99", "one must stay"),
        ("border", "joins", "no report stands before"),
        ("repair", "undo 0-3", "no repair stands there"),
    ],
)
def test_what_cannot_be_placed_is_listed(folder, field, value, reason):
    corpus = read(folder, (ONE, field, value))
    assert reason in corpus.unmatched["reason"].iloc[0]
    pd.testing.assert_frame_equal(corpus.paragraphs, read(folder).paragraphs)


def test_a_report_that_is_not_there_is_listed(folder):
    assert read(folder, ("b.txt#1", "border", "joins")).unmatched["reason"].tolist() == [
        "no report"
    ]


@pytest.mark.parametrize(
    ("field", "value"), [("border", "somewhere"), ("repair", "12"), ("theme", "x")]
)
def test_what_cannot_be_read_is_an_error(folder, field, value):
    with pytest.raises(ParameterError, match=f"{field} must be"):
        read(folder, (ONE, field, value))


def test_a_corpus_on_disk_refuses_corrections_of_text(folder, tmp_path):
    table = pd.DataFrame({"doc_id": [ONE], "field": ["border"], "value": ["begins 3"]})
    with pytest.raises(ParameterError, match="need a corpus in memory"):
        read_corpus(folder, corrections=table, out=tmp_path / "out", progress=False)


def test_themes_of_a_paragraph_win(folder):
    corpus = read(folder, (ONE, "theme", "4: tcm"))  # of a coding, so the corpus stays
    pd.testing.assert_frame_equal(corpus.documents, read(folder).documents)
    coding = coding_table(
        [{"row": 1, "theme": "outside"}, {"row": 4, "theme": "general"}], corpus.paragraphs, "coder"
    )
    table = pd.DataFrame(
        {
            "doc_id": ONE,
            "field": ["theme", "theme", "year"],
            "value": ["4: tcm|tiered_care", "1:", "2"],
        }
    )
    right = correct_coding(corpus, coding, table)
    assert right[["para_no", "theme", "source"]].values.tolist() == [
        [4, "tcm", "correction"],
        [4, "tiered_care", "correction"],
    ]
    with pytest.raises(ParameterError, match="paragraph 77"):
        correct_coding(corpus, coding, table.assign(value="77: tcm"))

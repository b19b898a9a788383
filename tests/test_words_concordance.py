"""The concordance: contexts, order, filters, and safe display."""

import dataclasses
import re

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpora import make_corpus
from policytext import concordance
from policytext.errors import NeedsTextError, ParameterError


@pytest.fixture(scope="module")
def corpus():
    return make_corpus(
        [
            {
                "texts": [
                    "乙地推进县域医共体建设，丙地推进医共体试点。",
                    {"text": "明年推进医养结合。", "part_of_report": "plan"},
                    {"text": "医共体：名词解释。", "part_of_report": "annex"},
                ],
                "province": "广东省",
                "year": 2021,
            },
            {"texts": ["<b>健康养老</b>与康养。"], "province": "海南省", "year": 2019},
        ]
    )


def test_one_word_as_written_with_its_context(corpus):
    table = concordance(corpus, re.compile("医共体"), width=4).table
    assert table[["left", "hit", "right"]].values.tolist() == [
        ["推进县域", "医共体", "建设，丙"],
        ["丙地推进", "医共体", "试点。"],
    ]
    first = table.iloc[0]
    assert (first["start"], first["end"], first["province"], first["year"]) == (
        6,
        9,
        "广东省",
        2021,
    )


def test_terms_bring_their_forms_and_exclusions(corpus):
    table = concordance(corpus, ["医共体", "康养"]).table
    assert table["hit"].tolist() == ["县域医共体", "医共体", "康养"]
    assert table["concept"].tolist() == ["医共体", "医共体", "康养"]


def test_patterns(corpus):
    assert concordance(corpus, re.compile("医[共养].")).table["hit"].tolist() == [
        "医共体",
        "医共体",
        "医养结",
    ]
    assert concordance(corpus, "医.").table.empty
    assert concordance(corpus, re.compile("x*")).table.empty


def test_sorts_by_the_nearest_characters(corpus):
    left = concordance(corpus, "推进", sort="left").table["left"].tolist()
    assert left == sorted(left, key=lambda text: text[::-1])
    right = concordance(corpus, "推进", sort="right").table["right"].tolist()
    assert right == sorted(right)


def test_filters_by_region_year_part_and_theme(corpus):
    assert len(concordance(corpus, "推进", where="part_of_report == 'plan'")) == 1
    assert len(concordance(corpus, "医", where="province == '海南省' or year < 2020")) == 0
    labels = pd.DataFrame(
        {"doc_id": ["d0"], "para_no": [1], "theme": ["tcm"], "probability": [0.9], "by": ["x"]}
    )
    themed = dataclasses.replace(corpus, stored={"themes": labels})
    assert len(concordance(themed, "推进", where="themes.str.contains('tcm')")) == 1


def test_leads_back_to_the_words(corpus):
    result = concordance(corpus, re.compile("医共体"))
    assert all(result.explain(row)["words"].tolist() == ["医共体"] for row in range(len(result)))


def test_shows_itself_escaped_and_saves_as_csv(corpus, tmp_path):
    result = concordance(corpus, "康养")
    shown = result._repr_html_()
    assert "&lt;b&gt;健" in shown and "<b>健" not in shown
    assert "text-align:right" in shown
    written = result.to_csv(tmp_path / "kwic.csv").read_bytes()
    assert written.startswith(b"\xef\xbb\xbf") and "康养".encode() in written


def test_errors_say_what_to_do(corpus):
    with pytest.raises(ParameterError, match="sort must be one of"):
        concordance(corpus, "医", sort="up")
    with pytest.raises(ParameterError, match="width must be at least 1"):
        concordance(corpus, "医", width=0)
    with pytest.raises(ParameterError, match="non-empty words"):
        concordance(corpus, "")
    with pytest.raises(ParameterError, match="names 'region', and the columns are doc_id"):
        concordance(corpus, "医", where="region == 1")
    with pytest.raises(ParameterError, match="a condition may compare columns with values"):
        concordance(corpus, "医", where="@pd.read_csv('x')")
    without = dataclasses.replace(corpus, info={**corpus.info, "has_text": False})
    with pytest.raises(NeedsTextError, match="concordance needs the sentences"):
        concordance(without, "医")


@settings(max_examples=40)
@given(st.lists(st.text(alphabet="医共体养老，。x<&", max_size=20), min_size=1, max_size=4))
def test_context_and_hit_are_the_paragraph(texts):
    made = make_corpus([{"texts": texts}])
    result = concordance(made, "医", width=1000)
    assert len(result) == sum(text.count("医") for text in texts)
    for row in result.table.to_dict("records"):
        assert row["left"] + row["hit"] + row["right"] == texts[row["para_no"]]

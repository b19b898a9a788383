"""What became of every term of a table."""

import dataclasses

import pandas as pd
import pytest

from corpora import make_corpus
from policytext.errors import NeedsTextError
from policytext.terms.concepts import TermTable, literal_terms
from policytext.terms.termcount import term_report


def test_says_matched_never_found_hidden_excluded_and_lost():
    table = TermTable(
        pd.DataFrame(
            {
                "term": ["医共体", "县域医共体", "康养", "共同体", "责任共同体", "无此词"],
                "concept": ["医共体", "医共体", "康养", "共同体", "责任共同体", "无此词"],
                "exclusions": ["", "", "健康养老", "", "", ""],
            }
        )
    )
    corpus = make_corpus([{"texts": ["县域医共体。健康养老。责任共同体。", "县域医共体"]}])
    result = term_report(corpus, table)
    report = result.table.set_index("term")
    assert report["status"].to_dict() == {
        "医共体": "always hidden",
        "县域医共体": "matched",
        "康养": "always excluded",
        "共同体": "always hidden",
        "责任共同体": "matched",
        "无此词": "never found",
    }
    assert report.loc["医共体", "hidden_in"] == "县域医共体 2"
    assert report.loc["康养", "excluded_in"] == "健康养老 1"
    assert report["other_concept"].to_dict()["共同体"]
    assert not report["other_concept"].to_dict()["医共体"]
    assert report["n_found"].tolist() == [2, 2, 1, 1, 1, 0]
    words = " ".join(c.en for c in result.cautions)
    assert "1 term(s) never stand" in words and "lie inside longer terms of other concepts" in words
    assert result.explain(0)["weight"].tolist() == [0.0, 0.0]


def test_needs_text():
    corpus = make_corpus([{"texts": ["医共体"]}])
    without = dataclasses.replace(corpus, info={**corpus.info, "has_text": False})
    with pytest.raises(NeedsTextError, match="term_report needs the sentences"):
        term_report(without, literal_terms(["医共体"]))

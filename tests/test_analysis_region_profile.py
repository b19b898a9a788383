"""Profiles of one region or two: attention, words and the paragraphs behind them."""

import numpy as np
import pandas as pd
import pytest
from scipy.sparse import csr_matrix

from analysis_corpora import make_corpus
from policytext import Counts, region_profile
from policytext.errors import ParameterError


def with_text():
    texts = {"甲省": "推进医共体建设，发展养老。", "乙省": "推进托育服务，发展养老。"}
    docs, paras = [], []
    for province, text in texts.items():
        for year in range(2018, 2024):
            docs.append({"doc_id": f"{province}{year}", "province": province, "year": year})
            paras += [{"doc_id": f"{province}{year}", "text": text, "n_han": 11}] * 4
    corpus = make_corpus(pd.DataFrame(docs), pd.DataFrame(paras))
    first = np.array([p["doc_id"].startswith("甲") for p in paras])
    matrix = csr_matrix(np.column_stack([first * 1, ~first * 1, np.ones(len(paras), dtype=int)]))
    return corpus, Counts(matrix, ("医共体", "托育", "发展"), "words")


@pytest.mark.parametrize("other", [None, "乙省"])
def test_profile_shows_attention_words_and_paragraphs(other):
    corpus, counts = with_text()
    result = region_profile(corpus, "甲省", other, terms=["医共体", "托育"], counts=counts)
    own = result.table[result.table["region"] == "甲省"].set_index(["section", "item"])
    assert own.loc[("attention", "医共体"), "hits"] == 24
    assert own.loc[("attention", "托育"), "status"] == "not named"
    assert own.loc[("attention", "托育"), "rate_other"] > 0
    assert own.loc[("word", "医共体"), "z"] > 2
    assert own.loc[("word", "医共体"), "doc_id"].startswith("甲省")
    assert result.table["region"].nunique() == (1 if other is None else 2)
    row = int(np.flatnonzero(result.table["item"] == "医共体")[0])
    assert result.explain(row)["text"].str.contains("医共体").all()
    assert result.plot().patches


def test_profile_of_an_unknown_region():
    corpus, counts = with_text()
    with pytest.raises(ParameterError, match="no report counted is of '丙省'"):
        region_profile(corpus, "丙省", terms=["医共体"], counts=counts)

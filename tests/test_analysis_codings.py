"""Crosstabs, dispersion, regression and profiles on corpora with a known truth."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy.sparse import csr_matrix

from analysis_corpora import make_corpus, planted
from policytext.analysis.crosstab import as_labels, crosstab
from policytext.analysis.dispersion import dispersion
from policytext.analysis.region_profile import region_profile
from policytext.analysis.regression import adjusted_rates
from policytext.counts import Counts
from policytext.errors import ParameterError

PARTS, HITS = [9, 10, 10, 10, 11], [1, 2, 3, 4, 5]


def test_a_word_of_one_report_is_clumped():
    corpus, counts = planted(6)
    table = dispersion(corpus, counts=counts, by="province").table
    row = table[(table["feature"] == "词01") & (table["province"] == "甲省")].iloc[0]
    assert row["one_report_only"]
    assert row["dp_norm"] > 0.9
    even = table[(table["feature"] == "词02") & (table["province"] == "甲省")].iloc[0]
    assert even["dp_norm"] < 0.4
    assert dispersion(corpus, counts=counts).plot().collections


def test_single_reports_have_no_dispersion():
    corpus, counts = planted(1)
    assert dispersion(corpus, counts=counts, by="province").table["dp"].isna().all()


def coded():
    corpus, _ = planted(6, n_words=3)
    rng = np.random.default_rng(0)
    n = len(corpus.paragraphs)
    instrument = rng.integers(0, 2, n)
    goal = (rng.random(n) < np.where(instrument == 1, 0.6, 0.2)).astype(int)
    two = Counts(
        csr_matrix(np.column_stack([1 - instrument, instrument])), ("供给", "需求"), "instrument"
    )
    return corpus, two, Counts(csr_matrix(goal[:, None]), ("人才",), "goal"), instrument, goal


def test_crosstab_finds_the_planted_link():
    corpus, first, second, instrument, goal = coded()
    table = crosstab(corpus, first, second).table.set_index("first")
    row = table.loc["需求"]
    assert row["paragraphs"] == (instrument & goal).sum()
    assert row["share"] == pytest.approx(goal[instrument == 1].mean())
    assert row["low"] < 0.6 < row["high"]
    assert row["lift"] > 1.2
    assert row["interval"] == "reports as clusters, log-rate t"


def test_crosstab_of_three_codings_adds_up():
    corpus, first, second, _, _ = coded()
    three = crosstab(corpus, first, second, "province")
    two = crosstab(corpus, first, second)
    assert (
        three.table.groupby("first")["paragraphs"].sum().tolist()
        == two.table["paragraphs"].tolist()
    )
    assert len(three.evidence) == three.table["paragraphs"].sum()
    assert len(three.explain(0)) == three.table["paragraphs"].iloc[0]
    assert [t.get_text() for t in three.plot().texts] == two.table["paragraphs"].astype(
        str
    ).tolist()


def test_a_table_of_labels_is_a_coding():
    corpus, _, _, _, _ = coded()
    labels = pd.DataFrame({"doc_id": ["甲省-2010"] * 2, "para_no": [0, 1], "theme": ["x", "y"]})
    found = as_labels(corpus, labels)
    assert found.features == ("x", "y")
    assert found.matrix.sum() == 2
    with pytest.raises(ParameterError, match="first for doc_id '甲省-2010', para_no 999"):
        as_labels(corpus, labels.assign(para_no=[0, 999]))
    with pytest.raises(ParameterError, match=r"\['para_no'\] lack"):
        as_labels(corpus, labels[["doc_id", "theme"]])
    with pytest.raises(ParameterError, match="has 1 rows"):
        as_labels(corpus, Counts(csr_matrix([[1]]), ("x",), "themes"))


def confounded(seed=0):
    """乙省 writes mostly summaries, which name the term three times as often as work reports."""
    rng = np.random.default_rng(seed)
    docs, hits = [], []
    for province, n_summaries in (("甲省", 8), ("乙省", 24)):
        for i in range(32):
            genre = "summary" if i < n_summaries else "work report"
            docs.append(
                {
                    "doc_id": f"{province}{i}",
                    "province": province,
                    "genre": genre,
                    "year": 2000 + i % 8,
                }
            )
            mean = 5 * (3 if genre == "summary" else 1) * rng.gamma(4, 1 / 4)
            hits.append(rng.poisson(mean))
    table = pd.DataFrame(docs)
    paras = pd.DataFrame({"doc_id": table["doc_id"], "n_han": 5000})
    return make_corpus(table, paras), Counts(csr_matrix(np.array(hits)[:, None]), ("词",), "terms")


def test_regression_takes_genre_out():
    corpus, counts = confounded()
    raw = adjusted_rates(corpus, counts=counts, adjust=()).table.iloc[0]
    assert raw["low"] > 1 or raw["high"] < 1
    table = adjusted_rates(corpus, counts=counts).table.set_index("variable")
    assert table.loc["province", "low"] < 1 < table.loc["province", "high"]
    genre = table.loc["genre"]
    ratio = genre["rate_ratio"] if genre["value"] == "summary" else 1 / genre["rate_ratio"]
    assert ratio == pytest.approx(3, rel=0.4)
    assert genre["q_value"] < 0.01
    result = adjusted_rates(corpus, counts=counts)
    assert result.explain(0)["weight"].sum() == counts.matrix.sum()
    assert result.plot().get_xscale() == "log"
    assert table.loc["year", "low"] < 1 < table.loc["year", "high"]


def test_regression_gives_no_p_value_for_single_reports():
    corpus, counts = planted(1, provinces=tuple("甲乙丙丁戊己"), n_words=2)
    table = adjusted_rates(corpus, counts=counts).table
    assert table["p_value"].isna().all()


def test_regression_says_what_the_corpus_cannot_tell_apart():
    corpus, counts = planted(6, n_words=2)
    documents = corpus.documents.assign(genre=corpus.documents["province"])
    table = adjusted_rates(replace(corpus, documents=documents), counts=counts).table
    assert "cannot tell the columns" in table["refused"].iloc[0]
    assert "hits in at least two reports" in table["refused"].iloc[1]
    with pytest.raises(ParameterError, match="also among `adjust`"):
        adjusted_rates(corpus, counts=counts, adjust=["province"])
    with pytest.raises(ParameterError, match="no column 'gdp'"):
        adjusted_rates(corpus, counts=counts, adjust=["gdp"])


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

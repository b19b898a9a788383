"""Trends over years and rates held equal: planted truths and refusals."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy.sparse import csr_matrix

from analysis_corpora import make_corpus, planted
from policytext import Counts, adjusted_rates, trend_tests
from policytext.errors import NotEnoughDataError, ParameterError
from policytext.inference import change_points


def yearly(rates, design="sample", seed=0):
    """One national report a year."""
    rng = np.random.default_rng(seed)
    years = 2000 + np.arange(len(rates))
    docs = pd.DataFrame({"doc_id": [f"n{y}" for y in years], "year": years, "level": "national"})
    paras = pd.DataFrame({"doc_id": docs["doc_id"], "n_han": 10_000})
    counts = Counts(csr_matrix(rng.poisson(rates)[:, None]), ("词",), "words")
    return make_corpus(docs, paras, design), counts


def test_a_planted_rise_is_found_and_none_is_not():
    corpus, counts = yearly(np.exp(np.linspace(1, 3, 20)))
    row = trend_tests(corpus, counts=counts).table.iloc[0]
    assert row["p_mann_kendall"] < 0.001
    assert row["ratio_low"] < np.exp(2 / 19) < row["ratio_high"]
    assert row["q_value"] < 0.01
    flat, same = yearly(np.full(20, 8.0))
    assert trend_tests(flat, counts=same).table.iloc[0]["p_value"] > 0.05


def test_a_planted_break_is_found():
    corpus, counts = yearly(np.repeat([3.0, 20.0], 10))
    assert trend_tests(corpus, counts=counts).table.iloc[0]["change_points"] == "2010"


def test_change_points_are_refused_under_eight_years():
    with pytest.raises(NotEnoughDataError, match="in 8 or more years, got 7"):
        change_points(range(7), range(7))
    corpus, counts = yearly(np.full(7, 8.0))
    assert "8 or more years, got 7" in trend_tests(corpus, counts=counts).table.iloc[0]["refused"]


def test_a_census_has_slopes_and_no_p_values():
    corpus, counts = yearly(np.exp(np.linspace(1, 3, 20)), design="census")
    row = trend_tests(corpus, counts=counts).table.iloc[0]
    assert row["tau"] > 0.5
    assert np.isnan(row["p_value"])
    assert np.isnan(row["p_mann_kendall"])


def test_groups_have_tests_of_their_own_and_issuers_are_clusters():
    corpus, counts = planted(10, provinces=tuple("甲乙丙丁戊己"), n_words=3)
    pooled = trend_tests(corpus, counts=counts).table
    assert pooled["clusters"].iloc[0] == "6 issuers"
    apart = trend_tests(corpus, counts=counts, by=["province", "year"]).table
    assert apart["clusters"].iloc[0] == "10 reports"
    assert len(apart) == 18
    result = trend_tests(corpus, counts=counts, by=["province", "year"])
    assert result.explain(0)["weight"].sum() == result.table["hits"].iloc[0]
    assert result.plot().get_xscale() == "log"


def test_year_must_be_there():
    corpus, counts = planted(2)
    with pytest.raises(ParameterError, match='need "year" in `by`'):
        trend_tests(corpus, counts=counts, by="province")


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

"""Trends over years and rates held equal: planted truths and refusals."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from scipy.sparse import csr_matrix

from analysis_corpora import make_corpus, planted
from policytext import Counts, adjusted_rates, trend_tests
from policytext.errors import ParameterError
from policytext.texts import word_of


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
    assert row["tau"] > 0.6
    assert row["clusters"] == "20 years, with memory"
    assert row["ratio_low"] < np.exp(2 / 19) < row["ratio_high"]
    assert row["q_value"] < 0.01
    flat, same = yearly(np.full(20, 8.0))
    assert trend_tests(flat, counts=same).table.iloc[0]["p_value"] > 0.05


def test_a_planted_break_is_found():
    corpus, counts = yearly(np.repeat([3.0, 20.0], 10))
    assert trend_tests(corpus, counts=counts).table.iloc[0]["change_points"] == "2010"


def test_a_change_from_a_known_year_on_is_tested():
    corpus, counts = yearly(np.repeat([5.0, 20.0], 10))
    row = trend_tests(corpus, counts=counts, since=2010).table.iloc[0]
    assert row["level_low"] < 4 < row["level_high"]
    assert row["level_q"] < 0.05 < row["turn_p"]
    late = trend_tests(corpus, counts=counts, since=2019).table.iloc[0]
    assert "got 19 and 1" in late["refused"] and np.isnan(late["level_p"])
    every, same = yearly(np.repeat([5.0, 20.0], 10), design="census")
    drawn = trend_tests(every, counts=same, since=2010).table.iloc[0]
    assert drawn["level_ratio"] > 2 and np.isnan(drawn["level_p"])
    assert "level_ratio" not in trend_tests(corpus, counts=counts).table


def test_bursts_are_named_by_their_years_and_said_to_describe():
    years = np.repeat(np.arange(2011, 2019), 31)
    docs = pd.DataFrame({"doc_id": [f"d{i}" for i in range(248)], "year": years})
    docs["province"] = [f"{i % 31}省" for i in range(248)]
    named = np.concatenate([np.arange(31) < k for k in (1, 2, 9, 11, 8, 1, 0, 2)])
    corpus = make_corpus(docs, pd.DataFrame({"doc_id": docs["doc_id"]}))
    counts = Counts(csr_matrix(named[:, None].astype(int)), ("词",))
    result = trend_tests(corpus, counts=counts, bursts=True)
    assert result.table["bursts"].tolist() == ["2013–2015 (8.2)"]
    assert "have no p-value" in result.method.text.en
    assert "bursts" not in trend_tests(corpus, counts=counts).table


def test_change_points_are_refused_under_ten_years():
    corpus, counts = yearly(np.full(7, 8.0))
    row = trend_tests(corpus, counts=counts).table.iloc[0]
    assert "one series needs at least 10 years, got 7" in row["refused"]
    assert np.isnan(row["p_value"]) and row["tau"] is not None


def test_a_census_has_slopes_and_no_p_values():
    corpus, counts = yearly(np.exp(np.linspace(1, 3, 20)), design="census")
    row = trend_tests(corpus, counts=counts).table.iloc[0]
    assert row["tau"] > 0.5
    assert np.isnan(row["p_value"]) and np.isnan(row["ratio_low"])
    assert row["change_points"] == ""


def test_groups_have_tests_of_their_own_and_issuers_are_clusters():
    corpus, counts = planted(10, provinces=tuple("甲乙丙丁戊己"), n_words=3)
    pooled = trend_tests(corpus, counts=counts).table
    assert pooled["clusters"].iloc[0] == "6 issuers × 10 years"
    apart = trend_tests(corpus, counts=counts, by=["province", "year"]).table
    assert apart["clusters"].iloc[0] == "10 years, with memory"
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
                    "county": f"{province}{i}县",
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
    year = table.loc["year"]
    assert np.isfinite(year["rate_ratio"]) and year[["low", "p_value", "q_value"]].isna().all()
    assert "trend_tests judges trends" in year["refused"]


def test_a_ratio_to_nothing_is_no_number():
    """A group without a hit has the ratio zero, and nothing can be told beside it; never 10⁹."""
    corpus, counts = planted(6, n_words=2, apart=True)
    there = (corpus.documents["province"] == corpus.documents["province"].iloc[0]).to_numpy()
    group = corpus.paragraphs["doc_id"].map(
        dict(zip(corpus.documents["doc_id"], there, strict=True))
    )
    hits = np.asarray(counts.matrix.todense())[:, 0]
    for gone in (group.to_numpy(), ~group.to_numpy()):
        matrix = csr_matrix(np.where(gone, 0, np.maximum(hits, 1))[:, None])
        table = adjusted_rates(corpus, counts=Counts(matrix, ("词",), "words"), adjust=()).table
        rows = table[table["variable"] == "province"]
        assert (rows["rate_ratio"].isna() | (rows["rate_ratio"] == 0)).any()
        assert (rows["rate_ratio"].fillna(0) < 1e3).all()
        said = rows["refused"].str.contains("no hit at this value")
        assert said.any() and rows.loc[said, "p_joint"].isna().all()
        assert rows.loc[said, ["low", "high", "p_value"]].isna().to_numpy().all()


def test_regression_gives_no_p_value_for_single_reports():
    corpus, counts = planted(1, provinces=tuple("甲乙丙丁戊己"), n_words=2)
    table = adjusted_rates(corpus, counts=counts).table
    assert table["p_value"].isna().all()


def test_a_number_that_few_issuers_differ_in_is_not_tested():
    corpus, counts = planted(12, n_words=2, apart=True)
    units = corpus.units.set_index("doc_id")["unit"]
    few = corpus.documents["doc_id"].map(units).isin(units.unique()[:3])
    for low, high in ((0.0, 1.0), (0.0, np.arange(len(few)) + 1.0)):
        documents = corpus.documents.assign(seat=np.where(few, high, low))
        changed = replace(corpus, documents=documents)
        table = adjusted_rates(changed, counts=counts, adjust=["seat"]).table
        seat = table[table["variable"] == "seat"].iloc[0]
        assert seat["n_units"] == 3 and np.isnan(seat["p_value"]) and "5 issuers" in seat["refused"]


def test_regression_says_what_the_corpus_cannot_tell_apart():
    corpus, counts = planted(6, n_words=2, apart=True)
    documents = corpus.documents.assign(genre=corpus.documents["province"])
    table = adjusted_rates(replace(corpus, documents=documents), counts=counts).table
    assert "cannot tell the columns" in table["refused"].iloc[0]
    assert "hits in at least two reports" in table["refused"].iloc[1]
    with pytest.raises(ParameterError, match="also among `adjust`"):
        adjusted_rates(corpus, counts=counts, adjust=["province"])
    with pytest.raises(ParameterError, match="no column 'gdp'"):
        adjusted_rates(corpus, counts=counts, adjust=["gdp"])


def panel(rates, issuers=8, shock=0.0, seed=0, missing=0.0):
    """Provinces with levels of their own, year after year, and shocks common to a year."""
    rng = np.random.default_rng(seed)
    level, common = rng.gamma(4, 0.25, issuers), np.exp(rng.normal(0, shock, len(rates)))
    docs, hits = [], []
    for i in range(issuers):
        for year, rate in enumerate(rates):
            if rng.random() >= missing:
                docs.append({"doc_id": f"{i}-{year}", "province": f"省{i}", "year": 2010 + year})
                hits.append(rng.poisson(10 * level[i] * rate * common[year]))
    table = pd.DataFrame(docs)
    paras = pd.DataFrame({"doc_id": table["doc_id"], "n_han": 10_000})
    return make_corpus(table, paras), Counts(csr_matrix(np.array(hits)[:, None]), ("词",), "terms")


def test_a_panel_is_judged_against_the_shocks_of_years():
    corpus, counts = panel(1.15 ** np.arange(8))
    row = trend_tests(corpus, counts=counts).table.iloc[0]
    assert row["ratio_low"] < 1.15 < row["ratio_high"]
    # eight years cannot show that shocks pass: what is held possible costs certainty
    assert row["p_independent"] < 0.001 < row["p_value"] < 0.01 and row["memory"] > 0
    found = [
        trend_tests(corpus, counts=counts).table["p_value"].iloc[0]
        for corpus, counts in (panel(np.ones(8), shock=0.4, seed=s) for s in range(20))
    ]
    assert np.mean(np.array(found) < 0.05) <= 0.15


def test_a_panel_that_is_tested_says_only_that_no_step_was_looked_for():
    corpus, counts = panel(np.ones(5))
    row = trend_tests(corpus, counts=counts).table.iloc[0]
    assert row["p_value"] > 0
    assert row["refused"] == "no change of level was looked for: it needs 10 years, got 5"
    both = trend_tests(corpus, counts=counts, since=2013).table["refused"].iloc[0]
    assert word_of("refused", both, "zh").startswith(
        "未检验水平转折：需要 10 年，现有 5 年 | 趋势检验"
    )


def test_what_makes_the_groups_is_not_adjusted_for():
    corpus, counts = planted(6, apart=True)
    assert "year" not in adjusted_rates(corpus, by="year", counts=counts).parameters["adjust"]
    with pytest.raises(ParameterError, match="leave it out"):
        adjusted_rates(corpus, by="year", counts=counts, adjust=["year"])


def test_few_years_of_a_panel_are_described_and_not_tested():
    corpus, counts = panel(np.ones(4))
    row = trend_tests(corpus, counts=counts).table.iloc[0]
    assert np.isnan(row["p_value"]) and "at least 5 years" in row["refused"]


def test_a_change_of_issuers_is_said():
    corpus, counts = panel(np.ones(8), missing=0.3)
    said = [c.en for c in trend_tests(corpus, counts=counts).cautions]
    assert any("mix who speaks with how they change" in c for c in said)
    whole, full = panel(np.ones(8))
    assert not any("mix who" in c.en for c in trend_tests(whole, counts=full).cautions)


def test_reports_of_one_issuer_are_one_unit_of_a_regression():
    rng = np.random.default_rng(0)
    docs = [
        {"doc_id": f"{g}{i}{y}", "province": f"{g}{i}省", "area": g, "year": y}
        for g, n in (("甲", 8), ("乙", 8), ("丙", 3))
        for i in range(n)
        for y in range(2015, 2023)
    ]
    table = pd.DataFrame(docs)
    paras = pd.DataFrame({"doc_id": table["doc_id"], "n_han": 10_000})
    corpus = make_corpus(table.drop(columns="area"), paras).join(
        table[["province", "area"]].drop_duplicates(), on="province"
    )
    counts = Counts(csr_matrix(rng.poisson(5, (len(table), 1))), ("词",), "terms")
    found = adjusted_rates(corpus, counts=counts, by="area", adjust=("year",)).table
    by_value = found[found["variable"] == "area"].set_index("value")
    assert by_value["clusters"].eq("19 issuers").all()
    assert np.isnan(by_value.loc["丙", "p_value"]) and by_value.loc["丙", "n_units"] == 3
    assert "more reports of the same issuers do not help" in by_value.loc["丙", "refused"]

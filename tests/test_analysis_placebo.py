"""Placebo and design: what chance finds, and what could be found."""

import joblib
import numpy as np
import pandas as pd
import pytest

from analysis_corpora import planted
from policytext import (
    KeynessSettings,
    adjusted_rates,
    design,
    keyness,
    placebo,
    rank_sets,
    trends,
)
from policytext.analysis.placebo import _of
from policytext.errors import NotEnoughDataError, ParameterError

QUICK = KeynessSettings(n_resamples=99)


def test_a_planted_word_is_more_than_chance_finds():
    corpus, counts = planted(10, apart=True, n_words=10)
    found = placebo(keyness(corpus, counts=counts, settings=QUICK, top=None), n=8)
    row = found.table.set_index("claim").loc["q_value"]
    assert row["n_found"] >= 2 and row["chance_mean"] < row["share_found"]
    assert row["n_deals"] == 8


def test_chance_finds_five_per_cent():
    corpus, counts = planted(10, apart=True, n_words=20)
    shuffled = keyness(corpus, counts=counts, settings=QUICK, top=None)
    row = placebo(shuffled, n=10, random_state=3).table.set_index("claim").loc["p_value"]
    assert 0.0 < row["chance_mean"] < 0.12


def test_regressions_can_be_asked_again_and_plain_tables_cannot():
    corpus, counts = planted(8, apart=True, n_words=2)
    result = adjusted_rates(corpus, counts=counts, adjust=("year",))
    dealt = placebo(result, n=12).table
    assert dealt["claim"].tolist() == ["p_value", "q_value"]
    with joblib.parallel_config(backend="threading"):
        pd.testing.assert_frame_equal(placebo(result, n=12, n_jobs=2).table, dealt)
    with pytest.raises(ParameterError, match="placebo takes a result of keyness"):
        placebo(trends(corpus, counts=counts))
    with pytest.raises(ParameterError, match="1 or more deals"):
        placebo(result, n=0)


def test_design_says_what_could_be_found():
    corpus, _ = planted(8, apart=True)
    table = design(corpus, rate=20).table
    assert table["n_units"].tolist() == [8, 8] and (table["ratio_found"] > 1).all()
    assert (design(corpus, rate=80).table["ratio_found"] < table["ratio_found"]).all()
    assert (design(corpus, rate=0.1).table["p_silence"] > table["p_silence"]).all()
    few = design(planted(8)[0], rate=20).table
    assert few["ratio_found"].isna().all() and few["refused"].str.contains("5 issuers").all()
    with pytest.raises(ParameterError, match="must be positive"):
        design(corpus, rate=0)
    assert np.isfinite(table["p_silence"]).all()


def test_ranks_are_as_sure_as_the_rates():
    corpus, counts = planted(8, provinces=tuple("甲乙丙丁"), apart=True, n_words=4)
    rates = trends(corpus, counts=counts, by="province")
    result = rank_sets(rates)
    table = result.table[result.table["term"] == "词00"]
    assert table["group"].iloc[0] == "甲" and table["rank"].tolist() == [1, 2, 3, 4]
    # word 0 marks the first province; the others are alike
    assert table[["rank_low", "rank_high"]].iloc[0].tolist() == [1, 1]
    assert (table["rank_low"].iloc[1:] == 2).all() and (table["rank_high"].iloc[1:] == 4).all()
    assert (table["joint_low"] <= table["rank_low"]).all()
    assert (table["joint_high"] >= table["rank_high"]).all()
    row = int(table.index[0])
    assert set(result.explain(row)["doc_id"].str[0]) == {"甲"}


def test_a_census_has_ranks_and_no_sets():
    corpus, counts = planted(8, provinces=tuple("甲乙丙"), design="census", n_words=2)
    table = rank_sets(trends(corpus, counts=counts, by="province")).table
    assert table["rank"].notna().all() and table["rank_low"].isna().all()


def test_ranks_need_groups_with_values():
    corpus, counts = planted(8, n_words=2)
    with pytest.raises(ParameterError, match="column 'city' and values with intervals"):
        rank_sets(trends(corpus, counts=counts, by="province"), "city")
    with pytest.raises(ParameterError, match="values with intervals"):
        rank_sets(adjusted_rates(corpus, counts=counts, adjust=()))
    with pytest.raises(ParameterError, match="intervals of what it ranks"):
        rank_sets(keyness(corpus, counts, min_hits=1), "group")  # those of a ratio, beside rates
    with pytest.raises(NotEnoughDataError, match="two groups"):
        rank_sets(trends(corpus.subset("province == '甲省'"), counts=None, terms=["医共体"]))


def test_only_what_was_dealt_is_counted():
    """A year that is held equal stays as it was: what it shows may be true."""
    rates = pd.DataFrame({"variable": ["dealt", "year"], "p_value": [0.5, 0.001]})
    assert _of(rates, "region")["p_value"].tolist() == [0.5]
    effects = pd.DataFrame({"kind": "coefficient", "term": ["region[T.西部]", "year"]})
    assert _of(effects, "region")["term"].tolist() == ["region[T.西部]"]

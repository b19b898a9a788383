"""keyness: golden values, what the design allows, and words of one report."""

import numpy as np
import pytest

from analysis_corpora import planted
from policytext import KeynessSettings, keyness
from policytext.errors import NotEnoughDataError, ParameterError

TABLE = np.array([[7, 3], [2, 7]])


def top(result, group):
    return result.table[result.table["group"] == group].set_index("feature")


def test_the_planted_word_is_found_and_tested():
    corpus, counts = planted(12, seed=3, apart=True)
    found = top(keyness(corpus, counts=counts, settings=KeynessSettings(n_resamples=200)), "甲省")
    assert found.index[0] == "词00"
    row = found.loc["词00"]
    assert row["q_value"] < 0.05
    assert row["low"] < 2 < row["high"]
    assert row["stability"] > 0.99
    assert row["above_noise"]


def test_a_word_of_one_report_is_exposed_and_not_significant():
    corpus, counts = planted(12, seed=3, apart=True)
    found = top(
        keyness(corpus, counts=counts, settings=KeynessSettings(n_resamples=200)), "甲省"
    ).loc["词01"]
    assert found["z"] > 2
    assert found["one_report_only"]
    assert found["top_report"] == "甲省-2010"
    assert found["dp_norm"] > 0.8
    assert found["p_value"] == pytest.approx(1)


@pytest.mark.parametrize(
    ("n", "design"), [(1, "census"), (1, "sample"), (4, "sample"), (6, "census")]
)
def test_no_p_value_where_none_exists(n, design):
    corpus, counts = planted(n, design=design, provinces=("甲省", "乙省", "丙省"))
    result = keyness(corpus, counts=counts, settings=KeynessSettings(n_resamples=20))
    if n < 5:
        assert result.table.loc[result.table["n_reports"] < 5, "p_value"].isna().all()
        assert any("nothing is tested" in c.en for c in result.cautions)
    if design == "census":
        assert result.table["p_value"].isna().all()
    # few units: nothing says what chance gives
    assert not result.table["above_noise"].any()
    assert any("nothing says how large" in c.en for c in result.cautions)


def test_two_groups_and_groups_of_regions():
    corpus, counts = planted(6, provinces=("甲省", "乙省", "丙省"))
    pair = keyness(
        corpus,
        counts=counts,
        groups=["甲省", "丙省"],
        settings=KeynessSettings(n_resamples=20),
        top=5,
    )
    assert set(pair.table["group"]) == {"甲省"}
    assert pair.table["n_reports_rest"].eq(6).all()
    joined = keyness(
        corpus,
        counts=counts,
        groups={"两省": ["乙省", "丙省"]},
        settings=KeynessSettings(n_resamples=20),
        top=None,
    )
    assert joined.table["n_reports"].eq(12).all()
    assert joined.table.set_index("feature").loc["词00", "log_ratio"] < -1


def test_one_group_cannot_be_compared():
    corpus, counts = planted(3, provinces=("甲省",))
    with pytest.raises(
        NotEnoughDataError, match="at least two groups, and the reports counted are of"
    ):
        keyness(corpus, counts=counts)


def test_too_few_hits_are_said():
    corpus, counts = planted(3)
    with pytest.raises(NotEnoughDataError, match="no feature has 100000 hits"):
        keyness(corpus, counts=counts, min_hits=100_000)


def test_the_same_seed_gives_the_same_table():
    corpus, counts = planted(6)
    one, two = (
        keyness(corpus, counts=counts, settings=KeynessSettings(n_resamples=50), random_state=4)
        for _ in range(2)
    )
    assert one.table.equals(two.table)


def test_ranked_by_the_conservative_log_ratio_of_words_above_the_noise():
    corpus, counts = planted(6, apart=True)
    by_lrc = KeynessSettings(n_resamples=20, rank_by="lrc")
    result = keyness(corpus, counts=counts, settings=by_lrc, top=None)
    for _, group in result.table.groupby("group"):
        assert group["lrc"].is_monotonic_decreasing
        assert (group["lrc"].abs() <= group["log_ratio"].abs()).all()
    assert result.table["lrc"].max() > 0
    assert (result.table["above_noise"] | (result.table["lrc"] == 0)).all()
    assert "not above the noise" in result.method.text.en
    with pytest.raises(ParameterError, match="`rank_by` must be one of"):
        keyness(corpus, counts=counts, settings=KeynessSettings(rank_by="g2"))


def test_evidence_is_in_the_group():
    corpus, counts = planted(6)
    result = keyness(corpus, counts=counts, settings=KeynessSettings(n_resamples=20), top=3)
    for row, line in result.table.iterrows():
        found = result.explain(row)
        assert set(found["province"]) == {line["group"]}
        assert found["weight"].sum() == line["hits"]
    assert result.plot().patches


def test_keyness_by_part_of_report_counts_reports_not_paragraphs():
    corpus, counts = planted(6)
    paragraphs = corpus.paragraphs.copy()
    paragraphs["part_of_report"] = np.where(paragraphs["para_no"] < 15, "review", "plan")
    from dataclasses import replace

    result = keyness(
        replace(corpus, paragraphs=paragraphs),
        by="part_of_report",
        counts=counts,
        settings=KeynessSettings(n_resamples=20),
    )
    assert result.table["n_reports"].eq(12).all()

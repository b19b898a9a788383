"""Topics whose words drift: planted drift comes back, and where nothing drifts nothing is found."""

from functools import cache

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics.pairwise import cosine_similarity

from policytext import VaryingTopics, load_topics, topic_effects
from policytext.errors import NotEnoughDataError, ParameterError
from policytext.inference import match_items
from policytext.topics.stability import simulated

YEARS, N_WORDS = 6, 40


@cache
def drawn(drifts):
    """Draw 40 paragraphs a year of three topics; the first may change its words for others."""
    rng = np.random.default_rng(3)
    sets = np.arange(N_WORDS).reshape(4, 10)
    weights = rng.dirichlet(np.full(10, 2.0), 4)
    words = np.full((3, YEARS, N_WORDS), 0.1 / N_WORDS)
    for k in range(3):
        away = np.linspace(0, 1, YEARS) * (drifts and k == 0)
        words[k][:, sets[k]] += 0.9 * (1 - away)[:, None] * weights[k]
        words[k][:, sets[3]] += 0.9 * away[:, None] * weights[3]
    words /= words.sum(axis=2, keepdims=True)
    years = np.repeat(np.arange(YEARS) + 2015, 40)
    shares = rng.dirichlet(np.full(3, 0.6), len(years))
    counts = [
        rng.multinomial(60, s @ words[:, y - 2015]) for s, y in zip(shares, years, strict=True)
    ]
    return np.array(counts), years, words, shares


@cache
def fitted(drifts):
    counts, years, words, _ = drawn(drifts)
    model = VaryingTopics(n_topics=3).fit(counts, years)
    return model, match_items(cosine_similarity(words.mean(axis=1), model.topic_word_))


def test_a_topic_that_changes_its_words_stays_one_topic():
    _, _, words, shares = drawn(True)
    model, order = fitted(True)
    away = np.abs(model.words_by_group_[order] - words).sum(axis=2) / 2
    assert away.mean() < 0.08
    assert model.drift_[order[0]] > 10 * model.drift_[order[1:]].max()
    found = model.doc_topic_[:, order]
    assert min(np.corrcoef(found[:, k], shares[:, k])[0, 1] for k in range(3)) > 0.95


def test_where_no_words_change_none_are_said_to():
    _, _, words, _ = drawn(False)
    model, order = fitted(False)
    found = model.words_by_group_[order]
    assert model.drift_.max() < 0.05
    assert np.abs(found[:, 0] - found[:, -1]).sum(axis=1).max() / 2 < 0.03
    assert np.abs(found - words).sum(axis=2).mean() / 2 < 0.06


def test_groups_scatter_around_the_topic_whatever_their_order():
    counts, years, _, _ = drawn(False)
    moved = counts.copy()
    odd = years % 2 == 1
    moved[odd, 0], moved[odd, 1] = counts[odd, 1] + 4, counts[odd, 0]
    told = np.where(odd, "乙", "甲")
    one, other = (VaryingTopics(n_topics=3).fit(moved, t) for t in (told, np.where(odd, "1", "2")))
    assert one.groups_ == ("乙", "甲") and other.groups_ == ("1", "2")
    np.testing.assert_allclose(one.drift_, other.drift_)
    table = one.words_by(3).table
    assert one.drift_.max() > 0.1 and set(table["group"]) == {"甲", "乙"}
    assert set(table.columns) >= {"topic", "word", "probability", "log_ratio", "drift"}


def test_years_in_text_are_years_and_unknown_ones_are_refused():
    counts, years, _, _ = drawn(True)
    again = VaryingTopics(n_topics=3).fit(counts, years.astype(str))
    assert again.groups_ == fitted(True)[0].groups_ == tuple(range(2015, 2021))
    np.testing.assert_array_equal(again.words_by_group_, fitted(True)[0].words_by_group_)
    unknown = np.where(years == 2015, "unknown", years.astype(str))
    with pytest.raises(ParameterError, match="years must be known, got 'unknown'"):
        VaryingTopics(n_topics=3).fit(counts, unknown)


def test_what_it_needs_is_said():
    counts, years, _, _ = drawn(True)
    with pytest.raises(NotEnoughDataError, match="two years or groups with words, got 1"):
        VaryingTopics(n_topics=3).fit(counts, years * 0)
    with pytest.raises(ParameterError, match="pass one year or group a paragraph"):
        VaryingTopics(n_topics=3).fit(counts)
    with pytest.raises(ParameterError, match="takes one covariate"):
        VaryingTopics(n_topics=3).fit(counts, np.stack([years, years], axis=1))
    with pytest.raises(ParameterError, match="At most 200 years or groups"):
        VaryingTopics(n_topics=3).fit(counts, np.arange(len(years)) * 1.5)
    with pytest.raises(ParameterError, match="alpha and eta must be above 0"):
        VaryingTopics(n_topics=3, eta=0).fit(counts, years)
    with pytest.raises(ParameterError, match="n_words must be 1 or more"):
        fitted(True)[0].words_by(0)


def test_rare_words_say_nothing_of_drift():
    rare = np.eye(4)[[0, 1, 2, 3]]
    assert np.isnan(VaryingTopics(n_topics=2).fit(rare, [2020, 2021] * 2).drift_).all()


def test_a_saved_model_places_rows_by_the_words_of_their_year(tmp_path):
    counts, years, _, _ = drawn(True)
    model, _ = fitted(True)
    again = load_topics(model.save(tmp_path / "model"))
    placed = again.transform(counts, years)
    np.testing.assert_allclose(placed, model.transform(counts, years))
    assert np.abs(placed - model.doc_topic_).mean() < 0.01
    # years that the model has not seen are placed by the words of all years
    np.testing.assert_allclose(model.transform(counts, years + 100), model.transform(counts))
    assert again.groups_ == model.groups_ and (again.drift_ == model.drift_).all()


def test_text_is_drawn_and_regressed_by_the_words_of_each_year():
    counts, years, _, _ = drawn(True)
    model, order = fitted(True)
    text = simulated(model, np.random.default_rng(0)).toarray()
    assert (text.sum(axis=1) == counts.sum(axis=1)).all()
    first, last = (text[years == y].sum(axis=0) for y in (2015, 2020))
    assert first[:10].sum() > 5 * last[:10].sum() and last[30:].sum() > 5 * first[30:].sum()
    facts = pd.DataFrame({"doc_id": np.arange(len(years)) // 4, "year": years})
    table = topic_effects(model, facts, "~ year", n_draws=3, n_refits=1).table
    row = table[(table["topic"] == order[0]) & (table["term"] == "year")].iloc[0]
    # shares do not move while words do
    assert abs(row["estimate"]) < 3 * row["std_error"] and row["refused"] == ""


@pytest.mark.parametrize("told", ["year", np.zeros((240, 1, 1)), object()])
def test_facts_that_are_no_rows_are_refused(told):
    with pytest.raises(ParameterError, match="one value or row of values per paragraph"):
        VaryingTopics(2).fit(drawn(False)[0], told)

"""The logistic-normal engine: planted topics and correlations, and the example of R's stm."""

import numpy as np
import pandas as pd
import pytest
from scipy.sparse import csr_array
from sklearn.metrics.pairwise import cosine_similarity

from policytext import CorrelatedTopics, load_topics, topic_effects
from policytext.errors import NotEnoughDataError, ParameterError
from policytext.inference import match_items
from policytext.topics import structural
from topic_corpora import planted_topics, stm_example


@pytest.fixture(scope="module")
def data():
    return planted_topics(n_topics=4, n_reports=10, effect=0.2, length=80, seed=5)


@pytest.fixture(scope="module")
def model(data):
    told = data.corpus.groups("province")
    return CorrelatedTopics(n_topics=4, max_iter=25, start="nmf").fit(data.counts, told)


def test_planted_topics_and_shares_come_back(data, model):
    likeness = cosine_similarity(data.topic_word, model.topic_word_)
    order = match_items(likeness)
    assert likeness[np.arange(4), order].min() > 0.97
    found = model.doc_topic_[:, order]
    assert min(np.corrcoef(found[:, k], data.shares[:, k])[0, 1] for k in range(4)) > 0.9


def test_covariates_shape_the_shares(data, model):
    order = match_items(cosine_similarity(data.topic_word, model.topic_word_))
    shares = [
        model.transform(data.counts, [place] * 200).mean(axis=0) for place in ("甲区", "乙区")
    ]
    assert shares[1][order[0]] > shares[0][order[0]]
    effect = topic_effects(model, data.corpus, "~ province", n_draws=10, n_refits=0).table
    row = effect[(effect["topic"] == order[0]) & (effect["term"] != "Intercept")].iloc[0]
    assert abs(row["estimate"]) > 2 * row["std_error"]


def test_topics_that_come_together_are_told():
    """Two topics whose log shares go together, a third that goes the other way."""
    rng = np.random.default_rng(0)
    words = np.kron(np.eye(4), np.full(8, 1 / 8)) * 0.95 + 0.05 / 32
    cov = 1.5 * np.array([[1, 0.8, -0.8], [0.8, 1, -0.8], [-0.8, -0.8, 1.0]])
    shares = structural.softmax(rng.multivariate_normal(np.zeros(3), cov, 250))
    counts = np.stack([rng.multinomial(100, row @ words) for row in shares])
    model = CorrelatedTopics(n_topics=4, max_iter=40, start="nmf").fit(counts)
    order = match_items(cosine_similarity(words, model.topic_word_))
    full = np.zeros((4, 4))
    full[:3, :3] = model.covariance_
    # relative to the fourth planted topic, whichever the engine holds at zero
    back = np.eye(4)[order[:3]] - np.eye(4)[order[3]]
    found = back @ full @ back.T
    spread = np.sqrt(np.diag(found))
    correlation = found / np.outer(spread, spread)
    assert correlation[0, 1] > 0.5 and correlation[0, 2] < -0.3


def test_the_bound_rises_and_the_same_call_gives_the_same_fit(data):
    bounds = [
        CorrelatedTopics(4, max_iter=n, tol=1e-12, start="nmf").fit(data.counts).bound_
        for n in (2, 6, 12)
    ]
    assert bounds[0] < bounds[1] < bounds[2]
    one, two = (CorrelatedTopics(4, max_iter=3).fit(data.counts) for _ in range(2))
    assert (one.topic_word_ == two.topic_word_).all()
    alone = CorrelatedTopics(4, max_iter=3, start="spectral").fit(data.counts)
    assert one.bound_ >= alone.bound_ and one.start_ in ("spectral", "nmf")


def test_words_that_stand_for_one_topic_lead_to_the_topics():
    """Planted topics with words of their own come back before any round of the fit."""
    data = planted_topics(n_topics=4, n_reports=10, length=80, seed=5)
    words = structural.spectral_words(csr_array(data.counts.matrix.astype(float)), 4)
    likeness = cosine_similarity(data.topic_word, words)
    assert likeness[np.arange(4), match_items(likeness)].min() > 0.9
    with pytest.raises(NotEnoughDataError, match="stand beside others"):
        structural.spectral_words(csr_array(np.eye(3)), 2)


def test_a_saved_model_places_rows_alike(model, data, tmp_path):
    again = load_topics(model.save(tmp_path / "model"))
    told = data.corpus.groups("province")
    np.testing.assert_allclose(
        again.transform(data.counts, told), model.transform(data.counts, told)
    )


def test_what_it_needs_is_said(data, model):
    with pytest.raises(ParameterError, match="needs whole counts"):
        CorrelatedTopics(2).fit([[0.5, 1.0], [1.0, 2.0]])
    with pytest.raises(ParameterError, match="start must be 'both', 'spectral' or 'nmf'"):
        CorrelatedTopics(4, start="svd").fit(data.counts)
    with pytest.raises(ParameterError, match="n_topics must be 2 or more"):
        CorrelatedTopics(1).fit(data.counts)
    plain = CorrelatedTopics(4, max_iter=2, start="nmf").fit(data.counts)
    with pytest.raises(ParameterError, match="fitted without covariates"):
        plain.transform(data.counts, ["甲区"] * 200)
    with pytest.raises(ParameterError, match="learned from the covariates province, got a, b"):
        model.transform(data.counts, pd.DataFrame({"a": ["甲区"] * 200, "b": 1.0}))


def test_powers_and_groups_make_the_design():
    told = pd.DataFrame({"year": [2020.0, 2021, 2022, 2023], "g": list("abab")})
    design, scales = structural.design_of(told, 4, 3)
    assert design.shape == (4, 5) and np.linalg.matrix_rank(design) == 5 - 1
    again = structural.design_of(told.iloc[:2], 2, 3, scales)[0]
    np.testing.assert_allclose(again, design[:2])


# Words of topics that differ by group, in the same fit


@pytest.fixture(scope="module")
def apart():
    """A larger topic 0 in one region, whose topic 1 has four words of topic 0."""
    return planted_topics(n_reports=12, n_paragraphs=15, effect=0.2, length=80, swapped=4)


@pytest.fixture(scope="module")
def told(apart):
    years = np.tile([2020.0, 2021, 2022], 60)
    return pd.DataFrame({"province": apart.corpus.groups("province"), "year": years})


@pytest.fixture(scope="module")
def worded(apart, told):
    model = CorrelatedTopics(4, content="province", max_iter=20, start="nmf")
    return model.fit(apart.counts, told)


def away(model, data):
    """How far the difference of regions in topic 0 is from the true one."""
    topic = match_items(cosine_similarity(data.topic_word, model.topic_word_))[0]
    side = (data.corpus.groups("province") == "乙区").to_numpy()
    gaps = [
        x[side].mean() - x[~side].mean()
        for x in (model.likeliest_shares()[:, topic], data.shares[:, 0])
    ]
    return gaps[0] - gaps[1]


def test_words_of_regions_are_not_taken_for_shares(apart, told, worded):
    plain = CorrelatedTopics(4, max_iter=10, start="nmf").fit(apart.counts, told)
    assert abs(away(worded, apart)) < 0.04 < 0.08 < abs(away(plain, apart))
    assert worded.bound_ > plain.bound_
    order = match_items(cosine_similarity(apart.topic_word, worded.topic_word_))
    assert worded.drift_[order[1]] > 5 * worded.drift_[order[2:]].max()
    more = worded.words_by(4, sort="log_ratio").table
    more = more[(more["topic"] == order[1]) & (more["group"] == "乙区")]
    assert set(more["word"]) == {f"词{w:02d}" for w in np.argsort(-apart.topic_word[0])[:4]}
    with pytest.raises(ParameterError, match="fit it with content="):
        plain.words_by()


def test_new_rows_are_placed_by_the_words_of_their_region(apart, told, worded, tmp_path):
    again = load_topics(worded.save(tmp_path / "model"))
    placed = again.transform(apart.counts, told[["year", "province"]])
    np.testing.assert_allclose(placed, worded.transform(apart.counts, told))
    assert np.abs(placed - worded.doc_topic_).mean() < 0.01
    strange = told.assign(province="丙区")
    with pytest.raises(ParameterError, match="'丙区' is not among them"):
        worded.transform(apart.counts, strange)
    unknown = worded.transform(apart.counts, told.assign(province=None))
    # a sample of reports may lack a region; its rows are placed all the same
    np.testing.assert_array_equal(worded.transform_any(apart.counts, strange), unknown)
    assert np.abs(unknown - placed).mean() > 0.01


def test_words_by_group_need_a_covariate(apart, told):
    with pytest.raises(ParameterError, match=r"one of the covariates \(province, year\), got"):
        CorrelatedTopics(4, content="region").fit(apart.counts, told)
    with pytest.raises(ParameterError, match="there are none"):
        CorrelatedTopics(4, content="province").fit(apart.counts)


@pytest.mark.slow
def test_the_example_of_stm_is_matched():
    """Gadarian and Albertson's answers: bound, shares, words and effects of R's stm 1.3.7."""
    stm = stm_example()
    told = pd.DataFrame({"treatment": stm.design[:, 1].astype(str)})
    model = CorrelatedTopics(3, max_iter=80, tol=1e-6).fit(stm.counts, told)
    # the variational bound that stm's own fit reached
    assert model.bound_ > -13_575.909 - 15
    likeness = np.corrcoef(stm.shares.T, model.doc_topic_.T)[:3, 3:]
    order = match_items(likeness)
    assert likeness[np.arange(3), order].min() > 0.75
    facts = pd.DataFrame({"doc_id": range(341), "treatment": stm.design[:, 1]})
    table = topic_effects(
        model, facts, "~ treatment", clusters=None, n_refits=0, shares="drawn"
    ).table
    row = table[table["term"] == "treatment"].set_index("topic").loc[order]
    theirs, error = np.array([-0.18067, 0.27156, -0.09218]), 0.0247
    assert np.abs(row["estimate"].to_numpy() - theirs).max() < 2 * error
    assert row["std_error"].to_numpy() == pytest.approx([0.022, 0.025, 0.020], abs=0.015)

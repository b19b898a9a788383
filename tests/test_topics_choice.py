"""The number of topics: all criteria, a recommendation with reasons, what could not be fitted."""

import pytest

from policytext import GibbsTopics, choose_topics
from policytext.errors import NotEnoughDataError, ParameterError
from topic_corpora import planted_topics


@pytest.fixture(scope="module")
def data():
    return planted_topics(n_topics=4, n_reports=16, seed=9)


def test_choose_topics_shows_all_criteria_and_recommends_with_reasons(data):
    found = choose_topics(data.counts, (2, 3, 4, 6, 8), reports=data.corpus, n_refits=3)
    assert found.parameters["recommended"] == 4
    assert found.table["recommended"].sum() == 1
    criteria = ["stability", "npmi", "c_v", "umass", "exclusivity", "diversity", "held_out"]
    assert found.table[criteria].notna().all().all()
    assert any("4 topics recommended: mean criterion" in c.en for c in found.cautions)
    assert found.plot().get_legend() is not None


def test_choose_topics_says_what_cannot_be_fitted_and_when_the_range_is_narrow():
    rows = [[5, 4, 0, 0, 0, 0], [0, 0, 7, 5, 0, 0], [0, 0, 0, 0, 6, 4]] * 8
    found = choose_topics(rows, (2, 3, 7), n_refits=2)
    said = " ".join(c.en for c in found.cautions)
    assert "7 topics could not be fitted: n_topics must be at most 6" in said
    assert "lies at the edge of the range" in said
    with pytest.raises(ParameterError, match="at least two different numbers"):
        choose_topics(rows, (3,))
    with pytest.raises(NotEnoughDataError, match="Fewer than two of these numbers"):
        choose_topics(rows, (2, 9, 12), n_refits=2)


def test_another_engine_keeps_its_parameters(data):
    engine = GibbsTopics(n_sweeps=60, n_samples=2)
    found = choose_topics(data.counts, (2, 4), engine=engine, reports=data.corpus, n_refits=1)
    assert found.parameters["engine"] == "GibbsTopics" and engine.n_topics == 20
    assert found.parameters["recommended"] == 4

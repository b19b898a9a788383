"""Texts on a line: the printed example of Laver, Benoit and Garry, planted positions, GLM."""

import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st

from policytext.errors import NotEnoughDataError, ParameterError
from policytext.inference import naive_bayes, wordfish, wordscores
from policytext.inference.scaling import PRIOR_SLOPE

BELL = [2, 3, 10, 22, 45, 78, 115, 146, 158, 146, 115, 78, 45, 22, 10, 3, 2]


def lbg():
    """Table 1 of Laver, Benoit and Garry (2003): five references, each five words on, and V1."""
    table = np.zeros((6, 37))
    for text, first in enumerate((0, 5, 10, 15, 20, 7)):
        table[text, first : first + 17] = BELL
    return table, [-1.5, -0.75, 0, 0.75, 1.5, np.nan]


def test_wordscores_gives_the_published_numbers():
    found = wordscores(*lbg())
    assert found.raw[5] == pytest.approx(-0.448, abs=5e-4)
    assert found.error[5] == pytest.approx(0.0119, abs=5e-5)
    # as quanteda.textmodels rescales, all six texts together
    assert found.lbg[5] == pytest.approx(-0.53, abs=5e-3)
    assert found.mv[5] == pytest.approx(-0.51, abs=5e-4)
    assert found.mv[[0, 4]] == pytest.approx([-1.5, 1.5])
    # words of one reference only take its score
    assert found.word[[0, 36]] == pytest.approx([-1.5, 1.5])


def test_words_that_no_reference_has_are_left_out():
    found = wordscores([[2, 0, 0], [0, 2, 0], [1, 1, 50]], [0, 1, np.nan])
    assert np.isnan(found.word[2]) and found.raw[2] == 0.5


@pytest.mark.parametrize(
    ("scores", "words"),
    [([0, np.nan, np.nan], "two different scores"), ([0, 1], "one score a text")],
)
def test_wordscores_refuses_wrong_scores(scores, words):
    with pytest.raises(ParameterError, match=words):
        wordscores(np.eye(3), scores)
    with pytest.raises(NotEnoughDataError, match="share no word"):
        wordscores(np.eye(3), [0, 1, np.nan])


def test_naive_bayes_is_that_of_the_information_retrieval_book():
    # table 13.1; words: Chinese Beijing Shanghai Macao Tokyo Japan
    counts = [[2, 1, 0, 0, 0, 0], [2, 0, 1, 0, 0, 0], [1, 0, 0, 1, 0, 0], [1, 0, 0, 0, 1, 1]]
    found = naive_bayes([*counts, [3, 0, 0, 0, 1, 1]], ["Y", "Y", "Y", "N", None])
    assert found.classes == ("N", "Y")
    assert found.word[1, [0, 4]] == pytest.approx([3 / 7, 1 / 14])
    assert found.word[0, [0, 4]] == pytest.approx([2 / 9, 2 / 9])
    yes = 3 / 4 * (3 / 7) ** 3 * (1 / 14) ** 2
    no = 1 / 4 * (2 / 9) ** 3 * (2 / 9) ** 2
    assert found.probability[4, 1] == pytest.approx(yes / (yes + no))
    even = naive_bayes([*counts, [3, 0, 0, 0, 1, 1]], ["Y", "Y", "Y", "N", None], even=True)
    assert even.probability[4, 1] == pytest.approx(yes / (yes + 3 * no))


def test_naive_bayes_places_texts_whatever_their_length_and_refuses_what_it_cannot():
    found = naive_bayes([[8, 1], [1, 8], [2, 2], [20, 20]], ["a", "b", None, None])
    place = found.per_word[:, 1] - found.per_word[:, 0]
    assert place[0] < place[2] < place[1]
    assert place[2] == pytest.approx(place[3])
    with pytest.raises(ParameterError, match="at least two different ones must be known"):
        naive_bayes(np.eye(2), ["a", None])
    with pytest.raises(NotEnoughDataError, match="1 texts have no words"):
        naive_bayes([[1, 0], [0, 1], [0, 0]], ["a", "b", None])


def planted(n_texts=20, n_words=400, seed=0):
    rng = np.random.default_rng(seed)
    place = rng.normal(0, 1, n_texts)
    place = (place - place.mean()) / place.std(ddof=1)
    log = rng.normal(0, 0.3, n_texts)[:, None] + rng.normal(0, 1, n_words)
    return place, rng.poisson(np.exp(log + np.outer(place, rng.normal(0, 0.5, n_words))))


def test_planted_positions_come_back_and_keep_their_sense():
    place, counts = planted()
    ends = int(place.argmin()), int(place.argmax())
    found = wordfish(counts, ends)
    assert np.corrcoef(found.position, place)[0, 1] > 0.99
    assert found.position.mean() == pytest.approx(0, abs=1e-9)
    assert found.position.std(ddof=1) == pytest.approx(1)
    turned = wordfish(counts, ends[::-1])
    np.testing.assert_allclose(turned.position, -found.position, atol=1e-4)


def test_each_text_stands_where_a_poisson_regression_on_the_words_puts_it():
    """Words' parameters given, size and position are those of statsmodels' GLM, errors too."""
    _, counts = planted(n_words=3000, seed=1)
    found = wordfish(counts)
    used = ~np.isnan(found.slope)
    for text in (0, 7, 19):
        design = np.column_stack([np.ones(used.sum()), found.slope[used]])
        family = sm.families.Poisson()
        fit = sm.GLM(counts[text, used], design, family=family, offset=found.rate[used]).fit()
        # the standard normal prior weighs little beside 3,000 words
        assert found.position[text] == pytest.approx(fit.params[1], abs=0.01)
        assert found.error[text] == pytest.approx(fit.bse[1], rel=0.01)


def test_nothing_can_be_gained_by_moving_a_word():
    _, counts = planted(n_words=200, seed=2)
    found = wordfish(counts, tol=1e-10)
    used = ~np.isnan(found.slope)
    log = found.size[:, None] + found.rate[used] + np.outer(found.position, found.slope[used])
    left = counts[:, used] - np.exp(log)
    assert np.abs(left.sum(axis=0)).max() < 1e-3
    pull = found.position @ left - found.slope[used] / PRIOR_SLOPE**2
    assert np.abs(pull).max() < 1e-3


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.integers(3, 8), st.integers(3, 30))
def test_any_table_of_counts_is_placed_or_refused(seed, n_texts, n_words):
    counts = np.random.default_rng(seed).poisson(0.7, (n_texts, n_words))
    try:
        found = wordfish(counts, max_sweeps=200)
    except NotEnoughDataError:
        return
    assert np.isfinite(found.position).all() and np.isfinite(found.error).all()

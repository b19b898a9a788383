"""Measures of words against other programs, against printed numbers and by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from nltk.metrics import BigramAssocMeasures
from scipy import stats
from scipy.sparse import csr_matrix
from scipy.spatial.distance import jensenshannon
from scipy.stats import chi2_contingency

from policytext import inference
from policytext.errors import ParameterError
from policytext.inference import (
    association,
    chi2,
    conservative_log_ratio,
    contributions,
    corpus_prior,
    divergence,
    dp,
    fisher_exact,
    g2,
    log_odds,
)

TABLE = np.array([[7, 3], [2, 7]])
PARTS, HITS = [9, 10, 10, 10, 11], [1, 2, 3, 4, 5]


def test_g2_of_dunning_is_that_of_scipy_and_nltk():
    ours = g2([7], [3], 9, 10)[0]
    assert ours == pytest.approx(4.534939, abs=1e-6)  # also association-measures 0.3.2
    theirs = stats.chi2_contingency(TABLE, lambda_="log-likelihood", correction=False)
    assert ours == pytest.approx(theirs.statistic)
    # nltk asks for (joint, (first margin, second margin), all)
    assert ours == pytest.approx(BigramAssocMeasures.likelihood_ratio(7, (10, 9), 19))


def test_g2_of_rayson_and_garside_uses_the_words_own_row():
    # by hand: 2 (7 ln(7/4.7368) + 3 ln(3/5.2632))
    assert g2([7], [3], 9, 10, cells=2)[0] == pytest.approx(
        2 * (7 * np.log(7 / (90 / 19)) + 3 * np.log(3 / (100 / 19)))
    )
    assert g2([3], [7], 10, 9, cells=2)[0] < 0
    with pytest.raises(ParameterError, match=r"4 \(Dunning\) or 2"):
        g2([1], [1], 2, 2, cells=3)


def test_chi2_is_that_of_r():
    # R: chisq.test(matrix(c(7, 2, 3, 7), 2)) 2.632438, correct = FALSE 4.337161
    assert chi2([7], [3], 9, 10, yates=True)[0] == pytest.approx(2.632438, abs=1e-6)
    assert chi2([7], [3], 9, 10)[0] == pytest.approx(4.337161, abs=1e-6)


def test_fisher_is_that_of_r():
    # R: fisher.test(matrix(c(7, 2, 3, 7), 2)) odds ratio 7.16628, p 0.06978
    found = fisher_exact(7, 3, 9, 10)
    assert found.odds_ratio == pytest.approx(7.1663, abs=1e-4)
    assert found.p_value == pytest.approx(0.06977852, abs=1e-8)


def test_conservative_log_ratio_is_that_of_association_measures():
    a, b = [7, 30, 2, 0, 5, 100], [3, 10, 12, 8, 0, 90]
    shared = conservative_log_ratio(a, b, 1000, 2000)  # 0.3.2: alpha=.05, vocab=6; correct=None
    assert shared == pytest.approx([0, 1.195183, 0, 0, 0.00538, 0.584369], abs=1e-6)
    alone = conservative_log_ratio(a, b, 1000, 2000, n_compared=1)
    assert alone == pytest.approx([0.091335, 1.513398, 0, 0, 0.87398, 0.726573], abs=1e-6)
    assert conservative_log_ratio(b, a, 2000, 1000) == pytest.approx(-shared)
    with pytest.raises(ParameterError, match="`n_compared` must be 1 or more"):
        conservative_log_ratio(a, b, 1000, 2000, n_compared=0)


def test_log_odds_are_those_of_the_fightin_words_readme():
    # two toy sentences, prior 0.05 for each word
    one = ["the", "quick", "brown", "fox", "jumps", "over", "the", "lazy", "pig"]
    two = ["the", "lazy", "purple", "pig", "jumps", "over", "the", "lazier", "donkey"]
    words = sorted({*one, *two})
    z = log_odds([one.count(w) for w in words], [two.count(w) for w in words], 0.05).z
    found = dict(zip(words, z, strict=True))
    assert found["brown"] == pytest.approx(0.6894, abs=1e-4)
    assert found["purple"] == pytest.approx(-0.6894, abs=1e-4)
    assert found["the"] == pytest.approx(0)


def test_a_prior_must_be_positive():
    with pytest.raises(ParameterError, match="prior count must be positive"):
        log_odds([1], [1], 0)


def test_a_prior_has_the_proportions_of_the_corpus():
    assert corpus_prior([30, 10], 8).tolist() == [6.0, 2.0]
    with pytest.raises(ParameterError, match="`prior_words` must be positive, got 0"):
        corpus_prior([30, 10], 0)


@pytest.mark.parametrize(
    ("name", "value"),
    # Gries (2008) and corpus-dispersion 0.2.0
    [
        ("juilland_d", 0.785150),
        ("carroll_d2", 0.937921),
        ("rosengren_s", 0.949816),
        ("dp", 0.18),
        ("dp_norm", 0.219512),
    ],
)
def test_dispersion_of_gries_example(name, value):
    assert getattr(inference, name)(HITS, PARTS)[0] == pytest.approx(value, abs=1e-6)


def test_dispersion_of_sparse_counts_is_that_of_dense_ones():
    rng = np.random.default_rng(0)
    hits, size = rng.poisson(0.4, (8, 20)), rng.uniform(1, 3, 8)
    for name in ("dp", "juilland_d", "carroll_d2", "rosengren_s"):
        measure = getattr(inference, name)
        np.testing.assert_allclose(measure(csr_matrix(hits), size), measure(hits, size))
    with pytest.raises(ParameterError, match="needs a positive size"):
        dp([1, 2], [1.0, 0.0])


def test_divergence_is_the_square_of_scipys_distance():
    rng = np.random.default_rng(0)
    rows = rng.poisson(3, (4, 30))
    found = divergence(rows)
    for i in range(4):
        for j in range(4):
            assert np.sqrt(found[i, j]) == pytest.approx(
                jensenshannon(rows[i], rows[j], base=2), abs=1e-7
            )


def test_contributions_add_up_to_the_divergence():
    rng = np.random.default_rng(1)
    a, b = rng.poisson(3, 30), rng.poisson(4, 30)
    part = contributions(a, b)
    assert np.abs(part).sum() == pytest.approx(1)
    assert (part[a / a.sum() > b / b.sum()] >= 0).all()


def test_rows_are_compared_one_by_one_with_others():
    rng = np.random.default_rng(2)
    rows, others = rng.poisson(3, (5, 30)), rng.poisson(2, (5, 30))
    square = divergence(np.vstack([rows, others]))
    np.testing.assert_allclose(divergence(rows, others), square[np.arange(5), np.arange(5) + 5])
    assert np.isnan(divergence([[0, 0]], [[1, 2]])).all()
    assert np.isnan(divergence([[0, 0], [1, 2], [2, 1]])).tolist() == [
        [True, True, True],
        [True, False, False],
        [True, False, False],
    ]


def one(n, n1, n2, total, **options):
    cells = [np.array([value]) for value in (n, n1, n2)]
    return association(*cells, total, **options).iloc[0]


def test_golden_values_of_nltk_and_scipy():
    found = one(7, 10, 9, 19)
    assert found["pmi"] == pytest.approx(0.563429, abs=1e-6)  # NLTK
    assert found["t"] == pytest.approx(0.855393, abs=1e-6)  # NLTK
    assert found["g2"] == pytest.approx(4.534939, abs=1e-6)  # scipy, NLTK, [[7, 3], [2, 7]]
    assert found["npmi"] == pytest.approx(0.563429 / -np.log2(7 / 19), abs=1e-6)
    assert found["log_dice"] == pytest.approx(14 + np.log2(14 / 19))


@pytest.mark.parametrize(
    ("cells", "value", "z"),
    [((2, 1, 4, 1440), 6.279494, 5.529680), ((5, 7, 3, 1432), 5.704259, 7.354588)],
)
def test_lambda_and_z_are_those_of_quanteda(cells, value, z):
    """quanteda.textstats 0.97, two inaugural addresses: 'less than' and 'have been'.

    The cells follow from the printed λ, z and counts, and both tables have the same total.
    """
    both, first, second, _ = cells
    found = one(both, both + first, both + second, sum(cells))
    assert found["lambda"] == pytest.approx(value, abs=2e-6)
    assert found["z"] == pytest.approx(z, abs=2e-6)


def test_pairs_that_are_always_or_never_together():
    always = one(5, 5, 5, 100)
    assert always["npmi"] == pytest.approx(1)
    assert always["log_dice"] == 14
    never = one(0, 5, 5, 100)
    assert never["npmi"] == -1 and never["pmi"] == never["t"] == -np.inf
    everything = one(5, 5, 5, 5)
    assert everything["npmi"] == 0 and everything["g2"] == 0


def test_impossible_tables_are_refused():
    with pytest.raises(ParameterError, match="fit into a fourfold table"):
        one(6, 5, 9, 100)
    with pytest.raises(ParameterError, match="smoothing must not be negative, got -1"):
        one(1, 5, 5, 100, smoothing=-1)


@given(st.tuples(*[st.integers(1, 500)] * 4))
def test_g2_is_scipys_and_signs_agree(cells):
    both, first, second, neither = cells
    total = sum(cells)
    found = one(both, both + first, both + second, total)
    table = [[both, first], [second, neither]]
    expected = chi2_contingency(table, lambda_="log-likelihood", correction=False).statistic
    assert found["g2"] == pytest.approx(expected, abs=1e-6)
    assert -1 <= found["npmi"] <= 1
    if abs(found["pmi"]) > 1e-9:
        assert (found["pmi"] > 0) == (found["t"] > 0)


@given(st.lists(st.tuples(*[st.integers(1, 500)] * 4), min_size=1, max_size=20))
def test_pmi_t_and_g2_are_those_of_nltk(cells):
    both, first, second, neither = np.array(cells).T
    total = int(neither.max() + 1500)
    found = association(both, both + first, both + second, total)
    calls = [(a, (a + b, a + c), total) for a, b, c, _ in cells]
    for name, measure in [("pmi", "pmi"), ("t", "student_t"), ("g2", "likelihood_ratio")]:
        theirs = [getattr(BigramAssocMeasures, measure)(*call) for call in calls]
        np.testing.assert_allclose(found[name], theirs, atol=1e-6)

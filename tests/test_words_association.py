"""Measures of attraction against other programs and against printed numbers."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chi2_contingency

from policytext.errors import ParameterError
from policytext.inference.measures import association


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
    assert never["npmi"] == -1 and never["pmi"] == -np.inf
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

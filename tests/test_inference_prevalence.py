"""Shares from machine codes and labels: printed tests, statsmodels, planted truths, coverage."""

import numpy as np
import pytest
from statsmodels.stats.contingency_tables import mcnemar as theirs

from policytext.errors import NotEnoughDataError, ParameterError
from policytext.inference import (
    category_shares,
    corrected_prevalence,
    corrected_regression,
    labels_needed,
    machine_weight,
    mcnemar,
    rates_alike,
    report_correlation,
)


def ratings():
    """Approval of a prime minister, twice (Agresti 2002, table 10.1): 794, 150, 86, 570."""
    first = np.repeat([1, 1, 0, 0], [794, 150, 86, 570])
    second = np.repeat([1, 0, 1, 0], [794, 150, 86, 570])
    return first, second


def test_mcnemar_gives_the_published_numbers():
    found = mcnemar(*ratings())
    assert np.sqrt(found.chi2) == pytest.approx(4.17, abs=5e-3)
    assert found.difference == pytest.approx(0.04)
    assert (found.high - found.low) / 2 / 1.96 == pytest.approx(0.0095, abs=1e-4)
    plain = theirs([[794, 150], [86, 570]], exact=False, correction=False)
    assert (found.chi2, found.p_value) == pytest.approx((plain.statistic, plain.pvalue))


def test_few_rows_that_differ_are_tested_exactly():
    found = mcnemar([1] * 12 + [0] * 30, [1] * 4 + [0] * 38)
    assert found.p_value == pytest.approx(theirs([[0, 8], [0, 0]], exact=True).pvalue)
    assert mcnemar([1, 0], [1, 0]).p_value == 1.0


def test_rows_of_one_report_are_not_independent():
    rng = np.random.default_rng(0)
    p = []
    for _ in range(300):
        units = np.repeat(np.arange(20), 30)
        lean = rng.choice([0.1, 0.4], 20)[units], rng.choice([0.1, 0.4], 20)[units]
        first, second = (rng.random(600) < part for part in lean)
        p.append([mcnemar(first, second, units).p_value, mcnemar(first, second).p_value])
    clustered, naive = (np.array(p) < 0.05).mean(axis=0)
    assert 0.02 <= clustered <= 0.08 and naive > 0.25


def coded(rng, n=400, share=0.1, sensitivity=0.7, false=0.05):
    truth = (rng.random(n) < share).astype(float)
    machine = np.where(truth == 1, rng.random(n) < sensitivity, rng.random(n) < false)
    return truth, machine.astype(float)


@pytest.mark.parametrize(("share", "n_labels"), [(0.1, 60), (0.03, 100), (0.4, 25)])
def test_corrected_shares_cover_whatever_the_errors(share, n_labels):
    rng = np.random.default_rng(1)
    inside = []
    for _ in range(400):
        truth, machine = coded(rng, share=share)
        seen = np.full(400, np.nan)
        drawn = rng.choice(400, n_labels, replace=False)
        seen[drawn] = truth[drawn]
        found = corrected_prevalence(machine, seen)
        inside.append(found.low <= truth.mean() <= found.high)
    assert 0.93 <= np.mean(inside) <= 0.97


def test_no_error_seen_is_not_no_error_and_all_labels_are_the_truth():
    machine = np.repeat([1.0, 0], [20, 180])
    seen = np.where(np.arange(200) % 5 == 0, machine, np.nan)
    found = corrected_prevalence(machine, seen)
    assert found.share == pytest.approx(0.1)
    assert found.high - found.low > 0.04
    known = corrected_prevalence(machine, machine)
    assert (known.low, known.high) == pytest.approx((0.1, 0.1))
    # none of the rows that the machine gives was labelled: all or none of them may be true
    unseen = corrected_prevalence(machine, np.where(machine == 0, seen, np.nan), weight=0.8)
    assert unseen.share == pytest.approx(0.08) and unseen.precision == pytest.approx(0.8)
    assert unseen.low < 0.01 and unseen.high > 0.1


def test_a_machine_of_no_use_is_not_used():
    rng = np.random.default_rng(2)
    truth = (rng.random(4000) < 0.3).astype(float)
    assert machine_weight(rng.random(4000) < 0.5, truth) < 0.1
    assert machine_weight(truth, truth) == pytest.approx(1.0)


def test_differences_are_right_where_the_machine_errs_more_in_one_group():
    rng = np.random.default_rng(3)
    units, found, naive = np.repeat(np.arange(30), 40), [], []
    side = (units < 15).astype(float)
    design = np.column_stack([np.ones(1200), side])
    for _ in range(200):
        truth = (rng.random(1200) < 0.2).astype(float)
        machine = np.where(side == 1, truth * (rng.random(1200) < 0.5), truth)
        seen = np.where(rng.random(1200) < 0.25, truth, np.nan)
        fit = corrected_regression(machine, seen, design, units)
        found.append([fit.low[1] <= 0 <= fit.high[1], fit.estimate[1]])
        naive.append(machine[side == 1].mean() - machine[side == 0].mean())
    cover, estimate = np.mean(found, axis=0)
    assert 0.92 <= cover <= 0.98
    assert abs(estimate) < 0.01 and np.mean(naive) < -0.08


def test_with_every_row_labelled_it_is_least_squares():
    rng = np.random.default_rng(4)
    design = np.column_stack([np.ones(200), rng.normal(size=200)])
    truth = rng.random(200)
    fit = corrected_regression(rng.random(200), truth, design, np.arange(200) // 5)
    np.testing.assert_allclose(fit.estimate, np.linalg.lstsq(design, truth, rcond=None)[0])


def test_the_plan_gives_the_width_that_was_asked_for():
    rng = np.random.default_rng(5)
    n = int(labels_needed(400, 0.056, 0.03))
    widths = []
    for _ in range(50):
        truth, machine = coded(rng)
        seen = np.full(400, np.nan)
        drawn = rng.choice(400, n, replace=False)
        seen[drawn] = truth[drawn]
        found = corrected_prevalence(machine, seen)
        widths.append((found.high - found.low) / 2)
    assert np.mean(widths) == pytest.approx(0.03, rel=0.12)
    assert labels_needed([5, 0], 0.1).tolist() == [5, 0]


def test_shares_of_categories_follow_from_the_law_of_total_probability():
    # a word in 80 % of one, in 20 % of the other, in 35 % of all: .35 = .8 x + .2 (1 - x)
    word = np.repeat([1, 0, 1, 0, 1, 0], [8000, 2000, 2000, 8000, 3500, 6500])
    labels = ["a"] * 10_000 + ["b"] * 10_000 + [None] * 10_000
    found = category_shares(word[:, None], labels, n_words=1, n_subsets=2, n_resamples=2)
    assert found.share == pytest.approx([0.25, 0.75], abs=1e-4)


def profiles(rng, shares, n_labels=300, n_rows=600):
    """Rows of words; labelled ones hold as many of each category, the others by ``shares``."""
    chance = np.clip(rng.uniform(0.02, 0.3, (len(shares), 80)), 0.01, 0.9)
    truth = np.r_[np.arange(n_labels) % len(shares), rng.choice(len(shares), n_rows, p=shares)]
    labels = [f"c{k}" if i < n_labels else None for i, k in enumerate(truth)]
    return rng.random((n_labels + n_rows, 80)) < chance[truth], labels, truth[n_labels:]


def test_shares_of_categories_are_not_pulled_towards_those_of_the_labels():
    gone = []
    for seed in range(4):
        rows, labels, truth = profiles(np.random.default_rng(seed), (0.7, 0.2, 0.1))
        found = category_shares(rows, labels, n_subsets=40, n_resamples=40)
        true = np.bincount(truth) / len(truth)
        assert found.misfit == pytest.approx(1, abs=0.1)
        gone.append((found.share[0] - true[0]) / (1 / 3 - true[0]))
        assert ((found.low <= true + 0.02) & (true - 0.02 <= found.high)).all()
    # with the variance of the profiles left in, half of the way
    assert abs(np.mean(gone)) < 0.06


def test_shares_of_categories_refuse_what_cannot_carry_them():
    rows, labels, _ = profiles(np.random.default_rng(0), (0.5, 0.5), 40, 40)
    found = category_shares(rows, labels, units=np.arange(80) // 20, n_subsets=5, n_resamples=5)
    assert np.isnan(found.low).all() and found.n_labels.tolist() == [20, 20]
    with pytest.raises(NotEnoughDataError, match="needs 10 labelled rows"):
        category_shares(rows, [*labels[:15], *[None] * 65])
    with pytest.raises(NotEnoughDataError, match="do not tell the categories"):
        category_shares(np.ones((80, 3)), labels)
    with pytest.raises(ParameterError, match="two different ones at least"):
        category_shares(rows, ["a"] * 40 + [None] * 40)
    with pytest.raises(ParameterError, match="`n_words` must be 1 to 25"):
        category_shares(rows, labels, n_words=26)


def test_errors_that_differ_are_told_from_errors_that_scatter():
    rng = np.random.default_rng(6)
    groups = np.repeat(list("abcd"), 8)
    alike, unlike = [], []
    for _ in range(200):
        sizes = rng.integers(5, 60, 32)
        own = rng.beta(2, 8, 32)
        alike.append(rates_alike(rng.binomial(sizes, own), sizes, groups, n_deals=199))
        more = np.where(groups == "a", 0.5, 0.2)
        unlike.append(rates_alike(rng.binomial(sizes, more), sizes, groups, n_deals=199))
    assert np.mean(np.array(alike) <= 0.05) <= 0.09
    assert np.mean(np.array(unlike) <= 0.05) > 0.8
    assert np.isnan(rates_alike([1, 2], [3, 3], ["a", "b"]))


def test_how_alike_the_cases_of_a_report_are():
    rng = np.random.default_rng(0)
    hits = rng.binomial(40, rng.beta(2, 6, 4000))
    assert report_correlation(hits, np.full(4000, 40)) == pytest.approx(1 / 9, abs=0.01)
    few = hits[:20], [40] * 20
    drawn = report_correlation(*few, scatter=rng.chisquare(19, 999) / 19)
    assert drawn.std() > 0.02
    assert np.median(drawn) == pytest.approx(report_correlation(*few), abs=0.02)


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: corrected_prevalence([1] * 20, [1] * 5 + [np.nan] * 15), NotEnoughDataError, "10"),
        (lambda: corrected_prevalence([1, 0], [1]), ParameterError, "one label"),
        (lambda: corrected_prevalence([0.3] * 20, [1] * 20), ParameterError, "0 or 1"),
        (lambda: mcnemar([1, 0], [1]), ParameterError, "one length"),
        (lambda: mcnemar([1, 0], [1, 1], ["a", "a"]), NotEnoughDataError, "two units"),
        (lambda: labels_needed(10, 0.1, 2.0), ParameterError, "must be shares"),
        (lambda: rates_alike([1], [2, 3], ["a"]), ParameterError, "one entry a report"),
        (lambda: report_correlation([1], [2, 3]), ParameterError, "one number of cases"),
    ],
)
def test_what_cannot_be_said_is_refused(call, error, words):
    with pytest.raises(error, match=words):
        call()

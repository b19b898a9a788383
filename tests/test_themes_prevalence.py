"""Corrected shares: planted prevalence and planted errors are recovered."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from policytext import error_counts, load_theme_errors
from policytext.errors import NotEnoughDataError, ParameterError
from policytext.themes.evaluation import Scored
from policytext.themes.theme_profile import ERROR_COLUMNS, corrected_share, error_differences

SENSITIVITY, SPECIFICITY = 0.8, 0.95


def planted_errors(n_reports: int, seed: int, share: float = 0.3) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    rows = []
    for i in range(n_reports):
        positive = rng.binomial(30, share)
        hits = rng.binomial(positive, SENSITIVITY)
        false = rng.binomial(30 - positive, 1 - SPECIFICITY)
        rows.append(
            ("c", f"r{i}", "tcm", hits, false, positive - hits, 30 - positive - false, 0, 0)
        )
    return pd.DataFrame(rows, columns=list(ERROR_COLUMNS))


@pytest.mark.parametrize("true", [0.05, 0.2, 0.5])
def test_interval_covers_the_true_share_where_the_plain_share_does_not(true) -> None:
    covered = plain_error = corrected_error = 0.0
    for seed in range(60):
        rng = np.random.default_rng(1000 + seed)
        positive = rng.binomial(400, true)
        given = rng.binomial(positive, SENSITIVITY) + rng.binomial(400 - positive, 1 - SPECIFICITY)
        found = corrected_share(given, 400, 400, planted_errors(30, seed), n_resamples=200)
        covered += found.low <= true <= found.high
        plain_error += abs(given / 400 - true) / 60
        corrected_error += abs(found.share - true) / 60
    assert covered / 60 > 0.85
    assert corrected_error < max(plain_error, 0.02)


def test_a_classifier_that_tells_nothing_gives_no_share() -> None:
    blind = pd.DataFrame(
        [("c", f"r{i}", "tcm", 5, 5, 5, 5, 0, 0) for i in range(5)], columns=list(ERROR_COLUMNS)
    )
    assert np.isnan(corrected_share(10, 20, 20, blind).share)


def test_wrong_counts_and_missing_positives_are_named() -> None:
    with pytest.raises(ParameterError, match="0 <= given <= inside <= all"):
        corrected_share(5, 4, 10, planted_errors(5, 0))
    none = planted_errors(5, 0).assign(hits=0, missed=0)
    with pytest.raises(NotEnoughDataError, match="no labelled paragraph has the theme"):
        corrected_share(1, 4, 10, none)


def test_error_counts_tile_the_paragraphs_of_each_report() -> None:
    rng = np.random.default_rng(0)
    labels, given = (rng.random((60, 2)) < 0.4 for _ in range(2))
    given[:, 1] &= ~given[:, 0]
    scored = Scored(("tcm", "outside"), np.repeat(["a", "b", "c"], 20), labels, given * 0.9, given)
    counts = error_counts(scored, "x")
    tiles = counts[["hits", "false", "missed", "rest", "outside"]].sum(axis=1)
    assert (tiles == 20).all() and len(counts) == 6
    assert (
        counts.loc[counts["theme"] == "tcm", "missed_outside"].sum()
        == (labels[:, 0] & given[:, 1]).sum()
    )


def test_errors_that_differ_between_groups_are_seen() -> None:
    good, bad = planted_errors(20, 0), planted_errors(20, 1)
    bad = bad.assign(report="b" + bad["report"], missed=bad["missed"] + bad["hits"] - 2, hits=2)
    bad["missed"] = bad["missed"].clip(lower=0)
    both = pd.concat([good, bad])
    groups = {r: "b" if r.startswith("b") else "a" for r in both["report"]}
    table = error_differences(both, groups).set_index("group")
    assert table.loc["b", "sensitivity_high"] < table.loc["a", "sensitivity_low"]


def test_the_shipped_errors_hold_both_corpora() -> None:
    assert load_theme_errors()["report"].nunique() == 51
    assert load_theme_errors("seeds")["report"].nunique() == 20
    with pytest.raises(ParameterError, match="must be one of"):
        load_theme_errors("papers")

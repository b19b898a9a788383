"""Agreement statistics against numbers printed in the literature and against other programs."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import cohen_kappa_score

from policytext import (
    agreement,
    cohen_kappa,
    fleiss_kappa,
    gwet_ac1,
    krippendorff_alpha,
    read_label_file,
)
from policytext.errors import NotEnoughDataError, ParameterError
from policytext.themes.agreement import ac1, f1, kappa, masi_distance

N = None
# Krippendorff 2011, the 4 observers x 12 units example: alpha nominal 0.743, interval 0.849.
FOUR = [
    [1, 2, 3, 3, 2, 1, 4, 1, 2, N, N, N],
    [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, N, 3],
    [N, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, N],
    [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, N],
]
# The 3 coders x 15 units example: nominal 0.691, interval 0.811.
THREE = [
    [N, N, N, N, N, 3, 4, 1, 2, 1, 1, 3, 3, N, 3],
    [1, N, 2, 1, 3, 3, 4, 3, N, N, N, N, N, N, N],
    [N, N, 2, 1, 3, 4, 4, N, 2, 1, 1, 3, 3, N, 4],
]


@pytest.mark.parametrize(
    ("data", "distance", "value"),
    [
        (FOUR, "nominal", 0.743),
        (FOUR, "interval", 0.849),
        (FOUR, "ordinal", 0.815),
        (FOUR, "ratio", 0.797),
        (THREE, "nominal", 0.691),
        (THREE, "interval", 0.811),
    ],
)
def test_alpha_gives_the_published_numbers(data, distance, value) -> None:
    assert round(krippendorff_alpha(data, distance), 3) == value


def test_alpha_with_masi_equals_nltk() -> None:
    from nltk.metrics.agreement import AnnotationTask
    from nltk.metrics.distance import masi_distance as nltk_masi

    rng = np.random.default_rng(1)
    sets = [
        [
            frozenset("abcd"[i] for i in np.flatnonzero(rng.random(4) < 0.5)) or frozenset("a")
            for _ in range(30)
        ]
        for _ in range(2)
    ]
    rows = [(str(c), str(u), s) for c, coder in enumerate(sets) for u, s in enumerate(coder)]
    # nltk rounds the monotonicity weights to 0.67 and 0.33, hence the tolerance
    task = AnnotationTask(rows, distance=nltk_masi)
    assert krippendorff_alpha(sets, "masi") == pytest.approx(task.alpha(), abs=0.005)
    for x, y in zip(*sets, strict=True):
        assert masi_distance(x, y) == pytest.approx(nltk_masi(x, y), abs=0.01)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2)), min_size=2, max_size=40))
def test_kappa_equals_scikit_learn(pairs) -> None:
    a, b = zip(*pairs, strict=True)
    if len({*a, *b}) < 2:
        assert np.isnan(cohen_kappa(a, b))
    else:
        assert cohen_kappa(a, b) == pytest.approx(cohen_kappa_score(a, b))


@pytest.mark.parametrize("weights", ["linear", "quadratic"])
def test_weighted_kappa_equals_scikit_learn(weights) -> None:
    rng = np.random.default_rng(0)
    a = rng.integers(0, 5, 80).tolist()
    b = np.clip(np.array(a) + rng.integers(-1, 2, 80), 0, 4).tolist()
    theirs = cohen_kappa_score(a, b, weights=weights)
    assert cohen_kappa(a, b, weights=weights) == pytest.approx(theirs)
    with pytest.raises(ParameterError, match="'linear', 'quadratic' or None"):
        cohen_kappa(a, b, weights="cubic")


# The example of textbooks (10 units, 14 coders), and the 30 patients of Fleiss (1971)
TEN = """0 0 0 0 14,0 2 6 4 2,0 0 3 5 6,0 3 9 2 0,2 2 8 1 1,7 7 0 0 0,3 2 6 3 0,2 5 3 2 2,6 5 2 1 0,
0 2 2 3 7"""
DIAGNOSES = (
    "444444 222555 233335 555555 222444 113333 333355 113334 114444 555555 "
    "144444 124444 222333 144444 224445 333335 111455 111112 224444 133555 "
    "555555 244444 224555 114444 144445 222224 111155 224444 133333 555555 "
)


def test_fleiss_kappa_gives_the_published_numbers() -> None:
    table = [[int(n) for n in row.split()] for row in TEN.split(",")]
    coders = zip(*[[c for c, n in enumerate(row) for _ in range(n)] for row in table], strict=True)
    assert fleiss_kappa(list(coders)) == pytest.approx(0.210, abs=5e-4)
    # R's irr 0.84, kappam.fleiss(diagnoses): 0.430
    coders = zip(*DIAGNOSES.split(), strict=True)
    assert fleiss_kappa(list(coders)) == pytest.approx(0.4302445, abs=1e-6)


def test_fleiss_kappa_says_what_it_needs() -> None:
    assert np.isnan(fleiss_kappa([[1, 1], [1, 1]]))
    with pytest.raises(ParameterError, match="krippendorff_alpha does not"):
        fleiss_kappa([[1, None], [1, 2]])
    with pytest.raises(ParameterError, match=r"2 coders with \[1, 2\] units"):
        fleiss_kappa([[1, 2], [1]])


def test_ac1_stays_high_where_kappa_collapses() -> None:
    # 118 joint yes, 5 + 2 split, 0 joint no (Gwet 2008, table 1): kappa about -0.02, AC1 about 0.94
    a = [1] * 118 + [1] * 5 + [0] * 2
    b = [1] * 118 + [0] * 5 + [1] * 2
    assert cohen_kappa(a, b) == pytest.approx(-0.0234, abs=5e-4)
    assert gwet_ac1(a, b) == pytest.approx(0.9408, abs=5e-4)


def test_units_coded_once_and_lengths_are_named() -> None:
    with pytest.raises(NotEnoughDataError, match="coded at least twice"):
        krippendorff_alpha([[1, None], [None, 1]])
    with pytest.raises(ParameterError, match="got 2 and 1"):
        cohen_kappa([1, 1], [1])


def planted(noise: float, seed: int) -> tuple[list, list, list]:
    rng = np.random.default_rng(seed)
    first = rng.random((600, 2)) < [0.3, 0.1]
    second = first ^ (rng.random(first.shape) < noise)
    names = np.array(["tcm", "workforce"])
    as_sets = [[list(names[row]) or ["general"] for row in coding] for coding in (first, second)]
    return as_sets[0], as_sets[1], [f"r{i // 20}" for i in range(600)]


def test_table_agrees_with_the_single_statistics_and_orders_noise() -> None:
    a, b, reports = planted(0.05, 0)
    table = agreement(a, b, reports, n_resamples=200).table.set_index("theme")
    given_a = ["tcm" in s for s in a]
    given_b = ["tcm" in s for s in b]
    assert table.loc["tcm", "kappa"] == pytest.approx(cohen_kappa(given_a, given_b))
    assert table.loc["tcm", "ac1"] == pytest.approx(gwet_ac1(given_a, given_b))
    assert table.loc["tcm", "alpha"] == pytest.approx(krippendorff_alpha([given_a, given_b]))
    sets = [[frozenset(s) for s in coding] for coding in (a, b)]
    assert table.loc["ALL", "alpha"] == pytest.approx(krippendorff_alpha(sets, "masi"))
    assert (
        table.loc["tcm", "kappa_low"] < table.loc["tcm", "kappa"] < table.loc["tcm", "kappa_high"]
    )
    noisier = agreement(*planted(0.2, 0), n_resamples=50).table.set_index("theme")
    assert noisier.loc["tcm", "kappa"] < table.loc["tcm", "kappa_low"]


def test_table_is_the_same_for_the_same_chance() -> None:
    data = planted(0.1, 3)
    one = agreement(*data, n_resamples=50, random_state=5).table
    assert one.equals(agreement(*data, n_resamples=50, random_state=5).table)
    assert not one.equals(agreement(*data, n_resamples=50, random_state=6).table)


def test_rare_themes_are_cautioned() -> None:
    a = [["tcm"]] * 5 + [["general"]] * 95
    result = agreement(a, a, [f"r{i % 12}" for i in range(100)], n_resamples=20)
    assert "tcm" in result.cautions[0].en


def test_the_two_codings_of_the_silver_labels_agree_as_their_readme_says() -> None:
    labels = read_label_file()
    seeds = labels[(labels["corpus"] == "seeds") & (labels["round"] == 1)]
    table = agreement(
        seeds["coder_a"].tolist(), seeds["coder_b"].tolist(), seeds["report"], n_resamples=50
    ).table
    assert round(table.loc[0, "f1"], 2) == 0.91


def test_tables_and_lists_give_the_same_numbers() -> None:
    rng = np.random.default_rng(2)
    first, second = rng.integers(0, 3, size=(2, 80))
    table = np.zeros((3, 3))
    np.add.at(table, (first, second), 1)
    both = np.stack([table, table.T])
    assert kappa(both).tolist() == [cohen_kappa(first, second)] * 2
    assert ac1(both).tolist() == [gwet_ac1(first, second)] * 2
    assert np.isnan(f1(np.array(0.0), np.array(0.0), np.array(0.0)))
    assert np.isnan(kappa(np.array([[9.0, 0], [0, 0]])))


@pytest.mark.slow
@pytest.mark.parametrize("n_reports", [6, 12])
def test_intervals_over_few_reports_cover(n_reports) -> None:
    """Two coders who err more in some reports; the truth is what many reports give."""
    rng = np.random.default_rng(n_reports)

    def coded(reports: int) -> list[np.ndarray]:
        truth = rng.random((reports, 20)) < rng.beta(2, 5, reports)[:, None]
        slips = rng.beta(1, 8, (2, reports))[:, :, None]
        return [(truth ^ (rng.random(truth.shape) < slip)).ravel() for slip in slips]

    true = cohen_kappa(*(side.tolist() for side in coded(5000)))
    inside = []
    for _ in range(60):
        sets = [[["tcm"] if yes else ["general"] for yes in side] for side in coded(n_reports)]
        names = np.repeat(np.arange(n_reports), 20)
        row = agreement(*sets, names, n_resamples=300).table.set_index("theme").loc["tcm"]
        inside.append(row["kappa_low"] <= true <= row["kappa_high"])
    assert np.mean(inside) > 0.88

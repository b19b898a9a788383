"""Evaluation without leakage, calibration, abstention, what to label next: known truth first."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from policytext import (
    Result,
    ThemeClassifier,
    abstention_table,
    cross_validate,
    expected_scores,
    learning_curve,
    read_texts,
    reliability_table,
    score_table,
)
from policytext.errors import NotEnoughDataError, ParameterError
from policytext.themes.agreement import micro_f1
from policytext.themes.evaluation import (
    Scored,
    calibration_error,
    confidence_bands,
    coverage_curve,
    paragraphs_to_label,
    train_and_test,
)
from themes_planted import planted


def test_no_report_is_scored_by_a_model_that_saw_it() -> None:
    seen: list[tuple[set[str], set[str]]] = []

    class Spy(ThemeClassifier):
        def fit(self, texts, labels, groups=None):
            self.reports_ = set(groups)
            return super().fit(texts, labels, groups)

        def predict_proba(self, texts):
            seen.append((self.reports_, {where[t] for t in texts}))
            return super().predict_proba(texts)

    texts, labels, reports = planted(120)
    texts = [f"{t}第{i}条" for i, t in enumerate(texts)]
    where = dict(zip(texts, reports, strict=True))
    scored = cross_validate(Spy(), texts, labels, reports, n_splits=4)
    assert all(not train & test for train, test in seen) and len(seen) == 4
    assert micro_f1(scored.labels, scored.given) > 0.9


def test_random_labels_score_no_better_than_chance() -> None:
    texts, labels, reports = planted(200)
    rng = np.random.default_rng(0)
    shuffled = [labels[i] for i in rng.permutation(len(labels))]
    true = cross_validate(ThemeClassifier(), texts, labels, reports)
    false = cross_validate(ThemeClassifier(), texts, shuffled, reports)
    assert micro_f1(false.labels, false.given) < 0.55 < micro_f1(true.labels, true.given)


def test_splitting_by_region_and_from_one_corpus_to_another() -> None:
    texts, labels, reports = planted(120)
    region = ["东" if int(r[1:]) % 2 else "西" for r in reports]
    by_region = cross_validate(
        ThemeClassifier(), texts, labels, reports, split_by=region, n_splits=2
    )
    assert len(by_region.labels) == 120
    other = train_and_test(ThemeClassifier(), texts, labels, reports, [r == "东" for r in region])
    assert len(other.labels) == region.count("西")
    with pytest.raises(NotEnoughDataError, match="lower n_splits"):
        cross_validate(ThemeClassifier(), texts, labels, reports, split_by=region)


def test_extra_examples_join_the_training_only() -> None:
    texts, labels, reports = planted(120)
    extra = [("新增托位90个。", ["tcm"])] * 40
    plain = cross_validate(ThemeClassifier(), texts, labels, reports)
    misled = cross_validate(ThemeClassifier(), texts, labels, reports, extra=extra)
    assert len(misled.labels) == 120
    tcm = plain.themes.index("tcm")
    assert misled.probabilities[:, tcm].mean() != plain.probabilities[:, tcm].mean()


def test_learning_curve_rises() -> None:
    curve = learning_curve(ThemeClassifier(), *planted(200), shares=(0.2, 1.0), n_splits=4)
    assert curve["micro_f1"].is_monotonic_increasing
    assert curve["n_paragraphs"].iloc[1] == 150


def scored_by_hand() -> Scored:
    labels = np.array([[1, 0], [1, 0], [0, 1], [0, 1]], dtype=bool)
    given = np.array([[1, 0], [0, 1], [0, 1], [1, 1]], dtype=bool)
    p = np.where(given, 0.9, 0.2)
    return Scored(("tcm", "workforce"), np.array(["a", "a", "b", "b"]), labels, p, given)


def test_scores_by_hand_with_n_and_cautions() -> None:
    result = score_table(scored_by_hand(), n_resamples=50)
    table = result.table.set_index("theme")
    assert table.loc["ALL", ["n", "n_given"]].tolist() == [4, 5]
    assert table.loc["ALL", "f1"] == pytest.approx(2 * 3 / 9)
    assert table.loc["tcm", ["precision", "recall"]].tolist() == [0.5, 0.5]
    assert table.loc["MEAN", "f1"] == pytest.approx((0.5 + 0.8) / 2)
    assert table.loc["MEAN", "n"] == 2
    said = " ".join(c.en for c in result.cautions)
    assert "large language model" in said and "tcm (2)" in said and "only 2 reports" in said


def test_calibration_error_is_zero_for_true_probabilities_and_large_for_boasts() -> None:
    rng = np.random.default_rng(0)
    p = rng.random(20_000)
    y = rng.random(20_000) < p
    assert calibration_error(y, p) < 0.02
    assert calibration_error(y, np.where(p > 0.5, 0.99, 0.01)) > 0.2
    assert reliability_table(y, p).table["n"].sum() == 20_000


def test_leaving_doubt_to_people_raises_the_score() -> None:
    scored = scored_by_hand()
    assert isinstance(abstention_table(scored), pd.DataFrame)
    rng = np.random.default_rng(1)
    p = rng.random((500, 3))
    labels = rng.random(p.shape) < p
    curve = coverage_curve(labels, p, p > 0.5)
    assert curve["micro_f1"].iloc[-1] > curve["micro_f1"].iloc[0] + 0.05
    assert curve["coverage"].tolist()[0] == 1.0


def test_what_to_expect_of_a_corpus_follows_how_sure_the_model_is() -> None:
    given = np.ones((4, 1), dtype=bool)
    right = np.array([[True], [True], [True], [False]])
    bands = confidence_bands(np.array([0.97, 0.95, 0.7, 0.7]), right, given)
    assert bands[["n", "hits"]].T.values.tolist() == [[0, 2, 0, 0, 2], [0, 1, 0, 0, 2]]
    clear, unclear = "建成紧密型县域医共体3个，统一药品目录和配送。", "会议强调统筹发展和安全。"
    corpus = read_texts(
        {f"{n}.txt": f"甲省{n}年政府工作报告\n{t}\n" for n, t in ((2023, clear), (2024, unclear))}
    )
    found = expected_scores(corpus, by="year")
    table = found.table.set_index(["kind", "group"])
    assert set(found.table["kind"]) == {"set aside", "elsewhere"}
    assert (table.loc["set aside", "expected_f1"] > table.loc["elsewhere", "expected_f1"]).all()
    assert table.loc["elsewhere", "share_sure"].tolist() == [1.0, 0.0]
    assert (
        table.loc[("elsewhere", "2023"), "expected_f1"]
        > table.loc[("elsewhere", "2024"), "expected_f1"]
    )
    doubts = expected_scores(corpus, by=None).explain(0)
    assert doubts["text"].tolist() == [unclear, clear] and doubts["weight"].is_monotonic_decreasing
    assert "label paragraphs of your own" in " ".join(c.en for c in found.cautions)


def test_a_model_of_ones_own_is_expected_to_be_right_as_it_was_on_its_labels(model) -> None:
    corpus = read_texts({"a.txt": "甲省2024年政府工作报告\n组建两个医共体，统一药品目录。\n"})
    with pytest.raises(ParameterError, match="measured=cross_validate"):
        expected_scores(corpus, model)
    with pytest.raises(ParameterError, match="same themes"):
        expected_scores(corpus, model, measured=scored_by_hand())
    ids = tuple(map(str, model.classes_))
    y = np.eye(len(ids), dtype=bool)
    own = Scored(ids, np.arange(len(ids)).astype(str), y, y * 0.99, np.roll(y, 1, axis=0))
    table = expected_scores(corpus, model, measured=own).table
    assert table[["kind", "expected_f1"]].values.tolist() == [["own labels", 0.0]]


@pytest.mark.shared
@pytest.mark.slow
def test_silver_labels_by_left_out_reports_reach_the_scores_of_the_card(shared) -> None:
    from policytext import read_label_file
    from policytext.themes.coding import fictional_examples, fill_texts

    labelled = fill_texts(read_label_file(), shared / "corpus")
    scored = cross_validate(
        ThemeClassifier(words_from=fictional_examples(words_only=True)),
        labelled["text"].tolist(),
        labelled["adjudicated"].tolist(),
        labelled["report"],
        extra=fictional_examples(),
    )
    work = (labelled["corpus"] == "seeds").to_numpy()
    assert micro_f1(scored.labels[work], scored.given[work]) > 0.78
    genre = labelled["corpus"].isin(["laws", "news-daily"]).to_numpy()
    assert micro_f1(scored.labels[genre], scored.given[genre]) > 0.75
    reports = ~work & ~genre
    assert micro_f1(scored.labels[reports], scored.given[reports]) > 0.90


def test_scores_and_promises_have_their_figures() -> None:
    scored = scored_by_hand()
    ax = score_table(scored, n_resamples=20).plot()
    assert len(ax.get_yticklabels()) == 2 and ax.get_xlabel() == "F1"
    result = reliability_table(scored.labels, scored.probabilities)
    assert isinstance(result, Result) and len(result.plot().lines) == 2
    assert set(result.columns) == set(result.table.columns)
    with pytest.raises(ParameterError, match="must have one shape"):
        reliability_table(scored.labels, scored.probabilities[:3])
    for wrong in (3.0, -0.1, np.nan):
        with pytest.raises(ParameterError, match="between 0 and 1, got"):
            reliability_table([1, 0], [0.2, wrong])
    assert "If the labels are the silver ones" in str(result.cautions)


@pytest.fixture(scope="module")
def model() -> ThemeClassifier:
    return ThemeClassifier().fit(*planted(120))


def test_chosen_paragraphs_are_doubtful_and_varied(model) -> None:
    texts, _, reports = planted(200, 7)
    table = paragraphs_to_label(model, texts, reports, 12)
    assert len(table) == 12 and table["row"].is_unique
    assert table["confidence"].mean() < model.confidence(texts).mean()
    assert table["report"].value_counts().max() <= 2


def test_copies_are_not_chosen_twice(model) -> None:
    texts = ["落实相关政策，稳步推进。"] * 5 + planted(20, 8)[0]
    table = paragraphs_to_label(model, texts, [str(i) for i in range(25)], 6)
    assert np.isin(table["row"], range(5)).sum() <= 1


def test_wrong_numbers_are_refused(model) -> None:
    with pytest.raises(ParameterError, match="n must be positive"):
        paragraphs_to_label(model, ["一"], ["r"], 0)

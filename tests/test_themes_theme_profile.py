"""Profiles: planted prevalence and errors are recovered; groups are of one level and genre."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis_corpora import make_corpus
from policytext import (
    Codebook,
    code_by_cues,
    coding_plan,
    error_counts,
    error_differences,
    load_theme_classifier,
    load_theme_errors,
    placebo,
    read_corpus,
    read_texts,
    theme_profile,
    trends,
)
from policytext.data import read_table
from policytext.errors import NotEnoughDataError, ParameterError
from policytext.themes.codebook import Theme
from policytext.themes.coding import silver_coding
from policytext.themes.evaluation import Scored
from policytext.themes.theme_profile import ERROR_COLUMNS, corrected_share

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
        found = corrected_share(
            given, 400, 400, planted_errors(30, seed), n_reports=13, n_resamples=200
        )
        covered += found.low <= positive / 400 <= found.high
        plain_error += abs(given / 400 - true) / 60
        corrected_error += abs(found.share - true) / 60
    assert covered / 60 > 0.85
    assert corrected_error < max(plain_error, 0.02)


def test_errors_that_vary_from_report_to_report_make_few_reports_less_sure() -> None:
    errors = planted_errors(20, 0)
    most = np.minimum(errors[["hits", "missed"]].min(axis=1), 3)
    move = np.where(np.arange(20) % 2, 1, -1) * most
    uneven = errors.assign(hits=errors["hits"] + move, missed=errors["missed"] - move)

    def width(table: pd.DataFrame, n_reports: int) -> float:
        found = corrected_share(120, 400, 400, table, n_reports=n_reports)
        return found.high - found.low

    assert width(uneven, 1) > 1.4 * width(uneven, 40)
    assert width(uneven, 1) > 1.2 * width(errors, 1)


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


@pytest.fixture(scope="module")
def sample():
    raw = Path(__file__).parents[1] / "corpus" / "sample" / "raw"
    corpus = read_corpus(raw, name="sample", progress=False)
    return corpus, code_by_cues(corpus)


def test_groups_are_of_one_level_and_genre_like_those_of_trends(sample) -> None:
    corpus, coding = sample
    apart = theme_profile(corpus, coding)
    assert list(apart.table.columns[:3]) == ["group", "level", "genre"] and apart.plot()
    assert "mix=True" in apart.cautions[0].en
    kind = {"level": "county", "genre": "总结和计划"}
    result = theme_profile(corpus, coding, **kind)
    alike = trends(corpus, ["医共体"], by="province", **kind)
    assert set(result.table["group"]) == set(alike.table["province"])
    said = " ".join(caution.en for caution in result.cautions)
    assert "are left out" in said
    counted = result.table.drop_duplicates("group")["n_paragraphs"].sum()
    mixed = theme_profile(corpus, coding, mix=True)
    assert mixed.table["group"].nunique() > result.table["group"].nunique()
    assert mixed.table.drop_duplicates("group")["n_paragraphs"].sum() > counted
    assert set(result.evidence["doc_id"]) < set(mixed.evidence["doc_id"])
    assert result.parameters["mix"] is False


def test_several_groups_are_a_grid_and_one_group_is_points_with_intervals(sample) -> None:
    corpus, coding = sample
    many = theme_profile(corpus, coding, mix=True)
    grid = many.plot()
    names = read_table("regions/provinces.csv")["name"]
    official = [name for name in names if name in set(many.table["group"])]
    assert [t.get_text() for t in grid.get_yticklabels()] == official
    assert len(grid.images) == 1 and len(grid.get_xticklabels()) == 22
    county = corpus.subset("level == 'county'")
    errors = load_theme_errors("seeds")
    one = theme_profile(county, code_by_cues(county), "level", errors=errors, mix=True)
    points = one.plot()
    told = one.table[~one.table["theme"].isin(["general", "outside"])]["share"].notna().sum()
    assert not points.images and len(points.get_yticklabels()) == told


def test_what_counts_can_be_narrowed_but_not_beyond_what_was_coded(sample) -> None:
    corpus, coding = sample
    out = np.flatnonzero(corpus.counted())[::2]
    fewer = theme_profile(corpus, coding, "kind", exclude_rows=out, mix=True)
    every = theme_profile(corpus, coding, "kind", mix=True)
    assert fewer.table["n_coded"].sum() < every.table["n_coded"].sum()
    assert not set(map(tuple, corpus.paragraphs.iloc[out][["doc_id", "para_no"]].to_numpy())) & set(
        map(tuple, fewer.evidence[["doc_id", "para_no"]].to_numpy())
    )
    with pytest.raises(ParameterError, match="must be among those that were coded"):
        theme_profile(corpus, coding, kinds=["heading"], mix=True)
    with pytest.raises(ParameterError, match="95"):
        theme_profile(corpus, coding, confidence=95)


@pytest.fixture(scope="module")
def seeds(shared):
    return read_corpus(shared / "corpus" / "seeds")


@pytest.mark.shared
def test_every_labelled_unit_is_found_in_the_corpus(seeds) -> None:
    coding = silver_coding(seeds)
    assert coding["row"].nunique() >= 225
    assert set(coding["source"]) == {"silver labels"}
    with pytest.raises(ParameterError, match="adjudicated, coder_a or coder_b"):
        silver_coding(seeds, "coder_c")


@pytest.mark.shared
def test_labelled_paragraphs_are_profiled_from_their_labels(seeds) -> None:
    labels = silver_coding(seeds)
    coding = load_theme_classifier().code(seeds)
    result = theme_profile(
        seeds,
        coding,
        "source_id",
        labels=labels,
        errors=load_theme_errors("seeds"),
        mix=True,
    )
    table = result.table
    assert len(table) == table["group"].nunique() * 24
    known = table.dropna(subset=["share"])
    assert (known["low"] <= known["share"]).all() and (known["share"] <= known["high"]).all()
    open_groups = known[(known["n_labelled"] < known["n_paragraphs"])]
    assert (open_groups["high"] > open_groups["low"]).all()
    assert table["share_coded"].between(0, 1).all()
    said = " ".join(c.en for c in result.cautions)
    assert (
        "large language model" in said
        and "alike in all groups" in said
        and "Tiered care and referral" in said
    )


@pytest.mark.shared
def test_explain_leads_to_the_paragraphs_of_group_and_theme(seeds) -> None:
    coding = load_theme_classifier().code(seeds)
    result = theme_profile(seeds, coding, "source_id", mix=True)
    row = int(result.table["n_coded"].idxmax())
    found = result.explain(row)
    assert len(found) == result.table.loc[row, "n_coded"]
    assert (
        result.table.loc[row, "share"] != result.table.loc[row, "share"]
    )  # not corrected: missing
    assert "not corrected" in " ".join(c.en for c in result.cautions)


@pytest.mark.shared
def test_a_dictionary_is_called_unvalidated(seeds) -> None:
    result = theme_profile(seeds, code_by_cues(seeds), "source_id", mix=True)
    assert "unvalidated dictionary" in " ".join(c.en for c in result.cautions)


@pytest.mark.shared
def test_a_coding_of_another_corpus_is_refused(seeds) -> None:
    coding = code_by_cues(seeds)
    with pytest.raises(ParameterError, match="does not count"):
        theme_profile(seeds, coding.assign(row=coding["row"] + 10_000), "source_id")


@pytest.mark.shared
def test_figures_are_drawn(seeds) -> None:
    coding = load_theme_classifier().code(seeds)
    many = theme_profile(seeds, coding, "source_id", mix=True).plot()
    assert len(many.get_yticklabels()) == 5
    one = theme_profile(
        seeds,
        coding.assign(),
        "kind",
        errors=load_theme_errors("seeds"),
        labels=silver_coding(seeds),
        mix=True,
    )
    assert np.isfinite(one.table["share_coded"]).all()


def uneven(seed: int, labelled: float = 0.3) -> tuple:
    """Two provinces with a fifth of 中医药 each; the classifier misses half of it in 乙省."""
    rng = np.random.default_rng(seed)
    names = [f"{p}{i}" for p in "甲乙" for i in range(10)]
    docs = pd.DataFrame({"doc_id": names, "province": [f"{n[0]}省" for n in names]})
    docs["county"] = names
    corpus = make_corpus(docs, pd.DataFrame({"doc_id": np.repeat(names, 30)}))
    truth = rng.random(600) < 0.2
    misses = (np.arange(600) >= 300) & (rng.random(600) < 0.5)
    given = (truth & ~misses) | (~truth & (rng.random(600) < 0.03))
    drawn = np.sort(rng.choice(600, int(600 * labelled), replace=False))
    keys = corpus.paragraphs[["doc_id", "para_no"]]

    def coded(rows: np.ndarray, yes: np.ndarray) -> pd.DataFrame:
        themes = np.where(yes[rows], "tcm", "general")
        return keys.iloc[rows].reset_index(drop=True).assign(theme=themes, row=rows)

    return corpus, coded(np.arange(600), given), coded(drawn, truth), truth


def shares(result) -> pd.DataFrame:
    return result.table[result.table["theme"] == "tcm"].set_index("group")


def test_labels_drawn_at_random_correct_errors_that_differ_between_groups() -> None:
    inside, estimate = [], []
    for seed in range(12):
        corpus, coding, labels, truth = uneven(seed)
        found = shares(theme_profile(corpus, coding, labels=labels, labels_drawn=True))
        true = pd.Series({"乙省": truth[300:].mean(), "甲省": truth[:300].mean()})
        inside.append((found["low"] <= true) & (true <= found["high"]))
        estimate.append(found["share"] - true)
    assert np.mean(inside) >= 0.9
    assert np.abs(np.mean(estimate, axis=0)).max() < 0.02
    result = theme_profile(corpus, coding, labels=labels, labels_drawn=True)
    assert any("errors need not be alike" in c.en for c in result.cautions)
    coded = shares(theme_profile(corpus, coding))["share_coded"]
    assert coded["甲省"] - coded["乙省"] > 0.05


def test_a_placebo_says_how_often_dealt_groups_stand_apart() -> None:
    corpus, coding, _, _ = uneven(0)
    result = theme_profile(corpus, coding, errors=planted_errors(20, 0))
    row = placebo(result, n=3).table.iloc[0]
    assert row["claim"] == "apart" and row["n_tested"] == 2 and row["n_deals"] == 3
    assert 0 <= row["chance_mean"] <= 1
    with pytest.raises(ParameterError, match="theme_profile with errors"):
        placebo(theme_profile(corpus, coding))


def test_a_group_or_theme_with_too_few_labels_has_no_share() -> None:
    corpus, coding, labels, _ = uneven(0)
    few = labels[(labels["row"] < 300) | (labels["row"] < 310)]
    result = theme_profile(corpus, coding, labels=few, labels_drawn=True)
    found = shares(result)
    assert np.isfinite(found.loc["甲省", "share"]) and np.isnan(found.loc["乙省", "share"])
    assert any(
        "Fewer than 10 labelled paragraphs, so no share, in: 乙省" in c.en for c in result.cautions
    )
    rare = result.table.query("theme == 'elderly_care'")
    assert rare["share"].isna().all()
    with pytest.raises(ParameterError, match="there are none"):
        theme_profile(corpus, coding, labels_drawn=True)


def test_errors_that_differ_between_groups_are_said_without_being_asked() -> None:
    corpus, coding, labels, _ = uneven(1, labelled=0.9)
    wide = coding.merge(labels, on=["doc_id", "para_no"], suffixes=("", "_true"))
    yes, true = wide["theme"] == "tcm", wide["theme_true"] == "tcm"
    cells = {"hits": yes & true, "false": yes & ~true, "missed": ~yes & true, "rest": ~yes & ~true}
    errors = pd.DataFrame(cells).astype(int).groupby(wide["doc_id"]).sum()
    errors = errors.rename_axis("report").reset_index()
    errors = errors.assign(corpus="c", theme="tcm", missed_outside=0, outside=0)
    said = theme_profile(corpus, coding, errors=errors[list(ERROR_COLUMNS)]).cautions
    assert any("must not be compared" in c.en and "tcm" in c.en for c in said)
    groups = {name: f"{name[0]}省" for name in errors["report"]}
    table = error_differences(errors, groups)
    assert (table["q_value"] < 0.05).all()
    alike = {name: f"{int(name[1]) % 2}" for name in errors["report"]}
    assert (error_differences(errors, alike)["p_value"] > 0.05).all()
    elsewhere = errors.assign(report=[f"x{i}" for i in range(len(errors))])
    said = theme_profile(corpus, coding, errors=elsewhere[list(ERROR_COLUMNS)]).cautions
    assert any("cannot be tested" in c.en for c in said)


def test_a_plan_draws_the_paragraphs_to_label() -> None:
    corpus, coding, _, _ = uneven(2)
    plan = coding_plan(corpus, coding, width=0.05)
    assert plan.table["group"].tolist() == ["乙省", "甲省"]
    assert plan.table["theme"].tolist() == ["tcm", "tcm"]
    drawn = plan.explain(0)
    assert len(drawn) == plan.table["n_to_label"][0]
    assert set(drawn["doc_id"].str[0]) == {"乙"}
    half = coding_plan(corpus, coding, width=0.025).table["n_to_label"]
    assert (half > plan.table["n_to_label"]).all()
    # a good classifier spares labels
    good = pd.DataFrame(
        [("c", f"r{i}", "tcm", 20, 0, 1, 79, 0, 0) for i in range(9)], columns=list(ERROR_COLUMNS)
    )
    spared = coding_plan(corpus, coding, width=0.025, errors=good).table
    assert (spared["n_to_label"] < spared["n_labels_alone"]).all()
    again = coding_plan(corpus, coding, width=0.05)
    assert again.evidence.equals(plan.evidence)


def test_errors_of_health_reports_give_no_shares_where_most_is_about_other_things() -> None:
    """One labelled paragraph outside of health says nothing of what is missed in a hundred."""
    corpus, _, _, _ = uneven(0)
    rows = np.arange(len(corpus.paragraphs))
    few = planted_errors(20, 0)
    few.loc[0, ["missed_outside", "outside"]] = 1
    for outside, given in ((0.05, True), (0.5, False)):
        theme = np.where(rows % 100 < 100 * outside, "outside", "tcm")
        found = theme_profile(corpus, pd.DataFrame({"row": rows, "theme": theme}), errors=few)
        assert shares(found)["share"].notna().all() == given
        said = [c for c in found.cautions if "coded as outside" in c.en]
        assert bool(said) != given
    many = few.assign(missed_outside=0, outside=10)
    found = theme_profile(corpus, pd.DataFrame({"row": rows, "theme": theme}), errors=many)
    assert shares(found)["share"].notna().all()


def test_reports_without_a_coded_paragraph_are_named() -> None:
    corpus, _, _, _ = uneven(0)
    coding = pd.DataFrame({"row": np.arange(len(corpus.paragraphs)), "theme": "tcm"})
    first = corpus.paragraphs["doc_id"].to_numpy() == corpus.documents["doc_id"].iloc[0]
    assert not any("has a theme" in c.en for c in theme_profile(corpus, coding).cautions)
    said = [c.en for c in theme_profile(corpus, coding[first]).cautions if "has a theme" in c.en]
    assert len(said) == 1 and str(len(corpus.documents) - 1) in said[0]


def test_a_theme_without_cues_has_no_share_by_cues_rather_than_a_zero() -> None:
    corpus = read_texts({"a.txt": "甲省2021年政府工作报告\n整治河道。\n"})
    book = Codebook("own", "", (Theme("river", "河", cues=("河道",)), Theme("rest", "余")))
    found = theme_profile(corpus, code_by_cues(corpus, book), "year", codebook=book)
    assert found.table.set_index("theme")["share_coded"].isna().to_dict() == {
        "river": False,
        "rest": True,
    }
    assert any("cannot find themes without cues" in one.en for one in found.cautions)

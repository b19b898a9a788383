"""Effects: planted ones are found and covered, one report is refused, nothing else is run."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics.pairwise import cosine_similarity

from policytext import (
    GibbsTopics,
    LdaTopics,
    NmfTopics,
    count_words,
    placebo,
    read_texts,
    topic_effects,
)
from policytext.errors import NotEnoughDataError, ParameterError
from policytext.inference import match_items, models
from policytext.topics import effects
from policytext.topics.effects import formula_variables
from policytext.topics.stability import simulated
from topic_corpora import planted_topics, stm_example


@pytest.fixture(scope="module")
def data():
    return planted_topics(n_reports=16, effect=0.25, report_spread=0.05, seed=5)


@pytest.fixture(scope="module")
def model(data):
    return GibbsTopics(n_topics=4, n_sweeps=300, n_samples=10).fit(data.counts)


@pytest.fixture(scope="module")
def stm():
    return stm_example()


def test_a_planted_effect_is_found_and_the_others_are_its_mirror(data, model):
    found = topic_effects(model, data.corpus, "~ province", n_draws=10)
    topic = match_items(cosine_similarity(data.topic_word, model.topic_word_))[0]
    row = found.table[(found.table["topic"] == topic) & (found.table["term"] != "Intercept")]
    # 甲区 is the first level here or there: the sign follows the name of the term
    sign = 1 if "乙区" in row["term"].iloc[0] else -1
    truth = sign * (
        data.shares[data.corpus.groups("province") == "乙区", 0].mean()
        - data.shares[data.corpus.groups("province") == "甲区", 0].mean()
    )
    assert row["low"].iloc[0] < truth < row["high"].iloc[0]
    assert row["q_value"].iloc[0] < 0.01
    assert row["n_reports"].iloc[0] == 16 and row["n_paragraphs"].iloc[0] == 320
    total = found.table[found.table["term"] != "Intercept"]["estimate"].sum()
    assert total == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize("engine", [NmfTopics(n_topics=4), LdaTopics(n_topics=4, chunksize=60)])
def test_every_engine_carries_its_own_uncertainty(engine, data):
    found = topic_effects(engine.fit(data.counts), data.corpus, "~ province", n_draws=4, n_refits=0)
    assert (found.table["model_share"] > 0).all()
    assert found.table["q_value"].min() < 0.05
    assert found.method.text.en.count("drawn from") == 1


def test_contrasts_coefficients_and_splines(data, model):
    formula = "~ province + bs(year, df=3)"
    named = {"zero": {"Intercept": 0.0}}
    pairs = topic_effects(model, data.corpus, formula, contrasts="province", n_draws=3)
    contrast = pairs.table[pairs.table["kind"] == "contrast"]
    assert contrast["term"].unique().tolist() == ["甲区 - 乙区"] or (
        contrast["term"].unique().tolist() == ["乙区 - 甲区"]
    )
    coefficient = pairs.table[pairs.table["term"].str.startswith("province[")]
    np.testing.assert_allclose(
        contrast["estimate"].abs().to_numpy(), coefficient["estimate"].abs().to_numpy()
    )
    zero = topic_effects(model, data.corpus, formula, contrasts=named, n_draws=2).table
    assert zero.loc[zero["term"] == "zero", "p_value"].isna().all()
    with pytest.raises(ParameterError, match="Contrast 'x' names 'nothing'"):
        topic_effects(model, data.corpus, formula, contrasts={"x": {"nothing": 1.0}})
    with pytest.raises(ParameterError, match="must name a covariate of groups"):
        topic_effects(model, data.corpus, formula, contrasts="year")


def test_a_whole_spline_and_all_groups_are_tested_together():
    many = planted_topics(n_reports=40, seed=3)
    plain = NmfTopics(n_topics=4).fit(many.counts)
    table = topic_effects(
        plain, many.corpus, "~ province + bs(year, df=3)", n_draws=2, n_refits=0
    ).table
    joint = table[table["kind"] == "joint"]
    # one column of two groups has its own p-value; the curve has one for its three columns
    assert joint["term"].tolist() == ["bs(year, df=3)"] * 4
    assert joint["p_value"].between(0, 1).all() and joint["estimate"].isna().all()
    assert joint["q_value"].notna().all()


def test_joint_tests_keep_their_size():
    """Shares known, five groups of eight issuers, no effect."""
    rng = np.random.default_rng(2)
    groups = pd.DataFrame({"g": [f"g{i % 5}" for i in range(40)], "doc_id": range(40)})
    columns = effects.make_columns(groups[["g"]], "~ g", np.ones(40, bool))
    found = []
    for _ in range(300):
        fitted = effects._fitted(columns, [rng.normal(size=(40, 1))], np.arange(40))
        plain = pd.DataFrame({"topic": [0], "name": ["t"], "kind": ["coefficient"], "term": ["x"]})
        rows = effects._with_joint(plain, columns, fitted)
        found.append(rows.loc[rows["kind"] == "joint", "p_value"].item())
    assert 0.02 <= np.mean(np.array(found) < 0.05) <= 0.08


def test_clusters_widen_what_independent_rows_claim():
    data = planted_topics(n_reports=16, report_spread=0.25, seed=6)
    model = NmfTopics(n_topics=4).fit(data.counts)
    clustered = topic_effects(model, data.corpus, "~ province", n_draws=2, n_refits=0).table
    alone = topic_effects(model, data.corpus, "~ province", n_draws=2, n_refits=0, clusters=None)
    topic = match_items(cosine_similarity(data.topic_word, model.topic_word_))[0]
    rows = clustered["topic"] == topic
    assert (clustered["std_error"][rows] > 1.5 * alone.table["std_error"][rows]).all()
    assert any("not independent" in c.en for c in alone.cautions)
    twice = planted_topics(n_reports=16, years=2, seed=6)
    model = NmfTopics(n_topics=4).fit(twice.counts)
    usual = {"n_draws": 2, "n_refits": 0}
    split = topic_effects(model, twice.corpus, "~ province", clusters="doc_id", **usual).cautions
    assert any("16 clusters by doc_id" in c.en and "8 issuers" in c.en for c in split)
    assert not topic_effects(model, twice.corpus, "~ province", **usual).cautions


def test_what_comes_back_of_a_planted_difference_stands_beside_it():
    data = planted_topics(n_reports=16, effect=0.25, report_spread=0.05, length=15, seed=5)
    model = GibbsTopics(n_topics=4, n_sweeps=100, n_samples=5).fit(data.counts)
    found = topic_effects(model, data.corpus, "~ province", shares="drawn", n_draws=2, n_refits=2)
    rows = found.table[found.table["term"] != "Intercept"]
    largest = rows.loc[rows["planted"].abs().idxmax()]
    assert largest["recovered"] / largest["planted"] == pytest.approx(
        largest["estimate"] / largest["corrected"], abs=0.1
    )
    # short paragraphs: the prior draws their shares to the mean of all
    assert largest["recovered_low"] < largest["recovered"] < largest["recovered_high"]
    assert (rows["corrected_low"] < rows["corrected"]).all()
    assert found.table.loc[found.table["term"] == "Intercept", "corrected"].isna().all()
    # by the words of each paragraph alone they are not, and the interval allows for what is left
    plain = topic_effects(model, data.corpus, "~ province", n_draws=2, n_refits=2).table
    size, low, high = plain.loc[largest.name, ["estimate", "low", "high"]].astype(float).abs()
    assert abs(largest["estimate"]) < 0.21 and size == pytest.approx(0.239, abs=0.02)
    assert max(low, high) - size > size - min(low, high)
    assert (plain["refused"] == "").all()
    drawn = simulated(model, np.random.default_rng(0))
    assert (drawn.sum(axis=1) == data.counts.matrix.sum(axis=1).A1).all()
    none = topic_effects(model, data.corpus, "~ province", n_draws=2, n_refits=0)
    assert none.table["recovered"].isna().all()
    # an interval stands only where what comes back is known, and is nearly all
    lost = found.table["refused"].str.contains("needs 90 to 111 %")
    assert lost.any()
    assert (found.table["low"].isna() == lost).all() and found.table["p_value"].notna().any()
    assert none.table["low"].isna().all() and none.table["refused"].str.contains("n_refits").all()
    # where it is said and where not
    assert ("simulated" in found.method.text.en, "simulated" in none.method.text.en) == (
        True,
        False,
    )
    chance = placebo(none, n=3).table.set_index("claim")
    assert chance.loc["p_value", "n_deals"] == 3 and chance.loc["p_value", "n_tested"] == 4


def test_an_engine_whose_own_shares_blur_gives_no_interval():
    plain = pd.DataFrame({"topic": [0, 1], "kind": "coefficient", "low": 0.0, "high": 1.0})
    assert (effects._refused(plain.assign(back=1.0))["refused"] == "").all()
    lost = effects._refused(plain.assign(back=1.0, clear=[0.6, 0.95]))
    assert lost["refused"].str.startswith(("60 % of this", "80 % of all")).all()
    assert lost["low"].isna().all()


def test_one_report_in_a_group_is_refused_with_a_sentence(data, model):
    facts = pd.DataFrame(
        {
            "doc_id": data.corpus.paragraphs["doc_id"],
            "area": np.where(data.corpus.paragraphs["doc_id"] == "r03", "单", "多"),
            "score": (data.corpus.paragraphs["doc_id"] == "r03").astype(float),
        }
    )
    with pytest.raises(NotEnoughDataError, match=r"1 group\(s\) of 'area' have only one issuer"):
        topic_effects(model, facts, "~ area")
    with pytest.raises(NotEnoughDataError, match="Without 'r03' the effects could not be"):
        topic_effects(model, facts, "~ score")
    with pytest.raises(NotEnoughDataError, match="depend on one another"):
        topic_effects(model, facts.assign(twice=2 * facts["score"]), "~ score + twice")
    every = facts.assign(area=facts["doc_id"])
    with pytest.raises(NotEnoughDataError, match=r"16 group\(s\) .* \(r00, r01, r02, r03, r04 …\)"):
        topic_effects(model, every, "~ area")


def test_unknown_covariates_leave_rows_out_and_say_so(data, model):
    facts = data.corpus.paragraphs[["doc_id"]].assign(region=data.corpus.groups("province"))
    facts.loc[:9, "region"] = None
    found = topic_effects(model, facts, "~ region", n_draws=2)
    assert found.table["n_paragraphs"].iloc[0] == 310
    assert any("10 paragraphs were left out" in c.en for c in found.cautions)
    with pytest.raises(NotEnoughDataError, match="has all covariates"):
        topic_effects(model, facts.assign(region=None), "~ region")


def test_wrong_calls_are_told(data, model):
    for formula, message in (
        ("~ nothing", "There is no column 'nothing'"),
        ("province ~ year", "must have no left side"),
        ("~ province +", "cannot be read"),
        ("~ 1", "must name a covariate"),
    ):
        with pytest.raises(ParameterError, match=message):
            topic_effects(model, data.corpus, formula)
    with pytest.raises(ParameterError, match="320 rows and the corpus has 5"):
        topic_effects(model, pd.DataFrame({"doc_id": range(5), "a": range(5)}), "~ a")
    with pytest.raises(ParameterError, match="clusters must name a column"):
        topic_effects(model, data.corpus, "~ province", clusters="report")
    with pytest.raises(ParameterError, match="shares must be 'likeliest' or 'drawn'"):
        topic_effects(model, data.corpus, "~ province", shares="mean")
    with pytest.raises(ParameterError, match="n_draws must be 1"):
        topic_effects(model, data.corpus, "~ province", n_draws=0)


@pytest.mark.parametrize(
    "formula",
    [
        "~ __import__('os').system('true')",
        "~ {exit()}",
        "~ I(exec('x'))",
        "~ province.__class__",
        "~ open('x')",
        "~ (lambda: 1)",
        "~ np.log(year)",
        "~ year + 'x'",
        "~ year[0]",
        "~ log(year).real",
        "~ bs(**year)",
        "~ bs(year, df=1000000000)",
        "~ (year + province) ** 99",
        "~ year if year else year",
        "~ year > 2020",
        "~ [y for y in year]",
        "~ (y := year)",
        "~ year # + province",
        "~ log(year)(year)",
        "~ ~ year",
        "~ " + "(" * 300 + "year" + ")" * 300,
        "~ " + "year + " * 100 + "year",
        "~ print(year)",
        "~ log(open)(year)",
    ],
)
def test_a_formula_runs_no_code(formula):
    with pytest.raises(ParameterError, match="The formula may hold"):
        formula_variables(formula)


def test_results_lead_back_to_paragraphs_and_draw(data, model):
    found = topic_effects(model, data.corpus, "~ province", n_draws=2)
    behind = found.explain(1)
    assert len(behind) == 200 and behind["weight"].is_monotonic_decreasing
    assert "percentage points" in found.plot().get_xlabel()


def test_the_same_call_gives_the_same_csv(data, model, tmp_path):
    paths = [
        topic_effects(model, data.corpus, "~ province", n_draws=3).to_csv(tmp_path / name)
        for name in ("a.csv", "b.csv")
    ]
    assert paths[0].read_bytes() == paths[1].read_bytes()


@pytest.mark.slow
def test_intervals_on_whole_corpora_cover_the_planted_effect():
    """Topics fitted anew on each corpus; the larger simulation is benchmarks/coverage.py."""
    covered = 0
    for seed in range(20):
        data = planted_topics(effect=0.15, report_spread=0.05, length=80, seed=100 + seed)
        model = NmfTopics(n_topics=4).fit(data.counts)
        topic = match_items(cosine_similarity(data.topic_word, model.topic_word_))[0]
        table = topic_effects(model, data.corpus, "~ province", n_draws=6, n_refits=1).table
        row = table[(table["topic"] == topic) & (table["term"] != "Intercept")].iloc[0]
        sign = 1 if "乙区" in row["term"] else -1
        covered += row["low"] <= sign * 0.15 <= row["high"]
    assert covered >= 17


def test_mixed_levels_are_told_unless_the_formula_holds_them(data, model):
    levels = ["county", "city"] * 8
    mixed = replace(data.corpus, documents=data.corpus.documents.assign(level=levels, genre="g"))
    told = topic_effects(model, mixed, "~ year", n_draws=2).cautions
    assert any("several kinds by level (city, county)" in c.en for c in told)
    assert not any("by genre" in c.en for c in told)
    held = topic_effects(model, mixed, "~ year + C(level)", n_draws=2).cautions
    assert not any("several kinds" in c.en for c in held)
    (said,) = topic_effects(model, data.corpus, "~ year", n_draws=2).cautions
    assert "year moves with the year alone" in said.en


def test_a_convenience_sample_is_told_as_everywhere(data, model):
    chosen = replace(data.corpus, info={**data.corpus.info, "design": "convenience"})
    told = topic_effects(model, chosen, "~ year", n_draws=2).cautions
    assert any(c.en.startswith("A convenience sample") for c in told)
    wider = topic_effects(model, data.corpus, "~ year", n_draws=2, confidence=0.99)
    usual = topic_effects(model, data.corpus, "~ year", n_draws=2)
    assert (wider.table["high"] > usual.table["high"]).all()


# Do the regressions agree with R's stm 1.3.7 on its own example model?


def test_effects_without_uncertainty_agree_with_estimate_effect(stm):
    """R's summary averages 500 draws of the coefficients: it has a simulation error of its own."""
    found, df = models.fit_independent(stm.design, stm.shares, np.array([[0.0, 1.0]]))
    printed = np.array([-0.18067, 0.27156, -0.09218])
    errors = np.array([0.02228, 0.02472, 0.02032])
    exact = np.sqrt(found.variance).ravel()
    assert np.all(np.abs(found.estimate.ravel() - printed) < 3 * exact / np.sqrt(500))
    assert np.all(np.abs(exact - errors) < 3 * exact / np.sqrt(1000))
    assert df == 339


def test_effects_without_uncertainty_are_ordinary_least_squares(stm):
    import statsmodels.api as sm

    found, _ = models.fit_independent(stm.design, stm.shares, np.array([[0.0, 1.0]]))
    for k in range(3):
        fit = sm.OLS(stm.shares[:, k], stm.design).fit()
        assert found.estimate[k, 0] == pytest.approx(fit.params[1], rel=1e-9)
        assert np.sqrt(found.variance[k, 0]) == pytest.approx(fit.bse[1], rel=1e-9)


def test_effects_with_uncertainty_agree_within_simulation_error(stm):
    """stm's "Global" draws: logistic normal around eta, covariance left after that of the means."""
    eta, mu = np.array(stm.fit["eta"]), np.array(stm.fit["mu"]["mu"]).T
    spread = np.array(stm.fit["sigma"]) - (eta - mu).T @ (eta - mu) / len(eta)
    rng = np.random.default_rng(0)
    fits = []
    for _ in range(300):
        drawn = eta + rng.multivariate_normal(np.zeros(2), spread, len(eta))
        raw = np.exp(np.column_stack([drawn, np.zeros(len(eta))]))
        share = raw / raw.sum(axis=1, keepdims=True)
        fits.append(models.fit_independent(stm.design, share, np.array([[0.0, 1.0]]))[0])
    pooled = models.compose(
        np.stack([f.estimate for f in fits]),
        np.stack([f.variance for f in fits]),
        np.array([339.0]),
    )
    assert pooled.estimate[1, 0] == pytest.approx(0.247, abs=0.005)
    assert pooled.std_error[1, 0] == pytest.approx(0.032, abs=0.002)
    assert 0 < pooled.between[1, 0] < 0.6


def test_rows_as_clusters_give_hc3_errors(stm):
    import statsmodels.api as sm

    alone = models.gather(stm.design, np.arange(341), [str(i) for i in range(341)])
    contrast = np.array([[0.0, 1.0]])
    robust = models.fit_clustered(alone, stm.shares, contrast)
    for k in range(3):
        hc3 = sm.OLS(stm.shares[:, k], stm.design).fit(cov_type="HC3").bse[1]
        # CR3 scales by (n - 1) / n, HC3 does not
        assert np.sqrt(robust.variance[k, 0] * 341 / 340) == pytest.approx(hc3, rel=1e-9)
    assert models.clustered_df(alone, contrast)[0] == pytest.approx(339, abs=3)


def test_a_formula_takes_a_shipped_grouping_of_places():
    places = ["浙江", "福建", "广东", "甘肃", "青海", "贵州"]
    rng = np.random.default_rng(3)
    words = ["山区", "巡诊", "改水", "湖区", "集市", "渡口", "船队", "果园", "茶厂", "路灯"]
    lines = [
        ["推进" + "".join(rng.permutation(words)[:6]) + "。" for _ in range(8)] for _ in places
    ]
    texts = {
        f"{place}省2021年政府工作报告.txt": "\n".join(said)
        for place, said in zip(places, lines, strict=True)
    }
    corpus = read_texts(texts)
    counts = count_words(corpus, min_docs=1)
    model = NmfTopics(n_topics=2).fit(counts)
    found = topic_effects(model, corpus, "~ 东中西", n_draws=2, n_refits=0)
    assert {"东中西[T.西部]"} <= set(found.table["term"])
    assert not placebo(found, n=2).table.empty
    with pytest.raises(ParameterError, match="东中西"):
        topic_effects(model, corpus, "~ 东中")

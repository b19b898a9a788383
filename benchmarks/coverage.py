"""Do intervals cover, do tests keep their size, and do false findings stay at level?

A realistic simulation: issuers that report year after year and have rates of their own, reports of
unequal length, shocks common to a year, memory from year to year, panels with gaps, texts shared by
several issuers, few issuers with heavy tails. Counts go straight into the tables that the public
functions return; each cell takes seconds. Every line prints what was asked and got, with the error
of the simulation, when issuers are the units and, in brackets, when every report is taken as
independent. Results stand in `coverage.csv`, which a test holds complete.

Run: ``python benchmarks/coverage.py [corpora a cell] [name of a function] [name of a cell]``;
``python benchmarks/coverage.py power`` prints power beside that of naive tests.
"""

import sys
import time
import warnings
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.sparse import csr_array, csr_matrix
from scipy.stats import multivariate_normal

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from coverage_codings import CODING_CELLS

from policytext import (
    Counts,
    KeynessSettings,
    NmfTopics,
    Result,
    adjusted_rates,
    count_words,
    load_corpus,
    load_theme_errors,
    placebo,
    rank_sets,
    region_distances,
    theme_profile,
    topic_effects,
    trend_tests,
)
from policytext import keyness as keyness_of
from policytext.analysis.distances import cuts_of, pair_p
from policytext.analysis.keyness import keyness_table, noise_floor, without_noise
from policytext.analysis.placebo import detectable
from policytext.analysis.regression import regression_rows, tested_rows
from policytext.analysis.report_groups import Reports
from policytext.analysis.trends import trend_table
from policytext.comparable import Cells
from policytext.inference import models
from policytext.inference.dyads import fit_dyads
from policytext.narratives.side_by_side import _unlike
from policytext.narratives.spread import _peer_share, at_risk, fit_hazard
from policytext.records import Bilingual, Method

REGIONS = np.repeat(["东部", "中部", "西部", "东北"], [10, 6, 12, 3])
PER = 10_000


@dataclass(frozen=True)
class World:
    """How counts come about: a rate a report, times what issuer, year and report add."""

    issuers: int = 31
    years: int = 8
    rate: float = 5.0
    between: float = 0.5
    within: float = 0.5
    shock: float = 0.0
    memory: float = 0.0
    drift: float = 0.0
    missing: float = 0.0
    late: bool = False
    heavy: bool = False
    templates: int = 0
    silent: float = 0.0
    slope: float = 0.0


@dataclass(frozen=True)
class Drawn:
    """One corpus: a row a report."""

    issuer: np.ndarray
    year: np.ndarray
    unit: np.ndarray
    size: np.ndarray
    hits: np.ndarray


def remembered(rng, n, years, words, spread, memory):
    """Series with first-order memory: n × years × words."""
    series = np.empty((n, years, words))
    series[:, 0] = rng.normal(0, spread, (n, words))
    for t in range(1, years):
        fresh = rng.normal(0, spread * np.sqrt(1 - memory**2), (n, words))
        series[:, t] = memory * series[:, t - 1] + fresh
    return series


def draw(rng, world, words, factors=None):
    """Draw a corpus; ``factors`` multiplies rates, issuers × words."""
    n, years = world.issuers, world.years
    cv = world.between
    own = rng.gamma(1 / cv**2, cv**2, (n, words)) if cv else np.ones((n, words))
    family = np.arange(n)
    if world.templates:
        # issuers of one family fill in one model: they share what is particular to it
        family = np.where(rng.random(n) < 0.5, rng.integers(0, world.templates, n), family + n)
        own = rng.gamma(1 / cv**2, cv**2, (2 * n, words))[family]
    if world.silent:
        own = own * (rng.random((n, words)) > world.silent) / (1 - world.silent)
    log = np.log(np.maximum(own, 1e-9))[:, None, :] + np.zeros((1, years, 1))
    if world.shock:
        log = log + remembered(rng, 1, years, words, world.shock, world.memory)
    if world.drift:
        log = log + remembered(rng, n, years, words, world.drift, 0.7)
    log = log + world.slope * (np.arange(years) - (years - 1) / 2)[None, :, None]
    size = (
        (rng.pareto(2, (n, years)) * 0.6 + 0.4)
        if world.heavy
        else rng.lognormal(0, 0.4, (n, years))
    )
    cv = world.within
    report = rng.gamma(1 / cv**2, cv**2, (n, years, words)) if cv else 1.0
    mean = size[:, :, None] * world.rate * np.exp(log) * report
    if factors is not None:
        mean = mean * factors[:, None, :]
    there = rng.random((n, years)) >= world.missing
    if world.late:
        there &= np.arange(years) >= rng.integers(0, max(years - 3, 1), n)[:, None]
    at = np.nonzero(there)
    hits = rng.poisson(mean)[at]
    return Drawn(at[0], at[1] + 2015, family[at[0]], size[at], hits)


def cells_of(drawn, by, labels, *, naive=False):
    """Build the cells that the public functions build from a corpus."""
    n = len(drawn.size)
    table = pd.DataFrame(
        {
            "doc_id": [f"d{i}" for i in range(n)],
            by: labels,
            "n_paragraphs": 30,
            "n_han": np.round(drawn.size * PER).astype(int),
            "unit": np.arange(n).astype(str) if naive else drawn.unit.astype(str),
        }
    )
    names = tuple(f"w{j}" for j in range(drawn.hits.shape[1]))
    counts = csr_array(drawn.hits)
    return Cells(table, (by,), counts, counts, names)


# One function a kind of statement: each returns figures by name, in per cent


def rate_of_region(rng, world, n, *, naive):
    """trends(by=region), attention_index, topic_shares: does the interval of a rate cover it?"""
    inside = []
    for _ in range(n):
        drawn = draw(rng, world, 30)
        labels = np.where(drawn.issuer < max(world.issuers * 12 // 31, 1), "西部", "其余")
        table = trend_table(cells_of(drawn, "region", labels, naive=naive))
        row = table[(table["region"] == "西部") & table["interval"].str.contains("log-rate")]
        inside += ((row["low"] <= world.rate) & (world.rate <= row["high"])).tolist()
    return {"cover": np.mean(inside) * 100 if inside else np.nan}


def as_groups(drawn, group, units):
    """Return reports and sides as keyness takes them."""
    names = np.array([f"d{i}" for i in range(len(group))], dtype=object)
    features = tuple(map(str, range(drawn.hits.shape[1])))
    reports = Reports(csr_matrix(drawn.hits), drawn.size * PER, names, features, units)
    return reports, {"a": (group, ~group)}


def two_groups(rng, world, n, *, naive, first=12, ratio=2.0, words=120, true=20, by_year=False):
    """keyness: size, coverage, false discoveries, what is found."""
    size, cover, false, found = [], [], [], []
    for _ in range(n):
        real = np.arange(words) < true
        factors = np.ones((world.issuers, words))
        if not by_year:
            factors[:first, real] = ratio
        drawn = draw(rng, world, words, factors)
        group = drawn.issuer < first
        hits = drawn.hits
        if by_year:
            group = drawn.year == drawn.year.max()
            more = rng.binomial(hits, 1 / ratio)
            hits = np.where(group[:, None] | ~real, hits, more)
        units = np.arange(len(group)) if naive else np.unique(drawn.unit, return_inverse=True)[1]
        drawn = replace(drawn, hits=hits)
        table = keyness_table(*as_groups(drawn, group, units), random_state=rng)
        table = table.set_index(table["feature"].astype(int)).sort_index()
        isreal = table.index.to_numpy() < true
        p, q = table["p_value"].to_numpy(), table["q_value"].to_numpy()
        tested = np.isfinite(p)
        size += (p[tested & ~isreal] < 0.05).tolist()
        truth = np.where(isreal, np.log2(ratio), 0.0)
        given = np.isfinite(table["low"].to_numpy()) & tested
        cover += ((table["low"] <= truth) & (truth <= table["high"]))[given].tolist()
        hit = q <= 0.05
        if tested.any():
            false.append((hit & ~isreal).sum() / max(hit.sum(), 1))
            found.append(hit[isreal & tested].mean())
    if not size:
        return {"size": np.nan}
    names = ("size", "cover", "FDR", "power")
    return {k: 100 * np.mean(v) for k, v in zip(names, (size, cover, false, found), strict=True)}


def most_conservative(rng, world, n, *, naive):
    """keyness ranked by Evert's LRC: how often any word stands out where none differs."""
    lrc = KeynessSettings(n_resamples=2, rank_by="lrc")
    found = []
    for _ in range(n):
        drawn = draw(rng, world, 120)
        reports, sides = as_groups(drawn, drawn.issuer < 12, drawn.issuer)
        table = keyness_table(reports, sides, random_state=rng, settings=lrc)
        noise = noise_floor(reports, sides, prior_words=lrc.prior_words, seed=rng)["a"]
        table = table.assign(noise_z=noise, above_noise=table["z"].abs() > noise)
        found.append(without_noise(table)["lrc"].ne(0).any())
    return {"any word": 100 * np.mean(found)}


def held_equal(rng, world, n, *, naive):
    """adjusted_rates(by=region, adjust=year): size and coverage of what is not refused."""
    size, cover, refused = [], [], []
    for _ in range(n):
        drawn = draw(rng, world, 6)
        labels = REGIONS[drawn.issuer]
        columns = pd.DataFrame({"region": labels, "year": drawn.year.astype(float)})
        table = regression_rows(cells_of(drawn, "region", labels, naive=naive), columns)
        table = table[table["variable"] == "region"]
        known = table["p_value"].notna()
        refused += (~known).tolist()
        size += (table.loc[known, "p_value"] < 0.05).tolist()
        cover += ((table["low"] <= 1) & (table["high"] >= 1))[known].tolist()
    return {
        "size": 100 * np.mean(size),
        "cover": 100 * np.mean(cover),
        "refused": 100 * np.mean(refused),
    }


def over_years(rng, world, n, *, naive):
    """trend_tests: size (or power, with a slope), coverage, false breaks, refusals.

    ``if independent``: how often the p-value that takes shocks of years as independent finds one.
    """
    size, cover, breaks, refused, brief = [], [], [], [], []
    for _ in range(n):
        drawn = draw(rng, world, 10)
        years = pd.array(drawn.year, dtype="Int64")
        table = tested_rows(cells_of(drawn, "year", years, naive=naive), {}, 0.95)
        for name in ("p_value", "p_independent", "p_change", "ratio_low", "ratio_high"):
            table[name] = pd.to_numeric(table[name])
        known = table["p_value"].notna()
        refused += (~known).tolist()
        size += (table.loc[known, "p_value"] < 0.05).tolist()
        brief += (table["p_independent"].dropna() < 0.05).tolist()
        truth = np.exp(world.slope)
        cover += ((table["ratio_low"] <= truth) & (truth <= table["ratio_high"]))[known].tolist()
        breaks += (table.loc[table["p_change"].notna(), "p_change"] < 0.05).tolist()
    mean = lambda values: 100 * np.mean(values) if values else np.nan  # noqa: E731
    name = "power" if world.slope else "size"
    return {
        name: mean(size),
        "cover": mean(cover),
        "if independent": mean(brief),
        "breaks": mean(breaks),
        "refused": mean(refused),
    }


def whole_texts(rng, world, n, *, naive, first=12, longer=1.0):
    """region_distances: size of the permutation test of one pair."""
    p = []
    for _ in range(n):
        drawn = draw(rng, world, 200)
        zipf = 200 / np.arange(1, 201) ** 0.9
        group = drawn.issuer < first
        scale = np.where(group, longer, 1.0)[:, None]
        hits = rng.poisson(drawn.hits / world.rate * zipf / zipf.mean() * 5 * scale)
        units = np.arange(len(group)) if naive else np.unique(drawn.unit, return_inverse=True)[1]
        first_row = np.unique(units, return_index=True)[1]
        side = group[first_row]
        names = np.array(["a", "b"])
        cuts = cuts_of(csr_matrix(hits), units, side.astype(int), np.arange(len(side)), names, 3)
        p.append(pair_p(cuts, side, ~side, 199, 0))
    p = np.array(p)
    known = p[np.isfinite(p)]
    return {"size": 100 * np.mean(known <= 0.05) if len(known) else np.nan}


def shares_of_topics(rng, world, n, *, naive):
    """topic_effects with shares that are known: size and coverage of a difference of regions."""
    size, cover, refused = [], [], 0
    for _ in range(n):
        drawn = draw(rng, replace(world, rate=20.0), 5)
        share = drawn.hits / np.maximum(drawn.hits.sum(axis=1, keepdims=True), 1)
        rows = np.repeat(np.arange(len(share)), 4)
        noisy = np.clip(share[rows] + rng.normal(0, 0.1, (len(rows), 5)), 0, 1)
        group = (drawn.issuer < 12).astype(float)[rows]
        units = rows if naive else drawn.unit[rows]
        codes, names = pd.factorize(units)
        design = np.column_stack([np.ones(len(rows)), group])
        gathered = models.gather(design, codes, list(map(str, names)))
        contrast = np.array([[0.0, 1.0]])
        fit = models.fit_clustered(gathered, noisy, contrast)
        df = models.clustered_df(gathered, contrast)
        composed = models.Composed(
            fit.estimate,
            np.sqrt(fit.variance / models.inflation(gathered, contrast)),
            np.broadcast_to(df, fit.estimate.shape),
            fit.estimate,
        )
        p, low, high = models.p_and_interval(composed, 0.95)
        size += (p < 0.05).ravel().tolist()
        cover += ((low <= 0) & (high >= 0)).ravel().tolist()
    return {"size": 100 * np.mean(size), "cover": 100 * np.mean(cover), "refused": refused}


def known_change(rng, world, n, *, naive):
    """trend_tests(since=…): size of a change of level, and of slope, where nothing changes."""
    level, turn, refused = [], [], []
    for _ in range(n):
        drawn = draw(rng, world, 10)
        years = pd.array(drawn.year, dtype="Int64")
        since = 2015 + world.years // 2
        table = tested_rows(cells_of(drawn, "year", years), {}, 0.95, since)
        p = table[["level_p", "turn_p"]].apply(pd.to_numeric)
        known = p["level_p"].notna()
        refused += (~known).tolist()
        level += (p.loc[known, "level_p"] < 0.05).tolist()
        turn += (p.loc[known, "turn_p"] < 0.05).tolist()
    mean = lambda values: 100 * np.mean(values) if values else np.nan  # noqa: E731
    return {"level": mean(level), "slope": mean(turn), "refused": mean(refused)}


def places_of_regions(rng, world, n, *, naive, per=8, spread=2.0):
    """rank_sets: does each set hold its region's place, and do all sets together?"""
    each, every, length = [], [], []
    regions = world.issuers // per
    own = np.repeat(np.exp(np.linspace(0, spread, regions)), per)
    own[: per * (regions // 3)] = 1.0
    truth = own[::per]
    first = 1 + (truth[None, :] > truth[:, None]).sum(axis=1)
    last = regions - (truth[None, :] < truth[:, None]).sum(axis=1)
    for _ in range(n):
        drawn = draw(rng, world, 1, own[:, None])
        labels = np.array([f"r{i // per:02d}" for i in drawn.issuer])
        table = trend_table(cells_of(drawn, "region", labels))
        notes = dict.fromkeys(table.columns, "")
        nothing = Bilingual("", "")
        result = Result(table, nothing, notes, Method(nothing))
        found = rank_sets(result, "region").table.sort_values("group")
        held = (found["rank_low"] <= first) & (last <= found["rank_high"])
        each += held.tolist()
        every.append(((found["joint_low"] <= first) & (last <= found["joint_high"])).all())
        length.append((found["rank_high"] - found["rank_low"] + 1).mean() / regions)
    return {
        "each": 100 * np.mean(each),
        "all": 100 * np.mean(every),
        "width": 100 * np.mean(length),
    }


def what_design_says(rng, world, n, *, naive):
    """Run design: power at the ratio it names, and how often a group is silent beside what it says.

    ``shift``: how many points the silences that were found lie above those that were said.
    """
    found, silent, said = [], [], []
    for _ in range(n):
        drawn = draw(rng, world, 60)
        group = drawn.issuer < 12
        table = pd.DataFrame(
            {
                "doc_id": np.arange(len(group)).astype(str),
                "n_han": drawn.size * PER,
                "unit": drawn.issuer.astype(str),
            }
        )
        told = detectable(table, group, world.rate, world.between, 0.8, 0.95)
        said.append(told["p_silence"])
        silent += (drawn.hits[group].sum(axis=0) == 0).tolist()
        if world.rate < 1:
            continue
        factors = np.where(np.arange(world.issuers)[:, None] < 12, told["ratio_found"], 1.0)
        more = draw(rng, world, 60, np.repeat(factors, 60, axis=1))
        table = keyness_table(*as_groups(more, more.issuer < 12, more.issuer), random_state=rng)
        found += (table["p_value"].dropna() < 0.05).tolist()
    return {
        "power at ratio_found": 100 * np.mean(found) if found else np.nan,
        "shift": 100 * (np.mean(silent) - np.mean(said)),
    }


def kinds_of_verbs(rng, world, n, *, naive):
    """compare_narratives: how often a group of issuers drawn from one world stands above chance."""
    above = []
    for _ in range(n):
        own = rng.dirichlet(np.array([8.0, 4, 3, 2, 1, 1]), world.issuers)
        clauses = rng.poisson(world.rate * rng.gamma(2, 0.5, world.issuers)) + 1
        units = np.repeat(np.arange(world.issuers), clauses)
        verbs = [rng.choice(list("abcdef"), p=own[u]) for u in units]
        named = pd.DataFrame({"unit": np.arange(len(units)) if naive else units})
        named["verb_class"] = verbs
        found = _unlike(named, units < world.issuers * 12 // 31, rng)
        above.append(found["difference"] > found["chance_high"])
    return {"above chance": 100 * np.mean(above)}


def taken_up(rng, world, true, follow):
    """Reports of places that take a term up, two covariates, neighbours on a ring, and families.

    A place that has it names it in each later report. Yearly chance: ``rate``, a hazard ratio of
    2 for the first covariate, ``follow`` for ten points of its four neighbours, ``between`` its
    own. Places of one family take it up alike and share their covariates.
    """
    n = world.issuers
    family = np.arange(n)
    if world.templates:
        family = np.where(rng.random(n) < 0.5, rng.integers(0, world.templates, n), family + n)
    code = np.unique(family, return_inverse=True)[1]
    x, own = rng.normal(size=(n, 2))[code], rng.normal(0, world.between, n)[code]
    near = (np.arange(n)[:, None] + np.array([-2, -1, 1, 2])) % n
    since = np.full(n, 9999)
    for year in range(world.years):
        share = (since[near] < year).mean(axis=1)
        log = np.log(world.rate) + np.log(true) * x[:, 0] + own + 10 * np.log(follow) * share
        log = log + rng.normal(0, world.shock)
        new = rng.random(n)[code] < 1 - np.exp(-np.exp(log))
        since[new & (since == 9999)] = year
    place, year = np.nonzero(rng.random((n, world.years)) >= world.missing)
    names = np.char.add("g", np.char.zfill(place.astype(str), 3)).astype(object)
    reports = pd.DataFrame({"group": names, "year": year + 2015, "named": since[place] <= year})
    beside = {f"g{i:03d}": [f"g{j:03d}" for j in row] for i, row in enumerate(near)}
    return reports, pd.DataFrame(x, columns=["x", "z"]), beside, code


def first_mentions(rng, world, n, *, naive, follow=1.0, peers=False, periods=3):
    """adoption_hazard: size (without an effect), coverage, power, and what is refused."""
    true = 1.0 if peers else 2.0
    size, cover, power, share, refused = [], [], [], [], []
    for _ in range(n):
        reports, values, beside, code = taken_up(rng, world, true, follow)
        rows = at_risk(reports, 2015)[0]
        place = rows["group"].str[1:].astype(int).to_numpy()
        columns = values.iloc[place].reset_index(drop=True)
        if peers:
            columns = pd.DataFrame({"peers": 10 * _peer_share(beside, reports, rows, None, "")})
        fit = fit_hazard(rows, columns, place if naive else code[place], periods, 0.95)
        refused.append(fit.refused != "")
        if fit.refused:
            continue
        first, null = fit.table.iloc[1], fit.table.iloc[columns.shape[1]]
        ratio = follow if peers else true
        if ratio > 1:
            power.append(first["p_value"] < 0.05)
            share.append(first["estimate"] / np.log(ratio))
        if not world.between:
            cover.append(first["low"] <= np.log(ratio) <= first["high"])
        if not peers or ratio == 1:
            size.append(null["p_value"] < 0.05)
    figures = {"cover": cover, "size": size, "power": power, "of the effect": share}
    told = {name: 100 * np.mean(said) for name, said in figures.items() if said}
    return {**told, "refused": 100 * np.mean(refused)}


def said_again(rng, world, true):
    """Shares of ordered pairs of places over years, and two traits of pairs that overlap.

    Receivers and senders have levels and a noise of their own (``between``), pairs a hidden
    likeness that no trait tells and a part that lasts over the years (``within``); shares are
    skewed (``heavy``) and many are nearly nothing. ``true`` is the effect of the first trait.
    """
    n, years = world.issuers, world.years
    zone = rng.choice(4, size=n, p=[10 / 31, 6 / 31, 12 / 31, 3 / 31])
    place = rng.random((n, 2)) + 0.5 * np.column_stack([zone == 0, zone == 1])
    apart = ((place[:, None] - place[None]) ** 2).sum(axis=2)
    pairs = ~np.eye(n, dtype=bool)
    near = (apart < np.quantile(apart[pairs], 0.15)).astype(float)
    same = (zone[:, None] == zone[None]).astype(float)
    one, other = np.nonzero(pairs)
    hidden = rng.normal(size=(n, 2))
    level = rng.normal(0, world.between, (2, n))
    lasting = rng.normal(0, world.within, (n, n))
    lasting = lasting + np.triu(rng.normal(0, world.within, (n, n)), 1)
    own = np.exp(world.between * rng.normal(size=n))
    rows = []
    for year in range(years):
        noise = rng.normal(size=len(one)) + rng.normal(0, world.shock)
        log = level[0][one] + level[1][other] + lasting[one, other] + noise
        log = log + 0.5 * (hidden[one] * hidden[other]).sum(axis=1)
        share = own[one] * own[other] * (np.maximum(log, 0) ** 1.5 if world.heavy else log)
        rows.append((share + true * same[one, other], np.full(len(one), year)))
    share, year = map(np.concatenate, zip(*rows, strict=True))
    return share, (same, near), np.tile(one, years), np.tile(other, years), year


def pairs_of_places(rng, world, n, *, naive):
    """dyad_regression: coverage of the effect of one trait, size of the other, power."""
    true, cover, size, power = 0.6, [], [], []
    for _ in range(n):
        share, traits, one, other, year = said_again(rng, world, true)
        if naive:
            design = np.column_stack([trait[one, other] for trait in traits])
            sides = [np.eye(world.issuers)[one], np.eye(world.issuers)[other][:, 1:]]
            fit = of_rows(share, np.column_stack([design, *sides]))
        else:
            seed = int(rng.integers(2**31))
            fit = fit_dyads(share, traits, one, other, year, n_permutations=199, random_state=seed)
        first, second = fit.iloc[0], fit.iloc[1]
        cover.append(first["low"] <= true <= first["high"])
        power.append(first["p_value"] <= 0.05)
        size.append(second["p_value"] <= 0.05)
    return {
        "cover": 100 * np.mean(cover),
        "size": 100 * np.mean(size),
        "power": 100 * np.mean(power),
    }


def of_rows(share, design):
    """Least squares as if every row were independent, two coefficients first."""
    import statsmodels.api as sm

    fit = sm.OLS(share, design).fit(cov_type="HC1")
    low, high = fit.conf_int().T
    return pd.DataFrame({"low": low, "high": high, "p_value": fit.pvalues})[:2]


@cache
def real_reports():
    """Read the counts of 31 provinces in 2025 and 2026, as if the provinces had been drawn."""
    corpus = load_corpus(Path(__file__).parents[1] / "corpus" / "provinces-2025-2026" / "counts")
    documents = corpus.documents.assign(zone=corpus.document_groups("东中西"))
    # a census has no p-values
    return replace(corpus, documents=documents, info={**corpus.info, "design": "sample"})


@cache
def real_years():
    """Read the counts of 54 reports of the State Council, as if the years had been drawn."""
    corpus = load_corpus(Path(__file__).parents[1] / "corpus" / "state-council" / "counts")
    return replace(corpus, info={**corpus.info, "design": "sample"})


@cache
def real_topics():
    """Fit thirty topics to them."""
    counts = count_words(real_reports(), min_docs=20, max_doc_share=0.3, min_chars=2)
    return NmfTopics(30).fit(counts.select(real_reports().counted()))


def themes_counted(corpus):
    """Return the themes that were read in each paragraph, as counts."""
    stored = corpus.stored["themes"]
    names = sorted(stored["theme"].unique())
    place = pd.Series(
        np.arange(len(corpus.paragraphs)),
        index=pd.MultiIndex.from_frame(corpus.paragraphs[["doc_id", "para_no"]]),
    )
    rows = place.loc[pd.MultiIndex.from_frame(stored[["doc_id", "para_no"]])].to_numpy()
    columns = stored["theme"].map({name: i for i, name in enumerate(names)}).to_numpy()
    shape = (len(corpus.paragraphs), len(names))
    return Counts(csr_matrix((np.ones(len(rows), int), (rows, columns)), shape), tuple(names))


def on_real_reports(rng, world, n, *, naive):
    """Placebo on real reports: how often chance finds as much as p < .05 says.

    By region and by year on 31 provinces in 2025 and 2026; trends on 54 reports of one issuer.
    """
    corpus = real_years() if world.startswith("one issuer") else real_reports()
    table = placebo(REAL[world](corpus), n=n, random_state=int(rng.integers(2**31))).table
    found = 100 * table.set_index("claim")["chance_mean"]
    if "apart" in found:
        return {"apart by chance": found["apart"]}
    told = {"found by chance": found["p_value"]}
    return {**told, "breaks by chance": found["p_change"]} if "p_change" in found else told


def profile_of_themes(corpus):
    """Shares of themes, corrected; their intervals are for these paragraphs and test nothing."""
    coded = corpus.paragraphs.loc[corpus.counted(), ["doc_id", "para_no"]]
    coding = corpus.stored["themes"].merge(coded)
    return theme_profile(corpus, coding, "zone", errors=load_theme_errors("provinces-2025"))


def rates_of_words(corpus):
    """Rates of every fifth word that is often used, year held equal."""
    counts = count_words(corpus, min_docs=200, min_chars=2)
    some = Counts(counts.matrix[:, ::5], counts.features[::5])
    return adjusted_rates(corpus, counts=some, by="zone", adjust=["year"], level="province")


def trends_of_words(corpus):
    """Trends and breaks of every twentieth word that is often used."""
    counts = count_words(corpus, min_docs=40, min_chars=2)
    return trend_tests(corpus, counts=Counts(counts.matrix[:, ::20], counts.features[::20]))


def effects_of_topics(corpus, formula):
    """Effects as they are given, but for what a model blurs, which no p-value asks for."""
    return topic_effects(real_topics(), corpus, formula, n_refits=0)


REAL = {
    "keyness by region": lambda c: keyness_of(c, by="zone", top=None, min_hits=50),
    "keyness by year": lambda c: keyness_of(c, by="year", top=None, min_hits=20),
    "themes by region": lambda c: keyness_of(c, themes_counted(c), by="zone", top=None),
    "themes by year": lambda c: keyness_of(c, themes_counted(c), by="year", top=None),
    "theme profile by region": profile_of_themes,
    "rates by region": rates_of_words,
    "distances by region": lambda c: region_distances(
        c, by="zone", level="province", n_permutations=199, n_splits=2
    ),
    "topics by region": lambda c: effects_of_topics(c, "~ zone"),
    "topics by year": lambda c: effects_of_topics(c, "~ C(year)"),
    "one issuer, trends of words": trends_of_words,
}
"""The same call on the real reports, by region and by year; trends need ten years of one issuer."""
ONE = World(issuers=1, between=0.0)
PLACES = World(rate=0.2, between=0.0)
CELLS = {
    "region rate": (
        rate_of_region,
        {
            "31 issuers × 8 years": World(),
            "31 × 1, heavy lengths": World(years=1, heavy=True, between=1.0),
            "13 issuers (5 in the region) × 3": World(issuers=13, years=3),
            "half silent, heavy": World(years=3, silent=0.5, heavy=True, between=0.7),
            "templates": World(years=3, templates=6),
            "few hits": World(rate=0.5),
        },
        1,
    ),
    "keyness": (
        two_groups,
        {
            "12 v 19 × 8 years": World(),
            "12 v 19 × 8, year shocks": World(shock=0.3),
            "gaps": World(missing=0.3),
            "templates": World(templates=6),
            "few hits": World(rate=0.5, years=3),
        },
        1,
    ),
    "keyness 5 v 25, heavy": (
        lambda rng, w, n, naive: two_groups(rng, w, n, naive=naive, first=5),
        {
            "× 1": World(issuers=30, years=1, heavy=True, between=1.0),
            "× 8": World(issuers=30, heavy=True, between=1.0),
        },
        1,
    ),
    "keyness 3 v 28": (
        lambda rng, w, n, naive: two_groups(rng, w, n, naive=naive, first=3),
        {"× 8": World()},
        1,
    ),
    "keyness by year (same issuers)": (
        lambda rng, w, n, naive: two_groups(rng, w, n, naive=naive, by_year=True, ratio=1.4),
        {
            "31 × 2": World(years=2, within=0.3),
            "31 × 2, few hits": World(years=2, within=0.3, rate=0.5),
            "31 × 2, reports alike": World(years=2, within=0.0),
            "8 × 2": World(issuers=8, years=2, within=0.3),
        },
        1,
    ),
    "keyness(rank_by=lrc)": (
        most_conservative,
        {"independent words": World(between=0.0, within=0.0), "12 v 19 × 8 years": World()},
        0.2,
    ),
    "adjusted_rates": (
        held_equal,
        {"31 × 8": World(), "31 × 8, gaps": World(missing=0.3), "31 × 1": World(years=1)},
        2,
    ),
    "trend_tests": (
        over_years,
        {
            "31 × 8": World(),
            "31 × 8, shocks .15": World(shock=0.15),
            "31 × 8, shocks .3": World(shock=0.3),
            "31 × 12, shocks .3": World(shock=0.3, years=12),
            "31 × 12, shocks .3 with memory .6": World(shock=0.3, years=12, memory=0.6),
            "31 × 12, shocks .15 with memory .6": World(shock=0.15, years=12, memory=0.6),
            "31 × 8, shocks .3 with memory .6": World(shock=0.3, memory=0.6),
            "31 × 5, shocks .3 with memory .6": World(shock=0.3, years=5, memory=0.6),
            "31 × 5": World(years=5, shock=0.15),
            "31 × 3": World(years=3, shock=0.15),
            "31 × 10, issuers join late": World(late=True, years=10, shock=0.1),
            "31 × 8, issuers with memory": World(drift=0.5, within=0.3),
            "6 × 10, issuers with memory": World(issuers=6, years=10, drift=0.5, within=0.3),
            "4 × 10, issuers with memory": World(issuers=4, years=10, drift=0.5, within=0.3),
            "1 × 10": replace(ONE, years=10),
            "1 × 10, memory .6": replace(ONE, years=10, within=0, shock=0.6, memory=0.6),
            "1 × 20, memory .6": replace(ONE, years=20, within=0, shock=0.6, memory=0.6),
            "1 × 20, rise of 6 % a year": replace(ONE, years=20, slope=0.06, rate=10),
            "31 × 8, rise of 8 % a year": World(slope=0.08),
            "31 × 8, shocks .15, rise of 8 %": World(slope=0.08, shock=0.15),
            "31 × 5, shocks .15, rise of 35 %": World(slope=0.3, shock=0.15, years=5),
        },
        2,
    ),
    "trend_tests(since)": (
        known_change,
        {
            "31 × 8, shocks .3": World(shock=0.3),
            "31 × 12, shocks .3 with memory .6": World(shock=0.3, years=12, memory=0.6),
            "31 × 10, issuers with memory": World(years=10, drift=0.5, within=0.3),
            "1 × 14, memory .6": replace(ONE, years=14, within=0, shock=0.6, memory=0.6),
            "31 × 6": World(years=6),
        },
        4,
    ),
    "rank_sets": (
        places_of_regions,
        {
            "31 regions of 8 issuers × 1": World(issuers=248, years=1),
            "31 regions of 8 issuers × 4": World(issuers=248, years=4, between=0.3),
            "10 regions, few hits": World(issuers=80, years=1, rate=1.0),
        },
        1,
    ),
    "rank_sets, regions alike": (
        lambda rng, w, n, naive: places_of_regions(rng, w, n, naive=naive, per=30, spread=0.0),
        {"10 regions of 30 issuers × 1": World(issuers=300, years=1)},
        1,
    ),
    "design": (
        what_design_says,
        {
            "31 × 1": World(years=1, within=0.0),
            "31 × 4": World(years=4, within=0.0),
            "few hits: silences": World(years=1, rate=0.1, within=0.0, between=1.0),
        },
        2,
    ),
    "compare_narratives": (
        kinds_of_verbs,
        {"31 issuers": World(rate=20.0), "13 issuers, few clauses": World(issuers=13, rate=8.0)},
        0.2,
    ),
    "adoption_hazard": (
        first_mentions,
        {
            "31 × 8, gaps, shocks .8": replace(PLACES, missing=0.2, shock=0.8),
            "31 × 8, places differ": replace(PLACES, between=1.0),
            "60 × 6, texts shared": replace(PLACES, issuers=60, years=6, templates=8),
            "90 × 5, texts shared": replace(PLACES, issuers=90, years=5, templates=25),
        },
        0.1,
    ),
    "adoption_hazard, one period": (
        lambda rng, w, n, naive: first_mentions(rng, w, n, naive=naive, periods=1),
        {"31 × 8, few mentions": replace(PLACES, rate=0.06)},
        0.1,
    ),
    "adoption_hazard(peers)": (
        lambda rng, w, n, naive: first_mentions(rng, w, n, naive=naive, peers=True),
        {
            "60 × 8, shocks .8": replace(PLACES, issuers=60, shock=0.8),
        },
        0.1,
    ),
    "adoption_hazard(peers), ratio 1.15": (
        lambda rng, w, n, naive: first_mentions(rng, w, n, naive=naive, peers=True, follow=1.15),
        {"60 × 8": replace(PLACES, rate=0.1, issuers=60)},
        0.1,
    ),
    "dyad_regression": (
        pairs_of_places,
        {
            "12 × 1, skewed": World(issuers=12, years=1, heavy=True),
            "31 × 1": World(years=1),
            "31 × 1, skewed": World(years=1, heavy=True),
            "31 × 4, skewed, shocks .8": World(years=4, heavy=True, shock=0.8),
        },
        0.5,
    ),
    "placebo": (on_real_reports, {name: name for name in REAL}, 2),
    "region_distances": (
        whole_texts,
        {"12 v 19 × 4": World(years=4), "12 v 19 × 1": World(years=1)},
        2,
    ),
    "region_distances, first side 4 × longer": (
        lambda rng, w, n, naive: whole_texts(rng, w, n, naive=naive, longer=4.0, first=5),
        {"5 v 25 × 1": World(issuers=30, years=1)},
        2,
    ),
    "topic_effects": (
        shares_of_topics,
        {"31 × 4": World(years=4), "templates": World(years=4, templates=6)},
        1,
    ),
    **CODING_CELLS,
}


RATES = ("region rate", "crosstab")
CLAIMS = {
    "agreement": ("agreement",),
    "attention": RATES,
    "coding_drift": ("coding_drift",),
    "corrected": ("validity, corrected_index",),
    "crosstab": RATES,
    "design": ("design",),
    "distance": ("region_distances", "region_distances, first side 4 × longer"),
    "dyad_effect": ("dyad_regression",),
    "effects": tuple(name for name in CELLS if name.startswith("topic_effects")),
    "evaluation": ("score_table",),
    "group_word": ("topic_words_by_group",),
    "hazard": tuple(name for name in CELLS if name.startswith("adoption_hazard")),
    "interrupted": ("trend_tests(since)",),
    "intrusion_score": ("score_intrusion",),
    "keyness": tuple(name for name in CELLS if name.startswith("keyness")),
    "narratives": ("compare_narratives",),
    "placebo": ("placebo",),
    "positions": ("text_positions",),
    "profile": RATES,
    "ranks": ("rank_sets", "rank_sets, regions alike"),
    "regression": ("adjusted_rates",),
    "shares": (*RATES, "topic_effects"),
    "statements.wording": ("wording",),
    "test": ("trend_tests",),
    "theme_profile": ("theme_profile",),
    "trend": ("region rate", "trends, share of reports", "trends(origin_adjusted), copied text"),
    "validity": ("validity, corrected_index",),
}
"""The cells of each table that prints an interval or a p-value (names of columns.csv)."""

NO_CLAIM = {"reliability": "low and high are the edges of bins"}

FEW = "fewer than ten reports: the result says that its intervals are too narrow"
LIBERAL = {
    ("agreement", "6 reports of 20 paragraphs"): FEW,
    ("agreement", "8 reports of 20 paragraphs"): FEW,
    ("score_table", "8 reports of 20 paragraphs"): FEW,
}
"""Cells that err on the side of finding too much, and what is said of them where users read."""

ALONE = (
    most_conservative,
    over_years,
    known_change,
    places_of_regions,
    what_design_says,
    on_real_reports,
)
"""Functions without a naive twin; so are all of codings."""

ASKED = {
    **dict.fromkeys(("FDR", "any word"), (0.0, 5.0)),
    **dict.fromkeys(("found by chance", "breaks by chance"), (3.0, 7.0)),
    "above chance": (1.5, 3.5),
    "power at ratio_found": (75.0, 85.0),
    **dict.fromkeys(("size", "breaks", "level", "slope"), (4.0, 6.0)),
    **dict.fromkeys(
        (
            "power",
            "refused",
            "if independent",
            "width",
            "population",
            "these rows",
            "apart by chance",
            "plain cover",
            "plain of the effect",
            "shift",
            "n_effective",
            "of the effect",
            "of the ratio",
            "corrected, of the effect",
        ),
        None,
    ),
}
"""What is asked of each figure, in per cent; of all others that they cover."""

COVER = (93.5, 96.5)
BATCHES = 20
OUT = Path(__file__).with_name("coverage.csv")
COLUMNS = ("function", "cell", "figure", "asked", "got", "error", "naive", "n", "verdict")


def batches(function, world, n, seed, *, naive):
    """Figures of a cell, each with its simulation error: means and spread of batches of corpora."""
    seeds = np.random.default_rng(seed).spawn(min(BATCHES, n))
    parts = map(len, np.array_split(np.arange(n), len(seeds)))
    runs = [function(rng, world, k, naive=naive) for rng, k in zip(seeds, parts, strict=True)]
    table = pd.DataFrame(runs).astype(float)
    return table.mean(), table.std() / np.sqrt(table.notna().sum())


def verdict(figure, got, error, n):
    """Say whether a figure is as asked, within two simulation errors, and on which side it errs.

    Where all or none of n corpora hold, that is as asked unless it were rare at what is asked.
    """
    asked = ASKED.get(figure, COVER)
    if asked is None:
        return ""
    if np.isnan(got):
        return "refused"
    slack = 2 * (0.0 if np.isnan(error) else error)
    if not slack and got in (0, 100):
        slack = 100 * (1 - 0.05 ** (1 / n))
    low, high = asked
    if low - slack <= got <= high + slack:
        return "as asked"
    covers = figure not in ASKED or figure.startswith("power")
    return "conservative" if (got > high) == covers else "liberal"


def cell(function, name, run, world, n, seed):
    """Rows of one cell: with issuers as units, and with reports as units beside."""
    start = time.perf_counter()
    got, error = batches(run, world, n, seed, naive=False)
    twinless = function.startswith(("adoption_hazard", "rank_sets"))
    alone = run in ALONE or function in CODING_CELLS or twinless
    # what has no twin needs none beside
    naive = {} if alone else batches(run, world, n, seed, naive=True)[0]
    rows = []
    for figure in got.index:
        asked = ASKED.get(figure, COVER)
        told = verdict(figure, got[figure], error[figure], n)
        rows.append(
            {
                "function": function,
                "cell": name,
                "figure": figure,
                "asked": "" if asked is None else f"{asked[0]:g}-{asked[1]:g}",
                "got": got[figure],
                "error": error[figure],
                "naive": naive.get(figure, np.nan),
                "n": n,
                "verdict": told,
            }
        )
        beside = f" ({naive[figure]:.1f})" if figure in naive else ""
        print(
            f"  {name:40s} {figure:14s} asked {rows[-1]['asked'] or '-':9s} got "
            f"{got[figure]:5.1f} ± {error[figure]:.1f}{beside}  {told}",
            flush=True,
        )
    print(f"    n {n} [{time.perf_counter() - start:.0f} s]", flush=True)
    return rows


def keep(rows):
    """Write rows into the file of results, in the place of those of the same cells."""
    new = pd.DataFrame(rows, columns=list(COLUMNS)).round({"got": 1, "error": 1, "naive": 1})
    if OUT.exists():
        old = pd.read_csv(OUT, keep_default_na=False)
        done = set(zip(new["function"], new["cell"], strict=True))
        there = [key not in done for key in zip(old["function"], old["cell"], strict=True)]
        new = pd.concat([old[there], new.astype(object).where(new.notna(), "")])
    order = {name: i for i, name in enumerate(CELLS)}
    place = {(f, c): i for f, (_, worlds, _) in CELLS.items() for i, c in enumerate(worlds)}
    new = new[new["function"].isin(order)]
    keys = [
        (order[f], place.get((f, c), 99)) for f, c in zip(new["function"], new["cell"], strict=True)
    ]
    new = new.iloc[sorted(range(len(keys)), key=keys.__getitem__)]
    new.to_csv(OUT, index=False)


NULL = {
    "31 × 8, rise of 8 % a year": "31 × 8",
    "31 × 8, shocks .15, rise of 8 %": "31 × 8, shocks .15",
    "31 × 5, shocks .15, rise of 35 %": "31 × 5",
}
"""Cells of trends whose size belongs to the power of another cell."""


def powers():
    """Print power beside that of the naive test, and whether that test keeps its size.

    Naive takes every report as independent; in `trend_tests`, shocks of different years.
    """
    kept = pd.read_csv(OUT)
    table = kept.set_index(["function", "cell", "figure"])
    rows = []
    for (function, cell_of, _), row in table.xs("power", level=2, drop_level=False).iterrows():
        null = (function, NULL.get(cell_of, cell_of))
        if function == "trend_tests":
            if null[1] == cell_of:
                continue
            beside, size = (
                table.loc[(*place, "if independent"), "got"]
                for place in ((function, cell_of), null)
            )
        elif pd.isna(row["naive"]):
            continue
        else:
            beside, size = row["naive"], table.loc[(*null, "size"), "naive"]
        valid = "yes" if size <= ASKED["size"][1] else "no"
        rows.append([function, cell_of, row["got"], beside, size, valid])
    names = ["function", "cell", "power", "naive power", "naive size", "naive valid"]
    print(pd.DataFrame(rows, columns=names).to_string(index=False))
    for name in NULL:
        world = CELLS["trend_tests"][1][name]
        most = most_power(world.slope, world.shock, world.years)
        print(f"{name}: no test that keeps its size at every memory finds more than {most:.0f} %")


NOISE = 0.0137
"""Variance of a year's effect in a panel of 31 issuers without shocks (mean of 40 panels)."""

SHOCKS, MEMORIES = (0.0, 0.1, 0.15, 0.2, 0.3, 0.5, 1.0), (0.0, 0.2, 0.4, 0.6)


def most_power(slope, shock, years, n=20_000, size=0.05):
    """Power that no test of a slope exceeds which keeps its size at every memory up to .6.

    Year effects are normal, shocks independent under the slope. The worst mixture of panels without
    a slope is sought; the test against it is the most powerful one (Elliott, Müller & Watson 2015).
    """
    rng = np.random.default_rng(0)
    time = np.arange(years) - (years - 1) / 2
    apart = np.abs(time[:, None] - time)
    level_free = np.linalg.svd(np.eye(years) - 1 / years)[0][:, : years - 1]

    def normal(shock, memory, mean=0.0):
        noise = NOISE * np.eye(years) + shock**2 * np.power(memory, apart)
        return multivariate_normal(level_free.T @ (mean * time), level_free.T @ noise @ level_free)

    nulls = [normal(s, m) for s in SHOCKS for m in MEMORIES if s or not m]
    rises = [normal(shock, 0.0, sign * slope) for sign in (1, -1)]
    each = -(-n // len(nulls))
    x = np.concatenate([one.rvs(each, random_state=rng) for one in nulls])
    log_null = np.stack([one.logpdf(x) for one in nulls], axis=1)
    log_rise = np.logaddexp(*(one.logpdf(x) for one in rises)) - np.log(2)
    drawn = np.logaddexp.reduce(log_null, axis=1, keepdims=True) - np.log(len(nulls))
    chance = np.exp(log_null - drawn) / len(x)
    weight = np.full(len(nulls), -np.log(len(nulls)))
    for step in range(1500):
        found = log_rise > np.logaddexp.reduce(log_null + weight, axis=1)
        weight += 20 / (1 + step / 100) * (found @ chance - size)
    y = rises[0].rvs(n, random_state=rng)
    log_y = np.stack([one.logpdf(y) for one in nulls], axis=1)
    rise_y = np.logaddexp(*(one.logpdf(y) for one in rises)) - np.log(2)
    return 100 * np.mean(rise_y > np.logaddexp.reduce(log_y + weight, axis=1))


def main(n=100, only="", part=""):
    """Print all cells, or those of one function, or one of them."""
    warnings.simplefilter("ignore")
    for function, (run, worlds, divide) in CELLS.items():
        if only and only not in function:
            continue
        print(function)
        for k, (name, world) in enumerate(worlds.items()):
            if part not in name:
                continue
            keep(cell(function, name, run, world, max(int(n / divide), 2), k))


if __name__ == "__main__":
    if sys.argv[1:] == ["power"]:
        powers()
    else:
        main(*(int(sys.argv[1]), *sys.argv[2:4]) if len(sys.argv) > 1 else ())

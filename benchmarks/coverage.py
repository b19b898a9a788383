"""Do the intervals cover the truth, and do false findings stay at their level?

Simulated corpora with a known truth: two regions with the same number of reports, one report a
year; lengths differ; every word's rate varies from report to report (over-dispersion); some words
are twice as frequent in one region, one word rises over the years, and in some words one report
has a burst. Run: ``python benchmarks/coverage.py [number of corpora]``.
"""

import sys
import time

import numpy as np
import pandas as pd
from scipy.sparse import csr_matrix
from scipy.special import chdtrc

from policytext import KeynessSettings
from policytext.analysis.keyness import keyness_table
from policytext.analysis.report_groups import Reports
from policytext.inference import (
    benjamini_hochberg,
    count_model,
    poisson_interval,
    report_rate_interval,
    report_weights,
)

SPREAD = 0.5
"""Coefficient of variation of a word's rate from report to report."""

N_SAME, N_DIFFERENT, N_BURST = 80, 20, 10
RATIO = 2.0
RATES = (2.0, 5.0, 20.0)
"""Mean hits a report of the words whose interval is checked."""

LEVEL_OF_FALSE = 0.05


def draw(rng, n, rates, factors):
    """Hits of n reports: lengths, over-dispersion, Poisson."""
    length = rng.lognormal(0, 0.4, n)
    wave = rng.gamma(1 / SPREAD**2, SPREAD**2, (n, len(rates)))
    mean = length[:, None] * wave * np.asarray(rates) * factors
    return rng.poisson(mean), length


def rate_coverage(rng, n):
    """Does the interval of a rate cover it: ours, pooled Poisson, percentile bootstrap?"""
    hits, length = draw(rng, n, RATES, 1.0)
    ours = report_rate_interval(hits, length)
    pooled = poisson_interval(hits.sum(axis=0), length.sum())
    weights = report_weights(np.zeros(n), n_resamples=400, random_state=rng)
    resampled = (weights @ hits) / (weights @ length)[:, None]
    ends = np.percentile(resampled, [2.5, 97.5], axis=0)
    truth = np.asarray(RATES)
    return [
        (low <= truth) & (truth <= high)
        for low, high in ((ours.low, ours.high), (pooled.low, pooled.high), ends)
    ]


def slope_coverage(rng, n):
    """Does the interval of a yearly trend cover it?"""
    year = np.linspace(-0.5, 0.5, n)
    hits, length = draw(rng, n, [10.0], np.exp(np.log(RATIO) * year)[:, None])
    design = pd.DataFrame({"constant": 1.0, "year": year})
    row = count_model(hits[:, 0], length, design).table.iloc[1]
    return row["low"] <= np.log(RATIO) <= row["high"]


def compare(rng, n):
    """One corpus of two regions through the keyness table."""
    same = np.exp(rng.normal(1.5, 0.7, N_SAME))
    rates = np.concatenate([same, np.full(N_DIFFERENT, 6.0), np.full(N_BURST, 1.0)])
    factors = np.ones((2 * n, len(rates)))
    factors[:n, N_SAME : N_SAME + N_DIFFERENT] = RATIO
    # the burst brings as many hits as all other reports together, in one report of the group
    factors[0, N_SAME + N_DIFFERENT :] = 3.0 * n
    hits, length = draw(rng, 2 * n, rates, factors)
    names = tuple(str(i) for i in range(len(rates)))
    doc_id = np.array([f"r{i}" for i in range(2 * n)], dtype=object)
    group = np.arange(2 * n) < n
    reports = Reports(csr_matrix(hits), length * 1000, doc_id, names)
    table = keyness_table(reports, {"a": (group, ~group)}, settings=KeynessSettings(n_resamples=1))
    table["word"] = table["feature"].astype(int)
    return table.set_index("word").sort_index()


def summary(tables):
    """Coverage of the ratio, false discoveries, what is found, and which words are exposed."""
    found = []
    for table in tables:
        word = table.index.to_numpy()
        real = (word >= N_SAME) & (word < N_SAME + N_DIFFERENT)
        burst = word >= N_SAME + N_DIFFERENT
        q_naive = benjamini_hochberg(chdtrc(1, table["g2"].abs().to_numpy()))
        cover = (table["low"] <= np.log2(RATIO)) & (np.log2(RATIO) <= table["high"])
        tested = table["q_value"].notna().to_numpy()
        exposed = (table["top_share"] >= 0.5).to_numpy()
        row = {"ratio": cover[real & tested].mean(), "burst exposed": exposed[burst].mean()}
        row["others exposed"] = exposed[~burst].mean()
        for name, q in (("", table["q_value"].to_numpy()), (" by G2 alone", q_naive)):
            hit = q <= LEVEL_OF_FALSE
            row[f"false discoveries{name}"] = (hit & ~real).sum() / max(hit.sum(), 1)
            row[f"found{name}"] = hit[real].mean()
        found.append(row)
    return pd.DataFrame(found).mean()


def simulate(n, n_corpora, seed=0):
    """One row of the table: n reports in each group."""
    rng = np.random.default_rng([seed, n])
    rates = np.array([rate_coverage(rng, n) for _ in range(n_corpora)])
    slopes = [slope_coverage(rng, n) for _ in range(n_corpora)]
    row = {"reports": n}
    ways = ("reports as clusters", "pooled Poisson", "percentile bootstrap")
    for way, name in enumerate(ways):
        for k, rate in enumerate(RATES):
            row[f"rate {rate:g} a report, {name}"] = rates[:, way, k].mean()
    row["yearly trend"] = np.mean(slopes)
    return row | dict(summary([compare(rng, n) for _ in range(n_corpora)]))


def main(n_corpora=1000):
    """Print the table."""
    start = time.perf_counter()
    table = pd.DataFrame([simulate(n, n_corpora) for n in (5, 10, 31)]).set_index("reports").T
    print(f"{n_corpora} corpora each; seconds: {time.perf_counter() - start:.0f}")
    print((table * 100).round(1).to_string())
    return table


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000)

"""How near do we come to R's stm 1.3.7 on its own example, five thousand posts of political blogs?

First our measures on stm's fit, which must agree; then our engine started from stm's words, which
must stay there; then our own fit from its own start: both are optima of one likelihood, so topics
are matched and compared, and the bound says which is the higher one. What words by rating change is
seen from stm's words too.

Run: ``python benchmarks/poliblog.py [rounds]`` with the folder of the references beside the
project, or in ``POLICYTEXT_SHARED``.
"""

import os
import sys
import time
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
from formulaic import model_matrix
from scipy import sparse

from policytext import CorrelatedTopics, Counts, topic_effects
from policytext.inference import match_items, models
from policytext.topics.quality import exclusivity, frex, umass

HERE = Path(os.environ.get("POLICYTEXT_SHARED", Path(__file__).parents[2] / "shared"))
FORMULA = "~ rating + bs(day, df=10)"
LIBERAL = "rating[T.Liberal]"


def read(name, **settings):
    """Read one table of the folder."""
    return pd.read_csv(HERE / "reference" / "poliblog" / f"{name}.csv.xz", **settings)


def reference():
    """Return stm's fit, the counts and the facts of the posts."""
    cells = read("counts").to_numpy()
    theta, beta, facts = read("theta").to_numpy(), read("beta").to_numpy(), read("meta")
    shape = (len(theta), beta.shape[1])
    counts = sparse.csr_array((cells[:, 2] * 1.0, (cells[:, 0] - 1, cells[:, 1] - 1)), shape=shape)
    return theta, beta, counts, facts


def effect_of_rating(shares, facts):
    """Estimate and error as estimateEffect gives them, without the model's uncertainty."""
    design = model_matrix(FORMULA, facts)
    contrast = np.zeros((1, design.shape[1]))
    contrast[0, list(design.columns).index(LIBERAL)] = 1.0
    fit, _ = models.fit_independent(np.asarray(design, dtype=float), shares, contrast)
    return fit.estimate.ravel(), np.sqrt(fit.variance).ravel()


def measures_on_their_fit(theta, beta, counts, facts):
    """Compare our measures on stm's fit with stm's own numbers."""
    quality, order = read("quality"), read("frexorder").to_numpy() - 1
    effect = read("effect_rating")
    n = 7
    mine = np.argsort(-frex(beta, np.asarray(counts.sum(axis=0)).ravel()), axis=1)[:, :n]
    plain = np.argsort(-frex(beta), axis=1)[:, :n]
    same = [
        [len(set(row) & set(order[:n, k])) / n for k, row in enumerate(rows)]
        for rows in (mine, plain)
    ]
    estimate, error = effect_of_rating(theta, facts)
    theirs = effect["Estimate"].to_numpy()
    return {
        "semantic coherence, largest difference": np.abs(
            umass(beta, counts) - quality["coh"]
        ).max(),
        "exclusivity, largest difference": np.abs(exclusivity(beta) - quality["excl"]).max(),
        "FREX with shrinkage: first seven words in common": np.mean(same[0]),
        "FREX without: first seven words in common": np.mean(same[1]),
        "effect of rating on its shares, largest difference": np.abs(estimate - theirs).max(),
        "the same in its standard errors": (
            np.abs(estimate - theirs) / effect["Std. Error"].to_numpy()
        ).max(),
        "standard error, ours over its": float(np.median(error / effect["Std. Error"].to_numpy())),
    }


class FromTheirs(CorrelatedTopics):
    """Our engine, started from the words that stm found."""

    def _words(self, counts, n_topics, start):
        return read("beta").to_numpy()


def own_fit(engine, theta, beta, counts, facts, rounds):
    """Fit by our own engine, and compare topics, shares and effects after matching."""
    names = tuple(f"w{i}" for i in range(counts.shape[1]))
    start = time.process_time()
    model = engine(len(beta), max_iter=rounds, tol=1e-5).fit(
        Counts(sparse.csr_matrix(counts.astype(int)), names, "words"),
        facts[["rating", "day"]],
    )
    seconds = time.process_time() - start
    mine = model.word_probabilities()
    unit = [table / np.linalg.norm(table, axis=1, keepdims=True) for table in (beta, mine)]
    likeness = unit[0] @ unit[1].T
    order = match_items(likeness)
    cosine = likeness[np.arange(len(order)), order]
    tied = np.array(
        [np.corrcoef(theta[:, k], model.doc_topic_[:, j])[0, 1] for k, j in enumerate(order)]
    )
    told = facts.assign(doc_id=range(len(facts)))
    table = topic_effects(model, told, FORMULA, shares="drawn", clusters=None, n_refits=0).table
    row = table[table["term"] == LIBERAL].set_index("topic").loc[order]
    effect = read("effect_rating")
    apart = (row["estimate"].to_numpy() - effect["Estimate"].to_numpy()) / np.hypot(
        row["std_error"].to_numpy(), effect["Std. Error"].to_numpy()
    )
    found = cosine > 0.8
    quality = read("quality")
    return {
        "seconds": seconds,
        "rounds": model.n_iter_,
        "bound": model.bound_,
        "topics of stm found (cosine of words > .8)": int(found.sum()),
        "cosine of words, median": np.median(cosine),
        "correlation of shares, median": np.median(tied),
        "correlation of shares, of topics found: least": tied[found].min()
        if found.any()
        else np.nan,
        "effect of rating apart by more than 2 errors, all topics": int((np.abs(apart) > 2).sum()),
        "the same, of topics found": int((np.abs(apart[found]) > 2).sum()),
        "correlation of effects": np.corrcoef(row["estimate"], effect["Estimate"])[0, 1],
        "mean coherence, ours less its": umass(mine, counts).mean() - quality["coh"].mean(),
        "mean exclusivity, ours less its": exclusivity(mine).mean() - quality["excl"].mean(),
    }


def main(rounds=75):
    data = reference()
    print(f"{data[2].shape[0]} posts x {data[2].shape[1]} words, K = {len(data[1])}")
    for title, figures in (
        ("our measures on stm's fit", measures_on_their_fit(*data)),
        (
            f"our engine from stm's words, at most {rounds} rounds",
            partial(own_fit, partial(FromTheirs, start="nmf")),
        ),
        (
            "the same with words by rating, which stm's fit does not have",
            partial(own_fit, partial(FromTheirs, start="spectral", content="rating")),
        ),
        (f"our fit, at most {rounds} rounds", partial(own_fit, CorrelatedTopics)),
    ):
        print(title)
        if callable(figures):
            figures = figures(*data, rounds) if rounds else {}
        for name, value in figures.items():
            print(f"  {name:58s} {value:.4g}", flush=True)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))

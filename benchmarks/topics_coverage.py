"""How often do intervals of topic effects hold the planted effect, engine by engine?

Run: python benchmarks/topics_coverage.py [corpora]
"""

import sys
import warnings
from pathlib import Path

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from sklearn.metrics.pairwise import cosine_similarity

from policytext import DmrTopics, GibbsTopics, LdaTopics, NmfTopics, topic_effects
from policytext.inference import match_items
from topic_corpora import planted_topics

CHAIN = {"n_sweeps": 400, "n_samples": 10}
ENGINES = {
    "NmfTopics": lambda: NmfTopics(n_topics=4),
    "GibbsTopics": lambda: GibbsTopics(n_topics=4, **CHAIN),
    "DmrTopics": lambda: DmrTopics(n_topics=4, **CHAIN),
    "LdaTopics": lambda: LdaTopics(n_topics=4, passes=10, chunksize=100, alpha=0.5),
}


def one_corpus(name, effect, n_reports, seed):
    """Fit one engine on one corpus and return estimate, interval and whether it was found."""
    data = planted_topics(
        n_reports=n_reports, effect=effect, report_spread=0.05, length=80, seed=seed
    )
    covariates = data.corpus.groups("province") if name == "DmrTopics" else None
    model = ENGINES[name]().fit(data.counts, covariates)
    likeness = cosine_similarity(data.topic_word, model.word_probabilities())
    topic = match_items(likeness)[0]
    table = topic_effects(model, data.corpus, "~ province", n_draws=10, n_refits=0).table
    row = table[(table["topic"] == topic) & (table["term"] != "Intercept")].iloc[0]
    sign = 1 if "乙区" in row["term"] else -1
    low, high = sorted((sign * row["low"], sign * row["high"]))
    return {
        "engine": name,
        "effect": effect,
        "reports": n_reports,
        "matched": likeness[0, topic] > 0.9,
        "estimate": sign * row["estimate"],
        "std_error": row["std_error"],
        "model_share": row["model_share"],
        "covered": low <= effect <= high,
        "found": row["p_value"] < 0.05,
    }


def main(n_corpora):
    warnings.simplefilter("ignore")
    rows = [
        one_corpus(name, effect, n_reports, seed)
        for name in ENGINES
        for effect, n_reports in ((0.0, 16), (0.15, 16), (0.15, 40))
        for seed in range(n_corpora)
    ]
    table = pd.DataFrame(rows)
    shown = table.groupby(["engine", "effect", "reports"], sort=False).agg(
        corpora=("covered", "size"),
        matched=("matched", "mean"),
        estimate=("estimate", "mean"),
        spread=("estimate", "std"),
        std_error=("std_error", "mean"),
        model_share=("model_share", "mean"),
        covered=("covered", "mean"),
        found=("found", "mean"),
    )
    print(shown.round(3).to_string())
    error = np.sqrt(0.95 * 0.05 / n_corpora)
    print(f"stated confidence 0.95, Monte Carlo standard error {error:.3f}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100)

"""Corpora with planted topics, for the tests of topic models: paragraphs of invented words."""

import json
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from scipy.sparse import csr_array, csr_matrix

from analysis_corpora import make_corpus
from policytext import Corpus, Counts


class Planted(NamedTuple):
    corpus: Corpus
    counts: Counts
    topic_word: np.ndarray
    shares: np.ndarray


def planted_topics(
    n_topics: int = 4,
    n_reports: int = 12,
    n_paragraphs: int = 20,
    n_words: int = 60,
    *,
    length: int = 60,
    effect: float = 0.0,
    report_spread: float = 0.0,
    years: int = 1,
    swapped: int = 0,
    seed: int = 0,
) -> Planted:
    """Draw paragraphs from topics with words of their own.

    Half of the reports are of 甲区, half of 乙区; topic 0 has `effect` more share in 乙区. Each
    report shifts its shares by noise of `report_spread`; `years` reports of one issuer by the same.
    In 乙区 topic 1 trades its most frequent words, `swapped` of them, for those of topic 0;
    `topic_word` is the mean.
    """
    rng = np.random.default_rng(seed)
    own = n_words // n_topics
    topic_word = np.full((n_topics, n_words), 0.1 / n_words)
    for k in range(n_topics):
        topic_word[k, k * own : (k + 1) * own] += 0.9 * rng.dirichlet(np.full(own, 2.0))
    topic_word /= topic_word.sum(axis=1, keepdims=True)
    said = {"甲区": topic_word, "乙区": topic_word.copy()}
    if swapped:
        theirs, own_words = (np.argsort(-topic_word[k])[:swapped] for k in (0, 1))
        both = said["乙区"][1]
        both[own_words], both[theirs] = both[theirs], both[own_words]
    docs, paras, rows, shares = [], [], [], []
    shift = 0.0
    for r in range(n_reports):
        issuer = r // years
        region = "甲区" if issuer % 2 == 0 else "乙区"
        mean = np.full(n_topics, 1 / n_topics)
        shift = rng.normal(0, report_spread) if r % years == 0 else shift
        mean[0] += effect * (region == "乙区") + shift
        mean = np.clip(mean, 0.02, None)
        mean[1:] *= (1 - mean[0]) / mean[1:].sum()
        docs.append({"doc_id": f"r{r:02d}", "province": region, "year": 2010 + r})
        docs[-1]["county"] = f"县{issuer:02d}"
        for _ in range(n_paragraphs):
            share = rng.dirichlet(3 * mean)
            paras.append({"doc_id": f"r{r:02d}", "text": "一段话。"})
            rows.append(rng.multinomial(length, share @ said[region]))
            shares.append(share)
    corpus = make_corpus(pd.DataFrame(docs), pd.DataFrame(paras))
    words = tuple(f"词{i:02d}" for i in range(n_words))
    mean = (said["甲区"] + said["乙区"]) / 2
    return Planted(corpus, Counts(csr_matrix(np.array(rows)), words), mean, np.array(shares))


class StmExample(NamedTuple):
    """The example model of R's stm 1.3.7: its fit, tables, counts and the design of its effect."""

    fit: dict[str, Any]
    words: np.ndarray
    shares: np.ndarray
    counts: csr_array
    design: np.ndarray


@cache
def stm_example() -> StmExample:
    """Read the fit that tests/reference/gadarian.md describes."""
    here = Path(__file__).parent / "reference"
    fit = json.loads((here / "gadarianFit.json").read_text(encoding="utf-8"))
    table = pd.read_csv(here / "gadarian_counts.csv", keep_default_na=False)
    column = {word: i for i, word in enumerate(fit["vocab"])}
    place = (table["row"], table["word"].map(column))
    counts = csr_array((table["count"].astype(float), place), shape=(341, 215))
    assert counts.sum(axis=0).tolist() == fit["settings"]["dim"]["wcounts"]["x"]
    treatment = pd.read_csv(here / "gadarian.csv")["treatment"].to_numpy()
    return StmExample(
        fit=fit,
        words=np.exp(np.array(fit["beta"]["logbeta"][0])),
        shares=np.array(fit["theta"]),
        counts=counts,
        design=np.column_stack([np.ones(len(treatment)), treatment]),
    )

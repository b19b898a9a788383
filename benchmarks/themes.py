"""How fast is the theme classifier, and how far do few labels reach?

python benchmarks/themes.py [N_JOBS] prints seconds and peak memory for 100,000 paragraphs of
provincial length (about 215 characters), made from the fictional examples of the package.

python benchmarks/themes.py labels RAW prints micro-F1 on reports left out for a scheme of its own
(economic-themes.yaml, no cue), learned from 30, 60 and 120 labels: from characters, with every
proposed cue accepted unread, with vectors of unlabelled paragraphs, with cues from the scheme's
definitions, accepted unread, and with labels chosen by doubt, ten at a time after the first thirty.
RAW is the folder that holds the provincial reports of 2025 and 2026.
"""

from __future__ import annotations

import hashlib
import json
import resource
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd

from policytext import (
    Codebook,
    ThemeClassifier,
    add_cues,
    cues_from_definitions,
    load_theme_classifier,
    propose_cues,
    read_corpus,
    text_vectors,
)
from policytext.themes.coding import fictional_examples, fill_texts
from policytext.themes.evaluation import paragraphs_to_label
from policytext.themes.features import TextVectors

N = 100_000
LENGTH = 215
FEW = 0.4
"""Threshold where labels are few."""


def paragraphs(n: int) -> list[str]:
    """Return n paragraphs of the usual length, put together from fictional ones by chance."""
    rng = np.random.default_rng(0)
    parts = [text for text, _ in fictional_examples()]
    made = []
    for _ in range(n):
        text = ""
        while len(text) < LENGTH:
            text += parts[rng.integers(len(parts))]
        made.append(text[:LENGTH])
    return made


def curve(raw: str, draws: int = 4) -> pd.DataFrame:
    """Return micro-F1 by number of labels and way of learning, for several draws of the labels.

    Sixteen reports, chosen by a checksum of their names, may be learned from; fifteen are tested.
    """
    here = Path(__file__).resolve().parent
    book = Codebook.from_yaml(here / "economic-themes.yaml")
    lines = (here / "economic-themes.jsonl").read_text(encoding="utf-8").splitlines()
    coded = fill_texts(pd.DataFrame(map(json.loads, lines)), raw)
    names = sorted(set(coded["report"]), key=lambda r: hashlib.sha256(r.encode()).hexdigest())
    pool = coded[coded["report"].isin(names[:16])]
    test = coded[coded["report"].isin(names[16:])]
    unlabelled = read_corpus(Path(raw) / "provinces-2026", progress=False)
    vectors = text_vectors(unlabelled)
    defined = add_cues(book, cues_from_definitions(unlabelled, book, vectors=vectors))
    rows = []
    for n in (30, 60, 120):
        for draw in range(draws):
            order = np.random.default_rng(draw).permutation(len(pool))
            given = labels_of(pool.iloc[order[:n]])
            fitted = [(way, m.fit(*given)) for way, m in ways(book, defined, given, vectors)]
            fitted.append(
                ("both, chosen by doubt", by_doubt(pool.iloc[order], defined, vectors, n))
            )
            for way, model in fitted:
                f1 = model.score(test["text"].tolist(), test["themes"].tolist())
                rows.append({"n_labels": n, "way": way, "draw": draw, "micro_f1": f1})
    return pd.DataFrame(rows)


def labels_of(coded: pd.DataFrame) -> tuple[list[str], list[list[str]], list[str]]:
    """Return texts, themes and reports of coded paragraphs."""
    return coded["text"].tolist(), coded["themes"].tolist(), coded["report"].tolist()


def by_doubt(pool: pd.DataFrame, book: Codebook, vectors: TextVectors, n: int) -> ThemeClassifier:
    """Return a classifier of n labels: the first thirty, then the most doubtful ten by ten."""
    chosen, rest = pool[:30], pool[30:]
    while True:
        model = ThemeClassifier(book, threshold=FEW, encoder=vectors).fit(*labels_of(chosen))
        if len(chosen) >= n:
            return model
        texts, _, reports = labels_of(rest)
        rows = paragraphs_to_label(model, texts, reports, min(10, n - len(chosen)))["row"]
        chosen = pd.concat([chosen, rest.iloc[rows]])
        rest = rest.drop(rest.index[rows])


def ways(
    book: Codebook,
    defined: Codebook,
    given: tuple[list[str], list[list[str]], list[str]],
    vectors: TextVectors,
) -> Iterator[tuple[str, ThemeClassifier]]:
    """Yield each way of learning with its unfitted classifier."""
    texts, labels, reports = given
    more = add_cues(book, propose_cues(texts, labels, book, reports))
    yield "characters", ThemeClassifier(book, threshold=FEW)
    yield "cues accepted unread", ThemeClassifier(more, threshold=FEW)
    yield "vectors", ThemeClassifier(book, threshold=FEW, encoder=vectors)
    yield "cues from definitions", ThemeClassifier(defined, threshold=FEW)
    yield "vectors, cues from definitions", ThemeClassifier(defined, threshold=FEW, encoder=vectors)


def main(n_jobs: int) -> None:
    """Measure and print."""
    texts = paragraphs(N)
    model = load_theme_classifier().set_params(n_jobs=n_jobs)
    start = time.perf_counter()
    model.predict_labels(texts)
    seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"themes: {N:,} paragraphs, {n_jobs} process(es): {seconds:.1f} s, peak {peak:.0f} MB")


if __name__ == "__main__":
    if sys.argv[1:2] == ["labels"]:
        found = curve(sys.argv[2]).groupby(["n_labels", "way"])["micro_f1"]
        print(found.agg(["mean", "min", "max"]).round(3).to_string())
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else 1)

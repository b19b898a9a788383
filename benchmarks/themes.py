"""How fast is the theme classifier, and how far do few labels reach?

python benchmarks/themes.py [N_JOBS] prints seconds and peak memory for 100,000 paragraphs of
provincial length (about 215 characters), made from the fictional examples of the package.

python benchmarks/themes.py labels RAW [SCHEME] prints micro-F1 on reports left out for a scheme of
one's own without a cue, learned from 30, 60 and 120 labels: from characters, with every proposed
cue accepted unread, with vectors of unlabelled paragraphs, with cues from the scheme's definitions,
accepted unread, and with labels chosen by doubt, ten at a time after the first thirty; means of
twenty draws of the labels, with intervals over reports and draws.
SCHEME is `economic` (broad themes; much read while the model was made) or `environment` (themes of
one field; a test that nothing was chosen on).
RAW is the folder that holds the folders of reports whose paragraphs, read without labels, give
vectors and cues.
"""

from __future__ import annotations

import hashlib
import json
import resource
import sys
import time
from collections.abc import Iterator, Sequence
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
from policytext.records import Floats
from policytext.themes.coding import fictional_examples, fill_texts, label_matrix
from policytext.themes.evaluation import paragraphs_to_label
from policytext.themes.features import TextVectors

N = 100_000
LENGTH = 215
LABELS = (30, 60, 120)
FEW = 0.4
"""Threshold where labels are few."""
PROVINCES = ("provinces-2025", "provinces-2026")
SCHEMES = {
    "economic": PROVINCES,
    "environment": (*PROVINCES, "shanghai-2020-2024", "hailar-2012-2019", "state-council"),
}
"""The folders of reports whose paragraphs were labelled."""


class Remembered:
    """Vectors that are asked for once: every draw of the labels reads the same paragraphs."""

    def __init__(self, vectors: TextVectors) -> None:
        self.vectors = vectors
        self.known: dict[str, Floats] = {}

    def __call__(self, texts: Sequence[str]) -> Floats:
        """Return the vectors of texts, computing those that are new."""
        new = [text for text in dict.fromkeys(texts) if text not in self.known]
        self.known.update(zip(new, self.vectors(new), strict=True))
        return np.stack([self.known[text] for text in texts])


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


def curve(raw: str, scheme: str = "economic", draws: int = 20) -> pd.DataFrame:
    """Return by number of labels, way of learning, draw of the labels and tested report how many
    themes are right, given and true.

    Half of the reports, chosen by a checksum of their names, may be learned from (16 of 31, 48 of
    96); the others are tested.
    """
    here = Path(__file__).resolve().parent
    book = Codebook.from_yaml(here / f"{scheme}-themes.yaml")
    lines = (here / f"{scheme}-themes.jsonl").read_text(encoding="utf-8").splitlines()
    coded = fill_texts(pd.DataFrame(map(json.loads, lines)), raw)
    names = sorted(set(coded["report"]), key=lambda r: hashlib.sha256(r.encode()).hexdigest())
    learned = names[: (len(names) + 1) // 2]
    pool = coded[coded["report"].isin(learned)]
    test = coded[~coded["report"].isin(learned)]
    true = label_matrix(test["themes"].tolist(), book.ids)
    folders = (read_corpus(Path(raw) / folder, progress=False) for folder in SCHEMES[scheme])
    unlabelled = [text for one in folders for text in one.paragraphs.loc[one.counted(), "text"]]
    vectors = Remembered(text_vectors(unlabelled))
    defined = add_cues(book, cues_from_definitions(unlabelled, book, vectors=vectors))
    rows = []
    for draw in range(draws):
        drawn = pool.iloc[np.random.default_rng(draw).permutation(len(pool))]
        fitted = [
            (n, way, model.fit(*given))
            for n in LABELS
            for given in [labels_of(drawn.iloc[:n])]
            for way, model in ways(book, defined, given, vectors)
        ]
        fitted += by_doubt(drawn, defined, vectors)
        for n, way, model in fitted:
            said = model.predict(test["text"].tolist()).astype(bool)
            counts = np.column_stack([v.sum(axis=1) for v in (said & true, said, true)])
            table = pd.DataFrame(counts, columns=["right", "given", "true"])
            by_report = table.groupby(test["report"].to_numpy()).sum().reset_index(names="report")
            rows.append(by_report.assign(n_labels=n, way=way, draw=draw))
    return pd.concat(rows, ignore_index=True)


def summary(counts: pd.DataFrame) -> pd.DataFrame:
    """Return the mean micro-F1 over draws, and its 95 % interval over reports and draws."""
    rng = np.random.default_rng(0)
    rows = []
    for (n, way), own in counts.groupby(["n_labels", "way"]):
        right, given, true = (
            own.pivot_table(index="draw", columns="report", values=c).to_numpy()
            for c in ("right", "given", "true")
        )
        draws, reports = right.shape
        f1 = 2 * right.sum(axis=1) / (given + true).sum(axis=1)
        means = []
        for _ in range(2000):
            d, r = rng.integers(draws, size=draws), rng.integers(reports, size=reports)
            cells = np.ix_(d, r)
            ones = 2 * right[cells].sum(axis=1) / (given + true)[cells].sum(axis=1)
            means.append(ones.mean())
        low, high = np.percentile(means, [2.5, 97.5])
        rows.append((n, way, f1.mean(), low, high, f1.min(), f1.max()))
    columns = ["n_labels", "way", "mean", "low", "high", "least", "most"]
    return pd.DataFrame(rows, columns=columns).round(3)


def labels_of(coded: pd.DataFrame) -> tuple[list[str], list[list[str]], list[str]]:
    """Return texts, themes and reports of coded paragraphs."""
    return coded["text"].tolist(), coded["themes"].tolist(), coded["report"].tolist()


def by_doubt(
    pool: pd.DataFrame, book: Codebook, vectors: Remembered
) -> Iterator[tuple[int, str, ThemeClassifier]]:
    """Yield classifiers of the first thirty labels and then the most doubtful ten by ten."""
    chosen, rest = pool[: LABELS[0]], pool[LABELS[0] :]
    while len(chosen) <= LABELS[-1]:
        model = ThemeClassifier(book, threshold=FEW, encoder=vectors).fit(*labels_of(chosen))
        if len(chosen) in LABELS:
            yield len(chosen), "both, chosen by doubt", model
        texts, _, reports = labels_of(rest)
        if not texts:
            return
        rows = paragraphs_to_label(model, texts, reports, min(10, len(texts)))["row"]
        chosen = pd.concat([chosen, rest.iloc[rows]])
        rest = rest.drop(rest.index[rows])


def ways(
    book: Codebook,
    defined: Codebook,
    given: tuple[list[str], list[list[str]], list[str]],
    vectors: Remembered,
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
        chosen = sys.argv[3] if len(sys.argv) > 3 else "economic"
        print(summary(curve(sys.argv[2], chosen)).to_string(index=False))
    else:
        main(int(sys.argv[1]) if len(sys.argv) > 1 else 1)

"""Score the theme classifier without leakage: python models/themes/evaluate.py RAW.

Writes the tables of the card: grouped cross-validation over reports (five repeats of five parts),
the reports set aside before any cue or fit, from one corpus to the other in both directions,
coverage when abstaining, and the learning curve.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from policytext import (
    ThemeClassifier,
    abstention_table,
    cross_validate,
    error_counts,
    learning_curve,
    read_label_file,
    score_table,
)
from policytext.data import data_path
from policytext.themes.classifier import expected_f1
from policytext.themes.coding import fictional_examples, fill_texts, label_matrix
from policytext.themes.evaluation import Scored, confidence_bands, train_and_test

HERE = Path(__file__).resolve().parent
CORPORA = ("seeds", "provinces-2025")
"""Corpora of the first round, whose paragraphs were not chosen by doubt: only they give errors.

Each is read by a model of the other corpora, for cue terms were written after errors of
cross-validation had been read, so that it shows fewer errors than reports that nobody has seen.
"""

_ROUNDS = {1: "first round", 2: "second round", 3: "third round", 4: "fourth round"}
GENRES = ("laws", "news-daily")
"""Corpora of other kinds of text: scored apart, and no part of what to expect of a report."""


def main(raw: str) -> None:
    """Compute all tables and write them as CSV beside this file."""
    labelled = fill_texts(read_label_file(), raw)
    texts, labels = labelled["text"].tolist(), labelled["adjudicated"].tolist()
    reports, corpus = labelled["report"], _group(labelled)
    model = ThemeClassifier(words_from=fictional_examples(words_only=True))
    extra = fictional_examples()
    rows, tables, errors = [], [], []
    repeats = [
        cross_validate(model, texts, labels, reports, random_state=i, extra=extra) for i in range(5)
    ]
    unseen = ~reports.isin(reports[labelled["held_out"]]).to_numpy()
    test = labelled["held_out"].to_numpy()[~unseen]
    held = train_and_test(model, texts, labels, reports, unseen, extra=extra).part(test)
    for name, part in _parts(corpus[~unseen][test]):
        table = score_table(held.part(part), n_resamples=500).table
        rows.append(_headline(table, "nothing of these reports", f"held out: {name}", 0))
        tables.append(table.assign(corpus=f"held out: {name}"))
    for name in sorted(set(corpus) - set(CORPORA)):
        for i, scored in enumerate(repeats):
            table = score_table(scored.part(corpus == name), n_resamples=500).table
            rows.append(_headline(table, "left-out reports", name, i))
        tables.append(score_table(repeats[0].part(corpus == name)).table.assign(corpus=name))
    for name in CORPORA:
        part = corpus == name
        for i, scored in enumerate(repeats):
            table = score_table(scored.part(part), n_resamples=500).table
            rows.append(_headline(table, "left-out reports", name, i))
        tables.append(score_table(repeats[0].part(part)).table.assign(corpus=name))
        rest = ~reports.isin(reports[part]).to_numpy()
        other = train_and_test(model, texts, labels, reports, rest, extra=extra)
        unread = other.part(corpus[~rest] == name)
        rows.append(_headline(score_table(unread).table, "other corpora only", name, 0))
        errors.append(error_counts(unread, name))
        abstention_table(repeats[0].part(part)).round(4).to_csv(
            HERE / f"abstention-{name}.csv", index=False
        )
    aside = reports.isin(reports[labelled["held_out"]]).to_numpy()
    kinds = _kinds(labelled)
    for name, part in ((kind, kinds == kind) for kind in np.unique(kinds)):
        for read, chosen in (("read for cues", ~aside), ("set aside", aside)):
            rows += [
                _headline(
                    score_table(scored.part(part & chosen), n_resamples=500).table,
                    "left-out reports",
                    f"{name}, reports {read}",
                    i,
                )
                for i, scored in enumerate(repeats)
            ]
    reported = ~labelled["corpus"].isin(GENRES).to_numpy()[~unseen][test]
    _bands(held.part(reported)).to_csv(data_path("models/themes") / "confidence.csv", index=False)
    pd.concat(errors).to_csv(data_path("models/themes") / "errors.csv", index=False)
    pd.concat(tables).round(4).to_csv(HERE / "scores-by-theme.csv", index=False)
    pd.DataFrame(rows).round(4).to_csv(HERE / "scores.csv", index=False)
    learning_curve(model, texts, labels, reports, extra=extra).round(4).to_csv(
        HERE / "learning-curve.csv", index=False
    )
    means = pd.DataFrame(rows).groupby(["tested_on", "trained_on"])
    sys.stdout.write(means[["micro_f1", "macro_f1"]].mean().to_string() + "\n")


def _bands(held: Scored) -> pd.DataFrame:
    """Return how often answers are right by confidence: reports set aside, bodies elsewhere.

    The latter's texts are on public pages; what the model gave them stands in other-bodies.csv.
    """
    pieces = pd.read_csv(HERE / "other-bodies.csv")
    labels, given = (
        label_matrix(pieces[name].str.split("|").tolist(), held.themes)
        for name in ("adjudicated", "given")
    )
    sure = expected_f1(held.probabilities, held.given)
    found = {
        "set aside": confidence_bands(sure, held.labels, held.given),
        "elsewhere": confidence_bands(pieces["confidence"].to_numpy(), labels, given),
    }
    return pd.concat(found, names=["kind"]).reset_index("kind")


def _group(labelled: pd.DataFrame) -> NDArray[np.str_]:
    """Return the corpus in the first round; in later ones, the kind of text and the round."""
    later = pd.Series(_kinds(labelled)) + ", " + labelled["round"].map(_ROUNDS).to_numpy()
    return np.where(labelled["round"] == 1, labelled["corpus"], later).astype(str)


def _kinds(labelled: pd.DataFrame) -> NDArray[np.str_]:
    """Return for each paragraph: provinces, laws and news, or others."""
    corpus = labelled["corpus"]
    genre = np.where(corpus.isin(GENRES), "laws and news", "others")
    return np.where(corpus.str.startswith("provinces"), "provinces", genre).astype(str)


def _parts(corpus: NDArray[np.str_]) -> list[tuple[str, NDArray[np.bool_]]]:
    every = np.ones(len(corpus), dtype=bool)
    return [("all", every), *((name, corpus == name) for name in np.unique(corpus))]


def _headline(table: pd.DataFrame, trained: str, tested: str, repeat: int) -> dict[str, object]:
    every, mean = table.iloc[0], table.iloc[1]
    return {
        "tested_on": tested,
        "trained_on": trained,
        "repeat": repeat,
        "micro_f1": every["f1"],
        "low": every["low"],
        "high": every["high"],
        "macro_f1": mean["f1"],
        "n_themes": mean["n"],
        "calibration_error": every["calibration_error"],
    }


if __name__ == "__main__":
    main(sys.argv[1])

"""Score the theme classifier without leakage: python models/themes/evaluate.py RAW.

Writes the tables of the card: grouped cross-validation over reports (five repeats of five parts),
from one corpus to the other in both directions, by region, coverage when abstaining, and the
learning curve.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pandas as pd

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
from policytext.themes.coding import fictional_examples, fill_texts
from policytext.themes.evaluation import train_and_test

HERE = Path(__file__).resolve().parent
CORPORA = ("seeds", "provinces-2025")


def main(raw: str) -> None:
    """Compute all tables and write them as CSV beside this file."""
    labelled = fill_texts(read_label_file(), raw)
    texts, labels = labelled["text"].tolist(), labelled["adjudicated"].tolist()
    reports, corpus = labelled["report"], labelled["corpus"].to_numpy()
    model, rows, tables = ThemeClassifier(), [], []
    extra = fictional_examples()
    repeats = [
        cross_validate(model, texts, labels, reports, random_state=i, extra=extra) for i in range(5)
    ]
    for name in CORPORA:
        part = corpus == name
        for i, scored in enumerate(repeats):
            table = score_table(scored.part(part), n_resamples=500).table
            rows.append(_headline(table, "left-out reports", name, i))
        tables.append(score_table(repeats[0].part(part)).table.assign(corpus=name))
        other = train_and_test(model, texts, labels, reports, corpus != name, extra=extra)
        rows.append(_headline(score_table(other).table, "other corpus only", name, 0))
        abstention_table(repeats[0].part(part)).round(4).to_csv(
            HERE / f"abstention-{name}.csv", index=False
        )
    errors = [error_counts(repeats[0].part(corpus == name), name) for name in CORPORA]
    pd.concat(errors).to_csv(data_path("models/themes") / "errors.csv", index=False)
    pd.concat(tables).round(4).to_csv(HERE / "scores-by-theme.csv", index=False)
    pd.DataFrame(rows).round(4).to_csv(HERE / "scores.csv", index=False)
    learning_curve(model, texts, labels, reports, extra=extra).round(4).to_csv(
        HERE / "learning-curve.csv", index=False
    )
    means = pd.DataFrame(rows).groupby(["tested_on", "trained_on"])
    sys.stdout.write(means[["micro_f1", "macro_f1"]].mean().to_string() + "\n")


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

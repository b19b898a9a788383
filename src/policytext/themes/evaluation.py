"""How good is a theme classifier on reports it has not seen?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.base import clone
from sklearn.model_selection import GroupKFold

from policytext.errors import NotEnoughDataError, ParameterError
from policytext.themes.classifier import ThemeClassifier
from policytext.themes.labels import label_matrix

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Examples = Sequence[tuple[str, Sequence[str]]]


class Scored(NamedTuple):
    """Labels and left-out answers (n × themes), with the report of each paragraph."""

    themes: tuple[str, ...]
    reports: NDArray[np.str_]
    labels: Bools
    probabilities: Floats
    given: Bools

    def part(self, rows: NDArray[np.generic]) -> Scored:
        """Return some of the paragraphs."""
        return Scored(
            self.themes,
            self.reports[rows],
            self.labels[rows],
            self.probabilities[rows],
            self.given[rows],
        )


def cross_validate(
    model: ThemeClassifier,
    texts: Sequence[str],
    labels: Sequence[Sequence[str]],
    reports: Sequence[object],
    *,
    split_by: Sequence[object] | None = None,
    n_splits: int = 5,
    random_state: int | None = 0,
    extra: Examples = (),
) -> Scored:
    """Score every paragraph by a model that has not seen its report (or its region, or its year).

    Parameters
    ----------
    model
        Unfitted or fitted; it is cloned.
    texts, labels, reports
        Paragraphs, their themes and the report each stands in.
    split_by
        What must not be shared between training and test: reports by default; give the region or
        the year of each paragraph to split by those.
    n_splits
        Number of parts.
    random_state
        Chance of the parts.
    extra
        Examples (text, themes) that join every training part and are never tested on.

    Raises
    ------
    ParameterError
        Lengths differ.
    NotEnoughDataError
        Fewer groups than parts.

    References
    ----------
    Stone, M. (1974). Cross-validatory choice and assessment of statistical predictions. JRSS B,
    36(2), 111-147.
    https://doi.org/10.1111/j.2517-6161.1974.tb00994.x
    """
    report = np.array([str(r) for r in reports])
    unit = report if split_by is None else np.array([str(s) for s in split_by])
    if not len(texts) == len(labels) == len(report) == len(unit):
        raise ParameterError("texts, labels, reports and split_by must be of one length")
    n_units = len(np.unique(unit))
    if n_units < n_splits:
        raise NotEnoughDataError(
            f"{n_splits} parts need as many groups, got {n_units}; lower n_splits"
        )
    folds = GroupKFold(n_splits, shuffle=True, random_state=random_state)
    pairs = list(folds.split(unit, groups=unit))
    return _assembled(model, texts, labels, report, pairs, extra)


def train_and_test(
    model: ThemeClassifier,
    texts: Sequence[str],
    labels: Sequence[Sequence[str]],
    reports: Sequence[object],
    in_training: Sequence[bool],
    *,
    extra: Examples = (),
) -> Scored:
    """Fit on some paragraphs and score the others, as from one corpus to another.

    Parameters
    ----------
    model, texts, labels, reports, extra
        As in `cross_validate`.
    in_training
        True for the paragraphs to learn from.

    Returns
    -------
    Scored
        The other paragraphs.
    """
    training = np.asarray(in_training, dtype=bool)
    report = np.array([str(r) for r in reports])
    pair = (np.flatnonzero(training), np.flatnonzero(~training))
    return _assembled(model, texts, labels, report, [pair], extra).part(pair[1])


def learning_curve(
    model: ThemeClassifier,
    texts: Sequence[str],
    labels: Sequence[Sequence[str]],
    reports: Sequence[object],
    *,
    shares: Sequence[float] = (0.25, 0.5, 0.75, 1.0),
    n_splits: int = 5,
    random_state: int | None = 0,
    extra: Examples = (),
) -> pd.DataFrame:
    """Return micro-F1 on left-out reports when only a share of the other reports is learned from.

    Returns
    -------
    pandas.DataFrame
        Columns share, n_reports, n_paragraphs (mean over parts), micro_f1.
    """
    report = np.array([str(r) for r in reports])
    rng = np.random.default_rng(random_state)
    folds = GroupKFold(n_splits, shuffle=True, random_state=random_state)
    pairs = list(folds.split(report, groups=report))
    orders = [rng.permutation(np.unique(report[train])) for train, _ in pairs]
    rows = []
    for share in shares:
        kept = [order[: max(2, round(share * len(order)))] for order in orders]
        chosen = [
            (train[np.isin(report[train], names)], test)
            for (train, test), names in zip(pairs, kept, strict=True)
        ]
        scored = _assembled(model, texts, labels, report, chosen, extra)
        rows.append(
            {
                "share": share,
                "n_reports": float(np.mean([len(names) for names in kept])),
                "n_paragraphs": float(np.mean([len(train) for train, _ in chosen])),
                "micro_f1": micro_f1(scored.labels, scored.given),
            }
        )
    return pd.DataFrame(rows)


def micro_f1(labels: Bools, given: Bools) -> float:
    """Return 2 × hits / (labels + given) over all themes and paragraphs.

    References
    ----------
    van Rijsbergen, C. J. (1979). Information Retrieval, 2nd ed., chapter 7. Butterworths.

    Examples
    --------
    >>> micro_f1(np.array([[True, False]]), np.array([[True, True]]))
    0.6666666666666666
    """
    return float(2 * (labels & given).sum() / max(labels.sum() + given.sum(), 1))


def _assembled(
    model: ThemeClassifier,
    texts: Sequence[str],
    labels: Sequence[Sequence[str]],
    report: NDArray[np.str_],
    pairs: Sequence[tuple[NDArray[np.int64], NDArray[np.int64]]],
    extra: Examples,
) -> Scored:
    parts = list(_fitted_parts(model, texts, labels, report, pairs, extra))
    themes = tuple(str(c) for c in parts[0][1].classes_)
    y = label_matrix(labels, themes)
    probabilities, given = np.zeros(y.shape), np.zeros(y.shape, dtype=bool)
    for test, fitted in parts:
        probabilities[test] = fitted.predict_proba([texts[i] for i in test])
        given[test] = fitted.decide(probabilities[test])
    return Scored(themes, report, y, probabilities, given)


def _fitted_parts(
    model: ThemeClassifier,
    texts: Sequence[str],
    labels: Sequence[Sequence[str]],
    report: NDArray[np.str_],
    pairs: Sequence[tuple[NDArray[np.int64], NDArray[np.int64]]],
    extra: Examples,
) -> Iterator[tuple[NDArray[np.int64], ThemeClassifier]]:
    more_texts = [text for text, _ in extra]
    more_labels = [themes for _, themes in extra]
    more_groups = [f"extra {number}" for number in range(len(extra))]
    for train, test in pairs:
        fitted = clone(model).fit(
            [*(texts[i] for i in train), *more_texts],
            [*(labels[i] for i in train), *more_labels],
            [*report[train], *more_groups],
        )
        yield test, fitted

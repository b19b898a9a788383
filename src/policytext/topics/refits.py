"""What does a topic model become on other seeds or other samples of the reports?"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse
from sklearn.base import clone

from policytext.corpus import Corpus
from policytext.errors import NotEnoughDataError, ParameterError
from policytext.inference.matching import match_items
from policytext.words.counts import Counts

Floats = npt.NDArray[np.float64]


class Refit(NamedTuple):
    """A model fitted anew, its topics in the order of the ones they match."""

    topic_word: Floats
    shares: Floats
    """Shares of the topics in all rows of the first fit."""


def report_labels(reports: Any, n_rows: int) -> npt.NDArray[np.intp]:
    """Return the number of the report each row belongs to.

    Parameters
    ----------
    reports : Corpus, sequence of length n_rows, or None
        None makes every row its own report.
    n_rows : int

    Raises
    ------
    ParameterError
        If there is not one label per row.

    Examples
    --------
    >>> report_labels(["a", "a", "b"], 3).tolist()
    [0, 0, 1]
    """
    if reports is None:
        return np.arange(n_rows)
    labels = reports.paragraphs["doc_id"] if isinstance(reports, Corpus) else reports
    if len(labels) != n_rows:
        raise ParameterError(
            f"reports must name the report of each of the {n_rows} rows, got {len(labels)} labels."
        )
    codes, _ = pd.factorize(np.asarray(labels, dtype=object))
    return np.asarray(codes, dtype=np.intp)


def fit_again(model: Any, rows: npt.NDArray[np.intp], seed: int | None = None) -> Any:
    """Return an unfitted copy of `model` fitted on the given rows, which may repeat."""
    fresh = clone(model)
    if seed is not None:
        fresh.set_params(random_state=seed)
    counts = Counts(
        sparse.csr_matrix(model.counts_[rows]), tuple(model.feature_names_), kind="words"
    )
    covariates = getattr(model, "covariates_", None)
    return fresh.fit(counts, None if covariates is None else covariates.iloc[rows])


def place_again(model: Any, refit: Any) -> Floats:
    """Return the shares that `refit` gives the rows `model` was fitted on."""
    counts = Counts(sparse.csr_matrix(model.counts_), tuple(model.feature_names_), kind="words")
    covariates = getattr(model, "covariates_", None)
    if covariates is None:
        return np.asarray(refit.transform(counts), dtype=np.float64)
    return np.asarray(refit.transform(counts, covariates), dtype=np.float64)


def matched(model: Any, topic_word: Floats, shares: Floats) -> Refit:
    """Bring the topics of a refit into the order of the model's, by cosine of their words."""
    order = match_items(cosines(model.topic_word_, topic_word))
    return Refit(topic_word[order], shares[:, order])


def cosines(a: Floats, b: Floats) -> Floats:
    """Return the cosine of every row of `a` with every row of `b`; zero for a row of zeros.

    Examples
    --------
    >>> cosines(np.eye(2), np.array([[1.0, 0.0], [0.0, 0.0]])).tolist()
    [[1.0, 0.0], [0.0, 0.0]]
    """
    lengths = np.linalg.norm(a, axis=1)[:, None] * np.linalg.norm(b, axis=1)[None, :]
    return np.asarray((a @ b.T) / np.where(lengths > 0, lengths, 1.0))


def refit_over_seeds(model: Any, n_refits: int, random_state: int) -> list[Refit]:
    """Fit the model anew with other seeds on the same rows.

    Raises
    ------
    ParameterError
        If the engine starts from a decomposition of the data, so that seeds say nothing.
    """
    if not model.has_random_start:
        raise ParameterError(
            f"{type(model).__name__} starts from a decomposition of the data, not at random: "
            "agreement over seeds would say nothing. Use over='reports'."
        )
    key = ("seeds", n_refits, random_state)
    if key not in model.refits_:
        seeds = np.random.default_rng(random_state).integers(1, 2**31 - 1, n_refits)
        rows = np.arange(model.counts_.shape[0])
        fits = [fit_again(model, rows, int(seed)) for seed in seeds]
        model.refits_[key] = [matched(model, f.topic_word_, f.doc_topic_) for f in fits]
    return list(model.refits_[key])


def refit_over_reports(model: Any, reports: Any, n_refits: int, random_state: int) -> list[Refit]:
    """Fit the model anew on bootstrap samples of reports and place all rows with it.

    Raises
    ------
    NotEnoughDataError
        If there are fewer than two reports, or a sample of them cannot carry the model.
    """
    codes = report_labels(reports, model.counts_.shape[0])
    key = ("reports", n_refits, random_state, codes.tobytes())
    if key not in model.refits_:
        rng = np.random.default_rng(random_state)
        model.refits_[key] = [_bootstrap(model, codes, rng) for _ in range(n_refits)]
    return list(model.refits_[key])


def _bootstrap(model: Any, codes: npt.NDArray[np.intp], rng: np.random.Generator) -> Refit:
    filled = np.unique(codes[np.diff(model.counts_.indptr) > 0])
    if len(filled) < 2:
        raise NotEnoughDataError(
            "Bootstrap samples need at least two reports with words, and there is one: how the "
            "topics hang on the choice of reports cannot be told."
        )
    drawn = rng.choice(filled, len(filled))
    order = np.argsort(codes, kind="stable")
    starts = np.searchsorted(codes[order], drawn)
    ends = np.searchsorted(codes[order], drawn, side="right")
    rows = np.concatenate([order[a:b] for a, b in zip(starts, ends, strict=True)])
    try:
        refit = fit_again(model, rows)
    except NotEnoughDataError as error:
        raise NotEnoughDataError(
            f"A bootstrap sample of the reports is too small for the model: {error}"
        ) from error
    return matched(model, refit.topic_word_, place_again(model, refit))

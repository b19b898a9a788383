"""Would other seeds or other reports have given the same topics?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse
from sklearn.base import clone
from sklearn.utils.validation import check_is_fitted

from policytext.corpus import Corpus
from policytext.counts import Counts
from policytext.errors import NotEnoughDataError, ParameterError
from policytext.inference.resampling import match_items
from policytext.records import Floats, Method
from policytext.result import Drawing, Result
from policytext.texts import cite, columns_of, say

# What does a topic model become on other seeds or other samples of the reports?


class Refit(NamedTuple):
    """A model fitted anew, its topics in the order of the ones they match."""

    topic_word: Floats
    shares: Floats
    """Shares of the topics in all rows of the first fit."""


def report_labels(reports: Any, n_rows: int) -> npt.NDArray[np.intp]:
    """Return the number of the report each row belongs to.

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

    >>> cosines(np.eye(2), np.array([[1.0, 0.0], [0.0, 0.0]])).tolist()
    [[1.0, 0.0], [0.0, 0.0]]
    """
    lengths = np.linalg.norm(a, axis=1)[:, None] * np.linalg.norm(b, axis=1)[None, :]
    return np.asarray((a @ b.T) / np.where(lengths > 0, lengths, 1.0))


def refit_over_seeds(model: Any, n_refits: int, random_state: int) -> list[Refit]:
    """Fit the model anew with other seeds on the same rows."""
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
    """Fit the model anew on bootstrap samples of reports and place all rows with it."""
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


# Would other seeds or other reports have given the same topics?


_COLUMNS = columns_of("stability")

_METHOD = Method(
    say("stability.method"),
    cite("greene-2014", "mantyla-2018"),
)


def stability(
    model: Any,
    reports: Any = None,
    *,
    n_refits: int = 10,
    over: str | None = None,
    random_state: int = 0,
) -> Result:
    """Refit the model and say, topic by topic, how much comes back.

    The result is kept on the model (and saved with it); the same call again costs nothing, and
    `model.stability()` without arguments returns what was computed before.

    Source: Greene & Cunningham (2014); Mäntylä et al. (2018).

    >>> from policytext.topics.estimators import NmfTopics
    >>> counts = [[3, 1, 0, 0], [2, 2, 0, 0], [0, 0, 2, 1], [0, 0, 1, 2]] * 5
    >>> reports = [i // 2 for i in range(20)]
    >>> found = NmfTopics(n_topics=2).fit(counts).stability(reports, n_refits=3)
    >>> found.table["word_cosine"].round(1).tolist()
    [1.0, 1.0]
    """
    check_is_fitted(model)
    if over not in (None, "seeds", "reports"):
        raise ParameterError(f"over must be 'seeds' or 'reports', got {over!r}.")
    if n_refits < 1:
        raise ParameterError(f"n_refits must be 1 or more, got {n_refits}.")
    if model.stability_ is not None and reports is None and over is None:
        return _named(model)
    parameters = {
        "engine": type(model).__name__,
        "n_topics": len(model.components_),
        "n_refits": n_refits,
        "random_state": random_state,
        "units": "rows" if reports is None else "reports",
    }
    tables = []
    if over != "reports" and (model.has_random_start or over == "seeds"):
        tables.append(_compare(model, refit_over_seeds(model, n_refits, random_state), "seeds"))
    if over != "seeds":
        refits = refit_over_reports(model, reports, n_refits, random_state)
        tables.append(_compare(model, refits, "reports"))
    model.stability_ = stability_result(pd.concat(tables, ignore_index=True), parameters)
    return _named(model)


def _named(model: Any) -> Result:
    kept: Result = model.stability_
    names = [model.topic_names_[k] for k in kept.table["topic"]]
    return stability_result(kept.table.assign(name=names), kept.parameters)


def stability_result(table: pd.DataFrame, parameters: Mapping[str, Any]) -> Result:
    """Return a stability table with what must be said about it."""
    cautions = []
    if parameters.get("units") == "rows":
        cautions.append(say("stability.stability_result"))
    weak = table.loc[table["word_cosine"] < 0.7, "name"].unique()
    if len(weak):
        cautions.append(
            say("stability.stability_result.2", value="、".join(weak), value2=", ".join(weak))
        )
    return Result(
        table=table,
        title=say("stability.stability_result.title"),
        columns=_COLUMNS,
        method=_METHOD,
        cautions=tuple(cautions),
        parameters=dict(parameters),
        figure=Drawing("topics.plot_stability", titled=False),
    )


def _compare(model: Any, refits: list[Refit], over: str) -> pd.DataFrame:
    filled = np.diff(model.counts_.indptr) > 0
    top = top_sets(model.topic_word_)
    rows = []
    for k, name in enumerate(model.topic_names_):
        a, shares = model.topic_word_[k], model.doc_topic_[filled, k]
        rows.append(
            {
                "topic": k,
                "name": name,
                "over": over,
                "doc_correlation": np.mean(
                    [correlation(shares, r.shares[filled, k]) for r in refits]
                ),
                "word_cosine": np.mean([cosine(a, r.topic_word[k]) for r in refits]),
                "top10_jaccard": np.mean(
                    [jaccard(top[k], top_sets(r.topic_word[k : k + 1])[0]) for r in refits]
                ),
                "n_refits": len(refits),
            }
        )
    return pd.DataFrame(rows)


def cosine(a: Floats, b: Floats) -> float:
    """Return the cosine of two vectors; 0 if one is zero.

    >>> cosine(np.array([1.0, 0.0]), np.array([2.0, 0.0]))
    1.0
    """
    length = float(np.linalg.norm(a) * np.linalg.norm(b))
    return min(float(a @ b) / length, 1.0) if length else 0.0


def correlation(a: Floats, b: Floats) -> float:
    """Return Pearson's correlation; 0 if one side does not vary.

    >>> correlation(np.array([0.0, 1.0, 2.0]), np.array([1.0, 1.0, 1.0]))
    0.0
    """
    return cosine(a - a.mean(), b - b.mean()) if len(a) else 0.0


def top_sets(topic_word: Floats, n_words: int = 10) -> list[set[int]]:
    """Return the columns of the top words of each topic; words of weight zero are none.

    >>> top_sets(np.array([[0.5, 0.5, 0.0]]))
    [{0, 1}]
    """
    order = np.argsort(-topic_word, axis=1, kind="stable")[:, :n_words]
    return [{int(w) for w in row if topic_word[k, w] > 0} for k, row in enumerate(order)]


def jaccard(a: set[int], b: set[int]) -> float:
    """Return how many members are common, as a share of all; 0 for two empty sets.

    >>> jaccard({1, 2}, {2, 3, 4})
    0.25
    """
    return len(a & b) / len(a | b) if a | b else 0.0

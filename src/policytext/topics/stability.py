"""Would other seeds or other reports have given the same topics?

The model is fitted anew, its topics are matched to the first ones, and what comes back is measured.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from copy import copy
from typing import Any, NamedTuple, Protocol, TypeAlias, TypeVar

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse, special
from sklearn.base import clone
from sklearn.metrics.pairwise import cosine_similarity
from sklearn.preprocessing import normalize
from sklearn.utils.validation import check_is_fitted

from policytext.corpus import Corpus
from policytext.counts import Counts
from policytext.errors import NotEnoughDataError, ParameterError
from policytext.inference.resampling import match_items
from policytext.piecework import each_part
from policytext.records import WEAK_COSINE, Floats, Method
from policytext.result import Drawing, Result
from policytext.texts import cite, columns_of, listing, say

N_SHUFFLED = 3
"""Copies of the text whose words were dealt out anew, on which the model is fitted."""

ALONE = 0.05
"""Chance that one topic or more of a text without topics stands above the noise."""

Reports: TypeAlias = Corpus | npt.ArrayLike | None
"""Which report each row belongs to: a corpus, one label per row, or nothing (rows alone)."""

_COLUMNS = columns_of("stability")

_METHOD = Method(
    say("stability.method"), cite("greene-2014", "mantyla-2018", "webber-2010", "aletras-2013")
)


class Refit(NamedTuple):
    """A model fitted anew, its topics in the order of the ones they match."""

    topic_word: Floats
    shares: Floats
    """Shares of the topics in all rows of the first fit."""
    likeliest: Floats | None = None
    """The same by the words of each row alone, of fits to simulated text."""


class Refittable(Protocol):
    """What refitting asks of a fitted topic model."""

    has_random_start: bool
    components_: Floats
    topic_word_: Floats
    doc_topic_: Floats
    feature_names_: npt.NDArray[Any]
    topic_names_: tuple[str, ...]
    counts_: sparse.csr_array
    stability_: Result | None
    refits_: dict[tuple[Any, ...], list[Refit]]

    def word_probabilities(self) -> Floats:
        """Return the probability of each word in each topic."""

    def likeliest_shares(self) -> Floats:
        """Return the shares under which each row's own words are likeliest."""

    def expected_words(self, shares: Floats, rows: slice) -> Floats:
        """Return the probability of each word in some rows, given their shares of the topics."""


Model = TypeVar("Model", bound=Refittable)


def stability(
    model: Refittable,
    reports: Reports = None,
    *,
    n_refits: int = 10,
    over: str | None = None,
    random_state: int = 0,
    n_jobs: int = 1,
) -> Result:
    """Refit the model and say, topic by topic, how much comes back.

    The result is kept on the model (and saved with it); the same call again costs nothing, and
    `model.stability()` without arguments returns what was computed before. ``n_jobs`` processes
    (-1: all) fit side by side; the result is the same for any number.

    Source: Greene & Cunningham (2014).

    >>> from policytext import NmfTopics
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
    kept = model.stability_
    if kept is None or reports is not None or over is not None:
        tables = []
        if over == "seeds" or (over is None and model.has_random_start):
            tables.append(
                _compared(model, refit_over_seeds(model, n_refits, random_state, n_jobs), "seeds")
            )
        if over != "seeds":
            refits = refit_over_reports(model, reports, n_refits, random_state, n_jobs)
            tables.append(_compared(model, refits, "reports"))
        found = pd.concat(tables, ignore_index=True)
        own, noise = coherence_and_noise(model, reports, random_state)
        found["npmi"], found["npmi_noise"] = own[found["topic"]], noise
        found["above_noise"] = found["npmi"] > noise
        parameters = {
            "engine": type(model).__name__,
            "n_topics": len(model.components_),
            "n_refits": n_refits,
            "random_state": random_state,
            "units": "rows" if reports is None else "reports",
        }
        kept = stability_result(found, parameters)
        model.stability_ = kept
    # names may have been given since
    names = [model.topic_names_[k] for k in kept.table["topic"]]
    return stability_result(kept.table.assign(name=names), kept.parameters)


def stability_result(table: pd.DataFrame, parameters: Mapping[str, Any]) -> Result:
    """Return a stability table with what must be said about it."""
    cautions = []
    if parameters.get("units") == "rows":
        cautions.append(say("stability.single_rows"))
    weak = table.loc[table["word_cosine"] < WEAK_COSINE, "name"].unique()
    if len(weak):
        cautions.append(say("stability.weak", names=listing(weak)))
    noise = [] if "above_noise" not in table else table.loc[~table["above_noise"], "name"].unique()
    if len(noise):
        cautions.append(say("stability.noise", names=listing(noise)))
    return Result(
        table=table,
        title=say("stability.title"),
        columns=_COLUMNS,
        method=_METHOD,
        cautions=tuple(cautions),
        parameters=dict(parameters),
        figure=Drawing("topics.plot_stability", titled=False),
    )


# What does a topic model become on other seeds or other samples of the reports?


def named_reports(reports: Reports) -> npt.ArrayLike | None:
    """Return one label a row, without the corpus that may hold them."""
    return reports.paragraphs["doc_id"].to_numpy() if isinstance(reports, Corpus) else reports


def report_labels(reports: Reports, n_rows: int) -> npt.NDArray[np.intp]:
    """Return the number of the report each row belongs to.

    >>> report_labels(["a", "a", "b"], 3).tolist()
    [0, 0, 1]
    """
    if reports is None:
        return np.arange(n_rows)
    labels = np.asarray(named_reports(reports), dtype=object)
    if len(labels) != n_rows:
        raise ParameterError(
            f"reports must name the report of each of the {n_rows} rows, got {len(labels)} labels."
        )
    return np.asarray(pd.factorize(labels)[0], dtype=np.intp)


def fit_again(model: Model, rows: npt.NDArray[np.intp], seed: int | None = None) -> Model:
    """Return an unfitted copy of `model` fitted on the given rows, which may repeat."""
    fresh = clone(model)
    if seed is not None:
        fresh.set_params(random_state=seed)
        if "start" in fresh.get_params():
            fresh.set_params(start="random")
    covariates = getattr(model, "covariates_", None)
    refit: Model = fresh.fit(
        _counts_of(model, rows), None if covariates is None else covariates.iloc[rows]
    )
    return refit


def _counts_of(model: Refittable, rows: npt.NDArray[np.intp] | slice) -> Counts:
    return Counts(sparse.csr_matrix(model.counts_[rows]), tuple(model.feature_names_), kind="words")


def refit_over_seeds(
    model: Refittable, n_refits: int, random_state: int, n_jobs: int = 1
) -> list[Refit]:
    """Fit the model anew with other seeds, from random starts, on the same rows."""
    return _kept(model, "seeds", _on_seed, n_refits, random_state, n_jobs)


def _kept(
    model: Refittable,
    kind: str,
    refit: Callable[[Refittable, int], Refit],
    n_refits: int,
    random_state: int,
    n_jobs: int,
) -> list[Refit]:
    """Return refits of a kind, one a seed; they stay on the model and are not made twice."""
    key = (kind, n_refits, random_state)
    if key not in model.refits_:
        seeds = np.random.default_rng(random_state).integers(1, 2**31 - 1, n_refits)
        bare = _without_refits(model)
        tasks = ((bare, int(seed)) for seed in seeds)
        model.refits_[key] = list(each_part(refit, tasks, n_jobs))
    return list(model.refits_[key])


def _on_seed(model: Refittable, seed: int) -> Refit:
    again: Any = fit_again(model, np.arange(model.counts_.shape[0]), seed)
    return _matched(model, again.topic_word_, again.doc_topic_)


def _without_refits(model: Model) -> Model:
    """Return the model without what was fitted before: nothing that a process need be sent."""
    bare = copy(model)
    bare.refits_ = {}
    return bare


def refit_over_reports(
    model: Refittable, reports: Reports, n_refits: int, random_state: int, n_jobs: int = 1
) -> list[Refit]:
    """Fit the model anew on bootstrap samples of reports and place all rows with it."""
    codes = report_labels(reports, model.counts_.shape[0])
    key = ("reports", n_refits, random_state, codes.tobytes())
    if key not in model.refits_:
        rng = np.random.default_rng(random_state)
        draws = [_drawn_rows(model, codes, rng) for _ in range(n_refits)]
        bare = _without_refits(model)
        model.refits_[key] = list(each_part(_on_rows, ((bare, rows) for rows in draws), n_jobs))
    return list(model.refits_[key])


def _drawn_rows(
    model: Refittable, codes: npt.NDArray[np.intp], rng: np.random.Generator
) -> npt.NDArray[np.intp]:
    """Return the rows of as many reports as there are, drawn with replacement."""
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
    return np.concatenate([order[a:b] for a, b in zip(starts, ends, strict=True)])


def _on_rows(model: Refittable, rows: npt.NDArray[np.intp]) -> Refit:
    """Fit the model anew on some rows, and place all rows with it."""
    try:
        refit: Any = fit_again(model, rows)
    except NotEnoughDataError as error:
        raise NotEnoughDataError(
            f"A bootstrap sample of the reports is too small for the model: {error}"
        ) from error
    covariates = getattr(model, "covariates_", None)
    given = () if covariates is None else (covariates,)
    # a sample may hold no report of a group, whose rows are placed all the same
    place = getattr(refit, "transform_any", refit.transform)
    shares = place(_counts_of(model, slice(None)), *given)
    return _matched(model, refit.topic_word_, np.asarray(shares, dtype=np.float64))


def refit_on_simulated(
    model: Refittable, n_refits: int, random_state: int, n_jobs: int = 1
) -> list[Refit]:
    """Fit the model anew on text drawn from the model, in which its own shares are the truth."""
    return _kept(model, "simulated", _on_simulated, n_refits, random_state, n_jobs)


def _on_simulated(model: Refittable, seed: int) -> Refit:
    fresh = clone(model).set_params(random_state=seed)
    drawn = simulated(model, np.random.default_rng(seed))
    names = tuple(model.feature_names_)
    again: Any = fresh.fit(
        Counts(sparse.csr_matrix(drawn), names, kind="words"), getattr(model, "covariates_", None)
    )
    return _matched(model, again.topic_word_, again.doc_topic_, again.likeliest_shares())


SIMULATED_AT_ONCE = 512
"""Rows whose words are drawn at once: a row takes as many numbers as there are words."""


def true_shares(model: Refittable) -> Floats:
    """Return the shares that text is simulated from: the model's; of no topic, the mean."""
    placed = model.doc_topic_.sum(axis=1) > 0
    return np.where(placed[:, None], model.doc_topic_, model.doc_topic_[placed].mean(axis=0))


def simulated(model: Refittable, rng: np.random.Generator) -> sparse.csr_array:
    """Draw as many words for each row as it has, from the words of its topics by their shares."""
    shares = true_shares(model)
    lengths = np.rint(np.asarray(model.counts_.sum(axis=1)).ravel()).astype(np.int64)
    parts = []
    for at in range(0, len(shares), SIMULATED_AT_ONCE):
        run = slice(at, at + SIMULATED_AT_ONCE)
        chance = model.expected_words(shares[run], run)
        chance /= chance.sum(axis=1, keepdims=True)
        drawn = rng.multinomial(lengths[at : at + SIMULATED_AT_ONCE], chance)
        parts.append(sparse.csr_array(drawn.astype(np.float64)))
    return sparse.csr_array(sparse.vstack(parts))


def _matched(
    model: Refittable, topic_word: Floats, shares: Floats, likeliest: Floats | None = None
) -> Refit:
    """Bring the topics of a refit into the order of the model's, by cosine of their words."""
    order = match_items(cosine_similarity(model.topic_word_, topic_word))
    return Refit(
        topic_word[order], shares[:, order], None if likeliest is None else likeliest[:, order]
    )


# Do the words of a topic stand together more than where there are no topics?


def coherence_and_noise(
    model: Refittable, reports: Reports, random_state: int
) -> tuple[Floats, float]:
    """Return each topic's NPMI in paragraphs, and what topics of shuffled text do not exceed.

    The words of each report are dealt to its paragraphs anew: its style stays, topics go. Frequent
    words come back from any sample, so a topic of such text may be stable; it is not coherent.
    """
    codes = report_labels(reports, model.counts_.shape[0])
    rng = np.random.default_rng(random_state)
    pooled = []
    for _ in range(N_SHUFFLED):
        dealt = shuffled(model.counts_, codes, rng)
        fresh = clone(model)
        if taken := vars(model).get("n_iter_"):
            # factors of shuffled text do not settle: they get the steps that the text itself took
            fresh.set_params(max_iter=taken)
        covariates = getattr(model, "covariates_", None)
        names = tuple(model.feature_names_)
        fresh.fit(Counts(sparse.csr_matrix(dealt), names, kind="words"), covariates)
        pooled.append(paragraph_npmi(fresh.topic_word_, dealt))
    noise = np.concatenate(pooled)
    n_topics = len(model.topic_word_)
    quantile = float(special.stdtrit(len(noise) - 1, (1 - ALONE) ** (1 / n_topics)))
    line = float(noise.mean() + quantile * noise.std(ddof=1) * np.sqrt(1 + 1 / len(noise)))
    return paragraph_npmi(model.topic_word_, model.counts_), line


def shuffled(
    counts: sparse.csr_array, codes: npt.NDArray[np.intp], rng: np.random.Generator
) -> sparse.csr_array:
    """Deal the words of each report to its paragraphs anew; each keeps its length.

    Where reports have one paragraph each, words are dealt over all of them.

    >>> table = sparse.csr_array([[2.0, 0.0], [0.0, 2.0], [1.0, 0.0]])
    >>> dealt = shuffled(table, np.array([0, 0, 1]), np.random.default_rng(0))
    >>> dealt.sum(axis=1).tolist(), dealt.sum(axis=0).tolist(), dealt.toarray()[2].tolist()
    ([2.0, 2.0, 1.0], [3.0, 2.0], [1.0, 0.0])
    """
    filled = np.diff(counts.indptr) > 0
    if len(np.unique(codes[filled])) > filled.sum() / 2:
        codes = np.zeros_like(codes)
    row = np.repeat(np.arange(counts.shape[0]), np.diff(counts.indptr))
    # fractions (weights) are dealt as they are, whole counts word by word
    whole = bool((counts.data == np.floor(counts.data)).all())
    each = counts.data.astype(np.int64) if whole else np.ones(len(row), dtype=np.int64)
    value = np.ones(int(each.sum())) if whole else counts.data
    row, column = np.repeat(row, each), np.repeat(counts.indices, each)
    place = np.lexsort((row, codes[row]))
    drawn = np.lexsort((rng.random(len(row)), codes[row]))
    dealt = sparse.csr_array((value[drawn], (row[place], column[drawn])), shape=counts.shape)
    dealt.sum_duplicates()
    return dealt


def paragraph_npmi(topic_word: Floats, counts: sparse.csr_array, n_words: int = 10) -> Floats:
    """Return the mean NPMI of pairs of each topic's top words in paragraphs.

    Source: Aletras & Stevenson (2013).

    >>> counts = sparse.csr_array([[1.0, 1, 0], [1, 1, 0], [0, 0, 1]])
    >>> paragraph_npmi(np.array([[0.5, 0.5, 0.0], [0.5, 0.0, 0.5]]), counts).round(3).tolist()
    [1.0, -1.0]
    """
    filled = np.flatnonzero(np.diff(counts.indptr) > 0)
    found = np.zeros(len(topic_word))
    for k, columns in enumerate(top_columns_present(topic_word, n_words)):
        if len(columns) < 2:
            continue
        there = sparse.csr_array((counts[filled][:, columns] > 0).astype(np.float64))
        both = (there.T @ there).toarray() / len(filled)
        first, second = np.triu_indices(len(columns), 1)
        joint, alone = both[first, second], np.diag(both)
        with np.errstate(divide="ignore", invalid="ignore"):
            value = np.log(joint / (alone[first] * alone[second])) / -np.log(joint)
        value = np.where(joint == 0, -1.0, np.where(joint == 1, 0.0, value))
        found[k] = float(np.nan_to_num(value, nan=0.0).mean())
    return found


# How alike are topics of two fits, one by one?


def _compared(model: Refittable, refits: list[Refit], over: str) -> pd.DataFrame:
    filled = np.diff(model.counts_.indptr) > 0
    shares, words = model.doc_topic_[filled], model.topic_word_
    values = {
        "doc_correlation": [correlations(shares, r.shares[filled]) for r in refits],
        "word_cosine": [paired_cosines(words, r.topic_word) for r in refits],
        "top10_jaccard": [top_overlap(words, r.topic_word) for r in refits],
        "top10_rbo": [top_rank_overlap(words, r.topic_word) for r in refits],
    }
    return pd.DataFrame(
        {
            "topic": np.arange(len(words)),
            "name": list(model.topic_names_),
            "over": over,
            **{name: np.mean(found, axis=0) for name, found in values.items()},
            "n_refits": len(refits),
        }
    )


def paired_cosines(a: Floats, b: Floats) -> Floats:
    """Return the cosine of each row of `a` with the same row of `b`; 0 if one is zero.

    >>> paired_cosines(np.array([[1.0, 0.0], [1.0, 1.0]]), np.array([[2.0, 0.0], [0.0, 0.0]]))
    array([1., 0.])
    """
    return np.asarray(np.minimum((normalize(a) * normalize(b)).sum(axis=1), 1.0))


def correlations(a: Floats, b: Floats) -> Floats:
    """Return Pearson's correlation of each column with its pair; 0 if one does not vary.

    >>> correlations(np.array([[0.0, 1.0], [1.0, 1.0]]), np.eye(2)).round(9)
    array([-1.,  0.])
    """
    if not len(a):
        return np.zeros(a.shape[1])
    return paired_cosines((a - a.mean(axis=0)).T, (b - b.mean(axis=0)).T)


def top_overlap(a: Floats, b: Floats, n_words: int = 10) -> Floats:
    """Return the Jaccard overlap of the top words of each topic with its pair's; 0 for none.

    >>> top_overlap(np.array([[0.5, 0.5, 0.0]]), np.array([[0.1, 0.0, 0.9]])).round(2)
    array([0.33])
    """
    pairs = zip(top_columns_present(a, n_words), top_columns_present(b, n_words), strict=True)
    return np.asarray([len({*x} & {*y}) / max(len({*x} | {*y}), 1) for x, y in pairs])


def top_rank_overlap(a: Floats, b: Floats, n_words: int = 10) -> Floats:
    """Return the rank-biased overlap of the top words of each topic with its pair's.

    >>> top_rank_overlap(np.array([[0.6, 0.4, 0.0]]), np.array([[0.1, 0.0, 0.9]])).round(2)
    array([0.45])
    """
    pairs = zip(top_columns_present(a, n_words), top_columns_present(b, n_words), strict=True)
    return np.asarray([rank_overlap(x, y) for x, y in pairs])


def rank_overlap(a: Sequence[int], b: Sequence[int], p: float = 0.9) -> float:
    """Return the rank-biased overlap of two lists, extrapolated from what they show.

    The share in common among the first d, averaged over d with weights that fall by p: words high
    on the lists count most. With p = .9 the first ten ranks hold 86 % of the weight. 0 where a
    list is empty.

    Source: Webber et al. (2010), equation 32.

    >>> rank_overlap([1, 2, 3], [1, 2, 3]), round(rank_overlap([1, 2, 3], [2, 1, 3]), 2)
    (1.0, 0.9)
    """
    short, long = sorted((list(a), list(b)), key=len)
    s, n = len(short), len(long)
    if not s:
        return 0.0
    depth = np.arange(1, n + 1)
    common = np.array([len({*short[:d]} & {*long[:d]}) for d in depth], dtype=float)
    at_short = common[s - 1]
    shares = (common + at_short * np.maximum(depth - s, 0) / s) / depth
    rest = (common[-1] - at_short) / n + at_short / s
    return float((1 - p) / p * (shares @ p**depth) + rest * p**n)


def top_columns(scores: Floats, n_words: int = 10) -> npt.NDArray[np.intp]:
    """Return the columns of the `n_words` highest scores of each topic, ties in column order.

    >>> top_columns(np.array([[0.1, 0.6, 0.3]]), 2).tolist()
    [[1, 2]]
    """
    return np.argsort(-scores, axis=1, kind="stable")[:, :n_words]


def top_columns_present(scores: Floats, n_words: int = 10) -> list[list[int]]:
    """Return each topic's top columns, leaving out those of score zero.

    >>> top_columns_present(np.array([[0.7, 0.3, 0.0]]), 3)
    [[0, 1]]
    """
    return [
        [int(w) for w in row if scores[k, w] > 0]
        for k, row in enumerate(top_columns(scores, n_words))
    ]

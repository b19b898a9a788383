"""How good is a theme classifier on reports it has not seen?

Answers are left out by report, scored by theme, held against their own probabilities, and used to
choose what should be labelled next.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
import scipy.sparse as sp
from numpy.typing import NDArray
from sklearn.base import clone
from sklearn.model_selection import GroupKFold

from policytext.comparable import select
from policytext.corpus import Corpus
from policytext.data import data_path
from policytext.errors import NotEnoughDataError, ParameterError
from policytext.inference.intervals import check_confidence
from policytext.inference.resampling import report_weights
from policytext.records import Bilingual, Floats, Method
from policytext.result import Drawing, Result, evidence_of_rows
from policytext.texts import cite, columns_of, say
from policytext.themes.agreement import f1, micro_f1, percentile_ends, wider
from policytext.themes.classifier import (
    ThemeClassifier,
    expected_f1,
    load_theme_classifier,
)
from policytext.themes.codebook import Codebook, load_codebook
from policytext.themes.coding import label_matrix
from policytext.themes.cues import Bools, Ints

Examples = Sequence[tuple[str, Sequence[str]]]
Parts = Sequence[tuple[Ints, Ints]]


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

    Examples
    --------
    >>> from policytext.themes.coding import fictional_examples
    >>> texts, labels = zip(*fictional_examples(), strict=True)
    >>> reports = [i % 4 for i in range(len(texts))]
    >>> scored = cross_validate(ThemeClassifier(), texts, labels, reports, n_splits=2)
    >>> scored.given.shape == (len(texts), 24)
    True
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
    """Fit on some paragraphs and score the others, as from one corpus to another."""
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

    Parameters
    ----------
    model, texts, labels, reports, n_splits, random_state, extra
        As in `cross_validate`.
    shares
        Shares of the other reports that are learned from, two reports at least.

    Returns
    -------
    pandas.DataFrame
        Columns share, n_reports, n_paragraphs (mean over parts), micro_f1.

    Examples
    --------
    >>> from policytext.themes.coding import fictional_examples
    >>> texts, labels = zip(*fictional_examples(), strict=True)
    >>> reports = [i % 4 for i in range(len(texts))]
    >>> curve = learning_curve(
    ...     ThemeClassifier(), texts, labels, reports, shares=(0.5, 1.0), n_splits=2
    ... )
    >>> curve["n_reports"].tolist()
    [2.0, 2.0]
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


def _assembled(
    model: ThemeClassifier,
    texts: Sequence[str],
    labels: Sequence[Sequence[str]],
    report: NDArray[np.str_],
    pairs: Parts,
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
    pairs: Parts,
    extra: Examples,
) -> Iterator[tuple[Ints, ThemeClassifier]]:
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


# Which scores does a set of answers earn, with how wide intervals?

_FEW = 30
_COLUMNS = columns_of("evaluation")
_METHOD = Method(say("evaluation.method"), cite("stone-1974", "efron-1979", "naeini-2015"))


def score_table(
    scored: Scored,
    codebook: Codebook | None = None,
    *,
    confidence: float = 0.95,
    n_resamples: int = 1000,
    random_state: int | None = 0,
) -> Result:
    """Return scores by theme with n and intervals; micro-F1 first, then macro-F1.

    Parameters
    ----------
    scored
        From `cross_validate` or `train_and_test`.
    codebook
        For the names of the themes.
    confidence, n_resamples, random_state
        Of the intervals: percentiles over draws of reports, taken wider where reports are few.

    Raises
    ------
    NotEnoughDataError
        Fewer than two reports.

    References
    ----------
    Efron, B. (1979). Bootstrap methods. https://doi.org/10.1214/aos/1176344552

    Examples
    --------
    >>> labels = np.array([[True, False], [False, True]])
    >>> scored = Scored(("tcm", "outside"), np.array(["a", "b"]), labels, labels * 0.9, labels)
    >>> score_table(scored, n_resamples=20).table[["theme", "f1"]].values.tolist()[0]
    ['ALL', 1.0]
    """
    check_confidence(confidence)
    codebook = codebook or load_codebook()
    names, report = np.unique(scored.reports, return_inverse=True)
    if len(names) < 2:
        raise NotEnoughDataError("scores with intervals need paragraphs of at least two reports")
    counts = _counts(scored, report, len(names))
    draws = report_weights(np.zeros(len(names)), n_resamples=n_resamples, random_state=random_state)
    drawn = np.tensordot(draws, counts, 1)
    total = counts.sum(axis=0)
    shown = np.flatnonzero(total[:, 1] > 0)
    all_f1, theme_f1 = _f1(drawn.sum(axis=1)), _f1(drawn)
    level = wider(confidence, len(names))
    rows = [
        _row("ALL", "全部主题（微平均）", total.sum(axis=0), all_f1, level)
        | {"calibration_error": calibration_error(scored.labels, scored.probabilities)},
        _macro_row(total[shown], theme_f1[:, shown], level),
    ]
    for i in shown:
        theme = scored.themes[i]
        error = calibration_error(scored.labels[:, i], scored.probabilities[:, i])
        row = _row(theme, codebook.theme(theme).label_zh, total[i], theme_f1[:, i], level)
        rows.append(row | {"calibration_error": error})
    table = pd.DataFrame(rows, columns=list(_COLUMNS))
    return Result(
        table,
        say("evaluation.title"),
        _COLUMNS,
        _METHOD,
        _cautions(table, len(names)),
        {"confidence": confidence, "n_resamples": n_resamples, "random_state": random_state},
        figure=Drawing("topics.plot_scores", titled=False),
    )


def _counts(scored: Scored, report: Ints, n_reports: int) -> Floats:
    """Return reports × themes × (hits, labelled, given)."""
    cells = np.stack([scored.labels & scored.given, scored.labels, scored.given], axis=2)
    counts = np.zeros((n_reports, *cells.shape[1:]))
    np.add.at(counts, report, cells.astype(float))
    return counts


def _f1(counts: Floats) -> Floats:
    return f1(counts[..., 0], counts[..., 1], counts[..., 2])


def _row(
    theme: str, label: str, counts: Floats, drawn: Floats, confidence: float
) -> dict[str, object]:
    hits, labelled, given = counts
    low, high = percentile_ends(drawn, confidence)
    return {
        "theme": theme,
        "label_zh": label,
        "n": int(labelled),
        "n_given": int(given),
        "precision": float(hits / given) if given else np.nan,
        "recall": float(hits / labelled) if labelled else np.nan,
        "f1": float(_f1(counts)),
        "low": low,
        "high": high,
    }


def _macro_row(counts: Floats, drawn: Floats, confidence: float) -> dict[str, object]:
    each = _f1(counts)
    with np.errstate(invalid="ignore"):
        low, high = percentile_ends(np.nanmean(drawn, axis=1), confidence)
    return {
        "theme": "MEAN",
        "label_zh": "各主题F1的平均（宏平均）",
        "n": len(each),
        "n_given": int(counts[:, 2].sum()),
        "f1": float(each.mean()),
        "low": low,
        "high": high,
    }


def _cautions(table: pd.DataFrame, n_reports: int) -> tuple[Bilingual, ...]:
    rare = table.loc[2:][table.loc[2:, "n"] < _FEW]
    cautions = [say("coding.if_silver")]
    if len(rare):
        names = ", ".join(f"{t} ({n})" for t, n in zip(rare["theme"], rare["n"], strict=True))
        cautions.append(say("evaluation.rare_themes", few=_FEW, names=names))
    if n_reports < 10:
        cautions.append(say("evaluation.few_reports", n_reports=n_reports))
    return tuple(cautions)


# Do probabilities mean what they say, and what is gained by leaving doubts to people?

_COVERAGES = (1.0, 0.95, 0.9, 0.8, 0.7, 0.6, 0.5)


def reliability_table(labels: Bools, probabilities: Floats, n_bins: int = 10) -> Result:
    """Return per bin of probability what it promised and what came true.

    Parameters
    ----------
    labels, probabilities
        Of one shape, as a `Scored` holds them.
    n_bins
        Bins of equal width from 0 to 1; empty ones are left out.

    Returns
    -------
    Result
        One row a bin; `plot` draws what was promised against what came true.

    Raises
    ------
    ParameterError
        The shapes differ, or a probability is not between 0 and 1.

    References
    ----------
    Naeini, M. P. et al. (2015). Obtaining well calibrated probabilities using Bayesian binning.
    https://doi.org/10.1609/aaai.v29i1.9602

    Examples
    --------
    >>> labels, probabilities = np.array([True, False]), np.array([0.5, 0.5])
    >>> reliability_table(labels, probabilities).table.values.tolist()
    [[0.5, 0.6, 2.0, 0.5, 0.5]]
    """
    if np.shape(labels) != np.shape(probabilities) or not np.size(labels):
        raise ParameterError(
            f"labels and probabilities must have one shape and an entry, got {np.shape(labels)} "
            f"and {np.shape(probabilities)}"
        )
    return Result(
        _bins(labels, probabilities, n_bins),
        say("evaluation.reliability.title"),
        columns_of("reliability"),
        Method(say("evaluation.reliability.method"), cite("naeini-2015")),
        (say("coding.if_silver"),),
        {"n_bins": n_bins},
        figure=Drawing("topics.plot_reliability", titled=False),
    )


def calibration_error(labels: Bools, probabilities: Floats, n_bins: int = 10) -> float:
    """Return the expected calibration error: |mean probability - share labelled| over bins.

    >>> calibration_error(np.array([True, False]), np.array([0.5, 0.5]))
    0.0
    """
    bins = _bins(labels, probabilities, n_bins)
    weights = bins["n"] / max(bins["n"].sum(), 1)
    return float((weights * (bins["mean_probability"] - bins["share"]).abs()).sum())


def _bins(labels: Bools, probabilities: Floats, n_bins: int) -> pd.DataFrame:
    y, p = np.asarray(labels, dtype=float).ravel(), np.asarray(probabilities).ravel()
    if y.shape != p.shape:
        raise ParameterError(
            f"labels and probabilities must be of one shape, got {len(y)} and {len(p)} cells"
        )
    outside = p[~((p >= 0) & (p <= 1))]
    if len(outside):
        raise ParameterError(
            f"probabilities must be numbers between 0 and 1, got {outside[0]:g} among {len(p)}"
        )
    cell = np.minimum((p * n_bins).astype(int), n_bins - 1)
    n = np.bincount(cell, minlength=n_bins)
    kept = np.flatnonzero(n)
    return pd.DataFrame(
        {
            "low": kept / n_bins,
            "high": (kept + 1) / n_bins,
            "n": n[kept],
            "mean_probability": np.bincount(cell, weights=p, minlength=n_bins)[kept] / n[kept],
            "share": np.bincount(cell, weights=y, minlength=n_bins)[kept] / n[kept],
        }
    )


def abstention_table(scored: Scored) -> pd.DataFrame:
    """Return micro-F1 of the answers kept when the least confident paragraphs are left to people.

    Parameters
    ----------
    scored
        From `cross_validate` or `train_and_test`.

    Returns
    -------
    pandas.DataFrame
        Columns coverage (share of paragraphs answered), threshold (of confidence), n, micro_f1.

    References
    ----------
    El-Yaniv, R., & Wiener, Y. (2010). On the foundations of noise-free selective classification.
    JMLR 11, 1605-1641.

    Examples
    --------
    >>> labels = np.array([[True, False], [False, True]])
    >>> scored = Scored(("tcm", "outside"), np.array(["a", "b"]), labels, labels * 0.9, labels)
    >>> abstention_table(scored)["micro_f1"].tolist()[0]
    1.0
    """
    return coverage_curve(scored.labels, scored.probabilities, scored.given)


def coverage_curve(
    labels: Bools,
    probabilities: Floats,
    given: Bools,
    coverages: Sequence[float] = _COVERAGES,
) -> pd.DataFrame:
    """Return micro-F1 among the most confident paragraphs, for several shares of them.

    >>> y = np.array([[True, False], [False, True]])
    >>> p = np.array([[0.9, 0.1], [0.6, 0.4]])
    >>> coverage_curve(y, p, p > 0.5, (1.0, 0.5))["micro_f1"].tolist()
    [0.5, 1.0]
    """
    confidence = expected_f1(probabilities, given)
    order = np.argsort(-confidence, kind="stable")
    rows = []
    for coverage in coverages:
        kept = order[: max(1, round(coverage * len(order)))]
        row = (
            coverage,
            float(confidence[kept[-1]]),
            len(kept),
            micro_f1(labels[kept], given[kept]),
        )
        rows.append(row)
    return pd.DataFrame(rows, columns=["coverage", "threshold", "n", "micro_f1"])


# What may be expected of a corpus that nobody has labelled?

_BANDS = (0.0, 0.6, 0.75, 0.85, 0.95)
_SURE = 3
_EXPECTED = columns_of("expected_scores")
_COUNTED = ["n", "hits", "labelled", "given"]


def confidence_bands(confidence: Floats, labels: Bools, given: Bools) -> pd.DataFrame:
    """Count paragraphs, hits, labels and answers by how sure the model was of its answer.

    >>> y = np.array([[True, False], [False, True]])
    >>> confidence_bands(np.array([0.99, 0.3]), y, y)["n"].tolist()
    [1, 0, 0, 0, 1]
    """
    band = _band(confidence)
    counts = [np.ones(len(band)), *((x.sum(axis=1)) for x in (labels & given, labels, given))]
    sums = [np.bincount(band, weights=x, minlength=len(_BANDS)).astype(int) for x in counts]
    return pd.DataFrame({"confidence_from": _BANDS, **dict(zip(_COUNTED, sums, strict=True))})


def _band(confidence: Floats) -> Ints:
    return np.searchsorted(_BANDS, confidence, side="right") - 1


def expected_scores(
    corpus: Corpus,
    model: ThemeClassifier | None = None,
    by: str | Sequence[str] | None = "province",
    *,
    measured: Scored | None = None,
    min_certainty: str = "likely",
) -> Result:
    """Say how right the themes of a corpus are likely to be, by how sure the model is of them.

    How often the model was right was counted on labelled paragraphs, by its confidence. A corpus
    of which it is less sure will be coded less well; and where texts are of another kind than those
    it learned from, it is also less often right than it believes. Nothing here replaces labels of
    your own.

    Parameters
    ----------
    corpus
        The corpus, with text.
    model
        A fitted classifier; the package's if None.
    by
        Column of documents or paragraphs to group by; None: the whole corpus.
    measured
        Answers of your own model on left-out reports (`cross_validate`). The package's model comes
        with two measurements: government reports and notices set aside by report, and work reports
        of health bodies that are in no corpus.
    min_certainty
        Labels less certain than this count as unknown.

    Returns
    -------
    Result
        One row for each group and measurement: what the model expects of itself, what is to be
        expected if it is right as often as it was there, the share of paragraphs of which it is
        sure (confidence from 0.85), and the F1 measured on such. `explain(row)` gives the
        paragraphs with their doubt (1 - confidence), the largest first, for a coder to begin with.

    Raises
    ------
    ParameterError
        A model of your own without ``measured``, or ``measured`` of other themes.

    References
    ----------
    El-Yaniv, R., & Wiener, Y. (2010). On the foundations of noise-free selective classification.
    JMLR 11, 1605-1641.

    Examples
    --------
    >>> from policytext import read_texts
    >>> corpus = read_texts({"a.txt": "甲省2024年政府工作报告\\n粮食总产量再创新高。\\n"})
    >>> expected_scores(corpus).table[["kind", "n_paragraphs", "n_measured"]].values.tolist()
    [['set aside', 1, 345], ['elsewhere', 1, 101]]
    """
    if model is not None and measured is None:
        raise ParameterError(
            "how right a model of your own is has to be measured on your own labels: "
            "measured=cross_validate(model, texts, labels, reports)"
        )
    model = model or load_theme_classifier()
    if measured is not None and measured.themes != tuple(map(str, model.classes_)):
        raise ParameterError("measured must be of the same themes as the model")
    corpus.require_text("coding paragraphs by theme")
    chosen = select(corpus, by, mix=True, min_certainty=min_certainty)
    rows = np.flatnonzero(chosen.counted)
    probabilities = model.predict_proba(corpus.paragraphs["text"].iloc[rows].tolist())
    given = model.decide(probabilities)
    doubt = 1 - expected_f1(probabilities, given)
    known = _measured(measured)
    table: list[dict[str, object]] = []
    evidence = []
    for name in sorted(set(chosen.group[rows])):
        own = np.flatnonzero(chosen.group[rows] == name)
        own = own[np.argsort(-doubt[own], kind="stable")]
        for kind, bands in known.groupby("kind", sort=False):
            row = {
                "group": name,
                "kind": kind,
                "n_paragraphs": len(own),
                **_expectation(probabilities[own], given[own], bands[_COUNTED].to_numpy(float)),
            }
            evidence.append(
                evidence_of_rows(
                    np.full(len(own), len(table)), rows[own], corpus.paragraphs, weight=doubt[own]
                )
            )
            table.append(row)
    return Result(
        pd.DataFrame(table, columns=list(_EXPECTED)),
        say("expected_scores.title"),
        _EXPECTED,
        Method(say("expected_scores.method"), cite("el-yaniv-2010")),
        (*chosen.cautions, say("coding.silver"), say("expected_scores.which"))
        if measured is None
        else chosen.cautions,
        {"by": by if by is None or isinstance(by, str) else list(by), **chosen.settings},
        corpus,
        pd.concat(evidence, ignore_index=True),
        coverage=chosen.coverage,
    )


def _measured(scored: Scored | None) -> pd.DataFrame:
    """Return the bands of what was measured, by kind: the user's own, or those that are shipped."""
    if scored is None:
        return pd.read_csv(data_path("models/themes") / "confidence.csv")
    confidence = expected_f1(scored.probabilities, scored.given)
    return confidence_bands(confidence, scored.labels, scored.given).assign(kind="own labels")


def _expectation(probabilities: Floats, given: Bools, counts: Floats) -> dict[str, object]:
    """Return what a model expects of its answers, and what to expect by bands (n, hits, …)."""
    confidence = expected_f1(probabilities, given)
    answers = np.bincount(_band(confidence), weights=given.sum(axis=1), minlength=len(_BANDS))
    total = counts.sum(axis=0)
    # A band is shrunk by one answer to all bands together, so that an empty one has a rate too.
    hits, labelled = ((counts[:, i] + total[i] / total[3]) / (counts[:, 3] + 1) for i in (1, 2))
    surest = counts[_SURE:].sum(axis=0)
    hits_labels_given = np.array(
        [
            ((probabilities * given).sum(), probabilities.sum(), given.sum()),
            (answers @ hits, answers @ labelled, answers.sum()),
            surest[1:],
        ]
    )
    believed, expected, sure = map(float, f1(*hits_labels_given.T))
    return {
        "model_expects": believed,
        "expected_f1": expected,
        "share_sure": float((_band(confidence) >= _SURE).mean()),
        "sure_f1": sure,
        "n_measured": int(total[0]),
    }


# Which paragraphs should be labelled next?

_POOL = 8


def paragraphs_to_label(
    model: ThemeClassifier,
    texts: Sequence[str],
    reports: Sequence[object],
    n: int,
    *,
    per_report: int | None = None,
) -> pd.DataFrame:
    """Choose paragraphs whose labels would teach most: uncertain, and unlike each other.

    The 8 n least confident paragraphs are the pool; from it, one after the other, the paragraph is
    taken whose doubt × distance to those already taken (1 - highest cosine of characters) is
    largest.

    Source: Lewis & Gale (1994).
    """
    if n < 1 or len(texts) != len(reports):
        raise ParameterError(
            f"n must be positive and reports as long as texts, got n={n}, {len(texts)} texts, "
            f"{len(reports)} reports"
        )
    probabilities = model.predict_proba(texts)
    given = model.decide(probabilities)
    doubt = 1 - expected_f1(probabilities, given)
    report = np.array([str(r) for r in reports])
    most = per_report or max(2, -(-2 * n // max(len(np.unique(report)), 1)))
    pool = np.argsort(-doubt, kind="stable")[: _POOL * n]
    rows = pool[
        _varied(
            model.characters_.transform([texts[i] for i in pool]),
            doubt[pool],
            report[pool],
            n,
            most,
        )
    ]
    themes = [" ".join(str(model.classes_[t]) for t in np.flatnonzero(given[i])) for i in rows]
    return pd.DataFrame(
        {"row": rows, "report": report[rows], "confidence": 1 - doubt[rows], "themes": themes}
    )


def _varied(
    vectors: sp.csr_matrix, doubt: Floats, report: NDArray[np.str_], n: int, per_report: int
) -> Ints:
    nearest = np.zeros(len(doubt))
    open_ = np.ones(len(doubt), dtype=bool)
    chosen: list[int] = []
    while open_.any() and len(chosen) < n:
        value = np.where(open_, doubt * (1 - nearest), -1.0)
        best = int(value.argmax())
        chosen.append(best)
        open_[best] = False
        if (report[chosen] == report[best]).sum() >= per_report:
            open_[report == report[best]] = False
        nearest = np.maximum(nearest, (vectors @ vectors[best].T).toarray().ravel())
    return np.array(chosen, dtype=np.int64)

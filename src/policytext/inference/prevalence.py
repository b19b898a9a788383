"""What share is true, and what goes with it, when a machine coded all and people a part?

Labels of people correct the machine's codes for its errors, whatever they are, if the paragraphs
to label were drawn by chance; no assumption that errors are alike everywhere is needed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse, special

from policytext.counts import indicator
from policytext.errors import NotEnoughDataError, ParameterError
from policytext.inference.intervals import Interval, by_cluster, check_confidence, clustered
from policytext.inference.models import clustered_df, gather
from policytext.records import Floats

MIN_LABELS: Final = 10
"""Labels below which nothing is corrected."""

LEAST_UNITS: Final = 5
"""Units below which draws of units say nothing of chance."""


class PairedShares(NamedTuple):
    """Difference of two shares of the same rows, its interval, McNemar's chi-squared and p."""

    difference: float
    low: float
    high: float
    chi2: float
    p_value: float
    n_units: int


def mcnemar(
    first: npt.ArrayLike,
    second: npt.ArrayLike,
    units: npt.ArrayLike | None = None,
    *,
    confidence: float = 0.95,
) -> PairedShares:
    """Say whether two codings of the same rows say yes equally often, or are right equally often.

    With independent rows this is McNemar's test (exact where fewer than 25 rows differ). Rows of
    one report are not independent: with ``units`` the differences are summed by unit, as by
    Obuchowski, with leave-one-out residuals and Student's quantile.

    Parameters
    ----------
    first, second
        True or False for each row.
    units
        The unit of each row; every row its own by default.
    confidence
        Stated coverage.

    Returns
    -------
    PairedShares
        ``difference`` is the share of the first less that of the second.

    Raises
    ------
    ParameterError
        Lengths differ.
    NotEnoughDataError
        Fewer than two units.

    References
    ----------
    McNemar Q. (1947). Note on the sampling error of the difference between correlated proportions
    or percentages. Psychometrika 12, 153-157. https://doi.org/10.1007/BF02295996
    Obuchowski N. A. (1998). On the comparison of correlated proportions for clustered data.
    Statistics in Medicine 17, 1495-1507.

    Examples
    --------
    >>> found = mcnemar([1] * 880 + [0] * 720, [1] * 794 + [0] * 86 + [1] * 150 + [0] * 570)
    >>> round(found.difference, 3), round(found.chi2, 2)
    (-0.04, 17.36)
    """
    a, b = np.asarray(first, dtype=float), np.asarray(second, dtype=float)
    codes = np.arange(len(a)) if units is None else np.unique(units, return_inverse=True)[1]
    if not len(a) == len(b) == len(codes):
        raise ParameterError(
            f"both codings, and units, must be of one length, got {len(a)}, {len(b)}, {len(codes)}"
        )
    n = int(codes.max(initial=-1)) + 1
    if n < 2:
        raise NotEnoughDataError(f"two codings are compared over two units or more, got {n}")
    away = a - b
    mean, variance, df = _clustered_mean(away, codes)
    more, less = int((away > 0).sum()), int((away < 0).sum())
    chi2 = (more - less) ** 2 / (more + less) if more + less else 0.0
    if units is None:
        from statsmodels.stats.contingency_tables import mcnemar as plain

        table = [[0, more], [less, 0]]
        p = float(plain(table, exact=more + less < 25, correction=False).pvalue)
        if more + less == 0:
            p = 1.0
    else:
        p = float(2 * special.stdtr(df, -abs(mean) / np.sqrt(variance))) if variance > 0 else 1.0
    half = special.stdtrit(df, (1 + check_confidence(confidence)) / 2) * np.sqrt(variance)
    return PairedShares(mean, mean - half, mean + half, float(chi2), p, n)


def _clustered_mean(values: Floats, codes: npt.NDArray[np.intp]) -> tuple[float, float, float]:
    """Mean of rows, its variance by cluster (CR3), and Bell and McCaffrey's degrees of freedom."""
    groups, one = by_cluster(np.ones((len(values), 1)), codes), np.ones((1, 1))
    mean = float(values.mean())
    variance = float(clustered(groups, (values - mean)[:, None], one).item())
    return mean, variance, float(clustered_df(groups, one)[0])


# What is the true share, or the true difference?


class Prevalence(NamedTuple):
    """A share corrected by labels, its interval, and what it rests on.

    ``precision``: share that is true among the rows the machine gives; ``missed``: among the
    others. ``n_labels``: labels used.
    """

    share: float
    low: float
    high: float
    precision: float
    missed: float
    n_labels: int


def machine_weight(machine: npt.ArrayLike, truth: npt.ArrayLike) -> float:
    """How much a machine's codes should count beside labels: the slope of truth on machine.

    Parameters
    ----------
    machine
        Codes or probabilities of each row.
    truth
        Labels; NaN where nobody labelled.

    Returns
    -------
    float
        Between 0 (of no use) and 1; estimated from all labels there are, not group by group.

    References
    ----------
    Angelopoulos A. N., Duchi J. C., Zrnic T. (2023). PPI++: efficient prediction-powered
    inference. arXiv:2311.01453

    Examples
    --------
    >>> machine_weight([0, 0, 1, 1, 1], [0, 0, 1, 1, np.nan])
    1.0
    """
    code, label = np.asarray(machine, dtype=float), np.asarray(truth, dtype=float)
    known = ~np.isnan(label)
    spread = float(np.var(code[known])) if known.any() else 0.0
    if spread == 0:
        return 1.0
    together = float(np.mean((code[known] - code[known].mean()) * label[known]))
    return float(np.clip(together / spread, 0.0, 1.0))


def corrected_prevalence(
    machine: npt.ArrayLike,
    truth: npt.ArrayLike,
    *,
    weight: float | None = None,
    confidence: float = 0.95,
) -> Prevalence:
    """True share of these rows, from codes of all and labels of rows drawn by chance.

    Labels say which share is true among the rows that the machine gives, and among the others; the
    two are added by how many rows there are of each (post-stratification, which with codes of 0
    and 1 is prediction-powered inference at its best weight). What is uncertain is the draw of the
    rows to label, so the interval speaks of these rows; it shrinks to nothing as all are labelled.
    Each of the two shares has Jeffreys' interval, for as many labels as its finite stock of rows
    makes of them, so that no error seen is not taken for no error; the distances to the two ends
    are joined as independent errors are (MOVER).

    Parameters
    ----------
    machine
        Code of each row, 0 or 1.
    truth
        Labels; NaN where nobody labelled. The labelled rows must be a random draw, and must not
        have trained the machine.
    weight
        By how much the two shares differ, used where none of the rows on one side was labelled;
        :func:`machine_weight` of these rows by default.
    confidence
        Stated coverage.

    Returns
    -------
    Prevalence
        Between 0 and 1.

    Raises
    ------
    ParameterError
        Lengths differ, or a code is neither 0 nor 1.
    NotEnoughDataError
        Fewer than ten labels.

    References
    ----------
    Cochran W. G. (1977). Sampling techniques, 3rd ed. Wiley, section 5A.9.
    Angelopoulos A. N. et al. (2023). Prediction-powered inference. Science 382, 669-674.
    https://doi.org/10.1126/science.adi6000
    Brown L. D., Cai T. T., DasGupta A. (2001). Interval estimation for a binomial proportion.
    Statistical Science 16(2), 101-133. https://doi.org/10.1214/ss/1009213286
    Zou G. Y., Huang W., Zhang X. (2009). A note on confidence interval estimation for a linear
    function of binomial proportions. Computational Statistics & Data Analysis 53, 1080-1085.

    Examples
    --------
    >>> machine = np.tile([1.0, 0, 0, 0], 50)
    >>> truth = np.where(np.arange(200) < 40, np.tile([1.0, 0, 0, 0, 1], 40), np.nan)
    >>> found = corrected_prevalence(machine, truth)
    >>> round(found.share, 2), found.low < 0.4 < found.high
    (0.4, True)
    """
    code, label, known = _checked_labels(machine, truth)
    if not np.isin(code, (0.0, 1.0)).all():
        raise ParameterError(
            "`machine` must hold codes, 0 or 1, and holds other numbers; cut probabilities where "
            "the machine does (probability >= 0.5, say)"
        )
    tuned = machine_weight(code, label) if weight is None else float(weight)
    sides = np.stack([code == 0, code == 1])
    size, seen = sides.sum(axis=1), (sides & known).sum(axis=1)
    yes = np.where(known, label, 0.0) @ sides.T
    rate, low, high = _stock_interval(yes, seen, size, check_confidence(confidence))
    if not seen.all():
        # what labels of the other side say, and how far the two differ where they are known
        other = rate[::-1] + np.array([-tuned, tuned])
        rate = np.where(seen > 0, rate, np.clip(other, 0.0, 1.0))
    part, n = size / len(code), int(known.sum())
    share = float(part @ rate)
    below, above = (float(np.hypot(*(part * (rate - end)))) for end in (low, high))
    # what was labelled is known: the share cannot leave what that allows
    least, most = yes.sum() / len(code), 1 - (n - yes.sum()) / len(code)
    ends = max(share - below, float(least)), min(share + above, float(most))
    return Prevalence(share, *ends, float(rate[1]), float(rate[0]), n)


def _stock_interval(
    yes: Floats, n: npt.NDArray[np.intp], size: npt.NDArray[np.intp], confidence: float
) -> Interval:
    """Share of ``size`` rows that say yes, from ``n`` that were drawn; Jeffreys' ends.

    Source: Brown, Cai & DasGupta (2001), section 4.1.2; Cochran (1977), section 3.8.
    """
    rate = yes / np.maximum(n, 1)
    worth = n * np.maximum(size - 1, 0) / np.maximum(size - n, 1)
    above, below = rate * worth + 0.5, (1 - rate) * worth + 0.5
    tail = (1 - confidence) / 2
    ends = [special.betaincinv(above, below, at) for at in (tail, 1 - tail)]
    low, high = np.where(yes > 0, ends[0], 0.0), np.where(yes < n, ends[1], 1.0)
    whole = (n == size) & (n > 0)
    return Interval(
        rate,
        np.where(whole, rate, np.minimum(low, rate)),
        np.where(whole, rate, np.maximum(high, rate)),
    )


def _checked_labels(
    machine: npt.ArrayLike, truth: npt.ArrayLike
) -> tuple[Floats, Floats, npt.NDArray[np.bool_]]:
    code, label = np.asarray(machine, dtype=float), np.asarray(truth, dtype=float)
    if code.shape != label.shape or code.ndim != 1:
        raise ParameterError(
            f"one code and one label (or NaN) a row: got {code.shape} codes, {label.shape} labels"
        )
    known = ~np.isnan(label)
    if known.sum() < MIN_LABELS:
        raise NotEnoughDataError(
            f"a machine's codes are corrected by {MIN_LABELS} labels or more, got "
            f"{int(known.sum())}; label more paragraphs, drawn by chance"
        )
    return code, label, known


class CategoryShares(NamedTuple):
    """Share of each category in rows without a label, its interval, and labels it rests on.

    ``misfit``: how far words of the unlabelled rows are from any mixture of the categories, over
    what chance gives: about 1 where the categories use the same words in both.
    """

    categories: tuple[str, ...]
    share: Floats
    low: Floats
    high: Floats
    n_labels: npt.NDArray[np.int64]
    misfit: float


COMMON: Final = 0.01
"""Words in fewer of the rows, or in all but so few, are not used (as in ReadMe)."""

MOST_WORDS: Final = 25


def category_shares(
    counts: npt.ArrayLike | sparse.csr_matrix,
    categories: Sequence[str | None],
    *,
    units: npt.ArrayLike | None = None,
    n_words: int = 10,
    n_subsets: int = 100,
    n_resamples: int = 200,
    confidence: float = 0.95,
    random_state: int | np.random.Generator | None = 0,
) -> CategoryShares:
    """Shares of categories in unlabelled rows, no row being classified (Hopkins and King).

    Which of a few words a row has is its profile. The profiles of the unlabelled rows mix those of
    the categories, known from labels, by the shares sought: least squares over many random sets of
    words, shares positive and of sum one. Profiles known from few labels blur, which pulls shares
    towards those of the labels; their sampling variance is therefore taken out, which the paper
    does not do. Labelled rows may have other shares, but must speak of a category in the same
    words: labels of other places or years seldom do. By what no mixture explains intervals are
    widened (``misfit``); a bias that looks like a mixture they cannot hold. Where paragraphs can
    be drawn at random and labelled, :func:`corrected_prevalence` asks for far fewer.

    Parameters
    ----------
    counts
        rows × words.
    categories
        Category of each labelled row, None for the others; no row has two.
    units
        Report or issuer of each row, drawn as a whole for the interval; every row by default.
    n_words, n_subsets
        Words of a set, and number of sets.
    n_resamples
        Draws of labelled and unlabelled units.
    confidence
        Stated coverage.
    random_state
        Seed.

    Returns
    -------
    CategoryShares
        Intervals are NaN where fewer than five units are labelled, or unlabelled.

    Raises
    ------
    ParameterError
        Lengths differ, or fewer than two categories are labelled.
    NotEnoughDataError
        A category has fewer than ten labels, no row is without one, or words do not tell the
        categories apart.

    References
    ----------
    Hopkins D. J., King G. (2010). A method of automated nonparametric content analysis for social
    science. AJPS 54(1), 229-247. https://doi.org/10.1111/j.1540-5907.2009.00428.x
    Fuller W. A. (1987). Measurement error models. Wiley.
    McCullagh P., Nelder J. A. (1989). Generalized linear models, 2nd ed., section 4.5. Chapman and
    Hall.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> topic = np.r_[np.repeat([0, 1], 100), np.repeat([0, 1], [300, 100])]
    >>> counts = rng.random((600, 30)) < np.where(np.arange(30) % 2 == topic[:, None], 0.4, 0.1)
    >>> labels = [("care", "school")[t] if i < 200 else None for i, t in enumerate(topic)]
    >>> category_shares(counts, labels, n_resamples=20).share.round(2).tolist()
    [0.75, 0.25]
    """
    names, known, codes = _checked_categories(counts, categories, units)
    if not 1 <= n_words <= MOST_WORDS:
        raise ParameterError(f"`n_words` must be 1 to {MOST_WORDS}, got {n_words}")
    rng = np.random.default_rng(random_state)
    words = sparse.csc_matrix(sparse.csc_matrix(counts) > 0, dtype=np.int64)
    often = np.asarray(words.mean(axis=0)).ravel()
    used = np.flatnonzero((often > COMMON) & (often < 1 - COMMON))
    sides = [np.flatnonzero(known == k) for k in range(-1, len(names))]
    weights = np.ones((len(known), 1 + n_resamples))
    least = len(known)
    for rows in (sides[0], np.concatenate(sides[1:])):
        of = np.unique(codes[rows], return_inverse=True)[1]
        n = int(of.max()) + 1
        least = min(least, n)
        weights[rows, 1:] = rng.multinomial(n, np.full(n, 1 / n), size=n_resamples).T[of]
    size = np.stack([weights[rows].sum(axis=0) for rows in sides])
    gram = np.zeros((1 + n_resamples, len(names), len(names)))
    cross, square, blur = np.zeros(gram.shape[:2]), np.zeros(2), np.zeros(len(names))
    for _ in range(n_subsets):
        chosen = rng.choice(used, min(n_words, len(used)), replace=False)
        profile = words[:, chosen] @ (1 << np.arange(len(chosen)))
        shape = np.unique(profile, return_inverse=True)[1]
        given = indicator(shape, int(shape.max()) + 1)
        whole, *own = (given[:, rows] @ weights[rows] for rows in sides)
        own = np.stack(own) / np.maximum(size[1:, None], 1.0)
        gram += np.einsum("jpb,kpb->bjk", own, own)
        noise = (1 - (own**2).sum(axis=1)) / np.maximum(size[1:] - 1, 1.0)
        gram -= np.einsum("jb,jk->bjk", noise, np.eye(len(names)))
        whole = whole / np.maximum(size[0], 1.0)
        cross += np.einsum("jpb,pb->bj", own, whole)
        length = (whole[:, 0] ** 2).sum()
        square += length, (1 - length) / size[0, 0]
        blur += noise[:, 0]
    from_last = gram[0] - gram[0][:, [-1]] - gram[0][[-1]] + gram[0][-1, -1]
    if np.linalg.eigvalsh(from_last[:-1, :-1])[0] <= 0:
        raise NotEnoughDataError(
            f"words do not tell the categories {list(names)} apart: label more rows, or join "
            "categories that use the same words"
        )
    drawn = (size[1:] > 1).all(axis=0)
    share, free = _mixture(gram[0], cross[0]), _unbounded(gram[drawn], cross[drawn])
    one = free[0]
    left = square[0] - 2 * one @ cross[0] + one @ gram[0] @ one + one**2 @ blur
    misfit = float(left / (square[1] + one**2 @ blur))
    # draws bounded at 0 and 1 would vary too little
    tail = (1 + check_confidence(confidence)) / 2
    ends = np.quantile(free[1:], [1 - tail, tail], axis=0)
    wider = special.stdtrit(least - 1, tail) / special.ndtri(tail) if least > 1 else np.nan
    half = (ends[1] - ends[0]) / 2 * np.sqrt(max(misfit, 1.0))
    half = half * (wider if least >= LEAST_UNITS else np.nan)
    labels = np.array([len(rows) for rows in sides[1:]])
    low, high = np.clip(one - half, 0.0, share), np.clip(one + half, share, 1.0)
    return CategoryShares(names, share, low, high, labels, misfit)


def _checked_categories(
    counts: npt.ArrayLike | sparse.csr_matrix,
    categories: Sequence[str | None],
    units: npt.ArrayLike | None,
) -> tuple[tuple[str, ...], npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """Return the categories, the number of each row's (-1: none), and that of its unit."""
    n = len(categories)
    codes = np.arange(n) if units is None else np.unique(np.asarray(units), return_inverse=True)[1]
    known, names = pd.factorize(np.array(list(categories), dtype=object), sort=True)
    rows = np.shape(counts)[0]
    if not n == rows == len(codes) or len(names) < 2:
        raise ParameterError(
            f"`categories` must hold one category or None a row, two different ones at least, and "
            f"`units` one a row; got {rows} rows, {n} entries, {len(codes)} units and "
            f"{list(names)}"
        )
    labels = np.bincount(known[known >= 0], minlength=len(names))
    if labels.min() < MIN_LABELS or (known >= 0).all():
        raise NotEnoughDataError(
            f"each category needs {MIN_LABELS} labelled rows, and there must be rows without a "
            f"label; got {dict(zip(names, labels.tolist(), strict=True))} and "
            f"{int((known < 0).sum())} without"
        )
    return tuple(map(str, names)), np.asarray(known), np.asarray(codes)


def _mixture(gram: Floats, cross: Floats) -> Floats:
    """Return the positive shares of sum one that come nearest (least squares by its moments)."""
    from scipy.optimize import nnls

    size, along = np.linalg.eigh(gram)
    root = np.sqrt(np.maximum(size, size.max() * 1e-9))
    heavy = np.full(len(cross), 1e4 * root.max())
    left = np.vstack([(along * root).T, heavy])
    share = nnls(left, np.append(along.T @ cross / root, heavy[0]))[0]
    return np.asarray(share / share.sum())


def _unbounded(gram: Floats, cross: Floats) -> Floats:
    """Return the shares of sum one that come nearest, positive or not: draws × categories."""
    n, k = cross.shape
    system = np.ones((n, k + 1, k + 1))
    system[:, :k, :k], system[:, k, k] = gram, 0.0
    right = np.concatenate([cross, np.ones((n, 1))], axis=1)
    return np.asarray(np.linalg.solve(system, right[:, :, None])[:, :k, 0])


class CorrectedFit(NamedTuple):
    """Coefficients with errors, degrees of freedom, intervals and p-values, one a column."""

    estimate: Floats
    error: Floats
    df: Floats
    low: Floats
    high: Floats
    p_value: Floats


def corrected_regression(
    machine: npt.ArrayLike,
    truth: npt.ArrayLike,
    design: npt.ArrayLike,
    units: npt.ArrayLike,
    *,
    probability: npt.ArrayLike | None = None,
    confidence: float = 0.95,
) -> CorrectedFit:
    """Regress the truth on facts, from codes of all rows and labels of rows drawn by chance.

    Each row's outcome is its code plus, where it was labelled, its error over the probability of
    being labelled: right on average whatever the errors go with. Least squares with errors by
    unit (CR3, Bell and McCaffrey's degrees of freedom).

    Parameters
    ----------
    machine
        Code or probability of each row.
    truth
        Labels; NaN where nobody labelled.
    design
        rows × columns, the constant included.
    units
        The unit (issuer) of each row.
    probability
        With which each row was drawn to be labelled; the share labelled by default.
    confidence
        Stated coverage.

    Returns
    -------
    CorrectedFit
        One entry a column of the design.

    Raises
    ------
    ParameterError
        Lengths differ, or a labelled row had no chance of being drawn.
    NotEnoughDataError
        Fewer than ten labels, or columns that depend on one another or on one unit.

    References
    ----------
    Egami N. et al. (2023), see :func:`corrected_prevalence`.
    Bell R. M., McCaffrey D. F. (2002). Survey Methodology 28(2), 169-181.

    Examples
    --------
    >>> rng = np.random.default_rng(0)
    >>> x = np.repeat(np.arange(40) % 2, 50)
    >>> truth = (rng.random(2000) < 0.2 + 0.3 * x).astype(float)
    >>> machine = np.where(rng.random(2000) < 0.2, 0.0, truth)
    >>> seen = np.where(rng.random(2000) < 0.3, truth, np.nan)
    >>> design = np.column_stack([np.ones(2000), x])
    >>> found = corrected_regression(machine, seen, design, np.repeat(np.arange(40), 50))
    >>> bool(found.low[1] < 0.3 < found.high[1])
    True
    """
    code, label, known = _checked_labels(machine, truth)
    x = np.asarray(design, dtype=float)
    names, codes = np.unique(np.asarray(units), return_inverse=True)
    chance = np.full(len(code), known.mean()) if probability is None else np.asarray(probability)
    if not len(x) == len(codes) == len(chance) == len(code):
        raise ParameterError("machine, truth, design, units and probability must be of one length")
    if (np.asarray(chance)[known] <= 0).any():
        raise ParameterError("a row that was labelled must have had a chance of being drawn")
    weight = machine_weight(code, label)
    outcome = weight * code
    outcome[known] += (label[known] - weight * code[known]) / np.asarray(chance)[known]
    groups = gather(x, codes, [str(name) for name in names])
    along = groups.basis.T @ outcome
    each = np.eye(x.shape[1])
    variance = clustered(
        groups, (outcome - groups.basis @ along)[:, None], each, columns=x.shape[1]
    ).ravel()
    estimate, error = groups.back @ along, np.sqrt(variance)
    df = np.maximum(clustered_df(groups, each), 1.0)
    half = special.stdtrit(df, (1 + check_confidence(confidence)) / 2) * error
    p = 2 * special.stdtr(df, -np.abs(estimate) / np.maximum(error, 1e-300))
    return CorrectedFit(estimate, error, df, estimate - half, estimate + half, np.asarray(p))


# How many labels are needed, and are errors alike in all groups?


def labels_needed(
    n_rows: npt.ArrayLike, error_rate: float, width: float = 0.02, *, confidence: float = 0.95
) -> npt.NDArray[np.int64]:
    """How many rows to label so that a corrected share is known to within ``width``.

    Parameters
    ----------
    n_rows
        Rows of each group.
    error_rate
        What is open of a row once its code is known: the share of rows coded, times what of them
        is right, times what is wrong, and the same of the others (at most the share of rows that
        the machine codes wrongly); with no machine, the share times one less it.
    width
        Half the width of the interval.
    confidence
        Stated coverage.

    Returns
    -------
    numpy.ndarray
        Rows to label, at least ten (or all); half an error is added to those expected, as the
        intervals do.

    Raises
    ------
    ParameterError
        ``width`` or ``error_rate`` is no share.

    References
    ----------
    Cochran W. G. (1977). Sampling techniques, 3rd ed. Wiley.

    Examples
    --------
    >>> labels_needed([150, 3000], 0.04).tolist()
    [111, 349]
    """
    if not 0 < width < 1 or not 0 <= error_rate <= 1:
        raise ParameterError(
            f"`width` and `error_rate` must be shares, got {width!r} and {error_rate!r}"
        )
    rows = np.asarray(n_rows, dtype=np.int64)
    z = float(special.ndtri((1 + check_confidence(confidence)) / 2))
    found = np.empty(rows.shape, dtype=np.int64)
    for at, many in np.ndenumerate(rows):
        total = int(many)
        n = np.arange(min(MIN_LABELS, total), total + 1)
        spread = (n * error_rate + 0.5) / (n + 1)
        half = z * np.sqrt(np.maximum(1 - n / max(total, 1), 0.0) * spread / (n + 2))
        found[at] = n[int(np.argmax(half <= width))] if len(n) else 0
    return found


def rates_alike(
    hits: npt.ArrayLike,
    sizes: npt.ArrayLike,
    groups: npt.ArrayLike,
    *,
    n_deals: int = 1999,
    random_state: int | np.random.Generator | None = 0,
) -> float:
    """Test whether rates (of errors, say) are alike in all groups, reports being the units.

    The statistic is Pearson's over groups, its terms divided by how reports scatter; it is held
    against groups to which whole reports were dealt at random.

    Parameters
    ----------
    hits, sizes
        One number a report: wrong ones, and all of which they could be wrong.
    groups
        The group of each report.
    n_deals
        Number of deals.
    random_state
        Seed.

    Returns
    -------
    float
        p-value; NaN where fewer than two groups have two reports, or there is no hit.

    Raises
    ------
    ParameterError
        Lengths differ.

    References
    ----------
    Phipson B., Smyth G. K. (2010). https://doi.org/10.2202/1544-6115.1585

    Examples
    --------
    >>> rates_alike([9, 8, 9, 8, 1, 2, 1, 2], [20] * 8, list("aaaabbbb"), n_deals=199) < 0.05
    True
    """
    k, n = np.asarray(hits, dtype=float), np.asarray(sizes, dtype=float)
    names, codes = np.unique(np.asarray(groups), return_inverse=True)
    if not len(k) == len(n) == len(codes):
        raise ParameterError("hits, sizes and groups must have one entry a report")
    used = n > 0
    k, n, codes = k[used], n[used], codes[used]
    if (np.bincount(codes, minlength=len(names)) >= 2).sum() < 2 or k.sum() in (0, n.sum()):
        return float("nan")
    rng = np.random.default_rng(random_state)
    away = k - n * (k.sum() / n.sum())
    orders = np.stack([np.arange(len(k)), *(rng.permutation(len(k)) for _ in range(n_deals))])
    side = indicator(codes, len(names))
    moved, size = side @ away[orders].T, side @ n[orders].T
    square = side @ (away**2)[orders].T
    statistic = (moved**2 / np.maximum(square, 1e-12) * (size > 0)).sum(axis=0)
    return float((statistic >= statistic[0] - 1e-12).mean())


def report_correlation(
    hits: npt.ArrayLike, sizes: npt.ArrayLike, *, scatter: npt.ArrayLike = 1.0
) -> Floats:
    """Estimate how alike the cases of one report answer, by moments of Pearson's statistic.

    Parameters
    ----------
    hits, sizes
        One number a report: cases that say yes, and all cases (1 or more).
    scatter
        By what chance may have made reports scatter: a chi-squared draw over its degrees of freedom
        (one less than there are reports) gives a draw of what the correlation may be.

    Returns
    -------
    numpy.ndarray
        Intraclass correlation, from 0 (as if cases were independent) to 1; of the shape of
        ``scatter``.

    Raises
    ------
    ParameterError
        Lengths differ.

    References
    ----------
    Williams D. A. (1982). Extra-binomial variation in logistic linear models. Journal of the Royal
    Statistical Society C 31, 144-148. https://doi.org/10.2307/2347977

    Examples
    --------
    >>> report_correlation([10, 0, 10, 0], [10] * 4), report_correlation([5, 5, 5, 5], [10] * 4)
    (array(1.), array(0.))
    """
    k, n = np.asarray(hits, dtype=float), np.asarray(sizes, dtype=float)
    chance = np.asarray(scatter, dtype=float)
    if k.shape != n.shape:
        raise ParameterError(f"one number of cases a report: got {k.size} hits, {n.size} sizes")
    total, yes = float(n.sum()), float(k.sum())
    more = float(((n - 1) * (1 - n / max(total, 1.0))).sum())
    if more <= 0 or yes in (0.0, total):
        return np.zeros(chance.shape)
    rate = yes / total
    pearson = float(((k - n * rate) ** 2 / (n * rate * (1 - rate))).sum())
    return np.asarray(np.clip((pearson / chance - (len(k) - 1)) / more, 0.0, 1.0))


# Which share is true, given errors counted on other reports?

_WEAKEST: Final = 0.2
"""Sensitivity and specificity above chance below which a machine tells nothing."""

_HALF: Final = 0.5


def share_with_errors(
    n_given: int,
    n_inside: int,
    n_all: int,
    counts: Floats,
    drawn: Floats,
    n_reports: float,
    rng: np.random.Generator,
) -> tuple[float, Floats]:
    """Return a share corrected for errors counted by report, and draws of it.

    Columns of ``counts`` (a row a report) and ``drawn`` (a row a draw): hits, false, missed, rest,
    missed outside, outside. Among ``n_all`` rows, ``n_inside`` are of the field, ``n_given`` given.

    Source: Rogan & Gladen (1978); Williams (1982).
    """
    inside = n_inside / n_all
    sure = error_rates(counts.sum(axis=0)[None, :])
    point = _corrected(n_given / max(n_inside, 1), *sure, inside)
    hits, false, missed, rest, missed_outside, outside = counts.T
    seen = ((hits, hits + missed), (rest, rest + false), (missed_outside, outside))
    found, right, lost = (
        _of_these(rate, *cases, n_reports, rng)
        for rate, cases in zip(_drawn_rates(drawn, rng), seen, strict=True)
    )
    lost = rng.binomial(n_all - n_inside, lost) / max(n_all - n_inside, 1)
    given = _drawn_given(n_given, n_inside, found, right, rng)
    return float(point[0]), _corrected(given, found, right, lost, inside)


def error_rates(counts: Floats) -> tuple[Floats, Floats, Floats]:
    """Return sensitivity, specificity, and the share missed outside of the field.

    Source: Rogan & Gladen (1978).
    """
    hits, false, missed, rest, missed_outside, outside = counts.T
    with np.errstate(invalid="ignore", divide="ignore"):
        beyond = np.where(outside > 0, missed_outside / outside, 0.0)
        return hits / (hits + missed), rest / (rest + false), beyond


def _drawn_rates(counts: Floats, rng: np.random.Generator) -> tuple[Floats, Floats, Floats]:
    """Draw the three rates from Jeffreys' Beta, so that no error seen is not taken for no error."""
    hits, false, missed, rest, missed_outside, outside = counts.T
    beyond = rng.beta(missed_outside + _HALF, outside - missed_outside + _HALF)
    return (
        rng.beta(hits + _HALF, missed + _HALF),
        rng.beta(rest + _HALF, false + _HALF),
        np.where(outside > 0, beyond, 0.0),
    )


def _of_these(
    mean: Floats, hits: Floats, cases: Floats, n_reports: float, rng: np.random.Generator
) -> Floats:
    """Draw the rate of some other reports: as far from the mean as those that were labelled."""
    some = cases > 0
    spare = max(int(some.sum()) - 1, 1)
    scatter = rng.chisquare(spare, len(mean)) / spare
    alike = report_correlation(hits[some], cases[some], scatter=scatter)
    worth = np.clip(n_reports / np.clip(alike, 1e-9, 0.9) - 1, 0.05, None)
    return rng.beta(np.maximum(mean * worth, 1e-3), np.maximum((1 - mean) * worth, 1e-3))


def _drawn_given(
    n_given: int, n_inside: int, found: Floats, right: Floats, rng: np.random.Generator
) -> Floats:
    """Draw the share given again: what is true of these paragraphs stays, errors alone vary."""
    given = n_given / max(n_inside, 1)
    apart = np.maximum(found + right - 1, _WEAKEST)
    share = np.clip((given + right - 1) / apart, 0, 1)
    mean = share * found + (1 - share) * (1 - right)
    errors = share * found * (1 - found) + (1 - share) * right * (1 - right)
    worth = n_inside * np.maximum(mean * (1 - mean) / np.maximum(errors, 1e-9), 1.0)
    return rng.beta(worth * given + _HALF, worth * (1 - given) + _HALF)


def _corrected(
    given: Floats | float, sensitivity: Floats, specificity: Floats, beyond: Floats, inside: float
) -> Floats:
    apart = sensitivity + specificity - 1
    with np.errstate(invalid="ignore", divide="ignore"):
        share = np.clip((given + specificity - 1) / apart, 0, 1)
    share = np.where(apart >= _WEAKEST, share, np.nan)
    return np.asarray(share * inside + beyond * (1 - inside))

"""Which share of paragraphs truly has a theme, given that a classifier errs?"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from policytext.data import data_path
from policytext.errors import NotEnoughDataError, ParameterError
from policytext.inference.resampling import report_weights
from policytext.themes.evaluation import Scored

Floats = NDArray[np.float64]

_WEAKEST = 0.2
_HALF = 0.5
_OUTSIDE = "outside"
ERROR_COLUMNS = (
    "corpus",
    "report",
    "theme",
    "hits",
    "false",
    "missed",
    "rest",
    "missed_outside",
    "outside",
)


class Corrected(NamedTuple):
    """A corrected share with its interval, and what it rests on."""

    share: float
    low: float
    high: float
    sensitivity: float
    specificity: float
    n_positive: int


def error_counts(scored: Scored, corpus: str) -> pd.DataFrame:
    """Count a classifier's errors per report and theme, inside the field and outside it.

    Parameters
    ----------
    scored
        Left-out answers to labelled paragraphs.
    corpus
        Name for the column `corpus`.

    Returns
    -------
    pandas.DataFrame
        Columns corpus, report, theme; among paragraphs not given `outside`: hits, false (given,
        not labelled), missed, rest (neither); among those given `outside`: missed_outside
        (labelled with the theme) and outside (all).
    """
    inside = np.ones(len(scored.given), dtype=bool)
    if _OUTSIDE in scored.themes:
        inside = ~scored.given[:, scored.themes.index(_OUTSIDE)]
    rows = []
    for report in np.unique(scored.reports):
        own = scored.reports == report
        y, g = scored.labels[own & inside], scored.given[own & inside]
        beyond = scored.labels[own & ~inside]
        counts = [(y & g), (~y & g), (y & ~g), (~y & ~g), beyond]
        sums = [part.sum(axis=0) for part in counts]
        for number, theme in enumerate(scored.themes):
            values = [int(s[number]) for s in sums]
            rows.append((corpus, report, theme, *values, len(beyond)))
    return pd.DataFrame(rows, columns=list(ERROR_COLUMNS))


def load_theme_errors(corpus: str | None = None) -> pd.DataFrame:
    """Load the shipped classifier's left-out errors on the silver labels (see `error_counts`).

    Parameters
    ----------
    corpus
        ``seeds`` (work reports of health bodies), ``provinces-2025`` (provincial government work
        reports), or None for both. Take the one that is like your texts.

    Raises
    ------
    ParameterError
        There are no errors for this corpus.
    """
    table = pd.read_csv(data_path("models/themes/errors.csv"))
    if corpus is None:
        return table
    known = sorted(table["corpus"].unique())
    if corpus not in known:
        raise ParameterError(f"corpus must be one of {known}, got {corpus!r}")
    return table[table["corpus"] == corpus].reset_index(drop=True)


def corrected_share(
    n_given: int,
    n_inside: int,
    n_all: int,
    errors: pd.DataFrame,
    *,
    level: float = 0.95,
    n_resamples: int = 1000,
    random_state: int | None = 0,
) -> Corrected:
    """Correct the share of paragraphs given a theme for the classifier's errors.

    Among paragraphs the classifier places inside the field, the true share is
    (given share + specificity - 1) / (sensitivity + specificity - 1), cut to 0 and 1; among those
    it calls `outside`, the share of labelled ones that have the theme is added. Sensitivity and
    specificity come from labelled paragraphs of other reports and are assumed to hold here too.

    Parameters
    ----------
    n_given, n_inside, n_all
        Paragraphs given the theme, not given `outside`, and all.
    errors
        Rows of one theme from `error_counts`.
    level, n_resamples, random_state
        Of the interval: labelled reports are drawn with replacement, and all rates from Jeffreys'
        Beta distribution given the counts.

    Returns
    -------
    Corrected
        Missing (nan) share where the classifier barely tells the theme apart (sensitivity +
        specificity < 1.2).

    Raises
    ------
    ParameterError
        The counts contradict each other.
    NotEnoughDataError
        No labelled paragraph has the theme.

    References
    ----------
    Rogan, W. J., & Gladen, B. (1978). Estimating prevalence from the results of a screening test.
    American Journal of Epidemiology, 107(1), 71-76.
    https://doi.org/10.1093/oxfordjournals.aje.a112510 Forman, G. (2008). Quantifying counts and
    costs via classification. Data Mining and Knowledge Discovery, 17(2), 164-206.
    https://doi.org/10.1007/s10618-008-0097-y

    Examples
    --------
    >>> errors = pd.DataFrame([("c", f"r{i}", "tcm", 8, 1, 2, 89, 0, 50) for i in range(9)],
    ...     columns=list(ERROR_COLUMNS))
    >>> found = corrected_share(20, 100, 200, errors)
    >>> round(found.share, 3), found.n_positive
    (0.12, 90)
    """
    _refuse_contradiction(n_given, n_inside, n_all)
    counts = (
        errors.groupby("report", sort=True)[list(ERROR_COLUMNS[3:])].sum().to_numpy(dtype=float)
    )
    total = counts.sum(axis=0)
    n_positive = int(total[0] + total[2] + total[4])
    if n_positive == 0:
        raise NotEnoughDataError(
            "no labelled paragraph has the theme; its share cannot be corrected"
        )
    sensitivity, specificity, beyond = _rates(total[None, :])
    point = _corrected(
        n_given / max(n_inside, 1), sensitivity, specificity, beyond, n_inside / n_all
    )
    rng = np.random.default_rng(random_state)
    draws = report_weights(np.zeros(len(counts)), n_resamples=n_resamples, random_state=rng)
    given = rng.beta(n_given + _HALF, n_inside - n_given + _HALF, size=n_resamples)
    drawn = _corrected(given, *_drawn_rates(draws @ counts, rng), n_inside / n_all)
    ends = _ends(float(point[0]), drawn, level)
    return Corrected(
        float(point[0]), *ends, float(sensitivity[0]), float(specificity[0]), n_positive
    )


def _ends(point: float, drawn: Floats, level: float) -> tuple[float, float]:
    kept = drawn[np.isfinite(drawn)]
    if len(kept) < 0.8 * len(drawn) or not np.isfinite(point):
        return np.nan, np.nan
    low, high = np.quantile(kept, [(1 - level) / 2, (1 + level) / 2])
    return min(float(low), point), max(float(high), point)


def _refuse_contradiction(n_given: int, n_inside: int, n_all: int) -> None:
    if not 0 <= n_given <= n_inside <= n_all or n_all == 0:
        raise ParameterError(
            f"must hold: 0 <= given <= inside <= all, all > 0; got {n_given}, {n_inside}, {n_all}"
        )


def error_differences(errors: pd.DataFrame, groups: dict[str, str]) -> pd.DataFrame:
    """Compare the classifier's sensitivity and precision between groups of labelled reports.

    Whether errors are alike everywhere is the assumption of every corrected share; this is the
    check the labels allow.

    Parameters
    ----------
    errors
        From `error_counts`.
    groups
        Group of each report (a region, a year, a genre).

    Returns
    -------
    pandas.DataFrame
        Columns group, theme, n_positive, n_given, sensitivity, sensitivity_low, sensitivity_high,
        precision, precision_low, precision_high (Wilson intervals, 95 %).

    References
    ----------
    Wilson, E. B. (1927). Probable inference, the law of succession, and statistical inference.
    JASA, 22(158), 209-212. https://doi.org/10.1080/01621459.1927.10502953
    """
    from policytext.inference.intervals import share_interval

    table = errors.assign(group=errors["report"].map(groups)).dropna(subset=["group"])
    sums = table.groupby(["group", "theme"], sort=True)[list(ERROR_COLUMNS[3:])].sum().reset_index()
    sums["n_positive"] = sums["hits"] + sums["missed"] + sums["missed_outside"]
    sums["n_given"] = sums["hits"] + sums["false"]
    sums = sums[(sums["n_positive"] > 0) | (sums["n_given"] > 0)].reset_index(drop=True)
    for name, n in (("sensitivity", "n_positive"), ("precision", "n_given")):
        size = sums[n].to_numpy(dtype=float)
        some = size > 0
        ends = share_interval(sums["hits"].to_numpy()[some], size[some])
        sums[name] = (sums["hits"] / sums[n]).where(some)
        sums.loc[some, f"{name}_low"] = ends.low
        sums.loc[some, f"{name}_high"] = ends.high
    shown = ["sensitivity", "precision"]
    columns = [c for name in shown for c in (name, f"{name}_low", f"{name}_high")]
    return sums[["group", "theme", "n_positive", "n_given", *columns]]


def _rates(counts: Floats) -> tuple[Floats, Floats, Floats]:
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


def _corrected(
    given: Floats | float, sensitivity: Floats, specificity: Floats, beyond: Floats, inside: float
) -> Floats:
    apart = sensitivity + specificity - 1
    with np.errstate(invalid="ignore", divide="ignore"):
        share = np.clip((given + specificity - 1) / apart, 0, 1)
    share = np.where(apart >= _WEAKEST, share, np.nan)
    return np.asarray(share * inside + beyond * (1 - inside))

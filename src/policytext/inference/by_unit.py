"""How far do rates and ratios hold when issuers, not their reports, are independent?

A unit is what answers once: an issuer with all its reports, or issuers that share a text. Reports
are added up by unit; two sides of a comparison that hold the same units are compared within them.
"""

from __future__ import annotations

from math import comb
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy import sparse, special

from policytext.counts import indicator
from policytext.errors import ParameterError
from policytext.inference.intervals import (
    MIN_REPORTS,
    Interval,
    check_confidence,
    log_half_width,
    poisson_interval,
    rate_ratio,
    report_rate_interval,
    share_interval,
)
from policytext.inference.resampling import column_blocks, permuted_groups
from policytext.records import Floats

Ids = npt.NDArray[np.intp]
Mask = npt.NDArray[np.bool_]

MIN_UNITS: Final = MIN_REPORTS
"""From this many units on a side on, the spread between units can be estimated."""

NAMING: Final = 10
"""Units that name a feature below which their spread says too little of its error by itself."""

MANY_UNITS: Final = 20
"""From this many units on the smaller side on, Student's quantiles need no deals."""

MOST_DEALT: Final = 200
"""Units in all beyond which labels are dealt out only if one side is small."""

KINDS: Final = {
    "rate": "issuers as units, log-rate t",
    "few": "these reports only (Poisson)",
    "one": "this report only (Poisson)",
    "zero": "these reports only (Poisson), no hits",
    "census": "none: census",
    "dealt": "issuers as units, t by deals of units",
    "welch": "issuers as units, Welch t",
    "paired": "same issuers on both sides, t by issuer",
    "no hits": "none: one side without hits",
}
"""What an interval rests on, in one word each for all analyses."""


class UnitRatio(NamedTuple):
    """Natural logarithm of ratios of rates between units, with what they rest on."""

    log_ratio: Floats
    low: Floats
    high: Floats
    p_value: Floats
    kind: str
    n_group: int
    n_rest: int


def unit_sums(values: Any, units: Ids) -> npt.NDArray[np.float64]:
    """Add rows up by unit (numbers from 0): units × columns.

    >>> unit_sums(np.array([[1.0], [2.0], [4.0]]), np.array([0, 1, 0])).ravel().tolist()
    [5.0, 2.0]
    """
    added = indicator(units, int(units.max(initial=-1)) + 1) @ values
    return np.asarray(added.todense() if sparse.issparse(added) else added, dtype=float)


def unit_rate_interval(
    hits: Any,
    exposure: npt.ArrayLike,
    units: npt.ArrayLike | None = None,
    *,
    census: bool = False,
    confidence: float = 0.95,
) -> tuple[Interval, npt.NDArray[np.str_], int]:
    """Rates of one group with the interval that its number of units can carry.

    Parameters
    ----------
    hits
        reports × features: counts.
    exposure
        One number a report.
    units
        The unit of each report; every report its own by default.
    census
        Nothing was drawn: no interval.
    confidence
        Stated coverage.

    Returns
    -------
    tuple
        Interval, what it rests on (one of ``KINDS`` a feature), and the number of units.

    References
    ----------
    Garwood F. (1936). https://doi.org/10.1093/biomet/28.3-4.437
    Bell R. M., McCaffrey D. F. (2002). Survey Methodology 28(2), 169-181.

    Examples
    --------
    >>> hits, units = np.array([[3.0]] * 8), [0, 0, 0, 0, 1, 1, 1, 1]
    >>> unit_rate_interval(hits, np.ones(8), units)[1:]
    (array(['these reports only (Poisson)'], dtype='<U28'), 2)
    """
    size = np.asarray(exposure, dtype=float)
    codes = _codes(units, len(size))
    total = np.asarray(hits.sum(axis=0), dtype=float).ravel()
    n = int(codes.max(initial=-1)) + 1
    if census and len(size) >= MIN_REPORTS:
        none = np.full(len(total), np.nan)
        return Interval(total / size.sum(), none, none), np.full(len(total), KINDS["census"]), n
    if n < MIN_UNITS:
        kind = KINDS["one"] if len(size) == 1 else KINDS["few"]
        pooled = poisson_interval(total, float(size.sum()), confidence=confidence)
        return pooled, np.full(len(total), kind), n
    added, length = unit_sums(hits, codes), unit_sums(size[:, None], codes).ravel()
    found = report_rate_interval(added, length, confidence=confidence)
    return found, np.where(total > 0, KINDS["rate"], KINDS["zero"]), n


def unit_share_interval(
    yes: npt.ArrayLike,
    size: npt.ArrayLike,
    units: npt.ArrayLike | None = None,
    *,
    confidence: float = 0.95,
    student: bool = False,
) -> Interval:
    """Shares of cases with the interval that their units can carry.

    Cases of one unit answer alike: the interval is Wilson's for as many cases as the spread
    between units allows, at least the number of units.

    Parameters
    ----------
    yes
        rows × features: cases that have what is counted.
    size
        Cases of each row.
    units
        The unit of each row; every row its own by default.
    confidence
        Stated coverage.
    student
        Few units: Student's quantile in the place of the normal one, which makes cases fewer.

    Returns
    -------
    Interval
        One entry a feature, between 0 and 1.

    References
    ----------
    Korn E. L., Graubard B. I. (1998). Confidence intervals for proportions with small expected
    number of positive counts estimated from survey data. Survey Methodology 24, 193-201.

    Examples
    --------
    >>> said = np.array([[9], [1], [8], [2]])
    >>> unit_share_interval(said, [10] * 4).low.round(2).tolist()
    [0.19]
    >>> unit_share_interval(said, [10] * 4, [0, 0, 1, 1]).low.round(2).tolist()
    [0.35]
    """
    check_confidence(confidence)
    given, cases = np.asarray(yes, dtype=float), np.asarray(size, dtype=float)
    codes = _codes(units, len(cases))
    n, added = cases.sum(), unit_sums(cases[:, None], codes).ravel()
    groups = int((added > 0).sum())
    share = given.sum(axis=0) / n if n else np.full(given.shape[1:], np.nan)
    if groups == n or groups < 2:
        effective = np.full(np.shape(share), float(groups))
        return share_interval(share * effective, effective, confidence=confidence)
    away = unit_sums(given, codes) - added[:, None] * share
    spread = groups / (groups - 1) * (away**2).sum(axis=0) / n**2
    alone = share * (1 - share) / n
    with np.errstate(divide="ignore", invalid="ignore"):
        worth = np.where(alone > 0, n * alone / spread, groups)
    effective = np.clip(np.nan_to_num(worth, nan=groups, posinf=n), groups, n)
    if student:
        level = (1 + confidence) / 2
        effective = effective * (special.ndtri(level) / special.stdtrit(groups - 1, level)) ** 2
    return share_interval(share * effective, effective, confidence=confidence)


def unit_ratio(
    hits: Any,
    exposure: npt.ArrayLike,
    in_group: Mask,
    units: npt.ArrayLike | None = None,
    *,
    confidence: float = 0.95,
    n_deals: int = 999,
    random_state: int | np.random.Generator | None = 0,
) -> UnitRatio:
    """Compare the rate of a group of reports with that of the others, units being independent.

    Units of one side only: Welch's t on log rates by unit; with few units its quantile is that of
    the studentised ratio when whole units are dealt out to the sides again. Units on both sides:
    the variance is that of the differences within units (CR3, Bell and McCaffrey's degrees of
    freedom). Errors are never smaller than those of Poisson counts. Where one side has no hits the
    p-value is that of Fisher's test on units that name the feature, and there is no interval.

    Parameters
    ----------
    hits
        reports × features: counts.
    exposure
        One number a report.
    in_group
        True for the reports of the group.
    units
        The unit of each report; every report its own by default.
    confidence
        Stated coverage.
    n_deals
        How often units are dealt out.
    random_state
        Seed of the deals.

    Returns
    -------
    UnitRatio
        One entry a feature; ``low``, ``high``, ``p_value`` are NaN with fewer than five units on a
        side.

    Raises
    ------
    ParameterError
        A side is empty, or a wrong ``confidence``.

    References
    ----------
    Bell R. M., McCaffrey D. F. (2002). Survey Methodology 28(2), 169-181.
    Janssen A. (1997). Studentized permutation tests for non-i.i.d. hypotheses and the generalized
    Behrens-Fisher problem. Statistics & Probability Letters 36, 9-21.
    https://doi.org/10.1016/S0167-7152(97)00043-6
    Chung E., Romano J. P. (2013). Exact and asymptotically robust permutation tests. Annals of
    Statistics 41, 484-507. https://doi.org/10.1214/13-AOS1090

    Examples
    --------
    >>> hits = np.array([[8], [6], [9], [7], [9], [2], [3], [1], [2], [3]])
    >>> found = unit_ratio(hits, np.ones(10), np.arange(10) < 5)
    >>> round(float(np.exp(found.log_ratio[0])), 2), bool(found.p_value[0] < 0.05), found.kind
    (3.55, True, 'issuers as units, t by deals of units')
    """
    check_confidence(confidence)
    size, side = np.asarray(exposure, dtype=float), np.asarray(in_group, dtype=bool)
    if not side.any() or side.all():
        raise ParameterError("a comparison needs reports on both sides")
    codes = _codes(units, len(size))
    sides = [np.unique(codes[mask]) for mask in (side, ~side)]
    n_group, n_rest = len(sides[0]), len(sides[1])
    if min(n_group, n_rest) < MIN_UNITS:
        a, b = (np.asarray(_rows(hits, m).sum(axis=0), float).ravel() for m in (side, ~side))
        ratio = _log_ratio(a, b, float(size[side].sum()), float(size[~side].sum()))
        none = np.full(len(ratio), np.nan)
        return UnitRatio(ratio, none, none, none, KINDS["few"], n_group, n_rest)
    if len(np.intersect1d(sides[0], sides[1])):
        return _within(hits, size, side, codes, n_group, n_rest, confidence)
    added, length = unit_sums(hits, codes), unit_sums(size[:, None], codes).ravel()
    group = np.isin(np.arange(len(length)), sides[0])
    found = rate_ratio(added, length, group, confidence=confidence)
    result = UnitRatio(
        found.log_ratio, found.low, found.high, found.p_value, KINDS["welch"], n_group, n_rest
    )
    if min(n_group, n_rest) >= MANY_UNITS and len(length) > MOST_DEALT:
        return result
    deals = _all_deals(group, n_deals, random_state)
    return _dealt(result, added, length, deals, found.df, confidence)


def _codes(units: npt.ArrayLike | None, n: int) -> Ids:
    if units is None:
        return np.arange(n)
    return np.asarray(np.unique(np.asarray(units), return_inverse=True)[1], dtype=np.intp).ravel()


def _rows(hits: Any, mask: Mask) -> Any:
    """Return the rows of a mask, sparse or dense."""
    return hits[np.flatnonzero(mask)]


def _log_ratio(a: Floats, b: Floats, n_a: float, n_b: float) -> Floats:
    half = np.where((a > 0) & (b > 0), 0.0, 0.5)
    return np.asarray(np.log((a + half) / n_a) - np.log((b + half) / n_b))


# Units that stand on one side only: which quantile do deals of whole units give?


def _dealt(
    found: UnitRatio, hits: Floats, size: Floats, deals: Floats, df: Floats, confidence: float
) -> UnitRatio:
    """Take the quantile from deals of units; the observed deal is among them.

    Beyond the quantile p-values follow the tail of the deals of all features together, each in
    units of its own quantile, or Student's where that is heavier.
    """
    beyond = max(int(np.floor((1 - confidence) * len(deals))), 1)
    quantile, error = np.empty(hits.shape[1]), np.empty(hits.shape[1])
    tails = []
    for block in column_blocks(hits.shape[1], 512):
        ratio, wide = _statistic(hits[:, block], size, deals)
        t = np.abs(ratio) / wide
        error[block] = wide[0]
        quantile[block] = np.partition(t, -beyond, axis=0)[-beyond]
        relative = t / np.maximum(quantile[block], 1e-300)
        tails.append(relative[relative > 1])
    student = special.stdtrit(df, (1 + confidence) / 2)
    width = np.where(np.isfinite(found.low), quantile * error, np.nan)
    with np.errstate(invalid="ignore", divide="ignore"):
        relative = np.abs(found.log_ratio) / width
        p = 2 * special.stdtr(df, -relative * student)
    tail = np.sort(np.concatenate(tails))
    above = len(tail) - np.searchsorted(tail, relative, side="left")
    pooled = (1 + above) / (1 + len(deals) * hits.shape[1])
    p = np.where(relative > 1, np.minimum(np.maximum(p, pooled), 1 - confidence), p)
    return found._replace(
        low=found.log_ratio - width,
        high=found.log_ratio + width,
        p_value=np.where(np.isfinite(width), p, found.p_value),
        kind=KINDS["dealt"],
    )


def _all_deals(
    group: Mask, n_deals: int, random_state: int | np.random.Generator | None
) -> npt.NDArray[np.float64]:
    """Return every deal of units if they are few, random ones otherwise; the observed one first."""
    n, k = len(group), int(group.sum())
    if comb(n, k) > n_deals:
        drawn = permuted_groups(group, n_permutations=n_deals, random_state=random_state)
        return np.vstack([group[None, :], drawn]).astype(float)
    from itertools import combinations

    every = np.zeros((comb(n, k), n))
    for i, members in enumerate(combinations(range(n), k)):
        every[i, list(members)] = 1.0
    # the observed deal stands first, so that its error can be read off
    own = int(np.flatnonzero((every == group).all(axis=1))[0])
    every[[0, own]] = every[[own, 0]]
    return every


def _side(hits: Floats, size: Floats, members: Floats) -> tuple[Floats, Floats, Floats, Floats]:
    """Totals, exposure and variances of the log rate for every deal: deals × features."""
    exposure = members @ size
    share = np.minimum(members * size / exposure[:, None], 1 - 1e-9)
    weight = members / (1 - share) ** 2
    total = members @ hits
    counted = np.maximum(total, 0.5)
    rate = total / exposure[:, None]
    squares = weight @ hits**2 - 2 * rate * ((weight * size) @ hits)
    squares += rate**2 * (weight @ size**2)[:, None]
    n = members.sum(axis=1)[:, None]
    variance = (n - 1) / n * np.maximum(squares, 0.0) / counted**2
    return total, exposure, variance, 1 / counted


def _statistic(hits: Floats, size: Floats, deals: Floats) -> tuple[Floats, Floats]:
    """Return the log ratio and its error for every deal: deals × features."""
    a, b = (_side(hits, size, members) for members in (deals, 1 - deals))
    half = np.where((a[0] > 0) & (b[0] > 0), 0.0, 0.5)
    ratio = np.log((a[0] + half) / a[1][:, None]) - np.log((b[0] + half) / b[1][:, None])
    return np.asarray(ratio), np.sqrt(np.maximum(a[2] + b[2], a[3] + b[3]))


# Units that stand on both sides: how do the differences within units vary?


def _within(
    hits: Any,
    size: Floats,
    side: Mask,
    codes: Ids,
    n_group: int,
    n_rest: int,
    confidence: float,
) -> UnitRatio:
    n_units = int(codes.max()) + 1
    added, lengths = [], []
    for mask in (side, ~side):
        rows = indicator(codes[mask], n_units) @ _rows(hits, mask)
        added.append(np.asarray(rows.todense() if sparse.issparse(rows) else rows, dtype=float))
        lengths.append(np.bincount(codes[mask], weights=size[mask], minlength=n_units))
    total = [part.sum(axis=0) for part in added]
    shares = [length / length.sum() for length in lengths]
    stretch = [
        np.sqrt((n - 1) / n) / (1 - share)
        for n, share in zip((n_group, n_rest), shares, strict=True)
    ]
    both = (total[0] > 0) & (total[1] > 0)
    moves = np.zeros_like(added[0])
    for sign, part, whole, share, wide in zip((1, -1), added, total, shares, stretch, strict=True):
        away = part - share[:, None] * whole
        moves += sign * wide[:, None] * away / np.where(whole > 0, whole, 1.0)
    variance = np.where(both, (moves**2).sum(axis=0), np.nan)
    df = _paired_df(shares, stretch, [float(length.sum()) for length in lengths])
    ratio = _log_ratio(total[0], total[1], float(lengths[0].sum()), float(lengths[1].sum()))
    with np.errstate(divide="ignore", invalid="ignore"):
        # the same issuers repeat themselves: where many name a feature, their differences vary less
        # than Poisson counts do, and say so reliably
        few = ((added[0] + added[1]) > 0).sum(axis=0) < NAMING
        poisson = np.where(both & few, 1 / total[0] + 1 / total[1], 0.0)
        p_t = 2 * special.stdtr(df, -np.abs(ratio) / np.sqrt(variance))
        p_z = np.where(few, 2 * special.ndtr(-np.abs(ratio) / np.sqrt(poisson)), 0.0)
    width = np.where(both, log_half_width(variance, poisson, df, confidence), np.nan)
    p = np.where(both, np.fmax(p_t, p_z), _one_side_p(added, n_group, n_rest))
    p = np.where(total[0] + total[1] > 0, p, np.nan)
    return UnitRatio(ratio, ratio - width, ratio + width, p, KINDS["paired"], n_group, n_rest)


def _one_side_p(added: list[npt.NDArray[np.float64]], n_group: int, n_rest: int) -> Floats:
    """Sign test on the units that name a feature on one side and are on both."""
    named = [(part > 0).sum(axis=0) for part in added]
    k = np.maximum(named[0], named[1]).astype(float)
    # under chance each naming unit falls on a side in proportion to the units that stand there
    odds = np.where(named[0] >= named[1], n_group, n_rest) / (n_group + n_rest)
    return np.asarray(np.minimum(2 * odds**k, 1.0))


def _paired_df(shares: list[Floats], stretch: list[Floats], sizes: list[float]) -> float:
    """Bell and McCaffrey's degrees of freedom, reports of one length taken as equally noisy.

    >>> half = np.full(6, 1 / 6)
    >>> round(_paired_df([half, half], [np.ones(6), np.ones(6)], [1.0, 1.0]), 1)
    5.0
    """
    weighted = [wide * share for wide, share in zip(stretch, shares, strict=True)]
    diagonal = np.zeros(len(shares[0]))
    for wide, share, size in zip(stretch, shares, sizes, strict=True):
        diagonal += wide**2 * share / size
    off = np.stack([w / np.sqrt(s) for w, s in zip(weighted, sizes, strict=True)], axis=1)
    trace = float(np.sum(diagonal - (off**2).sum(axis=1)))
    squares = float((diagonal**2).sum() - 2 * (diagonal * (off**2).sum(axis=1)).sum())
    squares += float(((off.T @ off) ** 2).sum())
    return trace**2 / squares if squares > 0 else 1.0


# What would deals of units have given?


def dealt_sides(
    units: npt.ArrayLike,
    in_group: Mask,
    *,
    n_deals: int = 199,
    random_state: int | np.random.Generator | None = 0,
) -> npt.NDArray[np.bool_]:
    """Deal reports out to two sides again: whole units, or within units that stand on both.

    Parameters
    ----------
    units
        The unit of each report.
    in_group
        True for the reports of the first side.
    n_deals
        How many deals; all of them if there are fewer.
    random_state
        Seed.

    Returns
    -------
    numpy.ndarray
        deals × reports; the observed one is not among random deals, and is among all deals.

    References
    ----------
    Pitman E. J. G. (1937). https://doi.org/10.2307/2984124

    Examples
    --------
    >>> dealt_sides([0, 0, 1, 2], np.array([True, True, False, False])).astype(int).tolist()
    [[1, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]]
    """
    codes, side = _codes(units, len(in_group)), np.asarray(in_group, dtype=bool)
    n_units = int(codes.max(initial=-1)) + 1
    held = np.bincount(codes, weights=side, minlength=n_units)
    size = np.bincount(codes, minlength=n_units)
    if np.all((held == 0) | (held == size)):
        group = held > 0
        if comb(n_units, int(group.sum())) <= n_deals:
            return _all_deals(group, n_deals, None)[:, codes].astype(bool)
        drawn = permuted_groups(group, n_permutations=n_deals, random_state=random_state)
        return drawn[:, codes]
    rng = np.random.default_rng(random_state)
    deals = np.empty((n_deals, len(side)), dtype=bool)
    labels = side[np.argsort(codes, kind="stable")]
    for deal in deals:
        # the labels of a unit go to its reports in a random order
        deal[np.lexsort((rng.random(len(side)), codes))] = labels
    return deals

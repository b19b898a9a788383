"""Does a rate rise or fall over the years, when years have shocks in common and remember the last?

Two kinds of chance move a yearly rate: which issuers there are, and what a year brings to all of
them. A trend is judged against both. One series alone is judged against series that drift.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy import special

from policytext.errors import NotEnoughDataError, ParameterError
from policytext.records import Floats

MIN_YEARS: Final = 5
"""Years that a model of a panel needs."""

MIN_SERIES: Final = 10
"""Years that a single series needs: its memory must be estimated too."""

MIN_ISSUERS: Final = 5
"""Issuers from which on a panel tells its own noise; fewer are judged as one series."""

MEMORY: Final = 0.7
"""Correlation of neighbouring years up to which the tests of a single series keep their size."""

COUNTED: Final = (0.0, 0.25, 0.5)
"""Shares of the variance that do not last, as that of counts: they hide the memory of a series."""

LASTING: Final = np.linspace(0.0, 0.8, 5)
"""Correlations of the common shocks of neighbouring years that a panel is judged by."""

UNLIKELY: Final = 0.5
"""Units of log likelihood that a correlation may lie below the best one and still be held."""

BETWEEN: Final = np.concatenate([[0.0], np.geomspace(0.1, 10_000, 50)])
"""Variances of common shocks that are tried, in units of what issuers leave of a year."""

N_NULL: Final = 4999
GRID: Final = np.linspace(-0.3, 0.95, 26)


class Slope(NamedTuple):
    """Change of a log rate from one year to the next, with interval, p-value and what it is of."""

    estimate: float
    low: float
    high: float
    p_value: float
    units: str
    memory: float = np.nan
    """Correlation of the shocks of neighbouring years that is held possible."""
    p_independent: float = np.nan
    """What the p-value were if shocks of different years were independent."""


class Panel(NamedTuple):
    """Hits and lengths, issuers × years; ``there`` is True where an issuer has a report."""

    hits: Floats
    size: Floats
    there: npt.NDArray[np.bool_]
    years: Floats


def make_panel(hits: Floats, size: Floats, issuers: npt.NDArray[np.intp], years: Floats) -> Panel:
    """Add reports up to issuers × years.

    Parameters
    ----------
    hits, size, issuers, years
        One number a report: hits, length, number of its issuer from 0, year.

    Returns
    -------
    Panel
        ``hits`` and ``size`` (issuers × years), ``there`` (a report exists), ``years``.

    References
    ----------
    Cameron A. C., Trivedi P. K. (2013). https://doi.org/10.1017/CBO9781139013567

    Examples
    --------
    >>> panel = make_panel(np.ones(3), np.ones(3), np.array([0, 0, 1]), np.array([1.0, 2, 2]))
    >>> panel.hits.tolist()
    [[1.0, 1.0], [0.0, 1.0]]
    """
    known, column = np.unique(years, return_inverse=True)
    shape = (int(issuers.max(initial=-1)) + 1, len(known))
    grid = np.zeros((2, *shape))
    np.add.at(grid[0], (issuers, column), hits)
    np.add.at(grid[1], (issuers, column), size)
    return Panel(grid[0], grid[1], grid[1] > 0, known)


def yearly_effects(panel: Panel) -> tuple[Floats, Floats]:
    """Log rate of each year with the issuers held equal, and its variance from issuer to issuer.

    The Poisson model with issuer and year effects is fitted by scaling rows and columns in turn,
    with half a hit added to each year, so that issuers that join late move no year.

    Source: Cameron & Trivedi (2013).

    >>> grid = np.outer([1.0, 2, 4], [2.0, 4, 8])
    >>> panel = Panel(grid, np.ones((3, 3)), np.ones((3, 3), bool), np.arange(3.0))
    >>> np.exp(np.diff(yearly_effects(panel)[0])).round(1).tolist()
    [2.0, 2.0]
    """
    of_year = panel.hits.sum(axis=0) + 0.5
    year = np.ones(len(panel.years))
    n = panel.hits.sum(axis=1) + 0.5 * len(panel.years) / len(panel.hits)
    for _ in range(200):
        issuer = n / np.maximum(panel.size @ year, 1e-300)
        step = of_year / np.maximum(issuer @ panel.size, 1e-300)
        step = step / np.exp(np.log(step).mean())
        done = np.abs(np.log(step / year)).max() < 1e-8
        year = step
        if done:
            break
    mean = issuer[:, None] * panel.size * year
    total = mean.sum(axis=0)
    n_there = panel.there.sum(axis=0)
    spread = ((panel.hits - mean) ** 2).sum(axis=0) / total**2
    wide = spread * n_there / np.maximum(n_there - 1, 1)
    level = np.log(panel.hits.sum() / panel.size.sum())
    return np.log(year) + level, np.maximum(wide, 1 / total)


def issuer_slope(panel: Panel) -> tuple[float, float, float]:
    """Slope within issuers: its variance by issuer (CR3), and that of their years alone.

    The Poisson likelihood given each issuer's total has one parameter; issuers that join or leave
    bring no trend.

    Source: Cameron & Trivedi (2013); Bell & McCaffrey (2002).

    >>> grid = np.outer(np.arange(1.0, 7), [2.0, 4, 8])
    >>> panel = Panel(grid, np.ones((6, 3)), np.ones((6, 3), bool), np.arange(3.0))
    >>> round(float(np.exp(issuer_slope(panel)[0])), 3)
    2.0
    """
    time = panel.years - panel.years.mean()
    n, slope = panel.hits.sum(axis=1), 0.0
    for _ in range(50):
        share = panel.size * np.exp(slope * time)
        share = share / share.sum(axis=1, keepdims=True)
        middle = share @ time
        spread = share @ time**2 - middle**2
        information = float(n @ spread)
        if information <= 0:
            raise NotEnoughDataError("no issuer with hits has reports in two years")
        step = float((panel.hits @ time - n * middle).sum()) / information
        slope += float(np.clip(step, -0.5, 0.5))
        if abs(step) < 1e-9:
            break
    away = (panel.hits - n[:, None] * share) * panel.there
    moves = away * (time[None, :] - middle[:, None])
    leverage = np.minimum(n * spread / information, 0.8)
    groups = len(n)
    by_issuer = ((moves.sum(axis=1) / (1 - leverage)) ** 2).sum() / information**2
    return slope, float(by_issuer * (groups - 1) / groups), float((moves**2).sum() / information**2)


def panel_slope(panel: Panel, *, confidence: float = 0.95) -> Slope:
    """Trend of a panel: year effects regressed on the year, errors of years and of issuers added.

    Year effects have a variance of their own (shocks common to all issuers) beside that from
    issuer to issuer. Shocks may last: neighbouring years correlate by the largest value up to .8
    that the years do not speak against (a restricted likelihood within half a unit of the best),
    for a dozen years cannot show that shocks pass, and a shock that lasts looks like a trend. The
    error of the slope is Knapp and Hartung's with n - 2 degrees of freedom, never below what
    issuers alone would give. What issuers add beyond their single years (slopes of their own,
    memory) is added, Satterthwaite's degrees joined. ``p_independent`` is what the p-value
    were if shocks of different years were independent.

    Parameters
    ----------
    panel
        Issuers × years.
    confidence
        Stated coverage.

    Returns
    -------
    Slope
        Of the log rate, a year.

    Raises
    ------
    NotEnoughDataError
        Fewer than five years with five issuers each.

    References
    ----------
    Knapp G., Hartung J. (2003). Improved tests for a random effects meta-regression with a single
    covariate. Statistics in Medicine 22, 2693-2710. https://doi.org/10.1002/sim.1482
    Paule R. C., Mandel J. (1982). Journal of Research of the National Bureau of Standards 87,
    377-385. https://doi.org/10.6028/jres.087.022
    Cameron A. C., Gelbach J. B., Miller D. L. (2011). Robust inference with multiway clustering.
    Journal of Business & Economic Statistics 29, 238-249. https://doi.org/10.1198/jbes.2010.07136

    Examples
    --------
    >>> grid = np.random.default_rng(0).poisson(np.outer(np.full(8, 20.0), 1.1 ** np.arange(8)))
    >>> panel = Panel(grid * 1.0, np.ones((8, 8)), np.ones((8, 8), bool), np.arange(8.0))
    >>> found = panel_slope(panel)
    >>> bool(found.low < np.log(1.1) < found.high), found.units
    (True, '8 issuers × 8 years')
    """
    kept = _full_years(panel, MIN_YEARS)
    effect, noise = yearly_effects(kept)
    time, n = kept.years - kept.years.mean(), len(kept.years)
    line = np.stack([np.ones(n), time], axis=1)
    _, by_issuer, alone = issuer_slope(kept)
    extra = float(np.maximum(by_issuer - alone, 0.0))
    issuers = len(kept.hits)
    brief = _joined(*_mixed_line(line, effect, noise), extra, n - 2, issuers, n, confidence)
    slope, error, memory = _lasting_line(line, effect, noise, time)
    found = _joined(slope, error, extra, n - 2, issuers, n, confidence)
    return found._replace(memory=memory, p_independent=brief.p_value)


# One series: which statistics do series with memory and without a trend give?


def series_slope(years: Floats, effect: Floats, *, confidence: float = 0.95) -> Slope:
    """Trend of one yearly series of log rates with memory.

    The line is fitted by generalised least squares with first-order autocorrelation (restricted
    likelihood). The quantile of its t is that of simulated series without a trend whose neighbours
    correlate by .7, so that the test keeps its size for any memory up to there. Some of them hold
    noise of counts besides, which hides memory from a likelihood; the largest quantile is taken.

    Parameters
    ----------
    years
        Rising; gaps weaken the memory.
    effect
        Log rates.
    confidence
        Stated coverage.

    Returns
    -------
    Slope
        Of the log rate, a year.

    Raises
    ------
    NotEnoughDataError
        Fewer than ten years.

    References
    ----------
    Prais S. J., Winsten C. B. (1954). Trend estimators and serial correlation. Cowles Commission
    discussion paper 383.
    Cheang W.-K., Reinsel G. C. (2000). Bias reduction of autoregressive estimates in time series
    regression model through restricted maximum likelihood. JASA 95, 1173-1184.
    https://doi.org/10.1080/01621459.2000.10474318

    Examples
    --------
    >>> found = series_slope(np.arange(12.0), 0.3 * np.arange(12) + np.tile([0, 0.1], 6))
    >>> round(found.estimate, 2), found.p_value < 0.01, found.units
    (0.3, True, '12 years, with memory')
    """
    _enough(years)
    time = tuple((years - years[0]).tolist())
    line = np.stack([np.ones(len(years)), years - years.mean()], axis=1)
    estimate, t = _gls(line, effect[:, None], years - years[0])
    null = _null_slopes(time)
    return _against(float(estimate[0]), float(abs(t[0])), null, len(years), confidence)


def series_break(years: Floats, effect: Floats) -> tuple[float, list[int]]:
    """Test one series for a change of its level, and say from which year on.

    The statistic is the largest |t| of a step with at least two years on each side, first-order
    autocorrelation held; its p-value is the share of simulated series without a break (neighbours
    correlate by .7) that reach it, so false breaks have an error rate of their own.

    Parameters
    ----------
    years
        Rising.
    effect
        Log rates.

    Returns
    -------
    tuple
        p-value, and the first year of the new level.

    Raises
    ------
    NotEnoughDataError
        Fewer than ten years.

    References
    ----------
    Andrews D. W. K. (1993). Tests for parameter instability and structural change with unknown
    change point. Econometrica 61, 821-856. https://doi.org/10.2307/2951764

    Examples
    --------
    >>> levels = np.repeat([1.0, 3.0], 10) + np.tile([0, 0.1], 10)
    >>> p, first = series_break(np.arange(2000.0, 2020), levels)
    >>> p < 0.05, first
    (True, [2010])
    """
    _enough(years)
    null = _null_breaks(tuple((years - years[0]).tolist()))
    largest, at = _largest_step(effect[:, None], years - years[0])
    return _rare(null, largest[0]), [int(years[at[0]])]


# What changed from a given year on: the level, and the slope?

MIN_SIDE: Final = 3
"""Years before the change, and from it on, that a level and a slope need on either side."""

MIN_TURN: Final = 8
"""Years of a panel that carry two levels and two slopes."""


class Burst(NamedTuple):
    """A run of batches in which more of the texts name a term: first, last, and its weight."""

    first: int
    last: int
    weight: float


def bursts(
    named: npt.ArrayLike, sizes: npt.ArrayLike, *, ratio: float = 2.0, gamma: float = 1.0
) -> list[Burst]:
    """Find runs of batches (years) in which a term is named ``ratio`` times as often as over all.

    An automaton of two states gives each batch of ``sizes`` texts, ``named`` of which name the
    term, the share over all batches, or ``ratio`` times that; entering the second state costs
    ``gamma · ln(batches)``. The cheapest sequence of states is found exactly; a burst weighs by
    how much cheaper the second state is in it. It describes: texts of one year are not
    independent, and a weight has no p-value.

    Parameters
    ----------
    named, sizes
        Texts that name the term, and all texts, a batch each, in order.
    ratio
        Kleinberg's s.
    gamma
        Cost of entering a burst.

    Returns
    -------
    list of Burst
        In order; ``first`` and ``last`` number the batches from 0. Where ``ratio`` times the share
        is more than all texts, there is none.

    Raises
    ------
    ParameterError
        Lengths differ, more texts name the term than there are, or ``ratio`` is not above 1.

    References
    ----------
    Kleinberg J. (2003). Bursty and hierarchical structure in streams. Data Mining and Knowledge
    Discovery 7, 373-397, section 4. https://doi.org/10.1023/A:1024940629314

    Examples
    --------
    >>> [tuple(burst)[:2] for burst in bursts([1, 2, 9, 11, 8, 1, 0, 2], [31] * 8)]
    [(2, 4)]
    """
    r, d = np.asarray(named, dtype=float), np.asarray(sizes, dtype=float)
    if r.shape != d.shape or r.ndim != 1 or (r < 0).any() or (r > d).any() or not ratio > 1:
        raise ParameterError(
            "`named` and `sizes` must have one number a batch, none named more often than there "
            f"are texts, and `ratio` must be above 1; got {r.tolist()}, {d.tolist()} and {ratio}"
        )
    share = r.sum() / max(d.sum(), 1.0)
    if share == 0 or ratio * share >= 1:
        return []
    gain = r * np.log(ratio) + (d - r) * np.log((1 - ratio * share) / (1 - share))
    entering = gamma * np.log(len(r))
    # the best gain of sequences that end outside of a burst, or in one, and where they came from
    best = np.array([0.0, -np.inf])
    came: list[npt.NDArray[np.intp]] = []
    for own in gain:
        moves = np.array([[best[0], best[1]], [best[0] - entering, best[1]]])
        came.append(moves.argmax(axis=1))
        best = moves.max(axis=1) + np.array([0.0, own])
    state, inside = int(best.argmax()), []
    for step in reversed(came):
        inside.append(state)
        state = int(step[state])
    edges = np.flatnonzero(np.diff([0, *inside[::-1], 0]))
    return [Burst(int(a), int(b) - 1, float(gain[a:b].sum())) for a, b in edges.reshape(-1, 2)]


class Interruption(NamedTuple):
    """Change of the level of a log rate in a given year, and change of its slope from then on."""

    level: Slope
    turn: Slope


def _broken_lines(years: Floats, since: float) -> list[Floats]:
    """Designs of a line that changes: the level last in the first, the slope last in the second."""
    time, after = years - years.mean(), (years >= since) * 1.0
    before = int((after == 0).sum())
    if min(before, len(years) - before) < MIN_SIDE:
        raise NotEnoughDataError(
            f"a change from {since:g} on needs {MIN_SIDE} years before and {MIN_SIDE} from then "
            f"on, got {before} and {len(years) - before}"
        )
    plain, turn = [np.ones(len(years)), time], (years - since) * after
    return [np.stack([*plain, *pair], axis=1) for pair in ((turn, after), (after, turn))]


def interrupted_series(
    years: Floats, effect: Floats, since: float, *, confidence: float = 0.95
) -> Interruption:
    """Test whether one series of log rates changes its level or its slope from a given year on.

    Segmented regression by generalised least squares with first-order autocorrelation. Its t
    is held against simulated series without a change whose neighbours correlate by .7: Newey and
    West's errors, which are often printed, are far too small for ten or twenty years. The year
    must be known beforehand; a year picked because the series breaks there is tested by
    :func:`series_break`.

    Parameters
    ----------
    years
        Rising.
    effect
        Log rates.
    since
        First year of the new state.
    confidence
        Stated coverage.

    Returns
    -------
    Interruption
        The change of the level in that year, and the change of the slope a year.

    Raises
    ------
    NotEnoughDataError
        Fewer than ten years, or fewer than three on a side.

    References
    ----------
    Wagner A. K. et al. (2002). Segmented regression analysis of interrupted time series studies in
    medication use research. Journal of Clinical Pharmacy and Therapeutics 27, 299-309.
    https://doi.org/10.1046/j.1365-2710.2002.00430.x
    Newey W. K., West K. D. (1987). Econometrica 55, 703-708. https://doi.org/10.2307/1913610

    Examples
    --------
    >>> years = np.arange(2001.0, 2021)
    >>> wobble = np.tile([0, 0.1], 10)
    >>> found = interrupted_series(years, 2.0 * (years >= 2011) + wobble, 2011)
    >>> round(found.level.estimate, 1), found.level.p_value < 0.01, found.turn.p_value < 0.05
    (2.0, True, False)
    """
    _enough(years)
    return Interruption(*_interrupted(years, effect, since, confidence))


def interrupted_panel(panel: Panel, since: float, *, confidence: float = 0.95) -> Interruption:
    """Test whether a panel changes its level or its slope from a given year on.

    Year effects, issuers held equal, are judged as one series that remembers the year before: with
    four coefficients and a dozen years nobody can tell whether shocks last, and errors that take
    them as independent found changes two to four times too often.

    Parameters
    ----------
    panel
        Issuers × years.
    since
        First year of the new state, known beforehand.
    confidence
        Stated coverage.

    Returns
    -------
    Interruption
        The change of the level of the log rate, and the change of its slope a year.

    Raises
    ------
    NotEnoughDataError
        Fewer than eight years with five issuers each, or fewer than three on a side.

    References
    ----------
    Wagner A. K. et al. (2002), see :func:`interrupted_series`.

    Examples
    --------
    >>> level = np.repeat([20.0, 60.0], 5) + np.tile([0, 1], 5)
    >>> grid, there = np.outer(np.arange(1.0, 13), level), np.ones((12, 10), bool)
    >>> found = interrupted_panel(Panel(grid, there * 1.0, there, np.arange(10.0)), 5)
    >>> round(float(np.exp(found.level.estimate)), 1), found.level.p_value < 0.01
    (3.0, True)
    """
    kept = _full_years(panel, MIN_TURN)
    effect = yearly_effects(kept)[0]
    units = f"{len(kept.hits)} issuers × {len(kept.years)} years, with memory"
    found = _interrupted(kept.years, effect, since, confidence)
    return Interruption(*(change._replace(units=units) for change in found))


def _interrupted(years: Floats, effect: Floats, since: float, confidence: float) -> list[Slope]:
    found = []
    for last, line in enumerate(_broken_lines(years, since)):
        estimate, t = _gls(line, effect[:, None], years - years[0])
        null = _null_broken(tuple((years - years[0]).tolist()), since - float(years[0]), last)
        found.append(_against(float(estimate[0]), float(abs(t[0])), null, len(years), confidence))
    return found


def _mixed_line(line: Floats, effect: Floats, noise: Floats) -> tuple[float, float]:
    """Last coefficient and its variance; shocks of years independent (Paule and Mandel)."""

    def fit(between: float) -> tuple[Floats, Floats, Floats]:
        root = 1 / np.sqrt(between + noise)
        x, y = line * root[:, None], effect * root
        inverse = np.linalg.inv(x.T @ x)
        back = inverse @ x.T
        return back[-1] * root, y - x @ (back @ y), inverse[-1, -1]

    spare = len(effect) - line.shape[1]
    low, high = 0.0, 10.0
    for _ in range(50):
        middle = (low + high) / 2
        low, high = (middle, high) if (fit(middle)[1] ** 2).sum() > spare else (low, middle)
    weight, residual, squares = fit(low)
    return float(weight @ effect), float((residual**2).sum()) / spare * float(squares)


def _lasting_line(
    line: Floats, effect: Floats, noise: Floats, time: Floats
) -> tuple[float, float, float]:
    """Last coefficient, its variance, and the memory of the shocks that was held possible.

    Every memory is tried with every variance of the shocks; of each memory the likeliest is kept.
    """
    apart = np.abs(time[:, None] - time[None, :])
    common = LASTING[:, None, None, None] ** apart
    between = BETWEEN[:, None, None] * np.median(noise)
    inner = np.linalg.inv(between * common + np.diag(noise))
    inverse = np.linalg.inv(line.T @ inner @ line)
    beta = (inverse @ (line.T @ inner @ effect)[..., None])[..., 0]
    residual = effect - beta @ line.T
    squares = np.einsum("rbi,rbij,rbj->rb", residual, inner, residual)
    fit = np.linalg.slogdet(inner)[1] + np.linalg.slogdet(inverse)[1] - squares
    best = fit.argmax(axis=1)
    of_memory = fit.max(axis=1) / 2
    at = int(np.flatnonzero(of_memory >= of_memory.max() - UNLIKELY)[-1])
    cell = at, best[at]
    more = max(float(squares[cell]) / (len(effect) - line.shape[1]), 1.0)
    return float(beta[cell][-1]), more * float(inverse[cell][-1, -1]), float(LASTING[at])


def _full_years(panel: Panel, least: int) -> Panel:
    """Keep the years with enough issuers, and the issuers that are there; refuse too few."""
    full = panel.there.sum(axis=0) >= MIN_ISSUERS
    if full.sum() < least:
        raise NotEnoughDataError(
            f"a trend needs at least {least} years with {MIN_ISSUERS} issuers each, got "
            f"{int(full.sum())}: in fewer years a shock of one year looks like a trend; the yearly "
            "rates are given, and more years would carry a test"
        )
    kept = Panel(panel.hits[:, full], panel.size[:, full], panel.there[:, full], panel.years[full])
    some = kept.there.any(axis=1)
    return Panel(kept.hits[some], kept.size[some], kept.there[some], kept.years)


def _joined(
    estimate: float,
    error: float,
    extra: float,
    spare: int,
    issuers: int,
    years: int,
    confidence: float,
) -> Slope:
    """Add the variance of years and what issuers add beyond them, Satterthwaite's degrees joined.

    Source: Cameron, Gelbach & Miller (2011).
    """
    variance = error + extra
    df = variance**2 / (error**2 / spare + extra**2 / max(issuers - 1, 1))
    t = float(special.stdtrit(df, (1 + confidence) / 2) * np.sqrt(variance))
    p = float(2 * special.stdtr(df, -abs(estimate) / np.sqrt(variance)))
    return Slope(estimate, estimate - t, estimate + t, p, f"{issuers} issuers × {years} years")


def _rare(null: Floats, statistic: float) -> float:
    """Share of simulated series that reach a statistic, of the kind that does so most often."""
    return float((1 + (null >= statistic).sum(axis=1).max()) / (1 + null.shape[1]))


def _against(b: float, statistic: float, null: Floats, years: int, confidence: float) -> Slope:
    """p-value and interval of a coefficient of one series, from simulated series without it."""
    quantile = float(np.quantile(null, confidence, axis=1).max())
    width = quantile * abs(b) / max(statistic, 1e-300)
    return Slope(b, b - width, b + width, _rare(null, statistic), f"{years} years, with memory")


def _enough(years: Floats) -> None:
    if len(years) < MIN_SERIES:
        raise NotEnoughDataError(
            f"one series needs at least {MIN_SERIES} years, got {len(years)}: a drift of few years "
            f"cannot be told from a trend; more years, or a panel of {MIN_ISSUERS} issuers over "
            f"{MIN_YEARS} years, would carry a test"
        )


def _whitened(values: Floats, rho: float, time: Floats) -> Floats:
    """Take the memory out of rows: each is compared with what the one before it foretells."""
    tie = rho ** np.diff(time) if rho >= 0 else -(abs(rho) ** np.diff(time))
    tail = (values[1:] - tie[:, None] * values[:-1]) / np.sqrt(1 - tie**2)[:, None]
    return np.concatenate([values[:1], tail])


def _gls(design: Floats, values: Floats, time: Floats) -> tuple[Floats, Floats]:
    """Last coefficient and its t for each column of values, the memory chosen by REML."""
    n, columns = design.shape
    best = np.full(values.shape[1], -np.inf)
    estimate, t = np.zeros(values.shape[1]), np.zeros(values.shape[1])
    for rho in GRID:
        x, y = _whitened(design, rho, time), _whitened(values, rho, time)
        inverse = np.linalg.inv(x.T @ x)
        beta = inverse @ (x.T @ y)
        variance = np.maximum(((y - x @ beta) ** 2).sum(axis=0) / (n - columns), 1e-12)
        tie = np.abs(rho) ** np.diff(time)
        fit = -0.5 * (n - columns) * np.log(variance) - 0.5 * np.log(1 - tie**2).sum()
        fit += 0.5 * np.linalg.slogdet(inverse)[1]
        better = fit > best
        best = np.where(better, fit, best)
        estimate = np.where(better, beta[-1], estimate)
        t = np.where(better, beta[-1] / np.sqrt(variance * inverse[-1, -1]), t)
    return estimate, t


def _with_memory(time: Floats, n: int, seed: int) -> Floats:
    """Series that neither rise nor break, whose neighbours correlate by ``MEMORY``.

    Kinds × years × series: to those of each kind noise of counts is added (`COUNTED`).
    """
    rng = np.random.default_rng(seed)
    tie = MEMORY ** np.diff(time)
    rows = [rng.standard_normal(n)]
    for step in tie:
        rows.append(step * rows[-1] + np.sqrt(1 - step**2) * rng.standard_normal(n))
    lasting, noise = np.stack(rows), rng.standard_normal((len(time), n))
    return np.stack([np.sqrt(1 - part) * lasting + np.sqrt(part) * noise for part in COUNTED])


@lru_cache(maxsize=64)
def _null_slopes(time: tuple[float, ...]) -> Floats:
    at = np.asarray(time)
    line = np.stack([np.ones(len(at)), at - at.mean()], axis=1)
    return np.abs([_gls(line, series, at)[1] for series in _with_memory(at, N_NULL, 1)])


@lru_cache(maxsize=64)
def _null_broken(time: tuple[float, ...], since: float, last: int) -> Floats:
    at = np.asarray(time)
    line = _broken_lines(at, since)[last]
    return np.abs([_gls(line, series, at)[1] for series in _with_memory(at, N_NULL, 3)])


@lru_cache(maxsize=64)
def _null_breaks(time: tuple[float, ...]) -> Floats:
    at = np.asarray(time)
    return np.stack([_largest_step(series, at)[0] for series in _with_memory(at, 999, 2)])


class _Steps(NamedTuple):
    """What a step at each place is under each memory, the same for every series of these years."""

    designs: Floats
    """(n_memories, 2 × n_places, n_years): constant and step, the memory taken out."""
    inverse: Floats
    own: Floats
    """(n_memories, n_places): what a memory and a place add to the likelihood."""


@lru_cache(maxsize=8)
def _steps(time: tuple[float, ...]) -> _Steps:
    at, n = np.asarray(time), len(time)
    both = np.stack([np.ones((n, n - 3)), np.arange(n)[:, None] >= np.arange(2, n - 1)], axis=2)
    wide = np.stack([_whitened(both.reshape(n, -1), rho, at) for rho in GRID])
    x: Floats = wide.reshape(len(GRID), n, -1, 2).transpose(0, 2, 3, 1)
    inverse: Floats = np.asarray(np.linalg.inv(x @ x.swapaxes(2, 3)), dtype=np.float64)
    ties = np.abs(GRID[:, None]) ** np.diff(at)
    own = np.linalg.slogdet(inverse)[1] - np.log(1 - ties**2).sum(axis=1)[:, None]
    return _Steps(x.reshape(len(GRID), -1, n), inverse, own / 2)


def _largest_step(values: Floats, time: Floats) -> tuple[Floats, npt.NDArray[np.intp]]:
    """Largest |t| of a step over all places, and where it is, for each column; memory by REML."""
    n, columns = values.shape
    known = _steps(tuple(time.tolist()))
    # a level changes no step, and what is near zero loses no digits in the sums of squares
    level = values - values.mean(axis=0)
    y = np.stack([_whitened(level, rho, time) for rho in GRID])
    product = (known.designs @ y).reshape(len(y), -1, 2, columns)
    beta = known.inverse @ product
    left = (y**2).sum(axis=1)[:, None] - (beta * product).sum(axis=2)
    variance = np.maximum(left / (n - 2), 1e-12)
    fit = known.own[:, :, None] - 0.5 * (n - 2) * np.log(variance)
    t = np.abs(beta[:, :, 1]) / np.sqrt(variance * known.inverse[:, :, 1, 1, None])
    every = np.take_along_axis(t, fit.argmax(axis=0)[None], axis=0)[0]
    return every.max(axis=0), np.asarray(every.argmax(axis=0) + 2, dtype=np.intp)

"""How far do two or more codings of the same paragraphs agree?"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from policytext.errors import NotEnoughDataError, ParameterError
from policytext.inference.resampling import report_weights
from policytext.records import Bilingual, Floats, Method
from policytext.result import Result
from policytext.texts import cite, columns_of, say
from policytext.themes.codebook import Codebook, load_codebook
from policytext.themes.coding import label_matrix

if TYPE_CHECKING:
    import pandas as pd


# How far do two or more codings of the same paragraphs agree?

Bools = NDArray[np.bool_]


def cohen_kappa(first: Sequence[Hashable], second: Sequence[Hashable]) -> float:
    """Return Cohen's kappa of two coders: (observed - expected) / (1 - expected) agreement.

    Parameters
    ----------
    first, second
        One category per unit, in the same order.

    Returns
    -------
    float
        1 = perfect, 0 = as by chance; missing (nan) where both coders used one category only.

    Raises
    ------
    ParameterError
        The lengths differ or are zero.

    References
    ----------
    Cohen, J. (1960). A coefficient of agreement for nominal scales. Educational and Psychological
    Measurement, 20(1), 37-46. https://doi.org/10.1177/001316446002000104

    Examples
    --------
    >>> cohen_kappa(list("aabb"), list("aabc"))
    0.6
    """
    observed, shares = _observed_and_shares(first, second)
    expected = float((shares[0] * shares[1]).sum())
    return _chance_corrected(observed, expected)


def gwet_ac1(first: Sequence[Hashable], second: Sequence[Hashable], n_categories: int = 0) -> float:
    """Return Gwet's AC1 of two coders, which stays sound where one category is rare.

    Chance agreement is the sum of p(1 - p) over categories, divided by their number less one, p
    being the mean share of the two coders.

    Parameters
    ----------
    first, second
        One category per unit.
    n_categories
        Number of categories of the scheme; 0: those that occur.

    Raises
    ------
    ParameterError
        The lengths differ or are zero, or fewer categories are named than occur.

    References
    ----------
    Gwet, K. L. (2008). Computing inter-rater reliability and its variance in the presence of high
    agreement.
    British Journal of Mathematical and Statistical Psychology, 61(1), 29-48.
    https://doi.org/10.1348/000711006X126600

    Examples
    --------
    >>> round(gwet_ac1([1, 1, 1, 0], [1, 1, 1, 1]), 4)
    0.68
    """
    observed, shares = _observed_and_shares(first, second)
    p = shares.mean(axis=0)
    occurring = len(p)
    categories = n_categories or max(occurring, 2)
    if categories < occurring:
        raise ParameterError(f"n_categories is {n_categories}, but {occurring} categories occur")
    return _chance_corrected(observed, float((p * (1 - p)).sum() / (categories - 1)))


def krippendorff_alpha(
    codings: Sequence[Sequence[Hashable | None]],
    distance: str | Callable[[Hashable, Hashable], float] = "nominal",
) -> float:
    """Return Krippendorff's alpha of any number of coders: 1 - observed / expected disagreement.

    Parameters
    ----------
    codings
        One sequence per coder, one value per unit, None where the coder did not code it. For
        ``masi`` each value is a set (frozenset) of labels.
    distance
        ``nominal``, ``interval`` (numbers), ``masi`` (sets of labels), or a function of two values
        giving 0 to 1.

    Returns
    -------
    float
        Missing (nan) where all values are equal: there is no disagreement to expect.

    Raises
    ------
    ParameterError
        Coders coded different numbers of units, or the distance is unknown.
    NotEnoughDataError
        No unit was coded twice.

    References
    ----------
    Krippendorff, K. (2011). Computing Krippendorff's alpha-reliability. University of Pennsylvania.
    https://repository.upenn.edu/asc_papers/43
    Passonneau, R. (2006). Measuring agreement on set-valued items (MASI) for semantic and
    pragmatic annotation.
    LREC 2006, 831-836 (the set distance).

    Examples
    --------
    >>> round(krippendorff_alpha([[1, 2, 3, 3], [1, 2, 3, None], [1, 2, 4, 3]]), 4)
    0.7674
    """
    measure = _distance(distance)
    if len({len(coder) for coder in codings}) != 1:
        raise ParameterError(
            f"every coder must have one value (or None) per unit, got lengths "
            f"{[len(c) for c in codings]}"
        )
    values = list(dict.fromkeys(v for coder in codings for v in coder if v is not None))
    together = _coincidences(codings, values)
    n = together.sum()
    if n == 0:
        raise NotEnoughDataError(
            "no unit was coded by two coders; alpha needs units coded at least twice"
        )
    apart = np.array([[measure(a, b) for b in values] for a in values])
    totals = together.sum(axis=1)
    expected = (np.outer(totals, totals) * apart).sum() / (n - 1)
    return float(1 - (together * apart).sum() / expected) if expected > 0 else float("nan")


def masi_distance(first: frozenset[str], second: frozenset[str]) -> float:
    """Return the MASI distance of two label sets: 1 - Jaccard × monotonicity.

    Monotonicity is 1 for equal sets, 2/3 where one holds the other, else 1/3.

    Source: Passonneau (2006).

    >>> round(masi_distance(frozenset("ab"), frozenset("a")), 4)
    0.6667
    """
    shared, union = len(first & second), len(first | second)
    if union == 0 or first == second:
        return 0.0
    nested = first <= second or second <= first
    weight = 2 / 3 if nested else 1 / 3
    return 1 - shared / union * weight


def _observed_and_shares(
    first: Sequence[Hashable], second: Sequence[Hashable]
) -> tuple[float, Floats]:
    if len(first) != len(second) or not len(first):
        raise ParameterError(
            f"both coders must have coded the same units, got {len(first)} and {len(second)}"
        )
    categories = {value: i for i, value in enumerate(dict.fromkeys([*first, *second]))}
    a = np.array([categories[v] for v in first])
    b = np.array([categories[v] for v in second])
    shares = [np.bincount(x, minlength=len(categories)) / len(x) for x in (a, b)]
    return float((a == b).mean()), np.array(shares)


def _chance_corrected(observed: float, expected: float) -> float:
    if expected >= 1:
        return float("nan")
    return float(round((observed - expected) / (1 - expected), 12))


def _coincidences(
    codings: Sequence[Sequence[Hashable | None]], values: Sequence[Hashable]
) -> Floats:
    """Return Krippendorff's coincidence matrix: pairs of values within units."""
    place = {value: i for i, value in enumerate(values)}
    together = np.zeros((len(values), len(values)))
    for unit in zip(*codings, strict=True):
        given = [place[v] for v in unit if v is not None]
        if len(given) < 2:
            continue
        counts = np.bincount(given, minlength=len(values)).astype(float)
        pairs = np.outer(counts, counts) - np.diag(counts)
        together += pairs / (len(given) - 1)
    return together


def _distance(name: str | Callable[[Hashable, Hashable], float]) -> Callable[..., float]:
    if callable(name):
        return name
    known: Mapping[str, Callable[..., float]] = {
        "nominal": lambda a, b: float(a != b),
        "interval": lambda a, b: float(a - b) ** 2,
        "masi": masi_distance,
    }
    if name not in known:
        raise ParameterError(f"distance must be one of {sorted(known)} or a function, got {name!r}")
    return known[name]


# How far do two codings agree on each theme, with intervals by resampling reports?

_FEW = 30
_COLUMNS = columns_of("agreement")


def agreement(
    first: Sequence[Sequence[str]],
    second: Sequence[Sequence[str]],
    reports: Sequence[object],
    codebook: Codebook | None = None,
    *,
    level: float = 0.95,
    n_resamples: int = 1000,
    random_state: int | None = 0,
) -> Result:
    """Compare two codings of the same paragraphs, theme by theme.

    Parameters
    ----------
    first, second
        The themes each coder gave to each paragraph.
    reports
        The report of each paragraph; intervals come from drawing whole reports with replacement.
    codebook
        The scheme.
    level
        Level of the intervals.
    n_resamples
        Number of draws.
    random_state
        Chance of the draws.

    Returns
    -------
    Result
        One row per theme that occurs, first the row ALL; intervals are percentiles over draws.

    Raises
    ------
    ParameterError
        Lengths differ or a label is unknown.
    NotEnoughDataError
        Fewer than two reports.

    References
    ----------
    Cohen, J. (1960). https://doi.org/10.1177/001316446002000104
    Gwet, K. L. (2008). https://doi.org/10.1348/000711006X126600
    Krippendorff, K. (2011). Computing Krippendorff's alpha-reliability.
    Efron, B. (1979). Bootstrap methods. Annals of Statistics, 7(1), 1-26.
    https://doi.org/10.1214/aos/1176344552

    Examples
    --------
    >>> a = [["tcm"], ["tcm"], ["outside"], ["outside"]]
    >>> result = agreement(a, a, ["r1", "r2", "r1", "r2"], n_resamples=20)
    >>> result.table[["theme", "f1", "kappa"]].values.tolist()[0]
    ['ALL', 1.0, 1.0]
    """
    import pandas as pd

    codebook = codebook or load_codebook()
    if not len(first) == len(second) == len(reports):
        raise ParameterError(
            f"codings and reports must be of one length, got {len(first)}, {len(second)} and "
            f"{len(reports)}"
        )
    a, b = label_matrix(first, codebook.ids), label_matrix(second, codebook.ids)
    names, report = np.unique([str(r) for r in reports], return_inverse=True)
    if len(names) < 2:
        raise NotEnoughDataError(
            "agreement with intervals needs paragraphs of at least two reports"
        )
    draws = report_weights(np.zeros(len(names)), n_resamples=n_resamples, random_state=random_state)
    rows = [
        _all_row(a, b, report, draws, level),
        *_theme_rows(a, b, report, draws, (codebook, level)),
    ]
    table = pd.DataFrame(rows, columns=list(_COLUMNS))
    return Result(
        table,
        say("agreement.agreement"),
        _COLUMNS,
        _METHOD,
        _cautions(table, len(names)),
        {"level": level, "n_resamples": n_resamples, "random_state": random_state},
    )


_METHOD = Method(
    say("agreement.method"),
    cite("cohen-1960", "gwet-2008", "krippendorff-2011", "passonneau-2006", "efron-1979"),
)


def _theme_rows(
    a: Bools,
    b: Bools,
    report: NDArray[np.int64],
    draws: NDArray[np.int64],
    settings: tuple[Codebook, float],
) -> list[dict[str, object]]:
    codebook, level = settings
    shown = np.flatnonzero((a | b).any(axis=0))
    tables = _tables(a[:, shown], b[:, shown], report, draws.shape[1])
    point, drawn = _statistics(tables.sum(axis=0)), _statistics(np.tensordot(draws, tables, 1))
    rows: list[dict[str, object]] = []
    for place, theme in enumerate(shown):
        n_both, only_a, only_b, _ = tables[:, place].sum(axis=0)
        row: dict[str, object] = {
            "theme": codebook.ids[theme],
            "label_zh": codebook.themes[theme].label_zh,
            "n_first": int(n_both + only_a),
            "n_second": int(n_both + only_b),
            "n_both": int(n_both),
        }
        for name in ("f1", "kappa", "ac1", "alpha"):
            row |= _with_interval(name, point[name][place], drawn[name][:, place], level)
        rows.append(row)
    return rows


def _tables(a: Bools, b: Bools, report: NDArray[np.int64], n_reports: int) -> Floats:
    """Return reports × themes × (both, first only, second only, neither)."""
    cells = np.stack([a & b, a & ~b, ~a & b, ~a & ~b], axis=2).astype(float)
    summed = np.zeros((n_reports, *cells.shape[1:]))
    np.add.at(summed, report, cells)
    return summed


def _statistics(tables: Floats) -> dict[str, Floats]:
    """Return F1, kappa, AC1 and alpha of 2 × 2 tables (last axis: both, first, second, neither)."""
    both, only_a, only_b, neither = np.moveaxis(tables, -1, 0)
    n = tables.sum(axis=-1)
    with np.errstate(invalid="ignore", divide="ignore"):
        observed = (both + neither) / n
        p, q = (both + only_a) / n, (both + only_b) / n
        mean = (p + q) / 2
        by_chance = p * q + (1 - p) * (1 - q)
        ac1_chance = 2 * mean * (1 - mean)
        ones = 2 * both + only_a + only_b
        expected = 2 * ones * (2 * n - ones) / (2 * n * (2 * n - 1))
        return {
            "f1": 2 * both / (2 * both + only_a + only_b),
            "kappa": np.where(by_chance < 1, (observed - by_chance) / (1 - by_chance), np.nan),
            "ac1": (observed - ac1_chance) / (1 - ac1_chance),
            "alpha": np.where(expected > 0, 1 - (1 - observed) / expected, np.nan),
        }


def _with_interval(name: str, value: float, drawn: Floats, level: float) -> dict[str, float]:
    kept = drawn[np.isfinite(drawn)]
    ends = (np.nan, np.nan)
    if len(kept) >= 0.8 * len(drawn):
        ends = tuple(np.quantile(kept, [(1 - level) / 2, (1 + level) / 2]))
    return {name: float(value), f"{name}_low": float(ends[0]), f"{name}_high": float(ends[1])}


def _all_row(
    a: Bools, b: Bools, report: NDArray[np.int64], draws: NDArray[np.int64], level: float
) -> dict[str, object]:
    pooled = _tables(a, b, report, draws.shape[1]).sum(axis=1)
    point, drawn = _statistics(pooled.sum(axis=0)), _statistics(draws @ pooled)
    row: dict[str, object] = {
        "theme": "ALL",
        "label_zh": "全部主题",
        "n_first": int(a.sum()),
        "n_second": int(b.sum()),
        "n_both": int((a & b).sum()),
    }
    for name in ("f1", "kappa", "ac1"):
        row |= _with_interval(name, float(point[name]), drawn[name], level)
    return row | _with_interval("alpha", *_masi_alpha(a, b, report, draws), level)


def _masi_alpha(
    a: Bools, b: Bools, report: NDArray[np.int64], draws: NDArray[np.int64]
) -> tuple[float, Floats]:
    """Return alpha on label sets and its draws, expecting the disagreement of all paragraphs."""
    sets = [[frozenset(map(str, np.flatnonzero(row))) for row in coding] for coding in (a, b)]
    alpha = krippendorff_alpha(sets, "masi")

    apart = np.array([masi_distance(x, y) for x, y in zip(*sets, strict=True)])
    expected = apart.mean() / (1 - alpha) if alpha < 1 else np.inf
    summed = np.bincount(report, weights=apart, minlength=draws.shape[1])
    count = np.bincount(report, minlength=draws.shape[1])
    return alpha, 1 - (draws @ summed) / (draws @ count) / expected


def _cautions(table: pd.DataFrame, n_reports: int) -> tuple[Bilingual, ...]:
    rare = table.loc[1:][np.minimum(table["n_first"], table["n_second"])[1:] < _FEW]["theme"]
    cautions = []
    if len(rare):
        names = ", ".join(rare)
        cautions.append(say("agreement.cautions", few=_FEW, names=names))
    if n_reports < 10:
        cautions.append(say("agreement.cautions.2", n_reports=n_reports))
    return tuple(cautions)

"""How far do two or more codings of the same paragraphs agree?

`agreement` compares two codings theme by theme; kappa, AC1 and alpha stand alone for any codes.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import special

from policytext.errors import NotEnoughDataError, ParameterError
from policytext.inference.by_unit import unit_share_interval
from policytext.inference.intervals import check_confidence
from policytext.inference.resampling import report_weights
from policytext.records import Bilingual, Floats, Method
from policytext.result import Result
from policytext.texts import cite, columns_of, say
from policytext.themes.codebook import Codebook, load_codebook
from policytext.themes.coding import label_matrix

Bools = NDArray[np.bool_]

_FEW = 30
FEW_REPORTS = 10
"""Reports below which it is said that intervals are too narrow."""
_COLUMNS = columns_of("agreement")
_METHOD = Method(
    say("agreement.method"),
    cite(
        "cohen-1960",
        "gwet-2008",
        "krippendorff-2011",
        "passonneau-2006",
        "efron-1979",
        "hesterberg-2015",
        "korn-1998",
    ),
)


def agreement(
    first: Sequence[Sequence[str]],
    second: Sequence[Sequence[str]],
    reports: Sequence[object],
    codebook: Codebook | None = None,
    *,
    confidence: float = 0.95,
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
    confidence
        Level of the intervals.
    n_resamples
        Number of draws.
    random_state
        Chance of the draws.

    Returns
    -------
    Result
        One row per theme that occurs, first the row ALL. Intervals of F1 are Wilson's, for as
        many codes as reports allow (Korn & Graubard 1998); others are percentiles over draws,
        taken wider where reports are few (Hesterberg 2015).

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
    Korn, E. L. & Graubard, B. I. (1998). Survey Methodology, 24, 193-201.
    Efron, B. (1979). Bootstrap methods. Annals of Statistics, 7(1), 1-26.
    https://doi.org/10.1214/aos/1176344552

    Examples
    --------
    >>> a = [["tcm"], ["tcm"], ["outside"], ["outside"]]
    >>> result = agreement(a, a, ["r1", "r2", "r1", "r2"], n_resamples=20)
    >>> result.table[["theme", "f1", "kappa"]].values.tolist()[0]
    ['ALL', 1.0, 1.0]
    """
    check_confidence(confidence)
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
    tables = _tables(a, b, report, len(names))
    pooled = _statistics(tables.sum(axis=1), draws)
    pooled["alpha"] = _masi_alpha(a, b, report, draws)
    by_theme = _statistics(tables, draws)
    rows = [{"theme": "ALL", "label_zh": "全部主题"} | _row(a, b, pooled, confidence, len(names))]
    rows[0] |= _f1_ends(tables.sum(axis=1), confidence)
    for i in np.flatnonzero((a | b).any(axis=0)):
        own = {name: (point[i], drawn[:, i]) for name, (point, drawn) in by_theme.items()}
        said = {"theme": codebook.ids[i], "label_zh": codebook.themes[i].label_zh}
        row = _row(a[:, i], b[:, i], own, confidence, len(names))
        rows.append(said | row | _f1_ends(tables[:, i], confidence))
    table = pd.DataFrame(rows, columns=list(_COLUMNS))
    return Result(
        table,
        say("agreement.title"),
        _COLUMNS,
        _METHOD,
        _cautions(table, len(names)),
        {"confidence": confidence, "n_resamples": n_resamples, "random_state": random_state},
    )


def _tables(a: Bools, b: Bools, report: NDArray[np.int64], n_reports: int) -> Floats:
    """Return reports × themes × 2 × 2: given or not by the first, and by the second."""
    cells = np.stack([a & b, a & ~b, ~a & b, ~a & ~b], axis=2).astype(float)
    summed = np.zeros((n_reports, *cells.shape[1:]))
    np.add.at(summed, report, cells)
    return summed.reshape(n_reports, -1, 2, 2)


def _statistics(tables: Floats, draws: NDArray[np.int64]) -> dict[str, tuple[Floats, Floats]]:
    """Return F1, kappa, AC1 and alpha of tables of reports: as they are, and as drawn."""
    both = (tables.sum(axis=0), np.tensordot(draws, tables, 1))
    point, drawn = (
        {"f1": f1_of_tables(t), "kappa": kappa(t), "ac1": ac1(t), "alpha": _binary_alpha(t)}
        for t in both
    )
    return {name: (point[name], drawn[name]) for name in point}


def _f1_ends(tables: Floats, confidence: float) -> dict[str, float]:
    """Return the interval of F1, which is a share: of the mean number of codes, those both gave."""
    both = tables[:, 0, 0]
    codes = (tables[:, 0].sum(axis=-1) + tables[:, :, 0].sum(axis=-1)) / 2
    if not codes.sum():
        return {"f1_low": np.nan, "f1_high": np.nan}
    owner = np.arange(len(codes))
    found = unit_share_interval(both[:, None], codes, owner, confidence=confidence, student=True)
    return {"f1_low": float(found.low[0]), "f1_high": float(found.high[0])}


def _row(
    a: Bools,
    b: Bools,
    statistics: Mapping[str, tuple[Floats, Floats]],
    confidence: float,
    n_reports: int,
) -> dict[str, object]:
    row: dict[str, object] = {
        "n_first": int(a.sum()),
        "n_second": int(b.sum()),
        "n_both": int((a & b).sum()),
    }
    for name, (value, drawn) in statistics.items():
        low, high = percentile_ends(drawn, wider(confidence, n_reports))
        row |= {name: float(value), f"{name}_low": low, f"{name}_high": high}
    return row


def wider(confidence: float, n_reports: int) -> float:
    """Return the level at which percentiles over few reports cover as often as was stated.

    Percentiles are too narrow by (n - 1)/n and by the normal quantile in the place of Student's.

    Source: Hesterberg (2015).

    >>> [round(wider(0.95, n), 4) for n in (5, 20, 1000)]
    [0.9981, 0.9682, 0.9504]
    """
    t = special.stdtrit(n_reports - 1, (1 + confidence) / 2)
    return float(2 * special.ndtr(np.sqrt(n_reports / (n_reports - 1)) * t) - 1)


def percentile_ends(drawn: Floats, confidence: float) -> tuple[float, float]:
    """Return the percentile interval of draws; missing where over a fifth could not be computed.

    >>> percentile_ends(np.arange(101.0), 0.5)
    (25.0, 75.0)
    """
    kept = drawn[np.isfinite(drawn)]
    if len(kept) < 0.8 * len(drawn):
        return np.nan, np.nan
    low, high = np.quantile(kept, [(1 - confidence) / 2, (1 + confidence) / 2])
    return float(low), float(high)


def _masi_alpha(
    a: Bools, b: Bools, report: NDArray[np.int64], draws: NDArray[np.int64]
) -> tuple[Floats, Floats]:
    """Return alpha on label sets and its draws, expecting the disagreement of all paragraphs."""
    sets = [[frozenset(map(str, np.flatnonzero(row))) for row in coding] for coding in (a, b)]
    alpha = krippendorff_alpha(sets, "masi")

    apart = np.array([masi_distance(x, y) for x, y in zip(*sets, strict=True)])
    expected = apart.mean() / (1 - alpha) if alpha < 1 else np.inf
    summed = np.bincount(report, weights=apart, minlength=draws.shape[1])
    count = np.bincount(report, minlength=draws.shape[1])
    return np.asarray(alpha), 1 - (draws @ summed) / (draws @ count) / expected


def _cautions(table: pd.DataFrame, n_reports: int) -> tuple[Bilingual, ...]:
    rare = table.loc[1:][np.minimum(table["n_first"], table["n_second"])[1:] < _FEW]["theme"]
    cautions = []
    if len(rare):
        names = ", ".join(rare)
        cautions.append(say("agreement.rare_themes", few=_FEW, names=names))
    if n_reports < FEW_REPORTS:
        cautions.append(say("agreement.few_reports", n_reports=n_reports))
    return tuple(cautions)


# One measure for any tables: the last two axes are the codes of the first and of the second


def f1(hits: Floats, first: Floats, second: Floats) -> Floats:
    """Return 2 × hits / (first + second), missing where neither gave a code.

    Source: van Rijsbergen (1979).

    >>> f1(np.array([3.0, 0]), np.array([4.0, 0]), np.array([5.0, 0])).tolist()
    [0.6666666666666666, nan]
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(2 * hits / (first + second))


def micro_f1(labels: Bools, given: Bools) -> float:
    """Return F1 over all themes and paragraphs together, 0 where there is no label at all.

    >>> micro_f1(np.array([[True, False]]), np.array([[True, True]]))
    0.6666666666666666
    """
    hits, first, second = (np.asarray(x.sum(), float) for x in (labels & given, labels, given))
    return float(np.nan_to_num(f1(hits, first, second)))


def f1_of_tables(tables: Floats) -> Floats:
    """Return F1 of 2 × 2 tables, the first code being the one that is meant."""
    return f1(tables[..., 0, 0], tables[..., 0, :].sum(axis=-1), tables[..., :, 0].sum(axis=-1))


def kappa(tables: Floats) -> Floats:
    """Return Cohen's kappa of tables; missing where both coders used one code only."""
    observed, first, second = _margins(tables)
    return _beyond_chance(observed, (first * second).sum(axis=-1))


def ac1(tables: Floats) -> Floats:
    """Return Gwet's AC1 of tables."""
    observed, first, second = _margins(tables)
    mean = (first + second) / 2
    return _beyond_chance(observed, (mean * (1 - mean)).sum(axis=-1) / (tables.shape[-1] - 1))


def _binary_alpha(tables: Floats) -> Floats:
    """Return Krippendorff's alpha of two coders of 2 × 2 tables."""
    observed, _, _ = _margins(tables)
    n = tables.sum(axis=(-2, -1))
    ones = tables[..., 0, :].sum(axis=-1) + tables[..., :, 0].sum(axis=-1)
    with np.errstate(invalid="ignore", divide="ignore"):
        expected = 2 * ones * (2 * n - ones) / (2 * n * (2 * n - 1))
        return np.where(expected > 0, 1 - (1 - observed) / expected, np.nan)


def _margins(tables: Floats) -> tuple[Floats, Floats, Floats]:
    """Return the share agreed on, and the shares of the codes for each coder."""
    with np.errstate(invalid="ignore", divide="ignore"):
        shares = tables / tables.sum(axis=(-2, -1), keepdims=True)
    observed = np.trace(shares, axis1=-2, axis2=-1)
    return observed, shares.sum(axis=-1), shares.sum(axis=-2)


def _beyond_chance(observed: Floats, expected: Floats) -> Floats:
    with np.errstate(invalid="ignore", divide="ignore"):
        corrected = (observed - expected) / (1 - expected)
    return np.where(expected < 1, corrected.round(12), np.nan)


# The same for one list of codes a coder


def cohen_kappa(
    first: Sequence[Hashable], second: Sequence[Hashable], *, weights: str | None = None
) -> float:
    """Return Cohen's kappa of two coders: (observed - expected) / (1 - expected) agreement.

    Parameters
    ----------
    first, second
        One category per unit, in the same order.
    weights
        ``linear`` or ``quadratic`` for ordered categories: near misses weigh less. None: every
        disagreement weighs alike.

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
    Cohen, J. (1968). Weighted kappa. Psychological Bulletin, 70(4), 213-220.
    https://doi.org/10.1037/h0026256

    Examples
    --------
    >>> cohen_kappa(list("aabb"), list("aabc"))
    0.6
    """
    table = _one_table(first, second)
    if weights is None:
        return float(kappa(table))
    if weights not in ("linear", "quadratic"):
        raise ParameterError(f"weights must be 'linear', 'quadratic' or None, got {weights!r}")
    order = sorted({*first, *second})  # type: ignore[type-var]
    row, column = ([order.index(value) for value in side] for side in (first, second))
    counts = np.zeros((len(order), len(order)))
    np.add.at(counts, (row, column), 1.0)
    apart = np.abs(np.subtract.outer(np.arange(len(order)), np.arange(len(order)))).astype(float)
    apart = apart if weights == "linear" else apart**2
    expected = np.outer(counts.sum(axis=1), counts.sum(axis=0)) / counts.sum()
    chance = float((expected * apart).sum())
    return 1 - float((counts * apart).sum()) / chance if chance > 0 else float("nan")


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
    return float(ac1(_one_table(first, second, n_categories)))


def _one_table(
    first: Sequence[Hashable], second: Sequence[Hashable], n_categories: int = 0
) -> Floats:
    """Return how often the coders gave each pair of codes, for the codes of the scheme."""
    if len(first) != len(second) or not len(first):
        raise ParameterError(
            f"both coders must have coded the same units, got {len(first)} and {len(second)}"
        )
    place = {value: i for i, value in enumerate(dict.fromkeys([*first, *second]))}
    size = n_categories or max(len(place), 2)
    if size < len(place):
        raise ParameterError(f"n_categories is {n_categories}, but {len(place)} categories occur")
    table = np.zeros((size, size))
    np.add.at(table, ([place[v] for v in first], [place[v] for v in second]), 1)
    return table


def fleiss_kappa(codings: Sequence[Sequence[Hashable]]) -> float:
    """Return Fleiss' kappa of any number of coders who all coded every unit.

    Agreement of pairs of coders within units, beyond that expected from the shares of the
    categories over all coders, who need not be the same from unit to unit.

    Parameters
    ----------
    codings
        One sequence per coder, one category per unit.

    Returns
    -------
    float
        Missing (nan) where one category only was used.

    Raises
    ------
    ParameterError
        Coders coded different numbers of units, or a value is missing: alpha allows for that.

    References
    ----------
    Fleiss, J. L. (1971). Measuring nominal scale agreement among many raters. Psychological
    Bulletin, 76(5), 378-382. https://doi.org/10.1037/h0031619

    Examples
    --------
    >>> round(fleiss_kappa([[1, 2, 3, 3], [1, 2, 3, 1], [1, 2, 1, 3]]), 4)
    0.4894
    """
    lengths = {len(coder) for coder in codings}
    if len(codings) < 2 or len(lengths) != 1 or 0 in lengths:
        raise ParameterError(
            "Fleiss' kappa takes two coders or more, each with one category per unit; got "
            f"{len(codings)} coders with {sorted(lengths)} units"
        )
    values = list(dict.fromkeys(v for coder in codings for v in coder))
    if any(v is None for v in values):
        raise ParameterError(
            "Fleiss' kappa needs every unit coded by every coder; krippendorff_alpha does not"
        )
    place = {value: i for i, value in enumerate(values)}
    table = np.zeros((len(codings[0]), len(values)))
    for coder in codings:
        codes = np.array([place[value] for value in coder], dtype=np.intp)
        np.add.at(table, (np.arange(len(coder)), codes), 1.0)
    if len(values) == 1:
        return float("nan")
    from statsmodels.stats.inter_rater import fleiss_kappa as computed

    return float(computed(table))


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
        ``nominal``, ``ordinal`` (values in their sorted order), ``interval``, ``ratio`` (numbers),
        ``masi`` (sets of labels), or a function of two values giving 0 to 1.

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
    measure = None if distance == "ordinal" else _distance(distance)
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
    totals = together.sum(axis=1)
    if measure is None:
        apart = _ranks_apart(values, totals)
    else:
        apart = np.array([[measure(a, b) for b in values] for a in values])
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


def _ranks_apart(values: Sequence[Hashable], totals: Floats) -> Floats:
    """Return the ordinal distances: how many codings lie between two values, half of each."""
    order = np.array(sorted(range(len(values)), key=lambda i: values[i]))  # type: ignore[arg-type,return-value]
    middle = np.cumsum(totals[order]) - totals[order] / 2
    place = np.empty(len(values))
    place[order] = middle
    return np.asarray((place[:, None] - place[None, :]) ** 2)


def _distance(name: str | Callable[[Hashable, Hashable], float]) -> Callable[..., float]:
    if callable(name):
        return name
    known: Mapping[str, Callable[..., float]] = {
        "nominal": lambda a, b: float(a != b),
        "interval": lambda a, b: float(a - b) ** 2,
        "ratio": lambda a, b: float((a - b) / (a + b)) ** 2 if a + b else 0.0,
        "masi": masi_distance,
    }
    if name not in known:
        names = sorted([*known, "ordinal"])
        raise ParameterError(f"distance must be one of {names} or a function, got {name!r}")
    return known[name]

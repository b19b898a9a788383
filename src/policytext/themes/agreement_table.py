"""How far do two codings agree on each theme, with intervals by resampling reports?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from policytext.errors import NotEnoughDataError, ParameterError
from policytext.inference.resampling import report_weights
from policytext.records import Bilingual, Method
from policytext.result import Result
from policytext.themes.agreement import krippendorff_alpha
from policytext.themes.codebook import Codebook, load_codebook
from policytext.themes.labels import label_matrix

if TYPE_CHECKING:
    import pandas as pd

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

_FEW = 30
_COLUMNS = {
    "theme": "theme id; ALL = all themes together",
    "label_zh": "name of the theme",
    "n_first": "paragraphs the first coder gave the theme",
    "n_second": "paragraphs the second coder gave the theme",
    "n_both": "paragraphs both gave the theme",
    "f1": "2 × both / (first + second); ALL: micro-F1",
    "f1_low": "lower end of its interval",
    "f1_high": "upper end of its interval",
    "kappa": "Cohen's kappa on given / not given",
    "kappa_low": "lower end",
    "kappa_high": "upper end",
    "ac1": "Gwet's AC1 on given / not given",
    "ac1_low": "lower end",
    "ac1_high": "upper end",
    "alpha": "Krippendorff's alpha on given / not given; ALL: on label sets, MASI distance",
    "alpha_low": "lower end",
    "alpha_high": "upper end",
}


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
        Bilingual("两次编码的一致性", "Agreement of two codings"),
        _COLUMNS,
        _METHOD,
        _cautions(table, len(names)),
        {"level": level, "n_resamples": n_resamples, "random_state": random_state},
    )


_METHOD = Method(
    Bilingual(
        "一致性以Cohen's kappa、Gwet's AC1和Krippendorff's alpha（标签集合用MASI距离）衡量，"
        "区间以报告为单位重抽样得到。",
        "Agreement is measured by Cohen's kappa, Gwet's AC1 and Krippendorff's alpha (MASI "
        "distance for sets of labels), with percentile intervals from resampling whole reports.",
    ),
    (
        "Cohen 1960, doi:10.1177/001316446002000104",
        "Gwet 2008, doi:10.1348/000711006X126600",
        "Krippendorff 2011",
        "Passonneau 2006",
        "Efron 1979, doi:10.1214/aos/1176344552",
    ),
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
    from policytext.themes.agreement import masi_distance

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
        cautions.append(
            Bilingual(
                f"以下主题在一次编码中少于{_FEW}段，其系数只看区间：{names}",
                f"fewer than {_FEW} paragraphs in one coding, read the interval only: {names}",
            )
        )
    if n_reports < 10:
        cautions.append(
            Bilingual(
                f"仅{n_reports}份报告，重抽样区间偏窄",
                f"only {n_reports} reports: resampling intervals are too narrow",
            )
        )
    return tuple(cautions)

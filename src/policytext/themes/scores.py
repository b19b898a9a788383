"""Which scores does a set of answers earn, with how wide intervals?"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from policytext.errors import NotEnoughDataError
from policytext.inference.resampling import report_weights
from policytext.records import Bilingual, Method
from policytext.result import Result
from policytext.themes.calibration import calibration_error, coverage_curve
from policytext.themes.codebook import Codebook, load_codebook
from policytext.themes.evaluation import Scored
from policytext.themes.labels import SILVER_NOTE

Floats = NDArray[np.float64]

_FEW = 30
_COLUMNS = {
    "theme": "theme id; ALL = micro over all themes, MEAN = macro (mean of the themes' F1)",
    "label_zh": "name of the theme",
    "n": "paragraphs labelled with the theme; MEAN: number of themes averaged",
    "n_given": "paragraphs given the theme",
    "precision": "share of given that are labelled",
    "recall": "share of labelled that are given",
    "f1": "2 × hits / (labelled + given)",
    "low": "lower end of the interval of f1, resampling reports",
    "high": "upper end",
    "calibration_error": "mean distance of probability and share labelled, over ten bins",
}
_METHOD = Method(
    Bilingual(
        "分类器以报告为单位交叉验证（同一报告的段落不同时用于训练和检验），区间由重抽样报告得到。"
        "标签为“银标准”：由大语言模型按编码表逐段判读，不是人工编码。",
        "The classifier is scored on reports it has not seen; intervals are percentiles over draws "
        "of whole reports. Labels are silver: read by a large language model, not by people.",
    ),
    (
        "Stone 1974, doi:10.1111/j.2517-6161.1974.tb00994.x",
        "Efron 1979, doi:10.1214/aos/1176344552",
        "Naeini et al. 2015, doi:10.1609/aaai.v29i1.9602",
    ),
)


def score_table(
    scored: Scored,
    codebook: Codebook | None = None,
    *,
    level: float = 0.95,
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
    level, n_resamples, random_state
        Of the intervals.

    Raises
    ------
    NotEnoughDataError
        Fewer than two reports.

    References
    ----------
    Efron, B. (1979). Bootstrap methods. https://doi.org/10.1214/aos/1176344552
    """
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
    rows = [
        _row("ALL", "全部主题（微平均）", total.sum(axis=0), all_f1, level)
        | {"calibration_error": calibration_error(scored.labels, scored.probabilities)},
        _macro_row(total[shown], theme_f1[:, shown], level),
    ]
    for theme in shown:
        name = scored.themes[theme]
        error = calibration_error(scored.labels[:, theme], scored.probabilities[:, theme])
        label = codebook.theme(name).label_zh
        row = _row(name, label, total[theme], theme_f1[:, theme], level)
        rows.append(row | {"calibration_error": error})
    table = pd.DataFrame(rows, columns=list(_COLUMNS))
    return Result(
        table,
        Bilingual("主题分类器得分", "Scores of the theme classifier"),
        _COLUMNS,
        _METHOD,
        _cautions(table, len(names)),
        {"level": level, "n_resamples": n_resamples, "random_state": random_state},
    )


def abstention_table(scored: Scored) -> pd.DataFrame:
    """Return micro-F1 of the answers kept when the least confident paragraphs are left to people.

    Returns
    -------
    pandas.DataFrame
        Columns coverage (share of paragraphs answered), threshold (of confidence), n, micro_f1.
    """
    return coverage_curve(scored.labels, scored.probabilities, scored.given)


def _counts(scored: Scored, report: NDArray[np.int64], n_reports: int) -> Floats:
    """Return reports × themes × (hits, labelled, given)."""
    cells = np.stack([scored.labels & scored.given, scored.labels, scored.given], axis=2)
    counts = np.zeros((n_reports, *cells.shape[1:]))
    np.add.at(counts, report, cells.astype(float))
    return counts


def _f1(counts: Floats) -> Floats:
    hits, labelled, given = np.moveaxis(counts, -1, 0)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(2 * hits / (labelled + given))


def _row(theme: str, label: str, counts: Floats, drawn: Floats, level: float) -> dict[str, object]:
    hits, labelled, given = counts
    return {
        "theme": theme,
        "label_zh": label,
        "n": int(labelled),
        "n_given": int(given),
        "precision": float(hits / given) if given else np.nan,
        "recall": float(hits / labelled) if labelled else np.nan,
        "f1": float(_f1(counts)),
        **_ends(drawn, level),
    }


def _macro_row(counts: Floats, drawn: Floats, level: float) -> dict[str, object]:
    f1 = _f1(counts)
    with np.errstate(invalid="ignore"):
        means = np.nanmean(drawn, axis=1)
    return {
        "theme": "MEAN",
        "label_zh": "各主题F1的平均（宏平均）",
        "n": len(f1),
        "n_given": int(counts[:, 2].sum()),
        "precision": np.nan,
        "recall": np.nan,
        "f1": float(f1.mean()),
        **_ends(means, level),
        "calibration_error": np.nan,
    }


def _ends(drawn: Floats, level: float) -> dict[str, float]:
    kept = drawn[np.isfinite(drawn)]
    if len(kept) < 0.8 * len(drawn):
        return {"low": np.nan, "high": np.nan}
    low, high = np.quantile(kept, [(1 - level) / 2, (1 + level) / 2])
    return {"low": float(low), "high": float(high)}


def _cautions(table: pd.DataFrame, n_reports: int) -> tuple[Bilingual, ...]:
    rare = table.loc[2:][table.loc[2:, "n"] < _FEW]
    names = ", ".join(f"{t} ({n})" for t, n in zip(rare["theme"], rare["n"], strict=True))
    cautions = [Bilingual("标签为银标准（大语言模型判读），非人工编码。", SILVER_NOTE)]
    if names:
        cautions.append(
            Bilingual(
                f"以下主题的标注段落少于{_FEW}，得分只看区间：{names}",
                f"fewer than {_FEW} labelled paragraphs, read the interval, not the score: {names}",
            )
        )
    if n_reports < 10:
        cautions.append(
            Bilingual(
                f"仅{n_reports}份报告，区间偏窄",
                f"only {n_reports} reports: intervals are too narrow",
            )
        )
    return tuple(cautions)

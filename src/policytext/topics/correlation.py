"""Which topics go together?"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from sklearn.utils.validation import check_is_fitted

from policytext.errors import NotEnoughDataError
from policytext.records import Bilingual, Method
from policytext.result import Result
from policytext.topics.refits import report_labels

_COLUMNS = {
    "topic_a": "number of a topic",
    "topic_b": "number of another topic",
    "name_a": "name of the first",
    "name_b": "name of the second",
    "correlation": "Pearson correlation of shares, -1 to 1; none if a topic never varies",
}

_METHOD = Method(
    Bilingual("主题份额的 Pearson 相关。", "Pearson correlation of topic shares."),
    (
        "Aitchison J. (1982). The statistical analysis of compositional data. JRSS B 44(2), "
        "139-177. doi:10.1111/j.2517-6161.1982.tb01195.x",
    ),
)


def _words_by_topic(model: Any, reports: Any) -> Any:
    """Return words of each topic, one row a paragraph or report that has words."""
    sizes = np.asarray(model.counts_.sum(axis=1)).ravel()
    codes = report_labels(reports, len(sizes))
    words = np.zeros((codes.max() + 1, model.doc_topic_.shape[1]))
    np.add.at(words, codes, model.doc_topic_ * sizes[:, None])
    return words[words.sum(axis=1) > 0]


def topic_correlation(model: Any, reports: Any = None) -> Result:
    """Correlate topics over paragraphs, or over reports.

    Parameters
    ----------
    model : fitted topic model
    reports : Corpus or sequence of one label per row, optional
        Correlate the reports' shares instead of the paragraphs'.

    Returns
    -------
    Result
        One row per pair: `topic_a, topic_b, name_a, name_b, correlation, n`. Shares sum to one,
        which alone pushes correlations to about -1/(K-1).

    Raises
    ------
    NotEnoughDataError
        With fewer than three rows or two topics.

    References
    ----------
    Aitchison, J. (1982). The statistical analysis of compositional data. JRSS B 44(2), 139-177.
    doi:10.1111/j.2517-6161.1982.tb01195.x

    Examples
    --------
    >>> from policytext.topics import NmfTopics
    >>> model = NmfTopics(n_topics=2).fit([[3, 1, 0, 0], [2, 2, 0, 0], [0, 0, 2, 1], [0, 0, 1, 2]])
    >>> topic_correlation(model).table["correlation"].round(2).tolist()
    [-1.0]
    """
    check_is_fitted(model)
    words = _words_by_topic(model, reports)
    if len(words) < 3 or words.shape[1] < 2:
        raise NotEnoughDataError(
            f"Correlations need two topics and three rows with words, got {words.shape[1]} topics "
            f"and {len(words)} rows."
        )
    shares = words / words.sum(axis=1, keepdims=True)
    with np.errstate(divide="ignore", invalid="ignore"):
        r = np.corrcoef(shares, rowvar=False)
    chance = -1 / (words.shape[1] - 1)
    a, b = np.triu_indices(words.shape[1], 1)
    names = np.asarray(model.topic_names_, dtype=object)
    unit = "paragraphs" if reports is None else "reports"
    return Result(
        table=pd.DataFrame(
            {
                "topic_a": a,
                "topic_b": b,
                "name_a": names[a],
                "name_b": names[b],
                "correlation": r[a, b],
                "n": len(words),
            }
        ),
        title=Bilingual("主题间相关", f"Correlation of topics over {unit}"),
        columns={**_COLUMNS, "n": f"{unit} with words"},
        method=_METHOD,
        cautions=(
            Bilingual(
                f"份额之和为一，仅此便使相关约为 {chance:.2f}。",
                f"Shares sum to one: that alone makes correlations of about {chance:.2f}.",
            ),
        ),
        parameters={"over": unit},
        figure=_matrix,
    )


def _matrix(result: Result, ax: Any) -> Any:
    from policytext.plots.topics import plot_correlation

    return plot_correlation(result.table, ax)

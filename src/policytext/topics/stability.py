"""Would other seeds or other reports have given the same topics?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.utils.validation import check_is_fitted

from policytext.errors import ParameterError
from policytext.records import Bilingual, Method
from policytext.result import Result
from policytext.topics.refits import Refit, refit_over_reports, refit_over_seeds

Floats = npt.NDArray[np.float64]

_COLUMNS = {
    "topic": "number of the topic, as in the model",
    "name": "name of the topic",
    "over": "what was varied: seeds (same reports, other seed) or reports (bootstrap samples)",
    "doc_correlation": "mean Pearson correlation of the topic's shares over paragraphs, -1 to 1",
    "word_cosine": "mean cosine of the topic's word weights, 0 to 1",
    "top10_jaccard": "mean overlap of the ten top words, common over all, 0 to 1",
    "n_refits": "number of refits",
}

_METHOD = Method(
    Bilingual(
        "主题稳定性：在其他随机种子或按报告自助抽样的样本上重新拟合，按词向量余弦最优匹配后，"
        "逐主题计算段落—主题份额的相关、词向量余弦与前十词的 Jaccard 系数。",
        "Stability: the model was refitted with other seeds or on bootstrap samples of reports; "
        "topics were matched by the cosine of their word weights (optimal assignment) and compared "
        "topic by topic by correlation of paragraph shares, cosine of word weights and Jaccard "
        "overlap of the ten top words.",
    ),
    (
        "Greene D., O'Callaghan D., Cunningham P. (2014). How many topics? Stability analysis for "
        "topic models. ECML PKDD, 498-513. doi:10.1007/978-3-662-44848-9_32",
        "Mäntylä M., Claes M., Farooq U. (2018). Measuring LDA topic stability from clusters of "
        "replicated runs. ESEM. doi:10.1145/3239235.3267435",
    ),
)


def stability(
    model: Any,
    reports: Any = None,
    *,
    n_refits: int = 10,
    over: str | None = None,
    random_state: int = 0,
) -> Result:
    """Refit the model and say, topic by topic, how much comes back.

    The result is kept on the model (and saved with it); the same call again costs nothing, and
    `model.stability()` without arguments returns what was computed before.

    Parameters
    ----------
    model : fitted topic model
    reports : Corpus or sequence of one label per row, optional
        Which report each row belongs to. Without it single rows are drawn, which flatters the
        model: a caution says so.
    n_refits : int, default=10
        Refits of each kind.
    over : {"seeds", "reports"}, optional
        Only one of the two; by default reports, and seeds too where the engine is random.
    random_state : int, default=0

    Returns
    -------
    Result
        One row per topic and kind of refit: `topic, name, over, doc_correlation, word_cosine,
        top10_jaccard, n_refits`.

    Raises
    ------
    ParameterError
        If `n_refits` or `over` is not what it must be.
    NotEnoughDataError
        If there are fewer than two reports, or samples cannot carry the model.

    References
    ----------
    Greene, D., O'Callaghan, D. & Cunningham, P. (2014). How many topics? Stability analysis for
    topic models. ECML PKDD, 498-513. doi:10.1007/978-3-662-44848-9_32

    Mäntylä, M., Claes, M. & Farooq, U. (2018). Measuring LDA topic stability from clusters of
    replicated runs. ESEM. doi:10.1145/3239235.3267435

    Examples
    --------
    >>> from policytext.topics import NmfTopics
    >>> counts = [[3, 1, 0, 0], [2, 2, 0, 0], [0, 0, 2, 1], [0, 0, 1, 2]] * 5
    >>> reports = [i // 2 for i in range(20)]
    >>> found = NmfTopics(n_topics=2).fit(counts).stability(reports, n_refits=3)
    >>> found.table["word_cosine"].round(1).tolist()
    [1.0, 1.0]
    """
    check_is_fitted(model)
    if over not in (None, "seeds", "reports"):
        raise ParameterError(f"over must be 'seeds' or 'reports', got {over!r}.")
    if n_refits < 1:
        raise ParameterError(f"n_refits must be 1 or more, got {n_refits}.")
    if model.stability_ is not None and reports is None and over is None:
        return _named(model)
    parameters = {
        "engine": type(model).__name__,
        "n_topics": len(model.components_),
        "n_refits": n_refits,
        "random_state": random_state,
        "units": "rows" if reports is None else "reports",
    }
    tables = []
    if over != "reports" and (model.has_random_start or over == "seeds"):
        tables.append(_compare(model, refit_over_seeds(model, n_refits, random_state), "seeds"))
    if over != "seeds":
        refits = refit_over_reports(model, reports, n_refits, random_state)
        tables.append(_compare(model, refits, "reports"))
    model.stability_ = stability_result(pd.concat(tables, ignore_index=True), parameters)
    return _named(model)


def _named(model: Any) -> Result:
    kept: Result = model.stability_
    names = [model.topic_names_[k] for k in kept.table["topic"]]
    return stability_result(kept.table.assign(name=names), kept.parameters)


def stability_result(table: pd.DataFrame, parameters: Mapping[str, Any]) -> Result:
    """Return a stability table with what must be said about it."""
    cautions = []
    if parameters.get("units") == "rows":
        cautions.append(
            Bilingual(
                "自助抽样以段落为单位，因为未说明段落属于哪份报告：结果偏乐观。",
                "Single rows were drawn, as no reports were given: the figures flatter the model.",
            )
        )
    weak = table.loc[table["word_cosine"] < 0.7, "name"].unique()
    if len(weak):
        cautions.append(
            Bilingual(
                f"以下主题重新拟合后难以复现（词余弦低于 0.7）：{'、'.join(weak)}。",
                f"These topics hardly come back (word cosine below 0.7): {', '.join(weak)}.",
            )
        )
    return Result(
        table=table,
        title=Bilingual("主题稳定性", "Stability of topics"),
        columns=_COLUMNS,
        method=_METHOD,
        cautions=tuple(cautions),
        parameters=dict(parameters),
        figure=_figure,
    )


def _figure(result: Result, ax: Any) -> Any:
    from policytext.plots.topics import plot_stability

    return plot_stability(result.table, ax)


def _compare(model: Any, refits: list[Refit], over: str) -> pd.DataFrame:
    filled = np.diff(model.counts_.indptr) > 0
    top = top_sets(model.topic_word_)
    rows = []
    for k, name in enumerate(model.topic_names_):
        a, shares = model.topic_word_[k], model.doc_topic_[filled, k]
        rows.append(
            {
                "topic": k,
                "name": name,
                "over": over,
                "doc_correlation": np.mean(
                    [correlation(shares, r.shares[filled, k]) for r in refits]
                ),
                "word_cosine": np.mean([cosine(a, r.topic_word[k]) for r in refits]),
                "top10_jaccard": np.mean(
                    [jaccard(top[k], top_sets(r.topic_word[k : k + 1])[0]) for r in refits]
                ),
                "n_refits": len(refits),
            }
        )
    return pd.DataFrame(rows)


def cosine(a: Floats, b: Floats) -> float:
    """Return the cosine of two vectors; 0 if one is zero.

    Examples
    --------
    >>> cosine(np.array([1.0, 0.0]), np.array([2.0, 0.0]))
    1.0
    """
    length = float(np.linalg.norm(a) * np.linalg.norm(b))
    return min(float(a @ b) / length, 1.0) if length else 0.0


def correlation(a: Floats, b: Floats) -> float:
    """Return Pearson's correlation; 0 if one side does not vary.

    Examples
    --------
    >>> correlation(np.array([0.0, 1.0, 2.0]), np.array([1.0, 1.0, 1.0]))
    0.0
    """
    return cosine(a - a.mean(), b - b.mean()) if len(a) else 0.0


def top_sets(topic_word: Floats, n_words: int = 10) -> list[set[int]]:
    """Return the columns of the top words of each topic; words of weight zero are none.

    Examples
    --------
    >>> top_sets(np.array([[0.5, 0.5, 0.0]]))
    [{0, 1}]
    """
    order = np.argsort(-topic_word, axis=1, kind="stable")[:, :n_words]
    return [{int(w) for w in row if topic_word[k, w] > 0} for k, row in enumerate(order)]


def jaccard(a: set[int], b: set[int]) -> float:
    """Return how many members are common, as a share of all; 0 for two empty sets.

    Examples
    --------
    >>> jaccard({1, 2}, {2, 3, 4})
    0.25
    """
    return len(a & b) / len(a | b) if a | b else 0.0

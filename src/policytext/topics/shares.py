"""How large are the topics in each region, year or part of the reports, and which go together?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.utils.validation import check_is_fitted

from policytext.corpus import Corpus
from policytext.errors import NotEnoughDataError
from policytext.inference.intervals import MIN_REPORTS, check_level, report_rate_interval
from policytext.records import UNKNOWN, Bilingual, Method
from policytext.result import Result
from policytext.topics.weighing import check_rows, topic_evidence

Floats = npt.NDArray[np.float64]

_COLUMNS = {
    "group": "group of paragraphs",
    "topic": "number of the topic, as in the model",
    "name": "name of the topic",
    "share": "share of the topic, 0 to 1, paragraphs weighted by their counted words",
    "low": "lower end of the interval; none with fewer than five reports in the group",
    "high": "upper end of the interval",
    "n_reports": "reports of the group with counted words",
    "n_paragraphs": "paragraphs of the group with counted words",
    "n_words": "counted words of the group",
}

_METHOD = Method(
    Bilingual(
        "组内主题份额按段落词数加权；五份及以上报告的组给出以报告为聚类的 t 区间（对数尺度，CR3），"
        "不含模型自身的不确定性（见 topic_effects）。",
        "Topic shares of groups, paragraphs weighted by their words; groups of five or more "
        "reports have t intervals on the log scale with reports as clusters (CR3), without the "
        "model's own uncertainty (see topic_effects).",
    ),
    (
        "Cameron A. C., Miller D. L. (2015). A practitioner's guide to cluster-robust inference. "
        "Journal of Human Resources 50(2), 317-372. doi:10.3368/jhr.50.2.317",
    ),
)


def topic_shares(
    model: Any,
    corpus: Corpus,
    by: str | Sequence[str] = "province",
    *,
    level: float = 0.95,
    min_certainty: str = "likely",
) -> Result:
    """Compute the share of each topic in groups of paragraphs.

    Parameters
    ----------
    model : fitted topic model
    corpus : Corpus
        The corpus the model's counts were made of.
    by : str or list of str, default="province"
        Column of documents or paragraphs, such as `"year"` or `"part_of_report"`.
    level : float, default=0.95
    min_certainty : str, default="likely"
        Regions and years less certain than this form the group "unknown".

    Returns
    -------
    Result
        One row per group and topic: `group, topic, name, share, low, high, n_reports,
        n_paragraphs, n_words`. Paragraphs without words, or in no topic, are left out.

    Raises
    ------
    ParameterError
        If the corpus is not the model's or there is no such column.

    References
    ----------
    Cameron, A. C. & Miller, D. L. (2015). A practitioner's guide to cluster-robust inference.
    Journal of Human Resources 50(2), 317-372. doi:10.3368/jhr.50.2.317
    """
    check_is_fitted(model)
    check_level(level)
    check_rows(model, corpus)
    labels = corpus.groups(by, min_certainty=min_certainty).to_numpy()
    table, members = _shares(model, labels, corpus.paragraphs["doc_id"].to_numpy(), level)
    what = by if isinstance(by, str) else " × ".join(by)
    return Result(
        table=table,
        title=Bilingual(f"主题份额：{what}", f"Topic shares by {what}"),
        columns=_COLUMNS,
        method=_METHOD,
        cautions=tuple(_cautions(table, corpus)),
        parameters={"by": what, "level": level, "min_certainty": min_certainty},
        corpus=corpus,
        evidence_from=topic_evidence(model, corpus, table["topic"].tolist(), members),
        figure=_heat_map,
    )


def _heat_map(result: Result, ax: Any) -> Any:
    from policytext.plots.topics import plot_shares

    return plot_shares(result.table.assign(group=result.table["group"].astype(str)), ax)


def _lines(result: Result, ax: Any) -> Any:
    from policytext.plots.topics import plot_over_time

    return plot_over_time(result.table, ax)


def topics_over_time(model: Any, corpus: Corpus, *, level: float = 0.95) -> Result:
    """Compute the share of each topic year by year; reports of unknown year are left out.

    Parameters
    ----------
    model : fitted topic model
    corpus : Corpus
        The corpus the model's counts were made of.
    level : float, default=0.95

    Returns
    -------
    Result
        As `topic_shares`, `group` being the year; its figure draws the topics that move most.

    Raises
    ------
    NotEnoughDataError
        If fewer than two years are known.

    References
    ----------
    Cameron, A. C. & Miller, D. L. (2015). A practitioner's guide to cluster-robust inference.
    Journal of Human Resources 50(2), 317-372. doi:10.3368/jhr.50.2.317
    """
    found = topic_shares(model, corpus, "year", level=level)
    known = found.table["group"] != UNKNOWN
    years = found.table.loc[known, "group"].unique()
    if len(years) < 2:
        raise NotEnoughDataError(
            f"Topics over time need at least two known years, got {len(years)}. "
            "Use topic_shares by region or part instead."
        )
    rows = np.flatnonzero(known)
    table = found.table.iloc[rows]
    members = _members(model, corpus.groups("year").to_numpy(), list(years))
    behind = [members[g] for g in table["group"]]
    return Result(
        table=table.assign(group=table["group"].astype(int)),
        title=Bilingual("主题份额随年份", "Topic shares over the years"),
        columns={**_COLUMNS, "group": "year"},
        method=_METHOD,
        cautions=found.cautions,
        parameters=found.parameters,
        corpus=corpus,
        evidence_from=topic_evidence(model, corpus, table["topic"].tolist(), behind),
        figure=_lines,
    )


def _members(
    model: Any, labels: npt.NDArray[Any], groups: list[Any]
) -> dict[Any, npt.NDArray[np.intp]]:
    placed = model.doc_topic_.sum(axis=1) > 0
    as_text = np.asarray([str(label) for label in labels], dtype=object)
    return {g: np.flatnonzero(placed & (as_text == str(g))) for g in groups}


def _shares(
    model: Any, labels: npt.NDArray[Any], reports: npt.NDArray[Any], level: float
) -> tuple[pd.DataFrame, list[npt.NDArray[np.intp]]]:
    placed = model.doc_topic_.sum(axis=1) > 0
    sizes = np.asarray(model.counts_.sum(axis=1)).ravel()
    groups = sorted({label for label in labels[placed]}, key=str)
    inside = _members(model, labels, groups)
    parts, members = [], []
    for group in groups:
        rows = inside[group]
        codes, names = pd.factorize(reports[rows])
        words = np.zeros((len(names), model.doc_topic_.shape[1]))
        np.add.at(words, codes, model.doc_topic_[rows] * sizes[rows, None])
        per_report = np.bincount(codes, weights=sizes[rows], minlength=len(names))
        share, low, high = _interval(words, np.asarray(per_report, np.float64), level)
        parts.append(
            pd.DataFrame(
                {
                    "group": [group] * words.shape[1],
                    "topic": np.arange(words.shape[1]),
                    "name": list(model.topic_names_),
                    "share": share,
                    "low": low,
                    "high": high,
                    "n_reports": len(names),
                    "n_paragraphs": len(rows),
                    "n_words": int(sizes[rows].sum()),
                }
            )
        )
        members += [rows] * words.shape[1]
    if not parts:
        raise NotEnoughDataError("No paragraph with words is in any topic.")
    return pd.concat(parts, ignore_index=True), members


def _interval(words: Floats, per_report: Floats, level: float) -> tuple[Floats, Floats, Floats]:
    share = words.sum(axis=0) / per_report.sum()
    if len(per_report) < MIN_REPORTS:
        none = np.full(len(share), np.nan)
        return share, none, none
    found = report_rate_interval(words, per_report, level=level)
    return share, found.low, np.minimum(found.high, 1.0)


def _cautions(table: pd.DataFrame, corpus: Corpus) -> Iterable[Bilingual]:
    few = table.drop_duplicates("group")
    few = few[few["n_reports"] < MIN_REPORTS]
    if len(few):
        yield Bilingual(
            f"{len(few)} 组不足五份报告：只描述这些报告，不给区间。",
            f"{len(few)} groups have fewer than five reports: the shares describe these reports, "
            "no interval is given.",
        )
    if (table["group"].astype(str) == UNKNOWN).any():
        yield Bilingual("有段落的分组未知。", "The group of some paragraphs is unknown.")
    if corpus.design == "convenience":
        yield Bilingual(
            "语料为便利样本：区间不能推广到未收集的报告。",
            "The corpus is a convenience sample: intervals do not speak for reports not collected.",
        )

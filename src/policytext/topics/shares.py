"""How large are the topics in each region, year or part of the reports, and which go together?"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse
from sklearn.utils.validation import check_is_fitted

from policytext.corpus import Corpus
from policytext.errors import NotEnoughDataError, ParameterError
from policytext.inference.intervals import MIN_REPORTS, check_level, report_rate_interval
from policytext.inference.measures import corpus_prior, log_odds
from policytext.records import UNKNOWN, Bilingual, Floats, Method
from policytext.result import Drawing, Result
from policytext.texts import cite, columns_of, say
from policytext.topics.stability import report_labels

# Which topics go together?

_CORRELATION_COLUMNS = columns_of("correlation")

_CORRELATION_METHOD = Method(
    say("shares.correlation_method.method"),
    cite("aitchison-1982"),
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
    >>> from policytext.topics.estimators import NmfTopics
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
        title=say("shares.topic_correlation.title", unit=unit),
        columns={**_CORRELATION_COLUMNS, "n": f"{unit} with words"},
        method=_CORRELATION_METHOD,
        cautions=(say("shares.topic_correlation", chance=chance),),
        parameters={"over": unit},
        figure=Drawing("topics.plot_correlation", titled=False),
    )


# Which paragraphs, with which weight, stand behind a figure about a topic?

_MOST = 200
"""Paragraphs that are listed behind one row of a table."""


def check_rows(model: Any, corpus: Corpus) -> None:
    """Refuse a corpus that is not the one the model's rows came from."""
    if len(corpus.paragraphs) != len(model.doc_topic_):
        raise ParameterError(
            f"The model was fitted on {len(model.doc_topic_)} rows and the corpus has "
            f"{len(corpus.paragraphs)} paragraphs: pass the corpus the counts were made of."
        )


def topic_evidence(
    model: Any,
    corpus: Any,
    topics: Sequence[int],
    rows: npt.NDArray[np.intp] | Sequence[npt.NDArray[np.intp]],
) -> Callable[[], pd.DataFrame] | None:
    """Return a function that lists the paragraphs behind each row of a table about topics."""
    if not isinstance(corpus, Corpus):
        return None
    check_rows(model, corpus)
    keys = corpus.paragraphs[["doc_id", "para_no"]]

    def listed() -> pd.DataFrame:
        parts = []
        for row_id, topic in enumerate(topics):
            chosen = rows if isinstance(rows, np.ndarray) else rows[row_id]
            share = model.doc_topic_[chosen, topic]
            best = np.argsort(-share, kind="stable")[:_MOST]
            best = best[share[best] > 0]
            found = keys.iloc[chosen[best]].assign(
                row_id=row_id, start=-1, end=-1, weight=share[best]
            )
            parts.append(found)
        columns = ["row_id", "doc_id", "para_no", "start", "end", "weight"]
        if not parts:
            return pd.DataFrame({c: [] for c in columns})
        return pd.concat(parts, ignore_index=True)[columns]

    return listed


# Which words does a group use when it speaks about one topic?


_GROUP_WORD_COLUMNS = columns_of("group_word")

_GROUP_WORD_METHOD = Method(
    say("shares.group_word_method.method"),
    cite("monroe-2008"),
)


def words_of_topic(model: Any, topic: int) -> sparse.csr_array:
    """Return how many of each paragraph's words belong to a topic, by expectation.

    A count of a word is shared out among the topics by the paragraph's share of each topic times
    the word's probability in it. A word that none of the paragraph's topics knows is in none.

    >>> from policytext.topics.estimators import NmfTopics
    >>> model = NmfTopics(n_topics=1).fit([[3, 1], [2, 2]])
    >>> words_of_topic(model, 0).toarray().round(1).tolist()
    [[3.0, 1.0], [2.0, 2.0]]
    """
    check_is_fitted(model)
    if not 0 <= topic < len(model.topic_names_):
        raise ParameterError(
            f"topic must be a number from 0 to {len(model.topic_names_) - 1}, got {topic!r}."
        )
    counts, words = model.counts_, np.asarray(model.word_probabilities())
    row = np.repeat(np.arange(counts.shape[0]), np.diff(counts.indptr))
    mine = model.doc_topic_[row, topic] * words[topic, counts.indices]
    every = np.zeros(len(row))
    for k in range(len(words)):
        every += model.doc_topic_[row, k] * words[k, counts.indices]
    part = np.divide(mine, every, out=np.zeros_like(mine), where=every > 0)
    return sparse.csr_array((counts.data * part, counts.indices, counts.indptr), counts.shape)


def topic_words_by_group(
    model: Any,
    corpus: Corpus,
    topic: int,
    by: str | Sequence[str] = "province",
    *,
    n_words: int = 15,
    min_count: float = 5.0,
) -> Result:
    """Compare how groups word one topic: each group against all others, inside the topic.

    Parameters
    ----------
    model : fitted topic model
    corpus : Corpus
        The corpus the model's counts were made of.
    topic : int
    by : str or list of str, default="province"
        Column of documents or paragraphs.
    n_words : int, default=15
        Words listed per group.
    min_count : float, default=5
        Least expected occurrences of a word in the topic, over all groups.

    Returns
    -------
    Result
        One row per group and rank: `group, rank, word, log_odds, z, count, count_others,
        n_reports`.

    Raises
    ------
    NotEnoughDataError
        If there is one group only, or no word is frequent enough.

    References
    ----------
    Monroe, B. L., Colaresi, M. P. & Quinn, K. M. (2008). Fightin' words. Political Analysis 16(4),
    372-403. doi:10.1093/pan/mpn018
    """
    check_rows(model, corpus)
    weights = words_of_topic(model, topic)
    columns = np.flatnonzero(np.asarray(weights.sum(axis=0)).ravel() >= min_count)
    labels = np.asarray([str(g) for g in corpus.groups(by)], dtype=object)
    used = np.asarray(weights.sum(axis=1)).ravel() > 0
    groups = sorted({str(g) for g in labels[used]})
    if len(groups) < 2 or not len(columns):
        raise NotEnoughDataError(
            f"Comparing groups inside a topic needs two groups and a word with {min_count:g} "
            f"occurrences in the topic, got {len(groups)} group(s) and {len(columns)} such words."
        )
    members = [np.flatnonzero(used & (labels == group)) for group in groups]
    parts = [
        _keyness(weights, rows, columns, n_words).assign(
            group=group, n_reports=corpus.paragraphs["doc_id"].iloc[rows].nunique()
        )
        for group, rows in zip(groups, members, strict=True)
    ]
    table = pd.concat(parts, ignore_index=True)[list(_GROUP_WORD_COLUMNS)]
    table["word"] = model.feature_names_[table["word"].to_numpy()].astype(str)
    behind = [rows for rows, part in zip(members, parts, strict=True) for _ in range(len(part))]
    return Result(
        table=table,
        title=_title(model.topic_names_[topic]),
        columns=_GROUP_WORD_COLUMNS,
        method=_GROUP_WORD_METHOD,
        cautions=_single_reports(table),
        parameters={"topic": topic, "by": by, "min_count": min_count},
        corpus=corpus,
        evidence_from=topic_evidence(model, corpus, [topic] * len(table), behind),
    )


def _title(name: str) -> Bilingual:
    return say("shares.title", name=name)


def _keyness(
    weights: sparse.csr_array,
    rows: npt.NDArray[np.intp],
    columns: npt.NDArray[np.intp],
    n_words: int,
) -> pd.DataFrame:
    totals = np.asarray(weights.sum(axis=0)).ravel()[columns]
    inside = np.asarray(weights[rows].sum(axis=0)).ravel()[columns]
    key = log_odds(inside, totals - inside, corpus_prior(totals))
    best = np.argsort(-key.z, kind="stable")[:n_words]
    best = best[key.z[best] > 0]
    return pd.DataFrame(
        {
            "rank": np.arange(1, len(best) + 1),
            "word": columns[best],
            "log_odds": key.log_odds[best],
            "z": key.z[best],
            "count": inside[best],
            "count_others": (totals - inside)[best],
        }
    )


def _single_reports(table: pd.DataFrame) -> tuple[Bilingual, ...]:
    single = table.loc[table["n_reports"] < 2, "group"].nunique()
    if not single:
        return ()
    return (say("shares.single_reports", single=single),)


# How large are the topics in each region, year or part of the reports, and which go together?


_COLUMNS = columns_of("shares")

_METHOD = Method(
    say("shares.method"),
    cite("cameron-2015"),
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
        title=say("shares.topic_shares.title", what=what),
        columns=_COLUMNS,
        method=_METHOD,
        cautions=tuple(_cautions(table, corpus)),
        parameters={"by": what, "level": level, "min_certainty": min_certainty},
        corpus=corpus,
        evidence_from=topic_evidence(model, corpus, table["topic"].tolist(), members),
        figure=Drawing("topics.plot_shares", titled=False),
    )


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
        title=say("shares.topics_over_time.title"),
        columns={**_COLUMNS, "group": "year"},
        method=_METHOD,
        cautions=found.cautions,
        parameters=found.parameters,
        corpus=corpus,
        evidence_from=topic_evidence(model, corpus, table["topic"].tolist(), behind),
        figure=Drawing("topics.plot_over_time", titled=False),
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
        yield say("shares.cautions", n_few=len(few))
    if (table["group"].astype(str) == UNKNOWN).any():
        yield say("shares.cautions.2")
    if corpus.design == "convenience":
        yield say("shares.cautions.3")

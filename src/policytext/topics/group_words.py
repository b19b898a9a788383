"""Which words does a group use when it speaks about one topic?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse
from sklearn.utils.validation import check_is_fitted

from policytext.analysis.keyness_measures import corpus_prior, log_odds
from policytext.corpus import Corpus
from policytext.errors import NotEnoughDataError, ParameterError
from policytext.records import Bilingual, Method
from policytext.result import Result
from policytext.topics.weighing import check_rows, topic_evidence

Floats = npt.NDArray[np.float64]


_COLUMNS = {
    "group": "group of paragraphs",
    "rank": "1 is most characteristic",
    "word": "word",
    "log_odds": "log odds ratio against all other groups inside the topic, natural log",
    "z": "log odds over its standard error; it ranks, it does not test",
    "count": "expected occurrences in the topic in this group",
    "count_others": "expected occurrences in the topic in the other groups",
    "n_reports": "reports of the group that touch the topic",
}

_METHOD = Method(
    Bilingual(
        "主题内各组与其余各组之间的带信息先验对数优势比。",
        "Log odds ratios with an informative prior, each group against the others, counts being "
        "the words expected to belong to the topic.",
    ),
    (
        "Monroe B. L., Colaresi M. P., Quinn K. M. (2008). Fightin' words. Political Analysis "
        "16(4), 372-403. doi:10.1093/pan/mpn018",
    ),
)


def words_of_topic(model: Any, topic: int) -> sparse.csr_array:
    """Return how many of each paragraph's words belong to a topic, by expectation.

    A count of a word is shared out among the topics by the paragraph's share of each topic times
    the word's probability in it. A word that none of the paragraph's topics knows is in none.

    Parameters
    ----------
    model : fitted topic model
    topic : int

    Returns
    -------
    csr_array of shape (n_rows, n_words)

    Raises
    ------
    ParameterError
        If there is no such topic.

    Examples
    --------
    >>> from policytext.topics import NmfTopics
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
    table = pd.concat(parts, ignore_index=True)[list(_COLUMNS)]
    table["word"] = model.feature_names_[table["word"].to_numpy()].astype(str)
    behind = [rows for rows, part in zip(members, parts, strict=True) for _ in range(len(part))]
    return Result(
        table=table,
        title=_title(model.topic_names_[topic]),
        columns=_COLUMNS,
        method=_METHOD,
        cautions=_single_reports(table),
        parameters={"topic": topic, "by": by, "min_count": min_count},
        corpus=corpus,
        evidence_from=topic_evidence(model, corpus, [topic] * len(table), behind),
    )


def _title(name: str) -> Bilingual:
    return Bilingual(f"主题“{name}”内各组用词", f"Words of topic {name!r} by group")


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
    return (
        Bilingual(
            f"{single} 组只有一份报告：用词是这份报告的，未必是该组的。",
            f"{single} groups have one report: the wording is the report's, perhaps not the "
            "group's.",
        ),
    )

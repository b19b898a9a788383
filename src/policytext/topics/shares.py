"""How large are the topics in each region, year or part of the reports, and which go together?

Groups are compared over reports of one level and genre, or apart, as everywhere (`mix`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

from policytext.comparable import STRATA, Selection, group_notes, join_labels, select
from policytext.corpus import Corpus, check_corpus
from policytext.counts import Counts, emptied, indicator
from policytext.errors import NotEnoughDataError, ParameterError
from policytext.inference.by_unit import MIN_UNITS, unit_rate_interval, unit_ratio
from policytext.inference.intervals import check_confidence
from policytext.inference.measures import corpus_prior, log_odds
from policytext.inference.resampling import benjamini_hochberg
from policytext.records import KINDS_COUNTED, UNKNOWN, Bilingual, Floats, Method, OneOrMore
from policytext.result import Drawing, Result, evidence_of_counts, evidence_of_places, only_rows
from policytext.texts import cite, columns_of, say
from policytext.topics.estimators import TopicModel, check_fitted
from policytext.topics.stability import Reports, report_labels

_SHARE_COLUMNS = columns_of("shares")
_WORD_COLUMNS = columns_of("group_word")
_CORRELATION_COLUMNS = columns_of("correlation")

_SHARE_METHOD = Method(say("shares.method"), cite("cameron-2015"))

_MOST: Final = 200
"""Paragraphs that are listed behind one row of a table."""


def topic_shares(
    model: TopicModel,
    corpus: Corpus,
    by: str | Sequence[str] = "province",
    *,
    parts: Sequence[str] | None = None,
    kinds: Sequence[str] = KINDS_COUNTED,
    exclude_rows: npt.ArrayLike | None = None,
    level: OneOrMore = None,
    genre: OneOrMore = None,
    mix: bool = False,
    min_certainty: str = "likely",
    confidence: float = 0.95,
) -> Result:
    """Compute the share of each topic in groups of paragraphs.

    Parameters
    ----------
    model : fitted topic model
    corpus : Corpus
        The corpus the model's counts were made of.
    by : str or list of at most two, default="province"
        Column of documents or paragraphs, such as `"year"` or `"part_of_report"`.
    parts, kinds : sequence of str
        Parts of the report and kinds of paragraph that count; by default body and list
        paragraphs, without annex and glossary.
    exclude_rows : array, optional
        Paragraphs to leave out, as True/False for each paragraph or as row numbers.
    level, genre : str or list of str, optional
        Only reports of these levels and genres.
    mix : bool, default=False
        Pool reports of different levels and genres; otherwise they are shown apart.
    min_certainty : str, default="likely"
        Regions and years less certain than this form the group "unknown".
    confidence : float, default=0.95

    Returns
    -------
    Result
        One row per group and topic: `group, topic, name, share, low, high, n_reports, n_units,
        n_paragraphs, n_words`. Paragraphs without words, or in no topic, are left out. No interval
        with fewer than five units (issuers) in the group, or in a census.

    Raises
    ------
    ParameterError
        If the corpus is not the model's or there is no such column.
    NotEnoughDataError
        If no paragraph is left to count.

    References
    ----------
    Cameron, A. C. & Miller, D. L. (2015). A practitioner's guide to cluster-robust inference.
    Journal of Human Resources 50(2), 317-372. doi:10.3368/jhr.50.2.317

    Examples
    --------
    >>> from policytext import NmfTopics, read_texts
    >>> texts = {f"{n}.txt": f"甲省202{n}年政府工作报告\\n{n * '养老、'}教育。\\n" for n in (3, 4)}
    >>> corpus = read_texts(texts)
    >>> rows = [[text.count("养"), text.count("教")] for text in corpus.paragraphs["text"]]
    >>> shares = topic_shares(NmfTopics(n_topics=1).fit(rows), corpus, "year").table
    >>> shares[["group", "share", "n_words"]].to_numpy().tolist()
    [['2023', 1.0, 4], ['2024', 1.0, 5]]
    """
    check_fitted(model)
    check_confidence(confidence)
    check_rows(model, corpus)
    chosen = select(
        corpus,
        by,
        parts=parts,
        kinds=kinds,
        exclude_rows=exclude_rows,
        level=level,
        genre=genre,
        mix=mix,
        min_certainty=min_certainty,
        splits=True,
    )
    labels = chosen.group.astype(object)
    table = _shares(model, corpus, labels, chosen, confidence)
    what = " × ".join(chosen.asked)
    return Result(
        table=chosen.told_apart(table),
        title=say("shares.title", what=what),
        columns={**_SHARE_COLUMNS, **group_notes(chosen.own_columns)},
        method=_SHARE_METHOD.also(model.words_note_),
        cautions=(*chosen.cautions, *_share_cautions(table)),
        parameters={
            "by": what,
            **chosen.settings,
            "confidence": confidence,
        },
        coverage=chosen.coverage,
        corpus=corpus,
        evidence_from=topic_evidence(model, corpus, table, chosen.counted, labels),
        figure=Drawing(
            "topics.plot_shares",
            {"names": model.called()},
            table=table if chosen.own_columns else None,
            titled=False,
        ),
    )


def topics_over_time(
    model: TopicModel,
    corpus: Corpus,
    *,
    parts: Sequence[str] | None = None,
    kinds: Sequence[str] = KINDS_COUNTED,
    exclude_rows: npt.ArrayLike | None = None,
    level: OneOrMore = None,
    genre: OneOrMore = None,
    mix: bool = False,
    min_certainty: str = "likely",
    confidence: float = 0.95,
) -> Result:
    """Compute the share of each topic year by year; reports of unknown year are left out.

    Parameters
    ----------
    model : fitted topic model
    corpus : Corpus
        The corpus the model's counts were made of.
    parts, kinds, level, genre, exclude_rows, mix, min_certainty, confidence
        As in `topic_shares`.

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

    Examples
    --------
    >>> from policytext import NmfTopics, read_texts
    >>> texts = {f"{n}.txt": f"甲省202{n}年政府工作报告\\n{n * '养老、'}教育。\\n" for n in (3, 4)}
    >>> corpus = read_texts(texts)
    >>> rows = [[text.count("养")] for text in corpus.paragraphs["text"]]
    >>> topics_over_time(NmfTopics(n_topics=1).fit(rows), corpus).table["group"].tolist()
    [2023, 2024]
    """
    found = topic_shares(
        model,
        corpus,
        "year",
        parts=parts,
        kinds=kinds,
        exclude_rows=exclude_rows,
        level=level,
        genre=genre,
        mix=mix,
        min_certainty=min_certainty,
        confidence=confidence,
    )
    known = only_rows(found, found.table["group"] != UNKNOWN)
    years = known.table["group"].astype(int)
    if years.nunique() < 2:
        raise NotEnoughDataError(
            f"Topics over time need at least two known years, got {years.nunique()}. "
            "Use topic_shares by region or part instead."
        )
    table = known.table.assign(group=years)
    return replace(
        known,
        table=table,
        title=say("shares.over_time.title"),
        columns={**known.columns, **columns_of("shares_over_time")},
        figure=Drawing(
            "topics.plot_over_time",
            {"names": model.called()},
            table=_lines(table),
            titled=False,
        ),
    )


def _lines(table: pd.DataFrame) -> pd.DataFrame | None:
    """Return the table with a name of its own for each line, where levels or genres are apart."""
    apart = [name for name in STRATA if name in table.columns]
    if not apart:
        return None
    names = join_labels(table, ["name", *apart])
    return table.assign(name=names, topic=join_labels(table, ["topic", *apart]))


def _shares(
    model: TopicModel,
    corpus: Corpus,
    labels: npt.NDArray[Any],
    chosen: Selection,
    confidence: float,
) -> pd.DataFrame:
    used = np.flatnonzero(chosen.counted & (model.doc_topic_.sum(axis=1) > 0))
    if not len(used):
        raise NotEnoughDataError("No paragraph with words is in any topic.")
    sizes = np.asarray(model.counts_.sum(axis=1)).ravel()
    reports = corpus.paragraphs["doc_id"].to_numpy()
    codes, groups = pd.factorize(labels[used])
    parts = []
    for code in sorted(range(len(groups)), key=lambda g: str(groups[g])):
        rows = used[codes == code]
        report, names = pd.factorize(reports[rows])
        words = np.zeros((len(names), model.doc_topic_.shape[1]))
        np.add.at(words, report, model.doc_topic_[rows] * sizes[rows, None])
        per_report = np.bincount(report, weights=sizes[rows], minlength=len(names))
        owners = pd.Series(names).map(chosen.units).fillna(pd.Series(names)).to_numpy(dtype=str)
        share, low, high = _interval(
            words, np.asarray(per_report, np.float64), owners, chosen.design, confidence
        )
        parts.append(
            pd.DataFrame(
                {
                    "group": [groups[code]] * words.shape[1],
                    "topic": np.arange(words.shape[1]),
                    "name": list(model.topic_names_),
                    "share": share,
                    "low": low,
                    "high": high,
                    "n_reports": len(names),
                    "n_units": len(np.unique(owners)),
                    "n_paragraphs": len(rows),
                    "n_words": int(sizes[rows].sum()),
                }
            )
        )
    return pd.concat(parts, ignore_index=True)


def _interval(
    words: Floats, per_report: Floats, owners: npt.NDArray[Any], design: str, confidence: float
) -> tuple[Floats, Floats, Floats]:
    share = words.sum(axis=0) / per_report.sum()
    if design == "census" or len(np.unique(owners)) < MIN_UNITS:
        none = np.full(len(share), np.nan)
        return share, none, none
    found = unit_rate_interval(words, per_report, owners, confidence=confidence)[0]
    return share, found.low, np.minimum(found.high, 1.0)


def _share_cautions(table: pd.DataFrame) -> Iterable[Bilingual]:
    groups = table.drop_duplicates("group")
    n_few = int((groups["n_units"] < MIN_UNITS).sum())
    if n_few:
        yield say("shares.few_reports", n_few=n_few)
    if (groups["group"].astype(str) == UNKNOWN).any():
        yield say("shares.unknown_group")


# Which words does a group use when it speaks about one topic?


def topic_words_by_group(
    model: TopicModel,
    corpus: Corpus,
    topic: int,
    by: str | Sequence[str] = "province",
    *,
    n_words: int = 15,
    min_count: float = 5.0,
    parts: Sequence[str] | None = None,
    kinds: Sequence[str] = KINDS_COUNTED,
    exclude_rows: npt.ArrayLike | None = None,
    level: OneOrMore = None,
    genre: OneOrMore = None,
    mix: bool = False,
    min_certainty: str = "likely",
    confidence: float = 0.95,
    random_state: int = 0,
) -> Result:
    """Compare how groups word one topic: each group against all others, inside the topic.

    Words are ranked by log odds that a prior shrinks, as stm's `sageLabels` ranks words by
    shrunken deviations of a group; ratios have intervals and p-values with issuers as units.

    Parameters
    ----------
    model : fitted topic model
    corpus : Corpus
        The corpus the model's counts were made of.
    topic : int
    by : str or list of at most two, default="province"
        Column of documents or paragraphs.
    n_words : int, default=15
        Words listed per group.
    min_count : float, default=5
        Least expected occurrences of a word in the topic, over all groups.
    parts, kinds, level, genre, exclude_rows, mix, min_certainty, confidence
        As in `topic_shares`.
    random_state : int, default=0
        Of the deals of units that few issuers are tested by.

    Returns
    -------
    Result
        One row per group and rank: `group, rank, word, log_odds, z, count, count_others,
        log_ratio, low, high, p_value, q_value, n_reports, n_units`. No interval and no p-value
        with fewer than five units on a side, or in a census.

    Raises
    ------
    NotEnoughDataError
        If there is one group only, or fewer than two words are frequent enough.

    References
    ----------
    Monroe, B. L., Colaresi, M. P. & Quinn, K. M. (2008). Fightin' words. Political Analysis 16(4),
    372-403. doi:10.1093/pan/mpn018

    Eisenstein, J., Ahmed, A. & Xing, E. P. (2011). Sparse additive generative models of text.
    ICML 2011.

    Examples
    --------
    >>> from policytext import NmfTopics, read_texts
    >>> texts = {f"{n}.txt": f"甲省202{n}年政府工作报告\\n{n * '养老、'}为老。\\n" for n in (3, 4)}
    >>> corpus = read_texts(texts)
    >>> rows = [[text.count("养"), text.count("为")] for text in corpus.paragraphs["text"]]
    >>> model = NmfTopics(n_topics=1, feature_names=["养老", "为老"]).fit(rows)
    >>> found = topic_words_by_group(model, corpus, 0, "year", min_count=1)
    >>> found.table[["group", "word"]].to_numpy().tolist()
    [['2023', '为老'], ['2024', '养老']]
    """
    check_rows(model, corpus)
    check_confidence(confidence)
    chosen = select(
        corpus,
        by,
        parts=parts,
        kinds=kinds,
        exclude_rows=exclude_rows,
        level=level,
        genre=genre,
        mix=mix,
        min_certainty=min_certainty,
        splits=True,
    )
    weights = sparse.csr_array(emptied(words_of_topic(model, topic), chosen.counted))
    columns = np.flatnonzero(np.asarray(weights.sum(axis=0)).ravel() >= min_count)
    used = np.asarray(weights.sum(axis=1)).ravel() > 0
    labels = chosen.group.astype(object)
    groups = sorted(set(labels[used]))
    if len(groups) < 2 or len(columns) < 2:
        raise NotEnoughDataError(
            f"Comparing groups inside a topic needs two groups and two words with {min_count:g} "
            f"occurrences in the topic, got {len(groups)} group(s) and {len(columns)} such words."
        )
    spoken = _spoken(corpus, weights[:, columns], weights, used, labels)
    units = spoken.docs.map(chosen.units).fillna(spoken.docs).to_numpy(dtype=str)
    tables = []
    for group in groups:
        key = _group_words(weights, np.flatnonzero(used & (labels == group)), columns)
        inside = spoken.labels == group
        found = unit_ratio(
            spoken.hits,
            spoken.size,
            inside,
            units,
            confidence=confidence,
            random_state=random_state,
        )
        tables.append(
            key.assign(
                group=group,
                log_ratio=found.log_ratio / np.log(2),
                low=found.low / np.log(2),
                high=found.high / np.log(2),
                p_value=found.p_value,
                n_reports=spoken.docs[inside].nunique(),
                n_units=found.n_group,
            )
        )
    table = pd.concat(tables, ignore_index=True)
    if chosen.design == "census":
        table[["low", "high", "p_value"]] = np.nan
    table["q_value"] = benjamini_hochberg(table["p_value"].to_numpy(dtype=float))
    table = _characteristic(table, n_words)[list(_WORD_COLUMNS)]
    table["word"] = model.feature_names_[table["word"].to_numpy()].astype(str)
    single = table.loc[table["n_reports"] < 2, "group"].nunique()
    alone = (say("shares.group_words.single_reports", single=single),) if single else ()
    return Result(
        table=chosen.told_apart(table),
        title=say("shares.group_words.title", name=model.topic_names_[topic]),
        columns={**_WORD_COLUMNS, **group_notes(chosen.own_columns)},
        method=Method(say("shares.group_words.method"), cite("monroe-2008", "benjamini-1995")).also(
            model.words_note_
        ),
        cautions=(*chosen.cautions, *alone),
        parameters={
            "topic": topic,
            "by": by,
            "min_count": min_count,
            **chosen.settings,
            "confidence": confidence,
            "random_state": random_state,
        },
        coverage=chosen.coverage,
        corpus=corpus,
        evidence_from=topic_evidence(model, corpus, table.assign(topic=topic), used, labels),
    )


def words_of_topic(model: TopicModel, topic: int) -> sparse.csr_array:
    """Return how many of each paragraph's words belong to a topic, by expectation.

    A count of a word is shared out among the topics by the paragraph's share of each topic times
    the word's probability in it. A word that none of the paragraph's topics knows is in none.

    >>> from policytext import NmfTopics
    >>> model = NmfTopics(n_topics=1).fit([[3, 1], [2, 2]])
    >>> words_of_topic(model, 0).toarray().round(1).tolist()
    [[3.0, 1.0], [2.0, 2.0]]
    """
    check_fitted(model)
    if not 0 <= topic < len(model.topic_names_):
        raise ParameterError(
            f"topic must be a number from 0 to {len(model.topic_names_) - 1}, got {topic!r}."
        )
    counts, words = model.counts_, model.word_probabilities()
    row = np.repeat(np.arange(counts.shape[0]), np.diff(counts.indptr))
    mine = model.doc_topic_[row, topic] * words[topic, counts.indices]
    every = np.zeros(len(row))
    for k in range(len(words)):
        every += model.doc_topic_[row, k] * words[k, counts.indices]
    part = np.divide(mine, every, out=np.zeros_like(mine), where=every > 0)
    return sparse.csr_array((counts.data * part, counts.indices, counts.indptr), counts.shape)


class _Spoken(NamedTuple):
    """Words of a topic by report, and by group where a report has several."""

    hits: sparse.csr_array
    size: Floats
    docs: pd.Series
    labels: npt.NDArray[Any]


def _spoken(
    corpus: Corpus,
    words: sparse.csr_array,
    every: sparse.csr_array,
    used: npt.NDArray[np.bool_],
    labels: npt.NDArray[Any],
) -> _Spoken:
    """Add the words of a topic up by report and group."""
    rows = np.flatnonzero(used)
    places = corpus.paragraphs[["doc_id"]].iloc[rows].assign(group=labels[rows])
    codes = places.groupby(["doc_id", "group"], sort=False).ngroup().to_numpy()
    first = places.iloc[np.unique(codes, return_index=True)[1]]
    adder = indicator(codes, len(first))
    size = adder @ np.asarray(every[rows].sum(axis=1)).ravel()
    docs = first["doc_id"].reset_index(drop=True)
    return _Spoken(adder @ words[rows], size, docs, first["group"].to_numpy())


def _group_words(
    weights: sparse.csr_array, rows: npt.NDArray[np.intp], columns: npt.NDArray[np.intp]
) -> pd.DataFrame:
    totals = np.asarray(weights.sum(axis=0)).ravel()[columns]
    inside = np.asarray(weights[rows].sum(axis=0)).ravel()[columns]
    key = log_odds(inside, totals - inside, corpus_prior(totals))
    return pd.DataFrame(
        {
            "word": columns,
            "log_odds": key.log_odds,
            "z": key.z,
            "count": inside,
            "count_others": totals - inside,
        }
    )


def _characteristic(table: pd.DataFrame, n_words: int) -> pd.DataFrame:
    """Keep the words that each group says more than the others, the first of them."""
    table = table[table["z"] > 0].assign(order=-table["z"])
    table = table.sort_values(["group", "order"], kind="stable", ignore_index=True)
    table["rank"] = table.groupby("group").cumcount() + 1
    return table[table["rank"] <= n_words].reset_index(drop=True)


# Which topics go together?


def topic_correlation(model: TopicModel, reports: Reports = None) -> Result:
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
    >>> from policytext import NmfTopics, topic_correlation
    >>> model = NmfTopics(n_topics=2).fit([[3, 1, 0, 0], [2, 2, 0, 0], [0, 0, 2, 1], [0, 0, 1, 2]])
    >>> topic_correlation(model).table["correlation"].round(2).tolist()
    [-1.0]
    """
    check_fitted(model)
    sizes = np.asarray(model.counts_.sum(axis=1)).ravel()
    codes = report_labels(reports, len(sizes))
    words = np.zeros((codes.max() + 1, model.doc_topic_.shape[1]))
    np.add.at(words, codes, model.doc_topic_ * sizes[:, None])
    words = words[words.sum(axis=1) > 0]
    if len(words) < 3 or words.shape[1] < 2:
        raise NotEnoughDataError(
            f"Correlations need two topics and three rows with words, got {words.shape[1]} topics "
            f"and {len(words)} rows."
        )
    shares = words / words.sum(axis=1, keepdims=True)
    with np.errstate(divide="ignore", invalid="ignore"):
        r = np.corrcoef(shares, rowvar=False)
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
        title=say("shares.correlation.title", unit=unit),
        columns=_CORRELATION_COLUMNS,
        method=Method(say("shares.correlation.method"), cite("aitchison-1982")).also(
            model.words_note_
        ),
        cautions=(say("shares.correlation.sum_to_one", chance=-1 / (words.shape[1] - 1)),),
        parameters={"over": unit},
        figure=Drawing("topics.plot_correlation", titled=False),
    )


# Which paragraphs, with which weight, stand behind a figure about a topic?


def check_rows(model: TopicModel, corpus: Corpus) -> None:
    """Refuse a corpus that is not the one the model's rows came from."""
    check_fitted(model)
    check_corpus(corpus)
    if len(corpus.paragraphs) != len(model.doc_topic_):
        raise ParameterError(
            f"The model was fitted on {len(model.doc_topic_)} rows and the corpus has "
            f"{len(corpus.paragraphs)} paragraphs: pass the corpus the counts were made of."
        )


def topic_evidence(
    model: TopicModel,
    corpus: Corpus,
    table: pd.DataFrame,
    counted: npt.NDArray[np.bool_],
    labels: npt.NDArray[Any] | None = None,
) -> Callable[[], pd.DataFrame]:
    """Return a function that lists the paragraphs behind each row of a table about topics."""
    names = ["topic"] if labels is None else ["topic", "group"]
    wanted = table[names].astype(object)

    def listed() -> pd.DataFrame:
        paragraphs = corpus.paragraphs[["doc_id", "para_no"]].assign(group=labels)
        shares = sparse.csr_matrix(np.where(counted[:, None], model.doc_topic_, 0.0))
        # several rows may rest on the same paragraphs: look for these once
        once = wanted.drop_duplicates(ignore_index=True)
        topics = tuple(str(k) for k in range(shares.shape[1]))
        found = evidence_of_counts(
            once.assign(topic=once["topic"].map(str)),
            Counts(shares, topics, "topics"),
            paragraphs,
            feature="topic",
            by=names[1:],
        )
        found = found.groupby("row_id", sort=False).head(_MOST)
        rows = wanted.assign(row=np.arange(len(wanted)))
        rows = rows.merge(once.assign(row_id=once.index), on=names)[["row_id", "row"]]
        spread = rows.merge(found, on="row_id").drop(columns="row_id")
        return evidence_of_places(spread.rename(columns={"row": "row_id"}))

    return listed

"""How many topics: what do all criteria say, and what speaks for one number?

No criterion decides alone: all stand side by side, with reasons for a number to start reading at.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

import numpy as np
import pandas as pd
from sklearn.base import clone

from policytext.counts import NO_NOTE, Counts
from policytext.errors import NotEnoughDataError, ParameterError
from policytext.piecework import each_part
from policytext.records import WEAK_COSINE, Bilingual, Method
from policytext.result import Drawing, Result
from policytext.texts import cite, columns_of, say
from policytext.topics.estimators import CountTable, Covariates, NmfTopics, TopicModel
from policytext.topics.quality import (
    CITATIONS,
    arun,
    cao_juan,
    document_completion,
    griffiths,
    topic_quality,
)
from policytext.topics.stability import Reports, named_reports

DECIDING: Final = ("stability", "npmi", "exclusivity", "held_out")
"""Criteria that enter the recommendation; none of them decides alone."""

NEAR: Final = 0.05
"""A smaller number of topics is preferred if its mean criterion is at most this much lower."""

_COLUMNS = columns_of("choice")

_METHOD: Final = Method(
    say("choice.method"), (*CITATIONS, *cite("cao-2009", "arun-2010", "griffiths-2004"))
)

_WHOLE: Final = Method(
    _METHOD.also(say("choice.whole")).text,
    (*_METHOD.citations, *cite("wallach-2009", "buntine-2009")),
)


def choose_topics(
    counts: CountTable,
    n_topics: Sequence[int] = (10, 15, 20, 25, 30),
    *,
    engine: TopicModel | None = None,
    reports: Reports = None,
    covariates: Covariates = None,
    texts: Sequence[Sequence[str]] | None = None,
    n_refits: int = 5,
    held_out: str = "halves",
    random_state: int = 0,
    n_jobs: int = 1,
) -> Result:
    """Fit a range of numbers of topics and put all criteria side by side.

    The recommendation is the smallest number whose mean over stability, coherence, exclusivity
    and held-out likelihood (each scaled to 0-1 over the range) is within 0.05 of the best. It is
    a place to start reading, not a finding; the cautions give the reasons and what speaks against.
    A number at which half of the topics or more are no more coherent than those of shuffled text
    is not recommended; where that holds for all of them, none is: the text shows no topics.

    Parameters
    ----------
    counts : Counts, DataFrame, sparse or dense matrix of shape (n_rows, n_words)
    n_topics : sequence of int
        At least two different numbers.
    engine : topic model, optional
        Its parameters are used, with other numbers of topics; `NmfTopics()` if not given.
    reports : Corpus or sequence of one label per row, optional
        Which report each row belongs to, for bootstrap and held-out reports.
    covariates : Series, DataFrame or sequence of one value per row, optional
        For `DmrTopics`.
    texts : sequence of word lists, optional
        Segmented paragraphs in order, for coherence in sliding windows.
    n_refits : int, default=5
        Bootstrap refits for each number of topics.
    held_out : {"halves", "whole"}, default="halves"
        Likelihood of the second halves of held-out paragraphs given the first, or of whole ones,
        read from left to right.
    random_state : int, default=0
    n_jobs : int, default=1
        Processes that try numbers side by side; -1 for all. The table is the same for any number.

    Returns
    -------
    Result
        One row per number of topics; `.parameters["recommended"]` is the number, or None.
        `cao_juan` and `arun` are better when low, `griffiths` (Gibbs engines only) when high.

    Raises
    ------
    ParameterError
        If fewer than two numbers are given, or `held_out` is neither.
    NotEnoughDataError
        If fewer than two of the numbers can be fitted.

    References
    ----------
    Wallach, H. M. et al. (2009). Evaluation methods for topic models. ICML 2009.
    doi:10.1145/1553374.1553515

    Greene, D., O'Callaghan, D. & Cunningham, P. (2014). How many topics? Stability analysis for
    topic models. ECML PKDD, 498-513. doi:10.1007/978-3-662-44848-9_32

    Cao, J. et al. (2009). A density-based method for adaptive LDA model selection. Neurocomputing
    72, 1775-1781. doi:10.1016/j.neucom.2008.06.011

    Arun, R. et al. (2010). On finding the natural number of topics with latent Dirichlet
    allocation. PAKDD, 391-402. doi:10.1007/978-3-642-13657-3_43

    Griffiths, T. L. & Steyvers, M. (2004). Finding scientific topics. PNAS 101(S1), 5228-5235.
    doi:10.1073/pnas.0307752101

    Examples
    --------
    >>> from policytext import choose_topics
    >>> rows = [[5, 4, 0, 0, 0, 0], [0, 0, 7, 5, 0, 0], [0, 0, 0, 0, 6, 4]] * 8
    >>> found = choose_topics(rows, (2, 3), n_refits=2)
    >>> found.parameters["recommended"]
    3
    """
    wanted = sorted({int(k) for k in n_topics})
    if len(wanted) < 2:
        raise ParameterError(
            f"n_topics must hold at least two different numbers to choose from, got {n_topics!r}."
        )
    if held_out not in ("halves", "whole"):
        raise ParameterError(f"held_out must be 'halves' or 'whole', got {held_out!r}.")
    fitting = NmfTopics() if engine is None else engine
    labels = named_reports(reports)
    models = [clone(fitting).set_params(n_topics=k, random_state=random_state) for k in wanted]
    whole = held_out == "whole"
    tasks = (
        (one, counts, covariates, labels, texts, n_refits, whole, random_state) for one in models
    )
    tried = dict(zip(wanted, each_part(_tried, tasks, n_jobs), strict=True))
    rows = [found for found in tried.values() if not isinstance(found, str)]
    left_out = [(k, found) for k, found in tried.items() if isinstance(found, str)]
    if len(rows) < 2:
        raise NotEnoughDataError(
            f"Fewer than two of these numbers of topics can be fitted. {left_out[0][1]}"
        )
    note = counts.note if isinstance(counts, Counts) else NO_NOTE
    table = _scored(pd.DataFrame(rows))
    chosen = table.loc[table["recommended"], "n_topics"].tolist()
    best = int(chosen[0]) if chosen else None
    return Result(
        table=table[list(_COLUMNS)],
        title=say("choice.title"),
        columns=_COLUMNS,
        method=_WHOLE.also(note) if whole else _METHOD.also(note),
        cautions=tuple(_reasons(table, best, left_out)),
        parameters={
            "engine": type(fitting).__name__,
            "n_refits": n_refits,
            "held_out": held_out,
            "recommended": best,
        },
        figure=Drawing("topics.plot_choice", titled=False),
    )


def _tried(
    model: TopicModel,
    counts: CountTable,
    covariates: Covariates,
    reports: Reports,
    texts: Sequence[Sequence[str]] | None,
    n_refits: int,
    whole: bool,
    random_state: int,
) -> dict[str, Any] | str:
    """Return the criteria of one number of topics, or why it cannot be fitted."""
    try:
        model.fit(counts, covariates)
        return _criteria(model, reports, texts, n_refits, whole, random_state)
    except NotEnoughDataError as error:
        return str(error)


def _criteria(
    model: TopicModel,
    reports: Reports,
    texts: Sequence[Sequence[str]] | None,
    n_refits: int,
    whole: bool,
    random_state: int,
) -> dict[str, Any]:
    back = model.stability(
        reports, n_refits=n_refits, over="reports", random_state=random_state
    ).table
    quality = topic_quality(model, texts)
    held = document_completion(model, reports, whole=whole, random_state=random_state)
    return {
        "n_topics": len(back),
        "stability": back["word_cosine"].mean(),
        "doc_correlation": back["doc_correlation"].mean(),
        "top10_jaccard": back["top10_jaccard"].mean(),
        "weak_topics": int((back["word_cosine"] < WEAK_COSINE).sum()),
        "npmi": quality.table["npmi"].mean(),
        "c_v": quality.table["c_v"].mean(),
        "umass": quality.table["umass"].mean(),
        "exclusivity": quality.table["exclusivity"].mean(),
        "diversity": quality.parameters["diversity"],
        "held_out": held.log_likelihood,
        "held_out_gain": held.log_likelihood - held.unigram,
        "residual_dispersion": quality.parameters["residual_dispersion"],
        "noise_topics": int((~back["above_noise"]).sum()),
        "cao_juan": cao_juan(model.topic_word_),
        "arun": arun(model.topic_word_, model.doc_topic_, model.counts_),
        "griffiths": griffiths(getattr(model, "word_likelihood_", ())),
    }


def _scored(table: pd.DataFrame) -> pd.DataFrame:
    values = table[list(DECIDING)]
    span = (values.max() - values.min()).replace(0.0, np.nan)
    score = ((values - values.min()) / span).fillna(0.5).mean(axis=1)
    able = table["noise_topics"] < table["n_topics"] / 2
    near = np.flatnonzero(able & (score >= score[able].max() - NEAR))
    return table.assign(score=score, recommended=np.arange(len(table)) == next(iter(near), -1))


def _reasons(
    table: pd.DataFrame, best: int | None, left_out: list[tuple[int, str]]
) -> Iterable[Bilingual]:
    for k, reason in left_out:
        yield say("choice.not_fitted", k=k, reason=reason)
    if best is None:
        yield say("choice.no_topics")
        return
    at = table.loc[table["n_topics"] == best].iloc[0]
    wins = {c: int(table.loc[table[c].idxmax(), "n_topics"]) for c in DECIDING if table[c].any()}
    yield say(
        "choice.recommended",
        best=best,
        score=at["score"],
        highest=table["score"].max(),
        stability=at["stability"],
        weak=at["weak_topics"],
        by_criterion=", ".join(f"{c}: {k}" for c, k in wins.items()),
    )
    if best in (table["n_topics"].min(), table["n_topics"].max()):
        yield say("choice.at_the_edge")
    if len(set(wins.values())) > 2:
        yield say("choice.criteria_disagree")

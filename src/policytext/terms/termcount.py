"""How often does each concept stand in each paragraph, and in the whole corpus?"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from policytext.comparable import rows_chosen
from policytext.corpus import said_of_traditional
from policytext.records import KINDS_COUNTED, Bilingual, Method, OneOrMore
from policytext.result import Drawing, Result, evidence_of_places, evidence_of_rows
from policytext.terms.concepts import TermTable, as_terms, asked_for
from policytext.terms.hits import Match, Terms, find_hits, find_terms
from policytext.texts import cite, columns_of, listing, say

if TYPE_CHECKING:
    from policytext.corpus import Corpus
    from policytext.counts import Counts

COUNT_COLUMNS = columns_of("count")
REPORT_COLUMNS = columns_of("report")
_REPORT_METHOD = Method(
    say("termcount.report.method"),
    cite("aho-1975"),
)


def term_totals(
    corpus: Corpus,
    terms: Terms = None,
    *,
    match: Match = "longest",
    exclusions: bool | None = None,
    parts: OneOrMore = None,
    kinds: OneOrMore = KINDS_COUNTED,
    exclude_rows: npt.ArrayLike | None = None,
    level: OneOrMore = None,
    genre: OneOrMore = None,
) -> Result:
    """Count concepts in a corpus and keep every place they stand.

    Parameters
    ----------
    corpus, terms, match, exclusions
        As in `term_hits`.
    parts, kinds, exclude_rows, level, genre
        What is counted; see :func:`~policytext.comparable.select`.

    Returns
    -------
    Result
        One row a concept, those never named included; ``evidence`` has one row a hit.

    Raises
    ------
    NeedsTextError
        The corpus holds counts only and terms are not among the stored ones.
    ParameterError
        ``match`` or ``terms`` are not what they must be.

    References
    ----------
    Aho & Corasick 1975, doi:10.1145/360825.360855 (the search).

    Examples
    --------
    >>> from policytext import read_texts
    >>> text = "甲县2021年工作总结\\n一、工作情况\\n推进紧密型县域医共体建设。"
    >>> corpus = read_texts({"甲县2021年工作总结.txt": text})
    >>> result = term_totals(corpus, ["医共体", "分级诊疗"])
    >>> result.table.set_index("concept").loc["医共体", "n_hits"].item()
    1
    >>> result.explain(0)["words"].tolist()
    ['紧密型县域医共体']
    """
    table = as_terms(terms)
    hits = find_hits(corpus, table, match=match, exclusions=exclusions)
    found = hits.among(
        rows_chosen(
            corpus, parts=parts, kinds=kinds, exclude_rows=exclude_rows, level=level, genre=genre
        )
    )
    found = found[found["concept"].isin(table.concepts)]
    counts = _concept_counts(found, table)
    row_ids = pd.Series(counts.index, index=counts["concept"])
    return Result(
        table=counts,
        title=say("termcount.title"),
        columns=COUNT_COLUMNS,
        method=_count_method(match, exclusions),
        cautions=(*hits.cautions, *_count_cautions(counts, corpus)),
        parameters={"match": match, "exclusions": exclusions, "terms": table.digest},
        corpus=corpus,
        evidence_from=evidence_of_places(found.assign(row_id=found["concept"].map(row_ids))),
        figure=Drawing("words.plot_term_counts", titled=False),
    )


def _concept_counts(rolled: pd.DataFrame, table: TermTable) -> pd.DataFrame:
    concepts = table.concept_table()[["concept", "label_zh", "label_en", "family", "parent"]]
    by_concept = rolled.groupby("concept")
    counts = pd.DataFrame(
        {
            "n_hits": by_concept.size(),
            "n_paragraphs": by_concept["row"].nunique(),
            "n_documents": by_concept["doc_id"].nunique(),
        }
    )
    forms = rolled.groupby(["concept", "term"]).size().reset_index(name="n")
    forms = forms.sort_values(["concept", "n", "term"], ascending=[True, False, True])
    written = (forms["term"] + " " + forms["n"].astype(str)).groupby(forms["concept"]).agg("|".join)
    joined = concepts.join(counts, on="concept").join(written.rename("forms"), on="concept")
    whole = {name: "int64" for name in ("n_hits", "n_paragraphs", "n_documents")}
    return joined.fillna({**dict.fromkeys(whole, 0), "forms": ""}).astype(whole)


def _count_method(match: Match, exclusions: bool | None) -> Method:
    longest = match == "longest"
    dropped = longest if exclusions is None else exclusions
    sentence = say(
        "termcount.method",
        match=say("termcount.longest" if longest else "termcount.all"),
        exclusions=say("termcount.exclusions") if dropped else "",
    )
    return Method(sentence, cite("aho-1975"))


def _count_cautions(counts: pd.DataFrame, corpus: Corpus) -> tuple[Bilingual, ...]:
    cautions = []
    single = counts.loc[(counts["n_documents"] == 1) & (counts["n_hits"] > 1), "concept"].tolist()
    if single and len(corpus.documents) > 1:
        more = say("termcount.and_more") if len(single) > 8 else ""
        names = listing(single[:8])
        cautions.append(say("termcount.one_report", n_single=len(single), names=names, more=more))
    if not corpus.has_text:
        cautions.append(say("termcount.stored"))
    cautions += said_of_traditional(corpus)
    return tuple(cautions)


def count_terms(
    corpus: Corpus,
    terms: Terms = None,
    *,
    match: Match = "longest",
    exclusions: bool | None = None,
    n_jobs: int = 1,
) -> Counts:
    """Count concepts in every paragraph, parents with what is below them.

    Parameters
    ----------
    corpus, terms, match, exclusions, n_jobs
        As in `term_hits`.

    Returns
    -------
    Counts
        ``kind`` ``"terms"``; one row a paragraph of the corpus, one column a concept: those that
        were named, in their order, or all of a table in its order. What stands below a concept is
        counted in its column either way. ``.table`` holds the totals of the paragraphs that count
        by default: ``concept, n_hits, n_paragraphs, n_documents``; `term_totals` says more.

    Raises
    ------
    NeedsTextError
        The corpus holds counts only and terms are not among the stored ones.
    ParameterError
        ``match`` or ``terms`` are not what they must be.

    Examples
    --------
    >>> from policytext import read_texts
    >>> text = "甲县2021年工作总结\\n一、工作情况\\n推进紧密型县域医共体建设。"
    >>> corpus = read_texts({"甲县2021年工作总结.txt": text})
    >>> counts = count_terms(corpus, ["医共体"])
    >>> dict(zip(counts.features, counts.matrix.toarray().sum(axis=0).tolist()))["医共体"]
    1
    """
    table, names = asked_for(terms)
    hits = find_hits(corpus, table, match=match, exclusions=exclusions, n_jobs=n_jobs)
    counts = hits.counts(names)
    totals = _concept_counts(hits.among(corpus.counted()), table).set_index("concept")
    columns = ["n_hits", "n_paragraphs", "n_documents"]
    return replace(counts, totals=totals.loc[list(counts.features), columns].reset_index())


# Which terms of a table never match, and which are hidden inside longer ones?


def term_report(
    corpus: Corpus,
    terms: Terms = None,
    *,
    parts: OneOrMore = None,
    kinds: OneOrMore = KINDS_COUNTED,
    exclude_rows: npt.ArrayLike | None = None,
    level: OneOrMore = None,
    genre: OneOrMore = None,
) -> Result:
    """Report what became of every term: matched, never found, hidden, or excluded.

    Parameters
    ----------
    corpus
        With text.
    terms
        As in `term_hits`.
    parts, kinds, exclude_rows, level, genre
        What is counted; see :func:`~policytext.comparable.select`.

    Returns
    -------
    Result
        One row a term, in the order of the table; ``evidence`` has one row a place, ``weight`` 1
        if it counts and 0 if not.

    Raises
    ------
    NeedsTextError
        The corpus holds counts only.

    References
    ----------
    Aho & Corasick 1975, doi:10.1145/360825.360855 (the search).

    Examples
    --------
    >>> from policytext import read_texts
    >>> text = "甲县2021年工作总结\\n一、工作情况\\n推进医养结合，发展普惠托育。"
    >>> corpus = read_texts({"甲县2021年工作总结.txt": text})
    >>> term_report(corpus, ["托育"]).table.set_index("term").loc["托育", "hidden_in"]
    '普惠托育 1'
    """
    corpus.require_text("term_report")
    table = as_terms(terms)
    keep = rows_chosen(
        corpus, parts=parts, kinds=kinds, exclude_rows=exclude_rows, level=level, genre=genre
    )
    texts = corpus.paragraphs["text"].where(keep, "")
    hits = find_terms(texts, table, keep_excluded=True)
    reason = [str(said).partition(": ") for said in hits["reason"]]
    hits = hits.assign(why=[said[0] for said in reason], inside=[said[2] for said in reason])
    report = _fates(hits, table)
    row_of = pd.Series(report.index, index=report["term"])
    return Result(
        table=report[list(REPORT_COLUMNS)],
        title=say("termcount.report.title"),
        columns=REPORT_COLUMNS,
        method=_REPORT_METHOD,
        cautions=_report_cautions(report),
        parameters={"terms": table.digest},
        corpus=corpus,
        evidence_from=evidence_of_rows(
            hits["term"].map(row_of),
            hits["row"],
            corpus.paragraphs,
            start=hits["start"],
            end=hits["end"],
            weight=(hits["why"] == "").astype(float),
        ),
    )


def _fates(hits: pd.DataFrame, table: TermTable) -> pd.DataFrame:
    """Return one row a term: how often it counts, is hidden or excluded, and by what."""
    counts = pd.crosstab(hits["term"], hits["why"])
    shown = table.table["concept"].isin(table.concepts)
    report = table.table.loc[shown, ["term", "concept"]].reset_index(drop=True)
    for column, why in (
        ("n_counted", ""),
        ("n_hidden", "longer term"),
        ("n_excluded", "exclusion"),
    ):
        found = counts[why] if why in counts else pd.Series(dtype="int64")
        report[column] = report["term"].map(found).fillna(0).astype("int64")
    report["n_found"] = report[["n_counted", "n_hidden", "n_excluded"]].sum(axis=1)
    report["status"] = np.select(
        [
            report["n_found"] == 0,
            report["n_counted"] > 0,
            report["n_hidden"] == report["n_found"],
            report["n_excluded"] == report["n_found"],
        ],
        ["never found", "matched", "always hidden", "always excluded"],
        default="never counted",
    )
    for column, why in (("hidden_in", "longer term"), ("excluded_in", "exclusion")):
        written = _containers(hits[hits["why"] == why])
        report[column] = [written.get(term, "") for term in report["term"]]
    lost = _lost_to_others(hits[hits["why"] == "longer term"], table)
    report["other_concept"] = report["term"].isin(lost)
    return report


def _containers(hits: pd.DataFrame) -> dict[str, str]:
    """Return, for each term, the longer strings around it with their counts."""
    counts = Counter(zip(hits["term"], hits["inside"], strict=True))
    written: dict[str, list[str]] = {}
    for (term, inside), n in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0])):
        written.setdefault(term, []).append(f"{inside} {n}")
    return {term: "|".join(parts) for term, parts in written.items()}


def _lost_to_others(hits: pd.DataFrame, table: TermTable) -> set[str]:
    """Return the terms hidden in a term whose concept does not count for theirs."""
    concept = dict(zip(table.table["term"], table.table["concept"], strict=True))
    pairs = hits[["term", "inside"]].drop_duplicates()
    line = {name: {name, *table.ancestors(name)} for name in set(concept.values())}
    return {
        term
        for term, inside in zip(pairs["term"], pairs["inside"], strict=True)
        if concept[term] not in line[concept[inside]]
    }


def _report_cautions(report: pd.DataFrame) -> tuple[Bilingual, ...]:
    cautions = []
    never = int((report["status"] == "never found").sum())
    if never:
        cautions.append(say("termcount.report.never", never=never))
    lost = report.loc[report["other_concept"], "term"].tolist()
    if lost:
        names = listing(lost, most=8)
        cautions.append(say("termcount.report.hidden", n_lost=len(lost), names=names))
    return tuple(cautions)

"""How often does each concept stand in each paragraph, and in the whole corpus?"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from policytext.counts import Counts
from policytext.records import Bilingual, Method
from policytext.result import Drawing, Result
from policytext.terms.concepts import TermTable, as_terms
from policytext.terms.hits import Match, Terms, find_terms, raw_count, term_hits
from policytext.texts import columns_of, say

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from policytext.corpus import Corpus


# How often does each concept stand in each paragraph, and in the whole corpus?

__all__ = [
    "count_terms",
    "counts_of_hits",
    "find_terms",
    "raw_count",
    "roll_up",
    "term_counts",
    "term_hits",
]

AHO_CORASICK = (
    "Aho, A. V., & Corasick, M. J. (1975). Efficient string matching: an aid to bibliographic "
    "search. Communications of the ACM, 18(6), 333-340. https://doi.org/10.1145/360825.360855"
)


def roll_up(hits: pd.DataFrame, table: TermTable) -> pd.DataFrame:
    """Repeat hits for the concepts above theirs; one place counts once for a concept.

    >>> from policytext.terms.concepts import load_terms
    >>> terms = load_terms()
    >>> hits = find_terms(["紧密型县域医共体"], terms, match="all")
    >>> roll_up(hits, terms).query("concept == '医共体'")["term"].tolist()
    ['紧密型县域医共体']
    """
    lines = {c: [c, *table.ancestors(c)] for c in hits["concept"].unique()}
    spread = hits.assign(concept=hits["concept"].map(lines)).explode("concept", ignore_index=True)
    spread["concept"] = spread["concept"].astype("str")
    spread = spread.assign(_length=spread["start"] - spread["end"]).sort_values(
        ["row", "concept", "start", "_length"], kind="stable"
    )
    key = [spread["row"], spread["concept"]]
    reach = spread.groupby(["row", "concept"])["end"].cummax().groupby(key).shift(fill_value=-1)
    kept = spread[spread["start"] >= reach].drop(columns="_length")
    return kept.sort_values(["row", "start", "end"], kind="stable").reset_index(drop=True)


def term_counts(
    corpus: Corpus,
    terms: Terms = None,
    *,
    match: Match = "longest",
    exclusions: bool | None = None,
) -> Counts:
    """Count concepts in every paragraph, parents with what is below them.

    Parameters
    ----------
    corpus, terms, match, exclusions
        As in `term_hits`.

    Returns
    -------
    Counts
        ``kind`` ``"terms"``; one row a paragraph of the corpus, one column a concept: those that
        were named, in their order, or all of a table in its order. What stands below a concept is
        counted in its column either way.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from policytext.intake import read_corpus
    >>> with TemporaryDirectory() as folder:
    ...     _ = Path(folder, "甲县2021年工作总结.txt").write_text(
    ...         "甲县2021年工作总结\\n一、工作情况\\n推进紧密型县域医共体建设。", encoding="utf-8"
    ...     )
    ...     corpus = read_corpus(folder, progress=False)
    >>> counts = term_counts(corpus, ["医共体"])
    >>> dict(zip(counts.features, counts.matrix.toarray().sum(axis=0).tolist()))["医共体"]
    1
    """
    named = terms if terms is None or isinstance(terms, TermTable) else list(terms)
    table = as_terms(named)
    hits = term_hits(corpus, named, match=match, exclusions=exclusions)
    counts = counts_of_hits(hits, table, len(corpus.paragraphs))
    if named is None or isinstance(named, TermTable):
        return counts
    columns = [counts.features.index(name) for name in dict.fromkeys(named)]
    return Counts(counts.matrix[:, columns], tuple(dict.fromkeys(named)), counts.kind)


def counts_of_hits(hits: pd.DataFrame, table: TermTable, n_rows: int) -> Counts:
    """Turn hits into a matrix of rows × concepts, rolled up.

    >>> from policytext.terms.concepts import literal_terms
    >>> terms = literal_terms(["养老", "托育"])
    >>> counts_of_hits(find_terms(["养老和托育", "", "养老"], terms), terms, 3).matrix.toarray()
    array([[1, 1],
           [0, 0],
           [1, 0]])
    """
    import numpy as np
    from scipy.sparse import coo_matrix, csr_matrix

    rolled = roll_up(hits, table)
    columns = pd.Index(table.concepts).get_indexer(pd.Index(rolled["concept"]))
    ones = np.ones(len(rolled), dtype=np.int64)
    shape = (n_rows, len(table.concepts))
    matrix = coo_matrix((ones, (rolled["row"].to_numpy(), columns)), shape=shape)
    return Counts(csr_matrix(matrix), table.concepts, "terms")


def count_terms(
    corpus: Corpus,
    terms: Terms = None,
    *,
    match: Match = "longest",
    exclusions: bool | None = None,
    counted: NDArray[np.bool_] | None = None,
) -> Result:
    """Count concepts in a corpus and keep every place they stand.

    Parameters
    ----------
    corpus, terms, match, exclusions
        As in `term_hits`.
    counted
        Which paragraphs count, one truth value a paragraph; ``None``: ``corpus.counted()``, that
        is body and list paragraphs without annex and glossary.

    Returns
    -------
    Result
        One row a concept, those never named included; ``evidence`` has one row a hit.

    References
    ----------
    Aho & Corasick 1975, doi:10.1145/360825.360855 (the search).

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from policytext.intake import read_corpus
    >>> with TemporaryDirectory() as folder:
    ...     _ = Path(folder, "甲县2021年工作总结.txt").write_text(
    ...         "甲县2021年工作总结\\n一、工作情况\\n推进紧密型县域医共体建设。", encoding="utf-8"
    ...     )
    ...     corpus = read_corpus(folder, progress=False)
    >>> result = count_terms(corpus, ["医共体", "分级诊疗"])
    >>> result.table.set_index("concept").loc["医共体", "n_hits"].item()
    1
    >>> result.explain(0)["words"].tolist()
    ['紧密型县域医共体']
    """
    table = as_terms(terms)
    hits = term_hits(corpus, terms, match=match, exclusions=exclusions)
    keep = corpus.counted() if counted is None else counted
    rolled = roll_up(hits[keep[hits["row"].to_numpy()]], table)
    counts = _concept_counts(rolled, table)
    row_ids = pd.Series(counts.index, index=counts["concept"])
    evidence = rolled[["doc_id", "para_no", "start", "end"]].copy()
    evidence.insert(0, "row_id", rolled["concept"].map(row_ids).astype("int64"))
    evidence["weight"] = 1.0
    return Result(
        table=counts,
        title=say("termcount.count_terms.title"),
        columns=COUNT_COLUMNS,
        method=_count_method(match, exclusions),
        cautions=_count_cautions(counts, corpus),
        parameters={"match": match, "exclusions": exclusions, "terms": table.digest},
        corpus=corpus,
        evidence_from=evidence.sort_values("row_id", kind="stable", ignore_index=True),
        figure=Drawing("words.plot_term_counts", titled=False),
    )


COUNT_COLUMNS = columns_of("count")


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
    zh = "取最长匹配" if longest else "计入全部匹配"
    en = "longest match" if longest else "all matches"
    zh_ex = "，不计排除语境中的命中" if dropped else ""
    en_ex = ", without hits inside listed exclusions" if dropped else ""
    return Method(
        say("termcount.count_method.method", zh=zh, zh_ex=zh_ex, en=en, en_ex=en_ex),
        (AHO_CORASICK,),
    )


def _count_cautions(counts: pd.DataFrame, corpus: Corpus) -> tuple[Bilingual, ...]:
    cautions = []
    single = counts.loc[(counts["n_documents"] == 1) & (counts["n_hits"] > 1), "concept"].tolist()
    if single and len(corpus.documents) > 1:
        names = "、".join(single[:8])
        more_zh, more_en = (" 等", ", and more") if len(single) > 8 else ("", "")
        cautions.append(
            say(
                "termcount.count_cautions",
                n_single=len(single),
                names=names,
                more_zh=more_zh,
                more_en=more_en,
            )
        )
    if not corpus.has_text:
        cautions.append(say("termcount.count_cautions.2"))
    return tuple(cautions)


# Which terms of a table never match, and which are hidden inside longer ones?

REPORT_COLUMNS = columns_of("report")


def term_report(
    corpus: Corpus, terms: Terms = None, *, counted: NDArray[np.bool_] | None = None
) -> Result:
    """Report what became of every term: matched, never found, hidden, or excluded.

    Parameters
    ----------
    corpus
        With text.
    terms
        As in `policytext.words.termcount.term_hits`.
    counted
        Which paragraphs count; ``None``: ``corpus.counted()``.

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
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from policytext.intake import read_corpus
    >>> with TemporaryDirectory() as folder:
    ...     _ = Path(folder, "甲县2021年工作总结.txt").write_text(
    ...         "甲县2021年工作总结\\n一、工作情况\\n推进医养结合，发展普惠托育。", encoding="utf-8"
    ...     )
    ...     corpus = read_corpus(folder, progress=False)
    >>> term_report(corpus, ["托育"]).table.set_index("term").loc["托育", "hidden_in"]
    '普惠托育 1'
    """
    corpus.require_text("term_report")
    table = as_terms(terms)
    keep = corpus.counted() if counted is None else np.asarray(counted, dtype=bool)
    texts = corpus.paragraphs["text"].where(keep, "")
    hits = find_terms(texts, table, keep_excluded=True)
    reason = hits["reason"].str.partition(": ")
    hits = hits.assign(why=reason[0], inside=reason[2])
    report = _fates(hits, table)
    evidence = _evidence(corpus, hits, report)
    return Result(
        table=report[list(REPORT_COLUMNS)],
        title=say("termcount.term_report.title"),
        columns=REPORT_COLUMNS,
        method=_REPORT_METHOD,
        cautions=_report_cautions(report),
        parameters={"terms": table.digest},
        corpus=corpus,
        evidence_from=evidence,
    )


_REPORT_METHOD = Method(
    say("termcount.report_method.method"),
    (AHO_CORASICK,),
)


def _fates(hits: pd.DataFrame, table: TermTable) -> pd.DataFrame:
    """Return one row a term: how often it counts, is hidden or excluded, and by what."""
    counts = pd.crosstab(hits["term"], hits["why"])
    report = table.table[["term", "concept"]].copy()
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
    line = {name: {name, *table.ancestors(name)} for name in table.concepts}
    return {
        term
        for term, inside in zip(pairs["term"], pairs["inside"], strict=True)
        if concept[term] not in line[concept[inside]]
    }


def _evidence(corpus: Corpus, hits: pd.DataFrame, report: pd.DataFrame) -> pd.DataFrame:
    keys = corpus.paragraphs[["doc_id", "para_no"]].take(hits["row"]).reset_index(drop=True)
    places = pd.concat([keys, hits[["start", "end"]]], axis=1)
    row_of = pd.Series(report.index, index=report["term"])
    places.insert(0, "row_id", hits["term"].map(row_of).astype("int64"))
    places["weight"] = (hits["why"] == "").astype(float)
    return places.sort_values("row_id", kind="stable", ignore_index=True)


def _report_cautions(report: pd.DataFrame) -> tuple[Bilingual, ...]:
    cautions = []
    never = int((report["status"] == "never found").sum())
    if never:
        cautions.append(say("termcount.report_cautions", never=never))
    lost = report.loc[report["other_concept"], "term"].tolist()
    if lost:
        names = "、".join(lost[:8])
        cautions.append(say("termcount.report_cautions.2", n_lost=len(lost), names=names))
    return tuple(cautions)

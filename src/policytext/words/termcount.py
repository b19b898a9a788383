"""How often does each concept stand in each paragraph, and in the whole corpus?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from policytext.records import Bilingual, Method
from policytext.result import Result
from policytext.words.counts import Counts
from policytext.words.termhits import Terms, find_terms, raw_count, term_hits
from policytext.words.termmatch import Match
from policytext.words.terms import TermTable, as_terms

if TYPE_CHECKING:
    import numpy as np
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from policytext.corpus import Corpus

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

    Parameters
    ----------
    hits
        With ``row, concept, start, end`` (further columns are kept).
    table
        The terms with their tree of concepts.

    Returns
    -------
    pandas.DataFrame
        The same columns; ``concept`` is now the concept counted. Of hits that overlap and count for
        the same concept, the first and longest is kept.

    Examples
    --------
    >>> from policytext.words.terms import load_terms
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
    >>> from policytext.intake.reading import read_corpus
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

    Parameters
    ----------
    hits
        With ``row, concept, start, end``.
    table
        The terms; its concepts are the columns.
    n_rows
        Number of rows of the matrix, those without a hit included.

    Examples
    --------
    >>> from policytext.words.terms import literal_terms
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
    >>> from policytext.intake.reading import read_corpus
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
        title=Bilingual("概念词频", "Counts of concepts"),
        columns=COUNT_COLUMNS,
        method=_count_method(match, exclusions),
        cautions=_count_cautions(counts, corpus),
        parameters={"match": match, "exclusions": exclusions, "terms": table.digest},
        corpus=corpus,
        evidence_from=evidence.sort_values("row_id", kind="stable", ignore_index=True),
        figure=_draw_counts,
    )


COUNT_COLUMNS = {
    "concept": "概念，含其下位概念 / the concept, with those below it",
    "label_zh": "中文标签 / label in Chinese",
    "label_en": "英文标签 / label in English",
    "family": "词族 / family of terms",
    "parent": "上位概念 / the concept above it",
    "n_hits": "命中次数（同一处只计一次）/ number of places where it is named",
    "n_paragraphs": "出现的段落数 / number of paragraphs that name it",
    "n_documents": "出现的报告数 / number of reports that name it",
    "forms": "各写法及次数 / the forms found, with their counts",
}


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
        Bilingual(
            f"以术语表在原文上逐字匹配（{zh}{zh_ex}），别名并入概念，下位概念计入上位概念，"
            "同一处只计一次。",
            f"Terms of a concept table were matched on the text ({en}{en_ex}); forms are pooled "
            "under their concept, and narrower concepts count once for broader ones.",
        ),
        (AHO_CORASICK,),
    )


def _count_cautions(counts: pd.DataFrame, corpus: Corpus) -> tuple[Bilingual, ...]:
    cautions = []
    single = counts.loc[(counts["n_documents"] == 1) & (counts["n_hits"] > 1), "concept"].tolist()
    if single and len(corpus.documents) > 1:
        names = "、".join(single[:8])
        more_zh, more_en = (" 等", ", and more") if len(single) > 8 else ("", "")
        cautions.append(
            Bilingual(
                f"{len(single)} 个概念只见于一份报告（{names}{more_zh}），"
                "不能据以谈趋势或地区差异。",
                f"{len(single)} concept(s) stand in one report only ({names}{more_en}): they carry "
                "no trend and no comparison of regions.",
            )
        )
    if not corpus.has_text:
        cautions.append(
            Bilingual(
                "计数来自语料库保存的命中表，未重新检索原文。",
                "Counts come from the hits stored with the corpus; the text was not searched.",
            )
        )
    return tuple(cautions)


def _draw_counts(result: Result, ax: Axes | None = None) -> Axes:
    from policytext.plots.words import draw_term_counts

    return draw_term_counts(result.table, ax=ax)

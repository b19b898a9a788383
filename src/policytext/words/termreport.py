"""Which terms of a table never match, and which are hidden inside longer ones?"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from policytext.records import Bilingual, Method
from policytext.result import Result
from policytext.words.termcount import AHO_CORASICK
from policytext.words.termhits import Terms, find_terms
from policytext.words.terms import TermTable, as_terms

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from policytext.corpus import Corpus

REPORT_COLUMNS = {
    "term": "词语 / the term",
    "concept": "概念 / its concept",
    "status": "命中、从未出现、总在更长词语之内、总在排除语境之内 / matched, never found, "
    "always hidden (inside a longer term), always excluded, never counted (both)",
    "n_found": "出现次数 / times it stands in the text, counted or not",
    "n_counted": "计入次数 / times it is counted",
    "n_hidden": "在更长词语之内的次数 / times inside a longer term of the table",
    "hidden_in": "更长的词语及次数 / those longer terms",
    "other_concept": "更长的词语属于不相干的概念 / whether a longer term belongs to a concept that "
    "is neither the same nor below it: its hits are lost to this one",
    "n_excluded": "在排除语境之内的次数 / times inside one of its exclusions",
    "excluded_in": "排除语境及次数 / those exclusions",
}


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
    >>> from policytext.intake.reading import read_corpus
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
        title=Bilingual("词语表检查", "What became of every term"),
        columns=REPORT_COLUMNS,
        method=_REPORT_METHOD,
        cautions=_report_cautions(report),
        parameters={"terms": table.digest},
        corpus=corpus,
        evidence_from=evidence,
    )


_REPORT_METHOD = Method(
    Bilingual(
        "逐词列出命中、被更长词语覆盖和被排除的次数。",
        "For every term: how often it counts, lies inside a longer term, or is excluded.",
    ),
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
        cautions.append(
            Bilingual(
                f"{never} 个词语从未出现：可能真的没有，也可能写法不同。",
                f"{never} term(s) never stand in the text: absent, or written in another way.",
            )
        )
    lost = report.loc[report["other_concept"], "term"].tolist()
    if lost:
        names = "、".join(lost[:8])
        cautions.append(
            Bilingual(
                f"{len(lost)} 个词语被其他概念的更长词语覆盖（{names}），其计数偏低；"
                "请设为上位概念或写入排除。",
                f"{len(lost)} term(s) lie inside longer terms of other concepts ({names}) and "
                "count too low; make the shorter one a parent, or list the longer as exclusion.",
            )
        )
    return tuple(cautions)

"""Which promises stand twice in one report, in its body and in its annex?"""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from policytext.analysis.sentence_pairs import sentences
from policytext.corpus import Corpus
from policytext.errors import ParameterError
from policytext.records import Bilingual, Method
from policytext.result import Result
from policytext.words.termhits import Terms, find_terms
from policytext.words.terms import as_terms

MIN_HAN: Final = 10
LEAST_ALIKE: Final = 85.0

REPEAT_COLUMNS: Final = {
    "doc_id": "报告 / report",
    "para_annex": "附件段落号 / paragraph in the annex",
    "start_annex": "起 / start in its text",
    "end_annex": "止 / end",
    "para_body": "正文段落号 / paragraph in the body",
    "start_body": "起 / start in its text",
    "end_body": "止 / end",
    "similarity": "短句在长句中的相似度 / similarity of the shorter within the longer, 0 to 100",
    "concepts": "两处都提及的概念 / concepts named in both places",
}

METHOD: Final = Method(
    Bilingual(
        f"附件与正文切句（不少于 {MIN_HAN} 个汉字），以 rapidfuzz 的局部相似度配对"
        f"（不低于 {LEAST_ALIKE:g}）。",
        f"Annex and body were cut into sentences of at least {MIN_HAN} Han characters and paired "
        f"by rapidfuzz's partial similarity of at least {LEAST_ALIKE:g}.",
    ),
    ("Levenshtein V. I. (1966). Soviet Physics Doklady 10, 707-710.",),
)


def annex_repeats(
    corpus: Corpus, terms: Terms = None, *, min_similarity: float = LEAST_ALIKE
) -> Result:
    """Find sentences of the annex that stand in the body of the same report too.

    Hits in both places are one programme; annexes are therefore left out of counts by default.

    Parameters
    ----------
    corpus
        A corpus with text.
    terms
        Concepts looked for in the pairs; the table of the package by default.
    min_similarity
        Least similarity of the shorter sentence within the longer, 50 to 100.

    Returns
    -------
    Result
        One row a pair, columns of ``REPEAT_COLUMNS``; each sentence of the annex with the sentence
        of the body that is most alike.

    Raises
    ------
    NeedsTextError
        The corpus holds counts only.
    ParameterError
        A wrong threshold.

    References
    ----------
    Levenshtein V. I. (1966). Binary codes capable of correcting deletions, insertions, and
    reversals. Soviet Physics Doklady 10, 707-710.
    """
    corpus.require_text("annex_repeats")
    if not 50 <= min_similarity <= 100:
        raise ParameterError(f"`min_similarity` must lie between 50 and 100, got {min_similarity}")
    places = _places(corpus)
    blocks = [_pairs(part, min_similarity) for _, part in places.groupby("doc_id", sort=False)]
    found = pd.concat(blocks, ignore_index=True) if blocks else pd.DataFrame()
    table = _with_concepts(found.reindex(columns=[*REPEAT_COLUMNS, "annex", "body"]), terms)
    return Result(
        table=table,
        title=Bilingual("正文与附件重复的内容", "What stands in body and annex"),
        columns=REPEAT_COLUMNS,
        method=METHOD,
        parameters={"min_similarity": min_similarity},
        corpus=corpus,
        evidence_from=_evidence(table),
    )


def _places(corpus: Corpus) -> pd.DataFrame:
    """Sentences of the annex and of the body, without other kinds of paragraph."""
    paragraphs = corpus.paragraphs
    counted = corpus.counted() | corpus.counted(parts=["annex"])
    found = sentences(paragraphs["text"], np.flatnonzero(counted), min_han=MIN_HAN)
    rows = paragraphs.iloc[found["row"].to_numpy(dtype=int)].reset_index(drop=True)
    found["doc_id"], found["para"] = rows["doc_id"], rows["para_no"]
    found["in_annex"] = rows["part_of_report"].eq("annex").to_numpy(dtype=bool)
    return found


def _pairs(part: pd.DataFrame, min_similarity: float) -> pd.DataFrame:
    from rapidfuzz.fuzz import partial_ratio
    from rapidfuzz.process import cdist

    annex = part[part["in_annex"]].reset_index(drop=True)
    body = part[~part["in_annex"]].reset_index(drop=True)
    if annex.empty or body.empty:
        return pd.DataFrame(columns=[*REPEAT_COLUMNS, "annex", "body"])
    score = cdist(annex["plain"].tolist(), body["plain"].tolist(), scorer=partial_ratio)
    best = score.argmax(axis=1)
    kept = np.flatnonzero(score[np.arange(len(annex)), best] >= min_similarity)
    left, right = annex.iloc[kept], body.iloc[best[kept]]
    return pd.DataFrame(
        {
            "doc_id": left["doc_id"].to_numpy(),
            "para_annex": left["para"].to_numpy(),
            "start_annex": left["start"].to_numpy(),
            "end_annex": left["end"].to_numpy(),
            "para_body": right["para"].to_numpy(),
            "start_body": right["start"].to_numpy(),
            "end_body": right["end"].to_numpy(),
            "similarity": score[kept, best[kept]].astype(float).round(1),
            "annex": left["plain"].to_numpy(),
            "body": right["plain"].to_numpy(),
        }
    )


def _with_concepts(found: pd.DataFrame, terms: Terms) -> pd.DataFrame:
    table = as_terms(terms)
    named = []
    for column in ("annex", "body"):
        hits = find_terms(found[column].tolist(), table)
        named.append(hits.groupby("row")["concept"].agg(set))
    both = [sorted(named[0].get(i, set()) & named[1].get(i, set())) for i in range(len(found))]
    found = found.assign(concepts=["、".join(concepts) for concepts in both])
    whole = {name: "int64" for name in REPEAT_COLUMNS if name.startswith(("para", "start", "end"))}
    return found[list(REPEAT_COLUMNS)].astype(whole).reset_index(drop=True)


def _evidence(table: pd.DataFrame) -> pd.DataFrame:
    sides = [
        pd.DataFrame(
            {
                "row_id": table.index,
                "doc_id": table["doc_id"],
                "para_no": table[f"para_{side}"],
                "start": table[f"start_{side}"],
                "end": table[f"end_{side}"],
                "weight": table["similarity"],
            }
        )
        for side in ("annex", "body")
    ]
    return pd.concat(sides, ignore_index=True).sort_values("row_id", kind="stable")

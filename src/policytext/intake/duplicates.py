"""Which reports are the same text twice, or nearly?"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from policytext.records import HAN

SHINGLE = 5
PERMUTATIONS = 64
ALIKE = 0.8
"""Least Jaccard similarity of the five-character runs of two reports that are called the same."""

SHORTEST = 50
"""Han characters; shorter texts are compared letter by letter only."""


def find_duplicates(documents: pd.DataFrame, paragraphs: pd.DataFrame) -> pd.DataFrame:
    """Find reports that repeat an earlier report of the corpus.

    Parameters
    ----------
    documents, paragraphs
        Tables of a corpus; the earlier report is the one that stands first in ``documents``.

    Returns
    -------
    pandas.DataFrame
        One row a repeated report: ``doc_id, duplicate_of, similarity`` (Jaccard, 1 for the same
        Han characters).

    References
    ----------
    Broder A. (1997). On the resemblance and containment of documents. SEQUENCES '97.
    https://doi.org/10.1109/SEQUEN.1997.666900

    Examples
    --------
    >>> documents = pd.DataFrame({"doc_id": ["a", "b"]})
    >>> paragraphs = pd.DataFrame({"doc_id": ["a", "b"], "text": ["医共体建成。", "医共体建成"]})
    >>> find_duplicates(documents, paragraphs).values.tolist()
    [['b', 'a', 1.0]]
    """
    whole = paragraphs.groupby("doc_id", sort=False)["text"].agg("".join)
    texts = {d: "".join(HAN.findall(whole.get(d, ""))) for d in documents["doc_id"]}
    rows = [*_same(texts), *_nearly(texts)]
    found = pd.DataFrame(rows, columns=["doc_id", "duplicate_of", "similarity"])
    return found.drop_duplicates("doc_id", ignore_index=True)


def mark_duplicates(
    documents: pd.DataFrame, claims: pd.DataFrame, paragraphs: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return documents with ``duplicate_of`` filled in, and claims that say how alike they are."""
    found = find_duplicates(documents, paragraphs)
    if found.empty:
        return documents, claims
    twin = documents["doc_id"].map(found.set_index("doc_id")["duplicate_of"]).fillna("")
    rows = pd.DataFrame(
        {
            "doc_id": found["doc_id"],
            "field": "duplicate_of",
            "value": found["duplicate_of"],
            "certainty": ["certain" if s == 1 else "likely" for s in found["similarity"]],
            "words": "",
            "start": -1,
            "end": -1,
            "rule": [f"jaccard {s:.2f}" for s in found["similarity"]],
        }
    )
    return documents.assign(duplicate_of=twin), pd.concat([claims, rows], ignore_index=True)


def _same(texts: Mapping[str, str]) -> list[tuple[str, str, float]]:
    first: dict[str, str] = {}
    out = []
    for doc_id, text in texts.items():
        if text and first.setdefault(text, doc_id) != doc_id:
            out.append((doc_id, first[text], 1.0))
    return out


def _nearly(texts: Mapping[str, str]) -> list[tuple[str, str, float]]:
    """Find candidates with MinHash and measure them exactly."""
    from datasketch import MinHash, MinHashLSH

    index = MinHashLSH(threshold=ALIKE - 0.1, num_perm=PERMUTATIONS)
    kept: dict[str, frozenset[str]] = {}
    out = []
    for doc_id, text in texts.items():
        if len(text) < SHORTEST:
            continue
        runs = frozenset(text[i : i + SHINGLE] for i in range(len(text) - SHINGLE + 1))
        mark = MinHash(num_perm=PERMUTATIONS, seed=1)
        mark.update_batch([run.encode() for run in sorted(runs)])
        alike = [(_jaccard(runs, kept[other]), other) for other in sorted(index.query(mark))]
        best = max(alike, default=(0.0, ""))
        if best[0] >= ALIKE:
            out.append((doc_id, best[1], best[0]))
        else:
            kept[doc_id] = runs
            index.insert(doc_id, mark)
    return out


def _jaccard(one: frozenset[str], two: frozenset[str]) -> float:
    return len(one & two) / len(one | two)

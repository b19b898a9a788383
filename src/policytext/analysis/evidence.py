"""Which paragraphs stand behind each row of a table?"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

EVIDENCE = ("row_id", "doc_id", "para_no", "start", "end", "weight")


def paragraph_evidence(
    table: pd.DataFrame,
    matrix: sparse.csr_matrix,
    features: Sequence[str],
    paragraphs: pd.DataFrame,
    *,
    feature: str,
    by: Sequence[str] = (),
) -> pd.DataFrame:
    """List the paragraphs that hold the feature of each row, in the group of that row.

    Parameters
    ----------
    table
        The result: a column with the feature's name and the grouping columns.
    matrix
        paragraphs × features, emptied where a paragraph is not counted.
    features
        Names of the columns of ``matrix``.
    paragraphs
        One row a paragraph: ``doc_id``, ``para_no`` and the grouping columns.
    feature
        Which column of ``table`` names the feature.
    by
        Grouping columns that ``table`` and ``paragraphs`` share.

    Returns
    -------
    pandas.DataFrame
        ``row_id`` (row of ``table``), ``doc_id``, ``para_no``, ``start`` and ``end`` (-1: the
        whole paragraph), ``weight`` (hits in the paragraph), most hits first.

    Examples
    --------
    >>> table = pd.DataFrame({"term": ["医共体"], "year": [2020]})
    >>> paragraphs = pd.DataFrame({"doc_id": ["a", "b"], "para_no": [0, 0], "year": [2020, 2021]})
    >>> paragraph_evidence(table, sparse.csr_matrix([[2], [1]]), ["医共体"], paragraphs,
    ...                    feature="term", by=["year"]).values.tolist()
    [[0, 'a', 0, -1, -1, 2.0]]
    """
    names = [feature, *by]
    wanted = table[names].copy()
    wanted["row_id"] = np.arange(len(table))
    column = {name: i for i, name in enumerate(features)}
    numbers = sorted({column[name] for name in table[feature] if name in column})
    hits = sparse.coo_matrix(sparse.csc_matrix(matrix)[:, numbers])
    found = paragraphs.iloc[hits.row].reset_index(drop=True)[["doc_id", "para_no", *by]]
    found[feature] = np.array(features, dtype=object)[np.array(numbers, dtype=int)[hits.col]]
    found["weight"] = hits.data.astype(float)
    joined = wanted.merge(found, on=names, how="inner")
    joined["start"] = -1
    joined["end"] = -1
    order = joined.sort_values(
        ["row_id", "weight", "doc_id", "para_no"],
        ascending=[True, False, True, True],
        kind="stable",
    )
    return order[list(EVIDENCE)].reset_index(drop=True)


def hit_evidence(table: pd.DataFrame, hits: pd.DataFrame, paragraphs: pd.DataFrame) -> pd.DataFrame:
    """List every hit of the term of each row, in the group of that row.

    Parameters
    ----------
    table
        The result: ``term`` and the grouping columns.
    hits
        One row a hit: ``row`` (paragraph), ``concept``, ``start``, ``end``.
    paragraphs
        One row a paragraph: ``doc_id``, ``para_no`` and the grouping columns.

    Returns
    -------
    pandas.DataFrame
        As :func:`paragraph_evidence`, one row a hit, weight 1.

    Examples
    --------
    >>> table = pd.DataFrame({"term": ["医共体"], "year": [2020]})
    >>> paragraphs = pd.DataFrame({"doc_id": ["a"], "para_no": [4], "year": [2020]})
    >>> hits = pd.DataFrame({"row": [0], "concept": ["医共体"], "start": [2], "end": [5]})
    >>> hit_evidence(table, hits, paragraphs).values.tolist()
    [[0, 'a', 4, 2, 5, 1.0]]
    """
    by = [name for name in paragraphs.columns if name not in ("doc_id", "para_no", "corpus")]
    wanted = table[["term", *by]].assign(row_id=np.arange(len(table)))
    found = paragraphs.iloc[hits["row"].to_numpy(dtype=int)].reset_index(drop=True)
    found = found[["doc_id", "para_no", *by]].assign(
        term=hits["concept"].to_numpy(dtype=object),
        start=hits["start"].to_numpy(dtype=np.int64),
        end=hits["end"].to_numpy(dtype=np.int64),
        weight=1.0,
    )
    joined = wanted.astype({"term": object}).merge(found, on=["term", *by], how="inner")
    order = joined.sort_values(["row_id", "doc_id", "para_no", "start"], kind="stable")
    return order[list(EVIDENCE)].reset_index(drop=True)


def emptied(matrix: sparse.csr_matrix, counted: npt.NDArray[np.bool_]) -> sparse.csr_matrix:
    """Empty the rows that are not counted, keeping all rows in place.

    Parameters
    ----------
    matrix
        paragraphs × features.
    counted
        True for the rows to keep.

    Examples
    --------
    >>> emptied(sparse.csr_matrix([[1], [2]]), np.array([False, True])).toarray().tolist()
    [[0], [2]]
    """
    diagonal = sparse.diags_array(counted.astype(matrix.dtype), dtype=matrix.dtype)
    kept = sparse.csr_matrix(diagonal @ matrix)
    kept.eliminate_zeros()
    return kept

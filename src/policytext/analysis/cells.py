"""How much of each feature does each report hold in each group?

A cell is one report in one group (a report of 2019 is one cell of the group 2019, and one cell of
each of its parts when parts are compared). All later statistics are computed from cells.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

from policytext.errors import ParameterError

DOC = "doc_id"


@dataclass(frozen=True)
class Cells:
    """Counts of features by report and group.

    Parameters
    ----------
    table
        One row a cell: ``doc_id``, the grouping columns, ``n_han`` (Han characters counted),
        ``n_paragraphs`` (paragraphs counted).
    by
        Names of the grouping columns.
    counts
        cells × features: hits.
    paragraphs
        cells × features: paragraphs with at least one hit.
    features
        Names of the columns of both matrices.
    """

    table: pd.DataFrame
    by: tuple[str, ...]
    counts: sparse.csr_array
    paragraphs: sparse.csr_array
    features: tuple[str, ...]

    @property
    def group(self) -> npt.NDArray[np.str_]:
        """One label a cell; two grouping columns are joined by `` | ``."""
        return join_labels(self.table, self.by)

    def keep(self, rows: npt.NDArray[np.bool_]) -> Cells:
        """Return the cells where ``rows`` is True."""
        table = self.table[rows].reset_index(drop=True)
        chosen = np.flatnonzero(rows)
        return Cells(table, self.by, self.counts[chosen], self.paragraphs[chosen], self.features)


def join_labels(table: pd.DataFrame, by: Sequence[str]) -> npt.NDArray[np.str_]:
    """One label a row from the grouping columns.

    Parameters
    ----------
    table
        Holds the columns named in ``by``.
    by
        One or more column names.

    Examples
    --------
    >>> table = pd.DataFrame({"province": ["甲"], "year": [2020]})
    >>> join_labels(table, ["province", "year"]).tolist()
    ['甲 | 2020']
    """
    parts = [table[name].astype(str).to_numpy(dtype=str) for name in by]
    return np.array([" | ".join(row) for row in zip(*parts, strict=True)], dtype=str)


def build_cells(
    matrix: sparse.csr_array,
    features: Sequence[str],
    labels: pd.DataFrame,
    n_han: npt.ArrayLike,
    counted: npt.NDArray[np.bool_],
) -> Cells:
    """Add paragraphs up to reports and groups.

    Parameters
    ----------
    matrix
        paragraphs × features: counts.
    features
        Names of the columns of ``matrix``.
    labels
        One row a paragraph: ``doc_id`` first, then the grouping columns.
    n_han
        Han characters of each paragraph.
    counted
        True for the paragraphs that are counted.

    Returns
    -------
    Cells
        Sorted by group and report; cells without a Han character are left out.

    Raises
    ------
    ParameterError
        Matrix, labels and characters differ in length.

    Examples
    --------
    >>> labels = pd.DataFrame({"doc_id": ["a", "a", "b"], "year": [2020, 2020, 2021]})
    >>> cells = build_cells(sparse.csr_array([[1], [2], [0]]), ["医共体"], labels, [10, 10, 5],
    ...                     np.array([True, True, True]))
    >>> cells.counts.toarray().ravel().tolist(), cells.table["n_han"].tolist()
    ([3, 0], [20, 5])
    """
    size = np.asarray(n_han, dtype=np.int64)
    if not (matrix.shape[0] == len(labels) == len(size) == len(counted)):
        raise ParameterError(
            "the counts must have one row a paragraph of the corpus: got "
            f"{matrix.shape[0]} rows of counts for {len(labels)} paragraphs; count again from "
            "this corpus"
        )
    if matrix.shape[1] != len(features):
        raise ParameterError(f"{matrix.shape[1]} columns of counts, {len(features)} names")
    by = tuple(str(name) for name in labels.columns if name != DOC)
    rows = np.flatnonzero(counted)
    kept = labels.iloc[rows].reset_index(drop=True)
    grouped = kept.groupby([*by, DOC], sort=True, dropna=False)
    codes = grouped.ngroup().to_numpy()
    table = grouped.size().reset_index(name="n_paragraphs")[[DOC, *by, "n_paragraphs"]]
    table["n_han"] = np.bincount(codes, weights=size[rows], minlength=len(table)).astype(np.int64)
    sums = indicator(codes, len(table))
    block = sparse.csr_array(matrix)[rows]
    present = block.copy()
    present.data = (present.data > 0).astype(np.int64)
    cells = Cells(table, by, _csr(sums @ block), _csr(sums @ present), tuple(features))
    return cells.keep(cells.table["n_han"].to_numpy() > 0)


def indicator(codes: npt.ArrayLike, n_groups: int) -> sparse.csr_array:
    """Matrix that adds rows up by group: groups × rows.

    Parameters
    ----------
    codes
        Group number of each row, from 0.
    n_groups
        How many groups.

    Examples
    --------
    >>> (indicator([0, 1, 0], 2) @ np.array([1, 2, 3])).tolist()
    [4, 2]
    """
    groups = np.asarray(codes, dtype=np.int64)
    ones = np.ones(len(groups), dtype=np.int64)
    return sparse.csr_array((ones, (groups, np.arange(len(groups)))), shape=(n_groups, len(groups)))


def _csr(matrix: sparse.sparray) -> sparse.csr_array:
    return sparse.csr_array(matrix)

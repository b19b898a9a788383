"""What does a paragraph × feature matrix look like, whatever the features are?"""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np

from policytext.errors import ParameterError
from policytext.records import Bilingual

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import ArrayLike, NDArray
    from scipy.sparse import csr_array, csr_matrix

MOST_SHOWN = 12
"""Features that a notebook shows of counts, the most frequent ones."""


NO_NOTE: Final = Bilingual("", "")


def indicator(codes: ArrayLike, n_groups: int) -> csr_array:
    """Return the matrix that adds rows up by group: groups × rows.

    >>> (indicator([0, 1, 0], 2) @ np.array([1, 2, 3])).tolist()
    [4, 2]
    """
    from scipy.sparse import csr_array

    groups = np.asarray(codes, dtype=np.int64)
    ones = np.ones(len(groups), dtype=np.int64)
    return csr_array((ones, (groups, np.arange(len(groups)))), shape=(n_groups, len(groups)))


def emptied(matrix: csr_matrix, rows: NDArray[np.bool_]) -> csr_matrix:
    """Empty all other rows, keeping every row in its place.

    >>> from scipy.sparse import csr_matrix
    >>> emptied(csr_matrix([[1], [2]]), np.array([False, True])).toarray().tolist()
    [[0], [2]]
    """
    from scipy.sparse import csr_matrix, diags_array

    kept = csr_matrix(diags_array(np.asarray(rows, matrix.dtype), dtype=matrix.dtype) @ matrix)
    kept.eliminate_zeros()
    return kept


@dataclass(frozen=True, repr=False)
class Counts:
    """How often each feature stands in each paragraph.

    Parameters
    ----------
    matrix
        Sparse matrix, one row a paragraph of the corpus in its order (empty ones included),
        one column a feature.
    features
        Names of the columns.
    kind
        What the features are: ``words``, ``terms``, ``topics`` or ``themes``.
    note
        A sentence for the method: which words were left out.
    totals
        What ``table`` shows, where it is more than the sums of the columns.

    Examples
    --------
    >>> from scipy.sparse import csr_matrix
    >>> counts = Counts(csr_matrix([[1, 0], [0, 2], [1, 1]]), ("医院", "养老"), "words")
    >>> table, groups = counts.by_group(["甲", "乙", "甲"])
    >>> groups, table.toarray().tolist()
    (('乙', '甲'), [[0, 2], [2, 1]])
    """

    matrix: csr_matrix
    features: tuple[str, ...]
    kind: str = "words"
    note: Bilingual = NO_NOTE
    totals: pd.DataFrame | None = field(default=None, compare=False, repr=False)

    def __post_init__(self) -> None:
        if self.matrix.shape[1] != len(self.features):
            raise ParameterError(
                f"features must name each of the {self.matrix.shape[1]} columns, "
                f"got {len(self.features)}"
            )

    @property
    def table(self) -> pd.DataFrame:
        """One row a feature: its ``n_hits`` and in how many paragraphs it stands.

        What `count_terms` gives tells them for the paragraphs that count by default, with
        ``n_documents``; otherwise all rows of the matrix are summed.

        >>> from scipy.sparse import csr_matrix
        >>> Counts(csr_matrix([[2], [1]]), ("医院",), "words").table.values.tolist()
        [['医院', 3, 2]]
        """
        import pandas as pd

        if self.totals is not None:
            return self.totals
        name = {"terms": "concept", "words": "word"}.get(self.kind, "feature")
        sums, held = self._sums()
        return pd.DataFrame({name: list(self.features), "n_hits": sums, "n_paragraphs": held})

    def _sums(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return how often each feature stands in all rows, and in how many of them."""
        found = np.asarray(self.matrix.sum(axis=0)).ravel()
        return found, np.asarray((self.matrix > 0).sum(axis=0)).ravel()

    def __repr__(self) -> str:
        rows, columns = self.matrix.shape
        return (
            f"Counts of {self.kind}: {rows:,} paragraphs × {columns:,} features, "
            f"{int(self.matrix.sum()):,} in all"
        )

    def _repr_html_(self) -> str:
        sums, held = self._sums()
        order = np.argsort(-sums, kind="stable")[:MOST_SHOWN]
        rows = "".join(
            f"<tr><td>{html.escape(str(self.features[i]))}</td><td>{int(sums[i]):,}</td>"
            f"<td>{int(held[i]):,}</td></tr>"
            for i in order
        )
        return (
            f"<div><p>{html.escape(repr(self))}</p><table><thead><tr><th>feature</th>"
            f"<th>count</th><th>paragraphs</th></tr></thead><tbody>{rows}</tbody></table></div>"
        )

    def by_group(
        self, labels: Sequence[object] | pd.Series, rows: NDArray[np.bool_] | None = None
    ) -> tuple[csr_matrix, tuple[object, ...]]:
        """Sum the rows of each group.

        Parameters
        ----------
        labels
            One label a paragraph.
        rows
            Which paragraphs are counted; all, if not given.

        Returns
        -------
        csr_matrix
            One row a group, groups in sorted order.
        tuple
            The groups' labels.
        """
        import pandas as pd
        from scipy.sparse import csr_matrix

        kept = np.ones(self.matrix.shape[0], bool) if rows is None else np.asarray(rows, bool)
        values = pd.Series(list(labels), dtype=object)
        if len(values) != self.matrix.shape[0]:
            raise ParameterError(
                f"labels must have one entry for each of the {self.matrix.shape[0]} paragraphs, "
                f"got {len(values)}"
            )
        codes, groups = pd.factorize(values[kept].to_numpy(), sort=True)
        sums = indicator(codes, len(groups)).astype(self.matrix.dtype)
        return csr_matrix(sums @ self.matrix[np.flatnonzero(kept)]), tuple(groups)

    def select(self, rows: NDArray[np.bool_]) -> Counts:
        """Return the counts with the other rows emptied, so that rows stay aligned."""
        return Counts(emptied(self.matrix, rows), self.features, self.kind, self.note)

    def to_frame(self, index: pd.DataFrame | None = None) -> pd.DataFrame:
        """Return the counts as a sparse DataFrame, e.g. for a look or for export."""
        import pandas as pd

        frame = pd.DataFrame.sparse.from_spmatrix(self.matrix, columns=list(self.features))
        return frame if index is None else pd.concat([index.reset_index(drop=True), frame], axis=1)

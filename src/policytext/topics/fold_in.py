"""Which topic shares do new rows have, when the topics' word probabilities are held?"""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy import sparse

Floats = npt.NDArray[np.float64]

_CELLS_AT_ONCE = 4_000_000
"""Counts × topics that are held in memory together (about 100 MB with all copies)."""


_STEPS = 5
"""Steps between two looks at which rows have settled."""


class _Cells(NamedTuple):
    """One line per filled cell of the counts, and what belongs to its row."""

    fit: Floats
    weight: Floats
    row: npt.NDArray[np.intp]
    gather: sparse.csr_array
    prior: Floats
    mine: Floats
    parameters: Floats
    total: Floats


def fold_in(
    counts: sparse.csr_array,
    word_probabilities: Floats,
    alpha: Floats,
    *,
    max_iter: int = 100,
    tol: float = 1e-4,
) -> Floats:
    """Return the Dirichlet parameters of each row's topic shares.

    Zero-order collapsed variational inference with the word probabilities held: each word's
    topic distribution is updated from the others' until the shares move by less than `tol`. No
    chance is involved.

    Parameters
    ----------
    counts : csr_array of shape (n_rows, n_words)
    word_probabilities : ndarray of shape (n_topics, n_words)
        Rows sum to 1.
    alpha : ndarray of shape (n_topics,) or (n_rows, n_topics)
        Prior of the shares.
    max_iter : int
    tol : float
        Largest change of a row's shares that counts as none.

    Returns
    -------
    ndarray of shape (n_rows, n_topics)
        `alpha` plus the expected number of the row's words in each topic. Words that no topic
        knows are left out.

    References
    ----------
    Asuncion, A., Welling, M., Smyth, P. & Teh, Y. W. (2009). On smoothing and inference for topic
    models. UAI 2009. arXiv:1205.2662

    Examples
    --------
    >>> words = np.array([[0.9, 0.1], [0.1, 0.9]])
    >>> fold_in(sparse.csr_array([[9.0, 1.0]]), words, np.full(2, 0.1)).round(1)
    array([[10. ,  0.2]])
    """
    n_topics = len(word_probabilities)
    prior = np.broadcast_to(np.asarray(alpha, dtype=np.float64), (counts.shape[0], n_topics))
    parameters = prior.copy()
    by_word = np.ascontiguousarray(word_probabilities.T)
    starts = _blocks(counts.indptr, max(1, _CELLS_AT_ONCE // n_topics))
    for first, last in pairwise(starts):
        block = counts[first:last]
        if block.nnz:
            parameters[first:last] = _fold_block(block, by_word, prior[first:last], max_iter, tol)
    return parameters


def _blocks(indptr: npt.NDArray[np.integer], most: int) -> list[int]:
    starts, n_rows = [0], len(indptr) - 1
    while starts[-1] < n_rows:
        limit = int(np.searchsorted(indptr, indptr[starts[-1]] + most, side="right")) - 1
        starts.append(min(max(limit, starts[-1] + 1), n_rows))
    return starts


def _fold_block(
    block: sparse.csr_array, by_word: Floats, prior: Floats, max_iter: int, tol: float
) -> Floats:
    parameters = prior.copy()
    cells = _start(block, by_word, prior)
    live = np.arange(block.shape[0])
    for _ in range(0, max_iter, _STEPS):
        for _ in range(_STEPS):
            before = cells.parameters
            cells = _step(cells)
        parameters[live] = cells.parameters
        # each row stops on its own, so that its shares do not depend on the rows it comes with
        moved = np.abs(cells.parameters - before).max(axis=1) / cells.total
        going = np.flatnonzero(moved >= tol)
        if not len(going):
            break
        live, cells = live[going], _keep(cells, going)
    return parameters


def _start(block: sparse.csr_array, by_word: Floats, prior: Floats) -> _Cells:
    fit = by_word[block.indices]
    weight = np.where(fit.sum(axis=1) > 0, block.data, 0.0)[:, None]
    row = np.repeat(np.arange(block.shape[0]), np.diff(block.indptr))
    gather = sparse.csr_array(
        (np.ones(len(row)), np.arange(len(row)), block.indptr), shape=(block.shape[0], len(row))
    )
    mine = _normalised(fit * prior[row])
    total = np.maximum(gather @ weight, 1.0).ravel()
    parameters = np.asarray(prior + gather @ (weight * mine))
    return _Cells(fit, weight, row, gather, prior, mine, parameters, total)


def _step(cells: _Cells) -> _Cells:
    fit, weight, row, gather, prior, mine, parameters, _ = cells
    # a word does not vote for itself: one of its own occurrences is taken out
    others = np.maximum(parameters[row] - np.minimum(weight, 1.0) * mine, prior[row])
    mine = _normalised(fit * others)
    return cells._replace(mine=mine, parameters=np.asarray(prior + gather @ (weight * mine)))


def _keep(cells: _Cells, going: npt.NDArray[np.intp]) -> _Cells:
    kept = np.flatnonzero(np.isin(cells.row, going))
    gather = sparse.csr_array(cells.gather[going][:, kept])
    return _Cells(
        fit=cells.fit[kept],
        weight=cells.weight[kept],
        row=np.searchsorted(going, cells.row[kept]),
        gather=gather,
        prior=cells.prior[going],
        mine=cells.mine[kept],
        parameters=cells.parameters[going],
        total=cells.total[going],
    )


def _normalised(values: Floats) -> Floats:
    totals = values.sum(axis=1, keepdims=True)
    return np.asarray(values / np.where(totals > 0, totals, 1.0), dtype=np.float64)

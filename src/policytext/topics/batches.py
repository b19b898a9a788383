"""How are topics learned from more rows than memory holds, some rows at a time?"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse

from policytext.records import Floats
from policytext.storage import GrowingArray

SAMPLE = 20_000
"""Rows, evenly spread, from which the factorisation takes its start."""

STEADY = 1e-3
"""Mean change of the topics' word shares in one pass over the rows, after which it stops."""

PATIENCE = 5
"""Passes in which that change does not fall by a tenth, after which it stops: batches differ."""

Rows = npt.NDArray[np.int64]


def runs_of(rows: Rows, size: int) -> Iterator[Rows]:
    """Cut rows into runs of one size, the last one shorter.

    >>> [run.tolist() for run in runs_of(np.arange(5), 2)]
    [[0, 1], [2, 3], [4]]
    """
    return (rows[at : at + size] for at in range(0, len(rows), size))


def evenly(rows: Rows, most: int = SAMPLE) -> Rows:
    """Return at most so many rows, spread evenly.

    >>> evenly(np.arange(10), 5).tolist()
    [0, 2, 4, 6, 8]
    """
    return rows[:: max(1, -(-len(rows) // most))]


def learned(
    weighted: Callable[[Rows], sparse.csr_array],
    rows: Rows,
    start: Floats,
    *,
    batch_size: int,
    max_iter: int,
    random_state: int,
) -> tuple[Floats, int, bool]:
    """Return the factors of rows, in how many passes they were found, and whether they are steady.

    ``weighted`` gives the weights of some rows; ``start`` the factors to begin with. In each pass
    the rows come in another order. What earlier rows said is forgotten by three tenths in a pass.

    Source: Mairal et al. (2010); the engine is scikit-learn's MiniBatchNMF.
    """
    from sklearn.decomposition import MiniBatchNMF

    size = min(batch_size, len(rows))
    engine: Any = MiniBatchNMF(
        len(start),
        init="custom",
        batch_size=size,
        forget_factor=0.7 ** (size / len(rows)),
        random_state=random_state,
    )
    draw = np.random.default_rng(random_state)
    small = start.mean() or 1.0
    factors = np.where(start > 0, start, small)  # its steps multiply: a zero would stay one
    least, best_at = np.inf, 0
    for done in range(1, max_iter + 1):
        before = factors / factors.sum(axis=1, keepdims=True)
        for run in runs_of(draw.permutation(rows), size):
            found = weighted(run)
            begin = np.full((len(run), len(start)), small)
            engine.partial_fit(found, W=begin, H=factors)
        factors = np.asarray(engine.components_, dtype=np.float64)
        after = factors / factors.sum(axis=1, keepdims=True)
        change = float(np.abs(after - before).sum(axis=1).mean())
        if change < 0.9 * least:
            least, best_at = change, done
        if change < STEADY or done - best_at >= PATIENCE:
            return factors, done, True
    return factors, max_iter, False


def placed(place: Callable[[Rows], Floats], rows: Rows, n_topics: int, batch_size: int) -> Floats:
    """Place rows in topics, some at a time; a long table lies in a file.

    >>> placed(lambda run: np.ones((len(run), 2)), np.arange(3), 2, 2).shape
    (3, 2)
    """
    out = GrowingArray("float64")
    for run in runs_of(rows, batch_size):
        out.add(place(run))
    return out.whole().reshape(-1, n_topics)

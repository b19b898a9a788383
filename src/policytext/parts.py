"""How is a stage run over the parts of a corpus, by one process or several, with one result?

A stage is a plain function of a part; parts go out and results come back in the same order, so that
what is put together from them is the same for any number of processes. Under
``joblib.parallel_config(backend="dask")`` the same call runs on a cluster.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any, Final, TypeVar

import numpy as np

from policytext.errors import ParameterError

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

Out = TypeVar("Out")

PART: Final = 500_000
"""Characters of the texts that a process is given at once."""


def check_jobs(n_jobs: object) -> None:
    """Refuse what is no number of processes.

    >>> check_jobs(0)
    Traceback (most recent call last):
    policytext.errors.ParameterError: n_jobs must be a number of processes, or -1 for all, got 0
    """
    if not isinstance(n_jobs, int) or isinstance(n_jobs, bool) or n_jobs == 0:
        raise ParameterError(f"n_jobs must be a number of processes, or -1 for all, got {n_jobs!r}")


def each_part(
    stage: Callable[..., Out], parts: Iterable[tuple[Any, ...]], n_jobs: int = 1
) -> Iterator[Out]:
    """Yield what a stage makes of each part, in the order of the parts.

    A part is the arguments of the stage. Parts are asked for as processes become free, so that few
    are in memory.

    >>> list(each_part(len, [("甲乙",), ("丙",)]))
    [2, 1]
    """
    check_jobs(n_jobs)
    if n_jobs == 1:
        yield from (stage(*part) for part in parts)
        return
    from joblib import Parallel, delayed

    yield from Parallel(n_jobs=n_jobs, return_as="generator")(
        delayed(stage)(*part) for part in parts
    )


def row_parts(
    rows: NDArray[np.int64], sizes: NDArray[np.int64], most: int | None = None
) -> Iterator[NDArray[np.int64]]:
    """Cut rows into runs of about so many characters, or of one row that has more.

    >>> [part.tolist() for part in row_parts(np.array([0, 2, 3]), np.array([4, 4, 9]), most=8)]
    [[0, 2], [3]]
    """
    if not len(rows):
        return
    number = (np.cumsum(sizes) - 1) // (most or PART)
    yield from np.split(rows, np.flatnonzero(np.diff(number)) + 1)


def text_parts(
    paragraphs: pd.DataFrame, keep: NDArray[np.bool_] | None = None, most: int | None = None
) -> Iterator[tuple[NDArray[np.int64], list[str]]]:
    """Yield the texts of paragraphs part by part: row numbers, and the text of each.

    >>> import pandas as pd
    >>> table = pd.DataFrame({"text": ["甲", "乙", "丙"], "n_han": 1})
    >>> [(rows.tolist(), texts) for rows, texts in text_parts(table, np.array([True, False, True]))]
    [([0, 2], ['甲', '丙'])]
    """
    rows = np.arange(len(paragraphs)) if keep is None else np.flatnonzero(keep)
    column = paragraphs["text"]
    known = paragraphs["n_han"] if "n_han" in paragraphs else column.str.len()
    sizes = known.to_numpy(dtype=np.int64)[rows] + 1
    for part in row_parts(rows, sizes, most):
        near = column.iloc[part[0] : part[-1] + 1]  # a slice copies no text
        yield part, (near if len(near) == len(part) else near.take(part - part[0])).tolist()

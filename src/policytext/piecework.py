"""How is a stage run over the parts of a corpus, by one process or several, with one result?

A stage is a plain function of a part; parts go out and results come back in the same order, so that
what is put together from them is the same for any number of processes. Under
``joblib.parallel_config(backend="dask")`` the same call runs on a cluster.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, TypeVar

import numpy as np
import pandas as pd

from policytext.corpus import Corpus
from policytext.errors import ParameterError
from policytext.storage import give_back

if TYPE_CHECKING:
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
    number = -1
    for number, found in enumerate(_each(stage, parts, n_jobs)):
        if number == 1:
            give_back()  # what earlier stages left
        yield found
    if number > 0:
        give_back()


def _each(
    stage: Callable[..., Out], parts: Iterable[tuple[Any, ...]], n_jobs: int
) -> Iterator[Out]:
    if n_jobs == 1:
        return (stage(*part) for part in parts)
    from joblib import Parallel, delayed

    give_back()  # what earlier stages left, before others need memory too
    found: Iterator[Out] = Parallel(n_jobs=n_jobs, return_as="generator")(
        delayed(_worked)(stage, part) for part in parts
    )
    return found


def _worked(stage: Callable[..., Out], part: tuple[Any, ...]) -> Out:
    """Return what a stage makes of a part; the process keeps no memory for the next one."""
    found = stage(*part)
    give_back()
    return found


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


def corpus_parts(corpus: Corpus, most: int | None = None) -> Iterator[Corpus]:
    """Yield corpora of some reports each, in the order of the reports, without their claims.

    For stages that read every report by itself. A corpus that is small is its own only part.

    >>> from policytext import read_texts
    >>> corpus = read_texts({f"{n}.txt": f"推进改水{n}处。" for n in range(3)})
    >>> [len(part.paragraphs) for part in corpus_parts(corpus, most=12)]
    [2, 1]
    """
    docs = corpus.documents
    sizes = docs["n_han"].to_numpy(dtype=np.int64) + 1
    parts = list(row_parts(np.arange(len(docs)), sizes, most))
    if len(parts) < 2:
        yield corpus
        return
    of_report = _runs(corpus.paragraphs["doc_id"], docs["doc_id"])
    of_source = _runs(corpus.ledger["source_id"], corpus.sources["source_id"])
    source = pd.Index(corpus.sources["source_id"]).get_indexer(pd.Index(docs["source_id"]))
    for rows in parts:
        sources = np.unique(source[rows])
        yield replace(
            corpus,
            sources=corpus.sources.iloc[sources],
            documents=docs.iloc[rows],
            claims=corpus.claims.iloc[:0],
            paragraphs=_of_owners(corpus.paragraphs, of_report, rows),
            ledger=_of_owners(corpus.ledger, of_source, sources),
            stored={},
            info={**corpus.info, "subset": True},
        )


def _runs(owners: pd.Series, names: pd.Series) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the rows of a table by owner, and where those of each owner begin among them."""
    import pyarrow as pa
    from pyarrow import compute

    found = compute.index_in(pa.chunked_array(pa.array(owners)), pa.array(names))
    place = found.to_numpy()
    order = np.arange(len(place))
    if (np.diff(place) < 0).any():
        order = np.argsort(place, kind="stable")
        place = place[order]
    return order, np.searchsorted(place, np.arange(len(names) + 1))


def _of_owners(
    table: pd.DataFrame,
    runs: tuple[NDArray[np.int64], NDArray[np.int64]],
    owners: NDArray[np.int64],
) -> pd.DataFrame:
    """Return the rows of some owners, which stand side by side; a slice copies no text."""
    order, begins = runs
    if not len(owners):
        return table.iloc[:0]
    if owners[-1] - owners[0] + 1 != len(owners):
        return table.iloc[np.concatenate([order[begins[o] : begins[o + 1]] for o in owners])]
    rows = order[begins[owners[0]] : begins[owners[-1] + 1]]
    if len(rows) and rows[-1] - rows[0] + 1 == len(rows) and (np.diff(rows) == 1).all():
        return table.iloc[rows[0] : rows[-1] + 1]
    return table.iloc[rows]

"""Which labels does a paragraph have, as a set, as a row of 0 and 1, and in a corpus?"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from policytext.data import data_path
from policytext.errors import ParameterError
from policytext.themes.coding import coding_table

if TYPE_CHECKING:
    import pandas as pd

    from policytext.corpus import Corpus

SILVER = "silver labels"
SILVER_NOTE = (
    "Silver labels: read paragraph by paragraph by a large language model that followed "
    "the codebook, and settled by the same kind of reader. Agreement with them is not agreement "
    "with people."
)


def label_matrix(
    labels: Sequence[Sequence[str]] | NDArray[np.bool_], ids: Sequence[str]
) -> NDArray[np.bool_]:
    """Return labels as a paragraphs × themes table of True and False.

    Parameters
    ----------
    labels
        The themes of each paragraph, or already such a table.
    ids
        Theme ids in order.

    Raises
    ------
    ParameterError
        A label is not among the ids, or the table has another number of columns.

    Examples
    --------
    >>> label_matrix([["tcm"], []], ["tcm", "outside"]).tolist()
    [[True, False], [False, False]]
    """
    if isinstance(labels, np.ndarray) and labels.ndim == 2 and labels.dtype.kind in "biuf":
        if labels.shape[1] != len(ids):
            raise ParameterError(
                f"labels has {labels.shape[1]} columns, the codebook {len(ids)} themes; "
                "they must match"
            )
        return labels.astype(bool)
    place = {theme: number for number, theme in enumerate(ids)}
    matrix = np.zeros((len(labels), len(ids)), dtype=bool)
    for row, themes in enumerate(labels):
        for theme in (themes,) if isinstance(themes, str) else themes:
            if theme not in place:
                raise ParameterError(
                    f"label {theme!r} of paragraph {row} is not in the codebook; its themes are "
                    f"{', '.join(ids)}"
                )
            matrix[row, place[theme]] = True
    return matrix


def read_label_file(name: str = "labels/health-themes-silver.jsonl") -> pd.DataFrame:
    """Read the package's labelled paragraphs: places and labels, no text.

    Parameters
    ----------
    name
        Path below the package's data folder.

    Returns
    -------
    pandas.DataFrame
        Columns corpus, file, report, unit, raw_spans (offsets in the source text), coder_a,
        coder_b, adjudicated (lists of theme ids), cut_sha256.

    Examples
    --------
    >>> len(read_label_file())
    555
    """
    import pandas as pd

    return pd.read_json(data_path(name), lines=True, dtype={"cut_sha256": str})


def fictional_examples() -> list[tuple[str, list[str]]]:
    """Return short paragraphs written for this project, with the themes they were written to show.

    They join the training of the shipped classifier and are never tested on.

    Examples
    --------
    >>> len(fictional_examples()) > 90
    True
    """
    lines = data_path("labels/fictional.jsonl").read_text(encoding="utf-8").splitlines()
    records = [json.loads(line) for line in lines]
    return [(record["text"], record["themes"]) for record in records]


def silver_coding(corpus: Corpus, which: str = "adjudicated") -> pd.DataFrame:
    """Find the labelled paragraphs in a corpus and return their labels as a coding table.

    A labelled place belongs to the paragraphs that cover at least half of it, or lie at least half
    inside it; a paragraph that belongs to several labelled places gets all their labels.

    Parameters
    ----------
    corpus
        Read from the files the labels were made on (files are found by their name).
    which
        ``adjudicated``, ``coder_a`` or ``coder_b``.

    Returns
    -------
    pandas.DataFrame
        The coding table with source ``silver labels``; empty if the corpus holds none of the files.

    Raises
    ------
    ParameterError
        `which` is none of the three.
    """
    if which not in ("adjudicated", "coder_a", "coder_b"):
        raise ParameterError(f"which must be adjudicated, coder_a or coder_b, got {which!r}")
    files = corpus.sources.set_index("source_id")["file"].str.rsplit("/", n=1).str[-1]
    paragraphs = corpus.paragraphs
    file_of = paragraphs["source_id"].map(files)
    spans = np.array(paragraphs[["raw_start", "raw_end"]], dtype=np.int64)
    rows_of = {file: np.flatnonzero(file_of == file) for file in file_of.unique()}
    themes_of: dict[int, list[str]] = {}
    for label in read_label_file().to_dict("records"):
        rows = rows_of.get(label["file"], np.zeros(0, dtype=np.int64))
        for row in rows[_covered(spans[rows], label["raw_spans"])]:
            themes = themes_of.setdefault(int(row), [])
            themes += [theme for theme in label[which] if theme not in themes]
    records: list[dict[str, object]] = [
        {"row": row, "theme": theme, "rank": rank}
        for row, themes in themes_of.items()
        for rank, theme in enumerate(themes)
    ]
    return coding_table(records, paragraphs, SILVER)


def _covered(spans: NDArray[np.int64], labelled: Sequence[Sequence[int]]) -> NDArray[np.bool_]:
    """Return which spans share at least half of the shorter one with the labelled spans."""
    shared = np.zeros(len(spans))
    for start, end in labelled:
        shared += np.maximum(np.minimum(spans[:, 1], end) - np.maximum(spans[:, 0], start), 0)
    total = sum(end - start for start, end in labelled)
    shorter = np.minimum(spans[:, 1] - spans[:, 0], total)
    found: NDArray[np.bool_] = (shared > 0) & (shared >= 0.5 * shorter)
    return found

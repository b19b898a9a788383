"""Which paragraphs, with which weight, stand behind a figure about a topic?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from policytext.corpus import Corpus
from policytext.errors import ParameterError

_MOST = 200
"""Paragraphs that are listed behind one row of a table."""


def check_rows(model: Any, corpus: Corpus) -> None:
    """Refuse a corpus that is not the one the model's rows came from.

    Raises
    ------
    ParameterError
        If the numbers of rows differ.
    """
    if len(corpus.paragraphs) != len(model.doc_topic_):
        raise ParameterError(
            f"The model was fitted on {len(model.doc_topic_)} rows and the corpus has "
            f"{len(corpus.paragraphs)} paragraphs: pass the corpus the counts were made of."
        )


def topic_evidence(
    model: Any,
    corpus: Any,
    topics: Sequence[int],
    rows: npt.NDArray[np.intp] | Sequence[npt.NDArray[np.intp]],
) -> Callable[[], pd.DataFrame] | None:
    """Return a function that lists the paragraphs behind each row of a table about topics.

    Parameters
    ----------
    model : fitted topic model
    corpus : Corpus or anything else
        Without a corpus there is no way back, and None is returned.
    topics : sequence of int
        The topic of each row of the table.
    rows : ndarray, or one ndarray per row of the table
        Paragraphs that went into it.

    Returns
    -------
    function or None
        It returns `row_id, doc_id, para_no, start, end, weight`; the weight is the topic's share
        in the paragraph, and the 200 largest are listed.
    """
    if not isinstance(corpus, Corpus):
        return None
    check_rows(model, corpus)
    keys = corpus.paragraphs[["doc_id", "para_no"]]

    def listed() -> pd.DataFrame:
        parts = []
        for row_id, topic in enumerate(topics):
            chosen = rows if isinstance(rows, np.ndarray) else rows[row_id]
            share = model.doc_topic_[chosen, topic]
            best = np.argsort(-share, kind="stable")[:_MOST]
            best = best[share[best] > 0]
            found = keys.iloc[chosen[best]].assign(
                row_id=row_id, start=-1, end=-1, weight=share[best]
            )
            parts.append(found)
        columns = ["row_id", "doc_id", "para_no", "start", "end", "weight"]
        if not parts:
            return pd.DataFrame({c: [] for c in columns})
        return pd.concat(parts, ignore_index=True)[columns]

    return listed

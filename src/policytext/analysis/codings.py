"""Which labels does a coding give to which paragraphs?"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import numpy as np
import pandas as pd
from scipy import sparse

from policytext.errors import ParameterError
from policytext.words.counts import Counts

if TYPE_CHECKING:
    from policytext.corpus import Corpus

Coding: TypeAlias = str | Counts | pd.DataFrame
"""A column of documents or paragraphs, paragraphs × labels, or a table of labels."""


def as_labels(corpus: Corpus, coding: Coding, *, min_certainty: str = "likely") -> Counts:
    """Bring any coding into one form: paragraphs × labels, 1 where the label is given.

    Parameters
    ----------
    corpus
        The corpus.
    coding
        A column of documents or paragraphs; ``Counts`` (any count above 0 is the label); or a
        table with ``doc_id``, ``para_no`` and ``label`` (or ``theme``), a row a label given.
    min_certainty
        Labels of region and year less certain than this are ``unknown``.

    Returns
    -------
    Counts
        Matrix of 0 and 1.

    Raises
    ------
    ParameterError
        The coding does not fit the corpus.
    """
    n = len(corpus.paragraphs)
    if isinstance(coding, str):
        values = corpus.groups(coding, min_certainty=min_certainty).astype(str)
        codes, names = pd.factorize(values.to_numpy(dtype=object), sort=True)
        return _indicators(np.arange(n), codes, [str(name) for name in names], n, coding)
    if isinstance(coding, Counts):
        if coding.matrix.shape[0] != n:
            raise ParameterError(
                f"the coding has {coding.matrix.shape[0]} rows, the corpus {n} paragraphs"
            )
        matrix = sparse.csr_matrix(coding.matrix > 0).astype(np.int64)
        return Counts(matrix, coding.features, coding.kind)
    return _from_table(corpus, coding)


def _from_table(corpus: Corpus, coding: pd.DataFrame) -> Counts:
    column = "label" if "label" in coding.columns else "theme"
    lacking = {"doc_id", "para_no", column} - set(coding.columns)
    if lacking:
        raise ParameterError(
            f"a table of labels needs doc_id, para_no and label; {sorted(lacking)} lack"
        )
    keys = pd.MultiIndex.from_frame(corpus.paragraphs[["doc_id", "para_no"]])
    given = coding[["doc_id", "para_no", column]].drop_duplicates()
    rows = keys.get_indexer(pd.MultiIndex.from_frame(given[["doc_id", "para_no"]]))
    if (rows < 0).any():
        first = given.iloc[int(np.argmax(rows < 0))]
        raise ParameterError(
            f"{int((rows < 0).sum())} labels are for paragraphs that the corpus does not have, the "
            f"first for doc_id {first['doc_id']!r}, para_no {first['para_no']}"
        )
    codes, names = pd.factorize(given[column].astype(str).to_numpy(dtype=object), sort=True)
    return _indicators(rows, codes, [str(name) for name in names], len(keys), column)


def _indicators(rows: np.ndarray, codes: np.ndarray, names: list[str], n: int, kind: str) -> Counts:
    ones = np.ones(len(rows), dtype=np.int64)
    matrix = sparse.csr_matrix((ones, (rows, codes)), shape=(n, len(names)))
    return Counts(matrix, tuple(names), kind)

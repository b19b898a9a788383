"""Which counts does a topic model read, whatever they come in?"""

from __future__ import annotations

from numbers import Integral
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse
from sklearn.utils.validation import validate_data

from policytext.errors import NotEnoughDataError, ParameterError
from policytext.words.counts import Counts


def read_counts(model: Any, X: Any, *, fitting: bool) -> sparse.csr_array:
    """Return the counts in `X` as float64, row for row, columns in the order of the model.

    Parameters
    ----------
    model : estimator
        When `fitting`, `n_features_in_` and `feature_names_` are set on it.
    X : Counts, DataFrame, sparse or dense matrix of shape (n_rows, n_words)
        One row a paragraph; empty rows stay. Counts with other features than the model's are
        brought to its vocabulary by name: unknown words are left out, absent ones are zero.
    fitting : bool
        Whether the model learns its vocabulary from `X`.

    Returns
    -------
    scipy.sparse.csr_array of shape (n_rows, n_words)

    Raises
    ------
    ParameterError
        If a count is negative, or `feature_names` does not fit, or no word is known.
    """
    if isinstance(X, Counts):
        matrix = _from_counts(model, X, fitting=fitting)
    else:
        matrix = _from_matrix(model, X, fitting=fitting)
    # a copy: dropping stored zeros must not reach the caller's matrix
    counts = sparse.csr_array(matrix, dtype=np.float64, copy=True)
    counts.sum_duplicates()
    counts.eliminate_zeros()
    if counts.nnz and counts.data.min() < 0:
        raise ParameterError(
            f"Negative values in data passed to {type(model).__name__}: counts must be 0 or more, "
            f"got {counts.data.min():g}. Pass word counts, not weights or scores."
        )
    return counts


def _from_counts(model: Any, counts: Counts, *, fitting: bool) -> Any:
    names = np.asarray(counts.features, dtype=object)
    if fitting:
        _keep_names(model, names)
        model.n_features_in_ = len(names)
        return counts.matrix
    if np.array_equal(names, model.feature_names_):
        return counts.matrix
    place = {name: column for column, name in enumerate(names)}
    known = [(i, place[name]) for i, name in enumerate(model.feature_names_) if name in place]
    if not known:
        raise ParameterError(
            "The counts share no word with the model "
            f"(model: {', '.join(map(str, model.feature_names_[:3]))} …; "
            f"counts: {', '.join(map(str, names[:3]))} …). Count with the same segmenter and terms."
        )
    to_model, from_counts = zip(*known, strict=True)
    chooser = sparse.csr_array(
        (np.ones(len(known)), (from_counts, to_model)), shape=(len(names), model.n_features_in_)
    )
    return sparse.csr_array(counts.matrix) @ chooser


def _from_matrix(model: Any, X: Any, *, fitting: bool) -> Any:
    matrix = validate_data(model, X, reset=fitting, accept_sparse="csr", dtype=np.float64)
    if fitting:
        names = getattr(model, "feature_names_in_", None)
        given = getattr(model, "feature_names", None)
        if given is not None:
            names = np.asarray(list(given), dtype=object)
        if names is None:
            width = len(str(max(matrix.shape[1] - 1, 0)))
            names = np.asarray([f"x{i:0{width}d}" for i in range(matrix.shape[1])], dtype=object)
        if len(names) != matrix.shape[1]:
            raise ParameterError(
                f"feature_names must name every column: {matrix.shape[1]} columns, "
                f"{len(names)} names."
            )
        _keep_names(model, names)
    return matrix


def _keep_names(model: Any, names: npt.NDArray[Any]) -> None:
    if len(set(names)) != len(names):
        raise ParameterError("Feature names must differ from one another; some occur twice.")
    model.feature_names_ = np.asarray(names, dtype=object)


def filled_rows(counts: sparse.csr_array) -> npt.NDArray[np.intp]:
    """Return the numbers of the rows that hold at least one count.

    Examples
    --------
    >>> filled_rows(sparse.csr_array([[1, 0], [0, 0], [0, 2]]))
    array([0, 2])
    """
    return np.flatnonzero(np.asarray(counts.sum(axis=1)).ravel() > 0)


def check_topic_number(n_topics: Any, counts: sparse.csr_array) -> int:
    """Return `n_topics` as an int after checking that there is something to model.

    Raises
    ------
    ParameterError
        If `n_topics` is not a whole number of 1 or more.
    NotEnoughDataError
        If no row holds a word.
    """
    if not isinstance(n_topics, Integral) or isinstance(n_topics, bool) or n_topics < 1:
        raise ParameterError(f"n_topics must be a whole number of 1 or more, got {n_topics!r}.")
    if not len(filled_rows(counts)):
        raise NotEnoughDataError(
            f"There is nothing to model: none of the {counts.shape[0]} rows holds a word. "
            "Check the segmentation and which words were kept."
        )
    return int(n_topics)


def check_whole_counts(counts: sparse.csr_array, engine: str) -> None:
    """Refuse fractions for an engine that draws a topic for every single word.

    Raises
    ------
    ParameterError
        If a count is not whole.
    """
    fractions = counts.data[counts.data != np.floor(counts.data)]
    if len(fractions):
        raise ParameterError(
            f"{engine} needs whole counts, got {fractions[0]:g}. "
            "Pass word counts, not TF-IDF weights or shares."
        )


def spread_rows(
    values: npt.NDArray[np.float64], rows: npt.NDArray[np.intp], n_rows: int
) -> npt.NDArray[np.float64]:
    """Put `values` back at `rows` of a table of `n_rows`; other rows are zero.

    Examples
    --------
    >>> spread_rows(np.array([[1.0, 0.0]]), np.array([1]), 2)
    array([[0., 0.], [1., 0.]])
    """
    table = np.zeros((n_rows, *values.shape[1:]))
    table[rows] = values
    return table


def shares_of(values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Divide each row by its sum; a row of zeros stays zero.

    Examples
    --------
    >>> shares_of(np.array([[1.0, 3.0], [0.0, 0.0]]))
    array([[0.25, 0.75], [0.  , 0.  ]])
    """
    totals = values.sum(axis=1, keepdims=True)
    shares: npt.NDArray[np.float64] = np.divide(
        values, totals, out=np.zeros_like(values), where=totals > 0
    )
    return shares

"""Which topics does a non-negative factorisation of TF-IDF weights find?"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Any, Self

import numpy as np
from scipy import sparse
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.decomposition import NMF, non_negative_factorization
from sklearn.exceptions import ConvergenceWarning
from sklearn.feature_extraction.text import TfidfTransformer
from sklearn.utils.validation import check_is_fitted

from policytext.errors import NotEnoughDataError
from policytext.topics import model as shared
from policytext.topics.matrix import (
    check_topic_number,
    filled_rows,
    read_counts,
    shares_of,
    spread_rows,
)
from policytext.topics.model import Floats
from policytext.topics.refits import refit_over_reports
from policytext.topics.stability import stability
from policytext.topics.storage import save_topics


class NmfTopics(TransformerMixin, BaseEstimator):
    """Topics as non-negative factors of TF-IDF weighted counts, from a deterministic start.

    Counts are weighted by inverse document frequency and each row brought to length one; the
    factorisation starts from a singular value decomposition (nndsvd), so that there is no
    random start to disagree about. The default engine: on Chinese policy reports its topics are
    the most stable of the four.

    Parameters
    ----------
    n_topics : int, default=20
        Number of topics; at most the number of filled rows and of words.
    max_iter : int, default=400
        Most sweeps of coordinate descent.
    tol : float, default=1e-4
        Stop when the change relative to the first sweep is smaller.
    sublinear_tf : bool, default=False
        Weight a count n as 1 + ln n.
    feature_names : sequence of str, optional
        Names of the columns when `X` is a bare matrix.
    random_state : int, default=0
        Seed of the randomised singular value decomposition behind the start.

    Attributes
    ----------
    components_ : ndarray of shape (n_topics, n_words)
        TF-IDF weight of each word in each topic, each row summing to 1.
    topic_word_ : ndarray of shape (n_topics, n_words)
        The same: shares of TF-IDF weight, not probabilities; see `word_probabilities`.
    doc_topic_ : ndarray of shape (n_rows, n_topics)
        Shares of the topics in each row's weight. A row without a word, or without a word of any
        topic, is all zero.
    idf_ : ndarray of shape (n_words,)
        Inverse document frequencies, over filled rows.
    counts_ : csr_array of shape (n_rows, n_words)
        What the model was fitted on.
    feature_names_ : ndarray of str
    topic_names_ : tuple of str
    n_iter_ : int
    converged_ : bool
        False when `max_iter` ended the fit.

    References
    ----------
    Lee, D. D. & Seung, H. S. (1999). Learning the parts of objects by non-negative matrix
    factorization. Nature 401, 788-791. doi:10.1038/44565

    Boutsidis, C. & Gallopoulos, E. (2008). SVD based initialization: a head start for nonnegative
    matrix factorization. Pattern Recognition 41(4). doi:10.1016/j.patcog.2007.09.010

    Examples
    --------
    >>> import pandas as pd
    >>> counts = pd.DataFrame(
    ...     [[3, 1, 0, 0], [2, 2, 0, 0], [0, 0, 2, 1], [0, 0, 1, 2], [0, 0, 0, 0]],
    ...     columns=["养老", "照护", "学校", "教师"],
    ... )
    >>> model = NmfTopics(n_topics=2).fit(counts)
    >>> model.doc_topic_.round(2).tolist()
    [[1.0, 0.0], [1.0, 0.0], [0.0, 1.0], [0.0, 1.0], [0.0, 0.0]]
    """

    has_random_start = False

    def __init__(
        self,
        n_topics: int = 20,
        *,
        max_iter: int = 400,
        tol: float = 1e-4,
        sublinear_tf: bool = False,
        feature_names: Sequence[str] | None = None,
        random_state: int = 0,
    ) -> None:
        self.n_topics = n_topics
        self.max_iter = max_iter
        self.tol = tol
        self.sublinear_tf = sublinear_tf
        self.feature_names = feature_names
        self.random_state = random_state

    def fit(self, X: Any, y: Any = None) -> Self:
        """Learn topics from counts.

        Parameters
        ----------
        X : Counts, DataFrame, sparse or dense matrix of shape (n_rows, n_words)
            Word counts, one row a paragraph; empty rows are kept and change nothing.
        y : ignored

        Returns
        -------
        The fitted model.

        Raises
        ------
        ParameterError
            If counts are negative or a parameter is not what it must be.
        NotEnoughDataError
            If there are fewer filled rows or words than topics.
        """
        counts = read_counts(self, X, fitting=True)
        n_topics = check_topic_number(self.n_topics, counts)
        rows = filled_rows(counts)
        _check_size(n_topics, len(rows), int(np.count_nonzero(counts.sum(axis=0))))
        weighter = TfidfTransformer(sublinear_tf=self.sublinear_tf).fit(counts[rows])
        self.idf_ = weighter.idf_
        engine = NMF(
            n_topics,
            init="nndsvd",
            max_iter=self.max_iter,
            tol=self.tol,
            random_state=self.random_state,
        )
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)  # told by converged_
            weights = engine.fit_transform(weighter.transform(counts[rows]))
        self.n_iter_ = int(engine.n_iter_)
        self.converged_ = self.n_iter_ < self.max_iter
        scale = engine.components_.sum(axis=1)
        shares = spread_rows(shares_of(weights * scale), rows, counts.shape[0])
        shared.keep_fit(self, counts, shares_of(engine.components_), shares)
        return self

    def transform(self, X: Any) -> Floats:
        """Return the topic shares of rows, with the topics held as they are.

        Parameters
        ----------
        X : Counts, DataFrame, sparse or dense matrix of shape (n_rows, n_words)

        Returns
        -------
        ndarray of shape (n_rows, n_topics)
            Rows sum to 1; a row without a known word is all zero.
        """
        check_is_fitted(self)
        counts = read_counts(self, X, fitting=False)
        rows = filled_rows(counts)
        if not len(rows):
            return np.zeros((counts.shape[0], len(self.components_)))
        weights = self._place(self._weigh(counts[rows]))
        return spread_rows(shares_of(weights), rows, counts.shape[0])

    def word_probabilities(self) -> Floats:
        """Return the probability of each word in each topic, shape (n_topics, n_words).

        The TF-IDF weights are divided by the inverse document frequencies and each row by its
        sum: what the factors say about plain counts.
        """
        check_is_fitted(self)
        return shares_of(self.components_ / self.idf_)

    def draw_shares(self, n_draws: int = 25, random_state: int = 0, reports: Any = None) -> Floats:
        """Draw document-topic shares from refits on bootstrap samples of reports.

        A factorisation has no posterior: its uncertainty is how far the topics move when other
        reports are drawn.

        Parameters
        ----------
        n_draws : int
            Number of refits.
        random_state : int
        reports : Corpus or sequence of one label per row, optional
            Which report each row belongs to; single rows are drawn without it.

        Returns
        -------
        ndarray of shape (n_draws, n_rows, n_topics)
            Rows without a word are all zero.

        Raises
        ------
        NotEnoughDataError
            If there are fewer than two reports, or samples cannot carry the model.
        """
        check_is_fitted(self)
        refits = refit_over_reports(self, reports, n_draws, random_state)
        return np.stack([refit.shares for refit in refits])

    def _weigh(self, counts: sparse.csr_array) -> sparse.csr_array:
        weighter = TfidfTransformer(sublinear_tf=self.sublinear_tf)
        weighter.idf_ = self.idf_
        return sparse.csr_array(weighter.transform(counts))

    def _place(self, weights: sparse.csr_array) -> Floats:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            placed, _, _ = non_negative_factorization(
                weights,
                H=self.components_,
                n_components=len(self.components_),
                update_H=False,
                init=None,
                tol=self.tol,
                max_iter=self.max_iter,
                random_state=self.random_state,
            )
        return np.asarray(placed, dtype=np.float64)

    rename = shared.rename
    stability = stability
    save = save_topics
    topic_table = shared.topic_table
    get_feature_names_out = shared.topic_names_out
    _repr_html_ = shared.show_html
    _repr_mimebundle_ = shared.show_bundle

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.sparse = True
        tags.input_tags.positive_only = True
        return tags


def _check_size(n_topics: int, n_rows: int, n_words: int) -> None:
    if n_topics > min(n_rows, n_words):
        raise NotEnoughDataError(
            f"n_topics must be at most {min(n_rows, n_words)}, got {n_topics}: a factorisation has "
            "no more topics than filled rows or words in use, and there are "
            f"n_samples = {n_rows} rows and n_features = {n_words} words. Ask for fewer topics."
        )

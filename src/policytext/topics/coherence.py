"""Do the top words of a topic occur together?"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import sparse

from policytext.errors import ParameterError
from policytext.topics.scores import top_columns

Floats = npt.NDArray[np.float64]

WINDOWED = {"npmi": "c_npmi", "c_v": "c_v"}


def umass(scores: Floats, counts: sparse.csr_array, *, n_words: int = 10) -> Floats:
    """Return UMass coherence as R's stm computes it, one value a topic.

    The sum over pairs of top words of ln((D(a, b) + 0.01) / (D(b) + 0.01)), where D counts
    paragraphs and b is the word that comes first in the list of all topics' top words.

    Parameters
    ----------
    scores : ndarray of shape (n_topics, n_words)
        By which top words are chosen.
    counts : csr_array of shape (n_rows, n_words)
    n_words : int, default=10

    Returns
    -------
    ndarray of shape (n_topics,)
        At most about 0; large is coherent.

    References
    ----------
    Mimno, D. et al. (2011). Optimizing semantic coherence in topic models. EMNLP 2011, 262-272.

    Roberts, M. E. et al. (2014). Structural topic models for open-ended survey responses. AJPS
    58(4), 1064-1082. doi:10.1111/ajps.12103

    Examples
    --------
    >>> counts = sparse.csr_array([[1, 1], [2, 3]])
    >>> umass(np.array([[0.6, 0.4]]), counts, n_words=2).tolist()
    [0.0]
    """
    top = top_columns(scores, n_words)
    words, first = np.unique(top.ravel(), return_index=True)
    words = words[np.argsort(first)]
    place = {int(word): i for i, word in enumerate(words)}
    present = sparse.csr_array((counts[:, words] > 0).astype(np.float64))
    together = (present.T @ present).toarray()
    coherence = np.zeros(len(top))
    for k, row in enumerate(top):
        order = np.sort([place[int(word)] for word in row])
        later, earlier = np.tril_indices(len(order), -1)
        a, b = order[later], order[earlier]
        coherence[k] = np.sum(np.log((together[a, b] + 0.01) / (together[b, b] + 0.01)))
    return coherence


def paragraph_texts(counts: sparse.csr_array) -> list[list[str]]:
    """Return each filled row as its different columns, for coherence within paragraphs.

    Examples
    --------
    >>> paragraph_texts(sparse.csr_array([[2, 0, 1], [0, 0, 0]]))
    [['0', '2']]
    """
    ends = counts.indptr.tolist()
    columns = [str(c) for c in counts.indices.tolist()]
    return [columns[a:b] for a, b in pairwise(ends) if b > a]


def windowed_coherence(
    topics: Sequence[Sequence[str]],
    texts: Sequence[Sequence[str]],
    *,
    measure: str,
    window: int | None,
) -> Floats:
    """Return NPMI or C_v coherence (gensim), one value a topic.

    Parameters
    ----------
    topics : sequence of word lists
        Top words of each topic.
    texts : sequence of word lists
        Segmented paragraphs, in reading order if `window` is given.
    measure : {"npmi", "c_v"}
    window : int or None
        Width of the sliding window in words; None takes each paragraph as one window.

    Returns
    -------
    ndarray of shape (n_topics,)
        NaN for topics with fewer than two words in the texts. NPMI lies between -1 and 1.

    Raises
    ------
    ParameterError
        If `measure` is unknown or `window` is below 2.

    References
    ----------
    Aletras, N. & Stevenson, M. (2013). Evaluating topic coherence using distributional semantics.
    IWCS 2013, 13-22.

    Röder, M., Both, A. & Hinneburg, A. (2015). Exploring the space of topic coherence measures.
    WSDM 2015, 399-408. doi:10.1145/2684822.2685324

    Examples
    --------
    >>> texts = [["养老", "照护"]] * 5 + [["学校", "教师"]] * 5
    >>> found = windowed_coherence([["养老", "照护"]], texts, measure="npmi", window=None)
    >>> found.round(2).tolist()
    [1.0]
    """
    from gensim.corpora import Dictionary
    from gensim.models import CoherenceModel

    if measure not in WINDOWED:
        raise ParameterError(f"measure must be one of {', '.join(WINDOWED)}, got {measure!r}.")
    if window is not None and window < 2:
        raise ParameterError(f"window must be 2 words or more, got {window}.")
    width = max((len(text) for text in texts), default=1) if window is None else window
    dictionary = Dictionary(texts)
    found = [[word for word in words if word in dictionary.token2id] for words in topics]
    full = [k for k, words in enumerate(found) if len(words) > 1]
    coherence = np.full(len(topics), np.nan)
    if not full:
        return coherence
    model = CoherenceModel(
        topics=[found[k] for k in full],
        texts=texts,
        dictionary=dictionary,
        coherence=WINDOWED[measure],
        topn=max(len(found[k]) for k in full),
        window_size=width,
        processes=1,
    )
    coherence[full] = model.get_coherence_per_topic()
    return coherence


def top_words_present(scores: Floats, names: Any, n_words: int) -> list[list[str]]:
    """Return each topic's top words by name, leaving out words of score zero.

    Examples
    --------
    >>> top_words_present(np.array([[0.7, 0.3, 0.0]]), ["a", "b", "c"], 3)
    [['a', 'b']]
    """
    return [
        [str(names[w]) for w in row if scores[k, w] > 0]
        for k, row in enumerate(top_columns(scores, n_words))
    ]

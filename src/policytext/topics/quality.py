"""How good are the topics, by criteria that do not agree with one another?

Coherence of the top words, exclusivity, diversity, dispersion of residuals, held-out likelihood.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations, pairwise
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse
from scipy.stats import rankdata

from policytext.counts import Counts
from policytext.errors import NotEnoughDataError, ParameterError
from policytext.records import Bilingual, Floats, Method
from policytext.result import Result
from policytext.texts import cite, columns_of, listing, say
from policytext.topics.estimators import TopicModel, check_fitted, shares_of
from policytext.topics.gibbs import check_whole_counts, fold_in
from policytext.topics.stability import (
    Reports,
    fit_again,
    rank_overlap,
    report_labels,
    top_columns,
    top_columns_present,
)

_COLUMNS = columns_of("quality")

CITATIONS = cite(
    *("mimno-2011", "aletras-2013", "roder-2015", "roberts-2014", "dieng-2020", "taddy-2012"),
    *("webber-2010", "bianchi-2021"),
)

COHERENCE: Final = ("umass", "uci", "npmi", "c_v")


def topic_quality(
    model: TopicModel,
    texts: Sequence[Sequence[str]] | None = None,
    *,
    n_words: int = 10,
    measures: Sequence[str] = ("umass", "npmi", "c_v"),
) -> Result:
    """Measure each topic by coherence and exclusivity, and the model by diversity and dispersion.

    Parameters
    ----------
    model : fitted topic model
    texts : sequence of word lists, optional
        Segmented paragraphs in reading order: NPMI and UCI then look through windows of 10 words
        and C_v of 110, as usual. Without them the window is the paragraph.
    n_words : int, default=10
        Top words of a topic.
    measures : sequence of str, default=("umass", "npmi", "c_v")
        Coherence by these; also "uci".

    Returns
    -------
    Result
        One row per topic: `topic, name, share, umass, npmi, c_v, exclusivity, words`. In
        `.parameters`: `diversity` (of 25 words), `inverted_rbo` (of 10), `residual_dispersion`,
        `residual_df`, `window`.

    Raises
    ------
    ParameterError
        `texts` are counts, which have no order, or a measure is unknown.

    References
    ----------
    Mimno, D. et al. (2011). Optimizing semantic coherence in topic models. EMNLP 2011, 262-272.

    Röder, M., Both, A. & Hinneburg, A. (2015). Exploring the space of topic coherence measures.
    WSDM 2015. doi:10.1145/2684822.2685324

    Taddy, M. (2012). On estimation and selection for topic models. AISTATS 2012. arXiv:1109.4518

    Newman, D. et al. (2010). Automatic evaluation of topic coherence. NAACL HLT 2010, 100-108.

    Bianchi, F., Terragni, S. & Hovy, D. (2021). Pre-training is a hot topic. ACL-IJCNLP 2021,
    759-766. doi:10.18653/v1/2021.acl-short.96

    Examples
    --------
    >>> from policytext import NmfTopics, topic_quality
    >>> counts = [[3, 1, 0, 0], [2, 2, 0, 0], [0, 0, 2, 1], [0, 0, 1, 2]]
    >>> found = topic_quality(NmfTopics(n_topics=2).fit(counts), n_words=2)
    >>> found.table["npmi"].round(2).tolist()
    [1.0, 1.0]
    """
    check_fitted(model)
    if isinstance(texts, Counts):
        raise ParameterError(
            "texts must be words in reading order, such as segment(corpus), got Counts, which have "
            "no order; leave texts out to take the paragraph as window"
        )
    odd = sorted(set(measures) - set(COHERENCE))
    if odd:
        raise ParameterError(f"measures must be among {', '.join(COHERENCE)}, got {odd[0]!r}")
    table = _per_topic(model, texts, n_words, measures)
    totals = np.asarray(model.counts_.sum(axis=0)).ravel()
    words = smoothed(model.word_probabilities(), totals)
    dispersion = residual_dispersion(model.counts_, model.doc_topic_, words)
    window = "paragraph" if texts is None else "10 words (NPMI), 110 words (C_v)"
    parameters = {
        "engine": type(model).__name__,
        "n_topics": len(table),
        "n_words": n_words,
        "window": window,
        "diversity": diversity(model.topic_word_),
        "inverted_rbo": inverted_rbo(model.topic_word_),
        "residual_dispersion": dispersion.dispersion,
        "residual_df": dispersion.df,
    }
    return Result(
        table=table,
        title=say("quality.title"),
        columns={name: note for name, note in _COLUMNS.items() if name in table},
        method=Method(
            say("quality.method", n_words=n_words, window=window),
            (*CITATIONS, *(cite("newman-2010") if "uci" in measures else ())),
        ).also(model.words_note_),
        cautions=_cautions(table),
        parameters=parameters,
    )


def _per_topic(
    model: TopicModel,
    texts: Sequence[Sequence[str]] | None,
    n_words: int,
    measures: Sequence[str],
) -> pd.DataFrame:
    top = top_columns_present(model.topic_word_, n_words)
    named = [[str(model.feature_names_[w]) for w in columns] for columns in top]
    listed = named
    width: dict[str, int] = {"uci": 10, "npmi": 10, "c_v": 110}
    ordered = texts is not None
    if texts is None:
        # bags of words have no order: their only window is the whole paragraph
        listed = [[str(w) for w in columns] for columns in top]
        texts = paragraph_texts(model.counts_)
    coherence: dict[str, Floats] = {}
    for name in (name for name in COHERENCE if name in measures):
        if name == "umass":
            coherence[name] = umass(model.topic_word_, model.counts_, n_words=n_words)
            continue
        window = width[name] if ordered else None
        coherence[name] = windowed_coherence(listed, texts, measure=name, window=window)
    filled = model.doc_topic_.sum(axis=1) > 0
    return pd.DataFrame(
        {
            "topic": np.arange(len(named)),
            "name": list(model.topic_names_),
            "share": model.doc_topic_[filled].mean(axis=0),
            **coherence,
            "exclusivity": exclusivity(model.word_probabilities(), n_words=n_words),
            "words": [" ".join(words) for words in named],
        }
    )


def _cautions(table: pd.DataFrame) -> tuple[Bilingual, ...]:
    weak = table.loc[table["npmi"] < 0, "name"] if "npmi" in table else ()
    if not len(weak):
        return ()
    return (say("quality.below_chance", names=listing(weak)),)


# Which words stand for a topic: by frequency, exclusivity, lift or relevance?


def shrunk_exclusivity(word_probabilities: Floats, word_totals: Floats) -> Floats:
    """Return how the topics share out each word, pulled towards evenness for rare words.

    James-Stein shrinkage of the multinomial of topics given the word, with the unbiased variance;
    a word that occurs once is shared out evenly.

    Source: Hausser & Strimmer (2009).

    >>> shrunk_exclusivity(np.array([[0.9], [0.1]]), np.array([2.0])).round(2).tolist()
    [[0.68], [0.32]]
    """
    even = 1 / len(word_probabilities)
    sums = word_probabilities.sum(axis=0)
    share = np.where(sums > 0, word_probabilities / np.where(sums > 0, sums, 1.0), even)
    distance = ((share - even) ** 2).sum(axis=0)
    variance = (share * (1 - share)).sum(axis=0) / np.maximum(word_totals - 1, 1e-300)
    pull = np.where(distance > 0, variance / np.where(distance > 0, distance, 1.0), 1.0)
    pull = np.clip(np.where(word_totals > 1, pull, 1.0), 0.0, 1.0)
    return np.asarray(pull * even + (1 - pull) * share)


def frex(
    word_probabilities: Floats, word_totals: Floats | None = None, *, weight: float = 0.5
) -> Floats:
    """Return the FREX score: harmonic mean of the ranks by frequency and by exclusivity.

    Source: Bischof & Airoldi (2012); Airoldi & Bischof (2016).

    >>> frex(np.array([[0.6, 0.3, 0.1], [0.1, 0.3, 0.6]])).round(2).tolist()
    [[1.0, 0.67, 0.33], [0.33, 0.67, 1.0]]
    """
    n_words = word_probabilities.shape[1]
    if word_totals is None:
        sums = word_probabilities.sum(axis=0)
        exclusive = word_probabilities / np.where(sums > 0, sums, 1.0)
    else:
        exclusive = shrunk_exclusivity(word_probabilities, word_totals)
    by_frequency = rankdata(word_probabilities, axis=1) / n_words
    by_exclusivity = rankdata(exclusive, axis=1) / n_words
    return np.asarray(1 / (weight / by_frequency + (1 - weight) / by_exclusivity))


def lift(word_probabilities: Floats, word_shares: Floats) -> Floats:
    """Return each word's probability in a topic over its share of all words.

    Source: Taddy (2012).

    >>> lift(np.array([[0.5, 0.5]]), np.array([0.25, 0.75])).round(2).tolist()
    [[2.0, 0.67]]
    """
    used = word_shares > 0
    return np.asarray(np.where(used, word_probabilities / np.where(used, word_shares, 1.0), 0.0))


def relevance(word_probabilities: Floats, word_shares: Floats, *, weight: float = 0.6) -> Floats:
    """Return `weight * ln probability + (1 - weight) * ln lift`.

    Source: Sievert & Shirley (2014).

    >>> relevance(np.array([[0.5, 0.5]]), np.array([0.25, 0.75]), weight=1.0).round(3).tolist()
    [[-0.693, -0.693]]
    """
    with np.errstate(divide="ignore"):
        frequent = np.log(word_probabilities)
        lifted = np.log(lift(word_probabilities, word_shares))
    if weight == 1:
        return np.asarray(frequent)
    if weight == 0:
        return np.asarray(lifted)
    return np.asarray(weight * frequent + (1 - weight) * lifted)


def exclusivity(word_probabilities: Floats, *, n_words: int = 10, weight: float = 0.3) -> Floats:
    """Return the sum of FREX scores of each topic's most probable words, as R's stm does.

    Source: Roberts et al. (2014).

    >>> exclusivity(np.array([[0.6, 0.3, 0.1], [0.1, 0.3, 0.6]]), n_words=1).tolist()
    [1.0, 1.0]
    """
    scores = frex(word_probabilities, weight=weight)
    top = top_columns(word_probabilities, n_words)
    return np.asarray(np.take_along_axis(scores, top, axis=1).sum(axis=1))


def diversity(scores: Floats, *, n_words: int = 25) -> float:
    """Return the share of different words among the top words of all topics.

    Source: Dieng et al. (2020).

    >>> diversity(np.array([[0.9, 0.1], [0.8, 0.2]]), n_words=1)
    0.5
    """
    top = top_columns(scores, n_words)
    return float(len(np.unique(top)) / top.size)


def inverted_rbo(scores: Floats, *, n_words: int = 10) -> float:
    """Return 1 less the mean rank-biased overlap of pairs of topics: 1 if all words differ.

    Source: Bianchi et al. (2021).

    >>> inverted_rbo(np.array([[0.9, 0.1, 0.0], [0.0, 0.1, 0.9]]), n_words=1)
    1.0
    """
    lists = top_columns_present(scores, n_words)
    overlaps = [rank_overlap(a, b) for a, b in combinations(lists, 2)]
    return 1 - float(np.mean(overlaps)) if overlaps else float("nan")


# Do the top words of a topic occur together?

WINDOWED = {"uci": "c_uci", "npmi": "c_npmi", "c_v": "c_v"}


def umass(scores: Floats, counts: sparse.csr_array, *, n_words: int = 10) -> Floats:
    """Return UMass coherence as R's stm computes it, one value a topic.

    The sum over pairs of top words of ln((D(a, b) + 0.01) / (D(b) + 0.01)), where D counts
    paragraphs and b is the word that comes first in the list of all topics' top words.

    Source: Mimno et al. (2011); Roberts et al. (2014).

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
    """Return UCI, NPMI or C_v coherence (gensim), one value a topic.

    UCI is the mean of ln[(p(i,j) + 1e-12) / p(i)p(j)]: one pair that never meets decides.

    Source: Newman et al. (2010); Aletras & Stevenson (2013); Röder et al. (2015).

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


# How well do topics account for words: those they were fitted on, and those held out?

_ROWS_AT_ONCE = 512


class Dispersion(NamedTuple):
    """Residual dispersion and its degrees of freedom."""

    dispersion: float
    df: float


def residual_dispersion(
    counts: sparse.csr_array, shares: Floats, word_probabilities: Floats, *, tol: float = 0.01
) -> Dispersion:
    """Return the dispersion of the multinomial residuals: near 1 when the topics suffice.

    Above 1 the counts vary more than K topics explain, which speaks for more topics.

    Source: Taddy (2012).

    >>> counts = sparse.csr_array(np.full((200, 2), 5.0))
    >>> residual_dispersion(counts, np.ones((200, 1)), np.array([[0.5, 0.5]]))
    Dispersion(dispersion=0.0, df=397.0)
    """
    rows = np.flatnonzero(counts.sum(axis=1) > 0)
    total, cells = 0.0, 0
    for start in range(0, len(rows), _ROWS_AT_ONCE):
        block = rows[start : start + _ROWS_AT_ONCE]
        observed = counts[block].toarray()
        size = observed.sum(axis=1, keepdims=True)
        expected = shares[block] @ word_probabilities
        spread = size * expected * (1 - expected)
        # a single word has no spread, and nothing is left over
        squares = (observed - size * expected) ** 2
        total += float(
            np.divide(squares, spread, out=np.zeros_like(spread), where=spread > 0).sum()
        )
        cells += int(np.count_nonzero(expected * size > tol))
    n_topics, n_words = word_probabilities.shape
    df = cells - n_words - len(rows) * (n_topics - 1) - n_topics * (n_words - 1)
    return Dispersion(total / df if df > 0 else float("nan"), float(df))


def cao_juan(topic_word: Floats) -> float:
    """Return the mean cosine of pairs of topics: low where topics are far apart.

    Source: Cao et al. (2009).

    >>> round(cao_juan(np.array([[1.0, 0.0], [1.0, 1.0]])), 4)
    0.7071
    """
    from scipy.spatial.distance import pdist

    return float(np.mean(1 - pdist(topic_word, metric="cosine")))


def arun(topic_word: Floats, shares: Floats, counts: sparse.csr_array) -> float:
    """Return the divergence between the spread of the words and that of the topics; low is better.

    The symmetric Kullback-Leibler divergence of the singular values of the word probabilities and
    the sizes of the topics in words, both sorted and summing to 1.

    Source: Arun et al. (2010).

    >>> round(arun(np.eye(2), np.eye(2), sparse.csr_array([[3.0, 0.0], [0.0, 1.0]])), 4)
    0.2747
    """
    from scipy.special import rel_entr

    spread = np.linalg.svd(topic_word, compute_uv=False)
    lengths = np.asarray(counts.sum(axis=1)).ravel()
    sizes = np.sort(lengths @ shares)[::-1]
    spread, sizes = spread / spread.sum(), sizes / sizes.sum()
    # a topic without a paragraph makes the divergence endless
    return float(np.sum(rel_entr(spread, sizes) + rel_entr(sizes, spread)))


def griffiths(word_likelihood: Sequence[float] | Floats) -> float:
    """Return the log of the harmonic mean of the words' likelihood over samples; high is better.

    Source: Griffiths & Steyvers (2004).

    >>> round(griffiths([-10.0, -11.0]), 4), griffiths([])
    (-10.6201, nan)
    """
    from scipy.special import logsumexp

    values = np.asarray(word_likelihood, dtype=np.float64)
    if not len(values):
        return float("nan")
    return float(np.log(len(values)) - logsumexp(-values))


def smoothed(word_probabilities: Floats, word_totals: Floats, share: float = 0.01) -> Floats:
    """Mix each topic with the words of the whole corpus, so that no word has probability 0.

    >>> smoothed(np.array([[1.0, 0.0]]), np.array([1.0, 1.0]), share=0.5).tolist()
    [[0.75, 0.25]]
    """
    background = (word_totals + 1) / (word_totals + 1).sum()
    return np.asarray((1 - share) * word_probabilities + share * background)


class HeldOut(NamedTuple):
    """Mean log-likelihood per word of held-out paragraphs, or of their second halves."""

    log_likelihood: float
    unigram: float
    """The same under the words of the training reports, without topics."""
    n_words: int
    n_reports: int


def document_completion(
    model: TopicModel,
    reports: Reports = None,
    *,
    held_out: float = 0.1,
    whole: bool = False,
    random_state: int = 0,
) -> HeldOut:
    """Fit on most reports; in the others, predict one half of each paragraph from the other.

    All engines are measured alike: word probabilities from the refit, smoothed with 1 % of the
    training corpus, the engine's own prior of shares (0.1 a topic for NMF). ``whole``: the
    likelihood of whole paragraphs instead, from left to right.

    Source: Wallach et al. (2009).

    >>> from policytext import NmfTopics
    >>> counts = [[5, 4, 0, 0], [4, 6, 0, 0], [0, 0, 7, 5], [0, 0, 5, 4]] * 5
    >>> model = NmfTopics(n_topics=2).fit(counts)
    >>> found = document_completion(model, held_out=0.2)
    >>> found.log_likelihood > found.unigram
    True
    """
    check_whole_counts(model.counts_, "Document completion")
    codes = report_labels(reports, model.counts_.shape[0])
    filled = np.unique(codes[np.diff(model.counts_.indptr) > 0])
    if len(filled) < 2:
        raise NotEnoughDataError("Document completion needs two reports with words, there is one.")
    rng = np.random.default_rng(random_state)
    n_out = min(max(1, round(held_out * len(filled))), len(filled) - 1)
    out = rng.choice(filled, n_out, replace=False)
    training = np.flatnonzero(~np.isin(codes, out))
    refit = fit_again(model, training)
    totals = np.asarray(refit.counts_.sum(axis=0)).ravel()
    told = model.counts_[np.flatnonzero(np.isin(codes, out))]
    words = smoothed(refit.word_probabilities(), totals)
    alpha = getattr(refit, "alpha_", np.full(len(words), 0.1))
    if whole:
        likelihood = float(left_to_right(told, words, alpha, rng=rng).sum())
    else:
        first, told = halves(told, rng)
        if not told.nnz:
            raise NotEnoughDataError("No held-out paragraph has two words to part.")
        shares = shares_of(fold_in(first, words, alpha))
        row = np.repeat(np.arange(told.shape[0]), np.diff(told.indptr))
        fit = np.einsum("ik,ik->i", shares[row], words.T[told.indices])
        likelihood = float(told.data @ np.log(fit))
    plain = (totals + 1) / (totals + 1).sum()
    n_words = told.data.sum()
    return HeldOut(
        float(likelihood / n_words),
        float(told.data @ np.log(plain[told.indices]) / n_words),
        int(n_words),
        len(out),
    )


def left_to_right(
    counts: sparse.csr_array,
    word_probabilities: Floats,
    alpha: Floats,
    *,
    n_particles: int = 10,
    rng: np.random.Generator,
) -> Floats:
    """Return the log-likelihood of each row's words, its shares and topics summed out by chance.

    Words are read one by one in an order drawn for each row; before each, the topics of those
    before it are drawn again. Particles go on by how likely they made the word (which Wallach's
    do not), so that the likelihood is right on average. Source: Wallach et al. (2009); Buntine
    (2009); Del Moral (2004).

    >>> words, alpha = np.array([[0.9, 0.1], [0.1, 0.9]]), np.full(2, 0.5)
    >>> found = left_to_right(sparse.csr_array([[1, 0]]), words, alpha,
    ...                       rng=np.random.default_rng(0))
    >>> np.exp(found).round(2).tolist()
    [0.5]
    """
    size = np.asarray(counts.sum(axis=1)).ravel().astype(np.int64)
    prior, by_word = np.asarray(alpha, dtype=np.float64), word_probabilities.T
    found = np.zeros(len(size))
    # rows of like length are read side by side, the longest first
    order = np.argsort(-size, kind="stable")
    for start in range(0, len(order), _PARAGRAPHS_AT_ONCE):
        rows = order[start : start + _PARAGRAPHS_AT_ONCE]
        texts = [rng.permutation(np.repeat(*_words_of(counts, row))) for row in rows]
        seen = np.zeros((len(rows), n_particles, len(prior)))
        topic = np.zeros((len(rows), n_particles, int(size[rows[0]])), dtype=np.intp)
        for n in range(int(size[rows[0]])):
            live = int((size[rows] > n).sum())
            at = np.ogrid[:live, :n_particles]
            for k in range(n + 1):
                word = by_word[[text[k] for text in texts[:live]]][:, None]
                if k < n:
                    seen[*at, topic[:live, :, k]] -= 1
                chance = word * (seen[:live] + prior)
                if k == n:
                    weight = chance.sum(axis=2).cumsum(axis=1)
                    whole = weight[:, -1:] / n_particles
                    found[rows[:live]] += np.log(whole[:, 0] / (n + prior.sum()))
                    step = (rng.random((live, 1)) + np.arange(n_particles)) * whole
                    heir = (weight[:, None] < step[:, :, None]).sum(axis=2)
                    seen[:live], topic[:live] = seen[at[0], heir], topic[at[0], heir]
                    chance = chance[at[0], heir]
                drawn = chance.cumsum(axis=2)
                point = rng.random((live, n_particles, 1)) * drawn[:, :, -1:]
                topic[:live, :, k] = (drawn < point).sum(axis=2)
                seen[*at, topic[:live, :, k]] += 1
    return found


_PARAGRAPHS_AT_ONCE = 128


def _words_of(
    counts: sparse.csr_array, row: int
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """Return the words of a row, and how often each stands there."""
    cells = slice(counts.indptr[row], counts.indptr[row + 1])
    return counts.indices[cells].astype(np.intp), counts.data[cells].astype(np.intp)


def halves(
    counts: sparse.csr_array, rng: np.random.Generator
) -> tuple[sparse.csr_array, sparse.csr_array]:
    """Part the words of each row at random into two halves, the first the larger by one if odd.

    >>> a, b = halves(sparse.csr_array([[2.0, 1.0, 2.0]]), np.random.default_rng(0))
    >>> float(a.sum()), float(b.sum()), (a + b).toarray().tolist()
    (3.0, 2.0, [[2.0, 1.0, 2.0]])
    """
    row = np.repeat(np.arange(counts.shape[0]), np.diff(counts.indptr))
    n_each = counts.data.astype(np.int64)
    row, column = np.repeat(row, n_each), np.repeat(counts.indices, n_each)
    order = np.lexsort((rng.random(len(row)), row))
    row, column = row[order], column[order]
    starts = np.searchsorted(row, row)
    in_first = (np.arange(len(row)) - starts) % 2 == 0
    parts = [
        sparse.csr_array((np.ones(int(take.sum())), (row[take], column[take])), shape=counts.shape)
        for take in (in_first, ~in_first)
    ]
    for part in parts:
        part.sum_duplicates()
    return parts[0], parts[1]

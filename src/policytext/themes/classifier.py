"""Which policy themes does a paragraph treat, and which words and clauses say so?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple, Self

import numpy as np
import scipy.sparse as sp
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted

from policytext.themes.codebook import Codebook, load_codebook
from policytext.themes.cues import CueMatcher
from policytext.themes.decision import DecisionRule, expected_f1
from policytext.themes.features import Evidence, cue_numbers, read_evidence
from policytext.themes.labels import label_matrix
from policytext.themes.ngrams import count_ngrams, learn_ngrams
from policytext.themes.pairs import fit_pairs
from policytext.themes.ridge import grouped_ridge
from policytext.themes.training_data import numbered, refuse_too_little, text_list
from policytext.themes.trust import cue_trust, left_out_trust, pooled_trust

if TYPE_CHECKING:
    import pandas as pd

    from policytext.corpus import Corpus

Floats = NDArray[np.float64]
Encoder = Callable[[Sequence[str]], ArrayLike]

_CUE_SCALE = 0.35
_CONTEXT_SCALE = 0.1
_CONSTANT = 0.05**0.5


class _Read(NamedTuple):
    """A batch of texts: evidence, standardised context, and the features of the ridge."""

    evidence: Evidence
    context: Floats
    words: sp.csr_matrix


class ThemeClassifier(BaseEstimator):
    """Give a paragraph the themes of a codebook: several, or one that is used alone.

    Clauses are searched for the codebook's cue terms and scored one by one; a ridge regression
    reads the characters of the whole paragraph; a logistic model over (paragraph, theme) pairs
    joins both. No word segmentation is needed.

    Parameters
    ----------
    codebook
        The scheme; the package's health themes if None. A scheme without cue terms works from
        characters alone.
    threshold
        Probability from which a theme is given.
    alone_margin
        How much likelier than the best theme a code that is used alone must be to replace it.
    min_positives
        Themes with fewer labelled paragraphs are named in `cautions_`.
    strength
        Inverse L2 penalty of the logistic model.
    encoder
        Optional: a function from texts to vectors (texts × dimensions) whose output is added to
        the features.
    batch_size
        Paragraphs read at once; like the next, it changes no result.
    n_jobs
        Processes to predict with (joblib).

    Attributes
    ----------
    classes_ : numpy.ndarray of str
        Theme ids, the columns of `predict_proba`.
    n_positives_ : dict of str to int
        Labelled paragraphs per theme.
    cautions_ : list of str
        Themes learned from few paragraphs, in words.

    Examples
    --------
    >>> texts = ["全县建成紧密型医共体3个，派驻医师下乡。", "粮食总产量再创新高。"] * 12
    >>> labels = [["medical_consortium"], ["outside"]] * 12
    >>> model = ThemeClassifier().fit(texts, labels)
    >>> model.predict_labels(["组建两个医共体，统一药品目录。"])[0][0]
    'medical_consortium'
    """

    def __init__(
        self,
        codebook: Codebook | None = None,
        *,
        threshold: float = 0.45,
        alone_margin: float = 0.0,
        min_positives: int = 30,
        strength: float = 0.3,
        encoder: Encoder | None = None,
        batch_size: int = 1000,
        n_jobs: int = 1,
    ) -> None:
        self.codebook = codebook
        self.threshold = threshold
        self.alone_margin = alone_margin
        self.min_positives = min_positives
        self.strength = strength
        self.encoder = encoder
        self.batch_size = batch_size
        self.n_jobs = n_jobs

    def fit(
        self,
        texts: Sequence[str],
        labels: Sequence[Sequence[str]] | NDArray[np.bool_],
        groups: Sequence[object] | None = None,
    ) -> Self:
        """Learn from labelled paragraphs.

        Parameters
        ----------
        texts
            Paragraphs.
        labels
            The themes of each paragraph, or a paragraphs × themes table of 0 and 1 in the
            codebook's order.
        groups
            The report of each paragraph. Inside the fit a paragraph is scored as if its own report
            were unknown; without groups, as if it alone were unknown.

        Raises
        ------
        ParameterError
            Lengths differ, or a label is not in the codebook.
        NotEnoughDataError
            Fewer than 20 paragraphs, or no theme with five.
        """
        texts = text_list(texts)
        self.codebook_ = self.codebook or load_codebook()
        y = label_matrix(labels, self.codebook_.ids)
        group = numbered(groups, len(texts))
        refuse_too_little(texts, y, group)
        self._prepare()
        self.vocabulary_, self.idf_ = learn_ngrams(texts)
        evidence = read_evidence(texts, self._matcher, self._numbers)
        self.context_mean_ = evidence.context.mean(axis=0)
        self.context_spread_ = evidence.context.std(axis=0) + 1e-9
        read = self._with_words(evidence, texts)
        ridge = grouped_ridge(read.words, y.astype(float), group)
        self.weights_, self.means_ = ridge.weights, ridge.means
        pooled = left_out_trust(evidence, y, self._theme_of_cue, group)
        self.trust_ = cue_trust(evidence, y, self._theme_of_cue, np.ones(len(y), dtype=bool))
        scores = np.concatenate([ridge.left_out[:, :, None], pooled], axis=2)
        self.pairs_ = fit_pairs(
            evidence.pairs, scores, read.context, y, real=self._real, strength=self.strength
        )
        self._note_counts(y)
        return self

    def predict_proba(self, texts: Sequence[str]) -> Floats:
        """Return the probability of each theme, texts × themes; rows need not sum to one."""
        check_is_fitted(self, "pairs_")
        texts = text_list(texts)
        size = self.batch_size
        batches = [texts[start : start + size] for start in range(0, len(texts), size)]
        if self.n_jobs == 1 or len(batches) < 2:
            parts = [self._probabilities(batch) for batch in batches]
        else:
            from joblib import Parallel, delayed

            task = delayed(ThemeClassifier._probabilities)
            parts = Parallel(n_jobs=self.n_jobs)(task(self, batch) for batch in batches)
        return np.concatenate(parts) if parts else np.zeros((0, len(self.classes_)))

    def predict(self, texts: Sequence[str]) -> NDArray[np.int64]:
        """Return texts × themes, 1 where the theme is given."""
        return self.decide(self.predict_proba(texts)).astype(np.int64)

    def predict_labels(
        self, texts: Sequence[str], abstain_below: float | None = None
    ) -> list[list[str]]:
        """Return the themes of each text, the likeliest first.

        Parameters
        ----------
        texts
            Paragraphs.
        abstain_below
            Give no label (an empty list) where the model expects an F1 below this of its own
            answer; see `confidence`. None: always answer.
        """
        probabilities = self.predict_proba(texts)
        given = self.decide(probabilities)
        if abstain_below is not None:
            given[expected_f1(probabilities, given) < abstain_below] = False
        order = np.argsort(-probabilities, axis=1, kind="stable")
        return [
            [str(self.classes_[t]) for t in order[row] if given[row, t]]
            for row in range(len(given))
        ]

    def confidence(self, texts: Sequence[str]) -> Floats:
        """Return the F1 (0 to 1) that the model expects of its own labels for each text."""
        probabilities = self.predict_proba(texts)
        return expected_f1(probabilities, self.decide(probabilities))

    def explain(self, text: str) -> pd.DataFrame:
        """Return what decided: for each theme given, its clauses, cue terms and characters.

        Returns
        -------
        pandas.DataFrame
            Columns theme, probability, kind (``clause``: weight = fall of the log-odds when the
            clause is taken out; ``cue``: weight = share of labelled paragraphs with this cue that
            had the theme; ``characters``: weight = contribution to the ridge score), words, start,
            end (offsets in the text, -1 for characters), weight; ordered by theme, kind and
            weight.
        """
        from policytext.themes.explanation import explain_text

        return explain_text(self, text)

    def code(self, corpus_or_texts: Corpus | Sequence[str], name: str = "model") -> pd.DataFrame:
        """Code a corpus: the coding table (see `policytext.themes.coding`), with probabilities.

        `name` stands in the column `source`.
        """
        from policytext.themes.coding import coding_table, paragraphs_of

        paragraphs = paragraphs_of(corpus_or_texts)
        probabilities = self.predict_proba(paragraphs["text"].tolist())
        given = self.decide(probabilities)
        order = np.argsort(-np.where(given, probabilities, -1.0), axis=1, kind="stable")
        rows: list[dict[str, object]] = [
            {"row": row, "theme": str(self.classes_[t]), "rank": rank, "probability": float(p[t])}
            for row, p, has, ranked in zip(
                paragraphs.index, probabilities, given, order, strict=True
            )
            for rank, t in enumerate(ranked)
            if has[t]
        ]
        return coding_table(rows, paragraphs, name)

    def score(self, texts: Sequence[str], labels: Sequence[Sequence[str]]) -> float:
        """Return micro-F1 over all themes."""
        y = label_matrix(labels, self.codebook_.ids)
        given = self.predict(texts)
        return float(2 * (y & (given > 0)).sum() / max(y.sum() + given.sum(), 1))

    def decide(self, probabilities: Floats) -> NDArray[np.bool_]:
        """Return which themes are given for probabilities from `predict_proba`."""
        thresholds = np.full(len(self.classes_), self.threshold)
        return DecisionRule(thresholds, self._real, self.alone_margin).labels(probabilities)

    def _prepare(self) -> None:
        """Build what follows from the codebook alone (also after loading)."""
        self.classes_ = np.array(self.codebook_.ids)
        self._matcher = CueMatcher(self.codebook_)
        self._numbers = cue_numbers(self._matcher)
        self._theme_of_cue = np.array([theme for theme, _, _ in self._numbers], dtype=np.int64)
        self._real = np.array([i not in self.codebook_.alone for i in self.codebook_.ids])

    def _probabilities(self, texts: Sequence[str]) -> Floats:
        read = self._with_words(read_evidence(texts, self._matcher, self._numbers), texts)
        return _logistic(self.pairs_.logits(read.evidence.pairs, self._scores(read), read.context))

    def _with_words(self, evidence: Evidence, texts: Sequence[str]) -> _Read:
        n = len(texts)
        shape = (n, len(self._numbers))
        ones = np.ones(len(evidence.hit_cue))
        cues = sp.csr_matrix((ones, (evidence.hit_paragraph, evidence.hit_cue)), shape)
        cues.sum_duplicates()
        cues.data = np.log1p(cues.data) * _CUE_SCALE
        context = (evidence.context - self.context_mean_) / self.context_spread_
        dense = np.column_stack([context * _CONTEXT_SCALE, np.full(n, _CONSTANT)])
        blocks = [count_ngrams(texts, self.vocabulary_, self.idf_), cues, sp.csr_matrix(dense)]
        if self.encoder is not None:
            blocks.append(sp.csr_matrix(np.asarray(self.encoder(texts), dtype=float)))
        return _Read(evidence, context, sp.hstack(blocks).tocsr())

    def _scores(self, read: _Read) -> Floats:
        words = self.means_ + read.words @ self.weights_
        pooled = pooled_trust(read.evidence, self.trust_, words.shape)
        return np.concatenate([words[:, :, None], pooled], axis=2)

    def _note_counts(self, y: NDArray[np.bool_]) -> None:
        counts = y.sum(axis=0)
        self.n_positives_ = {str(t): int(n) for t, n in zip(self.classes_, counts, strict=True)}
        self.cautions_ = [
            f"{theme}: learned from {n} labelled paragraphs (fewer than {self.min_positives})"
            for theme, n in self.n_positives_.items()
            if n < self.min_positives
        ]


def _logistic(logits: Floats) -> Floats:
    result: Floats = 1 / (1 + np.exp(-np.clip(logits, -30, 30)))
    return result

"""Which policy themes does a paragraph treat, and which words and clauses say so?"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Self

import numpy as np
import scipy.sparse as sp
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted

from policytext.data import data_path
from policytext.errors import (
    DamagedFileError,
    ModelNotFoundError,
    NotEnoughDataError,
    ParameterError,
)
from policytext.records import Floats
from policytext.themes.codebook import Codebook, Theme, load_codebook
from policytext.themes.coding import label_matrix
from policytext.themes.cues import CueMatcher
from policytext.themes.features import (
    Evidence,
    count_ngrams,
    cue_numbers,
    cue_trust,
    learn_ngrams,
    left_out_trust,
    pooled_trust,
    read_evidence,
    unpack,
)
from policytext.themes.fitting import PairModel, fit_pairs, grouped_ridge

if TYPE_CHECKING:
    import pandas as pd

    from policytext.corpus import Corpus


# Which labels does a paragraph get, given the probability of each theme?
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class DecisionRule:
    """From probabilities to labels.

    A theme is given from its threshold on. A code that is used alone replaces all themes if it is
    more likely than each of them by more than the margin; and if no theme reaches its threshold,
    the likeliest single code is given.
    """

    thresholds: Floats
    real: Bools
    alone_margin: float = 0.0

    def labels(self, probabilities: Floats) -> Bools:
        """Return n × T labels; every row has at least one.

        >>> rule = DecisionRule(np.array([0.5, 0.5]), np.array([True, False]))
        >>> rule.labels(np.array([[0.8, 0.3], [0.2, 0.4]])).tolist()
        [[True, False], [False, True]]
        """
        themes = np.where(self.real, probabilities, -1.0)
        alone = np.where(self.real, -1.0, probabilities)
        given = (probabilities >= self.thresholds) & self.real
        best_given = np.where(given, probabilities, -1.0).max(axis=1)
        any_given = given.any(axis=1) & (best_given + self.alone_margin >= alone.max(axis=1))
        single = np.where(themes.max(axis=1) > alone.max(axis=1), themes.argmax(1), alone.argmax(1))
        only = np.zeros_like(given)
        only[np.arange(len(given)), single] = True
        result: Bools = np.where(any_given[:, None], given, only)
        return result


def expected_f1(probabilities: Floats, labels: Bools) -> Floats:
    """Return per paragraph the F1 that the model expects of its own answer (0 to 1).

    2 × sum of p over given labels / (number given + sum of all p): the ratio of expectations,
    which stands in for the expectation of the ratio.

    Source: Lewis (1995).

    >>> expected_f1(np.array([[1.0, 0.0]]), np.array([[True, False]])).tolist()
    [1.0]
    """
    hit = (probabilities * labels).sum(axis=1)
    result: Floats = 2 * hit / np.maximum(labels.sum(axis=1) + probabilities.sum(axis=1), 1e-12)
    return result


# Which clauses, cue terms and characters decided for a theme?

_COLUMNS = ["theme", "probability", "kind", "words", "start", "end", "weight"]
_SHOWN = 5


def explain_text(model: ThemeClassifier, text: str) -> pd.DataFrame:
    """Return what decided for each theme of a text; columns as `ThemeClassifier.explain`."""
    import pandas as pd

    probabilities = model.predict_proba([text])[0]
    given = model.predict([text])[0].astype(bool)
    rows: list[tuple[object, ...]] = []
    for number in np.argsort(-probabilities, kind="stable"):
        if given[number]:
            theme, p = str(model.classes_[number]), float(probabilities[number])
            parts = [
                *_clauses(model, text, int(number)),
                *_cues(model, text, int(number)),
                *_characters(model, text, int(number)),
            ]
            rows += [(theme, p, *part) for part in parts]
    return pd.DataFrame(rows, columns=_COLUMNS)


def _clauses(model: ThemeClassifier, text: str, theme: int) -> Sequence[tuple[object, ...]]:
    parts = model._matcher.find(text).clauses
    if len(parts) < 2:
        return []
    without = [text[: part.start] + text[part.end :] for part in parts]
    odds = _log_odds(model.predict_proba([text, *without])[:, theme])
    falls = [
        ("clause", text[part.start : part.end], part.start, part.end, float(odds[0] - after))
        for part, after in zip(parts, odds[1:], strict=True)
    ]
    return sorted((f for f in falls if f[4] > 0), key=lambda f: -f[4])[:_SHOWN]


def _cues(model: ThemeClassifier, text: str, theme: int) -> Sequence[tuple[object, ...]]:
    found = [
        (
            "cue",
            text[h.start : h.end],
            h.start,
            h.end,
            float(model.trust_[model._numbers[(theme, True, h.cue)]]),
        )
        for h in model._matcher.find(text).hits
        if h.theme == theme and h.strong
    ]
    return sorted(dict.fromkeys(found), key=lambda f: (-f[4], f[2]))[:_SHOWN]


def _characters(model: ThemeClassifier, text: str, theme: int) -> Sequence[tuple[object, ...]]:
    counted = count_ngrams([text], model.vocabulary_, model.idf_)
    weight = counted.data * model.weights_[counted.indices, theme]
    order = np.argsort(-weight, kind="stable")[:_SHOWN]
    return [
        ("characters", unpack(model.vocabulary_[counted.indices[i]]), -1, -1, float(weight[i]))
        for i in order
        if weight[i] > 0
    ]


def _log_odds(p: np.ndarray) -> np.ndarray:
    clipped = np.clip(p, 1e-12, 1 - 1e-12)
    return np.asarray(np.log(clipped / (1 - clipped)))


# Are texts, labels and groups fit to learn from?

_FEWEST_PARAGRAPHS = 20


def numbered(groups: Sequence[object] | None, n: int) -> NDArray[np.int64]:
    """Number the groups; without groups each text is its own."""
    if groups is None:
        return np.arange(n)
    return np.unique([str(group) for group in groups], return_inverse=True)[1]


def text_list(texts: Sequence[str]) -> list[str]:
    """Return the texts as a list, refusing what is no text."""
    if isinstance(texts, str):
        raise ParameterError("texts must be a list of paragraphs, got one string; pass [text]")
    listed = list(texts)
    for place, text in enumerate(listed):
        if not isinstance(text, str):
            raise ParameterError(
                f"texts must be strings, but entry {place} is {type(text).__name__}"
            )
    return listed


def refuse_too_little(texts: Sequence[str], y: NDArray[np.bool_], group: NDArray[np.int64]) -> None:
    """Refuse lengths that differ, too few paragraphs, and a single report."""
    if not len(texts) == len(y) == len(group):
        raise ParameterError(
            f"texts, labels and groups must be of one length, got {len(texts)}, {len(y)} "
            f"and {len(group)}"
        )
    if len(texts) < _FEWEST_PARAGRAPHS or y.sum(axis=0).max() < 5:
        raise NotEnoughDataError(
            f"a theme classifier needs at least {_FEWEST_PARAGRAPHS} labelled paragraphs and "
            f"one theme with five; got {len(texts)} paragraphs. Code by cue terms "
            "(code_by_cues) and label more"
        )
    if len(np.unique(group)) < 2:
        raise NotEnoughDataError(
            "all paragraphs come from one report; label paragraphs of at least two reports"
        )


# Which policy themes does a paragraph treat, and which words and clauses say so?

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


# How is a theme classifier written to a file that cannot run code, and read back?

SCHEMA: Final = 1
TRUSTED: Final[tuple[str, ...]] = ()
"""The file holds arrays, numbers and strings only: nothing beyond skops' own list is trusted."""

_ARRAYS = (
    "vocabulary_",
    "idf_",
    "context_mean_",
    "context_spread_",
    "weights_",
    "means_",
    "trust_",
)
_SHIPPED = "models/themes/health-themes.skops"


def save_theme_classifier(model: ThemeClassifier, path: str | Path) -> Path:
    """Write a fitted classifier: arrays and text, no estimator objects, so any scikit-learn reads
    it.

    Parameters
    ----------
    model
        Fitted, without an encoder of the user's.
    path
        File to write, ending in ``.skops``.

    Raises
    ------
    ParameterError
        The model uses an encoder, which cannot be saved.
    """
    from skops import io

    if model.encoder is not None:
        raise ParameterError(
            "a classifier with an encoder cannot be saved; keep the labels and fit again"
        )
    state: dict[str, Any] = {name: getattr(model, name) for name in _ARRAYS}
    state["weights_"] = state["weights_"].astype(np.float32)
    state["pairs_"] = {
        field.name: getattr(model.pairs_, field.name) for field in dataclasses.fields(PairModel)
    }
    facts = {
        "schema": SCHEMA,
        "codebook": dataclasses.asdict(model.codebook_),
        "parameters": {
            k: v
            for k, v in model.get_params().items()
            if k not in ("codebook", "encoder", "n_jobs")
        },
        "n_positives": model.n_positives_,
        "cautions": model.cautions_,
    }
    state["facts"] = json.dumps(facts, ensure_ascii=False)
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    io.dump(state, path, compression=8)  # zipfile.ZIP_DEFLATED
    return Path(path)


def read_theme_classifier(path: str | Path) -> ThemeClassifier:
    """Read a classifier written by `save_theme_classifier`.

    Raises
    ------
    ModelNotFoundError
        There is no such file.
    DamagedFileError
        The file is no such model, holds types that are not trusted, or has another schema.
    """
    from skops import io

    if not Path(path).is_file():
        raise ModelNotFoundError(f"there is no theme classifier at {str(path)!r}")
    try:
        untrusted = set(io.get_untrusted_types(file=path)) - set(TRUSTED)
        state = {} if untrusted else io.load(path, trusted=list(TRUSTED))
        facts = json.loads(state["facts"])
    except Exception as error:  # a damaged zip raises many kinds
        raise DamagedFileError(
            f"{str(path)!r} is not a theme classifier, or is damaged: {error}"
        ) from error
    if facts["schema"] != SCHEMA:
        raise DamagedFileError(
            f"{str(path)!r} has schema {facts['schema']}, this version reads {SCHEMA}; "
            "train it again"
        )
    return _restored(state, facts)


@cache
def _shipped(path: Path) -> ThemeClassifier:
    return read_theme_classifier(path)


def load_theme_classifier() -> ThemeClassifier:
    """Load the package's classifier of the 22 health themes, `general` and `outside`.

    It was trained on silver labels (read by a language model, not by people); its card in
    ``models/themes`` gives data, scores and limits.

    Returns
    -------
    ThemeClassifier
        Fitted.

    Raises
    ------
    ModelNotFoundError, DamagedFileError
        The installation is incomplete.

    Examples
    --------
    >>> load_theme_classifier().predict_labels(["组建两个紧密型县域医共体，统一药品目录和配送。"])
    [['medical_consortium', 'drug_supply']]
    """
    return _shipped(data_path(_SHIPPED))


def _restored(state: dict[str, Any], facts: dict[str, Any]) -> ThemeClassifier:
    book = facts["codebook"]
    themes = tuple(Theme(**_tupled(theme)) for theme in book.pop("themes"))
    codebook = Codebook(themes=themes, **_tupled(book))
    model = ThemeClassifier(codebook, **facts["parameters"])
    model.codebook_ = codebook
    for name in _ARRAYS:
        setattr(model, name, state[name])
    model.weights_ = model.weights_.astype(np.float64)
    model.pairs_ = PairModel(**state["pairs_"])
    model.n_positives_ = facts["n_positives"]
    model.cautions_ = facts["cautions"]
    model._prepare()
    return model


def _tupled(record: dict[str, Any]) -> dict[str, Any]:
    return {key: tuple(v) if isinstance(v, list) else v for key, v in record.items()}

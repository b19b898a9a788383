"""Which policy themes does a paragraph treat, and which words and clauses say so?

A ridge regression reads characters, a table of cue terms reads clauses, and a logistic model over
(paragraph, theme) pairs joins both; where vectors are given, a model of few weights is asked beside
it. `features` says what is seen, `fitting` how it is fitted.
"""

from __future__ import annotations

import dataclasses
import html
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache, partial
from pathlib import Path
from typing import Any, Final, NamedTuple, Self

import numpy as np
import numpy.typing as npt
import pandas as pd
import scipy.sparse as sp
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted

from policytext.corpus import Corpus
from policytext.data import data_path
from policytext.errors import DamagedFileError, ModelNotFoundError, ParameterError
from policytext.piecework import each_part, text_parts
from policytext.records import Floats
from policytext.themes.agreement import micro_f1
from policytext.themes.codebook import Codebook, Theme, load_codebook
from policytext.themes.coding import coded_rows, coding_table, label_matrix, text_list
from policytext.themes.cues import Bools, CueMatcher, Ints
from policytext.themes.features import (
    CharacterTable,
    Encoder,
    Evidence,
    Features,
    TextVectors,
    character_strings,
    cue_trust,
    left_out_trust,
    nearness,
    pooled_trust,
    read_evidence,
    spelled,
    stacked,
    theme_centres,
)
from policytext.themes.fitting import (
    ClauseModel,
    FewModel,
    PairModel,
    bounded,
    clause_cells,
    fit_clauses,
    fit_few,
    fit_pairs,
    grouped_ridge,
    joined,
    numbered,
    refuse_too_little,
)

_CUE_SCALE: Final = 0.35
_CONTEXT_SCALE: Final = 0.1
_CONSTANT: Final = 0.05**0.5
_BATCHES: Final = 10
"""Batches that a process is given at once: to send the model takes as long as to read one."""


class _Read(NamedTuple):
    """A batch of texts: evidence, context, features of the ridge, nearness to the definitions, and
    what the encoder gives.
    """

    evidence: Evidence
    context: Features
    words: sp.csr_matrix
    near: Features
    vectors: Floats


class ThemeClassifier(BaseEstimator):
    """Give a paragraph the themes of a codebook: several, or one that is used alone.

    Clauses are searched for the codebook's cue terms and scored one by one; a ridge regression
    reads the characters of the whole paragraph; a logistic model over (paragraph, theme) pairs
    joins both. One clause is enough: a theme is never less likely in a paragraph than in the best
    of its clauses with a cue, read by itself. No word segmentation is needed.

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
        Optional: a function from texts to vectors (texts × dimensions, of about length one), such
        as `text_vectors` or a sentence encoder of your own. The vectors join the features, and so
        does how near a text lies to each theme's own words (its name, definition, inclusions and
        plain cues); a second model, of few weights that all themes share, reads them too. Up to
        200 labelled paragraphs both count alike (mean of the log-odds), with more the second
        counts less and less.
    words_from
        Optional: more examples (text, themes), such as invented ones, from which only the ridge
        regression of words learns. How often cues are right, how much a clause is worth and how
        many themes a paragraph has are learned from the labelled paragraphs alone: short clean
        examples would promise too much of all three.
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
        words_from: Sequence[tuple[str, Sequence[str]]] = (),
        batch_size: int = 1000,
        n_jobs: int = 1,
    ) -> None:
        self.codebook = codebook
        self.threshold = threshold
        self.alone_margin = alone_margin
        self.min_positives = min_positives
        self.strength = strength
        self.encoder = encoder
        self.words_from = words_from
        self.batch_size = batch_size
        self.n_jobs = n_jobs

    def fit(
        self,
        texts: Sequence[str],
        labels: Sequence[Sequence[str]] | Bools,
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
        more = [text for text, _ in self.words_from]
        y_more = label_matrix([themes for _, themes in self.words_from], self.codebook_.ids)
        self.characters_ = character_strings().fit([*texts, *more])
        self._counter = CharacterTable(self.characters_)
        plain = spelled(texts)
        evidence = read_evidence(plain, self._matcher)
        self.context_names_ = tuple(evidence.context)
        context = stacked(evidence.context, self.context_names_)
        self.context_mean_, self.context_spread_ = context.mean(axis=0), context.std(axis=0) + 1e-9
        read = self._read(texts, plain, evidence)
        words, wanted, of_group = read.words, y, group
        if more:
            words = sp.vstack([words, self._read_anew(more).words]).tocsr()
            wanted = np.vstack([y, y_more])
            of_group = np.append(group, group.max() + 1 + np.arange(len(more)))
        ridge = grouped_ridge(words, wanted.astype(float), of_group)
        self.weights_, self.means_ = ridge.weights, ridge.means
        theme_of_cue = self._matcher.theme_of_cue
        self.trust_ = cue_trust(evidence, y, theme_of_cue)
        trust_of_hit = left_out_trust(evidence, y, theme_of_cue, group)
        cells = clause_cells(evidence, trust_of_hit, y.shape[1])
        self.clauses_ = fit_clauses(cells, y)
        scores = {
            "characters": ridge.left_out[: len(texts)],
            **pooled_trust(evidence, trust_of_hit, y.shape),
            **self.clauses_.pooled(cells, y.shape),
            **read.near,
        }
        pairs = joined(evidence.pairs, scores, read.context)
        real = self._matcher.real
        self.pairs_ = fit_pairs(pairs, read.context, y, real=real, strength=self.strength)
        few = partial(fit_few, pairs, read.vectors, y, group, real=real, strength=self.strength)
        told = y[:, real].any() and not y[:, real].all()
        self.few_ = few() if told and self.encoder is not None else None
        counts = zip(self.classes_, y.sum(axis=0), strict=True)
        self.n_positives_ = {str(theme): int(n) for theme, n in counts}
        self.cautions_ = [
            f"{theme}: learned from {n} labelled paragraphs (fewer than {self.min_positives})"
            for theme, n in self.n_positives_.items()
            if n < self.min_positives
        ]
        return self

    def _repr_html_(self) -> str:
        if not hasattr(self, "classes_"):
            return f"<pre>{html.escape(repr(self))}</pre>"
        rows = "".join(
            f"<tr><td>{html.escape(str(name))}</td><td>{self.n_positives_[name]:,}</td></tr>"
            for name in self.classes_
        )
        notes = "".join(f"<li>{html.escape(caution)}</li>" for caution in self.cautions_)
        return (
            f"<div><code>{html.escape(repr(self))}</code><table><thead><tr><th>theme</th>"
            f"<th>labelled</th></tr></thead><tbody>{rows}</tbody></table><ul>{notes}</ul></div>"
        )

    def _repr_mimebundle_(self, **kwargs: Any) -> dict[str, str]:
        return {"text/plain": repr(self), "text/html": self._repr_html_()}

    def predict_proba(self, texts: Sequence[str]) -> Floats:
        """Return the probability of each theme, texts × themes; rows need not sum to one."""
        check_is_fitted(self, "pairs_")
        texts = text_list(texts)
        size = self.batch_size * _BATCHES
        tasks = ((self, texts[at : at + size]) for at in range(0, len(texts), size))
        parts = list(each_part(ThemeClassifier._probabilities, tasks, self.n_jobs))
        return np.concatenate(parts) if parts else np.zeros((0, len(self.classes_)))

    def predict(self, texts: Sequence[str]) -> Ints:
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
        return _explained(self, text)

    def code(self, corpus_or_texts: Corpus | Sequence[str], name: str = "model") -> pd.DataFrame:
        """Code a corpus: the coding table (see `policytext.themes.coding`), with probabilities.

        `name` stands in the column `source`.
        """
        check_is_fitted(self, "pairs_")
        paragraphs, counted = coded_rows(corpus_or_texts)
        tasks = ((self, rows, texts) for rows, texts in text_parts(paragraphs, counted))
        found = list(each_part(ThemeClassifier._coded, tasks, self.n_jobs))
        columns = ("row", "theme", "rank", "probability")
        table = pd.concat(found, ignore_index=True) if found else pd.DataFrame(columns=columns)
        return coding_table(table, paragraphs, name)

    def _coded(self, rows: Ints, texts: Sequence[str]) -> pd.DataFrame:
        """Return the themes of some paragraphs, the likeliest of each first."""
        probabilities = self._probabilities(texts)
        given = self.decide(probabilities)
        order = np.argsort(-np.where(given, probabilities, -1.0), axis=1, kind="stable")
        at, rank = np.nonzero(np.take_along_axis(given, order, axis=1))
        theme = order[at, rank]
        return pd.DataFrame(
            {
                "row": rows[at],
                "theme": pd.Series(self.classes_[theme], dtype="str"),
                "rank": rank,
                "probability": probabilities[at, theme],
            }
        )

    def score(self, texts: Sequence[str], labels: Sequence[Sequence[str]]) -> float:
        """Return micro-F1 over all themes."""
        given = self.decide(self.predict_proba(texts))
        return micro_f1(label_matrix(labels, self.codebook_.ids), given)

    def decide(self, probabilities: Floats) -> Bools:
        """Return which themes are given for probabilities from `predict_proba`.

        A theme is given from the threshold on. A code that is used alone replaces all themes if it
        is more likely than each of them by more than the margin; and if no theme reaches its
        threshold, the likeliest single code is given, so that every text has one.
        """
        real = self._matcher.real
        themes = np.where(real, probabilities, -1.0)
        alone = np.where(real, -1.0, probabilities)
        given = (probabilities >= self.threshold) & real
        best_given = np.where(given, probabilities, -1.0).max(axis=1)
        any_given = given.any(axis=1) & (best_given + self.alone_margin >= alone.max(axis=1))
        single = np.where(themes.max(axis=1) > alone.max(axis=1), themes.argmax(1), alone.argmax(1))
        only = np.zeros_like(given)
        only[np.arange(len(given)), single] = True
        decided: Bools = np.where(any_given[:, None], given, only)
        return decided

    def _prepare(self) -> None:
        """Build what follows from the codebook alone (also after loading)."""
        self.classes_ = np.array(self.codebook_.ids)
        self._matcher = CueMatcher(self.codebook_)
        if self.encoder is not None:
            self._centres = theme_centres(self.codebook_, self.encoder)

    def _probabilities(self, texts: Sequence[str]) -> Floats:
        """Return the probabilities of some texts, read batch by batch."""
        size = self.batch_size
        return np.concatenate(
            [self._of_batch(texts[at : at + size]) for at in range(0, len(texts), size)]
        )

    def _of_batch(self, texts: Sequence[str]) -> Floats:
        read = self._read_anew(texts)
        named = self._joined(read)
        logits = self.pairs_.logits(named, read.context)
        if self.few_ is not None:
            few = self.few_.logits(named, read.vectors)
            logits = logits + self.few_.share * (few - logits)
        whole: Floats = 1 / (1 + np.exp(-np.clip(logits, -30, 30)))
        return self._joined_with_clauses(whole, named, read.evidence)

    def _read(self, texts: Sequence[str], plain: Sequence[str], evidence: Evidence) -> _Read:
        n = len(texts)
        context = stacked(evidence.context, self.context_names_)
        context = (context - self.context_mean_) / self.context_spread_
        shape = (n, len(self._matcher.theme_of_cue))
        ones = np.ones(len(evidence.hit_cue))
        cues = sp.csr_matrix((ones, (evidence.hit_paragraph, evidence.hit_cue)), shape)
        cues.sum_duplicates()
        cues.data = np.log1p(cues.data) * _CUE_SCALE
        dense = np.column_stack([context * _CONTEXT_SCALE, np.full(n, _CONSTANT)])
        blocks = [self._counter.counted(plain), cues, sp.csr_matrix(dense)]
        near: Features = {}
        vectors = np.zeros((n, 0))
        if self.encoder is not None:
            vectors = np.asarray(self.encoder(texts), dtype=float)
            blocks.append(sp.csr_matrix(vectors))
            near = nearness(texts, self.encoder, self._centres)
        named = dict(zip(self.context_names_, context.T, strict=True))
        return _Read(evidence, named, sp.hstack(blocks).tocsr(), near, vectors)

    def _read_anew(self, texts: Sequence[str]) -> _Read:
        plain = spelled(texts)
        return self._read(texts, plain, read_evidence(plain, self._matcher))

    def _joined(self, read: _Read) -> Features:
        words = self.means_ + read.words @ self.weights_
        trust_of_hit = self.trust_[read.evidence.hit_cue]
        cells = clause_cells(read.evidence, trust_of_hit, words.shape[1])
        scores = {
            "characters": words,
            **pooled_trust(read.evidence, trust_of_hit, words.shape),
            **self.clauses_.pooled(cells, words.shape),
            **read.near,
        }
        return joined(read.evidence.pairs, scores, read.context)

    def _joined_with_clauses(self, whole: Floats, named: Features, evidence: Evidence) -> Floats:
        """Return probabilities that are never below that of the best clause read by itself.

        Where a text is one clause with a cue, the clause model alone speaks: what it says there is
        what it says inside a longer text; beside `FewModel` it is believed less. A code that is
        used alone is at most as likely as that no clause is enough for a theme.
        """
        likely = named["best_clause_alone"]
        guaranteed = bounded(likely, self.few_.caution) if self.few_ else bounded(likely)
        alone = guaranteed * self._matcher.real
        n_clauses = np.bincount(evidence.clause_paragraph, minlength=len(whole))
        single = (n_clauses == 1)[:, None] & (alone > 0)
        most = 1 - alone.max(axis=1, keepdims=True)
        only = np.minimum(whole, most)
        themes = np.where(single, alone, np.maximum(whole, alone))
        probabilities: Floats = np.where(self._matcher.real, themes, only)
        return probabilities


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

_EXPLAINED: Final = ["theme", "probability", "kind", "words", "start", "end", "weight"]
_SHOWN: Final = 5


def _explained(model: ThemeClassifier, text: str) -> pd.DataFrame:
    probabilities = model.predict_proba([text])
    given = model.decide(probabilities)[0]
    rows = [
        (str(model.classes_[theme]), float(probabilities[0, theme]), *part)
        for theme in map(int, np.argsort(-probabilities[0], kind="stable"))
        if given[theme]
        for parts in (_clauses, _cues, _characters)
        for part in sorted(parts(model, text, theme), key=lambda row: (-row[-1], row[2]))[:_SHOWN]
    ]
    return pd.DataFrame(rows, columns=_EXPLAINED)


_Part = tuple[str, str, int, int, float]


def _clauses(model: ThemeClassifier, text: str, theme: int) -> Iterator[_Part]:
    """Yield the clauses without which the log-odds fall, and by how much."""
    parts = model._matcher.find(text).clauses
    if len(parts) < 2:
        return
    without = [text[: part.start] + text[part.end :] for part in parts]
    p = np.clip(model.predict_proba([text, *without])[:, theme], 1e-12, 1 - 1e-12)
    odds = np.log(p / (1 - p))
    for part, after in zip(parts, odds[1:], strict=True):
        if odds[0] > after:
            words = text[part.start : part.end]
            yield "clause", words, part.start, part.end, float(odds[0] - after)


def _cues(model: ThemeClassifier, text: str, theme: int) -> Iterator[_Part]:
    """Yield the cue terms of the theme, each place once, with their trust."""
    hits = [h for h in model._matcher.find(text).hits if h.theme == theme and h.strong]
    yield from dict.fromkeys(
        (
            "cue",
            text[h.start : h.end],
            h.start,
            h.end,
            float(model.trust_[model._matcher.number(h)]),
        )
        for h in hits
    )


def _characters(model: ThemeClassifier, text: str, theme: int) -> Iterator[_Part]:
    """Yield the strings that speak for the theme, by their part in the score."""
    counted = model.characters_.transform([text])
    names = model.characters_.get_feature_names_out()
    for column, weight in zip(
        counted.indices, counted.data * model.weights_[counted.indices, theme], strict=True
    ):
        if weight > 0:
            yield "characters", str(names[column]), -1, -1, float(weight)


# How is a theme classifier written to a file that cannot run code, and read back?

_SCHEMA: Final = 3
_ARRAYS: Final = ("context_mean_", "context_spread_", "weights_", "means_", "trust_")
_SHIPPED: Final = "models/themes/health-themes.skops"
_ASKED: Final = ("完善政策措施。", "医院新增床位100张。", "粮食总产量再创新高。")
_ALIKE: Final = 0.01


def save_theme_classifier(model: ThemeClassifier, path: str | Path) -> Path:
    """Write a fitted classifier: arrays and text, no estimator objects, so any scikit-learn reads
    it.

    `text_vectors` are written with it. Of an encoder of your own, its name and where it places
    three sentences are written: whoever reads the file must give the same one.

    Parameters
    ----------
    model
        Fitted.
    path
        File to write, ending in ``.skops``.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     save_theme_classifier(load_theme_classifier(), f"{folder}/mine.skops").name
    'mine.skops'
    """
    from skops import io

    encoder = model.encoder
    state: dict[str, object] = {name: getattr(model, name) for name in _ARRAYS}
    state["weights_"] = model.weights_.astype(np.float32)
    state["strings"] = model.characters_.get_feature_names_out().astype(str)
    state["idf"] = model.characters_.idf_
    pairs = {f.name: getattr(model.pairs_, f.name) for f in dataclasses.fields(PairModel)}
    state["pairs_"] = pairs
    state["clauses_"] = {"shared": model.clauses_.shared, "own": model.clauses_.own}
    if model.few_ is not None:
        state["few_"] = {f.name: getattr(model.few_, f.name) for f in dataclasses.fields(FewModel)}
    not_kept = ("codebook", "encoder", "words_from", "n_jobs")
    facts = {
        "schema": _SCHEMA,
        "codebook": dataclasses.asdict(model.codebook_),
        "parameters": {k: v for k, v in model.get_params().items() if k not in not_kept},
        "context_names": model.context_names_,
        "n_positives": model.n_positives_,
        "cautions": model.cautions_,
        "encoder": None if encoder is None else _called(encoder),
    }
    if isinstance(encoder, TextVectors):
        strings = encoder.counter.get_feature_names_out().astype(str)
        state["encoder"] = {"strings": strings, "idf": encoder.counter.idf_, "axes": encoder.axes}
    elif encoder is not None:
        state["encoder"] = {"places": np.asarray(encoder(_ASKED), dtype=float)}
    state["facts"] = json.dumps(facts, ensure_ascii=False)
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    io.dump(state, path, compression=8)  # zipfile.ZIP_DEFLATED
    return Path(path)


def read_theme_classifier(
    path: str | Path, encoder: Callable[[Sequence[str]], npt.ArrayLike] | None = None
) -> ThemeClassifier:
    """Read a classifier written by `save_theme_classifier`.

    Parameters
    ----------
    path
        The file.
    encoder
        The encoder it was fitted with, if that was one of your own.

    Raises
    ------
    ParameterError
        The file names an encoder that was not given, or the one given places texts elsewhere.
    ModelNotFoundError
        There is no such file.
    DamagedFileError
        The file is no such model, holds types other than arrays, numbers and text, has another
        schema, or was taught with features that this version does not compute.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     path = save_theme_classifier(load_theme_classifier(), f"{folder}/mine.skops")
    ...     read_theme_classifier(path).predict_labels(["粮食总产量再创新高。"])
    [['outside']]
    """
    from skops import io

    if not Path(path).is_file():
        raise ModelNotFoundError(f"there is no theme classifier at {str(path)!r}")
    with _damage_said(path):
        # Nothing beyond skops' own list of arrays, numbers and strings is trusted.
        state = {} if io.get_untrusted_types(file=path) else io.load(path, trusted=[])
        facts = json.loads(state["facts"])
        schema, kept = facts["schema"], state.get("encoder", {})
        own, places = facts.get("encoder"), kept.get("places")
    if schema != _SCHEMA:
        raise DamagedFileError(
            f"{str(path)!r} has schema {schema}, this version reads {_SCHEMA}; train it again"
        )
    _refuse_another(encoder, own if places is not None else None, places)
    with _damage_said(path):
        if "axes" in kept:
            encoder = TextVectors.of(kept["strings"].tolist(), kept["idf"], kept["axes"])
        model = _restored(state, facts, encoder)
        unknown = _unknown_features(model)
    if unknown:
        raise DamagedFileError(
            f"{str(path)!r} was taught with features that this version does not compute: "
            f"{', '.join(unknown)}; train it again"
        )
    return model


@contextmanager
def _damage_said(path: str | Path) -> Iterator[None]:
    """Say of whatever goes wrong inside that the file is damaged."""
    try:
        yield
    except Exception as error:  # a damaged zip raises many kinds, and so does one that was changed
        raise DamagedFileError(
            f"{str(path)!r} is not a theme classifier, or is damaged: {error!r:.300}"
        ) from error


def _called(encoder: Encoder) -> str:
    return str(getattr(encoder, "__name__", type(encoder).__name__))


def _refuse_another(encoder: Encoder | None, name: str | None, places: Floats | None) -> None:
    """Refuse to go on without the encoder of the file, or with one that places texts elsewhere."""
    if places is None:
        if encoder is not None:
            raise ParameterError(
                f"this classifier needs no encoder, got {_called(encoder)}; leave it out"
            )
        return
    wanted = f"{name!r} (texts → {places.shape[-1]:,} numbers each)"
    if not callable(encoder):
        raise ParameterError(
            f"this classifier was fitted with the encoder {wanted}, which is not in the file; give "
            "the same function: read_theme_classifier(path, encoder=…)"
        )
    found = np.asarray(encoder(_ASKED), dtype=float)
    near = _ALIKE * max(float(np.abs(places).max(initial=0.0)), 1e-12)
    if found.shape != places.shape or not np.allclose(found, places, rtol=0, atol=near):
        raise ParameterError(
            f"this classifier was fitted with the encoder {wanted}; the one given, "
            f"{_called(encoder)}, places three test sentences elsewhere: give the same one"
        )


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


@cache
def _shipped(path: Path) -> ThemeClassifier:
    return read_theme_classifier(path)


def _restored(
    state: dict[str, Any], facts: dict[str, Any], encoder: Encoder | None
) -> ThemeClassifier:
    book = facts["codebook"]
    themes = tuple(Theme(**_tupled(theme)) for theme in book.pop("themes"))
    codebook = Codebook(themes=themes, **_tupled(book))
    model = ThemeClassifier(codebook, encoder=encoder, **facts["parameters"])
    model.codebook_ = codebook
    model._prepare()
    for name in _ARRAYS:
        setattr(model, name, state[name])
    model.weights_ = model.weights_.astype(np.float64)
    model.characters_ = character_strings(state["strings"].tolist())
    model.characters_.idf_ = state["idf"]
    model._counter = CharacterTable(model.characters_)
    model.context_names_ = tuple(facts["context_names"])
    model.pairs_ = PairModel(**state["pairs_"])
    model.clauses_ = ClauseModel(**state["clauses_"])
    model.few_ = FewModel(**state["few_"]) if "few_" in state else None
    model.n_positives_, model.cautions_ = facts["n_positives"], facts["cautions"]
    return model


def _unknown_features(model: ThemeClassifier) -> list[str]:
    """Return the features that the model was taught with and that are not computed here."""
    evidence = read_evidence([""], model._matcher)
    wanted = {*model.context_names_, *model.pairs_.context_names}
    unknown = wanted - set(evidence.context)
    if not unknown:
        named = model._joined(model._read([""], [""], evidence))
        unknown = {*model.pairs_.names, *model.pairs_.own_names} - set(named)
    return sorted(unknown)


def _tupled(record: Mapping[str, Any]) -> dict[str, Any]:
    return {key: tuple(v) if isinstance(v, list) else v for key, v in record.items()}

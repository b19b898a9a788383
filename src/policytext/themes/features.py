"""What does a theme classifier see of a paragraph, in numbers that have names?

Three things: its one- and two-character strings, what the cue terms in its clauses say about each
theme (evidence), and what the paragraph is like as a whole (context). Where labels are few,
vectors learned from unlabelled paragraphs can be added.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final, NamedTuple

import numpy as np
import scipy.sparse as sp
from numpy.typing import ArrayLike, NDArray
from sklearn.feature_extraction.text import TfidfVectorizer

from policytext.anatomy.clauses import comparable, cut_sentences
from policytext.corpus import Corpus
from policytext.errors import NotEnoughDataError, ParameterError
from policytext.records import Floats
from policytext.themes.codebook import Codebook
from policytext.themes.coding import paragraphs_of
from policytext.themes.cues import Bools, CueMatcher, Ints, Letters, table_of

Features = Mapping[str, Floats]
Encoder = Callable[[Sequence[str]], ArrayLike]
Letterpairs = NDArray[np.int32]

_NUMBER: Final = re.compile(r"(?:[0-9xX×*]|‹[A-Z]+›)+")
_NARROW: Final = re.compile(r"(?<![0-9])[,:]|[,:](?![0-9])")
_WIDE: Final = {",": "，", ":": "："}
_FIGURES: Final = table_of("0123456789x")
_LIST_REACH: Final = 6
_BLANK: Final = ord(" ")
_BETWEEN: Final = "\x00"
_BLANKS: Final = re.compile(r"[^\S\n]")


def stacked(features: Features, names: Sequence[str]) -> Floats:
    """Return the features of these names, in this order, along a last axis.

    >>> stacked({"a": np.array([1.0]), "b": np.array([2.0])}, ["b", "a"]).tolist()
    [[2.0, 1.0]]
    """
    return np.stack([features[name] for name in names], axis=-1)


# The characters of a paragraph


def character_strings(vocabulary: Sequence[str] | None = None) -> TfidfVectorizer:
    """Count one- and two-character strings: (1 + log count) × idf, rows of length one.

    >>> texts = ["医保基金", "医保支付"]
    >>> character_strings().fit(texts).get_feature_names_out().tolist()
    ['保', '医', '医保']
    """
    return TfidfVectorizer(
        analyzer="char",
        ngram_range=(1, 2),
        preprocessor=_counted_characters,
        min_df=2,
        sublinear_tf=True,
        vocabulary=vocabulary,
    )


def _counted_characters(text: str) -> str:
    """Return the text in its comparable spelling, as its strings are counted."""
    return _with_like_marks(comparable(text).text)


def _with_like_marks(text: str) -> str:
    """Return a text with every figure as 0, commas and colons of one width, on one line.

    >>> _with_like_marks("新增1,200人,占12%")
    '新增0,0人，占0%'
    """
    wide = _NARROW.sub(lambda found: _WIDE[found.group()], text)
    return _NUMBER.sub("0", wide).replace("\n", "")


class CharacterTable:
    """Does what `character_strings` does once it is fitted, several times as fast.

    All texts of a batch are looked up together: each character has a number, two of them make the
    number of a pair, and pairs are found in one sorted row.

    >>> texts = ["医保基金", "医保支付"]
    >>> fitted = character_strings().fit(texts)
    >>> same = CharacterTable(fitted).counted(texts) - fitted.transform(texts)
    >>> float(abs(same).max()) < 1e-12
    True
    """

    def __init__(self, fitted: TfidfVectorizer, like_marks: bool = True) -> None:
        self._like_marks = like_marks
        self._idf = np.asarray(fitted.idf_, dtype=float)
        strings = {str(string): int(column) for string, column in fitted.vocabulary_.items()}
        letters = sorted(set("".join(strings)))
        self._base = len(letters) + 1
        self._number = np.zeros(max(map(ord, letters)) + 2, dtype=np.int32)
        self._number[[ord(letter) for letter in letters]] = np.arange(1, self._base)
        columns = np.full(self._base, -1, dtype=np.int64)
        pairs = {}
        for string, column in strings.items():
            first, *second = (int(self._number[ord(letter)]) for letter in string)
            if second:
                pairs[first * self._base + second[0]] = column
            else:
                columns[first] = column
        self._column_of_letter = columns
        self._pairs = np.array(sorted(pairs), dtype=np.int32)
        self._column_of_pair = np.array([pairs[key] for key in sorted(pairs)], dtype=np.int64)

    def counted(self, texts: Sequence[str]) -> sp.csr_matrix:
        """Count the strings of texts (`spelled`): (1 + log count) × idf, rows of length one."""
        # A comparable text has no blanks: one between two texts keeps them apart.
        joined = " ".join(texts)
        joined = _with_like_marks(joined) if self._like_marks else joined
        letters = Letters.of([joined], " ")
        number = self._number[np.minimum(letters.codes, len(self._number) - 1)]
        text = np.cumsum(letters.codes == _BLANK)
        place = np.flatnonzero((number[:-1] > 0) & (number[1:] > 0))
        column = _values_of(
            number[place] * self._base + number[place + 1], self._pairs, self._column_of_pair
        )
        columns = np.concatenate([self._column_of_letter[number], column])
        known = columns >= 0
        cells = (np.concatenate([text, text[place]])[known], columns[known])
        shape = (len(texts), len(self._idf))
        counts = sp.csr_matrix((np.ones(len(cells[0])), cells), shape)
        counts.sum_duplicates()
        counts.data = (np.log(counts.data) + 1) * self._idf[counts.indices]
        row = np.repeat(np.arange(len(texts)), np.diff(counts.indptr))
        counts.data /= np.sqrt(np.bincount(row, weights=counts.data**2, minlength=len(texts)))[row]
        return counts


def _values_of(keys: Letterpairs, sorted_keys: Letterpairs, values: Ints) -> Ints:
    """Return the value of each key, -1 where it has none."""
    if not len(sorted_keys):
        return np.full(len(keys), -1)
    place = np.minimum(np.searchsorted(sorted_keys, keys), len(sorted_keys) - 1)
    return np.where(sorted_keys[place] == keys, values[place], -1)


# What a paragraph is like among many that nobody has labelled

_WEIGHT: Final = 2.0
_FIRST: Final = 0.7
_RARE: Final = 12
_USUAL: Final = 0.2


@dataclass(frozen=True, eq=False)
class TextVectors:
    """Places texts by the strings they share with others; call it with a list of texts.

    A text is placed as a whole and, in as many dimensions again, by its first sentence, which often
    names what the paragraph is about.
    """

    counter: TfidfVectorizer
    axes: Floats

    @classmethod
    def of(cls, strings: Sequence[str], idf: Floats, axes: Floats) -> TextVectors:
        """Return what places texts as the one did whose strings, weights and axes these are."""
        counter = _pairs_of_characters(vocabulary=list(strings))
        counter.idf_ = idf
        return cls(counter, axes)

    def __call__(self, texts: Sequence[str]) -> Floats:
        """Return texts × twice the dimensions; a text of nothing known lies at 0."""
        if not len(texts):
            return np.zeros((0, 2 * len(self.axes)))
        plain = spelled(texts)
        firsts = [text[slice(*next(cut_sentences(text), (0, 0)))] for text in plain]
        whole = self._placed(plain)
        led = whole.copy()
        longer = [
            row
            for row, (text, first) in enumerate(zip(plain, firsts, strict=True))
            if text != first
        ]
        led[longer] = self._placed([firsts[row] for row in longer])
        return np.hstack([whole, led * _FIRST])

    @cached_property
    def _table(self) -> CharacterTable:
        return CharacterTable(self.counter, like_marks=False)

    def _placed(self, texts: Sequence[str]) -> Floats:
        """Return texts × dimensions, each row of the same length."""
        if not len(texts):
            return np.zeros((0, len(self.axes)))
        placed = self._table.counted(texts) @ self.axes.T
        lengths = np.linalg.norm(placed, axis=1, keepdims=True)
        vectors: Floats = placed / np.maximum(lengths, 1e-12) * _WEIGHT
        return vectors


def text_vectors(
    corpus_or_texts: Corpus | Sequence[str],
    *,
    n_dimensions: int = 80,
    random_state: int | None = 0,
) -> TextVectors:
    """Learn from unlabelled paragraphs which words go together: an encoder for few labels.

    Latent semantic analysis of two-character strings. Paragraphs that say alike things in other
    words lie near each other, so that 30 or 60 labels reach further. Labels are not used; the
    paragraphs may be those that will be coded.

    Parameters
    ----------
    corpus_or_texts
        Some hundred paragraphs of the same kind or more: a corpus (its counted paragraphs) or a
        list.
    n_dimensions
        Dimensions in which a text is placed, and again its first sentence.
    random_state
        Chance of the decomposition.

    Returns
    -------
    TextVectors
        To be given as ``ThemeClassifier(encoder=…)``; it is saved with the classifier.

    Raises
    ------
    ParameterError
        `n_dimensions` is below two.
    NotEnoughDataError
        Fewer strings that stand in one of a hundred paragraphs (12 at most) than dimensions.

    References
    ----------
    Deerwester, S., Dumais, S. T., Furnas, G. W., Landauer, T. K., & Harshman, R. (1990). Indexing
    by latent semantic analysis. JASIS 41(6), 391-407.

    Examples
    --------
    >>> texts = ["新建码头泊位。", "码头泊位开工。", "粮食作物增产。", "粮食作物丰收。"] * 20
    >>> near = text_vectors(texts, n_dimensions=2)
    >>> one, two, other = near(["码头改造", "泊位改造", "粮食改造"])
    >>> bool(one @ two > one @ other)
    True
    """
    from sklearn.decomposition import TruncatedSVD

    if n_dimensions < 2:
        raise ParameterError(f"n_dimensions must be at least 2, got {n_dimensions}")
    texts = spelled(paragraphs_of(corpus_or_texts)["text"].tolist())
    rare = min(_RARE, max(2, len(texts) // 100))
    counter = _pairs_of_characters(min_df=rare, max_df=_USUAL if len(texts) > 200 else 1.0)
    try:
        counted = counter.fit_transform(texts)
    except ValueError:  # scikit-learn: no string is left
        counted = sp.csr_matrix((0, 0))
    if counted.shape[1] <= n_dimensions:
        raise NotEnoughDataError(
            f"text_vectors needs more than {n_dimensions} strings that stand in {rare} paragraphs "
            f"or more, got {counted.shape[1]}; give more paragraphs or ask for fewer dimensions"
        )
    found = TruncatedSVD(n_dimensions, n_iter=3, random_state=random_state).fit(counted)
    return TextVectors(counter, found.components_)


def _pairs_of_characters(
    *, vocabulary: Sequence[str] | None = None, min_df: int = 1, max_df: float = 1.0
) -> TfidfVectorizer:
    """Count two-character strings of texts in their comparable spelling."""
    return TfidfVectorizer(
        analyzer="char",
        ngram_range=(2, 2),
        preprocessor=str,
        min_df=min_df,
        max_df=max_df,
        sublinear_tf=True,
        vocabulary=vocabulary,
    )


# How near a paragraph lies to the words that define a theme

_HAN: Final = re.compile(r"[\u4e00-\u9fff]{2,}")


def theme_centres(codebook: Codebook, encoder: Encoder) -> Floats:
    """Place each theme at the mean of its name, its definition's words and its plain cues."""
    said = [
        _HAN.findall(" ".join((theme.label_zh, theme.definition_zh, *theme.include)))
        + [cue for cue in theme.cues if _HAN.fullmatch(cue)]
        for theme in codebook.themes
    ]
    placed = _of_length_one(np.asarray(encoder([word for words in said for word in words] or [""])))
    theme = np.repeat(np.arange(len(said)), [len(words) for words in said])
    centres = [placed[: len(theme)][theme == number].sum(axis=0) for number in range(len(said))]
    return _of_length_one(np.stack(centres))


def nearness(texts: Sequence[str], encoder: Encoder, centres: Floats) -> Features:
    """Return how near texts lie to each theme: whole, by their best sentence, and beyond the next.

    Names → texts × themes. The weights of these are shared by all themes, so that a few labels of
    some themes tell how far the definitions of the others are to be trusted.
    """
    near = _of_length_one(np.asarray(encoder(texts))) @ centres.T
    sentences = [[text[slice(*s)] for s in cut_sentences(text)] or [text] for text in texts]
    owner = np.repeat(np.arange(len(texts)), [len(parts) for parts in sentences])
    placed = _of_length_one(np.asarray(encoder([part for parts in sentences for part in parts])))
    best = np.full(near.shape, -1.0)
    np.maximum.at(best, owner, placed @ centres.T)
    highest = np.sort(near, axis=1)[:, ::-1][:, :2]
    rival = np.where(near == highest[:, :1], highest[:, -1:], highest[:, :1])
    return {"near": near, "nearest_sentence": best, "nearer_than_others": near - rival}


def _of_length_one(vectors: Floats) -> Floats:
    """Return rows of length one; a row of zeros stays one."""
    rows: Floats = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)
    return rows


# What the clauses say about each theme, and what the paragraph is like


class Evidence(NamedTuple):
    """What was found in a batch of paragraphs.

    ``pairs``: name → paragraphs × themes; ``context``: name → paragraphs. The hits stand as flat
    arrays: paragraph, clause (numbered through the batch), theme, strength, number of the cue,
    whether it stands in a list; and so do the clauses: paragraph, words of the domain, whether with
    a figure, marks of enumeration, length.
    """

    pairs: Features
    context: Features
    hit_paragraph: Ints
    hit_clause: Ints
    hit_theme: Ints
    hit_strong: Bools
    hit_cue: Ints
    hit_listed: Bools
    clause_paragraph: Ints
    clause_domain: Ints
    clause_figure: Ints
    clause_separators: Ints
    clause_length: Ints


class _Clauses(NamedTuple):
    """The clauses of a batch, one entry each."""

    paragraph: Ints
    position: Ints
    domain: Ints
    figure: Ints
    separators: Ints
    length: Ints


class _Hits(NamedTuple):
    """The cues and hints found in a batch, one entry each."""

    clause: Ints
    theme: Ints
    strong: Bools
    cue: Ints
    listed: Bools


def spelled(texts: Sequence[str]) -> list[str]:
    """Return texts in the spelling in which they are compared.

    >>> spelled(["签约 效劳"])
    ['签约服务']
    """
    joined = _BLANKS.sub("", _BETWEEN.join(texts))
    if joined.count(_BETWEEN) != len(texts) - 1:
        return [comparable(text).text for text in texts]
    # No rule of the spelling reaches over the mark between two texts.
    return comparable(joined).text.split(_BETWEEN)


def read_evidence(texts: Sequence[str], matcher: CueMatcher) -> Evidence:
    """Find cues in a batch of texts (`spelled`) and summarise them per paragraph and theme."""
    letters = Letters.of(texts, "\n")
    found = matcher.find_batch(letters)
    separators = _running(letters.codes == ord("、"))
    figures = _running(letters.among(_FIGURES))
    paragraph, start, end = found.clause_text, found.clause_start, found.clause_end
    clauses = _Clauses(
        paragraph,
        np.arange(len(paragraph)) - np.searchsorted(paragraph, paragraph),
        found.clause_domain,
        (figures[end] > figures[start]).astype(np.int64),
        separators[end] - separators[start],
        end - start,
    )
    left = np.maximum(start[found.hit_clause], found.hit_start - _LIST_REACH)
    right = np.minimum(end[found.hit_clause], found.hit_end + _LIST_REACH)
    hits = _Hits(
        found.hit_clause,
        matcher.theme_of_cue[found.hit_cue],
        matcher.strong_cue[found.hit_cue],
        found.hit_cue,
        separators[right] > separators[left],
    )
    lengths = np.array([len(text) for text in texts], dtype=float)
    return Evidence(
        pair_features(clauses, hits, (len(texts), len(matcher.real)), matcher.real),
        context_features(clauses, hits, lengths, matcher.real),
        clauses.paragraph[hits.clause],
        hits.clause,
        hits.theme,
        hits.strong,
        hits.cue,
        hits.listed,
        clauses.paragraph,
        clauses.domain,
        clauses.figure,
        clauses.separators,
        clauses.length,
    )


def _running(held: Bools) -> Ints:
    """Return how many stand before each place."""
    return np.concatenate([[0], np.cumsum(held)])


class _Cells(NamedTuple):
    """What stands of each theme in each clause: one entry per (clause, theme) with a hit."""

    shape: tuple[int, int]
    pair: Ints
    position: Ints
    in_domain: Bools
    with_figure: Bools
    cues: Floats
    hints: Floats
    free: Floats
    own: Floats

    def summed(self, weights: NDArray[np.generic]) -> Floats:
        """Sum entries per paragraph and theme."""
        size = self.shape[0] * self.shape[1]
        sums = np.bincount(self.pair, weights=weights, minlength=size)
        return sums.astype(float).reshape(self.shape)

    def largest(self, values: Floats) -> Floats:
        """Return the largest entry per paragraph and theme."""
        best = np.zeros(self.shape[0] * self.shape[1])
        np.maximum.at(best, self.pair, values)
        return best.reshape(self.shape)

    def first(self, held: Bools, n_clauses: Ints) -> Floats:
        """Return the place of the first clause held, the number of clauses where there is none."""
        place = np.full(self.shape[0] * self.shape[1], np.inf)
        np.minimum.at(place, self.pair[held], self.position[held].astype(float))
        earliest: Floats = np.minimum(place.reshape(self.shape), n_clauses[:, None])
        return earliest


def _cells(clauses: _Clauses, hits: _Hits, shape: tuple[int, int], real: Bools) -> _Cells:
    themes = shape[1]
    cell, cells = np.unique(hits.clause * themes + hits.theme, return_inverse=True)
    clause, theme = cell // themes, cell % themes
    cues, hints, free = (
        np.bincount(cells, weights=weights, minlength=len(cell)).astype(float)
        for weights in (hits.strong, ~hits.strong, hits.strong & ~hits.listed)
    )
    total = np.bincount(clause, weights=cues * real[theme], minlength=len(clauses.paragraph))
    return _Cells(
        shape,
        clauses.paragraph[clause] * themes + theme,
        clauses.position[clause],
        clauses.domain[clause] > 0,
        clauses.figure[clause] > 0,
        cues,
        hints,
        free,
        cues / np.maximum(total[clause], 1),
    )


def pair_features(
    clauses: _Clauses, hits: _Hits, shape: tuple[int, int], real: Bools
) -> dict[str, Floats]:
    """Return what the clauses say about each theme: name → paragraphs × themes."""
    cells = _cells(clauses, hits, shape, real)
    n_clauses = np.bincount(clauses.paragraph, minlength=shape[0])
    n_domain = np.bincount(clauses.paragraph, weights=clauses.domain > 0, minlength=shape[0])
    held = cells.cues > 0
    n_cue, n_hints = cells.summed(held), cells.summed(cells.hints)
    has = (n_cue > 0).astype(float)
    length = np.maximum(n_clauses, 1)[:, None]
    first = cells.first(held, n_clauses)
    rank = _ranks(np.where(real, n_cue + 0.01 * cells.summed(cells.cues), -1.0))
    features = {
        "has_cue": has,
        "two_clauses": n_cue > 1,
        "three_clauses": n_cue > 2,
        "log_clauses": np.log1p(n_cue),
        "share_of_clauses": n_cue / length,
        "share_of_domain_clauses": n_cue / np.maximum(n_domain, 1)[:, None],
        "log_cues_outside_lists": np.log1p(cells.summed(cells.free)),
        "log_clauses_with_figure": np.log1p(cells.summed(held & cells.with_figure)),
        "log_domain_clauses": np.log1p(cells.summed(held & cells.in_domain)),
        "best_clause": cells.largest(cells.cues + 0.3 * np.minimum(cells.hints, 2)),
        "best_ownership": cells.largest(cells.own),
        "owned_share": cells.summed(cells.own) / length,
        "log_hints": np.log1p(n_hints),
        "hints_per_clause": n_hints / length,
        "in_first_clause": has * (first == 0),
        "lateness": has * first / length,
        "leads": has * (rank == 0),
        "rank_weight": has * np.exp(-rank / 2),
        "domain_share_if_cue": has * (n_domain / np.maximum(n_clauses, 1))[:, None],
        "log_rival_themes_if_cue": has * np.log1p(((n_cue > 0) & real).sum(axis=1)[:, None]),
        "log_length_if_cue": has * np.log(length),
        "two_cues_in_clause": np.log1p(cells.summed(cells.cues >= 2)),
    }
    return {name: values.astype(float) for name, values in features.items()}


def _ranks(strength: Floats) -> Floats:
    order = np.argsort(-strength, axis=1, kind="stable")
    ranks = np.empty_like(strength)
    np.put_along_axis(ranks, order, np.arange(strength.shape[1], dtype=float)[None, :], axis=1)
    return ranks


def context_features(
    clauses: _Clauses, hits: _Hits, lengths: Floats, real: Bools
) -> dict[str, Floats]:
    """Return what a paragraph is like, whatever the theme: name → paragraphs."""
    n_all = len(clauses.paragraph)
    held = np.bincount(hits.clause, weights=hits.strong & real[hits.theme], minlength=n_all) > 0
    alone = np.bincount(hits.clause, weights=~real[hits.theme], minlength=n_all) > 0

    def count(weights: NDArray[np.generic]) -> Floats:
        return np.bincount(clauses.paragraph, weights=weights, minlength=len(lengths)).astype(float)

    n = np.maximum(count(np.ones(n_all)), 1)
    n_domain, n_held, n_alone = count(clauses.domain > 0), count(held), count(alone)
    both = count(held & (clauses.domain > 0))
    features = {
        "log_domain_clauses": np.log1p(n_domain),
        "domain_share": n_domain / n,
        "log_domain_words": np.log1p(count(clauses.domain)),
        "no_domain": n_domain == 0,
        "cue_share": n_held / n,
        "log_cue_clauses": np.log1p(n_held),
        "no_cue": n_held == 0,
        "log_clauses": np.log(n),
        "log_length": np.log1p(lengths),
        "alone_hint_share": n_alone / n,
        "log_alone_hints": np.log1p(n_alone),
        "no_cue_in_domain": both == 0,
        "cue_in_domain_share": both / n,
        "bare_share": count(~held & (clauses.domain == 0)) / n,
        "enumeration_share": count(clauses.separators >= 2) / n,
    }
    return {name: values.astype(float) for name, values in features.items()}


# How often a cue is right, and what all cues of a paragraph say together

_PRIOR_WEIGHT: Final = 3.0
_CEILING: Final = 0.97
_DISCOUNT: Final = 0.9


def cue_trust(evidence: Evidence, labels: Bools, theme_of_cue: Ints) -> Floats:
    """Return for each cue the share of paragraphs with it that have its theme, shrunk to the
    theme's share.
    """
    one = np.zeros(len(labels), dtype=np.int64)
    yes, n = _right_by_group(evidence, labels, theme_of_cue, one)
    return _shrunk_share(yes[0], n[0], theme_of_cue, labels.shape[1])


def _right_by_group(
    evidence: Evidence, labels: Bools, theme_of_cue: Ints, groups: Ints
) -> tuple[Floats, Floats]:
    """Return groups × cues: in how many paragraphs a cue is right, and in how many it stands."""
    used = evidence.hit_strong
    cues = len(theme_of_cue)
    seen = np.unique(evidence.hit_paragraph[used] * cues + evidence.hit_cue[used])
    paragraph, cue = seen // cues, seen % cues
    cell = groups[paragraph] * cues + cue
    right = labels[paragraph, theme_of_cue[cue]]
    shape = (int(groups.max(initial=-1)) + 1, cues)
    size = shape[0] * cues
    yes = np.bincount(cell, weights=right, minlength=size).astype(float)
    n = np.bincount(cell, minlength=size).astype(float)
    return yes.reshape(shape), n.reshape(shape)


def _shrunk_share(yes: Floats, n: Floats, theme_of_cue: Ints, themes: int) -> Floats:
    theme_yes = np.bincount(theme_of_cue, weights=yes, minlength=themes)
    theme_n = np.bincount(theme_of_cue, weights=n, minlength=themes)
    share = (theme_yes + _PRIOR_WEIGHT) / (theme_n + 2 * _PRIOR_WEIGHT)
    trust: Floats = (yes + _PRIOR_WEIGHT * share[theme_of_cue]) / (n + _PRIOR_WEIGHT)
    return trust


def pooled_trust(
    evidence: Evidence, trust_of_hit: Floats, shape: tuple[int, int]
) -> dict[str, Floats]:
    """Pool the trust of hits over clauses: all together (noisy-or), and the most trusted.

    In each clause the most trusted cue of a theme counts; clauses are joined as independent
    witnesses.

    Source: Pearl (1988).
    """
    strong = evidence.hit_strong
    themes = shape[1]
    cell, cells = np.unique(
        evidence.hit_clause[strong] * themes + evidence.hit_theme[strong], return_inverse=True
    )
    best = np.zeros(len(cell))
    np.maximum.at(best, cells, trust_of_hit[strong])
    pair = evidence.clause_paragraph[cell // themes] * themes + cell % themes
    size = shape[0] * themes
    doubt = np.bincount(
        pair, weights=np.log1p(-np.minimum(best * _DISCOUNT, _CEILING)), minlength=size
    )
    highest = np.zeros(size)
    np.maximum.at(highest, pair, best)
    return {
        "cues_together": (1 - np.exp(doubt)).reshape(shape),
        "best_cue": highest.reshape(shape),
    }


def left_out_trust(evidence: Evidence, labels: Bools, theme_of_cue: Ints, groups: Ints) -> Floats:
    """Return the trust of each hit as if the labels of its own report were unknown."""
    yes, n = _right_by_group(evidence, labels, theme_of_cue, groups)
    all_yes, all_n = yes.sum(axis=0), n.sum(axis=0)
    trust_of_hit = np.zeros(len(evidence.hit_cue))
    group_of_hit = groups[evidence.hit_paragraph]
    for group in np.unique(groups):
        other_yes, other_n = all_yes - yes[group], all_n - n[group]
        trust = _shrunk_share(other_yes, other_n, theme_of_cue, labels.shape[1])
        own = group_of_hit == group
        trust_of_hit[own] = trust[evidence.hit_cue[own]]
    return trust_of_hit

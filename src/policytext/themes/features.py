"""What do the clauses of a paragraph say about each theme, in numbers?"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from policytext.anatomy.clauses import comparable
from policytext.records import Floats
from policytext.themes.cues import CueMatcher

# Which one- and two-character strings do paragraphs hold?

_NUMBER = re.compile(r"(?:[0-9xX×*]|‹[A-Z]+›)+")
_SEPARATOR = 0
Packed = NDArray[np.uint64]


def learn_ngrams(texts: Sequence[str], min_df: int = 2) -> tuple[Packed, NDArray[np.float64]]:
    """Return the strings that stand in at least `min_df` texts, packed and sorted, and their
    weights.

    Source: Sparck (1972).

    >>> vocabulary, _ = learn_ngrams(["医保基金", "医保支付"])
    >>> [unpack(v) for v in vocabulary]
    ['保', '医', '医保']
    """
    row, key = _packed(texts)
    pairs = np.unique(np.stack([key, row.astype(np.uint64)]), axis=1)
    vocabulary, df = np.unique(pairs[0], return_counts=True)
    kept = df >= min_df
    return vocabulary[kept], np.log((1 + len(texts)) / (1 + df[kept])) + 1


def count_ngrams(
    texts: Sequence[str], vocabulary: Packed, idf: NDArray[np.float64]
) -> sp.csr_matrix:
    """Return texts × vocabulary, (1 + log count) × idf, each row of length one (or zero)."""
    row, key = _packed(texts)
    place = np.searchsorted(vocabulary, key)
    place[place == len(vocabulary)] = 0
    known = vocabulary[place] == key if len(vocabulary) else np.zeros(len(key), dtype=bool)
    shape = (len(texts), len(vocabulary))
    matrix = sp.csr_matrix((np.ones(known.sum()), (row[known], place[known])), shape)
    matrix.sum_duplicates()
    matrix.data = (1 + np.log(matrix.data)) * idf[matrix.indices]
    per_row = np.diff(matrix.indptr)
    owner = np.repeat(np.arange(shape[0]), per_row)
    lengths = np.sqrt(np.bincount(owner, weights=matrix.data**2, minlength=shape[0]))
    matrix.data /= np.repeat(np.where(lengths > 0, lengths, 1), per_row)
    return matrix


def unpack(key: np.uint64) -> str:
    """Return the string of a packed key."""
    first, second = int(key) >> 32, int(key) & 0xFFFFFFFF
    return (chr(first) if first else "") + chr(second)


def _packed(texts: Sequence[str]) -> tuple[NDArray[np.int64], Packed]:
    """Return (row, packed string) of every one- and two-character string, none across texts."""
    plain = [_NUMBER.sub("0", comparable(text).text).replace("\n", "") for text in texts]
    joined = "".join(text + chr(_SEPARATOR) for text in plain)
    raw = joined.encode("utf-32-le", "surrogatepass")
    codes = np.frombuffer(raw, dtype=np.uint32).astype(np.uint64)
    row = np.repeat(np.arange(len(plain)), [len(text) + 1 for text in plain])
    real = codes != _SEPARATOR
    double = real[:-1] & real[1:]
    pairs = (codes[:-1][double] << np.uint64(32)) | codes[1:][double]
    return (
        np.concatenate([row[real], row[:-1][double]]),
        np.concatenate([codes[real], pairs]),
    )


# What do the clauses of a paragraph say about each theme, in numbers?

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

_LIST_REACH = 6
_FIGURE = re.compile("[0-9x]")

EVIDENCE_NAMES = (
    "has_cue",
    "two_clauses",
    "three_clauses",
    "log_clauses",
    "share_of_clauses",
    "share_of_domain_clauses",
    "log_cues_outside_lists",
    "log_clauses_with_figure",
    "log_domain_clauses",
    "best_clause",
    "best_ownership",
    "owned_share",
    "log_hints",
    "hints_per_clause",
    "in_first_clause",
    "lateness",
    "leads",
    "rank_weight",
    "domain_share_if_cue",
    "log_rival_themes_if_cue",
    "log_length_if_cue",
    "two_cues_in_clause",
)
CONTEXT_NAMES = (
    "log_domain_clauses",
    "domain_share",
    "log_domain_words",
    "no_domain",
    "cue_share",
    "log_cue_clauses",
    "no_cue",
    "log_clauses",
    "log_length",
    "alone_hint_share",
    "log_alone_hints",
    "no_cue_in_domain",
    "cue_in_domain_share",
    "bare_share",
    "enumeration_share",
)


class Evidence(NamedTuple):
    """Features of a batch of paragraphs.

    `pairs` (paragraph × theme × evidence), `context` (paragraph × context), and the hits as flat
    arrays: paragraph, clause (numbered through the batch), theme, strength, number of the cue,
    whether it stands in a list.
    """

    pairs: NDArray[np.float64]
    context: Floats
    hit_paragraph: Ints
    hit_clause: Ints
    hit_theme: Ints
    hit_strong: Bools
    hit_cue: Ints
    hit_listed: Bools
    clause_paragraph: Ints


def cue_numbers(matcher: CueMatcher) -> dict[tuple[int, bool, str], int]:
    """Number every cue and hint of the matcher's codebook: (theme, strong, cue) → column."""
    keys = [
        (number, strong, cue)
        for number, theme in enumerate(matcher.codebook.themes)
        for strong, cues in ((True, theme.cues), (False, theme.hints))
        for cue in cues
    ]
    return {key: column for column, key in enumerate(dict.fromkeys(keys))}


def read_evidence(
    texts: Sequence[str], matcher: CueMatcher, numbers: dict[tuple[int, bool, str], int]
) -> Evidence:
    """Find cues in a batch of texts and summarise them per paragraph and theme."""
    hits: list[tuple[int, int, int, bool, int, bool]] = []
    spans: list[tuple[int, int, int, int, int, int]] = []
    lengths = np.zeros(len(texts))
    for row, text in enumerate(texts):
        plain = comparable(text)
        lengths[row] = len(plain.text)
        found = matcher.find_plain(plain.text)
        first = len(spans)
        for number, clause in enumerate(found.clauses):
            figure = _FIGURE.search(plain.text, clause.start, clause.end) is not None
            spans.append(
                (
                    row,
                    number,
                    clause.end - clause.start,
                    found.domain[number],
                    figure,
                    plain.text.count("、", clause.start, clause.end),
                )
            )
        for hit in found.hits:
            around = plain.text[max(0, hit.start - _LIST_REACH) : hit.end + _LIST_REACH]
            cue = numbers[(hit.theme, hit.strong, hit.cue)]
            hits.append((row, first + hit.clause, hit.theme, hit.strong, cue, "、" in around))
    return _summary(np.array(spans, dtype=np.int64).reshape(-1, 6), hits, lengths, matcher)


def _summary(
    spans: Ints,
    hits: list[tuple[int, int, int, bool, int, bool]],
    lengths: Floats,
    matcher: CueMatcher,
) -> Evidence:
    table = np.array(hits, dtype=np.int64).reshape(-1, 6)
    row, clause, theme, cue = table[:, 0], table[:, 1], table[:, 2], table[:, 4]
    strong, listed = table[:, 3].astype(bool), table[:, 5].astype(bool)
    ids = matcher.codebook.ids
    real = np.array([i not in matcher.codebook.alone for i in ids])
    shape = (len(lengths), len(ids))
    pairs = _pairs(spans, (clause, theme, strong, listed), shape, real)
    context = _context(spans, (clause, theme, strong), lengths, real)
    return Evidence(pairs, context, row, clause, theme, strong, cue, listed, spans[:, 0])


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


def _cells(
    spans: Ints, hits: tuple[Ints, Ints, Bools, Bools], shape: tuple[int, int], real: Bools
) -> _Cells:
    clause, theme, strong, listed = hits
    themes = shape[1]
    cell, cells = np.unique(clause * themes + theme, return_inverse=True)
    of_clause, of_theme = cell // themes, cell % themes
    cues, hints, free = (
        np.bincount(cells, weights=weights, minlength=len(cell)).astype(float)
        for weights in (strong, ~strong, strong & ~listed)
    )
    total = np.bincount(of_clause, weights=cues * real[of_theme], minlength=len(spans))
    return _Cells(
        shape,
        spans[of_clause, 0] * themes + of_theme,
        spans[of_clause, 1],
        spans[of_clause, 3] > 0,
        spans[of_clause, 4] > 0,
        cues,
        hints,
        free,
        cues / np.maximum(total[of_clause], 1),
    )


def _pairs(
    spans: Ints,
    hits: tuple[Ints, Ints, Bools, Bools],
    shape: tuple[int, int],
    real: Bools,
) -> NDArray[np.float64]:
    cells = _cells(spans, hits, shape, real)
    n_clauses = np.bincount(spans[:, 0], minlength=shape[0])
    n_domain = np.bincount(spans[:, 0], weights=spans[:, 3] > 0, minlength=shape[0])
    held = cells.cues > 0
    n_cue, n_hints = cells.summed(held), cells.summed(cells.hints)
    has = (n_cue > 0).astype(float)
    length = np.maximum(n_clauses, 1)[:, None]
    first = cells.first(held, n_clauses)
    rank = _ranks(np.where(real, n_cue + 0.01 * cells.summed(cells.cues), -1.0))
    features = [
        has,
        n_cue > 1,
        n_cue > 2,
        np.log1p(n_cue),
        n_cue / length,
        n_cue / np.maximum(n_domain, 1)[:, None],
        np.log1p(cells.summed(cells.free)),
        np.log1p(cells.summed(held & cells.with_figure)),
        np.log1p(cells.summed(held & cells.in_domain)),
        cells.largest(cells.cues + 0.3 * np.minimum(cells.hints, 2)),
        cells.largest(cells.own),
        cells.summed(cells.own) / length,
        np.log1p(n_hints),
        n_hints / length,
        has * (first == 0),
        has * first / length,
        has * (rank == 0),
        has * np.exp(-rank / 2),
        has * (n_domain / np.maximum(n_clauses, 1))[:, None],
        has * np.log1p(((n_cue > 0) & real).sum(axis=1)[:, None]),
        has * np.log(length),
        np.log1p(cells.summed(cells.cues >= 2)),
    ]
    return np.stack([np.broadcast_to(f, shape) for f in features], axis=2).astype(np.float64)


def _ranks(strength: Floats) -> Floats:
    order = np.argsort(-strength, axis=1, kind="stable")
    ranks = np.empty_like(strength)
    np.put_along_axis(ranks, order, np.arange(strength.shape[1], dtype=float)[None, :], axis=1)
    return ranks


def _context(spans: Ints, hits: tuple[Ints, Ints, Bools], lengths: Floats, real: Bools) -> Floats:
    clause, theme, strong = hits
    size = len(lengths)
    row, domain = spans[:, 0], spans[:, 3]
    held = np.bincount(clause, weights=strong & real[theme], minlength=len(spans)) > 0
    alone = np.bincount(clause, weights=~real[theme], minlength=len(spans)) > 0

    def count(weights: NDArray[np.generic]) -> Floats:
        return np.bincount(row, weights=weights, minlength=size).astype(float)

    n = np.maximum(count(np.ones(len(spans))), 1)
    n_domain, n_held = count(domain > 0), count(held)
    both = count(held & (domain > 0))
    return np.stack(
        [
            np.log1p(n_domain),
            n_domain / n,
            np.log1p(count(domain)),
            n_domain == 0,
            n_held / n,
            np.log1p(n_held),
            n_held == 0,
            np.log(n),
            np.log1p(lengths),
            count(alone) / n,
            np.log1p(count(alone)),
            both == 0,
            both / n,
            count(~held & (domain == 0)) / n,
            count(spans[:, 5] >= 2) / n,
        ],
        axis=1,
    ).astype(float)


# How often is a cue right, and what do all cues of a paragraph say together?

_PRIOR_WEIGHT = 3.0
_CEILING = 0.97
_DISCOUNT = 0.9


def cue_trust(
    evidence: Evidence,
    labels: NDArray[np.bool_],
    theme_of_cue: NDArray[np.int64],
    rows: NDArray[np.bool_],
) -> Floats:
    """Return for each cue the share of paragraphs with it that have its theme, shrunk to the
    theme's share.
    """
    used = evidence.hit_strong & rows[evidence.hit_paragraph]
    seen = np.unique(np.stack([evidence.hit_paragraph[used], evidence.hit_cue[used]]), axis=1)
    right = labels[seen[0], theme_of_cue[seen[1]]]
    n = np.bincount(seen[1], minlength=len(theme_of_cue))
    yes = np.bincount(seen[1], weights=right, minlength=len(theme_of_cue))
    themes = labels.shape[1]
    theme_yes = np.bincount(theme_of_cue, weights=yes, minlength=themes)
    theme_n = np.bincount(theme_of_cue, weights=n, minlength=themes)
    share = (theme_yes + _PRIOR_WEIGHT) / (theme_n + 2 * _PRIOR_WEIGHT)
    return (yes + _PRIOR_WEIGHT * share[theme_of_cue]) / (n + _PRIOR_WEIGHT)


def pooled_trust(evidence: Evidence, trust: Floats, shape: tuple[int, int]) -> Floats:
    """Pool the trust of cues over clauses: paragraphs × themes × (noisy-or, highest).

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
    np.maximum.at(best, cells, trust[evidence.hit_cue[strong]])
    pair = evidence.clause_paragraph[cell // themes] * themes + cell % themes
    size = shape[0] * themes
    doubt = np.bincount(
        pair, weights=np.log1p(-np.minimum(best * _DISCOUNT, _CEILING)), minlength=size
    )
    highest = np.zeros(size)
    np.maximum.at(highest, pair, best)
    return np.stack([1 - np.exp(doubt), highest], axis=1).reshape(*shape, 2)


def left_out_trust(
    evidence: Evidence,
    labels: NDArray[np.bool_],
    theme_of_cue: NDArray[np.int64],
    groups: NDArray[np.int64],
) -> Floats:
    """Pool trust for labelled paragraphs as if the labels of their own report were unknown."""
    pooled = np.zeros((*labels.shape, 2))
    for group in np.unique(groups):
        own = groups == group
        trust = cue_trust(evidence, labels, theme_of_cue, ~own)
        pooled[own] = pooled_trust(evidence, trust, labels.shape)[own]
    return pooled

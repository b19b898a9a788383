"""How do the features of a pkuseg model become arrays that a whole text is scored with?"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from policytext.words.hashing import build_table
from policytext.words.trie import Trie, build_trie

Ints = npt.NDArray[np.int32]
Arrays = dict[str, npt.NDArray[Any]]
Groups = Mapping[str, Mapping[str, int]]

BREAK, UNKNOWN, NUMBER, LETTER = 0, 1, 2, 3
SCALE = 10_000
COUPLE_BITS = 18
LETTER_FEATURES: tuple[str, ...] = ("c", "c-1", "c1", "c-2", "c2")
PAIR_FEATURES: tuple[str, ...] = ("c-1c", "cc1", "c-2c-1")
WORD_FEATURES: tuple[str, ...] = ("w-1", "w1")
COUPLE_FEATURES: tuple[str, ...] = ("ww.l", "ww.r")

_CLASSES = {"**Num": NUMBER, "**Letter": LETTER}
# The lists are the model's own, gaps included (there is no ｊ): its weights were fitted with them.
_NUMBERS = "0123456789.几二三四五六七八九十千万亿兆零１２３４５６７８９０％"
_LETTERS = (
    "ＡＢＣＤＥＦＧＨＩＪＫＬＭＮＯＰＱＲＳＴＵＶＷＸＹＺ"
    "ａｂｃｄｅｆｇｈｉｇｋｌｍｎｏｐｑｒｓｔｕｖｗｘｙｚ／・－"
)
_JOINERS = "-._,|/*:"
_JOINED = "&"


class SourceModel(NamedTuple):
    """A pkuseg model: feature names, and weights by feature and tag, and by tag and next tag."""

    features: Mapping[str, int]
    weights: npt.NDArray[np.float64]
    edges: npt.NDArray[np.float64]


def model_arrays(source: SourceModel, threshold: float) -> Arrays:
    """Turn a model into arrays, without the features that hardly matter.

    A feature matters by how far its weights differ between the tags: adding the same to all tags
    changes nothing. Those whose largest deviation from their own mean is at most ``threshold`` are
    dropped.

    Parameters
    ----------
    source
        The model as pkuseg keeps it.
    threshold
        In units of the model's score; 0 keeps everything.

    Returns
    -------
    dict
        Weights in 1/10000 (int32, five tags a row): ``constant``, ``edges`` (from × to),
        ``letters`` (5 rows a code), ``pairs`` (3 rows a pair of codes), ``words`` (2 rows a word),
        ``couples`` (2 rows a couple of words); ``letter_codes`` (a code per code point),
        ``trie_*`` (pairs and words), ``couple_table`` (from two word numbers to a couple), and
        ``leads``, ``follows`` (per word, whether any couple begins or ends with it).
    """
    groups = _by_kind(source, threshold)
    names = {kinds: sorted({n for kind in kinds for n in groups[kind]}) for kinds in _KINDS}
    couples = [tuple(name.split("*")) for name in names[COUPLE_FEATURES]]
    words = sorted({*names[WORD_FEATURES], *(word for couple in couples for word in couple)})
    codes = _letter_numbers(names, words)
    trie = build_trie(words, codes, [_pair_codes(name, codes) for name in names[PAIR_FEATURES]])
    whole = np.rint(source.weights * SCALE).astype(np.int32)

    def rows(kinds: tuple[str, ...], at: Iterable[int], size: int) -> Ints:
        return _rows([groups[kind] for kind in kinds], names[kinds], list(at), size, whole)

    letter_at = [codes[name] for name in names[LETTER_FEATURES]]
    number = {word: at for at, word in enumerate(words, start=1)}
    word_at = [number[word] for word in names[WORD_FEATURES]]
    n_pairs = int(np.count_nonzero(trie.pairs >= 0))
    return {
        "constant": whole[source.features["$$"]],
        "edges": np.rint(source.edges * SCALE).astype(np.int32),
        "letters": rows(LETTER_FEATURES, letter_at, max(codes.values()) + 1),
        "pairs": rows(PAIR_FEATURES, _from_one(names[PAIR_FEATURES]), n_pairs + 1),
        "words": rows(WORD_FEATURES, word_at, len(words) + 1),
        "couples": rows(COUPLE_FEATURES, _from_one(couples), len(couples) + 1),
        "letter_codes": letter_codes(codes),
        **_couple_arrays([(number[a], number[b]) for a, b in couples], len(words)),
        **trie_arrays("trie", trie),
    }


def dictionary_arrays(words: Iterable[str]) -> Arrays:
    """Turn the word list of pkuseg's post-processing into arrays.

    Words with white space are left out: no run of tokens is ever joined to one.
    """
    kept = sorted(word for word in set(words) if len(word) > 1 and len(word.split()) == 1)
    letters = sorted({letter for word in kept for letter in word})
    codes = {letter: at for at, letter in enumerate(letters, start=1)}
    table = np.zeros(sys.maxunicode + 1, dtype=np.uint16)
    table[[ord(letter) for letter in letters]] = np.arange(1, len(letters) + 1)
    return {"dictionary_codes": table, **trie_arrays("dictionary", build_trie(kept, codes))}


def trie_arrays(name: str, trie: Trie) -> Arrays:
    """Name the arrays of a trie for storing."""
    return {f"{name}_{field}": array for field, array in trie._asdict().items()}


def letter_codes(codes: Mapping[str, int]) -> npt.NDArray[np.uint16]:
    """Return the code of every code point, after pkuseg's own normalisation.

    White space is 0 (a break), what the model does not know 1, digits and most Chinese numerals 2,
    full-width Latin letters 3; some ASCII marks are all read as ``&``.
    """
    table = np.full(sys.maxunicode + 1, UNKNOWN, dtype=np.uint16)
    for letter, code in codes.items():
        if letter not in _CLASSES:
            table[ord(letter)] = code
    table[[ord(letter) for letter in _LETTERS]] = LETTER
    table[[ord(letter) for letter in _NUMBERS]] = NUMBER
    table[[ord(letter) for letter in _JOINERS]] = codes.get(_JOINED, UNKNOWN)
    table[[at for at in range(sys.maxunicode + 1) if chr(at).isspace()]] = BREAK
    return table


_KINDS = (LETTER_FEATURES, PAIR_FEATURES, WORD_FEATURES, COUPLE_FEATURES)


def _by_kind(source: SourceModel, threshold: float) -> Groups:
    """Sort the features that matter by kind; what stands after the kind is the key."""
    deviation = np.abs(source.weights - source.weights.mean(axis=1, keepdims=True)).max(axis=1)
    kept = ((deviation > threshold) | (threshold == 0)).tolist()
    groups: dict[str, dict[str, int]] = {kind: {} for kinds in _KINDS for kind in kinds}
    for name, index in source.features.items():
        if kept[index] and name != "$$":
            kind, _, key = name.partition(".")
            if kind == "ww":
                side, _, key = key.partition(".")
                kind = f"ww.{side}"
            groups[kind][key] = index
    return groups


def _letter_numbers(names: Mapping[tuple[str, ...], list[str]], words: list[str]) -> dict[str, int]:
    letters = set(names[LETTER_FEATURES]) | {letter for word in words for letter in word}
    letters |= {half for name in names[PAIR_FEATURES] for half in _halves(name)}
    plain = sorted(letters - set(_CLASSES))
    return _CLASSES | {letter: at for at, letter in enumerate(plain, start=LETTER + 1)}


def _halves(name: str) -> tuple[str, str]:
    """Split ``a.b``; either side may be a class such as ``**Num``, neither holds a full stop."""
    left, _, right = name.partition(".")
    return left, right


def _pair_codes(name: str, codes: Mapping[str, int]) -> tuple[int, int]:
    left, right = _halves(name)
    return codes[left], codes[right]


def _from_one(names: Sequence[object]) -> range:
    return range(1, len(names) + 1)


def _rows(
    groups: list[Mapping[str, int]], names: list[str], at: list[int], size: int, whole: Ints
) -> Ints:
    table = np.zeros((size, len(groups), whole.shape[1]), dtype=np.int32)
    for column, group in enumerate(groups):
        known = [(row, group[name]) for row, name in zip(at, names, strict=True) if name in group]
        if known:
            places, features = np.array(known).T
            table[places, column] = whole[features]
    return table.reshape(-1, whole.shape[1])


def _couple_arrays(couples: list[tuple[int, int]], n_words: int) -> Arrays:
    both = np.array(couples, dtype=np.int64).reshape(-1, 2)
    leads, follows = (np.zeros(n_words + 1, dtype=np.bool_) for _ in range(2))
    leads[both[:, 0]] = True
    follows[both[:, 1]] = True
    table = build_table(
        (both[:, 0] << COUPLE_BITS) | both[:, 1], np.arange(1, len(couples) + 1, dtype=np.int64)
    )
    return {"couple_table": table, "leads": leads, "follows": follows}

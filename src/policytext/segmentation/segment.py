"""Which words stand in each paragraph, and where?"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import tempfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt

from policytext.errors import ParameterError
from policytext.piecework import each_part, text_parts
from policytext.records import MASK
from policytext.segmentation.decoder import Decoder, Spans, TokenSpans, lay_over_tokens
from policytext.segmentation.weights import data_folder, full_model_folder, load_model
from policytext.storage import GrowingArray

if TYPE_CHECKING:
    from policytext.corpus import Corpus
    from policytext.terms.concepts import TermTable


# Where do segmented texts wait for the next run, and how is a wrong one never read?
# One file per block of texts, named by everything that decides its content, written under another
# name and then moved: two runs may work in one folder, and a half-written file has no name that is
# ever looked for.

Arrays = Mapping[str, npt.NDArray[Any]]


def cache_folder(cache: str | Path | bool | None) -> Path | None:
    """Return the folder of a cache, or ``None`` for none.

    >>> cache_folder("kept").name
    'kept'
    >>> cache_folder(None) is None
    True
    """
    if cache is None or cache is False:
        return None
    if cache is not True:
        return Path(cache).expanduser()
    if chosen := os.environ.get("POLICYTEXT_DATA"):
        return Path(chosen).expanduser() / "cache"
    from platformdirs import user_cache_path

    return user_cache_path("policytext", appauthor=False)


def entry_key(texts: Sequence[str], *circumstances: str) -> str:
    """Return the name of the entry for some texts under some circumstances.

    >>> entry_key(["医院"], "a") == entry_key(["医", "院"], "a")
    False
    """
    lengths = np.array([len(text) for text in texts], dtype=np.int64)
    digest = hashlib.sha256(lengths.tobytes())
    for part in ("\x1f".join(circumstances), "".join(texts)):
        encoded = part.encode("utf-8", "surrogatepass")
        digest.update(len(encoded).to_bytes(8, "little"))
        digest.update(encoded)
    return digest.hexdigest()


def read_entry(folder: Path, key: str) -> dict[str, npt.NDArray[Any]] | None:
    """Return the arrays kept under a key; ``None`` if there are none, or the file is damaged."""
    try:
        # Every array in the file carries a checksum, which is compared when it is read.
        with np.load(_path(folder, key), allow_pickle=False) as stored:
            return {name: stored[name] for name in stored.files}
    except Exception:  # a damaged archive raises many kinds
        return None


def has_entry(folder: Path, key: str) -> bool:
    """Tell whether something is kept under a key; it may still turn out to be damaged."""
    return _path(folder, key).is_file()


def write_entry(folder: Path, key: str, arrays: Arrays) -> Path:
    """Keep arrays under a key; the entry appears whole or not at all."""
    path = _path(folder, key)
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=".writing-", suffix=".tmp", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            np.savez(file, allow_pickle=False, **arrays)
        # On Windows a reader may hold the old file open: the same content is there already.
        with contextlib.suppress(PermissionError):
            Path(name).replace(path)
    finally:
        Path(name).unlink(missing_ok=True)
    return path


def _path(folder: Path, key: str) -> Path:
    return folder / "segmented" / key[:2] / f"{key}.npz"


# Which segmenter cuts the text: ours, the reference implementation, or jieba?

SEGMENTERS: Final = ("pkuseg", "spacy-pkuseg", "jieba")


class Segmenter(Protocol):
    """Whatever finds the tokens of texts."""

    @property
    def identity(self) -> str:
        """Name the segmenter, its model and version: all that decides a token."""
        ...

    def spans(self, texts: Sequence[str], terms: Spans | None = None) -> TokenSpans:
        """Return the tokens of every text."""
        ...


@runtime_checkable
class FindsTerms(Protocol):
    """Whatever gives the stretches of a text that must be one token each."""

    def spans(self, text: str) -> Iterable[tuple[int, int]]:
        """Return half-open offsets."""
        ...


def get_segmenter(name: str = "pkuseg") -> Segmenter:
    """Return a segmenter by name; it is loaded once in each process.

    Parameters
    ----------
    name
        ``"pkuseg"``: this library's decoder with the compact model. ``"spacy-pkuseg"``: the
        reference program with the full model. ``"jieba"``: another segmenter altogether.

    Returns
    -------
    Segmenter
        An object with ``spans(texts, terms=None)`` and ``identity``.

    Raises
    ------
    ParameterError
        Another name, or jieba is not installed.
    ModelNotFoundError
        The model is not installed.

    Examples
    --------
    >>> get_segmenter("jieba").spans(["医养结合"]).starts.tolist()  # doctest: +SKIP
    [0, 2]
    """
    if name not in SEGMENTERS:
        raise ParameterError(f"segmenter must be one of {', '.join(SEGMENTERS)}, got {name!r}")
    if name == "pkuseg":
        model = load_model()
        return _decoder(id(model))
    return _cutter(name, str(full_model_folder()) if name == "spacy-pkuseg" else "")


def as_finder(terms: TermTable | FindsTerms | Iterable[str]) -> FindsTerms:
    """Return an object with ``spans(text)`` for whatever a caller may give as ``terms``.

    >>> as_finder(["医养结合"]).spans("推进医养结合")
    [(2, 6)]
    """
    if isinstance(terms, FindsTerms):
        return terms
    from policytext.terms.concepts import TermTable, literal_terms
    from policytext.terms.hits import TermMatcher

    if isinstance(terms, TermTable):
        return TermMatcher(terms)
    if isinstance(terms, Iterable):
        return TermMatcher(literal_terms(terms))
    raise ParameterError(
        f"terms must be a term table, a list of words or an object with spans(text), got {terms!r}"
    )


class CutSegmenter:
    """Finds tokens with a function that cuts one string into words.

    Parameters
    ----------
    cut
        Gives the words of a string in order; white space may be left out or given as words.
    identity
        Name, model and version.

    Examples
    --------
    >>> by_letter = CutSegmenter(list, "letters 1.0")
    >>> by_letter.spans(["‹NUM›个 县"]).ends.tolist()
    [5, 6, 8]
    """

    def __init__(self, cut: Callable[[str], Iterator[str] | list[str]], identity: str) -> None:
        self._cut = cut
        self.identity = identity

    def spans(self, texts: Sequence[str], terms: Spans | None = None) -> TokenSpans:
        """Find the tokens of every text; masks are one token each."""
        starts: list[int] = []
        ends: list[int] = []
        pointers = [0]
        for text in texts:
            found = self._tokens(text)
            if terms is not None:
                found = lay_over_tokens(len(text), found, terms(text))
            starts.extend(start for start, _ in found)
            ends.extend(end for _, end in found)
            pointers.append(len(starts))
        return TokenSpans(*(np.array(part, dtype=np.int64) for part in (starts, ends, pointers)))

    def _tokens(self, text: str) -> list[tuple[int, int]]:
        found: list[tuple[int, int]] = []
        begin = 0
        for mask in MASK.finditer(text):
            found += [*self._plain(text, begin, mask.start()), mask.span()]
            begin = mask.end()
        return found + self._plain(text, begin, len(text))

    def _plain(self, text: str, begin: int, end: int) -> list[tuple[int, int]]:
        found: list[tuple[int, int]] = []
        at = begin
        for word in self._cut(text[begin:end]):
            if not word.strip():
                continue
            at = text.index(word, at, end)
            found.append((at, at + len(word)))
            at += len(word)
        return found


@lru_cache(maxsize=4)
def _decoder(_model: int) -> Decoder:
    return Decoder(load_model())


@lru_cache(maxsize=4)
def _cutter(name: str, folder: str) -> CutSegmenter:
    return _spacy_pkuseg(folder) if name == "spacy-pkuseg" else _jieba()


def _spacy_pkuseg(folder: str) -> CutSegmenter:
    import spacy_pkuseg

    reference = spacy_pkuseg.pkuseg(folder)
    identity = f"spacy-pkuseg {version('spacy-pkuseg')} pkuseg-0.0.25 full"
    return CutSegmenter(reference.cut, identity)


def _jieba() -> CutSegmenter:
    try:
        import jieba
    except ImportError as error:
        raise ParameterError(
            'segmenter "jieba" needs the package jieba: pip install "policytext[jieba]"'
        ) from error
    tokenizer = jieba.Tokenizer()
    # jieba would keep its cache in the folder for temporary files that all users share.
    tokenizer.tmp_dir = str(data_folder() / "jieba")
    Path(tokenizer.tmp_dir).mkdir(parents=True, exist_ok=True)
    return CutSegmenter(tokenizer.cut, f"jieba {version('jieba')}")


# Which different words are a million tokens?

_PACKED = 3
_BITS = 21


def spell_tokens(
    texts: Sequence[str], found: TokenSpans
) -> tuple[npt.NDArray[np.int32], list[str]]:
    """Number the tokens by their words.

    >>> found = TokenSpans(np.array([0, 2, 4]), np.array([2, 4, 6]), np.array([0, 3]))
    >>> ids, words = spell_tokens(["医院医院养老"], found)
    >>> ids.tolist(), words
    ([0, 0, 1], ['医院', '养老'])
    """
    import pandas as pd

    joined = "".join(texts)
    offsets = np.cumsum([0, *(len(text) for text in texts)])[:-1]
    starts = found.starts + np.repeat(offsets, np.diff(found.pointers))
    lengths = found.ends - found.starts
    ids = np.zeros(starts.size, dtype=np.int32)
    short = np.flatnonzero(lengths <= _PACKED)
    numbers, packed = pd.factorize(_pack(joined, starts[short], lengths[short]))
    ids[short] = numbers
    firsts = np.zeros(packed.size, dtype=np.int64)
    firsts[numbers[::-1]] = short[::-1]
    long = np.flatnonzero(lengths > _PACKED)
    words = _slices(joined, starts[firsts], lengths[firsts])
    known: dict[str, int] = {}
    ids[long] = [
        known.setdefault(word, len(words) + len(known))
        for word in _slices(joined, starts[long], lengths[long])
    ]
    return ids, words + list(known)


def _pack(
    joined: str, starts: npt.NDArray[np.int64], lengths: npt.NDArray[np.int64]
) -> npt.NDArray[np.int64]:
    """Write up to three characters into one number: a code point has 21 bits."""
    letters = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    padded = np.concatenate((letters.astype(np.int64) + 1, np.zeros(_PACKED, np.int64)))
    packed = padded[starts]
    for place in range(1, _PACKED):
        packed |= (padded[starts + place] * (lengths > place)) << (_BITS * place)
    return packed


def _slices(
    joined: str, starts: npt.NDArray[np.int64], lengths: npt.NDArray[np.int64]
) -> list[str]:
    ends = (starts + lengths).tolist()
    return [joined[start:end] for start, end in zip(starts.tolist(), ends, strict=True)]


# Which words stand in each paragraph, and where?

Entry = dict[str, npt.NDArray[Any]]
_ENTRY_FORMAT: Final = "2"
_BLOCK, _LARGEST_BLOCK = 200_000, 1_000_000
_ONE_IN: Final = 64


@dataclass(frozen=True, eq=False, repr=False)
class Words:
    """The words of a list of texts.

    Parameters
    ----------
    token_ids
        int32, one a token, in the order of the text: the position of its word in ``vocabulary``.
    starts
        int32, where the token begins in its text, in characters.
    pointers
        int64: text i has the tokens ``pointers[i]:pointers[i + 1]``; one more than there are texts.
    vocabulary
        The different words, sorted by code point.
    segmenter
        Which segmenter, model and term table made them, for the record.

    Examples
    --------
    >>> ids, starts = np.array([1, 0], np.int32), np.array([0, 2], np.int32)
    >>> words = Words(ids, starts, np.array([0, 2, 2]), ("医院", "县级"))
    >>> words[0], words[1], len(words)
    (['县级', '医院'], [], 2)
    """

    token_ids: npt.NDArray[np.int32]
    starts: npt.NDArray[np.int32]
    pointers: npt.NDArray[np.int64]
    vocabulary: tuple[str, ...]
    segmenter: str = ""

    def __len__(self) -> int:
        """Return the number of texts."""
        return len(self.pointers) - 1

    def __getitem__(self, row: int) -> list[str]:
        """Return the words of one text."""
        at = range(len(self))[row]
        ids = self.token_ids[self.pointers[at] : self.pointers[at + 1]]
        return [self.vocabulary[index] for index in ids.tolist()]

    def __iter__(self) -> Iterator[list[str]]:
        """Go through the texts, each a list of words."""
        return (self[row] for row in range(len(self)))

    def __repr__(self) -> str:
        return (
            f"Words: {len(self):,} texts, {self.token_ids.size:,} tokens, "
            f"{len(self.vocabulary):,} different words"
        )

    @property
    def lengths(self) -> npt.NDArray[np.int32]:
        """Characters of each token; ``starts + lengths`` is where it ends."""
        sizes = np.array([len(word) for word in self.vocabulary], dtype=np.int32)
        return sizes.take(self.token_ids)

    @property
    def rows(self) -> npt.NDArray[np.int64]:
        """The text of each token."""
        return np.repeat(np.arange(len(self)), np.diff(self.pointers))


def segment(
    corpus: Corpus | Iterable[str],
    *,
    terms: TermTable | FindsTerms | Iterable[str] | None = None,
    segmenter: str = "pkuseg",
    cache: str | Path | bool | None = None,
    n_jobs: int = 1,
    progress: bool = True,
) -> Words:
    """Cut every paragraph of a corpus, or every text of a list, into words.

    Parameters
    ----------
    corpus
        A corpus with text (row i of the result is row i of ``corpus.paragraphs``), or texts.
    terms
        Terms that become one token each: a term table, words, or an object with ``spans(text)``.
    segmenter
        ``"pkuseg"``, ``"spacy-pkuseg"`` or ``"jieba"``; see
        `policytext.segmentation.get_segmenter`.
    cache
        A folder in which results are kept for the next run; ``True`` for the user's cache folder;
        ``None`` for no cache. An entry is found again only for the same text, segmenter, model,
        term table and version; the folder may be deleted at any time.
    n_jobs
        Number of processes, as joblib counts them.
    progress
        Whether to show a progress bar for long texts.

    Returns
    -------
    Words

    Raises
    ------
    NeedsTextError
        The corpus holds counts only.
    ModelNotFoundError
        The model is not installed.
    ParameterError
        ``corpus`` is one string or holds something else than strings; an unknown segmenter; or a
        cache together with terms that have no ``digest``.

    Examples
    --------
    >>> words = segment(["推进医养结合。", ""], segmenter="jieba")  # doctest: +SKIP
    >>> words[0]  # doctest: +SKIP
    ['推进', '医养', '结合', '。']
    """
    texts, n_texts, n_chars = _texts(corpus)
    finder = None if terms is None else as_finder(terms)
    identity = get_segmenter(segmenter).identity
    folder = cache_folder(cache)
    used = identity if finder is None else f"{identity} terms:{_digest(finder, folder)}"
    known = (used, version("policytext"), _ENTRY_FORMAT)
    tasks = ((block, known, segmenter, finder, folder) for block in _blocks(texts))
    entries = each_part(_entry, tasks, n_jobs)
    return _merge(_shown(entries, n_texts, progress and n_chars >= 5 * _BLOCK), used)


def _texts(corpus: Corpus | Iterable[str]) -> tuple[Iterable[str], int, int]:
    """Return the texts, one after the other, how many, and about how many characters they have."""
    if isinstance(corpus, str):
        raise ParameterError("corpus must be a corpus or a list of texts, got one string: [text]?")
    paragraphs = getattr(corpus, "paragraphs", None)
    if paragraphs is not None:
        corpus.require_text("segment")  # type: ignore[union-attr]
        parts = text_parts(paragraphs)
        one_by_one = (str(text) for _, texts in parts for text in texts)
        return one_by_one, len(paragraphs), int(paragraphs["n_han"].sum())
    texts = list(corpus)  # type: ignore[arg-type]
    for at, text in enumerate(texts):
        if not isinstance(text, str):
            raise ParameterError(f"texts must be strings, got {text!r} at position {at}")
    return texts, len(texts), sum(map(len, texts))


def _digest(finder: FindsTerms, folder: Path | None) -> str:
    """Name the terms; without a name nothing made with them may be kept."""
    for owner in (finder, getattr(finder, "table", None)):
        if isinstance(digest := getattr(owner, "digest", None), str):
            return digest
    if folder is not None:
        raise ParameterError(
            "cache needs terms with a digest that names them, such as a term table; use "
            "cache=None, or load_terms()"
        )
    return "unnamed"


def _blocks(texts: Iterable[str]) -> Iterator[list[str]]:
    """Cut the list where the texts themselves say so: a change in one place moves few borders."""
    block: list[str] = []
    size = 0
    for text in texts:
        block.append(text)
        size += len(text)
        if size >= _BLOCK and (size >= _LARGEST_BLOCK or _is_border(text)):
            yield block
            block, size = [], 0
    if block:
        yield block


def _is_border(text: str) -> bool:
    return zlib.crc32(text.encode("utf-8", "surrogatepass")) % _ONE_IN == 0


def _entry(
    block: Sequence[str],
    known: Sequence[str],
    segmenter: str,
    finder: FindsTerms | None,
    folder: Path | None,
) -> Entry:
    """Return the entry of a block, from the cache where it is there."""
    key = "" if folder is None else entry_key(block, *known)
    kept = None if folder is None else read_entry(folder, key)
    return kept or segment_block(block, key, segmenter, finder, folder)


def segment_block(
    texts: Sequence[str],
    key: str,
    segmenter: str,
    finder: FindsTerms | None,
    folder: Path | None,
) -> Entry:
    """Segment some texts, keep the result if there is a cache, and return it as arrays."""
    found = get_segmenter(segmenter).spans(texts, None if finder is None else finder.spans)
    ids, vocabulary = spell_tokens(texts, found)
    entry: Entry = {
        "token_ids": ids,
        "starts": found.starts.astype(np.int32),
        "pointers": found.pointers,
        "vocabulary": np.frombuffer(json.dumps(vocabulary).encode("ascii"), dtype=np.uint8),
    }
    if folder is not None:
        write_entry(folder, key, entry)
    return entry


def _shown(entries: Iterable[Entry], n_texts: int, progress: bool) -> Iterator[Entry]:
    """Yield the entries, and show how many of the texts are done."""
    from tqdm.auto import tqdm

    with tqdm(total=n_texts, desc="segment", unit="text", disable=not progress) as bar:
        for entry in entries:
            yield entry
            bar.update(len(entry["pointers"]) - 1)


_AT_ONCE: Final = 1 << 24


def _merge(entries: Iterable[Entry], used: str) -> Words:
    """Join blocks into one record with one vocabulary."""
    known: dict[str, int] = {}
    ids, starts = GrowingArray("int32"), GrowingArray("int32")
    counts = [np.zeros(1, np.int64)]
    for entry in entries:
        vocabulary: list[str] = json.loads(entry["vocabulary"].tobytes())
        places = [known.setdefault(word, len(known)) for word in vocabulary]
        ids.add(np.array(places, dtype=np.int32)[entry["token_ids"]])
        starts.add(entry["starts"])
        counts.append(np.diff(entry["pointers"]))
    order = sorted(known)
    place = np.zeros(len(known), dtype=np.int32)
    place[[known[word] for word in order]] = np.arange(len(known), dtype=np.int32)
    token_ids = ids.whole()
    for at in range(0, len(token_ids), _AT_ONCE):
        token_ids[at : at + _AT_ONCE] = place[token_ids[at : at + _AT_ONCE]]
    pointers = np.cumsum(np.concatenate(counts))
    return Words(token_ids, starts.whole(), pointers, tuple(order), used)

"""Which words stand in each paragraph, and where?"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from policytext.errors import ParameterError
from policytext.words.cache import cache_folder, entry_key, has_entry, read_entry, write_entry
from policytext.words.segmenters import FindsTerms, as_finder, get_segmenter
from policytext.words.tokens import spell_tokens

if TYPE_CHECKING:
    from policytext.corpus import Corpus
    from policytext.words.terms import TermTable

Entry = dict[str, npt.NDArray[Any]]
_ENTRY_FORMAT: Final = "1"
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
        `policytext.words.segmenters.get_segmenter`.
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
    texts = _texts(corpus)
    finder = None if terms is None else as_finder(terms)
    identity = get_segmenter(segmenter).identity
    folder = cache_folder(cache)
    used = identity if finder is None else f"{identity} terms:{_digest(finder, folder)}"
    blocks = [texts[begin:end] for begin, end in pairwise(_block_bounds(texts))]
    keys = [""] * len(blocks)
    if folder is not None:
        circumstances = (used, version("policytext"), _ENTRY_FORMAT)
        keys = [entry_key(block, *circumstances) for block in blocks]
    entries = _entries(blocks, keys, (segmenter, finder, folder), n_jobs)
    return _merge(_shown(entries, len(blocks), progress), len(texts), used)


def _texts(corpus: Corpus | Iterable[str]) -> list[str]:
    if isinstance(corpus, str):
        raise ParameterError("corpus must be a corpus or a list of texts, got one string: [text]?")
    paragraphs = getattr(corpus, "paragraphs", None)
    if paragraphs is not None:
        corpus.require_text("segment")  # type: ignore[union-attr]
        return [str(text) for text in paragraphs["text"]]
    texts = list(corpus)  # type: ignore[arg-type]
    for at, text in enumerate(texts):
        if not isinstance(text, str):
            raise ParameterError(f"texts must be strings, got {text!r} at position {at}")
    return texts


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


def _block_bounds(texts: Sequence[str]) -> list[int]:
    """Cut the list where the texts themselves say so: a change in one place moves few borders."""
    bounds, size = [0], 0
    for at, text in enumerate(texts, start=1):
        size += len(text)
        if size >= _BLOCK and (size >= _LARGEST_BLOCK or _is_border(text)):
            bounds.append(at)
            size = 0
    return bounds if bounds[-1] == len(texts) else [*bounds, len(texts)]


def _is_border(text: str) -> bool:
    return zlib.crc32(text.encode("utf-8", "surrogatepass")) % _ONE_IN == 0


def _entries(
    blocks: Sequence[Sequence[str]],
    keys: Sequence[str],
    how: tuple[str, FindsTerms | None, Path | None],
    n_jobs: int,
) -> Iterator[Entry]:
    """Give the entry of each block in order, from the cache where it is there."""
    from joblib import Parallel, delayed

    folder = how[2]
    missing = [at for at, key in enumerate(keys) if folder is None or not has_entry(folder, key)]
    made = Parallel(n_jobs=n_jobs, return_as="generator")(
        delayed(segment_block)(blocks[at], keys[at], how) for at in missing
    )
    to_make = set(missing)
    for at, key in enumerate(keys):
        kept = None if at in to_make or folder is None else read_entry(folder, key)
        if kept is None:
            kept = next(made) if at in to_make else segment_block(blocks[at], key, how)
        yield kept
    # A generator of joblib that is left before its end warns of cancelled work.
    next(made, None)


def segment_block(
    texts: Sequence[str], key: str, how: tuple[str, FindsTerms | None, Path | None]
) -> Entry:
    """Segment some texts, keep the result if there is a cache, and return it as arrays."""
    name, finder, folder = how
    found = get_segmenter(name).spans(texts, None if finder is None else finder.spans)
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


def _shown(entries: Iterator[Entry], many: int, progress: bool) -> Iterable[Entry]:
    if not progress or many < 5:
        return entries
    from tqdm.auto import tqdm

    shown: Iterable[Entry] = tqdm(entries, total=many, desc="segment", unit="block")
    return shown


def _merge(entries: Iterable[Entry], n_texts: int, used: str) -> Words:
    """Join blocks into one record with one vocabulary."""
    known: dict[str, int] = {}
    ids, starts, counts = [], [], []
    for entry in entries:
        vocabulary: list[str] = json.loads(entry["vocabulary"].tobytes())
        places = [known.setdefault(word, len(known)) for word in vocabulary]
        ids.append(np.array(places, dtype=np.int32)[entry["token_ids"]])
        starts.append(entry["starts"])
        counts.append(np.diff(entry["pointers"]))
    pointers = np.zeros(n_texts + 1, dtype=np.int64)
    np.cumsum(np.concatenate([np.zeros(0, np.int64), *counts]), out=pointers[1:])
    order = sorted(known)
    place = np.zeros(len(known), dtype=np.int32)
    place[[known[word] for word in order]] = np.arange(len(known), dtype=np.int32)
    token_ids = place[np.concatenate([np.zeros(0, np.int32), *ids])]
    return Words(
        token_ids, np.concatenate([np.zeros(0, np.int32), *starts]), pointers, tuple(order), used
    )

"""Which segmenter cuts the text: ours, the reference implementation, or jieba?"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol, runtime_checkable

import numpy as np

from policytext.errors import ParameterError
from policytext.records import MASK
from policytext.words.decoder import Decoder, Spans, TokenSpans, lay_over_tokens
from policytext.words.model import data_folder, full_model_folder, load_model

if TYPE_CHECKING:
    from policytext.words.terms import TermTable

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
        ``"pkuseg"``: the compact model and the array decoder; ``"spacy-pkuseg"``: the reference
        implementation with the full model, some twenty times slower; ``"jieba"``: another segmenter
        with another dictionary, which needs no model.

    Raises
    ------
    ParameterError
        Another name, or jieba is not installed.
    ModelNotFoundError
        The model is not installed; the message names the command.
    """
    if name not in SEGMENTERS:
        raise ParameterError(f"segmenter must be one of {', '.join(SEGMENTERS)}, got {name!r}")
    if name == "pkuseg":
        model = load_model()
        return _decoder(id(model))
    return _cutter(name, str(full_model_folder()) if name == "spacy-pkuseg" else "")


def as_finder(terms: TermTable | FindsTerms | Iterable[str]) -> FindsTerms:
    """Return an object with ``spans(text)`` for whatever a caller may give as ``terms``.

    Raises
    ------
    ParameterError
        It is nothing that finds terms.

    Examples
    --------
    >>> as_finder(["医养结合"]).spans("推进医养结合")
    [(2, 6)]
    """
    if isinstance(terms, FindsTerms):
        return terms
    from policytext.words.termmatch import TermMatcher
    from policytext.words.terms import TermTable, literal_terms

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

"""How does the segmenter stand in a spaCy pipeline?"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice, pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast

from spacy.lang.zh import Chinese
from spacy.language import Language
from spacy.tokens import Doc
from spacy.util import DummyTokenizer, registry
from spacy.vocab import Vocab

from policytext.errors import DamagedFileError, ParameterError
from policytext.segmentation.decoder import lay_over_tokens
from policytext.segmentation.segment import FindsTerms, as_finder, get_segmenter

if TYPE_CHECKING:
    from policytext.terms.concepts import TermTable

TOKENIZER: Final = "policytext.Tokenizer.v1"
TERMS: Final = "policytext_terms"
_BATCH: Final = 500
_TERM_FILE: Final = "terms.csv"


def make_nlp(
    terms: TermTable | FindsTerms | Iterable[str] | None = None, segmenter: str = "pkuseg"
) -> Language:
    """Make a spaCy pipeline that cuts Chinese policy text into words.

    Parameters
    ----------
    terms
        Terms that become one token each after segmentation: a term table, a list of words, or any
        object with ``spans(text)``. ``None``: no terms.
    segmenter
        ``"pkuseg"``, ``"spacy-pkuseg"`` or ``"jieba"``; see
        `policytext.segmentation.get_segmenter`.

    Returns
    -------
    spacy.language.Language
        ``doc.text`` is always the text that went in; masks such as ‹NUM› are one token each.
        ``nlp.to_disk`` keeps which model was used, not its weights.

    Raises
    ------
    ModelNotFoundError
        The model is not installed.
    ParameterError
        ``segmenter`` is another name, or ``terms`` nothing that finds terms.

    Examples
    --------
    >>> nlp = make_nlp()  # doctest: +SKIP
    >>> [token.text for token in nlp("推进医养结合。")]  # doctest: +SKIP
    ['推进', '医养', '结合', '。']
    """
    get_segmenter(segmenter)
    tokenizer = {"@tokenizers": TOKENIZER, "segmenter": segmenter}
    nlp = PolicyChinese.from_config({"nlp": {"lang": "zh", "tokenizer": tokenizer}})
    if terms is not None:
        cast(TermMerger, nlp.add_pipe(TERMS)).finder = as_finder(terms)
    return nlp


class PolicyChinese(Chinese):  # type: ignore[no-untyped-call]
    """spaCy's Chinese, whose ``pipe`` cuts many texts at once.

    Short texts one by one cost the array decoder its speed. On disk the pipeline is plain ``zh``.
    """

    def pipe(self, texts: Iterable[Any], **options: Any) -> Iterator[Any]:
        """Process texts as a stream; parameters are those of spaCy's ``Language.pipe``."""
        if options.get("as_tuples") or options.get("n_process", 1) != 1:
            return super().pipe(texts, **options)
        return super().pipe(self._docs(texts), **options)

    def _docs(self, texts: Iterable[str | Doc]) -> Iterator[Doc]:
        stream = iter(texts)
        while batch := list(islice(stream, _BATCH)):
            plain = [text for text in batch if isinstance(text, str)]
            for text in plain:
                self._checked_length(text)
            docs = cast(PolicyTokenizer, self.tokenizer).docs(plain)
            yield from (next(docs) if isinstance(text, str) else text for text in batch)

    def _checked_length(self, text: str) -> None:
        if len(text) > self.max_length:
            raise ParameterError(
                f"a text of {len(text):,} characters is longer than nlp.max_length "
                f"({self.max_length:,}); cut it into paragraphs, or raise nlp.max_length"
            )


@registry.tokenizers(TOKENIZER)  # type: ignore[untyped-decorator]
def create_tokenizer(segmenter: str = "pkuseg") -> Callable[[Language], PolicyTokenizer]:
    """Announce the tokenizer to spaCy (entry point ``spacy_tokenizers``)."""

    def create(nlp: Language) -> PolicyTokenizer:
        return PolicyTokenizer(nlp.vocab, segmenter)

    return create


class PolicyTokenizer(DummyTokenizer):
    """A spaCy tokenizer over one of the segmenters.

    The segmenter is loaded on first use and never pickled: a worker loads its own.

    ``vocab``: The pipeline's vocabulary.
    ``segmenter``: Name of the segmenter.
    """

    def __init__(self, vocab: Vocab, segmenter: str = "pkuseg") -> None:
        self.vocab = vocab
        self.segmenter = segmenter

    @property
    def identity(self) -> str:
        """Segmenter, model and version."""
        return get_segmenter(self.segmenter).identity

    def __call__(self, text: str) -> Doc:
        """Cut one text."""
        return next(self.docs([text]))

    def docs(self, texts: Sequence[str]) -> Iterator[Doc]:
        """Cut many texts at once."""
        found = get_segmenter(self.segmenter).spans(texts)
        spans = list(zip(found.starts.tolist(), found.ends.tolist(), strict=True))
        for text, (begin, end) in zip(texts, pairwise(found.pointers.tolist()), strict=True):
            words, spaces = words_and_spaces(text, spans[begin:end])
            yield Doc(self.vocab, words=words, spaces=spaces)

    def to_disk(self, path: str | Path, **_: Any) -> None:
        """Write which segmenter and model this is; never weights."""
        record = {"segmenter": self.segmenter, "identity": self.identity}
        Path(path).write_text(json.dumps(record, ensure_ascii=False), encoding="utf-8")

    def from_disk(self, path: str | Path, **_: Any) -> PolicyTokenizer:
        """Read which segmenter and model the pipeline was made with, and insist on the same."""
        try:
            record = json.loads(Path(path).read_text(encoding="utf-8"))
            name, wanted = str(record["segmenter"]), str(record["identity"])
        except (ValueError, KeyError, TypeError, OSError) as error:
            raise DamagedFileError(f"the tokenizer file {str(path)!r} cannot be read") from error
        self.segmenter = name
        if self.identity != wanted:
            raise ParameterError(
                f"the pipeline was saved with the segmenter {wanted!r}, but this machine has "
                f"{self.identity!r}; install the same model or make the pipeline anew"
            )
        return self

    def to_bytes(self, **_: Any) -> bytes:
        """Give the segmenter's name."""
        return self.segmenter.encode()

    def from_bytes(self, data: bytes, **_: Any) -> PolicyTokenizer:
        """Take the segmenter's name."""
        self.segmenter = data.decode()
        return self


def words_and_spaces(text: str, spans: Iterable[tuple[int, int]]) -> tuple[list[str], list[bool]]:
    """Spell a text as spaCy words: one space after a word is its own, other space a word.

    >>> words_and_spaces("医院 改革", [(0, 2), (3, 5)])
    (['医院', '改革'], [True, False])
    """
    words: list[str] = []
    spaces: list[bool] = []
    at = 0
    for start, end in [*spans, (len(text), len(text))]:
        if at < start:
            own = bool(words) and text[at] == " "
            if own:
                spaces[-1] = True
            if gap := text[at + own : start]:
                words.append(gap)
                spaces.append(False)
        if start < end:
            words.append(text[start:end])
            spaces.append(False)
        at = end
    return words, spaces


class TermMerger:
    """A spaCy component: makes every term one token.

    ``finder``: An object with ``spans(text)``.
    """

    def __init__(self, finder: FindsTerms | None = None) -> None:
        self.finder = finder

    def __call__(self, doc: Doc) -> Doc:
        """Return a Doc of the same text whose terms are one token each."""
        hits = list(self.finder.spans(doc.text)) if self.finder else []
        if not hits:
            return doc
        tokens = [(t.idx, t.idx + len(t)) for t in doc if not t.is_space]
        words, spaces = words_and_spaces(doc.text, lay_over_tokens(len(doc.text), tokens, hits))
        merged = Doc(doc.vocab, words=words, spaces=spaces, user_data=doc.user_data)
        merged._context = doc._context
        return merged

    def to_disk(self, path: str | Path, **_: Any) -> None:
        """Write the term table as CSV."""
        table = getattr(self.finder, "table", None)
        if table is None or not hasattr(table, "save"):
            raise ParameterError(
                "only terms from a term table can be written to disk; make the pipeline with "
                "make_nlp(terms=load_terms(...))"
            )
        Path(path).mkdir(parents=True, exist_ok=True)
        table.save(Path(path) / _TERM_FILE)

    def from_disk(self, path: str | Path, **_: Any) -> TermMerger:
        """Read the term table back."""
        from policytext.terms.concepts import load_terms

        self.finder = as_finder(load_terms(Path(path) / _TERM_FILE))
        return self


@Language.factory(TERMS, retokenizes=True)
def create_terms(nlp: Language, name: str) -> TermMerger:
    """Announce the component to spaCy (entry point ``spacy_factories``)."""
    return TermMerger()

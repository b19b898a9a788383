"""Which columns, closed lists and small records do all stages share?"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, Generic, NamedTuple, Protocol, TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

from policytext.errors import ParameterError

if TYPE_CHECKING:
    import pandas as pd

SCHEMA_VERSION: Final = 1

Floats = NDArray[np.float64]

OneOrMore: TypeAlias = str | Sequence[str] | None
"""A name or a list of names where both may stand; None: no choice."""

Value = TypeVar("Value")


class measured(Generic[Value]):  # noqa: N801 (read like a function where it stands)
    """A property of a record that is computed when it is first asked for, and kept in the record.

    ``functools.cached_property`` takes a lock each time before Python 3.12, which costs as much
    as most measures of a line.

    >>> class Word:
    ...     @measured
    ...     def size(self): return 2
    >>> word = Word()
    >>> word.size, vars(word)
    (2, {'size': 2})
    """

    def __init__(self, function: Callable[[Any], Value]) -> None:
        self.function = function
        self.__doc__ = function.__doc__

    def __get__(self, record: object, owner: type | None = None) -> Value:
        """Compute the value once: what the record keeps under the name is found before this."""
        value = self.function(record)
        record.__dict__[self.function.__name__] = value
        return value


CERTAINTIES: Final = ("stated", "certain", "likely", "unknown")
"""From the researcher's own metadata, down to no usable evidence."""

DESIGNS: Final = ("census", "sample", "convenience")

GENRES: Final = (
    "工作报告",
    "工作总结",
    "工作计划",
    "总结和计划",
    "绩效自评",
    "情况汇报",
    "经验材料",
    "新闻通稿",
    "政务信息",
    "评论",
    "公文",
    "新闻",
    "研究论文",
    "other",
    "unknown",
)

LEVELS: Final = ("national", "province", "city", "county", "township", "institution", "unknown")

PARTS: Final = ("lead", "goals", "review", "problems", "plan", "annex", "glossary", "other")

KINDS: Final = ("body", "heading", "list", "signature", "table")

PARTS_LEFT_OUT: Final = ("annex", "glossary")
"""Parts that repeat the report in other words and are not counted unless asked for."""

ANNEX_IS_TEXT: Final = ("公文",)
"""Genres whose annex is what the document is about: the rule that a notice brings."""

KINDS_COUNTED: Final = ("body", "list")

PLACE_FIELDS: Final = ("province", "city", "county")

CERTAINTY_COLUMNS: Final = {
    "year": "year_certainty",
    "province": "province_certainty",
    "city": "city_certainty",
    "county": "county_certainty",
}

FEW_LABELLED: Final = 30
"""Labelled paragraphs below which the share of a theme is not cited."""

WEAK_COSINE: Final = 0.7
"""Cosine of its words below which a topic has not come back; see ``stability``."""

UNKNOWN: Final = "unknown"

TABLES: Final[dict[str, dict[str, str]]] = {
    "sources": {
        "source_id": "str",
        "file": "str",
        "member": "str",
        "record": "str",
        "sha256_bytes": "str",
        "sha256_text": "str",
        "encoding": "str",
        "reader": "str",
        "reader_version": "str",
        "n_chars": "int64",
    },
    "documents": {
        "doc_id": "str",
        "source_id": "str",
        "part": "int64",
        "title": "str",
        "genre": "str",
        "doc_type": "str",
        "level": "str",
        "issuers": "str",
        "document_number": "str",
        "date_issued": "str",
        "period_start": "str",
        "period_end": "str",
        "year": "Int64",
        "province": "str",
        "city": "str",
        "county": "str",
        "adcode": "str",
        "year_certainty": "str",
        "province_certainty": "str",
        "city_certainty": "str",
        "county_certainty": "str",
        "n_han": "int64",
        "truncated": "bool",
        "duplicate_of": "str",
        "raw_start": "int64",
        "raw_end": "int64",
        "damage": "str",
        "text_family": "str",
    },
    "claims": {
        "doc_id": "str",
        "field": "str",
        "value": "str",
        "certainty": "str",
        "words": "str",
        "start": "int64",
        "end": "int64",
        "rule": "str",
    },
    "paragraphs": {
        "doc_id": "str",
        "para_no": "int64",
        "section": "str",
        "part_of_report": "str",
        "kind": "str",
        "text": "str",
        "source_id": "str",
        "raw_start": "int64",
        "raw_end": "int64",
        "flags": "str",
        "n_han": "int64",
    },
    "ledger": {
        "source_id": "str",
        "seq": "int64",
        "place": "str",
        "start": "int64",
        "end": "int64",
        "before": "str",
        "after": "str",
        "rules": "str",
        "certainty": "str",
    },
    "skipped": {"file": "str", "member": "str", "reason": "str"},
}
"""Columns and types of the six tables of a corpus; several values in a cell are joined by ``|``."""

LATER_COLUMNS: Final = {"documents": ("text_family",)}
"""Columns that came later: in a table that was stored before, they are empty."""

STORED_TABLES: Final[dict[str, tuple[str, ...]]] = {
    "term_hits": ("doc_id", "para_no", "term", "concept", "start", "end"),
    "vocabulary": ("word_id", "word"),
    "word_counts": ("row", "word_id", "count"),
    "themes": ("doc_id", "para_no", "theme", "probability", "by"),
    "borders": ("doc_id", "para_no", "score", "cues"),
    "left_out": ("source_id", "file", "member", "part", "kind", "n_chars"),
}
"""What a corpus may carry beside its own tables: all that is left without the sentences."""


def sign_class(spans: Iterable[tuple[int, int]]) -> str:
    """Return the pattern of one sign of several spans of code points, ends not among them.

    >>> sign_class([(0x3400, 0xA000)])
    '[\\\\u3400-\\\\u9fff]'
    """
    return "[" + "".join(rf"\u{start:04x}-\u{end - 1:04x}" for start, end in spans) + "]"


HAN_SPANS: Final = ((0x3400, 0xA000), (0xF900, 0xFB00))
"""Code points of Han characters, ends not among them."""

HAN: Final = re.compile(sign_class(HAN_SPANS))
"""One Han character."""

_HAN_RUN: Final = re.compile(f"{HAN.pattern}+")

MASK: Final = re.compile(r"‹[A-Z]+›")
"""A typed token that stands where the source masked a figure, place, name or date."""


def count_han(text: str) -> int:
    """Return the number of Han characters of a text, masks excluded.

    >>> count_han("建成‹NUM›个医共体。")
    6
    """
    return sum(map(len, _HAN_RUN.findall(text)))


def count_han_of_each(texts: Sequence[str]) -> list[int]:
    """Return what ``count_han`` says of each text, all searched as one: quicker for many.

    >>> count_han_of_each(["建成2个", "", "医共体"])
    [3, 0, 3]
    """
    signs = "".join(texts).encode("utf-32-le", "surrogatepass")
    codes = np.frombuffer(signs, dtype=np.uint32)
    # below a span's start the difference wraps around to a number beyond its length
    found = [(codes - np.uint32(start)) < np.uint32(end - start) for start, end in HAN_SPANS]
    before = np.concatenate([[0], np.cumsum(np.logical_or(*found), dtype=np.int32)])
    ends = np.cumsum([len(text) for text in texts], dtype=np.int64)
    counts: list[int] = np.diff(before[ends], prepend=0).tolist()
    return counts


_FIGURES: Final = {sign: i for i, sign in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_PLACES: Final = {"十": 10, "百": 100, "千": 1000}


@lru_cache(maxsize=1024)
def read_numeral(words: str) -> int | None:
    """Return the value of a whole number below ten thousand in Han or Arabic figures.

    None if it is written otherwise; a row such as 三四 names several numbers unless it has a zero.

    >>> read_numeral("二十三"), read_numeral("十"), read_numeral("一百零五"), read_numeral("１２")
    (23, 10, 105, 12)
    >>> read_numeral("二〇一〇"), read_numeral("三四"), read_numeral("")
    (2010, None, None)
    """
    if words.isdecimal():
        return int(words)
    value, place, row = 0, 10_000, ""
    for sign in words:
        if sign in _FIGURES:
            row += str(_FIGURES[sign])
        elif _PLACES.get(sign, place) < place and len(row.lstrip("0")) < 2:
            place = _PLACES[sign]
            value, row = value + int(row or 1) * place, ""
        else:
            return None
    several = len(row) > 1 and "0" not in row
    return value + int(row or 0) if words and not several else None


class Bilingual(NamedTuple):
    """One sentence or label in Chinese and in English.

    >>> Bilingual("省份", "province").en
    'province'
    """

    zh: str
    en: str


LANGUAGES: Final = ("zh", "en", "both")
_chosen = {"language": "both"}


def set_language(language: str) -> None:
    """Choose the language in which results show themselves and leave for Word and Excel.

    Parameters
    ----------
    language
        ``"zh"``, ``"en"``, or ``"both"``, which is the rule until something is chosen.

    Raises
    ------
    ParameterError
        Another language.

    Examples
    --------
    >>> from policytext import set_language
    >>> set_language("zh")
    >>> set_language("both")
    """
    _chosen["language"] = checked_language(language)


def checked_language(language: str | None) -> str:
    """Return the language that is meant: the one given, or the one that was set.

    >>> checked_language("zh"), checked_language(None)
    ('zh', 'both')
    """
    if language is None:
        return _chosen["language"]
    if language not in LANGUAGES:
        raise ParameterError(f"`language` must be one of {LANGUAGES}, got {language!r}")
    return language


def spoken(sentence: Bilingual, language: str | None = None, *, between: str = " ") -> str:
    """Return a sentence in the language asked for; both stand one after the other.

    >>> spoken(Bilingual("词频", "Counts"), "en"), spoken(Bilingual("词频", "Counts"))
    ('Counts', '词频 Counts')
    """
    asked = checked_language(language)
    if asked == "both":
        return between.join(dict.fromkeys(part for part in sentence if part))
    return sentence.zh if asked == "zh" else sentence.en


class Cautions(tuple[Bilingual, ...]):
    """Sentences that say what a table cannot carry; a notebook shows them as a list.

    >>> Cautions((Bilingual("慎用。", "Careful."),))
    ! 慎用。 Careful.
    """

    __slots__ = ()

    def __repr__(self) -> str:
        return "\n".join(f"! {spoken(one)}" for one in self) or "no cautions"

    def _repr_html_(self) -> str:
        lines = "".join(f"<li>{html.escape(spoken(one))}</li>" for one in self)
        return f"<ul>{lines}</ul>" if self else "<p>no cautions</p>"


@dataclass(frozen=True)
class Method:
    """How a table was computed: a sentence for the paper in both languages, and its sources.

    ``text``: The sentence, Chinese and English.
    ``citations``: One entry a source: author, year, title or journal, DOI where there is one.

    >>> print(Method(Bilingual("按段落计数。", "Counted by paragraph."), ("Monroe et al. 2008",)))
    按段落计数。
    Counted by paragraph.
    Monroe et al. 2008
    """

    text: Bilingual
    citations: tuple[str, ...] = ()

    def also(self, note: Bilingual) -> Method:
        """Return the method with one more sentence, or as it is if there is none."""
        zh, en = self.text
        joined = Bilingual(zh + note.zh, f"{en} {note.en}") if note.en else self.text
        return Method(joined, self.citations)

    def __str__(self) -> str:
        return "\n".join([spoken(self.text, between="\n"), *self.citations])


class Places(Protocol):
    """What leads from a result back to its sentences: the tables of a corpus."""

    @property
    def sources(self) -> pd.DataFrame:
        """One row a source text."""

    @property
    def documents(self) -> pd.DataFrame:
        """One row a report."""

    @property
    def paragraphs(self) -> pd.DataFrame:
        """One row a paragraph."""

    @property
    def has_text(self) -> bool:
        """Whether the sentences are there, not only their counts."""

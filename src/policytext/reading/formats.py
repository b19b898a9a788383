"""Which reader takes which file, and what does it return?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from policytext.errors import ReadingError
from policytext.reading.docx import read_docx
from policytext.reading.encoding import decode
from policytext.reading.html import read_html
from policytext.reading.limits import Limits
from policytext.reading.pdf import read_pdf
from policytext.reading.source import Hint

TABLES = (".xlsx", ".xls", ".csv", ".tsv", ".jsonl")
ARCHIVES = (".zip",)


class Reading(NamedTuple):
    """Text, what the format says about spans of it, and the encoding it was in."""

    text: str
    hints: tuple[Hint, ...] = ()
    encoding: str = ""


def _plain(data: bytes, limits: Limits) -> Reading:
    text, encoding = decode(data)
    return Reading(text, (), encoding)


def _word(data: bytes, limits: Limits) -> Reading:
    return Reading(*read_docx(data))


def _pdf(data: bytes, limits: Limits) -> Reading:
    return Reading(read_pdf(data, limits))


def _page(data: bytes, limits: Limits) -> Reading:
    markup, encoding = decode(data)
    return Reading(*read_html(markup), encoding)


READERS: Mapping[str, Callable[[bytes, Limits], Reading]] = {
    ".txt": _plain,
    ".md": _plain,
    ".docx": _word,
    ".pdf": _pdf,
    ".html": _page,
    ".htm": _page,
}


def reader_for(ending: str) -> Callable[[bytes, Limits], Reading]:
    """Return the reader of a file ending.

    Raises
    ------
    ReadingError
        Files of this kind are not read; the known endings are named.
    """
    if ending not in READERS:
        known = " ".join(sorted({*READERS, *TABLES, *ARCHIVES}))
        hint = "; save it as .docx" if ending in (".doc", ".wps", ".rtf") else ""
        raise ReadingError(f"files ending in {ending!r} are not read; known: {known}{hint}")
    return READERS[ending]

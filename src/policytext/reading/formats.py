"""Which reader takes which file, and what does it return?"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from policytext.errors import ReadingError
from policytext.reading.encoding import decode
from policytext.reading.office.word import read_docx
from policytext.reading.pages import read_html
from policytext.reading.pdf import read_pdf
from policytext.reading.source import Limits, Reading
from policytext.reading.tables import TABLES

ARCHIVES = (".zip",)

# Which reader takes which file?


def _plain(data: bytes, limits: Limits) -> Reading:
    text, encoding = decode(data)
    if not text.strip("\x00"):
        raise ReadingError(
            "the file holds no text, only zero bytes" if text else "the file holds no text"
        )
    return Reading(text, (), encoding)


def _word(data: bytes, limits: Limits) -> Reading:
    return read_docx(data, lambda part, ending: reader_for(ending)(part, limits))


def _pdf(data: bytes, limits: Limits) -> Reading:
    return read_pdf(data, limits)


def _page(data: bytes, limits: Limits) -> Reading:
    markup, encoding = decode(data)
    return read_html(markup)._replace(encoding=encoding)


READERS: Mapping[str, Callable[[bytes, Limits], Reading]] = {
    ".txt": _plain,
    ".md": _plain,
    ".docx": _word,
    ".pdf": _pdf,
    ".html": _page,
    ".htm": _page,
}


def reader_for(ending: str) -> Callable[[bytes, Limits], Reading]:
    """Return the reader of a file ending."""
    if ending in ARCHIVES:
        raise ReadingError("an archive inside of an archive is not read: unpack it first")
    if ending not in READERS:
        known = " ".join(sorted({*READERS, *TABLES, *ARCHIVES}))
        hint = "; save it as .docx" if ending in (".doc", ".wps", ".rtf") else ""
        raise ReadingError(f"files ending in {ending!r} are not read; known: {known}{hint}")
    return READERS[ending]

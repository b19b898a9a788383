"""Which reader takes which file, and what does it return?"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Mapping
from functools import cache

from policytext.data import data_path
from policytext.errors import ReadingError
from policytext.reading.encoding import decode
from policytext.reading.office.ofd import read_ofd
from policytext.reading.office.old_word import read_doc
from policytext.reading.office.open_document import read_odt
from policytext.reading.office.packed import read_eml, read_epub, read_mht, read_pptx
from policytext.reading.office.rich_text import read_rtf
from policytext.reading.office.word import read_docx
from policytext.reading.pages import read_html
from policytext.reading.pdf import read_pdf
from policytext.reading.signs import what_it_is
from policytext.reading.source import Limits, Reading
from policytext.reading.tabular.tables import TABLES

ARCHIVES = (".zip",)

# Which reader takes which file?


def _plain(data: bytes, limits: Limits) -> Reading:
    if not data:
        raise ReadingError("the file is empty: it has no bytes; fetch it again")
    text, encoding = decode(data)
    if not text.strip("\x00"):
        raise ReadingError(
            "the file holds no text, only zero bytes" if text else "the file holds no text"
        )
    if _SHARE_OF_CONTROLS * len(_CONTROL.findall(text)) > len(text):
        raise ReadingError(f"the file must hold text, and is {what_it_is(data)}")
    return Reading(text, (), encoding)


_CONTROL = re.compile("[\x01-\x08\x0e-\x1f\x7f]")
_SHARE_OF_CONTROLS = 20
"""Of a text not one character in so many controls a machine; of a program or picture more do."""


def _word(data: bytes, limits: Limits) -> Reading:
    return read_docx(data, lambda part, ending: reader_for(ending)(part, limits))


def _page(data: bytes, limits: Limits) -> Reading:
    markup, encoding = decode(data)
    return read_html(markup)._replace(encoding=encoding)


READERS: Mapping[str, Callable[[bytes, Limits], Reading]] = {
    ".txt": _plain,
    ".text": _plain,
    ".md": _plain,
    ".markdown": _plain,
    ".docx": _word,
    ".docm": _word,
    ".pdf": read_pdf,
    ".html": _page,
    ".htm": _page,
    ".shtml": _page,
    ".xhtml": _page,
    ".doc": read_doc,
    ".wps": read_doc,
    ".rtf": read_rtf,
    ".odt": read_odt,
    ".fodt": read_odt,
    ".ofd": read_ofd,
    ".mht": read_mht,
    ".mhtml": read_mht,
    ".eml": read_eml,
    ".epub": read_epub,
    ".pptx": read_pptx,
}

IN_OWN_PROCESS = (
    *(".pdf", ".doc", ".wps", ".rtf", ".odt", ".fodt", ".ofd", ".mht", ".mhtml", ".eml"),
    *(".epub", ".pptx"),
)
"""Endings of files that are read in a process of their own, bounded in time and memory."""


@cache
def _advice() -> Mapping[str, str]:
    """Return what to do about files that are not read, by their ending."""
    with data_path("reading/advice.csv").open(encoding="utf-8-sig", newline="") as file:
        return {row["ending"]: row["advice"] for row in csv.DictReader(file)}


def reader_for(ending: str) -> Callable[[bytes, Limits], Reading]:
    """Return the reader of a file ending."""
    if ending in ARCHIVES:
        raise ReadingError("an archive inside of an archive is not read: unpack it first")
    if ending not in READERS:
        known = " ".join(sorted({*READERS, *TABLES, *ARCHIVES}))
        advice = _advice().get(ending, f"known: {known}")
        raise ReadingError(f"files ending in {ending!r} are not read; {advice}")
    return READERS[ending]

"""What is a file really, whatever its ending says?"""

from __future__ import annotations

import io
import re
import zipfile

_FIRST_BYTES = (
    (b"%PDF", "a PDF file"),
    (b"{\\rtf", "a file in Rich Text Format (.rtf)"),
    (b"Rar!", "an archive of WinRAR (.rar): unpack it"),
    (b"7z\xbc\xaf\x27\x1c", "an archive of 7-Zip (.7z): unpack it"),
    (b"\x1f\x8b", "an archive of gzip (.gz): unpack it"),
    (b"\x89PNG", "a picture (.png)"),
    (b"\xff\xd8\xff", "a picture (.jpg)"),
    (b"GIF8", "a picture (.gif)"),
    (b"MZ", "a program for Windows (.exe)"),
    (b"AT&TFORM", "a scan in DjVu: run OCR first"),
)
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_STREAMS = (
    ("EncryptedPackage", "an Office file locked with a password: save it without one"),
    ("WordDocument", "an old Word file (.doc)"),
    ("Workbook", "an old Excel file (.xls)"),
    ("PowerPoint Document", "an old PowerPoint file (.ppt): save it as .pptx"),
)
_PARTS = (
    ("word/", "a Word file (.docx)"),
    ("xl/", "an Excel file (.xlsx)"),
    ("ppt/", "a PowerPoint file (.pptx)"),
    ("OFD.xml", "an official document (.ofd)"),
    ("META-INF/", "an OpenDocument or e-book file"),
)


def what_it_is(data: bytes) -> str:
    r"""Return what the bytes of a file show it to be, in words, or how it begins.

    >>> what_it_is(b"Rar!\x1a\x07\x00")
    'an archive of WinRAR (.rar): unpack it'
    """
    if not data.strip(b"\0"):
        what = f"{len(data):,} zero bytes: it holds nothing" if data else "empty"
        return f"{what}; fetch it again"
    for sign, words in _FIRST_BYTES:
        if data.startswith(sign):
            return words
    if data.startswith(_OLD_OFFICE):
        found = (words for name, words in _STREAMS if name.encode("utf-16-le") in data)
        unknown = "an old or damaged Office file (of the .doc, .xls and .wps kind)"
        return next(found, f"{unknown}; fetch it again")
    if data.startswith(b"PK"):
        return _archive(data)
    start = data[:1000].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<!doctype html", b"<html", b"<table", b"<body")):
        return "a web page (.html)"
    if start.startswith(b"<?xml"):
        return "a file in XML"
    return f"another file, which begins with the bytes {data[:8].hex(' ')}"


def _archive(data: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
    except Exception:  # whatever a broken archive makes zipfile say
        return "an archive (.zip, .docx, .xlsx) that is damaged or cut off; fetch it again"
    if any(member.flag_bits & 1 for member in members):
        return "an archive locked with a password: unpack it"
    for start, words in _PARTS:
        if any(member.filename.startswith(start) for member in members):
            return words
    return "an archive (.zip)"


# Which reader does a file need, whatever its ending says?

_ENDING_OF = (
    ("word/document", ".docx"),
    ("ppt/presentation", ".pptx"),
    ("xl/workbook", ".xlsx"),
    ("OFD.xml", ".ofd"),
)
_MIMES = {
    b"application/vnd.oasis.opendocument.text": ".odt",
    b"application/vnd.oasis.opendocument.text-template": ".odt",
    b"application/epub+zip": ".epub",
}
_OLE_ENDINGS = {"WordDocument": ".doc", "Workbook": ".xls", "PowerPoint Document": ".ppt"}
_PAGE_STARTS = re.compile(
    rb"(?:<!--.{0,2000}?-->|<\?xml[^>]{0,200}>|\s)*<(?:!doctype\s+html|html[\s>])", re.I | re.S
)
_FRAGMENT_STARTS = re.compile(
    rb"(?:<!--.{0,2000}?-->|\s)*<(?:meta|head|body|title|style|div|table|center|font|span|p|h[1-6])"
    rb"[\s>]",
    re.I | re.S,
)
_OF_OFFICE = (".doc", ".wps", ".docx", ".rtf")
"""Endings of files that are never plain text: markup in them is a page that was saved so."""

_HEAD = re.compile(rb"(?:[A-Za-z-]{1,60}:[^\n]*\n(?:[ \t][^\n]*\n)*){1,100}", re.S)
_OF_MAIL = (b"mime-version:", b"content-type:")
_START = 5_000


def ending_of(data: bytes, ending: str) -> str:
    """Return the ending of the format that a file is in, which is mostly the one it has.

    >>> ending_of(b"{\\\\rtf1}", ".doc"), ending_of(b"<html><p>", ".doc"), ending_of(b"abc", ".txt")
    ('.rtf', '.html', '.txt')
    """
    start = data[:_START].lstrip(b"\xef\xbb\xbf \t\r\n\0")
    if start.startswith(_OLD_OFFICE):
        # a file may hold another whole one: its own ending is tried first
        own = {name: end for name, end in _OLE_ENDINGS.items() if end == ending}
        names = (own | _OLE_ENDINGS).items()
        kind = next((end for name, end in names if name.encode("utf-16-le") in data), ending)
    elif start.startswith(b"PK\x03\x04"):
        kind = _ending_of_archive(data, ending)
    else:
        kind = _ending_of_start(start, ending)
    return ending if ending in _SAME.get(kind, ()) else kind


_SAME = {
    ".doc": (".doc", ".wps"),
    ".html": (".html", ".htm"),
    ".xls": (".xls", ".xlsx"),
    ".xlsx": (".xls", ".xlsx"),
    ".mht": (".mht", ".mhtml", ".eml"),
}
"""Endings that are read by the same reader, or by one that looks at the content itself."""


def _ending_of_start(start: bytes, ending: str) -> str:
    if start.startswith(b"{\\rtf"):
        return ".rtf"
    if start.startswith(b"%PDF-"):
        return ".pdf"
    if b"urn:oasis:names:tc:opendocument" in start and b"<office:document" in start:
        return ".fodt"
    plain = start
    if start[:2] in (b"\xff\xfe", b"\xfe\xff"):
        plain = start.decode("utf-16", "replace").encode("utf-8", "replace")
    if _PAGE_STARTS.match(plain) and ending not in _HOLDING_PAGES:
        return ".html"
    if ending in (*_OF_OFFICE, ".xls") and _FRAGMENT_STARTS.match(plain):
        return ".html"
    head = _HEAD.match(start)
    if head and b"multipart/related" in start.lower():
        told = head[0].lower()
        if all(word in told for word in _OF_MAIL):
            return ".mht"
    return ending


_HOLDING_PAGES = (".csv", ".tsv", ".jsonl", ".json", ".zip")


def _ending_of_archive(data: bytes, ending: str) -> str:
    """Return the ending that the parts of an archive ask for; a plain archive keeps its own."""
    mime = re.match(rb"PK.{28}mimetype([a-z/+.-]+)", data[:200], re.S)
    if mime:
        for known in sorted(_MIMES, key=len, reverse=True):
            if mime[1].startswith(known):
                return _MIMES[known]
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()
    except Exception:  # the reader says what is wrong with the archive
        return ending
    if "[Content_Types].xml" not in names and "OFD.xml" not in names:
        return ending
    for name in names:
        for begins, kind in _ENDING_OF:
            if name.startswith(begins):
                return kind
    return ending

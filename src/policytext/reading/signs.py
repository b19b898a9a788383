"""What is a file really, whatever its ending says?"""

from __future__ import annotations

import io
import zipfile

_FIRST_BYTES = (
    (b"%PDF", "a PDF file"),
    (b"{\\rtf", "a file in Rich Text Format (.rtf): save it as .docx"),
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
    ("WordDocument", "an old Word file (.doc): save it as .docx"),
    ("Workbook", "an old Excel file (.xls)"),
    ("PowerPoint Document", "an old PowerPoint file (.ppt)"),
)
_PARTS = (
    ("word/", "a Word file (.docx)"),
    ("xl/", "an Excel file (.xlsx)"),
    ("ppt/", "a PowerPoint file (.pptx)"),
    ("META-INF/", "an OpenDocument or e-book file: save it as .docx"),
)


def what_it_is(data: bytes) -> str:
    r"""Return what the bytes of a file show it to be, in words, or how it begins.

    >>> what_it_is(b"Rar!\x1a\x07\x00")
    'an archive of WinRAR (.rar): unpack it'
    """
    if not data.strip(b"\0"):
        return f"{len(data):,} zero bytes: it holds nothing" if data else "empty"
    for sign, words in _FIRST_BYTES:
        if data.startswith(sign):
            return words
    if data.startswith(_OLD_OFFICE):
        found = (words for name, words in _STREAMS if name.encode("utf-16-le") in data)
        return next(found, "an old or damaged Office file (of the .doc, .xls and .wps kind)")
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
        return "an archive (.zip, .docx, .xlsx) that is damaged or cut off"
    if any(member.flag_bits & 1 for member in members):
        return "an archive locked with a password: unpack it"
    for start, words in _PARTS:
        if any(member.filename.startswith(start) for member in members):
            return words
    return "an archive (.zip)"

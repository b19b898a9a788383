"""A file is named by what it holds, not by its ending."""

import io
import zipfile

import pytest

import made_files as made
from policytext.reading.signs import what_it_is

OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (bytes(20), "20 zero bytes"),
        (b"%PDF-1.4", "a PDF file"),
        (rb"{\rtf1 x}", "Rich Text Format"),
        (OLD + "WordDocument".encode("utf-16-le"), "an old Word file"),
        (OLD + "EncryptedPackage".encode("utf-16-le"), "locked with a password"),
        (OLD + bytes(99), "an old or damaged Office file"),
        (b"<!DOCTYPE html><p>", "a web page"),
        (b"PK\x03\x04", "damaged or cut off"),
        (made.docx_bytes(["甲"]), "a Word file (.docx)"),
        (made.xlsx_bytes([["甲"]]), "an Excel file (.xlsx)"),
        (b"\x00\x01\x02rest", "begins with the bytes 00 01 02"),
    ],
)
def test_a_file_is_named_by_its_bytes(data, words):
    assert words in what_it_is(data)


def test_a_locked_archive_is_named():
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("a.txt", "甲")
    data = bytearray(buffer.getvalue())
    data[data.find(b"PK\x01\x02") + 8] |= 1
    assert "locked with a password" in what_it_is(bytes(data))

"""What is a source text, and what is known about a file that gave none?"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple


class Hint(NamedTuple):
    """A span of source text about which the file's format says something.

    ``kind`` is ``furniture`` (what an extractor left out), ``footnote``, ``textbox``, ``table`` or
    ``title``; cleaning and anatomy decide what follows from it.
    """

    start: int
    end: int
    kind: str


@dataclass(frozen=True)
class Source:
    """One text as a reader returned it: a file, a member of an archive, or a record of a table.

    Parameters
    ----------
    file
        Path below the folder that was read, with forward slashes.
    member
        Path inside the archive, or ``""``.
    record
        Number of the record in its table, from 1, or ``""``.
    sha256_bytes
        Checksum of the bytes that were read.
    encoding
        How the bytes were decoded, or ``""`` where the format says it itself.
    reader, reader_version
        What read it.
    text
        The source text; all offsets of the library are positions in it.
    metadata
        What columns of a table say about the report (``title``, ``year``, ``province`` …).
    hints
        What the format says about spans of the text.

    Examples
    --------
    >>> Source("a.txt", "", "", "00", "utf-8", "text", "1", "全文").source_id
    'a.txt'
    """

    file: str
    member: str
    record: str
    sha256_bytes: str
    encoding: str
    reader: str
    reader_version: str
    text: str
    metadata: Mapping[str, str] = field(default_factory=dict)
    hints: tuple[Hint, ...] = ()

    @property
    def source_id(self) -> str:
        """File, member and record in one readable name."""
        name = f"{self.file}/{self.member}" if self.member else self.file
        return f"{name}:{self.record}" if self.record else name

    @property
    def row(self) -> dict[str, object]:
        """The row of the table ``sources``."""
        return {
            "source_id": self.source_id,
            "file": self.file,
            "member": self.member,
            "record": self.record,
            "sha256_bytes": self.sha256_bytes,
            "sha256_text": sha256_text(self.text),
            "encoding": self.encoding,
            "reader": self.reader,
            "reader_version": self.reader_version,
            "n_chars": len(self.text),
        }


class Skipped(NamedTuple):
    """A file or member that gave no source text, with the reason in words."""

    file: str
    member: str
    reason: str


def sha256_text(text: str) -> str:
    """Return the SHA-256 of a text in UTF-8 (lone surrogates kept) as 64 hex digits."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()

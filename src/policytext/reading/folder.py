"""Which files of a folder are read, by which reader, and which are skipped?"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from importlib.metadata import version
from pathlib import Path

from policytext.errors import ParameterError, ReadingError
from policytext.reading.docx import read_docx
from policytext.reading.encoding import decode
from policytext.reading.source import Hint, Skipped, Source

LARGEST_FILE = 200_000_000

Parsed = tuple[str, tuple[Hint, ...], str]
"""Text, hints, encoding."""


def _read_text(data: bytes) -> Parsed:
    text, encoding = decode(data)
    return text, (), encoding


def _read_word(data: bytes) -> Parsed:
    return *read_docx(data), ""


READERS: Mapping[str, Callable[[bytes], Parsed]] = {
    ".txt": _read_text,
    ".md": _read_text,
    ".docx": _read_word,
}


def list_files(path: str | Path) -> list[tuple[Path, str]]:
    """Return every file below a folder with its path inside it, sorted; hidden files left out.

    Raises
    ------
    ParameterError
        The path does not exist.
    ReadingError
        The folder holds no file.
    """
    root = Path(path).expanduser()
    if root.is_file():
        return [(root, root.name)]
    if not root.is_dir():
        raise ParameterError(f"{str(root)!r} must be a folder or file of reports; there is none")
    found = [
        (p, p.relative_to(root).as_posix())
        for p in root.rglob("*")
        if p.is_file() and not any(part.startswith((".", "~$")) for part in p.parts[-1:])
    ]
    if not found:
        raise ReadingError(f"the folder {str(root)!r} must hold report files; it is empty")
    return sorted(found, key=lambda item: item[1])


def read_file(path: Path, name: str) -> list[Source | Skipped]:
    """Read one file into its sources, or say why it gives none.

    Parameters
    ----------
    path
        Where the file is.
    name
        Its name in the corpus.
    """
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        known = " ".join(sorted(READERS))
        return [Skipped(name, "", f"files ending in {path.suffix!r} are not read; known: {known}")]
    try:
        if path.stat().st_size > LARGEST_FILE:
            return [Skipped(name, "", f"the file is larger than {LARGEST_FILE:,} bytes")]
        data = path.read_bytes()
        text, hints, encoding = reader(data)
    except (ReadingError, OSError) as error:
        return [Skipped(name, "", str(error))]
    if not text.strip():
        return [Skipped(name, "", "the file holds no text")]
    kind = path.suffix.lower().removeprefix(".")
    checksum = hashlib.sha256(data).hexdigest()
    return [Source(name, "", "", checksum, encoding, kind, version("policytext"), text, {}, hints)]


def read_files(
    path: str | Path,
    *,
    columns: Mapping[str, str | int] | None = None,
    progress: bool = False,
) -> Iterator[Source | Skipped]:
    """Read every file of a folder, in the order of their names."""
    for file, name in list_files(path):
        yield from read_file(file, name)

"""Which files of a folder are read, into which sources, and which are skipped?"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path, PurePosixPath

from policytext.errors import ParameterError, ReadingError
from policytext.reading.archive import read_zip
from policytext.reading.formats import ARCHIVES, TABLES, reader_for
from policytext.reading.limits import Limits
from policytext.reading.source import Skipped, Source
from policytext.reading.tables import ColumnMap, read_table

Found = list[Source | Skipped]


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
        if p.is_file() and not p.name.startswith((".", "~$"))
    ]
    if not found:
        raise ReadingError(f"the folder {str(root)!r} must hold report files; it is empty")
    return sorted(found, key=lambda item: item[1])


def read_file(
    path: Path, name: str, *, columns: ColumnMap | None = None, limits: Limits | None = None
) -> Found:
    """Read one file into its sources, or say why it gives none.

    Parameters
    ----------
    path
        Where the file is.
    name
        Its name in the corpus.
    columns
        Column map of tables; with it, .txt files are tables too (a tab between cells).
    limits
        Bounds against hostile files.
    """
    bounds = limits or Limits()
    try:
        bounds.check_bytes(path.stat().st_size, "a file")
        data = path.read_bytes()
    except (ReadingError, OSError) as error:
        return [Skipped(name, "", str(error))]
    return _read_bytes(data, name, "", columns, bounds)


def _read_bytes(
    data: bytes, file: str, member: str, columns: ColumnMap | None, limits: Limits
) -> Found:
    ending = PurePosixPath(member or file).suffix.lower()
    try:
        if ending in ARCHIVES and not member:
            return _read_archive(data, file, columns, limits)
        if ending in TABLES or (ending == ".txt" and columns is not None):
            return _read_records(data, file, member, columns, limits)
        text, hints, encoding = reader_for(ending)(data, limits)
        limits.check_text(text)
        if not text.strip():
            raise ReadingError("the file holds no text")
    except ReadingError as error:
        return [Skipped(file, member, str(error))]
    except Exception as error:  # a reader library failed on a stranger's file: say so, go on
        return [Skipped(file, member, f"the file is damaged: {type(error).__name__}: {error}")]
    kind = ending.removeprefix(".")
    facts = (hashlib.sha256(data).hexdigest(), encoding, kind, version("policytext"))
    return [Source(file, member, "", *facts, text, {}, hints)]


def _read_archive(data: bytes, file: str, columns: ColumnMap | None, limits: Limits) -> Found:
    found: Found = []
    for name, content in read_zip(data, limits):
        if isinstance(content, str):
            found.append(Skipped(file, name, content))
        elif PurePosixPath(name).name.startswith((".", "~$", "__MACOSX")):
            continue
        else:
            found += _read_bytes(content, file, name, columns, limits)
    return found or [Skipped(file, "", "the archive holds no file")]


def _read_records(
    data: bytes, file: str, member: str, columns: ColumnMap | None, limits: Limits
) -> Found:
    ending = PurePosixPath(member or file).suffix.lower()
    records, encoding = read_table(data, ending, columns, limits)
    checksum = hashlib.sha256(data).hexdigest()
    kind = ending.removeprefix(".")
    found: Found = []
    for number, (text, facts) in enumerate(records, 1):
        if not text.strip():
            found.append(Skipped(file, member, f"record {number} holds no text"))
            continue
        limits.check_text(text)
        about = (checksum, encoding, kind, version("policytext"))
        found.append(Source(file, member, str(number), *about, text, facts))
    return found or [Skipped(file, member, "the table holds no record")]


def read_files(
    path: str | Path,
    *,
    columns: ColumnMap | None = None,
    limits: Limits | None = None,
    progress: bool = False,
) -> Iterator[Source | Skipped]:
    """Read every file of a folder, in the order of their names."""
    from tqdm.auto import tqdm

    for file, name in tqdm(list_files(path), disable=not progress, desc="read", unit="file"):
        yield from read_file(file, name, columns=columns, limits=limits)

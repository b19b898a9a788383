"""Which files of a folder are read, into which sources, and which are skipped?"""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path, PurePosixPath

from policytext.errors import ParameterError, ReadingError
from policytext.reading.formats import ARCHIVES, TABLES, ColumnMap, read_table, reader_for
from policytext.reading.source import Limits, Skipped, Source

Found = list[Source | Skipped]


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


def list_files(path: str | Path) -> list[tuple[Path, str]]:
    """Return every file below a folder with its path inside it, sorted; hidden files left out."""
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
    """Read one file into its sources, or say why it gives none."""
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
    return [Source(file, member, "", *_read_how(data, encoding, ending), text, {}, hints)]


def _read_how(data: bytes, encoding: str, ending: str) -> tuple[str, str, str, str]:
    """Return checksum, encoding, reader and the reader's version."""
    checksum = hashlib.sha256(data).hexdigest()
    return checksum, encoding, ending.removeprefix("."), version("policytext")


def _read_archive(data: bytes, file: str, columns: ColumnMap | None, limits: Limits) -> Found:
    found: Found = []
    for name, content in read_zip(data, limits):
        if isinstance(content, str):
            found.append(Skipped(file, name, content))
        elif not PurePosixPath(name).name.startswith((".", "~$", "__MACOSX")):
            found += _read_bytes(content, file, name, columns, limits)
    return found or [Skipped(file, "", "the archive holds no file")]


def _read_records(
    data: bytes, file: str, member: str, columns: ColumnMap | None, limits: Limits
) -> Found:
    ending = PurePosixPath(member or file).suffix.lower()
    records, encoding = read_table(data, ending, columns, limits)
    how = _read_how(data, encoding, ending)
    found: Found = []
    for number, (text, facts) in enumerate(records, 1):
        if text.strip():
            limits.check_text(text)
            found.append(Source(file, member, str(number), *how, text, facts))
        else:
            found.append(Skipped(file, member, f"record {number} holds no text"))
    return found or [Skipped(file, member, "the table holds no record")]


# Which files does a .zip archive hold, under which names, and are they safe to unpack?

_UTF8_NAME = 0x800


def read_zip(data: bytes, limits: Limits) -> Iterator[tuple[str, bytes | str]]:
    """Yield each member's name and its bytes, or the reason why it cannot be read.

    Nothing is written to disk. Names without the UTF-8 mark are read as GB18030, as Chinese
    Windows writes them.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except zipfile.BadZipFile as error:
        raise ReadingError(f"the file must be a .zip archive, got: {error}") from error
    with archive:
        members = [m for m in archive.infolist() if not m.is_dir()]
        if len(members) > limits.members:
            raise ReadingError(
                f"an archive must hold at most {limits.members:,} files, got {len(members):,}"
            )
        left = limits.total_bytes
        for member in sorted(members, key=member_name):
            found = _member(archive, member, limits, left)
            left -= len(found) if isinstance(found, bytes) else 0
            yield member_name(member), found


def member_name(member: zipfile.ZipInfo) -> str:
    """Return a member's name as it was meant.

    >>> info = zipfile.ZipInfo("报告.txt".encode("gb18030").decode("cp437"))
    >>> member_name(info)
    '报告.txt'
    """
    if member.flag_bits & _UTF8_NAME:
        return member.filename
    try:
        return member.filename.encode("cp437").decode("gb18030")
    except UnicodeError:
        return member.filename


def _member(
    archive: zipfile.ZipFile, member: zipfile.ZipInfo, limits: Limits, left: int
) -> bytes | str:
    try:
        limits.check_expansion(member.compress_size, member.file_size, "the member")
        if member.file_size > left:
            return f"the archive unpacks to more than {limits.total_bytes:,} bytes"
        with archive.open(member) as handle:
            data = handle.read(member.file_size + 1)
    except (ReadingError, zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError) as error:
        return f"the member cannot be unpacked: {error}"
    if len(data) > member.file_size:
        return "the member is larger than the archive says"
    return data

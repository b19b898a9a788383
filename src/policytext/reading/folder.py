"""Which files of a folder are read, into which sources, and which are skipped?"""

from __future__ import annotations

import hashlib
import io
import json
import os
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from importlib.metadata import version
from pathlib import Path, PurePosixPath
from typing import Any

from policytext.errors import ParameterError, ReadingError
from policytext.reading.encoding import decode, decode_name
from policytext.reading.formats import ARCHIVES, READERS, reader_for
from policytext.reading.office.packed import attached_files
from policytext.reading.scans import PICTURES
from policytext.reading.signs import ending_of, what_it_is
from policytext.reading.source import Limits, Skipped, Source, written_out
from policytext.reading.tabular.columns import ColumnMap
from policytext.reading.tabular.tables import (
    TABLES,
    WORKBOOKS,
    Table,
    hidden_table,
    read_table,
)
from policytext.reading.worker import ENDINGS, read_apart, read_table_apart, read_with_scans
from policytext.storage import MANIFEST

Found = list[Source | Skipped]
Paths = str | Path | Iterable[str | Path]


def read_files(
    path: Paths,
    *,
    columns: ColumnMap | None = None,
    limits: Limits | None = None,
    progress: bool = False,
) -> Iterator[Source | Skipped]:
    """Read every file of a folder, in the order of their names."""
    from tqdm.auto import tqdm

    for one in tqdm(list_files(path, limits), disable=not progress, desc="read", unit="file"):
        if isinstance(one, Skipped):
            yield one
        else:
            yield from read_file(*one, columns=columns, limits=limits, progress=progress)


def read_file(
    path: Path,
    name: str,
    *,
    columns: ColumnMap | None = None,
    limits: Limits | None = None,
    progress: bool = False,
) -> Found:
    """Read one file into its sources, or say why it gives none."""
    bounds = limits or Limits()
    try:
        bounds.check_bytes(path.stat().st_size, "a file")
        data = path.read_bytes()
    except OSError as error:
        return [Skipped(name, "", f"the file cannot be opened: {error.strerror or error}")]
    except ReadingError as error:
        return [Skipped(name, "", str(error))]
    found = _read_bytes(data, name, "", columns, bounds, progress=progress)
    mail = ending_of(data, PurePosixPath(name).suffix.lower()) == _MAIL
    return _with_attached(data, name, columns, bounds, found) if mail else found


_MAIL = ".eml"


def _with_attached(
    data: bytes, file: str, columns: ColumnMap | None, limits: Limits, found: Found
) -> Found:
    """Add the documents attached to a message, each as a member of it; others stay listed."""
    try:
        files = attached_files(data)
    except ReadingError:
        return found
    kept = [one for one in files if PurePosixPath(one[0]).suffix.lower() in _DOCUMENTS]
    names = different([name for name, _ in kept])
    read = {name for name, _ in kept}
    message = [
        replace(one, left_out=tuple(row for row in one.left_out if row.part not in read))
        if isinstance(one, Source)
        else one
        for one in found
    ]
    for name, (_, content) in zip(names, kept, strict=True):
        message += _read_bytes(content, file, name, columns, limits)
    return message


_DOCUMENTS = frozenset({*READERS, *TABLES} - {_MAIL})


def _read_bytes(
    data: bytes,
    file: str,
    member: str,
    columns: ColumnMap | None,
    limits: Limits,
    *,
    progress: bool = False,
) -> Found:
    try:
        own = PurePosixPath(member or file).suffix.lower()
        ending = ending_of(data, own)
        if ending in ARCHIVES and not member:
            return _read_archive(data, file, columns, limits)
        if ending in TABLES or (ending == ".txt" and columns is not None):
            return _read_records(data, file, member, ending, columns, limits)
        if table := hidden_table(data, own, ending, columns, limits):
            return _as_sources(table, data, file, member, own, limits)
        if ending == ".pdf" or ending in PICTURES:
            found = read_with_scans(data, ending, limits, member or file, progress=progress)
        else:
            read = reader_for(ending)
            found = read_apart(data, ending, limits) if ending in ENDINGS else read(data, limits)
        limits.check_text(found.text)
        if not found.text.strip():
            raise ReadingError("the file holds no text")
    except ReadingError as error:
        return [Skipped(file, member, str(error))]
    except Exception as error:  # a reader library failed on a stranger's file: say so, go on
        why = f"the file is damaged: {type(error).__name__}: {error}; it is {what_it_is(data)}"
        return [Skipped(file, member, why)]
    how = _read_how(data, found.encoding, ending)
    return [Source(file, member, "", *how, found.text, {}, found.hints, found.left_out)]


def _read_how(data: bytes, encoding: str, ending: str) -> tuple[str, str, str, str]:
    """Return checksum, encoding, reader and the reader's version."""
    checksum = hashlib.sha256(data).hexdigest()
    return checksum, encoding, ending.removeprefix("."), _own_version()


@cache
def _own_version() -> str:
    """Return the version of the library; looking it up takes longer than reading a short file."""
    return version("policytext")


def _read_archive(data: bytes, file: str, columns: ColumnMap | None, limits: Limits) -> Found:
    found: Found = []
    hidden: set[str] = set()
    for name, content in read_zip(data, limits):
        folder, own = _hidden_part(name)
        if folder:
            hidden.add(folder)
        elif isinstance(content, str):
            found.append(Skipped(file, name, content))
        elif not own:
            found += _read_bytes(content, file, name, columns, limits)
    found += [Skipped(file, folder, _HIDDEN) for folder in sorted(hidden)]
    return found or [Skipped(file, "", "the archive holds no file")]


def _hidden_part(name: str) -> tuple[str, bool]:
    """Return the hidden folder in a member's path, if any, and whether the file itself is hidden.

    >>> _hidden_part("报告/.git/old.txt"), _hidden_part("报告/~$一.docx"), _hidden_part("../一.txt")
    (('报告/.git', False), ('', True), ('', False))
    """
    *folders, own = name.split("/")
    for place, folder in enumerate(folders, 1):
        if folder in _TOOLS or (folder.startswith(".") and folder.strip(".")):
            return "/".join(folders[:place]), False
    return "", own.startswith((".", "~$"))


def _read_records(
    data: bytes, file: str, member: str, ending: str, columns: ColumnMap | None, limits: Limits
) -> Found:
    read = read_table_apart if ending in WORKBOOKS else read_table
    table = read(data, ending, columns, limits)
    return _as_sources(table, data, file, member, ending, limits)


def _as_sources(
    table: Table, data: bytes, file: str, member: str, ending: str, limits: Limits
) -> Found:
    how = _read_how(data, table.encoding, ending)
    found: Found = []
    left = table.left_out
    for record in table.records:
        place = f"{member}/{record.sheet}".strip("/") if record.sheet else member
        problem = record.problem or _no_text(record.text, record.number, limits)
        if problem:
            found.append(Skipped(file, place, problem))
            continue
        number = str(record.number)
        found.append(Source(file, place, number, *how, record.text, record.facts, (), left))
        left = ()
    return found or [Skipped(file, member, "the table holds no record")]


def _no_text(text: str, number: int, limits: Limits) -> str:
    """Return why a record gives no source text, or an empty text."""
    try:
        limits.check_text(text)
    except ReadingError as error:
        return f"record {number}: {error}"
    return "" if text.strip() else f"record {number} holds no text"


# Which files lie below a folder, and which are no reports?

_TOOLS = frozenset({"__pycache__", "__MACOSX", "#recycle", "$RECYCLE.BIN"})
"""Folders that programs make beside the files of people, with old and small copies of them."""

_LARGEST_MANIFEST = 10_000_000

Listed = tuple[Path, str] | Skipped


def list_files(path: Paths, limits: Limits | None = None) -> list[Listed]:
    """Return every file below a folder with its path inside it, and what is not read, sorted.

    Of several folders and files the names begin where the folder ends that they all lie in.
    Hidden files are left out without a word; of a hidden folder, of a folder that the library
    wrote, of a link, and of what cannot be opened one row says so.
    """
    roots = as_paths(path)
    above = folder_above(roots)
    found = [
        one._replace(file=f"{named}/{one.file}".strip("/")) if isinstance(one, Skipped) else one
        for root in roots
        for named in [_name_in(above, root)]
        for one in _below(root, named, limits or Limits())
    ]
    files = sorted({one for one in found if not isinstance(one, Skipped)}, key=_by_name)
    named = zip([path for path, _ in files], different([name for _, name in files]), strict=True)
    skipped = dict.fromkeys(one for one in found if isinstance(one, Skipped))
    return sorted(
        [*named, *skipped], key=lambda one: one[0] if isinstance(one, Skipped) else one[1]
    )


def as_paths(path: Paths) -> list[Path]:
    """Return the folders and files that are meant, each once; refuse what is none of these.

    >>> [one.name for one in as_paths(["2023", "2024", "./2023"])]
    ['2023', '2024']
    """
    found: list[Path] = []
    for one in _each_of(path):
        if not isinstance(one, str | Path):
            raise ParameterError(
                "path must be the path of a folder or file, or a list of such paths, got "
                f"{type(one).__name__}"
            )
        found.append(Path(one).expanduser())
        if (found[-1] / MANIFEST).is_file():
            shown = repr(str(one))
            raise ReadingError(
                f"{shown} holds a corpus that was saved: open it with load_corpus({shown})"
            )
    if not found:
        raise ParameterError("path must name at least one folder or file, got an empty list")
    return found if len(found) == 1 else list(dict.fromkeys(one.resolve() for one in found))


def _each_of(path: Any) -> list[Any]:
    one_only = isinstance(path, str | Path | Mapping) or not isinstance(path, Iterable)
    return [path] if one_only else list(path)


def folder_above(paths: Sequence[Path]) -> Path:
    """Return the folder that all these lie in; of one, that one.

    >>> folder_above([Path("/data/2023"), Path("/data/2024/a.txt")]).as_posix()
    '/data'
    """
    try:
        return paths[0] if len(paths) == 1 else Path(os.path.commonpath(paths))
    except ValueError:
        shown = ", ".join(written_out(str(path)) for path in paths[:3])
        raise ParameterError(
            f"folders read together must lie on one drive, got {shown}; read each by itself, or "
            "put them into one folder"
        ) from None


def _name_in(above: Path, root: Path) -> str:
    """Return the path of a folder inside another, in characters; of a file, that of its folder."""
    inside = root if root.is_dir() else root.parent
    steps = inside.relative_to(above).parts if inside.is_relative_to(above) else ()
    return "/".join(readable_name(step) for step in steps)


def _below(root: Path, named: str, limits: Limits) -> list[Listed]:
    """List what lies below one folder, or one file."""
    if root.is_file():
        return [(root, f"{named}/{readable_name(root.name)}".lstrip("/"))]
    shown = written_out(str(root))
    if not root.is_dir():
        raise ParameterError(f"{shown!r} must be a folder or file of reports; there is none")
    found = list(_walk(root, limits))
    if all(isinstance(one, Skipped) and one.reason in _OF_PROGRAMS for one in found):
        raise ReadingError(f"the folder {shown!r} must hold report files; it is empty")
    return [
        one if isinstance(one, Skipped) else (one[0], f"{named}/{one[1]}".lstrip("/"))
        for one in found
    ]


def _by_name(file: tuple[Path, str]) -> tuple[str, bytes]:
    return file[1], os.fsencode(file[0])


def readable_name(name: str) -> str:
    r"""Return a file's name in characters, where its bytes are in another encoding or in none.

    >>> readable_name(os.fsdecode("云溪县工作总结.txt".encode("gb18030")))
    '云溪县工作总结.txt'
    """
    if written_out(name) == name:
        return name
    raw = os.fsencode(name)
    try:
        return written_out(decode(raw)[0])
    except ReadingError:
        return raw.decode("utf-8", "backslashreplace")


def different(names: Sequence[str]) -> list[str]:
    """Return names with a number before the ending of those that stood before.

    >>> different(["a.txt", "b.txt", "a.txt"])
    ['a.txt', 'b.txt', 'a (2).txt']
    """
    taken = set(names)
    seen: set[str] = set()
    out = []
    for name in names:
        new, number, path = name, 1, PurePosixPath(name)
        while new in seen or (number > 1 and new in taken):
            number += 1
            new = str(path.with_name(f"{path.stem} ({number}){path.suffix}"))
        seen.add(new)
        out.append(new)
    return out


_HIDDEN = "a hidden folder, or one that a program made for itself: it is not read"
_OURS = "a folder that policytext wrote: results are not read as reports"
_OF_PROGRAMS = (_HIDDEN, _OURS)


def _walk(root: Path, limits: Limits) -> Iterator[Listed]:
    """Yield what lies below a folder; no link is followed, and no folder is deeper than allowed."""
    real = root.resolve()
    stack: list[tuple[Path, str, int]] = [(root, "", 0)]
    while stack:
        folder, name, depth = stack.pop()
        try:
            with os.scandir(folder) as entries:
                inside = list(entries)
        except OSError as error:
            yield Skipped(name, "", f"the folder cannot be opened: {error.strerror or error}")
            continue
        if depth and any(one.name == MANIFEST for one in inside) and _is_ours(folder / MANIFEST):
            yield Skipped(name, "", _OURS)
            continue
        for entry in inside:
            inner = f"{name}/{readable_name(entry.name)}" if name else readable_name(entry.name)
            kind, reason = _kind(entry, real)
            if kind == "folder" and depth == limits.folders:
                kind, reason = "", f"the folder lies more than {limits.folders} folders deep"
            if kind == "folder":
                stack.append((folder / entry.name, inner, depth + 1))
            elif kind == "file":
                yield folder / entry.name, inner
            elif reason:
                yield Skipped(inner, "", reason)


def _kind(entry: os.DirEntry[str], root: Path) -> tuple[str, str]:
    """Return ``file`` or ``folder``, or an empty text and why the entry is neither."""
    try:
        if entry.is_symlink():
            return "", _of_link(entry, root)
        if entry.is_dir(follow_symlinks=False):
            hidden = entry.name.startswith(".") or entry.name in _TOOLS
            return ("", _HIDDEN) if hidden else ("folder", "")
        if entry.name.startswith((".", "~$")):
            return "", ""
        if entry.is_file(follow_symlinks=False):
            return "file", ""
    except OSError as error:
        return "", f"it cannot be looked at: {error.strerror or error}"
    return "", "a pipe, a socket or a device: it is no file"


def _of_link(entry: os.DirEntry[str], root: Path) -> str:
    try:
        target = Path(os.path.realpath(entry.path, strict=True))
    except OSError:
        return "a link to itself or to a file that is not there"
    if target == root or root.is_relative_to(target):
        return "a link to a folder that it lies in: it is not followed"
    if target.is_relative_to(root):
        return "a link to something in this folder, which is read under its own name"
    return "a link out of the folder: put the file or folder itself here if it is to be read"


def _is_ours(manifest: Path) -> bool:
    try:
        if manifest.stat().st_size > _LARGEST_MANIFEST:
            return False
        found = json.loads(manifest.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return False
    return isinstance(found, dict) and {"schema_version", "files"} <= set(found)


# Which files does a .zip archive hold, under which names, and are they safe to unpack?

_UTF8_NAME = 0x800


def read_zip(data: bytes, limits: Limits) -> Iterator[tuple[str, bytes | str]]:
    """Yield each member's name and its bytes, or the reason why it cannot be read.

    Nothing is written to disk. Names without the UTF-8 mark are in UTF-8 where they decode so,
    else in GB18030 or Big5, as Chinese Windows writes them.
    """
    with _opened(data) as archive:
        members = [m for m in archive.infolist() if not _is_folder(m)]
        if len(members) > limits.members:
            raise ReadingError(
                f"an archive must hold at most {limits.members:,} files, got {len(members):,}"
            )
        ahead = min((m.header_offset for m in archive.infolist()), default=0)
        if ahead:
            yield _AHEAD, f"{ahead:,} bytes before the archive's first file belong to none of them"
        left = limits.archive_bytes(len(data))
        for member in sorted(members, key=member_name):
            found = _member(archive, member, limits, left)
            left -= len(found) if isinstance(found, bytes) else 0
            yield member_name(member), found


_AHEAD = "(in front)"
"""Name of what stands in an archive before its first file, such as another archive."""

_ENTRY = b"PK\x01\x02"


def _opened(data: bytes) -> zipfile.ZipFile:
    """Open an archive; a member that asks for a newer program must not close it to all others."""
    try:
        try:
            return zipfile.ZipFile(io.BytesIO(data))
        except NotImplementedError:
            entries = data.split(_ENTRY)
            readable = [entry[:2] + bytes([20, 0]) + entry[4:] for entry in entries[1:]]
            return zipfile.ZipFile(io.BytesIO(_ENTRY.join([entries[0], *readable])))
    except Exception as error:  # whatever a broken archive makes zipfile say
        raise ReadingError(
            f"the file must be a .zip archive, but it is {what_it_is(data)} ({error})"
        ) from error


def _is_folder(member: zipfile.ZipInfo) -> bool:
    return member.filename.endswith("/") and not member.file_size


def member_name(member: zipfile.ZipInfo) -> str:
    """Return a member's name as it was meant, with forward slashes.

    >>> info = zipfile.ZipInfo("报告.txt".encode("gb18030").decode("cp437"))
    >>> member_name(info)
    '报告.txt'
    """
    name = member.filename
    if not member.flag_bits & _UTF8_NAME:
        try:
            name = decode_name(name.encode("cp437"))
        except (UnicodeError, ReadingError):
            name = member.filename
    return name.replace("\\", "/") or "(no name)"


def _member(
    archive: zipfile.ZipFile, member: zipfile.ZipInfo, limits: Limits, left: int
) -> bytes | str:
    if member.flag_bits & 1:
        return "the member is locked with a password: unpack the archive yourself"
    try:
        limits.check_expansion(member.compress_size, member.file_size, "the member")
        if member.file_size > left:
            return (
                "the archive unpacks to far more than it holds, and what lies behind this place is "
                "not read; unpack it yourself if you trust it"
            )
        with archive.open(member) as handle:
            data = handle.read(member.file_size + 1)
    except Exception as error:  # one damaged member ends no other, whatever it makes zipfile say
        return f"the member cannot be unpacked: {error}"
    if len(data) > member.file_size:
        return "the member is larger than the archive says"
    return data

"""How are tables written to a folder and read back, whole or not at all?"""

from __future__ import annotations

import errno
import gc
import hashlib
import json
import os
import platform
import secrets
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from policytext.errors import DamagedFileError, ReadingError
from policytext.records import SCHEMA_VERSION

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import ArrayLike, NDArray

MANIFEST = "manifest.json"
DEEPEST_FOLDER = 100


def sha256_file(path: Path) -> str:
    """Return the SHA-256 of a file's bytes as 64 hex digits."""
    digest = hashlib.sha256()
    with path.open("rb") as handle:
        while block := handle.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def stands(path: Path) -> bool:
    """Return whether something is at a path; nothing is where the system cannot hold its name.

    >>> stands(Path("a" * 5000)), stands(Path())
    (False, True)
    """
    try:
        return path.exists()
    except (OSError, ValueError):
        return False


def file_digests(place: Path) -> dict[str, str]:
    """Return the SHA-256 of a file, as "", or of every file in a folder by its relative path."""
    if place.is_file():
        return {"": sha256_file(place)}
    found = {}
    for folder, inner, names in os.walk(place):
        if len(Path(folder).relative_to(place).parts) >= DEEPEST_FOLDER:
            inner.clear()
        for file in (Path(folder, name) for name in sorted(names)):
            if file.is_file():
                found[file.relative_to(place).as_posix()] = sha256_file(file)
    return dict(sorted(found.items()))


@contextmanager
def in_one_piece(path: Path) -> Iterator[Path]:
    """Give a name beside a file to write to; the file gets its own name when all is written."""
    if path.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".part-{path.name}")
    try:
        yield part
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def write_folder(
    folder: str | Path, write: Callable[[Path], None], info: Mapping[str, Any]
) -> Path:
    """Fill a folder under a temporary name, write its manifest last, then move it into place."""
    target = Path(folder).expanduser()
    recover(target)
    if target.exists() and not (target / MANIFEST).is_file() and _holds_anything(target):
        raise ReadingError(
            f"the folder {str(target)!r} must be empty or hold an earlier save, but it holds "
            f"other files; choose another folder"
        )

    def with_manifest(work: Path) -> None:
        write(work)
        write_manifest(work, info, sorted(p for p in work.rglob("*") if p.is_file()))

    return replace_folder(target, with_manifest)


def write_manifest(folder: Path, info: Mapping[str, Any], files: Iterable[Path]) -> None:
    """Write what a folder holds: facts, and the checksums of those files that make it up."""
    manifest = {
        "schema_version": SCHEMA_VERSION,
        **info,
        "files": {p.relative_to(folder).as_posix(): sha256_file(p) for p in files},
    }
    # Read back once, so that what is checked is what JSON holds of it.
    manifest = json.loads(json.dumps(manifest, ensure_ascii=False, default=str))
    manifest[CHECKSUM] = _checksum(manifest)
    text = json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True)
    with in_one_piece(folder / MANIFEST) as part:
        part.write_text(text + "\n", encoding="utf-8")


def _holds_anything(target: Path) -> bool:
    return target.is_dir() and any(target.iterdir())


def _checksum(manifest: Mapping[str, Any]) -> str:
    """Return the SHA-256 of all that a manifest says beside its own checksum."""
    said = {key: value for key, value in manifest.items() if key != CHECKSUM}
    text = json.dumps(said, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


# How does a folder take the place of another, so that a kill at any moment leaves one of the two?
# The new one is filled in a temporary folder beside; the old one is moved aside, the new one in.
# Both temporary folders are named after the process that made them, so that a later call knows
# what a dead process left behind: an old folder that nothing replaced is moved back.

CHECKSUM = "manifest_sha256"
_NEW, _OLD = ".policytext-new-", ".policytext-old-"
_TOKEN = secrets.token_hex(4)
"""Tells this process from a former one that had its number."""

_HOST = hashlib.sha256(platform.node().encode()).hexdigest()[:8]
"""Tells this machine from others that write to the same disk: their processes cannot be seen."""

_LEFT_AFTER = 24 * 3600.0
"""Seconds after which a temporary folder counts as left whatever has become of its process."""

_BETWEEN = 10.0
"""Seconds after which an old folder that was set aside is moved back: the moves take none."""

_WAIT, _TRIES = 0.05, 40


def replace_folder(target: Path, write: Callable[[Path], None]) -> Path:
    """Fill a new folder beside and let it take the place of the old one, whole or not at all."""
    if target.exists() and not target.is_dir():
        raise ReadingError(f"{str(target)!r} must be a folder, and it is a file")
    target.parent.mkdir(parents=True, exist_ok=True)
    _remove_left(target.parent)
    owner = f"{os.getpid()}-{_HOST}-{_TOKEN}-"
    work = Path(tempfile.mkdtemp(prefix=_NEW + owner, dir=target.parent))
    try:
        write(work)
        work.chmod(0o755)
        _put_in_place(work, target, owner)
    finally:
        if work.exists():
            shutil.rmtree(work, ignore_errors=True)
    return target


def _put_in_place(work: Path, target: Path, owner: str) -> None:
    if not target.exists():
        work.replace(target)
        return
    aside = Path(tempfile.mkdtemp(prefix=_OLD + owner, dir=target.parent))
    old = aside / target.name
    try:
        target.replace(old)
        work.replace(target)
    except BaseException:
        if old.exists() and not target.exists():
            old.replace(target)
        raise
    finally:
        if target.exists():
            shutil.rmtree(aside, ignore_errors=True)


def recover(target: Path) -> None:
    """Move a folder back that was set aside by a process which died before it had replaced it."""
    for _ in range(_TRIES):
        if stands(target):
            return
        aside = [p for p in _temporary(target.parent, _OLD) if (p / target.name).exists()]
        if not aside:
            return
        left = [p for p in aside if _is_left(p, _BETWEEN)]
        if left:
            (left[-1] / target.name).replace(target)
            return
        time.sleep(_WAIT)  # a living process is between its two moves


def _temporary(parent: Path, *prefixes: str) -> list[Path]:
    """Return our temporary folders in a folder, the oldest first."""
    try:
        found = [p for p in parent.iterdir() if p.name.startswith(prefixes) and p.is_dir()]
        return sorted(found, key=lambda p: p.stat().st_mtime)
    except OSError:  # nothing to be seen there, or another process tidies up at the same time
        return []


def _remove_left(parent: Path) -> None:
    """Remove what dead processes left, but never an old folder that nothing has replaced."""
    for folder in filter(_is_left, _temporary(parent, _NEW, _OLD)):
        held = [] if folder.name.startswith(_NEW) else list(folder.iterdir())
        if all((parent / one.name).exists() for one in held):
            shutil.rmtree(folder, ignore_errors=True)


def _is_left(folder: Path, after: float = _LEFT_AFTER) -> bool:
    """Return whether a temporary folder is the user's own, and its process is gone or too slow."""
    named = folder.name.removeprefix(_NEW).removeprefix(_OLD)
    number, host, token, *_ = [*named.split("-"), "", ""]
    try:
        facts = folder.stat()
    except OSError:
        return False
    if hasattr(os, "getuid") and facts.st_uid != os.getuid():
        return False
    if time.time() - facts.st_mtime > after:
        return True
    if not number.isdecimal() or host != _HOST or os.name == "nt":  # asking would end it there
        return False
    if int(number) == os.getpid():
        return token != _TOKEN
    return not _lives(int(number))


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True
    return True


# How is a saved folder read?


def read_manifest(folder: str | Path, *, verify: bool = True) -> dict[str, Any]:
    """Return the manifest of a saved folder after checking every file against its checksum."""
    path = Path(folder).expanduser()
    recover(path)
    if not (path / MANIFEST).is_file():
        raise ReadingError(
            f"{str(path)!r} must be a folder saved by policytext, but it has no {MANIFEST}"
        )
    try:
        manifest: dict[str, Any] = json.loads((path / MANIFEST).read_text(encoding="utf-8"))
        files, version = dict(manifest["files"]), int(manifest["schema_version"])
    except (OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise DamagedFileError(f"{str(path / MANIFEST)!r} cannot be read: {error}") from error
    if version > SCHEMA_VERSION:
        raise DamagedFileError(
            f"{str(path)!r} was saved with schema version {version}; this policytext reads up to "
            f"{SCHEMA_VERSION}: update policytext"
        )
    if verify and manifest.get(CHECKSUM, _checksum(manifest)) != _checksum(manifest):
        raise DamagedFileError(
            f"the {MANIFEST} of {str(path)!r} was changed after it was saved; restore or remake it"
        )
    for name, checksum in files.items() if verify else ():
        file = path / name
        if not file.is_file() or sha256_file(file) != checksum:
            state = "was changed after it was saved" if file.is_file() else "is missing"
            raise DamagedFileError(
                f"the file {name!r} of {str(path)!r} {state}; restore or remake it"
            )
    return manifest


def write_table(table: pd.DataFrame, path: Path) -> None:
    """Write one table as Parquet (zstd), its index left out."""
    table.reset_index(drop=True).to_parquet(path, index=False, compression="zstd")


def read_parquet(path: Path) -> pd.DataFrame:
    """Read one Parquet table."""
    import pandas as pd

    try:
        return pd.read_parquet(path)
    except (OSError, ValueError) as error:
        raise DamagedFileError(f"the table {path.name!r} cannot be read: {error}") from error


# How is a table held that is larger than memory?

_MAPPED = ".policytext-mapped-"


def mapped_table(files: Sequence[Path], beside: Path) -> pd.DataFrame:
    """Read Parquet tables of the same columns as one whose texts stay on the disk.

    They are unpacked, one after the other, into a file that is mapped into memory: the system
    loads what is looked at and drops it again. Only numbers are in memory. The file has no name
    once it is mapped, and is gone when nothing uses it.
    """
    import pyarrow as pa
    from pyarrow import ipc, parquet

    place = _place_for_mapped(beside)
    try:
        writer = None
        with pa.OSFile(str(place), "wb") as sink:
            for file in files:
                try:
                    table = _long_texts(parquet.read_table(file))
                except (OSError, ValueError) as error:
                    raise DamagedFileError(
                        f"the table {file.name!r} cannot be read: {error}"
                    ) from error
                writer = writer or ipc.new_file(sink, table.schema)
                writer.write_table(table)
            if writer is not None:
                writer.close()
        found = ipc.open_file(pa.memory_map(str(place))).read_all()
        return found.to_pandas(split_blocks=True)
    finally:
        _unname(place)


class GrowingTable:
    """A table that grows part by part; the texts of a long one lie in a file, as in `mapped_table`.

    >>> import pandas as pd
    >>> table = GrowingTable()
    >>> table.add(pd.DataFrame({"text": ["甲"]})), table.add(pd.DataFrame({"text": ["乙"]}))
    (None, None)
    >>> table.whole()["text"].tolist()
    ['甲', '乙']
    """

    def __init__(self) -> None:
        self._parts: list[pd.DataFrame] = []
        self._bytes = 0
        self._place: Path | None = None
        self._sink: Any = None
        self._writer: Any = None

    def add(self, table: pd.DataFrame) -> None:
        """Put rows behind those that are there."""
        self._parts.append(table)
        self._bytes += int(table.memory_usage().sum())
        if self._bytes > IN_MEMORY:
            self._to_file()

    def _to_file(self) -> None:
        import pyarrow as pa
        from pyarrow import ipc

        for part in self._parts:
            whole = pa.Table.from_pandas(part, preserve_index=False)
            piece = _long_texts(whole).replace_schema_metadata(whole.schema.metadata)
            if self._place is None:
                self._place = _place_for_mapped(Path(tempfile.gettempdir()))
                self._sink = pa.OSFile(str(self._place), "wb")
                self._writer = ipc.new_file(self._sink, piece.schema)
            self._writer.write_table(piece)
        self._parts = []

    def whole(self) -> pd.DataFrame:
        """Return the table; nothing can be added any more."""
        import pandas as pd
        import pyarrow as pa
        from pyarrow import ipc

        if self._place is None:
            return pd.concat(self._parts, ignore_index=True)
        self._to_file()
        self._writer.close()
        self._sink.close()
        found = ipc.open_file(pa.memory_map(str(self._place))).read_all()
        _unname(self._place)
        return found.to_pandas(split_blocks=True)


def _long_texts(table: Any) -> Any:
    """Return an Arrow table in one piece whose texts may be as long as memory."""
    import pyarrow as pa

    fields = [
        pa.field(f.name, pa.large_string() if pa.types.is_string(f.type) else f.type)
        for f in table.schema
    ]
    return table.cast(pa.schema(fields)).combine_chunks()


def _place_for_mapped(beside: Path) -> Path:
    """Return a new file in a folder, or in that for temporary files if nobody may write there."""
    for folder in (beside, Path(tempfile.gettempdir())):
        try:
            handle, name = tempfile.mkstemp(prefix=_MAPPED, dir=folder)
        except OSError:
            continue
        os.close(handle)
        return Path(name)
    raise ReadingError(
        f"a corpus on disk needs a place to unpack its texts, and neither {str(beside)!r} nor "
        f"{tempfile.gettempdir()!r} can be written to"
    )


def _unname(place: Path) -> None:
    """Remove a file; where the system cannot while it is mapped, when the program ends."""
    import atexit

    try:
        place.unlink(missing_ok=True)
    except PermissionError:
        atexit.register(lambda: place.unlink(missing_ok=True))


IN_MEMORY = 1 << 24
"""Bytes of a growing array that are kept in memory; what is longer goes to a file."""


def give_back() -> None:
    """Give memory that is free back to the system; allocators keep it for the next table."""
    from ctypes import CDLL

    import pyarrow as pa

    pa.default_memory_pool().release_unused()
    trim = getattr(CDLL(None), "malloc_trim", None) if sys.platform == "linux" else None
    if trim is not None:
        trim(0)


@contextmanager
def no_circles() -> Iterator[None]:
    """Do not look for circles of objects meanwhile: rows of a table make none.

    Looking among many thousand rows costs a twentieth of the time in which they are read.
    """
    looked = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if looked:
            gc.enable()


class GrowingArray:
    """An array that grows piece by piece; a long one lies in a file that is mapped into memory.

    The file has no name once it is mapped, and is gone when nothing uses it.

    >>> array = GrowingArray("int32")
    >>> array.add([1, 2]), array.add([3]), array.whole().tolist()
    (None, None, [1, 2, 3])
    """

    def __init__(self, dtype: str) -> None:
        self._dtype = np.dtype(dtype)
        self._pieces: list[NDArray[Any]] = []
        self._bytes = 0
        self._place: Path | None = None

    def add(self, values: ArrayLike) -> None:
        """Put values behind those that are there."""
        piece = np.ascontiguousarray(values, dtype=self._dtype).reshape(-1)
        self._pieces.append(piece)
        self._bytes += piece.nbytes
        if self._bytes > IN_MEMORY:
            self._to_file()

    def _to_file(self) -> None:
        self._place = self._place or _place_for_mapped(Path(tempfile.gettempdir()))
        with self._place.open("ab") as file:
            for piece in self._pieces:
                file.write(piece.data)
        self._pieces = []

    def whole(self) -> NDArray[Any]:
        """Return the array; nothing can be added any more."""
        if self._place is None:
            return np.concatenate([np.zeros(0, self._dtype), *self._pieces])
        self._to_file()
        found = np.memmap(self._place, self._dtype, mode="r+").view(np.ndarray)
        _unname(self._place)
        return found

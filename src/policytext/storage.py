"""How are tables written to a folder and read back, whole or not at all?"""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from policytext.errors import DamagedFileError, ReadingError
from policytext.records import SCHEMA_VERSION

if TYPE_CHECKING:
    import pandas as pd

MANIFEST = "manifest.json"


def sha256_file(path: Path) -> str:
    """Return the SHA-256 of a file's bytes as 64 hex digits."""
    digest = hashlib.sha256()
    with path.open("rb") as handle:
        while block := handle.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def write_folder(
    folder: str | Path, write: Callable[[Path], None], info: Mapping[str, Any]
) -> Path:
    """Fill a folder under a temporary name, write its manifest last, then move it into place."""
    target = Path(folder).expanduser()
    if target.exists() and not (target / MANIFEST).is_file() and any(target.iterdir()):
        raise ReadingError(
            f"the folder {str(target)!r} must be empty or hold an earlier save, but it holds "
            f"other files; choose another folder"
        )
    target.parent.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
    try:
        write(work)
        files = sorted(p for p in work.rglob("*") if p.is_file())
        manifest = {
            "schema_version": SCHEMA_VERSION,
            **info,
            "files": {p.relative_to(work).as_posix(): sha256_file(p) for p in files},
        }
        text = json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True, default=str)
        (work / MANIFEST).write_text(text + "\n", encoding="utf-8")
        work.chmod(0o755)
        _put_in_place(work, target)
    finally:
        if work.exists():
            shutil.rmtree(work)
    return target


def _put_in_place(work: Path, target: Path) -> None:
    if not target.exists():
        work.replace(target)
        return
    old = Path(tempfile.mkdtemp(prefix=f".{target.name}-old-", dir=target.parent))
    target.replace(old / "folder")
    try:
        work.replace(target)
    except OSError:
        (old / "folder").replace(target)
        raise
    finally:
        shutil.rmtree(old)


def read_manifest(folder: str | Path, *, verify: bool = True) -> dict[str, Any]:
    """Return the manifest of a saved folder after checking every file against its checksum."""
    path = Path(folder).expanduser()
    if not (path / MANIFEST).is_file():
        raise ReadingError(
            f"{str(path)!r} must be a folder saved by policytext, but it has no {MANIFEST}"
        )
    try:
        manifest: dict[str, Any] = json.loads((path / MANIFEST).read_text(encoding="utf-8"))
        files, version = dict(manifest["files"]), int(manifest["schema_version"])
    except (ValueError, KeyError, TypeError) as error:
        raise DamagedFileError(f"{str(path / MANIFEST)!r} cannot be read: {error}") from error
    if version > SCHEMA_VERSION:
        raise DamagedFileError(
            f"{str(path)!r} was saved with schema version {version}; this policytext reads up to "
            f"{SCHEMA_VERSION}: update policytext"
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

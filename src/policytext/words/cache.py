"""Where do segmented texts wait for the next run, and how is a wrong one never read?

One file per block of texts, named by everything that decides its content, written under another
name and then moved: two runs may work in one folder, and a half-written file has no name that is
ever looked for.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

Arrays = Mapping[str, npt.NDArray[Any]]


def cache_folder(cache: str | Path | bool | None) -> Path | None:
    """Return the folder of a cache, or ``None`` for none.

    Parameters
    ----------
    cache
        A folder; ``True`` for the user's cache folder (below ``POLICYTEXT_DATA`` where that is
        set); ``None`` or ``False`` for no cache.

    Examples
    --------
    >>> cache_folder("kept").name
    'kept'
    >>> cache_folder(None) is None
    True
    """
    if cache is None or cache is False:
        return None
    if cache is not True:
        return Path(cache).expanduser()
    if chosen := os.environ.get("POLICYTEXT_DATA"):
        return Path(chosen).expanduser() / "cache"
    from platformdirs import user_cache_path

    return user_cache_path("policytext", appauthor=False)


def entry_key(texts: Sequence[str], *circumstances: str) -> str:
    """Return the name of the entry for some texts under some circumstances.

    Parameters
    ----------
    texts
        The texts, in order.
    *circumstances
        Model, term table, version: whatever else decides the result.

    Returns
    -------
    str
        64 hex digits.

    Examples
    --------
    >>> entry_key(["医院"], "a") == entry_key(["医", "院"], "a")
    False
    """
    lengths = np.array([len(text) for text in texts], dtype=np.int64)
    digest = hashlib.sha256(lengths.tobytes())
    for part in ("\x1f".join(circumstances), "".join(texts)):
        encoded = part.encode("utf-8", "surrogatepass")
        digest.update(len(encoded).to_bytes(8, "little"))
        digest.update(encoded)
    return digest.hexdigest()


def read_entry(folder: Path, key: str) -> dict[str, npt.NDArray[Any]] | None:
    """Return the arrays kept under a key; ``None`` if there are none, or the file is damaged."""
    try:
        # Every array in the file carries a checksum, which is compared when it is read.
        with np.load(_path(folder, key), allow_pickle=False) as stored:
            return {name: stored[name] for name in stored.files}
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return None


def has_entry(folder: Path, key: str) -> bool:
    """Tell whether something is kept under a key; it may still turn out to be damaged."""
    return _path(folder, key).is_file()


def write_entry(folder: Path, key: str, arrays: Arrays) -> Path:
    """Keep arrays under a key; the entry appears whole or not at all."""
    path = _path(folder, key)
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=".writing-", suffix=".tmp", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            np.savez(file, allow_pickle=False, **arrays)
        # On Windows a reader may hold the old file open: the same content is there already.
        with contextlib.suppress(PermissionError):
            Path(name).replace(path)
    finally:
        Path(name).unlink(missing_ok=True)
    return path


def _path(folder: Path, key: str) -> Path:
    return folder / "segmented" / key[:2] / f"{key}.npz"

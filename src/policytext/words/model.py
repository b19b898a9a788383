"""Where does the segmentation model live on this machine, which one is it, and is it whole?"""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from policytext.errors import DamagedFileError, ModelNotFoundError
from policytext.storage import MANIFEST, read_manifest

FORMAT: Final = 1
COMPACT: Final = "pkuseg-0.0.25-compact"
FULL: Final = "pkuseg-0.0.25-full"
DEFAULT_THRESHOLD: Final = 0.1
_HOW = "run `policytext models install` once"


def data_folder(folder: str | Path | None = None) -> Path:
    """Return the folder of installed models.

    Parameters
    ----------
    folder
        Used if given; otherwise the environment variable ``POLICYTEXT_DATA``, otherwise the
        user's data folder of the operating system.

    Examples
    --------
    >>> data_folder("models").name
    'models'
    """
    if folder is not None:
        return Path(folder).expanduser()
    if chosen := os.environ.get("POLICYTEXT_DATA"):
        return Path(chosen).expanduser()
    from platformdirs import user_data_path

    return user_data_path("policytext", appauthor=False)


@dataclass(frozen=True, eq=False, repr=False)
class SegmenterModel:
    """An installed model: its arrays, mapped from disk, and what it is.

    Parameters
    ----------
    arrays
        As made by `policytext.words.weights.model_arrays` and ``dictionary_arrays``.
    threshold
        Features whose weights differ less than this between the tags were dropped.
    n_features
        How many were kept.
    source_sha256
        Checksum of the wheel the model came from.
    """

    arrays: dict[str, npt.NDArray[Any]]
    threshold: float
    n_features: int
    source_sha256: str

    @property
    def identity(self) -> str:
        """What decides every token: source, threshold and format of the model, in one line."""
        return (
            f"pkuseg-0.0.25 sha256:{self.source_sha256[:16]} threshold:{self.threshold:g} "
            f"format:{FORMAT}"
        )

    def __repr__(self) -> str:
        return f"SegmenterModel({self.identity}, {self.n_features:,} features)"


def load_model(folder: str | Path | None = None) -> SegmenterModel:
    """Open the compact model.

    Parameters
    ----------
    folder
        A model's own folder, or ``None`` for the one that is installed.

    Returns
    -------
    SegmenterModel
        The same object when called again for the same files.

    Raises
    ------
    ModelNotFoundError
        There is no model; the message names the command that installs it.
    DamagedFileError
        A file of the model is missing, changed or cut short.
    """
    path = data_folder() / COMPACT if folder is None else Path(folder).expanduser()
    manifest = path / MANIFEST
    if not manifest.is_file():
        raise ModelNotFoundError(f"no segmentation model in {str(path)!r}; {_HOW}")
    return _open_model(path.resolve(), manifest.stat().st_mtime_ns)


def full_model_folder(folder: str | Path | None = None) -> Path:
    """Return the folder of the full model, in the form spacy-pkuseg loads.

    Raises
    ------
    ModelNotFoundError
        The full model is not installed.
    """
    path = data_folder(folder) / FULL
    if not (path / MANIFEST).is_file():
        raise ModelNotFoundError(f"no full pkuseg model in {str(path)!r}; {_HOW}")
    return path


@lru_cache(maxsize=4)
def _open_model(path: Path, _written: int) -> SegmenterModel:
    try:
        info = read_manifest(path)
        if info.get("format") != FORMAT:
            raise DamagedFileError(f"format {info.get('format')!r} where {FORMAT} is read")
        names = sorted(name for name in info["files"] if name.endswith(".npy"))
        arrays = {name[:-4]: _mapped(path / name) for name in names}
        return SegmenterModel(
            arrays, float(info["threshold"]), int(info["n_features"]), str(info["source_sha256"])
        )
    except (DamagedFileError, KeyError, TypeError, ValueError, OSError) as error:
        raise DamagedFileError(
            f"the segmentation model in {str(path)!r} is damaged ({error}); {_HOW} to replace it"
        ) from error


def _mapped(path: Path) -> npt.NDArray[Any]:
    array: npt.NDArray[Any] = np.load(path, mmap_mode="r", allow_pickle=False)
    # A plain view: the memmap class costs time at every operation.
    return np.asarray(array)

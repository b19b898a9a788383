"""How does the pkuseg model come onto this machine, once, without running anything it holds?"""

from __future__ import annotations

import io
import pickle
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import numpy as np

from policytext.errors import DamagedFileError, ModelNotFoundError, ParameterError
from policytext.storage import sha256_file, write_folder
from policytext.words.model import COMPACT, DEFAULT_THRESHOLD, FORMAT, FULL, data_folder
from policytext.words.weights import Arrays, SourceModel, dictionary_arrays, model_arrays

WHEEL: Final = "pkuseg-0.0.25-cp37-cp37m-manylinux1_x86_64.whl"
WHEEL_SHA256: Final = "6fc2f97d0f66cc6722cf772e65dbcde1b01d8cc53b66ac4aa7bce639de79588f"
_MODEL: Final = "pkuseg/models/default"
_DICTIONARY: Final = "pkuseg/dicts/default.pkl"
_N_TAGS: Final = 5


def install_model(
    from_file: str | Path | None = None,
    *,
    threshold: float = DEFAULT_THRESHOLD,
    folder: str | Path | None = None,
) -> Path:
    """Bring the pkuseg model, verify it, and store it in two forms.

    The weights come from corpora licensed for research; they are fetched and converted on this
    machine and never shipped. They are taken out of the wheel ``pkuseg`` 0.0.25, which pip brings
    from whatever index or mirror the user configured. Nothing of the wheel is run.

    Parameters
    ----------
    from_file
        The wheel, if it is already on this machine; otherwise pip downloads it.
    threshold
        Features whose weights deviate by no more than this from their mean over the tags are left
        out of the compact model.
    folder
        Where models are kept; ``None`` for the user's data folder (see
        `policytext.words.model.data_folder`).

    Returns
    -------
    Path
        The folder of the compact model. The full model, as spacy-pkuseg loads it, stands beside it.

    Raises
    ------
    ParameterError
        ``threshold`` is negative or not a number.
    ModelNotFoundError
        The wheel is not there, or pip could not bring it.
    DamagedFileError
        The wheel is not the one whose checksum is known.

    References
    ----------
    Luo, R., Xu, J., Zhang, Y., Zhang, Z., Ren, X. and Sun, X. (2019). PKUSEG: A Toolkit for
    Multi-Domain Chinese Word Segmentation. arXiv:1906.11455. doi:10.48550/arXiv.1906.11455
    """
    if not 0 <= threshold < float("inf"):
        raise ParameterError(f"threshold must be a number of 0 or more, got {threshold!r}")
    target = data_folder(folder)
    with _wheel(from_file) as wheel:
        _check_wheel(wheel)
        with zipfile.ZipFile(wheel) as archive:
            _write_full(archive, target / FULL)
            return _write_compact(archive, threshold, target / COMPACT)


def download_wheel(folder: Path) -> Path:
    """Let pip bring the wheel into a folder.

    Raises
    ------
    ModelNotFoundError
        pip failed; its last words are in the message.
    """
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary=:all:"]
    command += ["--platform", "manylinux1_x86_64", "--python-version", "37"]
    command += ["--implementation", "cp", "--abi", "cp37m", "--disable-pip-version-check"]
    command += ["--dest", str(folder), "pkuseg==0.0.25"]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    wheel = folder / WHEEL
    if result.returncode or not wheel.is_file():
        words = (result.stderr or result.stdout).strip().splitlines()[-3:]
        raise ModelNotFoundError(
            f"pip could not bring pkuseg 0.0.25: {' '.join(words)} -- check the package index, or "
            f"fetch {WHEEL} yourself and run `policytext models install --from FILE`"
        )
    return wheel


@contextmanager
def _wheel(from_file: str | Path | None) -> Iterator[Path]:
    if from_file is None:
        with tempfile.TemporaryDirectory() as folder:
            yield download_wheel(Path(folder))
        return
    path = Path(from_file).expanduser()
    if not path.is_file():
        raise ModelNotFoundError(
            f"from_file must be the wheel {WHEEL}, but {str(path)!r} is no file"
        )
    yield path


def _check_wheel(path: Path) -> None:
    found = sha256_file(path)
    if found != WHEEL_SHA256:
        raise DamagedFileError(
            f"{path.name!r} must have the SHA-256 {WHEEL_SHA256}, got {found}: the file is damaged "
            f"or another one; nothing was installed"
        )


def _write_full(archive: zipfile.ZipFile, folder: Path) -> None:
    """Store the model as spacy-pkuseg loads it: msgpack in place of the pickle."""

    def write(work: Path) -> None:
        import srsly  # type: ignore[import-untyped]

        (work / "weights.npz").write_bytes(archive.read(f"{_MODEL}/weights.npz"))
        srsly.write_msgpack(
            work / "features.msgpack", read_pickle(archive, f"{_MODEL}/features.pkl")
        )

    write_folder(folder, write, {"source_sha256": WHEEL_SHA256, "wheel": WHEEL})


def _write_compact(archive: zipfile.ZipFile, threshold: float, folder: Path) -> Path:
    source = read_source(archive)
    arrays: Arrays = model_arrays(source, threshold)
    arrays |= dictionary_arrays(read_pickle(archive, _DICTIONARY).strip().split("\n"))
    rows = ("letters", "pairs", "words", "couples")
    kept = 1 + sum(int(np.count_nonzero(arrays[name].any(axis=1))) for name in rows)

    def write(work: Path) -> None:
        for name, array in arrays.items():
            np.save(work / f"{name}.npy", array, allow_pickle=False)

    info = {"format": FORMAT, "source_sha256": WHEEL_SHA256, "wheel": WHEEL}
    return write_folder(folder, write, info | {"threshold": threshold, "n_features": kept})


def read_source(archive: zipfile.ZipFile) -> SourceModel:
    """Read features and weights of the default model out of the wheel."""
    features = read_pickle(archive, f"{_MODEL}/features.pkl")["feature_to_idx"]
    with np.load(io.BytesIO(archive.read(f"{_MODEL}/weights.npz")), allow_pickle=False) as stored:
        weights = stored["w"]
    split = _N_TAGS * len(features)
    # pkuseg keeps these by later tag first; turned here to (tag, next tag).
    edges = weights[split:].reshape(_N_TAGS, _N_TAGS).T
    return SourceModel(features, weights[:split].reshape(-1, _N_TAGS), edges)


def read_pickle(archive: zipfile.ZipFile, name: str) -> Any:
    """Read a pickle of plain lists, dicts, strings and numbers; refuse anything else.

    Raises
    ------
    DamagedFileError
        The pickle asks for any class or function.
    """
    with archive.open(name) as handle:
        return _PlainUnpickler(handle).load()


class _PlainUnpickler(pickle.Unpickler):
    """Lists, dicts, strings and numbers have opcodes of their own: no name is ever needed."""

    def find_class(self, module: str, name: str) -> Any:
        raise DamagedFileError(
            f"the model's pickle must hold plain data only, but asks for {module}.{name}; "
            "nothing of it was run"
        )

"""Where does the segmentation model live on this machine, which one is it, and is it whole?"""

from __future__ import annotations

import io
import os
import pickle
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from policytext.errors import DamagedFileError, ModelNotFoundError, ParameterError
from policytext.segmentation.trie import Trie, build_table, build_trie
from policytext.storage import MANIFEST, read_manifest, sha256_file, write_folder

FORMAT: Final = 1
COMPACT: Final = "pkuseg-0.0.25-compact"
FULL: Final = "pkuseg-0.0.25-full"
DEFAULT_THRESHOLD: Final = 0.1
_HOW = "run `policytext models install` once"


def data_folder(folder: str | Path | None = None) -> Path:
    """Return the folder of installed models.

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
        As made by `model_arrays` and `dictionary_arrays` of this module.
    threshold
        Features whose weights differ less than this between the tags were dropped.
    n_features
        How many were kept.
    source_sha256
        Checksum of the wheel the model came from.

    Examples
    --------
    >>> SegmenterModel({}, 0.1, 0, "6fc2f97d").identity
    'pkuseg-0.0.25 sha256:6fc2f97d threshold:0.1 format:1'
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
    """Open the compact model; its arrays stay on disk until they are used.

    Parameters
    ----------
    folder
        The folder of the model; ``None`` for the installed one.

    Returns
    -------
    SegmenterModel

    Raises
    ------
    ModelNotFoundError
        There is no model.
    DamagedFileError
        A file of it is missing, cut short or changed.

    Examples
    --------
    >>> load_model().threshold  # doctest: +SKIP
    0.1
    """
    path = data_folder() / COMPACT if folder is None else Path(folder).expanduser()
    manifest = path / MANIFEST
    if not manifest.is_file():
        raise ModelNotFoundError(f"no segmentation model in {str(path)!r}; {_HOW}")
    return _open_model(path.resolve(), manifest.stat().st_mtime_ns)


def full_model_folder(folder: str | Path | None = None) -> Path:
    """Return the folder of the full model, in the form spacy-pkuseg loads.

    Parameters
    ----------
    folder
        Where models are kept; ``None`` for the user's data folder.

    Returns
    -------
    Path

    Raises
    ------
    ModelNotFoundError
        There is no full model.

    Examples
    --------
    >>> import spacy_pkuseg  # doctest: +SKIP
    >>> spacy_pkuseg.pkuseg(str(full_model_folder())).cut("医养结合")  # doctest: +SKIP
    ['医养', '结合']
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


# How do the features of a pkuseg model become arrays that a whole text is scored with?

Ints = npt.NDArray[np.int32]
Arrays = dict[str, npt.NDArray[Any]]
Groups = Mapping[str, Mapping[str, int]]

BREAK, UNKNOWN, NUMBER, LETTER = 0, 1, 2, 3
SCALE = 10_000
COUPLE_BITS = 18
LETTER_FEATURES: tuple[str, ...] = ("c", "c-1", "c1", "c-2", "c2")
PAIR_FEATURES: tuple[str, ...] = ("c-1c", "cc1", "c-2c-1")
WORD_FEATURES: tuple[str, ...] = ("w-1", "w1")
COUPLE_FEATURES: tuple[str, ...] = ("ww.l", "ww.r")

_CLASSES = {"**Num": NUMBER, "**Letter": LETTER}
# The lists are the model's own, gaps included (there is no ｊ): its weights were fitted with them.
_NUMBERS = "0123456789.几二三四五六七八九十千万亿兆零１２３４５６７８９０％"
_LETTERS = (
    "ＡＢＣＤＥＦＧＨＩＪＫＬＭＮＯＰＱＲＳＴＵＶＷＸＹＺ"
    "ａｂｃｄｅｆｇｈｉｇｋｌｍｎｏｐｑｒｓｔｕｖｗｘｙｚ／・－"
)
_JOINERS = "-._,|/*:"
_JOINED = "&"


class SourceModel(NamedTuple):
    """A pkuseg model: feature names, and weights by feature and tag, and by tag and next tag."""

    features: Mapping[str, int]
    weights: npt.NDArray[np.float64]
    edges: npt.NDArray[np.float64]


def model_arrays(source: SourceModel, threshold: float) -> Arrays:
    """Turn a model into arrays, without the features that hardly matter.

    A feature matters by how far its weights differ between the tags: adding the same to all tags
    changes nothing. Those whose largest deviation from their own mean is at most ``threshold`` are
    dropped.
    """
    groups = _by_kind(source, threshold)
    names = {kinds: sorted({n for kind in kinds for n in groups[kind]}) for kinds in _KINDS}
    couples = [tuple(name.split("*")) for name in names[COUPLE_FEATURES]]
    words = sorted({*names[WORD_FEATURES], *(word for couple in couples for word in couple)})
    codes = _letter_numbers(names, words)
    trie = build_trie(words, codes, [_pair_codes(name, codes) for name in names[PAIR_FEATURES]])
    whole = np.rint(source.weights * SCALE).astype(np.int32)

    def rows(kinds: tuple[str, ...], at: Iterable[int], size: int) -> Ints:
        return _rows([groups[kind] for kind in kinds], names[kinds], list(at), size, whole)

    letter_at = [codes[name] for name in names[LETTER_FEATURES]]
    number = {word: at for at, word in enumerate(words, start=1)}
    word_at = [number[word] for word in names[WORD_FEATURES]]
    n_pairs = int(np.count_nonzero(trie.pairs >= 0))
    return {
        "constant": whole[source.features["$$"]],
        "edges": np.rint(source.edges * SCALE).astype(np.int32),
        "letters": rows(LETTER_FEATURES, letter_at, max(codes.values()) + 1),
        "pairs": rows(PAIR_FEATURES, _from_one(names[PAIR_FEATURES]), n_pairs + 1),
        "words": rows(WORD_FEATURES, word_at, len(words) + 1),
        "couples": rows(COUPLE_FEATURES, _from_one(couples), len(couples) + 1),
        "letter_codes": letter_codes(codes),
        **_couple_arrays([(number[a], number[b]) for a, b in couples], len(words)),
        **trie_arrays("trie", trie),
    }


def dictionary_arrays(words: Iterable[str]) -> Arrays:
    """Turn the word list of pkuseg's post-processing into arrays.

    Words with white space are left out: no run of tokens is ever joined to one.
    """
    kept = sorted(word for word in set(words) if len(word) > 1 and len(word.split()) == 1)
    letters = sorted({letter for word in kept for letter in word})
    codes = {letter: at for at, letter in enumerate(letters, start=1)}
    table = np.zeros(sys.maxunicode + 1, dtype=np.uint16)
    table[[ord(letter) for letter in letters]] = np.arange(1, len(letters) + 1)
    return {"dictionary_codes": table, **trie_arrays("dictionary", build_trie(kept, codes))}


def trie_arrays(name: str, trie: Trie) -> Arrays:
    """Name the arrays of a trie for storing."""
    return {f"{name}_{field}": array for field, array in trie._asdict().items()}


def letter_codes(codes: Mapping[str, int]) -> npt.NDArray[np.uint16]:
    """Return the code of every code point, after pkuseg's own normalisation.

    White space is 0 (a break), what the model does not know 1, digits and most Chinese numerals 2,
    full-width Latin letters 3; some ASCII marks are all read as ``&``.
    """
    table = np.full(sys.maxunicode + 1, UNKNOWN, dtype=np.uint16)
    for letter, code in codes.items():
        if letter not in _CLASSES:
            table[ord(letter)] = code
    table[[ord(letter) for letter in _LETTERS]] = LETTER
    table[[ord(letter) for letter in _NUMBERS]] = NUMBER
    table[[ord(letter) for letter in _JOINERS]] = codes.get(_JOINED, UNKNOWN)
    table[[at for at in range(sys.maxunicode + 1) if chr(at).isspace()]] = BREAK
    return table


_KINDS = (LETTER_FEATURES, PAIR_FEATURES, WORD_FEATURES, COUPLE_FEATURES)


def _by_kind(source: SourceModel, threshold: float) -> Groups:
    """Sort the features that matter by kind; what stands after the kind is the key."""
    deviation = np.abs(source.weights - source.weights.mean(axis=1, keepdims=True)).max(axis=1)
    kept = ((deviation > threshold) | (threshold == 0)).tolist()
    groups: dict[str, dict[str, int]] = {kind: {} for kinds in _KINDS for kind in kinds}
    for name, index in source.features.items():
        if kept[index] and name != "$$":
            kind, _, key = name.partition(".")
            if kind == "ww":
                side, _, key = key.partition(".")
                kind = f"ww.{side}"
            groups[kind][key] = index
    return groups


def _letter_numbers(names: Mapping[tuple[str, ...], list[str]], words: list[str]) -> dict[str, int]:
    letters = set(names[LETTER_FEATURES]) | {letter for word in words for letter in word}
    letters |= {half for name in names[PAIR_FEATURES] for half in _halves(name)}
    plain = sorted(letters - set(_CLASSES))
    return _CLASSES | {letter: at for at, letter in enumerate(plain, start=LETTER + 1)}


def _halves(name: str) -> tuple[str, str]:
    """Split ``a.b``; either side may be a class such as ``**Num``, neither holds a full stop."""
    left, _, right = name.partition(".")
    return left, right


def _pair_codes(name: str, codes: Mapping[str, int]) -> tuple[int, int]:
    left, right = _halves(name)
    return codes[left], codes[right]


def _from_one(names: Sequence[object]) -> range:
    return range(1, len(names) + 1)


def _rows(
    groups: list[Mapping[str, int]], names: list[str], at: list[int], size: int, whole: Ints
) -> Ints:
    table = np.zeros((size, len(groups), whole.shape[1]), dtype=np.int32)
    for column, group in enumerate(groups):
        known = [(row, group[name]) for row, name in zip(at, names, strict=True) if name in group]
        if known:
            places, features = np.array(known).T
            table[places, column] = whole[features]
    return table.reshape(-1, whole.shape[1])


def _couple_arrays(couples: list[tuple[int, int]], n_words: int) -> Arrays:
    both = np.array(couples, dtype=np.int64).reshape(-1, 2)
    leads, follows = (np.zeros(n_words + 1, dtype=np.bool_) for _ in range(2))
    leads[both[:, 0]] = True
    follows[both[:, 1]] = True
    table = build_table(
        (both[:, 0] << COUPLE_BITS) | both[:, 1], np.arange(1, len(couples) + 1, dtype=np.int64)
    )
    return {"couple_table": table, "leads": leads, "follows": follows}


# How does the pkuseg model come onto this machine, once, without running anything it holds?

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
        Where models are kept; ``None`` for the user's data folder, or the one that the variable
        ``POLICYTEXT_DATA`` names.

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

    Examples
    --------
    >>> install_model(from_file="pkuseg-0.0.25-cp37-cp37m-manylinux1_x86_64.whl")  # doctest: +SKIP
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
    """Let pip bring the wheel into a folder."""
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
    """Read a pickle of plain lists, dicts, strings and numbers; refuse anything else."""
    with archive.open(name) as handle:
        return _PlainUnpickler(handle).load()


class _PlainUnpickler(pickle.Unpickler):
    """Lists, dicts, strings and numbers have opcodes of their own: no name is ever needed."""

    def find_class(self, module: str, name: str) -> Any:
        raise DamagedFileError(
            f"the model's pickle must hold plain data only, but asks for {module}.{name}; "
            "nothing of it was run"
        )

"""How is a fitted topic model saved and loaded without running any stored code?"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

from policytext.errors import DamagedFileError, ParameterError
from policytext.storage import read_manifest, read_parquet, write_folder, write_table

_COUNTS = ("data", "indices", "indptr")

_LEFT_OUT = frozenset({"stability_", "topic_word_", "refits_"})
"""Kept in another form, computed again, or too large for what they give."""


def save_topics(model: Any, folder: str | Path) -> Path:
    """Save a fitted topic model as arrays (.npy), tables (Parquet) and JSON with checksums.

    Parameters
    ----------
    model : fitted topic model
    folder : path
        Replaced if it holds an earlier save.

    Returns
    -------
    pathlib.Path
        The folder.

    Raises
    ------
    ParameterError
        If the model is not fitted.

    Examples
    --------
    >>> import tempfile
    >>> from policytext.topics import NmfTopics
    >>> model = NmfTopics(n_topics=2).fit([[3, 1, 0, 0], [2, 2, 0, 0], [0, 0, 2, 1], [0, 0, 1, 2]])
    >>> with tempfile.TemporaryDirectory() as place:
    ...     again = load_topics(save_topics(model.rename({0: "养老"}), f"{place}/model"))
    >>> again.topic_names_
    ('养老', 'topic_01')
    """
    if not hasattr(model, "components_"):
        raise ParameterError(f"Fit the {type(model).__name__} before saving it.")
    return write_folder(folder, lambda path: _write(model, path), {"kind": "topic model"})


def _write(model: Any, folder: Path) -> None:
    facts: dict[str, Any] = {}
    for name, value in vars(model).items():
        if not name.endswith("_") or name in _LEFT_OUT:
            continue
        if isinstance(value, pd.DataFrame):
            write_table(value, folder / f"{name}.parquet")
        elif sparse.issparse(value):
            for part in _COUNTS:
                np.save(folder / f"{name}.{part}.npy", getattr(value, part), allow_pickle=False)
            facts[name] = {"shape": list(value.shape)}
        elif isinstance(value, np.ndarray) and value.dtype != object:
            np.save(folder / f"{name}.npy", value, allow_pickle=False)
        else:
            facts[name] = value.tolist() if isinstance(value, np.ndarray) else value
    text = {
        "engine": type(model).__name__,
        "parameters": model.get_params(deep=False),
        "facts": facts,
        "stability": _stability_record(model, folder),
    }
    written = json.dumps(text, ensure_ascii=False, indent=1, default=_plain)
    (folder / "model.json").write_text(written + "\n", encoding="utf-8")


def _stability_record(model: Any, folder: Path) -> dict[str, Any] | None:
    if model.stability_ is None:
        return None
    write_table(model.stability_.table, folder / "stability.parquet")
    return dict(model.stability_.parameters)


def _plain(value: Any) -> Any:
    if isinstance(value, np.generic | np.ndarray):
        return value.tolist()
    if isinstance(value, tuple | set):
        return list(value)
    raise ParameterError(f"A parameter of the model cannot be saved as JSON: {value!r}.")


def load_topics(folder: str | Path) -> Any:
    """Load a topic model that `save_topics` wrote, after checking every file's checksum.

    Parameters
    ----------
    folder : path

    Returns
    -------
    NmfTopics, LdaTopics, GibbsTopics or DmrTopics
        With the same tables, names and transform.

    Raises
    ------
    ReadingError
        If nothing was saved at this place.
    DamagedFileError
        If a file is missing, was changed, or does not fit the others.

    Examples
    --------
    >>> load_topics("no such folder")
    Traceback (most recent call last):
    policytext.errors.ReadingError: 'no such folder' must be a folder saved by policytext, ...
    """
    path = Path(folder).expanduser()
    names = list(read_manifest(path)["files"])
    try:
        record = json.loads((path / "model.json").read_text(encoding="utf-8"))
        model = _engines()[record["engine"]](**record["parameters"])
        _read_facts(model, path, names, record["facts"])
        _check_fit(model)
    except DamagedFileError:
        raise
    except (OSError, ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
        raise DamagedFileError(
            f"The topic model in {str(path)!r} cannot be read: {error}. Restore it or fit again."
        ) from error
    if record["stability"] is not None:
        from policytext.topics.stability import stability_result

        table = read_parquet(path / "stability.parquet")
        model.stability_ = stability_result(table, record["stability"])
    return model


def _engines() -> dict[str, Any]:
    from policytext.topics import DmrTopics, GibbsTopics, LdaTopics, NmfTopics

    return {engine.__name__: engine for engine in (NmfTopics, LdaTopics, GibbsTopics, DmrTopics)}


def _read_facts(model: Any, path: Path, names: list[str], facts: dict[str, Any]) -> None:
    for name, value in facts.items():
        if name == "counts_":
            parts = [_array(path / f"{name}.{part}.npy") for part in _COUNTS]
            model.counts_ = sparse.csr_array(tuple(parts), shape=tuple(value["shape"]))
        elif name in ("feature_names_", "feature_names_in_"):
            setattr(model, name, np.asarray(value, dtype=object))
        else:
            setattr(model, name, tuple(value) if isinstance(value, list) else value)
    for file in names:
        stem = Path(file).stem
        if file.endswith(".npy") and not stem.startswith("counts_"):
            setattr(model, stem, _array(path / file))
        elif file.endswith(".parquet") and stem != "stability":
            setattr(model, stem, read_parquet(path / file))


def _array(path: Path) -> npt.NDArray[Any]:
    return np.asarray(np.load(path, allow_pickle=False))


def _check_fit(model: Any) -> None:
    from policytext.topics.matrix import shares_of

    n_topics, n_words = model.components_.shape
    n_rows = model.counts_.shape[0]
    agree = (
        model.counts_.shape == (n_rows, n_words)
        and model.doc_topic_.shape == (n_rows, n_topics)
        and len(model.feature_names_) == n_words == model.n_features_in_
        and len(model.topic_names_) == n_topics
    )
    if not agree:
        raise ValueError("its tables do not have matching shapes")
    model.topic_word_ = shares_of(model.components_)
    model.stability_ = None
    model.refits_ = {}

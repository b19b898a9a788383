"""How is a theme classifier written to a file that cannot run code, and read back?"""

from __future__ import annotations

import dataclasses
import json
from functools import cache
from pathlib import Path
from typing import Any, Final

import numpy as np

from policytext.data import data_path
from policytext.errors import DamagedFileError, ModelNotFoundError, ParameterError
from policytext.themes.classifier import ThemeClassifier
from policytext.themes.codebook import Codebook, Theme
from policytext.themes.pairs import PairModel

SCHEMA: Final = 1
TRUSTED: Final[tuple[str, ...]] = ()
"""The file holds arrays, numbers and strings only: nothing beyond skops' own list is trusted."""

_ARRAYS = (
    "vocabulary_",
    "idf_",
    "context_mean_",
    "context_spread_",
    "weights_",
    "means_",
    "trust_",
)
_SHIPPED = "models/themes/health-themes.skops"


def save_theme_classifier(model: ThemeClassifier, path: str | Path) -> Path:
    """Write a fitted classifier: arrays and text, no estimator objects, so any scikit-learn reads
    it.

    Parameters
    ----------
    model
        Fitted, without an encoder of the user's.
    path
        File to write, ending in ``.skops``.

    Raises
    ------
    ParameterError
        The model uses an encoder, which cannot be saved.
    """
    from skops import io

    if model.encoder is not None:
        raise ParameterError(
            "a classifier with an encoder cannot be saved; keep the labels and fit again"
        )
    state: dict[str, Any] = {name: getattr(model, name) for name in _ARRAYS}
    state["weights_"] = state["weights_"].astype(np.float32)
    state["pairs_"] = {
        field.name: getattr(model.pairs_, field.name) for field in dataclasses.fields(PairModel)
    }
    facts = {
        "schema": SCHEMA,
        "codebook": dataclasses.asdict(model.codebook_),
        "parameters": {
            k: v
            for k, v in model.get_params().items()
            if k not in ("codebook", "encoder", "n_jobs")
        },
        "n_positives": model.n_positives_,
        "cautions": model.cautions_,
    }
    state["facts"] = json.dumps(facts, ensure_ascii=False)
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    io.dump(state, path, compression=8)  # zipfile.ZIP_DEFLATED
    return Path(path)


def read_theme_classifier(path: str | Path) -> ThemeClassifier:
    """Read a classifier written by `save_theme_classifier`.

    Raises
    ------
    ModelNotFoundError
        There is no such file.
    DamagedFileError
        The file is no such model, holds types that are not trusted, or has another schema.
    """
    from skops import io

    if not Path(path).is_file():
        raise ModelNotFoundError(f"there is no theme classifier at {str(path)!r}")
    try:
        untrusted = set(io.get_untrusted_types(file=path)) - set(TRUSTED)
        state = {} if untrusted else io.load(path, trusted=list(TRUSTED))
        facts = json.loads(state["facts"])
    except Exception as error:  # a damaged zip raises many kinds
        raise DamagedFileError(
            f"{str(path)!r} is not a theme classifier, or is damaged: {error}"
        ) from error
    if facts["schema"] != SCHEMA:
        raise DamagedFileError(
            f"{str(path)!r} has schema {facts['schema']}, this version reads {SCHEMA}; "
            "train it again"
        )
    return _restored(state, facts)


@cache
def _shipped(path: Path) -> ThemeClassifier:
    return read_theme_classifier(path)


def load_theme_classifier() -> ThemeClassifier:
    """Load the package's classifier of the 22 health themes, `general` and `outside`.

    It was trained on silver labels (read by a language model, not by people); its card in
    ``models/themes`` gives data, scores and limits.

    Returns
    -------
    ThemeClassifier
        Fitted.

    Raises
    ------
    ModelNotFoundError, DamagedFileError
        The installation is incomplete.

    Examples
    --------
    >>> load_theme_classifier().predict_labels(["组建两个紧密型县域医共体，统一药品目录和配送。"])
    [['medical_consortium', 'drug_supply']]
    """
    return _shipped(data_path(_SHIPPED))


def _restored(state: dict[str, Any], facts: dict[str, Any]) -> ThemeClassifier:
    book = facts["codebook"]
    themes = tuple(Theme(**_tupled(theme)) for theme in book.pop("themes"))
    codebook = Codebook(themes=themes, **_tupled(book))
    model = ThemeClassifier(codebook, **facts["parameters"])
    model.codebook_ = codebook
    for name in _ARRAYS:
        setattr(model, name, state[name])
    model.weights_ = model.weights_.astype(np.float64)
    model.pairs_ = PairModel(**state["pairs_"])
    model.n_positives_ = facts["n_positives"]
    model.cautions_ = facts["cautions"]
    model._prepare()
    return model


def _tupled(record: dict[str, Any]) -> dict[str, Any]:
    return {key: tuple(v) if isinstance(v, list) else v for key, v in record.items()}

"""Which clauses, cue terms and characters decided for a theme?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from policytext.themes.ngrams import count_ngrams, unpack

if TYPE_CHECKING:
    import pandas as pd

    from policytext.themes.classifier import ThemeClassifier

_COLUMNS = ["theme", "probability", "kind", "words", "start", "end", "weight"]
_SHOWN = 5


def explain_text(model: ThemeClassifier, text: str) -> pd.DataFrame:
    """Return what decided for each theme given to a text; columns as in `ThemeClassifier.explain`.

    Parameters
    ----------
    model
        Fitted.
    text
        One paragraph.
    """
    import pandas as pd

    probabilities = model.predict_proba([text])[0]
    given = model.predict([text])[0].astype(bool)
    rows: list[tuple[object, ...]] = []
    for number in np.argsort(-probabilities, kind="stable"):
        if given[number]:
            theme, p = str(model.classes_[number]), float(probabilities[number])
            parts = [
                *_clauses(model, text, int(number)),
                *_cues(model, text, int(number)),
                *_characters(model, text, int(number)),
            ]
            rows += [(theme, p, *part) for part in parts]
    return pd.DataFrame(rows, columns=_COLUMNS)


def _clauses(model: ThemeClassifier, text: str, theme: int) -> Sequence[tuple[object, ...]]:
    parts = model._matcher.find(text).clauses
    if len(parts) < 2:
        return []
    without = [text[: part.start] + text[part.end :] for part in parts]
    odds = _log_odds(model.predict_proba([text, *without])[:, theme])
    falls = [
        ("clause", text[part.start : part.end], part.start, part.end, float(odds[0] - after))
        for part, after in zip(parts, odds[1:], strict=True)
    ]
    return sorted((f for f in falls if f[4] > 0), key=lambda f: -f[4])[:_SHOWN]


def _cues(model: ThemeClassifier, text: str, theme: int) -> Sequence[tuple[object, ...]]:
    found = [
        (
            "cue",
            text[h.start : h.end],
            h.start,
            h.end,
            float(model.trust_[model._numbers[(theme, True, h.cue)]]),
        )
        for h in model._matcher.find(text).hits
        if h.theme == theme and h.strong
    ]
    return sorted(dict.fromkeys(found), key=lambda f: (-f[4], f[2]))[:_SHOWN]


def _characters(model: ThemeClassifier, text: str, theme: int) -> Sequence[tuple[object, ...]]:
    counted = count_ngrams([text], model.vocabulary_, model.idf_)
    weight = counted.data * model.weights_[counted.indices, theme]
    order = np.argsort(-weight, kind="stable")[:_SHOWN]
    return [
        ("characters", unpack(model.vocabulary_[counted.indices[i]]), -1, -1, float(weight[i]))
        for i in order
        if weight[i] > 0
    ]


def _log_odds(p: np.ndarray) -> np.ndarray:
    clipped = np.clip(p, 1e-12, 1 - 1e-12)
    return np.asarray(np.log(clipped / (1 - clipped)))

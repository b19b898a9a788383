"""Are texts, labels and groups fit to learn from?"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from policytext.errors import NotEnoughDataError, ParameterError

_FEWEST_PARAGRAPHS = 20


def numbered(groups: Sequence[object] | None, n: int) -> NDArray[np.int64]:
    """Number the groups; without groups each text is its own."""
    if groups is None:
        return np.arange(n)
    return np.unique([str(group) for group in groups], return_inverse=True)[1]


def text_list(texts: Sequence[str]) -> list[str]:
    """Return the texts as a list, refusing what is no text."""
    if isinstance(texts, str):
        raise ParameterError("texts must be a list of paragraphs, got one string; pass [text]")
    listed = list(texts)
    for place, text in enumerate(listed):
        if not isinstance(text, str):
            raise ParameterError(
                f"texts must be strings, but entry {place} is {type(text).__name__}"
            )
    return listed


def refuse_too_little(texts: Sequence[str], y: NDArray[np.bool_], group: NDArray[np.int64]) -> None:
    """Refuse lengths that differ, too few paragraphs, and a single report."""
    if not len(texts) == len(y) == len(group):
        raise ParameterError(
            f"texts, labels and groups must be of one length, got {len(texts)}, {len(y)} "
            f"and {len(group)}"
        )
    if len(texts) < _FEWEST_PARAGRAPHS or y.sum(axis=0).max() < 5:
        raise NotEnoughDataError(
            f"a theme classifier needs at least {_FEWEST_PARAGRAPHS} labelled paragraphs and "
            f"one theme with five; got {len(texts)} paragraphs. Code by cue terms "
            "(code_by_cues) and label more"
        )
    if len(np.unique(group)) < 2:
        raise NotEnoughDataError(
            "all paragraphs come from one report; label paragraphs of at least two reports"
        )

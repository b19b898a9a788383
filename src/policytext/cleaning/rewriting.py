"""How does a pattern become a list of edits?"""

from __future__ import annotations

import re
from collections.abc import Iterable

from policytext.cleaning.edits import Edit

HAN = "\u3400-\u9fff\uf900-\ufaff"
"""The inside of a character class for Han characters."""

TERMINAL = "。！？!?；;：:…”’）)》」』"
"""Marks after which a line may end without having been broken."""


def replace(
    text: str, pattern: re.Pattern[str], after: str, rule: str, certainty: str = "certain"
) -> list[Edit]:
    """Return one edit for each match of a pattern.

    Parameters
    ----------
    text
        The text to search.
    pattern
        What to replace; the whole match goes.
    after
        What stands there afterwards; ``\\1`` and the like are filled from the match.
    rule, certainty
        What the ledger says about the edit.

    Examples
    --------
    >>> replace("达95﹪以上", re.compile("﹪"), "%", "percent_variants")
    [Edit(start=3, end=4, after='%', rule='percent_variants', certainty='certain')]
    """
    if "\\" in after:
        return [
            Edit(m.start(), m.end(), m.expand(after), rule, certainty)
            for m in pattern.finditer(text)
        ]
    return [Edit(m.start(), m.end(), after, rule, certainty) for m in pattern.finditer(text)]


def has_any(text: str, characters: Iterable[str]) -> bool:
    """Return whether any of the strings occurs: a cheap test before an expensive pattern."""
    return any(c in text for c in characters)


def in_mid_sentence(line: str, least: int = 12) -> bool:
    """Return whether a line looks broken off: long enough, and its end is no end.

    Examples
    --------
    >>> in_mid_sentence("认真落实全县基层医疗卫生机构的"), in_mid_sentence("一、主要做法")
    (True, False)
    """
    kept = line.rstrip()
    return len(kept) >= least and kept[-1] not in TERMINAL

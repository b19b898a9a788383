"""Does a section speak of what was done or of what will be done?"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import Final

from policytext.data import read_table

TENSE_RATIO: Final = 2.5
TENSE_CUES: Final = 5


@cache
def _tenses() -> dict[str, tuple[re.Pattern[str], ...]]:
    """Return the patterns of each tense, one by one: each begins with a sign it is sought by."""
    table = read_table("anatomy/tense-cues.csv")
    return {
        str(tense): tuple(re.compile(pattern) for pattern in rows["pattern"])
        for tense, rows in table.groupby("tense", sort=True)
    }


def count_tense(rows: Sequence[str]) -> tuple[int, int]:
    """Return the number of words that look back, and of those that look ahead.

    Examples
    --------
    >>> count_tense(["全县建成了5家中心，明年将新建3家。"])
    (1, 2)
    """
    text = "\n".join(rows)
    past, future = (
        sum(len(pattern.findall(text)) for pattern in _tenses()[tense])
        for tense in ("past", "future")
    )
    return past, future


def read_tense(rows: Sequence[str], *, expected: str = "") -> str:
    """Return ``review`` or ``plan`` if paragraphs speak plainly of what was done or will be.

    Parameters
    ----------
    rows
        Paragraphs of one section.
    expected
        What the section most likely is from its place; weaker signs are enough for that.

    Examples
    --------
    >>> read_tense(["全县建成了5家中心，完成了改造，获评先进，同比增长3%，累计服务了9万人。"])
    'review'
    >>> read_tense(["全县医疗卫生工作。"])
    ''
    """
    past, future = count_tense(rows)
    for tense, own, other in (("review", past, future), ("plan", future, past)):
        ratio, least = (1.5, 3) if tense == expected else (TENSE_RATIO, TENSE_CUES)
        if own >= least and own >= ratio * other:
            return tense
    return ""

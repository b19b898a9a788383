"""Who speaks in a stretch of text: a province, a city, a county, a hospital?"""

from __future__ import annotations

import re
from collections import Counter
from functools import cache

from policytext.data import read_table


@cache
def _voices() -> tuple[tuple[str, re.Pattern[str], int], ...]:
    table = read_table("anatomy/voices.csv")
    return tuple(
        (level, re.compile(pattern), int(weight))
        for level, pattern, weight in zip(
            table["level"], table["pattern"], table["weight"], strict=True
        )
    )


def read_voice(text: str) -> str:
    """Return the level that speaks of itself in a text (我省, 全市 …), or nothing if none leads.

    Examples
    --------
    >>> read_voice("近年来，我州深化改革，全州各县市推进医共体。"), read_voice("深化改革。")
    ('prefecture', '')
    """
    votes: Counter[str] = Counter()
    for level, pattern, weight in _voices():
        votes[level] += weight * len(pattern.findall(text))
    (first, most), (_, second) = votes.most_common(2)
    return first if most >= 2 and most >= 1.5 * second else ""

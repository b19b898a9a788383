"""Which part of a report does a heading announce, and how plainly?"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Final

from policytext.data import read_table

_YEAR: Final = re.compile(r"(?:19|20)[0-9]{2}(?=\s?年)")


@dataclass(frozen=True)
class Announced:
    """What a heading says about the part it opens.

    Parameters
    ----------
    strong, weak
        Parts its words name plainly, and parts they may mean.
    year
        The last year it names (0: none).
    """

    strong: frozenset[str]
    weak: frozenset[str]
    year: int = 0

    @property
    def part(self) -> str:
        """The one part it opens, or nothing if it names none, or review and plan at once."""
        named = self.strong or self.weak
        if "lead" in named:
            return "lead"
        if "glossary" in named or "annex" in named:
            return "glossary" if "glossary" in named else "annex"
        ahead = bool({"plan", "goals"} & named)
        back = "review" in named or ("review" in self.weak and "plan" in named)
        if (ahead and back) or ("problems" in named and "plan" in named):
            return ""
        if "problems" in named:
            return "problems"
        if "goals" in named and "plan" in self.weak:
            return "plan"
        return next((part for part in ("plan", "goals", "review") if part in named), "")


@cache
def part_cues(where: str, strength: str) -> dict[str, re.Pattern[str]]:
    """Return the patterns of ``part-cues.csv`` for one place and strength, by part."""
    table = read_table("anatomy/part-cues.csv")
    table = table[(table["where"] == where) & (table["strength"] == strength)]
    return {
        str(part): re.compile("|".join(f"(?:{p})" for p in rows["pattern"]))
        for part, rows in table.groupby("part", sort=True)
    }


@lru_cache(maxsize=4096)
def read_heading(words: str) -> Announced:
    """Return what a heading says about the part of report it opens.

    Examples
    --------
    >>> [read_heading(h).part for h in ("2024年工作回顾", "下一步打算", "着力优化资源配置")]
    ['review', 'plan', '']
    >>> read_heading("2020年工作总结和2021年工作计划").part
    ''
    """
    bare = words.strip().rstrip("。")
    years = [int(y) for y in _YEAR.findall(bare)]
    found = [
        frozenset(part for part, cue in part_cues("heading", strength).items() if cue.search(bare))
        for strength in ("strong", "weak")
    ]
    return Announced(found[0], found[1], max(years, default=0))

"""Where does a clause begin and end, and in which spelling is it compared?"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    pass

# A half-width comma or colon between digits belongs to a figure (1,200) or a ratio (1:2).
_BORDER: Final = re.compile(r"[，。；：！？\n;!?]|(?<![0-9])[,:]|[,:](?![0-9])")
_STATEMENT_END: Final = "。；！？\n;!?"


def cut_clauses(text: str) -> list[Clause]:
    """Cut a paragraph into clauses at commas, stops, semicolons and colons of either width.

    >>> [tuple(c) for c in cut_clauses("新增1,200人,覆盖全县。落实补助")]
    [(0, 8, 0), (9, 13, 0), (14, 18, 1)]
    """
    found, begin, sentence = [], 0, 0
    for match in _BORDER.finditer(text):
        if match.start() > begin:
            found.append(Clause(begin, match.start(), sentence))
        sentence += match.group() in _STATEMENT_END
        begin = match.end()
    if begin < len(text):
        found.append(Clause(begin, len(text), sentence))
    return found


# Where does a clause begin and end, and in which spelling is it compared?

_CLAUSE = re.compile(r"[^，。；：！？\n;!?]+")
_SENTENCE_END = re.compile(r"[。；！？\n;!?]")
_SPACE = re.compile(r"\s+")
_WIDE = re.compile("[﹢＋（）０-９％]")
_NARROW = dict(zip("﹢＋（）０１２３４５６７８９％", "++()0123456789%", strict=True))
# Synonym-swapping sites write these for the words on the right; outside them they hardly occur in
# health reports.
_SWAPPED = {
    "效劳": "服务",
    "根本公共卫生": "基本公共卫生",
    "根本医疗": "基本医疗",
    "根本药物": "基本药物",
    "方案生育": "计划生育",
}
_SWAP = re.compile("|".join(_SWAPPED))


class Comparable(NamedTuple):
    """A text in the spelling in which it is compared, and where each character stands in the
    original.

    `places` is None where every character stands at its own position.
    """

    text: str
    places: tuple[int, ...] | None

    def original(self, start: int, end: int) -> tuple[int, int]:
        """Return the span of the original text that the span start:end comes from."""
        if self.places is None or start >= end:
            return start, end
        return self.places[start], self.places[end - 1] + 1


class Clause(NamedTuple):
    """One clause: its span, and the number of the sentence it stands in."""

    start: int
    end: int
    sentence: int


def comparable(text: str) -> Comparable:
    """Return a text without blanks, with half-width digits and without swapped synonyms.

    >>> comparable("家庭 医生签约效劳").text
    '家庭医生签约服务'
    """
    places: tuple[int, ...] | None = None
    if _SPACE.search(text):
        kept = [i for i, c in enumerate(text) if not c.isspace() or c == "\n"]
        places = tuple(kept)
        text = "".join(text[i] for i in kept)
    text = _WIDE.sub(lambda match: _NARROW[match.group()], text)
    if "效劳" in text or "根本" in text or "方案生育" in text:
        text = _SWAP.sub(lambda match: _SWAPPED[match.group()], text)
    return Comparable(text, places)


def clauses(text: str) -> list[Clause]:
    """Cut a text into clauses at ，。；：！？ and line breaks.

    >>> [tuple(c) for c in clauses("全面推开，县乡一体。落实补助")]
    [(0, 4, 0), (5, 9, 0), (10, 14, 1)]
    """
    ends = [match.start() for match in _SENTENCE_END.finditer(text)]
    found, sentence = [], 0
    for match in _CLAUSE.finditer(text):
        while sentence < len(ends) and ends[sentence] < match.start():
            sentence += 1
        found.append(Clause(match.start(), match.end(), sentence))
    return found

"""Where do sentences and clauses begin and end, and in which spelling are they compared?

A sentence ends at a full stop, semicolon, question or exclamation mark of either width and at a
line break; a clause ends there too, and at commas and colons.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Final, NamedTuple

from policytext.data import read_table

SENTENCE_ENDS: Final = "。；！？\n;!?"

CLAUSE_ENDS: Final = SENTENCE_ENDS + "，："
"""Marks that always end a clause."""

HALF_WIDTH_ENDS: Final = ",:"
"""Marks that end a clause unless they stand between digits: a figure (1,200) or a ratio (1:2)."""

_SENTENCE: Final = re.compile(f"[^{SENTENCE_ENDS}]+[。；！？;!?]?")
# A mark comes first, what stands around it behind, so that a search passes over all other signs.
_BORDER: Final = re.compile(
    f"[{CLAUSE_ENDS}{HALF_WIDTH_ENDS}](?:(?<![{HALF_WIDTH_ENDS}])|(?<![0-9].)|(?![0-9]))"
)


class Clause(NamedTuple):
    """One clause: its span, and the number of the sentence it stands in."""

    start: int
    end: int
    sentence: int


def cut_sentences(text: str) -> Iterator[tuple[int, int]]:
    """Yield the spans of the sentences of a text, each with the mark that ends it.

    >>> list(cut_sentences("推进甲事。完善乙制度；短"))
    [(0, 5), (5, 11), (11, 12)]
    """
    return (found.span() for found in _SENTENCE.finditer(text))


def cut_clauses(text: str) -> list[Clause]:
    """Cut a text into clauses.

    >>> [tuple(c) for c in cut_clauses("新增1,200人,覆盖全县。落实补助")]
    [(0, 8, 0), (9, 13, 0), (14, 18, 1)]
    """
    found, begin, sentence = [], 0, 0
    for match in _BORDER.finditer(text):
        if match.start() > begin:
            found.append(Clause(begin, match.start(), sentence))
        sentence += match.group() in SENTENCE_ENDS
        begin = match.end()
    if begin < len(text):
        found.append(Clause(begin, len(text), sentence))
    return found


# In which spelling is a text compared?

_SPACE: Final = re.compile(r"[^\S\n]")
_WIDE: Final = re.compile("[﹢＋（）０-９％]")
_NARROW: Final = dict(zip("﹢＋（）０１２３４５６７８９％", "++()0123456789%", strict=True))


class Comparable(NamedTuple):
    """A text in the spelling in which it is compared, and where its characters stand in the text.

    ``places`` is None where every character stands at its own position.
    """

    text: str
    places: tuple[int, ...] | None

    def original(self, start: int, end: int) -> tuple[int, int]:
        """Return the span of the original text that the span start:end comes from."""
        if self.places is None or start >= end:
            return start, end
        return self.places[start], self.places[end - 1] + 1


@cache
def _swaps() -> tuple[re.Pattern[str], dict[str, str]]:
    """Return the words that synonym-swapping sites write for others (效劳 for 服务).

    They are fewer than those that cleaning knows: the shipped model was taught with these.
    """
    table = read_table("anatomy/swapped.csv")
    right = dict(zip(table["swapped"], table["original"], strict=True))
    words = sorted(right, key=len, reverse=True)
    return re.compile("|".join(map(re.escape, words))), right


def comparable(text: str) -> Comparable:
    """Return a text without blanks, with half-width digits and without swapped synonyms.

    >>> comparable("家庭 医生签约效劳").text
    '家庭医生签约服务'
    """
    places: tuple[int, ...] | None = None
    if _SPACE.search(text):
        places = tuple(i for i, c in enumerate(text) if not c.isspace() or c == "\n")
        text = "".join(text[i] for i in places)
    text = _WIDE.sub(lambda match: _NARROW[match.group()], text)
    swapped, right = _swaps()
    return Comparable(swapped.sub(lambda match: right[match.group()], text), places)

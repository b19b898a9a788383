"""Which numbered lines of a compilation are the titles of its reports, not items within them?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from policytext.anatomy.lines import Line, count_han, ends_sentence
from policytext.anatomy.markers import Marker, is_genre_title, looks_like_title
from policytext.anatomy.numbering import Enumerator, read_enumerator
from policytext.anatomy.titles import title_word

SHORTEST: Final = 150
"""Han characters a report has at least on average."""


class _Candidate(NamedTuple):
    """A numbered line that looks like a title, and how much speaks for it."""

    line: Line
    enumerator: Enumerator
    score: float


def find_numbered_titles(
    text: str, lines: Sequence[Line], first: int, promised: int
) -> list[Marker]:
    """Return the numbered titles of a compilation that says it is one, or nothing.

    The first must stand right behind the title of the compilation, and there must be as many as
    it promises. Where a number comes more than once, what stands around it decides.

    Parameters
    ----------
    text, lines
        The source and its lines.
    first
        Number of the line behind the title of the compilation.
    promised
        How many reports the compilation says it holds.

    Examples
    --------
    >>> from policytext.anatomy.lines import read_lines
    >>> body = "近年来，全县推进医改，完成了各项任务，群众满意。" * 8
    >>> text = f"材料汇编（2篇）\\n1.推进医共体建设\\n{body}\\n2.做好医养结合工作\\n{body}"
    >>> [m.number for m in find_numbered_titles(text, read_lines(text), 1, 2)]
    [1, 2]
    """
    if promised < 2 or first >= len(lines):
        return []
    opening = read_enumerator(text, lines[first].start, lines[first].end)
    if opening is None or opening.number != 1:
        return []
    candidates = _candidates(text, lines[first:], opening)
    chain = _best_chain(candidates, promised)
    if not chain or count_han(text[chain[0].line.start :]) < SHORTEST * len(chain):
        return []
    return [
        Marker(c.line.start, c.enumerator.end, c.enumerator.number, "numbered_title") for c in chain
    ]


def _candidates(text: str, lines: Sequence[Line], opening: Enumerator) -> list[_Candidate]:
    """Return the lines numbered like the first one, laid out like it, and short."""
    found = []
    form = _form(text, lines[0], opening)
    for i, line in enumerate(lines):
        one = read_enumerator(text, line.start, line.end)
        if one is None or one.style != opening.style or _form(text, line, one) != form:
            continue
        words = text[one.end : line.end]
        if line.indent == lines[0].indent and looks_like_title(words):
            before = _row(text, lines, i - 1)
            score = 2.0 * is_genre_title(words) + 1.5 * title_word(
                "opener", _row(text, lines, i + 1)
            )
            score += ends_sentence(before) + title_word("closer", before[-60:])
            found.append(_Candidate(line, one, score))
    return found


def _row(text: str, lines: Sequence[Line], i: int) -> str:
    return text[lines[i].start : lines[i].end] if 0 <= i < len(lines) else ""


def _form(text: str, line: Line, one: Enumerator) -> str:
    """Return how a number is written: its marks without its figures."""
    return "".join(sign for sign in text[line.start : one.end] if not sign.isalnum())


def _best_chain(candidates: Sequence[_Candidate], promised: int) -> list[_Candidate]:
    """Return the chain from 1 to the promised number for which most speaks."""
    best: list[tuple[float, list[_Candidate]]] = []
    for one in candidates:
        if one.enumerator.number == 1:
            best.append((one.score, [one]) if one is candidates[0] else (0.0, []))
            continue
        earlier = [
            (score, chain)
            for score, chain in best
            if chain and chain[-1].enumerator.number == one.enumerator.number - 1
        ]
        score, chain = max(earlier, key=lambda pair: pair[0], default=(0.0, []))
        best.append((score + one.score, [*chain, one]) if chain else (0.0, []))
    whole = [(score, chain) for score, chain in best if len(chain) == promised]
    return max(whole, key=lambda pair: pair[0])[1] if whole else []

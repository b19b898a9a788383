"""Which documents, numbers of documents and central slogans does a clause quote?"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final, NamedTuple

from policytext.statements.phrases import Phrase
from policytext.statements.rules import Decision

# Titles may hold titles; a quotation that is never closed is damage, not a quotation.
_TITLE: Final = re.compile(r"《(?:[^《》]|《[^《》]*》)+》")
_NUMBER: Final = re.compile(
    r"[一-龥]{1,8}[〔(（\[](?:[0-9]{4}|‹YEAR›)[〕)）\]]第?(?:[0-9]+|‹NUM›)号"
)
_QUOTED: Final = re.compile(r"“([^“”]{2,24})”")


class Quotation(NamedTuple):
    """A quotation: ``document``, ``number``, ``quoted`` or ``slogan``; its words and offsets."""

    kind: str
    words: str
    start: int
    end: int


def find_quotations(clause: str, slogans: Iterable[Phrase] = ()) -> list[Quotation]:
    """Return what a clause quotes, in order; a slogan inside a title or quotation is part of it.

    Parameters
    ----------
    clause
        Words of the clause.
    slogans
        Listed central slogans in it.

    Examples
    --------
    >>> [tuple(q)[:2] for q in find_quotations("落实《某某规划》（国发〔2020〕1号）的“三张网”")]
    [('document', '《某某规划》'), ('number', '国发〔2020〕1号'), ('quoted', '“三张网”')]
    """
    found = [Quotation("document", m.group(), *m.span()) for m in _TITLE.finditer(clause)]
    found += [Quotation("number", m.group(), *m.span()) for m in _NUMBER.finditer(clause)]
    found += [Quotation("quoted", m.group(), *m.span()) for m in _QUOTED.finditer(clause)]
    found += [Quotation("slogan", clause[s.start : s.end], s.start, s.end) for s in slogans]
    kept: list[Quotation] = []
    for one in sorted(found, key=lambda q: (q.start, q.start - q.end)):
        if not kept or one.start >= kept[-1].end:
            kept.append(one)
    return kept


def quoting(quotations: Iterable[Quotation]) -> Decision:
    """Return quotations as one cell: words joined by ``|``, kinds as the rule.

    Examples
    --------
    >>> quoting(find_quotations("“三张网”")).value
    '“三张网”'
    """
    found = list(quotations)
    if not found:
        return Decision()
    kinds = "|".join(dict.fromkeys(one.kind for one in found))
    return Decision("|".join(one.words for one in found), kinds, "certain")

"""Under which numbers does each paragraph stand: 一/（二）/3?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from policytext.anatomy.numbering import RANK, Enumerator

GAP = "numbering_gap"


class Numbered(NamedTuple):
    """What numbering a paragraph shows.

    Parameters
    ----------
    enumerator
        The number it begins with, or None.
    heading
        Whether it is a heading.
    resets
        Whether it opens a part with numbering of its own (annex, glossary).
    """

    enumerator: Enumerator | None
    heading: bool
    resets: bool = False


def section_paths(paragraphs: Iterable[Numbered]) -> Iterator[tuple[str, bool]]:
    """Yield for each paragraph its section path and whether a number was skipped before it.

    A style of numbering that stands open is continued; a new one opens below the heading it
    follows, or at its usual rank.

    Examples
    --------
    >>> from policytext.anatomy.numbering import read_enumerator as read
    >>> rows = ("一、成绩", "（一）医改", "（三）医保", "二、计划")
    >>> heads = [Numbered(read(row), True) for row in rows]
    >>> list(section_paths(heads))
    [('一', False), ('一/（一）', False), ('一/（三）', True), ('二', False)]
    """
    stack: list[Enumerator] = []
    after_heading = False
    path = ""
    for enumerator, heading, resets in paragraphs:
        gap = False
        if resets:
            stack, path = [], ""
        if enumerator is not None:
            gap = _place(stack, enumerator, after_heading)
            path = "/".join(one.label for one in stack)
        yield path, gap
        after_heading = heading


def _place(stack: list[Enumerator], new: Enumerator, after_heading: bool) -> bool:
    """Put a number into the stack of open ones; say whether it skips a number."""
    styles = [one.style for one in stack]
    if new.style in styles:
        at = styles.index(new.style)
        last = stack[at].number
        del stack[at:]
        stack.append(new)
        return new.number > last + 1
    if not (after_heading and new.number == 1):
        while stack and RANK[stack[-1].style] > RANK[new.style]:
            stack.pop()
    stack.append(new)
    return new.number > 1

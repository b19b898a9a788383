"""Which stretches of a file are the same text scraped once more?"""

from __future__ import annotations

import re
from typing import NamedTuple

from policytext.cleaning.context import Context
from policytext.cleaning.edits import Edit

_LONG = 40
_LEAST_LINES = 4
_LEAST_CHARACTERS = 400
_LINE = re.compile(r"[^\n]*\S[^\n]*")


class _Line(NamedTuple):
    start: int
    end: int
    text: str


def repeated_copies(text: str, context: Context) -> list[Edit]:
    """Remove later copies of a stretch that a scraper wrote several times.

    A copy is a run of at least four lines and 400 characters that stood before in the same order,
    word for word. Single sentences and paragraphs that a report repeats stay.

    Examples
    --------
    >>> page = "\\n".join(f"第{k}段" + "认真落实各项惠民措施并加强考核督导" * 8 for k in range(5))
    >>> [e.end - e.start for e in repeated_copies(page + "\\n\\n" + page, Context())] == [len(page)]
    True
    """
    if not _may_repeat(text):
        return []
    lines = [_Line(m.start(), m.end(), m[0].strip()) for m in _LINE.finditer(text)]
    first: dict[str, int] = {}
    edits = []
    i = 0
    while i < len(lines):
        earlier = first.get(lines[i].text)
        length = _run(lines, earlier, i) if earlier is not None else 0
        if length:
            last = lines[i + length - 1]
            edits.append(Edit(lines[i].start, last.end, "", "repeated_copy"))
            i += length
        else:
            first.setdefault(lines[i].text, i)
            i += 1
    return edits


def _may_repeat(text: str) -> bool:
    """Return whether any long line stands twice: most files are done with here."""
    seen: set[str] = set()
    for line in text.split("\n"):
        if len(line) >= _LONG:
            kept = line.strip()
            if kept in seen:
                return True
            seen.add(kept)
    return False


def _run(lines: list[_Line], earlier: int, later: int) -> int:
    """Return how many lines from ``later`` on repeat those from ``earlier`` on; 0 if too few."""
    length = 0
    while (
        later + length < len(lines)
        and earlier + length < later
        and lines[earlier + length].text == lines[later + length].text
    ):
        length += 1
    characters = sum(len(line.text) for line in lines[later : later + length])
    return length if length >= _LEAST_LINES and characters >= _LEAST_CHARACTERS else 0

"""Where are the lines of a text, and how are they laid out?"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from policytext.records import HAN

BREAKS: Final = "\n\r\f\v\x1c\x1d\x1e\x85\u2028\u2029"
_LINE: Final = re.compile(f"[^{BREAKS}]+")

TERMINAL: Final = "。！？!?…⋯；;"
CLOSING: Final = "”’」』》】）)]\"'"


class Line(NamedTuple):
    """A line that is not blank, without the blanks at its borders.

    Parameters
    ----------
    start, end
        Half-open span in the text.
    indent
        Number of columns before it: an ideographic space counts two, a tab four.
    blanks
        Number of line breaks between the line before and this one (0 for the first).
    """

    start: int
    end: int
    indent: int
    blanks: int


def read_lines(text: str) -> list[Line]:
    """Return the lines of a text that hold more than white space.

    Examples
    --------
    >>> [(line.start, line.indent, line.blanks) for line in read_lines("标题\\n\\n　　正文。")]
    [(0, 0, 0), (6, 4, 2)]
    """
    lines: list[Line] = []
    last = 0
    for found in _LINE.finditer(text):
        row = found.group()
        body = row.strip()
        if not body:
            continue
        lead = len(row) - len(row.lstrip())
        start = found.start() + lead
        blanks = text.count("\n", last, start) if lines else 0
        lines.append(Line(start, start + len(body), _columns(row[:lead]), blanks))
        last = start + len(body)
    return lines


def _columns(lead: str) -> int:
    if not lead:
        return 0
    wide = lead.count("\u3000") + lead.count("\u2003")
    return len(lead) + wide + 3 * lead.count("\t")


def ends_sentence(line: str) -> bool:
    """Say whether a line ends like a sentence, closing quotes and brackets aside.

    Examples
    --------
    >>> ends_sentence("他说：“好。”"), ends_sentence("一、主要工作")
    (True, False)
    """
    bare = line.rstrip(CLOSING)
    return (bool(bare) and bare[-1] in TERMINAL) or line[-1:] in TERMINAL


def count_han(text: str) -> int:
    """Return the number of Han characters.

    Examples
    --------
    >>> count_han("完成 12 个项目")
    5
    """
    return len(HAN.findall(text))

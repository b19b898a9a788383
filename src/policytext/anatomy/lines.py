"""Where are the lines of a text, and what does each of them show?"""

from __future__ import annotations

import re
from copy import copy
from dataclasses import dataclass, field
from functools import cache
from typing import Final, NamedTuple

from policytext.data import any_of
from policytext.records import count_han, measured, read_numeral

WORDS: Final = "anatomy/words.csv"
PAGE_TITLE: Final = "page_title"
"""Flag of a line that the format calls the title of the whole."""
LONGEST_TITLE: Final = 80
LONGEST_PLAIN_HEADING: Final = 45


# Which number does a heading or an item begin with, and in which style?

_N: Final = "[〇零一二三四五六七八九十百]{1,5}"
_A: Final = "[0-9０-９]{1,2}"
_WORDS: Final = (
    r"(?:(?<![0-9])[^\W\d_]|(?<=[0-9])[^\W\d_亿万千百元个人次家所项例张倍年月日岁米公吨])"
)
_CIRCLED: Final = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"

_ENUMERATOR: Final = re.compile(
    rf"""
    (?P<part>第(?:{_N}|{_A})(?:编|部分))(?=[\s:：、，]|\S)[\s:：、]*
  | (?P<chapter>第(?:{_N}|{_A})章)[\s:：、]*
  | (?P<node>第(?:{_N}|{_A})节)[\s:：、]*
  | (?P<han>{_N})\s?(?:[、．]|\.(?![0-9]))\s*
  | [（(〔]\s*(?P<hanp>{_N})\s*[)）〕][、．.]?\s*
  | (?P<dec>[0-9]{{1,2}}(?:\.[0-9]{{1,2}}){{1,3}})(?![0-9.%％])
    (?=[\s、．]|{_WORDS}{{4,24}}$)[\s、．]*
  | (?P<num>{_A})(?:[、．]|\.(?:(?![0-9])|(?=(?:19|20)[0-9]{{2}}\s?年)))\s*
  | [（(]\s*(?P<nump>{_A})\s*[)）][、．.]?\s*
  | (?P<numr>{_A})[)）]\s*
  | (?P<circled>[{_CIRCLED}])[、．.]?\s*
    """,
    re.VERBOSE,
)
_FIRST: Final = frozenset(
    f"第（(〔〇零一二三四五六七八九十百0123456789０１２３４５６７８９{_CIRCLED}"
)

RANK: Final = {
    style: rank
    for rank, style in enumerate(
        ("part", "chapter", "node", "han", "hanp", "num", "dec", "nump", "numr", "circled")
    )
}
"""Usual order of the styles, from the outside in."""


class Enumerator(NamedTuple):
    """The number a line begins with.

    ``style``: ``part`` 第一部分, ``chapter`` 第一章, ``node`` 第一节, ``han`` 一、,
      ``hanp`` （一）, ``num`` 1., ``dec`` 1.2, ``nump`` (1), ``numr`` 1), ``circled`` ①.
    ``number``: Its value (of ``dec``: the last figure).
    ``label``: As it stands in section paths.
    ``end``: Where the words behind it begin.
    """

    style: str
    number: int
    label: str
    end: int


def read_enumerator(text: str, start: int = 0) -> Enumerator | None:
    """Return the number that a text begins with from ``start`` on, or None.

    >>> read_enumerator("（三）强化保障")
    Enumerator(style='hanp', number=3, label='（三）', end=3)
    >>> read_enumerator("3.5亿元资金到位") is None
    True
    """
    if text[start : start + 1] not in _FIRST:
        return None
    found = _ENUMERATOR.match(text, start)
    if found is None or found.lastgroup is None:
        return None
    style = found.lastgroup
    words = found[style]
    number = _value(style, words)
    return Enumerator(style, number, _label(style, words, number), found.end())


def _label(style: str, words: str, number: int) -> str:
    if style == "hanp":
        return f"（{words}）"
    if style == "num":
        return str(number)
    return f"({number})" if style in ("nump", "numr") else words


def _value(style: str, words: str) -> int:
    if style == "circled":
        return _CIRCLED.index(words) + 1
    if style == "dec":
        return int(words.rsplit(".", 1)[1])
    return read_numeral(words.strip("第编部分章节")) or 0


# What does a line show?

_TERMINAL: Final = frozenset("。！？!?…⋯；;")
_CLOSING: Final = "”’」』》】）)]\"'"

STOP: Final = re.compile("[。；;]")

CLAUSES_WITH_FIGURE: Final = re.compile(r"(?=\D*\d)[^，,]*(?:[，,](?!\d{3})[^，,]*){2,}")
"""A sentence that was broken off: three clauses and a figure head nothing."""


@cache
def _genre() -> re.Pattern[str]:
    return re.compile(any_of(WORDS, "genre") + r"(?:[（(【][^（）()]{1,12}[)）】])?[0-9]{0,2}$")


@dataclass(frozen=True)
class Line:
    """A line that is not blank, without the blanks at its borders.

    What it shows is measured once, when somebody first asks, and kept when the line is moved.

    ``words``: Its text.
    ``start``: Where it begins in the text it was read from.
    ``indent``: Number of columns before it: an ideographic space counts two, a tab four.
    ``flags``: How it came about where it is no line of the source: ``cut``, ``unglued``,
      ``joined``; or that it is a ``cell`` of a table, with its place, a ``list_item`` by its
      format, or the ``page_title``.
    ``is_cell``: Whether it stands in a table: then it is no title, heading or numbered line.

    >>> line = Line("（三）强化基层保障能力")
    >>> line.number.label, line.n_han, line.ends_sentence, line.looks_like_title
    ('（三）', 9, False, False)
    """

    words: str
    start: int = 0
    indent: int = 0
    flags: tuple[str, ...] = ()
    is_cell: bool = field(init=False, compare=False, repr=False)

    def __init__(
        self, words: str, start: int = 0, indent: int = 0, flags: tuple[str, ...] = ()
    ) -> None:
        # As dataclasses writes it, but three times as fast: a long file makes many lines.
        own = self.__dict__
        own["words"], own["start"], own["indent"], own["flags"] = words, start, indent, flags
        own["is_cell"] = "cell" in flags

    def at(self, start: int) -> Line:
        """Return the line at another place."""
        moved = copy(self)
        moved.__dict__["start"] = start  # the rest of the record, measures included, stays
        return moved

    @property
    def end(self) -> int:
        """Where it ends in the text it was read from."""
        return self.start + len(self.words)

    @property
    def layout(self) -> tuple[str, ...]:
        """What the format says of it: ``level_1`` to ``level_6`` of a heading, or ``strong``."""
        flags = self.flags  # mostly none, and asked of every line
        told = (flag for flag in flags if flag == "strong" or flag.startswith("level_"))
        return tuple(told) if flags else ()

    @measured
    def number(self) -> Enumerator | None:
        """The number it begins with."""
        return None if self.is_cell else read_enumerator(self.words)

    @measured
    def n_han(self) -> int:
        """The number of its Han characters."""
        return count_han(self.words)

    @measured
    def ends_sentence(self) -> bool:
        """Whether it ends like a sentence, closing quotes and brackets aside."""
        bare = self.words.rstrip(_CLOSING)
        return bare[-1:] in _TERMINAL or self.words[-1:] in _TERMINAL

    @measured
    def looks_like_title(self) -> bool:
        """Whether it could be a title of a report: short, no sentence, no number before it."""
        return (
            0 < len(self.words) <= LONGEST_TITLE
            and not self.is_cell
            and self.words[0] not in "》”）】、，。；：)"
            and self.words[-1] not in "，,、:：；;%％—―-"
            and (not self.ends_sentence or self.words[-1] in "？?")
            and STOP.search(self.words) is None
            and self.number is None
            and self.n_han >= 5
        )

    @measured
    def ends_in_genre(self) -> bool:
        """Whether it is short and ends in the name of a genre: a title, or the last line of one."""
        short = len(self.words) <= LONGEST_TITLE and not self.is_cell
        return short and _genre().search(self.words) is not None

    @measured
    def names_genre(self) -> bool:
        """Whether it is short and ends in the name of a genre, as whole titles of reports do."""
        return self.ends_in_genre and self.n_han >= 6

    @measured
    def looks_like_heading(self) -> bool:
        """Whether it is short and has no sentence end, as headings without a number are."""
        return (
            0 < len(self.words) <= LONGEST_PLAIN_HEADING
            and not self.is_cell
            and self.words[-1] not in "，,、：:；;%％—―-"
            and not self.ends_sentence
            and STOP.search(self.words) is None
            and self.n_han >= 2
            and not CLAUSES_WITH_FIGURE.fullmatch(self.words)
        )


_RULE: Final = re.compile(r"[-=_—─━]{3,}|([*~#★☆])\1{4,}|\|?(?: *:?-{2,}:? *\|)+(?: *:?-{2,}:?)?")
"""A line drawn between parts of a text, or between the head of a table and its rows."""


def is_rule(words: str) -> bool:
    """Return whether a line is drawn, not written: it holds one sign again and again.

    >>> is_rule("=========="), is_rule("***"), is_rule("- 3 -")
    (True, False, False)
    >>> is_rule("|:---|---:|"), is_rule("|—|—|")
    (True, False)
    """
    return _RULE.fullmatch(words) is not None


def read_lines(text: str) -> list[Line]:
    """Return the lines of a text that hold more than white space or a rule.

    >>> [(line.words, line.start, line.indent) for line in read_lines("标题\\n\\n　　正文。")]
    [('标题', 0, 0), ('正文。', 6, 4)]
    """
    lines = []
    at = 0
    for row in text.splitlines(keepends=True):
        words = row.strip()
        if words and not is_rule(words):
            lead = 0 if row[0] == words[0] else row.index(words[0])
            lines.append(Line(words, at + lead, _columns(row[:lead]) if lead else 0))
        at += len(row)
    return lines


def _columns(lead: str) -> int:
    wide = lead.count("\u3000") + lead.count("\u2003")
    return len(lead) + wide + 3 * lead.count("\t")

"""Where are the lines of a text, and how are they laid out?"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final, NamedTuple

from policytext.records import HAN

# Which number does a heading or an item begin with, and in which style?

_HAN_DIGITS: Final = "零〇一二三四五六七八九"
_N: Final = "[〇零一二三四五六七八九十百]{1,5}"
_A: Final = "[0-9０-９]{1,2}"
_WORDS: Final = (
    r"(?:(?<![0-9])[^\W\d_]|(?<=[0-9])[^\W\d_亿万千百元个人次家所项例张倍年月日岁米公吨])"
)
_CIRCLED: Final = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"

ENUMERATOR: Final = re.compile(
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

RANK: Final = {
    "part": 0,
    "chapter": 1,
    "node": 2,
    "han": 3,
    "hanp": 4,
    "num": 5,
    "dec": 6,
    "nump": 7,
    "numr": 8,
    "circled": 9,
}
"""Usual order of the styles, from the outside in."""


_FIRST: Final = frozenset(f"第（(〔{_HAN_DIGITS}十百0123456789０１２３４５６７８９{_CIRCLED}")


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


def read_enumerator(text: str, start: int = 0, end: int | None = None) -> Enumerator | None:
    """Return the number that ``text[start:end]`` begins with, or None.

    >>> read_enumerator("（三）强化保障")
    Enumerator(style='hanp', number=3, label='（三）', end=3)
    >>> read_enumerator("3.5亿元资金到位") is None
    True
    """
    if text[start : start + 1] not in _FIRST:
        return None
    found = ENUMERATOR.match(text, start, len(text) if end is None else end)
    if found is None or found.lastgroup is None:
        return None
    style = found.lastgroup
    return Enumerator(style, _value(style, found[style]), _label(style, found[style]), found.end())


def _value(style: str, words: str) -> int:
    if style == "circled":
        return _CIRCLED.index(words) + 1
    if style == "dec":
        return int(words.rsplit(".", 1)[1])
    return read_number(words.strip("第编部分章节"))


def _label(style: str, words: str) -> str:
    if style == "hanp":
        return f"（{words}）"
    if style in ("nump", "numr"):
        return f"({_value(style, words)})"
    return str(_value(style, words)) if style == "num" else words


@lru_cache(maxsize=1024)
def read_number(words: str) -> int:
    """Return the value of a small number in Chinese or Arabic figures (0 if it is none).

    >>> read_number("二十三"), read_number("十"), read_number("１２")
    (23, 10, 12)
    """
    if words.isdecimal():
        return int(words)
    value = digit = 0
    for sign in words:
        if sign == "百":
            value, digit = value + (digit or 1) * 100, 0
        elif sign == "十":
            value, digit = value + (digit or 1) * 10, 0
        elif sign in _HAN_DIGITS:
            digit = digit * 10 + max(_HAN_DIGITS.index(sign) - 1, 0)
        else:
            return 0
    return value + digit


# Where are the lines of a text, and how are they laid out?

BREAKS: Final = "\n\r\f\v\x1c\x1d\x1e\x85\u2028\u2029"
_LINE: Final = re.compile(f"[^{BREAKS}]+")

TERMINAL: Final = "。！？!?…⋯；;"
CLOSING: Final = "”’」』》】）)]\"'"


class Line(NamedTuple):
    """A line that is not blank, without the blanks at its borders.

    ``start, end``: Half-open span in the text.
    ``indent``: Number of columns before it: an ideographic space counts two, a tab four.
    ``blanks``: Number of line breaks between the line before and this one (0 for the first).
    """

    start: int
    end: int
    indent: int
    blanks: int


def read_lines(text: str) -> list[Line]:
    """Return the lines of a text that hold more than white space.

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

    >>> ends_sentence("他说：“好。”"), ends_sentence("一、主要工作")
    (True, False)
    """
    bare = line.rstrip(CLOSING)
    return (bool(bare) and bare[-1] in TERMINAL) or line[-1:] in TERMINAL


def count_han(text: str) -> int:
    """Return the number of Han characters.

    >>> count_han("完成 12 个项目")
    5
    """
    return len(HAN.findall(text))

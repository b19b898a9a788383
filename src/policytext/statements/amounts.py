"""Which figures stand in a clause, with which value and unit?"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Final, NamedTuple

import pandas as pd

_HALF_WIDTH: Final = str.maketrans("０１２３４５６７８９．，％﹪", "0123456789.,%%")
_TIMES: Final = {
    **{"": 1.0, "百": 1e2, "千": 1e3, "万": 1e4, "百万": 1e6, "千万": 1e7},
    **{"亿": 1e8, "千亿": 1e11, "万亿": 1e12},
}
_HAN: Final = {h: i for i, h in enumerate("零一二三四五六七八九")} | {"两": 2, "〇": 0}
_HAN_TENS: Final = {"十": 10, "百": 100, "千": 1000}

# Han numerals are read before words that count things only: 两个 and 三个 open slogans as often.
_HAN_FIGURE: Final = (
    r"百分之[零一二三四五六七八九十百点]+|[两二三四五六七八九十][一二三四五六七八九十百千]*"
)
_HAN_COUNTS: Final = re.compile(
    r"[多余]?(?:万|亿)?[多余]?(?:所|家|项|名|张|例|户|人次|个(?:市|县|区|乡|镇|街道|村|省|试点))"
)
_NO_FIGURE: Final = re.compile(
    r"《[^》]*》?|“[^”]*”|‹(?!NUM›)[A-Z]+›(?![处个家所名])|"
    r"[〔(（\[](?:19|20)[0-9]{2}[〕)）\]](?:第?[0-9]+号)?|"
    r"[〔［\[][0-9]{1,3}[〕］\]]|"
    r"^\s*[（(]?[0-9]{1,2}(?:[)）、．]|\.(?![0-9]))|"
    r"(?<![0-9.])(?:19|20)[0-9]{2}(?:[-—~至](?:19|20)?[0-9]{2})?(?=年|[-—~至][0-9]|届|春|冬)年?|"
    r"(?:[0-9]{1,2}|‹NUM›)(?:[-—~至][0-9]{1,2})?月(?:份|底|初|末)?(?:[0-9]{1,2}日)?|"
    r"[0-9]{1,2}日(?![均接])|"
    r"(?:[0-9.]+|‹NUM›|[一二三四五六七八九十两]+)(?:[-—~至]?[0-9]*)"
    r"(?:年(?!级)|个月|周年|天|小时|分钟|周|季度|点钟)|"
    r"[0-9]+[-—~至][0-9]*岁|(?<!寿命)(?<!寿命达)(?<!寿命为)(?<!寿命[达提]到)(?<!寿命提高到)"
    r"(?:[0-9]+|‹NUM›)周?岁|"
    r"第(?:[0-9]+|‹NUM›|[一二三四五六七八九十]+)(?![0-9一二三四五六七八九十]*[位名])|"
    r"[A-Za-z]+[-.]?[0-9][0-9.]*[A-Za-z]*|[0-9]+(?:[A-Za-z](?!m)|\+)[A-Za-z0-9]*"
)


class Unit(NamedTuple):
    """A unit: what it measures, and how it becomes the base unit of that."""

    name: str
    dimension: str
    factor: float
    base: str


@dataclass(frozen=True)
class Amount:
    """A figure as it stands in a text.

    Parameters
    ----------
    text
        Its characters, from the first digit to the unit and 以上 or 左右.
    value
        The number without its unit (3万人 is 30000); None if masked, damaged or a range.
    unit
        Unit as written, ``""`` where a thing is counted without one.
    mark
        ``masked``, ``damaged``, ``range`` or ``""``.
    start, end
        Offsets in the text.
    """

    text: str
    value: float | None
    unit: str
    mark: str
    start: int
    end: int


@dataclass(frozen=True)
class Scanner:
    """Finds figures; made from a list of units."""

    units: dict[str, Unit]
    pattern: re.Pattern[str]

    def find(self, text: str) -> list[Amount]:
        """Return the figures of a text in order; dates, ages, numbering and names are left out."""
        if not _may_hold_figure(text):
            return []
        same = text.translate(_HALF_WIDTH)
        hidden = bytearray(len(same))
        for match in _NO_FIGURE.finditer(same):
            hidden[match.start() : match.end()] = b"\1" * (match.end() - match.start())
        return [
            _amount(text, match)
            for match in self.pattern.finditer(same)
            if not hidden[match.start()] and _counts(same, match)
        ]

    def read(self, text: str) -> Amount | None:
        """Return the figure that a text begins with, whatever stands around it elsewhere."""
        match = self.pattern.match(text.translate(_HALF_WIDTH))
        return None if match is None else _amount(text, match)


def _counts(text: str, match: re.Match[str]) -> bool:
    """Return whether a Han numeral counts things; digits and shares always do."""
    raw = match["value"]
    if raw.startswith("百分之") or not (raw[0] in _HAN or raw[0] == "十"):
        return True
    return _HAN_COUNTS.match(text, match.end("value")) is not None


def _may_hold_figure(text: str) -> bool:
    return _ANY_FIGURE.search(text) is not None


_ANY_FIGURE: Final = re.compile(r"[0-9０-９]|‹NUM›|‹[A-Z]+›[处个家所名]|" + _HAN_FIGURE)


def make_scanner(units: pd.DataFrame) -> Scanner:
    """Return a scanner for a list of units (``unit, dimension, factor, base_unit``).

    Examples
    --------
    >>> from policytext.statements.rules import read_list
    >>> scanner = make_scanner(read_list("units"))
    >>> [(a.text, a.value, a.unit) for a in scanner.find("新增床位1.2万张，签约率达90%以上")]
    [('1.2万张', 12000.0, '张'), ('90%以上', 90.0, '%')]
    >>> scanner.find("2025年3月，‹NUM›家")[0].mark
    'masked'
    """
    known = {
        row["unit"]: Unit(row["unit"], row["dimension"], float(row["factor"]), row["base_unit"])
        for row in units.to_dict("records")
    }
    return Scanner(known, _figure_pattern(tuple(known)))


@cache
def _figure_pattern(units: tuple[str, ...]) -> re.Pattern[str]:
    words = "|".join(re.escape(u) for u in sorted(units, key=lambda u: (-len(u), u)))
    digits = r"(?<![0-9.])[0-9]+(?:,[0-9]{3})*(?:\.[0-9]+)?"
    return re.compile(
        rf"(?P<value>‹NUM›(?:[-—~至]‹NUM›)?|‹[A-Z]+›(?=[处个家所名])"
        rf"|(?P<spaced>(?:[0-9] ){{2,}}[0-9])"
        rf"|(?P<range>{digits}[%]?[-—~至]{digits})|{digits}|{_HAN_FIGURE})"
        rf"\s?(?P<about>[多余])?(?P<times>万亿|千亿|千万|百万|亿|万|千(?!伏)|百)?(?P<more>[多余])?"
        rf"\s?(?P<unit>{words})?(?P<limit>以上|以内|以下|左右|上下)?"
    )


def _amount(text: str, match: re.Match[str]) -> Amount:
    raw = match["value"]
    mark, value = "", None
    if raw.startswith("‹"):
        mark = "masked"
    elif match["spaced"]:
        mark = "damaged"
    elif match["range"]:
        mark = "range"
    else:
        number = _han_number(raw) if raw[0] in _HAN or raw[0] in "十百" else _digits(raw)
        value = None if number is None else number * _TIMES[match["times"] or ""]
    unit = "%" if raw.startswith("百分之") else match["unit"] or ""
    words = text[match.start() : match.end()].strip()
    return Amount(words, value, unit, mark, match.start(), match.end())


def _digits(raw: str) -> float:
    return float(raw.replace(",", ""))


def _han_number(raw: str) -> float | None:
    """Return the value of a Han numeral below ten thousand, None if it is written otherwise."""
    total, digit = 0, 0
    for sign in raw.removeprefix("百分之"):
        if sign in _HAN:
            digit = _HAN[sign]
        elif sign in _HAN_TENS:
            total += (digit or 1) * _HAN_TENS[sign]
            digit = 0
        else:
            return None
    return float(total + digit)

"""Which years and dates are printed in a text, and where are they masked?"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

HAN_DIGITS: Final = {
    **dict(zip("零一二三四五六七八九", "0123456789", strict=True)),
    **{zero: "0" for zero in "〇○Ｏ0O0"},
}
YEAR: Final = (
    r"(?:(?<![\d.])(?:19|20)\d{2}(?!\d)|[一二][九〇○零0OＯ][〇○零0OＯ一二三四五六七八九]{2})"
)
DATE: Final = re.compile(
    rf"(?P<year>{YEAR})\s*年(?:度)?"
    r"(?:\s*(?P<month>\d{1,2}|[一二三四五六七八九十]{1,2})\s*月"
    r"(?:\s*(?P<day>\d{1,2}|[一二三四五六七八九十]{1,3})\s*日)?)?"
)
ISO: Final = re.compile(
    r"(?<!\d)(?P<year>(?:19|20)\d{2})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})(?!\d)"
)
BARE_YEAR: Final = re.compile(rf"(?P<year>{YEAR})")
RANGE: Final = re.compile(rf"{YEAR}\s*年?\s*[-—–~～至到]+\s*{YEAR}\s*年?")
MASKED_YEAR: Final = re.compile(
    r"(?:20|19)[xX×*]{2}年?|(?<![a-zA-Z])[xX×*]{2,4}年|‹YEAR›|‹(?:NUM|DATE)›年"
)


FULL_WIDTH_DIGIT: Final = re.compile("[０-９]")
FULL_WIDTH: Final = str.maketrans("０１２３４５６７８９", "0123456789")


class Printed(NamedTuple):
    """One year or date in a text: ``month`` and ``day`` are 0 where they are not printed."""

    year: int
    month: int
    day: int
    start: int
    end: int
    words: str
    han: bool

    @property
    def iso(self) -> str:
        """The date as far as it is printed: 2020, 2020-07 or 2020-07-27."""
        parts = [f"{self.year:04d}", f"{self.month:02d}", f"{self.day:02d}"]
        return "-".join(parts[: 1 + (self.month > 0) + (self.day > 0)])


def read_number(words: str) -> int:
    """Read a month or day written in digits or Han numerals.

    Examples
    --------
    >>> read_number("二十七"), read_number("十"), read_number("08")
    (27, 10, 8)
    """
    if words.isdigit():
        return int(words)
    tens, ten, ones = words.rpartition("十")
    if not ten:
        return int(HAN_DIGITS.get(words, "0"))
    return 10 * int(HAN_DIGITS.get(tens, "1")) + int(HAN_DIGITS.get(ones, "0"))


def read_year(words: str) -> int:
    """Read a year: 2010, 二〇一〇 and 二0一0 are the same.

    Examples
    --------
    >>> read_year("二0一0"), read_year("一九九八")
    (2010, 1998)
    """
    return int("".join(HAN_DIGITS.get(c, c) for c in words))


def find_dates(text: str, *, bare: bool = False) -> list[Printed]:
    """Return all printed years and dates in order.

    Parameters
    ----------
    text
        Any text.
    bare
        Whether a year needs no 年 behind it; for titles and file names.

    Examples
    --------
    >>> [d.iso for d in find_dates("二0一0年8月3日,2019年总结")]
    ['2010-08-03', '2019']
    """
    found: dict[int, Printed] = {}
    for pattern in (BARE_YEAR, DATE, ISO) if bare else (DATE, ISO):
        for match in pattern.finditer(text):
            printed = _printed(match)
            if printed is not None:
                found[printed.start] = printed
    ranges = [(m.start(), m.end()) for m in RANGE.finditer(text)]
    return [found[start] for start in sorted(found) if not any(a <= start < b for a, b in ranges)]


def _printed(match: re.Match[str]) -> Printed | None:
    groups = match.groupdict()
    month, day = read_number(groups.get("month") or "0"), read_number(groups.get("day") or "0")
    if month > 12 or day > 31:
        month = day = 0
    year = read_year(groups["year"])
    if not 1949 <= year <= 2049:
        return None
    han = not groups["year"].isdigit()
    return Printed(year, month, day, match.start(), match.end(), match.group(), han)


def count_masked_years(text: str) -> int:
    """Return how many years are masked (20xx年, XX年, ‹YEAR›年).

    Examples
    --------
    >>> count_masked_years("20xx年完成,XX年继续,2019年不变")
    2
    """
    return len(MASKED_YEAR.findall(text))

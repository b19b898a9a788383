"""Which number does a word processor show before a paragraph that it numbers itself?"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from policytext.reading.office.package import W

# How is a number written?

_LARGEST = 99_999
"""Beyond it a number is written in digits: no list is so long."""

_MOST_LETTERS = 26 * 10
_LARGEST_ROMAN = 3_999
_ROMAN = (
    *((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l")),
    *((40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i")),
)


def _letters(number: int) -> str:
    """Return a, b … z, aa, bb …, as word processors go on after z."""
    if number > _MOST_LETTERS:
        return str(number)
    return chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1)


def _roman(number: int) -> str:
    if number > _LARGEST_ROMAN:
        return str(number)
    out = ""
    for value, sign in _ROMAN:
        out += sign * (number // value)
        number %= value
    return out


def _counted(digits: str, units: Sequence[str], *, one_ten: bool = False) -> Callable[[int], str]:
    """Return how numbers are counted with these digits and units: 十一, 一百零二."""

    def written(number: int) -> str:
        out, gap = "", False
        for place in range(len(str(number)) - 1, -1, -1):
            digit = number // 10**place % 10
            if digit:
                out += digits[0] * (gap and bool(out)) + digits[digit] + units[place]
            gap = not digit
        leads = out.startswith(digits[1] + units[1]) and len(str(number)) == 2
        return out[1:] if leads and not one_ten else out

    return written


def _digits(signs: str) -> Callable[[int], str]:
    return lambda number: "".join(signs[int(digit)] for digit in str(number))


def _in_turn(signs: str) -> Callable[[int], str]:
    """Return signs of a fixed row; what lies behind the row is written in digits."""
    return lambda number: signs[number - 1] if number <= len(signs) else str(number)


def _row(first: str, many: int, then: str = "") -> Callable[[int], str]:
    signs = [chr(ord(first) + i) for i in range(many)]
    return _in_turn("".join([*signs, *(chr(ord(then) + i) for i in range(15 if then else 0))]))


_CHINESE = _counted("零一二三四五六七八九", ("", *"十百千万"))
_FORMAL = _counted("零壹贰叁肆伍陆柒捌玖", ("", *"拾佰仟万"), one_ten=True)
_FORMAL_TRADITIONAL = _counted("零壹貳參肆伍陸柒捌玖", ("", *"拾佰仟萬"), one_ten=True)
_STEMS = _in_turn("甲乙丙丁戊己庚辛壬癸")
_BRANCHES = _in_turn("子丑寅卯辰巳午未申酉戌亥")
_CIRCLES = _row("①", 20, "㉑")

WRITTEN: Mapping[str, Callable[[int], str]] = {
    "decimal": str,
    "decimalZero": lambda number: f"{number:02}",
    "decimalFullWidth": _digits("０１２３４５６７８９"),
    "decimalFullWidth2": _digits("０１２３４５６７８９"),
    "decimalHalfWidth": str,
    "upperRoman": lambda number: _roman(number).upper(),
    "lowerRoman": _roman,
    "upperLetter": lambda number: _letters(number).upper(),
    "lowerLetter": _letters,
    "decimalEnclosedCircle": _CIRCLES,
    "decimalEnclosedCircleChinese": _CIRCLES,
    "decimalEnclosedParen": _row("⑴", 20),
    "decimalEnclosedFullstop": _row("⒈", 20),
    "ideographEnclosedCircle": _row("㊀", 10),
    "ideographTraditional": _STEMS,
    "ideographZodiac": _BRANCHES,
    "ideographDigital": _digits("〇一二三四五六七八九"),
    "japaneseDigitalTenThousand": _digits("〇一二三四五六七八九"),
    "taiwaneseDigital": _digits("○一二三四五六七八九"),
    "chineseLegalSimplified": _FORMAL,
    "ideographLegalTraditional": _FORMAL_TRADITIONAL,
    **dict.fromkeys(
        (
            *("chineseCounting", "chineseCountingThousand", "taiwaneseCounting"),
            *("taiwaneseCountingThousand", "japaneseCounting", "koreanDigital2"),
        ),
        _CHINESE,
    ),
}
"""Formats of numbers by the name that WordprocessingML gives them."""

_SILENT = ("none", "bullet")


def write_number(number: int, form: str) -> str:
    """Return a number as a list shows it; nothing for bullets, digits for what is not known.

    >>> [write_number(n, "chineseCounting") for n in (1, 10, 12, 20, 102)]
    ['一', '十', '十二', '二十', '一百零二']
    >>> write_number(4, "lowerRoman"), write_number(28, "upperLetter"), write_number(3, "bullet")
    ('iv', 'BB', '')
    """
    if form in _SILENT:
        return ""
    if not 0 < number <= _LARGEST:
        return str(number)
    return WRITTEN.get(form, str)(number)


def before(label: str, words: str) -> str:
    """Return a paragraph behind its number, parted where they would run together.

    >>> before("一、", "基本情况"), before("第一章", "总则"), before("2.1", "提高标准")
    ('一、基本情况', '第一章 总则', '2.1 提高标准')
    """
    return f"{label} {words}" if label[-1:].isalnum() and words else f"{label}{words}"


# How does a Word file number its paragraphs?

_DEEPEST = 8
_LONGEST_LABEL = 60
_PLACE = re.compile(r"%([1-9])")


class _Level(NamedTuple):
    """One level of a list: where it starts, how it writes, and which level begins it anew."""

    start: int = 1
    form: str = "decimal"
    text: str = ""
    plain: bool = False
    restart: int = -1
    style: str = ""


class _Style(NamedTuple):
    """What a style says about numbers: the style it is based on, its list and level."""

    based_on: str = ""
    list_id: str = ""
    level: str = ""


def whole_number(words: str | None, otherwise: int) -> int:
    """Return a number of a file, or another where there is none or an absurd one."""
    plain = words or ""
    return int(plain) if plain.isdecimal() and len(plain) < 8 else otherwise


def _value(node: Any, name: str, otherwise: str = "") -> str:
    found = node.find(f"{W}{name}") if node is not None else None
    return otherwise if found is None else str(found.get(f"{W}val", otherwise))


def _is_on(node: Any, name: str) -> bool:
    found = node.find(f"{W}{name}")
    return found is not None and found.get(f"{W}val", "1") not in ("0", "false", "off")


def _level_of(node: Any) -> _Level:
    # a format that older programs do not know stands behind the one they show instead
    forms = [one.get(f"{W}val", "") for one in node.iter(f"{W}numFmt")]
    return _Level(
        whole_number(_value(node, "start"), 1),
        next((form for form in forms if form != "custom"), "decimal"),
        _value(node, "lvlText")[:_LONGEST_LABEL],
        _is_on(node, "isLgl"),
        whole_number(_value(node, "lvlRestart"), -1),
        _value(node, "pStyle"),
    )


def _levels(node: Any) -> dict[int, _Level]:
    found = ((whole_number(one.get(f"{W}ilvl"), 99), one) for one in node.findall(f"{W}lvl"))
    return {number: _level_of(one) for number, one in found if number <= _DEEPEST}


class WordNumbers:
    """Counts the numbered paragraphs of one Word file in the order they come."""

    def __init__(self, numbering: Any = None, styles: Any = None) -> None:
        self._styles: dict[str, _Style] = {}
        self._usual = ""
        self._abstract: dict[str, dict[int, _Level]] = {}
        self._lists: dict[str, tuple[str, dict[int, _Level]]] = {}
        self._restarts: dict[tuple[str, int], int] = {}
        self._counts: dict[str, dict[int, int]] = {}
        if styles is not None:
            self._learn_styles(styles.iter(f"{W}style"))
        if numbering is not None:
            self._learn_lists(numbering)

    @property
    def has_lists(self) -> bool:
        """Say whether any paragraph can be numbered."""
        return bool(self._lists)

    def _learn_styles(self, styles: Iterable[Any]) -> None:
        for one in styles:
            key = one.get(f"{W}styleId", "")
            numbers = one.find(f"{W}pPr/{W}numPr")
            self._styles[key] = _Style(
                _value(one, "basedOn"), _value(numbers, "numId"), _value(numbers, "ilvl")
            )
            usual = one.get(f"{W}default") in ("1", "true", "on")
            if usual and one.get(f"{W}type", "paragraph") == "paragraph":
                self._usual = key

    def _learn_lists(self, numbering: Any) -> None:
        linked: dict[str, str] = {}
        for one in numbering.iter(f"{W}abstractNum"):
            key = one.get(f"{W}abstractNumId", "")
            self._abstract[key] = _levels(one)
            if link := _value(one, "numStyleLink"):
                linked[key] = link
        named = {}
        for one in numbering.iter(f"{W}num"):
            key = one.get(f"{W}numId", "")
            named[key] = _value(one, "abstractNumId")
            self._learn_list(key, one)
        for key, style in linked.items():
            behind = named.get(self._styles.get(style, _Style()).list_id, "")
            if not self._abstract[key] and behind not in linked:
                self._abstract[key] = self._abstract.get(behind, {})

    def _learn_list(self, key: str, node: Any) -> None:
        changed = {}
        for one in node.findall(f"{W}lvlOverride"):
            level = whole_number(one.get(f"{W}ilvl"), 99)
            start = _value(one, "startOverride")
            if start and level <= _DEEPEST:
                self._restarts[key, level] = whole_number(start, 1)
            if (whole := one.find(f"{W}lvl")) is not None:
                changed[level] = _level_of(whole)
        self._lists[key] = (_value(node, "abstractNumId"), changed)

    def label(self, properties: Any) -> str:
        """Return the number of the next paragraph with such properties, and count it.

        ``properties`` is the paragraph's ``pPr``, or None.
        """
        key, level = self._place_of(properties)
        if key not in self._lists:
            return ""
        abstract, changed = self._lists[key]
        levels = {**self._abstract.get(abstract, {}), **changed}
        if level not in levels:
            return ""
        counts = self._counts.setdefault(abstract, {})
        self._count(key, level, levels, counts)
        return _label(levels, level, counts)

    def list_of(self, properties: Any) -> tuple[str, int] | None:
        """Return the list and level in which a paragraph with such properties stands, if any."""
        place = self._place_of(properties)
        return place if place[0] in self._lists else None

    def _count(
        self, key: str, level: int, levels: Mapping[int, _Level], counts: dict[int, int]
    ) -> None:
        start = self._restarts.pop((key, level), None)
        if start is not None:
            counts[level] = start - 1
        counts[level] = counts.get(level, levels[level].start - 1) + 1
        _forget(counts, levels, level)

    def _place_of(self, properties: Any) -> tuple[str, int]:
        """Return the list a paragraph stands in, and its level there."""
        own = None if properties is None else properties.find(f"{W}numPr")
        style = _value(properties, "pStyle") or self._usual
        key, level = _value(own, "numId"), _value(own, "ilvl")
        named, base = self._numbered_style(style)
        if not key:
            key = base.list_id
            abstract, changed = self._lists.get(key, ("", {}))
            levels = {**self._abstract.get(abstract, {}), **changed}
            by_style = (str(n) for n, one in sorted(levels.items()) if one.style == named)
            level = level or next(by_style, base.level)
        return key, whole_number(level, 0)

    def _numbered_style(self, style: str) -> tuple[str, _Style]:
        """Return the style, or the nearest one it is based on, that is numbered."""
        seen = set()
        while style in self._styles and style not in seen:
            seen.add(style)
            if self._styles[style].list_id:
                return style, self._styles[style]
            style = self._styles[style].based_on
        return "", _Style()


def _forget(counts: dict[int, int], levels: Mapping[int, _Level], level: int) -> None:
    """Let deeper levels begin anew, as far as they say so."""
    for deeper in [n for n in counts if n > level]:
        restart = levels[deeper].restart if deeper in levels else -1
        if restart < 0 or (restart > 0 and level < restart):
            del counts[deeper]


def _label(levels: Mapping[int, _Level], level: int, counts: Mapping[int, int]) -> str:
    one = levels[level]
    if one.form == "bullet":
        return ""

    def number(found: re.Match[str]) -> str:
        place = int(found[1]) - 1
        if place not in levels or place > level:
            return ""
        form = "decimal" if one.plain else levels[place].form
        return write_number(counts.get(place, levels[place].start), form)

    return _PLACE.sub(number, one.text).strip()

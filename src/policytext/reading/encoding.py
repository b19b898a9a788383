"""In which encoding are these bytes, and does the text really decode?"""

from __future__ import annotations

import codecs
import re
from collections import Counter
from collections.abc import Sequence
from functools import cache

from policytext.errors import ReadingError
from policytext.reading.signs import what_it_is
from policytext.records import HAN

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_TWO_BYTE = ("gb18030", "big5")
_WIDE = ("utf-16-le", "utf-16-be")
_WIDEST = ("utf-32-le", "utf-32-be")
_SEVEN_BIT = (
    ("hz", re.compile(rb"~\{[^~]+~\}")),
    ("utf-7", re.compile(rb"\+[A-Za-z0-9+/]{6}")),
    ("iso2022_jp_2", re.compile(rb"\x1b\$[@AB(]")),
    ("iso2022_kr", re.compile(rb"\x1b\$\)C")),
)
"""Encodings, mostly of mail, that write Chinese in the letters of ASCII, and how each shows."""
_LOW = (*range(0x40, 0x7F), *range(0xA1, 0xFF))
_SAMPLE = 20_000
_MIXED = (("utf-8", "gb18030"), ("big5",))
_LOST = "\ufffd"
_MOST_LOST = 0.02
_LEAST_WIDE = 12
"""A file of which more bytes are no text, or of fewer characters that are not ASCII, is refused."""
_LEAST_PLAUSIBLE = 0.5
"""Bytes that decode into rare characters mostly are no Chinese text in that encoding."""


def decode(data: bytes) -> tuple[str, str]:
    """Decode a file without changing its line ends.

    A byte order mark decides first, then UTF-8; then the encoding that decodes every byte and gives
    the largest share of common characters, above one half (UTF-16 only where zero bytes stand in
    the text, not round it). ASCII alone may be HZ, UTF-7 or ISO 2022. What decodes in none as a
    whole is read line by line in UTF-8 and GB18030.

    >>> decode("医共体".encode("gb18030"))
    ('医共体', 'gb18030')
    >>> decode("全县建成医共体。".encode("hz"))
    ('全县建成医共体。', 'hz')
    """
    for bom, name in _BOMS:
        if data.startswith(bom):
            return _strict(data, name), name
    try:
        text = data.decode("utf-8")
        inner = text.strip("\x00")
        if inner.count("\x00") <= len(inner) / 4:
            return (_seven_bit(data) if text.isascii() else None) or (text, "utf-8")
        broken = ""
    except UnicodeDecodeError as error:
        broken = f" (as UTF-8 up to byte {error.start:,}, which is 0x{data[error.start]:02x})"
    found = _likeliest(data)
    if found and found[0][0] > _LEAST_PLAUSIBLE:
        return found[0][1], found[0][2]
    if mixed := _line_by_line(data):
        return mixed
    raise ReadingError(
        f"the text must be in UTF-8, GB18030, GBK, Big5 or UTF-16, but its {len(data)} bytes "
        f"decode in none of them{broken}; it is {what_it_is(data)}; save it as UTF-8"
    )


def _line_by_line(data: bytes) -> tuple[str, str] | None:
    """Decode each line in UTF-8 or GB18030, whichever reads better: files were put together.

    A few bytes that are neither, as where a copy broke off, become U+FFFD, which is flagged.

    >>> decode("全县组建医共体。\\n".encode() + "提升服务能力。\\n".encode("gbk"))
    ('全县组建医共体。\\n提升服务能力。\\n', 'utf-8|gb18030')
    """
    if b"\x00" in data:
        return None
    found = [_lines_in(data.split(b"\n"), names) for names in _MIXED]
    text, name = max(found, key=lambda one: _plausible_wide(one[0]))
    lost, wide = text.count(_LOST), sum(not c.isascii() for c in text)
    few = lost <= max(1, _MOST_LOST * wide) and wide >= _LEAST_WIDE
    return (text, name) if few and _plausible_wide(text) > _LEAST_PLAUSIBLE else None


def _lines_in(lines: Sequence[bytes], names: Sequence[str]) -> tuple[str, str]:
    """Return lines, each in the encoding that reads best, and the encodings used."""
    used, out = Counter[str](), []
    for line in lines:
        read = ((line.decode(name, "replace"), name) for name in names)
        text, name = max(read, key=lambda one: _plausible(one[0]))  # the first where all are alike
        out.append(text)
        used[name] += not text.isascii()
    return "\n".join(out), "|".join(name for name in names if used[name])


def _plausible_wide(text: str) -> float:
    return _plausible("".join(c for c in text if not c.isascii()))


def decode_name(data: bytes) -> str:
    """Decode a file's name: two GBK characters may be good UTF-8 of another script by chance.

    >>> decode_name("图片.png".encode("gb18030")), decode_name("图片.png".encode())
    ('图片.png', '图片.png')
    """
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        text = ""
    if (text.isascii() and text) or HAN.search(text):
        return text
    found = _likeliest(data)
    if found and found[0][0] > _LEAST_PLAUSIBLE:
        return found[0][1]
    return text or decode(data)[0]


def _seven_bit(data: bytes) -> tuple[str, str] | None:
    """Return the text of bytes of ASCII that are Chinese in another encoding, and its name."""
    for name, sign in _SEVEN_BIT:
        if not sign.search(data):
            continue
        try:
            text = data.decode(name)
        except UnicodeDecodeError:
            continue
        other = "".join(c for c in text[:_SAMPLE] if not c.isascii())
        if HAN.search(other) and _plausible(other) > _LEAST_PLAUSIBLE:
            return text.removeprefix("\ufeff"), name
    return None


def _likeliest(data: bytes) -> list[tuple[float, str, str]]:
    """Return text and name of every encoding that decodes all bytes, the most plausible first."""
    found = []
    for name in _WIDEST if b"\x00" in data else ():
        try:  # it decodes by chance next to never: four bytes name a character, or none
            return [(_plausible((text := data.decode(name)).strip("\x00")), text, name)]
        except UnicodeDecodeError:
            continue
    for rank, name in enumerate([*_TWO_BYTE, *(_WIDE if b"\x00" in data else ())]):
        try:
            text = data.decode(name)
        except UnicodeDecodeError:
            continue
        found.append((-_plausible(text.strip("\x00")), rank, text, name))
    return [(-score, text, name) for score, _, text, name in sorted(found)]


def _plausible(text: str) -> float:
    """Return the share of characters that are common in Chinese text, simplified or not."""
    seen = text[:_SAMPLE]
    return sum(c in common_characters() or c.isascii() for c in seen) / max(1, len(seen))


@cache
def common_characters() -> frozenset[str]:
    """Return the most used characters of both scripts (level 1 of GB 2312 and Big5), and signs."""
    pairs = {
        "gb2312": (
            (high, low) for high in (*range(0xA1, 0xA4), *range(0xB0, 0xD8)) for low in _LOW
        ),
        "big5": ((high, low) for high in (*range(0xA1, 0xA4), *range(0xA4, 0xC7)) for low in _LOW),
    }
    return frozenset(
        "".join(
            bytes(pair).decode(name, "ignore") for name, list_ in pairs.items() for pair in list_
        )
    )


def _strict(data: bytes, name: str) -> str:
    try:
        text = data.decode(name)
    except UnicodeDecodeError as error:
        raise ReadingError(f"the text begins as {name} but does not decode: {error}") from error
    if _TURNED in text:
        raise ReadingError(
            f"the text begins as {name}, but at character {text.index(_TURNED):,} its bytes change "
            "their order, as where two files were put together; save it as UTF-8"
        )
    return text


_TURNED = "\ufffe"
"""What a byte order mark gives if the bytes are read the other way round; no character itself."""

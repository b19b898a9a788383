"""Are these characters text at all, and in which form were they written?

PDF files give look-alike code points, OCR a space after every character, copied pages random signs
at line ends; a wrong encoding gives signs that are no text. What only differs in form is written in
the usual form; what an encoding proves is put back; what nobody can read is said and not counted.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import cache, reduce
from typing import NamedTuple

import numpy as np

from policytext.cleaning.context import (
    HAN,
    Context,
    Finding,
    Mark,
    Signs,
    first_of_overlapping,
    has_any,
    join_odds,
    listed,
    signs_of,
    where,
)
from policytext.cleaning.mapped import Edit, MappedText
from policytext.cleaning.plausible import wording
from policytext.data import any_of, read_table
from policytext.errors import ParameterError, ReadingError
from policytext.reading.encoding import common_characters

GARBLED = "‹GARBLED›"
"""What stands for signs that nobody can read; no characters of it are counted."""


# Is a text in traditional characters, and how is it written in simplified ones?

_CONFIGS = {
    "characters": ("hk2t", "tw2s"),
    "hong_kong": ("hk2sp",),
    "taiwan": ("hk2t", "tw2sp"),
}
"""What OpenCC calls the steps of each way; the first changes characters only, not their number."""

_SHARE = 0.1
"""Of texts in simplified characters not one in a thousand has no place in GB 2312 but in Big5."""

_LEAST_CHARACTERS = 10
_LONGEST_PHRASE = 12
_RUN = re.compile("[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]+")


@cache
def _traditional_only() -> Signs:
    """Return the characters that Big5 has and GB 2312 has not."""
    every = "".join(map(chr, range(0x4E00, 0xA000)))
    big, gb = (every.encode(name, "ignore").decode(name) for name in ("big5", "gb2312"))
    signs = signs_of()
    signs[[ord(c) for c in set(big) - set(gb)]] = True
    return signs


def find_traditional(text: str) -> Finding | None:
    """Return the share of a text that only traditional characters have, or None where it is small.

    >>> find_traditional("全縣醫療衛生機構總數達到一百零二個，醫師與護士數量穩步增長。").note
    '17 of 28 Han characters are traditional ones'
    >>> find_traditional("全县医疗卫生机构总数达到一百零二个。") is None
    True
    """
    hits = int(np.count_nonzero(where(_traditional_only(), text)))
    if hits < _LEAST_CHARACTERS:
        return None
    han = sum(len(run) for run in _RUN.findall(text))
    if hits < _SHARE * han:
        return None
    return Finding(hits, f"{hits} of {han} Han characters are traditional ones", (str(han),))


def check_traditional(how: object) -> None:
    """Refuse a way to write traditional characters that is not known or cannot be gone here."""
    if how == "":
        return
    if how not in _CONFIGS:
        raise ParameterError(
            f"traditional must be '' or one of {', '.join(map(repr, _CONFIGS))}, got {how!r}"
        )
    _converter(str(how))


@cache
def _converter(how: str) -> Callable[[str], str]:
    try:
        from opencc import OpenCC
    except ImportError as error:
        raise ParameterError(
            f'traditional={how!r} must find OpenCC: pip install "policytext[traditional]"'
        ) from error
    steps = [OpenCC(name).convert for name in _CONFIGS[how]]
    return lambda text: reduce(lambda words, step: str(step(words)), steps, text)


def to_simplified(text: str, how: str) -> str:
    """Return a short text, such as a file's name, in simplified characters."""
    return _RUN.sub(lambda run: _converter(how)(run[0]), text) if how else text


def simplified_forms(text: str, context: Context) -> list[Edit]:
    """Write traditional characters as simplified ones, if the researcher asks for it.

    Each change covers the characters it stands for and no more, so that every character of the
    text leads back to its source, also where words of Taiwan become longer or shorter.
    """
    if not context.traditional:
        return []
    convert = _converter(context.traditional)
    edits: list[Edit] = []
    for run in _RUN.finditer(text):
        new = convert(run[0])
        if new != run[0]:
            edits += _changed(run[0], new, run.start(), convert)
    return edits


def _changed(run: str, new: str, at: int, convert: Callable[[str], str]) -> Iterator[Edit]:
    """Yield the changes of a run of characters that stands at a place."""
    for start, end, after in _phrases(run, new, convert):
        if _is_one_by_one(run[start:end], after, convert):
            for place in range(end - start):
                if run[start + place] != after[place]:
                    one = at + start + place
                    yield Edit(one, one + 1, after[place], "simplified_forms", "likely")
        elif run[start:end] != after:
            yield Edit(at + start, at + end, after, "simplified_forms", "likely")


def _is_one_by_one(before: str, after: str, convert: Callable[[str], str]) -> bool:
    """Say whether each character becomes what it becomes by itself, or stays."""
    if len(before) != len(after):
        return False
    return all(a == b or convert(a) == b for a, b in zip(before, after, strict=True))


def _phrases(run: str, new: str, convert: Callable[[str], str]) -> list[tuple[int, int, str]]:
    """Return the shortest stretches of a run that are converted alike by themselves.

    Where these do not make up what the whole becomes, the whole is one stretch.
    """
    if _is_one_by_one(run, new, convert):
        return [(0, len(run), new)]
    out: list[tuple[int, int, str]] = []
    at = 0
    while at < len(run):
        width = next(n for n in range(1, len(run) + 1) if _is_apart(run, at, n, convert))
        out.append((at, at + width, convert(run[at : at + width])))
        at += width
    whole = "".join(after for _, _, after in out) == new
    return out if whole else [(0, len(run), new)]


def _is_apart(run: str, at: int, width: int, convert: Callable[[str], str]) -> bool:
    """Say whether what stands behind a stretch changes nothing in how it is converted."""
    middle, end = at + width, at + width + _LONGEST_PHRASE
    if width > _LONGEST_PHRASE or middle >= len(run):
        return True
    return convert(run[at:middle]) + convert(run[middle:end]) == convert(run[at:end])


# In which form are characters written?

_WIDE_ROW = "[\uff10-\uff19\uff21-\uff3a\uff41-\uff5a]"
_WIDE_SIGN = r"(?:．(?<=[0-9\uff10-\uff19].)(?=[0-9\uff10-\uff19])|＋)"
_ODD_FORM = re.compile(
    f"[\u2e80-\u2fd5\uf900-\ufaff\U0002f800-\U0002fa1f]|{_WIDE_ROW}|[\uff62\uff63]"
)


@cache
def _listed_forms() -> dict[str, str]:
    """Return the usual forms that Unicode's own table lacks, or gives in traditional print."""
    rows = read_table("cleaning/forms.csv").itertuples()
    return {str(row.written): str(row.usual) for row in rows}


def usual_forms(text: str, context: Context) -> list[Edit]:
    """Write radicals, compatibility ideographs, wide letters and digits in their usual form.

    >>> [e.after for e in usual_forms("⽣产ＰＭ２．５，⻓效①", Context())]
    ['生', 'PM2.5', '长']
    """
    if not where(_written_oddly(), text).any():
        return []
    edits = [_in_usual_form(m) for m in _forms().finditer(text)]
    edits += [_bullet(m) for m in _SYMBOL.finditer(text)]
    return sorted(edit for edit in edits if edit.after != text[edit.start : edit.end])


_SYMBOL = re.compile(
    "(?m)(?:^|(?<=[\n\f \t\u3000]))"
    "(?P<sign>[\uf06c\uf06e\uf075\uf076\uf09f\uf0a7\uf0b2\uf0b7\uf0d8\uf0fc])[ \t]*"
    r"(?P<number>(?=[（(]?[一二三四五六七八九十\d]{1,3}[)）、.．]))?"
)
"""What symbol fonts draw before an item; and whether a number of its own follows."""
_TICK = "\uf0fc"


def _bullet(match: re.Match[str]) -> Edit:
    """Write a sign of a symbol font as the bullet or tick it draws; before a number it goes."""
    if match["number"] is not None:
        return Edit(*match.span(), "", "compatibility_form")
    after = "✓" if match["sign"] == _TICK else "•"
    return Edit(*match.span("sign"), after, "compatibility_form")


@cache
def _written_oddly() -> Signs:
    signs = signs_of(
        (0xFF10, 0xFF1A), (0xFF21, 0xFF3B), (0xFF41, 0xFF5B),
        (0x2E80, 0x2FD6), (0xF900, 0xFB00), (0x2F800, 0x2FA20), (0xF06C, 0xF0FD),
    )  # fmt: skip
    signs[[ord(c) for c in "＋．｢｣"]] = True
    return signs


@cache
def _forms() -> re.Pattern[str]:
    wide = f"(?:{_WIDE_ROW}|{_WIDE_SIGN})+"
    return re.compile(f"{wide}|(?:{_ODD_FORM.pattern})")


def _in_usual_form(match: re.Match[str]) -> Edit:
    listed = _listed_forms()
    after = "".join(listed.get(c) or unicodedata.normalize("NFKC", c) for c in match[0])
    return Edit(*match.span(), after, "compatibility_form")


# Which spaces part the characters of a word?

_GAP = " {1,4}|\u3000{1,2}"
_SPACED = re.compile(rf"(?<!\S)[^\s](?!\S)(?:(?:{_GAP})[^\s](?!\S)){{3,}}")
_ONE_GAP = re.compile(_GAP)
_ALONE = re.compile(r"[ \u3000]\S[ \u3000]")
_WORD_SIGN = re.compile(f"[{HAN}]")
_NUMERAL = re.compile("[0-9〇零一二三四五六七八九十百千万]")
_SIGN_OF_DATE = "[0-9〇零一二三四五六七八九十]"
_DATE = re.compile(rf"{_SIGN_OF_DATE}{{4}}年{_SIGN_OF_DATE}{{1,3}}月(?:{_SIGN_OF_DATE}{{1,3}}日)?")
_LEAST_HAN = 6
_LEAST_JOINED = 1.0
"""Gain per character (natural logarithm) of words over single characters."""

_CHARACTERS_OF_PLACE = 2, 3, 4
_MANY = 3
_COMMON_PAIR = 200
"""So often two characters must have been seen as neighbours to be one word over a gap."""

_LEAST_IN_SPACED = 4, 0.3
"""Han characters and gain in a text with so many spaced stretches."""


def spaced_characters(text: str, context: Context) -> list[Edit]:
    """Drop the spaces of a stretch in which each character stands by itself.

    The characters must make words when joined, so that 甲 乙 丙 丁 and the cells of a table stay;
    two figures that a wider space parts stay apart.

    >>> len(spaced_characters("政 府 工 作 报 告", Context()))
    5
    >>> spaced_characters("赵 钱 孙 李 周 吴 郑 王", Context())
    []
    """
    if not _ALONE.search(text):
        return []
    found = [_stretch(text, match) for match in _SPACED.finditer(text)]
    sure = [n >= _LEAST_HAN and gain >= _LEAST_JOINED for _, n, gain in found]
    least = _LEAST_IN_SPACED if sum(sure) >= _MANY else (_LEAST_HAN, _LEAST_JOINED)
    return [
        edit for edits, n, gain in found if n >= least[0] and gain >= least[1] for edit in edits
    ]


def _joined_gain(stretch: str) -> tuple[int, float]:
    """Return how many characters make words, and how much likelier each is behind the others."""
    joined = _ONE_GAP.sub("", stretch)
    if _DATE.fullmatch(joined):
        return len(joined), _LEAST_JOINED
    words = [c for c in joined if _WORD_SIGN.match(c) and not _NUMERAL.match(c)]
    if 2 * len(words) < len(joined):
        return 0, 0.0
    gain = wording().gain(joined)
    if gain < _LEAST_JOINED and listed("report_closing", after="$").search(joined):
        # the name of a county is rare, the office behind it is not
        gain = max(gain, *(wording().gain(joined[n:]) for n in _CHARACTERS_OF_PLACE))
    return len(words), gain


def _stretch(text: str, match: re.Match[str]) -> tuple[list[Edit], int, float]:
    """Return the gaps of a stretch, how many of its characters make words, and their gain.

    Its first character may be glued to what stands before it (2006年政 府 工 作 报 告).
    """
    before = text[max(0, match.start() - 5) : match.start()].rstrip(" \u3000")
    start = match.start() - len(text[max(0, match.start() - 5) : match.start()]) + len(before)
    glued = before[-1:] + match[0][0]
    if start < match.start() and _WORD_SIGN.match(glued) and wording().count(glued) >= _COMMON_PAIR:
        first = Edit(start, match.start(), "", "spaced_characters")
        return [first, *_without_gaps(match)], *_joined_gain(before[-1] + match[0])
    return list(_without_gaps(match)), *_joined_gain(match[0])


def _without_gaps(match: re.Match[str]) -> Iterator[Edit]:
    gaps = list(_ONE_GAP.finditer(match[0]))
    usual = min(len(gap[0]) for gap in gaps)
    blanks = {gap[0][0] for gap in gaps}
    if len(blanks) > 1:
        # A wide blank among narrow ones parts words: it stood there before.
        gaps = [gap for gap in gaps if gap[0][0] == " "]
    for gap in gaps:
        near = match[0][gap.start() - 1] + match[0][gap.end()]
        if len(gap[0]) == usual or not near.isdigit():
            start, end = gap.span()
            yield Edit(match.start() + start, match.start() + end, "", "spaced_characters")


# Which signs did a site put in to spoil copies?

_ODD_SIGN = "#*{}[]~!$^&_|;:'\"<>?@"
_MARKS = _ODD_SIGN + "%()+-=/\\`,."
_NOISE = re.compile(
    r"[ \t]*(?<![!-~])[!-~](?:[!-~]{0,2}(?: {1,2}|(?=\n|\Z))){4,}(?:[!-~]{1,3})?(?=\n|\Z)"
)
_LEAST_SIGNS = 3
_TOKEN = re.compile(r"[A-Za-z0-9][A-Za-z0-9]{5,19}(?=\n|\Z)")
_BEFORE_TOKEN = re.compile(f"[{HAN}。；，：！？”）]")
_CHANGE = re.compile("[a-z](?=[A-Z0-9])|[A-Z](?=[a-z0-9])|[0-9](?=[A-Za-z])")
_LEAST_CHANGES = 3
_PINYIN = re.compile(
    rf"[(（](?:(?<=[{HAN}].)|(?<=[{HAN}] .))([a-züāáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜ]{{2,24}})[)）]"
)
_LABEL = r"[A-Za-z][A-Za-z0-9-]{0,30}\."
_ADDRESS = re.compile(
    rf"(?:https?://)?(?:www\.(?:{_LABEL}){{1,2}}|(?<![A-Za-z0-9.-])(?:{_LABEL}){{1,3}})"
    r"(?:com|cn|net|org|cc)(?![A-Za-z0-9/.-])"
)
_INNER = re.compile(f"[{HAN}\\d，、。；]")
_LEAST_PASTED = 3
_IN_WORD = 7.0
"""Log-odds from which words read on over an address, as over the line ends of a fixed width."""

_LEAST_NOTES = 5
_NOTES_EACH = 300
_COMMON_SIGN = 100
"""So often a character was seen that nobody asks how it is read."""

_RARE_OF_NOTES = 4
"""One rare character of so many tells that the notes are an author's."""


def copy_noise(text: str, context: Context) -> list[Edit]:
    """Remove random signs at line ends, pinyin and a site's address, where the text repeats them.

    >>> text = "甲县总结( _8 M1 x* {3\\n建成两个。/ G; t3 d8 f* I#\\n提高了。: g: s\\" k0 g& H$\\n"
    >>> [e.start for e in copy_noise(text, Context())]
    [4, 23, 44]
    """
    ends = _random_tokens(text)
    if sum(has_any(text, sign) for sign in _ODD_SIGN) >= _LEAST_SIGNS:
        signs = [m for m in _NOISE.finditer(text) if _is_random(m[0], _MARKS)]
        ends += signs if sum(_is_random(m[0], _ODD_SIGN) for m in signs) > 1 else []
    edits = [Edit(*m.span(), "", "copy_noise") for m in ends]
    edits += [Edit(*m.span(), "", "copy_noise", "likely") for m in _pasted_addresses(text)]
    if "(" in text or "（" in text:
        notes = [m for m in _PINYIN.finditer(text) if _syllables().fullmatch(_plain(m[1]))]
        enough = len(notes) >= max(_LEAST_NOTES, len(text) // _NOTES_EACH)
        if enough and not _explain_rare_signs(text, notes):
            starts = [m.start() - (text[m.start() - 1] == " ") for m in notes]
            edits += [
                Edit(at, m.end(), "", "pinyin_note") for at, m in zip(starts, notes, strict=True)
            ]
    return first_of_overlapping(edits)


def _pasted_addresses(text: str) -> list[re.Match[str]]:
    """Return where one address was pasted into words again and again, which read on over it.

    >>> text = "".join(f"推进教{one}育改革，完善制{one}度建设。" for one in ["www.a.com"] * 3)
    >>> len(_pasted_addresses(text + "请登录www.a.com查询。"))
    6
    """
    if "." not in text:
        return []
    found: dict[str, list[re.Match[str]]] = {}
    for m in _ADDRESS.finditer(text):
        found.setdefault(m[0].casefold(), []).append(m)
    out = []
    for each in found.values():
        inner = [m for m in each if _is_inside(text, m)] if len(each) >= _LEAST_PASTED else []
        cut = sum(_odds_over(text, m) >= _IN_WORD for m in inner)
        if len(inner) >= _LEAST_PASTED and 2 * cut >= len(inner):
            out += inner
    return out


def _is_inside(text: str, address: re.Match[str]) -> bool:
    """Return whether words stand at both sides of an address, and none that leads to it."""
    before = text[max(0, address.start() - 8) : address.start()]
    after = text[address.end() : address.end() + 1]
    if not (_INNER.match(before[-1:]) and _INNER.match(after)):
        return False
    if before[-1].isdigit() and after.isdigit():
        return False
    return not listed("before_address").search(before) and _odds_over(text, address) > 0


def _odds_over(text: str, address: re.Match[str]) -> float:
    start, end = address.span()
    return join_odds(text[max(0, start - 2) : start], text[end : end + 2])


def _explain_rare_signs(text: str, notes: Sequence[re.Match[str]]) -> bool:
    """Tell whether notes tell a reader how rare characters are read: a site notes common ones."""
    signs = (text[max(0, m.start() - 2) : m.start()].rstrip()[-1:] for m in notes)
    rare = sum(
        sign not in wording().known or wording().count(sign) < _COMMON_SIGN for sign in signs
    )
    return rare * _RARE_OF_NOTES >= len(notes)


def _random_tokens(text: str) -> list[re.Match[str]]:
    """Return what a site put at line ends: different tokens of mixed signs, all of some length."""
    tokens = [
        (m, len(_CHANGE.findall(m[0])))
        for m in _TOKEN.finditer(text)
        if m.start() and _BEFORE_TOKEN.match(text[m.start() - 1])
    ]
    mixed = {m[0] for m, changes in tokens if changes >= _LEAST_CHANGES}
    lengths = {len(token) for token in mixed}
    if len(mixed) < _MANY or len(lengths) * 2 > len(mixed):
        return []
    return [m for m, changes in tokens if changes and len(m[0]) in lengths]


def _is_random(signs: str, odd: str) -> bool:
    """Tell whether short tokens hold several odd signs, which no figure or formula does."""
    return len(set(signs) & set(odd)) >= _LEAST_SIGNS and bool(re.search("[A-Za-z]", signs))


def _plain(pinyin: str) -> str:
    """Return pinyin without the marks of its tones."""
    parts = unicodedata.normalize("NFD", pinyin.replace("ü", "v"))
    return "".join(c for c in parts if not unicodedata.combining(c))


@cache
def _syllables() -> re.Pattern[str]:
    initial, final = (any_of("cleaning/pinyin.csv", group) for group in ("initial", "final"))
    return re.compile(f"(?:{initial}?{final}){{1,6}}")


# Which text was read in a wrong encoding, and does a round trip prove it?


class Misreading(NamedTuple):
    """Where a wrong encoding shows, and what writes its bytes and reads them again."""

    shows: re.Pattern[str]
    written: Callable[[str], bytes]
    read: str


def _western(text: str) -> bytes:
    """Return the bytes of a text that was read as Windows or ISO Latin, whichever has each."""
    return b"".join(
        c.encode("cp1252") if c not in _LATIN_ONLY else c.encode("latin-1") for c in text
    )


_LATIN_ONLY = frozenset(map(chr, range(256)))
_CP1252 = "€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ"
_WESTERN = re.compile(rf"[\u0080-\u00ff{_CP1252}]{{2,}}")
_ACCENTED = re.compile("[À-ÖØ-öø-þ]")
_AS_GBK = ("锛", "銆", "鐨", "鈥")
"""What the commonest marks and words of a text in UTF-8 become when it is read as GBK."""

_MISREADINGS = (
    Misreading(_WESTERN, _western, "utf-8"),
    Misreading(re.compile(r"[^\n\f]+"), _western, "gb18030"),
    Misreading(re.compile(r"[^\n]+"), lambda text: text.encode("gb18030"), "utf-8"),
)
_LEAST_GAIN = 1.0
_CHINESE_SIGN = re.compile(f"[{HAN}\u2010-\u2026\u3000-\u303f\uff00-\uffef]")


@cache
def _accented() -> Signs:
    return signs_of((0xC0, 0xD7), (0xD8, 0xF7), (0xF8, 0xFF))


def misread_text(text: str, context: Context) -> list[Edit]:
    """Read again what a wrong encoding spoiled, where its bytes are good text in another.

    >>> spoiled = "医共体建设".encode().decode("latin-1")
    >>> [e.after for e in misread_text(spoiled, Context())]
    ['医共体建设']
    """
    chosen = _MISREADINGS[:2] if where(_accented(), text).any() else ()
    if has_any(text, _AS_GBK):
        chosen = (*chosen, _MISREADINGS[2])
    edits: dict[tuple[int, int], Edit] = {}
    for misreading in chosen:
        doubtful = []
        proven = False
        for m in misreading.shows.finditer(text):
            if m.span() in edits:
                continue
            after, gain = _read_again(m[0], misreading)
            if gain >= _LEAST_GAIN:
                edits[m.span()] = Edit(*m.span(), after, "misread_text")
                proven = True
            elif after:
                doubtful.append(Edit(*m.span(), after, "misread_text"))
        if proven:  # one line that reads well shows how the others were misread
            edits |= {(e.start, e.end): e for e in doubtful if _is_common(e.after)}
    return first_of_overlapping(edits.values())


def _is_common(line: str) -> bool:
    """Say whether a line has no rare Han character, as bytes that are no text would give."""
    return common_characters().issuperset(re.findall(f"[{HAN}]", line))


def _read_again(spoiled: str, misreading: Misreading) -> tuple[str, float]:
    """Return the text that the bytes are in the other encoding, and how well that reads.

    Bytes beyond ASCII that are UTF-8 by chance are next to impossible; those of GB 18030 are not:
    then the whole line must be such bytes, for half a line that reads well proves nothing.
    """
    western = misreading.written is _western
    if not (_ACCENTED.search(spoiled) if western else has_any(spoiled, _AS_GBK)):
        return "", 0.0
    try:
        text = misreading.written(spoiled).decode(misreading.read)
    except UnicodeError:
        return "", 0.0
    if western and misreading.read == "utf-8":
        return (text, _LEAST_GAIN) if _CHINESE_SIGN.search(text) else ("", 0.0)
    if western and (not _is_western(spoiled) or _PRIVATE_SIGN.search(text)):
        return "", 0.0
    return text, wording().gain(text)


_WESTERN_SIGN = re.compile(f"[\u0080-\u00ff{_CP1252}]")
_PRIVATE_SIGN = re.compile("[\ue000-\uf8ff]")


def _is_western(line: str) -> bool:
    """Tell whether half of a line are signs beyond ASCII, as in no language that is written so."""
    return 2 * len(_WESTERN_SIGN.findall(line)) >= len(re.findall(r"\S", line))


# What can nobody read?

_CODES = re.compile(r"(?:\(cid:\d+\)[ \n]?)*\(cid:\d+\)")
_PRIVATE = re.compile("[\ue000-\uf8ff\U000f0000-\U0010ffff]{3,}")
_LOST_BYTES = re.compile("(?:锟斤拷|锟?斤拷锟?)+|(?:烫烫){2,}|(?:屯屯){3,}")
_LEAST_RARE = 8


@cache
def _private() -> Signs:
    return signs_of((0xE000, 0xF900), (0xF0000, 0x110000))


def illegible(text: str, context: Context) -> list[Edit]:
    """Put a token where signs stand that are no text: glyph numbers, private signs, lost bytes.

    >>> [(e.start, e.after) for e in illegible("前言(cid:12)(cid:7)", Context())]
    [(2, '‹GARBLED›')]
    """
    looked_for = (
        (_CODES, "(cid:" in text),
        (_PRIVATE, where(_private(), text).any()),
        (_LOST_BYTES, has_any(text, ("斤拷", "烫烫", "屯屯"))),
    )
    found = [m.span() for pattern, there in looked_for if there for m in pattern.finditer(text)]
    found += _lines_of_rare(text)
    found += _western_lines(text)
    found += _lines_of_one_sign(text)
    found += _encoded_lines(text)
    edits: list[Edit] = []
    for start, end in sorted(found):
        if not edits or start >= edits[-1].end:
            edits.append(Edit(start, end, GARBLED, "illegible"))
    return edits


def _lines_of_rare(text: str) -> Iterator[tuple[int, int]]:
    """Yield each line whose Han characters are mostly rare ones, or that is Latin with accents."""
    odd = where(_odd_signs(), text)
    places = np.flatnonzero(odd).tolist()
    if len(places) < _LEAST_RARE or len({text[at] for at in places}) < _LEAST_RARE // 2:
        return
    reached = 0
    for at in np.flatnonzero(odd[1:] & odd[:-1]).tolist():
        if at < reached:
            continue
        start, end = text.rfind("\n", 0, at) + 1, text.find("\n", at)
        reached = end if end >= 0 else len(text)
        n_odd = int(np.count_nonzero(odd[start:reached]))
        shown = len(re.findall(r"[^\s\x21-\x7e]", text[start:reached]))
        if n_odd >= _LEAST_RARE and 2 * n_odd > shown:
            yield start, reached


_LEAST_ACCENTED = 6


def _western_lines(text: str) -> list[tuple[int, int]]:
    """Return the lines that were read in a wrong encoding and could not be read again."""
    if not where(_accented(), text).any():
        return []
    lines = (m for m in re.finditer(r"[^\n\f]+", text) if not _WORD_SIGN.search(m[0]))
    return [
        m.span()
        for m in lines
        if len(_ACCENTED.findall(m[0])) >= _LEAST_ACCENTED and _is_western(m[0])
    ]


_ONE_SIGN = re.compile(r"[?？]{8}")
_QUESTION = re.compile(r"[?？]")


def _lines_of_one_sign(text: str) -> Iterator[tuple[int, int]]:
    """Yield each line that is next to nothing but question marks, as lost letters leave them."""
    if not has_any(text, ("????", "？？？？")):
        return
    for m in re.finditer(r"[^\n\f]+", text):
        shown = len(re.findall(r"\S", m[0]))
        if _ONE_SIGN.search(m[0]) and 10 * len(_QUESTION.findall(m[0])) >= 9 * shown:
            yield m.span()


_LONG_RUN = re.compile("[A-Za-z0-9+/]{48}")
_ENCODED = re.compile(r"(?m)^[ \t]*([A-Za-z0-9+/]{48,}={0,2})[ \t]*\r?$")
_MOST_ALIKE = 6
"""Characters of a line of bytes in letters over its changes between kinds; words have more."""


def _encoded_lines(text: str) -> list[tuple[int, int]]:
    """Return lines of bytes that were written in letters (base64), where several stand there."""
    if not _LONG_RUN.search(text):
        return []
    lines = [m for m in _ENCODED.finditer(text) if _is_mixed(m[1])]
    return [m.span(1) for m in lines] if len(lines) > 1 else []


def _is_mixed(signs: str) -> bool:
    """Tell whether letters of both sizes and digits change often, as no name and no hash does."""
    kinds = all(re.search(kind, signs) for kind in ("[a-z]", "[A-Z]", "[0-9]"))
    return kinds and len(signs) < _MOST_ALIKE * len(_CHANGE.findall(signs))


@cache
def _odd_signs() -> Signs:
    """Return rare Han characters, private signs and letters with accents."""
    signs = signs_of((0x3400, 0xA000), (0xF900, 0xFB00), (0xE000, 0xF900), (0xC0, 0x100))
    signs[[ord(c) for c in [*common_characters(), *"×÷"]]] = False
    return signs


def illegible_places(text: str, context: Context) -> list[Mark]:
    """Mark what nobody can read.

    >>> illegible_places("前言‹GARBLED›", Context())[0].kind
    'garbled'
    """
    marks = [Mark(*m.span(), "garbled") for m in re.finditer(GARBLED, text)]
    found = _HOLES.finditer(text) if "□" in text else ()
    lines = Counter(text.rfind("\n", 0, m.start()) + 1 for m in found)
    holed = [start for start, n in lines.items() if n >= _LEAST_HOLES]
    for start in holed if len(holed) > 1 else ():
        marks.append(Mark(start, (text + "\n").index("\n", start), "garbled"))
    return marks


_HOLES = re.compile(f"□(?<=[{HAN}，、；：]□)(?=[{HAN}]{{1,2}}[□，。、；：])")
_LEAST_HOLES = 6
"""Boxes among single characters of one line; a form ticks words."""


_LEAST_READABLE = 0.1


def check_readable(mapped: MappedText) -> None:
    """Refuse a source of which next to nothing can be read.

    >>> text = "前(cid:12)(cid:7)(cid:8)"
    >>> check_readable(MappedText.of(text).apply(illegible(text, Context())))  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    policytext.errors.ReadingError: the text must be readable, but 22 of its 23 signs are ...
    """
    if GARBLED not in mapped.text:
        return
    lost = sum(c.end - c.start for c in mapped.changes() if "illegible" in c.rules)
    left = len("".join(mapped.text.split())) - len(GARBLED) * mapped.text.count(GARBLED)
    if left < _LEAST_READABLE * (lost + left):
        raise ReadingError(
            f"the text must be readable, but {lost:,} of its {lost + left:,} signs are no text "
            "(glyph numbers or bytes of another encoding); take the text from another copy, or let "
            "a program for optical character recognition read the pages"
        )

"""What did a run of x, *, ○ or 某 stand for, and which typed token takes its place?"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator
from functools import cache
from itertools import groupby
from typing import NamedTuple

from policytext.cleaning.context import (
    HAN,
    WORDS,
    Context,
    Finding,
    Mark,
    has_any,
    listed,
    replace_each,
)
from policytext.cleaning.mapped import Edit
from policytext.data import any_of, read_table
from policytext.records import MASK

# Which signs of a text may mask something, and which surely do not?

_FAMILIES = {"x": "xXｘＸ", "×": "×✕", "*": "*＊", "○": "○◯◎", "□": "□■", "_": "_＿", "●": "●▲△"}
_BLANKS = "□_"
_SIGNS = "".join(_FAMILIES.values())
_FAMILY_OF = {sign: name for name, signs in _FAMILIES.items() for sign in signs}
_IN_ADDRESS = re.compile(r"[A-Za-z0-9./:_?=&#@~\-]*")
_ADDRESS_REACH = 60
_LETTER = re.compile(r"[A-WYZa-wyz]")
_ZEROS = "一二三四五六七八九〇零"
_BESIDE = re.compile(f"[{HAN}0-9%％]")
_HAN = re.compile(f"[{HAN}]")


class _Run(NamedTuple):
    """A run of masking signs: its place, the signs, and the characters beside it."""

    start: int
    end: int
    signs: str
    before: str
    after: str

    @property
    def family(self) -> str:
        return _FAMILY_OF[self.signs[0]]


def _runs(text: str, markdown: bool) -> Iterator[_Run]:
    """Yield the runs of signs that may mask something."""
    for m in _signs(markdown).finditer(text):
        for start, end in _by_family(m):
            before, after = text[start - 1 : start] if start else "", text[end : end + 1]
            run = _Run(start, end, text[start:end], before, after)
            if _may_mask(run, text):
                yield run


@cache
def _signs(markdown: bool) -> re.Pattern[str]:
    """Return the pattern of a run that stands in no Latin word; in Markdown, stars are markup."""
    signs = "".join(s for name, s in _FAMILIES.items() if not (markdown and name == "*"))
    one = f"[{re.escape(signs)}]"
    # The sign stands before the look behind it, so that the search runs from sign to sign.
    return re.compile(rf"{one}(?<![A-Za-z].){one}*+(?:[.．]{one}++)?+(?![A-Za-z])")


def _by_family(match: re.Match[str]) -> Iterator[tuple[int, int]]:
    """Yield the stretches of a run that are signs of one family."""
    signs, at = match[0], match.start()
    if len({_FAMILY_OF.get(sign) for sign in signs} - {None}) == 1:
        yield match.span()
        return
    for _, group in groupby(signs, key=_FAMILY_OF.get):
        length = len(list(group))
        if signs[at - match.start()] in _FAMILY_OF:
            yield at, at + length
        at += length


def _may_mask(run: _Run, text: str) -> bool:
    """Tell masks from letters of an address, products, zeros and bullets."""
    before, after, family = run.before, run.after, run.family
    if family == "x":
        return not (after.isdigit() and _is_alone(run)) and not _in_address(run, text)
    if before.isdigit() or after.isdigit():
        return False
    if family == "*":
        return not _fills_line(run, text)
    if family == "_":
        return bool(_BESIDE.match(after)) and not (before.isascii() and before.isalnum())
    if family == "○":
        return not any(c in _ZEROS for c in before + after) and not _fills_line(run, text)
    return not _fills_line(run, text, bullet=family != "×")


def _is_latin(character: str) -> bool:
    return character.isascii() and character.isalpha()


def _is_alone(run: _Run) -> bool:
    return len(run.signs) == 1


def _in_address(run: _Run, text: str) -> bool:
    """Return whether the run belongs to an address or identifier in Latin letters and digits."""
    if not (run.before.isascii() and run.after.isascii()):
        return False
    right = _IN_ADDRESS.match(text, run.end, run.end + _ADDRESS_REACH)
    left = _IN_ADDRESS.match(text[max(0, run.start - _ADDRESS_REACH) : run.start][::-1])
    beside = (left[0] if left else "") + (right[0] if right else "")
    within = run.before.isdigit() and run.after.isdigit()
    return within or bool(_LETTER.search(beside))


def _fills_line(run: _Run, text: str, bullet: bool = True) -> bool:
    """Return whether a line holds nothing else than the run, or opens with it as with a bullet."""
    start = text.rfind("\n", 0, run.start) + 1
    if text[start : run.start].strip(_SIGNS + " \t\u3000"):
        return False
    return (bullet and _is_alone(run)) or run.after in ("", "\n", " ", "\t", "\u3000")


def _is_markdown(text: str) -> bool:
    return "**" in text and bool(re.search(r"(?m)^(?:#{1,6} |[*-] |\*\*[^*\n]{2,}\*\*)", text))


# Is a document masked, and with which signs?

# The weight of a place is the natural logarithm of how much likelier it is in a masked document.
# Two signs or more where only a figure, date or place stands, and xx between Chinese characters:
# none in 26 million characters of laws, news and reports but in one form for letters, and in every
# document that is masked.
_RUN_IN_SLOT = 6.0
# One sign in such a slot: common in masked documents; in clean ones 用户×小时 and X线 come near.
_SIGN_IN_SLOT = 2.0
# Blanks and boxes also stand in forms, with a date to fill in or behind a colon.
_BLANK_OF_FORM = -6.0
_MASKED = 5.0
_LONGEST_BLANK = 4
_FORM = re.compile(r"[：:][ \u3000]*$")
_DATED_FORM = re.compile(r"[_＿□]年[ \u3000]*[_＿□]+月")
_WHOLE = "(?!个[案体性]|项目)"
"""个案 and the like are words, no unit."""
_STRICT_SIGN = re.compile(r"[%％﹪‰]")
_STRICT_DATE = re.compile(r"年|[月日](?!龄)")
_OPEN_LEFT = re.compile(r"[^\u3400-\u9fff]$|^$")


@cache
def _strict_unit() -> re.Pattern[str]:
    return re.compile(_WHOLE + any_of(WORDS, "unit_of_range"))


def _is_slot(run: _Run, text: str) -> bool:
    """Return whether only a figure, date or place can stand where the run stands."""
    if run.family not in _BLANKS and _STRICT_DATE.match(text, run.end):
        return True
    if listed("office_after_mask").match(text, run.end):
        return True
    return run.family not in _BLANKS and bool(
        _STRICT_SIGN.match(text, run.end) or _strict_unit().match(text, run.end)
    )


def _weight(run: _Run, text: str) -> float:
    """Return how much one run speaks for a masked document."""
    if run.family in _BLANKS and _FORM.search(text, max(0, run.start - 8), run.start):
        return _BLANK_OF_FORM
    if not _is_slot(run, text):
        return _RUN_IN_SLOT if _is_between_words(run, text) else 0.0
    if _is_short_year(run, text):
        return _RUN_IN_SLOT
    if run.before.isdigit() or (run.family in _BLANKS and len(run.signs) > _LONGEST_BLANK):
        return 0.0
    if len(run.signs) > 1:
        return _RUN_IN_SLOT
    return _SIGN_IN_SLOT if run.family in "x×" and _is_free(run, text) else 0.0


def _is_between_words(run: _Run, text: str) -> bool:
    """Return whether two small letters or more, no xx染色体, stand beside a Chinese character."""
    letters = run.family == "x" and len(run.signs) > 1 and run.signs.islower()
    letters = letters and listed("letter_x").match(text, run.end) is None
    return letters and bool(_HAN.match(run.after) or _HAN.match(run.before))


def _is_free(run: _Run, text: str) -> bool:
    """Return whether what stands before one sign is no factor of a product."""
    before = text[max(0, run.start - 4) : run.start]
    if _OPEN_LEFT.search(before) or before[-1] in "年月第":
        return True
    words = ("number_before_mask", "span_before_years", "place_before_mask", "office_after_mask")
    return any(listed(group, after="$").search(before) for group in words)


def _proven(text: str, markdown: bool) -> tuple[str, ...]:
    """Return the families of signs that mask words in a document."""
    odds: Counter[str] = Counter()
    for run in _runs(text, markdown):
        odds[run.family] += _weight(run, text)  # type: ignore[assignment]
    if _DATED_FORM.search(text):
        odds["_"] += _BLANK_OF_FORM  # type: ignore[assignment]
        odds["□"] += _BLANK_OF_FORM  # type: ignore[assignment]
    return tuple(name for name in _FAMILIES if odds[name] > _MASKED)


def find_masks(text: str, known: Collection[str] = ()) -> Finding | None:
    """Return the evidence that words of a text are masked, with the signs that mask, or None.

    ``known`` are signs that mask in the file a report was cut from. A sign alone, or letters that
    are part of a name, show nothing.

    >>> find_masks("全县共有xx万人，建成x家。").values, find_masks("按用户×小时计费") is None
    (('x',), True)
    """
    if not has_any(text, _SIGNS + "某‹"):
        return None
    markdown = _is_markdown(text)
    families = {*_proven(text, markdown), *known}
    hits = sum(_is_masked(run, text, families) for run in _runs(text, markdown))
    hits += len(MASK.findall(text))
    hits += sum(1 for _ in _anonymous(text, bool(families)))
    values = tuple(name for name in _FAMILIES if name in families)
    return Finding(hits, f"{hits} masked places", values) if hits else None


def _is_masked(run: _Run, text: str, families: Collection[str]) -> bool:
    """Return whether a run masks something in a document in which signs of its family do."""
    if run.family not in families or _is_leak(run, text):
        return False
    if run.before.isdigit() and not _is_short_year(run, text):
        return run.family == "x" and bool(_unit().match(text, run.end))
    if run.family in _BLANKS:
        return _is_slot(run, text) or bool(_unit().match(text, run.end))
    if len(run.signs) > 1:
        return not _names_chromosomes(run, text)
    return _single_sign(run, text) and (run.family != "×" or _is_free(run, text))


_KARYOTYPE = re.compile(r"(?<!\d)4[4-9][,，] ?$")


def _names_chromosomes(run: _Run, text: str) -> bool:
    """Return whether XX are the letters of chromosomes: 46,XX or XX染色体."""
    if run.signs != "XX":
        return False
    near = text[max(0, run.start - 8) : run.start]
    behind = listed("letters_xx", r"(?:[与和或及、/／][XY]{2})*").match(text, run.end)
    return bool(behind or _KARYOTYPE.search(near) or listed("letters_xx", after="$").search(near))


def _single_sign(run: _Run, text: str) -> bool:
    """Return whether one sign is a mask: no X光, no 数据要素×, no 10+X."""
    if listed("letter_x", "[-]?(?:", r"|\d)").match(text, run.end):
        return False
    joined = run.before != "" and run.before in "第∶:-~—" + "+" * run.signs.islower()
    if joined or _is_slot(run, text) or _unit().match(text, run.end):
        return True
    return bool(listed("place_after_mask").match(text, run.end))


@cache
def _leaks() -> re.Pattern[str]:
    """Return the contexts in which a mask is one character of a word and stays as it is."""
    table = read_table("cleaning/mask_in_word.csv")
    return re.compile("|".join(f"(?:{p})" for p in table["pattern"]))


def _is_leak(run: _Run, text: str) -> bool:
    """Return whether the run stands for one character of a word."""
    if len(run.signs) > 2 or run.signs[0] not in "xX":
        return False
    found = _leaks().finditer(text, max(0, run.start - 3), run.end + 6)
    return any(m.start() <= run.start < m.end() for m in found)


_MASKED_YEAR = re.compile(
    r"[xX×*○□_][xX×*○□_]{1,3}"
    r"(?:(?<=20[xX×*○□_]{2})(?![A-Za-z])|(?<=[xX×*○□_]{4})(?=年)|(?<=XX)(?=年(?!来)))"
)


def find_masked_years(text: str, known: Collection[str]) -> Finding | None:
    """Return how many years are masked (20xx年, xxxx年, ‹YEAR›年) with signs that mask, or None."""
    if not has_any(text, "xX×*○□_‹"):
        return None
    masked = sum(_FAMILY_OF[signs[0]] in known for signs in _MASKED_YEAR.findall(text))
    found = masked + text.count("‹YEAR›")
    return Finding(found, f"{found} masked years") if found else None


# Which token takes the place of a mask?

_UNIT_SIGN = r"[%％﹪‰℃㎡]|[~～—\-–－至到+＋∶:][xX×*○□_\d]"
_YEAR_RANGE_AFTER = re.compile(r"[~～—\-–－至][xX×*○□]{4}年")
_SIGN_BEFORE = re.compile(r"[~～—\-–－+＋×xX*○□_∶:]$")
_OTHER_WORD = "[民场域校际长]"
"""What makes 市 or 村 behind 某 another word (市场, 村民)."""


@cache
def _unit() -> re.Pattern[str]:
    return re.compile(f"{_UNIT_SIGN}|{_WHOLE}{any_of(WORDS, 'unit_after_mask')}")


@cache
def _anonymous_place() -> re.Pattern[str]:
    """Return 某 and 某某 before the word of a division, where the word ends there.

    A surname and 某某 (张某某), 某公司 and 某科室 are ways to write a name, and stay.
    """
    office, ending = any_of(WORDS, "office_after_mask"), any_of(WORDS, "after_office")
    double = rf"(?<!某)某某(?={office}(?!{_OTHER_WORD}))"
    return re.compile(rf"{double}|(?<!某)某(?={office}(?:某|{ending}))|(?<!某)某某?(?=同志)")


def _anonymous(text: str, masked: bool) -> Iterator[tuple[int, int, str]]:
    """Yield places that a masked text leaves unnamed with 某, and their tokens.

    One 某 is a word of the language: it masks where a text has other masks, or 某某 of a place.
    """
    if "某" not in text:
        return
    surname = _surnames()
    found = [
        m
        for m in _anonymous_place().finditer(text)
        if len(m[0]) == 1 or not (m.start() and text[m.start() - 1] in surname)
    ]
    if masked or any(len(m[0]) > 1 for m in found):
        for m in found:
            named = text.startswith("同", m.end())
            yield m.start(), m.end(), "‹NAME›" if named else "‹PLACE›"


@cache
def _surnames() -> frozenset[str]:
    """Return the surnames that are no preposition or conjunction."""
    names = read_table("cleaning/surnames.csv")["surname"]
    return frozenset(s for s in names if not listed("after_office").fullmatch(s))


def mask_tokens(text: str, context: Context) -> list[Edit]:
    """Put a typed token where a figure, place, date, name or year was masked; never unmask.

    Only in a document that is masked as a whole, see `find_masks`. The type is read from the
    words round the run: units make a ``‹NUM›``, 省 市 县 a ``‹PLACE›``, 月 日 a ``‹DATE›``, four
    signs before 年 a ``‹YEAR›``, a title beside it a ``‹NAME›``; where they do not tell it is a
    ``‹MASK›``. A sign inside a word (援x专家) stays.

    >>> text = "20xx年,xx县共有xx.x万人"
    >>> [(text[e.start : e.end], e.after) for e in mask_tokens(text, Context())]
    [('20xx', '‹YEAR›'), ('xx', '‹PLACE›'), ('xx.x', '‹NUM›')]
    """
    if not has_any(text, _SIGNS + "某"):
        return []
    markdown = "markdown" in context.hints or _is_markdown(text)
    families = {*_proven(text, markdown), *context.damage.values("masked")}
    years_deleted = context.damage.has("year_digits_deleted")
    unnamed = _anonymous(text, bool(families))
    edits = [Edit(start, end, after, "mask") for start, end, after in unnamed]
    for run in _runs(text, markdown) if families else ():
        if _is_masked(run, text, families):
            short = _is_short_year(run, text)
            after = "‹YEAR›" if short else _typed(run, text, years_deleted)
            edits.append(Edit(run.start - 2 * short, run.end, after, "mask"))
    return sorted(edits)


def _is_short_year(run: _Run, text: str) -> bool:
    """Return whether the run is the rear half of 20xx."""
    if len(run.signs) != 2 or run.start < 2 or not text.startswith("20", run.start - 2):
        return False
    before = text[run.start - 3] if run.start > 2 else ""
    return not (before.isdigit() or _is_latin(before))


def _typed(run: _Run, text: str, years_deleted: bool) -> str:
    """Return the token for one run."""
    before, at = text[max(0, run.start - 4) : run.start], run.end
    if "." in run.signs or "．" in run.signs:
        return "‹NUM›"
    if run.after == "年":
        return _before_year(run.signs, before, text, at, years_deleted)
    if len(run.signs) == 4 and _YEAR_RANGE_AFTER.match(text, at):
        return "‹YEAR›"
    if run.after and run.after in "月日" and _STRICT_DATE.match(text, at):
        return "‹DATE›"
    return _by_context(before, text, at)


def _before_year(run: str, before: str, text: str, at: int, years_deleted: bool) -> str:
    if len(run) == 3 and years_deleted:
        return "‹PLACE›‹YEAR›"
    lasting = listed("span_before_years", after="$").search(before)
    dated = listed("span_after_year", "年(?!", ")").match(text, at)
    return "‹YEAR›" if len(run) >= 4 or (len(run) == 2 and dated and not lasting) else "‹NUM›"


def _by_context(before: str, text: str, at: int) -> str:
    if before.endswith("第"):
        return "‹NUM›"
    place = listed("place_after_mask").match(text, at)
    unit = _unit().match(text, at)
    if unit and not (place and len(place[0]) > len(unit[0])):
        return "‹NUM›"
    if place or listed("institution_after_mask").match(text, at):
        return "‹PLACE›"
    if listed("name_before_mask", after="$").search(before):
        return "‹NAME›"
    if listed("name_after_mask").match(text, at):
        return "‹NAME›"
    if listed("place_before_mask", after="$").search(before):
        return "‹PLACE›"
    if _SIGN_BEFORE.search(before) or listed("number_before_mask", after="$").search(before):
        return "‹NUM›"
    return "‹MASK›"


# Which names and places are marked only?

_SINGLE = re.compile(rf"[xX]{{1,2}}(?=[{HAN}）)])(?<![A-Za-z0-9.][xX])(?<![A-Za-z0-9.][xX]{2})")


def leader_names(text: str, context: Context) -> list[Edit]:
    """Put ``‹NAME›`` where a leader's name was reduced to a letter (A总书记).

    >>> [e.after for e in leader_names("落实A总书记重要指示", Context())]
    ['‹NAME›']
    """
    if not has_any(text, "A_"):
        return []
    names = listed("leader_after_mask", r"[A_](?<![A-Za-z_].)(?=", ")")
    return replace_each(text, names, "‹NAME›", "leader_name_masked")


def masked_words(text: str, context: Context) -> list[Mark]:
    """Mark signs that stand for one character of a word or name: weak evidence of a region."""
    if not (context.damage.has("masked") and has_any(text, "xX")):
        return []
    known = context.damage.values("masked")
    marks = []
    for m in _SINGLE.finditer(text):
        run = _Run(
            m.start(), m.end(), m[0], text[m.start() - 1 : m.start()], text[m.end() : m.end() + 1]
        )
        if _is_leak(run, text) or ("x" in known and not _is_masked(run, text, known)):
            marks.append(Mark(run.start, run.end, "mask_in_word"))
    return marks


def doubtful_masks(text: str, context: Context) -> list[Mark]:
    """Mark signs that may mask a word in a text that does not show it: they stay as they are.

    >>> [text[m.start : m.end] for text in ["自称“XX报”"] for m in doubtful_masks(text, Context())]
    ['XX']
    """
    if not has_any(text, _SIGNS):
        return []
    markdown = "markdown" in context.hints or _is_markdown(text)
    known = context.damage.values("masked")
    return [
        Mark(run.start, run.end, "mask_doubtful", "these signs may mask a word")
        for run in _runs(text, markdown)
        if run.family not in known
        and run.family not in _BLANKS
        and (_weight(run, text) > 0 or (len(run.signs) > 1 and _BESIDE.match(run.after)))
    ]


def masked_ranges(text: str, context: Context) -> list[Mark]:
    """Mark dates and ages whose mask swallowed a separator: the number of signs tells nothing."""
    if not has_any(text, ("‹DATE›", "‹NUM›")):
        return []
    masked = listed("age", "‹DATE›|‹NUM›(?=", ")")
    return [Mark(m.start(), m.end(), "mask_swallows_separator") for m in masked.finditer(text)]


# Which names of private persons must not appear in what is shown or shared?

_START = r"(?:(?<=[，。；、：！？,;:!?（(“\s])|^)"


def mask_private_names(text: str) -> str:
    """Replace the names of private persons and lower officials by ``‹NAME›``.

    A name is a surname and one or two characters beside a title (主任, 医生, 村民 …), in brackets
    before one, or before 同志. Persons of state and province (总书记, 总理, 省长, 部长) stay: they
    are public, and evidence of place and time. Names without a title are not found; check texts by
    eye before publishing them.

    Parameters
    ----------
    text
        Any text, such as the paragraphs of a table that is to be shown.

    Returns
    -------
    str
        The text with tokens in the place of names.

    Examples
    --------
    >>> mask_private_names("局长张某三介绍，李四（副局长）任组长。")
    '局长‹NAME›介绍，‹NAME›（副局长）任组长。'
    >>> mask_private_names("主任高度重视，毛某明省长到会。")
    '主任高度重视，毛某明省长到会。'
    """
    *beside_titles, in_list = _person_patterns()
    for pattern in beside_titles:
        text = pattern.sub(_unnamed, text)
    found = 1
    while found:
        text, found = in_list.subn(r"\1‹NAME›", text)
    return text


@cache
def _person_patterns() -> tuple[re.Pattern[str], ...]:
    surnames = sorted(read_table("cleaning/surnames.csv")["surname"], key=len, reverse=True)
    name = rf"(?:{'|'.join(surnames)})(?:(?![等和与及同])[{HAN}]){{1,2}}?"
    title, verb = any_of(WORDS, "person_title"), any_of(WORDS, "person_verb")
    end = rf"(?=[，。；、：！？,;:!?（()）》”\s]|{verb}|等|$)"
    return (
        re.compile(rf"({name})(?=[（(]{title}[)）])"),
        re.compile(rf"{title}[：:\s]?({name}){end}", re.M),
        re.compile(rf"{_START}({name})(?={any_of(WORDS, 'person_address')})", re.M),
        re.compile(rf"{_START}({name})(?={title}(?:[，。；、,;)）]|{verb}))", re.M),
        re.compile(rf"(‹NAME›(?:[（(]{title}[)）])?、){name}(?=[、，。；（(等\s])"),
    )


def _unnamed(match: re.Match[str]) -> str:
    if listed("state_office").match(match.string, match.end(1), match.end(1) + 5):
        return match[0]
    at = match.start(1) - match.start()
    return match[0][:at] + "‹NAME›" + match[0][at + len(match[1]) :]

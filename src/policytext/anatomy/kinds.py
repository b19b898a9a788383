"""Is a paragraph heading, list item, signature or body?"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache, lru_cache
from itertools import pairwise
from typing import Final, NamedTuple

from policytext.anatomy.lines import (
    CLAUSES_WITH_FIGURE,
    RANK,
    STOP,
    WORDS,
    Enumerator,
    Line,
    read_enumerator,
)
from policytext.cleaning.context import is_row
from policytext.cleaning.damage import find_truncation
from policytext.data import any_of, words_of

LONGEST_FORMAL: Final = 80
LONGEST_HEADING: Final = 60
LONGEST_BOLD: Final = 40
LONGEST_ITEM: Final = 200
FEWEST_ITEMS: Final = 3
"""Numbered lines right below one another that show a list, whose last item heads no text."""
FIRST_LINES: Final = 6
"""Lines among which a speaker may stand whose post and name no space parts."""

_D: Final = "[0-9０-９xX二〇零○OＯ一三四五六七八九十]"
_DATE: Final = re.compile(
    rf"[（(【]?\s*(?:{_D}{{2,4}}\s*年|年|{_D}{{4}}[-./]){_D}{{1,3}}[\s月\-./]*(?:{_D}{{1,3}}\s*日?)?\s*[)）】]?$"
)
_ENDS_DATE: Final = frozenset(
    "0123456789０１２３４５６７８９xX二〇零○OＯ一三四五六七八九十月日-./)）】"
)
_BULLET: Final = re.compile(
    r"[—―－─]{2}|[•●■◆▪·○★☆➢✓◇▲△▶►□☐☑✔]\s*|[—–](?=[\u4e00-\u9fff])|[一二三四五六七八九十]{1,2}[是要](?!求)|[-*]\s|第[一二三四五六七八九十]{1,2}[，,、]"
)
_RUN_IN: Final = re.compile(r"[^。，,；;：:！？!?]{4,30}。(?=.{8})")
_NUMBERED_RUN_IN: Final = re.compile(r"[^。；;：:！？!?]{4,36}。(?=.{8})")
_MARKDOWN: Final = re.compile(r"#{1,6}\s+(?=\S)")
_COLON: Final = re.compile("[：:]")
_NO_HEADING: Final = re.compile("[。；;！!]|[：:，,、]$")
_OF_A_DAY: Final = re.compile(r"[0-9]{1,2}月[0-9]{1,2}日[，, ]?(?=[\u4e00-\u9fff]{4})")
"""How an entry of a chronicle begins."""
_SEVERAL: Final = re.compile("^一[是要].*[；;。]二[是要]")


@cache
def _counted() -> re.Pattern[str]:
    """Return how a line ends that says how much was or will be done: 新增床位150张, 达到66.8%."""
    figure = r"(?<![第0-9.])[0-9][0-9,]*(?:\.[0-9]+)?[余多]?"
    measure = any_of(WORDS, "measure")
    return re.compile(
        rf"[\u4e00-\u9fff]{{4}}\D*{figure}(?:[%％‰]|[万亿]|[万亿]?{measure})[余多]?(?:以[上下])?$"
    )


def counts(words: str) -> bool:
    """Say whether a line ends with how much was or will be done: so no heading ends.

    >>> counts("新增医养结合床位150张"), counts("2021年主要工作"), counts("重点任务清单（第3批）")
    (True, False, False)
    """
    return words[-1:] not in "”》）)年" and _counted().search(words[-40:]) is not None


class Row(NamedTuple):
    """A paragraph as the parts of a report are told by: its words, its kind, its number.

    ``kind``: One of ``policytext.records.KINDS``.
    ``enumerator``: The number it begins with, unless it is a title or a formal line.
    ``flags``: What was seen on the way, such as ``title`` or ``date_line``.
    """

    words: str
    kind: str
    enumerator: Enumerator | None = None
    flags: tuple[str, ...] = ()

    @property
    def behind_number(self) -> str:
        """Its words behind its number."""
        return self.words[self.enumerator.end :] if self.enumerator else self.words

    @property
    def is_heading(self) -> bool:
        """Whether it heads a section; a title heads the whole report."""
        return self.kind == "heading" and "title" not in self.flags


# Which formal line is a short line: date, salutation, speaker, source, issuer?


@cache
def _formal_lines() -> dict[str, re.Pattern[str]]:
    """Return the patterns of formal lines that tell themselves, by the flag they are given."""
    meeting, post = any_of(WORDS, "meeting"), any_of(WORDS, "post")
    year = r"[0-9０-９xX二〇零○\s]{1,8}年"
    given = rf"(?:[—―－\-─]+\s*)?(?:[（(])?{year}.{{2,60}}(?:{meeting}|会)(?:上|所?作?的)"
    spoken = (
        rf"{given}(?:[^。，]{{0,24}})[)）。]?$",
        rf"[^，。；：:]{{0,20}}{post}[\s\u3000]+(?:[^\s，。]{{2,4}}|[^\s，。]\s{{1,2}}[^\s，。])(?:[\s·][^\s，。]{{1,10}})?$",
        rf"(?:{any_of(WORDS, 'cabinet')}|代)?{any_of(WORDS, 'post_alone')}$",
        rf"[—―－─]{{2}}.{{0,40}}{meeting}上.{{0,12}}$",
    )
    greeted = rf"{any_of(WORDS, 'honoured')}?{any_of(WORDS, 'greeted')}[^，。；]{{0,24}}[：:！!]?$"
    patterns = {
        "salutation": greeted,
        "date_line": _DATE.pattern,
        "speaker": "|".join(spoken),
        "source_line": rf"{any_of(WORDS, 'origin')}?来源\s?[:：].{{0,40}}$",
    }
    return {flag: re.compile(pattern) for flag, pattern in patterns.items()}


@cache
def _formal_line() -> re.Pattern[str]:
    """Return the pattern of any formal line that tells itself; its group is the flag."""
    return re.compile("|".join(f"(?P<{flag}>{p.pattern})" for flag, p in _formal_lines().items()))


@cache
def _opening_speaker() -> re.Pattern[str]:
    """Return the pattern of a speaker without a space before the name."""
    governed = rf"[\u4e00-\u9fff]{{2,12}}{any_of(WORDS, 'government')}"
    post = rf"代?{any_of(WORDS, 'post_at_opening')}"
    return re.compile(rf"(?:{any_of(WORDS, 'cabinet')}|{governed})?{post}[\u4e00-\u9fff]{{2,4}}$")


@cache
def _office() -> re.Pattern[str]:
    return re.compile(
        rf"[^，。；：:！!?？、]{{2,40}}{any_of(WORDS, 'office')}(?:[(（]\S{{1,6}}[)）])?$"
    )


@cache
def _ends_office() -> frozenset[str]:
    return frozenset([*")）\n", *(word[-1] for word in words_of(WORDS, "office"))])


def is_date(words: str) -> bool:
    """Say whether a line holds a date and nothing else.

    >>> is_date("2020年7月27日"), is_date("2020年完成")
    (True, False)
    """
    last = words[-1:]  # most lines end otherwise: only the rest is worth the expression
    return (last in _ENDS_DATE or last.isspace()) and _DATE.match(words) is not None


def is_office(words: str) -> bool:
    """Say whether a line could be the name of an office.

    >>> is_office("某县卫生健康局")
    True
    """
    return words[-1:] in _ends_office() and _office().match(words) is not None


def is_formal(words: str) -> bool:
    """Say whether a line is a date, a speaker, a source or an item: no title in any case.

    >>> is_formal("来源：某某日报"), is_formal("某县工作总结")
    (True, False)
    """
    seen = (_formal_lines()[flag] for flag in ("date_line", "speaker", "source_line"))
    return _BULLET.match(words) is not None or any(one.match(words) for one in seen)


def formality(lines: Sequence[Line], i: int) -> str:
    """Name what kind of formal line a short line is, or return nothing."""
    words = lines[i].words
    if len(words) > LONGEST_FORMAL:
        return ""
    if flag := _own_form(words):
        return flag
    if i < FIRST_LINES and _opening_speaker().match(words):
        return "speaker"
    if i == 0 or not is_office(words) or lines[i].number is not None:
        return ""
    at_end = i == len(lines) - 1 or any(is_date(one.words) for one in lines[i + 1 : i + 4])
    return "issuer" if at_end else ""


@lru_cache(maxsize=4096)
def _own_form(words: str) -> str:
    """Name what kind of formal line a line is by itself: the same is asked of it more than once."""
    found = _formal_line().match(words)
    return found.lastgroup or "" if found else ""


# Is a paragraph heading, list item, signature or body?


def read_kinds(lines: Sequence[Line], titles: Sequence[bool] = ()) -> list[Row]:
    """Return the paragraphs of one report with their kinds; ``titles``: those known as titles.

    >>> words = ["一、医改工作", "全县推进医改。", "某县卫生健康局", "2020年7月27日"]
    >>> [row.kind for row in read_kinds([Line(one) for one in words])]
    ['heading', 'body', 'signature', 'signature']
    """
    known = [*titles, *[False] * (len(lines) - len(titles))]
    return [
        Row(line.words, "heading", None, ("title",)) if known[i] else _row(lines, i)
        for i, line in enumerate(lines)
    ]


def _row(lines: Sequence[Line], i: int) -> Row:
    words = lines[i].words
    if lines[i].is_cell:
        return Row(words, "table")
    marks = _MARKDOWN.match(words)
    if marks:
        number = read_enumerator(words, marks.end())
        return Row(words, "heading", number, ("markdown_heading",))
    formal = formality(lines, i)
    if formal:
        return Row(words, "signature", None, (formal,))
    number = lines[i].number
    if _is_laid_out(lines, i):
        return Row(words, "heading", number, lines[i].layout)
    return _plain(lines, i) if number is None else _numbered(lines, i, number)


def _is_laid_out(lines: Sequence[Line], i: int) -> bool:
    """Say whether the format shows a line as a heading; what is in bold may be a sentence."""
    line = lines[i]
    if not line.layout or i + 1 == len(lines):
        return False
    bare = line.words.rstrip("。.：: ")
    longest = LONGEST_BOLD if "strong" in line.layout else LONGEST_HEADING
    return len(bare) <= longest and not STOP.search(bare)


def _numbered(lines: Sequence[Line], i: int, number: Enumerator) -> Row:
    words = lines[i].words
    behind = words[number.end :]
    outer = RANK[number.style] <= RANK["han"]
    listed = "list_item" in lines[i].flags and not outer
    short = _is_short_heading(behind) and not listed
    if short and not _tells(lines, i, number) and _carries(lines, i, number):
        return Row(words, "heading", number)
    run_in = ("runin_heading",) if _NUMBERED_RUN_IN.match(behind) else ()
    single = len(words) <= LONGEST_ITEM and not STOP.search(words[:-1])
    return Row(
        words, "list" if single and _has_sibling(lines, i, number) else "body", number, run_in
    )


def _carries(lines: Sequence[Line], i: int, number: Enumerator) -> bool:
    """Say whether text stands below a numbered line, rather than the next item of its list."""
    if i + 1 == len(lines):
        return False
    ended = lines[i].ends_sentence
    if RANK[number.style] <= RANK["han"] and not ended:
        return True
    before = lines[i - 1].number if i else None
    if before is not None and before.style == number.style and (ended or _ends_list(lines, i)):
        return False
    following = lines[i + 1].number
    if following is None:
        return not formality(lines, i + 1)
    deeper = RANK[following.style] > RANK[number.style] or following.number == 1
    return deeper and following.style != number.style


def _tells(lines: Sequence[Line], i: int, number: Enumerator) -> bool:
    """Say whether a numbered line counts what is done; below an outer number it may head a part."""
    if not counts(lines[i].words):
        return False
    outer = RANK[number.style] <= RANK["hanp"] and lines[i].words[-1] not in "%％‰"
    return not outer or _has_sibling(lines, i, number)


def _ends_list(lines: Sequence[Line], i: int) -> bool:
    """Say whether a line is the last of three numbers or more, one short line each."""
    above = lines[max(i - FEWEST_ITEMS + 1, 0) : i]
    if len(above) < FEWEST_ITEMS - 1 or any(STOP.search(one.words) for one in above):
        return False
    return all(
        one is not None and two is not None and (one.style, one.number + 1) == two[:2]
        for one, two in pairwise(line.number for line in (*above, lines[i]))
    )


def _is_short_heading(words: str) -> bool:
    bare = words.rstrip("。.")
    if bare != words and _COLON.search(bare):
        return False
    told = _NO_HEADING.search(bare) or CLAUSES_WITH_FIGURE.fullmatch(bare)
    return 0 < len(bare) <= LONGEST_HEADING and not told


def _has_sibling(lines: Sequence[Line], i: int, own: Enumerator) -> bool:
    near = [one.number for one in (*lines[max(i - 1, 0) : i], *lines[i + 1 : i + 2])]
    return any(
        one is not None and one.style == own.style and abs(one.number - own.number) == 1
        for one in near
    )


def _plain(lines: Sequence[Line], i: int) -> Row:
    words = lines[i].words
    run_in = ("runin_heading",) if _RUN_IN.match(words) else ()
    if _BULLET.match(words) and not _SEVERAL.search(words):
        return Row(words, "list", None, run_in)
    if lines[i].looks_like_heading and "list_item" in lines[i].flags:
        return Row(words, "list")
    if lines[i].looks_like_heading and i + 1 < len(lines) and not _is_entry(lines, i):
        return Row(words, "heading")
    return Row(words, "body", None, run_in)


def _is_entry(lines: Sequence[Line], i: int) -> bool:
    """Say whether a short line is one of several that count what is done, or of a chronicle.

    Right above a sentence it may be a headline: 总投资超600亿元.
    """
    words, below = lines[i].words, lines[i + 1]
    if counts(words):
        return not below.ends_sentence and len(below.words) <= LONGEST_HEADING
    near = (*lines[max(i - 1, 0) : i], below)
    return bool(_OF_A_DAY.match(words)) and any(_OF_A_DAY.match(one.words) for one in near)


# Does a text end where its last sentence, table or signature does?


def has_body(text: str) -> bool:
    """Say whether a text holds more than a title: a sentence, or many characters.

    >>> has_body("某县工作总结"), has_body("全县完成任务。")
    (False, True)
    """
    return re.search("[。；;！？!?]", text) is not None or len(text) > 120


def _opens_section(above: Line, last: Line) -> bool:
    """Say whether a text ends with the first sub-heading of a section, and nothing below it."""
    own, outer = last.number, above.number
    first = own and outer and own.number == 1 and RANK[own.style] > RANK[outer.style]
    return bool(first and not (last.ends_sentence or above.ends_sentence))


def has_rows(text: str) -> bool:
    """Say whether two lines at least are rows of a table: a report may hold no sentence.

    >>> has_rows("项目表\\n县医院 3.2亿元 85%\\n体育馆 1.1亿元 60%")
    True
    """
    return sum(map(is_row, text.split("\n")[1:])) > 1


_OPEN_MARKS: Final = "，,、（(《“‘"
"""Marks that end no report, however short its last line is."""
SHORTEST_OPEN: Final = 4


def breaks_off(text: str) -> bool:
    """Say whether the last line begins like sentences and ends without one.

    >>> breaks_off("全县完成任务。\\n一是规划先行，"), breaks_off("全县完成任务。")
    (True, False)
    """
    if not has_body(text):
        return not has_rows(text)
    if find_truncation(text):
        return True
    rows = text.rstrip().rsplit("\n", 2)
    last = Line(rows[-1].strip())
    if _opens_section(Line(rows[-2].strip() if len(rows) > 1 else ""), last):
        return True
    if last.words[-1] in _OPEN_MARKS and last.n_han >= SHORTEST_OPEN:
        return True
    tail = re.split("[。！？!?]", last.words[-200:])[-1]
    whole = last.ends_sentence or last.words[-1] in "%％）)】]" or any(map(is_date, tail.split()))
    return len(last.words) > 40 and "。" in last.words and len(tail) > 1 and not whole

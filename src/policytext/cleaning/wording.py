"""Which words, spaces and marks were swapped, lost or written oddly?"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache
from math import exp, lgamma, log
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick, Implementation

from policytext.cleaning.context import (
    HAN,
    TERMINAL,
    WORDS,
    Context,
    Finding,
    Mark,
    SlowRuleError,
    first_of_overlapping,
    has_any,
    is_row,
    join_odds,
    listed,
)
from policytext.cleaning.mapped import Edit, spliced
from policytext.cleaning.plausible import wording
from policytext.data import any_of, read_table
from policytext.reading.source import at_most
from policytext.records import count_han

# Which words did a rewriting tool swap?

_PRIORITY = {"signature": 0, "phrase": 1, "pattern": 2, "word": 3}
_EVIDENCE = ("signature", "word")
_KNOWN_PAIR = 0.1
"""Share of the listed pairs that a tool is taken to know."""

_BURST = 2.0
"""How many uses of a pair tell as much as its share in clean text; few, as words come in bursts."""

_SHOWN = 7.5
"""Log-odds from which a document shows a tool; clean documents of every kind stay below 6.1."""

_ONE_PAIR = 6.0
"""Most that one pair says where clean text uses the swapped word too: one word shows no tool."""

_IN_USE = 0.001
"""Share of a pair's uses from which clean text uses the swapped word too."""

_BETTER = 2.0
"""Log-odds from which the original is clearly more plausible in place."""

_AT_HOME = 4.0
"""Fit from which the original belongs into a place: three of four of its uses in clean text."""

_CERTAIN, _CERTAIN_IN_USE = 5.0, 9.0
"""Log-odds from which a repair is certain (precision ≥ 0.995 on swaps planted into reports, laws
and news); a word that clean text uses too (到达现场) asks for more."""

_OWN_USE = 5.0
"""Log-odds that a use which the list knows to be genuine has on its side."""

_PATTERN_LEAST = -15.0
"""Patterns and phrases are right where a tool was at work: only nonsense is refused."""


class Swap(NamedTuple):
    """A swapped word and the word it stands for; ``keep`` matches its genuine uses."""

    swapped: str
    original: str
    kind: str
    pattern: re.Pattern[str]
    keep: re.Pattern[str] | None


@cache
def swaps() -> tuple[Swap, ...]:
    """Return the list of swaps that rewriting tools make (``cleaning/swaps.csv``)."""
    rows = read_table("cleaning/swaps.csv").itertuples()
    found = [
        Swap(
            str(r.swapped),
            str(r.original),
            str(r.kind),
            re.compile(str(r.pattern) or re.escape(str(r.swapped))),
            re.compile(str(r.keep)) if r.keep else None,
        )
        for r in rows
    ]
    return tuple(sorted(found, key=lambda swap: _PRIORITY[swap.kind]))


@cache
def _evidence() -> tuple[AhoCorasick, tuple[Swap, ...]]:
    """Return the swaps that tell a tool, and what finds all their words in one pass."""
    telling = tuple(swap for swap in swaps() if swap.kind in _EVIDENCE)
    words = [swap.swapped for swap in telling]
    return AhoCorasick(words, implementation=Implementation.DFA), telling


def find_swaps(text: str) -> Finding | None:
    """Return the swapped words of a document, or None where no rewriting tool was at work.

    A tool swaps every occurrence. All listed pairs are weighed together: how much likelier is it
    that a tool wrote the swapped words, or that they stand here as often as in clean text?

    >>> find_swaps("提高效劳质量，优化效劳流程，扩大效劳范围，到达标准").values
    ('效劳', '到达')
    >>> find_swaps("提高服务质量，队伍到达现场") is None
    True
    """
    hits: dict[Swap, int] = {}
    odds = 0.0
    finder, telling = _evidence()
    counts = Counter(i for i, _, _ in finder.find_matches_as_indexes(text, overlapping=True))
    for i, count in sorted(counts.items()):
        swap = telling[i]
        left = text.count(swap.original)
        if 4 * left <= count and (uses := _better_swapped(text, swap)):
            hits[swap] = len(uses)
            odds += max(0.0, _weight(swap, _at_home(text, swap, uses), left))
    if odds < _SHOWN:
        return None
    words = ", ".join(
        f"{s.swapped} {n}, {s.original} {text.count(s.original)}" for s, n in hits.items()
    )
    note = f"{words}; log-odds of a rewriting tool {odds:.1f}"
    return Finding(sum(hits.values()), note, tuple(s.swapped for s in hits))


def _better_swapped(text: str, swap: Swap) -> list[tuple[int, int]]:
    """Return where the original would be clearly more plausible than its swap."""
    return [m.span() for m, gain in _gains(text, swap) if gain >= _BETTER]


def _at_home(text: str, swap: Swap, uses: Sequence[tuple[int, int]]) -> int:
    """Return in how many places the original belongs; 0 if it is strange in most of all places.

    A rare word that is meant (a 屯子 with a name) is beaten by any common one, in every place.
    """
    fitting = sum(wording().fit(text, *use, swap.original) >= _AT_HOME for use in uses)
    return fitting if 2 * fitting >= len(swap.pattern.findall(text)) else 0


def _gains(text: str, swap: Swap) -> Iterator[tuple[re.Match[str], float]]:
    """Yield each place of a swapped word, and how much likelier the original is there.

    What looks like a use of its own must be the likelier by as much as makes a repair certain.
    """
    genuine = list(swap.keep.finditer(text)) if swap.keep else []
    starts, ends = {m.start() for m in genuine}, {m.end() for m in genuine}
    for m in swap.pattern.finditer(text):
        own = m.start() in starts or m.end() in ends
        yield m, wording().log_odds(text, *m.span(), swap.original) - own * _OWN_USE


def _weight(swap: Swap, count: int, left: int) -> float:
    """Return the log-odds that a tool wrote so many swapped words and left so many originals.

    In clean text the swapped word has its share of the pair's uses, and comes in bursts (a
    beta-binomial distribution); a tool that knows the pair leaves one use in twenty.
    """
    share = _share_in_clean_text(swap)
    clean = _beta_binomial(count, left, _BURST * share, _BURST * (1 - share))
    tool = _beta_binomial(count, left, 19.0, 1.0)
    weight = log(_KNOWN_PAIR * exp(tool - clean) + 1 - _KNOWN_PAIR)
    return min(weight, _ONE_PAIR) if share > _IN_USE else weight


@cache
def _share_in_clean_text(swap: Swap) -> float:
    """Return the share that the swapped word has of the pair's uses in clean text."""
    uses = wording().count(swap.swapped), wording().count(swap.original)
    return (uses[0] + 0.5) / (sum(uses) + 1)


def _beta_binomial(yes: int, no: int, alpha: float, beta: float) -> float:
    """Return the logarithm of a beta-binomial probability, less the number of orders."""
    ends = lgamma(yes + alpha) + lgamma(no + beta) - lgamma(yes + no + alpha + beta)
    return ends - lgamma(alpha) - lgamma(beta) + lgamma(alpha + beta)


def swapped_words(text: str, context: Context) -> list[Edit]:
    """Put back the words a rewriting tool swapped, in documents that show the tool.

    A word is put back where the original is the more plausible reading, which keeps words that
    only seem to stand there across a border (承|包管|理). Each is judged in the text as it was
    put right before, as swapped words stand beside one another.

    >>> from policytext.cleaning import Damage
    >>> from policytext.cleaning.context import Damage
    >>> context = Context(Damage({"synonym_swapped": Finding(3, "", ("效劳",))}))
    >>> swapped_words("签约效劳,进一步标准诊疗行为", context)[0].after
    '服务'
    """
    shown = set(context.damage.values("synonym_swapped"))
    edits: list[Edit] = []
    right = text
    for swap in swaps():
        missing = 4 * text.count(swap.original) <= text.count(swap.swapped)
        if swap.swapped in right and (
            swap.swapped in shown or (swap.kind not in _EVIDENCE and missing)
        ):
            made = list(_put_back(swap, right))
            right = spliced(right, made)
            edits += made
    return first_of_overlapping(reversed(edits))


def _put_back(swap: Swap, text: str) -> Iterator[Edit]:
    """Yield the repair of each place where the original is the more plausible reading."""
    least = 0.0 if swap.kind in _EVIDENCE else _PATTERN_LEAST
    plainly = _CERTAIN_IN_USE if _share_in_clean_text(swap) > _IN_USE else _CERTAIN
    for m, gain in _gains(text, swap):
        if gain > least:
            sure = gain >= plainly and swap.kind != "pattern"
            certainty = "certain" if sure else "likely"
            yield Edit(m.start(), m.end(), swap.original, "synonym_swapped", certainty)


# Which known slips stand in the text, and what does the researcher replace?


class Slip(NamedTuple):
    """A known wrong phrase, its right form, and what must stand in the document."""

    trigger: str
    pattern: re.Pattern[str]
    right: str
    certainty: str


@cache
def slips() -> tuple[Slip, ...]:
    """Return the whitelist of wrong phrases (``cleaning/phrases.csv``)."""
    rows = read_table("cleaning/phrases.csv").itertuples()
    return tuple(
        Slip(str(r.trigger), re.compile(str(r.pattern)), str(r.right), str(r.certainty))
        for r in rows
    )


def wrong_phrases(text: str, context: Context) -> list[Edit]:
    """Correct whole phrases that are always wrong, unless they are plausible where they stand.

    >>> wrong_phrases("征收社会扶养费", Context())[0].after
    '社会抚养费'
    """
    edits = []
    for slip in slips():
        if has_any(text, (slip.trigger,)):
            for m in slip.pattern.finditer(text):
                after = m.expand(slip.right)
                if len(after) != len(m[0]) or wording().log_odds(text, *m.span(), after) >= 0:
                    edits.append(Edit(m.start(), m.end(), after, "typo", slip.certainty))
    return first_of_overlapping(edits)


# Which spaces stand inside words and figures rather than between parts of the text?

_BEFORE_MARK = re.compile(rf" (?<=[{HAN}\d%％﹪‰] ) *(?=[，。；、：,;：)）])")
_AFTER_MARK = re.compile(rf" (?<=[；，] ) *(?=\d+岁|[{HAN}])")
_AT_POINT = re.compile(
    rf" (?<=\d )(?=\.\d)| (?<=[{HAN}]\d\d\. | \d\d\. |\d\d\d\. )(?=\d{{1,2}} ?[%％‰])"
)
"""A space at a decimal point; behind one, a percentage of two figures: 1. 95% opens an item."""
_SPACED_DECIMAL = re.compile(
    rf"(?:(?<=[{HAN}])\d{{2,5}}\. |(?:(?<=[{HAN}])|(?<=[{HAN}] ))\d{{1,5}} \. ?)\d{{1,2}} ?"
    r"(?=[%％‰]|[万亿]|个百分点)"
)
"""A decimal with its unit and a space in it: no item begins so behind a word."""
_SPACES = re.compile(" +")
_LEAST_SPACED = 3
_LEAST_WRAPS = 2
_STOPS = "。；"
_WITHIN_WORD = 15.0
"""Log-odds that two characters are one word over a space, though another space follows: 公立医 院
has 23, between words 6 to 12."""
_LEAST_BEGUN = 4
_COMMON_PAIR = 200
"""So often two characters of one word must have been seen: the odds of rare ones are not known."""
_BETWEEN_HAN = re.compile(rf" (?<=[{HAN}”] )(?=[{HAN}“《])")
_ENUMERATED = re.compile(
    r"\s*(?:第?[一二三四五六七八九十百]+[、章节条部]|[（(][一二三四五六七八九十\d]+[)）]|\d+[、.．)）])"
)
_BORDER = re.compile(r"[。！？!?\n\s]")
_UP_TO_BORDER = re.compile(f"(?s:.)*{_BORDER.pattern}")
_INNER_MARK = re.compile(r"[，,、；;：:“（(]")


@cache
def _around_figures() -> tuple[re.Pattern[str], ...]:
    unit = f"(?:[%％﹪‰℃]|{any_of(WORDS, 'unit_after_space')})"
    figure = r"\d+(?:\.\d+)?(?! *[、.．)）\d]| *年| *月)"
    return (
        re.compile(rf" (?<=\d ) *(?={unit})"),
        re.compile(rf" (?<=[{HAN}] ) *(?={figure}(?: *{unit}| *[；;，,。]))"),
    )


def find_spaced_figures(text: str) -> Finding | None:
    """Return how many figures have spaces round them; fewer than three are no pattern."""
    if " " not in text:
        return None
    hits = sum(len(pattern.findall(text)) for pattern in _around_figures())
    return (
        Finding(hits, f"{hits} spaces between figures and units") if hits >= _LEAST_SPACED else None
    )


def spaces_in_numbers(text: str, context: Context) -> list[Edit]:
    """Drop spaces between a figure and its unit or noun, and before punctuation.

    A space before an enumerator (做法 1、加快) is a lost line break and stays, and so do those
    between the cells of a table. One figure alone is mended within a decimal only.

    >>> text = "完成率108.03 %，开展86. 4 %，费用3 万元，人数5 人，主要做法 1、加强管理"
    >>> from policytext.cleaning.context import Damage
    >>> context = Context(Damage({"spaced_figures": Finding(3, "")}))
    >>> [len(spaces_in_numbers(text, one)) for one in (context, Context())]
    [5, 2]
    """
    if " " not in text:
        return []
    decimals = (_SPACES.finditer(text, *m.span()) for m in _SPACED_DECIMAL.finditer(text))
    spans = {m.span(): "likely" for found in decimals for m in found}
    if context.damage.has("spaced_figures"):
        spans |= {m.span(): "likely" for m in _AT_POINT.finditer(text)}
        patterns = (*_around_figures(), _BEFORE_MARK, _AFTER_MARK)
        spans |= {m.span(): "certain" for p in patterns for m in p.finditer(text)}
    return [
        Edit(a, b, "", "spaces_in_numbers", sure)
        for (a, b), sure in sorted(spans.items())
        if not _is_in_table(text, a)
    ]


def _is_in_table(text: str, at: int) -> bool:
    """Return whether a line and one beside it look like rows of a table."""
    start, end = text.rfind("\n", 0, at) + 1, _line_end(text, at)
    if not is_row(text[start:end]):
        return False
    above = text[text.rfind("\n", 0, max(0, start - 1)) + 1 : max(0, start - 1)]
    return is_row(above) or is_row(text[end + 1 : _line_end(text, end + 1)])


def _line_end(text: str, at: int) -> int:
    end = text.find("\n", at)
    return end if end >= 0 else len(text)


def find_wrap_spaces(text: str) -> Finding | None:
    """Return how many spaces stand in mid-sentence, outside quotations; one is no pattern."""
    hits = sum(1 for at in _wrap_spaces(text) if not _is_quoted(text, at))
    if hits < _LEAST_WRAPS:
        return None
    return Finding(hits, f"{hits} spaces between Han characters in mid-sentence")


def spaces_in_words(text: str, context: Context) -> list[Edit]:
    """Drop a single space in mid-sentence: an old line wrap, not the end of a title.

    Only in documents with at least two such spaces. The stretch before the space must be running
    text (it has a comma, a quote or a colon since the last border and does not open with an
    enumerator); the stretch after it must go on to a full stop. Titles and the two halves of a
    slogan keep theirs.

    >>> text = "纳入财政预算,县财政每年为公立医 院安排资金。 二、主要做法"
    >>> [(e.start, e.end) for e in spaces_in_words(text, Context())]
    [(16, 17)]
    """
    return [
        Edit(at, at + 1, "", "space_inside_word")
        for at in _wrap_spaces(text)
        if not _is_slogan(text, at)
    ]


def _wrap_spaces(text: str) -> Iterator[int]:
    for m in _BETWEEN_HAN.finditer(text):
        left = _stretch_before(text, m.start())
        following = text[m.end() : m.end() + 12]
        if _ENUMERATED.match(left) or not (
            _INNER_MARK.search(left) or _is_in_first_clause(text, m.end(), left, following)
        ):
            continue
        if _ENUMERATED.match(following) or listed("line_opening").match(following):
            continue
        if _goes_on(text, m.end()) or join_odds(left, following, _STOPS) >= _WITHIN_WORD:
            yield m.start()


def _is_in_first_clause(text: str, at: int, left: str, following: str) -> bool:
    """Return whether a space stands within a word of a sentence that has no mark before it yet."""
    clause = _INNER_MARK.search(text, at, at + 40)
    begun = count_han(left) >= _LEAST_BEGUN and clause is not None
    word = left[-1:] + following[:1]
    common = begun and wording().count(word) >= _COMMON_PAIR
    return common and join_odds(left, following, _STOPS) >= _WITHIN_WORD


def _is_quoted(text: str, space: int) -> bool:
    before, after = text[max(0, space - 60) : space], text[space : space + 60]
    return (
        before.rfind("“") > before.rfind("”")
        or before.rfind("《") > before.rfind("》")
        or (after[1:2] == "“" or before[-1:] == "”")
    )


def _is_slogan(text: str, space: int) -> bool:
    """Return whether the space parts a title in 《》 or the equal halves of a quoted slogan."""
    if re.search(r"《[^》\n]*$", text[max(0, space - 60) : space]):
        return True
    before = re.search(r"“([^“”\s]{2,30})$", text[max(0, space - 31) : space])
    after = re.match(r"([^“”\s]{2,30})”", text[space + 1 : space + 32])
    return bool(before and after and len(before[1]) == len(after[1]))


def _stretch_before(text: str, position: int) -> str:
    window = text[max(0, position - 200) : position]
    found = _UP_TO_BORDER.match(window)
    return window[found.end() :] if found else window


def _goes_on(text: str, position: int) -> bool:
    """Return whether a sentence follows that ends in a full stop before any space or line end."""
    match = _BORDER.search(text, position, position + 160)
    return match is None or match[0] in "。！？!?"


# Which marks were lost or written in a look-alike form?

_LOOK_ALIKES = {
    "﹢": "+",
    "⋯": "…",
    "∶": ":",
    "﹐": "，",
    "﹔": "；",
    "﹕": "：",
    "﹑": "、",
    "﹒": ".",
}
_LOOK_ALIKE = re.compile("[" + "".join(_LOOK_ALIKES) + "]")
_MASK_AFTER_PERCENT = re.compile(rf"[%％](?=[xX×*○□_]+[{HAN}%％.])")
_PERCENT_AT_END = re.compile(r"[%％](?<=[\dxX×*○□_›].)(?=[ \t]*(?:\n|\Z))")
_LEAST_LINE = 40
_MOST_MARKED = 0.8
_WIDE = {",": "，", ";": "；", ":": "：", "?": "？", "!": "！"}
_NARROW_MARK = re.compile(rf"[,;:?!](?<=[{HAN}%％‰”）》].)(?=[{HAN}“《（]|\n|\Z)")
_LEAST_WIDE = 5


def look_alikes(text: str, context: Context) -> list[Edit]:
    """Write look-alike symbols (﹢ ⋯ ∶) in their usual form; ㎡ stays."""
    if not has_any(text, _LOOK_ALIKES):
        return []
    return [
        Edit(m.start(), m.end(), _LOOK_ALIKES[m[0]], "odd_symbols")
        for m in _LOOK_ALIKE.finditer(text)
    ]


def break_after_percent(text: str, context: Context) -> list[Edit]:
    """Insert a comma where a mask swallowed the mark after a percentage.

    >>> [(e.start, e.after) for e in break_after_percent("建档率xx%xx岁以上", Context())]
    [(6, '，')]
    """
    if not has_any(text, "xX×*○□_") or not _MASK_AFTER_PERCENT.search(text):
        return []
    comma = "，" if text.count("，") >= text.count(",") else ","
    return [
        Edit(m.end(), m.end(), comma, "mask_swallows_punctuation")
        for m in _MASK_AFTER_PERCENT.finditer(text)
    ]


def full_stop_after_percent(text: str, context: Context) -> list[Edit]:
    """Add the full stop a paragraph lost after a final percentage; short lines are headings.

    The document's other paragraphs must end in a mark: items of a list often have none.
    """
    if not has_any(text, ("%\n", "％\n", "% \n")) and not text.rstrip().endswith(("%", "％")):
        return []
    found = [
        m
        for m in _PERCENT_AT_END.finditer(text)
        if m.end() - text.rfind("\n", 0, m.start()) - 1 > _LEAST_LINE
    ]
    if not found or not _ends_in_marks(text):
        return []
    return [Edit(m.end(), m.end(), "。", "sentence_end_lost_percent") for m in found]


def _ends_in_marks(text: str) -> bool:
    """Return whether nearly all long lines that end in no percentage end in a mark."""
    ends = [line.rstrip()[-1] for line in text.split("\n") if len(line.strip()) > _LEAST_LINE]
    others = [end for end in ends if end not in "%％"]
    return 0 < _MOST_MARKED * len(others) <= sum(end in TERMINAL for end in others)


_STRAIGHT = "\"＂'"
_PARTNER = {"“": "”", "‘": "’", "「": "」", "『": "』", "〝": "〞"}
_OPENER = {closing: opening for opening, closing in _PARTNER.items()} | {"〟": "〝"}
_PAIRED = {**_PARTNER, "《": "》", "〈": "〉"}
_USUAL = {"〝": "“", "〞": "”", "〟": "”"}
_QUOTES = re.compile(
    "[" + "".join({*_PARTNER, *_OPENER} - {"’"}) + '"＂\n]'
    "|(?<![A-Za-z0-9])['’]|['’](?![A-Za-z0-9])"  # else the apostrophe of a word
)
_LONGEST_QUOTE = 60


def quote_pairs(text: str, context: Context) -> list[Edit]:
    r"""Write both marks of a quotation in one kind where one of them is a straight mark.

    A pair of straight marks stays, and so does one whose partner is not the next mark of the line.

    >>> edits = quote_pairs("落实“十四五\"规划和\"双减”", Context())
    >>> [(e.start, e.after) for e in edits]
    [(6, '”'), (10, '“')]
    """
    if not has_any(text, _STRAIGHT + "〝"):
        return []
    marks = list(_QUOTES.finditer(text))
    edits: list[Edit] = []
    at = 0
    while at + 1 < len(marks):
        first, last = marks[at], marks[at + 1]
        following = marks[at + 2][0] if at + 2 < len(marks) else ""
        if last[0] in _STRAIGHT and following and following == _PARTNER.get(first[0]):
            at += 3
        elif _is_nested(text, marks[at : at + 4]):
            at += 4
        elif usual := _as_pair(first, last):
            edits += (
                Edit(*m.span(), s, "quote_pair") for m, s in zip((first, last), usual, strict=True)
            )
            at += 2
        else:
            at += 1
    return [edit for edit in edits if edit.after != text[edit.start : edit.end]]


def _as_pair(first: re.Match[str], last: re.Match[str]) -> tuple[str, str] | None:
    """Return how two marks are written that open and close a short quotation, or None."""
    inside = last.start() - first.end()
    opening, closing = first[0], last[0]
    if not 0 < inside <= _LONGEST_QUOTE or "\n" in opening + closing:
        return None
    if opening in _STRAIGHT:
        opening = _OPENER.get(closing, "") or opening
    if closing in _STRAIGHT:
        closing = _PARTNER.get(opening, "") or closing
    if closing in _STRAIGHT or _OPENER.get(closing) == opening:
        return _USUAL.get(opening, opening), _USUAL.get(closing, closing)
    return None


def _is_nested(text: str, marks: Sequence[re.Match[str]]) -> bool:
    """Return whether four marks are a pair of straight ones within a quotation.

    In “目标是"健康县城"” the first straight mark opens, in “十四五"规划和"双减” it closes.
    """
    if len(marks) < 4 or marks[3][0] != _PARTNER.get(marks[0][0]):
        return False
    return {m[0] for m in marks[1:3]} <= set(_STRAIGHT) and _opens(text, marks[1]) > 0


def _opens(text: str, mark: re.Match[str]) -> float:
    """Return how much likelier (natural logarithm) a quotation opens at a mark than closes."""
    left, right = text[max(0, mark.start() - 2) : mark.start()], text[mark.end() : mark.end() + 2]
    left = left.rjust(2, "\n")
    return wording().score(f"{left}“{right}") - wording().score(f"{left}”{right}")


def find_lost_quotes(text: str) -> Finding | None:
    """Return the evidence that one kind of quotation mark was lost, or None.

    >>> find_lost_quotes("“双百考评，“三名三进，“治未病预防").note
    '“ 3, ” 0'
    """
    pairs = quote_pairs(text, Context())
    right = spliced(text, pairs) if pairs else text
    opened, closed = right.count("“"), right.count("”")
    missing = abs(opened - closed)
    if missing < 3 or missing * 3 < max(opened, closed):
        return None
    return Finding(missing, f"“ {opened}, ” {closed}", ("”" if opened > closed else "“",))


@cache
def _quoted_names() -> re.Pattern[str]:
    names = sorted(read_table("cleaning/quoted_names.csv")["name"], key=len, reverse=True)
    return re.compile("“(" + "|".join(map(re.escape, names)) + r")(?![”\"'’])")


def lost_closing_quotes(text: str, context: Context) -> list[Edit]:
    """Close a quotation that holds a known name, words quoted whole elsewhere, or ends plainly.

    What stands in quotes elsewhere in the document proves the end; else one place must be by far
    the likeliest, and then the repair is likely. Other lost ends are only marked, and so are those
    behind which a word follows that may end the quotation as well. A mark that stands at the end
    already is replaced where it can be nothing but the closing one, and nothing is put before it.

    >>> from policytext.cleaning import Damage
    >>> from policytext.cleaning.context import Damage
    >>> context = Context(Damage({"quotes_lost": Finding(3, "", ("”",))}))
    >>> lost_closing_quotes("开展“双百考评", context)[0]
    Edit(start=5, end=5, after='”', rule='closing_quote_lost', certainty='certain')
    """
    if context.damage.values("quotes_lost") != ("”",):
        return []
    names = {m.start(): m.end() for m in _quoted_names().finditer(text)}
    quoted = sorted({m[1] for m in _QUOTED.finditer(text)}, key=len, reverse=True)
    edits: list[Edit] = []
    for m in _UNCLOSED.finditer(text):
        if edits and edits[-1].end > m.start():
            continue
        end, sure = names.get(m.start(), 0), "certain"
        if not end and (whole := [q for q in quoted if text.startswith(q, m.end())]):
            end = m.end() + len(whole[0])
        # A mark that opens a paragraph may quote several paragraphs, as in amendments of laws.
        if not end and text[text.rfind("\n", 0, m.start()) + 1 : m.start()].strip():
            end, sure = _likeliest_end(text, m.end()), "likely"
        mark = _QUOTE_LIKE.search(text, m.end(), _end_of_clause(text, end)) if end else None
        slip = mark is not None and _is_slip(text, m.start(), mark)
        if mark and mark.start() == end and slip:
            edits.append(Edit(end, end + 1, "”", "closing_quote_lost", "likely"))
        elif mark and (slip or mark.start() <= end):
            continue
        elif end and not _may_end_later(text, end):
            edits.append(Edit(end, end, "”", "closing_quote_lost", sure))
    return edits


def _end_of_clause(text: str, at: int) -> int:
    """Return where the clause ends in which a place stands, or how far a quotation may reach."""
    far = min(len(text), at + _LONGEST_TERM)
    return next((i for i in range(at, far) if text[i] in "，。；\n"), far)


_QUOTE_LIKE = re.compile("[" + "".join({*_PARTNER, *_OPENER} - {"”"}) + _STRAIGHT + "《》〈〉<>`´]")
_SLIPS = {"“": "”", "‘": "’", "〟": "〝"} | {
    closing: opening for opening, closing in _PAIRED.items()
}
"""Marks that stand for a closing one by mistake, with the mark that else belongs to them."""


def _is_slip(text: str, start: int, mark: re.Match[str]) -> bool:
    """Return whether a mark where a quotation ends can only be its closing mark, mistyped."""
    partner = _SLIPS.get(mark[0], "")
    if not partner:
        return False
    line_start, line_end = text.rfind("\n", 0, start) + 1, text.find("\n", mark.end())
    line_end = len(text) if line_end < 0 else line_end
    if mark[0] not in _PARTNER:
        before = text[line_start : mark.start()]
        return before.count(partner) <= before.count(mark[0])
    following = re.compile(f"[{mark[0]}{partner}]").search(text, mark.end(), line_end)
    return following is None or following[0] != partner


_QUOTED = re.compile(r"“([^“”\n，。；]{2,20})”")
_UNCLOSED = re.compile(r"“(?![^“\n]{0,60}”)")
_LONGEST_TERM, _LONGEST_HEAD = 24, 6
_PLAIN_END, _AHEAD, _NOT_LATER = 4.0, 14.0, -4.5
"""Log-odds of a mark where a quotation ends, by how much they must be ahead of any other place, and
the log-probability no later end may reach: chosen on a part of the files not in the counts."""


def _likeliest_end(text: str, start: int) -> int:
    """Return where a quotation that begins at ``start`` ends; 0 where no place is clearly ahead."""
    found = []
    for at in range(start + 2, min(len(text), start + _LONGEST_TERM)):
        if text[at - 1] in _AFTER_TERM:
            break
        left, right = text[at - 2 : at], text[at : at + 2]
        found.append((wording().score(f"{left}”{right}") - wording().score(left + right), at))
    if len(found) < 2:
        return 0
    second, first = sorted(found)[-2:]
    return first[1] if first[0] >= _PLAIN_END and first[0] - second[0] >= _AHEAD else 0


def _may_end_later(text: str, end: int) -> bool:
    """Return whether a word that often ends a quotation follows, as 工程 after “五个一."""
    for at in range(end + 2, min(len(text), end + _LONGEST_HEAD) + 1):
        if text[at - 1] in _AFTER_TERM:
            break
        left = text[at - 2 : at]
        if wording().score(f"{left}”") - wording().score(left) > _NOT_LATER:
            return True
    return False


_AFTER_TERM = "\n“。；"


def open_quotes(text: str, context: Context) -> list[Mark]:
    """Mark each quotation mark whose partner was lost."""
    if not context.damage.has("quotes_lost"):
        return []
    marks = []
    for m in re.finditer("[“”]", text):
        if m[0] == "“" and not re.match(r"[^“\n]{0,60}”", text[m.end() : m.end() + 61]):
            marks.append(Mark(m.start(), m.end(), "closing_quote_lost"))
        elif m[0] == "”" and not re.search(
            r"“[^”\n]{0,60}$", text[max(0, m.start() - 61) : m.start()]
        ):
            marks.append(Mark(m.start(), m.end(), "opening_quote_lost"))
    return marks


def mixed_widths(text: str, context: Context) -> list[Edit]:
    """Widen half-width marks between Han characters where the document writes them full-width.

    Each mark is judged by itself. A document that writes a mark in half-width throughout keeps its
    habit: nothing is wrong in it.

    >>> text = "一，二，三，四，五，规范服药率83.4％,体检率"
    >>> [e.after for e in mixed_widths(text, Context())]
    ['，']
    """
    if not has_any(text, _WIDE):
        return []
    narrow = [m for m in _NARROW_MARK.finditer(text)]
    often = Counter(m[0] for m in narrow)
    slips = {c for c, n in often.items() if text.count(_WIDE[c]) >= max(_LEAST_WIDE, 4 * n)}
    return [
        Edit(m.start(), m.end(), _WIDE[m[0]], "halfwidth_punct") for m in narrow if m[0] in slips
    ]


RULE_SECONDS = 20
"""Longest time of one rule of a researcher's own on one text."""

_SLOW = (
    "the rule {!r} of your replacement list takes more than {} seconds on one text; write it "
    "narrower, as [^。]* for .* and without several repetitions behind one another"
)


def own_rules(text: str, context: Context) -> list[Edit]:
    """Apply the researcher's own replacements, in the order of the list."""
    edits = []
    for rule in context.rules:
        if rule.condition and not _holds(rule.condition, text, context):
            continue
        is_regex = rule.pattern.startswith("regex:")
        pattern = re.compile(rule.pattern[6:] if is_regex else re.escape(rule.pattern))
        with at_most(RULE_SECONDS, SlowRuleError, _SLOW.format(rule.pattern[:80], RULE_SECONDS)):
            for m in pattern.finditer(text):
                after = m.expand(rule.replacement) if is_regex else rule.replacement
                edits.append(Edit(m.start(), m.end(), after, rule.name, "stated"))
    return first_of_overlapping(edits)


def _holds(condition: str, text: str, context: Context) -> bool:
    if condition.startswith("flag:"):
        return context.damage.has(condition[5:].strip())
    return condition in text


# Which places stay as they are and must be flagged?


@cache
def _listed_marks() -> tuple[tuple[str, tuple[str, ...], re.Pattern[str]], ...]:
    rows = read_table("cleaning/marks.csv").itertuples()
    return tuple(
        (str(r.kind), tuple(str(r.trigger).split("|")), re.compile(str(r.pattern))) for r in rows
    )


def listed_marks(text: str, context: Context) -> list[Mark]:
    """Mark what only a reader can put right, as ``cleaning/marks.csv`` lists it.

    >>> listed_marks("对人员进行了岗培训", Context())[0].kind
    'char_dropped'
    """
    return [
        Mark(m.start(), m.end(), kind)
        for kind, triggers, pattern in _listed_marks()
        if has_any(text, triggers)
        for m in pattern.finditer(text)
    ]

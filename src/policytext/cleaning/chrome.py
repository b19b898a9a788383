"""Which lines belong to the web page round a report rather than to the report?

A line is furniture because it is nothing but furniture, because of where it stands (outside the
body, or beside other furniture), or because it stands at the edge of many files of a folder. A
sentence of the body is never furniture by a word in it.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cache
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick, Implementation

from policytext.cleaning.context import (
    DATE_LINE,
    NO_FOLDER,
    Context,
    FolderLines,
    has_any,
    is_row,
    join_odds,
    listed,
    runs_on,
)
from policytext.cleaning.furniture import is_page_number
from policytext.cleaning.mapped import Edit
from policytext.data import read_table

_LONGEST_LINE = 160
_LONGEST_PARAGRAPH = 400
_BODY_LENGTH = 50
_SENTENCE_LENGTH = 20
_STOPS = "。！？；"
_SITE_NAME = re.compile(r"(\S{4,60})_第\s?\d+\s?页|--([\u4e00-\u9fff]{2,10})[】\])]")
_RESIDUE = re.compile(r"[\s\d\W_]+")
_NUMBERED = re.compile(
    r"(?:第?[一二三四五六七八九十百]+[、章节条部]|[（(][一二三四五六七八九十\d]{1,3}[)）]|\d{1,2}[、.．)）](?!\d))"
)


class Furniture(NamedTuple):
    """The compiled list of page furniture.

    ``triggers`` finds the words a piece of furniture must have; ``sentences[i]`` are the patterns
    of the i-th word that tell a sentence of the site, ``in_line[i]`` tells whether the word belongs
    to furniture that fills a line. ``strong`` is never text, ``filler`` only beside furniture.
    """

    triggers: AhoCorasick
    sentences: tuple[tuple[re.Pattern[str], ...], ...]
    in_line: tuple[bool, ...]
    strong: re.Pattern[str]
    weak: re.Pattern[str]
    filler: re.Pattern[str]
    tokens: re.Pattern[str]
    list_heads: re.Pattern[str]
    spans: tuple[tuple[list[str], re.Pattern[str]], ...]


class PageLine(NamedTuple):
    """A non-empty line: its place and words without the spaces round them, and what it is."""

    start: int
    end: int
    words: str
    kind: str


@cache
def furniture() -> Furniture:
    """Compile ``cleaning/chrome.csv`` once a process."""
    rows = [
        (str(r.kind), str(r.trigger).split("|") if r.trigger else [], str(r.pattern))
        for r in read_table("cleaning/chrome.csv").itertuples()
    ]

    def any_kind(*kinds: str) -> str:
        return "|".join(f"(?:{p})" for kind, _, p in rows if kind in kinds)

    words = sorted({w for kind, triggers, _ in rows if kind != "span" for w in triggers})
    of_sentences = [(set(t), re.compile(p)) for kind, t, p in rows if kind == "sentence"]
    of_lines = {w for kind, t, _ in rows if kind not in ("span", "sentence") for w in t}
    return Furniture(
        AhoCorasick(words, implementation=Implementation.DFA),
        tuple(tuple(p for t, p in of_sentences if word in t) for word in words),
        tuple(word in of_lines for word in words),
        re.compile(any_kind("strong")),
        re.compile(any_kind("weak")),
        re.compile(rf"(?:{any_kind('filler')})(?:\s+(?:{any_kind('filler')}))*"),
        re.compile(any_kind("strong", "list_head", "weak", "filler", "part")),
        re.compile(any_kind("list_head")),
        tuple((t, re.compile(p)) for kind, t, p in rows if kind == "span"),
    )


def page_spans(text: str, context: Context) -> list[Edit]:
    """Remove furniture that runs over several lines or stands inside one.

    >>> page_spans("更大的胜利。\\n（责任编辑： 李某\\n ）", Context())[0].after
    ''
    """
    edits: list[Edit] = []
    text = text.replace("\f", "\n")
    for triggers, pattern in furniture().spans:
        if has_any(text, triggers):
            edits += [Edit(m.start(), m.end(), "", "page_chrome") for m in pattern.finditer(text)]
    return _disjoint(edits)


def _disjoint(edits: list[Edit]) -> list[Edit]:
    kept: list[Edit] = []
    for edit in sorted(edits, key=lambda e: (e.start, -e.end)):
        if not kept or edit.start >= kept[-1].end:
            kept.append(edit)
    return kept


def page_chrome(text: str, context: Context) -> list[Edit]:
    """Remove the lines of the web page round a report, and lists of links.

    A line that is nothing but unmistakable furniture goes wherever it stands. Buttons, labels and
    sentences of the site to its readers go outside the body or beside other furniture; lines that
    no list knows go where several files of the folder begin or end with them.

    >>> [e.end - e.start for e in page_chrome("第1页 / 共14页\\n各项工作有序开展。", Context())]
    [10]
    """
    lines = _classify(text)
    contents = _tabbed_contents(lines) if "\t" in text else set[int]()
    for i in contents:
        lines[i] = lines[i]._replace(kind="strong")
    known = any(line.kind not in ("body", "short") for line in lines)
    if not known and context.folder == NO_FOLDER:
        return []
    gone = {i for i, line in enumerate(lines) if line.kind == "strong"}
    first, last = _body(lines)
    gone.update(
        i
        for i, line in enumerate(lines)
        if not first <= i <= last
        and (line.kind in ("sentence", "list_head") or (line.kind == "weak" and last >= 0))
    )
    _add_site_titles(text, lines, gone)
    _add_link_lists(lines, gone, last)
    of_folder = _of_folder(lines, gone, first, last, context.folder)
    gone |= of_folder
    _add_neighbours(lines, gone, first, last)
    pages = {i for i in gone if is_page_number(lines[i].words)}
    if len(pages) > 1:
        # Left to `page_numbers`, which joins the sentences they cut.
        gone -= pages
    by_place = {i: "page_chrome_of_folder" for i in of_folder}
    by_place |= dict.fromkeys(_of_frame(lines, gone, first, last), "page_chrome_by_place")
    removed = {i for i in gone | by_place.keys() if lines[i].words not in context.titles}
    cut = _in_sentence(lines, {i for i in removed if first < i < last})
    return [
        cut[i]
        if i in cut
        else Edit(lines[i].start, lines[i].end, "", by_place[i], "likely")
        if i in by_place
        else Edit(lines[i].start, lines[i].end, "", "page_chrome")
        for i in sorted(removed)
    ]


_IN_WORD = 10.0
"""Log-odds from which words go on over a line of a page: within one."""


def _in_sentence(lines: Sequence[PageLine], removed: set[int]) -> dict[int, Edit]:
    """Return the edits of lines that stand in mid-sentence: the line breaks round them go too."""
    edits: dict[int, Edit] = {}
    for i in removed:
        if i - 1 in removed or i + 1 in removed:
            continue
        before, after = lines[i - 1], lines[i + 1]
        opened = has_any(before.words, "，、；。") and runs_on(before.words, after.words)
        if opened and join_odds(before.words, after.words) > _IN_WORD:
            edits[i] = Edit(before.end, after.start, "", "page_chrome", "likely")
    return edits


# What is each line, and where does the body begin and end?


def _classify(text: str) -> list[PageLine]:
    """Return the non-empty lines with their kinds; those with a furniture word are examined."""
    listed_furniture = furniture()
    words: dict[int, set[int]] = {}
    # A form feed ends a line too: it becomes a line feed later.
    begins = [0, *(m.end() for m in re.finditer(r"[\n\f]", text))]
    found = listed_furniture.triggers.find_matches_as_indexes(text, overlapping=True)
    for word, start, _ in found:
        words.setdefault(begins[bisect_right(begins, start) - 1], set()).add(word)
    lines = []
    position = 0
    for raw in text.replace("\f", "\n").split("\n"):
        kept = raw.strip()
        if kept:
            start = position + len(raw) - len(raw.lstrip())
            inside = words.get(position)
            kind = _kind(kept, inside, listed_furniture) if inside else _plain_kind(kept)
            lines.append(PageLine(start, start + len(kept), kept, kind))
        position += len(raw) + 1
    for i in _amounts(text, lines):
        lines[i] = lines[i]._replace(kind=_plain_kind(lines[i].words))
    return lines


_LEADERS = re.compile(
    r"(?P<words>[^\s…](?:[^…\n]{0,58}[^…\s.·])?)\s*(?:…|\.{3}|·{3})[…．.·\s]*"
    r"[(（]?(?P<number>\d{1,4})[)）]?"
)
_LEADER_DOTS = ("…", "...", "···")
_CONTENTS = re.compile(r"目\s*[录次]")


def _amounts(text: str, lines: Sequence[PageLine]) -> set[int]:
    """Return the rows with dots that lead to an amount: contents count up, and name what follows.

    The words of a row of contents come again in the text, or 目录 stands above its rows.
    """
    if not has_any(text, _LEADER_DOTS):
        return set()
    rows = {i: m for i, line in enumerate(lines) if (m := _LEADERS.fullmatch(line.words))}
    if not rows:
        return set()
    whole = "".join(text.split())
    found: set[int] = set()
    for first in (i for i in rows if i - 1 not in rows):
        run = [first]
        while run[-1] + 1 in rows:
            run.append(run[-1] + 1)
        numbers = [int(rows[i]["number"]) for i in run]
        named = any(whole.count(_named(rows[i]["words"])) > 1 for i in run)
        headed = first > 0 and _CONTENTS.fullmatch(lines[first - 1].words)
        if numbers != sorted(numbers) or not (named or headed):
            found.update(run)
    return found


_ROW_OF_CONTENTS = re.compile(r"(?P<words>\S[^\t\n]{0,60}?)\s*\t\s*(?P<number>\d{1,4})")


def _tabbed_contents(lines: Sequence[PageLine]) -> set[int]:
    """Return the rows of contents with a tab before the page: each is a line of its own below.

    >>> rows = ["一、回顾\\t1", "二、打算\\t3", "一、回顾", "二、打算"]
    >>> sorted(_tabbed_contents([PageLine(0, 0, words, "short") for words in rows]))
    [0, 1]
    """
    own = {"".join(line.words.split()): i for i, line in enumerate(lines)}
    rows = {
        i: int(m["number"])
        for i, line in enumerate(lines)
        if (m := _ROW_OF_CONTENTS.fullmatch(line.words))
        and own.get("".join(m["words"].split()), -1) > i
    }
    numbers = list(rows.values())
    return set(rows) if len(rows) > 1 and numbers == sorted(numbers) else set()


def _named(words: str) -> str:
    """Return the words of a row of contents without number and blanks."""
    return "".join(_NUMBERED.sub("", words, count=1).split()) or words


def _plain_kind(line: str) -> str:
    # A full stop may have been lost behind a percentage.
    ends = line[-1] in _STOPS + "%％"
    reads = len(line) >= _BODY_LENGTH or (len(line) >= _SENTENCE_LENGTH and ends)
    return "body" if reads else "short"


def _kind(line: str, words: set[int], known: Furniture) -> str:
    if len(line) <= _LONGEST_PARAGRAPH:
        patterns = {p for word in words for p in known.sentences[word]}
        if any(p.search(line) for p in patterns):
            return "sentence"
    if len(line) > _LONGEST_LINE or not any(known.in_line[word] for word in words):
        return _plain_kind(line)
    if _NUMBERED.match(line):
        return "strong" if known.strong.fullmatch(line) else _plain_kind(line)
    if known.list_heads.fullmatch(line.strip("：: >》")):
        return "list_head"
    if not _only(known.tokens, line):
        return _plain_kind(line)
    if known.strong.search(line):
        return "strong"
    # A label at an edge ends in no full stop: then it is a remark of the report on its own sources.
    return "weak" if known.weak.search(line) and line[-1] != "。" else "short"


def _only(tokens: re.Pattern[str], line: str) -> bool:
    """Say whether nothing but tokens, digits and signs stands in a line."""
    at = 0
    while at < len(line):
        found = tokens.match(line, at) or _RESIDUE.match(line, at)
        if found is None or found.end() == at:
            return False
        at = found.end()
    return True


def _body(lines: Sequence[PageLine]) -> tuple[int, int]:
    """Return the first and last line that reads as a report: (number of lines, -1) if none does.

    A sentence beyond several lines of furniture is the page's summary and does not count.
    """
    at = [i for i, line in enumerate(lines) if line.kind == "body"]
    if not at:
        return len(lines), -1
    while len(at) > 1 and _parted(lines[at[-2] : at[-1]]):
        at.pop()
    while len(at) > 1 and _parted(lines[at[0] : at[1]]):
        at.pop(0)
    return at[0], at[-1]


_PARTING = 3


def _parted(between: Sequence[PageLine]) -> bool:
    return sum(line.kind in ("strong", "list_head") for line in between) >= _PARTING


_AFTER_TITLE = r"(?:[（(【\[][^（(【\[）)】\]]{1,12}[）)】\]])?[”》】）)\]\d]*$"


def _is_title(words: str) -> bool:
    return listed("report_title", after=_AFTER_TITLE).search(words) is not None


# Which lines are furniture by what stands beside them?


def _add_site_titles(text: str, lines: Sequence[PageLine], gone: set[int]) -> None:
    """A line that repeats the name of the preview or of the site's column is the site's too."""
    names = {
        match[1] or match[2]
        for i in gone
        for match in _SITE_NAME.finditer(text, lines[i].start, lines[i].end)
    }
    gone.update(i for i, line in enumerate(lines) if line.words in names)


def _add_link_lists(lines: Sequence[PageLine], gone: set[int], last: int) -> None:
    """Take away the links under 相关文章 and the like.

    Below the body they run to the end; between reports only as far as numbers or dates show it,
    for the next title looks like a link.
    """
    for head, line in enumerate(lines):
        if line.kind == "list_head":
            links = _links(lines, head, counted=head < last)
            if links or head > last:
                gone.update([head, *links])


_DATED = re.compile(r"\d{1,2}[-/]\d{1,2}$")


def _links(lines: Sequence[PageLine], head: int, *, counted: bool) -> list[int]:
    """Return the links under a head of a list; the last line before a body is its title."""
    numbered = False
    links: list[int] = []
    for number, i in enumerate(range(head + 1, len(lines)), 1):
        line = lines[i]
        asks = not counted and line.words[-1] in "？！" and line.kind == "short"
        if line.kind in ("body", "list_head") or (line.words[-1] in _STOPS and not asks):
            return links[:-1] if line.kind == "body" and not (numbered or counted) else links
        numbered = numbered or (number == 1 and line.words.startswith("1"))
        in_order = re.match(rf"{number}\s?[.、．]", line.words) is not None
        if (numbered or counted) and not (in_order or _DATED.search(line.words)):
            return links
        links.append(i)
    return links


_SEPARATOR = re.compile(r"[>»›→＞|｜/]+")
_LONGEST_VALUE = 24


def _add_neighbours(lines: Sequence[PageLine], gone: set[int], first: int, last: int) -> None:
    """Add what is furniture beside furniture: buttons, sizes, values of labels, breadcrumbs."""
    before = -1
    while len(gone) != before:
        before = len(gone)
        for i in (*range(len(lines)), *reversed(range(len(lines)))):
            if i not in gone and (i - 1 in gone or i + 1 in gone):
                small = lines[i].kind in ("weak", "sentence", "list_head")
                value = not first <= i <= last and _belongs(lines, gone, i, first)
                if small or value or _is_filler(lines, gone, i):
                    gone.add(i)


def _is_filler(lines: Sequence[PageLine], gone: set[int], i: int) -> bool:
    """Say whether a line is a caption or the like, and no end of a sentence broken off above."""
    words = lines[i].words
    if furniture().filler.fullmatch(words) is None:
        return False
    torn = words[-1] == "。" and i > 0 and i - 1 not in gone
    return not (torn and runs_on(lines[i - 1].words, words))


def _belongs(lines: Sequence[PageLine], gone: set[int], i: int, first: int) -> bool:
    """Say whether a line is the value of the label above it, a breadcrumb, or repeats one."""
    words = lines[i].words
    if i - 1 not in gone or len(words) > _LONGEST_VALUE or has_any(words, _STOPS + "，：:"):
        return False
    above = lines[i - 1].words
    if _SEPARATOR.fullmatch(above):
        return not _is_title(words) or any(
            j not in gone and j != i and _is_title(lines[j].words)
            for j in range(min(first, len(lines)))
        )
    return not _is_title(words) and (
        above == words or listed("open_label", after="[：:]$").search(above) is not None
    )


# Which lines belong to the frame of a page, whatever they say?


def _of_frame(lines: Sequence[PageLine], gone: set[int], first: int, last: int) -> set[int]:
    """Return what stands above the title and below the foot of a page that shows its frame.

    Above the last title before the body, and below the first unmistakable line behind the body, a
    page has nothing of the report. What may be of a report ends it: an issuer or a date above the
    title, an annex or its title in the foot.
    """
    found: set[int] = set()
    head, foot = (
        {i for i in gone if i < first and lines[i].kind != "short"},
        {i for i in gone if i > last and lines[i].kind != "short"},
    )
    titles = [i for i in range(min(first, len(lines))) if _names_report(lines, gone, i)]
    if titles and _shows_frame(lines, head):
        found.update(i for i in range(titles[0] - 1) if _is_framed(lines[i]))
        near = lines[titles[0] - 1]
        if titles[0] and _is_button(near.words) and _is_framed(near):
            found.add(titles[0] - 1)
    if last >= 0 and _shows_frame(lines, foot):
        for i in range(min(foot), len(lines)):
            if i not in gone and not _is_framed(lines[i]):
                break
            found.add(i)
    return found - gone


_LEAST_FRAME = 2


def _shows_frame(lines: Sequence[PageLine], known: set[int]) -> bool:
    """Say whether known furniture shows that the edge of a text is a page's."""
    return len(known) >= _LEAST_FRAME and any(
        lines[i].kind in ("strong", "list_head", "sentence") and "…" not in lines[i].words
        for i in known
    )


def _names_report(lines: Sequence[PageLine], gone: set[int], i: int) -> bool:
    return i not in gone and _is_title(lines[i].words) and not _SEPARATOR.search(lines[i].words)


def _is_framed(line: PageLine) -> bool:
    """Say whether a line may belong to a page's frame: short, no row, nothing of a report."""
    return (
        len(line.words) <= _LONGEST_UNKNOWN
        and not _says_something(line.words)
        and not is_row(line.words)
    )


# Which lines stand at the edges of several files of a folder?

_EDGE = 30
_LEAST_FILES = 3
_LEAST_RUN = 3
_LONGEST_UNKNOWN = 40
_LONGEST_BUTTON = 12
_DIGITS = re.compile(r"\d+")
_OF_A_REPORT = re.compile(r"[#（(—―－《〔]|.*(?:[年月]\d|年.{0,4}月|第.{1,4}[届次号条章期]|[〔《])")


def page_edges(text: str) -> tuple[frozenset[str], frozenset[str]]:
    """Return the shapes of the first and of the last lines of a file, digits written as #.

    >>> page_edges("浏览 12\\n\\n正文")[0] == frozenset({"浏览 #", "正文"})
    True
    """
    heads = _first_lines(text.split("\n", _EDGE * 4)[: _EDGE * 4])
    return heads, _first_lines(reversed(text.rsplit("\n", _EDGE * 4)[-_EDGE * 4 :]))


def _first_lines(lines: Iterable[str]) -> frozenset[str]:
    kept = [words for line in lines if (words := line.strip())][:_EDGE]
    return frozenset(_shape(words) for words in kept if len(words) <= _LONGEST_UNKNOWN)


def _shape(words: str) -> str:
    return _DIGITS.sub("#", words)


def lines_of_folder(
    edges: Iterable[tuple[frozenset[str], frozenset[str]]],
) -> FolderLines:
    """Return the lines that stand at the head or at the foot of three files or more.

    ``edges`` is what `page_edges` returns for each file of a folder; their order is of no matter.

    >>> lines_of_folder([page_edges("全屏朗读\\n甲县总结")] * 3).heads == {"全屏朗读", "甲县总结"}
    True
    """
    heads: Counter[str] = Counter()
    feet: Counter[str] = Counter()
    for head, foot in edges:
        heads.update(head)
        feet.update(foot)
    return FolderLines(
        frozenset(words for words, n in heads.items() if n >= _LEAST_FILES),
        frozenset(words for words, n in feet.items() if n >= _LEAST_FILES),
    )


def _of_folder(
    lines: Sequence[PageLine], gone: set[int], first: int, last: int, folder: FolderLines
) -> set[int]:
    """Return the lines at both edges of a file that other files have there too, and no list knows.

    They must run from the very edge of a text that has a body, and stand with furniture that is
    known or be several short ones without figures: titles, salutations, issuers and dates repeat
    in a folder as well and end the run.
    """
    found: set[int] = set()
    if last < 0:
        return found
    ends = (
        (range(min(first, len(lines))), folder.heads),
        (range(len(lines) - 1, last, -1), folder.feet),
    )
    for order, shapes in ends:
        run = []
        anchored = False
        for i in order:
            if i in gone:
                anchored = True
            elif _shape(lines[i].words) in shapes and not _says_something(lines[i].words):
                run.append(i)
            elif not furniture().filler.fullmatch(lines[i].words):
                break
        alike = all(_is_button(lines[i].words) for i in run)
        if anchored or (alike and len(run) >= _least_run(lines, run, shapes is folder.heads)):
            found.update(run)
    return found


def _least_run(lines: Sequence[PageLine], run: Sequence[int], head: bool) -> int:
    """Return how many lines must repeat: fewer right above a title, or below a date that signs."""
    if not run:
        return _LEAST_RUN
    beside = lines[run[-1] + (1 if head else -1)].words
    if head:
        return _LEAST_RUN - 1 if _is_title(beside) else _LEAST_RUN
    return 1 if DATE_LINE.fullmatch(beside) else _LEAST_RUN


def _is_button(words: str) -> bool:
    return len(words) <= _LONGEST_BUTTON and _DIGITS.search(words) is None


def _says_something(words: str) -> bool:
    """Say whether a line may be of a report: title, salutation, heading, issuer, date, sentence."""
    return (
        words[-1] in _STOPS + "：:"
        or _is_title(words)
        or _NUMBERED.match(words) is not None
        or _OF_A_REPORT.match(words) is not None
        or listed("report_closing", after="[）)]?$").search(words) is not None
        or listed("line_opening").match(words) is not None
        or listed("state_office").search(words) is not None
    )

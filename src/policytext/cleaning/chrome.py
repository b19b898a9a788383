"""Which lines belong to the web page round a report rather than to the report?"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick, Implementation

from policytext.cleaning.context import Context
from policytext.cleaning.edits import Edit
from policytext.data import read_table

_LONGEST_LINE = 160
_LONGEST_PARAGRAPH = 400
_BODY_LENGTH = 50
_SENTENCE_LENGTH = 20
_SITE_NAME = re.compile(r"(\S{4,60})_第\s?\d+\s?页|--([\u4e00-\u9fff]{2,10})[】\])）]")
_RESIDUE = re.compile(r"[\s\d\W_]+")


class Furniture(NamedTuple):
    """The compiled list of page furniture.

    ``triggers`` finds the words a piece of furniture must have; ``sentences[i]`` are the patterns
    of the i-th word that condemn a whole paragraph, ``in_line[i]`` tells whether the word belongs
    to furniture that fills a line.
    """

    triggers: AhoCorasick
    sentences: tuple[tuple[re.Pattern[str], ...], ...]
    in_line: tuple[bool, ...]
    strong: re.Pattern[str]
    tokens: re.Pattern[str]
    list_heads: re.Pattern[str]
    spans: tuple[tuple[str, re.Pattern[str]], ...]


class Line(NamedTuple):
    """A non-empty line: its place without the spaces round it, and what it is."""

    start: int
    end: int
    kind: str


@cache
def furniture() -> Furniture:
    """Compile ``cleaning/chrome.csv`` once a process."""
    rows = [
        (str(r.kind), str(r.trigger).split("|") if r.trigger else [], str(r.pattern))
        for r in read_table("cleaning/chrome.csv").itertuples()
    ]

    def pattern(*kinds: str) -> re.Pattern[str]:
        return re.compile("|".join(p for kind, _, p in rows if kind in kinds))

    words = sorted({w for kind, triggers, _ in rows if kind != "span" for w in triggers})
    of_sentences = [(set(t), re.compile(p)) for kind, t, p in rows if kind == "sentence"]
    of_lines = {w for kind, t, _ in rows if kind not in ("span", "sentence") for w in t}
    return Furniture(
        AhoCorasick(words, implementation=Implementation.DFA),
        tuple(tuple(p for t, p in of_sentences if word in t) for word in words),
        tuple(word in of_lines for word in words),
        pattern("strong", "list_head"),
        pattern("strong", "list_head", "weak", "filler"),
        pattern("list_head"),
        tuple(("|".join(t), re.compile(p)) for kind, t, p in rows if kind == "span"),
    )


def page_spans(text: str, context: Context) -> list[Edit]:
    """Remove furniture that runs over several lines or stands inside one.

    Examples
    --------
    >>> page_spans("更大的胜利。\\n（责任编辑： 李某\\n ）", Context())[0].after
    ''
    """
    edits: list[Edit] = []
    for trigger, pattern in furniture().spans:
        if any(word in text for word in trigger.split("|")):
            edits += [Edit(m.start(), m.end(), "", "page_chrome") for m in pattern.finditer(text)]
    return _disjoint(edits)


def _disjoint(edits: list[Edit]) -> list[Edit]:
    kept: list[Edit] = []
    for edit in sorted(edits, key=lambda e: (e.start, -e.end)):
        if not kept or edit.start >= kept[-1].end:
            kept.append(edit)
    return kept


def page_chrome(text: str, context: Context) -> list[Edit]:
    """Remove lines made of page furniture alone, and the lists of links under their headings.

    A line goes when nothing is left of it after furniture words, dates and addresses are taken
    out; words that reports use too (下载, 来源) count only beside other furniture or outside the
    body.

    Examples
    --------
    >>> [e.end - e.start for e in page_chrome("第1页 / 共14页\\n各项工作有序开展。", Context())]
    [10]
    """
    lines = _classify(text)
    if all(line.kind in ("body", "short", "filler") for line in lines):
        return []
    body = [i for i, line in enumerate(lines) if line.kind == "body"]
    first, last = (body[0], body[-1]) if body else (len(lines), -1)
    gone = {i for i, line in enumerate(lines) if line.kind in ("strong", "list_head", "sentence")}
    _add_site_titles(text, lines, gone)
    _add_link_lists(lines, gone, last)
    _add_weak(lines, gone, first, last)
    return [Edit(lines[i].start, lines[i].end, "", "page_chrome") for i in sorted(gone)]


def _classify(text: str) -> list[Line]:
    """Return the non-empty lines with their kinds; those with a furniture word are examined."""
    listed = furniture()
    words: dict[int, set[int]] = {}
    for word, start, _ in listed.triggers.find_matches_as_indexes(text, overlapping=True):
        words.setdefault(text.rfind("\n", 0, start) + 1, set()).add(word)
    lines = []
    position = 0
    for raw in text.split("\n"):
        kept = raw.strip()
        if kept:
            start = position + len(raw) - len(raw.lstrip())
            found = words.get(position)
            kind = _kind(kept, found, listed) if found else _plain_kind(kept)
            lines.append(Line(start, start + len(kept), kind))
        position += len(raw) + 1
    return lines


def _plain_kind(line: str) -> str:
    if len(line) >= _BODY_LENGTH or (len(line) >= _SENTENCE_LENGTH and line[-1] in "。！？；"):
        return "body"
    return "filler" if not _RESIDUE.sub("", line) else "short"


def _kind(line: str, words: set[int], listed: Furniture) -> str:
    if len(line) <= _LONGEST_PARAGRAPH:
        patterns = {p for word in words for p in listed.sentences[word]}
        if any(p.search(line) for p in patterns):
            return "sentence"
    if len(line) > _LONGEST_LINE or not any(listed.in_line[word] for word in words):
        return _plain_kind(line)
    if listed.list_heads.fullmatch(line.strip("：: >》")):
        return "list_head"
    if _RESIDUE.sub("", listed.tokens.sub("", line)):
        return _plain_kind(line)
    return "strong" if listed.strong.search(line) else "weak"


def _add_site_titles(text: str, lines: Sequence[Line], gone: set[int]) -> None:
    """A line that repeats the name of the preview or of the site's column is the site's too."""
    names = {
        match[1] or match[2]
        for i in gone
        for match in _SITE_NAME.finditer(text, lines[i].start, lines[i].end)
    }
    gone.update(i for i, line in enumerate(lines) if text[line.start : line.end] in names)


def _add_link_lists(lines: Sequence[Line], gone: set[int], last: int) -> None:
    """Below the last body line, titles under 相关文章 and the like are links."""
    for i, line in enumerate(lines):
        if line.kind == "list_head" and i > last:
            gone.update(range(i, len(lines)))
            return


def _add_weak(lines: Sequence[Line], gone: set[int], first: int, last: int) -> None:
    """Weak furniture goes outside the body, or inside it next to strong furniture."""
    for order in (range(len(lines)), range(len(lines) - 1, -1, -1)):
        step = -1 if order.step > 0 else 1
        for i in order:
            if lines[i].kind not in ("weak", "filler"):
                continue
            outside = (i < first or i > last) and lines[i].kind == "weak"
            if outside or i + step in gone:
                gone.add(i)

"""Which characters, lines and line breaks come from web and printed pages, not from the report?"""

from __future__ import annotations

import html
import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cache
from itertools import groupby, pairwise
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick, Implementation

from policytext.cleaning.context import (
    TERMINAL,
    Context,
    Finding,
    has_any,
    is_row,
    numbers_meet,
    replace_each,
    runs_on,
)
from policytext.cleaning.mapped import Edit
from policytext.data import read_table

# Which characters are left-overs of encodings, markup and line ends rather than text?

_LITERAL = re.compile(r"<U\+([0-9A-Fa-f]{4,6})>|\\u([0-9A-Fa-f]{4})|\\x([aA]0)")
_ENTITY = re.compile(r"&(?:#\d{1,6}|#[xX][0-9A-Fa-f]{1,5}|[A-Za-z]{2,8});")
_OPENING = re.compile(r"<!--|<(script|style)\b", re.IGNORECASE)
_CLOSING = {
    "": re.compile("-->"),
    "script": re.compile(r"</script\s*>", re.IGNORECASE),
    "style": re.compile(r"</style\s*>", re.IGNORECASE),
}
_BLOCKS = "p|div|br|hr|li|ul|ol|tr|table|tbody|thead|h[1-6]|section|article|title|head|body|html"
_INLINE = "span|font|b|i|u|em|strong|a|td|th|img|center|small|sup|sub|input|meta|link|o:p|label"
_TAG = re.compile(rf"</?(?:({_BLOCKS})|{_INLINE})(?:\s[^<>]{{0,400}})?/?>", re.IGNORECASE)
_LINE_ENDS = re.compile("\r\n?|[\x0b\x85\u2028\u2029]")
_INVISIBLE_CHARACTERS = (
    "\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ue5e5"
)
_INVISIBLE = re.compile(f"[{_INVISIBLE_CHARACTERS}]+")
_UNUSUAL = "\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f"
_SPACES = re.compile(f"(?<=\\S)[{_UNUSUAL}]+(?=\\S)")


def literal_codes(text: str, context: Context) -> list[Edit]:
    r"""Turn characters that were written out as codes back into characters.

    >>> [(e.after, e.rule) for e in literal_codes("<U+00A0>各位代表", Context())]
    [('\xa0', 'literal_code')]
    """
    if not has_any(text, ("<U+", "\\u", "\\x")):
        return []
    return [Edit(*m.span(), _character(m), "literal_code") for m in _LITERAL.finditer(text)]


def _character(match: re.Match[str]) -> str:
    code = int(match[1] or match[2] or match[3], 16)
    return chr(code) if code < 0x110000 and not 0xD800 <= code < 0xE000 else ""


def html_leftovers(text: str, context: Context) -> list[Edit]:
    """Remove comments, scripts and tags, and turn entities into their characters.

    >>> [(e.start, e.end, e.after) for e in html_leftovers("<p>全县&nbsp;共有", Context())]
    [(0, 3, '\\n'), (5, 11, '\\xa0')]
    """
    edits: list[Edit] = []
    if "<" in text:
        edits = [Edit(*span, "", "html_comment") for span in _comments(text)]
        tags = [Edit(*m.span(), "\n" if m[1] else "", "html_tag") for m in _TAG.finditer(text)]
        edits = _with_those_outside(edits, tags)
    if "&" in text:
        found = _ENTITY.finditer(text)
        entities = [Edit(*m.span(), html.unescape(m[0]), "html_entity") for m in found]
        edits = _with_those_outside(edits, entities)
    return edits


def _comments(text: str) -> list[tuple[int, int]]:
    """Return the spans of comments, scripts and styles that are closed.

    All ends are looked up beforehand: a search from every opening would pass over the rest of the
    text once for each.

    >>> _comments("<!-- 甲 --><script>乙</SCRIPT >丙<!-- <style>丁</style><script>")
    [(0, 10), (10, 29), (35, 51)]
    """
    ends = {name: [m.span() for m in end.finditer(text)] for name, end in _CLOSING.items()}
    brackets = [m.span() for m in re.finditer(">", text)]
    out = []
    at = 0
    while opening := _OPENING.search(text, at):
        at = opening.end()
        name = (opening[1] or "").casefold()
        if name:
            at = _end_behind(brackets, at) or len(text)
        end = _end_behind(ends[name], at)
        at = end or opening.end()
        if end:
            out.append((opening.start(), end))
    return out


def _end_behind(spans: Sequence[tuple[int, int]], position: int) -> int:
    """Return where the first span ends that begins at a position or behind it; 0 if none does."""
    at = bisect_left(spans, (position, 0))
    return spans[at][1] if at < len(spans) else 0


def _with_those_outside(edits: Sequence[Edit], more: Iterable[Edit]) -> list[Edit]:
    """Add edits that begin in none of the others; both are in order and do not overlap."""
    out: list[Edit] = []
    at = 0
    for edit in more:
        while at < len(edits) and edits[at].end <= edit.start:
            out.append(edits[at])
            at += 1
        if at == len(edits) or edit.start < edits[at].start:
            out.append(edit)
    return [*out, *edits[at:]]


def line_ends(text: str, context: Context) -> list[Edit]:
    """Write every line end as a line feed; form feeds stay, they are page breaks."""
    if not has_any(text, "\r\x0b\x85\u2028\u2029"):
        return []
    return replace_each(text, _LINE_ENDS, "\n", "line_end")


def invisible_characters(text: str, context: Context) -> list[Edit]:
    """Remove zero-width and control characters, byte order marks and soft hyphens."""
    return replace_each(text, _INVISIBLE, "", "invisible_character")


def unusual_spaces(text: str, context: Context) -> list[Edit]:
    """Turn no-break and typographic spaces inside a line into ordinary ones; indents stay."""
    if not has_any(text, _UNUSUAL):
        return []
    return [Edit(*m.span(), " " * len(m[0]), "nbsp") for m in _SPACES.finditer(text)]


# Which lines belong to the web page round a report rather than to the report?

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
    spans: tuple[tuple[list[str], re.Pattern[str]], ...]


class PageLine(NamedTuple):
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
        tuple((t, re.compile(p)) for kind, t, p in rows if kind == "span"),
    )


def page_spans(text: str, context: Context) -> list[Edit]:
    """Remove furniture that runs over several lines or stands inside one.

    >>> page_spans("更大的胜利。\\n（责任编辑： 李某\\n ）", Context())[0].after
    ''
    """
    edits: list[Edit] = []
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
    """Remove lines made of page furniture alone, and the lists of links under their headings.

    A line goes when nothing is left of it after furniture words, dates and addresses are taken
    out; words that reports use too (下载, 来源) count only beside other furniture or outside the
    body.

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


def _classify(text: str) -> list[PageLine]:
    """Return the non-empty lines with their kinds; those with a furniture word are examined."""
    listed = furniture()
    words: dict[int, set[int]] = {}
    begins = [0, *(m.end() for m in re.finditer("\n", text))]
    for word, start, _ in listed.triggers.find_matches_as_indexes(text, overlapping=True):
        words.setdefault(begins[bisect_right(begins, start) - 1], set()).add(word)
    lines = []
    position = 0
    for raw in text.split("\n"):
        kept = raw.strip()
        if kept:
            start = position + len(raw) - len(raw.lstrip())
            found = words.get(position)
            kind = _kind(kept, found, listed) if found else _plain_kind(kept)
            lines.append(PageLine(start, start + len(kept), kind))
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


def _add_site_titles(text: str, lines: Sequence[PageLine], gone: set[int]) -> None:
    """A line that repeats the name of the preview or of the site's column is the site's too."""
    names = {
        match[1] or match[2]
        for i in gone
        for match in _SITE_NAME.finditer(text, lines[i].start, lines[i].end)
    }
    gone.update(i for i, line in enumerate(lines) if text[line.start : line.end] in names)


def _add_link_lists(lines: Sequence[PageLine], gone: set[int], last: int) -> None:
    """Below the last body line, titles under 相关文章 and the like are links."""
    for i, line in enumerate(lines):
        if line.kind == "list_head" and i > last:
            gone.update(range(i, len(lines)))
            return


def _add_weak(lines: Sequence[PageLine], gone: set[int], first: int, last: int) -> None:
    """Weak furniture goes outside the body, or inside it next to strong furniture."""
    for order in (range(len(lines)), range(len(lines) - 1, -1, -1)):
        step = -1 if order.step > 0 else 1
        for i in order:
            if lines[i].kind not in ("weak", "filler"):
                continue
            outside = (i < first or i > last) and lines[i].kind == "weak"
            if outside or i + step in gone:
                gone.add(i)


# Which lines repeat: heads and feet of pages, and text that was scraped twice?

_DIGITS = re.compile(r"\d+")
_LEAST_PAGES = 3
_LONG = 40
_LEAST_LINES = 4
_LEAST_CHARACTERS = 400
_FILLED_LINE = re.compile(r"[^\n]*\S[^\n]*")


def running_lines(text: str, context: Context) -> list[Edit]:
    """Remove heads and feet that repeat from page to page, where pages are known by form feeds.

    >>> page = "某县卫生工作总结\\n正文第{0}段。\\n- {0} -"
    >>> text = "\\f".join(page.format(n) for n in range(1, 5))
    >>> len(running_lines(text, Context()))
    12
    """
    if text.count("\f") < _LEAST_PAGES - 1:
        return []
    heads: list[tuple[int, int, str]] = []
    start = 0
    for page in text.split("\f"):
        lines = _page_edges(page)
        heads += [(start + a, start + b, _DIGITS.sub("#", page[a:b].strip())) for a, b in lines]
        start += len(page) + 1
    pages = text.count("\f") + 1
    often = Counter(shape for _, _, shape in heads)
    least = max(_LEAST_PAGES, pages // 2)
    return [Edit(a, b, "", "running_line") for a, b, shape in heads if often[shape] >= least]


def _page_edges(page: str) -> list[tuple[int, int]]:
    """Return the spans of the first and last two non-empty short lines of a page."""
    spans = [m.span() for m in re.finditer(r"[^\n]+", page) if m[0].strip()]
    edges = sorted(set(spans[:2] + spans[-2:]))
    return [(a, b) for a, b in edges if b - a <= 60]


def repeated_copies(text: str, context: Context) -> list[Edit]:
    """Remove later copies of a stretch that a scraper wrote several times.

    A copy is a run of at least four lines and 400 characters that stood before in the same order,
    word for word. Single sentences and paragraphs that a report repeats stay.

    >>> page = "\\n".join(f"第{k}段" + "认真落实各项惠民措施并加强考核督导" * 8 for k in range(5))
    >>> [e.end - e.start for e in repeated_copies(page + "\\n\\n" + page, Context())] == [len(page)]
    True
    """
    if not _may_repeat(text):
        return []
    places = [m.span() for m in _FILLED_LINE.finditer(text)]
    lines = [text[a:b].strip() for a, b in places]
    first: dict[str, int] = {}
    edits = []
    i = 0
    while i < len(lines):
        earlier = first.setdefault(lines[i], i)
        length = _repeated(lines, earlier, i)
        if length:
            edits.append(Edit(places[i][0], places[i + length - 1][1], "", "repeated_copy"))
        i += length or 1
    return edits


def _may_repeat(text: str) -> bool:
    """Return whether any long line stands twice: most files are done with here."""
    seen: set[str] = set()
    for line in text.split("\n"):
        if len(line) >= _LONG:
            kept = line.strip()
            if kept in seen:
                return True
            seen.add(kept)
    return False


def _repeated(lines: list[str], earlier: int, later: int) -> int:
    """Return how many lines from ``later`` on repeat those from ``earlier`` on; 0 if too few."""
    length = 0
    while (
        later + length < len(lines)
        and earlier + length < later
        and lines[earlier + length] == lines[later + length]
    ):
        length += 1
    characters = sum(map(len, lines[later : later + length]))
    return length if length >= _LEAST_LINES and characters >= _LEAST_CHARACTERS else 0


# Which lines and line breaks come from printed pages rather than from the text?

_PAGE_LINE = re.compile(
    r"[ \t\u3000]*(?:[-—–－·]+\s?\d{1,3}\s?[-—–－·]+"
    r"|第\s?\d{1,3}\s?页(?:[ \t]*[/，,]?[ \t]*共\s?\d+\s?页)?"
    r"|\d{1,3}\s?/\s?\d{1,3})[ \t\u3000]*"
)
_ENUMERATED = re.compile(
    r"\s*(?:第?[一二三四五六七八九十百]+[、章节条部]|[（(][一二三四五六七八九十\d]+[)）]|\d+[、.．)）]|[一二三四五六七八九十]是|——|附件)"
)
_LINE = re.compile(r"[^\n\f]*+(?=[\n\f]|\Z)")
_LONGEST_PAGE = 3
_LEAST_PAGE_LINES = 12
_NARROWEST, _WIDEST = 16, 70


def page_numbers(text: str, context: Context) -> list[Edit]:
    """Remove lines that hold a page number in print form, if at least two do; join what they cut.

    A bare number counts where it rises by one at each form feed.

    >>> text = "各级医疗机构认真落实各项惠\\n- 1 -\\n民措施。\\n- 2 -\\n二、问题"
    >>> edits = page_numbers(text, Context())
    >>> [text[e.start : e.end] for e in edits]
    ['\\n- 1 -\\n', '- 2 -']
    """
    lines = [m.span() for m in _LINE.finditer(text)]
    found = [
        i for i, (a, b) in enumerate(lines) if 0 < b - a < 24 and _PAGE_LINE.fullmatch(text, a, b)
    ]
    found = sorted({*found, *_bare_numbers(text, lines)})
    if len(found) < 2:
        return []
    edits: list[Edit] = []
    numbers = set(found)
    bodies = [i for i, (a, b) in enumerate(lines) if i not in numbers and text[a:b].strip()]
    for at, group in groupby(found, key=lambda i: bisect_left(bodies, i)):
        before = lines[bodies[at - 1]] if at else None
        after = lines[bodies[at]] if at < len(bodies) else None
        if before and after and runs_on(text[slice(*before)], text[slice(*after)]):
            edits.append(Edit(before[1], after[0], "", "page_number", "likely"))
        else:
            edits += [Edit(*lines[i], "", "page_number") for i in group]
    return edits


def _bare_numbers(text: str, lines: Sequence[tuple[int, int]]) -> list[int]:
    """Return the lines at the foot of each page, or at its head, that count the pages."""
    if "\f" not in text:
        return []
    filled = [(i, a, b) for i, (a, b) in enumerate(lines) if text[a:b].strip()]
    if not filled:
        return []
    borders = [m.start() for m in re.finditer("\f", text)]
    feet = [bisect_left(filled, border, key=lambda line: line[1]) - 1 for border in borders]
    for inner, outer in ((feet, len(filled) - 1), ([at + 1 for at in feet], 0)):
        # The last page may lack its foot, the first one its head.
        chosen = [filled[at] for at in inner if 0 <= at < len(filled)]
        if _page_number(text, filled[outer]) is not None:
            chosen = sorted({*chosen, filled[outer]})
        numbers = [_page_number(text, line) for line in chosen]
        if len(numbers) > 1 and all(a is not None and b == a + 1 for a, b in pairwise(numbers)):
            return [i for i, _, _ in chosen]
    return []


def _page_number(text: str, line: tuple[int, int, int]) -> int | None:
    """Return the number of a line that holds no more than a short number."""
    kept = text[line[1] : line[2]].strip()
    return int(kept) if kept.isdecimal() and len(kept) <= _LONGEST_PAGE else None


def _lines(text: str) -> list[tuple[int, int]]:
    spans, start = [], 0
    for line in text.split("\n"):
        spans.append((start, start + len(line)))
        start += len(line) + 1
    return spans


def page_breaks(text: str, context: Context) -> list[Edit]:
    """Turn form feeds into line feeds, or drop them where a sentence runs over the page."""
    if "\f" not in text:
        return []
    edits = []
    for m in re.finditer(r"\s*\f\s*", text):
        before = text[text.rfind("\n", 0, m.start()) + 1 : m.start()]
        end = text.find("\n", m.end())
        after = text[m.end() : end if end >= 0 else len(text)]
        joined = runs_on(before, after) and "\u3000" not in m[0]
        edits.append(Edit(m.start(), m.end(), "" if joined else "\n", "page_break"))
    return edits


def find_line_width(text: str) -> Finding | None:
    """Return the width at which a document was broken into lines, or None.

    It shows by many lines of one width (full-width characters) that end in mid-sentence.

    >>> body = "我县认真落实各项惠民措施并加强对基层医疗机构的考核督导工作力度不断提升" * 30
    >>> find_line_width("\\n".join(body[i : i + 30] for i in range(0, 900, 30))).values
    ('30',)
    """
    if text.count("\n") < _LEAST_PAGE_LINES:
        return None
    lines = [line.strip() for line in text.split("\n")]
    lines = [line for line in lines if line]
    widths = Counter(len(line) for line in lines if _NARROWEST <= len(line) <= _WIDEST)
    if len(lines) < _LEAST_PAGE_LINES or not widths:
        return None
    mode = max(widths, key=lambda w: (sum(widths[w + d] for d in (-1, 0, 1)), w))
    near = [line for line in lines if abs(len(line) - mode) <= 2]
    broken = sum(line[-1] not in TERMINAL for line in near)
    longer = sum(len(line) > mode + 3 for line in lines)
    if len(near) * 2 < len(lines) or broken * 2 < len(near) or longer * 10 > len(lines):
        return None
    return Finding(
        len(near), f"{len(near)} of {len(lines)} lines have {mode}±2 characters", (str(mode),)
    )


def wrapped_lines(text: str, context: Context) -> list[Edit]:
    """Join lines that a fixed width broke, in documents that show one.

    A break stays after a short line, before an enumerator or an indent, and after a full stop.
    """
    (width,) = map(int, context.damage.values("hard_wrapped"))
    edits = []
    for (a, b), (c, d) in pairwise(_lines(text)):
        line, following = text[a:b].rstrip(), text[c:d]
        full = len(line.strip()) >= width - 3 and line[-1:] not in "。！？；："
        indented = following[:1] in (" ", "\u3000", "\t")
        if not full or not following.strip() or indented:
            continue
        if numbers_meet(line, following):
            # One width proves that the figure was cut: it is joined as a repaired one.
            if len(line.strip()) >= width - 1 and not (is_row(line) or is_row(following)):
                edits.append(Edit(a + len(line), c, "", "figure_cut"))
        elif not _ENUMERATED.match(following):
            edits.append(Edit(a + len(line), c, "", "wrapped_line"))
    return edits


_TRAILING = re.compile("[ \\t\u3000\u00a0\u2000-\u200a]+(?=\\n|\\Z)")


def trailing_spaces(text: str, context: Context) -> list[Edit]:
    """Remove spaces before line ends."""
    spaces = (" ", "\t", "\u3000", "\u00a0")
    if not (text.endswith(spaces) or has_any(text, (space + "\n" for space in spaces))):
        return []
    return replace_each(text, _TRAILING, "", "trailing_spaces")

"""Which characters, lines and line breaks come from markup and printed pages, not from the report?"""

from __future__ import annotations

import html
import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise

from policytext.cleaning.context import (
    TERMINAL,
    Context,
    Finding,
    has_any,
    in_mid_sentence,
    replace_each,
)
from policytext.cleaning.mapped import Edit

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
_LEAST_PAGE_LINES = 12
_NARROWEST, _WIDEST = 16, 70


def page_numbers(text: str, context: Context) -> list[Edit]:
    """Remove lines that hold a page number in print form, if at least two do; join what they cut.

    >>> text = "各级医疗机构认真落实各项惠\\n- 1 -\\n民措施。\\n- 2 -\\n二、问题"
    >>> edits = page_numbers(text, Context())
    >>> [text[e.start : e.end] for e in edits]
    ['\\n- 1 -\\n', '- 2 -']
    """
    lines = _lines(text)
    found = [
        i for i, (a, b) in enumerate(lines) if 0 < b - a < 24 and _PAGE_LINE.fullmatch(text, a, b)
    ]
    if len(found) < 2:
        return []
    edits = []
    for i in found:
        a, b = lines[i]
        before, after = _neighbour(text, lines, i, -1), _neighbour(text, lines, i, 1)
        if before and after and _runs_on(text[slice(*before)], text[slice(*after)]):
            edits.append(Edit(before[1], after[0], "", "page_number", "likely"))
        else:
            edits.append(Edit(a, b, "", "page_number"))
    return edits


def _lines(text: str) -> list[tuple[int, int]]:
    spans, start = [], 0
    for line in text.split("\n"):
        spans.append((start, start + len(line)))
        start += len(line) + 1
    return spans


def _neighbour(
    text: str, lines: Sequence[tuple[int, int]], i: int, step: int
) -> tuple[int, int] | None:
    j = i + step
    while 0 <= j < len(lines):
        if text[slice(*lines[j])].strip():
            return lines[j]
        j += step
    return None


def _runs_on(before: str, after: str) -> bool:
    return (
        in_mid_sentence(before)
        and not _ENUMERATED.match(after)
        and not after.startswith((" ", "\u3000", "\t"))
    )


def page_breaks(text: str, context: Context) -> list[Edit]:
    """Turn form feeds into line feeds, or drop them where a sentence runs over the page."""
    if "\f" not in text:
        return []
    edits = []
    for m in re.finditer(r"\s*\f\s*", text):
        before = text[text.rfind("\n", 0, m.start()) + 1 : m.start()]
        end = text.find("\n", m.end())
        after = text[m.end() : end if end >= 0 else len(text)]
        joined = _runs_on(before, after) and "\u3000" not in m[0]
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
        if full and following.strip() and not indented and not _ENUMERATED.match(following):
            edits.append(Edit(a + len(line), c, "", "wrapped_line"))
    return edits


_TRAILING = re.compile("[ \\t\u3000\u00a0\u2000-\u200a]+(?=\\n|\\Z)")


def trailing_spaces(text: str, context: Context) -> list[Edit]:
    """Remove spaces before line ends."""
    spaces = (" ", "\t", "\u3000", "\u00a0")
    if not (text.endswith(spaces) or has_any(text, (space + "\n" for space in spaces))):
        return []
    return replace_each(text, _TRAILING, "", "trailing_spaces")

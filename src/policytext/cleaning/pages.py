"""Which lines and line breaks come from printed pages rather than from the text?"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from policytext.cleaning.context import Context, Finding
from policytext.cleaning.edits import Edit
from policytext.cleaning.rewriting import TERMINAL, in_mid_sentence

_PAGE_LINE = re.compile(
    r"[ \t\u3000]*(?:[-—–－·]+\s?\d{1,3}\s?[-—–－·]+"
    r"|第\s?\d{1,3}\s?页(?:[ \t]*[/，,]?[ \t]*共\s?\d+\s?页)?"
    r"|\d{1,3}\s?/\s?\d{1,3})[ \t\u3000]*"
)
_ENUMERATED = re.compile(
    r"\s*(?:第?[一二三四五六七八九十百]+[、章节条部]|[（(][一二三四五六七八九十\d]+[)）]|\d+[、.．)）]|[一二三四五六七八九十]是|——|附件)"
)
_DIGITS = re.compile(r"\d+")
_LEAST_PAGES = 3
_LEAST_LINES = 12
_NARROWEST, _WIDEST = 16, 70


def running_lines(text: str, context: Context) -> list[Edit]:
    """Remove heads and feet that repeat from page to page, where pages are known by form feeds.

    Examples
    --------
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


def page_numbers(text: str, context: Context) -> list[Edit]:
    """Remove lines that hold a page number in print form, if at least two do; join what they cut.

    Examples
    --------
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

    Examples
    --------
    >>> body = "我县认真落实各项惠民措施并加强对基层医疗机构的考核督导工作力度不断提升" * 30
    >>> find_line_width("\\n".join(body[i : i + 30] for i in range(0, 900, 30))).values
    ('30',)
    """
    if text.count("\n") < _LEAST_LINES:
        return None
    lines = [line.strip() for line in text.split("\n")]
    lines = [line for line in lines if line]
    widths = Counter(len(line) for line in lines if _NARROWEST <= len(line) <= _WIDEST)
    if len(lines) < _LEAST_LINES or not widths:
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
    values = context.damage.values("hard_wrapped")
    if not values:
        return []
    width, edits = int(values[0]), []
    lines = _lines(text)
    for (a, b), (c, d) in pairwise(lines):
        line, following = text[a:b].rstrip(), text[c:d]
        full = len(line.strip()) >= width - 3 and line[-1:] not in "。！？；："
        indented = following[:1] in (" ", "\u3000", "\t")
        if full and following.strip() and not indented and not _ENUMERATED.match(following):
            edits.append(Edit(a + len(line), c, "", "wrapped_line", "likely"))
    return edits

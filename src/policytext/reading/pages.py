"""Which text does a web page hold, which of it is furniture, and what is not read?"""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any, NamedTuple

from policytext.errors import ReadingError
from policytext.reading.source import Cell, CellCounter, Hint, NotRead, Reading, n_signs
from policytext.records import HAN

_SILENT = {"script", "style", "noscript", "template", "head", "svg", "iframe"}
_INLINE = {
    *("a", "abbr", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em", "font"),
    *("i", "ins", "kbd", "label", "mark", "q", "ruby", "rb", "rt", "rp", "s", "samp", "small"),
    *("span", "strike", "strong", "sub", "sup", "time", "tt", "u", "var", "wbr"),
}

_BESIDE = {"a", "nav", "aside", "footer", "button", "select", "menu"}
"""Elements that lead away from the text: what an extractor leaves out of them is no loss."""

_SAYING = {
    **{"img": "alt", "area": "alt", "input": "value", "iframe": "srcdoc"},
    **{"optgroup": "label", "option": "label"},
}
"""Elements whose attribute is shown to who looks at the page."""

_ATTRIBUTE_KINDS = {
    **dict.fromkeys(("img", "area"), "picture's words"),
    **dict.fromkeys(("input", "option", "optgroup"), "filled-in field"),
}

_FRAMES = {"iframe": "src", "frame": "src", "embed": "src", "object": "data"}
"""Elements that show another file, and which attribute names it."""

_END = "\ue000end\ue000"
"""Stands behind the page while it is parsed: where it is lost, text before it is lost as well."""

_CLOSED_EARLY = re.compile(r"</(?:body|html)\s*>", re.IGNORECASE)


def read_html(markup: str) -> Reading:
    """Return all text of a web page, a line feed at blocks, and which lines are furniture.

    Style and comments are not read, nor is the title of the window; a row is left for every other
    element that is not. The main content is marked by trafilatura. A line that it leaves out is
    a hint of kind ``furniture``, so that it ends in the ledger; but no heading of the page, and
    within the main content only what leads away from it.
    """
    given = markup.strip("\x00")
    crowded = _is_crowded(given)
    pieces, left = ([], Counter[str]()) if crowded else _parsed(given)
    if not any(_END in piece.words for piece in pieces):
        pieces, left = _scanned(given)
    lines = _lines(pieces)
    rows = tuple(NotRead("", kind, n or None) for kind, n in left.items())
    text = "\n".join(line.words for line in lines) + "\n"
    main = set[str]() if crowded else _main_lines(markup)
    hints = [*_cells(lines), *_headings(lines), *_furniture(lines, main)]
    return Reading(text, tuple(hints), "", rows)


class _Piece(NamedTuple):
    """Words of a page: in an element that leads away (``beside``), in a ``title``, or ``own``.

    ``cell``: The cell of a table it stands in.
    ``weight``: The level of the heading it stands in, ``BOLD`` if it is in bold, else 0.
    """

    words: str
    where: str = "own"
    cell: Cell = Cell()
    weight: int = 0


class _PageLine(NamedTuple):
    """A line of a page: its words, those that lead nowhere else, those of a first heading; cell."""

    words: str
    own: str
    title: str
    cell: Cell
    weight: int


def _parsed(markup: str) -> tuple[list[_Piece], Counter[str]]:
    """Return the text of a page as its tree holds it, and what the tree holds beside it."""
    from lxml import etree
    from lxml import html as tree

    parser = tree.HTMLParser(no_network=True, huge_tree=True, remove_comments=True)
    # what follows the end of the page belongs to it all the same
    open_end = _CLOSED_EARLY.sub("", _without_declaration(markup))
    if not open_end.strip():
        raise ReadingError("the file must be a web page, and it holds nothing")
    try:
        root = tree.document_fromstring(f"{open_end}<p>{_END}</p>", parser=parser)
    except (etree.ParserError, ValueError) as error:
        raise ReadingError(f"the file must be a web page, got: {error}") from error
    parts: list[_Piece] = []
    left: Counter[str] = Counter()
    _collect(root, parts, left)
    return parts, left


def _without_declaration(markup: str) -> str:
    """Drop an XML declaration: lxml refuses one in text that is decoded already."""
    start = markup.lstrip("\ufeff \t\r\n")
    return start[start.index(">") + 1 :] if start.startswith("<?xml") and ">" in start else start


def _collect(root: Any, parts: list[_Piece], left: Counter[str]) -> None:
    """Walk over the tree in reading order without recursion; blocks begin and end lines."""
    stack: list[tuple[Any, bool, str, Cell, int]] = [(root, False, "own", Cell(), 0)]
    counter = CellCounter()
    while stack:
        node, leaving, around, outer, heavy = stack.pop()
        silent = not isinstance(node.tag, str) or node.tag in _SILENT
        block = isinstance(node.tag, str) and node.tag not in _INLINE
        if leaving or silent:
            if block and not silent:
                parts.append(_Piece("\n"))
            elif block and not leaving:
                _note(node, left)
            parts.append(_Piece(node.tail or "", around, outer, heavy))
            continue
        if block:
            parts.append(_Piece("\n"))
            if node.tag in _SAYING or node.tag in _FRAMES:
                _say(node.tag, node.get, left)
        inside = _where(node.tag, around)
        cell = _cell(node, outer, counter)
        weight = _weight(node, heavy)
        parts.append(_Piece(node.text or "", inside, cell, weight))
        stack.append((node, True, around, outer, heavy))
        stack += [(child, False, inside, cell, weight) for child in reversed(node)]


def _where(tag: str, around: str) -> str:
    """Say where the words of an element stand: beside the text, in its title, or as around it."""
    if tag in _BESIDE:
        return "beside"
    return "title" if tag == "h1" and around == "own" else around


BOLD = 9
_BOLD_STYLE = re.compile(r"font-weight\s*:\s*(?:bold|[6-9]00)", re.IGNORECASE)


def _weight(node: Any, around: int) -> int:
    """Return the level of the heading that an element is or stands in, or that it is in bold."""
    if len(node.tag) == 2 and node.tag[0] == "h" and node.tag[1] in "123456":
        return int(node.tag[1])
    bold = node.tag in ("b", "strong") or _BOLD_STYLE.search(node.get("style") or "")
    return around or (BOLD if bold else 0)


def _cell(node: Any, outer: Cell, counter: CellCounter) -> Cell:
    """Return the cell of a table that the words of an element stand in."""
    if node.tag == "table":
        return counter.table()
    if node.tag == "tr" and outer.table:
        return counter.row(outer)
    if node.tag in ("td", "th") and outer.table:
        return counter.cell(outer, node.get("colspan"))
    return outer


def _note(node: Any, left: Counter[str]) -> None:
    """Count what stands in an element that is not read."""
    if node.tag == "head":
        for child in node.iter("script", "noscript", "template"):
            _count(child.tag, "".join(child.itertext()), left)
        return
    _count(node.tag, "".join(node.itertext()), left)
    _say(node.tag, node.get, left)


def _count(tag: str, words: str, left: Counter[str]) -> None:
    """Count Chinese words in a script, and all words in what else is not read."""
    n = len(HAN.findall(words)) if tag == "script" else n_signs(words)
    if n and tag != "style":
        left[tag] += n


def _say(tag: str, get: Any, left: Counter[str]) -> None:
    """Count what an element shows by an attribute: a picture's words, a filled-in field, a frame.

    A frame or object of another address counts with no characters: nobody can know them here.
    """
    words = (get(_SAYING[tag]) if tag in _SAYING else "") or ""
    if tag in _FRAMES and get(_FRAMES[tag]):
        left[tag] += 0
    if tag == "input":
        words = words or get("placeholder") or ""
    if tag == "iframe":
        words = re.sub(r"<[^>]*>", "", words)
    if HAN.search(words):
        left[_ATTRIBUTE_KINDS.get(tag, tag)] += n_signs(words)


# Which text is lost by a parser that stops: one pass over the signs of the markup finds it.

_TOKEN = re.compile(r"<!--|<(/?)([A-Za-z][^\s/>]*)")
_ATTRIBUTES = re.compile(r"""(?:[^>"']++|"[^"]*+"|'[^']*+')*+>""")


def _scanned(markup: str) -> tuple[list[_Piece], Counter[str]]:
    """Return the text between the tags, however deep they stand, and what is not read.

    What is opened and never closed, as a comment or script, is text: a reader may have lost the
    end of the file.
    """
    parts: list[str] = []
    left: Counter[str] = Counter()
    for words, tag in _pieces(_without_declaration(markup)):
        if tag in _SILENT:
            _count(tag, re.sub(r"<[^>]*>", "", words), left)
            continue
        parts.append(html.unescape(words))
        if tag and tag not in _INLINE:
            parts.append("\n")
    return [_Piece("".join(parts))], left


def _pieces(markup: str) -> Iterator[tuple[str, str]]:
    """Yield text with the tag behind it, and what stands in an element that is not read."""
    at, unclosed = 0, set[str]()
    while found := _TOKEN.search(markup, at):
        tag = (found[2] or "").lower()
        yield markup[at : found.start()], tag if tag not in _SILENT else "p"
        end = _tag_end(markup, found, unclosed)
        if tag in _SILENT and tag != "head" and not found[1] and tag not in unclosed:
            close = re.compile(rf"</{tag}\b", re.IGNORECASE).search(markup, end)
            if close:
                yield markup[end : close.start()], tag
                end = close.start()
            else:
                unclosed.add(tag)
        at = end
    yield markup[at:], ""


def _tag_end(markup: str, found: re.Match[str], unclosed: set[str]) -> int:
    """Return where a tag or comment ends; where it does not, only its first signs are skipped."""
    if found[0] == "<!--":
        end = -1 if "<!--" in unclosed else markup.find("-->", found.end())
        if end < 0:
            unclosed.add("<!--")
            return found.end()
        return end + 3
    if '"' not in unclosed:
        whole = _ATTRIBUTES.match(markup, found.end())
        if whole:
            return whole.end()
        unclosed.add('"')
    end = -1 if ">" in unclosed else markup.find(">", found.end())
    if end < 0:
        unclosed.add(">")
        return found.end()
    return end + 1


def _lines(pieces: list[_Piece]) -> list[_PageLine]:
    """Return the lines of a page without the white space of the markup: that is no layout of it."""
    around_end = re.compile(f"(?:<p>)?{_END}(?:</p>)?")
    columns = []
    for kept in ({"own", "title", "beside"}, {"own", "title"}, {"title"}):
        words = (p.words if p.where in kept else "\n" * p.words.count("\n") for p in pieces)
        text = around_end.sub("", "".join(words))
        columns.append([" ".join(line.split()) for line in text.split("\n")])
    cells, weights = _cell_of_lines(pieces), _weight_of_lines(pieces)
    return [
        _PageLine(words, own, title, cells.get(number, Cell()), weights.get(number, 0))
        for number, (words, own, title) in enumerate(zip(*columns, strict=True))
        if words
    ]


def _cell_of_lines(pieces: list[_Piece]) -> dict[int, Cell]:
    """Return by number of line the cell in which its first words stand."""
    cells: dict[int, Cell] = {}
    number = 0
    for piece in pieces:
        for i, words in enumerate(piece.words.split("\n")):
            number += i > 0
            if words.strip():
                cells.setdefault(number, piece.cell)
    return cells


def _weight_of_lines(pieces: list[_Piece]) -> dict[int, int]:
    """Return by number of line the weight that all of its words have: the least one."""
    weights: dict[int, int] = {}
    number = 0
    for piece in pieces:
        for i, words in enumerate(piece.words.split("\n")):
            number += i > 0
            if words.strip() and _END not in words:
                weights[number] = min(weights.get(number, BOLD), piece.weight)
    return weights


def _headings(lines: list[_PageLine]) -> Iterator[Hint]:
    """Yield the lines that are headings, and those all in bold, unless all of the page is."""
    at = 0
    bold = sum(len(line.words) for line in lines if line.weight == BOLD)
    mostly = 2 * bold > sum(len(line.words) for line in lines)
    for line in lines:
        end = at + len(line.words)
        if line.weight and not line.cell.column and not (mostly and line.weight == BOLD):
            level = line.weight % BOLD
            yield Hint(at, end, "heading" if level else "strong", level=level)
        at = end + 1


def _cells(lines: list[_PageLine]) -> Iterator[Hint]:
    """Yield the lines that stand in cells of tables."""
    at = 0
    for line in lines:
        if line.cell.column:
            yield Hint(at, at + len(line.words), "table", *line.cell)
        at += len(line.words) + 1


_MOST_TAGS = 50_000
"""Of a page with more marks of markup nothing is called furniture: to look takes too long."""


_LONG_TAG = re.compile(r"<[A-Za-z][^<>]{10000,}")
_MOST_ATTRIBUTES = 1_000


def _is_crowded(markup: str) -> bool:
    """Say whether a tag has so many attributes that a parser compares them for minutes."""
    tags = (found[0] for found in _LONG_TAG.finditer(markup))
    return any(
        tag.count("=") > _MOST_ATTRIBUTES and len(tag.split()) > _MOST_ATTRIBUTES for tag in tags
    )


def _main_lines(markup: str) -> set[str]:
    """Return the lines of the main content, without white space."""
    import trafilatura

    if markup.count("<") > _MOST_TAGS:
        return set()
    main = trafilatura.extract(
        markup, include_comments=False, include_tables=True, favor_recall=True, fast=False
    )
    return {"".join(line.split()) for line in (main or "").splitlines()} - {""}


_LEAST_MAIN = 10


def _furniture(lines: list[_PageLine], main: set[str]) -> list[Hint]:
    """Return the lines that the extractor left out; none where it found no main content."""
    if not main:
        return []
    whole = "\n".join(main)
    found = []
    for line in lines:
        words = "".join(line.words.split())
        cells = [c for c in words.split("|") if c]
        found.append(words in main or all(cell in whole for cell in cells))
    body = [
        i for i, line in enumerate(lines) if found[i] and len("".join(line.words)) >= _LEAST_MAIN
    ]
    first, last = (body[0], body[-1]) if body else (len(lines), -1)
    while 0 < first < len(lines) and lines[first - 1].weight:
        first -= 1  # the heading above the first paragraph belongs to it
    first -= bool(body) and first < body[0]
    hints, at = [], 0
    for i, line in enumerate(lines):
        inside = first < i < last and 2 * len(line.own) >= len(line.words)
        if not (found[i] or line.title or inside):
            hints.append(Hint(at, at + len(line.words) + 1, "furniture"))
        at += len(line.words) + 1
    return hints

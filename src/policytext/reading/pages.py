"""Which text does a web page hold, which of it is furniture, and what is not read?

More than 900 lines, as one tree is walked once: text, tables, numbers, titles and notes of a page
are read on the same way.
"""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

from policytext.data import any_of
from policytext.errors import ReadingError
from policytext.reading.page_numbers import (
    BESIDE,
    FLOWING,
    ListNumbers,
    is_drawn_bullet,
    written_label,
)
from policytext.reading.source import Cell, CellCounter, Hint, NotRead, Reading, list_items, n_signs
from policytext.records import HAN

_SILENT = {"script", "style", "noscript", "template", "head", "svg", "iframe"}
_INLINE = {
    *("a", "abbr", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em", "font"),
    *("i", "ins", "kbd", "label", "mark", "q", "ruby", "rb", "rt", "rp", "s", "samp", "small"),
    *("span", "strike", "strong", "sub", "sup", "time", "tt", "u", "var", "wbr", "sdfield"),
}


def _is_inline(tag: str) -> bool:
    """Say whether an element stands in a line; those with a prefix are marks of office programs."""
    return tag in _INLINE or ":" in tag


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


def read_html(markup: str, sheets: Sequence[str] = ()) -> Reading:
    """Return all text of a web page, a line feed at blocks, and which lines are furniture.

    Style and comments are not read; a row is left for every other element that is not. The title
    of the window tells which line is the page's title; that of the article is a line where none
    prints it. What trafilatura leaves out of the main content is a hint of kind ``furniture``;
    but no title or heading of the page, and within the main content only what leads away from it.
    ``sheets``: Style sheets that are packed beside the page, in their order.
    """
    given = markup.strip("\x00")
    crowded = _is_crowded(given)
    pieces, left, named = ([], Counter[str](), {}) if crowded else _parsed(given, sheets)
    if not any(_END in piece.words for piece in pieces):
        pieces, left = _scanned(given)
    lines = _lines(pieces)
    titles = _titles(lines, named)
    if not titles and (unprinted := _unprinted_title(lines, named)):
        lines.insert(0, _PageLine(unprinted, unprinted, unprinted, Cell(), 1))
        titles = _titles(lines, named)
    _note_sections(given, left)
    rows = tuple(NotRead("", kind, n or None) for kind, n in left.items())
    text = "\n".join(line.words for line in lines) + "\n"
    main = set[str]() if crowded else _main_lines(markup)
    hints = [*_cells(lines), *_headings(lines, titles), *_notes(lines)]
    told = {(h.start, h.end) for h in hints}
    hints += [h for h in _items(lines, titles) if (h.start, h.end) not in told]
    hints += _furniture(lines, main, titles)
    return Reading(text, tuple(hints), "", rows)


_SECTION = ("<![CDATA[", "]]>")


def _note_sections(markup: str, left: Counter[str]) -> None:
    """Count words in sections of characters, which a page does not show; scripts have them too."""
    for one in markup.split(_SECTION[0])[1:]:
        words = re.sub(r"<[^<>]*>", "", one.partition(_SECTION[1])[0])
        if HAN.search(words):
            left["section of characters"] += n_signs(words)


class _Piece(NamedTuple):
    """Words of a page: in an element that leads away (``beside``), in a ``title``, or ``own``.

    A ``number`` is what the page shows before an item of a list, ``running`` the head or foot of
    its printed pages, a ``note`` stands at the foot of the text.
    ``cell``: The cell of a table it stands in.
    ``weight``: The level of the heading it stands in, ``BOLD`` if it is in bold, else 0.
    ``item``: The item of a list it stands in.
    """

    words: str
    where: str = "own"
    cell: Cell = Cell()
    weight: int = 0
    item: Any = None


class _PageLine(NamedTuple):
    """A line of a page: its words, those that lead nowhere else, those of a first heading; cell.

    ``number``: What stands before it as an item of a list.
    ``apart``: ``running`` or ``note``, where all of its words are that.
    ``item``: The item of a list in which it begins.
    """

    words: str
    own: str
    title: str
    cell: Cell
    weight: int
    number: str = ""
    apart: str = ""
    item: Any = None


def _parsed(
    markup: str, sheets: Sequence[str]
) -> tuple[list[_Piece], Counter[str], dict[str, bool]]:
    """Return the text of a page as its tree holds it, what is beside it, and the names it has."""
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
    _collect(root, parts, left, sheets)
    return parts, left, _names(root)


def _without_declaration(markup: str) -> str:
    """Drop an XML declaration: lxml refuses one in text that is decoded already."""
    start = markup.lstrip("\ufeff \t\r\n")
    return start[start.index(">") + 1 :] if start.startswith("<?xml") and ">" in start else start


class _Around(NamedTuple):
    """Where words stand, whether ends of lines of the markup are blanks there, how heavy it is."""

    where: str = "own"
    flows: bool = False
    weight: int = 0
    item: Any = None


_WRAP = "\ue001"
"""Stands for the end of a line of the markup within a paragraph until all words are there."""


def _collect(
    root: Any, parts: list[_Piece], left: Counter[str], sheets: Sequence[str] = ()
) -> None:
    """Walk over the tree in reading order without recursion; blocks begin and end lines."""
    stack: list[tuple[Any, bool, _Around, Cell]] = [(root, False, _Around(), Cell())]
    counter = CellCounter()
    lists = ListNumbers(root, sheets)
    signs = _mutual_links(root)
    while stack:
        node, leaving, around, outer = stack.pop()
        block = isinstance(node.tag, str) and not _is_inline(node.tag)
        if leaving or _put_aside(node, outer, parts, left, signs):
            if leaving:
                parts += [_Piece("\n")] * block
                lists.leave(node)
            parts.append(_said(node.tail, around, outer))
            continue
        if block:
            parts.append(_Piece("\n"))
            if node.tag in _SAYING or node.tag in _FRAMES:
                _say(node.tag, node.get, left)
        inside = _Around(
            _where(node, around.where),
            node.tag in FLOWING if block else around.flows,
            _weight(node, around.weight),
            node if node.tag == "li" else around.item,
        )
        cell = _cell(node, outer, counter)
        number = lists.number(node)
        if number and inside.where != "note":
            parts.append(_Piece(number, "number", cell))
        parts.append(_said(node.text, inside, cell))
        stack.append((node, True, around, outer))
        stack += [(child, False, inside, cell) for child in reversed(node)]
    if any(piece.where == "number" for piece in parts):
        parts[:] = _numbers_at_words(parts)
    if any(_WRAP in piece.words for piece in parts):
        parts[:] = _unwrapped(parts)


def _put_aside(
    node: Any, cell: Cell, parts: list[_Piece], left: Counter[str], signs: set[Any]
) -> bool:
    """Say whether an element is not read as text, and count what is lost of it."""
    if not isinstance(node.tag, str):
        return True
    if node.tag in _SILENT:
        _note(node, left)
        return True
    gone = _gone(node, signs)
    if gone == _LABEL:
        parts.append(_Piece(written_label(node), "number", cell))
    elif n := n_signs("".join(node.itertext())) if gone else 0:
        left[gone] += n
    return bool(gone)


def _said(words: str | None, around: _Around, cell: Cell) -> _Piece:
    """Return words of a page; within a paragraph the ends of their lines are marked."""
    given = words or ""
    if around.flows and "\n" in given:
        given = given.replace("\n", _WRAP)
    return _Piece(given, around.where, cell, around.weight, around.item)


def _numbers_at_words(parts: list[_Piece]) -> list[_Piece]:
    """Move the number of an item to its first word, over the blocks that begin before it."""
    out: list[_Piece] = []
    waiting: list[_Piece] = []
    for piece in parts:
        if piece.where == "number":
            waiting = [piece]
        elif waiting and piece.words.replace(_WRAP, "").strip():
            out += [*waiting, piece._replace(words=piece.words.lstrip(f"{_WRAP} \t\r\n"))]
            waiting = []
        else:
            out.append(piece)
    return out


_WRAPS = re.compile(f"[ \t\r]*{_WRAP}[{_WRAP} \t\r]*")
_ENDED = "。！？；：!?;:\n"


def _unwrapped(parts: list[_Piece]) -> list[_Piece]:
    """Join lines that were wrapped in the markup within a sentence, as a browser does.

    A line that ends a sentence, or is followed by an indented one, may end a paragraph as well.
    """
    whole = "".join(piece.words for piece in parts)
    changes = []
    for found in _WRAPS.finditer(whole):
        first, last = found.span()
        before, after = whole[first - 1 : first], whole[last : last + 1]
        if before in _ENDED or after in "\n\u3000":
            joint = "\n"
        else:
            joint = "" if HAN.match(before) and HAN.match(after) else " "
        changes.append((first, last, joint))
    out, at, number = [], 0, 0
    for piece in parts:
        end = at + len(piece.words)
        words, start = "", at
        while number < len(changes) and changes[number][0] < end:
            first, last, joint = changes[number]
            words += whole[start : max(start, first)] + (joint if first >= at else "")
            start = min(last, end)
            if last > end:
                break
            number += 1
        out.append(piece._replace(words=words + whole[start:end]))
        at = end
    return out


_HEADS = re.compile(r"mso-element\s*:\s*(?:header|footer)\b", re.I)
_NOTES = re.compile(r"mso-element\s*:\s*(?:footnote|endnote)\b", re.I)
_NOTE_NAME = re.compile(r"sd(?:footnote|endnote)[0-9]+|(?:ftn|edn)[0-9]+")
_NOTE_ITEM = re.compile(r"(?:user-content-)?(?:fn|footnote|cite_note)[-_:]?[0-9]{1,4}")
"""Names of notes that office programs write, and of notes that are items of a list."""

_NOTE_KINDS = frozenset({"footnote", "endnote", "rearnote", "doc-footnote", "doc-endnote"})


def _where(node: Any, around: str) -> str:
    """Say where the words of an element stand: beside the text, in its title, or as around it."""
    if around in ("running", "note"):
        return around
    tag, style = node.tag, node.get("style") or ""
    # so office programs write heads and feet of pages, and notes
    if tag == "div" and (node.get("title") in ("header", "footer") or _HEADS.search(style)):
        return "running"
    kinds = (node.get("epub:type") or node.get("role") or "").split()
    name = {"div": _NOTE_NAME, "li": _NOTE_ITEM}.get(tag)
    named = name and name.fullmatch(node.get("id") or "")
    if named or _NOTES.search(style) or not _NOTE_KINDS.isdisjoint(kinds):
        return "note"
    if tag in BESIDE:
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


# What does a page hold that is no text: signs of notes, comments, deleted and hidden words?

_NOTE = re.compile(
    r"#(?:sdfootnote|sdendnote|_ftn|_edn|fn|footnote|endnote|cite_note)(?:ref)?[-_:]?\d", re.I
)
_LONGEST_SIGN = 6
_LABEL = "number of a list"
_SIGN = "signs that refer to footnotes"
_GONE = (
    (re.compile(r"mso-list\s*:\s*ignore", re.I), _LABEL),
    (re.compile(r"mso-hide\s*:\s*all", re.I), "hidden text"),
    (re.compile(r"mso-element\s*:\s*comment-list", re.I), "comments"),
    (re.compile(r"mso-special-character\s*:\s*comment", re.I), "comments"),
)
"""What Word writes into the style of an element whose words are no text."""


def _gone(node: Any, signs: set[Any]) -> str:
    """Return what the words of an element are if they are no text."""
    if node.tag == "del":
        return "deleted text"
    if node.tag == "a":
        return _SIGN if node in signs or _is_note_sign(node) else ""
    if node.tag in _READINGS:
        return "how a character is read"
    style = node.get("style") or ""
    if is_drawn_bullet(node):
        return _LABEL
    if kind := next((kind for said, kind in _GONE if said.search(style)), "") if style else "":
        return kind
    return _HIDDEN_TEXT if _is_unseen(node, style) and _is_aside(node) else ""


_READINGS = frozenset({"rt", "rp", "rtc"})
_HIDDEN_TEXT = "hidden text"
_NOT_SHOWN = re.compile(r"(?:^|;)\s*display\s*:\s*none", re.IGNORECASE)
_NOT_SEEN = re.compile(
    r"(?:^|;)\s*(?:visibility\s*:\s*hidden|font-size\s*:\s*0+(?:\.0+)?(?:px|pt|r?em|%)?"
    r"\s*(?:!important\s*)?(?:;|$))",
    re.IGNORECASE,
)
_SEEN_AGAIN = re.compile(r"visibility|font(?:-size)?\s*:", re.IGNORECASE)
_MOST_UNSEEN = 60
"""Han characters in an element that is not shown; with more it may be the text itself, which a
script unfolds."""


def _is_unseen(node: Any, style: str) -> bool:
    """Say whether a page does not show an element: its style or its attribute says so."""
    hidden = node.get("hidden")
    if (hidden is not None and hidden.lower() != "until-found") or _NOT_SHOWN.search(style):
        return True
    inner = (one.get("style") or "" for one in node.iterdescendants())
    return bool(_NOT_SEEN.search(style)) and not any(map(_SEEN_AGAIN.search, inner))


def _is_aside(node: Any) -> bool:
    """Say whether an element is a small part of its page, which a script will not unfold."""
    n, around = _n_han(node), node.getparent()
    if n > _MOST_UNSEEN or node.tag in ("body", "html") or around is None:
        return False
    return around.tag != "body" or 2 * n <= _n_han(around)


def _n_han(node: Any) -> int:
    return len(HAN.findall("".join(node.itertext())))


def _is_note_sign(node: Any) -> bool:
    """Say whether a link is the sign of a footnote, there or before the note."""
    return bool(_NOTE.match(node.get("href") or "")) and _is_sign(node)


def _is_sign(node: Any) -> bool:
    words = "".join(node.itertext()).strip()
    return 0 < len(words) <= _LONGEST_SIGN and not HAN.search(words)


def _mutual_links(root: Any) -> set[Any]:
    """Return short links that lead to one another: the signs of notes, whatever they are called."""
    links = [one for one in root.iter("a") if (one.get("href") or "").startswith("#")]
    leads: dict[tuple[str, str], list[Any]] = {}
    for one in links:
        if _is_sign(one):
            for name in _names_around(one):
                leads.setdefault((name, (one.get("href") or "")[1:]), []).append(one)
    pairs = (key for key in leads if key[0] != key[1] and (key[1], key[0]) in leads)
    return {one for key in pairs for one in leads[key]}


def _names_around(node: Any) -> set[str]:
    """Return the names under which a link can be reached: its own and those around it."""
    names: set[str] = set()
    for _ in range(5):
        if node is None:
            break
        names |= {node.get("id") or "", node.get("name") or ""}
        node = node.getparent()
    return names - {""}


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
        words = re.sub(r"<[^<>]*>", "", words)
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
            _count(tag, re.sub(r"<[^<>]*>", "", words), left)
            continue
        parts.append(html.unescape(words))
        if tag and not _is_inline(tag):
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


_AWAY = frozenset({"beside", "running", "note"})


def _lines(pieces: list[_Piece]) -> list[_PageLine]:
    """Return the lines of a page without the white space of the markup: that is no layout of it."""
    around_end = re.compile(f"(?:<p>)?{_END}(?:</p>)?")
    columns = []
    text = {"own", "title", "number"}
    for kept in (text | _AWAY, text | {"note"}, {"title"}, {"running"}, {"note"}):
        words = (p.words if p.where in kept else "\n" * p.words.count("\n") for p in pieces)
        whole = around_end.sub("", "".join(words))
        columns.append([" ".join(line.split()) for line in whole.split("\n")])
    cells, weights = _cell_of_lines(pieces), _weight_of_lines(pieces)
    items = _item_of_lines(pieces)
    numbers = _numbers_of_lines(pieces)
    return [
        _PageLine(
            *(words, own, title, cells.get(at, Cell()), weights.get(at, 0), numbers.get(at, "")),
            apart="running" if words == running else "note" if words == note else "",
            item=items.get(at),
        )
        for at, (words, own, title, running, note) in enumerate(zip(*columns, strict=True))
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


def _item_of_lines(pieces: list[_Piece]) -> dict[int, Any]:
    """Return by number of line the item of a list in which its first words stand."""
    items: dict[int, Any] = {}
    number = 0
    for piece in pieces:
        for i, words in enumerate(piece.words.split("\n")):
            number += i > 0
            if words.strip() and piece.where != "number":
                items.setdefault(number, piece.item)
    return items


def _weight_of_lines(pieces: list[_Piece]) -> dict[int, int]:
    """Return by number of line the weight that all of its words have: the least one."""
    weights: dict[int, int] = {}
    number = 0
    for piece in pieces:
        for i, words in enumerate(piece.words.split("\n")):
            number += i > 0
            if words.strip() and _END not in words and piece.where != "number":
                weights[number] = min(weights.get(number, BOLD), piece.weight)
    return weights


# Which line of a page is its title, by the names it has for itself?

_TITLE_KEYS = frozenset({"articletitle", "og:title", "title"})
"""Names of ``meta`` elements that give the title of what a page shows."""
_BETWEEN_NAMES = re.compile(r"[_|｜–—―>-]+")
_SHORTEST_NAME = 6
"""Han characters of a title; the names of columns (通知公告) have fewer."""
_MOST_ROWS = 3
"""Lines over which a page may print its title."""
_AMONG = 200
"""Lines from the top among which it stands."""


def _names(root: Any) -> dict[str, bool]:
    """Return the names that a page has for itself: what its meta elements say, then its window.

    True is that of the article: the window's may be left from another page or document.
    """
    names: dict[str, bool] = {}
    for node in root.iter("meta"):
        key = (node.get("name") or node.get("property") or "").lower()
        if key in _TITLE_KEYS:
            names[node.get("content") or ""] = key != "title"
    for node in root.iter("title"):
        names.setdefault("".join(node.itertext()), False)
        break
    return names


def _titles(lines: list[_PageLine], names: Iterable[str]) -> set[int]:
    """Return the lines that hold the title of a page; a name may add those of site and column.

    The name of the site is the title of no document, nor is what stands in a link.
    """
    rows = ["".join(line.words.split()) for line in lines[:_AMONG]]
    parts = dict.fromkeys(part for name in names for part in _parts_of(name))
    found = [_printed(lines, rows, part) for part in parts]
    if not any(found):
        found = [_broken_heading(lines)]
    return set(max(found, key=lambda run: sum(len(rows[i]) for i in run), default=()))


@cache
def _site_end() -> re.Pattern[str]:
    return re.compile(f"{any_of('reading/words.csv', 'site_end')}$")


@cache
def _site_name() -> re.Pattern[str]:
    """Return what is the name of a site whatever stands below it: 门户网站, 教育局信息网."""
    kinds = ("site_alone", "site_owner", "site_publisher", "site_end")
    alone, body, other, end = (any_of("reading/words.csv", kind) for kind in kinds)
    return re.compile(f"{alone}$|(?:{body}|{other})[一-龥]{{0,6}}{end}$")


def _unprinted_title(lines: list[_PageLine], names: Mapping[str, bool]) -> str:
    """Return the title of a report that only the head of the page gives; "" if there is none.

    Nor may the page have headings of its own above its text, or print most of the words.
    """
    first = next((i for i, line in enumerate(lines) if _is_sentence(line)), None)
    headed = any(0 < line.weight < BOLD for line in lines[:first])
    if first is None or headed:
        return ""
    report = re.compile(f"{any_of('cleaning/words.csv', 'report_title')}$")
    grams = _grams("".join("".join(line.words.split()) for line in lines[:_AMONG]))
    parts = [part for name, stated in names.items() if stated for part in _parts_of(name)]
    mixed = {part for part in parts if any(map(_site_end().search, _BETWEEN_NAMES.split(part)))}
    own = [one for one in parts if one not in mixed and report.search(one)]
    return max((one for one in own if not _is_cut(one, grams)), key=len, default="")


def _broken_heading(lines: list[_PageLine]) -> tuple[int, ...]:
    """Return the lines of the page's first heading, if it stands on several or below a site's."""
    first = [i for i, line in enumerate(lines[:_AMONG]) if line.title and line.title == line.words]
    own = [i for i in first if not _site_end().search(lines[i].words)]
    if len(first) < 2 or not 0 < len(own) <= _MOST_ROWS:
        return ()
    return tuple(own) if own == list(range(own[0], own[0] + len(own))) else ()


def _parts_of(name: str) -> list[str]:
    """Return a name whole and in its parts, without those of sites, bodies and columns."""
    parts = [name, *_BETWEEN_NAMES.split(name)]
    plain = ["".join(part.split()) for part in parts]
    words = (
        any_of("reading/words.csv", group) for group in ("site_end", "site_owner", "column_name")
    )
    other = re.compile("{}$|{}$|^{}$".format(*words))
    return [p for p in plain if len(HAN.findall(p)) >= _SHORTEST_NAME and not other.search(p)]


def _printed(lines: list[_PageLine], rows: list[str], name: str) -> tuple[int, ...]:
    """Return the lines that print a name: outside of tables, if it stands there too."""
    runs = []
    for first, row in enumerate(rows):
        if not row or not name.startswith(row):
            continue
        for last in range(first, min(first + _MOST_ROWS, len(rows))):
            if "".join(rows[first : last + 1]) == name and lines[first].own:
                runs.append(tuple(range(first, last + 1)))
    outside = [run for run in runs if not lines[run[0]].cell.column]
    return (outside or runs or [()])[0]


def _headings(lines: list[_PageLine], titles: set[int]) -> Iterator[Hint]:
    """Yield title and headings, and the lines all in bold, unless all of the page is."""
    at = 0
    bold = sum(len(line.words) for line in lines if line.weight == BOLD)
    mostly = 2 * bold > sum(len(line.words) for line in lines)
    for i, line in enumerate(lines):
        end = at + len(line.words)
        level = line.weight % BOLD
        if i in titles:
            yield Hint(at, end, "title", level=level)
        elif line.weight and not line.cell.column and not (mostly and line.weight == BOLD):
            yield Hint(at, end, "heading" if level else "strong", level=level)
        at = end + 1


def _numbers_of_lines(pieces: list[_Piece]) -> dict[int, str]:
    """Return by number of line the number that stands before it as an item of a list."""
    numbers: dict[int, str] = {}
    if not any(piece.where == "number" for piece in pieces):
        return numbers
    line = 0
    for piece in pieces:
        if piece.where == "number":
            numbers[line] = piece.words
        line += piece.words.count("\n")
    return numbers


def _notes(lines: list[_PageLine]) -> Iterator[Hint]:
    """Yield the lines that stand in notes."""
    at = 0
    for line in lines:
        if line.apart == "note":
            yield Hint(at, at + len(line.words), "footnote")
        at += len(line.words) + 1


def _items(lines: list[_PageLine], titles: set[int]) -> list[Hint]:
    """Return the lines below the title that hold an item of a list alone, and lead nowhere."""
    many = Counter(line.item for line in lines)
    head = max([i for i, line in enumerate(lines) if i in titles or line.title], default=-1)
    placed, at = [], 0
    for i, line in enumerate(lines):
        alone = line.item is not None and many[line.item] == 1 and line.own == line.words
        plain = i > head and alone and not (line.weight or line.apart or line.cell.column)
        placed.append((at, at + len(line.words), line.item.getparent() if plain else None))
        at += len(line.words) + 1
    return list_items(placed)


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


_GRAM = 4
_LEAST_SENTENCE = 15
"""Han characters of a sentence that is text right above or below the main content."""
_TYPED_ITEM = re.compile(r"[•●■◆▪○➢✓] ?(?=[^|｜]{8})")


def _is_sentence(line: _PageLine) -> bool:
    """Say whether a line is a sentence, or an item with a typed bullet, that leads nowhere."""
    own = line.own == line.words and not line.apart
    ended = "。" in line.words[-2:] and len(HAN.findall(line.words)) >= _LEAST_SENTENCE
    return own and (ended or _TYPED_ITEM.match(line.words) is not None)


def _grams(words: str) -> set[str]:
    return {words[i : i + _GRAM] for i in range(len(words) - _GRAM + 1)}


def _is_cut(words: str, grams: set[str]) -> bool:
    """Say whether a sentence is in the main content, cut where marks or unseen words stand."""
    own = _grams(words)
    return 2 * len(own & grams) > len(own)


_LONGEST_SITE = 16


def _site_names(lines: list[_PageLine], titles: set[int]) -> set[int]:
    """Return the first headings that name the site, where another one heads the text below."""
    heads = [i for i, line in enumerate(lines[:_AMONG]) if 0 < line.weight < BOLD or i in titles]
    return {
        i
        for i in heads[:-1]
        if lines[i].title == lines[i].words
        and len(lines[i].words) <= _LONGEST_SITE
        and _site_name().search(lines[i].words)
        and not any(map(_is_sentence, lines[i : heads[heads.index(i) + 1]]))
    } - titles


_LONGEST_BUTTON = 8
_LEAST_MENU = 3


def _menu(lines: list[_PageLine], titles: set[int]) -> range:
    """Return the lines before the first words of the page's own, if they are short links."""
    first = next((i for i, line in enumerate(lines) if line.own or line.title or i in titles), 0)
    short = all(len(line.words) <= _LONGEST_BUTTON for line in lines[:first])
    return range(first if short and first >= _LEAST_MENU else 0)


_LEAST_TITLE = 8
_MOST_BETWEEN = 2
_GREETING = re.compile("[^。，；]{2,30}[：:]")


def _title_above(lines: list[_PageLine], first: int) -> int:
    """Return where a bold title stands above the text, whom it is sent to between the two."""
    for at in range(first - 2, max(first - 2 - _MOST_BETWEEN, -1), -1):
        between = lines[at:first] if first < len(lines) else []
        own = all(line.own == line.words and not line.apart for line in between)
        greeted = all(_GREETING.fullmatch(line.words) for line in between[1:])
        title = between and between[0].weight and len(HAN.findall(between[0].words)) >= _LEAST_TITLE
        if own and greeted and title:
            return at
    return first


def _furniture(lines: list[_PageLine], main: set[str], titles: set[int]) -> list[Hint]:
    """Return the lines that the extractor left out; none where it found no main content.

    Heads and feet of printed pages are furniture always, and notes never.
    """
    if not main:
        main = {"".join(line.words.split()) for line in lines}
    whole = "\n".join(main)
    grams = _grams(whole)
    found = []
    for line in lines:
        words = "".join(line.words.split()).removeprefix(line.number)
        cells = [c for c in words.split("|") if c]
        inside = words in main or all(cell in whole for cell in cells)
        found.append(inside or ("。" in words and _is_cut(words, grams)))
    said = [i for i, line in enumerate(lines) if _is_sentence(line)]
    if 2 * sum(found[i] for i in said) < len(said):  # the extractor took the text for furniture
        found = [2 * len(line.own) >= len(line.words) for line in lines]
    body = [
        i for i, line in enumerate(lines) if found[i] and len("".join(line.words)) >= _LEAST_MAIN
    ]
    first, last = (body[0], body[-1]) if body else (len(lines), -1)
    while 0 < first < len(lines) and (found[first - 1] or _is_sentence(lines[first - 1])):
        first -= 1
        found[first] = True
    while 0 <= last < len(lines) - 1 and (found[last + 1] or _is_sentence(lines[last + 1])):
        last += 1
        found[last] = True
    first = _title_above(lines, first)
    sites = _site_names(lines, titles)
    while 0 < first < len(lines) and lines[first - 1].weight and first - 1 not in sites:
        first -= 1  # the heading above the first paragraph belongs to it
    first -= bool(body) and first < body[0]
    menu = _menu(lines, titles)
    hints, at = [], 0
    for i, line in enumerate(lines):
        inside = first < i < last and 2 * len(line.own) >= len(line.words)
        kept = found[i] or line.title or inside or i in titles or line.apart == "note"
        if line.apart == "running" or not kept or i in menu or i in sites:
            hints.append(Hint(at, at + len(line.words) + 1, "furniture"))
        at += len(line.words) + 1
    return hints

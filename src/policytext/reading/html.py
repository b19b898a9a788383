"""Which text does a web page hold, and which of it is furniture?"""

from __future__ import annotations

from typing import Any

from policytext.errors import ReadingError
from policytext.reading.source import Hint

_SILENT = {"script", "style", "noscript", "template", "head", "svg", "iframe"}
_INLINE = {
    *("a", "abbr", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em", "font"),
    *("i", "ins", "kbd", "label", "mark", "q", "ruby", "rb", "rt", "rp", "s", "samp", "small"),
    *("span", "strike", "strong", "sub", "sup", "time", "tt", "u", "var", "wbr"),
}


def read_html(markup: str) -> tuple[str, tuple[Hint, ...]]:
    """Return all text of a web page, a line feed at blocks, and which lines are furniture.

    Script, style and comments are not read. The main content is marked by trafilatura; every line
    that it leaves out becomes a hint of kind ``furniture``, so that it ends in the ledger.

    Raises
    ------
    ReadingError
        The markup holds no element.
    """
    from lxml import etree, html

    parser = html.HTMLParser(no_network=True, huge_tree=False, remove_comments=True)
    try:
        root = html.document_fromstring(_without_declaration(markup), parser=parser)
    except (etree.ParserError, ValueError) as error:
        raise ReadingError(f"the file must be a web page, got: {error}") from error
    parts: list[str] = []
    _collect(root, parts)
    text = _tidy("".join(parts))
    return text, tuple(_furniture(text, _main_lines(markup)))


def _without_declaration(markup: str) -> str:
    """Drop an XML declaration: lxml refuses one in text that is decoded already."""
    start = markup.lstrip("\ufeff \t\r\n")
    return start[start.index("?>") + 2 :] if start.startswith("<?xml") and "?>" in start else start


def _collect(root: Any, parts: list[str]) -> None:
    """Walk over the tree in reading order without recursion; blocks begin and end lines."""
    stack: list[tuple[Any, bool]] = [(root, False)]
    while stack:
        node, leaving = stack.pop()
        silent = not isinstance(node.tag, str) or node.tag in _SILENT
        block = isinstance(node.tag, str) and node.tag not in _INLINE
        if leaving or silent:
            if block and not silent:
                parts.append("\n")
            parts.append(node.tail or "")
            continue
        if block:
            parts.append("\n")
        parts.append(node.text or "")
        stack.append((node, True))
        stack += [(child, False) for child in reversed(node)]


def _tidy(text: str) -> str:
    """Fold the white space of the markup: it is layout of the source code, not of the page."""
    lines = (" ".join(line.split()) for line in text.split("\n"))
    return "\n".join(line for line in lines if line) + "\n"


def _main_lines(markup: str) -> set[str]:
    """Return the lines of the main content, without white space."""
    import trafilatura

    main = trafilatura.extract(
        markup, include_comments=False, include_tables=True, favor_recall=True, fast=False
    )
    return {"".join(line.split()) for line in (main or "").splitlines()} - {""}


def _furniture(text: str, main: set[str]) -> list[Hint]:
    """Return the lines that the extractor left out; none where it found no main content."""
    if not main:
        return []
    whole = "\n".join(main)
    hints, at = [], 0
    for line in text.splitlines(keepends=True):
        words = "".join(line.split())
        cells = [c for c in words.split("|") if c]
        if words and words not in main and not all(cell in whole for cell in cells):
            hints.append(Hint(at, at + len(line), "furniture"))
        at += len(line)
    return hints

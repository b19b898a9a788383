"""Which text does an OpenDocument file hold (.odt, and .fodt, which is the same in one piece)?"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from policytext.errors import ReadingError
from policytext.reading.office.numbering import before, whole_number, write_number
from policytext.reading.office.package import opened, parse_xml
from policytext.reading.source import Cell, CellCounter, Gathered, Limits, NotRead, Reading, n_signs

_NAMESPACE = "urn:oasis:names:tc:opendocument:xmlns:{}:1.0"
_OFFICE, _TEXT, _TABLE, _DRAW, _STYLE = (
    "{" + _NAMESPACE.format(name) + "}" for name in ("office", "text", "table", "drawing", "style")
)
_XML_ID = "{http://www.w3.org/XML/1998/namespace}id"
_LIST_FORMAT = "num-list-format"
_PARAGRAPHS = frozenset({f"{_TEXT}p", f"{_TEXT}h"})
_BESIDE = {f"{_OFFICE}annotation": "comments"}
_RUBY = f"{_TEXT}ruby-text"
_GONE = frozenset(
    {
        *(f"{_TEXT}{name}" for name in ("tracked-changes", "sequence-decls", "variable-decls")),
        *(f"{_TEXT}{name}" for name in ("user-field-decls", "note-citation", "ruby-text")),
        *(f"{_TEXT}{name}" for name in ("index-source", "alphabetical-index-mark")),
        *(f"{_TEXT}{name}-source" for name in ("table-of-content", "illustration-index")),
        *(f"{_OFFICE}{name}" for name in ("forms", "binary-data", "event-listeners", "settings")),
        *(f"{_OFFICE}{name}" for name in ("document", "document-content", "meta")),
        "{http://www.w3.org/1998/Math/MathML}math",
        "{urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0}title",
        "{urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0}desc",
    }
)
_ASIDE = frozenset({f"{_DRAW}text-box", f"{_TABLE}table", *_PARAGRAPHS})
_CHANGES = (f"{_TEXT}change-start", f"{_TEXT}change-end")
_MOST_REPEATED = 100
_MOST_EMPTY = 20
"""Cells that are repeated to the edge of the sheet hold nothing."""

_MOST_SPACES = 1_000
_DEEPEST = 10


def read_odt(data: bytes, limits: Limits) -> Reading:
    """Return the text of an OpenDocument text, one line feed a paragraph, empty ones too.

    Numbers of lists and headings stand before them, text boxes behind the paragraph they stand in,
    notes last. Headers, footers, comments, pictures have a row each; deleted text is gone.
    """
    if data.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<?xml"):
        root = parse_xml(data)
        return _Document(root, root).reading()
    with opened(data, "an OpenDocument text (.odt)") as package:
        _check_kind(package.has("META-INF/manifest.xml") and package.read("META-INF/manifest.xml"))
        styles = parse_xml(package.read("styles.xml")) if package.has("styles.xml") else None
        document = _Document(parse_xml(package.read("content.xml")), styles)
    return document.reading()


def _check_kind(manifest: bytes | bool) -> None:
    if isinstance(manifest, bytes) and b"encryption-data" in manifest:
        raise ReadingError("the OpenDocument file is locked with a password: save it without one")


# How are lists numbered?


class _ListLevel(NamedTuple):
    """One level of a list: how its numbers are written, and what stands around them."""

    form: str = ""
    prefix: str = ""
    suffix: str = ""
    shown: int = 1
    start: int = 1
    pattern: str = ""


_FORMS = {
    **{"1": "decimal", "a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman"},
    **{"I": "upperRoman", "一": "chineseCounting", "甲": "ideographTraditional"},
    **{"子": "ideographZodiac", "壹": "chineseLegalSimplified", "①": "decimalEnclosedCircle"},
    **{"0": "decimalZero", "１": "decimalFullWidth", "壱": "ideographLegalTraditional"},
}
"""What stands first in a format's row of numbers, and what WordprocessingML calls the format."""

_PLACE = re.compile(r"%([0-9]{1,2})%")
_LONGEST = 60


def _own(node: Any, name: str) -> str:
    """Return an attribute whatever its name space is: some programs have their own."""
    return next((v for k, v in node.attrib.items() if k.endswith(f"}}{name}")), "")


def _levels(node: Any) -> dict[int, _ListLevel]:
    found = {}
    for one in node:
        level = whole_number(one.get(f"{_TEXT}level"), 99) if isinstance(one.tag, str) else 99
        if level > _DEEPEST:
            continue
        if one.tag in (f"{_TEXT}list-level-style-number", f"{_TEXT}outline-level-style"):
            found[level] = _ListLevel(
                one.get(f"{_STYLE}num-format", ""),
                one.get(f"{_STYLE}num-prefix", "")[:_LONGEST],
                one.get(f"{_STYLE}num-suffix", "")[:_LONGEST],
                whole_number(one.get(f"{_TEXT}display-levels"), 1),
                whole_number(one.get(f"{_TEXT}start-value"), 1),
                _own(one, _LIST_FORMAT)[:_LONGEST],
            )
        else:
            found[level] = _ListLevel()
    return found


def _label(levels: Mapping[int, _ListLevel], level: int, counts: Mapping[int, int]) -> str:
    one = levels.get(level, _ListLevel())
    if not one.form:
        return one.prefix + one.suffix if level in levels else ""

    def number(place: int) -> str:
        other = levels.get(place, one)
        form = _FORMS.get(other.form[:1], "decimal") if other.form else "none"
        return write_number(counts.get(place, other.start), form)

    if _PLACE.search(one.pattern):
        return _PLACE.sub(lambda m: number(min(int(m[1]), level)), one.pattern).strip()
    places = range(max(1, level - one.shown + 1), level + 1)
    return one.prefix + ".".join(filter(None, map(number, places))) + one.suffix


@dataclass
class _Counted:
    """The numbers that the paragraphs of one list have reached, by level."""

    counts: dict[int, int] = field(default_factory=dict)

    def next(self, level: int, start: int, anew: int | None) -> dict[int, int]:
        """Count the next item of a level; deeper levels begin anew."""
        last = start - 1 if anew is None else anew - 1
        if anew is not None or level not in self.counts:
            self.counts[level] = last
        self.counts[level] += 1
        for deeper in [n for n in self.counts if n > level]:
            del self.counts[deeper]
        return self.counts


class _Place(NamedTuple):
    """Where an element stands: kind and cell, list, level, and whether its number is still due.

    ``alone``: Whether its item of a list holds one paragraph, which is no heading.
    """

    kind: str = "body"
    cell: Cell = Cell()
    style: str = ""
    level: int = 0
    counted: _Counted | None = None
    due: tuple[int | None] | None = None
    alone: bool = False


# What does the document hold, in the order of its pages?


class _Document:
    """Reads one document; elements wait on a stack, so that no depth ends the process."""

    def __init__(self, root: Any, styles: Any) -> None:
        self._root = root
        self._out = Gathered()
        self._cells = CellCounter()
        self._lists: dict[str, dict[int, _ListLevel]] = {}
        self._outline: dict[int, _ListLevel] = {}
        self._styles: dict[str, tuple[str, str | None]] = {}
        self._headings = _Counted()
        self._by_id: dict[str, _Counted] = {}
        self._last: dict[str, _Counted] = {}
        # regions whose words were deleted though they stand in their place, and those open now
        self._deleted = set(_deleted(root))
        self._open: set[str] = set()
        self._begun: tuple[str, _Place] | None = None
        for part in (styles, root):
            if part is not None:
                self._learn(part)
        if styles is not None:
            self._note_heads(styles)

    def _learn(self, part: Any) -> None:
        for one in part.iter(f"{_TEXT}list-style"):
            self._lists[one.get(f"{_STYLE}name", "")] = _levels(one)
        for one in part.iter(f"{_TEXT}outline-style"):
            self._outline = _levels(one)
        for one in part.iter(f"{_STYLE}style"):
            self._styles[one.get(f"{_STYLE}name", "")] = (
                one.get(f"{_STYLE}parent-style-name", ""),
                one.get(f"{_STYLE}list-style-name"),
            )

    def _note_heads(self, styles: Any) -> None:
        for kind in ("header", "footer"):
            heads = [one for one in styles.iter() if _is_head(one, kind)]
            signs = sum(n_signs("".join(one.itertext())) for one in heads)
            if signs:
                self._out.left.append(NotRead("styles.xml", kind, signs))

    def reading(self) -> Reading:
        """Go through the document once."""
        body = next(self._root.iter(f"{_OFFICE}text"), None)
        if body is None:
            kind = next(self._root.iter(f"{_OFFICE}body"), None)
            inner = "" if kind is None or not len(kind) else str(kind[0].tag).rpartition("}")[2]
            raise ReadingError(
                f"the file must be an OpenDocument text, but it holds {inner or 'no text'}; "
                "save it as .docx or .xlsx"
            )
        stack = [(one, _Place()) for one in reversed(body)]
        while stack:
            node, place = stack.pop()
            if not isinstance(node.tag, str) or node.tag in _GONE:
                continue
            if node.tag in _BESIDE:
                self._beside(node)
            elif node.tag in _PARAGRAPHS:
                stack += reversed([(one, place) for one in self._paragraph(node, place)])
            else:
                stack += reversed(list(self._inside(node, place)))
        if self._begun:
            self._open.clear()
            self._add("", self._begun[1])
        for name in ("image", "object", "object-ole"):
            many = sum(1 for _ in body.iter(f"{_DRAW}{name}"))
            if many:
                kind = "picture" if name == "image" else "embedded file"
                self._out.left.append(NotRead(f"{many:,} of them", kind))
        said = sum(n_signs("".join(one.itertext())) for one in body.iter(_RUBY))
        if said:
            self._out.left.append(NotRead("", "reading of characters", said))
        return self._out.reading()

    def _beside(self, node: Any) -> None:
        words = "".join("".join(one.itertext()) for one in node.iter(*_PARAGRAPHS))
        self._out.left.append(NotRead("", _BESIDE[node.tag], n_signs(words)))

    # lists and tables

    def _inside(self, node: Any, place: _Place) -> Iterator[tuple[Any, _Place]]:
        """Yield the elements of one that is no paragraph, with their place."""
        tag = node.tag
        if tag == f"{_TEXT}list":
            place = self._list(node, place)
        elif tag == f"{_TEXT}list-item":
            anew = node.get(f"{_TEXT}start-value")
            inside = [one.tag for one in node if one.tag in _PARAGRAPHS]
            alone = inside == [f"{_TEXT}p"]
            place = place._replace(due=(whole_number(anew, 1) if anew else None,), alone=alone)
        elif tag == f"{_TEXT}list-header":
            place = place._replace(due=None)
        elif tag == f"{_TABLE}table":
            place = _Place("table", self._cells.table())
        elif tag == f"{_TABLE}table-row" and place.cell.table:
            place = place._replace(cell=self._cells.row(place.cell))
        elif tag in (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell") and place.cell.table:
            yield from self._cell(node, place)
            return
        elif tag in (f"{_DRAW}text-box", f"{_DRAW}custom-shape"):
            place = _Place("textbox")
        # the number of an item stands before its first paragraph
        for one in node:
            yield one, place
            if one.tag in _PARAGRAPHS:
                place = place._replace(due=None)

    def _list(self, node: Any, place: _Place) -> _Place:
        style = node.get(f"{_TEXT}style-name", "") or place.style
        counted = place.counted
        if counted is None:
            before_it = self._by_id.get(node.get(f"{_TEXT}continue-list", ""))
            if before_it is None and node.get(f"{_TEXT}continue-numbering") == "true":
                before_it = self._last.get(style)
            counted = before_it or _Counted()
        if name := node.get(_XML_ID):
            self._by_id[name] = counted
        self._last[style] = counted
        return place._replace(
            style=style, level=place.level + 1, counted=counted, due=None, alone=False
        )

    def _cell(self, node: Any, place: _Place) -> Iterator[tuple[Any, _Place]]:
        """Yield what stands in a cell, as often as it is repeated; what it covers is no cell."""
        if node.tag == f"{_TABLE}covered-table-cell":
            yield from ((one, place) for one in node)
            return
        spans = node.get(f"{_TABLE}number-columns-spanned")
        many = whole_number(node.get(f"{_TABLE}number-columns-repeated"), 1)
        words = len(node) and "".join(node.itertext()).strip()
        for _ in range(min(many, _MOST_REPEATED if words else _MOST_EMPTY)):
            cell = self._cells.cell(place.cell, spans)
            yield from ((one, place._replace(cell=cell)) for one in node)

    # paragraphs

    def _paragraph(self, node: Any, place: _Place) -> list[Any]:
        """Add a paragraph, and return what stands in it and comes behind it."""
        aside: list[Any] = []
        line = "".join(self._runs(node, aside))
        label = self._number(node, place)
        shown = label and (line or place.cell.column)
        self._add(before(label, line) if shown else line, place)
        return aside

    def _add(self, line: str, place: _Place) -> None:
        """Add a line; one whose end was deleted goes on in the next one of its place."""
        begun, at = self._begun or ("", place)
        if begun and (at.kind, at.cell) != (place.kind, place.cell):
            self._out.add(begun, at.kind, at.cell)
            begun = ""
        self._begun = (begun + line, place) if self._open else None
        if not self._begun:
            listed = (id(place.counted), place.level) if place.alone else None
            self._out.add(begun + line, place.kind, place.cell, listed)

    def _number(self, node: Any, place: _Place) -> str:
        if place.counted is not None:
            style = place.style or self._list_of(node) or ""
            levels = self._lists.get(style, {})
            if place.due is None:
                return ""
            start = levels.get(place.level, _ListLevel()).start
            return _label(levels, place.level, place.counted.next(place.level, start, *place.due))
        level = whole_number(node.get(f"{_TEXT}outline-level"), 0)
        silent = node.get(f"{_TEXT}is-list-header") == "true" or self._list_of(node) == ""
        if node.tag != f"{_TEXT}h" or silent or not self._outline.get(level, _ListLevel()).form:
            return ""
        start = self._outline[level].start
        return _label(self._outline, level, self._headings.next(level, start, None))

    def _list_of(self, node: Any) -> str | None:
        """Return the list that a paragraph's style belongs to; nothing if it says of none."""
        style, seen = node.get(f"{_TEXT}style-name", ""), set()
        while style in self._styles and style not in seen:
            seen.add(style)
            style, named = self._styles[style]
            if named is not None:
                return named
        return None

    def _runs(self, paragraph: Any, aside: list[Any]) -> Iterator[str]:
        """Yield the text of a paragraph that was not deleted."""
        for words in self._all_runs(paragraph, aside):
            if not self._open:
                yield words

    def _all_runs(self, paragraph: Any, aside: list[Any]) -> Iterator[str]:
        """Yield the text of a paragraph; what stands in it by itself is put aside."""
        yield paragraph.text or ""
        stack = list(reversed(paragraph))
        while stack:
            node = stack.pop()
            if isinstance(node, str):
                yield node
                continue
            stack.append(node.tail or "")
            tag = node.tag
            if tag in _CHANGES:
                self._change(node)
            elif tag == f"{_TEXT}note":
                self._note(node)
            elif tag in _BESIDE:
                self._beside(node)
            elif tag in _ASIDE or tag == f"{_DRAW}custom-shape":
                aside.append(node)
            elif tag in (f"{_TEXT}line-break", f"{_TEXT}tab"):
                yield "\n" if tag.endswith("k") else "\t"
            elif tag == f"{_TEXT}s":
                yield " " * min(whole_number(node.get(f"{_TEXT}c"), 1), _MOST_SPACES)
            elif isinstance(tag, str) and tag not in _GONE:
                stack += [*reversed(node), node.text or ""]

    def _change(self, node: Any) -> None:
        """Note where words begin and end that were deleted but stand in their place."""
        name = node.get(f"{_TEXT}change-id", "")
        if node.tag == _CHANGES[0] and name in self._deleted:
            self._open.add(name)
        elif node.tag == _CHANGES[1]:
            self._open.discard(name)

    def _note(self, node: Any) -> None:
        for body in () if self._open else node.iter(f"{_TEXT}note-body"):
            for one in body.iter(*_PARAGRAPHS):
                aside: list[Any] = []
                self._out.notes.append("".join(self._runs(one, aside)))


def _deleted(root: Any) -> Iterator[str]:
    """Yield the names of changes that are deletions."""
    for one in root.iter(f"{_TEXT}changed-region"):
        if any(kind.tag == f"{_TEXT}deletion" for kind in one):
            yield one.get(f"{_TEXT}id", "") or one.get(_XML_ID, "")


def _is_head(node: Any, kind: str) -> bool:
    tag = node.tag if isinstance(node.tag, str) else ""
    return tag.startswith(_STYLE) and tag[len(_STYLE) :] in (kind, f"{kind}-left", f"{kind}-first")

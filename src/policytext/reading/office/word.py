"""Which text does a Word file hold: body, tables, text boxes, formulas and notes?"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Hashable, Iterator, Mapping
from typing import Any

from policytext.errors import ReadingError
from policytext.reading.office.numbering import WordNumbers, before
from policytext.reading.office.package import MATH, Package, R, W, opened, parse_xml
from policytext.reading.source import Cell, CellCounter, Hint, NotRead, Reading, list_items, n_signs
from policytext.records import HAN

_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_WORD_ART = "{urn:schemas-microsoft-com:vml}textpath"
_BREAKS = {
    **{f"{W}br": "\n", f"{W}cr": "\n", f"{_A}br": "\n"},
    **{f"{W}tab": "\t", f"{W}ptab": "\t", f"{W}noBreakHyphen": "-"},
}
_TEXTS = frozenset({f"{W}t", f"{{{MATH}}}t", f"{_A}t"})
_PARAGRAPHS = frozenset({f"{W}p", f"{_A}p"})
_LOOSE = frozenset({f"{W}r", f"{{{MATH}}}oMath", f"{{{MATH}}}oMathPara"})
"""What may hold words outside of all paragraphs."""

_ASIDE = frozenset({*_PARAGRAPHS, f"{W}txbxContent", f"{W}tbl", f"{W}altChunk"})
_GONE = frozenset({f"{W}del", f"{W}moveFrom", f"{W}pPr", f"{W}rPr", f"{W}rt"})
"""What is deleted, or says how text looks or is pronounced."""

_OFF = ("0", "false", "off")
_NOTES = ("footnotes", "endnotes")
_NOT_READ = {
    "diagramData": "diagram",
    "diagramDrawing": "diagram",
    "image": "picture",
    "oleObject": "embedded file",
    "package": "embedded file",
    "chartEx": "chart",
}
"""What rows call a part that stands beside the text; any other kind is called as its relation."""

_NO_WORDS = frozenset(
    {
        *(*_NOTES, "aFChunk", "styles", "stylesWithEffects", "settings", "webSettings"),
        *("fontTable", "font", "theme", "numbering", "customXml", "glossaryDocument", "people"),
        *("commentsExtended", "commentsIds", "commentsExtensible", "diagramLayout"),
        *("diagramQuickStyle", "diagramColors", "printerSettings", "vbaProject"),
        *("wordVbaData", "keyMapCustomizations", "attachedToolbars", "recipientData"),
    }
)
"""Kinds of parts that hold nothing a reader of the page sees, or that are read."""

_DEEPEST_CHUNK = 3

ReadChunk = Callable[[bytes, str], Reading]


def read_docx(data: bytes, read_chunk: ReadChunk | None = None, *, depth: int = 0) -> Reading:
    """Return the text of a Word file, one line feed a paragraph, empty ones too.

    Body and tables come in reading order; text boxes stand where they are anchored; footnotes and
    endnotes come last. Numbers that Word gives to paragraphs stand before them. A file that is
    put in as a whole is read by ``read_chunk``. Headers, footers, comments and pictures are left
    out with a row each; deleted text is gone.
    """
    with opened(data, "a Word document (.docx)") as found:
        package = _WordPackage(*found)
        main = package.main()
        root = parse_xml(package.read(main))
        if root.tag != f"{W}document":
            raise ReadingError("the file must be a Word document, but its main part is none")
        related = package.related(main)
        text, hints, left = _body(root, package, related, read_chunk, depth)
        for name in package.notes(related):
            notes, more, damaged = _notes(package, name, len(text))
            text += notes
            hints += more
            left += damaged
        left += package.all_beside(related)
    return Reading(text, tuple(hints), "", tuple(left))


def _body(
    root: Any,
    package: _WordPackage,
    related: Mapping[str, tuple[str, str]],
    read_chunk: ReadChunk | None,
    depth: int,
) -> tuple[str, list[Hint], list[NotRead]]:
    parts: list[str] = []
    hints: list[Hint] = []
    numbers, left = _numbers(package, related)
    at = 0
    placed: list[tuple[int, int, Hashable]] = []
    for kind, line, cell, listed in _lines(root, "body", numbers):
        if kind == "chunk":
            placed.append((at, at, None))
            found = _chunk(package, related.get(line), read_chunk, depth)
            left += found.left_out
            hints += [Hint(at + h.start, at + h.end, h.kind) for h in found.hints]
            line = found.text if found.text.endswith("\n") or not found.text else f"{found.text}\n"
        else:
            if kind != "body":
                hints.append(Hint(at, at + len(line), kind, *cell))
            if line.strip():
                placed.append((at, at + len(line), listed if kind == "body" else None))
            line += "\n"
        parts.append(line)
        at += len(line)
    hints += list_items(placed)
    left += [NotRead(str(one.text), "entity") for one in root.iter(_entity())]
    left += _unseen(root)
    left += [NotRead("", "inserted file") for _ in root.iter(f"{W}subDoc")]
    text = "".join(parts)
    left += _unfilled(root, text)
    return text, hints, left


_MOST_LOOKED_FOR = 200


def _unfilled(root: Any, text: str) -> list[NotRead]:
    """Return a row for the fields of forms whose words the text does not show."""
    given = [one.get(f"{W}val", "") for one in root.iter(f"{W}default")]
    words = [word for word in given if HAN.search(word)]
    lost = [one for one in words[:_MOST_LOOKED_FOR] if one not in text]
    n = sum(map(n_signs, lost + words[_MOST_LOOKED_FOR:]))
    return [NotRead("", "field to fill in", n)] if n else []


def _unseen(root: Any) -> Iterator[NotRead]:
    """Yield a row for hidden text, and for words that ask for others."""
    for tag, kind in ((f"{W}r", "hidden text"), (f"{W}sdt", "words that ask for others")):
        n = sum(n_signs(_words(one)) for one in root.iter(tag) if _is_unseen(one))
        if n:
            yield NotRead("", kind, n)


def _is_unseen(node: Any) -> bool:
    """Say whether a run is hidden, or a field still shows the words that ask to fill it in."""
    if node.tag == f"{W}r":
        found = node.find(f"{W}rPr/{W}vanish")
        return found is not None and found.get(f"{W}val", "1") not in _OFF
    return node.tag == f"{W}sdt" and node.find(f"{W}sdtPr/{W}showingPlcHdr") is not None


def _numbers(
    package: _WordPackage, related: Mapping[str, tuple[str, str]]
) -> tuple[WordNumbers | None, list[NotRead]]:
    """Return what numbers the paragraphs; a damaged part of it is left out with a row."""
    found: dict[str, Any] = {}
    left = []
    for kind in ("numbering", "styles"):
        named = [name for name, of in related.values() if of == kind]
        name = next((one for one in (*named, f"word/{kind}.xml") if package.has(one)), "")
        if name and (found or kind == "numbering"):
            try:
                found[kind] = parse_xml(package.read(name))
            except ReadingError:
                left.append(NotRead(name, f"damaged {kind}"))
    if "numbering" not in found:
        return None, left
    numbers = WordNumbers(found["numbering"], found.get("styles"))
    return (numbers if numbers.has_lists else None), left


def _notes(package: _WordPackage, name: str, at: int) -> tuple[str, list[Hint], list[NotRead]]:
    """Read foot- or endnotes; damaged ones are left out, and the body is read all the same."""
    try:
        root = parse_xml(package.read(name))
    except ReadingError:
        return "", [], [NotRead(name, "damaged notes")]
    parts: list[str] = []
    hints: list[Hint] = []
    left = [NotRead(str(one.text), "entity") for one in root.iter(_entity())]
    for kind, line, *_ in _lines(root, "footnote"):
        if kind == "chunk":
            left.append(NotRead(name, "inserted file"))
            continue
        hints.append(Hint(at, at + len(line), kind))
        parts.append(line + "\n")
        at += len(line) + 1
    return "".join(parts), hints, left


def _chunk(
    package: _WordPackage,
    related: tuple[str, str] | None,
    read_chunk: ReadChunk | None,
    depth: int,
) -> Reading:
    """Read a file that stands in the text as a whole, or say that it was left out."""
    name = related[0] if related else "a part that is not there"
    ending = posixpath.splitext(name)[1].lower()
    try:
        data = package.read(name)
        if ending == ".docx" and depth < _DEEPEST_CHUNK:
            return read_docx(data, read_chunk, depth=depth + 1)
        if read_chunk is None or ending == ".docx":
            raise ReadingError("it is not read")
        return read_chunk(data, ending)
    except ReadingError:
        return Reading("", (), "", (NotRead(name, "inserted file"),))


class _WordPackage(Package):
    """The parts of a Word file."""

    def main(self) -> str:
        """Return the name of the main part: as the package says, else the usual one."""
        found = [name for name, kind in self.related("").values() if kind == "officeDocument"]
        for name in (*found, "word/document.xml"):
            if self.has(name):
                return name
        raise ReadingError("the file must be a Word document, but it has no main part")

    def notes(self, related: Mapping[str, tuple[str, str]]) -> list[str]:
        """Return the parts of footnotes and endnotes, by relation or by their usual name."""
        out = []
        for kind in _NOTES:
            # two relations may point to the same part
            named = dict.fromkeys(name for name, of in related.values() if of == kind)
            names = [name for name in named if self.has(name)]
            usual = f"word/{kind}.xml"
            out += names or ([usual] if self.has(usual) else [])
        return out

    def all_beside(self, related: Mapping[str, tuple[str, str]]) -> list[NotRead]:
        """Return what is not read of the parts a part points to, and of the parts behind those."""
        kinds = {kind for _, kind in related.values()}
        twice = "diagramDrawing" if "diagramData" in kinds else ""
        left: list[NotRead] = []
        for name, kind in dict.fromkeys(related.values()):
            if kind == twice or not self.has(name):
                continue
            left += self._beside(name, kind)
            if kind in _NOTES or kind in ("header", "footer", "comments"):
                behind = dict.fromkeys(self._related_or_none(name).values())
                left += [one for two in behind for one in self._beside(*two) if one.n_chars]
        return left

    def _related_or_none(self, name: str) -> dict[str, tuple[str, str]]:
        try:
            return self.related(name)
        except ReadingError:
            return {}

    def _beside(self, name: str, kind: str) -> list[NotRead]:
        """Return a row for a part that is not read, if there is a word or a picture in it."""
        if kind in _NO_WORDS or not self.has(name):
            return []
        named = _NOT_READ.get(kind, kind)
        if not name.lower().endswith(".xml"):
            return [NotRead(name, named)]
        try:
            words = _words(parse_xml(self.read(name)))
        except ReadingError:
            return [NotRead(name, named)]
        seen = str.isalnum if named == "chart" else str.isalpha
        return [NotRead(name, named, n_signs(words))] if any(map(seen, words)) else []


def _words(root: Any) -> str:
    """Return all that a part shows: texts, art made of letters, and names in a chart."""
    out = []
    for node in root.iter("{*}t", "{*}v", _WORD_ART):
        out.append(node.get("string", "") if node.tag == _WORD_ART else _whole(node))
    return "".join(out)


def _entity() -> Any:
    from lxml import etree

    return etree.Entity


def _lines(
    root: Any, kind: str, numbers: WordNumbers | None = None
) -> Iterator[tuple[str, str, Cell, Hashable]]:
    """Yield kind, text, cell and list of each paragraph; a text box's follow the one it is in.

    A file that is put in as a whole is yielded as ``chunk`` with the key of its part.
    """
    stack = [(root, kind, Cell())]
    counter = CellCounter()
    joined = ""
    while stack:
        node, kind, cell = stack.pop()
        tag = node.tag
        if tag in _GONE or _is_unseen(node):
            continue
        if tag == f"{W}altChunk":
            yield "chunk", node.get(f"{{{R}}}id", ""), cell, None
        elif tag in _TEXTS:
            yield kind, _whole(node), cell, None
        elif tag in _PARAGRAPHS or tag in _LOOSE:
            inside: list[Any] = []
            line = joined + "".join(_runs(node, inside))
            joined = ""
            if tag == f"{W}p" and _runs_on(node):
                joined = line
            elif line or tag == f"{W}p":
                label = _number(numbers, node, line or cell.column) if numbers else ""
                numbered = numbers.list_of(node.find(f"{W}pPr")) if numbers else None
                listed = numbered or _drawn_sign(node)
                box = tag == f"{_A}p"
                yield "textbox" if box else kind, before(label, line), cell, listed
            stack += [(one, kind, cell) for one in reversed(inside)]
        elif tag == f"{_MC}AlternateContent":
            stack += [(one, kind, cell) for one in _alternative(node)]
        else:
            kind, cell = _inside(node, kind, cell, counter)
            stack += [(child, kind, cell) for child in reversed(node)]


def _drawn_sign(paragraph: Any) -> str | None:
    """Return the sign of a symbol font that a paragraph begins with: a bullet put in by hand."""
    first = next((one for one in paragraph.iter(f"{W}sym", *_TEXTS) if one.text != ""), None)
    return first.get(f"{W}char") if first is not None and first.tag == f"{W}sym" else None


def _runs_on(paragraph: Any) -> bool:
    """Say whether the end of a paragraph was deleted, and another one follows to join it."""
    gone = paragraph.find(f"{W}pPr/{W}rPr/{W}del")
    if gone is None:
        return False
    behind = paragraph.getnext()
    return behind is not None and behind.tag == f"{W}p"


def _number(numbers: WordNumbers, paragraph: Any, shown: object) -> str:
    """Return the number of a paragraph; an empty one is counted, and shows it in a cell only."""
    label = numbers.label(paragraph.find(f"{W}pPr"))
    return label if shown else ""


def _inside(node: Any, kind: str, cell: Cell, counter: CellCounter) -> tuple[str, Cell]:
    """Return kind and cell of what stands in an element."""
    if node.tag == f"{W}txbxContent":
        return "textbox", Cell()
    if kind != "textbox" and node.tag == f"{W}tbl":
        return "table", counter.table()
    if kind == "table" and node.tag == f"{W}tr":
        return kind, counter.row(cell)
    if kind == "table" and node.tag == f"{W}tc":
        span = node.find(f"{W}tcPr/{W}gridSpan")
        return kind, counter.cell(cell, None if span is None else span.get(f"{W}val"))
    return kind, cell


def _runs(paragraph: Any, inside: list[Any]) -> Iterator[str]:
    """Yield the text of a paragraph; paragraphs and boxes in it are put aside into ``inside``."""
    stack = list(reversed(paragraph))
    while stack:
        node = stack.pop()
        tag = node.tag
        if tag in _TEXTS:
            yield _whole(node)
        elif tag in _BREAKS:
            yield _BREAKS[tag]
        elif tag in _ASIDE:
            inside.append(node)
        elif tag == _WORD_ART:
            yield node.get("string", "")
        elif tag == f"{_MC}AlternateContent":
            stack += _alternative(node)
        elif tag not in _GONE and not _is_unseen(node):
            stack.extend(reversed(node))


_SAYING = (*_TEXTS, _WORD_ART)


def _alternative(node: Any) -> list[Any]:
    """Return the first way to show something that holds text: the others say the same."""
    for way in node:
        if any(one.text or len(one) or one.tag == _WORD_ART for one in way.iter(*_SAYING)):
            return [way]
    return [way for way in node if way.tag != f"{_MC}Fallback"]


def _whole(node: Any) -> str:
    """Return a text with what stands behind comments, marks and entities in it."""
    if not len(node):
        return node.text or ""
    parts: list[str] = []
    stack: list[Any] = [node]
    while stack:
        one = stack.pop()
        if isinstance(one, str):
            parts.append(one)
            continue
        if isinstance(one.tag, str):
            parts.append(one.text or "")
            for child in reversed(one):
                stack += [child.tail or "", child]
    return "".join(parts)

"""Which text do the slides of a presentation hold (.pptx)?"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from policytext.errors import ReadingError
from policytext.reading.office.package import Package, R, opened, parse_xml
from policytext.reading.source import Cell, CellCounter, Gathered, Limits, NotRead, Reading, n_signs

_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
_MAIN = "ppt/presentation.xml"
_MOST_SLIDES = 10_000
_WORDLESS = ("slideNum", "dt", "ftr", "hdr")
_BESIDE = {"notesSlide": "notes", "chart": "chart", "image": "picture", "diagramData": "diagram"}


def read_pptx(data: bytes, limits: Limits) -> Reading:
    """Return the text of slides in their order, one line feed a paragraph; tables by their cells.

    Numbers, dates and feet of slides are left out, and so are notes, charts and pictures, with a
    row each.
    """
    with opened(data, "a presentation (.pptx)") as package:
        slides = list(_slides(package))
        out = Gathered()
        counter = CellCounter()
        for number, name in enumerate(slides, 1):
            try:
                root = parse_xml(package.read(name))
            except ReadingError:
                out.left.append(NotRead(f"slide {number}", "damaged slide"))
                continue
            if root.get("show") in ("0", "false"):
                out.left.append(NotRead(f"slide {number}", "hidden slide"))
                continue
            for kind, line, cell in _lines(root, counter):
                out.add(line, kind, cell)
            out.left += _beside(package, name, number)
    if not slides:
        raise ReadingError("the file must be a presentation (.pptx), but it has no slides")
    return out.reading()


def _slides(package: Package) -> Iterator[str]:
    related = package.related(_MAIN)
    listed = list(parse_xml(package.read(_MAIN)).iter(f"{_P}sldId"))
    if len(listed) > _MOST_SLIDES:
        raise ReadingError(f"a presentation must have at most {_MOST_SLIDES:,} slides")
    for one in listed:
        name, _ = related.get(one.get(f"{{{R}}}id", ""), ("", ""))
        yield name


def _beside(package: Package, name: str, number: int) -> Iterator[NotRead]:
    for part, kind in dict.fromkeys(package.related(name).values()):
        if kind in _BESIDE:
            words = None
            if part.endswith(".xml") and package.has(part):
                try:
                    root = parse_xml(package.read(part))
                    words = n_signs("".join(one.text or "" for one in root.iter(f"{_A}t")))
                except ReadingError:
                    words = None
            yield NotRead(f"slide {number}", _BESIDE[kind], words)


def _lines(root: Any, counter: CellCounter) -> Iterator[tuple[str, str, Cell]]:
    """Yield kind, text and cell of each paragraph of a slide, as they stand in the file."""
    stack: list[tuple[Any, Cell]] = [(root, Cell())]
    while stack:
        node, cell = stack.pop()
        tag = node.tag
        if not isinstance(tag, str) or _is_furniture(node):
            continue
        if tag == f"{_A}p":
            line = "".join(_runs(node))
            if line.strip() or cell.column:
                yield "table" if cell.column else "body", line, cell
            continue
        if tag == f"{_A}tbl":
            cell = counter.table()
        elif tag == f"{_A}tr" and cell.table:
            cell = counter.row(cell)
        elif tag == f"{_A}tc" and cell.table:
            # a cell that another one covers stands in the file all the same
            cell = counter.cell(cell, None)
        inside = list(node)
        if tag.endswith("}AlternateContent"):
            inside = inside[:1]
        stack += [(one, cell) for one in reversed(inside)]


def _is_furniture(node: Any) -> bool:
    if node.tag != f"{_P}sp":
        return False
    kind = node.find(f"{_P}nvSpPr/{_P}nvPr/{_P}ph")
    return kind is not None and kind.get("type") in _WORDLESS


def _runs(paragraph: Any) -> Iterator[str]:
    for one in paragraph.iter(f"{_A}t", f"{_A}br"):
        yield "\n" if one.tag == f"{_A}br" else one.text or ""

"""Which text do files hold that pack pages: saved pages, mail, electronic books, presentations?"""

from __future__ import annotations

import email
import posixpath
import re
from collections.abc import Iterator, Sequence
from email.header import decode_header
from email.message import Message
from typing import Any
from urllib.parse import unquote

from policytext.errors import ReadingError
from policytext.reading.encoding import decode
from policytext.reading.office.package import Package, R, opened, parse_xml
from policytext.reading.pages import read_html
from policytext.reading.signs import what_it_is
from policytext.reading.source import (
    Cell,
    CellCounter,
    Gathered,
    Hint,
    Limits,
    NotRead,
    Reading,
    n_signs,
)

_MOST_PARTS = 10_000
_ENOUGH = 100
"""Characters of a page that is more than a frame around other pages."""


def read_mht(data: bytes, limits: Limits) -> Reading:
    """Return the text of a web page that was saved with all its files (.mht, .mhtml).

    Of several pages in the file the first is the page; the others are read only where that one
    is a frame around them. What is not read has a row each.
    """
    message = email.message_from_bytes(data)
    if not message.keys():
        raise ReadingError(
            f"the file must be a saved web page (.mht), but it has no head; it is "
            f"{what_it_is(data)}"
        )
    parts = list(_parts(message))
    pages = [part for part in parts if part.get_content_type() in _PAGES]
    if not pages:
        if _texts(parts, "text/plain"):
            return _joined([_of_text(one) for one in _texts(parts, "text/plain")])
        raise ReadingError("the file must be a saved web page (.mht), but it holds no page")
    sheets = [_decoded(one)[0] for one in parts if one.get_content_type() == "text/css"]
    readings = [_page_of(pages[0], sheets)]
    behind = pages[1:]
    if n_signs(readings[0].text) < _ENOUGH:
        readings += [_page_of(one, sheets) for one in behind]
        behind = []
    left = [NotRead(_name(one), "page", n_signs(_page_of(one).text)) for one in behind]
    left += [NotRead(_name(one), _kind(one)) for one in parts if one not in pages]
    return _joined(readings, [row for row in left if row.kind])


_PAGES = ("text/html", "application/xhtml+xml")


def _parts(message: Message) -> Iterator[Message]:
    """Yield the parts of a message that hold no others, in their order."""
    stack: list[Message] = [message]
    seen = 0
    while stack:
        one = stack.pop()
        seen += 1
        if seen > _MOST_PARTS:
            raise ReadingError(f"a message must hold at most {_MOST_PARTS:,} parts")
        inner = one.get_payload()
        if isinstance(inner, list):
            stack += reversed([part for part in inner if isinstance(part, Message)])
        else:
            yield one


def _bytes(part: Message) -> bytes:
    found = part.get_payload(decode=True)
    return found if isinstance(found, bytes) else b""


def _decoded(part: Message) -> tuple[str, str]:
    """Decode a part as it says; where that fails, as a file of its own."""
    data = _bytes(part)
    named = (part.get_content_charset() or "").lower()
    if named in ("gb2312", "gbk", "x-gbk", "gb_2312-80"):
        named = "gb18030"
    try:
        if named and named not in ("us-ascii", "iso-8859-1", "unicode"):
            return data.decode(named), named
    except (LookupError, UnicodeDecodeError):
        pass
    return decode(data)


def _page_of(part: Message, sheets: Sequence[str] = ()) -> Reading:
    markup, encoding = _decoded(part)
    return read_html(markup, sheets)._replace(encoding=encoding)


def _of_text(part: Message) -> Reading:
    text, encoding = _decoded(part)
    return Reading(text.replace("\r\n", "\n"), (), encoding)


def _texts(parts: list[Message], kind: str) -> list[Message]:
    return [p for p in parts if p.get_content_type() == kind and not _is_attached(p)]


def _is_attached(part: Message) -> bool:
    return part.get_content_disposition() == "attachment" or bool(part.get_filename())


def _name(part: Message) -> str:
    named = part.get_filename() or part.get("Content-Location", "") or part.get_content_type()
    return unquote(posixpath.basename(str(_shown(str(named)))) or str(named))[:200]


def _kind(part: Message) -> str:
    kind = part.get_content_type()
    if kind.startswith("image/"):
        return "picture"
    return "" if kind in _STYLES else "attachment"


_STYLES = frozenset(
    {"text/css", "text/javascript", "application/javascript", "application/x-javascript"}
    | {"text/xml", "application/xml", "application/octet-stream", "application/font-woff"}
)
"""Kinds of files that serve a page and hold nothing to read."""


def _joined(readings: list[Reading], left: list[NotRead] | None = None) -> Reading:
    """Put readings one behind another."""
    parts: list[str] = []
    hints: list[Hint] = []
    rows: list[NotRead] = []
    at = tables = 0
    for one in readings:
        text = one.text if one.text.endswith("\n") or not one.text else f"{one.text}\n"
        hints += [
            h._replace(start=h.start + at, end=h.end + at, table=h.table + tables * bool(h.table))
            for h in one.hints
        ]
        tables = max([tables, *(h.table for h in hints)])
        rows += one.left_out
        parts.append(text)
        at += len(text)
    encoding = readings[0].encoding if readings else ""
    return Reading("".join(parts), tuple(hints), encoding, (*rows, *(left or ())))


# Mail


def _shown(header: str) -> str:
    """Return a head line of a message as it is shown."""
    out = []
    try:
        for words, code in decode_header(header):
            if isinstance(words, str):
                out.append(words)
            else:
                out.append(words.decode(code or "utf-8", "strict"))
    except (LookupError, UnicodeDecodeError, ValueError):
        return header
    return " ".join("".join(out).split())


def read_eml(data: bytes, limits: Limits) -> Reading:
    """Return subject and text of a message; what is attached has a row each."""
    message = email.message_from_bytes(data)
    if not message.keys():
        raise ReadingError("the file must be a message (.eml), but it has no head")
    parts = list(_parts(message))
    plain, pages = _texts(parts, "text/plain"), [p for k in _PAGES for p in _texts(parts, k)]
    # a message that is a page says the same in plain text
    readings = [_page_of(one) for one in pages] or [_of_text(one) for one in plain]
    head = Gathered()
    if subject := _shown(str(message.get("Subject", ""))):
        head.add(subject)
    left = [
        NotRead(_name(one), _kind(one) or "attachment")
        for one in parts
        if one not in plain and one not in pages
    ]
    left += [NotRead(name, "head of the message") for name in ("From", "Date") if message.get(name)]
    found = _joined([head.reading(), *readings], left)
    return found._replace(encoding=readings[0].encoding if readings else "")


def attached_files(data: bytes) -> list[tuple[str, bytes]]:
    """Return name and content of the files that are attached to a message.

    >>> mail = b"Subject: a\\nContent-Disposition: attachment; filename=b.txt\\n\\nshort"
    >>> attached_files(mail)
    [('b.txt', b'short')]
    """
    found = [one for one in _parts(email.message_from_bytes(data)) if one.get_filename()]
    return [(_name(one), _bytes(one)) for one in found]


# Electronic books


def read_epub(data: bytes, limits: Limits) -> Reading:
    """Return the text of the pages of an electronic book, in their order."""
    with opened(data, "an electronic book (.epub)") as package:
        if package.has("META-INF/encryption.xml") and package.has("META-INF/rights.xml"):
            raise ReadingError("the book is locked: save it without its protection")
        container = parse_xml(package.read("META-INF/container.xml"))
        main = next((one.get("full-path", "") for one in container.iter("{*}rootfile")), "")
        book = parse_xml(package.read(main))
        items = {one.get("id", ""): one for one in book.iter("{*}item")}
        readings, left, total = [], [], 0
        named = dict.fromkeys(one.get("idref", "") for one in book.iter("{*}itemref"))
        for key in list(named)[:_MOST_PARTS]:  # a book may show a page twice; it holds it once
            item = items.pop(key, None)
            if item is None or _is_contents(item):
                continue
            name = _place_in_book(main, item)
            if not package.has(name):
                left.append(NotRead(name, "page that is not there"))
                continue
            page = package.read(name)
            total += len(page)
            limits.check_bytes(total, "the pages of the book")
            try:
                readings.append(_chapter(page, _sheets_of(package, name, page)))
            except ReadingError as error:
                left.append(NotRead(name, f"damaged page: {error}"))
        others = [_place_in_book(main, one) for one in items.values() if _is_page(one)]
        left += [NotRead(one, "page outside of the order") for one in others if package.has(one)]
        pictures = sum("image" in (one.get("media-type") or "") for one in book.iter("{*}item"))
    if not readings:
        raise ReadingError("the file must be an electronic book (.epub), but it holds no page")
    if pictures:
        left.append(NotRead(f"{pictures:,} pictures", "picture"))
    return _notes_last(_joined(readings, left))


def _is_contents(item: Any) -> bool:
    return "nav" in (item.get("properties") or "").split()


def _is_page(item: Any) -> bool:
    return "html" in (item.get("media-type") or "") and not _is_contents(item)


def _place_in_book(main: str, item: Any) -> str:
    href = unquote(item.get("href", ""))
    return posixpath.normpath(posixpath.join(posixpath.dirname(main), href))


_ENTITY = re.compile(rb"<!DOCTYPE[^>\[]*\[.*?\]\s*>", re.DOTALL)
_HEAD = 100_000


_LINK = re.compile(rb"<link\b[^>]*>", re.IGNORECASE)
_HREF = re.compile(rb"href\s*=\s*[\"']([^\"']+\.css)[\"']", re.IGNORECASE)
_MOST_SHEETS = 20


def _sheets_of(package: Package, name: str, page: bytes) -> list[str]:
    """Return the style sheets of the book that a page of it names."""
    found = (_HREF.search(link) for link in _LINK.findall(page[:_HEAD])[:_MOST_SHEETS])
    named = [unquote(one[1].decode("utf-8", "replace")) for one in found if one]
    places = [posixpath.normpath(posixpath.join(posixpath.dirname(name), one)) for one in named]
    return [decode(package.read(one))[0] for one in places if package.has(one)]


def _chapter(page: bytes, sheets: Sequence[str]) -> Reading:
    head = max(page.find(b"<!DOCTYPE", 0, _HEAD), 0)
    found = _ENTITY.match(page, head, _HEAD)
    markup, _ = decode(page[:head] + page[found.end() :] if found else page)
    read = read_html(markup, sheets)
    return read._replace(hints=tuple(h for h in read.hints if h.kind != "furniture"))


def _notes_last(found: Reading) -> Reading:
    """Return a reading with the notes of all its pages behind the text, as in other files."""
    out = Gathered()
    at = 0
    for note in [h for h in found.hints if h.kind == "footnote"]:
        out.keep(found, at, note.start)
        out.notes.append(found.text[note.start : note.end])
        at = note.end + 1
    if not at:
        return found
    out.keep(found, at, len(found.text))
    return out.reading()._replace(encoding=found.encoding, left_out=found.left_out)


# Presentations

_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
_SHOW = "ppt/presentation.xml"
_MOST_SLIDES = 10_000
_FURNITURE = ("sldNum", "dt", "ftr", "hdr")
_SLIDE_ROWS = {
    "notesSlide": "notes",
    "chart": "chart",
    "image": "picture",
    "diagramData": "diagram",
}


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
            for kind, line, cell in _slide_lines(root, counter):
                out.add(line, kind, cell)
            out.left += _beside_slide(package, name, number)
    if not slides:
        raise ReadingError("the file must be a presentation (.pptx), but it has no slides")
    return out.reading()


def _slides(package: Package) -> Iterator[str]:
    related = package.related(_SHOW)
    listed = list(parse_xml(package.read(_SHOW)).iter(f"{_P}sldId"))
    if len(listed) > _MOST_SLIDES:
        raise ReadingError(f"a presentation must have at most {_MOST_SLIDES:,} slides")
    for one in listed:
        name, _ = related.get(one.get(f"{{{R}}}id", ""), ("", ""))
        yield name


def _beside_slide(package: Package, name: str, number: int) -> Iterator[NotRead]:
    for part, kind in dict.fromkeys(package.related(name).values()):
        if kind in _SLIDE_ROWS:
            words = None
            if part.endswith(".xml") and package.has(part):
                try:
                    root = parse_xml(package.read(part))
                    words = n_signs("".join(one.text or "" for one in root.iter(f"{_A}t")))
                except ReadingError:
                    words = None
            yield NotRead(f"slide {number}", _SLIDE_ROWS[kind], words)


def _slide_lines(root: Any, counter: CellCounter) -> Iterator[tuple[str, str, Cell]]:
    """Yield kind, text and cell of each paragraph of a slide, as they stand in the file."""
    stack: list[tuple[Any, Cell]] = [(root, Cell())]
    while stack:
        node, cell = stack.pop()
        tag = node.tag
        if not isinstance(tag, str) or _is_furniture(node):
            continue
        if tag == f"{_A}p":
            line = "".join(_slide_runs(node))
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
    return kind is not None and kind.get("type") in _FURNITURE


def _slide_runs(paragraph: Any) -> Iterator[str]:
    for one in paragraph.iter(f"{_A}t", f"{_A}br"):
        yield "\n" if one.tag == f"{_A}br" else one.text or ""

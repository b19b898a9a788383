"""Which reader takes which file, and what does it return?"""

from __future__ import annotations

import codecs
import csv
import io
import json
import time
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

from policytext.data import words_of
from policytext.errors import ReadingError
from policytext.reading.source import Hint, Limits

# Which reader takes which file, and what does it return?

TABLES = (".xlsx", ".xls", ".csv", ".tsv", ".jsonl")
ARCHIVES = (".zip",)


class Reading(NamedTuple):
    """Text, what the format says about spans of it, and the encoding it was in."""

    text: str
    hints: tuple[Hint, ...] = ()
    encoding: str = ""


# In which encoding are these bytes, and does the text really decode?

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_TWO_BYTE = ("gb18030", "big5")
_WIDE = ("utf-16-le", "utf-16-be")
_LOW = (*range(0x40, 0x7F), *range(0xA1, 0xFF))
_SAMPLE = 20_000
_LEAST_PLAUSIBLE = 0.5
"""Bytes that decode into rare characters mostly are no Chinese text in that encoding."""


def decode(data: bytes) -> tuple[str, str]:
    """Decode a file without changing its line ends.

    A byte order mark decides first, then UTF-8. What is neither is decoded as GB18030 and Big5 (as
    UTF-16 too where zero bytes stand in it); the one that decodes every byte and gives the larger
    share of common characters is taken, if that share is above one half.

    >>> decode("医共体".encode("gb18030"))
    ('医共体', 'gb18030')
    """
    for bom, name in _BOMS:
        if data.startswith(bom):
            return _strict(data, name), name
    try:
        text = data.decode("utf-8")
        if text.count("\x00") <= len(text) / 4:
            return text, "utf-8"
    except UnicodeDecodeError:
        pass
    found = _likeliest(data)
    if found and found[0][0] > _LEAST_PLAUSIBLE:
        return found[0][1], found[0][2]
    raise ReadingError(
        f"the text must be in UTF-8, GB18030, GBK, Big5 or UTF-16, but its {len(data)} bytes "
        f"decode in none of them; save it as UTF-8"
    )


def _likeliest(data: bytes) -> list[tuple[float, str, str]]:
    """Return text and name of every encoding that decodes all bytes, the most plausible first."""
    found = []
    for rank, name in enumerate([*_TWO_BYTE, *(_WIDE if b"\x00" in data else ())]):
        try:
            text = data.decode(name)
        except UnicodeDecodeError:
            continue
        found.append((-_plausible(text), rank, text, name))
    return [(-score, text, name) for score, _, text, name in sorted(found)]


def _plausible(text: str) -> float:
    """Return the share of characters that are common in Chinese text, simplified or not."""
    seen = text[:_SAMPLE]
    return sum(c in _common() or c.isascii() for c in seen) / max(1, len(seen))


@cache
def _common() -> frozenset[str]:
    """Return the most used characters of both scripts (level 1 of GB 2312 and Big5), and signs."""
    pairs = {
        "gb2312": (
            (high, low) for high in (*range(0xA1, 0xA4), *range(0xB0, 0xD8)) for low in _LOW
        ),
        "big5": ((high, low) for high in (*range(0xA1, 0xA4), *range(0xA4, 0xC7)) for low in _LOW),
    }
    return frozenset(
        "".join(
            bytes(pair).decode(name, "ignore") for name, list_ in pairs.items() for pair in list_
        )
    )


def _strict(data: bytes, name: str) -> str:
    try:
        return data.decode(name)
    except UnicodeDecodeError as error:
        raise ReadingError(f"the text begins as {name} but does not decode: {error}") from error


# Which text does a Word file hold: body, tables, text boxes and footnotes?

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_BREAKS = {f"{_W}br": "\n", f"{_W}cr": "\n", f"{_W}tab": "\t", f"{_W}noBreakHyphen": "-"}
_LARGEST_PART = 100_000_000


def read_docx(data: bytes) -> tuple[str, tuple[Hint, ...]]:
    """Return the text of a Word file, one line feed a paragraph, empty ones too.

    Body and tables come in reading order; text boxes stand where they are anchored; footnotes and
    endnotes come last. Images, comments, headers, footers and deleted text are not read.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = set(archive.namelist())
            parts = [n for n in ("document", "footnotes", "endnotes") if f"word/{n}.xml" in names]
            if "document" not in parts:
                raise ReadingError("the file must be a Word document, but it has no main part")
            roots = {n: _parse(_read_part(archive, f"word/{n}.xml")) for n in parts}
    except (zipfile.BadZipFile, EOFError) as error:
        raise ReadingError(f"the file must be a Word document (.docx), got: {error}") from error
    text, hints = "", []
    for name, root in roots.items():
        for kind, line in _lines(root, "body" if name == "document" else "footnote"):
            if kind != "body":
                hints.append(Hint(len(text), len(text) + len(line), kind))
            text += line + "\n"
    return text, tuple(hints)


def _read_part(archive: zipfile.ZipFile, name: str) -> bytes:
    with archive.open(name) as handle:
        data = handle.read(_LARGEST_PART + 1)
    if len(data) > _LARGEST_PART:
        raise ReadingError(
            f"{name} must be under {_LARGEST_PART:,} bytes when unpacked, and it is larger"
        )
    return data


def _parse(data: bytes) -> Any:
    from lxml import etree

    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False
    )
    try:
        return etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise ReadingError(f"the Word file's XML is damaged: {error}") from error


def _lines(root: Any, kind: str) -> Iterator[tuple[str, str]]:
    """Yield kind and text of each paragraph; a text box's paragraphs follow the one it is in."""
    for paragraph in root.iter(f"{_W}p"):
        parents = {a.tag for a in paragraph.iterancestors()}
        if any(tag.endswith("}Fallback") for tag in parents):
            continue
        inside = next(
            (
                k
                for t, k in ((f"{_W}txbxContent", "textbox"), (f"{_W}tbl", "table"))
                if t in parents
            ),
            kind,
        )
        yield inside, "".join(_runs(paragraph))


def _runs(paragraph: Any) -> Iterator[str]:
    stack = list(reversed(paragraph))
    while stack:
        node = stack.pop()
        if node.tag == f"{_W}t":
            yield node.text or ""
        elif node.tag in _BREAKS:
            yield _BREAKS[node.tag]
        elif node.tag not in (f"{_W}p", f"{_W}txbxContent", f"{_W}del", f"{_W}pPr", f"{_W}rPr"):
            stack.extend(reversed(node))


# Which text does a web page hold, and which of it is furniture?

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


# Which text does a PDF file hold, page by page?

_FEWEST_CHARS_A_PAGE = 5


def read_pdf(data: bytes, limits: Limits) -> str:
    """Return the text layer of a PDF file, pages joined by form feeds, line ends as line feeds.

    Images are not read.
    """
    import pypdfium2 as pdfium

    started = time.monotonic()
    try:
        document = pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        raise ReadingError(
            f"the file must be a PDF that opens without a password: {error}"
        ) from error
    try:
        pages = []
        for number in range(len(document)):
            limits.check_time(started, "the PDF file")
            page = document[number]
            pages.append(page.get_textpage().get_text_bounded().replace("\r\n", "\n"))
            page.close()
    except pdfium.PdfiumError as error:
        raise ReadingError(f"a page of the PDF file is damaged: {error}") from error
    finally:
        document.close()
    text = "\f".join(pages)
    if len("".join(text.split())) < _FEWEST_CHARS_A_PAGE * len(pages):
        raise ReadingError(
            f"the PDF file is a scan: its {len(pages)} pages are images without a text layer; "
            f"run OCR first"
        )
    return text


# Which reader takes which file?


def _plain(data: bytes, limits: Limits) -> Reading:
    text, encoding = decode(data)
    return Reading(text, (), encoding)


def _word(data: bytes, limits: Limits) -> Reading:
    return Reading(*read_docx(data))


def _pdf(data: bytes, limits: Limits) -> Reading:
    return Reading(read_pdf(data, limits))


def _page(data: bytes, limits: Limits) -> Reading:
    markup, encoding = decode(data)
    return Reading(*read_html(markup), encoding)


READERS: Mapping[str, Callable[[bytes, Limits], Reading]] = {
    ".txt": _plain,
    ".md": _plain,
    ".docx": _word,
    ".pdf": _pdf,
    ".html": _page,
    ".htm": _page,
}


def reader_for(ending: str) -> Callable[[bytes, Limits], Reading]:
    """Return the reader of a file ending."""
    if ending not in READERS:
        known = " ".join(sorted({*READERS, *TABLES, *ARCHIVES}))
        hint = "; save it as .docx" if ending in (".doc", ".wps", ".rtf") else ""
        raise ReadingError(f"files ending in {ending!r} are not read; known: {known}{hint}")
    return READERS[ending]


# Which reports does a table hold, one a record?

ColumnMap = Mapping[str, str | int]

UNDERSTOOD = ("text", "title", "year", "province", "city", "county")
"""What columns may hold whose names are understood without a column map."""

Record = tuple[str, dict[str, str]]
"""Text and what the other mapped columns say."""


def read_table(
    data: bytes, ending: str, columns: ColumnMap | None, limits: Limits
) -> tuple[list[Record], str]:
    """Return the records of a table and the encoding it was in."""
    rows: list[Any]
    if ending in (".xlsx", ".xls"):
        rows, encoding = _excel(data), ""
    else:
        text, encoding = decode(data)
        rows = list(_json_lines(text) if ending == ".jsonl" else _separated(text, ending, columns))
    if len(rows) > limits.members:
        raise ReadingError(f"a table must have at most {limits.members:,} rows, got {len(rows):,}")
    return list(_mapped(rows, columns)), encoding


def _excel(data: bytes) -> list[Any]:
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        return list(book.get_sheet_by_index(0).to_python())
    except (CalamineError, ValueError, OSError) as error:
        raise ReadingError(f"the file must be an Excel workbook, got: {error}") from error


def _separated(text: str, ending: str, columns: ColumnMap | None) -> Iterator[Sequence[Any]]:
    """Yield the cells of each row; between tabs, the last column keeps the tabs inside it."""
    if ending == ".csv":
        csv.field_size_limit(max(csv.field_size_limit(), 10_000_000))
        yield from csv.reader(io.StringIO(text, newline=""))
        return
    lines = [line.rstrip("\r") for line in text.split("\n") if line.strip()]
    last = max(columns.values(), default=0) if columns and _by_number(columns) else None
    if last is None and lines:
        last = lines[0].count("\t")
    yield from (line.split("\t", int(last or 0)) for line in lines)


def _by_number(columns: ColumnMap) -> bool:
    return all(isinstance(column, int) for column in columns.values())


def _json_lines(text: str) -> Iterator[dict[str, Any]]:
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        try:
            record = json.loads(line)
        except ValueError as error:
            raise ReadingError(f"line {number} must be a JSON object: {error}") from error
        if not isinstance(record, dict):
            raise ReadingError(f"line {number} must be a JSON object, got {line[:40]!r}")
        yield record


def _mapped(rows: Sequence[Any], columns: ColumnMap | None) -> Iterator[Record]:
    """Yield text and facts of each record, in the names of the corpus."""
    if not rows:
        return
    by_number = columns is not None and _by_number(columns)
    if isinstance(rows[0], dict):
        header: list[Any] = list(dict.fromkeys(key for row in rows for key in row))
    elif by_number:
        header = list(range(max(len(row) for row in rows)))
    else:
        header, rows = [str(cell).strip() for cell in rows[0]], rows[1:]
    wanted = columns if columns is not None else _guess(header)
    lacking = [f"{name}={column!r}" for name, column in wanted.items() if column not in header]
    if lacking or "text" not in wanted:
        shown = ", ".join(map(repr, header[:12]))
        missing = ", ".join(lacking) or "a column for the text"
        raise ReadingError(
            f"the table must have {missing}; it has {shown}: say which column is what, as in "
            f"columns={{'text': 'content', 'year': 'year'}}"
        )
    for number, row in enumerate(rows, 1):
        if not isinstance(row, dict) and any(str(cell).strip() for cell in row[len(header) :]):
            raise ReadingError(
                f"row {number} has {len(row)} cells and the header {len(header)}: put text that "
                f"holds the separator in quotation marks"
            )
        cells = row if isinstance(row, dict) else dict(zip(header, row, strict=False))
        facts = {name: _cell(cells.get(column)) for name, column in wanted.items()}
        yield facts.pop("text"), {k: v for k, v in facts.items() if v}


def _guess(header: Sequence[Any]) -> dict[str, str | int]:
    found: dict[str, str | int] = {}
    for name in UNDERSTOOD:
        known = words_of("reading/column_names.csv", name)
        match = next((c for c in header if str(c).strip().lower() in known), None)
        if match is not None:
            found[name] = match
    return found


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)

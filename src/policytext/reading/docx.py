"""Which text does a Word file hold: body, tables, text boxes and footnotes?"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from typing import Any

from policytext.errors import ReadingError
from policytext.reading.source import Hint

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_BREAKS = {f"{_W}br": "\n", f"{_W}cr": "\n", f"{_W}tab": "\t", f"{_W}noBreakHyphen": "-"}
_LARGEST_PART = 100_000_000


def read_docx(data: bytes) -> tuple[str, tuple[Hint, ...]]:
    """Return the text of a Word file, one line feed a paragraph, empty ones too.

    Body and tables come in reading order; text boxes stand where they are anchored; footnotes and
    endnotes come last. Images, comments, headers, footers and deleted text are not read.

    Returns
    -------
    text
        The source text.
    hints
        Spans of tables, text boxes and footnotes.

    Raises
    ------
    ReadingError
        The bytes are no Word file, or one too large to open safely.
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

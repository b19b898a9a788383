"""Which text does an old Word file hold (.doc, and .wps, which is the same format)?"""

from __future__ import annotations

import re
import struct
from bisect import bisect_left
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from policytext.errors import ReadingError
from policytext.reading.office.word import read_docx
from policytext.reading.signs import what_it_is
from policytext.reading.source import Gathered, Hint, Limits, NotRead, Reading

_OBJECT = "\ufffc"
"""What the converter writes where a picture or an object was."""

_OF_TEXT = ("TEXTBOX", "NOTE", "STORY", "COMMENT", "HEADER", "TABLE_MALFORMED", "OLE")
_LOST = ("OMITTED", "DEFERRED", "MALFORMED", "DROPPED", "TRUNCATED")
"""Words in the names of the converter's warnings that tell of text which did not come along."""


def read_doc(data: bytes, limits: Limits) -> Reading:
    """Return the text of an old Word file, which is converted to the present kind and read so.

    What the converter says it lost of the text has a row each. A file that it refuses is read as
    plain paragraphs, with a row that says so.
    """
    from doc2docx import convert
    from doc2docx.errors import Doc2DocxError, EncryptedDocumentError

    with TemporaryDirectory(prefix="policytext-") as folder:
        old, new = Path(folder, "old.doc"), Path(folder, "new.docx")
        old.write_bytes(data)
        try:
            report = convert(old, new).report
        except EncryptedDocumentError as error:
            raise ReadingError(
                "the Word file is locked with a password: save it without one"
            ) from error
        except (Doc2DocxError, ValueError, LookupError, ArithmeticError, struct.error) as error:
            return _plain(old, data, error)
        limits.check_bytes(new.stat().st_size, "the converted Word file")
        found = read_docx(new.read_bytes())
        lost = [one for one in report.diagnostics if _is_loss(one)]
        boxes = _boxes(old) if any("TEXTBOX" in str(one.code) for one in lost) else []
    if boxes:
        lost = [one for one in lost if "TEXTBOX" not in str(one.code)]
    left = (*found.left_out, *map(_row, lost))
    return _without(_with_boxes(found, boxes)._replace(left_out=left), _OBJECT)


# What can be read of a file that the converter refuses, or of its text boxes?

_FIELD = re.compile("\x13[^\x13-\x15]*(?:\x14([^\x13-\x15]*))?\x15")
_ENDS = re.compile("[\r\x07\x0c]")
_SIGNS = str.maketrans({"\x0b": "\n", "\x1e": "-", "\xa0": " "} | dict.fromkeys("\x01\x02\x08\x1f"))
_MOST_FIELDS_IN_ONE = 20
_MOST_BOXES = 1_000


def _stories(path: Path) -> tuple[Any, Any]:
    """Return the head of an old Word file and what finds its characters."""
    from doc2docx.cfb import CompoundFile
    from doc2docx.diagnostics import ConversionReport
    from doc2docx.msdoc import FileInformationBlock, read_piece_table

    compound = CompoundFile.from_path(path)
    words = compound.open_stream("WordDocument")
    head = FileInformationBlock.parse(words)
    table = compound.open_stream(head.base.table_stream_name)
    report = ConversionReport(str(path))
    place = head.clx
    pieces = read_piece_table(table, words, fc_clx=place.fc, lcb_clx=place.lcb, report=report)
    return head, lambda start, many: _lines(
        pieces.extract_characters(start, start + many, report, story="main")
    )


def _lines(characters: Any) -> list[str]:
    """Return the paragraphs of a story; of a field only what it shows."""
    text = "".join(one.text for one in characters)
    for _ in range(_MOST_FIELDS_IN_ONE):
        text, many = _FIELD.subn(lambda found: found[1] or "", text)
        if not many:
            break
    lines = _ENDS.split(text.translate(_SIGNS))
    return ["".join(c for c in line if c >= " " or c in "\t\n") for line in lines]


def _boxes(path: Path) -> list[str]:
    """Return the paragraphs of text boxes that the converter left out."""
    try:
        head, read = _stories(path)
        found: list[str] = read(head.textbox_story_cp_start, head.ccp_textboxes)
    except Exception:  # the row about the boxes stays
        return []
    return [line for line in found if line.strip()][:_MOST_BOXES]


def _with_boxes(found: Reading, boxes: list[str]) -> Reading:
    """Put text boxes behind the lines that show an object, or last if these are not as many."""
    ends = [m.end() for m in re.finditer(f"[^\n]*{_OBJECT}[^\n]*\n", found.text)]
    if len(ends) != len(boxes):
        ends = [len(found.text)] * len(boxes)
    text, hints = found.text, list(found.hints)
    for end, box in reversed(list(zip(ends, boxes, strict=True))):
        wide = len(box) + 1
        text = f"{text[:end]}{box}\n{text[end:]}"
        hints = [
            h._replace(start=h.start + wide, end=h.end + wide) if h.start >= end else h
            for h in hints
        ]
        hints.append(Hint(end, end + len(box), "textbox"))
    return found._replace(text=text, hints=tuple(sorted(hints)))


def _plain(path: Path, data: bytes, why: Exception) -> Reading:
    """Return all paragraphs of the body, without what tells tables and changes apart."""
    try:
        head, read = _stories(path)
        if head.base.is_encrypted:
            raise ReadingError("it is encrypted")
        lines = read(0, head.ccp_text)
        notes = read(head.header_story_cp_start - head.ccp_footnotes, head.ccp_footnotes)
        boxes = read(head.textbox_story_cp_start, head.ccp_textboxes)
    except Exception as error:
        raise ReadingError(
            f"the file must be a Word file of 1997 or later (.doc, .wps), but it is "
            f"{what_it_is(data)} ({why}); open it in Word or WPS and save it as .docx"
        ) from error
    out = Gathered()
    for kind, story in (("body", lines), ("textbox", boxes), ("footnote", notes)):
        for line in story:
            if line or kind == "body":
                out.add(line, kind)
    out.left.append(
        NotRead("tables, numbers of lists, and which text was deleted", f"not told apart: {why}")
    )
    return out.reading()


def _is_loss(diagnostic: Any) -> bool:
    code = str(diagnostic.code)
    return any(word in code for word in _OF_TEXT) and any(word in code for word in _LOST)


def _row(diagnostic: Any) -> NotRead:
    return NotRead(str(diagnostic.message), "lost in conversion")


def _without(found: Reading, sign: str) -> Reading:
    """Return a reading without a sign that is no text of the file."""
    places = [i for i, c in enumerate(found.text) if c == sign]
    if not places:
        return found

    def moved(at: int) -> int:
        return at - bisect_left(places, at)

    hints = tuple(Hint(moved(h.start), moved(h.end), *h[2:]) for h in found.hints)
    return found._replace(text=found.text.replace(sign, ""), hints=hints)

r"""Which text does a file in Rich Text Format (.rtf) hold?"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import NamedTuple

from policytext.errors import ReadingError
from policytext.reading.office.numbering import before
from policytext.reading.signs import what_it_is
from policytext.reading.source import Cell, CellCounter, Gathered, Limits, NotRead, Reading, n_signs
from policytext.records import HAN

_TOKEN = re.compile(
    rb"\\([a-zA-Z]{1,32})(-?[0-9]{1,10})? ?|\\'([0-9a-fA-F]{2})|\\([^a-zA-Z])|([{}])|([^\\{}\r\n]+)"
)
_SIGNS = {
    **{"tab": "\t", "line": "\n", "emdash": "—", "endash": "–", "lquote": "‘", "rquote": "’"},
    **{"ldblquote": "“", "rdblquote": "”", "bullet": "•", "emspace": "\u2003"},
    **{"enspace": "\u2002", "qmspace": "\u2005", "page": "\n", "column": "\n"},
}
_MARKS = {b"~": "\xa0", b"_": "-", b"\\": "\\", b"{": "{", b"}": "}"}
_SKIPPED = frozenset(
    {
        *(
            "fonttbl",
            "colortbl",
            "stylesheet",
            "info",
            "pict",
            "fldinst",
            "listtable",
            "listpicture",
        ),
        *("listoverridetable", "revtbl", "rsidtbl", "generator", "themedata", "datastore"),
        *("colorschememapping", "latentstyles", "tc", "tcn", "pn", "atnid", "atnauthor", "atndate"),
        *("atnref", "atnparent", "atrfstart", "atrfend", "bkmkstart", "bkmkend", "shprslt", "sp"),
        *("nonshppict", "objdata", "objclass", "objname", "objalias", "xmlnstbl", "filetbl"),
        *(
            "ftnsep",
            "ftnsepc",
            "aftnsep",
            "aftnsepc",
            "ftncn",
            "aftncn",
            "upr",
            "mmathPr",
            "pgptbl",
        ),
        *("mmathPr", "xe", "listpicture"),
        *("formfield", "datafield", "ffname", "fldtype", "template", "passwordhash", "userprops"),
    }
)
"""Groups that hold no text of the page."""

_BESIDE = {
    **dict.fromkeys(("header", "headerl", "headerr", "headerf"), "header"),
    **dict.fromkeys(("footer", "footerl", "footerr", "footerf"), "footer"),
    **{"annotation": "comments"},
}
_OWN = {**_BESIDE, "footnote": "footnote", "shptxt": "textbox", "listtext": "", "pntext": ""}
"""Groups that are read by themselves, and what their text is called."""

_OPENED = frozenset({"shpinst", "shppict", "ud", "shp", *_OWN})
r"""Groups behind ``\*`` that are read although an old program would leave them out."""

_CODE_PAGES = {
    **{0: "cp1252", 77: "mac_roman", 128: "cp932", 129: "cp949", 134: "gb18030", 136: "cp950"},
    **{161: "cp1253", 162: "cp1254", 204: "cp1251", 238: "cp1250", 222: "cp874"},
}
"""Character sets of fonts, and how Windows encodes them."""

_DEEPEST = 10_000


class _State(NamedTuple):
    """What holds inside of a group: whether it is read, into what, and how bytes are decoded."""

    skipped: bool = False
    own: str | None = None
    deleted: bool = False
    hidden: bool = False
    font: int = -1
    fallback: int = 1
    in_table: bool = False


def read_rtf(data: bytes, limits: Limits) -> Reading:
    """Return the text of a file in Rich Text Format, one line feed a paragraph.

    Footnotes come last, text boxes behind the paragraph they stand in; numbers of lists are those
    that the file shows. Deleted text is gone; headers, footers, comments have a row each.
    """
    if not data.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"{\\rtf"):
        raise ReadingError(f"the file must be in Rich Text Format, but it is {what_it_is(data)}")
    return _RichText(data).reading()


class _Open(NamedTuple):
    """A group that is read by itself: what it is called, and the lines it has so far."""

    kind: str
    lines: list[str]


class _RichText:
    """Reads one file; one method a kind of token."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._as_utf8 = _is_utf8(data)
        self._out = Gathered()
        self._state = _State()
        self._stack: list[_State] = []
        self._fonts: dict[int, str] = {}
        self._page = "cp1252"
        self._usual = -1
        self._bytes = bytearray()
        self._line: list[str] = []
        self._label = ""
        self._boxes: list[str] = []
        self._owned: list[_Open] = []
        self._to_skip = 0
        self._star = False
        self._in_fonts = False
        self._counter = CellCounter()
        self._row: Cell | None = None
        self._table: Cell | None = None
        self._cell: list[str] = []
        self._pictures = self._unseen = 0
        self._half = ""

    def reading(self) -> Reading:
        """Go through the file once."""
        at = 0
        while found := _TOKEN.match(self._data, at) or _TOKEN.search(self._data, at):
            at = found.end()
            word, number, code, mark, brace, text = found.groups()
            if word is not None:
                name = word.decode("ascii")
                if name == "bin" and number and at + int(number) <= len(self._data):
                    at += max(0, int(number))
                self._word(name, None if number is None else int(number))
            elif code is not None:
                self._byte(int(code, 16))
            elif mark is not None:
                self._mark(mark)
            elif brace is not None:
                self._brace(brace)
            else:
                self._text(text)
        if self._stack:
            self._out.left.append(NotRead("end of the file", "cut off"))
        while self._stack:
            self._close()
        self._state = _State()
        self._end_paragraph(only_if_filled=True)
        self._add_unended()
        if self._pictures:
            self._out.left.append(NotRead(f"{self._pictures:,} pictures", "picture"))
        self._out.left += [NotRead("", "hidden text", self._unseen)] * (self._unseen > 0)
        return self._out.reading()

    # groups

    def _brace(self, brace: bytes) -> None:
        self._flush()
        if brace == b"}":
            self._close()
            return
        if len(self._stack) >= _DEEPEST:
            raise ReadingError(f"groups of the .rtf file must stand at most {_DEEPEST:,} deep")
        self._stack.append(self._state)
        self._state = self._state._replace(own=None)

    def _close(self) -> None:
        self._flush()
        if not self._stack:
            return
        if self._state.own is not None:
            self._end_own()
        self._state = self._stack.pop()
        self._star = False

    def _begin_own(self, name: str) -> None:
        self._owned.append(_Open(name, []))
        self._owned[-1].lines.append("".join(self._line))
        self._line = []
        self._state = self._state._replace(own=name)

    def _end_own(self) -> None:
        name, (outer, *lines) = self._owned.pop()
        last = "".join(self._line)
        self._line = [outer]
        lines += [last] if last.strip() or not lines else []
        kind = _OWN[name]
        if name in ("listtext", "pntext"):
            self._label = "".join(lines).strip() if not self._owned else ""
        elif kind == "footnote":
            self._out.notes += [line for line in lines if line.strip()]
        elif kind == "textbox":
            self._boxes += lines
        elif signs := sum(len("".join(line.split())) for line in lines):
            self._out.left.append(NotRead("", kind, signs))

    # words

    def _word(self, name: str, number: int | None) -> None:
        if name not in ("u", "uc"):
            self._flush()
        star, self._star = self._star, False
        if name == "pict":
            self._pictures += not self._state.skipped
        if name == "fonttbl":
            self._in_fonts = True
        elif name in _SKIPPED and self._in_fonts:
            self._in_fonts = False
        if name == "ud":
            self._state = self._state._replace(skipped=False)
        elif name in _SKIPPED or (star and name not in _OPENED):
            self._state = self._state._replace(skipped=True)
        elif name in _OWN and not self._state.skipped:
            self._begin_own(name)
        elif name in _SIGNS:
            self._put(_SIGNS[name])
        else:
            self._set(name, number)

    def _set(self, name: str, number: int | None) -> None:
        """Follow a word that changes how what comes is read."""
        setting = _SETTINGS.get(name)
        if setting is not None:
            setting(self, number)

    def set_deleted(self, number: int | None) -> None:
        """Text from here on was deleted, or no longer."""
        self._state = self._state._replace(deleted=number != 0)

    def set_hidden(self, number: int | None) -> None:
        """Text from here on is hidden, or no longer."""
        self._decode()
        self._state = self._state._replace(hidden=number != 0)

    def set_plain(self, number: int | None) -> None:
        """Text from here on is as usual."""
        self._state = self._state._replace(deleted=False, hidden=False, font=self._usual)

    def set_font(self, number: int | None) -> None:
        """Text from here on is in a font, which has its own encoding."""
        self._state = self._state._replace(font=number or 0)

    def set_usual_font(self, number: int | None) -> None:
        """The font of text that names none."""
        self._usual = number or 0
        self._state = self._state._replace(font=self._usual)

    def set_character_set(self, number: int | None) -> None:
        """The encoding of the font that the table of fonts speaks of."""
        if self._in_fonts and number in _CODE_PAGES:
            self._fonts[self._state.font] = _CODE_PAGES[number or 0]

    def set_code_page(self, number: int | None) -> None:
        """The encoding of the file."""
        name = {936: "gb18030", 950: "cp950", 65001: "utf-8", 10000: "mac_roman"}
        page = name.get(number or 0, f"cp{number}")
        try:
            b"a".decode(page)
        except LookupError:
            return
        self._page = page

    def set_fallback(self, number: int | None) -> None:
        """How many signs behind a Unicode sign say the same for old programs."""
        self._state = self._state._replace(fallback=max(0, min(number or 0, 100)))

    def unicode(self, number: int | None) -> None:
        """A sign by its number in UTF-16."""
        self._decode()
        sign = chr((number or 0) & 0xFFFF)
        if "\ud800" <= sign < "\udc00":
            self._half = sign
        else:
            both = (self._half + sign).encode("utf-16-le", "surrogatepass")
            self._half = ""
            self._put(both.decode("utf-16-le", "replace"))
        self._to_skip = self._state.fallback

    def paragraph(self, number: int | None) -> None:
        """A paragraph ends."""
        if not self._state.skipped and not (self._state.deleted and not self._state.own):
            self._end_paragraph()

    def in_table(self, number: int | None) -> None:
        """The paragraph stands in a table."""
        self._state = self._state._replace(in_table=number != 0)

    def paragraph_anew(self, number: int | None) -> None:
        """The paragraph is as usual, outside of all tables."""
        self._state = self._state._replace(in_table=False)

    def cell(self, number: int | None) -> None:
        """A cell ends."""
        if self._state.skipped or self._owned:
            return
        if self._row is None:
            self._table = self._table or self._counter.table()
            self._row = self._counter.row(self._table)
        self._end_paragraph(only_if_filled=True, in_cell=True)
        place = self._counter.cell(self._row, None)
        for line in self._cell or [""]:
            self._out.add(line, "table", place)
        self._cell = []
        self._add_boxes()

    def row(self, number: int | None) -> None:
        """A row ends."""
        self._row = None

    # text

    def _mark(self, mark: bytes) -> None:
        if mark == b"*":
            self._star = True
        elif mark in b"\r\n":
            self._flush()
            self.paragraph(None)
        elif mark in _MARKS:
            if self._to_skip:
                self._to_skip -= 1
            else:
                self._flush()
                self._put(_MARKS[mark])

    def _byte(self, code: int) -> None:
        if self._to_skip:
            self._to_skip -= 1
        elif not self._state.skipped:
            self._bytes.append(code)

    def _text(self, text: bytes) -> None:
        if self._state.skipped:
            self._to_skip = 0
            return
        left = min(self._to_skip, len(text))
        self._to_skip -= left
        self._bytes += text[left:]

    def _flush(self) -> None:
        """Decode what was gathered; what stands for a Unicode sign ends with its group."""
        self._to_skip = 0
        self._decode()

    def _decode(self) -> None:
        if self._bytes:
            page = self._fonts.get(self._state.font, self._page)
            plain = page if page != "cp1252" else self._page
            self._put(_decoded(bytes(self._bytes), plain, self._as_utf8))
            self._bytes.clear()

    def _put(self, words: str) -> None:
        if self._state.hidden:
            self._unseen += n_signs(words) * (not self._state.skipped)
        elif not self._state.skipped and not self._state.deleted:
            self._line.append(words)

    def _end_paragraph(self, *, only_if_filled: bool = False, in_cell: bool = False) -> None:
        line = "".join(self._line)
        self._line = []
        if self._owned:
            self._owned[-1].lines.append(line)
            return
        label, self._label = self._label, ""
        shown = any(c.isalnum() for c in label)
        line = before(label, line) if shown and (line or in_cell) else line
        if only_if_filled and not line:
            return
        if in_cell or self._state.in_table:
            self._cell.append(line)
            return
        self._add_unended()
        self._table = self._row = None
        self._out.add(line)
        self._add_boxes()

    def _add_unended(self) -> None:
        """Add paragraphs of a table whose cell never ended."""
        for line in self._cell:
            self._out.add(line)
        self._cell = []

    def _add_boxes(self) -> None:
        for box in self._boxes:
            self._out.add(box, "textbox")
        self._boxes = []


def _is_utf8(data: bytes) -> bool:
    """Say whether bytes that the format has no place for are Chinese in UTF-8."""
    if data.isascii():
        return False
    try:
        return HAN.search(data.decode("utf-8")) is not None
    except UnicodeDecodeError:
        return False


def _decoded(data: bytes, page: str, as_utf8: bool) -> str:
    try:
        return data.decode("utf-8" if as_utf8 else page)
    except UnicodeDecodeError:
        return data.decode(page, "replace")


_SETTINGS: Mapping[str, Callable[[_RichText, int | None], None]] = {
    "ansicpg": _RichText.set_code_page,
    "cell": _RichText.cell,
    "deff": _RichText.set_usual_font,
    "deleted": _RichText.set_deleted,
    "f": _RichText.set_font,
    "fcharset": _RichText.set_character_set,
    "intbl": _RichText.in_table,
    "nestcell": _RichText.cell,
    "nestrow": _RichText.row,
    "par": _RichText.paragraph,
    "pard": _RichText.paragraph_anew,
    "plain": _RichText.set_plain,
    "row": _RichText.row,
    "sect": _RichText.paragraph,
    "u": _RichText.unicode,
    "uc": _RichText.set_fallback,
    "v": _RichText.set_hidden,
}

"""What is a source text, and what is known about a file that gave none?"""

from __future__ import annotations

import hashlib
import re
import signal
import threading
import time
from collections.abc import Hashable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from types import FrameType
from typing import Final, NamedTuple

from policytext.data import words_of
from policytext.errors import PolicytextError, ReadingError
from policytext.records import HAN

# How large may a file from a stranger be?


_SHORTEST_LINE = 4
"""Characters a line has at least in the mean, in a text of very many lines."""


@dataclass(frozen=True)
class Limits:
    """Bounds that keep one hostile file from taking the machine.

    ``file_bytes``: Largest file or archive member, as it lies on the disk or unpacked.
    ``text_chars``: Longest source text.
    ``short_lines``: Most lines of a text whose lines hold next to nothing.
    ``members``: Most members of one archive, and most records of one table.
    ``expansion``: Largest ratio of unpacked to packed size of an archive member.
    ``total_bytes``: Largest sum of what one archive unpacks to.
    ``archive_expansion``: Largest ratio of that sum to the size of the archive, beyond ten million
      bytes.
    ``seconds``: Longest time for the pages of one PDF file.
    ``parsing_seconds``: Longest time for cleaning and splitting one source text.
    ``folders``: Deepest folder that is read, counted from the one that was named.
    ``worker_bytes``: Most memory for one workbook or PDF file, beside twenty times its size.

    >>> Limits(file_bytes=10).check_bytes(3, "a.txt")
    """

    file_bytes: int = 200_000_000
    text_chars: int = 50_000_000
    short_lines: int = 50_000
    members: int = 100_000
    expansion: float = 200.0
    total_bytes: int = 2_000_000_000
    archive_expansion: float = 50.0
    seconds: float = 120.0
    parsing_seconds: float = 600.0
    folders: int = 100
    worker_bytes: int = 1_000_000_000

    def check_bytes(self, size: int, what: str) -> None:
        """Refuse what is too large to open."""
        if size > self.file_bytes:
            raise ReadingError(
                f"{what} must have at most {self.file_bytes:,} bytes, and it has {size:,}"
            )

    def archive_bytes(self, packed: int) -> int:
        """Return how much an archive of this size may unpack to."""
        return min(self.total_bytes, max(10_000_000, int(self.archive_expansion * packed)))

    def check_expansion(self, packed: int, unpacked: int, what: str) -> None:
        """Refuse an archive member that unpacks to far more than it holds."""
        self.check_bytes(unpacked, what)
        if unpacked > 1_000_000 and unpacked > self.expansion * max(packed, 1):
            raise ReadingError(
                f"{what} unpacks from {packed:,} to {unpacked:,} bytes, more than "
                f"{self.expansion:.0f} times; unpack it yourself if you trust it"
            )

    def check_text(self, text: str) -> None:
        """Refuse a text that is too long."""
        if len(text) > self.text_chars:
            raise ReadingError(
                f"the text must have at most {self.text_chars:,} characters, it has {len(text):,}"
            )
        if text.count("\n") > self.short_lines:
            filled = [len(line) for line in text.split("\n") if line.strip()]
            if len(filled) > self.short_lines and sum(filled) < _SHORTEST_LINE * len(filled):
                raise ReadingError(
                    f"the text must hold sentences, but its {len(filled):,} lines have "
                    f"{sum(filled) / len(filled):.1f} characters each; join them if they belong "
                    "together"
                )

    def check_time(self, started: float, what: str) -> None:
        """Stop when reading takes too long; ``started`` is a value of ``time.monotonic``."""
        if time.monotonic() - started > self.seconds:
            raise ReadingError(f"{what} must be read within {self.seconds:.0f} seconds")


@contextmanager
def at_most(seconds: float, kind: type[PolicytextError], sentence: str) -> Iterator[None]:
    """Raise an error of a kind, with a sentence, when what is done takes too long.

    Of two bounds the nearer one holds. By processor time, so that a busy machine changes nothing.
    Only the main thread of a process can be stopped, and only where the system has such a clock.
    """
    able = hasattr(signal, "setitimer")
    if not able or threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(number: int, frame: FrameType | None) -> None:
        raise kind(sentence)

    outer = signal.getitimer(signal.ITIMER_VIRTUAL)[0]
    if outer and outer < seconds:
        yield
        return
    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        spent = seconds - signal.setitimer(signal.ITIMER_VIRTUAL, 0)[0]
        signal.signal(signal.SIGVTALRM, before or signal.SIG_DFL)
        if outer:
            signal.setitimer(signal.ITIMER_VIRTUAL, max(outer - spent, 0.01))


# What is a source text, and what is known about a file that gave none?


class Hint(NamedTuple):
    """A span of source text about which the file's format says something.

    ``kind`` is ``furniture`` (what an extractor left out), ``footnote``, ``textbox``, ``table`` or
    ``title`` (a line that the format calls the title of the whole; its ``level`` as a heading, if
    it is one), ``heading`` (with its ``level``), ``strong`` (a line all in bold), ``list_item`` (a
    line next to another item of its list) or ``mark`` (a sign of Markdown, which is no text);
    cleaning and anatomy decide what follows. What stands in
    a table has the number of the table in its file, and its row and column, all from 1; elsewhere
    they are 0.
    """

    start: int
    end: int
    kind: str
    table: int = 0
    row: int = 0
    column: int = 0
    level: int = 0

    @property
    def is_layout(self) -> bool:
        """Whether it says how a line is laid out: as a cell, a heading, in bold or in a list."""
        return self.column > 0 or self.kind in ("title", "heading", "strong", "list_item")


def list_items(lines: Sequence[tuple[int, int, Hashable]]) -> list[Hint]:
    """Return hints for lines next to another of their list; ``lines``: start, end, list or None.

    An item alone may head the text below it.

    >>> [one.start for one in list_items([(0, 3, "a"), (4, 7, "a"), (8, 9, None), (10, 12, "a")])]
    [0, 4]
    """
    keys = [None, *(key for *_, key in lines), None]
    return [
        Hint(start, end, "list_item")
        for i, (start, end, key) in enumerate(lines)
        if key is not None and key in (keys[i], keys[i + 2])
    ]


_HEADED: Final = re.compile(
    r"^[ ]{0,3}(#{1,6})[ \t\u3000]+(?=\S)([^\n\r]*?)([ \t]+#+)?[ \t]*\r?$", re.M
)
_LINK: Final = re.compile(
    r"(!)?\[([^\[\]\n\r]{0,200})\](\([^()\s]{1,500}(?:\s+\"[^\"\n\r]{0,200}\")?\))"
)
_BEFORE_NUMBER: Final = re.compile(
    r"^[ ]{0,3}(?:>[ ]?|[-*+][ ]+(?=[（(]?[一二三四五六七八九十\d]{1,3}[)）、.．]))", re.M
)
"""The sign of a quotation, or of an item that has a number of its own."""
_BOLD: Final = re.compile(r"\*\*(?=[^\s*])([^*\n\r]{1,200})(?<=\S)\*\*")


def read_marks(text: str) -> list[Hint]:
    """Return what signs of Markdown say of the lines of a text, and the signs themselves.

    Only a text with a heading (``# …``) is Markdown; one with two lines all in bold has bold words.

    >>> [(one.kind, one.start, one.end, one.level) for one in read_marks("## 回顾\\n**完成**任务")]
    [('mark', 0, 3, 0), ('heading', 3, 5, 2), ('mark', 6, 8, 0), ('mark', 10, 12, 0)]
    """
    out = []
    for found in _HEADED.finditer(text):
        start, end = found.span(2)
        out += [
            Hint(found.start(), start, "mark"),
            Hint(start, end, "heading", level=len(found[1])),
        ]
        out += [Hint(*found.span(3), "mark")] if found[3] else []
    if not out:
        return sorted(_bold(text)) if _has_bold_lines(text) else []
    for found in _LINK.finditer(text):
        start, end = found.span()
        # a picture has no words of the text, nor has a button (查看原文) on a line of its own
        button = found[2].strip() in _buttons() and _is_alone(text, start, end)
        shown = (end, end) if found[1] or button else found.span(2)
        out += [Hint(start, shown[0], "mark")]
        out += [Hint(shown[1], end, "mark")] if shown[1] < end else []
    out += [Hint(*found.span(), "mark") for found in _BEFORE_NUMBER.finditer(text)]
    return sorted([*out, *_bold(text)])


_MASKED_PLACE: Final = re.compile(r"\*\*[省市县区州盟旗乡镇村街]")


def _has_bold_lines(text: str) -> bool:
    """Say whether two lines stand all in bold, where no stars stand for a name: **县**镇."""
    found = list(_BOLD.finditer(text))
    if text.count("**") != 2 * len(found) or _MASKED_PLACE.search(text):
        return False
    alone = [one for one in found if _is_alone(text, *one.span()) and HAN.search(one[1])]
    return len(alone) > 1


def _bold(text: str) -> Iterator[Hint]:
    """Yield the signs of bold words, and the words where nothing else stands on their line."""
    for found in _BOLD.finditer(text):
        start, end = found.span()
        yield from (Hint(start, start + 2, "mark"), Hint(end - 2, end, "mark"))
        if _is_alone(text, start, end):
            yield Hint(start + 2, end - 2, "strong")


@cache
def _buttons() -> frozenset[str]:
    return frozenset(words_of("reading/words.csv", "button"))


def _is_alone(text: str, start: int, end: int) -> bool:
    """Say whether nothing else stands on the line of a span."""
    before = text[text.rfind("\n", 0, start) + 1 : start]
    line_end = text.find("\n", end)
    return not (before + text[end : line_end if line_end >= 0 else len(text)]).strip()


class Cell(NamedTuple):
    """A place in a table of a file: number of the table, row and column; zeros outside of all."""

    table: int = 0
    row: int = 0
    column: int = 0


class CellCounter:
    """Numbers the cells of tables, which may stand in one another, as they come in a file."""

    def __init__(self) -> None:
        self._tables = 0
        self._last: dict[int, Cell] = {}

    def table(self) -> Cell:
        """Return the place of a new table, before its first row."""
        self._tables += 1
        self._last[self._tables] = Cell(self._tables)
        return Cell(self._tables)

    def row(self, inside: Cell) -> Cell:
        """Return the place of the next row of a table, before its first cell."""
        row = self._last.get(inside.table, inside).row + 1
        self._last[inside.table] = Cell(inside.table, row)
        return Cell(inside.table, row)

    def cell(self, inside: Cell, columns: str | None) -> Cell:
        """Return the place of the next cell of a row, which is so many columns wide."""
        last = self._last.get(inside.table, inside)
        place = last._replace(column=last.column + 1)
        wide = int(columns) if columns and columns.isdecimal() and len(columns) < 4 else 1
        self._last[inside.table] = last._replace(column=last.column + max(wide, 1))
        return place


class NotRead(NamedTuple):
    """What a file holds and its reader did not read.

    ``part``: Where: ``page 3``, the name of a sheet, a part of a Word file.
    ``kind``: What: ``page without text``, ``sheet``, ``iframe``, ``header`` …
    ``n_chars``: How many characters, white space not counted; None if nobody can know.
    """

    part: str
    kind: str
    n_chars: int | None = None


class Reading(NamedTuple):
    """Text, what the format says about spans of it, its encoding, and what was not read."""

    text: str
    hints: tuple[Hint, ...] = ()
    encoding: str = ""
    left_out: tuple[NotRead, ...] = ()


class Gathered:
    """A source text that grows line by line, with the hints and rows of what it is made from.

    Notes are put aside and come last.

    >>> lines = Gathered()
    >>> lines.add("指标", "table", Cell(1, 1, 1))
    >>> lines.reading().hints
    (Hint(start=0, end=2, kind='table', table=1, row=1, column=1, level=0),)
    """

    def __init__(self) -> None:
        self.left: list[NotRead] = []
        self.notes: list[str] = []
        self._parts: list[str] = []
        self._hints: list[Hint] = []
        self._placed: list[tuple[int, int, Hashable]] = []
        self._at = 0

    def add(
        self, line: str, kind: str = "body", cell: Cell | None = None, listed: Hashable = None
    ) -> None:
        """Put a line behind those that are there; ``listed``: the list in which it is an item."""
        if line.strip():
            end = self._at + len(line)
            self._placed.append((self._at, end, listed if kind == "body" else None))
        if kind != "body":
            self._hints.append(Hint(self._at, self._at + len(line), kind, *(cell or Cell())))
        self._parts.append(f"{line}\n")
        self._at += len(line) + 1

    def keep(self, found: Reading, start: int, end: int) -> None:
        """Put a stretch of whole lines of another reading behind them, with its hints."""
        shift = self._at - start
        self._hints += [
            h._replace(start=h.start + shift, end=h.end + shift)
            for h in found.hints
            if start <= h.start and h.end <= end
        ]
        self._parts.append(found.text[start:end])
        self._placed.append((self._at, self._at, None))
        self._at += end - start

    def reading(self) -> Reading:
        """Return the text with the notes behind it."""
        for note in self.notes:
            self.add(note, "footnote")
        self.notes = []
        hints = (*self._hints, *list_items(self._placed))
        return Reading("".join(self._parts), hints, "", tuple(self.left))


def n_signs(text: str) -> int:
    """Return the number of characters that are no white space."""
    return len("".join(text.split()))


@dataclass(frozen=True)
class Source:
    """One text as a reader returned it: a file, a member of an archive, or a record of a table.

    ``file``: Path below the folder that was read, with forward slashes.
    ``member``: Path inside the archive, or ``""``.
    ``record``: Number of the record in its table, from 1, or ``""``.
    ``sha256_bytes``: Checksum of the bytes that were read.
    ``encoding``: How the bytes were decoded, or ``""`` where the format says it itself.
    ``reader, reader_version``: What read it.
    ``text``: The source text; all offsets of the library are positions in it.
    ``metadata``: What columns of a table say about the report (``title``, ``year``, ``province``
      …).
    ``hints``: What the format says about spans of the text.
    ``left_out``: What the file holds beside the text; of a table, with its first record.

    >>> Source("a.txt", "", "", "00", "utf-8", "text", "1", "全文").source_id
    'a.txt'
    """

    file: str
    member: str
    record: str
    sha256_bytes: str
    encoding: str
    reader: str
    reader_version: str
    text: str
    metadata: Mapping[str, str] = field(default_factory=dict)
    hints: tuple[Hint, ...] = ()
    left_out: tuple[NotRead, ...] = ()

    @property
    def source_id(self) -> str:
        """File, member and record in one readable name."""
        name = f"{self.file}/{self.member}" if self.member else self.file
        return f"{name}:{self.record}" if self.record else name

    @property
    def row(self) -> dict[str, object]:
        """The row of the table ``sources``."""
        return {
            "source_id": self.source_id,
            "file": self.file,
            "member": self.member,
            "record": self.record,
            "sha256_bytes": self.sha256_bytes,
            "sha256_text": sha256_text(self.text),
            "encoding": self.encoding,
            "reader": self.reader,
            "reader_version": self.reader_version,
            "n_chars": len(self.text),
        }


def written_out(text: str) -> str:
    r"""Return a text that can be stored: half a character, as ``\ud800``, is written as its code.

    >>> written_out("全县\ud800") == "全县" + "\\" + "ud800"
    True
    """
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


class Skipped(NamedTuple):
    """A file or member that gave no source text, with the reason in words."""

    file: str
    member: str
    reason: str


def sha256_text(text: str) -> str:
    """Return the SHA-256 of a text in UTF-8 (lone surrogates kept) as 64 hex digits."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()

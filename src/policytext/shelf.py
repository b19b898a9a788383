"""Which files were read into a folder before, what did they give, and where is it kept?

A corpus on disk is a folder. ``parts/…`` hold the rows that some files gave, whole or not at all;
``tables-…`` holds what is known of all reports together; ``manifest.json``, written last, says
which of them make the corpus. While files are read, what they gave waits in ``read.jsonl``. A file
is known by its name, its checksum, and all that decides how it is read: what is known is not read
again, whether the last run ended or was killed.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
import pandas as pd

from policytext import storage
from policytext.contract import as_table, empty_table
from policytext.errors import DamagedFileError, ParameterError, ReadingError
from policytext.reading.source import Hint, NotRead, Source
from policytext.records import STORED_TABLES, TABLES

Row = dict[str, Any]
Tables = dict[str, pd.DataFrame]

LARGE: Final = ("paragraphs", "ledger")
"""Tables that stay in their parts; the others are put together."""

SMALL: Final = ("sources", "documents", "claims", "borders")
PART_CHARS: Final = 2_000_000
"""Characters of the files whose rows make one part, about."""

_BORDER: Final = 16
_JOURNAL: Final = "read.jsonl"
_FILES: Final = "files"
_ROOMS: Final = ("reading", "layout", "cleaning", "anatomy", "origin", "data", "intake.py")


class KnownSource(NamedTuple):
    """A source without its text: who it is, how long, and the lines at the edges of its file.

    ``heads, feet``: the lines, parted by line feeds; a corpus has as many of these as reports.
    """

    file: str
    member: str
    record: str
    source_id: str
    n_chars: int
    folder: str
    heads: str
    feet: str

    @property
    def edges(self) -> tuple[frozenset[str], frozenset[str]]:
        """The lines at the head and at the foot."""
        heads, feet = (frozenset(filter(None, one.split("\n"))) for one in (self.heads, self.feet))
        return heads, feet


@dataclass
class FileRead:
    """What one file gave: its sources, and what is said of it that is no text.

    ``skipped``: what could not be read; ``failed``: what could not be parsed; ``stated``: facts
    from columns; ``left``: what readers left out. ``path``: where it lies; empty where there is
    nothing to read. ``key``: how it was parsed; ``part``: the part that has its rows.
    """

    file: str
    sha256: str
    path: str = ""
    sources: list[KnownSource] = field(default_factory=list)
    skipped: list[list[str]] = field(default_factory=list)
    failed: list[list[str]] = field(default_factory=list)
    stated: list[dict[str, str]] = field(default_factory=list)
    left: list[Row] = field(default_factory=list)
    key: str = ""
    part: str = ""

    @property
    def n_chars(self) -> int:
        return sum(source.n_chars for source in self.sources)

    def facts(self) -> dict[str, Any]:
        """Return all that JSON can hold of it."""
        return {**vars(self), "sources": [list(source) for source in self.sources]}


def _file_read(facts: Mapping[str, Any], part: str = "") -> FileRead:
    named = [KnownSource(*one) for one in facts["sources"]]
    return FileRead(**{**facts, "sources": named, "part": part})


@cache
def _program() -> str:
    """Return a digest of the code and lists that decide what is read."""
    root = Path(__file__).parent
    found = {name: storage.file_digests(root / name) for name in _ROOMS}
    kept = {n: {k: v for k, v in f.items() if ".pyc" not in k} for n, f in found.items()}
    return digest_of(kept)


def digest_of(what: object) -> str:
    """Return a short name for what JSON can hold; the same for the same.

    >>> digest_of({"a": 1}) == digest_of({"a": 1}), len(digest_of([]))
    (True, 24)
    """
    text = json.dumps(what, ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:24]


class Shelf:
    """The folder of a corpus on disk while files are read into it."""

    def __init__(self, folder: Path, settings: object) -> None:
        self.folder = folder
        self.settings = digest_of([settings, _program()])
        _check_folder(folder)
        (folder / "parts").mkdir(parents=True, exist_ok=True)
        self._before = self._of_parts()
        self._places: dict[tuple[str, str], int] = {}
        self._journal = (folder / _JOURNAL).open("a+b")
        self._before |= self._of_journal()

    def close(self) -> None:
        self._journal.close()

    # What is known of files from before?

    def _of_parts(self) -> dict[tuple[str, str], FileRead]:
        found = {}
        for part in sorted((self.folder / "parts").iterdir()):
            try:
                facts = storage.read_manifest(part)["facts"]
                table = storage.read_parquet(part / f"{_FILES}.parquet")
            except (ReadingError, DamagedFileError):
                continue  # what a kill left or a disk lost is read again
            if facts != self.settings:
                continue
            for line in table["facts"]:
                one = _file_read(json.loads(line), part.name)
                found[one.file, one.sha256] = one
        return found

    def _of_journal(self) -> dict[tuple[str, str], FileRead]:
        found: dict[tuple[str, str], FileRead] = {}
        self._journal.seek(0)
        at = 0
        for line in self._journal:
            try:
                entry = json.loads(line)
            except ValueError:  # the line that a kill cut
                break
            one = _file_read(entry["facts"])
            if entry["settings"] == self.settings and (one.file, one.sha256) not in self._before:
                found[one.file, one.sha256] = one
                self._places[one.file, one.sha256] = at
            at += len(line)
        self._journal.truncate(at)
        return found

    def known(self, file: str, sha256: str) -> FileRead | None:
        """Return what a file gave before, if it has not changed."""
        return self._before.get((file, sha256))

    def keep(self, one: FileRead, sources: Sequence[Source]) -> None:
        """Let the sources of a file wait until they are parsed."""
        self._journal.seek(0, 2)
        self._places[one.file, one.sha256] = self._journal.tell()
        entry = {
            "settings": self.settings,
            "facts": one.facts(),
            "sources": [vars(source) for source in sources],
        }
        line = json.dumps(entry, default=dict, ensure_ascii=False) + "\n"
        self._journal.write(line.encode("utf-8", "surrogatepass"))
        self._journal.flush()

    def sources_of(self, one: FileRead, read: Callable[[FileRead], None]) -> Iterator[Source]:
        """Yield the sources of a file from where they wait; ``read`` reads it if they do not."""
        if (one.file, one.sha256) not in self._places:
            read(one)
        self._journal.seek(self._places[one.file, one.sha256])
        entry = json.loads(self._journal.readline().decode("utf-8", "surrogatepass"))
        for fields, named in zip(entry["sources"], one.sources, strict=True):
            hints = tuple(Hint(*hint) for hint in fields["hints"])
            left = tuple(NotRead(*part) for part in fields["left_out"])
            source = Source(**{**fields, "hints": hints, "left_out": left})
            # a name that stood twice among all files was changed when the file was read first
            yield replace(source, file=named.file, member=named.member, record=named.record)

    # Which files make a part, and which of these must be parsed?

    def parts_of(
        self, files: Iterable[FileRead], key_of: Callable[[FileRead], object]
    ) -> list[ShelfPart]:
        """Group files that follow one another; a file more moves few borders."""
        out: list[ShelfPart] = []
        group: list[FileRead] = []
        size = 0
        for one in files:
            if not one.path:
                continue
            key = digest_of([one.file, one.sha256, self.settings, key_of(one)])
            if key != one.key:
                one.key, one.part, one.failed = key, "", []
            group.append(one)
            size += one.n_chars
            border = zlib.crc32(one.file.encode("utf-8", "surrogatepass")) % _BORDER == 0
            if size >= PART_CHARS * 2 or (size >= PART_CHARS and border):
                out.append(self._part(group))
                group, size = [], 0
        return [*out, self._part(group)] if group else out

    def _part(self, group: list[FileRead]) -> ShelfPart:
        name = digest_of([file.key for file in group])
        missing = [file for file in group if not file.part]
        whole = not missing and {file.part for file in group} == {name}
        return ShelfPart(name, list(group), missing, whole)

    def write(self, part: ShelfPart, fresh: Tables) -> None:
        """Write the rows of a part: fresh ones, and those that other parts have."""
        tables = self._with_old(part, fresh)
        for file in part.files:
            file.part = part.name
        lines = [json.dumps(file.facts(), ensure_ascii=False) for file in part.files]

        def fill(work: Path) -> None:
            for name, table in tables.items():
                storage.write_table(table, work / f"{name}.parquet")
            storage.write_table(pd.DataFrame({"facts": lines}), work / f"{_FILES}.parquet")

        storage.write_folder(self.folder / "parts" / part.name, fill, {"facts": self.settings})

    def _with_old(self, part: ShelfPart, fresh: Tables) -> Tables:
        olds: dict[str, list[str]] = {}
        for file in part.files:
            if file.part:
                olds.setdefault(file.part, []).extend(s.source_id for s in file.sources)
        if not olds:
            return fresh
        order = [source.source_id for file in part.files for source in file.sources]
        rank = pd.Series(np.arange(len(order)), index=order)
        out = {}
        for name, table in fresh.items():
            pieces = [table]
            for old, ids in olds.items():
                rows = self.table(old, name)
                pieces.append(rows[_source_of(rows).isin(ids)])
            whole = pd.concat([one for one in pieces if len(one)] or [table], ignore_index=True)
            at = _source_of(whole).map(rank).to_numpy()
            out[name] = whole.iloc[np.argsort(at, kind="stable")].reset_index(drop=True)
        return out

    def table(self, part: str, name: str) -> pd.DataFrame:
        """Return one table of a part."""
        return storage.read_parquet(self.folder / "parts" / part / f"{name}.parquet")

    # When all parts are there

    def small_tables(self, parts: Sequence[ShelfPart]) -> Tables:
        """Put together the tables that are small, and open those that are large."""
        out = {}
        for name in SMALL:
            found = [self.table(part.name, name) for part in parts]
            out[name] = pd.concat(found, ignore_index=True) if found else typed(name, [])
        return out | large_tables(self.folder, [part.name for part in parts])

    def finish(self, parts: Sequence[ShelfPart], tables: Tables, info: Mapping[str, Any]) -> None:
        """Write what is known of all reports, then the manifest; then drop what is not in it."""
        names = [part.name for part in parts]
        taken = {one.name for one in self._old_tables()}
        place = next(name for n in count(1) if (name := f"tables-{n}") not in taken)

        def fill(work: Path) -> None:
            for name, table in tables.items():
                storage.write_table(table, work / f"{name}.parquet")

        storage.write_folder(self.folder / place, fill, {})
        made = [f"{place}/{storage.MANIFEST}", *(f"parts/{n}/{storage.MANIFEST}" for n in names)]
        facts = {"info": dict(info), "tables": place, "parts": names}
        storage.write_manifest(self.folder, facts, [self.folder / one for one in made])
        self.close()
        (self.folder / _JOURNAL).unlink(missing_ok=True)
        for old in [*self._old_tables(), *(self.folder / "parts").iterdir()]:
            if old.name not in {place, *names}:
                shutil.rmtree(old, ignore_errors=True)

    def _old_tables(self) -> list[Path]:
        return sorted(p for p in self.folder.glob("tables-*") if p.is_dir())


@dataclass(frozen=True)
class ShelfPart:
    """Files whose rows stand together, those among them that must be parsed; whole: it is there."""

    name: str
    files: list[FileRead]
    missing: list[FileRead]
    whole: bool


def _source_of(rows: pd.DataFrame) -> pd.Series:
    """Return the source of each row; a report is named by its source and a number."""
    if "source_id" in rows:
        return rows["source_id"]
    found = [str(doc_id).rpartition("#")[0] for doc_id in rows["doc_id"].tolist()]
    return pd.Series(found, index=rows.index, dtype="str")


def typed(name: str, rows: list[Row]) -> pd.DataFrame:
    """Return rows as a table with its types: one of the six, or the borders nearly drawn."""
    if name in TABLES:
        return as_table(name, rows)
    table = pd.DataFrame(rows, columns=list(STORED_TABLES[name]))
    return table.astype({"doc_id": "str", "para_no": "int64", "score": "float64", "cues": "str"})


def large_tables(folder: Path, parts: Sequence[str]) -> Tables:
    """Open the large tables of parts, their texts left on the disk."""
    return {
        name: storage.mapped_table(
            [folder / "parts" / p / f"{name}.parquet" for p in parts], folder
        )
        if parts
        else empty_table(name)
        for name in LARGE
    }


def open_parts(folder: Path, manifest: Mapping[str, Any]) -> Tables:
    """Return the tables of a corpus on disk, every file checked against its checksum."""
    place = folder / str(manifest["tables"])
    own = storage.read_manifest(place)
    parts = [str(name) for name in manifest["parts"]]
    for name in parts:
        storage.read_manifest(folder / "parts" / name)
    small = {Path(name).stem: storage.read_parquet(place / name) for name in own["files"]}
    tables = small | large_tables(folder, parts)
    storage.give_back()
    return tables


def _check_folder(folder: Path) -> None:
    """Refuse a folder that holds anything else than a corpus on disk, or the beginning of one."""
    if folder.exists() and not folder.is_dir():
        raise ReadingError(f"out must be a folder, and {str(folder)!r} is a file")
    there = {one.name for one in folder.iterdir()} if folder.is_dir() else set()
    if there and "parts" not in there:
        raise ReadingError(
            f"out must be a new or empty folder, or one that read_corpus filled before, and "
            f"{str(folder)!r} holds other files; choose another folder"
        )


def check_apart(out: Path, path: Path) -> None:
    """Refuse a folder for the corpus that lies in the folder of raw files, or around it."""
    one, other = out.resolve(), path.resolve()
    if one == other or one.is_relative_to(other) or other.is_relative_to(one):
        raise ParameterError(
            f"out must lie outside of the folder that is read, got {str(out)!r} for {str(path)!r}"
        )

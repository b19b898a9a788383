"""Does any text, however it was damaged, end in more than documents, a reason or a sentence?

Valid files of every kind are damaged at random, the same for one seed, and read: reports into a
corpus whose ledger is checked, and the tables and settings that a researcher hands over. Run from
the folder ``tests``:

    python -m hostile.fuzz [--n 10000] [--seed 0] [--only KIND] [--keep FOLDER]
"""

from __future__ import annotations

import argparse
import faulthandler
import io
import os
import random
import sys
import tempfile
import time
import traceback
import warnings
import zipfile
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import made_files as made
from hostile import settings_files
from hostile.case import READ, report
from hostile.make import cases
from hostile.offices import whole_files
from hostile.run import _last_place, bound
from hostile.workbooks import book, rows_xml

SECONDS = 10.0
"""Longest time of one file."""

STOPPED = 60
BATCH = 250
"""Files that one process reads before the next one is begun."""

LARGEST = 20_000
"""Bytes of the files that are damaged: small ones, so that a fault in growth is not all we see."""

REPORTS = ("txt", "md", "html", "htm", "docx", "pdf", "csv", "tsv", "jsonl", "xlsx", "zip")
OFFICES = ("doc", "wps", "rtf", "odt", "ofd", "mht", "eml", "epub", "pptx")
SETTINGS = ("study", "codebook", "metadata", "corrections", "rules", "terms", "book")

_MARKS = "\0 \ufeff \r \n \f \t \v \x1a \x85 \u2028 \u200b \ud800 \ufffd \ue000 \U0010ffff \u3000"
_WORDS = """
' " "" , ; \\ | ` $ # % @ - / ../ [ ] { } ( ) [[ ]] & < > : 《 》 “ ” （ ） 【 。 ， ： 一、
（一） 第一章 1. <!-- --> <![CDATA[ ]]> <script> </html> </body> <div> </p> <br> <td> &#0;
&#xD800; &#x110000; &nbsp; &amp; &lt;b&gt; 目录 ......12 第1页/共14页 篇1： 2021年 13月32日 0 -1
1e999 99999999999999999999 nan null true =1+1 ＝1 &a *a !!python/object:os.system <<:
regex: regex:( regex:.* \\1 flag: sep=; [[analysis]] obj endobj stream /Type /Kids xref
<w:p> </w:p> <w:t> w: %PDF-1.7
"""
_TEXTS = [*_MARKS.split(" "), *_WORDS.split()]
SIGNS = (
    *(text.encode("utf-8", "surrogatepass") for text in _TEXTS),
    *(b"\xff", b"\xfe\xff", b"\x80", b"\xa3\xbd", b"\x81\x30", b"PK\x03\x04", b"\n- ", b"\n  "),
)
"""What is put into files: signs and words that some format gives a meaning to."""


class Fuzzed(NamedTuple):
    """A damaged file: its number, of which kind, the ending of its name, and its bytes."""

    number: int
    kind: str
    ending: str
    data: bytes


@cache
def seeds() -> dict[str, list[tuple[str, bytes]]]:
    """Return the valid files of each kind, with the ending of their names."""
    out: dict[str, list[tuple[str, bytes]]] = {kind: [] for kind in (*REPORTS, *OFFICES, *SETTINGS)}
    for case in cases():
        ending = case.name.rpartition(".")[2]
        if case.must == READ and ending in out and len(case.data) <= LARGEST:
            out[ending].append((ending, case.data))
    for ending, data in whole_files():
        out[ending].append((ending, data))
    text = report()
    table = [["title", "year", "province", "text"], ["甲", "2021", "陕西省", text]]
    stated = "file,year,province,city\na.txt,2021,陕西省,西安市\n"
    out["pdf"].append(("pdf", made.pdf_bytes([["云溪县工作总结"], ["全县"]])))
    out["xlsx"].append(("xlsx", _book(table)))
    out["zip"].append(("zip", made.zip_bytes({"甲.txt": text.encode(), "b.html": b"<p>" * 9})))
    out["study"].append(("toml", settings_files.STUDY.encode()))
    out["codebook"].append(("yaml", settings_files.BOOK.encode()))
    for ending, data in (("csv", stated.encode()), ("csv", stated.encode("gbk"))):
        out["metadata"].append((ending, data))
    out["metadata"].append(("xlsx", _book([r.split(",") for r in stated.split()])))
    out["corrections"].append(("csv", b"doc_id,field,value,author\na.txt#1,year,2021,x\n"))
    rules = (
        'pattern,replacement,condition,name\nregex:医[共联]体,医共体,,甲\n"县,乡",县乡,flag:x,\n'
    )
    out["rules"] += [("csv", rules.encode()), ("tsv", rules.replace(",", "\t").encode())]
    out["terms"].append(("csv", _terms()))
    out["book"].append(("xlsx", _book([["file", "year"], ["a.txt", "2021"]])))
    return out


def _book(rows: list[list[str]]) -> bytes:
    return book([rows_xml(rows)])


def _terms() -> bytes:
    from policytext.data import data_path

    lines = data_path("terms.csv").read_text("utf-8").splitlines(keepends=True)
    return "".join(lines[:6]).encode()


def fuzzed(n: int, seed: int = 0, first: int = 0) -> Iterator[Fuzzed]:
    """Yield damaged files by number; each depends on the seed and its number only."""
    whole = seeds()
    kinds = [*REPORTS, *REPORTS, *OFFICES, *SETTINGS]
    for number in range(first, first + n):
        chance = random.Random(f"{seed} {number}")
        kind = kinds[number % len(kinds)]
        ending, data = chance.choice(whole[kind])
        packed = (
            ending in ("docx", "xlsx", "zip", "odt", "ofd", "epub", "pptx")
            and chance.random() < 0.8
        )
        other = chance.choice(whole[kind])[1]
        yield Fuzzed(
            number, kind, ending, _inside(data, chance) if packed else _damaged(data, other, chance)
        )


def _inside(data: bytes, chance: random.Random) -> bytes:
    """Damage one part of an archive, so that the archive itself opens."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = [(m.filename, archive.read(m)) for m in archive.infolist()]
    except Exception:  # some of the files are damaged already
        return _damaged(data, data, chance)
    if not parts:
        return data
    hit = chance.randrange(len(parts))
    buffer = io.BytesIO()
    warnings.simplefilter("ignore")
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for place, (name, content) in enumerate(parts):
            changed = _damaged(content, content, chance) if place == hit else content
            archive.writestr(zipfile.ZipInfo(name), changed, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def _damaged(data: bytes, other: bytes, chance: random.Random) -> bytes:
    """Damage bytes in one to eight places."""
    out = bytearray(data)
    for _ in range(chance.choice((1, 1, 2, 3, 8))):
        at = chance.randrange(len(out) + 1)
        end = min(len(out), at + chance.choice((1, 2, 3, 10, 50, 300)))
        match chance.randrange(9):
            case 0:
                out[at:end] = bytes(chance.randrange(256) for _ in range(end - at))
            case 1:
                del out[at:end]
            case 2 | 3:
                out[at:at] = chance.choice(SIGNS)
            case 4:
                out[at:end] = chance.choice(SIGNS)
            case 5:
                out[at:at] = bytes(out[at:end]) * chance.choice((1, 5, 40))
            case 6:
                out[at:at] = chance.choice(SIGNS) * chance.choice((2, 30, 300))
            case 7:
                del out[at : (len(out) if chance.random() < 0.2 else end)]
            case 8:
                start = chance.randrange(len(other) + 1)
                out[at:at] = other[start : start + 200]
    return bytes(out)


def problems(some: Sequence[Fuzzed], folder: Path) -> Iterator[tuple[Fuzzed, str]]:
    """Read damaged files and yield those with a problem: all at once, and one by one if there is.

    Most of the time of reading one file is spent on the tables of its corpus.
    """
    reports = [one for one in some if one.kind in (*REPORTS, *OFFICES)]
    if reports and _wrong(reports, folder):
        for one in reports:
            found = _wrong([one], folder)
            if found:
                yield one, found
        found = _wrong(reports, folder)
        yield from ((one, f"among others: {found}") for one in reports[:1] if found)
    for one in some:
        found = "" if one.kind in (*REPORTS, *OFFICES) else _wrong([one], folder)
        if found:
            yield one, found


def _wrong(some: Sequence[Fuzzed], folder: Path) -> str:
    """Return what is wrong with what comes of files of one use, or nothing."""
    from policytext.errors import PolicytextError

    place = Path(tempfile.mkdtemp(dir=folder))
    (place / "raw").symlink_to(folder / "raw")
    files = [place / f"f{one.number}.{one.ending}" for one in some]
    for one, file in zip(some, files, strict=True):
        file.write_bytes(one.data)
    started = time.process_time()  # other processes of the machine change nothing
    try:
        _used(some[0].kind, files)
    except PolicytextError as error:
        if not str(error).strip():
            return "an error without words"
    except Exception as error:
        trace = "".join(traceback.format_exception(error))
        return f"{type(error).__name__}: {str(error)[:120]!r} @ {_last_place(trace)}"
    spent = time.process_time() - started
    return f"{spent:.0f} seconds" if spent > SECONDS else ""


def _used(kind: str, files: Sequence[Path]) -> None:
    """Use files as a researcher would."""
    if kind in (*REPORTS, *OFFICES):
        _read(files)
    elif kind == "study":
        from policytext.study.settings import load_study

        load_study(files[0])
    elif kind == "book":
        from policytext.sheets import read_pages

        read_pages(files[0])
    else:
        settings_files._ACTIONS[kind](files[0])


def _read(files: Sequence[Path]) -> None:
    """Read reports and check their ledger; none may be in no table, whatever is in it."""
    from policytext import read_corpus
    from policytext.errors import PolicytextError

    corpus = read_corpus(files[0].parent, progress=False)
    named = {*corpus.sources["file"], *corpus.skipped["file"]}
    lost = [file.name for file in files if file.name not in named]
    if lost:
        raise AssertionError(f"neither read nor skipped: {lost}")
    if corpus.skipped["reason"].str.strip().eq("").any():
        raise AssertionError("skipped without a reason")
    try:
        corpus.check_ledger()
    except PolicytextError as error:
        raise AssertionError(f"ledger: {error}") from error


AT_ONCE = 50


def run(n: int, seed: int = 0, first: int = 0, only: str = "") -> Iterator[tuple[Fuzzed, str]]:
    """Read damaged files in this process, and yield those with a problem."""
    warnings.simplefilter("ignore")
    with tempfile.TemporaryDirectory() as name:
        (Path(name) / "raw").mkdir()
        (Path(name) / "raw" / "a.txt").write_text(report(), "utf-8")
        wanted = (one for one in fuzzed(n, seed, first) if only in ("", one.kind))
        while some := list(islice(wanted, AT_ONCE)):
            yield from problems(some, Path(name))


def _batch(first: int, n: int, given: argparse.Namespace) -> None:
    """Read one batch in a process made for it, and print what is wrong."""
    faulthandler.enable()
    bound()
    for one, found in run(n, given.seed, first, given.only):
        sys.stdout.write(f"{one.number} {one.kind} .{one.ending}: {found}\n")
        sys.stdout.flush()
        if given.keep:
            (given.keep / f"{one.number}.{one.ending}").write_bytes(one.data)


def main() -> None:
    """Print one line a file with a problem."""
    options = argparse.ArgumentParser()
    options.add_argument("--n", type=int, default=10_000)
    options.add_argument("--first", type=int, default=0)
    options.add_argument("--seed", type=int, default=0)
    options.add_argument("--only", default="")
    options.add_argument("--keep", type=Path)
    given = options.parse_args()
    if given.keep:
        given.keep.mkdir(parents=True, exist_ok=True)
    settings_files.warm()
    seeds()
    aborted = 0
    for first in range(given.first, given.first + given.n, BATCH):
        n = min(BATCH, given.first + given.n - first)
        child = os.fork()
        if not child:
            faulthandler.dump_traceback_later(STOPPED * BATCH / 10, exit=True)
            try:
                _batch(first, n, given)
                sys.stdout.flush()
                os._exit(0)
            except BaseException:
                traceback.print_exc()
                os._exit(1)
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        if sys.stderr.isatty() or given.keep:
            sys.stderr.write(f"{first + n} files\n")
        if code:
            aborted += 1
            sys.stdout.write(f"{first} to {first + n - 1}: ended with {code}\n")
    sys.stdout.write(f"{given.n} files, {aborted} batches ended\n")


if __name__ == "__main__":
    main()

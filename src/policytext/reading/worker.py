"""How are files read whose library may end the whole process?"""

from __future__ import annotations

import atexit
import hashlib
import json
import os
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, Any

from policytext.errors import ReadingError
from policytext.layout.flow import read_flow
from policytext.layout.glyphs import DrawnPage
from policytext.layout.ocr import COMMAND, is_installed, page_of, written_page
from policytext.reading.formats import IN_OWN_PROCESS, reader_for
from policytext.reading.pdf import SCANNED, ScanError, as_reading, lend_font, read_pdf
from policytext.reading.scans import (
    PICTURES,
    answer_of_scan,
    keep,
    kept_file,
    n_frames,
    read_kept,
)
from policytext.reading.source import Hint, Limits, NotRead, Reading
from policytext.reading.tabular.columns import ColumnMap
from policytext.reading.tabular.tables import (
    WORKBOOKS,
    Record,
    Sheet,
    Table,
    read_table,
    sheets_as_text,
)

ENDINGS = (*WORKBOOKS, *IN_OWN_PROCESS)
"""Files whose libraries may abort a process, or take its time and memory, over one bad cell."""

_TIMES_ITS_SIZE = 20
_OCR_BYTES = 6_000_000_000
_START = """
import json, sys
sys.path[:] = json.loads(sys.argv[1])
from policytext.reading.worker import serve
serve(sys.stdin.buffer, sys.stdout.buffer)
"""


def read_apart(
    data: bytes, ending: str, limits: Limits, *, scanned: Mapping[int, DrawnPage] | None = None
) -> Reading:
    """Read a file in the worker process; if it ends or takes too long, the error says so.

    ``scanned``: What OCR read from pages of it.
    """
    head: dict[str, Any] = {"ending": ending, "limits": vars(limits)}
    if scanned:
        head["scanned"] = {number: written_page(page) for number, page in scanned.items()}
    found = _asked(data, head, limits)
    if found is None:
        return read_pdf(data, limits, scanned) if scanned else reader_for(ending)(data, limits)
    return Reading(
        found["text"],
        tuple(Hint(*one) for one in found["hints"]),
        found["encoding"],
        tuple(NotRead(*one) for one in found["left_out"]),
    )


def ask_of_scan(data: bytes, ending: str, number: int, limits: Limits) -> dict[str, Any]:
    """Let OCR read a page in a process of its own, which may take more memory."""
    head = {"ending": ending, "limits": vars(limits), "page": number}
    found = _asked(data, head, limits, _SCANNING)
    return answer_of_scan(data, ending, number) if found is None else found


def read_table_apart(data: bytes, ending: str, columns: ColumnMap | None, limits: Limits) -> Table:
    """Read a workbook in the worker process, as ``read_apart`` does."""
    named = dict(columns) if columns is not None else None
    asked = {"ending": ending, "limits": vars(limits), "columns": named}
    found = _asked(data, asked, limits)
    if found is None:
        return read_table(data, ending, columns, limits)
    records = [Record(*one) for one in found["records"]]
    return Table(records, found["encoding"], tuple(NotRead(*one) for one in found["left_out"]))


def read_sheets_apart(data: bytes, *, first_only: bool = False) -> list[Sheet]:
    """Read the sheets of a researcher's own workbook in the worker process, as text."""
    limits = Limits()
    asked = {"limits": vars(limits), "first_only": first_only}
    found = _asked(data, asked, limits)
    if found is None:
        return sheets_as_text(data, first_only=first_only)
    return [Sheet(*one) for one in found["sheets"]]


# Which pages are pictures? OCR reads them one by one.


def read_with_scans(
    data: bytes, ending: str, limits: Limits, name: str, *, progress: bool = False
) -> Reading:
    """Read a PDF file or a picture; pages that are pictures by OCR, where it is installed."""
    if ending in PICTURES:
        if not is_installed():
            raise ReadingError(f"pictures are not read without OCR: {COMMAND}")
        pages: Sequence[int] = range(n_frames(data))
        left: list[NotRead] = []
        found = _scanned(data, ending, pages, limits, name, left, progress=progress)
        if not any(page.glyphs for page in found.values()):
            raise ReadingError("OCR found no text in the picture")
        return as_reading(read_flow([found[i] for i in sorted(found)]).blocks, left)
    try:
        reading = read_apart(data, ending, limits)
        pages = [int(one.part.split()[1]) - 1 for one in reading.left_out if one.kind == SCANNED]
        if not pages or not is_installed():
            return reading
    except ScanError as error:
        if not error.pages or not is_installed():
            raise
        pages = error.pages
    left = []
    found = _scanned(data, ending, pages, limits, name, left, progress=progress)
    reading = read_apart(data, ending, limits, scanned=found)
    return reading._replace(left_out=(*reading.left_out, *left))


def _scanned(
    data: bytes,
    ending: str,
    pages: Sequence[int],
    limits: Limits,
    name: str,
    left: list[NotRead],
    *,
    progress: bool,
) -> dict[int, DrawnPage]:
    """Return what each page shows, from what was kept or by asking; one that fails has a row."""
    from tqdm.auto import tqdm

    key = hashlib.sha256(data).hexdigest()
    found: dict[int, DrawnPage] = {}
    few = not progress or len(pages) < 2
    for number in tqdm(pages, desc=f"OCR {name}", unit="page", leave=False, disable=few):
        kept = kept_file(key, number)
        page = read_kept(kept)
        if page is None:
            try:
                page = page_of(ask_of_scan(data, ending, number, limits))
            except ReadingError as error:
                left.append(NotRead(f"page {number + 1}", f"scanned page: {error}"))
                continue
            keep(kept, page)
        found[number] = page
    return found


# The side that asks: one process for all files, started anew only after a file has ended it.


class _Worker:
    """The process that reads, of this process and no other."""

    def __init__(self) -> None:
        path = json.dumps([str(Path(folder).resolve()) for folder in sys.path])
        self.owner = os.getpid()
        self.process = subprocess.Popen(  # our own interpreter and code
            [sys.executable, "-c", _START, path],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=os.environ | {"OPENBLAS_NUM_THREADS": "1"},  # each reserves memory it never uses
        )

    def ask(self, head: Mapping[str, Any], data: bytes, seconds: float) -> bytes:
        """Return the line that answers, or nothing if the process ended over it."""
        sending, answers = self.process.stdin, self.process.stdout
        if sending is None or answers is None:
            return b""
        clock = threading.Timer(seconds, self.process.kill)
        clock.start()
        try:
            sending.write(json.dumps({**head, "size": len(data)}).encode() + b"\n")
            sending.write(data)
            sending.flush()
            return answers.readline()
        except OSError:
            return b""
        finally:
            clock.cancel()

    def stop(self) -> int:
        """End the process, if it is ours, and return how it ended."""
        if self.owner != os.getpid():
            return 0
        if self.process.poll() is None and self.process.stdin is not None:
            self.process.kill()
        code = self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                _close(pipe)
        return code


def _close(pipe: IO[bytes]) -> None:
    try:
        pipe.close()
    except OSError:  # what was not yet sent has nowhere to go
        return


_RUNNING: list[_Worker] = []
_SCANNING: list[_Worker] = []
"""The process that runs OCR, whose engine takes more memory than any file may."""

_ONE_AT_A_TIME = threading.Lock()
_KILLED = 9
_FROM_OUTSIDE = (-1, -2, -15)
"""Somebody ended the process (hang-up, interrupt, end): that says nothing about the file."""


def _asked(
    data: bytes,
    head: Mapping[str, Any],
    limits: Limits,
    running: list[_Worker] | None = None,
) -> dict[str, Any] | None:
    """Return the answer of the worker; None where no process can be started here."""
    running = _RUNNING if running is None else running
    with _ONE_AT_A_TIME:
        for last in (False, True):
            if not running or running[0].owner != os.getpid():
                try:
                    running[:] = [_Worker()]
                except OSError:
                    return None
            try:
                line = running[0].ask(head, data, limits.seconds)
            except BaseException:  # an answer that nobody waits for must not meet the next file
                running.pop().stop()
                raise
            if line.endswith(b"\n"):
                break
            code = running.pop().stop()
            if last or code not in _FROM_OUTSIDE:
                raise ReadingError(_why(code, data, limits))
    answer: dict[str, Any] = json.loads(line)
    if "scans" in answer:
        raise ScanError(answer["problem"], answer["scans"])
    if "problem" in answer:
        raise ReadingError(answer["problem"])
    return answer


def _why(code: int, data: bytes, limits: Limits) -> str:
    if code == -_KILLED:
        return f"the file must be read within {limits.seconds:.0f} seconds"
    return (
        f"the file is damaged or asks for more than {_memory(len(data), limits):,} bytes of "
        f"memory: its reader stopped (code {code})"
    )


def _memory(size: int, limits: Limits) -> int:
    return limits.worker_bytes + _TIMES_ITS_SIZE * size


@atexit.register
def stop_worker() -> None:
    """End the worker process of this process, if there is one."""
    for running in (_RUNNING, _SCANNING):
        while running:
            running.pop().stop()


# The side that reads.


def serve(asked: IO[bytes], answers: IO[bytes]) -> None:
    """Answer one request after another until there is none."""
    ready = False
    while line := asked.readline():
        head = json.loads(line)
        if head.get("ending") == ".pdf" and not ready:
            lend_font()
            ready = True
        answer = _answer(head, asked.read(head["size"]))
        answers.write(json.dumps(answer).encode() + b"\n")
        answers.flush()


def _answer(head: Mapping[str, Any], data: bytes) -> dict[str, Any]:
    limits = Limits(**head["limits"])
    try:
        _bound(_memory(len(data), limits) + (_OCR_BYTES if "page" in head else 0))
        if "page" in head:
            return answer_of_scan(data, head["ending"], head["page"])
        if "scanned" in head:
            pages = {int(n): page_of(page) for n, page in head["scanned"].items()}
            return read_pdf(data, limits, pages)._asdict()
        if "first_only" in head:
            return {"sheets": sheets_as_text(data, first_only=head["first_only"])}
        if "columns" in head:
            return read_table(data, head["ending"], head["columns"], limits)._asdict()
        return reader_for(head["ending"])(data, limits)._asdict()
    except ScanError as error:
        return {"problem": str(error), "scans": error.pages}
    except ReadingError as error:
        return {"problem": str(error)}
    except MemoryError:
        return {"problem": f"the file asks for more than {_memory(len(data), limits):,} bytes"}
    except BaseException as error:  # compiled libraries panic with what is no Exception
        return {"problem": f"the file is damaged: {type(error).__name__}: {str(error)[:300]}"}


def _bound(memory: int) -> None:
    """Let this process take no more memory, where the system can say so."""
    try:
        import resource
    except ImportError:  # not on Windows
        return
    _, most = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (memory if most < 0 else min(memory, most), most))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))

"""How are files read whose library may end the whole process?"""

from __future__ import annotations

import atexit
import json
import os
import subprocess
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any

from policytext.errors import ReadingError
from policytext.reading.columns import ColumnMap
from policytext.reading.formats import reader_for
from policytext.reading.source import Hint, Limits, NotRead, Reading
from policytext.reading.tables import (
    WORKBOOKS,
    Record,
    Sheet,
    Table,
    read_table,
    sheets_as_text,
)

ENDINGS = (*WORKBOOKS, ".pdf")
"""Files whose libraries are compiled: one bad cell or page may abort a process."""

_TIMES_ITS_SIZE = 20
_START = """
import json, sys
sys.path[:] = json.loads(sys.argv[1])
from policytext.reading.worker import serve
serve(sys.stdin.buffer, sys.stdout.buffer)
"""


def read_apart(data: bytes, ending: str, limits: Limits) -> Reading:
    """Read a file in the worker process; if it ends or takes too long, the error says so."""
    found = _asked(data, {"ending": ending, "limits": vars(limits)}, limits)
    if found is None:
        return reader_for(ending)(data, limits)
    return Reading(
        found["text"],
        tuple(Hint(*one) for one in found["hints"]),
        found["encoding"],
        tuple(NotRead(*one) for one in found["left_out"]),
    )


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
_ONE_AT_A_TIME = threading.Lock()
_KILLED = 9
_FROM_OUTSIDE = (-1, -2, -15)
"""Somebody ended the process (hang-up, interrupt, end): that says nothing about the file."""


def _asked(data: bytes, head: Mapping[str, Any], limits: Limits) -> dict[str, Any] | None:
    """Return the answer of the worker; None where no process can be started here."""
    with _ONE_AT_A_TIME:
        for last in (False, True):
            if not _RUNNING or _RUNNING[0].owner != os.getpid():
                try:
                    _RUNNING[:] = [_Worker()]
                except OSError:
                    return None
            try:
                line = _RUNNING[0].ask(head, data, limits.seconds)
            except BaseException:  # an answer that nobody waits for must not meet the next file
                _RUNNING.pop().stop()
                raise
            if line.endswith(b"\n"):
                break
            code = _RUNNING.pop().stop()
            if last or code not in _FROM_OUTSIDE:
                raise ReadingError(_why(code, data, limits))
    answer: dict[str, Any] = json.loads(line)
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
    while _RUNNING:
        _RUNNING.pop().stop()


# The side that reads.


def serve(asked: IO[bytes], answers: IO[bytes]) -> None:
    """Answer one request after another until there is none."""
    while line := asked.readline():
        head = json.loads(line)
        answer = _answer(head, asked.read(head["size"]))
        answers.write(json.dumps(answer).encode() + b"\n")
        answers.flush()


def _answer(head: Mapping[str, Any], data: bytes) -> dict[str, Any]:
    limits = Limits(**head["limits"])
    try:
        _bound(_memory(len(data), limits))
        if "first_only" in head:
            return {"sheets": sheets_as_text(data, first_only=head["first_only"])}
        if "columns" in head:
            return read_table(data, head["ending"], head["columns"], limits)._asdict()
        return reader_for(head["ending"])(data, limits)._asdict()
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

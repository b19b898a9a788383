"""What becomes of each hostile file, read by itself and all in one folder?

Run from the folder ``tests`` (files are made below a temporary folder unless one is named):

    python -m hostile.run --out results.json [--folder FOLDER] [--only KINDS] [--whole]
"""

from __future__ import annotations

import argparse
import faulthandler
import json
import os
import re
import resource
import signal
import sys
import tempfile
import time
import traceback
import warnings
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pandas as pd

from hostile.case import IGNORE, READ, SKIP
from hostile.make import HostileFile, write_hostile

MEMORY = 3 * 2**30
SECONDS = 10
"""Longest process time of one file; then it is stopped."""

_HERE = re.compile(r'File "[^"]*policytext/([^"]+)", line (\d+),? in (\w+)')


def bound(memory: int = MEMORY) -> None:
    """Let this process take no more memory."""
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def judged(corpus: Any, file: HostileFile, *, whole: bool = False) -> list[str]:
    """Return what is wrong with the reading of one file, in words."""
    sources = _mine(corpus.sources, file, whole)
    skipped = _mine(corpus.skipped, file, whole)
    docs = corpus.documents[corpus.documents["source_id"].isin(sources["source_id"])]
    out = list(_ended(file, len(sources), len(docs), len(skipped)))
    if not len(sources):
        if file.must == READ and skipped["reason"].str.strip().eq("").any():
            out.append("skipped without a reason")
        return out
    text = _text(corpus, sources["source_id"])
    rows = _left_out(corpus)
    spoken = rows is not None and len(_mine(rows, file, whole)) > 0
    out += [f"text lost: {mark}" for mark in file.must_hold if mark not in text]
    out += [
        f"text lost, and no row says so: {m}" for m in file.told if m not in text and not spoken
    ]
    out += [f"text counted {text.count(m)} times: {m}" for m in file.once if text.count(m) != 1]
    out += [f"text that must not be there: {mark}" for mark in file.absent if mark in text]
    if file.left_out and not spoken:
        out.append("a page or part without text, and no row says so")
    return out


def _ended(file: HostileFile, sources: int, docs: int, skipped: int) -> Iterator[str]:
    if file.must == IGNORE:
        if sources:
            yield "read, and must be ignored"
        return
    if not docs and not skipped:
        yield "neither in documents nor in skipped"
    elif file.must == READ and not docs:
        yield "skipped, and must be read"
    elif file.must == SKIP and docs:
        yield "read, and must be skipped"


def _mine(table: pd.DataFrame, file: HostileFile, whole: bool) -> pd.DataFrame:
    """Return the rows of a table that speak of a file (by its key, however its name is written)."""
    names = _names(table)
    if file.name == file.alone:
        return table.loc[[name.startswith(file.key) for name in names]]
    inner = file.name if whole else file.name.split("/", 1)[1]
    return table.loc[[f"{name}/".startswith(f"{inner}/") for name in names]]


_NAMES: dict[int, tuple[pd.DataFrame, list[str]]] = {}


def _names(table: pd.DataFrame) -> list[str]:
    """Return the names of files in a table, which is kept as long as it is asked for."""
    if id(table) not in _NAMES:
        if len(_NAMES) > 8:
            _NAMES.clear()
        _NAMES[id(table)] = table, [str(name) for name in table["file"].tolist()]
    return _NAMES[id(table)][1]


def _left_out(corpus: Any) -> pd.DataFrame | None:
    found: pd.DataFrame | None = corpus.stored.get("left_out")
    return found


def _text(corpus: Any, ids: Iterable[str]) -> str:
    """Return the source texts as paragraphs and ledger give them back."""
    from policytext.contract import rebuild_source

    nothing = (corpus.paragraphs.iloc[:0], corpus.ledger.iloc[:0])
    rows = _by_source(corpus)
    return "\n\n".join(
        rebuild_source(one, *(of.get(one, none) for of, none in zip(rows, nothing, strict=True)))
        for one in ids
    )


_GROUPED: list[Any] = []


def _by_source(corpus: Any) -> list[dict[str, pd.DataFrame]]:
    """Return paragraphs and ledger by source, of the corpus that was asked for last."""
    if not _GROUPED or _GROUPED[0] is not corpus:
        tables = (corpus.paragraphs, corpus.ledger)
        rows = [dict(list(table.groupby("source_id", sort=False))) for table in tables]
        _GROUPED[:] = [corpus, rows]
    found: list[dict[str, pd.DataFrame]] = _GROUPED[1]
    return found


def read_alone(folder: Path, file: HostileFile, seconds: int = SECONDS) -> dict[str, Any]:
    """Read one file in a process of its own and return what is wrong, time and memory."""
    name = tempfile.mkdtemp(prefix="hostile")
    answer, stacks = Path(name) / "answer.json", Path(name) / "stacks.txt"
    started = time.monotonic()
    child = os.fork()
    if not child:
        _child(folder / file.alone, file, answer, stacks, seconds)
    status, used = _waited(child, started)
    row: dict[str, Any] = {"key": file.key, "name": file.name, "kind": file.kind, "problems": []}
    row = {**row, "place": "", "seconds": round(used.ru_utime + used.ru_stime, 2)}
    row["megabytes"] = used.ru_maxrss // 1024
    if answer.exists():
        row |= json.loads(answer.read_text("utf-8"))
    elif os.WIFSIGNALED(status):
        sent = signal.Signals(os.WTERMSIG(status)).name
        stopped = sent == "SIGKILL"
        row["problems"] = [f"over {seconds} seconds, stopped" if stopped else f"abort: {sent}"]
        row["place"] = _last_place(stacks.read_text("utf-8", "replace"), first=True)
    else:
        row["problems"] = [f"ended with {status} and no answer"]
    if row["seconds"] > seconds / 2 and not row["place"]:
        row["place"] = _last_place(stacks.read_text("utf-8", "replace"), first=True)
    for one in (answer, stacks):
        one.unlink(missing_ok=True)
    Path(name).rmdir()
    return row


def _waited(child: int, started: float) -> tuple[int, Any]:
    while True:
        pid, status, used = os.wait4(child, os.WNOHANG)
        if pid:
            return status, used
        if time.monotonic() - started > 30 * SECONDS:
            os.kill(child, signal.SIGKILL)
            _, status, used = os.wait4(child, 0)
            return status, used
        time.sleep(0.005)


def _child(path: Path, file: HostileFile, answer: Path, stacks: Path, seconds: int) -> None:
    """Read and judge; never returns."""
    with stacks.open("w") as log:
        faulthandler.enable(log)
        faulthandler.register(signal.SIGXCPU, log)
        resource.setrlimit(resource.RLIMIT_CPU, (max(seconds // 2, 1), seconds))
        bound()
        try:
            found = _tried(path, file)
            part = answer.with_suffix(".part")
            part.write_text(json.dumps(found), "utf-8")
            part.rename(answer)
        finally:
            os._exit(0)


def _tried(path: Path, file: HostileFile) -> dict[str, Any]:
    from policytext import read_corpus

    warnings.simplefilter("ignore")
    try:
        corpus = read_corpus(path, progress=False)
    except BaseException as error:
        if type(error).__name__ == "ReadingError" and "empty" in str(error):
            lost = [] if file.must == IGNORE else ["neither in documents nor in skipped"]
            return {"problems": lost, "place": ""}
        trace = "".join(traceback.format_exception(error))
        said = f"{type(error).__name__}: {str(error)[:160]}"
        said = said.encode("utf-8", "backslashreplace").decode()
        return {"problems": [f"exception: {said}"], "place": _last_place(trace)}
    try:
        problems = judged(corpus, file)
    except Exception as error:
        problems = [f"the answer cannot be looked at: {type(error).__name__}: {str(error)[:160]}"]
    try:
        corpus.check_ledger()
    except Exception as error:
        problems.append(f"ledger: {type(error).__name__}: {str(error)[:160]}")
    reasons = [str(r)[:120] for r in corpus.skipped["reason"].head(2)]
    return {"problems": problems, "place": "", "reasons": reasons, "read": len(corpus)}


def _last_place(trace: str, first: bool = False) -> str:
    """Return module, line and function of the library's innermost frame."""
    found = _HERE.findall(trace)
    if not found:
        return ""
    module, line, name = found[0] if first else found[-1]
    return f"{module}:{line} {name}"


def read_whole(folder: Path, files: Sequence[HostileFile]) -> list[dict[str, Any]]:
    """Read all files as one folder in this process and return the rows with problems."""
    from policytext import read_corpus

    corpus = read_corpus(folder, progress=False)
    corpus.check_ledger()
    rows = [(file, judged(corpus, file, whole=True)) for file in files]
    return [{"name": f.name, "kind": f.kind, "problems": p} for f, p in rows if p]


def _warm() -> None:
    """Load what every reader needs before processes are made from this one."""
    from hostile.case import report
    from policytext import read_corpus

    with tempfile.TemporaryDirectory() as folder:
        for ending in (".txt", ".html"):
            (Path(folder) / f"a{ending}").write_text(report(), "utf-8")
        read_corpus(folder, progress=False)


def _said(row: dict[str, Any]) -> dict[str, Any]:
    if row["problems"]:
        line = f"{row['name']}: {'; '.join(row['problems'])} {row.get('place', '')}"
        sys.stdout.write(line.encode("utf-8", "backslashreplace").decode() + "\n")
        sys.stdout.flush()
    return row


def main() -> None:
    """Print one line a file with a problem, and write all rows."""
    options = argparse.ArgumentParser()
    options.add_argument("--out", type=Path, default=Path("hostile-results.json"))
    options.add_argument("--folder", type=Path)
    options.add_argument("--only", default="")
    options.add_argument("--seed", type=int, default=0)
    options.add_argument("--whole", action="store_true")
    options.add_argument("--jobs", type=int, default=2)
    options.add_argument("--seconds", type=int, default=SECONDS)
    given = options.parse_args()
    folder = given.folder or Path(tempfile.mkdtemp()) / "hostile"
    wanted = re.compile(given.only)
    files = [f for f in write_hostile(folder, given.seed) if wanted.match(f.kind)]
    warnings.simplefilter("ignore")
    _warm()
    if given.whole:
        bound()
        rows = [_said(row) for row in read_whole(folder, files)]
    else:
        with ThreadPoolExecutor(given.jobs) as pool:
            found = pool.map(lambda file: read_alone(folder, file, given.seconds), files)
            rows = [_said(row) for row in found]
    given.out.write_text(json.dumps(rows, ensure_ascii=True, indent=1), "utf-8")
    bad = sum(bool(row["problems"]) for row in rows)
    sys.stdout.write(f"{len(files)} files, {bad} with a problem\n")


if __name__ == "__main__":
    main()

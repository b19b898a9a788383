"""What is left of a saved corpus, a study's results and its expected tables after a kill?

Processes are ended by SIGKILL at random moments of the time they take to write, and what stands
there afterwards must be one whole state, the old or the new. Run from the folder ``tests``:

    python -m hostile.kills [--n 60] [--seed 0]
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

COMMAND_SECONDS = 6.0
"""From the start of the interpreter to well behind the end of the made study."""

TESTS = Path(__file__).parents[1]
SAVES = """
import sys
from pathlib import Path
from corpora import make_corpus
place = Path(sys.argv[1])
made = {w: make_corpus([{"texts": [w * 2000]}], name=w) for w in ("old", "new")}
made["old"].save(place / "corpus")
print("ready", flush=True)
while True:
    for one in ("new", "old"):
        made[one].save(place / "corpus", overwrite=True)
"""
"""Saves over an old corpus until it is ended."""

RUNS = """
import sys
from pathlib import Path
from policytext import run_study
from policytext.study.reproduce import reproduce, write_expected
place, what = Path(sys.argv[1]), sys.argv[2]
if what == "run":
    print("ready", flush=True)
    run_study(place / "study", out=place / "killed", progress=False)
elif what == "command":
    import os
    print("ready", flush=True)
    study, out = str(place / "study"), str(place / "killed")
    asked = ["run", study, "--out", out, "--expect", "--quiet"]
    os.execv(sys.executable, [sys.executable, "-m", "policytext", *asked])
elif what == "expect":
    run = run_study(place / "study", out=place / "o", progress=False)
    print("ready", flush=True)
    while True:
        for seed in (1, 2):
            run.lock["seed"] = seed
            for name, result in run.results.items():
                result.table["a"] = str(seed)
                result.columns["a"] = "a"
            write_expected(run, place / "study" / "study.toml")
else:
    print("ready", flush=True)
    reproduce(place / "study", out=place / "killed", progress=False)
"""


def killed(code: str, place: Path, chance: random.Random, seconds: float, *more: str) -> bool:
    """Start a program, end it at a random moment after it is ready; whether it still ran."""
    process = subprocess.Popen(
        [sys.executable, "-c", code, str(place), *more],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=TESTS,
    )
    if process.stdout is None or process.stdout.readline() != b"ready\n":
        raise RuntimeError("the program to be killed did not start")
    time.sleep(chance.uniform(0, seconds))
    os.kill(process.pid, signal.SIGKILL)
    process.stdout.close()
    return process.wait() == -signal.SIGKILL


def _temporary(place: Path) -> list[str]:
    return sorted(p.name for p in place.rglob(".policytext-*"))


def after_saves(place: Path, chance: random.Random) -> list[str]:
    """Kill a process that saves a corpus over another, and return what is wrong."""
    from corpora import make_corpus
    from policytext import load_corpus

    killed(SAVES, place, chance, 0.5)
    found = load_corpus(place / "corpus")
    words = {found.name, *found.paragraphs["text"].str[:3]}
    wrong = [] if len(words) == 1 else [f"two corpora in one folder: {words}"]
    make_corpus([{"texts": ["new"]}], name="new").save(place / "corpus", overwrite=True)
    return [*wrong, *(f"left behind: {name}" for name in _temporary(place))]


def after_run(place: Path, chance: random.Random, what: str = "run") -> list[str]:
    """Kill a run or a reproduction; the next run must give what one gives that nobody killed."""
    from policytext import run_study

    killed(RUNS, place, chance, 2.5, what)
    out = place / "killed"
    unfinished = out.is_dir() and not (out / "run.json").is_file()
    run_study(place / "study", out=out, progress=False)
    run_study(place / "study", out=place / "fresh", progress=False)
    one, other = _files(out), _files(place / "fresh")
    wrong = [
        f"differs after a kill: {n}" for n in sorted({*one, *other}) if one.get(n) != other.get(n)
    ]
    left = [f"left behind: {name}" for name in _temporary(place)]
    return wrong + (left if unfinished else [])


def after_reproduction(place: Path, chance: random.Random) -> list[str]:
    """Kill a reproduction; the expected tables must be what they were."""
    before = _files(place / "study")
    wrong = after_run(place, chance, "reproduce")
    return wrong + (["the study's own files changed"] if _files(place / "study") != before else [])


def after_expect(place: Path, chance: random.Random) -> list[str]:
    """Kill a process that writes expected tables again and again."""
    import json

    from policytext.study.reproduce import lock_of, read_expected

    killed(RUNS, place, chance, 1.0, "expect")
    lock = json.loads(lock_of(place / "study" / "study.toml").read_text("utf-8"))
    tables = sorted((place / "study" / "expected").iterdir())
    seeds = {str(lock["seed"])} | {s for t in tables for s in read_expected(t).get("a", ["none"])}
    wrong = [] if len(seeds - {"none"}) == 1 else [f"tables and lock of several runs: {seeds}"]
    names = [t.stem for t in tables]
    return wrong + ([] if names == lock["expected tables"] else [f"tables lost: {names}"])


def after_command(place: Path, chance: random.Random) -> list[str]:
    """Kill ``policytext run STUDY --expect``, from its start to its end, over an old expectation.

    The old tables and lock or the new ones must stand, whole, and the next reproduction must find
    them; the old ones are marked by a table that the new run does not write.
    """
    import json

    from policytext import reproduce, run_study
    from policytext.study.reproduce import lock_of, write_expected

    toml = place / "study" / "study.toml"
    run = run_study(place / "study", out=place / "o", progress=False)
    for result in run.results.values():
        result.table["old"] = "old"
        result.columns["old"] = "old"
    run.lock["seed"] = -1
    write_expected(run, toml)
    old = _files(place / "study" / "expected")
    killed(RUNS, place, chance, COMMAND_SECONDS, "command")
    try:
        found = reproduce(place / "study", out=place / "again", progress=False)
    except Exception as error:
        return [f"the next reproduction: {type(error).__name__}: {error}"]
    now = _files(place / "study" / "expected")
    lock = json.loads(lock_of(toml).read_text("utf-8"))
    wrong = [] if sorted(old) == sorted(now) else [f"tables lost: {sorted({*old} - {*now})}"]
    kept = [old[name] == now.get(name) for name in old]
    if any(kept) != all(kept) or all(kept) != (lock["seed"] == -1):
        wrong.append(f"tables and lock of two runs: {kept}, {lock['seed']}")
    names = [Path(name).stem for name in sorted(now)]
    wrong += [] if names == lock["expected tables"] else [f"the lock names others: {names}"]
    differ = (found.table["verdict"] == "differs").any()
    wrong += [] if all(kept) or not differ else ["new tables differ from the run they are of"]
    out = place / "killed"
    if (out / "run.json").is_file() and _files(out) != _files(place / "o"):
        wrong.append("results that call themselves finished differ from a run nobody killed")
    return [*wrong, *(f"left behind: {name}" for name in _temporary(place / "study"))]


def _files(folder: Path) -> dict[str, bytes]:
    kept = [p for p in folder.rglob("*") if p.is_file() and p.name != "run.json"]
    named = {p.relative_to(folder).as_posix(): p for p in kept}
    return {n: p.read_bytes() for n, p in named.items() if not n.startswith(("steps/", "out/"))}


KINDS: tuple[Callable[[Path, random.Random], list[str]], ...] = (
    after_saves,
    after_run,
    after_expect,
    after_reproduction,
    after_command,
)


def kill(n: int, seed: int = 0) -> list[str]:
    """Kill n processes, of each kind in turn, and return what was wrong."""
    from made_study import make_study

    chance = random.Random(seed)
    wrong: list[str] = []
    for number in range(n):
        after = KINDS[number % len(KINDS)]
        with tempfile.TemporaryDirectory() as folder:
            place = Path(folder)
            if after is not after_saves:
                make_study(place)
            try:
                found = after(place, chance)
            except Exception as error:
                found = [f"{type(error).__name__}: {error}"]
        wrong += [f"kill {number}, {after.__name__}: {one}" for one in found]
    return wrong


def main() -> None:
    """Print what was wrong, a line each."""
    options = argparse.ArgumentParser()
    options.add_argument("--n", type=int, default=60)
    options.add_argument("--seed", type=int, default=0)
    given = options.parse_args()
    wrong = kill(given.n, given.seed)
    sys.stdout.write("".join(f"{one}\n" for one in wrong))
    sys.stdout.write(f"{given.n} kills, {len(wrong)} problems\n")


if __name__ == "__main__":
    main()

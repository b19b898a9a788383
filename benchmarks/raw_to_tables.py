"""How long do raw files take to all tables, and how much memory, on files of your own?

The folders given are read onto disk and analysed stage by stage; one line a stage: seconds by the
clock and of processors, highest memory of this process and those below it ("own" without what
files map into memory). The last lines give all stages together, with and without frames.

    python benchmarks/raw_to_tables.py ../laws ../news --jobs 2
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

from scale import MEGA, Memory, cpu_seconds

TERMS = ("医共体", "分级诊疗", "医养结合", "家庭医生")
TOPICS = 30


def stages(folder: Path, out: Path, jobs: int) -> dict[str, Callable[[], object]]:
    """Return the stages in their order; each uses what those before it left in ``kept``."""
    import policytext as pt

    kept: dict[str, Any] = {}

    def reading() -> None:
        kept["corpus"] = pt.read_corpus(folder, out=out, n_jobs=jobs, progress=False)

    def terms() -> None:
        pt.count_terms(kept["corpus"], list(TERMS), n_jobs=jobs)

    def words() -> None:
        cut = pt.segment(kept["corpus"], n_jobs=jobs, progress=False)
        kept["counts"] = pt.count_words(cut, min_docs=5)

    def topics() -> None:
        kept["model"] = pt.NmfTopics(TOPICS, batch_size=16_384, n_jobs=jobs).fit(kept["counts"])

    def themes() -> None:
        pt.load_theme_classifier().set_params(n_jobs=jobs).code(kept["corpus"])

    def statements() -> None:
        pt.read_statements(kept["corpus"], list(TERMS), n_jobs=jobs)

    def passages() -> None:
        pt.shared_passages(kept["corpus"], n_jobs=jobs)

    def frames() -> None:
        pt.read_frames(kept["corpus"], n_jobs=jobs)

    every = (reading, terms, words, topics, themes, statements, passages, frames)
    return {stage.__name__: stage for stage in every}


def main() -> None:
    """Print a line a stage."""
    options = argparse.ArgumentParser()
    options.add_argument("folders", nargs="+", type=Path)
    options.add_argument("--jobs", type=int, default=2)
    options.add_argument("--without", nargs="*", default=[], help="stages to leave out")
    given = options.parse_args()
    warnings.simplefilter("ignore")
    with tempfile.TemporaryDirectory() as place:
        raw = Path(place, "raw")
        raw.mkdir()
        for folder in given.folders:
            shutil.copytree(folder, raw / folder.name)
        memory = Memory()
        spent: dict[str, tuple[float, float]] = {}
        for name, stage in stages(raw, Path(place, "corpus"), given.jobs).items():
            if name in given.without:
                continue
            clock, busy = time.perf_counter(), cpu_seconds()
            stage()
            spent[name] = (time.perf_counter() - clock, cpu_seconds() - busy)
            own, whole = memory.take()
            sys.stdout.write(
                f"{name:12} {spent[name][0]:7.1f} s  cpu {spent[name][1]:7.1f} s  "
                f"own {own:7.0f} MB  all {whole:7.0f} MB\n"
            )
            sys.stdout.flush()
        for what, left_out in (("all", ()), ("all but frames", ("frames",))):
            took = [one for name, one in spent.items() if name not in left_out]
            clock, busy = (sum(one[i] for one in took) for i in (0, 1))
            sys.stdout.write(f"{what:15} {clock:7.1f} s  cpu {busy:7.1f} s\n")
        size = sum(one.stat().st_size for one in raw.rglob("*") if one.is_file())
        sys.stdout.write(f"{size / MEGA:.1f} MB of raw files\n")


if __name__ == "__main__":
    main()

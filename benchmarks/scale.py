"""How do time and memory grow with the number of reports, stage by stage, and are totals exact?

Corpora of invented reports are made, each larger than the one before; each is read and analysed in
a process of its own. Planted terms and a planted shared sentence have known totals, which must be
found exactly. One line a stage: seconds by the clock, seconds of processors ("cpu": of this process
and all below it, ended ones too), peak memory, and the exponent by which the seconds of processors
grow between the last two sizes (1: in line with the text), which a busy machine hardly moves.

    python benchmarks/scale.py                        100 and 1,000 reports in memory
    python benchmarks/scale.py --disk --jobs 2        the same, held on disk, by two processes
    python benchmarks/scale.py --sizes 10000 --chars 15000 --disk --minibatch
    python benchmarks/scale.py --sizes 1000 10000 100000 --stages reading terms

Memory is that of the process and all below it: "own" without what files map into memory, which the
system takes back when it needs it, and "all" with it. Needs psutil.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import subprocess
import sys
import tempfile
import threading
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import psutil

MEGA = 1_000_000
PLANTED = {"医共体": 3, "分级诊疗": 2, "家庭医生": 1}
"""Terms and how many sentences of each report name them."""

PROVINCES = ("浙江省", "四川省", "陕西省", "福建省", "湖南省", "辽宁省")
FIRST = "云青石白金长平清河东南西北上下大小新古龙凤泉松柏竹桃杨柳荷"
SECOND = "溪岭桥湾坪塘洲渡坡沟井台亭关堡坝浦滩岗寨川泽陂屿埠畈"


def words(text: str) -> list[str]:
    """Return the words of a line."""
    return text.split()


VERBS = words("修整 铺设 更换 绘制 清点 搬迁 粉刷 校准 晾晒 丈量 装订 翻修 疏浚 栽种 嫁接 打磨")
THINGS = words(
    "石板路 木栈道 灌溉渠 果树苗 旧书架 晒谷场 渡口船 竹篱笆 风雨廊 凉茶铺 铜风铃 油纸伞 蓝印布 "
    "陶水缸 青瓦片 麻绳网 蜂箱群 菌菇棚 柑橘园 茶叶坊 榨油房 水碾房 老戏台 铁匠铺 剪纸画 皮影箱 "
    "龙舟队 秧歌鼓"
)
ASIDES = words(
    "天气转晴之后 秋收结束以前 集市散场时分 第二批材料到齐后 邻村乡亲相助下 图纸几经修改 "
    "山路积雪融化后 渡船检修期间 老师傅指点之下 月底盘点之余"
)


def sentence(draw: np.random.Generator) -> str:
    """Return an invented sentence, hardly ever the same twice."""

    def one(words: Any) -> str:
        return str(words[int(draw.integers(len(words)))])

    def place() -> str:
        return f"{one(FIRST)}{one(SECOND)}{one('村乡')}"

    done = f"{one(VERBS)}{one(THINGS)}{draw.integers(2, 99)}处"
    more = f"{place()}{one(VERBS)}{one(THINGS)}和{one(THINGS)}"
    return f"{place()}在{one(ASIDES)}{done}，{more}，{one(ASIDES)}{one(VERBS)}{one(THINGS)}。"


def report(number: int, n_chars: int) -> tuple[str, str]:
    """Return the name and the text of one invented report, with the planted sentences in it."""
    draw = np.random.default_rng(number)
    province = PROVINCES[number % len(PROVINCES)]
    county = f"{FIRST[number % len(FIRST)]}{SECOND[number // len(FIRST) % len(SECOND)]}县"
    title = f"{province}{county}{2015 + number % 9}年工作总结"
    planted = [
        f"{FIRST[number % 27]}{SECOND[k]}乡推进{term}建设{number % 89 + 2}项。"
        for term, k_times in PLANTED.items()
        for k in range(k_times)
    ]
    planted.append(shared(number // 2))
    lines, size, section = [title], 0, 0
    while size < n_chars or planted:
        if len(lines) % 9 == 1:
            section += 1
            lines.append(f"（{'一二三四五六七八九十'[section % 10]}）{THINGS[section % 28]}的情况")
        said = [sentence(draw) for _ in range(int(draw.integers(1, 4)))]
        said += [planted.pop()] if planted else []
        lines.append("".join(said))
        size += len(lines[-1])
    return f"{number:07}.txt", "\n".join(lines) + "\n"


def shared(pair: int) -> str:
    """Return the sentence that two reports share, and no third one."""
    draw = np.random.default_rng([7, pair])
    return sentence(draw).removesuffix("。") + f"，登记在第{pair}号簿册。"


def make(folder: Path, n: int, n_chars: int) -> int:
    """Write a corpus of reports, a thousand in a folder; return its characters."""
    size = 0
    for number in range(n):
        name, text = report(number, n_chars)
        inner = folder / f"{number // 1000:04}"
        inner.mkdir(parents=True, exist_ok=True)
        (inner / name).write_text(text, encoding="utf-8")
        size += len(text)
    return size


# What does a stage cost?


class Memory:
    """Watches the memory of this process and of those below it, and keeps the highest of each."""

    def __init__(self) -> None:
        self.highest = [0, 0]
        self._going = True
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def _watch(self) -> None:
        me = psutil.Process()
        while self._going:
            own = whole = 0
            for process in [me, *me.children(recursive=True)]:
                try:
                    found = process.memory_info()
                except psutil.Error:
                    continue
                whole += found.rss
                own += found.rss - getattr(found, "shared", 0)
            self.highest = [max(self.highest[0], own), max(self.highest[1], whole)]
            time.sleep(0.02)

    def take(self) -> list[float]:
        """Return the highest so far in megabytes, and begin anew."""
        found, self.highest = self.highest, [0, 0]
        return [round(n / MEGA, 1) for n in found]


def cpu_seconds() -> float:
    """Return the processor time of this process and of all below it, living or ended."""
    spent = 0.0
    for process in [psutil.Process(), *psutil.Process().children(recursive=True)]:
        try:
            times = process.cpu_times()
        except psutil.Error:
            continue
        spent += times.user + times.system
        spent += getattr(times, "children_user", 0.0) + getattr(times, "children_system", 0.0)
    return spent


class Setting(NamedTuple):
    """How a corpus is held and worked through."""

    disk: bool
    jobs: int
    minibatch: bool


def must(found: object, planted: object, what: str) -> None:
    """Stop where a planted total is not found exactly."""
    if found != planted:
        raise SystemExit(f"{what}: {planted} planted, {found} found")


def stages(folder: Path, out: Path, n: int, how: Setting) -> dict[str, Callable[[], object]]:
    """Return the stages in their order; each uses what those before it left in ``kept``."""
    import policytext as pt

    kept: dict[str, Any] = {}
    names = list(PLANTED)

    def reading() -> None:
        more = {"out": out} if how.disk else {}
        kept["corpus"] = pt.read_corpus(folder, n_jobs=how.jobs, progress=False, **more)
        must(len(kept["corpus"]), n, "reports")
        must(int((kept["corpus"].documents["duplicate_of"] != "").sum()), 0, "copies")

    def opening() -> None:
        if how.disk:
            kept["corpus"] = pt.load_corpus(out)

    def terms() -> None:
        table = pt.count_terms(kept["corpus"], names).table.set_index("concept")["n_hits"]
        must(table.to_dict(), {name: many * n for name, many in PLANTED.items()}, "terms")

    def words() -> None:
        cut = pt.segment(kept["corpus"], terms=names, n_jobs=how.jobs, progress=False)
        counts = pt.count_words(cut, min_docs=3)
        totals = dict(
            zip(counts.features, np.asarray(counts.matrix.sum(axis=0)).ravel(), strict=True)
        )
        kept["counts"] = counts
        must({k: int(totals[k]) for k in names}, {k: m * n for k, m in PLANTED.items()}, "words")

    def themes() -> None:
        model = pt.load_theme_classifier().set_params(n_jobs=how.jobs)
        coded = model.code(kept["corpus"])
        must(
            coded["row"].nunique() if "row" in coded else len(coded) > 0, coded_of(coded), "themes"
        )

    def coded_of(coded: Any) -> object:
        return int(kept["corpus"].counted().sum()) if "row" in coded else True

    def statements() -> None:
        found = pt.read_statements(kept["corpus"], names, **jobs_of(pt.read_statements))
        must(len(found.table), sum(PLANTED.values()) * n, "statements")

    def frames() -> None:
        found = pt.read_frames(kept["corpus"], **jobs_of(pt.read_frames))
        planted = found.table["clause"].str.contains("|".join(names))
        must(int(planted.sum()), sum(PLANTED.values()) * n, "frames")

    def passages() -> None:
        found = pt.shared_passages(kept["corpus"], **jobs_of(pt.shared_passages))
        same = found.table["wording"].eq("identical") & found.table["n_han"].gt(30)
        must(int(same.sum()), n // 2, "passages")

    def topics() -> None:
        solver = {"batch_size": 4096} if how.minibatch else {}
        kept["model"] = pt.NmfTopics(10, **solver).fit(kept["counts"])

    def jobs_of(function: Callable[..., object]) -> dict[str, int]:
        import inspect

        return {"n_jobs": how.jobs} if "n_jobs" in inspect.signature(function).parameters else {}

    both = (reading, opening, terms, words, topics, statements, frames, themes, passages)
    return {stage.__name__: stage for stage in both}


def measure(n: int, n_chars: int, how: Setting, only: list[str]) -> dict[str, Any]:
    """Measure the stages at one size; this runs in a process of its own."""
    warnings.simplefilter("ignore")
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place, "raw")
        size = make(folder, n, n_chars)
        memory = Memory()
        out: dict[str, Any] = {"n": n, "characters": size, "stages": {}}
        for name, stage in stages(folder, Path(place, "corpus"), n, how).items():
            if only and name not in only:
                continue
            memory.take()
            start, worked = time.perf_counter(), cpu_seconds()
            stage()
            spent = [time.perf_counter() - start, cpu_seconds() - worked]
            out["stages"][name] = [*(round(one, 2) for one in spent), *memory.take()]
            print(name, out["stages"][name], file=sys.stderr, flush=True)
        return out


# What is shown?


def shown(found: list[dict[str, Any]]) -> None:
    """Print one line a stage."""
    for one in found:
        print(f"{one['n']:>9,} reports, {one['characters'] / MEGA:8.1f} M characters")
    print(f"load of the machine at the end {os.getloadavg()[0]:.1f}, {os.cpu_count()} cores")
    head = f"{'s':>8} {'cpu':>7} {'MB own':>7} {'all':>6}"
    print(f"{'stage':12}" + head * len(found))
    for name in found[-1]["stages"]:
        rows = [one["stages"][name] for one in found if name in one["stages"]]
        line = "".join(f"{s:>8.1f} {c:7.1f} {own:7,.0f} {all_:6,.0f}" for s, c, own, all_ in rows)
        grows = ""
        if len(rows) > 1:
            sizes = [one["characters"] for one in found][-2:]
            growth = math.log(max(rows[-1][1], 0.01) / max(rows[-2][1], 0.01))  # of processors
            grows = f"   exponent {growth / math.log(sizes[1] / sizes[0]):5.2f}"
        print(f"{name:12}{line}{grows}")


def main() -> None:
    """Measure each size in a fresh process, one after the other."""
    options = argparse.ArgumentParser()
    options.add_argument("--sizes", type=int, nargs="+", default=[100, 1_000])
    options.add_argument("--chars", type=int, default=1_500, help="characters of a report")
    options.add_argument("--stages", nargs="+", default=[])
    options.add_argument("--jobs", type=int, default=1)
    options.add_argument("--disk", action="store_true")
    options.add_argument("--minibatch", action="store_true")
    options.add_argument("--one", action="store_true", help="measure here and print JSON")
    given = options.parse_args()
    how = Setting(given.disk, given.jobs, given.minibatch)
    if given.one:
        print(json.dumps(measure(given.sizes[0], given.chars, how, given.stages)))
        return
    found = []
    for n in given.sizes:
        again = [*sys.argv[1:], "--one", "--sizes", str(n)]
        done = subprocess.run(
            [sys.executable, __file__, *again], stdout=subprocess.PIPE, text=True, check=True
        )
        found.append(json.loads(done.stdout.splitlines()[-1]))
    shown(found)


if __name__ == "__main__":
    main()

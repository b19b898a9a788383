"""Which damage can be planted in a clean text, so that its repair is known in advance?"""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from typing import NamedTuple

from policytext.cleaning import clean_source, find_marks, repair_report
from policytext.cleaning.wording import swaps

SWAPS = {
    "服务": "效劳",
    "基础": "根底",
    "达到": "到达",
    "建设": "扶植",
    "制度": "轨制",
    "创新": "立异",
}
FURNITURE_HEAD = (
    "您现在的位置：首页 >> 政务公开 >> 政府工作报告",
    "发布日期：2021-03-05 09:12    信息来源：某某日报    阅读次数：1024    字号：[ 大 中 小 ]",
    "分享到：  微信  新浪微博",
)
FURNITURE_MIDDLE = ("点击查看更多>>", "第3页 / 共9页", "【打印本页】【关闭窗口】", "下载Word文档")
FURNITURE_TAIL = (
    "责任编辑：王某",
    "上一篇：某市工作要点",
    "下一篇：没有了",
    "相关阅读",
    "某市召开动员大会",
    "主办：某某市人民政府办公室 网站标识码：4100000001",
    "京ICP备00000001号 京公网安备11000000000001号",
)
_FIGURE = re.compile(r"(?<![\d.])\d+(?:\.\d+)?(?=[个名家人万亿%项元吨])")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?=年)")


class Plant(NamedTuple):
    """One planted place: where it stands in the damaged text, and what belongs there."""

    start: int
    end: int
    right: str


class Damaged(NamedTuple):
    """A damaged text and what was done to it."""

    text: str
    plants: list[Plant]


class Score(NamedTuple):
    """How many places were planted, undone, changed by cleaning, and of those rightly."""

    planted: int
    undone: int
    changes: int
    right: int

    @property
    def recall(self) -> float:
        return self.undone / self.planted if self.planted else 1.0

    @property
    def precision(self) -> float:
        return self.right / self.changes if self.changes else 1.0

    def __add__(self, other: Score) -> Score:  # type: ignore[override]
        return Score(*(a + b for a, b in zip(self, other, strict=True)))


def prepared(text: str) -> str:
    """Return a text on which cleaning has nothing left to do, one paragraph a line."""
    cleaned = clean_source(text.replace("\u3000\u3000", "\n").strip())
    return repair_report(cleaned.mapped, cleaned.context).text.strip()


def _rewrite(text: str, wanted: list[tuple[int, int, str, str]]) -> Damaged:
    """Replace each (start, end, damage, right) and return where the damage stands."""
    parts, plants, at, shift = [], [], 0, 0
    for start, end, damage, right in sorted(wanted):
        parts += [text[at:start], damage]
        plants.append(Plant(start + shift, start + shift + len(damage), right))
        shift += len(damage) - (end - start)
        at = end
    return Damaged("".join([*parts, text[at:]]), plants)


def chunked(text: str, seed: int, size: int = 280, form: str = "{}、", sep: str = "\n") -> Damaged:
    """Cut the text in pieces of one length, each with its number."""
    body = text.strip()
    count = len(body) // size
    wanted = [(0, 0, form.format(1), "")]
    wanted += [(k * size, k * size, sep + form.format(k + 1), "") for k in range(1, count + 1)]
    return _rewrite(body, wanted)


def swapped(text: str, seed: int) -> Damaged:
    """Swap six words everywhere, as a rewriting tool does."""
    pattern = re.compile("|".join(SWAPS))
    return _rewrite(text, [(*m.span(), SWAPS[m[0]], m[0]) for m in pattern.finditer(text)])


def rewritten(text: str, seed: int) -> Damaged:
    """Swap a random third of all listed words everywhere, and 服务, which every tool swaps."""
    pairs = {swap.original: swap.swapped for swap in swaps() if swap.kind in ("signature", "word")}
    known = {"服务", *random.Random(seed).sample(sorted(pairs), len(pairs) // 3)}
    found = re.finditer("|".join(sorted(known)), text)
    return _rewrite(text, [(*m.span(), pairs[m[0]], m[0]) for m in found])


def ten_to_year(text: str, seed: int) -> Damaged:
    """Write 2023 for every 10, and for every year."""
    text = _YEAR.sub("2023", text)
    figure = re.compile(r"\d*10[\d.]*\d|\d*10")
    found = [m for m in figure.finditer(text) if m[0].count("10") and "2023" not in m[0]]
    return _rewrite(text, [(*m.span(), m[0].replace("10", "2023"), m[0]) for m in found])


def years_deleted(text: str, seed: int) -> Damaged:
    """Delete the digits before 年; what can be put back is a token."""
    return _rewrite(text, [(*m.span(), "", "‹YEAR›") for m in _YEAR.finditer(text)])


def masked_figures(text: str, seed: int, sign: str = "x") -> Damaged:
    """Mask every figure that has a unit."""
    found = _FIGURE.finditer(text)
    return _rewrite(text, [(*m.span(), re.sub(r"\d", sign, m[0]), "‹NUM›") for m in found])


def masked_places(text: str, seed: int) -> Damaged:
    """Write sentences about masked places between the paragraphs."""
    chance = random.Random(seed)
    ends = [m.end() for m in re.finditer("。\n", text)]
    wanted = []
    for at in sorted(chance.sample(ends, min(30, len(ends)))):
        sign = chance.choice(["xx", "××", "○○", "某某", "***"])
        suffix = chance.choice(["市", "县", "区", "镇", "村"])
        wanted.append((at, at, sign, f"‹PLACE›{suffix}认真抓好落实。\n", suffix))
    damaged = _rewrite(text, [(a, b, s + t[7:], t) for a, b, s, t, _ in wanted])
    plants = [Plant(p.start, p.end - len(p.right) + 7, "‹PLACE›") for p in damaged.plants]
    return Damaged(damaged.text, plants)


def furnished(text: str, seed: int) -> Damaged:
    """Put page furniture round the text and between its paragraphs."""
    chance = random.Random(seed)
    ends = [m.end() for m in re.finditer("。\n", text)]
    wanted = [(0, 0, line + "\n", "\n") for line in FURNITURE_HEAD]
    places = sorted(chance.sample(ends, min(len(FURNITURE_MIDDLE), len(ends))))
    wanted += [(a, a, s + "\n", "\n") for a, s in zip(places, FURNITURE_MIDDLE, strict=False)]
    wanted += [(len(text), len(text), "\n" + line, "\n") for line in FURNITURE_TAIL]
    return _in_order(text, wanted)


def _in_order(text: str, wanted: list[tuple[int, int, str, str]]) -> Damaged:
    """As `_rewrite`, for insertions whose order at one place matters; plants are the bare lines."""
    parts, plants, at, length = [], [], 0, 0
    for start, end, damage, _ in sorted(wanted, key=lambda w: w[0]):
        parts += [text[at:start], damage]
        length += start - at
        bare = damage.strip("\n")
        begin = length + damage.index(bare)
        plants.append(Plant(begin, begin + len(bare), ""))
        length += len(damage)
        at = end
    return Damaged("".join([*parts, text[at:]]), plants)


def page_numbered(text: str, seed: int) -> Damaged:
    """Put a page number on a line of its own in mid-sentence, at uneven distances."""
    chance = random.Random(seed)
    wanted, at, number = [], chance.randint(500, 700), 1
    while at < len(text) - 20:
        on_line = at - text.rfind("\n", 0, at) > 14
        if on_line and all("\u4e00" <= c <= "\u9fff" for c in text[at - 3 : at + 2]):
            wanted.append((at, at, f"\n- {number} -\n", ""))
            number += 1
            at += chance.randint(500, 700)
        at += 1
    return _rewrite(text, wanted)


def spaced_figures(text: str, seed: int) -> Damaged:
    """Put spaces between figures and their units."""
    places = [m.end() for m in _FIGURE.finditer(text)]
    return _rewrite(text, [(a, a, " ", "") for a in places])


def percent_varied(text: str, seed: int) -> Damaged:
    """Write every second % in a small or wide form."""
    found = list(re.finditer("%", text))[::2]
    forms = ("﹪", "％")
    return _rewrite(text, [(*m.span(), forms[i % 2], "%") for i, m in enumerate(found)])


def quotes_lost(text: str, seed: int) -> Damaged:
    """Delete every closing quotation mark; the opening ones must then be marked."""
    damaged = text.replace("”", "")
    return Damaged(damaged, [Plant(m.start(), m.end(), "“") for m in re.finditer("“", damaged)])


KINDS: dict[str, Callable[[str, int], Damaged]] = {
    "chunk numbers, 280 each": chunked,
    "chunk numbers, [k], 150": lambda t, s: chunked(t, s, 150, "[{}]"),
    "chunk numbers, 第k页, 420": lambda t, s: chunked(t, s, 420, "第{}页\n", "\n\n"),
    "page numbers in mid-sentence": page_numbered,
    "page furniture": furnished,
    "swapped words": swapped,
    "a third of all listed words swapped": rewritten,
    "10 and years made 2023": ten_to_year,
    "years deleted": years_deleted,
    "figures masked with x": masked_figures,
    "figures masked with *": lambda t, s: masked_figures(t, s, "*"),
    "places masked": masked_places,
    "spaces in figures": spaced_figures,
    "percent signs varied": percent_varied,
}


def score(damaged: Damaged) -> Score:
    """Clean a damaged text and count what was undone, and what else was changed."""
    cleaned = clean_source(damaged.text)
    report = repair_report(cleaned.mapped, cleaned.context)
    changes = _merged([(c.start, c.end, c.after) for c in report.changes()], damaged.text)
    undone = right = at = 0
    for start, end, after in changes:
        while at < len(damaged.plants) and damaged.plants[at].end < start:
            at += 1
        inside = [p for p in damaged.plants[at:] if start <= p.start and p.end <= end]
        if inside and after.strip() == _undone(damaged.text, start, end, inside).strip():
            undone += len(inside)
            right += 1
    return Score(len(damaged.plants), undone, len(changes), right)


def _undone(text: str, start: int, end: int, plants: list[Plant]) -> str:
    parts = []
    for plant in plants:
        parts += [text[start : plant.start], plant.right]
        start = plant.end
    return "".join([*parts, text[start:end]])


def _merged(changes: list[tuple[int, int, str]], text: str) -> list[tuple[int, int, str]]:
    """Join changes that touch one another."""
    out: list[tuple[int, int, str]] = []
    for start, end, after in changes:
        if out and out[-1][1] == start and start < end and text[start - 1] != "\n":
            out[-1] = (out[-1][0], end, out[-1][2] + after)
        else:
            out.append((start, end, after))
    return out


def score_marks(damaged: Damaged, kind: str) -> Score:
    """Clean a damaged text and count which planted places are marked."""
    cleaned = clean_source(damaged.text)
    report = repair_report(cleaned.mapped, cleaned.context)
    repaired = {c.start for c in report.changes() if "closing_quote_lost" in c.rules}
    marked = {m.start for m in find_marks(report, cleaned.context) if m.kind == kind}
    planted = {p.start for p in damaged.plants}
    found = {p for p in planted if p in marked or any(p < r <= p + 12 for r in repaired)}
    return Score(len(planted), len(found), len(marked), len(marked & planted))

"""How much planted damage is put back exactly, and how much is harmed beside it, kind by kind?

Run with a folder of clean reports (their own damage, if any, is cleaned first):

    python benchmarks/harm_planted.py ../shared/corpus/provinces-2025 --half even

Each kind is planted alone, by a seed. Recall is the share of planted characters put back to what
stood there (a place where something was deleted counts as one, or as what is missing). Precision is
the share of right characters among all that cleaning changed, and is given for certain and likely
edits. Harmed are characters outside of planted places that were changed, of a million. White space
at line ends apart, an edit is right only if its whole stretch reads as before the damage.
"""

from __future__ import annotations

import argparse
import random
import re
import sys
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from harm import half_of

import damage
from damage import Damaged, Plant
from policytext.cleaning import clean_source, repair_report
from policytext.reading.folder import read_files
from policytext.reading.source import Source

BUTTONS = (
    "打印", "全屏", "收藏", "【字号：", "加大", "还原", "减小", "】", "您的位置:", "首页", ">",
    "要闻动态", "来源：云岭日报", "2024-02-03 09:15:20", "【字体：", "大/中/小", "分享到微信",
)  # fmt: skip
ENDING = (
    "（责任编辑：木子）", "扫一扫在手机打开当前页", "相关报道：", "相关附件>>", "打印本页",
    "关闭窗口", "5f2c77d0a1b94e3c8d6f", "IP属地：云岭", "看过本文的人还看了：", "1.云岭局工作要点",
    "以上就是云岭县工作总结的全部内容", "＊＊＊＊＊＊＊＊＊＊＊＊",
)  # fmt: skip
"""Lines of page furniture in the manner of sites, written for this bench."""

HEAD = "云岭省政府工作报告汇编"
_HAN = r"\u4e00-\u9fff"
_RADICALS = {
    han: chr(code)
    for code in range(0x2F00, 0x2FD6)
    if (han := unicodedata.normalize("NFKC", chr(code))) != chr(code)
} | {"长": "⻓", "门": "⻔", "见": "⻅", "车": "⻋", "马": "⻢"}


# Which further damage can be planted?


def _insert(text: str, places: Iterable[tuple[int, str]], right: str = "") -> Damaged:
    """Insert something at each place, which must go again; of lines each is a place."""
    wanted = [(at, at, words, right) for at, words in places]
    damaged = rewrite(text, wanted)
    plants = [part for plant in damaged.plants for part in _by_line(damaged.text, plant)]
    return Damaged(damaged.text, plants)


def _by_line(text: str, plant: Plant) -> Iterable[Plant]:
    """Yield the lines of an insertion without their breaks; a break alone stays as it is."""
    found = list(re.finditer(r"[^\n]+", text[plant.start : plant.end]))
    for m in found:
        yield Plant(plant.start + m.start(), plant.start + m.end(), plant.right)
    if not found:
        yield plant


def rewrite(text: str, wanted: list[tuple[int, int, str, str]]) -> Damaged:
    """Replace each (start, end, damage, right) and return where the damage stands."""
    parts: list[str] = []
    plants: list[Plant] = []
    at = length = 0
    for start, end, planted, right in wanted:
        parts += [text[at:start], planted]
        length += start - at
        plants.append(Plant(length, length + len(planted), right))
        length += len(planted)
        at = end
    return Damaged("".join([*parts, text[at:]]), plants)


def wrapped(text: str, seed: int, widths: Sequence[int] = (40,)) -> Damaged:
    """Break every paragraph at a fixed width; of several widths each takes a part of the text."""
    places: list[tuple[int, str]] = []
    at = 0
    for line in text.splitlines(keepends=True):
        width = widths[at * len(widths) // (len(text) + 1)]
        places += [(at + k, "\n") for k in range(width, len(line.rstrip("\n")), width)]
        at += len(line)
    return _insert(text, places)


def percent_lost(text: str, seed: int) -> Damaged:
    """Delete the sign after every second rate."""
    found = list(re.finditer(r"(?<=\d)%", text))[::2]
    return rewrite(text, [(*m.span(), "", "%") for m in found])


def ranges_lost(text: str, seed: int) -> Damaged:
    """Delete the sign between the two figures of a range."""
    found = re.finditer(r"(?<=\d%)[~—-](?=\d+%)|(?<=\d)[~—-](?=\d+[个万亿项倍])", text)
    return rewrite(text, [(*m.span(), "", m[0]) for m in found])


def closings_plain(text: str, seed: int) -> Damaged:
    """Write every closing quotation mark as the plain one of a keyboard."""
    return rewrite(text, [(*m.span(), '"', "”") for m in re.finditer("”", text)])


def look_alikes(text: str, seed: int) -> Damaged:
    """Write half of the characters that are radicals as the radical's code point."""
    chance = random.Random(seed)
    found = (m for m in re.finditer(f"[{''.join(_RADICALS)}]", text) if chance.random() < 0.5)
    return rewrite(text, [(*m.span(), _RADICALS[m[0]], m[0]) for m in found])


def wide_forms(text: str, seed: int) -> Damaged:
    """Write letters and digits in full width."""
    found = re.finditer(r"[A-Za-z0-9]+(?:\.\d+)?", text)
    return rewrite(text, [(*m.span(), _widened(m[0]), m[0]) for m in found])


def _widened(words: str) -> str:
    return "".join(chr(ord(c) + 0xFEE0) for c in words)


def spaced(text: str, seed: int) -> Damaged:
    """Put a space after every character but the last of a line."""
    return _insert(text, [(m.end(), " ") for m in re.finditer(r"\S(?=\S)", text)])


def fed(text: str, seed: int) -> Damaged:
    """Put a form feed in mid-sentence about every 600 characters."""
    return _insert(text, [(at, "\f") for at in _in_sentences(text, seed)])


def _in_sentences(text: str, seed: int) -> list[int]:
    """Return places between two Han characters, about 600 apart."""
    chance = random.Random(seed)
    places, at = [], chance.randint(500, 700)
    while at < len(text) - 20:
        if re.fullmatch(f"[{_HAN}]{{5}}", text[at - 3 : at + 2]):
            places.append(at)
            at += chance.randint(500, 700)
        at += 1
    return places


def _line_ends(text: str) -> list[int]:
    return [m.end() for m in re.finditer(r"。\n", text)]


def headed(text: str, seed: int) -> Damaged:
    """Put the number of a page and a running head between paragraphs, 600 characters apart."""
    places: list[tuple[int, str]] = []
    last = 0
    for at in _line_ends(text):
        if at - last >= 600:
            places.append((at, f"- {len(places) + 1} -\n{HEAD}\n"))
            last = at
    return _insert(text, places)


def copied(text: str, seed: int) -> Damaged:
    """Write a stretch of paragraphs twice more, as a scraper does that reads nested boxes."""
    ends = _line_ends(text)
    first = random.Random(seed).randrange(max(1, len(ends) // 2))
    begin, end = ends[first], ends[min(first + 8, len(ends) - 1)]
    return _insert(text, [(end, text[begin:end] * 2)])


def marked_up(text: str, seed: int) -> Damaged:
    """Leave tags, comments and entities of a web page round the paragraphs."""
    starts = [0, *(m.end() for m in re.finditer("\n", text))]
    tags = ("<p>", '<p style="text-indent:2em">', "<!-- body --><br/>", "<strong></strong>")
    return _insert(text, [(at, tags[k % 4]) for k, at in enumerate(starts) if at < len(text)])


def noised(text: str, seed: int) -> Damaged:
    """Put random letters and digits at the end of every third line, as sites do against copying."""
    chance = random.Random(seed)
    ends = [m.start() for m in re.finditer("\n", text)][::3]
    letters = "abcdefghkmnpqrstuvwxyzABCDEFGH23456789"
    return _insert(text, [(at, "".join(chance.choices(letters, k=10))) for at in ends])


def furnished(text: str, seed: int) -> Damaged:
    """Put this bench's own furniture before and behind the text, one button a line."""
    before = [(0, line + "\n") for line in BUTTONS]
    behind = [(len(text), "\n" + line) for line in ENDING]
    return _insert(text, before + behind)


KINDS: dict[str, Callable[[str, int], Damaged]] = {
    **damage.KINDS,
    "page furniture, own lists": furnished,
    "lines wrapped at 40": wrapped,
    "lines wrapped at 27 and 38": lambda t, s: wrapped(t, s, (27, 38)),
    "form feeds in mid-sentence": fed,
    "running heads and numbers": headed,
    "paragraphs copied": copied,
    "html left over": marked_up,
    "letters at line ends": noised,
    "percent signs lost": percent_lost,
    "range signs lost": ranges_lost,
    "closing quotes lost": lambda t, s: rewrite(
        t, [(*m.span(), "", "”") for m in re.finditer("”", t)]
    ),
    "closing quotes plain": closings_plain,
    "radicals for characters": look_alikes,
    "letters and digits wide": wide_forms,
    "a space after each character": spaced,
}


# What of it is put back?


class Score(NamedTuple):
    """Characters planted, put back, changed rightly or wrongly by certainty, and of the rest."""

    planted: int = 0
    restored: int = 0
    right: tuple[int, int] = (0, 0)
    wrong: tuple[int, int] = (0, 0)
    harmed: int = 0
    others: int = 0

    def plus(self, other: Score) -> Score:
        """Return the sum of two scores."""
        return Score(
            self.planted + other.planted,
            self.restored + other.restored,
            (self.right[0] + other.right[0], self.right[1] + other.right[1]),
            (self.wrong[0] + other.wrong[0], self.wrong[1] + other.wrong[1]),
            self.harmed + other.harmed,
            self.others + other.others,
        )


class _Stretch(NamedTuple):
    """Changes of the cleaner that touch one another, as one."""

    start: int
    end: int
    after: str
    certain: bool


def weight(plant: Plant) -> int:
    """Return the characters a planted place counts for: what stands there or what is missing."""
    return max(plant.end - plant.start, len(plant.right), 1)


def stretches(text: str) -> list[_Stretch]:
    """Return what cleaning changes in a text."""
    cleaned = clean_source(text)
    out: list[_Stretch] = []
    for c in repair_report(cleaned.mapped, cleaned.context).changes():
        sure = c.certainty == "certain"
        if out and out[-1].end == c.start:
            last = out[-1]
            out[-1] = _Stretch(last.start, c.end, last.after + c.after, last.certain and sure)
        else:
            out.append(_Stretch(c.start, c.end, c.after, sure))
    return out


def score(damaged: Damaged, found: Sequence[_Stretch] | None = None) -> Score:
    """Compare what cleaning makes of a damaged text with what stood there."""
    plants, text = damaged.plants, damaged.text
    made = stretches(text) if found is None else found
    right, wrong, at, harmed, restored = [0, 0], [0, 0], 0, 0, 0
    whole = _Stretch(0, len(text), _changed(text, made), True)
    undone = _as_before(text, whole, plants)
    for one in made:
        while at < len(plants) and plants[at].end < one.start:
            at += 1
        inside = _inside(plants, at, one)
        size = max(one.end - one.start, len(one.after))
        if undone or (inside and _as_before(text, one, inside)):
            restored += sum(map(weight, inside))
            right[one.certain] += size
        else:
            wrong[one.certain] += size
            harmed += size - min(size, _overlap(plants, at, one))
    planted = sum(map(weight, plants))
    restored = planted if undone else restored
    others = len(text) - sum(p.end - p.start for p in plants)
    return Score(planted, restored, (right[0], right[1]), (wrong[0], wrong[1]), harmed, others)


def _changed(text: str, made: Iterable[_Stretch]) -> str:
    """Return the text after all changes."""
    parts, at = [], 0
    for one in made:
        parts += [text[at : one.start], one.after]
        at = one.end
    return "".join([*parts, text[at:]])


def _inside(plants: Sequence[Plant], at: int, one: _Stretch) -> list[Plant]:
    """Return the plants that lie in a stretch."""
    inside = []
    while at < len(plants) and plants[at].start <= one.end:
        if one.start <= plants[at].start and plants[at].end <= one.end:
            inside.append(plants[at])
        at += 1
    return inside


def _overlap(plants: Sequence[Plant], at: int, one: _Stretch) -> int:
    """Return how many planted characters a stretch covers."""
    covered = 0
    while at < len(plants) and plants[at].start < one.end:
        covered += max(0, min(one.end, plants[at].end) - max(one.start, plants[at].start))
        at += 1
    return covered


def _as_before(text: str, one: _Stretch, plants: Sequence[Plant]) -> bool:
    """Tell whether a stretch, with a character on either side, reads as before the damage."""
    parts, at = [], one.start
    for plant in plants:
        parts += [text[at : plant.start], plant.right]
        at = plant.end
    parts.append(text[at : one.end])
    left, right = text[max(0, one.start - 1) : one.start], text[one.end : one.end + 1]
    wanted, got = left + "".join(parts) + right, left + one.after + right
    return _lines(wanted) == _lines(got)


def _lines(text: str) -> str:
    return re.sub(r"[ \u3000]*\n\s*", "\n", text).strip("\n")


def clean_texts(folder: Path, half: str) -> list[str]:
    """Return the texts of a folder on which cleaning has nothing left to do."""
    sources = [s for s in read_files(folder) if isinstance(s, Source)]
    return [damage.prepared(s.text) for s in sources if half in ("", half_of(s.file))]


def main(arguments: Sequence[str] | None = None) -> None:
    """Print one line for each kind of damage."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    default = Path("../shared/corpus/provinces-2025")
    parser.add_argument("folder", type=Path, nargs="?", default=default)
    parser.add_argument("--half", choices=("", "even", "odd"), default="")
    parser.add_argument("--kind", default="", help="only kinds whose name holds this")
    asked = parser.parse_args(arguments)
    texts = clean_texts(asked.folder, asked.half)
    print(
        f"{'damage':32}{'planted':>9}{'put back':>9}{'recall':>8}{'certain':>9}{'right':>8}"
        f"{'likely':>9}{'right':>8}{'harmed per million':>20}"
    )
    for kind, plant in KINDS.items():
        if asked.kind in kind:
            total = Score()
            for seed, text in enumerate(texts):
                total = total.plus(score(plant(text, seed)))
            _print(kind, total)


def _print(kind: str, total: Score) -> None:
    likely, certain = (_share(r, r + w) for r, w in zip(total.right, total.wrong, strict=True))
    made = [r + w for r, w in zip(total.right, total.wrong, strict=True)]
    print(
        f"{kind:32}{total.planted:9}{total.restored:9}{_share(total.restored, total.planted):>8}"
        f"{made[1]:9}{certain:>8}{made[0]:9}{likely:>8}{1e6 * total.harmed / total.others:20.1f}"
    )


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.4f}" if whole else "–"


if __name__ == "__main__":
    main()

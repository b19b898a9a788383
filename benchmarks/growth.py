"""Does the time of reading grow with the length of a text, or with its square?

Each pattern is read at n, 2n and 4n characters; the exponent of the growth of process time must be
at most 1.2. Patterns that take next to no time are grown until they take some.

    python benchmarks/growth.py            all patterns
    python benchmarks/growth.py --why      and which function takes the time of the quadratic ones
"""

from __future__ import annotations

import argparse
import cProfile
import math
import pstats
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from policytext.intake import parse_source
from policytext.reading.formats import read_html
from policytext.reading.source import Source

HIGHEST = 1.2
LEAST_SECONDS = 0.2
"""Below that the clock measures what every text costs, not how it grows."""

LONGEST = 600_000
BUDGET = 6.0
"""Seconds after which a pattern is not made longer."""

SENTENCE = "2021年，全县建成医共体2个，覆盖十二个乡镇卫生院。"
OPENING = f"云溪县卫生健康局2021年工作总结\n一、基本情况\n{SENTENCE}\n"

TEXTS: dict[str, str] = {
    "sentences in lines": f"{SENTENCE}\n",
    "sentences in one line": SENTENCE,
    "open comments": "<!--",
    "open comments with words": "<!-- 全县",
    "open scripts": "<script>",
    "open styles": "<style>全县",
    "comments and tags": "<!-- x --><b>全</b>",
    "tags": "<p>全县</p>",
    "links with entities": '<a href="x?a=1&amp;b=2">全县</a>',
    "less-than signs": "<",
    "ampersands": "&",
    "open links": "<a href=",
    "entities": "&nbsp;",
    "square brackets": "[",
    "round brackets": "（",
    "quotation marks": "“",
    "lines with marks": "“甲乙丙丁戊己庚\n",
    "book marks": "《",
    "closed pairs": "“全县”《通知》（甲）",
    "spaces": " ",
    "spaces and form feeds": " \f",
    "form feeds": "\f",
    "wide spaces": "\u3000",
    "tabs": "\t",
    "line feeds": "\n",
    "lines of a space": " \n",
    "carriage returns": "\r",
    "zero-width signs": "\u200b",
    "zeros": "\0",
    "private use": "\ue001",
    "letters": "a",
    "digits": "7",
    "Han characters": "医",
    "full stops": "。",
    "commas": "全县，",
    "dots": ".",
    "dashes": "—",
    "underscores": "_",
    "decimals": "1.2,",
    "numbers of sections": "1.",
    "Han headings": "一、加强基层建设\n",
    "Han headings in one line": "一、加强基层建设二、推进改革",
    "bracket headings": "（一）推进改革。全县推进。\n",
    "open bracket lines": "（一\n",
    "chapters": "第一章 推进改革\n第一条 建立制度。\n",
    "points in one line": "一是推进改革；二是建立制度；",
    "contents list": "第一章 推进改革............12\n",
    "titles": f"甲县2021年工作总结\n{SENTENCE}\n",
    "titles alone": "甲县2021年工作总结\n",
    "titles in one line": "甲县2021年工作总结",
    "numbered reports": f"篇1：甲县2021年工作报告\n{SENTENCE}\n",
    "furniture words": "上一篇下一篇相关阅读打印本页关闭窗口",
    "furniture lines": "上一篇：通知\n下一篇：没有了\n【打印本页】\n",
    "furniture with colons": "来源：发布日期：浏览次数：",
    "page numbers": "第1页 / 共14页\n",
    "dates": "2021年3月5日",
    "places": "陕西省西安市长安区",
    "masks": "xx市××县○○镇",
    "amounts": "投资12.5亿元，同比增长8.3%，",
    "speakers": "王某某：\n",
    "signatures": "云溪县卫生健康局\n2021年12月31日\n",
    "table lines": "|指标|完成值|\n",
    "lines cut in words": "全县基层医疗机构服务能力明显提升全市\n",
    "swapped words": "效劳轨制根底到达扶植",
    "addresses": "http://www.example.org/a?b=1 ",
    "short lines": "医\n",
}

PAGES: dict[str, str] = {
    "page: paragraphs": f"<p>{SENTENCE}</p>",
    "page: open blocks": "<div>甲",
    "page: open paragraphs": "<p>甲",
    "page: nested spans": "<span>",
    "page: links": "<a href='x'>甲</a>",
    "page: breaks": "甲<br>",
    "page: comments": "<!-- x --><b>甲</b>",
    "page: rows": "<tr><td>甲</td></tr>",
    "page: less-than signs": "<",
    "page: open comments": "<!--",
    "page: open comments with words": "<!-- 全县",
    "page: attributes": "<p a='1' b='2' c=3 d>甲",
    "page: many attributes in one tag": " a='1'",
    "page: nested tables": "<table><tr><td>甲",
    "page: nested lists": "<ul><li>甲",
    "page: scripts": "<script>甲</script>",
    "page: open scripts": "<script>",
    "page: closing tags": "</div>",
    "page: text boxes": "<div>甲</div>“乙",
    "page: spaces": "&nbsp;",
    "page: one long word": "甲",
}


class Growth(NamedTuple):
    """Seconds at n, 2n and 4n characters, and the exponent of their growth."""

    pattern: str
    size: int
    seconds: tuple[float, float, float]

    @property
    def exponent(self) -> float:
        one, _, four = (max(s, 1e-6) for s in self.seconds)
        return math.log2(four / one) / 2


def read_text(text: str) -> None:
    """Parse a text as a file of its own."""
    parse_source(Source("a.txt", "", "", "00", "utf-8", "txt", "1", text))


def read_page(text: str) -> None:
    """Read a web page and parse it."""
    found = read_html(f"<html><body><table>{text}")
    parse_source(Source("a.html", "", "", "00", "utf-8", "html", "1", found.text, {}, found.hints))


def patterns() -> dict[str, tuple[str, Callable[[str], None]]]:
    """Return the repeated words of every pattern and what reads them."""
    texts = {name: (unit, read_text) for name, unit in TEXTS.items()}
    return texts | {name: (unit, read_page) for name, unit in PAGES.items()}


def made(unit: str, size: int) -> str:
    """Return a report in which the unit is repeated."""
    return f"{OPENING}{unit * max(1, size // len(unit))}\n{SENTENCE}\n"


def seconds(unit: str, size: int, read: Callable[[str], None]) -> float:
    """Return the process time of reading, the shorter of two where it is short."""
    text = made(unit, size)
    spent = []
    for _ in range(2):
        start = time.process_time()
        read(text)
        spent.append(time.process_time() - start)
        if spent[0] > 1:
            break
    return min(spent)


def growth(pattern: str, smallest: int = 6000) -> Growth:
    """Measure a pattern, at lengths that take long enough to be measured."""
    unit, read = patterns()[pattern]
    size = smallest
    base = seconds(unit, 10, read)
    while True:
        found: list[float] = []
        for times in (1, 2, 4):
            found.append(max(seconds(unit, size * times, read) - base, 1e-6))
            if found[-1] > BUDGET:
                break
        found += [found[-1] * 4] * (3 - len(found))
        if found[2] > 4 * LEAST_SECONDS or size * 8 > LONGEST:
            return Growth(pattern, size, (found[0], found[1], found[2]))
        size *= 2


def why(one: Growth) -> str:
    """Return the functions of the library and of others that take most of the time."""
    unit, read = patterns()[one.pattern]
    text = made(unit, one.size * (2 if one.seconds[2] < BUDGET else 1))
    profile = cProfile.Profile()
    profile.runcall(read, text)
    stats = pstats.Stats(profile).stats  # type: ignore[attr-defined]
    own = sorted(((row[2], key) for key, row in stats.items()), reverse=True)[:2]
    shown = [f"{Path(key[0]).name}:{key[1]} {key[2]} {spent:.2f} s" for spent, key in own]
    library = sorted(
        (
            (row[2] + _builtins(stats, key), key)
            for key, row in stats.items()
            if "policytext" in key[0]
        ),
        reverse=True,
    )[:2]
    shown += [
        f"{key[0].split('policytext/')[-1]}:{key[1]} {key[2]} {spent:.2f} s"
        for spent, key in library
    ]
    return "; ".join(shown)


def _builtins(stats, key) -> float:
    """Return the time of built-in functions, such as those of expressions, in a function."""
    return sum(
        callers[key][2]
        for name, (_, _, _, _, callers) in stats.items()
        if name[0] == "~" and key in callers
    )


def main() -> None:
    """Print one line a pattern."""
    options = argparse.ArgumentParser()
    options.add_argument("--why", action="store_true")
    options.add_argument("--only", default="")
    options.add_argument("--after", default="", help="begin behind this pattern")
    given = options.parse_args()
    warnings.simplefilter("ignore")
    read_text(made(SENTENCE, 1000)), read_page(made(SENTENCE, 1000))
    bad = 0
    names = list(patterns())
    for pattern in names[names.index(given.after) + 1 if given.after else 0 :]:
        if given.only not in pattern:
            continue
        try:
            one = growth(pattern)
            if one.exponent > HIGHEST:  # another process may have had the core: once more
                one = min(one, growth(pattern), key=lambda g: g.exponent)
        except Exception as error:  # a reader that fails is the business of the tests
            print(f"{pattern:28} fails: {type(error).__name__}: {error}", flush=True)
            continue
        grows = one.exponent > HIGHEST and one.seconds[2] > LEAST_SECONDS
        bad += grows
        times = " ".join(f"{s:7.2f}" for s in one.seconds)
        mark = "GROWS" if grows else ""
        print(f"{pattern:28} {one.size * 4:8,} {times}  {one.exponent:5.2f} {mark}", flush=True)
        if grows and given.why:
            print(f"{'':28} {why(one)}", flush=True)
    print(f"{bad} patterns grow faster than {HIGHEST}")


if __name__ == "__main__":
    main()

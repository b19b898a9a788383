"""Which marks number the reports of a compilation: 篇一, the title and 1, lone numbers?"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Final, NamedTuple

from policytext.anatomy.lines import Line, count_han, ends_sentence
from policytext.anatomy.numbering import RANK, read_enumerator, read_number

_N: Final = "(?:[一二三四五六七八九十]{1,3}|[0-9]{1,3})"
_OPEN, _CLOSE = r"[【\[（(〔]", r"[】\]）)〕]"

_LEADING: Final = re.compile(
    rf"(?:{_OPEN}\s*)?(?:第\s*(?P<a>{_N})\s*篇(?!章|幅)|篇\s*(?P<b>{_N})(?!\d)|(?:范文|例文|材料|稿件)\s*(?P<c>{_N}))"
    rf"(?P<close>\s*{_CLOSE})?\s*(?P<mark>[:：、.．])?\s*"
)
_INLINE: Final = re.compile(
    rf"(?:{_OPEN}\s*(?:第\s*(?P<a>{_N})\s*篇|篇\s*(?P<b>{_N}))\s*{_CLOSE}\s*[:：]?"
    rf"|(?:第\s*(?P<c>{_N})\s*篇|篇\s*(?P<d>{_N}))\s*[:：])\s*"
)
_TRAILING: Final = re.compile(
    rf"(?P<stem>.{{3,70}}?)\s*[-—_]?\s*{_OPEN}?\s*(?:第|之|篇|范文)?\s*(?P<n>{_N})\s*(?:篇)?\s*{_CLOSE}?\s*(?:[:：]\s*(?P<title>.{{4,60}}))?"
)
_LONE: Final = re.compile(rf"(?:{_OPEN}\s*)?(?:No\.?\s*)?(?P<n>{_N})\s*(?:{_CLOSE}|[、.．])?")
_NOT_A_STEM: Final = re.compile(
    r"(?:^附\s*[件表录图]|[表图]|^专栏|^注|^第|^Table|^Figure|[0-9０-９.%])\s*$"
)

LONGEST_TITLE: Final = 80
MOST_LOST: Final = 5
"""A series may lack up to four numbers in a row."""
MOST_MARKS: Final = 500


class Marker(NamedTuple):
    """One mark of a numbered series: where it begins, where its words end, and its number.

    Parameters
    ----------
    start
        Where the mark begins in the text.
    end
        Where what must be left out ends: the mark itself, not the title behind it.
    number
        Its number in the series.
    style
        ``part_marker``, ``title_number``, ``lone_number``, ``numbered_title`` or ``table_line``.
    """

    start: int
    end: int
    number: int
    style: str


def find_series(text: str, lines: Sequence[Line]) -> list[Marker]:
    """Return the numbered marks that part a compilation into reports, or nothing.

    Of several series the most explicit one that runs in order is taken.

    Examples
    --------
    >>> from policytext.anatomy.lines import read_lines
    >>> text = "篇一：甲县总结\\n完成任务。\\n篇二：乙县总结\\n完成任务。"
    >>> [(m.number, m.style) for m in find_series(text, read_lines(text))]
    [(1, 'part_marker'), (2, 'part_marker')]
    """
    for series in (
        _rising(_part_markers(text, lines)),
        _title_numbers(text, lines),
        _lone_numbers(text, lines),
    ):
        if series:
            return series
    return []


def _rising(markers: Iterable[Marker], *, least: int = 2) -> list[Marker]:
    """Return the longest run of marks whose numbers rise from one of the first three on."""
    ordered = sorted(markers)[:MOST_MARKS]
    best: list[tuple[int, int]] = []
    for i, one in enumerate(ordered):
        earlier = [
            (best[j][0], -j) for j in range(i) if 0 < one.number - ordered[j].number <= MOST_LOST
        ]
        length, back = max(earlier, default=(0, 1))
        starts = one.number <= 3
        best.append((length + 1, -back) if length else (int(starts), -1))
    if not best or max(best)[0] < least:
        return []
    at = max(range(len(best)), key=lambda i: (best[i][0], -i))
    run = []
    while at >= 0:
        run.append(ordered[at])
        at = best[at][1]
    return run[::-1]


def _part_markers(text: str, lines: Sequence[Line]) -> Iterator[Marker]:
    for line in lines:
        row = text[line.start : line.end]
        found = _LEADING.match(row)
        if found and _explicit(found, row):
            number = read_number(found["a"] or found["b"] or found["c"])
            yield Marker(line.start, line.start + found.end(), number, "part_marker")
        else:
            found = None
        begin = line.start + found.end() if found else line.start
        for found in _INLINE.finditer(text, begin, line.end):
            words = found["a"] or found["b"] or found["c"] or found["d"]
            behind = found.end() == line.end and len(row) <= LONGEST_TITLE
            start, end = (line.start, line.start) if behind else found.span()
            yield Marker(start, end, read_number(words), "part_marker")


def _explicit(found: re.Match[str], row: str) -> bool:
    """Say whether a line that begins like 第一篇 is a mark rather than a sentence."""
    rest = row[found.end() :]
    return bool(found["close"] or found["mark"] or not rest) or (
        len(rest) <= LONGEST_TITLE and not ends_sentence(row) and not re.search("[，,。；]", rest)
    )


def _title_numbers(text: str, lines: Sequence[Line]) -> list[Marker]:
    """Find one title printed again and again with 1, 2, 3 behind it."""
    series: dict[str, list[Marker]] = defaultdict(list)
    for line in lines:
        if line.end - line.start > LONGEST_TITLE:
            continue
        found = _TRAILING.fullmatch(text, line.start, line.end)
        if (
            found is None
            or _NOT_A_STEM.search(found["stem"])
            or re.search("[。；;]", found["stem"])
        ):
            continue
        stem = re.sub(r"\s", "", found["stem"])
        if count_han(stem) < 3 or read_enumerator(stem):
            continue
        end = found.start("title") if found["title"] else line.start
        series[stem].append(Marker(line.start, end, read_number(found["n"]), "title_number"))
    runs = [_consecutive(one) for one in series.values()]
    return max(runs, key=len, default=[])


def _consecutive(markers: Sequence[Marker]) -> list[Marker]:
    run = _rising(markers)
    steps = [b.number - a.number for a, b in pairwise(run)]
    return run if run and run[0].number == 1 and max(steps) <= 2 else []


def _lone_numbers(text: str, lines: Sequence[Line]) -> list[Marker]:
    """Find lines that hold a number only and stand before a title, not at the foot of a page."""
    families: dict[str, list[tuple[Marker, bool]]] = defaultdict(list)
    for i, line in enumerate(lines[:-1]):
        if line.end - line.start > 8:
            continue
        lone = _LONE.fullmatch(text, line.start, line.end)
        if lone is None or not looks_like_title(text[lines[i + 1].start : lines[i + 1].end]):
            continue
        words = text[line.start : line.end]
        mark = Marker(line.start, line.end, read_number(lone["n"]), "lone_number")
        broken = i > 0 and _breaks_off(text[lines[i - 1].start : lines[i - 1].end])
        families[re.sub(r"[0-9]+", "1", re.sub(r"[一二三四五六七八九十]+", "一", words))].append(
            (mark, broken)
        )
    runs = [
        _rising(mark for mark, _ in family)
        for family in families.values()
        if sum(broken for _, broken in family) <= 0.4 * len(family)
    ]
    return max(runs, key=len, default=[])


def _breaks_off(row: str) -> bool:
    return len(row) > 15 and not ends_sentence(row) and row[-1] not in "%％"


def numbered_genres(text: str, lines: Sequence[Line]) -> list[Marker]:
    """Return numbered titles whose reports number their sections anew at the same rank or above.

    Examples
    --------
    >>> from policytext.anatomy.lines import read_lines
    >>> report = "医共体建设工作总结\\n一、成效\\n完成任务。\\n二、打算\\n推进。\\n"
    >>> text = f"1.甲县{report}2.乙县{report}"
    >>> [m.number for m in numbered_genres(text, read_lines(text))]
    [1, 2]
    """
    numbered = []
    for line in lines:
        one = read_enumerator(text, line.start, line.end)
        if one is not None and one.style != "dec":
            numbered.append((line, one, text[one.end : line.end]))
    for style in ("num", "han", "hanp"):
        members = [(a, n) for a, n, words in numbered if n.style == style and is_genre_title(words)]
        run = _consecutive([Marker(a.start, n.end, n.number, "numbered_title") for a, n in members])
        if not run:
            continue
        ends = [*[m.start for m in run[1:]], len(text)]
        anew = sum(
            any(
                m.start < a.start < end and n.number == 1 and RANK[n.style] <= RANK[style]
                for a, n, _ in numbered
            )
            for m, end in zip(run, ends, strict=True)
        )
        if anew >= 2 and anew >= 0.6 * len(run):
            return run
    return []


_GENRE: Final = re.compile(
    r"(?:总结|报告|汇报|计划|要点|方案|讲话稿?|发言|致辞|通报|简报|综述|材料|自评|自查|述职|小结)"
    r"(?:[（(【][^（）()]{1,12}[)）】])?[0-9]{0,2}$"
)


def is_genre_title(row: str) -> bool:
    """Say whether a short line ends in the name of a genre, as titles of reports do.

    Examples
    --------
    >>> is_genre_title("某县卫生健康局2020年工作总结"), is_genre_title("加强组织领导")
    (True, False)
    """
    return count_han(row) >= 6 and len(row) <= LONGEST_TITLE and _GENRE.search(row) is not None


def looks_like_title(row: str) -> bool:
    """Say whether a line could be the title of a report: short, no sentence, no number before it.

    Examples
    --------
    >>> looks_like_title("打造多层次养老服务体系"), looks_like_title("完成任务。")
    (True, False)
    """
    if (
        row[:1] in "》”）】、，。；：)"
        or not count_han(row) >= 5
        or len(row) > LONGEST_TITLE
        or row[-1] in "，,、:：；;%％—-"
    ):
        return False
    if ends_sentence(row) and row[-1] not in "？?":
        return False
    return not re.search("[。；;]", row) and read_enumerator(row) is None

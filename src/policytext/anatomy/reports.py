"""Which reports does a source hold, and where does each of them begin?"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise
from typing import Final, NamedTuple

from policytext.anatomy.blocks import read_blocks
from policytext.anatomy.kinds import DATE_LINE, read_kinds
from policytext.anatomy.lines import (
    RANK,
    Enumerator,
    Line,
    count_han,
    ends_sentence,
    read_enumerator,
    read_lines,
    read_number,
)
from policytext.anatomy.titles import (
    LONGEST_TITLE,
    THRESHOLD,
    Page,
    echo,
    find_titles,
    is_genre_title,
    looks_like_title,
    title_word,
)
from policytext.cleaning.mapped import MappedText
from policytext.data import read_table

# Which marks number the reports of a compilation: 篇一, the title and 1, lone numbers?

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
MOST_LOST: Final = 5
"""A series may lack up to four numbers in a row."""
MOST_MARKS: Final = 500


class Marker(NamedTuple):
    """One mark of a numbered series: where it begins, where its words end, and its number.

    ``start``: Where the mark begins in the text.
    ``end``: Where what must be left out ends: the mark itself, not the title behind it.
    ``number``: Its number in the series.
    ``style``: ``part_marker``, ``title_number``, ``lone_number``, ``numbered_title`` or
      ``table_line``.
    """

    start: int
    end: int
    number: int
    style: str


def find_series(text: str, lines: Sequence[Line]) -> list[Marker]:
    """Return the numbered marks that part a compilation into reports, or nothing.

    Of several series the most explicit one that runs in order is taken.

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
        broken = i > 0 and _line_breaks_off(text[lines[i - 1].start : lines[i - 1].end])
        families[re.sub(r"[0-9]+", "1", re.sub(r"[一二三四五六七八九十]+", "一", words))].append(
            (mark, broken)
        )
    runs = [
        _rising(mark for mark, _ in family)
        for family in families.values()
        if sum(broken for _, broken in family) <= 0.4 * len(family)
    ]
    return max(runs, key=len, default=[])


def _line_breaks_off(row: str) -> bool:
    return len(row) > 15 and not ends_sentence(row) and row[-1] not in "%％"


def numbered_genres(text: str, lines: Sequence[Line]) -> list[Marker]:
    """Return numbered titles whose reports number their sections anew at the same rank or above.

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


# Which numbered lines of a compilation are the titles of its reports, not items within them?

SHORTEST: Final = 150
"""Han characters a report has at least on average."""


class _Candidate(NamedTuple):
    """A numbered line that looks like a title, and how much speaks for it."""

    line: Line
    enumerator: Enumerator
    score: float


def find_numbered_titles(
    text: str, lines: Sequence[Line], first: int, promised: int
) -> list[Marker]:
    """Return the numbered titles of a compilation that says it is one, or nothing.

    The first must stand right behind the title of the compilation, and there must be as many as
    it promises. Where a number comes more than once, what stands around it decides.

    >>> from policytext.anatomy.lines import read_lines
    >>> body = "近年来，全县推进医改，完成了各项任务，群众满意。" * 8
    >>> text = f"材料汇编（2篇）\\n1.推进医共体建设\\n{body}\\n2.做好医养结合工作\\n{body}"
    >>> [m.number for m in find_numbered_titles(text, read_lines(text), 1, 2)]
    [1, 2]
    """
    if promised < 2 or first >= len(lines):
        return []
    opening = read_enumerator(text, lines[first].start, lines[first].end)
    if opening is None or opening.number != 1:
        return []
    candidates = _candidates(text, lines[first:], opening)
    chain = _best_chain(candidates, promised)
    if not chain or count_han(text[chain[0].line.start :]) < SHORTEST * len(chain):
        return []
    return [
        Marker(c.line.start, c.enumerator.end, c.enumerator.number, "numbered_title") for c in chain
    ]


def _candidates(text: str, lines: Sequence[Line], opening: Enumerator) -> list[_Candidate]:
    """Return the lines numbered like the first one, laid out like it, and short."""
    found = []
    form = _form(text, lines[0], opening)
    for i, line in enumerate(lines):
        one = read_enumerator(text, line.start, line.end)
        if one is None or one.style != opening.style or _form(text, line, one) != form:
            continue
        words = text[one.end : line.end]
        if line.indent == lines[0].indent and looks_like_title(words):
            before = _row(text, lines, i - 1)
            score = 2.0 * is_genre_title(words) + 1.5 * title_word(
                "opener", _row(text, lines, i + 1)
            )
            score += ends_sentence(before) + title_word("closer", before[-60:])
            found.append(_Candidate(line, one, score))
    return found


def _row(text: str, lines: Sequence[Line], i: int) -> str:
    return text[lines[i].start : lines[i].end] if 0 <= i < len(lines) else ""


def _form(text: str, line: Line, one: Enumerator) -> str:
    """Return how a number is written: its marks without its figures."""
    return "".join(sign for sign in text[line.start : one.end] if not sign.isalnum())


def _best_chain(candidates: Sequence[_Candidate], promised: int) -> list[_Candidate]:
    """Return the chain from 1 to the promised number for which most speaks."""
    best: list[tuple[float, list[_Candidate]]] = []
    for one in candidates:
        if one.enumerator.number == 1:
            best.append((one.score, [one]) if one is candidates[0] else (0.0, []))
            continue
        earlier = [
            (score, chain)
            for score, chain in best
            if chain and chain[-1].enumerator.number == one.enumerator.number - 1
        ]
        score, chain = max(earlier, key=lambda pair: pair[0], default=(0.0, []))
        best.append((score + one.score, [*chain, one]) if chain else (0.0, []))
    whole = [(score, chain) for score, chain in best if len(chain) == promised]
    return max(whole, key=lambda pair: pair[0])[1] if whole else []


# At which places of a source does a report begin, and what tells so?

FRONT_LINES: Final = 12
SHORTEST_UNMARKED: Final = 300
"""Han characters before the first mark that are taken as a report rather than as front matter."""

THRESHOLD_OF_NAMES: Final = THRESHOLD + 2.5
"""Score of a title where only the name of the file speaks of a compilation."""

_COUNT: Final = re.compile("([0-9]{1,3}|[一二三四五六七八九十]{1,3})\\s*篇(?!章|幅)")
_TABLE_LINE: Final = re.compile(r"((?:19|20)[0-9]{2})\t")


class Start(NamedTuple):
    """Where a report begins: its mark, its words behind the mark, and the rule that found it."""

    start: int
    words: int
    rule: str


def find_starts(mapped: MappedText, lines: Sequence[Line], names: str) -> tuple[list[Start], int]:
    """Return where reports begin, and where the front matter begins.

    >>> from policytext.anatomy.lines import read_lines
    >>> source = MappedText.of("篇一：甲县总结\\n完成任务。\\n篇二：乙县总结\\n完成任务。")
    >>> [(s.start, s.words) for s in find_starts(source, read_lines(source.text), "")[0]]
    [(0, 3), (14, 17)]
    """
    text = mapped.text
    first = lines[0].start
    table = _table_lines(text, lines)
    if table:
        return table, first
    declared = _declares(mapped, lines)
    named = bool(_collection_cue().search(names))
    series = find_series(text, lines)
    if declared and not series:
        behind = _first_body_line(text, lines, [])
        series = find_numbered_titles(text, lines, behind, _declared_count(text, lines))
    series = series or numbered_genres(text, lines)
    starts: list[Start] = []
    if declared or series or named:
        least = THRESHOLD if declared or series else THRESHOLD_OF_NAMES
        starts = _with_titles(text, lines, series, least)
    if len(starts) < 2 and not series:
        return [Start(first, first, "whole")], first
    return _with_unmarked_first(text, lines, starts), first


def _table_lines(text: str, lines: Sequence[Line]) -> list[Start]:
    """Find the rows of a table of reports: a year, a tab and the text."""
    found = [(line, _TABLE_LINE.match(text, line.start)) for line in lines]
    rows = [(line, m) for line, m in found if m]
    if len(rows) < 2 or len(rows) < 0.9 * len(lines):
        return []
    return [Start(line.start, m.end(), "table_line") for line, m in rows if m]


def _declares(mapped: MappedText, lines: Sequence[Line]) -> bool:
    """Say whether the head of the page speaks of a compilation."""
    head = [mapped.text[line.start : line.end] for line in lines[:FRONT_LINES]]
    head += mapped.source[:600].split("\n")[:FRONT_LINES]
    short = [row for row in head if len(row) <= 60 and not ends_sentence(row)]
    return any(_collection_cue().search(row) for row in short)


@cache
def _collection_cue() -> re.Pattern[str]:
    table = read_table("anatomy/collection-cues.csv")
    return re.compile("|".join(f"(?:{p})" for p in table["pattern"]))


def _with_titles(
    text: str, lines: Sequence[Line], series: Sequence[Marker], least: float
) -> list[Start]:
    """Return the marked reports and those that only a title-like line opens."""
    starts = [Start(m.start, m.end, m.style) for m in series]
    if _is_complete(series, _declared_count(text, lines)):
        return starts
    body = _first_body_line(text, lines, series)
    page = Page(text, lines[body:], compilation_title(text, lines, lines[body].start))
    marked = _lines_after_marks(page, series)
    opened = _promised_titles(page, marked, _declared_count(text, lines), least)
    by_line = {i: one for i, one in zip(marked, starts, strict=False)}
    out = []
    for i in opened:
        at = page.lines[i].start
        out.append(by_line.get(i, Start(at, at, "title_line")))
    return sorted({*out, *starts})


def _promised_titles(page: Page, marked: Sequence[int], promised: int, least: float) -> list[int]:
    """Find the titles; ask less of a line as long as fewer are found than are promised."""
    opened = find_titles(page, marked, threshold=least)
    for threshold in (least - 1, least - 2):
        if len(opened) >= promised:
            break
        more = find_titles(page, marked, threshold=threshold)
        opened = more if len(more) <= promised else opened
    return opened


def _is_complete(series: Sequence[Marker], declared: int) -> bool:
    """Say whether marks run from one without a gap, as far as the compilation says they do."""
    whole = len(series) >= 2 and series[0].number == 1
    whole = whole and all(b.number == a.number + 1 for a, b in pairwise(series))
    return whole and len(series) >= declared


def _declared_count(text: str, lines: Sequence[Line]) -> int:
    """Return how many reports the head of the page promises (0: it does not say)."""
    for line in lines[:FRONT_LINES]:
        found = _COUNT.search(text, line.start, min(line.end, line.start + 80))
        if found:
            return read_number(found[1])
    return 0


def _lines_after_marks(page: Page, series: Sequence[Marker]) -> list[int]:
    begins = [line.start for line in page.lines]
    out = []
    for mark in series:
        after = [i for i, at in enumerate(begins) if at >= mark.end or at == mark.start]
        if after:
            out.append(after[0])
    return out


def _first_body_line(text: str, lines: Sequence[Line], series: Sequence[Marker]) -> int:
    """Return the line behind the title of the compilation and its lone first number."""
    limit = series[0].start if series else len(text)
    at = 0
    for i, line in enumerate(lines[:FRONT_LINES]):
        row = text[line.start : line.end]
        if line.start >= limit:
            break
        if (_collection_cue().search(row) and len(row) <= 80) or re.fullmatch(
            r"[（(]?[0-9一二三四五六七八九十]{1,2}[)）、.]?", row
        ):
            at = i + 1
    return min(at, len(lines) - 1)


def compilation_title(text: str, lines: Sequence[Line], before: int) -> str:
    """Return the line before the first report that names the compilation."""
    head = [
        text[line.start : min(line.end, before)]
        for line in lines[:FRONT_LINES]
        if line.start < before
    ]
    named = [row for row in head if _collection_cue().search(row) and len(row) <= 80]
    titled = [row for row in head if looks_like_title(row)]
    return (named or titled or [""])[0].strip()


def _with_unmarked_first(text: str, lines: Sequence[Line], starts: list[Start]) -> list[Start]:
    """Take long text before the first mark as a report of its own."""
    before = text[lines[0].start : starts[0].start]
    if count_han(before) < SHORTEST_UNMARKED:
        return starts
    first = lines[_first_body_line(text, lines, [])].start
    at = first if first < starts[0].start else lines[0].start
    return [Start(at, at, "before_first_mark"), *starts]


# Which reports does a source hold, and where does each of them begin?

HEAD: Final = 3000
"""Characters at the beginning of a report among which its title is sought."""


class LeftOut(NamedTuple):
    """A span of the source that stands outside of all paragraphs, and the rule it fell under."""

    start: int
    end: int
    rule: str
    certainty: str = "certain"


@dataclass(frozen=True)
class ReportSlice:
    """One report of a source.

    ``mapped``: Its text, title included, and the map to the source.
    ``title``: Its title in one line, or nothing.
    ``title_span``: Half-open span of the title in the source, or None.
    ``raw_start, raw_end``: Half-open span of the report in the source; the mark that numbers it
      belongs to it.
    ``label``: The mark that numbers it (``篇一``, ``1``), if any.
    ``rule``: What told that it begins here: ``whole``, ``part_marker``, ``title_number``,
      ``lone_number``, ``numbered_title``, ``table_line``, ``title_line`` or
      ``before_first_mark``.
    ``compilation_title``: The title of the compilation it is in. It is no evidence about the
      report.
    ``truncated``: Whether its text breaks off, or is lacking altogether.
    ``orphan``: Whether it is a title without a body.
    ``left_out``: Text before it that belongs to no report, with the rule.
    """

    mapped: MappedText
    title: str
    title_span: tuple[int, int] | None
    raw_start: int
    raw_end: int
    label: str = ""
    rule: str = "whole"
    compilation_title: str = ""
    truncated: bool = False
    orphan: bool = False
    left_out: tuple[LeftOut, ...] = ()

    def repaired(self, mapped: MappedText) -> ReportSlice:
        """Return the report with its text after repairs."""
        return replace(self, mapped=mapped)


def split_reports(mapped: MappedText, file_name: str = "", hints: str = "") -> list[ReportSlice]:
    """Split a source into the reports it holds.

    A compilation is told by numbered marks (篇一, 第1篇, one title with 1, 2, 3 behind it, lone
    numbers, numbered titles that restart the numbering) or, where its title says that it is one,
    by the lines that look like titles. A single report is never split.

    >>> text = "工作总结两篇\\n篇一：甲县总结\\n甲县完成任务。\\n篇二：乙县总结\\n乙县完成任务。"
    >>> [(r.title, r.raw_start, r.rule) for r in split_reports(MappedText.of(text))]
    [('甲县总结', 7, 'part_marker'), ('乙县总结', 23, 'part_marker')]
    """
    text = mapped.text
    lines = read_lines(text)
    if not lines:
        return []
    starts, front = find_starts(mapped, lines, f"{file_name}\n{hints}")
    ends = [*[one.start for one in starts[1:]], len(text)]
    title = compilation_title(text, lines, starts[0].start)
    reports: list[ReportSlice] = []
    for n, (one, end) in enumerate(zip(starts, ends, strict=True)):
        bounds = (front if n == 0 else one.start, one, end)
        after = reports[-1].raw_end if reports else 0
        reports.append(_cut(mapped, bounds, title if len(starts) > 1 else "", after))
    return reports


def _cut(
    mapped: MappedText, bounds: tuple[int, Start, int], compilation: str, after: int
) -> ReportSlice:
    """Cut one report out of the source, its mark and the text before it left out."""
    front, one, end = bounds
    text = mapped.text
    words = text[one.words : end]
    begin = one.words + len(words) - len(words.lstrip())
    stop = max(begin, one.words + len(words.rstrip()))
    part = mapped.slice(begin, stop)
    span = part.source_span()
    left_out = [
        *_front_matter(mapped, front, one.start),
        *_left_out(mapped, one.start, begin, one.rule),
    ]
    own_line = one.rule == "lone_number"
    marks = [x.start for x in left_out if x.rule == one.rule and not own_line]
    raw_start = _line_start(mapped.source, min([span[0], *marks]), after)
    title, title_span = _title(part)
    return ReportSlice(
        part,
        title,
        title_span,
        raw_start=raw_start,
        raw_end=max(span[1], raw_start),
        label=text[one.start : one.words].strip(" 　:：\n\t"),
        rule=one.rule,
        compilation_title=compilation,
        truncated=_breaks_off(part.text),
        orphan=not _has_body(part.text),
        left_out=tuple(left_out),
    )


def _line_start(source: str, at: int, after: int) -> int:
    """Return where the line of a report begins, if no other report shares it.

    What cleaning took away in front of it, such as a chunk's number, belongs to its span.
    """
    line = source.rfind("\n", 0, at) + 1
    if line < after:
        return at
    return at - len(source[line:at].lstrip())


def _front_matter(mapped: MappedText, start: int, end: int) -> list[LeftOut]:
    """Return the lines before the first report with the rules that leave them out."""
    out = []
    for line in read_lines(mapped.text[start:end]):
        row = mapped.text[start + line.start : start + line.end]
        rule = "compilation_title" if looks_like_title(row) else "front_matter"
        out += _left_out(mapped, start + line.start, start + line.end, rule)
    return out


def _left_out(mapped: MappedText, start: int, end: int, rule: str) -> list[LeftOut]:
    if start >= end or not mapped.text[start:end].strip():
        return []
    a, b = mapped.slice(start, end).source_span()
    return [LeftOut(a, b, rule)] if a < b else []


def _title(part: MappedText) -> tuple[str, tuple[int, int] | None]:
    """Return the title a report begins with, and its place in the source."""
    joined, blocks = read_blocks(part.slice(0, min(len(part.text), HEAD)))
    rows = [joined.text[b.start : b.end] for b in blocks[:8]]
    kinds = read_kinds(rows)
    taken: list[int] = []
    for i, (row, kind) in enumerate(zip(rows, kinds, strict=True)):
        if kind.enumerator is not None or (
            kind.kind != "heading" and not (kind.kind == "body" and looks_like_title(row))
        ):
            break
        if taken and (len(taken) > 2 or not _same_title(rows, taken, i)):
            break
        taken.append(i)
    if not taken:
        return "", None
    span = joined.slice(blocks[taken[0]].start, blocks[taken[-1]].end).source_span()
    return _one_title([rows[i] for i in taken]), span


def _same_title(rows: Sequence[str], taken: Sequence[int], i: int) -> bool:
    """Say whether a short line goes on with the title before it rather than heading a section."""
    if is_genre_title(rows[i]) and not is_genre_title(rows[taken[-1]]):
        return True
    below = "".join(rows[i + 1 : i + 4])
    return bool(below) and (echo(rows[i], below) >= 0.3 or echo(rows[taken[0]], rows[i]) >= 0.3)


def _one_title(rows: Sequence[str]) -> str:
    """Join the lines of a title; a line whose words are all in another one is dropped."""
    kept: list[str] = []
    for i, row in enumerate(rows):
        others = [*kept, *rows[i + 1 :]]
        if not any(echo(row, other) >= 0.95 for other in others):
            kept.append(row)
    whole = "".join(kept) if kept and kept[0].endswith("年") else " ".join(kept)
    return whole or rows[0]


def _has_body(text: str) -> bool:
    return re.search("[。；;！？!?]", text) is not None or len(text) > 120


def _breaks_off(text: str) -> bool:
    """Say whether the last line begins like sentences and ends without one."""
    if not _has_body(text):
        return True
    row = text.rstrip().rsplit("\n", 1)[-1].strip()
    tail = re.split("[。！？!?]", row[-200:])[-1]
    whole = ends_sentence(row) or row[-1] in "%％）)】]" or any(map(DATE_LINE.match, tail.split()))
    return len(row) > 40 and "。" in row and len(tail) > 1 and not whole

"""Which reports does a source hold, and where does each of them begin?

More than 900 lines, as every way to part a compilation gives marks that are weighed together.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise
from statistics import median
from typing import Final, NamedTuple

from policytext.anatomy.blocks import read_blocks
from policytext.anatomy.borders import (
    SHORTEST_DECLARED,
    Border,
    body_named,
    find_borders,
    nearly_borders,
    places_named,
)
from policytext.anatomy.grids import mark_cells
from policytext.anatomy.kinds import breaks_off, has_body, has_rows, is_office, read_kinds
from policytext.anatomy.lines import (
    LONGEST_TITLE,
    PAGE_TITLE,
    RANK,
    WORDS,
    Enumerator,
    Line,
    read_lines,
)
from policytext.anatomy.titles import (
    THRESHOLD,
    Compilation,
    echo,
    find_titles,
    promised_titles,
    title_word,
)
from policytext.cleaning.mapped import MappedText
from policytext.data import any_of, pattern_of, read_table
from policytext.reading.source import Hint
from policytext.records import HAN, count_han, read_numeral

HEAD: Final = 3000
"""Characters at the beginning of a report among which its title is sought."""
FRONT_LINES: Final = 12
FRONT: Final = 600
"""Characters of a list of contents before the first report it names."""
SHORTEST_UNMARKED: Final = 300
"""Han characters before the first mark that are taken as a report rather than as front matter."""
SHORTEST: Final = 150
"""Han characters that reports with numbered titles have at least on average."""
MOST_LOST: Final = 5
"""A series may lack up to four numbers in a row."""
MOST_MARKS: Final = 500
FEWEST_ROWS: Final = 6
SHORTEST_PIECE: Final = 150
"""Characters between one number and the next, by their median, from which many part reports."""
LONG_PIECE: Final = 800
"""The same, from which pieces are no sections of one article."""
FEWEST_LISTED: Final = 2
"""Titles that a list of contents names, at least."""
FEWEST_OF_PAGE: Final = 2
"""Lines that a page puts between its own title and that of the report, at least."""
THRESHOLD_OF_NAMES: Final = THRESHOLD + 2.5
"""Score of a title where only the name of the file speaks of a compilation."""


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
      ``lone_number``, ``numbered_title``, ``bulletin_issue``, ``table_line``, ``title_line``,
      ``joint_evidence`` or ``before_first_mark``.
    ``compilation_title``: The title of the compilation it is in. It is no evidence about the
      report.
    ``truncated``: Whether its text breaks off, or is lacking altogether.
    ``orphan``: Whether it is a title without a body.
    ``left_out``: Text before it that belongs to no report, with the rule.
    ``nearly``: Where in the source another report within it seems to begin.
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
    nearly: tuple[Border, ...] = ()

    def repaired(self, mapped: MappedText) -> ReportSlice:
        """Return the report with its text after repairs."""
        return replace(self, mapped=mapped)


def split_reports(
    mapped: MappedText, file_name: str = "", hints: str = "", *, cells: Sequence[Hint] = ()
) -> list[ReportSlice]:
    """Split a source into the reports it holds.

    A compilation is told by numbered marks (篇一, 第1篇, one title with 1, 2, 3 behind it, lone
    numbers, numbered titles that restart the numbering) or, where its title says that it is one,
    by the lines that look like titles. A single report is never split, and what stands in a table
    (``cells``) opens none.

    >>> text = "工作总结两篇\\n篇一：甲县总结\\n甲县完成任务。\\n篇二：乙县总结\\n乙县完成任务。"
    >>> [(r.title, r.raw_start, r.rule) for r in split_reports(MappedText.of(text))]
    [('甲县总结', 7, 'part_marker'), ('乙县总结', 23, 'part_marker')]
    """
    lines = mark_cells(mapped, read_lines(mapped.text), cells)
    if not lines:
        return []
    below = _below_contents(lines)
    head = "\n".join([file_name, hints, *(line.words for line in lines[:below])])
    starts = find_starts(mapped, lines[below:], head)
    ends = [*[one.start for one in starts[1:]], len(mapped.text)]
    compilation = compilation_title(lines, starts[0].start) if len(starts) > 1 else ""
    reports: list[ReportSlice] = []
    nearly = nearly_borders(mapped.text, _of_prose(lines), [one.start for one in starts])
    for one, end in zip(starts, ends, strict=True):
        before = [] if reports else _front_matter(mapped, lines, one.start)
        after = reports[-1].raw_end if reports else 0
        report = _cut(mapped, one, end, after, cells)
        left_out = (*before, *report.left_out)
        within = [b for b in nearly if one.start < b.start < end]
        inside = tuple(b._replace(start=mapped.to_source(b.start)) for b in within)
        reports.append(
            replace(report, compilation_title=compilation, left_out=left_out, nearly=inside)
        )
    return reports


# At which places of a source does a report begin, and what tells so?

_COUNT: Final = re.compile("([0-9]{1,3}|[一二三四五六七八九十]{1,3})\\s*篇(?!章|幅|文章|论文)")
_TABLE_LINE: Final = re.compile(r"((?:19|20)[0-9]{2})\t")
_LONE_NUMBER: Final = re.compile(r"[（(]?[0-9一二三四五六七八九十]{1,2}[)）、.]?")


class Start(NamedTuple):
    """Where a report begins: its mark, its words behind the mark, and the rule that found it."""

    start: int
    words: int
    rule: str


def find_starts(mapped: MappedText, lines: Sequence[Line], names: str) -> list[Start]:
    """Return where reports begin.

    >>> source = MappedText.of("篇一：甲县总结\\n完成任务。\\n篇二：乙县总结\\n完成任务。")
    >>> [(s.start, s.words) for s in find_starts(source, read_lines(source.text), "")]
    [(0, 3), (14, 17)]
    """
    first = lines[_named_by_page(mapped, lines)].start
    whole = Start(first, first, "whole")
    lines = _of_prose(lines)
    if not lines:
        return [whole]
    table = _table_lines(lines)
    if table:
        return table
    promised = _promised([*lines[:FRONT_LINES], *map(Line, names.split("\n"))])
    declared = _declares(mapped, lines)
    collected = declared or _collection_cue().search(names) is not None
    series = find_series(lines, cases=collected)
    if declared and not series:
        series = find_numbered_titles(mapped.text, lines[_first_body_line(lines) :], promised)
    series = series or numbered_genres(lines)
    if declared and not series:
        series = _bracketed_places(lines)
    starts: list[Start] = []
    if collected or series:
        least = THRESHOLD if declared or series else THRESHOLD_OF_NAMES
        starts = _with_titles(mapped.text, lines, series, promised, least)
    if not series and (declared or starts):
        borders = find_borders(mapped.text, lines, declared=True)
        starts = _with_borders(mapped.text, starts, borders)
    if len(starts) < 2 and not series:
        pasted = _pasted(mapped, lines)
        if pasted:
            return [Start(at, at, "title_line") for at in pasted]
        borders = find_borders(mapped.text, lines)
        return [whole, *(Start(at, at, "joint_evidence") for at in borders)]
    return _with_unmarked_first(lines, starts)


_LONGEST_BYLINE: Final = 20
_PLACE: Final = re.compile(r"(?![本我该全各])[\u4e00-\u9fff]{1,12}?[省市县区州旗盟镇乡]")


def _pasted(mapped: MappedText, lines: Sequence[Line]) -> list[int]:
    """Return where texts begin that were put one behind the other, each with the same head.

    Below the title stands what a page says of itself, which cleaning took away, or the name of the
    body that wrote it, each time another one.

    >>> texts = ("筑牢基层网底", "甲县卫生健康局", "全县推进医改。" * 30)
    >>> more = ("深化综合改革", "乙县卫生健康局", "全县推进医改。" * 30)
    >>> page = MappedText.of("\\n".join((*texts, *more)))
    >>> len(_pasted(page, read_lines(page.text)))
    2
    """
    dated: list[int] = []
    signed: dict[str, int] = {}
    for i, (line, below) in enumerate(pairwise(lines)):
        above = lines[i - 1] if i else None
        opens = above is None or above.ends_sentence or len(line.words) > 3
        if line.number or not opens or not line.looks_like_title or has_body(line.words):
            continue
        between = (mapped.to_source(at) for at in (line.end, below.start))
        if _page_head().search(mapped.source[slice(*between)]):
            dated.append(line.start)
        elif _is_byline(lines, i + 1) and (above is None or above.ends_sentence or i < FRONT_LINES):
            signed.setdefault(below.words, line.start)
    first = lines[min(FRONT_LINES, len(lines)) - 1].start
    for found in (dated, sorted(signed.values())):
        spans = pairwise([*found, lines[-1].end])
        long = all(count_han(mapped.text[a:b]) >= SHORTEST_PASTED for a, b in spans)
        if len(found) > 1 and found[0] <= first and long:
            return found
    return []


SHORTEST_PASTED: Final = 30
"""Han characters of one of several texts that were put one behind the other."""


@cache
def _page_head() -> re.Pattern[str]:
    """Return what a page says below its title: when it was put there."""
    return re.compile(any_of(WORDS, "page_head") + r"\s*[：:]\s*(?:19|20)\d\d")


def _is_byline(lines: Sequence[Line], i: int) -> bool:
    """Say whether a line names a body with its place, and prose follows that it does not sign."""
    words = lines[i].words
    if len(words) > _LONGEST_BYLINE or not is_office(words) or not _PLACE.match(words):
        return False
    below = lines[i + 1] if i + 1 < len(lines) else Line("")
    return below.ends_sentence and below.n_han > _LONGEST_BYLINE


def _of_prose(lines: Sequence[Line]) -> list[Line]:
    """Return the lines with words that stand in no table."""
    return [line for line in lines if not line.is_cell and _WORD.search(line.words)]


_WORD: Final = re.compile(r"\w")


def _below_contents(lines: Sequence[Line]) -> int:
    """Return the line behind a list of contents at the head; 0: there is none.

    What a list names is printed again, and no sentence stands between its names.

    >>> rows = ["甲县医改工作总结", "乙县医改工作总结"]
    >>> _below_contents([Line(one) for one in (*rows, rows[0], "完成。", rows[1], "完成。")])
    2
    """
    front = next((i for i, line in enumerate(lines) if _STOP.search(line.words)), 0)
    titles = [_bare_title(line) for line in lines[:front]]
    if len({*titles} - {""}) < FEWEST_LISTED:
        return 0
    again = Counter([*titles, *map(_bare_title, lines[front:])])
    listed = [i for i, title in enumerate(titles) if title and again[title] > 1]
    if len({titles[i] for i in listed}) < FEWEST_LISTED or lines[listed[-1]].number:
        return 0
    return listed[-1]


_STOP: Final = re.compile("[。；]")


def _bare_title(line: Line) -> str:
    """Return the words of a title without number and blanks; nothing for what is no title."""
    words = line.words[line.number.end :] if line.number else line.words
    bare = Line("".join(words.split()) or "-")
    if len(bare.words) > LONGEST_TITLE:
        return ""
    titled = bare.names_genre or "关于" in bare.words
    return bare.words if titled and bare.looks_like_title else ""


def _named_by_page(mapped: MappedText, lines: Sequence[Line]) -> int:
    """Return 1 where the first line is a page's title: furniture, and the report's own, follow.

    >>> from policytext.cleaning.mapped import Edit
    >>> page = MappedText.of("甲县医改工作总结\\n格式：DOCX\\n页数：14\\n甲县医改工作总结\\n完成。")
    >>> kept = page.apply([Edit(9, 23, "", "page_chrome")])
    >>> _named_by_page(kept, read_lines(kept.text))
    1
    """
    if len(lines) < 2 or lines[0].is_cell or not lines[0].looks_like_title:
        return 0
    between = (mapped.to_source(at) for at in (lines[0].end, lines[1].start))
    taken = mapped.source[slice(*between)].split("\n")
    own = Line(lines[1].words[:LONGEST_TITLE].split()[0])
    below = sum(1 for words in taken if words.strip()) >= FEWEST_OF_PAGE
    return int(below and own.names_genre and Line(lines[0].words).names_genre)


def _table_lines(lines: Sequence[Line]) -> list[Start]:
    """Find the rows of a table of reports: a year, a tab and the text."""
    found = [(line, year) for line in lines if (year := _TABLE_LINE.match(line.words))]
    if len(found) < 2 or len(found) < 0.9 * len(lines):
        return []
    return [Start(line.start, line.start + year.end(), "table_line") for line, year in found]


@cache
def _collection_cue() -> re.Pattern[str]:
    table = read_table("anatomy/collection-cues.csv")
    return re.compile("|".join(f"(?:{p})" for p in table["pattern"]))


def _declares(mapped: MappedText, lines: Sequence[Line]) -> bool:
    """Say whether the head of the page speaks of a compilation."""
    head = [*lines[:FRONT_LINES], *map(Line, mapped.source[:600].split("\n")[:FRONT_LINES])]
    return any(
        len(line.words) <= 60 and _collection_cue().search(line.words) and not line.ends_sentence
        for line in head
    )


def _promised(lines: Sequence[Line]) -> int:
    """Return how many reports head or name of the page promise (0: they do not say)."""
    for line in lines:
        found = _COUNT.search(line.words, 0, 80)
        if found:
            return read_numeral(found[1]) or 0
    return 0


def _first_body_line(lines: Sequence[Line], limit: int | None = None) -> int:
    """Return the line behind the title of the compilation and its lone first number."""
    at = 0
    for i, line in enumerate(lines[:FRONT_LINES]):
        if limit is not None and line.start >= limit:
            break
        named = len(line.words) <= 80 and _collection_cue().search(line.words)
        if named or _LONE_NUMBER.fullmatch(line.words):
            at = i + 1
    return min(at, len(lines) - 1)


def compilation_title(lines: Sequence[Line], before: int) -> str:
    """Return the line before the first report that names the compilation."""
    head = [
        Line(line.words[: before - line.start]) if line.end > before else line
        for line in lines[:FRONT_LINES]
        if line.start < before
    ]
    named = [x for x in head if len(x.words) <= 80 and _collection_cue().search(x.words)]
    titled = [line for line in head if line.looks_like_title]
    return next((line.words.strip() for line in (*named, *titled)), "")


def _with_titles(
    text: str, lines: Sequence[Line], series: Sequence[Marker], promised: int, least: float
) -> list[Start]:
    """Return the marked reports and those that only a title-like line opens."""
    starts = [Start(m.start, m.end, m.style) for m in series]
    if _is_complete(series, promised) or any(m.style == "bulletin_issue" for m in series):
        return starts  # the titles of a bulletin stand below its name
    body = lines[_first_body_line(lines, series[0].start if series else None) :]
    page = Compilation(text, body, compilation_title(lines, body[0].start))
    marked = _lines_after_marks(page, series)
    by_line = dict(zip(marked, starts, strict=False))
    out = set(starts)
    for i in _promised_titles(page, marked, promised, least):
        at = page.lines[i].start
        out.add(by_line.get(i, Start(at, at, "title_line")))
    return sorted(out)


def _with_borders(text: str, starts: Sequence[Start], borders: Sequence[int]) -> list[Start]:
    """Add what joint evidence finds to starts; a list of contents that names a report is none."""
    known = [one.start for one in starts]
    near = [b for b in borders if not any(abs(b - a) <= LONGEST_TITLE for a in known)]
    titles = [(b, text[b : b + LONGEST_TITLE].split()[0]) for b in near]
    named = {
        one
        for one in starts
        for b, title in titles
        if one.start < b <= one.start + FRONT and title in text[one.start : b]
    }
    return sorted({*starts, *(Start(b, b, "joint_evidence") for b in near)} - named)


def _is_complete(series: Sequence[Marker], promised: int) -> bool:
    """Say whether marks run from one without a gap, as far as the compilation says they do."""
    whole = len(series) >= 2 and [mark.number for mark in series] == [*range(1, len(series) + 1)]
    return whole and len(series) >= promised


def _lines_after_marks(page: Compilation, series: Sequence[Marker]) -> list[int]:
    begins = [line.start for line in page.lines]
    out = []
    for mark in series:
        after = [i for i, at in enumerate(begins) if at >= mark.end or at == mark.start]
        out += after[:1]
    return out


def _promised_titles(
    page: Compilation, marked: Sequence[int], promised: int, least: float
) -> list[int]:
    """Find the titles; ask less of a line as long as fewer are found than are promised."""
    exactly = promised_titles(page, promised) if promised >= 2 else []
    if exactly and set(marked) <= set(exactly):
        return exactly
    opened = find_titles(page, marked, threshold=least)
    for threshold in (least - 1, least - 2) if least == THRESHOLD else ():
        if len(opened) >= promised:
            break
        more = find_titles(page, marked, threshold=threshold)
        opened = more if len(more) <= promised else opened
    return opened


def _with_unmarked_first(lines: Sequence[Line], starts: list[Start]) -> list[Start]:
    """Take long text before the first mark as a report of its own."""
    before = [line for line in lines if line.end <= starts[0].start]
    if sum(line.n_han for line in before) < SHORTEST_UNMARKED:
        return starts
    first = lines[_first_body_line(lines)].start
    at = first if first < starts[0].start else lines[0].start
    return [Start(at, at, "before_first_mark"), *starts]


# Which marks number the reports of a compilation: 篇一, the title and 1, lone numbers?

_N: Final = "(?:[一二三四五六七八九十]{1,3}|[0-9]{1,3})"
_OPEN, _CLOSE = r"[【\[（(〔]", r"[】\]）)〕]"

_INLINE: Final = re.compile(
    rf"(?:{_OPEN}\s*(?:第\s*(?P<a>{_N})\s*篇|篇\s*(?P<b>{_N}))\s*{_CLOSE}\s*[:：]?"
    rf"|(?:第\s*(?P<c>{_N})\s*篇|篇\s*(?P<d>{_N}))\s*[:：])\s*"
)
_TRAILING: Final = re.compile(
    rf"(?P<stem>.{{3,70}}?)\s*[-—_]?\s*{_OPEN}?\s*(?:第|之|篇|范文)?\s*(?P<n>{_N})\s*(?:篇)?\s*{_CLOSE}?\s*(?:[:：]\s*(?P<title>.{{4,60}}))?"
)
_NUMERAL: Final = re.compile("[一二三四五六七八九十0-9]")
_ENDS_NUMBERED: Final = frozenset("一二三四五六七八九十0123456789篇】]）)〕")
_LONE: Final = re.compile(rf"(?:{_OPEN}\s*)?(?:No\.?\s*)?(?P<n>{_N})\s*(?:{_CLOSE}|[、.．])?")


class Marker(NamedTuple):
    """One mark of a numbered series: where it begins, where its words end, and its number.

    ``start``: Where the mark begins in the text.
    ``end``: Where what must be left out ends: the mark itself, not the title behind it.
    ``number``: Its number in the series.
    ``style``: ``part_marker``, ``title_number``, ``lone_number``, ``numbered_title``,
      ``bulletin_issue`` or ``table_line``.
    """

    start: int
    end: int
    number: int
    style: str


def find_series(lines: Sequence[Line], *, cases: bool = False) -> list[Marker]:
    """Return the numbered marks that part a compilation into reports, or nothing.

    Of several series the most explicit one that runs in order is taken. A report may number the
    ``cases`` it tells, and only a compilation is parted by them.

    >>> text = "篇一：甲县总结\\n完成任务。\\n篇二：乙县总结\\n完成任务。"
    >>> [(m.number, m.style) for m in find_series(read_lines(text))]
    [(1, 'part_marker'), (2, 'part_marker')]
    """
    for found in (
        _rising(_part_markers(lines, cases)),
        _issues(lines),
        _title_numbers(lines),
        _lone_numbers(lines, cases),
    ):
        if found and _have_bodies(lines, found):
            return found
    return []


def _have_bodies(lines: Sequence[Line], run: Sequence[Marker]) -> bool:
    """Say whether half of the marks at least have a body; those of a list or a table have none."""
    begins = [line.start for line in lines]
    bodies = 0
    for mark, end in zip(run, [*[m.start for m in run[1:]], lines[-1].end], strict=True):
        inside = lines[max(0, bisect_right(begins, mark.end) - 1) : bisect_left(begins, end)]
        words = [
            one.words[max(0, mark.end - one.start) : max(0, end - one.start)] for one in inside
        ]
        bodies += has_body("\n".join(words))
    return 2 * bodies >= len(run)


def _rising(markers: Iterable[Marker]) -> list[Marker]:
    """Return the longest run of marks whose numbers rise from one of the first three on."""
    ordered = sorted(markers)[:MOST_MARKS]
    best: list[tuple[int, int]] = []
    for i, one in enumerate(ordered):
        earlier = [
            (best[j][0], -j) for j in range(i) if 0 < one.number - ordered[j].number <= MOST_LOST
        ]
        length, back = max(earlier, default=(0, 1))
        best.append((length + 1, -back) if length else (int(one.number <= 3), -1))
    if max(best, default=(0, 0))[0] < 2:
        return []
    at = max(range(len(best)), key=lambda i: (best[i][0], -i))
    run = []
    while at >= 0:
        run.append(ordered[at])
        at = best[at][1]
    return run[::-1]


def _consecutive(markers: Sequence[Marker]) -> list[Marker]:
    run = _rising(markers)
    steps = [b.number - a.number for a, b in pairwise(run)]
    return run if run and run[0].number == 1 and max(steps) <= 2 else []


@cache
def _leading(cases: bool) -> re.Pattern[str]:
    sample = f"(?:{any_of(WORDS, 'sample')}|{any_of(WORDS, 'case')})"
    sample = sample if cases else any_of(WORDS, "sample")
    return re.compile(
        rf"(?:{_OPEN}\s*)?(?:第\s*(?P<a>{_N})\s*篇(?!章|幅|文章|论文)|篇\s*(?P<b>{_N})(?!\d)"
        rf"|{sample}\s*(?:之\s*)?(?P<c>{_N}))(?P<close>\s*{_CLOSE})?\s*(?P<mark>[:：、.．])?\s*"
    )


def _part_markers(lines: Sequence[Line], cases: bool) -> Iterator[Marker]:
    leading = _leading(cases)
    for line in lines:
        begin = 0
        found = leading.match(line.words)
        if found and _explicit(found, line):
            begin = found.end()
            yield _part_marker(line.start, line.start + begin, found)
        for found in _INLINE.finditer(line.words, begin) if "篇" in line.words else ():
            behind = found.end() == len(line.words) and len(line.words) <= LONGEST_TITLE
            start, end = (0, 0) if behind else found.span()
            yield _part_marker(line.start + start, line.start + end, found)


def _part_marker(start: int, end: int, found: re.Match[str]) -> Marker:
    words = next(found[name] for name in "abcd" if found.groupdict().get(name))
    return Marker(start, end, read_numeral(words) or 0, "part_marker")


def _explicit(found: re.Match[str], line: Line) -> bool:
    """Say whether a line that begins like 第一篇 is a mark rather than a sentence."""
    rest = line.words[found.end() :]
    return bool(found["close"] or found["mark"] or not rest) or (
        len(rest) <= LONGEST_TITLE and not line.ends_sentence and not re.search("[，,。；]", rest)
    )


@cache
def _not_a_stem() -> re.Pattern[str]:
    caption = rf"^附\s*[件表录图]|[表图]|^{any_of(WORDS, 'caption')}|[0-9０-９.%]"
    return re.compile(rf"(?:{caption})\s*$|[。；;]")


def _may_be_numbered(words: str) -> bool:
    """Return whether a line can end in a number, or have one before a colon: most have neither."""
    ends = words.rstrip()[-1:] in _ENDS_NUMBERED or "：" in words or ":" in words
    return ends and _NUMERAL.search(words) is not None


def _title_numbers(lines: Sequence[Line]) -> list[Marker]:
    r"""Find one title printed again and again with 1, 2, 3 behind it, not in mid-sentence.

    >>> rows = "甲县推进各项改革任务落地见效，群众满意\n甲县总结 {}\n度提高。"
    >>> _title_numbers(read_lines("\n".join(rows.format(n) for n in (1, 2, 3))))
    []
    """
    series: dict[str, list[Marker]] = defaultdict(list)
    broken: Counter[str] = Counter()
    for above, line in zip([None, *lines], lines, strict=False):
        if len(line.words) > LONGEST_TITLE or not _may_be_numbered(line.words):
            continue
        found = _TRAILING.fullmatch(line.words)
        if found is None or _not_a_stem().search(found["stem"]):
            continue
        stem = Line(re.sub(r"\s", "", found["stem"]))
        if stem.n_han < 3 or stem.number:
            continue
        end = line.start + (found.start("title") if found["title"] else 0)
        number = read_numeral(found["n"]) or 0
        series[stem.words].append(Marker(line.start, end, number, "title_number"))
        broken[stem.words] += above is not None and _breaks_off_at(above)
    parted = (one for stem, one in series.items() if broken[stem] <= MOST_BROKEN * len(one))
    return max(map(_consecutive, parted), key=len, default=[])


MOST_BROKEN: Final = 0.4
"""Share of numbered lines that may follow a line broken off: more are heads or feet of pages."""

_ISSUE: Final = re.compile(
    r"(?P<head>.{2,40}?)\s*[（(]?(?:[0-9]{4}\s*年\s*)?第\s*(?P<n>[0-9一二三四五六七八九十]{1,4})\s*期"
    r"[)）]?(?:\s*[（(]?总第?\s*[0-9]{1,5}\s*期[)）]?)?"
)


def _issues(lines: Sequence[Line]) -> list[Marker]:
    """Find the issues of one bulletin: its name again and again, with the number of the issue.

    >>> rows = ["工作简报", "第1期", "甲县完成任务。", "工作简报", "第2期", "乙县完成任务。"]
    >>> [m.number for m in _issues(read_lines("\\n".join(rows)))]
    [1, 2]
    """
    bulletin = re.compile(any_of(WORDS, "bulletin") + "$")
    series: dict[str, list[Marker]] = defaultdict(list)
    for above, line in zip([None, *lines], lines, strict=False):
        words = line.words if len(line.words) <= LONGEST_TITLE else ""
        for first, whole in ((line, words), (above, f"{above.words} {words}" if above else "")):
            found = _ISSUE.fullmatch(whole) if first and words.endswith(("期", ")", "）")) else None
            if first and found and bulletin.search(found["head"].strip()):
                number = read_numeral(found["n"]) or 0
                mark = Marker(first.start, first.start, number, "bulletin_issue")
                series["".join(found["head"].split())].append(mark)
                break
    issues = max(series.values(), key=len, default=[])
    rise = all(a.number < b.number for a, b in pairwise(issues))
    return issues if rise and len(issues) > 1 else []


def _lone_numbers(lines: Sequence[Line], badges: bool) -> list[Marker]:
    """Find lines that hold a number only and stand before a title, not at the foot of a page.

    Numbers in bold, or such as 01, are ``badges`` of the headings of one article, unless the page
    is a compilation.
    """
    families: dict[str, list[tuple[Marker, bool]]] = defaultdict(list)
    titled = set()
    for i, (line, following) in enumerate(pairwise(lines)):
        lone = _LONE.fullmatch(line.words) if len(line.words) <= 8 else None
        if lone is None or not following.looks_like_title:
            continue
        if not badges and (line.layout or lone["n"].startswith("0")):
            continue
        mark = Marker(line.start, line.end, read_numeral(lone["n"]) or 0, "lone_number")
        if following.names_genre or places_named(following.words):
            titled.add(mark)
        form = re.sub("[0-9]+", "1", re.sub("[一二三四五六七八九十]+", "一", line.words))
        families[form].append((mark, i > 0 and _breaks_off_at(lines[i - 1])))
    runs = [
        _rising(mark for mark, _ in family)
        for family in families.values()
        if sum(broken for _, broken in family) <= MOST_BROKEN * len(family)
    ]
    if not badges:  # an article numbers its sections so, where nothing speaks of reports
        runs = [r for r in runs if 2 * len(titled & {*r}) >= len(r) or _apart(r) >= LONG_PIECE]
    return max((run for run in runs if not _are_rows(run)), key=len, default=[])


def _apart(run: Sequence[Marker]) -> float:
    """Return how many characters stand between one mark and the next, by their median."""
    between = [two.start - one.end for one, two in pairwise(run)]
    return median(between) if between else 0


def _are_rows(run: Sequence[Marker]) -> bool:
    """Say whether many numbers stand so near one another that they count the rows of a table."""
    return len(run) >= FEWEST_ROWS and _apart(run) < SHORTEST_PIECE


def _breaks_off_at(line: Line) -> bool:
    """Say whether a line ends in mid-sentence; the title of a compilation does not."""
    unended = len(line.words) > 15 and not line.ends_sentence and line.words[-1] not in "%％"
    return unended and _collection_cue().search(line.words) is None


# Which numbered lines of a compilation are the titles of its reports, not items within them?


def numbered_genres(lines: Sequence[Line]) -> list[Marker]:
    """Return numbered titles whose reports number their sections anew at the same rank or above.

    >>> report = "医共体建设工作总结\\n一、成效\\n完成任务。\\n二、打算\\n推进。\\n"
    >>> [m.number for m in numbered_genres(read_lines(f"1.甲县{report}2.乙县{report}"))]
    [1, 2]
    """
    numbered = [
        (line, one) for line in lines if (one := line.number or _badge(line)) and one.style != "dec"
    ]
    for style in ("num", "han", "hanp"):
        run = _consecutive_of_a_genre([(line, one) for line, one in numbered if one.style == style])
        firsts = [a.start for a, n in numbered if n.number == 1 and RANK[n.style] <= RANK[style]]
        ends = [*[mark.start for mark in run[1:]], lines[-1].end]
        anew = [any(m.start < at < end for at in firsts) for m, end in zip(run, ends, strict=False)]
        if sum(anew) >= 2 and sum(anew) >= 0.6 * len(run):
            return run
        if _have_owners(lines, run):
            return run
    return []


_BADGE: Final = re.compile(
    rf"(?:0?(?P<n>[1-9][0-9]?)[ \t\u3000]+|[\[【]0?(?P<b>[1-9][0-9]?)[\]】]\s*)(?={HAN.pattern})"
)


def _badge(line: Line) -> Enumerator | None:
    """Return the number before a title, in brackets or parted by a blank: 02 某县工作总结."""
    found = _BADGE.match(line.words) if line.names_genre else None
    number = (found["n"] or found["b"]) if found else ""
    return Enumerator("num", int(number), number, found.end()) if found else None


_BRACKETED: Final = re.compile(r"\s*[【\[〖](?P<words>[^【】\[\]〖〗]{2,12})[】\]〗]\s*")


def _bracketed_places(lines: Sequence[Line]) -> list[Marker]:
    """Return the lines that hold the name of a place in brackets, each another one with a body.

    >>> body = "推进改革，" * 20 + "成效明显。"
    >>> len(_bracketed_places(read_lines(f"【青河县】\\n{body}\\n【望山县】\\n{body}")))
    2
    """
    run: list[Marker] = []
    named: list[str] = []
    for line in lines:
        found = _BRACKETED.fullmatch(line.words) if len(line.words) <= LONGEST_TITLE else None
        places = places_named(found["words"]) if found else []
        if found and places and found["words"].endswith(places[-1]):
            run.append(Marker(line.start, line.start, len(run) + 1, "title_line"))
            named.append(found["words"])
    starts = [mark.start for mark in run]
    size = [
        sum(line.n_han for line in lines if a < line.start < b)
        for a, b in pairwise([*starts, lines[-1].end])
    ]
    parted = len(run) > 1 and len(set(named)) == len(named)
    return run if parted and min(size) >= SHORTEST_DECLARED else []


def _have_owners(lines: Sequence[Line], run: Sequence[Marker]) -> bool:
    """Say whether most of two numbered titles or more name bodies or places, each another one.

    Bodies below the title of one report are its sections: 一、县教育局任务完成情况.
    """
    if len(run) < 2:
        return False
    words = {line.start: line.words for line in lines}
    titles = [words[mark.start][mark.end - mark.start :] for mark in run]
    one = any(line.start < run[0].start and _is_of_one_report(line) for line in lines)
    named = [[*([] if one else [body_named(title)]), *places_named(title)] for title in titles]
    owners = [names[0] for one in named if (names := [name for name in one if name])]
    return len(owners) == len(set(owners)) >= 0.6 * len(run)


def _is_of_one_report(line: Line) -> bool:
    """Say whether a line above numbered titles is the title of one report, with its year."""
    of_year = line.names_genre and _OF_YEAR.search(line.words) is not None
    return of_year and _collection_cue().search(line.words) is None


def _consecutive_of_a_genre(numbered: Sequence[tuple[Line, Enumerator]]) -> list[Marker]:
    """Return the longest run of numbered titles that end alike, or of all if none is longer."""
    families: dict[str, list[Marker]] = defaultdict(list)
    for line, one in numbered:
        if Line(line.words[one.end :]).names_genre:
            mark = Marker(line.start, line.start + one.end, one.number, "numbered_title")
            families[line.words[-2:]].append(mark)
    every = [mark for family in families.values() for mark in family]
    return max(map(_consecutive, (*families.values(), every)), key=len, default=[])


class _Candidate(NamedTuple):
    """A numbered line that looks like a title, and how much speaks for it."""

    line: Line
    enumerator: Enumerator
    score: float


def find_numbered_titles(text: str, lines: Sequence[Line], promised: int) -> list[Marker]:
    """Return the numbered titles of a compilation that says it is one, or nothing.

    The first must be the first line behind the title of the compilation, and there must be as
    many as it promises. Where a number comes more than once, what stands around it decides.

    >>> body = "近年来，全县推进医改，完成了各项任务，群众满意。" * 8
    >>> text = f"1.推进医共体建设\\n{body}\\n2.做好医养结合工作\\n{body}"
    >>> [m.number for m in find_numbered_titles(text, read_lines(text), 2)]
    [1, 2]
    """
    opening = lines[0].number if promised >= 2 else None
    if opening is None or opening.number != 1:
        return []
    chain = _best_chain(_candidates(lines, opening), promised)
    if not chain or count_han(text[chain[0].line.start :]) < SHORTEST * len(chain):
        return []
    return [
        Marker(c.line.start, c.line.start + c.enumerator.end, c.enumerator.number, "numbered_title")
        for c in chain
    ]


def _candidates(lines: Sequence[Line], opening: Enumerator) -> list[_Candidate]:
    """Return the lines numbered like the first one, laid out like it, and short."""
    found = []
    form = _form(lines[0], opening)
    for i, line in enumerate(lines):
        one = line.number
        if one is None or one.style != opening.style or _form(line, one) != form:
            continue
        title = Line(line.words[one.end :])
        if line.indent == lines[0].indent and title.looks_like_title:
            before = lines[i - 1] if i else Line("")
            after = lines[i + 1].words if i + 1 < len(lines) else ""
            score = 2.0 * title.names_genre + 1.5 * title_word("opener", after)
            score += before.ends_sentence + title_word("closer", before.words[-60:])
            found.append(_Candidate(line, one, score))
    return found


def _form(line: Line, one: Enumerator) -> str:
    """Return how a number is written: its marks without its figures."""
    return "".join(sign for sign in line.words[: one.end] if not sign.isalnum())


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


# What is one report: its text, title and span, and what is left out before it?


def _cut(
    mapped: MappedText, one: Start, end: int, after: int, cells: Sequence[Hint]
) -> ReportSlice:
    """Cut one report out of the source, its mark left out."""
    text = mapped.text
    words = text[one.words : end]
    begin = one.words + len(words) - len(words.lstrip())
    part = mapped.slice(begin, max(begin, one.words + len(words.rstrip())))
    span = part.source_span()
    mark = _left_out(mapped, one.start, begin, one.rule)
    # A number on a line of its own stands before the report, other marks belong to it.
    marked = min([span[0], *(x.start for x in mark if one.rule != "lone_number")])
    within = one.rule == "joint_evidence" and text[: one.start].rpartition("\n")[2].strip()
    raw_start = marked if within else _line_start(mapped.source, marked, after)
    title, title_span = _title(part, cells)
    return ReportSlice(
        part,
        title,
        title_span,
        raw_start=raw_start,
        raw_end=max(span[1], raw_start),
        label=text[one.start : one.words].strip(" 　:：\n\t"),
        rule=one.rule,
        truncated=breaks_off(part.text),
        orphan=not (has_body(part.text) or has_rows(part.text)),
        left_out=tuple(mark),
    )


def _line_start(source: str, at: int, after: int) -> int:
    """Return where the line of a report begins, if no other report shares it.

    What cleaning took away in front of it, such as a chunk's number, belongs to its span.
    """
    line = source.rfind("\n", 0, at) + 1
    if line < after:
        return at
    return at - len(source[line:at].lstrip())


def _front_matter(mapped: MappedText, lines: Sequence[Line], end: int) -> list[LeftOut]:
    """Return the lines before the first report with the rules that leave them out."""
    out = []
    for line in lines:
        if line.start >= end:
            break
        own = line if line.end <= end else Line(line.words[: end - line.start].rstrip(), line.start)
        rule = "compilation_title" if own.looks_like_title else "front_matter"
        out += _left_out(mapped, own.start, own.end, rule)
    return out


def _left_out(mapped: MappedText, start: int, end: int, rule: str) -> list[LeftOut]:
    if start >= end or not mapped.text[start:end].strip():
        return []
    a, b = mapped.slice(start, end).source_span()
    return [LeftOut(a, b, rule)] if a < b else []


def _title(part: MappedText, cells: Sequence[Hint] = ()) -> tuple[str, tuple[int, int] | None]:
    """Return the title a report begins with, and its place in the source.

    It is read before repairs, which would put masks such as ‹YEAR› into it.
    """
    joined, lines = read_blocks(part.slice(0, min(len(part.text), HEAD)), cells)
    lines = [line for line in lines if not line.is_cell]
    known = [line for line in lines[:FRONT_LINES] if PAGE_TITLE in line.flags]
    if known:
        span = joined.slice(known[0].start, known[-1].end).source_span()
        return "".join(line.words for line in known), span
    lines = lines[_letterhead(lines) :][:8]
    taken: list[Line] = []
    for i, (line, row) in enumerate(zip(lines, read_kinds(lines), strict=True)):
        if taken and taken[-1].ends_in_genre and _YEAR_LINE.fullmatch(line.words):
            taken.append(line)
            break
        heading = row.kind == "heading" or (row.kind == "body" and line.looks_like_title)
        if not heading or row.enumerator is not None:
            break
        if taken and line.names_genre and _to_copy().search(taken[-1].words):
            taken = [line]  # a site's name for it stood above
            continue
        if taken and (
            _opens_below(taken[0], line)
            or (is_office(line.words) and _PLACE.match(line.words))
            or len(taken) > 2
            or not _same_title(taken, line, lines[i + 1 : i + 4])
        ):
            break
        taken.append(line)
    if not taken:
        return "", None
    span = joined.slice(taken[0].start, taken[-1].end).source_span()
    return _one_title([_MARK.sub("", line.words) for line in taken]), span


_MARK: Final = re.compile(rf"^(?:#{{1,6}}\s+(?=\S)|0\d[、.\s]\s*(?={HAN.pattern}))")
"""What stands before a title in Markdown, or as its badge in a compilation (01)."""


@cache
def _to_copy() -> re.Pattern[str]:
    """Return how a site ends its name for a text to be copied: 卫生工作总结范文."""
    return re.compile(any_of(WORDS, "text_to_copy") + r"(?:[（(][^（）()]{1,12}[)）])?$")


def _letterhead(lines: Sequence[Line]) -> int:
    """Return how many lines before a title stand above it: bodies, numbers, columns of a site.

    One body right above 关于… or 2021年…总结 is the beginning of the title.

    >>> words = ["甲县卫生健康局　甲县财政局", "甲县医疗保障局", "关于开展试点的通知"]
    >>> _letterhead([Line(one) for one in words]), _letterhead([Line(one) for one in words[1:]])
    (2, 0)
    >>> _letterhead([Line(w) for w in ("甲县卫生健康局文件", "甲卫〔2021〕3号", words[2])])
    2
    """
    bodies = 0
    for i, line in enumerate(lines[:FRONT_LINES]):
        if not _WORD.search(line.words):
            continue
        about = line.words.find("关于")
        if bodies == 1 and (about == 0 or _is_year_and_genre(line)):
            return i - 1
        if about >= 0 or (i and (line.names_genre or _names_document(line.words))):
            return i
        names = line.words.split()
        if _above_title().fullmatch(line.words):
            bodies = 0
        elif all(_body_name().search(name) for name in names):
            bodies += len(names)
        else:
            return 0
    return 0


_YEAR_LINE: Final = re.compile(
    r"[—－-]*[（(]?\s*(?:(?:19|20)[0-9]{2}|[一二][〇零○一二三四五六七八九]{3})\s*年度?\s*[)）]?"
)
"""The year of a title, on the line below it: （2020年度）."""

_OF_YEAR: Final = re.compile("(?:[0-9xX×*]{2,4}|[〇零○一二三四五六七八九]{4})年")


def _is_year_and_genre(line: Line) -> bool:
    """Say whether a line is the end of a title whose owner stands above it: 2021年工作总结."""
    return line.ends_in_genre and _OF_YEAR.match(line.words) is not None


def _names_document(words: str) -> bool:
    """Say whether a line ends as titles of official documents do: …的答复."""
    named = pattern_of("cleaning/words.csv", "report_title", after="$")
    return count_han(words) >= LEAST_OF_TITLE and named.search(words) is not None


LEAST_OF_TITLE: Final = 8


@cache
def _above_title() -> re.Pattern[str]:
    """Return what may stand above a title: a document's number or head, a site or its column."""
    column, site = (any_of("reading/words.csv", one) for one in ("column_name", "site_end"))
    number = r"\S{1,16}[〔\[（(【〖](?:19|20)[0-9]{2}[〕\])）】〗]\s*第?\s*[0-9]{1,5}\s*号"
    head = rf"(?:\S{{2,40}})?{any_of(WORDS, 'letterhead')}"
    beside = any_of(WORDS, "beside_number")
    return re.compile(
        rf"{column}|\S{{2,30}}{site}|{beside}"
        rf"|(?:{number}|{head})[ \u3000]*(?:{number})?[ \u3000]*(?:{beside})?"
    )


@cache
def _body_name() -> re.Pattern[str]:
    return re.compile(any_of(WORDS, "office") + "$")


_DATED: Final = re.compile(r"[（(]?\s*[0-9]{4}\s?年\s?[0-9]{1,2}\s?月\s?[0-9]{1,2}\s?日")


def _opens_below(title: Line, line: Line) -> bool:
    """Say whether a line is no title by its form: by its date, its label, or a heading before."""
    labelled = _field_label().match(line.words) is not None
    unlike = bool(title.layout) and not line.layout
    return unlike or labelled or _DATED.match(line.words) is not None


@cache
def _field_label() -> re.Pattern[str]:
    return re.compile(any_of(WORDS, "field_label") + r"\s*[：:]")


def _same_title(taken: Sequence[Line], line: Line, following: Sequence[Line]) -> bool:
    """Say whether a short line goes on with the title before it rather than heading a section."""
    if line.names_genre and not taken[-1].names_genre:
        return True
    if _is_year_and_genre(line) and (
        is_office(taken[-1].words) or _PLACE.fullmatch(taken[-1].words)
    ):
        return True
    if line.words.startswith("关于") and _body_name().search(taken[-1].words):
        return True
    below = "".join(one.words for one in following)
    return bool(below) and (
        echo(line.words, below) >= 0.3 or echo(taken[0].words, line.words) >= 0.3
    )


def _one_title(rows: Sequence[str]) -> str:
    """Join the lines of a title; a line whose words are all in another one is dropped."""
    kept: list[str] = []
    for i, row in enumerate(rows):
        if not any(echo(row, other) >= 0.95 for other in (*kept, *rows[i + 1 :])):
            kept.append(row)
    whole = kept[0] if kept else rows[0]
    for row in kept[1:]:
        of_one = whole.endswith("年") or (row[0].isdigit() and _body_name().search(whole))
        of_one = of_one or _YEAR_LINE.fullmatch(row)
        whole += row if of_one else f" {row}"
    return whole

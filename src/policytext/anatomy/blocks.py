"""Where does each paragraph begin and end, once lines are joined and flattened text is cut?"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import pairwise
from typing import Final

from policytext.anatomy.grids import mark_cells
from policytext.anatomy.lines import RANK, WORDS, Enumerator, Line, read_enumerator, read_lines
from policytext.anatomy.parts import read_heading
from policytext.cleaning.context import join_odds
from policytext.cleaning.mapped import Edit, MappedText
from policytext.data import any_of
from policytext.reading.source import Hint
from policytext.records import read_numeral

LONG_LINE: Final = 300
"""Shorter lines are not cut at wide gaps."""
SHORTEST_CLAUSE: Final = 12
LONGEST_FRONT: Final = 120
"""Characters of title, speaker and salutation in a line that holds a whole report."""
BODY_LENGTH: Final = 40
"""A line longer than this without a sentence end is a broken paragraph rather than a heading."""


def read_blocks(report: MappedText, cells: Sequence[Hint] = ()) -> tuple[MappedText, list[Line]]:
    """Return the report with broken paragraphs joined, and its paragraphs as lines.

    Line breaks in mid-sentence are edits of rule ``joined_lines``, so the map to the source
    remembers them. Lines that hold a whole report are cut at wide gaps and at the numbers of
    headings.

    >>> text = "一、工作\\n" + "全县医疗卫生机构" * 6 + "，\\n全部达标。"
    >>> joined, lines = read_blocks(MappedText.of(text))
    >>> [joined.text[line.start : line.end][-5:] for line in lines]
    ['一、工作', '全部达标。']
    """
    rows = mark_cells(report, read_lines(report.text), cells)
    parts = [part for line in rows for part in _cut_at_wide_gaps(line)]
    parts = [*(part for line in parts[:1] for part in _cut_title(line)), *parts[1:]]
    parts = [part for line in parts for part in _cut_articles(line)]
    lines = [part for line in cut_flattened(parts) for part in _cut_run_in(line)]
    lines = _unglue_headings(lines)
    gaps = _gaps_to_close(lines)
    if not gaps:
        return report, lines
    edits = [_closed(report.text, a, b) for a, b in gaps]
    joined = report.apply(edits)
    return joined, _join(joined.text, lines, edits)


# Where must a line be cut in which headings and paragraphs were run together?

SHORTEST: Final = 60
"""Lines shorter than this are not searched."""
LONG: Final = 150
"""In a shorter line only numbers behind full stops show that it was run together."""
_LEAST_ENDED: Final = 2
_ENDS: Final = ("。", "！", "？")
LONGEST_HEADING: Final = 40

_BLANKS: Final = re.compile(r"[\t \xa0\u2003\u3000]{2,}|\t")
_WIDE: Final = re.compile(r"\t|[\xa0\u2003\u3000]{2}| {4}")
_GAPS: Final = re.compile(r"[ \xa0\u3000][ \xa0\u3000]*")
_SENTENCE_GAP: Final = re.compile(r"[ \xa0\u3000](?<=[。！？].)[ \xa0\u3000]*(?=\S)")
_BLANK: Final = re.compile(r"\s")
_MARK: Final = re.compile("[。；;！？!?：:]")
_MARK_OR_COMMA: Final = re.compile("[。；;！？!?：:，]")
_SIGNATURE: Final = re.compile(
    r"(?<=[。！”])\s*(?P<issuer>[^\s，。,]{2,30})\s+(?P<date>[(（]?[0-9xX二〇○零一O]{0,4}年\S{2,9}日[)）]?)$"
)
_UNFINISHED: Final = re.compile("[了的和与在对将为以按从把被及，,、]$")


@cache
def _salutation() -> re.Pattern[str]:
    greeted = f"{any_of(WORDS, 'honoured_in_line')}?{any_of(WORDS, 'greeted_in_line')}"
    return re.compile(rf"(?:^|(?<=\s)){greeted}\S{{0,12}}?[:：!！](?=\s)")


@cache
def _office_and_genre() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Return what a blank does not part in a title: an office, and 年 or the name of a genre."""
    genre = any_of(WORDS, "genre_of_report")
    return re.compile(any_of(WORDS, "office") + "$"), re.compile(rf"年|\S{{0,40}}{genre}")


def _cut_at_wide_gaps(line: Line) -> list[Line]:
    """Cut a long line that holds many paragraphs with wide gaps between them.

    Between title, speaker and salutation before the first wide gap, narrower ones part too.
    """
    gaps: list[tuple[int, int]] = []
    if len(line.words) >= LONG_LINE and not line.is_cell:
        runs = _BLANKS.finditer(line.words)
        gaps = [run.span() for run in runs if _WIDE.search(run.group())]
    if len(gaps) < 3:
        return [line]
    if gaps[0][0] <= LONGEST_FRONT:
        front = _BLANKS.finditer(line.words, 0, gaps[0][0])
        gaps = [*(run.span() for run in front), *gaps]
    starts = [0, *[b for _, b in gaps]]
    ends = [*[a for a, _ in gaps], len(line.words)]
    return [
        Line(line.words[a:b], line.start + a, line.indent, ("cut",))
        for a, b in zip(starts, ends, strict=True)
        if line.words[a:b].strip()
    ]


def cut_flattened(lines: Sequence[Line]) -> list[Line]:
    """Return the lines of a report, those cut in which headings and paragraphs were run together.

    A text counts as flattened only if numbers of headings in mid-line run in order; elsewhere
    a number after a space is left alone.

    >>> row = "情况如下: 一、主要工作 1、医改工作 全县推进医改。" + "各项任务落实。" * 20
    >>> row += " 2、妇幼工作 全部完成。"
    >>> [line.words[:8] for line in cut_flattened([Line(row)])]
    ['情况如下:', '一、主要工作', '1、医改工作', '全县推进医改。各', '2、妇幼工作', '全部完成。']
    """
    marks = {
        i: list(_numbers_in(line))
        for i, line in enumerate(lines)
        if len(line.words) >= SHORTEST and not line.is_cell
    }
    long = [i for i in marks if len(lines[i].words) >= LONG]
    kept = _in_order([(i, at, one) for i in long for at, one in marks[i]])
    if len(kept) < 2 or not any(number.number == 1 for _, _, number in kept):
        kept, long = [], []
    for i in marks.keys() - long:
        kept += _run_together(lines[i], i, marks[i]) if len(lines[i].words) < LONG else []
    cut = {*long, *(i for i, _, _ in kept)}
    out: list[Line] = []
    for i, line in enumerate(lines):
        parts = [line]
        if i in cut:
            parts = _parts(line, _points(line, [(at, one) for j, at, one in kept if j == i]))
        out += parts if len(parts) > 1 else [line]
    return out


def _run_together(
    line: Line, i: int, numbers: Sequence[tuple[int, Enumerator]]
) -> list[tuple[int, int, Enumerator]]:
    """Return the numbers of a short line, if two outer ones stand behind the end of a sentence."""
    kept = _in_order([(i, at, one) for at, one in numbers])
    outer = [at for _, at, one in kept if RANK[one.style] <= RANK["hanp"]]
    ended = [at for at in outer if line.words[:at].rstrip()[-1:] in _ENDS]
    first = any(one.number == 1 for _, _, one in kept)
    return kept if first and len(ended) >= _LEAST_ENDED else []


def _cut_run_in(line: Line) -> list[Line]:
    """Cut off an outer heading that names a part of the report and only a blank ends.

    >>> [one.words for one in _cut_run_in(Line("二、2024年主要任务 今年要新建卫生室12所。"))]
    ['二、2024年主要任务', '今年要新建卫生室12所。']
    """
    number = line.number
    if number is None or RANK[number.style] > RANK["han"] or not line.ends_sentence:
        return [line]
    end = _heading_end(line.words, number.end)
    if not end or not read_heading(line.words[number.end : end]).part:
        return [line]
    return _parts(line, [0, end])


_ARTICLE: Final = re.compile(r"第([一二三四五六七八九十百零〇0-9]{1,6})([章节条])(?=[\s\u3000])")
_ENDED: Final = ("。", "；", "：", "”", "）", ";", ":")


def _cut_articles(line: Line) -> list[Line]:
    """Cut a line that holds several chapters or articles of a rule, numbered on one by one.

    >>> row = "第一章 总则　　第一条 为规范管理，制定本办法。　　第二条 依照 第一条 办理。"
    >>> [one.words for one in _cut_articles(Line(row))]
    ['第一章 总则', '第一条 为规范管理，制定本办法。', '第二条 依照 第一条 办理。']
    >>> [one.words for one in _cut_articles(Line("第二条 适用于本县。第三条 自印发之日起施行。"))]
    ['第二条 适用于本县。', '第三条 自印发之日起施行。']
    """
    words = line.words
    if line.is_cell or not _ARTICLE.match(words):
        return [line]
    points: list[int] = []
    last: dict[str, int] = {}
    heading = False
    for found in _ARTICLE.finditer(words):
        at, number, kind = found.start(), read_numeral(found[1]) or 0, found[2]
        before = words[points[-1] if points else 0 : at]
        parted = before[-1:].isspace() and (heading or before.rstrip().endswith(_ENDED))
        parted = parted or (bool(last) and before.endswith("。"))
        if not points or (parted and number == last.get(kind, number - 1) + 1):
            points.append(at)
            last[kind] = number
            heading = kind != "条"
            continue
        heading = False
    return _parts(line, points) if len(points) > 1 else [line]


def _cut_title(line: Line) -> list[Line]:
    """Cut off a title that names its genre and that only a blank parts from the first sentence.

    >>> [one.words for one in _cut_title(Line("青河县2021年医改工作总结 今年以来，全县推进医改。"))]
    ['青河县2021年医改工作总结', '今年以来，全县推进医改。']
    """
    gap = _GAPS.search(line.words, 0, LONGEST_HEADING + 2)
    if gap is None or line.number or not line.ends_sentence:
        return [line]
    title = Line(line.words[: gap.start()])
    whole = title.names_genre and title.looks_like_title and not _MARK_OR_COMMA.search(title.words)
    return _parts(line, [0, gap.end()]) if whole else [line]


def _numbers_in(line: Line) -> Iterator[tuple[int, Enumerator]]:
    """Yield the enumerators of a line that follow a blank, and the one it begins with."""
    words = line.words
    if line.number is not None:
        yield 0, line.number
    for gap in _GAPS.finditer(words):
        found = read_enumerator(words, gap.end())
        if found is not None and not words[found.end : found.end + 1].isdigit():
            yield gap.end(), found


def _in_order(numbers: Sequence[tuple[int, int, Enumerator]]) -> list[tuple[int, int, Enumerator]]:
    """Keep the numbers that begin at one or go on from the last one of their style."""
    last: dict[str, int] = {}
    kept = []
    for i, at, one in numbers:
        if one.number == 1 or 0 < one.number - last.get(one.style, -9) <= 2:
            last[one.style] = one.number
            kept.append((i, at, one))
    return kept


def _points(line: Line, numbers: Sequence[tuple[int, Enumerator]]) -> list[int]:
    """Return where the parts of a line begin."""
    words = line.words
    if not _BLANK.search(words):
        return [0]
    points = {0, *[at for at, _ in numbers], *_front_matter(words)}
    points.update(end for _, one in numbers if (end := _heading_end(words, one.end)))
    points.update(found.end() for found in _SENTENCE_GAP.finditer(words))
    for found in _salutation().finditer(words, 0, 200):
        points.update(found.span())
    signed = _SIGNATURE.search(words, max(0, len(words) - 80))
    if signed:
        points.update((signed.start("issuer"), signed.start("date")))
    return sorted(points)


def _heading_end(words: str, start: int) -> int:
    """Return where the body begins behind a heading that ends at a blank (0: it does not)."""
    gap = _GAPS.search(words, start, start + LONGEST_HEADING + 2)
    if gap is None or gap.end() >= len(words) or gap.start() - start < 2:
        return 0
    head = words[start : gap.start()]
    return 0 if _MARK.search(head) or _UNFINISHED.search(head) else gap.end()


def _front_matter(words: str) -> Iterator[int]:
    """Yield where the titles, issuers and dates begin that stand before the first sentence."""
    office, genre = _office_and_genre()
    at = 0
    while gap := _GAPS.search(words, at, at + LONGEST_HEADING + 2):
        before = words[at : gap.start()]
        if _MARK_OR_COMMA.search(before):
            return
        at = gap.end()
        if not (office.search(before) and genre.match(words, at, at + 40)):
            yield at


def _parts(line: Line, points: Sequence[int]) -> list[Line]:
    parts = []
    for start, end in zip(points, [*points[1:], len(line.words)], strict=True):
        words = line.words[start:end]
        lead = len(words) - len(words.lstrip())
        if words.strip():
            at = line.start + start + lead
            parts.append(Line(words.strip(), at, line.indent, ("cut",)))
    return parts


# Which headings were glued to the paragraph before them?

_GLUED: Final = re.compile(r"[。！？][”’）]?([\u4e00-\u9fff“”]{5,24})$")


def _unglue_headings(lines: Sequence[Line]) -> list[Line]:
    """Cut off a heading that was glued to the end of the paragraph before it.

    It must be as long as the other headings without numbers, of which there are two at least.
    """
    sizes = [
        one.n_han
        for one in lines[1:]
        if len(one.words) <= 30 and one.looks_like_heading and not _begins_anew(one)
    ]
    if len(sizes) < 2:
        return list(lines)
    out: list[Line] = []
    for line in lines:
        glued = _GLUED.search(line.words) if len(line.words) > BODY_LENGTH else None
        if glued is None or line is lines[-1]:
            out.append(line)
            continue
        at = glued.start(1)
        head = Line(line.words[at:], line.start + at, line.indent, ("unglued",))
        alike = sum(abs(head.n_han - n) <= 2 for n in sizes) >= 2
        body = Line(line.words[:at], line.start, line.indent, line.flags)
        out += [body, head] if alike else [line]
    return out


# Which line breaks stand in mid-sentence?

_OPEN_END: Final = re.compile(r"[，,、:：“‘（(《〈›\w]$")
_ITEM: Final = re.compile(
    r"[一二三四五六七八九十]是|[—―]{2}|[•●■◆▪·]|第[一二三四五六七八九十]+[，,]|#|[\[［]\d"
)
_MASKED: Final = "›xX×"
_FEW_LINES: Final = 5
_MOST: Final = 0.8
_CLOSES: Final = {"》": "《", "”": "“", "’": "‘", "）": "（", "〉": "〈"}
_CLOSING: Final = re.compile(f"[{''.join(_CLOSES)}]")
_CLOSED_WITHIN: Final = 20
_STOPS: Final = "。\n；"
_COLUMNS: Final = re.compile(r"\S(?:[ \xa0\u3000]{2,}|\t)\S")
_TWO_COLUMNS: Final = re.compile("[^ \xa0\u3000][ \xa0\u3000]{4,}[^ \xa0\u3000]")
_CELLS: Final = re.compile(r" (?<=[\u4e00-\u9fff。；）)》」”] )(?=[\u4e00-\u9fff（(《「“])")
"""A blank that parts words: where a cell's last words and the next cell stand on one line."""
_BARE: Final = re.compile(r"[\d\s]+")
_LATIN: Final = re.compile("[A-WYZa-wyz]")
"""A letter that masks nothing."""
_NEAR_BREAK: Final = 20
"""A gap so near a break tells columns side by side: what stands in them goes on elsewhere."""

_CAPITAL: Final = re.compile("[A-Z][a-z]*,? [A-Za-z]{2}")
"""Words that begin an English sentence; what goes on behind a figure is none (5G, 100 Mbps)."""

_SURE, _ENOUGH, _ENOUGH_IN_BROKEN = 12.0, 9.0, 2.0
"""By how much (natural logarithm) words across a break must be likelier without a stop between.

Measured on joins judged one by one in work reports and laws: of 51 at 9 and above all right, the
highest wrong one at 8.5. Where most open lines of a text break off in mid-word, less is enough.
"""


def _gaps_to_close(lines: Sequence[Line]) -> list[tuple[int, int]]:
    long_lines = [line for line in lines if len(line.words) > BODY_LENGTH]
    unended = sum(not line.ends_sentence for line in long_lines)
    careless = len(long_lines) >= 5 and unended > 0.3 * len(long_lines)
    empty = sum(_empty_between(one, other) for one, other in pairwise(lines))
    spaced = len(lines) > _FEW_LINES and empty >= _MOST * (len(lines) - 1)
    enough = _SURE if careless else _ENOUGH
    if _breaks_words(lines, unended):
        enough, spaced = _ENOUGH_IN_BROKEN, False
    pointed = any(_POINT_STOP.search(line.words[-2:]) for line in lines)
    gaps = []
    following: Line | None = None
    piece = ""
    for i in range(len(lines) - 1, -1, -1):
        line = lines[i]
        before, piece = piece, ""
        if following is not None and (
            (before and _opens(line, following, before))
            or (piece := _piece(lines, i, following))
            or _goes_on(line, following, enough, spaced)
            or _closes(lines, i, following.words)
            or (not pointed and _cuts_decimal(line, following))
        ):
            gaps.append((line.end, following.start))
            following = Line(line.words + following.words, line.start, line.indent, line.flags)
        else:
            following = line
    return gaps[::-1]


_LONGEST_PIECE: Final = 12
_PIECE, _BOTH_SIDES = 6.0, 16.0
"""Log-odds with which a word reads on from each side and from both: headings fall short of one."""
_FIGURE: Final = re.compile(r"\d[\d,]{0,9}(?:\.\d{1,4})?")
_YEAR: Final = re.compile(r"(?:19|20)\d\d")
_WORD: Final = re.compile(r"[\u4e00-\u9fff]{1,12}")
_CLAUSES: Final = re.compile("[，、；。]")


def _piece(lines: Sequence[Line], i: int, following: Line) -> str:
    """Say whether a short line is a piece of the sentence around it: what a page drew apart.

    A ``figure`` has its unit behind it, a ``year`` the word 年; a ``word`` is read on from on both
    sides.

    >>> at = [Line(words) for words in ("全县农村低保对象", "8234", "人，发放低保金。")]
    >>> _piece(at, 1, at[2])
    'figure'
    """
    line = lines[i]
    if line.is_cell or following.is_cell or not _CLAUSES.search(following.words, 1):
        return ""
    if _YEAR.fullmatch(line.words) and re.match("年[，,\u4e00-\u9fff]", following.words):
        return "year"
    if _FIGURE.fullmatch(line.words) and _unit_and_more().match(following.words):
        return "figure" if i and _may_open(lines[i - 1]) else ""
    if not i or not _WORD.fullmatch(line.words) or len(line.words) > _LONGEST_PIECE:
        return ""
    above = lines[i - 1]
    odds = _reads_on(above.words, line.words), _reads_on(line.words, following.words)
    whole = _may_open(above) and _CLAUSES.search(above.words) and not _begins_anew(following)
    return "word" if whole and min(odds) >= _PIECE and sum(odds) >= _BOTH_SIDES else ""


def _may_open(line: Line) -> bool:
    """Return whether a line is no row and breaks off behind a Chinese word."""
    return not (line.is_cell or line.ends_sentence) and _HAN_END.search(line.words) is not None


def _opens(line: Line, following: Line, piece: str) -> bool:
    """Say whether a line breaks off before a piece of its sentence that stood on its own line."""
    if not _may_open(line) or (piece == "year" and not _CLAUSES.search(line.words)):
        return False
    heading = line.number is not None and not _CLAUSES.search(line.words)
    opened = piece == "word" or _CLAUSES.search(line.words) is not None
    return not heading and (opened or _reads_on(line.words, following.words) > 0)


_HAN_END: Final = re.compile("[\u4e00-\u9fff]$")


@cache
def _unit_and_more() -> re.Pattern[str]:
    units = f"{any_of('cleaning/words.csv', 'unit_of_range')}"
    return re.compile(f"[%％‰]|{units}|{any_of('cleaning/words.csv', 'unit_after_space')}")


def _breaks_words(lines: Sequence[Line], unended: int) -> bool:
    """Say whether most open lines of a text break off in mid-word, two at least."""
    sure = sum(
        _reads_on(one.words, two.words) >= _SURE
        for one, two in pairwise(lines)
        if len(one.words) > BODY_LENGTH and not one.ends_sentence
    )
    return sure >= 2 and 2 * sure >= unended


def _goes_on(line: Line, following: Line, enough: float, spaced: bool) -> bool:
    """Say whether a line goes on in the next one (given with all that goes on behind it)."""
    if line.ends_sentence:
        return False
    apart = line.is_cell or following.is_cell or line.layout or following.layout
    if following.flags == ("unglued",) or apart:
        return False
    if _COLUMNS.search(following.words, 0, _NEAR_BREAK) or _BARE.fullmatch(following.words):
        return False
    if _TWO_COLUMNS.search(line.words) and _TWO_COLUMNS.search(following.words):
        return False  # each half of the page goes on in its own half
    if line.words[-1] in "《“‘（(〈":
        return True
    if following.words[0] in "，、。；":
        return True
    long = len(line.words) > BODY_LENGTH or _breaks_off_early(line, following)
    return long and _broken(line, following, enough, spaced)


def _breaks_off_early(line: Line, following: Line) -> bool:
    """Say whether a shorter line ends in a comma and reads on: no heading does."""
    some = len(line.words) >= SHORTEST_CLAUSE and line.words[-1] == "，"
    return some and _reads_on(line.words, following.words) >= _SURE


_POINT_ENDS: Final = re.compile(r"[，,、][^。；]*[\u4e00-\u9fff]\d{1,4}\.$")
_POINT_STOP: Final = re.compile(r"[\u4e00-\u9fff]\.$")
"""A full stop of ASCII: where a text has them, a point behind a figure may be one."""


def _cuts_decimal(line: Line, following: Line) -> bool:
    """Say whether a line ends within a decimal: 提高2.⏎3个百分点, 达到95⏎.2%."""
    if line.is_cell or following.is_cell:
        return False
    if re.match(r"\.\d", following.words):
        return line.words[-1].isdigit()
    ends = line.words[-1] == "." and _POINT_ENDS.search(line.words[-80:]) is not None
    return ends and _decimal().match(following.words) is not None


@cache
def _decimal() -> re.Pattern[str]:
    return re.compile(rf"\d{{1,4}}(?:[%％‰]|{any_of('cleaning/words.csv', 'unit_of_decimal')})")


def _broken(line: Line, following: Line, enough: float, spaced: bool) -> bool:
    """Say whether a long line without a sentence end goes on in the next line."""
    words = line.words
    if not _OPEN_END.search(words) or words[-1] in "：:" or _begins_anew(following):
        return False
    if words[-1] in "，,、（(《“":
        return True
    if _stands_apart(line, following, spaced):
        enough = max(enough, _SURE)
    if not re.search("[，。,；]", words) or _reads_on(words, following.words) < enough:
        return False
    prose = following.ends_sentence or "。" in following.words
    return prose or len(following.words) > BODY_LENGTH


def _closes(lines: Sequence[Line], i: int, following: str) -> bool:
    """Say whether what follows line ``i`` soon closes what it, or the line above it, opened."""
    mark = _CLOSING.search(following, 0, _CLOSED_WITHIN)
    if mark is None or lines[i].is_cell:
        return False
    opening = _CLOSES[mark[0]]
    if _COLUMNS.search(following, 0, _NEAR_BREAK) or _CELLS.search(following, 0, _NEAR_BREAK):
        return False
    if opening in following[: mark.start()]:
        return False
    words = [line.words for line in lines[max(i - 1, 0) : i + 1]]
    return sum(one.count(opening) - one.count(mark[0]) for one in words) > 0


def _reads_on(before: str, after: str) -> float:
    """Return by how much the words at both sides of a break are likelier without a stop between.

    >>> _reads_on("组建医疗集团，推进县域综合改", "革试点") > _SURE
    True
    >>> _reads_on("促进城乡融合发展", "以提升服务为突破") > _ENOUGH
    False
    """
    if before[-1:].isdigit() and (after[:1].isdigit() or _CAPITAL.match(after)):
        return 0.0
    if _LATIN.match(before[-1:]) and _LATIN.match(after):
        # Counts of Chinese tell nothing here; what begins with a capital begins anew.
        return _SURE if after[0].islower() else 0.0
    return join_odds(before, after, _STOPS)


def _stands_apart(line: Line, following: Line, spaced: bool) -> bool:
    """Say whether two lines are parted as paragraphs are: by an indent, or by an empty line.

    Empty lines count where all lines of the report have them between (``spaced``). A masked word
    ends no paragraph.
    """
    if line.words[-1] in _MASKED:
        return False
    indented = line.indent >= 2 and following.indent >= 2
    return indented or (spaced and _empty_between(line, following))


def _empty_between(line: Line, following: Line) -> bool:
    return following.start - line.end > 1 + following.indent


def _begins_anew(line: Line) -> bool:
    return line.number is not None or _ITEM.match(line.words) is not None


def _closed(text: str, start: int, end: int) -> Edit:
    """Return the edit that joins two lines: certain where the words themselves run on.

    A figure that a join brings into a sentence may have been the number of a page.
    """
    before, after = text[max(0, start - 12) : start], text[end : end + 12]
    marked = before[-1:] in "，,、《“‘（(〈" or after[:1] in "，、。；》”’）〉"
    sure = not after[:1].isdigit() and (marked or _reads_on(before, after) >= _SURE)
    glue = _glue(text, start, end)
    return Edit(start, end, glue, "joined_lines", "certain" if sure else "likely")


def _glue(text: str, start: int, end: int) -> str:
    """Return what joins two lines: a space between Latin words, nothing in Chinese."""
    before, after = text[start - 1 : start], text[end : end + 1]
    latin = before.isascii() and after.isascii() and before.isalpha() and after.isalpha()
    return " " if latin and before not in "xX" else ""


def _join(text: str, lines: Sequence[Line], edits: Sequence[Edit]) -> list[Line]:
    """Return the lines at their places after the edits, those as one that were joined."""
    growth = {one.start: len(one.after) - (one.end - one.start) for one in edits}
    out: list[Line] = []
    moved = 0
    first: Line | None = None
    for line in lines:
        first = first or line.at(line.start + moved)
        end = line.end + moved
        if line.end in growth:
            moved += growth[line.end]
        elif end == first.end:
            out.append(first)
            first = None
        else:
            flags = tuple(dict.fromkeys((*first.flags, "joined")))
            out.append(Line(text[first.start : end], first.start, first.indent, flags))
            first = None
    return out

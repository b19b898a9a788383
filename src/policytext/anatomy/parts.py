"""Which part of a report is a paragraph in: review, problems, goals, plan, annex, glossary?"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import accumulate, pairwise
from typing import Final, NamedTuple

from policytext.anatomy.kinds import Row
from policytext.anatomy.lines import RANK, WORDS
from policytext.data import any_of, finder_of, read_table
from policytext.records import PARTS_LEFT_OUT, count_han

_YEAR: Final = re.compile(r"(?:19|20)[0-9]{2}(?=\s?年)")


@dataclass(frozen=True)
class Announced:
    """What a heading says about the part it opens.

    ``strong, weak``: Parts its words name plainly, and parts they may mean.
    ``year``: The last year it names (0: none).
    """

    strong: frozenset[str]
    weak: frozenset[str]
    year: int = 0

    @property
    def part(self) -> str:
        """The one part it opens, or nothing if it names none, or review and plan at once."""
        named = self.strong or self.weak
        if "lead" in named:
            return "lead"
        if "glossary" in named or "annex" in named:
            return "glossary" if "glossary" in named else "annex"
        ahead = bool({"plan", "goals"} & named)
        back = "review" in named or ("review" in self.weak and "plan" in named)
        if (ahead and back) or ("problems" in named and "plan" in named):
            return ""
        if "problems" in named:
            return "problems"
        if "goals" in named and "plan" in self.weak:
            return "plan"
        return next((part for part in ("plan", "goals", "review") if part in named), "")


_Cue = Callable[[str], re.Match[str] | None]


@cache
def part_cues(where: str, strength: str) -> dict[str, tuple[_Cue, ...]]:
    """Return what finds each pattern of ``part-cues.csv`` of one place and strength, by part.

    One by one: each begins with few signs, by which it is sought ten times faster than all as one.
    """
    table = read_table("anatomy/part-cues.csv")
    table = table[(table["where"] == where) & (table["strength"] == strength)]
    return {
        str(part): tuple(finder_of(re.compile(pattern)) for pattern in rows["pattern"])
        for part, rows in table.groupby("part", sort=True)
    }


def _cued(where: str, strength: str, words: str) -> Iterator[str]:
    """Yield the parts whose cues stand in words."""
    for part, cues in part_cues(where, strength).items():
        if _shows(cues, words):
            yield part


def _shows(cues: Iterable[_Cue], words: str) -> bool:
    for cue in cues:  # noqa: SIM110 (any() would make a generator for each of many lines)
        if cue(words):
            return True
    return False


@lru_cache(maxsize=4096)
def read_heading(words: str) -> Announced:
    """Return what a heading says about the part of report it opens.

    >>> [read_heading(h).part for h in ("2024年工作回顾", "下一步打算", "着力优化资源配置")]
    ['review', 'plan', '']
    >>> read_heading("2020年工作总结和2021年工作计划").part
    ''
    """
    bare = words.strip().rstrip("。")
    years = [int(y) for y in _YEAR.findall(bare)]
    strong, weak = (frozenset(_cued("heading", strength, bare)) for strength in ("strong", "weak"))
    return Announced(strong, weak, max(years, default=0))


def opens_left_out(words: str) -> bool:
    """Say whether a heading opens an annex or a glossary: every line of a file is asked.

    >>> opens_left_out("附件1：指标解释"), opens_left_out("一、工作回顾")
    (True, False)
    """
    may_open = _shows(_cues_left_out(), words.strip().rstrip("。"))
    return may_open and read_heading(words).part in PARTS_LEFT_OUT


@cache
def _cues_left_out() -> tuple[_Cue, ...]:
    """Return what may stand in a heading of an annex or a glossary."""
    named = [part_cues("heading", strength) for strength in ("strong", "weak")]
    return tuple(cue for cues in named for part in PARTS_LEFT_OUT for cue in cues.get(part, ()))


# Does a section speak of what was done or of what will be done?

TENSE_RATIO: Final = 2.5
TENSE_CUES: Final = 5


@cache
def _tenses() -> dict[str, tuple[re.Pattern[str], ...]]:
    """Return the patterns of each tense, one by one: each begins with a sign it is sought by."""
    table = read_table("anatomy/tense-cues.csv")
    return {
        str(tense): tuple(re.compile(pattern) for pattern in rows["pattern"])
        for tense, rows in table.groupby("tense", sort=True)
    }


@cache
def any_tense() -> re.Pattern[str]:
    """Return an expression for every word that is counted."""
    return re.compile("|".join(f"(?:{one.pattern})" for each in _tenses().values() for one in each))


def count_tense(rows: Sequence[str]) -> tuple[int, int]:
    """Return the number of words that look back, and of those that look ahead.

    >>> count_tense(["全县建成了5家中心，明年将新建3家。"])
    (1, 2)
    """
    if len(rows) == 1:
        return _times(rows[0], "past"), _times(rows[0], "future")
    return _together(_tense_of_each(rows))


def _times(text: str, tense: str) -> int:
    words, patterns = _sought(tense)
    return sum(map(text.count, words)) + sum(len(one.findall(text)) for one in patterns)


@cache
def _sought(tense: str) -> tuple[tuple[str, ...], tuple[re.Pattern[str], ...]]:
    """Return the plain words of a tense, which are counted without a pattern, and the others."""
    every = _tenses()[tense]
    plain = tuple(one for one in every if re.escape(one.pattern) == one.pattern)
    return tuple(one.pattern for one in plain), tuple(one for one in every if one not in plain)


def _tense_of_each(rows: Sequence[str]) -> list[tuple[int, int]]:
    """Return for each row how many words look back, and how many look ahead.

    All rows are searched as one text: a search costs more to begin than to go on.
    """
    text = "\n".join(rows)
    ends = list(accumulate(len(row) + 1 for row in rows))
    counts = []
    for tense in ("past", "future"):
        found = Counter(
            bisect_right(ends, match.start())
            for pattern in _tenses()[tense]
            for match in pattern.finditer(text)
        )
        counts.append([found[i] for i in range(len(rows))])
    past, future = counts
    return list(zip(past, future, strict=True))


def _together(counts: Iterable[tuple[int, int]]) -> tuple[int, int]:
    past = future = 0
    for back, ahead in counts:
        past, future = past + back, future + ahead
    return past, future


def read_tense(rows: Sequence[str], *, expected: str = "") -> str:
    """Return ``review`` or ``plan`` if paragraphs speak plainly of what was done or will be.

    >>> read_tense(["全县建成了5家中心，完成了改造，获评先进，同比增长3%，累计服务了9万人。"])
    'review'
    >>> read_tense(["全县医疗卫生工作。"])
    ''
    """
    return _plain_tense(count_tense(rows), expected)


def _plain_tense(counts: tuple[int, int], expected: str) -> str:
    """Return the tense of which there are plainly more words, or nothing."""
    past, future = counts
    for tense, own, other in (("review", past, future), ("plan", future, past)):
        ratio, least = (1.5, 3) if tense == expected else (TENSE_RATIO, TENSE_CUES)
        if own >= least and own >= ratio * other:
            return tense
    return ""


# Which part of a report is a paragraph in: review, problems, goals, plan, annex, glossary?

PARAGRAPH_START: Final = 120
LONGEST_LEAD: Final = 6
"""Paragraphs before the first heading; more than these are a part without a name."""
DOUBT: Final = 4.0
"""So many times more words of the future than of the past make a review doubtful."""
FIRST_ROWS: Final = 6
"""Rows among which the lines of the title stand."""
SPOKEN_OF: Final = ("review", "plan", "goals", "other")
"""Parts within which a paragraph may open with the formula of another part."""

_OUTER: Final = RANK["han"]
_WHOLE: Final = -1.0
"""Rank of the heading of an annex or glossary: what follows in it stands below it."""
_TABLED: Final = re.compile("附[表图]")
_RUN_IN: Final = re.compile("([^。，,；;：:！？!?]{2,24})[。：:](?=.{4})")
PROSE: Final = 40
"""Han characters of a sentence with which the text goes on behind a table that was put into it."""
_BELOW_OUTER: Final = 3.5
"""Rank of a heading without a number in a report that numbers its outer headings."""


class Part(NamedTuple):
    """The part of report a paragraph is in, and what says so where no heading does.

    ``part``: One of ``policytext.records.PARTS``.
    ``flag``: ``part_by_tense``, ``part_by_lead``, ``part_by_title``, ``part_in_doubt`` or nothing.
    """

    part: str
    flag: str = ""


def read_parts(rows: Sequence[Row]) -> list[Part]:
    """Return the part of report of each paragraph.

    Headings decide for all that stands below them; a paragraph that opens with the formula of
    problems, goals or plans is in that part for itself; where headings say nothing, the tense of
    the section decides if it is plain, and otherwise the part stays ``other``.

    >>> rows = [Row("一、工作回顾", "heading"), Row("完成12个项目。", "body")]
    >>> rows += [Row("二、下一步打算", "heading"), Row("推进。", "body")]
    >>> [one.part for one in read_parts(rows)]
    ['review', 'review', 'plan', 'plan']
    """
    tenses = _tense_of_each([row.words for row in rows])
    out = []
    for row, part in zip(rows, _by_heading(rows, tenses), strict=True):
        spoken = part in SPOKEN_OF and row.kind in ("body", "list")
        own = _formula([row.words[:PARAGRAPH_START]], "paragraph") if spoken else ""
        out.append(Part(own or part))
    out = _behind_announcements(rows, out)
    return _by_tense(rows, _without_doubtful(rows, out, tenses), tenses)


def numbers_outer(rows: Sequence[Row]) -> bool:
    """Say whether a report numbers its outer headings: 一、 or 第一章."""
    outer = [row for row in rows if row.kind == "heading" and row.enumerator and is_outer(row)]
    return len(outer) >= 2


def is_outer(row: Row) -> bool:
    """Say whether a heading is unnumbered or numbered in one of the outermost styles."""
    return row.enumerator is None or RANK[row.enumerator.style] <= _OUTER


def section_head(row: Row) -> str | None:
    """Return the words with which a row heads a section, behind its number; None: it heads none.

    A paragraph numbered in an outer style may begin with its heading, if that names a part.

    >>> from policytext.anatomy.lines import read_enumerator
    >>> words = "二、下一步打算：继续推进医改。"
    >>> section_head(Row(words, "body", read_enumerator(words)))
    '下一步打算'
    """
    if row.is_heading:
        return row.behind_number
    if row.enumerator is None or not is_outer(row):
        return None
    found = _RUN_IN.match(row.behind_number)
    return found[1] if found and read_heading(found[1]).part else None


# By the headings a paragraph stands below.


def _by_heading(rows: Sequence[Row], tenses: Sequence[tuple[int, int]]) -> list[str]:
    """Give each paragraph the part of the heading it stands below."""
    opened = _outer_parts(rows, tenses)
    unnumbered = _BELOW_OUTER if numbers_outer(rows) else _OUTER
    opening = {"salutation", "title"}
    greeted = max((i for i, row in enumerate(rows[:10]) if opening & set(row.flags)), default=-1)
    led = _lead_end(rows, greeted)
    apart = left_out_rows(rows)
    main: list[tuple[float, str]] = []
    aside: list[tuple[float, str]] = []
    parts: list[str] = []
    for i, row in enumerate(rows):
        scopes = aside if i in apart else main
        words = section_head(row)
        if words is not None:
            rank = float(RANK[row.enumerator.style]) if row.enumerator else unnumbered
            part = opened.get(i, _inner_part(read_heading(words)))
            if i < greeted and not part and row.enumerator is None:
                parts.append("lead")
                continue
            whole = i in apart and part in PARTS_LEFT_OUT and rank <= _BELOW_OUTER
            _open_scope(scopes, _WHOLE if whole else rank, part if whole or i not in apart else "")
        formal = "title" in row.flags or row.kind == "signature"
        parts.append(scopes[-1][1] if scopes else "lead" if formal or i < led else "other")
    return parts


def _lead_end(rows: Sequence[Row], greeted: int) -> int:
    """Return where the lead ends: few paragraphs before the first heading or numbered paragraph.

    A first paragraph that says what follows (现将工作总结如下) is the lead by itself.
    """
    body: list[int] = []
    for i, row in enumerate(rows[greeted + 1 :], greeted + 1):
        first = row.enumerator is not None and row.enumerator.number == 1
        if section_head(row) is not None or (body and first):
            if len(body) <= LONGEST_LEAD:
                return i
            break
        if row.kind in ("body", "list"):
            body.append(i)
    said = body and _formula([rows[body[0]].words[-PARAGRAPH_START:]], "lead")
    return body[0] + 1 if said else 0


def _open_scope(scopes: list[tuple[float, str]], rank: float, part: str) -> None:
    """Close the scopes a heading ends and open its own, which inherits what it does not name."""
    while scopes and scopes[-1][0] >= rank:
        scopes.pop()
    scopes.append((rank, part or (scopes[-1][1] if scopes else "other")))


def left_out_rows(rows: Sequence[Row]) -> frozenset[int]:
    """Return the rows of annexes and glossaries: from their heading to where the text resumes.

    It resumes with the outer number that is next where it was left, unless the annex has counted
    in that style itself; and behind a table put into the text, with its next sentence.

    >>> words = ["一、工作回顾", "附表：床位数", "二、下一步打算"]
    >>> from policytext.anatomy.lines import read_enumerator
    >>> sorted(left_out_rows([Row(one, "heading", read_enumerator(one)) for one in words]))
    [1]
    """
    out: set[int] = set()
    left: Row | None = None
    last: tuple[str, int] = ("", 0)
    counted: set[str] = set()
    for i, row in enumerate(rows):
        number = row.enumerator if row.enumerator and is_outer(row) else None
        if row.is_heading and is_outer(row) and opens_left_out(row.behind_number):
            left, counted = row, set()
        elif left and number and number.style not in counted:
            left = None if (number.style, number.number - 1) == last else left
        elif left and _goes_on_in_text(left, row) and not counted:
            left = None
        if left:
            out.add(i)
            counted |= {number.style} if number else set()
        elif number:
            last = (number.style, number.number)
    return frozenset(out)


@cache
def _note() -> re.Pattern[str]:
    return re.compile(rf"[*＊①②③]|{any_of(WORDS, 'note')}")


def _goes_on_in_text(left: Row, row: Row) -> bool:
    """Say whether a row is a sentence of the text around a table, rather than a note to it."""
    if row.kind != "body" or not _TABLED.match(left.words) or _note().match(row.words):
        return False
    return count_han(row.words) >= PROSE and row.words[-1] in "。！!"


def _inner_part(announced: Announced) -> str:
    """Return the part an inner heading opens: only plain words count below another heading."""
    inner = ("lead", "glossary", "annex", "problems", "plan")
    found = [part for part in inner if part in announced.strong]
    return found[0] if found and "review" not in announced.strong else ""


def _outer_parts(rows: Sequence[Row], tenses: Sequence[tuple[int, int]]) -> dict[int, str]:
    """Return the parts the outermost headings open; they explain one another."""
    heads = [
        (i, read_heading(words))
        for i, row in enumerate(rows)
        if (words := section_head(row)) is not None and is_outer(row)
    ]
    if numbers_outer(rows):
        heads = [(i, h) for i, h in heads if rows[i].enumerator or h.part in PARTS_LEFT_OUT]
    parts = {i: _checked(head, rows, i, tenses) for i, head in heads}
    apart = left_out_rows(rows)
    reviewed, looked_back = 0, False
    main = [(i, head) for i, head in heads if i not in apart]
    for at, (i, head) in enumerate(main):
        if parts[i] == "goals" and "plan" not in {parts[j] for j, _ in main[at + 1 :]}:
            parts[i] = "plan"
        plainly = parts[i] == "review" and "review" in head.strong
        if parts[i] == "review" and head.year and (plainly or not looked_back):
            reviewed = reviewed or head.year
        later = head.year > reviewed if reviewed else head.year > 0 and looked_back
        if later and not plainly and parts[i] in ("", "review"):
            parts[i] = "plan"
        looked_back = looked_back or plainly
    for i in (i for i, _ in heads if i in apart):
        parts[i] = parts[i] if parts[i] in PARTS_LEFT_OUT else ""
    return parts


def _checked(
    head: Announced, rows: Sequence[Row], i: int, tenses: Sequence[tuple[int, int]]
) -> str:
    """Return the part an outer heading opens, unless its words are weak and the tense objects."""
    if head.part in ("review", "plan") and head.part not in head.strong:
        past, future = _together(tenses[i + rows[i].is_heading : _section_end(rows, i)])
        against, agreeing = (future, past) if head.part == "review" else (past, future)
        if against > agreeing or not agreeing:
            return ""
    return head.part


def _section_end(rows: Sequence[Row], i: int) -> int:
    """Return where the next outer heading stands."""
    stop = i + 1
    while stop < len(rows) and not (_heads(rows[stop]) and is_outer(rows[stop])):
        stop += 1
    return stop


def _heads(row: Row) -> bool:
    return row.kind == "heading" or section_head(row) is not None


def _without_doubtful(
    rows: Sequence[Row], parts: Sequence[Part], tenses: Sequence[tuple[int, int]]
) -> list[Part]:
    """Take inner sections that speak of the future, and those behind, out of a review.

    The heading that ended the review may be lost.
    """
    out = list(parts)
    heads = [i for i, row in enumerate(rows) if row.kind == "heading"]
    lost = False
    for i, stop in pairwise([*heads, len(rows)]):
        if parts[i].part != "review" or is_outer(rows[i]):
            lost = False
            continue
        past, future = _together(tenses[i + 1 : stop])
        lost = lost or (future >= TENSE_CUES and future >= DOUBT * past)
        for j in range(i, stop):
            if lost and parts[j].part == "review":
                out[j] = Part("other", "part_in_doubt")
    return out


# By a line that announces the plan without being a heading.

_TOLD_BEFORE: Final = ("review", "other", "lead")
_OPENING: Final = re.compile("[^。；;：:！？!?]{2,40}(?=[：:]|。$)")
_HEADING_LIKE: Final = re.compile("[^，,]{2,24}")
_SILENT: Final = Announced(frozenset(), frozenset())


def _behind_announcements(rows: Sequence[Row], parts: Sequence[Part]) -> list[Part]:
    """Give what stands behind 下一步工作打算： to the plan, to where its own numbers end."""
    out = list(parts)
    reviewed = _year_reviewed(rows)
    opened, counted = False, set[str]()
    for i, row in enumerate(rows):
        if parts[i].part not in _TOLD_BEFORE and parts[i].part != "plan":
            opened = False
        elif _announces_plan(row, reviewed):
            opened, counted = True, set()
            if i and rows[i - 1].kind == "heading" and out[i - 1].part == "other":
                out[i - 1] = Part("plan")
        elif opened and _ends_list(row, counted, reviewed):
            opened = False
        if opened and out[i].part in _TOLD_BEFORE:
            back = _shows(part_cues("runin", "strong")["review"], row.words)
            out[i] = out[i] if back else Part("plan")
    return out


def _year_reviewed(rows: Sequence[Row]) -> int:
    """Return the last year that a title or heading of a review names (0: none)."""
    named = [row for row in rows if row.kind == "heading" or "title" in row.flags]
    heads = [read_heading(row.behind_number) for row in named]
    return max((head.year for head in heads if head.part == "review"), default=0)


def _announces_plan(row: Row, reviewed: int) -> bool:
    """Say whether a paragraph opens with the announcement of a plan.

    The plan of the year that is reviewed, or of one before it, is what was carried out; so is
    what is told in words of the past.
    """
    found = _OPENING.match(row.behind_number) if row.kind in ("body", "list") else None
    if found is None or not _opens_plan(row, found, reviewed):
        return False
    past, future = count_tense([row.words])
    return past <= future and not count_tense([found[0]])[0]


def _opens_plan(row: Row, found: re.Match[str], reviewed: int) -> bool:
    """Say whether the words that open a paragraph may announce a plan, whatever their tense."""
    words = found[0]
    headed = _HEADING_LIKE.fullmatch(words) is not None
    head = read_heading(words) if headed or _YEAR.search(words) else _SILENT
    if head.year and head.year <= reviewed:
        return False
    later = _YEAR.match(words) is not None and head.year > reviewed > 0
    if headed and head.part == "plan":
        return later or _shows(part_cues("runin", "strong")["plan"], words)
    ended = row.behind_number[found.end() + 1 :] == ""
    if ended and _formula([words], "paragraph") == "plan":
        return True
    return any(
        _shows(part_cues("opening", strength)["plan"], words)
        for strength in ("strong", "weak")
        if later or strength == "strong"
    )


def _ends_list(row: Row, counted: set[str], reviewed: int) -> bool:
    """Say whether a row ends what was announced: a heading, a look back, a number begun before.

    Numbers that begin with one behind the announcement are its own; they are noted.
    """
    number = row.enumerator
    if row.is_heading and (number is None or read_heading(row.behind_number).part):
        return True
    if number is None:
        found, year = _OPENING.match(row.words), _YEAR.match(row.words)
        back = found is not None and read_heading(found[0]).part in ("review", "problems")
        return back or (year is not None and int(year[0]) <= reviewed)
    if number.style in counted:
        return False
    counted.add(number.style)
    return number.number != 1


# By formulas and tense.


def _formula(opening: Sequence[str], where: str) -> str:
    """Return the part whose formula stands in any of several openings, or nothing."""
    for part, cues in part_cues(where, "strong").items():
        for words in opening:
            if _shows(cues, words):
                return part
    return ""


def _by_tense(
    rows: Sequence[Row], parts: Sequence[Part], tenses: Sequence[tuple[int, int]]
) -> list[Part]:
    """Give sections that no heading names to review or plan if their tense is plain.

    Behind a plan, and around a paragraph of goals, fewer words that look ahead are enough. If
    the lead says what follows (现将工作总结如下), that holds unless the tense objects; so does the
    title, if most that is told looks as it says.
    """
    out = list(parts)
    announced, flag = _announced(rows, parts)
    start, before = 0, ""
    while start < len(out):
        stop = _section_end(rows, start)
        inside = [i for i in range(start, stop) if parts[i] == Part("other")]
        goals = any(parts[i].part == "goals" for i in range(start, stop))
        told = _together(tenses[i] for i in inside if rows[i].kind in ("body", "list"))
        expected = "plan" if goals or before == "plan" else announced
        tense = _plain_tense(told, expected)
        if tense or (announced and (announced == "plan" or before != "plan")):
            new = Part(tense, "part_by_tense") if tense else Part(announced, flag)
            for i in inside:
                out[i] = new
        named = [out[i].part for i in range(start, stop) if out[i].part in ("review", "plan")]
        before = named[0] if named else before
        start = stop
    return out


def _announced(rows: Sequence[Row], parts: Sequence[Part]) -> tuple[str, str]:
    """Return what the lead or else the title says the report is about to give, and the flag."""
    lead = [
        row.words[-PARAGRAPH_START:]
        for row, part in zip(rows, parts, strict=True)
        if part.part == "lead"
    ]
    said = _formula(lead, "lead")
    if said:
        return said, "part_by_lead"
    titles = [row.words for row in rows[:FIRST_ROWS] if "title" in row.flags]
    named = set(_cued("title", "strong", "".join(titles)))
    return (named.pop(), "part_by_title") if len(named) == 1 else ("", "")

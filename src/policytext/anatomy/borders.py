"""Where does another report begin though neither a mark nor the file's name says so?

No cue is enough by itself. What opens a report, what closes the one before, numbers that begin
anew and another place are weighed together, and of all ways to part the file the one for which
most speaks is taken; one report is what stands if nothing does.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Sequence
from functools import cache, lru_cache
from itertools import accumulate
from typing import Final, NamedTuple

import numpy as np

from policytext.anatomy.kinds import formality, is_date, is_office
from policytext.anatomy.lines import WORDS, Line
from policytext.anatomy.titles import Compilation, number_cues, read_voice, shared_start, title_word
from policytext.cleaning.context import Signs, signs_of, where
from policytext.data import any_of, read_table
from policytext.records import HAN_SPANS, count_han

COST: Final = 5.0
"""What must speak for a border before it is drawn."""
SURE: Final = 10.0
"""What must speak for a border between shorter reports."""
NEARLY: Final = 2.0
"""What must speak for a border that is not drawn before it is mentioned."""
SECOND: Final = frozenset({"title", "salutation", "signed"})
SHORTEST: Final = 150
"""Han characters that the sentences of a report have at least."""
SHORTEST_SURE: Final = 100
SURE_CUES: Final = (
    frozenset({"title", "named", "dated", "title_alike"}),
    frozenset({"title", "named", "signed", "signed_elsewhere"}),
    frozenset({"title", "named", "dated", "formula"}),
)
"""What speaks for a border between shorter reports by itself, unless the place is the same: a title
with place and year like the one before or with 现总结如下 below, or below another's signature."""
SHORTEST_DECLARED: Final = 40
"""The same where the file says that it holds several, or both score and ``SURE_CUES`` do."""
MOST: Final = 400
"""Candidates of one file that are weighed, those with most evidence."""
HEAD: Final = 9
"""Lines among which title, session, speaker and salutation of a report stand."""
WINDOW: Final = 2500
REACH: Final = 400
"""Lines before a border among which its numbers are sought."""
HEAD_OF: Final = 500
"""Characters of a report among which its title stands."""
LEAST_OWN: Final = 16
"""Han characters of a title that no other report has."""
LONG_LINE: Final = 300
LEAST_LINES: Final = 4
LONGEST_TITLE: Final = 50
LONGEST_OFFICE: Final = 20
LEAST_REST: Final = 4
"""Han characters behind the office in which the titles of two offices are the same (年工作总结)."""
ALIKE: Final = 6
"""Han characters in which two titles of one form end alike (卫生健康工作总结)."""

WEIGHTS: Final = {
    "title": 2.0,
    "named": 1.0,
    "dated": 0.5,
    "headed": 2.0,
    "title_below": -3.0,
    "session": 1.5,
    "salutation": 2.0,
    "formula": 2.0,
    "opener": 0.5,
    "signed": 2.0,
    "closed": 0.5,
    "title_again": -8.0,
    "title_alike": 2.5,
    "issue": 4.0,
    "numbers_restart": 1.5,
    "numbers_go_on": -3.0,
    "annex": -3.0,
    "new_place": 2.0,
    "signed_elsewhere": 1.5,
    "same_place": -2.0,
    "voice_changes": 1.0,
}
"""What each piece of evidence adds; see ``_opening``, ``_before`` and ``_between``."""

_FIRST_LEVEL: Final = "level_1"
_BLANKS: Final = re.compile(r"[ \t\xa0\u2003\u3000][ \t\xa0\u2003\u3000]*")
_PLACE_END: Final = re.compile("[市县区旗盟]")
_CLAUSE_MARK: Final = re.compile("[，。；：:]")
_LABEL: Final = re.compile(r"\W?\w{0,4}?(?:\d{1,2}|[一二三四五六七八九十]{1,2})\W?")
_YEARS: Final = re.compile(r"[\d〇零一二三四五六七八九十]{1,4}(?=[年季月])")


class Border(NamedTuple):
    """A place at which a report may begin, how much speaks for it (``COST`` is asked), and what."""

    start: int
    score: float
    cues: tuple[str, ...]


class _Candidate(NamedTuple):
    """A line at which a report may begin: its number, and what speaks for it by itself."""

    i: int
    score: float
    cues: frozenset[str]


def find_borders(text: str, lines: Sequence[Line], *, declared: bool = False) -> list[int]:
    """Return where reports begin behind the first one, or nothing: then it is one report.

    Where a compilation is ``declared``, reports may be shorter, and front matter may stand before
    the first one.

    >>> from policytext.anatomy.lines import read_lines
    >>> body = "一、回顾\\n全县建成医共体，实现目标。\\n二、打算\\n" + "继续推进医改。" * 30
    >>> text = "\\n".join(f"{p}卫生健康局工作总结\\n现将{p}工作总结如下。\\n{p}{body}\\n"
    ...                  f"{p}卫生健康局\\n2021年1月2日" for p in ("青河县", "望山县"))
    >>> [text[at : at + 10] for at in find_borders(text, read_lines(text))]
    ['望山县卫生健康局工作']
    """
    page, candidates, size = _seen_in(text, tuple(lines))
    best: list[tuple[float, int]] = []
    for b, two in enumerate(candidates):
        gain, found = two.score - COST, (0.0, -1)
        least = SHORTEST_DECLARED if declared else _shortest(two)
        if gain > 0 and size[-1] - size[two.i] >= least:
            far = [a for a in range(b) if size[two.i] - size[candidates[a].i] >= least]
            score, back = max(((best[a][0], a) for a in far), default=(0.0, -1))
            found = (
                (gain + score, back if score > 0 else -1)
                if declared or size[two.i] >= least
                else found
            )
        best.append(found)
    at = max(range(len(best)), key=lambda b: best[b][0], default=-1)
    borders = []
    while at >= 0 and best[at][0] > 0.0:
        borders.append(page.lines[candidates[at].i].start)
        at = best[at][1]
    return borders[::-1]


def _shortest(one: _Candidate) -> int:
    """Return the least size of a report that begins at a line: less, the surer the border is."""
    by_cues = "same_place" not in one.cues and any(sure <= one.cues for sure in SURE_CUES)
    by_score = one.score >= SURE
    if by_cues and by_score:
        return SHORTEST_DECLARED
    return SHORTEST_SURE if by_cues or by_score else SHORTEST


def nearly_borders(text: str, lines: Sequence[Line], begins: Sequence[int]) -> list[Border]:
    """Return where within a report another one seems to begin, though it was not parted there.

    A second title, salutation or signature stands there, text enough on both sides, and nearly as
    much speaks for it as is asked of a border; ``begins``: where reports begin.

    >>> from policytext.anatomy.lines import read_lines
    >>> body = "近年来，我县继续推进医疗卫生改革。" * 20
    >>> text = "\\n".join(("医改工作总结", body, "2021年度医疗工作报告", body))
    >>> [(b.score, b.cues) for b in nearly_borders(text, read_lines(text), [0])]
    [(3.0, ('dated', 'opener', 'title'))]
    """
    page, candidates, size = _seen_in(text, tuple(lines))
    starts = [line.start for line in page.lines]
    edges = [bisect_left(starts, at) for at in [*begins, len(text)]]
    out = []
    for one in candidates:
        line = page.lines[one.i]
        after = bisect_right(edges, one.i)
        before, behind = edges[max(after - 1, 0)], edges[min(after, len(edges) - 1)]
        among = min(size[one.i] - size[before], size[behind] - size[one.i]) >= SHORTEST
        parted = any(abs(line.start - at) <= LONGEST_TITLE for at in begins)
        if among and not parted and one.score >= NEARLY and one.cues & SECOND:
            out.append(Border(line.start, one.score, tuple(sorted(one.cues))))
    return out


@lru_cache(maxsize=1)
def _seen_in(text: str, lines: tuple[Line, ...]) -> tuple[Compilation, list[_Candidate], list[int]]:
    """Return a text as parted at blanks, the lines at which a report may begin, and `_sizes`.

    Kept for the last text: borders, and places that nearly are some, are asked in turn.
    """
    page = Compilation(text, [part for line in lines for part in _at_blanks(line)])
    candidates = _candidates(page) if len(page.lines) >= LEAST_LINES else []
    return page, candidates, _sizes(page) if candidates else []


def _sizes(page: Compilation) -> list[int]:
    """Return how many Han characters of sentences stand before each line."""
    before = [0, *np.cumsum(where(_han(), page.text)).tolist()]
    bodies = (before[one.end] - before[one.start] if _is_body(one) else 0 for one in page.lines)
    return list(accumulate(bodies, initial=0))


@cache
def _han() -> Signs:
    return signs_of(*HAN_SPANS)


def _at_blanks(line: Line) -> list[Line]:
    """Return the parts of a line that may hold a whole report: blanks may part its paragraphs."""
    if len(line.words) < LONG_LINE:
        return [line]
    parts, start = [], 0
    for gap in [*(found.span() for found in _BLANKS.finditer(line.words)), (len(line.words),) * 2]:
        parts.append(Line(line.words[start : gap[0]], line.start + start, line.indent, ("cut",)))
        start = gap[1]
    return parts


# What speaks for a line by itself: what opens here, and what ended before?


def _candidates(page: Compilation) -> list[_Candidate]:
    """Return the lines at which a report may begin, those with most evidence if they are many."""
    seen: list[tuple[float, int, set[str]]] = []
    roles = [_role(page, i) for i in range(len(page.lines))]
    signs = [is_date(line.words) + 2 * is_office(line.words) for line in page.lines]
    for i in range(1, len(page.lines) - 1):
        if not (roles[i] or {1, 2} <= set(signs[max(i - 3, 0) : i])):
            continue  # nothing opens here, and nothing was signed above
        cues = _before(page, i, signs)
        opening = _opening(page, i, roles, "signed" in cues)
        if opening is not None:
            cues |= opening
            seen.append((-sum(WEIGHTS[cue] for cue in cues), i, cues))
    found: list[_Candidate] = []
    last = 0
    for _, i, cues in sorted(sorted(seen, key=lambda one: one[:2])[:MOST], key=lambda one: one[1]):
        cues |= _between(page, last, i, "signed" in cues)
        found.append(_Candidate(i, sum(WEIGHTS[cue] for cue in cues), frozenset(cues)))
        last = i if "title" in cues else last
    return found


def _opening(page: Compilation, i: int, roles: Sequence[str], signed: bool) -> set[str] | None:
    """Return what is seen of the head of a report from a line on; None: none begins here."""
    line = page.lines[i]
    role = roles[i]
    called = line.words.endswith(("！", "!")) and not _is_body(line)
    if not (role or signed) or line.is_cell or called:
        return None
    cues = {role} if role else set()
    for j in range(i + 1, min(i + HEAD, len(page.lines))):
        if _is_body(page.lines[j - 1]):
            break
        role = roles[j]
        below = {"title_below"} if role == "title" and j > i + 1 else set()
        cues |= below | ({role} - {"", "title"})
    body = next((j for j in range(i, i + HEAD) if _is_body(page.line(j))), i)
    words = page.row(body)[:200]
    if title_word("formula", words):
        cues.add("formula")
    if title_word("opener", words):
        cues.add("opener")
    if "title" in cues:
        cues |= {"issue"} if _issue_below(page, i) else set()
        cues |= {"named"} if _names_owner(line.words) else set()
        cues |= {"dated"} if "年" in line.words else set()
        cues |= {"headed"} if _FIRST_LEVEL in line.layout else set()
    return cues


def _role(page: Compilation, i: int) -> str:
    """Return what a line is in the head of a report: title, session, salutation or nothing."""
    words = page.row(i)
    if _is_title(page.line(i)):
        return "title"
    seen = formality(page.lines, i)
    if seen == "salutation" or _greeting().match(words):
        return "salutation"
    return "session" if seen == "speaker" else ""


def _is_title(line: Line) -> bool:
    """Say whether a line is short and ends in the name of a genre of reports, number or not."""
    words = line.words[line.number.end :] if line.number else line.words
    return (
        not line.is_cell
        and _CLAUSE_MARK.search(words) is None
        and 6 <= count_han(words) <= LONGEST_TITLE
        and _title().search(words) is not None
        and _report_discussed().search(words) is None
    )


@cache
def _report_discussed() -> re.Pattern[str]:
    """Return what a headline says of a report that others discuss: it is the title of none."""
    return re.compile(any_of(WORDS, "report_discussed") + r"\S{0,10}报告$")


@cache
def _title() -> re.Pattern[str]:
    spoken = rf"在[^，。；]{{2,40}}上的{any_of(WORDS, 'spoken')}"
    named = f"(?:{any_of(WORDS, 'genre_of_title')}|{spoken})"
    return re.compile(named + r"(?:[（(【][^（）()]{1,12}[)）】])?$")


@cache
def _issue_line() -> re.Pattern[str]:
    """Return what stands under the masthead of a bulletin: its number."""
    return re.compile(rf"[（(]?{any_of(WORDS, 'issue_of_bulletin')}[）)]?[^。，；]{{0,12}}")


def _issue_below(page: Compilation, i: int) -> str:
    """Return the number of a bulletin whose masthead a line is; "" where none stands below it."""
    below = page.row(i + 1)
    return below if _issue_line().fullmatch(below) else ""


def _are_alike(one: Line, two: Line) -> bool:
    """Say whether two titles are of one form: of another year, or of another owner.

    >>> _are_alike(Line("甲县卫生健康局2022年工作总结"), Line("乙县卫生健康局2022年工作总结"))
    True
    >>> _are_alike(Line("甲县民政局2022年工作总结"), Line("甲县教育局2022年工作总结"))
    True
    >>> _are_alike(Line("一、医改工作总结"), Line("二、党建工作总结"))
    False
    """
    if not (_is_title(one) and _is_title(two)):
        return False
    old, new = (_YEARS.sub("0", line.words) for line in (one, two))
    if old == new:
        return one.words != two.words
    bodies = [body_named(words) for words in (old, new)]
    rest = old[len(bodies[0]) :]
    if all(bodies) and bodies[0] != bodies[1] and new == bodies[1] + rest:
        return count_han(rest) >= LEAST_REST
    own = [_owner(words) for words in (old, new)]
    end = shared_start(old[::-1], new[::-1])
    alike = count_han(new[len(new) - end :]) >= ALIKE
    return alike and all(own) and own[0] != own[1]


def _owner(words: str) -> str:
    """Return whose report a title names: its place, or the office it begins with."""
    places = places_named(words)
    return places[0] if places else body_named(words)


def body_named(words: str) -> str:
    """Return the office that a title begins with.

    >>> body_named("青河县教育局2021年工作总结")
    '青河县教育局'
    """
    offices = (words[:end] for end in range(min(len(words), LONGEST_OFFICE), 2, -1))
    return next(filter(is_office, offices), "")


@cache
def _greeting() -> re.Pattern[str]:
    return re.compile(rf"{any_of(WORDS, 'honoured')}?{any_of(WORDS, 'greeted')}\S{{0,12}}[:：]")


def _names_owner(words: str) -> bool:
    return bool(_named_places(words))


def places_named(words: str) -> list[str]:
    """Return the names of places in words, in order.

    >>> places_named("一、青河县2021年工作总结")
    ['青河县']
    """
    return [name for _, name in _named_places(words)]


def _is_body(line: Line) -> bool:
    told = line.ends_sentence or "。" in line.words
    return len(line.words) > 60 or (told and len(line.words) > 12)


def _before(page: Compilation, i: int, signs: Sequence[int]) -> set[str]:
    """Return what is seen of the end of a report before a line.

    ``signs``: 1 where a line is a date, 2 where it is the name of an office.
    """
    wrapped = not _is_body(page.line(i - 1)) and not page.names_annex(i - 1)
    cues = {"annex"} if page.is_annexed(i) or (wrapped and page.is_annexed(i - 1)) else set()
    # A report ends before the tables that are annexed to it.
    end = i - 1 if not cues and page.names_annex(i - 1) else i
    # A label of its own (总结二) may stand between a signature and the next title.
    if _LABEL.fullmatch(page.row(end - 1)) and _is_title(page.line(i)):
        end -= 1
    above = page.row(end - 1)
    if {1, 2} <= set(signs[max(end - 2, 0) : end]):
        cues.add("signed")
    if title_word("closer", above[-60:]) or above.endswith(("！", "!")):
        cues.add("closed")
    return cues


# What speaks for a border between two lines: numbers that begin anew, another place or voice?


class _Places(NamedTuple):
    """The names of places in a text, in order, and where they stand."""

    starts: list[int]
    names: list[str]

    @classmethod
    @lru_cache(maxsize=1)
    def of(cls, text: str) -> _Places:
        """Find all names."""
        found = list(_named_places(text))
        return cls([at for at, _ in found], [name for _, name in found])

    def within(self, start: int, end: int) -> Counter[str]:
        """Count the names in a span."""
        return Counter(self.names[bisect_left(self.starts, start) : bisect_left(self.starts, end)])


class _PlaceNames(NamedTuple):
    """How places are told: provinces and two characters with 县 by form, others by their name."""

    provinces: re.Pattern[str]
    formed: re.Pattern[str]
    known: frozenset[str]
    ends: frozenset[str]
    longest: int


@cache
def _place_names() -> _PlaceNames:
    provinces = re.compile("|".join(read_table("regions/provinces.csv")["short"]))
    formed = re.compile(read_table("anatomy/title-cues.csv").set_index("cue")["pattern"]["place"])
    names = read_table("regions/divisions.csv")["name"]
    unlike = (n for n in names if len(n) > 2 and not formed.fullmatch(n))
    known = frozenset(n for n in unlike if not provinces.search(n))
    ends = frozenset(name[-2:] for name in known)
    return _PlaceNames(provinces, formed, known, ends, max(map(len, known)))


def _named_places(words: str) -> list[tuple[int, str]]:
    """Return the names of places and where they stand: provinces, and others that hold none."""
    names = _place_names()
    found = [(one.start(), one.group()) for one in names.provinces.finditer(words)]
    rest, done = [], 0
    for end in (one.end() for one in _PLACE_END.finditer(words)):
        if words[end - 2 : end] not in names.ends:
            continue
        sizes = range(min(names.longest, end - done), 2, -1)
        name = next((n for size in sizes if (n := words[end - size : end]) in names.known), "")
        if name:
            found.append((end - len(name), name))
            rest.append(words[done : end - len(name)] + " " * len(name))
            done = end
    rest.append(words[done:])
    others = [(one.start(), one.group()) for one in names.formed.finditer("".join(rest))]
    return sorted([*found, *(one for one in others if not names.provinces.search(one[1]))])


def _is_printed_again(page: Compilation, last: int, i: int) -> bool:
    """Say whether a line repeats the title of the report before, which names its place or topic."""
    line, start = page.lines[i], page.lines[last].start
    told_apart = line.n_han >= LEAST_OWN or _names_owner(line.words)
    head = page.text[start : min(start + HEAD_OF, line.start)]
    issue = _issue_below(page, i)
    if issue:
        return issue in head
    return told_apart and _is_title(line) and line.words in head


def _between(page: Compilation, last: int, i: int, signed: bool) -> set[str]:
    """Return what speaks for a border before a line if the report before has begun at ``last``.

    A report that is ``signed`` before the line is one of the body that signs it: what follows
    is another one if it does not name that body's place.
    """
    cues = {"title_again"} if _is_printed_again(page, last, i) else set()
    cues |= {"title_alike"} if _are_alike(page.lines[last], page.lines[i]) else set()
    cues |= number_cues(page, i if _is_title(page.line(i)) else i - 1, last, REACH)
    border = page.lines[i].start
    start = max(page.lines[last].start, border - WINDOW)
    places = _Places.of(page.text)
    before, after = places.within(start, border), places.within(border, border + WINDOW)
    if before and after:
        (old, _), (new, times) = before.most_common(1)[0], after.most_common(1)[0]
        if old == new:
            cues.add("same_place")
        elif times >= 2 and 4 * before[new] <= before[old]:
            cues.add("new_place")
    signature = page.row(i - 1) + page.row(i - 2) if signed else ""
    if any(before[name] > 1 and not after[name] for _, name in _named_places(signature)):
        cues.add("signed_elsewhere")
    voices = read_voice(page.text[start:border]), read_voice(page.text[border : border + WINDOW])
    if all(voices) and voices[0] != voices[1]:
        cues.add("voice_changes")
    return cues

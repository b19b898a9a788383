"""Which lines of a compilation open a new report, though no number says so?"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from statistics import median
from typing import Final

from policytext.anatomy.kinds import is_date, is_formal, is_office
from policytext.anatomy.lines import RANK, Line
from policytext.anatomy.parts import opens_left_out, read_heading
from policytext.data import read_table
from policytext.records import HAN, count_han, measured

THRESHOLD: Final = 3.0
WINDOW: Final = 1500

WEIGHTS: Final = {
    "outdented": 3.0,
    "genre": 2.0,
    "opener": 1.5,
    "closer": 0.5,
    "signed": 2.0,
    "voice_changes": 2.0,
    "voice_stays": -1.5,
    "new_place": 2.0,
    "echo": 1.0,
    "topic": 1.0,
    "alone": 1.5,
    "breaks_row": 1.0,
    "parallel": -3.0,
    "similar": -1.0,
    "section": -2.0,
    "numbers_restart": 2.0,
    "numbers_go_on": -4.0,
    "set_apart": 2.0,
    "byline": 3.0,
}
"""What each cue adds to the score of a line; see ``title_cues`` for what they mean."""

_NOTHING: Final = Line("")
_RULED: Final = re.compile(
    r"[*=_~#\u2500-\u257f\u2014\u2605\u2606-][ *=_~#\u2500-\u257f\u2014\u2605\u2606-]{2,}|\f"
)
_RULE_WIDTH: Final = 3
"""Empty lines that a ruled line or a new page is worth."""
_MOST_APART: Final = 0.25
"""Share of the lines that may stand apart; where more do, it is the layout of all."""


@dataclass(frozen=True)
class Compilation:
    """A compilation as seen by the search for titles.

    ``text``: The cleaned text.
    ``lines``: Its lines.
    ``topic``: The title of the compilation, if there is one.
    """

    text: str
    lines: Sequence[Line]
    topic: str = ""

    def line(self, i: int) -> Line:
        """Return line ``i`` (an empty one outside of the page)."""
        return self.lines[i] if 0 <= i < len(self.lines) else _NOTHING

    def row(self, i: int) -> str:
        """Return the words of line ``i`` (nothing outside of the page)."""
        return self.line(i).words

    def names_annex(self, i: int) -> bool:
        """Say whether a line names an annex or glossary."""
        return 0 <= i < len(self.lines) and opens_left_out(self.lines[i].words)

    def is_annexed(self, i: int) -> bool:
        """Say whether a line names an annex or stands right below such a line, no table between."""
        if self.names_annex(i) or i < 1 or not self.names_annex(i - 1):
            return self.names_annex(i)
        return re.search(r"\w", self.text[self.line(i - 1).end : self.line(i).start]) is None

    @measured
    def apart(self) -> frozenset[int]:
        """The lines with more room before them than lines have, or a rule or a new page."""
        between = [self.text[a.end : b.start] for a, b in pairwise(self.lines)]
        room = [words.count("\n") + _RULE_WIDTH * bool(_RULED.search(words)) for words in between]
        usual = median(room) if room else 0
        found = frozenset(i for i, wide in enumerate(room, 1) if wide > usual)
        return found if len(found) <= _MOST_APART * len(self.lines) else frozenset()


def find_titles(
    page: Compilation, known: Sequence[int] = (), *, threshold: float = THRESHOLD
) -> list[int]:
    """Return the numbers of the lines that open a report, in order.

    >>> from policytext.anatomy.lines import read_lines
    >>> text = ("甲市全力推进医疗改革\\n　　近年来，我市推进改革，全市受益。\\n"
    ...         "乙省加强基层医疗服务\\n　　今年以来，我省加强基层，全省受益。")
    >>> find_titles(Compilation(text, read_lines(text)))
    [0, 2]
    """
    candidates = [
        i
        for i, line in enumerate(page.lines[:-1])
        if line.looks_like_title and not _is_no_title(page, i)
    ]
    indented = _body_is_indented(page)
    opened: list[int] = []
    for place, i in enumerate(candidates):
        if i in known or i == 0:
            opened.append(i)
            continue
        if opened and not _body_between(page, opened[-1], i):
            if _is_orphan(page, opened[-1], i):
                opened.append(i)
            continue
        cues = title_cues(page, candidates, place, opened[-1] if opened else -1)
        if indented and page.lines[i].indent == 0:
            cues.add("outdented")
        if sum(WEIGHTS[cue] for cue in cues) >= threshold:
            opened.append(i)
    return sorted({*opened, *known})


def promised_titles(page: Compilation, promised: int) -> list[int]:
    """Return the lines that look alike as titles if there are as many as are promised.

    Each stands apart from the lines before it or names a genre, and a paragraph follows it. The
    first line of the page needs nothing before it.

    >>> from policytext.anatomy.lines import read_lines
    >>> rows = ["药箱里的大民生", "近年来，推进医改。\\n\\n\\n", "一张病床牵出的改革", "改革见效。"]
    >>> text = "\\n".join(rows)
    >>> promised_titles(Compilation(text, read_lines(text)), 2)
    [0, 2]
    """
    found = [
        i
        for i, line in enumerate(page.lines[:-1])
        if line.looks_like_title
        and (i == 0 or i in page.apart or line.names_genre)
        and page.line(i + 1).ends_sentence
        and not _is_no_title(page, i)
    ]
    return found if len(found) == promised else []


def _is_no_title(page: Compilation, i: int) -> bool:
    """Say whether a line is a label, an item, an annex, or issuer, date or speaker of a report."""
    words = page.row(i)
    if title_word("label", words) or is_formal(words):
        return True
    if page.is_annexed(i):
        return True
    if _is_byline(page, i):
        return True
    dated = is_date(page.row(i + 1)) or is_date(page.row(i + 2))
    return dated and is_office(words) and not page.line(i).names_genre


def _is_byline(page: Compilation, i: int) -> bool:
    """Say whether a line under a title names who reports and no more: 青河县永安镇."""
    words, above = page.row(i), page.line(i - 1)
    if not above.looks_like_title or page.line(i).names_genre or not page.row(i + 1):
        return False
    return not page.line(i + 1).looks_like_title and _is_body_name(words, above.words)


def _is_body_name(words: str, above: str) -> bool:
    one = _cue("place").match(words)
    named = is_office(words) or (one and _cue("body_of_place").fullmatch(words, one.end()))
    return bool(named) and not is_office(above)


def _body_between(page: Compilation, title: int, i: int) -> bool:
    """Say whether sentences stand between two lines."""
    between = page.lines[title + 1 : i]
    return any(
        len(line.words) > 60 or (line.ends_sentence and len(line.words) > 12) for line in between
    )


def _body_is_indented(page: Compilation) -> bool:
    body = [line.indent >= 2 for line in page.lines if len(line.words) > 20]
    return len(body) >= 2 and sum(body) >= 0.7 * len(body)


def _is_orphan(page: Compilation, title: int, following: int) -> bool:
    """Say whether a title is followed by the title of another report rather than by its own body.

    Its words then do not come back in the text below, while those of the second do; of titles
    that name places, these decide.
    """
    below = "".join(page.row(j) for j in range(following + 1, following + 7))
    first, second = page.row(title), page.row(following)
    one, two = _places(first), _places(second)
    if one and two and not one & two:
        return any(place in below for place in two) > any(place in below for place in one)
    return echo(first, below) < 0.2 and echo(second, below) >= 0.35 and echo(first, second) < 0.1


# Which cues speak for or against a line as a title?


@cache
def _cue(name: str) -> re.Pattern[str]:
    table = read_table("anatomy/title-cues.csv").set_index("cue")["pattern"]
    return re.compile(str(table[name]))


def title_word(cue: str, words: str) -> bool:
    """Say whether words show a cue of ``title-cues.csv``: opener, closer or label.

    >>> title_word("opener", "近年来，全县推进医改。")
    True
    """
    return _cue(cue).search(words) is not None


def title_cues(page: Compilation, candidates: Sequence[int], place: int, last: int) -> set[str]:
    """Return the cues that speak for or against a line as the title of a report."""
    i = candidates[place]
    line = page.lines[i]
    body = next((j for j in range(i + 1, len(page.lines)) if j not in candidates), i + 1)
    cues = {
        "genre": line.names_genre,
        "section": bool(read_heading(line.words).part) and not line.names_genre,
        "opener": title_word("opener", page.row(body)),
        "closer": title_word("closer", page.row(i - 1)[-60:]),
        "signed": is_date(page.row(i - 1)),
        "echo": echo(line.words, page.row(body)) >= 0.5,
        "topic": echo(page.topic, line.words) * len(han_pairs(page.topic)) >= 3,
        "set_apart": i in page.apart,
        "byline": _is_byline(page, i + 1),
    }
    found = {name for name, seen in cues.items() if seen}
    found |= _voice_cues(page, i, last)
    # Titles with a byline may be of one form, as headings are.
    found |= _row_cues(page, candidates, place, last) if "byline" not in found else {"alone"}
    return found | number_cues(page, i, last)


def _voice_cues(page: Compilation, i: int, last: int) -> set[str]:
    start = page.lines[last].start if last >= 0 else 0
    here = page.lines[i]
    before = read_voice(page.text[max(start, here.start - WINDOW) : here.start])
    after = read_voice(page.text[here.end : _window_end(page, i)])
    cues = {"new_place"} if _names_new_place(page, i, start) else set()
    if before and after:
        cues.add("voice_stays" if before == after else "voice_changes")
    return cues


def _names_new_place(page: Compilation, i: int, start: int) -> bool:
    """Say whether a line names a place of which the text behind it speaks and that before not."""
    here = page.lines[i]
    before = page.text[start : here.start]
    after = page.text[here.end : here.end + WINDOW]
    return any(place in after and place not in before for place in _places(here.words))


def _places(words: str) -> frozenset[str]:
    return frozenset(found.group() for found in _cue("place").finditer(words))


def _window_end(page: Compilation, i: int) -> int:
    """Return where the text behind a line ends that is asked for its voice."""
    here = page.lines[i]
    limit = here.end + WINDOW
    for line in page.lines[i + 2 :]:
        if line.start >= limit or line.indent < min(here.indent, 2):
            return min(line.start, limit)
    return limit


def _row_cues(page: Compilation, candidates: Sequence[int], place: int, last: int) -> set[str]:
    """Compare a line with the title-like lines around it: parallel ones are sub-headings."""
    i = candidates[place]
    earlier = [j for j in candidates[:place] if j > last and j != i - 1][-2:]
    later = [j for j in candidates[place + 1 : place + 4] if j != i + 1][:2]
    before = max((_parallel(page.lines[i], page.lines[j]) for j in earlier), default=0)
    after = max((_parallel(page.lines[i], page.lines[j]) for j in later), default=0)
    if max(before, after) == 3 or min(before, after) == 2:
        return {"parallel"}
    if 1 in (before, after):
        return {"similar"}
    in_row = len(earlier) == 2 and _parallel(*(page.lines[j] for j in earlier)) == 3
    return {"alone", "breaks_row"} if in_row else {"alone"}


def _parallel(one: Line, two: Line) -> int:
    """Say how alike two lines are as headings: 3 parallel, 2 likewise but for their indents.

    Titles that end in a genre (总结, 汇报) are alike because they are titles, and so are whole
    titles that name a place each, another one.
    """
    if (one.names_genre and two.names_genre) or _of_two_places(one, two):
        return 0
    alike = likeness_of(one.words, two.words)
    if (one.indent >= 2) == (two.indent >= 2):
        return 3 if alike == 2 else alike
    return 0 if alike == 1 else alike


_WHOLE_TITLE: Final = 12
"""Han characters of a title that says whose and what."""


def _of_two_places(one: Line, two: Line) -> bool:
    places = _places(one.words), _places(two.words)
    whole = min(one.n_han, two.n_han) >= _WHOLE_TITLE
    return whole and all(places) and not places[0] & places[1]


def number_cues(page: Compilation, i: int, last: int, reach: int = 60) -> set[str]:
    """Compare the outermost numbering before and after a line."""
    before = _outermost(page, range(i - 1, max(last, i - reach), -1))
    after = _outermost(page, range(i + 1, min(i + 25, len(page.lines))))
    if before is None or after is None:
        return set()
    if after[1] == 1 and RANK[after[0]] <= RANK[before[0]] and before[1] >= 2:
        return {"numbers_restart"}
    if after[0] == before[0] and after[1] == before[1] + 1:
        return {"numbers_go_on"}
    return set()


def _outermost(page: Compilation, order: range) -> tuple[str, int] | None:
    """Return style and number of the first line that is numbered in the outermost style."""
    numbers = [one for j in order if (one := page.lines[j].number) is not None]
    best = min(numbers, key=lambda one: RANK[one.style], default=None)
    return None if best is None else (best.style, best.number)


# How alike in form are two headings, and how much of a title comes back in a text?


def likeness_of(one: str, two: str) -> int:
    """Say how alike in form two short lines are.

    >>> likeness_of("写好深化医改答卷", "写好品质医疗奋进答卷")
    3
    >>> likeness_of("学习为先", "打造养老服务体系")
    0
    """
    a, b = count_han(one), count_han(two)
    head, tail = shared_start(one, two), shared_start(one[::-1], two[::-1])
    if head + tail >= 3 and max(head, tail) >= 2 and max(a, b) <= 2 * min(a, b):
        return 3
    if one[:1] == two[:1] and one[:1] in "在坚强推" and abs(a - b) <= 3:
        return 2
    if a == b and re.findall(r"[^\w\s]", one) == re.findall(r"[^\w\s]", two):
        return 2
    return 1 if abs(a - b) <= 1 else 0


def shared_start(one: str, two: str) -> int:
    """Return how many characters two lines begin with alike: 2 of 医改总结 and 医改计划."""
    n = 0
    for a, b in zip(one, two, strict=False):
        if a != b:
            break
        n += 1
    return n


def echo(title: str, text: str) -> float:
    """Return the share of a title's pairs of Han characters that come back in a text.

    >>> echo("打造养老服务体系", "完善养老服务政策")
    0.42857142857142855
    """
    pairs = han_pairs(title)
    return sum(pair in text for pair in pairs) / len(pairs) if pairs else 0.0


def han_pairs(words: str) -> set[str]:
    """Return the pairs of neighbouring Han characters.

    >>> sorted(han_pairs("医共体1"))
    ['共体', '医共']
    """
    return {a + b for a, b in pairwise(words) if HAN.match(a) and HAN.match(b)}


# Who speaks in a stretch of text: a province, a city, a county, a hospital?


@cache
def _voices() -> tuple[tuple[str, re.Pattern[str], int], ...]:
    table = read_table("anatomy/voices.csv")
    return tuple(
        (level, re.compile(pattern), int(weight))
        for level, pattern, weight in zip(
            table["level"], table["pattern"], table["weight"], strict=True
        )
    )


def read_voice(text: str) -> str:
    """Return the level that speaks of itself in a text (我省, 全市 …), or nothing if none leads.

    >>> read_voice("近年来，我州深化改革，全州各县市推进医共体。"), read_voice("深化改革。")
    ('prefecture', '')
    """
    votes: Counter[str] = Counter()
    for level, pattern, weight in _voices():
        votes[level] += weight * len(pattern.findall(text))
    (first, most), (_, second) = votes.most_common(2)
    return first if most >= 2 and most >= 1.5 * second else ""

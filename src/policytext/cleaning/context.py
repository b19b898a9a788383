"""What does a cleaning step know about the document it works on?"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

from policytext.cleaning.mapped import Edit
from policytext.cleaning.plausible import wording
from policytext.data import pattern_of, words_of
from policytext.errors import ParameterError
from policytext.reading.tabular.own_tables import check_replacement, own_expression, read_own_table
from policytext.records import HAN as ONE_HAN


class Finding(NamedTuple):
    """One kind of damage seen in a document.

    ``hits`` is how often it was seen, ``note`` the evidence in words, ``values`` what a repair
    needs to know (the year that replaced every 10, the swapped words, the chunk length).

    >>> Finding(3, "three numbers in brackets at equal distance", ("512",)).hits
    3
    """

    hits: int
    note: str
    values: tuple[str, ...] = ()


class Mark(NamedTuple):
    """A place that stays as it is and is flagged; offsets as stated by who returns it.

    >>> Mark(4, 9, "masked").kind
    'masked'
    """

    start: int
    end: int
    kind: str
    note: str = ""


class SlowRuleError(ParameterError):
    """A rule of a researcher's own that would take too long: no fault of the text it met."""


class ExtraRule(NamedTuple):
    """One line of a researcher's own replacement list."""

    pattern: str
    replacement: str
    condition: str = ""
    name: str = "own_rule"


@dataclass(frozen=True)
class Damage:
    """The kinds of damage found in one document, each with its evidence.

    ``findings``: Kind of damage → count, evidence in words, values.

    >>> damage = Damage({"chunked": Finding(16, "16 markers", ("300",))})
    >>> damage.has("chunked"), damage.values("chunked"), damage.flags
    (True, ('300',), ('chunked',))
    """

    findings: Mapping[str, Finding] = field(default_factory=dict)

    def has(self, kind: str) -> bool:
        """Return whether a kind of damage was found."""
        return kind in self.findings

    def values(self, kind: str) -> tuple[str, ...]:
        """Return what a repair of this kind needs to know; empty when it was not found."""
        found = self.findings.get(kind)
        return found.values if found else ()

    @property
    def flags(self) -> tuple[str, ...]:
        """The kinds found, sorted."""
        return tuple(sorted(self.findings))

    def __or__(self, other: Damage) -> Damage:
        """Return both findings; where both saw a kind, those of ``self`` stand."""
        return Damage({**other.findings, **self.findings})


class FolderLines(NamedTuple):
    """The shapes of lines that stand at the head or foot of several files of a folder.

    >>> FolderLines().heads
    frozenset()
    """

    heads: frozenset[str] = frozenset()
    feet: frozenset[str] = frozenset()


NO_FOLDER = FolderLines()
"""What is known of a file that stands alone."""


@dataclass(frozen=True)
class Context:
    """What every step is given beside the text.

    ``damage``: Damage found in the document before any step runs.
    ``hints``: What the reader knows: its name (``"pdf"``, ``"html"``, ``"markdown"`` …).
    ``rules``: The researcher's own replacements.
    ``folder``: Which lines repeat at the edges of the folder's files.
    ``traditional``: How text in traditional characters is written in simplified ones, if it is.
    ``titles``: Lines that the format calls the title of the whole: they are no furniture.

    >>> Context(hints=("pdf",)).damage.flags
    ()
    """

    damage: Damage = field(default_factory=Damage)
    hints: tuple[str, ...] = ()
    rules: tuple[ExtraRule, ...] = ()
    folder: FolderLines = NO_FOLDER
    traditional: str = ""
    titles: frozenset[str] = frozenset()


# How do patterns and listed words become edits?

HAN = ONE_HAN.pattern[1:-1]
"""The inside of a character class for Han characters."""

TERMINAL = "。！？!?；;：:…”’）)》」』.．"
"""Marks after which a line may end without having been broken."""

WORDS = "cleaning/words.csv"


def replace_each(text: str, pattern: re.Pattern[str], after: str, rule: str) -> list[Edit]:
    """Return one edit for each match of a pattern.

    >>> replace_each("达95﹪以上", re.compile("﹪"), "%", "percent_variants")
    [Edit(start=3, end=4, after='%', rule='percent_variants', certainty='certain')]
    """
    return [Edit(m.start(), m.end(), after, rule) for m in pattern.finditer(text)]


def first_of_overlapping(edits: Iterable[Edit]) -> list[Edit]:
    """Keep edits in order of priority and drop later ones that touch the same characters."""
    kept: list[Edit] = []
    taken: set[int] = set()
    for edit in edits:
        places = range(edit.start, max(edit.end, edit.start + 1))
        if not taken.intersection(places):
            kept.append(edit)
            taken.update(places)
    return sorted(kept)


def listed(group: str, before: str = "", after: str = "") -> re.Pattern[str]:
    """Return the pattern of any word of a group of ``cleaning/words.csv``.

    >>> bool(listed("word_with_year").match("均增长"))
    True
    """
    return pattern_of(WORDS, group, before, after)


def ends_in(group: str, then: str = "") -> str:
    """Return an expression that holds where a word of a group, and ``then``, end.

    >>> bool(re.search("年" + ends_in("counted_before_year", "年"), "今年"))
    True
    """
    return "(?:" + "|".join(f"(?<={re.escape(w)}{then})" for w in words_of(WORDS, group)) + ")"


def has_any(text: str, characters: Iterable[str]) -> bool:
    """Return whether any of the strings occurs: a cheap test before an expensive pattern."""
    if len(text) < _SHORT:
        return any(c in text for c in characters)
    stands = _first_signs(text)
    last = len(stands)
    return any(c in text for c in characters if ord(c[0]) < last and stands[ord(c[0])])


_SHORT = 4000
"""Characters; fewer are searched sooner than listed."""


@lru_cache(maxsize=2)
def _codes(text: str) -> NDArray[np.uint32]:
    """Return the code point of each character."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)


@lru_cache(maxsize=2)
def _first_signs(text: str) -> bytes:
    """Return for each code point, up to the highest, whether it stands in a text.

    A word whose first sign the text lacks need not be looked for.
    """
    codes = _codes(text).astype(np.intp)
    stands = np.zeros(int(codes.max()) + 1, dtype=bool)
    stands[codes] = True
    return stands.tobytes()


Signs: TypeAlias = NDArray[np.bool_]
"""Many characters, as a table that says of each code point whether it is one of them."""


def signs_of(*spans: tuple[int, int]) -> Signs:
    """Return the characters of several spans of code points, ends not among them.

    >>> [chr(code) for code in signs_of((0x3007, 0x3008)).nonzero()[0]]
    ['〇']
    """
    signs = np.zeros(0x110000, dtype=bool)
    for start, end in spans:
        signs[start:end] = True
    return signs


def where(signs: Signs, text: str) -> Signs:
    """Say of each character of a text whether it is one of many signs.

    >>> where(signs_of((0x4E00, 0xA000)), "共3家").tolist()
    [True, False, True]
    """
    return signs[_codes(text)]


def in_mid_sentence(line: str, least: int = 12) -> bool:
    """Return whether a line looks broken off: long enough, and its end is no end.

    >>> in_mid_sentence("认真落实全县基层医疗卫生机构的"), in_mid_sentence("一、主要做法")
    (True, False)
    """
    kept = line.rstrip()
    return len(kept) >= least and kept[-1] not in TERMINAL


# Where does a line run on in the next one?

_RUNS_ON = 5.0
"""Log-odds from which a sentence runs on: 97 of 100 sentences that were cut in two reach it, and
2 of 100 borders of headings, items and rows without a full stop."""

_OPEN_RUNS_ON = 1.0
"""The same for a long line with a clause mark: such a paragraph hardly ever lacks its full stop."""

_PROSE_RUNS_ON = -6.0
"""The same behind a full stop and more words: no heading holds one, and a paragraph that ends so
has lost its own, which 1 of 100 do."""

_IN_WORD = 12.5
"""The same behind a number and few words: a word was cut, or it is a heading."""

_LEAST_OPEN = 20

_ITEM = re.compile(
    r"第[一二三四五六七八九十百千〇零\d]+[章节条款编部]|[一二三四五六七八九十百]+[、章节条部是]"
    r"|[（(\[［][一二三四五六七八九十\d]+[)）\]］]|\d+[、.．)）](?!\d)|——|附件|[•·●○■□▲◆※*\-]"
)
_GAP = re.compile(r"[ \t\u3000|,，]+")
_CLAUSE_MARK = re.compile("[，。；：、,;:！？]")
_LONGEST_HEADING = 40
_LEAST_CELLS = 3


DATE_LINE = re.compile(
    r"[（(]?(?:\d|[〇○零一二三四五六七八九十]){2,4}\s?年[^，。]{1,5}月[^，。]{1,5}日[)）]?"
)
"""A line that holds a date and no more: it signs what stands above."""


def runs_on(before: str, after: str) -> bool:
    """Return whether a line that was broken off goes on in the line ``after``.

    Never across two figures, from or into a row of a table, or into a heading, article or item of
    a list; else where both in one are far likelier as Chinese than two lines, most of all behind
    what looks like a heading.

    >>> runs_on("完善基层医疗卫生", "机构补偿机制。"), runs_on("海河镇 卫生院 1996", "2 海河镇")
    (True, False)
    """
    if not after.strip() or after[0] in " \u3000\t" or not in_mid_sentence(before, 2):
        return False
    if DATE_LINE.fullmatch(before.strip()):
        return False
    if numbers_meet(before, after) or _ITEM.match(after) or is_row(before) or is_row(after):
        return False
    kept = re.split("[\u3000\t]", before.strip())[-1].strip()
    clauses = bool(_CLAUSE_MARK.search(kept, 3))
    heading = _ITEM.match(kept) and len(kept) <= _LONGEST_HEADING and not clauses
    opened = len(kept) >= _LEAST_OPEN and has_any(kept, "，。；")
    least = _IN_WORD if heading else _OPEN_RUNS_ON if opened else _RUNS_ON
    least = _PROSE_RUNS_ON if "。" in kept else least
    return join_odds(before, after) >= least


def numbers_meet(before: str, after: str) -> bool:
    """Return whether two figures would become one, were the lines joined."""
    return before.rstrip()[-1:].isdigit() and after.lstrip()[:1].isdigit()


def is_row(line: str) -> bool:
    """Return whether a line looks like a row of a table: cells and no clause.

    >>> is_row("海河镇卫生院 29306 1996"), is_row("目标人群 4000 人，完成率 98%")
    (True, False)
    """
    if "。" in line:
        return False
    cells = _GAP.split(line.strip())
    if len(cells) >= _LEAST_CELLS and sum(map(str.isdecimal, cells)) > 1:
        return True
    if _CLAUSE_MARK.search(line):
        return False
    figures = sum(cell[:1].isdigit() for cell in cells)
    return len(cells) >= _LEAST_CELLS or (len(cells) > 1 and figures > 0)


def join_odds(before: str, after: str, stops: str = "\n") -> float:
    """Return how much likelier (natural logarithm) two lines are as one than with a stop between.

    Of several ``stops`` the likeliest one counts.
    """
    return _odds_between(before.rstrip()[-2:].rjust(2, "\n"), after.lstrip()[:2], stops)


@lru_cache(maxsize=4096)
def _odds_between(left: str, right: str, stops: str) -> float:
    """Return the log-odds for the two signs on either side of a break; asked several times."""
    parted = max(wording().score(f"{left}{stop}{right}") for stop in stops)
    return wording().score(left + right) - parted


# How does a researcher add replacements of their own without writing Python?

_COLUMNS = ("pattern", "replacement")


def load_rules(path: str | Path) -> tuple[ExtraRule, ...]:
    """Read a list of a researcher's own replacements.

    Parameters
    ----------
    path
        CSV or Excel file with the columns ``pattern`` (words, or ``regex:`` and an expression) and
        ``replacement``; ``condition`` (words that must stand in the text, or ``flag:`` and a kind
        of damage) and ``name`` (for the ledger) may be there.

    Returns
    -------
    tuple of ExtraRule
        In the order of the file.

    Raises
    ------
    ParameterError
        A column is missing, or a pattern is empty, no expression, one whose search may never
        end, or matches nothing at all; or its replacement does not fit it.
    ReadingError
        The file cannot be read as a table; the message names row and column.

    Examples
    --------
    >>> from policytext.data import data_path
    >>> load_rules(data_path("cleaning/rules-example.csv"))[0].replacement
    '医疗共同体'
    """
    table = read_own_table(path, "replacement list")
    missing = [c for c in _COLUMNS if c not in table.columns]
    if missing:
        raise ParameterError(
            f"a replacement list must have the columns pattern and replacement, "
            f"{Path(path).name} lacks {', '.join(missing)}"
        )
    rules = []
    for number, row in enumerate(table.to_dict("records"), start=2):
        pattern = str(row["pattern"])
        _check(pattern, str(row["replacement"]), f"{Path(path).name}, line {number}")
        name = str(row.get("name", "")) or "own_rule"
        condition = str(row.get("condition", ""))
        rules.append(ExtraRule(pattern, str(row["replacement"]), condition, name))
    return tuple(rules)


def _check(pattern: str, replacement: str, place: str) -> None:
    if not pattern:
        raise ParameterError(f"{place}: the pattern is empty; write the words to replace")
    if pattern.startswith("regex:"):
        compiled = own_expression(pattern[6:], place)
        if compiled.match(""):
            raise ParameterError(f"{place}: {pattern!r} matches nothing at all; make it narrower")
        check_replacement(compiled, replacement, place)

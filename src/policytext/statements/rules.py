"""Which rule of a list decides a field of a clause?"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

import pandas as pd

from policytext.anatomy.parts import count_tense
from policytext.data import data_path, finder_of
from policytext.errors import ParameterError, ReadingError
from policytext.reading.tabular.own_tables import own_expression, read_own_table, words_needed

if TYPE_CHECKING:
    from ahocorasick_rs import AhoCorasick

RULE_FILES: Final = (
    *("phase", "status", "scope", "figures", "actors", "actor-verbs", "instruments", "slogans"),
    *("units", "measures", "institutions"),
)
WORDS: Final = "statements/words.csv"
"""Words that only patterns of the program need, by what they are needed for."""

NOTHING: Final = "none"
WHERES: Final = ("clause", "before", "sentence", "paragraph", "figures", "attained")
_CONDITIONS: Final = {
    "phases": "phase",
    "parts": "part",
    "kinds": "kind",
    "genres": "genre",
    "tenses": "tense",
}


class Decision(NamedTuple):
    """A value, the rule that set it, and how certain it is; all empty if no rule decided."""

    value: str = ""
    rule: str = ""
    certainty: str = ""


@dataclass(frozen=True)
class Setting:
    """A clause and what stands around it.

    ``clause, before, sentence, paragraph``: Its words; those of its sentence before it; its
      sentence; its paragraph.
    ``follows``: The next clause of its sentence.
    ``part, kind, genre``: Part of the report, kind of paragraph, genre of the report.
    ``tense``: ``past``, ``mostly_past``, ``future``, ``mostly_future`` or ``""``: of the
      paragraph.
    ``phase``: As decided before, for the fields that depend on it.
    ``own_places``: Names of the report's own province, city and county, joined by ``|``.
    ``year``: Year of the report, where it is known.
    """

    clause: str
    before: str = ""
    sentence: str = ""
    paragraph: str = ""
    part: str = ""
    kind: str = ""
    genre: str = ""
    tense: str = ""
    phase: str = ""
    follows: str = ""
    own_places: str = ""
    year: int | None = None


@dataclass(frozen=True)
class Rule:
    """One row of a rule list: under which conditions which words give which value."""

    name: str
    conditions: tuple[tuple[str, frozenset[str]], ...]
    where: str
    pattern: re.Pattern[str]
    value: str
    certainty: str

    def applies(self, setting: Setting) -> bool:
        """Return whether all conditions hold and the words are there."""
        return all(getattr(setting, name) in allowed for name, allowed in self.conditions) and (
            self.pattern.search(getattr(setting, self.where, "")) is not None
        )


def read_list(name: str, folder: str | Path | None = None) -> pd.DataFrame:
    """Read one of the lists, the researcher's own if there is one in the folder.

    >>> "hospital" in set(read_list("actors")["actor"])
    True
    """
    if name not in RULE_FILES:
        raise ParameterError(f"list must be one of {', '.join(RULE_FILES)}, got {name!r}")
    shipped = data_path(f"statements/{name}.csv")
    path = shipped
    if folder is not None:
        if not Path(folder).is_dir():
            raise ReadingError(f"rules must be a folder with edited lists, got {str(folder)!r}")
        own = Path(folder) / f"{name}.csv"
        path = own if own.is_file() else shipped
    table = read_own_table(path, "list")
    with shipped.open(encoding="utf-8-sig") as lines:
        needed = next(lines).strip().split(",")
    lacking = [column for column in needed if column not in table.columns]
    if lacking:
        raise ParameterError(f"{path.name} must have the columns {needed}, but {lacking} lack")
    return table


def read_rules(name: str, folder: str | Path | None = None) -> tuple[Rule, ...]:
    """Read the rules of a field, in the order in which they are tried.

    >>> read_rules("phase")[-1].certainty
    'likely'
    """
    return tuple(_rule(name, row) for row in read_list(name, folder).to_dict("records"))


def _rule(name: str, row: dict[str, str]) -> Rule:
    if row["where"] not in WHERES or row["certainty"] not in ("certain", "likely"):
        raise ParameterError(
            f"{name}.csv, rule {row['rule']!r}: where must be one of {list(WHERES)} and certainty "
            f"certain or likely, got {row['where']!r} and {row['certainty']!r}"
        )
    conditions = tuple(
        (field, frozenset(row[column].split("|")))
        for column, field in _CONDITIONS.items()
        if row[column]
    )
    pattern, value = compiled(name, row), row["value"]
    return Rule(row["rule"], conditions, row["where"], pattern, value, row["certainty"])


def compiled(name: str, row: dict[str, str]) -> re.Pattern[str]:
    """Return the pattern of a row, or say which rule of which list cannot be read."""
    return own_expression(row["pattern"], f"{name}.csv, rule {row['rule']!r}")


def decide_all(rules: Sequence[Rule], setting: Setting) -> Decision:
    """Return the values of all rules that apply, joined by ``|``, for fields with several.

    The certainty is that of the least certain rule.

    >>> decide_all(read_rules("scope"), Setting("扩大试点范围，实现3个县全覆盖")).value
    'pilot|extension|full|place'
    """
    found = [rule for rule in rules if rule.applies(setting)]
    if not found:
        return Decision()
    return Decision(
        "|".join(dict.fromkeys(rule.value for rule in found)),
        "|".join(dict.fromkeys(rule.name for rule in found)),
        "certain" if all(rule.certainty == "certain" for rule in found) else "likely",
    )


TOLD_BY_GENRE: Final = frozenset({"narrative_genre", "narrated_news"})
"""Rules that read a clause as past because its report tells what was done."""
_OPENING_YEAR: Final = re.compile(
    r"\W{0,2}[0-9一二三四五六七八九十]{0,2}\W{0,2}(20[0-9]{2})年(?!度)"
)


def dated_later(found: Decision, sentence: str, year: int | None) -> Decision:
    """Return a phase that only its section gives as less sure behind a year after the report's.

    Words of the past leave it reviewed (2023年1月已建成); without them it is to come.

    >>> section = Decision("reviewed", "review_section", "certain")
    >>> dated_later(section, "2023年，签约率达到80%", 2022)
    Decision(value='planned', rule='later_year', certainty='likely')
    """
    told = found.certainty == "certain" or found.rule in TOLD_BY_GENRE
    if year is None or found.value != "reviewed" or not told:
        return found
    opening = _OPENING_YEAR.match(sentence)
    if opening is None or int(opening[1]) <= year:
        return found
    past = count_tense([sentence])[0] > 0
    return Decision("reviewed" if past else "planned", "later_year", "likely")


# Which rules can apply to the clauses of a paragraph at all?

ALWAYS: Final = 1
"""The sign that every text has: that of an expression of which no word is needed."""


@dataclass(frozen=True)
class Signs:
    """Tells which of many expressions can fit in a text, by the words that each of them needs.

    ``sign_of``: A bit for each place and expression, or ``ALWAYS``.
    ``words``: Each word, with the bits of all that need it.
    ``around``: The bits of expressions that look beyond the clause.
    """

    sign_of: Mapping[tuple[str, re.Pattern[str]], int]
    words: Mapping[str, int]
    around: int

    @cached_property
    def _finder(self) -> AhoCorasick:
        from ahocorasick_rs import AhoCorasick

        return AhoCorasick(list(self.words))

    @cached_property
    def _of_word(self) -> tuple[int, ...]:
        return tuple(self.words.values())

    def of(self, text: str, clauses: Sequence[tuple[int, int, int]]) -> tuple[int, list[int]]:
        """Return the bits of a text and of each of its clauses; all words are sought in one pass.

        >>> signs = make_signs([("clause", re.compile("力争|确保"))])
        >>> signs.of("巩固成果，力争突破", [(0, 4, 0), (5, 9, 0)])
        (3, [1, 3])
        """
        whole, found, of_word = ALWAYS, [ALWAYS] * len(clauses), self._of_word
        number, last = 0, len(clauses) - 1
        for which, start, end in self._finder.find_matches_as_indexes(text, overlapping=True):
            sign = of_word[which]
            whole |= sign
            while number < last and end > clauses[number][1]:
                number += 1
            if clauses and clauses[number][0] <= start and end <= clauses[number][1]:
                found[number] |= sign
        around = whole & self.around
        return whole, [one | around for one in found]


def make_signs(expressions: Iterable[tuple[str, re.Pattern[str]]]) -> Signs:
    """Return the signs of expressions, each with where it looks."""
    sign_of: dict[tuple[str, re.Pattern[str]], int] = {}
    words: dict[str, int] = {}
    around = 0
    for number, (where, pattern) in enumerate(dict.fromkeys(expressions), start=1):
        needed = words_needed(pattern) if where in _OF_THE_TEXT else ()
        sign_of[where, pattern] = sign = 1 << number if needed else ALWAYS
        around |= 0 if where == "clause" else sign
        for word in needed:
            words[word] = words.get(word, 0) | sign
    return Signs(sign_of, words, around)


_OF_THE_TEXT: Final = frozenset({"clause", "before", "sentence", "paragraph"})


class Where(NamedTuple):
    """What the rules know of a clause besides its words."""

    part: str
    kind: str
    genre: str
    tense: str
    phase: str = ""


class Tried(NamedTuple):
    """A rule as it is tried: in texts with its sign, where it looks, how, and what it says.

    Without ``find`` it applies wherever it is tried.
    """

    sign: int
    where: str
    find: Callable[[str], object] | None
    said: Decision


@dataclass(frozen=True)
class RuleSets:
    """The rules of phase and status, kept by what a paragraph is, so that few are tried."""

    phase: tuple[Rule, ...]
    status: tuple[Rule, ...]
    signs: Signs
    known: dict[tuple[str, Where], tuple[Tried, ...]] = field(default_factory=dict)

    def of_paragraph(self, name: str, here: Where, text: str, signs: int) -> tuple[Tried, ...]:
        """Return the rules of a field for the clauses of a paragraph.

        What only the paragraph decides is decided here, once for all its clauses.
        """
        fitting = self.known.get((name, here))
        if fitting is None:
            rules = self.phase if name == "phase" else self.status
            fitting = self.known[name, here] = tuple(
                tried(rule, self.signs.sign_of[rule.where, rule.pattern])
                for rule in rules
                if all(getattr(here, what) in allowed for what, allowed in rule.conditions)
            )
        kept = []
        for rule in fitting:
            if not rule.sign & signs:
                continue
            if rule.where == "paragraph" and rule.find is not None:
                if not rule.find(text):
                    continue
                rule = Tried(rule.sign, rule.where, None, rule.said)
            kept.append(rule)
            if rule.find is None:
                break
        return tuple(kept)


def first_of(rules: Iterable[Tried], texts: Mapping[str, str], signs: int) -> Decision:
    """Return what the first rule says that applies to texts with these signs."""
    for sign, where, find, said in rules:
        if sign & signs and (find is None or find(texts[where])):
            return said
    return _UNDECIDED


_UNDECIDED: Final = Decision()


def tried(rule: Rule, sign: int = ALWAYS) -> Tried:
    """Return a rule as it is tried; without words it applies wherever its conditions hold."""
    value = "" if rule.value == NOTHING else rule.value
    find = finder_of(rule.pattern) if rule.pattern.pattern else None
    return Tried(sign, rule.where, find, Decision(value, rule.name, rule.certainty))

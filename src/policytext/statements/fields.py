"""What does one clause say: phase, status, scope, figures, actor, instrument, quotation?

Rules decide what can be decided by a list of patterns; who acts, which places are meant and what is
quoted is read here from listed words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, partial
from pathlib import Path
from typing import Final, NamedTuple

import pandas as pd

from policytext.data import any_of, pattern_of, read_table
from policytext.statements.amounts import (
    Figure,
    FigureReader,
    Repair,
    make_reader,
    not_its_own,
    write_cell,
)
from policytext.statements.phases import Around, Here, PhaseReader, load_phase_reader
from policytext.statements.rules import (
    NOTHING,
    WORDS,
    Decision,
    Rule,
    Setting,
    Where,
    decide_all,
    read_list,
    read_rules,
)
from policytext.terms.concepts import literal_terms
from policytext.terms.hits import TermMatcher

FIELDS: Final = ("phase", "status", "scope", "figures", "actor", "instrument", "quotation")
"""The fields of a statement, in the order in which they stand in the table."""


# Which listed words stand in a clause?


class Phrase(NamedTuple):
    """A listed word in a text: the list's entry, and offsets in characters."""

    entry: str
    start: int
    end: int


@dataclass(frozen=True)
class PhraseFinder:
    """Finds the words of one list; the longest of overlapping ones counts.

    ``matcher``: The words as terms.
    ``entries``: The entry that each word stands for; several are joined by ``|``.
    """

    matcher: TermMatcher
    entries: Mapping[str, str]

    def find(self, text: str) -> list[Phrase]:
        """Return the listed words of a text in order."""
        return [Phrase(self.entries[h.term], h.start, h.end) for h in self.matcher.apart(text)]


def make_finder(table: pd.DataFrame, column: str) -> PhraseFinder:
    """Return a finder for a list whose ``words`` stand for the entry in a column.

    >>> import pandas as pd
    >>> actors = pd.DataFrame({"actor": ["hospital"], "words": ["医院|县医院"]})
    >>> make_finder(actors, "actor").find("由县医院牵头")
    [Phrase(entry='hospital', start=1, end=4)]
    """
    entries: dict[str, str] = {}
    for entry, words in zip(table[column], table["words"], strict=True):
        for word in filter(None, words.split("|")):
            entries[word] = f"{entries[word]}|{entry}" if word in entries else entry
    return PhraseFinder(TermMatcher(literal_terms(entries)), entries)


# Who does it, and with which instruments?


@cache
def _opening() -> re.Pattern[str]:
    """Return what may stand before the one who acts: numbering, time, place of the report."""
    return re.compile(
        r"^\s*(?:[（(]?[0-9一二三四五六七八九十]{1,3}[)）、.．是])?\s*"
        rf"(?:{any_of(WORDS, 'before_actor')}|(?:‹YEAR›|20[0-9]{{2}})年(?:[0-9]{{1,2}}月)?"
        r"|‹PLACE›[省市区县旗]?|[省市区县])*"
    )


def _name() -> re.Pattern[str]:
    """Return the rest of an institution's name before its last words."""
    return pattern_of(WORDS, "not_in_actor_name", before="(?!.*", after=r")[一-龥‹›A-Z]{1,12}$")


def _only_named() -> re.Pattern[str]:
    """Return what follows a body that is only named, as in 支持乡镇卫生院建设."""
    return pattern_of(WORDS, "after_object")


_BY: Final = re.compile(r"由[^，、由]{0,12}$|依托$")


@cache
def _verbs(verbs: tuple[str, ...]) -> re.Pattern[str]:
    ordered = sorted(verbs, key=lambda word: (-len(word), word))
    return re.compile("|".join(re.escape(word) for word in ordered))


def acting(clause: str, phrases: Iterable[Phrase], verbs: Sequence[str]) -> Decision:
    """Return who acts in a clause: a listed body at its head, or after 由, before a verb.

    A body that is only named, as in 支持乡镇卫生院建设, does not act.

    >>> acting("市政府出台意见", [Phrase("government", 0, 3)], ["出台"]).value
    'government'
    >>> acting("支持乡镇卫生院建设", [Phrase("primary_care", 2, 7)], ["支持"]).value
    ''
    """
    opening = _opening().match(clause)
    head = opening.end() if opening else 0
    bodies, seeks = list(phrases), _verbs(tuple(verbs))
    begins = {phrase.start for phrase in bodies}
    found: dict[str, str] = {}
    for phrase in bodies:
        rest = clause[phrase.end :]
        by = _BY.search(clause[: phrase.start]) is not None
        if not (by or phrase.start <= head or _is_name(clause[head : phrase.start], rest, seeks)):
            continue
        if phrase.end in begins:  # 我县医疗机构: the second body acts
            head = phrase.end
        elif not _only_named().match(rest) and _acts(rest, seeks, 0 if by else 2):
            found.setdefault(phrase.entry, "by" if by else "head")
    if not found:
        return Decision()
    return Decision("|".join(found), "|".join(dict.fromkeys(found.values())), "likely")


def _is_name(before: str, rest: str, seeks: re.Pattern[str]) -> bool:
    """Return whether the words before a body belong to its name, and a verb follows at once."""
    return bool(_name().match(before)) and seeks.match(rest.lstrip("共已均都")) is not None


def _acts(rest: str, seeks: re.Pattern[str], after: int) -> bool:
    """Return whether a verb follows, with so many characters after it.

    A verb at the end has the body before it as its object (医共体基本建立), unless 由 names it.
    """
    return seeks.search(rest, 0, max(min(len(rest), 16) - after, 0)) is not None


def instruments(phrases: Iterable[Phrase]) -> Decision:
    """Return the instruments whose words a clause names, each once, in order.

    >>> instruments([Phrase("money", 0, 2), Phrase("staff", 4, 6)]).value
    'money|staff'
    """
    named = [name for phrase in phrases for name in phrase.entry.split("|")]
    names = list(dict.fromkeys(name for name in named if name != NOTHING))
    return Decision("|".join(names), "listed_word", "likely") if names else Decision()


# Which places other than its own does a clause name?

_SHORT = {"province", "city"}
_MASKED = re.compile(r"‹PLACE›(?:[省市区县旗州镇乡村]|街道)(?![卫委局人医中政第公])")
MASKED_OWN = {"province": "‹PLACE›省", "city": "‹PLACE›市", "county": "‹PLACE›县|‹PLACE›区"}
"""How a report of a level writes its own name where names are masked."""


def place_words() -> pd.DataFrame:
    """Return the names of places a clause may act on: ``place`` (full name), ``words``.

    These are names of provinces and cities, and full names of counties, that are no other word.

    >>> names = place_words().set_index("place")["words"]
    >>> names["惠州市"].split("|")
    ['惠州', '惠州市']
    """
    ordinary = set(read_table("regions/ordinary.csv")["name"])
    words: dict[str, dict[str, None]] = {}
    for row in read_table("regions/divisions.csv").to_dict("records"):
        short = row["short"]
        names = {row["name"], *((short,) if row["level"] in _SHORT and len(short) > 1 else ())}
        kept = sorted(n for n in names if n not in ordinary and (len(n) > 2 or n == short))
        if kept:
            words.setdefault(row["name"], {}).update(dict.fromkeys(kept))
    rows = [(place, "|".join(names)) for place, names in sorted(words.items())]
    return pd.DataFrame(rows, columns=["place", "words"])


@cache
def _places() -> PhraseFinder:
    return make_finder(place_words(), "place")


def institution_ends(folder: str | Path | None = None) -> re.Pattern[str]:
    """Return what follows a place inside the name of an institution (某市大学)."""
    words = "|".join(re.escape(word) for word in read_list("institutions", folder)["words"])
    return re.compile(rf"(?![^，、。]{{0,4}}[和与等])[^，、。的]{{0,10}}?(?:{words})")


def naming(
    clause: str, places: Iterable[Phrase], institution: re.Pattern[str], own: str = ""
) -> Decision:
    """Return ``place`` if a clause names a place that is not the report's own.

    A place inside the name of an institution (某市大学) is not one that is acted on.

    >>> ends = institution_ends()
    >>> naming("选派医生赴广西支医", [Phrase("广西壮族自治区", 5, 7)], ends).value
    'place'
    >>> naming("四川大学帮扶", [Phrase("四川省", 0, 2)], ends).value
    ''
    """
    mine = set(own.split("|"))
    for place in places:
        other = not mine & set(place.entry.split("|"))
        if other and not institution.match(clause[place.end :]):
            return Decision("place", "named_place", "likely")
    if any(masked.group() not in mine for masked in _MASKED.finditer(clause)):
        return Decision("place", "masked_place", "likely")
    return Decision()


# Which documents, numbers of documents and central slogans does a clause quote?

# Titles may hold titles; a quotation that is never closed is damage, not a quotation.
_TITLE: Final = re.compile(r"《(?:[^《》]|《[^《》]*》)+》")
_NUMBER: Final = re.compile(
    r"[一-龥]{1,8}[〔(（\[](?:[0-9]{4}|‹YEAR›)[〕)）\]]第?(?:[0-9]+|‹NUM›)号"
)
_QUOTED: Final = re.compile(r"“([^“”]{2,24})”")


class Quotation(NamedTuple):
    """A quotation: ``document``, ``number``, ``quoted`` or ``slogan``; its words and offsets."""

    kind: str
    words: str
    start: int
    end: int


def find_quotations(clause: str, slogans: Iterable[Phrase] = ()) -> list[Quotation]:
    """Return what a clause quotes, in order; a slogan inside a title or quotation is part of it.

    >>> [tuple(q)[:2] for q in find_quotations("落实《某某规划》（国发〔2020〕1号）的“三张网”")]
    [('document', '《某某规划》'), ('number', '国发〔2020〕1号'), ('quoted', '“三张网”')]
    """
    found = [Quotation("document", m.group(), *m.span()) for m in _TITLE.finditer(clause)]
    found += [Quotation("number", m.group(), *m.span()) for m in _NUMBER.finditer(clause)]
    found += [Quotation("quoted", m.group(), *m.span()) for m in _QUOTED.finditer(clause)]
    found += [Quotation("slogan", clause[s.start : s.end], s.start, s.end) for s in slogans]
    kept: list[Quotation] = []
    for one in sorted(found, key=lambda q: (q.start, q.start - q.end)):
        if not kept or one.start >= kept[-1].end:
            kept.append(one)
    return kept


def quoting(quotations: Iterable[Quotation]) -> Decision:
    """Return quotations as one cell: words joined by ``|``, kinds as the rule.

    >>> quoting(find_quotations("“三张网”")).value
    '“三张网”'
    """
    found = list(quotations)
    if not found:
        return Decision()
    kinds = "|".join(dict.fromkeys(one.kind for one in found))
    return Decision("|".join(one.words for one in found), kinds, "certain")


# What do all fields of one clause say?


@dataclass(frozen=True)
class StatementLists:
    """The rules and lists of all fields; see `load_lists`."""

    phases: PhaseReader
    scope: tuple[Rule, ...]
    figures: FigureReader
    phrases: Mapping[str, PhraseFinder]
    institution: re.Pattern[str]
    verbs: tuple[str, ...]

    def around(self, setting: Setting) -> Around:
        """Return what all clauses of the paragraph of a setting share."""
        where = Where(setting.part, setting.kind, setting.genre, setting.tense)
        text = setting.paragraph or setting.sentence or setting.clause
        return self.phases.around(text, where, year=setting.year)[0]

    def read(
        self,
        setting: Setting,
        repairs: Sequence[Repair] = (),
        damage: str = "",
        around: Around | None = None,
    ) -> dict[str, Decision]:
        """Return the decision on each field of one clause."""
        local = setting.own_places.strip("|") != ""

        def figured(phase: str) -> list[Figure]:
            before = setting.before
            figures = self.figures.read(
                setting.clause, before=before, phase=phase, repairs=repairs, damage=damage
            )
            return not_its_own(figures, setting.clause, local=local)

        here = _here(setting, around or self.around(setting), self.phases)
        said = self.phases.say(here)
        _, phase, figures, status = self.phases.read(said, here, figured)
        with_phase = replace(setting, tense=here.around.where.tense, phase=phase.value)
        found = {name: finder.find(setting.clause) for name, finder in self.phrases.items()}
        return {
            "phase": phase,
            "status": status,
            "scope": _joined(
                decide_all(self.scope, with_phase),
                naming(setting.clause, found["place"], self.institution, setting.own_places),
            ),
            "figures": _figured(figures),
            "actor": acting(setting.clause, found["actor"], self.verbs),
            "instrument": instruments(found["instrument"]),
            "quotation": quoting(find_quotations(setting.clause, found["slogan"])),
        }


def load_lists(folder: str | Path | None = None) -> StatementLists:
    """Load all rules and lists, the researcher's own where there are some.

    >>> setting = Setting("新建卫生院3所", part="plan", kind="body")
    >>> found = load_lists().read(setting)
    >>> found["status"].value, found["figures"].value, found["instrument"].value
    ('planned', 'target: 3所', 'facilities')
    """
    return StatementLists(
        phases=load_phase_reader(folder),
        scope=read_rules("scope", folder),
        figures=make_reader(folder),
        phrases={
            "actor": make_finder(read_list("actors", folder), "actor"),
            "instrument": make_finder(read_list("instruments", folder), "instrument"),
            "slogan": make_finder(read_list("slogans", folder), "words"),
            "place": _places(),
        },
        institution=institution_ends(folder),
        verbs=tuple(read_list("actor-verbs", folder)["verb"]),
    )


def _here(setting: Setting, around: Around, phases: PhaseReader) -> Here:
    """Return where a clause stands, as the reader of phase and status wants it."""
    texts = {
        "clause": setting.clause,
        "before": setting.before,
        "sentence": setting.sentence or setting.clause,
        "paragraph": around.text,
    }
    signs = around.signs_in(setting.clause)
    carried = partial(phases.names_one, setting.before)
    return Here(around, texts, setting.follows, signs, carried)


def _joined(first: Decision, second: Decision) -> Decision:
    """Return two decisions on a field with several values as one."""
    if not first.rule or not second.rule:
        return first if first.rule else second
    values = dict.fromkeys([*first.value.split("|"), *second.value.split("|")])
    return Decision("|".join(values), f"{first.rule}|{second.rule}", "likely")


def _figured(figures: Sequence[Figure]) -> Decision:
    """Return figures as one decision: the cell, their rules, the least of their certainties."""
    if not figures:
        return Decision()
    rules = "|".join(dict.fromkeys(f.rule or "no_rule" for f in figures))
    sure = {f.rule_certainty for f in figures} | {f.certainty for f in figures}
    order = ("unknown", "", "likely", "certain")
    least = next(one for one in order if one in sure)
    return Decision(write_cell(figures), rules, least or "unknown")

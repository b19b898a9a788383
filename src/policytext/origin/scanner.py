"""Where do the words of the place, cue, event and voice lists stand in a text?

One pass of one automaton finds all lists at once, so that long texts cost little.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cache, cached_property
from typing import TYPE_CHECKING, Final, NamedTuple

from policytext.data import read_table
from policytext.origin.gazetteer import Division, Gazetteer, load_gazetteer

if TYPE_CHECKING:
    from ahocorasick_rs import AhoCorasick

MANY_TOWNS: Final = 5
"""Township names that more counties share than this say nothing."""

STRENGTHS: Final = {"strong": 2.0, "medium": 1.2, "weak": 0.4}


class ListEntry(NamedTuple):
    """One meaning of one word of the lists.

    ``kind`` is trap (a longer word that holds a name), name, short, town, official, cue, event or
    voice; ``adcodes`` are the divisions it can mean; ``weight`` is its strength as a cue;
    ``detail`` is the row it comes from.
    """

    kind: str
    adcodes: tuple[str, ...]
    weight: float
    detail: tuple[str, ...] = ()


class ListHit(NamedTuple):
    """One place in a text where a word of the lists stands."""

    word: str
    start: int
    end: int
    entries: tuple[ListEntry, ...]


@dataclass(frozen=True)
class NameRules:
    """How names that are also ordinary words may be read."""

    never: frozenset[str]
    chain: frozenset[str]
    level: dict[str, str]


class ListScanner:
    """Finds the words of all lists in one pass.

    ``gazetteer``: The divisions.

    >>> [hit.word for hit in ListScanner(load_gazetteer()).hits("绩溪县各苏木和我县")]
    ['绩溪县', '绩溪', '苏木', '我县']
    """

    def __init__(self, gazetteer: Gazetteer) -> None:
        self.gazetteer = gazetteer

    def __getstate__(self) -> dict[str, object]:
        return {"gazetteer": self.gazetteer}

    def __setstate__(self, state: dict[str, Gazetteer]) -> None:
        self.gazetteer = state["gazetteer"]

    @cached_property
    def rules(self) -> NameRules:
        """Names that are also ordinary words, from ``regions/ordinary.csv``."""
        table = read_table("regions/ordinary.csv")
        use = dict(zip(table["name"], table["use"], strict=True))
        levels = {n: u for n, u in use.items() if u in {"province", "city", "county"}}
        return NameRules(
            frozenset(n for n, u in use.items() if u == "never"),
            frozenset(n for n, u in use.items() if u == "chain"),
            levels,
        )

    @cached_property
    def _words(self) -> dict[str, tuple[ListEntry, ...]]:
        out: defaultdict[str, list[ListEntry]] = defaultdict(list)
        self._add_names(out)
        self._add_towns(out)
        for trap in read_table("regions/traps.csv")["words"]:
            out[trap].append(ListEntry("trap", (), 0.0))
        _add_officials(out)
        _add_cues(out)
        _add_events(out)
        _add_voices(out)
        return {word: tuple(entries) for word, entries in out.items()}

    def _add_names(self, out: defaultdict[str, list[ListEntry]]) -> None:
        names: defaultdict[str, list[Division]] = defaultdict(list)
        shorts: defaultdict[str, list[Division]] = defaultdict(list)
        for division in self.gazetteer.divisions:
            if division.name not in self.rules.never and not _far_district(division):
                names[division.name].append(division)
            if self._short_allowed(division):
                shorts[division.short].append(division)
        for name, spoken in self.gazetteer.spoken.items():
            names[name] = list(spoken)
        for name, divisions in names.items():
            out[name].append(ListEntry("name", _codes(divisions), 0.0))
        for short, divisions in shorts.items():
            if short not in names:
                out[short].append(ListEntry("short", _codes(divisions), 0.0))

    def _short_allowed(self, division: Division) -> bool:
        short = division.short
        if short in self.rules.never or short == division.name or _far_district(division):
            return False
        wanted = self.rules.level.get(short)
        return wanted is None or wanted == division.level

    def _add_towns(self, out: defaultdict[str, list[ListEntry]]) -> None:
        for name, codes in self.gazetteer.townships.items():
            if len(codes) <= MANY_TOWNS and name not in out:
                out[name].append(ListEntry("town", codes, 0.0))

    @cached_property
    def _order(self) -> tuple[str, ...]:
        return tuple(self._words)

    @cached_property
    def _automaton(self) -> AhoCorasick:
        from ahocorasick_rs import AhoCorasick

        return AhoCorasick(list(self._order))

    def hits(self, text: str) -> list[ListHit]:
        """Return all hits in order of their start; longer ones first at the same start."""
        order, words = self._order, self._words
        found = self._automaton.find_matches_as_indexes(text, overlapping=True)
        return [
            ListHit(order[number], start, -behind, words[order[number]])
            for start, behind, number in sorted(
                (start, -end, number) for number, start, end in found
            )
        ]


def _codes(divisions: list[Division]) -> tuple[str, ...]:
    """Codes a name can mean: within a province the current one, and the highest, come first."""
    rank = {"province": 0, "city": 1, "county": 2}
    by_province: defaultdict[str, list[Division]] = defaultdict(list)
    for division in divisions:
        by_province[division.adcode[:2]].append(division)
    out: set[str] = set()
    for rows in by_province.values():
        now = [d for d in rows if d.last is None] or rows
        top = min(rank[d.level] for d in now)
        out |= {d.adcode for d in now if rank[d.level] == top}
    return tuple(sorted(out))


def _far_district(division: Division) -> bool:
    """Districts of Hong Kong and Macao bear names that are ordinary words on the mainland."""
    return division.adcode[:2] in {"81", "82"} and division.level != "province"


def _add_officials(out: defaultdict[str, list[ListEntry]]) -> None:
    table = read_table("regions/officials.csv")
    codes: defaultdict[str, set[str]] = defaultdict(set)
    for row in table.itertuples(index=False):
        office = row.office.removeprefix("自治区")
        for word in (row.name + office, office + row.name, office + " " + row.name):
            codes[word].add(row.adcode)
    for word, provinces in codes.items():
        out[word].append(ListEntry("official", tuple(sorted(provinces)), 2.5))


def _add_cues(out: defaultdict[str, list[ListEntry]]) -> None:
    for row in read_table("regions/cues.csv").itertuples(index=False):
        if not row.cue.startswith("re:"):
            detail = (row.group, row.strength, row.needs, row.not_after)
            adcodes = tuple(row.adcodes.split("|"))
            out[row.cue].append(ListEntry("cue", adcodes, STRENGTHS[row.strength], detail))


def _add_events(out: defaultdict[str, list[ListEntry]]) -> None:
    for row in read_table("events.csv").itertuples(index=False):
        detail = (row.kind, row.first, row.last, row.firmness)
        out[row.phrase].append(ListEntry("event", (), 0.0, detail))


def _add_voices(out: defaultdict[str, list[ListEntry]]) -> None:
    for row in read_table("kinds/voices.csv").itertuples(index=False):
        out[row.words].append(ListEntry("voice", (), float(row.weight), (row.level,)))


@cache
def load_scanner() -> ListScanner:
    """Return the scanner over the gazetteer that the package carries.

    >>> [hit.word for hit in load_scanner().hits("我县")]
    ['我县']
    """
    return ListScanner(load_gazetteer())

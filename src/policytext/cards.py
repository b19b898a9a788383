"""What does a study say of each region: its card, its tile, and how it differs from another?

Cards are gathered from the tables of a study; nothing is computed anew, and each line names the
row of the table that it comes from.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final, NamedTuple

import pandas as pd

from policytext.data import read_table
from policytext.findings import (
    NOTHING_SAID,
    THEME_COLUMNS,
    WORD_COLUMNS,
    citable_themes,
    marking_words,
    rate_in_words,
    speaks_of_topics,
    term_named,
    topics_unreadable,
)
from policytext.records import UNKNOWN, Bilingual
from policytext.result import Result
from policytext.texts import listing, place_of, say

MOST_LINES = 5
MOST_MARKS = 10
NEAREST = 3
LEAST_SHARE = 0.0005
"""A share that is not written as 0.0 %."""
STEPS = 5
"""Shades of the tiles."""

NAMES_OF_REGIONS: Final = ("province", "city", "county", "region", "group")


class CardLine(NamedTuple):
    """One line of a card.

    ``key``: The same for all regions, so that two can be set side by side.
    ``label, value``: In both languages.
    ``analysis, rows``: Where what it tells stands, in the order in which it is told.
    """

    key: str
    label: Bilingual
    value: Bilingual
    analysis: str
    rows: tuple[int, ...] = ()


@dataclass(frozen=True)
class Card:
    """What a study says of one region."""

    name: str
    label: Bilingual
    lines: tuple[CardLine, ...] = ()
    quotes: tuple[Mapping[str, Any], ...] = ()


class Tile(NamedTuple):
    """One value of a region: what is written on its tile, and how dark it is.

    ``state``: ``value``, ``zero``, ``other`` (goes by another name) or ``none`` (no report).
    ``ends``: The ends of its interval, where it has one and there is room to say it.
    ``row``: Of the table that it stands in.
    """

    text: str
    shade: int
    state: str
    ends: str = ""
    row: int = -1


@dataclass(frozen=True)
class Measure:
    """What the tiles can show: a term or a theme of an analysis, one tile a region."""

    label: Bilingual
    tiles: Mapping[str, Tile]
    analysis: str
    theme: bool = False


@dataclass(frozen=True)
class TwoRegions:
    """How far two regions are apart in vocabulary, and which words make it."""

    a: str
    b: str
    sentence: Bilingual
    row: int
    analysis: str


@dataclass(frozen=True)
class Regions:
    """The regions of a study, in the order of the official list."""

    cards: tuple[Card, ...] = ()
    measures: tuple[Measure, ...] = ()
    pairs: tuple[TwoRegions, ...] = ()
    grid: Mapping[str, tuple[int, int]] = field(default_factory=dict)


def regions_of(
    results: Mapping[str, Result], quotes: Mapping[str, pd.DataFrame] | None = None
) -> Regions:
    """Gather the regions of a study from its results, by the id of the analysis.

    >>> regions_of({}).cards
    ()
    """
    unreadable = topics_unreadable(result.table for result in results.values())
    tables = {
        name: (result, _kind(result.table))
        for name, result in results.items()
        if not (unreadable and speaks_of_topics(result.table))
    }
    names = _in_order({n for result, _ in tables.values() for n in _regions_in(result.table)})
    if len(names) < 2:
        return Regions()
    lines: dict[str, list[CardLine]] = {name: [] for name in names}
    measures: list[Measure] = []
    pairs: list[TwoRegions] = []
    for analysis, (result, kind) in tables.items():
        if kind == "pairs":
            pairs += _pairs(analysis, result.table, names)
        elif kind:
            for name, line in LINES[kind](analysis, result):
                if name in lines:
                    lines[name].append(line)
        if kind in MEASURES:
            measures += MEASURES[kind](analysis, result)
    for name, line in _nearest(pairs, results):
        lines[name].append(line)
    measures = [one for one in measures if not one.tiles.keys().isdisjoint(names)]
    said = _quotes(results, quotes or {})
    silent = say("cards.no_report")
    told = [n for n in names if any(line.value != silent for line in lines[n])]
    names = told if 2 * len(told) > len(names) else []  # cards of a few would hide the others
    cards = tuple(
        Card(name, place_of(name), tuple(lines[name]), tuple(said.get(name, [])[:MOST_LINES]))
        for name in names
    )
    return Regions(cards, tuple(measures), tuple(pairs), _grid() if names else {})


# Which tables speak of regions?

KINDS: Final[Mapping[str, tuple[str, ...]]] = {
    "rates": ("term", "province", "status", "hits", "rate", "low", "high"),
    "names": ("concept", "group", "status", "n", "other_names"),
    "words": WORD_COLUMNS,
    "themes": THEME_COLUMNS,
    "topics": ("group", "topic", "name", "share"),
    "statements": ("province", "concept", "status", "clause"),
    "promises": ("province", "outcome", "promise"),
    "pairs": ("a", "b", "distance", "noise_high", "above_noise"),
}


def _kind(table: pd.DataFrame) -> str:
    held = set(map(str, table.columns))
    kind = next((k for k, needed in KINDS.items() if held.issuperset(needed)), "")
    alone = list(table.columns[1:3]) == ["province", "status"]
    return kind if kind != "rates" or alone else ""


def _regions_in(table: pd.DataFrame) -> set[str]:
    """Return the provinces with a report that a table has in a column that names groups."""
    if "status" in table:
        table = table[~table["status"].isin(NOTHING_SAID)]
    columns = [c for c in NAMES_OF_REGIONS if c in table.columns]
    found = {str(name) for c in columns for name in table[c].dropna().unique()}
    return found & set(_grid())


@cache
def _grid() -> dict[str, tuple[int, int]]:
    """Return row and column of the tile of each province."""
    table = read_table("tile_grid.csv")
    return {
        str(p): (int(r), int(c))
        for p, r, c in zip(table["province"], table["row"], table["column"], strict=True)
    }


def short_name(name: str) -> Bilingual:
    """Return what is written on a tile.

    >>> short_name("内蒙古自治区")
    Bilingual(zh='内蒙古', en='Inner Mongolia')
    """
    table = read_table("tile_grid.csv")
    short = dict(zip(table["province"], table["short"], strict=True)).get(name, name)
    return Bilingual(short, place_of(name).en)


def letters_of(name: str) -> str:
    """Return the two letters of a province (ISO 3166-2), for tiles with no room for its name.

    >>> letters_of("内蒙古自治区"), letters_of("甲县")
    ('NM', '甲县')
    """
    table = read_table("tile_grid.csv")
    return str(dict(zip(table["province"], table["code"], strict=True)).get(name, name))


def _in_order(names: Iterable[str]) -> list[str]:
    """Return names in the order of GB/T 2260."""
    table = read_table("tile_grid.csv").sort_values("adcode")
    order = {name: i for i, name in enumerate(table["province"])}
    return sorted((n for n in names if n != UNKNOWN), key=lambda n: (order.get(n, len(order)), n))


# What does each kind of table say of a region?

CardLines = Iterator[tuple[str, CardLine]]


def _numbers(rows: pd.DataFrame) -> tuple[int, ...]:
    return tuple(map(int, rows.index))


def _rate_lines(analysis: str, result: Result) -> CardLines:
    for row, cells in zip(result.table.index, result.table.to_dict("records"), strict=True):
        label = say("cards.rate", term=term_named(str(cells["term"])))
        if cells["status"] in NOTHING_SAID:
            value = say("cards.no_report")
        else:
            value = rate_in_words(cells, "cards.rate_value", "cards.rate_value_alone")
        name = str(cells["province"])
        yield name, CardLine(f"{analysis}:{cells['term']}", label, value, analysis, (int(row),))


def _name_lines(analysis: str, result: Result) -> CardLines:
    for row, cells in zip(result.table.index, result.table.to_dict("records"), strict=True):
        if cells["status"] == "other name":
            term = term_named(str(cells["concept"]))
            value = Bilingual(str(cells["other_names"]), str(cells["other_names"]))
            label = say("cards.other_name", term=term)
            key = f"{analysis}:{cells['concept']}"
            yield str(cells["group"]), CardLine(key, label, value, analysis, (int(row),))


def _word_lines(analysis: str, result: Result) -> CardLines:
    for group, part in result.table.groupby(result.table["group"].astype("str"), sort=False):
        rows = marking_words(part).head(MOST_MARKS)
        if rows.empty:
            continue
        sure = rows[rows["above_noise"].fillna(False).astype(bool)]["feature"].astype("str")
        pairs = zip(rows["feature"].astype("str"), rows["hits"], rows["hits_rest"], strict=True)
        said = [f"{word} {int(here)}/{int(rest)}" for word, here, rest in pairs]
        words = listing(said)
        key = "cards.words" if len(sure) else "cards.words_described"
        value = say(key, words=words, sure=listing(sure))
        line = CardLine(analysis, say("cards.marks"), value, analysis, _numbers(rows))
        yield str(group), line


def _theme_lines(analysis: str, result: Result) -> CardLines:
    part = citable_themes(result.table)
    for group, rows in part.groupby(part["group"].astype("str"), sort=False):
        top = rows[rows["value"] >= LEAST_SHARE]
        top = top.sort_values("share_coded", ascending=False, kind="stable").head(MOST_LINES)
        if top.empty:
            continue
        said = listing(
            say(
                "cards.share" if pd.isna(r["low"]) else "cards.share_between",
                name=Bilingual(str(r["label_zh"]), str(r["label_en"])),
                share=f"{100 * r['value']:.1f}",
                low=f"{100 * r['low']:.1f}",
                high=f"{100 * r['high']:.1f}",
            )
            for r in top.to_dict("records")
        )
        yield str(group), CardLine(analysis, say("cards.themes"), said, analysis, _numbers(top))


def _topic_lines(analysis: str, result: Result) -> CardLines:
    names = {} if result.figure is None else result.figure.settings.get("names") or {}
    table = result.table.dropna(subset=["share"])
    for group, rows in table.groupby(table["group"].astype("str"), sort=False):
        top = rows.sort_values("share", ascending=False, kind="stable").head(NEAREST)
        said = listing(
            say(
                "cards.share",
                name=f"“{names.get(str(r['name']), str(r['name']))}”",
                share=f"{100 * r['share']:.1f}",
            )
            for r in top.to_dict("records")
        )
        yield str(group), CardLine(analysis, say("cards.topics"), said, analysis, _numbers(top))


def _statement_lines(analysis: str, result: Result) -> CardLines:
    table = result.table
    for province, rows in table.groupby(table["province"].astype("str"), sort=False):
        told = ("done", "under_way", "planned", "mention")
        counts = {name: int((rows["status"].astype("str") == name).sum()) for name in told}
        undecided = len(rows) - sum(counts.values())
        value = say("cards.statement_value", n=len(rows), undecided=undecided, **counts)
        line = CardLine(
            analysis, say("cards.statements"), value, analysis, _numbers(rows.head(MOST_LINES))
        )
        yield str(province), line


def _promise_lines(analysis: str, result: Result) -> CardLines:
    table = result.table
    for province, rows in table.groupby(table["province"].astype("str"), sort=False):
        counts = rows["outcome"].astype("str").value_counts()
        value = say("cards.promise_value", n=len(rows), kept=int(counts.get("kept", 0)))
        line = CardLine(
            analysis, say("cards.promises"), value, analysis, _numbers(rows.head(MOST_LINES))
        )
        yield str(province), line


LINES: Final[Mapping[str, Any]] = {
    "rates": _rate_lines,
    "names": _name_lines,
    "words": _word_lines,
    "themes": _theme_lines,
    "topics": _topic_lines,
    "statements": _statement_lines,
    "promises": _promise_lines,
}


# Which words and distances part two regions?


def _pairs(analysis: str, table: pd.DataFrame, names: Sequence[str]) -> list[TwoRegions]:
    held = set(names)
    found = []
    for row, cells in zip(table.index, table.to_dict("records"), strict=True):
        a, b = str(cells["a"]), str(cells["b"])
        if not {a, b} <= held:
            continue
        above = bool(cells["above_noise"])
        verdict = say("cards.pair.apart") if above else say("cards.pair.noise")
        sentence = say(
            "cards.pair.distance",
            a=place_of(a),
            b=place_of(b),
            distance=f"{cells['distance']:.3f}",
            noise=f"{cells['noise_high']:.3f}",
            verdict=verdict,
            words_a=_listed_words(cells.get("words_a")),
            words_b=_listed_words(cells.get("words_b")),
        )
        found.append(TwoRegions(a, b, sentence, int(row), analysis))
    return found


def _listed_words(cell: object) -> Bilingual:
    return listing((str(cell) if isinstance(cell, str) and cell else "—").split("、"))


def _nearest(pairs: Sequence[TwoRegions], results: Mapping[str, Result]) -> CardLines:
    """Yield for each region those that are nearest in vocabulary."""
    found: dict[str, list[tuple[float, str, TwoRegions]]] = {}
    for pair in pairs:
        far = float(results[pair.analysis].table["distance"].iloc[pair.row])
        found.setdefault(pair.a, []).append((far, pair.b, pair))
        found.setdefault(pair.b, []).append((far, pair.a, pair))
    for name, others in found.items():
        near = sorted(others, key=lambda one: one[:2])[:NEAREST]
        said = listing(
            Bilingual(f"{place_of(o).zh} {far:.3f}", f"{place_of(o).en} {far:.3f}")
            for far, o, _ in near
        )
        pair = near[0][2]
        rows = tuple(p.row for *_, p in near if p.analysis == pair.analysis)
        yield name, CardLine("nearest", say("cards.nearest"), said, pair.analysis, rows)


# What do the tiles show?


def _rate_measures(analysis: str, result: Result) -> list[Measure]:
    table, found = result.table, []
    for term, part in table.groupby("term", sort=False):
        known = part[~part["status"].isin(NOTHING_SAID)]
        top = float(known["rate"].max()) if len(known) else 0.0
        tiles = {
            str(cells["province"]): _tile(
                cells["rate"], top, f"{cells['rate']:.2f}", str(cells["status"])
            )
            for cells in part.to_dict("records")
        }
        label = say("cards.measure_rate", term=term_named(str(term)))
        found.append(Measure(label, tiles, analysis))
    return found


def _theme_measures(analysis: str, result: Result) -> list[Measure]:
    part, found = citable_themes(result.table), []
    for _, rows in part.groupby("theme", sort=False):
        top = float(rows["value"].max())
        label = Bilingual(str(rows["label_zh"].iloc[0]), str(rows["label_en"].iloc[0]))
        tiles = {
            str(cells["group"]): _tile(
                cells["value"], top, f"{100 * cells['value']:.1f}", "count"
            )._replace(ends=_ends_of(cells), row=row)
            for row, cells in zip(_numbers(rows), rows.to_dict("records"), strict=True)
        }
        label = say("cards.measure_theme", theme=label)
        found.append(Measure(label, tiles, analysis, theme=True))
    return found


def _tile(value: float, top: float, text: str, status: str) -> Tile:
    if status in NOTHING_SAID or pd.isna(value):
        return Tile("–", 0, "none")
    if value == 0:
        return Tile("0", 0, "other" if status == "other name" else "zero")
    return Tile(text, max(1, round(STEPS * value / top)) if top else 1, "value")


def _ends_of(cells: Mapping[Hashable, Any]) -> str:
    """Return the ends of the interval of a corrected share, in per cent."""
    if pd.isna(cells["share"]) or pd.isna(cells["low"]) or pd.isna(cells["high"]):
        return ""
    return f"{100 * cells['low']:.1f}–{100 * cells['high']:.1f}"


MEASURES: Final[Mapping[str, Any]] = {"rates": _rate_measures, "themes": _theme_measures}


# Which sentences stand behind a region's card?


def _quotes(
    results: Mapping[str, Result], quotes: Mapping[str, pd.DataFrame]
) -> dict[str, list[Mapping[str, Any]]]:
    """Return sentences of each region, from the rows that name it."""
    found: dict[str, list[Mapping[str, Any]]] = {}
    for analysis, lines in quotes.items():
        table = results[analysis].table
        column = next((c for c in NAMES_OF_REGIONS if c in table.columns), None)
        if column is None or not len(lines) or "words" not in lines:
            continue
        told = lines[lines["words"].astype("str") != ""]
        for one in told.to_dict("records"):
            name = str(table[column].iloc[int(one["row_id"])])
            mine = found.setdefault(name, [])
            if all(_stand_at(one) != _stand_at(other) for other in mine):
                mine.append(one)
    return found


def _stand_at(quote: Mapping[str, Any]) -> tuple[Any, ...]:
    """Return the paragraph that a sentence stands in: a card quotes each only once."""
    return quote.get("title"), quote.get("para_no"), quote.get("para_no", quote["right"])

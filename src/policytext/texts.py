"""Which sentences, column notes and sources do results show, in Chinese and in English?

They stand in ``data/texts`` so that they can be read and corrected without reading Python.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterable
from functools import cache
from typing import Any

from policytext.data import data_path, read_table
from policytext.records import Bilingual, checked_language, spoken


@cache
def _rows(name: str) -> list[list[str]]:
    with data_path(f"texts/{name}.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))[1:]


@cache
def _sentences() -> dict[str, Bilingual]:
    return {key: Bilingual(zh, en) for key, zh, en in _rows("sentences")}


@cache
def _citations() -> dict[str, str]:
    return dict(_rows("citations"))


def say(key: str, **values: Any) -> Bilingual:
    """Return a sentence of the catalogue in both languages, its places filled in.

    A value that is itself bilingual is filled in by language.

    >>> say("report.overview.reports").en
    'reports'
    """
    sentence = _sentences()[key]
    zh = {k: v.zh if isinstance(v, Bilingual) else v for k, v in values.items()}
    en = {k: v.en if isinstance(v, Bilingual) else v for k, v in values.items()}
    said = sentence.en.format(**en)
    return Bilingual(sentence.zh.format(**zh), SINGULAR.sub(lambda m: m.group()[:-1], said))


SINGULAR = re.compile(
    r"(?<![\d.,–-])1 (?:more |other |labelled )?"
    r"(?:groups|provinces|years|terms|themes|topics|reports|paragraphs|places|units|words|rows|hits)\b"
)
"""English words that stand in the plural in the catalogue and behind a one."""


def listing(names: Iterable[str | Bilingual], most: int | None = None) -> Bilingual:
    """Return names in a row, parted as either language does; "…" stands for those above ``most``.

    Names that hold a comma themselves are parted by semicolons.

    >>> listing(["医共体", Bilingual("陕西", "Shaanxi")])
    Bilingual(zh='医共体、陕西', en='医共体, Shaanxi')
    >>> listing(["计划生育、人口与托育", "养老", "医保"], most=2).zh
    '计划生育、人口与托育；养老 …'
    """
    both = [name if isinstance(name, Bilingual) else Bilingual(name, name) for name in names]
    more = " …" if most is not None and len(both) > most else ""
    zh, en = zip(*both[:most], strict=True) if both[:most] else ((), ())
    parted = "；" if any("、" in name for name in zh) else "、"
    parted_en = "; " if any(", " in name for name in en) else ", "
    return Bilingual(parted.join(zh) + more, parted_en.join(en) + more)


def name_of(kind: str, word: str) -> Bilingual:
    """Return what a column or a level is called; a word that is not listed stays as it is.

    >>> name_of("column", "province").zh, name_of("column", "gdp").zh
    ('省份', 'gdp')
    """
    if kind == "column":
        return _labels().get(word, Bilingual(word, word))
    listed = _words().get(word, Bilingual(word, word))
    return _sentences().get(f"{kind}.{word}", listed)


@cache
def _places() -> dict[str, str]:
    """Return the English name of each province by its full and its short name."""
    table = read_table("regions/provinces.csv")
    english = list(table["label_en"])
    return dict(zip([*table["name"], *table["short"]], [*english, *english], strict=True))


def place_of(name: str, column: str = "") -> Bilingual:
    """Return what a region, a year or another group, or a value of a column, is called.

    >>> place_of("陕西省").en, place_of("unknown").zh, place_of("东部").en, place_of("2019").zh
    ('Shaanxi', '未知', 'East', '2019年')
    >>> place_of("centre").zh, place_of("centre", "claim").zh
    ('中央', '中央原话')
    """
    if (named := _own_word(column, name)) is not None:
        return named
    if YEAR.fullmatch(name):
        return Bilingual(f"{name}年", name)
    return Bilingual(name, _places().get(name, name))


@cache
def names_of_places() -> frozenset[str]:
    """Return the names of provinces and cities, full and short, and of their abbreviations.

    >>> {"广东", "深圳", "浙江省"} <= names_of_places()
    True
    """
    provinces, places = read_table("regions/provinces.csv"), read_table("regions/divisions.csv")
    large = places[places["level"] != "county"]
    return frozenset([*provinces["name"], *provinces["short"], *large["name"], *large["short"]])


def official_order(names: Iterable[str]) -> list[str]:
    """Return provinces in the order of GB/T 2260, others behind them; [] if no name is one.

    >>> official_order(["西藏自治区", "北京市", "unknown"]), official_order(["2024", "2023"])
    (['北京市', '西藏自治区', 'unknown'], [])
    """
    table = read_table("regions/provinces.csv").sort_values("adcode")
    place: dict[str, int] = {}
    for column in ("name", "short", "label_en"):
        place |= {name: i for i, name in enumerate(table[column])}
    given = list(names)
    if not any(name in place for name in given):
        return []
    return sorted(given, key=lambda name: place.get(name, len(place)))


def in_order(names: Iterable[str]) -> list[str]:
    """Return provinces in their official order, other groups as they come.

    >>> in_order(["西藏自治区", "北京市"]), in_order(["2024", "2023"])
    (['北京市', '西藏自治区'], ['2024', '2023'])
    """
    given = list(names)
    return official_order(given) or given


def places_listed(names: Iterable[str], most: int | None = None) -> Bilingual:
    """Return places in a row, in their official order; other groups as they come.

    >>> places_listed(["西藏自治区", "北京市"]).en, places_listed(["2024", "2023"], 1).zh
    ('Beijing, Tibet', '2024年 …')
    """
    return listing(map(place_of, in_order(names)), most)


# What are columns and the package's own words called?


@cache
def _labels() -> dict[str, Bilingual]:
    return {name: Bilingual(zh, en) for name, zh, en in _rows("labels")}


@cache
def _words() -> dict[str, Bilingual]:
    table = read_table("groupings.csv")
    pairs = zip(table["group"], table["label_en"], strict=True)
    listed = {zh: Bilingual(zh, en) for zh, en in pairs}
    for kind in ("actor", "instrument"):
        table = read_table(f"statements/{kind}s.csv")
        for word, zh, en in zip(table[kind], table["label_zh"], table["label_en"], strict=True):
            listed[word] = Bilingual(zh, en or word)
    return listed | {word: Bilingual(zh, en) for word, zh, en in _rows("values")}


def _own_word(column: str, value: str) -> Bilingual | None:
    """Return a word of the package; what it means in one column only is listed behind its name."""
    return _words().get(f"{column}.{value}", _words().get(value))


COMPOSED = frozenset(
    (
        *("scope", "actor", "instrument", "figures", "choice", "specification", "quantity"),
        *("actors", "firmness", "promises", "years"),
    )
)
"""Columns whose values are made of several words of this package: ``full|place``."""

LISTED = frozenset(
    (
        *("years", "actors", "acts", "verbs", "objects", "firmness", "beneficiaries", "means"),
        *("figures", "promises", "other_names"),
    )
)
"""Columns whose cells may list several words with their counts."""

YEAR = re.compile(r"(?:19|20)\d\d")

PHRASED = frozenset(("refused", "clusters"))
"""Columns whose values are sentences of this package with numbers in them, listed with #."""

BETWEEN_WORDS = re.compile(r"(\||: |; |；|, | \[|\]|（|）|(?<=^without ))")

WORDED = frozenset(
    (
        "group",
        "province",
        "region",
        "a",
        "b",
        "year",
        "genre",
        "status",
        "level",
        "certainty",
        "place",
        "verdict",
        "note",
        "interval",
        "part_of_report",
        "kind",
        "phase",
        "over",
        "rule",
        *("outcome", "step", "frame", "role", "claim", "reading"),
        *COMPOSED,
    )
)
"""Columns whose values are words of this package."""

PLACED = frozenset(("group", "province", "region", "a", "b"))
"""Columns whose values may be names of provinces, which have an English form."""


def label_of(column: str, language: str | None = None) -> str:
    """Return what a column is called: its label where the catalogue has one.

    >>> label_of("province", "zh"), label_of("n_reports", "en"), label_of("x1", "zh")
    ('省份', 'reports', 'x1')
    """
    return spoken(_labels().get(column, Bilingual(column, column)), language)


def word_of(column: str, value: Any, language: str | None = None) -> Any:
    """Return a cell in the reader's language where it is a word of the package.

    >>> word_of("status", "not named", "zh"), word_of("term", "not named", "zh")
    ('未提及', 'not named')
    >>> word_of("province", "山西省", "en"), word_of("scope", "full|place", "zh")
    ('Shanxi', '全覆盖|具体地点')
    >>> word_of("negated", True, "zh"), word_of("negated", False, "en")
    ('是', 'no')
    """
    asked = checked_language(language)
    if isinstance(value, bool) and asked != "both":
        return spoken(_words()[str(value)], asked)
    if not isinstance(value, str) or asked == "both":
        return value
    if column in WORDED and (named := _own_word(column, value)) is not None:
        return spoken(named, asked)
    if column in PHRASED:
        numbers = iter(re.findall(r"\d+", value))
        reasons = re.sub(r"\d+", "#", value).split(" | ")
        listed = " | ".join(spoken(place_of(one), asked) for one in reasons)
        return re.sub("#", lambda _: next(numbers), listed)
    if column in COMPOSED:
        parts = BETWEEN_WORDS.split(value)
        said = "".join(spoken(_own_word(column, p) or Bilingual(p, p), asked) for p in parts)
        return in_english(said) if asked == "en" and column in LISTED else said
    if asked == "en" and column in LISTED:
        return in_english(value)
    return _places().get(value, value) if column in PLACED and asked == "en" else value


def in_english(listed: str) -> str:
    """Return a cell that lists words with their counts, parted as English does.

    >>> in_english("推进（2）；2024（1）"), in_english("床位：12张 [target]（扩建床位）")
    ('推进 (2); 2024 (1)', '床位: 12张 [target] (扩建床位)')
    """
    return CHINESE_SIGN.sub(lambda sign: ENGLISH_SIGNS[sign.group()], listed)


ENGLISH_SIGNS = {"（": " (", "）": ")", "；": "; ", "：": ": ", "）、": "), "}
CHINESE_SIGN = re.compile("）、|[（）；：]")


def counted(column: str, values: Iterable[str]) -> Bilingual:
    """Return how often each value of a column occurs, in the order of first appearance.

    >>> counted("verdict", ["reproduced", "differs", "reproduced"])
    Bilingual(zh='复现 2、不符 1', en='reproduced 2, differs 1')
    """
    found = Counter(values).items()
    zh, en = ([f"{word_of(column, v, c)} {n}" for v, n in found] for c in ("zh", "en"))
    return listing(map(Bilingual, zh, en))


@cache
def _column_notes() -> dict[str, dict[str, str]]:
    notes: dict[str, dict[str, str]] = {}
    for table, column, zh, en in _rows("columns"):
        notes.setdefault(table, {})[column] = f"{zh} / {en}" if zh else en
    return notes


def columns_of(table: str) -> dict[str, str]:
    """Return what the columns of a table mean, in the order of the catalogue.

    >>> "rate" in columns_of("trend")
    True
    """
    return dict(_column_notes()[table])


def cite(*keys: str) -> tuple[str, ...]:
    """Return the full sources for keys such as ``"garwood-1936"``.

    >>> cite("garwood-1936")[0][:7]
    'Garwood'
    """
    return tuple(_citations()[key] for key in keys)

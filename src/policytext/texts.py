"""Which sentences, column notes and sources do results show, in Chinese and in English?

They stand in ``data/texts`` so that they can be read and corrected without reading Python.
"""

from __future__ import annotations

import csv
from functools import cache
from typing import Any

from policytext.data import data_path
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
    return Bilingual(sentence.zh.format(**zh), sentence.en.format(**en))


def name_of(kind: str, word: str) -> Bilingual:
    """Return what a column or a level is called; a word that is not listed stays as it is.

    >>> name_of("column", "province").zh, name_of("column", "gdp").zh
    ('省份', 'gdp')
    """
    if kind == "column":
        return _labels().get(word, Bilingual(word, word))
    return _sentences().get(f"{kind}.{word}", Bilingual(word, word))


# What are columns and the package's own words called?


@cache
def _labels() -> dict[str, Bilingual]:
    return {name: Bilingual(zh, en) for name, zh, en in _rows("labels")}


@cache
def _words() -> dict[str, Bilingual]:
    return {word: Bilingual(zh, en) for word, zh, en in _rows("values")}


WORDED = frozenset(
    (
        "group",
        "province",
        "year",
        "genre",
        "status",
        "level",
        "certainty",
        "place",
        "verdict",
        "interval",
        "part_of_report",
    )
)
"""Columns whose values are words of this package."""


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
    """
    if column not in WORDED or not isinstance(value, str) or checked_language(language) != "zh":
        return value
    return _words()[value].zh if value in _words() else value


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

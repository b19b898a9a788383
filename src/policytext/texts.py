"""Which sentences, column notes and sources do results show, in Chinese and in English?

They stand in ``data/texts`` so that they can be read and corrected without reading Python.
"""

from __future__ import annotations

import csv
from functools import cache
from typing import Any

from policytext.data import data_path
from policytext.records import Bilingual


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
    return _sentences().get(f"{kind}.{word}", Bilingual(word, word))


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

"""Which reports speak with one voice, so that they count as one where chance is weighed?

A province that reports every year is one issuer with many reports, and counties that fill in one
model share a text. Neither gives as many independent answers as it gives reports.
"""

from __future__ import annotations

import re
from collections.abc import Container
from typing import Final

import numpy as np
import pandas as pd

from policytext.records import UNKNOWN

PLACE: Final = ("level", "province", "city", "county")
"""Columns that, with the body, make an issuer."""

UNIT_COLUMNS: Final = ("doc_id", "issuer", "year", "family", "unit")

_KIND_OF_PLACE: Final = re.compile("^[省市县区]+")


def units_of(documents: pd.DataFrame) -> pd.DataFrame:
    """Return one row a report: its issuer, year, family of text, and unit of independence.

    The issuer is the level, the place and the body that speaks. Where a place has reports whose
    body is not known, all of the place are one issuer; a report of which neither place nor body is
    known stands for itself. A unit joins issuers whose reports belong to one family of text.

    >>> reports = pd.DataFrame({"doc_id": ["a", "b", "c"], "level": "province", "city": "",
    ...     "county": "", "province": ["甲省", "甲省", "乙省"], "issuers": "", "year": [1, 2, 1],
    ...     "text_family": ""})
    >>> units_of(reports)["unit"].tolist()
    ['province/甲省', 'province/甲省', 'province/乙省']
    """
    place = documents[list(PLACE)].fillna("").astype(str).replace(UNKNOWN, "")
    body = _bodies(documents, place)
    key = place.agg("/".join, axis=1)
    blank = body.eq("").groupby(key).transform("any")
    named = key.str.rstrip("/") + body.where(~blank, "").map(lambda b: f"/{b}" if b else "")
    nobody = place[list(PLACE[1:])].eq("").all(axis=1) & (body.eq("") | blank)
    nobody &= place["level"].ne("national")
    issuer = named.where(~nobody, documents["doc_id"].astype(str))
    family = documents.get("text_family", pd.Series("", index=documents.index)).fillna("")
    table = pd.DataFrame(
        {
            "doc_id": documents["doc_id"].astype(str),
            "issuer": issuer,
            "year": documents["year"],
            "family": family.astype(str),
        }
    ).reset_index(drop=True)
    return table.assign(unit=_joined(table))[list(UNIT_COLUMNS)]


def units_among(units: pd.DataFrame, counted: Container[str]) -> pd.Series:
    """Return the unit of each ``doc_id``, issuers being joined by texts of these reports only.

    A notice that two cities share says nothing of their work reports.

    >>> units = pd.DataFrame({"doc_id": ["a", "b", "c"], "issuer": ["甲省", "甲省", "乙省"],
    ...     "family": ["a", "", "a"], "unit": "乙省"})
    >>> units_among(units, {"a", "b", "c"}).nunique(), units_among(units, {"b", "c"}).nunique()
    (1, 2)
    """
    joins = np.array([doc in counted for doc in units["doc_id"]], dtype=bool)
    joining = units.assign(family=units["family"].where(joins, ""))
    unit = units["unit"] if joins.all() else _joined(joining)
    return pd.Series(unit.to_numpy(), index=pd.Index(units["doc_id"], name="doc_id"), name="unit")


def _bodies(documents: pd.DataFrame, place: pd.DataFrame) -> pd.Series:
    """Return the first body that each report names, without the name of its place."""
    given = documents.get("issuers", pd.Series("", index=documents.index)).fillna("").astype(str)
    said = []
    for body, names in zip(given, place[list(PLACE[1:])].itertuples(index=False), strict=True):
        plain = re.split("[、,，;；| ]", body)[0]
        for name in names:
            plain = plain.removeprefix(name) if name else plain
        said.append(_KIND_OF_PLACE.sub("", plain))
    return pd.Series(said, index=documents.index, dtype=object)


def _joined(table: pd.DataFrame) -> pd.Series:
    """Name each unit after the first of the issuers that it joins."""
    issuers = pd.factorize(table["issuer"])[0]
    if table["family"].eq("").all():
        return table["issuer"]
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    n = len(table)
    shares = table["family"].ne("").to_numpy()
    codes = np.where(shares, n + pd.factorize(table["family"])[0], issuers)
    edges = coo_array((np.ones(n), (issuers, codes)), shape=(2 * n + 1, 2 * n + 1))
    unit = connected_components(edges, directed=False)[1][issuers]
    return table.groupby(unit)["issuer"].transform("min")

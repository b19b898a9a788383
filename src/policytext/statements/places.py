"""Which places other than its own does a clause name?"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

import pandas as pd

from policytext.data import read_table
from policytext.statements.phrases import Phrase
from policytext.statements.rules import Decision, read_list

_SHORT = {"province", "city"}
_MASKED = re.compile(r"‹PLACE›(?:省|市|区|县|旗|州|镇|乡|街道|村)(?![卫委局人医中政第公])")
MASKED_OWN = {"province": "‹PLACE›省", "city": "‹PLACE›市", "county": "‹PLACE›县|‹PLACE›区"}
"""How a report of a level writes its own name where names are masked."""


@cache
def _listed() -> pd.DataFrame:
    """Return names of provinces and cities, and full names of counties, that are no other word."""
    divisions = read_table("regions/divisions.csv")
    ordinary = set(read_table("regions/ordinary.csv")["name"])
    rows = []
    for row in divisions.to_dict("records"):
        names = {row["name"]}
        if row["level"] in _SHORT and len(row["short"]) > 1:
            names.add(row["short"])
        kept = sorted(n for n in names if n not in ordinary and (len(n) > 2 or n == row["short"]))
        if kept:
            rows.append({"place": row["name"], "words": "|".join(kept)})
    table = pd.DataFrame(rows).groupby("place", sort=True)["words"]
    return table.agg(lambda w: "|".join(dict.fromkeys("|".join(w).split("|")))).reset_index()


def place_words() -> pd.DataFrame:
    """Return the names of places a clause may act on: ``place`` (full name), ``words``.

    Examples
    --------
    >>> names = place_words().set_index("place")["words"]
    >>> names["惠州市"].split("|")
    ['惠州', '惠州市']
    """
    return _listed().copy()


@cache
def _institution() -> re.Pattern[str]:
    words = "|".join(re.escape(word) for word in read_list("institutions")["words"])
    return re.compile(rf"(?![^，、。]{{0,4}}[和与等])[^，、。的]{{0,10}}?(?:{words})")


def naming(clause: str, places: Iterable[Phrase], own: str = "") -> Decision:
    """Return ``place`` if a clause names a place that is not the report's own.

    A place inside the name of an institution (某市大学) is not one that is acted on.

    Parameters
    ----------
    clause
        Words of the clause.
    places
        Listed places in it.
    own
        Full names of the report's own province, city and county, and how its own name is masked,
        joined by ``|``.

    Examples
    --------
    >>> naming("选派医生赴广西支医", [Phrase("广西壮族自治区", 5, 7)]).value
    'place'
    >>> naming("四川大学帮扶", [Phrase("四川省", 0, 2)]).value
    ''
    """
    mine = set(own.split("|"))
    for place in places:
        if place.entry not in mine and not _institution().match(clause[place.end :]):
            return Decision("place", "named_place", "likely")
    if any(masked.group() not in mine for masked in _MASKED.finditer(clause)):
        return Decision("place", "masked_place", "likely")
    return Decision()

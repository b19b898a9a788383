"""Which region or group of regions is a report of, and how do other tables name the same ones?"""

from __future__ import annotations

import difflib
from collections.abc import Collection, Mapping, Sequence
from functools import cache
from typing import Any, Final

import numpy as np
import pandas as pd

from policytext.data import read_table
from policytext.errors import ParameterError
from policytext.records import CERTAINTIES, CERTAINTY_COLUMNS, PLACE_FIELDS, UNKNOWN, Bilingual
from policytext.texts import listing, say

CODES: Final = {field: f"{field}_code" for field in PLACE_FIELDS}
"""Columns that hold the code of each of the three levels of a report's place."""

ELSEWHERE: Final = "其他"
"""Label of a report whose place is known and stands in no group of a grouping."""

WHOLE_COUNTRY: Final = "100000"
NATIONAL: Final = "全国"

CODE_OF_REPORT: Final = "adcode"


# Which codes do province, city and county of a report have?


@cache
def _codes_by_name() -> dict[tuple[str, str], str]:
    """Code of each province by name, and of each city and county by the province's code."""
    table = read_table("regions/divisions.csv")
    live = table[table["last"] == ""]
    known = {("", name): code for name, code in zip(live["name"], live["adcode"], strict=True)}
    found = {key: code for key, code in known.items() if code.endswith("0000")}
    inner = live[live["level"] != "province"]
    inner = inner.assign(province=inner["adcode"].str[:2])
    # A name that stands twice in a province (鼓楼区) names no code by itself.
    inner = inner[~inner.duplicated(["province", "name"], keep=False)]
    places = zip(inner["province"], inner["name"], strict=True)
    return found | dict(zip(places, inner["adcode"], strict=True))


def with_codes(documents: pd.DataFrame) -> pd.DataFrame:
    """Add the code of province, city and county as columns of their own, at the end.

    >>> table = pd.DataFrame({"adcode": ["330106", ""], "province": ["浙江省", "广东省"],
    ...                       "city": ["杭州市", ""], "county": ["西湖区", ""]})
    >>> with_codes(table)[["province_code", "city_code", "county_code"]].values.tolist()
    [['330000', '330100', '330106'], ['440000', '', '']]
    """
    named = _codes_by_name()
    rows = zip(*(documents[c] for c in (CODE_OF_REPORT, *PLACE_FIELDS)), strict=True)
    codes = [_codes_of(named, *row) for row in rows]
    columns = list(CODES.values())
    table = pd.DataFrame(codes, columns=columns, index=documents.index, dtype="str")
    return pd.concat([documents.drop(columns=columns, errors="ignore"), table], axis=1)


def _codes_of(
    named: Mapping[tuple[str, str], str], adcode: str, province: str, city: str, county: str
) -> tuple[str, str, str]:
    if province == NATIONAL:
        return WHOLE_COUNTRY, "", ""
    whole = named.get(("", province), f"{adcode[:2]}0000" if province and adcode else "")
    inside = whole[:2]
    own = adcode if adcode[:2] == inside else ""
    town = named.get((inside, city), "") if city else ""
    place = ""
    if county:
        exact = own if own[4:] not in ("", "00") else ""
        place = exact or named.get((inside, county), "")
    return whole, town, place


# Which group is a report in?


@cache
def groupings() -> dict[str, dict[str, str]]:
    """Return the shipped groupings: name → code of a province or city → group.

    >>> groupings()["东中西"]["330000"]
    '东部'
    """
    found: dict[str, dict[str, str]] = {}
    for row in read_table("groupings.csv").itertuples(index=False):
        found.setdefault(str(row.grouping), {}).update(
            dict.fromkeys(str(row.adcodes).split("|"), str(row.group))
        )
    return found


def group_labels(column: pd.Series) -> pd.Series:
    """Return a column as labels: text, and ``"unknown"`` where nothing stands."""
    text = column.astype("str").astype(object)
    return text.where(column.notna() & (text != ""), UNKNOWN)


def document_labels(
    documents: pd.DataFrame, by: str, min_certainty: str, known: Collection[str]
) -> pd.Series:
    """Return one group label a report; values less certain than asked for become unknown."""
    if not isinstance(by, str) or (by not in documents.columns and by not in groupings()):
        names = [*sorted(known), *groupings()]
        near = difflib.get_close_matches(str(by), names, n=1)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        raise ParameterError(
            f"by must be a column of documents or paragraphs, or a shipped grouping, got {by!r}; "
            f"there are: {', '.join(names)}{hint}"
        )
    if min_certainty not in CERTAINTIES:
        raise ParameterError(
            f"min_certainty must be one of {list(CERTAINTIES)}, got {min_certainty!r}"
        )
    if by not in documents.columns:
        return _grouped(documents, by, min_certainty)
    found = group_labels(documents[by])
    certainty = {**CERTAINTY_COLUMNS, **{CODES[f]: CERTAINTY_COLUMNS[f] for f in PLACE_FIELDS}}
    if by in certainty:
        found = found.where(_certain(documents, certainty[by], min_certainty), UNKNOWN)
    return found.rename(by)


def _certain(documents: pd.DataFrame, column: str, min_certainty: str) -> pd.Series:
    enough = CERTAINTIES[: CERTAINTIES.index(min_certainty) + 1]
    return documents[column].isin(enough)


def _grouped(documents: pd.DataFrame, name: str, min_certainty: str) -> pd.Series:
    """Return the group of each report in a shipped grouping, by its city, then its province."""
    group = groupings()[name]
    found = pd.Series(UNKNOWN, index=documents.index, dtype=object, name=name)
    for field in ("province", "city", "county"):
        certain = _certain(documents, CERTAINTY_COLUMNS[field], min_certainty)
        codes = documents[CODES[field]].where(certain, "")
        if field == "province":
            found = found.where(codes == "", ELSEWHERE)
        inside = codes.map({**group, WHOLE_COUNTRY: NATIONAL})
        found = inside.where(inside.notna() & (found != UNKNOWN), found)
    return found.rename(name)


# Which of the known places does a short name mean?


def full_name(name: str, known: Collection[str]) -> str:
    """Return the one known label that a short name means; the name itself if none or several do.

    >>> full_name("浙江", ["浙江省", "江苏省"]), full_name("内蒙", ["内蒙古自治区"])
    ('浙江省', '内蒙古自治区')
    """
    plain = str(name).strip()
    if plain in known or len(plain) < 2:
        return plain
    meant = [label for label in sorted(set(known)) if str(label).startswith(plain)]
    whole = [label for label in meant if label in _by_short().get(plain, ())]
    return (whole or meant)[0] if len(whole or meant) == 1 else plain


@cache
def _by_short() -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for row in read_table("regions/divisions.csv").itertuples(index=False):
        found[str(row.short)] = (*found.get(str(row.short), ()), str(row.name))
    return found


@cache
def neighbouring_provinces() -> dict[str, tuple[str, ...]]:
    """Return for each province the short names of those with which it has a common border.

    >>> neighbouring_provinces()["北京市"], neighbouring_provinces()["海南省"]
    (('天津', '河北'), ())
    """
    table = read_table("regions/provinces.csv").set_index("name")["borders"]
    return {str(name): tuple(filter(None, cell.split("|"))) for name, cell in table.items()}


@cache
def all_names(field: str) -> frozenset[str]:
    """Return the names of all places of a level (province, city or county)."""
    table = read_table("regions/divisions.csv")
    return frozenset(table.loc[table["level"] == field, "name"])


# How is a table joined to the reports, and how does it make groups of them?


def join_documents(
    documents: pd.DataFrame, table: pd.DataFrame, on: Sequence[str]
) -> tuple[pd.DataFrame, pd.DataFrame, Bilingual]:
    """Add columns to documents by key; list what matched on neither side, and say what matched."""
    for side, frame in (("documents", documents), ("the table", table)):
        lacking = [c for c in on if c not in frame.columns]
        if lacking:
            raise ParameterError(
                f"{side} must have the key columns {list(on)}, but {lacking} are missing; its "
                f"columns are {', '.join(map(str, frame.columns))}"
            )
    clash = [c for c in table.columns if c in documents.columns and c not in on]
    if clash:
        raise ParameterError(f"the table's columns {clash} would overwrite documents; rename them")
    theirs = pd.DataFrame({c: _key_values(table, c) for c in on})
    twice = theirs[theirs.duplicated()]
    if len(twice):
        raise ParameterError(
            f"the table must have one row a key, but {twice.iloc[0].tolist()} stands twice"
        )
    level = _level_of_codes(theirs[CODE_OF_REPORT]) if CODE_OF_REPORT in on else CODE_OF_REPORT
    sources = {c: level if c == CODE_OF_REPORT else c for c in on}
    ours = pd.DataFrame({c: _key_values(documents, source) for c, source in sources.items()})
    keys = [frame.agg("\x1f".join, axis=1).astype(object) for frame in (ours, theirs)]
    matched = int(keys[0].isin(set(keys[1])).sum())
    if not matched:
        raise ParameterError(
            f"no report matches the table on {list(on)}: the table has keys such as "
            f"{theirs.iloc[0].tolist() if len(theirs) else 'none'}, the reports such as "
            f"{_example(ours)}; write the keys as the reports do, or choose another `on`"
        )
    added = table.drop(columns=list(on)).set_index(keys[1]).reindex(keys[0])
    added.index = documents.index
    sides = [
        frame[~key.isin(other)].drop_duplicates().assign(side=side)
        for side, frame, key, other in (
            ("documents", ours, keys[0], set(keys[1])),
            ("table", theirs, keys[1], set(keys[0])),
        )
    ]
    unmatched = pd.concat(sides, ignore_index=True)[["side", *on]]
    said = say(
        "regions.joined",
        matched=matched,
        n_docs=len(documents),
        on=listing(sources.values()),
        rows=int(keys[1].isin(set(keys[0])).sum()),
        n_rows=len(table),
    )
    return pd.concat([documents, added], axis=1), unmatched, said


def _example(keys: pd.DataFrame) -> list[str] | str:
    full = keys[(keys != "").all(axis=1)]
    return list(full.iloc[0]) if len(full) else "none (their keys are empty)"


def _level_of_codes(codes: pd.Series) -> str:
    """Return the column of documents that codes of one level are joined on.

    >>> _level_of_codes(pd.Series(["330000", "440000"]))
    'province_code'
    """
    written = codes[codes != ""]
    levels = {
        "province" if code.endswith("0000") else "city" if code.endswith("00") else "county"
        for code in written
    }
    return CODES[levels.pop()] if len(levels) == 1 else CODE_OF_REPORT


def _key_values(frame: pd.DataFrame, column: str) -> pd.Series:
    """Return keys as text: whole numbers without a point, places by their full names."""
    values = frame[column].reset_index(drop=True)
    if pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values):
        whole = values.isna() | (values == np.floor(values.astype("float64")))
        if bool(whole.all()):
            values = values.astype("Int64")
    text = values.astype("str").where(values.notna(), "").astype(object).str.strip()
    text = text.str.replace(r"^(\d+)\.0$", r"\1", regex=True)
    if column in PLACE_FIELDS:
        known = all_names(column)
        text = text.map({one: full_name(one, known) for one in text.unique()})
    if column in (CODE_OF_REPORT, *CODES.values()):
        text = text.map(_six_digits)
    return text


def _six_digits(code: str) -> str:
    """Return a code with the noughts that two or four digits leave away."""
    return code.ljust(6, "0") if code.isdecimal() and len(code) in (2, 4) else code


def groups_table(table: pd.DataFrame | Mapping[str, Sequence[str]], name: str) -> pd.DataFrame:
    """Return a table of groups with one row a place: a key column, and a column for the groups.

    >>> groups_table({"沿海": ["浙江", "福建"]}, "海陆").values.tolist()
    [['浙江', '沿海'], ['福建', '沿海']]
    """
    if isinstance(table, Mapping):
        rows = [
            (place, group)
            for group, places in table.items()
            for place in ([places] if isinstance(places, str) else places)
            if str(place).strip()
        ]
        return pd.DataFrame(rows, columns=["place", name]).drop_duplicates(ignore_index=True)
    if not isinstance(table, pd.DataFrame):
        raise ParameterError(
            "groups must be a table with a column of places and a column of groups, or a mapping "
            f"of groups to places such as {{'沿海': ['浙江', '福建']}}, got {table!r}"
        )
    return _unfolded(table) if {"grouping", "group", "adcodes"} <= set(table.columns) else table


def _unfolded(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table in the form of the shipped groupings with one row a place."""
    long = table.assign(adcode=table["adcodes"].str.split("|")).explode("adcode")
    wide = long.pivot(index="adcode", columns="grouping", values="group").reset_index()
    return wide.rename_axis(None, axis=1)


def key_of_groups(table: pd.DataFrame, documents: pd.DataFrame) -> tuple[pd.DataFrame, list[str]]:
    """Find the column of places of a table of groups, and name it as documents do."""
    shared = [c for c in table.columns if c in documents.columns]
    if shared:
        return table, shared
    best, hits = "", 0
    for column in table.columns:
        values = table[column].dropna().astype("str").str.strip()
        for field in (*PLACE_FIELDS, CODE_OF_REPORT):
            found = _places_among(values, field)
            if found > hits:
                best, hits, place = str(column), found, field
    if not best:
        raise ParameterError(
            "the table of groups must have a column of places (province, city, county or adcode); "
            f"its columns are {', '.join(map(str, table.columns))}"
        )
    return table.rename(columns={best: place}), [place]


def _places_among(values: pd.Series, field: str) -> int:
    if field == CODE_OF_REPORT:
        return int(values.str.fullmatch(r"\d{6}(\.0)?").sum())
    known = all_names(field)
    return sum(full_name(value, known) in known for value in values)


def place_meant(table: pd.DataFrame, column: str, value: Any) -> Any:
    """Return the value of a column of places that a short name means, other values as they are."""
    if column not in PLACE_FIELDS or not isinstance(value, str):
        return value
    return full_name(value, set(table[column].dropna()) - {""})

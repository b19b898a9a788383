"""Are the values a researcher states possible ones, and what do they complete?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import pandas as pd

from policytext.errors import ParameterError
from policytext.origin.gazetteer import NATIONAL, Gazetteer, load_gazetteer
from policytext.records import GENRES, LEVELS, PLACE_FIELDS

FIELDS: Final = (
    "title",
    "genre",
    "doc_type",
    "level",
    "issuers",
    "document_number",
    "date_issued",
    "period_start",
    "period_end",
    "year",
    "province",
    "city",
    "county",
    "adcode",
)
CLOSED: Final = {"genre": GENRES, "level": LEVELS}


def check_stated(row: pd.Series, values: Mapping[str, str], where: str) -> dict[str, object]:
    """Check stated values and complete a place by its other levels.

    Examples
    --------
    >>> check_stated(pd.Series(dtype=object), {"province": "广西"}, "metadata row 1")["adcode"]
    '450000'
    """
    out: dict[str, object] = {}
    for field, value in values.items():
        if field not in FIELDS:
            raise ParameterError(
                f"{where}: field must be one of {', '.join(FIELDS)}; got {field!r}"
            )
        if field in CLOSED and value not in CLOSED[field]:
            allowed = ", ".join(CLOSED[field])
            raise ParameterError(f"{where}: {field} must be one of {allowed}; got {value!r}")
        out[field] = _year(value, where) if field == "year" else value
    places = {f: str(values[f]) for f in ("province", "city", "county", "adcode") if f in values}
    return {**out, **_place(row, places, where)} if places else out


def _year(value: str, where: str) -> int:
    if not value.isdigit() or not 1900 <= int(value) <= 2100:
        raise ParameterError(f"{where}: year must be a whole number such as 2019; got {value!r}")
    return int(value)


def _place(row: pd.Series, places: Mapping[str, str], where: str) -> dict[str, object]:
    gazetteer = load_gazetteer()
    code = ""
    try:
        for field in PLACE_FIELDS:
            if field in places:
                code = gazetteer.resolve(places[field], within=code or _read_code(row, field))
        if "adcode" in places:
            code = _checked_code(places["adcode"], code, gazetteer)
    except ParameterError as error:
        raise ParameterError(f"{where}: {error}") from error
    place = gazetteer.place(code, printed=str(list(places.values())[-1]))
    return {"province": place.province, "city": place.city, "county": place.county, "adcode": code}


def _read_code(row: pd.Series, field: str) -> str:
    """A stated county lies in the province that was read, if one was certain."""
    sure = str(row.get("province_certainty", "")) in {"certain", "stated"}
    code = str(row.get("adcode", ""))
    return code[:2] + "0000" if field != "province" and sure and code and code != NATIONAL else ""


def _checked_code(code: str, by_name: str, gazetteer: Gazetteer) -> str:
    if not gazetteer.name(code):
        raise ParameterError(f"adcode must be a GB/T 2260 code of six digits; got {code!r}")
    if by_name and not code.startswith(by_name.rstrip("0")):
        raise ParameterError(f"adcode {code} is {gazetteer.name(code)}, which the name contradicts")
    return code

"""How do the researcher's own metadata and corrections override what was read?"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pandas as pd

from policytext.data import pattern_of, read_table, words_of
from policytext.errors import ParameterError
from policytext.origin.gazetteer import (
    NATIONAL,
    Division,
    Gazetteer,
    inner_prefix,
    load_gazetteer,
)
from policytext.origin.issuer import is_national, is_office, place_end
from policytext.origin.printed import FULL_WIDTH, find_dates, find_spans
from policytext.reading.tabular.own_tables import read_own_table
from policytext.records import CERTAINTY_COLUMNS, GENRES, LEVELS, PLACE_FIELDS

WORDS: Final = "kinds/words.csv"
KEYS: Final = ("doc_id", "file", "title")
CORRECTION_COLUMNS: Final = ("field", "value")


@dataclass(frozen=True)
class Applied:
    """Documents and claims with what the researcher stated, and what could not be placed.

    ``unmatched`` has one row for each row of the metadata or corrections that fits no report or
    more than one, or that contradicts a row above or, in metadata, a text that is certain (the row
    counts): ``table, row, key, reason``. ``ignored`` names
    the columns that are no field of a report (bring them in with ``corpus.join``).
    """

    documents: pd.DataFrame
    claims: pd.DataFrame
    unmatched: pd.DataFrame
    ignored: tuple[str, ...] = ()


def read_metadata(source: str | Path | pd.DataFrame) -> pd.DataFrame:
    """Read a table of metadata or corrections as strings.

    >>> read_metadata(pd.DataFrame({"file": ["a.txt"], "year": [2019.0]})).loc[0, "year"]
    '2019'
    """
    if isinstance(source, pd.DataFrame):
        table = source.copy()
    else:
        table = read_own_table(source, "metadata file")
    table.columns = [str(c).strip() for c in table.columns]
    return table.apply(lambda column: column.map(_cell)).reset_index(drop=True)


def _cell(value: object) -> str:
    if value is None or value is pd.NA or value != value:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def apply_metadata(
    documents: pd.DataFrame,
    claims: pd.DataFrame,
    metadata: pd.DataFrame | None = None,
    corrections: pd.DataFrame | None = None,
    *,
    sources: pd.DataFrame | None = None,
    lenient: bool = False,
) -> Applied:
    """Let stated values override what was read, and list what fits no report.

    A value that cannot be, such as the year 20x9, is an error; with ``lenient`` a cell of the
    metadata that holds one is listed in ``unmatched`` and counts as empty.

    >>> documents = pd.DataFrame({"doc_id": ["d1"], "year": pd.array([2023], dtype="Int64"),
    ...     "province": [""], "city": [""], "county": [""], "adcode": [""],
    ...     "year_certainty": ["likely"], "province_certainty": ["unknown"],
    ...     "city_certainty": ["unknown"], "county_certainty": ["unknown"]})
    >>> claims = pd.DataFrame(columns=["doc_id", "field", "value", "certainty", "words", "start",
    ...     "end", "rule"])
    >>> stated = pd.DataFrame({"doc_id": ["d1"], "province": ["陕西"], "year": ["2010"]})
    >>> applied = apply_metadata(documents, claims, stated)
    >>> applied.documents[["province", "adcode", "year", "year_certainty"]].values.tolist()
    [['陕西省', '610000', 2010, 'stated']]
    """
    keys = _Keys(_key_table(documents, sources))
    stating = _Stating(documents)
    rows: list[dict[str, object]] = []
    unmatched: list[dict[str, object]] = []
    ignored: list[str] = []
    for name, table in (("metadata", metadata), ("corrections", corrections)):
        if table is None or not len(table):
            continue
        clean = read_metadata(table)
        above: defaultdict[int, dict[str, object]] = defaultdict(dict)
        for number, key, values in _rows(name, clean, ignored):
            found, odd = keys.matching(key), list[str]()
            if len(found) == 1:
                where = f"{name} row {number + 1} ({_said(key)})"
                row = stating.row(found[0])
                if lenient and name == "metadata":
                    values, odd = _possible(row, values, where)
                stated = check_stated(row, values, where)
                told = {field: value for field, value in stated.items() if field in values}
                odd += _contradicted(told, above[found[0]], "not {} of a row above")
                if name == "metadata":
                    sure = {f: stating.sure(found[0], f) or None for f in told if told[f] != ""}
                    odd += _contradicted(told, sure, "though the text surely says {}")
                above[found[0]] |= told
                rule = "metadata" if name == "metadata" else "correction"
                rows += stating.override(found[0], stated, rule)
            else:
                odd = [f"{len(found)} reports; add part or doc_id" if found else "no report"]
            unmatched += [
                {"table": name, "row": number, "key": str(key), "reason": reason} for reason in odd
            ]
    out = stating.table()
    new = pd.DataFrame(rows, columns=list(claims.columns)) if rows else claims.iloc[:0]
    joined = pd.concat([claims, new], ignore_index=True) if rows else claims.copy()
    listed = pd.DataFrame(unmatched, columns=["table", "row", "key", "reason"])
    return Applied(out, joined, listed, tuple(dict.fromkeys(ignored)))


def _contradicted(
    told: Mapping[str, object], known: Mapping[str, object], how: str
) -> Iterator[str]:
    """Say which values count though another is known."""
    for field, value in told.items():
        other = known.get(field)
        if other is not None and str(other) != str(value):
            yield f"{field} {value} counts, {how.format(other)}"


def _key_table(documents: pd.DataFrame, sources: pd.DataFrame | None) -> pd.DataFrame:
    keys = pd.DataFrame({"doc_id": documents["doc_id"].astype(str)}, index=documents.index)
    for column in ("title", "part"):
        keys[column] = documents[column].astype(str) if column in documents.columns else ""
    keys["file"] = ""
    keys["member"] = ""
    if sources is not None and "source_id" in documents.columns:
        by_id = sources.set_index("source_id")
        for column in ("file", "member"):
            keys[column] = documents["source_id"].map(by_id[column]).fillna("").astype(str)
    return keys


def _rows(
    name: str, table: pd.DataFrame, ignored: list[str]
) -> Iterable[tuple[int, dict[str, str], dict[str, str]]]:
    """Yield row number, key and stated values of each row."""
    key_column = next((k for k in KEYS if k in table.columns), None)
    if key_column is None:
        raise ParameterError(
            f"the {name} must have a column doc_id, file or title to find reports by; "
            f"got {list(table.columns)}"
        )
    long = set(CORRECTION_COLUMNS) <= set(table.columns)
    if name == "corrections" and not long:
        raise ParameterError(
            f"the corrections must have the columns field and value; got {list(table.columns)}"
        )
    fields = [c for c in table.columns if c in FIELDS and c != key_column]
    if not long:
        ignored += [c for c in table.columns if c not in {*FIELDS, *KEYS, "part", "member"}]
    for number, row in enumerate(table.to_dict("records")):
        key = {c: row[c] for c in (key_column, "part", "member") if row.get(c)}
        values = {row["field"]: row["value"]} if long else {f: row[f] for f in fields if row[f]}
        yield number, key, values


class _Keys:
    """Which rows of the documents a key means: each column is searched through an index."""

    def __init__(self, keys: pd.DataFrame) -> None:
        self._rows: dict[str, dict[str, set[int]]] = {}
        self._keys = keys

    def matching(self, key: Mapping[str, str]) -> list[int]:
        """Return the numbers of the rows, in order."""
        found = [self._index(column).get(value, set()) for column, value in key.items()]
        return sorted(set.intersection(*found)) if found else []

    def _index(self, column: str) -> dict[str, set[int]]:
        if column not in self._rows:
            rows: defaultdict[str, set[int]] = defaultdict(set)
            for number, value in enumerate(self._keys[column]):
                rows[value].add(number)
                if column == "file":
                    rows[Path(value).name].add(number)
            self._rows[column] = dict(rows)
        return self._rows[column]


def _said(key: Mapping[str, str]) -> str:
    return ", ".join(f"{k} {v!r}" for k, v in key.items())


class _Stating:
    """Stated values, gathered for each column: a table takes a column at once, not cell by cell."""

    def __init__(self, documents: pd.DataFrame) -> None:
        self._documents = documents
        self._asked = {
            column: documents[column].tolist()
            for column in ("adcode", "province_certainty")
            if column in documents.columns
        }
        self._sure = {
            field: documents[field].where(documents[column].eq("certain")).tolist()
            for field, column in CERTAINTY_COLUMNS.items()
            if {field, column} <= set(documents.columns)
        }
        self._ids = documents["doc_id"].tolist()
        self._new: defaultdict[str, dict[int, object]] = defaultdict(dict)

    def row(self, number: int) -> dict[str, object]:
        """Return what is known of a report's place, with what was stated so far."""
        read = {column: values[number] for column, values in self._asked.items()}
        return {c: self._new[c].get(number, value) for c, value in read.items()}

    def sure(self, number: int, field: str) -> object:
        """Return what the text leaves no doubt of, before anything was stated; else None."""
        said = self._sure[field][number] if field in self._sure else None
        return None if pd.isna(said) else said

    def override(
        self, number: int, stated: Mapping[str, object], rule: str
    ) -> list[dict[str, object]]:
        """Keep the values stated of a report and return the claims that say so."""
        rows = []
        for field, value in stated.items():
            if field not in self._documents.columns:
                continue
            self._new[field][number] = value
            certainty = CERTAINTY_COLUMNS.get(field, "")
            if certainty in self._documents.columns:
                self._new[certainty][number] = "stated" if value else "unknown"
            if value != "":
                rows.append(
                    {
                        "doc_id": self._ids[number],
                        "field": field,
                        "value": str(value),
                        "certainty": "stated",
                        "words": str(value),
                        "start": -1,
                        "end": -1,
                        "rule": rule,
                    }
                )
        return rows

    def table(self) -> pd.DataFrame:
        """Return the documents with all that was stated."""
        out = self._documents.copy()
        for column, values in self._new.items():
            if values:
                out.iloc[list(values), out.columns.get_loc(column)] = list(values.values())
        return out


# Are the values a researcher states possible ones, and what do they complete?

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
DATES: Final = ("date_issued", "period_start", "period_end")
CLOSED: Final = {"genre": GENRES, "level": LEVELS}


def check_stated(
    row: Mapping[str, object], values: Mapping[str, str], where: str
) -> dict[str, object]:
    """Check stated values and complete a place by its other levels.

    >>> check_stated({}, {"province": "广西"}, "metadata row 1")["adcode"]
    '450000'
    """
    out: dict[str, object] = {}
    for field, value in values.items():
        if field not in FIELDS:
            raise ParameterError(
                f"{where}: field must be one of {', '.join(FIELDS)}; got {field!r} (corrections of "
                "text are border, repair and theme)"
            )
        if field in CLOSED and value not in CLOSED[field]:
            allowed = ", ".join(CLOSED[field])
            raise ParameterError(f"{where}: {field} must be one of {allowed}; got {value!r}")
        if field == "year":
            out[field] = _year(value, where)
        else:
            out[field] = _date(field, value, where) if field in DATES else value
    places = {f: str(values[f]) for f in ("province", "city", "county", "adcode") if f in values}
    return {**out, **_place(row, places, where)} if places else out


def _possible(
    row: Mapping[str, object], values: Mapping[str, str], where: str
) -> tuple[dict[str, str], list[str]]:
    """Return the values that can be, each beside those before it, and what is wrong with others.

    >>> _possible({}, {"county": "无此县", "province": "广西"}, "row 1")[0]
    {'province': '广西'}
    """
    kept: dict[str, str] = {}
    odd = []
    for field in sorted(values, key=FIELDS.index):
        try:
            check_stated(row, {**kept, field: values[field]}, where)
        except ParameterError as error:
            odd.append(f"{field} is not used: {str(error).removeprefix(f'{where}: ')}")
        else:
            kept[field] = values[field]
    return {field: kept[field] for field in values if field in kept}, odd


def _year(value: str, where: str) -> int:
    year = read_cell_year(value)
    if year is None:
        raise ParameterError(
            f"{where}: year must be a whole number such as 2019; got {value[:40]!r}"
        )
    return year


def _date(field: str, value: str, where: str) -> str:
    """Return a date as it is stored, however it is written: 2022年3月5日, 2022/3/5."""
    dates = find_dates(value.translate(FULL_WIDTH), alone=True)
    if value and (len(dates) != 1 or not dates[0].month):
        raise ParameterError(f"{where}: {field} must be a date such as 2022-03-05; got {value!r}")
    return dates[0].iso if dates else ""


_AROUND: Final = " \"'“”‘’[]【】;；,，。"


def read_cell_year(value: str) -> int | None:
    """Return the one year that a cell means, however it is written.

    >>> [read_cell_year(v) for v in ("2023.0", "2023年度", "二〇二三", "2023-01-15", "2002-2003")]
    [2023, 2023, 2023, 2023, None]
    >>> [read_cell_year(v) for v in ("2023年上半年", "2023-06", "202306", "2023.06", "2002-03")]
    [2023, 2023, 2023, 2023, None]
    >>> [read_cell_year(v) for v in ("2023Q2", "2023上半年", "公元2023年", "“2023”", "约2023")]
    [2023, 2023, 2023, 2023, None]
    """
    plain = re.sub(r"\.0+$", "", value.strip().translate(FULL_WIDTH)).strip(_AROUND)
    plain = re.sub(r"^(\d{4})(?=[^\d\W])(?!年)", r"\1年", plain.removeprefix("公元"))
    plain = re.sub(r"年?\s?(?:[Qq][1-4]|[Hh][12])$", "", plain)
    if plain.isdecimal() and len(plain) == 4 and 1900 <= int(plain) <= 2100:
        return int(plain)
    month = re.fullmatch(r"(\d{4})(?:[-/](0?[1-9]|1[0-2])|\.?(?:0[1-9]|1[0-2]))", plain)
    until = int(month[2] or 0) if month else 0  # 2002-03 may be two years
    if month and until <= int(month[1]) % 100:
        return read_cell_year(month[1])
    for span in find_spans(plain):
        if span.words == plain and span.first[0] == span.last[0]:
            return span.year or None
    dates = find_dates(plain, bare=True, alone=True)
    rest = plain.replace(dates[0].words, "", 1).strip() if len(dates) == 1 else "?"
    rest = re.sub(r"^[T\s]?\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?$", "", rest)
    return dates[0].year if rest in {"", *words_of(WORDS, "year_end")} else None


def _place(row: Mapping[str, object], places: Mapping[str, str], where: str) -> dict[str, object]:
    gazetteer = load_gazetteer()
    code = ""
    try:
        for field in PLACE_FIELDS:
            if field in places:
                within, code = code, code_of(field, places[field], code or _read_code(row, field))
                _check_inside(field, code, within)
        if "adcode" in places:
            code = _checked_code(places["adcode"], code, gazetteer)
    except ParameterError as error:
        raise ParameterError(f"{where}: {error}") from error
    place = gazetteer.place(code, printed=str(list(places.values())[-1]))
    return {"province": place.province, "city": place.city, "county": place.county, "adcode": code}


def code_of(field: str, name: str, within: str = "") -> str:
    """Return the code of a place as people write it in a column of provinces, cities or counties.

    >>> [code_of("province", n) for n in ("川", "内蒙", "广西省", "Sichuan", "国务院")]
    ['510000', '150000', '450000', '510000', '100000']
    >>> code_of("city", "黔东南州"), code_of("city", "恩施"), code_of("city", "吉林")
    ('522600', '422800', '220200')
    """
    try:
        return _one_code(field, name, within)
    except ParameterError:
        for written in _other_spellings(field, name):
            with suppress(ParameterError):
                return _one_code(field, written, within)
        raise


def _one_code(field: str, name: str, within: str) -> str:
    gazetteer = load_gazetteer()
    prefix = inner_prefix(within) if within else ""
    if field != "province":
        stem = pattern_of(WORDS, "level_end", after="$").sub("", name)
        for found in (gazetteer.named(name), gazetteer.short_named(name), _shorter(stem, name)):
            codes = {d.adcode for d in found if d.level == field and d.last is None}
            inside = {code for code in codes if code.startswith(prefix)}
            if len(inside) == 1:
                return inside.pop()
    try:
        return gazetteer.resolve(name, within=within)
    except ParameterError:
        code = _province_written(name) or _chained(name)
        if not code and field == "province" and is_national(name):
            code = NATIONAL
        if not code:
            raise
        return code


def _other_spellings(field: str, name: str) -> Iterator[str]:
    """Yield what else a cell may mean: without blanks, the place of an office or of a zone.

    >>> [*_other_spellings("province", "江西省教育厅"), *_other_spellings("city", "济南高新区")]
    ['江西省', '济南']
    """
    if (close := "".join(name.split())) != name:
        yield close
    at = place_end(close, known=True) if field == "province" else 0
    if at and (is_office(close) or close[at:] in words_of("regions/words.csv", "own_after")):
        yield close[:at]
    if field != "province":
        zone = pattern_of("regions/words.csv", "zone_after", before="^", after="$")
        yield from (close[:cut] for cut in range(2, len(close)) if zone.match(close[cut:]))


_IN_BRACKETS: Final = re.compile(r"(?P<inner>[^（()）]{2,})[（(](?P<outer>[^（()）]{2,})[)）]")


def _chained(name: str) -> str:
    """Return the code of a place that is named from its province or city on: 四川省成都市.

    >>> _chained("成都武侯区"), _chained("鼓楼区（福州市）"), _chained("鼓楼区（原下关区）")
    ('510107', '350102', '')
    """
    bracketed = _IN_BRACKETS.fullmatch(name)
    name = bracketed["outer"] + bracketed["inner"] if bracketed else name
    for row in read_table("regions/provinces.csv").itertuples(index=False):
        for begun in (row.name, row.short):
            rest = name.removeprefix(begun).strip(" /-·,，") if name.startswith(begun) else ""
            if rest:
                return _inside(rest, row.adcode) or _in_city(name)
    return _in_city(name)


def _in_city(name: str) -> str:
    """Return the code of a county that is named from its city on: 长春市朝阳区."""
    gazetteer = load_gazetteer()
    for cut in range(len(name) - 2, 1, -1):
        begun, rest = name[:cut], name[cut:].strip(" /-·,，")
        stem = pattern_of(WORDS, "level_end", after="$").sub("", begun)
        known = (*gazetteer.named(begun), *gazetteer.short_named(begun), *_shorter(stem, begun))
        found = {d.adcode for d in known if d.level == "city" and d.last is None}
        code = _inside(rest, found.pop()) if len(found) == 1 else ""
        if code:
            return code
    return ""


def _inside(rest: str, within: str) -> str:
    """Return the code of the last of some names that follow each other inside a division."""
    gazetteer = load_gazetteer()
    prefix = inner_prefix(within)
    for cut in range(len(rest), 1, -1):
        found = {
            d.adcode
            for d in (*gazetteer.named(rest[:cut]), *gazetteer.short_named(rest[:cut]))
            if d.adcode.startswith(prefix) and d.adcode != within and d.last is None
        }
        if len(found) == 1:
            left = rest[cut:].strip(" /-·,，")
            return _inside(left, found.pop()) if left else found.pop()
    return ""


def _shorter(stem: str, name: str) -> tuple[Division, ...]:
    """Return the divisions that a name without its last word means, such as 黔东南州."""
    gazetteer = load_gazetteer()
    if len(stem) < 2 or stem == name or any(d.last is None for d in gazetteer.named(name)):
        return ()  # 朝阳区 is no 朝阳市
    return gazetteer.short_named(stem)


def _province_written(name: str) -> str:
    """Return the code of a province in a form no list of names holds, or of the whole country."""
    if name in words_of(WORDS, "whole_country"):
        return NATIONAL
    table = read_table("regions/provinces.csv")
    name = re.sub(r"\s*[（(][^（）()]{1,8}[)）]$", "", name)
    stem = pattern_of(WORDS, "level_end", after="$").sub("", name)
    english = re.sub(r"\s+(?:province|municipality|city)$", "", name.strip().lower())
    found = {
        row.adcode
        for row in table.itertuples(index=False)
        if name in row.abbreviations.split("|")
        or name == row.name
        or stem == row.short
        or (len(stem) >= 2 and row.short.startswith(stem))
        or english == row.label_en.lower()
    }
    return found.pop() if len(found) == 1 else ""


def _check_inside(field: str, code: str, within: str) -> None:
    """Refuse a stated city that lies outside of the stated province."""
    if within and within != NATIONAL and not code.startswith(inner_prefix(within)):
        name = load_gazetteer().name
        raise ParameterError(f"{field} {name(code)} does not lie in {name(within)}")


def _read_code(row: Mapping[str, object], field: str) -> str:
    """A stated county lies in the province that was read, if one was certain."""
    sure = str(row.get("province_certainty", "")) in {"certain", "stated"}
    code = str(row.get("adcode", ""))
    return code[:2] + "0000" if field != "province" and sure and code and code != NATIONAL else ""


def _checked_code(code: str, by_name: str, gazetteer: Gazetteer) -> str:
    if not gazetteer.name(code):
        raise ParameterError(f"adcode must be a GB/T 2260 code of six digits; got {code!r}")
    if by_name and not code.startswith(inner_prefix(by_name)):
        raise ParameterError(f"adcode {code} is {gazetteer.name(code)}, which the name contradicts")
    return code

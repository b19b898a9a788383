"""Which administrative divisions are there, under which names, and since when?"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Final, NamedTuple

from policytext.data import read_table
from policytext.errors import ParameterError

NATIONAL: Final = "100000"
NATIONAL_NAME: Final = "全国"
NATIONAL_NAMES: Final = frozenset({NATIONAL_NAME, NATIONAL, "国务院", "中央"})
AUTONOMOUS_ENDS: Final = (("自治州", "州"), ("自治县", "县"), ("自治旗", "旗"))
COUNTY: Final = "县"
MUNICIPALITIES: Final = frozenset({"110000", "120000", "310000", "500000"})
AUTONOMOUS: Final = frozenset({"150000", "450000", "540000", "640000", "650000"})


@dataclass(frozen=True, slots=True)
class Division:
    """One division under one name.

    ``adcode``: GB/T 2260 code, six digits.
    ``name, short``: Full name (芷江侗族自治县) and short name (芷江).
    ``level``: ``province``, ``city`` (prefecture level) or ``county``.
    ``first, last``: First and last year of this name; None where it reaches beyond the listings.
    ``now``: Code of the division that bears the place today, "" where it went into another.
    """

    adcode: str
    name: str
    short: str
    level: str
    first: int | None
    last: int | None
    now: str


class Place(NamedTuple):
    """Province, city and county of a division in full names, and its code."""

    province: str
    city: str
    county: str
    adcode: str


def province_code(adcode: str) -> str:
    """Return the code of the province of a division: ``province_code("431228")`` is 430000."""
    return adcode[:2] + "0000"


def city_code(adcode: str) -> str:
    """Return the code of the prefecture-level division, or "" for a province.

    >>> city_code("431228"), city_code("430000")
    ('431200', '')
    """
    return "" if adcode.endswith("0000") else adcode[:4] + "00"


def level_of(adcode: str) -> str:
    """Return ``province``, ``city`` or ``county`` from the zeros of a code.

    >>> level_of("431228"), level_of("431200")
    ('county', 'city')
    """
    if adcode.endswith("0000"):
        return "province"
    return "city" if adcode.endswith("00") else "county"


def inner_prefix(adcode: str) -> str:
    """Return the digits that all codes inside a division share.

    >>> inner_prefix("500000"), inner_prefix("421000"), inner_prefix("431228")
    ('50', '4210', '431228')
    """
    level = level_of(adcode)
    return adcode[: {"province": 2, "city": 4, "county": 6}[level]]


class Gazetteer:
    """Divisions of China at province, prefecture and county level, current and former.

    ``divisions``: The divisions, one entry for each code and name.
    ``townships``: Codes of counties by the name of a township in them.
    ``others``: Codes by names that no listing has: districts run by committees, short forms.

    >>> gazetteer = load_gazetteer()
    >>> gazetteer.place("431228")
    Place(province='湖南省', city='怀化市', county='芷江侗族自治县', adcode='431228')
    >>> [d.adcode for d in gazetteer.named("子长县")]
    ['610623']
    >>> gazetteer.label_en("610000")
    'Shaanxi'
    """

    def __init__(
        self,
        divisions: Iterable[Division],
        townships: dict[str, tuple[str, ...]],
        others: Mapping[str, str] | None = None,
    ) -> None:
        self.divisions = tuple(divisions)
        self.townships = townships
        self.others = dict(others or {})

    @cached_property
    def spoken(self) -> dict[str, tuple[Division, ...]]:
        """Divisions by names in use that no listing has: 琼中县, 双江自治县, 海南州, 雄安新区.

        The nationality of an autonomous division is left out in speech; its short name and the
        kind of division remain. Most cities of the level of counties were counties before 2002.
        """
        out: defaultdict[str, set[Division]] = defaultdict(set)
        for division in self.divisions:
            for end, kind in AUTONOMOUS_ENDS:
                if division.name.endswith(end):
                    out[division.short + kind].add(division)
                    out[division.short + end].add(division)
            now = self._current.get(division.now)
            if now and _was_county(division) and division.short + COUNTY not in self._by_name:
                out[division.short + COUNTY].add(now)
            if division.adcode in AUTONOMOUS:
                out[division.short + "省"].add(division)
                out[division.short + "自治区"].add(division)
        for name, adcode in self.others.items():
            out[name].add(self._current[adcode])
        known = self._by_name
        return {
            name: tuple(sorted(rows | set(known.get(name, ())), key=lambda d: d.adcode))
            for name, rows in out.items()
        }

    @cached_property
    def _by_name(self) -> dict[str, tuple[Division, ...]]:
        return _grouped(self.divisions, "name")

    @cached_property
    def _by_short(self) -> dict[str, tuple[Division, ...]]:
        return _grouped(self.divisions, "short")

    @cached_property
    def _current(self) -> dict[str, Division]:
        out: dict[str, Division] = {}
        for division in self.divisions:
            kept = out.get(division.adcode)
            if kept is None or division.last is None or (kept.last or 9999) < division.last:
                out[division.adcode] = division
        return out

    def named(self, name: str) -> tuple[Division, ...]:
        """Return all divisions of this full name, current and former."""
        return self._by_name.get(name, ())

    def short_named(self, short: str) -> tuple[Division, ...]:
        """Return all divisions of this short name, current and former."""
        return self._by_short.get(short, ())

    def get(self, adcode: str) -> Division | None:
        """Return the latest entry of a code, or None."""
        return self._current.get(adcode)

    def name(self, adcode: str) -> str:
        """Return the latest full name of a code, "" where there is none."""
        if adcode == NATIONAL:
            return NATIONAL_NAME
        division = self._current.get(adcode)
        return division.name if division else ""

    def place(self, adcode: str, *, printed: str = "") -> Place:
        """Return province, city and county of a code.

        Counties under the direct rule of a province, and districts of the four municipalities,
        have no city. ``printed`` is the name in the text, kept where the code bore it once.

        >>> load_gazetteer().place("420600", printed="襄樊市").city
        '襄樊市'
        """
        if adcode == NATIONAL:
            return Place(NATIONAL_NAME, "", "", adcode)
        level = level_of(adcode)
        own = printed if printed and any(d.name == printed for d in self._at(adcode)) else ""
        province = self.name(province_code(adcode))
        city = "" if level == "province" else self.name(city_code(adcode))
        if level == "city":
            return Place(province, own or city, "", adcode)
        county = "" if level == "province" else own or self.name(adcode)
        return Place(province, city, county, adcode)

    def _meant(self, name: str, prefix: str) -> list[str]:
        """Codes a name can mean: those in use now first, and of nested ones the outer."""
        label = {label: code for code, label in province_labels().items()}
        code = abbreviations().get(name) or label.get(name)
        if code:
            return [code]
        found = self.spoken.get(name) or self.named(name) or self.short_named(name)
        inside = [d for d in found if d.adcode.startswith(prefix)]
        now = [d for d in inside if d.last is None] or inside
        codes = sorted({d.adcode for d in now})
        outer = [c for c in codes if level_of(c) != "county"]
        if len(outer) == 1 and all(c.startswith(inner_prefix(outer[0])) for c in codes):
            return outer
        provinces = [c for c in codes if level_of(c) == "province"]
        return provinces or codes

    def then(self, adcode: str, name: str, year: int) -> str:
        """Return the code that bore a name in a year, where names moved within a province.

        >>> load_gazetteer().then("340181", "巢湖市", 2009)
        '341400'
        """
        rows = [d for d in self.named(name) if province_code(d.adcode) == province_code(adcode)]
        valid = {d.adcode for d in rows if (d.first or 0) <= year <= (d.last or 9999)}
        return valid.pop() if len(valid) == 1 else adcode

    def _at(self, adcode: str) -> tuple[Division, ...]:
        return self._by_code.get(adcode, ())

    @cached_property
    def _by_code(self) -> dict[str, tuple[Division, ...]]:
        return _grouped(self.divisions, "adcode")

    def label_en(self, adcode: str) -> str:
        """Return the English label of the province of a code (Shaanxi, Shanxi, Inner Mongolia)."""
        return province_labels().get(province_code(adcode), "")

    def resolve(self, name: str, *, within: str = "") -> str:
        """Return the one code a researcher's name means, full or short.

        >>> load_gazetteer().resolve("陕西"), load_gazetteer().resolve("鼓楼区", within="350000")
        ('610000', '350102')
        """
        if name in NATIONAL_NAMES:
            return NATIONAL
        if name in self._current:
            return name
        prefix = inner_prefix(within) if within else ""
        codes = self._meant(name, prefix)
        if len(codes) == 1:
            return codes[0]
        if not codes:
            raise ParameterError(f"a region must be named as in GB/T 2260; got {name!r}")
        raise ParameterError(
            f"the region {name!r} could be {', '.join(codes)}; write the code or the full path"
        )


def _was_county(division: Division) -> bool:
    """Whether a city may have been the county of its name before the first listing (乐清县)."""
    city = division.level == "county" and division.name == division.short + "市"
    return city and division.name not in _ordinary()


@cache
def _ordinary() -> frozenset[str]:
    """Return names that are ordinary words where no other name stands before them (合作市)."""
    table = read_table("regions/ordinary.csv")
    return frozenset(table["name"][table["use"] == "chain"])


def _grouped(divisions: Iterable[Division], field: str) -> dict[str, tuple[Division, ...]]:
    out: defaultdict[str, list[Division]] = defaultdict(list)
    for division in divisions:
        out[getattr(division, field)].append(division)
    return {key: tuple(rows) for key, rows in out.items()}


@cache
def province_labels() -> dict[str, str]:
    """Return English labels of the provinces by code.

    >>> province_labels()["150000"]
    'Inner Mongolia'
    """
    table = read_table("regions/provinces.csv")
    return dict(zip(table["adcode"], table["label_en"], strict=True))


@cache
def abbreviations() -> dict[str, str]:
    """Return codes of provinces by their one-character names.

    >>> abbreviations()["川"]
    '510000'
    """
    table = read_table("regions/provinces.csv")
    return {
        abbreviation: code
        for code, cell in zip(table["adcode"], table["abbreviations"], strict=True)
        for abbreviation in cell.split("|")
        if abbreviation
    }


def _year(cell: str) -> int | None:
    return int(cell) if cell else None


def _read_divisions() -> list[Division]:
    table = read_table("regions/divisions.csv")
    rows = [
        Division(r.adcode, r.name_, r.short, r.level, _year(r.first), _year(r.last), r.now)
        for r in table.rename(columns={"name": "name_"}).itertuples(index=False)
    ]
    known = {row.adcode for row in rows}
    extra = read_table("regions/provinces.csv")
    for code, name, short in zip(extra["adcode"], extra["name"], extra["short"], strict=True):
        if code not in known:
            rows.append(Division(code, name, short, "province", None, None, code))
    former = read_table("regions/before-2002.csv")
    for name, last, now in zip(former["name"], former["last"], former["now"], strict=True):
        short = name.removesuffix("地区").removesuffix("盟")
        rows.append(Division(now, name, short, level_of(now), None, int(last), now))
    return rows


def _read_townships() -> dict[str, tuple[str, ...]]:
    out: defaultdict[str, list[str]] = defaultdict(list)
    table = read_table("regions/townships.csv")
    for code, names in zip(table["adcode"], table["names"], strict=True):
        for name in names.split():
            out[name].append(code)
    return {name: tuple(codes) for name, codes in out.items()}


@cache
def load_gazetteer() -> Gazetteer:
    """Read the gazetteer that the package carries.

    >>> len({d.adcode[:2] for d in load_gazetteer().divisions})
    35
    """
    others = read_table("regions/other-names.csv")
    spoken = dict(zip(others["name"], others["adcode"], strict=True))
    return Gazetteer(_read_divisions(), _read_townships(), spoken)

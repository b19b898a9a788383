"""Codes, names and years of the divisions, against facts known from elsewhere."""

import re

import pytest

from policytext.data import read_table
from policytext.errors import ParameterError
from policytext.origin.gazetteer import load_gazetteer

GAZETTEER = load_gazetteer()


def test_provinces_are_all_there():
    codes = {d.adcode for d in GAZETTEER.divisions if d.level == "province"}
    assert len(codes) == 35
    assert {"660000", "710000", "810000", "820000"} <= codes


def test_counts_are_those_of_the_country():
    now = [d for d in GAZETTEER.divisions if d.last is None and d.adcode[:2] < "66"]
    assert 330 <= sum(d.level == "city" for d in now) <= 342
    assert 2830 <= sum(d.level == "county" for d in now) <= 2860


@pytest.mark.parametrize(
    ("code", "path"),
    [
        ("341824", ("安徽省", "宣城市", "绩溪县")),
        ("431228", ("湖南省", "怀化市", "芷江侗族自治县")),
        ("440306", ("广东省", "深圳市", "宝安区")),
        ("120101", ("天津市", "", "和平区")),
        ("429004", ("湖北省", "", "仙桃市")),
        ("222400", ("吉林省", "延边朝鲜族自治州", "")),
        ("100000", ("全国", "", "")),
    ],
)
def test_places(code, path):
    assert GAZETTEER.place(code)[:3] == path


@pytest.mark.parametrize(
    ("old", "last", "now"),
    [
        ("子长县", 2019, "子长市"),
        ("襄樊市", 2010, "襄阳市"),
        ("宣城地区", 2000, "宣城市"),
        ("毕节地区", 2010, "毕节市"),
        ("横县", 2021, "横州市"),
        ("玉环县", 2017, "玉环市"),
    ],
)
def test_renamed_divisions(old, last, now):
    (division,) = {d.adcode: d for d in GAZETTEER.named(old)}.values()
    assert abs(division.last - last) <= 1
    assert GAZETTEER.name(division.now or division.adcode) == now


def test_labels():
    assert GAZETTEER.label_en("610000") == "Shaanxi"
    assert GAZETTEER.label_en("140100") == "Shanxi"
    assert GAZETTEER.label_en("150000") == "Inner Mongolia"


def test_resolve():
    assert GAZETTEER.resolve("广西") == "450000"
    assert GAZETTEER.resolve("全国") == "100000"
    assert GAZETTEER.resolve("吉林") == "220000"
    with pytest.raises(ParameterError, match=r"could be .*350102"):
        GAZETTEER.resolve("鼓楼区")
    with pytest.raises(ParameterError, match="named as in GB/T 2260"):
        GAZETTEER.resolve("某某县")


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("regions/divisions.csv", ["adcode", "name"]),
        ("regions/provinces.csv", ["adcode"]),
        ("regions/before-2002.csv", ["name"]),
        ("regions/townships.csv", ["adcode"]),
        ("regions/ordinary.csv", ["name"]),
        ("regions/traps.csv", ["words"]),
        ("regions/officials.csv", ["adcode", "name"]),
        ("events.csv", ["phrase"]),
        ("kinds/voices.csv", ["words"]),
        ("kinds/bodies.csv", ["words"]),
        ("groupings.csv", ["grouping", "group"]),
    ],
)
def test_lists_have_no_duplicates_and_no_stray_blanks(name, key):
    table = read_table(name)
    assert not table.duplicated(key).any(), table[table.duplicated(key)]
    for column in table:
        assert not table[column].str.contains(r"^\s|\s$|\u3000").any(), column


def test_codes_in_the_lists_exist():
    known = {d.adcode for d in GAZETTEER.divisions}
    for name in ("regions/cues.csv", "groupings.csv"):
        codes = {c for cell in read_table(name)["adcodes"] for c in cell.split("|")}
        assert codes <= known, codes - known
    assert set(read_table("regions/officials.csv")["adcode"]) <= known


def test_groupings_cover_the_mainland_once():
    table = read_table("groupings.csv")
    for name, rows in table.groupby("grouping"):
        codes = [c for cell in rows["adcodes"] for c in cell.split("|")]
        assert len(codes) == len(set(codes))
        assert name == "城市群" or len(codes) == 31


def test_expressions_of_the_cue_list_compile():
    for row in read_table("regions/cues.csv").itertuples():
        re.compile(row.not_after)
        if row.cue.startswith("re:"):
            re.compile(row.cue[3:])

"""What a researcher states is checked, overrides what was read, and is claimed."""

import pandas as pd
import pytest

from policytext.contract import as_table
from policytext.errors import ParameterError, ReadingError
from policytext.origin.metadata import (
    apply_metadata,
    check_stated,
    code_of,
    read_cell_year,
    read_metadata,
)
from policytext.records import TABLES


@pytest.fixture
def tables():
    documents = pd.DataFrame(
        {
            "doc_id": ["d1", "d2"],
            "source_id": ["s1", "s2"],
            "part": [1, 1],
            "title": ["甲县总结", "乙县总结"],
            "genre": ["unknown", "工作总结"],
            "level": ["county", "county"],
            "year": pd.array([2023, None], dtype="Int64"),
            "province": ["湖北省", ""],
            "city": ["荆州市", ""],
            "county": ["监利市", ""],
            "adcode": ["421088", ""],
            "year_certainty": ["likely", "unknown"],
            "province_certainty": ["likely", "unknown"],
            "city_certainty": ["likely", "unknown"],
            "county_certainty": ["likely", "unknown"],
        }
    )
    sources = pd.DataFrame(
        {"source_id": ["s1", "s2"], "file": ["in/a.txt", "in/b.txt"], "member": ["", ""]}
    )
    return documents, as_table("claims", pd.DataFrame(columns=list(TABLES["claims"]))), sources


def test_stated_values_win_and_are_claimed(tables):
    documents, claims, sources = tables
    before = documents.copy()
    metadata = pd.DataFrame(
        {"file": ["a.txt"], "province": ["陕西"], "year": [2010.0], "gdp": [3.5]}
    )
    applied = apply_metadata(documents, claims, metadata, sources=sources)
    row = applied.documents.iloc[0]
    assert (row.province, row.city, row.county, row.adcode) == ("陕西省", "", "", "610000")
    assert (row.year, row.year_certainty, row.province_certainty) == (2010, "stated", "stated")
    assert (row.city_certainty, row.county_certainty) == ("unknown", "unknown")
    assert set(applied.claims.field) == {"year", "province", "adcode"}
    assert set(applied.claims.certainty) == {"stated"}
    assert applied.ignored == ("gdp",)
    pd.testing.assert_frame_equal(documents, before)


def test_metadata_that_contradicts_a_certain_text_counts_and_is_listed(tables):
    documents, claims, _ = tables
    sure = documents.assign(year=[2022, 2021], year_certainty=["certain", "likely"])
    stated = pd.DataFrame({"doc_id": ["d1", "d2"], "year": ["2021", "2020"]})
    applied = apply_metadata(sure.astype({"year": "Int64"}), claims, stated)
    assert applied.documents.year.tolist() == [2021, 2020]
    said = "year 2021 counts, though the text surely says 2022"
    assert applied.unmatched[["row", "reason"]].to_numpy().tolist() == [[0, said]]


def test_corrections_win_over_metadata(tables):
    documents, claims, _ = tables
    metadata = pd.DataFrame({"doc_id": ["d1"], "year": ["2018"]})
    corrections = pd.DataFrame({"doc_id": ["d1"], "field": ["year"], "value": ["2017"]})
    applied = apply_metadata(documents, claims, metadata, corrections)
    assert applied.documents.year.iloc[0] == 2017
    assert list(applied.claims.rule) == ["metadata", "correction"]


def test_a_county_brings_its_city_and_province(tables):
    documents, claims, _ = tables
    stated = pd.DataFrame({"doc_id": ["d2"], "county": ["芷江侗族自治县"]})
    row = apply_metadata(documents, claims, stated).documents.iloc[1]
    assert (row.province, row.city, row.adcode) == ("湖南省", "怀化市", "431228")


def test_a_homonym_needs_its_province(tables):
    documents, claims, _ = tables
    with pytest.raises(ParameterError, match=r"row 1 .*鼓楼区.*could be"):
        apply_metadata(documents, claims, pd.DataFrame({"doc_id": ["d2"], "county": ["鼓楼区"]}))
    both = pd.DataFrame({"doc_id": ["d2"], "province": ["福建"], "county": ["鼓楼区"]})
    assert apply_metadata(documents, claims, both).documents.adcode.iloc[1] == "350102"


def test_rows_that_fit_no_report_are_listed(tables):
    documents, claims, _ = tables
    metadata = pd.DataFrame({"doc_id": ["d9", "d1"], "year": ["2011", "2012"]})
    applied = apply_metadata(documents, claims, metadata)
    assert applied.unmatched[["row", "reason"]].values.tolist() == [[0, "no report"]]
    assert applied.documents.year.iloc[0] == 2012


def test_empty_cells_override_nothing(tables):
    documents, claims, _ = tables
    applied = apply_metadata(documents, claims, pd.DataFrame({"doc_id": ["d1"], "year": [""]}))
    assert applied.documents.year.iloc[0] == 2023
    assert applied.claims.empty


@pytest.mark.parametrize(
    ("column", "value", "words"),
    [
        ("year", "去年", "year must be a whole number"),
        ("genre", "小说", "genre must be one of"),
        ("level", "planet", "level must be one of"),
        ("province", "某省", "GB/T 2260"),
        ("adcode", "999999", "adcode must be"),
    ],
)
def test_values_that_cannot_be(tables, column, value, words):
    documents, claims, _ = tables
    with pytest.raises(ParameterError, match=words):
        apply_metadata(documents, claims, pd.DataFrame({"doc_id": ["d1"], column: [value]}))


@pytest.mark.parametrize(
    ("column", "cell", "code"),
    [
        ("province", "北京 市", "110000"),
        ("province", "江西省人民政府", "360000"),
        ("province", "江西省教育厅", "360000"),
        ("city", "济南高新区", "370100"),
        ("city", "朝阳市", "211300"),
        ("city", "朝阳 市", "211300"),
    ],
)
def test_a_cell_means_the_place_however_it_is_written(column, cell, code):
    assert code_of(column, cell) == code


@pytest.mark.parametrize("city", ["重庆市", "浙江", "朝阳"])
def test_a_city_outside_of_the_stated_province_is_listed_and_does_not_count(tables, city):
    documents, claims, _ = tables
    stated = pd.DataFrame({"doc_id": ["d1"], "province": ["四川"], "city": [city]})
    applied = apply_metadata(documents, claims, stated, lenient=True)
    assert applied.documents.loc[0, ["province", "city"]].tolist() == ["四川省", ""]
    assert applied.unmatched["reason"].str.startswith("city is not used").tolist() == [True]


def test_a_district_is_no_city_that_is_called_alike():
    with pytest.raises(ParameterError, match="could be 110105"):
        code_of("city", "朝阳区")


def test_odd_cells_are_listed_and_the_others_count(tables):
    documents, claims, _ = tables
    odd = ("²", "9" * 5000, "2019.5", "2002-2003", "nan", "-1")
    stated = pd.DataFrame(
        {"doc_id": ["d1"] * len(odd), "province": "四川", "county": "无此县", "year": odd}
    )
    applied = apply_metadata(documents, claims, stated, lenient=True)
    assert applied.documents.loc[0, ["province", "county", "year"]].tolist() == ["四川省", "", 2023]
    assert applied.unmatched["row"].tolist() == [n for n in range(len(odd)) for _ in range(2)]
    assert applied.unmatched["reason"].str.contains(" is not used: ").all()
    with pytest.raises(ParameterError, match="year must be a whole number"):
        correction = pd.DataFrame({"doc_id": ["d1"], "field": ["year"], "value": ["²"]})
        apply_metadata(documents, claims, None, correction, lenient=True)


def test_a_key_is_needed(tables):
    documents, claims, _ = tables
    with pytest.raises(ParameterError, match="doc_id, file or title"):
        apply_metadata(documents, claims, pd.DataFrame({"year": ["2019"]}))
    with pytest.raises(ParameterError, match="columns field and value"):
        apply_metadata(documents, claims, None, pd.DataFrame({"doc_id": ["d1"], "year": ["2019"]}))


def test_files(tmp_path):
    table = pd.DataFrame({"file": ["a.txt"], "year": ["2019"], "adcode": ["010000"]})
    table.to_csv(tmp_path / "m.csv", index=False, encoding="utf-8-sig")
    table.to_excel(tmp_path / "m.xlsx", index=False)
    for name in ("m.csv", "m.xlsx"):
        assert read_metadata(tmp_path / name).loc[0].tolist() == ["a.txt", "2019", "010000"]
    with pytest.raises(ReadingError, match="does not exist"):
        read_metadata(tmp_path / "none.csv")
    (tmp_path / "m.doc").write_text("x")
    with pytest.raises(ReadingError, match=r"\.csv, \.tsv or \.xlsx"):
        read_metadata(tmp_path / "m.doc")


ROW = {"adcode": "421088", "province_certainty": "certain"}


def test_a_county_is_looked_for_in_the_certain_province():
    assert (
        check_stated(ROW, {"county": "鼓楼区", "province": "江苏", "city": "南京"}, "row")["adcode"]
        == "320106"
    )


def test_a_code_must_fit_the_name():
    with pytest.raises(ParameterError, match="which the name contradicts"):
        check_stated(ROW, {"province": "江苏", "adcode": "350102"}, "row 1")


def test_an_unknown_field_is_named():
    with pytest.raises(ParameterError, match=r"field must be one of .*got 'colour'"):
        check_stated(ROW, {"colour": "red"}, "row 1")


@pytest.mark.parametrize(
    ("cell", "year"),
    [
        ("2023.0", 2023),
        ("2023年度", 2023),
        ("二〇二三", 2023),
        ("２０２３", 2023),
        ("2023/1/5", 2023),
        ("2023-01-15 00:00:00", 2023),
        ("20230115", 2023),
        ("二零二一年", 2021),
        ("2021年1月", 2021),
        ("1998–2000", None),
        ("不详", None),
        ("2002-2003", None),
        ("2022、2023", None),
        ("十四五", None),
        ("20x3", None),
        ("2023年上半年", 2023),
        ("2023-06", 2023),
        ("2002-03", None),
        ("2023财年", 2023),
    ],
)
def test_one_year_however_it_is_written(cell, year):
    assert read_cell_year(cell) == year


@pytest.mark.parametrize(
    ("field", "cell", "code"),
    [
        ("province", "黔", "520000"),
        ("province", "宁夏省", "640000"),
        ("province", "Inner Mongolia", "150000"),
        ("province", "中央", "100000"),
        ("province", "国家卫健委", "100000"),
        ("province", "粤", "440000"),
        ("province", "Guangdong", "440000"),
        ("province", "教育部", "100000"),
        ("province", "教育部办公厅", "100000"),
        ("province", "内蒙古自治区(蒙)", "150000"),
        ("province", "建设兵团", "660000"),
        ("city", "锡盟", "152500"),
        ("city", "大理", "532900"),
        ("city", "凉山州", "513400"),
        ("city", "阿克苏", "652900"),
        ("city", "吉林", "220200"),
        ("county", "朝阳区（长春）", "220104"),
        ("county", "长春市朝阳区", "220104"),
        ("county", "海南州共和县", "632521"),
        ("city", "徐州市(江苏)", "320300"),
    ],
)
def test_places_as_people_write_them(field, cell, code):
    assert code_of(field, cell) == code


@pytest.mark.parametrize("cell", ["NA", "华东", "-", "某省", "国家税务总局浙江省税务局"])
def test_what_names_no_place_is_an_error(cell):
    with pytest.raises(ParameterError):
        code_of("province", cell)


def test_dates_are_stored_in_one_form():
    row = pd.Series(dtype=object)
    assert (
        check_stated(row, {"date_issued": "2022年3月5日"}, "row 1")["date_issued"] == "2022-03-05"
    )
    with pytest.raises(ParameterError, match="date such as"):
        check_stated(row, {"date_issued": "去年春天"}, "row 1")


def test_rows_that_contradict_each_other_and_odd_columns_are_told(tables):
    documents, claims, *_ = tables
    twice = pd.DataFrame({"doc_id": ["d1", "d1"], "province": ["湖南省", "湖北省"], "省": ["", ""]})
    applied = apply_metadata(documents, claims, twice)
    assert applied.unmatched["reason"].tolist() == [
        "province 湖北省 counts, not 湖南省 of a row above"
    ]
    assert applied.ignored == ("省",)
    same = apply_metadata(documents, claims, twice.assign(province="湖南省"))
    assert same.unmatched.empty

"""Which group of places is a report in, and how are tables and short names matched to it?"""

import pandas as pd
import pytest

from corpora import make_corpus
from policytext import keyness, region_profile, term_status, trends
from policytext.errors import NotEnoughDataError, ParameterError
from policytext.regions import document_labels, full_name, groupings, with_codes

PLACES = [
    ("浙江省", "", "", "330000", 2023),
    ("浙江省", "杭州市", "", "330100", 2023),
    ("浙江省", "杭州市", "西湖区", "330106", 2022),
    ("四川省", "成都市", "", "510100", 2023),
    ("内蒙古自治区", "", "", "150000", None),
    ("", "", "", "", 2023),
    ("全国", "", "", "100000", 2023),
]


@pytest.fixture(scope="module")
def corpus():
    reports = []
    for province, city, county, adcode, year in PLACES:
        level = "county" if county else "city" if city else "province"
        report = {"texts": ["推进医共体建设。"], "level": level, "adcode": adcode}
        for name, value in (("province", province), ("city", city), ("county", county)):
            report |= {name: value, f"{name}_certainty": "likely" if value else "unknown"}
        if year:
            report |= {"year": year, "year_certainty": "likely"}
        reports.append(report)
    return make_corpus(reports)


def test_codes_of_each_level_are_columns(corpus):
    codes = corpus.documents[["province_code", "city_code", "county_code"]]
    assert codes.iloc[2].tolist() == ["330000", "330100", "330106"]
    assert codes.iloc[0].tolist() == ["330000", "", ""]
    assert codes.iloc[5].tolist() == ["", "", ""]


def test_a_name_that_stands_twice_in_a_province_gives_no_code():
    table = pd.DataFrame(
        {"adcode": [""], "province": ["江苏省"], "city": [""], "county": ["鼓楼区"]}
    )
    assert with_codes(table)["county_code"].tolist() == [""]


@pytest.mark.parametrize(
    ("by", "labels"),
    [
        ("东中西", ["东部", "东部", "东部", "西部", "西部", "unknown", "全国"]),
        ("四大板块", ["东部", "东部", "东部", "西部", "西部", "unknown", "全国"]),
        ("南北方", ["南方", "南方", "南方", "南方", "北方", "unknown", "全国"]),
        ("城市群", ["长三角", "长三角", "长三角", "成渝", "其他", "unknown", "全国"]),
    ],
)
def test_shipped_groupings_serve_as_by(corpus, by, labels):
    assert corpus.document_groups(by).tolist() == labels
    table = trends(corpus, ["医共体"], by, mix=True).table
    assert set(table[by]) == set(labels)
    assert by in groupings()


def test_a_table_is_joined_at_its_own_level(corpus):
    provinces = pd.DataFrame({"adcode": [330000, 510000], "year": [2023.0, 2023.0], "aged": [1, 2]})
    joined = corpus.join(provinces, on=["adcode", "year"])
    assert joined.documents["aged"].fillna(0).tolist() == [1, 1, 0, 2, 0, 0, 0]
    assert "3 of 7 reports met a row" in joined.joined[0].en
    assert any("3 of 7" in c.en for c in joined.coverage().cautions)
    assert len(joined.unmatched)
    cities = pd.DataFrame({"adcode": ["330100"], "beds": [5]})
    assert corpus.join(cities).documents["beds"].notna().sum() == 2
    mixed = pd.DataFrame({"adcode": ["330000", "330106"], "x": [1, 2]})
    assert corpus.join(mixed).documents["x"].fillna(0).tolist() == [1, 0, 2, 0, 0, 0, 0]
    named = pd.DataFrame({"province": ["浙江", "内蒙"], "gdp": [1.0, 2.0]})
    assert corpus.join(named, on="province").documents["gdp"].notna().sum() == 4


@pytest.mark.parametrize(
    "groups",
    [
        {"沿海": ["浙江"], "内陆": ["四川", "内蒙"]},
        pd.DataFrame({"省": ["浙江", "四川", "内蒙古"], "带": ["沿海", "内陆", "内陆"]}),
        pd.DataFrame({"adcode": ["330000", "510000", "150000"], "带": ["沿海", "内陆", "内陆"]}),
        pd.DataFrame(
            {
                "grouping": ["带", "带"],
                "group": ["沿海", "内陆"],
                "adcodes": ["330000", "510000|150000"],
            }
        ),
    ],
)
def test_groups_of_ones_own(corpus, groups):
    grouped = corpus.with_groups(groups, name="带")
    labels = ["沿海", "沿海", "沿海", "内陆", "内陆", "unknown", "unknown"]
    assert grouped.document_groups("带").tolist() == labels
    with pytest.raises(ParameterError, match="mix=True"):
        keyness(grouped, by="带")


def test_short_names_mean_places_everywhere(corpus):
    assert len(corpus.subset("province == '浙江'")) == 3
    assert len(corpus.subset("province in ['浙江', '内蒙'] and city != '杭州'")) == 2
    assert len(corpus.subset("city.isin(['杭州'])")) == 2
    with pytest.raises(NotEnoughDataError, match="province holds 全国, 内蒙古自治区"):
        corpus.subset("province == '广东'")
    shown = term_status(corpus, ["医共体"], groups=["浙江", "西藏"], mix=True).table
    assert shown.query("concept == '医共体'")["group"].tolist() == ["浙江省", "西藏自治区"]
    with pytest.raises(ParameterError, match="火星"):
        region_profile(corpus, "火星", mix=True)
    assert full_name("海", ["海南省"]) == "海" and full_name("朝阳", ["朝阳区", "朝阳县"]) == "朝阳"


def test_any_column_makes_groups_and_doc_id_too(corpus):
    for by in ("doc_id", "adcode", "province_code", "kind", "section", "doc_type"):
        result = trends(corpus, ["医共体"], by=by, mix=True)
        assert result.table["hits"].sum() == 7 and len(result.explain(0))
    pair = trends(corpus, ["医共体"], by=["doc_id", "year"], mix=True)
    assert pair.table["hits"].sum() == 7


def test_a_name_that_is_no_group_says_what_there_is(corpus):
    with pytest.raises(ParameterError, match=r"东中西.*did you mean '四大板块'"):
        document_labels(corpus.documents, "四大版块", "likely", ["province"])

"""Place and level together."""

import pytest

from policytext.origin.claims import claim_origin
from policytext.origin.describing import ReportView


@pytest.mark.parametrize(
    ("title", "text", "level", "place"),
    [
        ("", "我市落实政策。记者从江油市卫生健康局获悉,该市推进医改。", "county", "江油市"),
        ("虹口区总结", "全区落实政策。", "county", "虹口区"),
        ("天津市总结", "我市落实政策,全市推进。", "province", "天津市"),
        ("凉山彝族自治州总结", "我州落实政策。", "city", "凉山彝族自治州"),
        ("宁夏回族自治区总结", "我区落实政策,全区推进。", "province", "宁夏回族自治区"),
        ("金寨县人民医院总结", "我院落实政策。", "institution", "金寨县"),
        (
            "国务院关于医改的意见",
            "各省、自治区、直辖市人民政府:\n提出如下意见。",
            "national",
            "全国",
        ),
    ],
)
def test_levels(title, text, level, place):
    origin = claim_origin(ReportView(title, text))
    assert origin.level == level
    assert (origin.county or origin.city or origin.province) == place


def test_a_province_names_no_city_of_its_own():
    origin = claim_origin(ReportView("贵州省总结", "我省示范项目落地遵义,遵义市先行。"))
    assert (origin.province, origin.city, origin.adcode) == ("贵州省", "", "520000")


def test_hints_set_aside_are_kept_as_claims():
    origin = claim_origin(ReportView("", "我县卫生院与辽宁中医药大学合作。"))
    assert origin.province == ""
    assert [(c.words, c.certainty) for c in origin.claims if c.field == "province"] == [
        ("辽宁", "unknown")
    ]

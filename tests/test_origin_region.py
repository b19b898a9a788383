"""What points at a region, and what makes a region certain, likely or unknown."""

import json
from pathlib import Path

import pytest

from policytext import read_texts
from policytext.origin.claims import ReportView
from policytext.origin.describing import claim_origin
from policytext.origin.gazetteer import load_gazetteer
from policytext.origin.names import RegionHint
from policytext.origin.region import best_division, cue_hints, number_hints, prefix_codes
from policytext.origin.scanner import load_scanner

PLACES = Path(__file__).parent / "cases" / "places.jsonl"


def hint(adcodes, weight, rule, words, *, strong=False):
    return RegionHint(tuple(adcodes.split()), weight, rule, words, words, 0, 1, "text", strong)


def test_nothing_is_unknown():
    assert best_division([], "province").certainty == "unknown"


def test_a_title_settles():
    reading = best_division([hint("341824", 6, "title", "绩溪县")], "county")
    assert (reading.adcode, reading.certainty) == ("341824", "certain")


def test_one_weak_cue_is_not_enough():
    assert best_division([hint("350000", 0.4, "cue", "a")], "province").adcode == ""


def test_several_weak_cues_are_likely_at_best():
    hints = [hint("350000", 1.2, "cue", w) for w in "abcdef"]
    assert best_division(hints, "province").certainty == "likely"


def test_two_strong_cues_settle():
    hints = [hint("150000", 2.0, "cue", w, strong=True) for w in "ab"]
    assert best_division(hints, "province").certainty == "certain"


def test_a_rival_takes_certainty_away():
    hints = [hint("350000", 6, "title", "甲"), hint("360000", 5, "header", "乙")]
    assert best_division(hints, "province").certainty != "certain"


def test_a_homonym_stays_open():
    hints = [hint("320106 350102 410204", 6, "title", "鼓楼区")]
    assert best_division(hints, "province").certainty == "unknown"


def test_repetition_counts_little():
    hints = [hint("350000", 0.4, "cue", "a")] * 50
    assert best_division(hints, "province").adcode == ""


def test_without_a_voice_only_the_head_settles():
    hints = [hint("350000", 2.5, "own_before", "甲"), hint("350000", 2.0, "own_after", "乙")]
    assert best_division(hints, "province", voiced=True).certainty == "certain"
    assert best_division(hints, "province", voiced=False).certainty == "likely"


GAZETTEER = load_gazetteer()


def codes(text, **voices):
    found = cue_hints(text, load_scanner().hits(text), GAZETTEER, voices)
    return {code for e in found for code in e.adcodes}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("伏岭镇和家朋乡试点", "341824"),
        ("省长王晓东到会", "420000"),
        ("各苏木卫生院", "150000"),
        ("市内六区覆盖", "120000"),
        ("收缴合疗基金", "610000"),
        ("(绩政办〔2019〕5号)", "341824"),
        ("中(朝)医药发展", "222400"),
    ],
)
def test_cues(text, code):
    assert code in codes(text)


@pytest.mark.parametrize(
    "text", ["整合疗法", "城关中心卫生院", "各县(市、旗)要落实", "建设国旗区", "赴家朋乡考察"]
)
def test_words_that_only_look_like_cues(text):
    assert codes(text) == set()


def test_jingjinji_means_hebei_only_where_a_province_speaks():
    assert codes("京津冀区域内互认", province=3.0) == {"130000"} | codes("京津冀区域内互认")
    assert codes("京津冀区域内互认", city=3.0) == {"110000", "120000", "130000"}


@pytest.mark.parametrize(
    ("prefix", "code"), [("绩", "341824"), ("皖", "340000"), ("陕", "610000"), ("粤", "440000")]
)
def test_letters_of_numbers(prefix, code):
    assert prefix_codes(prefix, GAZETTEER) == (code,)


def test_central_numbers_say_nothing():
    assert number_hints("国办发〔2015〕70号 国卫基层发〔2022〕10号", GAZETTEER) == []


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


def test_traps_for_places():
    """Names that are not the report's own, and names that are, in over a hundred small texts."""
    rows = [json.loads(line) for line in PLACES.read_text(encoding="utf-8").splitlines()]
    texts = {f"{row['id']}/{row['file_name']}": row["text"] for row in rows}
    documents = read_texts(texts).documents.set_index("doc_id")
    wrong = []
    for row in rows:
        found = documents.loc[f"{row['id']}/{row['file_name']}#1"]
        for field in ("province", "city", "county", "level"):
            sure = found.get(f"{field}_certainty") == "certain"
            if row["expect"].get(f"{field}_not_certain") and sure:
                wrong.append((row["id"], field, found[field], "certain"))
            if field in row["expect"] and found[field] != row["expect"][field]:
                wrong.append((row["id"], field, found[field], row["expect"][field]))
    assert not wrong


@pytest.mark.parametrize(
    ("line", "level"),
    [
        ("2021年3月1日浙江省第十三届人民代表大会常务委员会第二次会议通过", "province"),
        (
            "（2021年3月1日杭州市第十三届人民代表大会常务委员会第二次会议通过 "
            "2021年5月1日浙江省第十三届人民代表大会常务委员会第三次会议批准）",
            "city",
        ),
        ("2021年3月1日第十三届全国人民代表大会第二次会议通过", ""),
        ("经杭州市卫生健康委员会讨论通过", ""),
    ],
)
def test_a_law_is_of_the_level_of_the_congress_that_passed_it(line, level):
    text = f"{line}\n第一条 杭州市西湖区、上城区适用本条例。\n第二条 西湖区人民政府负责景区。\n"
    origin = claim_origin(ReportView("浙江省杭州西湖区景区条例", text))
    if level:
        assert origin.level == level
    assert (origin.city == "杭州市") == (level == "city") or not level


@pytest.mark.parametrize(
    ("title", "parent"),
    [
        ("北京儿童医院保定医院2019年工作总结", "北京市"),
        ("上海儿童医学中心贵州医院2019年工作总结", "上海市"),
        ("成都铁路局贵阳疾控所2019年工作总结", "四川省"),
    ],
)
def test_a_branch_is_not_where_its_parent_is(title, parent):
    origin = claim_origin(ReportView(title, "全年任务完成。\n一、主要工作\n接诊1.6万人。"))
    assert origin.province != parent
    assert origin.province_certainty != "certain"


def test_a_hospital_of_a_city_of_its_province_is_surely_there():
    origin = claim_origin(ReportView("贵州省遵义市人民医院2019年工作总结", "全年任务完成。"))
    assert (origin.province, origin.province_certainty) == ("贵州省", "certain")


def test_a_title_repeated_with_another_mask_is_no_head_of_a_review():
    text = "‹PLACE›县水利局2022年工作总结\n任务完成。\n二、明年打算\n继续补齐短板。"
    assert claim_origin(ReportView("XX县水利局2022年工作总结", text)).genre == "工作总结"


@pytest.mark.parametrize(
    ("title", "issuer", "place"),
    [
        ("中国银保监会衢州监管分局行政许可信息表", "中国银保监会衢州监管分局", "衢州市"),
        (
            "国家金融监督管理总局绍兴监管分局许可信息表",
            "国家金融监督管理总局绍兴监管分局",
            "绍兴市",
        ),
        ("国家统计局龙南调查队：一季度物价平稳", "国家统计局龙南调查队", "龙南市"),
        ("中国证监会湖南监管局行政处罚决定书", "中国证监会湖南监管局", "湖南省"),
    ],
)
def test_a_branch_of_a_body_of_the_state_is_of_its_place_and_not_national(title, issuer, place):
    origin = claim_origin(ReportView(title, "任务完成。\n全年办理许可12件。"))
    assert origin.issuers == issuer
    assert place in {origin.province, origin.city, origin.county}


@pytest.mark.parametrize("title", ["国家统计局2022年工作总结", "国家铁路局2022年工作要点"])
def test_a_body_of_the_state_without_a_place_is_national(title):
    assert claim_origin(ReportView(title, "任务完成。")).province == "全国"


@pytest.mark.parametrize(
    "title", ["苏州无锡产业园2022年工作总结", "杭州—宁波高铁建设工作总结", "金华衢州合作区工作总结"]
)
def test_what_two_cities_run_together_is_of_neither_surely(title):
    origin = claim_origin(ReportView(title, "任务完成。\n签约项目27个。"))
    assert (origin.province_certainty, origin.city) == ("certain", "")


@pytest.mark.parametrize("title", ["江阴靖江工业园区工作总结", "江阴—靖江工业园区工作总结"])
def test_a_zone_of_two_counties_names_neither(title):
    assert claim_origin(ReportView(title, "任务完成。")).county == ""


@pytest.mark.parametrize(
    ("title", "place", "certainty"),
    [
        ("中国（河南）自由贸易试验区洛阳片区2021年改革情况", "洛阳市", "likely"),
        ("中国（福建）自由贸易试验区厦门片区2021年改革情况", "厦门市", "likely"),
        ("《安岳年鉴（2020）》·教育", "资阳市", "certain"),
        ("泰山景区管理委员会2022年工作总结", "泰安市", "certain"),
    ],
)
def test_free_trade_zones_yearbooks_and_scenic_areas_name_their_city(title, place, certainty):
    origin = claim_origin(ReportView(title, "任务完成。"))
    assert (origin.city, origin.city_certainty) == (place, certainty)


def test_a_yearbook_is_not_of_the_year_in_its_name():
    origin = claim_origin(ReportView("《安岳年鉴（2020）》·教育", "【概况】 2019年，有学校312所。"))
    assert origin.year != 2020


@pytest.mark.parametrize(
    ("title", "level"),
    [
        ("徽州地区行政公署1986年工作总结", "city"),
        ("青河水利职业技术学院2021年质量年度报告", "institution"),
    ],
)
def test_old_prefectures_and_colleges_have_their_level(title, level):
    origin = claim_origin(ReportView(title, "学校坐落于开封市，学生2.3万人。"))
    assert origin.level == level


def test_the_special_regions_are_known_in_traditional_characters():
    origin = claim_origin(ReportView("澳門特別行政區政府2020年財政年度施政報告", "各位議員："))
    assert (origin.province, origin.province_certainty) == ("澳门特别行政区", "certain")

"""Issuers, levels and document numbers."""

import pytest

from policytext.origin.claims import ReportView
from policytext.origin.gazetteer import load_gazetteer
from policytext.origin.issuer import (
    body_level,
    count_voices,
    read_document_number,
    read_issuers,
    read_level,
)
from policytext.origin.scanner import load_scanner


@pytest.mark.parametrize(
    ("name", "level"),
    [
        ("国家卫生健康委员会", "national"),
        ("财政部", "national"),
        ("陕西省财政厅", "province"),
        ("湘潭市人民政府办公室", "city"),
        ("子长市卫生健康局", "county"),
        ("深圳市宝安区卫生健康局", "county"),
        ("凉山彝族自治州人民政府", "city"),
        ("xx市卫生健康委", "city"),
        ("某县人民医院", "institution"),
        ("县卫计委", "county"),
        ("委员会", "unknown"),
        ("水利部", "national"),
        ("国家税务总局", "national"),
        ("国家税务总局安吉县税务局", "county"),
        ("国家卫健委", "national"),
        ("安吉县公安局", "county"),
        ("江西省农业农村厅", "province"),
    ],
)
def test_levels_of_bodies(name, level):
    assert body_level(name, load_gazetteer()) == level


def test_joint_issue_in_a_signature():
    text = "正文。" * 30 + "\n陕西省卫生健康委员会 陕西省财政厅\n2022年5月9日"
    names, claims = read_issuers(ReportView("", text))
    assert names == ("陕西省卫生健康委员会", "陕西省财政厅")
    assert [text[c.start : c.end] for c in claims] == list(names)


@pytest.mark.parametrize("line", ["打造“四个共同体”总医院", "党建引领医院", "提升基层卫生院"])
def test_headings_are_no_issuers(line):
    assert read_issuers(ReportView(line, f"{line}\n正文。"))[0] == ()


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("国办发〔2015〕70号\n正文", "国办发〔2015〕70号"),
        ("绩政办(2019)96号\n正文", "绩政办(2019)96号"),
        ("按照国办发〔2015〕70号文件要求推进", ""),
    ],
)
def test_own_and_cited_numbers(text, number):
    assert read_document_number(ReportView("", text))[0] == number


def test_voices():
    text = "我市召开会议,全市推进,xx县代表发言"
    voices = count_voices(text, load_scanner().hits(text))
    assert voices == {"city": 4.0, "county": 0.4}
    assert read_level((), voices, load_gazetteer()) == ("city", "voice")
    assert read_level((), {}, load_gazetteer()) == ("unknown", "")


@pytest.mark.parametrize(
    ("lines", "names"),
    [
        ("芦山县水利局", ("芦山县水利局",)),
        ("江西省教育厅", ("江西省教育厅",)),
        ("交通运输部", ("交通运输部",)),
        ("雅安市医疗保障局\n雅安市公安局", ("雅安市医疗保障局", "雅安市公安局")),
        ("安吉县自然资源和规划局 安吉县总工会", ("安吉县自然资源和规划局", "安吉县总工会")),
        ("中共安吉县委组织部", ("中共安吉县委组织部",)),
        ("白石县中医院", ("白石县中医院",)),
        ("中和县卫生局 和东区卫生局", ("中和县卫生局", "和东区卫生局")),
        ("安吉县建设局", ("安吉县建设局",)),
        ("图为医疗队在四川省甘孜县人民医院", ()),
        ("参观安吉县卫生健康局", ()),
        ("各县卫生局", ()),
        ("安吉县水利部", ()),
        ("安吉县打造医防融合服务中心", ()),
    ],
)
def test_what_owns_a_body_is_a_place(lines, names):
    text = f"各单位：\n现将有关事项通知如下。\n{lines}\n2020年6月1日"
    assert read_issuers(ReportView("关于开展检查的通知", text))[0] == names


def test_a_title_begins_with_its_issuer():
    text = "各乡镇：\n正文。"
    assert read_issuers(ReportView("安吉县水利局关于检查的通知", text))[0] == ("安吉县水利局",)
    assert read_issuers(ReportView("安吉县水利部门推进治理", text))[0] == ()


def test_who_heads_an_annex_issued_no_more_than_that():
    text = "为做好检查，作如下规定。\n第一条 从略。\n附：\n财政部 民政部\n关于检查的公告（节录）"
    assert read_issuers(ReportView("某某县人民政府关于检查的规定", text))[0] == ("某某县人民政府",)
    text = "各单位：\n通知如下。\n附件：\n1.表\n某县水利局\n2020年6月1日"
    assert read_issuers(ReportView("通知", text))[0] == ("某县水利局",)


ROWS = (("道县教育局", "3所"), ("江永县教育局", "2所"))


@pytest.mark.parametrize("marked", [True, False])
@pytest.mark.parametrize("behind", ["", "全年工作稳步推进，群众满意。"])
def test_bodies_that_a_table_lists_sign_nothing(marked, behind):
    kind = "table" if marked else "heading"
    rows = [("永州市教育局2021年工作总结", "heading"), ("办学条件持续改善。", "body")]
    rows += [(cell, kind) for row in ROWS for cell in row]
    rows += [(behind, "body")] * bool(behind)
    parts = [(text, kind, "") for text, kind in rows]
    report = ReportView(rows[0][0], "\n".join(text for text, _ in rows), paragraphs=parts)
    assert read_issuers(report)[0] == ("永州市教育局",)


def test_a_signature_below_a_table_is_read():
    rows = [
        ("某总结", "heading"),
        ("完成任务。", "body"),
        ("道县教育局", "table"),
        ("3所", "table"),
    ]
    rows += [("永州市教育局", "signature"), ("2022年1月5日", "signature")]
    parts = [(text, kind, "") for text, kind in rows]
    report = ReportView("某总结", "\n".join(text for text, _ in rows), paragraphs=parts)
    assert read_issuers(report)[0] == ("永州市教育局",)


SIGNED = "潍坊市教育局\n2022年1月11日"


@pytest.mark.parametrize(
    "foot",
    [
        f"{SIGNED}\n附件：先进单位名单\n寿光市教育局\n昌乐县教育局",
        f"{SIGNED}\n附件1\n寿光市教育局\n昌乐县教育局",
        f"{SIGNED}\n附：工程进度表\n寿光市教育局\n2022年3月\n昌乐县教育局\n2022年9月",
        f"{SIGNED}\n抄送：山东省教育厅，青岛市教育局\n寿光市人民政府",
        f"附件：1.先进单位名单\n2.项目表\n{SIGNED}",
        f"参加会议单位：\n寿光市教育局\n昌乐县教育局\n{SIGNED}",
    ],
)
def test_bodies_that_are_only_listed_sign_nothing(foot):
    report = ReportView("某总结", f"某总结\n全年工作稳步推进，群众满意。\n{foot}")
    assert read_issuers(report)[0][-1:] == ("潍坊市教育局",)


def test_a_list_of_those_who_took_part_signs_nothing():
    text = "会议纪要\n会议要求，各校要落实制度。\n参加会议单位：\n铜仁市教育局\n石阡县公安局"
    assert read_issuers(ReportView("会议纪要", text))[0] == ()


@pytest.mark.parametrize("said", ["编", "编印", "主办", "　　2022年4月8日", "编　　2022年4月8日"])
def test_who_edits_a_bulletin_issues_it(said):
    text = f"农业工作简报\n第7期\n会昌县农业农村局{said}\n春耕生产有序推进\n全县育秧1.2万亩。"
    assert read_issuers(ReportView("农业工作简报", text))[0] == ("会昌县农业农村局",)

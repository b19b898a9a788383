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

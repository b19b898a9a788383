"""Own places, partner places, lists and words that only look like places."""

import pytest

from policytext.origin.names import name_hints, zones
from policytext.origin.scanner import load_scanner

SCANNER = load_scanner()


def rules(text):
    found = name_hints(text, SCANNER.hits(text), SCANNER, marked=zones(text))
    return {e.words: e.rule for e in found}


FILL = "本段说明工作,内容从略。" * 3


@pytest.mark.parametrize(
    ("text", "words", "rule"),
    [
        ("医疗队驰援湖北", "湖北", "partner"),
        ("赴三明市学习", "三明市", "partner"),
        ("借鉴天长市经验", "天长市", "partner"),
        ("接收田林县来的人员", "田林县", "partner"),
        ("人员来自四川、河南等省", "四川", "listed"),
        ("持续推进分宜县县域医共体", "分宜县", "own_both"),
        ("示范项目落地遵义", "遵义", "own_before"),
        ("青田县位于浙江省东南", "青田县", "own_both"),
        ("青田县积极推进医改", "青田县", "own_after"),
        ("落实《浙江省某条例》", "浙江省", "cited"),
        ("支持武汉抗疫", "武汉", "named"),
        ("保障支援延吉口岸人员", "延吉", "duty"),
        ("记者从江油市卫生局获悉", "江油市", "news_source"),
        ("派员到怀化市第一人民医院进修", "怀化市", "partner"),
        ("依托怀化市第一人民医院诊疗", "怀化市", "institution"),
        ("邀请香港专家", "香港", "partner"),
        ("浙江福建等地应对台风", "福建", "listed"),
    ],
)
def test_rules(text, words, rule):
    assert rules(FILL + text + "。")[words] == rule


@pytest.mark.parametrize(
    "text",
    [
        "其中卫生院三家",
        "创新乡村医生管理",
        "位于黄河南岸",
        "完成县人民医院改造",
        "乡镇初审和县级复核",
        "弘扬延安精神",
        "中心城区改造",
        "加强团结协作与互助",
    ],
)
def test_words_that_are_no_places(text):
    assert rules(FILL + text + "。") == {}


def test_licence_and_source_lines_are_dead():
    text = FILL + "\n来源:北京日报\n" + FILL + "\n版权所有 四川省某网"
    assert set(rules(text).values()) == {"dead"}


def test_a_chain_settles_a_homonym():
    text = FILL + "福州市鼓楼区现有卫生院"
    (item,) = name_hints(text, SCANNER.hits(text), SCANNER)
    assert item.adcodes == ("350102",)

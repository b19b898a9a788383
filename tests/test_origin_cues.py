"""Townships, officials, fixed expressions and letters of document numbers."""

import pytest

from policytext.origin.gazetteer import load_gazetteer
from policytext.origin.names import load_scanner
from policytext.origin.region import cue_evidence, number_evidence, prefix_codes

GAZETTEER = load_gazetteer()


def codes(text, **voices):
    found = cue_evidence(text, load_scanner().hits(text), GAZETTEER, voices)
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
    assert number_evidence("国办发〔2015〕70号 国卫基层发〔2022〕10号", GAZETTEER) == []

"""Tense speaks only where it is plain."""

from policytext.anatomy.parts import count_tense, read_tense
from policytext.data import read_table


def test_plain_tenses():
    done = "建成了5家中心，完成了改造，获评先进，同比增长3.2%，累计服务了9万人。"
    ahead = "今后要加快建设，力争达标，确保满意；将继续加大投入，必须压实责任。"
    assert read_tense([done]) == "review"
    assert read_tense([ahead]) == "plan"
    assert read_tense([done, ahead]) == ""
    assert read_tense([]) == ""


def test_place_lets_weaker_signs_do():
    weak = "今后要加快建设，力争达标。"
    assert read_tense([weak]) == ""
    assert read_tense([weak], expected="plan") == "plan"
    assert read_tense([weak], expected="review") == ""


def test_nouns_are_no_tense():
    assert count_tense(["重要纪要，主要需要，将军了解，要求要素，将领"]) == (0, 0)


def test_the_cue_list_is_sound():
    table = read_table("anatomy/tense-cues.csv")
    assert set(table["tense"]) == {"past", "future"}
    assert not table.duplicated(["tense", "pattern"]).any()

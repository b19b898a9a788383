"""Scores of hints: what makes a region certain, likely or unknown."""

from policytext.origin.names import Evidence
from policytext.origin.region import read_level


def hint(adcodes, weight, rule, words, *, strong=False):
    return Evidence(tuple(adcodes.split()), weight, rule, words, words, 0, 1, "text", strong)


def test_nothing_is_unknown():
    assert read_level([], "province").certainty == "unknown"


def test_a_title_settles():
    reading = read_level([hint("341824", 6, "title", "绩溪县")], "county")
    assert (reading.adcode, reading.certainty) == ("341824", "certain")


def test_one_weak_cue_is_not_enough():
    assert read_level([hint("350000", 0.4, "cue", "a")], "province").adcode == ""


def test_several_weak_cues_are_likely_at_best():
    hints = [hint("350000", 1.2, "cue", w) for w in "abcdef"]
    assert read_level(hints, "province").certainty == "likely"


def test_two_strong_cues_settle():
    hints = [hint("150000", 2.0, "cue", w, strong=True) for w in "ab"]
    assert read_level(hints, "province").certainty == "certain"


def test_a_rival_takes_certainty_away():
    hints = [hint("350000", 6, "title", "甲"), hint("360000", 5, "header", "乙")]
    assert read_level(hints, "province").certainty != "certain"


def test_a_homonym_stays_open():
    hints = [hint("320106 350102 410204", 6, "title", "鼓楼区")]
    assert read_level(hints, "province").certainty == "unknown"


def test_repetition_counts_little():
    hints = [hint("350000", 0.4, "cue", "a")] * 50
    assert read_level(hints, "province").adcode == ""


def test_without_a_voice_only_the_head_settles():
    hints = [hint("350000", 2.5, "own_before", "甲"), hint("350000", 2.0, "own_after", "乙")]
    assert read_level(hints, "province", voiced=True).certainty == "certain"
    assert read_level(hints, "province", voiced=False).certainty == "likely"

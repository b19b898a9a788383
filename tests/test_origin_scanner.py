"""One pass finds the words of all lists."""

import pickle

from hypothesis import given
from hypothesis import strategies as st

from policytext.origin.scanner import load_scanner

SCANNER = load_scanner()


def kinds(text):
    return {(hit.word, entry.kind) for hit in SCANNER.hits(text) for entry in hit.entries}


def test_kinds_of_words():
    found = kinds("我县的伏岭镇,绩溪县,安徽,苏木,乙类乙管,省长王晓东,其中卫生院")
    assert {
        ("我县", "voice"),
        ("伏岭镇", "town"),
        ("绩溪县", "name"),
        ("安徽", "short"),
        ("苏木", "cue"),
        ("乙类乙管", "event"),
        ("省长王晓东", "official"),
        ("中卫生", "trap"),
    } <= found


def test_former_names_keep_their_code():
    (hit,) = [h for h in SCANNER.hits("子长县") if h.word == "子长县"]
    assert hit.entries[0].adcodes == ("610623",)


def test_a_copy_in_another_process_finds_the_same():
    copy = pickle.loads(pickle.dumps(SCANNER))  # noqa: S301
    assert copy.hits("芷江侗族自治县") == SCANNER.hits("芷江侗族自治县")


@given(st.text())
def test_hits_stand_where_they_say(text):
    for hit in SCANNER.hits("我县" + text + "绩溪县"):
        assert ("我县" + text + "绩溪县")[hit.start : hit.end] == hit.word

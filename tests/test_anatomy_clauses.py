"""Clauses: borders, terms over borders, any text."""

from hypothesis import given
from hypothesis import strategies as st

from policytext.anatomy.clauses import cut_clauses, cut_sentences
from policytext.data import read_table


def words(text):
    return [text[c.start : c.end] for c in cut_clauses(text)]


def test_half_width_commas_cut_but_figures_stay_whole():
    assert words("新增1,200人,覆盖全县;比例1:2,落实") == [
        "新增1,200人",
        "覆盖全县",
        "比例1:2",
        "落实",
    ]


def test_sentences_are_numbered():
    assert [c.sentence for c in cut_clauses("一，二。三；四")] == [0, 0, 1, 2]


@given(st.text(alphabet="医共体，。,.:1 9\n、；", max_size=60))
def test_clauses_are_ordered_disjoint_and_lose_only_marks(text):
    found = cut_clauses(text)
    ends = [0, *(c.end for c in found)]
    assert all(c.start >= end for c, end in zip(found, ends, strict=False))
    kept = {i for c in found for i in range(c.start, c.end)}
    assert all(text[i] in "，。,:\n；" for i in range(len(text)) if i not in kept)


def test_a_sentence_keeps_the_mark_that_ends_it():
    text = "一，二。三；四\n！五"
    assert [text[a:b] for a, b in cut_sentences(text)] == ["一，二。", "三；", "四", "五"]


def test_swapped_words_are_as_long_as_those_they_stand_for():
    table = read_table("anatomy/swapped.csv")
    assert table["swapped"].str.len().eq(table["original"].str.len()).all()
    assert not table["swapped"].duplicated().any()

"""Collocations and phrases: which pairs are made, what is counted, what is found and merged."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpora import make_corpus
from policytext import collocations, find_phrases, merge_phrases
from policytext.errors import NeedsTextError, NotEnoughDataError, ParameterError
from policytext.words.collocations import find_pairs, words_of_lists

FILLERS = [f"词{letter}" for letter in "甲乙丙丁戊己庚辛壬癸"]


def planted(seed: int, n_texts: int = 60) -> list[list[str]]:
    """Texts of random words in which 医养 is followed by 结合 four times in five."""
    chance = np.random.default_rng(seed)
    texts = []
    for _ in range(n_texts):
        text = [str(word) for word in chance.choice(FILLERS, 20)]
        at = int(chance.integers(0, 19))
        text[at : at + 2] = ["医养", "结合" if chance.random() < 0.8 else str(text[at + 1])]
        texts.append(text)
    return texts


def written(pairs) -> list[tuple[str, str]]:
    vocabulary, ids = pairs.words.vocabulary, pairs.words.token_ids
    return [
        (vocabulary[ids[a]], vocabulary[ids[b]])
        for a, b in zip(pairs.first, pairs.second, strict=True)
    ]


def test_adjacent_pairs_do_not_cross_marks_texts_or_gaps():
    words = words_of_lists([["甲", "乙", "，", "丙", "‹NUM›", "丁"], ["戊", "己"], []])
    assert written(find_pairs(words)) == [("甲", "乙"), ("戊", "己")]
    apart = dataclasses.replace(words, starts=words.starts + np.arange(8, dtype=np.int32))
    assert written(find_pairs(apart)) == []


def test_a_window_goes_across_commas_and_not_across_sentences():
    words = words_of_lists([["甲", "乙", "，", "丙", "。", "丁"]])
    assert sorted(written(find_pairs(words, window=3))) == [
        ("乙", "丙"),
        ("甲", "丙"),
        ("甲", "乙"),
    ]


def test_stop_words_keep_their_place():
    words = words_of_lists([["推进", "的", "改革"]])
    assert written(find_pairs(words, left_out=["的"])) == []
    assert written(find_pairs(words, left_out=["的"], window=2)) == [("推进", "改革")]


def test_counts_are_of_pairs_and_add_up():
    texts = [["甲", "乙"]] * 3 + [["甲", "丙"]] * 2 + [["丁", "乙"]]
    table = collocations(texts, min_count=1, stop_words=None).table.set_index(["word1", "word2"])
    row = table.loc[("甲", "乙")]
    assert (row["n"], row["n1"], row["n2"], row["n_reports"]) == (3, 5, 4, 3)
    assert row["expected"] == pytest.approx(5 * 4 / 6)


@pytest.mark.parametrize("measure", ["g2", "npmi", "t", "log_dice", "lambda", "z", "pmi"])
def test_finds_the_planted_pair(measure):
    result = collocations(planted(1), measure=measure, min_count=10, stop_words=None)
    assert result.table.loc[0, ["word1", "word2"]].tolist() == ["医养", "结合"]
    assert result.table[measure].is_monotonic_decreasing
    assert collocations(planted(1), measure=measure, stop_words=None).table.equals(
        collocations(planted(1), measure=measure, stop_words=None).table
    )


def test_pairs_of_equal_strength_stand_in_the_order_of_their_words():
    """G² of mirrored tables is the same number, whatever its sum has in the last digit."""
    texts = [["丙", "丁"]] * 3 + [["丙", "戊"]] * 4 + [["甲", "乙"]] * 3 + [["己", "乙"]] * 4
    table = collocations(texts, min_count=3, stop_words=None).table
    equal = table[table["n"] == 3]
    assert equal["g2"].iloc[0] == pytest.approx(equal["g2"].iloc[1])
    assert equal["word1"].tolist() == ["丙", "甲"]


def test_rows_lead_back_to_the_places():
    texts = ["推进医养结合。", "医养结合机构。", "无关文字。"]
    corpus = make_corpus([{"texts": texts[:2]}, {"texts": texts[2:]}])
    words = words_of_lists([["推进", "医养", "结合", "。"], ["医养", "结合", "机构"], ["无关"]])
    result = collocations(corpus, words=words, min_count=2)
    assert result.table[["word1", "word2", "n", "n_reports"]].values.tolist() == [
        ["医养", "结合", 2, 1]
    ]
    assert result.explain(0)["words"].tolist() == ["医养结合", "医养结合"]
    assert "1 pair(s) occur in a single report" in result.cautions[1].en
    assert result.plot().get_xlabel().startswith("g2")


def test_only_pairs_with_the_node():
    table = collocations(planted(2), node="医养", min_count=1, stop_words=None).table
    assert ((table["word1"] == "医养") | (table["word2"] == "医养")).all()


def test_paragraphs_left_out_do_not_count():
    corpus = make_corpus([{"texts": ["医养结合", {"text": "医养结合", "part_of_report": "annex"}]}])
    words = words_of_lists([["医养", "结合"]] * 2)
    assert collocations(corpus, words=words, min_count=1).table["n"].tolist() == [1]


def test_errors_say_what_to_do():
    texts = [["甲", "乙"]]
    with pytest.raises(NotEnoughDataError, match="no pair of words occurs 5 times"):
        collocations(texts)
    with pytest.raises(NotEnoughDataError, match="no pair"):
        collocations([[], []])
    with pytest.raises(ParameterError, match="measure must be one of"):
        collocations(texts, measure="chi")
    with pytest.raises(ParameterError, match="window must be at least 1"):
        collocations(texts, window=0)
    with pytest.raises(ParameterError, match="min_count must be at least 1"):
        collocations(texts, min_count=0)
    with pytest.raises(ParameterError, match='stop_words must be "default"'):
        collocations(texts, stop_words="none")
    corpus = make_corpus([{"texts": ["甲", "乙"]}])
    with pytest.raises(ParameterError, match="one text for each of the corpus's 2 paragraphs"):
        collocations(corpus, words=words_of_lists(texts))
    without = dataclasses.replace(corpus, info={**corpus.info, "has_text": False})
    with pytest.raises(NeedsTextError, match="pairs of words needs the sentences"):
        collocations(without)


SPLIT = [["县域", "医", "共体", "建设"], ["推进", "县域", "医", "共体"], ["推进", "建设"]] * 5


def test_finds_longer_phrases_in_later_rounds():
    phrases = find_phrases(SPLIT, threshold=0.8, min_count=5, stop_words=None)
    assert phrases.table.set_index("phrase")["round"].to_dict() == {
        "医共体": 1,
        "县域医": 1,
        "县域医共体": 2,
    }
    merged = merge_phrases(SPLIT, phrases)
    assert merged[0] == ["县域医共体", "建设"]
    assert merged[2] == ["推进", "建设"]
    assert merged.starts[merged.pointers[1] : merged.pointers[2]].tolist() == [0, 2]


def test_rows_can_be_deleted_before_merging():
    phrases = find_phrases(SPLIT, threshold=0.8, min_count=5, stop_words=None, rounds=1).table
    merged = merge_phrases(SPLIT, phrases[phrases["phrase"] == "医共体"])
    assert merged[0] == ["县域", "医共体", "建设"]


def test_nothing_found_merges_nothing():
    phrases = find_phrases(SPLIT, threshold=2.0, min_count=5)
    assert phrases.table.empty
    assert list(merge_phrases(SPLIT, phrases)) == SPLIT
    assert find_phrases([[]]).table.empty


def test_errors_about_phrases_say_what_to_do():
    with pytest.raises(ParameterError, match="rounds must be at least 1"):
        find_phrases(SPLIT, rounds=0)
    table = find_phrases(SPLIT, min_count=5).table
    with pytest.raises(ParameterError, match=r"\['round'\] lack"):
        merge_phrases(SPLIT, table.drop(columns="round"))


@settings(max_examples=30)
@given(st.lists(st.lists(st.sampled_from(["县域", "医", "共体", "，", "‹NUM›"])), max_size=8))
def test_merging_keeps_every_text_and_every_row(texts):
    phrases = find_phrases(texts, threshold=0.0, min_count=2, stop_words=None)
    merged = merge_phrases(texts, phrases)
    assert ["".join(text) for text in merged] == ["".join(text) for text in texts]
    ends = merged.starts + merged.lengths
    before = words_of_lists(texts)
    assert set(ends.tolist()) <= set((before.starts + before.lengths).tolist())
    assert np.all(np.diff(merged.pointers) >= 0)

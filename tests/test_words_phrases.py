"""Phrases: found by statistics, merged into tokens, the text unchanged."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from policytext.errors import ParameterError
from policytext.words.collocations import find_phrases, merge_phrases, words_of_lists

TEXTS = [["县域", "医", "共体", "建设"], ["推进", "县域", "医", "共体"], ["推进", "建设"]] * 5


def test_finds_longer_phrases_in_later_rounds():
    phrases = find_phrases(TEXTS, threshold=0.8, min_count=5, stop_words=None)
    assert phrases.table.set_index("phrase")["round"].to_dict() == {
        "医共体": 1,
        "县域医": 1,
        "县域医共体": 2,
    }
    merged = merge_phrases(TEXTS, phrases)
    assert merged[0] == ["县域医共体", "建设"]
    assert merged[2] == ["推进", "建设"]
    assert merged.starts[merged.pointers[1] : merged.pointers[2]].tolist() == [0, 2]


def test_rows_can_be_deleted_before_merging():
    phrases = find_phrases(TEXTS, threshold=0.8, min_count=5, stop_words=None, rounds=1).table
    merged = merge_phrases(TEXTS, phrases[phrases["phrase"] == "医共体"])
    assert merged[0] == ["县域", "医共体", "建设"]


def test_nothing_found_merges_nothing():
    phrases = find_phrases(TEXTS, threshold=2.0, min_count=5)
    assert phrases.table.empty
    assert list(merge_phrases(TEXTS, phrases)) == TEXTS
    assert find_phrases([[]]).table.empty


def test_errors_say_what_to_do():
    with pytest.raises(ParameterError, match="rounds must be at least 1"):
        find_phrases(TEXTS, rounds=0)
    table = find_phrases(TEXTS, min_count=5).table
    with pytest.raises(ParameterError, match=r"\['round'\] lack"):
        merge_phrases(TEXTS, table.drop(columns="round"))


@given(st.lists(st.lists(st.sampled_from(["县域", "医", "共体", "，", "‹NUM›"])), max_size=8))
def test_merging_keeps_every_text_and_every_row(texts):
    phrases = find_phrases(texts, threshold=0.0, min_count=2, stop_words=None)
    merged = merge_phrases(texts, phrases)
    assert ["".join(text) for text in merged] == ["".join(text) for text in texts]
    ends = merged.starts + merged.lengths
    before = words_of_lists(texts)
    assert set(ends.tolist()) <= set((before.starts + before.lengths).tolist())
    assert np.all(np.diff(merged.pointers) >= 0)

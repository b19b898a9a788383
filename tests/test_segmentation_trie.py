"""Hashed tables and word lists against plain dictionaries."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from policytext.segmentation.trie import build_table, build_trie, look_up, words_at

KEYS = st.integers(0, 2**41 - 1)


@given(st.dictionaries(KEYS, st.integers(1, 2**21 - 1), max_size=200), st.lists(KEYS, max_size=50))
def test_a_table_answers_as_a_dict(known, others):
    keys = np.array(list(known), dtype=np.int64)
    table = build_table(keys, np.array(list(known.values()), dtype=np.int64))
    asked = [*known, *others, *(key ^ 1 for key in known)]
    found = look_up(table, np.array(asked, dtype=np.int64))
    assert found.tolist() == [known.get(key, 0) for key in asked]


def test_keys_and_values_out_of_range_are_refused():
    with pytest.raises(ValueError, match="keys must lie in"):
        build_table(np.array([-1]), np.array([1]))
    with pytest.raises(ValueError, match="values must lie in"):
        build_table(np.array([1]), np.array([0]))


@given(
    st.lists(st.text("甲乙丙", min_size=2, max_size=5), unique=True, max_size=30),
    st.text("甲乙丙", min_size=2, max_size=40),
)
def test_a_walk_finds_every_word_of_the_list(words, text):
    codes = {"甲": 1, "乙": 2, "丙": 3}
    trie = build_trie(words, codes)
    spelt = np.array([codes[letter] for letter in text], dtype=np.int64)
    nodes = trie.first(spelt[:-1], spelt[1:])
    begun = np.flatnonzero(nodes)
    found = {
        (int(place), words[word - 1])
        for _, places, numbers in words_at(trie, spelt, nodes[begun], begun)
        for place, word in zip(places, numbers.tolist(), strict=True)
    }
    assert found == {(at, w) for w in words for at in range(len(text)) if text.startswith(w, at)}

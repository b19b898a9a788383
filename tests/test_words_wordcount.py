"""Words are counted as they stand; limits and lists leave out what they say."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpora import make_corpus
from policytext import Words, count_words, load_stop_words, segment, storage
from policytext.data import read_table
from policytext.errors import CorpusError, ParameterError
from policytext.words import wordcount
from policytext.words.wordcount import is_word

TEXTS = ["推进医养结合，医院建成‹NUM›家", "", "的的的，2023年推进医院改革", "医院5G"]


def words_of(rows: list[list[str]]) -> Words:
    vocabulary = tuple(sorted({word for row in rows for word in row}))
    ids = [vocabulary.index(word) for row in rows for word in row]
    pointers = np.cumsum([0, *(len(row) for row in rows)])
    return Words(np.array(ids, np.int32), np.zeros(len(ids), np.int32), pointers, vocabulary)


@given(st.lists(st.lists(st.sampled_from(["医院", "的", "，", "改革", "12", "‹NUM›"]), max_size=9)))
def test_counts_are_those_of_counting_by_hand(rows):
    counts = count_words(words_of(rows), stop_words=None, min_chars=1)
    assert counts.matrix.shape == (len(rows), len(counts.features))
    for at, row in enumerate(rows):
        for column, word in enumerate(counts.features):
            assert counts.matrix[at, column] == row.count(word)
    assert set(counts.features) == {w for row in rows for w in row if w in ("医院", "的", "改革")}


def test_punctuation_figures_and_masks_are_no_words():
    assert [w for w in ("医院", "5G", "二十", "%", "2023", "‹NUM›", "…", "") if is_word(w)] == [
        "医院",
        "5G",
        "二十",
    ]


def test_limits_by_paragraph():
    rows = [["甲", "乙"], ["甲"], [], ["甲", "丙", "丙"]]
    assert count_words(words_of(rows), min_chars=1, min_docs=2).features == ("甲",)
    assert set(count_words(words_of(rows), min_chars=1, max_doc_share=0.4).features) == {"乙", "丙"}
    every = count_words(words_of(rows), min_chars=1, max_doc_share=1.0)
    assert every.features == ("丙", "乙", "甲")
    assert count_words(words_of([["医院", "人"]])).features == ("医院",)


def test_limits_by_report():
    corpus = make_corpus([{"texts": ["医院", "医院"]}, {"texts": ["学校"]}])
    assert count_words(corpus, min_docs=2).features == ("医院",)
    assert count_words(corpus, min_docs=2, unit="report").features == ()
    assert count_words(corpus, max_doc_share=0.5, unit="report").features == ("医院", "学校")


def test_stop_words():
    counts = count_words(segment(TEXTS), stop_words="default")
    assert "医院" in counts.features
    assert not {"的", "推进", "年"} & set(counts.features)
    assert "医院" not in count_words(segment(TEXTS), stop_words=["医院"]).features


def test_what_is_left_out_is_told():
    words = words_of([["医院", "的", "进一步", "人"]])
    assert count_words(words).features == ("医院",)
    assert "stop words of the package" in count_words(words).note.en
    assert "2 characters" in count_words(words).note.en
    everything = count_words(words, stop_words=None, min_chars=1)
    assert len(everything.features) == 4 and "no stop words" in everything.note.en


def test_stored_counts_come_back():
    corpus = make_corpus([{"texts": [text]} for text in TEXTS])
    full = count_words(corpus)
    stored = corpus.to_counts(words=count_words(corpus, stop_words=None, min_chars=1))
    again = count_words(stored)
    assert again.features == full.features
    assert (again.matrix != full.matrix).nnz == 0
    assert count_words(stored, stop_words=["医院"], min_chars=2).features == tuple(
        word for word in count_words(corpus, stop_words=None).features if word != "医院"
    )


def test_errors_say_what_to_do():
    words = words_of([["医院"]])
    for options, message in [
        ({"min_docs": 0}, "min_docs must be a whole number of 1 or more, got 0"),
        ({"max_doc_share": 0.0}, r"max_doc_share must lie in \(0, 1\], got 0.0"),
        ({"min_chars": 0}, "min_chars must be 1 or more"),
        ({"unit": "page"}, "unit must be one of paragraph, report"),
        ({"unit": "report"}, "needs a corpus, got Words"),
        ({"stop_words": "english"}, 'must be "default", a list of words or None'),
    ]:
        with pytest.raises(ParameterError, match=message):
            count_words(words, **options)
    with pytest.raises(CorpusError, match="neither text nor stored word counts"):
        count_words(replace(make_corpus([{"texts": ["医院"]}]).to_counts(), stored={}))


def test_the_stop_list_is_clean():
    table = read_table("stopwords.csv")
    assert list(table.columns) == ["word", "kind", "source"]
    assert table["word"].is_unique
    assert (table["word"] == table["word"].str.strip()).all()
    assert (table[["kind", "source"]] != "").all().all()
    terms = set(read_table("terms.csv")["term"])
    assert not load_stop_words() & terms


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.lists(st.sampled_from(["医院", "的", "，", "改水", "茶叶坊", "5G"]), max_size=6),
        max_size=9,
    ),
    st.integers(1, 3),
    st.sampled_from([0.4, 1.0]),
    st.integers(1, 5),
    st.booleans(),
)
def test_counting_some_rows_after_the_other_gives_the_same(texts, least, share, at_once, in_file):
    words = words_of(texts)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(wordcount, "_AT_ONCE", at_once)
        patch.setattr(storage, "IN_MEMORY", 0 if in_file else storage.IN_MEMORY)
        found = count_words(words, min_docs=least, max_doc_share=share, stop_words=None)
    shape = (len(words), len(words.vocabulary))
    whole = np.zeros(shape, dtype=np.int64)
    np.add.at(whole, (words.rows, words.token_ids), 1)
    spread, filled = (whole > 0).sum(0), 0
    wanted = [i for i, w in enumerate(words.vocabulary) if is_word(w) and len(w) > 1]
    filled = int((whole[:, wanted] > 0).any(1).sum())
    wanted = [i for i in wanted if least <= spread[i] <= share * filled]
    assert found.features == tuple(words.vocabulary[i] for i in wanted)
    assert found.matrix.toarray().tolist() == whole[:, wanted].tolist()
    assert found.matrix.dtype == np.int64
    assert found.matrix.has_canonical_format

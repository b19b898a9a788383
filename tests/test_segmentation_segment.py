"""A corpus becomes one record of words: aligned, the same whatever the workers, kept for later."""

import multiprocessing

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import policytext.segmentation.segment as module
from policytext import Words, load_terms, segment
from policytext.errors import ParameterError
from policytext.segmentation.segment import (
    cache_folder,
    entry_key,
    has_entry,
    read_entry,
    write_entry,
)

TEXTS = ["推进医养结合。", "", " 县域医共体 ‹NUM›个 ", "\n", "推进分级诊疗，推进医养结合"]


def same(one: Words, other: Words) -> bool:
    arrays = ("token_ids", "starts", "pointers")
    return one.vocabulary == other.vocabulary and all(
        np.array_equal(getattr(one, name), getattr(other, name)) for name in arrays
    )


def test_row_i_is_text_i():
    words = segment(TEXTS)
    assert len(words) == 5
    assert words[1] == words[3] == []
    assert words[2] == ["县域", "医共体", "‹NUM›", "个"]
    assert next(iter(words))[0] == "推进"
    assert words.vocabulary == tuple(sorted(words.vocabulary))
    assert (words.token_ids.dtype, words.starts.dtype, words.pointers.dtype) == (
        np.int32,
        np.int32,
        np.int64,
    )


@given(st.lists(st.text(max_size=40), max_size=6))
def test_starts_and_lengths_point_into_the_texts(texts):
    words = segment(texts, progress=False)
    places = zip(words.rows, words.starts, words.lengths, words.token_ids, strict=True)
    for row, start, length, token in places:
        assert texts[row][start : start + length] == words.vocabulary[token]
    assert ["".join(row) for row in words] == ["".join(text.split()) for text in texts]


def test_terms_are_one_token_each():
    words = segment(TEXTS, terms=load_terms())
    assert words[0] == ["推进", "医养结合", "。"]
    assert words.segmenter.endswith(f"terms:{load_terms().digest}")
    assert "terms" not in segment(TEXTS).segmenter


@pytest.fixture
def small_blocks(monkeypatch):
    monkeypatch.setattr(module, "_BLOCK", 50)
    monkeypatch.setattr(module, "_LARGEST_BLOCK", 200)
    return [f"第{n}个县推进医养结合，开展分级诊疗。" * (n % 4) for n in range(200)]


def test_blocks_and_workers_do_not_change_the_result(small_blocks):
    assert len(list(module._blocks(small_blocks))) > 10
    parts = [segment([text]) for text in small_blocks]
    words = segment(small_blocks, progress=False)
    assert [list(words)[n] for n in range(200)] == [part[0] for part in parts]


@pytest.mark.slow
def test_two_processes_give_the_same(small_blocks, tmp_path):
    one = segment(small_blocks, terms=["医养结合"], progress=False)
    assert same(one, segment(small_blocks, terms=["医养结合"], n_jobs=2, cache=tmp_path))
    assert same(one, segment(small_blocks, terms=["医养结合"], cache=tmp_path))


def test_the_second_run_reads_the_cache(small_blocks, tmp_path, monkeypatch):
    first = segment(small_blocks, cache=tmp_path, progress=False)
    entries = sorted(tmp_path.rglob("*.npz"))
    assert len(entries) == len(list(module._blocks(small_blocks)))
    monkeypatch.setattr(module, "segment_block", lambda *_: pytest.fail("segmented again"))
    assert same(first, segment(small_blocks, cache=tmp_path, progress=False))


def test_a_damaged_entry_is_made_again(small_blocks, tmp_path):
    first = segment(small_blocks, cache=tmp_path, progress=False)
    victim = sorted(tmp_path.rglob("*.npz"))[0]
    whole = victim.read_bytes()
    victim.write_bytes(whole[: len(whole) // 2])
    assert same(first, segment(small_blocks, cache=tmp_path, progress=False))
    assert len(victim.read_bytes()) == len(whole)


def test_text_terms_and_segmenter_each_have_their_own_entry(tmp_path):
    for options in ({}, {"terms": ["医养结合"]}, {"terms": load_terms()}, {"segmenter": "jieba"}):
        segment(TEXTS, cache=tmp_path, **options)
    segment([*TEXTS, "医院"], cache=tmp_path)
    assert len(list(tmp_path.rglob("*.npz"))) == 5


def test_a_change_in_one_place_leaves_most_blocks_alone(small_blocks):
    changed = ["新的一段。" * 9, *small_blocks]
    keys = [
        {entry_key(block) for block in module._blocks(texts)} for texts in (small_blocks, changed)
    ]
    assert len(keys[0] & keys[1]) > len(keys[0]) / 2


def test_nothing_gives_nothing():
    words = segment([])
    assert (len(words), words.token_ids.size, words.vocabulary) == (0, 0, ())
    assert same(segment(["", " "]), segment(["", "\n"]))


def test_errors_say_what_to_do(tmp_path):
    with pytest.raises(ParameterError, match="got one string"):
        segment("医院")
    with pytest.raises(ParameterError, match="must hold words or other strings, but entry 1 is 3"):
        segment(["医院", 3])

    class Nameless:
        def spans(self, text):
            return []

    with pytest.raises(ParameterError, match="cache needs terms with a digest"):
        segment(TEXTS, terms=Nameless(), cache=tmp_path)
    assert segment(TEXTS, terms=Nameless()).segmenter.endswith("terms:unnamed")
    with pytest.raises(IndexError):
        segment(["医院"])[1]


@pytest.mark.shared
def test_seed_reports_keep_every_character(shared):
    files = sorted((shared / "corpus" / "seeds").glob("*.txt"))
    texts = [file.read_text(encoding="utf-8") for file in files]
    words = segment(texts)
    assert ["".join(row) for row in words] == ["".join(text.split()) for text in texts]


KEY = "ab" * 32


def test_an_entry_comes_back(tmp_path):
    arrays = {"ids": np.arange(5, dtype=np.int32), "empty": np.zeros(0, np.int64)}
    assert read_entry(tmp_path, KEY) is None
    path = write_entry(tmp_path, KEY, arrays)
    kept = read_entry(tmp_path, KEY)
    assert has_entry(tmp_path, KEY)
    assert {name: array.tolist() for name, array in kept.items()} == {
        name: array.tolist() for name, array in arrays.items()
    }
    assert kept["ids"].dtype == np.int32
    assert [p.name for p in path.parent.iterdir()] == [f"{KEY}.npz"]


@pytest.mark.parametrize("keep", [0, 1, 100, -1, -30])
def test_a_half_written_entry_is_never_read(tmp_path, keep):
    path = write_entry(tmp_path, KEY, {"ids": np.arange(1000)})
    path.write_bytes(path.read_bytes()[:keep])
    assert read_entry(tmp_path, KEY) is None


def test_a_changed_entry_is_never_read(tmp_path):
    path = write_entry(tmp_path, KEY, {"ids": np.arange(1000)})
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    assert read_entry(tmp_path, KEY) is None


def test_a_failed_write_leaves_nothing(tmp_path):
    with pytest.raises(ValueError, match=r"[Oo]bject arrays"):
        write_entry(tmp_path, KEY, {"ids": np.array([{}], dtype=object)})
    assert not [p for p in tmp_path.rglob("*") if p.is_file()]


def _write_many(folder, number):
    for _ in range(40):
        write_entry(folder, KEY, {"ids": np.full(5000, number)})


def test_two_writers_never_leave_a_mixture(tmp_path):
    spawn = multiprocessing.get_context("spawn")
    writers = [spawn.Process(target=_write_many, args=(tmp_path, n)) for n in (1, 2)]
    for writer in writers:
        writer.start()
    seen = set()
    while any(writer.is_alive() for writer in writers):
        if (kept := read_entry(tmp_path, KEY)) is not None:
            seen.add(frozenset(kept["ids"].tolist()))
    for writer in writers:
        writer.join()
    assert [writer.exitcode for writer in writers] == [0, 0]
    seen.add(frozenset(read_entry(tmp_path, KEY)["ids"].tolist()))
    assert seen <= {frozenset({1}), frozenset({2})}


@given(st.lists(st.text(max_size=5), max_size=4), st.lists(st.text(max_size=5), max_size=4))
def test_only_the_same_texts_share_a_key(one, other):
    assert (entry_key(one, "model") == entry_key(other, "model")) == (one == other)


def test_every_circumstance_changes_the_key():
    keys = {entry_key(["医院"], *c) for c in [("a", "b"), ("a", "c"), ("ab",), ("b", "a"), ()]}
    assert len(keys) == 5


def test_where_the_cache_is(tmp_path, monkeypatch):
    monkeypatch.setenv("POLICYTEXT_DATA", str(tmp_path))
    assert cache_folder(True) == tmp_path / "cache"
    assert cache_folder(tmp_path / "x") == tmp_path / "x"
    assert cache_folder(False) is None
    monkeypatch.delenv("POLICYTEXT_DATA")
    assert "policytext" in str(cache_folder(True))


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04" + bytes(60), bytes(range(256))])
def test_a_damaged_entry_is_none(tmp_path, data):
    path = write_entry(tmp_path, "ab12", {"a": np.arange(3)})
    whole = path.read_bytes()
    for changed in (data, whole[:-20], whole[:30] + bytes(20) + whole[50:]):
        path.write_bytes(changed)
        assert read_entry(tmp_path, "ab12") is None

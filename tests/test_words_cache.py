"""What is kept for the next run, and what is never read."""

import multiprocessing

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from policytext.segmentation.segment import (
    cache_folder,
    entry_key,
    has_entry,
    read_entry,
    write_entry,
)

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

"""A folder is whole or not there, whatever happens at whichever moment."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pandas as pd
import pytest

from policytext import storage
from policytext.errors import DamagedFileError, ReadingError
from policytext.storage import (
    MANIFEST,
    GrowingTable,
    file_digests,
    read_manifest,
    recover,
    replace_folder,
    write_folder,
)

KILLED = """
import errno, json, os, sys
from pathlib import Path
import pandas as pd
from policytext import Result
from policytext.records import Bilingual, Method
from policytext.storage import read_manifest, write_folder
from policytext.study import reproduce as reproducing

WRITES = ("open", "os.rename", "os.mkdir", "os.rmdir", "os.remove", "os.chmod", "shutil.rmtree")
how, root = sys.argv[1], Path(sys.argv[2])

def save(word):
    def write(place):
        for name in "abc":
            (place / name).write_text(word, encoding="utf-8")
    write_folder(root / "saved", write, {"word": word})

def expect(word):
    class Study:
        corpus = None
    class Made:
        study, lock = Study, {"seed": word}
        results = {
            name: Result(pd.DataFrame({"a": [word]}), Bilingual("", ""), {"a": ""},
                         Method(Bilingual("", "")))
            for name in "xyz"
        }
    reproducing.write_expected(Made, root / "study.toml")

def in_child(call, *given):
    child = os.fork()
    if not child:
        try:
            call(*given)
        except BaseException as error:
            sys.stderr.write(f"{type(error).__name__}: {error}\\n")
            os._exit(1)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])

def broken(call, word, moment):
    seen = 0
    def hook(event, given):
        nonlocal seen
        if event not in WRITES or not str(given[0]).startswith(str(root)):
            return
        if event == "open" and not (isinstance(given[1], str) and set(given[1]) & set("wax")):
            return
        seen += 1
        if seen == moment:
            if how == "kill":
                os._exit(9)
            raise OSError(errno.ENOSPC, "No space left on device")
    sys.addaudithook(hook)
    call(word)
    if seen < moment:
        os._exit(7)

def check_save():
    word = read_manifest(root / "saved")["word"]
    assert word in ("old", "new"), word
    assert {(root / "saved" / n).read_text() for n in "abc"} == {word}

def check_expect():
    lock = json.loads(reproducing.lock_of(root / "study.toml").read_text())
    words = [(root / "expected" / f"{n}.csv").read_text("utf-8-sig") for n in "xyz"]
    assert words in (["a\\nold\\n"] * 3, ["a\\nnew\\n"] * 3), words
    assert len(list((root / "expected").iterdir())) == 3
    assert f"a\\n{lock['seed']}\\n" == words[0] and lock["expected tables"] == list("xyz")

def afterwards(call, check):
    call("new")
    check()
    assert not [p for p in root.iterdir() if p.name.startswith(".")], list(root.iterdir())
    call("old")

moments = 0
for call, check in ((save, check_save), (expect, check_expect)):
    assert in_child(call, "old") == 0
    for moment in range(1, 200):
        code = in_child(broken, call, "new", moment)
        assert in_child(check) == 0, (call.__name__, moment)
        assert in_child(afterwards, call, check) == 0, (call.__name__, moment)
        moments += 1
        if code == 7:
            break
    else:
        raise AssertionError("no end")
print(moments)
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.parametrize("how", ["kill", "full"])
def test_a_kill_or_a_full_disk_at_any_moment_leaves_the_old_or_the_new(tmp_path, how):
    command = [sys.executable, "-c", KILLED, how, str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stderr[-2000:]
    assert int(done.stdout) > 20


def write(word):
    return lambda place: (place / "a.txt").write_text(word, encoding="utf-8") and None


def left(process, kind="old", host=storage._HOST):
    """Name a temporary folder of another process."""
    return f".policytext-{kind}-{process}-{host}-00000000-x"


DEAD = 2**22 + 5


def set_aside(parent, process, host=storage._HOST):
    """Leave a saved folder as a process that was killed between its two moves left it."""
    folder = parent / left(process, host=host)
    folder.mkdir()
    (parent / "saved").rename(folder / "saved")
    return folder


def aged(folder, seconds):
    then = time.time() - seconds
    os.utime(folder, (then, then))


def test_what_a_dead_process_set_aside_comes_back(tmp_path):
    write_folder(tmp_path / "saved", write("old"), {})
    set_aside(tmp_path, DEAD)
    assert read_manifest(tmp_path / "saved")["files"]
    assert (tmp_path / "saved" / "a.txt").read_text() == "old"


def test_what_a_living_process_set_aside_is_waited_for(tmp_path, monkeypatch):
    write_folder(tmp_path / "saved", write("old"), {})
    folder = set_aside(tmp_path, os.getppid())
    monkeypatch.setattr(time, "sleep", lambda _: (folder / "saved").rename(tmp_path / "saved"))
    recover(tmp_path / "saved")
    assert (tmp_path / "saved" / "a.txt").is_file()


@pytest.mark.parametrize("host", [storage._HOST, "otherone"])
def test_what_was_set_aside_long_ago_comes_back_whoever_has_the_number_now(tmp_path, host):
    write_folder(tmp_path / "saved", write("old"), {})
    aged(set_aside(tmp_path, os.getppid(), host), 60)
    recover(tmp_path / "saved")
    assert (tmp_path / "saved" / "a.txt").is_file()


def test_temporary_folders_of_the_dead_are_removed_and_no_others(tmp_path):
    kept = [
        left(os.getppid(), "new"),
        left(DEAD, "new", "otherone"),  # perhaps it lives on another machine
        left(DEAD, "old"),  # nothing has replaced what it holds
    ]
    gone = [left(DEAD, "new"), left(os.getppid(), "new", "otherone") + "2", left(DEAD) + "2"]
    for name in kept + gone:
        (tmp_path / name).mkdir()
    (tmp_path / left(DEAD, "old") / "other").mkdir()
    aged(tmp_path / gone[1], 25 * 3600)
    write_folder(tmp_path / "saved", write("new"), {})
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted([*kept, "saved"])


def test_the_manifest_vouches_for_what_it_says(tmp_path):
    file = write_folder(tmp_path / "saved", write("x"), {"info": {"name": "甲"}}) / MANIFEST
    manifest = json.loads(file.read_text(encoding="utf-8"))
    manifest["info"]["name"] = "乙"
    file.write_text(json.dumps(manifest), encoding="utf-8")
    with pytest.raises(DamagedFileError, match=r"manifest\.json .* was changed"):
        read_manifest(tmp_path / "saved")
    del manifest[storage.CHECKSUM]  # as folders were saved before
    file.write_text(json.dumps(manifest), encoding="utf-8")
    assert read_manifest(tmp_path / "saved")["info"] == {"name": "乙"}


def test_a_file_in_the_place_of_the_folder_is_a_sentence(tmp_path):
    (tmp_path / "saved").write_text("x")
    with pytest.raises(ReadingError, match="must be a folder"):
        write_folder(tmp_path / "saved", write("x"), {})


def test_files_of_one_name_in_two_folders_are_two(tmp_path):
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "x.txt").write_text(name)
    assert list(file_digests(tmp_path)) == ["a/x.txt", "b/x.txt"]
    assert list(file_digests(Path(tmp_path, "a", "x.txt"))) == [""]


def test_a_folder_never_takes_the_place_of_a_file(tmp_path):
    (tmp_path / "expected").write_text("own notes", encoding="utf-8")
    with pytest.raises(ReadingError, match="must be a folder, and it is a file"):
        replace_folder(tmp_path / "expected", lambda place: None)
    assert (tmp_path / "expected").read_text(encoding="utf-8") == "own notes"


def test_a_long_table_in_a_file_is_the_one_in_memory(monkeypatch):
    years = pd.array([2021, None], dtype="Int64")
    parts = [
        pd.DataFrame({"text": [word, ""], "n": [1, 2], "year": years, "held": [True, False]})
        for word in ("甲", "乙")
    ]
    parts.insert(1, parts[0].iloc[:0])

    def grown():
        table = GrowingTable()
        for part in parts:
            table.add(part)
        return table.whole()

    in_memory = grown()
    monkeypatch.setattr(storage, "IN_MEMORY", 0)
    pd.testing.assert_frame_equal(grown(), in_memory)
    pd.testing.assert_frame_equal(pd.concat(parts, ignore_index=True), in_memory)

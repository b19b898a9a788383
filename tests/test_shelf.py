"""A corpus on disk: the same tables, resumed after a kill, and only what changed read again."""

import os
import signal
import subprocess
import sys
import textwrap

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policytext import intake, load_corpus, read_corpus, read_texts, shelf
from policytext.errors import DamagedFileError, ParameterError, ReadingError

LINES = ("推进医共体建设3项。", "一、工作情况", "全县新建卫生室12间。", "家庭医生签约8万人。")


def write(folder, n=12, say="修整石板路"):
    for number in range(n):
        place = folder / f"{number % 3}"
        place.mkdir(parents=True, exist_ok=True)
        lines = [
            f"云溪县20{number + 10}年工作总结",
            *LINES,
            f"{say}{number + 2}处，粉刷旧书架。",
        ] * 3
        (place / f"{number:02}.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


def same(one, other):
    for name, table in one.tables.items():
        pd.testing.assert_frame_equal(table, other.tables[name])
    assert dict(one.info) == dict(other.info)
    assert set(one.stored) == set(other.stored)
    for name, table in one.stored.items():
        pd.testing.assert_frame_equal(table, other.stored[name])


@pytest.fixture
def raw(tmp_path, monkeypatch):
    monkeypatch.setattr(shelf, "PART_CHARS", 300)
    return write(tmp_path / "raw")


@pytest.fixture
def parsed(monkeypatch):
    """Which sources are parsed, one entry each time."""
    names = []
    own = intake.parse_source

    def told(source, *args):
        names.append(source.source_id)
        return own(source, *args)

    monkeypatch.setattr(intake, "parse_source", told)
    return names


def read(raw, out, **more):
    return read_corpus(raw, out=out, progress=False, **more)


@pytest.mark.parametrize("n_jobs", [1, 2])
def test_the_tables_are_the_same_in_memory_and_on_disk(raw, tmp_path, n_jobs):
    within = read_corpus(raw, progress=False)
    onto = read(raw, tmp_path / "out", n_jobs=n_jobs)
    same(within, onto)
    opened = load_corpus(tmp_path / "out")
    same(within, opened)
    opened.check_ledger()
    assert len(list((tmp_path / "out" / "parts").iterdir())) > 2
    same(within.subset("year >= 2015"), opened.subset("year >= 2015"))


def test_a_corpus_on_disk_can_be_saved_as_any_other(raw, tmp_path):
    onto = read(raw, tmp_path / "out")
    onto.save(tmp_path / "saved")
    same(onto, load_corpus(tmp_path / "saved"))


def test_nothing_is_parsed_twice(raw, tmp_path, parsed):
    first = read(raw, tmp_path / "out")
    assert len(parsed) == 12
    parsed.clear()
    same(first, read(raw, tmp_path / "out"))
    assert parsed == []


def test_a_new_a_changed_and_a_lost_file(raw, tmp_path, parsed):
    read(raw, tmp_path / "out")
    (raw / "0" / "00.txt").unlink()
    (raw / "1" / "01.txt").write_text("云溪县2011年工作总结\n推进分级诊疗。\n", encoding="utf-8")
    (raw / "2" / "99.txt").write_text("云溪县2029年工作总结\n新建站点。\n", encoding="utf-8")
    parsed.clear()
    onto = read(raw, tmp_path / "out")
    assert set(parsed) == {"1/01.txt", "2/99.txt"}
    same(read_corpus(raw, progress=False), onto)
    same(onto, load_corpus(tmp_path / "out"))


def test_a_file_whose_neighbours_now_repeat_its_lines_is_parsed_again(raw, tmp_path, parsed):
    for number in range(2):
        text = f"全屏朗读\n云溪县202{number}年工作总结\n新建站点{number}处。\n"
        (raw / "0" / f"b{number}.txt").write_text(text, encoding="utf-8")
    read(raw, tmp_path / "out")
    parsed.clear()
    text = "全屏朗读\n云溪县2023年工作总结\n新建站点9处。\n"
    (raw / "0" / "b2.txt").write_text(text, encoding="utf-8")
    onto = read(raw, tmp_path / "out")
    assert {"0/b0.txt", "0/b1.txt", "0/b2.txt"} <= set(parsed)
    assert not [name for name in parsed if not name.startswith("0/")]
    same(read_corpus(raw, progress=False), onto)


def test_what_decides_the_reading_decides_what_is_read_again(raw, tmp_path, parsed):
    read(raw, tmp_path / "out")
    rules = tmp_path / "rules.csv"
    rules.write_text("pattern,replacement,condition,name\n石板路,青石路,,own\n", encoding="utf-8")
    parsed.clear()
    onto = read(raw, tmp_path / "out", rules=rules)
    assert len(parsed) == 12
    assert onto.paragraphs["text"].str.contains("青石路").any()


@pytest.mark.parametrize("after", [1, 5, 11])
def test_a_run_that_was_broken_off_goes_on(raw, tmp_path, monkeypatch, parsed, after):
    own = intake.parse_source

    def breaks(source, *args):
        if len(parsed) >= after:
            raise KeyboardInterrupt
        return own(source, *args)

    monkeypatch.setattr(intake, "parse_source", breaks)
    with pytest.raises(KeyboardInterrupt):
        read(raw, tmp_path / "out")
    with pytest.raises(ReadingError, match=r"manifest\.json"):
        load_corpus(tmp_path / "out")
    monkeypatch.setattr(intake, "parse_source", own)
    done = len(list((tmp_path / "out" / "parts").iterdir()))
    parsed.clear()
    same(read_corpus(raw, progress=False), read(raw, tmp_path / "out"))
    assert done <= after
    assert len(parsed) <= 12 + 12 - done


def test_a_run_that_was_killed_goes_on_without_reading_files_again(tmp_path, monkeypatch):
    raw, out = write(tmp_path / "raw"), tmp_path / "out"
    program = f"""
        import os, signal
        from policytext import intake, read_corpus, shelf
        shelf.PART_CHARS = 300
        own, left = intake.parse_source, [7]
        def parse(*args):
            left[0] -= 1
            if not left[0]:
                os.kill(os.getpid(), signal.{"SIGKILL" if os.name != "nt" else "SIGTERM"})
            return own(*args)
        intake.parse_source = parse
        read_corpus({str(raw)!r}, out={str(out)!r}, progress=False)
    """
    done = subprocess.run([sys.executable, "-c", textwrap.dedent(program)], check=False)
    assert done.returncode != 0
    if os.name != "nt":
        assert done.returncode == -signal.SIGKILL
    finished = len([one for one in (out / "parts").iterdir() if not one.name.startswith(".")])
    assert finished > 0
    monkeypatch.setattr(shelf, "PART_CHARS", 300)
    monkeypatch.setattr(intake, "read_file", None)  # all files were read before the kill
    onto = read(raw, out)
    monkeypatch.undo()
    same(read_corpus(raw, progress=False), onto)


def test_a_line_of_the_journal_that_a_kill_cut_is_read_again(raw, tmp_path, monkeypatch):
    def breaks(source, *args):
        raise KeyboardInterrupt

    with monkeypatch.context() as within:
        within.setattr(intake, "parse_source", breaks)
        with pytest.raises(KeyboardInterrupt):
            read(raw, tmp_path / "out")
    journal = tmp_path / "out" / "read.jsonl"
    data = journal.read_bytes()
    journal.write_bytes(data[: len(data) - 40])
    same(read_corpus(raw, progress=False), read(raw, tmp_path / "out"))
    assert not journal.exists()


def test_an_old_corpus_can_be_read_until_the_new_one_is_whole(raw, tmp_path, monkeypatch):
    before = read(raw, tmp_path / "out")
    (raw / "1" / "01.txt").write_text("云溪县2011年工作总结\n推进分级诊疗。\n", encoding="utf-8")

    def breaks(self, *args):
        raise KeyboardInterrupt

    with monkeypatch.context() as within:
        within.setattr(shelf.Shelf, "finish", breaks)
        with pytest.raises(KeyboardInterrupt):
            read(raw, tmp_path / "out")
    same(before, load_corpus(tmp_path / "out"))


def test_a_damaged_part_is_refused_and_made_again(raw, tmp_path):
    first = read(raw, tmp_path / "out")
    part = next((tmp_path / "out" / "parts").iterdir())
    (part / "paragraphs.parquet").write_bytes(b"PAR1")
    with pytest.raises(DamagedFileError, match="was changed after it was saved"):
        load_corpus(tmp_path / "out")
    same(first, read(raw, tmp_path / "out"))
    same(first, load_corpus(tmp_path / "out"))


def test_files_that_cannot_be_read_are_listed_and_not_tried_again(raw, tmp_path, monkeypatch):
    (raw / "1" / "broken.docx").write_bytes(b"PK\x03\x04 nothing")
    (raw / "1" / "empty.txt").write_text("", encoding="utf-8")
    first = read(raw, tmp_path / "out")
    assert len(first.skipped) == 2
    same(read_corpus(raw, progress=False), first)
    monkeypatch.setattr(intake, "read_file", None)
    same(first, read(raw, tmp_path / "out"))


def test_tables_with_records_and_metadata(raw, tmp_path):
    text = "title,text,year\n甲县总结,推进医共体。,2021\n乙县总结,推进改水。,2022\n"
    (raw / "1" / "table.csv").write_text(text, encoding="utf-8")
    facts = pd.DataFrame({"doc_id": ["0/00.txt#1"], "year": [1999]})
    onto = read(raw, tmp_path / "out", metadata=facts)
    same(read_corpus(raw, metadata=facts, progress=False), onto)
    assert 1999 in set(onto.documents["year"])


def test_a_folder_of_other_files_is_refused(raw, tmp_path):
    with pytest.raises(ReadingError, match="holds other files"):
        read(raw, write(tmp_path / "other"))
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(ReadingError, match="is a file"):
        read(raw, tmp_path / "file")
    for inside in (raw / "out", tmp_path, raw):
        with pytest.raises(ParameterError, match="must lie outside"):
            read(raw, inside)


def test_no_report_gives_an_empty_corpus(tmp_path):
    (tmp_path / "raw").mkdir()
    (tmp_path / "raw" / "a.txt").write_text("", encoding="utf-8")
    with pytest.warns(UserWarning, match="no report was read"):
        assert len(read(tmp_path / "raw", tmp_path / "out")) == 0
    assert len(load_corpus(tmp_path / "out")) == 0


@settings(max_examples=15, deadline=None)
@given(st.lists(st.text(max_size=60), min_size=1, max_size=6))
def test_any_text_gives_the_same_tables(tmp_path_factory, texts):
    place = tmp_path_factory.mktemp("any")
    for number, text in enumerate(texts):
        folder = place / "raw"
        folder.mkdir(exist_ok=True)
        data = f"云溪县2021年工作总结\n推进改水。\n{text}".encode("utf-8", "backslashreplace")
        (folder / f"{number}.txt").write_bytes(data)
    same(read_corpus(place / "raw", progress=False), read(place / "raw", place / "out"))


def test_a_table_larger_than_a_part_is_put_together_from_lists(monkeypatch):
    texts = {f"{n}.txt": f"云溪县202{n}年工作总结\n推进改水{n}处。\n" for n in range(8)}
    whole = read_texts(texts)
    monkeypatch.setattr(intake, "PART_CHARS", 30)
    same(whole, read_texts(texts))

"""A file that ends its reader is a skipped file, and the next one is read."""

import made_files as made
from hostile import workbooks
from policytext.reading import worker
from policytext.reading.folder import read_file
from policytext.reading.source import Limits, Source


def _one(folder, name, data, **limits):
    (folder / name).write_bytes(data)
    return read_file(folder / name, name, limits=Limits(**limits))[0]


def test_a_reader_that_is_aborted_is_a_sentence_and_the_next_file_is_read(tmp_path):
    good = workbooks.rows_xml(workbooks.ROWS)
    far = f'{good}<row r="50000">{workbooks.cell("XFD50000", "甲")}</row>'
    skipped = _one(tmp_path, "far.xlsx", workbooks.book([far]))
    assert "bytes of memory: its reader stopped" in skipped.reason
    assert isinstance(_one(tmp_path, "good.xlsx", workbooks.book([good])), Source)


def test_a_file_that_takes_too_long_is_a_sentence(tmp_path):
    pages = [["云溪县工作总结"]] * 400
    skipped = _one(tmp_path, "a.pdf", made.pdf_bytes(pages), seconds=0.001)
    assert "within 0 seconds" in skipped.reason
    assert isinstance(_one(tmp_path, "b.pdf", made.pdf_bytes(pages)), Source)


def test_one_process_reads_a_whole_folder(tmp_path):
    pages = [["云溪县工作总结"], []]
    first = _one(tmp_path, "a.pdf", made.pdf_bytes(pages))
    process = worker._RUNNING[0].process.pid
    assert _one(tmp_path, "b.pdf", made.pdf_bytes(pages)).text == first.text
    assert worker._RUNNING[0].process.pid == process
    worker.stop_worker()
    assert not worker._RUNNING


def test_without_a_process_files_are_read_here(tmp_path, monkeypatch):
    def refused(*args, **more):
        raise OSError("no process")

    worker.stop_worker()
    monkeypatch.setattr(worker.subprocess, "Popen", refused)
    assert isinstance(_one(tmp_path, "a.pdf", made.pdf_bytes([["云溪县工作总结"]])), Source)

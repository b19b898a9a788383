"""Commands end in a sentence: exit code 2 for usage, 1 for data."""

import json
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

import made_files as made
import made_pdf
from hostile.offices import whole_files
from made_study import call
from policytext import load_corpus

ROOT = Path(__file__).parents[1]
SAMPLE = ROOT / "corpus" / "sample" / "raw"


def test_read_saves_and_names_the_next_step(tmp_path):
    done = call("read", SAMPLE, "--out", tmp_path / "corpus")
    assert done.exit_code == 0, done.output
    assert "12  reports" in done.output
    assert "load_corpus(" in done.output


def test_the_package_itself_can_be_called():
    command = [sys.executable, "-m", "policytext"]
    done = subprocess.run([*command, "--help"], capture_output=True, text=True, check=True)
    assert "reproduce" in done.stdout
    wrong = subprocess.run([*command, "run", "none.toml"], capture_output=True, text=True)
    assert (wrong.returncode, "there is no study file" in wrong.stderr) == (2, True)


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["read", "{tmp}/none", "--out", "{tmp}/c"], 2, "must be a folder or file"),
        (["read", "{tmp}/empty", "--out", "{tmp}/c"], 1, "it is empty"),
        (["run", "{tmp}/none.toml"], 2, "there is no study file"),
        (["run", "{tmp}/bad.toml"], 2, "did you mean 'title_zh'"),
        (["run", "{tmp}/lost.toml"], 2, "--raw"),
    ],
)
def test_bad_input_is_a_sentence(tmp_path, words, code, said):
    (tmp_path / "empty").mkdir()
    (tmp_path / "bad.toml").write_text('title_hz = "x"\n')
    (tmp_path / "lost.toml").write_text(
        'title_zh = "x"\ntitle_en = "x"\n[corpus]\nname = "x"\nraw = "nowhere"\n'
    )
    done = call(*[w.format(tmp=tmp_path) for w in words])
    assert done.exit_code == code, done.output
    assert said in done.output
    assert "Traceback" not in done.output


def test_a_missing_model_names_the_command(tmp_path, monkeypatch):
    monkeypatch.setenv("POLICYTEXT_DATA", str(tmp_path / "nothing"))
    done = call("run", ROOT / "studies" / "sample", "--out", tmp_path / "out", "--quiet")
    assert done.exit_code == 1, done.output
    assert "policytext models install" in done.output


@pytest.mark.slow
def test_the_sample_study_runs_from_raw_text_to_page(tmp_path):
    done = call("run", ROOT / "studies" / "sample", "--out", tmp_path, "--quiet")
    assert done.exit_code == 0, done.output
    record = json.loads((tmp_path / "run.json").read_text(encoding="utf-8"))
    assert record["rows"]["documents"] == 12
    assert not record["not_run"]
    expected = sorted((ROOT / "studies" / "sample" / "expected").glob("*.csv"))
    assert len(expected) >= 7
    for path in expected:  # what the study's README tells is what it gives
        ours, theirs = (pd.read_csv(one) for one in (tmp_path / "tables" / path.name, path))
        pd.testing.assert_frame_equal(ours, theirs, rtol=1e-4, check_dtype=False)
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "医共体" in page
    assert "http://" not in page.replace("http://www.w3.org", "").replace("http://xmlns", "")[:2000]


@pytest.mark.parametrize("problem", ["file", "full", "seed"])
def test_what_the_system_refuses_is_a_sentence(tmp_path, monkeypatch, problem):
    (tmp_path / "file").write_text("x")
    seed = "-1" if problem == "seed" else "1"
    words = f'title_zh = "x"\ntitle_en = "x"\nseed = {seed}\n'
    words += '[[analysis]]\nid = "a"\nkind = "worked_examples"\n'
    (tmp_path / "study.toml").write_text(words)
    if problem == "full":

        def full(*_):
            raise OSError(28, "No space left on device", "a.csv")

        monkeypatch.setattr("policytext.export.to_csv", full)
    out = tmp_path / ("file" if problem == "file" else "out")
    done = call("run", tmp_path, "--out", out, "--quiet")
    said = {"file": "must go into a folder", "full": "No space left", "seed": "'seed'"}[problem]
    assert (done.exit_code, said in done.output) == (1 if problem == "full" else 2, True)
    assert "Traceback" not in done.output


def _mixed_folder(folder):
    """Write 40 files in 17 formats; five of them are broken. Return the broken ones."""
    import openpyxl

    folder.mkdir()
    whole = dict(whole_files())
    line = "全县医共体建设稳步推进，基层诊疗量占比达到百分之六十五，群众满意度继续提高。"
    book = openpyxl.Workbook()
    for row in (["年份", "正文"], [2021, line * 3]):
        book.active.append(row)
    book.save(folder / "表.xlsx")
    lines = ["云溪县2021年卫生健康工作总结", line, "下一步完善县管乡用办法，落实养老补助。"]
    own = {
        "docx": made.docx_bytes(lines),
        "txt": "\n".join(lines).encode("gb18030"),
        "md": ("# " + "\n\n".join(lines)).encode(),
        "html": made.PAGE.encode(),
        "htm": made.PAGE.encode("utf-16"),
        "csv": ("年份,正文\n2021," + line * 2).encode("utf-8-sig"),
        "pdf": made_pdf.paged(lines, made_pdf.Setting()),
        "zip": made.zip_bytes({"一.txt": "\n".join(lines).encode()}),
    }
    formats = {**whole, **own}
    number = 0
    while number < 34:
        for ending, data in formats.items():
            if number < 34:
                (folder / f"{number:02} 报告.{ending}").write_bytes(data)
                number += 1
    broken = {
        "坏一.docx": own["docx"][:300],
        "坏二.pdf": b"%PDF-1.7 " + bytes(200),
        "坏三.doc": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(900),
        "坏四.caj": b"CAJ" + bytes(50),
        "坏五.rar": b"Rar!\x1a\x07\x00" + bytes(50),
    }
    for name, data in broken.items():
        (folder / name).write_bytes(data)
    return broken, {*formats, "xlsx"}


@pytest.mark.slow
def test_a_folder_of_many_formats_is_read_and_each_failure_has_advice(tmp_path):
    broken, formats = _mixed_folder(tmp_path / "files")
    assert len(list((tmp_path / "files").iterdir())) == 40 and len(formats) >= 17
    done = call("read", tmp_path / "files", "--out", tmp_path / "corpus")
    assert done.exit_code == 0, done.output
    corpus = load_corpus(tmp_path / "corpus")
    corpus.check_ledger()
    assert set(corpus.skipped["file"]) == set(broken)
    assert corpus.sources["file"].nunique() == 35
    advice = {"坏一.docx": "fetch it again", "坏二.pdf": "PDF", "坏三.doc": "save it as .docx"}
    advice |= {"坏四.caj": "CAJViewer", "坏五.rar": "unpack it"}
    for name, reason in corpus.skipped[["file", "reason"]].values:
        assert advice[name] in reason and reason in done.output
    assert (
        "files read as ofd" in done.output
        and "5  files, members or records not read" in done.output
    )


def test_traditional_characters_are_said_where_files_are_read(tmp_path):
    text = "雲林縣2021年衛生工作總結\n本縣推動分級醫療與長期照顧，偏鄉民眾可用網路掛號。\n"
    (tmp_path / "files").mkdir()
    (tmp_path / "files" / "a.txt").write_text(text, encoding="big5")
    done = call("read", tmp_path / "files", "--out", tmp_path / "corpus")
    assert "are in traditional characters" in done.output

"""Commands end in a sentence: exit code 2 for usage, 1 for data."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from made_study import call

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
    assert len(list((tmp_path / "tables").glob("*.csv"))) >= 7
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

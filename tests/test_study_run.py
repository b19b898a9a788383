"""A study that goes on after an earlier run gives the same results as the first run."""

import os
import re
import sys
from pathlib import Path

import pandas as pd
import pytest

from made_study import make_study
from policytext import run_study
from policytext.errors import StudyError
from policytext.study import run as running
from policytext.study.run import finished_step

SAMPLE = Path(__file__).parents[1] / "studies" / "sample"


@pytest.fixture
def study(tmp_path):
    return make_study(tmp_path)


def test_an_interrupted_run_goes_on(study, tmp_path, monkeypatch):
    done = []
    real = running.analyse

    def counted(bench, settings):
        done.append(settings.id)
        if settings.id == "trends" and len(done) == 2:
            raise KeyboardInterrupt
        return real(bench, settings)

    monkeypatch.setattr(running, "analyse", counted)
    out = tmp_path / "again"
    with pytest.raises(KeyboardInterrupt):
        run_study(study, out=out, progress=False)
    assert not (out / "report.html").exists()
    first = run_study(study, out=out, progress=False)
    assert done == ["coverage", "trends", "trends", "concordance"]
    second = run_study(study, out=out, progress=False)
    assert done[4:] == ["concordance"]  # what could not be run is tried again
    pd.testing.assert_frame_equal(
        first.results["coverage"].table.astype("str"),
        second.results["coverage"].table.astype("str"),
    )
    assert "医共体" in (out / "report.html").read_text(encoding="utf-8")


def test_a_damaged_step_is_computed_again(study, tmp_path):
    out = tmp_path / "again"
    run_study(study, out=out, progress=False)
    (out / "steps" / "trends" / "table.parquet").write_bytes(b"cut")
    run = run_study(study, out=out, progress=False)
    assert len(run.results["trends"]) == 4


def test_other_settings_are_another_step(study, tmp_path):
    out = tmp_path / "again"
    run_study(study, out=out, progress=False)
    text = (study / "study.toml").read_text(encoding="utf-8")
    changed = text.replace('"医共体", "医养结合"], by', '"医共体"], by')
    (study / "study.toml").write_text(changed, encoding="utf-8")
    assert len(run_study(study, out=out, progress=False).results["trends"]) == 2


def test_no_step_where_there_is_nothing(tmp_path):
    assert finished_step(tmp_path / "nothing", "key", None) is None


def test_lists_among_the_parameters_stay_lists(study, tmp_path):
    out = tmp_path / "again"
    for _ in range(2):
        result = run_study(study, out=out, progress=False).results["trends"]
        assert result.parameters["by"] == ["province"]
        assert result.parameters["kinds"] == ["body", "list"]


def test_equal_results_give_the_same_page_byte_by_byte(study, tmp_path):
    pages = []
    for name in ("one", "two"):
        run = run_study(study, out=tmp_path / name, progress=False)
        assert run.record["seconds"]
        pages.append((tmp_path / name / "report.html").read_bytes())
    assert pages[0] == pages[1]
    assert b"peak_memory_mb" not in pages[0]


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """The shipped sample, whose specifications vary in one way only, run twice in one folder."""
    folder = tmp_path_factory.mktemp("study")
    text = (SAMPLE / "study.toml").read_text(encoding="utf-8")
    few, n_changed = re.subn(r"vary = \[.*\]", 'vary = ["denominator"]', text)
    assert n_changed == 1
    raw = (SAMPLE / "../../corpus/sample/raw").resolve().as_posix()
    file = folder / "study.toml"
    file.write_text(few.replace("../../corpus/sample/raw", raw), encoding="utf-8")
    return [run_study(file, out=folder / "out", progress=False) for _ in range(2)]


@pytest.mark.slow
def test_a_resumed_study_answers_as_the_first_run(runs):
    first, second = runs
    assert list(first.results) == list(second.results)
    for name, live in first.results.items():
        resumed = second.results[name]
        pd.testing.assert_frame_equal(live.table, resumed.table)
        pd.testing.assert_frame_equal(live.evidence, resumed.evidence)
        assert str(live.method) == str(resumed.method)
        assert live.cautions == resumed.cautions
        assert (live.figure is None) == (resumed.figure is None)


@pytest.mark.slow
def test_explain_and_plot_work_after_a_second_run(runs):
    explained = drawn = 0
    for first, second in zip(runs[0].results.values(), runs[1].results.values(), strict=True):
        if first.corpus is not None and len(first.evidence):
            row = int(first.evidence["row_id"].iloc[0])
            pd.testing.assert_frame_equal(first.explain(row), second.explain(row))
            assert len(second.explain(row))
            explained += 1
        if first.figure is not None and len(first):
            assert second.plot().get_title(loc="left") == first.plot().get_title(loc="left")
            drawn += 1
    assert explained > 3 and drawn > 3


def raw_study(tmp_path):
    """Write a study on two raw files of one name in two folders, with facts beside it."""
    for folder, year in (("a", 2020), ("b", 2021)):
        (tmp_path / "raw" / folder).mkdir(parents=True)
        text = f"河北省{year}年卫生健康工作总结\n\n{year}年，全省推进医共体建设。\n"
        (tmp_path / "raw" / folder / "x.txt").write_text(text, encoding="utf-8")
    (tmp_path / "stated.csv").write_bytes("file,year\na/x.txt,2015\n".encode("gbk"))
    (tmp_path / "right.csv").write_text("file,field,value\na/x.txt,province,陕西\n", "utf-8")
    words = (
        'title_zh = "例"\ntitle_en = "e"\n[corpus]\nname = "x"\nraw = "raw"\n'
        'metadata = "stated.csv"\ncorrections = "right.csv"\n'
        '[[analysis]]\nid = "cells"\nkind = "coverage"\nfigure = false\n'
        'parameters = { by = ["province", "year"] }\n'
    )
    (tmp_path / "study.toml").write_text(words, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("stated.csv", "2015", "2016"),
        ("right.csv", "陕西", "湖南"),
        ("raw/a/x.txt", "河北省2020", "山西省2020"),
        ("raw/b/x.txt", "2021", "2019"),
    ],
)
def test_every_edited_input_is_seen_again(tmp_path, file, old, new):
    study = raw_study(tmp_path)
    first = run_study(study, progress=False)
    path = study / file
    encoding = "gbk" if file == "stated.csv" else "utf-8"
    path.write_bytes(path.read_bytes().decode(encoding).replace(old, new).encode(encoding))
    again, fresh = (run_study(study, out=study / o, progress=False) for o in ("out", "fresh"))
    one, other = (run.corpus.documents[["province", "year"]] for run in (again, fresh))
    pd.testing.assert_frame_equal(one, other)
    assert again.lock == fresh.lock != first.lock


def test_figures_that_were_deleted_are_drawn_again(study, tmp_path):
    out = tmp_path / "again"
    run_study(study, out=out, progress=False)
    drawn = out / "figures" / "trends.svg"
    bytes_of_it = drawn.read_bytes()
    drawn.unlink()
    run_study(study, out=out, progress=False)
    assert drawn.read_bytes() == bytes_of_it
    assert not list((out / "figures").glob(".*"))


def test_results_go_into_a_folder(study, tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(StudyError, match="must go into a folder"):
        run_study(study, out=tmp_path / "file", progress=False)


WRITES = ("open", "os.rename", "os.mkdir", "os.rmdir", "os.remove", "os.chmod", "shutil.rmtree")


def run_killed(study, out, moment):
    """Run a study in a process of its own that dies at its n-th write; return how it ended."""
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    seen = 0

    def hook(event, given):
        nonlocal seen
        if event not in WRITES or not str(given[0]).startswith(str(out)):
            return
        if event == "open" and not (isinstance(given[1], str) and set(given[1]) & set("wax")):
            return
        seen += 1
        if seen == moment:
            os._exit(9)

    try:
        sys.addaudithook(hook)
        run_study(study, out=out, progress=False)
    except BaseException:
        os._exit(1)
    os._exit(0)


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_run_killed_at_any_moment_goes_on_to_the_same(study, tmp_path):
    def files(folder):
        kept = [p for p in folder.rglob("*") if p.is_file() and p.name != "run.json"]
        return {
            p.relative_to(folder).as_posix(): p.read_bytes()
            for p in kept
            if p.relative_to(folder).parts[0] != "steps"
        }

    run_study(study, out=tmp_path / "fresh", progress=False)
    wanted, moment, codes = files(tmp_path / "fresh"), 1, []
    while not codes or codes[-1] == 9:
        out = tmp_path / f"out{moment}"
        codes.append(run_killed(study, out, moment))
        run_study(study, out=out, progress=False)
        assert files(out) == wanted, moment
        moment += 23
    assert codes[-1] == 0
    assert len(codes) > 3

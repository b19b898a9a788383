"""A study gives what it gave; where it does not, the component that changed is named."""

import json
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner
from scipy.sparse import csr_matrix

from corpora import make_corpus
from policytext.cli import main
from policytext.counts import Counts
from policytext.errors import ParameterError, StudyError
from policytext.study import run as running
from policytext.study.lock import changed_components, read_lock, responsible
from policytext.study.reproduce import reproduce, write_expected
from policytext.study.robustness import robustness
from policytext.study.run import run_study

STUDIES = Path(__file__).parents[1] / "studies"

STUDY = """
title_zh = "示例"
title_en = "Example"
[corpus]
name = "made"
saved = "counts"
design = "sample"
[[analysis]]
id = "coverage"
kind = "coverage"
figure = false
[[analysis]]
id = "trends"
kind = "trends"
parameters = {{ terms = ["医共体", "医养结合"], by = "province", mix_levels = true }}
[[analysis]]
id = "concordance"
kind = "concordance"
parameters = {{ terms = ["医共体"] }}
[[published]]
quantity = "hits in 甲省"
published = {hits}
source = "made"
table = "trends"
row = {{ term = "医共体", province = "河北省" }}
column = "hits"
verdict = "reproduced"
[[published]]
quantity = "lines"
published = 3.0
source = "made"
table = "concordance"
row = {{ row_id = 0 }}
column = "n"
"""


@pytest.fixture
def study(tmp_path):
    """A study on stored counts of two made reports, with its expected tables."""
    folder = tmp_path / "study"
    folder.mkdir()
    sure = {"province_certainty": "certain", "year_certainty": "certain", "year": 2021}
    texts = {"河北省": ["推进医共体建设，县域医共体已有三个。"], "湖南省": ["发展医养结合。"]}
    reports = [{"texts": t, "province": p, **sure} for p, t in texts.items()]
    corpus = make_corpus(reports, name="made")
    counts = Counts(csr_matrix((len(corpus.paragraphs), 1)), ("词",), "words")
    corpus.to_counts(words=counts).save(folder / "counts")
    (folder / "study.toml").write_text(STUDY.format(hits="2.0"), encoding="utf-8")
    run = run_study(folder, out=tmp_path / "out", progress=False)
    write_expected(run, folder / "study.toml")
    return folder


def call(*words):
    return CliRunner().invoke(main, [str(w) for w in words])


def test_verdicts_of_an_unchanged_study(study):
    table = reproduce(study, progress=False).table
    found = dict(zip(table["quantity"], table["verdict"], strict=True))
    assert found == {
        "coverage: 2 rows": "reproduced",
        "trends: 4 rows": "reproduced",
        "concordance": "not run for want of text",
        "hits in 甲省": "reproduced",
        "lines": "not run for want of text",
    }
    done = call("reproduce", study, "--quiet")
    assert done.exit_code == 0, done.output
    assert "not run for want of text: 2" in done.output


def test_a_moved_figure_differs_and_says_why(study):
    path = study / "expected" / "trends.csv"
    text = path.read_text(encoding="utf-8-sig")
    path.write_text(text.replace("河北省,count,2", "河北省,count,9"), encoding="utf-8-sig")
    lock = json.loads((study / "study.lock").read_text(encoding="utf-8"))
    lock["term table"], lock["gazetteer"], lock["codebook"] = "older", "older", "older"
    (study / "study.lock").write_text(json.dumps(lock), encoding="utf-8")
    done = call("reproduce", study, "--why", "--quiet")
    assert done.exit_code == 1, done.output
    assert "trends: hits of row" in done.output
    assert "why: term table" in done.output
    assert "codebook" not in done.output and "gazetteer" not in done.output


def test_a_published_figure_that_is_missed_differs(study):
    (study / "study.toml").write_text(STUDY.format(hits="3.0"), encoding="utf-8")
    done = call("reproduce", study, "--quiet")
    assert done.exit_code == 1
    assert "differs                   hits in 甲省: 3 | 2" in done.output


def test_what_acts_through_the_corpus_is_named_when_the_corpus_moved():
    old = {"gazetteer": "a", "paragraphs": "p", "codebook": "c", "analyses": {}}
    new = {"gazetteer": "b", "paragraphs": "p", "codebook": "d", "analyses": {}}
    assert responsible(old, new, "x", "trends") == []
    assert responsible(old, new | {"paragraphs": "q"}, "x", "trends") == ["gazetteer", "paragraphs"]
    assert responsible(old, new, "x", "themes") == ["codebook"]
    assert changed_components(old, new) == ["gazetteer", "codebook"]


def test_locks_of_others_are_refused(tmp_path):
    path = tmp_path / "study.lock"
    path.write_text('{"lock_version": 99}')
    with pytest.raises(StudyError, match="newer policytext"):
        read_lock(path)
    path.write_text("nothing")
    with pytest.raises(StudyError, match="cannot be read"):
        read_lock(path)


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


def test_expected_tables_come_from_counts(study, tmp_path):
    run = run_study(study, out=tmp_path / "o", progress=False)
    with pytest.raises(StudyError, match="stored counts"):
        write_expected(replace(run, corpus=make_corpus([{"texts": ["甲"]}])), study / "study.toml")


def test_specifications(study):
    table = robustness(study, vary=["regions", "denominator", "leave_one_out"]).table
    left = table[(table["choice"] == "leave_one_out") & (table["specification"] == "without d0")]
    values = dict(zip(left["quantity"], left["value"], strict=True))
    assert values["医共体: per 10,000 characters"] == 0
    shares = table[table["specification"] == "reports"].set_index("quantity")["value"]
    assert shares["医共体: share of reports"] == 0.5
    with pytest.raises(ParameterError, match="vary must be among"):
        robustness(study, vary=["weather"])


def test_choices_that_need_sentences_say_so(study):
    table = robustness(study, vary=["boilerplate"]).table
    assert table["note"].str.contains("needs the sentences").sum() == 1


@pytest.mark.slow
@pytest.mark.parametrize("name", ["method-checks", "state-council"])
def test_shipped_studies_reproduce(name):
    done = call("reproduce", STUDIES / name, "--why", "--quiet")
    assert done.exit_code == 0, done.output


@pytest.mark.slow
def test_a_worked_example_that_breaks_is_seen(tmp_path, monkeypatch):
    from policytext.inference import measures

    monkeypatch.setattr(measures, "g2", lambda *a, **k: [9.0])
    done = call("reproduce", STUDIES / "method-checks", "--quiet")
    assert done.exit_code == 1
    assert "differs" in done.output

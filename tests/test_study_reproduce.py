"""A study gives what it gave; where it does not, the component that changed is named.

Whole numbers and words must be equal, fractions within the tolerance.
"""

import json
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpora import make_corpus
from made_study import STUDY, call, make_study
from policytext import Result, reproduce, run_study
from policytext.errors import StudyError
from policytext.records import Bilingual, Method
from policytext.study.published import compare_published
from policytext.study.reproduce import (
    MOST_CELLS,
    as_written,
    compare_tables,
    lock_of,
    read_expected,
    write_expected,
)
from policytext.study.settings import PublishedSettings

STUDIES = Path(__file__).parents[1] / "studies"
TABLE = pd.DataFrame({"term": ["医共体", "=1+1"], "hits": [3, 4], "rate": [0.25, None], "text": ""})


def compare(changed, tolerance=1e-6):
    return compare_tables("t", as_written(TABLE), as_written(changed), tolerance)


def test_a_table_is_itself_after_a_way_through_a_file(tmp_path):
    result = Result(TABLE, Bilingual("", ""), dict.fromkeys(TABLE, ""), Method(Bilingual("", "")))
    expected = read_expected(result.to_csv(tmp_path / "t.csv"))
    rows = compare_tables("t", expected, as_written(TABLE), 0.0)
    assert [row["verdict"] for row in rows] == ["reproduced"]
    assert rows[0]["published"] == "6 cells"  # the empty column, as one with sentences, is left out


@pytest.mark.parametrize(
    ("column", "value", "verdict"),
    [
        ("rate", 0.25 * (1 + 1e-8), "reproduced"),
        ("rate", 0.25 * (1 + 1e-3), "differs"),
        ("hits", 5, "differs"),
        ("term", "医联体", "differs"),
        ("rate", None, "differs"),
        ("text", "有原文时才有的一格", "reproduced"),
    ],
)
def test_one_changed_cell(column, value, verdict):
    changed = TABLE.copy().astype({"rate": "float64"})
    changed.loc[0, column] = value
    rows = compare(changed)
    assert {row["verdict"] for row in rows} == {verdict}
    if verdict == "differs":
        assert f"t: {column} of row 0" in rows[0]["quantity"]


def test_another_shape_differs():
    assert compare(TABLE.head(1))[0]["verdict"] == "differs"
    assert compare(TABLE.drop(columns="hits"))[0]["ours"] == "2 rows, 3 columns"


@given(st.lists(st.integers(0, 9), min_size=1, max_size=30))
def test_any_changed_whole_number_is_found(values):
    old = as_written(pd.DataFrame({"n": values}))
    new = as_written(pd.DataFrame({"n": [v + 1 for v in values]}))
    rows = compare_tables("t", old, new, 1.0)
    assert len(rows) == min(len(values), MOST_CELLS)
    assert f"({len(values)} of {len(values)} cells differ)" in rows[0]["quantity"]


def published(**more):
    base = {"quantity": "q", "published": 2.0, "source": "s", "table": "t", "row": {"k": "a"}}
    return PublishedSettings.model_validate({**base, **more})


def shown(**cells):
    table = pd.DataFrame([{"k": "a", **cells}, {"k": "b", **cells}])
    return Result(table, Bilingual("", ""), dict.fromkeys(table, ""), Method(Bilingual("", "")))


@pytest.mark.parametrize(
    ("settings", "cells", "verdict"),
    [
        ({"column": "v", "tolerance": 0.1}, {"v": 2.05}, "consistent"),
        ({"column": "v", "tolerance": 0.1, "verdict": "reproduced"}, {"v": 2.1}, "reproduced"),
        ({"column": "v", "tolerance": 0.01}, {"v": 2.05}, "differs"),
        (
            {"column": "v", "tolerance": 0.03, "tolerance_kind": "relative"},
            {"v": 2.05},
            "consistent",
        ),
        ({"column": "v", "explained": "text stands twice"}, {"v": 3.0}, "explained"),
        ({"column": "v", "explained": "text stands twice"}, {"v": 2.0}, "consistent"),
        ({"column": "v"}, {"v": float("nan")}, "differs"),
        ({"low_column": "lo", "high_column": "hi"}, {"lo": 1.0, "hi": 3.0}, "consistent"),
        ({"low_column": "lo", "high_column": "hi"}, {"lo": 2.5, "hi": 3.0}, "differs"),
        ({"column": "other"}, {"v": 2.0}, "not testable"),
        ({"column": "v", "row": {"k": "c"}}, {"v": 2.0}, "not testable"),
        ({"column": "v", "not_testable": "nobody says how"}, {"v": 2.0}, "not testable"),
    ],
)
def test_verdicts_on_published_figures(settings, cells, verdict):
    assert compare_published(published(**settings), shown(**cells), "")["verdict"] == verdict


def test_what_was_not_run_has_no_verdict_of_its_own():
    row = compare_published(published(column="v"), None, "not run for want of text")
    assert row["verdict"] == "not run for want of text"


@pytest.fixture
def study(tmp_path):
    return make_study(tmp_path)


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


def test_the_page_sets_published_figures_beside_ours(study, tmp_path):
    text = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "文献或其他软件给出的 2 个数：复现 1、缺原文未运行 1。" in text
    (study / "study.toml").write_text(STUDY.format(hits="3.0"), encoding="utf-8")
    run_study(study, out=tmp_path / "other", progress=False)
    text = (tmp_path / "other" / "report.html").read_text(encoding="utf-8")
    assert "与发表值不符的有 1 个：hits in 甲省" in text


def test_expected_tables_come_from_counts(study, tmp_path):
    run = run_study(study, out=tmp_path / "o", progress=False)
    with pytest.raises(StudyError, match="stored counts"):
        write_expected(replace(run, corpus=make_corpus([{"texts": ["甲"]}])), study / "study.toml")


@pytest.mark.slow
@pytest.mark.parametrize(
    "name", ["method-checks", "state-council", "hailar-2012-2019", "land-policy"]
)
def test_shipped_studies_reproduce(name):
    done = call("reproduce", STUDIES / name, "--why", "--quiet")
    assert done.exit_code == 0, done.output


def test_a_missing_expected_table_is_a_failure(tmp_path):
    study = make_study(tmp_path)
    write_expected(run_study(study, progress=False), study / "study.toml")
    (study / "expected" / "trends.csv").unlink()
    table = reproduce(study, progress=False).table.set_index("quantity")
    assert table.loc["trends", "verdict"] == "differs"
    assert "trends.csv is missing" in table.loc["trends", "why"]
    assert call("reproduce", study, "--quiet").exit_code == 1


def test_expected_tables_are_replaced_whole(tmp_path, monkeypatch):
    study = make_study(tmp_path)
    run = run_study(study, progress=False)
    write_expected(run, study / "study.toml")
    before = {p.name: p.read_bytes() for p in (study / "expected").iterdir()}

    def full(self, path):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Result, "to_csv", full)
    with pytest.raises(OSError, match="No space"):
        write_expected(run, study / "study.toml")
    assert {p.name: p.read_bytes() for p in (study / "expected").iterdir()} == before


@pytest.mark.parametrize("writable", [True, False])
def test_a_kill_between_tables_and_lock_is_made_good(tmp_path, monkeypatch, writable):
    """The lock lies with its tables until it is moved beside them; then the old one is replaced."""
    place = make_study(tmp_path)
    lock, inside = place / "study.lock", place / "expected" / "study.lock"
    whole = lock.read_bytes()
    inside.write_bytes(whole)
    lock.write_text('{"lock_version": 1, "expected tables": ["lost"]}', encoding="utf-8")
    if not writable:

        def refused(*_):
            raise OSError("read-only")

        monkeypatch.setattr(Path, "replace", refused)
    assert lock_of(place / "study.toml").read_bytes() == whole
    assert inside.is_file() == (not writable)
    monkeypatch.undo()
    assert "differs" not in set(reproduce(place, progress=False).table["verdict"])
    assert lock.read_bytes() == whole
    assert not inside.is_file()

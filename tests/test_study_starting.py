"""A study file is written from a look at the reports, and runs as it is."""

import json
import re
import tomllib

import pytest

from made_study import call
from policytext import load_study, run_study, start_study, study_schema
from policytext.errors import PolicytextError, StudyError
from policytext.study.analyses import ANALYSES
from policytext.study.starting import NOT_STARTED
from policytext.texts import name_of

REPORT = """{place}卫生健康局2023年工作总结
一、主要工作
（一）推进医改。建成医共体{n}个，县域内就诊率达到88.2%，分级诊疗持续推进。
（二）强化基层。新建村卫生室12所，培训乡村医生310人次。
二、下一步打算
继续推进医共体建设，巩固提升服务能力。
"""


@pytest.fixture
def raw(tmp_path):
    folder = tmp_path / "reports"
    folder.mkdir()
    for n, place in enumerate(("浙江省青田县", "江苏省沛县"), 2):
        (folder / f"{place}.txt").write_text(REPORT.format(place=place, n=n), "utf-8")
    return folder


@pytest.mark.parametrize("language", ["zh", "en"])
def test_what_is_written_runs_and_says_what_the_corpus_cannot_carry(raw, tmp_path, language):
    file = start_study(raw, out=tmp_path / "study.toml", language=language, progress=False)
    study = load_study(file)
    assert [one.kind for one in study.analysis][:3] == ["coverage", "ledger", "trends"]
    asked = next(one for one in study.analysis if one.kind == "trends").parameters
    assert asked["by"] == "province"
    assert asked["terms"][0] in ("医共体", "分级诊疗")
    run = run_study(file, out=tmp_path / "out", progress=False)
    assert set(run.results["trends"].table["province"]) == {"浙江省", "江苏省"}
    assert "no feature has 5 hits" in run.not_run["keyness"]
    assert (tmp_path / "out" / "report.html").is_file()


def test_every_kind_stands_in_it_and_is_valid_when_taken_in(raw, tmp_path):
    file = start_study(raw, out=tmp_path / "study.toml", progress=False)
    assert load_study(file).language == "zh"
    words = file.read_text("utf-8")
    listed = re.findall(r'kind = "(\w+)"', words)
    assert sorted(listed) == sorted(set(ANALYSES) - NOT_STARTED)
    taken_in = re.sub(r"^# (?=\[\[analysis|id = |kind = |parameters = )", "", words, flags=re.M)
    assert len(tomllib.loads(taken_in)["analysis"]) == len(listed)


def test_every_kind_has_a_name_in_both_languages():
    names = {kind: name_of("kind", kind) for kind in ANALYSES}
    assert {kind for kind, name in names.items() if name.zh == kind or name.en == kind} == set()


def test_the_schema_knows_every_kind_and_its_parameters():
    schema = study_schema()
    json.dumps(schema)
    analysis = schema["$defs"]["AnalysisSettings"]
    assert set(analysis["properties"]["kind"]["enum"]) == set(ANALYSES)
    rules = {rule["if"]["properties"]["kind"]["const"]: rule["then"] for rule in analysis["allOf"]}
    trends = rules["trends"]["properties"]["parameters"]
    assert trends["required"] == ["terms"]
    assert trends["properties"]["by"]["default"] == "province"


def test_a_study_file_is_not_written_over(raw, tmp_path):
    file = start_study(raw, out=tmp_path / "study.toml", progress=False)
    with pytest.raises(StudyError, match="stands already"):
        start_study(raw, out=file, progress=False)
    assert start_study(raw, out=file, overwrite=True, progress=False) == file


def test_a_folder_that_lacks_leaves_no_file(tmp_path):
    with pytest.raises(PolicytextError, match="must be a folder or file"):
        start_study(tmp_path / "none", out=tmp_path / "study.toml", progress=False)
    assert list(tmp_path.iterdir()) == []


def test_the_command_says_what_comes_next(raw, tmp_path):
    done = call("init", raw, "--out", tmp_path / "study.toml")
    assert (done.exit_code, "policytext run" in done.output) == (0, True)
    again = call("init", raw, "--out", tmp_path / "study.toml")
    assert (again.exit_code, "--overwrite" in again.output) == (2, True)


def test_all_faults_are_told_at_once(tmp_path):
    file = tmp_path / "study.toml"
    file.write_text('seed = "x"\nlanguage = "fr"\ntitel = 1\n', "utf-8")
    with pytest.raises(StudyError) as told:
        load_study(file)
    assert [word in str(told.value) for word in ("3 faults", "titel", "seed", "language")] == [
        True
    ] * 4


def test_faults_of_all_analyses_are_told_before_anything_runs(tmp_path):
    file = tmp_path / "study.toml"
    file.write_text(
        '[[analysis]]\nid = "a"\nkind = "trend"\n[[analysis]]\nid = "b"\nkind = "trends"\n'
        'parameters = { bye = "year" }\n',
        "utf-8",
    )
    with pytest.raises(StudyError) as told:
        run_study(file, out=tmp_path / "out", progress=False)
    for word in ("3 faults", "unknown kind 'trend'", "did you mean 'by'", "needs the parameter"):
        assert word in str(told.value)


def test_a_study_without_a_title_has_its_folders_name(tmp_path):
    (tmp_path / "study.toml").write_text("seed = 1\n", "utf-8")
    assert load_study(tmp_path).title_zh == tmp_path.name

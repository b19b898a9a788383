"""A study file is checked, and what is wrong is said in a sentence."""

from pathlib import Path

import pytest

from policytext import load_study
from policytext.errors import StudyError

STUDIES = sorted((Path(__file__).parents[1] / "studies").glob("*/study.toml"))

GOOD = """
title_zh = "示例"
title_en = "Example"
[corpus]
name = "x"
[[analysis]]
id = "a"
kind = "coverage"
"""


def write(tmp_path, text):
    path = tmp_path / "study.toml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("path", STUDIES, ids=lambda p: p.parent.name)
def test_shipped_studies_are_valid(path):
    assert load_study(path).analysis or load_study(path).corpus


def test_a_folder_will_do(tmp_path):
    write(tmp_path, GOOD)
    assert load_study(tmp_path).title_en == "Example"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("title_en", "titel_en"), r"unknown key 'titel_en'.*did you mean 'title_en'"),
        (('kind = "coverage"', 'kind = "coverage"\nparameter = {}'), r"did you mean 'parameters'"),
        (('name = "x"', 'name = "x"\ndesing = "census"'), r"corpus.desing.*did you mean 'design'"),
        (('id = "a"', ""), r"must have the key 'analysis.0.id'"),
        (('name = "x"', 'name = "x"\ndesign = "all"'), r"'corpus.design'.*got 'all'"),
        (('title_zh = "示例"', "title_zh = "), "not valid TOML"),
    ],
)
def test_what_is_wrong_is_said(tmp_path, change, words):
    with pytest.raises(StudyError, match=words):
        load_study(write(tmp_path, GOOD.replace(*change)))


def test_two_analyses_of_one_name_are_refused(tmp_path):
    twice = GOOD + '[[analysis]]\nid = "a"\nkind = "panel"\n'
    with pytest.raises(StudyError, match=r"\['a'\] stand twice"):
        load_study(write(tmp_path, twice))


def test_no_study_file(tmp_path):
    with pytest.raises(StudyError, match="there is no study file"):
        load_study(tmp_path / "none.toml")

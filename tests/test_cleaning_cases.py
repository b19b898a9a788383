"""Every step does what its cases say; what cannot be repaired yet stands as an expected failure."""

import json

import pytest

from cleaning_cases import read_cases, run_case
from policytext.cleaning import cleaning_steps

CASES = [
    pytest.param(
        case,
        id=case.label,
        marks=[pytest.mark.xfail(strict=True, reason=case.comment)]
        if case.expect == "fail"
        else [],
    )
    for case in read_cases()
]


@pytest.mark.parametrize("case", CASES)
def test_case(case):
    assert run_case(case) == case.cleaned


def test_cases_cover_every_step_and_are_many():
    cases = read_cases()
    assert len(cases) >= 150
    without = (
        {s.name for s in cleaning_steps()}
        - {c.step for c in cases}
        - {"own_rules", "simplified_forms"}
    )
    assert without == set()
    assert len({c.label for c in cases}) == len(cases)


def test_negative_cases_are_there_too():
    unchanged = [c for c in read_cases() if c.original == c.cleaned]
    assert len(unchanged) >= 50
    assert {"根本原因在于", "到达现场处置"} <= {c.original for c in unchanged}


def test_a_researcher_adds_cases_in_a_file(tmp_path):
    own = tmp_path / "cases.jsonl"
    row = dict(
        label="own-1",
        step="percent_variants",
        original="5﹪",
        cleaned="5%",
        comment="",
        expect="pass",
    )
    own.write_text(json.dumps(row, ensure_ascii=False) + "\n\n", encoding="utf-8")
    (case,) = read_cases(own)
    assert run_case(case) == case.cleaned


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("{", "line 1: not JSON"),
        ('{"label": "a"}', "lacks step, original"),
        (
            json.dumps(
                dict.fromkeys(("label", "step", "original", "cleaned", "comment", "expect"), "x")
            ),
            "no step 'x'",
        ),
        (
            json.dumps(
                dict.fromkeys(("label", "original", "cleaned", "comment", "expect"), "x")
                | {"step": "all"}
            ),
            "expect must be pass or fail",
        ),
    ],
)
def test_a_broken_case_file_is_refused_in_words(tmp_path, line, words):
    own = tmp_path / "cases.jsonl"
    own.write_text(line, encoding="utf-8")
    with pytest.raises(ValueError, match=words):
        read_cases(own)

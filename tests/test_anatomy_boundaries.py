"""Compilations of every style fall into their reports; a single report never falls apart."""

import pytest

from compilations import MARKED, NUMBERED_LINES, UNMARKED, make_compilation, make_single
from policytext.anatomy.reports import split_reports
from policytext.cleaning.mapped import MappedText

SEEDS = range(12)


def boundaries(style):
    """Count right, wrong and missed starts in one style."""
    right = wrong = missed = 0
    for seed in SEEDS:
        made = make_compilation(style, seed, 3 + seed % 5)
        found = {r.raw_start for r in split_reports(MappedText.of(made.text))}
        true = set(made.starts)
        right, wrong = right + len(found & true), wrong + len(found - true)
        missed += len(true - found)
    return right, wrong, missed


@pytest.mark.parametrize("style", [*MARKED, *NUMBERED_LINES])
def test_every_marked_report_is_found_and_nothing_else(style):
    right, wrong, missed = boundaries(style)
    assert right > 0 == wrong + missed


@pytest.mark.parametrize("style", UNMARKED)
def test_unmarked_reports_are_found_mostly_and_invented_hardly_ever(style):
    right, wrong, missed = boundaries(style)
    assert right / (right + wrong) >= 0.98
    assert right / (right + missed) >= 0.9


@pytest.mark.parametrize("seed", SEEDS)
def test_a_single_report_with_annex_and_glossary_stays_whole(seed):
    (report,) = split_reports(MappedText.of(make_single(seed)))
    assert report.rule == "whole" and report.raw_start == 0 and not report.compilation_title


def test_a_file_name_alone_does_not_split_a_report():
    text = make_single(1)
    assert len(split_reports(MappedText.of(text), "工作报告汇编.txt")) == 1

"""A study that goes on after an earlier run gives the same results as the first run."""

from pathlib import Path

import pandas as pd
import pytest

from policytext import run_study

STUDY = Path(__file__).parents[1] / "studies" / "sample"


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    out = tmp_path_factory.mktemp("out")
    return [run_study(STUDY, out=out, progress=False) for _ in range(2)]


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

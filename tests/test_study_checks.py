"""Worked examples of papers and programs: one that breaks is seen."""

from pathlib import Path

import pytest

from made_study import call
from policytext.inference import measures

STUDIES = Path(__file__).parents[1] / "studies"


@pytest.mark.slow
def test_a_worked_example_that_breaks_is_seen(tmp_path, monkeypatch):
    monkeypatch.setattr(measures, "g2", lambda *a, **k: [9.0])
    done = call("reproduce", STUDIES / "method-checks", "--quiet")
    assert done.exit_code == 1
    assert "differs" in done.output

"""Do our measures on stm's fit of the political blogs give stm's own numbers?"""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "benchmarks"))

import poliblog


@pytest.mark.shared
@pytest.mark.slow
def test_measures_on_the_fit_of_stm_are_those_of_stm(shared, monkeypatch):
    monkeypatch.setattr(poliblog, "HERE", shared)
    found = poliblog.measures_on_their_fit(*poliblog.reference())
    assert found["semantic coherence, largest difference"] < 1e-9
    assert found["exclusivity, largest difference"] < 1e-9
    assert found["FREX with shrinkage: first seven words in common"] == 1
    # stm drew the shares anew, so that its estimates scatter around those of the fitted shares
    assert found["the same in its standard errors"] < 3

"""Is there a measured cell for every table that prints an interval or a p-value?"""

import importlib.util
import sys
from pathlib import Path

import pandas as pd
import pytest

from policytext.data import data_path

BENCHMARKS = Path(__file__).parents[1] / "benchmarks"
CLAIM = r"(?:^|_)(?:low|high|p|q)$|^[pq]_"
NAMES = r"^noise_high$|^chance_high$"

sys.path.insert(0, str(BENCHMARKS))


@pytest.fixture(scope="module")
def coverage():
    """Load the bench under a name of its own: a package for test coverage has the same."""
    spec = importlib.util.spec_from_file_location("coverage_bench", BENCHMARKS / "coverage.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def test_every_table_that_claims_has_cells(coverage):
    columns = pd.read_csv(data_path("texts/columns.csv"))
    claims = columns[columns["column"].str.contains(CLAIM)]
    claims = claims[~claims["column"].str.contains(NAMES)]
    told = {*coverage.CLAIMS, *coverage.NO_CLAIM}
    assert set(claims["table"]) - told == set()
    assert {cell for cells in coverage.CLAIMS.values() for cell in cells} <= set(coverage.CELLS)


def test_results_of_all_cells_are_kept(coverage):
    kept = pd.read_csv(coverage.OUT, keep_default_na=False)
    there = set(zip(kept["function"], kept["cell"], strict=True))
    wanted = {(f, cell) for f, (_, worlds, _) in coverage.CELLS.items() for cell in worlds}
    assert wanted - there == set()
    assert there - wanted == set()
    assert set(kept["verdict"]) <= {"", "as asked", "conservative", "liberal", "refused"}


def test_no_cell_is_liberal_without_a_word(coverage):
    kept = pd.read_csv(coverage.OUT, keep_default_na=False)
    found = kept[kept["verdict"] == "liberal"]
    cells = set(zip(found["function"], found["cell"], strict=True))
    assert cells <= set(coverage.LIBERAL), "mend it, or say it where users read and in LIBERAL"

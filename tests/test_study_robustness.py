"""Every specification has its value, and what cannot be computed says why."""

import pandas as pd
import pytest

from made_study import make_study
from policytext import robustness
from policytext.errors import ParameterError


@pytest.fixture
def study(tmp_path):
    return make_study(tmp_path)


def test_specifications(study):
    table = robustness(study, vary=["regions", "denominator", "leave_one_out"]).table
    left = table[(table["choice"] == "leave_one_out") & (table["specification"] == "without d0")]
    values = dict(zip(left["quantity"], left["value"], strict=True))
    assert values["医共体: per 10,000 characters"] == 0
    shares = table[table["specification"] == "reports"].set_index("quantity")["value"]
    assert shares["医共体: share of reports"] == 0.5
    both = robustness(study, vary=["regions", "denominator", "leave_one_out"], n_jobs=2).table
    pd.testing.assert_frame_equal(both, table)
    with pytest.raises(ParameterError, match="vary must be among"):
        robustness(study, vary=["weather"])


def test_choices_that_need_sentences_say_so(study):
    table = robustness(study, vary=["boilerplate"]).table
    assert table["note"].str.contains("needs the sentences").sum() == 1

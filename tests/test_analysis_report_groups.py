"""Groups of reports: labels must be in the corpus."""

import numpy as np
import pytest

from policytext.analysis.report_groups import group_masks
from policytext.errors import ParameterError


def test_groups_must_be_in_the_corpus():
    labels = np.array(["甲", "乙"])
    with pytest.raises(ParameterError, match="no report counted has the label '丁'"):
        group_masks(labels, {"x": ["丁"]})
    with pytest.raises(ParameterError, match="two labels or a mapping"):
        group_masks(labels, ["甲"])
    with pytest.raises(ParameterError, match="holds all reports"):
        group_masks(labels, {"x": ["甲", "乙"]})

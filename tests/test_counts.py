"""Counts: rows stay aligned, groups add up, whatever the type of the matrix."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.sparse import csr_matrix

from policytext import Counts
from policytext.counts import emptied, indicator
from policytext.errors import ParameterError

TABLE = np.array([[1, 0, 2], [0, 3, 0], [4, 0, 0], [0, 0, 0]])


def test_each_column_needs_a_name():
    with pytest.raises(ParameterError, match="name each of the 3 columns, got 2"):
        Counts(csr_matrix(TABLE), ("甲", "乙"))


@given(
    st.lists(st.sampled_from("甲乙丙"), min_size=4, max_size=4),
    st.lists(st.booleans(), min_size=4, max_size=4),
    st.sampled_from([np.int32, np.int64, np.float64]),
)
def test_groups_add_up_to_what_pandas_says(labels, rows, kind):
    counts = Counts(csr_matrix(TABLE, dtype=kind), ("一", "二", "三"))
    kept = np.array(rows)
    sums, groups = counts.by_group(labels, kept)
    expected = pd.DataFrame(TABLE[kept]).groupby(np.array(labels)[kept]).sum()
    assert list(groups) == list(expected.index)
    assert sums.dtype == kind
    np.testing.assert_array_equal(sums.toarray(), expected.to_numpy().reshape(len(groups), 3))


def test_labels_are_one_a_paragraph():
    with pytest.raises(ParameterError, match="one entry for each of the 4 paragraphs, got 2"):
        Counts(csr_matrix(TABLE), ("一", "二", "三")).by_group(["甲", "乙"])


def test_selected_rows_keep_their_place_and_the_others_store_nothing():
    counts = Counts(csr_matrix(TABLE), ("一", "二", "三"), "terms")
    kept = counts.select(np.array([False, True, True, True]))
    np.testing.assert_array_equal(kept.matrix.toarray(), TABLE * [[0], [1], [1], [1]])
    assert (kept.matrix.nnz, kept.kind, kept.features) == (2, "terms", counts.features)
    assert emptied(counts.matrix, np.zeros(4, bool)).nnz == 0


def test_the_indicator_adds_rows_up():
    sums = indicator([2, 0, 2], 4) @ np.array([[1.5], [2.0], [3.0]])
    assert sums.ravel().tolist() == [2.0, 0.0, 4.5, 0.0]


def test_a_frame_stands_beside_its_paragraphs():
    counts = Counts(csr_matrix(TABLE), ("一", "二", "三"))
    frame = counts.to_frame(pd.DataFrame({"doc_id": list("abcd")}, index=[7, 8, 9, 10]))
    assert frame["doc_id"].tolist() == list("abcd")
    assert frame["二"].tolist() == [0, 3, 0, 0]

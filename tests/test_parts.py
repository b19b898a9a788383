"""Work done part by part: the order is kept, whatever the number of processes."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from policytext.errors import ParameterError
from policytext.parts import each_part, row_parts, text_parts


def twice(text, more=""):
    return text + text + more


@pytest.mark.parametrize("n_jobs", [1, 2, -1])
def test_results_come_in_the_order_of_the_parts(n_jobs):
    parts = [(str(n), "。") for n in range(23)]
    assert list(each_part(twice, iter(parts), n_jobs)) == [f"{n}{n}。" for n in range(23)]


@pytest.mark.parametrize("n_jobs", [0, True, 1.5, "2"])
def test_a_wrong_number_of_processes_is_refused(n_jobs):
    with pytest.raises(ParameterError, match="n_jobs must be a number of processes"):
        list(each_part(twice, [("a",)], n_jobs))


@given(st.lists(st.integers(1, 50), max_size=30), st.integers(1, 60))
def test_rows_are_cut_into_runs_and_none_is_lost(sizes, most):
    rows = np.arange(len(sizes)) * 2
    parts = list(row_parts(rows, np.array(sizes, dtype=np.int64), most))
    joined = np.concatenate(parts) if parts else np.zeros(0, dtype=int)
    assert joined.tolist() == rows.tolist()
    for part in parts:
        assert len(part) == 1 or sum(sizes[row // 2] for row in part) < 2 * most + 50


@given(st.lists(st.tuples(st.text(max_size=9), st.booleans()), max_size=30))
def test_texts_come_with_their_rows(told):
    table = pd.DataFrame({"text": [t for t, _ in told], "n_han": [len(t) for t, _ in told]}).astype(
        {"text": "str", "n_han": "int64"}
    )
    keep = np.array([k for _, k in told], dtype=bool)
    found = [
        pair
        for rows, texts in text_parts(table, keep, 10)
        for pair in zip(rows, texts, strict=True)
    ]
    assert found == [(n, t) for n, (t, k) in enumerate(told) if k]
    assert [t for _, texts in text_parts(table, None, 10) for t in texts] == [t for t, _ in told]


def test_dask_gives_the_same(tmp_path):
    distributed = pytest.importorskip("distributed")
    import joblib

    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, dashboard_address=None
        ) as local,
        distributed.Client(local),
        joblib.parallel_config(backend="dask"),
    ):
        assert list(each_part(twice, [(str(n),) for n in range(9)], -1)) == [
            f"{n}{n}" for n in range(9)
        ]

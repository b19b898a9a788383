"""Work done part by part: the order is kept, whatever the number of processes."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from policytext import (
    count_terms,
    load_theme_classifier,
    piecework,
    read_frames,
    read_statements,
    read_texts,
    shared_passages,
    term_hits,
)
from policytext.errors import ParameterError
from policytext.piecework import corpus_parts, each_part, row_parts, text_parts


def twice(text, more=""):
    return text + text + more


@pytest.mark.parametrize("n_jobs", [1, 2, -1])
def test_results_come_in_the_order_of_the_parts(n_jobs):
    given = [(str(n), "。") for n in range(23)]
    assert list(each_part(twice, iter(given), n_jobs)) == [f"{n}{n}。" for n in range(23)]


@pytest.mark.parametrize("n_jobs", [0, True, 1.5, "2"])
def test_a_wrong_number_of_processes_is_refused(n_jobs):
    with pytest.raises(ParameterError, match="n_jobs must be a number of processes"):
        list(each_part(twice, [("a",)], n_jobs))


@given(st.lists(st.integers(1, 50), max_size=30), st.integers(1, 60))
def test_rows_are_cut_into_runs_and_none_is_lost(sizes, most):
    rows = np.arange(len(sizes)) * 2
    found = list(row_parts(rows, np.array(sizes, dtype=np.int64), most))
    joined = np.concatenate(found) if found else np.zeros(0, dtype=int)
    assert joined.tolist() == rows.tolist()
    for part in found:
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


STAGES = {
    "terms": lambda corpus, n: term_hits(corpus, n_jobs=n),
    "counts": lambda corpus, n: count_terms(corpus, n_jobs=n).table,
    "statements": lambda corpus, n: read_statements(corpus, n_jobs=n).table,
    "frames": lambda corpus, n: read_frames(corpus, n_jobs=n).table,
    "passages": lambda corpus, n: shared_passages(corpus, n_jobs=n).table,
    "themes": lambda corpus, n: load_theme_classifier().set_params(n_jobs=n).code(corpus),
}


@pytest.fixture(scope="module")
def corpus():
    lines = [
        "一、工作情况",
        "全县建成医共体{n}个，家庭医生签约{n}万人，投资1{n}亿元。",
        "推进县域医疗资源整合共享和优质服务下沉，完善分级诊疗制度。",
        "下一步将新建村卫生室{n}间，改造灌溉渠。",
    ]
    texts = {
        f"{n:02}.txt": f"云溪县20{n + 10}年工作总结\n" + "\n".join(lines).format(n=n + 2) + "\n"
        for n in range(9)
    }
    return read_texts(texts)


@pytest.mark.parametrize("n_jobs", [1, 2])
@pytest.mark.parametrize("stage", list(STAGES))
def test_a_stage_gives_the_same_in_parts(corpus, stage, n_jobs, monkeypatch):
    whole = STAGES[stage](corpus, 1)
    assert len(whole)
    monkeypatch.setattr(piecework, "PART", 60)
    assert len(list(corpus_parts(corpus))) > 3
    pd.testing.assert_frame_equal(whole, STAGES[stage](corpus, n_jobs))


@pytest.mark.parametrize("most", [1, 60, 200, 10**6])
def test_every_row_is_in_one_part(corpus, most):
    mixed = replace(
        corpus,
        paragraphs=corpus.paragraphs.sample(frac=1, random_state=3),
        ledger=corpus.ledger.sample(frac=1, random_state=3),
    )
    for one in (corpus, mixed):
        found = list(corpus_parts(one, most))
        for name in ("documents", "paragraphs", "ledger", "sources"):
            rows = pd.concat([getattr(part, name) for part in found], ignore_index=True)
            key = list(rows.columns[:2])
            left = rows.sort_values(key, ignore_index=True)
            right = getattr(one, name).sort_values(key, ignore_index=True)
            pd.testing.assert_frame_equal(left, right)

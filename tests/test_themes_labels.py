"""Labels: places without text; clauses, strings and ridges."""

from __future__ import annotations

import json
from itertools import pairwise

import numpy as np
import pytest
import scipy.sparse as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from policytext import load_codebook, read_label_file
from policytext.anatomy.clauses import comparable, cut_clauses
from policytext.data import data_path
from policytext.errors import ParameterError, ReadingError
from policytext.themes.coding import fictional_examples, fill_texts, label_matrix
from policytext.themes.features import count_ngrams, learn_ngrams, unpack
from policytext.themes.fitting import grouped_ridge


def test_shipped_labels_hold_places_and_no_text() -> None:
    table = read_label_file()
    assert table["corpus"].value_counts().to_dict() == {"provinces-2025": 330, "seeds": 225}
    assert table["report"].nunique() == 51
    lines = data_path("labels/health-themes-silver.jsonl").read_text(encoding="utf-8").splitlines()
    assert "text" not in json.loads(lines[0])
    assert (
        max(len(v) for line in lines for v in json.loads(line).values() if isinstance(v, str)) < 30
    )


def test_fictional_examples_use_the_codebook_and_its_rule() -> None:
    book = load_codebook()
    examples = fictional_examples()
    assert len({text for text, _ in examples}) == len(examples)
    for text, themes in examples:
        assert set(themes) <= set(book.ids), text
        assert len(themes) == 1 or not set(themes) & set(book.alone), text


def test_unknown_labels_and_wrong_tables_are_named() -> None:
    with pytest.raises(ParameterError, match="label 'x' of paragraph 1"):
        label_matrix([["a"], ["x"]], ["a"])
    with pytest.raises(ParameterError, match="3 columns, the codebook 1 themes"):
        label_matrix(np.zeros((2, 3), dtype=bool), ["a"])


@pytest.mark.shared
def test_texts_are_filled_and_checked(shared, tmp_path) -> None:
    table = read_label_file()
    assert fill_texts(table, shared / "corpus")["text"].str.len().min() > 0
    with pytest.raises(ReadingError, match="another text than was labelled"):
        fill_texts(table.head(3).assign(cut_sha256="0" * 16), shared / "corpus")
    with pytest.raises(ReadingError, match="is not in the raw folder"):
        fill_texts(table.head(1), tmp_path)


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=60))
def test_comparable_spelling_leads_back_to_the_text(text) -> None:
    plain = comparable(text)
    for i in range(len(plain.text)):
        start, end = plain.original(i, i + 1)
        assert 0 <= start < end <= len(text)
    parts = cut_clauses(plain.text, half_width=False)
    assert all(a.end <= b.start for a, b in pairwise(parts))


def test_strings_are_counted_exactly_and_rows_have_length_one() -> None:
    texts = ["医保医保", "医保12元", "粮"]
    vocabulary, idf = learn_ngrams(texts, min_df=1)
    names = [unpack(v) for v in vocabulary]
    assert {"医", "保", "医保", "保医", "0", "保0", "粮"} <= set(names)
    matrix = count_ngrams(texts, vocabulary, idf)
    np.testing.assert_allclose(
        np.sqrt(matrix.multiply(matrix).sum(axis=1)).A1
        if hasattr(matrix.multiply(matrix).sum(axis=1), "A1")
        else np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1))).ravel(),
        1,
    )
    raw = (matrix[0, names.index("医保")] / idf[names.index("医保")]) / (
        matrix[0, names.index("保医")] / idf[names.index("保医")]
    )
    assert raw == pytest.approx(1 + np.log(2))


def test_left_out_scores_equal_refitting_without_the_report() -> None:
    rng = np.random.default_rng(0)
    x = sp.csr_matrix(rng.normal(size=(30, 8)))
    y = (rng.random((30, 2)) < 0.4).astype(float)
    groups = np.repeat(np.arange(6), 5)
    fit = grouped_ridge(x, y, groups, penalty=2.0)
    means = y.mean(axis=0)
    for group in range(6):
        keep = groups != group
        a = x[keep].toarray()
        weights = np.linalg.solve(a.T @ a + 2.0 * np.eye(8), a.T @ (y[keep] - means))
        np.testing.assert_allclose(fit.left_out[~keep], means + x[~keep] @ weights, atol=1e-8)

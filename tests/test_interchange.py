"""What leaves for R and Stata can be read back there: formats, names, limits."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.io import mmread
from scipy.sparse import csr_matrix

from policytext import Counts, count_words, load_corpus, to_dta, to_quanteda, to_stm, trends
from policytext.errors import NotEnoughDataError, ParameterError, ReadingError
from policytext.export import stata_label, stata_names
from policytext.interchange import paragraph_facts

COUNTS = Path(__file__).parents[1] / "corpus" / "seeds" / "counts"


@pytest.fixture(scope="module")
def corpus():
    return load_corpus(COUNTS)


@pytest.fixture(scope="module")
def counts(corpus):
    return count_words(corpus, min_docs=3)


def read_ldac(path):
    """Read LDA-C as lda-c's and stm's manuals describe it: n, then word:count, words from 0."""
    docs = []
    for line in path.read_text(encoding="utf-8").splitlines():
        n, *pairs = line.split(" ")
        assert int(n) == len(pairs)
        docs.append({int(w): int(c) for w, c in (p.split(":") for p in pairs)})
    return docs


def test_quanteda_gets_the_same_counts_with_names(corpus, counts, tmp_path):
    folder = to_quanteda(corpus, counts, tmp_path / "q")
    rows = corpus.counted()
    matrix = mmread(folder / "counts.mtx").tocsr()
    assert (matrix != counts.matrix[rows]).nnz == 0
    names = (folder / "features.txt").read_text(encoding="utf-8").split("\n")[:-1]
    assert tuple(names) == counts.features
    facts = pd.read_csv(folder / "paragraphs.csv", encoding="utf-8-sig", dtype={"adcode": str})
    assert len(facts) == matrix.shape[0] and facts["docname"].is_unique
    assert facts["n_han"].tolist() == corpus.paragraphs.loc[rows, "n_han"].tolist()
    assert facts["adcode"].dropna().str.fullmatch(r"\d{6}").all()
    header = (folder / "counts.mtx").read_text(encoding="utf-8").splitlines()[0]
    assert header == "%%MatrixMarket matrix coordinate integer general"


def test_stm_gets_full_paragraphs_and_used_words_only(corpus, counts, tmp_path):
    folder = to_stm(corpus, counts, tmp_path / "s")
    docs = read_ldac(folder / "documents.ldac")
    vocab = (folder / "vocab.txt").read_text(encoding="utf-8").splitlines()
    meta = pd.read_csv(folder / "meta.csv", encoding="utf-8-sig")
    assert len(docs) == len(meta) and all(docs)
    assert {w for d in docs for w in d} == set(range(len(vocab)))
    rows = corpus.counted()
    assert sum(sum(d.values()) for d in docs) == counts.matrix[rows].sum()
    at = corpus.paragraphs.index[
        (corpus.paragraphs["doc_id"] == meta["doc_id"][5])
        & (corpus.paragraphs["para_no"] == meta["para_no"][5])
    ][0]
    ours = counts.matrix[at].tocoo()
    assert {vocab[w]: n for w, n in docs[5].items()} == {
        counts.features[j]: int(n) for j, n in zip(ours.col, ours.data, strict=True)
    }


def test_exports_are_the_same_bytes_twice(corpus, counts, tmp_path):
    for write in (to_quanteda, to_stm):
        first, second = write(corpus, counts, tmp_path / "a"), write(corpus, counts, tmp_path / "b")
        for path in first.iterdir():
            assert path.read_bytes() == (second / path.name).read_bytes(), path.name
    result = trends(corpus, ["医养结合"], by="province", mix=True)
    pair = [to_dta(result, tmp_path / f"{n}.dta").read_bytes() for n in "12"]
    assert pair[0] == pair[1]


def test_uncertain_regions_stay_empty(corpus):
    facts = paragraph_facts(corpus, min_certainty="stated")
    stated = corpus.documents.loc[corpus.documents["province_certainty"] == "stated", "doc_id"]
    assert set(facts.loc[facts["province"] != "", "doc_id"]) <= set(stated)
    assert (paragraph_facts(corpus)["province"] != "").sum() > (facts["province"] != "").sum()
    assert len(facts) == len(corpus.paragraphs)


def test_stata_reads_a_result_with_labels(corpus, tmp_path):
    result = trends(corpus, ["医共体", "医养结合"], by="province", mix=True)
    path = to_dta(result, tmp_path / "t.dta")
    with pd.read_stata(path, iterator=True) as reader:
        labels, data = reader.variable_labels(), reader.read()
        assert reader.data_label == result.title.en[:80]
    assert data["term"].tolist() == result.table["term"].tolist()
    np.testing.assert_allclose(data["rate"], result.table["rate"].astype(float))
    assert labels["hits"] == "hits counted"
    assert all(0 < len(label) <= 80 for label in labels.values())


def test_stata_takes_documents_with_missing_values_and_long_text(corpus, tmp_path):
    table = corpus.documents.assign(note="县" * 900, 超长的列名=1)
    data = pd.read_stata(to_dta(table, tmp_path / "d.dta"))
    assert data["note"].iloc[0] == "县" * 900
    assert data["year"].isna().sum() == corpus.documents["year"].isna().sum()
    assert data["province"].tolist() == corpus.documents["province"].fillna("").tolist()
    assert set(data["truncated"]) <= {0, 1}


@given(st.lists(st.text(max_size=60), min_size=1, max_size=12))
def test_stata_names_are_legal_and_different(columns):
    names = stata_names(columns)
    assert len(set(names)) == len(columns)
    assert all(1 <= len(n) <= 32 and not n[0].isdigit() and n.isidentifier() for n in names)


@given(st.text(max_size=300))
def test_labels_keep_stata_s_limit(meaning):
    assert len(stata_label(meaning)) <= 80


def test_errors_speak(corpus, counts, tmp_path):
    other = Counts(csr_matrix((3, 1)), ("医院",))
    with pytest.raises(ParameterError, match=r"one row for each of the .* count the same corpus"):
        to_quanteda(corpus, other, tmp_path / "x")
    half = Counts(counts.matrix * 0.5, counts.features)
    with pytest.raises(ParameterError, match="whole counts"):
        to_stm(corpus, half, tmp_path / "x")
    none = np.zeros(len(corpus.paragraphs), bool)
    with pytest.raises(NotEnoughDataError, match="no paragraph is left"):
        to_quanteda(corpus, counts, tmp_path / "x", exclude_rows=~none)
    with pytest.raises(ParameterError, match="has 4 entries"):
        to_quanteda(corpus, counts, tmp_path / "x", exclude_rows=none[:4])
    empty = Counts(csr_matrix((len(corpus.paragraphs), 1)), ("医院",))
    with pytest.raises(NotEnoughDataError, match="at least one word"):
        to_stm(corpus, empty, tmp_path / "x")
    with pytest.raises(ParameterError, match=r"ending in \.dta"):
        to_dta(pd.DataFrame({"a": [1]}), tmp_path / "a.csv")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine.txt").write_text("x", encoding="utf-8")
    with pytest.raises(ReadingError, match="holds other files"):
        to_quanteda(corpus, counts, tmp_path / "full")
    assert (tmp_path / "full" / "mine.txt").exists()

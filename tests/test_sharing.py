"""Sentences leave a corpus of counts, and come back to whoever has the same files."""

import pytest
from scipy.sparse import csr_matrix

from policytext import Counts, read_corpus, restore_text, to_counts
from policytext.errors import NeedsTextError, ReadingError
from policytext.sharing import shorten

TEXT = "云溪县2021年工作总结\n全县建成医共体2个。\n"


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "a.txt").write_text(TEXT, encoding="utf-8")
    (tmp_path / "b.txt").write_text(TEXT.replace("2021", "2022"), encoding="utf-8")
    return tmp_path


@pytest.fixture
def corpus(folder):
    return read_corpus(folder, progress=False)


@pytest.fixture
def shared_corpus(corpus):
    counts = Counts(csr_matrix([[0], [1], [0], [1]]), ("建成",))
    return to_counts(corpus, words=counts)


def test_no_sentence_stays_and_the_counts_do(shared_corpus):
    for table in (shared_corpus.paragraphs["text"], shared_corpus.claims["words"]):
        assert set(table) == {""}
    assert set(shared_corpus.ledger["before"]) | set(shared_corpus.ledger["after"]) == {""}
    assert shared_corpus.stored["word_counts"]["count"].tolist() == [1, 1]
    assert shared_corpus.stored["term_hits"]["term"].tolist() == ["医共体", "医共体"]
    with pytest.raises(NeedsTextError, match="to_counts"):
        to_counts(shared_corpus)


def test_the_sentences_come_back(corpus, shared_corpus, folder):
    full = restore_text(shared_corpus, folder, progress=False)
    assert full.has_text and full.paragraphs.equals(corpus.paragraphs)
    assert full.claims.equals(corpus.claims) and full.ledger.equals(corpus.ledger)
    part = shared_corpus.subset(shared_corpus.documents["doc_id"] == "b.txt#1")
    assert restore_text(part, folder, progress=False).paragraphs["text"].str.len().min() > 0


def test_other_files_are_refused_by_name(shared_corpus, folder):
    (folder / "b.txt").write_text(TEXT + "又及。\n", encoding="utf-8")
    with pytest.raises(ReadingError, match=r"'b.txt' with SHA-256 .* it is another file"):
        restore_text(shared_corpus, folder, progress=False)
    (folder / "b.txt").unlink()
    with pytest.raises(ReadingError, match=r"'b.txt' with SHA-256 .* it is missing"):
        restore_text(shared_corpus, folder, progress=False)


def test_a_title_is_cut_before_it_is_a_sentence():
    assert shorten("甲" * 24) == "甲" * 24
    assert shorten("2021" + "甲" * 25) == "2021" + "甲" * 24 + "…"

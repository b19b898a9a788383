"""What stands for a topic: words, paragraphs, and what leaves for other programs."""

import json

import numpy as np
import pytest
from scipy import sparse
from scipy.sparse import csr_matrix
from sklearn.metrics.pairwise import cosine_similarity

from policytext import (
    Counts,
    NmfTopics,
    representative_paragraphs,
    top_words,
    topic_quality,
    write_pyldavis,
    write_topic_card,
    write_topic_tables,
)
from policytext.errors import ParameterError
from policytext.inference import match_items
from policytext.records import Bilingual
from policytext.topics.contents import pyldavis_input, topic_tables
from topic_corpora import planted_topics


@pytest.fixture(scope="module")
def data():
    return planted_topics(effect=0.3, seed=7)


@pytest.fixture(scope="module")
def model(data):
    return NmfTopics(n_topics=4).fit(data.counts).rename({0: "养老"})


@pytest.fixture(scope="module")
def order(data, model):
    return match_items(cosine_similarity(data.topic_word, model.topic_word_))


@pytest.mark.parametrize("by", ["weight", "probability", "frex", "lift", "relevance"])
def test_top_words_are_the_topics_own(by, data, model, order):
    found = top_words(model, 5, sort=by).table
    for planted, topic in enumerate(order):
        words = found.loc[found["topic"] == topic, "word"]
        own = {f"词{i:02d}" for i in range(15 * planted, 15 * planted + 15)}
        assert len(own & set(words)) >= 4
    assert found["rank"].max() == 5 and (found["probability"] > 0).all()


def test_words_a_topic_does_not_have_are_not_listed():
    model = NmfTopics(n_topics=2).fit([[3, 1, 0, 0], [2, 2, 0, 0], [0, 0, 2, 1], [0, 0, 1, 2]])
    assert len(top_words(model, 4).table) == 4
    with pytest.raises(ParameterError, match="by must be one of weight"):
        top_words(model, sort="beauty")
    with pytest.raises(ParameterError, match="n_words must be 1"):
        top_words(model, 0)


def test_representative_paragraphs_have_the_largest_shares(data, model):
    found = representative_paragraphs(model, data.corpus, 3, per_report=1)
    assert len(found) == 12 and found.table.groupby("topic")["doc_id"].nunique().eq(3).all()
    first = found.table[(found.table["topic"] == 1) & (found.table["rank"] == 1)].iloc[0]
    assert first["share"] == model.doc_topic_[:, 1].max()
    assert found.explain(0)["doc_id"].tolist() == [found.table["doc_id"][0]]
    assert not len(representative_paragraphs(model, data.corpus, min_words=10_000))
    with pytest.raises(ParameterError, match="must be 1 or more"):
        representative_paragraphs(model, data.corpus, 0)
    other = planted_topics(n_reports=2).corpus
    with pytest.raises(ParameterError, match="pass the corpus the counts were made of"):
        representative_paragraphs(model, other)


def test_pyldavis_gets_clean_arrays_and_must_not_renumber(data, tmp_path):
    counts = sparse.vstack([data.counts.matrix, sparse.csr_matrix((1, 60))])
    model = NmfTopics(n_topics=4).fit(counts)
    found = pyldavis_input(model)
    np.testing.assert_allclose(found["topic_term_dists"].sum(axis=1), 1)
    np.testing.assert_allclose(found["doc_topic_dists"].sum(axis=1), 1)
    assert len(found["doc_topic_dists"]) == len(found["doc_lengths"]) == 240
    assert found["sort_topics"] is False
    path = write_pyldavis(model, tmp_path / "out" / "lda.json")
    assert json.loads(path.read_text(encoding="utf-8"))["vocab"] == found["vocab"]


def test_tables_carry_names_and_come_out_the_same_twice(data, model, tmp_path):
    assert topic_tables(model)["paragraph_topics"].columns[0] == "养老"
    first = [p.read_bytes() for p in write_topic_tables(model, tmp_path / "a")]
    again = NmfTopics(n_topics=4).fit(data.counts).rename({0: "养老"})
    assert first == [p.read_bytes() for p in write_topic_tables(again, tmp_path / "b")]


def test_the_tables_of_a_model_say_which_words_its_counts_left_out():
    note = Bilingual("停用词除外。", "Stop words are left out.")
    counts = Counts(
        csr_matrix([[3, 1, 0], [0, 0, 2], [1, 2, 0]]), ("甲", "乙", "丙"), "words", note
    )
    model = NmfTopics(n_topics=2).fit(counts)
    assert str(top_words(model).method).count("Stop words are left out.") == 1
    assert str(topic_quality(model).method).count("停用词除外。") == 1


def test_a_card_says_in_both_languages_what_a_model_rests_on(data, model, tmp_path):
    plain = write_topic_card(model, data.corpus, tmp_path / "a.md", language="en").read_text(
        "utf-8"
    )
    assert "Not computed" in plain and "not on record" in plain
    fresh = model.rename({0: "养|老"})
    fresh.stability(data.corpus, n_refits=1)
    path = write_topic_card(fresh, data.corpus, tmp_path / "b.md", "province", language="both")
    zh, en = path.read_text("utf-8").split("\n# ")
    filled = (np.diff(fresh.counts_.indptr) > 0).sum()
    for card in (zh, en):
        rows = [line for line in card.splitlines() if line.startswith("| ")]
        assert len(rows) == 2 + 4 + 2 + 2 and "养\\|老" in card and "{" not in card
        assert sum(int(row.split(" | ")[2].strip(" |")) for row in rows[-2:]) == filled
    with pytest.raises(ParameterError, match=r"ends in \.md"):
        write_topic_card(model, data.corpus, tmp_path / "a.txt")
    with pytest.raises(ParameterError, match="what choose_topics gave"):
        write_topic_card(model, data.corpus, tmp_path / "a.md", choice=top_words(model))

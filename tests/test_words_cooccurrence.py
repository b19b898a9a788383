"""Co-occurrence: units counted, kin left out, the network and its file, the way back."""

import networkx as nx
import numpy as np
import pandas as pd
import pytest

from corpora import make_corpus
from policytext import Result, cooccurrence, cooccurrence_graph, count_terms, save_graphml
from policytext.errors import NotEnoughDataError, ParameterError
from policytext.records import Bilingual, Method

BOTH, ONE, OTHER, NONE = "养老和托育。", "养老，养老。", "托育。", "无关。"
TERMS = ["养老", "托育", "居家社区养老"]


@pytest.fixture(scope="module")
def corpus():
    texts = [[BOTH] * 4 + [NONE] * 6, [BOTH, ONE, OTHER, "居家养老。"], [NONE, ""]]
    return make_corpus([{"texts": t, "province": "广东省", "year": 2022} for t in texts])


def row_of(result, one="养老", two="托育"):
    table = result.table
    return table[(table["concept1"] == one) & (table["concept2"] == two)].iloc[0]


def test_counts_paragraphs_that_name_both(corpus):
    row = row_of(cooccurrence(corpus, TERMS))
    assert (row["n"], row["n1"], row["n2"], row["n_units"]) == (5, 7, 6, 16)
    assert row["expected"] == pytest.approx(7 * 6 / 16)
    assert row["jaccard"] == pytest.approx(5 / 8)
    assert row["n_reports"] == 2 and row["g2"] > 0


def test_counts_reports_that_name_both(corpus):
    row = row_of(cooccurrence(corpus, TERMS, unit="report", min_count=1))
    assert (row["n"], row["n1"], row["n2"], row["n_units"], row["n_reports"]) == (2, 2, 2, 3, 2)


def test_a_concept_is_not_paired_with_its_parent(corpus):
    pairs = cooccurrence(corpus, TERMS, min_count=1).table
    assert not ((pairs["concept1"] == "养老") & (pairs["concept2"] == "居家社区养老")).any()


def test_fewer_than_expected_is_negative():
    texts = [ONE] * 10 + [OTHER] * 10 + [BOTH]
    row = row_of(cooccurrence(make_corpus([{"texts": texts}]), TERMS, min_count=1))
    assert row["g2"] < 0 and row["npmi"] < 0
    with_graph = cooccurrence(make_corpus([{"texts": texts}]), TERMS, min_count=1)
    assert len(cooccurrence_graph(with_graph)) == 0
    assert with_graph.plot() is not None


def test_counts_made_before_give_the_same(corpus):
    counts = count_terms(corpus, TERMS)
    assert cooccurrence(corpus, counts).table.equals(cooccurrence(corpus, TERMS).table)


def test_rows_lead_back(corpus):
    result = cooccurrence(corpus, TERMS)
    assert result.explain(0)["text"].tolist() == [BOTH] * 5
    reports = cooccurrence(corpus, TERMS, unit="report", min_count=2)
    assert set(reports.explain(0)["doc_id"]) == {"d0", "d1"}
    assert len(result.evidence) == 5


def test_the_network_opens_elsewhere(corpus, tmp_path):
    result = cooccurrence(corpus, TERMS)
    path = save_graphml(result, tmp_path / "network")
    assert path.name == "network.graphml"
    graph = nx.read_graphml(path)
    assert graph.nodes["养老"]["label_en"] == "elder care"
    assert graph.edges["养老", "托育"]["weight"] == 5
    assert result.plot().get_title(loc="left").startswith("概念共现网络")


def test_two_planted_groups_come_apart():
    chance = np.random.default_rng(3)
    groups = [["高血压", "糖尿病", "健康档案"], ["托育", "婴幼儿", "两癌"]]
    texts = ["，".join(chance.choice(groups[i % 2], 2, replace=False)) for i in range(80)]
    made = make_corpus([{"texts": texts}])
    graph = cooccurrence_graph(cooccurrence(made, [*groups[0], *groups[1]]))
    parts = sorted(sorted(part) for part in nx.connected_components(graph))
    assert parts == sorted(sorted(group) for group in groups)


def test_errors_say_what_to_do(corpus):
    with pytest.raises(ParameterError, match="unit must be one of"):
        cooccurrence(corpus, TERMS, unit="page")
    with pytest.raises(ParameterError, match="min_count must be at least 1"):
        cooccurrence(corpus, TERMS, min_count=0)
    with pytest.raises(NotEnoughDataError, match="no two concepts are named together in 50"):
        cooccurrence(corpus, TERMS, min_count=50)
    other = count_terms(make_corpus([{"texts": [BOTH]}]), TERMS)
    with pytest.raises(ParameterError, match="one row for each of the 16 paragraphs, got 1"):
        cooccurrence(corpus, other)


def made(*g2: float) -> Result:
    rows = [(f"甲{i}", f"乙{i}", 5, 8, 9, 0.4, value) for i, value in enumerate(g2)]
    table = pd.DataFrame(
        rows, columns=["concept1", "concept2", "n", "n1", "n2", "npmi", "g2"]
    ).assign(label1="one", label2="two", family1="a & b", family2="<c>")
    return Result(table, Bilingual("", ""), dict.fromkeys(table, ""), Method(Bilingual("", "")))


def test_only_pairs_above_expectation_and_only_so_many():
    assert cooccurrence_graph(made(9.0, 4.0, -3.0)).number_of_edges() == 2
    assert cooccurrence_graph(made(9.0, 4.0, -3.0), most=1).number_of_edges() == 1


def test_attributes_survive_the_file(tmp_path):
    path = save_graphml(made(9.0), tmp_path / "net.v2")
    assert path.name == "net.v2.graphml"
    graph = nx.read_graphml(save_graphml(made(9.0), tmp_path / "net.graphml"))
    assert graph.nodes["甲0"] == {"label": "甲0", "label_en": "one", "family": "a & b", "n": 8}
    assert graph.nodes["乙0"]["family"] == "<c>"
    assert graph.edges["甲0", "乙0"] == {"weight": 5, "npmi": 0.4, "g2": 9.0}

"""The network file: the ending, what Gephi reads, and nothing below expectation."""

import networkx as nx
import pandas as pd

from policytext.records import Bilingual, Method
from policytext.result import Result
from policytext.words.cooccurrence import cooccurrence_graph, save_graphml


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

"""How do pairs of concepts become a network, here or in Gephi?"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from policytext.result import Result

if TYPE_CHECKING:
    from networkx import Graph


def cooccurrence_graph(result: Result, *, most: int | None = None) -> Graph[str]:
    """Return the pairs as a network of concepts.

    Parameters
    ----------
    result
        From `cooccurrence`.
    most
        Only so many of the strongest pairs; ``None``: all.

    Returns
    -------
    networkx.Graph
        Nodes with ``label``, ``label_en``, ``family``, ``n`` (units that name the concept); edges
        with ``weight`` (units that name both), ``npmi``, ``g2``. Only pairs that stand together
        more often than expected are joined.

    Examples
    --------
    >>> import pandas as pd
    >>> from policytext.records import Bilingual, Method
    >>> columns = ["concept1", "concept2", "n", "n1", "n2", "npmi", "g2"]
    >>> table = pd.DataFrame([("医保", "养老", 5, 8, 9, 0.4, 12.0)], columns=columns)
    >>> table = table.assign(label1="insurance", label2="elder care", family1="", family2="")
    >>> result = Result(
    ...     table, Bilingual("", ""), dict.fromkeys(table, ""), Method(Bilingual("", ""))
    ... )
    >>> cooccurrence_graph(result).edges["医保", "养老"]["weight"]
    5
    """
    import networkx as nx

    graph: Graph[str] = nx.Graph()
    drawn = result.table[result.table["g2"] > 0]
    for row in (drawn if most is None else drawn.head(most)).to_dict("records"):
        for end in ("1", "2"):
            name = row[f"concept{end}"]
            graph.add_node(
                name,
                label=name,
                label_en=row[f"label{end}"],
                family=row[f"family{end}"],
                n=int(row[f"n{end}"]),
            )
        graph.add_edge(
            row["concept1"],
            row["concept2"],
            weight=int(row["n"]),
            npmi=float(row["npmi"]),
            g2=float(row["g2"]),
        )
    return graph


def save_graphml(result: Result, path: str | Path) -> Path:
    """Write the network as GraphML, which Gephi opens, and return the path.

    Parameters
    ----------
    result
        From `cooccurrence`.
    path
        Where to; the ending .graphml is added if it lacks.

    Examples
    --------
    >>> import pandas as pd
    >>> from policytext.records import Bilingual, Method
    >>> columns = ["concept1", "concept2", "n", "n1", "n2", "npmi", "g2"]
    >>> table = pd.DataFrame([("医保", "养老", 5, 8, 9, 0.4, 12.0)], columns=columns)
    >>> table = table.assign(label1="insurance", label2="elder care", family1="", family2="")
    >>> result = Result(
    ...     table, Bilingual("", ""), dict.fromkeys(table, ""), Method(Bilingual("", ""))
    ... )
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     save_graphml(result, Path(folder, "network")).name
    'network.graphml'
    """
    import networkx as nx

    target = Path(path)
    target = target if target.suffix == ".graphml" else target.with_name(f"{target.name}.graphml")
    nx.write_graphml_xml(cooccurrence_graph(result), target, encoding="utf-8", prettyprint=True)
    return target

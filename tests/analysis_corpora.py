"""Corpora with a known truth, for the tests of analysis: paragraphs of invented words."""

import numpy as np
import pandas as pd
from scipy.sparse import csr_matrix

from policytext import Corpus, Counts
from policytext.contract import empty_table
from policytext.records import TABLES


def make_corpus(
    documents: pd.DataFrame, paragraphs: pd.DataFrame, design: str = "sample"
) -> Corpus:
    """Fill the columns that the analysis does not look at."""
    docs = documents.copy()
    usual = {
        "source_id": docs["doc_id"],
        "part": 1,
        "genre": "government_work_report",
        "level": "province",
        "n_han": 0,
        "truncated": False,
        "raw_start": 0,
        "raw_end": 1,
        "year": 2020,
        "year_certainty": "stated",
        "province_certainty": "stated",
        "city_certainty": "unknown",
        "county_certainty": "unknown",
    }
    for name in TABLES["documents"]:
        if name not in docs:
            docs[name] = usual.get(name, "")
    paras = paragraphs.copy()
    paras["para_no"] = paras.groupby("doc_id").cumcount()
    paras["source_id"] = paras["doc_id"]
    for name, value in {
        "section": "",
        "part_of_report": "review",
        "kind": "body",
        "text": "",
        "raw_start": 0,
        "raw_end": 1,
        "flags": "",
        "n_han": 100,
    }.items():
        if name not in paras:
            paras[name] = value
    sources = pd.DataFrame({"source_id": docs["doc_id"]})
    for name, dtype in TABLES["sources"].items():
        if name not in sources:
            sources[name] = 0 if dtype == "int64" else ""
    empty = {name: empty_table(name) for name in ("claims", "ledger", "skipped")}
    return Corpus(
        sources=sources,
        documents=docs,
        paragraphs=paras,
        info={"design": design, "name": "made"},
        **empty,
    )


def planted(
    n_reports: int = 6,
    n_paragraphs: int = 30,
    n_words: int = 40,
    *,
    provinces: tuple[str, ...] = ("甲省", "乙省"),
    seed: int = 0,
    design: str = "sample",
    apart: bool = False,
) -> tuple[Corpus, Counts]:
    """Every province has n_reports reports; word 0 marks the first province, word 1 one report.

    The province speaks in all of them; ``apart``: each is of a county of its own.
    """
    rng = np.random.default_rng(seed)
    docs, paras, rows = [], [], []
    for p, province in enumerate(provinces):
        for r in range(n_reports):
            doc_id = f"{province}-{2010 + r}"
            docs.append({"doc_id": doc_id, "province": province, "year": 2010 + r})
            docs[-1]["county"] = f"{province[0]}{r}县" if apart else ""
            rate = rng.gamma(4, 1 / 4, n_words) * np.linspace(2, 0.2, n_words)
            rate[0] *= 4 if p == 0 else 1
            rate[1] = 3 if (p, r) == (0, 0) else 0.0
            for _ in range(n_paragraphs):
                paras.append({"doc_id": doc_id})
                rows.append(rng.poisson(rate))
    matrix = csr_matrix(np.array(rows))
    paragraphs = pd.DataFrame(paras).assign(n_han=np.array(rows).sum(axis=1) * 2 + 10)
    words = tuple(f"词{i:02d}" for i in range(n_words))
    return make_corpus(pd.DataFrame(docs), paragraphs, design), Counts(matrix, words, "words")

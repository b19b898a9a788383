"""Published counts over the State Council reports: consistent, not reproduced.

The texts are read plainly here, so that the figures depend on nothing else of the library.
"""

import json
import re

import numpy as np
import pandas as pd
import pytest
from scipy.sparse import csr_matrix

from analysis_corpora import make_corpus
from policytext.analysis.regression import trend_tests
from policytext.analysis.trends import trends
from policytext.counts import Counts

pytestmark = pytest.mark.shared

HEALTH = re.compile("医药|医疗|卫生|健康|药品|疾病|计划生育")
HAN = re.compile("[\u4e00-\u9fff]")
SENTENCE, CLAUSE = re.compile("[。！？；]"), re.compile("[。！？；，、：]")
REPAIRED = (1958, 1959, 2007)
"""Lacking, doubled and short in the plain file; taken from the other scrape."""


@pytest.fixture(scope="module")
def reports(shared):
    folder = shared / "corpus" / "state-council"
    lines = (folder / "gov_reports1954-2022.txt").read_text(encoding="utf-8").splitlines()
    texts = {int(line[:4]): line[5:] for line in lines}
    records = (folder / "government_work_reports.jsonl").read_text(encoding="utf-8").splitlines()
    other = {}
    for record in map(json.loads, records):
        if record["year"]:
            other.setdefault(int(record["year"]), record["content"])
    texts |= {year: other[year] for year in REPAIRED}
    return dict(sorted(texts.items()))


def share_of_health(text, cut):
    pieces = [(len(HAN.findall(piece)), bool(HEALTH.search(piece))) for piece in cut.split(text)]
    return 100 * sum(n for n, named in pieces if named) / sum(n for n, _ in pieces)


def test_health_in_work_reports_is_consistent_with_jin_2016(reports):
    # Jin P., Lancet 2016; 388 Suppl 1: S43: 48 reports, 1.72, 1.87, 2.62, above 5 %
    texts = {year: text for year, text in reports.items() if year <= 2016}
    assert len(texts) == 48
    assert all(HEALTH.search(text) for text in texts.values())
    periods = [(1954, 1977, 1.72), (1978, 1987, 1.87), (1988, 2003, 2.62), (2004, 2016, 5.0)]
    means = {}
    for name, cut in (("sentence", SENTENCE), ("clause", CLAUSE)):
        means[name] = [
            np.mean([share_of_health(t, cut) for y, t in texts.items() if first <= y <= last])
            for first, last, _ in periods
        ]
        assert means[name][1] < means[name][2] < means[name][3]
    for (_, _, published), low, high in zip(
        periods, means["clause"], means["sentence"], strict=True
    ):
        assert low <= published <= high


def test_words_are_consistent_with_quantedas_chinese_example(reports):
    # 49 texts 1954-2017, ICU words; here substrings of 48 or 49 texts: within 3 per cent
    published = {"发展": 5627, "经济": 5036, "社会": 4255, "建设": 4248, "改革": 2931}
    texts = [text for year, text in reports.items() if year <= 2017]
    for word, count in published.items():
        assert sum(t.count(word) for t in texts) == pytest.approx(count, rel=0.03), word


@pytest.fixture(scope="module")
def health(reports):
    """One paragraph a report, hits of the seven words, a census of the national level."""
    years = list(reports)
    docs = pd.DataFrame({"doc_id": [f"n{y}" for y in years], "year": years, "level": "national"})
    n_han = [len(HAN.findall(text)) for text in reports.values()]
    paras = pd.DataFrame({"doc_id": docs["doc_id"], "n_han": n_han})
    hits = np.array([[len(HEALTH.findall(text))] for text in reports.values()])
    return make_corpus(docs, paras, "census"), Counts(csr_matrix(hits), ("health",), "words")


def test_the_rise_of_health_is_seen_and_no_p_value_is_given(health):
    corpus, counts = health
    row = trend_tests(corpus, counts=counts).table.iloc[0]
    assert row["tau"] > 0.4
    assert row["sen_slope"] > 0
    assert row["rate_ratio"] > 1.01
    assert np.isnan(row["p_value"])
    assert row["change_points"]
    table = trends(corpus, counts=counts).table
    assert table["reports"].sum() == len(table)
    assert (table["interval"] == "this report only (Poisson)").all()

"""Are common mistakes answered in words: what must be, what came, what to do?

``cases/mistakes.jsonl`` holds one call a line, the class of its error, and words that it must say.
"""

import json
from pathlib import Path

import pandas as pd
import pytest
from sklearn.exceptions import NotFittedError

import policytext
from corpora import make_corpus
from policytext import Counts, NmfTopics, errors
from policytext.words.collocations import words_of_lists

CASES = [
    json.loads(line)
    for line in (Path(__file__).parent / "cases" / "mistakes.jsonl").read_text("utf-8").splitlines()
]
CLASSES = {**vars(errors), "NotFittedError": NotFittedError}


def reports(*levels: str):
    places = [("浙江省", 2020), ("浙江省", 2021), ("广东省", 2020), ("广东省", 2021)]
    return make_corpus(
        [
            {
                "texts": ["推进医共体建设。", "发展医养结合。"],
                "province": province,
                "year": year,
                "level": levels[i % len(levels)],
                "province_certainty": "likely",
                "year_certainty": "likely",
                "genre": "工作报告",
            }
            for i, (province, year) in enumerate(places)
        ]
    )


def words_of(corpus) -> Counts:
    texts = corpus.paragraphs["text"]
    rows = [[text.count(word) * 9 for word in ("医共体", "医养结合", "推进")] for text in texts]
    from scipy.sparse import csr_matrix

    return Counts(csr_matrix(rows), ("医共体", "医养结合", "推进"))


@pytest.fixture(scope="module")
def names(tmp_path_factory):
    here = tmp_path_factory.mktemp("mistakes")
    (here / "empty").mkdir()
    (here / "texts").mkdir()
    (here / "texts" / "a.txt").write_text("推进医共体建设。", encoding="utf-8")
    corpus, mixed = reports("province"), reports("province", "city")
    mixed = mixed.subset([True, True, True, False])
    counts = words_of(corpus)
    own = pd.DataFrame(
        {
            "row": [0],
            "doc_id": ["d0"],
            "para_no": [0],
            "theme": ["my_theme"],
            "source": ["me"],
            "probability": [1.0],
        }
    )
    return {
        **{name: getattr(policytext, name) for name in policytext.__all__},
        "pd": pd,
        "here": here,
        "corpus": corpus,
        "mixed": mixed,
        "saved": corpus.save(here / "saved"),
        "texts": {"a.txt": "推进医共体建设。"},
        "table": pd.DataFrame({"province": ["浙江", "广东"], "gdp": [1.0, 2.0]}),
        "counts": counts,
        "counts_mixed": words_of(mixed),
        "other_words": words_of_lists([["推进"]]),
        "own_coding": own,
        "coding": policytext.code_by_cues(corpus),
        "model": NmfTopics(n_topics=2).fit(counts),
        "statements": policytext.read_statements(corpus, ["医共体"]),
    }


def test_the_list_is_long_and_no_call_stands_twice():
    calls = [case["call"] for case in CASES]
    assert len(calls) == len(set(calls)) >= 100


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["call"])
def test_a_mistake_is_answered_in_words(case, names, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(CLASSES[case["error"]]) as caught:
        eval(case["call"], dict(names))
    said = str(caught.value)
    missing = [word for word in case["words"] if word not in said]
    assert not missing, f"{said!r} does not say {missing}"

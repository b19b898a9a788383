"""Counts of terms: exact on raw files, rolled up once, the same on stored hits."""

import dataclasses
import re

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpora import make_corpus
from policytext import (
    TermTable,
    count_terms,
    find_terms,
    load_terms,
    read_texts,
    term_hits,
    term_report,
    term_totals,
)
from policytext.errors import NeedsTextError, ParameterError
from policytext.records import PARTS
from policytext.terms.concepts import literal_terms
from policytext.terms.hits import Hits, raw_count, roll_up


def counted(hits, table, n_rows):
    return Hits(table, roll_up(hits, table), n_rows).counts()


REPORTS = [
    {
        "texts": [
            "推进紧密型县域医共体建设，组建县域医共体2个。",
            "",
            "倡导健康养老，建设康养小镇。",
            {"text": "名词解释：医共体是一种联合体。", "part_of_report": "glossary"},
        ],
        "province": "安徽省",
        "year": 2022,
    },
    {"texts": ["完善分级诊疗，推进医共体建设。"], "province": "河南省", "year": 2023},
]


@pytest.fixture
def corpus():
    return make_corpus(REPORTS)


def counts_only(corpus):
    from dataclasses import replace

    hits = term_hits(corpus, load_terms())
    stored = hits[["doc_id", "para_no", "term", "concept", "start", "end"]]
    return replace(
        corpus,
        paragraphs=corpus.paragraphs.assign(text=""),
        stored={"term_hits": stored},
        info={**corpus.info, "has_text": False, "terms_searched": list(load_terms().terms)},
    )


def golden_counts(text: str) -> dict[str, list[int]]:
    """Rows of the exact-count tables: term, then one count a file, then their sum."""
    rows = re.findall(r"^\| (\S+) ((?:\| \d+ ){6})\|$", text, flags=re.MULTILINE)
    return {term: [int(n) for n in re.findall(r"\d+", cells)] for term, cells in rows}


@pytest.mark.shared
def test_raw_counts_are_exact_for_every_row_of_the_reference(shared):
    golden = golden_counts((shared / "terms.md").read_text(encoding="utf-8"))
    files = sorted((shared / "corpus" / "seeds").glob("*.txt"))
    texts = [path.read_bytes().decode("utf-8") for path in files]
    assert len(golden) > 130 and len(texts) == 5
    hits = find_terms(texts, literal_terms(golden), match="all")
    found = hits.groupby(["term", "row"]).size()
    for term, expected in golden.items():
        counts = [int(found.get((term, row), 0)) for row in range(5)]
        assert [*counts, sum(counts)] == expected, term
        assert [raw_count(text, term) for text in texts] == expected[:5], term


@pytest.mark.shared
def test_the_shipped_table_gives_the_raw_counts_of_its_own_terms_too(shared):
    golden = golden_counts((shared / "terms.md").read_text(encoding="utf-8"))
    files = sorted((shared / "corpus" / "seeds").glob("*.txt"))
    texts = [path.read_bytes().decode("utf-8") for path in files]
    found = find_terms(texts, match="all")["term"].value_counts()
    shared_terms = [term for term in load_terms().terms if term in golden]
    assert len(shared_terms) > 110
    for term in shared_terms:
        assert int(found.get(term, 0)) == golden[term][5], term


@pytest.mark.shared
def test_a_concept_has_the_same_count_alone_and_in_the_whole_table(shared):
    files = sorted((shared / "corpus" / "seeds").glob("*.txt"))
    texts = [path.read_bytes().decode("utf-8") for path in files]
    table = load_terms()
    whole = counted(find_terms(texts, table), table, 5)
    totals = dict(zip(whole.features, whole.matrix.sum(axis=0).A1, strict=True))
    for concept in ["医共体", "总医院", "养老", "中医", "医保", "公立医院", "护理", "生育", "转诊"]:
        alone = table.select([concept])
        counts = counted(find_terms(texts, alone), alone, 5)
        assert counts.matrix[:, counts.features.index(concept)].sum() == totals[concept], concept


def test_a_hit_counts_once_for_each_concept_above_it():
    table = load_terms()
    for match in ("longest", "all"):
        hits = find_terms(["紧密型县域医共体"], table, match=match)
        counts = counted(hits, table, 1)
        row = dict(zip(counts.features, counts.matrix.toarray()[0], strict=True))
        assert row["医共体"] == 1
        assert row["紧密型县域医共体"] == 1


def test_rows_stay_aligned_and_empty_paragraphs_stay(corpus):
    counts = count_terms(corpus, ["医共体", "康养"])
    column = counts.features.index
    assert counts.matrix.shape[0] == len(corpus.paragraphs) == 5
    assert counts.matrix[:, column("医共体")].toarray().ravel().tolist() == [2, 0, 0, 1, 1]
    assert counts.matrix[:, column("康养")].toarray().ravel().tolist() == [0, 0, 1, 0, 0]
    assert counts.kind == "terms"


def test_count_terms_leaves_the_glossary_out_and_leads_back(corpus):
    result = term_totals(corpus, ["医共体", "分级诊疗", "医养结合"])
    table = result.table.set_index("concept")
    assert table.loc["医共体", "n_hits"] == 3
    assert table.loc["医共体", "n_documents"] == 2
    assert table.loc["医共体", "forms"] == "医共体 1|县域医共体 1|紧密型县域医共体 1"
    assert table.loc["医养结合", "n_hits"] == 0
    row = int(result.table.index[result.table["concept"] == "医共体"][0])
    assert sorted(result.explain(row)["words"]) == ["医共体", "县域医共体", "紧密型县域医共体"]
    everything = term_totals(corpus, ["医共体"], parts=PARTS, kinds=None)
    assert everything.table["n_hits"].iloc[0] == 4


def test_concepts_of_one_report_only_are_named_in_a_caution():
    corpus = make_corpus([{"texts": ["康养与康养。"]}, {"texts": ["无关。"]}])
    (caution,) = term_totals(corpus, ["康养"]).cautions
    assert "1 concept(s) stand in one report only (康养)" in caution.en


def test_stored_hits_give_the_same_counts_as_the_text(corpus):
    without = counts_only(corpus)
    for terms in (None, ["医共体"], ["县域医共体", "康养"], ["紧密型县域医共体", "医共体"]):
        there = term_totals(corpus, terms).table
        assert term_totals(without, terms).table.equals(there), terms
    assert any("stored with the corpus" in c.en for c in term_totals(without).cautions)


def test_counts_only_refuses_terms_that_were_not_searched_for(corpus):
    without = counts_only(corpus)
    with pytest.raises(NeedsTextError, match=r"\['某某行动'\] were not counted .*--raw"):
        term_hits(without, ["医共体", "某某行动"])
    with pytest.raises(NeedsTextError, match="match='all'"):
        term_hits(without, ["医共体"], match="all")


def test_a_string_is_no_list_of_texts():
    with pytest.raises(ParameterError, match=r"write \[text\]"):
        find_terms("医共体")
    with pytest.raises(ParameterError, match="non-empty"):
        raw_count("医共体", "")


def test_no_hits_give_an_empty_table_with_the_same_columns():
    table = load_terms()
    hits = find_terms(["", "无"], table)
    assert list(hits.columns) == ["row", "term", "concept", "start", "end"]
    assert roll_up(hits, table).empty
    assert counted(hits, table, 2).matrix.sum() == 0


FEW = load_terms().select(["医共体", "康养", "养老"])
TEXTS = st.lists(st.sampled_from(["县域医共体", "医共体", "健康养老", "康养", "，", "甲"])).map(
    "".join
)


@settings(max_examples=40)
@given(st.lists(TEXTS, max_size=6))
def test_rolled_up_counts_never_exceed_plain_ones(texts):
    counts = counted(find_terms(texts, FEW), FEW, len(texts))
    column = counts.matrix[:, counts.features.index("医共体")].toarray().ravel()
    assert column.tolist() == [text.count("医共体") for text in texts]
    column = counts.matrix[:, counts.features.index("康养")].toarray().ravel()
    assert (column <= [text.count("康养") for text in texts]).all()


def test_a_corpus_that_names_nothing_gives_zeros():
    corpus = make_corpus([{"texts": ["无关。", ""]}])
    result = term_totals(corpus, ["医共体", "康养"])
    assert (result.table[["n_hits", "n_paragraphs", "n_documents"]] == 0).all(axis=None)
    assert (result.table["forms"] == "").all()
    assert result.evidence.empty and result.explain(0).empty
    assert result.plot() is not None


def test_says_matched_never_found_hidden_excluded_and_lost():
    table = TermTable(
        pd.DataFrame(
            {
                "term": ["医共体", "县域医共体", "康养", "共同体", "责任共同体", "无此词"],
                "concept": ["医共体", "医共体", "康养", "共同体", "责任共同体", "无此词"],
                "exclusions": ["", "", "健康养老", "", "", ""],
            }
        )
    )
    corpus = make_corpus([{"texts": ["县域医共体。健康养老。责任共同体。", "县域医共体"]}])
    result = term_report(corpus, table)
    report = result.table.set_index("term")
    assert report["status"].to_dict() == {
        "医共体": "always hidden",
        "县域医共体": "matched",
        "康养": "always excluded",
        "共同体": "always hidden",
        "责任共同体": "matched",
        "无此词": "never found",
    }
    assert report.loc["医共体", "hidden_in"] == "县域医共体 2"
    assert report.loc["康养", "excluded_in"] == "健康养老 1"
    assert report["other_concept"].to_dict()["共同体"]
    assert not report["other_concept"].to_dict()["医共体"]
    assert report["n_found"].tolist() == [2, 2, 1, 1, 1, 0]
    words = " ".join(c.en for c in result.cautions)
    assert "1 term(s) never stand" in words and "lie inside longer terms of other concepts" in words
    assert result.explain(0)["weight"].tolist() == [0.0, 0.0]


def test_needs_text():
    corpus = make_corpus([{"texts": ["医共体"]}])
    without = dataclasses.replace(corpus, info={**corpus.info, "has_text": False})
    with pytest.raises(NeedsTextError, match="term_report needs the sentences"):
        term_report(without, literal_terms(["医共体"]))


def test_counts_tell_the_totals_of_what_counts():
    text = "甲县2021年工作总结\n一、推进医共体建设\n建成医共体2个。\n医共体运行良好。"
    corpus = read_texts({"a.txt": text})
    counts = count_terms(corpus, ["医共体", "医养结合"])
    assert counts.matrix.sum() == 3
    assert counts.table.values.tolist() == [["医共体", 2, 2, 1], ["医养结合", 0, 0, 0]]
    whole = term_totals(corpus, ["医共体", "医养结合"]).table.set_index("concept")
    assert whole.loc["医共体", "n_hits"] == 2


@pytest.mark.parametrize("text", ["The bureau built 12 sites.", "推进医共体建设。"])
def test_a_term_that_stands_nowhere_is_reported(text):
    result = term_report(read_texts({"a": text}), "clinics")
    assert result.table[["term", "status"]].values.tolist() == [["clinics", "never found"]]
    assert result.evidence.empty

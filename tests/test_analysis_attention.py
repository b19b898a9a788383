"""Attention indices: counts, denominators, gaps, words left out and repeated sentences."""

import lzma
import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policytext import (
    TermTable,
    attention_index,
    index_agreement,
    index_words,
    read_corpus,
    read_texts,
    segment,
)
from policytext.errors import ParameterError
from policytext.records import KINDS, PARTS

REPEATED = "全面推进大气污染防治攻坚行动取得明显成效。"


def report(province, year, *sentences):
    title = f"{province}人民政府{year}年工作报告"
    return {f"{province}{year}.txt": f"{title}\n一、{year - 1}年工作回顾\n" + "".join(sentences)}


@pytest.fixture(scope="module")
def corpus():
    texts = {
        **report("浙江省", 2021, "治理大气污染，关停排污企业3家。", REPEATED),
        **report("浙江省", 2022, "建设教育强省。", "污染物排放下降。"),
        **report("江苏省", 2021, REPEATED, "新建学校5所。", "新建学校5所。"),
    }
    return read_texts(texts)


PANEL = ["province", "year"]
ENVIRONMENT = {"环境": ["污染", "排污", "污染物", "酸雨"], "教育": ["教育", "学校"]}


def test_counts_by_hand(corpus):
    table = attention_index(corpus, ENVIRONMENT, PANEL).table
    key = table["index"] + table["province"] + table["year"].astype(str)
    hits = dict(zip(key, table["hits"], strict=True))
    assert hits == {
        "环境浙江省2021": 3,
        "环境浙江省2022": 1,
        "环境江苏省2021": 1,
        "环境江苏省2022": 0,
        "教育浙江省2021": 0,
        "教育浙江省2022": 1,
        "教育江苏省2021": 2,
        "教育江苏省2022": 0,
    }
    one = table[(table["index"] == "环境") & (table["year"] == 2021)].set_index("province")
    counted = corpus.paragraphs[corpus.counted()].groupby("doc_id")["n_han"].sum()
    size = counted[corpus.documents.set_index("province").loc["浙江省", "doc_id"].iloc[0]]
    assert one.loc["浙江省", "value"] == pytest.approx(3 / size * 10_000)
    assert one.loc["浙江省", "adcode"] == "330000"
    assert one.loc["浙江省", "words_named"] == 2


def test_a_cell_without_a_report_is_not_a_zero(corpus):
    result = attention_index(corpus, ENVIRONMENT, PANEL)
    gap = result.table[(result.table["province"] == "江苏省") & (result.table["year"] == 2022)]
    assert set(gap["status"]) == {"no report"}
    assert gap["value"].isna().all()
    assert any("江苏省 2022" in caution.zh for caution in result.cautions)


def test_repeated_sentences_are_told(corpus):
    table = attention_index(corpus, ENVIRONMENT, PANEL).table.set_index(
        ["index", "province", "year"]
    )
    assert table.loc[("环境", "浙江省", 2021), "repeated_share"] == pytest.approx(1 / 3)
    assert table.loc[("环境", "江苏省", 2021), "repeated_share"] == 1.0
    assert table.loc[("教育", "江苏省", 2021), "twice_share"] == 1.0
    assert table.loc[("教育", "浙江省", 2022), "twice_share"] == 0.0


def test_a_place_counts_once_inside_an_index(corpus):
    year = {"by": "year"}
    longest = attention_index(corpus, ["污染", "污染物"], **year).table.set_index("year")
    every = attention_index(corpus, ["污染", "污染物"], match="all", **year).table.set_index("year")
    assert (longest.loc[2022, "hits"], every.loc[2022, "hits"]) == (1, 2)


def test_words_that_never_occur_are_named(corpus):
    said = attention_index(corpus, ENVIRONMENT, by="year").cautions
    assert any("酸雨" in caution.zh for caution in said)
    assert not any("学校" in caution.zh and "从未" in caution.zh for caution in said)


def test_denominators(corpus):
    by_name = {
        name: attention_index(corpus, {"环境": ["污染"]}, by="year", denominator=name)
        .table.set_index("year")
        .loc[2021]
        for name in ("han", "sentences", "paragraphs")
    }
    assert (by_name["sentences"]["units"], by_name["sentences"]["size"]) == (3, 5)
    assert by_name["paragraphs"]["value"] == 1.0
    assert by_name["sentences"]["high"] <= 1.0
    words = attention_index(
        corpus, {"环境": ["污染"]}, by="year", denominator="words", tokens=segment(corpus)
    )
    row = words.table.set_index("year").loc[2021]
    assert row["value"] == pytest.approx(row["hits"] / row["size"] * 1000)
    assert 10 < row["size"] < by_name["han"]["size"]


def test_every_hit_leads_back_to_its_words(corpus):
    result = attention_index(corpus, ENVIRONMENT, PANEL)
    weights = result.evidence.groupby("row_id")["weight"].sum()
    for row, hits in enumerate(result.table["hits"]):
        assert weights.get(row, 0) == hits
        found = result.explain(row)
        assert set(found["words"]) <= {w for words in ENVIRONMENT.values() for w in words}


def test_wide_has_one_row_a_cell_and_all_evidence(corpus):
    long = attention_index(corpus, ENVIRONMENT, PANEL)
    wide = attention_index(corpus, ENVIRONMENT, PANEL, wide=True)
    assert len(wide) == 4
    assert {"value_环境", "hits_教育", "n_reports", "size", "adcode"} <= set(wide.table.columns)
    assert wide.table["hits_环境"].sum() == 5
    assert len(wide.evidence) == len(long.evidence)


def test_leaving_a_word_out(corpus):
    table = index_words(corpus, {"环境": ["污染", "排污"]}, by="title").table.set_index("word")
    assert table.loc["污染", "hits"] == 4
    assert table.loc["污染", "share"] == pytest.approx(4 / 5)
    assert table.loc["污染", "n_reports"] == 3
    # By hand: ranks of three reports with the word (a > c > b or so) and without it.
    whole = attention_index(corpus, {"环境": ["污染", "排污"]}, by="title").table["value"]
    less = attention_index(corpus, {"环境": ["排污"]}, by="title").table["value"]
    assert table.loc["污染", "rho_without"] == pytest.approx(
        whole.corr(less, method="spearman"), abs=1e-12
    )


def test_agreement_of_denominators(corpus):
    table = index_agreement(corpus, ENVIRONMENT, by="title").table
    assert len(table) == 2 * 3
    assert table["rho_between"].dropna().between(-1, 1).all()
    with pytest.raises(ParameterError, match="two or more"):
        index_agreement(corpus, ENVIRONMENT, denominators=["han"])


def test_a_table_of_terms_brings_its_exclusions():
    corpus = read_texts({"a.txt": "甲县2021年工作总结\n发展养老产业，足额发放养老金。"})
    frame = pd.DataFrame({"term": ["养老"], "concept": ["养老"], "exclusions": ["养老金"]})
    plain = attention_index(corpus, ["养老"], by="year").table["hits"].item()
    meant = attention_index(corpus, {"养老": TermTable(frame)}, by="year").table["hits"].item()
    assert (plain, meant) == (2, 1)


def test_a_string_across_two_words_is_no_word_unless_strings_are_counted():
    corpus = read_texts({"a.txt": "甲县2021年工作总结\n发展康养产业，推进健康养老。"})
    hits = [
        attention_index(corpus, ["康养"], by="year", match=match).table["hits"].item()
        for match in ("longest", "all")
    ]
    assert hits == [1, 2]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("污染", "write"),
        ({"环境": "污染"}, "write"),
        ({}, "at least one index"),
        ([], "one or more"),
        ({"": ["污染"]}, "must have a name"),
        (["污染", "污染"], "once"),
    ],
)
def test_words_that_are_no_list_are_refused(corpus, words, says):
    with pytest.raises(ParameterError, match=says):
        attention_index(corpus, words)


def test_an_unknown_denominator_names_the_known_ones(corpus):
    with pytest.raises(ParameterError, match="sentences"):
        attention_index(corpus, ["污染"], denominator="chars")


def test_tokens_of_another_corpus_are_refused(corpus):
    other = segment(read_texts({"b.txt": "乙县2020年工作总结\n建成学校。"}))
    with pytest.raises(ParameterError, match="segment this corpus"):
        attention_index(corpus, ["污染"], denominator="words", tokens=other)


@settings(max_examples=8)
@given(
    st.lists(st.text("污染排物业教", min_size=1, max_size=3), min_size=1, unique=True, max_size=4)
)
def test_hits_are_the_sum_over_words_and_never_overlap(words):
    text = "甲县2021年工作总结\n污染排污业污染物教育物业排污染。"
    corpus = read_texts({"a.txt": text})
    hits = attention_index(corpus, words, by="year").table["hits"].item()
    assert index_words(corpus, words, by="year").table["hits"].sum() == hits
    assert hits == len(
        attention_index(corpus, words, by="year").evidence.drop_duplicates(["start", "end"])
    )


@pytest.mark.shared
def test_published_counts_and_the_copy_they_hold(shared, tmp_path):
    """51 published counts: equal on the raw file; six too high, since part of it stands twice."""
    folder = shared / "corpus" / "land-policy"
    published = pd.read_csv(folder / "published-counts.csv", encoding="gbk")
    raw = lzma.decompress((folder / "policytxt.txt.xz").read_bytes())
    (tmp_path / "policytxt.txt").write_bytes(raw)
    text = raw.decode("utf-8")
    plain = re.sub(r"\s", "", text)
    expected = published["fre_keyword"].to_numpy()
    assert (published["keyword"].map(plain.count).to_numpy() == expected).all()
    again = text.find(text[:2000], 10)
    once = re.sub(r"\s", "", text[again:])
    true = published["keyword"].map(once.count).to_numpy()
    assert (true != expected).sum() == 6
    corpus = read_corpus(tmp_path, progress=False)
    words = index_words(
        corpus,
        list(published["keyword"]),
        by=None,
        match="all",
        mix=True,
        kinds=KINDS,
        parts=PARTS,
    )
    ours = words.table.set_index("word")["hits"].reindex(published["keyword"]).to_numpy()
    assert (ours == true).sum() >= 49
    assert np.abs(ours - true).max() <= 1

"""Shared passages: planted copies and rewordings, direction, boilerplate."""

from dataclasses import replace as dc_replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.fuzz import ratio

from analysis_corpora import make_corpus
from policytext import (
    Counts,
    annex_repeats,
    boilerplate_rows,
    passage_shares,
    read_texts,
    shared_passages,
    trends,
)
from policytext.analysis.passages import direction, may_be_alike, place_pairs, sentences
from policytext.errors import NeedsTextError, ParameterError

COPIED = "我县坚持把虚构的甲类服务送到每一个村庄并按季度公布进展。"
REWORDED = "我市坚持把虚构的甲类服务送到每个社区，并且按季度公布进展。"
OTHERS = (
    "乙项工程在想象中的河谷里建成了三座小水站和两条便道。",
    "丙类学校全部换上了新的课桌，孩子们的作业也少了一些。",
    "丁地的图书馆延长了夜间开放时间，读者来信多为称赞之语。",
)


def corpus_of(texts, dates=("2025-01-10", "2025-01-20", "2025-03-05", "")):
    docs = pd.DataFrame(
        {
            "doc_id": [f"r{i}" for i in range(len(texts))],
            "province": [f"{i}省" for i in range(len(texts))],
            "date_issued": list(dates)[: len(texts)],
        }
    )
    paras = [{"doc_id": f"r{i}", "text": t} for i, body in enumerate(texts) for t in body]
    table = pd.DataFrame(paras)
    table["n_han"] = table["text"].map(len)
    return make_corpus(docs, table)


@pytest.fixture
def made():
    return corpus_of([[OTHERS[0], COPIED], [COPIED + OTHERS[1]], [REWORDED], [OTHERS[2]]])


def test_copies_and_rewordings_are_found_with_both_places(made):
    table = shared_passages(made).table
    same = table[table["wording"] == "identical"].iloc[0]
    assert (same["doc_a"], same["para_a"], same["doc_b"], same["para_b"]) == ("r0", 1, "r1", 0)
    text = made.paragraphs.query("doc_id == 'r1'")["text"].iloc[0]
    assert text[same["start_b"] : same["end_b"]] == COPIED
    other = table[table["doc_b"] == "r2"]
    assert len(other) == 2
    assert set(other["wording"]) <= {"reworded", "near-identical"}
    assert table["passage"].nunique() == 1
    assert table["n_reports"].eq(3).all()
    assert "r3" not in {*table["doc_a"], *table["doc_b"]}


def test_direction_rests_on_dates_only(made):
    table = shared_passages(made).table
    assert set(table["direction"]) == {"first issued earlier"}
    assert direction("2025-03-05", "2025-01-10") == "second issued earlier"
    assert direction("2025", "2025-01-10") == "common source unknown"
    assert direction("2025-01-10", "2025-01-10") == "common source unknown"


def test_share_of_each_report(made):
    shares = passage_shares(shared_passages(made)).table.set_index("doc_id")
    assert shares.loc["r1", "share_identical"] == pytest.approx(0.5, abs=0.05)
    assert shares.loc["r0", "n_partners"] == 2
    assert shares.loc["r3", "share_shared"] == 0
    assert shares.loc["r2", "share_identical"] == 0
    assert shares.loc["r2", "share_shared"] > 0.8
    result = passage_shares(shared_passages(made))
    assert result.explain(1)["words"].tolist() == [COPIED]
    assert len(result.plot().patches) == len(shared_passages(made).plot().patches) == 8


def test_boilerplate_can_be_left_out_elsewhere(made):
    mask = boilerplate_rows(shared_passages(made), min_reports=3)
    paragraphs = made.paragraphs.assign(mask=mask)
    assert paragraphs.loc[mask, "doc_id"].tolist() == ["r0", "r1", "r2"] or mask.sum() >= 2
    from scipy.sparse import csr_matrix

    counts = Counts(csr_matrix(np.ones((len(mask), 1), dtype=int)), ("词",), "words")
    whole = trends(made, counts=counts, by=None).table["hits"].iloc[0]
    less = trends(made, counts=counts, by=None, exclude_rows=mask).table["hits"].iloc[0]
    assert less == whole - mask.sum()
    with pytest.raises(ParameterError, match="at least 2"):
        boilerplate_rows(shared_passages(made), min_reports=1)


def test_a_sentence_of_many_reports_does_not_explode():
    corpus = corpus_of([[COPIED]] * 40, dates=[""] * 40)
    table = shared_passages(corpus).table
    assert len(table) < 100
    assert table["n_reports"].eq(40).all()


def test_one_report_shares_nothing_with_itself():
    assert shared_passages(corpus_of([[COPIED, COPIED]])).table.empty


def test_explain_gives_both_places(made):
    found = shared_passages(made).explain(0)
    assert len(found) == 2
    assert found["words"].str.contains("甲类服务").all()


def test_counts_only_corpora_are_refused(made):

    with pytest.raises(NeedsTextError, match="shared_passages needs the sentences"):
        shared_passages(dc_replace(made, info={"has_text": False}))
    with pytest.raises(ParameterError, match="between 50 and 100"):
        shared_passages(made, min_similarity=20)


@given(st.lists(st.text(alphabet="甲乙丙。！；，（）‹NUM› \n１２", max_size=60), max_size=5))
def test_sentences_keep_their_place(texts):
    table = sentences(pd.Series(texts, dtype=object), np.arange(len(texts)), min_han=1)
    for row, start, end, _, n_han in table.itertuples(index=False):
        piece = texts[row][start:end]
        assert piece
        assert 0 < n_han <= len(piece)


def with_annex():
    body = "办好三件虚构的实事：一是为河谷的老人修建带扶手的步道；二是给山里的学校送去热水。"
    annex = "一、为河谷的老人修建带扶手的步道，全长约十二里。"
    corpus = corpus_of([[body, annex, OTHERS[1]], [OTHERS[0]]])
    part = ["plan", "annex", "annex", "plan"]
    return dc_replace(corpus, paragraphs=corpus.paragraphs.assign(part_of_report=part))


def test_a_promise_in_body_and_annex_is_found_once():
    result = annex_repeats(with_annex(), ["步道", "老人", "热水"], min_similarity=70)
    assert len(result.table) == 1
    row = result.table.iloc[0]
    assert (row["doc_id"], row["para_annex"], row["para_body"]) == ("r0", 1, 0)
    assert row["concepts"] == "步道、老人" or set(row["concepts"].split("、")) == {"步道", "老人"}
    assert len(result.explain(0)) == 2


def test_reports_without_an_annex_repeat_nothing(made):
    assert annex_repeats(made, ["步道"]).table.empty
    with pytest.raises(ParameterError, match="between 50 and 100"):
        annex_repeats(made, min_similarity=0)


def test_a_shared_sentence_counts_once_at_its_origin():
    line = "推进县域医疗资源整合共享和优质服务下沉。"
    head = "甲县{}年工作总结"
    texts = {
        f"{head.format(year)}{name}.txt": f"{head.format(year)}\n{line}\n{name}地自己的一件事情。"
        for year, name in ((2023, "子"), (2021, "丑"), (2022, "寅"))
    }
    corpus = read_texts(texts)
    passages = shared_passages(corpus)
    later = boilerplate_rows(passages, min_reports=2, keep_first=True)
    every = boilerplate_rows(passages, min_reports=2)
    years = corpus.groups("year").to_numpy()
    assert every.sum() == 3 and sorted(years[later].astype(int)) == [2022, 2023]
    weight = passage_shares(passages).table["weight"]
    assert 1 < weight.sum() < 3


def test_pairs_told_apart_by_their_characters_are_never_alike():
    draw = np.random.default_rng(0)
    texts = ["".join(draw.choice(list("改水建成推进"), draw.integers(1, 30))) for _ in range(80)]
    texts.append("改" * 300)
    one, two = np.triu_indices(len(texts), 1)
    for asked in (50, 66.6, 70, 90):
        kept = set(may_be_alike(texts, one, two, asked).tolist())
        near = {k for k in range(len(one)) if ratio(texts[one[k]], texts[two[k]]) >= asked}
        assert near <= kept
        assert len(kept) < len(one)


@given(
    st.lists(st.tuples(st.integers(0, 3), st.integers(0, 4)), max_size=30),
    st.sets(st.tuples(st.integers(0, 3), st.integers(0, 3)).filter(lambda p: p[0] < p[1])),
)
def test_every_two_places_of_equal_or_alike_sentences_are_paired_once(placed, alike):
    text, report = (np.array([one[k] for one in placed], dtype=np.int64) for k in (0, 1))
    alike = sorted(pair for pair in alike if set(pair) <= set(text.tolist()))
    pairs = pd.DataFrame(alike, columns=["left", "right"], dtype="int64").assign(similarity=80.0)
    score = {(t, t): 100.0 for t in text.tolist()} | dict.fromkeys(alike, 80.0)
    many = np.bincount(text, minlength=4)
    found = place_pairs(pd.DataFrame({"text_id": text}), report, pairs)
    got = {(a, b): s for a, b, s in found.itertuples(index=False)}
    assert len(got) == len(found) and list(got) == sorted(got)
    for i, j in zip(*np.triu_indices(len(text), 1), strict=True):
        key = tuple(sorted((int(text[i]), int(text[j]))))
        if report[i] == report[j] or key not in score:
            assert (i, j) not in got
        elif max(many[list(key)]) <= 12:
            assert got[i, j] == score[key]
        else:  # of many places each is paired with the first one
            first = {int(np.flatnonzero(text == one)[0]) for one in key}
            assert ((i, j) in got) == bool(first & {int(i), int(j)})

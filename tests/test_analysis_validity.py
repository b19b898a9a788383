"""Judged hits: what is drawn, what is read back, and how well precision is estimated."""

import numpy as np
import pandas as pd
import pytest

from policytext import (
    attention_index,
    corrected_index,
    read_texts,
    read_validity_sheet,
    sample_hits,
    trends,
    validity,
    validity_sheet,
)
from policytext.errors import NotEnoughDataError, ParameterError, ReadingError

WORDS = {"环境": ["污染", "生态", "酸雨"]}


@pytest.fixture(scope="module")
def index():
    texts = {
        f"{name}县2021年工作总结.txt": f"{name}县2021年工作总结\n"
        + f"{other}\n" * 6
        + "治理污染一处。" * n
        + "保护生态一片。" * 8
        for name, n, other in (
            ("甲", 20, "新建改建农村公路，畅通乡村物流，方便群众出行。"),
            ("乙", 10, "组织技能培训，帮助高校毕业生和退役军人实现就业。"),
            ("丙", 2, "引导金融机构支持小微企业，落实减税降费各项政策。"),
        )
    }
    return attention_index(read_texts(texts), WORDS, by="title")


def judge(sample, wrong):
    return sample.assign(valid=["no" if word in wrong else "yes" for word in sample["word"]])


def test_every_word_is_drawn_and_context_is_shown(index):
    sample = sample_hits(index, 12)
    assert sample["word"].value_counts().min() >= 5
    assert len(sample) == 12
    row = sample.iloc[0]
    assert row["hit"] == row["word"]
    assert sample["valid"].eq("").all()
    assert sample.equals(sample_hits(index, 12))
    assert not sample.equals(sample_hits(index, 12, random_state=2))


def test_a_sheet_comes_back_as_it_was_judged(index, tmp_path):
    path = validity_sheet(index, tmp_path / "hits.xlsx", 15)
    blank = read_validity_sheet(path)
    assert blank["valid"].eq("").all()
    book = pd.read_excel(path, sheet_name=None, engine="calamine")
    said = ["是", "1", "no", "无效", " YES "]
    filled = book["hits"].assign(valid=[said[i % 5] for i in range(15)])
    with pd.ExcelWriter(tmp_path / "judged.xlsx") as writer:
        filled.to_excel(writer, sheet_name="hits", index=False)
    back = read_validity_sheet(tmp_path / "judged.xlsx")
    assert back["valid"].value_counts().to_dict() == {"yes": 9, "no": 6}
    assert validity(index, back).table.loc[0, "judged"] == 15


def test_an_odd_judgement_and_a_strange_file_are_said(index, tmp_path):
    with pytest.raises(ParameterError, match="maybe"):
        validity(index, sample_hits(index).assign(valid="maybe"))
    pd.DataFrame({"a": [1]}).to_excel(tmp_path / "other.xlsx")
    with pytest.raises(ReadingError, match="sheet"):
        read_validity_sheet(tmp_path / "other.xlsx")


def test_precision_of_a_word_changes_the_ranks_as_it_should(index):
    judged = judge(sample_hits(index, 40), wrong={"污染"})
    table = validity(index, judged).table.set_index("word")
    assert table.loc["污染", "precision"] == 0
    assert table.loc["生态", "precision"] == 1
    fixed = corrected_index(index, judged).table
    # Eight places of 生态 in each report remain, and none of 污染 beyond a judge's doubt.
    assert fixed["hits_corrected"].tolist() == [8.0, 8.0, 8.0]
    assert (fixed["corrected_low"] <= fixed["value_corrected"]).all()


def test_all_hits_judged_leave_no_error(index):
    every = judge(sample_hits(index, 10_000), wrong={"污染"})
    fixed = corrected_index(index, every).table
    assert np.allclose(fixed["corrected_low"], fixed["corrected_high"])
    assert np.allclose(fixed["value_corrected"], fixed["corrected_low"])
    known = validity(index, every).table
    assert np.allclose(known["low"], known["precision"])
    assert np.allclose(known["high"], known["precision"])


def test_what_was_not_judged_or_not_drawn_here_is_said(index):
    sample = judge(sample_hits(index, 20), wrong=set())
    sample.loc[:4, "valid"] = ""
    said = validity(index, sample).cautions
    assert any(caution.en.startswith("5 hits") for caution in said)
    with pytest.raises(NotEnoughDataError, match="no hit was judged"):
        validity(index, sample.assign(valid=""))
    with pytest.raises(ParameterError, match="not hits of this index"):
        validity(index, sample.assign(start=sample["start"] + 1))
    with pytest.raises(ParameterError, match="once"):
        validity(index, pd.concat([sample, sample]))


def test_groups_that_differ_are_said(index):
    sample = sample_hits(index, 10_000)
    bad = index.table.set_index("title").index[0]
    doc = index.corpus.documents.set_index("title").loc[bad, "doc_id"]
    said = validity(index, sample.assign(valid=np.where(sample["doc_id"] == doc, "no", "yes")))
    assert any(
        "title" in caution.en and "Precision differs" in caution.en for caution in said.cautions
    )


def test_only_an_index_can_be_judged(index):
    other = trends(index.corpus, ["医共体"], by="year")
    with pytest.raises(ParameterError, match="attention_index"):
        sample_hits(other)
    with pytest.raises(ParameterError, match="wide=False"):
        sample_hits(attention_index(index.corpus, WORDS, by="title", wide=True))
    with pytest.raises(NotEnoughDataError, match="nothing to judge"):
        sample_hits(attention_index(index.corpus, ["酸雨"], by="title"))
    with pytest.raises(ParameterError, match="1 or more"):
        sample_hits(index, 0)


def test_intervals_cover_the_truth():
    """A planted truth: each hit is right with the precision of its word; the sample finds it."""
    rng = np.random.default_rng(7)
    sentences = ["治理污染一处。"] * 300 + ["保护生态一片。"] * 150
    text = "甲县2021年工作总结\n" + "\n".join(
        "".join(rng.permutation(sentences)[i : i + 9]) for i in range(0, 450, 9)
    )
    index = attention_index(read_texts({"a.txt": text}), WORDS, by="year")
    everything = sample_hits(index, 10_000)
    inside_index = inside_whole = 0
    draws = 60
    for seed in range(draws):
        truth_rng = np.random.default_rng(seed)
        right = everything["word"].map({"污染": 0.85, "生态": 0.4})
        truth = everything.assign(valid=np.where(truth_rng.random(len(right)) < right, "yes", "no"))
        sample = sample_hits(index, 80, random_state=seed).drop(columns="valid")
        key = ["doc_id", "para_no", "start", "end"]
        judged = sample.merge(truth[[*key, "valid"]], on=key)
        share = (truth["valid"] == "yes").mean()
        whole = validity(index, judged).table.iloc[0]
        inside_whole += bool(whole["low"] <= share <= whole["high"])
        row = corrected_index(index, judged, random_state=seed).table.iloc[0]
        true_value = row["value"] * share
        inside_index += bool(row["corrected_low"] <= true_value <= row["corrected_high"])
    assert inside_whole >= 0.88 * draws
    assert inside_index >= 0.88 * draws


def test_right_hits_of_a_row_vary_beyond_the_precision_of_its_words(index):
    """A row of few hits may have more right ones than its words have elsewhere."""
    rng = np.random.default_rng(0)
    hits = sample_hits(index, 10**6)
    inside = []
    for seed in range(20):
        right = rng.random(len(hits)) < 0.7
        place = ["index", "doc_id", "para_no", "start", "end"]
        truth = hits[place].assign(valid=np.where(right, "yes", "no"))
        drawn = sample_hits(index, 30, random_state=seed).drop(columns="valid").merge(truth)
        table = corrected_index(index, drawn).table
        held = truth[right].merge(index.evidence[[*place[1:], "row_id"]], on=place[1:])
        count = held.groupby("row_id").size().reindex(table.index, fill_value=0)
        value = table["value"] / table["hits"].where(table["hits"] > 0) * count
        known = value.notna()
        ends = table[["corrected_low", "corrected_high"]]
        inside += value.between(ends["corrected_low"] - 1e-9, ends["corrected_high"] + 1e-9)[
            known
        ].tolist()
    assert np.mean(inside) > 0.88

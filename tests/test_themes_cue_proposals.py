"""Phrases proposed as cues: what speaks for a theme and is not known yet, for a person to judge."""

from __future__ import annotations

import pytest

from policytext import Codebook, add_cues, code_by_cues, propose_cues
from policytext.errors import ParameterError
from policytext.themes.codebook import Theme

BOOK = Codebook(
    "economy",
    "1",
    (
        Theme("port", "港口航运", cues=("港口",)),
        Theme("farm", "农业"),
        Theme("outside", "无关"),
    ),
    alone=("outside",),
)
TEXTS = [
    "全年新建码头泊位三个，货物吞吐量增长。",
    "扩建码头泊位，集装箱班轮航线开通。",
    "集装箱班轮航线新增两条，码头泊位投用。",
    "粮食播种面积稳定，高标准农田建成五万亩。",
    "新建高标准农田，粮食单产提升。",
    "修缮博物馆，办好艺术节。",
    "办好艺术节，修缮剧院。",
]
LABELS = [["port"]] * 3 + [["farm"]] * 2 + [["outside"]] * 2


def test_what_speaks_for_a_theme_is_proposed_with_contexts() -> None:
    table = propose_cues(TEXTS, LABELS, BOOK)
    assert table.columns.tolist() == [
        "theme", "phrase", "n_with", "n_without", "log_odds", "low", "contexts",
    ]  # fmt: skip
    assert set(table["theme"]) == {"port", "farm"}
    port = table[table["theme"] == "port"]
    assert "码头泊位" in port["phrase"].tolist() or "码头" in "".join(port["phrase"])
    assert port["contexts"].str.contains("码头").any()
    assert (table["n_without"] == 0).all() and (table["low"] < table["log_odds"]).all()


def test_accepted_phrases_become_cues_that_code_new_paragraphs() -> None:
    book = add_cues(BOOK, propose_cues(TEXTS, LABELS, BOOK))
    assert "港口" in book.theme("port").cues and not book.theme("outside").cues
    new = ["码头泊位加快建设。", "推进高标准农田建设。", "办好运动会。"]
    assert code_by_cues(new, book)["theme"].tolist() == ["port", "farm", "outside"]
    with pytest.raises(ParameterError, match="no theme 'x'"):
        add_cues(BOOK, {"x": ["甲"]})


def test_a_phrase_of_one_report_or_one_that_a_cue_covers_is_not_proposed() -> None:
    one_report = propose_cues(TEXTS, LABELS, BOOK, groups=["a"] * 5 + ["b", "c"])
    assert one_report.empty
    known = add_cues(BOOK, {"port": ["码头", "集装箱"], "farm": ["粮食", "农田"]})
    covered = propose_cues(TEXTS * 1, LABELS, known, n=3)
    assert covered.empty


@pytest.mark.parametrize("wrong", [{"n": 0}, {"groups": ["a"]}, {"labels": LABELS[:2]}])
def test_wrong_input_is_refused_in_words(wrong) -> None:
    with pytest.raises(ParameterError, match="of one length"):
        propose_cues(**({"texts": TEXTS, "labels": LABELS, "codebook": BOOK} | wrong))

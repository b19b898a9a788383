"""Phrases proposed as cues: what speaks for a theme and is not known yet, for a person to judge."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policytext import (
    Codebook,
    add_cues,
    code_by_cues,
    cues_from_definitions,
    new_phrases,
    propose_cues,
    read_texts,
    text_vectors,
)
from policytext.errors import NotEnoughDataError, ParameterError
from policytext.themes.codebook import Theme
from policytext.themes.cue_proposals import _Field, _News

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


@pytest.mark.parametrize(
    "rows",
    [
        [("farm", "粮食"), (None, None)],
        [("farm", "粮食"), (float("nan"), "码头"), ("port", float("nan"))],
        [("farm ", " 粮食"), ("port", " "), ("port", "")],
    ],
)
def test_rows_that_were_emptied_in_a_spreadsheet_are_no_cues(
    rows: list[tuple[object, object]],
) -> None:
    more = add_cues(BOOK, pd.DataFrame(rows, columns=["theme", "phrase"]))
    assert more.theme("farm").cues == ("粮食",)
    assert more.theme("port").cues == BOOK.theme("port").cues


def test_blank_phrases_of_a_list_are_no_cues() -> None:
    assert add_cues(BOOK, {"farm": ["", "  ", "粮食"]}).theme("farm").cues == ("粮食",)


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


PLACES = ("山东省", "山西省", "湖南省", "湖北省")
SAID = {
    2024: "医院改善服务，修建道路。",
    2025: "医院改善服务，试点医院免陪照护服务。修建道路，种植大豆。",
    2026: "扩大医院免陪照护服务范围。种植大豆，修建道路。",
}
NEWS = read_texts(
    {
        f"{place}{year}.txt": f"{place}{year}年政府工作报告\n{text}\n"
        for place in PLACES
        for year, text in SAID.items()
    }
)


def test_what_is_new_is_found_whole_and_once_with_its_sentences() -> None:
    found = new_phrases(NEWS, since=2025)
    first = found.table.iloc[0]
    assert first["phrase"] == "医院免陪照护服务"
    assert (first["n_since"], first["reports_since"]) == (8, 8)
    assert (first["n_before"], first["reports_before"]) == (0, 4)
    assert not found.table["phrase"].iloc[1:].str.contains("陪照").any()
    places = found.explain(0)
    assert set(places["words"]) == {first["phrase"]} and set(places["year"]) == {2025, 2026}
    assert "试点医院免陪照护服务" in first["contexts"]


def test_only_clauses_of_the_field_are_news_but_earlier_reports_count_whole() -> None:
    assert not new_phrases(NEWS, since=2025).table["phrase"].str.contains("大豆").any()
    everything = Codebook("all", "1", (Theme("a", "甲"),))
    assert "种植大豆" in new_phrases(NEWS, everything, since=2025).table["phrase"].tolist()
    farm = Codebook("farm", "1", (Theme("farm", "农业", cues=("大豆",)),))
    table = new_phrases(NEWS, farm, since=2025).table
    assert table[["phrase", "theme"]].values.tolist() == [["种植大豆", "farm"]]


def test_years_that_leave_nothing_to_compare_are_refused() -> None:
    with pytest.raises(NotEnoughDataError, match="0 are of 2027 or later, 12 are earlier"):
        new_phrases(NEWS, since=2027)
    with pytest.raises(NotEnoughDataError, match="12 are of 2020 or later, 0 are earlier"):
        new_phrases(NEWS, since=2020)
    for wrong in ({"n": 0}, {"min_reports": 0}, {"max_before": -1}):
        with pytest.raises(ParameterError, match="must be at least"):
            new_phrases(NEWS, since=2025, **wrong)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.text(alphabet="医疗院新甲乙，。 \n１a", max_size=12), min_size=4, max_size=8))
def test_new_phrases_are_those_that_plain_counting_finds(texts) -> None:
    report = np.arange(len(texts))
    is_new = report % 2 == 1
    book = Codebook("all", "1", (Theme("a", "甲"),))
    field = _Field.of(texts, report, is_new, book)
    plain = ["".join(c if "一" <= c <= "龥" else "\n" for c in t.replace(" ", "")) for t in texts]
    for phrase, since, before in _News(99, 2, 0).found(field, is_new):
        assert since == sum(phrase in t for t, new in zip(plain, is_new, strict=True) if new) >= 2
        assert before == sum(phrase in t for t, n in zip(plain, is_new, strict=True) if not n) == 0
        for row, start, end in field.places_of(phrase, is_new):
            assert texts[row][start:end].replace(" ", "") == phrase


WORLDS = {
    "port": ("港口", "码头", "泊位", "航道疏浚", "集装箱"),
    "farm": ("农业", "粮食", "耕地", "作物育种", "联合收割"),
    "rest": ("剧院", "舞台", "画展", "民间歌舞", "图书借阅"),
}


def test_definitions_and_what_stands_near_them_become_cues_without_a_label() -> None:
    rng = np.random.default_rng(0)
    texts = [
        "，".join(rng.permutation(words)[:3]) + "。"
        for world, words in WORLDS.items()
        for _ in range(240 if world == "rest" else 80)
    ]
    port = Theme("port", "港口", definition_zh="码头泊位")
    farm = Theme("farm", "农业", definition_zh="粮食和耕地")
    book = Codebook("own", "1", (port, farm, BOOK.themes[2]), alone=("outside",))
    found = cues_from_definitions(texts, book, vectors=text_vectors(texts, n_dimensions=9))
    given = found[found["kind"] == "definition"]
    assert given[["theme", "phrase"]].values.tolist() == [
        ["port", "港口"],
        ["port", "码头"],
        ["port", "泊位"],
        ["farm", "农业"],
        ["farm", "粮食"],
        ["farm", "耕地"],
    ]
    near = found[found["kind"] == "near"]
    assert len(near) and (near["margin"] > 0.6).all()
    for theme, phrase in zip(near["theme"], near["phrase"], strict=True):
        assert any(phrase in word for word in WORLDS[theme]), (theme, phrase)
    more = add_cues(book, found)
    assert code_by_cues(["航道疏浚。", "作物育种。"], more)["theme"].tolist() == ["port", "farm"]


def test_definitions_in_words_that_reports_do_not_use_are_said() -> None:
    texts = ["医院新建病房。", "医院病房开工。"] * 30
    with pytest.raises(NotEnoughDataError, match="no word of the definitions of codebook 'own'"):
        cues_from_definitions(texts, Codebook("own", "1", (Theme("a", "渔业"),)))
    with pytest.raises(ParameterError, match="n must be at least 0"):
        cues_from_definitions(texts, BOOK, n=-1)

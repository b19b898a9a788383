"""Cue terms: the grammar, masks, domain gate, offsets, and coding by them alone."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policytext import Codebook, code_by_cues, load_codebook
from policytext.errors import ParameterError
from policytext.themes.codebook import Theme
from policytext.themes.coding import CODING_COLUMNS
from policytext.themes.cues import UNVALIDATED, CueMatcher

HEALTH = CueMatcher(load_codebook())


def matcher(**theme: tuple[str, ...]) -> CueMatcher:
    return CueMatcher(Codebook("toy", "1", (Theme("a", "甲", **theme),)))


def strong(found: object) -> list[str]:
    return [hit.cue for hit in found.hits if hit.strong]  # type: ignore[attr-defined]


def test_two_atoms_must_stand_in_the_same_clause() -> None:
    cue = matcher(cues=("养老机构 签约|协议",))
    assert strong(cue.find("与养老机构签约12家")) == ["养老机构 签约|协议"]
    assert strong(cue.find("养老机构增加，医院签约12家")) == []


def test_a_forbidden_atom_silences_the_cue_in_its_clause_only() -> None:
    cue = matcher(cues=("首诊 -首诊负责",))
    assert strong(cue.find("落实首诊负责制")) == []
    assert strong(cue.find("落实首诊负责制，推行基层首诊")) == ["首诊 -首诊负责"]


def test_nearby_looks_at_the_sentence_and_no_further() -> None:
    cue = matcher(cues=("培训 ~护士",))
    assert strong(cue.find("护士到岗，培训三次")) == ["培训 ~护士"]
    assert strong(cue.find("护士到岗。培训三次")) == []


def test_a_mask_hides_the_cue_inside_it() -> None:
    cue = matcher(cues=("共同体",), masks=("命运共同体",))
    assert strong(cue.find("构建命运共同体")) == []
    found = cue.find("构建命运共同体和医疗共同体")
    assert [(h.start, h.end) for h in found.hits] == [(10, 13)]


def test_a_cue_without_a_positive_atom_is_refused() -> None:
    with pytest.raises(ParameterError, match="needs an atom without - or ~"):
        matcher(cues=("-首诊",))


def test_swapped_synonyms_and_blanks_are_seen_through_with_true_offsets() -> None:
    text = "推进家庭 医生签约效劳"
    hit = next(h for h in HEALTH.find(text).hits if h.cue == "家庭医生")
    assert text[hit.start : hit.end] == "家庭 医生"


def test_hints_are_not_strong() -> None:
    found = matcher(hints=("基层",)).find("面向基层")
    assert [hit.strong for hit in found.hits] == [False]


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet="医共体养老签约首诊，。 \n　（）1２a", max_size=60))
def test_every_hit_lies_inside_its_clause_and_the_text(text: str) -> None:
    found = HEALTH.find(text)
    assert len(found.domain) == len(found.clauses)
    for hit in found.hits:
        clause = found.clauses[hit.clause]
        assert 0 <= clause.start <= hit.start < hit.end <= clause.end <= len(text)


def test_one_row_for_each_paragraph_and_theme_with_the_place_of_the_first_cue() -> None:
    text = "道路硬化12公里，建成紧密型医共体2个，免费建设中医馆9个。"
    table = code_by_cues([text, "", "道路硬化12公里。"])
    assert tuple(table.columns) == CODING_COLUMNS
    coded = table[table["row"] == 0].set_index("theme")
    assert {"medical_consortium", "tcm"} <= set(coded.index)
    assert text[coded.loc["tcm", "start"] : coded.loc["tcm", "end"]] == "中医馆"
    assert table.loc[table["row"] == 2, "theme"].tolist() == ["outside"]
    assert set(table["source"]) == {UNVALIDATED}
    assert table["probability"].isna().all()


def test_a_paragraph_of_the_domain_without_theme_is_general() -> None:
    assert code_by_cues(["卫生工作稳步前进。"])["theme"].tolist() == ["general"]


def test_list_of_other_things_is_refused_in_words() -> None:
    with pytest.raises(ParameterError, match="entry 1 is 3"):
        code_by_cues(["文", 3])  # type: ignore[list-item]


def test_a_number_or_a_latin_word_is_no_cue_inside_a_longer_one() -> None:
    matcher = CueMatcher(load_codebook())
    cues = [hit.cue for hit in matcher.find("道路改造投资1205万元,新建院史馆。").hits]
    assert not any(cue.startswith("120") for cue in cues)
    assert any(hit.cue.startswith("120") for hit in matcher.find("新建120急救站两个。").hits)


def test_an_own_scheme_says_outside_and_may_ask_for_two_clauses() -> None:
    themes = (Theme("port", "港口", cues=("港口", "码头")), Theme("outside", "无关"))
    book = Codebook("own", "1", themes, alone=("outside",))
    texts = [
        "港口吞吐量增长，新建码头两座，粮食增产。",
        "新建码头两座，粮食增产。",
        "码头开工。",
        "粮食增产。",
    ]
    assert code_by_cues(texts, book)["theme"].tolist() == ["port", "port", "port", "outside"]
    two = code_by_cues(texts, book, min_clauses=2)["theme"].tolist()
    assert two == ["port", "outside", "port", "outside"]
    other = Codebook("own", "1", (*themes[:1], Theme("other", "其他")), alone=("other",))
    assert code_by_cues(texts[3:], other)["theme"].tolist() == ["other"]
    with pytest.raises(ParameterError, match="min_clauses"):
        code_by_cues(texts, book, min_clauses=0)

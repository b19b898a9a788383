"""Cue terms: the grammar, masks, domain gate, offsets; texts here are written for the tests."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policytext.errors import ParameterError
from policytext.themes.codebook import Codebook, Theme, load_codebook
from policytext.themes.cues import CueMatcher

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

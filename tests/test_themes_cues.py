"""Cue terms: the grammar, masks, domain gate, offsets, and coding by them alone."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policytext import Codebook, code_by_cues, load_codebook
from policytext.anatomy.clauses import cut_clauses
from policytext.errors import ParameterError
from policytext.themes.codebook import Theme
from policytext.themes.coding import CODING_COLUMNS
from policytext.themes.cues import UNVALIDATED, CueMatcher, Letters

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


LETTERS = "医共体养老签约首诊，,:。；：\n　（）1２0ax"


@settings(max_examples=80, deadline=None)
@given(st.lists(st.text(alphabet=LETTERS, max_size=30), min_size=1, max_size=6))
def test_texts_found_together_are_found_as_each_alone(texts: list[str]) -> None:
    toy = matcher(
        cues=("医共体", "首诊 签约|养老 -体首", "养老 ~签约", "120", "共体", "医"),
        hints=("老",),
        masks=("医共体养", "体\n首"),
    )
    found = toy.find_batch(Letters.of(texts, "\n"))
    begins = Letters.of(texts, "\n").begins
    cues = list(toy._cues)
    for number, text in enumerate(texts):
        one = toy.find_plain(text)
        of_text = found.clause_text == number
        start, end = found.clause_start[of_text], found.clause_end[of_text]
        offset = begins[number]
        spans = list(zip((start - offset).tolist(), (end - offset).tolist(), strict=True))
        assert spans == [(c.start, c.end) for c in one.clauses]
        assert spans == [(c.start, c.end) for c in cut_clauses(text)]
        hits = [
            (cues[cue][2], start - offset, end - offset)
            for clause, cue, start, end in zip(*(v.tolist() for v in found[5:]), strict=True)
            if found.clause_text[clause] == number
        ]
        assert hits == [(h.cue, h.start, h.end) for h in one.hits]


@settings(max_examples=80, deadline=None)
@given(st.text(alphabet=LETTERS, max_size=40))
def test_found_is_what_a_plain_reading_of_the_grammar_finds(text: str) -> None:
    cues = ("医共体", "首诊 签约|养老 -体首", "养老 ~签约", "共体")
    found = matcher(cues=cues, masks=("医共体养",)).find_plain(text)
    expected = set()
    parts = cut_clauses(text)
    said = [text[c.start : c.end] for c in parts]
    masked = [(i, i + 4) for i in range(len(text)) if text.startswith("医共体养", i)]
    for number, (part, clause) in enumerate(zip(parts, said, strict=True)):
        near = [other for other, c in zip(said, parts, strict=True) if c.sentence == part.sentence]
        asked = {
            "医共体": True,
            "首诊 签约|养老 -体首": ("签约" in clause or "养老" in clause) and "体首" not in clause,
            "养老 ~签约": any("签约" in other for other in near),
            "共体": True,
        }
        for cue, holds in asked.items():
            word = cue.split()[0]
            places = [i + part.start for i in range(len(clause)) if clause.startswith(word, i)]
            free = [i for i in places if not any(a <= i and i + len(word) <= b for a, b in masked)]
            if holds and free:
                expected.add((number, cue, free[0], free[0] + len(word)))
    assert {(h.clause, h.cue, h.start, h.end) for h in found.hits} == expected

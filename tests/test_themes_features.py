"""What a classifier sees: strings, evidence and context, each number by its name."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policytext import Codebook, ThemeClassifier, load_codebook, text_vectors
from policytext.anatomy.clauses import comparable, cut_clauses
from policytext.errors import NotEnoughDataError, ParameterError
from policytext.themes.codebook import Theme
from policytext.themes.cues import CueMatcher
from policytext.themes.features import (
    CharacterTable,
    character_strings,
    cue_trust,
    nearness,
    pooled_trust,
    read_evidence,
    spelled,
    stacked,
    theme_centres,
)

MATCHER = CueMatcher(load_codebook())
TCM = MATCHER.codebook.ids.index("tcm")


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=60))
def test_comparable_spelling_leads_back_to_the_text(text) -> None:
    plain = comparable(text)
    for i in range(len(plain.text)):
        start, end = plain.original(i, i + 1)
        assert 0 <= start < end <= len(text)
    parts = cut_clauses(plain.text)
    assert all(a.end <= b.start for a, b in pairwise(parts))


def test_strings_are_counted_exactly_and_rows_have_length_one() -> None:
    texts = ["医保医保", "医保12元", "粮"]
    counter = character_strings().set_params(min_df=1).fit(texts)
    names = counter.get_feature_names_out().tolist()
    assert {"医", "保", "医保", "保医", "0", "保0", "粮"} <= set(names)
    matrix, idf = counter.transform(texts), counter.idf_
    lengths = np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel()
    np.testing.assert_allclose(np.sqrt(lengths), 1)
    raw = (matrix[0, names.index("医保")] / idf[names.index("医保")]) / (
        matrix[0, names.index("保医")] / idf[names.index("保医")]
    )
    assert raw == pytest.approx(1 + np.log(2))


def test_strings_of_a_stored_model_keep_their_order() -> None:
    stored = character_strings(["医保", "医", "保"])
    stored.idf_ = np.array([1.0, 2.0, 3.0])
    assert stored.transform(["医"]).toarray().tolist() == [[0.0, 1.0, 0.0]]


def test_evidence_by_name_says_what_stands_in_the_clauses() -> None:
    text = "硬化道路40公里，新建中医馆12个，推广中医适宜技术。粮食增产。"
    evidence = read_evidence([text, ""], MATCHER)
    tcm = {name: float(values[0, TCM]) for name, values in evidence.pairs.items()}
    assert (tcm["has_cue"], tcm["two_clauses"], tcm["three_clauses"]) == (1, 1, 0)
    assert tcm["log_clauses"] == pytest.approx(np.log(3))
    assert tcm["share_of_clauses"] == pytest.approx(2 / 4)
    assert tcm["log_clauses_with_figure"] == pytest.approx(np.log(2))
    assert (tcm["in_first_clause"], tcm["lateness"]) == (0, pytest.approx(1 / 4))
    assert evidence.context["log_clauses"][0] == pytest.approx(np.log(4))
    assert evidence.context["no_cue"].tolist() == [0, 1]
    assert stacked(evidence.pairs, list(evidence.pairs)).shape == (2, 24, 22)
    assert all(not values[1].any() for values in evidence.pairs.values())


def test_trust_is_shrunk_and_pooled_over_clauses() -> None:
    texts = ["新建中医馆12个。"] * 9 + ["新建中医馆12个，新建中医馆9个。"]
    evidence = read_evidence(texts, MATCHER)
    labels = np.zeros((10, 24), dtype=bool)
    labels[:, TCM] = True
    trust = cue_trust(evidence, labels, MATCHER.theme_of_cue)
    strong = evidence.hit_strong & (evidence.hit_theme == TCM)
    assert (trust[evidence.hit_cue[strong]] > 0.7).all() and trust.max() < 1
    pooled = pooled_trust(evidence, trust[evidence.hit_cue], (10, 24))
    assert pooled["best_cue"][9, TCM] == pooled["best_cue"][0, TCM]
    assert pooled["cues_together"][9, TCM] > pooled["cues_together"][0, TCM]


@settings(max_examples=80, deadline=None)
@given(
    st.lists(st.text(alphabet="医保基金12０x × \n，‹A›😀粮", max_size=20), min_size=1, max_size=5)
)
def test_strings_are_counted_as_the_fitted_counter_does(texts) -> None:
    fitted = character_strings().fit(["医保基金12元", "医保基金😀", "保医粮", "粮，医保"])
    ours = CharacterTable(fitted).counted(spelled(texts))
    np.testing.assert_allclose(ours.toarray(), fitted.transform(texts).toarray(), atol=1e-14)


def test_vectors_of_unlabelled_text_lead_from_known_words_to_unknown_ones() -> None:
    port, farm = ("码头泊位开工。", "粮食作物丰收。")
    many = [port, "泊位航道疏浚。", farm, "作物病虫防治。"] * 20
    near = text_vectors(many, n_dimensions=2)  # a third would be one of two equal ones
    labels = [["port"], ["farm"]] * 12
    book = Codebook("own", "1", (Theme("port", "港口"), Theme("farm", "农业")))
    model = ThemeClassifier(book, encoder=near).fit([port, farm] * 12, labels)
    said = model.predict_labels(["航道疏浚。", "病虫防治。"])
    assert [themes[0] for themes in said] == ["port", "farm"]
    assert np.array_equal(near(many[:4]), text_vectors(many, n_dimensions=2)(many[:4]))
    assert not near(["𠀀"]).any()
    slow = near.counter.transform(["码头泊位", "1,2:码头"]) @ near.axes.T
    assert near(["码头泊位", "1,2:码头"])[:, :2] == pytest.approx(
        slow / np.linalg.norm(slow, axis=1, keepdims=True) * 2
    )
    whole, led = near([farm, "粮食作物丰收。码头泊位开工。"])
    assert led[2:] == pytest.approx(whole[2:]) and led[:2] != pytest.approx(whole[:2])
    assert whole[2:] == pytest.approx(whole[:2] * 0.7) and near([]).shape == (0, 4)
    themes = (Theme("port", "港口", definition_zh="码头、泊位"), Theme("farm", "粮食作物"))
    centres = theme_centres(Codebook("own", "1", themes), near)
    found = nearness([port, farm + port, "𠀀"], near, centres)
    assert found["nearer_than_others"][0, 0] > 0 > found["nearer_than_others"][0, 1]
    assert found["nearest_sentence"][1].min() > found["near"][1].min()
    assert not found["near"][2].any() and not found["nearer_than_others"][2].any()
    with pytest.raises(ParameterError, match="at least 2"):
        text_vectors(many, n_dimensions=1)
    for few in (many, ["。"]):
        with pytest.raises(NotEnoughDataError, match="needs more than 80 strings"):
            text_vectors(few)

"""One clause is enough: what it says by itself is never taken back by the rest of a paragraph."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from policytext import load_theme_classifier
from policytext.anatomy.clauses import cut_clauses
from policytext.themes.coding import fictional_examples
from policytext.themes.cues import CueMatcher
from policytext.themes.fitting import CLAUSE_NAMES, ClauseCells, bounded, fit_clauses

MODEL = load_theme_classifier()
MATCHER = CueMatcher(MODEL.codebook_)
BITS = [
    text[part.start : part.end] for text, _ in fictional_examples() for part in cut_clauses(text)
]
OTHER = ["粮食总产量再创新高", "新建高速公路120公里", "整治河道三条", "引进项目40个，投资9亿元"]


@settings(max_examples=25, deadline=None)
@given(st.lists(st.sampled_from(BITS + OTHER), min_size=2, max_size=12))
def test_a_theme_is_never_less_likely_than_in_its_best_clause(bits) -> None:
    text = "，".join(bits) + "。"
    whole = MODEL.predict_proba([text])[0]
    clauses = [text[part.start : part.end] for part in cut_clauses(text)]
    alone = MODEL.predict_proba(clauses)
    for clause, probabilities in zip(clauses, alone, strict=True):
        themes = {h.theme for h in MATCHER.find(clause).hits if h.strong}
        for theme in themes:
            if MATCHER.real[theme]:
                assert probabilities[theme] <= whole[theme] + 1e-12, (clause, theme)


def test_one_clause_in_a_long_paragraph_about_other_things_is_found() -> None:
    clause = "试点开展免陪照护服务"
    quality = MODEL.codebook_.ids.index("care_quality")
    among = "，".join([*OTHER, clause, *OTHER]) + "。"
    alone, whole = MODEL.predict_proba([clause, among])[:, quality]
    assert whole >= alone > 0.45
    assert "care_quality" in MODEL.predict_labels([among])[0]


def test_names_of_institutions_lists_and_slogans_are_weaker_than_a_clause_that_acts() -> None:
    themes = MODEL.codebook_.ids
    pairs = [
        ("maternal_child", "妇幼保健院门前道路完工。", "为孕产妇免费开展高危筛查5000例。"),
        ("tcm", "统筹发展老龄、中医药、红十字等事业。", "新建中医馆12个，推广适宜技术。"),
        ("care_quality", "构建和谐医患关系。", "建立医疗纠纷预防和处置机制。"),
    ]
    for theme, weak, acting in pairs:
        low, high = MODEL.predict_proba([weak, acting])[:, themes.index(theme)]
        assert low < high, theme


def test_clauses_are_weighed_by_the_labels_of_their_paragraphs() -> None:
    rng = np.random.default_rng(0)
    values = rng.normal(size=(600, len(CLAUSE_NAMES)))
    cells = ClauseCells(np.repeat(np.arange(200), 3), np.zeros(600, dtype=np.int64), values)
    labels = (values[:, 0] > 0.8).reshape(200, 3).any(axis=1)[:, None]
    model = fit_clauses(cells, labels)
    pooled = model.pooled(cells, (200, 1))
    assert model.shared[0] > 1 and abs(model.shared[5]) < 0.5
    assert (pooled["clauses_together"] >= pooled["best_clause_alone"] - 1e-12).all()
    said = pooled["clauses_together"] > 0.5
    assert (said == labels).mean() > 0.9


def test_the_bound_keeps_the_order_and_stays_below() -> None:
    likely = np.linspace(0, 0.97, 50)
    held = bounded(likely)
    assert (np.diff(held) > 0).all() and (held <= likely).all()
    assert bounded(np.array([0.5]))[0] == pytest.approx(0.2689, abs=1e-3)

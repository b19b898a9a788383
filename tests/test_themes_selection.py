"""Which paragraphs to label next: doubtful ones, unlike each other, from several reports."""

from __future__ import annotations

import numpy as np
import pytest

from policytext import ThemeClassifier
from policytext.errors import ParameterError
from policytext.themes.evaluation import paragraphs_to_label
from themes_planted import planted


@pytest.fixture(scope="module")
def model() -> ThemeClassifier:
    return ThemeClassifier().fit(*planted(120))


def test_chosen_paragraphs_are_doubtful_and_varied(model) -> None:
    texts, _, reports = planted(200, 7)
    table = paragraphs_to_label(model, texts, reports, 12)
    assert len(table) == 12 and table["row"].is_unique
    assert table["confidence"].mean() < model.confidence(texts).mean()
    assert table["report"].value_counts().max() <= 2


def test_copies_are_not_chosen_twice(model) -> None:
    texts = ["落实相关政策，稳步推进。"] * 5 + planted(20, 8)[0]
    table = paragraphs_to_label(model, texts, [str(i) for i in range(25)], 6)
    assert np.isin(table["row"], range(5)).sum() <= 1


def test_wrong_numbers_are_refused(model) -> None:
    with pytest.raises(ParameterError, match="n must be positive"):
        paragraphs_to_label(model, ["一"], ["r"], 0)

"""Coding by cue terms on paragraphs written for the tests."""

from __future__ import annotations

import pytest

from policytext import code_by_cues
from policytext.errors import ParameterError
from policytext.themes.coding import CODING_COLUMNS
from policytext.themes.cues import UNVALIDATED


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
    with pytest.raises(ParameterError, match="entry 1 is int"):
        code_by_cues(["文", 3])  # type: ignore[list-item]

"""Codebooks: the shipped ones are clean, any scheme goes to Excel and back."""

from __future__ import annotations

import re

import pytest

from policytext import Codebook, load_codebook
from policytext.errors import ParameterError, ReadingError
from policytext.themes.codebook import Theme
from policytext.themes.cues import CueMatcher

NAMES = ("health-themes", "policy-instruments", "pmc-index")


@pytest.mark.parametrize("name", NAMES)
def test_shipped_schemes_are_bilingual_and_without_slips(name) -> None:
    book = load_codebook(name)
    for theme in book.themes:
        assert theme.label_zh and theme.label_en and theme.definition_zh
        for words in (theme.cues, theme.hints, theme.masks):
            assert len(set(words)) == len(words), theme.id
            assert all(w == w.strip() and "（" not in w for w in words), theme.id
    CueMatcher(book)


def test_the_health_scheme_has_its_22_themes_and_two_that_stand_alone() -> None:
    book = load_codebook()
    assert len(book.themes) == 24 and book.alone == ("general", "outside")
    assert all(t.definition_en for t in book.themes)
    assert all(t.cues for t in book.themes if t.id not in book.alone)


@pytest.mark.parametrize("name", NAMES)
def test_excel_and_back_keeps_everything(name, tmp_path) -> None:
    book = load_codebook(name)
    again = Codebook.from_excel(book.to_excel(tmp_path / "book.xlsx"))
    assert again == book


def test_a_plain_table_of_ids_and_names_is_a_scheme(tmp_path) -> None:
    import pandas as pd

    path = tmp_path / "mine.xlsx"
    pd.DataFrame({"id": ["a", "b"], "label_zh": ["甲", "乙"], "cues": ["词一\n词二", ""]}).to_excel(
        path
    )
    book = Codebook.from_excel(path)
    assert book.name == "mine" and book.themes[0].cues == ("词一", "词二")


def test_errors_name_what_is_wrong(tmp_path) -> None:
    with pytest.raises(ParameterError, match=r"doubled: \['a'\]"):
        Codebook("x", "1", (Theme("a", "甲"), Theme("a", "乙")))
    with pytest.raises(ParameterError, match="letter followed by"):
        Codebook("x", "1", (Theme("1 a", "甲"),))
    with pytest.raises(ParameterError, match="themes that do not exist"):
        Codebook("x", "1", (Theme("a", "甲"),), alone=("b",))
    with pytest.raises(ParameterError, match="it has health-themes, pmc-index, policy-instruments"):
        load_codebook("none")
    path = tmp_path / "bad.yaml"
    path.write_text("name: x\nthemes:\n  - id: a\n", encoding="utf-8")
    with pytest.raises(ReadingError, match="lacks the field 'label_zh'"):
        Codebook.from_yaml(path)
    path.write_text("[1", encoding="utf-8")
    with pytest.raises(ReadingError, match="cannot be read as YAML"):
        Codebook.from_yaml(path)


BOOK = "name: x\nthemes: [{id: a, label_zh: 甲, cues: [医共体]}]\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: &a [x, x]\nb: &b [*a, *a]\nname: *b\nthemes: []\n", "uses an alias"),
        ("name: x\nthemes: " + "[" * 3000, "nested too deep"),
        ("name: x\nthemes: 5", "themes must be a list, got '5'"),
        ("name: x\nthemes: [a]", "theme 1 must have named fields, got 'a'"),
        (BOOK.replace("[医共体]", "{a: 1}"), "theme 1: cues must be a list"),
        (BOOK.replace("[医共体]", "[[医]]"), "theme 1: cues, entry 1 must be text"),
        (BOOK + "domain: [a]", "domain must have named fields"),
        ("name: !!python/object/apply:os.system ['true']\nthemes: []", "could not determine a con"),
        (" " * 5_000_001, "must be under"),
    ],
)
def test_a_malformed_codebook_is_a_sentence(tmp_path, text, said):
    path = tmp_path / "bad.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ReadingError, match=re.escape(said)):
        Codebook.from_yaml(path)


@pytest.mark.parametrize("encoding", ["gbk", "utf-16", "utf-8-sig"])
def test_a_codebook_is_read_in_any_encoding(tmp_path, encoding):
    path = tmp_path / "book.yaml"
    path.write_text(BOOK.replace("id: a", "id: yes") + "version: 1.10\n", encoding=encoding)
    book = Codebook.from_yaml(path)
    assert (book.ids, book.version, book.themes[0].cues) == (("yes",), "1.10", ("医共体",))

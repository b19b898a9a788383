"""Do all public functions speak one grammar: corpus or model first, then what, then `by`?"""

import inspect
from pathlib import Path

import pytest

import policytext
from policytext import inference

FIRST = ("corpus", "model", "statements", "passages", "corpus_or_texts")
BY = {"write_topic_card": ("province", "year"), "trend_tests": "year", "dispersion": None}
"""Functions whose usual groups cannot be provinces: a trend needs years, a spread many reports."""
COUNTED = ("parts", "kinds", "exclude_rows", "level", "genre")
GONE = ("mix_levels", "counted", "seed", "conf", "alpha_level", "options", "which_groups")
ONE_MEANING = {
    "level": (None,),
    "genre": (None,),
    "confidence": (0.95,),
    "min_certainty": ("likely",),
    "kinds": (("body", "list"), ("body", "list", "heading")),
    "parts": (None,),
    "exclude_rows": (None,),
    "n_jobs": (1,),
    "stop_words": ("default",),
    "random_state": (0, 1),
}


def functions():
    for name in policytext.__all__:
        thing = getattr(policytext, name)
        if inspect.isfunction(thing):
            yield name, inspect.signature(thing).parameters


def methods():
    for owner in (policytext.Corpus, policytext.Result, policytext.TopicModel):
        for name, thing in vars(owner).items():
            if inspect.isfunction(thing) and not name.startswith("_"):
                yield f"{owner.__name__}.{name}", inspect.signature(thing).parameters


EVERYTHING = dict(functions()) | dict(methods())


@pytest.mark.parametrize("name", dict(functions()))
def test_what_is_counted_on_stands_first(name):
    given = list(EVERYTHING[name])
    for first in [name for name in FIRST if name in given]:
        before = given[: given.index(first)]
        assert set(before) <= set(FIRST), (name, given)


@pytest.mark.parametrize("name", [n for n, p in functions() if "by" in p])
def test_by_is_positional_or_named_follows_what_and_is_the_province(name):
    given = EVERYTHING[name]
    by = given["by"]
    assert by.kind is by.POSITIONAL_OR_KEYWORD
    assert by.default == BY.get(name, "province")
    place = list(given).index("by")
    later = [p for p in list(given.values())[place + 1 :] if p.kind is not p.KEYWORD_ONLY]
    assert not later, f"{name}: {later} stand behind by"


@pytest.mark.parametrize("name", EVERYTHING)
def test_a_word_means_one_thing(name):
    for parameter in EVERYTHING[name].values():
        assert parameter.name not in GONE
        assert parameter.kind not in (parameter.VAR_KEYWORD, parameter.VAR_POSITIONAL)
        allowed = ONE_MEANING.get(parameter.name)
        if allowed and parameter.default is not parameter.empty:
            assert parameter.default in allowed, (name, parameter)


@pytest.mark.parametrize("name", [n for n, p in functions() if "exclude_rows" in p])
def test_what_counts_paragraphs_takes_the_same_choices(name):
    given = EVERYTHING[name]
    assert set(COUNTED) <= set(given)
    assert all(given[c].kind is inspect.Parameter.KEYWORD_ONLY for c in COUNTED)
    if "by" in given:
        assert {"mix", "min_certainty"} <= set(given)
        assert given["mix"].default is (name == "adjusted_rates")


def test_level_is_administrative_only():
    for name in inference.__all__:
        thing = getattr(inference, name)
        if inspect.isfunction(thing):
            assert "level" not in inspect.signature(thing).parameters, name


@pytest.mark.parametrize("name", ["count_terms", "count_words"])
def test_what_is_called_count_gives_counts(name):
    assert inspect.signature(getattr(policytext, name)).return_annotation == "Counts"


def test_old_names_are_gone():
    assert not hasattr(policytext, "term_counts")


def test_the_table_of_verbs_names_what_there_is():
    page = (Path(__file__).parents[1] / "docs" / "verbs.md").read_text(encoding="utf-8")
    lacking = [name for name, p in functions() if "by" in p and f"`{name}" not in page]
    assert not lacking

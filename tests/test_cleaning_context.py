"""Own rules are read and refused in words; lists of words become patterns."""

import re

import pytest

from policytext.cleaning import load_rules
from policytext.cleaning.context import WORDS, ends_in, listed
from policytext.data import any_of, read_table, words_of
from policytext.errors import DamagedFileError, ParameterError


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        ("pattern\na\n", "lacks replacement"),
        ("pattern,replacement\n,b\n", "line 2: the pattern is empty"),
        ("pattern,replacement\nregex:(,b\n", "is no regular expression"),
        ("pattern,replacement\nregex:a*,b\n", "matches nothing at all"),
    ],
)
def test_broken_rules_are_refused_in_words(tmp_path, lines, words):
    rules = tmp_path / "rules.csv"
    rules.write_text(lines, encoding="utf-8")
    with pytest.raises(ParameterError, match=words):
        load_rules(rules)


def test_every_group_of_words_becomes_a_pattern():
    groups = {g for cell in read_table(WORDS)["groups"] for g in cell.split("|")}
    assert len(groups) > 20
    for group in groups:
        assert len(set(words_of(WORDS, group))) == len(words_of(WORDS, group))
        for word in words_of(WORDS, group):
            assert word.startswith("re:") or listed(group).fullmatch(word), (group, word)


def test_longer_words_come_first_and_expressions_last():
    pattern = any_of(WORDS, "place_after_mask")
    assert re.match(pattern, "街道办")[0] == "街道"
    assert pattern.index("总医院") < pattern.index("|省|") < pattern.index("[一-龥]")


def test_a_word_before_may_have_any_length():
    assert re.search("年" + ends_in("counted_before_year", "年"), "每年")
    assert not re.search("年" + ends_in("counted_before_year", "年"), "自年")


def test_an_unknown_group_is_named():
    with pytest.raises(DamagedFileError, match="no group 'colours'"):
        words_of(WORDS, "colours")

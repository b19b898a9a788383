"""Own rules are read and refused in words; listed words decide by where they end."""

import re

import pytest

from policytext.cleaning import load_rules
from policytext.cleaning.context import ends_in
from policytext.errors import ParameterError


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


def test_a_word_before_may_have_any_length():
    assert re.search("年" + ends_in("counted_before_year", "年"), "每年")
    assert not re.search("年" + ends_in("counted_before_year", "年"), "自年")

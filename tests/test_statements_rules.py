"""Rules: order, conditions, and what an edited list may get wrong."""

import random
import re
from collections import Counter

import pytest

from policytext.errors import ParameterError, ReadingError
from policytext.statements.fields import load_lists
from policytext.statements.rules import (
    RULE_FILES,
    Decision,
    Setting,
    decide_all,
    make_signs,
    read_list,
    read_rules,
)

HEAD = "rule,phases,parts,kinds,genres,tenses,where,pattern,value,certainty,note\n"


def write(folder, *rows):
    (folder / "phase.csv").write_text(HEAD + "".join(r + "\n" for r in rows), encoding="utf-8")
    return folder


def test_the_first_rule_that_applies_wins(tmp_path):
    write(tmp_path, "a,,plan,,,,clause,建,planned,certain,", "b,,,,,,clause,,reviewed,likely,")
    lists = load_lists(tmp_path)
    found = lists.read(Setting("建成医院", part="plan"))["phase"]
    assert found == Decision("planned", "a", "certain")
    assert lists.read(Setting("建成医院", part="review"))["phase"].rule == "b"


def test_none_is_an_empty_field_with_a_rule(tmp_path):
    write(tmp_path, "a,,,,,,clause,,none,likely,")
    found = load_lists(tmp_path).read(Setting("建成医院"))["phase"]
    assert found == Decision("", "a", "likely")


def test_no_rule_is_an_empty_decision():
    assert decide_all((), Setting("x")) == Decision()


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("a,,,,,,nowhere,x,planned,certain,", "where must be one of"),
        ("a,,,,,,clause,x,planned,maybe,", "certainty certain or likely"),
        ("a,,,,,,clause,(,planned,certain,", "pattern cannot be read"),
    ],
)
def test_a_wrong_row_is_named(tmp_path, row, words):
    with pytest.raises(ParameterError, match=words):
        read_rules("phase", write(tmp_path, row))


def test_a_comma_without_quotes_is_explained(tmp_path):
    with pytest.raises(ReadingError, match="double quotes"):
        read_rules("phase", write(tmp_path, "a,,,,,,clause,x{1,2},planned,certain,"))


def test_a_column_that_lacks_is_named(tmp_path):
    (tmp_path / "actors.csv").write_text("actor\nx\n", encoding="utf-8")
    with pytest.raises(ParameterError, match="'words'"):
        read_list("actors", tmp_path)


def test_unknown_lists_and_folders_are_refused(tmp_path):
    with pytest.raises(ParameterError, match="list must be one of"):
        read_list("no_list")
    with pytest.raises(ReadingError, match="must be a folder"):
        read_list("phase", tmp_path / "nothing")


@pytest.mark.parametrize("name", RULE_FILES)
def test_shipped_lists_can_be_read(name):
    assert len(read_list(name)) > 3


def test_no_rule_is_passed_over_where_its_words_fit():
    rules = [*read_rules("phase"), *read_rules("status"), *read_rules("scope")]
    signs = make_signs(("clause", rule.pattern) for rule in rules)
    draw, fitted = random.Random(5), Counter()
    pieces = [*signs.words, *"，将在了2025年3家全县的未能不"]
    for _ in range(1500):
        text = "".join(draw.choices(pieces, k=draw.randint(1, 5)))
        whole, (own,) = signs.of(text, [(0, len(text), 0)])
        for rule in rules:
            if rule.pattern.search(text):
                fitted[rule.name] += 1
                assert signs.sign_of["clause", rule.pattern] & own & whole, (rule.name, text)
    assert len(fitted) > 40
    assert signs.of("：", [])[1] == []  # a paragraph of marks has no clause
    assert make_signs([("clause", re.compile("."))]).of("甲", [(0, 1, 0)]) == (1, [1])

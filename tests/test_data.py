"""Lists of words that stand beside others are tidy, used, and become patterns."""

import re
from pathlib import Path

import pytest

import policytext
from policytext.data import any_of, data_path, pattern_of, read_table, words_of
from policytext.errors import DamagedFileError

WORDS = "cleaning/words.csv"
WORD_LISTS = sorted(
    path.relative_to(data_path("")).as_posix()
    for path in data_path("").rglob("*.csv")
    if path.read_text(encoding="utf-8-sig").startswith("groups,words,")
)
SOURCE = "".join(
    p.read_text(encoding="utf-8") for p in Path(policytext.__file__).parent.rglob("*.py")
)


@pytest.mark.parametrize("name", WORD_LISTS)
def test_every_group_is_used_and_finds_its_words(name):
    groups = {group for cell in read_table(name)["groups"] for group in cell.split("|")}
    for group in groups:
        assert f'"{group}"' in SOURCE or f"'{group}'" in SOURCE, group
        assert len(set(words_of(name, group))) == len(words_of(name, group)), group
        for word in words_of(name, group):
            assert word.startswith("re:") or pattern_of(name, group).fullmatch(word), word
    readme = data_path(name).with_name("README.md")
    if readme.exists():
        explained = set(re.findall(r"`(\w+)`", readme.read_text(encoding="utf-8")))
        assert groups <= explained, "a group is not explained"


def test_longer_words_come_first_and_expressions_last():
    pattern = any_of(WORDS, "place_after_mask")
    assert re.match(pattern, "街道办")[0] == "街道"
    assert pattern.index("总医院") < pattern.index("|省|") < pattern.index("[一二三")


def test_an_unknown_group_is_named():
    with pytest.raises(DamagedFileError, match="no group 'colours'"):
        words_of(WORDS, "colours")

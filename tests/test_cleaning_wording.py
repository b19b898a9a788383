"""Words, spaces and marks: what the lists say is found where their examples show it."""

import pytest

from policytext.cleaning.context import Context
from policytext.cleaning.wording import listed_marks
from policytext.data import read_table

MARKS = list(read_table("cleaning/marks.csv").itertuples())


@pytest.mark.parametrize("row", MARKS, ids=lambda r: r.pattern)
def test_each_listed_mark_is_found_in_its_example(row):
    assert any(word in row.example for word in row.trigger.split("|"))
    assert row.kind in {mark.kind for mark in listed_marks(row.example, Context())}

"""Repairs: offsets in the text after insertions, deletions and replacements."""

from hypothesis import given
from hypothesis import strategies as st

from policytext.statements.amounts import repair_at, repairs_in


@given(
    st.lists(
        st.tuples(st.integers(0, 3), st.integers(0, 3), st.text(alphabet="ab", max_size=3)),
        max_size=6,
    ),
    st.integers(0, 9),
)
def test_repairs_stand_where_the_applied_ledger_puts_them(steps, offset):
    source, rows, at = "", [], offset
    for gap, length, after in steps:
        at += gap
        rows.append((at, at + length, after, "rule", "certain"))
        at += length
    source = "x" * (at + 5)
    text, position = "", offset
    for start, end, after, *_ in rows:
        text += source[position:start] + after
        position = end
    text += source[position:]
    for repair, (_, _, after, _, _) in zip(
        repairs_in(rows, offset, len(source)), rows, strict=True
    ):
        assert text[repair.start : repair.end] == after


def test_the_least_certain_repair_counts():
    repairs = repairs_in([(0, 1, "a", "r1", "certain"), (1, 2, "b", "r2", "likely")], 0, 9)
    assert repair_at(repairs, 0, 2).rules == "r2"
    assert repair_at(repairs, 5, 6) is None

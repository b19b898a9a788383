"""Edits compose, and the map back to the source always holds."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policytext.cleaning import MappedText
from policytext.cleaning.mapped import Edit
from policytext.errors import ParameterError


def rebuild_source(mapped: MappedText) -> str:
    """Undo every change of a text and return what stood in the source span."""
    out, at = [], mapped.source_span()[0]
    for change in mapped.changes():
        out.append(mapped.source[at : change.start])
        out.append(change.before)
        at = change.end
    out.append(mapped.source[at : mapped.source_span()[1]])
    return "".join(out)


def replay(mapped: MappedText) -> str:
    """Apply the changes to the source span and return the text."""
    out, at = [], mapped.source_span()[0]
    for change in mapped.changes():
        assert change.start >= at
        out += [mapped.source[at : change.start], change.after]
        at = change.end
    out.append(mapped.source[at : mapped.source_span()[1]])
    return "".join(out)


@st.composite
def step(draw, length: int):
    points = sorted(draw(st.lists(st.integers(0, length), max_size=8)))
    afters = st.text(alphabet="甲乙x,\n", max_size=3)
    return [
        Edit(a, b, draw(afters), draw(st.sampled_from(["one", "two"])))
        for a, b in zip(points[::2], points[1::2], strict=False)
    ]


@given(st.text(max_size=40), st.data())
def test_any_sequence_of_steps_maps_back(source, data):
    mapped = MappedText.of(source)
    plain = source
    for _ in range(3):
        edits = data.draw(step(len(mapped.text)))
        seen, kept = set(), []
        for edit in edits:
            if edit.start == edit.end and edit.start in seen:
                continue
            seen |= {edit.start, edit.end}
            kept.append(edit)
        for edit in sorted(kept, key=lambda e: (e.start, e.end), reverse=True):
            plain = plain[: edit.start] + edit.after + plain[edit.end :]
        mapped = mapped.apply(kept)
        assert mapped.text == plain
        assert replay(mapped) == mapped.text or not source
        assert rebuild_source(mapped) == source
    cut = data.draw(st.integers(0, len(mapped.text)))
    left, right = mapped.slice(0, cut), mapped.slice(cut, len(mapped.text))
    assert left.text + right.text == mapped.text
    assert replay(left) == left.text and replay(right) == right.text
    assert left.source_span()[1] <= right.source_span()[0] or not left.text or not right.text


def test_touching_edits_become_one_row_with_both_rules():
    mapped = MappedText.of("服 务,好").apply([Edit(1, 2, "", "space")])
    mapped = mapped.apply([Edit(0, 2, "效劳", "swap", "likely")])
    (change,) = mapped.changes()
    assert (change.before, change.after, change.certainty) == ("服 务", "效劳", "likely")
    assert change.rules == ("space", "swap")


def test_overlapping_edits_are_refused_in_words():
    with pytest.raises(ParameterError, match="overlaps the edit before it"):
        MappedText.of("甲乙丙").apply([Edit(0, 2, "", "a"), Edit(1, 3, "", "b")])
    with pytest.raises(ParameterError, match="must lie inside the text"):
        MappedText.of("甲").apply([Edit(0, 5, "", "a")])

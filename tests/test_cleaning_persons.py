"""Names of private persons are masked, those of public persons stay."""

import pytest

from policytext.cleaning import mask_private_names


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("派出张某三（副局长）、李某四、王某等同志", "派出‹NAME›（副局长）、‹NAME›、‹NAME›等同志"),
        ("患者陈某说，", "患者‹NAME›说，"),
        ("主任高度重视，方向明确", "主任高度重视，方向明确"),
        ("毛某明省长到会", "毛某明省长到会"),
    ],
)
def test_private_names_are_masked_and_officials_kept(text, masked):
    assert mask_private_names(text) == masked

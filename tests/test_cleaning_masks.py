"""What a masked place stands for is read from the listed words round it."""

import pytest

from policytext.cleaning import mask_private_names
from policytext.cleaning.context import Context
from policytext.cleaning.masks import leader_names, mask_tokens


@pytest.mark.parametrize(
    ("text", "token"),
    [
        ("共有xx家", "‹NUM›"),
        ("在xx县召开", "‹PLACE›"),
        ("xx第一医院", "‹PLACE›"),
        ("局长xx，", "‹NAME›"),
        ("截至xx月底", "‹DATE›"),
        ("喜迎20xx年", "‹YEAR›"),
        ("近xx年来", "‹NUM›"),
        ("某某同志", "‹NAME›"),
    ],
)
def test_tokens(text, token):
    (edit,) = mask_tokens(text, Context())
    assert edit.after == token


def test_a_leader_reduced_to_a_letter_is_named_by_a_token_whatever_follows():
    assert [e.after for e in leader_names("落实A近平同志讲话", Context())] == ["‹NAME›"]
    assert leader_names("甲型H1N1和AED", Context()) == []


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

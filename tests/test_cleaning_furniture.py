"""Markup is removed once; lines that pages repeat or a width broke are told from the text."""

import pytest

from policytext.cleaning.context import Context
from policytext.cleaning.furniture import html_entities, html_leftovers
from policytext.cleaning.mapped import MappedText


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ('见<a href="x?id=1&amp;page=2">附件</a>。', "见附件。"),
        ("<!-- &nbsp;<p> -->甲&amp;乙", "甲&乙"),
        ("<!-- 甲 <b>乙</b>", "<!-- 甲 乙"),
        ("<script>a<style>b</script>甲</style>", "甲</style>"),
        ("<script <script x>甲</script>乙", "乙"),
        ("<!--><p>甲", "<!-->\n甲"),
        ("甲<p title='<!-- -->'>乙", "甲<p title=''>乙"),
        ("<STYLE>a</style >甲<script>", "甲<script>"),
    ],
)
def test_markup_is_removed_once_where_tags_comments_and_entities_meet(text, kept):
    text = MappedText.of(text).apply(html_entities(text, Context())).text
    edits = html_leftovers(text, Context())
    assert MappedText.of(text).apply(edits).text == kept
    assert edits == sorted(edits)

"""Markup is removed once; lines that pages repeat or a width broke are told from the text."""

import pytest

from policytext.cleaning.clean import clean_source
from policytext.cleaning.context import Context, runs_on
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


def test_three_pages_that_are_equally_long_by_chance_are_no_chunks():
    """The text has no one distance, so nothing is certain; sentences are joined as of pages."""
    sentence = "我县认真落实各项惠民措施，加强对基层医疗机构的考核督导。"
    first, second = sentence.split("机构")
    cuts = [sentence * n + first for n in (7, 8, 6, 8, 8, 8, 9)]
    pages = [f"{second if k else ''}{cut}\n- {k + 1} -\n机构" for k, cut in enumerate(cuts)]
    whole = "".join([*(page.partition("\n")[0] + "机构" for page in pages), second])
    cleaned = clean_source("".join(pages) + second)
    assert cleaned.mapped.text == whole
    assert {c.certainty for c in cleaned.mapped.changes()} == {"likely"}


def test_a_heading_behind_blanks_does_not_run_on_over_a_page():
    assert runs_on("全县医疗服务水平进一步提升。新增床位的做法以接受", "第三方评估为契机加以完善。")
    assert not runs_on(
        "全县医疗服务水平进一步提升。\u3000\u3000三、2021年的工作", "2021年是开局之年。"
    )

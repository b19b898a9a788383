"""Page furniture is told from report text, in every kind the list names."""

import pytest

from policytext.cleaning import clean_source
from policytext.cleaning.context import Context
from policytext.cleaning.furniture import furniture, html_leftovers, page_chrome, page_spans
from policytext.cleaning.mapped import MappedText
from policytext.data import read_table

BODY = "全市各级医疗机构认真落实惠民措施，签约率稳步提高，满意度达到95%以上，取得明显成效。"
ROWS = list(read_table("cleaning/chrome.csv").itertuples())


@pytest.mark.parametrize("row", [r for r in ROWS if r.kind != "filler"], ids=lambda r: r.example)
def test_each_example_is_removed_round_a_report_and_nothing_else(row):
    text = f"{row.example}\n{BODY}\n{row.example}"
    if row.kind in ("strong", "sentence", "weak", "list_head", "span"):
        kept = clean_source(text).mapped.text
        assert BODY in kept
        assert kept.replace(BODY, "").strip() in ("", "。"), row.zh


@pytest.mark.parametrize("row", [r for r in ROWS if r.trigger], ids=lambda r: r.example)
def test_each_example_has_a_trigger(row):
    assert any(word in row.example for word in row.trigger.split("|"))


@pytest.mark.parametrize(
    "heading",
    [
        "一、加强信息来源管理",
        "（二）推动经验分享",
        "三、记者队伍建设",
        "主办单位：省教育厅、省民政厅，各市人民政府",
        "四、打印设备和档案管理",
        "五、网站建设",
        "（六）注册护士管理",
        "七、明确版权归属，保护创新",
        "工业生产许可证种类压减三分之一",
        "发文字号：某政发〔2020〕1号",
        "2020年7月27日",
    ],
)
def test_headings_with_furniture_words_stay(heading):
    text = f"{BODY}\n{heading}\n{BODY}"
    assert clean_source(text).mapped.text == text


def test_titles_under_a_list_of_links_go_only_below_the_body():
    below = f"{BODY}\n相关文章\n某市工作总结\n某县工作要点"
    assert clean_source(below).mapped.text.strip() == BODY
    above = f"{BODY}\n相关文章\n某市工作总结\n{BODY}"
    assert "某市工作总结" in clean_source(above).mapped.text


def test_a_preview_name_condemns_the_site_title_above_it():
    text = f"某地医改工作总结\n某地医改工作总结_第1页\n第1页 / 共9页\n{BODY}"
    assert clean_source(text).mapped.text.strip() == BODY


def test_text_without_furniture_yields_no_edit():
    assert page_chrome(BODY, Context()) == []
    assert page_spans(BODY, Context()) == []


def test_the_list_compiles_once():
    assert furniture() is furniture()


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
    edits = html_leftovers(text, Context())
    assert MappedText.of(text).apply(edits).text == kept
    assert edits == sorted(edits)

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


PLAIN = [
    f"第{n}批项目已经完成，各乡镇卫生院认真落实惠民措施，群众满意度继续提高。" for n in "甲乙丙丁"
]


@pytest.mark.parametrize(
    "head", ["民生实事·{}·", "{}　青河县水利局", "【{}】", "（第{}页）", "－{}－"]
)
def test_heads_that_count_pages_cut_no_sentence(head):
    body = "".join(PLAIN) * 2
    cut = len(body) - 8
    pages = [f"{body[:cut]}\n{head.format(n)}\n{body[cut:]}" for n in range(1, 5)]
    assert clean_source("\n".join(pages)).mapped.text == "\n".join([body] * 4)


@pytest.mark.parametrize("item", ["案例{}", "项目 {}", "第{}条", "{}"])
def test_numbered_items_that_cut_no_sentence_stay(item):
    text = "\n".join(f"{item.format(n)}\n{''.join(PLAIN) * 2}" for n in range(1, 5))
    assert clean_source(text).mapped.text == text
    short = "\n".join(f"{item.format(n)}\n总投资{n}亿元，由县卫健局牵头" for n in range(1, 4))
    assert clean_source(short).mapped.text == short


def test_titles_and_signatures_of_several_years_are_no_running_lines():
    years = [
        f"青河县{y}年工作总结\n{''.join(PLAIN)}\n完成任务。\n青河县卫健局\n{y + 1}年1月{y - 2015}日"
        for y in range(2019, 2023)
    ]
    assert clean_source("\f".join(years)).mapped.text == "\n".join(years)


def test_heads_of_left_and_right_pages_go_though_one_side_has_fewer():
    heads = ("青河县水利局文件", "年度工作总结")
    pages = [f"{heads[n % 2]}\n完成第{n}项任务。\n{PLAIN[0]}\n{PLAIN[1]}" for n in range(5)]
    kept = clean_source("\f".join(pages)).mapped.text
    assert kept.count(heads[0]) == 1 and kept.count(heads[1]) <= 1


@pytest.mark.parametrize(("between", "margin"), [("\n", ""), ("\n\n", ""), ("\n", "  ")])
def test_indented_paragraphs_are_joined_over_spaced_lines_and_margins(between, margin):
    text = "".join(PLAIN)
    rows = ["　　" + text[:28], *(text[i : i + 30] for i in range(28, len(text), 30))]
    wrapped = between.join(margin + row for row in rows * 5)
    kept = clean_source(wrapped).mapped.text
    assert [line.strip() for line in kept.splitlines() if line.strip()] == [text] * 5


def test_a_telephone_is_no_figure_and_a_point_joins_its_digits():
    text = "达2023.5%，共20235人，占20230%，2023月底完成。电话0906-2023456。"
    assert "0906-2023456" in clean_source(text).mapped.text


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        (
            "全县统筹管理，签约率达到88.\n— 3 —\n2%，比上年提高。",
            "全县统筹管理，签约率达到88.2%，比上年提高。",
        ),
        (
            "全县统筹管理，提高医疗服\n— 3 —\n务能力，加强督导。",
            "全县统筹管理，提高医疗服务能力，加强督导。",
        ),
        ("海河镇卫生院 卫生院 29306 1996\n- 1 -\n2 海河镇卫生院 1998", ""),
        ("全县完成任务。\n— 3 —\n下一步继续推进。", ""),
        ("全县共有卫生院12.\n— 3 —\n一、主要工作", ""),
    ],
)
def test_a_single_page_number_goes_only_out_of_a_torn_sentence(text, kept):
    assert clean_source(text).mapped.text == (kept or text)


BOOK = "推进医共体建设，落实基层首诊、双向转诊和急慢分治，完善家庭医生签约服"


def test_heads_of_facing_pages_that_count_by_two_are_no_text():
    heads = ("{}　　青河县卫生年鉴", "第三章　基层卫生　　{}")
    pages = [
        f"{heads[n % 2].format(n)}\n务制度，方便群众。\n{'全县' * n}{BOOK}" for n in range(12, 17)
    ]
    kept = clean_source("\n".join(pages)).mapped.text
    assert "年鉴" not in kept and "第三章" not in kept.split("\n", 1)[1]
    assert kept.count("签约服务制度，方便群众。") == len(pages) - 1


def test_a_sentence_that_stands_at_the_foot_of_two_pages_is_no_running_line():
    page = "第{}次会议听取汇报。\n完成目标。\n家庭医生签约提质扩面，重点人群签约率达到81.5%"
    text = "\f".join(page.format(n) for n in (1, 2))
    assert clean_source(text).mapped.text.count("签约率") == 2


@pytest.mark.parametrize("margin", ["    ", "　　", "\t"])
def test_lines_that_all_have_one_margin_are_joined(margin):
    text = "".join(PLAIN)
    rows = [text[i : i + 24] for i in range(0, len(text), 24)]
    numbered = [[f"（{n}）{rows[0][3:]}", *rows[1:]] for n in "一二三四"]
    wrapped = "青河县工作总结\n" + "\n".join(margin + row for one in numbered for row in one)
    kept = clean_source(wrapped).mapped.text
    whole = [line.strip() for line in kept.splitlines() if line.strip()]
    assert whole == ["青河县工作总结", *("".join(one) for one in numbered)]


def test_indented_headings_and_paragraphs_of_one_line_stay_apart():
    rows = [
        f"　　推进第{n}项重点改革任务落地见效惠及城乡居民群众\n　　{PLAIN[0]}。"
        for n in "一二三四五六"
    ]
    text = "\n".join(rows)
    assert clean_source(text).mapped.text.count("\n") == text.count("\n")

"""Blocks of labels above a text: what they say, and that nothing else is taken for one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policytext import read_texts
from policytext.origin.header import listed_bodies, read_header

BODY = "各乡镇人民政府：\n为加快医改，现提出如下意见。\n一、总体要求\n坚持共建共享。\n"
TITLE = "德清县人民政府办公室关于加快医改的意见"
SAYS = {
    "title": TITLE,
    "document_number": "德政办发〔2022〕8号",
    "issuers": "德清县人民政府办公室",
    "date_issued": "2022年3月5日",
}
FORMS = {
    "cells on their own lines": "索 引 号：\nDQ01/2022-1\n发文机关：\n{issuers}\n"
    "成文日期：\n{date_issued}\n"
    "标 题：\n{title}\n发文字号：\n{document_number}\n主 题 词：\n",
    "cells between bars": "索引号: | DQ01/2022-1 | 发布机构: | {issuers} |\n"
    "成文日期: | {date_issued} | 废止日期: | |\n文 号: | {document_number} | 标题: | {title} |\n",
    "front matter": "---\n标题: {title}\n文号: {document_number}\n发布单位: {issuers}\n"
    "成文日期: {date_issued}\n层级: 县级\n---\n\n",
    "cells between tabs": "索引号\tDQ01/2022-1\t发文机关\t{issuers}\n成文日期\t{date_issued}\n"
    "标题\t{title}\n发文字号\t{document_number}\n",
    "rows of Markdown": "| 索引号 | DQ01/2022-1 | 发文机关 | {issuers} |\n"
    "| --- | --- | --- | --- |\n"
    "| 成文日期 | {date_issued} | 标题 | {title} |\n| 发文字号 | {document_number} | | |\n",
    "labels with single blanks": "索引号:DQ01/2022-1 发文机关:{issuers} 成文日期:{date_issued}\n"
    "文号:{document_number} 标题:{title}\n",
    "no colons and single blanks": "索引号 DQ01/2022-1 发文机关 {issuers} 成文日期 {date_issued}\n"
    "文号 {document_number} 标题 {title}\n",
    "brackets": "【法宝引证码】 CLI.1\n【标题】 {title}\n"
    "【发布部门】 {issuers} 【发文字号】 {document_number}\n"
    "【成文日期】 {date_issued}\n",
}


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_each_form_is_read_and_none_of_its_lines_is_text(form):
    text = form.format(**SAYS) + TITLE + "\n" + BODY
    header = read_header(text)
    assert {name: header.fields[name].value for name in SAYS} == SAYS
    for value, start, end in header.fields.values():
        assert text[start:end].strip("\"'") == value
    corpus = read_texts({"a.txt": text})
    row = corpus.documents.iloc[0]
    assert (row.title, row.document_number, row.issuers) == (TITLE, *list(SAYS.values())[1:3])
    assert (row.date_issued, row.genre, row.year) == ("2022-03-05", "公文", 2022)
    assert not corpus.paragraphs["text"].str.contains("发文|索引|层级|法宝").any()
    assert "header_block" in set(corpus.ledger["rules"])
    corpus.check_ledger()


@pytest.mark.parametrize(
    "text",
    [
        "来源：某网\n正文。",
        "时间：2022年\n地点：会议室\n主持：某某\n正文。",
        "标题：学习体会\n正文开始。来源：生活。",
        "---\n正文第一段。\n正文第二段。\n---\n",
        "责任部门：某局\n正文。",
        "名称\t类别\t来源\n某药\t中药\t某厂\n",
        "全年编制索引号 主题分类覆盖18类\n正文。",
        "",
    ],
)
def test_lone_labels_are_text(text):
    assert read_header(text).spans == ()


def test_an_empty_last_label_takes_no_title():
    header = read_header(
        FORMS["cells on their own lines"].format(**SAYS) + TITLE[:12] + "\n" + BODY
    )
    assert "subject" not in header.fields


@given(st.text("索引号标题发文机关：:|【】-\n 某", max_size=80))
def test_spans_are_in_order_and_inside(text):
    spans = read_header(text).spans
    assert all(0 <= a <= b <= len(text) for a, b in spans)
    assert list(spans) == sorted(spans)


def test_bodies_of_a_list():
    assert listed_bodies("某局、某委") == ("某局", "某委")


def test_cells_of_an_index_table_need_no_colons():
    rows = [
        "索引号",
        "K01-2021",
        "发文机关",
        "白石县卫生局",
        "发文字号",
        "发布日期",
        "2021年3月5日",
    ]
    found = read_header("\n".join([*rows, "关于核查药品的通知", "正文。"]))
    assert found.fields["issuers"].value == "白石县卫生局"
    assert found.fields["date_posted"].value == "2021年3月5日"
    assert "document_number" not in found.fields


@pytest.mark.parametrize(("more", "certainty"), [("【施行日期】2021.04.01\n", "certain"), ("", "")])
def test_a_database_of_laws_says_when_a_rule_was_published(more, certainty):
    text = f"【发布部门】德清县人民政府\n【公布日期】2021.03.05\n{more}\n德清县医改管理办法\n{BODY}"
    claims = read_texts({"a.txt": text}).claims.set_index("field")
    assert claims.loc["date_issued", "value"] == "2021-03-05"
    assert (claims.loc["date_issued", "certainty"] == "certain") is bool(certainty)
    if more:
        assert claims.loc["valid_from", "value"] == "2021-04-01"


@pytest.mark.parametrize(
    "block",
    [
        "---\ntitle: {title}\nauthor: 德清县财政局\ndate: 2021-01-15\ntags: [财政]\n---\n",
        '+++\ntitle = "{title}"\ndate = 2021-01-15\ndraft = false\n+++\n',
        "---\nlayout: post\nTitle: {title}\nkeywords:\n  - 财政\n  - 预算\n---\n",
    ],
)
def test_front_matter_speaks_english_and_toml(block):
    title = "德清县财政局2020年工作总结"
    corpus = read_texts(
        {"a.md": block.format(title=title) + "\n## 一、收入情况\n\n全县收入42.6亿元。\n"}
    )
    row = corpus.documents.iloc[0]
    assert (row.title, row.county, row.year) == (title, "德清县", 2020)
    assert not corpus.paragraphs["text"].str.contains("title|draft|layout|预算").any()
    corpus.check_ledger()

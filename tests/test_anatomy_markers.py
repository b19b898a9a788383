"""Numbered marks of a compilation are told from items, annexes and page numbers."""

import pytest

from policytext.anatomy.lines import read_lines
from policytext.anatomy.reports import find_series, numbered_genres
from policytext.anatomy.titles import is_genre_title, looks_like_title

BODY = "全县各级医疗机构落实改革任务，完成了年度目标，群众就医更加方便。"


def series(text):
    return [(m.number, m.style) for m in find_series(text, read_lines(text))]


@pytest.mark.parametrize(
    "marks",
    [
        ("篇一：甲", "篇二：乙", "篇三：丙"),
        ("【篇1】", "【篇2】", "【篇3】"),
        ("第一篇 甲县总结", "第二篇 乙县总结", "第三篇 丙县总结"),
        ("范文1：甲", "范文2：乙", "范文3：丙"),
    ],
)
def test_explicit_marks(marks):
    assert series("\n".join(f"{m}\n{BODY}" for m in marks)) == [
        (n, "part_marker") for n in (1, 2, 3)
    ]


def test_marks_in_mid_line():
    assert series(f"工作总结篇一:甲县总结 {BODY} 某县卫生局 2010年8月3日 篇二:乙县汇报 {BODY}") == [
        (1, "part_marker"),
        (2, "part_marker"),
    ]


def test_a_title_printed_again_with_a_number():
    text = "\n".join(f"卫生局下半年工作计划{n}\n{BODY}" for n in (1, 2, 3))
    assert series(text) == [(n, "title_number") for n in (1, 2, 3)]


def test_lone_numbers_before_titles():
    text = "\n".join(f"{n}\n推进第{n}批医共体建设\n{BODY}" for n in "123")
    assert series(text) == [(n, "lone_number") for n in (1, 2, 3)]


@pytest.mark.parametrize(
    "text",
    [
        "\n".join(f"附件{n}\n{BODY}" for n in (1, 2, 3)),
        "\n".join(f"表{n}\n{BODY}" for n in (1, 2, 3)),
        "\n".join(f"{n}、推进医共体建设\n{BODY}" for n in (1, 2, 3)),
        "\n".join(f"{BODY[:-6]}\n{n}\n{BODY[-6:]}下一段接着说明情况没有结束" for n in (1, 2, 3)),
        "在第一篇文章中，作者提出了观点。\n在第二篇文章中，作者作了补充。",
        "谱写健康事业第一篇章\n" + BODY,
    ],
)
def test_what_is_no_series(text):
    assert series(text) == []


def test_numbers_may_be_lost_but_not_many():
    text = "\n".join(f"篇{n}：甲\n{BODY}" for n in "二三五")
    assert [n for n, _ in series(text)] == [2, 3, 5]
    assert series("\n".join(f"篇{n}：甲\n{BODY}" for n in "七八")) == []


def test_sections_of_one_report_are_no_numbered_reports():
    text = f"一、2020年工作总结\n（一）成效\n{BODY}\n二、2021年工作计划\n（一）任务\n{BODY}"
    assert numbered_genres(text, read_lines(text)) == []


def test_titles():
    assert is_genre_title("某县卫生健康局2020年工作总结") and not is_genre_title("加强组织领导")
    assert looks_like_title("打造多层次养老服务体系")
    assert not looks_like_title("主要做法如下：") and not looks_like_title("一、打造养老服务体系")

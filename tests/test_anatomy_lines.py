"""Lines are read without losing a character, and their numbers told from mere figures."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policytext.anatomy.lines import Line, read_enumerator, read_lines


@given(st.text(alphabet="甲乙 \n\r\f\v\u3000\t\x85\u2028。", max_size=40))
def test_lines_hold_all_that_is_not_white_space(text):
    lines = read_lines(text)
    assert "".join(text[a.start : a.end] for a in lines).replace(" ", "").replace(
        "\u3000", ""
    ).replace("\t", "") == "".join(text.split())
    assert all(a.end <= b.start for a, b in pairwise(lines))


def test_layout_is_measured_in_columns():
    lines = read_lines("标题\n\n\n　　正文。\n\t表\n  两格")
    assert [line.indent for line in lines] == [0, 4, 4, 2]


def test_quotes_and_brackets_do_not_hide_a_sentence_end():
    for words in ("他说：“好。”", "（见附件。）", "完成；"):
        assert Line(words).ends_sentence
    for words in ("一、主要工作", "（二）"):
        assert not Line(words).ends_sentence
    assert Line("〇x医1改").n_han == 2


def test_titles():
    assert Line("某县卫生健康局2020年工作总结").names_genre and not Line("加强组织领导").names_genre
    assert Line("打造多层次养老服务体系").looks_like_title
    assert not Line("主要做法如下：").looks_like_title
    assert not Line("一、打造养老服务体系").looks_like_title


def test_what_a_line_shows_is_measured_once_and_moves_with_it(monkeypatch):
    asked = []
    monkeypatch.setattr("policytext.anatomy.lines.read_enumerator", asked.append)
    line = Line("推进医共体建设", 7)
    assert line.number is None and line.looks_like_title
    moved = line.at(12)
    assert (moved.start, moved.end, line.start) == (12, 19, 7)
    assert moved.number is None and moved.looks_like_title and len(asked) == 1


@pytest.mark.parametrize(
    ("row", "style", "number", "label"),
    [
        ("一、总体情况", "han", 1, "一"),
        ("十二、下一步打算", "han", 12, "十二"),
        ("一、2024年工作回顾", "han", 1, "一"),
        ("（三）强化保障", "hanp", 3, "（三）"),
        ("(十一)抓好落实", "hanp", 11, "（十一）"),
        ("3、业务培训", "num", 3, "3"),
        ("3．10种有色金属：铜、铅", "num", 3, "3"),
        ("1.2025年工作总结", "num", 1, "1"),
        ("１２．零碳园区", "num", 12, "12"),
        ("(2)开展督导", "nump", 2, "(2)"),
        ("2）开展督导", "numr", 2, "(2)"),
        ("③完善机制", "circled", 3, "③"),
        ("第二章 组织保障", "chapter", 2, "第二章"),
        ("第一节：机构", "node", 1, "第一节"),
        ("第三部分 工作打算", "part", 3, "第三部分"),
        ("1.2 研究对象", "dec", 2, "1.2"),
        ("1.3研究现场的选择", "dec", 3, "1.3"),
    ],
)
def test_styles(row, style, number, label):
    found = read_enumerator(row)
    assert (found.style, found.number, found.label) == (style, number, label)


@pytest.mark.parametrize(
    "row",
    [
        "3.5亿元资金到位",
        "2020年7月",
        "一是加强领导",
        "10种药品",
        "（2020）96号",
        "1.88‰的增长率",
        "",
        "12",
    ],
)
def test_what_is_no_number_of_a_heading(row):
    assert read_enumerator(row) is None

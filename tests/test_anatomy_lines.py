"""Lines and their layout are read without losing a character."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from policytext.anatomy.lines import count_han, ends_sentence, read_lines


@given(st.text(alphabet="甲乙 \n\r\f\v\u3000\t\x85\u2028。", max_size=40))
def test_lines_hold_all_that_is_not_white_space(text):
    lines = read_lines(text)
    assert "".join(text[a.start : a.end] for a in lines).replace(" ", "").replace(
        "\u3000", ""
    ).replace("\t", "") == "".join(text.split())
    assert all(a.end <= b.start for a, b in pairwise(lines))


def test_layout_is_measured_in_columns_and_line_breaks():
    lines = read_lines("标题\n\n\n　　正文。\n\t表\n  两格")
    assert [line.indent for line in lines] == [0, 4, 4, 2]
    assert [line.blanks for line in lines] == [0, 3, 1, 1]


def test_quotes_and_brackets_do_not_hide_a_sentence_end():
    assert (
        ends_sentence("他说：“好。”") and ends_sentence("（见附件。）") and ends_sentence("完成；")
    )
    assert not ends_sentence("一、主要工作") and not ends_sentence("（二）")
    assert count_han("〇x医1改") == 2

"""All text of a web page is read; what is not has a row."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

import made_files as made
from policytext.errors import ReadingError
from policytext.reading.pages import read_html

MARK = "望江亭外菊初黄"


def test_html_marks_furniture_and_keeps_all_text():
    text, hints, *_ = read_html(made.PAGE)
    left = "".join(text[h.start : h.end] for h in hints if h.kind == "furniture")
    assert "alert" not in text and "color" not in text
    assert "坚持以人民健康为中心" in text
    for words in ("首页", "版权所有", "网站地图"):
        assert words in left
    for words in ("家庭医生签约", "医共体建设", "88.1%"):
        assert words not in left and words in text


@given(st.text(max_size=200))
def test_any_markup_gives_text_or_a_sentence(markup):
    try:
        text, hints, *_ = read_html(markup)
    except ReadingError:
        return
    assert all(0 <= h.start < h.end <= len(text) for h in hints)


@pytest.mark.parametrize("tag", ["div", "span", "b", "section"])
@pytest.mark.parametrize("depth", [300, 5000])
def test_text_is_read_however_deep(tag, depth):
    inner = f"<{tag}>" * depth + MARK + f"</{tag}>" * depth
    assert read_html(f"<html><body>{inner}</body></html>").text.count(MARK) == 1


@pytest.mark.parametrize(
    "markup",
    [
        "<html><body><p>甲</p></body></html><p>{}</p>",
        "<html><body><p>甲</p></body></html></html>\n{}\n",
        "<p>甲</p><!-- {}",
        "<p>甲</p><script>{}",
        '<p>甲</p><p title="乙>{}</p>',
        "<p>甲</p><noscript>{}",
        "<plaintext>{}",
        "\0\0<p>{}</p>\0\0",
    ],
)
def test_text_is_read_behind_the_end_and_behind_what_stays_open(markup):
    text = read_html(markup.format(MARK)).text
    assert text.count(MARK) == 1
    assert "\ue000" not in text


@pytest.mark.parametrize(
    ("markup", "row"),
    [
        ("<noscript>{}</noscript>", ("", "noscript", 7)),
        ("<svg><text>{}</text></svg>", ("", "svg", 7)),
        ("<iframe srcdoc='<p>{}</p>'></iframe>", ("", "iframe", 7)),
        ("<iframe src='x.html'></iframe>", ("", "iframe", None)),
        ("<script>document.write('{}')</script>", ("", "script", 7)),
        ("<img alt='{}'>", ("", "picture's words", 7)),
        ("<input value='{}'>", ("", "filled-in field", 7)),
    ],
)
def test_what_is_not_read_has_a_row(markup, row):
    found = read_html(f"<p>全县建成医共体。</p>{markup.format(MARK)}")
    assert MARK not in found.text
    assert found.left_out == (row,)
    assert read_html("<p>全县</p><script>var a = 1;</script><style>p {}</style>").left_out == ()

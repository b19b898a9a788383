"""All text of a web page is read; what is not has a row."""

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

import made_files as made
from policytext import read_corpus
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


def test_items_with_typed_bullets_below_the_text_are_no_furniture():
    items = "".join(
        f"<div><span>•</span><span>{w}</span></div>"
        for w in ("组建两个县域医共体", "加强基层人才队伍")
    )
    body = f"<h1>甲县总结</h1><p>{'甲县推进各项改革，' * 4}取得成效。</p>{items}"
    page = f"<html><body>{body}</body></html>"
    text, hints, *_ = read_html(page)
    left = "".join(text[h.start : h.end] for h in hints if h.kind == "furniture")
    assert "医共体" in text and "医共体" not in left


@pytest.mark.parametrize(
    ("markup", "read", "kinds"),
    [
        ('<p>甲县<span style="display:none">xk93</span>推进。</p>', "甲县推进。", ["hidden text"]),
        ('<p>甲<i style="color:red;FONT-SIZE: 0px">乱</i>县</p>', "甲县", ["hidden text"]),
        ("<p>甲县<b hidden>打印</b>推进</p>", "甲县推进", ["hidden text"]),
        (
            "<p><ruby>赣<rp>(</rp><rt>gàn</rt><rp>)</rp></ruby>南脐橙</p>",
            "赣南脐橙",
            ["how a character is read"],
        ),
        ('<div style="font-size:0"><p style="font-size:16px">甲县推进</p></div>', "甲县推进", []),
        ('<p style="font-size:0.8em">甲县推进</p>', "甲县推进", []),
        ('<div style="display:none"><p>' + "甲县推进。" * 20 + "</p></div>", "甲县推进。" * 20, []),
    ],
)
def test_what_a_page_does_not_show_is_no_text_unless_it_may_be_the_text(markup, read, kinds):
    got = read_html(f"<html><body><h1>甲县总结</h1>{markup}<p>发展夜间经济。</p></body></html>")
    assert got.text.split("\n")[1:-2] == [read]
    assert [one.kind for one in got.left_out] == kinds


@pytest.mark.parametrize(
    "wrapped",
    [
        '<div class="comment-content">{}</div>',
        "<center><b>甲县工作总结</b></center><font>{}</font>",
    ],
)
def test_sentences_that_the_extractor_leaves_out_are_no_furniture(wrapped):
    said = ["近年来，全县各部门上下协同发力，各项指标平稳向好。", "一、成效", "新建校舍十二栋。"]
    said += [f"第{n}项任务由县里的各部门分头落实，年底前全部完成。" for n in "一二三四五"]
    page = wrapped.format("".join(f"<p>{one}</p>" for one in said))
    menu = '<ul><li><a href="/">首页</a></li><li><a href="/a">要闻动态</a></li></ul>'
    text, hints, *_ = read_html(f"<html><body>{menu}{page}</body></html>")
    left = "".join(text[h.start : h.end] for h in hints if h.kind == "furniture")
    assert "要闻动态" in left and not any(one in left for one in said)


def test_a_heading_of_the_site_is_no_part_of_the_title():
    page = "<h1>交通运输在线</h1><h1>甲县工作总结</h1><p>全县公路建设按期完成。</p>"
    text, hints, *_ = read_html(f"<html><body>{page}</body></html>")
    named = [text[h.start : h.end] for h in hints if h.kind == "title"]
    assert named == ["甲县工作总结"]


def test_a_page_that_a_script_unfolds_is_not_lost_and_a_broken_heading_is_one_title():
    hidden = read_html('<html><body style="display:none"><p>甲县推进。</p></body></html>')
    assert hidden.text == "甲县推进。\n" and not hidden.left_out
    page = read_html("<body><h1>甲县农业局<br>2021年工作总结</h1><p>推进有序。</p></body>")
    titles = [page.text[h.start : h.end] for h in page.hints if h.kind == "title"]
    assert titles == ["甲县农业局", "2021年工作总结"]


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


# Which line is the title of a page?

BODY = "".join(
    f"<p>第{n}项措施已经在各乡镇落实，群众就医更加方便，基层服务稳步改善。</p>" for n in "一二三"
)
TITLE = "白石县卫生局关于核查村卫生室药品的通知"


def read_folder(pages):
    with TemporaryDirectory() as folder:
        for name, markup in pages.items():
            (Path(folder) / name).write_text(markup, "utf-8")
        return read_corpus(folder, progress=False)


def titles(markup):
    text, hints, *_ = read_html(f"<html>{markup}{BODY}</body></html>")
    return [text[hint.start : hint.end] for hint in hints if hint.kind == "title"]


@pytest.mark.parametrize(
    "markup",
    [
        f"<head><title>{TITLE}</title></head><body><div>{TITLE}</div>",
        f"<head><title>{TITLE}_白石县卫生局</title></head><body>"
        f"<h1>白石县卫生局门户网站</h1><h2>{TITLE}</h2>",
        f"<head><title>白石县政府网 - 通知公告 - {TITLE}</title></head><body>"
        f"<p>通知公告</p><p>{TITLE}</p>",
        f"<head><meta name='ArticleTitle' content='{TITLE}'></head><body><p><b>{TITLE}</b></p>",
        f"<head><title>{TITLE}</title></head><body><table><tr><td>标题</td><td>{TITLE}</td></tr>"
        f"</table><p>{TITLE}</p>",
    ],
)
def test_the_title_is_the_line_that_the_window_or_a_meta_element_names(markup):
    assert titles(markup) == [TITLE]


def test_a_title_broken_into_lines_is_one_title():
    page = f"<head><title>{TITLE}</title></head><body><h1>{TITLE[:6]}<br>{TITLE[6:]}</h1>"
    assert titles(page) == [TITLE[:6], TITLE[6:]]


@pytest.mark.parametrize("name", ["通知公告", "政府信息公开", "白石县卫生局", "白石县政府门户网站"])
def test_the_name_of_a_site_or_column_is_no_title(name):
    assert titles(f"<head><title>{name}</title></head><body><h1>{name}</h1><p>{TITLE}</p>") == []


def test_a_title_is_no_furniture_though_a_folder_repeats_it():
    pages = {}
    for n in range(4):
        head = f"<head><title>{TITLE}</title></head><body><div>首页</div><div>{TITLE}</div>"
        pages[f"{n}.html"] = (
            f"<html>{head}<p>发布日期：2021-03-0{n + 1} 字号：大 中 小</p>{BODY}</body></html>"
        )
    assert set(read_folder(pages).documents["title"]) == {TITLE}


def test_a_menu_in_a_table_above_the_text_is_furniture():
    menu = "".join(f"<td><a href=/{i}>{name}</a></td>" for i, name in enumerate(MENU))
    text, hints, *_ = read_html(
        f"<table><tr>{menu}</tr></table><table><tr><td>{MARK}</td></tr><tr><td>"
        + "<p>全年各项工作有序推进，群众满意度持续提升，完成年度任务。</p>" * 3
        + "</td></tr></table>"
    )
    left = "".join(text[h.start : h.end] for h in hints if h.kind == "furniture")
    assert all(name in left for name in MENU) and MARK not in left


MENU = ("首页", "机构概况", "通知公告")


def test_a_bold_title_above_whom_the_page_is_sent_to_is_kept():
    body = "<br>".join(
        f"全县推进第{n}项医改任务，群众满意度持续提升，完成年度目标。" for n in "一二三四"
    )
    page = (
        f"<body><center><b>青河县食品安全工作情况的报告</b></center>县人民政府：<br>{body}</body>"
    )
    found = read_html(page)
    assert not [h for h in found.hints if h.kind == "furniture"]


def test_items_of_lists_are_told_where_they_hold_one_line_that_leads_nowhere():
    page = (
        "<ul><li>办事指南</li><li>互动交流</li></ul><h1>云溪县茶业总结</h1><p>做了以下工作：</p>"
        "<ul><li>发展茶业</li><li><p>修缮渡口</p></li><li>疏浚河道<p>完成疏浚。</p></li></ul>"
        "<ol><li>兴办夜校</li></ol><p>群众满意。</p><ol><li>编修县志</li><li>开放祠堂</li></ol>"
        "<ul><li><a href=/a>往年总结</a></li><li><a href=/b>来年打算</a></li></ul>"
    )
    text, hints, *_ = read_html(page)
    found = [text[h.start : h.end] for h in hints if h.kind == "list_item"]
    assert found == ["发展茶业", "修缮渡口", "1.编修县志", "2.开放祠堂"]


SENTENCE = "全县推进各项改革任务，群众满意度持续提升，完成年度目标。"


@pytest.mark.parametrize(
    "head",
    [
        f"<meta name='ArticleTitle' content='{TITLE}'>",
        f"<meta property='og:title' content='{TITLE}'>",
        f"<meta name='ArticleTitle' content='{TITLE}_白石县人民政府'>",
        f"<meta property='og:title' content='白石县政府门户网站 | {TITLE}'>",
    ],
)
def test_a_title_that_only_the_head_of_a_page_gives_is_read(head):
    assert titles(f"<head>{head}</head><body><p>{SENTENCE}</p><p>{SENTENCE}</p>") == [TITLE]


@pytest.mark.parametrize(
    ("name", "above"),
    [
        ("白石县概况介绍", ""),
        ("白石县政府门户网站", ""),
        (TITLE, f"<h2>另一份{TITLE}</h2>"),
        (TITLE, f"<p>{TITLE[:-2]}的{TITLE[-2:]}</p>"),
    ],
)
def test_a_page_that_has_a_title_or_whose_name_is_none_gets_no_other(name, above):
    head = f"<head><meta name='ArticleTitle' content='{name}'></head>"
    assert not read_html(f"{head}<body>{above}<p>{SENTENCE}</p>").text.startswith(f"{name}\n")


def test_what_only_the_window_is_called_may_be_left_from_another_page():
    page = f"<head><title>{TITLE}</title></head><body><p>{SENTENCE}</p><p>{SENTENCE}</p>"
    assert TITLE not in read_html(page).text


@pytest.mark.parametrize("name", ["白石新闻网", "白石县政府门户网站", "白石县教育局信息网"])
def test_a_first_heading_that_names_the_site_is_furniture_above_another(name):
    page = f"<body><h1>{name}</h1><h2>{TITLE}</h2><p>{SENTENCE}</p><p>{SENTENCE}</p>"
    found = read_html(page)
    left = "".join(found.text[h.start : h.end] for h in found.hints if h.kind == "furniture")
    assert name in left and TITLE not in left
    alone = read_html(f"<body><h1>{name}</h1><p>{SENTENCE}</p><p>{SENTENCE}</p>")
    assert not [h for h in alone.hints if h.kind == "furniture"]

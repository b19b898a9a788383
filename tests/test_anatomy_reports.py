"""A report knows its title, its mark, where it breaks off and what stands before it."""

import json
from itertools import pairwise

import pytest

from compilations import MARKED, NUMBERED_LINES, UNMARKED, make_compilation, make_single
from policytext.anatomy.lines import read_lines
from policytext.anatomy.reports import (
    find_numbered_titles,
    find_series,
    numbered_genres,
    split_reports,
)
from policytext.cleaning import MappedText
from policytext.cleaning.mapped import Edit

BODY = "近年来，全县推进医改，完成了各项任务，群众满意，机构条件持续改善。"
PLAIN = "全县各级医疗机构落实改革任务，完成了年度目标，群众就医更加方便。"
SEEDS = range(12)


def split(text, **given):
    return split_reports(MappedText.of(text), **given)


def test_what_stands_before_the_first_report_is_named():
    text = (
        f"工作总结材料汇编（2篇）\n网友分享\n篇一：甲县工作总结\n{BODY}\n篇二：乙县工作总结\n{BODY}"
    )
    first, second = split(text)
    assert first.compilation_title == second.compilation_title == "工作总结材料汇编（2篇）"
    rules = [(text[x.start : x.end], x.rule) for x in first.left_out]
    assert ("工作总结材料汇编（2篇）", "compilation_title") in rules
    assert rules[-1] == ("篇一：", "part_marker")
    assert (second.label, second.title) == ("篇二", "乙县工作总结")
    assert text[second.raw_start : second.raw_end].startswith("篇二：乙县")
    assert text[slice(*second.title_span)] == "乙县工作总结"


@pytest.mark.parametrize(
    "below",
    [
        "甲方：甲县人民政府",
        "行政处罚决定书文号：甲罚〔2024〕5号",
        "主持人：李某某",
        "会议时间：上午九点",
    ],
)
def test_a_labelled_line_below_a_title_is_no_part_of_it(below):
    (one,) = split(f"甲县合作会议协议书\n{below}\n甲县与乙县合作会议商定如下。{BODY}")
    assert one.title == "甲县合作会议协议书"


def test_numbered_papers_of_a_meeting_are_reports():
    text = f"会议材料之三\n甲县办好林场\n{BODY}\n会议材料之四\n乙县种好生姜\n{PLAIN}"
    assert [one.title for one in split(text)] == ["甲县办好林场", "乙县种好生姜"]


def test_titles_in_two_lines_and_copies():
    (report,) = split(f"某县卫生健康局2019年\n整体绩效自评报告\n{BODY}")
    assert report.title == "某县卫生健康局2019年整体绩效自评报告"
    assert split(f"某县医改工作总结\n某县医改工作总结\n{BODY}")[0].title == "某县医改工作总结"
    assert split(f"## 某县医改工作总结\n{BODY}")[0].title == "某县医改工作总结"
    assert split(BODY)[0].title == ""


def test_a_text_that_breaks_off_is_marked_and_one_that_ends_formally_is_not():
    start = f"某县医改工作总结\n一、成效\n{BODY}{BODY}"
    assert split(start + "三是")[0].truncated
    assert not split(start)[0].truncated
    assert not split(start + "\n某县卫生局\n2020年7月27日")[0].truncated
    assert not split(start + "全县签约率达到90%")[0].truncated


@pytest.mark.parametrize(
    "last",
    [
        "项目 投资 进度\n县医院 3.2亿元 85%\n体育馆 1.1亿元 60%",
        "监督电话：0906-8723456，地址：青河县团结路12号，邮编：836100",
        "抄送：县委办公室，县人大常委会办公室，县政协办公室，各乡镇党委、人民政府",
    ],
)
def test_a_table_or_a_label_at_the_end_breaks_nothing_off(last):
    assert not split(f"甲县总结\n{BODY}\n{last}")[0].truncated


def test_a_report_of_rows_alone_is_no_orphan():
    (report,) = split("甲县重点项目表\n项目 投资 进度\n县医院 3.2亿元 85%\n体育馆 1.1亿元 60%")
    assert not report.truncated and not report.orphan


def test_a_first_subheading_with_nothing_below_breaks_off():
    assert split(f"甲县总结\n{BODY}\n三、下步打算\n（一）继续推进")[0].truncated


@pytest.mark.parametrize("last", ["二是整治河道12处、", "一是规划先行，", "整治河道（其中“"])
def test_a_short_last_line_breaks_off_at_an_open_mark(last):
    assert split(f"甲县总结\n全县完成各项任务。\n{last}")[0].truncated


def test_a_title_without_a_body_is_an_orphan():
    text = f"材料汇编\n篇一：甲县推进医改\n{BODY}\n篇二：廉洁从业\n篇三：丙县医养结合\n{BODY}"
    assert [(r.orphan, r.truncated) for r in split(text)] == [
        (False, False),
        (True, True),
        (False, False),
    ]


def test_a_chunk_number_that_cleaning_removed_belongs_to_the_span():
    source = "1、县卫生局工作总结 " + BODY
    root = MappedText.of(source).apply([Edit(0, 2, "", "chunk_marker")])
    (report,) = split_reports(root)
    assert report.raw_start == 0 and report.mapped.source_span()[0] == 2


def test_reports_of_one_source_do_not_overlap_and_keep_their_order():
    text = "\n".join(f"{n}\n推进第{n}批改革试点\n{BODY}" for n in "1234")
    spans = [(r.raw_start, r.raw_end) for r in split(text)]
    assert all(a[1] <= b[0] for a, b in pairwise(spans))


def test_nothing_comes_of_white_space():
    assert split(" \n　") == []


@pytest.mark.shared
def test_the_seed_files_begin_where_a_reader_saw_them_begin(shared):
    from policytext.cleaning import clean_source

    found, true = set(), set()
    components = json.loads((shared / "gold" / "components.json").read_text("utf-8"))
    for path in sorted((shared / "corpus" / "seeds").glob("*.txt")):
        source = path.read_bytes().decode("utf-8")
        lines = source.split("\n")
        for one in (c for c in components if c["file"] == path.name):
            before = sum(len(line) + 1 for line in lines[: one["start_line"] - 1])
            at = before + lines[one["start_line"] - 1].index(one["start_text"].strip())
            true.add((path.name, at, one["truncated"]))
        reports = split_reports(clean_source(source).mapped, path.name)
        found |= {(path.name, r.raw_start, r.truncated) for r in reports}
    assert found == true and len(true) == 24


# Compilations of every style fall into their reports; a single report never falls apart.


def boundaries(style):
    """Count right, wrong and missed starts in one style."""
    right = wrong = missed = 0
    for seed in SEEDS:
        made = make_compilation(style, seed, 3 + seed % 5)
        found = {r.raw_start for r in split_reports(MappedText.of(made.text))}
        true = set(made.starts)
        right, wrong = right + len(found & true), wrong + len(found - true)
        missed += len(true - found)
    return right, wrong, missed


@pytest.mark.parametrize("style", [*MARKED, *NUMBERED_LINES])
def test_every_marked_report_is_found_and_nothing_else(style):
    right, wrong, missed = boundaries(style)
    assert right > 0 == wrong + missed


@pytest.mark.parametrize("style", UNMARKED)
def test_unmarked_reports_are_found_mostly_and_invented_hardly_ever(style):
    right, wrong, missed = boundaries(style)
    assert right / (right + wrong) >= 0.98
    assert right / (right + missed) >= 0.9


@pytest.mark.parametrize("seed", SEEDS)
def test_a_single_report_with_annex_and_glossary_stays_whole(seed):
    (report,) = split_reports(MappedText.of(make_single(seed)))
    assert report.rule == "whole" and report.raw_start == 0 and not report.compilation_title


def test_a_file_name_alone_does_not_split_a_report():
    text = make_single(1)
    assert len(split_reports(MappedText.of(text), "工作报告汇编.txt")) == 1


# Numbered marks are told from items, annexes and page numbers.


def series(text):
    return [(m.number, m.style) for m in find_series(read_lines(text))]


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
    assert series("\n".join(f"{m}\n{PLAIN}" for m in marks)) == [
        (n, "part_marker") for n in (1, 2, 3)
    ]


def test_marks_in_mid_line():
    assert series(
        f"工作总结篇一:甲县总结 {PLAIN} 某县卫生局 2010年8月3日 篇二:乙县汇报 {PLAIN}"
    ) == [
        (1, "part_marker"),
        (2, "part_marker"),
    ]


def test_a_title_printed_again_with_a_number():
    text = "\n".join(f"卫生局下半年工作计划{n}\n{PLAIN}" for n in (1, 2, 3))
    assert series(text) == [(n, "title_number") for n in (1, 2, 3)]


def test_lone_numbers_before_titles():
    text = "\n".join(
        f"{n}\n{p}县医共体建设总结\n{PLAIN}" for n, p in zip("123", "青红蓝", strict=True)
    )
    assert series(text) == [(n, "lone_number") for n in (1, 2, 3)]


@pytest.mark.parametrize(
    "text",
    [
        "\n".join(f"{n}\n强化第{n}个组织建设\n{PLAIN}" for n in "123"),
        "\n".join(f"第{n}篇文章：生态美\n{PLAIN}" for n in "一二三"),
    ],
)
def test_sections_of_one_article_are_no_reports(text):
    assert series(text) == []


def test_titles_with_a_byline_open_reports():
    rows = [
        ("绘就和美新画卷", "青河县永安镇"),
        ("蹚出增收致富路", "青河县何坝街道"),
        ("兴产业 促振兴", "青河县教育局"),
    ]
    text = "\n".join(f"{title}\n{who}\n{BODY}" for title, who in rows)
    found = split(f"交流发言材料汇编\n{text}")
    assert [report.title.split()[0] for report in found] == [t.split()[0] for t, _ in rows]


def test_numbers_of_the_rows_of_a_table_part_no_reports():
    row = "{0}\n城镇第{0}类设施覆盖率\n指标为建成区内已覆盖的面积，按年度统计。"
    assert series("\n".join(row.format(n) for n in range(1, 20))) == []


@pytest.mark.parametrize(
    "text",
    [
        "\n".join(f"附件{n}\n{PLAIN}" for n in (1, 2, 3)),
        "\n".join(f"表{n}\n{PLAIN}" for n in (1, 2, 3)),
        "\n".join(f"{n}、推进医共体建设\n{PLAIN}" for n in (1, 2, 3)),
        "\n".join(f"{PLAIN[:-6]}\n{n}\n{PLAIN[-6:]}下一段接着说明情况没有结束" for n in (1, 2, 3)),
        "在第一篇文章中，作者提出了观点。\n在第二篇文章中，作者作了补充。",
        "谱写健康事业第一篇章\n" + PLAIN,
    ],
)
def test_what_is_no_series(text):
    assert series(text) == []


def test_numbers_may_be_lost_but_not_many():
    text = "\n".join(f"篇{n}：甲\n{PLAIN}" for n in "二三五")
    assert [n for n, _ in series(text)] == [2, 3, 5]
    assert series("\n".join(f"篇{n}：甲\n{PLAIN}" for n in "七八")) == []


def test_sections_of_one_report_are_no_numbered_reports():
    text = f"一、2020年工作总结\n（一）成效\n{PLAIN}\n二、2021年工作计划\n（一）任务\n{PLAIN}"
    assert numbered_genres(read_lines(text)) == []


# Numbered titles are found among numbered items of the same form.


def found(text, promised):
    return [
        text[m.end :].split("\n")[0]
        for m in find_numbered_titles(text, read_lines(text)[1:], promised)
    ]


def report(title, items=()):
    return (
        "\n".join([title, BODY * 4, *[f"{n}.{item}\n{BODY}" for n, item in items], BODY * 4]) + "\n"
    )


def test_items_inside_a_report_are_passed_over():
    text = (
        "材料汇编（3篇）\n"
        + report(
            "1.甲县医共体建设工作总结",
            [(1, "组织领导到位"), (2, "资金投入到位"), (3, "督查考核到位")],
        )
        + report("2.乙市分级诊疗工作汇报")
        + report("3.丙州医养结合情况报告")
    )
    assert found(text, 3) == [
        "甲县医共体建设工作总结",
        "乙市分级诊疗工作汇报",
        "丙州医养结合情况报告",
    ]


def test_fewer_than_promised_are_none():
    text = (
        "材料汇编（3篇）\n" + report("1.甲县医共体建设工作总结") + report("2.乙市分级诊疗工作汇报")
    )
    assert found(text, 3) == []
    assert found(text, 0) == []


def test_a_short_list_is_no_compilation():
    assert found("要点（2篇）\n1.推进医共体建设\n2.做好医养结合工作\n完成。", 2) == []


def test_as_many_titles_as_the_name_promises_are_reports():
    story = "山里的群众看病更方便了，村医每周上门，专家每月下乡，大家都说好。"
    titles = ("小药箱里的大民生", "一张病床牵出的改革", "把专家请进村卫生室")
    text = "\n\n\n\n".join(f"{one}\n\n{story}\n\n{story}" for one in titles)
    found = split_reports(MappedText.of(text), "基层经验汇编（3篇）.txt")
    assert [one.title for one in found] == list(titles)
    assert len(split_reports(MappedText.of(text), "a.txt")) == 1


@pytest.mark.parametrize("badge", ["0{} ", "【{}】", "[{}] "])
def test_numbers_without_a_mark_count_titles(badge):
    report = "医共体建设工作总结\n一、成效\n完成任务。\n二、打算\n推进。\n"
    text = "".join(f"{badge.format(n)}{place}{report}" for n, place in enumerate("甲乙丙", 1))
    assert [mark.number for mark in numbered_genres(read_lines(text))] == [1, 2, 3]
    assert numbered_genres(read_lines("1 甲县工作总结\n全县完成任务。\n2 个百分点。")) == []


def test_badges_of_an_article_are_no_numbers_of_reports():
    body = "全县推进医改，完成了各项任务，群众满意度提高，基层服务能力增强。" * 8
    text = f"打通健康服务最后一公里\n01\n坚持党建引领发展\n{body}\n02\n强化人才支撑保障\n{body}"
    assert len(split_reports(MappedText.of(text), "a.html")) == 1


def test_a_second_salutation_is_kept_as_a_border_nearly_drawn():
    body = "全县扎实推进医药卫生体制改革，各项工作有序开展，群众满意度不断提升。" * 8
    text = f"工作报告\n各位代表：\n{body}\n同志们：\n{body}"
    (one,) = split_reports(MappedText.of(text))
    assert [text[b.start :][:4] for b in one.nearly] == ["同志们："]


# What stands above a title, and what names reports without opening them?


@pytest.mark.parametrize(
    "above",
    [
        "白石县卫生局文件",
        "白石县卫生局文件\n白卫〔2021〕3号",
        "白石县卫生局文件\n白卫〔2021〕3号\n★",
        "白石县卫生局\n白石县财政局\n文件\n白卫〔2021〕3号　　签发人：李某",
        "白石县卫生局\n新闻中心\n通知公告",
        "白石县政府门户网站",
        "白石县卫生局　白石县财政局\n白石县民政局",
        "内部资料　注意保存",
        "附件2",
        "000012\n特急",
        "№ 000012\n机密★一年",
        "（送审稿）",
        "会议材料之三",
    ],
)
def test_what_stands_above_a_title_is_no_part_of_it(above):
    report = split(f"{above}\n关于核查村卫生室药品的通知\n各卫生院：\n现将有关事项通知如下。")[0]
    assert report.title == "关于核查村卫生室药品的通知"


def test_one_body_above_about_begins_the_title():
    report = split(
        "白卫〔2021〕3号\n白石县卫生局\n关于核查药品的通知\n各卫生院：\n现将事项通知如下。"
    )[0]
    assert report.title == "白石县卫生局 关于核查药品的通知"


def test_a_list_of_contents_opens_no_report():
    names = ["甲河县卫生工作总结", "乙山县医改工作汇报", "丙水县医保工作总结"]
    body = (
        "现将情况汇报如下。\n一、主要工作\n" + "组建医共体三个，派驻医师四十名，就诊率提高。\n" * 9
    )
    text = "县域材料汇编3篇\n目录\n" + "\n".join(f"{n}. {name}" for n, name in enumerate(names, 1))
    text += "\n" + "".join(f"{name}\n{body}" for name in names)
    found = split(text, file_name="县域材料汇编3篇.txt")
    assert [one.title for one in found] == names
    assert [text[one.raw_start :].startswith(name) for one, name in zip(found, names, strict=True)]


def test_joint_issuers_that_sign_again_are_no_list_of_contents():
    head = (
        "甲河县卫生局\n甲河县财政局\n关于印发支付方案的通知\n各医院：\n现将方案印发，请认真落实。"
    )
    found = split(f"{head}\n甲河县卫生局\n甲河县财政局\n2022年3月5日")
    assert len(found) == 1
    assert found[0].raw_start == 0


def test_texts_put_one_behind_the_other_are_told_by_their_heads():
    page = "发布时间：2020-03-02 来源：县卫健局"
    texts = [("甲县召开医改会议", page), ("乙县开展义诊活动", page.replace("03", "05"))]
    source = MappedText.of("\n".join(f"{title}\n{head}\n{BODY * 2}" for title, head in texts))
    cuts = [source.text.index(head) for _, head in texts]
    cleaned = source.apply([Edit(at, at + len(page), "", "page_chrome") for at in cuts])
    assert [one.title for one in split_reports(cleaned)] == [title for title, _ in texts]


@pytest.mark.parametrize("second", ["乙县卫生健康局", "甲县卫生健康局"])
def test_texts_of_several_bodies_are_told_by_their_bylines(second):
    text = (
        f"筑牢基层网底\n甲县卫生健康局\n{BODY * 3}\n{PLAIN}\n"
        f"深化综合改革\n{second}\n{BODY * 3}\n{PLAIN}"
    )
    titles = [one.title for one in split(text)]
    both = ["筑牢基层网底", "深化综合改革"]
    assert titles == (both if second[0] == "乙" else both[:1])


def test_places_in_brackets_part_a_compilation_and_nothing_else():
    body = "\n".join(f"【{name}】\n{BODY * 3}" for name in ("青河县", "望山县"))
    assert len(split(f"各县工作总结汇编\n{body}")) == 2
    assert len(split(f"某市工作总结\n{body}")) == 1
    assert len(split("各县工作总结汇编\n【青河县】\n完成任务。\n【望山县】\n" + BODY * 3)) == 1
    again = body.replace("望山县", "青河县")
    assert len(split(f"各县工作总结汇编\n{again}")) == 1
    assert (
        len(split(f"各县工作总结汇编\n{body.replace('青河县', '概况').replace('望山县', '成效')}"))
        == 1
    )


@pytest.mark.parametrize("numbers", ["一、 二、 三、", "1. 2. 3.", "（一） （二） （三）"])
@pytest.mark.parametrize("head", ["青河县直单位总结汇编（3篇）", "2021年工作材料"])
def test_numbered_titles_of_several_bodies_of_one_county_are_reports(numbers, head):
    rows = [
        f"{n}青河县{body}2021年工作总结\n{PLAIN}\n{BODY}"
        for n, body in zip(numbers.split(), ("教育局", "水利局", "民政局"), strict=True)
    ]
    found = split("\n".join([head, *rows]))
    titles = [f"青河县{body}2021年工作总结" for body in ("教育局", "水利局", "民政局")]
    assert [one.title for one in found] == titles


def test_numbered_sections_about_several_bodies_are_no_reports():
    rows = [
        f"（{n}）{body}落实情况\n{PLAIN}"
        for n, body in zip("一二三", ("县教育局", "县水利局", "县民政局"), strict=True)
    ]
    assert len(split("\n".join(["青河县作风建设情况汇报", *rows]))) == 1


@pytest.mark.parametrize("head", ["范文", "2023年单位工作总结范文(精选2篇)", "工作总结材料汇编"])
def test_a_title_above_numbered_titles_is_no_sentence_that_breaks_off(head):
    text = "\n".join([head, *(f"单位工作总结范文 第{n}篇\n{PLAIN}\n{BODY}" for n in (1, 2))])
    assert len(split(text)) == 2


@pytest.mark.parametrize(
    "lines",
    [
        ("青河县教育局", "2022年工作总结"),
        ("青河县文化和旅游局", "2021年度工作情况汇报"),
        ("青河县民政局", "2022年工作要点"),
        ("青河县民政局", "2021年工作总结和2022年工作计划"),
        ("青河县人民政府办公室", "二〇二一年工作总结"),
        ("青河县教育局", "20XX年工作总结"),
        ("岭南镇", "2021年工作总结"),
    ],
)
def test_a_body_above_year_and_genre_begins_the_title(lines):
    (one,) = split("\n".join([*lines, BODY, "一、工作亮点", PLAIN]))
    assert one.title.replace(" ", "") == "".join(lines)


@pytest.mark.parametrize("year", ["（2020年度）", "（二〇二〇年）", "2020年度", "——2020年度"])
def test_a_year_below_a_title_belongs_to_it(year):
    (one,) = split(f"青河县交通运输局工作总结\n{year}\n{BODY}\n一、工作亮点\n{PLAIN}")
    assert one.title == f"青河县交通运输局工作总结{year}"


@pytest.mark.parametrize("below", ["（2020年3月5日）", "2020年以来"])
def test_a_day_or_other_words_below_a_title_are_no_part_of_it(below):
    (one,) = split(f"青河县交通运输局工作总结\n{below}\n{BODY}\n一、工作亮点\n{PLAIN}")
    assert one.title == "青河县交通运输局工作总结"

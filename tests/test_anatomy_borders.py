"""Reports in one file are parted by joint evidence, and one report never is."""

import pytest

from policytext.anatomy.borders import find_borders
from policytext.anatomy.lines import read_lines
from policytext.anatomy.reports import split_reports
from policytext.cleaning import MappedText

PLACES = ("青河县", "望山县", "白沙县", "石桥县")
CITIES = ("临泽市", "金川市", "东湖市", "南屏市")
DONE = "全县建成医共体2个，派驻医师46人，县域内就诊率提高，满意度稳步上升，{p}三年获评先进。"
AHEAD = "{p}要继续推进医共体建设，新建村卫生室12所，确保基层服务能力再上新台阶，让群众就近看好病。"
NUMBERS = "一二三四"


def _body(place: str, first: str = "一、", second: str = "二、") -> list[str]:
    rows = [f"{first}主要工作", *[DONE.format(p=place)] * 3]
    return [*rows, f"{second}下一步打算", *[AHEAD.format(p=place)] * 3]


def _speech(place: str) -> list[str]:
    given = f"——2023年1月5日在{place}第十届人民代表大会第二次会议上"
    opened = f"现在，我代表{place}人民政府，向大会报告工作，请予审议。"
    return ["政府工作报告", given, f"{place}市长 王某某", "各位代表：", opened, *_body(place)]


def _signed(place: str) -> list[str]:
    return [*_body(place), f"{place}卫生健康局", "2022年12月20日"]


STYLES = {
    "speeches": [_speech(p) for p in CITIES],
    "salutations only": [_speech(p)[3:] for p in CITIES],
    "titles": [[f"{p}2022年卫生健康工作总结", *_body(p)] for p in PLACES],
    "signed": [_signed(p) for p in PLACES],
    "titled and signed": [[f"{p}卫生健康局工作总结", *_signed(p)] for p in PLACES],
    "numbered, inner Han": [
        [f"{n}、{p}2022年卫生健康工作总结", *_body(p, "（一）", "（二）")]
        for n, p in zip(NUMBERS, PLACES, strict=True)
    ],
    "places in titles only": [
        [f"{p}卫生健康局2022年工作总结", *_body("我县")]
        for p in ("云和县", "张家港市", "阿巴嘎旗", "青河县")
    ],
    "places in brackets": [[f"【{p}】2022年卫生健康工作总结", *_body("我县")] for p in PLACES],
    "offices of one city": [
        [f"{one}2022年工作总结和2023年工作思路", *_body("全市")]
        for one in ("市教育局", "市民政局", "市卫生健康委", "市医疗保障局")
    ],
    "offices of one county": [
        [f"青河县{one}2022年工作总结", *_body("青河县")] for one in ("教育局", "民政局", "疾控中心")
    ],
    "addresses": [
        [f"在{p}医改推进会上的讲话", "（2022年3月4日）", "同志们：", *_body(p)] for p in PLACES
    ],
    "years of one county": [
        [f"青河县卫生健康局{year}年工作总结", *_body("我县")] for year in range(2019, 2023)
    ],
}


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize(
    "inner, outer", [("\n", "\n"), ("\n\n", "\n\n\n"), (" ", "\n"), (" ", " ")]
)
def test_reports_in_one_file_are_parted_where_each_begins(style, inner, outer):
    reports = [inner.join(rows) for rows in STYLES[style]]
    text = outer.join(reports)
    borders = find_borders(text, read_lines(text))
    assert [text[at : at + 12] for at in borders] == [one[:12] for one in reports[1:]]


@pytest.mark.parametrize("numbers, parted", [((3, 4, 5), 2), ((3, 3, 3), 0)])
def test_a_bulletin_begins_with_its_number_and_a_running_head_repeats_it(numbers, parted):
    text = "\n".join(
        "\n".join(["卫生健康工作简报", f"第{number}期", *_body("我县")]) for number in numbers
    )
    assert len(find_borders(text, read_lines(text))) == parted


NOTICE = [
    "青河县卫生健康局关于印发工作方案的通知",
    "各乡镇卫生院：",
    "现将方案印发给你们，请结合实际认真贯彻执行，并按季度报送进展情况，确保各项任务落到实处。" * 4,
    "青河县卫生健康局",
    "2022年3月1日",
]
SINGLE = {
    "a notice with what it issues": [*NOTICE, "青河县医共体建设工作方案", *_body("青河县")],
    "a notice with a report": [*NOTICE, "青河县卫生健康工作报告", *_body("青河县")],
    "a call within": [*_speech("临泽市"), "各位代表！", *_body("临泽市", "三、", "四、")],
    "two years": ["青河县工作报告", *_body("青河县"), "2023年工作总结", *_body("青河县")],
    "two years, each summed up": [
        "青河县卫生健康局工作总结",
        *("2022年工作总结", *_body("青河县")),
        *("2023年工作总结", *_body("青河县")),
    ],
    "topics, each summed up": [
        "青河县卫生健康局2022年工作总结",
        *("一、医改工作总结", *_body("青河县", "（一）", "（二）")),
        *("二、公共卫生工作总结", *_body("青河县", "（一）", "（二）")),
    ],
    "an annex": [*_speech("临泽市"), "附件：名词解释", *_body("临泽市", "1.", "2.")],
    "a list of contents": [
        "政府工作报告",
        "一、主要工作",
        "二、下一步打算",
        *_speech("临泽市")[1:],
    ],
    "running heads": [*_speech("临泽市"), "政府工作报告", *_body("临泽市", "三、", "四、")],
    "chapters": [f"第{n}章 总则\n第{n}条 {AHEAD.format(p='本市')}" for n in NUMBERS],
    "other places": [
        "临泽市卫生健康工作总结",
        *(
            f"{n}、{p}工作情况\n{DONE.format(p=p) * 3}"
            for n, p in zip(NUMBERS, PLACES, strict=True)
        ),
    ],
}


@pytest.mark.parametrize("kind", SINGLE)
@pytest.mark.parametrize("glue", ["\n", "\n\n", " "])
def test_one_report_is_never_split(kind, glue):
    text = glue.join(SINGLE[kind])
    assert find_borders(text, read_lines(text)) == []


def test_short_pieces_are_no_reports():
    text = "\n".join(row for p in PLACES for row in _speech(p)[:5])
    assert find_borders(text, read_lines(text)) == []


@pytest.mark.parametrize("glue", ["\n", " "])
def test_a_list_of_contents_opens_no_report(glue):
    titles = [f"{p}卫生健康局2022年工作总结" for p in PLACES[:2]]
    contents = [f"{i}. {title} {i}" for i, title in enumerate(titles, 1)]
    bodies = [[title, *_body(p)] for title, p in zip(titles, PLACES, strict=False)]
    text = "工作总结汇编(2篇)\n" + glue.join(["目录", *contents, *bodies[0], *bodies[1]])
    found = split_reports(MappedText.of(text), "a.txt")
    starts = [text.rindex(title) for title in titles]
    assert [one.raw_start for one in found] == starts


def test_joint_evidence_adds_what_a_compilation_does_not_number():
    rows = [row for p in PLACES for row in [f"{p}卫生健康局工作总结", *_signed(p)]]
    text = "\n".join(["工作总结选编", *rows])
    assert len(split_reports(MappedText.of(text), "a.txt")) == len(PLACES)


@pytest.mark.parametrize("said", ["代表分组讨论", "热议", "委员会审议"])
def test_news_about_a_report_is_the_title_of_none(said):
    rows = [row for p in CITIES for row in [f"{p}{said}政府工作报告", *_body(p)]]
    text = "\n".join(rows)
    assert find_borders(text, read_lines(text)) == []


def _short(place: str, office: str = "水利局") -> list[str]:
    told = f"本年{place}办好各项实事，群众满意度稳步提高，现总结如下。"
    rows = [
        f"{place}{office}2020年工作总结",
        told,
        "一、工作亮点",
        "完成投资2.4亿元，整治河道6条。",
    ]
    return [
        *rows,
        "二、明年安排",
        "继续办好水利实事，守住防汛安全。",
        f"{place}{office}",
        "2020年12月28日",
    ]


def test_short_reports_are_parted_where_title_place_and_signature_all_say_so():
    reports = ["\n".join(_short(p)) for p in PLACES[:3]]
    text = "\n\n".join(reports)
    borders = find_borders(text, read_lines(text))
    assert [text[at : at + 6] for at in borders] == [one[:6] for one in reports[1:]]


def test_short_pieces_without_titles_are_no_reports():
    text = "\n\n".join("\n".join(_short(p)[1:]) for p in PLACES[:3])
    assert find_borders(text, read_lines(text)) == []

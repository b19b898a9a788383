"""Section paths follow the numbering as it stands, also where it is unusual."""

from policytext.anatomy.lines import read_enumerator
from policytext.anatomy.paragraphs import Numbered, section_paths


def paths(*rows, heads=None):
    heads = [True] * len(rows) if heads is None else heads
    numbered = [Numbered(read_enumerator(r), h) for r, h in zip(rows, heads, strict=True)]
    return [path for path, _ in section_paths(numbered)]


def test_a_path_names_all_open_numbers():
    rows = ("一、甲", "（一）乙", "1.丙", "正文", "2.丁", "（二）戊", "二、己")
    heads = (True, True, True, False, True, True, True)
    assert paths(*rows, heads=heads) == [
        "一",
        "一/（一）",
        "一/（一）/1",
        "一/（一）/1",
        "一/（一）/2",
        "一/（二）",
        "二",
    ]


def test_chapters_and_parts_stand_above():
    rows = ("第一章 总则", "第一节 目标", "一、甲", "第二章 措施", "一、乙")
    assert paths(*rows) == ["第一章", "第一章/第一节", "第一章/第一节/一", "第二章", "第二章/一"]


def test_a_bracket_under_a_figure_nests_if_it_follows_the_heading():
    assert paths("二、甲", "3、乙", "(一)丙", "(二)丁", "三、戊") == [
        "二",
        "二/3",
        "二/3/（一）",
        "二/3/（二）",
        "三",
    ]


def test_a_number_that_is_skipped_is_told_and_a_restart_is_not():
    rows = ("1、甲", "2、乙", "4、丙", "1、丁")
    gaps = [gap for _, gap in section_paths([Numbered(read_enumerator(r), True) for r in rows])]
    assert gaps == [False, False, True, False]


def test_an_annex_begins_anew():
    rows = [
        Numbered(read_enumerator("三、甲"), True),
        Numbered(None, True, resets=True),
        Numbered(read_enumerator("1.乙"), False),
    ]
    assert [path for path, _ in section_paths(rows)] == ["三", "", "1"]

"""A report knows its title, its mark, where it breaks off and what stands before it."""

import json
from itertools import pairwise

import pytest

from policytext.anatomy.reports import split_reports
from policytext.cleaning.mapped import Edit, MappedText

BODY = "近年来，全县推进医改，完成了各项任务，群众满意，机构条件持续改善。"


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


def test_titles_in_two_lines_and_copies():
    (report,) = split(f"某县卫生健康局2019年\n整体绩效自评报告\n{BODY}")
    assert report.title == "某县卫生健康局2019年整体绩效自评报告"
    assert split(f"某县医改工作总结\n某县医改工作总结\n{BODY}")[0].title == "某县医改工作总结"
    assert split(BODY)[0].title == ""


def test_a_text_that_breaks_off_is_marked_and_one_that_ends_formally_is_not():
    start = f"某县医改工作总结\n一、成效\n{BODY}{BODY}"
    assert split(start + "三是")[0].truncated
    assert not split(start)[0].truncated
    assert not split(start + "\n某县卫生局\n2020年7月27日")[0].truncated
    assert not split(start + "全县签约率达到90%")[0].truncated


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
    from policytext.cleaning.clean import clean_source

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

"""Numbered titles of a compilation are found among numbered items of the same form."""

from policytext.anatomy.lines import read_lines
from policytext.anatomy.reports import find_numbered_titles

BODY = "近年来，全县推进医改，完成了各项任务，群众满意，机构条件持续改善。"


def found(text, promised):
    return [
        text[m.end :].split("\n")[0]
        for m in find_numbered_titles(text, read_lines(text), 1, promised)
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

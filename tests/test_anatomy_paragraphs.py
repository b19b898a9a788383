"""Paragraphs of a report keep all its characters and say what they are."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compilations import make_single
from policytext.anatomy.ledger import build_ledger
from policytext.anatomy.lines import read_enumerator
from policytext.anatomy.paragraphs import Numbered, paragraphs, section_paths
from policytext.anatomy.reports import split_reports
from policytext.cleaning import MappedText
from policytext.records import KINDS, PARTS


def read(source):
    """Clean a source as it is read into a corpus; return its paragraphs by report, and the rest."""
    from policytext.cleaning import clean_source, repair_report

    cleaned = clean_source(source)
    reports, found = [], []
    for report in split_reports(cleaned.mapped):
        report = report.repaired(repair_report(report.mapped, cleaned.context))
        reports.append(report)
        found.append(paragraphs(report.mapped, title_span=report.title_span))
    flat = [p for one in found for p in one]
    return found, build_ledger("s", cleaned.mapped, flat, reports=reports)


@given(st.text(alphabet="甲乙县。，\n　 一二（）、1.年：附件名词解释", max_size=80))
def test_any_text_gives_paragraphs_of_known_kinds(text):
    found = paragraphs(MappedText.of(text))
    assert all(p.kind in KINDS and p.part_of_report in PARTS for p in found)
    assert "".join("".join(p.text.split()) for p in found) == "".join(text.split())


@pytest.mark.parametrize("seed", range(8))
def test_a_government_report_falls_into_its_parts(seed):
    text = make_single(seed)
    found = paragraphs(MappedText.of(text), title_span=(0, text.index("\n")))
    assert len(found) == len([row for row in text.split("\n") if row.strip()])
    outer = [p for p in found if p.kind == "heading" and "/" not in p.section]
    heads = {p.section: p.part_of_report for p in outer}
    parts = Counter(p.part_of_report for p in found)
    assert found[0].flags == ("title",) and found[2].flags == ("salutation",)
    assert {"lead", "review", "goals", "plan"} <= set(parts)
    assert ("名词解释" in text) == ("glossary" in parts)
    assert ("附件1" in text) == ("annex" in parts)
    assert heads["三"] in ("plan", "annex")


def test_a_title_span_marks_the_title_only():
    text = "某县工作总结\n完成任务。\n成效显著"
    kinds = [(p.kind, p.part_of_report) for p in paragraphs(MappedText.of(text), title_span=(0, 6))]
    assert kinds[0] == ("heading", "lead")
    assert ("heading", "lead") not in kinds[1:]


@pytest.mark.shared
def test_no_paragraph_of_the_provinces_is_lost_and_glossaries_are_known(shared):
    import docx

    with_glossary = set()
    for path in sorted((shared / "corpus" / "provinces-2025").glob("*.docx")):
        rows = [p.text for p in docx.Document(str(path)).paragraphs]
        (found,), ledger = read("\n".join(rows))
        outside = ledger[(ledger["place"] == "outside") & (ledger["before"].str.strip() != "")]
        assert "between_paragraphs" not in set(outside["rules"])
        n_rows = sum(bool(line.strip()) for row in rows for line in row.split("\n"))
        assert len(found) + len(outside) >= n_rows
        parts = Counter(p.part_of_report for p in found if p.kind != "heading")
        assert parts["review"] >= 5 and parts["plan"] >= 10, path.name
        if parts["glossary"] >= 5:
            with_glossary.add(path.name[5:7])
    assert with_glossary == {"云南", "四川", "广东", "江西"}


@pytest.mark.shared
@pytest.mark.slow
def test_review_comes_before_plan_in_every_provincial_report(shared):
    import docx

    for path in sorted((shared / "corpus" / "provinces-2025").glob("*.docx")):
        text = "\n".join(p.text for p in docx.Document(str(path)).paragraphs)
        (found,), _ = read(text)
        order = [p.part_of_report for p in found if p.part_of_report in ("review", "plan")]
        assert order == sorted(order, key=("review", "plan").index), path.name


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

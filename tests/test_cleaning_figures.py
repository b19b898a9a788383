"""Figures, masks and borders: what is right stays, what a document proves is put back."""

import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policytext.cleaning import clean_source, find_marks, repair_report
from policytext.cleaning.chunks import find_chunks
from policytext.cleaning.clean import FIGURE_RULES
from policytext.cleaning.context import Context, is_row, numbers_meet, runs_on
from policytext.cleaning.figures import deleted_years

PATH = Path(__file__).parent / "cases" / "figures.jsonl"
TRAPS = [json.loads(line) for line in PATH.read_text("utf-8").splitlines()]
FIGURE = re.compile(r"[0-9]+")
CELLS = st.sampled_from(["海河镇卫生院", "卫生院", "1996", "29306", "2", "医共体", "2023", "年"])
LINES = st.one_of(
    st.lists(CELLS, min_size=1, max_size=4).map(" ".join),
    st.sampled_from(
        [
            "- 1 -", "- 2 -", "- 3 -", "1", "2", "3", "第1页", "第2页", "1、", "2、", "3、",
            "全县各级医疗机构认真落实惠民政策措施并加强考核，投入资金12",
            "34万元，家庭医生签约率比上年提高", "2.3个百分点。", "第三章 服务", "第十二条 负责",
            "xx县共有xx家", "自年9月起", "20230%", "2023月", "建档7人(城镇6754人;农村13443人)",
        ]
    ),
)  # fmt: skip
PAGES = st.lists(st.tuples(LINES, st.sampled_from(["\n", "\n", "\n\n", "\f", "\n\f", "\r\n"])))


def cleaned(text):
    source = clean_source(text)
    return repair_report(source.mapped, source.context), source.context


@pytest.mark.parametrize("trap", TRAPS, ids=lambda trap: trap["label"])
def test_trap(trap):
    report, _ = cleaned(trap["original"])
    assert report.text == trap["cleaned"], trap["comment"]
    again, _ = cleaned(report.text)
    assert again.text == report.text


def test_traps_are_many_and_half_are_right():
    right = [t for t in TRAPS if "-right-" in t["label"]]
    assert len(TRAPS) >= 40
    assert 0.4 <= len(right) / len(TRAPS) <= 0.7


@given(PAGES)
def test_no_figure_is_made_but_by_a_rule_of_figures(pages):
    text = "".join(line + end for line, end in pages)
    report, _ = cleaned(text)
    changes = report.changes()
    repaired = [c for c in changes if FIGURE_RULES.intersection(c.rules)]
    made = "".join(c.after for c in repaired) + "".join(
        text[max(0, c.start - 9) : c.start] + c.after + text[c.end : c.end + 9] for c in repaired
    )
    known = set(FIGURE.findall(text))
    for run in set(FIGURE.findall(report.text)) - known:
        assert run in made, (run, changes)


@pytest.mark.parametrize(
    ("text", "kind", "marked"),
    [
        ("自称“XX报”的账号", "mask_doubtful", "XX"),
        (
            "签约率95%，建档率96%，随访率97%，体检率98%，管理率92%，就诊率71.3，",
            "missing_percent",
            "71.3",
        ),
        ("价格下调15%30%，补贴810万元", "range_sign_lost", "810"),
    ],
)
def test_what_is_not_proven_is_marked(text, kind, marked):
    report, context = cleaned(text)
    places = {text[m.start : m.end] for m in find_marks(report, context) if m.kind == kind}
    assert marked in places


def test_a_cut_figure_that_is_joined_is_flagged():
    trap = next(t for t in TRAPS if t["label"] == "chunk-damage-3")
    report, context = cleaned(trap["original"])
    assert "figure_repaired" in {m.kind for m in find_marks(report, context)}


def test_a_masked_file_lends_its_signs_to_a_short_report():
    cut = clean_source("xx县建成xx家医院。\n连续x年先进。")
    short = repair_report(cut.mapped.slice(12, len(cut.mapped.text)), cut.context)
    assert short.text.strip() == "连续‹NUM›年先进。"


def test_borders():
    assert not runs_on("补助资金12", "34万元")
    assert numbers_meet("补助资金12 ", "34万元")
    assert is_row("海河镇 1996") and not is_row("各级医疗机构认真落实")
    assert find_chunks("\n".join(f"{k}、" + "规定" * 30 for k in range(1, 3))) == []


def test_a_sentence_that_opens_with_year_lost_its_own_where_years_were_deleted():
    text = "自年9月起,年,全县推进改革。年又将两项药品纳入集中采购。年均增长8.7%。"
    made = [text[e.start - 1 : e.start + 2] for e in deleted_years(text, Context())]
    assert made == ["自年9", ",年,", "。年又"]

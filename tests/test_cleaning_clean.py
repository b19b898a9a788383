"""Cleaning as a whole: planted damage is undone, clean text stays, and offsets always hold."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

import damage as planted
from cleaning_cases import read_cases
from policytext import explain_cleaning
from policytext.cleaning import (
    Damage,
    Finding,
    MappedText,
    clean_source,
    cleaning_steps,
    detect_damage,
    find_marks,
    repair_report,
)
from policytext.cleaning.clean import STEPS, report_context
from policytext.cleaning.context import Context

PARAGRAPHS = (
    "2019年，全市新建村卫生室{0}个，完成投资{1}.5亿元，同比增长8.{2}%，服务群众10万人。",
    "一是加强基础建设，建立“双百”考核制度，推动服务创新，签约率达到9{2}%，覆盖10个乡镇。",
    "二是改善群众就医感受，2018年以来培训村医{1}人，开展义诊10次，达到预期目标。",
    "三是落实惠民制度，报销比例提高{2}个百分点，投入资金110.10万元，建设中心{0}家。",
)
AREAS = [stem + branch for branch in "子丑寅卯辰巳" for stem in "甲乙丙丁戊己庚辛壬癸"]
CLEAN = "\n".join(
    PARAGRAPHS[k % 4].format(11 + k, 30 + k, k % 8 + 1)
    + f"{area}片区工作进展顺利。"
    + PARAGRAPHS[(k + 1) % 4].format(k + 2, k + 40, 3)
    for k, area in enumerate(AREAS)
)
ODD = st.text(alphabet="一年月xX*“”%0123.、, \n\f\u3000\xa0县市效劳服务<>&;第页共-", max_size=300)
LEAST = {"10 and years made 2023": (0.9, 0.95), "years deleted": (0.8, 0.95)}


def clean(text: str, hints=()) -> str:
    cleaned = clean_source(text, hints)
    return repair_report(cleaned.mapped, cleaned.context).text


def replay(mapped) -> str:
    out, at = [], mapped.source_span()[0]
    for change in mapped.changes():
        assert change.start >= at
        assert mapped.source[change.start : change.end] == change.before
        out += [mapped.source[at : change.start], change.after]
        at = change.end
    out.append(mapped.source[at : mapped.source_span()[1]])
    return "".join(out)


def test_clean_text_is_left_alone():
    cleaned = clean_source(CLEAN)
    report = repair_report(cleaned.mapped, cleaned.context)
    assert report.text == CLEAN
    assert report.changes() == []
    assert cleaned.flags == ()
    assert find_marks(report, cleaned.context) == ()


@pytest.mark.parametrize("kind", list(planted.KINDS))
def test_planted_damage_is_undone(kind):
    score = planted.score(planted.KINDS[kind](CLEAN, 1))
    assert score.planted >= 8
    assert score.recall >= 0.98
    assert score.precision >= 0.98


def test_lost_quotes_are_marked():
    damaged = planted.quotes_lost(CLEAN, 1)
    assert detect_damage(damaged.text).has("quotes_lost")
    assert planted.score_marks(damaged, "closing_quote_lost").recall == 1.0


@given(ODD, st.sampled_from([(), ("pdf",), ("markdown",)]))
def test_any_text_is_accounted_for(text, hints):
    cleaned = clean_source(text, hints)
    report = repair_report(cleaned.mapped, cleaned.context)
    assert replay(report) == report.text
    for mark in find_marks(report, cleaned.context):
        assert 0 <= mark.start <= mark.end <= len(text)


@given(st.text(max_size=200))
def test_any_unicode_text_can_be_cleaned(text):
    cleaned = clean_source(text)
    assert replay(repair_report(cleaned.mapped, cleaned.context)) is not None


WORDED = st.lists(
    st.sampled_from(
        [
            *(
                "效劳",
                "服务",
                "根底",
                "到达",
                '“十四五"',
                "“双减”",
                '"医共体"',
                "‘单’",
                "'",
                "”",
                "“",
            ),
            *("ＤＲＧ", "２．５", "⽣⼯", "＋", "①", "政 府 工 作 报 告", "省 市 县", "2 0 2 1 年"),
            *(
                "(cid:12)",
                "锟斤拷",
                "\ue000\ue001\ue002",
                "( _8 M1 x* {3\n",
                "医(yi)疗(liao)",
                "å»º",
            ),
            *("\n", " ", "，", "。", "医院", "全县建成两个", "10", "社会扶养费", "布署", "一、"),
        ]
    ),
    max_size=40,
).map("".join)


@given(WORDED)
def test_cleaning_words_and_signs_again_changes_nothing(text):
    mine = {
        *("misread_text", "illegible", "usual_forms", "spaced_characters", "copy_noise"),
        *("quote_pairs", "swapped_words", "wrong_phrases"),
    }
    for step in (s for s in cleaning_steps() if s.name in mine):
        context = Context(detect_damage(text) if step.needs else Damage())
        once = MappedText.of(text).apply(step.repairs(text, context)).text
        again = Context(detect_damage(once) if step.needs else Damage())
        assert step.repairs(once, again) == [], step.name


ESCAPED = [
    "&amp;nbsp;",
    "&lt;b&gt;",
    "<td>12",
    "首页",
    "目录",
    "- 2 -",
    "达到xx%",
    "3、",
    "相关文章",
]
LINES = sorted({line for case in read_cases() for line in case.original.split("\n")} | {*ESCAPED})


@given(
    st.lists(
        st.tuples(st.sampled_from(LINES), st.sampled_from(["\n", "\n", "\n\n", "\f", ""])),
        max_size=12,
    )
)
def test_cleaning_cleaned_text_changes_nothing(lines):
    once = clean("".join(line + border for line, border in lines))
    assert clean(once) == once


@given(ODD)
def test_cleaning_is_a_pure_function(text):
    assert clean(text) == clean(text)


def test_printed_pages_become_paragraphs_again():
    lines = []
    for paragraph in CLEAN.split("\n")[:20]:
        indented = "\u3000\u3000" + paragraph
        lines += [indented[k : k + 32] for k in range(0, len(indented), 32)]
    pages = [
        "\n".join(["甲县年度工作报告", *lines[k : k + 25], f"— {k // 25 + 1} —"])
        for k in range(0, len(lines), 25)
    ]
    text = "\f".join(pages)
    assert detect_damage(text).has("hard_wrapped")
    got = clean(text, ("pdf",))
    paragraphs = [line.strip() for line in got.split("\n") if line.strip()]
    assert paragraphs == ["甲县年度工作报告", *CLEAN.split("\n")[:20]]


def test_one_damaged_report_does_not_change_its_neighbour():
    swapped = "提高效劳质量，优化效劳流程，扩大效劳范围，夯实工作根底。"
    sound = "从根本上提高服务质量，救护车到达现场，夯实工作基础。"
    cleaned = clean_source(swapped + "\n" + sound)
    cut = len(swapped)
    first = repair_report(cleaned.mapped.slice(0, cut), cleaned.context)
    second = repair_report(cleaned.mapped.slice(cut, len(cleaned.mapped.text)), cleaned.context)
    assert "服务质量" in first.text and "效劳" not in first.text
    assert second.text.strip() == sound


def test_what_was_done_to_the_file_holds_for_each_report():
    body = "提高效劳质量，优化效劳流程，扩大效劳范围。"
    cleaned = clean_source(body + "\n效劳到位。")
    rest = cleaned.mapped.slice(len(body) + 1, len(cleaned.mapped.text))
    assert report_context(rest, cleaned.context).damage.has("synonym_swapped")
    assert repair_report(rest, cleaned.context).text == "服务到位。"


def test_what_a_reader_knows_to_be_furniture_is_removed_first():
    text = "导航栏甲乙\n全县共有20xx年建成的医院。"
    cleaned = clean_source(text, left_out=[(2, 5, "page_furniture"), (0, 3, "page_furniture")])
    assert cleaned.mapped.text == text[5:]
    (change, *_) = cleaned.mapped.changes()
    assert "".join(c.before for c in cleaned.mapped.changes()) == text[:5]
    assert change.rules == ("page_furniture",)


def test_marks_are_offsets_of_the_source():
    text = "第1页 / 共9页\n喜迎崭新的20xx年，中医(x医)医院建成xx家。"
    cleaned = clean_source(text)
    report = repair_report(cleaned.mapped, cleaned.context)
    marks = {m.kind: text[m.start : m.end] for m in find_marks(report, cleaned.context)}
    assert marks["year_unknown"] == "20xx"
    assert marks["mask_in_word"] in ("x", "(x医)")


def test_repaired_figures_are_marked():
    text = "覆盖率达20230%，截至2023年2023月底，性别比20235.39。"
    cleaned = clean_source(text)
    report = repair_report(cleaned.mapped, cleaned.context)
    assert report.text == "覆盖率达100%，截至2023年10月底，性别比105.39。"
    kinds = [m.kind for m in find_marks(report, cleaned.context)]
    assert kinds.count("figure_repaired") == 3


def test_the_list_of_steps_and_the_functions_stand_in_one_order():
    assert [step.name for step in cleaning_steps()] == [function.__name__ for function in STEPS]
    assert {step.certainty for step in cleaning_steps()} == {"", "certain", "likely", "stated"}


@pytest.mark.parametrize("step", [s for s in cleaning_steps() if s.needs], ids=lambda s: s.name)
def test_a_step_that_needs_damage_leaves_a_document_without_it(step):
    text = "效劳。自年9月起 2023月 3 个，公立医 院“双百考评\n1、年"
    assert step.repairs(text, Context()) == []


def test_the_list_of_steps_says_how_certain_a_repair_is():
    steps = {step.name: step for step in cleaning_steps()}
    damage = Damage({"quotes_lost": Finding(3, "", ("”",)), "year_digits_deleted": Finding(3, "")})
    (quote,) = steps["lost_closing_quotes"].repairs("开展“双百考评", Context(damage))
    assert quote.certainty == "likely"
    for either in ("获得“五个一工程奖", "推进“三医联动一张网"):
        assert steps["lost_closing_quotes"].repairs(either, Context(damage)) == []
    years = steps["deleted_years"].repairs("自年9月起，部署年卫生工作", Context(damage))
    assert [edit.certainty for edit in years] == ["certain", "likely"]


def test_explanation_shows_each_step():
    table = explain_cleaning("第1页 / 共9页\n达95﹪以上，喜迎20xx年。")
    assert table["step"].tolist()[:2] == ["page_chrome", "percent_variants"]
    assert set(table["outcome"]) == {"repair", "mark"}
    assert table.loc[1, "context"].startswith("⏎达95[﹪]")


def test_own_rules_come_from_a_file(tmp_path):
    rules = tmp_path / "rules.csv"
    rules.write_text(
        "pattern,replacement,condition\n医疗集合体,医疗共同体,\nregex:(\\d+)张床,\\1张病床,flag:masked\n",
        encoding="utf-8",
    )
    cleaned = clean_source("xx医疗集合体有50张床", extra_rules=rules)
    report = repair_report(cleaned.mapped, cleaned.context)
    assert report.text == "‹MASK›医疗共同体有50张病床"
    assert {c.certainty for c in report.changes() if "own_rule" in c.rules} == {"stated"}


@pytest.mark.shared
@pytest.mark.slow
@pytest.mark.parametrize("kind", list(planted.KINDS))
def test_damage_planted_into_real_reports_is_undone(kind, shared):
    total = planted.Score(0, 0, 0, 0)
    lines = (
        (shared / "corpus/state-council/gov_reports1954-2022.txt").read_text("utf-8").splitlines()
    )
    for seed, line in enumerate(lines):
        year, _, text = line.partition("\t")
        if int(year) >= 2010 and len(text) > 15_000:
            total += planted.score(planted.KINDS[kind](planted.prepared(text), seed))
    recall, precision = LEAST.get(kind, (0.99, 0.99))
    assert total.recall >= recall
    assert total.precision >= precision


@pytest.mark.shared
def test_on_clean_reports_hardly_a_step_changes_anything(shared):
    docx = pytest.importorskip("docx")
    allowed = {
        "page_chrome",
        "trailing_spaces",
        "invisible_character",
        "nbsp",
        "compatibility_form",
    }
    slips = []
    for path in sorted((shared / "corpus/provinces-2025").glob("*.docx")):
        text = "\n".join(p.text for p in docx.Document(str(path)).paragraphs)
        cleaned = clean_source(text)
        report = repair_report(cleaned.mapped, cleaned.context)
        for change in report.changes():
            if "page_chrome" in change.rules:
                assert change.before.startswith("来源"), change
            if not allowed & set(change.rules):
                slips.append(change.rules)
        assert set(cleaned.flags) <= {"masked"}
    assert len(slips) <= 4, slips


@pytest.mark.shared
def test_each_seed_shows_the_damage_it_has(shared):
    flags = {}
    for path in (shared / "corpus/seeds").glob("*.txt"):
        flags[path.name[:3]] = set(clean_source(path.read_text("utf-8")).flags)
    assert {"chunked", "synonym_swapped", "ten_to_year", "years_collapsed", "truncated"} <= flags[
        "000"
    ]
    assert "quotes_lost" in flags["000"]
    assert {"masked", "masked_years"} <= flags["001"]
    assert {"chunked", "year_digits_deleted", "truncated"} <= flags["002"]
    assert flags["003"] == {"spaced_figures"}
    assert flags["004"] == {"masked", "masked_years"}


@pytest.mark.shared
def test_seed_damage_is_treated_as_the_catalogue_says(shared):
    counts = {}
    for path in (shared / "corpus/seeds").glob("*.txt"):
        cleaned = clean_source(path.read_text("utf-8"))
        report = repair_report(cleaned.mapped, cleaned.context)
        rules = [r for c in report.changes() for r in c.rules]
        counts[path.name[:3]] = {r: rules.count(r) for r in rules}
    assert counts["000"]["chunk_marker"] == 16
    assert counts["002"]["chunk_marker"] + counts["002"]["figure_cut"] == 16
    assert counts["000"]["synonym_swapped"] >= 80
    assert counts["000"]["ten_to_year"] == 14
    assert counts["002"]["page_chrome"] == 19
    assert counts["002"]["page_number"] >= 5
    assert counts["002"]["space_inside_word"] == 7
    assert counts["002"]["year_strip_hits_number"] == 1
    assert counts["001"]["sentence_end_lost_percent"] == 10
    assert counts["003"]["percent_variants"] == 7
    assert counts["003"]["missing_percent"] == 2
    assert counts["004"]["page_chrome"] == 5


@pytest.mark.shared
def test_raw_pages_keep_the_report_once(shared):
    copies = {}
    for line in (
        (shared / "corpus/state-council/government_work_reports.jsonl")
        .read_text("utf-8")
        .splitlines()
    ):
        record = json.loads(line)
        copies[str(record["year"])] = record["content"]
    for path in (shared / "corpus/raw-pages").glob("*.txt"):
        text = clean(path.read_bytes().decode("gb18030"))
        for word in ("责任编辑", "E-mail", "字体：", "当前位置", "上一页", "<U+", "<!--"):
            assert word not in text, (path.name, word)
        assert text.count("现在，我代表") == 1

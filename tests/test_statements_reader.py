"""Statements: known clauses, then the labelled ones and the real reports."""

import pytest

from corpora import make_corpus
from policytext import read_frames, read_statements, read_texts, to_counts
from policytext.errors import NeedsTextError, ParameterError
from policytext.statements.fields import FIELDS, load_lists
from policytext.statements.reader import COLUMNS
from policytext.statements.rules import Setting

REVIEW = "建成医共体3个，推进分级诊疗，县医院成立医养结合科。"
PLAN = [
    {"text": "力争明年医共体签约率达到80%以上。", "part_of_report": "plan"},
    {"text": "扩大医共体试点范围，在2个县推广医共体。", "part_of_report": "plan"},
    {"text": "去年我们建成了医共体。", "part_of_report": "plan"},
    {"text": "打造医共体新格局", "part_of_report": "plan", "kind": "heading"},
    {"text": "医共体牵头医院能力不足。", "part_of_report": "problems"},
]
TERMS = ["医共体", "分级诊疗", "医养结合"]


@pytest.fixture
def corpus():
    return make_corpus([{"texts": [REVIEW, *PLAN], "province": "甲省", "year": 2021}])


@pytest.fixture
def statements(corpus):
    return read_statements(corpus, TERMS)


def test_every_clause_that_names_a_concept_is_one_row_in_order(statements):
    table = statements.table
    assert list(table.columns) == list(COLUMNS)
    assert table["concept"].tolist() == ["医共体", "分级诊疗", "医养结合", *["医共体"] * 6]
    for row in table.itertuples():
        assert row.paragraph[row.start : row.end] == row.clause


def test_phase_and_status_come_from_part_aspect_and_kind(statements):
    pairs = statements.table[["phase", "status"]].values.tolist()
    assert pairs == [
        ["reviewed", "done"],
        ["reviewed", "under_way"],
        ["reviewed", "done"],
        ["planned", "planned"],
        ["planned", "planned"],
        ["planned", "planned"],
        ["reviewed", "done"],
        ["planned", "mention"],
        ["problem", ""],
    ]


def test_every_filled_field_names_its_rule_and_certainty(statements):
    table = statements.table
    for field in FIELDS:
        filled = table[field] != ""
        assert (table.loc[filled, f"{field}_rule"] != "").all()
        assert table.loc[filled, f"{field}_certainty"].isin(["certain", "likely", "unknown"]).all()
        if field in ("scope", "figures", "actor", "instrument", "quotation"):
            assert (table.loc[~filled, f"{field}_rule"] == "").all()


def test_scope_figures_and_actor_of_known_clauses(statements):
    table = statements.table
    assert table["scope"].tolist()[4:6] == ["pilot|extension", "extension|place"]
    assert table["figures"][0] == "achieved: 3个"
    assert table["figures"][3] == "target: 80%以上 (明年)"
    assert table["actor"][2] == "hospital"


def test_a_clause_that_only_tells_a_change_belongs_to_the_one_before():
    text = "医共体签约12万人，同比增长5%，比2015年提高3.1个百分点，增设床位30张。"
    made = make_corpus([{"texts": [text]}])
    (row,) = read_statements(made, TERMS).table.itertuples()
    assert row.clause == text[: text.index("，增设")]
    figures = "achieved: 12万人; change: 5%; change: 3.1个百分点"
    assert row.figures == figures


@pytest.mark.parametrize(
    ("behind", "figures"),
    [
        ("我县建成36个", "achieved: 3个; achieved: 36个"),
        ("2021年提高到85%", "achieved: 3个; achieved: 85% (2021年)"),
        ("完成年度任务的120%", "achieved: 3个; achieved: 120%"),
        ("比上年净增1个", "achieved: 3个; change: 1个"),
        ("完成投资2亿元", "achieved: 3个"),
        ("建成学校2所", "achieved: 3个"),
        ("到2025年达到90%", "achieved: 3个"),
        ("较2019年的2个增加1个", "achieved: 3个; base: 2个 (2019年); change: 1个"),
    ],
)
def test_a_clause_that_only_gives_a_value_belongs_to_the_one_before(behind, figures):
    made = make_corpus([{"texts": [f"建成医共体3个，{behind}。"]}])
    assert read_statements(made, TERMS).table["figures"].tolist() == [figures]


def test_explain_leads_to_the_words(statements):
    assert statements.explain(3)["words"].tolist() == ["力争明年医共体签约率达到80%以上"]


def test_a_masked_figure_is_marked_and_never_guessed():
    made = make_corpus([{"texts": ["建成医共体‹NUM›个。"]}])
    result = read_statements(made, TERMS)
    assert result.table["figures"][0] == "achieved: ‹NUM›个 [masked, unknown]"
    assert any("masks" in c.en for c in result.cautions)


def test_a_figure_carries_the_certainty_of_the_repair_it_lies_in():
    made = make_corpus([{"texts": ["建成医共体10个。", "建成医共体10个。"]}])
    first = made.paragraphs.iloc[0]
    row = {
        "source_id": first["source_id"],
        "seq": -1,
        "place": "inside",
        "start": 5,
        "end": 7,
        "before": "20",
        "after": "10",
        "rules": "ten_to_year",
        "certainty": "likely",
    }
    made.ledger.loc[len(made.ledger)] = row
    figures = read_statements(made, TERMS).table["figures"].tolist()
    assert figures == ["achieved: 10个 [repaired, likely]", "achieved: 10个"]


def test_themes_bring_their_concepts(corpus):
    by_theme = read_statements(corpus, themes=["tiered_care"]).table
    assert by_theme["concept"].tolist() == ["分级诊疗"]
    with pytest.raises(ParameterError, match="themes must be among"):
        read_statements(corpus, themes=["no_theme"])


def test_annexes_are_left_out_unless_asked_for():
    made = make_corpus([{"texts": [{"text": "建成医共体。", "part_of_report": "annex"}]}])
    assert len(read_statements(made, TERMS)) == 0
    assert len(read_statements(made, TERMS, parts=["annex"])) == 1


def test_counts_alone_are_refused_in_words(corpus):
    with pytest.raises(NeedsTextError, match="read_statements needs the sentences"):
        read_statements(to_counts(corpus))


def test_own_lists_replace_those_of_the_package(corpus, tmp_path):
    (tmp_path / "actors.csv").write_text(
        "actor,words,label_zh,label_en,note\nmy_actor,县医院,,,\n", encoding="utf-8"
    )
    table = read_statements(corpus, TERMS, rules=tmp_path).table
    assert table["actor"].tolist()[2] == "my_actor"


def test_the_caller_s_corpus_is_unchanged_and_reading_repeats(corpus):
    before = corpus.paragraphs.copy()
    first, second = (read_statements(corpus, TERMS).table for _ in range(2))
    assert corpus.paragraphs.equals(before)
    assert first.equals(second)


def test_the_grid_has_a_row_for_each_region(statements):
    labels = [one.get_text() for one in statements.plot().get_yticklabels()]
    assert labels == ["甲省"]


@pytest.mark.parametrize(
    ("clause", "read"),
    [
        ("医共体机制还不健全", ("problem", "")),
        ("2022年，将全面推开医共体建设", ("planned", "planned")),
        ("探索建立医共体药库", ("reviewed", "under_way")),
    ],
)
def test_what_is_not_yet_good_is_tried_or_ahead(clause, read):
    table = read_statements(make_corpus([{"texts": [clause + "。"]}]), ["医共体"]).table
    assert tuple(table.loc[0, ["phase", "status"]]) == read


def test_a_year_that_opens_a_plan_is_no_past():
    """2018年计划将…… in a report of 2017 is what will be done; 2016年建成了…… is what was."""
    text = (
        "某县2017年工作总结和2018年工作计划\n一、2017年工作\n2017年，全县建成医共体1个。\n"
        "二、2018年工作计划\n2018年计划将医共体扩大到全部乡镇。2018年将建设医共体2个。"
        "2018年底前医共体覆盖全县。2016年建成了医共体1个。2016年以来医共体运行平稳。\n"
        "某县卫生健康局\n2017年12月20日"
    )
    table = read_statements(read_texts({"a.txt": text})).table
    phases = dict(zip(table["clause"].str[:6], table["phase"], strict=True))
    assert phases["2018年计"] == phases["2018年将"] == phases["2018年底"] == "planned"
    assert phases["2016年建"] == phases["2016年以"] == "reviewed"


REPORT = "长沙县卫生健康局2022年工作总结\n2022年，家庭医生签约率达到75%。\n"


@pytest.mark.parametrize(
    ("last", "phase", "figures"),
    [
        ("2023年工作计划：家庭医生签约率达到80%。", "planned", "target: 80% (2023年)"),
        ("2023年计划\n家庭医生签约率达到80%。", "planned", "target: 80%"),
        ("今年预期新增家庭医生30名。", "planned", "target: 30名 (今年)"),
        ("到2025年，家庭医生签约率80%。", "reviewed", "achieved: 80% (到2025年)"),
        ("力争到2025年，家庭医生签约率80%。", "planned", "target: 80% (到2025年)"),
        ("家庭医生签约数：812人", "reviewed", "achieved: 812人"),
        ("下一步工作打算：\n一是家庭医生签约率达到80%。", "planned", "target: 80%"),
        ("2023年家庭医生签约率达到80%。", "planned", "target: 80% (2023年)"),
        ("家庭医生签约率尚未达到80%。", "problem", "target: 80%"),
        ("家庭医生签约率达不到60%。", "problem", "target: 60%"),
        ("没有出现家庭医生签约率低于50%的乡镇。", "reviewed", "?: 50%"),
        ("全国家庭医生签约率达到70%。", "reviewed", "?: 70%"),
        ("全县家庭医生签约率达到70%。", "reviewed", "achieved: 70%"),
    ],
)
def test_what_is_next_or_was_not_reached_is_no_achievement(last, phase, figures):
    corpus = read_texts({"report.txt": REPORT + last})
    row = read_statements(corpus, ["家庭医生"]).table.iloc[-1]
    assert (row["phase"], row["figures"]) == (phase, figures)
    framed = read_frames(corpus).table.iloc[-1]
    assert (framed["phase"], framed["figures"]) == (phase, figures)


def test_a_year_after_a_piece_that_tells_what_was_done_is_to_come():
    text = "某县2022年情况汇报\n全年任务完成。\n2023年家庭医生签约率达到80%。\n"
    row = read_statements(read_texts({"report.txt": text}), ["家庭医生"]).table.iloc[-1]
    assert (row["phase"], row["figures"]) == ("planned", "target: 80% (2023年)")


def test_a_year_after_the_report_leaves_what_was_done_less_sure():
    corpus = read_texts({"report.txt": REPORT + "2023年1月已建成家庭医生工作室3家。"})
    row = read_statements(corpus, ["家庭医生"]).table.iloc[-1]
    assert (row["phase"], row["phase_certainty"]) == ("reviewed", "likely")


MIXED = {
    "work.txt": "浙江省2021年政府工作报告\n一、2020年工作回顾\n面对养老服务短缺，健全养老服务体系。"
    "随着医共体建设，医共体服务迈上新台阶。开展医共体试点。医共体建设成效明显。医养结合是重要举措。"
    "全国家庭医生签约率为70%，我省家庭医生签约率均在75%以上。养老服务机构2025年将新增3家。\n"
    "二、2021年工作安排\n为推进分级诊疗，完善分级诊疗制度。当医共体建成后，养老服务随之改善。",
    "rule.txt": "某市养老服务条例\n第一条 市民政部门应当建立养老服务评估制度。\n"
    "第二条 开展养老服务的机构，应当备案。违反养老服务规定的，责令改正。支持养老服务发展。",
    "news.txt": "新闻联播 2023年5月6日\n央视网消息：养老服务大会5月6日在京举行。"
    "近年来，医共体稳步推进。",
    "sum.txt": "某县2019年卫生工作总结\n县医院开展医共体义诊。去年新建养老服务站2个，已投入使用。"
    "加强医共体建设。下一步将扩大医共体试点。",
}


def test_statements_and_frames_read_phase_and_status_alike():
    corpus = read_texts(MIXED)
    key = ["doc_id", "para_no", "start", "end"]
    said = read_statements(corpus).table
    both = said.merge(read_frames(corpus, kinds=("body", "list", "heading")).table, on=key)
    assert len(both) == len(said) > 20
    # a concept that is only named is a mention; of an act that says nothing
    named = both["status_x"].eq("mention") & both["verb"].eq("")
    assert named.any() and both.loc[named, "status_y"].eq("").all()
    for field in ("phase", "figures"):
        assert both[f"{field}_x"].tolist() == both[f"{field}_y"].tolist()
    for field in ("status", "phase_rule", "status_rule"):
        assert both.loc[~named, f"{field}_x"].tolist() == both.loc[~named, f"{field}_y"].tolist()
    assert {"reviewed", "planned", ""} <= set(both["phase_x"])


@pytest.mark.parametrize(
    ("clause", "part", "phase", "status"),
    [
        ("当医共体建成后", "plan", "", ""),
        ("随着医共体建设", "review", "", ""),
        ("面对医共体短缺", "review", "", "mention"),
        ("医共体服务迈上新台阶", "review", "reviewed", "done"),
        ("开展医共体试点", "review", "reviewed", "under_way"),
        ("医共体建设成效明显", "review", "reviewed", "done"),
        ("取得的成绩来之不易", "review", "reviewed", ""),
        ("各县至少新建医共体2个", "plan", "planned", "planned"),
        ("医共体覆盖率均在90%以上", "review", "reviewed", "done"),
        ("医共体覆盖率是93.5%", "review", "reviewed", "done"),
        ("甲市、乙市入选国家医共体服务平台", "review", "reviewed", "done"),
        ("甲市、乙市医共体服务平台", "review", "", ""),
        ("有的医共体还跟不上群众要求", "problems", "problem", ""),
    ],
)
def test_what_a_clause_says_is_told_by_its_frame_too(clause, part, phase, status):
    found = load_lists().read(Setting(clause, part=part, kind="body", genre="工作报告"))
    assert (found["phase"].value, found["status"].value) == (phase, status)


@pytest.mark.parametrize(
    ("clause", "own"),
    [
        ("全国签约率达到70%", False),
        ("我国人均预期寿命提高到79岁", False),
        ("全国医保参保率稳定在95%", False),
        ("我县签约率达到70%", True),
        ("全国首批示范县数量达到3个", True),
    ],
)
def test_what_the_country_reached_is_no_deed_of_a_county(clause, own):
    around = {"part": "review", "kind": "body", "genre": "工作报告", "own_places": "||甲县"}
    found = load_lists().read(Setting(clause, **around))
    assert found["figures"].value.startswith("achieved" if own else "?")
    assert found["status"].value == ("done" if own else "")

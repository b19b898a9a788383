"""Amounts, their kinds and periods, and what repairs of the text say about their digits."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policytext.errors import ParameterError
from policytext.statements.amounts import (
    Repair,
    make_reader,
    make_scanner,
    read_cell,
    repair_at,
    repairs_in,
    write_cell,
)
from policytext.statements.rules import read_list

SCANNER = make_scanner(read_list("units"))
READER = make_reader()


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("床位1.2万张", 12000.0, "张"),
        ("投入3亿元", 3e8, "元"),
        ("补助1,200元", 1200.0, "元"),
        ("惠及20多万人次", 200000.0, "人次"),
        ("达到百分之九十五", 95.0, "%"),
        ("千分之三", 0.3, "%"),
        ("四分之三以上的乡镇", 75.0, "%"),
        ("新建两所", 2.0, "所"),
        ("十二个县", 12.0, "个"),
        ("增长９．３％", 9.3, "%"),
        ("人均预期寿命79岁", 79.0, "岁"),
        ("办结率九成五", 95.0, "%"),
        ("增长2成", 20.0, "%"),
        ("百分之三点五", 3.5, "%"),
        ("产值突破百亿元", 1e10, "元"),
        ("拥有设备百余台", 100.0, "台"),
        ("一百二十家门店", 120.0, "家"),
        ("住户12万3千户", 123000.0, "户"),
        ("提高0.4个千分点", 0.4, "个千分点"),
        ("死亡率8.5/10万", 8.5, "/10万"),
        ("产值翻了一番", 1.0, "番"),
        ("占全省1/4", 25.0, "%"),
        ("绿地37平方公里", 37.0, "平方公里"),
        ("收粮12亿斤", 1.2e9, "斤"),
        ("低保每户780元/月", 780.0, "元/月"),
        ("日处理污水3万吨/日", 30000.0, "吨/日"),
        ("出品6部作品", 6.0, "部"),
        ("请来5部门", 5.0, ""),
        ("规模增长近一倍", 1.0, "倍"),
        ("覆盖近九成乡镇", 90.0, "%"),
        ("办班二十五期", 25.0, "期"),
        ("出口增长-3.2%", -3.2, "%"),
        ("自然增长率为－1.2‰", -1.2, "‰"),
        ("-3家", 3.0, "家"),
    ],
)
def test_value_and_unit(text, value, unit):
    found = SCANNER.find(text)
    assert [(round(a.value, 6), a.unit) for a in found] == [(value, unit)]


@pytest.mark.parametrize(
    "text",
    [
        "2025年3月底",
        "截至6月30日",
        "0-6岁儿童",
        "65岁以上老人",
        "某发〔2020〕12号",
        "某政办(2023)96号",
        "《2030年规划纲要》",
        "（3）加强",
        "1、推进",
        "第3届",
        "5G网络",
        "PM2.5浓度",
        "“1+8”体系",
        "三年行动",
        "24小时值守",
        "两个维护",
        "成立三成员小组",
        "几十家商铺",
        "新增近三成员单位",
        "千家万户",
        "百万吨级码头",
        "百亿县",
        "连续9个季度",
        "落实八项规定",
        "PM_2.5浓度",
        "三番五次",
        "12345政务服务热线",
        "人民路12号",
        "‹YEAR›年",
        "‹PLACE›市",
    ],
)
def test_dates_ages_numbers_and_names_are_no_figures(text):
    assert SCANNER.find(text) == []


@pytest.mark.parametrize(
    ("text", "mark"),
    [
        ("‹NUM›家", "masked"),
        ("‹NUM›~‹NUM›个", "masked"),
        ("3 0 0 0万人", "damaged"),
        ("1 260张", "damaged"),
        ("8~10万元", "range"),
        ("新建三四家", "range"),
        ("85～90%", "range"),
        ("1.2万—1.5万株", "range"),
        ("收入比2.3:1", ""),
    ],
)
def test_what_cannot_be_known_has_a_mark_and_no_value(text, mark):
    (amount,) = SCANNER.find(text)
    assert (amount.mark, amount.value) == (mark, None)


@given(st.text(alphabet="医0123456789.,，%万亿个家年月日岁两十‹NUM›~第 ()〔〕“”", max_size=40))
def test_any_text_gives_ordered_disjoint_figures_at_their_place(text):
    end = 0
    for amount in SCANNER.find(text):
        assert amount.start >= end
        assert text[amount.start : amount.end].strip() == amount.text
        end = amount.end


@pytest.mark.parametrize(
    ("clause", "phase", "kinds"),
    [
        ("签约率由60%提高到75%", "reviewed", ["base", "achieved"]),
        ("入住率较2019年的61%提高12个百分点", "reviewed", ["base", "change"]),
        ("标准化建设任务12个", "reviewed", ["target"]),
        ("占常住人口的三分之一", "reviewed", ["achieved"]),
        ("参保率稳定在95%以上", "planned", ["target"]),
        ("床位增长5%", "reviewed", ["change"]),
        ("医疗服务价格上涨1.3%", "reviewed", ["change"]),
        ("预期新增床位30张", "reviewed", ["target"]),
        ("超预期完成床位30张", "reviewed", ["achieved"]),
        ("产值翻两番", "reviewed", ["change"]),
        ("未能完成改造12处的目标", "reviewed", ["target"]),
        ("年初计划改造12处", "reviewed", ["target"]),
        ("“百村计划”改造12处", "reviewed", ["achieved"]),
        ("占比由21%下调为20.5%", "reviewed", ["base", "achieved"]),
        ("收费下调5%", "reviewed", ["change"]),
        ("检测率要达到90%", "reviewed", ["target"]),
        ("主要完成改造12处", "reviewed", ["achieved"]),
        ("供应达到320吨", "reviewed", ["achieved"]),
        ("不得低于90%", "reviewed", ["target"]),
        ("覆盖率将降至60%以下", "reviewed", [""]),
        ("将覆盖率提高到98%", "reviewed", ["achieved"]),
        ("需要资金3000万元", "reviewed", [""]),
        ("省定目标是改造12处", "reviewed", ["target"]),
        ("实际改造12处", "planned", ["achieved"]),
        ("原计划新建的5所仅建成3所", "planned", ["target", "achieved"]),
        ("开工10亿元以上项目24个", "reviewed", ["", "achieved"]),
        ("收入50万元以上的村36个", "reviewed", ["", "achieved"]),
        ("投入50万元以上资金", "reviewed", ["achieved"]),
        ("发放补贴3000元以上", "reviewed", ["achieved"]),
        ("90%以上的村通了公交", "reviewed", ["achieved"]),
        ("改造提升公路120公里", "reviewed", ["achieved"]),
        ("可新增停车位800个", "reviewed", [""]),
        ("新增医生3名、护士5名", "reviewed", ["change", "change"]),
        ("综合排名居全省第3位", "reviewed", ["rank"]),
        ("加强60所卫生院能力建设", "planned", ["base"]),
        ("目标人群4000人", "reviewed", ["base"]),
        ("新建卫生院2所", "planned", ["target"]),
        ("某县床位300张", "", [""]),
    ],
)
def test_kinds(clause, phase, kinds):
    assert [f.kind for f in READER.read(clause, phase=phase)] == kinds


def test_the_period_is_the_nearest_named_in_the_sentence():
    found = READER.read("建成5家", before="截至2024年6月底，", phase="reviewed")
    assert found[0].period == "截至2024年6月底"
    assert READER.read("建成5家", phase="reviewed")[0].period == ""
    risen = READER.read("签约率由2020年的六成提高到75%", phase="reviewed")
    assert [f.period for f in risen] == ["2020年", ""]
    assert READER.read("比2015年增加5家", phase="reviewed")[0].period == ""


def test_a_damaged_document_makes_its_figures_less_certain():
    whole = READER.read("共7人", phase="reviewed", damage="masked|year_digits_deleted")[0]
    assert whole.certainty == "likely"
    repaired = READER.read("共10人", phase="reviewed", repairs=[Repair(1, 3, "r", "likely")])[0]
    assert (repaired.mark, repaired.certainty) == ("repaired", "likely")


def test_cells_are_read_back_as_written():
    clause = "签约率由60%提高到75%以上，新建两个县域‹NUM›家、8~10万元、寿命79岁"
    found = READER.read(clause, before="2024年", phase="reviewed")
    cell = write_cell(found)
    assert write_cell(read_cell(cell, READER.scanner)) == cell
    assert [f.value for f in read_cell(cell, READER.scanner)] == [f.value for f in found]
    assert read_cell("change: -3.2%", READER.scanner)[0].value == -3.2


@pytest.mark.parametrize("cell", ["75%", "done: 3家", "target: many", "target 3家"])
def test_other_cells_are_refused(cell):
    with pytest.raises(ParameterError, match="a figure must be written"):
        read_cell(cell, READER.scanner)


@given(st.text(alphabet="医达到0123456789.%万个家年新增由提高至‹NUM›~ 、第位", max_size=40))
def test_any_clause_survives_the_way_to_a_cell_and_back(clause):
    cell = write_cell(READER.read(clause, phase="reviewed"))
    assert write_cell(read_cell(cell, READER.scanner)) == cell


@given(
    st.lists(
        st.tuples(st.integers(0, 3), st.integers(0, 3), st.text(alphabet="ab", max_size=3)),
        max_size=6,
    ),
    st.integers(0, 9),
)
def test_repairs_stand_where_the_applied_ledger_puts_them(steps, offset):
    source, rows, at = "", [], offset
    for gap, length, after in steps:
        at += gap
        rows.append((at, at + length, after, "rule", "certain"))
        at += length
    source = "x" * (at + 5)
    text, position = "", offset
    for start, end, after, *_ in rows:
        text += source[position:start] + after
        position = end
    text += source[position:]
    for repair, (_, _, after, _, _) in zip(
        repairs_in(rows, offset, len(source)), rows, strict=True
    ):
        assert text[repair.start : repair.end] == after


def test_the_least_certain_repair_counts():
    repairs = repairs_in([(0, 1, "a", "r1", "certain"), (1, 2, "b", "r2", "likely")], 0, 9)
    assert repair_at(repairs, 0, 2).rules == "r2"
    assert repair_at(repairs, 5, 6) is None

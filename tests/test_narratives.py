"""Who does what, how firmly, and what became of plans?"""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import policytext as pt
from policytext.data import data_path, read_table
from policytext.narratives.alike import measures_of
from policytext.narratives.frames import firmness_of, horizon_of, load_frame_reader
from policytext.narratives.promises import Weighed, likeness, longest_run
from policytext.narratives.side_by_side import _unlike
from policytext.narratives.spread import at_risk
from policytext.statements.amounts import make_reader
from policytext.statements.clause_frames import NONE, load_lexicon, read_frame
from policytext.statements.figure_nouns import bind_figures
from policytext.statements.rules import read_rules, tried

LISTS = load_lexicon()


def cut(clause, span):
    return "" if span == NONE else clause[slice(*span)]


@pytest.mark.parametrize(
    ("clause", "verb", "object_", "actor"),
    [
        ("加快推进影像中心建设", "推进", "影像中心建设", ""),
        ("改革试点取得新突破", "取得", "新突破", ""),
        # A noun of one sign is none where a longer word begins (推进区 is no area here)
        ("推进区域影像中心建设", "推进", "区域影像中心建设", ""),
        ("建成区域影像中心", "建成", "区域影像中心", ""),
        ("促进和谐就医", "促进", "和谐就医", ""),
        ("村医依法行使权利", "行使", "权利", "primary_care"),
        ("水源保护区域已划定", "划定", "水源保护区域", ""),
        ("改水进度居全省前列", "居", "全省前列", ""),
        ("门诊量创历史新高", "创", "历史新高", ""),
        # Two verbs that share an object are one
        ("健全完善改水体系", "健全完善", "改水体系", ""),
        ("新建改造公厕12座", "新建改造", "公厕", ""),
        ("高质量发展茶产业", "发展", "茶产业", ""),
        ("高质量发展步伐不断加快", "加快", "高质量发展步伐", ""),
        ("以高水平监管护航高质量发展", "", "", ""),
        ("护理保险制度惠及山区老人", "惠及", "山区老人", ""),
        ("改水是山区的盼望", "是", "山区的盼望", ""),
        ("养老、助残等做法逐步推广", "推广", "养老、助残等做法", ""),
        ("县长在会上发言时强调改厕", "强调", "改厕", "government"),
        ("线上线下开展巡讲活动", "开展", "巡讲活动", ""),
        ("投运后将满足山区需求", "满足", "山区需求", ""),
        ("要牢牢把握改厕时机", "把握", "改厕时机", ""),
        ("体检大楼全面开工", "开工", "体检大楼", ""),
        ("茶叶增产3万斤", "增产", "茶叶", ""),
        ("诊疗量居全省第4位", "居", "全省第4位", ""),
        ("县中医院组建巡诊队伍", "组建", "巡诊队伍", "hospital"),
        ("由县财政拨付补助款", "拨付", "补助款", "finance"),
        ("在全市率先成立护理联盟", "成立", "护理联盟", ""),
        ("巩固和增强服务网底", "巩固", "服务网底", ""),
        ("新增托位320个", "新增", "托位", ""),
        ("实施健康促进行动", "实施", "健康促进行动", ""),
        ("随着人口老龄化加深", "", "", ""),
        ("以基层为重点", "", "", ""),
        ("第十二条 托育机构应当及时公示收费", "公示", "收费", "institution"),
        ("村委会可以为老人配送药品", "配送", "药品", "government"),
        ("把转诊流程做细做实", "做细做实", "转诊流程", ""),
        ("将急救半径提升至全省前列", "提升至", "急救半径", ""),
        ("让村民就近看病", "让", "村民就近看病", ""),
        ("用好巡诊专项", "用好", "巡诊专项", ""),
        ("用药目录按程序调整", "", "", ""),
        ("县级医院应根据需要", "", "", ""),
        ("在竞赛中培养山区骨干", "培养", "山区骨干", ""),
        ("制约山区转诊的障碍不断破除", "破除", "制约山区转诊的障碍", ""),
        ("居民饲养家禽不得影响邻里", "影响", "邻里", ""),
        ("提供夜间门诊的经费是重点", "是", "重点", ""),
        ("村民基本口粮得到保障", "得到", "保障", ""),
        ("县卫健局依法对药店进行检查", "进行", "检查", "health_commission"),
        ("县医院向老人发放药盒", "发放", "药盒", "hospital"),
        ("不得向学校收取押金", "收取", "押金", ""),
        ("县卫健局会同县财政局拨付补助", "拨付", "补助", "health_commission"),
        ("国家鼓励山区办学", "鼓励", "山区办学", "centre"),
        ("院区负责人应当参加例会", "参加", "例会", "people"),
        ("新建的12间诊室全部投入使用", "投入使用", "新建的12间诊室", ""),
        ("我市已创建银龄社区12个", "创建", "银龄社区", "own"),
        ("门诊收入由2020年的3亿元增加到2021年的5亿元", "增加到", "门诊收入", ""),
        ("新增或改造护理床位320张", "新增", "护理床位", ""),
        ("并处二百元以上一千元以下罚款", "并处", "二百元以上一千元以下罚款", ""),
        ("切实加以解决", "解决", "", ""),
        ("应予支持", "支持", "", ""),
        ("银龄医疗中心加快建设", "建设", "银龄医疗中心", ""),
        # What stands between one who acts and the act
        ("县医院10月份启动夜间门诊", "启动", "夜间门诊", "hospital"),
        ("县医院（新院区）应当公示收费", "公示", "收费", "hospital"),
        ("我们基本上完成了改水任务", "完成", "改水任务", "own"),
        ("县级以上人民政府应当采取措施", "采取", "措施", "government"),
        ("具体办法由县财政局制定", "制定", "具体办法", "finance"),
        ("消费者组织应当开展消费教育", "开展", "消费教育", "institution"),
        ("县政府应当通过租用、捐赠等方式扩大绿地", "扩大", "绿地", "government"),
        ("房屋所有权人应当将检测数据传输至县平台", "传输", "检测数据", "people"),
        ("如实提供病史", "提供", "病史", ""),
        ("供需矛盾仍然存在", "存在", "供需矛盾", ""),
        # Who is named and does not act: a place, a pivot, one who approves, one who is changed
        ("同时必须教育全体居民遵守约定", "遵守", "约定", ""),
        ("指导各县尽快采取措施", "指导", "各县尽快采取措施", ""),
        ("经县政府同意后组织实施", "组织", "实施", ""),
        ("全县诊所由营利单位改为公益单位", "改为", "公益单位", ""),
        # Who acts, though a phrase, a rule or a noun stands between
        ("诊所因此减少的收入由县财政补贴", "补贴", "诊所因此减少的收入", "finance"),
        ("所需经费由县财政局按规定拨付", "拨付", "所需经费", "finance"),
        ("监理单位应当依法对改建工程实施监理", "实施", "监理", "enterprise"),
        ("代表应当采取多种形式报告履职", "采取", "多种形式报告履职", "people_congress"),
        ("其他县级医院实施夜间门诊", "实施", "夜间门诊", "hospital"),
        ("县局提出的意见", "", "", ""),
        # A verb before a noun that it acts on; a copula, a duty, a circumstance behind it
        ("提升区域药房密度", "提升", "区域药房密度", ""),
        ("办好乡村课堂是全县的本分", "是", "全县的本分", ""),
        ("诊室提供夜间服务应依托现有平台", "依托", "现有平台", ""),
        ("县法院在审理账款案件时应当听取意见", "听取", "意见", "department"),
        ("县局应当会同有关部门建设转诊平台", "建设", "转诊平台", "department"),
        ("县局应当为诊所投递药品提供便利", "提供", "便利", "department"),
        ("社会治理更加温和", "", "", ""),
        ("（七）可以免缴押金的其他情形", "", "", ""),
        ("稳定药价、完善流程", "稳定", "药价", ""),
        # Who acts: a date, another verb or a negation stands behind the name
        ("县医院于2021年6月底前完成改水", "完成", "改水", "hospital"),
        ("县财政局研究建立补助台账", "建立", "补助台账", "finance"),
        ("驾驶员未随车携带证件", "携带", "证件", "people"),
        ("县财政累计投入5亿元", "投入", "", "finance"),
        ("县医院实现夜诊全覆盖", "实现", "夜诊全覆盖", ""),
        # To whom an act is given, behind a duty, a circumstance or before the one who is asked
        ("应当由县医院出具证明", "出具", "证明", "hospital"),
        ("对先进诊所由县政府给予奖励", "给予", "奖励", "government"),
        ("由县医院向县卫健局提出申请", "提出", "申请", "hospital"),
        ("乡行政主管部门对全乡饮水工作实施统一监督", "实施", "统一监督", "department"),
        ("督促企业切实履行防尘责任", "督促", "企业切实履行防尘责任", ""),
        ("双方可以约定接诊时间", "约定", "接诊时间", "government"),
        # Words that hold a verb and are none; a verb over the border of two words
        ("当地筹集改水资金", "筹集", "改水资金", ""),
        ("深入实施工业节水行动", "实施", "工业节水行动", ""),
        ("疾病应急救助台账基本建立", "建立", "疾病应急救助台账", ""),
        ("新增发热诊室12间", "新增", "发热诊室", ""),
        ("居民获得感增强", "增强", "居民获得感", ""),
        ("把乡村药房功能充分发挥出来", "发挥", "乡村药房功能", ""),
        ("较同期下降12%", "下降", "", ""),
        ("使命光荣", "", "", ""),
        ("药价有所下降", "下降", "药价", ""),
        ("以务实行动优化就诊环境", "优化", "就诊环境", ""),
        # A role that something plays, a test that is passed, growth behind a figure
        ("以乡镇医院为主体推进夜诊改革", "推进", "夜诊改革", ""),
        ("以乡镇医院为主体", "", "", ""),
        ("县医院通过三级医院复审", "通过", "三级医院复审", "hospital"),
        ("通过开展义诊", "", "", ""),
        ("全县药费支出3亿元、下降5%", "下降", "药费支出", ""),
        ("改水工程进展顺利", "进展顺利", "改水工程", ""),
        ("护理改革取得阶段性成果", "取得", "阶段性成果", ""),
        # Laws: by which rule, joined verbs, a case, one who is bound
        ("县卫健局应当依照本办法规定进行复查", "进行", "复查", "health_commission"),
        ("设置或者指定夜间诊室", "设置", "夜间诊室", ""),
        ("县医院委托药房的", "委托", "药房", "hospital"),
        ("县卫健局指导和协调全县义诊工作", "指导", "全县义诊工作", "health_commission"),
        ("制售、运输的药品属于假药的", "属于", "假药的", ""),
        ("并将复查结果书面通知药店", "通知", "复查结果", ""),
        ("由县政府负有巡诊职责的部门责令停诊", "责令", "停诊", "department"),
        ("县局工作人员玩忽职守、推诿诊疗", "玩忽职守", "", "people"),
        # What a figure counts at the end was done by the one right before; a name is no act
        ("县公路局养护旧桥12座", "养护", "旧桥", "department"),
        ("县总工会慰问环卫班组40个", "慰问", "环卫班组", "department"),
        ("各乡镇治理小微河沟30条", "治理", "小微河沟", "government"),
        ("县图书馆改造阅览室6间", "改造", "阅览室", "institution"),
        ("村集体流转撂荒地300亩", "流转", "撂荒地", "institution"),
        ("县医院管理人才20名", "", "", ""),
        ("县企业建设用地40亩", "", "", ""),
        ("县重点企业改造项目3个", "", "", ""),
        ("县重点实验室重组整合至7家", "", "", ""),
        # What was acted on stands before the act and its end
        ("危桥整治完成25座", "整治", "危桥", ""),
        ("戏台完成改造4座", "完成", "戏台", ""),
        ("新药研究取得突破", "取得", "突破", ""),
        # 以 and 和 that are part of a name
        ("发放以旧换新券90万张", "发放", "以旧换新券", ""),
        ("实施以工代赈工程7个", "实施", "以工代赈工程", ""),
        ("再创建和美社区20个", "创建", "和美社区", ""),
        ("创建和睦楼栋20个", "创建", "和睦楼栋", ""),
        ("更换在线监控设备5套", "更换", "在线监控设备", ""),
    ],
)
def test_verb_object_and_actor(clause, verb, object_, actor):
    frame = read_frame(clause)
    assert (cut(clause, frame.verb), cut(clause, frame.object), frame.actor) == (
        verb,
        object_,
        actor,
    )


@pytest.mark.parametrize(
    ("clause", "nouns"),
    [
        ("培训村医120名", ["村医"]),
        ("新建12间诊室", ["诊室"]),
        ("电子处方占比60%、提高5个百分点", ["电子处方占比", "电子处方占比"]),
        ("组建巡诊队3支、护理站5个", ["巡诊队", "护理站"]),
        # The thing and not what is done to it; the second of two values; a rank
        ("推进12个县域医共体建设", ["县域医共体"]),
        ("10个银龄园区启动建设", ["银龄园区"]),
        ("6家乡镇药房稳步推进", ["乡镇药房"]),
        ("标准化建设12处", [""]),
        ("产值增长8%、高于全国2个百分点", ["产值", "产值"]),
        ("推出9项“一窗办成”事项", ["“一窗办成”事项"]),
        ("3处药厂完成投资8亿元", ["药厂", "投资"]),
        ("制定、废止规章4件", ["规章"]),
        ("护理补贴标准从每人每月90元提高到120元", ["护理补贴标准", "护理补贴标准"]),
        ("巡诊全覆盖、增长8%", [""]),
        ("表彰3个先进党组织", ["先进党组织"]),
        ("门诊收入由2020年的3亿元增加到2021年的5亿元", ["门诊收入", "门诊收入"]),
        # Counted with a verb behind, by a rate, in shares, of several, beside another year
        ("实际建成11个", [""]),
        ("银龄公寓入住率高达92%", ["银龄公寓入住率"]),
        ("驿站、书屋分别为3家、5家", ["驿站、书屋", "驿站、书屋"]),
        ("成为首批6个试点之一", ["试点"]),
        ("床位使用率较2019年的61%提高1个百分点", ["床位使用率", "床位使用率"]),
        ("药价指数从全省第9位升至第7位", ["药价指数", "药价指数"]),
        # A name that opens with 和 or with a verb of kind; an act that holds what it acts on
        ("打造和美庭院40户", ["和美庭院"]),
        ("新增沉浸式剧场3处", ["沉浸式剧场"]),
        ("退耕还林80亩", ["退耕还林"]),
        ("戏台完成改造提升4座", ["戏台"]),
        ("更换路灯70盏", ["路灯"]),
    ],
)
def test_a_figure_is_bound_to_its_noun(clause, nouns):
    amounts = make_reader().scanner.find(clause)
    found = bind_figures(clause, amounts, read_frame(clause), LISTS)
    assert [cut(clause, span) for span in found] == nouns


@pytest.mark.parametrize(
    ("clause", "firmness"),
    [
        ("严禁挪用补助", "forbid"),
        ("各乡镇必须加快改水", "oblige"),
        ("探索夜间门诊", "explore"),
        ("鼓励药店延长营业", "authorise"),
        ("加快建设影像中心", "press"),
        ("进一步改善就医体验", "vague"),
        ("建设影像中心", ""),
        ("重要药品要闻", ""),
    ],
)
def test_firmness(clause, firmness):
    assert firmness_of(clause, read_frame(clause)) == firmness


def test_a_negated_act():
    assert read_frame("不再新建分院").negated
    assert read_frame("药店不得随意调整价格").negated
    assert not read_frame("坚决防止重复检查").negated
    assert not read_frame("新建分院").negated


def test_the_horizon_holds_until_another_is_named():
    assert horizon_of("五年来，新建诊室", "year") == "five_years"
    assert horizon_of("改造病房", "five_years") == "five_years"


@pytest.mark.parametrize(
    ("clause", "horizon"),
    [
        ("2008年改造诊室", "year"),
        ("2009年改造诊室", "year"),
        ("2006—2010年改造诊室", "five_years"),
        ("比2001年多改造诊室", "before"),
        ("到2020年建成医院", "before"),
    ],
)
def test_the_horizon_goes_by_the_year_of_the_report(clause, horizon):
    assert horizon_of(clause, "before", 2009) == horizon


@pytest.mark.parametrize(
    ("clause", "verb"),
    [
        ("设立分院的步伐明显加快", "加快"),
        ("评估费用由患者承担", "承担"),
        ("为基层转诊体系建设奠定基础", "奠定"),
        ("申报率达到82%", "达到"),
        ("具备条件的可申请改造", "申请"),
        ("依照前款所列程序办理", "办理"),
        ("并及时向社会公告", "公告"),
        ("随着诊室改造加快", ""),
        ("按照县局安排", ""),
        ("帮助诊所快速投产", "帮助"),
        ("为提升诊所改善病房", ""),
        ("各镇应当按照分工推进旧村改造", "推进"),
        ("药店按照本办法的规定执行", "执行"),
        ("对河岸应当采取下列养护措施", "采取"),
        ("共有9家药店获得补助", "获得"),
        ("应当优先照顾配偶是护士的职工", "照顾"),
        ("起火仓库属于药厂", "属于"),
        ("义诊团开始组织转运", "组织"),
        ("受理报名的学校应当自受理之日起五日内作出答复", "作出"),
        ("报名期限应当自公告之日起算", ""),
        ("任何药店不得要求患者将病历交给他人", "要求"),
        ("邻镇代表在参加义诊活动时表示", "表示"),
        ("镇长昨日称", "称"),
        ("药店将从下月起举办义诊", "举办"),
        ("修缮后的病房已投入使用", "投入使用"),
        ("第二百零三条 药店有下列行为之一的", "有"),
        ("在河道内种植作物的", "种植"),
        ("积极应对人口减少", "应对"),
        ("灯会竞相上演", "上演"),
        ("本镇成为与邻县设立分院的乡镇", "成为"),
    ],
)
def test_the_verb_of_the_clause_not_of_what_stands_before_it(clause, verb):
    assert clause[slice(*read_frame(clause).verb)] == verb


def test_a_clause_that_names_whom_the_next_one_binds_has_no_verb():
    named = rows_of("经营夜间药店的单位，应当建立台账。", "verb", "phase", "actor")[-2:]
    assert named == [["", "", ""], ["建立", "planned", "institution"]]


@pytest.mark.parametrize(("part", "status"), [("review", "under_way"), ("other", "")])
def test_what_may_be_over_or_not_has_a_status_in_a_review_only(part, status):
    text = {"text": "开展义诊活动，完善转诊制度。", "part_of_report": part, "kind": "body"}
    rows = load_frame_reader().read(text, "经验材料", "")
    assert [row.status for row in rows] == [status, "under_way"]


FIRST = (
    "浙江省2021年政府工作报告\n二、2021年工作安排\n新建社区助老食堂12个。改造山区乡镇卫生所30家。"
    "推进跨湖医疗船常态运行。建设银龄护理实训基地。"
)
SECOND = (
    "浙江省2022年政府工作报告\n一、2021年工作回顾\n建成社区助老食堂13个。改造山区乡镇卫生所21家。"
    "跨湖医疗船常态运行持续推进。"
)


@pytest.fixture(scope="module")
def two_years():
    return pt.read_texts({"2021.txt": FIRST, "2022.txt": SECOND})


def frames_of(text, name="某县2017年卫生工作总结"):
    return pt.read_frames(pt.read_texts({"a.txt": f"{name}\n一、工作\n{text}"})).table


def test_a_duty_that_opens_a_phrase_says_nothing():
    notice = "关于托育收费的通知\n一、要求\n托育机构应根据需要，公示收费。"
    table = pt.read_frames(pt.read_texts({"a.txt": notice})).table
    assert table["phase"].tolist()[-2:] == ["", "planned"]


def test_a_plan_in_a_report_of_the_year_before_is_a_plan():
    table = frames_of("2018年计划将银龄巡诊扩大到全部乡镇。")
    assert table[["phase", "status"]].values.tolist() == [["planned", "planned"]]


def test_a_figure_that_ran_together_with_a_year_is_not_reached():
    table = frames_of("银龄病种2019类。")
    assert table["figures"].tolist() == ["achieved: 2019类 [damaged, unknown]"]
    assert table["status"].tolist() != ["done"]


@pytest.mark.parametrize(
    ("clause", "kind"),
    [
        ("改造提升120个乡村诊室", "target"),
        ("在60个村实施银龄巡诊", "target"),
        ("床位使用率稳定在80%以上", "target"),
        ("发挥12个护理站作用", "base"),
    ],
)
def test_what_a_plan_improves_is_its_target(clause, kind):
    assert [one.kind for one in make_reader().read(clause, phase="planned")] == [kind]


def test_a_section_number_is_no_figure():
    assert make_reader().scanner.find("4.3 银龄巡诊的组织") == []


def test_promises_of_an_annex_are_plans():
    text = (
        "浙江省2021年政府工作报告\n一、2020年工作回顾\n建成社区助老食堂13个。\n"
        "附件1\n2021年省十件民生实事\n一、完善助老服务。补贴银龄食堂30家。\n附件2 名词解释\n"
        "1.银龄食堂：指为老年人供餐的食堂。"
    )
    corpus = pt.read_texts({"a.txt": text})
    table = pt.read_frames(corpus).table
    row = table[table["clause"].str.contains("30家")]
    assert row[["part_of_report", "phase", "figures"]].values.tolist() == [
        ["plan", "planned", "target: 30家"]
    ]
    assert "annex" in set(corpus.paragraphs["part_of_report"])
    assert not table["clause"].str.contains("供餐").any()


def test_programmes_of_the_last_years_are_terms():
    text = (
        "浙江省2026年政府工作报告\n二、2026年工作安排\n"
        "实施医疗卫生强基和康复护理扩容工程，扩大生育保险。"
    )
    found = pt.read_statements(pt.read_texts({"a.txt": text})).table["concept"]
    named = set("|".join(found).split("|"))
    assert {"医疗卫生强基", "康复护理扩容", "生育保险"} <= named


def test_promises_are_kept_changed_under_way_or_silent(two_years):
    table = pt.follow_promises(two_years).table
    assert table["outcome"].tolist() == ["kept", "changed", "under_way", "silent"]
    assert table[["target", "achieved"]].values.tolist()[:2] == [["12个", "13个"], ["30家", "21家"]]


def test_promises_lead_to_both_clauses(two_years):
    followed = pt.follow_promises(two_years)
    assert len(followed.explain(0)) == 2
    assert len(followed.explain(3)) == 1
    assert pt.promise_table(followed).table["silent"].tolist() == [1]


def test_groups_are_any_column_of_reports_and_say_what_they_pool(two_years):
    by_place = pt.promise_table(pt.follow_promises(two_years), by="四大板块")
    assert by_place.table[["四大板块", "promises"]].to_numpy().tolist() == [["东部", 4]]
    assert not any("several levels" in one.en for one in by_place.cautions)
    city = "绍兴市2021年政府工作报告\n二、2021年工作安排\n整治河道9公里。"
    both = pt.read_frames(pt.read_texts({"p.txt": FIRST, "c.txt": city}))
    pooled = pt.frame_profile(both, "province", what="verb", least=1)
    assert "several levels or genres" in pooled.cautions[0].en
    apart = pt.frame_profile(both, "level", what="verb", least=1)
    assert set(apart.table["level"]) == {"province", "city"}
    assert not any("several levels" in one.en for one in apart.cautions)
    with pytest.raises(pt.errors.ParameterError, match="did you mean 'level'"):
        pt.frame_profile(both, "levels")


def test_promises_need_two_years():
    with pytest.raises(pt.errors.NotEnoughDataError, match="consecutive years"):
        pt.follow_promises(pt.read_texts({"2021.txt": FIRST}))


def test_rare_words_make_two_clauses_alike():
    one, same, other = Weighed(["跨湖医疗船", "跨湖医疗船", "医疗改革"])
    assert likeness(one, same) == pytest.approx(1)
    assert likeness(one, other) < 0.5
    assert longest_run("甲跨湖船", "乙跨湖船") == 3


def test_one_page_a_concept(two_years):
    text = "浙江省2021年政府工作报告\n二、2021年工作安排\n组建医共体2个，推进医共体建设。"
    page = pt.compare_narratives(pt.read_texts({"a.txt": text}), "医共体")
    assert page.table[["province", "clauses", "planned"]].values.tolist() == [["浙江省", 2, 2]]
    assert len(page.explain(0)) == 2
    with pytest.raises(pt.errors.NotEnoughDataError, match="no clause"):
        pt.compare_narratives(two_years, "医共体")


def test_frames_typical_of_a_year(two_years):
    frames = pt.read_frames(two_years)
    profile = pt.frame_profile(frames, by="year", what="verb", least=1).table
    assert set(profile.loc[profile["only_here"], "frame"]) >= {"新建", "建成"}
    with pytest.raises(pt.errors.ParameterError, match="what must be"):
        pt.frame_profile(frames, by="year", what="words")


def test_frames_know_who_says_who_acts():
    report = "某县2021年工作总结\n一、工作\n县医院组建巡诊队，完善转诊制度。"
    table = pt.read_frames(pt.read_texts({"a.txt": report})).table
    assert table["actor_from"].tolist() == ["clause", "sentence"]
    assert pd.api.types.is_bool_dtype(table["negated"])


def test_labels_hold_no_sentences():
    rows = data_path("labels/frames-silver.jsonl").read_text(encoding="utf-8").splitlines()
    assert len(rows) >= 300
    for row in map(json.loads, rows):
        assert len(row["sha256"]) == 16
        assert 0 <= row["start"] < row["end"]


def rows_of(text, *columns, name="关于托育收费的通知"):
    table = pt.read_frames(pt.read_texts({"a.txt": f"{name}\n一、要求\n{text}"})).table
    return table[table["part_of_report"] != "x"][list(columns)].values.tolist()


def test_news_tell_what_happened_and_who_speaks_plans_nothing_by_it():
    news = "新闻联播\n某镇码头今天发生火灾。\n镇长指出，要新建诊室，要改善病房，将扩建码头。"
    table = pt.read_frames(pt.read_texts({"20240102.md": news})).table
    assert set(table["genre"]) == {"新闻"}
    read = table.set_index("verb")[["phase", "status"]]
    assert read.loc["发生"].tolist() == ["reviewed", "done"]
    assert read.loc["指出"].tolist() == ["", ""]


def test_what_a_word_means_is_no_act():
    assert rows_of("本办法所称巡诊车，是指开展巡诊的车辆。", "verb")[1] == [""]


def test_wordings_of_one_measure_are_one_group():
    table = pd.DataFrame(
        [
            ("新建", "establish", "县域影像诊断中心", False),
            ("建成", "establish", "县域影像诊断中心", False),
            ("推进", "advance", "县域影像诊断中心建设", False),
            ("取缔", "control", "县域影像诊断中心", False),
            ("推进", "advance", "跨湖巡诊船队建设", False),
            ("落实", "advance", "", False),
        ],
        columns=["verb", "verb_class", "object", "negated"],
    )
    names = measures_of(table)
    assert names[0] == names[1] == names[2] != ""
    assert names.nunique() == 4
    assert names[5] == ""


def test_groups_of_frames_explain_themselves():
    text = (
        "浙江省2021年政府工作报告\n一、2020年工作回顾\n"
        "新建县域影像诊断中心。建成县域影像诊断中心2个。取缔县域影像诊断中心。"
    )
    frames = pt.read_frames(pt.read_texts({"a.txt": text}))
    grouped = pt.group_frames(frames)
    assert grouped.table["group"].tolist() == [1, 1, 2]
    assert len(grouped.explain(0)) == 1
    profile = pt.frame_profile(frames, by="year", what="measure", least=1)
    assert sorted(profile.table["clauses"]) == [1, 2]
    assert sorted(len(profile.explain(row)) for row in range(2)) == [1, 2]
    with pytest.raises(pt.errors.ParameterError, match="least"):
        pt.group_frames(frames, least=0)
    with pytest.raises(pt.errors.ParameterError, match="result of read_frames"):
        pt.group_frames(profile)


def test_a_difference_stands_beside_what_chance_gives():
    head = "{p}2021年政府工作报告\n二、2021年工作安排\n"
    same = "建设医共体。推进医共体改革。完善医共体章程。建设医共体药房。推进医共体检查互认。"
    other = "严控医共体支出。规范医共体用药。监管医共体收费。整治医共体乱象。查处医共体欺诈。" * 2
    provinces = ("浙江省", "江苏省", "河北省", "山东省", "福建省")
    reports = {f"{p}.txt": head.format(p=p) + same * 2 for p in provinces}
    reports["河南省.txt"] = head.format(p="河南省") + other
    page = pt.compare_narratives(pt.read_texts(reports), "医共体").table
    assert page["province"].iloc[0] == "河南省"
    beyond = page["difference"] > page["chance_high"]
    assert page.loc[beyond, "province"].tolist() == ["河南省"]
    assert page["difference"].notna().all()


def test_chance_deals_issuers_where_there_are_enough_of_them():
    """Each issuer has a way of its own: what single clauses give would make dealt groups unlike."""
    rng = np.random.default_rng(0)
    own = rng.dirichlet([2, 2, 2], 20)
    units = np.repeat(np.arange(20), 30)
    verbs = [rng.choice(list("abc"), p=own[u]) for u in units]
    named = pd.DataFrame({"unit": units, "verb_class": verbs})
    alone = named.assign(unit=np.where(units < 8, 0, units))
    dealt = _unlike(named, units < 8, rng)
    single = _unlike(alone, units < 8, rng)
    assert dealt["difference"] == single["difference"]
    assert dealt["chance_high"] > 1.5 * single["chance_high"]


def test_when_a_rule_applies_is_no_act():
    rows = rows_of("违反收费规定，责令限期改正。", "verb", "phase", "phase_rule")
    assert rows[-2:] == [["违反", "", "condition"], ["责令", "planned", "instruction"]]


def test_a_work_report_speaks_of_its_own_government_and_of_itself_again():
    head = "浙江省2021年政府工作报告\n二、2021年工作安排\n"
    text = f"{head}省政府编制护理规划。企业扩建诊所，支持社区设站。"
    frames = pt.read_frames(pt.read_texts({"a.txt": text})).table
    assert frames[["verb", "actor", "actor_from"]].values.tolist() == [
        ["编制", "own", "clause"],
        ["扩建", "enterprise", "clause"],
        ["支持", "own", "issuer"],
    ]


def test_cases_in_which_a_rule_applies_have_no_one_who_acts():
    text = "县卫健局对有下列情形之一的，应当公示：\n（一）虚报收费；\n（二）涂改病历。"
    assert [row[1] for row in rows_of(text, "verb", "actor")][-2:] == ["", ""]


def test_who_is_named_in_a_case_acts_where_a_duty_follows_and_not_where_a_penalty_does():
    text = "业主对收费有疑问的，可以要求公示账目。业主占用车位的，应当责令退还。"
    assert [row[0] for row in rows_of(text, "actor")][1::2] == ["people", ""]


def test_items_of_a_list_take_who_acts_from_the_clause_above():
    text = "县卫健局应当作出以下处理：\n（一）责令限期退款；\n（二）没收多收押金。"
    rows = rows_of(text, "verb", "actor", "actor_from")
    assert rows[-2:] == [
        ["责令", "health_commission", "section"],
        ["没收", "health_commission", "section"],
    ]


def test_an_article_of_a_law_reports_nothing():
    text = "某县夜诊办法\n第一条 已开设夜诊的诊所应当每年检修。\n第二条 为了方便居民，制定本办法。"
    frames = pt.read_frames(pt.read_texts({"a.txt": text})).table
    assert "reviewed" not in set(frames["phase"])


def test_who_is_named_without_a_verb_acts_in_the_clauses_behind():
    rows = rows_of("托育机构按照约定，应当公示收费。", "actor", "actor_from")
    assert rows[-1] == ["institution", "sentence"]


@pytest.mark.parametrize(
    ("clause", "actor"),
    [
        ("并请护理委员提出意见", ""),
        ("与县医院签订转诊协议", ""),
        ("我县同县医院签订转诊协议", "own"),
        ("新药目录向基层医院倾斜", ""),
        ("跨部门调配巡诊车", ""),
        ("县医院被授予护理奖牌", ""),
        ("康复企业新增12家", ""),
        ("县财政新增1.2亿元", "finance"),
        ("县医院按时签约率为63%", ""),
        ("各乡镇都要下功夫吸引游客", "government"),
        ("每年3月底前各乡镇完成改水工作", "government"),
        ("县城药价由市场决定", ""),
        ("监测平台推进村村联网", ""),
        ("我们的托育站不断增多", ""),
        ("各医院均开通了夜间门诊", "hospital"),
        ("由县卫生健康局会同县医院确定名单", "health_commission"),
        ("（县民政局、县医保局负责）", "insurer"),
        ("鞍山入选夜诊试点", "government"),
        ("有条件的乡镇可增设诊室", "government"),
        ("专家组5月3日调查了水井", "institution"),
        ("其他部门在县局的领导下", ""),
        ("企业创新活力不足", ""),
        ("失业人员实现再就业30人", ""),
        ("我们要咬定目标不放松", "own"),
        ("县医院获得夜诊示范称号", "hospital"),
        ("药店降低夜间药价", "enterprise"),
        ("贫困人口减少300多人", ""),
        ("各乡镇迎难而上", "government"),
        ("镇村护工同舟共济", "people"),
        ("有山区诊点的村民委员会应当设置药箱", "institution"),
        ("主要部分为山区诊室", ""),
        ("由社区公益组织收归公用", "institution"),
        ("出口药品的生产经营者逃避抽检的", "enterprise"),
        ("保障护工获得夜班补贴", ""),
        ("阻碍护工依法行使请假权利的", ""),
        ("护理研究中心组建运营", ""),
        ("应邻县护理代表团邀请", ""),
        ("总经理、护士长受到处分", ""),
        ("外交部长李某当天呼吁停火", "department"),
        ("县医院院长表示赞成", "hospital"),
        ("双方就药价达成协议", "government"),
        ("各乡镇按照村民自愿、广泛参与的原则", ""),
        ("必要时在偏远地区（如牧区）对药品实行统一配送", ""),
    ],
)
def test_who_acts_by_what_stands_around_a_name(clause, actor):
    assert read_frame(clause).actor == actor


def test_the_issuer_strives_and_says_but_does_not_grow_or_undergo():
    clauses = ["力争年内挂牌", "推出夜诊套餐", "比上年提高3个百分点", "年底前竣工", "请予审议"]
    assert [frames_of(f"{clause}。")["actor"].tolist()[-1] for clause in clauses] == [
        *("own", "own"),
        *("", "", ""),
    ]


@pytest.mark.parametrize(
    ("text", "actor"),
    [
        ("越来越多药店开设夜诊，带动了就诊，推动了村医就业。", "enterprise"),
        ("县医院虚心听取意见，就能改进转诊。", "hospital"),
        ("只有药店进村，就减少了奔波。", ""),
        ("各乡镇决心改造旧井，坚决清理垃圾。", "government"),
        ("药店泄露病情，提供虚假病历的。", "enterprise"),
        ("各乡镇按照村民自愿、广泛参与的原则，增设诊点。", "government"),
        ("要在以李某同志为核心的党委领导下，增设诊点。", "own"),
    ],
)
def test_who_acts_goes_on_behind_results_adverbs_and_rules(text, actor):
    assert frames_of(text)["actor"].tolist()[-1] == actor


def test_the_state_goes_on_acting_in_a_report_of_the_state_council_only():
    reader, text = load_frame_reader(), "国家先后改造诊室，推动村医培训。"
    paragraph = {"text": text, "part_of_report": "plan", "kind": "body"}
    for own, actor in ((), "centre"), (("县政府",), "own"):
        assert reader.read({**paragraph, "own": own}, "工作报告", "")[-1].actor == actor


def test_a_role_and_what_is_undergone_name_who_acts_behind():
    for opening in ("县医院以建成分院为目标", "县医院被评为先进集体"):
        frames = frames_of(f"{opening}，组建巡诊队。")
        assert frames["actor"].tolist()[-2:] == ["", "hospital"], opening
    assert rows_of("县局应当核查账目，发现缺漏的，予以补正。", "actor")[-1] != [""]
    assert frames_of("县医院要扩建诊室，力争年内完工。")["actor"].tolist()[-1] == "hospital"


def test_names_that_an_act_is_done_to_act_in_no_clause_behind():
    for opening in ("各位代表", "梯度培育智能工厂", "统一到县委部署上来"):
        frames = frames_of(f"{opening}，扩建诊室。")
        assert frames["actor"].tolist()[-1] == "own", opening


def test_the_issuer_is_named_by_us_once_in_a_sentence():
    head = "浙江省2021年政府工作报告\n二、2021年工作安排\n"
    text = "让我们同心协力，扩建诊室，企业增多，推进改水。居民盼望夜诊，要增设诊室。"
    frames = pt.read_frames(pt.read_texts({"a.txt": f"{head}{text}"})).table
    assert frames[["actor", "actor_from"]].values.tolist()[1:4:2] == [["own", "sentence"]] * 2
    assert frames[["actor", "actor_from"]].values.tolist()[-1] == ["own", "issuer"]


def test_who_acts_goes_on_behind_a_semicolon_and_a_thing_in_between_but_not_behind_advice():
    text = "县医保局应当公示药价，所需经费列入预算，核查账目；推行网上结算。"
    assert [row[0] for row in rows_of(text, "actor")][-2:] == ["insurer", "insurer"]
    assert rows_of("专家组建议：加固校舍，增设诊室。", "actor")[-2:] == [[""], [""]]
    text = "县卫健局应当审核材料，不符合要求的，应当说明。"
    assert rows_of(text, "actor")[-1] == ["health_commission"]


def test_what_happens_has_no_actor():
    table = frames_of("县医院组建巡诊队，增长5%，超过周边县。")
    assert table["actor"].tolist()[-3:] == ["hospital", "", ""]


def test_a_state_reported_has_no_tone_and_is_done():
    table = frames_of("山区巡诊网络进一步完善。进一步完善山区巡诊网络。")
    assert table[["status", "firmness"]].values.tolist()[-2:] == [
        ["done", ""],
        ["under_way", "vague"],
    ]


def test_a_verb_of_attaining_is_done_by_a_rule_of_the_table():
    table = frames_of("夜间门诊成为山区保障品牌。")
    assert table[["status", "status_rule"]].values.tolist()[-1] == ["done", "attained_verb"]


def test_several_processes_read_the_same(two_years):
    one, two = (pt.read_frames(two_years, n_jobs=n).table for n in (1, 2))
    pd.testing.assert_frame_equal(one, two)
    with pytest.raises(pt.errors.ParameterError, match="n_jobs must be"):
        pt.read_frames(two_years, n_jobs=0)


def test_a_rule_sought_at_the_beginning_finds_the_same():
    texts = ["目前，县医院", "县医院目前缺员", "我们必须改", "去年建成", "必须改水"]
    for rule in (*read_rules("phase"), *read_rules("status")):
        for text in texts:
            find = tried(rule).find
            found = find is None or bool(find(text))
            assert found == bool(rule.pattern.search(text)), rule.name


@pytest.mark.parametrize(
    ("clause", "kinds"),
    [
        ("门诊收入由2020年的3亿元增加到2021年的5亿元", ["base", "achieved"]),
        ("门诊人次位列第3位", ["rank"]),
        ("为12万老人建立健康档案", ["base"]),
        ("确保报销比例达到85%", ["target"]),
    ],
)
def test_kinds_of_figures_in_a_review(clause, kinds):
    assert [one.kind for one in make_reader().read(clause, phase="reviewed")] == kinds


# Claims, problems, spread


def test_claims_and_words_of_the_centre():
    own = (
        "浙江省2021年政府工作报告\n一、2020年工作回顾\n跨湖医疗船获批国家级试点，做法受到省里肯定。"
    )
    own += "坚持把银龄护理放在湖区乡村最前面。"
    centre = (
        "2021年国务院政府工作报告\n一、工作安排\n要坚持把银龄护理放在湖区乡村最前面，久久为功。"
    )
    corpus = pt.read_texts({"own.txt": own})
    claims = pt.read_claims(corpus, centre=pt.read_texts({"centre.txt": centre}))
    assert claims.table[["claim", "words"]].values.tolist() == [
        ["pilot", "获批国家级试点"],
        ["praise", "受到省里肯定"],
        ["centre", "坚持把银龄护理放在湖区乡村最前面"],
    ]
    assert len(claims.explain(2)) == 1
    with pytest.raises(pt.errors.ParameterError, match="least must be 6"):
        pt.read_claims(corpus, least=3)


def test_a_report_without_claims_gives_an_empty_table():
    assert pt.read_claims(pt.read_texts({"a.txt": SECOND})).table.empty


def test_problems_find_the_measure_that_names_the_same():
    text = (
        "浙江省2021年政府工作报告\n一、存在的问题\n湖区巡诊船力量不足。夜间急诊半径偏大。\n"
        "二、2021年工作安排\n充实湖区巡诊船队伍。推进银龄食堂建设。"
    )
    pairs = pt.pair_problems(pt.read_texts({"a.txt": text}))
    assert pairs.table["measure"].tolist() == ["充实湖区巡诊船队伍", ""]
    assert [len(pairs.explain(row)) for row in (0, 1)] == [2, 1]
    with pytest.raises(pt.errors.NotEnoughDataError, match="names a problem"):
        pt.pair_problems(pt.read_texts({"a.txt": SECOND}))
    with pytest.raises(pt.errors.ParameterError, match="least must be above 0"):
        pt.pair_problems(pt.read_texts({"a.txt": text}), least=0)


def test_who_only_says_that_there_are_problems_names_none():
    text = (
        "浙江省2021年政府工作报告\n二、存在的困难和问题\n我们也清醒看到，我省发展中还存在一些困难和问题："
        "山核桃深加工不足；渔船检修还有差距。主要表现在以下方面。\n三、2021年工作安排\n做强山核桃精深加工。"
    )
    pairs = pt.pair_problems(pt.read_texts({"a.txt": text})).table
    assert pairs[["problem", "measure"]].values.tolist() == [
        ["山核桃深加工不足", "做强山核桃精深加工"],
        ["渔船检修还有差距", ""],
    ]


def test_what_stands_out_is_no_problem():
    text = "浙江省2021年政府工作报告\n一、2020年工作回顾\n湖区巡诊成效突出。湖区巡诊短板突出。"
    table = pt.read_frames(pt.read_texts({"a.txt": text})).table
    assert table["phase"].tolist() == ["reviewed", "problem"]


def test_steps_of_a_programme_are_dated_by_their_first_report():
    reports = {
        "2020.txt": "浙江省2020年政府工作报告\n二、2020年工作安排\n探索医共体，力争全覆盖。",
        "2021.txt": "浙江省2021年政府工作报告\n一、2020年工作回顾\n医共体试点启动。",
        "2022.txt": "浙江省2022年政府工作报告\n一、2021年工作回顾\n医共体实现全覆盖。",
    }
    spread = pt.programme_spread(pt.read_texts(reports), "医共体")
    assert spread.table[["step", "year"]].values.tolist() == [
        ["mention", 2020],
        ["plan", 2020],
        ["pilot", 2021],
        ["full", 2022],
    ]
    assert spread.table["first_report"].unique().tolist() == [2020]
    assert len(spread.explain(3)) == 1
    with pytest.raises(pt.errors.NotEnoughDataError, match="dated report"):
        pt.programme_spread(pt.read_texts({"a.txt": FIRST}), "医共体")


@pytest.mark.parametrize(
    ("plan", "review", "outcome", "achieved"),
    [
        ("技术改造投资增长2%左右", "技术改造投资下降3.3%", "changed", "下降3.3%"),
        ("技术改造投资增长2%左右", "技术改造投资同比减少3.3%", "changed", "下降3.3%"),
        ("技术改造投资增长2%左右", "技术改造投资增长2.7%", "kept", "2.7%"),
        ("单位产值用水量下降3%", "单位产值用水量上升4%", "changed", "增长4%"),
        ("单位产值用水量下降3%", "单位产值用水量下降3.5%", "kept", "3.5%"),
        ("服务贸易总额增长3%", "服务贸易总额负增长4.1%", "changed", "下降4.1%"),
        ("普通商品价格涨幅控制在3%以内", "普通商品价格涨幅2.1%", "kept", "2.1%"),
        # another thing, other people, or a stock: no figure is compared
        (
            "绿化投入相当于全市生产总值的比例保持在3%左右",
            "绿化投入相当于全市生产总值的比例为2%",
            "changed",
            "2%",
        ),
        ("农村居民人均消费支出增长6%左右", "居民人均消费支出增长4.6%", "under_way", ""),
        ("新认定高新技术企业50家", "高新技术企业从220家增加到490家", "under_way", ""),
        ("高新技术企业达到220家", "新增46家高新技术企业", "under_way", ""),
        ("改造100个农村互助食堂", "改造提升农村互助食堂108个", "kept", "108个"),
        ("城镇调查失业率保持在5.5%左右", "城镇调查失业率5.2%", "kept", "5.2%"),
        ("城镇新增就业47万人左右、城镇调查失业率5.5%左右", "城镇新增就业48万人", "kept", "48万人"),
        # a level to be lowered is reached from above
        (
            "细颗粒物平均浓度下降到35微克/立方米",
            "细颗粒物平均浓度下降到38微克/立方米",
            "changed",
            "38微克/立方米",
        ),
        (
            "细颗粒物平均浓度下降到35微克/立方米",
            "细颗粒物平均浓度下降到30微克/立方米",
            "kept",
            "30微克/立方米",
        ),
        ("城镇登记失业率下降到5%以内", "城镇登记失业率上升到5.6%", "changed", "5.6%"),
        ("农村贫困人口减少到2万人", "农村贫困人口减少到3万人", "changed", "3万人"),
        ("县级公立医院药占比降至30%", "县级公立医院药占比降至33%", "changed", "33%"),
    ],
)
def test_a_figure_answers_one_of_the_same_thing_that_moves_the_same_way(
    plan, review, outcome, achieved
):
    first = f"浙江省2021年政府工作报告\n二、2021年工作安排\n{plan}。"
    second = f"浙江省2022年政府工作报告\n一、2021年工作回顾\n{review}。"
    found = pt.follow_promises(pt.read_texts({"a.txt": first, "b.txt": second})).table
    assert found[["outcome", "achieved"]].values.tolist() == [[outcome, achieved]]


PLACES = [
    "安徽",
    "浙江",
    "河南",
    "湖北",
    "湖南",
    "山西",
    "江西",
    "福建",
    "四川",
    "贵州",
    "云南",
    "甘肃",
]


@pytest.fixture(scope="module")
def taken_up():
    """Twelve provinces that take 银龄巡诊 up from 2019 to 2022, one before its first report."""
    texts = {}
    for i, name in enumerate(PLACES):
        for year in range(2018, 2023):
            if (i, year) not in {(3, 2020), (7, 2018)}:
                says = "推进银龄巡诊。" if year >= 2019 + (i * 5 + i // 4) % 4 else "推进改水。"
                head = f"{name}省{year}年政府工作报告\n一、{year}年工作安排\n"
                texts[f"{name}{year}.txt"] = head + says
    table = pd.DataFrame({"province": PLACES, "rich": [(i * 7) % 5 for i in range(12)]})
    return pt.read_texts(texts).join(table, on="province")


def test_hazard_counts_places_at_risk_until_their_first_mention(taken_up):
    found = pt.adoption_hazard(taken_up, "银龄巡诊", covariates="rich", periods=2)
    table = found.table.set_index("variable")
    assert table.loc["period", "n_events"].sum() == table.loc["rich", "n_events"] == 11
    row = table.loc["rich"]
    assert 0 < row["low"] < row["hazard_ratio"] < row["high"] and row["refused"] == ""
    first = found.explain(len(table) - 1)
    assert len(first) == 11
    assert first["doc_id"].str.contains("2018").sum() == 0
    said = " ".join(one.en for one in found.cautions)
    for words in ("no adoption", "span years without a report", "since when: Fujian"):
        assert words in said


def test_hazard_of_neighbours_has_a_level_for_each_year_and_refuses_few(taken_up):
    found = pt.adoption_hazard(taken_up, "银龄巡诊", peers="borders", periods=1)
    assert found.table["variable"].tolist() == ["period"] * 4 + ["peers"]
    assert "11 first mentions cannot carry 4 coefficients" in found.table["refused"].iloc[-1]
    assert any("each year has a level" in one.en for one in found.cautions)
    with pytest.raises(pt.errors.ParameterError, match="knows none of the places"):
        pt.adoption_hazard(taken_up, "银龄巡诊", peers={"某地": ["某处"]})


@pytest.mark.parametrize(
    ("years", "named", "since", "rows", "already"),
    [
        ([2018, 2019], [1, 1], None, [], ["甲"]),
        ([2018, 2019], [1, 1], 2018, [(2017, 2018, True)], []),
        ([2020, 2021], [1, 1], 2018, [], ["甲"]),
        ([2010, 2020, 2023], [0, 0, 1], 2018, [(2017, 2020, False), (2020, 2023, True)], []),
        ([2018], [0], None, [], []),
    ],
)
def test_who_is_at_risk(years, named, since, rows, already):
    seen = pd.DataFrame({"group": "甲", "year": years, "named": named})
    table, left = at_risk(seen, since)
    assert list(table[["start", "year", "event"]].itertuples(index=False, name=None)) == rows
    assert left == already


def test_the_page_names_who_is_silent_and_keeps_figures_of_other_things_out():
    reports = {
        "a.txt": "浙江省2021年政府工作报告\n二、2021年工作安排\n组建医疗集团3个、医共体5个。",
        "b.txt": "安徽省2021年政府工作报告\n二、2021年工作安排\n新建社区助老食堂12个。",
    }
    page = pt.compare_narratives(pt.read_texts(reports), "医共体")
    assert page.table[["years", "reading", "figures"]].values.tolist() == [
        ["2021（1）", "plans", "医共体：5个 [target]"]
    ]
    assert page.table["difference"].isna().all()
    assert "Anhui" in page.cautions[0].en


def test_the_page_shows_who_speaks_under_another_name():
    head = "2021年政府工作报告\n一、2021年工作安排\n"
    reports = {
        "a.txt": f"浙江省{head}组建医共体3个。",
        "b.txt": f"上海市{head}推进医联体建设。",
        "c.txt": f"安徽省{head}推进改水。",
    }
    page = pt.compare_narratives(pt.read_texts(reports), "医共体")
    rows = page.table[["province", "clauses", "other_names"]].values.tolist()
    assert rows == [["浙江省", 1, ""], ["上海市", 0, "医联体（1）"]]
    assert page.explain(1)["doc_id"].tolist() == ["b.txt#1"]
    said = [one.zh for one in page.cautions[:2]]
    assert "没有提及的组（也可能用别称）：安徽省。" in said[0]
    assert "上海市 医联体（1）" in said[1]


def test_a_figure_that_cannot_be_compared_is_not_called_kept():
    reports = {
        "1.txt": "浙江省2021年政府工作报告\n二、2021年工作安排\n跨湖医疗船航次增长5%左右。",
        "2.txt": "浙江省2022年政府工作报告\n一、2021年工作回顾\n跨湖医疗船航次达到320次。",
    }
    table = pt.follow_promises(pt.read_texts(reports)).table
    assert table[["outcome", "target"]].values.tolist() == [["under_way", ""]]


def test_a_short_name_is_answered_by_the_same_act_only():
    reports = {
        "1.txt": "浙江省2021年政府工作报告\n二、2021年工作安排\n新建公园2个。新增床位30张。",
        "2.txt": "浙江省2022年政府工作报告\n一、2021年工作回顾\n新建公园3个。撤下床位30张。",
    }
    table = pt.follow_promises(pt.read_texts(reports)).table
    assert table["outcome"].tolist() == ["kept", "silent"]


@pytest.mark.parametrize(
    ("promise", "answer", "outcome"),
    [
        (
            "新建山区步道60公里、改建40公里",
            "新建山区步道62公里、改建35公里",
            ("changed", "60公里; 40公里"),
        ),
        ("新建山区诊所3所、改建5所", "新建山区诊所4所、改建6所", ("kept", "3所; 5所")),
        ("新建山区步道60公里", "改建山区步道70公里", ("silent", "")),
        ("改造山区卫生所30家", "新建山区卫生所30家", ("silent", "")),
        ("新建、改建山区步道60公里", "改建山区步道80公里", ("kept", "60公里")),
        ("新建山区步道60公里", "新改建山区步道80公里", ("kept", "60公里")),
        ("家庭医生签约率达到80%", "家庭医生签约率为82%", ("kept", "80%")),
        ("家庭医生签约率为80%", "家庭医生签约率是72%", ("changed", "80%")),
        ("家庭医生签约率达到80%", "全国家庭医生签约率为82%", ("under_way", "")),
        # The same thing told the other way round
        ("植树造林300亩", "完成植树造林280亩", ("changed", "300亩")),
        ("整治山区危桥30座", "山区危桥整治完成31座", ("kept", "30座")),
        ("发放以旧换新补贴60万元", "以旧换新补贴发放50万元", ("changed", "60万元")),
        ("新建改造山区诊所9所", "山区诊所完成新建改造9所", ("kept", "9所")),
        ("改造山区户厕300户", "山区户厕改造完成280户", ("changed", "300户")),
        ("城镇新增就业900人", "实现城镇新增就业950人", ("kept", "900人")),
    ],
)
def test_figures_answer_by_what_is_done_and_a_share_by_being_told(promise, answer, outcome):
    reports = {
        "1.txt": f"浙江省2021年政府工作报告\n二、2021年工作安排\n{promise}。",
        "2.txt": f"浙江省2022年政府工作报告\n一、2021年工作回顾\n{answer}。",
    }
    (row,) = pt.follow_promises(pt.read_texts(reports)).table.to_dict("records")
    assert (row["outcome"], row["target"]) == outcome


def test_an_act_alone_behind_a_comma_works_on_the_noun_before():
    table = frames_of("新建山区步道60公里，改建40公里，改造3万户，建设3万户新居、2万户旧宅。")
    assert table["figure_nouns"].tolist()[:3] == ["山区步道", "山区步道", ""]
    assert "山区步道" not in table["figure_nouns"].iat[3]


@pytest.mark.parametrize("name", ["promise_verdicts.csv", "problem_verdicts.csv"])
def test_verdicts_hold_no_sentences(name):
    folder = Path(__file__).parents[1] / "benchmarks"
    table = pd.read_csv(folder / name)
    assert len(table) == 100
    assert set(table["verdict"]) <= {"same", "theme", "right", "wrong"}
    assert not [column for column in table.columns if column in ("promise", "problem", "measure")]


def test_actors_verbs_and_objects_are_a_network(two_years, tmp_path):
    text = "浙江省2021年政府工作报告\n一、2020年工作回顾\n县医院组建巡诊队。县医院组建巡诊队。"
    frames = pt.read_frames(pt.read_texts({"a.txt": text}))
    graph = pt.frame_graph(frames)
    assert sorted(graph.edges(data="weight")) == [
        ("actor:hospital", "verb:组建", 2),
        ("verb:组建", "object:巡诊队", 2),
    ]
    assert graph.nodes["verb:组建"] == {"label": "组建", "kind": "verb", "n": 2}
    assert not pt.frame_graph(frames, least=3).nodes
    with pytest.raises(pt.errors.ParameterError, match="read_frames"):
        pt.frame_graph(pt.follow_promises(two_years))


def test_the_page_shows_what_the_term_names_and_whether_a_figure_adds():
    text = "浙江省2021年政府工作报告\n一、2020年工作回顾\n新建医疗集团3个、医共体5个。"
    page = pt.compare_narratives(pt.read_texts({"a.txt": text}), "医共体")
    shown = pt.labelled(page.table[["reading", "acts", "figures"]], "zh")
    assert shown.values.tolist() == [["报告", "新建 医共体（1）", "医共体：新建5个 [已达到]"]]


@pytest.mark.parametrize(
    ("clause", "verb", "target"),
    [
        ("将加快医共体建设", "加快", "医共体建设"),
        ("云桥市将深化医共体支付改革", "深化", "医共体支付改革"),
        ("床位将比上年增长35%", None, None),
        ("毛线产量将达到2万吨", "达到", None),
        ("中心将深入实施行动", None, None),
        ("将贯彻落实", "贯彻落实", None),
    ],
)
def test_what_will_be_done_is_not_reported_as_done(clause: str, verb: str, target: str):
    text = f"某县2021年政府工作报告\n一、2020年工作回顾\n{clause}。"
    row = pt.read_frames(pt.read_texts({"a.txt": text})).table.iloc[0]
    assert (row["status"], row["phase"]) == ("planned", "planned")
    assert row["verb"] == (verb or row["verb"])
    assert row["object"] == (target or row["object"])


@pytest.mark.parametrize(
    ("clause", "phase"),
    [
        ("床位有望达到3万张", "planned"),
        ("我市拟出台办法", "planned"),
        ("中心建成后可提供床位300张", "planned"),
        ("到2025年床位达到3万张", "planned"),
        ("到2020年床位达到3万张", "reviewed"),
        ("收到2022年补助资金3亿元", "reviewed"),
        ("草拟方案3个", "reviewed"),
        ("诊室尚未建成", "problem"),
        ("分院问题仍未解决", "problem"),
        ("解决了尚未参保的问题", "reviewed"),
    ],
)
def test_a_heading_on_the_past_does_not_decide_against_the_words(clause: str, phase: str):
    text = f"某县2021年政府工作报告\n一、2020年工作回顾\n{clause}。"
    row = pt.read_frames(pt.read_texts({"a.txt": text})).table.iloc[0]
    assert row["phase"] == phase
    assert (row["status"] == "done") == (phase == "reviewed")


@pytest.mark.parametrize(
    "clause",
    ["将医共体扩大到全部乡镇", "将优化服务纳入考核", "将推进情况通报", "将整改措施落实"],
)
def test_what_is_taken_up_by_a_preposition_is_no_future(clause: str):
    text = f"某县2021年政府工作报告\n一、2020年工作回顾\n{clause}。"
    row = pt.read_frames(pt.read_texts({"a.txt": text})).table.iloc[0]
    assert row["phase"] == "reviewed"


VERBS = read_table("narratives/verbs.csv")["verb"].tolist()
PARTS = [
    "将",
    "的",
    "后",
    "把",
    "对",
    "为",
    "了",
    "和",
    "、",
    "应当",
    "医院",
    "群众",
    "2020年",
    "3个",
]
SPANS = ("verb", "object", "subject", "manner", "phrase")


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(VERBS) | st.sampled_from(PARTS), min_size=1, max_size=6))
def test_any_row_of_verbs_and_words_has_spans_within_it(words):
    clause = "".join(words)
    frame = read_frame(clause, LISTS)
    for name in SPANS:
        start, end = getattr(frame, name)
        assert (start, end) == NONE or 0 <= start <= end <= len(clause)


def test_names_that_stand_for_a_concept_elsewhere_are_not_its_own():
    text = "甲县2021年工作总结\n一、2020年工作\n组建城市医疗集团3个、医共体5个。"
    table = pt.compare_narratives(pt.read_texts({"a.txt": text}), "医共体", by="year").table
    assert table[["acts", "objects", "figures"]].values.tolist() == [
        ["组建 医共体（1）", "医共体（1）", "医共体：5个 [achieved]"]
    ]


@pytest.mark.parametrize(
    ("clause", "act", "figure"),
    [
        ("新增或改造提升银龄床位40张", "新增或改造提升 银龄床位（1）", "新增或改造提升40张"),
        ("新建、改扩建银龄诊室12间", "新建、改扩建 银龄诊室（1）", "新建、改扩建12间"),
        ("新增银龄床位40张", "新增 银龄床位（1）", "新增40张"),
    ],
)
def test_verbs_joined_by_or_stay_together(clause, act, figure):
    text = f"浙江省2021年政府工作报告\n二、2021年工作安排\n{clause}。"
    table = pt.compare_narratives(pt.read_texts({"a.txt": text}), "银龄").table
    assert table["acts"].tolist() == [act]
    assert figure in table["figures"].iat[0]


def test_a_page_of_several_years_dates_its_figures_and_counts_its_own_clauses():
    texts = {
        f"{place}{year}.txt": f"{place}{year}年政府工作报告\n二、{year}年工作安排\n{clause}\n公厕。"
        for place, year, clause in (
            ("浙江省", 2022, "新增银龄床位40张，推进银龄巡诊。"),
            ("浙江省", 2021, "推进银龄巡诊。"),
            ("安徽省", 2021, "新增银龄床位50张。"),
        )
    }
    page = pt.compare_narratives(pt.read_texts(texts), "银龄")
    shown = page.table.set_index("province")
    assert shown.loc["浙江省", "years"] == "2021（1）；2022（2）"
    assert shown.loc["安徽省", "figures"].endswith("[target, 2021]")
    assert not any("没有读出动词" in caution.zh for caution in page.cautions)
    said = page.findings("zh")["sentence"].tolist()
    assert all("“银龄”" in sentence for sentence in said)
    english = pt.labelled(page.table, "en")
    assert "2021 (1); 2022 (2)" in english["years"].tolist()

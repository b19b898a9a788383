"""Page furniture is told from report text, in every kind the list names."""

import pytest

from policytext.cleaning import clean_source
from policytext.cleaning.chrome import (
    furniture,
    lines_of_folder,
    page_chrome,
    page_edges,
    page_spans,
)
from policytext.cleaning.context import Context
from policytext.data import read_table

BODY = "全市各级医疗机构认真落实惠民措施，签约率稳步提高，满意度达到95%以上，取得明显成效。"
ROWS = list(read_table("cleaning/chrome.csv").itertuples())


@pytest.mark.parametrize(
    "row", [r for r in ROWS if r.kind not in ("filler", "part")], ids=lambda r: r.example
)
def test_each_example_is_removed_round_a_report_and_nothing_else(row):
    text = f"{row.example}\n{BODY}\n{row.example}"
    kept = clean_source(text).mapped.text
    assert BODY in kept
    assert kept.replace(BODY, "").strip() in ("", "。"), row.zh


@pytest.mark.parametrize("row", [r for r in ROWS if r.kind == "filler"], ids=lambda r: r.example)
def test_small_pieces_go_only_beside_furniture(row):
    alone = f"{BODY}\n{row.example}\n{BODY}"
    assert clean_source(alone).mapped.text == alone
    beside = f"打印本页\n{row.example}\n{BODY}"
    assert clean_source(beside).mapped.text.strip() == BODY


@pytest.mark.parametrize("row", [r for r in ROWS if r.trigger], ids=lambda r: r.example)
def test_each_example_has_a_trigger(row):
    assert any(word in row.example for word in row.trigger.split("|"))


@pytest.mark.parametrize(
    "heading",
    [
        "一、加强信息来源管理",
        "（二）推动经验分享",
        "三、记者队伍建设",
        "主办单位：省教育厅、省民政厅，各市人民政府",
        "四、打印设备和档案管理",
        "五、网站建设",
        "（六）注册护士管理",
        "七、明确版权归属，保护创新",
        "工业生产许可证种类压减三分之一",
        "发文字号：某政发〔2020〕1号",
        "2020年7月27日",
    ],
)
def test_headings_with_furniture_words_stay(heading):
    text = f"{BODY}\n{heading}\n{BODY}"
    assert clean_source(text).mapped.text == text


def test_titles_under_a_list_of_links_go_only_below_the_body():
    below = f"{BODY}\n相关文章\n某市工作总结\n某县工作要点"
    assert clean_source(below).mapped.text.strip() == BODY
    above = f"{BODY}\n相关文章\n某市工作总结\n{BODY}"
    assert "某市工作总结" in clean_source(above).mapped.text


def test_a_preview_name_condemns_the_site_title_above_it():
    text = f"某地医改工作总结\n某地医改工作总结_第1页\n第1页 / 共9页\n{BODY}"
    assert clean_source(text).mapped.text.strip() == BODY


def test_text_without_furniture_yields_no_edit():
    assert page_chrome(BODY, Context()) == []
    assert page_spans(BODY, Context()) == []


def test_the_list_compiles_once():
    assert furniture() is furniture()


OF_THE_BODY = [
    "（二）扫码预约挂号",
    "3.扫码下载电子健康卡",
    "推行扫码支付和刷脸就医。",
    "二维码门牌实现全覆盖。",
    "严肃查处侵犯妇女儿童权益案件，及时告知当事人。",
    "如发现侵权行为，由县市场监管局联系当事人处理。",
    "免费下载就医指南1.2万次。",
    "点击量：全年网上办事大厅点击量达36万次",
    "向基层推荐专家12名，更多精彩课程请关注县继续教育中心。",
    "声明：本县对外捐赠药品仅供应急使用。",
    "作者：县中医院课题组",
    "编辑：全年编发简报36期",
    "审核：由县财政局审核拨付资金",
    "供稿：各乡镇报送信息210条",
    "本文件由县卫健局负责解释。",
    "本站共有职工36人，服务人口2.1万人。",
    "本网点全年接种疫苗1.1万剂次。",
    "来源：县财政拨款，企业自筹",
    "地址：县城东路1号，占地30亩。",
    "时间：2021年3月5日",
    "许可证：全年发放36件",
    "会员单位达到36家",
    "积分管理：全面推行",
    "版权登记保护工作",
    "公有领域信息的开放利用",
    "分享到村到户的红利",
    "打印社、复印店专项检查",
    "关闭小煤矿12处",
    "注册护士3600人",
    "返回家乡创业人员1200人",
    "上一篇大文章：中医药振兴",
    "更多优质资源下沉基层，请在外专家回乡坐诊。",
    "以上就是我县工作的全部内容。",
    "以上是全县情况的全部内容，请审议。",
    "相关部门资源共享",
    "图为之一新的农村面貌",
    "某县卫生健康局",
    "2021年12月30日",
    "各位代表：",
    "（三）拍摄公益短片，由记者站联合拍摄",
]


@pytest.mark.parametrize("line", OF_THE_BODY)
def test_a_line_of_the_body_stays_wherever_it_stands(line):
    title = "某县2021年工作总结"
    for text in (line, f"{BODY}\n{line}\n{BODY}", f"{title}\n{line}\n{BODY}"):
        assert clean_source(text).mapped.text == text
    below = f"{BODY}\n{line}\n责任编辑：李某\n扫一扫在手机打开当前页"
    assert clean_source(below).mapped.text.strip() == f"{BODY}\n{line}"


@pytest.mark.parametrize(
    "page",
    [
        "您的位置：\n首页\n>\n政务公开\n>\n工作动态\n{}",
        "当前位置： 首页 >> 政务公开 >> 工作总结\n{}",
        "【字体：\n大\n中\n小\n】\n分享：\n{}",
        "来源：\n某某晚报\n发布时间：\n2021-02-03 10:20\n阅读量：\n{}",
        "全文下载\n朗读\n全屏\n放大\n缩小\n{}",
        "上传人：m****5\nIP属地：某省\n格式：DOCX\n大小：24.6KB\n12页\n{}",
        "VIP专免\n2024-05-20\n999+\n18KB\n10 页\n侵权投诉\n{}",
        "{}\n责任编辑：\n李某某\n扫一扫在手机打开当前页",
        "{}\n看过“某县工作总结”的人还看了：\n1.某市工作总结\n2.2023工作要点",
        "{}\n【某县工作总结】相关文章：\n某市工作总结05-21\n某镇工作计划06-13",
        "{}\n以上就是某县工作总结3篇的全部内容，更多范文请关注本站。",
        "{}\n相关附件>>\nabcdef0123456789abcdef0123456789:\n某市关于工作报告的决议\n打印本页",
        "{}\n部分预览已结束,您可以加入VIP免费下载本篇文档\n开通【VIP会员】免费下载",
        "【法宝引证码】 CLI.12.345\n原文链接：https://www.example.com/a.html\n{}",
        "县长李某作政府工作报告。本报记者 王某 摄\n{}",
        "目  录\n某县工作总结………………1\n某市工作总结………………7\n{}",
        "{}\n＊＊＊＊＊＊＊＊",
        "{}\n上一篇：没有了\n下一篇：某县工作要点\n【打印】【关闭】",
    ],
)
def test_pages_of_many_kinds_leave_the_report(page):
    assert clean_source(page.format(BODY)).mapped.text.strip() == BODY


def test_between_reports_links_end_where_their_numbers_end():
    links = "看过“某县工作总结1”的人还看了：\n1.某市工作要点\n2.2024年某镇总结"
    text = f"{BODY}\n{links}\n2024年某县工作总结2\n{BODY}"
    assert clean_source(text).mapped.text.split() == [BODY, "2024年某县工作总结2", BODY]


HEAD = "频道\n听广播\n蒙文\n"


def folder_of(texts):
    return lines_of_folder([page_edges(text) for text in texts])


def test_a_folder_tells_lines_of_a_page_that_no_list_knows():
    texts = [f"{HEAD}{name}县2021年工作总结\n各位代表：\n{BODY}\n特此报告。" for name in "甲乙丙"]
    cleaned = clean_source(texts[0], folder=folder_of(texts))
    assert cleaned.mapped.text.strip() == texts[0].removeprefix(HEAD)
    assert {c.rules for c in cleaned.mapped.changes()} == {("page_chrome_of_folder",)}
    assert clean_source(texts[0]).mapped.text == texts[0]
    assert clean_source(texts[0], folder=folder_of(texts[:2])).mapped.text == texts[0]


@pytest.mark.parametrize(
    "shared",
    [
        "政府工作报告\n各位代表：",
        "某县人民政府\n办公室文件\n某政办发〔2021〕3号",
        "第一章　总则\n（2021年1月5日通过）\n目的和依据：",
        "海河县人民政府县长\n各位代表：\n一、工作回顾",
        "# 《健康简讯》 (20210105)\n## 摘要\n## 正文",
        "健康海河\n第12期\n本期导读",
    ],
)
def test_what_reports_share_is_not_furniture(shared):
    texts = [f"{shared}\n{BODY}{name}\n某县卫生健康局\n2021年1月5日" for name in "甲乙丙丁"]
    for text in texts:
        assert clean_source(text, folder=folder_of(texts)).mapped.text == text


FRAME = "本市频道\n听广播\n首页 > 政务公开 > 总结\n来源：某局\n"
FOOT = "打印本页\n关闭窗口\n问卷请进\n市情概览\n"


def rules_of(text):
    return {(change.before.strip(), change.rules) for change in clean_source(text).mapped.changes()}


def test_a_page_that_shows_its_frame_has_nothing_of_the_report_outside_of_it():
    text = f"{FRAME}甲县2021年工作总结\n{BODY}\n{FOOT}"
    assert clean_source(text).mapped.text.split() == ["甲县2021年工作总结", BODY]
    by_place = {words for words, rules in rules_of(text) if rules == ("page_chrome_by_place",)}
    assert by_place >= {"本市频道", "听广播", "市情概览"}


@pytest.mark.parametrize("frame", ["", "来源：某局\n", "首页 > 总结\n"])
def test_one_line_of_a_page_shows_no_frame(frame):
    text = f"{frame}健康甲县\n甲县2021年工作总结\n{BODY}\n何平 石磊"
    assert clean_source(text).mapped.text.strip().split("\n")[-4:] == text.split("\n")[-4:]


@pytest.mark.parametrize(
    "kept",
    [
        "附件：名单\n何平",
        "甲县卫生健康局\n二〇二一年三月",
        "乡镇 2020 2021\n城关 12 15",
        "1. 名单\n何平",
    ],
)
def test_what_may_be_of_the_report_ends_the_foot_of_a_page(kept):
    text = f"甲县2021年工作总结\n{BODY}\n打印本页\n关闭窗口\n{kept}"
    assert clean_source(text).mapped.text.strip().endswith(kept)


def test_a_remark_on_sources_is_a_sentence():
    text = f"甲县2021年工作总结\n{BODY}\n来源：各乡镇报表。"
    assert clean_source(text).mapped.text == text


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("推动医疗资源（下转第四版）\n（上接第一版）向乡镇延伸。", "推动医疗资源向乡镇延伸。"),
        ("推动医改。 下转7版 （上接第4版） （三）基层", "推动医改。  （三）基层"),
        ("推动医改。（下转第四版）\n（紧接第一版）\n我们坚持。", "推动医改。\n我们坚持。"),
        ("推动医疗资源向乡镇延伸。（下转第4版）", "推动医疗资源向乡镇延伸。"),
        ("上转患者（转第三医院）3人。", ""),
        ("[00:01:12] 局长：门诊时间是8:00至17:30。", "局长：门诊时间是8:00至17:30。"),
        ("门诊（8:00:00）开始，全县推行。", ""),
        ("组建医共体2个。收起d", "组建医共体2个。"),
        ("维生素展开d检测。", ""),
    ],
)
def test_marks_inside_a_text_go_and_leave_its_words(text, kept):
    assert clean_source(text).mapped.text == (kept or text)


@pytest.mark.parametrize(
    "line",
    [
        "开通抖音官方账号",
        "健全继续访问和回访制度",
        "评论员队伍12人",
        "共 3 字经",
        "（二）阅读约30分钟",
        "来自手机的预约占六成",
        "【全文】发布权责清单",
        "加强下转管理第4版规范",
        "健康类数字报刊阅读量12万",
        "第3版：更新诊疗方案",
        "电话：0906-5022222 手机：13000000000",
        "开通会员免费体检服务",
        "内容提示：",
        "我要评论员上讲台",
        "收件人员12人",
        "发自内心的服务，让群众满意",
        "网站浏览次数12.6万人次",
        "统一购买文档管理服务",
        "放大示范效应",
    ],
)
def test_lines_of_a_report_with_words_of_a_page_stay(line):
    text = f"甲县2021年工作总结\n{BODY}\n{line}\n{BODY}\n{line}"
    assert clean_source(text).mapped.text == text


def test_what_readers_say_below_a_text_goes():
    said = "评论 3\n用户0001\n2小时前\n说得好！\n回复\n希望早点建好\n查看全部3条评论"
    text = f"甲县2021年工作总结\n{BODY}\n写下您的评论...\n{said}"
    assert clean_source(text).mapped.text.strip() == f"甲县2021年工作总结\n{BODY}"

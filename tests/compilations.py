"""Compilations of fictional reports in which the place of every report is known."""

from __future__ import annotations

import random
from dataclasses import dataclass

PLACES = (
    ("青河县", "我县", "全县", "县"),
    ("云岭省", "我省", "全省", "省"),
    ("临泽市", "我市", "全市", "市"),
    ("安宁州", "我州", "全州", "州"),
    ("望山区", "我区", "全区", "区"),
    ("白沙县", "我县", "全县", "县"),
    ("金川市", "我市", "全市", "市"),
    ("南屏省", "我省", "全省", "省"),
    ("石桥医院", "我院", "全院", "院"),
    ("东湖县", "我县", "全县", "县"),
)
TOPICS = (
    "医共体建设",
    "分级诊疗",
    "医养结合",
    "基层人才队伍",
    "公共卫生服务",
    "老年健康服务",
    "中医药事业",
)
VERBS = ("推进", "加强", "深化", "提升", "完善", "优化", "强化")
ENDS = ("取得明显成效", "迈出坚实步伐", "实现稳步提升", "再上新的台阶")
HEADS = (
    ("坚持高位推动", "坚持改革创新", "坚持服务群众"),
    ("资源布局更加合理", "服务能力明显增强", "群众满意稳步提高"),
    ("在体系建设上求突破", "在能力提升上求突破", "在作风转变上求突破"),
    ("组织为先", "服务为本", "健康为大"),
)
OPENERS = (
    "近年来，{p}认真落实上级部署，{we}{t}工作取得了明显成效，{all}群众普遍受益。",
    "今年以来，在{l}委、{l}政府的正确领导下，{p}卫生健康局扎实做好{t}，{all}任务全面完成。",
    "2021年，{we}卫生健康工作以{t}为重点，统筹推进各项任务，{all}形势总体向好。",
)
BODIES = (
    "{all}共投入资金{a}万元，新建和改造机构{b}家，培训人员{c}人次，服务能力有了较大提高。",
    "{we}建立了联席会议制度，明确责任分工，定期通报进展，做到月月有调度、季季有考核。",
    "目前，{all}已有{b}家单位参与试点，签约居民{c}人，满意率达到{d}%，比上年提高{e}个百分点。",
    "{p}组织专家深入基层开展指导，帮助解决实际困难，推动优质资源下沉，方便群众就近就医。",
)
PLANS = (
    "今年要新建机构{b}家，力争年底前全部投入使用，确保{all}群众看病更加方便。",
    "{we}将继续加大投入，必须压实各方责任，争取全部指标达到预期目标。",
)
CLOSERS = (
    "下一步，{we}将继续加大{t}力度，为保障人民群众健康作出新的贡献。",
    "今后，{we}将进一步完善机制，补齐短板，推动{t}再上新台阶。",
)
HAN = "一二三四五六七八九十"


@dataclass
class Compilation:
    """A text, where its reports begin, and the words each begins with."""

    text: str
    starts: list[int]
    style: str


class Writer:
    """Collects lines and remembers where reports begin."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.starts: list[int] = []

    @property
    def at(self) -> int:
        return sum(map(len, self.parts))

    def line(self, words: str, indent: str = "", after: str = "\n", report: bool = False) -> None:
        if report:
            self.starts.append(self.at + len(indent))
        self.parts.append(indent + words + after)


def title_of(rng: random.Random, place: tuple[str, ...], genre: bool) -> str:
    topic = rng.choice(TOPICS)
    if genre:
        genre_word = rng.choice(("总结", "汇报", "情况报告"))
        return f"{place[0]}{rng.choice(('2019', '2020', '2021'))}年{topic}工作{genre_word}"
    verb, end = (
        rng.choice(VERBS),
        rng.choice(("促进健康事业高质量发展", "守护群众健康", "增进民生福祉")),
    )
    return rng.choice((f"{verb}{topic}{end}", f"{place[0]}全力{verb}{topic}", f"以{topic}{end}"))


def write_report(rng, out: Writer, place, numbered: bool, indent: str, gap: str) -> None:
    p, we, everyone, level = place
    topic = rng.choice(TOPICS)

    def fill(words: str) -> str:
        return words.format(
            p=p,
            we=we,
            all=everyone,
            l=level,
            t=topic,
            a=rng.randint(50, 900),
            b=rng.randint(3, 60),
            c=rng.randint(200, 9000),
            d=rng.randint(80, 99),
            e=rng.randint(1, 9),
        )

    out.line(fill(rng.choice(OPENERS)), indent, gap)
    heads = rng.choice(HEADS)
    plain = rng.random() < 0.3
    for n, head in enumerate(heads):
        if numbered:
            out.line(f"{HAN[n]}、{head}", indent, gap)
        elif not plain:
            out.line(head, indent, gap)
        for _ in range(rng.randint(1, 3)):
            lead = f"{head}。" if plain and not numbered else ""
            out.line(lead + fill(rng.choice(BODIES)), indent, gap)
    out.line(fill(rng.choice(CLOSERS)), indent, gap)
    if rng.random() < 0.4:
        out.line(f"{p}卫生健康局", indent, gap)
        out.line(f"2021年{rng.randint(1, 12)}月{rng.randint(1, 28)}日", indent, gap)


MARKED = {
    "篇一：": ("篇{han}：{title}",),
    "篇一 title": ("篇{han} {title}",),
    "【篇1】": ("【篇{num}】{title}",),
    "第一篇：": ("第{han}篇：{title}",),
    "第一篇 title": ("第{han}篇 {title}",),
    "第1篇 alone": ("第{num}篇", "{title}"),
    "【第一篇】 alone": ("【第{han}篇】", "{title}"),
    "范文一": ("范文{han}：{title}",),
    "【范文1】 alone": ("【范文{num}】", "{title}"),
    "title 1": ("{repeated}{num}",),
    "title（一）": ("{repeated}（{han}）",),
    "title篇一": ("{repeated}篇{han}",),
    "title（篇一）": ("{repeated}（篇{han}）",),
    "title1：own title": ("{repeated}{num}：{title}",),
    "1. title": ("{num}. {title}",),
    "（一）title": ("（{han}）{title}",),
    "一、title": ("{han}、{title}",),
    "mid-line 篇一：": ("篇{han}：{title} ",),
    "table": ("{year}\t{title}　　",),
    "first mark lost": ("篇{han}：{title}",),
    "a mark lost": ("篇{han}：{title}",),
}
"""Marks by style; a report begins with its mark."""

NUMBERED_LINES = {
    "1 alone": ("{num}", "{title}"),
    "01 alone": ("{num:02d}", "{title}"),
    "(1) alone": ("（{num}）", "{title}"),
    "一 alone": ("{han}", "{title}"),
}
"""Lines that hold a number only; a report begins with the title behind it."""

UNMARKED = ("outdented", "outdented and indented", "some numbers", "flush")
"""No marks but the layout of titles, or not even that."""

GENRE_ONLY = ("1. title", "（一）title", "一、title", "table")
IN_ONE_LINE = {"mid-line 篇一：": " ", "table": "　　"}
LOST = {"first mark lost": 0, "a mark lost": 1}


def mark_lines(style: str, i: int) -> tuple[tuple[str, ...], int]:
    """Return the lines before a report in a style, and which of them it begins with."""
    if LOST.get(style) == i:
        return ("{title}",), 0
    if style in MARKED:
        return MARKED[style], 0
    if style in NUMBERED_LINES:
        return NUMBERED_LINES[style], 1
    return (
        (("{num}", "{title}"), 1) if style == "some numbers" and i in (0, 3) else (("{title}",), 0)
    )


def make_compilation(style: str, seed: int, n: int = 5) -> Compilation:
    """Write a compilation of ``n`` reports in one style of marks."""
    rng = random.Random(f"{style} {seed}")
    out = Writer()
    gap = rng.choice(("\n", "\n\n"))
    indent = "　　" if style in UNMARKED else rng.choice(("", "　　", "  "))
    indent = "" if style == "flush" or style in IN_ONE_LINE else indent
    if style != "table":
        for _ in range(1 + (rng.random() < 0.3)):
            out.line(f"卫生健康工作总结材料汇编（{n}篇）", after=gap)
    for i, place in enumerate(rng.sample(PLACES, n)):
        title = title_of(rng, place, genre=style in GENRE_ONLY or rng.random() < 0.5)
        numbered = style not in UNMARKED and (style in GENRE_ONLY or rng.random() < 0.6)
        words = {"han": HAN[i], "num": i + 1, "year": 2015 + i, "title": title}
        words["repeated"] = "卫生健康局2022年工作总结"
        lines, begins = mark_lines(style, i)
        for k, line in enumerate(lines):
            lead = indent if style == "outdented and indented" and i % 3 == 2 else ""
            after = "" if style in IN_ONE_LINE else gap
            out.line(line.format(**words), lead, after, report=k == begins)
        write_report(rng, out, place, numbered, indent, IN_ONE_LINE.get(style, gap))
        if style == "table":
            out.parts[-1] = out.parts[-1].rstrip("　") + "\n"
    return Compilation("".join(out.parts), out.starts, style)


def make_single(seed: int) -> str:
    """Write one report with sections, an annex that numbers anew, and a glossary."""
    rng = random.Random(f"single {seed}")
    place = rng.choice(PLACES)
    out = Writer()
    gap = rng.choice(("\n", "\n\n"))
    indent = rng.choice(("", "　　"))
    out.line(f"2021年{place[0]}政府工作报告", "", gap)
    out.line(f"——2021年1月15日在{place[0]}第三届人民代表大会第二次会议上", "", gap)
    out.line("各位代表：", "", gap)
    for n, head in enumerate(
        ("2020年工作回顾", "2021年工作总体要求", "2021年重点工作", "加强政府自身建设")
    ):
        out.line(f"{HAN[n]}、{head}", indent, gap)
        for m in range(rng.randint(2, 5)):
            out.line(f"（{HAN[m]}）{rng.choice(VERBS)}{rng.choice(TOPICS)}", indent, gap)
            body = rng.choice(PLANS if n else BODIES)
            words = {"p": place[0], "we": place[1], "all": place[2]}
            out.line(body.format(**words, a=9, b=8, c=7, d=90, e=2), indent, gap)
        if rng.random() < 0.3:
            out.line("各位代表！", indent, gap)
    if rng.random() < 0.6:
        out.line("附件1", "", gap)
        out.line("2021年十件民生实事", "", gap)
        for n in range(5):
            out.line(f"{HAN[n]}、{rng.choice(VERBS)}{rng.choice(TOPICS)}", indent, gap)
            out.line("责任单位按照分工落实，年底前完成全部建设任务并投入使用。", indent, gap)
    if rng.random() < 0.6:
        out.line("名词解释", "", gap)
        for n in range(6):
            out.line(
                f"{n + 1}.“{rng.choice(TOPICS)}”：指由牵头单位组织实施的一项综合性工作。",
                indent,
                gap,
            )
    return "".join(out.parts)

"""Does a place name speak of the reporting region, judged by the words around it?"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from policytext.origin.gazetteer import level_of, province_code
from policytext.origin.scan import Hit

GAP: Final = r"[了在于向着的“《]?$"
PARTNER_BEFORE: Final = re.compile(
    r"(?:驰援|支援|援助|援建|援|对口(?:支援|帮扶|协作|合作)?|帮扶|赴|前往|奔赴|抵达|去往?|来自|来源于|"
    r"学习(?:推广|借鉴|参照)?|推广|借鉴|参照|考察|参观|交流|与|同|联合|携手|结对|邀请|聘请|引进|毗邻|"
    r"对接|融入|流向|途经|返回|离|来|从|由|比|超过|低于|高于|接收|主要为|选派|派驻|派往|进驻|到|在外|和|"
    r"(?:赴|前往|驰援|支援|来自|学习)[^，。,；;\n]{0,8}[、和及])" + GAP
)
AFAR: Final = re.compile(r"(?:赴|前往|到|驰援|支援|进修|派往)$")
PARTNER_AFTER: Final = re.compile(
    r"(?:等?[省市县区州]?(?:经验|模式|做法|疫情|籍|务工|医疗队|援|对口|考察|保卫战|时间|战役|精神|会议|"
    r"日报|晚报|晨报|卫视|电视台|出版社|银行|公司|集团|药业|制药|同志|方言|来[深京沪穗的我]|协作|奥运|冬奥|亚运|大运会|世博|进博|代表团|东路|西路|路|大道|街\b|"
    r"(?:的)?(?:医疗)?专家|患者|游客|客商)|等(?:省|地|市|[\d一二三四五六七八九十多几数]))"
)
INSTITUTION_AFTER: Final = re.compile(
    r"[市省]?(?:大学|学院|医科大?|中医药大|交大|交通大学|协和|附属|第[一二三四五六七八九十]+(?![一二三四五六七八九十届次])|[一二三四五六七八九]院|"
    r"人民医院|中心医院|儿童医院|肿瘤医院|总医院|中医院|妇幼|胸科|军医)"
)
OWN_AFTER: Final = re.compile(
    r"(?:人民政府|政府|县委|区委|市委|省委|委员会|委|卫生|卫健|卫计|医保局?|医疗保障|财政|民政|疾控|人社|"
    r"位于|地处|总面积|下辖|辖|全[县市省区州]|域|县域|常住人口|总人口|地区生产总值|纪委|第[一二三四五六七八九十]+[届次]|"
    r"人大|政协|印发|出台|制定|坚持|始终|积极|持续|深入|扎实|全面|着力|认真|高度重视|成功|率先|被(?:评|列|授)|荣获|入选|"
    r"现有|共有|共设|社会|经济|乡镇|各[乡镇级]|基层)"
)
OWN_BEFORE: Final = re.compile(
    r"(?:中共|推进|推动|落地|创建|健康|平安|美丽|清洁|法治|数字|清廉|幸福|文明|齐聚|我家|建设|打造|落户)[“]?$"
)
CITED: Final = re.compile(r"《$")
SELF: Final = re.compile(r"位于|地处|总面积|下辖|现辖|常住人口|总人口|户籍人口")
OWN_BEFORE_SHORT: Final = re.compile(
    r"(?:中共|落地|健康|平安|美丽|清洁|法治|数字|清廉|幸福|齐聚|我家|落户|《|宜居)[“]?$"
)
OWN_AFTER_SHORT: Final = re.compile(r"人民医院|中医院|妇幼保健院|模式获")
NEWS_SOURCE: Final = re.compile(r"[^，。,；;、\n]{0,14}(?:获悉|了解到)")
TITLE_AFTER: Final = re.compile(
    r"卫生|卫健|卫计|医保局|医疗保障|人民医院|中医院|财政局|县域|：|:|$"
)
DUTY: Final = re.compile(r"(?:口岸|机场|隔离点|高速卡口)")
DEAD_LINE: Final = re.compile(
    r"ICP|公网安备|版权所有|主办单位|承办单位|技术支持|网站标识|^\s*(?:来源|来自|稿源|转自|作者单位)\s*[:：]|"
    r"本文来源|上传人|上传时间|基金项目|通信作者|通讯作者|作者简介|[Ee]-?mail|(?<!\d)\d{6}(?!\d)[，,、；;\s)）]"
)


class Zone(NamedTuple):
    """A stretch of the text that is read in one way: header, signature or dead."""

    start: int
    end: int
    rule: str


@dataclass(frozen=True, slots=True)
class Chain:
    """Place names that follow each other without a gap (福州市鼓楼区)."""

    hits: tuple[Hit, ...]
    adcodes: tuple[str, ...]
    full: bool

    @property
    def start(self) -> int:
        """Where the first name begins."""
        return self.hits[0].start

    @property
    def end(self) -> int:
        """Where the last name ends."""
        return self.hits[-1].end

    @property
    def provinces(self) -> frozenset[str]:
        """Codes of the provinces it can lie in."""
        return frozenset(province_code(a) for a in self.adcodes)


def zones(text: str) -> list[Zone]:
    """Find the head lines, the signature lines and the lines that are no evidence.

    Examples
    --------
    >>> [zone.rule for zone in zones("某县卫生局文件\\n蜀ICP备1号\\n" + "正文。" * 40)]
    ['header', 'dead']
    """
    out: list[Zone] = []
    lines: list[tuple[int, int]] = []
    position = 0
    for line in text.split("\n"):
        lines.append((position, position + len(line)))
        position += len(line) + 1
    filled = [(a, b) for a, b in lines if text[a:b].strip()]
    for index, (a, b) in enumerate(filled):
        line = text[a:b]
        short = len(line.strip()) <= 60 and not re.search(r"[。；;，,]", line)
        if DEAD_LINE.search(line):
            out.append(Zone(a, b, "dead"))
        elif (index < 6 and len(line.strip()) <= 90 and "代表大会" in line) or (
            short and index < 4 and a < 300
        ):
            out.append(Zone(a, b, "header"))
        elif short and index >= len(filled) - 3 and len(line.strip()) <= 40:
            out.append(Zone(a, b, "signature"))
    return out


def rule_of(text: str, chain: Chain, marked: Sequence[Zone], place: str) -> str:
    """Return which rule reads a chain of names, "" for a name that is no name here.

    Examples
    --------
    >>> from policytext.origin.scan import load_scanner
    >>> from policytext.origin.places import chains
    >>> scanner, text = load_scanner(), "赴三明市考察"
    >>> rule_of(text, chains(text, scanner.hits(text), scanner)[0], (), "text")
    'partner'
    """
    before = text[max(0, chain.start - 14) : chain.start]
    after = text[chain.end : chain.end + 12]
    zone = next((z.rule for z in marked if z.start <= chain.start < z.end), "")
    if zone == "dead":
        return "dead"
    if zone == "" and NEWS_SOURCE.match(text[chain.end : chain.end + 24]):
        return "news_source"
    partner = PARTNER_BEFORE.search(before) is not None or PARTNER_AFTER.match(after) is not None
    if place != "text":
        if not _title_name(chain, before, after):
            return ""
        return "partner" if partner else place
    if zone and not partner and _title_name(chain, before, after):
        return zone
    if partner and DUTY.match(after):
        return "duty"
    if not chain.full and level_of(chain.adcodes[0]) == "county" and len(chain.hits) == 1:
        own = OWN_BEFORE_SHORT.search(before) or OWN_AFTER_SHORT.match(after)
        return "own_before" if own and not partner else ""
    own_before = OWN_BEFORE.search(before) is not None
    if INSTITUTION_AFTER.match(after) and not own_before:
        return "partner" if AFAR.search(before) else "institution"
    if partner:
        return "partner"
    own_after = OWN_AFTER.match(after) is not None
    if CITED.search(before):
        return "cited"
    if SELF.match(after):
        return "own_both"
    if own_before:
        return "own_both" if own_after else "own_before"
    return "own_after" if own_after else "named"


def _title_name(chain: Chain, before: str, after: str) -> bool:
    """In titles a county's short name counts only beside the name of a body (宝安卫生健康局)."""
    if chain.full or len(chain.hits) > 1 or level_of(chain.adcodes[0]) != "county":
        return True
    return TITLE_AFTER.match(after) is not None or OWN_BEFORE_SHORT.search(before) is not None

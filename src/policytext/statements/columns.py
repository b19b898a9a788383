"""Which columns does a table of statements have, and what do they mean?"""

from __future__ import annotations

from typing import Final

from policytext.statements.lists import FIELDS

_MEANT: Final = {
    "phase": "时态：reviewed 回顾、planned 计划、problem 问题 / does the clause look back, "
    "ahead, or name a problem; empty if no rule decides",
    "status": "状态：done 已完成、under_way 进行中、planned 计划、mention 仅提及 / what is said "
    "to have happened",
    "scope": "范围：pilot 试点、extension 推广、full 全覆盖、place 具体地点或地点数 / joined by |",
    "figures": "数字：kind: 数值单位 (时期) [标记, 确定度] / figures with kind (target, achieved, "
    "change, rank, base), period words, and marks for masked, damaged or repaired digits",
    "actor": "行动者 / who does it, joined by |",
    "instrument": "政策工具 / instruments named, joined by |",
    "quotation": "引文：文件、文号、口号 / documents, numbers and slogans quoted, joined by |",
}
COLUMNS: Final = {
    "concept": "概念 / concepts the clause names, joined by |",
    "doc_id": "报告 / report",
    "para_no": "段落序号 / number of the paragraph in the report",
    "start": "小句起点 / offset of the clause in the paragraph, in characters",
    "end": "终点（不含）/ offset behind the clause",
    "province": "省份 / province of the report, empty if not known well enough",
    "year": "年份 / year of the report",
    "genre": "文种 / genre of the report",
    "part_of_report": "报告部分 / part of the report",
    "kind": "段落类型 / kind of paragraph",
    "clause": "小句 / the clause",
    **_MEANT,
    **{
        column: text
        for field in FIELDS
        for column, text in (
            (f"{field}_rule", f"{field}：规则 / the rule that set it"),
            (f"{field}_certainty", f"{field}：确定度 / stated (corrected), certain, likely"),
        )
    },
    "author": "更正者 / who corrected the row, empty if nobody did",
    "paragraph": "段落 / the paragraph",
}

"""What is planned and what is reported, side by side?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from policytext.errors import ParameterError
from policytext.records import Bilingual, Method
from policytext.result import Result
from policytext.statements.figures import make_reader, read_cell
from policytext.words.terms import as_terms

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from policytext.words.terms import TermTable

STATUSES: Final = ("done", "under_way", "planned", "mention")
GROUPS: Final = ("province", "year", "doc_id", "genre")

_PLAN_COLUMNS: Final = {
    "concept": "概念 / concept",
    "reading": "读法：plans_and_reports 既计划又报告、plans 只计划、reports 只报告、"
    "mentions 只提及、undecided 未判定 / in a word",
    "clauses": "小句数 / clauses that name the concept",
    "done": "已完成小句数 / clauses that say it was done",
    "under_way": "进行中小句数 / clauses that say it is going on",
    "planned": "计划小句数 / clauses that plan it",
    "mention": "仅提及小句数 / clauses that only mention it",
    "undecided": "未判定小句数 / clauses whose status no rule decides",
    "targets": "目标数字 / figures to be reached, as written",
    "achievements": "已达数字 / figures reached or changed, as written",
}


def exploded(statements: Result, by: str, terms: TermTable | None = None) -> pd.DataFrame:
    """Return statements with one row a concept, and the row of the result each comes from.

    Parameters
    ----------
    statements
        As `policytext.statements.reading.read_statements` returns them.
    by
        ``province``, ``year``, ``doc_id`` or ``genre``.
    terms
        The term table whose tree pools concepts under the topmost one; the package's by default.

    Raises
    ------
    ParameterError
        ``by`` is none of them, or the result holds no statements.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from policytext.intake.reading import read_corpus
    >>> from policytext.statements.reading import read_statements
    >>> with TemporaryDirectory() as folder:
    ...     _ = Path(folder, "某县2021年工作总结.txt").write_text(
    ...         "某县2021年工作总结\\n一、工作\\n建成医共体2个，扩大医共体试点。", encoding="utf-8"
    ...     )
    ...     statements = read_statements(read_corpus(folder, progress=False), ["医共体"])
    >>> exploded(statements, "year")["concept"].tolist()
    ['医共体', '医共体']
    """
    if by not in GROUPS:
        raise ParameterError(f"by must be one of {list(GROUPS)}, got {by!r}")
    lacking = [c for c in (by, "concept", "status", "figures") if c not in statements.table.columns]
    if lacking:
        raise ParameterError(f"statements must come from read_statements, but {lacking} lack")
    table = statements.table.assign(row_id=np.arange(len(statements.table), dtype=np.int64))
    if by == "year":
        table[by] = table[by].astype("str").replace("<NA>", "")
    table[by] = table[by].where(table[by] != "", "unknown")
    rows = table.assign(concept=table["concept"].str.split("|")).explode("concept")
    tree = as_terms(None) if terms is None else terms
    known = set(tree.concepts)
    above = {c: [c, *tree.ancestors(c)][-1] for c in rows["concept"].unique() if c in known}
    # A clause that names a concept and one below it speaks once of the upper one.
    pooled = rows.assign(concept=[above.get(c, c) for c in rows["concept"]])
    return pooled.drop_duplicates(["row_id", "concept"])


def gathered_evidence(statements: Result, rows: Sequence[Sequence[int]]) -> pd.DataFrame:
    """Return the evidence of new rows that gather rows of statements.

    Parameters
    ----------
    statements
        The statements.
    rows
        For each new row, the rows of the statements it gathers.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from policytext.intake.reading import read_corpus
    >>> from policytext.statements.reading import read_statements
    >>> with TemporaryDirectory() as folder:
    ...     _ = Path(folder, "某县2021年工作总结.txt").write_text(
    ...         "某县2021年工作总结\\n一、工作\\n建成医共体2个，扩大医共体试点。", encoding="utf-8"
    ...     )
    ...     statements = read_statements(read_corpus(folder, progress=False), ["医共体"])
    >>> gathered_evidence(statements, [[0, 1], [1]])["row_id"].tolist()
    [0, 0, 1]
    """
    own = statements.evidence.set_index("row_id")
    parts = [own.loc[list(old)].assign(row_id=new) for new, old in enumerate(rows) if len(old)]
    columns = ["row_id", "doc_id", "para_no", "start", "end", "weight"]
    return pd.concat(parts, ignore_index=True)[columns] if parts else pd.DataFrame(columns=columns)


def plan_against_report(
    statements: Result, *, by: str = "province", terms: TermTable | None = None
) -> Result:
    """Set side by side, for each group and concept, what is planned and what is reported.

    Parameters
    ----------
    statements
        As `policytext.statements.reading.read_statements` returns them.
    by
        ``province``, ``year``, ``doc_id`` or ``genre``.
    terms
        The term table whose tree pools concepts (紧密型县域医共体 under 医共体); the package's by
        default.

    Returns
    -------
    Result
        One row a group and concept: counts of clauses by status, ``reading`` in a word,
        ``targets`` and ``achievements`` as written; ``explain`` leads to the clauses.

    Raises
    ------
    ParameterError
        ``by`` or the statements are not as described.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from policytext.intake.reading import read_corpus
    >>> from policytext.statements.reading import read_statements
    >>> with TemporaryDirectory() as folder:
    ...     _ = Path(folder, "某县2021年工作总结.txt").write_text(
    ...         "某县2021年工作总结\\n一、工作\\n建成医共体2个，扩大医共体试点。", encoding="utf-8"
    ...     )
    ...     statements = read_statements(read_corpus(folder, progress=False), ["医共体"])
    >>> shown = ["done", "under_way", "reading", "achievements"]
    >>> plan_against_report(statements).table[shown].values.tolist()
    [[1, 1, 'reports', '2个']]
    """
    rows = exploded(statements, by, terms)
    scanner = make_reader().scanner
    records, gathered = [], []
    for (group, concept), part in rows.groupby([by, "concept"], sort=True):
        counts = {s: int((part["status"] == s).sum()) for s in STATUSES}
        figures = [one for cell in part["figures"] for one in read_cell(cell, scanner)]
        records.append(
            {
                by: group,
                "concept": concept,
                "reading": reading_of(counts),
                "clauses": len(part),
                **counts,
                "undecided": int((part["status"] == "").sum()),
                "targets": _listed(figures, ("target",)),
                "achievements": _listed(figures, ("achieved", "change")),
            }
        )
        gathered.append([int(row) for row in part["row_id"]])
    columns = {by: f"{by} / group", **_PLAN_COLUMNS}
    return Result(
        pd.DataFrame(records, columns=list(columns)),
        Bilingual("计划与报告对照", "Plan against report"),
        columns,
        _PLAN_METHOD,
        cautions=(*statements.cautions, _PLAN_CAUTION),
        parameters={**statements.parameters, "by": by},
        corpus=statements.corpus,
        evidence_from=lambda: gathered_evidence(statements, gathered),
        figure=_plan_figure,
    )


_PLAN_METHOD: Final = Method(
    Bilingual(
        "按地区和概念汇总小句的状态，并列出目标数字与已达数字。",
        "Clauses are gathered by group and concept by their status, with targets beside "
        "achievements.",
    )
)
_PLAN_CAUTION: Final = Bilingual(
    "没有计划或报告的小句，不等于没有这项工作：报告选择写什么。",
    "No clause that plans or reports is not the absence of the work: reports choose what they say.",
)


def reading_of(counts: dict[str, int]) -> str:
    """Return in a word what a group does with a concept, from its counts by status.

    Examples
    --------
    >>> reading_of({"done": 0, "under_way": 1, "planned": 2, "mention": 0})
    'plans_and_reports'
    >>> reading_of({"done": 0, "under_way": 0, "planned": 0, "mention": 1})
    'mentions'
    """
    reports = counts["done"] + counts["under_way"] > 0
    if counts["planned"]:
        return "plans_and_reports" if reports else "plans"
    if reports:
        return "reports"
    return "mentions" if counts["mention"] else "undecided"


def _listed(figures: Sequence[Any], kinds: Sequence[str]) -> str:
    shown = [f"{f.text}{f'（{f.period}）' if f.period else ''}" for f in figures if f.kind in kinds]
    return "; ".join(dict.fromkeys(shown))


def _plan_figure(result: Result, ax: Axes | None) -> Axes:
    from policytext.plots.statements import plot_plan_grid

    return plot_plan_grid(result.table, ax)

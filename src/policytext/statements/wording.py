"""How does the wording of a concept move from pilot to extension to full coverage?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pandas as pd

from policytext.inference.intervals import share_interval
from policytext.records import Bilingual, Method
from policytext.result import Result
from policytext.statements.following import exploded, gathered_evidence

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from policytext.words.terms import TermTable

STAGES: Final = ("pilot", "extension", "full")
_FEW: Final = 20
_WORDING_COLUMNS: Final = {
    "concept": "概念 / concept",
    "stage": "阶段：pilot 试点、extension 推广、full 全覆盖 / stage of the wording",
    "clauses": "带阶段词的小句数 / clauses with the stage's words",
    "named": "提及概念的小句数 / clauses that name the concept, headings and mentions included",
    "share": "占比 / clauses divided by named",
    "low": "占比 95% 区间下限 / lower end of its 95 % interval",
    "high": "占比 95% 区间上限 / upper end",
}
_WILSON: Final = (
    "Wilson, E. B. (1927). Probable inference, the law of succession, and statistical inference. "
    "Journal of the American Statistical Association, 22, 209-212. "
    "https://doi.org/10.1080/01621459.1927.10502953"
)


def wording(statements: Result, *, by: str = "year", terms: TermTable | None = None) -> Result:
    """Count how a concept is worded: 试点 (pilot), 推广 (extension), 全覆盖 (full coverage).

    Parameters
    ----------
    statements
        As `policytext.statements.reading.read_statements` returns them.
    by
        ``year`` by default; ``province``, ``doc_id`` or ``genre``.
    terms
        The term table whose tree pools concepts; the package's by default.

    Returns
    -------
    Result
        One row a group, concept and stage: ``clauses``, ``named``, ``share``, ``low``, ``high``
        (Wilson's 95 % interval).

    Raises
    ------
    ParameterError
        ``by`` or the statements are not as described.

    References
    ----------
    Wilson 1927, doi:10.1080/01621459.1927.10502953.

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
    >>> wording(statements).table[["year", "stage", "clauses", "named"]].values.tolist()[0]
    ['2021', 'pilot', 1, 2]
    """
    rows = exploded(statements, by, terms)
    records, gathered = [], []
    for (group, concept), part in rows.groupby([by, "concept"], sort=True):
        said = part["scope"].str.split("|")
        for stage in STAGES:
            with_stage = part[[stage in one for one in said]]
            record = {by: group, "concept": concept, "stage": stage, "named": len(part)}
            records.append({**record, "clauses": len(with_stage)})
            gathered.append([int(row) for row in with_stage["row_id"]])
    columns = {by: f"{by} / group", **_WORDING_COLUMNS}
    table = pd.DataFrame(records, columns=[c for c in columns if c not in ("share", "low", "high")])
    table = _with_shares(table)[list(columns)]
    few = int((table["named"] < _FEW).sum())
    return Result(
        table,
        Bilingual("措辞阶段：试点、推广、全覆盖", "Wording: pilot, extension, full coverage"),
        columns,
        _WORDING_METHOD,
        cautions=(*statements.cautions, *_few(few, len(table))),
        parameters={**statements.parameters, "by": by},
        corpus=statements.corpus,
        evidence_from=lambda: gathered_evidence(statements, gathered),
        figure=_wording_figure,
    )


def _with_shares(table: pd.DataFrame) -> pd.DataFrame:
    counted = table.astype({"clauses": "int64", "named": "int64"})
    if counted.empty:
        return counted.assign(share=0.0, low=0.0, high=0.0)
    clauses, named = counted["clauses"].to_numpy(), counted["named"].to_numpy()
    interval = share_interval(clauses, named)
    return counted.assign(share=clauses / named, low=interval.low, high=interval.high)


_DEPENDENT: Final = Bilingual(
    "同一报告的小句并不独立，区间偏窄；各年报告的篇数和文种若不同，变化未必是措辞的变化。",
    "Clauses of one report are not independent, so the intervals are too narrow; where years "
    "differ in reports and genres, a change need not be one of wording.",
)


def _few(few: int, of: int) -> tuple[Bilingual, ...]:
    if not few:
        return (_DEPENDENT,)
    return (
        _DEPENDENT,
        Bilingual(
            f"{of} 行中有 {few} 行的分母不足 {_FEW} 个小句，占比区间很宽，不宜比较。",
            f"{few} of {of} rows rest on fewer than {_FEW} clauses; their intervals are wide and "
            "they should not be compared.",
        ),
    )


_WORDING_METHOD: Final = Method(
    Bilingual(
        "每个概念的小句中带试点、推广、全覆盖措辞的占比及其 Wilson 95% 区间。",
        "Share of a concept's clauses that hold words of pilot, extension or full coverage, with "
        "Wilson's 95 % interval.",
    ),
    (_WILSON,),
)


def _wording_figure(result: Result, ax: Axes | None) -> Axes:
    from policytext.plots.statements import plot_wording

    return plot_wording(result.table, ax)

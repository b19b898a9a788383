"""What do reports say on one measure, in one unit, with the period named?"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from policytext.errors import ParameterError
from policytext.records import Bilingual, Method
from policytext.result import Result
from policytext.statements.amounts import Scanner
from policytext.statements.figures import Figure, make_reader, read_cell
from policytext.statements.following import GROUPS, gathered_evidence
from policytext.statements.rules import read_list

if TYPE_CHECKING:
    from matplotlib.axes import Axes

FIGURE_COLUMNS: Final = {
    "statement": "陈述表的行号 / row of the statements",
    "doc_id": "报告 / report",
    "para_no": "段落序号 / paragraph",
    "province": "省份 / province",
    "year": "报告年份 / year of the report",
    "genre": "文种 / genre",
    "concept": "概念 / concepts of the clause",
    "kind": "数字类型 / target, achieved, change, rank, base; empty if no rule decides",
    "text": "原文数字 / as written",
    "value": "换算后的数值 / number in base_unit; missing if masked, damaged or a range",
    "base_unit": "换算单位 / unit the value is in; empty where the list has no unit for it",
    "dimension": "量纲 / what the unit measures",
    "period": "原文所写时期 / words that name the period, empty if none do",
    "mark": "标记 / masked, damaged, repaired, range",
    "certainty": "数字的确定度 / how certain the digits are",
    "clause": "小句 / the clause",
}
_METHOD: Final = Method(
    Bilingual(
        "取出提及某一指标的小句中与其单位相符的数字，换算为同一单位；时期只取原文所写。",
        "Figures in clauses that name a measure and in its unit, brought to one unit; the period "
        "is what the sentence says, and empty where it says nothing.",
    )
)


def statement_figures(statements: Result, *, rules: str | Path | None = None) -> pd.DataFrame:
    """Return the figures of statements, one row each, with units brought together.

    Parameters
    ----------
    statements
        As `policytext.statements.reading.read_statements` returns them, corrected or not.
    rules
        Folder with an edited list of units.

    Returns
    -------
    pandas.DataFrame
        Columns ``statement, doc_id, para_no, province, year, genre, concept, kind, text, value,
        base_unit, dimension, period, mark, certainty, clause``.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> from policytext.intake.reading import read_corpus
    >>> from policytext.statements.reading import read_statements
    >>> with TemporaryDirectory() as folder:
    ...     _ = Path(folder, "某县2021年工作总结.txt").write_text(
    ...         "某县2021年工作总结\\n一、工作\\n建成医共体2个，扩大医共体试点。", encoding="utf-8"
    ...     )
    ...     statements = read_statements(read_corpus(folder, progress=False), ["医共体"])
    >>> statement_figures(statements)[["value", "base_unit", "kind"]].values.tolist()
    [[2.0, '个', 'achieved']]
    """
    scanner = make_reader(rules).scanner
    rows = []
    for number, row in enumerate(statements.table.to_dict("records")):
        for figure in read_cell(str(row["figures"]), scanner):
            facts = {str(c): row[c] for c in row if c in FIGURE_COLUMNS}
            rows.append({"statement": number, **facts, **_converted(figure, scanner)})
    table = pd.DataFrame(rows, columns=list(FIGURE_COLUMNS))
    return table.astype({"year": "Int64", "value": "float64", "statement": "int64"})


def _converted(figure: Figure, scanner: Scanner) -> dict[str, Any]:
    unit = scanner.units.get(figure.unit)
    value = figure.value
    return {
        "kind": figure.kind,
        "text": figure.text,
        "value": value * unit.factor if unit is not None and value is not None else value,
        "base_unit": unit.base if unit is not None else "",
        "dimension": unit.dimension if unit is not None else "",
        "period": figure.period,
        "mark": figure.mark,
        "certainty": figure.certainty,
    }


def compare_figures(
    statements: Result,
    measure: str,
    *,
    by: str = "province",
    rules: str | Path | None = None,
) -> Result:
    """Set figures on one measure side by side across regions.

    Parameters
    ----------
    statements
        As `policytext.statements.reading.read_statements` returns them.
    measure
        A measure of measures.csv, such as ``contract_rate``, ``beds``, ``coverage_rate``.
    by
        ``province``, ``year``, ``doc_id`` or ``genre``.
    rules
        Folder with edited lists of measures and units.

    Returns
    -------
    Result
        One row a figure: ``by``, ``kind``, ``value``, ``base_unit``, ``period``, ``text``,
        ``mark``, ``certainty``, ``clause``. Nothing is averaged: figures of different periods
        and kinds stay apart.

    Raises
    ------
    ParameterError
        There is no such measure, or ``by`` is none of the four.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> from policytext.intake.reading import read_corpus
    >>> from policytext.statements.reading import read_statements
    >>> with TemporaryDirectory() as folder:
    ...     _ = Path(folder, "某县2021年工作总结.txt").write_text(
    ...         "某县2021年工作总结\\n一、工作\\n建成医共体2个，扩大医共体试点。", encoding="utf-8"
    ...     )
    ...     statements = read_statements(read_corpus(folder, progress=False), ["医共体"])
    >>> compare_figures(statements, "consortia").table[["kind", "value"]].values.tolist()
    [['achieved', 2.0]]
    """
    if by not in GROUPS:
        raise ParameterError(f"by must be one of {list(GROUPS)}, got {by!r}")
    listed = read_list("measures", rules).set_index("measure")
    if measure not in listed.index:
        raise ParameterError(f"measure must be one of {', '.join(listed.index)}, got {measure!r}")
    chosen = listed.loc[measure]
    figures = statement_figures(statements, rules=rules)
    unit = make_reader(rules).scanner.units[chosen["unit"]]
    named = [re.search(chosen["pattern"], clause) is not None for clause in figures["clause"]]
    same = figures["dimension"] == unit.dimension
    kept = figures[pd.Series(named, index=figures.index, dtype=bool) & same]
    kept = kept.sort_values([by, "kind", "statement"], kind="stable").reset_index(drop=True)
    columns = [by, "kind", "value", "base_unit", "period", "text", "mark", "certainty", "clause"]
    gathered = [[int(row)] for row in kept["statement"]]
    return Result(
        kept[columns],
        Bilingual(f"各地{chosen['label_zh']}", f"{chosen['label_en']} across groups"),
        {column: FIGURE_COLUMNS.get(column, column) for column in columns},
        _METHOD,
        cautions=(*statements.cautions, *_cautions(kept)),
        parameters={**statements.parameters, "measure": measure, "by": by},
        corpus=statements.corpus,
        evidence_from=lambda: gathered_evidence(statements, gathered),
        figure=_figure,
    )


def _cautions(table: pd.DataFrame) -> list[Bilingual]:
    out = [
        Bilingual(
            "同一指标在各报告中的口径可能不同，请核对原句后再比较。",
            "Reports may define a measure differently; read the clauses before comparing.",
        )
    ]
    unnamed = int((table["period"] == "").sum())
    if unnamed:
        out.append(
            Bilingual(
                f"{unnamed} 个数字的句中没有写明时期，不作推定。",
                f"The sentence names no period for {unnamed} figures; none is assumed.",
            )
        )
    return out


def _figure(result: Result, ax: Axes | None) -> Axes:
    from policytext.plots.statements import plot_dumbbells

    settings: Mapping[str, Any] = result.parameters
    return plot_dumbbells(result.table, ax, by=str(settings["by"]), title=result.title.zh)

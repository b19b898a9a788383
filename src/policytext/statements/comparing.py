"""What is planned and what is reported, side by side?"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from policytext.errors import ParameterError
from policytext.inference.intervals import share_interval
from policytext.records import Bilingual, Method
from policytext.result import Drawing, Result
from policytext.statements.amounts import Figure, FigureScanner, make_reader, read_cell
from policytext.statements.rules import read_list
from policytext.terms.concepts import as_terms
from policytext.texts import columns_of, say

if TYPE_CHECKING:
    from policytext.terms.concepts import TermTable


# What is planned and what is reported, side by side?

STATUSES: Final = ("done", "under_way", "planned", "mention")
GROUPS: Final = ("province", "year", "doc_id", "genre")

_PLAN_COLUMNS: Final = columns_of("plan")


def exploded(statements: Result, by: str, terms: TermTable | None = None) -> pd.DataFrame:
    """Return statements with one row a concept, and the row of the result each comes from.

    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from policytext.intake import read_corpus
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

    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> from policytext.intake import read_corpus
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
    >>> from policytext.intake import read_corpus
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
        say("comparing.plan_against_report"),
        columns,
        _PLAN_METHOD,
        cautions=(*statements.cautions, _PLAN_CAUTION),
        parameters={**statements.parameters, "by": by},
        corpus=statements.corpus,
        evidence_from=lambda: gathered_evidence(statements, gathered),
        figure=Drawing("statements.plot_plan_grid", titled=False),
    )


_PLAN_METHOD: Final = Method(say("comparing.plan_method.method"))
_PLAN_CAUTION: Final = say("comparing.plan_caution")


def reading_of(counts: dict[str, int]) -> str:
    """Return in a word what a group does with a concept, from its counts by status.

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


# What do reports say on one measure, in one unit, with the period named?

FIGURE_COLUMNS: Final = columns_of("figure")
_METHOD: Final = Method(say("comparing.method"))


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
    >>> from policytext.intake import read_corpus
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


def _converted(figure: Figure, scanner: FigureScanner) -> dict[str, Any]:
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
    >>> from policytext.intake import read_corpus
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
        say("comparing.compare_figures", value=chosen["label_zh"], value2=chosen["label_en"]),
        {column: FIGURE_COLUMNS.get(column, column) for column in columns},
        _METHOD,
        cautions=(*statements.cautions, *_cautions(kept)),
        parameters={**statements.parameters, "measure": measure, "by": by},
        corpus=statements.corpus,
        evidence_from=lambda: gathered_evidence(statements, gathered),
        figure=Drawing("statements.plot_dumbbells", {"by": by}),
    )


def _cautions(table: pd.DataFrame) -> list[Bilingual]:
    out = [say("comparing.cautions")]
    unnamed = int((table["period"] == "").sum())
    if unnamed:
        out.append(say("comparing.cautions.2", unnamed=unnamed))
    return out


# How does the wording of a concept move from pilot to extension to full coverage?

STAGES: Final = ("pilot", "extension", "full")
_FEW: Final = 20
_WORDING_COLUMNS: Final = columns_of("wording")
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
    >>> from policytext.intake import read_corpus
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
        say("comparing.wording"),
        columns,
        _WORDING_METHOD,
        cautions=(*statements.cautions, *_few(few, len(table))),
        parameters={**statements.parameters, "by": by},
        corpus=statements.corpus,
        evidence_from=lambda: gathered_evidence(statements, gathered),
        figure=Drawing("statements.plot_wording", titled=False),
    )


def _with_shares(table: pd.DataFrame) -> pd.DataFrame:
    counted = table.astype({"clauses": "int64", "named": "int64"})
    if counted.empty:
        return counted.assign(share=0.0, low=0.0, high=0.0)
    clauses, named = counted["clauses"].to_numpy(), counted["named"].to_numpy()
    interval = share_interval(clauses, named)
    return counted.assign(share=clauses / named, low=interval.low, high=interval.high)


_DEPENDENT: Final = say("comparing.dependent")


def _few(few: int, of: int) -> tuple[Bilingual, ...]:
    if not few:
        return (_DEPENDENT,)
    return (
        _DEPENDENT,
        say("comparing.few", of=of, few=few, few2=_FEW),
    )


_WORDING_METHOD: Final = Method(
    say("comparing.wording_method.method"),
    (_WILSON,),
)

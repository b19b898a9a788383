"""How do regions and years compare in what they plan, report, reach and call by which words?

Plan against report, figures on one measure, and the way from pilot to full coverage; always of
reports of one level and genre, unless the caller mixes them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from policytext.comparable import Selection, group_notes, select
from policytext.corpus import Corpus
from policytext.errors import ParameterError
from policytext.inference.by_unit import MIN_UNITS, unit_share_interval
from policytext.records import UNKNOWN, Bilingual, Method, OneOrMore
from policytext.result import Drawing, Result
from policytext.statements.amounts import Figure, FigureScanner, make_reader, read_cell
from policytext.statements.clause_frames import load_lexicon, read_frame
from policytext.statements.figure_nouns import bind_figures
from policytext.statements.reader import KINDS_READ
from policytext.statements.rules import compiled, read_list
from policytext.terms.concepts import as_terms
from policytext.texts import cite, columns_of, say

if TYPE_CHECKING:
    from policytext.terms.concepts import TermTable


# What is planned and what is reported, side by side?

STATUSES: Final = ("done", "under_way", "planned", "mention")

_PLAN_COLUMNS: Final = columns_of("statements.plan")


def chosen_statements(
    statements: Result,
    by: str | Sequence[str],
    *,
    parts: Sequence[str] | None,
    kinds: Sequence[str],
    exclude_rows: npt.ArrayLike | None,
    level: OneOrMore,
    genre: OneOrMore,
    mix: bool,
    min_certainty: str,
) -> tuple[pd.DataFrame, Selection]:
    """Return the statements of comparable reports with ``row_id`` and their group, and the choice.

    Parts are those that were read, unless others are named.
    """
    if not isinstance(statements, Result):
        raise ParameterError(
            f"statements must be what read_statements returns, got {type(statements).__name__}"
        )
    table, corpus = statements.table, statements.corpus
    lacking = [c for c in ("concept", "status", "figures") if c not in table.columns]
    if lacking or not isinstance(corpus, Corpus):
        raise ParameterError(
            f"statements must come from read_statements, but {lacking or 'their corpus'} lack"
        )
    chosen = select(
        corpus,
        by,
        parts=statements.parameters.get("parts") if parts is None else parts,
        kinds=kinds,
        exclude_rows=exclude_rows,
        level=level,
        genre=genre,
        mix=mix,
        min_certainty=min_certainty,
        splits=True,
    )
    places = ["doc_id", "para_no"]
    index = pd.MultiIndex.from_frame(corpus.paragraphs[places])
    rows = index.get_indexer(pd.MultiIndex.from_frame(table[places]))
    labels = {name: chosen.labels[name].iloc[rows].array for name in chosen.by}
    found = table.assign(row_id=np.arange(len(table), dtype=np.int64), **labels)
    return found[chosen.counted[rows]], chosen


def by_concept(table: pd.DataFrame, by: Sequence[str], terms: TermTable | None) -> pd.DataFrame:
    """Return statements with one row a concept, the uppermost of its tree.

    >>> concepts = ["紧密型县域医共体|医共体"]
    >>> table = pd.DataFrame({"row_id": [0], "year": [2020], "concept": concepts})
    >>> by_concept(table, ["year"], None).values.tolist()
    [[0, '2020', '医共体']]
    """
    labels = {
        name: table[name].astype("str").replace({"<NA>": UNKNOWN, "": UNKNOWN}) for name in by
    }
    named = table.assign(**labels, concept=table["concept"].str.split("|"))
    rows = named.explode("concept")
    tree = as_terms(None) if terms is None else terms
    known = set(tree.concepts)
    above = {c: [c, *tree.ancestors(c)][-1] for c in rows["concept"].unique() if c in known}
    # A clause that names a concept and one below it speaks once of the upper one.
    pooled = rows.assign(concept=[above.get(c, c) for c in rows["concept"]])
    return pooled.drop_duplicates(["row_id", "concept"])


def gathered_evidence(statements: Result, rows: Sequence[Sequence[int]]) -> pd.DataFrame:
    """Return the evidence of new rows that gather rows of statements.

    >>> from policytext import read_statements, read_texts
    >>> report = "某县2021年工作总结\\n一、工作\\n建成医共体2个，扩大医共体试点。"
    >>> statements = read_statements(read_texts({"report.txt": report}), ["医共体"])
    >>> gathered_evidence(statements, [[0, 1], [1]])["row_id"].tolist()
    [0, 0, 1]
    """
    own = statements.evidence.set_index("row_id")
    parts = [own.loc[list(old)].assign(row_id=new) for new, old in enumerate(rows) if len(old)]
    columns = ["row_id", "doc_id", "para_no", "start", "end", "weight"]
    return pd.concat(parts, ignore_index=True)[columns] if parts else pd.DataFrame(columns=columns)


def plan_against_report(
    statements: Result,
    by: str = "province",
    *,
    terms: TermTable | None = None,
    parts: Sequence[str] | None = None,
    kinds: Sequence[str] = KINDS_READ,
    exclude_rows: npt.ArrayLike | None = None,
    level: OneOrMore = None,
    genre: OneOrMore = None,
    mix: bool = False,
    min_certainty: str = "likely",
) -> Result:
    """Set side by side, for each group and concept, what is planned and what is reported.

    Parameters
    ----------
    statements
        As `policytext.read_statements` returns them.
    by
        A column of documents or paragraphs, or a shipped grouping.
    terms
        The term table whose tree pools concepts (紧密型县域医共体 under 医共体); the package's by
        default.
    parts, kinds
        Parts of the report and kinds of paragraph whose statements are compared; by default all
        that were read.
    exclude_rows
        Paragraphs of the corpus to leave out: True or False for each, or row numbers.
    level, genre
        Only reports of these levels and genres.
    mix
        Accept several levels and genres without a word.
    min_certainty
        Regions and years less certain than this count as unknown.

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
    >>> from policytext import read_statements, read_texts
    >>> report = "某县2021年工作总结\\n一、工作\\n建成医共体2个，扩大医共体试点。"
    >>> statements = read_statements(read_texts({"report.txt": report}), ["医共体"])
    >>> shown = ["done", "under_way", "reading", "achievements"]
    >>> plan_against_report(statements).table[shown].values.tolist()
    [[1, 1, 'reports', '2个']]
    """
    table, choice = chosen_statements(
        statements,
        by,
        parts=parts,
        kinds=kinds,
        exclude_rows=exclude_rows,
        level=level,
        genre=genre,
        mix=mix,
        min_certainty=min_certainty,
    )
    keys = list(choice.by)
    rows = by_concept(table, keys, terms)
    scanner = make_reader().scanner
    records, gathered = [], []
    for (*group, concept), part in rows.groupby([*keys, "concept"], sort=True):
        counts = {s: int((part["status"] == s).sum()) for s in STATUSES}
        figures = [one for cell in part["figures"] for one in read_cell(cell, scanner)]
        records.append(
            {
                **dict(zip(keys, group, strict=True)),
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
    columns = {**group_notes(keys), **_PLAN_COLUMNS}
    return Result(
        pd.DataFrame(records, columns=list(columns)),
        say("comparing.plan_title"),
        columns,
        Method(say("comparing.plan_method")),
        cautions=(*choice.cautions, *statements.cautions, say("comparing.silence_is_no_absence")),
        parameters={**statements.parameters, "by": by, **choice.settings},
        coverage=choice.coverage,
        corpus=statements.corpus,
        evidence_from=lambda: gathered_evidence(statements, gathered),
        figure=Drawing("statements.plot_plan_grid", titled=False),
    )


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

FIGURE_COLUMNS: Final = columns_of("statements.figures")


def statement_figures(statements: Result, *, rules: str | Path | None = None) -> pd.DataFrame:
    """Return the figures of statements, one row each, with units brought together.

    Parameters
    ----------
    statements
        As `policytext.read_statements` returns them, corrected or not.
    rules
        Folder with an edited list of units.

    Returns
    -------
    pandas.DataFrame
        Columns ``statement, doc_id, para_no, province, year, genre, concept, kind, text, value,
        base_unit, dimension, period, mark, certainty, clause``.

    Examples
    --------
    >>> from policytext import read_statements, read_texts
    >>> report = "某县2021年工作总结\\n一、工作\\n建成医共体2个，扩大医共体试点。"
    >>> statements = read_statements(read_texts({"report.txt": report}), ["医共体"])
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
    by: str = "province",
    *,
    rules: str | Path | None = None,
    parts: Sequence[str] | None = None,
    kinds: Sequence[str] = KINDS_READ,
    exclude_rows: npt.ArrayLike | None = None,
    level: OneOrMore = None,
    genre: OneOrMore = None,
    mix: bool = False,
    min_certainty: str = "likely",
) -> Result:
    """Set figures on one measure side by side across regions.

    Parameters
    ----------
    statements
        As `policytext.read_statements` returns them.
    measure
        A measure of measures.csv, such as ``contract_rate``, ``beds``, ``coverage_rate``.
    by
        A column of documents or paragraphs, or a shipped grouping.
    rules
        Folder with edited lists of measures and units.
    parts, kinds
        Parts of the report and kinds of paragraph whose statements are compared; by default all
        that were read.
    exclude_rows
        Paragraphs of the corpus to leave out: True or False for each, or row numbers.
    level, genre
        Only reports of these levels and genres.
    mix
        Accept several levels and genres without a word.
    min_certainty
        Regions and years less certain than this count as unknown.

    Returns
    -------
    Result
        One row a figure: ``by``, ``kind``, ``value``, ``base_unit``, ``period``, ``text``,
        ``mark``, ``certainty``, ``clause``. Nothing is averaged: figures of different periods
        and kinds stay apart.

    Raises
    ------
    ParameterError
        There is no such measure or column.

    Examples
    --------
    >>> from policytext import read_statements, read_texts
    >>> report = "某县2021年工作总结\\n一、工作\\n建成医共体2个，扩大医共体试点。"
    >>> statements = read_statements(read_texts({"report.txt": report}), ["医共体"])
    >>> compare_figures(statements, "consortia").table[["kind", "value"]].values.tolist()
    [['achieved', 2.0]]
    """
    table, choice = chosen_statements(
        statements,
        by,
        parts=parts,
        kinds=kinds,
        exclude_rows=exclude_rows,
        level=level,
        genre=genre,
        mix=mix,
        min_certainty=min_certainty,
    )
    listed = read_list("measures", rules).set_index("measure")
    if measure not in listed.index:
        raise ParameterError(
            f"measure must be one of {', '.join(listed.index)}, got {measure!r}; for another one, "
            f"put a measures.csv with the columns measure, {', '.join(listed.columns)} into a "
            "folder and give it as rules=FOLDER"
        )
    chosen = listed.loc[measure]
    figures = statement_figures(statements, rules=rules)
    unit = make_reader(rules).scanner.units[chosen["unit"]]
    pattern = compiled("measures", {"rule": measure, **chosen})
    named = _of_measure(figures, pattern, make_reader(rules).scanner)
    same = figures["dimension"] == unit.dimension
    kept = figures[pd.Series(named, index=figures.index, dtype=bool) & same]
    keys = list(choice.by)
    groups = table.set_index("row_id")[keys]
    kept = kept[kept["statement"].isin(groups.index)]
    labels = {name: kept["statement"].map(groups[name]) for name in keys}
    if "province" in labels:
        labels["province"] = labels["province"].replace(UNKNOWN, "")
    kept = kept.assign(**labels)
    kept = kept.sort_values([*keys, "kind", "statement"], kind="stable").reset_index(drop=True)
    columns = [*keys, "kind", "value", "base_unit", "period", "text", "mark", "certainty", "clause"]
    gathered = [[int(row)] for row in kept["statement"]]
    return Result(
        kept[columns],
        say("comparing.figures_title", measure=Bilingual(chosen["label_zh"], chosen["label_en"])),
        {column: FIGURE_COLUMNS.get(column, column) for column in columns},
        Method(say("comparing.figures_method")),
        cautions=(*choice.cautions, *statements.cautions, *_cautions_on_figures(kept)),
        parameters={**statements.parameters, "measure": measure, "by": by, **choice.settings},
        coverage=choice.coverage,
        corpus=statements.corpus,
        evidence_from=lambda: gathered_evidence(statements, gathered),
        figure=Drawing("statements.plot_dumbbells", {"by": by}),
    )


def _of_measure(
    figures: pd.DataFrame, pattern: re.Pattern[str], scanner: FigureScanner
) -> list[bool]:
    """Return for each figure whether the noun it counts, or else its clause, names the measure."""
    lists, nouns = load_lexicon(), {}
    for clause in figures["clause"].unique():
        amounts = scanner.find(clause)
        spans = bind_figures(clause, amounts, read_frame(clause), lists)
        for amount, (start, end) in zip(amounts, spans, strict=True):
            nouns[clause, amount.text] = clause[start:end] if start >= 0 else clause
    pairs = zip(figures["clause"], figures["text"], strict=True)
    return [pattern.search(nouns.get((c, text), c)) is not None for c, text in pairs]


def _cautions_on_figures(table: pd.DataFrame) -> list[Bilingual]:
    out = [say("comparing.definitions_differ")]
    unnamed = int((table["period"] == "").sum())
    if unnamed:
        out.append(say("comparing.period_unnamed", unnamed=unnamed))
    return out


# How does the wording of a concept move from pilot to extension to full coverage?

STAGES: Final = ("pilot", "extension", "full")
_FEW: Final = 20
_WORDING_COLUMNS: Final = columns_of("statements.wording")


def wording(
    statements: Result,
    by: str = "province",
    *,
    terms: TermTable | None = None,
    parts: Sequence[str] | None = None,
    kinds: Sequence[str] = KINDS_READ,
    exclude_rows: npt.ArrayLike | None = None,
    level: OneOrMore = None,
    genre: OneOrMore = None,
    mix: bool = False,
    min_certainty: str = "likely",
) -> Result:
    """Count how a concept is worded: 试点 (pilot), 推广 (extension), 全覆盖 (full coverage).

    Parameters
    ----------
    statements
        As `policytext.read_statements` returns them.
    by
        A column of documents or paragraphs, or a shipped grouping.
    terms
        The term table whose tree pools concepts; the package's by default.
    parts, kinds
        Parts of the report and kinds of paragraph whose statements are compared; by default all
        that were read.
    exclude_rows
        Paragraphs of the corpus to leave out: True or False for each, or row numbers.
    level, genre
        Only reports of these levels and genres.
    mix
        Accept several levels and genres without a word.
    min_certainty
        Regions and years less certain than this count as unknown.

    Returns
    -------
    Result
        One row a group, concept and stage: ``clauses``, ``named``, ``share``, ``low``, ``high``
        (Wilson's 95 % interval for as many clauses as their issuers are worth; none with fewer
        than five issuers, or in a census).

    Raises
    ------
    ParameterError
        ``by`` or the statements are not as described.

    References
    ----------
    Wilson 1927, doi:10.1080/01621459.1927.10502953.

    Korn E. L., Graubard B. I. (1998). Survey Methodology 24, 193-201.

    Examples
    --------
    >>> from policytext import read_statements, read_texts
    >>> report = "某县2021年工作总结\\n一、工作\\n建成医共体2个，扩大医共体试点。"
    >>> statements = read_statements(read_texts({"report.txt": report}), ["医共体"])
    >>> wording(statements, "year").table[["year", "stage", "clauses", "named"]].values.tolist()[0]
    ['2021', 'pilot', 1, 2]
    """
    table, choice = chosen_statements(
        statements,
        by,
        parts=parts,
        kinds=kinds,
        exclude_rows=exclude_rows,
        level=level,
        genre=genre,
        mix=mix,
        min_certainty=min_certainty,
    )
    keys = list(choice.by)
    rows = by_concept(table, keys, terms)
    records, gathered = [], []
    for (*group, concept), part in rows.groupby([*keys, "concept"], sort=True):
        said = part["scope"].str.split("|")
        for stage in STAGES:
            with_stage = part[[stage in one for one in said]]
            record = dict(zip(keys, group, strict=True)) | {"concept": concept, "stage": stage}
            record |= {"named": len(part), "clauses": len(with_stage)}
            ends = (np.nan, np.nan)
            if choice.design != "census":
                own = pd.Series([stage in one for one in said], index=part["doc_id"])
                by_report = own.groupby(level=0).agg(["sum", "size"])
                units = by_report.index.map(choice.units)
                ends = clause_shares(by_report["sum"], by_report["size"], units)
            records.append({**record, "low": ends[0], "high": ends[1]})
            gathered.append([int(row) for row in with_stage["row_id"]])
    columns = {**group_notes(keys), **_WORDING_COLUMNS}
    shares = pd.DataFrame(records, columns=[c for c in columns if c != "share"])
    shares = shares.astype({"clauses": "int64", "named": "int64"})
    shares = shares.assign(share=shares["clauses"] / shares["named"])[list(columns)]
    few = int((shares["named"] < _FEW).sum())
    return Result(
        shares,
        say("comparing.wording_title"),
        columns,
        Method(say("comparing.wording_method"), cite("wilson-1927", "korn-1998")),
        cautions=(*choice.cautions, *statements.cautions, *_cautions_on_shares(few, len(shares))),
        parameters={**statements.parameters, "by": by, **choice.settings},
        coverage=choice.coverage,
        corpus=statements.corpus,
        evidence_from=lambda: gathered_evidence(statements, gathered),
        figure=Drawing("statements.plot_wording", titled=False),
    )


def clause_shares(
    yes: npt.ArrayLike, size: npt.ArrayLike, units: npt.ArrayLike
) -> tuple[float, float]:
    """Return the interval of a share of clauses, issuers as units; none with fewer than five.

    Source: Korn & Graubard (1998).

    >>> clause_shares([1, 2], [3, 3], ["a", "b"])
    (nan, nan)
    """
    if len(set(np.asarray(units).tolist())) < MIN_UNITS:
        return np.nan, np.nan
    found = unit_share_interval(np.asarray(yes)[:, None], size, units)
    return float(found.low[0]), float(found.high[0])


def _cautions_on_shares(few: int, rows: int) -> list[Bilingual]:
    said = [say("comparing.clauses_depend")]
    if few:
        said.append(say("comparing.few_clauses", rows=rows, few=few, least=_FEW))
    return said

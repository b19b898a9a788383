"""What does each clause that speaks of a concept say: planned or done, where, how much, by whom?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import pandas as pd

from policytext.anatomy.tense import count_tense
from policytext.records import Bilingual, Method
from policytext.result import Result
from policytext.statements.clauses import KINDS_READ, select_clauses, wanted_terms
from policytext.statements.columns import COLUMNS
from policytext.statements.corrections import apply_corrections
from policytext.statements.lists import StatementLists, load_lists
from policytext.statements.places import MASKED_OWN
from policytext.statements.repairs import LedgerRow, Repair, repairs_by_source, repairs_in
from policytext.statements.rules import Setting

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from policytext.corpus import Corpus
    from policytext.words.terms import TermTable

_METHOD: Final = Method(
    Bilingual(
        "按规则逐小句读取：凡提及所列概念的小句一行，时态、状态、范围、数字、行动者、工具和引文"
        "由可编辑的规则表判定，没有规则判定的留空。",
        "Every clause that names a concept is one row; phase, status, scope, figures, actors, "
        "instruments and quotations are set by rules in lists that can be edited, and left empty "
        "where no rule decides.",
    )
)
_ALWAYS: Final = Bilingual(
    "字段由规则判定，其查准率和查全率见说明卡；引用任何一行之前请核对原句。",
    "Fields are set by rules whose precision and recall stand on their card; check the sentence "
    "before a row is quoted.",
)


def read_statements(
    corpus: Corpus,
    terms: TermTable | Iterable[str] | None = None,
    *,
    themes: Sequence[str] | None = None,
    parts: Sequence[str] | None = None,
    corrections: str | Path | pd.DataFrame | None = None,
    rules: str | Path | None = None,
) -> Result:
    """Read every clause that speaks of a concept into fields: one row a clause.

    Parameters
    ----------
    corpus
        With text.
    terms
        A term table, concepts or other words; without terms and themes, all terms of the package.
    themes
        Themes of the codebook: their concepts are read as well.
    parts
        Parts of report to read; by default all but annex and glossary. Headings are read too.
    corrections
        Rows that people corrected, as `policytext.statements.checking.read_checked` returns
        them, or the path of such a CSV file. They win, and keep their author.
    rules
        Folder with edited copies of the package's rules and lists.

    Returns
    -------
    Result
        One row a clause, by report and place: ``concept``, the place (``doc_id, para_no, start,
        end``), facts of the report, ``clause``, the seven fields (``phase, status, scope,
        figures, actor, instrument, quotation``), for each the rule that set it and its certainty,
        ``author``, ``paragraph``. An empty field means that no rule decides.

    Raises
    ------
    NeedsTextError
        The corpus holds counts only.
    ParameterError
        Terms, themes, rules or corrections are not as described.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> from policytext.intake.reading import read_corpus
    >>> with TemporaryDirectory() as folder:
    ...     _ = Path(folder, "甲县2021年工作总结.txt").write_text(
    ...         "某县2021年工作总结\\n一、工作\\n建成医共体2个。\\n二、下一步打算\\n推广医共体。",
    ...         encoding="utf-8",
    ...     )
    ...     corpus = read_corpus(folder, progress=False)
    >>> read_statements(corpus, ["医共体"]).table[["status", "scope", "figures"]].values.tolist()
    [['done', '', 'achieved: 2个'], ['planned', 'extension', '']]
    """
    corpus.require_text("read_statements")
    table_of_terms = wanted_terms(terms, themes)
    chosen = select_clauses(corpus, table_of_terms, parts=parts, kinds=KINDS_READ)
    table = _table(corpus, chosen, load_lists(rules))
    cautions = [_ALWAYS]
    if corrections is not None:
        table, lost = apply_corrections(table, corrections)
        if lost:
            cautions.append(_lost(lost))
    return Result(
        table,
        Bilingual("陈述表：计划、进展与数字", "Statements: plans, progress and figures"),
        COLUMNS,
        _METHOD,
        cautions=tuple([*cautions, *_cautions(table)]),
        parameters={
            "terms": table_of_terms.digest,
            "themes": themes,
            "parts": parts,
            "rules": "package" if rules is None else str(rules),
        },
        corpus=corpus,
        evidence_from=statement_evidence(table),
        figure=_figure,
    )


def statement_evidence(table: pd.DataFrame) -> pd.DataFrame:
    """Return the places of statements as evidence of a result with the same rows.

    Parameters
    ----------
    table
        With ``doc_id, para_no, start, end``.

    Examples
    --------
    >>> rows = pd.DataFrame({"doc_id": ["a"], "para_no": [0], "start": [1], "end": [4]})
    >>> statement_evidence(rows)["row_id"].tolist()
    [0]
    """
    places = table[["doc_id", "para_no", "start", "end"]].reset_index(drop=True)
    places.insert(0, "row_id", np.arange(len(table), dtype=np.int64))
    return places.assign(weight=1.0)


def _table(corpus: Corpus, chosen: pd.DataFrame, lists: StatementLists) -> pd.DataFrame:
    """Return one row a chosen clause, with all columns of ``COLUMNS``."""
    sources = repairs_by_source(corpus)
    documents = _facts(corpus)
    named = corpus.paragraphs.iloc[chosen["row"].unique()]
    surroundings = {
        int(str(row)): _surroundings(paragraph, sources)
        for row, paragraph in zip(named.index, named.to_dict("records"), strict=True)
    }
    records = []
    for places in chosen.to_dict("records"):
        around = surroundings[places["row"]]
        document = documents[around.paragraph["doc_id"]]
        records.append(_record(places, around, document, lists))
    table = pd.DataFrame(records, columns=list(COLUMNS))
    numbers = {"para_no": "int64", "start": "int64", "end": "int64", "year": "Int64"}
    return table.astype({column: numbers.get(column, "str") for column in COLUMNS})


class _Surroundings(NamedTuple):
    """A paragraph, its repairs with offsets in its text, and its tense."""

    paragraph: Mapping[str, Any]
    repairs: list[Repair]
    tense: str


def _surroundings(
    paragraph: Mapping[Any, Any], sources: Mapping[str, list[LedgerRow]]
) -> _Surroundings:
    rows = sources.get(paragraph["source_id"], [])
    repairs = repairs_in(rows, paragraph["raw_start"], paragraph["raw_end"])
    return _Surroundings(paragraph, repairs, _tense(paragraph["text"]))


def _record(
    places: Mapping[str, Any],
    around: _Surroundings,
    document: Mapping[str, Any],
    lists: StatementLists,
) -> dict[str, Any]:
    paragraph = around.paragraph
    text, start, end = paragraph["text"], places["start"], places["end"]
    setting = Setting(
        clause=text[start:end],
        before=text[places["sentence_start"] : start],
        sentence=text[places["sentence_start"] : end],
        paragraph=text,
        part=paragraph["part_of_report"],
        kind=paragraph["kind"],
        genre=document["genre"],
        tense=around.tense,
        own_places=document["own_places"],
    )
    near = [r for r in around.repairs if r.end >= start and r.start <= end]
    shifted = [r._replace(start=r.start - start, end=r.end - start) for r in near]
    fields = lists.read(setting, shifted, document["damage"])
    return {
        "concept": places["concepts"],
        "doc_id": paragraph["doc_id"],
        "para_no": paragraph["para_no"],
        "start": start,
        "end": end,
        **{name: document[name] for name in ("province", "year", "genre")},
        "part_of_report": paragraph["part_of_report"],
        "kind": paragraph["kind"],
        "clause": setting.clause,
        **{name: found.value for name, found in fields.items()},
        **{f"{name}_rule": found.rule for name, found in fields.items()},
        **{f"{name}_certainty": found.certainty for name, found in fields.items()},
        "author": "",
        "paragraph": text,
    }


def _facts(corpus: Corpus) -> dict[str, dict[str, Any]]:
    """Return province, year, genre and damage by report; what is not likely enough is empty."""
    table = corpus.documents[["doc_id", "genre", "damage"]].copy()
    province = corpus.document_groups("province").astype("str")
    year = corpus.document_groups("year").astype("str")
    masked = corpus.documents["level"].map(MASKED_OWN).fillna("").astype("str")
    names = [corpus.documents[c].astype("str") for c in ("province", "city", "county")]
    own = zip(*names, masked, strict=True)
    table["own_places"] = pd.Series(["|".join(one) for one in own], index=table.index, dtype="str")
    table["province"] = province.where(province != "unknown", "").to_numpy()
    table["year"] = pd.to_numeric(year, errors="coerce").astype("Int64").to_numpy()
    return {str(row["doc_id"]): row for row in table.to_dict("records")}


def _tense(text: str) -> str:
    past, future = count_tense([text])
    if past >= 2 and not future:
        return "past"
    if future >= 2 and not past:
        return "future"
    if past != future:
        return "mostly_past" if past > future else "mostly_future"
    return ""


def _cautions(table: pd.DataFrame) -> list[Bilingual]:
    masked = int(table["figures"].str.contains("[masked", regex=False).sum())
    unsure = int(
        table["figures"].str.contains(r"\[(?:damaged|repaired)?, (?:likely|unknown)\]").sum()
    )
    unsettled = int((table["status"] == "").sum())
    said = [
        (
            masked,
            f"{masked} 个小句的数字在原文中已被遮盖，只作标记。",
            f"{masked} clauses hold figures that the source masks; they are marked, not guessed.",
        ),
        (
            unsure,
            f"{unsure} 个小句含受损文件中的数字，其确定度随修复记录。",
            f"{unsure} clauses hold figures from damaged files; their certainty is the ledger's.",
        ),
        (
            unsettled,
            f"{unsettled} 个小句的状态没有规则能判定，留空。",
            f"The status of {unsettled} clauses is decided by no rule and left empty.",
        ),
    ]
    return [Bilingual(zh, en) for number, zh, en in said if number]


def _lost(lost: int) -> Bilingual:
    return Bilingual(
        f"{lost} 条更正在本语料中找不到对应小句（原文或切分已变），未采用。",
        f"{lost} corrections fit no clause of this corpus (text or cut has changed) and were not "
        "applied.",
    )


def _figure(result: Result, ax: Axes | None) -> Axes:
    from policytext.plots.statements import plot_status_grid

    return plot_status_grid(result.table, ax)

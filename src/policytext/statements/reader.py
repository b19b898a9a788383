"""What does each clause that speaks of a concept say: planned or done, where, how much, by whom?

Clauses are found by their terms; each is then read by rules and lists into one row of fields.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
import pandas as pd

from policytext.anatomy.clauses import Clause, cut_clauses
from policytext.corpus import Corpus, check_corpus
from policytext.data import any_of
from policytext.errors import ParameterError
from policytext.piecework import corpus_parts, each_part
from policytext.records import Bilingual, Method
from policytext.result import Drawing, Result, evidence_of_places
from policytext.statements.amounts import (
    DOUBTFUL_DAMAGE,
    FigureScanner,
    LedgerRow,
    Repair,
    make_scanner,
    repairs_by_source,
    repairs_in,
)
from policytext.statements.checking import apply_corrections
from policytext.statements.fields import MASKED_OWN, StatementLists, load_lists
from policytext.statements.phases import Around
from policytext.statements.rules import WORDS, Setting, Where, read_list
from policytext.storage import GrowingTable
from policytext.terms.concepts import TermTable, as_terms
from policytext.terms.hits import term_hits
from policytext.texts import columns_of, say

# Which clauses of a corpus speak of a concept?

KINDS_READ: Final = ("body", "list", "heading")


def wanted_terms(
    terms: TermTable | str | Iterable[str] | None, themes: Sequence[str] | None
) -> TermTable:
    """Return the terms asked for by name, by theme, or both.

    >>> "医共体" in wanted_terms(None, ["medical_consortium"]).concepts
    True
    """
    terms = [terms] if isinstance(terms, str) else terms
    if themes is None:
        return as_terms(terms)
    themes = [themes] if isinstance(themes, str) else themes
    table = as_terms(None)
    own = table.concept_table()
    unknown = sorted(set(themes) - set(own["theme"]))
    if unknown or not themes:
        known = ", ".join(sorted(set(own["theme"]) - {""}))
        raise ParameterError(f"themes must be among {known}; got {unknown or 'none'}")
    names = list(own.loc[own["theme"].isin(list(themes)), "concept"])
    if terms is None:
        return table.select(names)
    named = as_terms(terms)
    return table.select(list(dict.fromkeys([*named.concepts, *names])))


def select_clauses(
    corpus: Corpus,
    terms: TermTable,
    *,
    parts: Sequence[str] | None = None,
    kinds: Sequence[str] = KINDS_READ,
) -> pd.DataFrame:
    """List the clauses that name a concept.

    >>> from policytext import read_texts
    >>> corpus = read_texts({"report.txt": "甲县2021年工作总结\\n建成医共体2个，扩大医共体试点。"})
    >>> chosen = select_clauses(corpus, wanted_terms(["医共体"], None))
    >>> chosen[["start", "end"]].values.tolist()
    [[0, 7], [8, 15]]
    """
    keep = corpus.counted(parts=parts, kinds=kinds)
    hits = term_hits(corpus, terms)
    hits = hits[keep[hits["row"].to_numpy(dtype=np.int64)]]
    texts = corpus.paragraphs["text"]
    rows: list[tuple[int, str, int, int, int, str]] = []
    by_row: dict[int, list[tuple[int, int, str]]] = {}
    for one in hits.sort_values(["row", "start", "end"]).itertuples(index=False):
        by_row.setdefault(int(one.row), []).append((one.start, one.end, one.concept))
    for row, found in by_row.items():
        rows += [(row, *one) for one in _clauses_of(str(texts.iat[row]), found)]
    columns = ["row", "concepts", "start", "end", "sentence_start", "follows"]
    kinds_of = {"row": "int64", "start": "int64", "end": "int64", "sentence_start": "int64"}
    words = {"concepts": "str", "follows": "str"}
    return pd.DataFrame(rows, columns=columns).astype({**kinds_of, **words})


def _clauses_of(
    text: str, hits: Sequence[tuple[int, int, str]]
) -> list[tuple[str, int, int, int, str]]:
    """Return concepts, span, beginning of the sentence and next clause of each clause with a hit.

    A term that runs over a border (“…，…”) joins the clauses it touches. A clause that only tells
    a change (同比提高1.2个百分点) belongs to the one before it.
    """
    pieces = cut_clauses(text)
    begins = [piece.start for piece in pieces]
    found: dict[tuple[int, int], list[str]] = {}
    for start, end, concept in hits:
        first = max(bisect_right(begins, start) - 1, 0)
        last = max(bisect_right(begins, end - 1) - 1, first)
        names = found.setdefault((first, last), [])
        if concept not in names:
            names.append(concept)
    sentence_starts: dict[int, int] = {}
    for piece in pieces:
        sentence_starts.setdefault(piece.sentence, piece.start)
    named = {number for first, last in found for number in range(first, last + 1)}
    rows = []
    for (first, last), names in sorted(found.items()):
        begin, stop = pieces[first], _last_of(text, pieces, last, named)
        behind = pieces[stop + 1] if stop + 1 < len(pieces) else pieces[stop]
        goes_on = behind.sentence == pieces[stop].sentence and behind is not pieces[stop]
        follows = text[behind.start : behind.end] if goes_on else ""
        where = begin.start, pieces[stop].end, sentence_starts[begin.sentence]
        rows.append(("|".join(names), *where, follows))
    return rows


def _last_of(text: str, pieces: Sequence[Clause], last: int, named: set[int]) -> int:
    """Return the number of the last clause that only gives a figure of what is said in one."""
    for number in range(last + 1, len(pieces)):
        piece = pieces[number]
        if piece.sentence != pieces[last].sentence or number in named:
            return number - 1
        clause = text[piece.start : piece.end]
        labelled = number == last + 1 and text[piece.start - 1] in LABEL_ENDS
        if not (tells_a_change(clause) or tells_a_value(clause, labelled=labelled)):
            return number - 1
    return len(pieces) - 1


def tells_a_change(clause: str) -> bool:
    """Return whether a clause has no subject, and only tells a change of what stands before it.

    >>> tells_a_change("同比提高1.2个百分点"), tells_a_change("较上年增设床位30张")
    (True, False)
    """
    return _change_told().match(clause) is not None


def tells_a_value(clause: str, *, labelled: bool = False) -> bool:
    """Return whether a clause has no subject, and only gives a value of what stands before it.

    ``labelled``: A label stands before it (预算金额：385万元), so that a figure alone is one.

    >>> [tells_a_value(one) for one in ("实际完成152公里", "完成投资3亿元", "改造3所学校")]
    [True, False, False]
    >>> tells_a_value("385.6万元"), tells_a_value("385.6万元", labelled=True)
    (False, True)
    """
    opened = _value_told().match(clause)
    if opened is None and not labelled:
        return False
    begin = opened.end() if opened else 0
    figure = _plain_figures().find(clause[begin:])
    return len(figure) == 1 and figure[0].text == clause[begin:].strip()


LABEL_ENDS: Final = "：:"


@cache
def _value_told() -> re.Pattern[str]:
    groups = ("carried_on", "share_told", "value_told", "up_to")
    carried_on, share, told, up_to = (any_of(WORDS, group) for group in groups)
    return re.compile(rf"\s*{carried_on}*(?:{share}|{told}{up_to}*)")


@cache
def _plain_figures() -> FigureScanner:
    return make_scanner(read_list("units"))


@cache
def _change_told() -> re.Pattern[str]:
    compared, changed, up_to = (any_of(WORDS, g) for g in ("compared", "changed", "up_to"))
    figure = r"(?:[0-9０-９‹]|[二两三四五六七八九十]成|百分之)[^，。；、]{0,12}$"
    return re.compile(rf"\s*{compared}*{changed}{up_to}*{figure}")


# What does each of these clauses say?

COLUMNS: Final = columns_of("statements")
_METHOD: Final = Method(say("statements.method"))


def statement_evidence(table: pd.DataFrame) -> pd.DataFrame:
    """Return the places of statements as evidence of a result with the same rows.

    >>> rows = pd.DataFrame({"doc_id": ["a"], "para_no": [0], "start": [1], "end": [4]})
    >>> statement_evidence(rows)["row_id"].tolist()
    [0]
    """
    places = table[["doc_id", "para_no", "start", "end"]]
    return evidence_of_places(places.assign(row_id=np.arange(len(table), dtype=np.int64)))


def _statements(
    corpus: Corpus,
    terms: TermTable,
    parts: Sequence[str] | None,
    lists: StatementLists,
) -> pd.DataFrame:
    """Return the statements of some reports."""
    chosen = select_clauses(corpus, terms, parts=parts, kinds=KINDS_READ)
    return _table(corpus, chosen, lists)


def _table(corpus: Corpus, chosen: pd.DataFrame, lists: StatementLists) -> pd.DataFrame:
    """Return one row a chosen clause, with all columns of ``COLUMNS``."""
    documents = _facts(corpus)
    named = corpus.paragraphs.iloc[chosen["row"].unique()]
    sources = repairs_by_source(corpus, named["source_id"])
    surroundings = {
        int(str(row)): _surroundings(paragraph, documents[paragraph["doc_id"]], sources, lists)
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
    """A paragraph, its repairs with offsets in its text, and what all its clauses share."""

    paragraph: Mapping[str, Any]
    repairs: list[Repair]
    around: Around


def _surroundings(
    paragraph: Mapping[Any, Any],
    document: Mapping[str, Any],
    sources: Mapping[str, list[LedgerRow]],
    lists: StatementLists,
) -> _Surroundings:
    rows = sources.get(paragraph["source_id"], [])
    repairs = repairs_in(rows, paragraph["raw_start"], paragraph["raw_end"])
    where = Where(paragraph["part_of_report"], paragraph["kind"], document["genre"], "")
    year = None if pd.isna(document["year"]) else int(document["year"])
    around, _ = lists.phases.around(paragraph["text"], where, year=year)
    return _Surroundings(paragraph, repairs, around)


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
        tense=around.around.where.tense,
        follows=places["follows"],
        own_places=document["own_places"],
        year=around.around.year,
    )
    near = [r for r in around.repairs if r.end >= start and r.start <= end]
    shifted = [r._replace(start=r.start - start, end=r.end - start) for r in near]
    scanned = [flag for flag in paragraph["flags"].split("|") if flag in DOUBTFUL_DAMAGE]
    fields = lists.read(setting, shifted, "|".join([document["damage"], *scanned]), around.around)
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
        # what is left empty is certain of nothing, though a rule may say why it is
        **{f"{n}_certainty": found.certainty if found.value else "" for n, found in fields.items()},
        "author": "",
        "paragraph": text,
    }


def _facts(corpus: Corpus) -> dict[str, dict[str, Any]]:
    """Return province, year, genre and damage by report; what is not likely enough is empty."""
    table = corpus.documents[["doc_id", "genre", "damage"]].copy()
    province = corpus.document_groups("province").astype("str")
    year = corpus.document_groups("year").astype("str")
    table["own_places"] = own_places(corpus.documents)
    table["province"] = province.where(province != "unknown", "").to_numpy()
    table["year"] = pd.to_numeric(year, errors="coerce").astype("Int64").to_numpy()
    return {str(row["doc_id"]): row for row in table.to_dict("records")}


def own_places(documents: pd.DataFrame) -> pd.Series:
    """Return the places each report is of, joined by ``|``; only ``|`` for one of no place."""
    masked = documents["level"].map(MASKED_OWN).fillna("").astype("str")
    names = [documents[c].astype("str") for c in ("province", "city", "county")]
    own = ["|".join(one) for one in zip(*names, masked, strict=True)]
    return pd.Series(own, index=documents.index, dtype="str")


def _cautions(table: pd.DataFrame) -> list[Bilingual]:
    masked = int(table["figures"].str.contains("[masked", regex=False).sum())
    unsure = int(
        table["figures"].str.contains(r"\[(?:damaged|repaired)?, (?:likely|unknown)\]").sum()
    )
    unsettled = int((table["status"] == "").sum())
    said = [
        (masked, say("statements.masked", n=masked)),
        (unsure, say("statements.unsure", n=unsure)),
        (unsettled, say("statements.unsettled", n=unsettled)),
    ]
    return [sentence for number, sentence in said if number]


def read_statements(
    corpus: Corpus,
    terms: TermTable | Iterable[str] | None = None,
    *,
    themes: Sequence[str] | None = None,
    parts: Sequence[str] | None = None,
    corrections: str | Path | pd.DataFrame | None = None,
    rules: str | Path | None = None,
    n_jobs: int = 1,
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
        Rows that people corrected, as `policytext.read_statement_sheet` returns
        them, or the path of such a CSV file. They win, and keep their author.
    rules
        Folder with edited copies of the package's rules and lists.
    n_jobs
        Processes (joblib); the table is the same for any number.

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
    >>> from policytext import read_texts
    >>> report = "某县2021年工作总结\\n一、工作\\n建成医共体2个。\\n二、下一步打算\\n推广医共体。"
    >>> corpus = read_texts({"report.txt": report})
    >>> read_statements(corpus, ["医共体"]).table[["status", "scope", "figures"]].values.tolist()
    [['done', '', 'achieved: 2个'], ['planned', 'extension', '']]
    """
    check_corpus(corpus)
    corpus.require_text("read_statements")
    table_of_terms = wanted_terms(terms, themes)
    lists = load_lists(rules)
    tasks = ((part, table_of_terms, parts, lists) for part in corpus_parts(corpus))
    grown = GrowingTable()
    for some in each_part(_statements, tasks, n_jobs):
        grown.add(some)
    table = grown.whole()
    cautions = [say("statements.check_the_sentence")]
    if corrections is not None:
        table, lost = apply_corrections(table, corrections)
        if lost:
            cautions.append(say("statements.corrections_lost", lost=lost))
    return Result(
        table,
        say("statements.title"),
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
        figure=Drawing("statements.plot_status_grid", titled=False),
    )

"""Which regions, years, genres and levels does a corpus cover, and what can it compare?"""

from __future__ import annotations

import html
from collections.abc import Sequence
from typing import TYPE_CHECKING

import pandas as pd

from policytext.errors import ParameterError
from policytext.records import CERTAINTY_COLUMNS, UNKNOWN, Bilingual, Method
from policytext.result import Result

if TYPE_CHECKING:
    from policytext.corpus import Corpus

_COLUMNS = {
    "reports": "number of reports, duplicates left out",
    "paragraphs": "number of their paragraphs of every kind",
    "han": "Han characters in these paragraphs, masks excluded",
    "certain": "reports whose region and year are both stated or certain",
}


def coverage(corpus: Corpus, by: Sequence[str], *, min_certainty: str = "likely") -> Result:
    """Count reports, paragraphs and characters in each cell, with what they can carry.

    Parameters
    ----------
    corpus
        The corpus.
    by
        Columns of ``documents``.
    min_certainty
        Less certain regions and years count as ``unknown``.

    Returns
    -------
    Result
        One row a cell that has a report: the columns of ``by``, ``reports``, ``paragraphs``,
        ``han``, ``certain``; the cautions say what cannot be compared.
    """
    docs = _unique_reports(corpus, by, min_certainty)
    table = (
        docs.groupby(list(by), sort=True, observed=True)
        .agg(
            reports=("doc_id", "size"),
            paragraphs=("n_paragraphs", "sum"),
            han=("n_han", "sum"),
            certain=("is_certain", "sum"),
        )
        .reset_index()
    )
    return Result(
        table=table,
        title=Bilingual("语料覆盖", "What the corpus covers"),
        columns={**{c: f"{c} of the report" for c in by}, **_COLUMNS},
        method=Method(
            Bilingual(
                f"按{'、'.join(by)}统计报告数、段落数与汉字数；确定性低于“{min_certainty}”的记为未知。",
                f"Reports, paragraphs and Han characters by {', '.join(by)}; values less certain "
                f"than {min_certainty!r} count as unknown.",
            )
        ),
        cautions=tuple(_limits(corpus, docs, by)),
        parameters={"by": tuple(by), "min_certainty": min_certainty},
        corpus=corpus,
        evidence_from=lambda: _evidence(corpus, docs, table, by),
    )


def panel(corpus: Corpus, by: Sequence[str], *, min_certainty: str = "likely") -> Result:
    """List every pair of values and say whether there is a report: no report is not a zero.

    Parameters
    ----------
    corpus
        The corpus.
    by
        Two columns of ``documents``.
    min_certainty
        Less certain regions and years count as ``unknown`` and are left out.

    Returns
    -------
    Result
        One row a pair: the columns of ``by``, ``reports``, ``han``, ``status`` (``report`` or
        ``no report``). The cautions say whether the panel is balanced.

    Raises
    ------
    ParameterError
        Not exactly two columns were named.
    """
    if len(by) != 2:
        raise ParameterError(f"by must name two columns, got {list(by)}")
    docs = _unique_reports(corpus, by, min_certainty)
    known = docs[(docs[list(by)] != UNKNOWN).all(axis=1)]
    index = pd.MultiIndex.from_product([sorted(known[c].unique()) for c in by], names=list(by))
    cells = known.groupby(list(by)).agg(reports=("doc_id", "size"), han=("n_han", "sum"))
    table = cells.reindex(index, fill_value=0).reset_index()
    table["status"] = table["reports"].gt(0).map({True: "report", False: "no report"})
    gaps, left = int(table["reports"].eq(0).sum()), len(docs) - len(known)
    return Result(
        table=table,
        title=Bilingual("面板：哪些单元有报告", "Panel: which cells have a report"),
        columns={
            **{c: f"{c} of the report" for c in by},
            "reports": "number of reports",
            "han": "Han characters in these reports",
            "status": "report, or no report (which is not a zero)",
        },
        method=Method(
            Bilingual("列出两个维度的全部组合。", "All pairs of the values that occur are listed.")
        ),
        cautions=(
            Bilingual(
                f"{len(table)} 个单元中 {gaps} 个没有报告；{left} 篇报告因维度未知未列入。",
                f"{gaps} of {len(table)} cells have no report; {left} reports with an unknown "
                f"value are left out.",
            ),
        ),
        parameters={"by": tuple(by), "min_certainty": min_certainty},
        corpus=corpus,
        evidence_from=lambda: _evidence(corpus, docs, table, by),
    )


def _unique_reports(corpus: Corpus, by: Sequence[str], min_certainty: str) -> pd.DataFrame:
    docs = corpus.documents
    sizes = corpus.paragraphs.groupby("doc_id").size()
    certain = docs[list(CERTAINTY_COLUMNS.values())[:2]].isin(["stated", "certain"]).all(axis=1)
    out = pd.DataFrame(
        {
            "doc_id": docs["doc_id"],
            **{c: corpus.document_groups(c, min_certainty=min_certainty) for c in by},
            "n_paragraphs": docs["doc_id"].map(sizes).fillna(0).astype("int64"),
            "n_han": docs["n_han"],
            "is_certain": certain,
        }
    )
    return out[docs["duplicate_of"] == ""]


def _limits(corpus: Corpus, docs: pd.DataFrame, by: Sequence[str]) -> list[Bilingual]:
    """Say in sentences what the cells cannot carry."""
    out: list[Bilingual] = []
    for column in by:
        unknown = int((docs[column] == UNKNOWN).sum())
        if unknown:
            out.append(
                Bilingual(
                    f"{len(docs)} 篇报告中 {unknown} 篇的 {column} 未知，单列一组。",
                    f"{unknown} of {len(docs)} reports have an unknown {column} and form a group "
                    f"of their own.",
                )
            )
    for column in [c for c in ("province", "city", "county") if c in by]:
        counts = docs.loc[docs[column] != UNKNOWN, column].value_counts()
        single = int((counts == 1).sum())
        if single:
            out.append(
                Bilingual(
                    f"{len(counts)} 个 {column} 中 {single} 个仅有一篇报告，差异只能描述。",
                    f"{single} of {len(counts)} values of {column} rest on one report: differences "
                    f"between them can be described, not tested.",
                )
            )
    for column in [c for c in ("genre", "level") if c in by and docs[c].nunique() > 1]:
        kinds = ", ".join(f"{k} {n}" for k, n in docs[column].value_counts().items())
        out.append(
            Bilingual(
                f"{column} 混杂（{kinds}）：比较地区前应选定一种。",
                f"Several values of {column} ({kinds}): choose one before comparing regions.",
            )
        )
    if corpus.design == "convenience":
        out.append(
            Bilingual(
                "便利样本：结果不能推断到未收集的报告。",
                "A convenience sample: nothing follows for reports that were not collected.",
            )
        )
    return out


def _evidence(
    corpus: Corpus, docs: pd.DataFrame, table: pd.DataFrame, by: Sequence[str]
) -> pd.DataFrame:
    rows = table[list(by)].reset_index(names="row_id")
    of_doc = docs.merge(rows, on=list(by))[["row_id", "doc_id"]]
    places = corpus.paragraphs[["doc_id", "para_no"]].merge(of_doc, on="doc_id")
    return places.assign(start=-1, end=-1, weight=1.0).sort_values(
        ["row_id", "doc_id", "para_no"], kind="stable", ignore_index=True
    )[["row_id", "doc_id", "para_no", "start", "end", "weight"]]


def join_documents(
    documents: pd.DataFrame, table: pd.DataFrame, on: list[str]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Add columns to documents by key and list the keys that stand on one side only.

    Returns
    -------
    documents
        With the added columns, in the same order.
    unmatched
        ``side`` (``documents`` or ``table``) and the keys.

    Raises
    ------
    ParameterError
        A key lacks, stands twice in the table, or a column would be overwritten.
    """
    for side, frame in (("documents", documents), ("the table", table)):
        lacking = [c for c in on if c not in frame.columns]
        if lacking:
            raise ParameterError(
                f"{side} must have the key columns {on}, but {lacking} are missing"
            )
    twice = table[table.duplicated(on)]
    if len(twice):
        raise ParameterError(
            f"the table must have one row a key, but {twice[on].iloc[0].tolist()} stands twice"
        )
    clash = [c for c in table.columns if c in documents.columns and c not in on]
    if clash:
        raise ParameterError(f"the table's columns {clash} would overwrite documents; rename them")
    keys = [
        frame[on].astype("str").fillna("").agg("\x1f".join, axis=1) for frame in (documents, table)
    ]
    added = table.drop(columns=on).set_index(keys[1]).reindex(keys[0])
    added.index = documents.index
    sides = [
        frame.loc[~key.isin(other), on].astype("str").drop_duplicates().assign(side=side)
        for side, frame, key, other in (
            ("documents", documents, keys[0], set(keys[1])),
            ("table", table, keys[1], set(keys[0])),
        )
    ]
    unmatched = pd.concat(sides, ignore_index=True)[["side", *on]]
    return pd.concat([documents, added], axis=1), unmatched


def summary_html(corpus: Corpus) -> str:
    """Return a small HTML page for a notebook: size, certainty and the reports by province."""
    docs = corpus.documents
    lines = [
        f"{len(docs)} reports · {len(corpus.paragraphs)} paragraphs · "
        f"{int(docs['n_han'].sum()):,} Han characters · {len(corpus.skipped)} files skipped · "
        f"{html.escape(corpus.design)}{'' if corpus.has_text else ' · counts only'}"
    ]
    for field, column in list(CERTAINTY_COLUMNS.items())[:2]:
        counts = docs[column].value_counts()
        lines.append(f"{field}: " + ", ".join(f"{n} {html.escape(k)}" for k, n in counts.items()))
    if len(docs):
        by = corpus.document_groups("province").value_counts().sort_index()
        lines.append("、".join(f"{html.escape(str(k))} {n}" for k, n in by.items()))
    body = "".join(f"<p style='margin:.2em 0'>{line}</p>" for line in lines)
    return f"<div><strong>{html.escape(corpus.name)}</strong>{body}</div>"

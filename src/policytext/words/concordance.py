"""In which words around it does a term stand?"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from policytext.comparable import rows_chosen
from policytext.conditions import rows_where
from policytext.corpus import Corpus, check_corpus
from policytext.errors import ParameterError
from policytext.records import KINDS_COUNTED, Method, OneOrMore
from policytext.result import Result, evidence_of_rows
from policytext.terms.concepts import TermTable
from policytext.terms.hits import term_hits
from policytext.texts import cite, columns_of, say

if TYPE_CHECKING:
    from numpy.typing import NDArray


SORTS: Final = ("position", "left", "right")
MOST_SHOWN: Final = 60

CONCORDANCE_COLUMNS: Final = columns_of("concordance")
DOCUMENT_COLUMNS: Final = ["province", "year", "genre", "level"]


@dataclass(frozen=True, eq=False, repr=False)
class Concordance(Result):
    """A `Result` that shows itself as lines with the hit in the middle."""

    def _repr_html_(self) -> str:
        lines = "".join(_line_html(row) for row in self.table.head(MOST_SHOWN).to_dict("records"))
        more = len(self.table) - MOST_SHOWN
        rest = f"<p>… {more} more lines</p>" if more > 0 else ""
        notes = "".join(f"<li>{html.escape(c.zh)} {html.escape(c.en)}</li>" for c in self.cautions)
        return (
            f"<div><strong>{html.escape(self.title.zh)}</strong> {html.escape(self.title.en)}: "
            f"{len(self.table)}<table style='border-collapse:collapse;white-space:nowrap'>{lines}"
            f"</table>{rest}<ul>{notes}</ul></div>"
        )


def _line_html(row: dict[str, object]) -> str:
    def cell(text: object, style: str) -> str:
        return f"<td style='padding:1px 4px;{style}'>{html.escape(str(text))}</td>"

    year = "" if pd.isna(row["year"]) else str(row["year"])
    place = f"{row['province']} {year}".strip()
    paragraph = f"{row['doc_id']} ¶{row['para_no']}"
    return (
        f"<tr>{cell(row['left'], 'text-align:right')}"
        f"{cell(row['hit'], 'text-align:center;font-weight:bold;color:#0b6e99')}"
        f"{cell(row['right'], 'text-align:left')}"
        f"{cell(place, 'text-align:left;color:#666')}"
        f"{cell(paragraph, 'text-align:left;color:#666')}</tr>"
    )


def concordance(
    corpus: Corpus,
    what: str | re.Pattern[str] | TermTable | Iterable[str],
    *,
    width: int = 30,
    sort: Literal["position", "left", "right"] = "position",
    where: str | None = None,
    parts: OneOrMore = None,
    kinds: OneOrMore = KINDS_COUNTED,
    exclude_rows: npt.ArrayLike | None = None,
    level: OneOrMore = None,
    genre: OneOrMore = None,
) -> Concordance:
    """List every hit in its context (keyword in context, KWIC).

    Parameters
    ----------
    corpus
        With text.
    what
        A concept or a list of concepts, or a `TermTable`, whose forms are all found (longest match,
        exclusions honoured; a word that no table knows is found as written); or a compiled
        regular expression, for instance ``re.compile("医共体")`` for the characters alone.
    width
        Characters of context on each side; the paragraph's border ends it.
    sort
        ``"position"``: by report and place. ``"left"``: by the characters before the hit, nearest
        first. ``"right"``: by those after it.
    where
        A query on the columns of the result, for instance
        ``"province == '广东省' and year >= 2020 and part_of_report == 'plan'"`` or
        ``"themes.str.contains('tcm')"``.
    parts, kinds, exclude_rows, level, genre
        What is counted; see :func:`~policytext.comparable.select`.

    Returns
    -------
    Concordance
        A `Result`, one row a hit.

    Raises
    ------
    NeedsTextError
        The corpus holds counts only.
    ParameterError
        ``width``, ``sort``, ``where`` or ``what`` is not as described.

    References
    ----------
    Luhn, H. P. (1960). Key word-in-context index for technical literature. American Documentation,
    11(4), 288-295. https://doi.org/10.1002/asi.5090110403

    Examples
    --------
    >>> from policytext import read_texts
    >>> corpus = read_texts({"a.txt": "甲县2021年工作总结\\n推进医养结合，发展普惠托育。"})
    >>> concordance(corpus, "医养结合", width=3).table[["left", "hit", "right"]].values.tolist()
    [['推进', '医养结合', '，发展']]
    """
    check_corpus(corpus)
    corpus.require_text("concordance")
    if sort not in SORTS:
        raise ParameterError(f"sort must be one of {list(SORTS)}, got {sort!r}")
    if width < 1:
        raise ParameterError(f"width must be at least 1 character, got {width}")
    keep = rows_chosen(
        corpus, parts=parts, kinds=kinds, exclude_rows=exclude_rows, level=level, genre=genre
    )
    if isinstance(what, re.Pattern):
        hits = _pattern_hits(corpus, what, keep)
    else:
        found = term_hits(corpus, what)
        hits = found[keep[found["row"].to_numpy()]]
    lines = _with_facts(corpus, _with_context(corpus, hits, width))
    lines = _sorted(_chosen(lines, where), sort)
    return Concordance(
        table=lines[list(CONCORDANCE_COLUMNS)],
        title=say("concordance.title"),
        columns=CONCORDANCE_COLUMNS,
        method=Method(say("concordance.method"), cite("luhn-1960")),
        parameters={"what": _name(what), "width": width, "sort": sort, "where": where},
        corpus=corpus,
        evidence_from=evidence_of_rows(
            np.arange(len(lines)),
            lines["row"],
            corpus.paragraphs,
            start=lines["start"],
            end=lines["end"],
        ),
    )


def _name(what: object) -> str:
    if isinstance(what, re.Pattern):
        return f"/{what.pattern}/"
    return what if isinstance(what, str) else repr(what)


def _pattern_hits(
    corpus: Corpus, pattern: re.Pattern[str], keep: NDArray[np.bool_]
) -> pd.DataFrame:
    """Find a regular expression; matches of no length are left out."""
    texts = corpus.paragraphs["text"]
    rows = [
        (row, match[0], match.start(), match.end())
        for row in np.flatnonzero(keep)
        for match in pattern.finditer(texts.iat[row])
        if match[0]
    ]
    hits = pd.DataFrame(rows, columns=["row", "term", "start", "end"])
    hits = hits.astype({"row": "int64", "term": "str", "start": "int64", "end": "int64"})
    keys = corpus.paragraphs[["doc_id", "para_no"]].take(hits["row"]).reset_index(drop=True)
    return pd.concat([keys, hits], axis=1).assign(concept="")


def _with_context(corpus: Corpus, hits: pd.DataFrame, width: int) -> pd.DataFrame:
    texts = corpus.paragraphs["text"].take(hits["row"])
    spans = list(zip(texts, hits["start"], hits["end"], strict=True))
    left = [text[max(0, start - width) : start] for text, start, _ in spans]
    right = [text[end : end + width] for text, _, end in spans]
    lines = hits.assign(left=left, hit=hits["term"], right=right).reset_index(drop=True)
    return lines.astype({"left": "str", "hit": "str", "right": "str"})


def _with_facts(corpus: Corpus, lines: pd.DataFrame) -> pd.DataFrame:
    facts = corpus.documents[["doc_id", *DOCUMENT_COLUMNS]]
    lines = lines.merge(facts, on="doc_id", how="left", validate="many_to_one")
    for column in ("part_of_report", "kind"):
        lines[column] = corpus.paragraphs[column].take(lines["row"]).to_numpy()
    stored = corpus.stored.get("themes")
    if stored is None:
        return lines.assign(themes="")
    joined = stored.groupby(["doc_id", "para_no"])["theme"].agg(lambda t: "|".join(sorted(set(t))))
    lines = lines.merge(joined.rename("themes").reset_index(), on=["doc_id", "para_no"], how="left")
    return lines.assign(themes=lines["themes"].fillna(""))


def _chosen(lines: pd.DataFrame, where: str | None) -> pd.DataFrame:
    return lines if where is None else lines[rows_where(lines, where)]


def _sorted(lines: pd.DataFrame, sort: str) -> pd.DataFrame:
    place = ["row", "start", "end"]
    if sort == "position":
        return lines.sort_values(place, ignore_index=True)
    context = lines["left"].map(lambda text: text[::-1]) if sort == "left" else lines["right"]
    keyed = lines.assign(_key=context.astype("str")).sort_values(["_key", *place])
    return keyed.drop(columns="_key").reset_index(drop=True)

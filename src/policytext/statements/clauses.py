"""Which clauses of a corpus speak of a concept?"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from policytext.errors import ParameterError
from policytext.themes.clauses import Clause
from policytext.words.termhits import term_hits
from policytext.words.terms import TermTable, as_terms

if TYPE_CHECKING:
    from policytext.corpus import Corpus

# A half-width comma or colon between digits belongs to a figure (1,200) or a ratio (1:2).
_BORDER: Final = re.compile(r"[，。；：！？\n;!?]|(?<![0-9])[,:]|[,:](?![0-9])")
_SENTENCE_END: Final = "。；！？\n;!?"
KINDS_READ: Final = ("body", "list", "heading")


def cut_clauses(text: str) -> list[Clause]:
    """Cut a paragraph into clauses at commas, stops, semicolons and colons of either width.

    Parameters
    ----------
    text
        A paragraph; enumeration commas （、） do not end a clause, nor do marks inside figures.

    Returns
    -------
    list of Clause
        In order, with the number of the sentence each stands in; marks belong to no clause.

    Examples
    --------
    >>> [tuple(c) for c in cut_clauses("新增1,200人,覆盖全县。落实补助")]
    [(0, 8, 0), (9, 13, 0), (14, 18, 1)]
    """
    found, begin, sentence = [], 0, 0
    for match in _BORDER.finditer(text):
        if match.start() > begin:
            found.append(Clause(begin, match.start(), sentence))
        sentence += match.group() in _SENTENCE_END
        begin = match.end()
    if begin < len(text):
        found.append(Clause(begin, len(text), sentence))
    return found


def wanted_terms(
    terms: TermTable | Iterable[str] | None, themes: Sequence[str] | None
) -> TermTable:
    """Return the terms asked for by name, by theme, or both.

    Parameters
    ----------
    terms
        A term table, concepts or words, or ``None``.
    themes
        Themes of the codebook, whose cue concepts are added; without terms and themes the whole
        table is used.

    Raises
    ------
    ParameterError
        A theme has no concept in the term table.

    Examples
    --------
    >>> "医共体" in wanted_terms(None, ["medical_consortium"]).concepts
    True
    """
    if themes is None:
        return as_terms(terms)
    if isinstance(themes, str):
        raise ParameterError(f"themes must be a list, got the string {themes!r}; write [...]")
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

    Parameters
    ----------
    corpus
        With text.
    terms
        What is looked for; longest match, exclusions honoured.
    parts, kinds
        Which paragraphs are read, as for ``Corpus.counted``; headings are read too.

    Returns
    -------
    pandas.DataFrame
        One row a clause: ``row`` (of ``corpus.paragraphs``), ``concepts`` (joined by ``|``),
        ``start``, ``end`` (offsets in the paragraph), ``sentence_start``.

    Raises
    ------
    NeedsTextError
        The corpus holds counts only.

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
    >>> chosen = select_clauses(statements.corpus, wanted_terms(["医共体"], None))
    >>> chosen[["start", "end"]].values.tolist()
    [[0, 7], [8, 15]]
    """
    corpus.require_text("read_statements")
    keep = corpus.counted(parts=parts, kinds=kinds)
    hits = term_hits(corpus, terms)
    hits = hits[keep[hits["row"].to_numpy(dtype=np.int64)]]
    texts = corpus.paragraphs["text"]
    rows: list[tuple[int, str, int, int, int]] = []
    by_row: dict[int, list[tuple[int, int, str]]] = {}
    for one in hits.sort_values(["row", "start", "end"]).itertuples(index=False):
        by_row.setdefault(int(one.row), []).append((one.start, one.end, one.concept))
    for row, found in by_row.items():
        rows += [(row, *one) for one in _clauses_of(str(texts.iat[row]), found)]
    columns = ["row", "concepts", "start", "end", "sentence_start"]
    kinds_of = {"row": "int64", "start": "int64", "end": "int64", "sentence_start": "int64"}
    return pd.DataFrame(rows, columns=columns).astype({**kinds_of, "concepts": "str"})


def _clauses_of(text: str, hits: Sequence[tuple[int, int, str]]) -> list[tuple[str, int, int, int]]:
    """Return concepts, span and beginning of the sentence for each clause with a hit.

    A term that runs over a border (“…，…”) joins the clauses it touches.
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
    return [
        (
            "|".join(names),
            pieces[first].start,
            pieces[last].end,
            sentence_starts[pieces[first].sentence],
        )
        for (first, last), names in sorted(found.items())
    ]

"""How much attention does a report pay to a matter, measured with a dictionary of words?

An index divides what the words of a dictionary hit by the size of the report. Which size is a
choice that may change the ranks of regions, as may a single word: both are one call away.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Final, Literal, get_args

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

from policytext.analysis.trends import every_pair, group_interval
from policytext.anatomy.clauses import cut_sentences
from policytext.comparable import (
    Cells,
    Selection,
    balanced_reports,
    build_cells,
    group_notes,
    names_of,
    select,
)
from policytext.errors import ParameterError
from policytext.inference.intervals import check_confidence
from policytext.records import KINDS_COUNTED, MASK, Bilingual, Method, OneOrMore
from policytext.result import Drawing, Result, evidence_of_places
from policytext.terms.concepts import TermTable, literal_terms
from policytext.terms.hits import Match, check_match, find_hits
from policytext.texts import cite, columns_of, listing, say

if TYPE_CHECKING:
    from policytext.corpus import Corpus
    from policytext.segmentation.segment import Words

Denominator = Literal["han", "words", "sentences", "paragraphs"]
Dictionary = Mapping[str, Iterable[str] | TermTable] | Iterable[str] | TermTable

DENOMINATORS: Final = get_args(Denominator)
PER: Final = {"han": 10_000.0, "words": 1_000.0, "sentences": 1.0, "paragraphs": 1.0}
"""Hits are given per 10,000 Han characters or per 1,000 words; sentences and paragraphs that hold
a word are given as a share of all."""

INDEX_NAME: Final = "index"
"""What the index of a plain list of words is called."""

CODES: Final = {"province": 2, "city": 4, "county": 6}
"""Digits of a GB/T 2260 code that name a place of each level; zeros follow."""

MOST_NAMED: Final = 12


def attention_index(
    corpus: Corpus,
    words: Dictionary,
    by: str | Sequence[str] | None = "province",
    *,
    denominator: Denominator = "han",
    tokens: Words | None = None,
    wide: bool = False,
    match: Match = "longest",
    balanced: bool = False,
    confidence: float = 0.95,
    parts: Sequence[str] | None = None,
    kinds: Sequence[str] = KINDS_COUNTED,
    exclude_rows: npt.ArrayLike | None = None,
    level: OneOrMore = None,
    genre: OneOrMore = None,
    mix: bool = False,
    min_certainty: str = "likely",
) -> Result:
    """Measure attention with one dictionary of words or several, a row for each report or cell.

    Parameters
    ----------
    corpus
        The corpus.
    words
        A list of words (one index, called ``index``), or a name and a list of words for each
        index; a `TermTable` in place of a list brings its exclusions. Words are counted as
        written: no other form of a concept is added. Inside one index a place counts once.
    by
        One grouping column or two; ``doc_id`` gives a row a report.
    denominator
        ``han`` (hits per 10,000 Han characters), ``words`` (hits per 1,000 words), ``sentences``
        or ``paragraphs`` (share of those that hold a word, 0 to 1).
    tokens
        The words of the corpus, for ``denominator="words"``; ``None`` segments it.
    wide
        One row a cell with the columns ``value_<index>`` and ``hits_<index>``, as regressions
        want it, instead of one row an index and cell.
    match
        ``longest``: of words inside each other the longest counts, and a string that lies across
        two other words does not; ``all``: each string counts, as a plain search finds it.
    balanced
        With ``year`` in ``by``: keep only issuers with a report in every year of the corpus.
    confidence
        Stated coverage of the intervals.
    parts, kinds, level, genre, exclude_rows, mix, min_certainty
        What is counted; see :func:`~policytext.comparable.select`.

    Returns
    -------
    Result
        ``index``, the grouping columns, the code of the place (``adcode``), ``status`` (``count``,
        ``not named``, ``no report``), ``value`` with ``low``, ``high`` and ``interval``, ``hits``,
        ``units`` (what is divided), ``size`` (what it is divided by), ``n_reports``,
        ``words_named`` and the word with most hits (``top_word``, ``top_word_share``),
        ``repeated_share`` (share of hits in sentences that stand word for word in another report)
        and ``twice_share`` (in sentences that the same report holds more than once).
        ``.evidence`` has one row a hit.

    Raises
    ------
    ParameterError
        ``words`` are empty or one string, or another argument is not what it must be.
    NotEnoughDataError
        Nothing is left to count.
    NeedsTextError
        The corpus holds counts only and the words, sentences or tokens are not stored.

    References
    ----------
    Garwood F. (1936). https://doi.org/10.1093/biomet/28.3-4.437
    Cameron A. C., Miller D. L. (2015). https://doi.org/10.3368/jhr.50.2.317

    Examples
    --------
    >>> from policytext import attention_index, read_texts
    >>> text = "甲县2021年工作总结\\n一、工作情况\\n治理大气污染，关停排污企业3家。"
    >>> corpus = read_texts({"甲县2021年工作总结.txt": text})
    >>> index = attention_index(corpus, {"环境": ["污染", "排污"]}, by="year")
    >>> index.table[["index", "year", "hits", "top_word_share"]].values.tolist()
    [['环境', 2021, 2, 0.5]]
    """
    check_confidence(confidence)
    chosen = select(
        corpus,
        by,
        parts=parts,
        kinds=kinds,
        exclude_rows=exclude_rows,
        level=level,
        genre=genre,
        mix=mix,
        min_certainty=min_certainty,
        splits=True,
    )
    found = _find(corpus, dictionaries(words), match)
    size = paragraph_sizes(corpus, denominator, tokens)
    measured = _measure(corpus, chosen, found, denominator, size, balanced=balanced)
    table = _index_table(measured, found, confidence)
    columns = {
        "index": columns_of("attention")["index"],
        **group_notes(measured.cells.by),
        **columns_of("attention"),
    }
    said = (*chosen.cautions, *measured.said, *_cautions(table, found, measured.cells.by))
    result = Result(
        table=table,
        title=say(
            "attention.title",
            by=names_of(measured.cells.by),
            unit=say(f"attention.unit.{denominator}"),
            scope=chosen.in_brackets,
        ),
        columns={name: columns[name] for name in table.columns},
        method=Method(
            say(
                "attention.method",
                unit=say(f"attention.unit.{denominator}"),
                match=say(f"attention.match.{match}"),
            ),
            cite("garwood-1936", "cameron-2015"),
        ),
        cautions=said,
        parameters={
            "indices": {name: list(table.terms) for name, table in found.tables.items()},
            "denominator": denominator,
            "match": match,
            "balanced": balanced,
            "confidence": confidence,
            "by": [name for name in chosen.by if name != "corpus"],
            **chosen.settings,
        },
        coverage=chosen.coverage,
        corpus=corpus,
        evidence_from=lambda: _evidence(table, measured, found),
        figure=Drawing("analysis.plot_attention"),
    )
    return _widened(result, measured.cells.by) if wide else result


# What do the words of the dictionaries hit, paragraph by paragraph?


def dictionaries(words: Dictionary) -> dict[str, TermTable]:
    """Return a table of terms for each index.

    >>> list(dictionaries({"环境": ["污染", "排污"], "民生": ["就业"]}))
    ['环境', '民生']
    """
    if isinstance(words, str):
        raise ParameterError(
            f"`words` must be a list of words or a list for each index, got the string {words!r}; "
            "write [...]"
        )
    named = words if isinstance(words, Mapping) else {INDEX_NAME: words}
    if not named:
        raise ParameterError("`words` must name at least one index, got an empty dictionary")
    tables = {}
    for name, given in named.items():
        if not isinstance(name, str) or not name.strip():
            raise ParameterError(f"every index must have a name, got {name!r}")
        if isinstance(given, str):
            raise ParameterError(
                f"index {name!r} must have a list of words, got the string {given!r}; write [...]"
            )
        tables[name] = given if isinstance(given, TermTable) else literal_terms(given)
    return tables


@dataclass(frozen=True, eq=False)
class _Found:
    """The hits of each index; ``places``: ``index, word, row, start, end, sentence``."""

    tables: Mapping[str, TermTable]
    places: pd.DataFrame

    @property
    def indices(self) -> tuple[str, ...]:
        return tuple(self.tables)


def _find(corpus: Corpus, tables: Mapping[str, TermTable], match: Match) -> _Found:
    check_match(match)
    found = []
    for name, table in tables.items():
        places = find_hits(corpus, table, match=match).places
        places = places.drop_duplicates(["row", "start", "end"])
        found.append(places.assign(index=name).rename(columns={"term": "word"}))
    places = pd.concat(found, ignore_index=True)[["index", "word", "row", "start", "end"]]
    return _Found(tables, _with_sentences(corpus, places))


def _with_sentences(corpus: Corpus, places: pd.DataFrame) -> pd.DataFrame:
    """Add which sentence holds each hit, and in how many places its words stand again.

    Only sentences with hits are looked at: a sentence that is repeated has its hits repeated too.
    """
    blank = places.assign(sentence=-1, n_reports=0, n_same=0)
    if not corpus.has_text or places.empty:
        return blank
    texts, owner = corpus.paragraphs["text"], corpus.paragraphs["doc_id"].to_numpy(dtype=object)
    rows: list[tuple[int, int, int, str]] = []
    for row in places["row"].unique():
        text = str(texts.iloc[int(row)])
        rows += [
            (int(row), start, end, MASK.sub("", text[start:end]).strip())
            for start, end in cut_sentences(text)
        ]
    cut = pd.DataFrame(rows, columns=["row", "from", "to", "plain"])
    cut["doc_id"] = owner[cut["row"].to_numpy(dtype=int)]
    cut["sentence"] = np.arange(len(cut))
    cut["n_reports"] = cut.groupby("plain")["doc_id"].transform("nunique")
    cut["n_same"] = cut.groupby(["plain", "doc_id"])["sentence"].transform("size")
    joined = pd.merge_asof(
        places.sort_values("start", kind="stable"),
        cut.sort_values("from", kind="stable").drop(columns="doc_id"),
        left_on="start",
        right_on="from",
        by="row",
    )
    order = ["index", "row", "start", "end"]
    keep = [*places.columns, "sentence", "n_reports", "n_same"]
    return joined[keep].sort_values(order, kind="stable", ignore_index=True)


# By what is it divided, and in which cells?


@dataclass(frozen=True, eq=False)
class _Measured:
    """Cells of units by index, with what belongs to them."""

    cells: Cells
    labels: pd.DataFrame
    counted: npt.NDArray[np.bool_]
    documents: pd.DataFrame
    denominator: str
    design: str
    said: list[Bilingual]
    apart: tuple[str, ...]


def _measure(
    corpus: Corpus,
    chosen: Selection,
    found: _Found,
    denominator: str,
    size: npt.NDArray[np.int64],
    *,
    balanced: bool = False,
) -> _Measured:
    counted, said = chosen.counted, []
    if balanced:
        keep, sentence = balanced_reports(corpus.documents, chosen.labels, counted)
        counted, said = counted & keep, [sentence]
    matrix = _units(found, len(corpus.paragraphs), denominator)
    cells = build_cells(
        matrix,
        found.indices,
        chosen.labels,
        size,
        counted,
        chosen.by,
        chosen.units,
        measure="Han characters" if denominator == "han" else denominator,
    )
    return _Measured(
        cells,
        chosen.labels,
        counted,
        corpus.documents,
        denominator,
        chosen.design,
        [*said, *cells.cautions],
        chosen.apart,
    )


def paragraph_sizes(
    corpus: Corpus, denominator: str, tokens: Words | None = None
) -> npt.NDArray[np.int64]:
    """Return the size of each paragraph in Han characters, words, sentences or paragraphs.

    >>> from policytext import read_texts
    >>> corpus = read_texts({"a.txt": "甲县2021年工作总结\\n治理污染。关停企业。"})
    >>> paragraph_sizes(corpus, "sentences").tolist()
    [1, 2]
    """
    if denominator not in DENOMINATORS:
        raise ParameterError(f"`denominator` must be one of {DENOMINATORS}, got {denominator!r}")
    n = len(corpus.paragraphs)
    if denominator == "han":
        return np.asarray(corpus.paragraphs["n_han"], dtype=np.int64)
    if denominator == "paragraphs":
        return np.ones(n, dtype=np.int64)
    if denominator == "sentences":
        corpus.require_text("denominator='sentences'")
        texts = corpus.paragraphs["text"]
        return np.array([sum(1 for _ in cut_sentences(str(t))) for t in texts], dtype=np.int64)
    if tokens is None:
        from policytext.segmentation.segment import segment

        tokens = segment(corpus)
    if len(tokens) != n:
        raise ParameterError(
            f"`tokens` must have one list of words a paragraph: got {len(tokens)} for {n} "
            "paragraphs; segment this corpus again"
        )
    # Punctuation marks are tokens, but no words.
    spoken = np.array([any(map(str.isalnum, word)) for word in tokens.vocabulary], dtype=bool)
    real = np.append(0, np.cumsum(spoken[tokens.token_ids]))
    return np.asarray(real[tokens.pointers[1:]] - real[tokens.pointers[:-1]], dtype=np.int64)


def _units(found: _Found, n_rows: int, denominator: str) -> sparse.csr_array:
    """Paragraphs × indices: hits, or sentences or paragraphs that hold a word."""
    key = {"sentences": ["index", "row", "sentence"], "paragraphs": ["index", "row"]}
    places = found.places
    if denominator in key:
        places = places.drop_duplicates(key[denominator])
    columns = pd.Index(found.indices).get_indexer(pd.Index(places["index"]))
    ones = np.ones(len(places), dtype=np.int64)
    shape = (n_rows, len(found.indices))
    return sparse.csr_array(
        sparse.coo_array((ones, (places["row"].to_numpy(dtype=int), columns)), shape=shape)
    )


def _hits_in_cells(measured: _Measured, found: _Found) -> pd.DataFrame:
    """Return the hits in what is counted, with the group they belong to."""
    kept = found.places[measured.counted[found.places["row"].to_numpy(dtype=int)]]
    labels = measured.labels.iloc[kept["row"].to_numpy(dtype=int)].reset_index(drop=True)
    return pd.concat([kept.reset_index(drop=True), labels], axis=1)


# What does a row say?


def _index_table(measured: _Measured, found: _Found, confidence: float) -> pd.DataFrame:
    cells = measured.cells
    by = list(cells.by)
    grouped = cells.table.groupby(by, sort=True, dropna=False)
    blocks = [
        _block(cells, np.asarray(rows), measured, confidence) for rows in grouped.indices.values()
    ]
    keys = grouped.size().reset_index()[by]
    table = pd.concat(blocks, ignore_index=True)
    repeated = np.repeat(np.arange(len(keys)), len(cells.features))
    table[by] = keys.loc[repeated].reset_index(drop=True)
    table = _with_words(table, _hits_in_cells(measured, found), by)
    asked = [name for name in by if name not in measured.apart]
    if len(asked) == 2:
        table = _with_gaps(table, asked, measured.apart)
    table["status"] = np.select(
        [table["n_reports"] == 0, table["hits"] > 0], ["no report", "count"], "not named"
    )
    table["index"] = pd.Categorical(table["index"], list(found.indices), ordered=True)
    table = table.sort_values(["index", *by], kind="stable").astype({"index": "str"})
    codes = _codes(measured, by)
    placed = table.merge(codes, on=list(codes.columns[:-1]), how="left") if len(codes) else table
    order = [c for c in columns_of("attention") if c in placed and c != "index"]
    return placed[["index", *by, *order]].reset_index(drop=True)


def _block(
    cells: Cells, rows: npt.NDArray[np.int64], measured: _Measured, confidence: float
) -> pd.DataFrame:
    units = cells.counts[rows].toarray().astype(float)
    size = cells.table["n_han"].to_numpy(dtype=float)[rows]
    interval, kind = group_interval(
        units, size, cells.units[rows], design=measured.design, confidence=confidence
    )
    per = PER[measured.denominator]
    share = measured.denominator in ("sentences", "paragraphs")
    return pd.DataFrame(
        {
            "index": cells.features,
            "value": interval.estimate * per,
            "low": interval.low * per,
            "high": np.minimum(interval.high, 1.0) if share else interval.high * per,
            "interval": kind,
            "units": units.sum(axis=0).astype(np.int64),
            "size": int(size.sum()),
            "n_reports": int(cells.table["doc_id"].iloc[rows].nunique()),
            "reports": (units > 0).sum(axis=0),
        }
    )


def _with_words(table: pd.DataFrame, hits: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """Add how many hits there are, of which words, and how many in sentences that are repeated."""
    key = ["index", *by]
    grouped = hits.groupby(key, dropna=False)
    counts = hits.groupby([*key, "word"], dropna=False).size().rename("n").reset_index()
    most = counts.sort_values(["n", "word"], ascending=[False, True], kind="stable")
    most = most.drop_duplicates(key).rename(columns={"word": "top_word", "n": "top_hits"})
    facts = grouped.agg(
        hits=("row", "size"),
        words_named=("word", "nunique"),
        repeated_share=("n_reports", lambda n: float((n > 1).mean())),
        twice_share=("n_same", lambda n: float((n > 1).mean())),
    ).reset_index()
    joined = table.merge(facts, on=key, how="left").merge(most, on=key, how="left")
    whole = {"hits": 0, "words_named": 0, "top_word": ""}
    joined = joined.fillna(whole).astype({"hits": "int64", "words_named": "int64"})
    return joined.assign(
        top_word_share=joined["top_hits"] / joined["hits"].where(joined["hits"] > 0)
    )


def _with_gaps(table: pd.DataFrame, by: list[str], apart: Sequence[str]) -> pd.DataFrame:
    """Add the cells without a report, so that a panel shows its gaps."""
    full = every_pair(table, "index", by)
    whole = ["units", "size", "n_reports", "reports", "hits", "words_named"]
    full[whole] = full[whole].fillna(0).astype("int64")
    words = ["top_word", "interval", *apart]
    full[words] = full[words].fillna("")
    return full


def _codes(measured: _Measured, by: Sequence[str]) -> pd.DataFrame:
    """Return the GB/T 2260 codes of the places in the finest column of ``by``."""
    if "doc_id" in by:
        return measured.documents[["doc_id", "adcode"]]
    level = next((name for name in ("county", "city", "province") if name in by), None)
    if level is None:
        return pd.DataFrame()
    known = measured.documents[["doc_id", "adcode"]].merge(
        measured.labels[["doc_id", level]].drop_duplicates(), on="doc_id"
    )
    digits = CODES[level]
    known["adcode"] = known["adcode"].astype(str).str[:digits].str.ljust(6, "0")
    known = known[known["adcode"].str.fullmatch(r"\d{6}")]
    several = known.groupby(level)["adcode"].nunique()
    # Places of one name in two provinces have no code of their own in such a row.
    known = known[known[level].map(several) == 1]
    return known[[level, "adcode"]].drop_duplicates()


def _evidence(table: pd.DataFrame, measured: _Measured, found: _Found) -> pd.DataFrame:
    key = ["index", *measured.cells.by]
    wanted = table[key].assign(row_id=np.arange(len(table)))
    joined = wanted.merge(_hits_in_cells(measured, found), on=key, how="inner")
    if "doc_id" not in joined:
        joined["doc_id"] = measured.labels["doc_id"].to_numpy()[joined["row"].to_numpy(dtype=int)]
    return evidence_of_places(joined, order=["row_id", "doc_id", "para_no", "start"])


def _widened(result: Result, by: Sequence[str]) -> Result:
    """Bring an index table into one row a cell, with the evidence of all its indices."""
    long = result.table
    cell = [*by, *(c for c in ("adcode",) if c in long)]
    ids = long.groupby(list(by), sort=False, dropna=False).ngroup()
    shared = long.drop_duplicates(list(by))[[*cell, "n_reports", "size"]].reset_index(drop=True)
    columns = {name: result.columns[name] for name in shared}
    for name in long["index"].unique():
        rows = long[long["index"] == name]
        at = ids[rows.index].to_numpy()
        for what in ("value", "hits"):
            shared.loc[at, f"{what}_{name}"] = rows[what].to_numpy()
            columns[f"{what}_{name}"] = f"{name}: {result.columns[what]}"
        shared = shared.astype({f"hits_{name}": "int64"})
    row_of = ids.to_numpy()

    def evidence() -> pd.DataFrame:
        found = result.evidence
        return found.assign(row_id=row_of[found["row_id"].to_numpy(dtype=int)])

    return Result(
        table=shared,
        title=result.title,
        columns=columns,
        method=result.method,
        cautions=result.cautions,
        parameters={**result.parameters, "wide": True},
        coverage=result.coverage,
        corpus=result.corpus,
        evidence_from=evidence,
    )


def _cautions(table: pd.DataFrame, found: _Found, by: Sequence[str]) -> list[Bilingual]:
    said = []
    for name, one in found.tables.items():
        named = set(found.places.loc[found.places["index"] == name, "word"])
        never = [word for word in one.terms if word not in named]
        if never:
            said.append(
                say("attention.never", index=name, n=len(never), words=listing(never, MOST_NAMED))
            )
    hits = int(table["hits"].sum())
    for column in ("repeated_share", "twice_share"):
        inside = round(float((table[column].fillna(0) * table["hits"]).sum()))
        if inside:
            said.append(say(f"attention.{column}", n=inside, hits=hits))
    gaps = table.loc[table["n_reports"] == 0, list(by)].drop_duplicates()
    if len(gaps):
        cells = [" ".join(map(str, row)) for row in gaps.itertuples(index=False)]
        said.append(say("attention.gaps", n=len(gaps), cells=listing(cells, MOST_NAMED)))
    heavy = table[(table["top_word_share"] >= 0.5) & (table["hits"] >= 10)]
    for name in heavy["index"].unique():
        words = heavy.loc[heavy["index"] == name, "top_word"]
        if len(found.tables[name].terms) > 1:
            said.append(
                say(
                    "attention.one_word",
                    index=name,
                    n=len(words),
                    words=listing(words.drop_duplicates(), MOST_NAMED),
                )
            )
    if table["interval"].astype(str).str.contains("Poisson").any():
        said.append(say("trends.few_reports"))
    return said


# Does one word, or the choice of the denominator, make the ranks?


def index_words(
    corpus: Corpus,
    words: Dictionary,
    by: str | Sequence[str] | None = "province",
    *,
    denominator: Denominator = "han",
    tokens: Words | None = None,
    match: Match = "longest",
    parts: Sequence[str] | None = None,
    kinds: Sequence[str] = KINDS_COUNTED,
    exclude_rows: npt.ArrayLike | None = None,
    level: OneOrMore = None,
    genre: OneOrMore = None,
    mix: bool = False,
    min_certainty: str = "likely",
) -> Result:
    """Show what each word adds to an index, and how the index ranks cells without it.

    Parameters
    ----------
    corpus, words, by, denominator, tokens, match
        As in `attention_index`.
    parts, kinds, level, genre, exclude_rows, mix, min_certainty
        What is counted; see :func:`~policytext.comparable.select`.

    Returns
    -------
    Result
        One row an index and word, most hits first: ``hits``, their ``share``, ``reports`` and
        ``n_reports``, ``repeated_share``, and for the index without the word ``rho_without``
        (Spearman's correlation with the index, over cells with reports) and ``moved_cell`` with
        ``moved_ranks`` (the cell that changes its rank most).

    Raises
    ------
    ParameterError
        As in `attention_index`.

    References
    ----------
    Spearman C. (1904). https://doi.org/10.2307/1412159

    Examples
    --------
    >>> from policytext import index_words, read_texts
    >>> text = "甲县2021年工作总结\\n一、工作情况\\n治理大气污染，关停排污企业3家。"
    >>> corpus = read_texts({"甲县2021年工作总结.txt": text})
    >>> index_words(corpus, {"环境": ["污染", "排污"]}, by="year").table["word"].tolist()
    ['排污', '污染']
    """
    chosen = select(
        corpus,
        by,
        parts=parts,
        kinds=kinds,
        exclude_rows=exclude_rows,
        level=level,
        genre=genre,
        mix=mix,
        min_certainty=min_certainty,
    )
    found = _find(corpus, dictionaries(words), match)
    size = paragraph_sizes(corpus, denominator, tokens)
    measured = _measure(corpus, chosen, found, denominator, size)
    whole = _values(measured)
    hits = _hits_in_cells(measured, found)
    rows = []
    for index in found.indices:
        of_index = hits[hits["index"] == index]
        for word in dict.fromkeys(found.tables[index].terms):
            of_word = of_index[of_index["word"] == word]
            less = _Found({index: found.tables[index]}, _without(found, index, word))
            part = _values(_measure(corpus, chosen, less, denominator, size))
            rows.append(
                {
                    "index": index,
                    "word": word,
                    "hits": len(of_word),
                    "share": len(of_word) / len(of_index) if len(of_index) else np.nan,
                    "reports": of_word["doc_id"].nunique(),
                    "n_reports": measured.cells.table["doc_id"].nunique(),
                    "repeated_share": float((of_word["n_reports"] > 1).mean())
                    if len(of_word)
                    else np.nan,
                    **_ranked(whole[index], part[index], "without"),
                }
            )
    table = pd.DataFrame(rows).sort_values(
        ["index", "hits", "word"], ascending=[True, False, True], kind="stable", ignore_index=True
    )
    places = hits.merge(
        table[["index", "word"]].assign(row_id=np.arange(len(table))), on=["index", "word"]
    )
    notes = columns_of("attention_word")
    return Result(
        table=table[list(notes)],
        title=say("attention.words.title", by=names_of(chosen.by), scope=chosen.in_brackets),
        columns=notes,
        method=Method(say("attention.words.method"), cite("spearman-1904")),
        cautions=chosen.cautions,
        parameters={"denominator": denominator, "match": match, **chosen.settings},
        corpus=corpus,
        evidence_from=lambda: evidence_of_places(
            places, order=["row_id", "doc_id", "para_no", "start"]
        ),
    )


def _without(found: _Found, index: str, word: str) -> pd.DataFrame:
    places = found.places[found.places["index"] == index]
    return places[places["word"] != word].reset_index(drop=True)


def _values(measured: _Measured) -> pd.DataFrame:
    """One row a cell, one column an index: the value of the index."""
    cells = measured.cells
    units = pd.DataFrame(cells.counts.toarray(), columns=list(cells.features))
    sums = units.groupby(cells.group).sum()
    size = cells.table["n_han"].groupby(cells.group).sum()
    return sums.div(size, axis=0) * PER[measured.denominator]


def _ranked(one: pd.Series, other: pd.Series, name: str) -> dict[str, object]:
    """Return Spearman's correlation of two columns and the cell whose rank moves most."""
    if len(one) < 3 or one.nunique() < 2 or other.nunique() < 2:
        rho = np.nan
    else:
        rho = float(one.rank().corr(other.rank()))
    moved = (one.rank(ascending=False) - other.rank(ascending=False)).abs()
    most = str(moved.idxmax()) if len(moved) and moved.max() > 0 else ""
    return {
        f"rho_{name}": rho,
        "moved_cell": most,
        "moved_ranks": float(moved.max()) if len(moved) else np.nan,
    }


def index_agreement(
    corpus: Corpus,
    words: Dictionary,
    by: str | Sequence[str] | None = "province",
    *,
    denominators: Sequence[Denominator] = ("han", "sentences", "paragraphs"),
    tokens: Words | None = None,
    match: Match = "longest",
    parts: Sequence[str] | None = None,
    kinds: Sequence[str] = KINDS_COUNTED,
    exclude_rows: npt.ArrayLike | None = None,
    level: OneOrMore = None,
    genre: OneOrMore = None,
    mix: bool = False,
    min_certainty: str = "likely",
) -> Result:
    """Compare how denominators rank the cells of an index.

    Parameters
    ----------
    corpus, words, by, match
        As in `attention_index`.
    denominators
        Two or more of ``han``, ``words``, ``sentences``, ``paragraphs``.
    tokens
        The words of the corpus, for ``words``; ``None`` segments it.
    parts, kinds, level, genre, exclude_rows, mix, min_certainty
        What is counted; see :func:`~policytext.comparable.select`.

    Returns
    -------
    Result
        One row an index and pair of denominators: ``first``, ``second``, ``n_cells``,
        ``rho_between`` (Spearman's correlation), ``moved_cell`` and ``moved_ranks``.

    Raises
    ------
    ParameterError
        Fewer than two denominators, or as in `attention_index`.

    References
    ----------
    Spearman C. (1904). https://doi.org/10.2307/1412159

    Examples
    --------
    >>> from policytext import index_agreement, read_texts
    >>> texts = {f"{c}县2021年工作总结.txt": f"{c}县2021年工作总结\\n{'治理污染。' * n}关停企业。"
    ...          for c, n in [("甲", 1), ("乙", 2), ("丙", 3)]}
    >>> agreement = index_agreement(read_texts(texts), ["污染"], by="title")
    >>> agreement.table[["first", "second", "n_cells"]].values.tolist()[0]
    ['han', 'sentences', 3]
    """
    if isinstance(denominators, str) or len(set(denominators)) < 2:
        raise ParameterError(
            f"`denominators` must be two or more of {DENOMINATORS}, got {denominators!r}"
        )
    chosen = select(
        corpus,
        by,
        parts=parts,
        kinds=kinds,
        exclude_rows=exclude_rows,
        level=level,
        genre=genre,
        mix=mix,
        min_certainty=min_certainty,
    )
    found = _find(corpus, dictionaries(words), match)
    values = {
        name: _values(_measure(corpus, chosen, found, name, paragraph_sizes(corpus, name, tokens)))
        for name in dict.fromkeys(denominators)
    }
    rows: list[dict[str, object]] = []
    for index in found.indices:
        for first, second in combinations(values, 2):
            both = pd.concat([values[first][index], values[second][index]], axis=1).dropna()
            pair = _ranked(both.iloc[:, 0], both.iloc[:, 1], "between")
            rows.append(
                {"index": index, "first": first, "second": second, "n_cells": len(both), **pair}
            )
    notes = columns_of("attention_agreement")
    return Result(
        table=pd.DataFrame(rows)[list(notes)],
        title=say("attention.agreement.title", by=names_of(chosen.by), scope=chosen.in_brackets),
        columns=notes,
        method=Method(say("attention.agreement.method"), cite("spearman-1904")),
        cautions=chosen.cautions,
        parameters={"denominators": list(values), "match": match, **chosen.settings},
    )

"""Which reports and paragraphs may be compared with each other?

A province's label is not the province's voice: hospital, county, city and press speak
differently. Nothing is left out without the analyst's word: reports of several levels or genres are
shown apart where a table can be split, and a comparison of regions that would mix them stops.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

from policytext.conditions import among
from policytext.corpus import Corpus, check_corpus, said_of_traditional
from policytext.counts import Counts, indicator
from policytext.errors import NotEnoughDataError, ParameterError
from policytext.records import (
    DESIGNS,
    GENRES,
    KINDS,
    KINDS_COUNTED,
    LEVELS,
    PARTS,
    UNKNOWN,
    Bilingual,
    OneOrMore,
    Places,
)
from policytext.regions import document_labels
from policytext.texts import columns_of, listing, name_of, say
from policytext.units import units_among, units_of

__all__ = ["select"]

KEYS: Final = ("doc_id", "para_no")
STRATA: Final = ("level", "genre")


NOT_OF_REGIONS: Final = (*KEYS, *STRATA, "year", "doc_type", "date_issued", "corpus")
"""Groups by these do not compare regions; nor do groups by a column of paragraphs."""


@dataclass(frozen=True)
class Selection:
    """What is counted, under which labels, and what must be said about it.

    ``labels``: One row a paragraph: ``doc_id``, ``para_no`` and the grouping columns.
    ``counted``: True for the paragraphs that are counted.
    ``by``: Names of the grouping columns, those that were added to keep kinds apart behind.
    ``apart``: The columns that were added: level, genre.
    ``design``: census, sample or convenience.
    ``scope``: Whose reports are compared.
    ``cautions``: Sentences that belong to every result drawn from this selection.
    ``settings``: What was asked for, to stand among the parameters of the result.
    ``coverage``: One row a level and genre: reports counted and left out.
    ``units``: The unit of independence of each ``doc_id`` (see ``Corpus.units``), joined by texts
        of reports that are counted.
    """

    labels: pd.DataFrame
    counted: npt.NDArray[np.bool_]
    by: tuple[str, ...]
    apart: tuple[str, ...]
    design: str
    scope: Bilingual
    cautions: tuple[Bilingual, ...]
    settings: Mapping[str, object]
    coverage: pd.DataFrame
    units: pd.Series

    @property
    def asked(self) -> tuple[str, ...]:
        """The grouping columns that were asked for."""
        return tuple(name for name in self.by if name not in self.apart)

    @property
    def own_columns(self) -> tuple[str, ...]:
        """The grouping columns that stand beside the joined label: two asked for, level, genre."""
        return (*(self.asked if len(self.asked) > 1 else ()), *self.apart)

    @property
    def group(self) -> npt.NDArray[np.str_]:
        """One label a paragraph by all columns of ``by``, joined by `` | ``."""
        return join_labels(_unknown_named(self.labels, self.by), self.by)

    def told_apart(self, table: pd.DataFrame, column: str = "group") -> pd.DataFrame:
        """Return a table whose joined labels are parted into what was asked for, level and genre.

        Two columns that were asked for stand behind the label that joins them. A label that no
        paragraph has keeps its name, the columns empty.
        """
        if not self.own_columns:
            return table
        keys = _unknown_named(self.labels, self.by).drop_duplicates()
        labels = pd.Series(join_labels(keys, self.by), index=keys.index)
        asked = join_labels(keys, self.asked) if self.asked else np.full(len(keys), "all")
        out = table.copy()
        at = list(out.columns).index(column) + 1
        for name in reversed(self.own_columns):
            values = dict(zip(labels, keys[name].astype(str), strict=True))
            out.insert(at, name, out[column].map(values).fillna(""))
        plain = dict(zip(labels, asked, strict=True))
        out[column] = out[column].map(lambda label: plain.get(label, label))
        return out

    @property
    def in_brackets(self) -> Bilingual:
        """The scope in brackets for the end of a title, or nothing."""
        return say("comparable.in_brackets", scope=self.scope) if self.scope.zh else self.scope


def select(
    corpus: Corpus,
    by: OneOrMore,
    *,
    parts: OneOrMore = None,
    kinds: OneOrMore = KINDS_COUNTED,
    exclude_rows: npt.ArrayLike | None = None,
    level: OneOrMore = None,
    genre: OneOrMore = None,
    mix: bool = False,
    min_certainty: str = "likely",
    splits: bool = False,
) -> Selection:
    """Choose the paragraphs of comparable reports and label them.

    Parameters
    ----------
    corpus
        The corpus.
    by
        One grouping column of documents or paragraphs, or a shipped grouping such as 东中西, two of
        them, or None for the whole corpus.
    parts, kinds
        Parts of the report and kinds of paragraph that count; by default body and list paragraphs
        without annex and glossary.
    exclude_rows
        Paragraphs to leave out: True or False for each paragraph, or row numbers.
    level, genre
        Only reports of these levels and genres; a name or several.
    mix
        Accept several levels and genres: they are pooled without a word.
    min_certainty
        Labels less certain than this count as unknown.
    splits
        The caller's table can show several levels and genres apart.

    Raises
    ------
    ParameterError
        No such column, certainty, level or genre, rows that the corpus does not have, or a
        comparison of regions over several levels or genres without ``mix``.
    NotEnoughDataError
        No paragraph is left to count.

    Returns
    -------
    Selection
        ``labels`` (one row a paragraph: ``doc_id`` and the grouping columns), ``counted``,
        ``design``, ``scope`` and the ``cautions`` that belong to every result drawn from it.

    Examples
    --------
    >>> from policytext import read_texts
    >>> corpus = read_texts({"a.txt": "甲县2021年工作总结\\n建成医共体2个。\\n"})
    >>> chosen = select(corpus, "year")
    >>> chosen.labels["year"].tolist(), chosen.counted.tolist()
    ([2021, 2021], [False, True])
    """
    check_corpus(corpus)
    names = grouping(by)
    labels = corpus.paragraphs[list(KEYS)].reset_index(drop=True)
    for name in names:
        if name not in KEYS:
            found = corpus.groups(name, min_certainty=min_certainty)
            labels[name] = typed_labels(found, name)
    counted = rows_chosen(
        corpus, parts=parts, kinds=kinds, exclude_rows=exclude_rows, level=level, genre=genre
    )
    if mix not in (True, False):
        raise ParameterError(f"mix must be True or False, got {mix!r}")
    known = () if splits else names
    kinds_of_reports = _Kinds(corpus, labels, counted, known, names)
    apart = () if mix else kinds_of_reports.several
    if apart and not splits and _compares_regions(names, corpus):
        raise ParameterError(kinds_of_reports.stops())
    cautions = [kinds_of_reports.said(splits=splits)] if apart else []
    if mix and names and kinds_of_reports.confounded(labels, counted, names):
        cautions.append(say("comparable.confounded", by=names_of(names)))
    apart = apart if splits else ()
    if apart:
        for name in apart:
            labels[name] = typed_labels(corpus.groups(name), name)
    elif not names:
        labels["corpus"] = "all"
    coverage = _coverage(corpus, labels, counted)
    cautions += _said_of_choice(level, genre, coverage)
    design = _design_of(corpus)
    cautions += [] if design == "sample" else [say(f"comparable.{design}")]
    cautions += _said_of_annexes(corpus, kinds) if parts is None else []
    cautions += said_of_traditional(corpus)
    settings = {
        "parts": None if parts is None else among(parts, PARTS, "parts"),
        "kinds": list(among(kinds, KINDS, "kinds") or KINDS),
        "rows_excluded": exclude_rows is not None,
        "level": among(level, LEVELS, "level"),
        "genre": among(genre, GENRES, "genre"),
        "mix": mix,
        "min_certainty": min_certainty,
    }
    return Selection(
        labels,
        counted,
        (*names, *apart) or ("corpus",),
        apart,
        design,
        say("comparable.mixed") if mix and kinds_of_reports.several else kinds_of_reports.scope,
        tuple(cautions),
        settings,
        coverage,
        units_among(corpus.units, set(labels.loc[counted, "doc_id"].unique())),
    )


_MUCH: Final = 0.05
"""Share of the characters from which on it is said that annexes were left out."""


def _design_of(corpus: Corpus) -> str:
    """Return how the reports were collected, or refuse a word that says nothing of it."""
    design = str(corpus.info.get("design", "convenience"))
    if design not in DESIGNS:
        raise ParameterError(f"corpus.info['design'] must be one of {DESIGNS}, got {design!r}")
    return design


def _said_of_annexes(corpus: Corpus, kinds: OneOrMore) -> list[Bilingual]:
    """Return a caution where annexes that are not counted hold much of the text."""
    han = corpus.paragraphs["n_han"].to_numpy()
    counted = corpus.counted(kinds=kinds)
    annexes = corpus.counted(parts=["annex"], kinds=kinds) & ~counted
    left, kept = int(han[annexes].sum()), int(han[counted].sum())
    if not left or left < _MUCH * (left + kept):
        return []
    return [say("comparable.annexes", left=left, share=left / (left + kept))]


def grouping(by: str | Sequence[str] | None) -> tuple[str, ...]:
    """Return the grouping columns as a tuple of at most two names.

    >>> grouping("province"), grouping(["province", "year"]), grouping(None)
    (('province',), ('province', 'year'), ())
    """
    if by is not None and not isinstance(by, str | Sequence):
        raise ParameterError(
            f"`by` must name columns of the reports, got {type(by).__name__}; add values of your "
            "own with corpus.join(table, on=…) and name their column"
        )
    names = () if by is None else (by,) if isinstance(by, str) else tuple(by)
    if not all(isinstance(name, str) for name in names):
        raise ParameterError(f"`by` must name columns, got {by!r}")
    if len(names) > 2 or len(set(names)) < len(names):
        raise ParameterError(f"`by` must be one column or two different ones, got {list(names)}")
    return names


def typed_labels(labels: pd.Series[str], name: str) -> pd.Series:
    """Years as whole numbers (unknown is ``<NA>``), everything else as it is.

    >>> typed_labels(pd.Series(["2019", "unknown"]), "year").tolist()
    [2019, <NA>]
    """
    plain = labels.reset_index(drop=True)
    if name != "year":
        return plain.fillna(UNKNOWN).astype(str)
    return pd.to_numeric(plain.astype("object"), errors="coerce").astype("Int64")


def excluded(rows: npt.ArrayLike | None, n_paragraphs: int) -> npt.NDArray[np.bool_]:
    """True for the paragraphs to leave out.

    >>> excluded([0, 2], 3).tolist()
    [True, False, True]
    """
    out = np.zeros(n_paragraphs, dtype=bool)
    if rows is None:
        return out
    given = np.asarray(rows)
    if given.dtype == bool:
        if given.shape != (n_paragraphs,):
            raise ParameterError(
                f"`exclude_rows` has {given.size} entries, the corpus {n_paragraphs} paragraphs"
            )
        return given.copy()
    if given.size and not np.issubdtype(given.dtype, np.integer):
        raise ParameterError(
            "`exclude_rows` must be row numbers, or True and False for each paragraph, got "
            f"{rows!r}"
        )
    numbers = given.astype(np.int64)
    if numbers.size and (numbers.min() < 0 or numbers.max() >= n_paragraphs):
        raise ParameterError(
            f"`exclude_rows` must be row numbers from 0 to {n_paragraphs - 1}, got "
            f"{int(numbers.min())} to {int(numbers.max())}"
        )
    out[numbers] = True
    return out


def rows_chosen(
    corpus: Corpus,
    *,
    parts: OneOrMore = None,
    kinds: OneOrMore = KINDS_COUNTED,
    exclude_rows: npt.ArrayLike | None = None,
    level: OneOrMore = None,
    genre: OneOrMore = None,
) -> npt.NDArray[np.bool_]:
    """True for the paragraphs that a table of the whole corpus counts; see :func:`select`.

    Raises
    ------
    NotEnoughDataError
        No paragraph is left.
    """
    check_corpus(corpus)
    labels = corpus.paragraphs[list(KEYS)].reset_index(drop=True)
    able = np.array(corpus.counted(parts=parts, kinds=kinds), dtype=bool)
    able &= ~excluded(exclude_rows, len(labels))
    counted = able & _of_kind(corpus, labels, level, genre)
    if not counted.any():
        raise NotEnoughDataError(_nothing_left(corpus, able, labels))
    return counted


def _of_kind(
    corpus: Corpus, labels: pd.DataFrame, level: OneOrMore, genre: OneOrMore
) -> npt.NDArray[np.bool_]:
    """True for the paragraphs of reports of the levels and genres asked for."""
    documents = corpus.documents
    kept = np.ones(len(documents), dtype=bool)
    for column, wanted, known in (("level", level, LEVELS), ("genre", genre, GENRES)):
        names = among(wanted, known, column)
        if names is not None:
            kept &= documents[column].isin(names).to_numpy()
    return np.asarray(labels["doc_id"].isin(documents.loc[kept, "doc_id"]), dtype=bool)


def _nothing_left(corpus: Corpus, able: npt.NDArray[np.bool_], labels: pd.DataFrame) -> str:
    if not able.any():
        return (
            "no paragraph is left to count: check `parts`, `kinds` and `exclude_rows`, or the "
            "parts of the report in corpus.paragraphs"
        )
    there = _coverage(corpus, labels, able)
    held = ", ".join(f"{r.level} · {r.genre} {r.counted}" for r in there.itertuples() if r.counted)
    return f"no report is of the `level` and `genre` asked for; the corpus holds {held}"


def _coverage(corpus: Corpus, labels: pd.DataFrame, counted: npt.NDArray[np.bool_]) -> pd.DataFrame:
    """Return how many reports of each level and genre are counted, and how many are not."""
    documents = corpus.documents
    inside = documents["doc_id"].isin(labels.loc[counted, "doc_id"].unique())
    table = documents[list(STRATA)].replace("", UNKNOWN).assign(counted=inside, left_out=~inside)
    sums = table.groupby(list(STRATA))[["counted", "left_out"]].sum().astype("int64").reset_index()
    sums.insert(2, "reports", sums["counted"] + sums["left_out"])
    order = ["counted", "reports", *STRATA]
    return sums.sort_values(
        order, ascending=[False, False, True, True], kind="stable", ignore_index=True
    )


def _said_of_choice(level: OneOrMore, genre: OneOrMore, coverage: pd.DataFrame) -> list[Bilingual]:
    left = int(coverage["left_out"].sum())
    if (level is None and genre is None) or not left:
        return []
    names = [
        name_of("level", name)
        for name in [*(among(level, LEVELS, "level") or []), *(among(genre, GENRES, "genre") or [])]
    ]
    scope = listing(names)
    return [say("comparable.chosen", words=scope, kept=coverage["counted"].sum(), left=left)]


def _compares_regions(names: tuple[str, ...], corpus: Corpus) -> bool:
    """Whether any of the groups are groups of places."""
    return any(
        name not in NOT_OF_REGIONS and name not in corpus.paragraphs.columns for name in names
    )


class _Kinds:
    """The levels and genres of what is counted, apart from those that make the groups.

    Reports whose place is not ``known`` stand in no comparison of places.
    """

    def __init__(
        self,
        corpus: Corpus,
        labels: pd.DataFrame,
        counted: npt.NDArray[np.bool_],
        known: tuple[str, ...],
        names: tuple[str, ...],
    ) -> None:
        inside = counted.copy()
        for name in known:
            if name not in NOT_OF_REGIONS and name not in corpus.paragraphs.columns:
                inside &= (labels[name] != UNKNOWN).to_numpy()
        inside = inside if inside.any() else counted
        reports = corpus.documents["doc_id"].isin(labels.loc[inside, "doc_id"].unique())
        free = [name for name in STRATA if name not in names]
        self.table = corpus.documents.loc[reports, free].replace("", UNKNOWN)
        self.doc_ids = corpus.documents.loc[reports, "doc_id"].to_numpy()
        self.several = tuple(name for name in free if self.table[name].nunique() > 1)

    @property
    def sizes(self) -> pd.Series[int]:
        """Reports by level and genre, most first."""
        sizes = self.table.groupby(list(self.table.columns)).size().sort_index()
        return sizes.sort_values(ascending=False, kind="stable")

    def confounded(
        self, labels: pd.DataFrame, counted: npt.NDArray[np.bool_], names: tuple[str, ...]
    ) -> bool:
        """Whether no two groups have a level and genre in common, so that one is the other."""
        if not self.several:
            return False
        kind = self.table[list(self.several)].agg("/".join, axis=1)
        kind.index = self.doc_ids
        inside = labels[counted].drop_duplicates("doc_id")
        groups = pd.Series(join_labels(_unknown_named(inside, names), names))
        kinds = inside["doc_id"].map(kind).reset_index(drop=True)
        groups, kinds = groups[kinds.notna()], kinds[kinds.notna()]
        return groups.nunique() > 1 and bool((groups.groupby(kinds).nunique() == 1).all())

    @property
    def scope(self) -> Bilingual:
        """The one level and genre of all reports, or nothing where they are shown apart."""
        ones = [name for name in self.table.columns if name not in self.several]
        words = [name_of("level", str(self.table[name].iloc[0])) for name in ones]
        return Bilingual(" · ".join(w.zh for w in words), " · ".join(w.en for w in words))

    @property
    def calls(self) -> str:
        """The keywords that choose the kind with most reports."""
        top = self.table[list(self.several)].value_counts(sort=True).index[0]
        return ", ".join(f'{n}="{v}"' for n, v in zip(self.several, top, strict=True))

    def said(self, *, splits: bool) -> Bilingual:
        """Name the mix, and the calls that choose or accept it."""
        return say(
            "comparable.several",
            n_table=len(self.table),
            mixed=_kinds_listed(self.sizes),
            how=say("comparable.shown_apart" if splits else "comparable.pooled"),
            calls=self.calls,
        )

    def stops(self) -> str:
        """The message of a comparison of regions that would compare genres."""
        sizes = ", ".join(
            f"{' · '.join(key) if isinstance(key, tuple) else key} {n}"
            for key, n in self.sizes.head(8).items()
        )
        return (
            f"the {len(self.table)} reports compared are of several levels or genres ({sizes}), so "
            f"regions would be told apart by who speaks; choose one with {self.calls}, or accept "
            "the mix with mix=True"
        )


def _kinds_listed(sizes: pd.Series[int]) -> Bilingual:
    """Name levels and genres with their numbers of reports."""
    names = [(key if isinstance(key, tuple) else (key,), int(n)) for key, n in sizes.items()]
    words = [([name_of("level", str(one)) for one in key], n) for key, n in names]
    counted = [
        Bilingual(f"{'·'.join(w.zh for w in ws)} {n}", f"{' · '.join(w.en for w in ws)} {n}")
        for ws, n in words
    ]
    return listing(counted, most=8)


def groups_of_rows(
    table: pd.DataFrame, corpus: Places | None, by: str
) -> tuple[pd.Series, tuple[Bilingual, ...]]:
    """Label rows of reports by a column of the table, or of the reports; say what groups pool.

    >>> rows = pd.DataFrame({"doc_id": ["a", "b"], "verb": ["推进", "推进"]})
    >>> groups_of_rows(rows, None, "verb")[0].tolist()
    ['推进', '推进']
    """
    if by in table.columns or corpus is None:
        if by not in table.columns:
            raise ParameterError(
                f"by must be one of {list(table.columns)}, got {by!r}: the table has no corpus"
            )
        labels = table[by]
    else:
        known = {*table.columns, *corpus.documents.columns}
        of_reports = document_labels(corpus.documents, by, "likely", known)
        labels = table["doc_id"].map(dict(zip(corpus.documents["doc_id"], of_reports, strict=True)))
    labels = labels.astype("str").replace({"<NA>": UNKNOWN, "": UNKNOWN, "nan": UNKNOWN})
    if corpus is None or table.empty:
        return labels, ()
    kinds = corpus.documents.set_index("doc_id")[list(STRATA)].replace("", UNKNOWN)
    reports = pd.DataFrame({"doc_id": table["doc_id"].astype(str), "group": labels.to_numpy()})
    reports = reports.drop_duplicates().join(kinds, on="doc_id")
    if (reports.groupby("group")[list(STRATA)].nunique() < 2).to_numpy().all():
        return labels, ()
    sizes = reports.drop_duplicates("doc_id").value_counts(list(STRATA))
    return labels, (say("comparable.pooled_rows", mixed=_kinds_listed(sizes)),)


def _unknown_named(labels: pd.DataFrame, by: Sequence[str]) -> pd.DataFrame:
    """Return labels as text, with ``unknown`` for a year that is not known."""
    return pd.DataFrame({name: labels[name].astype(object).fillna(UNKNOWN) for name in by})


def check_counts(counts: object) -> None:
    """Refuse what are no counts, and say how to make them.

    >>> check_counts("province")
    Traceback (most recent call last):
    policytext.errors.ParameterError: counts must be what count_words or count_terms return, got
    str; for groups write by='province'
    """
    if not isinstance(counts, Counts):
        hint = f"; for groups write by={counts!r}" if isinstance(counts, str) else ""
        raise ParameterError(
            "counts must be what count_words or count_terms return, got "
            f"{type(counts).__name__}{hint}"
        )


def names_of(by: Sequence[str]) -> Bilingual:
    """Return the names of grouping columns for a title.

    >>> names_of(["province", "year"])
    Bilingual(zh='省份 × 年份', en='province × year')
    """
    words = [name_of("column", name) for name in by]
    return Bilingual(" × ".join(w.zh for w in words), " × ".join(w.en for w in words))


def group_notes(by: Sequence[str]) -> dict[str, str]:
    """Return what grouping columns mean, for the notes of a table."""
    return dict.fromkeys(by, columns_of("grouping")["group"])


# How much of each feature does each report hold in each group?
# A cell is one report in one group (a report of 2019 is one cell of the group 2019, and one cell of
# each of its parts when parts are compared). All later statistics are computed from cells.


@dataclass(frozen=True)
class Cells:
    """Counts of features by report and group.

    ``table``: One row a cell: ``doc_id``, the grouping columns, ``n_han`` (Han characters
      counted), ``n_paragraphs`` (paragraphs counted), ``unit`` (of independence).
    ``by``: Names of the grouping columns.
    ``counts``: cells × features: hits.
    ``paragraphs``: cells × features: paragraphs with at least one hit.
    ``features``: Names of the columns of both matrices.
    ``left_out``: Reports with nothing to divide hits by.
    """

    table: pd.DataFrame
    by: tuple[str, ...]
    counts: sparse.csr_array
    paragraphs: sparse.csr_array
    features: tuple[str, ...]
    left_out: int = 0

    @property
    def cautions(self) -> tuple[Bilingual, ...]:
        """How many reports stand in no row, for they have nothing to divide hits by."""
        return (say("comparable.left_out", n=self.left_out),) if self.left_out else ()

    @property
    def units(self) -> npt.NDArray[np.intp]:
        """The unit of each cell, as numbers."""
        return np.asarray(pd.factorize(self.table["unit"])[0], dtype=np.intp)

    @property
    def group(self) -> npt.NDArray[np.str_]:
        """One label a cell; two grouping columns are joined by `` | ``."""
        return join_labels(self.table, self.by)

    def keep(self, rows: npt.NDArray[np.bool_]) -> Cells:
        """Return the cells where ``rows`` is True."""
        chosen = np.flatnonzero(rows)
        return replace(
            self,
            table=self.table[rows].reset_index(drop=True),
            counts=self.counts[chosen],
            paragraphs=self.paragraphs[chosen],
        )


def join_labels(table: pd.DataFrame, by: Sequence[str]) -> npt.NDArray[np.str_]:
    """One label a row from the grouping columns.

    >>> table = pd.DataFrame({"province": ["甲"], "year": [2020]})
    >>> join_labels(table, ["province", "year"]).tolist()
    ['甲 | 2020']
    """
    parts = [["<NA>" if value is pd.NA else str(value) for value in table[name]] for name in by]
    return np.array([" | ".join(row) for row in zip(*parts, strict=True)], dtype=str)


def build_cells(
    matrix: sparse.csr_array,
    features: Sequence[str],
    labels: pd.DataFrame,
    n_han: npt.ArrayLike,
    counted: npt.NDArray[np.bool_],
    by: Sequence[str] | None = None,
    units: pd.Series | None = None,
    *,
    measure: str = "Han characters",
) -> Cells:
    """Add paragraphs up to reports and groups: ``by``, or all columns of labels but the keys.

    ``units`` names the unit of each ``doc_id``; without it every report is its own. ``measure``
    is what ``n_han`` counts.

    >>> labels = pd.DataFrame({"doc_id": ["a", "a", "b"], "year": [2020, 2020, 2021]})
    >>> cells = build_cells(sparse.csr_array([[1], [2], [0]]), ["医共体"], labels, [10, 10, 5],
    ...                     np.array([True, True, True]))
    >>> cells.counts.toarray().ravel().tolist(), cells.table["n_han"].tolist()
    ([3, 0], [20, 5])
    """
    size = np.asarray(n_han, dtype=np.int64)
    if not (matrix.shape[0] == len(labels) == len(size) == len(counted)):
        raise ParameterError(
            "the counts must have one row a paragraph of the corpus: got "
            f"{matrix.shape[0]} rows of counts for {len(labels)} paragraphs; count again from "
            "this corpus"
        )
    if matrix.shape[1] != len(features):
        raise ParameterError(f"{matrix.shape[1]} columns of counts, {len(features)} names")
    by = tuple(str(c) for c in labels.columns if c not in KEYS) if by is None else tuple(by)
    rows = np.flatnonzero(counted)
    kept = labels.iloc[rows].reset_index(drop=True)
    keys = [*(name for name in by if name != "doc_id"), "doc_id"]
    grouped = kept.groupby(keys, sort=True, dropna=False)
    codes = grouped.ngroup().to_numpy()
    table = grouped.size().reset_index(name="n_paragraphs")[["doc_id", *keys[:-1], "n_paragraphs"]]
    table["n_han"] = np.bincount(codes, weights=size[rows], minlength=len(table)).astype(np.int64)
    named = table["doc_id"] if units is None else table["doc_id"].map(units)
    table["unit"] = named.fillna(table["doc_id"]).astype(str)
    sums = indicator(codes, len(table))
    block = sparse.csr_array(matrix)[rows]
    present = block.copy()
    present.data = (present.data > 0).astype(np.int64)
    cells = Cells(table, by, _csr(sums @ block), _csr(sums @ present), tuple(features))
    measured = cells.table["n_han"].to_numpy() > 0
    n_reports = table["doc_id"].nunique()
    if not measured.any():
        raise NotEnoughDataError(
            f"no paragraph that is counted has {measure}, by which hits are divided; counted are "
            f"{len(rows)} paragraphs of {n_reports} report(s): check `parts`, `kinds` and that "
            "the reports are in Chinese; `term_totals` counts hits without rates"
        )
    left_out = n_reports - table.loc[measured, "doc_id"].nunique()
    return replace(cells, left_out=left_out).keep(measured)


def _csr(matrix: sparse.sparray) -> sparse.csr_array:
    return sparse.csr_array(matrix)


# Which issuers have a report in every year?


def balanced_reports(
    documents: pd.DataFrame, labels: pd.DataFrame, counted: npt.NDArray[np.bool_]
) -> tuple[npt.NDArray[np.bool_], Bilingual]:
    """Keep the reports of issuers that have one in every year.

    >>> documents = pd.DataFrame({"doc_id": ["a", "b", "c"], "level": "province",
    ...                           "province": ["甲省", "甲省", "乙省"], "city": "", "county": "",
    ...                           "issuers": "", "text_family": "", "year": 2020})
    >>> labels = pd.DataFrame({"doc_id": ["a", "b", "c"], "year": [2019, 2020, 2020]})
    >>> balanced_reports(documents, labels, np.ones(3, dtype=bool))[0].tolist()
    [True, True, False]
    """
    if "year" not in labels.columns:
        raise ParameterError('`balanced=True` needs "year" in `by`')
    pairs = labels.loc[counted, ["doc_id", "year"]].drop_duplicates().dropna()
    issuers = units_of(documents).set_index("doc_id")["issuer"]
    pairs["issuer"] = issuers.reindex(pairs["doc_id"]).to_numpy()
    years = pairs["year"].nunique()
    reach = pairs.groupby("issuer")["year"].nunique()
    full = set(reach.index[reach == years])
    if not full:
        raise NotEnoughDataError(
            f"a balanced panel needs issuers with a report in each of the {years} years; the best "
            f"has {int(reach.max())}; choose fewer years or use balanced=False"
        )
    inside = set(pairs.loc[pairs["issuer"].isin(full), "doc_id"])
    sentence = say(
        "comparable.balanced", years=years, n_full=len(full), left=len(reach) - len(full)
    )
    return labels["doc_id"].isin(inside).to_numpy(), sentence

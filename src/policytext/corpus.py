"""What is a corpus, and how are its paragraphs chosen, grouped and joined with other tables?"""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from policytext import contract, storage
from policytext.border import guarded
from policytext.conditions import among, rows_where
from policytext.errors import (
    CorpusError,
    NeedsTextError,
    NotEnoughDataError,
    ParameterError,
    ReadingError,
)
from policytext.records import (
    ANNEX_IS_TEXT,
    CERTAINTY_COLUMNS,
    KINDS,
    KINDS_COUNTED,
    PARTS,
    PARTS_LEFT_OUT,
    STORED_TABLES,
    TABLES,
    UNKNOWN,
    Bilingual,
    Method,
    OneOrMore,
    spoken,
)
from policytext.regions import (
    document_labels,
    group_labels,
    groups_table,
    join_documents,
    key_of_groups,
    place_meant,
    with_codes,
)
from policytext.result import Result, evidence_of_places
from policytext.shelf import open_parts
from policytext.texts import columns_of, label_of, listing, name_of, place_of, say
from policytext.units import units_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    import policytext
    from policytext.counts import Counts


@dataclass(frozen=True, eq=False)
class Corpus:
    """Reports, their paragraphs, and the evidence for everything said about them.

    Parameters
    ----------
    sources, documents, claims, paragraphs, ledger, skipped
        The six tables; their columns and types are those of ``policytext.records.TABLES``. Row i
        of every paragraph × feature matrix is row i of ``paragraphs``.
    stored
        Counts and labels that travel with a corpus whose sentences are not at hand.
    info
        Facts about the corpus as a whole: ``name``, ``design`` (census, sample or convenience).

    Raises
    ------
    CorpusError
        A table breaks its contract.

    Examples
    --------
    >>> from policytext.contract import empty_table
    >>> empty = Corpus(**{name: empty_table(name) for name in TABLES})
    >>> len(empty), empty.has_text
    (0, True)
    """

    sources: pd.DataFrame
    documents: pd.DataFrame
    claims: pd.DataFrame
    paragraphs: pd.DataFrame
    ledger: pd.DataFrame
    skipped: pd.DataFrame
    stored: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    info: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name in TABLES:
            object.__setattr__(self, name, contract.as_table(name, getattr(self, name)))
        object.__setattr__(self, "documents", with_codes(self.documents))
        contract.check_tables(self.tables, self.info)

    def __len__(self) -> int:
        """Return the number of reports."""
        return len(self.documents)

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """The six tables by name."""
        return {name: getattr(self, name) for name in TABLES}

    @property
    def name(self) -> str:
        """What the corpus is called in titles and reports."""
        return str(self.info.get("name", "corpus"))

    @property
    def design(self) -> str:
        """How the reports came together: ``census``, ``sample`` or ``convenience``."""
        return str(self.info.get("design", "convenience"))

    @property
    def has_text(self) -> bool:
        """Whether the sentences are at hand, or only counts and facts."""
        return bool(self.info.get("has_text", True))

    @cached_property
    def units(self) -> pd.DataFrame:
        """Which reports count as one where chance is weighed: one row a report.

        ``issuer`` (level, place and body), ``year``, ``family`` (reports that share half of their
        text) and ``unit``, the unit of independence: issuers joined by a family of text. Every
        interval and p-value of the package counts units, not reports.
        """
        return units_of(self.documents)

    @property
    def unmatched(self) -> pd.DataFrame:
        """What the last ``join`` could not match, from either side (``side``, keys)."""
        return self.stored.get("unmatched", pd.DataFrame({"side": pd.Series(dtype="str")})).copy()

    @property
    def joined(self) -> tuple[Bilingual, ...]:
        """What each ``join`` matched, in a sentence."""
        return tuple(Bilingual(*said) for said in self.info.get("joined", ()))

    @property
    def left_out(self) -> pd.DataFrame:
        """What files hold and no reader read: pages without text, sheets, frames, headers …

        One row a thing: ``source_id``, ``file`` and ``member`` (where), ``part`` (page, sheet or
        part of the file), ``kind``, and ``n_chars`` (characters without white space; missing where
        nobody can know, as for a picture). Empty for a corpus saved before these were noted.
        """
        columns = STORED_TABLES["left_out"]
        empty = pd.DataFrame({c: pd.Series(dtype="str") for c in columns})
        found = self.stored.get("left_out", empty.astype({"n_chars": "Int64"}))
        return found.copy()

    @property
    def borders(self) -> pd.DataFrame:
        """Where a report that was not parted seems to hold a second one, and what speaks for it.

        One row a place: ``doc_id``, ``para_no`` (the paragraph with which it would begin),
        ``score`` (5 is asked of a border) and ``cues`` (``title``, ``salutation``, ``signed`` …).
        Empty for a corpus saved before these were noted.
        """
        empty = pd.DataFrame({c: pd.Series(dtype="str") for c in STORED_TABLES["borders"]})
        found = self.stored.get("borders", empty.astype({"para_no": "int64", "score": "float64"}))
        return found.copy()

    def require_text(self, what: str) -> None:
        """Refuse what cannot be done on counts alone.

        Raises
        ------
        NeedsTextError
            The corpus holds counts only.
        """
        if not self.has_text:
            raise NeedsTextError(
                f"{what} needs the sentences of the reports, and corpus {self.name!r} holds counts "
                f"only; point to the raw files with --raw FOLDER, POLICYTEXT_RAW or "
                f"restore_text(corpus, FOLDER)"
            )

    def counted(
        self, *, parts: OneOrMore = None, kinds: OneOrMore = KINDS_COUNTED
    ) -> NDArray[np.bool_]:
        """Say for each paragraph whether it is counted.

        Parameters
        ----------
        parts
            Parts of report to count; by default all but annex and glossary, which repeat the rest;
            the annex of a notice (公文) is counted, for it is the rule that the notice brings.
        kinds
            Kinds of paragraph to count; by default body and list. None: all.

        Returns
        -------
        numpy.ndarray
            True or False for each row of ``paragraphs``; never True in a report that is marked
            as a duplicate of another.
        """
        table = self.paragraphs
        part = table["part_of_report"]
        named = among(parts, PARTS, "parts")
        chosen = self._main_text() if named is None else part.isin(named)
        twice = self.documents.loc[self.documents["duplicate_of"] != "", "doc_id"]
        kept = (
            chosen
            & table["kind"].isin(among(kinds, KINDS, "kinds") or KINDS)
            & ~table["doc_id"].isin(twice)
        )
        return np.asarray(kept, dtype=bool)

    def _main_text(self) -> pd.Series:
        """Say for each paragraph whether it stands in a part that is counted by default."""
        part = self.paragraphs["part_of_report"]
        brings = self.documents.loc[self.documents["genre"].isin(ANNEX_IS_TEXT), "doc_id"]
        own_annex = part.eq("annex") & self.paragraphs["doc_id"].isin(brings)
        return ~part.isin(PARTS_LEFT_OUT) | own_annex

    def groups(self, by: str | Sequence[str], *, min_certainty: str = "likely") -> pd.Series:
        """Return one group label a paragraph.

        Parameters
        ----------
        by
            A column of documents or paragraphs, a shipped grouping of provinces or cities
            (东中西, 四大板块, 南北方, 城市群), or a list of these (labels are then tuples).
        min_certainty
            Values of region and year that are less certain than this become ``"unknown"``.

        Raises
        ------
        ParameterError
            No such column, or no such certainty.
        """
        if not isinstance(by, str):
            columns = [self.groups(one, min_certainty=min_certainty) for one in by]
            return pd.Series(
                list(zip(*columns, strict=True)), index=self.paragraphs.index, dtype=object
            )
        if by in self.paragraphs.columns:
            return group_labels(self.paragraphs[by]).rename(by)
        values = self.document_groups(by, min_certainty=min_certainty)
        values.index = pd.Index(self.documents["doc_id"])
        labels = self.paragraphs["doc_id"].map(values)
        return labels.astype(object).rename(by)

    def document_groups(self, by: str, *, min_certainty: str = "likely") -> pd.Series:
        """Return one group label a report, as ``groups`` does for paragraphs.

        Raises
        ------
        ParameterError
            No such column of documents, or no such certainty.
        """
        columns = {*self.documents.columns, *self.paragraphs.columns}
        return document_labels(self.documents, by, min_certainty, columns)

    def check(self) -> None:
        """Check all tables against their contract, as on creation.

        Raises
        ------
        CorpusError
            Naming table, column and value.
        """
        contract.check_tables(self.tables, self.info)

    def check_ledger(self) -> None:
        """Rebuild every source from paragraphs and ledger and compare it with its checksum.

        Raises
        ------
        CorpusError
            Naming the source and the first offset that is not accounted for.
        NeedsTextError
            The corpus holds counts only.
        """
        self.require_text("check_ledger")
        if self.info.get("subset"):
            raise CorpusError("check_ledger works on a whole corpus, and this one is a subset")
        contract.check_ledger(self.sources, self.paragraphs, self.ledger)

    @guarded
    def subset(self, which: str | Sequence[bool] | pd.Series) -> Corpus:
        """Return the reports that a query or mask chooses, with all that belongs to them.

        Parameters
        ----------
        which
            A query on ``documents`` such as ``"province == '广东省' and year >= 2020"``, or one
            True or False a report. Short names of places (广东) mean the same.

        Raises
        ------
        ParameterError
            The query cannot be read, or the mask has another length.
        NotEnoughDataError
            No report is chosen.
        """
        return replace(self, **chosen(self, which))

    @guarded
    def join(self, table: pd.DataFrame, *, on: str | Sequence[str] = "adcode") -> Corpus:
        """Add the columns of a table to ``documents``, each report by the level of the table.

        A table of provinces (``adcode`` such as 330000) meets every report of a province, of its
        cities and of its counties; a table of cities those of cities and counties. What matched
        stands in ``.joined``, what did not in ``.unmatched``.

        Parameters
        ----------
        table
            One row a key; e.g. population by ``adcode`` and ``year``.
        on
            Key columns, present in both tables: ``adcode``, ``province_code``, ``city_code``,
            ``county_code``, names of places (short ones too), ``year``, any column.

        Raises
        ------
        ParameterError
            A key lacks, a key stands twice in the table, a column would be overwritten, or no
            report matches.
        """
        if not isinstance(table, pd.DataFrame):
            raise ParameterError(f"join takes a pandas table, got {type(table).__name__}")
        names = [on] if isinstance(on, str) else list(on)
        documents, unmatched, said = join_documents(self.documents, table, names)
        joined = [*self.info.get("joined", ()), list(said)]
        return replace(
            self,
            documents=documents,
            stored={**self.stored, "unmatched": unmatched},
            info={**self.info, "joined": joined},
        )

    @guarded
    def with_groups(
        self,
        groups: pd.DataFrame | Mapping[str, Sequence[str]],
        *,
        name: str = "region",
        on: str | Sequence[str] | None = None,
    ) -> Corpus:
        """Add groups of places of your own, which then serve as ``by="…"`` everywhere.

        Parameters
        ----------
        groups
            A table with a column of places (names, short ones too, or ``adcode``) and a column of
            groups; a table like the shipped groupings (``grouping, group, adcodes``); or a mapping
            such as ``{"沿海": ["浙江", "福建"], "内陆": ["四川"]}``.
        name
            What the new column is called, for a mapping.
        on
            The columns of places; found by their contents by default.

        Raises
        ------
        ParameterError
            There is no column of places, a place stands in two groups, or no report matches.

        Examples
        --------
        >>> from policytext import read_texts
        >>> corpus = read_texts({"浙江省2021年政府工作报告.txt": "推进医共体建设。"})
        >>> corpus.with_groups({"沿海": ["浙江", "福建"]}).documents["region"].tolist()
        ['沿海']
        """
        table = groups_table(groups, name)
        if on is None:
            table, keys = key_of_groups(table, self.documents)
        else:
            keys = [on] if isinstance(on, str) else list(on)
        return self.join(table, on=keys)

    @guarded
    def coverage(
        self,
        by: Sequence[str] = ("province", "year", "genre", "level"),
        *,
        min_certainty: str = "likely",
    ) -> Result:
        """Show how many reports, paragraphs and characters each cell holds, and what follows.

        Parameters
        ----------
        by
            Columns of documents.
        min_certainty
            Values of region and year that are less certain than this count as unknown.

        Raises
        ------
        ParameterError
            No such column, or no such certainty.
        """
        return coverage(self, by, min_certainty=min_certainty)

    @guarded
    def panel(
        self, by: Sequence[str] = ("province", "year"), *, min_certainty: str = "likely"
    ) -> Result:
        """Show region by year which cells have a report and which have none.

        Parameters
        ----------
        by
            Two columns of documents.
        min_certainty
            Values of region and year that are less certain than this count as unknown.

        Raises
        ------
        ParameterError
            Not two columns, no such column, or no such certainty.
        """
        return panel(self, by, min_certainty=min_certainty)

    def to_counts(
        self,
        *,
        words: Counts | None = None,
        terms: policytext.TermTable | None = None,
        themes: pd.DataFrame | None = None,
    ) -> Corpus:
        """Return the corpus without its sentences, so that it can be shared.

        The same as :func:`policytext.to_counts`, which stands in a later stage and is therefore
        asked for by its public name when it is needed.
        """
        import policytext

        return policytext.to_counts(self, words=words, terms=terms, themes=themes)

    def review(
        self,
        coding: pd.DataFrame | None = None,
        *,
        path: str | Path = "corrections.csv",
        author: str = "",
    ) -> policytext.Review:
        """Look at the reports one by one, and write what is right to a file of corrections.

        The same as :func:`policytext.review`, which stands in a later stage.
        """
        import policytext

        return policytext.review(self, coding, path=path, author=author)

    def save(self, folder: str | Path, *, overwrite: bool = False) -> Path:
        """Write the corpus to a folder of Parquet tables, the whole folder or nothing.

        Parameters
        ----------
        folder
            Where to; it is made.
        overwrite
            Replace a corpus that stands there.

        Raises
        ------
        ReadingError
            The folder holds other files, or a saved corpus that nobody said to replace.
        """
        check_place(_a_path(folder, "folder"), overwrite=overwrite)
        return storage.write_folder(folder, self._write, {"info": dict(self.info)})

    def _write(self, folder: Path) -> None:
        for name, table in self.tables.items():
            storage.write_table(table, folder / f"{name}.parquet")
        for name, table in self.stored.items():
            storage.write_table(table, folder / f"stored_{name}.parquet")

    def _repr_html_(self) -> str:
        return summary_html(self)

    def __repr__(self) -> str:
        """Return a line with the corpus's name, size and design."""
        return (
            f"<Corpus {html.escape(self.name)}: {len(self.documents)} reports, "
            f"{len(self.paragraphs)} paragraphs, {self.design}"
            f"{'' if self.has_text else ', counts only'}>"
        )


def check_place(folder: str | Path, *, overwrite: bool) -> None:
    """Refuse to save where a saved corpus stands, unless it may be replaced.

    Raises
    ------
    ReadingError
        Saying how to replace it.
    """
    place = Path(folder).expanduser()
    if not overwrite and (place / storage.MANIFEST).is_file():
        raise ReadingError(
            f"{str(place)!r} holds a saved corpus already; choose another folder, or write "
            "save(folder, overwrite=True), or --overwrite on the command line, to replace it"
        )


def _a_path(path: object, named: str) -> str | Path:
    if not isinstance(path, str | Path):
        raise ParameterError(f"{named} must be a path, got {type(path).__name__}")
    return path


def check_corpus(corpus: object, *, named: str = "corpus") -> None:
    """Refuse what is no corpus, and say how to make one.

    >>> check_corpus(["text"])
    Traceback (most recent call last):
    policytext.errors.ParameterError: corpus must be a Corpus and stands first, got list; read a
    folder with read_corpus, or texts with read_texts({"name": "text"})
    """
    if not isinstance(corpus, Corpus):
        raise ParameterError(
            f"{named} must be a Corpus and stands first, got {type(corpus).__name__}; read a "
            'folder with read_corpus, or texts with read_texts({"name": "text"})'
        )


def load_corpus(folder: str | Path) -> Corpus:
    """Load a corpus that was saved or read onto disk, after checking every file's checksum.

    Parameters
    ----------
    folder
        Where ``Corpus.save`` wrote it, or ``read_corpus(…, out=folder)``; the latter's texts stay
        on the disk until they are asked for.

    Returns
    -------
    Corpus
        The same tables, types and facts.

    Raises
    ------
    ReadingError
        There is no saved corpus at this place.
    DamagedFileError
        A file lacks or was changed.
    CorpusError
        A table of a corpus lacks.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> from policytext import load_corpus, read_texts
    >>> with TemporaryDirectory() as folder:
    ...     _ = read_texts({"a.txt": "推进医共体建设。"}).save(Path(folder) / "saved")
    ...     len(load_corpus(Path(folder) / "saved"))
    1
    """
    path = Path(_a_path(folder, "folder")).expanduser()
    if path.is_dir() and not (path / storage.MANIFEST).is_file():
        raise ReadingError(
            f"{str(path)!r} must be a folder saved by policytext, but it has no "
            f"{storage.MANIFEST}; read a folder of reports with read_corpus"
        )
    manifest = storage.read_manifest(path)
    if "parts" in manifest:
        read = open_parts(path, manifest)
    else:
        read = {Path(name).stem: storage.read_parquet(path / name) for name in manifest["files"]}
    stored = {k.removeprefix("stored_"): v for k, v in read.items() if k.startswith("stored_")}
    missing = [name for name in TABLES if name not in read]
    if missing:
        raise CorpusError(f"{str(path)!r} must hold the tables {missing} to be a corpus")
    return Corpus(
        **{name: read[name] for name in TABLES}, stored=stored, info=manifest.get("info", {})
    )


# Which rows belong to the reports chosen?


def chosen(corpus: Corpus, which: str | Sequence[bool] | pd.Series) -> dict[str, Any]:
    """Return the tables of a corpus cut down to the reports that a query or mask chooses."""
    kept = _chosen_documents(corpus.documents, which)
    of_docs = corpus.paragraphs["doc_id"].isin(kept["doc_id"])
    sources = set(kept["source_id"])
    return {
        "sources": corpus.sources[corpus.sources["source_id"].isin(sources)],
        "documents": kept,
        "claims": corpus.claims[corpus.claims["doc_id"].isin(kept["doc_id"])],
        "paragraphs": corpus.paragraphs[of_docs],
        "ledger": corpus.ledger[corpus.ledger["source_id"].isin(sources)],
        "stored": _subset_stored(corpus.stored, np.asarray(of_docs), set(kept["doc_id"]), sources),
        "info": {**corpus.info, "subset": True},
    }


def _chosen_documents(
    documents: pd.DataFrame, which: str | Sequence[bool] | pd.Series
) -> pd.DataFrame:
    if not isinstance(which, str | Sequence | pd.Series | np.ndarray):
        raise ParameterError(
            'subset takes a condition such as "year >= 2020", or one True or False a report, '
            f"got {which!r}"
        )
    if isinstance(which, str):
        kept = rows_where(documents, which, partial(place_meant, documents))
        if not kept.any():
            raise NotEnoughDataError(
                f"the condition {which!r} chooses none of the {len(documents)} reports; "
                f"{_values_named(documents, which)}"
            )
        return documents[kept]
    if len(which) != len(documents):
        raise ParameterError(
            f"the mask must have {len(documents)} values, one a report, got {len(which)}"
        )
    mask = np.asarray(which)
    if mask.dtype != bool and not set(pd.unique(mask)) <= {True, False}:
        raise ParameterError(
            "the mask must hold True or False for each report; unknown values choose nothing: "
            "write for example (corpus.documents['year'] >= 2020).fillna(False)"
        )
    if len(documents) and not mask.any():
        raise NotEnoughDataError(f"the mask chooses none of the {len(documents)} reports")
    return documents[mask.astype(bool)]


def _values_named(documents: pd.DataFrame, condition: str) -> str:
    """Say which values the columns of a condition hold."""
    said = []
    for column in [str(c) for c in documents.columns if str(c) in condition]:
        values = sorted({str(v) for v in documents[column].dropna()} - {""})
        more = ", …" if len(values) > 12 else ""
        said.append(f"{column} holds {', '.join(values[:12]) or 'nothing'}{more}")
    return "; ".join(said) or "see corpus.documents"


def _subset_stored(
    stored: Mapping[str, pd.DataFrame],
    rows: NDArray[np.bool_],
    doc_ids: set[str],
    sources: set[str],
) -> dict[str, pd.DataFrame]:
    """Keep the stored rows of the chosen paragraphs; row numbers follow the new table."""
    new_row = np.cumsum(rows) - 1
    out: dict[str, pd.DataFrame] = {}
    for name, table in stored.items():
        if "row" in table.columns and name in STORED_TABLES:
            kept = table[rows[table["row"].to_numpy()]]
            out[name] = kept.assign(row=new_row[kept["row"].to_numpy()]).reset_index(drop=True)
        elif "doc_id" in table.columns:
            out[name] = table[table["doc_id"].isin(doc_ids)].reset_index(drop=True)
        elif name == "left_out":
            out[name] = table[table["source_id"].isin(sources)].reset_index(drop=True)
        else:
            out[name] = table
    return out


# Which regions, years, genres and levels does a corpus cover, and what can it compare?


def coverage(corpus: Corpus, by: Sequence[str], *, min_certainty: str) -> Result:
    """Count reports, paragraphs and characters in each cell, with what they can carry."""
    by = checked_names(by)
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
        title=say("corpus.coverage.title"),
        columns={**_notes_on(by), **columns_of("corpus")},
        method=Method(
            say(
                "corpus.coverage.method",
                by=listing(by),
                min_certainty=name_of("certainty", min_certainty),
            )
        ),
        cautions=tuple(_limits(corpus, docs, by)),
        parameters={"by": tuple(by), "min_certainty": min_certainty},
        corpus=corpus,
        evidence_from=lambda: _evidence(corpus, docs, table, by),
    )


def panel(corpus: Corpus, by: Sequence[str], *, min_certainty: str) -> Result:
    """List every pair of values and say whether there is a report: no report is not a zero."""
    by = checked_names(by)
    if len(by) != 2:
        raise ParameterError(f"by must name two columns, got {by}")
    docs = _unique_reports(corpus, by, min_certainty)
    known = docs[(docs[list(by)] != UNKNOWN).all(axis=1)]
    index = pd.MultiIndex.from_product([sorted(known[c].unique()) for c in by], names=list(by))
    cells = known.groupby(list(by)).agg(reports=("doc_id", "size"), han=("n_han", "sum"))
    table = cells.reindex(index, fill_value=0).reset_index()
    table["status"] = table["reports"].gt(0).map({True: "report", False: "no report"})
    gaps, left = int(table["reports"].eq(0).sum()), len(docs) - len(known)
    return Result(
        table=table,
        title=say("corpus.panel.title"),
        columns={**_notes_on(by), **columns_of("panel")},
        method=Method(say("corpus.panel.method")),
        cautions=(say("corpus.panel.gaps", n_table=len(table), gaps=gaps, left=left),),
        parameters={"by": tuple(by), "min_certainty": min_certainty},
        corpus=corpus,
        evidence_from=lambda: _evidence(corpus, docs, table, by),
    )


def checked_names(by: Sequence[str]) -> list[str]:
    """Return names of columns as a list, refusing none, doubled ones and what is no name.

    >>> checked_names("province")
    ['province']
    """
    names = [by] if isinstance(by, str) else by
    if not isinstance(names, list | tuple) or not all(isinstance(n, str) and n for n in names):
        raise ParameterError(f"by must be a list of names of columns, got {by!r}")
    if not names or len(set(names)) != len(names):
        raise ParameterError(f"by must name one or more columns, each once, got {by!r}")
    return list(names)


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
    said: list[Bilingual] = []
    for column in by:
        n = int((docs[column] == UNKNOWN).sum())
        if n:
            said.append(say("corpus.limits.unknown", n_docs=len(docs), unknown=n, column=column))
    for column in [c for c in ("province", "city", "county") if c in by]:
        counts = docs.loc[docs[column] != UNKNOWN, column].value_counts()
        n = int((counts == 1).sum())
        if n:
            values = {"n_counts": len(counts), "column": column, "single": n}
            said.append(say("corpus.limits.one_report", **values))
    for column in [c for c in ("genre", "level") if c in by and docs[c].nunique() > 1]:
        kinds = _in_numbers(docs[column].value_counts())
        said.append(say("corpus.limits.several", column=column, kinds=kinds))
    nearly = corpus.borders["doc_id"].nunique()
    if nearly:
        said.append(say("corpus.limits.borders", nearly=nearly))
    left = corpus.left_out
    if len(left):
        values = {"parts": len(left), "n_files": left["source_id"].nunique()}
        said.append(say("corpus.limits.left_out", kinds=_counted_kinds(left), **values))
    flags = corpus.paragraphs["flags"].str
    scanned = flags.contains(r"(?:^|\|)ocr(?:\||$)")
    if scanned.any():
        unsure = int(flags.contains("doubtful_", regex=False).sum())
        n_docs = int(corpus.paragraphs.loc[scanned, "doc_id"].nunique())
        said.append(say("corpus.limits.ocr", n_docs=n_docs, n=int(scanned.sum()), unsure=unsure))
    said += [*corpus.joined, *said_of_traditional(corpus)]
    return [*said, say("comparable.convenience")] if corpus.design == "convenience" else said


def said_of_traditional(corpus: Corpus) -> list[Bilingual]:
    """Return a caution where reports are in traditional characters, in which terms do not match."""
    docs = corpus.documents
    damage = docs["damage"].fillna("").str
    found = docs[damage.contains(r"(?:^|\|)traditional(?:\||$)")]
    whole = int(docs["n_han"].sum())
    if found.empty or not whole:
        return []
    share = float(found["n_han"].sum()) / whole
    return [say("corpus.traditional", n_docs=len(found), share=share)]


def _counted_kinds(left: pd.DataFrame) -> str:
    """Return the kinds of what was left out with their numbers, the most frequent first."""
    return ", ".join(f"{kind} {n}" for kind, n in left["kind"].value_counts().items())


def _evidence(
    corpus: Corpus, docs: pd.DataFrame, table: pd.DataFrame, by: Sequence[str]
) -> pd.DataFrame:
    rows = table[list(by)].reset_index(names="row_id")
    of_doc = docs.merge(rows, on=list(by))[["row_id", "doc_id"]]
    places = corpus.paragraphs[["doc_id", "para_no"]].merge(of_doc, on="doc_id")
    return evidence_of_places(places, order=["row_id", "doc_id", "para_no"])


# How does a corpus look in a notebook?


def summary_html(corpus: Corpus) -> str:
    """Return a small HTML page for a notebook: size, certainty and the reports by province."""
    docs = corpus.documents
    size = say(
        "corpus.shown.size",
        n_docs=len(docs),
        n_paragraphs=len(corpus.paragraphs),
        n_han=f"{int(docs['n_han'].sum()):,}",
        skipped=len(corpus.skipped),
        design=name_of("record", corpus.design),
    )
    lines = [size] if corpus.has_text else [size, say("corpus.shown.counts_only")]
    if len(corpus.borders):
        lines.append(say("corpus.shown.borders", n_docs=corpus.borders["doc_id"].nunique()))
    if len(corpus.left_out):
        lines.append(say("corpus.shown.left_out", kinds=_counted_kinds(corpus.left_out)))
    for name, column in list(CERTAINTY_COLUMNS.items())[:2]:
        said, named = _in_numbers(docs[column].value_counts()), name_of("column", name)
        lines.append(Bilingual(f"{named.zh}：{said.zh}", f"{named.en}: {said.en}"))
    if len(docs):
        by = corpus.document_groups("province").value_counts().sort_index()
        lines.append(_in_numbers(by))
    shown = (html.escape(spoken(line, between=" / ")) for line in lines)
    body = "".join(f"<p style='margin:.2em 0'>{line}</p>" for line in shown)
    return f"<div><strong>{html.escape(corpus.name)}</strong>{body}</div>"


def _in_numbers(counts: pd.Series[int]) -> Bilingual:
    """Return words and how often each stands, in both languages."""
    said = ((place_of(str(word)), n) for word, n in counts.items())
    return listing(Bilingual(f"{word.zh} {n}", f"{word.en} {n}") for word, n in said)


def _notes_on(by: Sequence[str]) -> dict[str, str]:
    """Return what the columns mean by which reports are counted, in both languages."""
    return {c: f"报告的{label_of(c, 'zh')} / {c} of the report" for c in by}

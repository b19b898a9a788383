"""What is a corpus, and how are its paragraphs chosen, grouped and joined with other tables?"""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from policytext import contract, coverage, selection, storage
from policytext.errors import CorpusError, NeedsTextError
from policytext.records import (
    KINDS_COUNTED,
    PARTS_LEFT_OUT,
    TABLES,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from policytext.result import Result


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

    @property
    def unmatched(self) -> pd.DataFrame:
        """What the last ``join`` could not match, from either side (``side``, keys)."""
        return self.stored.get("unmatched", pd.DataFrame({"side": pd.Series(dtype="str")})).copy()

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
        self, *, parts: Sequence[str] | None = None, kinds: Sequence[str] = KINDS_COUNTED
    ) -> NDArray[np.bool_]:
        """Say for each paragraph whether it is counted.

        Parameters
        ----------
        parts
            Parts of report to count; by default all but annex and glossary, which repeat the rest.
        kinds
            Kinds of paragraph to count; by default body and list.

        Returns
        -------
        numpy.ndarray
            True or False for each row of ``paragraphs``; never True in a report that is marked
            as a duplicate of another.
        """
        table = self.paragraphs
        part = table["part_of_report"]
        chosen = ~part.isin(PARTS_LEFT_OUT) if parts is None else part.isin(list(parts))
        twice = self.documents.loc[self.documents["duplicate_of"] != "", "doc_id"]
        kept = chosen & table["kind"].isin(list(kinds)) & ~table["doc_id"].isin(twice)
        return np.asarray(kept, dtype=bool)

    def groups(self, by: str | Sequence[str], *, min_certainty: str = "likely") -> pd.Series:
        """Return one group label a paragraph.

        Parameters
        ----------
        by
            A column of documents or paragraphs, or a list of columns (labels are then tuples).
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
            return selection.labels(self.paragraphs[by]).rename(by)
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
        return selection.document_labels(self.documents, by, min_certainty, columns)

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

    def subset(self, which: str | Sequence[bool] | pd.Series) -> Corpus:
        """Return the reports that a query or mask chooses, with all that belongs to them.

        Parameters
        ----------
        which
            A query on ``documents`` such as ``"province == '广东省' and year >= 2020"``, or one
            True or False a report.

        Raises
        ------
        ParameterError
            The query cannot be read, or the mask has another length.
        """
        return replace(self, **selection.chosen(self, which))

    def join(self, table: pd.DataFrame, *, on: str | Sequence[str]) -> Corpus:
        """Add the columns of a table to ``documents``; ``.unmatched`` lists what did not match.

        Parameters
        ----------
        table
            One row a key; e.g. population by ``adcode`` and ``year``.
        on
            Key columns, present in both tables.

        Raises
        ------
        ParameterError
            A key lacks, a key stands twice in the table, or a column would be overwritten.
        """
        documents, unmatched = coverage.join_documents(
            self.documents, table, [on] if isinstance(on, str) else list(on)
        )
        return replace(self, documents=documents, stored={**self.stored, "unmatched": unmatched})

    def coverage(
        self, by: Sequence[str] = ("province", "year", "genre", "level"), **options: Any
    ) -> Result:
        """Show how many reports, paragraphs and characters each cell holds, and what follows."""
        return coverage.coverage(self, by, **options)

    def panel(self, by: Sequence[str] = ("province", "year"), **options: Any) -> Result:
        """Show region by year which cells have a report and which have none."""
        return coverage.panel(self, by, **options)

    def to_counts(self, **options: Any) -> Corpus:
        """Return the corpus without its sentences, so that it can be shared; see ``to_counts``."""
        from policytext.counts_only import to_counts

        return to_counts(self, **options)

    def save(self, folder: str | Path) -> Path:
        """Write the corpus to a folder of Parquet tables, the whole folder or nothing.

        Raises
        ------
        ReadingError
            The folder holds other files.
        """
        return storage.write_folder(folder, self._write, {"info": dict(self.info)})

    def _write(self, folder: Path) -> None:
        for name, table in self.tables.items():
            storage.write_table(table, folder / f"{name}.parquet")
        for name, table in self.stored.items():
            storage.write_table(table, folder / f"stored_{name}.parquet")

    def _repr_html_(self) -> str:
        return coverage.summary_html(self)

    def __repr__(self) -> str:
        """Return a line with the corpus's name, size and design."""
        return (
            f"<Corpus {html.escape(self.name)}: {len(self.documents)} reports, "
            f"{len(self.paragraphs)} paragraphs, {self.design}"
            f"{'' if self.has_text else ', counts only'}>"
        )


def load_corpus(folder: str | Path) -> Corpus:
    """Load a corpus that ``Corpus.save`` wrote, after checking every file's checksum.

    Raises
    ------
    ReadingError
        There is no saved corpus at this place.
    DamagedFileError
        A file lacks or was changed.
    """
    path = Path(folder).expanduser()
    manifest = storage.read_manifest(path)
    read = {Path(name).stem: storage.read_parquet(path / name) for name in manifest["files"]}
    stored = {k.removeprefix("stored_"): v for k, v in read.items() if k.startswith("stored_")}
    missing = [name for name in TABLES if name not in read]
    if missing:
        raise CorpusError(f"{str(path)!r} must hold the tables {missing} to be a corpus")
    return Corpus(
        **{name: read[name] for name in TABLES}, stored=stored, info=manifest.get("info", {})
    )

"""How are all files of a folder read, parsed and put together as a corpus?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from policytext.contract import as_table
from policytext.corpus import Corpus
from policytext.errors import ParameterError
from policytext.intake.duplicates import mark_duplicates
from policytext.intake.parsing import Parsed, parse_source
from policytext.origin.metadata import apply_metadata, read_metadata
from policytext.reading.folder import read_files
from policytext.reading.source import Skipped, Source
from policytext.records import DESIGNS

if TYPE_CHECKING:
    from collections.abc import Iterator


def read_corpus(
    path: str | Path,
    *,
    name: str = "",
    design: str = "convenience",
    columns: Mapping[str, str | int] | None = None,
    metadata: str | Path | pd.DataFrame | None = None,
    corrections: str | Path | pd.DataFrame | None = None,
    rules: str | Path | None = None,
    n_jobs: int = 1,
    progress: bool = True,
) -> Corpus:
    """Read a file or folder of reports into a corpus.

    Every file ends in ``documents`` or in ``skipped`` with a reason, and every character in a
    paragraph or in the ledger.

    Parameters
    ----------
    path
        A file, or a folder that is read with all folders below it.
    name
        What the corpus is called in titles; the folder's name by default.
    design
        How the reports came together: ``census`` (all reports of a population), ``sample`` or
        ``convenience``. It decides what can be inferred.
    columns
        For tables (.xlsx, .csv, .tsv, .jsonl): which column holds ``text`` and, if any,
        ``title``, ``year``, ``province`` and so on; names, or numbers from 0 where there is no
        header.
    metadata
        A table that says what is known about files or reports; its values are ``stated``.
    corrections
        A table ``doc_id, field, value, author`` that wins over everything.
    rules
        A CSV file with your own replacements (``pattern, replacement, condition, name``); they
        run last on each report and stand in the ledger like all others.
    n_jobs
        Files read at once. The tables are the same for any number.
    progress
        Show a progress bar.

    Returns
    -------
    Corpus
        With ``skipped`` filled in.

    Raises
    ------
    ParameterError
        There is nothing at ``path``, or the design is unknown.
    ReadingError
        The folder is empty.

    Examples
    --------
    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> _ = (folder / "a.txt").write_text("甲县2021年工作总结\\n全县建成医共体2个。\\n", "utf-8")
    >>> corpus = read_corpus(folder, progress=False)
    >>> len(corpus), int(corpus.paragraphs["n_han"].sum()) > 0
    (1, True)
    """
    if design not in DESIGNS:
        raise ParameterError(f"design must be one of {list(DESIGNS)}, got {design!r}")
    skipped: list[Skipped] = []
    stated: list[dict[str, str]] = []
    found = read_files(path, columns=columns, progress=progress)
    tables = _tables(_parse_all(_kept(found, skipped, stated), rules, n_jobs))
    tables["skipped"] = as_table("skipped", [one._asdict() for one in skipped])
    tables["documents"], tables["claims"] = mark_duplicates(
        tables["documents"], tables["claims"], tables["paragraphs"]
    )
    unmatched = _state_facts(tables, stated, metadata, corrections)
    info = {"name": name or Path(path).stem, "design": design}
    return Corpus(**tables, stored={"unmatched": unmatched}, info=info)


def _kept(
    found: Iterable[Source | Skipped], skipped: list[Skipped], stated: list[dict[str, str]]
) -> Iterator[Source]:
    """Yield sources one by one; put aside what was skipped and what tables say of a report."""
    for one in found:
        if isinstance(one, Skipped):
            skipped.append(one)
            continue
        if one.metadata:
            stated.append({"doc_id": f"{one.source_id}#1", **one.metadata})
        yield one


def _state_facts(
    tables: dict[str, pd.DataFrame],
    own: list[dict[str, str]],
    metadata: str | Path | pd.DataFrame | None,
    corrections: str | Path | pd.DataFrame | None,
) -> pd.DataFrame:
    """Let columns of tables, then metadata, then corrections override what was read.

    Returns what fits no report; the tables are replaced in place in the dict.
    """
    left = []
    for stated, corrected in (
        (pd.DataFrame(own) if own else None, None),
        (
            read_metadata(metadata) if metadata is not None else None,
            read_metadata(corrections) if corrections is not None else None,
        ),
    ):
        if stated is None and corrected is None:
            continue
        done = apply_metadata(
            tables["documents"], tables["claims"], stated, corrected, sources=tables["sources"]
        )
        tables["documents"] = as_table("documents", done.documents)
        tables["claims"] = as_table("claims", done.claims)
        left.append(done.unmatched)
    return pd.concat(left, ignore_index=True) if left else pd.DataFrame({"table": []}, dtype="str")


def _parse_all(
    sources: Iterable[Source], rules: str | Path | None, n_jobs: int
) -> Iterator[Parsed]:
    """Parse sources as they are read, so that no step holds all raw texts at once."""
    from joblib import Parallel, delayed

    path = str(rules) if rules else None
    jobs = Parallel(n_jobs=n_jobs, return_as="generator")
    yield from jobs(delayed(parse_source)(source, path) for source in sources)


def _tables(parsed: Iterable[Parsed]) -> dict[str, Any]:
    rows: dict[str, list[dict[str, Any]]] = {
        name: [] for name in ("sources", "documents", "claims", "paragraphs", "ledger")
    }
    for one in parsed:
        rows["sources"].append(one.source)
        for name in ("documents", "claims", "paragraphs", "ledger"):
            rows[name] += getattr(one, name)
    return {name: as_table(name, values) for name, values in rows.items()}

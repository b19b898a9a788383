"""How do sentences come back to a corpus of counts, for whoever has the raw files?"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from policytext.errors import ReadingError
from policytext.intake.reading import read_corpus

if TYPE_CHECKING:
    from collections.abc import Mapping

    from policytext.corpus import Corpus


def restore_text(
    corpus: Corpus,
    raw: str | Path,
    *,
    columns: Mapping[str, str | int] | None = None,
    progress: bool = True,
) -> Corpus:
    """Return a corpus of counts with its sentences, read again from the raw files.

    Parameters
    ----------
    corpus
        A corpus of counts.
    raw
        File or folder with the same raw files.
    columns
        Column map of tables, as for ``read_corpus``.
    progress
        Show a progress bar.

    Returns
    -------
    Corpus
        The reports of ``corpus`` with text and ledger; what is stated in its ``documents`` stays.

    Raises
    ------
    ReadingError
        A file lacks, is another one than the corpus was made from, or is now cut into other
        paragraphs because the rules of cleaning have changed since.
    """
    found = read_corpus(
        raw, name=corpus.name, design=corpus.design, columns=columns, progress=progress
    )
    have = dict(zip(found.sources["source_id"], found.sources["sha256_bytes"], strict=True))
    for source_id, checksum in zip(
        corpus.sources["source_id"], corpus.sources["sha256_bytes"], strict=True
    ):
        if have.get(source_id) != checksum:
            state = "is another file" if source_id in have else "is missing"
            raise ReadingError(
                f"{str(raw)!r} must hold the raw file {source_id!r} with SHA-256 "
                f"{checksum[:12]}…, but it {state}"
            )
    chosen = found.subset(found.documents["doc_id"].isin(corpus.documents["doc_id"]))
    keys = ["doc_id", "para_no", "raw_start", "raw_end", "n_han"]
    if not chosen.paragraphs[keys].equals(corpus.paragraphs[keys]):
        raise ReadingError(
            "the raw files are the same, but this version of policytext cuts other paragraphs "
            "from them; read them anew with read_corpus and recount"
        )
    whole = len(chosen) == len(found)
    return replace(
        corpus,
        claims=chosen.claims,
        paragraphs=corpus.paragraphs.assign(text=chosen.paragraphs["text"]),
        ledger=chosen.ledger,
        info={**corpus.info, "has_text": True, "subset": not whole},
    )

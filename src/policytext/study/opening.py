"""Where does the corpus of a study come from: raw files, saved counts, or nowhere?"""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd

from policytext.contract import empty_table
from policytext.corpus import Corpus, load_corpus
from policytext.errors import PolicytextError, ReadingError, StudyError
from policytext.intake import read_corpus
from policytext.records import TABLES
from policytext.storage import file_digests, stands
from policytext.study.lock import PARTS, digest, files_digest, version_of
from policytext.study.settings import (
    CorpusSettings,
    Study,
    SupplementSettings,
    load_study,
    study_file,
)

KEY_FILE = "corpus.key"


def open_corpus(
    study: Study,
    folder: Path,
    raw: str | Path | None = None,
    *,
    keep: Path | None = None,
    progress: bool = True,
) -> Corpus:
    """Read the raw files of a study where they are at hand, its saved counts otherwise."""
    settings = study.corpus
    if settings is None:
        tables: dict[str, Any] = {name: empty_table(name) for name in TABLES}
        return Corpus(**tables, info={"name": "no corpus", "has_text": False})
    files = raw_files(settings.raw, folder, raw)
    if files is not None:
        return _read_or_kept(settings, folder, files, keep, progress)
    if raw is not None:
        raise StudyError(
            f"{str(raw)!r} must hold the raw files {settings.raw!r} of corpus {settings.name!r}, "
            f"and there are none"
        )
    if settings.saved:
        try:
            return load_corpus(folder / settings.saved)
        except ReadingError as error:
            raise StudyError(f"the saved corpus of the study cannot be opened: {error}") from error
    raise StudyError(
        f"corpus {settings.name!r} needs its raw files {settings.raw!r}; point to their folder "
        f"with --raw FOLDER or POLICYTEXT_RAW"
    )


def study_corpus(study: str | Path, raw: str | Path | None = None) -> Corpus:
    """Open the corpus of a study: its raw reports where they are at hand, saved counts otherwise.

    Parameters
    ----------
    study
        A folder with a ``study.toml``, or the file itself.
    raw
        Folder with the raw reports; by default the one that the environment variable
        ``POLICYTEXT_RAW`` names, if any.

    Returns
    -------
    Corpus
        With sentences if the raw reports were found; ``has_text`` says so.

    Raises
    ------
    StudyError
        The study file is wrong, or neither reports nor counts are there.

    Examples
    --------
    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> words = 'title_zh = "例"\\ntitle_en = "e"\\ncorpus = { name = "mine", raw = "a.txt" }'
    >>> _ = (folder / "study.toml").write_text(words, encoding="utf-8")
    >>> _ = (folder / "a.txt").write_text("甲县2021年工作总结\\n建成医共体。", encoding="utf-8")
    >>> study_corpus(folder).documents["year"].tolist()
    [2021]
    """
    file = study_file(study)
    return open_corpus(load_study(file), file.parent, raw, progress=False)


def raw_files(name: str, folder: Path, raw: str | Path | None) -> Path | None:
    """Return the folder or file of raw reports, the first of the places where it may be."""
    given = raw if raw is not None else os.environ.get("POLICYTEXT_RAW")
    if given:
        root = Path(given).expanduser()
        for inner in (root / name, root / Path(name).name) if name else (root,):
            if stands(inner):
                return inner
        return root if raw is not None and stands(root) else None
    beside = folder / name
    return beside if name and stands(beside) else None


def _read_or_kept(
    settings: CorpusSettings, folder: Path, files: Path, keep: Path | None, progress: bool
) -> Corpus:
    key = _reading_key(settings, folder, files)
    marker = keep / KEY_FILE if keep is not None else None
    if keep is not None and marker is not None and marker.is_file():
        try:
            if marker.read_text(encoding="utf-8") == key:
                return load_corpus(keep / "corpus")
        except PolicytextError:
            marker.unlink(missing_ok=True)
    corpus = _read(settings, folder, files, progress)
    if keep is not None and marker is not None:
        marker.unlink(missing_ok=True)
        corpus.save(keep / "corpus", overwrite=True)
        marker.write_text(key, encoding="utf-8")
    return corpus


def _read(settings: CorpusSettings, folder: Path, files: Path, progress: bool) -> Corpus:
    corpus = read_corpus(
        files,
        name=settings.name,
        design=settings.design,
        columns=settings.columns or None,
        metadata=folder / settings.metadata if settings.metadata else None,
        corrections=folder / settings.corrections if settings.corrections else None,
        traditional=settings.traditional,
        progress=progress,
    )
    _check_sums(corpus, settings.sha256)
    for supplement in settings.supplement:
        corpus = _supplemented(corpus, supplement, files, progress)
    return corpus


def _reading_key(settings: CorpusSettings, folder: Path, files: Path) -> str:
    """Return a digest of everything that decides what is read: files, settings, program."""
    own = [folder / name for name in (settings.metadata, settings.corrections) if name]
    more = [files.parent / Path(s.raw).name for s in settings.supplement]
    sums = [file_digests(place) for place in [files, *own, *more] if stands(place)]
    programs = {name: files_digest(places) for name, places in PARTS.items()}
    return digest([sums, settings.model_dump(), programs, version_of("policytext")])


def _check_sums(corpus: Corpus, wanted: dict[str, str]) -> None:
    have = dict(zip(corpus.sources["file"], corpus.sources["sha256_bytes"], strict=True))
    for name, checksum in wanted.items():
        if have.get(name) != checksum:
            state = "is another file" if name in have else "is not among the raw files"
            raise StudyError(
                f"the study was made with {name!r} (SHA-256 {checksum[:12]}…), which {state}"
            )


def _supplemented(
    corpus: Corpus, settings: SupplementSettings, files: Path, progress: bool
) -> Corpus:
    """Add the chosen reports of another file; those of the same key are replaced."""
    path = files.parent / Path(settings.raw).name
    if not path.exists():
        raise StudyError(f"the study needs {settings.raw!r} beside {files.name!r}, and it lacks")
    other = read_corpus(
        path,
        name=corpus.name,
        design=corpus.design,
        columns=settings.columns or None,
        progress=progress,
    ).subset(settings.where)
    key = settings.replaces
    kept = ~corpus.documents[key].isin(other.documents[key]) if key else None
    return joined(corpus.subset(kept) if kept is not None else corpus, other)


def joined(first: Corpus, second: Corpus) -> Corpus:
    """Return one corpus with the reports of two, whose files must be different ones."""
    tables: dict[str, Any] = {
        name: pd.concat([table, second.tables[name]], ignore_index=True)
        for name, table in first.tables.items()
    }
    return replace(first, **tables, stored={}, info={**first.info, "subset": True})

"""How is a study run from its file to tables, figures, page and record?"""

from __future__ import annotations

import json
import os
import platform
import resource
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from policytext.corpus import Corpus, load_corpus
from policytext.errors import NeedsTextError, NotEnoughDataError, ReadingError, StudyError
from policytext.intake.reading import read_corpus
from policytext.records import Bilingual
from policytext.report.page import Section, write_page
from policytext.study.analyses import Bench, analyse
from policytext.study.settings import AnalysisSettings, Study, load_study, study_file

if TYPE_CHECKING:
    from policytext.result import Result

RECORDED = (
    "policytext",
    "numpy",
    "pandas",
    "scipy",
    "scikit-learn",
    "spacy",
    "spacy-pkuseg",
    "gensim",
    "tomotopy",
    "statsmodels",
    "matplotlib",
)


@dataclass(frozen=True)
class Run:
    """What a study gave.

    Parameters
    ----------
    folder
        Where tables, figures, page and record were written.
    corpus
        The corpus that was analysed.
    results
        By the id of the analysis.
    not_run
        Why an analysis was not run, by its id.
    record
        What ``run.json`` holds.
    """

    folder: Path
    corpus: Corpus
    results: dict[str, Result]
    not_run: dict[str, str]
    record: dict[str, Any] = field(default_factory=dict)


def run_study(
    path: str | Path,
    *,
    out: str | Path | None = None,
    raw: str | Path | None = None,
    progress: bool = True,
) -> Run:
    """Run a study file and write tables (CSV), figures (SVG, PNG), ``report.html``, ``run.json``.

    Parameters
    ----------
    path
        The study file, or the folder that holds ``study.toml``.
    out
        Folder for the results; ``out`` beside the study file by default.
    raw
        Folder with the raw report files; ``POLICYTEXT_RAW`` by default. Without raw files a study
        runs on its saved counts, and what needs sentences is not run.
    progress
        Show a progress bar.

    Returns
    -------
    Run
        Results by analysis id, and why others were not run.

    Raises
    ------
    StudyError
        The study file is wrong, or neither raw files nor saved counts are at hand.
    """
    file = study_file(path)
    study = load_study(file)
    folder = Path(out).expanduser() if out is not None else file.parent / "out"
    seconds: dict[str, float] = {}
    with _timed("corpus", seconds):
        corpus = open_corpus(study, file.parent, raw, progress=progress)
    bench = Bench(corpus, study.words, study.seed)
    results: dict[str, Result] = {}
    not_run: dict[str, str] = {}
    for settings in _shown(study.analysis, progress):
        with _timed(settings.id, seconds):
            try:
                results[settings.id] = analyse(bench, settings)
            except (NeedsTextError, NotEnoughDataError) as error:
                not_run[settings.id] = str(error)
    record = _record(study, corpus, results, not_run, seconds)
    run = Run(folder, corpus, results, not_run, record)
    _write(run, study)
    return run


def open_corpus(
    study: Study, folder: Path, raw: str | Path | None, *, progress: bool = True
) -> Corpus:
    """Read the raw files of a study where they are at hand, its saved counts otherwise.

    Raises
    ------
    StudyError
        Neither is there, or a raw file is not the one the study names.
    """
    settings = study.corpus
    files = _raw_files(settings.raw, folder, raw)
    if files is not None:
        corpus = read_corpus(
            files,
            name=settings.name,
            design=settings.design,
            columns=settings.columns or None,
            metadata=folder / settings.metadata if settings.metadata else None,
            corrections=folder / settings.corrections if settings.corrections else None,
            progress=progress,
        )
        _check_sums(corpus, settings.sha256)
        return corpus
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


def _raw_files(name: str, folder: Path, raw: str | Path | None) -> Path | None:
    """Return the folder or file of raw reports, the first of the places where it may be."""
    given = raw if raw is not None else os.environ.get("POLICYTEXT_RAW")
    if given:
        root = Path(given).expanduser()
        inner = root / Path(name).name if name else root
        if inner.exists():
            return inner
        return root if raw is not None and root.exists() else None
    beside = folder / name
    return beside if name and beside.exists() else None


def _check_sums(corpus: Corpus, wanted: dict[str, str]) -> None:
    have = dict(zip(corpus.sources["file"], corpus.sources["sha256_bytes"], strict=True))
    for name, checksum in wanted.items():
        if have.get(name) != checksum:
            state = "is another file" if name in have else "is not among the raw files"
            raise StudyError(
                f"the study was made with {name!r} (SHA-256 {checksum[:12]}…), which {state}"
            )


def _shown(analyses: tuple[AnalysisSettings, ...], progress: bool) -> Iterator[AnalysisSettings]:
    from tqdm.auto import tqdm

    bar = tqdm(analyses, disable=not progress, unit="analysis", file=sys.stderr)
    for settings in bar:
        bar.set_description(settings.id)
        yield settings


@contextmanager
def _timed(name: str, seconds: dict[str, float]) -> Iterator[None]:
    start = time.perf_counter()
    yield
    seconds[name] = round(time.perf_counter() - start, 3)


def _record(
    study: Study,
    corpus: Corpus,
    results: dict[str, Result],
    not_run: dict[str, str],
    seconds: dict[str, float],
) -> dict[str, Any]:
    """Return what the run depended on and how many rows each step gave."""
    rows = {name: len(table) for name, table in corpus.tables.items()}
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {
        "study": study.title_en,
        "seed": study.seed,
        "versions": {name: _version(name) for name in RECORDED},
        "python": platform.python_version(),
        "corpus": {"name": corpus.name, "design": corpus.design, "has_text": corpus.has_text},
        "inputs": dict(
            zip(corpus.sources["source_id"], corpus.sources["sha256_bytes"], strict=True)
        ),
        "rows": {**rows, **{name: len(result) for name, result in results.items()}},
        "not_run": not_run,
        "seconds": seconds,
        "peak_memory_mb": round(peak),
    }


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"


def _write(run: Run, study: Study) -> None:
    """Write tables and figures of each analysis, then the page, then the record."""
    from policytext.plots.figure import close

    sections = []
    for settings in study.analysis:
        result = run.results.get(settings.id)
        title = Bilingual(settings.title_zh, settings.title_en or settings.title_zh)
        if result is None:
            reason = run.not_run[settings.id]
            title = title if title.zh else Bilingual(settings.id, settings.id)
            sections.append(Section(settings.id, None, None, Bilingual(reason, reason), title))
            continue
        result.to_csv(run.folder / "tables" / f"{settings.id}.csv")
        figure = _draw(result, run.folder / "figures" / settings.id) if settings.figure else None
        sections.append(Section(settings.id, result, figure, title=title))
    write_page(
        run.folder / "report.html",
        title=Bilingual(study.title_zh, study.title_en),
        summary=Bilingual(study.summary_zh, study.summary_en),
        corpus=run.corpus,
        sections=sections,
        run=run.record,
        language=study.language,
    )
    for section in sections:
        if section.figure is not None:
            close(section.figure)
    write_json(run.folder / "run.json", run.record)


def _draw(result: Result, stem: Path) -> Any:
    """Draw a result and save it; None where it has no figure."""
    from policytext.plots.figure import save_figure

    if result.figure is None:
        return None
    figure = result.plot().get_figure(root=True)
    if figure is not None:
        save_figure(figure, stem)
    return figure


def write_json(path: Path, content: dict[str, Any]) -> None:
    """Write JSON under a temporary name, then move it into place."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    part.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    part.replace(path)

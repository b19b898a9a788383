"""How is a study run from its file to tables, figures, page and record?"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from policytext.corpus import Corpus
from policytext.errors import NeedsTextError, NotEnoughDataError
from policytext.records import Bilingual
from policytext.report.page import Section, write_page
from policytext.study.analyses import analyse
from policytext.study.bench import Bench
from policytext.study.lock import LOCK_NAME, digest, make_lock
from policytext.study.methods_text import methods_paragraph
from policytext.study.opening import open_corpus
from policytext.study.settings import AnalysisSettings, Study, load_study, study_file
from policytext.study.steps import Step, finished_step, keep_step, made_step

if TYPE_CHECKING:
    from policytext.result import Result

STEPS = "steps"


@dataclass(frozen=True)
class Run:
    """What a study gave.

    Parameters
    ----------
    folder
        Where tables, figures, page and record were written.
    study
        The study that was run.
    corpus
        The corpus that was analysed.
    results
        By the id of the analysis.
    not_run
        Why an analysis was not run, by its id.
    needs_text
        Ids of those that were not run for want of sentences.
    lock
        What the results depend on.
    record
        What ``run.json`` holds.
    """

    folder: Path
    study: Study
    corpus: Corpus
    results: dict[str, Result]
    not_run: dict[str, str]
    needs_text: frozenset[str] = frozenset()
    lock: dict[str, Any] = field(default_factory=dict)
    record: dict[str, Any] = field(default_factory=dict)


def run_study(
    path: str | Path,
    *,
    out: str | Path | None = None,
    raw: str | Path | None = None,
    progress: bool = True,
) -> Run:
    """Run a study file and write its tables, figures, page, methods paragraph, lock and record.

    A run that was interrupted goes on after the last analysis that was finished: each is kept in
    ``steps/`` under a digest of its settings, the corpus and the program.

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
    folder.mkdir(parents=True, exist_ok=True)
    with _timed("corpus", seconds):
        corpus = open_corpus(study, file.parent, raw, keep=folder / STEPS, progress=progress)
    bench = Bench(corpus, study.words, study.seed, file.parent)
    lock = make_lock(study, bench)
    steps: dict[str, Step] = {}
    not_run: dict[str, str] = {}
    needs_text: set[str] = set()
    for settings in _shown(study.analysis, progress):
        with _timed(settings.id, seconds):
            try:
                steps[settings.id] = _step(bench, settings, folder, lock)
            except (NeedsTextError, NotEnoughDataError) as error:
                not_run[settings.id] = str(error)
                if isinstance(error, NeedsTextError):
                    needs_text.add(settings.id)
    results = {name: step.result for name, step in steps.items()}
    record = _record(study, corpus, results, not_run, seconds) | {"lock": lock}
    run = Run(folder, study, corpus, results, not_run, frozenset(needs_text), lock, record)
    _write(run, steps)
    return run


def _step(bench: Bench, settings: AnalysisSettings, folder: Path, lock: dict[str, Any]) -> Step:
    """Return an analysis that is finished already, or compute, write and keep it."""
    rest = {k: v for k, v in lock.items() if k not in ("analyses", "settings")}
    key = digest([settings.model_dump(), bench.words.model_dump(), rest])
    place = folder / STEPS / settings.id
    step = finished_step(place, key)
    stem = folder / "figures" / settings.id
    if step is None:
        result = analyse(bench, settings)
        step = made_step(result, *_drawn(result, stem) if settings.figure else (None,))
        keep_step(place, key, step)
    step.result.to_csv(folder / "tables" / f"{settings.id}.csv")
    return step


def _drawn(result: Result, stem: Path) -> tuple[Any]:
    """Draw a result, save the figure and close it; None where the result has none."""
    from policytext.plots.figure import close, save_figure

    if result.figure is None:
        return (None,)
    figure = result.plot().get_figure(root=True)
    if figure is not None:
        save_figure(figure, stem)
        close(figure)
    return (figure,)


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
    """Return how many rows each step gave, and what it took."""
    rows = {name: len(table) for name, table in corpus.tables.items()}
    return {
        "study": study.title_en,
        "seed": study.seed,
        "corpus": {"name": corpus.name, "design": corpus.design, "has_text": corpus.has_text},
        "rows": {**rows, **{name: len(result) for name, result in results.items()}},
        "not_run": not_run,
        "seconds": seconds,
        "peak_memory_mb": _peak_memory(),
    }


def _peak_memory() -> int | None:
    """Return the largest memory of this process in MB; None where the system does not tell."""
    try:
        import resource
    except ImportError:  # Windows
        return None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round(peak / (1024 * 1024 if sys.platform == "darwin" else 1024))


def _write(run: Run, steps: dict[str, Step]) -> None:
    """Write the page, the methods paragraph, the lock and the record."""
    study = run.study
    methods = methods_paragraph(run.corpus, list(run.results.values()), run.lock)
    write_page(
        run.folder / "report.html",
        title=Bilingual(study.title_zh, study.title_en),
        summary=Bilingual(study.summary_zh, study.summary_en),
        corpus=run.corpus,
        sections=[_section(settings, run, steps) for settings in study.analysis],
        methods=methods,
        run=run.record,
        language=study.language,
    )
    write_text(run.folder / "methods.md", methods.markdown())
    write_json(run.folder / LOCK_NAME, run.lock)
    write_json(run.folder / "run.json", run.record)


def _section(settings: AnalysisSettings, run: Run, steps: dict[str, Step]) -> Section:
    title = Bilingual(settings.title_zh, settings.title_en or settings.title_zh)
    step = steps.get(settings.id)
    if step is not None:
        return Section(settings.id, step.result, step.svg, step.evidence, title=title)
    reason = run.not_run[settings.id]
    title = title if title.zh else Bilingual(settings.id, settings.id)
    return Section(settings.id, None, note=Bilingual(reason, reason), title=title)


def write_json(path: Path, content: dict[str, Any]) -> None:
    """Write JSON under a temporary name, then move it into place."""
    write_text(path, json.dumps(content, ensure_ascii=False, indent=1) + "\n")


def write_text(path: Path, text: str) -> None:
    """Write a text under a temporary name, then move it into place."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(path.name + ".part")
    part.write_text(text, encoding="utf-8", newline="\n")
    part.replace(path)

"""How is a study run from its file to tables, figures, page and record?

Each analysis is kept when it is finished; page and methods paragraph are written from what was run.
"""

from __future__ import annotations

import json
import re
import sys
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from policytext.anatomy.clauses import SENTENCE_ENDS
from policytext.corpus import Corpus
from policytext.errors import NeedsTextError, NotEnoughDataError, PolicytextError, StudyError
from policytext.plots.figure import close, save_figure
from policytext.records import Bilingual, Method, spoken
from policytext.report import (
    LONGEST_TABLE,
    Section,
    in_chinese,
    svg_text,
    write_page,
    write_text,
)
from policytext.result import EVIDENCE, Drawing, Result, places
from policytext.storage import (
    read_manifest,
    read_parquet,
    sha256_file,
    stands,
    write_folder,
    write_table,
)
from policytext.study.analyses import analyse, check_analyses
from policytext.study.bench import Bench
from policytext.study.lock import LOCK_NAME, digest, make_lock
from policytext.study.opening import open_corpus
from policytext.study.published import published_figures
from policytext.study.settings import AnalysisSettings, Study, load_study, study_file
from policytext.texts import cite, say

# What would the methods section of a paper say about this run?

DESIGNS = {
    "census": say("run.designs.census"),
    "sample": say("run.designs.sample"),
    "convenience": say("run.designs.convenience"),
}

DOI = re.compile(r"10\.\d{4,9}/\S+")


@dataclass(frozen=True)
class MethodsText:
    """The methods paragraph of a run.

    ``sentences``: In order, Chinese and English.
    ``citations``: In alphabetical order, each once.
    """

    sentences: tuple[Bilingual, ...]
    citations: tuple[str, ...]

    @property
    def paragraph(self) -> Bilingual:
        """All sentences as one paragraph in either language."""
        return Bilingual(
            in_chinese("".join(s.zh for s in self.sentences)),
            " ".join(s.en for s in self.sentences),
        )

    def markdown(self) -> str:
        """Return the paragraph in both languages with its sources as Markdown."""
        sources = "\n".join(f"- {c}" for c in self.citations)
        return (
            f"# 方法 / Methods\n\n{self.paragraph.zh}\n\n{self.paragraph.en}\n\n"
            f"## 文献 / References\n\n{sources}\n"
        )


def methods_paragraph(
    corpus: Corpus, results: Sequence[Result], lock: Mapping[str, Any]
) -> MethodsText:
    """Write the methods paragraph from what was actually run.

    >>> from policytext.contract import empty_table
    >>> from policytext import Corpus
    >>> from policytext.records import TABLES
    >>> nothing = Corpus(**{name: empty_table(name) for name in TABLES})
    >>> methods_paragraph(nothing, [], {"versions": {}}).sentences
    ()
    """
    said: list[Bilingual] = []
    if len(corpus):
        said = [_on_corpus(corpus), _on_cleaning(corpus), _on_words(lock)]
    for result in results:
        if result.method.text not in said:
            said.append(_ended(result.method.text))
    cited = _once(c for result in results for c in result.method.citations)
    if len(corpus) and "pkuseg" in str(lock.get("segmentation model", "")):
        cited += cite("luo-2019")
    versions = lock.get("versions", {})
    if versions:
        said.append(_on_software(versions, lock.get("seed")))
    return MethodsText(tuple(_each_once(said)), tuple(sorted(cited)))


def _each_once(said: Iterable[Bilingual]) -> Iterator[Bilingual]:
    """Yield texts without the sentences that an earlier one has said, in either language."""
    told: set[str] = set()
    for text in said:
        parts = [
            (re.split(r"(?<=。)", text.zh), ""),
            (re.split(r"(?<=\.) (?=[A-Z])", text.en), " "),
        ]
        new = [
            joint.join(one for one in dict.fromkeys(sentences) if one not in told)
            for sentences, joint in parts
        ]
        told.update(*(sentences for sentences, _ in parts))
        if any(new):
            yield Bilingual(*new)


def _once(citations: Iterable[str]) -> list[str]:
    """Return each source once, known by its DOI where it has one; the longest wording wins."""
    found: dict[str, str] = {}
    for one in citations:
        doi = DOI.search(one)
        key = doi.group().lower().rstrip(".") if doi else one
        found[key] = max(found.get(key, ""), one, key=len)
    return list(found.values())


def _ended(text: Bilingual) -> Bilingual:
    zh, en = text.zh.rstrip(), text.en.rstrip()
    return Bilingual(
        zh if zh.endswith(("。", "）", "！")) else f"{zh}。", en if en.endswith(".") else f"{en}."
    )


def _on_corpus(corpus: Corpus) -> Bilingual:
    docs = corpus.documents
    once = docs[docs["duplicate_of"] == ""]
    years = once["year"].dropna()
    sure = ["stated", "certain"]
    province = int(once["province_certainty"].isin(sure).sum())
    year = int(once["year_certainty"].isin(sure).sum())
    ends = list(dict.fromkeys((int(years.min()), int(years.max())))) if len(years) else []
    span = "—".join(map(str, ends)) or "未知"
    span_en = "-".join(map(str, ends)) or "unknown"
    return say(
        "run.corpus",
        name=corpus.name,
        design=DESIGNS[corpus.design],
        n_once=len(once),
        han=int(once["n_han"].sum()),
        span=span,
        province=province,
        year=year,
        span_en=span_en,
    )


def _on_cleaning(corpus: Corpus) -> Bilingual:
    ledger = corpus.ledger
    inside = int((ledger["place"] == "inside").sum())
    outside = int((ledger["place"] == "outside").sum())
    return say("run.cleaning", inside=inside, outside=outside)


def _on_words(lock: Mapping[str, Any]) -> Bilingual:
    model = lock.get("segmentation model", "")
    table = lock.get("term table", "")
    if model == "stored counts":
        return say("run.words_stored", terms=str(table)[:12])
    return say("run.words_cut", model=model, terms=str(table)[:12])


def _on_software(versions: Mapping[str, str], seed: object) -> Bilingual:
    names = ("policytext", "numpy", "pandas", "scipy", "scikit-learn")
    used = ", ".join(f"{n} {versions[n]}" for n in names if n in versions)
    return say("run.software", used=used, python=versions.get("python", ""), seed=seed)


# How does a study go on after an interruption, from the last step that was finished?


class Finished(NamedTuple):
    """A finished analysis: its result, and its figure as SVG or ""."""

    result: Result
    svg: str = ""


def keep_step(folder: Path, key: str, step: Finished) -> Path:
    """Write a finished step to its folder, whole or not at all."""
    result, figure = step.result, step.result.figure

    def write(place: Path) -> None:
        write_table(_as_parquet_holds(result.table), place / "table.parquet")
        write_table(_as_parquet_holds(result.evidence), place / "evidence.parquet")
        if figure is not None and figure.table is not None:
            write_table(_as_parquet_holds(figure.table), place / "drawn.parquet")
        if result.coverage is not None:
            write_table(_as_parquet_holds(result.coverage), place / "coverage.parquet")
        (place / "figure.svg").write_text(step.svg, encoding="utf-8")
        words = json.dumps(_described(result), ensure_ascii=False, default=str)
        (place / "words.json").write_text(words, encoding="utf-8")

    return write_folder(folder, write, {"key": key})


def finished_step(folder: Path, key: str, corpus: Corpus) -> Finished | None:
    """Return a step finished under the same key; None if there is none or it is damaged."""
    try:
        if read_manifest(folder).get("key") != key:
            return None
        words = json.loads((folder / "words.json").read_text(encoding="utf-8"))
        drawn, strata = folder / "drawn.parquet", folder / "coverage.parquet"
        result = Result(
            read_parquet(folder / "table.parquet"),
            Bilingual(*words["title"]),
            words["columns"],
            Method(Bilingual(*words["method"]), tuple(words["citations"])),
            tuple(Bilingual(*c) for c in words["cautions"]),
            words["parameters"],
            corpus if words["has_evidence"] else None,
            read_parquet(folder / "evidence.parquet") if words["has_evidence"] else None,
            _drawing(words["figure"], read_parquet(drawn) if drawn.exists() else None),
            read_parquet(strata) if strata.exists() else None,
        )
        return Finished(result, (folder / "figure.svg").read_text(encoding="utf-8"))
    except (PolicytextError, OSError, ValueError, KeyError):
        return None


def _drawing(words: Mapping[str, Any] | None, table: pd.DataFrame | None) -> Drawing | None:
    if words is None:
        return None
    return Drawing(words["name"], words["settings"], table, words["titled"])


def _described(result: Result) -> Mapping[str, Any]:
    return {
        "title": list(result.title),
        "columns": dict(result.columns),
        "method": list(result.method.text),
        "citations": list(result.method.citations),
        "cautions": [list(c) for c in result.cautions],
        "parameters": {str(k): _jsonable(v) for k, v in result.parameters.items()},
        "has_evidence": result.corpus is not None and result.evidence_from is not None,
        "figure": None
        if result.figure is None
        else {
            "name": result.figure.name,
            "settings": dict(result.figure.settings),
            "titled": result.figure.titled,
        },
    }


def _jsonable(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return [_jsonable(one) for one in value]
    return value if isinstance(value, str | int | float | bool | None) else str(value)


def _as_parquet_holds(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table that Parquet can hold: mixed cells as text, columns named by text."""
    out = table.copy()
    for column in out.columns:
        if out[column].dtype == object:
            out[column] = out[column].map(str, na_action="ignore").astype("str")
    out.columns = pd.Index([str(c) for c in out.columns])
    return out


# What did a study give?

STEPS, FIGURES, RECORD = "steps", "figures", "run.json"


@dataclass(frozen=True)
class Run:
    """What a study gave.

    ``folder``: Where tables, figures, page and record were written.
    ``study``: The study that was run.
    ``corpus``: The corpus that was analysed.
    ``results``: By the id of the analysis.
    ``not_run``: Why an analysis was not run, by its id.
    ``needs_text``: Ids of those that were not run for want of sentences.
    ``lock``: What the results depend on.
    ``record``: What ``run.json`` holds.
    """

    folder: Path
    study: Study
    corpus: Corpus
    results: dict[str, Result]
    not_run: dict[str, str]
    needs_text: frozenset[str] = frozenset()
    lock: dict[str, Any] = field(default_factory=dict)
    record: dict[str, Any] = field(default_factory=dict)


# What is written of it: page, methods paragraph, lock and record?

SHOWN_PLACES = 3
"""Evidence that the page carries: this many places for each row that it shows."""

CONTEXT = 40

MEASURED = ("seconds", "peak_memory_mb")
"""What the record holds of the machine; not on the page, which is the same for equal results."""


def _places_behind(result: Result) -> pd.DataFrame:
    """Return the paragraphs behind the first rows of a result, each once.

    The weightiest of each report comes first, so that no side of a comparison is left unshown.
    """
    if result.corpus is None or result.evidence_from is None:
        return pd.DataFrame({name: [] for name in EVIDENCE})
    found = result.evidence[result.evidence["row_id"] < LONGEST_TABLE]
    found = found.sort_values("weight", ascending=False, kind="stable")
    found = found.drop_duplicates(["row_id", "doc_id", "para_no"])
    turn = found.groupby(["row_id", "doc_id"]).cumcount().rename("turn")
    return found.loc[turn.sort_values(kind="stable").index]


def shown_evidence(result: Result) -> tuple[pd.DataFrame, dict[int, int]]:
    """Return the first places behind the first rows of a result, and how many there are by row.

    A hit stands between its surroundings; of a whole paragraph the beginning is shown; without
    text there are only places.
    """
    columns = ["row_id", "title", "para_no", "left", "words", "right"]
    behind = _places_behind(result)
    n_places = {int(row): int(n) for row, n in behind["row_id"].value_counts().items()}
    first = behind.groupby("row_id").head(SHOWN_PLACES)
    if result.corpus is None or not len(first):
        return pd.DataFrame({c: [] for c in columns}, dtype="str"), n_places
    lines = places(result.corpus, first, within=["row_id"])
    spans = list(zip(lines["text"].astype("str"), lines["start"], lines["end"], strict=True))
    around = [_around(*span) for span in spans]
    lines["left"] = [left for left, _ in around]
    lines["right"] = [right for _, right in around]
    return lines[columns], n_places


def _around(text: str, start: int, end: int) -> tuple[str, str]:
    """Return what stands before and behind a hit; the beginning of a paragraph without one.

    >>> _around("全县建成医共体2个。", 4, 7), _around("进展顺利。", -1, -1)
    (('全县建成', '2个。'), ('', '进展顺利。'))
    >>> _around("新增托位" * 19 + "新增12.5万个", -1, -1)[1][-7:]
    '新增12.5…'
    """
    first, last = (0, 2 * CONTEXT) if start < 0 else (max(0, start - CONTEXT), end + CONTEXT)
    while first > 0 and _is_one_number(text[first - 1 : first + 1]):
        first -= 1
    while last < len(text) and _is_one_number(text[last - 1 : last + 1]):
        last += 1
    begins = first == 0 or text[first - 1 : first] in SENTENCE_ENDS  # no text: nothing is cut
    ends = last >= len(text) or text[last - 1] in SENTENCE_ENDS
    before, after = ("", text[:last]) if start < 0 else (text[first:start], text[end:last])
    return ("" if begins else "…") + before, after + ("" if ends else "…")


def _is_one_number(two: str) -> bool:
    """Say whether two signs belong to one number or Latin word, which no quotation cuts."""
    return all(sign.isascii() and (sign.isalnum() or sign in ".,%") for sign in two)


def _write(run: Run, steps: dict[str, Finished]) -> None:
    """Write the page, the methods paragraph, the lock and the record."""
    study = run.study
    methods = methods_paragraph(run.corpus, list(run.results.values()), run.lock)
    write_page(
        run.folder / "report.html",
        title=Bilingual(study.title_zh, study.title_en),
        summary=Bilingual(study.summary_zh, study.summary_en),
        corpus=run.corpus,
        sections=[
            *(_section(settings, run, steps) for settings in study.analysis),
            *_published(run),
        ],
        methods=methods,
        run={k: v for k, v in run.record.items() if k not in MEASURED}
        | {"not_run": {name: spoken(_why(name, run), study.language) for name in run.not_run}},
        language=study.language,
    )
    write_text(run.folder / "methods.md", methods.markdown())
    write_json(run.folder / LOCK_NAME, run.lock)
    write_json(run.folder / RECORD, run.record)


def _published(run: Run) -> list[Section]:
    """Return the part of the page that sets published figures beside ours, where there are any."""
    if not run.study.published:
        return []
    found = published_figures(run.study, run.results, run.not_run, run.needs_text)
    return [Section("page-published", found)]


def _section(settings: AnalysisSettings, run: Run, steps: dict[str, Finished]) -> Section:
    title = Bilingual(settings.title_zh, settings.title_en or settings.title_zh)
    step = steps.get(settings.id)
    if step is not None:
        return Section(
            settings.id,
            step.result,
            step.svg,
            *shown_evidence(step.result),
            title=title,
        )
    title = title if title.zh else Bilingual(settings.id, settings.id)
    return Section(settings.id, None, note=_why(settings.id, run), title=title)


def _why(name: str, run: Run) -> Bilingual:
    """Return why an analysis was not run; the error's own words stand behind the English."""
    reason = say("report.needs_text" if name in run.needs_text else "report.not_enough")
    if name in run.needs_text:
        return reason
    return Bilingual(reason.zh, f"{reason.en} {run.not_run[name]}")


def write_json(path: Path, content: dict[str, Any]) -> None:
    """Write JSON under a temporary name, then move it into place."""
    write_text(path, json.dumps(content, ensure_ascii=False, indent=1) + "\n")


# How is it run?


def _step(
    bench: Bench, settings: AnalysisSettings, folder: Path, lock: dict[str, Any], language: str
) -> Finished:
    """Return an analysis as it is kept, computed first unless it is finished already.

    A result that was computed now and one of an earlier run are read from the same files, so
    that both answer the same calls with the same tables.
    """
    rest = {k: v for k, v in lock.items() if k not in ("analyses", "settings")}
    files = _files_named(bench.folder, settings.parameters)
    key = digest([settings.model_dump(), bench.words.model_dump(), rest, language, *files])
    place = folder / STEPS / settings.id
    corpus = bench.chosen(settings.where).corpus
    step = finished_step(place, key, corpus)
    if step is None:
        result = analyse(bench, settings)
        svg = _drawn(result, folder / FIGURES / settings.id, language) if settings.figure else ""
        keep_step(place, key, Finished(result, svg))
        step = finished_step(place, key, corpus)
    elif step.svg and not all(stands(path) for path in _figure_files(folder, settings)):
        _drawn(step.result, folder / FIGURES / settings.id, language)
    if step is None:
        raise StudyError(f"analysis {settings.id!r} was computed and cannot be read from {place}")
    step.result.to_csv(folder / "tables" / f"{settings.id}.csv")
    return step


def _files_named(folder: Path, parameters: Mapping[str, Any]) -> list[str]:
    """Return checksums of the files that an analysis names, such as a codebook."""
    endings = (".xlsx", ".csv", ".yaml", ".yml")
    named = [v for v in parameters.values() if isinstance(v, str) and v.lower().endswith(endings)]
    paths = [folder / name for name in named]
    return [sha256_file(path) for path in paths if path.is_file()]


def _figure_files(folder: Path, settings: AnalysisSettings) -> list[Path]:
    return [folder / FIGURES / f"{settings.id}.{ending}" for ending in ("svg", "png")]


def _drawn(result: Result, stem: Path, language: str) -> str:
    """Draw a result, save the figure and return it as SVG; "" where the result has none."""
    figure = (
        result.plot(language=language).get_figure(root=True) if result.figure is not None else None
    )
    if figure is None:
        return ""
    stem.parent.mkdir(parents=True, exist_ok=True)
    for path in save_figure(figure, stem.with_name(f".part-{stem.name}")):
        path.replace(path.with_name(path.name.removeprefix(".part-")))
    svg = svg_text(figure)
    close(figure)
    return svg


def _with_progress(
    analyses: tuple[AnalysisSettings, ...], progress: bool
) -> Iterator[AnalysisSettings]:
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

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> words = 'title_zh = "核对"\\ntitle_en = "Checks"\\n[[analysis]]\\nid = "examples"\\n'
    >>> with TemporaryDirectory() as folder:
    ...     file = Path(folder, "study.toml")
    ...     _ = file.write_text(words + 'kind = "worked_examples"\\n', encoding="utf-8")
    ...     run = run_study(file, progress=False)
    >>> list(run.results), run.not_run
    (['examples'], {})
    """
    file = study_file(path)
    study = load_study(file)
    check_analyses(study.analysis)
    folder = Path(out).expanduser() if out is not None else file.parent / "out"
    seconds: dict[str, float] = {}
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StudyError(
            f"results must go into a folder that can be written, and {str(folder)!r} cannot: "
            f"{error.strerror}; choose another with --out"
        ) from error
    with _timed("corpus", seconds):
        corpus = open_corpus(study, file.parent, raw, keep=folder / STEPS, progress=progress)
    (folder / RECORD).unlink(missing_ok=True)  # written last: without it the folder is unfinished
    bench = Bench(corpus, study.words, study.seed, file.parent)
    lock = make_lock(study, bench)
    steps: dict[str, Finished] = {}
    not_run: dict[str, str] = {}
    needs_text: set[str] = set()
    for settings in _with_progress(study.analysis, progress):
        with _timed(settings.id, seconds):
            try:
                steps[settings.id] = _step(bench, settings, folder, lock, study.language)
            except (NeedsTextError, NotEnoughDataError) as error:
                not_run[settings.id] = str(error)
                if isinstance(error, NeedsTextError):
                    needs_text.add(settings.id)
    results = {name: step.result for name, step in steps.items()}
    record = _record(study, corpus, results, not_run, seconds) | {"lock": lock}
    run = Run(folder, study, corpus, results, not_run, frozenset(needs_text), lock, record)
    _write(run, steps)
    return run

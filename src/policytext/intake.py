"""How do files become a corpus?

Whoever reads this page knows the stages: files are read into sources (``reading``), a source is
cleaned (``cleaning``), split into reports and paragraphs (``anatomy``), and asked where and when
its reports come from (``origin``); the rows of all sources are then put together and checked for
reports that came twice.
"""

from __future__ import annotations

import difflib
import gc
import json
import warnings
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from importlib.metadata import version
from itertools import accumulate
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import Any, NamedTuple

import pandas as pd

from policytext.anatomy.ledger import ledger_rows
from policytext.anatomy.lines import Line
from policytext.anatomy.paragraphs import ParagraphSlice, paragraphs
from policytext.anatomy.reports import ReportSlice, split_reports
from policytext.cleaning.chrome import lines_of_folder, page_edges
from policytext.cleaning.clean import (
    CleanSource,
    clean_source,
    find_marks,
    repair_report,
    report_context,
)
from policytext.cleaning.context import FolderLines, SlowRuleError, load_rules
from policytext.cleaning.legible import check_readable, check_traditional, to_simplified
from policytext.contract import as_table
from policytext.copies import mark_copies
from policytext.corpus import Corpus
from policytext.corrected import state_facts
from policytext.errors import ParameterError, ReadingError
from policytext.neighbours import place_by_neighbours
from policytext.origin.claims import Claim, Origin, ReportView, filled_lines
from policytext.origin.describing import claim_origin
from policytext.origin.header import Header, read_header
from policytext.origin.kind import tidy_title
from policytext.origin.metadata import FIELDS
from policytext.piecework import check_jobs, each_part
from policytext.reading.folder import (
    as_paths,
    different,
    folder_above,
    list_files,
    read_file,
    read_files,
    readable_name,
)
from policytext.reading.source import (
    Hint,
    Limits,
    NotRead,
    Skipped,
    Source,
    at_most,
    read_marks,
    sha256_text,
    written_out,
)
from policytext.reading.tabular.columns import TOLD
from policytext.records import DESIGNS, STORED_TABLES, count_han_of_each
from policytext.shelf import (
    LARGE,
    PART_CHARS,
    FileRead,
    KnownSource,
    Shelf,
    ShelfPart,
    check_apart,
    typed,
)
from policytext.storage import give_back, sha256_file

Row = dict[str, Any]

COLUMNS = ("text", *FIELDS)
"""What a column of a table may be said to hold."""


def read_corpus(
    path: str | Path | Iterable[str | Path],
    *,
    name: str = "",
    design: str = "convenience",
    columns: Mapping[str, str | int] | None = None,
    metadata: str | Path | pd.DataFrame | None = None,
    corrections: str | Path | pd.DataFrame | None = None,
    rules: str | Path | None = None,
    traditional: str = "",
    out: str | Path | None = None,
    n_jobs: int = 1,
    progress: bool = True,
) -> Corpus:
    """Read a file or folder of reports, or several of them, into a corpus.

    Every file ends in ``documents`` or in ``skipped`` with a reason, and every character in a
    paragraph or in the ledger.

    Parameters
    ----------
    path
        A file, or a folder that is read with all folders below it; or a list of such, which become
        one corpus: files are called by where they lie in the folder that holds them all.
    name
        What the corpus is called in titles; the folder's name by default.
    design
        How the reports came together: ``census`` (all reports of a population), ``sample`` or
        ``convenience``. It decides what can be inferred.
    columns
        For tables (.xlsx, .csv, .tsv, .jsonl): which column holds ``text`` and, if any,
        ``title``, ``year``, ``province`` and so on; names, or numbers from 0 where there is no
        header. Without it columns are understood by their names (正文, 内容, full_text …), or the
        text by its content, which a warning says. A cell that says nothing that can be is listed
        in ``unmatched``.
    metadata
        A table that says what is known about files or reports; its values are ``stated``.
    corrections
        A table ``doc_id, field, value, author`` that wins over everything. Beside facts such as
        year or province, the field may be ``border`` (``begins 5``: a report begins at its
        paragraph 5; ``joins``: it belongs to the report before it) or ``repair`` (``undo 120-123``:
        offsets of a row of the ledger). ``corpus.review()`` writes it.
    rules
        A CSV file with your own replacements (``pattern, replacement, condition, name``); they
        run last on each report and stand in the ledger like all others.
    traditional
        How reports in traditional characters (of Hong Kong, Macao, Taiwan) are written in
        simplified ones: ``"characters"`` changes characters only, ``"taiwan"`` and
        ``"hong_kong"`` also words in use there (資訊 → 信息). Each change stands in the ledger. By
        default they are left, and a caution says that terms do not match. Needs OpenCC
        (``pip install "policytext[traditional]"``).
    out
        A folder, outside of ``path``, that holds the corpus on disk as Parquet tables: for corpora
        whose text is more than memory. What was read there before is not read again: call it once
        more after an interruption, or when files were added, changed or taken away. The tables are
        the same as without; ``load_corpus`` opens them again.
    n_jobs
        Files read at once. The tables are the same for any number.
    progress
        Show a progress bar.

    Returns
    -------
    Corpus
        With ``skipped`` filled in, and with ``left_out`` saying what of the files that were read
        is not text: pages without a text layer, sheets without a text column, frames, headers.

    Raises
    ------
    ParameterError
        There is nothing at ``path``, the design or a key of ``columns`` is unknown, or ``out`` lies
        in ``path``.
    ReadingError
        The folder is empty, or ``out`` holds other files.

    Warns
    -----
    UserWarning
        No report was read, with the reasons; or a table's text was told by its content.

    Examples
    --------
    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp())
    >>> _ = (folder / "a.txt").write_text("甲县2021年工作总结\\n全县建成医共体2个。\\n", "utf-8")
    >>> corpus = read_corpus(folder, progress=False)
    >>> len(corpus), int(corpus.paragraphs["n_han"].sum()) > 0
    (1, True)
    """
    paths = as_paths(path)
    _check_columns(columns)
    check_jobs(n_jobs)
    check_traditional(traditional)
    named = name or readable_name(folder_above(paths).stem)
    how = _How(str(rules) if rules else None, traditional, n_jobs)
    facts = _Facts(named, design, metadata, corrections)
    if out is not None:
        return _read_onto(Path(out).expanduser(), paths, columns, facts, how, progress)
    return _corpus_of(read_files(paths, columns=columns, progress=progress), facts, how)


def read_texts(
    texts: Mapping[str, str],
    *,
    name: str = "texts",
    design: str = "convenience",
    metadata: str | Path | pd.DataFrame | None = None,
    traditional: str = "",
) -> Corpus:
    """Read reports that are already in memory, as if each were a text file.

    Parameters
    ----------
    texts
        File name and text of each report; the name is evidence, as that of a file is.
    name
        What the corpus is called in titles.
    design
        As for :func:`read_corpus`.
    metadata
        As for :func:`read_corpus`.
    traditional
        As for :func:`read_corpus`.

    Returns
    -------
    Corpus
        The same tables as :func:`read_corpus` gives for files of these names.

    Raises
    ------
    ParameterError
        There is no text, or the design is unknown.

    Examples
    --------
    >>> corpus = read_texts({"report.txt": "甲县2021年工作总结\\n全县建成医共体2个。\\n"})
    >>> corpus.paragraphs["text"].tolist(), int(corpus.documents["year"].iloc[0])
    (['甲县2021年工作总结', '全县建成医共体2个。'], 2021)
    """
    odd = {k: v for k, v in texts.items() if not isinstance(v, str)} if _named(texts) else {}
    if odd:
        name_of_odd, value = next(iter(odd.items()))
        raise ParameterError(
            f"texts must be strings, but {name_of_odd!r} is {type(value).__name__}"
        )
    if not texts:
        raise ParameterError("texts must name at least one report, got none")
    made = ("utf-8", "txt", version("policytext"))
    names = different([written_out(str(file)) for file in texts])
    found = [
        Source(file, "", "", sha256_text(text), *made, text)
        for file, text in zip(names, texts.values(), strict=True)
    ]
    check_traditional(traditional)
    return _corpus_of(found, _Facts(name, design, metadata, None), _How(traditional=traditional))


def _named(texts: object) -> bool:
    """Refuse texts that have no names."""
    if not isinstance(texts, Mapping):
        raise ParameterError(
            "texts must be a mapping of a name to each text, such as {'a.txt': '…'}, got "
            f"{type(texts).__name__}"
        )
    return True


def _check_columns(columns: object) -> None:
    if columns is not None and not isinstance(columns, Mapping):
        raise ParameterError(
            f"columns must be a mapping such as {{'text': 'content'}}, got {type(columns).__name__}"
        )
    for key in columns or ():
        if key not in COLUMNS:
            near = difflib.get_close_matches(key, COLUMNS, 1, 0.5)
            meant = f"; did you mean {near[0]!r}?" if near else ""
            raise ParameterError(
                f"columns must say which column holds {', '.join(COLUMNS)}; got {key!r}{meant}"
            )


class _Facts(NamedTuple):
    """What the caller says of the corpus, beside what its files say."""

    name: str
    design: str
    metadata: str | Path | pd.DataFrame | None
    corrections: str | Path | pd.DataFrame | None


class _How(NamedTuple):
    """How sources are cleaned: own rules, traditional characters; and how many at once."""

    rules: str | None = None
    traditional: str = ""
    n_jobs: int = 1


def _corpus_of(found: Iterable[Source | Skipped], facts: _Facts, how: _How) -> Corpus:
    """Parse sources and put their rows together as a corpus."""
    _check_design(facts.design)
    gathered = _Gathered([], [], [])
    with _seldom_collected():
        tables, failed = _tables(_kept(found, gathered, set()), how)
    gathered.skipped.extend(failed)
    return _finished(tables, gathered, facts)


def _check_design(design: str) -> None:
    if design not in DESIGNS:
        raise ParameterError(f"design must be one of {list(DESIGNS)}, got {design!r}")


class _Gathered(NamedTuple):
    """What is said of files beside their text: skipped, stated of reports, left out by readers."""

    skipped: list[Skipped]
    stated: list[dict[str, str]]
    left: list[Row]


def _finished(
    tables: dict[str, pd.DataFrame], gathered: _Gathered, facts: _Facts, *, on_disk: bool = False
) -> Corpus:
    """Make a corpus of the rows of all sources: what only all of them together can say."""
    tables["skipped"] = as_table("skipped", [one._asdict() for one in gathered.skipped])
    own, corrections = gathered.stated, facts.corrections
    unmatched = state_facts(tables, own, facts.metadata, corrections, on_disk=on_disk)
    tables["documents"], tables["claims"] = place_by_neighbours(
        tables["documents"], tables["claims"], tables["sources"]
    )
    tables["documents"], tables["claims"] = mark_copies(
        tables["documents"], tables["claims"], tables["paragraphs"]
    )
    known = set(tables["sources"]["source_id"])
    kept = _left_table([row for row in gathered.left if row["source_id"] in known])
    _say_at_once(tables, kept)
    info = {"name": facts.name, "design": facts.design}
    borders = tables.pop("borders")
    stored = {"unmatched": unmatched, "left_out": kept, "borders": borders}
    return Corpus(**tables, stored=stored, info=info)


_COLLECTED_AFTER = 100_000
"""New objects after which Python looks for circles among them, instead of after 700."""


@contextmanager
def _seldom_collected() -> Iterator[None]:
    """Look for circles of objects seldom: rows hold none, and looking through them takes time."""
    before = gc.get_threshold()
    gc.set_threshold(max(before[0], _COLLECTED_AFTER) if before[0] else 0, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)


def _say_at_once(tables: Mapping[str, pd.DataFrame], left: pd.DataFrame) -> None:
    """Warn where no report was read, and where the text of a table was told by its content."""
    skipped = tables["skipped"]
    if tables["documents"].empty:
        reasons = skipped["reason"].map(lambda reason: str(reason)[:160]).value_counts()
        said = "; ".join(f"{n} × {reason}" for reason, n in reasons.head(5).items())
        warnings.warn(f"no report was read: {said or 'nothing was found'}", stacklevel=5)
    by_content = left[left["kind"].str.startswith(TOLD, na=False)]
    for kind, rows in by_content.groupby("kind", sort=True):
        field = str(kind).removeprefix(TOLD)
        columns = ", ".join(sorted(set(rows["part"].str.removeprefix("column "))))
        warnings.warn(
            f"the {field} of {rows['source_id'].nunique()} tables was told by its content, not by "
            f"the name of its column ({columns[:160]}); say columns={{'{field}': …}} if that is "
            "wrong",
            stacklevel=5,
        )


def _left_table(rows: list[Row]) -> pd.DataFrame:
    columns = list(STORED_TABLES["left_out"])
    table = pd.DataFrame(rows, columns=columns)
    return table.astype({name: "Int64" if name == "n_chars" else "str" for name in columns})


def _kept(
    found: Iterable[Source | Skipped], gathered: _Gathered, seen: set[str]
) -> Iterator[Source]:
    """Yield sources one by one; put aside what was skipped, stated of a report, or left out."""
    for one in found:
        if isinstance(one, Skipped):
            gathered.skipped.append(Skipped(*map(written_out, one)))
            continue
        source = _of_its_own(_storable(one), seen)
        seen.add(source.source_id)
        if source.metadata:
            gathered.stated.append({"doc_id": f"{source.source_id}#1", **source.metadata})
        place = {"source_id": source.source_id, "file": source.file, "member": source.member}
        for part, kind, n_chars in source.left_out:
            row = {"part": written_out(part), "kind": written_out(kind), "n_chars": n_chars}
            gathered.left.append({**place, **row})
        yield source


def _storable(source: Source) -> Source:
    """Write halves of characters out as their codes, as the file does; cleaning removes those."""
    text = written_out(source.text)
    facts = {name: written_out(str(value)) for name, value in source.metadata.items()}
    named = replace(source, file=written_out(source.file), member=written_out(source.member))
    if text == source.text:
        return replace(named, metadata=facts) if facts else named

    def moved(position: int) -> int:
        return len(written_out(source.text[:position]))

    hints = tuple(h._replace(start=moved(h.start), end=moved(h.end)) for h in source.hints)
    return replace(named, text=text, metadata=facts, hints=hints)


def _of_its_own(source: Source, seen: set[str]) -> Source:
    """Number a source whose name was there before, as two members of one archive may have one."""
    number, new = 1, source
    while new.source_id in seen:
        number += 1
        if source.record:
            new = replace(source, record=f"{source.record} ({number})")
        elif source.member:
            new = replace(source, member=f"{source.member} ({number})")
        else:
            new = replace(source, file=f"{source.file} ({number})")
    return new


def _tables(
    sources: Iterable[Source], how: _How | None = None, limits: Limits | None = None
) -> tuple[dict[str, pd.DataFrame], list[Skipped]]:
    """Parse sources as they are read, so that no step holds all raw texts at once.

    Returns the tables, and the sources that gave no report with the reason.
    """
    how = how or _How()
    if how.rules:
        load_rules(how.rules)  # what is wrong with the rules is no fault of a source
    failed: list[Skipped] = []
    bounds = limits or Limits()
    tasks = ((one, how, bounds, near) for one, near in _with_folder(sources))
    done: list[dict[str, pd.DataFrame]] = []
    rows = _Rows()
    for parsed in each_part(_parsed_or_why, tasks, how.n_jobs):
        failed += rows.add(parsed)
        if rows.n_chars >= PART_CHARS:  # rows of a table take less memory than those of lists
            done.append(rows.taken())
    done.append(rows.taken())
    names = Parsed._fields
    return {n: pd.concat([one[n] for one in done], ignore_index=True) for n in names}, failed


class _Rows:
    """The rows of sources that were parsed, until they become tables."""

    def __init__(self) -> None:
        self._begin()

    def _begin(self) -> None:
        self.n_chars = 0
        self._rows: dict[str, list[Row]] = {name: [] for name in Parsed._fields}

    def add(self, parsed: Parsed | Skipped) -> list[Skipped]:
        """Take the rows of one source, and return it with the reason if it gave no report."""
        if isinstance(parsed, Skipped):
            return [parsed]
        for name, new in parsed._asdict().items():
            self._rows[name] += new
        self.n_chars += sum(row["n_chars"] for row in parsed.sources)
        if parsed.documents:
            return []
        return [Skipped(row["file"], row["member"], _NO_REPORT) for row in parsed.sources]

    def taken(self) -> dict[str, pd.DataFrame]:
        """Return the rows as tables, and begin anew."""
        tables = {name: typed(name, rows) for name, rows in self._rows.items()}
        self._begin()
        return tables


_NO_REPORT = "no report is left: cleaning took out every line, as the ledger shows"


_QUICKLY = "must be cleaned and split within"

IN_MEMORY = 1 << 26
"""Characters of sources that are kept in memory between the two passes; more go to a file."""


def _with_folder(sources: Iterable[Source]) -> Iterator[tuple[Source, FolderLines]]:
    """Yield each source with the lines that repeat at the edges of its folder's files.

    All files must have been read before the first is cleaned; meanwhile they wait in a temporary
    file, so that no step holds all texts.
    """
    edges: dict[str, list[tuple[frozenset[str], frozenset[str]]]] = {}
    with SpooledTemporaryFile(
        IN_MEMORY, "w+", encoding="utf-8", newline="", errors="surrogatepass"
    ) as waiting:
        for source in sources:
            edges.setdefault(_folder_of(source), []).append(page_edges(source.text))
            waiting.write(json.dumps(vars(source), default=dict, ensure_ascii=False) + "\n")
        near = {folder: lines_of_folder(found) for folder, found in edges.items()}
        waiting.seek(0)
        for line in waiting:
            fields = json.loads(line)
            fields["hints"] = tuple(Hint(*hint) for hint in fields["hints"])
            fields["left_out"] = tuple(NotRead(*part) for part in fields["left_out"])
            source = Source(**fields)
            yield source, near[_folder_of(source)]


def _read_onto(
    out: Path,
    paths: Sequence[Path],
    columns: Mapping[str, str | int] | None,
    facts: _Facts,
    how: _How,
    progress: bool,
) -> Corpus:
    """Read files into a corpus on disk: those that are new or changed, or whose folder changed."""
    _check_design(facts.design)
    for path in paths:
        check_apart(out, path)
    rules = sha256_file(Path(how.rules)) if how.rules else ""
    if how.rules:
        load_rules(how.rules)
    shelf = Shelf(out, [dict(columns or {}), rules, how.traditional, version("policytext")])
    try:
        with _seldom_collected():
            files = _files_read(shelf, paths, columns, progress)
            of_folder: dict[str, list[KnownSource]] = {}
            for source in (source for one in files for source in one.sources):
                of_folder.setdefault(source.folder, []).append(source)
            near = {
                folder: lines_of_folder(source.edges for source in there)
                for folder, there in of_folder.items()
            }
            parts = shelf.parts_of(files, partial(_near_of, near))
            _write_parts(shelf, parts, near, columns, how)
        gathered = _Gathered([], [], [])
        for one in files:
            gathered.skipped.extend(Skipped(*row) for row in one.skipped)
            gathered.stated.extend(one.stated)
            gathered.left.extend(one.left)
        gathered.skipped.extend(Skipped(*row) for one in files for row in one.failed)
        corpus = _finished(shelf.small_tables(parts), gathered, facts, on_disk=True)
        own = {name: t for name, t in corpus.tables.items() if name not in LARGE}
        kept = {f"stored_{name}": table for name, table in corpus.stored.items()}
        shelf.finish(parts, own | kept, corpus.info)
    finally:
        shelf.close()
    give_back()
    return corpus


def _files_read(
    shelf: Shelf, paths: Sequence[Path], columns: Mapping[str, str | int] | None, progress: bool
) -> list[FileRead]:
    """Read the files that are new or changed; of the others return what they gave before."""
    from tqdm.auto import tqdm

    out: list[FileRead] = []
    seen: set[str] = set()
    for listed in tqdm(list_files(paths), disable=not progress, desc="read", unit="file"):
        if isinstance(listed, Skipped):
            out.append(FileRead(listed.file, "", skipped=[[*map(written_out, listed)]]))
            continue
        place, name = listed
        try:
            sha256 = sha256_file(place)
        except OSError:
            sha256 = ""  # reading it says why
        before = shelf.known(name, sha256) if sha256 else None
        if before is None or not seen.isdisjoint(s.source_id for s in before.sources):
            before = _one_file(shelf, FileRead(name, sha256, str(place)), columns, seen)
        before.path = str(place)
        seen |= {source.source_id for source in before.sources}
        out.append(before)
    return out


def _one_file(
    shelf: Shelf, one: FileRead, columns: Mapping[str, str | int] | None, seen: set[str]
) -> FileRead:
    """Read one file, and let its sources wait until they are parsed."""
    gathered = _Gathered([], [], [])
    found = read_file(Path(one.path), one.file, columns=columns)
    sources = list(_kept(found, gathered, set(seen)))
    for s in sources:
        ends = ["\n".join(sorted(lines)) for lines in page_edges(s.text)]
        own = (s.file, s.member, s.record, s.source_id)
        one.sources.append(KnownSource(*own, len(s.text), _folder_of(s), *ends))
    one.skipped = [[*row] for row in gathered.skipped]
    one.stated, one.left = gathered.stated, gathered.left
    shelf.keep(one, sources)
    return one


def _near_of(near: Mapping[str, FolderLines], one: FileRead) -> list[list[str]]:
    """Return what of its neighbours decides how a file is cleaned."""
    found = [near[folder] for folder in sorted({source.folder for source in one.sources})]
    return [sorted(lines) for folder in found for lines in folder]


def _write_parts(
    shelf: Shelf,
    parts: Sequence[ShelfPart],
    near: Mapping[str, FolderLines],
    columns: Mapping[str, str | int] | None,
    how: _How,
) -> None:
    """Parse what must be, in the order of the files, and write each part when it is whole."""

    def again(one: FileRead) -> None:
        _one_file(shelf, replace(one, sources=[]), columns, set())

    tasks = (
        (source, how, Limits(), near[_folder_of(source)])
        for part in parts
        for one in part.missing
        for source in shelf.sources_of(one, again)
    )
    parsed = each_part(_parsed_or_why, tasks, how.n_jobs)
    for part in parts:
        if part.whole:
            continue
        rows = _Rows()
        for one in part.missing:
            for _ in one.sources:
                one.failed += [[*failed] for failed in rows.add(next(parsed))]
        shelf.write(part, rows.taken())
    next(parsed, None)  # a generator of joblib that is left before its end warns


def _folder_of(source: Source) -> str:
    return f"{source.file}/{source.member}".rstrip("/").rpartition("/")[0]


def _parsed_or_why(
    source: Source, how: _How, limits: Limits, folder: FolderLines
) -> Parsed | Skipped:
    """Parse a source; whatever goes wrong with it concerns no other."""
    what = f"record {source.record} of the table" if source.record else "the text"
    most = limits.parsing_seconds
    try:
        with at_most(most, ReadingError, f"{what} {_QUICKLY} {most:.0f} seconds"):
            return parse_source(source, how.rules, folder, how.traditional)
    except (KeyboardInterrupt, SystemExit, GeneratorExit, SlowRuleError):
        raise
    except ReadingError as error:
        reason = str(error)
    except BaseException as error:  # compiled libraries panic with what is no Exception
        reason = f"{what} cannot be parsed: {type(error).__name__}: {str(error)[:300]}"
    return Skipped(source.file, source.member, written_out(reason))


# What does one source hold: reports, paragraphs, claims and its ledger?


class Parsed(NamedTuple):
    """The rows that one source adds to the tables of a corpus."""

    sources: list[Row]
    documents: list[Row]
    claims: list[Row]
    paragraphs: list[Row]
    ledger: list[Row]
    borders: list[Row]


class _Report(NamedTuple):
    """A report after its repairs: slice, paragraphs, kinds of damage, places that are marked.

    ``begins`` says where each paragraph begins in the text of all, joined by line feeds.
    """

    cut: ReportSlice
    parts: list[ParagraphSlice]
    begins: list[int]
    damage: tuple[str, ...]
    marks: list[tuple[int, int, str]]


def parse_source(
    source: Source,
    rules: str | None = None,
    folder: FolderLines | None = None,
    traditional: str = "",
) -> Parsed:
    """Clean a source, split it, and find out where and when its reports come from.

    A pure function of the source and of the lines that repeat in its folder: it changes nothing,
    and reads no other file but the rules.
    """
    header = read_header(source.text)
    left_out = [(h.start, h.end, "page_furniture") for h in source.hints if h.kind == "furniture"]
    left_out += [(start, end, "header_block") for start, end in header.spans]
    source = replace(source, hints=(*source.hints, *read_marks(source.text)))
    signs = [(h.start, h.end, "markdown_mark") for h in source.hints if h.kind == "mark"]
    left_out += [one for one in signs if not any(a < one[1] and one[0] < b for a, b, _ in left_out)]
    titles = [source.text[h.start : h.end] for h in source.hints if h.kind == "title"]
    cleaned = clean_source(
        source.text,
        (source.reader,),
        extra_rules=rules,
        left_out=left_out,
        folder=folder,
        traditional=traditional,
        titles=titles,
    )
    check_readable(cleaned.mapped)
    layout = [h for h in source.hints if h.is_layout]
    name = to_simplified(source.file.rsplit("/", 1)[-1], traditional)
    found = split_reports(cleaned.mapped, name, cells=layout)
    reports = [_read_report(cut, cleaned, source) for cut in found]
    out = Parsed([source.row], [], [], [], [], [])
    for number, report in enumerate(reports, 1):
        doc_id = f"{source.source_id}#{number}"
        own = header if number == 1 else Header()
        view = _view(report, source, own, alone=len(reports) == 1, traditional=traditional)
        origin = claim_origin(view)
        written = list(_paragraphs(doc_id, report, source))
        facts = {"doc_id": doc_id, "source_id": source.source_id, "part": number}
        out.documents.append({**facts, **_document(report, view.title, origin, written)})
        out.claims.extend(_claim(doc_id, claim, report) for claim in origin.claims)
        out.paragraphs.extend(written)
        out.borders.extend(_borders(doc_id, report))
    parts = [part for report in reports for part in report.parts]
    cuts = [report.cut for report in reports]
    out.ledger.extend(ledger_rows(source.source_id, cleaned.mapped, parts, reports=cuts))
    return out


SILENT = ("furniture", "mark", "title", "heading", "strong", "list_item")
"""Kinds of hints that are no mark of a paragraph: what they say is in its kind and flags."""
POSSIBLE_BORDER = "possible_border"
SEVERAL_REPORTS = "several_reports"


def _borders(doc_id: str, report: _Report) -> Iterator[Row]:
    """Yield where within a report another one seems to begin, with what speaks for it."""
    starts = [part.raw_start for part in report.parts] if report.cut.nearly else []
    for start, score, cues in report.cut.nearly:
        number = max(bisect_right(starts, start) - 1, 0)
        yield {"doc_id": doc_id, "para_no": number, "score": score, "cues": "|".join(cues)}


def _read_report(cut: ReportSlice, cleaned: CleanSource, source: Source) -> _Report:
    own = report_context(cut.mapped, cleaned.context)
    mapped = repair_report(cut.mapped, cleaned.context)
    marks = [(m.start, m.end, m.kind) for m in find_marks(mapped, cleaned.context)]
    of_format = [(h.start, h.end, h.kind) for h in source.hints if h.kind not in SILENT]
    layout = [h for h in source.hints if h.is_layout]
    parts = paragraphs(mapped, title_span=cut.title_span, cells=layout)
    if source.record and (only := _body_of_cell(parts)) is not None:
        words = replace(parts[only], kind="body")
        if "title" in words.flags:
            flags = tuple(flag for flag in words.flags if flag != "title")
            words = replace(words, flags=flags, part_of_report="other")
            cut = replace(cut, title="", title_span=None)
        parts[only] = words
    begins = list(accumulate((len(p.text) + 1 for p in parts), initial=0))[:-1]
    return _Report(cut.repaired(mapped), parts, begins, own.damage.flags, [*marks, *of_format])


def _body_of_cell(parts: Sequence[ParagraphSlice]) -> int | None:
    """Return the last heading of a cell that holds nothing else, as it is what the cell says.

    The name of a report (某县工作总结) heads a text that is not there.
    """
    if any(part.kind not in ("heading", "signature") for part in parts):
        return None
    heads = [i for i, part in enumerate(parts) if part.kind == "heading"]
    return heads[-1] if heads and not Line(parts[heads[-1]].text).names_genre else None


def _view(
    report: _Report, source: Source, header: Header, *, alone: bool, traditional: str
) -> ReportView:
    named = header.fields.get("title")
    stated = source.metadata.get("title", "") if alone else ""
    place = to_simplified(source.member or source.file, traditional)
    folder, _, file_name = place.rpartition("/")
    return ReportView(
        title=named.value if named else tidy_title(report.cut.title or stated),
        text="\n".join(p.text for p in report.parts),
        paragraphs=[(p.text, p.kind, p.part_of_report) for p in report.parts],
        file_name=file_name,
        compilation_title=report.cut.compilation_title,
        alone=alone,
        folder=folder,
        header=header.fields,
        aside=list(_aside(report, source, header, 0 if alone else report.cut.raw_start)),
        damage=frozenset(_damage(report)),
    )


HEAD_OF_SOURCE = 1500


def _aside(
    report: _Report, source: Source, header: Header, start: int
) -> Iterator[tuple[int, str]]:
    """Yield the lines at the head of a report that are no text of it, each with its start."""
    taken = sorted([*(p.mapped.span for p in report.parts), *header.spans])
    stop = min(start + HEAD_OF_SOURCE, report.cut.raw_end)
    for first, last in [*taken, (stop, stop)]:
        if start >= stop:
            return
        gap = source.text[start : min(first, stop)] if first > start else ""
        yield from ((start + at, line) for at, line in filled_lines(gap))
        start = max(start, last)


def _document(report: _Report, title: str, origin: Origin, written: Sequence[Row]) -> Row:
    fields = {name: getattr(origin, name) for name in Origin.__dataclass_fields__}
    del fields["claims"]
    return {
        "title": title,
        **fields,
        "n_han": sum(row["n_han"] for row in written),
        "truncated": report.cut.truncated,
        "text_family": "",
        "duplicate_of": "",
        "raw_start": report.cut.raw_start,
        "raw_end": report.cut.raw_end,
        "damage": "|".join(_damage(report)),
    }


def _damage(report: _Report) -> list[str]:
    return [*report.damage, *[SEVERAL_REPORTS] * bool(report.cut.nearly)]


def _paragraphs(doc_id: str, report: _Report, source: Source) -> Iterator[Row]:
    nearly = {row["para_no"] for row in _borders(doc_id, report)}
    sizes = count_han_of_each([part.text for part in report.parts])
    for number, (part, marked) in enumerate(zip(report.parts, _marked(report), strict=True)):
        start, end = part.mapped.span
        marked |= {POSSIBLE_BORDER} if number in nearly else set()
        yield {
            "doc_id": doc_id,
            "para_no": number,
            "section": part.section,
            "part_of_report": part.part_of_report,
            "kind": part.kind,
            "text": part.text,
            "source_id": source.source_id,
            "raw_start": start,
            "raw_end": end,
            "flags": "|".join([*part.flags, *sorted(marked - set(part.flags))]),
            "n_han": sizes[number],
        }


def _marked(report: _Report) -> Iterator[set[str]]:
    """Yield the kinds of marks that touch each paragraph; both stand in order of their places."""
    marks = sorted(report.marks)
    near: list[tuple[int, int, str]] = []
    at = 0
    for part in report.parts:
        start, end = part.mapped.span
        while at < len(marks) and marks[at][0] < end:
            near.append(marks[at])
            at += 1
        near = [mark for mark in near if mark[1] > start]
        yield {kind for _, _, kind in near}


def _claim(doc_id: str, claim: Claim, report: _Report) -> Row:
    """Return a claim with its words placed in the source; -1 where they stand outside of it."""
    start, end = -1, -1
    if claim.place == "title" and report.cut.title_span is not None:
        start, end = report.cut.title_span
    elif claim.place == "text":
        start, end = _in_source(claim.start, claim.end, report)
    elif claim.place == "source":
        start, end = claim.start, claim.end
    return {
        "doc_id": doc_id,
        "field": claim.field,
        "value": claim.value,
        "certainty": claim.certainty,
        "words": claim.words,
        "start": start,
        "end": end,
        "rule": f"{claim.place}:{claim.rule}",
    }


def _in_source(start: int, end: int, report: _Report) -> tuple[int, int]:
    """Return the source span of words whose offsets count paragraphs joined by line feeds."""
    number = bisect_right(report.begins, start) - 1
    if number < 0:
        return -1, -1
    begin, part = report.begins[number], report.parts[number]
    if start > begin + len(part.text):
        return -1, -1
    return part.mapped.source_span(start - begin, min(end - begin, len(part.text)))

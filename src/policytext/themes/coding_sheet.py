"""How do others code paragraphs, and what comes back?

People code in Excel: two sheets go out to two coders; what they coded differently goes out once
more to be settled. Whoever codes elsewhere, a person or a language model, gets locked batches of
JSON lines; nothing is run here. Both ways end in the same table of codes.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
import pandas as pd

from policytext.corpus import Corpus, check_corpus
from policytext.errors import NotEnoughDataError, ParameterError, ReadingError
from policytext.records import Method
from policytext.result import Result
from policytext.sheets import Page, read_page, write_pages
from policytext.storage import in_one_piece
from policytext.texts import cite, columns_of, say
from policytext.themes.agreement import FEW_REPORTS, agreement
from policytext.themes.classifier import ThemeClassifier
from policytext.themes.codebook import Codebook, load_codebook
from policytext.themes.coding import fill_texts, label_matrix, read_label_file
from policytext.themes.evaluation import Scored, paragraphs_to_label
from policytext.themes.theme_profile import error_counts

_CODES: Final = "内容分析编码表"
_SCHEME: Final = "编码表说明"
_SHOWN: Final = {
    "number": "编号",
    "doc_id": "doc_id",
    "para_no": "para_no",
    "before": "上文",
    "text": "段落",
    "after": "下文",
}
_CODER: Final = "编码员"
_COMMENT: Final = "备注"
_WIDTHS: Final = {
    "编号": 8,
    "doc_id": 14,
    "para_no": 8,
    "上文": 28,
    "段落": 70,
    "下文": 28,
    _CODER: 10,
    _COMMENT: 24,
}
_CODE_WIDTH: Final = 20
_SCHEME_WIDTHS: Final = {"编码": 34, "定义": 40, "包括": 50, "不包括": 50}


def sheet_paragraphs(paragraphs: pd.DataFrame, rows: Sequence[int]) -> pd.DataFrame:
    """Return the paragraphs to code with their context and their number in the coding table.

    Parameters
    ----------
    paragraphs
        A corpus' paragraphs (doc_id, para_no, text).
    rows
        Row numbers of the paragraphs to code.

    Returns
    -------
    pandas.DataFrame
        Columns number (``document-paragraph``, as in a 内容分析编码表), doc_id, para_no, before,
        text, after.

    Examples
    --------
    >>> table = pd.DataFrame({"doc_id": ["d", "d"], "para_no": [0, 1], "text": ["甲", "乙"]})
    >>> sheet_paragraphs(table, [1]).values.tolist()
    [['1-1', 'd', 1, '甲', '乙', '']]
    """
    absent = [row for row in rows if row not in paragraphs.index]
    if absent:
        raise ParameterError(f"rows must be row numbers of the paragraphs, got {absent[:3]}")
    same = paragraphs["doc_id"]
    before = paragraphs["text"].shift(1).where(same == same.shift(1), "").fillna("")
    after = paragraphs["text"].shift(-1).where(same == same.shift(-1), "").fillna("")
    chosen = paragraphs.loc[list(rows), ["doc_id", "para_no", "text"]]
    order = {doc: i + 1 for i, doc in enumerate(dict.fromkeys(chosen["doc_id"]))}
    number = [f"{order[d]}-{p}" for d, p in zip(chosen["doc_id"], chosen["para_no"], strict=True)]
    chosen = chosen.assign(number=number, before=before[chosen.index], after=after[chosen.index])
    columns = ["number", "doc_id", "para_no", "before", "text", "after"]
    return chosen[columns].reset_index(drop=True)


def coding_sheet(
    paragraphs: pd.DataFrame,
    path: str | Path,
    *,
    codebook: Codebook | None = None,
    coder: str = "",
    n_codes: int = 6,
    given: Sequence[Sequence[str]] | None = None,
) -> Path:
    """Write an Excel sheet in which a person codes paragraphs, with dropdowns from the codebook.

    Parameters
    ----------
    paragraphs
        From `sheet_paragraphs`, or any table with columns number, doc_id, para_no, text (before
        and after if known).
    path
        File to write, ending in ``.xlsx``.
    codebook
        The scheme; a second sheet explains its codes.
    coder
        Name written into every row; empty: the coder fills it in.
    n_codes
        How many codes a paragraph can get (columns 编码1 …; 编码1 is the primary code).
    given
        Codes to fill in beforehand, for an adjudication sheet.

    Returns
    -------
    pathlib.Path
        The file.

    Raises
    ------
    ParameterError
        A column is missing, the table is empty, or the path does not end in ``.xlsx``.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> table = pd.DataFrame({"doc_id": ["d"], "para_no": [0], "text": ["新建中医馆12个。"]})
    >>> with TemporaryDirectory() as folder:
    ...     coding_sheet(sheet_paragraphs(table, [0]), f"{folder}/coder-1.xlsx", coder="甲").name
    'coder-1.xlsx'
    """
    codebook = codebook or load_codebook()
    missing = {"number", "doc_id", "para_no", "text"} - set(paragraphs.columns)
    if missing or paragraphs.empty:
        raise ParameterError(
            f"paragraphs must have rows and the columns number, doc_id, para_no, text; lacking: "
            f"{sorted(missing) or 'rows'}"
        )
    filled = [[choice(codebook, theme) for theme in themes] for themes in given or ()]
    filled = filled or [[]] * len(paragraphs)
    table = paragraphs.reindex(columns=list(_SHOWN), fill_value="").astype(str)
    table = table.rename(columns=_SHOWN)
    codes = [f"编码{place + 1}" for place in range(n_codes)]
    for place, column in enumerate(codes):
        table[column] = [row[place] if place < len(row) else "" for row in filled]
    scheme = _scheme_page(codebook)
    listed = f"='{_SCHEME}'!$A$2:$A${len(codebook.themes) + 1}"
    rule = {"validate": "list", "source": listed, "ignore_blank": True}
    page = Page(
        _CODES,
        table.assign(**{_CODER: coder, _COMMENT: ""}),
        dict.fromkeys(codes, _CODE_WIDTH) | _WIDTHS,
        dict.fromkeys(codes, rule),
        frozen_columns=1,
        wrapped=True,
    )
    return write_pages(path, [page, scheme])


def _scheme_page(codebook: Codebook) -> Page:
    """Return the codes with their definitions; the dropdowns point to its first column."""
    rows = [
        (
            choice(codebook, theme.id),
            theme.definition_zh,
            "；".join(theme.include),
            "；".join(theme.exclude),
        )
        for theme in codebook.themes
    ]
    blank = ("", "", "", "")
    table = pd.DataFrame(
        [*rows, blank, (codebook.rule_zh, *blank[1:])], columns=list(_SCHEME_WIDTHS)
    )
    return Page(_SCHEME, table, _SCHEME_WIDTHS, wrapped=True)


def choice(codebook: Codebook, theme_id: str) -> str:
    """Return a code as the dropdown shows it."""
    return f"{theme_id} {codebook.theme(theme_id).label_zh}"


def hundred_to_code(raw: str | Path) -> pd.DataFrame:
    """Return the ready set of 100 paragraphs for two human coders, filled from the raw files.

    Half come from work reports, half from provincial reports; all have silver labels, which the
    set does not show, so that two people's codes can be compared with each other and with them.
    """
    filled = fill_texts(read_label_file("labels/hundred-to-code.jsonl"), raw)
    order = {report: i + 1 for i, report in enumerate(dict.fromkeys(filled["report"]))}
    within = filled.groupby("report").cumcount() + 1
    return pd.DataFrame(
        {
            "number": [f"{order[r]}-{i}" for r, i in zip(filled["report"], within, strict=True)],
            "doc_id": filled["report"],
            "para_no": filled["unit"],
            "before": "",
            "text": filled["text"],
            "after": "",
        }
    )


def adjudication_sheet(
    paragraphs: pd.DataFrame,
    first: pd.DataFrame,
    second: pd.DataFrame,
    path: str | Path,
    *,
    codebook: Codebook | None = None,
) -> int:
    """Write a sheet of the paragraphs coded differently, with the codes both gave filled in.

    Parameters
    ----------
    paragraphs
        As given to `coding_sheet`.
    first, second
        The `codes` of two readings.
    path
        File to write; 备注 is left to the adjudicator, and 上文 says what each coder gave.

    Returns
    -------
    int
        How many paragraphs differ; 0: no file is written.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> table = pd.DataFrame({"doc_id": ["d"], "para_no": [0], "text": ["新建中医馆12个。"]})
    >>> one, two = (pd.DataFrame({"number": ["1-0"], "theme": [t]}) for t in ("tcm", "general"))
    >>> with TemporaryDirectory() as folder:
    ...     adjudication_sheet(sheet_paragraphs(table, [0]), one, two, f"{folder}/settle.xlsx")
    1
    """
    codebook = codebook or load_codebook()
    sets = [codes.groupby("number")["theme"].agg(list).to_dict() for codes in (first, second)]
    numbers = [
        n for n in paragraphs["number"] if set(sets[0].get(n, [])) != set(sets[1].get(n, []))
    ]
    if not numbers:
        return 0
    chosen = paragraphs.set_index("number").loc[numbers].reset_index()
    names = {theme.id: theme.label_zh for theme in codebook.themes}
    said = [
        "\n".join(
            f"{who}：{'、'.join(names[t] for t in s.get(n, []))}"
            for who, s in zip("甲乙", sets, strict=True)
        )
        for n in numbers
    ]
    shared = [[t for t in sets[0].get(n, []) if t in sets[1].get(n, [])] for n in numbers]
    coding_sheet(chosen.assign(before=said), path, codebook=codebook, given=shared)
    return len(numbers)


# What does a coded sheet say, and what is missing or misspelt in it?


class SheetReading(NamedTuple):
    """What a coding sheet says: one row per paragraph and code, and what is missing or misspelt.

    `codes` has columns number, doc_id, para_no, coder, theme, rank, comment (and model and date,
    if read by `read_codings`); `problems` has number, problem (in words) and value. A paragraph
    with a problem keeps its readable codes.
    """

    codes: pd.DataFrame
    problems: pd.DataFrame


def read_coding_sheet(path: str | Path, codebook: Codebook | None = None) -> SheetReading:
    """Read a coded sheet back, and say what is missing or misspelt.

    A code may be written as in the dropdown, as the theme's id or as its Chinese name.

    Parameters
    ----------
    path
        A file that `coding_sheet` wrote and a person filled in.
    codebook
        The scheme it was written with.

    Returns
    -------
    SheetReading
        ``codes``: one row per paragraph and code, with columns number, doc_id, para_no, coder,
        theme, rank (0 = primary), comment; ``problems``: number, problem, value.

    Raises
    ------
    ReadingError
        The file is no coding sheet.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> table = pd.DataFrame({"doc_id": ["d"], "para_no": [0], "text": ["新建中医馆12个。"]})
    >>> with TemporaryDirectory() as folder:
    ...     path = coding_sheet(
    ...         sheet_paragraphs(table, [0]), f"{folder}/a.xlsx", coder="甲", given=[["tcm"]]
    ...     )
    ...     read_coding_sheet(path).codes[["number", "coder", "theme"]].values.tolist()
    [['1-0', '甲', 'tcm']]
    """
    codebook = codebook or load_codebook()
    table = read_page(path, _CODES, ["编号", "编码1"], what="coding sheet")
    columns = [c for c in table.columns if c.startswith("编码") and c != _CODER]
    known = _spellings(codebook)
    codes: list[dict[str, object]] = []
    problems: list[tuple[str, str, str]] = []
    for row in table.to_dict("records"):
        found, trouble = _codes_of(row, columns, known, codebook)
        problems += [(row["编号"], what, value) for what, value in trouble]
        codes += [_code_row(row, theme, rank) for rank, theme in enumerate(found)]
    return SheetReading(
        pd.DataFrame(
            codes, columns=["number", "doc_id", "para_no", "coder", "theme", "rank", "comment"]
        ),
        pd.DataFrame(problems, columns=["number", "problem", "value"]),
    )


def _codes_of(
    row: Mapping[str, str], columns: Sequence[str], known: Mapping[str, str], codebook: Codebook
) -> tuple[list[str], list[tuple[str, str]]]:
    trouble: list[tuple[str, str]] = []
    found: list[str] = []
    for column in columns:
        value = row[column].strip()
        if value and value not in known:
            trouble.append(("misspelt: not a code of the codebook", value))
        elif value and known[value] in found:
            trouble.append(("given twice", value))
        elif value:
            found.append(known[value])
    if not found:
        trouble.append(("missing: no code", ""))
    alone = [theme for theme in found if theme in codebook.alone]
    if alone and len(found) > 1:
        trouble.append(("used with other codes, but is used alone", ", ".join(alone)))
    if not row.get(_CODER, "").strip():
        trouble.append(("missing: no coder", ""))
    return found, trouble


def _code_row(row: Mapping[str, str], theme: str, rank: int) -> dict[str, object]:
    return {
        "number": row["编号"],
        "doc_id": row["doc_id"],
        "para_no": _as_number(row["para_no"]),
        "coder": row.get(_CODER, "").strip(),
        "theme": theme,
        "rank": rank,
        "comment": row.get(_COMMENT, "").strip(),
    }


def _as_number(written: str) -> int | str:
    """Return the number of a paragraph as a number again, so that it finds its paragraph."""
    return (
        int(written) if written.isascii() and written.isdigit() and len(written) < 10 else written
    )


def _spellings(codebook: Codebook) -> dict[str, str]:
    spellings: dict[str, str] = {}
    for theme in codebook.themes:
        for spelling in (theme.id, theme.label_zh, choice(codebook, theme.id)):
            spellings[spelling] = theme.id
    return spellings


# From codes to what is learned from, scored and asked for next


def coded_labels(
    paragraphs: pd.DataFrame,
    reading: SheetReading,
    *,
    coder: str | None = None,
    settled: SheetReading | None = None,
) -> list[list[str]]:
    """Return the codes of each paragraph of a sheet, in its order: what `agreement` and `fit` take.

    Parameters
    ----------
    paragraphs
        The sheet that went out, from `sheet_paragraphs`.
    reading
        What came back, from `read_coding_sheet` or `read_codings`.
    coder
        Whose codes, where several came back.
    settled
        An adjudication sheet that came back: its codes replace those of its paragraphs.

    Raises
    ------
    ParameterError
        Several coders or dates came back and none is chosen, or a paragraph has no code.

    Examples
    --------
    >>> codes = pd.DataFrame({"number": ["1-0"], "coder": ["A"], "theme": ["tcm"], "rank": [0]})
    >>> sheet = pd.DataFrame({"number": ["1-0"]})
    >>> coded_labels(sheet, SheetReading(codes, pd.DataFrame()))
    [['tcm']]
    """
    for one in (reading, settled):
        if one is not None and not isinstance(one, SheetReading):
            raise ParameterError(
                f"a reading comes from read_coding_sheet or read_codings, got {type(one).__name__}"
            )
    given = _given(reading.codes, coder) | ({} if settled is None else _given(settled.codes, None))
    lacking = [number for number in paragraphs["number"] if number not in given]
    if lacking:
        raise ParameterError(
            f"{len(lacking)} paragraphs have no code, such as {', '.join(map(str, lacking[:3]))}; "
            "finish the sheet (`reading.problems` says where), or leave these rows out of "
            "`paragraphs`"
        )
    return [given[number] for number in paragraphs["number"]]


def _given(codes: pd.DataFrame, coder: str | None) -> dict[str, list[str]]:
    """Return the codes of each paragraph by its number, of one coder at one date."""
    names = sorted(set(codes["coder"]))
    if coder is not None:
        codes = codes[codes["coder"] == coder]
    elif len(names) > 1:
        raise ParameterError(f"{len(names)} coders came back: choose one, coder= one of {names}")
    if "date" in codes and codes["date"].nunique() > 1:
        dates = sorted(set(codes["date"]))
        raise ParameterError(
            f"the coder coded on several dates, {', '.join(dates[:5])}: keep the rows of one in "
            "`reading.codes`; coding_drift compares them"
        )
    found: dict[str, list[str]] = (
        codes.sort_values("rank").groupby("number")["theme"].agg(list).to_dict()
    )
    return found


def coding_errors(
    paragraphs: pd.DataFrame,
    truth: Sequence[Sequence[str]],
    given: Sequence[Sequence[str]],
    codebook: Codebook | None = None,
    *,
    name: str = "coder",
) -> pd.DataFrame:
    """Count the errors of a coder against settled labels, as `theme_profile` takes them.

    A coder, a language model and a classifier are measured alike: what they gave to paragraphs
    whose labels are settled corrects the shares of all they coded.

    Parameters
    ----------
    paragraphs
        The sheet, from `sheet_paragraphs`; its doc_id names the reports.
    truth, given
        Settled labels, and the coder's, one list a paragraph (`coded_labels`).
    codebook
        The scheme.
    name
        Name for the column `corpus`.

    Returns
    -------
    pandas.DataFrame
        As `error_counts` returns it.

    Raises
    ------
    ParameterError
        Lengths differ or a label is unknown.

    Examples
    --------
    >>> sheet = pd.DataFrame({"doc_id": ["a", "b"]})
    >>> counted = coding_errors(sheet, [["tcm"], ["outside"]], [["tcm"], ["tcm"]])
    >>> counted.query("theme == 'tcm'")[["report", "hits", "false"]].values.tolist()
    [['a', 1, 0], ['b', 0, 1]]
    """
    ids = (codebook or load_codebook()).ids
    if not len(paragraphs) == len(truth) == len(given):
        raise ParameterError(
            "paragraphs, truth and given must be of one length, got "
            f"{len(paragraphs)}, {len(truth)} and {len(given)}"
        )
    settled, said = label_matrix(truth, ids), label_matrix(given, ids)
    reports = np.array([str(doc) for doc in paragraphs["doc_id"]])
    return error_counts(Scored(ids, reports, settled, said.astype(float), said), name)


def next_to_label(
    model: ThemeClassifier, corpus: Corpus, n: int = 30, *, without: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Choose the paragraphs whose labels would teach a classifier most, ready for `coding_sheet`.

    They are those of which it is least sure, unlike each other, from many reports.

    Parameters
    ----------
    model
        Fitted on the labels there are.
    corpus
        Its counted paragraphs are chosen from.
    n
        How many.
    without
        Sheets that were coded already (doc_id, para_no): none of these is chosen again.

    Returns
    -------
    pandas.DataFrame
        As `sheet_paragraphs` returns it.

    Raises
    ------
    ParameterError
        `n` is below one, or `without` lacks its columns.
    NotEnoughDataError
        All paragraphs are coded.

    References
    ----------
    Lewis, D. D., & Gale, W. A. (1994). A sequential algorithm for training text classifiers. SIGIR,
    3-12. https://doi.org/10.1007/978-1-4471-2099-5_1

    Examples
    --------
    >>> from policytext import load_theme_classifier, read_texts
    >>> text = "甲县2021年工作总结\\n新建中医馆12个。\\n做好各项工作，推进民生建设。\\n"
    >>> corpus = read_texts({"a.txt": text})
    >>> one = next_to_label(load_theme_classifier(), corpus, 1)
    >>> two = next_to_label(load_theme_classifier(), corpus, 1, without=one)
    >>> sorted([*one["para_no"], *two["para_no"]])
    [1, 2]
    """
    check_corpus(corpus)
    paragraphs = corpus.paragraphs[corpus.counted()]
    if without is not None:
        if not {"doc_id", "para_no"} <= set(without.columns):
            raise ParameterError("`without` must have the columns doc_id and para_no")
        places = pd.MultiIndex.from_frame(paragraphs[["doc_id", "para_no"]].astype(str))
        done = pd.MultiIndex.from_frame(without[["doc_id", "para_no"]].astype(str))
        paragraphs = paragraphs[~places.isin(done)]
    if paragraphs.empty:
        raise NotEnoughDataError("every counted paragraph of the corpus is coded already")
    chosen = paragraphs_to_label(
        model, paragraphs["text"].tolist(), paragraphs["doc_id"].tolist(), n
    )
    return sheet_paragraphs(corpus.paragraphs, paragraphs.index[chosen["row"]].tolist())


# Coders elsewhere: locked batches go out, answers with coder, model and date come back

_BATCH: Final = "policytext coding batch"
_FORM: Final = (
    'Answer with JSON lines. First line: {"hash": the hash of this batch, "coder": who or what '
    'coded, "model": name and version of a language model or "", "date": YYYY-MM-DD}. Then one '
    'line a paragraph: {"number": its number, "themes": [ids of its codes, the primary one first]}.'
)
_TOLD: Final = ("id", "label_zh", "label_en", "definition_zh", "definition_en")
_SENT: Final = ("number", "doc_id", "para_no", "before", "text", "after")
_MOST_BYTES: Final = 50_000_000
_LONGEST: Final = 200
_ANSWERED: Final = ("hash", "coder", "model", "date")


def coding_batches(
    paragraphs: pd.DataFrame,
    folder: str | Path,
    *,
    codebook: Codebook | None = None,
    instructions: str = "",
    size: int = 20,
) -> list[Path]:
    """Write paragraphs as locked batches of JSON lines for coders or a language model elsewhere.

    The first line of a batch holds the codebook, the instructions, the form of the answer and a
    hash of all of it, so that an answer can say what it answers and a changed batch is noticed.
    Nothing is run here.

    Parameters
    ----------
    paragraphs
        From `sheet_paragraphs`.
    folder
        Where the files ``batch-001.jsonl`` … are written.
    codebook
        The scheme.
    instructions
        What else the coder should be told.
    size
        Paragraphs a batch.

    Returns
    -------
    list of pathlib.Path
        The files.

    Raises
    ------
    ParameterError
        A column is missing, there is no row, a number stands twice, or `size` is below one.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> table = pd.DataFrame({"doc_id": ["d"], "para_no": [0], "text": ["新建中医馆12个。"]})
    >>> with TemporaryDirectory() as folder:
    ...     [path.name for path in coding_batches(sheet_paragraphs(table, [0]), folder)]
    ['batch-001.jsonl']
    """
    codebook = codebook or load_codebook()
    lacking = {"number", "doc_id", "para_no", "text"} - set(paragraphs.columns)
    if lacking or paragraphs.empty or size < 1:
        raise ParameterError(
            "paragraphs must have rows and the columns number, doc_id, para_no, text, and size be "
            f"at least 1; lacking: {sorted(lacking) or 'nothing'}, rows: {len(paragraphs)}, "
            f"size: {size}"
        )
    doubled = paragraphs["number"][paragraphs["number"].duplicated()].tolist()
    if doubled:
        raise ParameterError(f"numbers must be unique, but {doubled[:3]} stand twice")
    sent = paragraphs.reindex(columns=list(_SENT), fill_value="").astype(str)
    starts = range(0, len(sent), size)
    written = []
    for place, start in enumerate(starts, 1):
        rows = sent.iloc[start : start + size].to_dict("records")
        head = {
            "kind": _BATCH,
            "batch": place,
            "batches": len(starts),
            "codebook": _told(codebook),
            "instructions": instructions,
            "answer": _FORM,
        }
        head["hash"] = _hash_of(head, rows)
        path = Path(folder) / f"batch-{place:03d}.jsonl"
        lines = [json.dumps(line, ensure_ascii=False) for line in (head, *rows)]
        with in_one_piece(path) as part:
            part.write_text("\n".join(lines) + "\n", encoding="utf-8")
        written.append(path)
    return written


def read_codings(
    batches: str | Path, answers: str | Path, codebook: Codebook | None = None
) -> SheetReading:
    """Read what coders elsewhere answered, and say what is missing, misspelt or of another batch.

    Parameters
    ----------
    batches
        The folder of `coding_batches`; a batch that was changed since is refused.
    answers
        A file of answers or a folder of files ending in ``.jsonl``, in the form that each batch
        asks for. The same coder may answer a batch again at another date.
    codebook
        The scheme the batches were written with.

    Returns
    -------
    SheetReading
        ``codes``: one row per paragraph and code, with columns number, doc_id, para_no, coder,
        model, date, theme, rank, comment; ``problems``: number, problem, value. Each answer counts
        once: a second one of the same coder, date and paragraph is a problem.

    Raises
    ------
    ReadingError
        There are no batches or answers, a batch was changed, or a file cannot be read.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> table = pd.DataFrame({"doc_id": ["d"], "para_no": [0], "text": ["新建中医馆12个。"]})
    >>> with TemporaryDirectory() as folder:
    ...     (batch,) = coding_batches(sheet_paragraphs(table, [0]), f"{folder}/out")
    ...     head = json.loads(batch.read_text(encoding="utf-8").splitlines()[0])
    ...     who = {"hash": head["hash"], "coder": "A", "model": "", "date": "2026-01-05"}
    ...     said = [who, {"number": "1-0", "themes": ["tcm"]}]
    ...     answer = Path(folder, "a.jsonl")
    ...     _ = answer.write_text("\\n".join(map(json.dumps, said)), encoding="utf-8")
    ...     read_codings(f"{folder}/out", answer).codes[["coder", "theme"]].values.tolist()
    [['A', 'tcm']]
    """
    codebook = codebook or load_codebook()
    sent = {}
    for path in _files(batches, "coding batches"):
        head, rows = _batch(path)
        if head["codebook"] != _told(codebook):
            raise ReadingError(
                f"the batch {path.name!r} was written with another codebook than "
                f"{codebook.name!r}; pass the one it was written with"
            )
        sent[head["hash"]] = {row["number"]: row for row in rows}
    reader = _Answers(sent, codebook)
    for path in _files(answers, "answers"):
        reader.read(path)
    return reader.reading()


def _told(codebook: Codebook) -> dict[str, Any]:
    """Return what a coder must know of a codebook: everything but its cue terms."""
    themes = [
        {name: getattr(theme, name) for name in _TOLD}
        | {"include": list(theme.include), "exclude": list(theme.exclude)}
        for theme in codebook.themes
    ]
    facts = {f.name: getattr(codebook, f.name) for f in dataclasses.fields(codebook)}
    kept = ("name", "version", "title_zh", "title_en", "rule_zh", "rule_en")
    return {k: facts[k] for k in kept} | {"used_alone": list(codebook.alone), "themes": themes}


def _hash_of(head: Mapping[str, object], rows: Sequence[Mapping[str, object]]) -> str:
    held = [{k: v for k, v in head.items() if k != "hash"}, *rows]
    canonical = json.dumps(held, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(canonical.encode("utf-8", "surrogatepass")).hexdigest()


def _files(place: str | Path, what: str) -> list[Path]:
    where = Path(place)
    found = sorted(where.glob("*.jsonl")) if where.is_dir() else [where]
    if not found or not all(path.is_file() for path in found):
        raise ReadingError(f"there are no {what} (.jsonl) at {str(place)!r}")
    return found


def _lines(path: Path) -> list[tuple[int, object]]:
    """Return the lines of a file as JSON; a line that is none as the error that says so."""
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise ReadingError(f"{path.name!r} must be under {_MOST_BYTES:,} bytes")
        text = path.read_bytes().decode("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ReadingError(f"{path.name!r} cannot be read as UTF-8 text: {error}") from error
    found: list[tuple[int, object]] = []
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            try:
                value = json.loads(line)
                # Half a character, or lists within lists without end, cannot be told of later.
                json.dumps(value, ensure_ascii=False).encode("utf-8")
            except (ValueError, RecursionError) as error:
                value = error
            found.append((number, value))
    return found


def _batch(path: Path) -> tuple[dict[str, Any], list[dict[str, str]]]:
    """Read a batch, refusing one that is none or was changed."""
    lines = [line for _, line in _lines(path)]
    objects = [line for line in lines if isinstance(line, dict)]
    head, rows = (objects or [{}])[0], objects[1:]
    whole = len(objects) == len(lines) and head.get("kind") == _BATCH and "codebook" in head
    if not whole or not all(_is_paragraph(row) for row in rows):
        raise ReadingError(f"{path.name!r} is no coding batch; write it again by coding_batches")
    if head.get("hash") != _hash_of(head, rows):
        raise ReadingError(
            f"the batch {path.name!r} was changed after it was written: its hash does not fit. "
            "Use the file as it was sent"
        )
    return head, rows


def _is_paragraph(row: Mapping[str, object]) -> bool:
    return set(row) == set(_SENT) and all(isinstance(value, str) for value in row.values())


_Sent = Mapping[str, Mapping[str, Mapping[str, str]]]


class _Answers:
    """Reads answers line by line: what fits a batch becomes codes, the rest a problem."""

    def __init__(self, sent: _Sent, codebook: Codebook) -> None:
        self.sent = sent
        self.codebook = codebook
        self.known = _spellings(codebook)
        self.codes: list[dict[str, object]] = []
        self.problems: list[tuple[str, str, str]] = []
        self.seen: set[tuple[str, ...]] = set()
        self.asked: dict[tuple[str, ...], str] = {}

    def read(self, path: Path) -> None:
        """Read one file of answers."""
        who: dict[str, str] = {}
        before = len(self.seen) + len(self.problems)
        for number, line in _lines(path):
            where = f"{path.name}, line {number}"
            if not isinstance(line, dict):
                self._trouble(where, "no JSON object", line)
            elif "number" not in line:
                who = self._who(where, line)
            else:
                self._answer(where, line, who)
        if len(self.seen) + len(self.problems) == before:
            self._trouble(path.name, "the file holds no answer", "")

    def _who(self, where: str, line: Mapping[str, object]) -> dict[str, str]:
        """Return who answers which batch, empty where that is not said."""
        said = {name: line.get(name, "") for name in _ANSWERED}
        wrong = [name for name, value in said.items() if not isinstance(value, str)]
        if wrong or not said["coder"] or said["hash"] not in self.sent:
            what = "hash of no batch here" if said["coder"] and not wrong else "no coder named"
            self._trouble(where, f"{what}: its answers are left out", line)
            return {}
        if pd.isna(pd.to_datetime(said["date"], format="%Y-%m-%d", errors="coerce")):
            self._trouble(where, "date is not YYYY-MM-DD: its answers are left out", said["date"])
            return {}
        who = {name: str(value) for name, value in said.items()}
        self.asked[tuple(who[name] for name in _ANSWERED)] = where
        return who

    def _answer(self, where: str, line: Mapping[str, object], who: Mapping[str, str]) -> None:
        number = line["number"]
        if not who:
            self._trouble(where, "an answer without a valid first line", number)
            return
        sent = self.sent[who["hash"]]
        if not isinstance(number, str) or number not in sent:
            self._trouble(where, "no paragraph of the batch has this number", number)
            return
        key = (*(who[name] for name in _ANSWERED), number)
        if key in self.seen:
            self._trouble(
                number, "answered twice by one coder at one date; the first counts", where
            )
            return
        self.seen.add(key)
        themes = line.get("themes")
        if not isinstance(themes, list) or not all(isinstance(one, str) for one in themes):
            self._trouble(number, "themes must be a list of codes", themes)
            return
        if len(themes) > len(self.codebook.ids):
            self._trouble(number, "more codes than the codebook has", len(themes))
            return
        columns = [f"{place}" for place in range(len(themes))]
        row = dict(zip(columns, themes, strict=True)) | {_CODER: who["coder"]}
        found, trouble = _codes_of(row, columns, self.known, self.codebook)
        self.problems += [(number, what, value[:_LONGEST]) for what, value in trouble]
        comment = line.get("comment", "")
        for rank, theme in enumerate(found):
            self.codes.append(
                {
                    "number": number,
                    "doc_id": sent[number]["doc_id"],
                    "para_no": _as_number(sent[number]["para_no"]),
                    **{name: who[name] for name in _ANSWERED[1:]},
                    "theme": theme,
                    "rank": rank,
                    "comment": comment if isinstance(comment, str) else "",
                }
            )

    def reading(self) -> SheetReading:
        """Return the codes, and every paragraph that was asked and not answered."""
        for who, where in self.asked.items():
            left = [number for number in self.sent[who[0]] if (*who, number) not in self.seen]
            self.problems += [
                (number, f"missing: no answer of {who[1]}"[:_LONGEST], where) for number in left
            ]
        answered = {who[0] for who in self.asked}
        for key, rows in self.sent.items():
            if key not in answered:
                what = f"missing: no coder answered this batch of {len(rows)} paragraphs"
                self.problems.append((next(iter(rows)), what, key))
        columns = ("number", "doc_id", "para_no", *_ANSWERED[1:], "theme", "rank", "comment")
        return SheetReading(
            pd.DataFrame(self.codes, columns=list(columns)),
            pd.DataFrame(self.problems, columns=["number", "problem", "value"]),
        )

    def _trouble(self, where: str, what: str, value: object) -> None:
        self.problems.append((where, what, f"{value!s:.{_LONGEST}}"))


# Does a coder code today as before?

_DRIFT: Final = columns_of("coding_drift")


def coding_drift(
    codes: pd.DataFrame,
    codebook: Codebook | None = None,
    *,
    confidence: float = 0.95,
    n_resamples: int = 1000,
    random_state: int | None = 0,
) -> Result:
    """Compare what each coder gave to the same paragraphs at its first and at later dates.

    A language model behind a service changes without a word, and people tire: a coding that is
    used over months should be repeated on some paragraphs.

    Parameters
    ----------
    codes
        Of `read_codings` (or several of them, joined).
    codebook
        The scheme.
    confidence, n_resamples, random_state
        Of the intervals; see `agreement`.

    Returns
    -------
    Result
        One row a coder, model and later date: paragraphs coded at both dates, those with other
        codes, and agreement as micro-F1 with its interval.

    Raises
    ------
    ParameterError
        A column is missing, or a theme is not in the codebook.
    NotEnoughDataError
        No coder coded paragraphs of two reports at two dates.

    References
    ----------
    Krippendorff, K. (2019). Content analysis: An introduction to its methodology. Sage. (stability
    as a kind of reliability)

    Examples
    --------
    >>> codes = pd.DataFrame(
    ...     [(f"{r}-0", r, "A", "m1", d, t, 0) for r, (one, two) in {"1": "xx", "2": "xy"}.items()
    ...      for d, t in (("2026-01-05", one), ("2026-03-01", two))],
    ...     columns=["number", "doc_id", "coder", "model", "date", "theme", "rank"])
    >>> from policytext.themes.codebook import Theme
    >>> book = Codebook("own", "1", (Theme("x", "甲"), Theme("y", "乙")))
    >>> coding_drift(codes, book, n_resamples=20).table[["n", "n_changed", "f1"]].values.tolist()
    [[2.0, 1.0, 0.5]]
    """
    codebook = codebook or load_codebook()
    lacking = {"number", "doc_id", "coder", "model", "date", "theme"} - set(codes.columns)
    if lacking:
        raise ParameterError(f"codes must come from read_codings; it lacks {sorted(lacking)}")
    rows, fewest = [], FEW_REPORTS
    for coder, own in codes.groupby("coder"):
        for one, two in _repeats(own):
            same = sorted(set(one.index) & set(two.index))
            first, second = one.loc[same], two.loc[same]
            if first["doc_id"].nunique() < 2:
                continue
            fewest = min(fewest, first["doc_id"].nunique())
            overall = agreement(
                first["theme"].tolist(),
                second["theme"].tolist(),
                first["doc_id"].tolist(),
                codebook,
                confidence=confidence,
                n_resamples=n_resamples,
                random_state=random_state,
            ).table.iloc[0]
            changed = [
                set(a) != set(b) for a, b in zip(first["theme"], second["theme"], strict=True)
            ]
            rows.append(
                {
                    "coder": coder,
                    "model_first": first["model"].iloc[0],
                    "model": second["model"].iloc[0],
                    "date_first": first["date"].iloc[0],
                    "date": second["date"].iloc[0],
                    "n": len(same),
                    "n_changed": sum(changed),
                    "f1": overall["f1"],
                    "low": overall["f1_low"],
                    "high": overall["f1_high"],
                }
            )
    if not rows:
        raise NotEnoughDataError(
            "no coder coded paragraphs of two reports or more at two dates; send some batches to "
            "the same coder again"
        )
    return Result(
        pd.DataFrame(rows, columns=list(_DRIFT)),
        say("coding_drift.title"),
        _DRIFT,
        Method(say("coding_drift.method"), cite("korn-1998")),
        (
            say("coding_drift.steady_is_not_right"),
            *([say("agreement.few_reports", n_reports=fewest)] if fewest < FEW_REPORTS else []),
        ),
        {"confidence": confidence, "n_resamples": n_resamples, "random_state": random_state},
    )


def _repeats(codes: pd.DataFrame) -> Iterator[tuple[pd.DataFrame, pd.DataFrame]]:
    """Yield the first coding of a coder with each later one; one row a paragraph."""
    runs = [
        own.groupby("number").agg(
            {"doc_id": "first", "model": "first", "date": "first", "theme": list}
        )
        for _, own in codes.groupby("date")
    ]
    for later in runs[1:]:
        yield runs[0], later

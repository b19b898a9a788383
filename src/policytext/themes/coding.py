"""What does a table of coded paragraphs look like, whoever coded them?

Classifiers, cue terms, people and the labels shipped with the package all give the same columns.
Labels are places in files: their text is read from the raw files.
"""

from __future__ import annotations

import hashlib
import json
import re
import tarfile
from collections.abc import Iterable, Sequence
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from policytext.corpus import Corpus
from policytext.corrected import THEME_FIELD, check_value
from policytext.data import data_path
from policytext.errors import ParameterError, ReadingError
from policytext.origin.metadata import CORRECTION_COLUMNS, read_metadata
from policytext.reading.folder import read_file
from policytext.reading.source import Source

CODING_COLUMNS = (
    "row",
    "doc_id",
    "para_no",
    "theme",
    "rank",
    "probability",
    "n_clauses",
    "start",
    "end",
    "cue",
    "source",
)


def paragraphs_of(corpus_or_texts: Corpus | Sequence[str]) -> pd.DataFrame:
    """Return the paragraphs to code: index = row, columns doc_id, para_no, text.

    >>> paragraphs_of(["甲", "乙"])["text"].tolist()
    ['甲', '乙']
    """
    if isinstance(corpus_or_texts, Corpus):
        paragraphs, counted = coded_rows(corpus_or_texts)
        return paragraphs.loc[counted, ["doc_id", "para_no", "text"]]
    if isinstance(corpus_or_texts, pd.DataFrame):
        raise ParameterError(
            "coding takes a corpus or a list of texts, got DataFrame; pass the corpus itself, or "
            "list(paragraphs['text'])"
        )
    one = isinstance(corpus_or_texts, str)
    texts = text_list([str(corpus_or_texts)] if one else corpus_or_texts)
    return pd.DataFrame({"doc_id": "", "para_no": range(len(texts)), "text": texts})


def coded_rows(
    corpus_or_texts: Corpus | Sequence[str],
) -> tuple[pd.DataFrame, NDArray[np.bool_]]:
    """Return the paragraphs of a corpus, or texts as such, and which of them are coded.

    >>> coded_rows(["甲", "乙"])[1].tolist()
    [True, True]
    """
    if isinstance(corpus_or_texts, Corpus):
        corpus_or_texts.require_text("coding paragraphs by theme")
        return corpus_or_texts.paragraphs, corpus_or_texts.counted()
    paragraphs = paragraphs_of(corpus_or_texts)
    return paragraphs, np.ones(len(paragraphs), dtype=bool)


def text_list(texts: Sequence[str]) -> list[str]:
    """Return the texts as a list, refusing what is no text."""
    if isinstance(texts, str):
        raise ParameterError("texts must be a list of paragraphs, got one string; pass [text]")
    if not isinstance(texts, Iterable):
        raise ParameterError(
            f"texts must be a list of paragraphs, got {type(texts).__name__}; pass "
            "list(corpus.paragraphs['text']), or code a corpus with classifier.code(corpus)"
        )
    listed = list(texts)
    for place, text in enumerate(listed):
        if not isinstance(text, str):
            raise ParameterError(
                f"texts must be strings, but entry {place} is {type(text).__name__}"
            )
    return listed


def coding_table(
    rows: Sequence[dict[str, object]] | pd.DataFrame, paragraphs: pd.DataFrame, source: str
) -> pd.DataFrame:
    """Return coded paragraphs in the one form all codings share.

    >>> table = coding_table([{"row": 0, "theme": "tcm"}], paragraphs_of(["建成中医馆"]), "coder A")
    >>> table[["row", "para_no", "theme", "source"]].values.tolist()
    [[0, 0, 'tcm', 'coder A']]
    """
    missing = float("nan")
    blank = {"rank": 0, "probability": missing, "n_clauses": 0, "start": -1, "end": -1, "cue": ""}
    columns = ["row", *CODING_COLUMNS[3:-1]]
    if isinstance(rows, pd.DataFrame):
        table = rows.assign(**{k: v for k, v in blank.items() if k not in rows})[columns]
    else:
        table = pd.DataFrame([blank | row for row in rows], columns=columns)
    numbers = ("row", "rank", "n_clauses", "start", "end")
    kinds = {"theme": "str", "cue": "str", "probability": "float64"}
    table = table.astype(kinds | dict.fromkeys(numbers, "int64"))
    where = paragraphs.loc[table["row"], ["doc_id", "para_no"]].reset_index(drop=True)
    table = pd.concat([table, where], axis=1).assign(source=source)
    return table[list(CODING_COLUMNS)].sort_values(
        ["row", "rank"], kind="stable", ignore_index=True
    )


# Labels: as a row of 0 and 1, as a file of places, in a corpus

SILVER = "silver labels"

_SUMS = ("cut_sha256", "file_sha256", "record")
_FIRST_ROUND = {"round": 1, "record": "", "file_sha256": "", "held_out": False}


def label_matrix(
    labels: Sequence[Sequence[str]] | NDArray[np.bool_], ids: Sequence[str]
) -> NDArray[np.bool_]:
    """Return labels as a paragraphs × themes table of True and False.

    >>> label_matrix([["tcm"], []], ["tcm", "outside"]).tolist()
    [[True, False], [False, False]]
    """
    if isinstance(labels, np.ndarray) and labels.ndim == 2 and labels.dtype.kind in "biuf":
        if labels.shape[1] != len(ids):
            raise ParameterError(
                f"labels has {labels.shape[1]} columns, the codebook {len(ids)} themes; "
                "they must match"
            )
        return labels.astype(bool)
    place = {theme: number for number, theme in enumerate(ids)}
    matrix = np.zeros((len(labels), len(ids)), dtype=bool)
    for row, themes in enumerate(labels):
        for theme in (themes,) if isinstance(themes, str) else themes:
            if theme not in place:
                raise ParameterError(
                    f"label {theme!r} of paragraph {row} is not in the codebook; its themes are "
                    f"{', '.join(ids)}"
                )
            matrix[row, place[theme]] = True
    return matrix


def read_label_file(name: str = "labels/health-themes-silver.jsonl") -> pd.DataFrame:
    """Read the package's labelled paragraphs: places and labels, no text.

    Parameters
    ----------
    name
        Path below the package's data folder.

    Returns
    -------
    pandas.DataFrame
        Columns corpus, file, report, unit, raw_spans (offsets in the source text), coder_a,
        coder_b, adjudicated (lists of theme ids), cut_sha256, and for theme labels round (1: 555
        paragraphs, at most five labels a coding; 2: 600 chosen by doubt and by theme, without a
        limit; 3: 216, half of them by doubt and half by chance; 4: 625, two thirds of them of laws
        and daily news), record (of a table or list of texts; empty where the file is one text),
        file_sha256 (empty in round 1) and held_out (reports that no cue and no fit had seen when
        they were scored).

    Examples
    --------
    >>> read_label_file()["round"].value_counts().to_dict()
    {4: 625, 2: 600, 1: 555, 3: 216}
    """
    table = pd.read_json(data_path(name), lines=True, dtype=dict.fromkeys(_SUMS, str))
    given = {k: v for k, v in _FIRST_ROUND.items() if k in table}
    return table.assign(
        **{k: table[k].where(table[k].notna(), v).astype(type(v)) for k, v in given.items()}
    )


def fictional_examples(*, words_only: bool = False) -> list[tuple[str, list[str]]]:
    """Return short paragraphs written for this project, with the themes they were written to show.

    They join the training of the shipped classifier and are never tested on. Those of
    ``words_only`` were written from the codebook alone; of them the classifier learns only words
    (``ThemeClassifier(words_from=…)``).

    >>> len(fictional_examples()) > 90
    True
    """
    lines = data_path("labels/fictional.jsonl").read_text(encoding="utf-8").splitlines()
    records = [json.loads(line) for line in lines]
    return [
        (record["text"], record["themes"])
        for record in records
        if record.get("words_only", False) == words_only
    ]


def silver_coding(corpus: Corpus, which: str = "adjudicated") -> pd.DataFrame:
    """Find the labelled paragraphs in a corpus and return their labels as a coding table.

    A labelled place belongs to the paragraphs that cover at least half of it, or lie at least half
    inside it; a paragraph that belongs to several labelled places gets all their labels.
    """
    if which not in ("adjudicated", "coder_a", "coder_b"):
        raise ParameterError(f"which must be adjudicated, coder_a or coder_b, got {which!r}")
    paragraphs = corpus.paragraphs
    spans = np.array(paragraphs[["raw_start", "raw_end"]], dtype=np.int64)
    rows_of = paragraphs.groupby("source_id").indices
    sources = {
        (str(file).rsplit("/", 1)[-1], str(record)): (str(source), str(sha256))
        for source, file, record, sha256 in zip(
            *(corpus.sources[c] for c in ("source_id", "file", "record", "sha256_bytes")),
            strict=True,
        )
    }
    themes_of: dict[int, list[str]] = {}
    for label in read_label_file().to_dict("records"):
        source, sha256 = sources.get((label["file"], label["record"]), ("", ""))
        # Files named 2012.txt are many: the checksum says whether this one was labelled.
        same = sha256.startswith(label["file_sha256"])
        rows = rows_of[source] if same and source in rows_of else np.zeros(0, dtype=np.int64)
        for row in rows[_covered(spans[rows], label["raw_spans"])]:
            themes = themes_of.setdefault(int(row), [])
            themes += [theme for theme in label[which] if theme not in themes]
    records: list[dict[str, object]] = [
        {"row": row, "theme": theme, "rank": rank}
        for row, themes in themes_of.items()
        for rank, theme in enumerate(themes)
    ]
    return coding_table(records, paragraphs, SILVER)


def _covered(spans: NDArray[np.int64], labelled: Sequence[Sequence[int]]) -> NDArray[np.bool_]:
    """Return which spans share at least half of the shorter one with the labelled spans."""
    shared = np.zeros(len(spans))
    for start, end in labelled:
        shared += np.maximum(np.minimum(spans[:, 1], end) - np.maximum(spans[:, 0], start), 0)
    total = sum(end - start for start, end in labelled)
    shorter = np.minimum(spans[:, 1] - spans[:, 0], total)
    found: NDArray[np.bool_] = (shared > 0) & (shared >= 0.5 * shorter)
    return found


# What people put right


def correct_coding(
    corpus: Corpus, coding: pd.DataFrame, corrections: str | Path | pd.DataFrame
) -> pd.DataFrame:
    """Let the themes that a researcher gave to paragraphs win over those of a coding.

    Parameters
    ----------
    corpus
        The corpus that was coded, read with the same corrections.
    coding
        Coded paragraphs, as ``classifier.code(corpus)`` gives them.
    corrections
        A table ``doc_id, field, value, author``, as ``corpus.review(coding=…)`` writes it; rows
        whose field is ``theme`` count: ``"4: tcm|tiered_care"`` are the themes of paragraph 4,
        ``"4:"`` says that it has none.

    Returns
    -------
    pandas.DataFrame
        The coding; corrected paragraphs have ``correction`` as their source.

    Raises
    ------
    ParameterError
        A correction cannot be read, or names a paragraph that is not in the corpus.

    Examples
    --------
    >>> from policytext import read_texts
    >>> corpus = read_texts({"a.txt": "甲县2021年工作总结\\n建成中医馆。\\n"})
    >>> coding = coding_table([{"row": 1, "theme": "outside"}], corpus.paragraphs, "classifier")
    >>> own = pd.DataFrame({"doc_id": ["a.txt#1"], "field": ["theme"], "value": ["1: tcm"]})
    >>> correct_coding(corpus, coding, own)[["para_no", "theme", "source"]].values.tolist()
    [[1, 'tcm', 'correction']]
    """
    given = read_metadata(corrections)
    if missing := {"doc_id", *CORRECTION_COLUMNS} - set(given.columns):
        raise ParameterError(
            f"the corrections must have the columns {sorted(missing)}; got {list(given.columns)}"
        )
    places = {
        (doc_id, int(number)): row
        for row, (doc_id, number) in enumerate(
            zip(corpus.paragraphs["doc_id"], corpus.paragraphs["para_no"], strict=True)
        )
    }
    themes: dict[int, list[str]] = {}
    for cells in given[given["field"] == THEME_FIELD].to_dict("records"):
        check_value(THEME_FIELD, cells["value"], f"correction of {cells['doc_id']!r}")
        number, _, named = cells["value"].partition(":")
        place = (cells["doc_id"], int(number))
        if place not in places:
            raise ParameterError(
                f"paragraph {place[1]} of report {place[0]!r} is not in the corpus"
            )
        themes[places[place]] = [one for one in named.strip().split("|") if one]
    rows = [
        {"row": row, "theme": theme, "rank": rank}
        for row, named in themes.items()
        for rank, theme in enumerate(named)
    ]
    kept = coding[~coding["row"].isin(list(themes))]
    new = coding_table(rows, corpus.paragraphs, "correction")
    joined = pd.concat([kept, new], ignore_index=True) if len(new) else kept
    return joined.sort_values(["row", "rank"], kind="stable", ignore_index=True)


# The text at labelled places

# Document sites cut a paragraph in two and number the pieces: "…落实\n\n3、主权。"
_CUT_BY_SITE = re.compile(r"\s*\n+\s*(?:\d+、)?")


def cut(text: str, spans: Sequence[Sequence[int]]) -> str:
    """Return the text of the spans as it is coded: joined, without the site's breaks inside.

    >>> cut("一二三\\n\\n3、四五", [[0, 10]])
    '一二三四五'
    """
    joined = "".join(text[start:end].strip() for start, end in spans)
    return _CUT_BY_SITE.sub("", joined)


def fill_texts(places: pd.DataFrame, raw: str | Path) -> pd.DataFrame:
    """Add the text to a table of places, reading the raw files."""
    names = dict.fromkeys(map(str, places["file"]))
    with TemporaryDirectory() as folder:
        found = _found(Path(raw), set(names), Path(folder))
        texts = {file: _source_texts(file, found) for file in names}
    records = places["record"] if "record" in places else [""] * len(places)
    filled = [
        cut(_of_record(texts[file], record, file), spans)
        for file, record, spans in zip(places["file"], records, places["raw_spans"], strict=True)
    ]
    sums = [hashlib.sha256(text.encode()).hexdigest()[:16] for text in filled]
    wrong = [
        f"{file} {spans}"
        for file, spans, have, want in zip(
            places["file"], places["raw_spans"], sums, places["cut_sha256"], strict=True
        )
        if want and have != want
    ]
    if wrong:
        raise ReadingError(
            f"{len(wrong)} places hold another text than was labelled, first {wrong[0]}; "
            "use the files the labels were made on"
        )
    return places.assign(text=filled)


def _found(raw: Path, names: set[str], folder: Path) -> dict[str, Path]:
    """Return where the files lie; those that only an archive holds are put into the folder."""
    found = {path.name: path for path in sorted(raw.rglob("*")) if path.is_file()}
    for path in [path for name, path in found.items() if name.endswith(".tar.xz")]:
        if not names - set(found):
            break
        with tarfile.open(path) as archive:
            for member in archive:
                name = PurePosixPath(member.name).name
                held = archive.extractfile(member) if name in names - set(found) else None
                if held is not None:
                    found[name] = folder / name
                    found[name].write_bytes(held.read())
    return found


def _source_texts(file: str, found: dict[str, Path]) -> dict[str, str]:
    """Return the texts of a file by their record ("" where the file is one text)."""
    if file not in found:
        raise ReadingError(f"the labelled file {file!r} is not in the raw folder")
    read = read_file(found[file], file)
    if not isinstance(read[0], Source):
        raise ReadingError(f"the labelled file {file!r} cannot be read: {read[0].reason}")
    return {one.record: one.text for one in read if isinstance(one, Source)}


def _of_record(texts: dict[str, str], record: str, file: str) -> str:
    if record not in texts:
        raise ReadingError(f"the labelled file {file!r} has no record {record!r}")
    return texts[record]

"""Codes from elsewhere: batches go out locked, answers come back in words or as codes."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from policytext import (
    Codebook,
    ThemeClassifier,
    coded_labels,
    coding_batches,
    coding_drift,
    coding_errors,
    coding_sheet,
    load_theme_classifier,
    next_to_label,
    read_coding_sheet,
    read_codings,
    read_texts,
    sheet_paragraphs,
    theme_profile,
)
from policytext.errors import NotEnoughDataError, ParameterError, ReadingError
from policytext.themes.codebook import Theme

BOOK = Codebook(
    "own",
    "1",
    (Theme("port", "港口", include=("码头",)), Theme("farm", "农业"), Theme("outside", "无关")),
    alone=("outside",),
)
PORT, FARM, OTHER = "新建码头两座，港口扩能。", "粮食增产，农田改良。", "举办运动会。"
CORPUS = read_texts(
    {
        f"{place}.txt": f"{place}2021年工作总结\n{PORT}\n{FARM}\n{OTHER}\n"
        for place in ("甲县", "乙县", "丙县")
    }
)
ROWS = CORPUS.paragraphs.index[CORPUS.counted()].tolist()
SHEET = sheet_paragraphs(CORPUS.paragraphs, ROWS)
TRUE = {PORT: ["port"], FARM: ["farm"], OTHER: ["outside"]}


@pytest.fixture
def batches(tmp_path):
    coding_batches(SHEET, tmp_path / "out", codebook=BOOK, instructions="逐段编码", size=4)
    return tmp_path / "out"


def heads(folder: Path) -> list[dict[str, object]]:
    files = sorted(folder.glob("*.jsonl"))
    return [json.loads(path.read_text(encoding="utf-8").splitlines()[0]) for path in files]


def answer(folder, path, date="2026-01-05", model="m-1", coder="A", wrong=0):
    """Answer all batches rightly, but for the first paragraphs."""
    lines, left = [], wrong
    for batch in sorted(folder.glob("*.jsonl")):
        head, *rows = map(json.loads, batch.read_text(encoding="utf-8").splitlines())
        who = {"hash": head["hash"], "coder": coder, "model": model, "date": date}
        lines.append(who)
        for row in rows:
            lines.append(
                {"number": row["number"], "themes": ["farm"] if left > 0 else TRUE[row["text"]]}
            )
            left -= 1
    path.write_text("\n".join(json.dumps(line) for line in lines), encoding="utf-8")
    return path


def test_a_batch_says_all_that_a_coder_needs_and_no_cue(batches) -> None:
    first, *rest = heads(batches)
    assert (first["batch"], first["batches"], len(rest)) == (1, 3, 2)
    assert first["instructions"] == "逐段编码" and "hash" in first["answer"]
    assert [theme["id"] for theme in first["codebook"]["themes"]] == list(BOOK.ids)
    assert "cues" not in first["codebook"]["themes"][0]
    assert len({head["hash"] for head in heads(batches)}) == 3


def test_answers_become_codes_of_coder_model_and_date(batches, tmp_path) -> None:
    codes, problems = read_codings(batches, answer(batches, tmp_path / "a.jsonl"), BOOK)
    assert problems.empty and len(codes) == len(SHEET)
    assert codes[["coder", "model", "date"]].drop_duplicates().values.tolist() == [
        ["A", "m-1", "2026-01-05"]
    ]
    labels = coded_labels(SHEET, read_codings(batches, tmp_path / "a.jsonl", BOOK))
    assert labels == [TRUE[text] for text in SHEET["text"]]


def test_a_changed_batch_and_another_codebook_are_refused(batches, tmp_path) -> None:
    said = answer(batches, tmp_path / "a.jsonl")
    with pytest.raises(ReadingError, match="written with another codebook"):
        read_codings(batches, said)
    path = batches / "batch-002.jsonl"
    path.write_text(path.read_text(encoding="utf-8").replace("粮食", "棉花"), encoding="utf-8")
    with pytest.raises(ReadingError, match="was changed after it was written"):
        read_codings(batches, said, BOOK)
    path.write_text('{"kind": "x"}\n[1]\n', encoding="utf-8")
    with pytest.raises(ReadingError, match="is no coding batch"):
        read_codings(batches, said, BOOK)
    path.unlink()
    with pytest.raises(ReadingError, match="there are no answers"):
        read_codings(batches, tmp_path / "none", BOOK)


def test_what_is_wrong_in_an_answer_is_said_and_the_rest_is_kept(batches, tmp_path) -> None:
    head = heads(batches)[0]
    who = {"hash": head["hash"], "coder": "A", "model": "", "date": "2026-01-05"}
    numbers = SHEET["number"].tolist()
    lines = [
        '{"number": "1-0", "themes": []}',
        '{"number": "1-0", "themes": [], "comment": "\\ud800"}',
        json.dumps(who | {"hash": "0"}),
        json.dumps(who | {"date": "gestern"}),
        json.dumps(who),
        "no json",
        "[" * 100_000,
        "[1, 2]",
        json.dumps({"number": numbers[0], "themes": ["port"]}),
        json.dumps({"number": numbers[0], "themes": ["farm"]}),
        json.dumps({"number": numbers[1], "themes": "farm"}),
        json.dumps({"number": numbers[2], "themes": ["outside", "farm", "port2"]}),
        json.dumps({"number": numbers[3], "themes": ["farm"] * 9}),
        json.dumps({"number": "99-9", "themes": ["farm"]}),
        json.dumps({"number": {"a": 1}, "themes": ["farm"]}),
    ]
    path = tmp_path / "a.jsonl"
    path.write_text("\n".join(lines), encoding="utf-8")
    codes, problems = read_codings(batches, path, BOOK)
    assert codes[["number", "theme"]].values.tolist() == [
        [numbers[0], "port"],
        [numbers[2], "outside"],
        [numbers[2], "farm"],
    ]
    said = " / ".join(problems["problem"])
    for words in (
        "without a valid first line",
        "hash of no batch here",
        "date is not YYYY-MM-DD",
        "no JSON object",
        "answered twice",
        "must be a list of codes",
        "misspelt",
        "used alone",
        "no paragraph of the batch",
        "more codes than the codebook",
        "no coder answered this batch of 4",
    ):
        assert words in said
    (tmp_path / "empty.jsonl").write_text("\n", encoding="utf-8")
    problems = read_codings(batches, tmp_path / "empty.jsonl", BOOK).problems
    assert problems["problem"].iloc[0] == "the file holds no answer"
    path.write_text("\n".join(lines[4:9]), encoding="utf-8")
    problems = read_codings(batches, path, BOOK).problems
    assert "missing: no answer of A" in problems["problem"].tolist()
    assert (problems["value"].str.len() <= 200).all()


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=8) | st.integers(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["hash", "number", "themes", "coder", "date"]), inner)
    ),
    max_leaves=8,
)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(lines=st.lists(JSON, max_size=5), raw=st.binary(max_size=30))
def test_no_answer_breaks_the_reading(batches, tmp_path, lines, raw) -> None:
    who = {"hash": heads(batches)[0]["hash"], "coder": "A", "model": "", "date": "2026-01-05"}
    text = "\n".join(json.dumps(line) for line in [who, *lines])
    path = tmp_path / "a.jsonl"
    path.write_bytes(text.encode() + b"\n" + raw)
    try:
        codes, problems = read_codings(batches, path, BOOK)
    except ReadingError as error:
        assert "cannot be read as UTF-8" in str(error)
    else:
        assert len(codes) == 0 or set(codes["theme"]) <= set(BOOK.ids)
        assert len(problems)


def test_drift_over_repeats_is_counted_by_paragraph(batches, tmp_path) -> None:
    folder = tmp_path / "answers"
    folder.mkdir()
    answer(batches, folder / "1.jsonl")
    answer(batches, folder / "2.jsonl", date="2026-03-01", model="m-2", wrong=2)
    reading = read_codings(batches, folder, BOOK)
    table = coding_drift(reading.codes, BOOK, n_resamples=50).table
    assert table[["model_first", "model", "n"]].values.tolist() == [["m-1", "m-2", len(SHEET)]]
    texts = SHEET["text"].tolist()
    assert table["n_changed"].tolist() == [sum(text != FARM for text in texts[:2])]
    with pytest.raises(ParameterError, match="several dates"):
        coded_labels(SHEET, reading)
    with pytest.raises(NotEnoughDataError, match="at two dates"):
        coding_drift(reading.codes[reading.codes["date"] == "2026-01-05"], BOOK)


def test_one_path_from_sheet_to_corrected_shares(tmp_path) -> None:
    given = [TRUE[text] for text in SHEET["text"]]
    path = coding_sheet(SHEET, tmp_path / "a.xlsx", codebook=BOOK, coder="A", given=given)
    reading = read_coding_sheet(path, BOOK)
    labels = coded_labels(SHEET, reading)
    assert labels == given
    errors = coding_errors(SHEET, labels, [["port"], *labels[1:]], BOOK, name="mine")
    profile = theme_profile(CORPUS, reading.codes, "level", codebook=BOOK, errors=errors)
    farm = profile.table.query("theme == 'farm'")
    assert farm["share_coded"].tolist() == [pytest.approx(1 / 3)]
    with pytest.raises(ParameterError, match="1 paragraphs have no code"):
        coded_labels(SHEET, reading._replace(codes=reading.codes.iloc[1:]))
    both = pd.concat([reading.codes, reading.codes.assign(coder="B")])
    with pytest.raises(ParameterError, match="choose one, coder="):
        coded_labels(SHEET, reading._replace(codes=both))
    assert coded_labels(SHEET, reading._replace(codes=both), coder="B") == given


def test_what_was_coded_is_not_asked_again() -> None:
    model = load_theme_classifier()
    assert isinstance(model, ThemeClassifier)
    first = next_to_label(model, CORPUS, 4)
    second = next_to_label(model, CORPUS, 9, without=first)
    assert set(first["number"].index) == set(range(4)) and len(second) == len(SHEET) - 4
    both = pd.concat([first, second])
    assert not both.duplicated(["doc_id", "para_no"]).any()
    with pytest.raises(NotEnoughDataError, match="coded already"):
        next_to_label(model, CORPUS, 1, without=SHEET)
    with pytest.raises(ParameterError, match="doc_id and para_no"):
        next_to_label(model, CORPUS, 1, without=pd.DataFrame({"a": []}))


def test_wrong_batches_are_refused_in_words(tmp_path) -> None:
    with pytest.raises(ParameterError, match="lacking: \\['text'\\]"):
        coding_batches(SHEET.drop(columns="text"), tmp_path)
    with pytest.raises(ParameterError, match="size: 0"):
        coding_batches(SHEET, tmp_path, size=0)
    with pytest.raises(ParameterError, match="stand twice"):
        coding_batches(pd.concat([SHEET, SHEET]), tmp_path)

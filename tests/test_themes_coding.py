"""Labels: places without text, in the one form all codings share."""

from __future__ import annotations

import json

import numpy as np
import pytest

from policytext import load_codebook, read_corpus, read_label_file
from policytext.data import data_path
from policytext.errors import ParameterError, ReadingError
from policytext.themes.coding import (
    fictional_examples,
    fill_texts,
    label_matrix,
    paragraphs_of,
    silver_coding,
    text_list,
)


def test_shipped_labels_hold_places_and_no_text() -> None:
    table = read_label_file()
    first = table[table["round"] == 1]
    assert first["corpus"].value_counts().to_dict() == {"provinces-2025": 330, "seeds": 225}
    assert first["report"].nunique() == 51
    assert table.groupby("round")["held_out"].agg(["size", "sum"]).values.tolist() == [
        [555, 0],
        [600, 207],
        [216, 82],
        [625, 219],
    ]
    new = table[table["round"] > 1]
    assert new.groupby("file")["file_sha256"].nunique().max() == 1
    assert new.groupby("report")["held_out"].nunique().max() == 1
    lines = data_path("labels/health-themes-silver.jsonl").read_text(encoding="utf-8").splitlines()
    assert "text" not in json.loads(lines[0])
    cells = [(k, v) for line in lines for k, v in json.loads(line).items() if isinstance(v, str)]
    assert max(len(v) for k, v in cells if k not in ("file", "report")) < 30


def test_fictional_examples_use_the_codebook_and_its_rule() -> None:
    book = load_codebook()
    examples = [*fictional_examples(), *fictional_examples(words_only=True)]
    assert len({text for text, _ in examples}) == len(examples)
    for text, themes in examples:
        assert set(themes) <= set(book.ids), text
        assert len(themes) == 1 or not set(themes) & set(book.alone), text


def test_unknown_labels_and_wrong_tables_are_named() -> None:
    with pytest.raises(ParameterError, match="label 'x' of paragraph 1"):
        label_matrix([["a"], ["x"]], ["a"])
    with pytest.raises(ParameterError, match="3 columns, the codebook 1 themes"):
        label_matrix(np.zeros((2, 3), dtype=bool), ["a"])


@pytest.mark.shared
def test_texts_are_filled_and_checked(shared, tmp_path) -> None:
    table = read_label_file()
    assert fill_texts(table, shared / "corpus")["text"].str.len().min() > 0
    with pytest.raises(ReadingError, match="another text than was labelled"):
        fill_texts(table.head(3).assign(cut_sha256="0" * 16), shared / "corpus")
    with pytest.raises(ReadingError, match="is not in the raw folder"):
        fill_texts(table.head(1), tmp_path)
    with pytest.raises(ReadingError, match="no record '99'"):
        fill_texts(table.head(1).assign(record="99"), shared / "corpus")


def test_labels_are_not_given_to_another_file_of_the_same_name(tmp_path) -> None:
    (tmp_path / "2013.txt").write_text("政府工作报告\n\n" + "全区新建社区医院一所。\n" * 60)
    assert silver_coding(read_corpus(tmp_path, progress=False)).empty


def test_texts_are_a_list_of_strings_or_one_string() -> None:
    assert paragraphs_of("医")["text"].tolist() == ["医"]
    with pytest.raises(ParameterError, match=r"pass \[text\]"):
        text_list("医")
    with pytest.raises(ParameterError, match="entry 1 is float"):
        paragraphs_of(["医", float("nan")])

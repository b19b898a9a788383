"""Intrusion sheets: the key stays here, answers come back scored."""

from dataclasses import replace

import openpyxl
import pytest

from policytext import NmfTopics, intrusion_sheet, score_intrusion, topic_intrusion, word_intrusion
from policytext.errors import NeedsTextError, NotEnoughDataError, ParameterError, ReadingError
from topic_corpora import planted_topics


@pytest.fixture(scope="module")
def data():
    return planted_topics(seed=10)


@pytest.fixture(scope="module")
def model(data):
    return NmfTopics(n_topics=4).fit(data.counts)


def answered(path, answers):
    book = openpyxl.load_workbook(path)
    sheet = book["items"]
    for row, answer in enumerate(answers, 2):
        sheet.cell(row, sheet.max_column, answer)
    book.save(path)
    return path


def test_the_intruder_is_of_another_topic_and_not_on_the_sheet(data, model, tmp_path):
    key = word_intrusion(model, random_state=1)
    assert sorted(key.table["topic"]) == [0, 1, 2, 3]
    for row in key.table.to_dict("records"):
        options = row["options"].split("|")
        groups = [int(word.removeprefix("词")) // 15 for word in options]
        alone = options[row["truth"] - 1]
        assert groups.count(int(alone.removeprefix("词")) // 15) == 1
    sheet = openpyxl.load_workbook(intrusion_sheet(key, tmp_path / "a.xlsx"))["items"]
    head = [cell.value for cell in sheet[1]]
    assert head == ["item", "1", "2", "3", "4", "5", "6", "answer"]
    assert all(row[-1].value is None for row in sheet.iter_rows(min_row=2))
    assert word_intrusion(model, random_state=1).table.equals(key.table)
    assert not word_intrusion(model, random_state=2).table.equals(key.table)


def test_right_answers_score_one_and_wrong_ones_less(data, model, tmp_path):
    key = word_intrusion(model)
    truth = key.table["truth"].tolist()
    right = answered(intrusion_sheet(key, tmp_path / "a.xlsx"), truth)
    other = answered(intrusion_sheet(key, tmp_path / "b.xlsx"), [t % 6 + 1 for t in truth[:2]])
    found = score_intrusion(key, [right, other]).table
    overall = found.iloc[0]
    assert overall["n"] == 6 and overall["right"] == 4 and overall["topic"] == -1
    assert overall["low"] < overall["precision"] < overall["high"]
    assert overall["chance"] == pytest.approx(1 / 6)


def test_topic_questions_carry_log_odds(data, model, tmp_path):
    key = topic_intrusion(model, data.corpus, 10, random_state=3)
    assert len(key) == 10 and key.table["text"].str.len().gt(0).all()
    path = answered(intrusion_sheet(key, tmp_path / "t.xlsx"), key.table["truth"])
    perfect = score_intrusion(key, [path]).table.iloc[0]
    assert perfect["precision"] == 1 and perfect["log_odds"] == 0
    worst = answered(intrusion_sheet(key, tmp_path / "w.xlsx"), key.table["truth"] % 4 + 1)
    assert score_intrusion(key, [worst]).table.iloc[0]["log_odds"] < 0


def test_sheets_that_do_not_belong_are_refused(data, model, tmp_path):
    key, other = word_intrusion(model), word_intrusion(model, random_state=5)
    path = intrusion_sheet(key, tmp_path / "a.xlsx")
    with pytest.raises(ReadingError, match="holds other questions than the key"):
        score_intrusion(other, [path])
    with pytest.raises(NotEnoughDataError, match="No question was answered"):
        score_intrusion(key, [path])
    with pytest.raises(ReadingError, match="must be the number of an option"):
        score_intrusion(key, [answered(path, [9])])
    with pytest.raises(ReadingError, match="the number of an option, got 'none'"):
        score_intrusion(key, [answered(path, ["none"])])
    with pytest.raises(ParameterError, match=r"must end in \.xlsx"):
        intrusion_sheet(key, tmp_path / "a.csv")
    (tmp_path / "b.xlsx").write_text("nothing")
    with pytest.raises(ReadingError, match="is not a sheet of intrusion questions"):
        score_intrusion(key, [tmp_path / "b.xlsx"])
    with pytest.raises(ParameterError, match="must be a list, got"):
        score_intrusion(key, path)


def test_questions_that_cannot_be_made_are_told(data):
    three = NmfTopics(n_topics=3).fit(data.counts)
    with pytest.raises(NotEnoughDataError, match="needs four topics or more, the model has 3"):
        topic_intrusion(three, data.corpus)
    bare = replace(data.corpus, info={**data.corpus.info, "has_text": False})
    with pytest.raises(NeedsTextError, match="topic_intrusion needs the sentences"):
        topic_intrusion(three, bare)
    with pytest.raises(NotEnoughDataError, match="No question could be made"):
        word_intrusion(NmfTopics(n_topics=1).fit(data.counts))

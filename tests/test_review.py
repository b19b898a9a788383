"""What is put right while looking at a report comes back from read_corpus, widget or not."""

import re
import sys

import pandas as pd
import pytest

from policytext import correct_coding, read_corpus, read_texts, review
from policytext.errors import NeedsTextError, ParameterError
from policytext.themes.coding import coding_table

TEXT = (
    "甲县卫生健康局2021年工作总结\n2021年,甲县建成医共体 2 个。\n有序推进。\n"
    "临湖县卫生健康局2021年工作总结\n2021年，全县建成中医馆 3 个。\n<b>很好</b>。\n"
)
ONE = "a.txt#1"


@pytest.fixture
def looked(tmp_path):
    (tmp_path / "raw").mkdir()
    (tmp_path / "raw" / "a.txt").write_text(TEXT, encoding="utf-8")
    corpus = read_corpus(tmp_path / "raw", progress=False)
    coding = coding_table([{"row": 1, "theme": "outside"}], corpus.paragraphs, "coder")
    return corpus.review(coding, path=tmp_path / "own.csv", author="me")


def again(looked):
    folder = looked.path.parent / "raw"
    return read_corpus(folder, corrections=looked.path, progress=False)


def test_what_is_corrected_comes_back(looked):
    looked.correct(ONE, "province", "浙江")
    looked.confirm(ONE, "year")
    looked.correct(ONE, "border", "begins 3")
    edit = looked.repairs(ONE)["value"].iloc[0]
    looked.correct(ONE, "repair", edit)
    assert looked.corrections["author"].tolist() == ["me"] * 4
    corpus = again(looked)
    facts = corpus.documents.set_index("doc_id")
    assert facts.at[ONE, "province"] == "浙江省" and facts.at[ONE, "year_certainty"] == "stated"
    assert len(corpus) == 2 and "a.txt#2" in facts.index
    assert len(corpus.ledger) == len(looked.corpus.ledger) - 1
    corpus.check_ledger()


def test_the_last_word_on_the_same_place_stands(looked):
    for value in ("begins 3", "begins 4", "begins 4"):
        looked.correct(ONE, "border", value)
    for year in (2019, 2020):
        looked.correct(ONE, "year", year)
    assert looked.corrections["value"].tolist() == ["begins 3", "begins 4", "2020"]


def test_themes_come_back(looked):
    looked.themes(ONE, 4, ["tcm"])
    looked.themes(ONE, 1, [])
    looked.themes(ONE, 4, ["tcm", "tiered_care"])
    right = correct_coding(looked.corpus, looked.coding, looked.path)
    assert right[["para_no", "theme"]].values.tolist() == [[4, "tcm"], [4, "tiered_care"]]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("year", "20x9"),
        ("year", ""),
        ("colour", "red"),
        ("border", "x"),
        ("border", "joins"),
        ("border", "begins 0"),
        ("border", "begins 900"),
        ("theme", "900: tcm"),
        ("level", "village"),
    ],
)
def test_what_cannot_be_is_refused_and_not_written(looked, field, value):
    with pytest.raises(ParameterError):
        looked.correct(ONE, field, value)
    assert not looked.path.exists()


def test_what_is_not_there_is_refused(looked):
    with pytest.raises(ParameterError, match="report of the corpus"):
        looked.correct("b.txt#1", "year", 2020)
    with pytest.raises(ParameterError, match="not known"):
        looked.confirm(ONE, "city")


def test_places_are_coloured_and_text_is_no_markup(looked):
    shown = looked.html(ONE)
    assert "<mark>" in shown and "<del" in shown
    plain = re.sub(r"<style>.*?</style>|<del.*?</del>|<b>\d+</b>|<[^>]*>", "", shown)
    for text in looked.corpus.paragraphs["text"]:
        assert text.replace("<", "&lt;").replace(">", "&gt;") in plain
    assert "<b>很好" not in shown


def test_without_text_there_is_nothing_to_look_at(looked):
    with pytest.raises(NeedsTextError):
        review(looked.corpus.to_counts())


def test_the_table_names_facts_repairs_and_their_words(looked):
    table = looked.table
    assert {"year", "province", "repair"} <= set(table["field"])
    assert "2021" in table.loc[table["field"] == "year", "value"].tolist()
    assert len(table[table["field"] == "repair"]) == len(looked.repairs())


def test_without_widgets_it_shows_the_table(looked, monkeypatch):
    monkeypatch.setitem(sys.modules, "ipywidgets", None)
    shown = looked._repr_mimebundle_()
    assert set(shown) == {"text/plain", "text/html"} and "<table" in shown["text/html"]
    with pytest.raises(ParameterError, match="comes with jupyter"):
        looked.widget()


def test_buttons_write_the_file(looked):
    pytest.importorskip("ipywidgets")
    box = looked.widget()
    parts = {}

    def walk(part):
        label = getattr(part, "description", "")
        parts.setdefault(label, []).append(part)
        for child in getattr(part, "children", ()):
            walk(child)

    walk(box)
    looked_at = next(p for label, p in parts.items() if "year" in label.lower() or "年份" in label)
    looked_at[0].value = "2019"
    confirm = next(p for label, p in parts.items() if "确认" in label or "confirm" in label)
    confirm[0].click()
    assert looked.corrections[["field", "value"]].values.tolist() == [["year", "2019"]]
    repairs = next(p[0] for label, p in parts.items() if "修复之处" in label or "repairs" in label)
    assert repairs.value == repairs.options[0][1]
    next(p for label, p in parts.items() if "还原" in label or "undo" in label)[0].click()
    looked_at[0].value = "20x9"
    confirm[0].click()  # says why, writes nothing
    assert len(looked.corrections) == 2
    assert again(looked).documents["year"].tolist() == [2019]
    told = [p.value for p in parts.get("", []) if isinstance(getattr(p, "value", None), str)]
    assert any("20x9" in value for value in told) and any("更正" in value for value in told)
    shown = [getattr(part, "value", "") for part in _all(looked.widget())]
    assert "2019" in shown and "2021" not in shown  # what was put right, not what was read
    ticked = [p[0] for p in parts.values() if isinstance(getattr(p[0], "value", None), bool)]
    ticked[0].value = True
    next(p for label, p in parts.items() if "勾选" in label or "ticked" in label)[0].click()
    assert looked.themes_of(ONE)[0] and looked.html(ONE).count("<i>") == 2


def test_a_field_is_sent_whole():
    """Sent by each key, a button pressed soon after would write half of what was typed."""
    kit = pytest.importorskip("ipywidgets")
    corpus = read_texts({"a.txt": TEXT})
    boxes = [box for row in _all(corpus.review().widget()) if isinstance(box := row, kit.Text)]
    assert boxes and not any(box.continuous_update for box in boxes)
    assert not any(isinstance(row, kit.SelectMultiple) for row in _all(corpus.review().widget()))


def _all(part):
    yield part
    for child in getattr(part, "children", ()):
        yield from _all(child)


def test_a_corrected_file_of_another_hand_is_kept(looked):
    table = pd.DataFrame({"doc_id": [ONE], "field": ["genre"], "value": ["工作报告"]})
    table.to_csv(looked.path, index=False)
    looked.correct(ONE, "year", 2020)
    assert looked.corrections["field"].tolist() == ["genre", "year"]

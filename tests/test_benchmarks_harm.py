"""The bench of harm: which edits count, what a verdict does, and what planting remembers."""

import csv
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "benchmarks"))

import harm
import harm_planted

from policytext.reading.source import Source

TEXT = (
    "云溪县2022年工作总结\n"
    "一、主要工作\n"
    "全县建成医共体2个，基层门诊量占65.2%，门诊“先诊疗后付费”覆盖十二个乡镇卫生院。\n"
    "二、下步打算\n"
    "继续深化县域综合改革，车站周边长期设立便民门诊点3处，惠及群众10.4万人。\n"
)


def rows(text, changes):
    source = Source("a.txt", "", "", "00", "utf-8", "text", "1", text)
    return list(harm.edit_rows("made", source, changes))


def change(text, before, after, rule, certainty="certain"):
    at = text.index(before)
    return harm.Change(at, at + len(before), after, (rule,), certainty)


def test_an_edit_of_form_does_not_count_but_one_of_meaning_does():
    made = [
        change(TEXT, "%", "%", "percent_variants"),
        change(TEXT, "十二个", "十三个", "typo", "likely"),
    ]
    assert [(r.rule, r.certainty, r.before) for r in rows(TEXT, made)] == [
        ("typo", "likely", "十二个")
    ]


def test_white_space_counts_where_lines_or_digits_meet():
    text = "卫生院1996\n2家。\n全 县都好。\n"
    assert rows(text, [change(text, "\n2家"[:1], "", "line_end")])[0].digits
    assert rows(text, [change(text, " ", "", "trailing_spaces")]) == []
    assert len(rows(text, [change(text, "\n全"[:1], "", "wrapped_line")])) == 1


def test_a_sentence_taken_out_of_the_body_is_told():
    text = "首页\n全县推进电子健康卡扫码就医。\n各乡镇都有卫生院。\n关闭\n"
    gone = rows(text, [change(text, "全县推进电子健康卡扫码就医。", "", "page_chrome")])
    assert [(r.sentence, r.digits) for r in gone] == [(True, False)]
    assert not rows(text, [change(text, "首页", "", "page_chrome")])[0].sentence


def test_digests_tell_places_apart_and_hold_no_words():
    text = "甲县推进改革。乙县推进改革。"
    twice = [
        harm.Change(2, 4, "促进", ("typo",), "certain"),
        harm.Change(9, 11, "促进", ("typo",), "certain"),
    ]
    first, second = rows(text, twice)
    assert first.digest != second.digest
    assert set(first.digest) <= set("0123456789abcdef")


def test_verdicts_are_read_back_and_decide(tmp_path):
    found = rows(TEXT, [change(TEXT, "65.2", "65.3", "typo"), change(TEXT, "县域", "县城", "typo")])
    path = tmp_path / "unjudged.csv"
    assert harm.write_unjudged([*found, *found], {}, path) == 2
    with path.open(encoding="utf-8-sig", newline="") as file:
        judged = list(csv.DictReader(file))
    judged[0]["verdict"], judged[1]["verdict"] = "wrong", "harmless"
    harm._write(path, list(judged[0]), judged)
    verdicts = harm.read_verdicts(path)
    score = harm.tally(found, verdicts)
    assert (score.made, score.right, score.wrong, score.unjudged, score.digits) == (2, 1, 1, 0, 1)
    assert harm.is_harmful(found, verdicts)
    assert not harm.is_harmful(found[1:], verdicts)
    assert harm.is_harmful(found[1:], {})
    kept = tmp_path / "verdicts.csv"
    harm.write_verdicts(verdicts, kept)
    assert harm.read_verdicts(kept) == verdicts
    assert "县域" not in kept.read_text("utf-8")


def test_edits_are_not_written_into_the_repository():
    with pytest.raises(SystemExit, match="outside"):
        harm.write_unjudged([], {}, Path(harm.__file__).with_name("edits.csv"))


@pytest.mark.parametrize("kind", sorted(harm_planted.KINDS))
def test_planting_remembers_what_stood_there(kind):
    text = TEXT * 30
    damaged = harm_planted.KINDS[kind](text, 1)
    assert damaged == harm_planted.KINDS[kind](text, 1)
    last = 0
    for plant in damaged.plants:
        assert last <= plant.start <= plant.end <= len(damaged.text)
        last = plant.end


@pytest.mark.parametrize("kind", ["radicals for characters", "letters and digits wide"])
def test_undoing_every_plant_gives_the_text_back(kind):
    damaged = harm_planted.KINDS[kind](TEXT, 1)
    made = [harm_planted._Stretch(p.start, p.end, p.right, True) for p in damaged.plants]
    score = harm_planted.score(damaged, made)
    assert damaged.plants and damaged.text != TEXT
    assert score.restored == score.planted and score.harmed == 0
    assert harm_planted.score(damaged, []).restored == 0


def test_harm_beside_a_plant_is_counted():
    damaged = harm_planted.spaced(TEXT, 1)
    at = damaged.text.index("医")
    score = harm_planted.score(damaged, [harm_planted._Stretch(at, at + 3, "药", False)])
    assert (score.restored, score.harmed, score.wrong) == (0, 2, (3, 0))

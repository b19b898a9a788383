"""Which reports share text, and which are one report twice?"""

import random

import pandas as pd
import pytest

from policytext import read_texts

WORDS = [
    *(
        "推进",
        "组建",
        "完成",
        "落实",
        "改革",
        "医疗",
        "卫生",
        "健康",
        "服务",
        "能力",
        "基层",
        "医院",
    ),
    *(
        "机制",
        "资金",
        "群众",
        "管理",
        "公共",
        "试点",
        "覆盖",
        "提升",
        "制度",
        "人才",
        "药品",
        "保障",
    ),
    *(
        "监管",
        "慢病",
        "家庭",
        "医生",
        "签约",
        "培训",
        "信息",
        "平台",
        "转诊",
        "考核",
        "薪酬",
        "床位",
    ),
]


def report(place: str, year: int, seed: int, *, figures: bool = True) -> str:
    """Return a report in the words of its model, with figures of its own place."""
    words, numbers = random.Random(seed), random.Random(f"{seed}{place}")
    lines = [f"{place}{year}年卫生健康工作总结", f"{year}年，{place}卫生健康工作取得新成效。"]
    for _ in range(20):
        line = "".join(words.choices(WORDS, k=20)) + "。"
        lines.append(line + (f"{place}服务{numbers.randint(100, 9999)}人次。" if figures else ""))
    return "\n".join(lines)


def scanned(text: str, share: float) -> str:
    """Return a text as a bad scan gives it."""
    chance, signs = random.Random(5), "木日曰人入末未土士己已0Ol1"
    return "".join(
        chance.choice(signs) if sign != "\n" and chance.random() < share else sign for sign in text
    )


def marks(texts: dict[str, str], **kwargs: pd.DataFrame) -> tuple[list[str], list[str]]:
    documents = read_texts(texts, **kwargs).documents
    return documents["text_family"].tolist(), documents["duplicate_of"].tolist()


def test_counties_that_fill_in_one_model_are_a_family_and_all_count():
    places = ["龙泉市", "青田县", "缙云县"]
    texts = {f"{n}.txt": report(place, 2021, 1) for n, place in enumerate(places)}
    texts["3.txt"] = report("松阳县", 2021, 2)
    assert marks(texts) == (["0.txt#1"] * 3 + [""], [""] * 4)


@pytest.mark.parametrize("figures", [True, False])
def test_places_that_no_list_knows_are_told_apart_by_title_and_figures(figures):
    texts = {f"{p}.txt": report(f"{p}县", 2021, 1, figures=figures) for p in "甲乙"}
    assert marks(texts)[1] == ["", ""]


@pytest.mark.parametrize(("one", "other"), [("浙江省", "丽水市"), ("丽水市", "松阳县")])
def test_what_a_city_takes_over_from_its_province_is_its_own_report(one, other):
    text = "\n".join(report("", 2021, 1, figures=False).splitlines()[1:])
    texts = {f"{n}.txt": f"{n}教育局2021年工作总结\n{text}" for n in (one, other)}
    assert marks(texts) == ([f"{one}.txt#1"] * 2, ["", ""])


@pytest.mark.parametrize("share", [0.02, 0.06])
@pytest.mark.parametrize("place", ["松阳县", "云溪县"])
def test_a_damaged_copy_is_a_copy(share, place):
    text = report(place, 2020, 3)
    assert marks({"a.txt": text, "b.txt": scanned(text, share)})[1] == ["", "a.txt#1"]


def test_the_same_text_under_another_year_is_no_copy():
    text = report("松阳县", 2020, 3)
    texts = {"a.txt": text, "b.txt": text.replace("2020", "2021")}
    assert marks(texts) == (["a.txt#1"] * 2, ["", ""])


def test_what_the_researcher_states_tells_copies_from_reprints():
    texts = {f"{n}.txt": report("松阳县", 2020, 3) for n in range(3)}
    stated = pd.DataFrame({"file": ["1.txt"], "year": [2021]})
    assert marks(texts, metadata=stated)[1] == ["", "", "0.txt#1"]


def test_every_result_says_what_is_left_out_and_what_is_shared():
    text = report("松阳县", 2020, 3)
    texts = {"a.txt": text, "b.txt": scanned(text, 0.02), "c.txt": text.replace("2020", "2021")}
    corpus = read_texts(texts)
    for result in (corpus.coverage(), corpus.panel()):
        said = " ".join(one.en for one in result.cautions)
        assert "1 of 3 reports are copies" in said
        assert "2 reports of the corpus share at least half" in said
    rule = corpus.claims.set_index("field").loc["duplicate_of", "rule"]
    assert rule.startswith("alike 0.9")

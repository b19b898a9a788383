"""Is what a region says again counted from the right report, in the right direction?"""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import policytext as pt
from policytext.data import data_path
from policytext.errors import NotEnoughDataError, ParameterError

HAN = 24
"""Han characters of a sentence."""
NAMES = (
    *("浙江", "安徽", "江苏", "江西", "福建", "河南"),
    *("湖北", "湖南", "广东", "贵州", "四川", "陕西"),
)
SIGNS = "的一是在有大中为上以学民生部对法经十同工业进行建社明和关系会度体事农村结果前水电力量科技"


def sentence(name):
    """A sentence of its own for each name: characters in an order that nobody else has."""
    drawn = np.random.default_rng(list(name.encode())).choice(list(SIGNS), HAN, replace=False)
    return "".join(drawn) + "。"


def report(place, year, *things):
    """These sentences and eight that nobody else has: reports that share half count as one."""
    own = [f"{place}{year}{i}" for i in range(8)]
    lines = "\n".join(map(sentence, (*things, *own)))
    return f"{place}{year}年政府工作报告\n一、{year}年工作安排\n{lines}"


def read(**texts):
    return pt.read_texts({f"{name}.txt": text for name, text in texts.items()})


def dyads(corpus, **settings):
    found = pt.reuse_dyads(pt.shared_passages(corpus, min_similarity=96), **settings)
    keys = ["receiver", "year", "sender"]
    return found, found.table.set_index(keys)


def test_only_what_stood_in_an_earlier_report_of_another_region_counts():
    corpus = read(
        a=report("浙江省", 2020, "教育", "医疗"),
        b=report("安徽省", 2020, "医疗", "文化"),
        c=report("安徽省", 2021, "教育", "文化", "体育"),
        d=report("江苏省", 2021, "体育", "养老"),
    )
    found, table = dyads(corpus)
    # all have a report of the year before but Zhejiang and Anhui in 2020
    assert sorted(table.index) == [
        ("安徽省", 2021, "浙江省"),
        ("江苏省", 2021, "安徽省"),
        ("江苏省", 2021, "浙江省"),
    ]
    row = table.loc[("安徽省", 2021, "浙江省")]
    assert row["n_sentences"] == 1 and row["han_reused"] == HAN
    assert row["share"] == pytest.approx(row["han_reused"] / row["n_han"])
    # 体育 stands in both reports of 2021, and nobody knows who was first
    assert table.loc[("江苏省", 2021, "安徽省"), "han_reused"] == 0
    shown = found.explain(table.index.get_loc(("安徽省", 2021, "浙江省")))
    assert sorted(shown["doc_id"]) == ["a.txt#1", "c.txt#1"]
    assert set(shown["words"]) == {sentence("教育")}


def test_own_words_and_those_of_the_centre_are_told_apart():
    corpus = read(
        a=report("浙江省", 2020, "教育", "医疗", "文化"),
        b=report("安徽省", 2020, "医疗"),
        c=report("安徽省", 2021, "教育", "医疗", "文化"),
        d="国务院2019年政府工作报告\n一、2019年工作安排\n" + sentence("文化"),
    )
    found, table = dyads(corpus, level="province")
    row = table.loc[("安徽省", 2021, "浙江省")]
    assert row["n_sentences"] == 1 and row["han_known"] == 2 * HAN
    assert not any("earlier national text" in one.en for one in found.cautions)
    assert "全国" not in {*found.table["receiver"], *found.table["sender"]}


def test_max_lag_says_how_far_back():
    corpus = read(a=report("浙江省", 2015, "教育"), b=report("安徽省", 2020, "教育"))
    with pytest.raises(NotEnoughDataError, match="larger `max_lag`"):
        dyads(corpus)
    assert dyads(corpus, max_lag=5)[1]["share"].gt(0).all()
    for wrong in (0, 1.5, True):
        with pytest.raises(ParameterError, match="whole number"):
            dyads(corpus, max_lag=wrong)


def neighbour_texts():
    """Twelve provinces: each says again in 2021 what its neighbours of the list said in 2020."""
    table = pd.read_csv(data_path("regions/provinces.csv")).set_index("short")
    near = {name: set(table.loc[name, "borders"].split("|")) & set(NAMES) for name in NAMES}
    texts = {}
    for name in NAMES:
        place = table.loc[name, "name"]
        texts[f"{name}2020.txt"] = report(place, 2020, name)
        texts[f"{name}2021.txt"] = report(place, 2021, *sorted(near[name]))
    return texts, near


@pytest.fixture(scope="module")
def neighbours():
    texts, near = neighbour_texts()
    rich = pd.DataFrame({"province": NAMES, "rich": [(i * 7) % 5 for i in range(12)]})
    return pt.read_texts(texts).join(rich, on="province"), near


def test_neighbours_that_say_again_are_found_and_riches_are_not(neighbours):
    corpus, near = neighbours
    found, table = dyads(corpus)
    again = {(one[:2], other[:2]) for (one, _, other), share in table["share"].items() if share > 0}
    assert again == {(name, other) for name in NAMES for other in near[name]}
    effects = pt.dyad_regression(found, pair=["borders", "rich"])
    row, other = effects.table.iloc[0], effects.table.iloc[1]
    assert row["p_value"] < 0.01 and row["low"] > 0
    assert row["mean_without"] == 0 and row["mean_with"] == pytest.approx(
        100 * found.table.loc[found.table["share"] > 0, "share"].mean()
    )
    assert row["n_with"] == len(again) and row["n_dyads"] == 132 and row["n_places"] == 12
    assert other["low"] < 0 < other["high"]
    assert set(effects.explain(0)["year"]) == {2020, 2021}
    assert any("no proof of learning" in one.en for one in effects.cautions)


def test_national_texts_beside_the_provinces_change_nothing_of_the_effects(neighbours):
    corpus, _ = neighbours
    texts, _ = neighbour_texts()
    centre = "国务院2019年政府工作报告\n一、2019年工作安排\n" + sentence("中央")
    both = pt.read_texts({"0.txt": centre, **texts})
    alone = pt.dyad_regression(dyads(corpus)[0], pair="borders").table
    beside = pt.dyad_regression(dyads(both, level="province")[0], pair="borders").table
    pd.testing.assert_frame_equal(alone, beside)


def test_traits_of_a_side_and_a_table_of_pairs(neighbours):
    corpus, _ = neighbours
    found, _ = dyads(corpus)
    side = pt.dyad_regression(found, sender=["rich", "东中西"]).table
    assert side["variable"].tolist() == ["rich", "东中西", "东中西"]
    assert set(side["role"]) == {"sender"} and side["refused"].eq("").all()
    rng = np.random.default_rng(0)
    pairs = pd.DataFrame(
        [(one, other, rng.random()) for one in NAMES for other in NAMES if one != other],
        columns=["receiver", "sender", "km"],
    )
    told = pt.dyad_regression(found, pairs_table=pairs).table
    assert told[["variable", "value"]].values.tolist() == [["km", "+1"]]
    with pytest.raises(ParameterError, match="not known of"):
        pt.dyad_regression(found, pairs_table=pairs[1:])
    with pytest.raises(ParameterError, match="several rows"):
        pt.dyad_regression(found, pairs_table=pd.concat([pairs, pairs[:1]]))
    with pytest.raises(ParameterError, match="needs the columns"):
        pt.dyad_regression(found, pairs_table=pairs[["receiver", "km"]])
    with pytest.raises(ParameterError, match="needs a covariate"):
        pt.dyad_regression(found)


def test_a_region_without_the_trait_is_left_out_with_a_word(neighbours):
    corpus, _ = neighbours
    rich = pd.DataFrame({"province": NAMES[1:], "wealth": [float(i % 4) for i in range(11)]})
    found, _ = dyads(corpus.join(rich, on="province"))
    effects = pt.dyad_regression(found, pair="wealth")
    assert effects.table.loc[0, "n_places"] == 11
    assert any("unknown: Zhejiang" in one.en for one in effects.cautions)


def test_a_census_has_effects_and_no_test(neighbours):
    corpus, _ = neighbours
    found, _ = dyads(replace(corpus, info={**corpus.info, "design": "census"}))
    row = pt.dyad_regression(found, pair="borders").table.iloc[0]
    assert row["estimate"] > 0 and np.isnan(row["p_value"]) and np.isnan(row["low"])


def test_a_region_that_copies_an_earlier_report_stays_among_the_regions():
    texts, _ = neighbour_texts()
    for name, other in zip(NAMES[:6], NAMES[6:], strict=True):
        whole = texts[f"{other}2020.txt"].split("\n")[2:]
        head = texts[f"{name}2021.txt"].split("\n")[:2]
        texts[f"{name}2021.txt"] = "\n".join([*head, *whole])
    found, table = dyads(pt.read_texts(texts))
    assert table["share"].gt(0.9).sum() == 6
    effects = pt.dyad_regression(found, pair="borders")
    assert effects.table.loc[0, "n_places"] == 12 and not effects.table.loc[0, "refused"]


def test_a_covariate_of_senders_moves_no_effect_of_pairs(neighbours):
    corpus, _ = neighbours
    found, _ = dyads(corpus)
    alone = pt.dyad_regression(found, pair="borders").table
    beside = pt.dyad_regression(found, pair="borders", sender="rich").table
    pd.testing.assert_frame_equal(alone, beside[:1])


def test_rows_that_the_passages_left_out_must_be_left_out_again(neighbours):
    corpus, _ = neighbours
    out = np.zeros(len(corpus.paragraphs), dtype=bool)
    out[5] = True
    passages = pt.shared_passages(corpus, exclude_rows=out)
    with pytest.raises(ParameterError, match="exclude_rows"):
        pt.reuse_dyads(passages)
    assert pt.reuse_dyads(passages, exclude_rows=out).table["share"].le(1).all()

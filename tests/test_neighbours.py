"""Where is a report from that does not say so, by the other files of its folder?"""

import pytest

from policytext import read_texts

LOST = "2021年医改工作总结\n全县组建医共体两个，家庭医生签约服务稳步推进。\n"


def folder(n: int, lost: str = LOST, **others: str) -> dict[str, str]:
    """Return so many reports of one county, and one that does not name it."""
    own = {
        f"a/{year}.txt": f"青田县{year}年医改工作总结\n全县完成任务{year % 97}项。\n"
        for year in range(2000, 2000 + n)
    }
    return {**own, "a/lost.txt": lost, **{f"a/{name}.txt": text for name, text in others.items()}}


def place(texts: dict[str, str]) -> tuple[str, str]:
    documents = read_texts(texts).documents.set_index("doc_id")
    return tuple(documents.loc["a/lost.txt#1", ["county", "county_certainty"]])


def test_twenty_files_of_one_county_make_the_place_of_another_likely():
    corpus = read_texts(folder(20))
    row = corpus.documents.set_index("doc_id").loc["a/lost.txt#1"]
    assert (row["province"], row["city"], row["county"]) == ("浙江省", "丽水市", "青田县")
    assert row["county_certainty"] == row["province_certainty"] == "likely"
    claims = corpus.claims[corpus.claims["doc_id"] == "a/lost.txt#1"]
    assert "folder:20 neighbours" in set(claims["rule"])


@pytest.mark.parametrize(
    "texts",
    [
        folder(4),
        folder(20, other="缙云县2021年医改工作总结\n全县完成任务。\n"),
        folder(20, "国务院办公厅关于医改的通知\n各省、自治区、直辖市人民政府：\n请落实。\n"),
        folder(20, LOST + "我县与湖南省各县一样，属于山区。\n湖南省卫生健康委指导了工作。\n"),
    ],
)
def test_few_files_and_what_speaks_against_them_leave_it_unknown(texts):
    assert place(texts) == ("", "unknown")


def test_files_of_another_folder_say_nothing():
    texts = {name.replace("a/2", "b/2"): text for name, text in folder(20).items()}
    assert place(texts) == ("", "unknown")


def test_a_corpus_without_a_report_has_no_neighbours():
    with pytest.warns(UserWarning, match="no report was read"):
        assert len(read_texts({"a.txt": "(cid:7)" * 300})) == 0

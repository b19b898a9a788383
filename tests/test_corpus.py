"""A corpus keeps its contract through saving, choosing, grouping and joining."""

import dataclasses

import numpy as np
import pandas as pd
import pytest
from scipy.sparse import csr_matrix

from corpora import make_corpus
from policytext import Corpus, Counts, load_corpus, read_corpus, read_texts, trends
from policytext.errors import (
    CorpusError,
    DamagedFileError,
    NeedsTextError,
    ParameterError,
    ReadingError,
)


@pytest.fixture
def corpus() -> Corpus:
    return make_corpus(
        [
            {"texts": ["医共体建成。", "分级诊疗推进。"], "province": "广东省", "year": 2020},
            {
                "texts": [
                    "医养结合试点。",
                    {"text": "名词解释", "part_of_report": "glossary"},
                    {"text": "一、回顾", "kind": "heading"},
                ],
                "province": "陕西省",
                "year": 2021,
                "province_certainty": "likely",
            },
            {"texts": ["医共体建成。"], "duplicate_of": "d0"},
        ]
    )


def test_saved_and_loaded_it_is_the_same(corpus, tmp_path):
    corpus.save(tmp_path / "saved")
    again = load_corpus(tmp_path / "saved")
    for name, table in corpus.tables.items():
        pd.testing.assert_frame_equal(table, again.tables[name])
    assert again.info == corpus.info
    with pytest.raises(ReadingError, match="overwrite=True"):
        corpus.save(tmp_path / "saved")
    corpus.save(tmp_path / "saved", overwrite=True)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["saved"]


def test_saving_twice_gives_the_same_bytes(corpus, tmp_path):
    one, two = corpus.save(tmp_path / "a"), corpus.save(tmp_path / "b")
    for file in one.iterdir():
        assert file.read_bytes() == (two / file.name).read_bytes()


def test_a_folder_with_other_files_is_not_overwritten(corpus, tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(ReadingError, match="it holds other files"):
        corpus.save(tmp_path)
    assert (tmp_path / "notes.txt").read_text() == "mine"


@pytest.mark.parametrize("how", ["cut", "missing"])
def test_a_damaged_save_is_an_error_in_words(corpus, tmp_path, how):
    folder = corpus.save(tmp_path / "saved")
    file = folder / "paragraphs.parquet"
    file.unlink() if how == "missing" else file.write_bytes(file.read_bytes()[:-9])
    with pytest.raises(DamagedFileError, match=r"'paragraphs.parquet' .* (changed|missing)"):
        load_corpus(folder)


def test_a_failed_save_leaves_the_old_one(corpus, tmp_path, monkeypatch):
    folder = corpus.save(tmp_path / "saved")

    def fail(*_):
        raise OSError("disk full")

    monkeypatch.setattr("policytext.storage.write_table", fail)
    with pytest.raises(OSError, match="disk full"):
        corpus.save(folder, overwrite=True)
    assert len(load_corpus(folder)) == 3
    assert sorted(p.name for p in tmp_path.iterdir()) == ["saved"]


def test_the_ledger_rebuilds_every_source(corpus):
    corpus.check_ledger()


@pytest.mark.parametrize(
    ("column", "row", "value", "words"),
    [
        ("start", 0, 3, "accounts for offset|not fit"),
        ("before", 0, "x", "another text"),
    ],
)
def test_a_wrong_ledger_is_found(corpus, column, row, value, words):
    ledger = corpus.ledger.copy()
    ledger.loc[row, column] = value
    with pytest.raises(CorpusError, match=words):
        dataclasses.replace(corpus, ledger=ledger).check_ledger()


def test_counted_leaves_out_glossary_headings_and_duplicates(corpus):
    assert corpus.counted().tolist() == [True, True, True, False, False, False]
    assert corpus.counted(parts=["glossary"]).sum() == 1


def test_groups_follow_certainty(corpus):
    assert corpus.groups("province").tolist()[:3] == ["广东省", "广东省", "陕西省"]
    strict = corpus.groups("province", min_certainty="certain")
    assert strict.tolist()[2] == "unknown"
    assert corpus.groups(["province", "year"])[0] == ("广东省", "2020")
    with pytest.raises(ParameterError, match=r"by must be a column .* got 'prov'"):
        corpus.groups("prov")
    with pytest.raises(ParameterError, match="min_certainty must be one of"):
        corpus.groups("province", min_certainty="sure")


def test_subset_keeps_what_belongs_together(corpus):
    stored = {"word_counts": pd.DataFrame({"row": [0, 2, 5], "word_id": 0, "count": 1})}
    chosen = dataclasses.replace(corpus, stored=stored).subset("year == 2021")
    assert chosen.documents["province"].tolist() == ["陕西省"]
    assert len(chosen.paragraphs) == 3
    assert chosen.stored["word_counts"]["row"].tolist() == [0]
    with pytest.raises(ParameterError, match="cannot be read"):
        corpus.subset("year ==")
    with pytest.raises(ParameterError, match="must have 3 values"):
        corpus.subset([True])


def test_join_lists_what_did_not_match(corpus):
    table = pd.DataFrame({"province": ["广东省", "海南省"], "beds": [5.1, 4.9]})
    joined = corpus.join(table, on="province")
    assert joined.documents["beds"].tolist()[0] == 5.1
    assert np.isnan(joined.documents["beds"][1])
    assert set(joined.unmatched["province"]) == {"陕西省", "海南省", ""}
    assert "beds" not in corpus.documents
    by_year = corpus.join(pd.DataFrame({"year": [2020], "people": [7]}), on="year")
    assert by_year.documents["people"].tolist()[0] == 7
    assert len(by_year.unmatched) == 2
    with pytest.raises(ParameterError, match="stands twice"):
        corpus.join(pd.concat([table, table]), on="province")
    with pytest.raises(ParameterError, match="would overwrite"):
        corpus.join(table.assign(title="x"), on="province")


def test_coverage_says_what_cannot_be_compared(corpus):
    result = corpus.coverage(by=("province", "year"))
    assert result.table["reports"].sum() == 2
    assert any("rest on one report" in c.en for c in result.cautions)
    assert set(result.explain(0)["doc_id"]) <= {"d0", "d1"}


def test_panel_tells_no_report_from_zero(corpus):
    table = corpus.panel().table
    assert len(table) == 4
    assert (table["status"] == "no report").sum() == 2


def test_the_contract_is_checked(corpus):
    with pytest.raises(CorpusError, match="level must be one of"):
        dataclasses.replace(corpus, documents=corpus.documents.assign(level="galaxy"))
    with pytest.raises(CorpusError, match="unique"):
        dataclasses.replace(corpus, documents=pd.concat([corpus.documents] * 2))
    with pytest.raises(CorpusError, match="design must be one of"):
        dataclasses.replace(corpus, info={"design": "some"})


def test_counts_only_says_what_it_needs(corpus):
    bare = dataclasses.replace(corpus, info={**corpus.info, "has_text": False})
    with pytest.raises(NeedsTextError, match="--raw"):
        bare.require_text("concordance")


def test_it_shows_itself_escaped():
    shown = make_corpus([{"texts": ["文"], "province": "<b>"}], name="<script>")._repr_html_()
    assert "<script>" not in shown and "<b>" not in shown


@pytest.mark.parametrize("by", [5, [], "", ["province", "province"], [["province"]], [1], None])
def test_columns_to_count_by_are_names(by):
    corpus = make_corpus([{"texts": ["推进医共体建设。"], "province": "河北省"}])
    with pytest.raises(ParameterError, match="by must"):
        corpus.coverage(by)
    with pytest.raises(ParameterError, match="by must"):
        corpus.panel(by)


def test_what_readers_left_out_is_kept_counted_and_said(tmp_path):
    (tmp_path / "raw").mkdir()
    page = "<p>甲县2021年工作总结</p><p>全县建成医共体2个。</p><noscript>旁白三字</noscript>"
    (tmp_path / "raw" / "a.html").write_text(page, "utf-8")
    (tmp_path / "raw" / "b.txt").write_text("乙县2021年工作总结\n全县建成医共体。\n", "utf-8")
    corpus = read_corpus(tmp_path / "raw", progress=False)
    row = ["a.html", "a.html", "", "", "noscript", 4]
    assert corpus.left_out.values.tolist() == [row]
    assert load_corpus(corpus.save(tmp_path / "saved")).left_out.values.tolist() == [row]
    assert corpus.subset("source_id == 'a.html'").left_out.values.tolist() == [row]
    assert corpus.subset("source_id == 'b.txt'").left_out.empty
    assert any("noscript 1" in caution.en for caution in corpus.coverage().cautions)
    assert "noscript 1" in corpus._repr_html_()
    corpus.check_ledger()
    counts = Counts(csr_matrix((len(corpus.paragraphs), 1)), ("建成",))
    assert corpus.to_counts(words=counts).left_out.values.tolist() == [row]


def test_the_annex_of_a_notice_is_counted_and_that_of_a_report_is_not():
    rule = "村卫生室由乡镇卫生院统一管理，业务用房不少于六十平方米。\n" * 4
    notice = (
        "云溪县人民政府关于印发云溪县村卫生室管理办法的通知\n云政发〔2021〕12号\n各乡镇人民政府：\n"
        "现将办法印发给你们，请遵照执行。\n附件：云溪县村卫生室管理办法\n云溪县人民政府\n"
        f"2021年3月5日\n附件\n云溪县村卫生室管理办法\n{rule}"
    )
    review = (
        "云溪县卫生健康局2021年工作总结\n一、基本情况\n全县建成医共体2个，工作有序推进。\n"
        f"附件1\n主要指标完成情况\n{rule}"
    )
    corpus = read_texts({"a.txt": notice, "b.txt": review})
    annex = corpus.counted(parts=["annex"])
    assert corpus.paragraphs.loc[annex, "doc_id"].value_counts().tolist() == [4, 4]
    assert set(corpus.paragraphs.loc[annex & corpus.counted(), "doc_id"]) == {"a.txt#1"}
    cautions = trends(corpus, ["医共体"], mix=True).cautions
    assert any("附件" in str(one) for one in cautions)

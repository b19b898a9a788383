"""From files to a corpus: the sample's known truth, and the real files."""

import json
import os
import re
import shutil
import warnings
import zipfile
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import made_files as made
from policytext import intake, read_corpus, read_texts
from policytext.contract import check_ledger
from policytext.errors import ParameterError, ReadingError
from policytext.intake import _NO_REPORT, _tables
from policytext.reading.source import Limits, Source, at_most

SAMPLE = Path(__file__).parents[1] / "corpus" / "sample"


@pytest.fixture(scope="module")
def sample():
    return read_corpus(SAMPLE / "raw", progress=False)


@pytest.fixture(scope="module")
def truth():
    return json.loads((SAMPLE / "truth.json").read_text(encoding="utf-8"))


def test_every_report_of_the_sample_is_found(sample, truth):
    found = set(
        zip(
            sample.sources["file"].loc[
                sample.sources.set_index("source_id").index.get_indexer(
                    sample.documents["source_id"]
                )
            ],
            sample.documents["part"],
            strict=True,
        )
    )
    assert found == {(t["file"], t["part"]) for t in truth}


def test_no_place_or_year_of_the_sample_is_certain_and_wrong(sample, truth):
    by_id = sample.documents.set_index("doc_id")
    right = 0
    for fact in truth:
        row = by_id.loc[f"{fact['file']}#{fact['part']}"]
        if row["province_certainty"] == "certain":
            assert row["province"] == fact["province"], fact["id"]
        right += row["province"] == fact["province"]
        if row["year_certainty"] == "certain":
            assert int(row["year"]) == fact["year"], fact["id"]
    assert right >= 11


def test_the_ledger_of_the_sample_accounts_for_everything(sample):
    sample.check_ledger()


def test_several_jobs_give_the_same_tables(sample):
    again = read_corpus(SAMPLE / "raw", progress=False, n_jobs=2)
    for name, table in sample.tables.items():
        assert table.equals(again.tables[name]), name


@pytest.mark.parametrize("n_jobs", [1, 2])
def test_the_order_of_files_changes_nothing(tmp_path, n_jobs):
    pages = {
        name: f"频道\n听广播\n蒙文\n{name}县2021年工作总结\n"
        f"各位代表：\n全县{name}镇落实惠民措施，签约率达到95%以上，群众满意度稳步提高，成效明显。\n"
        for name in "甲乙丙丁戊"
    }
    tables = []
    for folder, order in (("one", "甲乙丙丁戊"), ("other", "丁甲戊丙乙")):
        (tmp_path / folder).mkdir()
        for number, name in enumerate(order):
            path = tmp_path / folder / f"{name}.txt"
            path.write_text(pages[name], "utf-8")
            os.utime(path, (number, number))
        tables.append(read_corpus(tmp_path / folder, progress=False, n_jobs=n_jobs).tables)
    assert "page_chrome_of_folder" in set(tables[0]["ledger"]["rules"])
    for name in ("paragraphs", "ledger", "documents"):
        assert tables[0][name].equals(tables[1][name]), name


@settings(max_examples=150)
@given(
    st.text(
        alphabet=st.one_of(
            st.sampled_from(
                "一二、（）1.2\n\n 年月日县市省xX%％“”，。:篇：　\t\r\f\u200b-第页医共体服务"
            ),
            st.characters(),
        ),
        max_size=200,
    )
)
def test_any_text_is_accounted_for(text):
    source = Source("a.txt", "", "", "0", "utf-8", "txt", "0", text)
    tables, skipped = _tables([source])
    assert {one.reason for one in skipped} <= {_NO_REPORT}
    check_ledger(tables["sources"], tables["paragraphs"], tables["ledger"])


class Panic(BaseException):
    """What compiled libraries throw when they meet what they did not expect."""


@pytest.mark.parametrize("error", [ValueError, RecursionError, MemoryError, Panic])
def test_a_source_that_fails_is_skipped_and_the_others_are_read(tmp_path, monkeypatch, error):
    whole = intake.parse_source

    def parse(source, *how):
        if source.file == "b.txt":
            raise error("no such luck")
        return whole(source, *how)

    monkeypatch.setattr(intake, "parse_source", parse)
    for name in "abc":
        (tmp_path / f"{name}.txt").write_text(f"{name}县工作总结\n完成。\n", "utf-8")
    (tmp_path / "d.png").write_bytes(b"x")
    corpus = read_corpus(tmp_path, progress=False)
    assert corpus.sources["file"].tolist() == ["a.txt", "c.txt"]
    assert corpus.skipped["file"].tolist() == ["d.png", "b.txt"]
    said = f"the text cannot be parsed: {error.__name__}: no such luck"
    assert corpus.skipped["reason"][1] == said
    corpus.check_ledger()


@pytest.mark.skipif(os.name == "nt", reason="there is no such clock")
def test_a_source_that_takes_too_long_is_skipped(monkeypatch):
    def parse(source, *how):
        while True:
            re.search("(a+)+$", "a" * 40 + "b")

    monkeypatch.setattr(intake, "parse_source", parse)
    source = Source("a.txt", "", "", "0", "utf-8", "txt", "0", "甲")
    _, skipped = _tables([source], limits=Limits(parsing_seconds=0.05))
    assert [one.reason for one in skipped] == [
        "the text must be cleaned and split within 0 seconds"
    ]


@pytest.mark.skipif(os.name == "nt", reason="there is no such clock")
@pytest.mark.parametrize("pattern", [r"\s*\s*\s*x", ".*.*.*x", "[^x]*医[^x]*院[^x]*y"])
def test_a_rule_of_ones_own_that_takes_too_long_ends_in_a_sentence(tmp_path, monkeypatch, pattern):
    """The rule is at fault and not the text: no text is left out because of it."""
    monkeypatch.setattr("policytext.cleaning.wording.RULE_SECONDS", 0.1)
    (tmp_path / "rules.csv").write_text(f"pattern,replacement\nregex:{pattern},甲\n", "utf-8")
    (tmp_path / "raw").mkdir()
    text = "云溪县工作总结\n" + ("全县" + " " * 4000 + "医。") * 10
    (tmp_path / "raw" / "a.txt").write_text(text, "utf-8")
    with pytest.raises(ParameterError, match=r"the rule 'regex:.* takes more than 0\.1 seconds"):
        read_corpus(tmp_path / "raw", rules=tmp_path / "rules.csv", progress=False)


@pytest.mark.skipif(os.name == "nt", reason="there is no such clock")
@pytest.mark.parametrize(("outer", "inner", "said"), [(5, 0.05, "inner"), (0.05, 5, "outer")])
def test_of_two_bounds_of_time_the_nearer_one_holds(outer, inner, said):
    with (
        pytest.raises(ReadingError, match=said),
        at_most(outer, ReadingError, "outer"),
        at_most(inner, ReadingError, "inner"),
    ):
        while True:
            pass


@pytest.mark.skipif(os.name == "nt", reason="there is no such clock")
def test_the_outer_bound_of_time_goes_on_behind_the_inner_one():
    with pytest.raises(ReadingError, match="outer"), at_most(0.1, ReadingError, "outer"):
        with at_most(0.05, ReadingError, "inner"):
            pass
        while True:
            pass


def test_odd_cells_of_a_table_are_listed_and_its_reports_read(tmp_path):
    (tmp_path / "a.csv").write_text(
        "text,year,province\n甲。,²,陕西省\n乙。,2019,无此省\n丙。,2019,四川省\n", "utf-8"
    )
    stated = pd.DataFrame({"file": ["a.csv"], "part": ["1"], "year": ["x"]})
    corpus = read_corpus(tmp_path, progress=False)
    assert corpus.documents["province"].tolist() == ["陕西省", "", "四川省"]
    assert corpus.documents["year"].tolist()[1:] == [2019, 2019]
    assert corpus.unmatched["table"].tolist() == ["columns", "columns"]
    assert corpus.unmatched["reason"].str.startswith(("year is not", "province is not")).all()
    (tmp_path / "a.csv").write_text("text\n甲。\n", "utf-8")
    again = read_corpus(tmp_path, progress=False, metadata=stated)
    assert again.unmatched["table"].tolist() == ["metadata"] and len(again) == 1


def test_the_title_of_a_row_says_where_and_when(tmp_path):
    line = '{"text": "全县新建校舍8栋。", "title": "青田县教育局2014年工作总结"}'
    (tmp_path / "a.json").write_text(f"[{line}]", "utf-8")
    row = read_corpus(tmp_path, progress=False).documents.iloc[0]
    assert (row["county"], row["year"], row["genre"]) == ("青田县", 2014, "工作总结")


def test_half_characters_are_removed_as_edits_and_can_be_stored(tmp_path):
    line = '{"text": "云溪县总结\\ud800\\n完成\\udfff任务。", "title": "总\\ud800结"}\n'
    (tmp_path / "a.jsonl").write_text(line, "utf-8")
    corpus = read_corpus(tmp_path, progress=False)
    corpus.check_ledger()
    assert "完成任务。" in corpus.paragraphs["text"].tolist()
    assert set(corpus.ledger["before"]) >= {"\\ud800", "\\udfff"}
    corpus.save(tmp_path / "saved")
    read_texts({"\ud800.txt": "云溪县总结\n完成\ud800任务。"}).save(tmp_path / "texts")


def test_two_sources_of_one_name_are_told_apart(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        for text in ("甲县总结\n完成。", "乙县总结\n推进。"):
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                archive.writestr("x.txt", text)
    corpus = read_corpus(tmp_path, progress=False)
    assert corpus.sources["source_id"].tolist() == ["a.zip/x.txt", "a.zip/x.txt (2)"]
    assert len(corpus) == 2
    corpus.check_ledger()


def test_a_source_of_which_nothing_is_left_is_said(tmp_path):
    (tmp_path / "a.txt").write_text("<!-- 全县完成任务 -->", "utf-8")
    corpus = read_corpus(tmp_path, progress=False)
    assert len(corpus) == 0
    assert "no report is left" in corpus.skipped["reason"][0]
    corpus.check_ledger()


def test_bad_folders_are_errors_in_words(tmp_path):
    with pytest.raises(ParameterError, match="must be a folder or file"):
        read_corpus(tmp_path / "none")
    with pytest.raises(ReadingError, match="it is empty"):
        read_corpus(tmp_path)
    with pytest.raises(ParameterError, match="design must be one of"):
        read_corpus(tmp_path, design="all")


def test_what_cannot_be_read_is_skipped_with_a_reason(tmp_path):
    shutil.copy(next((SAMPLE / "raw").glob("01*")), tmp_path / "good.txt")
    (tmp_path / "picture.png").write_bytes(b"\x89PNG")
    (tmp_path / "broken.docx").write_bytes(b"PK not really")
    (tmp_path / "empty.txt").write_bytes(b"  \n")
    (tmp_path / "odd.txt").write_bytes(bytes(range(128, 256)) * 3)
    corpus = read_corpus(tmp_path, progress=False)
    assert len(corpus) == 1
    reasons = corpus.skipped.set_index("file")["reason"]
    assert set(reasons.index) == {"picture.png", "broken.docx", "empty.txt", "odd.txt"}
    assert "are not read" in reasons["picture.png"]
    assert "Word document" in reasons["broken.docx"]
    assert "no text" in reasons["empty.txt"]


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may read every file")
def test_an_unreadable_file_is_skipped(tmp_path):
    (tmp_path / "a.txt").write_text("文")
    (tmp_path / "a.txt").chmod(0)
    corpus = read_corpus(tmp_path, progress=False)
    assert "Permission" in corpus.skipped["reason"][0]


def test_every_format_ends_in_one_corpus(tmp_path):
    (tmp_path / "1.html").write_text(made.PAGE, encoding="utf-8")
    (tmp_path / "2.pdf").write_bytes(made.pdf_bytes([["云溪县工作总结", "全县建成医共体。"]]))
    (tmp_path / "3.docx").write_bytes(made.docx_bytes(["云岭县总结", "好。"], [["甲", "乙"]], True))
    (tmp_path / "4.csv").write_text("text,year,province\n全县脱贫。,2019,四川省\n", "utf-8")
    (tmp_path / "5.zip").write_bytes(
        made.zip_bytes({"甲.txt": "全县组建两个县域医共体。\n".encode("gbk")})
    )
    corpus = read_corpus(tmp_path, progress=False)
    corpus.check_ledger()
    assert corpus.skipped.empty
    table = corpus.documents.set_index("doc_id")
    assert table.loc["4.csv:1#1", "province"] == "四川省"
    assert table.loc["4.csv:1#1", "year_certainty"] == "stated"
    outside = corpus.ledger.query("source_id == '1.html' and rules == 'page_furniture'")
    assert "版权所有" in "".join(outside["before"])
    assert corpus.paragraphs["flags"].str.contains("textbox").any()


def test_the_same_report_twice_is_marked(tmp_path):
    signs = [chr(0x4E00 + 53 * n) for n in range(300)]
    long = "".join(
        f"建成{a}{b}卫生室，培训{b}{a}医生。\n" for a, b in zip(signs, signs[7:], strict=False)
    )
    (tmp_path / "a.txt").write_text("云溪县总结\n" + long, encoding="utf-8")
    (tmp_path / "b.txt").write_bytes(("云溪县总结\n" + long).encode("gbk"))
    (tmp_path / "c.txt").write_text(
        "云溪县总结\n" + long.replace("培训", "轮训", 2), encoding="utf-8"
    )
    (tmp_path / "d.txt").write_text("白鹿县总结\n全县完成任务。", encoding="utf-8")
    corpus = read_corpus(tmp_path, progress=False)
    assert corpus.documents["duplicate_of"].tolist() == ["", "a.txt#1", "a.txt#1", ""]
    claims = corpus.claims.query("field == 'duplicate_of'").set_index("doc_id")["certainty"]
    assert claims["b.txt#1"] == "certain"
    assert not corpus.counted()[(corpus.paragraphs["doc_id"] == "c.txt#1").to_numpy()].any()


@pytest.mark.shared
@pytest.mark.parametrize("folder", ["seeds", "provinces-2025", "state-council", "raw-pages"])
def test_every_character_of_the_real_files_is_accounted_for(shared, folder):
    corpus = read_corpus(shared / "corpus" / folder, progress=False)
    corpus.check_ledger()
    assert len(corpus) > 0


@pytest.mark.shared
def test_a_report_a_line_is_read_whole(shared):
    path = shared / "corpus" / "state-council" / "gov_reports1954-2022.txt"
    corpus = read_corpus(path, columns={"year": 0, "text": 1}, progress=False)
    corpus.check_ledger()
    assert len(corpus) == 53
    assert corpus.documents["year_certainty"].eq("stated").all()
    text = path.read_text(encoding="utf-8")
    assert corpus.sources["n_chars"].sum() == len(text) - 53 * len("2022\t\n")


@pytest.mark.shared
def test_the_seeds_are_24_reports_at_the_reference_places(shared):
    reference = json.loads((shared / "gold" / "components.json").read_text(encoding="utf-8"))
    corpus = read_corpus(shared / "corpus" / "seeds", progress=False)
    assert len(corpus) == len(reference) == 24
    docs = corpus.documents.assign(file=corpus.documents["doc_id"].str.split("#").str[0])
    for known in reference:
        row = docs[(docs["file"] == known["file"]) & (docs["part"] == known["index"])].iloc[0]
        province = known["region_inferred"].split("/")[0].strip("?")
        if row["province_certainty"] == "certain":
            assert row["province"] == province, known["title"]
        if known["region_certainty"] == "certain" and province != "全国":
            assert row["province_certainty"] == "certain", known["title"]
        if known["region_certainty"] == "likely":
            assert row["province"] == province, known["title"]
        if row["year_certainty"] == "certain":
            assert row["year"] == known["year"], known["title"]


@pytest.mark.shared
def test_the_31_provinces_have_their_names_and_year(shared):
    corpus = read_corpus(shared / "corpus" / "provinces-2025", progress=False)
    docs = corpus.documents
    assert docs["province"].nunique() == 31
    assert docs["province_certainty"].eq("certain").all()
    assert docs["year"].eq(2025).all() and docs["year_certainty"].eq("certain").all()
    glossary = corpus.paragraphs.query("part_of_report == 'glossary'")["doc_id"].unique()
    named = set(docs.set_index("doc_id").loc[glossary, "province"])
    assert named == {"云南省", "四川省", "广东省", "江西省"}


def test_an_unknown_key_of_columns_is_an_error_with_the_nearest_name(tmp_path):
    (tmp_path / "a.csv").write_text("doc,p\n正文。,四川\n", "utf-8")
    with pytest.raises(ParameterError, match="did you mean 'province'"):
        read_corpus(tmp_path, columns={"text": "doc", "provinces": "p"}, progress=False)


def test_a_corpus_without_a_report_says_why_at_once(tmp_path):
    for name in ("a.csv", "b.csv"):
        (tmp_path / name).write_text("a,b\n1,2\n", "utf-8")
    with pytest.warns(UserWarning, match="no report was read: 2 × the table must have"):
        assert len(read_corpus(tmp_path, progress=False)) == 0


def test_a_text_told_by_its_content_is_said(tmp_path):
    text = (
        "全县组建两个县域医共体，家庭医生签约服务稳步推进，新建村卫生室九所，群众就医更加方便。" * 2
    )
    (tmp_path / "a.csv").write_text(f"编号,甲栏\n1,{text}\n", "utf-8")
    with pytest.warns(UserWarning, match="told by its content"):
        assert len(read_corpus(tmp_path, progress=False)) == 1


def test_links_and_pictures_of_markdown_leave_their_words_only():
    text = (
        "# 甲县总结\n\n![图](a.png)\n\n- （一）建成[医共体](http://a.cn/b?c=1)2个，完成任务。\n\n"
        "[查看原文](http://a.cn)\n\n---\n\n> 全县完成任务，群众满意。\n"
    )
    corpus = read_texts({"a.md": text})
    assert corpus.paragraphs["text"].tolist() == [
        "甲县总结",
        "（一）建成医共体2个，完成任务。",
        "全县完成任务，群众满意。",
    ]
    corpus.check_ledger()


def test_signs_of_markdown_are_no_text_and_show_headings():
    text = (
        "# 青河县工作总结\n\n## 一、工作回顾\n\n完成**医共体**建设。\n\n**（一）保障**\n\n落实。\n"
    )
    corpus = read_texts({"a.md": text})
    rows = corpus.paragraphs[["text", "kind"]].values.tolist()
    assert rows[1:4] == [
        ["一、工作回顾", "heading"],
        ["完成医共体建设。", "body"],
        ["（一）保障", "heading"],
    ]
    assert corpus.documents["title"].tolist() == ["青河县工作总结"]
    corpus.check_ledger()


def test_bold_lines_without_a_heading_are_markdown_and_masks_are_not():
    text = "**青河县工作总结**\n\n**一、工作回顾**\n\n完成**医共体**建设。\n"
    masked = "**市**区水利局20**年工作总结\n一年来，**区检查企业***家次，整改隐患***条。\n"
    corpus = read_texts({"a.md": text, "b.txt": masked})
    parts = corpus.paragraphs.groupby("source_id")["text"].agg(list)
    assert parts["a.md"] == ["青河县工作总结", "一、工作回顾", "完成医共体建设。"]
    assert "市区水利局" not in parts["b.txt"][0]
    assert "masked" in corpus.documents["damage"].iloc[1]
    corpus.check_ledger()


def test_a_report_that_seems_to_hold_a_second_one_is_said():
    body = "全县扎实推进医药卫生体制改革，各项工作有序开展，群众满意度不断提升。" * 8
    corpus = read_texts({"a.txt": f"工作报告\n各位代表：\n{body}\n同志们：\n{body}"})
    assert corpus.documents["damage"].tolist() == ["several_reports"]
    assert "salutation" in corpus.borders["cues"].item()
    assert any("corpus.borders" in one.en for one in corpus.coverage().cautions)


def test_a_cell_that_is_one_line_without_a_stop_is_body(tmp_path):
    rows = ("发展云溪茶业", "发展云溪茶业。", "云溪县茶业\n发展云溪茶业", "云溪县2023年工作总结")
    table = pd.DataFrame({"省份": "湖南省", "年份": 2023, "正文": rows})
    table.to_csv(tmp_path / "a.csv", index=False)
    corpus = read_corpus(tmp_path, progress=False)
    kinds = ["body", "body", "heading", "body", "heading"]
    assert corpus.paragraphs["kind"].tolist() == kinds
    assert corpus.documents["title"].tolist() == ["", "", "云溪县茶业", "云溪县2023年工作总结"]
    corpus.check_ledger()
    alone = read_texts({"a.txt": "发展云溪茶业"})
    assert alone.paragraphs["kind"].tolist() == ["heading"]

"""A corpus comes from raw files, whose checksums are compared, or from stored counts."""

from pathlib import Path

import pytest

from policytext.errors import StudyError
from policytext.storage import sha256_file
from policytext.study import opening
from policytext.study.opening import open_corpus, raw_files
from policytext.study.settings import Study

REPORTS = {"甲县2021年工作总结.txt": "甲县2021年工作总结\n一、工作情况\n推进医共体建设。\n"}
TABLE = "2019\t二〇一九年工作报告\n2020\t二〇二〇年工作报告，发展医养结合服务。\n"
LINES = '{{"year": {year}, "content": "各位代表：推进医共体建设，发展社会办医。"}}\n'


def study(**corpus):
    return Study.model_validate(
        {"title_zh": "例", "title_en": "e", "corpus": {"name": "made", **corpus}}
    )


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "raw").mkdir()
    for name, text in REPORTS.items():
        (tmp_path / "raw" / name).write_text(text, encoding="utf-8")
    return tmp_path


def test_checksums_are_compared(folder):
    name = next(iter(REPORTS))
    good = {name: sha256_file(folder / "raw" / name)}
    assert len(open_corpus(study(raw="raw", sha256=good), folder, progress=False)) == 1
    for wrong, words in (({name: "0" * 64}, "is another file"), ({"b.txt": "0"}, "is not among")):
        with pytest.raises(StudyError, match=words):
            open_corpus(study(raw="raw", sha256=wrong), folder, progress=False)


def test_a_corpus_is_read_once_and_again_when_a_file_changed(folder, monkeypatch):
    calls = []
    real = opening.read_corpus
    monkeypatch.setattr(opening, "read_corpus", lambda *a, **k: (calls.append(a), real(*a, **k))[1])
    keep = folder / "steps"
    for _ in range(2):
        open_corpus(study(raw="raw"), folder, keep=keep, progress=False)
    assert len(calls) == 1
    (folder / "raw" / "b.txt").write_text("乙县2022年工作总结\n发展医养结合。\n", encoding="utf-8")
    assert len(open_corpus(study(raw="raw"), folder, keep=keep, progress=False)) == 2
    (keep / "corpus" / "paragraphs.parquet").write_bytes(b"cut")
    assert len(open_corpus(study(raw="raw"), folder, keep=keep, progress=False)) == 2


def test_supplements_replace_faulty_reports(tmp_path):
    (tmp_path / "all.txt").write_text(TABLE, encoding="utf-8")
    lines = "".join(LINES.format(year=year) for year in (2018, 2019, 2021))
    (tmp_path / "more.jsonl").write_text(lines, encoding="utf-8")
    more = {"raw": "more.jsonl", "where": "year == 2018 or year == 2019", "replaces": "year"}
    settings = {"raw": "all.txt", "columns": {"year": 0, "text": 1}, "supplement": [more]}
    corpus = open_corpus(study(**settings), tmp_path, progress=False)
    assert sorted(corpus.documents["year"]) == [2018, 2019, 2020]
    texts = corpus.paragraphs.set_index("doc_id")["text"]
    year = corpus.documents.set_index("doc_id")["year"]
    assert "医共体" in "".join(texts[year[year == 2019].index])
    (tmp_path / "more.jsonl").unlink()
    with pytest.raises(StudyError, match=r"more\.jsonl"):
        open_corpus(study(**settings), tmp_path, progress=False)


def test_where_raw_files_may_be(folder, monkeypatch):
    assert raw_files("raw", folder, None) == folder / "raw"
    monkeypatch.setenv("POLICYTEXT_RAW", str(folder))
    assert raw_files("raw", Path("elsewhere"), None) == folder / "raw"
    monkeypatch.setenv("POLICYTEXT_RAW", str(folder / "nothing"))
    assert raw_files("raw", Path("elsewhere"), None) is None


def test_neither_raw_files_nor_counts(tmp_path):
    with pytest.raises(StudyError, match="--raw FOLDER or POLICYTEXT_RAW"):
        open_corpus(study(raw="none"), tmp_path, progress=False)
    with pytest.raises(StudyError, match="cannot be opened"):
        open_corpus(study(saved="none"), tmp_path, progress=False)


def test_a_study_without_a_corpus():
    none = Study.model_validate({"title_zh": "例", "title_en": "e"})
    assert len(open_corpus(none, Path())) == 0

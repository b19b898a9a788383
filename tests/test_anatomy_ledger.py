"""Whatever the text, paragraphs and ledger together are the source again."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from policytext.anatomy.ledger import build_ledger
from policytext.anatomy.paragraphs import paragraphs
from policytext.anatomy.reports import split_reports
from policytext.cleaning import MappedText
from policytext.cleaning.mapped import Edit
from policytext.contract import rebuild_source
from policytext.errors import CorpusError


def account(root: MappedText, repair=lambda mapped: mapped):
    """Take a text through anatomy; return paragraphs, ledger and their table."""
    found, fixed = [], []
    for report in split_reports(root):
        mapped = repair(report.mapped)
        fixed.append(report.repaired(mapped))
        found += paragraphs(mapped, title_span=report.title_span)
    ledger = build_ledger("s", root, found, reports=fixed)
    table = pd.DataFrame(
        [(p.raw_start, p.raw_end, p.text) for p in found], columns=["raw_start", "raw_end", "text"]
    )
    return found, ledger, table


pieces = st.sampled_from(
    [
        "全县推进医改，",
        "完成任务。",
        "\n",
        "\n\n",
        "　　",
        "  ",
        " ",
        "一、",
        "（二）",
        "3、",
        "篇一：",
        "篇二：",
        "工作总结1",
        "工作总结2",
        "2",
        "xx",
        "各位代表：",
        "附件",
        "名词解释",
        "2020年7月27日",
        "\t",
        "\r\n",
        "\f",
        "“",
        "%",
        "、",
    ]
)
texts = st.one_of(st.text(max_size=60), st.lists(pieces, max_size=60).map("".join))


@st.composite
def edits(draw, length: int):
    points = sorted(draw(st.lists(st.integers(0, length), max_size=8, unique=True)))
    afters = st.sampled_from(["", "\n", "甲", "甲\n乙", " ", "。\n"])
    return [
        Edit(a, b, draw(afters), draw(st.sampled_from(["one", "two"])))
        for a, b in zip(points[::2], points[1::2], strict=False)
    ]


@given(texts)
def test_any_text_is_accounted_for_through_all_stages(source):
    from policytext.cleaning import clean_source, repair_report

    cleaned = clean_source(source)
    _, ledger, table = account(cleaned.mapped, lambda m: repair_report(m, cleaned.context))
    assert rebuild_source("s", table, ledger) == source


@given(texts, st.data())
def test_any_text_is_accounted_for(source, data):
    root = MappedText.of(source)
    root = root.apply(data.draw(edits(len(root.text))))

    def repair(mapped):
        return mapped.apply(data.draw(edits(len(mapped.text))))

    _, ledger, table = account(root, repair)
    assert rebuild_source("s", table, ledger) == source


@given(texts)
def test_nothing_but_marks_and_blanks_is_left_out_of_an_unchanged_text(source):
    found, ledger, _ = account(MappedText.of(source))
    outside = ledger[ledger["place"] == "outside"]
    blank = outside[outside["rules"] == "between_paragraphs"]
    assert not "".join(blank["before"]).strip()
    assert all(p.text.strip() == p.text != "" for p in found)


def test_text_that_no_rule_left_out_is_refused():
    with pytest.raises(CorpusError, match="no rule accounts for '甲。' at offset 0"):
        build_ledger("s", MappedText.of("甲。"), [])


def sources(shared):
    """Yield name and text of every file in the shared folder (of the daily news a sample)."""
    import json
    import tarfile

    import docx

    corpus = shared / "corpus"
    for path in sorted((corpus / "seeds").glob("*.txt")):
        yield path.name, path.read_bytes().decode("utf-8")
    for path in sorted((corpus / "provinces-2025").glob("*.docx")):
        yield path.name, "\n".join(p.text for p in docx.Document(str(path)).paragraphs)
    for path in sorted((corpus / "raw-pages").glob("*.txt")):
        yield path.name, path.read_bytes().decode("gb18030")
    for path in sorted((corpus / "papers").glob("*.md")):
        yield path.name, path.read_bytes().decode("utf-8")
    reports = corpus / "state-council"
    yield "1954-2022", (reports / "gov_reports1954-2022.txt").read_bytes().decode("utf-8")
    for row in (reports / "government_work_reports.jsonl").read_text("utf-8").splitlines():
        record = json.loads(row)
        yield record["title"], record["content"]
    with tarfile.open(corpus / "news-daily" / "news-2022-2026.tar.xz") as archive:
        days = [m for m in archive if m.name.endswith(".md")]
        for member in days[::100]:
            yield member.name, archive.extractfile(member).read().decode("utf-8")


@pytest.mark.shared
@pytest.mark.slow
def test_every_file_is_accounted_for(shared):
    from policytext.cleaning import clean_source, repair_report

    split = {}
    for name, source in sources(shared):
        cleaned = clean_source(source)
        _, ledger, table = account(
            cleaned.mapped, lambda mapped, c=cleaned.context: repair_report(mapped, c)
        )
        assert rebuild_source("s", table, ledger) == source, name
        split[name] = len(split_reports(cleaned.mapped))
    several = {name: n for name, n in split.items() if n > 1}
    assert several == {
        "001_d4ed6de1f85d9253.txt": 17,
        "002_09a931be29d38281.txt": 2,
        "004_f33948a261e39104.txt": 3,
        "1954-2022": several["1954-2022"],
    }
    assert several["1954-2022"] >= 50

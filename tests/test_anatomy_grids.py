"""A table is a table: it splits no report, names none, and its place can be told."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import docx
import pytest

from policytext import Corpus, read_corpus, read_texts

Grid = Sequence[Sequence[str]]

TITLE = "青河县卫生健康局2021年工作总结"
BODY = (
    "2021年，青河县卫生健康局认真落实各项部署，全县医疗卫生工作取得了新的成效。",
    "一、主要工作",
    "全县建成医共体2个，派驻医师46人，县域内就诊率达到88.2%，群众满意度稳步提高。" * 4,
    "二、下一步打算",
    "继续推进医共体建设，新建村卫生室12所，确保基层服务能力再上新台阶。" * 4,
)
NAMES = ("青河县人民医院", "白沙镇中心卫生院", "望山乡卫生院", "东湖镇卫生院", "石桥社区中心")
GRIDS: dict[str, Grid] = {
    "numbered": [
        ["序号", "单位名称", "床位"],
        *([str(i), n, "90"] for i, n in enumerate(NAMES, 1)),
    ],
    "reports' names": [
        ["序号", "报告"],
        *([str(i), f"{n}2019年工作总结"] for i, n in enumerate(NAMES, 1)),
    ],
    "Han numbers": [
        ["序号", "工作任务", "责任单位"],
        *(["一二三四五"[i] + "、", f"推进{n}能力建设", "医政科"] for i, n in enumerate(NAMES)),
    ],
    "parts": [
        ["篇目", "名称"],
        *([f"篇{'一二三四五'[i]}", f"{n}工作汇报"] for i, n in enumerate(NAMES)),
    ],
    "dates": [
        ["名称", "日期"],
        *([f"{n}揭牌活动情况汇报", f"2018年{i}月6日"] for i, n in enumerate(NAMES, 1)),
    ],
}


def _word(path: Path, blocks: Sequence[str | Grid], merged: bool = False) -> None:
    document = docx.Document()
    for block in blocks:
        if isinstance(block, str):
            document.add_paragraph(block)
            continue
        table = document.add_table(len(block), len(block[0]))
        for row, words in zip(table.rows, block, strict=True):
            for cell, word in zip(row.cells, words, strict=True):
                cell.text = word
        if merged:
            last = table.add_row().cells
            last[0].merge(last[1]).text = "合计五家单位"
            table.cell(1, 0).merge(table.cell(2, 0))
    document.save(str(path))


def _page(path: Path, blocks: Sequence[str | Grid], merged: bool = False) -> None:
    parts = []
    for block in blocks:
        if isinstance(block, str):
            parts.append(f"<p>{block}</p>")
            continue
        rows = ["<tr>" + "".join(f"<td><p>{w}</p></td>" for w in row) + "</tr>" for row in block]
        rows += ["<tr><td colspan='2'>合计五家单位</td></tr>"] if merged else []
        parts.append("<table>\n" + "\n".join(rows) + "</table>")
    path.write_text(f"<html><body>{''.join(parts)}</body></html>", "utf-8")


def _documents() -> Iterator[tuple[str, list[str | Grid], bool]]:
    for name, grid in GRIDS.items():
        yield f"{name} within", [TITLE, *BODY[:3], grid, *BODY[3:]], False
    yield "merged", [TITLE, *BODY[:3], GRIDS["numbered"], *BODY[3:]], True
    yield "before the body", [TITLE, GRIDS["reports' names"], *BODY], False
    yield "before the title", [GRIDS["numbered"], TITLE, *BODY], False
    yield "two", [TITLE, *BODY[:3], GRIDS["numbered"], *BODY[3:], GRIDS["reports' names"]], True
    yield "behind the body", [TITLE, *BODY, "附表：", GRIDS["dates"]], False


DOCUMENTS = list(_documents())


@pytest.mark.parametrize("write", [_word, _page])
@pytest.mark.parametrize("name, blocks, merged", DOCUMENTS, ids=[d[0] for d in DOCUMENTS])
def test_a_table_neither_splits_nor_names_a_report(tmp_path, write, name, blocks, merged):
    write(tmp_path / ("a.docx" if write is _word else "a.html"), blocks, merged)
    corpus = read_corpus(tmp_path, progress=False)
    assert corpus.documents["title"].tolist() == [TITLE]
    assert corpus.documents["year"].tolist() == [2021]
    _same_cells(corpus, [block for block in blocks if not isinstance(block, str)], merged)
    prose = corpus.paragraphs[corpus.paragraphs["kind"].isin(["body", "list"])]["text"]
    assert all(any(words in text for text in prose) for words in BODY[2::2])


def _same_cells(corpus: Corpus, grids: Sequence[Grid], merged: bool) -> None:
    rows = corpus.paragraphs[corpus.paragraphs["kind"] == "table"]
    places = rows["flags"].str.extract(r"table_(\d+)\|row_(\d+)\|column_(\d+)").astype(int)
    found = dict(zip(map(tuple, places.values.tolist()), rows["text"], strict=True))
    for number, grid in enumerate(grids, 1):
        for i, row in enumerate(grid, 1):
            for j, words in enumerate(row, 1):
                assert (merged and j == 1) or found[number, i, j] == words


def test_a_page_that_is_laid_out_in_a_table_is_text(tmp_path):
    text = "".join(f"<p>{words}</p>" for words in BODY)
    menu = "<td>首页</td><td>新闻</td>"
    page = f"<table><tr>{menu}</tr><tr><td>通知</td><td><p>{TITLE}</p>{text}</td></tr></table>"
    (tmp_path / "a.html").write_text(f"<html><body>{page}</body></html>", "utf-8")
    corpus = read_corpus(tmp_path, progress=False)
    assert "table" not in set(corpus.paragraphs["kind"])
    assert corpus.paragraphs["n_han"].sum() > 250


@pytest.mark.parametrize("mark", ["\t", "|", " | "])
@pytest.mark.parametrize("name", ["numbered", "reports' names", "dates", "Han numbers"])
def test_rows_of_plain_text_are_a_table(mark, name):
    grid = [
        row if len(row) > 2 or mark != "\t" else [str(i), *row] for i, row in enumerate(GRIDS[name])
    ]
    rows = [mark.join(row) for row in grid]
    corpus = read_texts({"a.txt": "\n".join([TITLE, *BODY[:3], *rows, *BODY[3:]])})
    assert corpus.documents["title"].tolist() == [TITLE]
    assert (corpus.paragraphs["kind"] == "table").sum() == len(grid)


def test_a_list_of_contents_and_a_line_with_a_stroke_are_no_table():
    lines = ["一、主要工作\t1", "二、存在问题\t4", "三、下一步打算\t9", "甲|乙", *BODY]
    corpus = read_texts({"a.txt": "\n".join([TITLE, *lines])})
    assert "table" not in set(corpus.paragraphs["kind"])


@pytest.mark.parametrize("number", ["{}", "（{}）", "{}.", "篇{}："])
def test_a_table_of_which_each_cell_became_a_line_splits_nothing(number):
    cells = [words for i, n in enumerate(NAMES, 1) for words in (number.format(i), f"{n}建设项目")]
    corpus = read_texts({"a.txt": "\n".join([TITLE, *BODY[:3], *cells, *BODY[3:]])})
    assert corpus.documents["title"].tolist() == [TITLE]

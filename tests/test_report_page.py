"""The page opens from disk, sorts, searches, asks no network, and runs no script of a report."""

import json
import re
import shutil
import subprocess
from dataclasses import replace

import pandas as pd
import pytest

from corpora import make_corpus
from policytext import Result
from policytext.records import Bilingual, Method
from policytext.report import Section, evidence_lines, html_table, write_page
from policytext.study.run import methods_paragraph

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
needs_chromium = pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed")

HOSTILE = [
    "<script>document.title='taken'</script>",
    '</script><script>document.title="taken"</script>',
    "<img src=x onerror=\"document.title='taken'\">",
    '="javascript:document.title=1"',
    "{{ 7 * 7 }}{% raw %}",
    "<!-- <svg/onload=document.title='taken'>",
    "&lt;script&gt;医共体",
]

QUIET = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--virtual-time-budget=10000",
]


def result_with(cells, n=40):
    table = pd.DataFrame(
        {
            "term": [cells[i % len(cells)] for i in range(n)],
            "rate": [float((i * 7) % n) for i in range(n)],
            "status": ["not named"] * n,
        }
    )
    return Result(
        table,
        Bilingual(HOSTILE[0], HOSTILE[1]),
        {"term": HOSTILE[2], "rate": "rate", "status": "status"},
        Method(Bilingual(HOSTILE[4], HOSTILE[4]), (HOSTILE[2],)),
        (Bilingual(HOSTILE[1], HOSTILE[1]),),
    )


@pytest.fixture
def page(tmp_path):
    """A page whose titles, cells, file names and evidence all try to inject something."""
    corpus = make_corpus([{"texts": [text, "推进医共体建设。"]} for text in HOSTILE])
    documents = corpus.documents.copy()
    documents["title"] = [HOSTILE[i % len(HOSTILE)] for i in range(len(documents))]
    corpus = replace(corpus, documents=documents, info={**corpus.info, "name": HOSTILE[0]})
    result = result_with(HOSTILE)
    lines = pd.DataFrame({"row_id": range(len(HOSTILE)), "title": HOSTILE, "file": HOSTILE[::-1]})
    lines = lines.assign(left=HOSTILE, words="医共体", right=HOSTILE[::-1])
    run = {"lock": {"versions": {"policytext": "0"}}, "seed": 1, "note": HOSTILE[1]}
    sections = [
        Section("one", result, evidence=lines),
        Section("two", None, note=Bilingual(HOSTILE[1], HOSTILE[1]), title=Bilingual("二", "two")),
    ]
    return write_page(
        tmp_path / "report.html",
        title=Bilingual("安全测试", "Safety"),
        summary=Bilingual(HOSTILE[0], HOSTILE[0]),
        corpus=corpus,
        sections=sections,
        methods=methods_paragraph(corpus, [result], {}),
        run=run,
    )


def dumped(page, folder, script=""):
    """Return the page's document after its scripts ran, with one more script at the end."""
    text = page.read_text(encoding="utf-8")
    probe = folder / "probe.html"
    more = f"<script>window.addEventListener('load', () => setTimeout(() => {{{script}}}, 3000))"
    probe.write_text(text.replace("</body>", f"{more}</script></body>"), encoding="utf-8")
    call = [CHROMIUM, *QUIET, f"--user-data-dir={folder / 'profile'}", "--dump-dom"]
    done = subprocess.run(
        [*call, probe.as_uri()], capture_output=True, text=True, timeout=120, check=True
    )
    return done.stdout


def test_no_address_is_asked_for(page):
    text = page.read_text(encoding="utf-8")
    assert not re.findall(r'<(?:script|img|link|iframe)[^>]*\b(?:src|href)\s*=\s*["\']?http', text)
    assert not re.findall(r"@import|url\(\s*[\"']?http", text)
    assert "{{ 7 * 7 }}" in text  # shown as it is, not computed


@pytest.mark.parametrize("cell", HOSTILE)
def test_cells_are_escaped(cell):
    html = str(html_table(pd.DataFrame({"text": [cell]})))
    body = html.split("<script", 1)[0]
    assert "<script>document" not in body and "<img src=x" not in body and "<svg/" not in body
    assert "<script>document.title" not in html
    assert "</script><script>document" not in html


def test_numbers_have_four_digits_and_words_are_chinese():
    table = pd.DataFrame({"province": ["甲省"], "rate": [0.123456], "status": ["not named"]})
    text = str(html_table(table))
    assert "省份" in text and "0.1235" in text and "未提及" in text
    assert "not named" in str(html_table(table, language="en"))


def test_evidence_is_named_by_its_row():
    table = pd.DataFrame({"term": ["医共体"], "year": pd.array([None], dtype="Int64")})
    lines = pd.DataFrame(
        {"row_id": [0], "left": ["a"], "words": ["b"], "right": ["c"], "title": ["t"], "file": "f"}
    )
    assert evidence_lines(table, lines)["row"].str.startswith("医共体").all()


@pytest.mark.slow
@needs_chromium
def test_hostile_words_cannot_inject(page, tmp_path):
    dom = dumped(page, tmp_path, "document.body.dataset.title = document.title")
    assert 'data-title="安全测试"' in dom
    assert "<img src=" not in dom.replace("&lt;img src=", "")


@pytest.mark.slow
@needs_chromium
def test_it_opens_sorts_and_searches_without_network(page, tmp_path):
    script = """
      const out = {};
      const cells = () => [...document.querySelectorAll('#one table.dataTable')][0]
        .querySelectorAll('tbody tr td:nth-child(2)');
      const head = document.querySelectorAll('#one table.dataTable thead th')[1];
      const numbers = () => [...cells()].map(c => Number(c.textContent));
      out.tables = document.querySelectorAll('table.dataTable').length;
      out.before = numbers().slice(0, 3);
      (head.querySelector('.dt-column-order') || head).click();
      setTimeout(() => {
        out.sorted = numbers().slice(0, 3);
        const box = document.querySelector('#one input[type=search]');
        box.value = '医共体'; box.dispatchEvent(new Event('input', {bubbles: true}));
        box.dispatchEvent(new Event('keyup', {bubbles: true}));
        setTimeout(() => {
          out.found = [...cells()].length;
          out.asked = performance.getEntriesByType('resource').map(e => e.name)
            .filter(n => !n.startsWith('data:') && !n.startsWith('blob:'));
          document.body.dataset.out = JSON.stringify(out);
        }, 1500);
      }, 1500);
    """
    dom = dumped(page, tmp_path, script)
    found = re.search(r'data-out="([^"]*)"', dom)
    assert found, "the script of the page did not finish"
    out = json.loads(found.group(1).replace("&quot;", '"'))
    assert out["tables"] >= 2
    assert out["before"] == [0, 7, 14]
    assert out["sorted"] == [0, 1, 2]
    assert 0 < out["found"] < 15
    assert out["asked"] == []

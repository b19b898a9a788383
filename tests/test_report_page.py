"""The page opens from disk, sorts, searches, asks no network, and runs no script of a report."""

import json
import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest
from scipy.sparse import csr_matrix

from corpora import make_corpus
from policytext import (
    Counts,
    KeynessSettings,
    Result,
    keyness,
    region_distances,
    term_status,
    trends,
)
from policytext.cards import Card, CardLine, Regions
from policytext.data import read_table
from policytext.findings import Saying
from policytext.plots import new_axes
from policytext.plots.figure import close
from policytext.records import Bilingual, Method
from policytext.report import (
    ESCAPED,
    Section,
    _findings,
    html_table,
    note_of,
    svg_text,
    told_apart,
    used_style,
    write_page,
)
from policytext.study.run import methods_paragraph, shown_evidence
from policytext.texts import say

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
    lines = lines.assign(para_no=3, left=HOSTILE, words="医共体", right=HOSTILE[::-1])
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


def test_notes_of_columns_are_in_one_language():
    assert note_of("频次 / rate", "zh") == "频次" and note_of("频次 / rate", "en") == "rate"
    assert note_of("其 z 值（只用于排序）/ its z-score", "en") == "its z-score"


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
        .querySelectorAll('tbody tr td:nth-child(3)');
      const head = document.querySelectorAll('#one table.dataTable thead th')[2];
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


def provinces(language, folder):
    """Return the page of a small census of three provinces."""
    texts = {
        "浙江省": ["推进医共体建设。", "发展海洋经济。"],
        "广东省": ["建设大湾区。", "医养结合稳步推进，医养结合服务增加。"],
        "山西省": ["发展能源产业。"],
    }
    corpus = make_corpus(
        [
            {"texts": said, "province": name, "province_certainty": "certain", "year": 2025,
             "year_certainty": "certain", "level": "province", "genre": "工作报告"}
            for name, said in texts.items()
        ],
        design="census",
    )  # fmt: skip
    terms = ["医共体", "医养结合"]
    results = {"rates": trends(corpus, terms, by="province"), "names": term_status(corpus, terms)}
    sections = [
        Section(name, result, "", *shown_evidence(result)) for name, result in results.items()
    ]
    return write_page(
        folder / "report.html",
        title=Bilingual("三省", "Three provinces"),
        summary=Bilingual("", ""),
        corpus=corpus,
        sections=sections,
        methods=methods_paragraph(corpus, list(results.values()), {}),
        run={"lock": {"versions": {"policytext": "0"}}, "seed": 1},
        language=language,
    )


def test_places_shown_are_of_as_many_reports_as_can_be():
    said = {
        "浙江省": ["推进医共体建设，医共体成网。", "医共体提质。", "医共体扩面。"],
        "山西省": ["试点医共体。"],
    }
    corpus = make_corpus(
        [
            {"texts": texts, "province": name, "province_certainty": "certain", "year": 2025,
             "year_certainty": "certain", "level": "province", "genre": "工作报告"}
            for name, texts in said.items()
        ]
    )  # fmt: skip
    shown, n_places = shown_evidence(trends(corpus, ["医共体"], by="year"))
    assert n_places == {0: 4} and len(shown) == 3
    assert shown["title"].nunique() == 2


def test_each_group_of_findings_is_one_step_away_on_a_narrow_screen(tmp_path):
    text = provinces("zh", tmp_path).read_text(encoding="utf-8")
    jumps = re.search(r'<ul class="jumps">(.*?)</ul>', text).group(1)
    goals = re.findall('href="#([^"]*)"', jumps)
    assert goals[-2:] == ["map", "compare"] and "findings-limit" in goals
    assert all(f'id="{goal}"' in text for goal in goals)


def before_scripts(page):
    return page.read_text(encoding="utf-8").split('<section id="findings"')[1].split("<dialog")[0]


def test_the_page_opens_with_findings_and_each_has_its_place(tmp_path):
    body = before_scripts(provinces("zh", tmp_path))
    assert body.index("<h3>差别</h3>") < body.index('class="tiles"') < body.index('id="compare"')
    assert body.index('id="compare"') < body.index('id="cards"') < body.index('class="part"')
    assert "医养结合：频次最高的是广东省" in body and "仅描述" in body
    assert 'data-analysis="rates" data-rows="' in body
    assert body.count('class="card"') == 3 and 'id="region-浙江省"' in body


def test_what_cannot_be_said_keeps_why_it_cannot():
    mixed = say("findings.mixed")
    said = [
        Saying(kind, False, Bilingual(f"{n}。{mixed.zh}", f"{n}. {mixed.en}"))
        for kind, n in (("different", 1), ("different", 2), ("limit", 3))
    ]
    found, once = _findings(
        [Section("one", SimpleNamespace(said=said, title=mixed, table=pd.DataFrame()))]
    )
    assert once == mixed
    assert [one.sentence.zh for _, one in found["different"]] == ["1。", "2。"]
    assert [one.sentence for _, one in found["limit"]] == [said[2].sentence]


def test_what_a_difference_is_worth_is_said_of_the_first_of_several():
    census = say("findings.rates.census")
    said = [
        Saying("different", False, Bilingual(f"{n}。{census.zh}", f"{n}. {census.en}"), (), census)
        for n in range(3)
    ]
    one = Section(
        "one", SimpleNamespace(said=said, title=Bilingual("甲", "a"), table=pd.DataFrame())
    )
    found, once = _findings([one])
    shown = [saying.sentence.en for _, saying in found["different"]]
    assert not once.zh and shown == [
        f"0. {census.en}",
        "1. No ranking or inference rests on this either.",
        "2. No ranking or inference rests on this either.",
    ]


def test_lines_of_a_card_name_their_analysis_where_two_say_the_same():
    label = Bilingual("医共体的别称", "other name")
    lines = tuple(CardLine(f"{year}:医共体", label, label, year) for year in ("a", "b"))
    regions = Regions(
        (Card("浙江省", label, (*lines, CardLine("c", mark := Bilingual("词", "w"), label, "c"))),)
    )
    told = told_apart(regions, {"a": Bilingual("2025年", "2025"), "b": Bilingual("2026年", "2026")})
    assert [line.label.zh for line in told.cards[0].lines] == [
        "医共体的别称（2025年）",
        "医共体的别称（2026年）",
        mark.zh,
    ]


def test_the_english_page_names_places_in_english(tmp_path):
    body = before_scripts(provinces("en", tmp_path))
    assert "Guangdong" in body and "What cannot be said" in body
    told = re.sub(r"(?s)<(script|blockquote).*?</\1>", " ", body)
    shown = re.sub(r"<[^>]*>", " ", told)
    for word in sorted(read_table("terms.csv")["term"], key=len, reverse=True):
        shown = shown.replace(word, "")  # the terms themselves stay as the reports write them
    assert not re.findall(r"[\u4e00-\u9fff]+", shown)


ACTS = """
  const out = {};
  const [a, b] = document.querySelectorAll('.compare select');
  a.value = '广东省'; b.value = '浙江省'; a.dispatchEvent(new Event('change'));
  out.compared = document.querySelectorAll('#compared thead th').length;
  const measure = document.getElementById('measure');
  measure.value = '1'; measure.dispatchEvent(new Event('change'));
  out.dark = document.querySelector('[data-region="广东省"]').className;
  document.querySelector('.card#region-广东省 button.open').click();
  out.behind = document.querySelector('#behind').open;
  out.card = document.querySelector('#behind .asked').textContent;
  document.querySelector('#behind .close').click();
  document.querySelector('#compared button.open').click();
  out.side = document.querySelector('#behind .asked').textContent;
  document.querySelector('#behind .close').click();
  document.querySelector('.bar a[href="#names"]').click();
  out.unfolded = document.getElementById('names').open;
  const box = document.getElementById('search');
  box.value = '大湾区'; box.dispatchEvent(new Event('input'));
  setTimeout(() => {
    out.hits = document.getElementById('hits').textContent;
    document.body.dataset.out = JSON.stringify(out);
  }, 3000);
"""


@pytest.mark.slow
@needs_chromium
def test_tiles_comparison_places_and_search_work(tmp_path):
    dom = dumped(provinces("zh", tmp_path), tmp_path, ACTS)
    out = json.loads(re.search(r'data-out="([^"]*)"', dom).group(1).replace("&quot;", '"'))
    assert out["compared"] == 2 and out["behind"] and out["unfolded"]
    assert out["card"].startswith("广东省 · 医养结合，每万汉字 · ")  # what the number is
    assert out["side"] == "浙江省 · 医共体，每万汉字 · " + out["side"].split(" · ")[2]
    assert out["dark"] == "tile v5"
    assert out["hits"] == "没有找到"  # counts of two terms do not hold it


@pytest.mark.slow
@needs_chromium
@pytest.mark.parametrize("language", ["zh", "en"])
def test_nothing_serious_stands_in_the_way_of_a_screen_reader(language, tmp_path):
    package = pytest.importorskip("axe_core_python")
    axe = next(Path(package.__file__).parent.rglob("axe.min.js")).read_text(encoding="utf-8")
    page = provinces(language, tmp_path)
    text = page.read_text(encoding="utf-8")
    page.write_text(text.replace("</body>", f"<script>{axe}</script></body>"), encoding="utf-8")
    script = """
      document.querySelectorAll('details').forEach((one) => { one.open = true; });
      axe.run().then((told) => { document.body.dataset.out = told.violations
        .filter((one) => ['serious', 'critical'].includes(one.impact))
        .map((one) => one.id).join(' ') || 'none'; });
    """
    assert 'data-out="none"' in dumped(page, tmp_path, script)


def thirty_one():
    """Return a census of all provinces, each report with words of its own, and its counts."""
    rng = np.random.default_rng(7)
    names = read_table("regions/provinces.csv").query("adcode != '100000'")["name"][:31]
    base = {"province_certainty": "certain", "year": 2025, "year_certainty": "certain"}
    corpus = make_corpus(
        [{"texts": [f"{name}推进医共体建设。"] * 8, "province": name, **base} for name in names],
        design="census",
    )
    rows = len(corpus.paragraphs)
    own = rng.poisson(0.4, (rows, 900)) + 6 * (
        np.arange(900) // 29 == np.repeat(np.arange(31), 8)[:, None]
    )
    return corpus, Counts(csr_matrix(own), tuple(f"词语{i:03d}" for i in range(900)))


HEAVIEST = 2_100_000
"""Bytes of the page below; 31 provinces with topics and themes beside it must stay under 3 MB."""


@pytest.mark.slow
def test_a_page_of_thirty_one_provinces_is_light_enough(tmp_path):
    corpus, counts = thirty_one()
    terms = ["医共体", "分级诊疗", "医养结合"]
    results = {
        "rates": trends(corpus, terms, by="province"),
        "names": term_status(corpus, terms),
        "words": keyness(corpus, counts, by="province", top=20, settings=FEW),
        "far": region_distances(corpus, counts, by="province"),
    }
    sections = [
        Section(name, one, drawn(one), *shown_evidence(one)) for name, one in results.items()
    ]
    page = write_page(
        tmp_path / "report.html",
        title=Bilingual("三十一省", "All provinces"),
        summary=Bilingual("", ""),
        corpus=corpus,
        sections=sections,
        methods=methods_paragraph(corpus, list(results.values()), {}),
        run={"lock": {"versions": {"policytext": "0"}}, "seed": 1},
    )
    assert len(results["words"].table) > 500 and len(results["far"].table) == 31 * 30 // 2
    assert page.stat().st_size < HEAVIEST


FEW = KeynessSettings(n_resamples=10)


def drawn(result):
    axes = result.plot(language="zh")
    svg = svg_text(axes.figure)
    close(axes)
    return svg


def test_a_lighter_figure_draws_the_same():
    axes = new_axes(title="医共体")
    axes.plot([1, 2, 3], [1.23456, 2, 1])
    svg = svg_text(axes.figure)
    close(axes)
    assert "font-family" not in svg and "rotate(-0" not in svg and "医共体" in svg
    for asked in re.findall(r'(?:url\(|href=")#([\w.-]+)', svg):
        assert f'id="{asked}"' in svg
    ElementTree.fromstring(svg.replace("xlink:href", "href"))


def test_only_rules_of_plugins_are_left_out():
    import itables

    style = Path(itables.__file__).parent.joinpath("html", "dt_bundle.css").read_text("utf-8")
    kept = used_style(style)
    assert len(kept) < 60_000
    for needed in ("table.dataTable", "dt-paging", "dt-search", "html.dark", "dt-orderable"):
        assert needed in kept, needed
    assert kept.count("{") == kept.count("}")


def test_codes_are_words_on_the_page(tmp_path):
    table = pd.DataFrame(
        {"name": ["topic_00", "topic_01"], "words": ["产业 发展 制造业 集群", "医疗 医院 养老"],
         "status": ["under_way", "done"], "phase_rule": ["review_section"] * 2, "p_value": np.nan,
         "sure": [True, False], "label_zh": ["甲", "乙"], "label_en": ["a", "b"]}
    )  # fmt: skip
    cautions = (Bilingual("见 top_report 与 topic_00", "see top_report and topic_00"),)
    nothing = Bilingual("", "")
    result = Result(
        table, Bilingual("题", "t"), dict.fromkeys(table, "列 / c"), Method(nothing, ()), cautions
    )
    for language, words in (
        ("zh", ("产业 发展 制造业", "进行中", "是", "最大来源")),
        ("en", ("under way", "yes", "top report")),
    ):
        page = write_page(
            tmp_path / "report.html",
            title=Bilingual("题", "t"),
            summary=nothing,
            corpus=make_corpus([{"texts": ["推进医共体。"]}]),
            sections=[Section("one", result)],
            methods=methods_paragraph(make_corpus([{"texts": ["推进医共体。"]}]), [result], {}),
            run={"lock": {"versions": {"policytext": "0"}}, "seed": 1},
            language=language,
        )  # fmt: skip
        text = before_scripts(page)
        text = ESCAPED.sub(as_sign, text)
        assert all(word in text for word in words)
        for code in ("topic_00", "topic_01", "under_way", "review_section", "top_report"):
            assert code not in text, (language, code)
        assert ("label_en" if language == "zh" else "label_zh") not in text


def as_sign(match):
    return chr(int(match.group(1), 16))


DARK = """
  document.querySelectorAll('details').forEach((one) => { one.open = true; });
  document.documentElement.classList.add('dark');
  const box = document.querySelector('div.dt-container');
  document.body.dataset.out = getComputedStyle(box).backgroundColor;
"""


@pytest.mark.slow
@needs_chromium
def test_tables_have_no_ground_of_their_own_in_the_dark(tmp_path):
    assert 'data-out="rgba(0, 0, 0, 0)"' in dumped(provinces("zh", tmp_path), tmp_path, DARK)

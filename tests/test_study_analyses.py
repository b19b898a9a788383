"""Every kind of analysis can be named in a study file, and a study file can do no more."""

import inspect
from dataclasses import replace
from pathlib import Path
from pkgutil import resolve_name

import pytest

from corpora import make_corpus
from policytext import read_texts
from policytext.errors import ParameterError, StudyError
from policytext.study.analyses import ANALYSES, _unfitting, analyse, check_analyses
from policytext.study.bench import Bench
from policytext.study.settings import AnalysisSettings, WordSettings

TERMS = ["医共体", "医养结合"]
SURE = {"province_certainty": "certain", "year_certainty": "certain"}
WORDS = "推进县域医共体建设，完善分级诊疗制度。发展医养结合服务，新增护理型养老床位{}张。"

TOLD: dict[str, dict] = {
    "adjusted_rates": {"terms": TERMS, "adjust": ["year"], "mix": True},
    "collocations": {"min_count": 2},
    "concordance": {"terms": TERMS},
    "cooccurrence": {"terms": [*TERMS, "分级诊疗"]},
    "term_totals": {"terms": TERMS},
    "crosstab": {"first": "province", "second": "themes", "mix": True},
    "dispersion": {"terms": TERMS, "mix": True},
    "distances": {"mix": True, "n_splits": 3, "n_permutations": 9},
    "hazard": {"term": "医共体"},
    "keyness": {"mix": True},
    "keyword_shares": {"words": ["医养结合"], "periods": [[2015, 2019], [2020, 2024]]},
    "narratives": {"term": "医共体"},
    "profile": {"region": "河北省", "terms": TERMS, "mix": True},
    "reuse_effects": {"pair": "borders"},
    "robustness": {"terms": TERMS, "vary": ["dictionary", "segmenter", "topics"], "n_topics": [2]},
    "spread": {"term": "医共体"},
    "stability": {"n_topics": 2, "n_refits": 2},
    "stored_topic_model": {"folder": "reference"},
    "term_status": {"terms": TERMS},
    "topic_paragraphs": {"n_topics": 2, "min_words": 2},
    "topic_quality": {"n_topics": 2},
    "topic_shares": {"n_topics": 2},
    "topics": {"n_topics": 2},
    "trend_tests": {"terms": TERMS, "mix": True},
    "trends": {"terms": TERMS, "mix": True},
    "word_totals": {"words": ["医养结合"], "how": "strings"},
}


def made_bench(years, provinces):
    """Return made reports, one a year, of provinces in turn."""
    other = ["农业农村现代化加快推进，粮食产量稳定。", "财政收入增长，工业企业效益改善。"]
    reports = [
        {
            "texts": [WORDS.format(10 + i), *other[: 1 + i % 2], f"文化旅游融合发展，第{i}次。"],
            "province": provinces[i % len(provinces)],
            "year": 2015 + i,
            "genre": "工作总结",
            "level": "province",
            **SURE,
        }
        for i in range(years)
    ]
    return Bench(make_corpus(reports), WordSettings(), 1, Path(__file__).parent)


def told_bench():
    """Two provinces that name the concept in their second report and tell of a problem."""
    said = [
        "推进改水。",
        "组建医共体2个。\n二、存在的困难和问题\n基层医生数量不足。\n三、工作安排\n引进基层医生9名。",
    ]
    texts = {
        f"{place}{year}.txt": f"{place}{year}年政府工作报告\n一、{year - 1}年工作回顾\n{one}"
        for place in ("浙江省", "安徽省")
        for year, one in zip((2018, 2019), said, strict=True)
    }
    return Bench(read_texts(texts), WordSettings(), 1, Path(__file__).parent)


@pytest.fixture(scope="module")
def bench():
    """Ten made reports of two provinces in ten years."""
    return made_bench(10, ["河北省", "湖南省"])


def settings(kind, **parameters):
    where = parameters.pop("where", "")
    return AnalysisSettings(id="x", kind=kind, where=where, parameters=parameters)


@pytest.mark.slow
@pytest.mark.parametrize("kind", sorted(ANALYSES))
def test_every_kind_runs(bench, kind):
    made = made_bench(2, ["河北省"]) if kind.startswith("promise") else bench
    made = told_bench() if kind in ("hazard", "problems") else made
    result = analyse(made, settings(kind, **TOLD.get(kind, {})))
    assert set(map(str, result.table.columns)) <= set(result.columns)
    assert result.method.text.zh and result.title.en


def test_terms_below_a_named_one_are_counted_in_it_and_not_shown(bench):
    result = analyse(bench, settings("trends", **TOLD["trends"], by="province"))
    assert set(result.table["term"]) == set(TERMS)
    assert result.table.set_index(["term", "province"]).at[("医共体", "河北省"), "hits"] == 5
    shown = result.evidence
    assert shown["row_id"].max() < len(result.table)
    assert result.explain(0)["text"].str.contains("医共体").all()


def test_reports_are_chosen_by_columns_only(bench):
    chosen = analyse(bench, settings("coverage", where="province == '河北省' and year >= 2017"))
    assert chosen.table["reports"].sum() == 4
    for query in (
        "@__import__('os').system('true')",
        "year.__class__ == 1",
        "@pd.eval('1')",
        "title.to_csv('x.py', index=False, header=False) == 0",
    ):
        with pytest.raises(ParameterError, match="a condition may compare columns with values"):
            bench.corpus.subset(query)
        with pytest.raises((StudyError, ParameterError), match="a condition may compare"):
            analyse(bench, settings("coverage", where=query))


def test_a_table_in_the_file_changes_settings_of_a_function(bench):
    told = {**TOLD["keyness"], "settings": {"n_resamples": 20}}
    assert analyse(bench, settings("keyness", **told)).parameters["n_resamples"] == 20


@pytest.mark.parametrize("kind", sorted(ANALYSES))
def test_what_the_bench_fills_in_is_what_the_function_takes(kind):
    function = resolve_name(ANALYSES[kind].function)
    assert set(ANALYSES[kind].given) <= set(inspect.signature(function).parameters)
    assert set(ANALYSES[kind].needed) <= set(ANALYSES[kind].known)
    assert set(TOLD.get(kind, {})) <= set(ANALYSES[kind].known)


@pytest.mark.parametrize(
    ("kind", "parameters", "words"),
    [
        ("weather", {}, "unknown kind 'weather'"),
        ("trends", {}, "needs the parameter 'terms'"),
        ("trends", {"terms": TERMS, "colour": 1}, "colour"),
        ("coverage", {"by": ["colour"]}, "colour"),
        ("topics", {"n_topics": 2, "nwords": 3}, "'nwords'.*did you mean 'n_words'"),
        ("topics", {}, "needs the parameter 'n_topics'"),
        ("keyness", {"settings": {"n_draws": 3}}, "settings must be of .*'n_resamples'"),
        ("term_totals", {"match": "all"}, "'match', which 'term_totals' does not take"),
        ("word_totals", {"words": ["x"], "how": "ideas"}, "how must be"),
    ],
)
def test_what_is_wrong_is_said(bench, kind, parameters, words):
    with pytest.raises(StudyError, match=words):
        analyse(bench, settings(kind, **parameters))


@pytest.mark.parametrize(
    ("shape", "value", "wanted"),
    [
        ("str | Sequence[str] | None", 3, "a text or a list of texts"),
        ("Sequence[str]", [["医共体"]], "a list of texts"),
        ("int", "5", "a number"),
        ("float", True, "a number"),
        ("bool", 1, "true or false"),
        ("bool", True, ""),
        ("Sequence[str]", ["医共体"], ""),
        ("Counts | None", 3, ""),
    ],
)
def test_values_of_a_wrong_kind_are_named(shape, value, wanted):
    assert _unfitting(shape, value) == wanted


def test_own_themes_are_coded_by_their_cues_and_never_by_the_classifier(tmp_path):
    own = 'name: own\nversion: "1"\nthemes:\n  - {id: bed, label_zh: 床位, cues: [养老床位]}\n'
    (tmp_path / "own.yaml").write_text(own, encoding="utf-8")
    bench = replace(made_bench(2, ["河北省"]), folder=tmp_path)
    named = {"codebook": "own.yaml", "by": "province"}
    found = analyse(bench, settings("themes", **named, coded_by="dictionary")).table
    assert found[["theme", "n_coded"]].to_numpy().tolist() == [["bed", 2]]
    with pytest.raises(StudyError, match='write coded_by = "dictionary"'):
        analyse(bench, settings("themes", **named))
    with pytest.raises(StudyError, match=r"coded_by must be one of .*, got 'cues'"):
        check_analyses([settings("themes", coded_by="cues")])

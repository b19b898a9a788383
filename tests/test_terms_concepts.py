"""The term table: what it accepts, what it refuses in words, and what the shipped one holds."""

import re

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from policytext import TermTable, load_terms
from policytext.data import read_table
from policytext.errors import ParameterError, ReadingError
from policytext.terms.concepts import as_terms, literal_terms, variants_of


@pytest.fixture(scope="module")
def shipped() -> TermTable:
    return load_terms()


def test_ships_enough_terms_in_families_with_labels_in_both_languages(shipped):
    concepts = shipped.concept_table()
    assert len(shipped.terms) >= 150
    assert concepts["family"].nunique() >= 15
    assert (concepts["label_en"].str.len() > 0).all()
    assert concepts["label_en"].map(str.isascii).all()
    assert concepts["label_en"].is_unique


def test_every_source_is_listed_and_every_first_year_is_its_documents_year(shipped):
    sources = read_table("terms_sources.csv").set_index("key")
    assert sources.index.is_unique
    assert set(shipped.table["source"]) <= set(sources.index)
    own = shipped.table[shipped.table["term"] == shipped.table["concept"]]
    assert (own["since"] != "").all(), "a concept has the year of its document, or unknown"
    dated = shipped.table[~shipped.table["since"].isin(["", "unknown"])]
    assert len(dated) >= 60
    for row in dated.to_dict("records"):
        source = sources.loc[row["source"]]
        assert row["since"] == source["year"] or row["since"] in source["note"], row["term"]


def test_a_term_inside_another_is_below_it_or_excluded(shipped):
    """Then a concept has the same count alone and with the whole table."""
    rows = shipped.table
    concept = dict(zip(rows["term"], rows["concept"], strict=True))
    line = {c: {c, *shipped.ancestors(c)} for c in shipped.concepts}
    excluded = dict(zip(rows["term"], rows["exclusions"].str.split("|"), strict=True))
    for short in shipped.terms:
        for long in shipped.terms:
            if short != long and short in long and concept[short] not in line[concept[long]]:
                assert any(e and e in long for e in excluded[short]), (short, long)


def test_regional_variants_are_provinces_named_in_full(shipped):
    provinces = set(read_table("regions/provinces.csv")["name"])
    named = {p for cell in shipped.table["region_variant"] for p in cell.split("|") if p}
    assert named and named <= provinces
    stands = variants_of(shipped)["医共体"]
    assert dict(stands)["城市医疗集团"] == ("北京市",)
    assert {"上海市", "天津市"} <= set(dict(stands)["医联体"])


@pytest.mark.parametrize(
    ("term", "concept"),
    [
        ("健康脱贫", "健康扶贫"),
        ("县域医疗卫生共同体", "医共体"),
        ("县域医疗服务共同体", "医共体"),
        ("合疗", "新农合"),
        ("方案生育", "计划生育"),
        ("母婴平安", "母婴安全"),
        ("集采", "带量采购"),
    ],
)
def test_forms_of_one_programme_are_pooled(shipped, term, concept):
    known = dict(zip(shipped.table["term"], shipped.table["concept"], strict=True))
    assert known[term] == concept


@pytest.mark.parametrize(
    ("term", "concept", "above"),
    [
        ("HPV疫苗", "HPV疫苗", ("疫苗",)),
        ("藏医", "藏医药", ("民族医药",)),
        ("重性精神病", "严重精神障碍", ("精神障碍",)),
        ("院前医疗急救", "院前急救", ("急救",)),
        ("注册护士", "注册护士", ()),
    ],
)
def test_a_narrower_thing_is_a_concept_below_and_no_other_name(shipped, term, concept, above):
    known = dict(zip(shipped.table["term"], shipped.table["concept"], strict=True))
    assert known[term] == concept
    assert shipped.ancestors(concept) == above


def test_themes_are_those_of_the_codebook(shipped):
    known = set(load_themes())
    assert set(shipped.table["theme"]) - {""} <= known
    assert len(set(shipped.table["theme"]) - {""}) == 22


def load_themes() -> list[str]:
    import yaml

    from policytext.data import data_path

    book = yaml.safe_load(data_path("codebooks/health-themes.yaml").read_text(encoding="utf-8"))
    return [theme["id"] for theme in book["themes"]]


@pytest.mark.shared
def test_every_cue_term_of_the_codebook_is_in_the_table(shipped, shared):
    lines = (shared / "codebook.md").read_text(encoding="utf-8").splitlines()
    cues = set()
    for line in lines:
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) == 6 and re.fullmatch(r"`\w+`", cells[0]) and cells[0] != "`general`":
            cues |= {re.sub(r"\(.*?\)", "", cue) for cue in re.split(r"[,/] ?", cells[5])}
    assert len(cues) > 80
    assert cues <= set(shipped.terms), cues - set(shipped.terms)


def test_reads_what_excel_writes(tmp_path):
    table = pd.DataFrame({"term": ["某工程"], "concept": ["某工程"], "since": [2015.0]})
    table.to_csv(tmp_path / "mine.csv", index=False, encoding="utf-8-sig")
    table.to_excel(tmp_path / "mine.xlsx", index=False)
    with pytest.raises(ParameterError, match=r"since must be a year such as 2015.*'2015\.0'"):
        load_terms(tmp_path / "mine.csv")
    table["since"] = "2015"
    table.to_csv(tmp_path / "mine.csv", index=False, encoding="utf-8-sig")
    for name in ("mine.csv", "mine.xlsx"):
        assert load_terms(tmp_path / name).concept_table()["since"].tolist() == [2015]


def test_saves_and_reads_back_the_same(tmp_path, shipped):
    again = load_terms(shipped.save(tmp_path / "terms.csv"))
    assert again.digest == shipped.digest
    assert (tmp_path / "terms.csv").read_bytes().startswith(b"\xef\xbb\xbf")


def test_says_where_no_table_is(tmp_path):
    with pytest.raises(ReadingError, match=r"no term table at .*none\.csv"):
        load_terms(tmp_path / "none.csv")


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([("甲词", "甲词"), ("甲词", "甲词")], r"row 3, '甲词': the same term stands in row 2"),
        ([("甲 词", "甲 词")], "has a stray space"),
        ([("甲词 ", "甲词 ")], "has a stray space"),
        ([("ＤＲＧ", "ＤＲＧ")], "full-width .* write 'DRG'"),
        ([("互联网﹢", "互联网﹢")], r"write '互联网\+'"),
        ([("", "甲词")], "the term is empty"),
        ([("甲词", "")], "the concept is empty"),
        ([("甲词", "乙词")], "its concept '乙词' has no row of its own"),
    ],
)
def test_refuses_slips_of_the_pen(rows, words):
    with pytest.raises(ParameterError, match=words):
        TermTable(pd.DataFrame(rows, columns=["term", "concept"]))


def test_refuses_unknown_parents_cycles_and_odd_exclusions():
    def table(**columns):
        return pd.DataFrame({"term": ["甲词", "乙词"], "concept": ["甲词", "乙词"], **columns})

    with pytest.raises(ParameterError, match="unknown parent '丙词'"):
        TermTable(table(parent=["丙词", ""]))
    with pytest.raises(ParameterError, match=r"'甲词' is its own ancestor .甲词 > 乙词 > 甲词"):
        TermTable(table(parent=["乙词", "甲词"]))
    with pytest.raises(ParameterError, match="exclusion '丁' must be longer"):
        TermTable(table(exclusions=["丁", ""]))
    with pytest.raises(ParameterError, match="variant_of '丙词' is no concept"):
        TermTable(table(variant_of=["丙词", ""]))
    with pytest.raises(ParameterError, match=r"must have the columns 'term' and 'concept'"):
        TermTable(pd.DataFrame({"word": ["甲词"]}))


def test_the_callers_table_is_not_changed():
    given_table = pd.DataFrame({"term": ["甲词"], "concept": ["甲词"]})
    TermTable(given_table)
    assert list(given_table.columns) == ["term", "concept"]


def test_select_takes_concepts_with_all_below_forms_alone_and_words_of_ones_own(shipped):
    chosen = shipped.select(["医共体", "县域医共体", "某某行动"])
    assert "紧密型县域医共体" in chosen.concepts
    assert chosen.ancestors("县域医共体") == ("医共体",)
    assert (
        chosen.table.set_index("term").loc["某某行动", "note"].startswith("not in the term table")
    )
    alone = shipped.select(["紧密型县域医共体"])
    assert alone.ancestors("紧密型县域医共体") == ()
    assert as_terms(chosen) is chosen


def test_select_takes_a_string_as_one_word_and_refuses_what_is_no_list(shipped):
    assert shipped.select("医共体").concepts == shipped.select(["医共体"]).concepts
    with pytest.raises(ParameterError, match="a list of words or a TermTable, got int"):
        shipped.select(3)
    with pytest.raises(ParameterError, match="one or more non-empty words"):
        shipped.select([])
    with pytest.raises(ParameterError, match=r"got \['甲'\] more than once"):
        shipped.select(["甲", "甲"])


@given(st.lists(st.text(min_size=1, max_size=6).filter(str.strip), min_size=1, unique=True))
def test_any_words_can_be_counted_literally(words):
    assert literal_terms(words).concepts == tuple(words)


def test_a_saved_table_is_neutralised_and_read_back(tmp_path):
    table = pd.DataFrame({"term": ["医共体"], "concept": ["医共体"], "note": ["=1+1"]})
    path = TermTable(table).save(tmp_path / "terms.csv")
    assert "'=1+1" in path.read_text(encoding="utf-8-sig")
    assert load_terms(path).table["note"].tolist() == ["=1+1"]


def test_a_text_is_no_term():
    with pytest.raises(ParameterError, match=r"may have 200 characters, got 1,000"):
        load_terms().select(["医" * 1000])

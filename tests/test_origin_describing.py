"""Cases of our own, arbitrary text, and the real reports whose places and years are known."""

import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policytext.origin.claims import ReportView
from policytext.origin.describing import claim_origin
from policytext.origin.kind import doc_types
from policytext.records import CERTAINTIES, GENRES, LEVELS

CASES = [
    json.loads(line)
    for line in (Path(__file__).parent / "cases" / "origin.jsonl")
    .read_text(encoding="utf-8")
    .splitlines()
]
RANK = {"stated": 3, "certain": 3, "likely": 2, "unknown": 1}
EXPECTATION = re.compile(r"(?P<field>\w+)(?P<sign>!=|<=|=)(?P<value>\S+)(?: (?P<certainty>\w+))?")


def view(case):
    return ReportView(
        case["title"],
        case["text"],
        file_name=case.get("file_name", ""),
        compilation_title=case.get("compilation_title", ""),
        alone=case.get("alone", True),
        damage=frozenset(case.get("damage", ())),
    )


def holds(origin, expectation):
    """Whether an expectation holds: ``field=value certainty`` asks for at least that certainty."""
    field, sign, value, certainty = EXPECTATION.fullmatch(expectation).groups()
    found = getattr(origin, field)
    if sign == "<=":
        return RANK[found] <= RANK[value]
    same = ("unknown" if found in (None, "") else str(found)) == value
    sure = certainty is None or RANK[getattr(origin, f"{field}_certainty")] >= RANK[certainty]
    return (same and sure) if sign == "=" else not (same and sure)


@pytest.mark.parametrize(
    "case",
    [
        pytest.param(
            case,
            id=case["id"],
            marks=[pytest.mark.xfail(reason=case["xfail"], strict=True)] if "xfail" in case else [],
        )
        for case in CASES
    ],
)
def test_case(case):
    origin = claim_origin(view(case))
    missed = [e for e in case["expect"] if not holds(origin, e)]
    assert not missed, (missed, origin)


def test_cases_are_many_and_half_were_written_first():
    before = sum(case["written"] == "before rules" for case in CASES)
    assert len(CASES) >= 60
    assert before >= 30
    assert len({case["id"] for case in CASES}) == len(CASES)


POLICY_TEXT = st.lists(
    st.sampled_from(
        [
            "我县",
            "2019年",
            "赴湖北",
            "青田县",
            "工作总结",
            "\n",
            "。",
            "xx市",
            "‹YEAR›年",
            "皖政办〔2016〕12号",
            "苏木",
        ]
    )
    | st.text(max_size=8)
).map("".join)


@given(title=POLICY_TEXT, text=POLICY_TEXT)
def test_arbitrary_text_gives_valid_fields_and_words_where_they_stand(title, text):
    origin = claim_origin(ReportView(title, text))
    assert origin.genre in GENRES
    assert origin.level in LEVELS
    assert origin.doc_type in ("", *doc_types())
    for column in ("year", "province", "city", "county"):
        assert getattr(origin, f"{column}_certainty") in CERTAINTIES
    half = str.maketrans("０１２３４５６７８９", "0123456789")
    for claim in origin.claims:
        where = {"title": title, "text": text}.get(claim.place, "").translate(half)
        if claim.start >= 0 and claim.words:
            assert where[claim.start : claim.end].strip() == claim.words.strip()


def test_the_same_report_gives_the_same_claims():
    report = view(CASES[0])
    assert claim_origin(report).claims == claim_origin(report).claims


def test_a_title_repeated_in_the_text_is_read_once():
    plain = claim_origin(ReportView("青田县2021年工作总结", "2021年,我县继续推进医改。"))
    doubled = claim_origin(
        ReportView("青田县2021年工作总结", "青田县2021年\n工作总结\n2021年,我县继续推进医改。")
    )
    assert (doubled.year, doubled.county) == (plain.year, plain.county)
    assert {c.place for c in doubled.claims if c.words == "青田县"} == {"title"}


def _dechunked(text):
    return re.sub(r"\n+\d{1,2}、", "", text)


def _seed_text(lines, file, start, stop, number):
    if file.startswith("002"):
        whole = _dechunked("\n".join(lines[19:50]))
        cut = whole.index("篇二:")
        text = whole[:cut] if number == 1 else whole[cut:]
    else:
        text = "\n".join(lines[start:stop])
    if file[:3] in {"000", "002"}:
        text = re.sub(r"^1、", "", _dechunked(text))
        text = re.sub(r" (?=[一二三四五六七八九]、|\([一二三四五六七八九]\)|\d、)", "\n", text)
        text = re.sub(r" (?=xxx卫生局 二0|中共子长|子长县位于|各位领导|篇)", "\n", text)
    return re.sub(r"\n+", "\n", text)


DAMAGE = {"000": {"years_collapsed"}, "001": {"masked_years"}, "002": {"year_digits_deleted"}}
PAGE_TITLES = {"002": "2021医改工作总结", "004": "关于卫生健康局2023年下半年工作计划【三篇】"}


@pytest.fixture(scope="module")
def seeds(shared):
    """Gold row and origin of the 24 reports, cut at the gold boundaries."""
    gold = json.loads((shared / "gold" / "components.json").read_text(encoding="utf-8"))
    out = []
    for number, row in enumerate(gold):
        file = row["file"]
        lines = (shared / "corpus" / "seeds" / file).read_text(encoding="utf-8").split("\n")
        after = gold[number + 1] if number + 1 < len(gold) else None
        stop = after["start_line"] - 1 if after and after["file"] == file else len(lines)
        text = _seed_text(lines, file, row["start_line"] - 1, stop, row["index"])
        title = re.sub(r"\s*\(content.*|\(篇.\)", "", row["title"])
        report = ReportView(
            title,
            text,
            file_name=file,
            compilation_title=PAGE_TITLES.get(file[:3], ""),
            alone=file[:3] in {"000", "003"},
            damage=frozenset(DAMAGE.get(file[:3], ())),
        )
        out.append((row, claim_origin(report)))
    return out


@pytest.mark.shared
def test_provinces_of_the_seeds(seeds):
    for row, origin in seeds:
        wanted = row["region_inferred"].split("/")[0]
        label = f"{row['file'][:3]}-{row['index']}"
        if origin.province_certainty == "certain":
            assert origin.province == wanted, label
        if row["region_certainty"] == "certain" and wanted != "全国":
            assert origin.province_certainty == "certain", label
        if row["region_certainty"] == "likely" or wanted == "全国":
            assert origin.province == wanted, label


@pytest.mark.shared
def test_years_of_the_seeds(seeds):
    for row, origin in seeds:
        label = f"{row['file'][:3]}-{row['index']}"
        if row["year"] is not None:
            assert origin.year == row["year"], label
        else:
            assert origin.year_certainty != "certain", label


@pytest.mark.shared
def test_provincial_reports(shared):
    docx = pytest.importorskip("docx")
    files = sorted((shared / "corpus" / "provinces-2025").glob("*.docx"))
    assert len(files) == 31
    found = set()
    for file in files:
        lines = [p.text for p in docx.Document(str(file)).paragraphs if p.text.strip()]
        origin = claim_origin(ReportView(lines[0], "\n".join(lines[1:]), file_name=file.name))
        named = re.search(r"年(.+?)政府", file.name).group(1)
        assert origin.province.startswith(named[:2]), file.name
        assert (origin.province_certainty, origin.level) == ("certain", "province"), file.name
        assert (origin.year, origin.year_certainty) == (2025, "certain"), file.name
        assert (origin.genre, origin.period_start) == ("工作报告", "2024-01-01"), file.name
        found.add(origin.province)
    assert len(found) == 31


@pytest.mark.shared
@pytest.mark.slow
def test_cut_and_masked_provincial_reports_are_never_certainly_elsewhere(shared):
    """Six paragraphs from the middle, the province's own name masked: no wrong "certain"."""
    docx = pytest.importorskip("docx")
    certain = 0
    for file in sorted((shared / "corpus" / "provinces-2025").glob("*.docx")):
        lines = [p.text.strip() for p in docx.Document(str(file)).paragraphs if p.text.strip()]
        named = re.search(r"年(.+?)政府", file.name).group(1)
        short = named[:3] if named[:2] in {"黑龙", "内蒙"} else named[:2]
        own = re.compile(short + "(?:省|市|(?:壮族|回族|维吾尔)?自治区)?")
        for start in range(6, len(lines) - 6, 6):
            text = own.sub("xx", "\n".join(lines[start : start + 6]))
            origin = claim_origin(ReportView("", text))
            if origin.province_certainty == "certain":
                assert origin.province.startswith(short), (file.name, start, origin.province)
                certain += 1
    assert certain > 40


@pytest.mark.shared
def test_state_council_reports(shared):
    path = shared / "corpus" / "state-council" / "gov_reports1954-2022.txt"
    right = 0
    for line in path.read_text(encoding="utf-8").splitlines():
        year, _, text = line.partition("\t")
        origin = claim_origin(ReportView("", text.replace("\u3000\u3000", "\n").strip()))
        assert (origin.level, origin.province) == ("national", "全国"), year
        assert origin.year in {int(year), None}, year
        right += origin.year == int(year)
    assert right >= 50

"""Do API, `select`, study file, expected table and page give one answer to one question?"""

import re
from pathlib import Path

import pandas as pd
import pytest

from policytext import load_study, load_terms, region_distances, run_study, term_status, trends
from policytext.report import html_table, table_on_page

STUDIES = Path(__file__).parents[1] / "studies"
SHIPPED = ("sample", "seeds", "state-council", "provinces-2025")
ASKED = ("trends", "term_status", "distances")
CALLS = {"trends": trends, "term_status": term_status}
COUNTED = {
    "trends": ["status", "hits", "n_reports"],
    "term_status": ["status", "n", "n_other", "n_reports"],
    "distances": ["distance", "noise_high", "above_noise"],
}

pytestmark = pytest.mark.slow


def shortened(name: str, folder: Path) -> Path:
    """Write the study with only the analyses that are asked for here, its paths absolute."""
    place = STUDIES / name
    head, *blocks = re.split(r"(?m)^(?=\[\[)", (place / "study.toml").read_text(encoding="utf-8"))
    kinds = "|".join(ASKED)
    kept = [
        block
        for block in blocks
        if block.startswith("[[analysis]]") and re.search(rf'kind = "({kinds})"', block)
    ]
    root = place.parents[1].as_posix()
    head = head.replace('"../../', f'"{root}/')
    file = folder / "study.toml"
    file.write_text(head + "".join(kept), encoding="utf-8")
    return file


@pytest.fixture(scope="module", params=SHIPPED)
def answered(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp(request.param)
    file = shortened(request.param, folder)
    run = run_study(file, out=folder / "out", progress=False)
    page = (folder / "out" / "report.html").read_text(encoding="utf-8")
    return request.param, load_study(file), run, page


def plain(table: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    """Return columns as text that a CSV holds too, numbers with six digits."""
    out = table[columns].reset_index(drop=True).copy()
    for name in columns:
        numbers = pd.to_numeric(out[name], errors="coerce")
        if numbers.notna().any():
            out[name] = ["" if pd.isna(n) else f"{n:.6g}" for n in numbers]
        else:
            out[name] = out[name].astype("str").fillna("")
    return out


def from_the_api(kind: str, corpus, parameters, terms) -> pd.DataFrame:
    if kind == "distances":
        return region_distances(corpus, **parameters, random_state=20260101).table
    rest = {key: value for key, value in parameters.items() if key != "terms"}
    table = CALLS[kind](corpus, terms, **rest).table
    named = "term" if kind == "trends" else "concept"
    return table[table[named].isin(parameters["terms"])].reset_index(drop=True)


def test_every_door_gives_the_same_counts_statuses_and_distances(answered):
    name, study, run, page = answered
    asked = [a for a in study.analysis if a.id in run.results]
    assert asked, "no analysis was run"
    for settings in asked:
        kind, ours = settings.kind, run.results[settings.id]
        columns = [c for c in COUNTED[kind] if c in ours.table.columns]
        expected = pd.read_csv(
            STUDIES / name / "expected" / f"{settings.id}.csv", encoding="utf-8-sig"
        )
        study_says = plain(ours.table, columns)
        pd.testing.assert_frame_equal(study_says, plain(expected, columns), check_dtype=False)
        doors = {"api": None}
        if kind != "distances":
            doors = {
                "names": settings.parameters["terms"],
                "select": load_terms().select(settings.parameters["terms"]),
                "whole table": None,
            }
        for door, terms in doors.items():
            table = from_the_api(kind, run.corpus, settings.parameters, terms)
            if kind == "term_status" and door == "whole table":
                order = {term: i for i, term in enumerate(settings.parameters["terms"])}
                table = table.sort_values(
                    "concept", key=lambda c, o=order: c.map(o), kind="stable"
                ).reset_index(drop=True)
            says = plain(table, columns)
            if kind != "distances" and door != "select":
                keys = ["term" if kind == "trends" else "concept"]
                says = says.loc[_order(table, ours.table, keys[0])].reset_index(drop=True)
            pd.testing.assert_frame_equal(says, study_says, obj=f"{name} {settings.id} by {door}")
        shown = table_on_page(ours, study.language, {})
        empty = {c for c in ours.table.columns if ours.table[c].isna().all()}
        assert {*columns} - empty <= {*shown.columns}
        tables = [
            str(html_table(shown, language=study.language, number=n, opens=opens))
            for n in range(9)
            for opens in (False, True)
        ]
        assert any(table in page for table in tables), (
            f"{settings.id}: the page shows another table"
        )


def _order(table: pd.DataFrame, like: pd.DataFrame, column: str) -> list[int]:
    """Return row numbers that bring terms into the order of another table."""
    place = {term: i for i, term in enumerate(dict.fromkeys(like[column]))}
    return sorted(range(len(table)), key=lambda row: (place[table[column].iloc[row]], row))


def test_a_variant_is_another_name_at_every_door(answered):
    name, _, run, _ = answered
    if name != "provinces-2025":
        pytest.skip("the census of provinces has the variants")
    names = ["医共体"]
    for terms in (names, "医共体", load_terms().select(names), " 医共体 "):
        status = term_status(run.corpus, terms).table.query("concept == '医共体'")
        rates = trends(run.corpus, terms, by="province").table.query("term == '医共体'")
        assert (status["status"] == "other name").sum() == 5
        assert (rates["status"] == "other name").sum() == 5

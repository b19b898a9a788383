"""The labelled clauses: their form, and how well the rules read them."""

import pytest

from corpora import make_corpus
from policytext import read_corpus, read_statements
from policytext.errors import NotEnoughDataError
from policytext.statements.checking import clause_digest
from policytext.statements.scoring import measure_reading, read_statement_labels


def test_labels_are_places_and_fields_without_text():
    labels = read_statement_labels()
    assert len(labels) == 200
    assert set(labels["phase"]) <= {"", "reviewed", "planned", "problem"}
    assert set(labels["status"]) <= {"", "done", "under_way", "planned", "mention"}
    assert "text" not in labels.columns
    assert "clause" not in labels.columns


def test_agreement_is_counted_as_planted():
    made = make_corpus([{"texts": ["建成医共体3个。"]}])
    label = {
        "corpus": "made",
        "doc_id": "d0",
        "para_no": 0,
        "start": 0,
        "end": 7,
        "sha256": clause_digest("建成医共体3个"),
        "phase": "reviewed",
        "status": "planned",
        "scope": ["full"],
        "figures": [{"value": "3", "unit": "个", "kind": "target", "mark": ""}],
        "actor": [],
        "instrument": ["organisation"],
        "quotation": [],
        "held_out": False,
    }
    labels = read_statement_labels().iloc[:0]
    labels.loc[0] = label
    statements = {"made": read_statements(made, ["医共体"])}
    table = measure_reading(statements, held_out=False, labels=labels).set_index("field")
    assert table["right"].to_dict() == {
        "phase": 1,
        "status": 0,
        "scope": 0,
        "figures": 1,
        "figures_with_kind": 0,
        "actor": 0,
        "instrument": 1,
        "quotation": 0,
    }
    with pytest.raises(NotEnoughDataError, match="no labelled clause"):
        measure_reading(statements, held_out=True, labels=labels)


@pytest.fixture(scope="module")
def measured(shared):
    folder = shared / "corpus"
    state = folder / "state-council" / "gov_reports1954-2022.txt"
    corpora = {
        "seeds": read_corpus(folder / "seeds", progress=False),
        "provinces": read_corpus(folder / "provinces-2025", progress=False),
        "state": read_corpus(state, columns={"year": 0, "text": 1}, progress=False),
    }
    statements = {name: read_statements(corpus) for name, corpus in corpora.items()}
    return {half: measure_reading(statements, held_out=half) for half in (False, True)}


@pytest.mark.shared
@pytest.mark.slow
@pytest.mark.parametrize("held_out", [False, True])
def test_labelled_clauses_are_read_as_the_card_says(measured, held_out):
    table = measured[held_out].set_index("field")
    assert (table["clauses"] >= 95).all()
    for field in ("phase", "status", "figures"):
        assert table.loc[field, "precision"] >= 0.93
        assert table.loc[field, "recall"] >= 0.91
    assert table.loc["instrument", "precision"] >= 0.8

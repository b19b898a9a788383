"""Profiles of themes on a real corpus and on one made by hand."""

from __future__ import annotations

import numpy as np
import pytest

from policytext import code_by_cues, load_theme_classifier, load_theme_errors, theme_profile
from policytext.errors import ParameterError
from policytext.themes.coding import silver_coding

pytestmark = pytest.mark.shared


@pytest.fixture(scope="module")
def seeds(shared):
    from policytext import read_corpus

    return read_corpus(shared / "corpus" / "seeds")


def test_every_labelled_unit_is_found_in_the_corpus(seeds) -> None:
    coding = silver_coding(seeds)
    assert coding["row"].nunique() >= 225
    assert set(coding["source"]) == {"silver labels"}
    with pytest.raises(ParameterError, match="adjudicated, coder_a or coder_b"):
        silver_coding(seeds, "coder_c")


def test_labelled_paragraphs_are_profiled_from_their_labels(seeds) -> None:
    labels = silver_coding(seeds)
    coding = load_theme_classifier().code(seeds)
    result = theme_profile(
        seeds, coding, "source_id", labels=labels, errors=load_theme_errors("seeds")
    )
    table = result.table
    assert len(table) == table["group"].nunique() * 24
    known = table.dropna(subset=["share"])
    assert (known["low"] <= known["share"]).all() and (known["share"] <= known["high"]).all()
    open_groups = known[(known["n_labelled"] < known["n_paragraphs"])]
    assert (open_groups["high"] > open_groups["low"]).all()
    assert table["share_coded"].between(0, 1).all()
    said = " ".join(c.en for c in result.cautions)
    assert (
        "large language model" in said and "alike in all groups" in said and "tiered_care" in said
    )


def test_explain_leads_to_the_paragraphs_of_group_and_theme(seeds) -> None:
    coding = load_theme_classifier().code(seeds)
    result = theme_profile(seeds, coding, "source_id")
    row = int(result.table["n_coded"].idxmax())
    found = result.explain(row)
    assert len(found) == result.table.loc[row, "n_coded"]
    assert (
        result.table.loc[row, "share"] != result.table.loc[row, "share"]
    )  # not corrected: missing
    assert "not corrected" in " ".join(c.en for c in result.cautions)


def test_a_dictionary_is_called_unvalidated(seeds) -> None:
    result = theme_profile(seeds, code_by_cues(seeds), "source_id")
    assert "unvalidated dictionary" in " ".join(c.en for c in result.cautions)


def test_a_coding_of_another_corpus_is_refused(seeds) -> None:
    coding = code_by_cues(seeds)
    with pytest.raises(ParameterError, match="does not count"):
        theme_profile(seeds, coding.assign(row=coding["row"] + 10_000), "source_id")


def test_figures_are_drawn(seeds) -> None:
    import matplotlib as mpl

    mpl.use("Agg")
    coding = load_theme_classifier().code(seeds)
    many = theme_profile(seeds, coding, "source_id").plot()
    assert len(many.get_yticklabels()) == 5
    one = theme_profile(
        seeds,
        coding.assign(),
        "kind",
        errors=load_theme_errors("seeds"),
        labels=silver_coding(seeds),
    )
    assert np.isfinite(one.table["share_coded"]).all()

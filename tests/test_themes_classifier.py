"""The classifier: planted themes are found, answers explain themselves, a file keeps them."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.base import clone
from sklearn.pipeline import Pipeline
from skops import io

from policytext import (
    Codebook,
    ThemeClassifier,
    load_theme_classifier,
    read_theme_classifier,
    save_theme_classifier,
    text_vectors,
)
from policytext.anatomy.clauses import cut_clauses
from policytext.data import data_path
from policytext.errors import (
    DamagedFileError,
    ModelNotFoundError,
    NotEnoughDataError,
    ParameterError,
)
from policytext.themes import features
from policytext.themes.agreement import micro_f1
from policytext.themes.codebook import Theme
from policytext.themes.coding import label_matrix
from themes_planted import CLAUSES, planted

SHIPPED = "models/themes/health-themes.skops"
TEXTS = [
    "组建两个紧密型县域医共体，统一药品目录和配送。",
    "粮食总产量再创新高。",
    "开展义诊和健康讲座20场。",
]


@pytest.fixture(scope="module")
def fitted() -> ThemeClassifier:
    return ThemeClassifier().fit(*planted())


def test_planted_themes_are_found_in_new_paragraphs(fitted) -> None:
    texts, labels, _ = planted(seed=1)
    found = label_matrix(fitted.predict_labels(texts), fitted.classes_)
    assert micro_f1(label_matrix(labels, fitted.classes_), found) > 0.95
    assert fitted.score(texts, labels) > 0.95


def test_a_theme_in_one_clause_among_many_is_found(fitted) -> None:
    filler = "，".join(CLAUSES["outside"] * 6)
    assert fitted.predict_labels([filler + "，新增托位90个。"]) == [["population_childcare"]]
    assert fitted.predict_labels([filler + "。"]) == [["outside"]]


def test_a_scheme_without_cues_learns_from_characters() -> None:
    themes = tuple(Theme(t, t) for t in CLAUSES)
    texts, labels, reports = planted(240)
    model = ThemeClassifier(Codebook("bare", "1", themes, alone=("outside",)))
    model.fit(texts, labels, reports)
    new, truth, _ = planted(seed=2)
    assert model.score(new, truth) > 0.8


def test_codes_used_alone_are_given_alone_and_every_text_gets_one(fitted) -> None:
    texts = [*planted(60, 3)[0], "", "。。", "Ａ１", "无关"]
    for themes in fitted.predict_labels(texts):
        assert themes and (len(themes) == 1 or not {"outside", "general"} & set(themes))


def test_abstaining_gives_empty_answers_where_confidence_is_low(fitted) -> None:
    texts, _, _ = planted(80, 4)
    confidence = fitted.confidence(texts)
    cut = float(np.median(confidence))
    answers = fitted.predict_labels(texts, abstain_below=cut)
    assert [not a for a in answers] == (confidence < cut).tolist()
    assert all(fitted.predict_labels(texts))


def test_batches_change_nothing(fitted) -> None:
    texts, _, _ = planted(70, 5)
    small = clone(fitted).set_params(batch_size=7)
    small.__dict__.update(
        {k: v for k, v in fitted.__dict__.items() if k.endswith("_") or k[0] == "_"}
    )
    np.testing.assert_allclose(small.predict_proba(texts), fitted.predict_proba(texts), atol=1e-12)


def test_explain_names_the_clause_and_the_cue(fitted) -> None:
    text = "硬化道路40公里，新增托位90个，招引企业12家。"
    told = fitted.explain(text)
    clause = told[told["kind"] == "clause"].iloc[0]
    assert clause["words"] == "新增托位90个" == text[clause["start"] : clause["end"]]
    assert clause["theme"] == "population_childcare" and clause["weight"] > 1
    assert (told["kind"] == "cue").any() and (told["kind"] == "characters").any()


def test_scikit_learn_habits() -> None:
    model = ThemeClassifier(threshold=0.5)
    assert clone(model).get_params()["threshold"] == 0.5
    texts, labels, _ = planted(80)
    pipeline = Pipeline([("themes", model)]).fit(texts, labels)
    assert pipeline.predict(texts).shape == (80, 24)
    assert set(np.unique(pipeline.predict(texts))) == {0, 1}
    before = list(texts)
    model.fit(
        texts, label_matrix(labels, model.codebook_.ids if hasattr(model, "codebook_") else ())
    )
    assert texts == before


def test_fitting_twice_gives_the_same_probabilities() -> None:
    data = planted(100)
    one, two = (ThemeClassifier().fit(*data).predict_proba(data[0]) for _ in range(2))
    assert np.array_equal(one, two)


def test_an_encoder_of_the_user_is_used() -> None:
    texts, labels, reports = planted(120)
    seen = []

    def encoder(batch):
        seen.append(len(batch))
        return np.array([[float("托位" in t), 1.0] for t in batch])

    model = ThemeClassifier(encoder=encoder).fit(texts, labels, reports)
    assert model.score(texts, labels) > 0.9 and sum(seen) >= 240 and model.few_.share == 0.5
    parts = [(text[c.start : c.end], text) for text in texts[:20] for c in cut_clauses(text)]
    alone, whole = (model.predict_proba(one) for one in zip(*parts, strict=True))
    cued = [
        (row, hit.theme)
        for row, (part, _) in enumerate(parts)
        for hit in model._matcher.find(part).hits
        if hit.strong and model._matcher.real[hit.theme]
    ]
    assert len(cued) > 20 and all(alone[at] <= whole[at] + 1e-9 for at in cued)


def test_invented_examples_may_teach_words_and_nothing_else(tmp_path) -> None:
    data = planted(60)
    invented = [(f"沙棘外敷{verb}冻疮。", ["tcm"]) for verb in ("治", "用于", "消", "疗")] * 3
    plain, taught = (ThemeClassifier(words_from=w).fit(*data) for w in ((), invented))
    tcm = list(taught.classes_).index("tcm")
    known, unknown = (m.predict_proba(["沙棘外敷冻疮。"])[0, tcm] for m in (taught, plain))
    assert known > 2 * unknown
    assert np.array_equal(plain.trust_, taught.trust_) and plain.n_positives_ == taught.n_positives_
    again = read_theme_classifier(save_theme_classifier(taught, tmp_path / "m.skops"))
    assert again.words_from == () and np.allclose(again.weights_, taught.weights_, atol=1e-6)
    with pytest.raises(ParameterError, match="'x' of paragraph 0 is not in the codebook"):
        ThemeClassifier(words_from=[("甲", ["x"])]).fit(*data)


def test_too_little_data_and_wrong_input_are_refused_in_words() -> None:
    texts, labels, _ = planted(40)
    with pytest.raises(NotEnoughDataError, match="at least 20 labelled paragraphs"):
        ThemeClassifier().fit(texts[:10], labels[:10])
    with pytest.raises(NotEnoughDataError, match="one report"):
        ThemeClassifier().fit(texts, labels, ["r"] * 40)
    with pytest.raises(ParameterError, match="'医共体' of paragraph 0 is not in the codebook"):
        ThemeClassifier().fit(texts, [["医共体"]] * 40)
    with pytest.raises(ParameterError, match="pass \\[text\\]"):
        load_theme_classifier().predict_labels("一段")
    assert any("tcm" in c for c in ThemeClassifier().fit(texts, labels).cautions_)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.text(max_size=80), max_size=6))
def test_any_text_is_answered_by_the_shipped_model(texts) -> None:
    model = load_theme_classifier()
    probabilities = model.predict_proba(texts)
    assert probabilities.shape == (len(texts), 24)
    assert np.isfinite(probabilities).all()
    assert ((probabilities >= 0) & (probabilities <= 1)).all()
    assert all(model.predict_labels(texts))


@pytest.mark.parametrize(
    ("wide", "narrow"),
    [
        ("组建两个医共体，统一药品配送：粮食增产。", "组建两个医共体,统一药品配送:粮食增产。"),
        ("参保1,200人，报销比例1:2。", "参保1,200人,报销比例1:2。"),
        ("新增床位300张，2个县开诊。", "新增床位300张,2个县开诊。"),
    ],
)
def test_marks_of_either_width_are_read_alike(wide, narrow) -> None:
    one, two = load_theme_classifier().predict_proba([wide, narrow])
    assert np.array_equal(one, two)


def test_figures_with_a_comma_stay_one_figure() -> None:
    model = load_theme_classifier()
    assert not np.array_equal(*model.predict_proba(["医保1,200人", "医保1，200人"]))


def test_the_shipped_file_is_small_and_holds_no_code() -> None:
    path = data_path(SHIPPED)
    assert path.stat().st_size < 5_000_000
    assert io.get_untrusted_types(file=path) == []
    assert b"sklearn" not in path.read_bytes()


def test_written_and_read_back_it_answers_the_same(tmp_path) -> None:
    model = load_theme_classifier()
    again = read_theme_classifier(save_theme_classifier(model, tmp_path / "m.skops"))
    np.testing.assert_allclose(again.predict_proba(TEXTS), model.predict_proba(TEXTS), atol=1e-6)
    assert again.predict_labels(TEXTS) == model.predict_labels(TEXTS)
    assert again.cautions_ == model.cautions_
    assert again.codebook_ == model.codebook_


def test_a_fresh_process_answers_the_same() -> None:
    code = (
        "from policytext import load_theme_classifier as load;"
        f"print(load().predict_labels({TEXTS!r}))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == str(load_theme_classifier().predict_labels(TEXTS))


def test_damaged_missing_and_foreign_files_are_named(tmp_path) -> None:
    with pytest.raises(ModelNotFoundError, match="no theme classifier at"):
        read_theme_classifier(tmp_path / "none.skops")
    cut = tmp_path / "cut.skops"
    cut.write_bytes(data_path(SHIPPED).read_bytes()[:5000])
    with pytest.raises(DamagedFileError, match="damaged"):
        read_theme_classifier(cut)
    other = tmp_path / "other.skops"
    io.dump({"a": 1}, other)
    with pytest.raises(DamagedFileError, match="not a theme classifier"):
        read_theme_classifier(other)


@pytest.mark.parametrize(
    "facts", ["[]", "5", "{}", '{"schema": 3}', '{"schema": 3, "codebook": {"themes": [5]}}', "{"]
)
def test_a_model_that_was_changed_is_a_sentence(tmp_path, facts) -> None:
    path = tmp_path / "changed.skops"
    io.dump({"facts": facts}, path)
    with pytest.raises(DamagedFileError, match="not a theme classifier, or is damaged"):
        read_theme_classifier(path)


def test_a_model_is_saved_with_its_vectors_or_with_the_name_of_its_encoder(tmp_path) -> None:
    texts, labels, _ = planted(40)
    vectors = text_vectors(texts, n_dimensions=2)

    def mine(batch):
        return np.array([[len(t), t.count("医"), 1.0] for t in batch])

    for number, encoder in enumerate((vectors, mine)):
        model = ThemeClassifier(encoder=encoder).fit(texts, labels)
        path = save_theme_classifier(model, tmp_path / f"{number}.skops")
        again = read_theme_classifier(path, encoder=None if encoder is vectors else mine)
        assert np.allclose(again.predict_proba(texts), model.predict_proba(texts), atol=1e-6)
    with pytest.raises(ParameterError, match=r"'mine' .*3 numbers.*not in the file"):
        read_theme_classifier(path)
    with pytest.raises(ParameterError, match="places three test sentences elsewhere"):
        read_theme_classifier(path, encoder=lambda batch: mine(batch)[:, ::-1])
    with pytest.raises(ParameterError, match="needs no encoder"):
        read_theme_classifier(tmp_path / "0.skops", encoder=mine)


def test_the_card_says_silver() -> None:
    card = data_path("models/themes/CARD.md").read_text(encoding="utf-8")
    assert "silver" in card.lower() and "large language model" in card


@pytest.mark.shared
@pytest.mark.slow
def test_the_training_command_makes_the_shipped_model_again(shared, tmp_path) -> None:
    import runpy
    from pathlib import Path

    script = Path(__file__).parents[1] / "models" / "themes" / "train.py"
    runpy.run_path(str(script))["main"](str(shared / "corpus"), str(tmp_path / "again.skops"))
    again = read_theme_classifier(tmp_path / "again.skops")
    shipped = load_theme_classifier()
    np.testing.assert_allclose(again.predict_proba(TEXTS), shipped.predict_proba(TEXTS), atol=1e-4)


def test_the_order_in_which_features_are_computed_changes_no_answer(monkeypatch) -> None:
    model = load_theme_classifier()
    before = model.predict_proba(TEXTS)
    for name in ("pair_features", "context_features"):
        made = getattr(features, name)
        monkeypatch.setattr(features, name, lambda *a, made=made: dict(reversed(made(*a).items())))
    assert list(features.read_evidence(TEXTS, model._matcher).context)[-1] == "log_domain_clauses"
    assert np.array_equal(model.predict_proba(TEXTS), before)


def test_a_model_taught_with_features_unknown_here_is_refused(tmp_path, monkeypatch) -> None:
    path = save_theme_classifier(load_theme_classifier(), tmp_path / "m.skops")
    for name, feature in (("pair_features", "leads"), ("context_features", "no_domain")):
        made = getattr(features, name)
        with monkeypatch.context() as patch:
            patch.setattr(
                features,
                name,
                lambda *a, f=feature, made=made: {k: v for k, v in made(*a).items() if k != f},
            )
            with pytest.raises(DamagedFileError, match=f"does not compute: {feature}; train"):
                read_theme_classifier(path)


def test_a_file_of_another_schema_is_named(tmp_path) -> None:
    io.dump({"facts": '{"schema": 1}'}, tmp_path / "old.skops")
    with pytest.raises(
        DamagedFileError, match="has schema 1, this version reads 3; train it again"
    ):
        read_theme_classifier(tmp_path / "old.skops")

"""All four engines keep one contract: scikit-learn's, rows in place, names, saved and loaded."""

import inspect
import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse
from sklearn.base import clone
from sklearn.linear_model import LogisticRegression
from sklearn.metrics.pairwise import cosine_similarity
from sklearn.pipeline import make_pipeline
from sklearn.utils.estimator_checks import check_estimator
from sklearn.utils.validation import validate_data

from policytext import (
    Counts,
    DmrTopics,
    GibbsTopics,
    LdaTopics,
    NmfTopics,
    TopicModel,
    load_topics,
    save_topics,
    storage,
)
from policytext import topics as package
from policytext.errors import DamagedFileError, NotEnoughDataError, ParameterError, ReadingError
from policytext.inference import match_items
from policytext.storage import sha256_file
from policytext.topics import estimators as module
from policytext.topics.estimators import shares_of
from topic_corpora import planted_topics

SHORT = {"n_sweeps": 200, "n_samples": 5, "thin": 5}
ENGINES = {
    "nmf": NmfTopics(n_topics=4),
    "lda": LdaTopics(n_topics=4, passes=10, chunksize=60),
    "gibbs": GibbsTopics(n_topics=4, **SHORT),
    "dmr": DmrTopics(n_topics=4, **SHORT),
}
CHAIN = {"n_sweeps": 100, "n_samples": 4, "thin": 5}


@pytest.fixture(scope="module")
def data():
    return planted_topics(seed=1)


@pytest.fixture(params=list(ENGINES))
def engine(request):
    return clone(ENGINES[request.param])


def facts(data, engine):
    return data.corpus.groups("province") if isinstance(engine, DmrTopics) else None


class WholeCounts(GibbsTopics):
    """The checks of scikit-learn pass decimals: make whole counts of them."""

    def fit(self, X, y=None):
        return super().fit(_whole(self, X), y)


class WholeCountsDmr(DmrTopics):
    def fit(self, X, y=None):
        return super().fit(_whole(self, X), y)


def _whole(model, X):
    matrix = validate_data(model, X, accept_sparse="csr", dtype=float)
    return (matrix * 3).floor() if sparse.issparse(matrix) else np.floor(matrix * 3)


@pytest.mark.parametrize(
    "model",
    [
        NmfTopics(n_topics=2),
        LdaTopics(n_topics=2, passes=2),
        WholeCounts(n_topics=2, n_sweeps=40, n_samples=2),
        WholeCountsDmr(n_topics=2, n_sweeps=40, n_samples=2),
    ],
    ids=lambda model: type(model).__name__,
)
def test_scikit_learns_own_checks_pass(model):
    results = check_estimator(model, on_fail=None, on_skip=None)
    failed = {r["check_name"]: str(r["exception"]) for r in results if r["status"] == "failed"}
    assert not failed
    assert len(results) > 30


def test_planted_topics_are_recovered(engine, data):
    model = engine.fit(data.counts, facts(data, engine))
    order = match_items(cosine_similarity(data.topic_word, model.word_probabilities()))
    assert (
        cosine_similarity(data.topic_word, model.word_probabilities())[range(4), order].min() >= 0.9
    )
    found = model.doc_topic_[:, order]
    # the default prior of gensim (1/K) pulls shares to the middle, so correlation is compared
    r = [np.corrcoef(found[:, k], data.shares[:, k])[0, 1] for k in range(4)]
    assert min(r) >= 0.9


def test_the_same_seed_gives_the_same_tables_and_another_seed_others(engine, data):
    y = facts(data, engine)
    first, second = clone(engine).fit(data.counts, y), clone(engine).fit(data.counts, y)
    assert first.components_.tobytes() == second.components_.tobytes()
    assert first.doc_topic_.tobytes() == second.doc_topic_.tobytes()
    assert first.transform(data.counts).tobytes() == second.transform(data.counts).tobytes()
    if engine.has_random_start:
        other = clone(engine).set_params(random_state=7).fit(data.counts, y)
        assert not np.array_equal(other.components_, first.components_)


def test_empty_paragraphs_keep_their_place_and_change_nothing(engine, data):
    n = data.counts.matrix.shape[0]
    rows = np.arange(0, 2 * n, 2)
    wide = sparse.lil_matrix((2 * n, data.counts.matrix.shape[1]))
    wide[rows] = data.counts.matrix
    spread = Counts(wide.tocsr(), data.counts.features)
    y = facts(data, engine)
    alone = clone(engine).fit(data.counts, y)
    among = clone(engine).fit(spread, None if y is None else np.repeat(y.to_numpy(), 2))
    np.testing.assert_allclose(among.doc_topic_[rows], alone.doc_topic_, atol=1e-8)
    assert not among.doc_topic_[rows + 1].any()
    assert not among.transform(spread)[rows + 1].any()
    np.testing.assert_allclose(among.transform(spread)[rows].sum(axis=1), 1)


def test_transform_agrees_with_the_fit_and_does_not_mind_company(engine, data):
    model = engine.fit(data.counts, facts(data, engine))
    placed = model.transform(data.counts)
    assert np.corrcoef(placed.ravel(), model.doc_topic_.ravel())[0, 1] > 0.97
    alone = model.transform(Counts(data.counts.matrix[5:6], data.counts.features))
    np.testing.assert_allclose(alone[0], placed[5], atol=1e-6)


def test_counts_of_another_corpus_are_brought_to_the_models_vocabulary(engine, data):
    model = engine.fit(data.counts, facts(data, engine))
    turned = data.counts.matrix[:, ::-1]
    other = Counts(
        sparse.csr_matrix(sparse.hstack([turned, sparse.csr_matrix((turned.shape[0], 1))])),
        (*data.counts.features[::-1], "新词"),
    )
    np.testing.assert_allclose(model.transform(other), model.transform(data.counts), atol=1e-6)
    with pytest.raises(ParameterError, match="share no word with the model"):
        model.transform(Counts(sparse.csr_matrix([[1]]), ("外",)))


def test_frames_and_named_matrices_are_read_too(data):
    frame = pd.DataFrame(data.counts.matrix.toarray(), columns=list(data.counts.features))
    by_frame = NmfTopics(n_topics=4).fit(frame)
    by_name = NmfTopics(n_topics=4, feature_names=data.counts.features).fit(data.counts.matrix)
    assert list(by_frame.feature_names_) == list(by_name.feature_names_)
    np.testing.assert_allclose(by_frame.components_, by_name.components_)
    with pytest.raises(ParameterError, match="must name every column: 60 columns, 2 names"):
        NmfTopics(n_topics=4, feature_names=["a", "b"]).fit(data.counts.matrix)


def test_the_callers_counts_are_not_changed(engine, data):
    before = data.counts.matrix.copy()
    engine.fit(data.counts, facts(data, engine)).transform(data.counts)
    assert (data.counts.matrix != before).nnz == 0


def test_a_pipeline_and_output_columns(data):
    topics = NmfTopics(n_topics=4).set_output(transform="pandas")
    y = data.corpus.groups("province") == "甲区"
    pipeline = make_pipeline(topics, LogisticRegression()).fit(data.counts.matrix, y)
    assert pipeline.predict(data.counts.matrix).shape == (240,)
    named = topics.fit(data.counts).rename({0: "养老"})
    assert list(named.transform(data.counts).columns) == [
        "养老",
        "topic_01",
        "topic_02",
        "topic_03",
    ]


def test_names_stay_with_their_numbers(data):
    model = NmfTopics(n_topics=4).fit(data.counts)
    named = model.rename(["甲", "乙", "丙", "丁"])
    assert model.topic_names_[0] == "topic_00" and named.topic_table()["name"][3] == "丁"
    assert named.components_ is model.components_
    with pytest.raises(ParameterError, match="There is no topic 4: topics are numbered 0 to 3"):
        model.rename({4: "x"})
    with pytest.raises(ParameterError, match="must be filled in and differ"):
        model.rename({0: "同", 1: "同"})
    with pytest.raises(ParameterError, match="one name for each of the 4 topics"):
        model.rename(["甲"])


def test_the_display_says_when_stability_is_not_known(data):
    model = NmfTopics(n_topics=4).fit(data.counts).rename({0: "<b>养老</b>"})
    assert "Stability not computed" in model._repr_html_()
    assert "&lt;b&gt;养老" in model._repr_html_() and "<b>养老" not in model._repr_html_()
    model.stability(data.corpus, n_refits=2)
    assert "Stability over bootstrap samples" in model._repr_mimebundle_()["text/html"]
    assert "NmfTopics" in NmfTopics()._repr_html_()


@pytest.mark.parametrize("name", ["lda", "gibbs", "dmr"])
def test_seed_words_pull_their_topic(name, data):
    seeds = {"第三": ["词30", "词31", "词32"], "第一": ["词00", "词01", "没有的词"]}
    engine = clone(ENGINES[name]).set_params(seeds=seeds, seed_weight=1.0)
    model = engine.fit(data.counts, facts(data, engine))
    assert model.topic_names_[:2] == ("第三", "第一")
    assert model.missing_seeds_ == ("没有的词",)
    like = cosine_similarity(model.word_probabilities()[:2], data.topic_word)
    assert like.argmax(axis=1).tolist() == [2, 0]


def test_seeds_that_cannot_work_are_refused(data):
    with pytest.raises(ParameterError, match="None of the seed words of '养老'"):
        GibbsTopics(n_topics=4, seeds={"养老": ["养老"]}).fit(data.counts)
    with pytest.raises(ParameterError, match="seeds name 2 topics, n_topics is 1"):
        GibbsTopics(n_topics=1, seeds={"a": ["词00"], "b": ["词01"]}).fit(data.counts)
    with pytest.raises(ParameterError, match="must be a list of words"):
        LdaTopics(n_topics=4, seeds={"a": "词00"}).fit(data.counts)


@pytest.mark.parametrize("name", list(ENGINES))
def test_odd_data_gets_an_answer_or_a_sentence(name):
    engine = clone(ENGINES[name])
    y = (lambda n: ["甲"] * n) if name == "dmr" else (lambda n: None)
    with pytest.raises(NotEnoughDataError, match="none of the 3 rows holds a word"):
        engine.fit(np.zeros((3, 4)), y(3))
    for counts in ([[2, 1, 0]], [[3], [2], [0]]):
        if name == "nmf":
            with pytest.raises(NotEnoughDataError, match="n_topics must be at most"):
                engine.fit(counts)
            continue
        assert engine.fit(counts, y(len(counts))).doc_topic_.shape == (len(counts), 4)
    with pytest.raises(ParameterError, match="Negative values"):
        engine.fit([[1, -1]], y(1))
    with pytest.raises(ParameterError, match="n_topics must be a whole number"):
        clone(engine).set_params(n_topics=0).fit([[1, 1]], y(1))
    one = clone(engine).set_params(n_topics=1).fit([[2, 1, 0], [0, 0, 0]], y(2))
    np.testing.assert_allclose(one.doc_topic_, [[1], [0]])
    with pytest.raises(ParameterError, match="some occur twice"):
        engine.fit(Counts(sparse.csr_matrix([[1, 1]]), ("a", "a")), y(1))


@given(
    st.lists(st.lists(st.integers(0, 3), min_size=5, max_size=5), min_size=3, max_size=12).filter(
        lambda rows: sum(any(r) for r in rows) >= 2
    )
)
def test_row_counts_are_sacred(rows):
    n_words = int((np.array(rows).sum(axis=0) > 0).sum())
    model = NmfTopics(n_topics=min(2, n_words)).fit(rows)
    filled = np.array(rows).sum(axis=1) > 0
    assert model.doc_topic_.shape[0] == len(rows)
    assert not model.doc_topic_[~filled].any()
    sums = model.doc_topic_.sum(axis=1)
    assert np.all(np.isclose(sums, 1) | (sums == 0))


@pytest.mark.parametrize("name", package.__all__)
def test_public_calls_say_what_they_take(name):
    taken = inspect.signature(getattr(package, name)).parameters.values()
    assert not [p.name for p in taken if p.annotation in ("Any", inspect.Parameter.empty)]
    assert not [p.name for p in taken if p.kind in (p.VAR_KEYWORD, p.VAR_POSITIONAL)]
    assert len(taken) <= 16


# Does a saved model come back whole, or does the error say what is wrong with it?


@pytest.fixture(scope="module")
def small():
    return planted_topics(n_reports=6, n_paragraphs=10, seed=3)


def resealed(folder):
    """Write the checksums anew, as someone would who edits a file on purpose."""
    path = folder / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    manifest["files"] = {name: sha256_file(folder / name) for name in manifest["files"]}
    del manifest["manifest_sha256"]
    path.write_text(json.dumps(manifest), encoding="utf-8")


@pytest.mark.parametrize(
    "engine",
    [
        NmfTopics(n_topics=3),
        LdaTopics(n_topics=3, passes=3, seeds={"甲": ["词00"]}),
        GibbsTopics(n_topics=3, seeds={"甲": ["词00"]}, **CHAIN),
        DmrTopics(n_topics=3, **CHAIN),
    ],
    ids=lambda engine: type(engine).__name__,
)
def test_all_that_was_fitted_comes_back(engine, small, tmp_path):
    y = small.corpus.groups("province") if isinstance(engine, DmrTopics) else None
    model = engine.fit(small.counts, y).rename({1: "养老"})
    model.stability(small.corpus, n_refits=2, over="reports")
    again = load_topics(model.save(tmp_path / "model"))
    assert again.get_params().keys() == model.get_params().keys()
    for name in ("components_", "topic_word_", "doc_topic_"):
        assert getattr(again, name).tobytes() == getattr(model, name).tobytes()
    assert again.topic_names_ == model.topic_names_
    assert (again.counts_ != model.counts_).nnz == 0
    assert again.transform(small.counts).tobytes() == model.transform(small.counts).tobytes()
    assert again.topic_table().equals(model.topic_table())
    draws = [m.draw_shares(2, 0, small.corpus) for m in (again, model)]
    np.testing.assert_array_equal(*draws)
    if y is not None:
        placed = [m.transform(small.counts, y) for m in (again, model)]
        np.testing.assert_array_equal(*placed)
    assert not list((tmp_path / "model").glob("*.pkl"))


def test_only_fitted_models_are_saved(tmp_path):
    with pytest.raises(ParameterError, match="Fit the NmfTopics before saving"):
        save_topics(NmfTopics(), tmp_path / "model")


@pytest.mark.parametrize("harm", ["cut", "gone", "changed"])
def test_a_damaged_file_is_an_error_in_words(small, tmp_path, harm):
    folder = NmfTopics(n_topics=3).fit(small.counts).save(tmp_path / "model")
    file = folder / "components_.npy"
    if harm == "gone":
        file.unlink()
    else:
        content = file.read_bytes()
        file.write_bytes(content[:40] if harm == "cut" else content[:-1] + b"\x00")
    message = "is missing" if harm == "gone" else "was changed after it was saved"
    with pytest.raises(DamagedFileError, match=f"components_.npy.*{message}"):
        load_topics(folder)


@pytest.mark.parametrize("harm", ["engine", "parameter", "array", "pickle", "shape", "no json"])
def test_a_damaged_model_with_good_checksums_is_an_error_in_words(small, tmp_path, harm):
    folder = NmfTopics(n_topics=3).fit(small.counts).save(tmp_path / "model")
    record = json.loads((folder / "model.json").read_text(encoding="utf-8"))
    if harm == "engine":
        record["engine"] = "os.system"
    elif harm == "parameter":
        record["parameters"]["colour"] = 1
    elif harm == "array":
        (folder / "components_.npy").write_bytes(b"nothing")
    elif harm == "pickle":
        np.save(folder / "components_.npy", np.array([{}], dtype=object), allow_pickle=True)
    elif harm == "shape":
        np.save(folder / "doc_topic_.npy", np.zeros((2, 3)))
    text = "{" if harm == "no json" else json.dumps(record)
    (folder / "model.json").write_text(text, encoding="utf-8")
    resealed(folder)
    with pytest.raises(DamagedFileError, match="cannot be read"):
        load_topics(folder)


def test_no_folder_is_told_apart_from_a_damaged_one(tmp_path):
    with pytest.raises(ReadingError, match="must be a folder saved by policytext"):
        load_topics(tmp_path)


def test_only_a_topic_model_can_be_named_as_engine_and_others_may_derive_one(small, tmp_path):
    class EvenTopics(TopicModel):
        """Every word and row belongs to all topics alike."""

        def __init__(self, n_topics=2):
            self.n_topics = n_topics

        def _learn(self, counts, n_topics, covariates):
            n_rows = np.count_nonzero(counts.sum(axis=1))
            return np.ones((n_topics, counts.shape[1])), np.full((n_rows, n_topics), 1 / n_topics)

        def _place(self, counts):
            return np.ones((counts.shape[0], self.n_topics))

        def draw_shares(self, n_draws=25, random_state=0, reports=None):
            return np.stack([self.doc_topic_] * n_draws)

    model = EvenTopics().fit(small.counts)
    again = load_topics(model.save(tmp_path / "model"))
    assert type(again) is EvenTopics and again.transform(small.counts).tolist()[0] == [0.5, 0.5]
    with pytest.raises(TypeError, match="abstract"):
        TopicModel()


def test_shares_of_tiny_weights_still_add_up():
    np.testing.assert_allclose(
        shares_of(np.array([[1e-20, 3e-20], [0.0, 0.0]])), [[0.25, 0.75], [0, 0]]
    )


def planted_rows(n_rows=4000, n_topics=5, seed=3):
    """Rows of mostly one topic's words each, some rows empty."""
    draw = np.random.default_rng(seed)
    words = np.repeat(np.eye(n_topics), 12, axis=1) + 0.02
    chosen = words[draw.integers(n_topics, size=n_rows)]
    counts = draw.poisson(chosen * draw.gamma(2, 0.4, words.shape[1]))
    counts[::50] = 0
    return sparse.csr_matrix(counts)


@pytest.mark.parametrize("batch_size", [None, 3])
def test_a_row_without_a_word_of_any_topic_has_none(batch_size):
    counts = np.zeros((7, 6), dtype=int)
    counts[:3, :2], counts[3:6, 2:4], counts[6, 4:] = [[3, 1], [2, 2], [1, 3]], 2, 1
    model = NmfTopics(n_topics=2, batch_size=batch_size).fit(counts)
    assert model.doc_topic_[:6].sum() == pytest.approx(6)
    assert not model.doc_topic_[6].any() and not model.transform(counts[6:]).any()


@pytest.mark.parametrize("batch_size", [256, 1000, 10_000])
def test_topics_learned_in_batches_are_those_of_all_rows(batch_size, tmp_path):
    counts = planted_rows()
    whole = NmfTopics(5).fit(counts)
    model = NmfTopics(5, batch_size=batch_size).fit(counts)
    assert model.n_iter_ == whole.n_iter_
    np.testing.assert_allclose(model.topic_word_, whole.topic_word_, atol=1e-9)
    np.testing.assert_allclose(model.doc_topic_, whole.doc_topic_, atol=1e-9)
    assert not model.doc_topic_[::50].any()
    np.testing.assert_array_equal(model.idf_, whole.idf_)
    again = NmfTopics(5, batch_size=batch_size, n_jobs=2).fit(counts)
    np.testing.assert_array_equal(again.doc_topic_, model.doc_topic_)
    opened = load_topics(model.save(tmp_path / "m"))
    np.testing.assert_allclose(opened.transform(counts), model.transform(counts))
    np.testing.assert_allclose(model.transform(counts), model.doc_topic_, atol=1e-3)


def test_a_start_from_some_rows_leads_to_nearly_the_topics_of_all(monkeypatch):
    counts = planted_rows()
    whole = NmfTopics(5).fit(counts)
    monkeypatch.setattr(module, "SAMPLE", 150)
    model = NmfTopics(5, batch_size=100).fit(counts)
    alike = cosine_similarity(whole.topic_word_, model.topic_word_)
    assert sorted(alike.argmax(axis=1)) == list(range(5))
    assert alike.max(axis=1).min() > 0.99
    thrice = sparse.vstack([counts] * 3, format="csr")
    models = [NmfTopics(5, batch_size=100, n_jobs=n).fit(thrice) for n in (1, 2)]
    np.testing.assert_array_equal(models[0].doc_topic_, models[1].doc_topic_)
    first, second, third = np.split(models[0].doc_topic_, 3)
    assert (first == second).all() and (first == third).all() and first.dtype == np.float64
    alike = cosine_similarity(whole.topic_word_, models[0].topic_word_)
    assert sorted(alike.argmax(axis=1)) == list(range(5)) and alike.max(axis=1).min() > 0.99


def test_long_arrays_in_files_change_no_topic(monkeypatch):
    counts = planted_rows(600)
    models = [NmfTopics(3), NmfTopics(3, batch_size=100), LdaTopics(3, passes=2)]
    before = [clone(model).fit(counts).doc_topic_ for model in models]
    monkeypatch.setattr(storage, "IN_MEMORY", 0)
    monkeypatch.setattr(module, "IN_MEMORY", 0)
    for model, shares in zip(models, before, strict=True):
        np.testing.assert_array_equal(clone(model).fit(counts).doc_topic_, shares)


@pytest.mark.parametrize("batch_size", [0, -1, 1.5, "many"])
def test_a_wrong_size_of_batches_is_refused(batch_size):
    with pytest.raises(ParameterError, match="batch_size must be a whole number"):
        NmfTopics(2, batch_size=batch_size).fit(planted_rows(100))

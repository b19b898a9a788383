"""A saved topic model comes back whole, or the error says what is wrong with it."""

import json

import numpy as np
import pytest

from policytext.errors import DamagedFileError, ParameterError, ReadingError
from policytext.storage import sha256_file
from policytext.topics.estimators import LdaTopics, NmfTopics, load_topics, save_topics
from policytext.topics.gibbs import DmrTopics, GibbsTopics
from topic_corpora import planted_topics

SHORT = {"n_sweeps": 100, "n_samples": 4, "thin": 5}


@pytest.fixture(scope="module")
def data():
    return planted_topics(n_reports=6, n_paragraphs=10, seed=3)


def resealed(folder):
    """Write the checksums anew, as someone would who edits a file on purpose."""
    path = folder / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    manifest["files"] = {name: sha256_file(folder / name) for name in manifest["files"]}
    path.write_text(json.dumps(manifest), encoding="utf-8")


@pytest.mark.parametrize(
    "engine",
    [
        NmfTopics(n_topics=3),
        LdaTopics(n_topics=3, passes=3, seeds={"甲": ["词00"]}),
        GibbsTopics(n_topics=3, seeds={"甲": ["词00"]}, **SHORT),
        DmrTopics(n_topics=3, **SHORT),
    ],
    ids=lambda engine: type(engine).__name__,
)
def test_all_that_was_fitted_comes_back(engine, data, tmp_path):
    y = data.corpus.groups("province") if isinstance(engine, DmrTopics) else None
    model = engine.fit(data.counts, y).rename({1: "养老"})
    model.stability(data.corpus, n_refits=2, over="reports")
    again = load_topics(model.save(tmp_path / "model"))
    assert again.get_params().keys() == model.get_params().keys()
    for name in ("components_", "topic_word_", "doc_topic_"):
        assert getattr(again, name).tobytes() == getattr(model, name).tobytes()
    assert again.topic_names_ == model.topic_names_
    assert (again.counts_ != model.counts_).nnz == 0
    assert again.transform(data.counts).tobytes() == model.transform(data.counts).tobytes()
    assert again.topic_table().equals(model.topic_table())
    draws = [m.draw_shares(2, 0, data.corpus) for m in (again, model)]
    np.testing.assert_array_equal(*draws)
    if y is not None:
        placed = [m.transform(data.counts, y) for m in (again, model)]
        np.testing.assert_array_equal(*placed)
    assert not list((tmp_path / "model").glob("*.pkl"))


def test_only_fitted_models_are_saved(tmp_path):
    with pytest.raises(ParameterError, match="Fit the NmfTopics before saving"):
        save_topics(NmfTopics(), tmp_path / "model")


@pytest.mark.parametrize("harm", ["cut", "gone", "changed"])
def test_a_damaged_file_is_an_error_in_words(data, tmp_path, harm):
    folder = NmfTopics(n_topics=3).fit(data.counts).save(tmp_path / "model")
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
def test_a_damaged_model_with_good_checksums_is_an_error_in_words(data, tmp_path, harm):
    folder = NmfTopics(n_topics=3).fit(data.counts).save(tmp_path / "model")
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

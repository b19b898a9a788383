"""A small wheel of our own, made like pkuseg's, goes through the whole installation."""

import io
import os
import pickle
import zipfile

import numpy as np
import pytest

from policytext.errors import DamagedFileError, ModelNotFoundError, ParameterError
from policytext.segmentation import weights
from policytext.segmentation.decoder import Decoder
from policytext.segmentation.weights import COMPACT, FULL, WHEEL_SHA256, install_model, load_model
from policytext.storage import read_manifest, sha256_file
from test_words_decoder import TAGS, cut, made_up


def write_wheel(path, features_pickle=None):
    model = made_up(11, 0.01, 30)
    data = {"unigram": sorted(set(model.unigram)), "bigram": [], "tag_to_idx": TAGS}
    data["feature_to_idx"] = model.features
    flat = np.concatenate([model.weights.ravel(), model.edges.T.ravel()])
    stored = io.BytesIO()
    np.savez(stored, sizes=np.array([5, len(model.features)]), w=flat)
    with zipfile.ZipFile(path, "w") as archive:
        folder = "pkuseg/models/default"
        archive.writestr(f"{folder}/features.pkl", features_pickle or pickle.dumps(data))
        archive.writestr(f"{folder}/weights.npz", stored.getvalue())
        archive.writestr("pkuseg/dicts/default.pkl", pickle.dumps("\n".join(model.dictionary)))
    return path


@pytest.fixture
def wheel(tmp_path, monkeypatch):
    path = write_wheel(tmp_path / "small.whl")
    monkeypatch.setattr(weights, "WHEEL_SHA256", sha256_file(path))
    return path


def test_installs_both_forms_and_they_cut_alike(wheel, tmp_path):
    import spacy_pkuseg

    folder = install_model(wheel, threshold=0.0, folder=tmp_path / "data")
    assert folder == tmp_path / "data" / COMPACT
    assert sorted(p.name for p in (tmp_path / "data").iterdir()) == [COMPACT, FULL]
    full = spacy_pkuseg.pkuseg(str(tmp_path / "data" / FULL))
    full.postprocesser.other_words = set(made_up(11, 0.01, 30).dictionary)
    texts = ["甲乙丙丁，5五戊甲乙。", "丙丁丁 戊甲A", ""]
    assert cut(Decoder(load_model(folder)), texts) == [full.cut(text) for text in texts]


def test_the_manifest_says_what_was_installed(wheel, tmp_path):
    manifest = read_manifest(install_model(wheel, threshold=0.2, folder=tmp_path / "data"))
    assert manifest["threshold"] == 0.2
    assert manifest["n_features"] > 100
    assert manifest["wheel"].startswith("pkuseg-0.0.25-")
    assert len(manifest["files"]) > 10


def test_a_higher_threshold_keeps_fewer_features(wheel, tmp_path):
    kept = [
        load_model(install_model(wheel, threshold=t, folder=tmp_path / str(t))).n_features
        for t in (0.0, 0.1, 0.25)
    ]
    assert kept[0] > kept[1] > kept[2] > 1


def test_installing_again_replaces_the_model(wheel, tmp_path):
    first = load_model(install_model(wheel, threshold=0.0, folder=tmp_path / "data"))
    second = load_model(install_model(wheel, threshold=0.2, folder=tmp_path / "data"))
    assert (first.threshold, second.threshold) == (0.0, 0.2)
    assert first.identity != second.identity


def test_another_wheel_is_refused_and_nothing_is_written(tmp_path):
    path = write_wheel(tmp_path / "other.whl")
    with pytest.raises(DamagedFileError, match=f"must have the SHA-256 {WHEEL_SHA256}, got"):
        install_model(path, folder=tmp_path / "data")
    assert not (tmp_path / "data").exists()


class Evil:
    def __reduce__(self):
        return os.mkdir, ("evil-was-here",)


def test_a_pickle_that_would_run_code_is_refused(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    path = write_wheel(tmp_path / "evil.whl", pickle.dumps({"feature_to_idx": Evil()}))
    monkeypatch.setattr(weights, "WHEEL_SHA256", sha256_file(path))
    with pytest.raises(DamagedFileError, match=r"plain data only, but asks for \w+\.mkdir"):
        install_model(path, folder=tmp_path / "data")
    assert not (tmp_path / "evil-was-here").exists()
    assert not list((tmp_path / "data").glob("*"))


def test_errors_say_what_to_do(tmp_path, monkeypatch):
    with pytest.raises(ModelNotFoundError, match=r"from_file must be the wheel pkuseg-0\.0\.25"):
        install_model(tmp_path / "nothing.whl", folder=tmp_path)
    with pytest.raises(ParameterError, match="threshold must be a number of 0 or more, got -1"):
        install_model(threshold=-1, folder=tmp_path)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", "")
    with pytest.raises(ModelNotFoundError, match=r"pip could not bring .* models install --from"):
        install_model(folder=tmp_path)

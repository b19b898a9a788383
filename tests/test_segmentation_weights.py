"""The model on this machine: installed from a wheel, opened, checked, refused when damaged."""

import io
import json
import os
import pickle
import shutil
import subprocess
import sys
import zipfile

import numpy as np
import pytest

from policytext import install_model
from policytext.errors import DamagedFileError, ModelNotFoundError, ParameterError
from policytext.segmentation import Decoder, full_model_folder, load_model, weights
from policytext.segmentation.weights import COMPACT, FULL, WHEEL_SHA256, data_folder
from policytext.storage import CHECKSUM, read_manifest, sha256_file
from test_segmentation_decoder import TAGS, cut, made_up


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


def test_a_missing_wheel_and_a_wrong_threshold_are_said(tmp_path, monkeypatch):
    with pytest.raises(ModelNotFoundError, match=r"from_file must be the wheel pkuseg-0\.0\.25"):
        install_model(tmp_path / "nothing.whl", folder=tmp_path)
    with pytest.raises(ParameterError, match="threshold must be a number of 0 or more, got -1"):
        install_model(threshold=-1, folder=tmp_path)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", "")
    with pytest.raises(ModelNotFoundError, match=r"pip could not bring .* models install --from"):
        install_model(folder=tmp_path)


@pytest.fixture
def copy(tmp_path):
    """A copy of the installed model that may be damaged."""
    return shutil.copytree(data_folder() / COMPACT, tmp_path / COMPACT)


def test_the_data_folder_follows_the_environment(tmp_path, monkeypatch):
    monkeypatch.setenv("POLICYTEXT_DATA", str(tmp_path))
    assert data_folder() == tmp_path
    assert data_folder(tmp_path / "other") == tmp_path / "other"
    monkeypatch.delenv("POLICYTEXT_DATA")
    assert data_folder().name == "policytext"


def test_a_missing_model_names_the_command(tmp_path, monkeypatch):
    monkeypatch.setenv("POLICYTEXT_DATA", str(tmp_path))
    with pytest.raises(ModelNotFoundError, match="run `policytext models install` once"):
        load_model()
    with pytest.raises(ModelNotFoundError, match="no full pkuseg model"):
        full_model_folder()
    assert not list(tmp_path.iterdir())


def test_identity_names_source_threshold_and_format():
    model = load_model()
    assert model.identity == "pkuseg-0.0.25 sha256:6fc2f97d0f66cc67 threshold:0.1 format:1"
    assert model.n_features == 568_211
    assert load_model() is model


def test_arrays_are_mapped_and_cannot_be_written():
    pairs = load_model().arrays["pairs"]
    with pytest.raises(ValueError, match="read-only"):
        pairs[0] = 1


@pytest.mark.parametrize("damage", ["cut short", "changed", "missing"])
def test_a_damaged_file_is_said_to_be_damaged(copy, damage):
    victim = copy / "pairs.npy"
    content = victim.read_bytes()
    if damage == "missing":
        victim.unlink()
    elif damage == "changed":
        victim.write_bytes(content[:-9] + bytes([content[-9] ^ 1]) + content[-8:])
    else:
        victim.write_bytes(content[:1000])
    with pytest.raises(DamagedFileError, match=r"pairs\.npy.*models install.*to replace it"):
        load_model(copy)


def test_a_damaged_manifest_and_another_format_are_said(copy):
    manifest = json.loads((copy / "manifest.json").read_text(encoding="utf-8"))
    other = {key: value for key, value in manifest.items() if key != CHECKSUM} | {"format": 99}
    (copy / "manifest.json").write_text(json.dumps(other), encoding="utf-8")
    with pytest.raises(DamagedFileError, match="format 99 where 1 is read"):
        load_model(copy)
    (copy / "manifest.json").write_text("{", encoding="utf-8")
    with pytest.raises(DamagedFileError, match="is damaged"):
        load_model(copy)


def test_an_array_of_objects_is_never_unpickled(copy):
    np.save(copy / "edges.npy", np.array([{}], dtype=object), allow_pickle=True)
    with pytest.raises(DamagedFileError):
        load_model(copy)


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_the_compact_model_is_small():
    code = (
        "from policytext.segmentation import Decoder, load_model\n"
        "Decoder(load_model()).spans(['推进县域医共体建设。'] * 5000)\n"
        "status = open('/proc/self/status').read().split()\n"
        "print(status[status.index('VmHWM:') + 1])"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert float(out.stdout) / 1024 < 150

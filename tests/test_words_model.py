"""Which model is loaded, and what happens when it is not there or not whole."""

import json
import shutil
import subprocess
import sys

import numpy as np
import pytest

from policytext.errors import DamagedFileError, ModelNotFoundError
from policytext.segmentation.weights import COMPACT, data_folder, full_model_folder, load_model


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
    (copy / "manifest.json").write_text(json.dumps(manifest | {"format": 99}), encoding="utf-8")
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
def test_the_compact_model_loads_fast_and_small():
    code = (
        "import time, numpy; from policytext.segmentation import decoder, weights\n"
        "start = time.perf_counter(); d = decoder.Decoder(weights.load_model())\n"
        "took = time.perf_counter() - start; d.spans(['推进县域医共体建设。'] * 5000)\n"
        "status = open('/proc/self/status').read().split()\n"
        "print(took, status[status.index('VmHWM:') + 1])"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    took, peak = map(float, out.stdout.split())
    assert took < 1.5, "aim 0.3 s on a quiet machine"
    assert peak / 1024 < 150

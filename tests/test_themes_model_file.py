"""The model file: same answers after reading, nothing untrusted inside, damage named."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from skops import io

from policytext import (
    ThemeClassifier,
    load_theme_classifier,
    read_theme_classifier,
    save_theme_classifier,
)
from policytext.data import data_path
from policytext.errors import DamagedFileError, ModelNotFoundError, ParameterError

SHIPPED = "models/themes/health-themes.skops"
TEXTS = [
    "组建两个紧密型县域医共体，统一药品目录和配送。",
    "粮食总产量再创新高。",
    "开展义诊和健康讲座20场。",
]


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
        "from policytext.themes.classifier import load_theme_classifier as load;"
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


def test_a_model_with_an_encoder_is_not_saved(tmp_path) -> None:
    model = ThemeClassifier(encoder=lambda texts: np.ones((len(texts), 1)))
    model.fit(["建成医共体两个。", "粮食增产。"] * 15, [["medical_consortium"], ["outside"]] * 15)
    with pytest.raises(ParameterError, match="encoder cannot be saved"):
        save_theme_classifier(model, tmp_path / "e.skops")


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

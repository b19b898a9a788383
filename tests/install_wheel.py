"""Does the built wheel carry what it needs? Installs it into an empty folder and looks.

Usage: python tests/install_wheel.py DIST
"""

import subprocess
import sys
import tempfile
from pathlib import Path

NEEDED = ["font/NotoSansSC-policytext.otf", "terms.csv", "report/page.html.j2", "models/themes"]

CHECK = """
import sys
sys.path.insert(0, {folder!r})
import policytext
from policytext.data import data_path
assert policytext.__file__.startswith({folder!r}), policytext.__file__
for name in {needed!r}:
    assert data_path(name).exists(), name
from policytext import load_terms, load_theme_classifier
assert len(load_terms().terms) > 150
labels = load_theme_classifier().predict_labels(["全县组建紧密型县域医共体两个，人财物统一管理。"])
assert "medical_consortium" in labels[0], labels
print("wheel ok:", policytext.__version__)
"""


def main(dist: str) -> None:
    """Install the one wheel of a folder without dependencies and check it."""
    (wheel,) = Path(dist).glob("*.whl")
    with tempfile.TemporaryDirectory() as folder:
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, "--no-deps", "--target", folder, str(wheel)], check=True)
        code = CHECK.format(folder=folder, needed=NEEDED)
        subprocess.run([sys.executable, "-I", "-c", code], check=True, cwd=folder)


if __name__ == "__main__":
    main(sys.argv[1])

"""The README's ten lines run as they stand."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize("name", ["README.md", "README.zh-CN.md"])
def test_the_first_lines_of_python_run_and_print_what_stands_below(
    name, tmp_path, monkeypatch, capsys
):
    text = (ROOT / name).read_text(encoding="utf-8")
    (code,) = re.findall(r"```python\n(.*?)```", text, re.S)
    assert len([line for line in code.splitlines() if line.strip()]) <= 12
    (tmp_path / "corpus").symlink_to(ROOT / "corpus")
    monkeypatch.chdir(tmp_path)
    exec(compile(code, name, "exec"), {})
    assert (tmp_path / "terms.png").stat().st_size > 10_000
    assert (tmp_path / "terms.docx").exists()
    (shown,) = re.findall(r"```text\n(.*?)```", text, re.S)
    assert shown.rstrip() in capsys.readouterr().out


def test_the_picture_is_there():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    for name in re.findall(r"!\[[^\]]*\]\(([^)]+)\)", text):
        assert (ROOT / name).exists(), name

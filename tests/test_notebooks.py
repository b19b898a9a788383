"""The notebooks stand clean in the repository and run from top to bottom."""

import ast
import importlib.util
import re
from pathlib import Path

import nbformat
import pytest

FOLDER = Path(__file__).parents[1] / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("0*.ipynb"))

spec = importlib.util.spec_from_file_location("run_all", FOLDER / "run_all.py")
run_all = importlib.util.module_from_spec(spec)
spec.loader.exec_module(run_all)


def read(path):
    return nbformat.read(path, as_version=4)


def test_all_eight_are_there():
    assert [p.name[:2] for p in NOTEBOOKS] == [f"{n:02d}" for n in range(1, 9)]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_outputs_are_stripped_and_headings_bilingual(path):
    notebook = read(path)
    nbformat.validate(notebook)
    ids = [cell["id"] for cell in notebook.cells]
    assert len(set(ids)) == len(ids)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            assert not cell.outputs and cell.execution_count is None
            ast.parse(cell.source)
        for heading in re.findall(r"^#+ (.+)$", cell.source, re.M) * (cell.cell_type == "markdown"):
            assert re.search(r"[\u4e00-\u9fff].* / .*[A-Za-z]", heading), heading
    text = "\n".join(cell.source for cell in notebook.cells)
    assert "**问题 / Question.**" in text and "**答 / Answer.**" in text


def test_a_failing_notebook_is_named(tmp_path):
    cells = [nbformat.v4.new_code_cell("1 + 1"), nbformat.v4.new_code_cell("raise ValueError('x')")]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), tmp_path / "bad.ipynb")
    assert "ValueError" in run_all.run(tmp_path / "bad.ipynb", tmp_path / "saved")
    assert (tmp_path / "saved" / "bad.ipynb").exists()


@pytest.mark.slow
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_it_runs(path, tmp_path):
    assert not run_all.run(path, tmp_path)
    done = read(tmp_path / path.name)
    shown = [o for cell in done.cells if cell.cell_type == "code" for o in cell.outputs]
    assert any("text/markdown" in o.get("data", {}) for o in shown), "no answer in words"
    assert not [o for o in shown if o.get("name") == "stderr" and "Warning" in o.get("text", "")]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("terms", "where"),
    [(["托育", "医疗救助"], "state-council"), (["家庭医生团队走村入户"], "sample")],
)
def test_notebook_03_takes_other_terms(terms, where, tmp_path):
    notebook = read(FOLDER / "03_trends_and_statements.ipynb")
    (cell,) = [c for c in notebook.cells if c.source.startswith("TERMS = ")]
    cell.source = f"TERMS = {terms!r}\nRAW = ''"
    nbformat.write(notebook, tmp_path / "own.ipynb")
    assert not run_all.run(tmp_path / "own.ipynb", tmp_path / "saved")
    done = read(tmp_path / "saved" / "own.ipynb")
    outputs = [o for cell in done.cells if cell.cell_type == "code" for o in cell.outputs]
    assert sum("image/png" in o.get("data", {}) for o in outputs) >= 2
    assert any(f"Corpus {where}" in o.get("data", {}).get("text/plain", "") for o in outputs)

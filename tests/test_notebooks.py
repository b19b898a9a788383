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


def in_language(path, language):
    """Return the cells of one language: texts, and code as a reader meets it."""
    cells = run_all.in_language(read(path), language).cells
    return [c for c in cells if c.cell_type == "markdown"], [
        c for c in cells if c.cell_type == "code"
    ]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_outputs_are_stripped(path):
    notebook = read(path)
    nbformat.validate(notebook)
    ids = [cell["id"] for cell in notebook.cells]
    assert len(set(ids)) == len(ids)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            assert not cell.outputs and cell.execution_count is None
            ast.parse(cell.source)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_it_is_short_and_whole_in_either_language(path, language):
    texts, code = in_language(path, language)
    assert len(code) < 12
    for cell in code:
        assert len([line for line in cell.source.split("\n") if line.strip()]) < 8, cell.source
    words = {
        "zh": ("**问题。", "**答。", "现在换成你的"),
        "en": ("**Question.", "**Answer.", "Now yours"),
    }
    for said in words[language]:
        assert any(said in cell.source for cell in [*texts, *code]), said
    change = {"zh": "# ← 改这一行", "en": "# ← change this line"}[language]
    assert sum(cell.source.count(change) for cell in code) == 1
    assert not any(re.search("[\u4e00-\u9fff] / [A-Za-z]", cell.source) for cell in code)
    assert any(".plot" in cell.source or "new_axes" in cell.source for cell in code)
    assert any(f'set_language("{language}")' in cell.source for cell in code)
    for cell in texts:
        assert cell.metadata.tags == [language]
        prose = re.sub(r"`[^`]*`|\[[^\]]*\]\([^)]*\)", "", cell.source)
        han = len(re.findall("[\u4e00-\u9fff]", prose))
        assert han > 5 if language == "zh" else han < 0.1 * len(prose), cell.source


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.stem)
def test_both_languages_say_the_same_number_of_things(path):
    tagged = [tuple(cell.metadata.get("tags", ())) for cell in read(path).cells]
    assert tagged.count(("zh",)) == tagged.count(("en",))


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
    cell.source = f"TERMS = {terms!r}"
    nbformat.write(notebook, tmp_path / "own.ipynb")
    assert not run_all.run(tmp_path / "own.ipynb", tmp_path / "saved")
    done = read(tmp_path / "saved" / "own.ipynb")
    outputs = [o for cell in done.cells if cell.cell_type == "code" for o in cell.outputs]
    assert sum("image/png" in o.get("data", {}) for o in outputs) >= 2
    (opens,) = [c for c in done.cells if "study_corpus" in c.source and "TERMS" in c.source]
    assert any(where in str(o.get("data", {})) for o in opens.outputs)

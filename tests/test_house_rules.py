"""Rules of the house that a machine can keep, so that nobody has to remember them."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

SRC = Path(__file__).parents[1] / "src" / "policytext"
FILES = sorted(p for p in SRC.rglob("*.py"))
NAMES = [p.relative_to(SRC).as_posix() for p in FILES]

STAGES = [
    *(
        "errors",
        "records",
        "texts",
        "storage",
        "contract",
        "counts",
        "inference",
        "result",
        "sheets",
        "corpus",
    ),
    *("comparable", "reading", "cleaning", "anatomy", "origin", "intake", "terms", "segmentation"),
    *("words", "analysis", "topics", "themes", "statements", "sharing", "interchange", "study"),
    *("report", "cli"),
]
ANYWHERE = {"data", "plots", "errors", "records", "texts"}
"""Imported by every stage; ``plots`` inside functions only, since it loads matplotlib."""

DOORS = {("corpus", "sharing"), ("cli", "report"), ("study", "report")}
"""Calls that go forward on purpose: a method or command that hands over to a later stage."""

FORBIDDEN_NAMES = {"utils", "helpers", "common", "base", "manager", "misc"}
HEAVY = ("spacy", "sklearn", "gensim", "matplotlib", "statsmodels", "tomotopy", "scipy", "nltk")


@pytest.fixture(scope="module")
def trees():
    return {
        name: ast.parse(path.read_text(encoding="utf-8"))
        for name, path in zip(NAMES, FILES, strict=True)
    }


def stage_of(name: str) -> str:
    return name.split("/")[0].removesuffix(".py")


def functions(tree):
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    return [node for node in ast.walk(tree) if isinstance(node, kinds)]


def imported(tree):
    """Yield stage, line and whether the import runs when the module is loaded."""
    inner = {id(n) for f in functions(tree) for n in ast.walk(f)}
    typing_only = {
        id(n)
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and getattr(node.test, "id", "") == "TYPE_CHECKING"
        for n in ast.walk(node)
    }
    for node in ast.walk(tree):
        if id(node) in typing_only:
            continue
        names = []
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("policytext"):
            parts = node.module.split(".")
            names = [parts[1]] if len(parts) > 1 else [a.name for a in node.names]
        elif isinstance(node, ast.Import):
            names = [a.name.split(".")[1] for a in node.names if a.name.startswith("policytext.")]
        for name in names:
            yield name, node.lineno, id(node) not in inner


def test_a_stage_imports_earlier_stages_only(trees):
    wrong = []
    for name, tree in trees.items():
        stage = stage_of(name)
        if stage in ("__init__", "__main__"):
            continue
        for other, line, _ in imported(tree):
            if other == stage or other in ANYWHERE or (stage, other) in DOORS:
                continue
            if stage in ("data", "plots") or STAGES.index(other) > STAGES.index(stage):
                wrong.append(f"{name}:{line} imports {other}")
    assert not wrong, wrong


def test_every_stage_is_in_the_order(trees):
    assert {stage_of(n) for n in trees} - set(STAGES) <= {"data", "plots", "__init__", "__main__"}


def test_plots_are_loaded_when_something_is_drawn(trees):
    wrong = [
        f"{name}:{line}"
        for name, tree in trees.items()
        for other, line, at_load in imported(tree)
        if other == "plots" and at_load and stage_of(name) not in ("plots", "study", "report")
    ]
    assert not wrong, wrong


def test_no_print_no_assert_no_bare_raise(trees):
    wrong = []
    for name, tree in trees.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Assert):
                wrong.append(f"{name}:{node.lineno} assert")
            is_print = isinstance(node, ast.Call) and getattr(node.func, "id", "") == "print"
            if is_print and name != "cli.py":
                wrong.append(f"{name}:{node.lineno} print")
            if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Name):
                wrong.append(f"{name}:{node.lineno} raise without a sentence")
            is_call = isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call)
            if is_call and not node.exc.args and not node.exc.keywords:
                wrong.append(f"{name}:{node.lineno} raise without a sentence")
            if isinstance(node, ast.ExceptHandler) and node.type is None:
                wrong.append(f"{name}:{node.lineno} except without a kind")
    assert not wrong, wrong


def test_nothing_is_unpickled(trees):
    allowed = {"segmentation/weights.py"}
    wrong = [
        f"{name}:{node.lineno}"
        for name, tree in trees.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        and {"pickle", "dill", "cloudpickle", "shelve", "marshal"}
        & {(getattr(node, "module", "") or "").split(".")[0], *(a.name for a in node.names)}
        and name not in allowed
    ]
    assert not wrong, wrong


def test_names_say_what_a_file_answers(trees):
    assert not [n for n in trees if Path(n).stem in FORBIDDEN_NAMES]
    assert not [n for n, tree in trees.items() if not ast.get_docstring(tree)]


def test_every_public_function_and_class_has_a_docstring(trees):
    lacking = [
        f"{name}:{node.lineno} {node.name}"
        for name, tree in trees.items()
        for node in tree.body
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
        and not node.name.startswith("_")
        and not ast.get_docstring(node)
    ]
    assert not lacking, lacking


def loaded_after(statement: str) -> set[str]:
    code = f"import sys; {statement}; print(' '.join(sys.modules))"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return {m.split(".")[0] for m in out.stdout.split()}


def test_importing_the_library_loads_nothing_heavy():
    heavy = loaded_after("import policytext, policytext.corpus") & set(HEAVY)
    assert not heavy, f"import policytext loads {heavy}"


def test_importing_changes_no_warning_filter_and_reads_no_network():
    code = (
        "import warnings, socket; before = list(warnings.filters); "
        "socket.socket = None; import policytext; import policytext.corpus; "
        "assert [f for f in warnings.filters if f not in before and 'policytext' in str(f)] == []"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


DATA = SRC / "data"
LISTS = sorted([*DATA.rglob("*.csv"), *DATA.rglob("*.jsonl"), *DATA.rglob("*.yaml")])


@pytest.mark.parametrize("path", LISTS, ids=lambda p: p.relative_to(DATA).as_posix())
def test_lists_are_tidy(path):
    lines = path.read_text(encoding="utf-8-sig").splitlines()
    assert lines, "empty list"
    assert not [n for n, line in enumerate(lines, 1) if line != line.rstrip()], "stray spaces"
    if path.suffix == ".csv":
        twice = (
            {line for line in lines if lines.count(line) > 1}
            if len(lines) < 2000
            else {a for a, b in zip(sorted(lines), sorted(lines)[1:], strict=False) if a == b}
        )
        assert not twice, f"the same row twice: {sorted(twice)[:3]}"

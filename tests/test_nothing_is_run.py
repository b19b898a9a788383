"""No string that comes from a file is run as code."""

import ast
import re
from pathlib import Path

import pytest

SRC = Path(__file__).parents[1] / "src" / "policytext"
RUNNING = {"eval", "exec", "compile", "__import__", "execfile"}
METHODS = {"query", "eval", "system", "popen", "execv", "spawnv"}
NO_TABLE = {"index.query": {"query"}, "lsh.query": {"query"}}
"""Calls of that name of an index of passages, which is no table."""

ALLOWED = {
    "reading/worker.py": {"subprocess"},  # this interpreter, which only parses
    "segmentation/weights.py": {"subprocess"},  # pip, for the model, with words of ours only
    "topics/effects.py": {"formulaic"},  # behind formula_variables
}


def calls(tree):
    return [node for node in ast.walk(tree) if isinstance(node, ast.Call)]


def files():
    return {path.relative_to(SRC).as_posix(): path for path in sorted(SRC.rglob("*.py"))}


@pytest.fixture(scope="module")
def trees():
    return {name: ast.parse(path.read_text(encoding="utf-8")) for name, path in files().items()}


def test_nothing_in_the_source_runs_a_string(trees):
    wrong = []
    for name, tree in trees.items():
        for call in calls(tree):
            called = call.func
            if isinstance(called, ast.Name) and called.id in RUNNING:
                wrong.append(f"{name}:{call.lineno} {called.id}")
            if (
                isinstance(called, ast.Attribute)
                and called.attr in METHODS
                and called.attr not in NO_TABLE.get(ast.unparse(called), set())
            ):
                wrong.append(f"{name}:{call.lineno} .{called.attr}")
    assert not wrong, wrong


def test_what_could_run_a_string_is_imported_in_known_places_only(trees):
    risky = {"subprocess", "formulaic", "numexpr", "runpy", "code", "codeop", "asteval", "patsy"}
    wrong = []
    for name, tree in trees.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Import | ast.ImportFrom):
                first = {(getattr(node, "module", "") or "").split(".")[0]}
                found = risky & (first | {a.name.split(".")[0] for a in node.names})
                if isinstance(node, ast.ImportFrom) and not first & risky:
                    found = set()
                if found - ALLOWED.get(name, set()):
                    wrong.append(f"{name}:{node.lineno} {found}")
    assert not wrong, wrong


def test_yaml_is_read_by_a_loader_without_objects(trees):
    loads = [
        (name, ast.unparse(call))
        for name, tree in trees.items()
        for call in calls(tree)
        if isinstance(call.func, ast.Attribute)
        and re.match(r"yaml\.\w*load", ast.unparse(call.func))
    ]
    assert [name for name, _ in loads] == ["themes/codebook.py"]
    assert all("Loader=Plain" in call for _, call in loads), loads

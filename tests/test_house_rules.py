"""Rules of the house that a machine can keep, so that nobody has to remember them."""

import ast
import csv
import importlib.util
import inspect
import re
import string
import subprocess
import sys
from collections import Counter, defaultdict
from pathlib import Path

import pytest

import policytext

ROOT = Path(__file__).parents[1]
SRC = ROOT / "src" / "policytext"
DATA = SRC / "data"

ORDER = [
    *(
        "errors",
        "border",
        "conditions",
        "data",
        "records",
        "texts",
        "storage",
        "contract",
        "counts",
        "inference",
        "layout",
        "reading",
        "shelf",
    ),
    *(
        "export",
        "findings",
        "result",
        "regions",
        "units",
        "sheets",
        "corpus",
        "piecework",
        "comparable",
        "copies",
        "neighbours",
        "cleaning",
        "anatomy",
        "origin",
        "corrected",
        "intake",
    ),
    *("terms", "segmentation", "words", "analysis", "topics", "themes", "statements", "narratives"),
    *("sharing", "interchange", "review", "cards", "report", "study", "cli", "__main__"),
]
"""The stages, the ground first: a stage imports earlier ones only."""

GROUND_FOR_PLOTS = {"data", "errors", "records", "storage", "texts"}
FORBIDDEN_NAMES = {"utils", "helpers", "common", "base", "manager", "misc"}
HEAVY = ("spacy", "sklearn", "gensim", "matplotlib", "statsmodels", "tomotopy", "scipy")
LARGEST_FILE = 900
"""Lines; a larger one says in its first docstring why it is held whole."""

SMALL = 150
MOST_PARAMETERS = 16
PUBLIC_PACKAGES = (
    *("inference", "plots", "data", "errors", "segmentation", "cleaning", "comparable"),
)
ENGINES = {
    *(
        "border",
        "layout",
        "reading",
        "cleaning",
        "anatomy",
        "origin",
        "corrected",
        "intake",
        "segmentation",
        "terms",
        "words",
    ),
    *(
        "analysis",
        "topics",
        "themes",
        "statements",
        "narratives",
        "study",
        "report",
        "cards",
        "findings",
        "inference",
        "plots",
    ),
    *(
        "records",
        "contract",
        "storage",
        "texts",
        "comparable",
        "export",
        "findings",
        "result",
        "counts",
        "numerals",
    ),
    *("cli", "interchange", "sharing", "sheets", "conditions", "regions"),
    *("piecework", "shelf"),
}


def _drawing():
    spec = importlib.util.spec_from_file_location("draw_house", ROOT / "docs" / "draw_house.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


draw_house = _drawing()


@pytest.fixture(scope="module")
def trees():
    return draw_house.modules()


@pytest.fixture(scope="module")
def graph(trees):
    return draw_house.imports(trees)


def path_of(name: str) -> Path:
    plain = SRC.joinpath(*name.split(".")) if name else SRC
    return plain / "__init__.py" if plain.is_dir() else plain.with_suffix(".py")


def functions(tree):
    return [n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)]


def _own(thing, package):
    """Return a function of the root as it stands in its module, without the guard of the root."""
    return thing if package else inspect.unwrap(thing)


def public_objects():
    """Yield every public name of the root and of the sub-packages that have their own."""
    for package in ("", *PUBLIC_PACKAGES):
        module = importlib.import_module(f"policytext.{package}".rstrip("."))
        for name in getattr(module, "__all__", ()):
            yield f"{package}.{name}".lstrip("."), _own(getattr(module, name), package)


def public_calls():
    """Yield every public function, and every public method of a public class."""
    for name, thing in public_objects():
        if inspect.isclass(thing):
            for method, call in vars(thing).items():
                if inspect.isfunction(call) and (method == "__init__" or method[0] != "_"):
                    yield f"{name}.{method}", call
        elif inspect.isfunction(thing):
            yield name, thing


def test_there_is_no_circle_of_files_or_folders(graph):
    assert draw_house.circles(graph) == []
    assert draw_house.circles(draw_house.rooms(graph)) == []


def test_a_stage_imports_earlier_stages_only(graph):
    wrong = []
    for name, others in graph.items():
        stage = name.split(".")[0]
        for other in {o.split(".")[0] for o in others} - {stage} if stage else ():
            if stage == "plots":
                late = other not in GROUND_FOR_PLOTS
            else:
                late = other != "plots" and ORDER.index(other) > ORDER.index(stage)
            if late:
                wrong.append(f"{name} imports {other}")
    assert not wrong, wrong


def test_every_stage_is_in_the_order(trees):
    assert {name.split(".")[0] for name in trees} - {""} - {"plots"} <= set(ORDER)


def test_plots_are_loaded_when_something_is_drawn(trees):
    wrong = []
    for name, tree in trees.items():
        inner = {id(n) for f in functions(tree) for n in ast.walk(f)}
        for node in ast.walk(tree):
            at_load = isinstance(node, ast.ImportFrom) and id(node) not in inner
            if at_load and (node.module or "").startswith("policytext.plots"):
                wrong.append(f"{name}:{node.lineno}")
    allowed = ("plots", "study", "report")
    assert not [w for w in wrong if not w.startswith(allowed)], wrong


def test_a_folder_holds_three_to_twelve_modules(trees):
    held = Counter(name.rpartition(".")[0] for name in trees if "." in name)
    assert not {folder: n for folder, n in held.items() if not 3 <= n <= 12}


def test_a_file_holds_one_subject_whole(trees, graph):
    size = {n: len(path_of(n).read_text(encoding="utf-8").splitlines()) for n in trees}
    large = [
        f"{name}: {lines} lines"
        for name, lines in size.items()
        if lines > LARGEST_FILE and "lines" not in (ast.get_docstring(trees[name]) or "")
    ]
    importers = defaultdict(set)
    for name, others in graph.items():
        for other in others:
            importers[other].add(name)
    public = {getattr(thing, "__module__", "") for _, thing in public_objects()}
    crumbs = [
        f"{name}: {size[name]} lines, only for {min(by)}"
        for name, by in importers.items()
        if len(by) == 1
        and "." in name
        and min(by).split(".")[0] == name.split(".")[0]
        and size[name] < SMALL
        and f"policytext.{name}" not in public
    ]
    assert not large + crumbs, large + crumbs


def test_names_of_modules_and_classes_stand_once(trees):
    modules = Counter(n.split(".")[-1] for n in trees if n and not n.startswith("plots"))
    classes = Counter(
        node.name
        for tree in trees.values()
        for node in tree.body
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_")
    )
    assert not [n for n, many in (modules + classes).items() if many > 1]


def test_public_functions_show_all_their_parameters():
    wrong = []
    for name, call in public_calls():
        parameters = inspect.signature(call).parameters.values()
        if any(p.kind is p.VAR_KEYWORD for p in parameters):
            wrong.append(f"{name} hides parameters in **keywords")
        if len([p for p in parameters if p.name != "self"]) > MOST_PARAMETERS:
            wrong.append(f"{name} has more than {MOST_PARAMETERS} parameters")
    assert not wrong, wrong


def test_public_names_are_documented_with_an_example():
    lacking = []
    for name, thing in public_objects():
        if not callable(thing) or (inspect.isclass(thing) and issubclass(thing, Exception)):
            continue
        said = inspect.getdoc(thing) or ""
        if ">>>" not in said:
            lacking.append(f"{name} has no example")
        takes = inspect.isfunction(thing) and inspect.signature(thing).parameters
        if takes and "Parameters\n---" not in said:
            lacking.append(f"{name} does not explain its parameters")
    assert not lacking, lacking


def test_internal_docstrings_are_short(trees):
    public = {f"{getattr(t, '__module__', '')}.{n.split('.')[-1]}" for n, t in public_objects()}
    long = []
    for name, tree in trees.items():
        for node in tree.body:
            if not isinstance(node, ast.FunctionDef) or f"policytext.{name}.{node.name}" in public:
                continue
            said = (ast.get_docstring(node) or "").split(">>>")[0]
            if len([line for line in said.splitlines() if line.strip()]) > 6:
                long.append(f"{name}:{node.lineno} {node.name}")
    assert not long, long


def test_no_definition_stands_twice(trees):
    places = defaultdict(list)
    for name, tree in trees.items():
        for node in functions(tree):
            body = node.body[1:] if ast.get_docstring(node) else node.body
            if body and body[-1].end_lineno - body[0].lineno + 1 >= 6:
                places["\n".join(map(ast.dump, body))].append(f"{name}:{node.lineno} {node.name}")
    twice = [where for where in places.values() if len(where) > 1]
    assert not twice, twice


MOST_HAN_IN_A_PATTERN = 6
"""Different characters: enough for a frame such as 关于……印发, too few for a list of words."""

HAN = re.compile("[\u4e00-\u9fff]")
HAN_CLASS = re.compile(r"\[\^?[^\]]*\]")
NUMERALS_AND_FORM = set("〇零一二两三四五六七八九十百千万亿年月日时分第章节部条款项至到届次号")


def han_words(pattern: str) -> str:
    """Return the Han characters of a regular expression that are neither class nor numeral."""
    rest = HAN_CLASS.sub("", pattern)
    return "".join(c for c in HAN.findall(rest) if c not in NUMERALS_AND_FORM)


def test_vocabulary_is_data_and_not_code(trees):
    wrong = []
    for name, tree in trees.items():
        for node in ast.walk(tree):
            call = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
            if call and getattr(node.func.value, "id", "") == "re" and node.args:
                parts = [n for n in ast.walk(node.args[0]) if isinstance(n, ast.Constant)]
                words = "".join(han_words(p.value) for p in parts if isinstance(p.value, str))
                if len(set(words)) > MOST_HAN_IN_A_PATTERN:
                    wrong.append(f"{name}:{node.lineno} {words}")
    assert not wrong, wrong


def test_branches_are_few():
    command = [sys.executable, "-m", "ruff", "check", "--quiet", "--select", "C901", str(SRC)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT)
    assert done.returncode == 0, done.stdout


def test_no_test_measures_wall_clock_time():
    wrong = [
        f"{path.name}:{node.lineno}"
        for path in sorted((ROOT / "tests").glob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute) and node.attr in ("perf_counter", "process_time")
    ]
    assert not wrong, f"speed belongs into benchmarks/: {wrong}"


def imported_names(path: Path):
    """Yield module and name for everything a file imports from the package."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".py":
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("policytext"):
                yield from ((node.module, alias.name) for alias in node.names)
    else:
        for module, names in re.findall(r"from (policytext[\w.]*) import ([\w, ]+)", text):
            yield from ((module, name.split()[0]) for name in names.split(",") if name.strip())


def test_notebooks_and_pages_import_public_names_only():
    pages = [*ROOT.glob("notebooks/*.ipynb"), *ROOT.glob("docs/**/*.md"), ROOT / "README.md"]
    packages = {"policytext", *(f"policytext.{p}" for p in PUBLIC_PACKAGES)}
    wrong = []
    for page in pages:
        for module, name in imported_names(page):
            known = module in packages and name in importlib.import_module(module).__all__
            if not known and f"{module}.{name}" not in packages:
                wrong.append(f"{page.name}: {module}.{name}")
    assert not wrong, wrong


def test_tests_import_public_names_from_the_root():
    wrong = []
    for path in sorted((ROOT / "tests").glob("*.py")):
        for module, name in imported_names(path):
            inner = module != "policytext"
            own = module.removeprefix("policytext.").split(".")
            if inner and name in policytext.__all__:
                wrong.append(f"{path.name}: {name} is public, and imported from {module}")
            elif inner and own[0] not in ENGINES and own[0] not in PUBLIC_PACKAGES:
                wrong.append(f"{path.name}: {module} is not an engine that tests may open")
    assert not wrong, wrong


def test_the_picture_of_the_house_is_true():
    page = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    assert draw_house.picture() in page, "run python docs/draw_house.py"


def rows_of(name: str):
    with (DATA / "texts" / f"{name}.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def strings_and_beginnings(trees):
    """Return every string of the code, and how strings with places in them begin."""
    whole, begins = set(), set()
    for tree in trees.values():
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                whole.add(node.value)
            elif isinstance(node, ast.Call) and getattr(node.func, "id", "") == "name_of":
                begins.add(f"{node.args[0].value}.")
            elif isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant):
                begins.add(node.values[0].value)
    begins |= {text for text in whole if " " not in text}
    return whole, tuple(b for b in begins if len(b) > 1 and b.endswith("."))


def test_every_sentence_of_the_catalogue_is_used(trees):
    whole, begins = strings_and_beginnings(trees)
    sentences = rows_of("sentences")
    unused = [r["key"] for r in sentences if r["key"] not in whole]
    assert not [key for key in unused if not key.startswith(begins)]
    assert not [row["key"] for row in sentences if not (row["zh"] and row["en"])]


def test_every_sentence_gets_what_it_has_places_for(trees):
    sentences = {row["key"]: row for row in rows_of("sentences")}
    wrong = []
    for name, tree in trees.items():
        for node in ast.walk(tree):
            if not (isinstance(node, ast.Call) and getattr(node.func, "id", "") == "say"):
                continue
            key, given = node.args[0], {k.arg for k in node.keywords}
            if not isinstance(key, ast.Constant) or None in given:
                continue
            row = sentences.get(key.value)
            texts = (row["zh"], row["en"]) if row else ()
            fields = [f for text in texts for _, f, _, _ in string.Formatter().parse(text) if f]
            if row is None or {re.split(r"[.\[]", f)[0] for f in fields} - given:
                wrong.append(f"{name}:{node.lineno} {key.value}")
    assert not wrong, wrong


def test_every_source_of_the_catalogue_is_cited(trees):
    whole, _ = strings_and_beginnings(trees)
    assert not [row["key"] for row in rows_of("citations") if row["key"] not in whole]


def test_no_print_no_assert_no_bare_raise(trees):
    wrong = []
    for name, tree in trees.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Assert):
                wrong.append(f"{name}:{node.lineno} assert")
            is_print = isinstance(node, ast.Call) and getattr(node.func, "id", "") == "print"
            if is_print and name != "cli":
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
    allowed = {"segmentation.weights"}
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
    assert not [n for n in trees if n.split(".")[-1] in FORBIDDEN_NAMES]
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

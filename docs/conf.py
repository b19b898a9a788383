"""How the documentation is built: ``sphinx-build -q -W --keep-going docs docs/_build/html``.

No network is used. Markers in the pages are filled in when they are read, so that the reference
and the data cards cannot fall behind: ``%public of STAGE%``, ``%public names%``, ``%study keys%``,
``%study kinds%`` and ``%corpora%``. Notebooks are taken as ``notebooks/run_all.py --save
out/notebooks/zh --language zh`` left them, with their outputs, or as they stand in ``notebooks/``.
"""

import importlib.util
import re
import shutil
from importlib import import_module
from inspect import unwrap
from pathlib import Path
from typing import Any

import nbformat
from furo.navigation import get_navigation_tree
from sphinx import addnodes
from sphinx.environment.adapters.toctree import TocTree

import policytext
from policytext.texts import name_of

DOCS = Path(__file__).parent
ROOT = DOCS.parent

project = "policytext"
version = release = policytext.__version__
copyright = "policytext contributors"
language = "en"

extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
myst_enable_extensions = ["colon_fence", "deflist"]
myst_heading_anchors = 3
nb_execution_mode = "off"
nb_merge_streams = True
napoleon_google_docstring = False
napoleon_use_rtype = False
napoleon_attr_annotations = False
autodoc_typehints = "none"
autodoc_member_order = "bysource"
add_module_names = False
toc_object_entries = False
exclude_patterns = ["_build", "README.md"]
suppress_warnings = ["mystnb.unknown_mime_type", "misc.highlighting_failure"]

html_theme = "furo"
html_title = "policytext"
html_static_path = ["_static"]
html_css_files = ["tables.css"]
html_show_sphinx = False
html_copy_source = False


def first_sentence(docstring: str | None) -> str:
    """Return the first line of a docstring."""
    return (docstring or "").strip().split("\n")[0]


def public_of(stage: str) -> list[str]:
    """Return the public names that a stage defines, with the module each stands in."""
    found = []
    for name in policytext.__all__:
        module = unwrap(getattr(policytext, name)).__module__.removeprefix("policytext.")
        if module.split(".")[0] == stage:
            found.append(f"policytext.{module}.{name}")
    named = import_module(f"policytext.{stage}")
    own = [n for n in getattr(named, "__all__", []) if n not in policytext.__all__]
    return sorted(found) + [f"policytext.{stage}.{n}" for n in own]


def public_block(match: re.Match[str]) -> str:
    """Return the reference of all public names of a stage."""
    blocks = []
    for name in public_of(match.group(1)):
        thing = getattr(import_module(name.rpartition(".")[0]), name.rpartition(".")[2])
        kind = "class" if isinstance(thing, type) else "function" if callable(thing) else "data"
        more = "\n   :members:\n   :no-undoc-members:" if kind == "class" else ""
        body = f".. auto{kind}:: {name}{more}"
        blocks.append(f"## {name.rpartition('.')[2]}\n\n```{{eval-rst}}\n{body}\n```\n")
    return "\n".join(blocks)


def public_names(_: re.Match[str]) -> str:
    """Return a table of the names that ``from policytext import …`` gives."""
    rows = ["| name | what it does |", "| --- | --- |"]
    for name in policytext.__all__:
        thing = unwrap(getattr(policytext, name))
        module, said = thing.__module__, first_sentence(thing.__doc__)
        rows.append(f"| [`{name}`](#{module}.{thing.__name__}) | {said} |")
    return "\n".join(rows)


def corpora_table(_: re.Match[str]) -> str:
    """Return size and certainty of each shipped corpus, counted when the page is built."""
    rows = [
        "| corpus | design | reports | paragraphs | Han characters | province certain or stated "
        "| year certain or stated |",
        "| --- | --- | ---: | ---: | ---: | ---: | ---: |",
    ]
    sure = ["stated", "certain"]
    for folder in sorted((ROOT / "corpus").glob("*/counts")):
        corpus = policytext.load_corpus(folder)
        facts = corpus.documents
        rows.append(
            f"| `{folder.parent.name}` | {corpus.design} | {len(corpus):,} "
            f"| {len(corpus.paragraphs):,} | {int(corpus.paragraphs['n_han'].sum()):,} "
            f"| {int(facts['province_certainty'].isin(sure).sum())} "
            f"| {int(facts['year_certainty'].isin(sure).sum())} |"
        )
    return "\n".join(rows)


def study_keys(_: re.Match[str]) -> str:
    """Return the sections of a study file with their keys and defaults."""
    schema = policytext.study_schema()
    parts = [("", schema), *sorted(schema["$defs"].items())]
    blocks = []
    for name, part in parts:
        title = SECTIONS[name]
        rows = ["| key | what it is | default |", "| --- | --- | --- |"]
        for key, says in part["properties"].items():
            shape = says.get("type") or says.get("$ref", "").rpartition("/")[2] or "one of several"
            kinds = ", ".join(f"`{one}`" for one in says.get("enum", ()))
            default = "" if key in part.get("required", ()) else says.get("default", "")
            rows.append(f"| `{key}` | {kinds or shape} | `{default!r}` |")
        said = part.get("description", "").replace("\n", " ")
        blocks.append(f"### {title}\n\n{said}\n\n" + "\n".join(rows) + "\n")
    return "\n".join(blocks)


SECTIONS = {
    "": "The study itself",
    "AnalysisSettings": "`[[analysis]]`",
    "CorpusSettings": "`[corpus]`",
    "PublishedSettings": "`[[published]]`",
    "SupplementSettings": "`[[corpus.supplement]]`",
    "WordSettings": "`[words]`",
}


def study_kinds(_: re.Match[str]) -> str:
    """Return the kinds of analysis with the parameters of each; what a study must name is bold."""
    rules = policytext.study_schema()["$defs"]["AnalysisSettings"]["allOf"]
    rows = ["| kind | 说明 / what it computes | parameters |", "| --- | --- | --- |"]
    for rule in rules:
        kind = rule["if"]["properties"]["kind"]["const"]
        takes = rule["then"]["properties"]["parameters"]
        shown = [
            f"**{name}**"
            if name in takes["required"]
            else f"{name} = {says['default']!r}"
            if "default" in says
            else name
            for name, says in takes["properties"].items()
        ]
        name = name_of("kind", kind)
        rows.append(f"| `{kind}` | {name.zh} / {name.en} | {', '.join(shown)} |")
    return "\n".join(rows)


MARKERS = {
    r"^%study keys%$": study_keys,
    r"^%study kinds%$": study_kinds,
    r"^%public of ([a-z_]+)%$": public_block,
    r"^%public names%$": public_names,
    r"^%corpora%$": corpora_table,
}


def fill_markers(app: object, docname: str, source: list[str]) -> None:
    """Replace the markers of a page by what they stand for."""
    for pattern, fill in MARKERS.items():
        source[0] = re.sub(pattern, fill, source[0], flags=re.M)


def escape_prose(line: str) -> str:
    """Escape what reStructuredText would read as markup in a line of prose.

    Docstrings are written as prose with ``code`` in it: a bar, a star or a final underscore means
    itself. Doctests and ``**options`` of a parameter list stay as they are.
    """
    if line.lstrip().startswith((">>>", "...", "*")):
        return line
    line = re.sub(r"(?<!\S)``\s(\S+)\s``", r"``\1``", line)
    parts = re.split(r"(``.*?``|`[^`]*`)", line)
    plain = [re.sub(r"([|*])", r"\\\1", part) for part in parts[::2]]
    parts[::2] = [part.replace("object_", "object\\_") for part in plain]
    return "".join(parts)


def read_as_prose(
    app: object, what: str, name: str, thing: object, options: object, lines: list[str]
) -> None:
    """Escape the prose of a docstring before its sections are read."""
    lines[:] = [escape_prose(line) for line in lines]


def skip_foreign(
    app: object, what: str, name: str, thing: object, skip: bool, options: object
) -> bool | None:
    """Leave out methods that scikit-learn adds to every estimator."""
    return True if name.endswith("_request") or name == "get_metadata_routing" else None


def copy_notebooks() -> None:
    """Put the notebooks where Sphinx looks, in either language, with outputs if they were run."""
    told = importlib.util.spec_from_file_location("run_all", ROOT / "notebooks" / "run_all.py")
    run_all = importlib.util.module_from_spec(told)
    told.loader.exec_module(run_all)
    for language in ("zh", "en"):
        target = DOCS / "notebooks" / language
        target.mkdir(parents=True, exist_ok=True)
        for plain in sorted((ROOT / "notebooks").glob("0*.ipynb")):
            executed = ROOT / "out" / "notebooks" / language / plain.name
            if executed.exists() and executed.stat().st_mtime >= plain.stat().st_mtime:
                shutil.copyfile(executed, target / plain.name)
                continue
            notebook = run_all.in_language(nbformat.read(plain, as_version=4), language)
            nbformat.write(notebook, target / plain.name)


copy_notebooks()

READABLE_ALOUD = """addEventListener("DOMContentLoaded", () => {
  for (const one of document.querySelectorAll("p.caption[role=heading]")) one.ariaLevel = "2";
  for (const one of document.querySelectorAll(".cell_output .output")) one.style.overflowX = "auto";
  for (const one of document.querySelectorAll("pre, .table-wrapper, .cell_output .output")) {
    if (one.scrollWidth > one.clientWidth) one.tabIndex = 0;
  }
});"""
"""The theme gives headings of its contents no level, and what scrolls no way in for a keyboard."""


CHINESE = {
    "Search": "搜索",
    "On this page": "本页内容",
    "Next": "下一页",
    "Previous": "上一页",
    "Home": "首页",
    "Back to top": "回到顶部",
    "Made with ": "制作：",
}
"""Words of the theme on Chinese pages."""


def speak_its_language(
    app: Any, pagename: str, template: str, context: dict[str, Any], doctree: object
) -> None:
    """Give a Chinese page the contents of the Chinese documentation and words of the theme.

    A site of Sphinx has one language and one tree of contents; this one has two.
    """
    if not pagename.endswith("-zh") and not pagename.startswith("notebooks/zh/"):
        return
    env = app.builder.env
    trees = env.get_doctree("index-zh").findall(addnodes.toctree)
    resolved = (
        TocTree(env).resolve(
            pagename,
            app.builder,
            one,
            prune=False,
            maxdepth=1,
            titles_only=True,
            includehidden=True,
        )
        for one in trees
    )
    shown = "".join(app.builder.render_partial(one)["fragment"] for one in resolved if one)
    context["furo_navigation_tree"] = get_navigation_tree(shown)
    context["language"] = "zh-CN"
    context["_"] = context["gettext"] = lambda words: CHINESE.get(words, words)


def setup(app: object) -> None:
    """Let Sphinx call what fills in the pages and reads the docstrings."""
    app.connect("html-page-context", speak_its_language, priority=900)  # type: ignore[attr-defined]
    app.connect("source-read", fill_markers)  # type: ignore[attr-defined]
    app.connect("autodoc-process-docstring", read_as_prose, priority=100)  # type: ignore[attr-defined]
    app.connect("autodoc-skip-member", skip_foreign)  # type: ignore[attr-defined]
    app.add_js_file(None, body=READABLE_ALOUD)  # type: ignore[attr-defined]

"""The documentation names everything public, shows code that is right, and builds."""

import ast
import importlib.util
import re
import subprocess
import sys
from pathlib import Path

import click
import pytest

import policytext
from policytext.cli import main

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
PAGES = sorted(p for p in DOCS.rglob("*.md") if "_build" not in p.parts)


@pytest.fixture(scope="module")
def conf():
    spec = importlib.util.spec_from_file_location("docs_conf", DOCS / "conf.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def text(page):
    return page.read_text(encoding="utf-8")


def stages_in_reference():
    return {s for page in PAGES for s in re.findall(r"^%public of ([a-z_]+)%$", text(page), re.M)}


def test_every_public_name_is_in_the_reference(conf):
    table = conf.public_names(None)
    assert "%public names%" in text(DOCS / "reference" / "index.md")
    covered = {n.rpartition(".")[2] for s in stages_in_reference() for n in conf.public_of(s)}
    for name in policytext.__all__:
        assert f"[`{name}`]" in table
        assert conf.first_sentence(getattr(policytext, name).__doc__), f"{name} has no docstring"
        assert name in covered, f"{name} is on no page of the reference"


def commands(group, prefix=("policytext",)):
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, (*prefix, name))
        else:
            yield " ".join((*prefix, name)), command


def test_every_command_and_option_is_documented():
    page = text(DOCS / "reference" / "command-line.md")
    for name, command in commands(main):
        (section,) = re.findall(rf"^## `{name}.*?(?=^## |\Z)", page, re.M | re.S) or [""]
        assert section, f"{name} has no section"
        for option in (p for p in command.params if isinstance(p, click.Option)):
            assert f"`{option.opts[0]}" in section, f"{name} {option.opts[0]}"


def test_python_in_the_pages_can_be_read():
    for page in [*PAGES, ROOT / "README.md", ROOT / "README.zh-CN.md"]:
        for code in re.findall(r"```python\n(.*?)```", text(page), re.S):
            ast.parse(code)


def test_names_imported_in_the_pages_exist():
    for page in PAGES:
        for code in re.findall(r"```python\n(.*?)```", text(page), re.S):
            for node in ast.walk(ast.parse(code)):
                if isinstance(node, ast.ImportFrom) and node.module.startswith("policytext"):
                    module = importlib.import_module(node.module)
                    for alias in node.names:
                        assert hasattr(module, alias.name), f"{page.name}: {alias.name}"


def test_links_between_pages_lead_somewhere():
    for page in PAGES:
        for target in re.findall(r"\]\(([^)#:]+\.(?:md|ipynb|png))", text(page)):
            place = page.parent / target
            if place.suffix == ".ipynb":
                place = ROOT / "notebooks" / place.name
            assert place.exists(), f"{page.relative_to(DOCS)} → {target}"


TWINS = [*sorted(p for p in PAGES if p.stem.endswith("-zh")), ROOT / "README.zh-CN.md"]
ENGLISH_ONLY = {"reference", "cards"}


def english_of(page):
    return page.with_name(page.name.replace(".zh-CN", "").replace("-zh", ""))


def test_every_page_is_complete_in_both_languages():
    """Headings, code, pictures, and the figures of tables are the same; each names the other."""
    alone = {p for p in PAGES if p.parent.name not in ENGLISH_ONLY} - {*TWINS}
    assert alone == {english_of(page) for page in TWINS} - {ROOT / "README.md"}
    for page in TWINS:
        zh, en = text(page), text(english_of(page))
        assert f"]({page.name})" in en and f"]({english_of(page).name})" in zh, page.name
        for what in (r"^#+ ", r"^```\w+$", r"^!\[", r"^ *[-*] ", r"^\d\. "):
            counts = [len(re.findall(what, one, re.M)) for one in (en, zh)]
            assert counts[0] == counts[1], f"{page.name}: {what} {counts}"
        rows = [
            re.findall(r"\d[\d,.]*\d|\d", "".join(re.findall(r"^\|.*", one, re.M)))
            for one in (en, zh)
        ]
        assert sorted(rows[0]) == sorted(rows[1]), page.name


def test_english_pages_hold_no_chinese_sentence():
    quoted = r"```.*?```|`[^`]*`|“[^”]*”|\[[^]]*\]\([^)]*\)|\([^()]*\)"
    for page in (english_of(page) for page in TWINS):
        for said in re.findall(
            r"[\u4e00-\u9fff，、]{12,}。", re.sub(quoted, "", text(page), flags=re.S)
        ):
            raise AssertionError(f"{page.name}: {said}")


def test_the_tutorial_runs(monkeypatch, tmp_path):
    (tmp_path / "corpus").symlink_to(ROOT / "corpus")
    monkeypatch.chdir(tmp_path)
    code = "\n".join(re.findall(r"```python\n(.*?)```", text(DOCS / "tutorial.md"), re.S))
    exec(compile(code, "tutorial.md", "exec"), {})
    assert (tmp_path / "terms.docx").exists() and (tmp_path / "terms.png").exists()


def test_prose_of_docstrings_is_escaped(conf):
    assert conf.escape_prose("of |z| and ``a|b``") == r"of \|z\| and ``a|b``"
    assert conf.escape_prose("by `` | ``.") == "by ``|``."
    assert conf.escape_prose(">>> a | b") == ">>> a | b"


def test_the_picture_is_small_enough():
    assert (DOCS / "images" / "terms-by-province.png").stat().st_size < 300_000


@pytest.mark.slow
def test_the_site_builds_without_a_warning(tmp_path):
    command = [sys.executable, "-m", "sphinx", "-q", "-W", "--keep-going", "-d", tmp_path / "tree"]
    done = subprocess.run(
        [*command, DOCS, tmp_path / "html"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-3000:]
    page = (tmp_path / "html" / "reference" / "index.html").read_text(encoding="utf-8")
    assert page.count('class="reference internal"') > len(policytext.__all__)
    assert (tmp_path / "html" / "notebooks" / "zh" / "03_trends_and_statements.html").exists()

"""Which study files, codebooks and tables of a researcher are malformed, and what comes of each?

# ruff: noqa: E501  # markup and bytes are easier to check in one line

Run from the folder ``tests``:  python -m hostile.settings_files
"""

from __future__ import annotations

import gc
import os
import resource
import signal
import sys
import tempfile
import traceback
import warnings
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from hostile.case import report
from hostile.run import _last_place

STUDY = """title_zh = "示例"
title_en = "Example"
seed = 1
[corpus]
name = "x"
raw = "raw"
[[analysis]]
id = "a"
kind = "coverage"
parameters = { by = ["province"] }
"""
BOOK = """name: 示例
version: "1"
themes:
  - id: clinics
    label_zh: 基层
    label_en: clinics
    cues: [基层, 乡镇卫生院]
"""


class Malformed(NamedTuple):
    """A file that somebody wrote wrongly; ``accept`` where it must be read all the same."""

    kind: str
    name: str
    data: bytes
    accept: bool = False


def malformed() -> Iterator[Malformed]:
    """Yield every malformed file."""
    yield from _studies()
    yield from _codebooks()
    yield from _tables()


def _studies() -> Iterator[Malformed]:
    changes: dict[str, tuple[str, str]] = {}
    for key, values in {
        "seed = 1": [
            "seed = -1",
            "seed = 1.5",
            'seed = "x"',
            "seed = true",
            "seed = 99999999999999999999",
            "seed = 4294967296",
            "seed = nan",
            "seed = []",
            f"seed = {'9' * 5000}",
        ],
        'title_zh = "示例"': [
            "title_zh = 5",
            "",
            'title_zh = ""',
            'title_zh = "\\u0000"',
            'title_zh = "\\u0007<b>$x_1$"',
            'title_zh = "$\\\\frac{1}{"',
            'title_zh = "\\ud800"',
            f'title_zh = "{"长" * 20_000}"',
        ],
        'raw = "raw"': [
            'raw = ""',
            'raw = "none"',
            'raw = "../../../etc"',
            'raw = "/etc/hostname"',
            'raw = "raw\\u0000"',
            "raw = 5",
            'raw = "raw/a.txt"',
            'saved = "raw"',
            'saved = "none"',
            'saved = ""',
            f'raw = "{"a" * 5000}"',
        ],
        'name = "x"': [
            "name = 5",
            'name = ""',
            'name = "../x"',
            'name = "a/b"',
            'name = "x"\nmetadata = "none.csv"',
            'name = "x"\nmetadata = "raw"',
            'name = "x"\ncorrections = "raw/a.txt"',
            'name = "x"\ndesign = ""',
            'name = "x"\ncolumns = { text = -1 }',
            'name = "x"\ncolumns = { text = 1.5 }',
            'name = "x"\nsha256 = { "a.txt" = "00" }',
            'name = "x"\nsha256 = { "gone.txt" = 5 }',
            'name = "x"\nsupplement = 5',
        ],
        'id = "a"': [
            'id = ""',
            'id = "A"',
            'id = "../a"',
            'id = "a\\n"',
            "id = 5",
            f'id = "{"a" * 3000}"',
            'id = "con"',
            'id = "a b"',
        ],
        'kind = "coverage"': [
            'kind = ""',
            'kind = "coverge"',
            "kind = 5",
            'kind = "__import__"',
            'kind = "ledger"',
            'kind = "panel"',
            'kind = "trends"',
            'kind = "topics"',
            'kind = "keyness"',
        ],
        '{ by = ["province"] }': [
            "{}",
            "5",
            "{ by = 5 }",
            "{ by = [] }",
            '{ by = "" }',
            '{ by = "provinces" }',
            '{ by = ["province", "province"] }',
            "{ by = [1] }",
            '{ by = ["__class__"] }',
            '{ by = ["province"], min_certainty = "x" }',
            '{ by = ["province"], self = 1 }',
            '{ by = ["province"], corpus = 1 }',
            '{ by = ["text"] }',
            '{ by = [["province"]] }',
            "{ by = 1979-05-27 }",
            "{ by = { a = 1 } }",
        ],
    }.items():
        changes |= {f"{key[:12]}-{k}": (key, value) for k, value in enumerate(values)}
    wheres = [
        "year >",
        "province ==",
        "title.to_csv('x')",
        "@pd",
        "__import__('os')",
        "x",
        "1",
        "''",
        "year == year == year",
        "province in",
        "(" * 500,
        "year > 'a'",
        "province > 5",
        "index",
        "year; year",
        "`a b` == 1",
        "year = 5",
        "not",
        "lambda: 1",
        "[x for x in y]",
        "province.str.len() > 1",
        "year ** 99999999 > 1",
        "province * 999999999 == ''",
        "\\u0000",
        "title.str.contains('(((a+)+)+$')",
    ]
    changes |= {
        f"where-{k}": ('id = "a"', f'id = "a"\nwhere = "{w}"') for k, w in enumerate(wheres)
    }
    for name, (old, new) in changes.items():
        yield Malformed("study", name, STUDY.replace(old, new).encode("utf-8", "surrogatepass"))
    for name, data in {
        "empty": b"",
        "gbk": STUDY.encode("gb18030"),
        "bom": STUDY.encode("utf-8-sig"),
        "utf16": STUDY.encode("utf-16"),
        "zeros": bytes(100),
        "binary": bytes(range(256)),
        "json": b'{"title_zh": "x"}',
        "cut": STUDY.encode()[:90],
        "twice": (STUDY + 'title_zh = "y"\n').encode(),
        "deep": b"a = " + b"[" * 5000 + b"]" * 5000,
        "cr": STUDY.replace("\n", "\r").encode(),
        "no-corpus": STUDY.split("[corpus]")[0].encode(),
        "corpus-list": STUDY.replace("[corpus]", "[[corpus]]").encode(),
        "analysis-table": STUDY.replace("[[analysis]]", "[analysis]").encode(),
        "many": (
            STUDY + "".join(f'[[analysis]]\nid = "b{k}"\nkind = "x"\n' for k in range(2000))
        ).encode(),
        "published": (
            STUDY
            + '[[published]]\nquantity = "q"\npublished = nan\nsource = "s"\n'
            + 'table = "zz"\ncolumn = "c"\n'
        ).encode(),
        "words": (STUDY + '[words]\nterms = "none.csv"\n').encode(),
        "words-raw": (STUDY + '[words]\nterms = "raw/a.txt"\n').encode(),
        "words-folder": (STUDY + '[words]\nterms = "raw"\n').encode(),
    }.items():
        yield Malformed("study", name, data)


def _codebooks() -> Iterator[Malformed]:
    bomb = "a0: &a0 [x,x,x,x,x,x,x,x,x]\n" + "".join(
        f"a{k}: &a{k} [{','.join([f'*a{k - 1}'] * 9)}]\n" for k in range(1, 10)
    )
    texts = {
        "empty": "",
        "only-name": "name: x",
        "themes-none": "name: x\nthemes:\n",
        "themes-text": "name: x\nthemes: abc",
        "themes-number": "name: x\nthemes: 5",
        "themes-map": "name: x\nthemes: {a: b}",
        "theme-text": "name: x\nthemes: [a]",
        "theme-none": "name: x\nthemes: [null]",
        "theme-empty": "name: x\nthemes: [{}]",
        "theme-list": "name: x\nthemes: [[a]]",
        "id-number": BOOK.replace("clinics\n", "5\n", 1),
        "id-true": BOOK.replace("id: clinics", "id: yes"),
        "id-twice": BOOK + BOOK.split("themes:\n")[1],
        "cues-number": BOOK.replace("[基层, 乡镇卫生院]", "5"),
        "cues-map": BOOK.replace("[基层, 乡镇卫生院]", "{a: 1}"),
        "cues-nested": BOOK.replace("[基层, 乡镇卫生院]", "[[a]]"),
        "cues-null": BOOK.replace("[基层, 乡镇卫生院]", "[null]"),
        "cue-bad": BOOK.replace("[基层, 乡镇卫生院]", "['(((']"),
        "domain-list": BOOK + "domain: [a]\n",
        "domain-text": BOOK + "domain: abc\n",
        "alone-unknown": BOOK + "alone: [zzz]\n",
        "alone-number": BOOK + "alone: 5\n",
        "tab": BOOK.replace("  - ", "\t- "),
        "unbalanced": "name: [x",
        "tag": "name: !!python/object/apply:os.system ['true']\nthemes: []",
        "alias-bomb-name": f"{bomb}name: *a9\nthemes: []\n",
        "alias-bomb-theme": f"{bomb}name: x\nthemes: [{{id: a, label_zh: *a9}}]\n",
        "alias-bomb-cues": f"{bomb}name: x\nthemes: [{{id: a, label_zh: b, cues: *a9}}]\n",
        "alias-loop": "name: x\nthemes: &a [*a]\n",
        "deep": "name: x\nthemes: " + "[" * 3000,
        "merge": "name: x\nthemes: [{<<: 5}]",
        "date": "name: 2021-99-99\nthemes: []",
        "two-documents": f"{BOOK}---\n{BOOK}",
        "key-list": "? [a, b]\n: c\nname: x\nthemes: []",
        "unknown-field": BOOK + "    colour: red\n",
    }
    for name, text in texts.items():
        yield Malformed("codebook", name, text.encode())
    for name, data in {
        "gbk": BOOK.encode("gb18030"),
        "utf16": BOOK.encode("utf-16"),
        "bom": BOOK.encode("utf-8-sig"),
        "nul": BOOK.encode() + b"\0",
        "binary": bytes(range(256)),
    }.items():
        yield Malformed("codebook", name, data, accept=name in ("gbk", "bom", "utf16"))


def _tables() -> Iterator[Malformed]:
    good = {
        "metadata": "file,year,province\na.txt,2021,陕西省\n",
        "corrections": "doc_id,field,value,author\na.txt#1,year,2021,甲\n",
        "rules": "pattern,replacement,condition,name\n医共体,医疗共同体,,甲\n",
        "terms": "term,concept,parent,variant_of,region_variant,exclude,note\n医共体,医共体,,,,,\n",
    }
    for kind, text in good.items():
        head, row = text.splitlines()
        broken = {
            "open-quote": text + '"甲,乙\n',
            "too-many": text + row + ",尾,尾\n",
            "too-few": text + row.split(",")[0] + "\n",
            "no-header": row + "\n",
            "header-only": head + "\n",
            "header-twice": f"{head},{head.split(',')[0]}\n{row},x\n",
            "header-spaces": head.replace(",", " , ") + f"\n{row}\n",
            "missing-column": head.split(",", 1)[1] + "\n" + row.split(",", 1)[1] + "\n",
            "unknown-column": f"{head},colour\n{row},red\n",
            "semicolons": text.replace(",", ";"),
            "tabs": text.replace(",", "\t"),
            "nul": text + "\0," * 3 + "\n",
            "cr": text.replace("\n", "\r"),
            "first-empty": head + "\n," + row.split(",", 1)[1] + "\n",
            "twice": text + row + "\n",
            "blank-lines": text.replace("\n", "\n\n"),
            "formula": f"{head}\n=1+1{row}\n",
            "control": f"{head}\n\x07{row}\n",
            "private": f"{head}\n\ue000{row}\n",
            "sep-line": f"sep=,\n{text}",
            "markup": f"{head}\n<b>{row}\n",
            "very-long": f"{head}\n{'甲' * 200_000}{row}\n",
            "lone-cr": text.replace(row, row.replace(",", "\r,", 1)),
        }
        for name, data in broken.items():
            yield Malformed(kind, name, data.encode())
        for name in ("gb18030", "utf-16", "utf-8"):
            yield Malformed(kind, f"enc-{name}", text.encode(name), accept=True)
        yield Malformed(kind, "bad-byte", text.encode() + b"\xff\n")
        yield Malformed(kind, "empty", b"")
        yield Malformed(kind, "binary", bytes(range(256)) * 4)
        yield Malformed(kind, "workbook", b"PK\x03\x04" + bytes(50))
    for k, year in enumerate(["未知", "2021.5", "-1", "9" * 30, "nan", "二〇二一", "1e9", "0"]):
        yield Malformed("metadata", f"year-{k}", f"file,year\na.txt,{year}\n".encode())
        yield Malformed(
            "corrections",
            f"year-{k}",
            f"doc_id,field,value,author\na.txt#1,year,{year},甲\n".encode(),
        )
    for k, (field, value) in enumerate(
        [
            ("province", "无此省"),
            ("colour", "红"),
            ("year", ""),
            ("n_han", "5"),
            ("title", "新题"),
            ("doc_id", "x"),
            ("genre", "zzz"),
            ("adcode", "999999"),
            ("text", "全文"),
        ]
    ):
        yield Malformed(
            "corrections",
            f"field-{k}",
            f"doc_id,field,value,author\na.txt#1,{field},{value},甲\n".encode(),
        )
    for k, pattern in enumerate(
        [
            "regex:(",
            "regex:",
            "regex:.*",
            "regex:(a+)+$",
            "regex:(?P<a>x",
            "regex:\\",
            "",
            "regex:[",
            "regex:^",
            "regex:(?i",
            "regex:\\ud800",
            "regex:a{99999999999}",
        ]
    ):
        yield Malformed("rules", f"pattern-{k}", f"pattern,replacement\n{pattern},甲\n".encode())
    for k, change in enumerate(
        [
            "regex:(医),\\9",
            "regex:(医),\\g<x>",
            "医共体,医共体",
            "医共体,\\1",
            "regex:医,",
            "医,医医",
        ]
    ):
        yield Malformed("rules", f"replacement-{k}", f"pattern,replacement\n{change}\n".encode())


def tried(one: Malformed, folder: Path) -> str:
    """Return what comes of a file: accepted, or the kind of error and its words."""
    from policytext.errors import PolicytextError

    name = {"study": "study.toml", "codebook": "book.yaml"}.get(one.kind, f"{one.kind}.csv")
    path = folder / name
    path.write_bytes(one.data)
    warnings.simplefilter("ignore")
    try:
        _ACTIONS[one.kind](path)
    except PolicytextError as error:
        return f"sentence: {error}"
    except BaseException as error:
        trace = "".join(traceback.format_exception(error))
        return f"traceback: {type(error).__name__}: {str(error)[:140]} @ {_last_place(trace)}"
    return "accepted"


def _study(path: Path) -> Any:
    from policytext.study.run import run_study

    return run_study(path, out=path.parent / "out", progress=False)


def _codebook(path: Path) -> Any:
    from policytext.themes.codebook import Codebook

    return Codebook.from_yaml(path)


def _terms(path: Path) -> Any:
    from policytext.terms.concepts import load_terms

    return load_terms(path)


def _read(**more: Any) -> Any:
    from policytext import read_corpus

    (path,) = more.values()
    return read_corpus(path.parent / "raw", progress=False, **more)


_ACTIONS: dict[str, Callable[[Path], Any]] = {
    "study": _study,
    "codebook": _codebook,
    "terms": _terms,
    "metadata": lambda path: _read(metadata=path),
    "corrections": lambda path: _read(corrections=path),
    "rules": lambda path: _read(rules=path),
}


def outcome(one: Malformed, seconds: int = 10) -> str:
    """Try one file in a process of its own, within a time and 3 GB."""
    with tempfile.TemporaryDirectory(prefix="hostile") as name:
        folder = Path(name)
        (folder / "raw").mkdir()
        (folder / "raw" / "a.txt").write_text(report(), "utf-8")
        (folder / "here").mkdir()
        child = os.fork()
        if not child:
            try:
                os.chdir(folder / "here")
                resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
                resource.setrlimit(resource.RLIMIT_AS, (3 * 2**30, 3 * 2**30))
                said = tried(one, folder).encode("utf-8", "backslashreplace")
                (folder / "answer").write_bytes(said)
            finally:
                os._exit(0)
        _, status = os.waitpid(child, 0)
        answer = folder / "answer"
        written = sorted(path.name for path in (folder / "here").iterdir())
        if written:
            return f"harm: it wrote {written}"
        if answer.exists():
            return answer.read_text("utf-8")
        if os.WIFSIGNALED(status):
            sent = signal.Signals(os.WTERMSIG(status)).name
            return f"over {seconds} seconds" if sent in ("SIGXCPU", "SIGKILL") else f"abort: {sent}"
        return "no answer (memory)"


@cache
def warm() -> None:
    """Load what a study needs once, before processes are made from this one."""
    with tempfile.TemporaryDirectory(prefix="hostile") as name:
        (Path(name) / "raw").mkdir()
        (Path(name) / "raw" / "a.txt").write_text(report(), "utf-8")
        for kind, text in (("study", STUDY), ("codebook", BOOK)):
            tried(Malformed(kind, "good", text.encode()), Path(name))
    gc.collect()
    gc.freeze()  # what is loaded is shared with the processes, not copied by their collector


def wrong(one: Malformed, came: str) -> bool:
    """Say whether that is not what must come: a sentence, or reading where it must be read."""
    return not came.startswith(("accepted", "sentence")) or (one.accept and came != "accepted")


def main() -> None:
    """Print one line a file."""
    warm()
    bad, files = 0, list(malformed())
    for one in files:
        came = outcome(one)
        bad += wrong(one, came)
        sys.stdout.write(
            f"{'WRONG' if wrong(one, came) else 'ok':6}{one.kind} {one.name}: {came[:300]!r}\n"
        )
        sys.stdout.flush()
    sys.stdout.write(f"{len(files)} files, {bad} wrong\n")


if __name__ == "__main__":
    main()

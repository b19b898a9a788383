"""Which names and which objects of a file system trip a walk over a folder?"""

# markup and bytes are easier to check in one line

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from hostile.case import (
    EITHER,
    IGNORE,
    MARK,
    MARKS,
    OPENING,
    READ,
    SECOND,
    SKIP,
    THIRD,
    Case,
    report,
)
from hostile.tables import PLAIN

GOOD = report().encode()
STALE = f"云溪县卫生健康局2021年工作总结\n{OPENING}{THIRD}。\n".encode()


def name_cases() -> Iterator[Case]:
    """Yield ordinary files under names that are none; a name may hold any byte but / and zero."""
    named: dict[str, bytes] = {
        "gbk": "云溪县工作总结.txt".encode("gb18030"),
        "big5": "雲溪縣工作總結.txt".encode("big5"),
        "bytes": b"\xff\xfe\x80.txt",
        "surrogate": "\ud800.txt".encode("utf-8", "surrogatepass"),
        "newline": b"a\nb.txt",
        "return": b"a\rb.txt",
        "tab": b"a\tb.txt",
        "control": b"a\x07\x1bb.txt",
        "quote": b"a\"b'c.txt",
        "html": b"<b>a&amp;b<b>.txt",
        "formula": b"=1+1.txt",
        "colon": b"a:1.txt",
        "hash": b"a#1#2.txt",
        "backslash": b"a\\b.txt",
        "percent": b"%s%d{0}.txt",
        "spaces": b"  a  .txt",
        "long": b"a" * 235 + b".txt",
        "long-han": "长".encode() * 75 + b".txt",
        "bidi": "a\u202etxt.txt".encode(),
        "upper": b"A.TXT",
        "two-endings": b"a.docx.txt",
        "dollar": "2021年$x_1^2$报告.txt".encode(),
        "years": "2021年2020年19年报告.txt".encode(),
        "decomposed": "re\u0301sume\u0301.txt".encode(),
        "zero-width": "a\u200b\ufeff.txt".encode(),
    }
    for name, raw in named.items():
        yield Case(f"name {name}", os.fsdecode(raw), GOOD, READ, MARKS)
    yield Case("name no ending", "report", GOOD, SKIP)
    yield Case("name unknown ending", "report.doc", GOOD, SKIP)
    yield Case("name unknown ending", "report.wps", GOOD, SKIP)
    yield Case("name odd ending", "report.txt~", GOOD, SKIP)
    yield Case("name odd ending", "report.tar.gz", b"\x1f\x8b", SKIP)
    yield Case("name odd ending", "report." + "x" * 150, GOOD, SKIP)
    yield Case("name table", os.fsdecode("表格.csv".encode("gb18030")), PLAIN.encode(), READ, MARKS)


def object_cases(root: Path, first: int) -> Iterator[tuple[str, Case]]:
    """Make objects that are no ordinary files; yield the path below root, and what must become."""
    at = first

    def folder() -> Path:
        nonlocal at
        made = root / f"h{at:04d}-object"
        at += 1
        made.mkdir()
        (made / "good.txt").write_bytes(GOOD)
        return made

    where = folder()
    os.mkfifo(where / "pipe.txt")
    yield f"{where.name}/pipe.txt", Case("object fifo", "pipe.txt", b"", SKIP)
    where = folder()
    (where / "loop").symlink_to(where, target_is_directory=True)
    yield f"{where.name}/loop", Case("object link loop", "loop", b"", SKIP)
    where = folder()
    (where / "self.txt").symlink_to("self.txt")
    yield f"{where.name}/self.txt", Case("object link to itself", "self.txt", b"", SKIP)
    where = folder()
    (where / "gone.txt").symlink_to("nowhere.txt")
    yield f"{where.name}/gone.txt", Case("object dangling link", "gone.txt", b"", SKIP)
    where = folder()
    (where / "outside.txt").symlink_to("/etc/hostname")
    yield f"{where.name}/outside.txt", Case("object link outside", "outside.txt", b"", SKIP)
    where = folder()
    (where / "linked").symlink_to("/etc", target_is_directory=True)
    yield f"{where.name}/linked", Case("object linked folder", "linked", b"", SKIP)
    where = folder()
    shut = where / "shut"
    shut.mkdir()
    (shut / "inner.txt").write_bytes(STALE)
    shut.chmod(0)
    yield (
        f"{where.name}/shut",
        Case("object unreadable folder", "shut", b"", SKIP if os.getuid() else READ),
    )
    where = folder()
    (where / "shut.txt").write_bytes(STALE)
    (where / "shut.txt").chmod(0)
    yield (
        f"{where.name}/shut.txt",
        Case("object unreadable file", "shut.txt", b"", SKIP if os.getuid() else READ),
    )
    where = folder()
    hidden = where / ".ipynb_checkpoints"
    hidden.mkdir()
    (hidden / "good-checkpoint.txt").write_bytes(STALE)
    yield (
        f"{where.name}/.ipynb_checkpoints/good-checkpoint.txt",
        Case("object stale copy", "x", b"", IGNORE, absent=(THIRD,)),
    )
    for name in (".git", "__pycache__", "__MACOSX", "@eaDir", ".Trash"):
        where = folder()
        (where / name).mkdir()
        (where / name / "old.txt").write_bytes(STALE)
        must = IGNORE if name.startswith((".", "__")) else EITHER
        yield f"{where.name}/{name}/old.txt", Case("object hidden folder", "x", b"", must)
    for name in (".hidden.txt", "~$good.docx", "._good.txt", "Thumbs.db", "desktop.ini"):
        where = folder()
        (where / name).write_bytes(STALE)
        must = IGNORE if name.startswith((".", "~")) else EITHER
        yield f"{where.name}/{name}", Case("object hidden file", "x", b"", must)
    where = folder()
    _deep(where, 1200)
    yield f"{where.name}/d", Case("object deep folder", "x", b"", EITHER)
    where = folder()
    (where / "folder.txt").mkdir()
    (where / "folder.txt" / "inner.txt").write_bytes(STALE)
    yield (
        f"{where.name}/folder.txt/inner.txt",
        Case("object folder with an ending", "x", b"", READ, (THIRD,)),
    )
    where = folder()
    (where / "empty").mkdir()
    yield f"{where.name}/empty", Case("object empty folder", "x", b"", IGNORE)
    where = folder()
    os.link(where / "good.txt", where / "hard.txt")
    yield f"{where.name}/hard.txt", Case("object hard link", "x", b"", READ, (MARK, SECOND))


def _deep(where: Path, depth: int) -> None:
    """Make folders too deep for one path, step by step, with a file at the bottom."""
    back = os.open(".", os.O_RDONLY)
    try:
        os.chdir(where)
        for _ in range(depth):
            Path("d").mkdir()
            os.chdir("d")
        Path("bottom.txt").write_bytes(STALE)
    finally:
        os.fchdir(back)
        os.close(back)

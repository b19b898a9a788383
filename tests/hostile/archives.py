"""Which archives name, nest or lie so that a good member is lost or a bad one does harm?"""

# markup and bytes are easier to check in one line

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Iterable, Iterator

from hostile.case import EITHER, MARKS, OPENING, READ, SKIP, THIRD, TITLE, Case, report
from hostile.words import package

GOOD = report().encode()
OTHER = f"渭北县卫生健康局2020年工作总结\n{OPENING}{THIRD}。\n".encode()


class _Raw(zipfile.ZipInfo):
    """A member whose name is written as the bytes it is given, without the mark of UTF-8."""

    raw = b""

    def _encodeFilenameFlags(self):  # noqa: N802  # the name zipfile calls
        return self.raw, self.flag_bits & ~0x800


def archive(
    files: Iterable[tuple[str | bytes, bytes]], method: int = zipfile.ZIP_DEFLATED
) -> bytes:
    """Return a .zip file; names given as bytes are written as they are."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as out:
        for number, (name, data) in enumerate(files):
            info = _Raw(f"x{number}") if isinstance(name, bytes) else zipfile.ZipInfo(name)
            if isinstance(info, _Raw):
                info.raw = name
            info.compress_type = method
            out.writestr(info, data)
    return buffer.getvalue()


def _case(kind: str, name: str, data: bytes, must: str = EITHER, **more) -> Case:
    more.setdefault("must_hold", MARKS if must == READ else ())
    return Case(f"zip {kind}", f"{name}.zip", data, must, **more)


def archive_cases() -> Iterator[Case]:
    """Yield every archive."""
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # zipfile warns of doubled names
        yield from _names()
        yield from _beside()
        yield from _bombs()
        yield from _damaged()


def _names() -> Iterator[Case]:
    both = (*MARKS, THIRD)
    slips = [
        "../slip.txt",
        "../../../../tmp/slip.txt",
        "/etc/slip.txt",
        "C:\\slip.txt",
        "..\\slip.txt",
        "a/../../slip.txt",
        "//host/slip.txt",
    ]
    for k, name in enumerate(slips):
        yield _case(
            "names", f"slip-{k}", archive([("good.txt", GOOD), (name, OTHER)]), READ, must_hold=both
        )
    yield _case(
        "names", "twice", archive([("a.txt", GOOD), ("a.txt", OTHER)]), READ, must_hold=both
    )
    yield _case("names", "twice-same", archive([("a.txt", GOOD), ("a.txt", GOOD)]), READ)
    yield _case(
        "names", "twice-slash", archive([("a.txt", GOOD), ("./a.txt", OTHER)]), READ, must_hold=both
    )
    yield _case(
        "names", "twice-case", archive([("a.txt", GOOD), ("A.txt", OTHER)]), READ, must_hold=both
    )
    named: dict[str, str | bytes] = {
        "gbk": "云溪县报告.txt".encode("gb18030"),
        "gbk-folder": "报告/云溪县.txt".encode("gb18030"),
        "utf8-unmarked": "云溪县报告.txt".encode(),
        "big5": "雲溪縣報告.txt".encode("big5"),
        "bytes": b"\xff\xfe\x81.txt",
        "newline": "a\nb.txt",
        "tab": "a\tb.txt",
        "colon": "a:1.txt",
        "hash": "a#1.txt",
        "bidi": "a\u202etxt.exe.txt",
        "long": "长" * 80 + ".txt",
        "very-long": "a" * 60_000 + ".txt",
        "deep": "d/" * 5000 + "a.txt",
        "spaces": "  .txt",
        "formula": "=1+1.txt",
        "html": "<b>a</b>.txt",
        "upper": "A.TXT",
    }
    for name, inner in named.items():
        yield _case(
            "names",
            f"name-{name}",
            archive([("good.txt", GOOD), (inner, OTHER)]),
            READ,
            must_hold=both,
        )
    yield _case("names", "nul", archive([("good.txt", GOOD), (b"a\0b.txt", OTHER)]), READ)
    yield _case("names", "no-ending", archive([("good.txt", GOOD), ("report", OTHER)]), READ)
    yield _case("names", "no-name", archive([("good.txt", GOOD), (b"", OTHER)]), READ)
    yield _case("names", "folder-with-data", archive([("good.txt", GOOD), ("d/", OTHER)]), READ)
    hidden = [
        ("good.txt", GOOD),
        ("__MACOSX/._good.txt", b"\0\1"),
        (".ipynb_checkpoints/good-checkpoint.txt", OTHER),
        ("~$good.docx", b"x"),
        ("Thumbs.db", b"x"),
    ]
    yield _case("names", "hidden", archive(hidden), READ, absent=(THIRD,))


def _beside() -> Iterator[Case]:
    inner = archive([("inner.txt", OTHER)])
    yield _case("nested", "nested", archive([("good.txt", GOOD), ("inner.zip", inner)]), READ)
    deep = inner
    for _ in range(20):
        deep = archive([("inner.zip", deep)])
    yield _case("nested", "nested-deep", archive([("good.txt", GOOD), ("inner.zip", deep)]), READ)
    yield _case("nested", "only-nested", archive([("inner.zip", inner)]))
    members: dict[str, bytes] = {
        "bad.docx": b"PK\x03\x04broken",
        "bad.pdf": b"%PDF-1.4\nbroken",
        "bad.xlsx": b"PK\x03\x04broken",
        "bad.xls": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000),
        "bad.txt": b"\xff\xff\xff\x00\x80",
        "bad.jsonl": b'{"text": "x"',
        "bad.csv": b'text\n"open',
        "bad.html": b"<",
        "bad.exe": b"MZ",
        "empty.txt": b"",
        "surrogate.jsonl": b'{"text": "\\ud800"}',
        "link.txt": '<a href="x?id=1&amp;page=2">上级文件</a>'.encode() + OTHER,
    }
    for name, data in members.items():
        yield _case(
            "beside",
            f"beside-{name.replace('.', '-')}",
            archive([("good.txt", GOOD), (name, data)]),
            READ,
        )
    yield _case("beside", "beside-all", archive([("good.txt", GOOD), *members.items()]), READ)
    yield _case(
        "beside",
        "word",
        archive([("a.docx", package()), ("b.txt", OTHER)]),
        READ,
        must_hold=(*MARKS, THIRD),
    )
    pair = archive([("a.txt", OTHER * 9), ("good.txt", GOOD)], zipfile.ZIP_STORED)
    at = pair.find(OPENING.encode())
    yield _case("beside", "crc-wrong", pair[:at] + b"\x00" + pair[at + 1 :], READ)
    packed = bytearray(archive([("a.txt", OTHER * 9), ("good.txt", GOOD)]))
    packed[45:60] = bytes(15)
    yield _case("beside", "stream-wrong", bytes(packed), READ)
    for name, offset, value in (
        ("method-odd", 10, 97),
        ("locked", 8, 1),
        ("offset-wrong", 42, 0xFFFF),
        ("size-wrong", 24, 5),
        ("size-larger", 24, 60_000),
        ("version-odd", 6, 250),
    ):
        data = bytearray(archive([("a.txt", OTHER * 9), ("good.txt", GOOD)]))
        first = data.find(b"PK\x01\x02")
        struct.pack_into("<H", data, first + offset, value)
        yield _case("beside", name, bytes(data), READ)
    for name, method in (
        ("stored", zipfile.ZIP_STORED),
        ("bzip2", zipfile.ZIP_BZIP2),
        ("lzma", zipfile.ZIP_LZMA),
    ):
        yield _case("beside", f"method-{name}", archive([("good.txt", GOOD)], method), READ)


def _bombs() -> Iterator[Case]:
    yield _case("bomb", "spaces", archive([("good.txt", GOOD), ("b.txt", b" " * 60_000_000)]), READ)
    yield _case(
        "bomb", "text", archive([("good.txt", GOOD), ("b.txt", OPENING.encode() * 200_000)]), READ
    )
    yield _case(
        "bomb",
        "many-members",
        archive([("good.txt", GOOD), *((f"{k}.txt", b"") for k in range(5000))]),
        READ,
    )
    yield _case("bomb", "many-copies", archive([(f"{k}.txt", GOOD) for k in range(60)]), READ)
    data = bytearray(archive([("good.txt", GOOD), ("b.txt", OTHER)]))
    one = data.find(b"PK\x01\x02")
    two = data.find(b"PK\x01\x02", one + 4)
    struct.pack_into("<I", data, two + 42, 0)  # both names point to the first member
    yield _case("bomb", "overlapping", bytes(data), READ)


def _damaged() -> Iterator[Case]:
    whole = archive([("good.txt", GOOD), ("b.txt", OTHER)])
    for share in (0.1, 0.5, 0.9, 0.99):
        yield _case("damaged", f"cut-{share}", whole[: int(len(whole) * share)])
    yield _case("damaged", "empty-archive", archive([]), SKIP)
    yield _case("damaged", "only-folder", archive([("d/", b"")]), SKIP)
    yield _case("damaged", "empty", b"", SKIP)
    yield _case("damaged", "really-rar", b"Rar!\x1a\x07\x00" + bytes(200), SKIP)
    yield _case("damaged", "really-7z", b"7z\xbc\xaf\x27\x1c" + bytes(200), SKIP)
    yield _case("damaged", "really-text", f"{TITLE}".encode(), SKIP)
    yield _case("damaged", "in-front", b"MZ" + bytes(500) + whole)
    yield _case("damaged", "comment", whole[:-2] + struct.pack("<H", 5) + b"hello")
    yield _case("damaged", "count-wrong", whole[:-12] + struct.pack("<H", 9) + whole[-10:])
    yield _case("damaged", "two-archives", whole + archive([("c.txt", GOOD)]))

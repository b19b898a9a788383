"""Which folder of hostile files is made from a seed?"""

from __future__ import annotations

import os
import random
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from hostile.archives import archive_cases
from hostile.case import Case
from hostile.offices import office_cases
from hostile.pages import page_cases
from hostile.pdfs import pdf_cases
from hostile.places import name_cases, object_cases
from hostile.tables import table_cases
from hostile.texts import text_cases
from hostile.words import word_cases
from hostile.workbooks import workbook_cases


class HostileFile(NamedTuple):
    """A file that was written below the folder; the fields are those of `hostile.case.Case`.

    ``key`` stands in the name of the file and of no other; ``alone`` is what to read in order to
    read it by itself: the file, or the folder around an object that is no ordinary file.
    """

    key: str
    name: str
    alone: str
    kind: str
    must: str
    must_hold: tuple[str, ...]
    told: tuple[str, ...]
    once: tuple[str, ...]
    absent: tuple[str, ...]
    left_out: bool


def cases(seed: int = 0) -> Iterator[Case]:
    """Yield every ordinary file, in one order."""
    yield from text_cases(random.Random(seed))
    yield from page_cases()
    yield from word_cases()
    yield from workbook_cases()
    yield from office_cases()
    yield from pdf_cases()
    yield from archive_cases()
    yield from table_cases()
    yield from name_cases()


def write_hostile(folder: Path, seed: int = 0, most: int | None = None) -> list[HostileFile]:
    """Write all files, or a choice of as many, and return what must become of each.

    Another seed makes other mixtures, and chooses other files where not all are wanted.
    """
    folder.mkdir(parents=True, exist_ok=True)
    out: list[HostileFile] = []
    made = list(cases(seed))
    kept = random.Random(seed).sample(range(len(made)), min(len(made), most or len(made)))
    for number, case in ((number, made[number]) for number in sorted(kept)):
        key = f"h{number:04d}"
        name = f"{key}-{case.name}"
        while len(os.fsencode(name)) > 255:
            name = name.replace(case.name, case.name[1:])
            case = case._replace(name=case.name[1:])
        with open(os.fsencode(folder / name), "wb") as file:  # noqa: PTH123  # names in odd bytes
            file.write(case.data)
        out.append(_file(key, name, name, case))
    for name, case in object_cases(folder, len(made)):
        top = name.split("/")[0]
        out.append(_file(top[:5], name, top, case))
    return out


def _file(key: str, name: str, alone: str, case: Case) -> HostileFile:
    return HostileFile(
        key,
        name,
        alone,
        case.kind,
        case.must,
        case.must_hold,
        case.told,
        case.once,
        case.absent,
        case.left_out,
    )


if __name__ == "__main__":
    write_hostile(Path(sys.argv[1]))

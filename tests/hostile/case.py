"""What is one hostile file, and which report does it hide?"""

from __future__ import annotations

from typing import NamedTuple

READ, SKIP, EITHER, IGNORE = "read", "skip", "either", "ignore"


class Case(NamedTuple):
    """A file to be written, and what must become of it.

    ``must`` is ``read`` (it ends in documents), ``skip`` (in skipped), ``either`` of the two, or
    ``ignore`` (it is in neither, as hidden files are). ``must_hold`` stands in a paragraph or the
    ledger wherever the file is read; ``told`` stands there too, or rows in ``left_out`` speak of
    the file; ``once`` stands there once and no more; ``absent`` never; ``left_out`` asks for rows
    of ``left_out`` by itself.
    """

    kind: str
    name: str
    data: bytes
    must: str = EITHER
    must_hold: tuple[str, ...] = ()
    told: tuple[str, ...] = ()
    once: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    left_out: bool = False


MARK = "青石桥头柳成行"
SECOND = "白鹭洲边桂满枝"
THIRD = "望江亭外菊初黄"
"""Words that no cleaning rule touches; where one is lost, a reader lost it."""

TITLE = "云溪县卫生健康局2021年工作总结"
OPENING = "2021年，全县建成医共体2个，覆盖十二个乡镇卫生院。"
CLOSING = "下一步，我们将继续完善分级诊疗制度，提升基层服务能力。"


def report(middle: str = "", mark: str = MARK) -> str:
    """Return a short report of our own with a mark before and one behind the given text."""
    head = f"{TITLE}\n一、基本情况\n{OPENING}{mark}，工作有序推进。\n"
    return f"{head}{middle}\n二、下一步打算\n{CLOSING}{SECOND}。\n"


MARKS = (MARK, SECOND)

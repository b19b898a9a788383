"""What does a block of labels above a text say: index table, front matter, database export?

Government pages carry an index table (索引号, 发文机关, 成文日期 …), Markdown a front matter
between lines of hyphens, exports of law databases labels in brackets (【发布部门】). All three
say of a document what its text may not, and none of their lines is text. A block is read only
where several of its labels are known (``kinds/header_labels.csv``): a lone 来源 or 标题 is none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Final, NamedTuple

from policytext.data import any_of, read_table
from policytext.origin.claims import Labelled, filled_lines

REACH: Final = 60
"""Lines, empty ones not counted, among which a block is sought."""
ABOVE: Final = 12
"""Lines that may stand above it: a menu, a title."""
LONGEST: Final = 200
FEWEST: Final = 3
"""Known labels that make a block; of those that stand nowhere else two are enough."""
WORDS: Final = "kinds/words.csv"
FENCE: Final = re.compile(r"^(?:-{3,}|\+{3})\s*$")
FIELD: Final = re.compile(r"^\s*[^\s:：=#>|-][^:：=\n]{0,20}[:：=]")
CELLS: Final = re.compile(r"\s*[|｜\t]+\s*|\s{2,}")
RULED: Final = re.compile(r"^\s*\|[\s|:-]*-[\s|:-]*$")
"""The line below the head of a table in Markdown."""
BRACKETED: Final = re.compile(r"【([^【】\n]{2,12})】")
LABELLED: Final = re.compile(r"(?:^|[|｜\t]|\s{2,})\s*((?:[^\s:：|｜]\s*){2,8}?)\s*[:：]")
LISTED: Final = re.compile(r"(?<!\S)([^\s:：|｜]{2,8})[:：]")
"""Labels on one line with single blanks between them; two of them must be known."""
NUMBER: Final = re.compile(r"\S[^\n。，,]{1,40}?\d{1,5}\s*号")


@dataclass(frozen=True)
class Header:
    """What the block says by field, and the stretches of the source that it takes.

    >>> text = "标题: 某通知\\n文号: 某发〔2023〕2号\\n发布单位: 某局\\n正文。"
    >>> read_header(text).fields["title"].value
    '某通知'
    """

    fields: dict[str, Labelled] = field(default_factory=dict)
    spans: tuple[tuple[int, int], ...] = ()


class Pair(NamedTuple):
    """A label of a block and what stands behind it; ``field`` is "" where nobody knows it."""

    field: str
    strong: bool
    value: Labelled
    start: int
    end: int


@cache
def _labels() -> dict[str, tuple[str, bool]]:
    table = read_table("kinds/header_labels.csv")
    rows = zip(table["label"], table["field"], table["strong"], strict=True)
    return {label: (name, strong == "1") for label, name, strong in rows}


def field_of(label: str) -> str:
    """Return the field that a label names, "" for one that is not listed.

    >>> field_of("成文日期"), field_of("地点")
    ('date_issued', '')
    """
    return _labels().get(_tight(label), ("", False))[0]


def read_header(text: str) -> Header:
    """Return what a block of labels at the beginning of a source says, or an empty header."""
    lines = filled_lines(text[: REACH * LONGEST])[:REACH]
    found = _front_matter(lines)
    if found:
        pairs, spans = found
    else:
        pairs = _block(lines)
        spans = tuple((pair.start, pair.end) for pair in pairs)
        known = [pair for pair in pairs if pair.field]
        strong = [pair for pair in known if pair.strong]
        if len(known) < FEWEST and len(strong) < FEWEST - 1:
            return Header()
    fields: dict[str, Labelled] = {}
    for pair in pairs:
        if pair.field and pair.value.value and _possible(pair.field, pair.value.value):
            fields.setdefault(pair.field, pair.value)
    return Header(fields, spans)


def _possible(name: str, value: str) -> bool:
    if name == "document_number":
        return NUMBER.fullmatch(value) is not None
    if name.startswith("date"):
        return re.search(r"\d{4}", value) is not None
    return True


def _front_matter(
    lines: Sequence[tuple[int, str]],
) -> tuple[list[Pair], tuple[tuple[int, int], ...]] | None:
    """Return the pairs between two lines of hyphens at the top, if each line is one."""
    if not lines or not FENCE.match(lines[0][1].lstrip("\ufeff")):
        return None
    end = next((n for n, (_, line) in enumerate(lines[1:], 1) if FENCE.match(line)), 0)
    inside = lines[1:end]
    named = [line for _, line in inside if FIELD.match(line)]
    if not inside or 2 * len(named) < len(inside):
        return None
    pairs = []
    for start, line in inside:
        label, _, value = re.sub(r"[:：=]", ":", line, count=1).partition(":")
        name, strong = _labels().get(_tight(label).lower(), ("", False))
        at = start + len(line) - len(value.lstrip())
        plain = value.strip().strip("\"'")
        pairs.append(Pair(name, strong, Labelled(plain, at, at + len(value.strip())), start, at))
    stop = lines[end][0] + len(lines[end][1])
    return pairs, ((lines[0][0], stop),)


def _block(lines: Sequence[tuple[int, str]]) -> list[Pair]:
    """Return the pairs of the first run of labelled lines; a value may stand on its own line."""
    out: list[Pair] = []
    waiting = False
    unread = 0
    for start, line in lines:
        pairs = list(_pairs(start, line)) if len(line) <= LONGEST else []
        pairs = pairs or list(_cells(start, line)) or list(_bare(start, line))
        if out and not pairs and RULED.match(line):
            pairs = [Pair("", False, Labelled("", start, start), start, start + len(line))]
            out += pairs
            continue
        if pairs and any(pair.field for pair in pairs):
            out += pairs
            waiting = not pairs[-1].value.value
            continue
        if not out:
            unread += 1
            if unread > ABOVE:
                return []
            continue
        if not waiting or not _fills(out, line):
            break
        value = line.strip()
        out[-1] = out[-1]._replace(
            value=Labelled(value, start + line.index(value), start + len(line.rstrip())),
            end=start + len(line.rstrip()),
        )
        waiting = False
    return out


def _fills(pairs: Sequence[Pair], line: str) -> bool:
    """Whether a line is the value of the label before it; an empty last label takes no title."""
    value, name = line.strip(), pairs[-1].field
    title = next((p.value.value for p in pairs if p.field == "title" and p.value.value), "")
    if name == "title":
        return len(value) <= LONGEST
    if title and _tight(title).startswith(_tight(value)):
        return False
    if name == "subject":
        return len(value.split()) > 1 or len(value) <= 4
    if name in {"document_number", "date_issued", "date_posted"}:
        return _possible(name, value)
    return len(value) <= 60


def _pairs(start: int, line: str) -> Iterator[Pair]:
    """Yield the labels of a line with what stands behind each up to the next."""
    marks = [(m.start(), m.end(), m[1]) for m in BRACKETED.finditer(line)]
    if not marks or line[: marks[0][0]].strip():
        marks = [(m.start(1), m.end(), m[1]) for m in LABELLED.finditer(line)]
        single = [m for m in LISTED.finditer(line) if m[1] in _labels()]
        if len(single) >= 2 and len(single) > len(marks) and single[0].start() == 0:
            marks = [(m.start(1), m.end(), m[1]) for m in single]
        if not marks or line[: marks[0][0]].strip(" \t|｜　*-"):
            return
    for number, (at, behind, label) in enumerate(marks):
        stop = marks[number + 1][0] if number + 1 < len(marks) else len(line)
        name, strong = _labels().get(_tight(label), ("", False))
        value = line[behind:stop]
        plain = value.strip(" \t|｜　:：")
        where = start + behind + (value.find(plain) if plain else 0)
        first = start if number == 0 else start + at
        last = start + (stop if number + 1 < len(marks) else len(line))
        yield Pair(name, strong, Labelled(plain, where, where + len(plain)), first, last)


def _cells(start: int, line: str) -> Iterator[Pair]:
    """Yield the labels of a row without colons: every other cell is one, or blanks part them."""
    spans = list(_filled(line, CELLS))
    labels = {a for a, b in spans if _tight(line[a:b]) in _labels()}
    if len(spans) < 2 or not labels or min(spans)[0] not in labels:
        spans = [m.span() for m in re.finditer(r"\S+", line)]
        labels = {a for a, b in spans if line[a:b] in _labels()}
        if len(labels) < 2 or min(spans)[0] not in labels:
            return
    ends = [*sorted(labels)[1:], len(line)]
    for (a, b), stop in zip([s for s in spans if s[0] in labels], ends, strict=True):
        name, strong = _labels()[_tight(line[a:b])]
        value = line[b:stop].strip(" \t|｜　")
        at = start + b + (line[b:stop].find(value) if value else 0)
        last = start + (stop if stop < len(line) else len(line))
        first = start if a == min(labels) else start + a
        yield Pair(name, strong, Labelled(value, at, at + len(value)), first, last)


def _filled(line: str, marks: re.Pattern[str]) -> Iterator[tuple[int, int]]:
    """Yield the stretches between marks that are not blank."""
    at = 0
    for stop, behind in [*(m.span() for m in marks.finditer(line)), (len(line), len(line))]:
        cell = line[at:stop]
        if cell.strip():
            yield at + len(cell) - len(cell.lstrip()), at + len(cell.rstrip())
        at = behind


def _bare(start: int, line: str) -> Iterator[Pair]:
    """Yield a known label that fills its line, as the cell of an index table does."""
    name, strong = _labels().get(_tight(line), ("", False))
    if name:
        at = start + len(line.rstrip())
        yield Pair(name, strong, Labelled("", at, at), start, at)


def _tight(words: str) -> str:
    return re.sub(r"[\s*　]", "", words)


@cache
def _list_marks() -> re.Pattern[str]:
    return re.compile(any_of(WORDS, "between_bodies"))


def listed_bodies(value: str) -> tuple[str, ...]:
    """Return the bodies of a label's value.

    >>> listed_bodies("某县卫生健康局 某县财政局;某县医保局")
    ('某县卫生健康局', '某县财政局', '某县医保局')
    """
    return tuple(dict.fromkeys(one for one in _list_marks().split(value) if one))

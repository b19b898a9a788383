"""What is a report to this stage, and what is said about it with which evidence?"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from itertools import accumulate, pairwise
from typing import Final, NamedTuple

from policytext.data import any_of

WORDS: Final = "kinds/words.csv"


@dataclass(frozen=True, slots=True)
class Claim:
    """One piece of evidence for one field of a report.

    ``field``: Column of ``documents`` it speaks of, or ``carried_document`` or ``plan_year``.
    ``value``: What it says.
    ``certainty``: One of ``stated``, ``certain``, ``likely``, ``unknown`` (evidence that was not
      enough, or was set aside).
    ``words``: The words of the report.
    ``start, end``: Half-open offsets of the words in ``place``.
    ``place``: Where the words stand: ``title``, ``text``, ``file_name``, ``folder``,
      ``metadata`` or ``source`` (a block of labels above the text).
    ``rule``: Name of the rule that read them.
    """

    field: str
    value: str
    certainty: str
    words: str
    start: int
    end: int
    place: str
    rule: str


class Labelled(NamedTuple):
    """What stands behind a label above the text, and where in the source."""

    value: str
    start: int
    end: int


@cache
def _read_by() -> re.Pattern[str]:
    """Return a document that a title names as what its writer has read."""
    return re.compile(rf"《[^》\n]{{1,80}}》(?=的?{any_of('kinds/words.csv', 'thoughts_on')})")


@dataclass(frozen=True)
class ReportView:
    """A report as the stages before see it.

    ``title, text``: Title and clean text of the report; paragraphs joined by line breaks.
    ``paragraphs``: (text, kind, part_of_report) in order; may be empty.
    ``file_name``: Name of the file. Counted as evidence only when the file holds this one report.
    ``folder``: Folders of the file below the one that was read, joined by ``/``.
    ``compilation_title``: Title of the collection or page the report was cut from: never
      evidence.
    ``alone``: Whether the source holds this report only.
    ``header``: What a block of labels above the text says, by field.
    ``aside``: Lines of the source beside the text that cleaning took out, each with its start.
    ``damage``: Kinds of damage found: ``years_collapsed``, ``year_digits_deleted``,
      ``masked_years``.

    >>> ReportView("工作计划3", "", compilation_title="关于工作计划【三篇】").own_title
    ''
    """

    title: str
    text: str
    paragraphs: Sequence[tuple[str, str, str]] = ()
    file_name: str = ""
    folder: str = ""
    compilation_title: str = ""
    alone: bool = True
    header: Mapping[str, Labelled] = field(default_factory=dict)
    aside: Sequence[tuple[int, str]] = ()
    damage: frozenset[str] = frozenset()

    @cached_property
    def own_title(self) -> str:
        """The title, or "" where it is only the title of the page or collection.

        A document of others that was read (《…》读后感) is blank there.
        """
        stem = re.sub(r"[\s\d一二三四五六七八九十篇()（）:：]+$", "", self.title)
        if self.compilation_title and stem and stem in self.compilation_title.replace(" ", ""):
            return ""
        return _read_by().sub(lambda match: " " * len(match[0]), self.title)

    @property
    def signs_for_all(self) -> bool:
        """Whether who signs at the end speaks for the whole text: no other seems to begin in it."""
        return "several_reports" not in self.damage

    @cached_property
    def all_lines(self) -> list[tuple[int, str]]:
        """The lines of the text that are not empty, each with its start."""
        return filled_lines(self.text)

    @cached_property
    def filled_lines(self) -> list[tuple[int, str]]:
        """The lines that are not empty, each with its start: those that may head or sign the text.

        A table or list of bodies and dates does neither, if there is a text beside it.
        """
        lines = self.all_lines[: _list_below(self.all_lines)]
        cells = _rows_of_figures(lines)
        kinds = [kind for _, kind, _ in self.paragraphs]
        if "table" in kinds and "body" in kinds:
            starts = accumulate((len(text) + 1 for text, _, _ in self.paragraphs), initial=0)
            cells |= {at for at, kind in zip(starts, kinds, strict=False) if kind == "table"}
        return [(at, line) for at, line in lines if at not in cells]


@dataclass(frozen=True)
class Origin:
    """All fields of ``documents`` that come from reading the report, and the evidence.

    Text fields are "" and ``year`` is None where nothing was found; ``genre`` and ``level`` are
    then ``unknown``. ``issuers`` joins several by ``|``; dates are ISO (2020-07-27, or 2020-07).
    """

    genre: str = "unknown"
    doc_type: str = ""
    level: str = "unknown"
    issuers: str = ""
    document_number: str = ""
    date_issued: str = ""
    period_start: str = ""
    period_end: str = ""
    year: int | None = None
    province: str = ""
    city: str = ""
    county: str = ""
    adcode: str = ""
    year_certainty: str = "unknown"
    province_certainty: str = "unknown"
    city_certainty: str = "unknown"
    county_certainty: str = "unknown"
    claims: tuple[Claim, ...] = field(default=(), repr=False)


_FIGURE: Final = re.compile(
    r"\s*(?!(?:19|20)\d\d\s*$)\d{1,6}(?:\.\d+)?\s*(?:[%％‰]|(?![年月日号])[一-龥]{1,2})?\s*"
)
_LEAST_ROWS: Final = 2
_LONGEST_CELL: Final = 20


def _rows_of_figures(lines: Sequence[tuple[int, str]]) -> set[int]:
    """Return where lines begin that are rows of a table, a name and below it a figure alone.

    >>> _rows_of_figures([(0, "甲县教育局"), (6, "3所"), (9, "乙县教育局"), (15, "12")])
    {0, 9}
    """
    rows = {
        at
        for (at, name), (_, figure) in pairwise(lines)
        if len(name) <= _LONGEST_CELL and _FIGURE.fullmatch(figure) and not _FIGURE.fullmatch(name)
    }
    return rows if len(rows) >= _LEAST_ROWS else set()


_MOST_LISTED: Final = 60
_LONGEST_LISTED: Final = 40
_SENTENCE: Final = re.compile("[。；;，,]")
_DAY: Final = re.compile(
    r"[（(]?\s*(?:(?:19|20)\d\d|[一二][〇零○0一二三四五六七八九]{3})\s*[年./-]\s*"
    r"[\d一二三四五六七八九十元]{1,3}\s*[月./-]\s*[\d一二三四五六七八九十]{1,3}\s*[日号]?\s*[)）]?"
)


def _list_below(lines: Sequence[tuple[int, str]]) -> int:
    """Return how many lines stand above what is only listed at the end: annexes, addressees, names.

    What opens the list says so (附件：名单, 抄送：, 参加单位：). A body above a day signs for all.

    >>> rows = ["完成任务。", "甲县教育局", "2022年1月5日", "附件：名单", "乙县教育局"]
    >>> _list_below([(0, row) for row in rows])
    3
    >>> _list_below([(0, row) for row in (*rows[:1], *rows[3:], "2022年1月5日")])
    4
    """
    first = max(1, len(lines) - _MOST_LISTED)
    for i in range(len(lines) - 1, first - 1, -1):
        words = lines[i][1].strip()
        if _opens_list().match(words):
            return i
        ends = "。" in words or (len(words) > _LONGEST_LISTED or _SENTENCE.search(words))
        if ends or (_DAY.fullmatch(words) and len(lines[i - 1][1].strip()) > 3):
            return len(lines)
    return len(lines)


@cache
def _opens_list() -> re.Pattern[str]:
    return re.compile(
        rf"{any_of(WORDS, 'annexed')}\s*[\d一二三四五六七八九十]{{0,2}}\s*(?:[:：]|$)"
        rf"|{any_of(WORDS, 'sent_to')}\s*[:：]"
        rf"|[^，。；：:]{{0,12}}{any_of(WORDS, 'who_is_listed')}\s*[:：]$"
    )


def filled_lines(text: str) -> list[tuple[int, str]]:
    """Return the lines that are not empty, each with its start.

    >>> filled_lines("标题\\n\\n正文")
    [(0, '标题'), (4, '正文')]
    """
    out, position = [], 0
    for line in text.split("\n"):
        if line.strip():
            out.append((position, line))
        position += len(line) + 1
    return out


def stem_of(file_name: str) -> str:
    """Return a file's name without its ending: ``stem_of("2023.txt")`` is 2023."""
    return re.sub(r"\.\w{1,5}$", "", file_name)

"""Which reports does a table hold, one a record?"""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from policytext.data import words_of
from policytext.errors import ReadingError
from policytext.reading.encoding import decode
from policytext.reading.signs import what_it_is
from policytext.reading.source import Limits, NotRead, n_signs
from policytext.reading.tabular.columns import (
    NAMES,
    TOLD,
    ColumnMap,
    laid_out,
    names_a_column,
    understood,
    years_as_columns,
)
from policytext.records import HAN

TABLES = (".xlsx", ".xls", ".csv", ".tsv", ".jsonl", ".json")
WORKBOOKS = (".xlsx", ".xls")


class Record(NamedTuple):
    """Text of one record, what the other mapped columns say, and where it stands.

    ``sheet`` names the sheet of a workbook beside the one that was read first; ``problem`` says
    why there is no text.
    """

    text: str
    facts: Mapping[str, str]
    number: int
    sheet: str = ""
    problem: str = ""


class Table(NamedTuple):
    """The records of a table, the encoding it was in, and what it holds beside them."""

    records: list[Record]
    encoding: str = ""
    left_out: tuple[NotRead, ...] = ()


def read_table(data: bytes, ending: str, columns: ColumnMap | None, limits: Limits) -> Table:
    """Return the records of a table; a bad one has its problem said and ends no other.

    Of a workbook every sheet is read whose columns are understood.
    """
    if ending in WORKBOOKS:
        table = _read_sheets(data, columns, limits)
    else:
        text, encoding = decode(data)
        table = _read_lines(text.strip("\x00"), ending, columns, limits)._replace(encoding=encoding)
    if table.records and all(record.problem for record in table.records):
        raise ReadingError(table.records[0].problem)
    return _of_paragraphs(table)


_FIRST_HEADINGS = (re.compile(r"\s*一、"), re.compile(r"\s*二、"))
_LEAST_PARAGRAPHS = 5


def _of_paragraphs(table: Table) -> Table:
    """Return a table whose rows are the paragraphs of one report as one record.

    So it is where nothing else is known of the rows, each is one line, and one row opens the first
    section (一、) and a later one the second: reports would number theirs anew.

    >>> rows = ("甲县总结", "一、回顾", "完成任务。", "二、打算", "推进工作。")
    >>> [one] = _of_paragraphs(Table([Record(text, {}, 1) for text in rows])).records
    >>> one.text.split("\\n") == list(rows)
    True
    """
    rows = [one for one in table.records if one.text.strip() or one.facts or one.problem]
    known = any(one.facts or one.problem or one.sheet for one in rows)
    texts = [one.text.strip() for one in rows]
    if known or not _are_paragraphs(texts):
        return table
    left = (*table.left_out, NotRead("", _ONE_REPORT))
    return table._replace(records=[rows[0]._replace(text="\n".join(texts))], left_out=left)


_ONE_REPORT = "rows read as the paragraphs of one report"


def _are_paragraphs(texts: Sequence[str]) -> bool:
    """Say whether lines hold the first sections of one report, each once and in order."""
    if len(texts) < _LEAST_PARAGRAPHS or any("\n" in text for text in texts):
        return False
    first, second = (
        [i for i, text in enumerate(texts) if heading.match(text)] for heading in _FIRST_HEADINGS
    )
    return len(first) == len(second) == 1 and first < second


def _of_one_column(rows: Sequence[Any]) -> Table | None:
    """Return the report whose paragraphs are all that a sheet holds, in one column of no name."""
    cells = [[(at, c) for at, cell in enumerate(row) if (c := _cell(cell).strip())] for row in rows]
    filled = [row for row in cells if row]
    if any(len(row) > 1 for row in filled) or len({row[0][0] for row in filled}) != 1:
        return None
    texts = [row[0][1] for row in filled]
    if not _are_paragraphs(texts) or names_a_column(texts[0]):
        return None
    return Table([Record("\n".join(texts), {}, 1)], "", (NotRead("", _ONE_REPORT),))


# Which texts and pages are tables, though their content does not say so?


def hidden_table(
    data: bytes, own: str, ending: str, columns: ColumnMap | None, limits: Limits
) -> Table | None:
    """Return the table that a page named .xls or a text parted by tabs holds, or nothing.

    ``own``: The ending that the file has; ``ending``: the one of its content. A name of the column
    of the text must be known, or given: else the file is read as what it is.

    >>> told = "province\\tdoc\\n浙江\\t全省医改。\\n江西\\t推进医改。".encode()
    >>> [one.text for one in hidden_table(told, ".txt", ".txt", None, Limits()).records]
    ['全省医改。', '推进医改。']
    """
    text, encoding = ("", "")
    rows: Sequence[Any] = []
    if own in WORKBOOKS and ending == ".html":
        text, encoding = decode(data)
        rows = _page_rows(text)
    elif own == ".txt" and ending == ".txt" and b"\t" in data[:_FIRST_LINE]:
        text, encoding = decode(data)
        rows = _tabbed(text)
    elif own == ".txt" and ending == ".txt" and _LABEL_FIRST.match(data):
        text, encoding = decode(data)
        rows = _labelled(text)
    if len(rows) < 2 and not (rows and isinstance(rows[0], dict)):
        return None
    try:
        table = _mapped(_few(rows, limits), columns)
    except ReadingError:
        return None
    guessed = any(one.kind in (f"{TOLD}text", _ONE_REPORT) for one in table.left_out)
    bad = any(record.problem for record in table.records)
    return None if guessed or bad else table._replace(encoding=encoding)


_FIRST_LINE = 4_000


def _tabbed(text: str) -> list[list[str]]:
    """Return the cells of lines that have as many tabs each, else nothing."""
    lines = [line.rstrip("\r") for line in text.lstrip("\ufeff").split("\n") if line.strip()]
    return (
        [line.split("\t") for line in lines]
        if len({line.count("\t") for line in lines}) == 1
        else []
    )


_LABEL_FIRST = re.compile(rb"(?:\xef\xbb\xbf)?\s*[A-Za-z]{2,24}-[^\n]{3,60}:")
_LABEL = re.compile(rf"\s*[A-Za-z]{{2,24}}-(?P<name>{HAN.pattern}{{1,10}})\s*[:：]\s*(?P<words>.*)")
_LEAST_LABELS = 3


def _labelled(text: str) -> list[dict[str, str]]:
    """Return records whose lines have labels in two languages, as databases of papers write them.

    The first label opens each record; without a full text the summary is what there is.

    >>> _labelled("Title-题名: 甲县\\nYear-年: 2021\\nSummary-摘要: 全县\\n推进医改。")
    [{'题名': '甲县', '年': '2021', 'text': '全县推进医改。'}]
    """
    records: list[dict[str, str]] = []
    first = name = ""
    for line in text.lstrip("\ufeff").split("\n"):
        found = _LABEL.fullmatch(line.rstrip())
        if found:
            name = found["name"]
            first = first or name
            if name == first:
                records.append({})
        elif not records:
            return []
        words = found["words"] if found else line.strip()
        records[-1][name] = records[-1].get(name, "") + words
    names = {one for record in records for one in record}
    if len(names) < _LEAST_LABELS:
        return []
    instead = words_of(NAMES, "summary") if names.isdisjoint(words_of(NAMES, "text")) else ()
    return [
        {("text" if key in instead else key): words for key, words in record.items()}
        for record in records
    ]


def _page_rows(markup: str) -> list[list[str]]:
    """Return the cells of the table of a page that has the most rows."""
    from lxml import html as tree

    parser = tree.HTMLParser(no_network=True, huge_tree=True, remove_comments=True)
    tables = tree.fromstring(f"<div>{markup}</div>", parser=parser).iter("table")
    found = [list(table.iter("tr")) for table in tables]
    rows = max(found, key=len, default=[])
    return [["".join(cell.itertext()).strip() for cell in row.iter("td", "th")] for row in rows]


# Which rows do lines of text hold?


def _read_lines(text: str, ending: str, columns: ColumnMap | None, limits: Limits) -> Table:
    if ending not in (".jsonl", ".json"):
        table = _mapped(_few(_separated(text, ending, columns), limits), columns)
        return table._replace(records=[_in_its_cells(one) for one in table.records])
    lines = _few((ending == ".json" and _json_rows(text)) or _json_lines(text), limits)
    good = [line for line in lines if not isinstance(line, str)]
    if not good:
        return Table([Record("", {}, n, "", str(line)) for n, line in enumerate(lines, 1)])
    table = _mapped(good, columns)
    read = iter(table.records)
    records = [
        Record("", {}, number, "", line)
        if isinstance(line, str)
        else next(read)._replace(number=number)
        for number, line in enumerate(lines, 1)
    ]
    return table._replace(records=records)


def _in_its_cells(record: Record) -> Record:
    """Refuse a record in which a fact of the last column holds tabs: they are cells too many."""
    if any("\t" in fact for fact in record.facts.values()):
        return Record(
            "", {}, record.number, "", _too_many(record.number, "more cells than the header")
        )
    return record


def _few(rows: Iterable[Any], limits: Limits) -> list[Any]:
    out = []
    for row in rows:
        out.append(row)
        if len(out) > limits.members:
            raise ReadingError(f"a table must have at most {limits.members:,} rows, it has more")
    return out


def _separated(text: str, ending: str, columns: ColumnMap | None) -> Iterator[Sequence[Any]]:
    """Yield the cells of each row; between tabs, the last column keeps the tabs inside it."""
    if ending == ".csv":
        csv.field_size_limit(max(csv.field_size_limit(), 10_000_000))
        text, sign = separator(text)
        try:
            if text.count('"') % 2:
                _check_quotes(text, sign)
            yield from csv.reader(io.StringIO(text, newline=""), delimiter=sign)
        except csv.Error as error:
            raise ReadingError(f"the file must be a table in CSV, got: {error}") from error
        return
    lines = [line.rstrip("\r") for line in text.split("\n") if line.strip()]
    last = max(columns.values(), default=0) if columns and _by_number(columns) else None
    if last is None and lines:
        last = lines[0].count("\t")
    yield from (line.split("\t", int(last or 0)) for line in lines)


SEPARATORS = (",", ";", "\t", "|", "，")


def separator(text: str) -> tuple[str, str]:
    """Return the text without Excel's line "sep=;", and what separates its cells.

    >>> separator("省份;正文\\n川;全省")[1], separator("sep=|\\n省份|正文")
    (';', ('省份|正文', '|'))
    """
    first, _, rest = text.partition("\n")
    stated = re.fullmatch(r'\ufeff?"?sep=(.)"?\r?', first)
    if stated:
        return rest, stated[1]
    return text, next((sign for sign in SEPARATORS if sign in first), ",")


def _check_quotes(text: str, sign: str) -> None:
    """Refuse a table in which a quotation mark is never closed: it would swallow the rest."""
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=sign, strict=True)
    number = 0
    try:
        for number, _ in enumerate(rows, 1):  # noqa: B007
            pass
    except csv.Error as error:
        if "end of data" in str(error):
            raise ReadingError(
                f"the quotation mark opened in row {number + 1} of the table is never closed; a "
                f'quotation mark inside a cell is written twice: ""'
            ) from error


def _by_number(columns: ColumnMap) -> bool:
    return all(isinstance(column, int) for column in columns.values())


_LINE_ENDS = re.compile(r"\r\n|\r|\n")
"""A text inside a record may hold any other sign that looks like the end of a line."""


def _each_key_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Refuse an object that says two things under one name: only one of them would be read."""
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for place, name in enumerate(names) if name in names[:place])
        raise ValueError(f"the name {twice[:40]!r} stands in it twice")
    return found


def _json_rows(text: str) -> list[dict[str, Any]]:
    """Return the objects of one JSON list, alone or under one name; nothing for what is none.

    >>> _json_rows('{"data": [{"text": "全省医改。"}]}')
    [{'text': '全省医改。'}]
    """
    try:
        whole = json.loads(text.lstrip("\ufeff"), object_pairs_hook=_each_key_once)
    except (ValueError, RecursionError):
        return []
    if isinstance(whole, dict):
        lists = [one for one in whole.values() if isinstance(one, list)]
        whole = lists[0] if len(lists) == 1 else [whole]
    good = isinstance(whole, list) and all(isinstance(row, dict) for row in whole)
    return whole if good else []


def _json_lines(text: str) -> Iterator[dict[str, Any] | str]:
    """Yield the record of each line, or what is wrong with it."""
    for number, line in enumerate(_LINE_ENDS.split(text), 1):
        given = line.strip().strip("\ufeff")
        if not given:
            continue
        try:
            record = json.loads(given, object_pairs_hook=_each_key_once)
        except (ValueError, RecursionError) as error:
            said = "it is nested too deep" if isinstance(error, RecursionError) else str(error)
            yield f"line {number} must be a JSON object: {said}"
            continue
        if isinstance(record, dict):
            yield record
        else:
            yield f"line {number} must be a JSON object, got {given[:40]!r}"


# Which rows do the sheets of a workbook hold?


def _read_sheets(data: bytes, columns: ColumnMap | None, limits: Limits) -> Table:
    """Read each sheet that has a column for the text; the others are left out with a row."""
    records: list[Record] = []
    left: list[NotRead] = []
    refused, by_name = "", False
    looked: list[tuple[str, int]] = []
    for name, rows in _sheets(data):
        if isinstance(rows, str):
            left.append(NotRead(f"sheet {name}", f"sheet: {rows}"))
            continue
        filled = sum(n_signs(_cell(cell)) for row in rows for cell in row)
        if not filled:
            continue
        try:
            table = _mapped(_few(rows, limits), columns)
        except ReadingError as error:
            refused = refused or str(error)
            left.append(NotRead(f"sheet {name}", "sheet", filled))
            continue
        named = not any(one.kind == f"{TOLD}text" for one in table.left_out)
        if records and by_name and not named:
            left.append(NotRead(f"sheet {name}", "sheet", filled))
            continue
        if named and not by_name:  # what only looked like a report stands beside the table
            dropped = tuple(f"sheet {one}, " for one, _ in looked)
            left = [one for one in left if not one.part.startswith(dropped)]
            left += [NotRead(f"sheet {one}", "sheet", n) for one, n in looked]
            records, looked, by_name = [], [], True
        if not named:
            looked.append((name, filled))
        sheet = name if records else ""
        rows_with_words = (one for one in table.records if one.text or one.facts or one.problem)
        records += [one._replace(sheet=sheet) for one in rows_with_words]
        left += [one._replace(part=f"sheet {name}, {one.part}") for one in table.left_out]
    if refused and not records:
        raise ReadingError(refused)
    return Table(records, "", (*left, *_beside_sheets(data)))


_BESIDE_SHEETS = re.compile(
    r"xl/(comments|threadedComments|drawings|charts|diagrams|worksheets/(?!_)).*\.xml"
)
_KINDS_BESIDE = {
    **{"drawings": "text box", "charts": "chart", "diagrams": "diagram"},
    "worksheets/": "header or footer",
}
_MARKUP = re.compile(r"<[^<>]*>")
_LARGEST_PART = 50_000_000


def _beside_sheets(data: bytes) -> Iterator[NotRead]:
    """Yield a row for each part of a workbook that holds words beside its cells."""
    if not zipfile.is_zipfile(io.BytesIO(data)):
        return  # an older workbook, whose parts have no names
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        for part in book.infolist():
            named = _BESIDE_SHEETS.match(part.filename)
            if named is None or part.file_size > _LARGEST_PART:
                continue
            try:
                data = book.read(part)
                at = data.rfind(b"<headerFooter") if named[1] == "worksheets/" else 0
                words = _MARKUP.sub(" ", data[at:].decode("utf-8", "replace") if at >= 0 else "")
            except (OSError, zipfile.BadZipFile, zlib.error, NotImplementedError):
                continue
            n = len(HAN.findall(words))
            if n:
                kind = _KINDS_BESIDE.get(named[1], "notes of cells")
                yield NotRead(part.filename.rpartition("/")[2], kind, n)


def _sheets(data: bytes) -> Iterator[tuple[str, list[list[Any]] | str]]:
    """Yield name and rows of each sheet, or why it cannot be read."""
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        names = book.sheet_names
    except (CalamineError, ValueError, OSError) as error:
        raise ReadingError(
            f"the file must be an Excel workbook, but it is {what_it_is(data)} ({error})"
        ) from error
    for number, name in enumerate(names):
        if name in names[:number]:  # the library gives the first sheet of that name again
            yield name, "it has the name of another"
            continue
        try:
            yield name, _filled(book.get_sheet_by_index(number))
        except (CalamineError, ValueError, OSError) as error:
            if len(names) == 1:
                raise ReadingError(
                    f"the file must be an Excel workbook, but its sheet is damaged: {error}"
                ) from error
            yield name, str(error)


def _filled(sheet: Any) -> list[list[Any]]:
    """Return the rows of a sheet; a merged cell holds for each cell below that it covers."""
    rows = list(sheet.to_python(skip_empty_area=False))
    for (top, left), (bottom, _) in sheet.merged_cell_ranges or ():
        for row in rows[top + 1 : bottom + 1]:
            row[left] = rows[top][left]
    return rows


class Sheet(NamedTuple):
    """A sheet as text: its name, its columns, and its rows; None is a cell that holds nothing."""

    name: str
    columns: list[str]
    rows: list[list[str | None]]


def sheets_as_text(data: bytes, *, first_only: bool = False) -> list[Sheet]:
    """Return the sheets of a workbook that a researcher hands over, as pandas reads them."""
    import pandas as pd

    read = pd.read_excel(
        io.BytesIO(data),
        sheet_name=0 if first_only else None,
        dtype=str,
        engine="calamine",
        keep_default_na=False,
    )
    pages = {"": read} if first_only else read
    return [
        Sheet(str(name), [str(c) for c in page.columns], _without_gaps(page.to_numpy().tolist()))
        for name, page in pages.items()
    ]


def _without_gaps(rows: list[list[Any]]) -> list[list[str | None]]:
    return [[cell if isinstance(cell, str) else None for cell in row] for row in rows]


# Which cells of a row are text and facts?


def _mapped(rows: Sequence[Any], columns: ColumnMap | None) -> Table:
    """Return text and facts of each record, in the names of the corpus."""
    if not rows:
        return Table([])
    if isinstance(rows[0], dict):
        rows = [_flat(row) for row in rows]
    elif columns is None and (whole := _of_one_column(rows)):
        return whole
    header, rows, above = laid_out(rows, columns)
    wanted, told = (columns, []) if columns is not None else understood(header, rows)
    lacking = [f"{name}={column!r}" for name, column in wanted.items() if column not in header]
    years = [] if "text" in wanted else years_as_columns(header, rows)
    if lacking or ("text" not in wanted and not years):
        shown = ", ".join(map(repr, header[:12]))
        missing = ", ".join(lacking) or "a column for the text"
        raise ReadingError(
            f"the table must have {missing}; it has {shown}: say which column is what, as in "
            f"columns={{'text': 'content', 'year': 'year'}}"
        )
    if years:
        records = _by_year(rows, header, wanted, years)
    else:
        records = [_record(number, row, header, wanted) for number, row in enumerate(rows, 1)]
    left = [
        NotRead(f"row {n}", "row above the names of columns", _n_row(row))
        for n, row in enumerate(above, 1)
    ]
    left += [NotRead(f"column {wanted[name]}", TOLD + name) for name in told]
    left += [NotRead(f"column {column}", f"{TOLD}text") for column, _ in years]
    asked = [*wanted.values(), *(column for column, _ in years)]
    return Table(records, "", (*left, *_unasked(rows, header, asked)))


def _flat(record: Mapping[str, Any]) -> dict[str, Any]:
    """Return a record with what stands in objects inside it, and lists of lines as text."""
    out: dict[str, Any] = {}
    for key, value in record.items():
        if isinstance(value, dict):
            for inner, one in value.items():
                out[inner if inner not in record and inner not in out else f"{key}.{inner}"] = one
        elif isinstance(value, list) and all(isinstance(one, str) for one in value):
            out[key] = "\n".join(value)
        else:
            out[key] = value
    return out


def _n_row(row: Any) -> int:
    return sum(n_signs(_cell(cell)) for cell in row)


def _by_year(
    rows: Sequence[Any], header: Sequence[Any], wanted: ColumnMap, years: list[tuple[Any, str]]
) -> list[Record]:
    """Return a record for each year of each row that has a column for every year."""
    out: list[Record] = []
    for row in rows:
        for column, year in years:
            one = _record(len(out) + 1, row, header, {**wanted, "text": column})
            if one.text or one.problem:
                out.append(one._replace(facts={**one.facts, "year": year}))
    return out


def _too_many(number: int, cells: str) -> str:
    holds = "put text that holds the separator in quotation marks"
    return f"row {number} has {cells}: {holds}"


def _record(number: int, row: Any, header: Sequence[Any], wanted: ColumnMap) -> Record:
    if not isinstance(row, dict) and any(str(cell).strip() for cell in row[len(header) :]):
        cells_of_both = f"{len(row)} cells and the header {len(header)}"
        return Record("", {}, number, "", _too_many(number, cells_of_both))
    # of two columns of one name the first is meant; the other is left out with a row
    pairs = () if isinstance(row, dict) else zip(header, row, strict=False)
    cells = row if isinstance(row, dict) else dict(reversed(list(pairs)))
    facts = {name: _cell(cells.get(column)) for name, column in wanted.items()}
    return Record(facts.pop("text"), {k: v for k, v in facts.items() if v}, number)


_MOST_COLUMNS = 100
"""So many columns have a row each in what was left out; the others have one together."""


def _unasked(
    rows: Sequence[Any], header: Sequence[Any], wanted: Sequence[Any]
) -> Iterator[NotRead]:
    """Yield a row for each column that holds something and is neither the text nor a fact."""
    asked = set(wanted)
    counts = [0] * len(header)
    places = {name: place for place, name in enumerate(header)}
    for row in rows:
        cells = (
            ((places[k], v) for k, v in row.items()) if isinstance(row, dict) else enumerate(row)
        )
        for place, cell in cells:
            if place < len(header):
                counts[place] += n_signs(_cell(cell))
    unread: list[NotRead] = []
    for place, name in enumerate(header):
        if name in asked:
            asked.discard(name)
        elif counts[place]:
            kind = "column" if name != "" else "column without a name"
            shown = name if isinstance(name, str) and name else place + 1
            unread.append(NotRead(f"column {shown}", kind, counts[place]))
    yield from unread[:_MOST_COLUMNS]
    others = unread[_MOST_COLUMNS:]
    if others:
        total = sum(one.n_chars or 0 for one in others)
        yield NotRead(f"{len(others):,} further columns", "columns", total)


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)

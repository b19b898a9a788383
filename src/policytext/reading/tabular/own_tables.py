"""How are the tables and expressions read that a researcher hands over beside the reports?

Metadata, corrections, rules and terms come out of Excel in many encodings; whatever is wrong with
one is said with its file, row and column, rows counted as Excel shows them (the header is row 1).
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from itertools import combinations
from pathlib import Path
from re import _constants as codes  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import TYPE_CHECKING, Any, Final

from policytext.errors import ParameterError, ReadingError
from policytext.reading.encoding import decode
from policytext.reading.signs import what_it_is
from policytext.reading.worker import read_sheets_apart

if TYPE_CHECKING:
    import pandas as pd

MOST_BYTES: Final = 200_000_000
MOST_SIGNS_IN_A_CELL: Final = 10_000_000
_SEPARATORS: Final = (",", "\t", ";")


def read_own_table(path: str | Path, what: str = "table") -> pd.DataFrame:
    """Read a .csv, .tsv or .xlsx file as text, in whatever encoding Excel saved it.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     file = Path(folder, "a.csv")
    ...     _ = file.write_bytes("file,province\\na.txt,陕西\\n".encode("gb18030"))
    ...     read_own_table(file)["province"].tolist()
    ['陕西']
    """
    file = Path(path)
    if not file.is_file():
        raise ReadingError(f"the {what} {str(path)!r} does not exist or is no file")
    kind = file.suffix.lower()
    if kind not in (".csv", ".tsv", ".xlsx"):
        raise ReadingError(f"the {what} must be a .csv, .tsv or .xlsx file; got {file.name!r}")
    try:
        size = file.stat().st_size
        data = file.read_bytes() if size <= MOST_BYTES else b""
    except OSError as error:
        raise ReadingError(f"the {what} {file.name!r} cannot be opened: {error}") from error
    if size > MOST_BYTES:
        raise ReadingError(f"the {what} {file.name!r} must be under 200 MB, got {size} bytes")
    if kind == ".xlsx":
        return _first_sheet(data, file.name, what)
    return parse_own_table(_decoded(data, file.name), file.name, "\t" if kind == ".tsv" else "")


def _first_sheet(data: bytes, name: str, what: str) -> pd.DataFrame:
    pages = read_own_sheets(data, f"the {what} {name!r}", first_only=True)
    return next(iter(pages.values())).rename(columns=lambda column: column.strip())


def read_own_sheets(data: bytes, what: str, *, first_only: bool = False) -> dict[str, pd.DataFrame]:
    """Read the sheets of a workbook as text, in another process: one bad cell may abort it."""
    import pandas as pd

    try:
        sheets = read_sheets_apart(data, first_only=first_only)
    except ReadingError as error:
        raise ReadingError(
            f"{what} cannot be read as an Excel workbook ({what_it_is(data)}): {error}; open it "
            "in Excel, delete empty rows and columns behind the last ones, and save it again"
        ) from error
    return {s.name: pd.DataFrame(s.rows, columns=s.columns, dtype="str") for s in sheets}


def _decoded(data: bytes, name: str) -> str:
    try:
        return decode(data)[0].removeprefix("\ufeff")
    except ReadingError as error:
        raise ReadingError(f"{name}{_first_odd_byte(data)}: {error}") from error


def _first_odd_byte(data: bytes) -> str:
    """Say where a file stops being UTF-8."""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data[: error.start].rsplit(b"\n", 1)[-1]
        row, column = data[: error.start].count(b"\n") + 1, line.count(b",") + 1
        return f", row {row}, column {column}, byte {error.start}"
    return ""


def parse_own_table(text: str, name: str, separator: str = "") -> pd.DataFrame:
    """Return separated text as a table of text; short rows end in empty cells.

    >>> parse_own_table("a,b\\n1\\n", "a.csv").values.tolist()
    [['1', '']]
    >>> parse_own_table("a,b\\n1,2,3\\n", "a.csv")
    Traceback (most recent call last):
    policytext.errors.ReadingError: a.csv, row 2, column 3: '3' stands beyond the last ...
    """
    import pandas as pd

    text, separator = _separator(text, separator)
    rows = [(number, row) for number, row in _rows(text, separator, name) if row]
    if not rows:
        raise ReadingError(f"{name} is empty; its first row must name the columns")
    header = _header(rows[0][1], [row for _, row in rows[1:]], name)
    for number, row in rows:
        _check_row(row, header, f"{name}, row {number}")
    cells = [(row + [""] * len(header))[: len(header)] for _, row in rows[1:]]
    table = pd.DataFrame(cells, columns=header, dtype="str")
    return table[[column for column in header if column]]


def _separator(text: str, given: str) -> tuple[str, str]:
    """Return the text without Excel's line "sep=;", and what separates its cells."""
    first, _, rest = text.partition("\n")
    stated = re.fullmatch(r'"?sep=(.)"?\r?', first)
    if stated:
        return rest, stated[1]
    return text, given or next((s for s in _SEPARATORS if s in first), ",")


def _rows(text: str, separator: str, name: str) -> Iterator[tuple[int, list[str]]]:
    csv.field_size_limit(max(csv.field_size_limit(), MOST_SIGNS_IN_A_CELL))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    number = 0
    while True:
        number += 1
        try:
            row = next(reader, None)
        except csv.Error as error:
            lines = text.splitlines()
            begun = next((x for x in lines[number - 1 :] if '"' in x), "")
            column = begun.split('"')[0].count(separator) + 1
            said = (
                "a quotation mark is opened and never closed"
                if "end of data" in str(error)
                else f"its quotation marks cannot be read ({error})"
            )
            raise ReadingError(
                f"{name}, row {number}, column {column}: {said}; a quotation mark inside a cell "
                f'is written twice: ""'
            ) from error
        if row is None:
            return
        yield number, row


def _header(first: Sequence[str], rows: Sequence[Sequence[str]], name: str) -> list[str]:
    """Return the names of columns; those without name and content are "" and left out."""
    header = [cell.strip() for cell in first]
    for place, column in enumerate(header):
        if column and column in header[:place]:
            raise ReadingError(
                f"{name}, row 1, column {place + 1}: the column {column!r} stands twice; rename one"
            )
        if not column and any(len(row) > place and row[place].strip() for row in rows):
            header[place] = f"Unnamed: {place}"
    return header


def _check_row(row: Sequence[str], header: Sequence[str], where: str) -> None:
    for place, cell in enumerate(row):
        if "\x00" in cell:
            raise ReadingError(
                f"{where}, column {place + 1}: the cell must be text and holds the character NUL; "
                "save the table again"
            )
        if place >= len(header):
            raise ReadingError(
                f"{where}, column {place + 1}: {cell[:40]!r} stands beyond the last column "
                f"{header[-1]!r}; a cell that holds the separator must stand in double quotes"
            )


# Which regular expressions of a file may run?

MOST_SIGNS: Final = 2_000
LARGE: Final = 10
"""A repetition up to this number counts as small."""

_REPEATS: Final = (codes.MAX_REPEAT, codes.MIN_REPEAT)


def own_expression(pattern: str, place: str) -> re.Pattern[str]:
    """Compile an expression of a researcher's file, refusing one whose search may never end.

    >>> own_expression("(a+)+$", "rules.csv, row 2")
    Traceback (most recent call last):
    policytext.errors.ParameterError: rules.csv, row 2: '(a+)+$' repeats what repeats itself, ...
    """
    if len(pattern) > MOST_SIGNS:
        raise ParameterError(
            f"{place}: an expression must be at most {MOST_SIGNS} characters long, got "
            f"{len(pattern)}; split it into several rows"
        )
    try:
        endless = any(_ambiguous(inside) for inside in _repeated(parser.parse(pattern)))
        compiled = re.compile(pattern)
    except (re.error, OverflowError, RecursionError, MemoryError) as error:
        raise ParameterError(
            f"{place}: the pattern cannot be read, {pattern[:80]!r} is no regular expression: "
            f"{error}"
        ) from error
    if endless:
        raise ParameterError(
            f"{place}: {pattern[:80]!r} repeats what repeats itself, so that a search may take "
            "for ever; leave out one of the two signs + * {…}, as in (ab)+ for (a*b)+"
        )
    return compiled


def _repeated(tree: Any) -> Iterator[Any]:
    """Yield what stands inside each large repetition."""
    for code, argument in tree:
        if code in _REPEATS and argument[1] > LARGE:
            yield argument[2]
        for inner in _parts(argument):
            yield from _repeated(inner)


def _parts(argument: Any) -> Iterator[Any]:
    """Yield the expressions inside the argument of a node."""
    if isinstance(argument, parser.SubPattern):
        yield argument
    elif isinstance(argument, list | tuple):
        for one in argument:
            yield from _parts(one)


def _ambiguous(tree: Any) -> bool:
    """Return whether a text may be matched by the inside of a repetition in several ways."""
    for code, argument in tree:
        if code in _REPEATS and argument[0] != argument[1]:
            return True
        if code is codes.BRANCH and any(
            _meet(a, b) for a, b in combinations([_first(part) for part in argument[1]], 2)
        ):
            return True
        if code not in (codes.ATOMIC_GROUP, codes.POSSESSIVE_REPEAT) and any(
            _ambiguous(inner) for inner in _parts(argument)
        ):
            return True
    return False


def _first(tree: Any) -> frozenset[int] | None:
    """Return the characters a branch can begin with; None where that is not plain to see."""
    if not len(tree):
        return None
    code, argument = tree[0]
    if code is codes.LITERAL:
        return frozenset({argument})
    if code is codes.SUBPATTERN:
        return _first(argument[-1])
    if code is codes.IN and all(kind is codes.LITERAL for kind, _ in argument):
        return frozenset(sign for _, sign in argument)
    return None


def _meet(a: frozenset[int] | None, b: frozenset[int] | None) -> bool:
    return a is None or b is None or bool(a & b)


# Which words does a text hold wherever an expression fits?


def words_needed(pattern: re.Pattern[str]) -> frozenset[str]:
    """Return words of which one stands in every text where an expression fits, or none.

    None where that is not plain to see: a text without any may be passed over unread.

    >>> sorted(words_needed(re.compile("(?<!不)(?:力争|确保)[^，]*达到?|拟(?!定)")))
    ['力争', '拟', '确保']
    >>> words_needed(re.compile("[^，]{3}|力争")), words_needed(re.compile("(?i)a"))
    (frozenset(), frozenset())
    """
    if pattern.flags & re.IGNORECASE:
        return frozenset()
    return _needed(parser.parse(pattern.pattern, pattern.flags & re.VERBOSE))


def may_fit(pattern: re.Pattern[str]) -> re.Pattern[str]:
    """Return an expression that is sought faster and fits wherever the given one does.

    >>> may_fit(re.compile("(?<!不)拟(?!定)")).pattern
    '拟'
    """
    return re.compile("|".join(map(re.escape, sorted(words_needed(pattern)))))


def _needed(tree: Any) -> frozenset[str]:
    """Return the words that tell most, of those that the nodes of an expression need."""
    needed, word = [], ""
    for code, argument in tree:
        if code is codes.LITERAL:
            word += chr(argument)
        else:
            needed += [frozenset({word} - {""}), _needed_by(code, argument)]
            word = ""
    needed.append(frozenset({word} - {""}))
    return max(needed, key=lambda words: (min(map(len, words), default=0), -len(words)))


def _needed_by(code: Any, argument: Any) -> frozenset[str]:
    if code is codes.IN and all(kind is codes.LITERAL for kind, _ in argument):
        return frozenset(chr(sign) for _, sign in argument)
    if code is codes.BRANCH:
        each = [_needed(one) for one in argument[1]]
        return frozenset().union(*each) if all(each) else frozenset()
    if code is codes.SUBPATTERN and not argument[1]:  # without flags of its own
        return _needed(argument[-1])
    if code in (*_REPEATS, codes.POSSESSIVE_REPEAT) and argument[0]:
        return _needed(argument[2])
    return frozenset()


def check_replacement(pattern: re.Pattern[str], replacement: str, place: str) -> None:
    """Refuse a replacement that names a group its expression does not have.

    >>> check_replacement(re.compile("(医)"), r"\\1院", "rules.csv, row 2")
    """
    try:
        parser.parse_template(replacement, pattern)
    except (re.error, IndexError) as error:
        raise ParameterError(
            f"{place}: the replacement {replacement!r} does not fit the pattern: {error}"
        ) from error

"""What does cleaning change that was right, on clean text of any kind, and how sure was it?

Give folders of clean text by name; what is printed is counted by corpus, rule and certainty:

    python benchmarks/harm.py --corpus laws=../laws --corpus new=../new@full_text
                              (behind @ stands the column of tables that holds the text)
        --edits edits.csv     write every edit that changes meaning, with the words round it
        --whole               read whole corpora (slow) and take the ledger, as a user would
        --half even           only files whose name has an even checksum: tune on one half
        --judge unjudged.csv  write what nobody has judged yet; fill in the column verdict …
        --judged unjudged.csv … and give the file back: the verdicts are kept by digest
        --check               end with 1 if an edit that was certain is wrong or not judged

Verdicts (``harm_verdicts.csv`` beside this file) hold a digest of an edit and its surroundings, its
rule, what a reader said (right, wrong, harmless) and how (each: this edit was read; kind: a random
sample of its kind was read), never a sentence. Files with edits hold text: write them elsewhere.

An edit counts unless all its rules only change form (`FORM`): line ends, invisible characters,
spaces, markup, and signs written in another width; such an edit counts too where it takes out Han
characters or lets two digits meet.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from policytext import read_corpus
from policytext.cleaning import clean_source, repair_report
from policytext.data import words_of
from policytext.inference import share_interval
from policytext.reading.folder import read_files
from policytext.reading.source import Source
from policytext.records import HAN

FORM = frozenset(
    {
        "literal_code", "html_comment", "html_tag", "html_entity", "line_end",
        "invisible_character", "nbsp", "trailing_spaces", "percent_variants", "odd_symbols",
        "halfwidth_punct", "range_sign_variants", "between_paragraphs",
        "compatibility_form", "markdown_mark",
    }
)  # fmt: skip
"""Rules that change how a thing is written, not what is said."""

VERDICTS = Path(__file__).with_name("harm_verdicts.csv")
WORDS = ("right", "wrong", "harmless")
FIELDS = ("digest", "rule", "verdict", "how")
WINDOW = 12
_STOPS = "。！？；"
_LEAST_HAN = 8


# Which edits of a text change its meaning?


class EditRow(NamedTuple):
    """One edit that changes meaning, with the words round it (``⟦`` and ``⟧`` mark its place)."""

    corpus: str
    file: str
    half: str
    rule: str
    certainty: str
    start: int
    before: str
    after: str
    context: str
    sentence: bool
    digits: bool
    digest: str


class Change(NamedTuple):
    """One change of a source text, from the cleaner or from the ledger."""

    start: int
    end: int
    after: str
    rules: tuple[str, ...]
    certainty: str
    outside: bool = False


def half_of(file: str) -> str:
    """Return ``even`` or ``odd`` by the checksum of a file's name."""
    return "odd" if hashlib.sha256(file.encode()).digest()[0] % 2 else "even"


def changes_fast(source: Source) -> list[Change]:
    """Return the changes of a source text cleaned as one report."""
    left = [(h.start, h.end, "page_furniture") for h in source.hints if h.kind == "furniture"]
    cleaned = clean_source(source.text, (source.reader,), left_out=left)
    report = repair_report(cleaned.mapped, cleaned.context)
    return [Change(c.start, c.end, c.after, c.rules, c.certainty) for c in report.changes()]


def edit_rows(corpus: str, source: Source, changes: Iterable[Change]) -> Iterator[EditRow]:
    """Return the changes of one source that change its meaning."""
    text = source.text
    body = body_span(text)
    for change, run in _with_runs(sorted(changes, key=lambda c: (c.start, c.end))):
        before = text[change.start : change.end]
        rules = [rule for rule in change.rules if rule not in FORM]
        met = _between_digits(text, run)
        if not (rules or met or _loses_words(before, change.after)):
            continue
        if before.strip() == "" and change.after.strip() == "" and _same_lines(before, change):
            continue
        rule = "+".join(rules or change.rules)
        around = (
            text[max(0, change.start - WINDOW) : change.start],
            text[change.end : change.end + WINDOW],
        )
        yield EditRow(
            corpus,
            source.source_id,
            half_of(source.file),
            rule,
            change.certainty,
            change.start,
            before,
            change.after,
            "⟦⟧".join(around),
            body[0] <= change.start < change.end <= body[1] and loses_sentence(before, change),
            met or digits_differ(before, change.after),
            digest_of(rule, before, change.after, around),
        )


def _with_runs(changes: Sequence[Change]) -> Iterator[tuple[Change, Change]]:
    """Yield each change, and with the first of several that touch one another what they all do."""
    at = 0
    while at < len(changes):
        end = at + 1
        while end < len(changes) and changes[end].start == changes[end - 1].end:
            end += 1
        run = changes[at:end]
        whole = "".join(change.after for change in run)
        outside = any(change.outside for change in run)
        yield run[0], run[0]._replace(end=run[-1].end, after=whole, outside=outside)
        yield from ((change, change._replace(outside=True)) for change in run[1:])
        at = end


def _loses_words(before: str, after: str) -> bool:
    """Tell whether Han characters are lost that stood in no tag, comment or button of a page."""
    words = before.removeprefix("[").partition("](")[0]
    if before.startswith("[") and words in words_of("reading/words.csv", "button"):
        return False
    return not before.startswith("<") and len(HAN.findall(before)) > len(HAN.findall(after))


def _same_lines(before: str, change: Change) -> bool:
    """Tell whether a change of white space leaves the lines as they were."""
    joins = "\n" in before or "\f" in before
    return joins == ("\n" in change.after)


def _between_digits(text: str, change: Change) -> bool:
    """Tell whether digits stand on both sides of a change that parts them no more."""
    if change.outside:
        return False
    near = text[max(0, change.start - 1) : change.start] + text[change.end : change.end + 1]
    return len(near) == 2 and near.isdigit() and change.start < change.end and not change.after


def digits_differ(before: str, after: str) -> bool:
    """Tell whether two texts hold different digits.

    >>> digits_differ("2023万", "10万"), digits_differ("10﹪", "10%")
    (True, False)
    """
    return [c for c in before if c.isdigit()] != [c for c in after if c.isdigit()]


def loses_sentence(before: str, change: Change) -> bool:
    """Tell whether a change takes out something like a sentence."""
    lost = len(HAN.findall(before)) - len(HAN.findall(change.after)) >= _LEAST_HAN
    return lost and any(mark in before for mark in _STOPS)


def body_span(text: str) -> tuple[int, int]:
    """Return where the first line with a full stop begins and the last one ends.

    >>> body_span("首页\\n全县建成医共体。\\n关闭")
    (3, 11)
    """
    first = min((at for mark in _STOPS if (at := text.find(mark)) >= 0), default=len(text))
    last = max(text.rfind(mark) for mark in _STOPS)
    return text.rfind("\n", 0, first) + 1, last + 1


def digest_of(rule: str, before: str, after: str, around: Sequence[str]) -> str:
    """Return sixteen hexadecimal digits that tell an edit from others without telling its words."""
    parts = "\0".join((rule, before, after, *around))
    return hashlib.sha256(parts.encode("utf-8", "surrogatepass")).hexdigest()[:16]


# Which edits are made in a folder?


class Measured(NamedTuple):
    """The edits of one corpus, what was read, and the seconds of CPU that cleaning took."""

    edits: list[EditRow]
    files: int
    characters: int
    seconds: float


def measure(corpus: str, folder: str, half: str = "", *, whole: bool = False) -> Measured:
    """Read a folder (``folder@column`` names the text column of its tables) and clean each text."""
    path, _, column = folder.partition("@")
    columns: dict[str, str | int] | None = {"text": column} if column else None
    sources = [s for s in read_files(path, columns=columns) if isinstance(s, Source)]
    sources = [s for s in sources if half in ("", half_of(s.file))]
    start = time.process_time()
    ledger = _by_source(path, columns) if whole else {s.source_id: changes_fast(s) for s in sources}
    spent = time.process_time() - start
    edits = [e for s in sources for e in edit_rows(corpus, s, ledger.get(s.source_id, []))]
    return Measured(edits, len(sources), sum(len(s.text) for s in sources), spent)


def _by_source(folder: str, columns: dict[str, str | int] | None) -> dict[str, list[Change]]:
    """Return the rows of a corpus' ledger by source."""
    found: dict[str, list[Change]] = {}
    for row in read_corpus(folder, columns=columns, progress=False).ledger.itertuples():
        rules = tuple(str(row.rules).split("|"))
        outside = row.place == "outside"
        change = Change(row.start, row.end, row.after, rules, row.certainty, outside)
        found.setdefault(str(row.source_id), []).append(change)
    return found


# What did readers say of the edits?


def read_verdicts(path: Path = VERDICTS) -> dict[str, dict[str, str]]:
    """Return the verdicts of a file by digest; rows without one are left out."""
    if not path.exists():
        return {}
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = [row for row in csv.DictReader(file) if (row.get("verdict") or "").strip()]
    for row in rows:
        if row["verdict"] not in WORDS:
            raise SystemExit(f"{path.name}: {row['verdict']!r} is none of {', '.join(WORDS)}")
    return {row["digest"]: {f: (row.get(f) or "").strip() for f in FIELDS} for row in rows}


def write_verdicts(verdicts: dict[str, dict[str, str]], path: Path = VERDICTS) -> None:
    """Write verdicts: digest, rule, verdict and how it was found, in the order of rule, digest."""
    ordered = sorted(verdicts.values(), key=lambda row: (row["rule"], row["digest"]))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, FIELDS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(ordered)


def write_unjudged(edits: Iterable[EditRow], known: Iterable[str], path: Path) -> int:
    """Write each edit without a verdict once, with an empty column for it; return how many."""
    outside_repository(path)
    judged = set(known)
    rows = []
    for edit in edits:
        if edit.digest not in judged:
            judged.add(edit.digest)
            rows.append({**edit._asdict(), "verdict": "", "how": "each"})
    _write(path, [*EditRow._fields, "verdict", "how"], rows)
    return len(rows)


def _write(path: Path, fields: Sequence[str], rows: Iterable[dict[str, object]]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="", errors="backslashreplace") as file:
        writer = csv.DictWriter(file, fields)
        writer.writeheader()
        writer.writerows(rows)


def outside_repository(path: Path) -> None:
    """Refuse to write text of reports into the repository."""
    if Path(__file__).resolve().parents[1] in path.resolve().parents:
        raise SystemExit(f"{path} lies in the repository: edits hold sentences, write them outside")


# What is printed?


class Tally(NamedTuple):
    """How many edits of one rule and certainty were made, and what was said of them."""

    made: int
    right: int
    wrong: int
    unjudged: int
    sentences: int
    digits: int

    @property
    def precision(self) -> str:
        """Share not wrong of those judged, with its 95 % interval after Wilson."""
        judged = self.right + self.wrong
        if not judged:
            return "–"
        low, high = (float(end) for end in share_interval(self.right, judged)[1:])
        return f"{self.right / judged:.4f} [{low:.3f}, {high:.3f}]"


def tally(edits: Iterable[EditRow], verdicts: dict[str, dict[str, str]]) -> Tally:
    """Count edits by verdict; harmless ones count as right."""
    said: Counter[str] = Counter()
    sentences = digits = 0
    for edit in edits:
        verdict = verdicts.get(edit.digest, {}).get("verdict", "unjudged")
        said[verdict] += 1
        bad = verdict in ("wrong", "unjudged")
        sentences += bad and edit.sentence
        digits += bad and edit.digits
    right = said["right"] + said["harmless"]
    made = sum(said.values())
    return Tally(made, right, said["wrong"], said["unjudged"], sentences, digits)


def print_edits(measured: dict[str, Measured], verdicts: dict[str, dict[str, str]]) -> None:
    """Print a line for each corpus, and below it one for each rule and certainty."""
    print(
        f"{'corpus, rule':58}{'certainty':>10}{'made':>7}{'right':>7}{'wrong':>7}{'unjudged':>9}"
        f"{'sentences':>10}{'digits':>7}  precision"
    )
    for corpus, found in measured.items():
        speed = found.characters / max(found.seconds, 1e-9) / 1e6
        print(
            f"{corpus}: {found.files:,} texts, {found.characters:,} characters, "
            f"{speed:.2f} million a second of CPU"
        )
        groups = {(e.rule, e.certainty) for e in found.edits}
        for rule, certainty in sorted(groups):
            chosen = [e for e in found.edits if (e.rule, e.certainty) == (rule, certainty)]
            _print_tally(f"    {rule}", certainty, tally(chosen, verdicts))
        _print_tally(f"  {corpus}, all", "", tally(found.edits, verdicts))


def _print_tally(name: str, certainty: str, score: Tally) -> None:
    print(
        f"{name:58}{certainty:>10}{score.made:7}{score.right:7}{score.wrong:7}{score.unjudged:9}"
        f"{score.sentences:10}{score.digits:7}  {score.precision}"
    )


def is_harmful(edits: Iterable[EditRow], verdicts: dict[str, dict[str, str]]) -> bool:
    """Tell whether an edit that was certain is wrong, or was never judged."""
    accepted = {digest for digest, row in verdicts.items() if row["verdict"] != "wrong"}
    return any(e.certainty == "certain" and e.digest not in accepted for e in edits)


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure the folders of the command line."""
    asked = _parser().parse_args(arguments)
    if asked.judged:
        write_verdicts(read_verdicts() | read_verdicts(asked.judged))
    verdicts = read_verdicts()
    folders = dict(item.split("=", 1) for item in asked.corpus)
    measured = {
        name: measure(name, folder, asked.half, whole=asked.whole)
        for name, folder in folders.items()
    }
    edits = [edit for found in measured.values() for edit in found.edits]
    if measured:
        print_edits(measured, verdicts)
    if asked.edits:
        outside_repository(asked.edits)
        _write(asked.edits, EditRow._fields, [e._asdict() for e in edits])
    if asked.judge:
        print(f"{write_unjudged(edits, verdicts, asked.judge)} edits to judge: {asked.judge}")
    return int(asked.check and is_harmful(edits, verdicts))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--corpus", action="append", default=[], metavar="NAME=FOLDER")
    parser.add_argument("--half", choices=("", "even", "odd"), default="")
    parser.add_argument("--whole", action="store_true")
    parser.add_argument("--check", action="store_true")
    for name in ("--edits", "--judge", "--judged"):
        parser.add_argument(name, type=Path, metavar="CSV")
    return parser


if __name__ == "__main__":
    sys.exit(main())

"""How much page furniture is taken out, and how much text is kept, by character?

Run with the folder that holds ``corpus/compilations`` and ``corpus/provinces-2026``:

    python benchmarks/harm_furniture.py ../shared --lines left.csv

White space is not counted. Compilations bring a letter for each character (``truth.json``): T text,
F furniture, H title of a piece. For the provinces ``harm_furniture.csv`` holds the places of
furniture, by checksum of the text, without words. It was made thus: furniture are the lines before
the salutation but title, occasion and speaker (two lines of one occasion included), and the lines
behind the last sentence of the report, its annex or its glossary; captions with a reporter's name
and the list of links at one report's end are furniture, notes and annexes are not. Every line of
the 31 texts so chosen was read. Furniture between the two borders would be counted as text: none
was seen. ``cleaning`` is what the cleaner leaves, ``paragraphs`` what a corpus holds and counts.
"""

from __future__ import annotations

import argparse
import csv
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from harm import changes_fast, outside_repository

from policytext import read_corpus
from policytext.corpus import Corpus
from policytext.reading.folder import read_files
from policytext.reading.source import Source

COLUMNS: dict[str, str | int] = {"text": "full_text"}
PLACES = Path(__file__).with_name("harm_furniture.csv")


class Gold(NamedTuple):
    """A source text and a letter for each of its characters."""

    source: Source
    kinds: str


class Kept(NamedTuple):
    """Characters of furniture, text and titles: how many there are, and how many were kept."""

    furniture: tuple[int, int] = (0, 0)
    text: tuple[int, int] = (0, 0)
    titles: tuple[int, int] = (0, 0)

    def plus(self, other: Kept) -> Kept:
        """Return the sum of two counts."""
        pairs = zip(self, other, strict=True)
        return Kept(*((a[0] + b[0], a[1] + b[1]) for a, b in pairs))


def compilations(folder: Path) -> tuple[list[Gold], list[str]]:
    """Return the files with a letter for each character, and the names of the others."""
    truth = json.loads((folder / "truth.json").read_text("utf-8"))
    found, others = [], []
    for source in read_files(folder / "files"):
        if isinstance(source, Source):
            kinds = truth[source.file].get("kinds", "")
            if len(kinds) == len(source.text):
                found.append(Gold(source, kinds))
            else:
                others.append(source.file)
    return found, others


def provinces(folder: Path) -> tuple[list[Gold], list[str]]:
    """Return the texts whose places of furniture are known, and the names of the others."""
    spans: dict[str, list[tuple[int, int]]] = {}
    with PLACES.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            place = (int(row["start"]), int(row["end"]))
            spans.setdefault(row["sha256_text"], []).append(place)
    found, others = [], []
    for source in read_files(folder, columns=COLUMNS):
        if isinstance(source, Source):
            places = spans.get(str(source.row["sha256_text"])[:16])
            if places is None:
                others.append(source.file)
            else:
                found.append(Gold(source, _letters(source.text, places)))
    return found, others


def _letters(text: str, places: Sequence[tuple[int, int]]) -> str:
    kinds = ["T"] * len(text)
    for start, end in places:
        kinds[start:end] = "F" * (end - start)
    return "".join(kinds)


def kept_by_cleaning(source: Source) -> bytearray:
    """Return a one for each character of a source that the cleaner leaves or rewrites."""
    kept = bytearray(b"\1") * len(source.text)
    for change in changes_fast(source):
        if not change.after.strip():
            kept[change.start : change.end] = bytes(change.end - change.start)
    return kept


def kept_in_paragraphs(source: Source, corpus: Corpus) -> bytearray:
    """Return a one for each character of a source that stands in a paragraph of the corpus."""
    kept = bytearray(len(source.text))
    written, ledger = corpus.paragraphs, corpus.ledger
    for row in written[written["source_id"] == source.source_id].itertuples():
        kept[row.raw_start : row.raw_end] = b"\1" * (row.raw_end - row.raw_start)
    for row in ledger[ledger["source_id"] == source.source_id].itertuples():
        if row.place == "outside" or not row.after.strip():
            kept[row.start : row.end] = bytes(row.end - row.start)
    return kept


def count(gold: Gold, kept: bytearray) -> Kept:
    """Count what was kept of each kind, white space apart."""
    totals = {letter: [0, 0] for letter in "FTH"}
    for letter, sign, stays in zip(gold.kinds, gold.source.text, kept, strict=True):
        if letter in totals and not sign.isspace():
            totals[letter][0] += 1
            totals[letter][1] += stays
    return Kept(*((a, b) for a, b in totals.values()))


def lines_left(gold: Gold, kept: bytearray) -> Iterator[tuple[str, str, str]]:
    """Yield file, kind and words of each stretch of furniture left in and of text taken out."""
    at, text = 0, gold.source.text
    for line in text.splitlines(keepends=True):
        places = [i for i in range(at, at + len(line)) if not text[i].isspace()]
        at += len(line)
        for kind, letter, stays in (("furniture left", "F", 1), ("text lost", "T", 0)):
            words = "".join(text[i] for i in places if (gold.kinds[i], kept[i]) == (letter, stays))
            if words:
                yield gold.source.file, kind, words


def main(arguments: Sequence[str] | None = None) -> None:
    """Print two lines for each corpus, and write what went wrong if asked."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("shared", type=Path, nargs="?", default=Path("../shared"))
    parser.add_argument("--lines", type=Path, help="CSV for furniture left and text lost")
    asked = parser.parse_args(arguments)
    folder = asked.shared / "corpus"
    print(
        f"{'corpus':28}{'furniture':>10}{'removed':>9}{'text':>9}{'kept':>9}"
        f"{'titles':>8}{'kept':>8}"
    )
    measured = compilations(folder / "compilations")
    wrong = measure("compilations", *measured, folder / "compilations" / "files", None)
    measured = provinces(folder / "provinces-2026")
    wrong += measure("provinces-2026", *measured, folder / "provinces-2026", COLUMNS)
    if asked.lines:
        outside_repository(asked.lines)
        with asked.lines.open("w", encoding="utf-8-sig", newline="") as file:
            csv.writer(file).writerows([("stage", "file", "what", "words"), *wrong])


def measure(
    name: str,
    golds: Sequence[Gold],
    others: Sequence[str],
    folder: Path,
    columns: dict[str, str | int] | None,
) -> list[tuple[str, str, str, str]]:
    """Print what both stages keep of one corpus, and return what went wrong, line by line."""
    corpus = read_corpus(folder, columns=columns, progress=False)
    stages = {
        "cleaning": [kept_by_cleaning(gold.source) for gold in golds],
        "paragraphs": [kept_in_paragraphs(gold.source, corpus) for gold in golds],
    }
    wrong: list[tuple[str, str, str, str]] = []
    for stage, kept in stages.items():
        total = Kept()
        for gold, signs in zip(golds, kept, strict=True):
            total = total.plus(count(gold, signs))
            wrong += [(stage, *row) for row in lines_left(gold, signs)]
        _print(f"{name}, {stage}", total)
    if others:
        print(f"    not measured, without letters that fit: {', '.join(others)}")
    return wrong


def _print(name: str, total: Kept) -> None:
    (furniture, left), (text, kept), (titles, titled) = total
    print(
        f"{name:28}{furniture:10}{_share(furniture - left, furniture):>9}"
        f"{text:9}{_share(kept, text):>9}{titles:8}{_share(titled, titles):>8}"
    )


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.4f}" if whole else "–"


if __name__ == "__main__":
    main()

"""How often is each type of evidence right about a report's year?

Run with the folder that holds ``corpus``; prints the counts of ``kinds/year_evidence.csv`` for work
reports, laws and news whose years are known from their names, one half of them by the checksum of
the name, so that the other half can be measured:

    python benchmarks/year_evidence.py ../shared [all]
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
import sys
import tarfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from policytext.origin.claims import ReportView
from policytext.origin.header import read_header
from policytext.origin.period import typed, votes_of, year_hints
from policytext.reading.folder import read_files
from policytext.reading.source import Skipped


class Labelled(NamedTuple):
    """One text, the kind of year it is cited by, and that year."""

    name: str
    text: str
    years: dict[str, int]


def work_reports(corpus: Path) -> Iterator[Labelled]:
    """Yield the government work reports: delivered in the year of their name."""
    for found in read_files(corpus / "provinces-2025", progress=False):
        if not isinstance(found, Skipped):
            yield _delivered(found.file, found.text, 2025)
    csv.field_size_limit(10**8)
    for path in sorted((corpus / "provinces-2026").glob("*.csv")):
        for row in csv.DictReader(io.StringIO(path.read_text("utf-8-sig"))):
            yield _delivered(path.name, row["full_text"], 2026)
    for folder, encoding in (("shanghai-2020-2024", "utf-8"), ("hailar-2012-2019", "gb18030")):
        for path in sorted((corpus / folder).glob("*.txt")):
            year = int(re.findall(r"\d{4}", path.name)[0])
            yield _delivered(path.name, path.read_bytes().decode(encoding), year)
    path = corpus / "state-council" / "gov_reports1954-2022.txt"
    for line in path.read_text("utf-8").splitlines():
        name, _, text = line.partition("\t")
        year = re.findall(r"\d{4}", name)
        if year and len(text) > 500:
            yield _delivered(name, text.replace("\u3000\u3000", "\n"), int(year[0]))


def _delivered(name: str, text: str, year: int) -> Labelled:
    return Labelled(name, text, {"delivered": year, "planned": year, "reviewed": year - 1})


def dated(archive: Path, date: re.Pattern[str]) -> Iterator[Labelled]:
    """Yield the texts of an archive whose names hold their date."""
    with tarfile.open(archive) as files:
        for member in files:
            match = date.search(Path(member.name).name)
            content = files.extractfile(member) if match and member.isfile() else None
            if match and content is not None:
                text = content.read().decode("utf-8", "replace")
                yield Labelled(member.name, text, {"issued": int(match[1])})


def pages(folder: Path) -> Iterator[Labelled]:
    """Yield official documents without their index tables, which say when they were issued."""
    for found in read_files(folder, progress=False):
        header = None if isinstance(found, Skipped) else read_header(found.text)
        if header and not isinstance(found, Skipped) and "date_issued" in header.fields:
            text = found.text[max(stop for _, stop in header.spans) :]
            year = int(re.findall(r"\d{4}", header.fields["date_issued"].value)[0])
            yield Labelled(found.file, text, {"issued": year})


def summaries(folder: Path) -> Iterator[Labelled]:
    """Yield the summaries of compilations that were written for testing, one by one."""
    for name, facts in json.loads((folder / "truth.json").read_text("utf-8")).items():
        path = folder / "files" / name
        pieces = [piece for piece in facts["pieces"] if "start" in piece]
        text = path.read_text("utf-8") if path.suffix == ".txt" else ""
        stops = [*(piece["start"] for piece in pieces[1:]), len(text)]
        for piece, stop in zip(pieces, stops, strict=False):
            if text and "总结" in piece["genre"] and piece["year"]:
                yield Labelled(name, text[piece["start"] : stop], {"reviewed": piece["year"]})


def count(texts: Iterator[Labelled], *, whole: bool) -> dict[tuple[str, str], Counter[bool]]:
    """Count for each type of evidence and kind of year how often it was right."""
    out: dict[tuple[str, str], Counter[bool]] = {}
    for one in texts:
        even = int(hashlib.sha256(one.name.encode()).hexdigest(), 16) % 2 == 0
        if not whole and not even:
            continue
        title, _, text = one.text.strip().partition("\n")
        view = ReportView(title if len(title) <= 60 else "", text if len(title) <= 60 else one.text)
        hints = year_hints(view, named=True)
        for means, year in one.years.items():
            for vote in votes_of(hints, means):
                key = (typed(vote.hints[0]), means)
                out.setdefault(key, Counter())[vote.year == year] += 1
    return out


def main(shared: Path, *, whole: bool) -> None:
    """Print rule, year, claims and right claims for each corpus."""
    corpus = shared / "corpus"
    laws = dated(corpus / "laws" / "laws-sample.tar.xz", re.compile(r"\((\d{4})-\d\d-\d\d\)"))
    news = dated(corpus / "news-daily" / "news-2022-2026.tar.xz", re.compile(r"^(\d{4})\d{4}\."))
    kinds = {
        "work reports": work_reports(corpus),
        "laws": laws,
        "news": news,
        "official pages": pages(corpus / "gov-pages"),
        "compilations": summaries(corpus / "compilations"),
    }
    for name, texts in kinds.items():
        for (rule, means), counts in sorted(count(texts, whole=whole).items()):
            print(f"{rule},{means},{counts.total()},{counts[True]},{name}")


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "../shared"), whole="all" in sys.argv[2:])

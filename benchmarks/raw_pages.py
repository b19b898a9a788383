"""How much of a scraped page is kept as text, and how much of what is kept is the report?

Run with the folder that holds ``corpus/raw-pages`` and ``corpus/state-council``:

    python benchmarks/raw_pages.py ../shared

For each page the cleaned text is aligned with an independent copy of the report. Precision is the
share of the cleaned Han characters that stand in the copy in the same order (longest common
subsequence), recall the share of the copy's characters that were kept. The head of the page (title,
occasion, speaker) is part of the report and is counted only where the copy has it too. A page that
holds only the first part of a report is compared with that part.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from rapidfuzz.distance import LCSseq

from policytext.cleaning import clean_source
from policytext.records import HAN


def han(text: str) -> str:
    """Return the Han characters of a text."""
    return "".join(HAN.findall(text))


def references(shared: Path) -> dict[str, list[str]]:
    """Return the copies of each year's report, without the copies' own furniture."""
    folder = shared / "corpus" / "state-council"
    found: dict[str, list[str]] = {}
    for line in (folder / "gov_reports1954-2022.txt").read_text("utf-8").splitlines():
        year, _, text = line.partition("\t")
        found.setdefault(year, []).append(text.split("（新华社北京")[0])
    for line in (folder / "government_work_reports.jsonl").read_text("utf-8").splitlines():
        record = json.loads(line)
        text = record["content"].split("本作品")[0]
        found.setdefault(str(record["year"]), []).append(text)
    return found


def measure(page: str, reference: str) -> tuple[float, float, int, int]:
    """Return precision, recall and the two lengths."""
    start = reference[:12]
    at = page.find(start)
    page = page[at:] if at > 0 else page
    reference = reference[: _covered(page, reference)]
    common = LCSseq.similarity(page, reference)
    return common / len(page), common / len(reference), len(page), len(reference)


def _covered(page: str, reference: str) -> int:
    """Return how far the copy is covered: up to the last words of the page that it has."""
    for back in range(min(400, len(page) - 8)):
        end = len(page) - back
        at = reference.rfind(page[end - 8 : end])
        if at >= 0:
            return at + 8 + back
    return len(reference)


def main(shared: Path) -> None:
    """Print one line a page."""
    copies = references(shared)
    print(f"{'page':6}{'raw':>9}{'cleaned':>9}{'copy':>9}{'precision':>11}{'recall':>9}")
    for path in sorted((shared / "corpus" / "raw-pages").glob("*.txt")):
        raw = path.read_bytes().decode("gb18030")
        year = path.stem[-4:]
        page = han(clean_source(raw).mapped.text)
        rows = [measure(page, han(copy)) for copy in copies[year] if len(han(copy)) > 2000]
        precision, recall, kept, whole = max(rows, key=lambda r: r[0] + r[1])
        print(f"{year:6}{len(han(raw)):9}{kept:9}{whole:9}{precision:11.4f}{recall:9.4f}")


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "../shared"))

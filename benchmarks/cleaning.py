"""How many characters do cleaning and anatomy work through in a second of one core?

Process time, the best of five. Where the raw reports are at hand, cleaning and anatomy of the 31
provincial reports are timed as one, as a reading does them.

Run with the folder that holds ``corpus/seeds``, or without for a text made here:

    python benchmarks/cleaning.py ../shared
"""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from pathlib import Path

from policytext.anatomy.paragraphs import paragraphs
from policytext.anatomy.reports import split_reports
from policytext.cleaning import (
    MappedText,
    clean_source,
    cleaning_steps,
    detect_damage,
    find_marks,
    repair_report,
)
from policytext.cleaning.clean import report_context
from policytext.reading.folder import read_files
from policytext.reading.source import Source

SENTENCE = "全市认真落实各项惠民措施，完成投资12.5亿元，同比增长8.3%。"


def made_texts() -> list[str]:
    """Return clean and damaged text made here, about a million characters."""
    paragraph = "\n".join([f"一、主要工作第{k}项\n" + SENTENCE * 8 for k in range(60)])
    masked = paragraph.replace("12.5", "xx.x").replace("全市", "xx市")
    swapped = paragraph.replace("措施", "效劳") + "\n第1页 / 共14页\n返回首页\n"
    return [paragraph, masked, swapped] * 22


def seed_texts(shared: Path) -> list[str]:
    """Return the seed files, the provincial reports' worth of text being left to the caller."""
    return [p.read_text("utf-8") for p in sorted((shared / "corpus" / "seeds").glob("*.txt"))] * 18


def seconds(texts: Sequence[str]) -> float:
    """Return the time that cleaning and marking the texts takes."""
    start = time.process_time()
    for text in texts:
        cleaned = clean_source(text)
        report = repair_report(cleaned.mapped, cleaned.context)
        find_marks(report, cleaned.context)
    return time.process_time() - start


def seconds_with_anatomy(sources: Sequence[Source]) -> float:
    """Return the time of cleaning, splitting and parting the sources."""
    start = time.process_time()
    for source in sources:
        cleaned = clean_source(source.text, (source.reader,))
        layout = [hint for hint in source.hints if hint.is_layout]
        for cut in split_reports(cleaned.mapped, source.file, cells=layout):
            report = repair_report(cut.mapped, cleaned.context)
            find_marks(report, cleaned.context)
            paragraphs(report, title_span=cut.title_span, cells=layout)
    return time.process_time() - start


def by_step(texts: Sequence[str]) -> list[tuple[float, str]]:
    """Return the time of each step, the slowest first."""
    spent: dict[str, float] = {}
    for text in texts:
        context = clean_source(text).context
        mapped = MappedText.of(text)
        for step in cleaning_steps():
            start = time.process_time()
            edits = step.repairs(mapped.text, context)
            middle = time.process_time()
            mapped = mapped.apply(edits)
            spent[step.name] = spent.get(step.name, 0) + middle - start
            spent["(applying edits)"] = (
                spent.get("(applying edits)", 0) + time.process_time() - middle
            )
            if step.name == "trailing_spaces":
                context = report_context(mapped, context)
        start = time.process_time()
        detect_damage(text)
        spent["(detecting damage)"] = (
            spent.get("(detecting damage)", 0) + time.process_time() - start
        )
    return sorted(((t, n) for n, t in spent.items()), reverse=True)


def main(shared: Path | None) -> None:
    """Print characters a second, and the slowest steps."""
    sets = {"made here": made_texts()}
    if shared and (shared / "corpus" / "seeds").exists():
        sets["seed files"] = seed_texts(shared)
    for name, texts in sets.items():
        seconds(texts[:3])
        size = sum(map(len, texts))
        spent = min(seconds(texts) for _ in range(3))
        print(f"{name}: {size:,} characters, {size / spent / 1e6:.2f} million a second")
        for took, step in by_step(texts)[:8]:
            print(f"    {took / spent:6.1%}  {step}")
    if shared and (shared / "corpus" / "provinces-2025").exists():
        found = read_files(shared / "corpus" / "provinces-2025")
        sources = [one for one in found if isinstance(one, Source)]
        seconds_with_anatomy(sources)
        size = sum(len(source.text) for source in sources)
        spent = min(seconds_with_anatomy(sources) for _ in range(5))
        print(f"cleaning and anatomy of {len(sources)} provincial reports: {size:,} characters,")
        print(f"    {size / spent / 1e6:.2f} million a second")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else None)

"""Print how well each field of a frame is read on the labelled clauses, by genre.

Usage: python benchmarks/narratives.py [--held-out] [CORPUS …]. Laws are read from a folder
`laws-40` beside the other corpora: forty files of the archive of laws, named as in the labels.
"""

from __future__ import annotations

import json
import os
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from policytext import Corpus, read_corpus, read_frames
from policytext.data import data_path
from policytext.statements.checking import clause_digest

HERE = Path(os.environ.get("POLICYTEXT_SHARED", "../shared")) / "corpus"
FOLDERS = {"laws": "laws-40"}
PLAIN = ("phase", "status", "firmness")


def labels() -> list[dict[str, Any]]:
    """Return the labelled clauses."""
    lines = data_path("labels/frames-silver.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def corpus_of(name: str) -> Corpus:
    """Read a labelled corpus as it was read for the labels."""
    if name == "state-council":
        file = HERE / name / "gov_reports1954-2022.txt"
        return read_corpus(file, columns={"year": 0, "text": 1}, progress=False)
    return read_corpus(HERE / FOLDERS.get(name, name), progress=False)


def overlap(clause: str, words: str, span: list[int]) -> int:
    """Return how many characters words of a clause share with a span, where they stand best."""
    best, at = 0, clause.find(words) if words else -1
    while at >= 0:
        best = max(best, min(span[1], at + len(words)) - max(span[0], at))
        at = clause.find(words, at + 1)
    return best


def same_object(clause: str, got: str, span: list[int]) -> bool:
    """Return whether half of an object overlaps the labelled one, or both end alike."""
    want, shared = clause[slice(*span)], overlap(clause, got, span)
    ends = want.endswith(got) or got.endswith(want) or want[-3:] == got[-3:]
    return 2 * shared >= max(len(want), len(got)) or (shared > 0 and ends)


def judged(
    label: Mapping[str, Any], row: Mapping[str, Any]
) -> Iterator[tuple[str, bool, bool, bool]]:
    """Yield field, whether it is labelled, whether it is read, and whether that is right."""
    clause = row["clause"]
    for field, right in (("verb", lambda c, g, s: overlap(c, g, s) > 0), ("object", same_object)):
        want, got = label[field], row[field]
        yield field, bool(want), bool(got), bool(want and got) and right(clause, got, want)
    for field in PLAIN:
        yield field, bool(label[field]), bool(row[field]), label[field] == row[field] != ""
    inherited = "actor_from" in label
    said = row["actor_from"] in (("clause", "sentence") if inherited else ("clause",))
    want = label["actor"] if label.get("actor_from") != "issuer" else ""
    got = row["actor"] if said else ""
    yield "actor, in the text", bool(want), bool(got), want == got != ""
    if inherited:
        same = label["actor"] == row["actor"] != ""
        yield "actor, with issuer", bool(label["actor"]), bool(row["actor"]), same


def main() -> None:
    """Print precision and recall of each field, all genres and each."""
    held_out = "--held-out" in sys.argv
    asked = [name for name in sys.argv[1:] if not name.startswith("-")]
    chosen = [row for row in labels() if row["held_out"] == held_out]
    counts: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0, 0])
    for name in asked or sorted({row["corpus"] for row in chosen}):
        places = ["doc_id", "para_no", "start", "end"]
        table = read_frames(corpus_of(name)).table.set_index(places, drop=False)
        for label in (row for row in chosen if row["corpus"] == name):
            key = tuple(label[place] for place in places)
            if key not in table.index:
                continue
            row = {str(k): v for k, v in table.loc[key].items()}
            if clause_digest(row["clause"]) != label["sha256"]:
                continue
            for field, *found in judged(label, row):
                for genre in ("all", label["genre"]):
                    total = counts[field, genre]
                    counts[field, genre] = [a + b for a, b in zip(total, found, strict=True)]
    rows = [
        {"field": field, "genre": genre, "labelled": want, "read": got, "right": right}
        for (field, genre), (want, got, right) in counts.items()
    ]
    out = pd.DataFrame(rows).sort_values(["genre", "field"])
    out["precision"] = (out["right"] / out["read"]).round(2)
    out["recall"] = (out["right"] / out["labelled"]).round(2)
    print(out.to_string(index=False))


if __name__ == "__main__":
    main()

"""Print how well each field of a frame is read on the labelled clauses, by genre.

Usage: python benchmarks/narratives.py [--held-out] [--last] [--errors FIELD] [CORPUS …]
--last takes the clauses of the last draw only; --errors shows the errors of a field, which is for
the half that rules are written on. Laws and news are taken from their archives, only the labelled
ones. The fifth draw has no labels of firmness and figures, the sixth and the ninth to eleventh of
who acts only, the seventh (all left out, other corpora) none of figures, the eighth none of who
acts. How often two readings name the same one who acts is printed last.
"""

from __future__ import annotations

import json
import lzma
import os
import sys
import tarfile
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pandas as pd

from policytext import Corpus, read_corpus, read_frames
from policytext.data import data_path
from policytext.statements.checking import clause_digest

HERE = Path(os.environ.get("POLICYTEXT_SHARED", "../shared")) / "corpus"
PLAIN = ("phase", "status", "firmness")
IN_TEXT = ("clause", "sentence", "section")
ARCHIVES = {"laws": "laws-sample.tar.xz", "news-daily": "news-2022-2026.tar.xz"}
PLACES = ["doc_id", "para_no", "start", "end"]
Judged = tuple[str, int, int, int]


def labels() -> list[dict[str, Any]]:
    """Return the labelled clauses."""
    lines = data_path("labels/frames-silver.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def corpus_of(name: str, files: set[str]) -> Corpus:
    """Read a labelled corpus as it was read for the labels."""
    if name == "state-council":
        file = HERE / name / "gov_reports1954-2022.txt"
        return read_corpus(file, columns={"year": 0, "text": 1}, progress=False)
    if name == "land-policy":
        with TemporaryDirectory() as folder, lzma.open(HERE / name / "policytxt.txt.xz") as text:
            Path(folder, "policytxt.txt").write_bytes(text.read())
            return read_corpus(folder, progress=False)
    if name not in ARCHIVES:
        within = HERE / name / "files"
        return read_corpus(within if within.is_dir() else HERE / name, progress=False)
    with TemporaryDirectory() as folder, tarfile.open(HERE / name / ARCHIVES[name]) as archive:
        for member in archive:
            path = Path(member.name)
            file = f"{path.parent.name}_{path.name}" if name == "laws" else path.name
            if file in files and (content := archive.extractfile(member)) is not None:
                Path(folder, file).write_bytes(content.read())
        return read_corpus(folder, progress=False)


def overlap(clause: str, words: str, span: Sequence[int]) -> int:
    """Return how many characters words of a clause share with a span, where they stand best."""
    best, at = 0, clause.find(words) if words else -1
    while at >= 0:
        best = max(best, min(span[1], at + len(words)) - max(span[0], at))
        at = clause.find(words, at + 1)
    return best


def same_object(clause: str, got: str, span: Sequence[int]) -> bool:
    """Return whether half of an object overlaps the labelled one, or both end alike."""
    want, shared = clause[slice(*span)], overlap(clause, got, span)
    ends = want.endswith(got) or got.endswith(want) or want[-3:] == got[-3:]
    return 2 * shared >= max(len(want), len(got)) or (shared > 0 and ends)


def judged(label: Mapping[str, Any], row: Mapping[str, Any]) -> Iterator[Judged]:
    """Yield field, how many are labelled, how many are read, and how many of these are right."""
    clause = row["clause"]
    spans = {"verb": lambda c, g, s: overlap(c, g, s) > 0, "object": same_object}
    for field, right in spans.items() if "verb" in label else ():
        want, got = label[field], row[field]
        yield field, bool(want), bool(got), bool(want and got) and right(clause, got, want)
    for field in (field for field in PLAIN if field in label):
        yield field, bool(label[field]), bool(row[field]), label[field] == row[field] != ""
    if "figures" in label:
        yield from figures(label, row)
    if "actor" in label:
        yield from who_acts(label, row)


def who_acts(label: Mapping[str, Any], row: Mapping[str, Any]) -> Iterator[Judged]:
    """Yield whether the one who acts is read, where the text says who, and with the issuer."""
    inherited = "actor_from" in label
    said = row["actor_from"] in (IN_TEXT if inherited else ("clause",))
    want = label["actor"] if label.get("actor_from") != "issuer" else ""
    got = row["actor"] if said else ""
    yield "actor, in the text", bool(want), bool(got), want == got != ""
    if inherited:
        same = label["actor"] == row["actor"] != ""
        yield "actor, with issuer", bool(label["actor"]), bool(row["actor"]), same


def figures(label: Mapping[str, Any], row: Mapping[str, Any]) -> Iterator[Judged]:
    """Yield how many figures are read, with the right kind, and with the right noun."""
    clause, wanted = row["clause"], [one for one in label["figures"] if isinstance(one, dict)]
    cells = row["figures"].split("; ") if row["figures"] else []
    nouns = row["figure_nouns"].split("; ") if cells else []
    counts = dict.fromkeys(("figure", "kind of figure", "noun of a figure"), 0)
    left = list(wanted)
    for cell, noun in zip(cells, nouns, strict=True):
        kind, figure = cell.split(" [")[0].split(": ", 1)
        found = next((one for one in left if same_figure(clause[slice(*one["span"])], figure)), {})
        if found:
            left.remove(found)
            counts["figure"] += 1
            counts["kind of figure"] += found["kind"] == kind
            same = found["noun"] and noun and same_object(clause, noun, found["noun"])
            counts["noun of a figure"] += bool(same)
    nominal = sum(bool(one["noun"]) for one in wanted), sum(bool(noun) for noun in nouns)
    yield "figure", len(wanted), len(cells), counts["figure"]
    yield "kind of figure", len(wanted), len(cells), counts["kind of figure"]
    yield "noun of a figure", *nominal, counts["noun of a figure"]


def same_figure(one: str, other: str) -> bool:
    """Return whether two figures are the same but for words at their ends (以上, 约)."""
    return one in other or other in one


def labelled_row(table: pd.DataFrame, label: Mapping[str, Any]) -> dict[str, Any] | None:
    """Return the frame of a labelled clause; where its file is cut otherwise now, by its words."""
    key = tuple(label[place] for place in PLACES)
    if key in table.index and clause_digest(table.at[key, "clause"]) == label["sha256"]:
        return {str(k): v for k, v in table.loc[key].items()}
    file = table["doc_id"].astype("str").str.rsplit("#", n=1).str[0]
    there = table[file == label["doc_id"].rsplit("#", 1)[0]]
    same = there[there["clause"].map(clause_digest) == label["sha256"]]
    return {str(k): v for k, v in same.iloc[0].items()} if len(same) == 1 else None


def judge_all(
    chosen: Sequence[Mapping[str, Any]], names: Sequence[str], errors: str
) -> dict[tuple[str, str], list[int]]:
    """Return labelled, read and right by field and genre; show the errors of a field."""
    counts: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0, 0])
    for name in names:
        mine = [label for label in chosen if label["corpus"] == name]
        corpus = corpus_of(name, {label["doc_id"].split("#")[0] for label in mine})
        table = read_frames(corpus).table.set_index(PLACES, drop=False)
        for label in mine:
            row = labelled_row(table, label)
            if row is None:
                counts["clause not found", label["genre"]][0] += 1
                continue
            for field, *found in judged(label, row):
                if field == errors and not found[0] == found[1] == found[2]:
                    show(label, row)
                for genre in ("all", label["genre"]):
                    total = counts[field, genre]
                    counts[field, genre] = [a + int(b) for a, b in zip(total, found, strict=True)]
    return counts


def agreement(chosen: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """Return how many clauses two readings give the same one who acts, all and in the text."""
    found: dict[str, int] = defaultdict(int)
    for label in chosen:
        if "second_reading" not in label:
            continue
        whole = "actor_from" in label
        readings = (label["actor"], label.get("actor_from")), tuple(label["second_reading"])
        one, other = (
            actor if source != "issuer" and (whole or source in (None, "clause")) else ""
            for actor, source in readings
        )
        found["first in the text"] += bool(one)
        found["second in the text"] += bool(other)
        found["same in the text"] += one == other != ""
        found["read twice"] += whole
        found["same, issuer included"] += whole and readings[0][0] == readings[1][0]
    return dict(found)


def show(label: Mapping[str, Any], row: Mapping[str, Any]) -> None:
    """Print a clause with what was labelled and what was read."""
    clause = row["clause"]
    spans = (field for field in ("verb", "object") if label.get(field))
    want = {field: clause[slice(*label[field])] for field in spans}
    want |= {k: label.get(k, "") for k in ("actor", "actor_from", *PLAIN)}
    known = label.get("figures", ())
    want["figures"] = [clause[slice(*one["span"])] + one["kind"] for one in known]
    print(clause)
    for field in ("verb", "object", "actor", "actor_from", *PLAIN, "figures"):
        if want.get(field, "") or row[field]:
            print(f"    {field}: {want.get(field, '')} | {row[field]}")


def main() -> None:
    """Print precision and recall of each field, all genres and each."""
    arguments = sys.argv[1:]
    errors = arguments.pop(arguments.index("--errors") + 1) if "--errors" in arguments else ""
    asked = [name for name in arguments if not name.startswith("-")]
    chosen = [row for row in labels() if row["held_out"] == ("--held-out" in arguments)]
    if "--last" in arguments:
        last = max(row.get("drawn", 1) for row in chosen)
        chosen = [row for row in chosen if row.get("drawn", 1) == last]
    counts = judge_all(chosen, asked or sorted({row["corpus"] for row in chosen}), errors)
    rows = [
        {"field": field, "genre": genre, "labelled": want, "read": got, "right": right}
        for (field, genre), (want, got, right) in counts.items()
    ]
    out = pd.DataFrame(rows).sort_values(["genre", "field"])
    out["precision"] = (out["right"] / out["read"]).round(2)
    out["recall"] = (out["right"] / out["labelled"]).round(2)
    print(out.to_string(index=False))
    print(agreement(chosen))


if __name__ == "__main__":
    main()

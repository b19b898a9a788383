"""Count the characters that the cleaner's sense of plausible wording rests on.

    python models/plausibility/train.py laws=../laws news=../news provinces=../provinces-2025 …

Give folders of clean official text by name (``name=folder@column`` for tables). Only files whose
name has an even checksum are counted (``half_of`` of ``benchmarks/harm.py``); the odd half is for
measuring. A line that stands in several files is counted once. What is written are counts of runs
of one, two and three characters, never a sentence: see ``CARD.md``.
"""

from __future__ import annotations

import hashlib
import re
import sys

import numpy as np

from policytext.cleaning.plausible import PLACE, codes_of, signs_of
from policytext.data import data_path
from policytext.reading.folder import read_files
from policytext.reading.source import Source

LEAST_PAIR, LEAST_TRIPLE, LEAST_SIGN = 2, 3, 5
MARKUP = re.compile(r"<[^>\n]{1,200}>|https?://\S+")


def lines(folders: list[str]) -> list[str]:
    """Return the different lines of the even half of all folders, in a fixed order."""
    seen: dict[str, None] = {}
    for item in folders:
        name, folder = item.split("=", 1)
        path, _, column = folder.partition("@")
        columns: dict[str, str | int] | None = {"text": column} if column else None
        before = len(seen)
        for source in read_files(path, columns=columns, progress=False):
            if isinstance(source, Source) and is_even(source.file):
                for line in re.split(r"[\n\f]|\u3000\u3000", source.text):
                    seen.setdefault(MARKUP.sub("", line).strip())
        print(f"{name}: {len(seen) - before:,} lines")
    return list(seen)


def is_even(file: str) -> bool:
    """Tell whether a file is of the half that is learned from."""
    return hashlib.sha256(file.encode()).digest()[0] % 2 == 0


def main(folders: list[str]) -> None:
    """Count, leave out what is rare, and write the file."""
    text = "\n".join(lines(folders))
    found, counts = np.unique(np.array(list(signs_of(text))), return_counts=True)
    signs = "\n" + "".join(
        s for s, n in zip(found, counts, strict=True) if n >= LEAST_SIGN and s != "\n"
    )
    codes = codes_of(text, {s: i + 1 for i, s in enumerate(signs)}).astype(np.int64)
    base = len(signs) + 1
    ones = np.bincount(codes, minlength=base)
    pairs, n_pairs = kept(codes[:-1] * base + codes[1:], LEAST_PAIR)
    triples, n_triples = kept((codes[:-2] * base + codes[1:-1]) * base + codes[2:], LEAST_TRIPLE)
    known = np.isin(triples // base, pairs)
    triples, n_triples = triples[known], n_triples[known]
    np.savez_compressed(
        data_path("cleaning") / PLACE,
        signs=np.frombuffer(signs.encode("utf-32-le"), dtype=np.uint32),
        ones=packed(ones),
        pair_ends=np.bincount(pairs // base, minlength=base).astype(np.uint16),
        pairs=(pairs % base).astype(np.uint16),
        pair_counts=packed(n_pairs),
        triple_ends=np.bincount(
            np.searchsorted(pairs, triples // base), minlength=len(pairs)
        ).astype(np.uint16),
        triples=(triples % base).astype(np.uint16),
        triple_counts=packed(n_triples),
    )
    file = data_path(f"cleaning/{PLACE}")
    print(
        f"{len(text):,} characters, {base:,} signs, {len(pairs):,} pairs, {len(triples):,} triples"
    )
    print(f"{file.stat().st_size:,} bytes, sha256 {hashlib.sha256(file.read_bytes()).hexdigest()}")


def kept(keys: np.ndarray, least: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the runs seen at least so often, in order, and their counts."""
    found, counts = np.unique(keys, return_counts=True)
    return found[counts >= least], counts[counts >= least]


def packed(counts: np.ndarray) -> np.ndarray:
    """Return counts as eighths of their binary logarithm plus one (0 is none): 5 % off at most."""
    logs = np.log2(np.maximum(counts, 1))
    return np.where(counts > 0, np.rint(8 * logs) + 1, 0).astype(np.uint8)


if __name__ == "__main__":
    main(sys.argv[1:])

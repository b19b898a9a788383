"""Does a text speak of its own region? Fits the model in ``data/regions/own-text.csv``.

Reports whose region is known are read without their first lines, whole and in stretches, so that
only the body speaks; texts of the whole country are the other class. Files with an even hash are
fitted on, those with an odd one are reported:

    python models/fit_own_text.py ../shared
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
from sklearn.linear_model import LogisticRegression

from policytext.origin.claims import ReportView
from policytext.origin.issuer import count_voices
from policytext.origin.names import WRITTEN_RULES
from policytext.origin.region import best_division, gather, own_features
from policytext.origin.scanner import load_scanner

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "benchmarks"))
from reliability import Case, cases, left_out  # noqa: E402

TABLE = ROOT / "src" / "policytext" / "data" / "regions" / "own-text.csv"
HEAD_LINES = 6
STRETCH, STEP, SHORTEST = 1500, 4000, 300
LIKELY, CERTAIN = 0.8, 0.95
SKIPPED = ("html", "masked name", "compilations", "traps")


class Row(NamedTuple):
    """The features of one text, whether its loudest province is its own, and its part."""

    share: float
    voice: float
    right: bool
    left_out: bool


def rows(case: Case) -> Iterator[Row]:
    """Yield one row for each body and stretch of it that names a province."""
    texts = case.corpus.paragraphs.groupby("doc_id", sort=False)["text"].agg("\n".join)
    for doc_id, label in case.labels.items():
        body = _body(str(texts.get(doc_id, "")))
        starts = range(0, len(body) - STRETCH, STEP) if len(body) > STEP else ()
        for text in (body, *(body[at : at + STRETCH] for at in starts)):
            found = _features(text) if len(text) >= SHORTEST else None
            if found:
                share, voice, name = found
                yield Row(share, voice, name == label.get("province"), left_out(doc_id))


def _body(text: str) -> str:
    article = re.search(r"^\s*第一条", text, re.M)
    return text[article.start() :] if article else "\n".join(text.split("\n")[HEAD_LINES:])


def _features(text: str) -> tuple[float, float, str] | None:
    scanner = load_scanner()
    hits = scanner.hits(text)
    voices = count_voices(text, hits)
    found = gather(ReportView("", text), hits, scanner, voices)
    evidence = [e for e in found if e.rule not in WRITTEN_RULES]
    best = best_division(evidence, "province")
    if not best.adcode:
        return None
    return *own_features(evidence, best.adcode, voices), scanner.gazetteer.name(best.adcode)


def main(shared: Path) -> None:
    """Fit, print what the thresholds give on files left out, and write the table."""
    found = [
        row
        for case in cases(shared)
        if not any(word in case.kind for word in SKIPPED)
        for row in rows(case)
    ]
    features = np.array([(row.share, row.voice) for row in found])
    right = np.array([row.right for row in found])
    out = np.array([row.left_out for row in found])
    model = LogisticRegression(C=10, max_iter=2000).fit(features[~out], right[~out])
    chance = model.predict_proba(features[out])[:, 1]
    for least in (LIKELY, CERTAIN):
        claimed = chance >= least
        print(f">= {least}: {claimed.sum()} claims, {(claimed & right[out]).sum()} right")
    (share, voice), intercept = model.coef_[0], model.intercept_[0]
    named = {"intercept": intercept, "share": share, "voice": voice}
    lines = [f"{name},{value:.2f}" for name, value in named.items()]
    lines += [f"likely,{LIKELY}", f"certain,{CERTAIN}"]
    TABLE.write_text("\n".join(["name,value", *lines]) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "../shared"))

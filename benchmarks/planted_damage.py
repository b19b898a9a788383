"""How much planted damage is found and undone, and how much else is changed, kind by kind?

Run with the folder that holds ``corpus/state-council``:

    python benchmarks/planted_damage.py ../shared

Damage is planted into State Council reports from 2010 on, one kind at a time (tests/damage.py).
Recall is the share of planted places put back to what stood there (for masks and deleted years: to
the right token), precision the share of all changes that do nothing else.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

import damage as planted


def reports(shared: Path) -> list[str]:
    """Return the reports, one paragraph a line, with nothing left to clean."""
    path = shared / "corpus" / "state-council" / "gov_reports1954-2022.txt"
    rows = [line.partition("\t") for line in path.read_text("utf-8").splitlines()]
    return [planted.prepared(text) for year, _, text in rows if int(year) >= 2010]


def main(shared: Path) -> None:
    """Print one line a kind of damage."""
    texts = [text for text in reports(shared) if len(text) > 15_000]
    print(f"{'damage':32}{'planted':>9}{'undone':>9}{'recall':>9}{'changes':>9}{'precision':>11}")
    for kind, plant in planted.KINDS.items():
        score = planted.Score(0, 0, 0, 0)
        for seed, text in enumerate(texts):
            score += planted.score(plant(text, seed))
        _print(kind, score)
    marked = planted.Score(0, 0, 0, 0)
    for seed, text in enumerate(texts):
        marked += planted.score_marks(planted.quotes_lost(text, seed), "closing_quote_lost")
    _print("closing quotes lost (marked)", marked)


def _print(kind: str, score: planted.Score) -> None:
    print(
        f"{kind:32}{score.planted:9}{score.undone:9}{score.recall:9.4f}"
        f"{score.changes:9}{score.precision:11.4f}"
    )


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "../shared"))

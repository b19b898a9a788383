"""Print how fast clauses are read, and how well each field is read on the labelled clauses."""

from __future__ import annotations

import os
import time
from pathlib import Path

from policytext import read_corpus, read_statements
from policytext.statements.scoring import measure_reading


def main() -> None:
    """Read the labelled corpora with all terms and print pace, precision and recall."""
    folder = Path(os.environ.get("POLICYTEXT_SHARED", "../shared")) / "corpus"
    state = folder / "state-council" / "gov_reports1954-2022.txt"
    corpora = {
        "seeds": read_corpus(folder / "seeds", progress=False),
        "provinces": read_corpus(folder / "provinces-2025", progress=False),
        "state": read_corpus(state, columns={"year": 0, "text": 1}, progress=False),
    }
    statements = {}
    for name, corpus in corpora.items():
        start = time.perf_counter()
        statements[name] = read_statements(corpus)
        seconds = time.perf_counter() - start
        count = len(statements[name])
        print(f"{name}: {count} clauses in {seconds:.1f} s, {count / seconds:.0f} a second")
    columns = ["field", "labelled", "read", "right", "precision", "recall"]
    for held_out in (False, True):
        print("held out" if held_out else "seen while writing the rules")
        print(
            measure_reading(statements, held_out=held_out)[columns].round(2).to_string(index=False)
        )


if __name__ == "__main__":
    main()

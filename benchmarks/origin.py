"""How many characters a second does the reading of place, time and kind work through?

Run with the folder that holds ``corpus/state-council``:

    python benchmarks/origin.py ../shared
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from policytext.origin.claims import ReportView
from policytext.origin.describing import claim_origin


def main(shared: Path) -> None:
    """Print characters a second of process time, the best of three runs."""
    path = shared / "corpus" / "state-council" / "gov_reports1954-2022.txt"
    rows = [line.partition("\t") for line in path.read_text("utf-8").splitlines()[:20]]
    texts = [text.replace("\u3000\u3000", "\n") for _, _, text in rows]
    claim_origin(ReportView("", texts[0]))
    spent = []
    for _ in range(3):
        start = time.process_time()
        for text in texts:
            claim_origin(ReportView("", text))
        spent.append(time.process_time() - start)
    size = sum(map(len, texts))
    print(f"{size:,} characters, {size / min(spent) / 1e6:.2f} million a second")


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "../shared"))

"""Which notebooks run from top to bottom? Usage: python notebooks/run_all.py [NAME …] [--save DIR]

Each notebook is executed in its own kernel, in this folder, as a reader would; the files here stay
without outputs. With --save the executed notebooks are written to DIR; with --language zh or en only
the cells of that language are kept, and results show themselves in it.
"""

import argparse
import re
import sys
import time
from pathlib import Path

import nbformat

HERE = Path(__file__).parent
LONGEST = 300
"""Seconds for one cell before it counts as failed."""


PAIR = re.compile(r"(?P<zh>[\u4e00-\u9fff][^\n\"/]*) / (?P<en>[A-Za-z][^\n\"]*)")
"""Words in both languages within code: a comment, the name of an axis."""


def in_language(notebook: nbformat.NotebookNode, language: str) -> nbformat.NotebookNode:
    """Keep the cells of one language, and those that have none."""
    if language == "both":
        return notebook
    other = {"zh": "en", "en": "zh"}[language]
    notebook.cells = [c for c in notebook.cells if other not in c.metadata.get("tags", [])]
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.source = PAIR.sub(lambda pair: pair[language], cell.source)
        cell.source = cell.source.replace('set_language("both")', f'set_language("{language}")')
    return notebook


def run(path: Path, save: Path | None = None, language: str = "both") -> str:
    """Execute one notebook; return what failed, or an empty string."""
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError

    notebook = in_language(nbformat.read(path, as_version=4), language)
    client = NotebookClient(
        notebook, timeout=LONGEST, kernel_name="python3", resources={"metadata": {"path": HERE}}
    )
    try:
        client.execute()
    except CellExecutionError as error:
        return str(error)
    except TimeoutError:
        return f"a cell took longer than {LONGEST} seconds"
    finally:
        if save is not None:
            save.mkdir(parents=True, exist_ok=True)
            nbformat.write(notebook, save / path.name)
    return ""


def main() -> int:
    """Run all notebooks, or those whose name begins as asked; return how many failed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="beginnings of names, such as 03")
    parser.add_argument("--save", type=Path, help="folder for the executed notebooks")
    parser.add_argument("--language", default="both", choices=("zh", "en", "both"))
    asked = parser.parse_args()
    chosen = [
        path
        for path in sorted(HERE.glob("0*.ipynb"))
        if not asked.names or path.name.startswith(tuple(asked.names))
    ]
    if not chosen:
        print(f"no notebook begins with {asked.names}")
        return 1
    failed = {}
    for path in chosen:
        start = time.perf_counter()
        problem = run(path, asked.save, asked.language)
        took = time.perf_counter() - start
        print(f"{'failed' if problem else 'ok':7}{took:6.1f} s  {path.name}", flush=True)
        if problem:
            failed[path.name] = problem
    for name, problem in failed.items():
        print(f"\n{name}\n{problem}", file=sys.stderr)
    return len(failed)


if __name__ == "__main__":
    sys.exit(main())

"""Draw the house in CONTRIBUTING.md from the imports: ``python docs/draw_house.py``.

A room is a module or a folder at the top of the package. A room stands one floor above the highest
room it imports from; imports inside functions and for types count like all others.
"""

import ast
import re
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).parents[1]
SRC = ROOT / "src" / "policytext"
ENDS = ("<!-- house:start -->", "<!-- house:end -->")


def modules() -> dict[str, ast.Module]:
    """Return the syntax tree of every module, by its dotted name below the package."""
    found = {}
    for path in sorted(SRC.rglob("*.py")):
        parts = path.relative_to(SRC).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        found[name] = ast.parse(path.read_text(encoding="utf-8"))
    return found


def imports(trees: dict[str, ast.Module]) -> dict[str, set[str]]:
    """Return which modules of the package each module imports, wherever the import stands."""
    out: dict[str, set[str]] = {name: set() for name in trees}
    for name, tree in trees.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("policytext"):
                base = (node.module or "").removeprefix("policytext").lstrip(".")
                for alias in node.names:
                    deep = f"{base}.{alias.name}".lstrip(".")
                    out[name].add(deep if deep in trees else base)
            elif isinstance(node, ast.Import):
                names = [a.name for a in node.names if a.name.startswith("policytext.")]
                out[name].update(n.removeprefix("policytext.") for n in names)
        out[name] -= {name, ""}
    return out


def rooms(graph: dict[str, set[str]]) -> dict[str, set[str]]:
    """Return the same graph between the folders and modules at the top of the package."""
    out: dict[str, set[str]] = defaultdict(set)
    for name, others in graph.items():
        room = name.split(".")[0]
        if room:
            out[room] |= {other.split(".")[0] for other in others} - {room}
    return dict(out)


def circles(graph: dict[str, set[str]]) -> list[list[str]]:
    """Return the groups of names that reach each other."""
    reach: dict[str, set[str]] = {}
    for start in graph:
        seen, open_ = set(), [start]
        while open_:
            for other in graph.get(open_.pop(), ()):
                if other not in seen:
                    seen.add(other)
                    open_.append(other)
        reach[start] = seen
    groups = {frozenset([a, *(b for b in reach[a] if a in reach.get(b, ()))]) for a in graph}
    return sorted(sorted(group) for group in groups if len(group) > 1)


def floors(graph: dict[str, set[str]]) -> list[list[str]]:
    """Return the rooms floor by floor, the ground first."""
    height: dict[str, int] = {}

    def floor(room: str) -> int:
        if room not in height:
            height[room] = 1 + max((floor(other) for other in graph.get(room, ())), default=-1)
        return height[room]

    for room in graph:
        floor(room)
    return [sorted(r for r in graph if height[r] == n) for n in range(max(height.values()) + 1)]


def direct(graph: dict[str, set[str]], room: str) -> list[str]:
    """Return what a room rests on, without what these rest on themselves."""
    below = graph.get(room, set())
    through: set[str] = set()
    open_ = list(below)
    while open_:
        for other in graph.get(open_.pop(), ()):
            if other not in through:
                through.add(other)
                open_.append(other)
    return sorted(below - through)


def picture() -> str:
    """Return the floors as text: room, files, lines, and what it rests on."""
    graph = rooms(imports(modules()))
    width = max(map(len, graph)) + 2
    lines = []
    for number, names in reversed(list(enumerate(floors(graph)))):
        for place, room in enumerate(names):
            folder = SRC / room
            files = sorted(folder.rglob("*.py")) if folder.is_dir() else [SRC / f"{room}.py"]
            files = [f for f in files if f.name != "__init__.py"] or files
            kind = f"{len(files)} files" if folder.is_dir() else ""
            rest = ", ".join(direct(graph, room))
            mark = f"{number:>3}" if place == 0 else "   "
            lines.append(f"{mark}  {room:<{width}}{kind:<10}{'← ' + rest if rest else ''}".rstrip())
    return "\n".join(lines)


def main() -> None:
    """Write the picture between its marks in CONTRIBUTING.md."""
    page = ROOT / "CONTRIBUTING.md"
    start, end = ENDS
    block = f"{start}\n```text\n{picture()}\n```\n{end}"
    text = page.read_text(encoding="utf-8")
    page.write_text(re.sub(f"{start}.*?{end}", lambda _: block, text, flags=re.S), encoding="utf-8")


if __name__ == "__main__":
    main()

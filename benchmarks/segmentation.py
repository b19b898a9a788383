"""How fast, how large and how alike are the segmenters? One table, measured in one run.

    python benchmarks/segmentation.py [--text FOLDER] [--characters N] [--from WHEEL]

Every segmenter runs in a fresh process, on the same lines, one process at a time. "Same lines" is
the share of lines cut exactly as spacy-pkuseg cuts them with the same model; "F1 to full" compares
the tokens with those of spacy-pkuseg and the full model.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from itertools import pairwise
from pathlib import Path

import numpy as np

ROOT = Path(__file__).parents[1]
HERE = Path(__file__)
RUNS = {
    "spacy-pkuseg, full model": ("reference", "full"),
    "spacy-pkuseg, compact model": ("reference", "compact"),
    "policytext, full model": ("ours", "full"),
    "policytext, compact model": ("ours", "compact"),
    "jieba": ("jieba", ""),
}


def lines_of(folder: Path, characters: int) -> list[str]:
    """Take lines of the UTF-8 text files of a folder, evenly, until there are enough characters."""
    lines = [line for path in sorted(folder.rglob("*.txt")) for line in utf8_lines(path)]
    chosen = np.random.default_rng(0).permutation(len(lines))
    sizes = np.cumsum([len(lines[at]) for at in chosen])
    return [lines[at] for at in sorted(chosen[: np.searchsorted(sizes, characters) + 1])]


def utf8_lines(path: Path) -> list[str]:
    """Read the lines of a file; none if it is not UTF-8."""
    try:
        return path.read_text("utf-8").splitlines()
    except UnicodeDecodeError:
        return []


def compact_for_reference(full: Path, folder: Path, threshold: float) -> None:
    """Write the features of the compact model as spacy-pkuseg loads them."""
    import srsly

    data = srsly.read_msgpack(full / "features.msgpack")
    with np.load(full / "weights.npz") as stored:
        flat = stored["w"]
    features = data["feature_to_idx"]
    weights = flat[: 5 * len(features)].reshape(-1, 5)
    deviation = np.abs(weights - weights.mean(axis=1, keepdims=True)).max(axis=1)
    kept = [
        (name, at) for name, at in features.items() if name == "$$" or deviation[at] > threshold
    ]
    data["feature_to_idx"] = {name: place for place, (name, _) in enumerate(kept)}
    folder.mkdir()
    srsly.write_msgpack(folder / "features.msgpack", data)
    chosen = weights[[at for _, at in kept]].ravel()
    flat = np.concatenate([chosen, flat[5 * len(features) :]])
    np.savez(folder / "weights.npz", sizes=np.array([5, len(kept)]), w=flat)


def segmenter_for(kind: str, folder: str):
    """Load one segmenter: an object with spans(texts)."""
    if kind == "ours":
        from policytext.segmentation import Decoder, load_model

        return Decoder(load_model(folder))
    from policytext.segmentation import CutSegmenter, get_segmenter

    if kind == "jieba":
        loaded = get_segmenter("jieba")
        loaded.spans(["准备"])
        return loaded
    import spacy_pkuseg

    return CutSegmenter(spacy_pkuseg.pkuseg(folder).cut, "reference")


def peak_memory() -> float:
    """Return the process's largest resident memory in MB."""
    status = Path("/proc/self/status")
    if status.exists():
        words = status.read_text().split()
        return int(words[words.index("VmHWM:") + 1]) / 1024
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20


def measure(kind: str, folder: str, lines: list[str], output: Path) -> None:
    """Load, cut, and write what was measured."""
    before = time.perf_counter()
    segmenter = segmenter_for(kind, folder)
    load = time.perf_counter() - before
    segmenter.spans(lines[:20])
    before, cpu = time.perf_counter(), time.process_time()
    found = segmenter.spans(lines)
    seconds, cpu = time.perf_counter() - before, time.process_time() - cpu
    np.savez(output.with_suffix(".npz"), **found._asdict())
    facts = {"load": load, "seconds": seconds, "cpu": cpu, "memory": peak_memory()}
    output.write_text(json.dumps(facts), encoding="utf-8")


def tokens_by_line(path: Path) -> list[set[tuple[int, int]]]:
    """Read the tokens of a run back."""
    with np.load(path) as found:
        spans = list(zip(found["starts"].tolist(), found["ends"].tolist(), strict=True))
        bounds = found["pointers"].tolist()
    return [set(spans[a:b]) for a, b in pairwise(bounds)]


def same_lines(one: list[set], other: list[set]) -> float:
    """Share of lines, of those with a token, that are cut alike."""
    pairs = [(a, b) for a, b in zip(one, other, strict=True) if a or b]
    return sum(a == b for a, b in pairs) / len(pairs)


def f1(one: list[set], other: list[set]) -> float:
    """F1 of the tokens of one segmentation against another."""
    both = sum(len(a & b) for a, b in zip(one, other, strict=True))
    return 2 * both / (sum(map(len, one)) + sum(map(len, other)))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--text", type=Path, default=ROOT.parent / "shared" / "corpus")
    parser.add_argument("--characters", type=int, default=500_000)
    parser.add_argument("--from", dest="wheel", type=Path, default=None)
    options = parser.parse_args()
    folder = options.text if options.text.is_dir() else ROOT / "corpus" / "sample"
    lines = lines_of(folder, options.characters)
    with tempfile.TemporaryDirectory() as name:
        run_all(Path(name), lines, options.wheel)


def run_all(work: Path, lines: list[str], wheel: Path | None) -> None:
    from policytext import install_model
    from policytext.segmentation import load_model
    from policytext.segmentation.weights import DEFAULT_THRESHOLD, FULL

    ours_full = install_model(wheel, threshold=0.0, folder=work)
    compact_for_reference(work / FULL, work / "compact", DEFAULT_THRESHOLD)
    folders = {
        ("reference", "full"): work / FULL,
        ("reference", "compact"): work / "compact",
        ("ours", "full"): ours_full,
        ("ours", "compact"): "",
        ("jieba", ""): "",
    }
    load_model()
    (work / "lines.json").write_text(json.dumps(lines), encoding="utf-8")
    for number, key in enumerate(RUNS.values()):
        command = [sys.executable, HERE, "--measure", key[0], folders[key], work, str(number)]
        subprocess.run([str(part) for part in command], check=True)
    print_table(work, lines)


def print_table(work: Path, lines: list[str]) -> None:
    tokens = {key: tokens_by_line(work / f"{n}.npz") for n, key in enumerate(RUNS.values())}
    size = sum(map(len, lines))
    print(f"{len(lines):,} lines, {size:,} characters; Python {sys.version.split()[0]}\n")
    head = ("segmenter", "characters/s", "same, CPU time", "load s", "peak MB", "same lines")
    print("| " + " | ".join((*head, "F1 to full")) + " |")
    print("|---" * (len(head) + 1) + "|")
    for number, (name, key) in enumerate(RUNS.items()):
        facts = json.loads((work / f"{number}.json").read_text(encoding="utf-8"))
        twin = tokens.get(("reference", key[1]))
        alike = f"{same_lines(tokens[key], twin):.4%}" if twin is not None else ""
        score = f1(tokens[key], tokens["reference", "full"])
        print(
            f"| {name} | {size / facts['seconds']:,.0f} | {size / facts['cpu']:,.0f} "
            f"| {facts['load']:.2f} | {facts['memory']:.0f} | {alike} | {score:.4f} |"
        )


if __name__ == "__main__":
    if sys.argv[1:2] == ["--measure"]:
        kind, model, place, number = sys.argv[2:]
        texts = json.loads((Path(place) / "lines.json").read_text(encoding="utf-8"))
        measure(kind, model or None, texts, Path(place) / f"{number}.json")
    else:
        main()

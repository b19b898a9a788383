"""How often is a place or year right that is called certain or likely?

Reads reports whose region and year are known (by their folder, by the list they come from, or
because they were written for it) in several forms: as they are, with the file name masked, and
without the lines of their titles. Prints one line for each field and certainty, and with
``--write`` puts the table into the page of limits:

    python benchmarks/reliability.py ../shared --write docs/limits.md
"""

from __future__ import annotations

import argparse
import hashlib
import html
import json
import random
import re
import tarfile
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from policytext import Corpus, read_corpus, read_texts
from policytext.inference import share_interval
from policytext.origin.gazetteer import NATIONAL_NAME, load_gazetteer
from policytext.reading.folder import read_files
from policytext.reading.source import Source

Label = Mapping[str, object]
FIELDS = ("province", "city", "county", "year")
SALUTATION = re.compile(r"^\s*各位代表", re.M)
NEAR = 60
"""Reports of a compilation whose border was found within so many characters are measured."""

HERE = Path(__file__).resolve().parent


class Case(NamedTuple):
    """Reports of one kind, read, with what is known of each: by ``doc_id``."""

    kind: str
    corpus: Corpus
    labels: Mapping[str, Label]


def cases(shared: Path, *, sample: int = 1) -> Iterator[Case]:
    """Yield all kinds of labelled reports; ``sample``: take every so many laws and news."""
    corpora = shared / "corpus"
    yield from provinces(corpora / "provinces-2025", 2025)
    yield from provinces(corpora / "provinces-2026", 2026)
    yield from series(corpora)
    yield from made(shared)
    yield traps()
    yield planted(random.Random(15))
    yield from pages(corpora / "gov-pages")
    yield from laws(corpora / "laws" / "laws-sample.tar.xz", sample)
    yield news(corpora / "news-daily" / "news-2022-2026.tar.xz", sample)


def provinces(folder: Path, year: int) -> Iterator[Case]:
    """The work reports of 31 provinces in five forms."""
    gazetteer = load_gazetteer()
    shorts = {d.short: d.name for d in gazetteer.divisions if d.level == "province"}
    texts: dict[str, str] = {}
    for path in sorted(folder.iterdir()):
        name = next(full for short, full in shorts.items() if short in path.name)
        if path.suffix == ".csv":
            texts[name] = str(pd.read_csv(path)["full_text"].iloc[0])
        else:
            texts[name] = "\n".join(s.text for s in read_files(path) if isinstance(s, Source))
    columns = {"text": "full_text"} if any(folder.glob("*.csv")) else None
    whole = read_corpus(folder, columns=columns, progress=False)
    known = {
        f"{p.name}": n for p in sorted(folder.iterdir()) for s, n in shorts.items() if s in p.name
    }
    docs = whole.documents["doc_id"]
    by_file = whole.sources.set_index("source_id")["file"]
    files = whole.documents["source_id"].map(by_file)
    labels = {
        d: _place(known[f.rsplit("/", 1)[-1]], year) for d, f in zip(docs, files, strict=True)
    }
    yield Case(f"provinces {year}, as published", whole, labels)
    bare = {n: _from_salutation(t) for n, t in texts.items()}
    named = {n: f"{n}{year}年政府工作报告.txt" for n in texts}
    forms: dict[str, tuple[Mapping[str, str], Callable[[str, int], str]]] = {
        "masked name": (texts, lambda n, i: f"{i:03}.txt"),
        "no title": (bare, lambda n, i: named[n]),
        "no title, masked name": (bare, lambda n, i: f"{i:03}.txt"),
        "html, masked name": (
            {n: _page(t) for n, t in texts.items()},
            lambda n, i: f"{i:03}.html",
        ),
    }
    for form, (given, name_of) in forms.items():
        written = {name_of(n, i): (n, t) for i, (n, t) in enumerate(given.items())}
        corpus = _read({f: t for f, (_, t) in written.items()})
        year_known = year if form != "no title, masked name" else None
        labels = {f"{f}#1": _place(n, year_known) for f, (n, _) in written.items()}
        yield Case(f"provinces {year}, {form}", corpus, labels)


def _place(province: str, year: int | None, city: str = "", county: str = "") -> Label:
    out: dict[str, object] = {"province": province, "city": city, "county": county}
    return out | ({"year": year} if year is not None else {})


def _from_salutation(text: str) -> str:
    found = SALUTATION.search(text)
    return text[found.start() :] if found else text


def _page(text: str) -> str:
    lines = [html.escape(line.strip()) for line in text.splitlines() if line.strip()]
    body = "".join(f"<p>{line}</p>\n" for line in lines[1:])
    return f"<html><body><h1>{lines[0]}</h1>\n{body}</body></html>" if lines else ""


def _read(texts: Mapping[str, str]) -> Corpus:
    """Read texts as files, so that each goes through the reader of its format."""
    with tempfile.TemporaryDirectory() as folder:
        for name, text in texts.items():
            (Path(folder) / name).write_text(text, encoding="utf-8")
        return read_corpus(folder, progress=False)


def series(corpora: Path) -> Iterator[Case]:
    """Work reports of Shanghai and of a district, one a year."""
    shanghai = read_corpus(corpora / "shanghai-2020-2024", progress=False)
    labels = {f"上海{year}.txt#1": _place("上海市", year) for year in range(2020, 2025)}
    yield Case("Shanghai 2020-2024", shanghai, labels)
    hailar = read_corpus(corpora / "hailar-2012-2019", progress=False)
    place = ("内蒙古自治区", "呼伦贝尔市", "海拉尔区")
    labels = {f"{y}.txt#1": _place(place[0], y, *place[1:]) for y in range(2012, 2020)}
    yield Case("Hailar 2012-2019", hailar, labels)


def made(shared: Path) -> Iterator[Case]:
    """The seeds, and compilations written for testing, where a report is cut at its start."""
    gold = json.loads((shared / "gold" / "components.json").read_text("utf-8"))
    seeds = read_corpus(shared / "corpus" / "seeds", progress=False)
    labels = {f"{one['file']}#{one['index']}": _seed_label(one["region_inferred"]) for one in gold}
    labels = {key if ".txt" in key else key.replace("#", ".txt#"): v for key, v in labels.items()}
    yield Case("seeds", seeds, labels)
    folder = shared / "corpus" / "compilations"
    truth = json.loads((folder / "truth.json").read_text("utf-8"))
    corpus = read_corpus(folder / "files", progress=False)
    found: dict[str, Label] = {}
    for file, facts in truth.items():
        own = corpus.documents[corpus.documents["source_id"].str.startswith(file)]
        for piece in facts["pieces"]:
            near = own[(own["raw_start"] - piece.get("start", -NEAR - 1)).abs() <= NEAR]
            if near.empty:
                continue
            doc_id = near["doc_id"].iloc[0]
            shown = piece["vis"] != "none"
            label = _place(piece["province"], None, piece["city"], piece["county"])
            found[doc_id] = label if shown else {**label, "hidden": True}
    yield Case("compilations", corpus, found)


def _seed_label(inferred: str) -> Label:
    words = inferred.split(" ")[0].split("/")
    names = [w.rstrip("?") for w in words]
    if words[0] in {"", "unknown"}:
        return {"province": ""}
    out: dict[str, object] = {"province": names[0]}
    if len(words) > 1 and "?" not in inferred and "未知" not in inferred:
        out["city"] = names[1]
        out["county"] = names[2] if len(names) > 2 else ""
    return out


def traps() -> Case:
    """Small texts written to mislead: names of places that are not the report's own."""
    path = HERE.parent / "tests" / "cases" / "places.jsonl"
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    texts = {f"{row['id']}/{row['file_name']}": row["text"] for row in rows}
    labels = {f"{row['id']}/{row['file_name']}#1": row["expect"] for row in rows}
    return Case("traps", read_texts(texts), labels)


HEADS = (
    "{province}{city}{county}卫生健康局2021年工作总结\n",
    "{county}2021年医改工作总结\n",
    "政府工作报告\n——2022年1月6日在{county}第九届人民代表大会第二次会议上\n各位代表：\n",
    "关于2021年卫生健康工作情况的报告\n{city}卫生健康委员会：\n现将有关情况报告如下。\n",
    "2021年卫生健康工作总结\n对口支援单位：{other}\n",
    "{county}卫生健康局文件\n关于2021年医改工作的总结\n",
)
BODY = (
    "一年来，全{kind}卫生健康系统扎实工作，较好完成了各项任务。\n一、主要做法\n"
    "（一）组建医共体{n}个，下派骨干医师{m}人次，基层诊疗量稳步增长。\n"
    "（二）与{other}人民医院签订协议，接收进修人员{n}名。\n"
    "二、下一步打算\n新建村卫生室{n}所，继续完善分级诊疗。\n{signed}"
)
PLANTED = 600


def planted(chance: random.Random) -> Case:
    """Made reports of counties drawn at random, with the name of another county as a partner."""
    gazetteer = load_gazetteer()
    counties = [
        d
        for d in gazetteer.divisions
        if d.level == "county" and d.last is None and d.adcode[:2] not in {"71", "81", "82"}
    ]
    texts: dict[str, str] = {}
    labels: dict[str, Label] = {}
    for number in range(PLANTED):
        own, other = chance.sample(counties, 2)
        place = gazetteer.place(own.adcode)
        form = number % len(HEADS)
        signed = f"{own.name}卫生健康局\n2021年12月20日\n" if form in {3, 4} else ""
        facts = {
            "province": place.province,
            "city": place.city,
            "county": own.name,
            "other": "".join(gazetteer.place(other.adcode)[:3]),
            "kind": own.name[-1],
            "n": chance.randint(3, 19),
            "m": chance.randint(20, 90),
        }
        texts[f"{number:03}.txt"] = (HEADS[form] + BODY).format(**facts, signed=signed)
        labels[f"{number:03}.txt#1"] = {
            "province": place.province,
            "city": place.city,
            "county": own.name,
        }
    return Case("planted counties", read_texts(texts), labels)


def pages(folder: Path) -> Iterator[Case]:
    """Documents of the State Council as crawled."""
    corpus = read_corpus(folder, progress=False)
    labels: dict[str, Label] = {
        d: {"province": NATIONAL_NAME, "city": "", "county": ""} for d in corpus.documents["doc_id"]
    }
    yield Case("State Council pages", corpus, labels)


def laws(archive: Path, sample: int) -> Iterator[Case]:
    """Laws: their folder says which province made them."""
    local: dict[str, str] = {}
    labels: dict[str, Label] = {}
    national: dict[str, str] = {}
    gazetteer = load_gazetteer()
    with tarfile.open(archive) as tar:
        for member in sorted(tar.getmembers(), key=lambda m: m.name)[::sample]:
            path = Path(member.name)
            file = tar.extractfile(member)
            if file is None or path.name.startswith("_") or path.suffix != ".md":
                continue
            text = file.read().decode("utf-8")
            if "DLC" in path.parts:
                name = f"{len(local):03}.md"
                local[name] = text
                code = gazetteer.resolve(path.parts[-2])
                label: dict[str, object] = {"province": gazetteer.name(code)}
                cities = [d.name for d in gazetteer.divisions if d.level == "city"]
                city = next((c for c in cities if path.name.startswith(c)), "")
                provincial = path.name.startswith(str(label["province"]))
                if city or (provincial and "自治县" not in path.name):
                    label["city"] = city  # titles such as 深圳经济特区 do not say it by a name
                labels[f"{name}#1"] = label
            elif path.parts[0] not in {"案例", "其他"}:
                national[path.name] = text
    yield Case("local laws", _read(local), labels)
    corpus = _read(national)
    wanted: Label = {"province": NATIONAL_NAME, "city": "", "county": ""}
    yield Case("national laws", corpus, {d: wanted for d in corpus.documents["doc_id"]})


def news(archive: Path, sample: int) -> Case:
    """Transcripts of a daily national news programme."""
    texts: dict[str, str] = {}
    with tarfile.open(archive) as tar:
        for member in sorted(tar.getmembers(), key=lambda m: m.name)[::sample]:
            file = tar.extractfile(member)
            if file is not None and member.name.endswith(".md"):
                texts[Path(member.name).name] = file.read().decode("utf-8")
    corpus = _read(texts)
    wanted: Label = {"province": NATIONAL_NAME, "city": "", "county": ""}
    return Case("national news", corpus, {d: wanted for d in corpus.documents["doc_id"]})


# How many claims of a field are right, by certainty?


def outcomes(case: Case) -> pd.DataFrame:
    """Return one row for each known field of each report: what was claimed, and is it right?"""
    rows = []
    documents = case.corpus.documents.set_index("doc_id")
    for doc_id, label in case.labels.items():
        if doc_id not in documents.index:
            rows.append(
                (case.kind, doc_id, "province", "", "missing", False, label.get("province"))
            )
            continue
        row = documents.loc[doc_id]
        for field in FIELDS:
            if field not in label:
                continue
            value = "" if pd.isna(row[field]) else str(row[field])
            certainty = row[f"{field}_certainty"] if value else "unknown"
            known = str(label[field])
            right = value == known or (field != "year" and not value and not known)
            rows.append((case.kind, doc_id, field, value, certainty, right, known))
    columns = ["kind", "doc_id", "field", "value", "certainty", "right", "known"]
    return pd.DataFrame(rows, columns=columns)


def reliability(found: pd.DataFrame) -> pd.DataFrame:
    """Return claims, right ones and Wilson's interval by field and certainty."""
    counts: defaultdict[tuple[str, str], list[bool]] = defaultdict(list)
    for row in found.itertuples(index=False):
        if row.certainty in {"certain", "likely"}:
            counts[str(row.field), str(row.certainty)].append(bool(row.right))
    rows = []
    for field in FIELDS:
        for certainty in ("certain", "likely"):
            rights = counts[field, certainty]
            if rights:
                share = share_interval(sum(rights), len(rights))
                bounds = float(share.low), float(share.high)
                rows.append((field, certainty, len(rights), sum(rights), *bounds))
    return pd.DataFrame(rows, columns=["field", "certainty", "claims", "right", "low", "high"])


def summary(found: pd.DataFrame) -> pd.DataFrame:
    """Return for each kind of text and field: right, unknown, and wrong ones by certainty."""
    rows = []
    for (kind, field), part in found.groupby(["kind", "field"], sort=False):
        claimed = part["certainty"].isin(["certain", "likely"])
        wrong = ~part["right"] & claimed
        rows.append(
            {
                "kind": kind,
                "field": field,
                "reports": len(part),
                "right": int(part["right"].sum()),
                "unknown": int((~claimed & ~part["right"]).sum()),
                "wrong likely": int((wrong & (part["certainty"] == "likely")).sum()),
                "wrong certain": int((wrong & (part["certainty"] == "certain")).sum()),
            }
        )
    return pd.DataFrame(rows)


def left_out(doc_id: str) -> bool:
    """Whether a report's file was no part of what the model was fitted on: an odd hash."""
    name = doc_id.partition("#")[0].rsplit("/", 1)[-1]
    return int(hashlib.sha256(name.encode()).hexdigest(), 16) % 2 == 1


BEGIN, END = "<!-- reliability:start -->", "<!-- reliability:end -->"


def page(table: pd.DataFrame) -> str:
    """Return the reliability table as Markdown."""
    rows = [("field", "certainty", "claims", "right", "interval, 95 %"), ("---",) * 5]
    for r in table.itertuples(index=False):
        interval = f"{r.low:.3f} to {r.high:.3f}"
        rows.append((r.field, f"`{r.certainty}`", f"{r.claims:,}", f"{r.right:,}", interval))
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def write(path: Path, table: str) -> None:
    """Put the table between the marks of a page."""
    text = path.read_text("utf-8")
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    path.write_text(f"{before}{BEGIN}\n\n{table}\n\n{END}{after}", encoding="utf-8")


def main() -> None:
    """Measure, print, and write the table into a page where that is asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("shared", nargs="?", type=Path, default=Path("../shared"))
    parser.add_argument("--sample", type=int, default=1, help="every so many laws and news")
    parser.add_argument("--write", type=Path, action="append", default=[], help="page to update")
    given = parser.parse_args()
    found = pd.concat([outcomes(c) for c in cases(given.shared, sample=given.sample)])
    with pd.option_context("display.width", 160, "display.max_rows", 200):
        print(summary(found).to_string(index=False))
    wrong = found[~found["right"] & found["certainty"].isin(["certain", "likely"])]
    print(wrong.to_string(index=False))
    table = page(reliability(found[found["doc_id"].map(left_out)]))
    print(table)
    for path in given.write:
        write(path, table)


if __name__ == "__main__":
    main()

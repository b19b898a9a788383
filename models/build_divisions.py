"""Make the tables of administrative divisions from public, permissively licensed packages.

Sources (facts only: codes and names as published by the Ministry of Civil Affairs and the National
Bureau of Statistics):

- ``GB2260`` 0.4.1 (PyPI, BSD) and ``gb2260`` 0.6.0 (npm, MIT): listings of 2002 to July 2016
- ``china-division`` 2.7.0 (npm, WTFPL 2): listing of 2023 with townships
- ``jionlp`` 1.5.31 (PyPI, Apache-2.0): dates of renamings and mergers, 2017 to 2023

Run it in a folder that holds the unpacked packages::

    python models/build_divisions.py <folder> src/policytext/data/regions

``folder`` must hold ``gb2260-npm/`` (its ``lib``), ``gb2260-pypi/`` (its ``data.py``),
``china-division/`` (its ``dist``) and ``china_location_change.txt``.
"""

from __future__ import annotations

import csv
import importlib.util
import json
import re
import sys
from collections import defaultdict
from pathlib import Path

LISTED_LAST = 2016  # year of the last dated listing
NOW = 2023  # year of the listing that counts as current
PEOPLES = [
    "蒙古族",
    "回族",
    "藏族",
    "维吾尔族",
    "苗族",
    "彝族",
    "壮族",
    "布依族",
    "朝鲜族",
    "满族",
    "侗族",
    "瑶族",
    "白族",
    "土家族",
    "哈尼族",
    "哈萨克族",
    "傣族",
    "黎族",
    "傈僳族",
    "佤族",
    "畲族",
    "拉祜族",
    "水族",
    "东乡族",
    "纳西族",
    "景颇族",
    "柯尔克孜族",
    "土族",
    "达斡尔族",
    "仫佬族",
    "羌族",
    "布朗族",
    "撒拉族",
    "毛南族",
    "仡佬族",
    "锡伯族",
    "阿昌族",
    "普米族",
    "塔吉克族",
    "怒族",
    "乌孜别克族",
    "俄罗斯族",
    "鄂温克族",
    "德昂族",
    "保安族",
    "裕固族",
    "独龙族",
    "鄂伦春族",
    "赫哲族",
    "门巴族",
    "珞巴族",
    "基诺族",
    "各族",
    "柯尔克孜",
    "哈萨克",
    "维吾尔",
    "蒙古",
    "塔吉克",
]
NO_DIVISION = re.compile("市辖区|直辖|行政单位")
SUFFIX = re.compile(
    r"(特别行政区|自治区|自治州|自治县|自治旗|行政委员会|地区|林区|特区|省|市|盟|县|区|旗|州)$"
)
ENDS_IN_STEM = {"神农架林区", "六枝特区"}
PROVINCE_SHORT = {
    "内蒙古自治区": "内蒙古",
    "广西壮族自治区": "广西",
    "西藏自治区": "西藏",
    "宁夏回族自治区": "宁夏",
    "新疆维吾尔自治区": "新疆",
}
KEEPS_SUFFIX = {"矿区", "郊区", "城区", "新区"}


def short_name(name: str) -> str:
    """Strip the kind of division and the names of peoples; one character alone keeps its kind."""
    if name in PROVINCE_SHORT:
        return PROVINCE_SHORT[name]
    stem = SUFFIX.sub("", name)
    if re.search(r"自治[州县旗]$", name):
        changed = True
        while changed:
            changed = False
            for people in PEOPLES:
                if stem.endswith(people) and len(stem) - len(people) >= 2:
                    stem, changed = stem[: -len(people)], True
    return stem if len(stem) >= 2 else name


def listings(folder: Path) -> dict[float, dict[str, str]]:
    """Return the listings, by the moment they stand for (year plus month as a fraction)."""
    out: dict[float, dict[str, str]] = {}
    for path in sorted((folder / "gb2260-npm").glob("2*.json")):
        out[int(path.stem[:4]) + int(path.stem[4:]) / 12] = json.loads(path.read_text())
    spec = importlib.util.spec_from_file_location("gb_data", folder / "gb2260-pypi" / "data.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    for year, rows in module.data.items():
        if year and year < 10000 and year + 1 not in out:
            out[year + 0.99] = {str(code): name for code, name in rows.items()}
    return out


def current(folder: Path) -> dict[str, str]:
    """Return the current listing; development zones (codes xx71 to xx8x) are not divisions."""
    rows: dict[str, str] = {}
    for name in ("provinces", "cities", "areas"):
        with (folder / "china-division" / f"{name}.csv").open(encoding="utf-8") as handle:
            for row in csv.DictReader(handle):
                code = row["code"].ljust(6, "0")
                zone = len(row["code"]) == 6 and 70 <= int(code[4:]) <= 80 and code[:2] != "46"
                if not zone and row["name"] != "县" and not NO_DIVISION.search(row["name"]):
                    rows[code] = row["name"]
    with (folder / "gb2260-npm" / "hongkong-201512.json").open() as handle:
        rows.update(json.load(handle))
    with (folder / "gb2260-npm" / "macao-201512.json").open() as handle:
        rows.update(json.load(handle))
    rows["710000"] = "台湾省"
    return rows


def changes(folder: Path) -> dict[tuple[str, str], tuple[int, str]]:
    """Return (province, old name) → (year, new name) for the changes after the dated listings."""
    out = {}
    for line in (folder / "china_location_change.txt").read_text(encoding="utf-8").splitlines():
        if "=>" in line:
            old, new = (part.split("\t") for part in line.split("=>"))
            name = old[6] if len(old) > 6 and old[6] else old[4]
            if name != new[-1]:
                out[old[2], name] = (int(old[0][:4]), new[-1])
    return out


def level_of(code: str) -> str:
    if code.endswith("0000"):
        return "province"
    return "city" if code.endswith("00") else "county"


def divisions(folder: Path) -> list[dict[str, str]]:
    """One row for each code and name: when it was listed, and the code that took its place."""
    dated, now, dates = listings(folder), current(folder), changes(folder)
    years: dict[tuple[str, str], list[int]] = defaultdict(list)
    for moment, rows in dated.items():
        for code, name in rows.items():
            if len(name) > 1 and not NO_DIVISION.search(name):
                years[code, name].append(int(moment - 0.001))
    for code, name in now.items():
        years[code, name].append(NOW)
    renamed_in = {(new, year) for year, new in dates.values()}
    out = []
    for (code, name), seen in sorted(years.items()):
        province = now.get(code[:2] + "0000", "")
        first, last = min(seen), max(seen)
        if (province, name) in dates and last >= 2015:
            last = dates[province, name][0]
        if first > LISTED_LAST:
            first = next((y for n, y in renamed_in if n == name), LISTED_LAST + 1)
        out.append(
            {
                "adcode": code,
                "name": name,
                "short": short_name(name),
                "level": level_of(code),
                "first": "" if first <= 2002 else str(first),
                "last": "" if max(seen) == NOW else str(last),
                "now": successor(code, name, province, now, dates),
            }
        )
    return out


def successor(code: str, name: str, province: str, now: dict, dates: dict) -> str:
    """Return the current code of a division, where the name or the dated change tells it."""
    if now.get(code) == name:
        return code
    new = dates.get((province, name), (0, ""))[1]
    within = {c: n for c, n in now.items() if c[:2] == code[:2]}
    for wanted in (new, name):
        hits = [c for c, n in within.items() if n == wanted]
        if len(hits) == 1:
            return hits[0]
    stems = [
        c
        for c, n in within.items()
        if short_name(n) == short_name(name) and level_of(c) == level_of(code)
    ]
    if len(stems) == 1:
        return stems[0]
    return code if code in now else ""


def ordinary_words() -> set[str]:
    """Words of jieba's dictionary (MIT) that are not tagged as names."""
    spec = importlib.util.find_spec("jieba")
    lines = (Path(spec.origin).parent / "dict.txt").read_text(encoding="utf-8").splitlines()
    rows = (line.split() for line in lines)
    return {word for word, _, tag in rows if not tag.startswith("n") or tag == "n"}


def is_ordinary(name: str, words: set[str]) -> bool:
    """Whether a township's name reads as ordinary words (中心镇, 发展乡, 小城镇)."""
    stem = re.sub(r"(镇|乡|苏木|街道)$", "", name)
    return stem in words or name.endswith(("城镇", "乡镇", "村镇")) or len(stem) < 2


def townships(folder: Path) -> list[dict[str, str]]:
    """One row for each county with the names of its townships, blank between them.

    Names that read as ordinary words are left out.
    """
    words = ordinary_words()
    rows: dict[str, list[str]] = defaultdict(list)
    with (folder / "china-division" / "streets.csv").open(encoding="utf-8") as handle:
        for row in csv.DictReader(handle):
            name, code = row["name"], row["areaCode"]
            name = name.removesuffix("办事处")
            if is_ordinary(name, words):
                continue
            if re.search(r"(镇|乡|苏木|街道)$", name) and re.fullmatch(
                r"[\u4e00-\u9fff]{3,12}", name
            ):
                rows[code].append(name.removesuffix("办事处"))
    return [{"adcode": c, "names": " ".join(dict.fromkeys(n))} for c, n in sorted(rows.items())]


def write(path: Path, rows: list[dict[str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as handle:
        writer = csv.DictWriter(handle, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


if __name__ == "__main__":
    source, target = Path(sys.argv[1]), Path(sys.argv[2])
    write(target / "divisions.csv", divisions(source))
    write(target / "townships.csv", townships(source))

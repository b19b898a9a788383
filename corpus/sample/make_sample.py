"""How the sample's raw files are made: clean fictional reports, damaged as real files are.

Usage: python corpus/sample/make_sample.py

Reads reports.toml, writes raw/ (the damaged files) and truth.json (region and year of each report,
and which damage each file has), which the tests compare with what the library finds.
"""

import json
import re
import tomllib
from pathlib import Path

HERE = Path(__file__).parent
RAW = HERE / "raw"

SWAPS = {
    "服务": "效劳",
    "基本": "根本",
    "达到": "到达",
    "储备": "储藏",
    "计划生育": "方案生育",
    "督促": "催促",
}
SITE_HEAD = """医改工作情况汇报

上传人：文库小助手 文档编号：90210045 上传时间：2021-03-09 格式：DOCX 页数：6 大小：21.40KB
返回 下载 相关 举报
第1页 / 共6页
第2页 / 共6页
点击查看更多>>
资源描述

《医改工作情况汇报》由会员分享，可在线阅读，更多相关请在某某文库上搜索。

"""
SITE_TAIL = """

展开阅读全文
相关搜索
关于我们 - 网站声明 - 网站地图 - 联系我们
蜀ICP备00000000号-1 川公网安备 51000000000000号
"""
PAGE_HEAD = """桂源市人民政府门户网站
首页 > 政务公开 > 工作总结
字号：[大] [中] [小]
来源：市卫生健康委 发布时间：2023-01-16 浏览次数：1024 打印本页 下载
"""
PAGE_TAIL = """
责任编辑：小韦
分享到：微信 微博
上一篇：关于春节值班的通知
下一篇：义诊进社区
版权所有：桂源市人民政府 桂ICP备00000000号 网站地图
"""


def load() -> dict[str, dict]:
    """Return the clean reports by id."""
    content = tomllib.loads((HERE / "reports.toml").read_text(encoding="utf-8"))
    return {r["id"]: {**r, "text": r["text"].strip()} for r in content["report"]}


def plain(report: dict) -> str:
    """Return title and text as they would be printed."""
    return f"{report['title']}\n{report['text']}\n"


def flatten(text: str) -> str:
    """Run all paragraphs together with a space between them."""
    return " ".join(line.strip() for line in text.splitlines() if line.strip())


def chunk(text: str, size: int = 90) -> str:
    """Cut a text into pieces of equal length and number them like list items."""
    pieces = [text[i : i + size] for i in range(0, len(text), size)]
    return "\n".join(f"{n}、{piece}" for n, piece in enumerate(pieces, 1)) + "\n"


def swap_words(text: str) -> str:
    """Replace words as an article spinner does."""
    for word, other in SWAPS.items():
        text = text.replace(word, other)
    return text


def ten_to_year(text: str, year: str = "2023") -> str:
    """Turn every year and every 10 into one year."""
    text = re.sub(r"20[01]\d年", f"{year}年", text)
    return text.replace("10", year)


def delete_years(text: str) -> str:
    """Delete the digits of every year."""
    return re.sub(r"(19|20)\d\d年", "年", text)


def lose_closing_quotes(text: str) -> str:
    """Drop every closing quotation mark."""
    return text.replace("”", "")


def mask(text: str, names: tuple[str, ...]) -> str:
    """Write x for every digit, and xx for names of places."""
    for name in names:
        text = text.replace(name, "xx" + name[-1])
    return re.sub(r"\d", "x", text)


def loosen_numbers(text: str) -> str:
    """Put spaces around figures and use odd percent signs."""
    text = re.sub(r"(?<=[\u4e00-\u9fff])(\d+(?:\.\d+)?)(%|人|名)", r" \1 \2", text)
    return text.replace("%", "％")


def page_numbers(text: str, size: int = 420) -> str:
    """Put page numbers in mid-sentence."""
    pieces = [text[i : i + size] for i in range(0, len(text), size)]
    out = pieces[0]
    for number, piece in enumerate(pieces[1:], 1):
        out += f"\n- {number} -\n{piece}"
    return out


def compilation(reports: list[dict]) -> str:
    """Put several reports in one file, as collections of model texts do."""
    name = f"卫生健康工作经验材料汇编（{len(reports)}篇）"
    parts = [name, "", ""]
    for number, report in enumerate(reports, 1):
        body = "\n\n\n".join("  " + line for line in report["text"].splitlines())
        parts += [f"篇{'一二三四五六'[number - 1]}：{report['title']}", "", body, "", ""]
    return "\n".join(parts)


def write_docx(report: dict, path: Path) -> None:
    """Write a report as a Word file with a small table in it."""
    from docx import Document

    document = Document()
    document.add_heading(report["title"], level=1)
    lines = report["text"].splitlines()
    for line in lines:
        document.add_paragraph(line)
    table = document.add_table(rows=2, cols=2)
    for cell, words in zip(
        [c for row in table.rows for c in row.cells],
        ("指标", "2019年", "县域内就诊率", "88.6%"),
        strict=True,
    ):
        cell.text = words
    document.core_properties.author = "policytext sample"
    document.save(str(path))


def files(r: dict[str, dict]) -> dict[str, tuple[bytes, list[str], list[str]]]:
    """Return each raw text file: bytes, ids of its reports, kinds of damage."""
    swapped = chunk(flatten(ten_to_year(swap_words(plain(r["qingxi-2018"])))))
    preview = delete_years(flatten(plain(r["yunling-2016"])))[:-40]
    masked = [
        {**r["jinjiang-2020"], "text": mask(r["jinjiang-2020"]["text"], ("南屏市",))},
        r["bailu-2020"],
        r["hedong-2021"],
        {**r["caoyuan-2022"], "text": mask(r["caoyuan-2022"]["text"], ("白音市",))},
    ]
    page = PAGE_HEAD + plain(r["guiyuan-2022"]) + PAGE_TAIL
    return {
        "01_临湖县卫生和计划生育局2017年工作总结.txt": (
            plain(r["linhu-2017"]).encode(),
            ["linhu-2017"],
            [],
        ),
        "03_年度工作总结.txt": (
            swapped.encode(),
            ["qingxi-2018"],
            ["chunked", "synonym_swapped", "years_collapsed"],
        ),
        "04_医改工作情况汇报_文库.txt": (
            (SITE_HEAD + chunk(preview) + SITE_TAIL).encode(),
            ["yunling-2016"],
            ["chunked", "year_digits_deleted", "page_chrome", "truncated"],
        ),
        "05_卫生健康工作经验材料汇编.txt": (
            compilation(masked).encode("utf-8-sig"),
            ["jinjiang-2020", "bailu-2020", "hedong-2021", "caoyuan-2022"],
            ["masked", "compilation"],
        ),
        "06_桂源市网页.txt": (page.encode("gb18030"), ["guiyuan-2022"], ["page_chrome"]),
        "07_武水县2021年绩效自评.txt": (
            loosen_numbers(plain(r["wushui-2021"])).encode(),
            ["wushui-2021"],
            ["spaces_in_numbers"],
        ),
        "08_海澜区2023年政府工作报告.txt": (
            page_numbers(plain(r["hailan-2023"])).encode(),
            ["hailan-2023"],
            ["page_numbers"],
        ),
        "09_中和县2023年上半年工作总结.txt": (
            plain(r["zhongyuan-2023"]).encode("utf-16"),
            ["zhongyuan-2023"],
            [],
        ),
    }


def main() -> None:
    """Write raw/ and truth.json."""
    RAW.mkdir(exist_ok=True)
    reports = load()
    truth = []
    word = "02_临湖县卫生健康局2019年工作总结.docx"
    if not (RAW / word).exists():
        write_docx(reports["linhu-2019"], RAW / word)
    made = {**files(reports), word: (b"", ["linhu-2019"], [])}
    for name, (data, ids, damage) in sorted(made.items()):
        if data:
            (RAW / name).write_bytes(data)
        for part, key in enumerate(ids, 1):
            report = reports[key]
            facts = {k: report[k] for k in ("id", "title", "province", "year")}
            truth.append({"file": name, "part": part, **facts, "damage": damage})
    text = json.dumps(truth, ensure_ascii=False, indent=1) + "\n"
    (HERE / "truth.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()

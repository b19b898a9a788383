"""What would the methods section of a paper say about this run?"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from policytext.records import Bilingual
from policytext.report.tables import in_chinese

if TYPE_CHECKING:
    from policytext.corpus import Corpus
    from policytext.result import Result

DESIGNS = {
    "census": Bilingual("普查", "a census"),
    "sample": Bilingual("抽样", "a sample"),
    "convenience": Bilingual("便利样本", "a convenience sample"),
}

DOI = re.compile(r"10\.\d{4,9}/\S+")

SEGMENTER = "Luo R., Xu J., Zhang Y., et al. (2019). PKUSEG: A toolkit for multi-domain Chinese "
SEGMENTER += "word segmentation. arXiv:1906.11455."


@dataclass(frozen=True)
class MethodsText:
    """The methods paragraph of a run.

    Parameters
    ----------
    sentences
        In order, Chinese and English.
    citations
        In alphabetical order, each once.
    """

    sentences: tuple[Bilingual, ...]
    citations: tuple[str, ...]

    @property
    def paragraph(self) -> Bilingual:
        """All sentences as one paragraph in either language."""
        return Bilingual(
            in_chinese("".join(s.zh for s in self.sentences)),
            " ".join(s.en for s in self.sentences),
        )

    def markdown(self) -> str:
        """Return the paragraph in both languages with its sources as Markdown."""
        sources = "\n".join(f"- {c}" for c in self.citations)
        return (
            f"# 方法 / Methods\n\n{self.paragraph.zh}\n\n{self.paragraph.en}\n\n"
            f"## 文献 / References\n\n{sources}\n"
        )


def methods_paragraph(
    corpus: Corpus, results: Sequence[Result], lock: Mapping[str, Any]
) -> MethodsText:
    """Write the methods paragraph from what was actually run.

    Parameters
    ----------
    corpus
        The corpus that was analysed.
    results
        The analyses that were run.
    lock
        Versions and models of the run.

    Examples
    --------
    >>> from policytext.contract import empty_table
    >>> from policytext.corpus import Corpus
    >>> from policytext.records import TABLES
    >>> nothing = Corpus(**{name: empty_table(name) for name in TABLES})
    >>> methods_paragraph(nothing, [], {"versions": {}}).sentences
    ()
    """
    said: list[Bilingual] = [*_corpus(corpus)] if len(corpus) else []
    if len(corpus):
        said += [_cleaning(corpus), _words(lock)]
    for result in results:
        if result.method.text not in said:
            said.append(_ended(result.method.text))
    cited = _once(c for result in results for c in result.method.citations)
    if len(corpus) and "pkuseg" in str(lock.get("segmentation model", "")):
        cited.append(SEGMENTER)
    versions = lock.get("versions", {})
    if versions:
        said.append(_software(versions, lock.get("seed")))
    return MethodsText(tuple(dict.fromkeys(said)), tuple(sorted(cited)))


def _once(citations: Iterable[str]) -> list[str]:
    """Return each source once, known by its DOI where it has one; the longest wording wins."""
    found: dict[str, str] = {}
    for one in citations:
        doi = DOI.search(one)
        key = doi.group().lower().rstrip(".") if doi else one
        found[key] = max(found.get(key, ""), one, key=len)
    return list(found.values())


def _ended(text: Bilingual) -> Bilingual:
    zh, en = text.zh.rstrip(), text.en.rstrip()
    return Bilingual(
        zh if zh.endswith(("。", "）", "！")) else f"{zh}。", en if en.endswith(".") else f"{en}."
    )


def _corpus(corpus: Corpus) -> list[Bilingual]:
    docs = corpus.documents
    once = docs[docs["duplicate_of"] == ""]
    years = once["year"].dropna()
    sure = ["stated", "certain"]
    province = int(once["province_certainty"].isin(sure).sum())
    year = int(once["year_certainty"].isin(sure).sum())
    design = DESIGNS[corpus.design]
    span = f"{int(years.min())}—{int(years.max())}" if len(years) else "未知"
    span_en = f"{int(years.min())}-{int(years.max())}" if len(years) else "unknown"
    han = int(once["n_han"].sum())
    return [
        Bilingual(
            f"语料“{corpus.name}”（{design.zh}）含 {len(once)} 篇报告、{han:,} 个汉字，已知年份 "
            f"{span}；省份确定的 {province} 篇，年份确定的 {year} 篇。",
            f"The corpus {corpus.name!r} ({design.en}) holds {len(once)} reports with {han:,} Han "
            f"characters, known years {span_en}; the province of {province} and the year of {year} "
            f"of them are certain.",
        )
    ]


def _cleaning(corpus: Corpus) -> Bilingual:
    ledger = corpus.ledger
    inside = int((ledger["place"] == "inside").sum())
    outside = int((ledger["place"] == "outside").sum())
    return Bilingual(
        f"清理在段落内改动 {inside:,} 处，另有 {outside:,} 处页面残余与标记未计入段落，均记入台账"
        f"并可还原；附件、词汇表与重复报告不计数。",
        f"Cleaning changed {inside:,} places inside paragraphs and left {outside:,} pieces of page "
        f"debris and markers out of them, all recorded in a reversible ledger; annexes, glossaries "
        f"and duplicate reports were not counted.",
    )


def _words(lock: Mapping[str, Any]) -> Bilingual:
    model = lock.get("segmentation model", "")
    table = lock.get("term table", "")
    if model == "stored counts":
        return Bilingual(
            f"词频取自随研究保存的计数（未使用原句）；术语表摘要 {str(table)[:12]}。",
            f"Word counts were those stored with the study, without sentences; digest of the term "
            f"table {str(table)[:12]}.",
        )
    return Bilingual(
        f"分词模型为 {model}；术语表摘要 {str(table)[:12]}。",
        f"Words were cut with {model}; digest of the term table {str(table)[:12]}.",
    )


def _software(versions: Mapping[str, str], seed: object) -> Bilingual:
    names = ("policytext", "numpy", "pandas", "scipy", "scikit-learn")
    used = ", ".join(f"{n} {versions[n]}" for n in names if n in versions)
    return Bilingual(
        f"计算使用 {used}（Python {versions.get('python', '')}），随机种子 {seed}。",
        f"Computed with {used} (Python {versions.get('python', '')}), seed {seed}.",
    )

"""What must be said about a table of effects?"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd

from policytext.corpus import Corpus
from policytext.records import Bilingual, Method

COLUMNS = {
    "topic": "number of the topic, as in the model",
    "name": "name of the topic",
    "kind": "coefficient of the formula, or contrast that was asked for",
    "term": "coefficient or contrast",
    "estimate": "difference in the topic's share of a paragraph (0.01 is one percentage point)",
    "std_error": "standard error: reports as clusters, and the model's own uncertainty",
    "low": "lower end of the interval",
    "high": "upper end of the interval",
    "df": "degrees of freedom of the t distribution",
    "p_value": "two-sided; none for the intercept",
    "q_value": "p-value adjusted over all topics and terms of its kind (Benjamini-Hochberg)",
    "model_share": "share of the variance that is the topic model's own uncertainty, 0 to 1",
    "n_paragraphs": "paragraphs used",
    "n_reports": "reports used",
}

_CITATIONS = (
    "Roberts M. E., Stewart B. M., Airoldi E. M. (2016). A model of text for experimentation in "
    "the social sciences. JASA 111(515), 988-1003. doi:10.1080/01621459.2016.1141684",
    "Treier S., Jackman S. (2008). Democracy as a latent variable. AJPS 52(1), 201-217. "
    "doi:10.1111/j.1540-5907.2007.00308.x",
    "Bell R. M., McCaffrey D. F. (2002). Bias reduction in standard errors for linear regression "
    "with multi-stage samples. Survey Methodology 28(2), 169-181.",
    "Benjamini Y., Hochberg Y. (1995). Controlling the false discovery rate. JRSS B 57, 289-300. "
    "doi:10.1111/j.2517-6161.1995.tb02031.x",
)

DRAWS = {
    "NmfTopics": ("按报告自助抽样重新拟合", "refits on bootstrap samples of reports"),
    "LdaTopics": ("变分狄利克雷后验", "the variational Dirichlet posterior"),
    "GibbsTopics": ("吉布斯链样本", "samples of the Gibbs chain"),
    "DmrTopics": ("吉布斯链样本", "samples of the Gibbs chain"),
}


def effects_method(model: Any, clusters: str | None) -> Method:
    """Return how the effects were computed, in both languages."""
    zh, en = DRAWS.get(type(model).__name__, ("模型自身的不确定性", "the model's uncertainty"))
    errors_zh = (
        "段落视为独立" if clusters is None else "标准误按报告聚类（CR3，Bell-McCaffrey 自由度）"
    )
    errors_en = (
        "paragraphs taken as independent"
        if clusters is None
        else "errors clustered by report (CR3, Bell-McCaffrey degrees of freedom)"
    )
    return Method(
        Bilingual(
            f"以段落主题份额对协变量作线性回归，{errors_zh}；"
            f"份额抽自{zh}，各次拟合按合成法汇总；p 值经 Benjamini-Hochberg 校正。",
            f"Topic shares of paragraphs were regressed on covariates, {errors_en}; shares were "
            f"drawn from {en} and the fits pooled by the method of composition; p-values were "
            "adjusted by Benjamini-Hochberg.",
        ),
        _CITATIONS,
    )


def effects_cautions(
    corpus: Corpus | pd.DataFrame, table: pd.DataFrame, n_unknown: int, clusters: str | None
) -> Iterable[Bilingual]:
    """Yield what the table of effects cannot carry."""
    if n_unknown:
        yield Bilingual(
            f"{n_unknown} 个段落因协变量未知未用。",
            f"{n_unknown} paragraphs were left out, as a covariate of theirs is not known.",
        )
    if clusters is None:
        yield Bilingual(
            "同一报告的段落并不独立，此处却视为独立：区间过窄。",
            "Paragraphs of one report are not independent, yet were taken so: intervals too short.",
        )
    few = table.loc[(table["reports_df"] < 4) & (table["term"] != "Intercept"), "term"].unique()
    if len(few):
        yield Bilingual(
            f"以下各项仅依赖少数报告（自由度低于 4）：{'、'.join(few[:8])}。",
            f"These terms rest on few reports (df below 4): {', '.join(few[:8])}.",
        )
    shaky = table.loc[
        (table["model_share"] > 0.5) & (table["term"] != "Intercept"), "name"
    ].unique()
    if len(shaky):
        yield Bilingual(
            f"以下主题的区间主要来自模型自身的不确定性：{'、'.join(shaky)}；先看 stability。",
            "For these topics the model's own uncertainty outweighs that between reports: "
            f"{', '.join(shaky)}; see their stability first.",
        )
    if isinstance(corpus, Corpus) and corpus.design == "convenience":
        yield Bilingual(
            "语料为便利样本：结果不能推广到未收集的报告。",
            "The corpus is a convenience sample: nothing follows for reports not collected.",
        )

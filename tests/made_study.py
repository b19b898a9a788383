"""A small study on stored counts of two made reports, with its expected tables."""

from pathlib import Path

from click.testing import CliRunner, Result
from scipy.sparse import csr_matrix

from corpora import make_corpus
from policytext import Counts, run_study, to_counts
from policytext.cli import main
from policytext.study.reproduce import write_expected

STUDY = """
title_zh = "示例"
title_en = "Example"
[corpus]
name = "made"
saved = "counts"
design = "sample"
[[analysis]]
id = "coverage"
kind = "coverage"
figure = false
[[analysis]]
id = "trends"
kind = "trends"
parameters = {{ terms = ["医共体", "医养结合"], by = "province", mix = true }}
[[analysis]]
id = "concordance"
kind = "concordance"
parameters = {{ terms = ["医共体"] }}
[[published]]
quantity = "hits in 甲省"
published = {hits}
source = "made"
table = "trends"
row = {{ term = "医共体", province = "河北省" }}
column = "hits"
verdict = "reproduced"
[[published]]
quantity = "lines"
published = 3.0
source = "made"
table = "concordance"
row = {{ row_id = 0 }}
column = "n"
"""


def make_study(place: Path) -> Path:
    """Write the study below a folder and return its own folder."""
    folder = place / "study"
    folder.mkdir()
    sure = {"province_certainty": "certain", "year_certainty": "certain", "year": 2021}
    texts = {"河北省": ["推进医共体建设，县域医共体已有三个。"], "湖南省": ["发展医养结合。"]}
    reports = [{"texts": t, "province": p, **sure} for p, t in texts.items()]
    corpus = make_corpus(reports, name="made")
    counts = Counts(csr_matrix((len(corpus.paragraphs), 1)), ("词",), "words")
    to_counts(corpus, words=counts).save(folder / "counts")
    (folder / "study.toml").write_text(STUDY.format(hits="2.0"), encoding="utf-8")
    run = run_study(folder, out=place / "out", progress=False)
    write_expected(run, folder / "study.toml")
    return folder


def call(*words: object) -> Result:
    """Call the command line."""
    return CliRunner().invoke(main, [str(w) for w in words])

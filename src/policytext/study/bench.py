"""What do the analyses of one study share?"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

import policytext
from policytext.errors import NeedsTextError, ParameterError
from policytext.study.settings import WordSettings
from policytext.themes.coding import silver_coding

if TYPE_CHECKING:
    from policytext.corpus import Corpus
    from policytext.counts import Counts
    from policytext.result import Result
    from policytext.segmentation.segment import Words
    from policytext.terms.concepts import TermTable
    from policytext.themes.codebook import Codebook
    from policytext.topics.estimators import NmfTopics


@dataclass(frozen=True)
class Bench:
    """Corpus, term table, word counts, models and seed, each made once and when first needed.

    ``corpus``: The corpus, or the reports that an analysis chose from it.
    ``words``: How words are cut and terms found.
    ``seed``: The one seed of the study.
    ``folder``: Where the study file stands; files that an analysis names are looked up there.
    """

    corpus: Corpus
    words: WordSettings
    seed: int
    folder: Path = Path()
    models: dict[int, NmfTopics] = field(default_factory=dict, repr=False)
    codings: dict[str, pd.DataFrame] = field(default_factory=dict, repr=False)

    @cached_property
    def terms(self) -> TermTable:
        """The term table of the study."""
        return policytext.load_terms(self.folder / self.words.terms if self.words.terms else None)

    @cached_property
    def cut(self) -> Words:
        """The words of all paragraphs in order; needs the sentences."""
        self.corpus.require_text("cutting words")
        return policytext.segment(
            self.corpus, segmenter=self.words.segmenter, cache=True, progress=False
        )

    @cached_property
    def counts(self) -> Counts:
        """Words of each paragraph, stop words left out."""
        source = self.cut if self.corpus.has_text else self.corpus
        return policytext.count_words(source)

    @cached_property
    def passages(self) -> Result:
        """Passages that reports share; needs the sentences."""
        return policytext.shared_passages(self.corpus)

    @cached_property
    def reuse(self) -> Result:
        """What reports say again of other regions' earlier ones; needs the sentences."""
        return policytext.reuse_dyads(self.passages)

    @cached_property
    def frames(self) -> Result:
        """Every clause as an action frame; needs the sentences."""
        return policytext.read_frames(self.corpus)

    @cached_property
    def promises(self) -> Result:
        """Plans followed into the next report of their issuer; needs the sentences."""
        return policytext.follow_promises(self.corpus, frames=self.frames)

    def model(self, n_topics: int) -> NmfTopics:
        """Return the topic model with this many topics, fitted once, on what is counted."""
        if n_topics not in self.models:
            model = policytext.NmfTopics(n_topics=n_topics, random_state=self.seed)
            self.models[n_topics] = model.fit(self.counts.select(self.corpus.counted()))
        return self.models[n_topics]

    def codebook(self, name: str) -> Codebook | None:
        """Return a scheme by its file beside the study, or by its name in the package."""
        if not name:
            return None
        if name.lower().endswith((".yaml", ".yml")):
            return policytext.Codebook.from_yaml(self.folder / name)
        if name.lower().endswith(".xlsx"):
            return policytext.Codebook.from_excel(self.folder / name)
        return policytext.load_codebook(name)

    def coding(self, by: str, codebook: str = "") -> pd.DataFrame:
        """Return which paragraphs treat which theme, as ``by`` says: classifier or dictionary."""
        if codebook and by == "classifier":
            raise ParameterError(
                f"the classifier of the package knows its own health themes, not those of "
                f'{codebook!r}; write coded_by = "dictionary" to code them by their cues, or train '
                "a ThemeClassifier in Python"
            )
        kept = f"{by} {codebook}"
        if kept not in self.codings:
            self.codings[kept] = self._coded(by, codebook)
        return self.codings[kept]

    def _coded(self, by: str, codebook: str) -> pd.DataFrame:
        if self.corpus.has_text:
            if by == "dictionary":
                return policytext.code_by_cues(self.corpus, self.codebook(codebook))
            found = policytext.load_theme_classifier().code(self.corpus)
            return labelled_first(self.labels, found)
        stored = self.corpus.stored.get("themes")
        if stored is None or by == "dictionary":
            raise NeedsTextError(
                f"themes by {by} need the sentences of the reports, and corpus "
                f"{self.corpus.name!r} holds counts without theme labels; point to the raw files "
                f"with --raw FOLDER or POLICYTEXT_RAW"
            )
        return stored_coding(self.corpus, stored)

    @cached_property
    def labels(self) -> pd.DataFrame:
        """The theme labels that readers gave to paragraphs of the corpus that are counted."""
        found = silver_coding(self.corpus)
        return found[self.corpus.counted()[found["row"].to_numpy()]]

    def chosen(self, where: str) -> Bench:
        """Return the bench for the reports that a query chooses."""
        if not where:
            return self
        return Bench(self.corpus.subset(where), self.words, self.seed, self.folder)


def labelled_first(labels: pd.DataFrame, coding: pd.DataFrame) -> pd.DataFrame:
    """Put labels in the place of the classifier's where a paragraph has them: it saw them."""
    rest = coding[~coding["row"].isin(labels["row"])]
    both = pd.concat([labels, rest]) if len(labels) else coding
    return both.sort_values(["row", "rank"], kind="stable", ignore_index=True)


def stored_coding(corpus: Corpus, stored: pd.DataFrame) -> pd.DataFrame:
    """Return the theme labels that were stored with counts as a coding table of this corpus."""
    rows = corpus.paragraphs[["doc_id", "para_no"]].assign(row=range(len(corpus.paragraphs)))
    coding = stored[["doc_id", "para_no", "theme", "probability", "by"]].merge(
        rows, on=["doc_id", "para_no"]
    )
    coding = coding[corpus.counted()[coding["row"].to_numpy()]]
    rank = coding.groupby("row", sort=False).cumcount()
    coding = coding.rename(columns={"by": "source"})
    coding = coding.assign(rank=rank, n_clauses=0, start=-1, end=-1, cue="")
    return coding.sort_values(["row", "rank"], kind="stable", ignore_index=True)

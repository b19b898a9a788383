"""Which reports stand on either side of a comparison, and what are their counts divided by?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

from policytext.comparable import Cells, Selection, build_cells, check_counts
from policytext.errors import NotEnoughDataError, ParameterError
from policytext.records import UNKNOWN
from policytext.regions import full_name

if TYPE_CHECKING:
    from policytext.corpus import Corpus
    from policytext.counts import Counts


@dataclass(frozen=True)
class Reports:
    """Counts by report, with what they are divided by.

    ``counts``: reports × features.
    ``exposure``: One number a report: words or Han characters.
    ``doc_id``: Names of the reports.
    ``features``: Names of the columns.
    ``units``: Unit of independence of each report, as numbers; every report its own by default.
    """

    counts: sparse.csr_matrix
    exposure: npt.NDArray[np.float64]
    doc_id: npt.NDArray[np.object_]
    features: tuple[str, ...]
    units: npt.NDArray[np.intp] | None = None

    @property
    def owners(self) -> npt.NDArray[np.intp]:
        """The unit of each report, as numbers."""
        return np.arange(len(self.doc_id)) if self.units is None else self.units


# Which reports stand on either side of a comparison, and what are their counts divided by?

Groups = Mapping[str, Sequence[str]] | Sequence[str]
Masks = dict[str, tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]]


def counted_words(corpus: Corpus) -> Counts:
    """Count the words of a corpus, with the library's own segmentation."""
    from policytext.words.wordcount import count_words

    counted: Counts = count_words(corpus)
    return counted


def known_cells(corpus: Corpus, chosen: Selection, counts: Counts) -> Cells:
    """Add counts up by report and group, without the reports whose group is unknown."""
    check_counts(counts)
    size = corpus.paragraphs["n_han"].to_numpy()
    cells = build_cells(
        counts.matrix,
        counts.features,
        chosen.labels,
        size,
        chosen.counted,
        chosen.by,
        chosen.units,
    )
    return cells.keep(~np.isin(cells.group, [UNKNOWN, "<NA>", ""]))


def check_groups(chosen: Selection) -> None:
    """Refuse a comparison of fewer than two groups, before words are counted.

    Raises
    ------
    NotEnoughDataError
        Saying which groups there are.
    """
    labels = pd.Series(chosen.group[chosen.counted]).groupby(chosen.group[chosen.counted]).size()
    groups = [str(name) for name in labels.index if name not in (UNKNOWN, "")]
    if len(groups) < 2:
        raise NotEnoughDataError(
            f"a comparison by {' × '.join(chosen.by)} needs at least two groups, and the reports "
            f"counted are of {', '.join(groups) or 'none that is known'}; see corpus.coverage()"
        )


def as_reports(cells: Cells, kind: str, *, min_hits: int = 1) -> Reports:
    """Counts by report over their denominator: words for words, Han characters for the rest."""
    han = cells.table["n_han"].to_numpy(dtype=float)
    tokens = np.asarray(cells.counts.sum(axis=1), dtype=float).ravel()
    exposure = np.maximum(tokens, 1.0) if kind == "words" else han
    kept = np.flatnonzero(np.asarray(cells.counts.sum(axis=0)).ravel() >= min_hits)
    features = tuple(cells.features[i] for i in kept)
    doc_id = cells.table["doc_id"].to_numpy(dtype=object)
    return Reports(cells.counts[:, kept], exposure, doc_id, features, cells.units)


def group_masks(labels: npt.NDArray[np.str_], groups: Groups | None) -> Masks:
    """Which reports belong to each group and to its reference?

    >>> list(group_masks(np.array(["甲", "乙", "丙"]), {"甲乙": ["甲", "乙"]}))
    ['甲乙']
    """
    known = sorted(set(labels.tolist()))
    named = {name: [name] for name in known} if groups is None else {}
    if isinstance(groups, Mapping):
        named = {str(name): [str(x) for x in members] for name, members in groups.items()}
    elif isinstance(groups, str):
        raise ParameterError(f"`groups` must be two labels or a mapping, got {groups!r}")
    elif groups is not None:
        pair = [str(label) for label in groups]
        if len(pair) != 2 or pair[0] == pair[1]:
            raise ParameterError(f"`groups` must be two labels or a mapping, got {pair}")
        pair = [full_name(label, known) for label in pair]
        named = {pair[0]: [pair[0]], pair[1]: [pair[1]]}
    named = {
        name: [full_name(label, known) for label in members] for name, members in named.items()
    }
    for label in (label for members in named.values() for label in members):
        if label not in known:
            raise ParameterError(f"no report counted has the label {label!r}; there are {known}")
    inside = {name: np.isin(labels, members) for name, members in named.items()}
    if groups is not None and not isinstance(groups, Mapping):
        first, second = inside
        return {first: (inside[first], inside[second])}
    full = [name for name, mask in inside.items() if mask.all()]
    if full:
        raise ParameterError(f"group {full[0]!r} holds all reports; nothing is left to compare")
    return {name: (mask, ~mask) for name, mask in inside.items()}


def labels_of(cells: Cells, inside: npt.NDArray[np.bool_]) -> list[str]:
    """Labels of the reports of a group, sorted."""
    return sorted(set(cells.group[inside].tolist()))

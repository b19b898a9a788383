"""Which themes does a coding scheme have, and how does it define them?"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

from policytext.data import data_path
from policytext.errors import ParameterError, ReadingError
from policytext.reading.encoding import decode
from policytext.sheets import Page, read_pages, write_pages

_LIST_FIELDS = ("include", "exclude", "cues", "hints", "masks")
_FACTS = ("name", "version", "title_zh", "title_en", "rule_zh", "rule_en")
_DOMAIN = ("domain_words", "domain_masks")


@dataclass(frozen=True)
class Theme:
    """One code of a scheme: its names, definition and the cue terms that speak for it.

    `cues` are enough to code a clause, `hints` only speak for the theme (classifiers use them),
    `masks` are strings inside which no cue counts because the characters mean something else
    there.
    """

    id: str
    label_zh: str
    label_en: str = ""
    definition_zh: str = ""
    definition_en: str = ""
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    cues: tuple[str, ...] = ()
    hints: tuple[str, ...] = ()
    masks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Codebook:
    """A coding scheme: its themes in order, its rule, and the codes that are used alone.

    `domain_words` name the field the scheme is about (with `domain_masks` for other meanings of
    the same characters); a paragraph without any of them is never coded by cue terms. Empty means
    no such gate.

    Parameters
    ----------
    name, version
        Of the scheme.
    themes
        The codes, in order.
    title_zh, title_en, rule_zh, rule_en
        Title, and the rule of coding in words.
    alone
        Ids of the codes that are used alone, such as ``outside``.
    domain_words, domain_masks
        Words of the field, and strings in which they mean something else.

    Raises
    ------
    ParameterError
        No theme, an id that stands twice or is ill-formed, or `alone` names no theme.

    Examples
    --------
    >>> Codebook("mine", "1", (Theme("a", "甲"), Theme("b", "乙"))).ids
    ('a', 'b')
    """

    name: str
    version: str
    themes: tuple[Theme, ...]
    title_zh: str = ""
    title_en: str = ""
    rule_zh: str = ""
    rule_en: str = ""
    alone: tuple[str, ...] = ()
    domain_words: tuple[str, ...] = ()
    domain_masks: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        ids = [theme.id for theme in self.themes]
        doubled = sorted({i for i in ids if ids.count(i) > 1})
        bad = [i for i in ids if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_]*", i)]
        unknown = sorted(set(self.alone) - set(ids))
        wrong = (
            (not ids and "it has no themes; list at least one"),
            (doubled and f"theme ids must be unique, doubled: {doubled}"),
            (bad and f"a theme id is a letter followed by letters, digits or _; got {bad}"),
            (unknown and f"`alone` names themes that do not exist: {unknown}"),
        )
        for what in filter(None, wrong):
            raise ParameterError(f"codebook {self.name!r}: {what}")

    def _repr_html_(self) -> str:
        rows = "".join(
            "<tr>" + "".join(f"<td>{html.escape(cell)}</td>" for cell in cells) + "</tr>"
            for cells in ((t.id, t.label_zh, t.label_en, t.definition_zh) for t in self.themes)
        )
        title = " ".join(filter(None, (self.title_zh, self.title_en))) or self.name
        return (
            f"<div><strong>{html.escape(title)}</strong> {html.escape(self.version)}, "
            f"{len(self.themes)} themes<table><tbody>{rows}</tbody></table></div>"
        )

    @property
    def ids(self) -> tuple[str, ...]:
        """Theme ids in the order of the scheme."""
        return tuple(theme.id for theme in self.themes)

    def theme(self, theme_id: str) -> Theme:
        """Return one theme by its id.

        Raises
        ------
        ParameterError
            The scheme has no such theme.

        Examples
        --------
        >>> load_codebook().theme("tcm").label_zh
        '中医药与民族医药'
        """
        for theme in self.themes:
            if theme.id == theme_id:
                return theme
        raise ParameterError(
            f"codebook {self.name!r} has no theme {theme_id!r}; "
            f"its themes are {', '.join(self.ids)}"
        )

    def to_frame(self) -> pd.DataFrame:
        """Return the scheme as a table, one row per theme, lists joined by line breaks.

        Returns
        -------
        pandas.DataFrame
            Columns id, label_zh, label_en, definition_zh, definition_en, include, exclude, cues,
            hints, masks, used_alone (``yes`` or empty).
        """
        rows = []
        for theme in self.themes:
            row = {f.name: getattr(theme, f.name) for f in fields(theme)}
            row.update({name: "\n".join(row[name]) for name in _LIST_FIELDS})
            row["used_alone"] = "yes" if theme.id in self.alone else ""
            rows.append(row)
        return pd.DataFrame(rows)

    def to_excel(self, path: str | Path) -> Path:
        """Write the scheme to an Excel workbook that `from_excel` reads back.

        Examples
        --------
        >>> from tempfile import TemporaryDirectory
        >>> with TemporaryDirectory() as folder:
        ...     load_codebook().to_excel(f"{folder}/scheme.xlsx").name
        'scheme.xlsx'
        """
        facts = {name: getattr(self, name) for name in _FACTS}
        facts |= {name: "\n".join(getattr(self, name)) for name in _DOMAIN}
        scheme = pd.DataFrame(list(facts.items()), columns=["field", "value"])
        return write_pages(path, [Page("themes", self.to_frame()), Page("scheme", scheme)])

    @classmethod
    def from_yaml(cls, path: str | Path) -> Codebook:
        """Read a scheme from a YAML file (see ``data/codebooks/health-themes.yaml`` for the form).

        Parameters
        ----------
        path
            File with `name`, `version` and `themes` (each with at least `id` and `label_zh`).

        Raises
        ------
        ReadingError
            The file is not YAML, uses aliases, is too large or too deep, or a field is missing or
            of the wrong form; theme and field are named.
        ParameterError
            Theme ids are doubled or ill-formed.

        Examples
        --------
        >>> Codebook.from_yaml(data_path("codebooks/health-themes.yaml")).alone
        ('general', 'outside')
        """
        record = _yaml_of(Path(path))
        where = f"the codebook {str(path)!r}"
        if not isinstance(record, Mapping) or "themes" not in record or "name" not in record:
            raise ReadingError(f"{where} must have the fields name, version and themes")
        if not isinstance(record["themes"], list):
            raise ReadingError(f"{where}: themes must be a list, {_came(record['themes'])}")
        domain = _mapping(record.get("domain") or {}, f"{where}: domain")
        return cls(
            name=_word(record["name"], f"{where}: name"),
            version=_word(record.get("version"), f"{where}: version"),
            themes=tuple(
                _theme(_mapping(row, f"{where}: theme {number}"), f"{where}, theme {number}")
                for number, row in enumerate(record["themes"], 1)
            ),
            title_zh=_spoken(record, "title", "zh", where),
            title_en=_spoken(record, "title", "en", where),
            rule_zh=_spoken(record, "rule", "zh", where),
            rule_en=_spoken(record, "rule", "en", where),
            alone=_entries(record.get("alone"), f"{where}: alone"),
            domain_words=_entries(domain.get("words"), f"{where}: domain.words"),
            domain_masks=_entries(domain.get("masks"), f"{where}: domain.masks"),
        )

    @classmethod
    def from_excel(cls, path: str | Path) -> Codebook:
        """Read a scheme from Excel: sheet ``themes`` (one row a theme), and optionally sheet
        ``scheme``.

        Parameters
        ----------
        path
            Workbook with columns id and label_zh at least; cells of include, exclude, cues, hints
            and masks hold one entry a line. A column `used_alone` marks the codes that stand
            alone.

        Raises
        ------
        ReadingError
            The workbook lacks the sheet or a required column.

        Examples
        --------
        >>> from tempfile import TemporaryDirectory
        >>> with TemporaryDirectory() as folder:
        ...     Codebook.from_excel(load_codebook().to_excel(f"{folder}/scheme.xlsx")).alone
        ('general', 'outside')
        """
        sheets = read_pages(path, "codebook in Excel")
        table = sheets.get("themes", next(iter(sheets.values())))
        missing = {"id", "label_zh"} - set(table.columns)
        if missing:
            raise ReadingError(f"the codebook {str(path)!r} lacks the columns {sorted(missing)}")
        facts = _facts(sheets.get("scheme"))
        records = table.to_dict("records")
        used_alone = [r["id"].strip() for r in records if str(r.get("used_alone", "")).strip()]
        return cls(
            name=facts.get("name") or Path(path).stem,
            version=facts.get("version", ""),
            themes=tuple(
                _theme(row, f"the codebook {str(path)!r}, row {number}")
                for number, row in enumerate(records, 2)
                if row["id"].strip()
            ),
            title_zh=facts.get("title_zh", ""),
            title_en=facts.get("title_en", ""),
            rule_zh=facts.get("rule_zh", ""),
            rule_en=facts.get("rule_en", ""),
            alone=tuple(used_alone),
            domain_words=_entries(facts.get("domain_words"), "domain_words"),
            domain_masks=_entries(facts.get("domain_masks"), "domain_masks"),
        )


def load_codebook(name: str = "health-themes") -> Codebook:
    """Load a scheme of the package: ``health-themes``, ``policy-instruments`` or ``pmc-index``.

    Parameters
    ----------
    name
        File name without ending in the package's ``data/codebooks``.

    Raises
    ------
    ParameterError
        The package has no such scheme.

    References
    ----------
    Rothwell, R., & Zegveld, W. (1985). Reindustrialization and Technology. Longman (policy
    instruments).
    Ruiz Estrada, M. A. (2011). Policy modeling: Definition, classification and evaluation. Journal
    of Policy Modeling, 33(4), 523-536. https://doi.org/10.1016/j.jpolmod.2011.02.003 (PMC index).

    Examples
    --------
    >>> book = load_codebook()
    >>> len(book.themes), book.ids[0]
    (24, 'medical_consortium')
    """
    folder = data_path("codebooks")
    names = sorted(path.stem for path in folder.glob("*.yaml"))
    if name not in names:
        raise ParameterError(f"the package has no codebook {name!r}; it has {', '.join(names)}")
    return _shipped(folder / f"{name}.yaml")


@cache
def _shipped(path: Path) -> Codebook:
    """Return a scheme of the package, which cannot change while it is used."""
    return Codebook.from_yaml(path)


MOST_BYTES = 5_000_000
DEEPEST = 20
"""A codebook is a list of themes with lists in them: anything deeper is no codebook."""


def _yaml_of(path: Path) -> Any:
    """Read YAML as lists, mappings and text; aliases, which can grow without bound, are refused."""
    import yaml

    class Plain(yaml.SafeLoader):
        """Only what is empty has a kind of its own; numbers, dates and yes stay as written."""

        depth = 0

        def compose_node(self, parent: Any, index: Any) -> Any:
            event = self.peek_event()  # type: ignore[no-untyped-call]
            if isinstance(event, yaml.AliasEvent) or self.depth > DEEPEST:
                wrong = "is nested too deep" if self.depth > DEEPEST else "uses an alias (*)"
                raise yaml.YAMLError(f"line {event.start_mark.line + 1} {wrong}; write it out")
            self.depth += 1
            try:
                return super().compose_node(parent, index)
            finally:
                self.depth -= 1

    Plain.yaml_implicit_resolvers = {
        first: [pair for pair in pairs if pair[0] == "tag:yaml.org,2002:null"]
        for first, pairs in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }
    try:
        if path.stat().st_size > MOST_BYTES:
            raise ReadingError(f"the file must be under {MOST_BYTES} bytes")
        return yaml.load(decode(path.read_bytes())[0].removeprefix("\ufeff"), Loader=Plain)
    except (OSError, ReadingError, ValueError, RecursionError, yaml.YAMLError) as error:
        raise ReadingError(f"the codebook {str(path)!r} cannot be read as YAML: {error}") from error


def _theme(row: Mapping[str, Any], where: str) -> Theme:
    plain = {
        f.name: _word(row.get(f.name), f"{where}: {f.name}")
        for f in fields(Theme)
        if f.name not in _LIST_FIELDS
    }
    for field in ("id", "label_zh"):
        if not plain[field]:
            raise ReadingError(f"{where} lacks the field {field!r}: {dict(row)!r:.80}")
    lists = {name: _entries(row.get(name), f"{where}: {name}") for name in _LIST_FIELDS}
    return Theme(**plain, **lists)  # type: ignore[arg-type]


def _came(value: object) -> str:
    return f"got {value!r:.60}"


def _mapping(value: object, where: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise ReadingError(f"{where} must have named fields, {_came(value)}")
    return value


def _word(value: object, where: str) -> str:
    if isinstance(value, Mapping | list | set | bytes):
        raise ReadingError(f"{where} must be text, {_came(value)}")
    return "" if value is None else str(value).strip()


def _spoken(record: Mapping[str, Any], field: str, language: str, where: str) -> str:
    """Return the text of a bilingual field."""
    both = _mapping(record.get(field) or {}, f"{where}: {field}")
    return _word(both.get(language), f"{where}: {field}.{language}")


def _facts(sheet: pd.DataFrame | None) -> dict[str, str]:
    """Return a sheet of fields and values as a dictionary."""
    if sheet is None or not {"field", "value"} <= set(sheet.columns):
        return {}
    return dict(zip(sheet["field"], sheet["value"], strict=True))


def _entries(value: object, where: str) -> tuple[str, ...]:
    """Return the entries of a list, or of a cell with one entry a line."""
    if value is None:
        return ()
    if not isinstance(value, str | list):
        raise ReadingError(f"{where} must be a list, {_came(value)}")
    given = value.splitlines() if isinstance(value, str) else value
    entries = [_word(entry, f"{where}, entry {number}") for number, entry in enumerate(given, 1)]
    return tuple(entry for entry in entries if entry)

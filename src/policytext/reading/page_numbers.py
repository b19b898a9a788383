"""Which number does a web page show before an item, a heading or a paragraph?"""

from __future__ import annotations

import re
import string
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from policytext.reading.office.numbering import write_number

BESIDE = {"a", "nav", "aside", "footer", "button", "select", "menu"}
"""Elements that lead away from the text: what an extractor leaves out of them is no loss."""

FLOWING = frozenset({"p", "li", "dt", "dd", "h1", "h2", "h3", "h4", "h5", "h6"})
"""Elements that hold a paragraph."""

# Which sign did Word write before a paragraph?

_SYMBOLS = re.compile(r"font-family\s*:[^;]*(?:wingdings|symbol|webdings)", re.I)
_TYPED = frozenset("–—-oOØ§")
_BULLETS = frozenset("·•●○■□◆◇▪▫◦‣➢❖") | _TYPED


def _has_words_behind(node: Any, box: Any) -> bool:
    """Say whether words stand behind an element in the paragraph that it is in."""
    at = node
    while at is not None and at is not box:
        if (at.tail or "").strip():
            return True
        if any(words.strip() for one in at.itersiblings() for words in one.itertext()):
            return True
        at = at.getparent()
    return False


def written_label(node: Any) -> str:
    """Return the number that Word wrote before a paragraph; signs of bullets are none."""
    words = " ".join("".join(node.itertext()).split())
    around, box = [node, *node.iterdescendants()], node
    while box.tag not in FLOWING and box.getparent() is not None:
        box = box.getparent()
        around.append(box)
    drawn = any(_SYMBOLS.search(one.get("style") or "") for one in around)
    if (
        not _has_words_behind(node, box)
        or not words
        or words in _BULLETS
        or (drawn and len(words) == 1)
    ):
        return ""
    return _parted(words)


def _parted(label: str) -> str:
    """Return a label with a blank behind it where it would run into the words."""
    words = " ".join(label.split())
    return f"{words} " if words[-1:].isalnum() else words


_SMALL_BLANKS = re.compile(r"font\s*:\s*7\.0pt", re.I)
"""How Word writes the blanks between a sign that it numbers by and the words."""


def is_drawn_bullet(node: Any) -> bool:
    """Say whether an element is a bullet in a symbol font, with the blanks of Word behind it.

    So Word draws bullets in pages that it saves without its own marks.
    """
    if node.tag != "span" or not _SYMBOLS.search(node.get("style") or ""):
        return False
    blanks = [one for one in node.iter("span") if _SMALL_BLANKS.search(one.get("style") or "")]
    return bool(blanks) and len("".join(node.itertext()).strip()) == 1


# Which forms of numbers are there, and what do style sheets add?

_MOST_SIGNS = 60
_DEEPEST = 5


class _Form(NamedTuple):
    """A form of numbers (``@counter-style``): what it counts with, and what stands around it.

    ``system``: How it counts; ``written`` is a form of word processors by its name there.
    ``weights``: What each sign is worth where they are added up.
    ``first``: The number of the first sign of a fixed row.
    """

    system: str = "symbolic"
    signs: tuple[str, ...] = ()
    weights: tuple[int, ...] = ()
    first: int = 1
    prefix: str = ""
    suffix: str = "."
    ranges: tuple[tuple[int, int], ...] = ()
    fallback: str = "decimal"
    pad: tuple[int, str] = (0, "")
    negative: str = "-"


def _chinese(name: str) -> _Form:
    return _Form("written", (name,), suffix="、", fallback="cjk-decimal")


_SILENT_FORM = _Form("none")
_GREEK = tuple("αβγδεζηθικλμνξοπρστυφχψω")
_KNOWN: Mapping[str, _Form] = {
    **dict.fromkeys(("none", "disc", "circle", "square"), _SILENT_FORM),
    **dict.fromkeys(("disclosure-open", "disclosure-closed"), _SILENT_FORM),
    "decimal": _Form("written", ("decimal",)),
    "decimal-leading-zero": _Form("written", ("decimalZero",)),
    "lower-roman": _Form("written", ("lowerRoman",), ranges=((1, 3999),)),
    "upper-roman": _Form("written", ("upperRoman",), ranges=((1, 3999),)),
    **dict.fromkeys(
        ("lower-alpha", "lower-latin"), _Form("alphabetic", tuple(string.ascii_lowercase))
    ),
    **dict.fromkeys(
        ("upper-alpha", "upper-latin"), _Form("alphabetic", tuple(string.ascii_uppercase))
    ),
    "lower-greek": _Form("alphabetic", _GREEK),
    **dict.fromkeys(
        ("cjk-ideographic", "simp-chinese-informal", "trad-chinese-informal"),
        _chinese("chineseCounting"),
    ),
    "cjk-decimal": _Form("written", ("ideographDigital",), suffix="、"),
    "simp-chinese-formal": _chinese("chineseLegalSimplified"),
    "trad-chinese-formal": _chinese("ideographLegalTraditional"),
    "cjk-heavenly-stem": _chinese("ideographTraditional")._replace(ranges=((1, 10),)),
    "cjk-earthly-branch": _chinese("ideographZodiac")._replace(ranges=((1, 12),)),
}
"""Forms that browsers know, by the names they have in style sheets."""

_TYPES = {
    **{"1": "decimal", "a": "lower-alpha", "A": "upper-alpha", "i": "lower-roman"},
    "I": "upper-roman",
}
"""What the attribute ``type`` of a list says."""

_ZERO = {"chineseCounting", "chineseLegalSimplified", "ideographLegalTraditional"}


def _written(number: int, name: str, forms: Mapping[str, _Form], depth: int = 0) -> str:
    """Return a number in a form, without what stands around it."""
    form = forms.get(name, _KNOWN["decimal"])
    if form.system == "none":
        return ""
    inside = not form.ranges or any(low <= number <= high for low, high in form.ranges)
    signed = number < 0 and form.system in ("written", "numeric", "symbolic", "alphabetic")
    out = _signs_of(abs(number) if signed else number, form) if inside else None
    if out is None:
        return (
            str(number) if depth >= _DEEPEST else _written(number, form.fallback, forms, depth + 1)
        )
    wide, filler = form.pad
    out = filler * min(max(0, wide - len(out) - signed), _MOST_SIGNS) + out
    return f"{form.negative}{out}" if signed else out


def _signs_of(number: int, form: _Form) -> str | None:
    """Return a number in the signs of a form; nothing where the form has none for it."""
    many = len(form.signs)
    if not many:
        return None
    if form.system == "written":
        kind = form.signs[0]
        return "零" if not number and kind in _ZERO else write_number(number, kind)
    if form.system == "cyclic":
        return form.signs[(number - 1) % many]
    if form.system == "fixed":
        at = number - form.first
        return form.signs[at] if 0 <= at < many else None
    if form.system == "additive":
        return _added_up(number, form)
    if form.system in ("numeric", "alphabetic"):
        return _by_place(number, form.signs, shift=int(form.system == "alphabetic"))
    rounds = -(-number // many)
    return form.signs[(number - 1) % many] * rounds if 0 < rounds <= _MOST_SIGNS else None


def _by_place(number: int, signs: Sequence[str], *, shift: int) -> str | None:
    """Return a number in a system of places; letters have no sign for nothing (``shift``)."""
    if len(signs) < 2 or number < shift:
        return None
    out = "" if number else signs[0]
    while number > 0:
        number -= shift
        out = signs[number % len(signs)] + out
        number //= len(signs)
    return out


def _added_up(number: int, form: _Form) -> str | None:
    pairs = list(zip(form.weights, form.signs, strict=True))
    if number <= 0:
        return next((sign for weight, sign in pairs if weight == 0 == number), None)
    out = ""
    for weight, sign in pairs:
        if weight > 0 and number // weight <= _MOST_SIGNS:
            out += sign * (number // weight)
            number %= weight
    return out if not number else None


_TEXT = r"\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'"
_DECLARED = re.compile(rf"([A-Za-z-]+)\s*:\s*((?:{_TEXT}|[^;\"'{{}}])*)", re.S)
_FORM_RULE = re.compile(rf"@counter-style\s+([\w-]+)\s*\{{((?:{_TEXT}|[^{{}}\"'@])*+)\}}", re.S)
_WORD_OR_TEXT = re.compile(rf"({_TEXT})|([^\s\"',]+)", re.S)
_ESCAPED = re.compile(r"\\(?:([0-9A-Fa-f]{1,6})\s?|(.))", re.S)
_LONGEST_TEXT = 40
_MOST_FORMS = 100


def _plain(words: str) -> str:
    """Return words of a style sheet without the marks around them and their escapes."""
    inner = words[1:-1] if words[:1] in "\"'" and words[-1:] == words[:1] else words

    def char(found: re.Match[str]) -> str:
        code = int(found[1], 16) if found[1] else 0
        if found[2]:
            return found[2]
        return chr(code) if 0 < code < 0x110000 and not 0xD800 <= code < 0xE000 else "\ufffd"

    return _ESCAPED.sub(char, inner)[:_LONGEST_TEXT]


def _texts(words: str) -> list[str]:
    return [_plain(found[0]) for found in _WORD_OR_TEXT.finditer(words)]


def _declared(said: str) -> dict[str, str]:
    return {name.lower(): value.strip() for name, value in _DECLARED.findall(said)}


def _forms(sheets: Iterable[str]) -> dict[str, _Form]:
    """Return the forms that browsers know and those that style sheets make themselves."""
    out = dict(_KNOWN)
    for sheet in sheets:
        for name, said in _FORM_RULE.findall(sheet)[:_MOST_FORMS]:
            if name.lower() not in ("none", "decimal"):
                out[name] = _form_of(_declared(said), out)
    return out


def _form_of(said: Mapping[str, str], forms: Mapping[str, _Form]) -> _Form:
    system, *more = (said.get("system") or "symbolic").split()
    number = more[0] if more else ""
    form = _Form(system.lower(), first=_whole(number, 1))
    if form.system == "extends":
        form = forms.get(number, _KNOWN["decimal"])
    elif form.system == "additive":
        parts = [_texts(one) for one in said.get("additive-symbols", "").split(",")]
        pairs = [(_whole(one[0], -1), one[1]) for one in parts if len(one) == 2]
        form = form._replace(
            signs=tuple(sign for _, sign in pairs), weights=tuple(many for many, _ in pairs)
        )
    else:
        form = form._replace(signs=tuple(_texts(said.get("symbols", ""))))
    words = {key: "".join(_texts(value)) for key, value in said.items()}
    form = form._replace(
        prefix=words.get("prefix", form.prefix),
        suffix=words.get("suffix", form.suffix),
        fallback=words.get("fallback", form.fallback),
    )
    if "negative" in said:
        form = form._replace(negative=next(iter(_texts(said["negative"])), "-"))
    if pad := _texts(said.get("pad", ""))[:2]:
        form = form._replace(pad=(_whole(pad[0], 0), pad[-1]))
    if said.get("range", "auto") != "auto":
        form = form._replace(ranges=tuple(_ranges(said["range"])))
    return form


def _ranges(said: str) -> Iterator[tuple[int, int]]:
    far = 10**9
    for one in said.split(","):
        low, high = [*one.split(), "", ""][:2]
        yield _whole(low, -far), _whole(high, far)


_WHOLE = re.compile(r"-?[0-9]{1,6}")


def _whole(words: str | None, otherwise: int) -> int:
    """Return a whole number, or another where there is none or an absurd one."""
    plain = (words or "").strip()
    return int(plain) if _WHOLE.fullmatch(plain) else otherwise


# Which rules does a page have that say how something is numbered?

_IS_NUMBERED = re.compile(
    r"[(（]?[0-9零〇一二三四五六七八九十①-⑳]{1,3}(?:[．、)）①-⑳]|\.(?![0-9]))|[①-⑳]|第.{1,3}[章节条]"
)
_BARE_NUMBER = re.compile(r"([0-9]{1,3})[ \u00a0\u3000]")
_MOST_RULES = 60
_LONGEST_RULE = 2_000
_FARTHEST = 20
_MOST_LOOKS = 60_000
"""Bounds of how often and how far up it is looked whether a rule is for an element."""


class _Rule(NamedTuple):
    """A rule of a style sheet: the elements it is for, from the outermost, and what it says."""

    path: tuple[str, ...]
    said: str
    before: bool

    def fits(self, node: Any) -> bool:
        """Say whether the rule is for an element."""
        at: Any = node
        direct, left = True, _FARTHEST
        for part in reversed(self.path):
            if part == ">":
                direct = True
                continue
            while at is not None and not _fits(part, at):
                left -= 1
                at = None if direct or left < 0 else at.getparent()
            if at is None:
                return False
            at, direct = at.getparent(), False
        return True

    @property
    def weight(self) -> tuple[int, int, int]:
        """How nearly it names its elements: by numbers, classes, kinds."""
        whole = " ".join(self.path)
        kinds = sum(one[:1].isalpha() for one in self.path)
        return whole.count("#"), whole.count("."), kinds


_PART = re.compile(r"([#.]?)([A-Za-z0-9_-]+)")


def _fits(part: str, node: Any) -> bool:
    """Say whether a name, class or number of a style sheet is an element's."""
    if not isinstance(node.tag, str):
        return False
    classes = (node.get("class") or "").split()
    own = {"": (node.tag,), ".": classes, "#": (node.get("id"),)}
    return part == "*" or all(name in own[sign] for sign, name in _PART.findall(part))


_STYLE_RULE = re.compile(r"([^{}@;]+)\{([^{}]*)\}")
_COMMENT = re.compile(r"/\*.*?\*/", re.S)
_BEFORE = re.compile(r"::?before\s*$|::marker\s*$", re.I)
_SIMPLE = re.compile(r"(?:[#.]?[A-Za-z0-9_-]+|\*)+(?:\s*>\s*|\s+|$)", re.I)
_NUMBERING = re.compile(r"counter|list-style|mso-list|marker|display", re.I)


def _sheets(root: Any, beside: Iterable[str]) -> list[str]:
    """Return the style sheets of a page, those that are packed beside it first."""
    own = ("".join(sheet.itertext()) for sheet in root.iter("style"))
    return [_COMMENT.sub("", sheet) for sheet in (*beside, *own)]


def _rules_of(sheets: Iterable[str]) -> list[_Rule]:
    """Return the rules that say how something is numbered, the one that counts most last."""
    out: list[_Rule] = []
    for sheet in sheets:
        for names, said in _STYLE_RULE.findall(sheet):
            marker = "marker" in names.lower()
            if not (marker or _NUMBERING.search(said)):
                continue
            for name in names.replace("<!--", "").split(","):
                plain, before = _BEFORE.subn("", name.strip())
                parts = plain.replace(">", " > ").split()
                if parts and all(one == ">" or _SIMPLE.fullmatch(one) for one in parts):
                    out.append(_Rule(tuple(parts), said[:_LONGEST_RULE], bool(before)))
    kept = [rule for rule in out if not _only_shown(rule)][:_MOST_RULES]
    return sorted(kept, key=lambda rule: rule.weight)


def _only_shown(rule: _Rule) -> bool:
    """Say whether a rule says only how boxes are shown, of elements that are no items."""
    if re.search(r"counter|list-style|mso-list|content", rule.said, re.I):
        return False
    return _PART.findall(rule.path[-1])[:1] != [("", "li")]


_COUNTING = re.compile(r"counter-(reset|increment|set)\s*:\s*([^;}]+)", re.I)
_NAMED = re.compile(r"([A-Za-z_][A-Za-z0-9_-]*)(?:\s+(-?[0-9]{1,5}))?")
_CONTENT = re.compile(rf"content\s*:\s*((?:{_TEXT}|[^;}}\"'])*)", re.I | re.S)
_SHOWN = re.compile(
    rf"({_TEXT})|counters?\(\s*([A-Za-z0-9_-]+)\s*"
    rf"(?:,\s*({_TEXT})\s*)?(?:,\s*([A-Za-z][\w-]*)\s*)?\)",
    re.S,
)
_STYLED = re.compile(r"list-style(?:-type)?\s*:\s*((?:\"[^\"]*\"|'[^']*'|[^;}\"'])*)", re.I)
_SIGNS = re.compile(r"symbols\(\s*([a-z]*)([^)]*)\)", re.I)
_DISPLAY = re.compile(r"display\s*:\s*([a-z-]+)", re.I)
_LIST_ITEM = "list-item"


class ListNumbers:
    """Counts the items of a page's lists, and what its style sheets count, as they come.

    ``sheets``: Style sheets that are packed beside the page.
    """

    def __init__(self, root: Any, sheets: Iterable[str] = ()) -> None:
        found = _sheets(root, sheets)
        self._rules = _rules_of(found)
        self._forms = _forms(found)
        self._word = _WordLists(found)
        self._looks = _MOST_LOOKS
        self._placed: dict[Any, tuple[Any, int]] = {}
        self._counts: dict[str, list[tuple[Any, int]]] = {}
        self._began: dict[Any, list[str]] = {}

    def number(self, node: Any) -> str:
        """Return what the page shows before the words of an element, if it is a number."""
        said = self._said_of(node)
        own = node.get("style") or ""
        for rule in [*said, *([_Rule((), own, False)] if "counter-" in own else [])]:
            if not rule.before:
                self._count(node.getparent(), rule.said)
        shown: str | None = None
        for rule in said:
            if rule.before:
                self._count(node, rule.said)  # what is counted before its words ends with it
                shown = self._shown(rule.said, node, shown)
        if shown is not None and (shown or node.tag == "li"):
            return shown
        listed = self._word.number(node, [rule.said for rule in said])
        if listed is not None:
            return listed
        return self._of_item(node, said) if node.tag == "li" else ""

    def _said_of(self, node: Any) -> list[_Rule]:
        self._looks -= len(self._rules)
        return [rule for rule in self._rules if rule.fits(node)] if self._looks >= 0 else []

    def _count(self, box: Any, said: str) -> None:
        """Count what a rule says; a counter that it begins lives as long as the element ``box``."""
        found = {kind.lower(): names for kind, names in _COUNTING.findall(said)}
        for name, start in _NAMED.findall(found.get("reset", "")):
            if name != "none":
                self._begin(name, box, int(start or 0))
        for kind, usual in (("increment", 1), ("set", 0)):
            for name, step in _NAMED.findall(found.get(kind, "")):
                if name == "none":
                    continue
                if not self._counts.get(name):
                    self._begin(name, box, 0)
                there, many = self._counts[name][-1]
                by = int(step) if step else usual
                self._counts[name][-1] = (there, by if kind == "set" else many + by)

    def _begin(self, name: str, box: Any, start: int) -> None:
        stack = self._counts.setdefault(name, [])
        if stack and stack[-1][0] is box:
            stack.pop()
        else:
            self._began.setdefault(box, []).append(name)
        stack.append((box, start))

    def leave(self, node: Any) -> None:
        """Forget what was counted for the elements in one that ends."""
        for name in self._began.pop(node, ()):
            if self._counts.get(name):
                self._counts[name].pop()

    def _shown(self, said: str, node: Any, before: str | None) -> str | None:
        """Return the number that content shows, "" where it shows none, None where it says nothing.

        ``before``: What a rule that counts less says.
        """
        found = _CONTENT.search(said)
        words = found[1].strip() if found else ""
        if not words or words.lower() == "normal":
            return before
        out, counted = "", False
        for text, name, joint, form in _SHOWN.findall(words):
            out += self._counted(name, joint, form, node) if name else _plain(text)
            counted = counted or bool(name)
        if not counted:
            none = words.lower() == "none" or not out.strip()
            return "" if none and node.tag == "li" else before
        return " ".join(out.split()) + " " * (out[-1:].isspace())

    def _counted(self, name: str, joint: str, form: str, node: Any) -> str:
        own = name == _LIST_ITEM and not self._counts.get(name) and node.tag == "li"
        if own:
            values = [self._place(node)]
        else:
            values = [many for _, many in self._counts.get(name) or [(None, 0)]]
        kept = values if joint else values[-1:]
        kind = form if form in self._forms else form.lower()
        return _plain(joint).join(_written(many, kind or "decimal", self._forms) for many in kept)

    def _place(self, item: Any) -> int:
        """Return the number of an item: its own, or one more than the item before it has."""
        box = item.getparent()
        by = 1 if box.get("reversed") is None else -1
        last, number = self._placed.get(box, (None, 0))
        steps, one = 0, item
        while one is not None and one is not last:
            own = one.get("value", "").strip() if one.tag == "li" else ""
            if _WHOLE.fullmatch(own):
                number = int(own)
                break
            steps += one.tag == "li"
            one = one.getprevious()
        if one is None:
            many = 1 if by > 0 else sum(child.tag == "li" for child in box)
            number = _whole(box.get("start"), many) - by
        number += by * steps
        self._placed[box] = (item, number)
        return number

    def _of_item(self, item: Any, said: list[_Rule]) -> str:
        """Return the number of an item of a list.

        A list of links leads away; where the words have a number of their own, the page hides this.
        """
        box = item.getparent()
        if box is None or box.tag not in ("ol", "ul") or _is_no_item(item, said):
            return ""
        words = (item.text or "") + "".join(
            ("" if one.tag in BESIDE else "".join(one.itertext())) + (one.tail or "")
            for one in item
        )
        if not words.strip() or _IS_NUMBERED.match(words.strip()):
            return ""
        label = self._label(item, box, said)
        bare = _BARE_NUMBER.match(words.strip())
        return "" if bare and label.startswith(bare[1]) else label

    def _label(self, item: Any, box: Any, said: list[_Rule]) -> str:
        """Return the number of an item as its list writes it."""
        styled = (
            _styled(item.get("style") or "")
            or _last_styled(said)
            or _styled(box.get("style") or "")
            or _last_styled(self._said_of(box))
        )
        if styled[:1] in ("'", '"') and styled:
            words = _plain(styled)
            return "" if not words.strip() or words.strip() in _BULLETS else _parted(words)
        if signs := _SIGNS.match(styled):
            form = _Form((signs[1] or "symbolic").lower(), tuple(_texts(signs[2])), suffix=" ")
            words = _written(self._place(item), "", {"": form, **self._forms})
            return "" if words in _BULLETS else f"{words} "
        usual = "decimal" if box.tag == "ol" else "none"
        given = item.get("type") or box.get("type") or ""
        name = _known(styled, self._forms) or _TYPES.get(given) or usual
        form = self._forms[name]
        if form.system == "none":
            return ""
        words = _written(self._place(item), name, self._forms)
        return _parted(f"{form.prefix}{words}{form.suffix}")


def _known(styled: str, forms: Mapping[str, _Form]) -> str:
    """Return the form that a list's style names; a browser counts 1, 2 where it knows none."""
    places = ("inside", "outside", "inherit", "initial", "unset", "revert")
    words = [one for one in styled.replace("!important", "").split() if one.lower() not in places]
    words = [one for one in words if not one.lower().startswith("url(")]
    for one in words:
        if one in forms or one.lower() in forms:
            return one if one in forms else one.lower()
    return "decimal" if words else ""


def _styled(said: str) -> str:
    found = _STYLED.findall(said)
    return found[-1].strip() if found else ""


def _last_styled(rules: Iterable[_Rule]) -> str:
    found = [styled for rule in rules if not rule.before and (styled := _styled(rule.said))]
    return found[-1] if found else ""


def _is_no_item(item: Any, said: Iterable[_Rule]) -> bool:
    """Say whether an element is shown as something else than an item of a list."""
    rules = [rule.said for rule in said if not rule.before]
    found = [one for text in (*rules, item.get("style") or "") for one in _DISPLAY.findall(text)]
    return bool(found) and found[-1].lower() not in (_LIST_ITEM, "revert", "initial", "inherit")


# Which numbers do the lists of a page that Word saved tell?

_LIST_RULE = re.compile(
    rf"@list\s+l(\d{{1,4}}):level([1-9])(?:\s+(lfo\d{{1,4}}))?\s*\{{((?:{_TEXT}|[^{{}}\"'@])*+)\}}",
    re.I | re.S,
)
_IN_LIST = re.compile(r"mso-list\s*:\s*l(\d{1,4})\s+level([1-9])(?:\s+(lfo\d{1,4}))?", re.I)
_IGNORED = re.compile(r"mso-list\s*:\s*ignore", re.I)
_LEVEL = re.compile(r"%([1-9])")
_MOST_LEVELS = 5_000
_WORD_FORMS = {
    **{"alpha-lower": "lowerLetter", "alpha-upper": "upperLetter", "image": "bullet"},
    **{"roman-lower": "lowerRoman", "roman-upper": "upperRoman"},
    **{"arabic-leading-zero": "decimalZero", "arabic": "decimal"},
}


def _word_form(name: str) -> str:
    """Return how WordprocessingML calls a form that the style sheet of Word names."""
    head, *more = name.lower().split("-")
    return _WORD_FORMS.get(name.lower(), head + "".join(one.capitalize() for one in more))


class _WordLevel(NamedTuple):
    """One level of a list of Word: where it starts, how it writes."""

    start: int
    form: str
    text: str


class _WordLists:
    """Counts the paragraphs that belong to lists of Word (``mso-list``, ``@list``)."""

    def __init__(self, sheets: Iterable[str]) -> None:
        self._levels: dict[tuple[str, str, str], _WordLevel] = {}
        self._counts: dict[str, dict[int, int]] = {}
        self._began: set[tuple[str, str]] = set()
        for sheet in sheets:
            usual: dict[tuple[str, str], dict[str, str]] = {}
            for name, level, own, said in _LIST_RULE.findall(sheet)[:_MOST_LEVELS]:
                # an override that says only where it starts writes as its list does
                whole = {**usual.get((name, level), {}), **_declared(said)}
                self._levels[name, level, own.lower()] = _level_of(level, whole)
                if not own:
                    usual[name, level] = whole

    def number(self, node: Any, rules: Iterable[str]) -> str | None:
        """Return the number of a paragraph of a list, "" if it is a bullet or written, or None."""
        if not self._levels or node.tag not in FLOWING:
            return None
        found = _IN_LIST.search(node.get("style") or "")
        for said in rules:
            found = found or _IN_LIST.search(said)
        if not found or (found[1], found[2], "") not in self._levels:
            return None
        name, level, own = found[1], found[2], (found[3] or "").lower()
        self._count(name, level, own)
        words = "".join(node.itertext()).strip()
        written = any(_IGNORED.search(one.get("style") or "") for one in node.iter("span"))
        if written or not words or _IS_NUMBERED.match(words):
            return ""
        return self._shown(name, level, own)

    def _level(self, name: str, level: str, own: str) -> _WordLevel:
        usual = self._levels.get((name, level, ""), _WordLevel(1, "decimal", ""))
        return self._levels.get((name, level, own), usual)

    def _count(self, name: str, level: str, own: str) -> None:
        counts = self._counts.setdefault(name, {})
        depth = int(level)
        anew = bool(own) and (name, level, own) in self._levels and (name, own) not in self._began
        self._began.add((name, own))
        if anew or depth not in counts:
            counts[depth] = self._level(name, level, own).start
        else:
            counts[depth] += 1
        for deeper in [one for one in counts if one > depth]:
            del counts[deeper]

    def _shown(self, name: str, level: str, own: str) -> str:
        shown = self._level(name, level, own)
        if shown.form in ("bullet", "none"):
            return ""

        def number(found: re.Match[str]) -> str:
            one = self._level(name, found[1], own)
            many = self._counts[name].get(int(found[1]), one.start)
            return write_number(many, one.form)

        return _parted(_LEVEL.sub(number, shown.text))


def _level_of(level: str, said: Mapping[str, str]) -> _WordLevel:
    form = _word_form(said.get("mso-level-number-format", "arabic"))
    text = _plain(said.get("mso-level-text", f'"%{level}."'))
    return _WordLevel(_whole(said.get("mso-level-start-at"), 1), form, text)

"""Which verb, object and actor does a clause have, and to whom, by which means?

No parser: a clause of an official text is an opening, words of manner, a verb and its object, or a
theme with a verb behind it. Verbs and the words around them are lists of the package. More
than 900 lines, since its functions read one clause together and call each other both ways.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Final, NamedTuple

from policytext.data import any_of, pattern_of, read_table, words_of
from policytext.reading.tabular.own_tables import may_fit
from policytext.statements.amounts import unit_words
from policytext.statements.rules import read_list

WORDS: Final = "narratives/words.csv"
NONE: Final = (-1, -1)


# Which listed word begins, or ends, at a place?


class _Pair(NamedTuple):
    """What begins, or ends, with two characters.

    ``longer``: Words of more than two, longest first, each with itself, or with "" if blocked.
    ``rest``: The words that stand there where none of these does; none if the pair is blocked.
    ``blocked``: The length of the pair if it is blocked, or 0.
    """

    longer: tuple[tuple[str, str], ...]
    word: str
    rest: tuple[str, ...]
    blocked: int


class WordTree:
    """Words by their first two and by their last two characters, longest first.

    Blocked words look like longer forms of the others and are none (负责人 is no 负责), but where
    what still holds one of the others begins alike (申请人民法院 holds 申请).
    """

    def __init__(
        self, words: Iterable[str], blocked: Iterable[str] = (), still: Iterable[str] = ()
    ) -> None:
        own = frozenset(words)
        held = {word: max((o for o in own if word.startswith(o)), key=len) for word in still}
        self.single = frozenset(word for word in own if len(word) == 1)
        every = {*own, *blocked}
        self.firsts = frozenset(word[0] for word in every)
        self.lasts = frozenset(word[-1] for word in every)
        heads: dict[str, list[str]] = {}
        tails: dict[str, list[str]] = {}
        for word in sorted({*every, *held} - self.single, key=lambda w: (-len(w), w)):
            heads.setdefault(word[:2], []).append(word)
        for word in sorted(every - self.single, key=lambda w: (-len(w), w)):
            tails.setdefault(word[-2:], []).append(word)
        self.ends = re.compile(f"[{re.escape(''.join(sorted({word[-1] for word in own})))}]")
        given = {**held, **{word: word for word in own}}
        self.heads = {two: self._pair(two, two[0], all_of, given) for two, all_of in heads.items()}
        self.tails = {two: self._pair(two, two[-1], all_of, given) for two, all_of in tails.items()}

    def _pair(self, two: str, one: str, words: list[str], own: Mapping[str, str]) -> _Pair:
        longer = tuple((word, own.get(word, "")) for word in words if word != two)
        if two in words and two not in own:
            return _Pair(longer, "", (), len(two))
        rest = [word for word, listed in ((two, own), (one, self.single)) if word in listed]
        return _Pair(longer, rest[0] if rest else "", tuple(rest), 0)

    def at(self, text: str, place: int) -> str:
        """Return the longest word that begins at a place; nothing where a blocked one does."""
        pair = self.heads.get(text[place : place + 2])
        if pair is None:
            one = text[place : place + 1]
            return one if one in self.single else ""
        for word, given in pair[0]:
            if text.startswith(word, place):
                return given
        return pair[1]

    def blocks(self, text: str, place: int) -> int:
        """Return the length of the blocked word that begins at a place, or 0."""
        pair = self.heads.get(text[place : place + 2])
        if pair is None:
            return 0
        for word, given in pair.longer:
            if text.startswith(word, place):
                return 0 if given else len(word)
        return pair.blocked

    def all_at(self, text: str, place: int) -> tuple[str, ...]:
        """Return the words that begin at a place, longest first."""
        two = text[place : place + 2]
        pair = self.heads.get(two)
        if pair is None:
            return (two[0],) if self.single and two[:1] in self.single else ()
        longer, _, rest, _ = pair
        found: tuple[str, ...] = ()
        for word, given in longer:
            if text.startswith(word, place):
                if not given:
                    return found
                found = (*found, given)
        return (*found, *rest) if found else rest

    def before(self, text: str, place: int) -> str:
        """Return the longest word that ends at a place, or nothing."""
        if place < 1:
            return ""
        one = text[place - 1 : place]
        if one not in self.lasts:
            return ""
        pair = self.tails.get(text[place - 2 : place] if place > 1 else one)
        if pair is None:
            return one if one in self.single else ""
        for word, given in pair[0]:
            if text.endswith(word, 0, place):
                return given
        return pair[1]


@dataclass(frozen=True, slots=True)
class Verb:
    """A listed verb: its class, how its action goes, and where it stands."""

    name: str
    group: str
    aspect: str
    noun: bool
    after_theme: bool
    after_subject: bool


@dataclass(frozen=True, eq=False, slots=True)
class Lexicon:
    """All lists that the reader of clauses needs."""

    verbs: dict[str, Verb]
    verb_tree: WordTree
    begins: frozenset[str]
    pairs: frozenset[str]
    manner: WordTree
    opening: WordTree
    preposition: WordTree
    no_preposition: WordTree
    noun_after: WordTree
    agents: WordTree
    actor_of: dict[str, str]
    light: re.Pattern[str]
    not_verb_end: tuple[str, ...]
    aimed_end: tuple[str, ...]
    negation: frozenset[str]
    denials: re.Pattern[str]
    by: frozenset[str]
    not_by: frozenset[str]
    given: re.Pattern[str]
    purpose: frozenset[str]
    attained_by_acting: frozenset[str]
    duty: frozenset[str]
    short_duty: frozenset[str]
    short_at_head: frozenset[str]
    at_head: frozenset[str]
    taking: frozenset[str]
    basis: frozenset[str]
    letting: frozenset[str]
    adverbs: WordTree
    place_end: tuple[str, ...]
    passive: frozenset[str]
    modal: frozenset[str]
    short_modal: frozenset[str]
    towards: frozenset[str]
    receivers: frozenset[str]
    company: frozenset[str]
    clause_object: frozenset[str]
    own_marks: frozenset[str]
    receiving: frozenset[str]
    joins: frozenset[str]
    starting: frozenset[str]
    not_copula: tuple[str, ...]
    act_name: re.Pattern[str]
    leading: frozenset[str]
    there: re.Pattern[str]
    had: re.Pattern[str]
    sole: frozenset[str]
    when_told: tuple[str, ...]
    about: frozenset[str]
    partner: re.Pattern[str]
    with_another: frozenset[str]
    duties: re.Pattern[str]
    duty_firsts: frozenset[str]
    takes: re.Pattern[str]
    particle: re.Pattern[str]
    no_object: re.Pattern[str]
    after_act: re.Pattern[str]
    may_be_after_act: re.Pattern[str]
    behind_actor: re.Pattern[str]
    may_be_behind_actor: re.Pattern[str]
    by_rule: tuple[str, ...]
    rule_end: tuple[str, ...]
    after_agent: frozenset[str]
    name_end: re.Pattern[str]
    other_case: tuple[str, ...]
    done_to: tuple[str, ...]
    adjective_end: tuple[str, ...]
    acting: frozenset[str]
    object_acts: frozenset[str]
    rate: re.Pattern[str]
    some: re.Pattern[str]
    still: frozenset[str]
    circumstance: tuple[str, ...]
    rule_noun: frozenset[str]
    aimed: frozenset[str]
    done_for: re.Pattern[str]
    changes_to: tuple[str, ...]
    passed: frozenset[str]
    reported_to: frozenset[str]
    recipients: tuple[str, ...]
    persons: frozenset[str]
    asking: frozenset[str]
    counted: frozenset[str]
    no_actor: tuple[str, ...]
    still_actor: tuple[str, ...]
    passing: tuple[str, ...]
    tests: tuple[str, ...]
    own_tests: tuple[str, ...]
    joint: re.Pattern[str]
    relative: frozenset[str]
    way_end: tuple[str, ...]
    as_what: re.Pattern[str]
    not_as: re.Pattern[str]
    tells: frozenset[str]
    ranks: re.Pattern[str]
    lacking: tuple[str, ...]
    having: tuple[str, ...]
    every: tuple[str, ...]
    counted_acts: tuple[str, ...]
    before_name: frozenset[str]
    summed: tuple[str, ...]
    asked_by: tuple[str, ...]
    helps: frozenset[str]
    name_tails: frozenset[str]
    office: re.Pattern[str]
    offices: re.Pattern[str]

    def duty_at(self, text: str, place: int) -> str:
        """Return the word of duty at a place; 所有权人 holds no 有权."""
        if text[place : place + 1] not in self.duty_firsts:
            return ""
        word = self.manner.at(text, place)
        if word not in self.duty or (place and self.verb_tree.blocks(text, place - 1) > 1):
            return ""
        if word in self.short_modal and len(self.agents.before(text, place + 1)) > 1:
            return ""  # 居民委员会 holds no 会
        return word

    def actor_before(self, text: str, place: int) -> str:
        """Return the class of the one who is named right before a place, or nothing."""
        return self.actor_of.get(self.agents.before(text, place), "")

    def goes_on(self, text: str, place: int, word: str) -> bool:
        """Return whether a longer word begins where a name begins that ends at a place.

        主要部分为 names no 部, and 居民委员会 no 委员.
        """
        begin = place - len(word)
        longer = max(len(self.agents.at(text, begin)), self.agents.blocks(text, begin))
        return longer > len(word)

    def opens_list(self, text: str, start: int, end: int) -> bool:
        """Return whether a stretch of text holds a list mark, so that 的 may end a first item."""
        return any(mark in text[start:end] for mark in "，；：")


@cache
def load_lexicon() -> Lexicon:
    """Return the package's lists of verbs, agents and words around them.

    >>> load_lexicon().verbs["推进"].group
    'advance'
    """
    table = read_table("narratives/verbs.csv")
    verbs = {
        row["verb"]: Verb(
            *(row["verb"], row["class"], row["aspect"]),
            *(mark in row["place"].split("|") for mark in ("noun", "after_theme", "after_subject")),
        )
        for row in table.to_dict("records")
    }
    verb_tree = WordTree(verbs, words_of(WORDS, "not_verb"), words_of(WORDS, "still_verb"))
    manners = words_of(WORDS, "manner")
    manner = WordTree(
        [*manners, *(f"{w}地" for w in manners if w[1:])], words_of(WORDS, "not_manner")
    )
    agents = read_table("narratives/agents.csv")
    actor_of = {**_cities(), **dict(zip(agents["word"], agents["actor"], strict=True))}
    after_act = pattern_of(WORDS, "after_act")
    behind_actor = pattern_of(WORDS, "behind_actor", before=r"(?:\*+|", after=")$")
    return Lexicon(
        verbs=verbs,
        verb_tree=verb_tree,
        begins=verb_tree.firsts | manner.firsts,
        pairs=frozenset({*verb_tree.heads, *manner.heads}),
        manner=manner,
        opening=WordTree(words_of(WORDS, "opening"), words_of(WORDS, "not_opening")),
        preposition=WordTree(words_of(WORDS, "preposition")),
        no_preposition=WordTree(words_of(WORDS, "no_preposition")),
        noun_after=WordTree(words_of(WORDS, "noun_after_verb"), words_of(WORDS, "not_noun_after")),
        agents=WordTree(actor_of),
        actor_of=actor_of,
        light=re.compile(any_of(WORDS, "light")),
        not_verb_end=words_of(WORDS, "not_verb_end"),
        aimed_end=words_of(WORDS, "aimed_end"),
        negation=frozenset(words_of(WORDS, "negation")),
        denials=re.compile(
            "[" + "".join(sorted({w[0] for w in words_of(WORDS, "negation")})) + "]"
        ),
        by=frozenset(words_of(WORDS, "by")),
        not_by=frozenset(words_of(WORDS, "not_by")),
        given=pattern_of(WORDS, "by"),
        purpose=frozenset(words_of(WORDS, "so_that")),
        attained_by_acting=frozenset(words_of(WORDS, "attained_by_acting")),
        duty=frozenset(words_of(WORDS, "duty")),
        short_duty=frozenset(words_of(WORDS, "short_duty")),
        short_at_head=frozenset(words_of(WORDS, "short_at_head")),
        at_head=frozenset(words_of(WORDS, "verb_at_head")),
        taking=frozenset(words_of(WORDS, "taking")),
        basis=frozenset(words_of(WORDS, "basis")),
        letting=frozenset(words_of(WORDS, "letting")),
        adverbs=WordTree(words_of(WORDS, "adverb_only")),
        place_end=words_of(WORDS, "place_end"),
        passive=frozenset(words_of(WORDS, "passive")),
        towards=frozenset("对向"),
        receivers=frozenset({*"对向", *words_of(WORDS, "so_that")}),
        company=frozenset("与同跟"),
        clause_object=frozenset(words_of(WORDS, "clause_object")),
        own_marks=frozenset(
            word
            for group in ("adverb_only", "duty", "negation", "not_yet")
            for word in words_of(WORDS, group)
        ),
        receiving=frozenset(words_of(WORDS, "receiving")),
        joins=frozenset(words_of(WORDS, "joins")),
        starting=frozenset(words_of(WORDS, "starting")),
        not_copula=words_of(WORDS, "not_copula_before"),
        act_name=re.compile(any_of(WORDS, "name_of_act")),
        there=re.compile(any_of(WORDS, "behind_agent")),
        sole=frozenset(words_of(WORDS, "sole_verb")),
        had=re.compile(any_of(WORDS, "behind_there_is")),
        when_told=words_of(WORDS, "when_told"),
        about=frozenset(words_of(WORDS, "about")),
        leading=frozenset(words_of(WORDS, "leading_verb")),
        partner=re.compile(any_of(WORDS, "partner")),
        with_another=frozenset(words_of(WORDS, "with_another")),
        takes=re.compile(any_of(WORDS, "taking")),
        particle=pattern_of(WORDS, "particle"),
        no_object=pattern_of(WORDS, "no_object"),
        after_act=after_act,
        may_be_after_act=may_fit(after_act),
        behind_actor=behind_actor,
        may_be_behind_actor=may_fit(behind_actor),
        by_rule=words_of(WORDS, "by_rule"),
        rule_end=words_of(WORDS, "rule_end"),
        name_end=pattern_of(WORDS, "name_end", before="[^的，、和与了]{0,6}?"),
        other_case=words_of(WORDS, "other_case"),
        done_to=tuple(sorted(words_of(WORDS, "done_to"), key=lambda word: (-len(word), word))),
        adjective_end=words_of(WORDS, "adjective_end"),
        acting=frozenset(words_of(WORDS, "acting")),
        rate=re.compile(any_of(WORDS, "rate")),
        some=re.compile(f"{_NEAR_FIGURE.pattern}|{any_of(WORDS, 'some')}"),
        still=frozenset(words_of(WORDS, "not_yet")),
        aimed=frozenset(words_of(WORDS, "aimed")),
        rule_noun=frozenset(words_of(WORDS, "rule_noun")),
        circumstance=words_of(WORDS, "circumstance"),
        done_for=re.compile(any_of(WORDS, "done_for")),
        object_acts=frozenset(
            word
            for group in ("object_acts", "receiving", "acting", "light")
            for word in words_of(WORDS, group)
        ),
        after_agent=frozenset(words_of(WORDS, "after_agent")),
        changes_to=words_of(WORDS, "changes_to"),
        passed=frozenset(words_of(WORDS, "passed_by")),
        reported_to=frozenset(words_of(WORDS, "reported_to")),
        recipients=words_of(WORDS, "recipient"),
        persons=frozenset(words_of(WORDS, "own_persons")),
        asking=frozenset(words_of(WORDS, "asking")),
        counted=frozenset(words_of(WORDS, "counted")),
        no_actor=words_of(WORDS, "not_actor_before"),
        still_actor=words_of(WORDS, "still_actor_before"),
        passing=words_of(WORDS, "passing"),
        tests=words_of(WORDS, "test"),
        own_tests=(*words_of(WORDS, "test"), *words_of(WORDS, "test_of_one")),
        relative=frozenset(words_of(WORDS, "relative")),
        joint=re.compile(any_of(WORDS, "joint")),
        way_end=words_of(WORDS, "way_end"),
        as_what=pattern_of(WORDS, "as_what", before=f"为{any_of(WORDS, 'as_how')}?"),
        not_as=re.compile(any_of(WORDS, "not_as")),
        tells=frozenset(words_of(WORDS, "tells")),
        ranks=pattern_of(WORDS, "rank_verb"),
        lacking=words_of(WORDS, "lacking"),
        having=words_of(WORDS, "having"),
        every=words_of(WORDS, "every"),
        counted_acts=words_of(WORDS, "counted_act"),
        before_name=frozenset(words_of(WORDS, "before_name")),
        summed=words_of(WORDS, "summed"),
        asked_by=words_of(WORDS, "asked_by"),
        helps=frozenset(words_of(WORDS, "helps")),
        name_tails=frozenset(
            name[at:] for name, actor in actor_of.items() if actor for at in range(1, len(name))
        ).intersection(verbs),
        offices=re.compile(f"{any_of(WORDS, 'office')}$"),
        office=re.compile(f"{any_of(WORDS, 'office')}{_NAME_OF_PERSON}$"),
        duties=re.compile("[" + "".join(sorted({w[0] for w in words_of(WORDS, "duty")})) + "]"),
        duty_firsts=frozenset(word[0] for word in words_of(WORDS, "duty")),
        modal=frozenset(words_of(WORDS, "duty")) | frozenset(words_of(WORDS, "negation")),
        short_modal=frozenset(word for word in words_of(WORDS, "duty") if len(word) == 1),
    )


def _cities() -> dict[str, str]:
    """Return cities by their short names (鞍山入选试点), but those that are words too."""
    table, words = read_table("regions/divisions.csv"), read_table("regions/ordinary.csv")
    never = {*words["name"][words["use"] == "never"], *words_of(WORDS, "not_city")}
    cities = table[(table["level"] == "city") & ~table["short"].isin(never)]
    return dict.fromkeys(cities["short"][cities["short"] != ""].astype("str"), "government")


# What is the frame of one clause?


class Frame(NamedTuple):
    """Spans in a clause; (-1, -1) where there is none.

    ``verb``: The main verb. ``object``: What it acts on, without a figure at its border.
    ``subject``: Who or what stands before the verb. ``actor``: Class of the one who acts.
    ``manner``: Words of manner and modality before the verb. ``phrase``: The phrase with a
    preposition before the verb. ``negated``: The act is not to happen, or did not. ``duty``: A word
    such as 应当 or 不得 stands before the verb. ``named``: Class of the one who acts in the clauses
    behind, where this one names only who it is (各县医院按照要求，).
    """

    verb: tuple[int, int] = NONE
    object: tuple[int, int] = NONE
    subject: tuple[int, int] = NONE
    actor: str = ""
    manner: tuple[int, int] = NONE
    phrase: tuple[int, int] = NONE
    negated: bool = False
    duty: bool = False
    named: str = ""


def _listed(group: str) -> str:
    return any_of(WORDS, group)


@cache
def _numbering() -> re.Pattern[str]:
    """Return what numbers a clause, and the time with which it opens."""
    return re.compile(
        r"\s*(?:——|[（(][0-9一二三四五六七八九十]{1,3}[)）]|[0-9]{1,2}[、．.](?![0-9])|"
        r"[0-9]{1,2}(?:\.[0-9]{1,2}){1,3}\s|"
        r"[一二三四五六七八九十]{1,3}[、是要]|第[〇零一二三四五六七八九十百千]{1,9}[、条])?\s*"
        rf"(?:{_listed('time_before')}?(?:20[0-9]{{2}}|‹YEAR›)年(?:[0-9]{{0,2}}{_listed('time_after')})*"
        rf"|{_listed('time_run')}[0-9一二三四五六七八九十两]{{1,2}}{_listed('time_unit')})?"
    )


@cache
def _numbers() -> frozenset[str]:
    """Return the signs with which a numbering or a time can open a clause; "" is an empty one."""
    opening = (word[0] for word in words_of(WORDS, "time_before") + words_of(WORDS, "time_run"))
    return frozenset({*_SPACES, *"—（(0123456789一二三四五六七八九十第‹", *opening, ""})


@cache
def _amounts() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Return a figure before an object, and one that ends it."""
    times = _listed("times")
    units = f"{_listed('amount_unit')}|{unit_words(read_list('units'))}"
    amount = (
        rf"(?:(?<![0-9.,第])[0-9][0-9.,]*(?:[%％]?[-—~～至][0-9.,]+)?|‹[A-Z]+›){times}{{0,4}}"
        rf"(?:{units}|‹[A-Z]+›|[(（][^)）]*[)）])?{_listed('amount_limit')}?"
    )
    front = re.compile(f"{_listed('amount_opening')}?{amount}")
    inner = re.compile(f"{_listed('amount_reached')}{{0,3}}{amount}(?=$|[，。；、和及])")
    return front, inner


@cache
def _dated() -> re.Pattern[str]:
    """Return a year that stands before a figure (2015年的15.07亿元)."""
    return re.compile(rf"(?:20[0-9]{{2}}|‹YEAR›)年{_listed('time_after')}?的?")


@cache
def _share_of() -> re.Pattern[str]:
    """Return what follows 占 where it begins a noun: 占…比重提高到."""
    return re.compile(rf"[^0-9‹，]{{1,14}}{_listed('share_noun')}[^0-9‹，]{{1,14}}[0-9‹]")


_NAME_OF_PERSON: Final = "(?P<name>[^的，、和与及]{2,6})"
_QUOTED: Final = re.compile(r"“[^“”]*”|《[^《》]*》|（[^（）]*）|\([^()]*\)")
_MARKS: Final = re.compile("[“《（(]")
_BRACKETS: Final = frozenset("（()）")
_BRACKETED: Final = re.compile("[（()）]")
_NEAR_FIGURE: Final = re.compile(r"[0-9‹约近逾百第]")
_FIGURE: Final = re.compile(r"[约近逾]?(?:[0-9]|‹NUM›)")
_LONGEST_VERB: Final = 9
_WITH_OBJECT: Final = 4  # 玩忽职守 holds what it acts on
_ROOM_FOR_ANOTHER: Final = 9
_THIS: Final = frozenset("该此")
_RATE: Final = frozenset("率")
_IT: Final = frozenset("其之它")
_NOT: Final = frozenset("不未")
_SHORT_VERBS: Final = frozenset("是占说")
_SPACES: Final = "".join(filter(str.isspace, map(chr, range(0x3001))))
_JOINED_ACT: Final = re.compile("[、并]")
_LISTED: Final = re.compile("[的等]")
_ENDS: Final = _SPACES + "、”’）)等。；"
_DIGIT: Final = re.compile("[0-9‹]")


def read_frame(clause: str, lexicon: Lexicon | None = None) -> Frame:
    """Return the frame of a clause.

    >>> clause = "全市卫生院扎实开展下乡义诊320场"
    >>> frame = read_frame(clause)
    >>> [clause[slice(*span)] for span in (frame.subject, frame.verb, frame.object)]
    ['卫生院', '开展', '下乡义诊']
    """
    lists, inside = lexicon or load_lexicon(), _in_brackets(clause)
    return _moved(_read(inside, lists), 1) if inside else _read(clause, lists)


def _read(clause: str, lists: Lexicon) -> Frame:
    text = hide_quotations(clause)
    start = _past_time(text, after_opening(text, lists), lists)
    if lists.act_name.search(text):
        text = _without_act_names(text, start, lists)
    if text.endswith(lists.other_case):
        return Frame(subject=(start, len(clause)))  # （六）可以免缴的其他情形
    asked = text.startswith("应", start) and text.rstrip(_ENDS).endswith(lists.asked_by)
    if asked or text.startswith(lists.circumstance, start):
        return Frame(phrase=(start, len(clause)))  # 随着改革深化, 据媒体报道
    framed = _has_role(clause, text, start, lists) or _with_what(clause, text, start, lists)
    framed = framed or _taken(clause, text, start, lists)
    if framed is not None:
        return framed
    passed = max(_passed_test(text, start, lists), _told_then(text, start, lists))
    if passed != NONE:
        return _framed(clause, text, (start, start), passed, lists)
    place = _after_manner(text, start, lists)
    if _preposition(text, place, lists):
        framed = _after_phrase(clause, text, start, lists)
        if framed.verb != NONE or _preposition(text, start, lists):
            return framed
    found = _at_head(text, start, lists)
    true = _true_verb(text, found, lists)
    if found == NONE or true != found:
        framed = _taken_by(clause, text, start, lists) or _after_subject(
            clause, text, start, start, lists
        )
        if framed.verb != NONE or true == NONE:
            return framed
        found = true
    return _framed(clause, text, (start, start), found, lists)


def _in_brackets(clause: str) -> str:
    """Return what stands in the brackets that hold all of a clause (（甲局、乙局负责）)."""
    if clause[:1] not in _BRACKETS:
        return ""
    body = clause.rstrip("。；;")
    whole = body[-1:] in _BRACKETS and not _BRACKETED.search(body[1:-1])
    return body[1:-1] if whole else ""


def _moved(frame: Frame, by: int) -> Frame:
    """Return a frame whose spans begin later."""
    verb, target, subject, manner, phrase = (
        span if span == NONE else (span[0] + by, span[1] + by)
        for span in (frame.verb, frame.object, frame.subject, frame.manner, frame.phrase)
    )
    return frame._replace(verb=verb, object=target, subject=subject, manner=manner, phrase=phrase)


def _with_what(clause: str, text: str, start: int, lists: Lexicon) -> Frame | None:
    """Return the frame of those who are told by what they have (有条件的地方可建立制度)."""
    last = text.find("的", start) + 1 if text.startswith(lists.having, start) else 0
    for at in range(last + 2, len(text) - 2) if last else ():
        actor = lists.actor_before(text, at)
        if actor and lists.goes_on(text, at, lists.agents.before(text, at)):
            continue
        marked = lists.manner.at(text, at) or _preposition(text, at, lists)
        found = _finite(text, at, lists) if actor and marked else NONE
        if found != NONE:
            framed = _framed(clause, text, (at, found[0]), found, lists)
            return framed._replace(subject=(start, at), actor=actor)
    return None


def _has_role(clause: str, text: str, start: int, lists: Lexicon) -> Frame | None:
    """Return the frame of a clause that only says as what someone takes something.

    As in 甲局以建成平台为目标: it names who acts in the clauses behind.
    """
    role = lists.as_what.search(text, start + 2)
    if role is None or text[role.end() :].strip(_ENDS):
        return None
    at = text.find("以", start + 2, role.start())
    place = _words_before(text, at, start, lists)[0] if at > 0 else 0
    named = _agent_at_end(text, (start, place), lists) if place > start else ""
    asked = any(len(word) > 1 and word in text[:place] for word in lists.clause_object)
    if not named or asked or lists.no_preposition.at(text, at):
        return None  # 县局要求各院以此为契机
    return Frame(subject=(start, place), phrase=(at, len(clause)), named=named)


def _passed_test(text: str, start: int, lists: Lexicon) -> tuple[int, int]:
    """Return the verb of a clause that ends with what was passed (县医院通过二级医院评审)."""
    body = text.rstrip(_ENDS)
    if not body.endswith(lists.own_tests):
        return NONE
    for word in lists.passing:
        at = text.find(word, start)
        verb = lists.verb_tree.at(text, at + len(word)) if at >= start else ""
        acts = verb and not lists.verbs[verb].noun  # 通过开展评估: by which means
        if at < start or acts or _finite(text[:at], start, lists) != NONE:
            continue
        if at > start or body.endswith(lists.tests):
            return at, at + len(word)
    return NONE


def _told_then(text: str, start: int, lists: Lexicon) -> tuple[int, int]:
    """Return the verb of telling that ends a clause behind when it is told (参加讨论时说)."""
    end = len(text.rstrip(_ENDS))
    name = lists.verb_tree.before(text, end)
    begin = end - len(name)
    told = name and begin > start + 2 and lists.verbs[name].group == "say"
    when = told and text.endswith(
        lists.when_told, start, _words_before(text, begin, start, lists)[0]
    )
    return (begin, end) if when else NONE


def _preposition(text: str, place: int, lists: Lexicon) -> str:
    """Return the preposition at a place, if no longer verb begins there (用好, 对接)."""
    if text[place : place + 1] not in lists.preposition.firsts:
        return ""
    word = lists.preposition.at(text, place)
    if not word or lists.no_preposition.at(text, place):
        return ""
    return "" if len(lists.verb_tree.at(text, place)) > len(word) else word


def hide_quotations(clause: str) -> str:
    """Return the clause with quotations, titles and brackets as stars of the same length."""
    if not _MARKS.search(clause):
        return clause
    opening = _numbering().match(clause)
    start = opening.end() if opening else 0
    return clause[:start] + _QUOTED.sub(lambda match: "*" * len(match.group()), clause[start:])


def _without_act_names(text: str, start: int, lists: Lexicon) -> str:
    """Return a clause with the names of acts as stars, but where one is what is done.

    It is where it heads a clause without another verb (高质量发展乡村旅游), and where it ends one
    whose subject holds no verb (县域经济高质量发展).
    """
    for match in lists.act_name.finditer(text):
        begin, end = match.span()
        if text[end:].strip(_ENDS):
            acts = begin == start and _finite(text, end, lists) == NONE
        else:
            opened = _preposition(text, start, lists)
            acts = not opened and not _holds_verb(text[start:begin], lists)
        if not acts:
            text = text[:begin] + "*" * (end - begin) + text[end:]
    return text


def _holds_verb(text: str, lists: Lexicon) -> bool:
    """Return whether a listed verb of two characters or more stands in a text."""
    return any(len(lists.verb_tree.at(text, place)) > 1 for place in range(len(text)))


@lru_cache(maxsize=256)
def after_opening(text: str, lists: Lexicon) -> int:
    """Return where the clause begins behind its numbering, its time and its conjunctions."""
    opening = _numbering().match(text) if text[:1] in _numbers() else None
    place = opening.end() if opening else 0
    while word := lists.opening.at(text, place):
        if lists.verb_tree.at(text, place) and len(word) < 2:
            break
        if len(lists.manner.at(text, place)) > len(word):
            break  # 如实提供 does not open with 如
        place += len(word)
    return place


def _past_time(text: str, start: int, lists: Lexicon) -> int:
    """Return where a clause begins behind an act that only says when (投运后将满足需求)."""
    if not (
        lists.may_be_after_act.search(text, start + 2) and lists.after_act.search(text, start + 2)
    ):
        return start
    found = _verb_from(text, start, lists, 0)
    over = lists.after_act.match(text, found[1]) if found != NONE else None
    if over is None or text.startswith("的", over.end()):
        return start  # 将合并后的单位列为当事人
    acts = _at_head(text, over.end(), lists) != NONE or _finite(text, over.end(), lists) != NONE
    return over.end() if acts else start


def _after_manner(text: str, place: int, lists: Lexicon) -> int:
    """Return where words of manner end, if no verb stands among them."""
    while word := lists.manner.at(text, place):
        if len(lists.verb_tree.at(text, place)) > len(word):
            return place
        place += len(word)
    return place


def _at_head(text: str, place: int, lists: Lexicon) -> tuple[int, int]:
    """Return the verb that stands at a place, words of manner before it left out."""
    found = _verb_from(text, place, lists, 0)
    if found == NONE:
        return NONE
    verb = lists.verbs[text[slice(*found)]]
    if _modifies(text, found[1], lists):
        return NONE  # 新建的12个中心投入使用
    named = lists.actor_of.get(verb.name) and len(lists.duty_at(text, found[1])) > 1
    if named or _heads_subject(text, place, found[1], lists):
        return NONE  # 代表应当, 登记机关发现
    if text.startswith("、", found[1]) and _bound_behind(text, found[1], lists):
        return NONE  # 设计、施工等单位应当
    agent = lists.agents.at(text, found[1])
    if (
        lists.actor_of.get(agent)
        and verb.group != "say"
        and verb.name not in lists.clause_object  # 督促企业切实履行责任
        and lists.manner.at(text, found[1] + len(agent)) in lists.own_marks
    ):
        return NONE  # 起草单位未采纳意见
    if len(verb.name) == 1 and not _short_verb(text, found[1], verb.name, lists, head=True):
        words = _words_before(text, found[0], place, lists)[1]
        done = verb.aspect == "attain" or not words or len(words[0]) < 2
        if done and not lists.duty & set(words):
            return NONE
    if not lists.duty.isdisjoint(_words_before(text, found[0], place, lists)[1]):
        return found  # 可以授权常委会审议
    rated = found[0] == place and lists.rate.match(text, found[1])
    if rated and (
        _NEAR_FIGURE.match(text, rated.end()) or _finite(text, rated.end(), lists) != NONE
    ):
        return NONE  # 申报率达到82%
    happens = verb.aspect == "attain" and verb.after_theme and not verb.after_subject
    modifies = verb.noun or happens  # 起火仓库属于药厂
    return NONE if modifies and _noun_at_head(text, place, found, lists) else found


def _bound_behind(text: str, place: int, lists: Lexicon) -> bool:
    """Return whether someone is named behind a place who is to act."""
    places = (match.start() for match in lists.duties.finditer(text, place))
    bound = (at for at in places if len(lists.duty_at(text, at)) > 1)
    return any(lists.actor_before(text, at) for at in bound)


def _noun_at_head(text: str, place: int, found: tuple[int, int], lists: Lexicon) -> bool:
    """Return whether a verb that may be a noun is one where it heads a clause."""
    if _second_verb(text, found[1], lists) != NONE:
        return False
    if lists.noun_after.at(text, found[1]):
        if found[0] == place:
            return not _acts_on(text, found, lists)
        if _finite(text, found[1], lists) != NONE:
            return True  # 分级诊疗体系不断完善
    return _says_more(text, found[1], lists)


def _acts_on(text: str, found: tuple[int, int], lists: Lexicon) -> bool:
    """Return whether a word that heads a clause acts on the noun behind it (提升区域内交通密度)."""
    if text[slice(*found)] not in lists.at_head:
        return False
    room = found[1] + len(lists.noun_after.at(text, found[1])) + 2 <= len(text)
    return room and _finite(text, found[1], lists) == NONE


def _heads_subject(text: str, place: int, end: int, lists: Lexicon) -> bool:
    """Return whether a verb begins the name of one who acts behind it (登记机关发现…)."""
    name = lists.agents.at(text, place)
    after = place + len(name)
    return after > end and bool(lists.actor_of.get(name)) and _finite(text, after, lists) != NONE


def _says_more(text: str, place: int, lists: Lexicon) -> bool:
    """Return whether the true verb stands behind a word that may be a noun (改革试点取得突破).

    A verb without a sign of its own belongs to a name (推进文旅项目带动战略).
    """
    later = _finite(text, place, lists)
    if later == NONE or later[0] == place:
        return False
    begin, words = _words_before(text, later[0], place, lists)
    agent = lists.agents.before(text, begin)
    verb = lists.verbs[text[slice(*later)]]
    helped = lists.verb_tree.before(text, place) in lists.helps  # 保障劳动者获得报酬
    acts = helped or (verb.group != "be" and verb.aspect != "attain")
    acts = acts and not lists.duty.intersection(words)
    if acts and lists.actor_of.get(agent) and begin - len(agent) >= place:
        return False  # 指导各县尽快采取措施
    long = later[1] - later[0] > 1  # 优化长期处方 holds no 处
    marked = long and bool(lists.manner.before(text, later[0]))
    marked = marked or text.startswith("了", later[1])
    counted = bool(lists.some.match(text, later[1]))
    return not verb.noun and (verb.aspect == "attain" or verb.group == "be" or marked or counted)


def _verb_from(text: str, place: int, lists: Lexicon, depth: int) -> tuple[int, int]:
    """Return the verb at a place or behind words of manner; the reading that reaches furthest."""
    verb = lists.verb_tree.at(text, place)
    if len(verb) == 1 and place and len(lists.duty_at(text, place - 1)) > 1:
        verb = ""  # 应当 holds no 当
    if len(verb) == 1 and len(lists.manner.at(text, place)) > 1:
        verb = ""  # 稳妥去杠杆 holds no 稳
    best = (place, place + len(verb)) if verb else NONE
    if depth > 4:
        return best
    for word in lists.manner.all_at(text, place):
        behind = _verb_from(text, place + len(word), lists, depth + 1)
        bare = word == verb and behind[1] == behind[0] + 1 == place + len(word) + 1
        if bare and not lists.adverbs.at(text, place):
            continue  # 统筹稳增长、促改革
        if behind[1] > best[1] and not _only_object(text, behind, verb, lists):
            best = behind
    return best


def _only_object(text: str, behind: tuple[int, int], verb: str, lists: Lexicon) -> bool:
    """Return whether the word behind is the object of a verb that is a word of manner too."""
    name = text[slice(*behind)]
    rest = text[behind[1] :]
    return (
        bool(verb)
        and lists.verbs[name].noun
        and (not rest or bool(lists.noun_after.at(text, behind[1])) or rest[0] == "、")
    )


def _short_verb(text: str, end: int, name: str, lists: Lexicon, *, head: bool) -> bool:
    if name in lists.tells:
        return not text[end:].strip(_ENDS)  # 外交部发言人称
    if name in _SHORT_VERBS:
        return not _share_of().match(text, end)
    if _NEAR_FIGURE.match(text, end) or lists.ranks.match(text, end - 1):
        return True  # 居全国前列, 创历史新高
    if name == "有" and lists.had.match(text, end):
        return True
    return head and name in lists.short_at_head


def _finite(text: str, place: int, lists: Lexicon) -> tuple[int, int]:
    """Return the first verb behind a subject."""
    verbs, single, passed = lists.verb_tree, lists.verb_tree.single, place
    begins, pairs = lists.begins, lists.pairs
    for place, sign in enumerate(text[passed:], passed):
        pair = sign in begins and text[place : place + 2] in pairs
        if place < passed or not (pair or sign in single):
            continue  # nothing begins here
        words = verbs.all_at(text, place)
        if not words and (skipped := verbs.blocks(text, place)):
            passed = place + skipped
            continue
        known = 0
        manner = lists.manner.at(text, place)
        if len(manner) > 1 and (not words or len(manner) > len(words[0])):
            passed = place + len(manner)
            continue
        for word in words:
            span = (place, place + len(word))
            known = known or len(word)
            shorter = text.startswith("的", place + known) and len(word) < known
            if known > 1 and (len(word) == 1 or shorter):
                continue  # 回升向好的基础 holds no 回升
            if _is_finite(text, span, lists.verbs[word], lists):
                longer = _verb_from(text, place, lists, 0)
                if longer[1] <= span[1] + 1 or longer[1] >= len(text):
                    return span
                if text.startswith("的", longer[1]) and longer[1] + 1 < len(text):
                    known = longer[1] - place
                    break  # 两党联合发布的文件
                return longer
        # A verb that is a noun here is passed whole: 促进行动 holds no 进行.
        passed = place + max(known, 1)
    return NONE


def _part_of_a_name(text: str, span: tuple[int, int], verb: Verb, lists: Lexicon) -> bool:
    """Return whether a verb ends a name: 还是 holds no 是, and 社会组织应当 no 组织."""
    if verb.name == "是" and text.endswith(lists.not_copula, 0, span[0]):
        return True
    names = verb.group != "say" or bool(lists.actor_of.get(verb.name))
    return names and len(lists.duty_at(text, span[1])) > 1


def _modifies(text: str, end: int, lists: Lexicon) -> bool:
    """Return whether a verb that ends here, or one joined to it, is put before a noun by 的."""
    if text.find("的", end) < 0:
        return False
    over = lists.after_act.match(text, end)
    place = over.end() if over else max(end, _second_verb(text, end, lists)[1])
    return text.startswith("的", place) and place + 1 < len(text)


def _rated(text: str, end: int, lists: Lexicon) -> bool:
    """Return whether a verb that ends here names a rate (入住率高达92%), not 率先."""
    if text[end : end + 1] not in _RATE:
        return False
    return len(lists.manner.at(text, end) or lists.verb_tree.at(text, end)) < 2


def _no_verb_here(text: str, span: tuple[int, int], verb: Verb, lists: Lexicon) -> bool:
    """Return whether what stands beside a word shows that it is no verb of the clause.

    As in 甲提出的意见, 按照规定, 该决定, 对决定不服的.
    """
    before, behind = text[span[0] - 1 : span[0]], text[span[1] : span[1] + 1]
    over = lists.after_act.match(text, span[1])
    if over and text[over.end() :].strip(_ENDS):
        return True  # 会见时强调, but 会议召开以来 has no other verb
    if before and before in "的、和与及":
        grows = before == "、" and verb.after_theme and lists.some.match(text, span[1])
        if not (grows and _DIGIT.search(text, 0, span[0])):  # 总值5万亿元、增长5%
            return True
    if _modifies(text, span[1], lists) or _rated(text, span[1], lists):
        return True
    if verb.name in lists.relative and _before_agent(text, span[1], lists):
        return True
    if verb.name in lists.name_tails and _tail_of_one(text, span, lists):
        return True  # 社会组织开展活动
    if _in_circumstance(text, span[1], lists) or (verb.noun and text.endswith(lists.lacking)):
        return True  # 甲局在乙的领导下, 企业创新活力不足
    noun = behind in _NOT or before in _THIS or text.endswith(lists.by_rule, 0, span[0])
    ruled = verb.name in lists.rule_noun and text[span[1] :].strip(_ENDS)
    noun = noun or bool(ruled and _ruled_before(text, span[0], lists))
    is_it = behind == "是" and not text.startswith("否", span[1] + 1)  # 这一决定是对市场的干涉
    return (verb.noun and (noun or is_it)) or _part_of_a_name(text, span, verb, lists)


def _tail_of_one(text: str, span: tuple[int, int], lists: Lexicon) -> bool:
    """Return whether a verb ends the name of one who acts, and another verb follows."""
    name = lists.agents.before(text, span[1])
    longer = len(name) > span[1] - span[0] and bool(lists.actor_of.get(name))
    return longer and _finite(text, span[1], lists) != NONE


def _in_circumstance(text: str, place: int, lists: Lexicon) -> bool:
    """Return whether a clause ends right behind a place as a circumstance (在甲局指导下)."""
    rest = text[place:].rstrip(_ENDS)
    return rest in _INSIDE and rest in lists.place_end and "在" in text[:place]


_INSIDE: Final = frozenset("下中上")


def _before_agent(text: str, place: int, lists: Lexicon) -> bool:
    """Return whether 的 and one who acts follow (负有监管职责的部门)."""
    behind = text.find("的", place) + 1
    return behind > 0 and bool(lists.actor_of.get(lists.agents.at(text, behind)))


def _ruled_before(text: str, place: int, lists: Lexicon) -> bool:
    """Return whether a rule is named before a place (甲局可以依照本法规定…)."""
    return any(len(word) > 1 and word in text[:place] for word in lists.by_rule)


def _is_finite(text: str, span: tuple[int, int], verb: Verb, lists: Lexicon) -> bool:
    if _no_verb_here(text, span, verb, lists):
        return False
    place, words = _words_before(text, span[0], 0, lists)
    bound = not lists.duty.isdisjoint(words)
    listed = not bound and text.startswith("、", span[1])
    if listed and _second_verb(text, span[1], lists) == NONE:
        return False
    named = verb.noun and lists.name_end.match(text, span[1]) is not None  # 市建设行政管理部门
    if not bound and (span[1] < len(text) or not verb.noun):
        bound = (
            not named
            and lists.duties.search(text, 0, span[0]) is not None
            and _bound_phrase(text[: span[0]], 0, lists) > 0
        )
    if len(verb.name) == 1:
        marked = bound or (
            bool(words) and (len(words[0]) > 1 or (verb.group == "be" and words[0] in lists.still))
        )
        bare = verb.after_subject and _short_verb(text, span[1], verb.name, lists, head=False)
        opens = lists.preposition.at(text, span[0]) == verb.name
        return bare or (marked and span[1] < len(text) and not opens)
    nominal = (
        bool(lists.noun_after.at(text, span[1])) and _second_verb(text, span[1], lists) == NONE
    )
    told = verb.group == "say" and not nominal and _told_to(text, span, lists)
    if told or (bound and not (nominal and verb.noun)):
        return True  # 政府应当采取措施: a verb that is never a noun takes it as its object
    if not words and lists.preposition.at(text, span[0]) == verb.name:
        return False
    if words and span[1] == len(text) and text[place - 1 : place] == "的":
        return False  # 城镇的迅速发展
    if span[1] == len(text) and not verb.noun and lists.adverbs.before(text, span[0]):
        return True
    done = text.startswith("了", span[1])
    agent = lists.agents.before(text, _before_date(text, place, lists))
    verbal = verb.name in lists.after_agent and span[1] + 3 <= len(text)
    verbal = verbal and (len(agent) > 1 or not named)  # 大会选举…人员, but 市编制部门
    verbal = verbal or (len(agent) > 1 and _PAYS.match(text, span[1]) is not None)
    acted = bool(agent) and (
        bool(words) or not verb.noun or (done or verbal or agent in lists.persons)
    )
    sole = len(agent) > 1 and (_share_object(text, span, lists) or _case_of(text, span, lists))
    acted = acted or sole or (not nominal and _counts_what_is_done(text, span, place, lists))
    acted = acted or (text.endswith(lists.recipients, 0, place) and _told(text, lists))
    open_noun = verb.noun and span[1] < len(text) and not lists.some.match(text, span[1])
    sought = not (nominal or open_noun or (acted and span[1] < len(text)))
    given = sought and _given_at(text, 0, span[0], lists) >= 0
    if acted or given or verb.after_subject or verb.after_theme:
        ends = given and span[1] == len(text)  # 所需资金由甲局按规定拨付
        return ends or _finite_by_list(
            text, span, verb, lists, licensed=acted or given, nominal=nominal
        )
    return False


def _counts_what_is_done(text: str, span: tuple[int, int], place: int, lists: Lexicon) -> bool:
    """Return whether a figure behind its object shows a verb to be no noun (甲局改造旧街12条).

    Sums and shares belong to names too (企业研发费用3亿元), and so does what a word such as 管理
    stands before (医院管理人才20名).
    """
    if lists.verbs[text[slice(*span)]].name in lists.before_name:
        return False
    counted = _things_counted().match(text, span[1])
    what = "" if counted is None else counted["what"]
    if not what or what.endswith(lists.summed) or _acts_before(f"{what}。", len(what) + 1, lists):
        return False
    return _agent_at_end(text, (0, place), lists) not in ("", "people")


@cache
def _things_counted() -> re.Pattern[str]:
    """Return an object and the figure that counts it and ends the clause, or an item of a list."""
    units = read_list("units")
    things = unit_words(units[units["dimension"].isin(_THINGS)])
    limit = f"{_listed('amount_limit')}?(?=$|[，。；;、和及])"
    figure = rf"[约近逾]?(?:[0-9][0-9.,]*|‹NUM›){_listed('times')}{{0,4}}"
    what = "(?P<what>[^0-9‹，、的和与及至到达为超第约近逾]{2,14})"
    return re.compile(rf"{what}{figure}(?:{things}){limit}")


_THINGS: Final = (
    *("animals", "area", "area_ha", "area_km2", "area_mu", "beds", "buildings", "cases"),
    *("containers", "copies", "households", "institutions", "kinds", "length", "pairs"),
    *("persons", "pieces", "places", "plants", "rooms", "times", "trips", "visits"),
)
"""Dimensions of figures that count what an act was done to."""


def _before_date(text: str, place: int, lists: Lexicon) -> int:
    """Return where a date that ends at a place begins (甲局4月14日调查了现场), else the place."""
    if place < 2 or text[place - 1] not in "日月年":
        return place
    dated = lists.behind_actor.search(text, 0, place)
    return dated.start() if dated else place


def _acts_before(text: str, end: int, lists: Lexicon) -> bool:
    """Return whether a verb of two or more characters, never a noun, stands before a place."""
    place = 0
    while place < end - 1:
        name = lists.verb_tree.at(text, place)
        if len(name) > 1 and not lists.verbs[name].noun:
            return True
        place += max(len(name), lists.verb_tree.blocks(text, place), 1)
    return False


def _share_object(text: str, span: tuple[int, int], lists: Lexicon) -> bool:
    """Return whether a verb and the one joined to it act on what follows (部门指导和协调招标)."""
    end = _past_second_verb(text, span[1], lists)
    if end == span[1] or end + 2 > len(text) or lists.noun_after.at(text, end):
        return False
    alike = _is_noun(lists.verb_tree.before(text, end), lists)  # 财政支出和实行减税: not alike
    alike = alike and not text.startswith("相", end)
    return alike and not lists.joint.match(text, end) and _finite(text, end, lists) == NONE


def _case_of(text: str, span: tuple[int, int], lists: Lexicon) -> bool:
    """Return whether a clause is the case in which one who is named acts (甲公司委托乙所的)."""
    body = text.rstrip(_ENDS)
    room = body.endswith("的") and len(body) > span[1] + 2 and text[span[1]] != "、"
    room = room and not _acts_before(text, span[0], lists)
    return room and "的" not in body[span[1] : -1] and _finite(text, span[1] + 1, lists) == NONE


def _told_to(text: str, span: tuple[int, int], lists: Lexicon) -> bool:
    """Return whether something is told to those right before a verb (向县局报告有关情况)."""
    someone = lists.agents.before(text, span[0]) or text.endswith(lists.recipients, 0, span[0])
    return bool(someone) and span[1] + 1 < len(text) and _told(text, lists)


def _told(text: str, lists: Lexicon) -> bool:
    """Return whether a clause opens with the one to whom something is reported or given."""
    return _opened(text, lists) in lists.reported_to


@lru_cache(maxsize=256)
def _opened(text: str, lists: Lexicon) -> str:
    """Return the preposition with which a clause opens, words of manner before it left out."""
    start = after_opening(text, lists)
    return _preposition(text, start, lists) or _preposition(
        text, _after_manner(text, start, lists), lists
    )


def _second_verb(text: str, place: int, lists: Lexicon) -> tuple[int, int]:
    """Return the verb that is joined to the one before a place (成立和参加, 设置或者依法指定)."""
    joint = lists.joint.match(text, place)
    if joint is None:
        return NONE
    long = joint.end() - place > 1
    start = _after_manner(text, joint.end(), lists) if long else joint.end()
    second = lists.verb_tree.at(text, start)
    return (start, start + len(second)) if second else NONE


def _finite_by_list(
    text: str,
    span: tuple[int, int],
    verb: Verb,
    lists: Lexicon,
    *,
    licensed: bool,
    nominal: bool,
) -> bool:
    """Return whether a verb of two or more characters may stand where it stands."""
    marked = bool(lists.manner.before(text, span[0]))
    opened = _opened(text, lists)
    if span[1] == len(text) or text[span[1] : span[1] + _LONGEST_VERB] in lists.verbs:
        if lists.manner.at(text, span[0]) == verb.name and _is_noun(text[span[1] :], lists):
            return False  # 中心加快建设: is being built
        if opened in lists.by_rule and verb.name in lists.rule_noun:
            return False  # 按照县局安排
        sent = opened in lists.reported_to and text[span[0] - 1] != "的"  # 并向社会公告
        if sent or _spoken_or_given(text, span, verb, lists, opened, licensed=licensed):
            return True
        ended = not verb.noun and (verb.aspect == "attain" or span[1] == len(text))
        if verb.after_theme and (marked or ended):
            return True
        if text[span[1] :] and _is_noun(text[span[1] :], lists):
            return verb.after_subject and not verb.noun  # 基本生活得到保障
        if text[span[1] :] and verb.name in lists.receiving:
            return True
        return bool(lists.adverbs.before(text, span[0])) and span[0] - 2 > 0
    counted = lists.some.match(text, span[1]) or text.startswith("了", span[1])
    follows = lists.verb_tree.at(text, span[1])
    if verb.noun and (
        not (marked or counted or licensed) or (follows and not lists.verbs[follows].noun)
    ):
        return not nominal and _sole_verb(text, span, verb.name, opened, lists)
    alone = not verb.noun and text[span[0] - 1] not in "的、和与" and not follows
    if (marked or alone) and opened in lists.basis and not nominal:
        return True  # 用行动践行宗旨
    return (verb.after_subject or licensed) and not (nominal and (verb.noun or not licensed))


def _sole_verb(text: str, span: tuple[int, int], name: str, opened: str, lists: Lexicon) -> bool:
    """Return whether a word that may be a noun is the one verb that a clause can have."""
    if lists.verb_tree.at(text, span[1]):
        return False
    sole = name in lists.sole and len(lists.manner.at(text, span[1])) < 2
    if sole and opened in lists.purpose:  # 为提升诊所改善病房: one of them, but which?
        sole = not _holds_verb(text[: span[0]] + text[span[1] :], lists)
    if not sole and opened != "以":  # 以务实行动优化环境
        return False
    return not _acts_before(text, span[0], lists) and _finite(text, span[1] + 1, lists) == NONE


def _spoken_or_given(
    text: str,
    span: tuple[int, int],
    verb: Verb,
    lists: Lexicon,
    opened: str,
    *,
    licensed: bool,
) -> bool:
    """Return whether one who is named, or what opens the clause, makes its last word a verb."""
    said = licensed and verb.group == "say"  # 我们清醒地看到，
    told = verb.name in lists.tells and not opened and not text[span[1] :]  # 白皮书指出
    if said or told or opened in lists.by or lists.agents.before(text, span[0]):
        return True
    alone = licensed and not text[span[1] :] and bool(lists.manner.before(text, span[0]))
    return not verb.noun and (alone or opened in lists.basis)  # 我们都坚决反对


def _is_noun(word: str, lists: Lexicon) -> bool:
    """Return whether a listed verb may be a noun."""
    return word in lists.verbs and lists.verbs[word].noun


def _words_before(text: str, place: int, start: int, lists: Lexicon) -> tuple[int, list[str]]:
    """Return where the words of manner before a place begin, and these words."""
    words = []
    while word := lists.manner.before(text, place):
        if place - len(word) < start or len(lists.agents.before(text, place)) > len(word):
            break
        place -= len(word)
        words.append(word)
    return place, words


def _taken(clause: str, text: str, start: int, lists: Lexicon) -> Frame | None:
    """Return the frame of 把X提升至Y and 让X安心, where what is acted on stands first."""
    place = start
    while (word := lists.manner.at(text, place)) and word not in lists.taking:
        place += len(word)
    word = text[place : place + 1]
    if word in lists.letting and lists.verb_tree.at(text, place) == word:
        return _letting(text, start, place, lists)
    inside = place + 1
    if word not in lists.taking or len(lists.verb_tree.at(text, place)) > 1:
        return None  # 牢牢把握机遇
    behind = _after_manner(text, inside, lists)
    if behind > inside and not text.startswith("的", behind) and lists.verb_tree.at(text, behind):
        return None  # 将继续推进: a word of time
    heads = lists.verb_tree.at(text, inside)
    if heads and place != start and not lists.noun_after.at(text, inside + len(heads)):
        return None  # 并将处理结果通知甲局 takes 处理结果
    found = _last_verb(text, inside + 1 + (text[inside : inside + 1] not in _IT), lists)
    if found == NONE or _only_time(text, place, found, lists):
        return None
    opened = _preposition(text, inside, lists) if lists.manner.at(text, place) else ""
    bare = len(opened) == 1 and not _NEAR_FIGURE.match(text, inside + 1)
    if bare and "的" not in text[inside : found[0]]:
        framed = _after_phrase(clause, text, inside, lists)  # 将从下周起举行集市: a word of time
        later = found > framed.verb and (framed.verb != NONE or opened not in lists.basis)
        return _framed(clause, text, (inside, inside), found, lists) if later else framed
    end, _ = _words_before(text, found[0], inside, lists)
    manner = (start, place) if place > start else NONE
    return Frame(verb=found, object=(inside, end), manner=manner)


def _only_time(text: str, place: int, found: tuple[int, int], lists: Lexicon) -> bool:
    """Return whether 将 says when: a verb follows it, and nothing the last one (将深化医保改革)."""
    word = lists.verb_tree.at(text, place + 1)
    if len(word) < 2 or lists.verbs[word].noun or not lists.manner.at(text, place):
        return False
    behind = place + 1 + len(word)
    if lists.noun_after.at(text, behind) or text.startswith(("的", "后"), behind):
        return False
    while (name := lists.verb_tree.at(text, found[1])) and lists.verbs[name].noun:
        found = found[1], found[1] + len(name)
    return not text[found[1] :].strip(_ENDS) and lists.verbs[text[slice(*found)]].noun


def _taken_by(clause: str, text: str, start: int, lists: Lexicon) -> Frame | None:
    """Return the frame of 各县应当将X纳入Y, where someone takes what is acted on."""
    for match in lists.takes.finditer(text, start + 2):
        at = match.start()
        place, words = _words_before(text, at, start, lists)
        if lists.no_preposition.at(text, at) or _asked(text, start, at, lists):
            continue
        actor = _agent_at_end(text, (start, place), lists)
        found = _taken(clause, text, at, lists) if actor else None
        if found is not None:
            duty = bool(lists.duty & set(words))
            return found._replace(subject=(start, place), actor=actor, duty=duty)
    return None


def _asked(text: str, start: int, end: int, lists: Lexicon) -> bool:
    """Return whether someone is asked to do what follows (不得要求车主将车交给甲厂)."""
    found = _finite(text[:end], start, lists)
    asks = found != NONE and text[slice(*found)] in lists.clause_object
    return asks and not lists.light.fullmatch(text, *found)


def _letting(text: str, start: int, place: int, lists: Lexicon) -> Frame | None:
    end = len(text.rstrip("，。；、 "))
    if end - place < 3:
        return None
    phrase = NONE
    for at in range(place + 1, end):
        word = lists.agents.at(text, at)
        after = at + len(word)
        acts = lists.manner.at(text, after) or lists.verb_tree.at(text, after)
        if lists.actor_of.get(word, "") and (acts or after >= end):
            phrase = (place, after)
            break
    manner = (start, place) if place > start else NONE
    spoken = lists.agents.at(text, place + 1)
    own = spoken in lists.persons and not text.startswith("的", place + 1 + len(spoken))
    named = "own" if own else ""
    return Frame((place, place + 1), (place + 1, end), manner=manner, phrase=phrase, named=named)


def _last_verb(text: str, place: int, lists: Lexicon) -> tuple[int, int]:
    """Return the verb behind what 把 takes: one with a result behind it, else the last."""
    first, last = NONE, NONE
    while place < len(text):
        word = lists.verb_tree.at(text, place)
        manner = len(lists.manner.at(text, place))
        if manner > max(len(word), 1):
            place += manner  # 充分发挥 holds no 分发
            continue
        span = (place, place + len(word))
        place += max(len(word), 1)
        reached = pattern_of(WORDS, "result_behind").match(text, span[1]) if word else None
        named = text[span[0] - 1] in "的和与" or lists.noun_after.at(text, span[1])
        if not word or named or (len(word) == 1 and not reached):
            continue
        if reached or word.endswith(lists.changes_to):
            return span
        if first == NONE and not lists.verbs[word].noun:
            first = span
        last = span
    return last if first == NONE else first


def _after_phrase(clause: str, text: str, start: int, lists: Lexicon) -> Frame:
    """Return the frame of a clause that opens with a preposition."""
    word = lists.preposition.at(text, start)
    word = word or lists.preposition.at(text, _after_manner(text, start, lists))
    inside = start + len(word)
    if word in lists.reported_to and _describes(text, inside, lists):
        return Frame(phrase=(start, len(clause)))
    framed = _opened_by(clause, text, start, word, lists)
    if framed.verb != NONE or word not in lists.reported_to | lists.purpose:
        return framed
    done = _done_for(text, inside, lists)
    return framed if done == NONE else _framed(clause, text, (start, done[0]), done, lists)


def _opened_by(clause: str, text: str, start: int, word: str, lists: Lexicon) -> Frame:
    """Return the frame of a clause that opens with this preposition."""
    body = text.rstrip("，。；、 ")
    whole = Frame(phrase=(start, len(clause)))
    ends = lists.aimed_end if word in lists.aimed else lists.not_verb_end  # 对风险进行分析
    if word == "以" and "为" in lists.not_as.sub("", text[start:]):
        role = lists.as_what.search(text, start)  # 以企业为主体推进创新
        behind = _at_head(text, role.end(), lists) if role else NONE
        if behind == NONE or _preposition(text, behind[0], lists):
            return whole
        return _framed(clause, text, (start, behind[0]), behind, lists)
    if body.endswith(ends):
        case = _case_there(text, start, body, lists)
        return whole if case == NONE else _framed(clause, text, (start, case[0]), case, lists)
    blocked = lists.verb_tree.blocks(text, start + len(word))  # 以务实行动 holds no 实行
    inside = start + len(word) + max(blocked, word not in lists.purpose)
    given = _given_for(text, inside, lists) if word == "为" else NONE
    if given != NONE:
        return _framed(clause, text, (start, given[0]), given, lists)
    for light in lists.light.finditer(text, inside):
        if text[light.start() - 1] not in "的、" and not _heads_name(text, light.span(), lists):
            return _framed(clause, text, (start, light.start()), light.span(), lists)
    closed = _behind_place(text, inside, lists)
    if closed == NONE and word in lists.by_rule:
        closed = _behind_rule(text, inside, lists, lists.rule_end)
    if closed == NONE and word == "以":
        closed = _behind_rule(text, inside, lists, lists.way_end)  # 以暴力方法阻碍执法的
    if closed != NONE:
        return _framed(clause, text, (start, closed[0]), closed, lists)
    framed = _after_subject(clause, text, start, inside, lists)
    doubtful = word in lists.aimed and not framed.duty and _two_verbs(text, framed.verb, lists)
    return whole if doubtful else framed


def _case_there(text: str, start: int, body: str, lists: Lexicon) -> tuple[int, int]:
    """Return the verb of a case that opens with where it applies (在河道内种植作物的)."""
    found = _behind_place(text, start + 2, lists) if body.endswith("的") else NONE
    alone = found[1] + 2 < len(body) and _finite(text, found[1] + 1, lists) == NONE
    return found if alone else NONE


def _given_for(text: str, inside: int, lists: Lexicon) -> tuple[int, int]:
    """Return the last verb of giving behind those for whom it is (为甲创新奠定基础)."""
    for match in reversed(tuple(lists.done_for.finditer(text, inside))):
        behind = text[match.end() :].strip("。；")
        named = text[match.start() - 1] in "的、和与并" or behind[:1] == "的"
        named = named or ("的" in behind and bool(lists.agents.before(behind, len(behind))))
        if not named and len(behind) > 1:
            return match.span()
    return NONE


def _describes(text: str, place: int, lists: Lexicon) -> bool:
    """Return whether an act only describes those to whom it is said (向关心本县的各界人士)."""
    if not lists.actor_before(text, len(text.rstrip("，。；、 "))):
        return False
    place += len(next((word for word in lists.every if text.startswith(word, place)), ""))
    verb = _verb_from(text, _after_manner(text, place, lists), lists, 0)
    given = lists.done_for.search(text, place) if _preposition(text, place, lists) else None
    end = given.end() if given else verb[1]  # 向为本县作出贡献的人士
    return end - max(verb[0], place) > 1 and text.find("的", end) > 0


def _done_for(text: str, inside: int, lists: Lexicon) -> tuple[int, int]:
    """Return the verb right behind those for whom it is done (为患者开具处方)."""
    for at in range(inside + 1, len(text) - 3):
        if not lists.actor_before(text, at):
            continue
        found = _verb_from(text, at, lists, 0)
        long = found[1] - found[0] > 1 and len(text.rstrip(_ENDS)) > found[1] + 1
        if long and not lists.verbs[text[slice(*found)]].noun and text[found[1]] not in "的、和":
            return found
    return NONE


def _two_verbs(text: str, found: tuple[int, int], lists: Lexicon) -> bool:
    """Return whether another verb follows, so that none is known to be that of the clause."""
    name = "" if found == NONE else text[slice(*found)]
    if not name or name in lists.clause_object or name in lists.object_acts:
        return False
    return lists.verbs[name].group != "say" and _finite(text, found[1] + 1, lists) != NONE


def _behind_place(text: str, inside: int, lists: Lexicon) -> tuple[int, int]:
    """Return the verb right behind a circumstance that ends at 中 or 上 (在攻坚中培养干部)."""
    for at in range(inside + 1, len(text) - 1):
        if text.endswith(lists.place_end, 0, at) and len(lists.manner.before(text, at)) < 2:
            found = _at_head(text, at, lists)
            if found == NONE or lists.after_act.match(text, found[1]):
                continue  # 在会上发言时强调
            if at - 1 + len(lists.verb_tree.at(text, at - 1)) >= found[1]:
                continue  # 较峰值下降: not below the peak
            if text[slice(*found)] not in lists.place_end:
                return found
    return NONE


def _behind_rule(
    text: str, inside: int, lists: Lexicon, closing: tuple[str, ...]
) -> tuple[int, int]:
    """Return the verb right behind the rule by which it is done (按照职责推进改造)."""
    end = len(text.rstrip("。；"))
    for at in range(inside + 2, end - 1):
        if not text.endswith(closing, 0, at):
            continue
        found = _verb_from(text, at, lists, 0)
        if found[1] - found[0] < 2 or text[slice(*found)].endswith(closing):
            continue
        if found[1] == end and lists.verbs[text[slice(*found)]].group != "say":
            return found  # 按照规定执行, but 按照规划建议
        listed = "的" in text[found[1] : end].removesuffix("的")
        found = NONE if listed else _at_head(text, at, lists)
        if found != NONE:
            return found
    return NONE


def _ruled(text: str, start: int, lists: Lexicon) -> tuple[int, int]:
    """Return the verb behind a rule that follows who is bound by it (各县按照职责推进改造)."""
    for word in lists.by_rule:
        at = text.find(word, start)
        if len(word) > 1 and at >= 0 and not lists.no_preposition.at(text, at):
            return _behind_rule(text, at + len(word), lists, lists.rule_end)
    return NONE


def _acting_there(text: str, inside: int, lists: Lexicon) -> tuple[int, int]:
    """Return the verb behind a circumstance that follows the one who acts (甲局在审批时应当…)."""
    for match in lists.there.finditer(text, inside + 2):
        at = match.start()
        place, _ = _words_before(text, at, inside, lists)
        named = lists.actor_before(text, place)
        if named and not lists.no_preposition.at(text, at):
            if _finite(text[:place], inside, lists) != NONE:
                return NONE
            light = lists.light.search(text, at + 2) if match.group() in lists.about else None
            return light.span() if light else _behind_place(text, at + 1, lists)
    return NONE


def _after_subject(clause: str, text: str, start: int, inside: int, lists: Lexicon) -> Frame:
    found = _acting_there(text, inside, lists)
    if found == NONE:
        found = _true_verb(text, _light_behind(text, inside, lists), lists)
    if found == NONE or _in_rule(text, inside, found, lists):
        whole = (start, len(clause)) if start < len(clause) else NONE
        opened = _preposition(text, start, lists)
        if opened in lists.by:
            given = _given_one(text, (start + len(opened), len(text)), lists)
            return Frame(
                phrase=whole, named="" if given == NONE else _agent_at_end(text, given, lists)
            )
        if opened:
            return Frame(phrase=whole)
        named = _named(text, start, lists)
        closed = _behind_place(text, start, lists) if named else NONE
        if closed != NONE:
            return _framed(clause, text, (start, closed[0]), closed, lists)
        bound = _bound_phrase(text, start, lists)
        ruled = _ruled(text, bound or start, lists)
        if ruled != NONE:
            return _framed(clause, text, (start, ruled[0]), ruled, lists)
        if bound:
            return Frame(
                subject=(start, bound) if bound > start else NONE,
                phrase=(bound, whole[1]),
                named=named,
            )
        spoken = lists.agents.at(text, start)
        behind = start + len(spoken)
        own = spoken in lists.persons and behind + 1 < len(text) and text[behind] != "的"
        how = _preposition(text, _after_manner(text, behind, lists), lists)
        own = own and not (text.endswith(lists.not_verb_end) if how != "以" else "为" not in text)
        return Frame(subject=whole, actor="own" if own else "", named=named)
    return _framed(clause, text, (start, found[0]), found, lists)


def _in_rule(text: str, inside: int, found: tuple[int, int], lists: Lexicon) -> bool:
    """Return whether a verb belongs to the rule by which one who is named acts.

    As in 各县按照政府主导、广泛参与的原则: who acts is named, what is done follows.
    """
    if not text.rstrip(_ENDS).endswith(lists.not_verb_end):
        return False
    for word in lists.by_rule:
        at = text.find(word, inside + 2, found[0]) if len(word) > 1 else -1
        if at > 0 and not lists.no_preposition.at(text, at):
            place, _ = _words_before(text, at, inside, lists)
            closed = _behind_rule(text, at + len(word), lists, lists.rule_end)
            return bool(lists.actor_before(text, place)) and closed == NONE
    return False


def _light_behind(text: str, inside: int, lists: Lexicon) -> tuple[int, int]:
    """Return the verb behind a subject; a light verb where 对 or 向 opens what it acts on."""
    found = _finite(text, inside, lists)
    if found == NONE and lists.towards.isdisjoint(text[inside + 1 :]):
        return NONE
    end = len(text) if found == NONE else found[0]
    if lists.receivers.isdisjoint(text[inside + 1 : end]):
        return found
    for at in range(inside + 1, end):
        if text[at] not in lists.receivers or lists.no_preposition.at(text, at):
            continue
        if found == NONE:
            opens = text[at] in lists.towards and bool(lists.agents.before(text, at))
        else:
            opens = text[at] in lists.towards or len(lists.verb_tree.before(text, at + 1)) < 2
        if opens:
            light = lists.light.search(text, max(found[1], at + 2))
            if light and not _heads_name(text, light.span(), lists):
                return light.span()
    return found


def _heads_name(text: str, span: tuple[int, int], lists: Lexicon) -> bool:
    """Return whether a verb belongs to what stands behind it: 作出的决定, 实施方案."""
    noun = lists.verbs[text[slice(*span)]].noun and bool(lists.noun_after.at(text, span[1]))
    return noun or text.startswith("的", span[1]) or _tail_of_one(text, span, lists)


def _true_verb(text: str, found: tuple[int, int], lists: Lexicon) -> tuple[int, int]:
    """Return the verb of a clause where the one found belongs to what stands before it."""
    if found == NONE:
        return found
    name = text[slice(*found)]
    if name in lists.basis:
        closed = _behind_place(text, found[1], lists)  # 应当通过捐赠等方式扩大绿地
        closed = _last_word(text, found[1] + 2, lists) if closed == NONE else closed
        return found if closed == NONE else closed
    is_it = text.startswith("是", found[1]) and lists.verbs[name].noun
    if (name in lists.clause_object and not is_it) or lists.verbs[name].group == "say":
        return found
    if name.endswith("有"):
        found = _past_there_is(text, found, lists)
    if lists.partner.fullmatch(text, *found):
        later = _finite(text, found[1] + 2, lists)
        if later == NONE and text[slice(*found)] in lists.with_another:
            return _behind_partner(text, found[1], lists)
        return found if later == NONE else later
    for past in (_past_relative, _past_unbound, _past_modifier):
        later = past(text, found, lists)
        if later != found:
            return later
    return found


def _last_word(text: str, place: int, lists: Lexicon, *, noun: bool = False) -> tuple[int, int]:
    """Return the verb that ends a clause and is never, or may be, a noun (依照前款程序办理)."""
    end = len(text.rstrip("；。; "))
    last = lists.verb_tree.before(text, end)
    span = (end - len(last), end)
    alone = len(last) > 1 and span[0] > place and text[span[0] - 1] not in "的、和与及或"
    return span if alone and (noun or not lists.verbs[last].noun) else NONE


def _behind_partner(text: str, place: int, lists: Lexicon) -> tuple[int, int]:
    """Return the verb right behind those with whom something is done (会同有关部门建设平台)."""
    for at in range(place + 2, len(text) - 2):
        verb = lists.verb_tree.at(text, at)
        if len(verb) > 1 and lists.actor_before(text, at):
            span = (at, at + len(verb))
            listed = text.startswith(tuple("、和与及"), span[1])
            return NONE if listed or _heads_name(text, span, lists) else span
    return NONE


def _past_unbound(text: str, found: tuple[int, int], lists: Lexicon) -> tuple[int, int]:
    """Return the verb behind 应当, or 是, where no duty stands before the one that was found."""
    if not lists.duty.isdisjoint(_words_before(text, found[0], 0, lists)[1]):
        return found  # 应当照顾配偶是教师的职工
    later = _past_duty(text, found, lists)
    return _past_copula(text, found, lists) if later == found else later


def _past_duty(text: str, found: tuple[int, int], lists: Lexicon) -> tuple[int, int]:
    """Return the verb behind 应当 or 不得 where one stands before it (饲养宠物不得扰邻)."""
    for match in lists.duties.finditer(text, found[1] + 1):
        word = lists.duty_at(text, match.start())
        short = word in lists.short_duty and lists.manner.before(text, match.end()) == word
        if len(lists.verb_tree.at(text, match.start())) > len(word):
            continue  # 应对
        named = bool(word) and text[match.start() - 1] == "的"  # 符合条件的可申请
        if len(word) > 1 or named or (short and match.end() > found[1] + 2):
            later = _finite(text, match.start(), lists)
            if short and later[1] - later[0] < 2:
                continue  # 政策要稳
            if later != NONE and lists.duty & set(_words_before(text, later[0], 0, lists)[1]):
                return later
            behind = _after_manner(text, match.start() + len(word), lists)
            opened = _preposition(text, behind, lists)
            if lists.verb_tree.before(text, match.start()) in lists.tells:
                return found  # 多国表示要从当地撤出
            if opened and opened not in lists.joins and word not in lists.clause_object:
                return _bound_behind_phrase(text, behind, lists)
    return found


def _bound_behind_phrase(text: str, place: int, lists: Lexicon) -> tuple[int, int]:
    """Return the verb behind a duty and a phrase (受理的机关应当自受理之日起十日内作出决定)."""
    ruled = _preposition(text, place, lists) in lists.by_rule
    found = _behind_rule(text, place + 1, lists, lists.rule_end) if ruled else NONE
    over = [match.end() for match in lists.after_act.finditer(text, place)]
    light = lists.light.search(text, max([place, *over]))
    if found == NONE and light and not _heads_name(text, light.span(), lists):
        found = light.span()
    if found == NONE and not ruled:
        found = _finite(text, max([place + 1, *over]), lists)
    return found if found != NONE or ruled else _last_word(text, place, lists, noun=True)


def _past_there_is(text: str, found: tuple[int, int], lists: Lexicon) -> tuple[int, int]:
    """Return what so many do or undergo, where a clause says how many (共有9家企业获得补助)."""
    amount = _amounts()[0].match(text, found[1])
    later = NONE if amount is None else _finite(text, amount.end() + 1, lists)
    if later[1] - later[0] < 2 or "的" in text[found[1] : later[0]]:
        return found
    ends = not text[later[1] :].strip("。；")
    verb = lists.verbs[text[slice(*later)]]
    return found if verb.noun or (ends and not verb.after_theme) else later


def _past_copula(text: str, found: tuple[int, int], lists: Lexicon) -> tuple[int, int]:
    """Return the 是 of which a verb that heads the clause is the subject (办好学校是本分)."""
    noun = lists.verbs[text[slice(*found)]].noun
    at = text.find("是", found[1] + 2 * (not noun))  # 改革是为了, but 做是
    if at < 0 or text.startswith("否", at + 1) or lists.verb_tree.at(text, at) != "是":
        return found
    if _after_manner(text, after_opening(text, lists), lists) != found[0]:
        return found
    return (at, at + 1) if _finite(text, at, lists) == (at, at + 1) else found


def _past_modifier(text: str, found: tuple[int, int], lists: Lexicon) -> tuple[int, int]:
    """Return the verb of a clause where the one found belongs to its subject.

    As in 设立分院的步伐明显加快, 鉴定费由甲方承担. None where either of two may be it.
    """
    name = text[slice(*found)]
    if lists.manner.before(text, found[0]) or name in lists.object_acts:
        return found
    if text[found[0] - 1] == "、":
        return found  # 总值5万亿元、增长5%、增速居前
    short = len(text) - found[1] < _ROOM_FOR_ANOTHER
    headed = short or found[0] <= _after_manner(text, after_opening(text, lists), lists)
    if headed and not _may_end_otherwise(text, found[1], lists):
        return found
    later = _finite(text, found[1] + 1, lists)
    if later[1] - later[0] < 2 or lists.actor_of.get(text[slice(*later)]):
        return found
    if _given_at(text, found[1] + 1, later[0], lists) >= 0:
        return later
    start, words = _words_before(text, later[0], found[1], lists)
    if text[start - 1] in "、和与及或并且者而" and not lists.actor_before(text, start):
        return found
    if _holds(text, found, later, (start, words), lists):
        return later
    if headed or not _undecided(text, found, later, lists):
        return found
    verb = lists.verbs[text[slice(*later)]]
    reached = verb.group in ("attain", "expand") and not verb.noun  # 通车里程增至90公里
    return later if reached and _NEAR_FIGURE.match(text, later[1]) else NONE


def _holds(
    text: str,
    found: tuple[int, int],
    later: tuple[int, int],
    before: tuple[int, list[str]],
    lists: Lexicon,
) -> bool:
    """Return whether signs show that the later of two verbs is that of the clause."""
    start, words = before
    verb, group = lists.verbs[text[slice(*later)]], lists.verbs[text[slice(*found)]].group
    marked = any(word in lists.own_marks and word not in lists.short_modal for word in words)
    relative = text.rfind("的", found[1], start)
    if relative < 0:
        ended = not text[later[1] :].strip("。；") and (verb.after_theme or not verb.noun)
        compared = _compared(text, found, later, lists)
        return (marked and ended and group != "advance") or compared
    named = bool(lists.actor_before(text, start))
    named = named and group not in ("establish", "provide")
    counted = _NEAR_FIGURE.match(text, later[1]) is not None
    return start - relative > 2 and (marked or counted or named)


def _undecided(text: str, found: tuple[int, int], later: tuple[int, int], lists: Lexicon) -> bool:
    """Return whether nothing shows which of two verbs behind a subject is that of the clause."""
    verb, first = lists.verbs[text[slice(*later)]], lists.verbs[text[slice(*found)]]
    became = first.group == "be" and first.aspect == "attain"  # 成为与我国建交的国家
    if became or _opened(text, lists) in lists.by or verb.group == "say":
        return False
    if verb.aspect == "attain" or verb.group == "be":
        return True
    named = lists.actor_before(text, found[0])
    loose = verb.noun or "的" in text[found[1] : later[0]] or not text[later[1] :].strip("。；的")
    return not named and loose


def _compared(text: str, found: tuple[int, int], later: tuple[int, int], lists: Lexicon) -> bool:
    """Return whether a verb that is not the issuer's own act is measured by the one right behind.

    As in 收入增长应低于劳动生产率的增长.
    """
    verb, begins = lists.verbs[text[slice(*later)]], after_opening(text, lists)
    right_behind = _words_before(text, later[0], found[1], lists)[0] == found[1]
    measured = not verb.noun and (verb.group == "be" or verb.aspect == "attain")
    headed = found[0] == _after_manner(text, begins, lists)
    named = lists.actor_before(text, found[0])
    return right_behind and measured and not headed and not named


def _may_end_otherwise(text: str, place: int, lists: Lexicon) -> bool:
    """Return whether a sign stands behind a verb that it may belong to the subject."""
    if place < text.rfind("的", 0, len(text) - 1) < len(text) - 4 or lists.given.search(
        text, place + 1
    ):
        return True
    if lists.manner.at(text, place) or lists.verb_tree.at(text, place):
        return True
    end = len(text.rstrip("。；"))
    last = lists.verb_tree.before(text, end)
    return (
        end - len(last) > place
        and len(last) > 1
        and (lists.manner.before(text, end - len(last)) in lists.own_marks)
    )


def _past_relative(text: str, found: tuple[int, int], lists: Lexicon) -> tuple[int, int]:
    """Return the verb behind 的 where the one that was found belongs to what stands before it.

    A verb of the clause has a word of manner of its own (制约发展的障碍不断破除).
    """
    opened = text[(at := after_opening(text, lists)) : at + 1]
    place = text.find("的", found[1])
    while 0 <= place < len(text) - 3:
        later = _finite(text, place + 2, lists)
        if later == NONE:
            return found
        start, words = _words_before(text, later[0], place + 2, lists)
        if opened in lists.by and lists.actor_before(text, start):
            return later  # 由行使处罚权的甲部门责令改正
        if text[slice(*later)] == "是" and not lists.opens_list(text, found[1], place):
            return later
        ends = text[later[1] :].strip("。；") == ""
        if words and start > place + 1 and ends and not lists.opens_list(text, found[1], place):
            own = any(word in lists.own_marks for word in words)
            bound = lists.duty & set(_words_before(text, found[0], 0, lists)[1])
            return later if own and not bound else found
        place = text.find("的", place + 1)
    return found


def _bound_phrase(text: str, start: int, lists: Lexicon) -> int:
    """Return where 应根据需要 begins in a clause without a verb, or 0."""
    for match in lists.duties.finditer(text, start):
        at = match.start()
        word = lists.duty_at(text, at)
        if word and lists.preposition.at(text, _after_manner(text, at + len(word), lists)):
            return at
    return 0


def _framed(
    clause: str, text: str, before: tuple[int, int], verb: tuple[int, int], lists: Lexicon
) -> Frame:
    """Return the frame around a verb: what stands before it, and its object."""
    start = before[0]
    place, words = _words_before(text, verb[0], start, lists)
    entry = lists.verbs[text[slice(*verb)]]
    subject = (start, place) if place > start and not _in_what_way(text, start, place) else NONE
    phrase = NONE
    opened = _preposition(text, start, lists)
    actor = ""
    if subject != NONE and opened:
        phrase, subject = subject, _given_by(text, subject, opened, lists)
    bound_to = lists.duty_at(text, subject[0]) if subject != NONE and not opened else ""
    stood = phrase if subject == NONE else subject
    given = _given_at(text, start, verb[0], lists) if stood != NONE else -1
    theme, one = NONE, NONE
    changed = given > stood[0] and entry.name.endswith(lists.changes_to)
    if given > stood[0] and not changed and not (opened and subject != NONE):
        theme, one = _given_act(text, stood, given, lists)
    if one != NONE:
        theme, subject = NONE if opened else theme, one
    nobody = len(bound_to) > 1 and one == NONE
    if nobody or (subject != NONE and lists.partner.match(text, *subject)):
        phrase, subject = subject, NONE  # 应当会同乡镇组织演练: nobody is named who does
    if subject != NONE:
        subject, phrase = _before_duty(text, subject, phrase, lists)
        subject, phrase = _before_towards(text, subject, phrase, verb, lists)
        subject, phrase = _before_phrase(text, subject, phrase, lists)
        if subject != NONE and not changed:
            actor = _acting(text, (before[0], subject), verb, words, lists)
    idiom = len(entry.name) >= _WITH_OBJECT and text.startswith("、", verb[1])
    behind = verb[1] if idiom else _past_second_verb(text, verb[1], lists)
    target = _object_of(text, behind, lists)
    target = target if entry.group == "be" else _without_mark(text, target)
    ended = not text[verb[1] :].strip("。；") or text[verb[1] :] in lists.verbs
    counted = target == NONE and bool(_NEAR_FIGURE.match(text, verb[1]))
    themed = subject != NONE and not actor and entry.group != "say"
    stated = entry.after_theme or bool(lists.adverbs.before(text, verb[0]))
    if theme != NONE and target == NONE:
        target = theme
    elif themed and ((ended and stated) or counted or _ends_act(text, entry, target, lists)):
        target = _without_start(text, subject, lists)
    passive = not lists.passive.isdisjoint(words) or entry.name[0] in lists.passive
    undergone = passive and subject != NONE and not actor
    topic = _agent_at_end(text, subject, lists) if undergone else ""
    negated = (
        entry.name in lists.negation
        or not lists.negation.isdisjoint(words)
        or (text[max(place - 1, 0) : place] in ("不", "未", "无"))
    )
    manner = (place, verb[0]) if place < verb[0] else NONE
    duty = len(bound_to) > 1 or not lists.duty.isdisjoint(words)
    if phrase != NONE and not duty:
        duty = lists.manner.before(text, phrase[0]) in lists.duty
    return Frame(verb, target, subject, actor, manner, phrase, negated, duty, topic)


def _ends_act(text: str, first: Verb, target: tuple[int, int], lists: Lexicon) -> bool:
    """Return whether an object only says that an act on the theme ended (危房整治完成250户)."""
    verb = lists.verbs.get(text[slice(*target)])
    if verb is None:
        return False
    if _FIGURE.match(text, target[1]):
        attained = verb.aspect == "attain" and not verb.noun
        return attained or (first.aspect == "attain" and verb.group in _MAKES)
    ended = first.aspect != "attain" and not text[target[1] :].strip(_ENDS)
    return ended and verb.aspect == "attain" and not verb.noun  # but 研究取得突破 keeps 突破


_MAKES: Final = frozenset({"establish", "improve"})
"""Classes of verbs whose object is what was made or mended (戏台完成改造提升4座)."""


def _in_what_way(text: str, start: int, end: int) -> bool:
    """Return whether a list of short words precedes a word of manner (科学、精准做好)."""
    if text[end - 1] != "、":
        return False
    ways = text[start : end - 1].split("、")
    return all(0 < len(way) <= _LONGEST_WAY and not _DIGIT.search(way) for way in ways)


_LONGEST_WAY: Final = 3


def _without_mark(text: str, span: tuple[int, int]) -> tuple[int, int]:
    """Return an object without the 的 that ends a case in which a rule applies (收取保证金的)."""
    marked = span[1] - span[0] > 2 and text[span[1] - 1] == "的"
    return (span[0], span[1] - 1) if marked else span


def _before_duty(
    text: str, subject: tuple[int, int], phrase: tuple[int, int], lists: Lexicon
) -> tuple[tuple[int, int], tuple[int, int]]:
    """Return a subject that ends at 应当 or 要, and the phrase between that and the verb."""
    for match in lists.duties.finditer(text, subject[0] + 1):
        at = match.start()
        if at >= subject[1]:
            break
        word = lists.duty_at(text, at)
        place = _after_manner(text, at, lists)
        start, _ = _words_before(text, at, subject[0], lists)
        named = lists.agents.before(text, start) or _preposition(text, place, lists)
        if word and (len(word) > 1 or named):
            opened = place < subject[1] and bool(lists.preposition.at(text, place))
            return (subject[0], start), ((place, subject[1]) if opened else phrase)
    for match in lists.denials.finditer(text, subject[0] + 2, subject[1]):
        at = match.start()
        if lists.manner.at(text, at) in lists.negation and lists.agents.before(text, at):
            return (subject[0], at), phrase  # 驾驶员未随车携带证件
    return subject, phrase


def verb_of_count(text: str, span: tuple[int, int], verb: Verb) -> bool:
    """Return whether a verb that may be a noun counts what stands before it (儿童管理9962人)."""
    return verb.noun and bool(_FIGURE.match(text, span[1]))


def _given_at(text: str, start: int, end: int, lists: Lexicon, *, passed: bool = False) -> int:
    """Return where a word such as 由 gives the act to someone (具体办法由市财政局制定), or -1.

    ``passed``: A word such as 经, with which someone approves, counts too.
    """
    for match in lists.given.finditer(text, start, end):
        at, word = match.start(), match.group()
        if word in lists.passed and not passed:
            continue
        given = lists.preposition.at(text, at) == word and not lists.no_preposition.at(text, at)
        if given and text[at - 1 : match.end()] not in lists.not_by:
            return at
    return -1


def _given_act(
    text: str, subject: tuple[int, int], given: int, lists: Lexicon
) -> tuple[tuple[int, int], tuple[int, int]]:
    """Return what stands before 由 (nothing in 应当由甲局制定), and to whom the act is given."""
    end, _ = _words_before(text, given, subject[0], lists)
    if end - subject[0] == 1:
        return NONE, NONE
    one = _one_given(text, (given + 1, subject[1]), lists)
    return ((subject[0], end) if one != NONE and end > subject[0] else NONE), one


def _one_given(text: str, span: tuple[int, int], lists: Lexicon) -> tuple[int, int]:
    """Return the one to whom an act is given: the first of 由甲院向乙局申请, else all of it."""
    named = _given_one(text, span, lists)
    if named != NONE and text[named[1] : named[1] + 1] in lists.receivers:
        return named
    return span if _agent_at_end(text, span, lists) else named


def _given_one(text: str, span: tuple[int, int], lists: Lexicon) -> tuple[int, int]:
    """Return the name with which a stretch of text begins, to its longest form."""
    found = span[0]
    for at in range(span[0] + 1, span[1] + 1):
        word = lists.agents.before(text, at)
        if word and not lists.actor_of[word] and at - len(word) < found:
            found = span[0]  # 由市场决定 names no 市
        elif word and lists.actor_of[word]:
            found = at
        elif found > span[0] and (
            lists.manner.at(text, at - 1) or _preposition(text, at - 1, lists)
        ):
            break
    return (span[0], found) if found > span[0] else NONE


def _without_start(text: str, theme: tuple[int, int], lists: Lexicon) -> tuple[int, int]:
    """Return a theme without its own figure (产值3亿元、) or the one it starts from (由3亿元)."""
    if text[theme[1] - 1] == "、":
        figure = _amounts()[0].search(text, theme[0] + 1, theme[1])
        return (theme[0], figure.start()) if figure else theme
    for at in range(theme[0] + 2, theme[1] - 1):
        if text[at] in lists.starting and _FIGURE.match(text, at + 1):
            return theme[0], at
    return theme


def _before_phrase(
    text: str, subject: tuple[int, int], phrase: tuple[int, int], lists: Lexicon
) -> tuple[tuple[int, int], tuple[int, int]]:
    """Return one who acts without the phrase that follows (甲院向群众发药, 不得向学校收费)."""
    if subject == NONE:
        return subject, phrase
    place, asked = subject[0], False
    while word := lists.manner.at(text, place):
        place, asked = place + len(word), asked or word in lists.asking
    if asked and place < subject[1]:
        return NONE, subject  # 并请委员提出意见: the one who speaks asks
    word = _preposition(text, place, lists)
    if place < subject[1] and (
        word in lists.company or (subject[0] < place and word and word not in lists.joins)
    ):
        return NONE, (place, subject[1]) if phrase == NONE else phrase  # 与甲院签订协议
    if phrase != NONE:
        return subject, phrase
    for at in range(subject[0] + 2, subject[1]):
        if text[at] == "就" and _about(text, at, subject[1], lists):
            return (subject[0], at), (at, subject[1])
        if text[at] in lists.preposition.firsts:
            end = _ends_before(text, subject, at, lists)
            if end:
                return (subject[0], end), (at, subject[1])
    return subject, phrase


def _about(text: str, at: int, end: int, lists: Lexicon) -> bool:
    """Return whether 就 opens that on which those before it act (双方就价格达成协议)."""
    named = lists.actor_before(text, at) and not lists.no_preposition.at(text, at)
    return bool(named) and end - at > 2


def _ends_before(text: str, subject: tuple[int, int], at: int, lists: Lexicon) -> int:
    """Return where a subject ends if a phrase begins at a place in it, or 0."""
    word = _preposition(text, at, lists)
    together = word in lists.company
    if not word or (word in lists.joins and not together):
        return 0
    if len(lists.verb_tree.before(text, at + len(word))) > len(word):
        return 0  # 会同
    end, words = _words_before(text, at, subject[0], lists)
    actor = lists.actor_before(text, end)
    if actor:
        return 0 if together and actor != "own" and not words else end  # 甲院与乙院签约: both
    another = word in lists.receivers and bool(lists.actor_before(text, subject[1]))
    another = another and not text.endswith(lists.still_actor, 0, at + len(word))
    # 新政策向企业倾斜: no one who acts is named
    return at if another and not _agent_at_end(text, (subject[0], at), lists) else 0


def _before_towards(
    text: str,
    subject: tuple[int, int],
    phrase: tuple[int, int],
    verb: tuple[int, int],
    lists: Lexicon,
) -> tuple[tuple[int, int], tuple[int, int]]:
    """Return a subject without what a light verb is done to (甲局对乙进行检查), and that phrase."""
    if phrase != NONE or not lists.light.fullmatch(text, *verb):
        return subject, phrase
    for at in range(subject[0] + 1, subject[1]):
        if text[at] in lists.towards and not lists.no_preposition.at(text, at):
            start, _ = _words_before(text, at, subject[0], lists)
            return ((subject[0], start) if start > subject[0] else NONE), (at, subject[1])
    return subject, phrase


def _given_by(text: str, phrase: tuple[int, int], opened: str, lists: Lexicon) -> tuple[int, int]:
    """Return who acts in a phrase that opens with 由 or the like; nobody in another phrase."""
    if opened not in lists.by:
        return NONE
    subject = (phrase[0] + len(opened), phrase[1])
    if opened in lists.passed:
        return subject
    one = _one_given(text, subject, lists)
    return subject if one == NONE else one


def _acting(
    text: str,
    before: tuple[int, tuple[int, int]],
    verb: tuple[int, int],
    words: Iterable[str],
    lists: Lexicon,
) -> str:
    """Return the class of the one who acts, by where the clause begins and by its subject."""
    start, subject = before
    entry = lists.verbs[text[slice(*verb)]]
    given = _given_at(text, start, verb[0], lists, passed=True) >= 0
    bound = given or not lists.duty.isdisjoint(words)
    followed = bool(text[verb[1] :].strip("。；"))
    actor = _actor_of(text, subject, entry, lists, followed=followed, bound=bound)
    if not actor or not _happens_to(text, subject, verb, words, lists):
        return (
            "" if verb_of_count(text, verb, entry) and _counts(text, verb, actor, words) else actor
        )
    return ""


_PAYS: Final = re.compile("[0-9.‹›A-Z]+[万亿]*元")


def _counts(text: str, verb: tuple[int, int], actor: str, words: Iterable[str]) -> bool:
    """Return whether a figure counts what precedes it (儿童管理9962人, not 市县投入9亿元)."""
    return actor == "people" or not (words or _PAYS.match(text, verb[1]))


def _happens_to(
    text: str,
    subject: tuple[int, int],
    verb: tuple[int, int],
    words: Iterable[str],
    lists: Lexicon,
) -> bool:
    """Return whether what is named before a verb does not do it.

    As in 甲院被授予称号, 企业新增3家, 甲院改革扎实推进, 甲院付费率为63%.
    """
    name = text[slice(*verb)]
    if text.startswith(lists.counted_acts, verb[1]) and _DIGIT.search(text, verb[1]):
        return lists.actor_before(text, subject[1]) == "people"  # 失业人员实现再就业2000人
    if not lists.passive.isdisjoint(words) and _after_manner(text, subject[1], lists) == verb[0]:
        return True
    if name in lists.counted and _FIGURE.match(text, verb[1]) and not _PAYS.match(text, verb[1]):
        figure = _amounts()[0].match(text, verb[1])
        rest = "" if figure is None else text[figure.end() :].strip("。；;")
        return figure is not None and (not rest[1:] or rest[0] == "、")
    if name == "为":
        return _FIGURE.match(text, verb[1]) is not None
    if name in lists.clause_object or name in lists.object_acts:
        return False
    end = len(text.rstrip(_ENDS))
    last = lists.verb_tree.before(text, end)
    begin = end - len(last)
    if len(last) < 2 or begin < verb[1] or lists.verbs[last].group == "say":
        return False
    entry = lists.verbs[last]
    if begin == verb[1]:
        happens = entry.after_theme or entry.group == "attain"
        if lists.verbs[name].group == "establish":
            return happens  # 研究中心组建运行
        return lists.verbs[name].noun and happens and not entry.noun  # 建设进展顺利
    joined = lists.joint.match(text, verb[1]) is not None
    return entry.after_theme and not joined and bool(lists.adverbs.before(text, begin))


def _actor_of(
    text: str,
    subject: tuple[int, int],
    verb: Verb,
    lists: Lexicon,
    *,
    followed: bool,
    bound: bool,
) -> str:
    """Return the class of the one who acts, if the subject can act and the verb lets it."""
    if verb.group == "attain" and not bound:
        last = lists.verb_tree.before(text, len(text.rstrip("。；")))
        happens = last != verb.name and last in lists.verbs and lists.verbs[last].group == "attain"
        titled = text[subject[1] - 1] == "*"  # 甲市“夜游”入选案例
        if happens or titled or verb.name not in lists.attained_by_acting:
            return ""  # 医院实现全覆盖
    does = verb.name in lists.leading or lists.agents.before(text, subject[1]) in lists.persons
    if not (followed or bound or does) and verb.after_theme and verb.group != "say":
        return ""
    if len(lists.duty_at(text, subject[0])) > 1:
        return ""  # 必须教育全体人民遵守: who is bound is not named
    actor = _agent_at_end(text, subject, lists)
    return "" if actor in _BODIES and not bound and _acted_on(text, subject, lists) else actor


_BODIES: Final = frozenset(
    {"centre", "government", "party", "people_congress", "hospital", "primary_care", "school"}
)
"""Bodies whose names hold no verb (入驻企业 is a name, 抢抓党中央 is none)."""


def _agent_at_end(text: str, span: tuple[int, int], lists: Lexicon) -> str:
    """Return the class of the one with whose name a stretch of text ends.

    Of 甲会同乙 the first one acts. Brackets, a date and adverbs may stand behind the name.
    """
    if lists.partner.match(text, span[0], span[1]):
        return ""  # 配合人大制定条例
    partner = lists.partner.search(text, span[0] + 1, span[1])
    end = partner.start() if partner else span[1]
    while end > span[0]:
        end -= text[end - 1] == "等"
        word = lists.agents.before(text, end)
        if word:
            begin = end - len(word)
            if end == span[1] < len(text) and lists.goes_on(text, end, word):
                return ""
            inside = begin > span[0] and text.endswith(lists.no_actor, 0, begin)
            inside = inside and not text.endswith(lists.still_actor, 0, begin)
            return "" if inside else _body_of(text, begin, word, lists)
        behind = lists.office.search(text, span[0], end) if end == span[1] else None
        if behind is not None:
            end -= len(behind["name"])
            continue
        if lists.may_be_behind_actor.search(text, span[0], end):
            behind = lists.behind_actor.search(text, span[0], end)
        if behind is None:
            leading = lists.verb_tree.before(text, end)
            leading = leading or next((w for w in lists.leading if text.endswith(w, 0, end)), "")
            if leading not in lists.leading or end < span[1]:
                return ""
            end -= len(leading)  # 甲局研究建立台账
        else:
            end = behind.start()
    return ""


def _body_of(text: str, begin: int, word: str, lists: Lexicon) -> str:
    """Return the class of one who is named; of a person with an office that of the body."""
    actor = lists.actor_of[word]
    if actor == "people" and lists.offices.match(word):
        body = lists.actor_before(text, begin - text.endswith("副", 0, begin))
        return body if body not in ("", "own") else actor
    return actor


def agent_at_start(text: str, span: tuple[int, int], lists: Lexicon) -> str:
    """Return the class of the one with whom a stretch of text begins and whose act follows.

    >>> agent_at_start("药店发现假药", (0, 6), load_lexicon())
    'enterprise'
    """
    for at in range(span[0] + 1, span[1] - 1):
        actor = lists.actor_before(text, at)
        if actor:
            place = _after_manner(text, at, lists)
            verb = lists.verb_tree.at(text, place)
            acts = len(verb) > 1 and (place > at or not lists.verbs[verb].noun)
            if acts or _preposition(text, place, lists):
                return actor
    return ""


def _named(text: str, start: int, lists: Lexicon) -> str:
    """Return the class of the one who is named in a clause without a verb."""
    if text[_after_manner(text, start, lists) :][:1] in lists.taking:
        return ""  # 要把工作统一到甲局部署上来
    listed = ""  # the first of several who are named (各企业和其他组织)
    for match in lists.agents.ends.finditer(text, start, len(text) - 1):
        at = match.end()
        word = lists.agents.before(text, at)
        actor = lists.actor_of.get(word, "")
        if actor and at > start and not lists.goes_on(text, at, word):
            place = _after_manner(text, at, lists)
            marked = lists.manner.at(text, at) in lists.modal or len(lists.adverbs.at(text, at)) > 1
            opened = _preposition(text, place, lists)
            acts = (marked or opened) and not _acted_on(text, (start, at), lists)
            if acts and (marked or not lists.joint.fullmatch(opened)):
                return actor
            listed = listed or (actor if acts else "")
    end = len(text.rstrip("，。；、 "))
    named = _agent_at_end(text, (start, end), lists) or listed
    last = end - len(lists.agents.before(text, end))
    given = named in _BODIES and last > start and len(lists.verb_tree.before(text, last)) > 1
    return "" if given or (named and _acted_on(text, (start, end), lists)) else named


def _acted_on(text: str, span: tuple[int, int], lists: Lexicon) -> bool:
    """Return whether a name that ends a stretch of text is what an act before it is done to.

    As in 培育智能工厂 and 抢抓甲局政策; a verb before 的 belongs to the name (承担任务的部门).
    """
    partner = lists.partner.search(text, span[0] + 1, span[1])
    end = partner.start() if partner else span[1]
    begin = end - len(lists.agents.before(text, end))
    place = span[0] if begin < end else begin
    while place < begin - 1:
        name = lists.verb_tree.at(text, place)
        behind = place + len(name)
        if len(name) > 1 and behind <= begin and "的" not in text[behind:begin]:
            reached = text.startswith("到", behind)  # 统一到甲局部署上来
            if reached or name in lists.at_head or not lists.verbs[name].noun:
                return True
        place += max(len(name), lists.verb_tree.blocks(text, place), 1)
    return False


def _past_second_verb(text: str, place: int, lists: Lexicon) -> int:
    """Return where the verbs end that share an object (巩固和增强…, 设置或者依法指定…)."""
    start, end = _second_verb(text, place, lists)
    ends = end >= len(text.rstrip(_ENDS)) and start == place + 1
    named = text.startswith("的", end)  # 批准或者备案的文件
    return place if end - start < 2 or named or ends else end


def _object_of(text: str, place: int, lists: Lexicon) -> tuple[int, int]:
    """Return the span behind a verb without particles and without figures at its borders."""
    particle = lists.particle.match(text, place) or lists.after_act.match(text, place)
    start = particle.end() if particle else place
    figured = _DIGIT.search(text, start)
    if figured:
        when = _dated().match(text, start)
        if when and _amounts()[0].match(text, when.end()):
            start = when.end()
        front = _amounts()[0].match(text, start)
        if front and text[front.end() : front.end() + 1] not in ("的", "年", "月"):
            start = front.end()
    end = max(len(text.rstrip(_ENDS)), start)
    figure = _amounts()[1].search(text, start + 1, end) if figured else None
    if figure:
        end = figure.start()
    if end <= start or text[start:end] == "的":
        return NONE
    joint = lists.joint.match(text, start)
    idiom = len(lists.no_preposition.at(text, start)) > _LONGEST_WAY  # 发放以旧换新补贴
    bare = joint or len(lists.verb_tree.at(text, start)) < 2
    if lists.no_object.match(text, start) and bare and not idiom:
        return NONE
    return start, _first_act(text, (start, end), lists)


def _first_act(text: str, span: tuple[int, int], lists: Lexicon) -> int:
    """Return where an object ends if a second act is joined to it (建成病房、完善流程)."""
    start, end = span
    if not _JOINED_ACT.search(text, start + 2, end):
        return end
    if lists.verb_tree.at(text, start) or _LISTED.search(text, start, end):
        return end
    for match in _JOINED_ACT.finditer(text, start + 2, end):
        name = lists.verb_tree.at(text, match.end())
        behind = text[match.end() + len(name) : end].split("、")[0]
        acts = len(name) > 1 and not lists.verbs[name].noun and len(behind) > 1
        if acts and behind not in lists.verbs and not lists.noun_after.at(behind, 0):
            return match.start()
    return end

"""The page of two worlds: what is gone, new, weaker and stronger in one, and why."""

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from foedus.graph.worlds import Firmness
from foedus.ontology.namespaces import BASE
from foedus.service.reading.asking import Asker, Row
from foedus.service.reading.causes import Cause, causes_of
from foedus.service.reading.naming import names_of
from foedus.service.reading.records import Records, Side
from foedus.service.reading.speech import Speech, marked
from foedus.service.reading.stances import WORDS, Link
from foedus.service.reading.visit import Visit

SHOWN: Final = 8
"""How many lines of a kind are shown, unless a reader asks for all of it."""
_MOST: Final = 500
"""How many lines of a section are sorted by kind, and of one kind shown."""
_ASKED: Final = 200
"""How many propositions an address can carry as parameters of a query."""
_NAME: Final = "\ufffc"
"""Stands where the link goes while a cause is put into words."""

SECTIONS: Final = {
    "gone": (marked("Gone"), marked("They hold in the other world and not in this one.")),
    "new": (marked("New"), marked("They hold in this world and not in the other one.")),
    "weaker": (marked("Weaker"), marked("They hold in both worlds, in this one less firmly.")),
    "stronger": (marked("Stronger"), marked("They hold in both worlds, in this one more firmly.")),
}


@dataclass(frozen=True)
class Reason:
    """A cause in words, around a link that may be missing; ``others`` are further causes."""

    before: str
    link: Link | None
    behind: str
    others: int


@dataclass(frozen=True)
class Line:
    """A proposition that differs, its firmness in both worlds (mark and word), and why."""

    link: Link
    here: tuple[str, str]
    there: tuple[str, str]
    reason: Reason | None
    why: str


@dataclass(frozen=True)
class Group:
    """The lines of one kind: of a class, or by a rule.

    Attributes:
        all_lines: The address that shows the lines left out; empty where none are.
        query: The address of the query that lists them all; empty where they are too many.
    """

    key: str
    name: str
    is_rule: bool
    lines: Sequence[Line]
    total: int
    all_lines: str
    query: str


@dataclass(frozen=True)
class Section:
    """One way of being different."""

    key: str
    heading: str
    note: str
    total: int
    groups: Sequence[Group]


@dataclass(frozen=True)
class Place:
    """A world of the two: how it is visited, asked, and what holds in it."""

    visit: Visit
    asker: Asker
    side: Side


@dataclass(frozen=True)
class _Kind:
    key: str
    name: str
    is_rule: bool


async def compare(
    here: Place, there: Place, speech: Speech, names: Mapping[str, str], show: str
) -> list[Section]:
    """Gather the sections that have lines.

    Args:
        here: The world of the visit.
        there: The one that it is compared with.
        speech: The language.
        names: Those of sources.
        show: The group of which all lines are shown.
    """
    differing = _differing(here.side, there.side)
    lost, won = await asyncio.gather(
        _sections(("gone", "weaker"), differing, there, here, here, speech, names, show),
        _sections(("new", "stronger"), differing, here, there, here, speech, names, show),
    )
    found = {section.key: section for section in (*lost, *won)}
    return [found[key] for key in SECTIONS if key in found]


def _differing(here: Side, there: Side) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {key: [] for key in SECTIONS}
    for iri in sorted(here.held.keys() | there.held.keys()):
        now, before = here.level(iri), there.level(iri)
        if not now:
            found["gone"].append(iri)
        elif not before:
            found["new"].append(iri)
        elif now != before:
            found["weaker" if now < before else "stronger"].append(iri)
    return found


async def _sections(
    keys: Sequence[str],
    differing: Mapping[str, Sequence[str]],
    having: Place,
    lacking: Place,
    here: Place,
    speech: Speech,
    sources: Mapping[str, str],
    show: str,
) -> list[Section]:
    """Gather sections whose lines are firmer in ``having``, which has all their records."""
    lines = {key: differing[key][:_MOST] for key in keys if differing[key]}
    if not lines:
        return []
    every = [iri for found in lines.values() for iri in found]
    kinds = _kinds(
        await having.asker.rows(
            "kinds-of-propositions", proposition=every, language=speech.language
        ),
        speech,
    )
    other = _Kind("other", speech.say("Other"), False)
    grouped: dict[str, dict[_Kind, list[str]]] = {}
    shown: list[str] = []
    for key, found in lines.items():
        groups: dict[_Kind, list[str]] = {}
        for iri in found:
            groups.setdefault(kinds.get(iri, other), []).append(iri)
        grouped[key] = dict(sorted(groups.items(), key=lambda it: (-len(it[1]), it[0].name)))
        for kind, members in groups.items():
            shown += members if show == f"{key}.{kind.key}" else members[:SHOWN]
    claims, inferences = await having.asker.all(
        ("claims-behind-propositions", {"proposition": shown}),
        ("inferences-of-propositions", {"proposition": shown, "language": speech.language}),
    )
    records = Records.of(claims, inferences, sources)
    causes = {iri: causes_of(iri, having.side, lacking.side, records) for iri in shown}
    premises = [cause.proposition for found in causes.values() for cause in found]
    names = await names_of(having.asker, speech, [*shown, *filter(None, premises)])
    # What only the other world's hypothesis has can be read there alone.
    visit = having.visit if having.side.hypothesis else here.visit

    where = speech.say("here") if lacking is here else speech.say("there")

    def line(iri: str) -> Line:
        return Line(
            Link(_page(visit, iri), names[iri]),
            firmness_in(here.side.level(iri), speech),
            firmness_in((lacking if having is here else having).side.level(iri), speech),
            _reason(causes[iri], names, visit, where, speech),
            having.visit.to("/why", {"iri": iri}),
        )

    def group(key: str, kind: _Kind, members: Sequence[str]) -> Group:
        is_whole = show == f"{key}.{kind.key}" or len(members) <= SHOWN
        own = {"with": here.visit.one("with"), "show": f"{key}.{kind.key}"}
        address = here.visit.to("/worlds", own)
        return Group(
            f"{key}.{kind.key}",
            kind.name,
            kind.is_rule,
            [line(iri) for iri in (members if is_whole else members[:SHOWN])],
            len(members),
            "" if is_whole else f"{address}#{key}.{kind.key}",
            having.asker.open("holding-among", proposition=members)
            if len(members) <= _ASKED
            else "",
        )

    return [
        Section(
            key,
            speech.say(SECTIONS[key][0]),
            speech.say(SECTIONS[key][1]),
            len(differing[key]),
            [group(key, kind, members) for kind, members in groups.items()],
        )
        for key, groups in grouped.items()
    ]


def _kinds(rows: Iterable[Row], speech: Speech) -> dict[str, _Kind]:
    """Read the kind of each proposition: its rule, else the first thing that it describes."""
    found: dict[str, _Kind] = {}
    for row in rows:
        name = row["kindName"]
        slug = row["kind"].rpartition("/")[2]
        kind = _Kind(slug, name[:1].upper() + name[1:], row["rule"] == "true")
        found.setdefault(row["proposition"], kind)
    return found


def firmness_in(level: Firmness, speech: Speech) -> tuple[str, str]:
    """Give the mark and the word of a firmness."""
    if not level:
        return "not", speech.say("does not hold")
    return level.name.lower(), speech.say(WORDS[level.name.lower()])


def _page(visit: Visit, iri: str) -> str:
    """Give the page of a proposition; one that a hypothesis names otherwise has its proof alone."""
    return visit.to(iri) if iri.startswith(BASE) else visit.to("/why", {"iri": iri})


def _reason(
    causes: Sequence[Cause], names: Mapping[str, str], visit: Visit, where: str, speech: Speech
) -> Reason | None:
    """Put the first cause into words, its premise or its denier as a link."""
    if not causes:
        return None
    cause = causes[0]
    text = speech.say(
        cause.message,
        holder=_NAME if cause.claim else cause.holder,
        source=cause.source,
        where=where,
        rule=cause.rule,
        day=speech.day(cause.day),
        level=speech.say(WORDS[cause.level.name.lower()]) if cause.level else "",
        name=names.get(cause.proposition, "").removesuffix(".") if cause.claim else _NAME,
    )
    before, is_linked, behind = text.partition(_NAME)
    link = None
    if is_linked and cause.claim:
        claim = cause.claim.rpartition("/")[2]
        page = visit.to(f"{Visit.page(cause.proposition)}#{claim}")
        link = Link(page, cause.holder)
    elif is_linked:
        link = Link(_page(visit, cause.proposition), names[cause.proposition].removesuffix("."))
    return Reason(before, link, behind, len(causes) - 1)

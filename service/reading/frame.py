"""What is around every page: the bar with the world, the languages, and how to cite."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from foedus.graph.worlds import NAMED, Firmness, World
from foedus.ontology.namespaces import BASE
from foedus.service.reading.asking import Asker, Row
from foedus.service.reading.speech import Speech, marked
from foedus.service.reading.visit import Visit

_ROLES: Final = {
    "document": marked("Documents"),
    "publisher": marked("Publishers"),
    "holder": marked("Holders"),
}
_MOST_SOURCES: Final = 200
LEVELS: Final = {
    Firmness.CERTAIN: marked("certain"),
    Firmness.PROBABLE: marked("probable"),
    Firmness.POSSIBLE: marked("possible"),
}


@dataclass(frozen=True)
class Option:
    """A value of a choice, with its words."""

    value: str
    words: str
    is_chosen: bool


@dataclass(frozen=True)
class WorldBar:
    """The form that chooses a world, as it stands.

    Attributes:
        sentence: The world in words.
        as_of: The day, or nothing.
        levels: How firm a claim must be.
        believed, disbelieved: Whom to choose from, by role; what is chosen is marked.
        is_undisputed: Whether nothing that is denied holds.
        suppose: The hypothesis, or nothing.
        is_plain: Whether the world is *reported*.
        difference: How many propositions more (or fewer) hold than in *reported*.
        compare: The address that shows them.
        hidden: Parameters that the form hands on.
    """

    sentence: str
    as_of: str
    levels: Sequence[Option]
    believed: Sequence[tuple[str, Sequence[Option]]]
    disbelieved: Sequence[tuple[str, Sequence[Option]]]
    is_undisputed: bool
    suppose: str
    is_plain: bool
    difference: int
    compare: str
    hidden: Sequence[tuple[str, str]]


async def world_bar(asker: Asker, visit: Visit, speech: Speech, keep: Sequence[str]) -> WorldBar:
    """Gather what the bar shows; ``keep`` are parameters of the page itself."""
    world = visit.world
    plain = Visit(visit.path, (), visit.language, World())
    here, there, sources = await asyncio.gather(
        asker.rows("size-of-world"),
        asker.rows_in(plain, "size-of-world"),
        asker.rows_in(plain, "sources", language=visit.language),
    )
    believed = {it.value for it in world.believe}
    disbelieved = {it.value for it in world.disbelieve}
    names = {row["source"]: row["name"] for row in sources}
    return WorldBar(
        sentence(world, names, speech),
        world.as_of.isoformat() if world.as_of else "",
        [
            Option(level.name.lower(), speech.say(words), level == world.at_least)
            for level, words in LEVELS.items()
        ],
        _grouped(sources, believed, speech),
        _grouped(sources, disbelieved, speech),
        world.is_undisputed,
        world.suppose,
        world == NAMED["reported"],
        int(here[0]["count"]) - int(there[0]["count"]),
        visit.to("/worlds"),
        [(name, value) for name, value in visit.pairs if name in (*keep, "lang", "snapshot")],
    )


def sentence(world: World, names: dict[str, str], speech: Speech) -> str:
    """Put a world into words."""

    def listed(iris: frozenset[object]) -> str:
        values = sorted(str(getattr(iri, "value", iri)) for iri in iris)
        return ", ".join(names.get(iri, iri.removeprefix(BASE)) for iri in values)

    parts = [
        speech.say(
            _SOBER if world.is_sober else _ANYBODY,
            level=speech.say(_AT_LEAST[max(world.at_least, Firmness.POSSIBLE)]),
        )
    ]
    if world.is_undisputed:
        parts.append(speech.say("and nobody denies"))
    if world.as_of:
        day = speech.day(world.as_of.isoformat())
        parts.append(speech.say("as it was known on %(day)s", day=day))
    if world.believe:
        parts.append(speech.say("believing only %(names)s", names=listed(world.believe)))
    if world.disbelieve:
        parts.append(speech.say("not believing %(names)s", names=listed(world.disbelieve)))
    if world.suppose:
        parts.append(speech.say("under a hypothesis"))
    return ", ".join(parts)


_SOBER: Final = marked("what a document’s author affirms as %(level)s")
_ANYBODY: Final = marked("what somebody affirms as %(level)s")
_AT_LEAST: Final = {
    Firmness.CERTAIN: marked("certain"),
    Firmness.PROBABLE: marked("certain or probable"),
    Firmness.POSSIBLE: marked("certain, probable or possible"),
}


def _grouped(
    sources: Sequence[Row], chosen: set[str], speech: Speech
) -> list[tuple[str, list[Option]]]:
    groups = []
    for role, heading in _ROLES.items():
        options = [
            Option(row["source"], row["name"], row["source"] in chosen)
            for row in sources[:_MOST_SOURCES]
            if row["role"] == role
        ]
        groups.append((speech.say(heading), options))
    return groups

"""The page ``/worlds``: this world beside another one, and a form for a supposed attack."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from foedus.graph import descriptions
from foedus.graph.worlds import NAMED, World
from foedus.service.engine import Engine
from foedus.service.errors import UnknownWorld
from foedus.service.reading import attacks
from foedus.service.reading.asking import Asker
from foedus.service.reading.comparison import Place, compare
from foedus.service.reading.dues import due
from foedus.service.reading.frame import Option, sentence
from foedus.service.reading.records import Side
from foedus.service.reading.speech import Speech, marked
from foedus.service.reading.visit import Visit
from foedus.service.registry import Registry

TEMPLATE: Final = "reading/worlds.html"
_PRESETS: Final = {
    "reported": marked("reported"),
    "sober": marked("sober"),
    "undisputed": marked("undisputed"),
    "possible": marked("also what is possible"),
}


@dataclass(frozen=True)
class Elsewhere:
    """The address to which the form leads."""

    address: str


@dataclass(frozen=True)
class Shown:
    """What the page shows, and the status that goes with it: 400 where an entry is refused."""

    content: Mapping[str, Any]
    status: int


async def gather(
    engine: Engine, registry: Registry, asker: Asker, visit: Visit, speech: Speech
) -> Elsewhere | Shown:
    """Compare the world of the visit with the one that ``with`` names; *reported* by default.

    Raises:
        FoedusError: as ``Engine.query`` does.
    """
    # What is the same in all worlds is asked in one, whose answers are remembered.
    plain = Visit(visit.path, (), visit.language, World())
    states = attacks.States(await asker.rows_in(plain, "states"))
    attack, entries = attacks.supposed(visit.world.suppose, states, speech)
    chosen = {name: visit.one(name) or "" for name in attacks.FIELDS}
    if any(name in attacks.FIELDS for name, _ in visit.pairs):
        entered, entries = attacks.read(chosen, states, speech)
        if entered:
            changes = {"suppose": entered.as_trig(states), "with": visit.one("with")}
            return Elsewhere(visit.to("/worlds", changes) + "#owed")
    name = visit.one("with") or "reported"
    world, fault = _find(name, registry, speech)
    here, there = await _places(engine, asker, visit, world, name)
    sources = await asker.rows_in(plain, "sources", language=speech.language)
    names = {row["source"]: row["name"] for row in sources}
    sections = await compare(here, there, speech, names, visit.one("show") or "")
    is_refused = any(entry.fault for entry in entries.values()) or bool(fault)
    content = {
        "template": TEMPLATE,
        "keep": ("with",),
        "sentence": sentence(here.side.world, names, speech),
        "other_sentence": sentence(there.side.world, names, speech),
        "sizes": (len(here.side.held), len(there.side.held)),
        "size_queries": (here.asker.open("holding"), there.asker.open("holding")),
        "sections": sections,
        "with": name,
        "with_fault": fault,
        "options": _options(name, speech),
        "kept": _kept(visit),
        "attack_words": _words(attack, states, speech),
        "entries": entries,
        "states": attacks.choices(states, speech),
        "owed": await due(here, there, speech),
        "owed_query": here.asker.open("due-obligations", language=speech.language),
    }
    return Shown(content, 400 if is_refused else 200)


async def _places(
    engine: Engine, asker: Asker, visit: Visit, world: World, name: str
) -> tuple[Place, Place]:
    kept = [pair for pair in visit.pairs if pair[0] in ("snapshot", "lang")]
    pairs = tuple(kept if world == World() else [("world", name), *kept])
    other = Visit(visit.path, pairs, visit.language, world)
    there_asker = Asker(engine, other)
    there_asker.snapshot = asker.snapshot
    here = Side.of(visit.world, await asker.rows("holding"))
    there = Side.of(world, await there_asker.rows("holding"))
    return Place(visit, asker, here), Place(other, there_asker, there)


def _find(name: str, registry: Registry, speech: Speech) -> tuple[World, str]:
    """Find the other world; where there is none, *reported* and what is wrong."""
    try:
        return registry.find(name), ""
    except UnknownWorld:
        fault = speech.say(
            "No world here is called “%(entered)s”: choose one, or describe it again.",
            entered=name,
        )
        return World(), fault


def _options(name: str, speech: Speech) -> list[Option]:
    options = [Option(key, speech.say(_PRESETS[key]), key == name) for key in NAMED]
    if name not in NAMED:
        options.append(Option(name, name, True))
    return options


def _kept(visit: Visit) -> list[tuple[str, str]]:
    """List what the forms hand on, but for the hypothesis and the other world."""
    names = {*descriptions.PARAMETERS, "snapshot", "lang"} - {"suppose"}
    return [(name, value) for name, value in visit.pairs if name in names and value]


def _words(attack: attacks.Attack | None, states: attacks.States, speech: Speech) -> str:
    return speech.say("Supposed: %(words)s.", words=attack.words(states, speech)) if attack else ""

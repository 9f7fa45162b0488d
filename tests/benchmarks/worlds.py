"""Time what comes after the derivation: publish invented alliances, then ask for new worlds.

Run by hand: ``python tests/benchmarks/worlds.py [SCALE]``; 1 is about the size of ATOP. The
derivation is told apart: it has a benchmark of its own. Times are of the clock, with those of the
processor behind them.
"""

import random
import resource
import sys
import tempfile
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from time import perf_counter, process_time
from typing import TypeVar

import pyoxigraph as ox

from foedus import ontology
from foedus.graph import load, snapshot
from foedus.graph.closure import close_ontology
from foedus.graph.inference import read_rules
from foedus.graph.material import Material
from foedus.graph.names import BASIS, ENTITIES, FD, FIRMNESS, POLARITY, RDF, Names
from foedus.graph.stores import publish
from foedus.graph.terms import Triple, quad_of
from foedus.graph.world_stores import WorldStores
from foedus.graph.worlds import World
from foedus.ontology.namespaces import BASE, PREFIXES

Result = TypeVar("Result")
ID, MODE, PLEDGE, TRIGGER = (
    Names(BASE + it) for it in ("id/", "concept/mode/", "concept/pledge/", "concept/trigger/")
)
DOCUMENT = ox.NamedNode(BASE + "doc/gazette/alliances")
SOURCES = [ID[f"agent/source-{it}"] for it in range(10)]
PLEDGES = (("defence", "attack-by-third-party"), ("consultation", "crisis"))
ATTACK = """
@prefix fd: <https://w3id.org/foedus/ont/> .
@prefix state: <https://w3id.org/foedus/id/state/> .
GRAPH <urn:attack> { <urn:e> a fd:Attack ; fd:hasAttacker state:s1 ; fd:hasTarget state:s2 . }
"""


def day(text: str) -> ox.Literal:
    return ox.Literal(text, datatype=ox.NamedNode(PREFIXES["xsd"] + "date"))


def alliances(count: int) -> Iterator[ox.Quad]:
    """Make a document of agreements of two to fifteen parties, with a claim on each proposition."""
    chance = random.Random(1)
    author = ID["agent/author"]
    yield from in_graph(ENTITIES, [(it, RDF.type, FD.Publisher) for it in [author, *SOURCES]])
    yield from in_graph(
        DOCUMENT, [(DOCUMENT, RDF.type, FD.Document), (DOCUMENT, FD.hasAuthor, author)]
    )
    for number in range(count):
        agreement, begin = ID[f"agreement/a{number}"], ID[f"date/d{number}"]
        sentence = ox.NamedNode(f"{DOCUMENT.value}/sentence/{number}")
        size = chance.choice([2, 2, 2, 3, 4, 5, 15])
        parties = [ID[f"state/s{it}"] for it in chance.sample(range(200), size)]
        year = chance.randrange(1816, 2019)
        shared: list[Triple] = [(agreement, RDF.type, FD.Agreement)]
        shared += [(agreement, FD.hasParty, party) for party in parties]
        force: list[Triple] = [
            (agreement, FD.entryIntoForceDate, begin),
            (begin, RDF.type, FD.Date),
            (begin, FD.earliest, day(f"{year}-01-01")),
            (begin, FD.latest, day(f"{year}-01-01")),
        ]
        spot: list[Triple] = [
            (sentence, RDF.type, FD.Sentence),
            (sentence, FD.isStatedIn, DOCUMENT),
            (sentence, FD.number, ox.Literal(number)),
            (sentence, FD.start, ox.Literal(100 * number)),
            (sentence, FD.end, ox.Literal(100 * number + 99)),
        ]
        yield from in_graph(DOCUMENT, spot)
        yield from proposition(f"force-{number}", [*shared, *force], sentence, chance)
        for place, party in enumerate(parties):
            for pledge, trigger in PLEDGES:
                name = f"{number}-{place}-{pledge}"
                provision = ID[f"provision/{name}"]
                terms: list[Triple] = [
                    (agreement, FD.hasProvision, provision),
                    (provision, RDF.type, FD.Provision),
                    (provision, FD.binds, party),
                    (provision, FD.hasPledge, PLEDGE[pledge]),
                    (provision, FD.hasTrigger, TRIGGER[trigger]),
                    *((provision, FD.benefits, other) for other in parties if other != party),
                ]
                yield from proposition(name, [*shared, *terms], sentence, chance)


def proposition(
    slug: str, triples: list[Triple], sentence: ox.NamedNode, chance: random.Random
) -> Iterator[ox.Quad]:
    """Make a proposition and a claim on it; one in ten is the author's own, one is not firm."""
    name, claim = ox.NamedNode(f"{BASE}proposition/{slug}"), f"{DOCUMENT.value}/claim/{slug}"
    yield from in_graph(name, triples)
    iri, text = ox.NamedNode(claim), f"The agreement says so in {slug}."
    levels = ("certain", "certain", "certain", "probable", "possible")
    holder = chance.choice([ID["agent/author"], *SOURCES])
    said: list[Triple] = [
        (iri, RDF.type, FD.Claim),
        (iri, FD.onProposition, name),
        (iri, FD.heldBy, holder),
        (iri, FD.firmness, FIRMNESS[chance.choice(levels)]),
        (iri, FD.polarity, POLARITY["denied" if chance.random() < 0.01 else "affirmed"]),
        (iri, FD.mode, MODE.assertion),
        (iri, FD.isStatedIn, DOCUMENT),
        (iri, FD.isFoundIn, sentence),
        (iri, FD.reportDate, day(f"{chance.randrange(2000, 2020)}-06-01")),
        (iri, FD.reportDateBasis, BASIS.stated),
        (iri, FD.start, ox.Literal(chance.randrange(10**5))),
        (iri, FD.end, ox.Literal(10**5 + chance.randrange(10**5))),
        (iri, FD.paraphrase, ox.Literal(text, language="en")),
        (iri, FD.paraphrase, ox.Literal(text, language="de")),
    ]
    yield from in_graph(DOCUMENT, said)


def in_graph(name: ox.NamedNode, triples: list[Triple]) -> Iterator[ox.Quad]:
    return (quad_of(triple, name) for triple in triples)


def timed(title: str, work: Callable[[], Result]) -> Result:
    """Run, clock and print."""
    wall, processor = perf_counter(), process_time()
    result = work()
    wall, processor = perf_counter() - wall, process_time() - processor
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"{title}: {wall:.3f} s ({processor:.3f}), peak {peak} MB", flush=True)
    return result


def held(material: Material, world: World) -> None:
    """Compute what holds: the new world in the engine."""
    material.support.holding(world, lambda it: material.lexicon.find(str(it)))


def main() -> None:
    """Print the phases of publishing, and what new worlds cost."""
    scale = float(sys.argv[1]) if len(sys.argv) > 1 else 1.0
    quads = [*alliances(round(480 * scale)), *load.read_register()]
    print(f"{len(quads)} quads")
    closed = close_ontology(ontology.merged())
    material = timed("derive and assemble", lambda: Material.derived(quads, closed, read_rules()))
    print(f"{len(material.catalogue.inferences)} inferences")
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as folder, snapshot.locked(Path(folder)):
        published = timed("publish", lambda: publish(Path(folder), material, {}))
        print(f"{published.meta['quads']} quads reported, {published.id[:8]}")
        stores = WorldStores(published)
        worlds = {
            "first new world": World(as_of=date(2019, 6, 2)),
            "one source less": World(disbelieve=frozenset(SOURCES[:1])),
            "half of the sources": World(believe=frozenset(SOURCES[:5])),
            "half of the years": World(as_of=date(2010, 1, 1)),
            "nothing": World(disbelieve=frozenset([DOCUMENT])),
            "first attack": World(suppose=ATTACK),
            "another attack": World(suppose=ATTACK.replace("s1", "s3").replace("s2", "s4")),
        }
        material = Material.read(published.path)
        for title, world in worlds.items():
            if not world.suppose:
                timed(f"{title}: what holds", lambda world=world: held(material, world))
            store = timed(title, lambda world=world: stores.store(world))
            result = timed(
                "  its first answer",
                lambda store=store: store.query(
                    f"SELECT (COUNT(*) AS ?n) {{ ?o a <{FD.Obligation.value}> }}"
                ),
            )
            assert isinstance(result, ox.QuerySolutions)
            print("  obligations:", next(iter(result))["n"])


if __name__ == "__main__":
    main()

"""Time the rules on invented agreements: derive and record, then suppose one attack.

Run by hand: ``python tests/benchmarks/inference.py [SCALE...]``, by default 1 and 10; at 1 there
are about as many propositions and commitments as ATOP gives. Two kinds of data: articles that name
whom they benefit, and pledges that hold among members. Times are of the processor.
"""

import gc
import random
import resource
import sys
from collections.abc import Callable
from time import process_time

import pyoxigraph as ox

from foedus import ontology
from foedus.graph.closure import close_ontology, compile_rules
from foedus.graph.inference import Engine, read_rules
from foedus.graph.names import FD, RDF
from foedus.graph.terms import Triple, to_oxigraph
from foedus.ontology.namespaces import PREFIXES

Graphs = dict[ox.NamedNode, list[Triple]]

PLEDGES = (("defence", "attack-by-third-party"), ("consultation", "crisis"))


def named(prefix: str, name: str) -> ox.NamedNode:
    return ox.NamedNode(PREFIXES[prefix] + name)


def dated(node: ox.NamedNode, day: str) -> list[Triple]:
    value = ox.Literal(day, datatype=named("xsd", "date"))
    stated: Triple = (node, FD.asStated, ox.Literal(day))
    return [(node, RDF.type, FD.Date), (node, FD.earliest, value), (node, FD.latest, value), stated]


def parties_of(chance: random.Random) -> list[ox.NamedNode]:
    size = chance.choice([2, 2, 2, 3, 4, 5, 15])
    return [named("state", f"s{it}") for it in chance.sample(range(200), size)]


def articles(scale: int) -> Graphs:
    """Make agreements of two to fifteen parties, each bound towards all others by two pledges."""
    chance = random.Random(1)
    graphs: Graphs = {}
    for number in range(480 * scale):
        agreement, day = named("agreement", f"a{number}"), named("date", f"d{number}")
        parties = parties_of(chance)
        shared: list[Triple] = [(agreement, RDF.type, FD.Agreement)]
        shared += [(agreement, FD.hasParty, party) for party in parties]
        force: list[Triple] = [*shared, (agreement, FD.entryIntoForceDate, day)]
        graphs[named("proposition", f"force-{number}")] = [*force, *dated(day, "1950-01-01")]
        for place, party in enumerate(parties):
            for pledge, trigger in PLEDGES:
                name = f"{number}-{place}-{pledge}"
                provision = named("provision", name)
                graphs[named("proposition", name)] = [
                    *shared,
                    (agreement, FD.hasProvision, provision),
                    (provision, RDF.type, FD.Provision),
                    (provision, FD.binds, party),
                    (provision, FD.hasPledge, named("pledge", pledge)),
                    (provision, FD.hasTrigger, named("trigger", trigger)),
                    *((provision, FD.benefits, other) for other in parties if other != party),
                ]
    return graphs


def members(scale: int) -> Graphs:
    """Make agreements of two to fifteen members, each with dates of its own and two pledges."""
    chance = random.Random(1)
    graphs: Graphs = {}
    for number in range(500 * scale):
        agreement, phase = named("agreement", f"a{number}"), ox.Literal(1)
        for place, party in enumerate(parties_of(chance)):
            name = f"{number}-{place}"
            member, start, end = (named(it, name) for it in ("derived", "date", "event"))
            shared: list[Triple] = [
                (agreement, RDF.type, FD.Agreement),
                (agreement, FD.hasParty, party),
            ]
            graph: list[Triple] = [
                *shared,
                (member, RDF.type, FD.Membership),
                (member, FD.isMembershipIn, agreement),
                (member, FD.isMembershipOf, party),
                (member, FD.phaseNumber, phase),
                (member, FD.memberFrom, start),
                *dated(start, f"{chance.randint(1815, 1950)}-03-01"),
            ]
            if chance.random() < 0.5:
                graph += [(member, FD.memberUntil, end)]
                graph += dated(end, f"{chance.randint(1951, 2018)}-06-30")
            graphs[named("proposition", name)] = graph
            for pledge, trigger in PLEDGES:
                provision = named("provision", f"{name}-{pledge}")
                graphs[named("proposition", f"{name}-{pledge}")] = [
                    *shared,
                    (agreement, FD.hasProvision, provision),
                    (provision, RDF.type, FD.Provision),
                    (provision, FD.binds, party),
                    (provision, FD.hasPledge, named("pledge", pledge)),
                    (provision, FD.hasTrigger, named("trigger", trigger)),
                    (provision, FD.phaseNumber, phase),
                ]
    return graphs


def measure(make: Callable[[int], Graphs], scale: int) -> None:
    closed = close_ontology(ontology.merged())
    engine = Engine(read_rules(), compile_rules(closed), to_oxigraph(closed))
    graphs = make(scale)
    start = process_time()
    found = len(engine.add(graphs).inferences)
    seconds = process_time() - start
    each = 1_000_000 * seconds / found
    print(f"{make.__name__} {scale}x: {len(graphs):,} propositions, {found:,} inferences", end=": ")
    print(f"{seconds:.2f} s, {each:.0f} µs each")
    event = named("event", "attack")
    attack: list[Triple] = [
        (event, RDF.type, FD.Attack),
        (event, FD.hasAttacker, named("state", "s1")),
        (event, FD.hasTarget, named("state", "s2")),
    ]
    # The collector has not yet seen what the run has made: it would stop the next to come along.
    start = process_time()
    gc.collect()
    print(f"  garbage collector, once: {process_time() - start:.2f} s")
    start = process_time()
    engine.prepare()
    print(f"  indexes for hypotheses, once: {process_time() - start:.2f} s")
    start = process_time()
    new = engine.suppose({named("proposition", "attack"): attack})
    milliseconds = 1000 * (process_time() - start)
    print(f"  one attack, {len(new.inferences)} inferences: {milliseconds:.0f} ms", end="; ")
    print(f"at most {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB so far")


def main() -> None:
    for scale in map(int, sys.argv[1:] or ("1", "10")):
        for make in (articles, members):
            measure(make, scale)


if __name__ == "__main__":
    main()

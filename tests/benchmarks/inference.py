"""Time the rules on invented agreements: derive and record, then suppose one attack.

Run by hand: ``python tests/benchmarks/inference.py [AGREEMENTS]``; 480 agreements give about as
many commitments as ATOP. Times are of the processor.
"""

import random
import sys
from time import process_time

import pyoxigraph as ox

from foedus import ontology
from foedus.graph.closure import close_ontology, compile_rules
from foedus.graph.inference import Engine, read_rules
from foedus.graph.names import FD, RDF
from foedus.graph.terms import Triple, to_oxigraph
from foedus.ontology.namespaces import PREFIXES

DAY = ox.Literal("1950-01-01", datatype=ox.NamedNode(PREFIXES["xsd"] + "date"))
PLEDGES = (("defence", "attack-by-third-party"), ("consultation", "crisis"))


def named(prefix: str, name: str) -> ox.NamedNode:
    return ox.NamedNode(PREFIXES[prefix] + name)


def agreements(count: int) -> dict[ox.NamedNode, list[Triple]]:
    """Make agreements of two to fifteen parties, each bound towards all others by two pledges."""
    chance = random.Random(1)
    graphs: dict[ox.NamedNode, list[Triple]] = {}
    for number in range(count):
        agreement, day = named("agreement", f"a{number}"), named("date", f"d{number}")
        size = chance.choice([2, 2, 2, 3, 4, 5, 15])
        parties = [named("state", f"s{it}") for it in chance.sample(range(200), size)]
        shared: list[Triple] = [(agreement, RDF.type, FD.Agreement)]
        shared += [(agreement, FD.hasParty, party) for party in parties]
        graphs[named("proposition", f"force-{number}")] = [
            *shared,
            (agreement, FD.entryIntoForceDate, day),
            (day, RDF.type, FD.Date),
            (day, FD.earliest, DAY),
            (day, FD.latest, DAY),
        ]
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


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 480
    closed = close_ontology(ontology.merged())
    engine = Engine(read_rules(), compile_rules(closed), to_oxigraph(closed))
    graphs = agreements(count)
    start = process_time()
    engine.add(graphs)
    seconds = process_time() - start
    found = len(engine.derivations().inferences)
    print(f"{len(graphs)} propositions, {found} inferences: {seconds:.2f} s")
    event = named("event", "attack")
    attack: list[Triple] = [
        (event, RDF.type, FD.Attack),
        (event, FD.hasAttacker, named("state", "s1")),
        (event, FD.hasTarget, named("state", "s2")),
    ]
    start = process_time()
    new = engine.suppose({named("proposition", "attack"): attack})
    print(f"one attack, {len(new.inferences)} inferences: {1000 * (process_time() - start):.0f} ms")


if __name__ == "__main__":
    main()

"""Time the gate on an invented data set of ATOP's shape and size, and the reference beside it.

Run by hand: ``python tests/benchmarks/gate.py [SIZE ...]``; 1 is ATOP's size, the default is a
tenth, once and ten times. Times are of the processor; memory is the most that the process had.
"""

import random
import resource
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from time import process_time

import pyoxigraph as ox

from foedus import ontology
from foedus.graph import load
from foedus.graph.gate import Context, check
from foedus.graph.importers.atop import PLEDGES, Day, Member, MemberFile, Pledge
from foedus.graph.importers.document import Register, document
from foedus.graph.passages import Span

ALLIANCES = 789
PARTIES = (2, 2, 2, 2, 3, 4, 8)
STATES = 200
REFERENCE = 0.02
"""The size on which the reference is run too."""


def members(size: float) -> MemberFile:
    """Make alliances of two to eight members, each with one to three pledges."""
    chance = random.Random(1)
    rows: list[Member] = []
    for alliance in range(1, round(ALLIANCES * size) + 1):
        kinds = chance.sample(sorted(PLEDGES.values()), chance.choice([1, 1, 2, 3]))
        since = _day(chance)
        for state in chance.sample(range(1, STATES), chance.choice(PARTIES)):
            line = len(rows) + 2
            rows.append(
                Member(
                    line=line,
                    span=Span(line * 100, line * 100 + 99),
                    alliance=100000 + alliance,
                    state=1000 + state,
                    phase=1,
                    since=since,
                    until=None,
                    pledges=tuple(Pledge(kind) for kind in kinds),
                    varies_by_partner=False,
                )
            )
    return MemberFile("0" * 64, "5.1", rows, ())


def _day(chance: random.Random) -> Day:
    day = date(chance.randrange(1820, 2000), chance.randrange(1, 13), chance.randrange(1, 29))
    return Day(day, day, day.isoformat())


def seconds(quads: Sequence[ox.Quad], context: Context) -> float:
    """Time one judgement of a document that conforms."""
    start = process_time()
    report = check(quads, context)
    taken = process_time() - start
    assert report.conforms, report.as_text()
    return taken


def main() -> None:
    register = load.read_register()
    known = [quad for path in load.document_paths() for quad in load.read_document(path).quads]
    context = Context.of(ontology.merged(), register).knowing(known)
    for size in [float(text) for text in sys.argv[1:]] or [0.1, 1, 10]:
        quads = document(members(size), Register([*register, *known]))
        taken = seconds(quads, context)
        most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        print(f"size {size:5}: {len(quads):8} quads, {taken:6.2f} s, at most {most} MB")
    quads = document(members(REFERENCE), Register([*register, *known]))
    alone = seconds(quads, replace(context, quick=None))
    ratio = alone / seconds(quads, context)
    print(f"size {REFERENCE:5}: {len(quads):8} quads, reference {alone:.2f} s, ratio {ratio:.0f}")


if __name__ == "__main__":
    main()

"""The process that makes worlds without a name and finds proofs; it is killed when it overruns.

``python -m foedus.service.workers.maker FD PARENT MEMORY`` with a local socket to the server. A
request is a pickled tuple, the answer another; one after the other.
"""

import pickle
import socket
import sys
import threading
from collections import OrderedDict
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pyoxigraph as ox

from foedus.graph.descriptions import read_parameters
from foedus.graph.maker import Maker
from foedus.graph.proofs import fixed
from foedus.graph.snapshot import Snapshot
from foedus.graph.why import Whys
from foedus.graph.worlds import World
from foedus.ontology.errors import FoedusError
from foedus.service.engine import Asked, Proven
from foedus.service.errors import BadRequest
from foedus.service.workers import messages, sandbox

_KEPT: Final = 2
"""How many snapshots stay open."""
_STACK: Final = 128 << 20
_DEPTH: Final = 100_000
"""Proofs can be deep, and what is pickled is walked down."""


class Bench:
    """What is open: snapshots, the material of their worlds, and proofs."""

    def __init__(self, memory: int) -> None:
        self._memory = memory
        self._open: OrderedDict[Path, tuple[Maker, Whys]] = OrderedDict()

    def do(self, verb: str, *values: Any) -> object:  # noqa: ANN401
        """Do what a request asks for."""
        deeds: dict[str, Callable[..., object]] = {
            "make": self.make,
            "prepare": self.prepare,
            "prove": self.prove,
            "read": read_parameters,
        }
        return deeds[verb](*values)

    def prepare(self, snapshot: Snapshot, home: Path) -> None:
        """Do what the first world that has to be made would wait for."""
        self._opened(snapshot, home)[0].prepare()
        sandbox.allow_memory(self._memory)

    def make(self, snapshot: Snapshot, home: Path, world: World) -> str:
        """Make the store of a world in ``home``."""
        return str(self._opened(snapshot, home)[0].make(world))

    def prove(self, snapshot: Snapshot, home: Path, world: World, asked: Asked) -> Proven:
        """Find proofs, and every word that they need."""
        why = self._opened(snapshot, home)[1].why(world)
        first, *others = asked.terms
        if others:
            predicate, value = others
            supports = why.triple_because((first, predicate, value))
            targets: tuple[ox.NamedNode, ...] = ()
        elif isinstance(first, ox.NamedNode):
            supports = why.holds_because(first)
            targets = (why.target(first),)
        else:
            raise BadRequest("only an IRI names a proposition or an inference")
        explanation = why.explain(supports, asked.at_most)
        proved = dict.fromkeys(proof.iri for proof in explanation.proofs)
        named = {*targets, *world.believe, *world.disbelieve}
        return Proven(
            tuple(why.words.term(term, asked.language) for term in targets or asked.terms),
            targets or tuple(proved),
            explanation,
            fixed(why.wording(asked.language), explanation, named),
            why.undatable,
            snapshot.id,
        )

    def _opened(self, snapshot: Snapshot, home: Path) -> tuple[Maker, Whys]:
        opened = self._open.get(snapshot.path)
        if opened is None:
            while len(self._open) >= _KEPT:
                self._open.popitem(last=False)
            maker = Maker(snapshot, home)
            opened = self._open[snapshot.path] = maker, Whys(lambda: maker.material)
            sandbox.allow_memory(self._memory)
        self._open.move_to_end(snapshot.path)
        return opened


def main(descriptor: int, parent: int, memory: int) -> None:
    """Answer requests until the server is gone."""
    sandbox.die_with_parent(parent)
    sandbox.be_first_to_go()
    sandbox.leave_network()
    connection = socket.socket(fileno=descriptor)
    bench = Bench(memory)
    while (request := messages.receive(connection)) is not None:
        try:
            answer = messages.done(bench.do(*pickle.loads(request)))
        except FoedusError as error:
            answer = messages.refused(error)
        connection.sendall(answer)


if __name__ == "__main__":
    threading.stack_size(_STACK)
    sys.setrecursionlimit(_DEPTH)
    work = threading.Thread(target=main, args=[int(text) for text in sys.argv[1:4]])
    work.start()
    work.join()

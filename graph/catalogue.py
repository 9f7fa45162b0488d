"""What of a snapshot has a name, by number; and all its quads."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyoxigraph as ox

from foedus.graph.closure.columns import Keys, Numbers, unpack
from foedus.graph.inference import Derivations, Inference
from foedus.graph.lexicon import Lexicon
from foedus.graph.support import LEVELS, Support
from foedus.graph.terms import Term, Triple, quad_of
from foedus.graph.worlds import Firmness


@dataclass(frozen=True)
class Catalogue:
    """Names and quads.

    Attributes:
        propositions: Those that documents have, then those that rules conclude, then what has
            no graph; `Support` and `Universe` count them in this order.
        claims: In the order of `Support`.
        inferences: In the order of `Support`.
        rules: The rule of each inference.
        graphs: The graph of each quad; below 0 the default graph.
        keys: The triple of each quad; those that no document has come last.
        documents: How many quads documents have.
        concluded: Where the propositions that rules conclude start and end.
        register: The graph that no world has, though it has its triples.
    """

    propositions: Numbers
    claims: Numbers
    inferences: Numbers
    rules: Numbers
    graphs: Numbers
    keys: Keys
    documents: Numbers
    concluded: Numbers
    register: Numbers

    def named(self) -> tuple[Keys, Numbers]:
        """Give the quads that every world has: propositions and documents' graphs."""
        chosen = (self.graphs >= 0) & (self.graphs != self.register[0])
        return self.keys[chosen], self.graphs[chosen]

    def quads(self, lexicon: Lexicon) -> tuple[ox.Quad, ...]:
        """Make the quads of documents, register and descriptions."""
        end = int(self.documents[0])
        terms, triples = lexicon.terms, _triples(lexicon, self.keys[:end])
        return tuple(
            quad_of(triple, None if graph < 0 else _named(terms[graph]))
            for triple, graph in zip(triples, self.graphs[:end].tolist(), strict=True)
        )

    def derivations(self, lexicon: Lexicon, support: Support) -> Derivations:
        """Make what follows."""
        terms, end = lexicon.terms, int(self.documents[0])
        propositions: dict[ox.NamedNode, set[Triple]] = {
            _named(terms[it]): set() for it in self.propositions[slice(*self.concluded)].tolist()
        }
        names = [_named(terms[it]) for it in self.graphs[end:].tolist()]
        for name, triple in zip(names, _triples(lexicon, self.keys[end:]), strict=True):
            propositions[name].add(triple)
        return Derivations(
            {name: frozenset(triples) for name, triples in propositions.items()},
            tuple(self._inferences(lexicon, support)),
        )

    def _inferences(self, lexicon: Lexicon, support: Support) -> list[Inference]:
        terms = lexicon.terms
        nodes = np.concatenate([np.zeros(LEVELS, np.int32), self.claims, self.propositions])
        premises = [terms[it] for it in nodes[support.premises].tolist()]
        starts, levels = support.starts.tolist(), support.premises.tolist()
        concludes = self.propositions[support.concludes].tolist()
        return [
            Inference(
                _named(terms[iri]),
                _named(terms[rule]),
                _named(terms[conclusion]),
                tuple(map(_named, premises[start + 1 : end])),
                None if levels[start] == Firmness.CERTAIN else Firmness(levels[start]),
            )
            for iri, rule, conclusion, start, end in zip(
                self.inferences.tolist(),
                self.rules.tolist(),
                concludes,
                starts[:-1],
                starts[1:],
                strict=True,
            )
        ]


def _triples(lexicon: Lexicon, keys: Keys) -> list[Triple]:
    terms = lexicon.terms
    subjects, properties, values = unpack(keys)
    columns: Sequence[Sequence[int]] = (
        subjects.tolist(),
        lexicon.properties[properties].tolist(),
        values.tolist(),
    )
    return [(terms[s], terms[p], terms[o]) for s, p, o in zip(*columns, strict=True)]


def _named(term: Term) -> ox.NamedNode:
    assert isinstance(term, ox.NamedNode)
    return term

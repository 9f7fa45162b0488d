"""What is in a world: which triples its default graph has, and how that differs from another's."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import Final

import numpy as np
import pyoxigraph as ox

from foedus.graph.closure import Rules
from foedus.graph.closure.columns import NO_KEYS, Keys, Numbers, members, pack, unpack
from foedus.graph.coding import about, columns_of, firm
from foedus.graph.hypotheses import Hypothesis, read_hypothesis
from foedus.graph.inference import Derivations, inference_triples
from foedus.graph.inference.content import normal
from foedus.graph.lexicon import Lexicon
from foedus.graph.material import Material
from foedus.graph.names import RDF
from foedus.graph.support import Mask
from foedus.graph.terms import Triple, triple_of
from foedus.graph.worlds import DataInconsistent, World

_NOTHING: Final = Derivations({}, ())
_NO_GRAPHS: Final[Numbers] = np.empty(0, np.int32)


@dataclass(frozen=True)
class Content:
    """What a world has beside what every world has.

    Attributes:
        lexicon: The terms, with those that a hypothesis brings.
        has: The places in the universe of triples of the default graph.
        further: Triples of the default graph from outside of the universe.
        keys: Triples of named graphs that no other world has,
        graphs: and these graphs.
    """

    lexicon: Lexicon
    has: Mask
    further: Keys
    keys: Keys
    graphs: Numbers


class Contents:
    """Tells what is in any world of a snapshot."""

    def __init__(self, material: Material) -> None:
        self._material = material

    @property
    def nothing(self) -> Content:
        """What is in a world in which nothing holds."""
        return self._without_hypothesis(np.zeros(len(self._material.universe.sometimes), bool))

    def of(self, world: World) -> Content:
        """Compute what is in a world. Only a hypothesis runs the rules, on what is new.

        Raises:
            DataInconsistent: what holds there contradicts the ontology.
            InputRefused: the hypothesis cannot be read.
            AxiomRefused: the hypothesis has an axiom that the ontology does not have.
        """
        if world.suppose:
            return self._supposed(world, read_hypothesis(world.suppose))
        material = self._material
        found = material.support.holding(world, lambda it: material.lexicon.find(str(it)))
        has = material.universe.mask(*found)
        self._refuse_clashes(material.lexicon, has, NO_KEYS)
        return self._without_hypothesis(has)

    def _without_hypothesis(self, has: Mask) -> Content:
        return Content(self._material.lexicon, has, NO_KEYS, NO_KEYS, _NO_GRAPHS)

    def _supposed(self, world: World, hypothesis: Hypothesis) -> Content:
        material, universe = self._material, self._material.universe
        more = material.supposing(hypothesis) if hypothesis.holds else _NOTHING
        graphs = {**more.propositions, **hypothesis.holds}
        lexicon = material.lexicon.learning()
        claims, places = self._numbered(lexicon, graphs, more)
        support = material.support.extended(more.inferences, places, claims)
        supposed = [places[name] for name in hypothesis.holds]
        for name in hypothesis.denied:
            place = self._places.get(lexicon.number(name))
            if place is not None:
                places[name] = place
        denied = [places[name] for name in hypothesis.denied if name in places]
        accepted, held = support.holding(world, lexicon.number, supposed, denied)
        has = np.append(universe.mask(accepted, held), True)
        self._rules.refuse_axioms(it for triples in graphs.values() for it in triples)
        keys, owners = _coded(lexicon, graphs)
        names = np.array([lexicon.number(name) for name in graphs], np.int64)
        levels = held[[places[name] for name in graphs]]
        records = _keys(lexicon, inference_triples(more.inferences))
        triples = [records, keys[levels[owners] > 0], *about(lexicon, names, names[owners], keys)]
        triples.append(firm(lexicon, names)[levels > 0, levels[levels > 0] - 1])
        columns = columns_of(self._rules, lexicon)
        sometimes = universe.sometimes[has[:-1]]
        further, _ = columns.close([universe.always, sometimes], np.concatenate(triples))
        inside = members(further, universe.sometimes)
        has[np.searchsorted(universe.sometimes, further[inside])] = True
        further = further[~inside]
        self._refuse_clashes(lexicon, has[:-1], further)
        return Content(lexicon, has[:-1], further, keys, names[owners].astype(np.int32))

    def _numbered(
        self, lexicon: Lexicon, graphs: Iterable[ox.NamedNode], more: Derivations
    ) -> tuple[dict[ox.NamedNode, int], dict[ox.NamedNode, int]]:
        """Find the places of claims that are premises, and of propositions; new ones come last."""
        claims: dict[ox.NamedNode, int] = {}
        places: dict[ox.NamedNode, int] = {}
        premises = (premise for it in more.inferences for premise in it.premises)
        heads = (it.concludes for it in more.inferences)
        last = self._material.support.count
        for name in dict.fromkeys(chain(graphs, heads, premises)):
            number = lexicon.number(name)
            if number in self._claims:
                claims[name] = self._claims[number]
            elif number in self._places:
                places[name] = self._places[number]
            else:
                places[name] = last
                last += 1
        return claims, places

    def _refuse_clashes(self, lexicon: Lexicon, has: Mask, further: Keys) -> None:
        """Raise `DataInconsistent` if an individual that may be is of two disjoint classes."""
        universe = self._material.universe
        type_ = lexicon.property_number(RDF.type)
        suspects = universe.suspects
        if len(further):
            subjects, properties, _ = unpack(further)
            suspects = np.union1d(suspects, subjects[properties == type_])
        if not len(suspects):
            return
        found = []
        for keys, chosen in ((universe.always, None), (universe.sometimes, has), (further, None)):
            subjects, properties, _ = unpack(keys)
            mine = (properties == type_) & np.isin(subjects, suspects)
            found.append(keys[mine if chosen is None else mine & chosen])
        triples = self._decoded(lexicon, np.concatenate(found))
        contradictions = self._rules.inconsistencies(triples)
        if contradictions:
            raise DataInconsistent(
                [f"{it.individual} is both {it.first} and {it.second}" for it in contradictions]
            )

    def _decoded(self, lexicon: Lexicon, keys: Keys) -> list[Triple]:
        lines = lexicon.lines(keys[lexicon.are_triples(keys)])
        return [triple_of(quad) for quad in ox.parse(lines, format=ox.RdfFormat.N_TRIPLES)]

    @property
    def _rules(self) -> Rules:
        return self._material.entailment

    @cached_property
    def _places(self) -> dict[int, int]:
        return {it: n for n, it in enumerate(self._material.catalogue.propositions.tolist())}

    @cached_property
    def _claims(self) -> dict[int, int]:
        return {it: n for n, it in enumerate(self._material.catalogue.claims.tolist())}


def _coded(
    lexicon: Lexicon, graphs: Mapping[ox.NamedNode, Iterable[Triple]]
) -> tuple[Keys, Numbers]:
    """Put the triples of graphs into keys, and tell to which graph each belongs."""
    keys = [_keys(lexicon, map(normal, triples)) for triples in graphs.values()]
    owners = np.repeat(np.arange(len(keys)), list(map(len, keys)))
    return np.concatenate([NO_KEYS, *keys]), owners.astype(np.int32)


def _keys(lexicon: Lexicon, triples: Iterable[Triple]) -> Keys:
    rows = [
        (lexicon.number(s), lexicon.property_number(p), lexicon.number(o)) for s, p, o in triples
    ]
    return pack(*np.array(rows, np.int64).reshape(-1, 3).T)

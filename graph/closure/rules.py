"""The data closed under the ontology, by rules compiled from it.

Source: OWL 2 Web Ontology Language Profiles, section 4.3.
"""

from collections import deque
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, combinations, combinations_with_replacement
from typing import Final

import rdflib
from pyoxigraph import BlankNode, Literal
from rdflib import OWL, RDF

from foedus.graph.closure.profile import (
    AxiomRefused,
    is_schema_class,
    is_schema_property,
    refuse_unknown,
)
from foedus.graph.closure.programs import TYPE, Compiler, Fact, Program, Rule, class_key
from foedus.graph.closure.saturation import Saturation
from foedus.graph.collector import collector_paused
from foedus.graph.terms import Term, Triple, to_node, to_oxigraph, to_term

_NOTHING: Final = to_term(OWL.Nothing)
_TYPE: Final = to_term(RDF.type)
_IDLE: Final = -1
_AXIOM: Final = -2


@dataclass(frozen=True, slots=True)
class Inconsistency:
    """An individual of two disjoint classes, in order of name; both ``owl:Nothing`` if of that."""

    individual: Term
    first: Term
    second: Term


class Rules:
    """Rules made from one ontology; they know its individuals, too.

    Attributes:
        rules: The axioms at work, as `Saturation.firings` numbers them.
        programs: What follows, by property or class.
        background: What the ontology's own triples say, as numbers.
    """

    def __init__(self, closed: rdflib.Graph) -> None:
        compiler = Compiler(closed)
        self.rules: tuple[Rule, ...] = tuple(compiler.rules)
        self.programs: Mapping[int, Program] = compiler.programs
        self._ids = compiler.ids
        self._disjoint = frozenset(_disjoint_pairs(closed))
        self._ontology = frozenset(to_oxigraph(closed))
        self._literals = {n for term, n in self._ids.items() if isinstance(term, Literal)}
        self.background = list(self._facts(self._ontology, self._ids, self._literals))

    def closure(self, triples: Iterable[Triple]) -> set[Triple]:
        """Compute the triples and all that they and the ontology entail.

        The ontology's own triples are premises like any, but are not in the result unless given.
        Blank nodes of the ontology must have the labels that they have there.

        Raises:
            AxiomRefused: a given triple is an axiom that the ontology does not have.
        """
        result = set(triples)
        with collector_paused():
            result.update(
                (subject, predicate, value)
                for subject, predicate, value in self._derive(result)
                if not isinstance(subject, Literal) and not isinstance(predicate, BlankNode)
            )
        return result

    def refuse_axioms(self, triples: Iterable[Triple]) -> None:
        """Raise `AxiomRefused` for a triple that is an axiom and not the ontology's."""
        properties: dict[Term, int] = {}
        classes: dict[Term, int] = {}
        suspects: list[Triple] = []
        for triple in triples:
            _, predicate, value = triple
            number = properties.get(predicate)
            if number is None:
                number = properties[predicate] = self.property_number(predicate)
            if number == TYPE:
                number = classes.get(value)
                if number is None:
                    number = classes[value] = self.class_number(value)
            if number == _AXIOM:
                suspects.append(triple)
        deque(self._facts(suspects, *self.numbers()), maxlen=0)

    def inconsistencies(self, closed_triples: Collection[Triple]) -> list[Inconsistency]:
        """List what cannot be, in order of individual and classes; the ontology's included.

        Literals in place of individuals are looked into as well; whether a literal fits its
        property's datatype is not: shapes say it better.

        Args:
            closed_triples: What `closure` has returned.
        """
        watched = {_NOTHING, *chain.from_iterable(self._disjoint)}
        given: list[Iterable[Triple]] = [self._ontology, closed_triples]
        if any(
            isinstance(value, Literal) and self._lifts(name) for _, name, value in closed_triples
        ):
            given.append(self._derive(closed_triples))
        classes: dict[Term, set[Term]] = {}
        for subject, predicate, value in chain.from_iterable(given):
            if predicate == _TYPE and value in watched:
                classes.setdefault(subject, set()).add(value)
        found = [
            Inconsistency(individual, first, second)
            for individual, members in classes.items()
            for first, second in combinations_with_replacement(sorted(members, key=str), 2)
            if (first, second) in self._disjoint or first == second == _NOTHING
        ]
        return sorted(found, key=lambda it: (str(it.individual), str(it.first), str(it.second)))

    def _derive(self, triples: Iterable[Triple]) -> Iterator[Triple]:
        """Give what is new; also with literals as subjects and blank nodes as predicates."""
        ids, literals = dict(self._ids), set(self._literals)
        saturation = Saturation(self.programs, literals)
        saturation.assume(self.background)
        saturation.assume(self._facts(triples, ids, literals))
        saturation.run()
        terms = list(ids)
        for subject, predicate, value in saturation.derived:
            yield terms[subject], terms[predicate], terms[value]

    def _facts(
        self, triples: Iterable[Triple], ids: dict[Term, int], literals: set[int]
    ) -> Iterator[Fact]:
        """Give what something follows from, as numbers; refuse axioms from elsewhere."""
        properties: dict[Term, int] = {}
        classes: dict[Term, int] = {}
        for triple in triples:
            subject, predicate, value = triple
            number = properties.get(predicate)
            if number is None:
                number = properties[predicate] = self.property_number(predicate)
            if number == TYPE:
                second = classes.get(value)
                if second is None:
                    second = classes[value] = self.class_number(value)
                if second >= 0:
                    yield ids.setdefault(subject, len(ids)), TYPE, second
                    continue
                number = second
            if number >= 0:
                first = ids.setdefault(subject, len(ids))
                second = ids.setdefault(value, len(ids))
                if isinstance(value, Literal):
                    literals.add(second)
                yield first, number, second
            elif number == _AXIOM and triple not in self._ontology and subject != value:
                raise AxiomRefused(
                    to_node(value if predicate == _TYPE else predicate),
                    to_node(subject),
                    "axioms belong in the ontology",
                )

    @property
    def disjoint(self) -> frozenset[tuple[Term, Term]]:
        """Pairs of classes that nothing can be of both; what is of ``owl:Nothing`` cannot be."""
        return self._disjoint | {(_NOTHING, _NOTHING)}

    def numbers(self) -> tuple[dict[Term, int], set[int]]:
        """Give copies of the terms' numbers and of the set of those that are literals."""
        return dict(self._ids), set(self._literals)

    def may_be_axiom(self, predicate: Term) -> bool:
        """Tell whether a triple with this predicate can be an axiom."""
        return predicate == _TYPE or self.property_number(predicate) == _AXIOM

    def property_number(self, predicate: Term) -> int:
        """Give the number of a property; negative if it is idle or an axiom's."""
        if is_schema_property(to_node(predicate)):
            return _AXIOM
        number = self._ids.get(predicate, _IDLE)
        return number if number == TYPE or number in self.programs else _IDLE

    def class_number(self, value: Term) -> int:
        """Give the number of a class; negative if nothing follows from being of it."""
        if is_schema_class(to_node(value)):
            return _AXIOM
        number = self._ids.get(value, _IDLE)
        return number if class_key(number) in self.programs else _IDLE

    def _lifts(self, predicate: Term) -> bool:
        program = self.programs.get(self._ids.get(predicate, _IDLE))
        return program is not None and bool(program.swaps or program.objects)


def compile_rules(closed: rdflib.Graph) -> Rules:
    """Compile what `close_ontology` has returned.

    Raises:
        AxiomRefused: a construct that is not compiled.
    """
    refuse_unknown(closed)
    return Rules(closed)


def _disjoint_pairs(closed: rdflib.Graph) -> Iterator[tuple[Term, Term]]:
    pairs = list(closed.subject_objects(OWL.disjointWith))
    for axiom in closed.subjects(RDF.type, OWL.AllDisjointClasses):
        for members in closed.objects(axiom, OWL.members):
            pairs.extend(combinations(closed.items(members), 2))
    for pair in pairs:
        first, second = sorted(map(to_term, pair), key=str)
        yield first, second

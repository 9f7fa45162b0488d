"""Rules run to a fixpoint, each conclusion recorded with its premises.

Propositions and claims are taken up one at a time, each joined with those taken up before: so a
combination of premises meets once, and what comes later needs no second run. The order is that
of the names, and the result does not depend on it.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from types import MappingProxyType
from typing import Final, NamedTuple

import pyoxigraph as ox

from foedus.graph.closure import LocalClosure, Rules
from foedus.graph.collector import collector_paused
from foedus.graph.inference.containment import Containment
from foedus.graph.inference.content import inference_name, normal, proposition_name
from foedus.graph.inference.facts import Background, Unit, Units, Vocabulary
from foedus.graph.inference.match import Found, Plan, conclusion, plans_of, solutions
from foedus.graph.inference.rule import Rule
from foedus.graph.names import FD, RDF, is_proposition
from foedus.graph.terms import Term, Triple, triple_of
from foedus.graph.worlds import Inference

_TYPE: Final = RDF.type

Graphs = Mapping[ox.NamedNode, Iterable[Triple]]
"""Propositions by their names."""


@dataclass(frozen=True)
class Derivations:
    """What follows.

    Attributes:
        propositions: Those that nobody states, by name.
        inferences: In the order of their names; also of propositions that somebody states.
    """

    propositions: Mapping[ox.NamedNode, frozenset[Triple]]
    inferences: tuple[Inference, ...]


class _Mark(NamedTuple):
    """How much there was at some time."""

    stated: int
    log: int
    inferences: int
    derived: int


class Engine:
    """Rules at work on live indexes.

    Args:
        rules: Parsed rules.
        entailment: Compiled from the ontology; closes each proposition by itself.
        background: Ontology, register and records, not closed. The claims in it are premises.
            What it says of a claim never changes, nor does the rest of it.
    """

    def __init__(
        self, rules: Sequence[Rule], entailment: Rules, background: Iterable[Triple]
    ) -> None:
        with collector_paused():
            given = {normal(triple) for triple in background}
            closed = entailment.closure(given)
            self._closure = LocalClosure(entailment, given)
            self._background = Background(closed, rules)
            self._vocabulary = Vocabulary(rules)
            self._anchors = _anchors(rules)
            self._units = Units()
            self._containment = Containment()
            self._stated: dict[ox.NamedNode, ox.NamedNode] = {}
            self._derived: dict[ox.NamedNode, frozenset[Triple]] = {}
            self._inferences: dict[ox.NamedNode, Inference] = {}
            self._agenda: deque[Unit] = deque()
            self._log: list[Unit] = []
            for claim in sorted(_claims(closed), key=str):
                self._agenda.append(Unit(claim, True, self._background.about[claim]))
            self._run()

    def add(self, graphs: Graphs) -> Derivations:
        """Take up propositions for good and give what is new.

        Where one has the content of a proposition derived before, that one keeps its name.
        """
        mark = self._mark()
        with collector_paused():
            self._take_up(graphs)
            self._run()
        return self._since(mark)

    def suppose(self, graphs: Graphs) -> Derivations:
        """Tell what would follow besides if these propositions were there; nothing stays."""
        mark = self._mark()
        try:
            return self.add(graphs)
        finally:
            self._agenda.clear()
            for name in _later(self._stated, mark.stated):
                del self._stated[name]
            for unit in reversed(self._log[mark.log :]):
                self._units.take_back(unit)
                self._containment.take_back(unit.name)
            del self._log[mark.log :]
            for name in _later(self._inferences, mark.inferences):
                del self._inferences[name]
            for name in _later(self._derived, mark.derived):
                del self._derived[name]

    def derivations(self) -> Derivations:
        """Give all that has been derived."""
        return self._since(_Mark(0, 0, 0, 0))

    def _mark(self) -> _Mark:
        return _Mark(len(self._stated), len(self._log), len(self._inferences), len(self._derived))

    def _since(self, mark: _Mark) -> Derivations:
        found = [self._inferences[name] for name in _later(self._inferences, mark.inferences)]
        names = sorted(_later(self._derived, mark.derived), key=lambda it: it.value)
        return Derivations(
            MappingProxyType({name: self._derived[name] for name in names}),
            tuple(sorted(found, key=lambda it: it.iri.value)),
        )

    def _take_up(self, graphs: Graphs) -> None:
        for name in sorted(graphs, key=str):
            if name in self._units.by_name:
                continue
            triples = frozenset(map(normal, graphs[name]))
            self._stated.setdefault(proposition_name(triples, are_normal=True), name)
            closed = self._enter(name, triples)
            self._containment.add(name, triples, closed)

    def _enter(self, name: ox.NamedNode, triples: frozenset[Triple]) -> set[Triple]:
        closed = self._closure.closure(triples)
        self._agenda.append(Unit(name, False, self._vocabulary.of(closed)))
        return closed

    def _run(self) -> None:
        for inference in self._containment.found():
            self._inferences[inference.iri] = inference
        while self._agenda:
            unit = self._agenda.popleft()
            self._units.add(unit)
            self._log.append(unit)
            found: Found = {}
            for plan in self._plans(unit):
                if not self._units.have(plan.needs):
                    continue
                for solution in solutions(plan, unit, found, self._units, self._background):
                    triples = conclusion(plan.rule, solution)
                    if triples:
                        premises = {solution[it.name] for it in plan.rule.premises}
                        self._conclude(plan.rule, premises, triples)

    def _plans(self, unit: Unit) -> Iterator[Plan]:
        for key in _keys(unit):
            yield from self._anchors.get(key, ())

    def _conclude(self, rule: Rule, found: set[Term], triples: frozenset[Triple]) -> None:
        content = proposition_name(triples, are_normal=True)
        name = self._stated.get(content, content)
        premises = tuple(sorted((it for it in found if isinstance(it, ox.NamedNode)), key=str))
        if name in premises:
            return
        iri = inference_name(rule.iri, premises, name)
        self._inferences[iri] = Inference(iri, rule.iri, name, premises, rule.weakens)
        if name == content and name not in self._derived and name not in self._units.by_name:
            self._derived[name] = triples
            self._enter(name, triples)


def derive(
    quads: Iterable[ox.Quad],
    rules: Sequence[Rule],
    entailment: Rules,
    ontology: Iterable[Triple] = (),
) -> Derivations:
    """Derive all that follows from documents.

    Args:
        quads: Documents, register and description: each proposition is a named graph, all else
            is records.
        rules: Parsed rules.
        entailment: Compiled from the ontology.
        ontology: Its triples, for what rules ask of concepts.
    """
    engine, graphs = engine_for(quads, rules, entailment, ontology)
    engine.add(graphs)
    return engine.derivations()


def engine_for(
    quads: Iterable[ox.Quad],
    rules: Sequence[Rule],
    entailment: Rules,
    ontology: Iterable[Triple] = (),
) -> tuple[Engine, Graphs]:
    """Make an engine that knows the records in ``quads``, and give the propositions to add."""
    graphs: dict[ox.NamedNode, list[Triple]] = {}
    records: list[Triple] = list(ontology)
    for quad in quads:
        name = quad.graph_name
        if is_proposition(name) and isinstance(name, ox.NamedNode):
            graphs.setdefault(name, []).append(triple_of(quad))
        else:
            records.append(triple_of(quad))
    return Engine(rules, entailment, records), graphs


_Key = tuple[bool, Term, Term | None]


def _anchors(rules: Sequence[Rule]) -> dict[_Key, list[Plan]]:
    """List the plans by what a unit must have to be the first premise: a class, or a property."""
    found: dict[_Key, list[Plan]] = {}
    for plan in plans_of(rules):
        patterns = plan.first.patterns
        typed = [it for it in patterns if it.predicate == RDF.type]
        rare = [it for it in patterns if it.predicate not in (RDF.type, FD.hasParty)]
        best = min(rare or typed, key=lambda it: str(it.predicate))
        value = best.value if best.predicate == RDF.type else None
        key = (plan.first.is_claim, best.predicate, None if isinstance(value, str) else value)
        found.setdefault(key, []).append(plan)
    return found


def _keys(unit: Unit) -> Iterator[_Key]:
    for predicate, pairs in unit.facts.items():
        yield unit.is_claim, predicate, None
        if predicate == _TYPE:
            for value in dict.fromkeys(value for _, value in pairs):
                yield unit.is_claim, predicate, value


def _later(names: Mapping[ox.NamedNode, object], count: int) -> list[ox.NamedNode]:
    """List the names but for the first ``count``."""
    return list(islice(names, count, None))


def _claims(triples: Iterable[Triple]) -> Iterator[ox.NamedNode]:
    for subject, predicate, _ in triples:
        if predicate == FD.onProposition and isinstance(subject, ox.NamedNode):
            yield subject

"""Rules run to a fixpoint, each conclusion recorded with its premises.

Propositions and claims are taken up one at a time, each joined with those taken up before: so a
combination of premises meets once, and what comes later needs no second run. The order is that
of the names, and the result does not depend on it.
"""

import threading
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from types import MappingProxyType
from typing import NamedTuple, TypeVar

import pyoxigraph as ox

from foedus.graph.closure import LocalClosure, Rules
from foedus.graph.closure.programs import Fact
from foedus.graph.collector import collector_paused
from foedus.graph.inference.background import Background, asked
from foedus.graph.inference.conclusions import Head
from foedus.graph.inference.containment import Containment
from foedus.graph.inference.content import digest, normal
from foedus.graph.inference.derivations import (
    Derivations,
    DerivedGraphs,
    Inferences,
    Record,
    Recorder,
)
from foedus.graph.inference.entailment import ENTAILMENT, Entailment, Meeting
from foedus.graph.inference.indexes import Row
from foedus.graph.inference.numbers import Numbers
from foedus.graph.inference.plans import Plan, prepare
from foedus.graph.inference.relations import Pairs, Relation
from foedus.graph.inference.rule import Rule, constants_of_rule
from foedus.graph.inference.shape import Shape
from foedus.graph.inference.shapes import Graph, Shapes
from foedus.graph.names import FD
from foedus.graph.terms import Triple
from foedus.graph.worlds import CONTAINMENT
from foedus.ontology.namespaces import PREFIXES

Graphs = Mapping[ox.NamedNode, Iterable[Triple]]
"""Propositions by their names."""

Rows = list[tuple[Relation, Row]]
_Key = TypeVar("_Key")


class _Mark(NamedTuple):
    """How much there was at some time."""

    stated: int = 0
    derived: int = 0
    records: int = 0
    graphs: int = 0
    taken_up: int = 0
    meetings: int = 0
    shapes: int = 0
    terms: int = 0


class Engine:
    """Rules at work on live indexes.

    Args:
        rules: Parsed rules.
        entailment: Compiled from the ontology; closes each proposition by itself.
        background: Ontology, register and records, not closed. The claims in it are premises.
            What it says of a claim never changes, nor does the rest of it.

    Attributes:
        numbers: Of the terms.

    Raises:
        AxiomRefused: the background has an axiom that the ontology does not have.
    """

    def __init__(
        self, rules: Sequence[Rule], entailment: Rules, background: Iterable[Triple]
    ) -> None:
        with collector_paused():
            given = {normal(triple) for triple in background}
            entailment.refuse_axioms(given)
            closure = LocalClosure(entailment, given)
            self._supposing = threading.Lock()
            self.numbers = numbers = Numbers(closure)
            of, properties = numbers.of, {*asked(rules), FD.onProposition}
            facts = {(of(s), of(p), of(o)) for s, p, o in given if p in properties}
            facts.update(closure.derived)
            known = Background(facts, rules, of)
            functions = {**numbers.functions(), "pairs": self._pairs}
            self._relations = prepare(rules, known, of, functions)
            claimed = [relation for relation in self._relations if relation.premise.is_claim]
            others = [relation for relation in self._relations if not relation.premise.is_claim]
            constants = [of(term) for rule in rules for term in constants_of_rule(rule)]
            self._shapes = Shapes(closure, numbers, others, constants)
            self._graphs: dict[int, Graph] = {}
            self._containment = Containment(numbers, self._said, self._closed)
            self._entailment = Entailment(closure, numbers, self._closed)
            self._recorders = [Recorder(rule.iri, rule.weakens) for rule in rules]
            self._recorders += [Recorder(CONTAINMENT, None), Recorder(ENTAILMENT, None)]
            self._places = {it.iri.value: place for place, it in enumerate(self._recorders)}
            self._heads = {rule.iri.value: Head(rule, numbers, self._shapes) for rule in rules}
            self._steps: set[int] = set()
            self._stated: dict[str, int] = {}
            self._derived: dict[int, None] = {}
            self._records: dict[Record, None] = {}
            self._agenda: deque[int] = deque()
            self._taken_up: list[Shape] = []
            listed: dict[Relation, list[Row]] = {relation: [] for relation in claimed}
            for relation, found in listed.items():
                relation.add_source(found.__iter__)
            on = of(FD.onProposition)
            claims = {fact[0] for fact in facts if fact[1] == on}
            for claim in sorted(claims, key=numbers.text.__getitem__):
                about = known.about.get(claim, {})
                rows = [(it, row) for it in claimed for row in it.rows(claim, about)]
                for relation, row in rows:
                    listed[relation].append(row)
                self._join(rows)
            self._run()

    def add(self, graphs: Graphs) -> Derivations:
        """Take up propositions for good and give what is new.

        Where one has the content of a proposition derived before, that one keeps its name.
        """
        mark, of = self._mark(), self.numbers.of
        with collector_paused():
            self.take_up(
                (of(name), {(of(s), of(p), of(o)) for s, p, o in graphs[name]})
                for name in sorted(graphs, key=str)
            )
            return self._since(mark)

    def suppose(self, graphs: Graphs) -> Derivations:
        """Tell what would follow besides if these propositions were there; nothing stays.

        Several threads may ask; one is answered at a time.
        """
        with self._supposing:
            return self._suppose(graphs)

    def _suppose(self, graphs: Graphs) -> Derivations:
        self.prepare()
        mark = self._mark()
        try:
            found = self.add(graphs)
            propositions = MappingProxyType(dict(found.propositions))
            return Derivations(propositions, tuple(found.inferences))
        finally:
            self._agenda.clear()
            self._steps.clear()
            for name in _later(self._stated, mark.stated):
                del self._stated[name]
            for shape in reversed(self._taken_up[mark.taken_up :]):
                shape.take_back()
            del self._taken_up[mark.taken_up :]
            for number in _later(self._graphs, mark.graphs):
                self._containment.take_back(number)
                del self._graphs[number]
            for record in _later(self._records, mark.records):
                del self._records[record]
            for number in _later(self._derived, mark.derived):
                del self._derived[number]
            self._entailment.forget(mark.meetings)
            self._shapes.forget(mark.shapes)
            self.numbers.forget(mark.terms)

    def prepare(self) -> None:
        """Do what the first hypothesis would wait for."""
        for relation in self._relations:
            relation.fill()

    def derivations(self) -> Derivations:
        """Give all that has been derived."""
        with collector_paused():
            return self._since(_Mark())

    def _mark(self) -> _Mark:
        return _Mark(
            len(self._stated),
            len(self._derived),
            len(self._records),
            len(self._graphs),
            len(self._taken_up),
            len(self._entailment),
            len(self._shapes),
            len(self.numbers),
        )

    def columns(self) -> tuple[DerivedGraphs, Inferences]:
        """Give all that has been derived, as what can be asked for columns."""
        return self._derived_since(_Mark()), self._inferred_since(_Mark())

    def _since(self, mark: _Mark) -> Derivations:
        return Derivations(self._derived_since(mark), self._inferred_since(mark))

    def _derived_since(self, mark: _Mark) -> DerivedGraphs:
        names = sorted(_later(self._derived, mark.derived), key=self.numbers.text.__getitem__)
        return DerivedGraphs(self.numbers, {name: self._graphs[name] for name in names})

    def _inferred_since(self, mark: _Mark) -> Inferences:
        records = islice(self._records, mark.records, None)
        return Inferences(self.numbers, self._recorders, records)

    def _said(self, name: int) -> list[Fact]:
        shape, values = self._graphs[name]
        return shape.facts(values, shape.stated)

    def _closed(self, name: int) -> set[Fact]:
        shape, values = self._graphs[name]
        return shape.closed(values)

    def _pairs(self, name: int, predicate: int) -> Pairs:
        shape, values = self._graphs[name]
        return shape.pairs(values, predicate)

    def take_up(self, graphs: Iterable[tuple[int, set[Fact]]]) -> None:
        """Take up propositions, in the order of their names, by the numbers of their terms."""
        text = self.numbers.text
        for name, facts in graphs:
            if name not in self._graphs:
                lines = "\n".join(sorted([f"{text[s]} {text[p]} {text[o]}" for s, p, o in facts]))
                self._stated.setdefault(f"<{PREFIXES['proposition']}{digest(lines)}>", name)
                self._enter(name, self._shapes.of_graph(name, facts))
                self._containment.add(name)
        self._run()

    def _enter(self, name: int, graph: Graph) -> None:
        self._graphs[name] = graph
        self._agenda.append(name)

    def _run(self) -> None:
        place = self._places[CONTAINMENT.value]
        for container, contained in self._containment.found():
            self._records[place, contained, container] = None
        agenda, graphs = self._agenda, self._graphs
        while agenda:
            name = agenda.popleft()
            shape, values = graphs[name]
            rows = shape.take_up(values)
            self._taken_up.append(shape)
            if shape.meeting:
                self._meet(name)
            self._join(rows)

    def _join(self, rows: Rows) -> None:
        """Draw the conclusions from rows of one proposition or claim and those before them."""
        for relation, row in rows:
            relation.add(row)
        for relation, row in rows:
            for plan in relation.plans:
                if plan.may_find:
                    for premises, arguments in plan.solve(row):
                        self._conclude(plan, premises, arguments)

    def _meet(self, name: int) -> None:
        """Conclude what the ontology entails from a proposition and others together."""
        is_step = name in self._steps
        self._steps.discard(name)
        for found in list(self._entailment.add(name, self._graphs[name], is_step=is_step)):
            self._entail(found)

    def _entail(self, found: Meeting) -> None:
        text = self.numbers.text
        line = " ".join([text[it] for it in found.fact])
        name = self._named(f"<{PREFIXES['proposition']}{digest(line)}>")
        is_new = self._record(ENTAILMENT.value, found.premises, name)
        if name not in self._graphs:
            self._derived[name] = None
            if found.is_step:
                self._steps.add(name)
            self._enter(name, self._shapes.of_graph(name, [found.fact]))
        elif is_new and not found.is_step:
            self._promote(name)

    def _promote(self, name: int) -> None:
        self._steps.discard(name)
        for found in list(self._entailment.promote(name)):
            self._entail(found)

    def _conclude(
        self, plan: Plan, found: tuple[int, ...], arguments: tuple[int | None, ...]
    ) -> None:
        head = self._heads[plan.rule_iri]
        conclusion = head.conclusion(arguments)
        if conclusion is None:
            return
        name = self._named(conclusion[0])
        if not self._record(plan.rule_iri, found, name):
            return
        if name not in self._graphs:
            self._derived[name] = None
            self._enter(name, head.graph(name, conclusion))
        else:
            self._promote(name)

    def _named(self, content: str) -> int:
        """Give the proposition of a content: the one that somebody states, if there is one."""
        stated = self._stated.get(content)
        return self.numbers.of_iri(content) if stated is None else stated

    def _record(self, rule: str, found: tuple[int, ...], name: int) -> bool:
        """Record an inference; tells whether it is one, and new."""
        if name in found:
            return False
        record = (self._places[rule], name, *sorted(set(found)))
        if record in self._records:
            return False
        self._records[record] = None
        return True


def _later(names: Iterable[_Key], count: int) -> list[_Key]:
    """List the names but for the first ``count``."""
    return list(islice(names, count, None))

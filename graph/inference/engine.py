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
from foedus.graph.collector import collector_paused
from foedus.graph.inference.background import Background
from foedus.graph.inference.conclusions import Head
from foedus.graph.inference.containment import Containment
from foedus.graph.inference.content import digest, normal
from foedus.graph.inference.derivations import Derivations, DerivedGraphs, Graph
from foedus.graph.inference.entailment import ENTAILMENT, Entailment, Meeting
from foedus.graph.inference.numbers import Numbers
from foedus.graph.inference.plans import Plan, prepare
from foedus.graph.inference.relations import Pairs, Relation, Row
from foedus.graph.inference.rule import Rule, constants_of_rule
from foedus.graph.inference.shapes import Shapes
from foedus.graph.names import FD, is_proposition
from foedus.graph.terms import Triple, triple_of
from foedus.graph.worlds import Firmness, Inference
from foedus.ontology.namespaces import PREFIXES

Graphs = Mapping[ox.NamedNode, Iterable[Triple]]
"""Propositions by their names."""

Rows = list[tuple[Relation, Row]]
_Key = TypeVar("_Key")


class _Mark(NamedTuple):
    """How much there was at some time."""

    stated: int = 0
    derived: int = 0
    inferences: int = 0
    graphs: int = 0
    rows: int = 0
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
    """

    def __init__(
        self, rules: Sequence[Rule], entailment: Rules, background: Iterable[Triple]
    ) -> None:
        with collector_paused():
            given = {normal(triple) for triple in background}
            closed = entailment.closure(given)
            closure = LocalClosure(entailment, given)
            self._supposing = threading.Lock()
            self._numbers = numbers = Numbers(closure)
            known = Background(closed, rules, numbers.of)
            functions = {**numbers.functions(), "pairs": self._pairs}
            relations = prepare(rules, known, numbers.of, functions)
            claimed = [relation for relation in relations if relation.premise.is_claim]
            others = [relation for relation in relations if not relation.premise.is_claim]
            constants = [numbers.of(term) for rule in rules for term in constants_of_rule(rule)]
            self._shapes = Shapes(closure, numbers, others, constants)
            self._heads = {rule.iri.value: Head(rule, numbers, self._shapes) for rule in rules}
            self._containment = Containment(numbers)
            self._entailment = Entailment(
                closure, numbers, lambda name: self._shapes.closed(self._graphs[name])
            )
            self._steps: set[int] = set()
            self._graphs: dict[int, Graph] = {}
            self._stated: dict[str, int] = {}
            self._derived: dict[int, Graph] = {}
            self._inferences: dict[str, Inference] = {}
            self._agenda: deque[int | Rows] = deque()
            self._rows: Rows = []
            for claim in sorted(_claims(closed), key=str):
                number = numbers.of(claim)
                facts = known.about.get(number, {})
                self._agenda.append([(it, row) for it in claimed for row in it.rows(number, facts)])
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
        """Tell what would follow besides if these propositions were there; nothing stays.

        Several threads may ask; one is answered at a time.
        """
        with self._supposing:
            return self._suppose(graphs)

    def _suppose(self, graphs: Graphs) -> Derivations:
        mark = self._mark()
        try:
            found = self.add(graphs)
            return Derivations(MappingProxyType(dict(found.propositions)), found.inferences)
        finally:
            self._agenda.clear()
            self._steps.clear()
            for name in _later(self._stated, mark.stated):
                del self._stated[name]
            for relation, row in reversed(self._rows[mark.rows :]):
                relation.take_back(row)
            del self._rows[mark.rows :]
            for number in _later(self._graphs, mark.graphs):
                del self._graphs[number]
                self._containment.take_back(number)
            for iri in _later(self._inferences, mark.inferences):
                del self._inferences[iri]
            for number in _later(self._derived, mark.derived):
                del self._derived[number]
            self._entailment.forget(mark.meetings)
            self._shapes.forget(mark.shapes)
            self._numbers.forget(mark.terms)

    def derivations(self) -> Derivations:
        """Give all that has been derived."""
        with collector_paused():
            return self._since(_Mark())

    def _mark(self) -> _Mark:
        return _Mark(
            len(self._stated),
            len(self._derived),
            len(self._inferences),
            len(self._graphs),
            len(self._rows),
            len(self._entailment),
            len(self._shapes),
            len(self._numbers.terms),
        )

    def _since(self, mark: _Mark) -> Derivations:
        text, inferences = self._numbers.text, self._inferences
        names = sorted(_later(self._derived, mark.derived), key=text.__getitem__)
        found = DerivedGraphs(self._numbers.terms, {it: self._derived[it] for it in names})
        iris = sorted(_later(inferences, mark.inferences))
        return Derivations(found, tuple([inferences[iri] for iri in iris]))

    def _pairs(self, name: int, predicate: int) -> Pairs:
        shape, values = self._graphs[name]
        return shape.pairs(values, predicate)

    def _take_up(self, graphs: Graphs) -> None:
        number, text = self._numbers.of, self._numbers.text
        for term in sorted(graphs, key=str):
            name = number(term)
            if name in self._graphs:
                continue
            facts = {(number(s), number(p), number(o)) for s, p, o in graphs[term]}
            lines = sorted([f"{text[s]} {text[p]} {text[o]}" for s, p, o in facts])
            self._stated.setdefault(PREFIXES["proposition"] + digest("\n".join(lines)), name)
            graph = self._shapes.of_graph(name, facts)
            self._enter(name, graph)
            self._containment.add(name, facts, self._shapes.closed(graph))

    def _enter(self, name: int, graph: Graph) -> None:
        self._graphs[name] = graph
        self._agenda.append(name)

    def _rows_of(self, name: int) -> Rows:
        shape, values = self._graphs[name]
        found: Rows = []
        for relation, get, checks in shape.rows:
            row = get(values)
            if not checks or all([check(row) for check in checks]):
                found.append((relation, row))
        return found

    def _run(self) -> None:
        for inference in self._containment.found():
            self._inferences[inference.iri.value] = inference
        agenda = self._agenda
        while agenda:
            one = agenda.popleft()
            if isinstance(one, int):
                new = self._rows_of(one)
                if self._graphs[one][0].meeting:
                    self._meet(one)
            else:
                new = one
            if not new:
                continue
            for relation, row in new:
                relation.add(row)
            self._rows += new
            for relation, row in new:
                for plan in relation.plans:
                    if plan.meets is None or plan.meets:
                        for premises, arguments in plan.solve(row):
                            self._conclude(plan, premises, arguments)

    def _meet(self, name: int) -> None:
        """Conclude what the ontology entails from a proposition and others together."""
        is_step = name in self._steps
        self._steps.discard(name)
        for found in list(self._entailment.add(name, self._graphs[name], is_step=is_step)):
            self._entail(found)

    def _entail(self, found: Meeting) -> None:
        text = self._numbers.text
        line = " ".join([text[it] for it in found.fact])
        name = self._named(PREFIXES["proposition"] + digest(line))
        is_new = self._record(ENTAILMENT.value, ENTAILMENT, None, found.premises, name)
        if name not in self._graphs:
            self._derived[name] = graph = self._shapes.of_graph(name, [found.fact])
            if found.is_step:
                self._steps.add(name)
            self._enter(name, graph)
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
        rule = plan.rule
        if not self._record(plan.rule_iri, rule.iri, rule.weakens, found, name):
            return
        if name not in self._graphs:
            self._derived[name] = graph = head.graph(name, conclusion)
            self._enter(name, graph)
        else:
            self._promote(name)

    def _named(self, content: str) -> int:
        """Give the proposition of a content: the one that somebody states, if there is one."""
        stated = self._stated.get(content)
        return self._numbers.of_iri(content) if stated is None else stated

    def _record(
        self,
        iri: str,
        rule: ox.NamedNode,
        weakens: Firmness | None,
        found: tuple[int, ...],
        name: int,
    ) -> bool:
        """Record an inference; tells whether it is one, and new."""
        if name in found:
            return False
        terms, text = self._numbers.terms, self._numbers.text
        premises = sorted(set(found), key=text.__getitem__)
        iris = sorted([text[it][1:-1] for it in premises])
        own = PREFIXES["inference"] + digest("\n".join([iri, *iris, text[name][1:-1]]))
        if own in self._inferences:
            return False
        self._inferences[own] = Inference(
            ox.NamedNode(own),
            rule,
            terms[name],  # type: ignore[arg-type]
            tuple([terms[it] for it in premises]),  # type: ignore[misc]
            weakens,
        )
        return True


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


def _later(names: Iterable[_Key], count: int) -> list[_Key]:
    """List the names but for the first ``count``."""
    return list(islice(names, count, None))


def _claims(triples: Iterable[Triple]) -> set[ox.NamedNode]:
    return {
        subject
        for subject, predicate, _ in triples
        if predicate == FD.onProposition and isinstance(subject, ox.NamedNode)
    }

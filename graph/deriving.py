"""Rules run on numbered quads: which of them are propositions, and which are records."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain

import numpy as np
import numpy.typing as npt

from foedus.graph.closure import Rules
from foedus.graph.closure.columns import Numbers
from foedus.graph.closure.programs import Fact
from foedus.graph.coder import Coded
from foedus.graph.inference import Engine, Rule
from foedus.graph.names import is_proposition
from foedus.graph.terms import Term, Triple


def derived_from(
    stated: Coded,
    terms: Sequence[Term],
    vocabulary: Iterable[Triple],
    entailment: Rules,
    rules: Sequence[Rule],
) -> Engine:
    """Run rules on quads, given the terms by number; the engine has derived what follows.

    Raises:
        AxiomRefused: a quad is an axiom that the ontology does not have.
    """
    entailment.refuse_axioms(listed(stated, terms, entailment.may_be_axiom))
    inside = in_propositions(stated, terms)
    records = stated[~inside, :3].tolist()
    given = ((terms[s], terms[p], terms[o]) for s, p, o in records)
    engine = Engine(rules, entailment, chain(vocabulary, given))
    rows = stated[inside]
    used = np.unique(rows)
    number = np.zeros(len(terms), np.int32)
    number[used] = [engine.numbers.of(terms[it]) for it in used.tolist()]
    engine.take_up(_graphs(number[rows], engine.numbers.text))
    return engine


def in_propositions(stated: Coded, terms: Sequence[Term]) -> npt.NDArray[np.bool_]:
    """Tell of quads whether they are in the graph of a proposition."""
    graphs = [it for it in np.unique(stated[:, 3]).tolist() if it >= 0]
    return np.isin(stated[:, 3], [it for it in graphs if is_proposition(terms[it])])


def listed(
    stated: Coded, terms: Sequence[Term], is_wanted: Callable[[Term], bool]
) -> Iterator[Triple]:
    """List the triples of the properties that are wanted."""
    wanted = [it for it in np.unique(stated[:, 1]).tolist() if is_wanted(terms[it])]
    for s, p, o in stated[np.isin(stated[:, 1], wanted), :3].tolist():
        yield terms[s], terms[p], terms[o]


def _graphs(rows: Numbers, text: Sequence[str]) -> Iterator[tuple[int, set[Fact]]]:
    """Give each graph with its triples, in the order of the names."""
    rows = rows[np.argsort(rows[:, 3], kind="stable")]
    names, starts, counts = np.unique(rows[:, 3], return_index=True, return_counts=True)
    places = dict(zip(names.tolist(), zip(starts, starts + counts, strict=True), strict=True))
    for name in sorted(places, key=text.__getitem__):
        start, end = places[name]
        yield name, {(s, p, o) for s, p, o, _ in rows[start:end].tolist()}

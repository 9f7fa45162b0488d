"""Rules run to a fixpoint in DuckDB, by rounds."""

from collections.abc import Iterable, Mapping, Sequence
from time import process_time
from typing import Protocol

import duckdb
import numpy as np
import pandas as pd
import pyoxigraph as ox

from duck import naming, tables
from duck.expressions import VALUES, kind_of, number_of
from duck.queries import select
from duck.syntax import Key, Parsed, header, mentioned, needed, parse, repeated
from foedus.graph.closure import LocalClosure, Rules
from foedus.graph.inference import Derivations
from foedus.graph.inference.content import inference_name
from foedus.graph.names import is_proposition
from foedus.graph.terms import Term, Triple, quad_of, to_term, triple_of
from foedus.graph.worlds import Firmness, Inference

Graphs = Mapping[ox.NamedNode, Iterable[Triple]]


class Written(Protocol):
    """A rule, of which only name and text are looked at."""

    @property
    def iri(self) -> ox.NamedNode: ...  # noqa: D102

    @property
    def text(self) -> str: ...  # noqa: D102


class Executor:
    """Rules over tables of numbers; only one proposition's closure is computed in Python.

    Args:
        rules: Their text is parsed here.
        entailment: Compiled from the ontology.
        background: Ontology, register and records, not closed.

    Attributes:
        querying: Seconds of the processor in SQL.
        closing: Seconds in the closure of propositions.
    """

    def __init__(
        self, rules: Sequence[Written], entailment: Rules, background: Iterable[Triple]
    ) -> None:
        self._db = duckdb.connect(config={"threads": 1})
        self.closing = self.querying = 0.0
        self._run(tables.SCHEMA)
        self._terms: dict[int, Term] = {}
        self._numbers: dict[Term, int] = {}
        self._rules: dict[str, Parsed] = {rule.iri.value: parse(rule.text) for rule in rules}
        weakened = {rule.iri.value: header(rule.text).get("weakens") for rule in rules}
        self._firmness = {
            rule: Firmness[level.upper()] if level else None for rule, level in weakened.items()
        }
        records = [triple_of(quad) for quad in _normal(map(quad_of, background))]
        self._closure = LocalClosure(entailment, records)
        self._insert("record", entailment.closure(records))
        self._enter(to_term(it) for rule in self._rules.values() for it in rule.terms)
        self._enter([ox.Literal(True), ox.Literal(False)])
        bodies = [parsed.body for parsed in self._rules.values()]
        self._run(tables.reach(map(number_of, repeated(bodies))))
        for parsed in self._rules.values():
            _written(parsed)
        self._vocabulary = set().union(*map(mentioned, bodies))
        self._present: set[Key] = set()
        self._fresh: set[Key] = set()

    def add(self, graphs: Graphs) -> None:
        """Take up all propositions, once, and run the rules."""
        given: dict[Term, list[Triple]] = {name: [] for name in graphs}
        for quad in _normal(quad_of(it, name) for name in graphs for it in graphs[name]):
            assert isinstance(quad.graph_name, ox.NamedNode)
            given[quad.graph_name].append(triple_of(quad))
        self._insert("given", [(name, *it) for name in given for it in given[name]])
        self._close(given, is_given=True)
        self._run(
            f"INSERT INTO stated SELECT content, arg_min(g, text) FROM ({naming.content('given')})"
            " JOIN term ON id = g GROUP BY content"
        )
        self._run("INSERT INTO fresh SELECT DISTINCT g FROM given")
        self._run(tables.CONTAINING)
        self._round(is_first=True)
        while self._run("FROM fresh LIMIT 1").fetchone():
            self._round(is_first=False)

    def derivations(self) -> Derivations:
        """Give all that has been derived."""
        graphs: dict[ox.NamedNode, set[Triple]] = {}
        for name, triple in self._triples("derived"):
            graphs.setdefault(_named(name), set()).add(triple)
        rows = self._run("SELECT DISTINCT * FROM inference").fetchall()
        inferences = []
        for rule, premises, conclusion in rows:
            found = tuple(sorted((_named(self._terms[it]) for it in premises), key=str))
            name = _named(self._terms[conclusion])
            iri = inference_name(ox.NamedNode(rule), found, name)
            firmness = self._firmness.get(rule)
            inferences.append(Inference(iri, ox.NamedNode(rule), name, found, firmness))
        return Derivations(
            {name: frozenset(graphs[name]) for name in sorted(graphs, key=str)},
            tuple(sorted(inferences, key=lambda it: it.iri.value)),
        )

    def _run(self, sql: str) -> duckdb.DuckDBPyConnection:
        start = process_time()
        found = self._db.execute(sql)
        self.querying += process_time() - start
        return found

    def _round(self, is_first: bool) -> None:
        self._run(tables.CONCLUDED)
        for rule, parsed in self._rules.items():
            graphs = dict(parsed.body.graphs)
            if any(not needed(it) <= self._present for it in graphs.values()):
                continue
            for premise in [None] if is_first else graphs:
                if premise and not needed(graphs[premise]) <= self._fresh:
                    continue
                sql = _written(parsed, premise)
                self._run(f"INSERT INTO concluded SELECT '{rule}', * FROM ({sql})")
        for sql in (tables.NAMED, tables.NEW, tables.FRESH):
            self._run(sql)
        self._run("INSERT INTO inference SELECT DISTINCT rule, premises, g FROM named")
        texts = self._run(
            "SELECT content FROM new UNION SELECT node FROM new WHERE node IS NOT NULL"
        )
        self._enter(ox.NamedNode(text[1:-1]) for (text,) in texts.fetchall())
        new: dict[Term, list[Triple]] = {}
        for name, triple in self._triples("derived SEMI JOIN fresh USING (g)"):
            new.setdefault(name, []).append(triple)
        self._close(new)

    def _close(self, graphs: Mapping[Term, Iterable[Triple]], is_given: bool = False) -> None:
        """Put propositions with what they entail into ``quad``: of derived ones what rules see."""
        start = process_time()
        looked_at = self._vocabulary
        rows = [
            (name, *it)
            for name, triples in graphs.items()
            for it in self._closure.closure(triples)
            if is_given
            or (it[1].value, None) in looked_at
            or (it[1].value, it[2].value) in looked_at
        ]
        self._fresh = {
            key for it in rows for key in ((it[2].value, None), (it[2].value, it[3].value))
        }
        self._present |= self._fresh
        self.closing += process_time() - start
        self._insert("quad", rows)

    def _triples(self, table: str) -> Iterable[tuple[Term, Triple]]:
        columns = self._run(f"SELECT g, s, p, o FROM {table}").fetchnumpy()
        terms = self._terms
        for g, s, p, o in zip(*(columns[key].tolist() for key in "gspo"), strict=True):
            yield terms[g], (terms[s], terms[p], terms[o])

    def _insert(self, table: str, rows: Iterable[tuple[Term, ...]]) -> None:
        """Add rows of terms to a table of as many columns."""
        columns = list(zip(*rows, strict=True))
        self._enter(term for column in columns for term in set(column))
        if columns:
            numbers = self._numbers
            frame = pd.DataFrame(
                {f"c{at}": np.array([numbers[it] for it in column], dtype=np.uint64)
                 for at, column in enumerate(columns)}
            )  # fmt: skip
            self._db.register("batch", frame)
            self._run(f"INSERT INTO {table} FROM batch")
            self._db.unregister("batch")

    def _enter(self, terms: Iterable[Term]) -> None:
        """Give terms their numbers."""
        new = [it for it in dict.fromkeys(terms) if it not in self._numbers]
        if not new:
            return
        frame = pd.DataFrame(
            {
                "text": [str(it) for it in new],
                "plain": [it.value for it in new],
                "kind": [int(kind_of(it)) for it in new],
            }
        )
        self._db.register("batch", frame)
        self._run("INSERT INTO term SELECT ident(text, kind), text, plain FROM batch")
        for kind, table in VALUES.items():
            self._run(
                f"INSERT INTO {table} FROM (SELECT ident(text, kind), try_cast(plain AS"
                f" {tables.TYPES[table]}) AS value FROM batch WHERE kind = {kind:d})"
                " WHERE value IS NOT NULL"
            )
        found = self._run("SELECT ident(text, kind) AS id FROM batch").fetchnumpy()["id"]
        self._db.unregister("batch")
        for term, number in zip(new, found.tolist(), strict=True):
            self._numbers[term], self._terms[number] = number, term
        assert len(self._numbers) == len(self._terms), "two terms have one number"


def execute(
    quads: Iterable[ox.Quad],
    rules: Sequence[Written],
    entailment: Rules,
    ontology: Iterable[Triple] = (),
) -> Derivations:
    """Derive all that follows from documents, as `foedus.graph.inference.derive` does."""
    graphs: dict[ox.NamedNode, list[Triple]] = {}
    records = list(ontology)
    for quad in quads:
        if is_proposition(quad.graph_name) and isinstance(quad.graph_name, ox.NamedNode):
            graphs.setdefault(quad.graph_name, []).append(triple_of(quad))
        else:
            records.append(triple_of(quad))
    executor = Executor(rules, entailment, records)
    executor.add(graphs)
    return executor.derivations()


def _written(rule: Parsed, fresh: str | None = None) -> str:
    return naming.conclusions(select(rule.body, fresh), rule.head)


def _normal(quads: Iterable[ox.Quad]) -> ox.Store:
    """Write literals as the store does."""
    store = ox.Store()
    store.extend(quads)
    return store


def _named(term: Term) -> ox.NamedNode:
    assert isinstance(term, ox.NamedNode)
    return term

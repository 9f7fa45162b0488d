"""What is in a world, by columns: the same as by the definition, one triple after another."""

import random
from collections.abc import Iterable, Iterator
from datetime import date

import numpy as np
import owlrl
import pyoxigraph as ox
import pytest
import rdflib
from rdflib.term import Node

from foedus import ontology
from foedus.graph import load
from foedus.graph.canonical import canonical
from foedus.graph.closure import AxiomRefused, close_ontology, compile_rules, is_trivial
from foedus.graph.closure.columns import Columns, Keys, pack, unpack
from foedus.graph.contents import Contents
from foedus.graph.hypotheses import Hypothesis, read_hypothesis
from foedus.graph.hypotheses import canonical as canonical_hypothesis
from foedus.graph.inference import Derivations, inference_triples
from foedus.graph.material import Material
from foedus.graph.names import ENTITIES, FD, RDF, is_proposition
from foedus.graph.snapshot import Snapshot, canonical_lines
from foedus.graph.terms import Triple, quad_of, to_node, to_oxigraph, triple_of
from foedus.graph.world_stores import WorldStores
from foedus.graph.worlds import NAMED, DataInconsistent, Firmness, World, holding, read_claims

VALUES = (FD.Date, FD.Quantity)
PREFIXES = """
@prefix fd: <https://w3id.org/foedus/ont/> .
@prefix polarity: <https://w3id.org/foedus/concept/polarity/> .
@prefix proposition: <https://w3id.org/foedus/proposition/> .
@prefix state: <https://w3id.org/foedus/id/state/> .
"""
ATTACK = f"""{PREFIXES}
GRAPH <urn:attack> {{ <urn:e> a fd:Attack ;
  fd:hasAttacker state:ukraine ; fd:hasTarget state:russia ; fd:hasQuantity "007" }}
"""
DENIAL = f"""{PREFIXES}
[] fd:onProposition proposition:putin-visits-north-korea ; fd:polarity polarity:denied .
"""
NODE = f"""{PREFIXES}
GRAPH <urn:attack> {{ [] a fd:Attack ; fd:isAttributedTo [ fd:speaksFor state:russia ] }}
GRAPH proposition:putin-visits-north-korea {{ <urn:e> a fd:Event }}
"""
DIGEST = ox.NamedNode("https://w3id.org/foedus/doc/digest/soldiers-and-treaty")
WORLDS = {
    **NAMED,
    "early": World(as_of=date(2024, 10, 10)),
    "never": World(as_of=date(1000, 1, 1)),
    "first": World(believe=frozenset({DIGEST})),
    "second": World(disbelieve=frozenset({DIGEST}), at_least=Firmness.POSSIBLE),
    "attacked": World(suppose=canonical_hypothesis(ATTACK)),
    "attacked-early": World(suppose=canonical_hypothesis(ATTACK), as_of=date(2024, 10, 10)),
    "denied": World(suppose=canonical_hypothesis(DENIAL), is_undisputed=True),
    "nodes": World(suppose=canonical_hypothesis(NODE), is_sober=True),
}


@pytest.fixture(scope="module")
def material(built: Snapshot) -> Material:
    return Material.read(built.path)


@pytest.fixture(scope="module")
def contents(material: Material) -> Contents:
    return Contents(material)


@pytest.fixture(scope="module")
def stores(built: Snapshot) -> WorldStores:
    return WorldStores(built)


def stated(
    quads: Iterable[ox.Quad], world: World, found: Derivations, hypothesis: Hypothesis | None
) -> Iterator[Triple]:
    """Give what a default graph states, by the definition."""
    quads = list(quads)
    held = holding(read_claims(quads), world, found.inferences, hypothesis)
    yield from inference_triples(found.inferences)
    graphs: dict[ox.NamedNode, set[Triple]] = {}
    for quad in quads:
        if is_proposition(quad.graph_name) and isinstance(quad.graph_name, ox.NamedNode):
            graphs.setdefault(quad.graph_name, set()).add(triple_of(quad))
        else:
            yield triple_of(quad)
    supposed = hypothesis.holds if hypothesis else {}
    for name, triples in [*found.propositions.items(), *supposed.items()]:
        graphs.setdefault(name, set()).update(triples)
    for name, triples in graphs.items():
        yield name, RDF.type, FD.Proposition
        for subject, predicate, value in triples:
            if predicate == RDF.type and value not in VALUES:
                yield name, FD.isAbout, subject
        if name in held.firmness:
            yield from triples
    for proposition, firmness in held.firmness.items():
        yield proposition, FD.holdsWithFirmness, firmness.concept
    for claim in held.accepted:
        yield claim, FD.isAccepted, ox.Literal(True)


def expected(material: Material, world: World) -> ox.Store:
    """Make the whole store of a world by the definition."""
    hypothesis = read_hypothesis(world.suppose) if world.suppose else None
    found = material.derivations
    if hypothesis is not None and hypothesis.holds:
        more = material.supposing(hypothesis)
        found = Derivations(
            {**found.propositions, **more.propositions}, (*found.inferences, *more.inferences)
        )
    default = stated(material.quads, world, found, hypothesis)
    store = ox.Store()
    store.extend(map(quad_of, material.entailment.closure({*material.ontology, *default})))
    store.extend(q for q in material.quads if q.graph_name not in (ENTITIES, ox.DefaultGraph()))
    supposed = hypothesis.holds if hypothesis else {}
    for name, triples in [*found.propositions.items(), *supposed.items()]:
        store.extend(quad_of(triple, name) for triple in triples)
    return store


@pytest.mark.parametrize("name", WORLDS)
def test_a_world_is_what_the_definition_says(
    material: Material, stores: WorldStores, name: str
) -> None:
    store = stores.store(WORLDS[name])
    assert set(store) == set(expected(material, WORLDS[name]))


def test_so_is_a_random_world(material: Material, stores: WorldStores) -> None:
    chance = random.Random(3)
    sources = sorted({it for c in read_claims(material.quads) for it in c.sources}, key=str)
    for _ in range(6):
        world = World(
            at_least=chance.choice(list(Firmness)[1:]),
            is_sober=chance.random() < 0.3,
            is_undisputed=chance.random() < 0.5,
            as_of=chance.choice([None, date(2024, 10, chance.randrange(1, 31))]),
            disbelieve=frozenset(chance.sample(sources, chance.randrange(5))),
        )
        assert set(stores.store(world)) == set(expected(material, world)), world


def test_lines_are_canonical_and_in_order(
    material: Material, contents: Contents, built: Snapshot
) -> None:
    written = b"".join(canonical(material, contents.of(World())))
    assert written.splitlines(keepends=True) == canonical_lines(built.open())


def test_what_is_read_is_what_was_written(material: Material, derivations: Derivations) -> None:
    assert material.derivations.inferences == derivations.inferences
    assert material.derivations.propositions == derivations.propositions
    documents = [load.read_document(path) for path in load.document_paths()]
    encoded = {quad for document in documents for quad in document.quads}
    assert encoded | set(load.read_register()) <= set(material.quads)


ONTOLOGY = """
@prefix : <x:> . @prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
:A rdfs:subClassOf :B . :B rdfs:subClassOf :C . :q rdfs:subPropertyOf :p ; rdfs:range :A .
:p owl:inverseOf :r ; rdfs:domain :D . :s a owl:SymmetricProperty . :t a owl:TransitiveProperty .
:u owl:propertyChainAxiom ( :p :t ) . :v owl:propertyChainAxiom ( :p :s :q ) .
[ owl:onProperty :q ; owl:someValuesFrom :B ] rdfs:subClassOf :E .
[ owl:onProperty :s ; owl:hasValue :x1 ] rdfs:subClassOf :F .
:G rdfs:subClassOf [ owl:onProperty :p ; owl:hasValue :x2 ] .
:C owl:disjointWith :H .
"""


@pytest.mark.parametrize("seed", range(8))
def test_columns_entail_and_refuse_what_rules_do(seed: int) -> None:
    closed = close_ontology(rdflib.Graph().parse(data=ONTOLOGY, format="turtle"))
    rules, ontology_triples = compile_rules(closed), set(to_oxigraph(closed))
    chance = random.Random(seed)
    nodes = [ox.NamedNode(f"x:x{n}") for n in range(9)]
    triples: set[Triple] = set()
    for _ in range(chance.randrange(5, 25)):
        link = ox.NamedNode(f"x:{chance.choice('pqrstuv')}")
        triples.add((chance.choice(nodes), link, chance.choice([*nodes, ox.Literal("7")])))
        kind = ox.NamedNode(f"x:{chance.choice('ABGH')}")
        triples.add((chance.choice(nodes), RDF.type, kind))
    everything = [*ontology_triples, *triples]
    terms = dict.fromkeys([*rules.numbers()[0], *(it for triple in everything for it in triple)])
    number = {term: n for n, term in enumerate(terms)}
    literals = [n for term, n in number.items() if isinstance(term, ox.Literal)]
    columns = Columns(rules, number, number, lambda it: np.isin(it, literals))

    def keys(given: Iterable[Triple]) -> Keys:
        return pack(*np.array([[number[it] for it in triple] for triple in given]).T)

    always, _ = columns.close([], keys(ontology_triples))
    found, _ = columns.close([always], keys(triples))
    names = list(number)
    subjects, properties, values = (it.tolist() for it in unpack(np.concatenate([always, found])))
    rows = [
        (names[s], names[p], names[o]) for s, p, o in zip(subjects, properties, values, strict=True)
    ]
    fit = [
        row
        for row in rows
        if not isinstance(row[0], ox.Literal) and isinstance(row[1], ox.NamedNode)
    ]
    entailed = rules.closure({*ontology_triples, *triples})
    assert set(fit) == entailed
    assert len(fit) == len(entailed)
    clashing = {names[it] for it in columns.clashing([always, found]).tolist()}
    assert clashing == {it.individual for it in rules.inconsistencies(entailed)}


def test_a_triple_that_two_propositions_share_stays_while_one_of_them_holds(
    material: Material, stores: WorldStores
) -> None:
    """Take away one of the propositions that state it, then the other too."""
    holders: dict[Triple, set[ox.NamedNode]] = {}
    held = {
        it.subject
        for it in stores.store(World()).quads_for_pattern(
            None, FD.holdsWithFirmness, None, ox.DefaultGraph()
        )
    }
    for quad in material.quads:
        if quad.graph_name in held and isinstance(quad.graph_name, ox.NamedNode):
            holders.setdefault(triple_of(quad), set()).add(quad.graph_name)
    triple, (one, other) = next(
        (triple, sorted(names, key=str))
        for triple, names in holders.items()
        if len(names) == 2 and quad_of(triple) not in stores.store(WORLDS["never"])
    )

    def denying(*names: ox.NamedNode) -> ox.Store:
        text = "".join(
            f"[] fd:onProposition {name} ; fd:polarity polarity:denied .\n" for name in names
        )
        return stores.store(World(suppose=canonical_hypothesis(PREFIXES + text)))

    assert quad_of(triple) in denying(one)
    assert quad_of(triple) not in denying(one, other)


def test_data_that_contradict_the_ontology_are_refused() -> None:
    text = "<x:a> a <https://w3id.org/foedus/ont/Person> , <https://w3id.org/foedus/ont/Event> ."
    quads = list(ox.parse(text, format=ox.RdfFormat.TURTLE))
    made = Material.derived(quads, close_ontology(ontology.merged()), [])
    with pytest.raises(DataInconsistent, match="x:a"):
        Contents(made).of(World())


def test_a_hypothesis_that_contradicts_the_ontology_is_refused(contents: Contents) -> None:
    text = f"{PREFIXES} GRAPH <urn:p> {{ state:russia a fd:Event }}"
    with pytest.raises(DataInconsistent, match="russia"):
        contents.of(World(suppose=text))


def test_an_axiom_in_a_hypothesis_is_refused(contents: Contents) -> None:
    text = f"""{PREFIXES} @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
    GRAPH <urn:p> {{ fd:Attack rdfs:subClassOf fd:Agreement }}"""
    with pytest.raises(AxiomRefused, match="subClassOf"):
        contents.of(World(suppose=text))


def test_the_default_graph_is_what_owlrl_makes_of_what_is_stated(
    store: ox.Store, material: Material
) -> None:
    served = rdflib.Graph()
    for quad in store.quads_for_pattern(None, None, None, ox.DefaultGraph()):
        served.add((to_node(quad.subject), to_node(quad.predicate), to_node(quad.object)))
    oracle = ontology.merged()
    for triple in stated(material.quads, World(), material.derivations, None):
        oracle.add((to_node(triple[0]), to_node(triple[1]), to_node(triple[2])))
    owlrl.DeductiveClosure(
        owlrl.OWLRL_Semantics,
        improved_datatypes=False,
        axiomatic_triples=False,
        datatype_axioms=False,
    ).expand(oracle)
    assert telling(served) == telling(oracle)


def telling(graph: rdflib.Graph) -> set[tuple[Node, Node, Node]]:
    """Give the triples between named nodes and literals that say something."""
    return {
        triple
        for triple in graph
        if not is_trivial(*triple)
        and not isinstance(triple[0], rdflib.Literal)
        and not any(isinstance(node, rdflib.BNode) for node in triple)
    }

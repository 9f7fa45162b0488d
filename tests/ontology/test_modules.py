"""What the modules declare, import and refer to."""

import re
from collections import Counter

import pytest
from rdflib import DCTERMS, OWL, RDF, RDFS, SKOS, Graph, Literal, Namespace, URIRef
from rdflib.term import Node

from foedus import ontology
from foedus.ontology.namespaces import BASE, FD, SCHEMES

TBOX = Namespace(BASE + "graph/ontology/")
CONCEPT = BASE + "concept/"
UMBRELLA = "foedus"
KINDS = (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty)

CONTRACT = """
    Proposition isAbout holdsWithFirmness isAccepted Claim onProposition heldBy firmness polarity
    mode isReportedBy Report isPublishedBy reportDate isStatedIn isFoundIn start end
    reportDateBasis notReportedBefore cue paraphrase Sentence number yieldsNoClaim Document
    Supplement sha256 hasAuthor corrects Inference concludes hasPremise byRule Event Transfer
    Attack Agreement Provision State Person Publisher Norm SpeechAct Attitude Plan Consideration
    Expectation Purpose hasSpeaker hasHolder hasContent isPurposeOf hasCondition hasConsequence
    hasSupplier hasRecipient hasItem hasQuantity amount atLeast atMost hasUnit asStated
    hasAttacker hasTarget hasPlace hasDate hasParty hasProvision signatureDate binds benefits
    hasPledge hasTrigger Obligation hasBearer hasCounterparty arisesUnder hasStanding inForceFrom
    inForceUntil DueObligation activates NormConflict verdict lacks isoCode cowCode atopNumber
    earliest latest
"""
CLOSED_LISTS = {
    "basis": "bound inferred stated",
    "condition": "adversary conflict demand domestic-process limitation location number"
    " prior-consultation provocation request",
    "field": "domestic-politics economic international-standing military prestige",
    "firmness": "certain possible probable uncommitted",
    "mode": "accusation announcement assertion denial hearsay implicit mention opinion presumption"
    " presupposition speculation",
    "nature": "normal-interstate provisional rivalry special",
    "period": "year",
    "outcome": "met undetermined unmet",
    "pledge": "assistance consultation defence neutrality non-aggression offence",
    "polarity": "affirmed denied",
    "significance": "enormous high",
    "standing": "in-force promised",
    "trend": "increasing",
    "trigger": "attack-by-bearer attack-by-counterparty attack-by-third-party crisis"
    " state-of-war-after-attack war-with-third-party",
    "unit": "barrel container person piece",
    "verdict": "conflict none undetermined",
}


def declared(graph: Graph) -> set[Node]:
    """Find the terms and concepts of ours that ``graph`` declares."""
    kinds = (*KINDS, SKOS.Concept, SKOS.ConceptScheme)
    return {term for kind in kinds for term in graph.subjects(RDF.type, kind) if is_ours(term)}


def is_ours(term: Node) -> bool:
    return isinstance(term, URIRef) and str(term).startswith((str(FD), CONCEPT))


def mentioned(graph: Graph) -> set[Node]:
    """Find the terms and concepts of ours that occur anywhere in ``graph``."""
    return {term for triple in graph for term in triple if is_ours(term)}


def imported(name: str) -> set[str]:
    """Follow ``owl:imports`` from the module ``name``, itself included."""
    seen, pending = set(), [name]
    while pending:
        module = pending.pop()
        if module not in seen:
            seen.add(module)
            imports = ontology.read(module).objects(TBOX[module], OWL.imports)
            pending.extend(str(iri).removeprefix(str(TBOX)) for iri in imports)
    return seen


@pytest.mark.parametrize("term", CONTRACT.split())
def test_a_term_of_the_contract_is_declared(merged: Graph, term: str) -> None:
    assert set(merged.objects(FD[term], RDF.type)) & set(KINDS)


@pytest.mark.parametrize("scheme", CLOSED_LISTS)
def test_a_closed_list_has_exactly_its_concepts(merged: Graph, scheme: str) -> None:
    iri = f"{CONCEPT}{SCHEMES[scheme]}"
    expected = {URIRef(f"{iri}/{slug}") for slug in CLOSED_LISTS[scheme].split()}
    assert set(merged.subjects(SKOS.inScheme, URIRef(iri))) == expected


def test_each_prefix_of_a_scheme_has_its_file_and_scheme() -> None:
    assert {f"vocab/{prefix}" for prefix in SCHEMES} == {
        name for name in ontology.modules() if name.startswith("vocab/")
    }
    for prefix, name in SCHEMES.items():
        schemes = ontology.read(f"vocab/{prefix}").subjects(RDF.type, SKOS.ConceptScheme)
        assert list(schemes) == [URIRef(CONCEPT + name)]


def test_defence_is_a_kind_of_assistance(merged: Graph) -> None:
    pledge = Namespace(CONCEPT + "pledge/")
    assert (pledge.defence, SKOS.broader, pledge.assistance) in merged


def test_each_condition_turns_on_one_role(merged: Graph) -> None:
    conditions = set(merged.subjects(SKOS.inScheme, URIRef(CONCEPT + "condition")))
    roles = set(merged.subjects(SKOS.inScheme, URIRef(CONCEPT + "role")))
    decided = Counter(merged.subjects(FD.turnsOn))
    assert decided == Counter(conditions)
    assert set(merged.objects(None, FD.turnsOn)) <= roles


def test_the_ranks_order_the_degrees_of_firmness(merged: Graph) -> None:
    ranks = {str(concept).rpartition("/")[2]: rank for concept, rank in merged[: FD["rank"]]}
    assert {slug: int(str(rank)) for slug, rank in ranks.items()} == {
        "certain": 3,
        "probable": 2,
        "possible": 1,
        "uncommitted": 0,
    }


@pytest.mark.parametrize("name", ontology.modules())
def test_a_file_is_the_module_that_it_is_named_after(name: str) -> None:
    graph = ontology.read(name)
    assert list(graph.subjects(RDF.type, OWL.Ontology)) == [TBOX[name]]
    assert set(graph.objects(None, RDFS.isDefinedBy)) <= {TBOX[name]}
    assert (
        graph.value(TBOX[name], OWL.versionIRI)
        == TBOX[f"{name}/{graph.value(TBOX[name], OWL.versionInfo)}"]
    )


def test_no_term_is_declared_in_two_modules() -> None:
    counts = Counter(term for name in ontology.modules() for term in declared(ontology.read(name)))
    assert [term for term, count in counts.items() if count > 1] == []


def test_every_term_that_is_mentioned_exists(merged: Graph) -> None:
    assert len(mentioned(merged)) > 300
    assert mentioned(merged) - declared(merged) == set()


@pytest.mark.parametrize("name", ontology.modules())
def test_a_module_imports_what_it_mentions(name: str) -> None:
    available = {term for module in imported(name) for term in declared(ontology.read(module))}
    assert mentioned(ontology.read(name)) - available == set()


@pytest.mark.parametrize("name", [name for name in ontology.modules() if name != UMBRELLA])
def test_a_module_uses_what_it_imports(name: str) -> None:
    graph = ontology.read(name)
    imports = {str(iri).removeprefix(str(TBOX)) for iri in graph[TBOX[name] : OWL.imports]}
    idle = {
        module
        for module in imports - {"core"}  # core declares the foreign terms that all files use
        if not mentioned(graph) & declared(ontology.read(module))
    }
    assert idle == set()


def test_the_whole_imports_all_but_the_alignments() -> None:
    everything = {name for name in ontology.modules() if not name.startswith("align/")}
    assert imported(UMBRELLA) == everything


def test_every_property_and_class_used_is_declared(merged: Graph) -> None:
    built_in = (str(OWL), str(RDF), str(RDFS))
    kinds = (*KINDS, OWL.AnnotationProperty)
    known = {term for kind in kinds for term in merged.subjects(RDF.type, kind)}
    used = set(merged.predicates()) | set(merged.objects(None, RDF.type))
    assert {term for term in used - known if not str(term).startswith(built_in)} == set()


def test_no_definition_uses_the_word_that_it_defines(merged: Graph) -> None:
    circular = [
        str(label)
        for predicate in (RDFS.label, SKOS.prefLabel)
        for term, label in merged[:predicate]
        for definition in merged[term : SKOS.definition]
        if isinstance(label, Literal)
        and isinstance(definition, Literal)
        and label.language == definition.language
        and re.search(rf"\b{re.escape(label)}\b", definition, re.IGNORECASE)
    ]
    assert circular == []


def test_no_two_terms_of_one_kind_share_a_label(merged: Graph) -> None:
    labels = Counter(
        (kind, label)
        for kind in KINDS
        for term in merged.subjects(RDF.type, kind)
        for label in merged[term : RDFS.label]
    )
    assert [label for label, count in labels.items() if count > 1] == []


def test_a_source_is_named_by_an_absolute_iri(merged: Graph) -> None:
    sources = set(merged.objects(None, DCTERMS.source))
    assert len(sources) > 10
    assert [s for s in sources if not re.fullmatch(r"https?://\S+", str(s))] == []

"""Write a document as TriG in house style: sentence by sentence, as one reads it.

First the holders that only this document has, then the document itself with its reports and
sentences; then for each sentence the propositions that are new in it and the claims that rest on
it. Reading the file beside the text is how an encoding is checked.
"""

from collections.abc import Iterable, Iterator, Sequence

import rdflib
from pyoxigraph import Quad

from foedus.graph.load import the_document
from foedus.graph.names import ENTITIES, FD, is_proposition
from foedus.graph.terms import to_node
from foedus.ontology.lexical import Names, natural
from foedus.ontology.namespaces import PREFIXES
from foedus.ontology.turtle import body


def write_document(quads: Sequence[Quad], comments: Sequence[str] = ()) -> str:
    """Serialise the quads of one document; ``comments`` are lines for its top, ``#`` included.

    Raises:
        InputRefused: the quads describe several documents or none.
    """
    document = the_document(quads)
    names = Names({"c": f"{document.value}/claim/", "s": f"{document.value}/sentence/", **PREFIXES})
    blocks = [
        f"{title}GRAPH {names.written(rdflib.URIRef(getattr(name, 'value', '')))} {{\n"
        f"{_body(part, names)}}}\n"
        for title, name, part in _parts(quads, document)
    ]
    head = "".join(f"{line}\n" for line in comments)
    return "\n".join(part for part in (head, names.directives(), *blocks) if part)


def _parts(quads: Sequence[Quad], document: object) -> Iterator[tuple[str, object, Sequence[Quad]]]:
    """Give what to write in order: a title, the name of a graph, some of its quads."""
    graphs: dict[object, list[Quad]] = {}
    for quad in quads:
        graphs.setdefault(quad.graph_name, []).append(quad)
    own = graphs.pop(document, [])
    facts: dict[object, dict[object, object]] = {}
    for quad in own:
        facts.setdefault(quad.subject, {})[quad.predicate] = quad.object
    by_sentence: dict[object, list[object]] = {}
    for subject, properties in facts.items():
        if properties.get(FD.isFoundIn) in facts:
            by_sentence.setdefault(properties[FD.isFoundIn], []).append(subject)
    claims = {claim for found in by_sentence.values() for claim in found}

    if ENTITIES in graphs:
        yield "", ENTITIES, graphs.pop(ENTITIES)
    placed = claims | by_sentence.keys()
    yield "", document, [quad for quad in own if quad.subject not in placed]
    for sentence in _sorted(by_sentence):
        title = f"# Sentence {getattr(facts[sentence].get(FD.number), 'value', '?')}\n\n"
        here = _sorted(by_sentence[sentence])
        for claim in here:
            proposition = facts[claim].get(FD.onProposition)
            if proposition in graphs:
                yield title, proposition, graphs.pop(proposition)
                title = ""
        yield title, document, [quad for quad in own if quad.subject in {sentence, *here}]
    for name in _sorted(graphs):
        yield "# No claim here\n\n" if is_proposition(name) else "", name, graphs[name]


def _sorted(nodes: Iterable[object]) -> list[object]:
    return sorted(nodes, key=lambda node: natural(getattr(node, "value", "")))


def _body(quads: Iterable[Quad], names: Names) -> str:
    graph = rdflib.Graph()
    for quad in quads:
        graph.add((to_node(quad.subject), to_node(quad.predicate), to_node(quad.object)))
    return body(graph, "  ", names=names)

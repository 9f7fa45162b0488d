"""The one serialiser of Turtle in house style.

Only prefixes that are used, in the order of the one list; the ontology's header, then a block for
each subject in alphabetical order, numbers by value; in a block ``a``, label, definition, scope
note, example, axioms, the rest. Blank nodes and lists are nested where they occur.
``python -m foedus.ontology.turtle [--check] FILE...`` rewrites files, or names those that differ.
"""

import sys
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from rdflib import OWL, RDF, BNode, Graph, Literal, URIRef
from rdflib.compare import to_canonical_graph
from rdflib.term import Node

from foedus.ontology.errors import InputRefused
from foedus.ontology.lexical import Names, literal_place, natural
from foedus.ontology.namespaces import PREFIXES

WIDTH = 100


def serialise(
    graph: Graph, *, comments: Sequence[str] = (), prefixes: Mapping[str, str] = PREFIXES
) -> str:
    """Write ``graph`` as a Turtle document; ``comments`` are lines for its top, ``#`` included."""
    names = Names(prefixes)
    blocks = body(graph, names=names)
    parts = ["".join(f"{line}\n" for line in comments), names.directives(), blocks]
    return "\n".join(part for part in parts if part)


def body(graph: Graph, indent: str = "", *, names: Names | None = None) -> str:
    """Write the blocks of ``graph`` without prefixes, as between the braces of a TriG graph.

    ``names`` shortens the IRIs and afterwards knows which prefixes have to be declared; one may
    serve several graphs. Labels of shared blank nodes are only unique within one graph.
    """
    return "\n".join(_Writer(graph, names or Names()).blocks(indent))


def rewritten(text: str, source: str | None = None) -> str:
    """Give the Turtle document ``text`` in house style, the comments at its top kept.

    Raises:
        InputRefused: ``text`` is not Turtle.
    """
    graph = Graph()
    try:
        graph.parse(data=text, format="turtle")
    except Exception as error:  # the parser raises children of several unrelated classes
        line = getattr(error, "lines", None)
        at = line + 1 if isinstance(line, int) else None
        raise InputRefused(f"not Turtle: {error}", source, at) from error
    return serialise(graph, comments=_comments(text))


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command: 0 done, 1 with ``--check`` if a file differs, 2 if one cannot be read."""
    parser = ArgumentParser(prog="python -m foedus.ontology.turtle", description="House style")
    parser.add_argument("--check", action="store_true", help="change nothing, name what differs")
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
    options = parser.parse_args(arguments)
    differs = False
    for path in options.files:
        try:
            before = path.read_text(encoding="utf-8")
            after = rewritten(before, str(path))
        except (InputRefused, OSError, UnicodeDecodeError) as error:
            print(error, file=sys.stderr)
            return 2
        if before == after:
            continue
        differs = True
        print(path)
        if not options.check:
            path.write_text(after, encoding="utf-8")
    return int(differs and options.check)


def _comments(text: str) -> list[str]:
    comments = []
    for line in text.splitlines():
        if line.startswith("#"):
            comments.append(line.rstrip())
        elif line.strip():
            break
    return comments


def _nested(graph: Graph) -> set[Node]:
    """Find the blank nodes that are an object exactly once and not part of a cycle."""
    references: Counter[Node] = Counter(
        value for value in graph.objects() if isinstance(value, BNode)
    )
    pending = [node for node in set(graph.subjects()) if references[node] != 1]
    found: set[Node] = set()
    while pending:
        for value in graph.objects(pending.pop()):
            if references[value] == 1 and value not in found:
                found.add(value)
                pending.append(value)
    return found


class _Writer:
    def __init__(self, graph: Graph, names: Names) -> None:
        self.graph, self.names = graph, names
        self.nested = _nested(graph)
        self.labels: dict[Node, str] = {}
        if self._shared():
            # labels that follow from the graph and not from the labels it came with
            self.graph = to_canonical_graph(graph)
            self.nested = _nested(self.graph)
            self.labels = {
                node: f"_:b{i}" for i, node in enumerate(sorted(self._shared(), key=str), 1)
            }

    def blocks(self, indent: str) -> Iterator[str]:
        """Write one block a subject: header, named subjects, labelled and unlabelled blanks."""
        subjects = set(self.graph.subjects()) - self.nested
        headers = {node for node in subjects if (node, RDF.type, OWL.Ontology) in self.graph}
        named = {node for node in subjects if isinstance(node, URIRef)}
        for group in (headers & named, named - headers, self.labels.keys() & subjects):
            blocks = [(self._term(node), node) for node in group]
            for name, node in sorted(blocks, key=lambda block: natural(block[0])):
                yield self._block(name, node, indent)
        yield from sorted(
            self._block("[]", node, indent) for node in subjects - named - self.labels.keys()
        )

    def _shared(self) -> set[Node]:
        return {
            value
            for value in self.graph.objects()
            if isinstance(value, BNode) and value not in self.nested
        }

    def _block(self, name: str, subject: Node, indent: str) -> str:
        return f"{indent}{name}\n{self._properties(subject, indent + '  ')}{indent}.\n"

    def _properties(self, subject: Node, indent: str) -> str:
        return "".join(f"{indent}{line} ;\n" for line in self._pairs(subject, indent))

    def _pairs(self, subject: Node, indent: str) -> Iterator[str]:
        """Write each predicate with its objects, what has lines of its own on its own."""
        predicates = {node for node in self.graph.predicates(subject) if isinstance(node, URIRef)}
        for predicate in sorted(predicates, key=self.names.place):
            verb = "a" if predicate == RDF.type else self.names.written(predicate)
            used = len(indent) + len(verb) + 1
            values = self._objects(subject, predicate, indent, WIDTH - used - 2)
            simple = [value for value in values if "\n" not in value]
            line = f"{verb} {' , '.join(simple)}"
            if len(indent) + len(line) + 2 > WIDTH:
                line = f"{verb} " + f" ,\n{indent}  ".join(simple)
            if simple:
                yield line
            yield from (f"{verb} {value}" for value in values if "\n" in value)

    def _objects(self, subject: Node, predicate: Node, indent: str, room: int) -> list[str]:
        values = list(self.graph.objects(subject, predicate))
        iris = [self.names.written(value) for value in values if isinstance(value, URIRef)]
        literals = [value for value in values if isinstance(value, Literal)]
        blanks = [self._nest(value, indent, room) for value in values if isinstance(value, BNode)]
        return [
            *sorted(iris, key=natural),
            *(self.names.literal(value) for value in sorted(literals, key=literal_place)),
            *sorted(blanks),
        ]

    def _nest(self, node: Node, indent: str, room: int) -> str:
        """Write an object or a list's item; on one line where it is simple and has room."""
        if not isinstance(node, BNode) or node in self.labels:
            return self._term(node)
        inner = indent + "  "
        items = self._items(node)
        if items is not None:
            parts = [self._nest(item, inner, WIDTH - len(inner)) for item in items]
            line = f"( {' '.join(parts)} )"
            if len(line) <= room and "\n" not in line:
                return line
            return "\n".join(["(", *(f"{inner}{part}" for part in parts), f"{indent})"])
        pairs = list(self._pairs(node, inner))
        line = f"[ {' ; '.join(pairs)} ]" if pairs else "[]"
        if len(pairs) <= 2 and len(line) <= room and "\n" not in line:
            return line
        return f"[\n{''.join(f'{inner}{pair} ;{chr(10)}' for pair in pairs)}{indent}]"

    def _items(self, node: Node) -> list[Node] | None:
        """Give the items of the list that starts at ``node``; ``None`` if it is no plain list."""
        items = []
        while node != RDF.nil:
            cell = dict(self.graph.predicate_objects(node))
            plain = cell.keys() == {RDF.first, RDF.rest} and len(
                list(self.graph.predicate_objects(node))
            ) == len(cell)
            if not plain or node not in self.nested:
                return None
            items.append(cell[RDF.first])
            node = cell[RDF.rest]
        return items

    def _term(self, node: Node) -> str:
        if isinstance(node, URIRef):
            return self.names.written(node)
        return self.names.literal(node) if isinstance(node, Literal) else self.labels[node]


if __name__ == "__main__":
    sys.exit(main())

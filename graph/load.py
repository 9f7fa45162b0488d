"""Read what goes into the graph: the register of entities and the documents, as quads.

Files are parsed by pyoxigraph alone, which fetches nothing.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from foedus.graph.names import ENTITIES, FD, RDF
from foedus.ontology.errors import InputRefused

FOLDER = Path(__file__).resolve().parent

_FORMATS = {
    ".jsonld": ox.RdfFormat.JSON_LD,
    ".nq": ox.RdfFormat.N_QUADS,
    ".nt": ox.RdfFormat.N_TRIPLES,
    ".rdf": ox.RdfFormat.RDF_XML,
    ".trig": ox.RdfFormat.TRIG,
    ".ttl": ox.RdfFormat.TURTLE,
}


@dataclass(frozen=True)
class Document:
    """The quads of one document and where they were read."""

    iri: ox.NamedNode
    path: Path
    quads: tuple[ox.Quad, ...]


def read_quads(path: Path) -> list[ox.Quad]:
    """Parse a file of RDF by its suffix.

    Raises:
        InputRefused: the file cannot be read or is not what its suffix says; with line and column.
    """
    rdf_format = _FORMATS.get(path.suffix.lower())
    if not path.is_file():
        raise InputRefused("No such file", str(path))
    if rdf_format is None:
        raise InputRefused(f"expected one of {' '.join(sorted(_FORMATS))}", str(path))
    try:
        return list(ox.parse(path=str(path), format=rdf_format))
    except SyntaxError as error:
        raise InputRefused(str(error.msg), str(path), error.lineno, error.offset) from error
    except OSError as error:
        raise InputRefused(error.strerror or str(error), str(path)) from error


def parse_quads(text: bytes, rdf_format: ox.RdfFormat) -> list[ox.Quad]:
    """Parse what somebody sent.

    Raises:
        InputRefused: it is not of the format; with line and column where the parser knows them.
    """
    try:
        return list(ox.parse(text, format=rdf_format))
    except SyntaxError as error:
        reason = str(error.msg)
        if "LoadDocumentCallback" in reason:
            reason = "a @context elsewhere is never fetched: write it into the document"
        raise InputRefused(reason, None, error.lineno, error.offset) from error


def read_document(path: Path) -> Document:
    """Read the file of one document.

    Raises:
        InputRefused: it cannot be parsed, or does not describe exactly one document.
    """
    quads = read_quads(path)
    return Document(the_document(quads, str(path)), path, tuple(quads))


def the_document(quads: Iterable[ox.Quad], source: str | None = None) -> ox.NamedNode:
    """Find the one document, or supplement, that ``quads`` describe; ``source`` is their file.

    Raises:
        InputRefused: there are several or none, or it has no IRI.
    """
    kinds = (FD.Document, FD.Supplement)
    found = {quad.subject for quad in quads if quad.predicate == RDF.type and quad.object in kinds}
    if len(found) != 1:
        raise InputRefused(f"expected one document, found {len(found)}", source)
    (document,) = found
    if not isinstance(document, ox.NamedNode):
        raise InputRefused("the document needs an IRI", source)
    return document


def document_paths() -> list[Path]:
    """List the documents that come with Foedus."""
    return sorted((FOLDER / "documents").glob("*.trig"))


def register_paths() -> list[Path]:
    """List the files of the register of entities."""
    return sorted((FOLDER / "entities").glob("*.ttl"))


def read_register(paths: Sequence[Path] | None = None) -> list[ox.Quad]:
    """Read the register of entities into its graph."""
    return [
        ox.Quad(quad.subject, quad.predicate, quad.object, ENTITIES)
        for path in (register_paths() if paths is None else paths)
        for quad in read_quads(path)
    ]


def line_of(path: Path, iri: str, graph: str = "") -> int | None:
    """Find the line, from 1, on which a file of Turtle or TriG starts to describe ``iri``.

    The parser keeps no positions, so this looks for the name as it is written: after the name of
    ``graph`` if there is one; where a line starts with it, or else where it occurs at all.
    """
    text = path.read_text(encoding="utf-8", errors="replace")
    declared = dict(re.findall(r"@prefix\s+([\w-]*):\s*<([^>]*)>", text))
    begin = _find(text, rf"GRAPH\s+(?:{_written(graph, declared)})\s", 0) if graph else 0
    name = _written(iri, declared)
    for pattern in (rf"^[ \t]*(?={name})", name):
        for start in (begin or 0, 0):
            found = _find(text, pattern, start)
            if found is not None:
                return text.count("\n", 0, found) + 1
    return None


def _written(iri: str, declared: Mapping[str, str]) -> str:
    names = [re.escape(f"<{iri}>")]
    for prefix, base in declared.items():
        if iri.startswith(base) and iri != base:
            names.append(re.escape(f"{prefix}:{iri.removeprefix(base)}") + r"(?![\w-])")
    return f"(?:{'|'.join(names)})"


def _find(text: str, pattern: str, start: int) -> int | None:
    match = re.compile(pattern, re.MULTILINE).search(text, start)
    return match.end() if match else None


def read_text(path: Path) -> str:
    """Read the text of a document as it is, so that positions in it are true.

    Raises:
        InputRefused: it cannot be read, or is not UTF-8.
    """
    try:
        return path.read_bytes().decode("utf-8")
    except OSError as error:
        raise InputRefused(error.strerror or str(error), str(path)) from error
    except UnicodeDecodeError as error:
        raise InputRefused(f"not UTF-8: {error.reason} at byte {error.start}", str(path)) from error

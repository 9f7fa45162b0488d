"""Add, replace and remove one document of a data directory, and publish the graph that follows."""

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pyoxigraph as ox

from foedus.graph import load
from foedus.graph.build import Built, current, rebuild
from foedus.graph.durable import writing
from foedus.graph.kept import Kept, kept
from foedus.graph.leases import Lent
from foedus.graph.snapshot import locked
from foedus.ontology.errors import FoedusError
from foedus.ontology.namespaces import PREFIXES


class WrongDocument(FoedusError):
    """What was sent describes another document than its address says."""

    def __init__(self, iri: str, expected: str) -> None:
        super().__init__(f"This describes <{iri}>, not <{expected}>.")
        self.iri = iri
        self.expected = expected


class DocumentThere(FoedusError):
    """A new document has the IRI of one that is there."""

    def __init__(self, iri: str) -> None:
        super().__init__(
            f"There is a document <{iri}> already. PUT replaces it; "
            "a new document needs an IRI of its own."
        )
        self.iri = iri


class DocumentIsOurs(FoedusError):
    """A document that the graph began with is neither replaced nor removed."""

    def __init__(self, iri: str) -> None:
        super().__init__(
            f"<{iri}> is one of the documents that this graph began with, and stays as it is. "
            "What it says can be corrected by a claim of another document (fd:corrects), "
            "and left out of an answer with disbelieve."
        )
        self.iri = iri


class NoSuchDocument(FoedusError):
    """There is no document of this IRI."""

    def __init__(self, iri: str) -> None:
        super().__init__(f"There is no document <{iri}>.")
        self.iri = iri


class DocumentChanged(FoedusError):
    """A condition on what is to be replaced or removed is not met."""

    def __init__(self, iri: str) -> None:
        super().__init__(f"<{iri}> is not in the state that the request expects; read it again.")
        self.iri = iri


@dataclass(frozen=True)
class Condition:
    """What must be there for a change to be made (RFC 9110, section 13.1).

    Attributes:
        match: Sums of files of which the document must have one; with ``*`` it must be there.
        none_match: Likewise those that it must not have. ``None`` is no condition.
    """

    match: Collection[str] | None = None
    none_match: Collection[str] | None = None

    def is_met(self, present: str | None) -> bool:
        """Tell whether a document with this sum meets it, or that there is none."""
        return (self.match is None or _is_in(present, self.match)) and not (
            self.none_match is not None and _is_in(present, self.none_match)
        )


def _is_in(present: str | None, sums: Collection[str]) -> bool:
    return present is not None and ("*" in sums or present in sums)


@dataclass(frozen=True)
class Sent:
    """A document that somebody sent.

    Attributes:
        text: RDF with named graphs. TriG is kept as it is, anything else as TriG.
        rdf_format: Its format.
        iri: What its address says that it describes; none where that does not say it.
        is_new: Whether there must be none of its IRI, unless it is the same.
        condition: On the one that it replaces.
    """

    text: bytes
    rdf_format: ox.RdfFormat
    iri: str | None = None
    is_new: bool = False
    condition: Condition = field(default_factory=Condition)


@dataclass(frozen=True)
class Put:
    """A document that is in the current snapshot; ``was_there`` under its IRI before."""

    iri: str
    sum: str
    built: Built
    was_there: bool


def put(data: Path, sent: Sent) -> Put:
    """Add a document, or let it take the place of the posted one with its IRI.

    Nothing is published where it is there already, byte for byte.

    Raises:
        InputRefused: it cannot be parsed, or is not one document.
        WrongDocument, DocumentThere, DocumentIsOurs, DocumentChanged: it may not enter like this.
        DocumentsRefused, DataInconsistent, NotWritten: as `foedus.graph.build.build`.
    """
    quads = load.parse_quads(sent.text, sent.rdf_format)
    iri = load.the_document(quads).value
    if sent.iri not in (None, iri):
        raise WrongDocument(iri, str(sent.iri))
    text = sent.text
    if sent.rdf_format != ox.RdfFormat.TRIG:
        text = ox.serialize(quads, format=ox.RdfFormat.TRIG, prefixes=dict(PREFIXES)) or b""
    new_sum = hashlib.sha256(text).hexdigest()
    with locked(data):
        present = _present(data)
        replaced = present.get(iri)
        old_sum = _sum(replaced)
        if not sent.condition.is_met(old_sum):
            raise DocumentChanged(iri)
        if replaced and new_sum != old_sum and sent.is_new:
            raise DocumentThere(iri)
        if replaced and not replaced.is_posted:
            built = current(data)
            if new_sum != old_sum or built is None:
                raise DocumentIsOurs(iri)
            return Put(iri, new_sum, Built(built, is_new=False), was_there=True)
        with writing(data):
            lent = Lent(data)
        with lent as folder:
            path = folder / (replaced.path.name if replaced else file_name(iri))
            with writing(data):
                path.write_bytes(text)
            new = load.Document(ox.NamedNode(iri), path, tuple(quads))
            built_now = rebuild(data, _ours(present), entering=[new])
    return Put(iri, new_sum, built_now, was_there=replaced is not None)


def remove(data: Path, iri: str, condition: Condition) -> Built:
    """Remove a posted document.

    Raises:
        NoSuchDocument, DocumentIsOurs, DocumentChanged: it may not be removed.
        DocumentsRefused: another document needs it.
        NotWritten: the disk is full, or cannot be written.
    """
    with locked(data):
        present = _present(data)
        removed = present.get(iri)
        if not condition.is_met(_sum(removed)):
            raise DocumentChanged(iri)
        if removed is None:
            raise NoSuchDocument(iri)
        if not removed.is_posted:
            raise DocumentIsOurs(iri)
        return rebuild(data, _ours(present), leaving=[removed.path.name])


def sum_of(path: Path) -> str:
    """Give the SHA-256 of a file, by which a state of a document is known."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def file_name(iri: str) -> str:
    """Name the file of a posted document: so that one can tell, and no two are alike."""
    slug = "-".join(part for part in iri.split("/")[-2:] if part)
    plain = "".join(it if it.isascii() and (it.isalnum() or it in "-_") else "-" for it in slug)
    return f"{plain[:60].strip('-')}-{hashlib.sha256(iri.encode()).hexdigest()[:12]}.trig"


def _present(data: Path) -> Mapping[str, Kept]:
    snapshot = current(data)
    return {} if snapshot is None else kept(snapshot)


def _ours(present: Mapping[str, Kept]) -> list[Path]:
    """List what the graph began with; one that is yet to begin does with ours."""
    if not present:
        return load.document_paths()
    return sorted(it.path for it in present.values() if not it.is_posted)


def _sum(document: Kept | None) -> str | None:
    return None if document is None else sum_of(document.path)

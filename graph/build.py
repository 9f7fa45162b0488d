"""From files to a published snapshot: read, gate, close, derive what follows, publish."""

import hashlib
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from foedus import ontology, shapes
from foedus.graph import kept, load, snapshot
from foedus.graph.beside import beside
from foedus.graph.collector import collector_paused
from foedus.graph.posted import changing, posted_paths
from foedus.graph.snapshot import NoSnapshot, Snapshot, SnapshotDamaged
from foedus.ontology.errors import InputRefused

if TYPE_CHECKING:
    import rdflib

    from foedus.graph.inference import Rule
    from foedus.graph.material import Material

STEPS = 5
"""How often a build reports progress."""

Progress = Callable[[str], None]
"""Told what begins."""

_LARGE = 1_000_000
"""With so many bytes of documents it pays to start a second process."""

DESCRIPTION = load.FOLDER / "dataset.ttl"
"""What the data set says of itself."""


@dataclass(frozen=True)
class Built:
    """The snapshot that is current after a build, and whether the build published it."""

    snapshot: Snapshot
    is_new: bool


def build(
    data: Path,
    documents: Sequence[Path] | None = None,
    progress: Progress = lambda step: None,
    entering: Sequence[load.Document] = (),
) -> Built:
    """Build the graph from the documents and publish it in ``data``.

    Nothing is done where the current snapshot was made of the same files by the same code. The
    lock of ``data`` is held meanwhile.

    Args:
        data: Where snapshots live; made if it is not there. Documents in ``data/documents`` are
            built in.
        documents: TriG files, one document each; by default those that come with Foedus.
        progress: Called at the beginning of each of the `STEPS`.
        entering: New documents. Once published they are moved to ``data/documents``, where each
            takes the place of one with its name; if they are refused nothing there changes.

    Raises:
        InputRefused: a file cannot be read or parsed, or does not hold one document.
        RuleRefused: a rule is outside of the fragment.
        DocumentsRefused: the gate does not let a document in.
        DataInconsistent: what is reported contradicts the ontology.
        NotWritten: the disk is full, or cannot be written; nothing has changed.
    """
    shipped = load.document_paths() if documents is None else documents
    with snapshot.locked(data):
        return rebuild(data, shipped, progress, entering)


def rebuild(
    data: Path,
    documents: Sequence[Path],
    progress: Progress = lambda step: None,
    entering: Sequence[load.Document] = (),
    leaving: Collection[str] = (),
) -> Built:
    """Build as `build` does; the lock of ``data`` must be held.

    ``leaving`` are names of posted files that go. Only if a snapshot without them is published.
    """
    new = {document.path.name: document.path for document in entering}
    posted = {path.name: path for path in posted_paths(data) if path.name not in leaving} | new
    added = [path for _, path in sorted(posted.items())]
    made_of = fingerprint([*documents, *added])
    change = changing(data, list(new.values()), leaving, made_of)
    present = current(data)
    if present and present.meta.get("input") == made_of and present.is_sound():
        with change:
            return Built(present, is_new=False)
    from foedus.graph.stores import publish

    with collector_paused():
        material, read = read_material([*documents, *added], progress, entering)
        progress("publish")
        meta = {"input": made_of, "documents": kept.record(read, added)}
        with change:
            published = publish(data, material, meta, lambda path: kept.keep(path, read, added))
    return Built(published, is_new=present is None or present.id != published.id)


def current(data: Path) -> Snapshot | None:
    """Open the current snapshot; none where there is none that can be read."""
    try:
        return snapshot.current(data)
    except (NoSnapshot, SnapshotDamaged):
        return None


def read_material(
    paths: Sequence[Path], progress: Progress, known: Sequence[load.Document] = ()
) -> tuple["Material", list[load.Document]]:
    """Read and gate the documents, derive what follows: what the worlds are made of.

    Args:
        paths: Where the documents are.
        progress: As of `build`.
        known: Some of them, read already.

    Raises:
        InputRefused, DocumentsRefused: as `build`.
    """
    from foedus.graph import gate
    from foedus.graph.material import Material

    progress("read")
    there = {document.path: document for document in known}
    with beside(sum(path.stat().st_size for path in paths) > _LARGE) as other:
        closed = other.begin(_closed_ontology)
        documents = [there.get(path) or load.read_document(path) for path in paths]
        register = load.read_register()
        description = load.read_quads(DESCRIPTION)
        rules = _rules()
        progress("gate")
        verdict = other.begin(gate.admit_files, paths)
        progress("close the ontology")
        ontology_closed = closed()
        progress("derive what follows")
        quads = [quad for document in documents for quad in document.quads]
        try:
            material = Material.derived([*quads, *register, *description], ontology_closed, rules)
        except Exception:
            # A document that is broken may well be the reason: then the gate can tell.
            verdict()
            raise
        verdict()
    return material, documents


def prepare() -> None:
    """Make ready what every build of this process needs, which takes some seconds."""
    _code()
    _closed_ontology()
    _rules()


@cache
def _rules() -> "Sequence[Rule]":
    from foedus.graph.inference import read_rules

    return tuple(read_rules())


@cache
def _closed_ontology() -> "rdflib.Graph":
    from foedus.graph.closure import close_ontology

    return close_ontology(ontology.merged())


def fingerprint(documents: Sequence[Path]) -> str:
    """Hash everything that a snapshot is made of: documents, vocabulary, shapes, code.

    Raises:
        InputRefused: a document is not there.
    """
    digest = hashlib.sha256(_code().encode())
    for path in documents:
        if not path.is_file():
            raise InputRefused("No such file", str(path))
        digest.update(_line(path))
    return digest.hexdigest()


@cache
def _code() -> str:
    """Hash everything but the documents, once a process: its code is that of its beginning."""
    digest = hashlib.sha256()
    for part in ("numpy", "owlrl", "pyoxigraph", "pyshacl", "rdflib", "shacl"):
        digest.update(f"{part} {version(part)}\n".encode())
    files = [
        *load.register_paths(),
        DESCRIPTION,
        *sorted(ontology.FOLDER.rglob("*.ttl")),
        *sorted(ontology.FOLDER.glob("*.py")),
        *sorted(shapes.FOLDER.glob("*.ttl")),
        *sorted(shapes.FOLDER.glob("*.py")),
        *sorted(load.FOLDER.rglob("*.py")),
        *sorted((load.FOLDER / "rules").glob("*.rq")),
    ]
    for path in files:
        digest.update(_line(path))
    return digest.hexdigest()


def _line(path: Path) -> bytes:
    return f"{path.name} {hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode()

"""From files to a published snapshot: read, gate, close, derive what follows, publish."""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from foedus import ontology, shapes
from foedus.graph import load, snapshot
from foedus.graph.beside import beside
from foedus.graph.collector import collector_paused
from foedus.graph.durable import make_folder, sync_file, sync_folder, writing
from foedus.graph.snapshot import NoSnapshot, Snapshot, SnapshotDamaged
from foedus.ontology.errors import InputRefused

if TYPE_CHECKING:
    import rdflib

    from foedus.graph.material import Material

STEPS = 5
"""How often a build reports progress."""

Progress = Callable[[str], None]
"""Told what begins."""

_LARGE = 1_000_000
"""With so many bytes of documents it pays to start a second process."""

_DESCRIPTION = load.FOLDER / "dataset.ttl"


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
    with snapshot.locked(data), collector_paused():
        new = {document.path.name: document.path for document in entering}
        posted = {path.name: path for path in posted_paths(data)} | new
        paths = [*shipped, *(path for _, path in sorted(posted.items()))]
        made_of = fingerprint(paths)
        try:
            present = snapshot.current(data)
        except (NoSnapshot, SnapshotDamaged):
            present = None
        if present and present.meta.get("input") == made_of and present.is_sound():
            with _moved_in(list(new.values()), data):
                return Built(present, is_new=False)
        from foedus.graph.stores import publish

        material = read_material(paths, progress, entering)
        progress("publish")
        with _moved_in(list(new.values()), data):
            published = publish(data, material, {"input": made_of})
        return Built(published, is_new=present is None or present.id != published.id)


def posted_paths(data: Path) -> list[Path]:
    """List the documents that were added to ours."""
    return sorted((data / "documents").glob("[!.]*.trig"))


@contextmanager
def _moved_in(entering: Sequence[Path], data: Path) -> Iterator[None]:
    """Move documents in among those of ``data``, and out again if what is done then fails.

    They are there, flushed, before they are published: a crash in between loses no document.
    """
    home = data / "documents"
    replaced: dict[Path, Path] = {}
    moved: list[Path] = []
    with writing(data):
        try:
            make_folder(home)
            for path in entering:
                sync_file(path)
                target = home / path.name
                if target.exists():
                    replaced[target] = home / f"{path.name}{snapshot.FORMER}"
                    replaced[target].hardlink_to(target)
                path.replace(target)
                moved.append(path)
            sync_folder(home)
            yield
        except BaseException:
            for path in moved:
                (home / path.name).replace(path)
            for target, former in replaced.items():
                former.replace(target)
            raise
    for former in replaced.values():
        with suppress(OSError):  # it is published: who writes next removes them
            former.unlink()


def read_material(
    paths: Sequence[Path], progress: Progress, known: Sequence[load.Document] = ()
) -> "Material":
    """Read and gate the documents, derive what follows: what the worlds are made of.

    Args:
        paths: Where the documents are.
        progress: As of `build`.
        known: Some of them, read already.

    Raises:
        InputRefused, DocumentsRefused: as `build`.
    """
    from foedus.graph import gate
    from foedus.graph.inference import read_rules
    from foedus.graph.material import Material

    progress("read")
    there = {document.path: document for document in known}
    with beside(sum(path.stat().st_size for path in paths) > _LARGE) as other:
        closed = other.begin(_closed_ontology)
        documents = [there.get(path) or load.read_document(path) for path in paths]
        register = load.read_register()
        description = load.read_quads(_DESCRIPTION)
        rules = read_rules()
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
    return material


def _closed_ontology() -> "rdflib.Graph":
    from foedus.graph.closure import close_ontology

    return close_ontology(ontology.merged())


def fingerprint(documents: Sequence[Path]) -> str:
    """Hash everything that a snapshot is made of: documents, vocabulary, shapes, code.

    Raises:
        InputRefused: a document is not there.
    """
    digest = hashlib.sha256()
    for part in ("numpy", "owlrl", "pyoxigraph", "pyshacl", "rdflib", "shacl"):
        digest.update(f"{part} {version(part)}\n".encode())
    files = [
        *documents,
        *load.register_paths(),
        _DESCRIPTION,
        *sorted(ontology.FOLDER.rglob("*.ttl")),
        *sorted(ontology.FOLDER.glob("*.py")),
        *sorted(shapes.FOLDER.glob("*.ttl")),
        *sorted(shapes.FOLDER.glob("*.py")),
        *sorted(load.FOLDER.rglob("*.py")),
        *sorted((load.FOLDER / "rules").glob("*.rq")),
    ]
    for path in files:
        if not path.is_file():
            raise InputRefused("No such file", str(path))
        digest.update(f"{path.name} {hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return digest.hexdigest()

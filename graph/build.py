"""From files to a published snapshot: read, gate, close, derive what follows, publish."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from foedus import ontology, shapes
from foedus.graph import load, snapshot
from foedus.graph.snapshot import NoSnapshot, Snapshot, SnapshotDamaged
from foedus.ontology.errors import InputRefused

if TYPE_CHECKING:
    from foedus.graph.material import Material

STEPS = 5
"""How often a build reports progress."""

Progress = Callable[[str], None]
"""Told what begins."""

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
) -> Built:
    """Build the graph from the documents and publish it in ``data``.

    Nothing is done where the current snapshot was made of the same files by the same code. The
    lock of ``data`` is held meanwhile.

    Args:
        data: Where snapshots live; made if it is not there. Documents in ``data/documents`` are
            built in.
        documents: TriG files, one document each; by default those that come with Foedus.
        progress: Called at the beginning of each of the `STEPS`.

    Raises:
        InputRefused: a file cannot be read or parsed, or does not hold one document.
        RuleRefused: a rule is outside of the fragment.
        DocumentsRefused: the gate does not let a document in.
        DataInconsistent: what is reported contradicts the ontology.
    """
    shipped = load.document_paths() if documents is None else documents
    paths = [*shipped, *sorted((data / "documents").glob("*.trig"))]
    with snapshot.locked(data):
        made_of = fingerprint(paths)
        try:
            present = snapshot.current(data)
        except (NoSnapshot, SnapshotDamaged):
            present = None
        if present and present.meta.get("input") == made_of and present.is_sound():
            return Built(present, is_new=False)
        from foedus.graph.stores import publish

        material = read_material(paths, progress)
        progress("publish")
        published = publish(data, material, {"input": made_of})
        return Built(published, is_new=present is None or present.id != published.id)


def read_material(paths: Sequence[Path], progress: Progress) -> "Material":
    """Read and gate the documents, derive what follows: what the worlds are made of.

    Raises:
        InputRefused, DocumentsRefused: as `build`.
    """
    from foedus.graph import gate
    from foedus.graph.closure import close_ontology
    from foedus.graph.inference import read_rules
    from foedus.graph.material import Material

    progress("read")
    documents = [load.read_document(path) for path in paths]
    register = load.read_register()
    description = load.read_quads(_DESCRIPTION)
    rules = read_rules()
    merged = ontology.merged()
    progress("gate")
    gate.admit(documents, register)
    progress("close the ontology")
    closed = close_ontology(merged)
    progress("derive what follows")
    quads = [quad for document in documents for quad in document.quads]
    return Material.derived([*quads, *register, *description], closed, rules)


def fingerprint(documents: Sequence[Path]) -> str:
    """Hash everything that a snapshot is made of: documents, vocabulary, shapes, code.

    Raises:
        InputRefused: a document is not there.
    """
    digest = hashlib.sha256()
    for part in ("numpy", "owlrl", "pyoxigraph", "pyshacl", "rdflib"):
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

"""From a data set's file to a published snapshot."""

from datetime import date
from pathlib import Path
from typing import Final

import pyoxigraph as ox

from foedus.graph import load
from foedus.graph.build import Built, Progress, build
from foedus.graph.collector import collector_paused
from foedus.graph.durable import make_folder, writing
from foedus.graph.importers.atop import MemberFile, read_members
from foedus.graph.importers.document import Register, document, document_name
from foedus.graph.leases import Lent
from foedus.graph.posted import posted_paths
from foedus.ontology.namespaces import PREFIXES

STEPS: Final = 1
"""How often an import reports progress before its build does."""


def import_atop(
    data: Path, path: Path, reported: date | None, progress: Progress
) -> tuple[Built, MemberFile]:
    """Make a document of a member file and publish the graph with it.

    Args:
        data: As of `build`.
        path: The file.
        reported: The day on which the data set was published, if it is known.
        progress: As of `build`.

    Raises:
        InputRefused: it is no member file, or no row can be used.
        DocumentsRefused: the gate does not let it in.
        DataInconsistent: it contradicts what is there.
        NotWritten: the disk is full, or cannot be written.
    """
    progress("read rows")
    read = read_members(path)
    name = f"{document_name(read)}.trig"
    known = [*load.document_paths(), *(it for it in posted_paths(data) if it.name != name)]
    quads = [quad for it in known for quad in load.read_document(it).quads]
    with writing(data):
        make_folder(data)
        lent = Lent(data)
    with lent as folder, collector_paused():
        written = document(read, Register([*load.read_register(), *quads]), reported)
        entering = folder / name
        with writing(data):
            ox.serialize(written, str(entering), format=ox.RdfFormat.TRIG, prefixes=dict(PREFIXES))
        new = load.Document(load.the_document(written), entering, tuple(written))
        return build(data, progress=progress, entering=[new]), read

"""From a data set's file to a published snapshot."""

import shutil
import time
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import pyoxigraph as ox

from foedus.graph import load
from foedus.graph.build import Built, Progress, build
from foedus.graph.collector import collector_paused
from foedus.graph.importers.atop import MemberFile, read_members
from foedus.graph.importers.document import Register, document, document_name
from foedus.graph.posted import posted_paths
from foedus.ontology.errors import InputRefused
from foedus.ontology.namespaces import PREFIXES

_INCOMING: Final = ".incoming-"
_STALE: Final = 86_400
"""After so many seconds what a killed import has left is removed."""

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
    """
    progress("read rows")
    read = read_members(path)
    name = f"{document_name(read)}.trig"
    known = [*load.document_paths(), *(it for it in posted_paths(data) if it.name != name)]
    quads = [quad for it in known for quad in load.read_document(it).quads]
    _make_room(data)
    with TemporaryDirectory(dir=data, prefix=_INCOMING) as folder, collector_paused():
        written = document(read, Register([*load.read_register(), *quads]), reported)
        entering = Path(folder) / name
        ox.serialize(written, str(entering), format=ox.RdfFormat.TRIG, prefixes=dict(PREFIXES))
        new = load.Document(load.the_document(written), entering, tuple(written))
        return build(data, progress=progress, entering=[new]), read


def _make_room(data: Path) -> None:
    try:
        data.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputRefused(f"cannot write here: {error.strerror}", str(data)) from error
    for left in data.glob(f"{_INCOMING}*"):
        if time.time() - left.stat().st_mtime > _STALE:
            shutil.rmtree(left)

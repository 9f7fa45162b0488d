"""The documents that a snapshot was made of, kept in it as they were."""

import hashlib
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from foedus.graph.durable import UNFINISHED, make_folder, share_or_copy, sync_file, sync_folder
from foedus.graph.load import Document
from foedus.graph.snapshot import Snapshot

_FOLDER: Final = "documents"
_OURS: Final = "ours"
_POSTED: Final = "posted"


@dataclass(frozen=True)
class Kept:
    """A document in a snapshot; ``is_posted`` tells it from those that the graph began with."""

    iri: str
    path: Path
    is_posted: bool


def record(documents: Sequence[Document], posted: Sequence[Path]) -> dict[str, str]:
    """Give what a snapshot's ``meta`` says of its documents under ``documents``.

    Where each is has the sum of its file in it: so the same snapshot can be made of other files.
    """
    added = set(posted)
    return {
        document.iri.value: f"{_POSTED if document.path in added else _OURS}/"
        f"{hashlib.sha256(document.path.read_bytes()).hexdigest()}/{document.path.name}"
        for document in documents
    }


def keep(folder: Path, documents: Sequence[Document], posted: Sequence[Path]) -> None:
    """Keep the files of documents, flushed, in the folder of a snapshot.

    A posted one is never changed in its place, so that it can be shared.
    """
    names, added = record(documents, posted), set(posted)
    for document in documents:
        target = folder / _FOLDER / names[document.iri.value]
        if target.is_file():
            continue
        make_folder(target.parent)
        unfinished = target.with_name(f".{target.name}{UNFINISHED}")
        unfinished.unlink(missing_ok=True)
        if document.path in added:
            share_or_copy(document.path, unfinished)
        else:
            shutil.copyfile(document.path, unfinished)
        sync_file(unfinished)
        unfinished.replace(target)
        sync_folder(target.parent)


def kept(snapshot: Snapshot) -> Mapping[str, Kept]:
    """Give the documents of a snapshot by their IRIs."""
    recorded = snapshot.meta.get("documents", {})
    return {
        iri: Kept(iri, snapshot.path / _FOLDER / name, name.startswith(f"{_POSTED}/"))
        for iri, name in sorted(recorded.items())
    }

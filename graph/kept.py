"""The documents that a snapshot was made of, kept in it as they were."""

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from filecmp import cmp
from pathlib import Path
from typing import Final

from foedus.graph.durable import UNFINISHED, share_or_copy
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
    """Give what a snapshot's ``meta`` says of its documents under ``documents``."""
    added = set(posted)
    return {
        document.iri.value: f"{_POSTED if document.path in added else _OURS}/{document.path.name}"
        for document in documents
    }


def keep(folder: Path, documents: Sequence[Document], posted: Sequence[Path]) -> None:
    """Keep the files of documents in the folder of a snapshot; those there already stay.

    A posted one is never changed in its place, so that a link is enough.
    """
    names, added = record(documents, posted), set(posted)
    for document in documents:
        target = folder / _FOLDER / names[document.iri.value]
        if target.is_file() and cmp(document.path, target, shallow=False):
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        unfinished = target.with_name(f".{target.name}{UNFINISHED}")
        unfinished.unlink(missing_ok=True)
        if document.path in added:
            share_or_copy(document.path, unfinished)
        else:
            shutil.copyfile(document.path, unfinished)
        unfinished.replace(target)


def kept(snapshot: Snapshot) -> Mapping[str, Kept]:
    """Give the documents of a snapshot by their IRIs."""
    recorded = snapshot.meta.get("documents", {})
    return {
        iri: Kept(iri, snapshot.path / _FOLDER / name, name.startswith(f"{_POSTED}/"))
        for iri, name in sorted(recorded.items())
    }

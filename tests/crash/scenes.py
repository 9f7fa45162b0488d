"""What is cut short: each way in which a data directory changes, on an invented graph.

The ontology is left out of it, so that a build takes a few milliseconds: what is derived does not
matter to where it is written.
"""

import hashlib
import json
import shutil
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Final

import pyoxigraph as ox
import rdflib

from foedus.graph import build as building
from foedus.graph import load, snapshot
from foedus.graph.backup import backup, restore
from foedus.graph.descriptions import key_of
from foedus.graph.kept import kept
from foedus.graph.material import Material
from foedus.graph.posted import posted_paths
from foedus.graph.snapshot import NoSnapshot, Snapshot, canonical_lines, current
from foedus.graph.worlds import NAMED, World
from foedus.service.registry import Registry

snapshot.KEPT = 2  # type: ignore[misc]  # so that something is pruned soon
for _name in ("sober", "undisputed"):
    NAMED.pop(_name)  # type: ignore[attr-defined]  # two worlds are as good as four

DOCUMENT: Final = """
@prefix fd: <https://w3id.org/foedus/ont/> .
<https://w3id.org/foedus/id/state/ruritania> a fd:State .
<https://w3id.org/foedus/doc/gazette/NAME> a fd:Document ; fd:sha256 "NUMBER" .
"""


def _read_material(
    paths: Sequence[Path], progress: building.Progress, known: Sequence[load.Document] = ()
) -> tuple[Material, list[load.Document]]:
    there = {document.path: document for document in known}
    documents = [there.get(path) or load.read_document(path) for path in paths]
    quads = [quad for document in documents for quad in document.quads]
    return Material.derived(quads, rdflib.Graph(), ()), documents


building.read_material = _read_material


def written(home: Path, name: str, number: int = 0) -> load.Document:
    """Write a document that is to enter."""
    path = home / f"{name}.trig"
    text = DOCUMENT.replace("NAME", name).replace("NUMBER", str(number))
    path.write_text(text, encoding="utf-8")
    return load.read_document(path)


def post(data: Path, name: str, number: int = 0) -> Snapshot:
    """Let a document enter; it takes the place of one of its name."""
    return building.build(data, [], entering=[written(data.parent, name, number)]).snapshot


def remove(data: Path, name: str) -> Snapshot:
    """Let a document leave, if it is there."""
    with snapshot.locked(data):
        return building.rebuild(data, [], leaving=[f"{name}.trig"]).snapshot


State = tuple[str | None, tuple[tuple[str, str], ...]]
"""The current snapshot, and the posted documents with their hashes."""


def state(data: Path) -> State:
    """Read what a data directory has; gives no snapshot where there is none."""
    try:
        return current(data).id, posted(data)
    except NoSnapshot:
        return None, posted(data)


def whole_state(data: Path) -> State:
    """Read what a data directory has, and all of every snapshot that it names.

    Raises:
        SnapshotDamaged: one is not whole.
    """
    for path in (data / "snapshots").glob("[!.]*"):
        check(Snapshot(path.name, path, {}))
    return state(data)


def posted(data: Path) -> tuple[tuple[str, str], ...]:
    """Give the names of the posted documents, and the hashes of what is in them."""
    paths = posted_paths(data)
    return tuple((it.name, hashlib.sha256(it.read_bytes()).hexdigest()) for it in paths)


def check(found: Snapshot) -> None:
    """Check that a snapshot is the one that it is called, and has all its parts."""
    lines = b"".join(canonical_lines(found.open()))
    assert hashlib.sha256(lines).hexdigest() == found.id, f"{found.id} is another"
    assert len(found.open("possible")) > 0
    ox.Store.read_only(str(found.path / "ground"))
    Material.read(found.path)
    meta = json.loads((found.path / "meta.json").read_text(encoding="utf-8"))
    for document in kept(replace(found, meta=meta)).values():
        load.read_document(document.path)


def leftovers(home: Path) -> list[Path]:
    """List what no finished work leaves."""
    return [it for it in home.rglob("*") if it.name.startswith(".")]


@dataclass(frozen=True)
class Scene:
    """One change of what is in a folder, in which ``data`` is the data directory.

    Attributes:
        prepare: Makes what is there before.
        act: The change, which may be done again when it was cut short.
        is_done: Whether the change is there, as far as the state does not tell.
        is_broken: Whether what is there before cannot be read.
        may_follow: Whether an error may come when all is decided, and the rest is done later.
    """

    prepare: Callable[[Path], object]
    act: Callable[[Path], object]
    is_done: Callable[[Path], bool] = lambda home: True
    is_broken: bool = False
    may_follow: bool = False


def _prepared(*posts: tuple[str, int]) -> Callable[[Path], None]:
    def prepare(home: Path) -> None:
        for name, number in posts:
            post(home / "data", name, number)

    return prepare


def _posting(name: str, number: int = 0) -> Callable[[Path], object]:
    return lambda home: post(home / "data", name, number)


def _damaged(home: Path) -> None:
    for path in (post(home / "data", "decree").path / "worlds" / "possible").iterdir():
        path.write_bytes(b"")


_WORLD: Final = World(as_of=date(1893, 1, 1))


def _describing(home: Path) -> str:
    return Registry(home / "data" / "worlds").add(_WORLD)


def _is_described(home: Path) -> bool:
    return Registry(home / "data" / "worlds").find(key_of(_WORLD)) == _WORLD


def _backing_up(name: str) -> Callable[[Path], object]:
    def act(home: Path) -> None:
        target = home / name
        while target.exists():  # it was finished: none is made over it
            target = home / f"another-{target.name}"
        backup(home / "data", target)

    return act


def _is_backed_up(name: str) -> Callable[[Path], bool]:
    def is_done(home: Path) -> bool:
        with tempfile.TemporaryDirectory() as folder:
            restore(home / name, Path(folder))
            return state(Path(folder)) == state(home / "data")

    return is_done


def _saved(home: Path) -> None:
    _prepared(("decree", 0), ("letter", 0))(home)
    _describing(home)
    backup(home / "data", home / "saved")
    backup(home / "data", home / "saved.tar")
    shutil.rmtree(home / "data")
    _prepared(("decree", 1), ("forgotten", 0))(home)


def _restoring(name: str) -> Callable[[Path], object]:
    return lambda home: restore(home / name, home / "data")


_SOME: Final = _prepared(("decree", 0))
_TWO: Final = _prepared(("decree", 0), ("letter", 0))


SCENES: Final = {
    "the-first-document": Scene(lambda home: None, _posting("decree")),
    "another-document": Scene(_SOME, _posting("letter")),
    "a-document-replaced": Scene(_SOME, _posting("decree", 1)),
    "a-document-removed": Scene(_TWO, lambda home: remove(home / "data", "letter")),
    "what-has-been-before": Scene(_prepared(("decree", 0), ("decree", 1)), _posting("decree")),
    "an-old-snapshot-pruned": Scene(_TWO, _posting("charter")),
    "a-damaged-snapshot-mended": Scene(
        _damaged, lambda home: building.build(home / "data", []), is_broken=True
    ),
    "a-world-described": Scene(_SOME, _describing, _is_described),
    "a-backup-as-folder": Scene(_SOME, _backing_up("saved"), _is_backed_up("saved")),
    "a-backup-as-tar": Scene(_SOME, _backing_up("saved.tar"), _is_backed_up("saved.tar")),
    "a-folder-restored": Scene(_saved, _restoring("saved"), _is_described, may_follow=True),
    "a-tar-restored": Scene(_saved, _restoring("saved.tar"), _is_described, may_follow=True),
}

"""Snapshots: published atomically, named by their content, never half there."""

import hashlib
import subprocess
import sys
from pathlib import Path

import pyoxigraph as ox
import pytest

from foedus.graph import snapshot
from foedus.graph.durable import NotWritten
from foedus.graph.snapshot import (
    KEPT,
    NoSnapshot,
    Snapshot,
    SnapshotDamaged,
    canonical_lines,
    current,
    locked,
    publish,
)
from foedus.ontology.errors import InputRefused


def quads(text: str) -> list[ox.Quad]:
    return list(ox.parse(text, format=ox.RdfFormat.N_QUADS))


ONE = '<x:s> <x:p> "ä\\n" .\n<x:s> <x:p> _:b <x:g> .\n_:b <x:p> <x:o> <x:g> .\n'
OTHER = "<x:s> <x:p> <x:o> .\n"


def test_identity_is_the_hash_of_canonical_quads_whatever_their_order_and_labels(
    tmp_path: Path,
) -> None:
    (tmp_path / "a").mkdir()
    ours = publish(tmp_path / "a", {"reported": quads(ONE)}, {})
    shuffled = "".join(reversed(ONE.replace("_:b", "_:other").splitlines(keepends=True)))
    (tmp_path / "b").mkdir()
    theirs = publish(tmp_path / "b", {"reported": quads(shuffled)}, {})
    assert ours.id == theirs.id
    assert ours.id == hashlib.sha256(b"".join(canonical_lines(ours.open()))).hexdigest()


def test_what_is_published_is_current_and_can_be_read(tmp_path: Path) -> None:
    published = publish(tmp_path, {"reported": quads(ONE)}, {"input": "i"})
    assert current(tmp_path) == published
    assert published.meta == {"input": "i", "quads": 3}
    assert len(published.open()) == 3


def test_a_reader_keeps_its_snapshot_while_another_is_published_and_pruned(tmp_path: Path) -> None:
    publish(tmp_path, {"reported": quads(ONE)}, {})
    reader = current(tmp_path).open()
    for number in range(KEPT + 1):
        publish(tmp_path, {"reported": quads(f'<x:s> <x:p> "{number}" .\n')}, {})
    assert len(reader) == 3
    assert len(list((tmp_path / "snapshots").iterdir())) == KEPT


def test_the_same_content_is_not_written_again(tmp_path: Path) -> None:
    first = publish(tmp_path, {"reported": quads(ONE)}, {"input": "a"})
    written = (first.path / "worlds" / "reported" / "CURRENT").stat().st_mtime_ns
    publish(tmp_path, {"reported": quads(OTHER)}, {"input": "b"})
    again = publish(tmp_path, {"reported": quads(ONE)}, {"input": "c"})
    assert again.id == first.id == current(tmp_path).id
    assert (first.path / "worlds" / "reported" / "CURRENT").stat().st_mtime_ns == written
    assert current(tmp_path).meta["input"] == "c"


def test_a_marked_snapshot_is_never_pruned(tmp_path: Path) -> None:
    marked = publish(tmp_path, {"reported": quads(ONE)}, {})
    (marked.path / "marked").touch()
    for number in range(KEPT + 1):
        publish(tmp_path, {"reported": quads(f'<x:s> <x:p> "{number}" .\n')}, {})
    assert marked.path.is_dir()


def test_a_crash_before_the_switch_leaves_the_last_snapshot(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = publish(tmp_path, {"reported": quads(ONE)}, {})

    def crash(folder: Path) -> None:
        raise OSError("power is gone")

    with monkeypatch.context() as patch:
        patch.setattr(snapshot, "sync_tree", crash)
        with pytest.raises(NotWritten, match="power"):
            publish(tmp_path, {"reported": quads(OTHER)}, {})
    assert current(tmp_path) == first
    second = publish(tmp_path, {"reported": quads(OTHER)}, {})
    assert current(tmp_path) == second != first
    assert not list((tmp_path / "snapshots").glob(".*"))


def started(code: str, *arguments: object) -> subprocess.Popen[str]:
    """Start another Python that runs ``code``."""
    head = "import pathlib, sys, time\nimport pyoxigraph as ox\n"
    head += "from foedus.graph.snapshot import locked, publish\n"
    command = [sys.executable, "-c", head + code, *map(str, arguments)]
    return subprocess.Popen(command, text=True, stdout=subprocess.PIPE)


def test_a_killed_writer_leaves_a_snapshot_that_can_be_read(tmp_path: Path) -> None:
    code = """
for number in range(1_000_000):
    quad = ox.Quad(ox.NamedNode("x:s"), ox.NamedNode("x:p"), ox.Literal(number))
    publish(pathlib.Path(sys.argv[1]), {"reported": [quad]}, {})
    print(number, flush=True)
"""
    with started(code, tmp_path) as process:
        assert process.stdout
        assert process.stdout.readline() == "0\n"
        assert process.stdout.readline() == "1\n"
        process.kill()
    found = current(tmp_path)
    assert len(found.open()) == 1
    with locked(tmp_path):
        assert publish(tmp_path, {"reported": quads(ONE)}, {}) == current(tmp_path)


def test_a_directory_without_a_snapshot_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(NoSnapshot, match="foedus build"):
        current(tmp_path)


def test_a_directory_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(InputRefused, match="cannot write"), locked(tmp_path / "file" / "data"):
        pass


def test_writers_wait_for_each_other(tmp_path: Path) -> None:
    code = """
folder = pathlib.Path(sys.argv[1])
with locked(folder):
    print("held", flush=True)
    time.sleep(0.5)
    (folder / "order").write_text("first", encoding="utf-8")
"""
    with started(code, tmp_path) as process:
        assert process.stdout
        assert process.stdout.readline() == "held\n"
        with locked(tmp_path):
            assert (tmp_path / "order").read_text(encoding="utf-8") == "first"


def test_the_pointer_is_relative_so_that_a_data_directory_can_be_moved(tmp_path: Path) -> None:
    here = tmp_path / "here"
    here.mkdir()
    published = publish(here, {"reported": quads(ONE)}, {})
    here.rename(tmp_path / "there")
    assert current(tmp_path / "there").id == published.id
    assert not (tmp_path / "there" / "current").readlink().is_absolute()


def damage(snapshot: Snapshot) -> None:
    """Empty the files of its store."""
    for path in (snapshot.path / "worlds" / "reported").iterdir():
        path.write_bytes(b"")


def test_a_damaged_store_is_said_to_be_and_mended_by_publishing_again(tmp_path: Path) -> None:
    published = publish(tmp_path, {"reported": quads(ONE)}, {})
    damage(published)
    assert not published.is_sound()
    with pytest.raises(SnapshotDamaged, match="foedus build"):
        published.open()
    mended = publish(tmp_path, {"reported": quads(ONE)}, {})
    assert mended.id == published.id
    assert len(mended.open()) == 3


def test_a_pointer_that_is_no_link_is_said_to_be_damaged_and_replaced(tmp_path: Path) -> None:
    (tmp_path / "current").write_text("x", encoding="utf-8")
    with pytest.raises(SnapshotDamaged):
        current(tmp_path)
    assert publish(tmp_path, {"reported": quads(ONE)}, {}) == current(tmp_path)

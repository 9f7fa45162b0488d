"""Folders in use stay, and what dead processes leave goes."""

import signal
import subprocess
import sys
from pathlib import Path

import pyoxigraph as ox
import pytest

from foedus.graph import snapshot
from foedus.graph.leases import LENT, Lease, Lent, remove_unused, sweep
from foedus.graph.snapshot import Snapshot, SnapshotGone, current, locked, publish

HOLD = """
import pathlib, sys, time
from foedus.graph.leases import Lent
from foedus.graph.snapshot import current
data = pathlib.Path(sys.argv[1])
lease, lent = current(data).lease(), Lent(data / "snapshots")
print(lent.path, flush=True)
time.sleep(600)
"""


def publish_one(data: Path, number: int) -> Snapshot:
    quad = ox.Quad(ox.NamedNode("x:s"), ox.NamedNode("x:p"), ox.Literal(number))
    with locked(data):
        return publish(data, {"reported": [quad]}, {})


def test_a_snapshot_in_use_is_pruned_when_its_readers_are_gone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(snapshot, "KEPT", 1)
    first = publish_one(tmp_path, 1)
    with first.lease():
        second = publish_one(tmp_path, 2)
        with first.lease():
            assert len(first.open()) == 1
    assert first.path.is_dir()
    publish_one(tmp_path, 3)
    assert not first.path.exists()
    assert not second.path.exists()
    with pytest.raises(SnapshotGone):
        first.lease()


def test_what_a_process_has_is_kept_while_it_lives_and_no_longer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(snapshot, "KEPT", 1)
    first = publish_one(tmp_path, 1)
    command = [sys.executable, "-c", HOLD, str(tmp_path)]
    with subprocess.Popen(command, text=True, stdout=subprocess.PIPE) as process:
        assert process.stdout
        lent = Path(process.stdout.readline().strip())
        publish_one(tmp_path, 2)
        assert first.path.is_dir()
        assert lent.is_dir()
        process.send_signal(signal.SIGKILL)
    publish_one(tmp_path, 3)
    assert not first.path.exists()
    assert not lent.exists()
    assert [path.name for path in (tmp_path / "snapshots").iterdir()] == [current(tmp_path).id]


def test_a_lent_folder_goes_with_its_object(tmp_path: Path) -> None:
    lent = Lent(tmp_path)
    assert lent.path.name.startswith(LENT)
    (lent.path / "file").touch()
    sweep(tmp_path)
    assert (lent.path / "file").exists()
    del lent
    assert list(tmp_path.iterdir()) == []


def test_a_lent_folder_stays_when_a_forked_process_ends(tmp_path: Path) -> None:
    code = """
import os, pathlib, sys
from foedus.graph.leases import Lent
lent = Lent(pathlib.Path(sys.argv[1]))
if not (child := os.fork()):
    sys.exit()
os.waitpid(child, 0)
assert lent.path.is_dir()
"""
    subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=True)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_being_removed_cannot_be_leased(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    lease = Lease(folder)
    assert not remove_unused(folder)
    lease.release()
    lease.release()
    assert remove_unused(folder)
    with pytest.raises(FileNotFoundError):
        Lease(folder)


def test_a_link_is_not_followed_to_what_it_leads_to(tmp_path: Path) -> None:
    (tmp_path / "precious").mkdir()
    (tmp_path / f"{LENT}x").symlink_to(tmp_path / "precious")
    sweep(tmp_path)
    assert (tmp_path / "precious").is_dir()


def test_a_lease_that_is_forgotten_ends(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    for _ in range(2):
        Lease(folder)
    assert remove_unused(folder)

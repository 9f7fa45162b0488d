"""Backups: whole, restorable, and nothing else is restored."""

import io
import os
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from foedus.graph.backup import NoBackup, backup, restore
from foedus.graph.durable import NotWritten
from foedus.graph.material import Material
from foedus.graph.snapshot import NoSnapshot, Snapshot, current, locked, pinned
from foedus.graph.world_stores import WorldStores
from foedus.graph.worlds import World
from foedus.ontology.errors import InputRefused


@pytest.fixture
def data(built: Snapshot, tmp_path: Path) -> Path:
    """Give a data directory of its own with all that can be in one."""
    data = tmp_path / "data"
    shutil.copytree(built.path.parent.parent, data, symlinks=True)
    for name in ("documents/letter.trig", "worlds/0123456789abcdef.json"):
        (data / name).parent.mkdir(exist_ok=True)
        (data / name).write_text("{}", encoding="utf-8")
    return data


@pytest.mark.parametrize("name", ["saved", "saved.tar", "saved.tar.gz"])
def test_what_was_backed_up_is_restored(data: Path, tmp_path: Path, name: str) -> None:
    saved = backup(data, tmp_path / name)
    restored = restore(tmp_path / name, tmp_path / "new")
    assert restored.id == saved.id == current(data).id
    assert len(restored.open()) == len(saved.open())
    assert Material.read(restored.path).quads
    for kept in ("documents/letter.trig", "worlds/0123456789abcdef.json"):
        assert (tmp_path / "new" / kept).read_bytes() == (data / kept).read_bytes()


def test_a_backup_is_a_data_directory_that_other_tools_can_check(
    data: Path, tmp_path: Path
) -> None:
    saved = backup(data, tmp_path / "saved")
    assert current(tmp_path / "saved").id == saved.id
    if shutil.which("sha256sum"):
        command = ["sha256sum", "--check", "--strict", "--quiet", "SHA256SUMS"]
        subprocess.run(command, cwd=tmp_path / "saved", check=True)


def test_a_snapshot_alone_is_enough_and_tells_nothing_of_where_it_was_made(
    data: Path, tmp_path: Path
) -> None:
    found = current(data)
    shutil.copytree(found.path, tmp_path / "copy" / found.id)
    shutil.rmtree(data)
    copied = Snapshot(found.id, tmp_path / "copy" / found.id, found.meta)
    files = [path for path in copied.path.rglob("*") if path.is_file()]
    assert not any(str(tmp_path.parent).encode() in path.read_bytes() for path in files)
    stores = WorldStores(copied)
    assert len(stores.store(World(as_of=date(2024, 6, 30)))) > 0


def test_marked_snapshots_are_backed_up_and_others_are_not(data: Path, tmp_path: Path) -> None:
    now = current(data)
    for mark, other in (("marked", "1" * 64), ("meta.json", "2" * 64)):
        shutil.copytree(now.path, now.path.with_name(other))
        (now.path.with_name(other) / mark).touch()
    backup(data, tmp_path / "saved")
    names = {path.name for path in (tmp_path / "saved" / "snapshots").iterdir()}
    assert names == {now.id, "1" * 64}


def test_a_restored_directory_has_the_documents_of_the_backup_and_older_snapshots(
    data: Path, tmp_path: Path
) -> None:
    backup(data, tmp_path / "saved")
    (data / "documents" / "other.trig").touch()
    (data / "documents" / "letter.trig").write_text("changed", encoding="utf-8")
    older = current(data).path.with_name("3" * 64)
    shutil.copytree(current(data).path, older)
    restore(tmp_path / "saved", data)
    assert [path.name for path in (data / "documents").iterdir()] == ["letter.trig"]
    assert (data / "documents" / "letter.trig").read_text(encoding="utf-8") == "{}"
    assert pinned(data, "3" * 64).path == older


def test_nothing_is_written_over_by_a_backup(data: Path, tmp_path: Path) -> None:
    (tmp_path / "saved.tar").touch()
    with pytest.raises(InputRefused, match="there already"):
        backup(data, tmp_path / "saved.tar")
    with pytest.raises(InputRefused, match="No such folder"):
        backup(data, tmp_path / "none" / "saved.tar")
    with pytest.raises(NoSnapshot):
        backup(tmp_path / "empty", tmp_path / "other.tar")
    assert not (tmp_path / "empty").exists()


def test_a_backup_waits_for_who_writes(data: Path, tmp_path: Path) -> None:
    code = "import sys, pathlib; from foedus.graph.backup import backup\n"
    code += "backup(*map(pathlib.Path, sys.argv[1:]))"
    command = [sys.executable, "-c", code, str(data), str(tmp_path / "saved")]
    with locked(data):
        process = subprocess.Popen(command)
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(2)
        (data / "documents" / "late.trig").touch()
    assert process.wait() == 0
    assert (tmp_path / "saved" / "documents" / "late.trig").exists()


def _change(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1] + b"~")


def unshared(path: Path) -> Path:
    """Give a file of a backup bytes of its own, so that what it was made of stays as it is."""
    content = path.read_bytes()
    path.unlink()
    path.write_bytes(content)
    return path


DAMAGE: dict[str, Callable[[Path], object]] = {
    "is not what was backed up": lambda saved: _change(
        unshared(next(saved.glob("snapshots/*/worlds/sober/*.sst")))
    ),
    "is missing": lambda saved: (saved / "documents" / "letter.trig").unlink(),
    "is not listed": lambda saved: (saved / "documents" / "more.trig").touch(),
    "which no backup has": lambda saved: (saved / "documents" / "more.sh").touch(),
    "lacks SHA256SUMS": lambda saved: (saved / "SHA256SUMS").unlink(),
    "lacks SHA256SUMS or current": lambda saved: (saved / "current").unlink(),
    "its current snapshot is missing": lambda saved: (
        (saved / "current").unlink(),
        (saved / "current").symlink_to("snapshots/" + "0" * 64),
    ),
    "is no file": lambda saved: (saved / "documents" / "l.trig").symlink_to("letter.trig"),
}


@pytest.mark.parametrize("reason", DAMAGE)
@pytest.mark.parametrize("is_tar", [False, True])
def test_a_backup_that_is_not_whole_is_refused_and_changes_nothing(
    data: Path, tmp_path: Path, reason: str, is_tar: bool
) -> None:
    backup(data, tmp_path / "saved")
    DAMAGE[reason](tmp_path / "saved")
    source = tmp_path / "saved"
    if is_tar:
        source = tmp_path / "saved.tar"
        with tarfile.open(source, "w") as tar:
            for path in (tmp_path / "saved").iterdir():
                tar.add(path, path.name)
    before = sorted(str(path) for path in data.rglob("*"))
    with pytest.raises(NoBackup, match=reason):
        restore(source, data)
    assert sorted(str(path) for path in data.rglob("*")) == before


@pytest.mark.parametrize(
    "name", ["../evil", "/evil", "documents/../../evil.trig", "documents/a/../../../evil", "evil"]
)
@pytest.mark.parametrize("kind", [tarfile.REGTYPE, tarfile.SYMTYPE, tarfile.LNKTYPE])
def test_a_tar_writes_nowhere_else(tmp_path: Path, name: str, kind: bytes) -> None:
    with tarfile.open(tmp_path / "evil.tar", "w") as tar:
        member = tarfile.TarInfo(name)
        member.type, member.linkname, member.size = kind, "/etc/passwd", 4
        tar.addfile(member, io.BytesIO(b"evil"))
    with pytest.raises(NoBackup):
        restore(tmp_path / "evil.tar", tmp_path / "home" / "data")
    assert not [path for path in tmp_path.rglob("*") if path.name == "evil"]


@pytest.mark.parametrize("kind", [tarfile.FIFOTYPE, tarfile.CHRTYPE, tarfile.SYMTYPE])
def test_a_tar_has_files_only(tmp_path: Path, kind: bytes) -> None:
    with tarfile.open(tmp_path / "evil.tar", "w") as tar:
        member = tarfile.TarInfo("documents/a.trig")
        member.type, member.linkname = kind, "../../../outside"
        tar.addfile(member)
    with pytest.raises(NoBackup, match="is no file"):
        restore(tmp_path / "evil.tar", tmp_path / "data")


@pytest.mark.parametrize("content", [b"", b"nonsense" * 1000, b"\x1f\x8b\x08nonsense"])
def test_what_is_no_tar_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "saved.tar").write_bytes(content)
    with pytest.raises(NoBackup):
        restore(tmp_path / "saved.tar", tmp_path / "data")
    with pytest.raises(NoBackup, match="No such file"):
        restore(tmp_path / "none.tar", tmp_path / "data")


def test_a_tar_that_was_cut_off_is_refused(data: Path, tmp_path: Path) -> None:
    backup(data, tmp_path / "saved.tar.gz")
    os.truncate(tmp_path / "saved.tar.gz", (tmp_path / "saved.tar.gz").stat().st_size // 2)
    with pytest.raises(NoBackup, match="not a whole one"):
        restore(tmp_path / "saved.tar.gz", tmp_path / "new")


def test_a_place_that_cannot_be_written_is_said_to_be_one(data: Path, tmp_path: Path) -> None:
    backup(data, tmp_path / "saved.tar")
    (tmp_path / "file").touch()
    with pytest.raises(NotWritten, match="cannot write here"):
        restore(tmp_path / "saved.tar", tmp_path / "file" / "data")

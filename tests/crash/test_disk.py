"""Disks that are full, or cannot be written: a clear error, and all is as it was."""

import errno
import os
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from foedus.graph.backup import backup
from foedus.graph.durable import NotWritten
from foedus.graph.snapshot import Snapshot, current, locked, put_in_order
from foedus.graph.worlds import World
from foedus.service.registry import Registry

POST = """
import resource, sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from scenes import building, written
from foedus.graph.durable import NotWritten
data = Path(sys.argv[2])
document = written(data.parent, sys.argv[3])
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[4]),) * 2)
try:
    building.build(data, [], entering=[document])
except NotWritten as error:
    sys.exit(str(error))
"""
HERE = Path(__file__).parent


def foedus(*arguments: str, most: int) -> subprocess.CompletedProcess[str]:
    """Run a command that may write so many bytes into a file."""
    code = "import resource, sys; from foedus.service.cli import main\n"
    code += f"resource.setrlimit(resource.RLIMIT_FSIZE, ({most}, {most})); sys.exit(main())"
    command = [sys.executable, "-c", code, *arguments]
    return subprocess.run(command, text=True, capture_output=True, check=False)


@pytest.mark.parametrize("most", [0, 60, 400, 2_000, 6_000])
def test_a_disk_that_gets_full_leaves_the_snapshot_and_says_so(tmp_path: Path, most: int) -> None:
    data = tmp_path / "data"

    def post(name: str, limit: int) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-c", POST, str(HERE), str(data), name, str(limit)]
        return subprocess.run(command, text=True, capture_output=True, check=False)

    assert post("decree", 10_000_000).returncode == 0
    before = current(data)
    failed = post("letter", most)
    assert failed.returncode == 1
    assert failed.stderr == f"{data}: cannot write here: File too large\n"
    assert current(data) == before
    assert len(before.open()) > 0
    left = [it for it in data.rglob("*") if it.name.startswith(".")]
    assert left == []


def test_a_command_on_a_full_disk_says_so_in_a_line(built: Snapshot, tmp_path: Path) -> None:
    data = built.path.parent.parent
    for arguments in (("backup", str(tmp_path / "saved.tar")), ("backup", str(tmp_path / "saved"))):
        failed = foedus(*arguments, "--data", str(data), most=20_000)
        assert failed.returncode == 2
        assert failed.stderr.count("\n") == 1
        assert "cannot write here: File too large" in failed.stderr
        assert list(tmp_path.iterdir()) == []
    backup(data, tmp_path / "saved.tar")
    failed = foedus("restore", str(tmp_path / "saved.tar"), "--data", str(data), most=20_000)
    assert failed.returncode == 2
    assert "cannot write here: File too large" in failed.stderr
    assert current(data).id == built.id


def refuse(monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    """Let nothing be written any more, as on a disk that is mounted read-only."""

    def refused(*_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number))

    for name in ("link", "mkdir", "rename", "replace", "rmdir", "symlink", "unlink"):
        monkeypatch.setattr(os, name, refused)
    monkeypatch.setattr(Path, "open", refused)


@pytest.mark.parametrize("number", [errno.EROFS, errno.EACCES])
def test_a_disk_that_cannot_be_written_is_read_and_nothing_else(
    built: Snapshot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    data = tmp_path / "data"
    shutil.copytree(built.path.parent.parent, data, symlinks=True)
    with monkeypatch.context() as patch:
        refuse(patch, number)
        with pytest.raises(NotWritten, match=os.strerror(number)), locked(data):
            pass
        put_in_order(data)
    assert current(data).id == built.id


@pytest.mark.skipif(os.geteuid() == 0, reason="root writes everywhere")
def test_a_folder_that_is_not_ours_is_read_and_nothing_else(
    built: Snapshot, tmp_path: Path
) -> None:
    data = tmp_path / "data"
    shutil.copytree(built.path.parent.parent, data, symlinks=True)
    (data / "lock").unlink(missing_ok=True)
    data.chmod(0o500)
    try:
        with pytest.raises(NotWritten, match="Permission denied"), locked(data):
            pass
        put_in_order(data)
        assert len(current(data).open()) > 0
        assert backup(data, tmp_path / "saved").id == built.id
    finally:
        data.chmod(0o700)


def test_a_world_described_on_a_read_only_disk_is_known_while_the_server_lives(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = World(as_of=date(1893, 1, 1))
    registry = Registry(tmp_path / "worlds")
    with monkeypatch.context() as patch:
        refuse(patch, errno.EROFS)
        assert registry.find(registry.add(world)) == world
    assert not (tmp_path / "worlds").exists()
    with monkeypatch.context() as patch:
        refuse(patch, errno.ENOSPC)
        with pytest.raises(NotWritten, match="No space"):
            registry.add(world)


def test_all_of_a_snapshot_is_flushed_before_it_becomes_current(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = """
import os, sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from scenes import post
data, flushed, original = Path(sys.argv[2]), set(), (os.fsync, os.replace)

def fsync(handle):
    flushed.add((os.fstat(handle).st_ino, os.fstat(handle).st_ctime_ns))
    original[0](handle)

def replace(source, target):
    if Path(target).name == "current":
        new = data / Path(source).readlink()
        waiting = [new, *new.rglob("*"), *(data / "documents" / ".change").glob("*")]
        inodes = {inode for inode, _ in flushed}
        assert all(it.stat().st_ino in inodes for it in [*waiting, new.parent])
        print(len(waiting))
    original[1](source, target)

os.fsync, os.replace = fsync, replace
post(data, "letter")
"""
    command = [sys.executable, "-c", code, str(HERE), str(tmp_path / "data")]
    done = subprocess.run(command, text=True, capture_output=True, check=True)
    assert int(done.stdout) > 50

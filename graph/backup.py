"""Backups of a data directory, made while it is served, and the way back.

A backup is a data directory itself, with the snapshots that are current or marked, the posted
documents, the descriptions of worlds, and ``SHA256SUMS`` (which ``sha256sum --check`` reads); or
all of that in a tar.
"""

import fcntl
import gzip
import hashlib
import lzma
import re
import shutil
import tarfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Final

from foedus.graph import restoring
from foedus.graph.durable import (
    make_folder,
    point,
    share_or_copy,
    sync_file,
    sync_folder,
    sync_tree,
    writing,
)
from foedus.graph.leases import Lent, remove_unused, set_aside, sweep
from foedus.graph.snapshot import Snapshot, current, locked, pinned, put_in_order
from foedus.ontology.errors import InputRefused

_TARS: Final = {".tar": "w", ".gz": "w:gz", ".tgz": "w:gz"}
"""Suffixes of tars, and how they are written."""

_SMALL: Final = frozenset({".trig", ".json"})
"""Files that somebody might edit in their place: so these are not shared."""

_NAMES: Final = re.compile(
    r"SHA256SUMS|current|documents|worlds|snapshots"
    r"|documents/[^/.\n][^/\n]*\.trig|worlds/[0-9a-f]{16}\.json"
    r"|snapshots/[0-9a-f]{64}(/[^/.\n][^/\n]*)*"
)
_CURRENT: Final = re.compile("snapshots/([0-9a-f]{64})")
_BROKEN: Final = (tarfile.TarError, EOFError, gzip.BadGzipFile, zlib.error, lzma.LZMAError)


class NoBackup(InputRefused):
    """What should be restored is no backup, or not what was backed up."""


def backup(data: Path, target: Path) -> Snapshot:
    """Back up a data directory; gives what is current in it.

    Args:
        data: Who serves it goes on; who writes to it waits for a moment, and is waited for.
        target: A file whose name ends in ``.tar``, ``.tar.gz`` or ``.tgz``, or a folder, whose
            files are shared with ``data`` where both are on one file system.

    Raises:
        InputRefused: the target exists, or what it should be in does not.
        NoSnapshot: there is nothing to back up.
        NotWritten: the disk is full, or cannot be written.
    """
    if target.exists() or target.is_symlink():
        raise InputRefused("is there already", str(target))
    if not target.parent.is_dir():
        raise InputRefused("No such folder", str(target.parent))
    mode = _TARS.get(target.suffix)
    put_in_order(data)
    sweep(target.parent)
    with ExitStack() as stack, writing(target):
        staged = stack.enter_context(_stage(target.parent if mode is None else data, target.parent))
        found = _collect(data, staged)
        if mode is None:
            sync_tree(staged)
            staged.rename(target)
        else:
            unfinished = stack.enter_context(Lent(target.parent)) / target.name
            with tarfile.open(unfinished, mode) as tar:  # type: ignore[call-overload]
                for path in sorted(staged.iterdir()):
                    tar.add(path, path.name, filter=_anonymous)
            sync_file(unfinished)
            unfinished.rename(target)
        sync_folder(target.parent)
    return found


@contextmanager
def _stage(first: Path, second: Path) -> Iterator[Path]:
    """Give a folder to put a backup together in the first place that can be written."""
    try:
        lent = Lent(first)
    except OSError:
        lent = Lent(second)
    with lent as folder:
        staged = folder / "backup"
        staged.mkdir()
        yield staged


def _collect(data: Path, target: Path) -> Snapshot:
    with ExitStack() as stack:
        with _still(data):
            found = current(data)
            marked = [path.parent.name for path in data.glob("snapshots/[!.]*/marked")]
            kept = {found.id: found, **{name: pinned(data, name) for name in marked}}
            for snapshot in kept.values():
                stack.enter_context(snapshot.lease())
            for kind, pattern in (("documents", "[!.]*.trig"), ("worlds", "[!.]*.json")):
                (target / kind).mkdir()
                for path in (data / kind).glob(pattern):
                    shutil.copyfile(path, target / kind / path.name)
        for snapshot in kept.values():
            _copy(snapshot.path, target / "snapshots" / snapshot.id)
    for name in _files(target):
        if not _NAMES.fullmatch(name):
            raise InputRefused("has a name that no backup can have", str(data / name))
    point(target / "current", target / "snapshots" / found.id)
    sums = "".join(f"{_sum(target / name)}  {name}\n" for name in _files(target))
    (target / restoring.LISTED).write_text(sums, encoding="utf-8")
    return found


@contextmanager
def _still(data: Path) -> Iterator[None]:
    """Wait until nobody writes, and keep others from it; nobody does where there is no lock."""
    with ExitStack() as stack:
        with suppress(FileNotFoundError):
            handle = stack.enter_context((data / "lock").open("rb"))
            fcntl.flock(handle, fcntl.LOCK_SH)
        yield


def _anonymous(member: tarfile.TarInfo) -> tarfile.TarInfo:
    member.uid = member.gid = 0
    member.uname = member.gname = ""
    return member


def restore(source: Path, data: Path) -> Snapshot:
    """Make a backup the state of a data directory, which is made if it is not there.

    Snapshots that are there already stay and can still be pinned; posted documents become those of
    the backup. A crash leaves the old state or the new one: which, is decided by one renaming.

    Raises:
        NoBackup: it is none, or it is not whole; nothing has changed.
        NotWritten: the disk is full, or cannot be written. Nothing has changed, or all will when
            next somebody writes or starts to serve.
    """
    if not source.exists():
        raise NoBackup("No such file or folder", str(source))
    with ExitStack() as stack:
        with writing(data):
            make_folder(data)
            found = stack.enter_context(Lent(data)) / "backup"
            if source.is_dir():
                _copy(source, found, lambda name: _admit(source, name))
            else:
                _unpack(source, found)
        identities = _checked(source, found)
        with writing(data):
            sync_tree(found)
        with locked(data), writing(data):
            for identity in identities:
                there = Snapshot(identity, data / "snapshots" / identity, {})
                if there.path.exists() and not there.is_sound():
                    remove_unused(set_aside(there.path))
            restoring.decide(found, data)
            restoring.finish(data)
    return current(data)


def _unpack(source: Path, target: Path) -> None:
    pointers: list[str] = []

    def admitted(member: tarfile.TarInfo, path: str) -> tarfile.TarInfo | None:
        _admit(source, member.name)
        if member.issym() and member.name == "current":
            pointers.append(member.linkname)
            return None
        if not (member.isfile() or member.isdir() or member.islnk()):
            raise NoBackup(f"{member.name!r} is no file", str(source))
        return tarfile.data_filter(member, path)

    try:
        file = source.open("rb")
    except OSError as error:
        raise NoBackup(error.strerror or str(error), str(source)) from error
    try:
        with file, tarfile.open(fileobj=file) as tar:
            tar.extractall(target, filter=admitted)
    except _BROKEN as error:
        raise NoBackup(f"is no tar, or not a whole one: {error}", str(source)) from error
    for pointer in pointers[:1]:
        (target / "current").symlink_to(pointer)


def _admit(source: Path, name: str) -> None:
    if not _NAMES.fullmatch(name):
        raise NoBackup(f"has {name!r}, which no backup has", str(source))


def _checked(source: Path, found: Path) -> list[str]:
    """Check what a backup says of itself; gives the identities of its snapshots."""

    def refuse(reason: str) -> NoBackup:
        return NoBackup(reason, str(source))

    try:
        lines = (found / restoring.LISTED).read_text(encoding="utf-8").split("\n")[:-1]
        link = _CURRENT.fullmatch(str((found / "current").readlink()))
    except (OSError, UnicodeDecodeError) as error:
        raise refuse("is no backup: it lacks SHA256SUMS or current") from error
    sums = {name: digest for digest, _, name in (line.partition("  ") for line in lines)}
    files = _files(found)
    for name in sorted(sums.keys() ^ set(files)):
        raise refuse(f"{name!r} is missing" if name in sums else f"{name!r} is not listed")
    for name in files:
        if _sum(found / name) != sums[name]:
            raise refuse(f"{name!r} is not what was backed up")
    identities = sorted(path.name for path in (found / "snapshots").glob("*"))
    for identity in identities:
        folder = found / "snapshots" / identity
        if not (folder / "meta.json").is_file() or not Snapshot(identity, folder, {}).is_sound():
            raise refuse(f"the snapshot {identity} cannot be read")
    if link is None or link[1] not in identities:
        raise refuse("its current snapshot is missing")
    return identities


def _copy(source: Path, target: Path, admit: Callable[[str], None] | None = None) -> None:
    """Copy a folder, sharing the files of snapshots; without ``admit``, but what is hidden."""
    for path in (source, *sorted(source.rglob("*"))):
        name = path.relative_to(source).as_posix()
        if admit and path != source:
            admit(name)
        elif path.name.startswith("."):  # being written
            continue
        if path.is_symlink() and name == "current":
            (target / name).symlink_to(path.readlink())
        elif path.is_dir() and not path.is_symlink():
            (target / name).mkdir(parents=True)
        elif path.is_file() and not path.is_symlink():
            (shutil.copyfile if path.suffix in _SMALL else share_or_copy)(path, target / name)
        else:
            raise NoBackup(f"{name!r} is no file", str(source))


def _files(folder: Path) -> list[str]:
    """List the files below a folder by name, but the list itself."""
    found = (path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
    names = sorted(path.relative_to(folder).as_posix() for path in found)
    return [name for name in names if name != restoring.LISTED]


def _sum(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()

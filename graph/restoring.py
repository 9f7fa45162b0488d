"""The last step of restoring a backup: moves that can be cut short and taken up again.

A backup that was found whole waits in ``.restored`` of the data directory. That it is there is the
decision: before, nothing has changed; from then on, who next writes to the directory, or serves it,
finishes what a killed process has begun.
"""

import shutil
from pathlib import Path
from typing import Final

from foedus.graph.durable import make_folder, point, sync_folder
from foedus.graph.leases import set_aside

WAITING: Final = ".restored"
LISTED: Final = "SHA256SUMS"
"""The file of a backup that lists all others."""


def decide(found: Path, data: Path) -> None:
    """Let the backup in ``found``, which is whole and flushed, become the state of ``data``."""
    found.rename(data / WAITING)
    sync_folder(data)


def finish(data: Path) -> None:
    """Bring in the backup that waits in a data directory, if there is one; the lock is held.

    Snapshots and worlds that are there already stay; posted documents become those of the backup.
    """
    waiting = data / WAITING
    if not waiting.is_dir():
        return
    _bring_in(waiting / "snapshots", data / "snapshots", replace=False)
    point(data / "current", data / (waiting / "current").readlink())
    _bring_in(waiting / "documents", data / "documents", replace=True)
    lines = (waiting / LISTED).read_text(encoding="utf-8").split("\n")
    listed = {line.partition("  ")[2] for line in lines}
    for path in (data / "documents").glob("[!.]*.trig"):
        if f"documents/{path.name}" not in listed:
            path.unlink()
    sync_folder(data / "documents")
    _bring_in(waiting / "worlds", data / "worlds", replace=True)
    shutil.rmtree(set_aside(waiting))


def _bring_in(source: Path, target: Path, replace: bool) -> None:
    make_folder(target)
    for path in sorted(source.iterdir()) if source.is_dir() else ():
        there = target / path.name
        if replace or not there.exists():
            path.replace(there)
        elif (path / "marked").exists():
            (there / "marked").touch()
            sync_folder(there)
    sync_folder(target)

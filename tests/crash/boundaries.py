"""Cut scenes short before each boundary, and see what is there then.

A program of its own, because it forks: ``python boundaries.py kill|full SCENE... [--every]``, or
``list``. Says how many boundaries each scene has, or what is wrong.
"""

import os
import shutil
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from errno import ENOSPC
from itertools import count
from pathlib import Path
from typing import Final

from faults import DIED, DONE, at_boundary, die, forked
from scenes import SCENES, Scene, State, check, leftovers, state, whole_state

from foedus.graph.durable import NotWritten
from foedus.graph.snapshot import SnapshotDamaged, current, put_in_order

MEMORY: Final = Path("/dev/shm")
"""A disk on which flushing costs nothing, where there is one."""

_REFUSED: Final = 3


def full() -> None:
    """Fail as a full disk does."""
    raise OSError(ENOSPC, os.strerror(ENOSPC))


FAULTS: Final[dict[str, Callable[[], None]]] = {"kill": die, "full": full}


@dataclass(frozen=True)
class Stage:
    """A scene and what is there before and after it.

    Attributes:
        folder: With copies of what is there: ``before``, ``after``, and ``home``, where it plays.
    """

    scene: Scene
    folder: Path
    old: State
    new: State

    @classmethod
    def of(cls, scene: Scene, folder: Path) -> "Stage":
        """Let the scene play once, undisturbed."""
        before, after = folder / "before", folder / "after"
        before.mkdir()
        assert forked(lambda: scene.prepare(before)) == DONE
        shutil.copytree(before, after, symlinks=True)
        assert forked(lambda: scene.act(after)) == DONE
        return cls(scene, folder, state(before / "data"), state(after / "data"))

    @property
    def home(self) -> Path:
        """Where it plays."""
        return self.folder / "home"

    def is_over(self, number: int, fault: Callable[[], None], is_every: bool) -> bool:
        """Cut it short before one boundary; tells whether it ended before there was one."""
        shutil.copytree(self.folder / "before", self.home, symlinks=True)
        happened = self.folder / "happened"
        happened.unlink(missing_ok=True)

        def happens() -> None:
            happened.touch()
            fault()

        def play() -> None:
            at_boundary(number, happens, is_every=is_every)
            try:
                self.scene.act(self.home)
            except NotWritten:
                os._exit(_REFUSED)

        outcome = forked(play)
        if outcome not in (DONE, _REFUSED, DIED) or forked(lambda: self.check(outcome)) != DONE:
            raise SystemExit(f"wrong before boundary {number}, ended with {outcome}")
        shutil.rmtree(self.home)
        return not happened.exists()

    def check(self, outcome: int) -> None:
        """Check what is there, that the next attempt works, and that nothing is left behind."""
        scene, data = self.scene, self.home / "data"
        try:
            found = whole_state(data)
            assert found[0] in (self.old[0], self.new[0]) or scene.is_broken
        except SnapshotDamaged:
            assert scene.is_broken
        put_in_order(data)
        found = state(data)
        if not scene.is_broken:
            assert found in (self.old, self.new), f"{found} is neither before nor after"
            if outcome == _REFUSED and not scene.may_follow:
                assert found == self.old, f"{found} has changed, and it was said that nothing has"
        if outcome == DONE:
            assert found == self.new, f"{found} has not changed, and it was said that it has"
            assert scene.is_done(self.home)
        scene.act(self.home)
        check(current(data))
        found = state(data)
        assert found == self.new, f"the next attempt gives {found}"
        assert scene.is_done(self.home)
        left = leftovers(self.home)
        assert not left, f"left behind: {left}"


def run(scene: Scene, fault: Callable[[], None], is_every: bool = False) -> int:
    """Go through all boundaries of a scene; gives their number."""
    with tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as folder:
        stage = Stage.of(scene, Path(folder))
        return next(it for it in count(1) if stage.is_over(it, fault, is_every)) - 1


if __name__ == "__main__":
    _, fault, *names = (argument for argument in sys.argv if argument != "--every")
    if fault == "list":
        print(*SCENES)
    for name in names:
        print(name, run(SCENES[name], FAULTS[fault], "--every" in sys.argv), flush=True)

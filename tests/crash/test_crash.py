"""Whatever is cut short, and whenever: what was published is there, whole."""

import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent

SCENES = [
    "the-first-document",
    "another-document",
    "a-document-replaced",
    "a-document-removed",
    "what-has-been-before",
    "an-old-snapshot-pruned",
    "a-damaged-snapshot-mended",
    "a-world-described",
    "a-backup-as-folder",
    "a-backup-as-tar",
    "a-folder-restored",
    "a-tar-restored",
]
WHERE_ROOM_IS_NEEDED = [
    "another-document",
    "a-document-removed",
    "what-has-been-before",
    "a-world-described",
    "a-backup-as-tar",
    "a-tar-restored",
]


def run(program: str, *arguments: str) -> str:
    """Run a program beside this file, which forks as a process with threads must not."""
    command = [sys.executable, str(HERE / program), *arguments]
    done = subprocess.run(command, text=True, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("scene", SCENES)
def test_a_kill_before_any_boundary_leaves_the_old_state_or_the_new_one(scene: str) -> None:
    assert int(run("boundaries.py", "kill", scene).split()[1]) > 3


@pytest.mark.parametrize("scene", WHERE_ROOM_IS_NEEDED)
def test_a_disk_that_fails_at_any_boundary_leaves_the_old_state_and_says_so(scene: str) -> None:
    assert int(run("boundaries.py", "full", scene).split()[1]) > 3


def test_a_kill_at_any_moment_loses_nothing_that_was_acknowledged() -> None:
    run("moments.py", "20")


def test_all_scenes_are_played() -> None:
    names = run("boundaries.py", "list").split()
    assert names == SCENES

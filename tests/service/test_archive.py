"""The commands backup and restore."""

from pathlib import Path

import pytest

from foedus.graph.snapshot import Snapshot, current
from foedus.service.cli import main


def test_a_backup_is_made_and_restored_by_command(
    built: Snapshot, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    saved, new = str(tmp_path / "saved.tar.gz"), tmp_path / "new"
    assert main(["backup", saved, "--data", str(built.path.parent.parent)]) == 0
    assert main(["restore", saved, "--data", str(new)]) == 0
    assert current(new).id == built.id
    output = capsys.readouterr()
    assert output.out == ""
    assert output.err == f"backed up: {built.id}\nrestored: {built.id}\n"


def test_what_is_no_backup_ends_with_two_and_a_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["restore", str(tmp_path), "--data", str(tmp_path / "new")]) == 2
    assert capsys.readouterr().err.startswith(f"foedus: {tmp_path}: ")

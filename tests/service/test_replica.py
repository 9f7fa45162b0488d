"""Serving a copy of a snapshot, with nothing shared."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from foedus.graph.copies import copied
from foedus.graph.snapshot import Snapshot, SnapshotGone, locked, publish
from foedus.ontology.errors import InputRefused

COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
TOKEN = "a-token-that-is-long-enough"


@contextmanager
def serving(folder: Path, own: Path) -> Iterator[str]:
    command = [str(Path(sys.executable).with_name("foedus")), "serve", "--port", "0"]
    command += ["--snapshot", str(folder), "--data", str(own)]
    with subprocess.Popen(
        command, stderr=subprocess.PIPE, text=True, env={**os.environ, "FOEDUS_TOKEN": TOKEN}
    ) as process:
        assert process.stderr is not None
        try:
            yield process.stderr.readline().removeprefix("serving ").strip().rstrip("/")
        finally:
            process.send_signal(signal.SIGTERM)
            process.stderr.read()


@pytest.fixture(scope="module")
def copy(built: Snapshot, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Copy a snapshot's folder to where nothing else of it is."""
    return Path(shutil.copytree(built.path, tmp_path_factory.mktemp("copy") / built.id))


def test_a_replica_answers_as_the_original_and_writes_nothing_into_the_copy(
    built: Snapshot, copy: Path, tmp_path: Path
) -> None:
    before = {path: path.stat().st_mtime_ns for path in copy.rglob("*")}
    with serving(copy, tmp_path / "own") as address, httpx.Client(base_url=address) as client:
        assert client.get("/health").json()["snapshot"] == built.id
        response = client.get("/sparql", params={"query": COUNT, "format": "csv"})
        assert int(response.text.split()[1]) > 10_000
        pinned = {"query": COUNT, "snapshot": built.id, "as-of": "2024-10-22"}
        assert client.get("/sparql", params=pinned).status_code == 200
        described = client.post("/worlds", json={"as-of": "2024-10-22"})
        assert client.get(described.headers["location"]).status_code == 200
    assert {path: path.stat().st_mtime_ns for path in copy.rglob("*")} == before
    assert list((tmp_path / "own").iterdir()) == [tmp_path / "own" / "worlds"]


def test_a_copy_under_another_name_has_the_same_id(built: Snapshot, tmp_path: Path) -> None:
    shutil.copytree(built.path, tmp_path / "renamed")
    assert copied(tmp_path / "renamed").current().id == built.id


def test_a_copied_data_directory_serves_what_is_current_in_it(tmp_path: Path) -> None:
    with locked(tmp_path / "data"):
        published = publish(tmp_path / "data", {"reported": []}, {})
    shutil.copytree(tmp_path / "data", tmp_path / "copy", symlinks=True)
    source = copied(tmp_path / "copy")
    assert source.current().id == source.pinned(published.id).id == published.id


def test_a_replica_has_no_other_snapshot(copy: Path) -> None:
    with pytest.raises(SnapshotGone):
        copied(copy).pinned("0" * 64)


def test_what_is_no_whole_snapshot_is_refused(copy: Path, tmp_path: Path) -> None:
    with pytest.raises(InputRefused, match="expected a snapshot"):
        copied(tmp_path)
    part = tmp_path / copy.name
    shutil.copytree(copy, part)
    for table in (part / "worlds" / "reported").glob("*.sst"):
        table.unlink()
    with pytest.raises(InputRefused, match="not whole"):
        copied(part)

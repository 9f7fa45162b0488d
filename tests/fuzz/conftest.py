"""Servers to be maltreated, each a process of its own."""

import shutil
from collections.abc import Iterator

import pytest
from hostile.served import Served, served

from foedus.graph.snapshot import Snapshot


@pytest.fixture(scope="session")
def worlds(built: Snapshot, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Serve the graph that comes with Foedus."""
    folder = tmp_path_factory.mktemp("fuzz")
    shutil.copytree(built.path.parents[1], folder / "data", symlinks=True)
    with served(folder, "--data", str(folder / "data")) as server:
        yield server


@pytest.fixture(scope="session")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Serve a plain dataset, which takes updates."""
    folder = tmp_path_factory.mktemp("plain")
    with served(folder, "--plain", str(folder / "data")) as server:
        yield server

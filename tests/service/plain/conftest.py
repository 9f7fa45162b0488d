"""A plain dataset that is served, empty before each test."""

from collections.abc import Iterator

import pytest
from plain import Elsewhere, Plain, elsewhere, plain


@pytest.fixture(scope="module")
def other() -> Iterator[Elsewhere]:
    """Run another server, which may be called."""
    with elsewhere() as other:
        yield other


@pytest.fixture(scope="module")
def served(other: Elsewhere, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Plain]:
    """Serve a dataset, with short limits."""
    folder = tmp_path_factory.mktemp("plain") / "store"
    limits = {"FOEDUS_TIMEOUT": "5", "FOEDUS_MEMORY": "256M"}
    with plain(folder, "--federation", other.origin, settings=limits) as server:
        yield server


@pytest.fixture
def server(served: Plain, other: Elsewhere) -> Plain:
    """Give the server with nothing in it, and the other one with nothing asked."""
    assert served.update("DROP ALL").status_code == 204
    other.answers.clear()
    other.asked.clear()
    return served

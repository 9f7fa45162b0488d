"""What several test folders share: the texts outside of the project, and a built graph."""

import hashlib
import os
from pathlib import Path

import pyoxigraph as ox
import pytest

from foedus import ontology
from foedus.graph import load
from foedus.graph.build import build
from foedus.graph.closure import close_ontology, compile_rules
from foedus.graph.inference import Derivations, derive, read_rules
from foedus.graph.snapshot import Snapshot
from foedus.graph.terms import to_oxigraph

ROOT = Path(__file__).resolve().parent.parent


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-golden", action="store_true", help="write the answers to questions anew"
    )


@pytest.fixture(scope="session")
def shared() -> Path:
    """Give the folder of material that is not ours; tests are skipped where it is missing."""
    folder = (ROOT / os.environ.get("FOEDUS_SHARED", "../shared")).resolve()
    if not (folder / "sources").is_dir():
        pytest.skip(f"needs the folder FOEDUS_SHARED with the sources; {folder} is not it")
    return folder


@pytest.fixture(scope="session")
def texts(shared: Path) -> dict[str, str]:
    """Give the texts of the documents by SHA-256."""
    found = [*(shared / "sources").glob("*.txt"), *(load.FOLDER / "documents").glob("*.txt")]
    return {hashlib.sha256(p.read_bytes()).hexdigest(): load.read_text(p) for p in found}


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    """Build the graph of the documents that come with Foedus, once."""
    return build(tmp_path_factory.mktemp("data")).snapshot


@pytest.fixture(scope="session")
def store(built: Snapshot) -> ox.Store:
    """Open the world *reported* of the built graph."""
    return built.open()


@pytest.fixture(scope="session")
def derivations(documents: dict[str, load.Document]) -> Derivations:
    """Derive what follows from the documents that come with Foedus."""
    closed = close_ontology(ontology.merged())
    quads = [quad for document in documents.values() for quad in document.quads]
    register = load.read_register()
    return derive([*quads, *register], read_rules(), compile_rules(closed), to_oxigraph(closed))


@pytest.fixture(scope="session")
def documents() -> dict[str, load.Document]:
    """Give the documents that come with Foedus by the name of their files."""
    return {path.stem: load.read_document(path) for path in load.document_paths()}

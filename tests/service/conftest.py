"""An invented world, its questions, and the real service on them."""

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pyoxigraph as ox
import pytest
import uvicorn
from starlette.types import ASGIApp

from foedus.graph.snapshot import Snapshot, SnapshotGone
from foedus.service.app import create_app
from foedus.service.pooled import PoolEngine
from foedus.service.serve import configuration, listen
from foedus.service.settings import Settings

BRIEF = httpx.Limits(keepalive_expiry=2)
"""A client's: the server closes what idles for longer, and may do so while a test asks again."""
PREFIXES = """
PREFIX fd: <https://w3id.org/foedus/ont/>
PREFIX state: <https://w3id.org/foedus/id/state/>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
"""

DATA = """
@prefix fd: <https://w3id.org/foedus/ont/> .
@prefix state: <https://w3id.org/foedus/id/state/> .
@prefix proposition: <https://w3id.org/foedus/proposition/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
state:ruritania a fd:State ; rdfs:label "Ruritania"@en , "Ruritanien"@de .
state:marovia a fd:State ; rdfs:label "Marovia"@en , "Märovien"@de .
[] a fd:Transfer ; fd:hasSupplier state:ruritania ; fd:hasRecipient state:marovia ; fd:amount 40 .
proposition:cannons { state:ruritania fd:sells state:marovia . }
proposition:horses { state:marovia fd:sells state:ruritania . state:marovia a fd:State . }
"""
"""Ten triples in the default graph, one and two in two named graphs."""

STATES = f"""{PREFIXES}
SELECT ?state ?name WHERE {{
  ?state a fd:State ;
    rdfs:label ?name .
  FILTER (lang(?name) = "en")
}}
ORDER BY ?state
"""


@dataclass(frozen=True)
class Question:
    """What ``foedus.graph.questions`` gives."""

    name: str
    title: Mapping[str, str]
    group: Mapping[str, str]
    text: str


QUESTIONS = [
    Question(
        "list-state",
        {"en": "Which states are there?", "de": "Welche Staaten gibt es?"},
        {"en": "States", "de": "Staaten"},
        STATES,
    ),
    Question(
        "ask-sale",
        {"en": "Does anybody sell <anything>?", "de": "Verkauft jemand <etwas>?"},
        {"en": "Transfers", "de": "Transfers"},
        f"{PREFIXES}ASK {{ GRAPH ?p {{ ?s fd:sells ?b }} }}",
    ),
    Question(
        "describe-state",
        {"en": "What is said about Ruritania?", "de": "Was wird über Ruritanien gesagt?"},
        {"en": "States", "de": "Staaten"},
        f"{PREFIXES}CONSTRUCT {{ state:ruritania ?p ?o }} WHERE {{ state:ruritania ?p ?o }}",
    ),
]


def build(folder: Path, trig: str, name: str) -> Snapshot:
    """Write the store of a world *reported*."""
    made = Snapshot(name, folder / name, {})
    (made.path / "worlds").mkdir(parents=True)
    store = ox.Store(str(made.path / "worlds" / "reported"))
    store.bulk_load(trig, format=ox.RdfFormat.TRIG)
    store.flush()
    del store
    return made


@pytest.fixture(scope="session")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    """Build the invented world once."""
    return build(tmp_path_factory.mktemp("data"), DATA, "a1b2c3")


@pytest.fixture(scope="session")
def app(snapshot: Snapshot) -> ASGIApp:
    """Put the real app on it."""
    return create_app(Settings(max_body=20_000), PoolEngine(lambda: snapshot), QUESTIONS)


DEFAULTS = Settings(log=False)


@contextmanager
def running(app: ASGIApp, settings: Settings = DEFAULTS) -> Iterator[str]:
    """Run an app on a real socket; gives its address without the slash at the end."""
    with listen("127.0.0.1", 0) as listener:
        server = uvicorn.Server(configuration(app, settings))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        while not server.started:
            time.sleep(0.01)
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()


@pytest.fixture(scope="session")
def server(app: ASGIApp) -> Iterator[str]:
    """Serve the invented world."""
    with running(app) as address:
        yield address


@pytest.fixture(scope="session")
def client(server: str) -> Iterator[httpx.Client]:
    """Call the server; as curl does, it sends ``Accept: */*``."""
    with httpx.Client(base_url=server, timeout=60, limits=BRIEF) as client:
        yield client


@pytest.fixture(scope="session")
def built_client(
    built: Snapshot, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[httpx.Client]:
    """Serve the built graph, with no snapshot before it; gives a client."""

    def pinned(identity: str) -> Snapshot:
        raise SnapshotGone(identity)

    folder = tmp_path_factory.mktemp("registry")
    app = create_app(Settings(data=folder), PoolEngine(lambda: built, pinned), [])
    with (
        running(app) as address,
        httpx.Client(base_url=address, timeout=60, limits=BRIEF) as client,
    ):
        yield client


@pytest.fixture(scope="session")
def questions() -> list[Question]:
    """Give the invented questions."""
    return QUESTIONS


@pytest.fixture
def publish(tmp_path: Path) -> Callable[[str, str], Snapshot]:
    """Give a function that makes a snapshot of a name and a TriG text."""
    return lambda name, trig: build(tmp_path, trig, name)


@pytest.fixture(scope="session")
def building() -> Callable[[Path, str, str], Snapshot]:
    """Give the function that makes a snapshot in a folder, of a TriG text and a name."""
    return build


@pytest.fixture(scope="session")
def serving() -> Callable[[ASGIApp], AbstractContextManager[str]]:
    """Give the context that runs an app on a real socket."""
    return running

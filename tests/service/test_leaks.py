"""No error tells where the server lives, what it is made of, or how it failed."""

import re
import socket
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, suppress
from importlib.metadata import version
from pathlib import Path

import httpx
import pytest
from starlette.types import ASGIApp

from foedus.graph.snapshot import Snapshot, current
from foedus.service import problems
from foedus.service.app import create_app
from foedus.service.errors import StoreUnreadable
from foedus.service.pooled import PoolEngine
from foedus.service.settings import Settings

SETTINGS = Settings(max_body=5_000, max_headers=50_000, log=False)
TOLD = re.compile(
    'Traceback|File "|\\.py\\b|site-packages|pyoxigraph|rocksdb|uvicorn|starlette|fastapi|pydantic'
    "|rdflib|httptools|python/|0x[0-9a-f]{6,}|/(?:home|root|tmp|var|usr|work|srv|nowhere)/",
    re.IGNORECASE,
)
PARTS = ("pyoxigraph", "uvicorn", "starlette", "fastapi", "rdflib", "httptools")
VERSIONS = [version(name) for name in PARTS]
JSON = {"Content-Type": "application/json"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
MISSING = "SELECT (<urn:f>(?o) AS ?x) { ?s ?p ?o }"
"""What the engine has no function for: the W3C suites want it read, and so it is no 4xx."""
TRIG = "GRAPH <urn:g> { <urn:a> <urn:b> <urn:c> . "

REQUESTS: list[tuple[str, str, dict[str, object]]] = [
    ("GET", "/nothing", {}),
    ("GET", "/../../../etc/passwd", {}),
    ("GET", "/static/../app.py", {}),
    ("GET", "/static/%2e%2e/app.py", {}),
    ("GET", "/static/%00", {}),
    ("GET", "/static/" + "x" * 5_000, {}),
    ("DELETE", "/sparql", {}),
    ("PATCH", "/health", {}),
    ("FROBNICATE", "/", {}),
    *(
        ("GET", "/sparql", {"params": parameters})
        for parameters in (
            {"query": "SELEC"},
            {"query": "SELECT * { ?s foo:bar ?o }"},
            {"query": "SELECT * { ?s ?p <http://[> }"},
            {"query": "SELECT * { SERVICE <http://127.0.0.1/> { ?s ?p ?o } }"},
            {"query": "SELECT * FROM <file:///etc/passwd> { ?s <http://[::> ?o }"},
            {"query": MISSING},
            {"query": "ASK " + "{" * 3_000 + "}" * 3_000},
            {"query": "ASK {}", "format": "gif"},
            {"query": "ASK {}", "default-graph-uri": "not an IRI"},
            {"query": "ASK {}", "snapshot": "../../etc"},
            {"query": "ASK {}", "world": "nowhere"},
            {"query": "ASK {}", "world": "0123456789abcdef"},
            {"query": "ASK {}", "as-of": "never"},
            {"query": "ASK {}", "believe": "no:thing"},
            {"query": "ASK {}", "suppose": TRIG},
            {"query": "ASK {}", "suppose": "@prefix : <file:///etc/passwd> . GRAPH :g { :a :b }"},
            {"query": "ASK {}", "timeout": "soon"},
            {"query": "\0"},
            {"query": "\ud7ff\uffff"},
            {"update": "LOAD <file:///etc/passwd>"},
        )
    ),
    ("GET", "/sparql", {"params": {"query": "ASK {}"}, "headers": {"Accept": "image/png"}}),
    ("GET", "/sparql", {"params": {"query": "ASK {}"}, "headers": {"Accept-Datetime": "x"}}),
    ("GET", "/sparql?query=%FF", {}),
    ("POST", "/sparql", {"content": b"\xff\xfe", "headers": FORM}),
    ("POST", "/sparql", {"content": b"x" * 6_000, "headers": FORM}),
    ("POST", "/sparql", {"content": b"x", "headers": {b"Content-Type": b"text/x; charset=\xff"}}),
    ("POST", "/sparql", {"content": b"", "headers": {"Content-Encoding": "gzip", **FORM}}),
    ("POST", "/worlds", {"content": b"{", "headers": JSON}),
    ("POST", "/worlds", {"json": {"as-of": 3}}),
    ("POST", "/worlds", {"json": [[[]]]}),
    (
        "POST",
        "/worlds",
        {"content": b"[" * 60_000, "headers": JSON},
    ),
    ("GET", "/worlds/nothing", {}),
    ("GET", "/worlds/%2e%2e%2f%2e%2e/sparql?query=ASK{}", {}),
    ("GET", "/why", {"params": {"iri": "<not an iri>"}}),
    ("GET", "/why", {"params": {"iri": "urn:nothing"}}),
    ("GET", "/why", {"params": {"subject": "urn:a"}, "headers": {"Accept": "text/html"}}),
    ("GET", "/?query=SELEC", {}),
    ("GET", "/health", {"headers": {"X": "y" * 60_000}}),
]
RAW = [
    b"\x16\x03\x01",
    b"GET / HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
    b"GET / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
    b"GET / HTTP/1.1\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    b"GET http://[ HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET \xff HTTP/1.1\r\nHost: x\r\n\r\n",
    b"CONNECT a:1 HTTP/1.1\r\nHost: x\r\n\r\n",
    b"OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n",
    b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    b"GET / HTTP/1.1\r\n: x\r\n\r\n",
    b"POST /sparql HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\n\r\n",
]


@pytest.fixture(scope="module", params=["whole", "empty", "damaged"])
def served(
    request: pytest.FixtureRequest,
    built: Snapshot,
    serving: Callable[[ASGIApp, Settings], AbstractContextManager[str]],
) -> Iterator[tuple[str, int]]:
    """Serve a graph, one never built, or one whose files are gone; say which status is worst."""
    gone = Snapshot("0" * 64, Path("/nowhere/at/all"), {})
    engine = {
        "whole": PoolEngine(lambda: built),
        "empty": PoolEngine(lambda: current(Path("/nowhere/at/all"))),
        "damaged": PoolEngine(lambda: gone),
    }[request.param]
    worst = 499 if request.param == "whole" else 503
    with serving(create_app(SETTINGS, engine, []), SETTINGS) as url:
        yield url, worst


def unsuspicious(text: str) -> bool:
    return not TOLD.search(text) and not any(
        re.search(rf"(?<![\d.]){re.escape(number)}(?![\d.])", text) for number in VERSIONS
    )


@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # httpx sends what we tell it to
def test_no_error_tells_a_path_a_version_or_a_traceback(served: tuple[str, int]) -> None:
    address, worst = served
    with httpx.Client(base_url=address, timeout=60) as client:
        for method, path, more in REQUESTS:
            response = client.request(method, path, **more)  # type: ignore[arg-type]
            shown = (method, path[:60], str(more)[:200], response.status_code)
            if MISSING in str(more) and worst < 500:
                assert response.status_code == 503, shown
            else:
                assert response.status_code <= worst, shown
            assert "server" not in response.headers, shown
            told = [f"{name}: {value}" for name, value in response.headers.items()]
            if response.status_code >= 400:
                told.append(response.text)
                is_page = response.headers["content-type"].startswith("text/html")
                is_problem = response.headers["content-type"] == "application/problem+json"
                assert is_problem or is_page or method == "HEAD", shown
            assert unsuspicious("\n".join(told)), (shown, told)


def test_no_nonsense_on_the_wire_makes_it_tell_more(served: tuple[str, int]) -> None:
    address, _ = served
    host, port = address.removeprefix("http://").split(":")
    for nonsense in RAW:
        with socket.create_connection((host, int(port)), timeout=20) as client:
            answer = b""
            with suppress(ConnectionError):
                client.sendall(nonsense)
                client.shutdown(socket.SHUT_WR)
                while piece := client.recv(65_536):
                    answer += piece
        assert unsuspicious(answer.decode("latin-1")), (nonsense[:60], answer)
        assert b"server:" not in answer.lower()
        assert not answer.startswith(b"HTTP/1.1 500"), nonsense[:60]
    assert httpx.get(address + "/health/live").status_code == 200


def test_what_a_client_is_not_told_of_a_store_is_in_the_log(
    caplog: pytest.LogCaptureFixture,
) -> None:
    answer = problems.answer(StoreUnreadable("/srv/data/store: no such file"))
    assert b"/srv" not in answer.body
    assert "/srv/data/store: no such file" in caplog.text

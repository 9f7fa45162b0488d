"""What every request and every answer passes."""

import re
import socket
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractContextManager
from typing import Any

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route, Router
from starlette.types import ASGIApp, Receive, Scope, Send

from foedus.graph.worlds import NAMED
from foedus.service import edge, metrics
from foedus.service.parameters import read_body
from foedus.service.settings import Settings

Serving = Callable[[ASGIApp, Settings], AbstractContextManager[str]]
PROBLEM = "application/problem+json"
SECRET = "SELECT ?secret { ?s ?p ?o }"


async def _echo(request: Request) -> Response:
    return Response(await read_body(request, 1_000_000))


async def _hello(request: Request) -> Response:
    edge.note(request.scope, query=SECRET, world=NAMED["undisputed"])
    return PlainTextResponse("hello", headers={"Referrer-Policy": "origin"})


async def _half(request: Request) -> Response:
    async def pieces() -> AsyncIterator[bytes]:
        yield b"half"
        raise RuntimeError("of it")

    return StreamingResponse(pieces())


async def _bare(scope: Scope, receive: Receive, send: Send) -> None:
    """Route as one does who needs no router: without exception handlers around it."""
    if scope["type"] == "http" and scope["path"] == "/bare":
        edge.note(scope, route="/bare")
        if scope["query_string"]:
            raise RuntimeError("secret in /somewhere/else")
        await PlainTextResponse("bare")(scope, receive, send)
        return
    await _ROUTER(scope, receive, send)


_ROUTER = Router(
    routes=[
        Route("/hello/{name}", _hello),
        Route("/echo", _echo, methods=["POST"]),
        Route("/half", _half),
        Route("/health", _hello),
    ]
)


def sample(name: str, **labels: str) -> float:
    return metrics.REGISTRY.get_sample_value(name, labels) or 0.0


def problem(response: httpx.Response, status: int) -> dict[str, Any]:
    assert response.status_code == status
    assert response.headers["content-type"] == PROBLEM
    document: dict[str, Any] = response.json()
    assert document["status"] == status
    return document


def test_an_answer_says_what_browsers_may_do_with_it(serving: Serving) -> None:
    settings = Settings()
    with serving(edge.wrap(_bare, settings), settings) as address:
        for path in ("/hello/you", "/bare", "/nothing"):
            headers = httpx.get(address + path).headers
            assert headers["x-content-type-options"] == "nosniff"
            assert headers["x-frame-options"] == "DENY"
            assert headers["access-control-allow-origin"] == "*"
            assert "Retry-After" in headers["access-control-expose-headers"]
            assert headers["cross-origin-resource-policy"] == "cross-origin"
            assert "default-src 'none'" in headers["content-security-policy"]
            assert "server" not in headers
        own = httpx.get(address + "/hello/you").headers
        assert own.get_list("referrer-policy") == ["origin"]


def test_a_preflight_is_answered_for_every_path(serving: Serving) -> None:
    settings = Settings()
    asked = {"Origin": "https://example.org", "Access-Control-Request-Method": "POST"}
    with serving(edge.wrap(_bare, settings), settings) as address:
        response = httpx.options(address + "/bare", headers=asked)
        assert (response.status_code, response.text) == (200, "")
        assert "POST" in response.headers["access-control-allow-methods"]
        assert httpx.options(address + "/hello/you").status_code == 405


def test_a_request_is_one_line_without_its_text(
    serving: Serving, capfd: pytest.CaptureFixture[str]
) -> None:
    settings = Settings()
    with serving(edge.wrap(_bare, settings), settings) as address:
        httpx.get(address + "/hello/private", params={"query": SECRET})
        httpx.get(address + "/nothing/private%0Alevel=high")
        err = ""
        for _ in range(100):
            err += capfd.readouterr().err
            if err.count("\n") >= 2:
                break
            time.sleep(0.05)
    first, second = err.splitlines()
    assert re.fullmatch(
        r"time=\S+Z method=GET route=/hello/\{name\} status=200 bytes=5 seconds=\d+\.\d{4} "
        r"query=[0-9a-f]{16} world=undisputed",
        first,
    )
    assert "route=other status=404" in second
    assert "private" not in err
    assert "secret" not in err


def test_a_log_can_be_switched_off(serving: Serving, capfd: pytest.CaptureFixture[str]) -> None:
    settings = Settings(log=False)
    with serving(edge.wrap(_bare, settings), settings) as address:
        httpx.get(address + "/bare")
        time.sleep(0.3)
    assert capfd.readouterr().err == ""


def test_requests_are_counted_by_template_and_broken_answers_are(serving: Serving) -> None:
    settings = Settings(log=False)
    route = {"route": "/hello/{name}", "method": "GET", "status": "200"}
    before, broken = sample("foedus_requests_total", **route), sample("foedus_answers_broken_total")
    with serving(edge.wrap(_bare, settings), settings) as address:
        for name in ("a", "b"):
            httpx.get(f"{address}/hello/{name}")
        httpx.request("FROBNICATE", address + "/hello/a")
        with pytest.raises(httpx.RemoteProtocolError):
            httpx.get(address + "/half")
    assert sample("foedus_requests_total", **route) == before + 2
    assert sample("foedus_sent_bytes_total", route="/hello/{name}") >= 10
    assert sample("foedus_answers_broken_total") == broken + 1
    assert b"FROBNICATE" not in metrics.exposition()


def test_an_error_that_nobody_answers_is_a_500_that_leaks_nothing(serving: Serving) -> None:
    settings = Settings(log=False)
    with serving(edge.wrap(_bare, settings), settings) as address:
        response = httpx.get(address + "/bare?fail")
        assert "secret" not in str(problem(response, 500))
        assert response.headers["access-control-allow-origin"] == "*"


def test_a_body_that_comes_too_slowly_is_a_408(serving: Serving) -> None:
    settings = Settings(body_timeout=0.5, log=False)
    app = edge.wrap(_bare, settings)
    with serving(app, settings) as address:
        host, port = address.removeprefix("http://").split(":")
        with socket.create_connection((host, int(port))) as client:
            client.settimeout(20)
            client.sendall(b"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n")
            start = time.perf_counter()
            client.sendall(b"slow")
            answer = _read(client)
        assert answer.startswith(b"HTTP/1.1 408 ")
        assert b"0.5 seconds" in answer
        assert time.perf_counter() - start < 15
        assert httpx.post(address + "/echo", content=b"quick").content == b"quick"


def test_bodies_that_are_too_much_together_are_a_503_until_some_are_done(
    serving: Serving, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(edge, "BODIES", 100_000)
    settings = Settings(max_document=1_000, log=False)
    with serving(edge.wrap(_bare, settings), settings) as address:
        host, port = address.removeprefix("http://").split(":")
        with socket.create_connection((host, int(port))) as client:
            client.sendall(b"POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 90001\r\n\r\n")
            client.sendall(b"x" * 90_000)
            for _ in range(100):
                response = httpx.post(address + "/echo", content=b"y" * 20_000)
                if response.status_code != 200:
                    break
                time.sleep(0.1)  # until the first has been taken in
            assert "at once" in problem(response, 503)["detail"]
            assert int(response.headers["retry-after"]) > 0
            client.sendall(b"x")
            client.settimeout(20)
            assert client.recv(15).startswith(b"HTTP/1.1 200")
        assert len(httpx.post(address + "/echo", content=b"y" * 20_000).content) == 20_000


def test_who_asks_too_often_is_told_when_to_come_back(serving: Serving) -> None:
    settings = Settings(rate=0.2, log=False)
    with serving(edge.wrap(_bare, settings), settings) as address:
        statuses = [httpx.get(address + "/bare").status_code for _ in range(3)]
        assert statuses == [200, 200, 429]
        response = httpx.get(address + "/bare")
        assert 1 <= int(response.headers["retry-after"]) <= 5
        assert "0.2 requests a second" in problem(response, 429)["detail"]
        assert httpx.get(address + "/health").status_code == 200


def test_a_proxys_word_on_the_address_counts_only_if_it_is_trusted(serving: Serving) -> None:
    def statuses(settings: Settings) -> list[int]:
        with serving(edge.wrap(_bare, settings), settings) as address:
            headers = [{"X-Forwarded-For": f"192.0.2.{n}"} for n in range(3)]
            return [httpx.get(address + "/bare", headers=it).status_code for it in headers]

    assert statuses(Settings(rate=0.1, log=False)) == [200, 429, 429]
    trusting = Settings(rate=0.1, log=False, proxies=("127.0.0.0/8",))
    assert statuses(trusting) == [200, 200, 200]


def _read(client: socket.socket) -> bytes:
    received = b""
    while piece := client.recv(65_536):
        received += piece
    return received

"""Connections that no request comes through, and headers without end."""

import socket
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, suppress

import httpx
import pytest
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from foedus.service.settings import Settings

Serving = Callable[[ASGIApp, Settings], AbstractContextManager[str]]
LIMITS = Settings(header_timeout=1.0, max_headers=20_000, connections=4, log=False)


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "http":
        while (await receive()).get("more_body"):
            pass
        await PlainTextResponse("x" * int(scope["query_string"] or b"1"))(scope, receive, send)


@pytest.fixture
def address(serving: Serving) -> Iterator[tuple[str, int]]:
    """Serve with limits that a test can reach."""
    with serving(app, LIMITS) as url:
        host, port = url.removeprefix("http://").split(":")
        yield host, int(port)


def connect(address: tuple[str, int]) -> socket.socket:
    client = socket.create_connection(address)
    client.settimeout(20)
    return client


def rest(client: socket.socket) -> bytes:
    received = b""
    with suppress(ConnectionError):  # closed while we were still sending
        while piece := client.recv(65_536):
            received += piece
    return received


def test_a_connection_without_a_request_is_closed(address: tuple[str, int]) -> None:
    with connect(address) as client:
        assert rest(client) == b""


def test_headers_that_drip_are_not_waited_for(address: tuple[str, int]) -> None:
    with connect(address) as client:
        client.sendall(b"GET / HTTP/1.1\r\n")
        start = time.perf_counter()
        with suppress(ConnectionError):
            while time.perf_counter() - start < 15:
                client.sendall(b"x: y\r\n")
                time.sleep(0.1)
        assert time.perf_counter() - start < 15


def test_a_connection_is_kept_for_the_next_request(address: tuple[str, int]) -> None:
    with httpx.Client(base_url=f"http://{address[0]}:{address[1]}") as client:
        for _ in range(3):
            assert client.get("/?3").text == "xxx"
            time.sleep(0.6)  # longer in all than a connection may wait for one request


@pytest.mark.parametrize(
    "request_", [b"GET /?" + b"1" * 30_000, b"GET / HTTP/1.1\r\nx: " + b"y" * 30_000]
)
def test_headers_that_are_too_long_are_a_431(address: tuple[str, int], request_: bytes) -> None:
    for end in (b"", b" HTTP/1.1\r\nHost: x\r\n\r\n" if b"?" in request_ else b"\r\n\r\n"):
        with connect(address) as client:
            client.sendall(request_ + end)
            answer = rest(client)
        assert answer.startswith(b"HTTP/1.1 431 ")
        assert b"application/problem+json" in answer
        assert (b"can be posted" in answer) == (b"?" in request_)


def test_too_many_headers_are_a_431(address: tuple[str, int]) -> None:
    for end in (b"", b"\r\n"):
        with connect(address) as client:
            client.sendall(b"GET / HTTP/1.1\r\n" + b"a:\r\n" * 1_000 + end)
            assert rest(client).startswith(b"HTTP/1.1 431 ")


def test_a_long_body_is_no_long_header(address: tuple[str, int]) -> None:
    url = f"http://{address[0]}:{address[1]}/?2"
    assert httpx.post(url, content=b"z" * 500_000).text == "xx"
    pieces = (b"z" * 10_000 for _ in range(20))
    assert httpx.post(url, content=pieces).text == "xx"


def test_chunk_extensions_without_end_are_refused(address: tuple[str, int]) -> None:
    with connect(address) as client:
        client.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1;")
        client.settimeout(5)
        received = b""
        with suppress(OSError):
            for _ in range(100):
                client.sendall(b"x" * 10_000)
            received = rest(client)
        assert b"200 OK" not in received


def test_what_is_no_http_is_a_problem_without_a_server_header(address: tuple[str, int]) -> None:
    for nonsense in (b"\x16\x03\x01\x02\x00", b"GET\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n"):
        with connect(address) as client:
            client.sendall(nonsense)
            client.shutdown(socket.SHUT_WR)
            answer = rest(client)
        assert not answer or answer.startswith(b"HTTP/1.1 400 Bad Request")
        assert b"server:" not in answer.lower()
        assert b"uvicorn" not in answer.lower()


def test_the_longest_idle_connection_makes_room(address: tuple[str, int]) -> None:
    with ExitStack() as stack:
        idle = [stack.enter_context(connect(address)) for _ in range(LIMITS.connections)]
        time.sleep(0.1)
        answer = httpx.get(f"http://{address[0]}:{address[1]}/?2")
        assert answer.text == "xx"
        assert idle[0].recv(1) == b""


def test_a_connection_too_many_is_a_503_where_all_are_busy(address: tuple[str, int]) -> None:
    unfinished = b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n"
    with ExitStack() as stack:
        for _ in range(LIMITS.connections):
            client = stack.enter_context(connect(address))
            client.sendall(unfinished)
        time.sleep(0.3)
        with connect(address) as client:
            answer = rest(client)
    assert answer.startswith(b"HTTP/1.1 503 ")
    assert b"retry-after: 5" in answer


def test_a_request_to_speak_another_protocol_is_answered_as_it_is(
    address: tuple[str, int], capfd: pytest.CaptureFixture[str]
) -> None:
    url = f"http://{address[0]}:{address[1]}/?2"
    response = httpx.get(url, headers={"Connection": "Upgrade", "Upgrade": "websocket"})
    assert response.text == "xx"
    assert "pip install" not in capfd.readouterr().err

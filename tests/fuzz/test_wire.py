"""No bytes on a socket do harm, whatever they are."""

import socket
from email.parser import BytesParser
from urllib.parse import urlsplit

import httpx
import pytest
from hostile import assert_fair, examples
from hostile.served import Served
from hostile.wire import NONSENSE
from hypothesis import given
from hypothesis import strategies as st

_REQUEST = b"GET /sparql?query=ASK%7B%7D HTTP/1.1\r\nHost: x\r\nAccept: */*\r\nA: b\r\n\r\n"


@pytest.mark.parametrize("name", NONSENSE)
@pytest.mark.parametrize("is_half_closed", [True, False], ids=["half-closed", "gone"])
def test_nonsense_is_refused(worlds: Served, name: str, is_half_closed: bool) -> None:
    _assert_fair(_send(worlds, NONSENSE[name], is_half_closed), NONSENSE[name])
    worlds.assert_unharmed()


@examples(100)
@given(
    at=st.integers(0, len(_REQUEST)),
    length=st.integers(0, 20),
    instead=st.binary(max_size=20) | st.sampled_from([b"\r\n", b"\n", b"\x00", b" ", b":", b"%"]),
)
def test_a_broken_request_is_refused(worlds: Served, at: int, length: int, instead: bytes) -> None:
    request = _REQUEST[:at] + instead + _REQUEST[at + length :]
    _assert_fair(_send(worlds, request), request)


@examples(100)
@given(request=st.binary(min_size=1, max_size=300))
def test_bytes_are_refused(worlds: Served, request: bytes) -> None:
    _assert_fair(_send(worlds, request), request)


def test_connections_that_say_nothing_do_not_stop_others(worlds: Served) -> None:
    opened = [_connect(worlds) for _ in range(200)]
    try:
        for number, connection in enumerate(opened):
            connection.sendall(_REQUEST[: number % 60])
        worlds.assert_unharmed()
    finally:
        for connection in opened:
            connection.close()


def _send(server: Served, request: bytes, is_half_closed: bool = True) -> bytes:
    """Give what comes back; who is gone reads no answer."""
    with _connect(server) as connection:
        try:
            connection.sendall(request)
            if not is_half_closed:
                return b""
            connection.shutdown(socket.SHUT_WR)
            answer = b""
            while data := connection.recv(65_536):
                answer += data
        except OSError:
            return b""
        return answer


def _connect(server: Served) -> socket.socket:
    parts = urlsplit(server.address)
    assert parts.hostname is not None
    return socket.create_connection((parts.hostname, parts.port or 80), timeout=20)


def _assert_fair(answer: bytes, sent: bytes) -> None:
    if not answer or b"\r\n\r\n" not in answer:
        return
    head, body = answer.split(b"\r\n\r\n", 1)
    status, _, lines = head.partition(b"\r\n")
    assert status.startswith(b"HTTP/1."), answer[:200]
    code = int(status.split()[1])
    if code == 100:
        return _assert_fair(body, sent)
    headers = httpx.Headers(dict(BytesParser().parsebytes(lines + b"\r\n\r\n")))
    assert_fair(code, headers, body, sent.decode("latin-1"))

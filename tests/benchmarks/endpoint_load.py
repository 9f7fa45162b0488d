"""A load generator that costs little beside the servers that it measures.

Plain sockets under one ``epoll``: asyncio would take a good part of the processor for itself.
"""

import gc
import heapq
import json
import re
import select
import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from time import perf_counter, sleep
from typing import Final
from urllib.parse import quote, urlencode, urlsplit
from urllib.request import Request, urlopen

JSON: Final = "application/sparql-results+json"
CSV: Final = "text/csv"
_LENGTH: Final = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_PATIENCE: Final = 60.0


class BadAnswerError(Exception):
    """A server did not answer as it should; there is nothing to measure."""


@dataclass(frozen=True)
class Outcome:
    """What came of a load: how many answers in how many seconds, and how long each took."""

    seconds: float
    times: list[float]

    @property
    def rate(self) -> float:
        """Answers a second."""
        return len(self.times) / self.seconds

    def percentile(self, percent: float) -> float:
        """Give a percentile of the times, in seconds."""
        ordered = sorted(self.times)
        return ordered[min(int(len(ordered) * percent / 100), len(ordered) - 1)]


@dataclass
class _Client:
    """A connection with at most one request under way."""

    socket: socket.socket
    sent: float = 0.0
    got: bytearray = field(default_factory=bytearray)
    whole: int = -1
    """Length of the response, -1 if it is in chunks or its head has not come."""

    def send(self, request: bytes) -> None:
        self.sent = perf_counter()
        self.socket.sendall(request)

    def take(self) -> bool:
        """Read what has come; tells whether the response is whole, and makes room for the next."""
        data = self.socket.recv(262_144)
        if not data:
            raise BadAnswerError(f"the connection broke off after {bytes(self.got[:200])!r}")
        self.got += data
        if self.whole < 0:
            head = self.got.find(b"\r\n\r\n")
            if head < 0:
                return False
            if not self.got.startswith(b"HTTP/1.1 200"):
                raise BadAnswerError(self.got[:500].decode("latin-1"))
            found = _LENGTH.search(self.got, 0, head)
            self.whole = head + 4 + int(found[1]) if found else -1
        # JSON has no line ends of this kind, so this can only be the last chunk.
        is_last = self.got.endswith(b"\r\n0\r\n\r\n") if self.whole < 0 else False
        if len(self.got) != self.whole and not is_last:
            return False
        self.got.clear()
        self.whole = -1
        return True


def get(endpoint: str, query: str, accept: str = JSON, more: str = "") -> bytes:
    """Write a GET request; ``more`` are lines of its head."""
    parts = urlsplit(endpoint)
    return (
        f"GET {parts.path}?query={quote(query, safe='')} HTTP/1.1\r\n"
        f"Host: {parts.netloc}\r\nAccept: {accept}\r\n{more}\r\n"
    ).encode("ascii")


def run(
    endpoint: str,
    requests: Sequence[bytes],
    clients: int,
    seconds: float,
    pause: float = 0.0,
) -> Outcome:
    """Send requests for so long, on so many connections that are kept.

    Each client sends the next request when its last one is answered, and with a ``pause`` only
    when so many seconds have gone since that was sent. Ends early when the requests are used up.
    """
    waiting = iter(requests)
    times: list[float] = []
    with _connected(endpoint, clients) as (connections, poll), _without_collector():
        begin = now = perf_counter()
        end = begin + seconds
        due = [(begin + pause * rank / clients, it) for rank, it in enumerate(connections)]
        busy = 0
        while due or busy:
            while due and due[0][0] <= now:
                number = heapq.heappop(due)[1]
                request = next(waiting, None) if now < end else None
                if request is not None:
                    connections[number].send(request)
                    busy += 1
            if not busy:
                sleep(max(due[0][0] - perf_counter(), 0) if due else 0)
            for number, _ in poll.poll(max(due[0][0] - now, 0) if due else 1):
                client = connections[number]
                if client.take():
                    times.append(perf_counter() - client.sent)
                    heapq.heappush(due, (client.sent + pause, number))
                    busy -= 1
            now = perf_counter()
            if now > end + _PATIENCE:
                raise BadAnswerError("no answer for a minute")
    return Outcome(now - begin, times)


@dataclass(frozen=True)
class Download:
    """A long answer: seconds to the first byte of its body and to the last, bytes as they came."""

    first: float
    seconds: float
    size: int


def download(endpoint: str, query: str, accept: str, only_first: bool = False) -> Download:
    """Get one long answer, whole or only its beginning."""
    request = get(endpoint, query, accept, "Connection: close\r\n")
    buffer, tail, size, first = bytearray(1 << 20), b"", 0, 0.0
    with _connection(endpoint) as connection:
        begin = perf_counter()
        connection.sendall(request)
        head = b""
        while b"\r\n\r\n" not in head or head.endswith(b"\r\n\r\n"):
            data = connection.recv(65_536)
            if not data:
                raise BadAnswerError(f"no body: {head!r}")
            head += data
        first = perf_counter() - begin
        if not head.startswith(b"HTTP/1.1 200"):
            raise BadAnswerError(head[:500].decode("latin-1"))
        size = len(head) - head.index(b"\r\n\r\n") - 4
        while not only_first and (count := connection.recv_into(buffer)):
            size += count
            tail = (tail + buffer[max(count - 8, 0) : count])[-8:]
        seconds = perf_counter() - begin
    if not only_first and not _LENGTH.search(head) and not tail.endswith(b"\r\n0\r\n\r\n"):
        raise BadAnswerError(f"the answer broke off after {size} bytes")
    return Download(first, seconds, size)


def solutions(endpoint: str, query: str) -> list[str]:
    """Ask as an ordinary client does; gives the solutions in an order that is always the same."""
    address = f"{endpoint}?{urlencode({'query': query})}"
    with urlopen(Request(address, headers={"Accept": JSON})) as response:
        bindings = json.load(response)["results"]["bindings"]
    return sorted(json.dumps(it, sort_keys=True) for it in bindings)


@contextmanager
def kept_busy(endpoint: str, queries: Sequence[str]) -> Iterator[None]:
    """Keep queries running that do not end; one that the server stops is sent again."""
    is_over = threading.Event()
    opened: dict[str, socket.socket] = {}

    def send(query: str) -> None:
        while not is_over.is_set():
            with suppress(OSError), _connection(endpoint) as opened[query]:
                opened[query].settimeout(None)
                opened[query].sendall(get(endpoint, query, more="Connection: close\r\n"))
                while opened[query].recv(65_536):
                    pass
            is_over.wait(0.1)

    threads = [threading.Thread(target=send, args=[query], daemon=True) for query in queries]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        is_over.set()
        for connection in opened.values():
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
        for thread in threads:
            thread.join()


@contextmanager
def _connected(endpoint: str, clients: int) -> Iterator[tuple[dict[int, _Client], select.epoll]]:
    opened = [_Client(_connection(endpoint)) for _ in range(clients)]
    poll = select.epoll()
    try:
        for client in opened:
            poll.register(client.socket, select.EPOLLIN)
        yield {client.socket.fileno(): client for client in opened}, poll
    finally:
        poll.close()
        for client in opened:
            client.socket.close()


def _connection(endpoint: str) -> socket.socket:
    parts = urlsplit(endpoint)
    assert parts.hostname is not None
    connection = socket.create_connection((parts.hostname, parts.port or 80), _PATIENCE)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


@contextmanager
def _without_collector() -> Iterator[None]:
    gc.disable()
    try:
        yield
    finally:
        gc.enable()

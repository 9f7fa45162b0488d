"""A process that calls other endpoints for the engine: the origins of ``--federation``, no other.

The engine would call whatever it is told to. It knows only the address of this process, and behind
it the address that is meant (``foedus.service.federation``); this process looks at that once more,
and follows a redirection only to where it may go.
"""

import hmac
import json
import os
import secrets
import socket
import subprocess
import sys
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final
from urllib.parse import quote, unquote, urljoin, urlsplit

from foedus.service.federation import Federation, Origin, origin_of, read_origin

_PATIENCE: Final = 60.0
"""For how many seconds another server may be silent."""
_HOPS: Final = 5
_PIECE: Final = 65_536
_PASSED_ON: Final = ("Accept", "Content-Type")
_SAFE: Final = "/%:@!$&'()*+,;=~?-._"


@contextmanager
def mediating(origins: Iterable[Origin]) -> Iterator[Federation]:
    """Run the process; it ends with the context, or with this process."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        token = secrets.token_urlsafe(24)
        address = f"http://127.0.0.1:{listener.getsockname()[1]}/{token}/"
        federation = Federation(frozenset(origins), address)
        process = subprocess.Popen(
            [sys.executable, "-m", "foedus.service.plain.mediator", str(listener.fileno())],
            stdin=subprocess.PIPE,
            pass_fds=[listener.fileno()],
        )
    assert process.stdin
    told = json.dumps({"mediator": address, "origins": sorted(map(str, federation.origins))})
    try:
        process.stdin.write(told.encode() + b"\n")
        process.stdin.flush()
        yield federation
    finally:
        process.kill()
        process.wait()
        process.stdin.close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, listener: socket.socket, federation: Federation) -> None:
        super().__init__(listener.getsockname(), _Handler, bind_and_activate=False)
        self.socket.close()
        self.socket = listener
        self.federation = federation


class _Refused(Exception):
    """What is asked for may not be called."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = _PATIENCE
    server: _Server

    def do_GET(self) -> None:
        self._mediate(None)

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self._mediate(self.server.federation.unmediated(body.decode()).encode())

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: what is called is told by the answer."""

    def _mediate(self, body: bytes | None) -> None:
        self.close_connection = True
        prefix = urlsplit(self.server.federation.mediator or "").path
        if not hmac.compare_digest(self.path[: len(prefix)], prefix):
            self._fail(403, "this is not for you")
            return
        headers = {name: self.headers[name] for name in _PASSED_ON if name in self.headers}
        address = unquote(self.path[len(prefix) :])
        try:
            connection, response = _call(self.server.federation, address, body, headers)
        except _Refused as error:
            self._fail(403, str(error))
        except (OSError, HTTPException, ValueError) as error:
            self._fail(502, f"{address} cannot be reached: {type(error).__name__}")
        else:
            try:
                self._pass_back(response)
            finally:
                connection.close()

    def _pass_back(self, response: HTTPResponse) -> None:
        """Send what came; where it breaks off, break off too."""
        self.send_response(response.status)
        self.send_header("Content-Type", response.headers.get("Content-Type", ""))
        self.send_header("Transfer-Encoding", "chunked")
        self.send_header("Connection", "close")
        self.end_headers()
        try:
            while piece := response.read(_PIECE):
                self.wfile.write(b"%x\r\n%b\r\n" % (len(piece), piece))
        except (OSError, HTTPException):
            return
        if not response.length:  # else less came than was said
            self.wfile.write(b"0\r\n\r\n")

    def _fail(self, status: int, reason: str) -> None:
        body = reason.encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/plain; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)


def _call(
    federation: Federation, address: str, body: bytes | None, headers: Mapping[str, str]
) -> tuple[HTTPConnection, HTTPResponse]:
    """Call an address, or where it leads to; raises ``_Refused`` before going where it may not."""
    for _ in range(_HOPS):
        origin = origin_of(address)
        if origin is None or not federation.allows(address):
            raise _Refused(f"{address} may not be called")
        connect = HTTPSConnection if origin.scheme == "https" else HTTPConnection
        connection = connect(origin.host, origin.port, timeout=_PATIENCE)
        parts = urlsplit(address)
        path = quote((parts.path or "/") + (f"?{parts.query}" if parts.query else ""), safe=_SAFE)
        connection.request("GET" if body is None else "POST", path, body, dict(headers))
        response = connection.getresponse()
        place = response.headers.get("Location")
        kept = (301, 302, 303, 307, 308) if body is None else (307, 308)
        if response.status not in kept or place is None:
            return connection, response
        connection.close()
        address = urljoin(address, place)
    raise _Refused(f"{address} leads on and on")


def _end_with_parent() -> None:
    sys.stdin.read()
    os._exit(0)


def main() -> None:
    """Mediate at the socket of the number that is the argument, as standard input says."""
    told = json.loads(sys.stdin.readline())
    origins = frozenset(read_origin(text) for text in told["origins"])
    listener = socket.socket(fileno=int(sys.argv[1]))
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _Server(listener, Federation(origins, told["mediator"])).serve_forever()


if __name__ == "__main__":
    main()

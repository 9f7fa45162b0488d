"""``foedus serve --plain`` as a process of its own, and other endpoints that it may call."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import quote

import httpx

FOEDUS = Path(sys.executable).with_name("foedus")
_PATIENCE = 60


class Plain:
    """A server that runs, and a client of it."""

    def __init__(self, process: subprocess.Popen[bytes], client: httpx.Client) -> None:
        self.process = process
        self.client = client
        self.address = str(client.base_url).rstrip("/")

    def update(self, text: str, **parameters: str) -> httpx.Response:
        """Post an update; an underscore in a parameter's name stands for a hyphen."""
        named = {name.replace("_", "-"): value for name, value in parameters.items()}
        headers = {"Content-Type": "application/sparql-update"}
        return self.client.post("/sparql", params=named, content=text, headers=headers)

    def query(self, text: str) -> httpx.Response:
        """Ask for JSON."""
        return self.client.get("/sparql", params={"query": text, "format": "json"})

    def rows(self, text: str) -> list[dict[str, str]]:
        """Ask for the values of all rows."""
        answer = self.query(text)
        assert answer.status_code == 200, answer.text
        bindings = answer.json()["results"]["bindings"]
        return [{name: term["value"] for name, term in row.items()} for row in bindings]

    def count(self) -> int:
        """Count the triples of the default graph."""
        return int(self.rows("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")[0]["n"])


@contextmanager
def plain(
    folder: Path, *options: str, settings: Mapping[str, str] | None = None
) -> Iterator[Plain]:
    """Serve a folder at any free port."""
    log = folder.with_name(f"{folder.name}.log")
    arguments = [str(FOEDUS), "serve", "--plain", str(folder), "--port", "0", *options]
    with log.open("wb") as errors:
        process = subprocess.Popen(arguments, env={**os.environ, **(settings or {})}, stderr=errors)
    try:
        with httpx.Client(base_url=_address(process, log), timeout=_PATIENCE) as client:
            yield Plain(process, client)
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
        process.wait(timeout=_PATIENCE)


def _address(process: subprocess.Popen[bytes], log: Path) -> str:
    for _ in range(_PATIENCE * 50):
        for line in log.read_text().splitlines():
            if line.startswith("serving "):
                return line.split()[1]
        assert process.poll() is None, log.read_text()
        time.sleep(0.02)
    raise AssertionError("the server did not start")


@dataclass
class Elsewhere:
    """Another server: what it answers by path, and what it was asked.

    An answer is a status, a ``Content-Type`` (or where it leads to) and a body.
    """

    origin: str = ""
    answers: dict[str, tuple[int, str, str]] = field(default_factory=dict)
    asked: list[tuple[str, str, str]] = field(default_factory=list)

    def encoded(self, path: str) -> str:
        """Give the address of a path, as a parameter's value."""
        return quote(f"{self.origin}{path}", safe="")


@contextmanager
def elsewhere() -> Iterator[Elsewhere]:
    """Run another server, on this machine."""
    other = Elsewhere()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            other.asked.append((self.command, self.path, body.decode()))
            status, told, content = other.answers.get(self.path, (404, "text/plain", ""))
            self.send_response(status)
            self.send_header("Location" if 300 <= status < 400 else "Content-Type", told)
            self.send_header("Content-Length", str(len(content.encode())))
            self.end_headers()
            self.wfile.write(content.encode())

        do_POST = do_GET

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        other.origin = f"http://127.0.0.1:{server.server_port}"
        try:
            yield other
        finally:
            server.shutdown()
            thread.join()

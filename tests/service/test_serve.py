"""A server process and its end: graceful, at once, or killed; nothing of it stays."""

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from foedus.graph.snapshot import Snapshot

CODE = """
import pathlib, sys
from foedus.graph.snapshot import Snapshot
from foedus.service.pooled import PoolEngine
from foedus.service.serve import serve
from foedus.service.settings import Settings
now = Snapshot('wide', pathlib.Path(sys.argv[1]), {})
tell = lambda address: print(address, flush=True)
serve(Settings(port=0, log=False), PoolEngine(lambda: now), [], tell)
"""
ROWS = 400_000
"""More than fits into the buffers on the way."""
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"


class Server:
    """A server process, and all that it has started."""

    def __init__(self, folder: Path) -> None:
        self.mark = f"FOEDUS_TEST_SERVER={time.monotonic_ns()}"
        name, _, value = self.mark.partition("=")
        self.process = subprocess.Popen(
            [sys.executable, "-c", CODE, str(folder)],
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, name: value},
        )
        assert self.process.stdout
        self.address = self.process.stdout.readline().strip()

    def ask(self, query: str, seconds: float = 60) -> httpx.Response:
        """Ask on a connection of its own."""
        return httpx.get(self.address + "sparql", params={"query": query}, timeout=seconds)

    def alive(self) -> list[int]:
        """Find its processes, wherever they hang."""
        found = []
        for path in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):
                state = (path / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]
                if state != "Z" and self.mark.encode() in (path / "environ").read_bytes():
                    found.append(int(path.name))
        return found

    def all_gone(self, seconds: float) -> bool:
        """Wait until none of them is alive."""
        end = time.monotonic() + seconds
        while self.alive() and time.monotonic() < end:
            time.sleep(0.05)
        return not self.alive()


@pytest.fixture
def server(publish: Callable[[str, str], Snapshot]) -> Iterator[Server]:
    triples = "".join(f"<urn:s{n}> <urn:p> {n} .\n" for n in range(1000))
    server = Server(publish("wide", triples).path)
    try:
        assert server.ask("ASK {}").status_code == 200
        yield server
    finally:
        server.process.kill()
        server.process.communicate()


def in_thread(server: Server, query: str) -> tuple[threading.Thread, list[httpx.Response]]:
    got: list[httpx.Response] = []

    def ask() -> None:
        with contextlib.suppress(httpx.TransportError):
            got.append(server.ask(query))

    thread = threading.Thread(target=ask)
    thread.start()
    time.sleep(0.3)
    return thread, got


def ask_while(server: Server, is_so: Callable[[], bool]) -> None:
    while is_so():
        server.ask("ASK {}", 1)
        time.sleep(0.02)


@pytest.mark.parametrize("kind", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_lets_running_answers_finish_and_refuses_new_ones(
    server: Server, kind: signal.Signals
) -> None:
    asked = {"query": f"SELECT * {{ ?a ?b ?c . ?d ?e ?f }} LIMIT {ROWS}"}
    plain = {"Accept": "text/csv", "Accept-Encoding": "identity"}
    url = server.address + "sparql"
    with httpx.stream("GET", url, params=asked, headers=plain, timeout=60) as answer:
        pieces = answer.iter_raw()
        begun = next(pieces)
        server.process.send_signal(kind)
        with pytest.raises(httpx.TransportError):
            ask_while(server, lambda: server.process.poll() is None)
        assert server.process.poll() is None
        whole = begun + b"".join(pieces)
    assert whole.count(b"\r\n") == ROWS + 1
    server.process.wait(20)
    assert server.all_gone(5)


def test_a_second_signal_ends_it_at_once(server: Server) -> None:
    thread, got = in_thread(server, ENDLESS)
    server.process.send_signal(signal.SIGTERM)
    time.sleep(0.3)
    server.process.send_signal(signal.SIGTERM)
    server.process.wait(10)
    thread.join()
    assert got == []
    assert server.all_gone(5)


def test_nothing_is_left_of_a_server_that_is_killed(server: Server) -> None:
    thread, _ = in_thread(server, ENDLESS)
    time.sleep(1.5)
    assert len(server.alive()) > 4
    server.process.kill()
    server.process.wait()
    thread.join()
    assert server.all_gone(5)


def test_a_runaway_of_one_client_leaves_the_server_to_others(server: Server) -> None:
    threads = [in_thread(server, f"{ENDLESS} # {n}")[0] for n in range(4)]
    for n in range(20):
        assert server.ask(f"ASK {{}} # {n}", 5).status_code == 200
    server.process.kill()
    for thread in threads:
        thread.join()

"""What who runs a server relies on: health, metrics, log and an end, on the real command."""

import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from foedus.graph.snapshot import Snapshot

ROOT = Path(__file__).resolve().parents[2]
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
SMALL = {"query": "ASK { ?s ?p ?o }"}


@dataclass
class Served:
    """A server, and how to end it."""

    process: subprocess.Popen[str]
    address: str

    def end(self, *signals: int) -> str:
        """Send signals, wait for the end; gives what it wrote on standard error."""
        for number in signals:
            self.process.send_signal(number)
            time.sleep(0.5)
        _, err = self.process.communicate(timeout=60)
        return err


@contextmanager
def serving(data: Path, settings: Mapping[str, str]) -> Iterator[Served]:
    command = [str(Path(sys.executable).with_name("foedus")), "serve", "--port", "0"]
    with subprocess.Popen(
        [*command, "--data", str(data)],
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, **settings},
    ) as process:
        assert process.stderr is not None
        try:
            line = process.stderr.readline()
            yield Served(process, line.removeprefix("serving ").strip().rstrip("/"))
        finally:
            process.kill()


def ask_endlessly(address: str, number: int) -> None:
    """Ask so many queries that never end, and leave the answers to threads."""

    def ask() -> None:
        with suppress(httpx.HTTPError):
            httpx.get(f"{address}/sparql", params={"query": ENDLESS}, timeout=120)

    for _ in range(number):
        threading.Thread(target=ask, daemon=True).start()


def metrics(address: str) -> dict[str, float]:
    """Read metrics; sums over labels."""
    response = httpx.get(f"{address}/metrics", timeout=30)
    assert response.headers["content-type"].startswith("text/plain; version=")
    found: dict[str, float] = {}
    for family in text_string_to_metric_families(response.text):
        for sample in family.samples:
            found[sample.name] = found.get(sample.name, 0) + sample.value
    return found


@pytest.fixture(scope="module")
def data(built: Snapshot) -> Path:
    """Give the data directory of the built graph."""
    return built.path.parent.parent


def test_health_and_metrics_do_not_wait_behind_queries(data: Path, built: Snapshot) -> None:
    few = {"FOEDUS_WORKERS": "1", "FOEDUS_SLOW_WORKERS": "1", "FOEDUS_QUEUE": "1"}
    with serving(data, {**few, "FOEDUS_TIMEOUT": "300"}) as served:
        ask_endlessly(served.address, 4)
        time.sleep(1)
        assert httpx.get(f"{served.address}/health/live", timeout=30).json() == {"status": "ok"}
        for path in ("/health", "/health/ready"):
            response = httpx.get(served.address + path, timeout=30)
            assert (response.status_code, response.json()["snapshot"]) == (200, built.id)
        assert metrics(served.address)["foedus_requests_total"] >= 3
        served.end(signal.SIGKILL)


def test_metrics_count_what_was_asked(data: Path, built: Snapshot) -> None:
    with serving(data, {}) as served:
        before = metrics(served.address)
        for _ in range(3):
            assert httpx.get(f"{served.address}/sparql", params=SMALL, timeout=30).is_success
        after = metrics(served.address)
        text = httpx.get(f"{served.address}/metrics").text
        served.end(signal.SIGTERM)
    counted = 'foedus_requests_total{method="GET",route="/sparql",status="200"} 3.0'
    assert counted in text
    assert "foedus_request_seconds_count" not in before
    assert after["foedus_request_seconds_count"] == 4
    assert after["foedus_workers"] >= 1
    assert after["foedus_cache_lookups_total"] == 3
    assert after["foedus_snapshot_quads"] == built.meta["quads"]
    assert after["foedus_snapshot_age_seconds"] > 0
    assert after["foedus_sent_bytes_total"] > 3 * len('{"boolean":true}')


def until(address: str, line: str) -> str:
    """Read metrics until they have a line; gives all of them, also where it never came."""
    text = ""
    for _ in range(300):
        text = httpx.get(f"{address}/metrics", timeout=60).text
        if line in text:
            break
        time.sleep(0.1)
    return text


def test_metrics_say_why_queries_were_stopped(data: Path) -> None:
    with serving(data, {}) as served:
        address = served.address
        until(address, 'foedus_workers{state="spare"} 1.0')
        late = {"query": ENDLESS, "timeout": "3"}
        assert httpx.get(f"{address}/sparql", params=late, timeout=60).status_code == 504
        host, port = address.removeprefix("http://").split(":")
        with socket.create_connection((host, int(port))) as client:
            request = httpx.Request("GET", f"{address}/sparql", params={"query": ENDLESS})
            path = request.url.raw_path.decode()
            client.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
            until(address, 'foedus_workers{state="slow"} 1.0')
        gone = 'foedus_kills_total{reason="client-gone"} 1.0'
        text = until(address, gone)
        served.end(signal.SIGTERM)
    assert gone in text
    assert 'foedus_kills_total{reason="deadline"} 1.0' in text


def test_the_log_has_a_line_for_each_request_also_for_the_last(data: Path) -> None:
    with serving(data, {}) as served:
        for _ in range(2):
            httpx.get(f"{served.address}/sparql", params={**SMALL, "world": "sober"}, timeout=30)
        lines = served.end(signal.SIGTERM).splitlines()
    assert len(lines) == 2
    for line in lines:
        assert re.search(r" route=/sparql status=200 .* query=[0-9a-f]{16} world=sober$", line)


def test_the_real_routes_do_not_wait_for_a_body_that_drips(data: Path) -> None:
    with serving(data, {"FOEDUS_BODY_TIMEOUT": "0.5"}) as served:
        host, port = served.address.removeprefix("http://").split(":")
        for path, media_type in (
            ("/sparql", "application/sparql-query"),
            ("/worlds", "application/json"),
        ):
            with socket.create_connection((host, int(port)), timeout=30) as client:
                head = f"POST {path} HTTP/1.1\r\nHost: x\r\nContent-Type: {media_type}\r\n"
                client.sendall(f"{head}Content-Length: 50\r\n\r\nASK".encode())
                answer = b""
                while piece := client.recv(65_536):
                    answer += piece
            assert answer.startswith(b"HTTP/1.1 408 ")
            assert b"application/problem+json" in answer
        served.end(signal.SIGTERM)


def test_a_second_signal_ends_a_server_that_waits_for_queries(data: Path) -> None:
    with serving(data, {"FOEDUS_TIMEOUT": "600", "FOEDUS_LOG": "off"}) as served:
        ask_endlessly(served.address, 1)
        time.sleep(1)
        served.end(signal.SIGTERM, signal.SIGTERM)  # raises where it takes a minute


def test_a_setting_that_makes_no_sense_ends_the_command_with_a_line(data: Path) -> None:
    foedus = Path(sys.executable).with_name("foedus")
    ran = subprocess.run(
        [foedus, "serve", "--data", data, "--port", "0"],
        capture_output=True,
        text=True,
        env={**os.environ, "FOEDUS_MEMORY": "much"},
    )
    assert ran.returncode == 2
    assert ran.stderr.count("\n") == 1
    assert "FOEDUS_MEMORY" in ran.stderr


def test_every_route_is_in_the_readme(client: httpx.Client) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    paths = client.get("/openapi.json").json()["paths"]
    missing = [path for path in paths if f"`{path.replace('{key}', 'KEY')}`" not in readme]
    assert missing == []

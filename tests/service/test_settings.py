"""Settings from the environment, and listening."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from foedus.graph.snapshot import Snapshot
from foedus.ontology.errors import InputRefused
from foedus.service.serve import listen
from foedus.service.settings import Settings, from_environment


def test_the_environment_is_read() -> None:
    read = from_environment(
        {"FOEDUS_DATA": "/srv/f", "FOEDUS_HOST": "0.0.0.0", "FOEDUS_PORT": "81"}
    )
    assert read == Settings(Path("/srv/f"), "0.0.0.0", 81)


def test_unset_and_empty_settings_are_the_defaults() -> None:
    assert from_environment({}) == from_environment({"FOEDUS_PORT": ""}) == Settings()
    assert Settings().host == "127.0.0.1"


@pytest.mark.parametrize("port", ["x", "-1", "65536", "1.5", "²"])
def test_a_port_that_is_none_is_refused_by_name(port: str) -> None:
    with pytest.raises(InputRefused, match="FOEDUS_PORT"):
        from_environment({"FOEDUS_PORT": port})


def test_a_port_in_use_is_refused() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(InputRefused, match=str(port)):
            listen("127.0.0.1", port)


def test_serve_tells_its_address_prints_nothing_and_ends_by_a_signal() -> None:
    code = (
        "import pathlib, sys\n"
        "from foedus.graph.snapshot import current\n"
        "from foedus.service.local import LocalEngine\n"
        "from foedus.service.serve import serve\n"
        "from foedus.service.settings import Settings\n"
        "engine = LocalEngine(lambda: current(pathlib.Path('/nowhere/at/all')))\n"
        "serve(Settings(port=0), engine, [], lambda address: print(address, flush=True))\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ,
    )
    assert process.stdout is not None
    address = process.stdout.readline().strip()
    response = httpx.get(address + "health")
    assert (response.status_code, response.json()["title"]) == (503, "Service Unavailable")
    assert "nowhere" not in response.text
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=20)
    assert (out, err) == ("", "")


def test_a_query_that_never_ends_does_not_keep_the_server_alive(
    publish: Callable[[str, str], Snapshot],
) -> None:
    published = publish("wide", "".join(f"<urn:a> <urn:b> {n} .\n" for n in range(2000)))
    code = (
        "import pathlib, sys\n"
        "from foedus.graph.snapshot import Snapshot\n"
        "from foedus.service.local import LocalEngine\n"
        "from foedus.service.serve import serve\n"
        "from foedus.service.settings import Settings\n"
        "now = Snapshot('wide', pathlib.Path(sys.argv[1]), {})\n"
        "tell = lambda address: print(address, flush=True)\n"
        "serve(Settings(port=0), LocalEngine(lambda: now), [], tell)\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code, str(published.path)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout is not None
    address = process.stdout.readline().strip()
    endless = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
    with pytest.raises(httpx.ReadTimeout):
        httpx.get(address + "sparql", params={"query": endless}, timeout=0.5)
    assert httpx.get(address + "health").json()["triples"] == 2000
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=20)


def test_the_service_starts_without_what_it_does_not_need() -> None:
    code = (
        "import sys, foedus.service.serve, foedus.service.local\n"
        "print([name for name in ('pyshacl', 'owlrl', 'pandas') if name in sys.modules])\n"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"

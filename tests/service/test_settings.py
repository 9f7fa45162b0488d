"""Settings from the environment, and listening."""

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path

import httpx
import pytest

from foedus.graph.snapshot import Snapshot
from foedus.ontology.errors import InputRefused
from foedus.service.limits import Limits
from foedus.service.serve import listen
from foedus.service.settings import Settings, from_environment, limits

ROOT = Path(__file__).resolve().parents[2]


def test_the_environment_is_read() -> None:
    read = from_environment(
        {"FOEDUS_DATA": "/srv/f", "FOEDUS_HOST": "0.0.0.0", "FOEDUS_PORT": "81"}
    )
    assert read == Settings(Path("/srv/f"), "0.0.0.0", 81)


def test_unset_and_empty_settings_are_the_defaults() -> None:
    assert from_environment({}) == from_environment({"FOEDUS_PORT": ""}) == Settings()
    assert Settings().host == "127.0.0.1"


NONSENSE = {
    "port": ["x", "-1", "65536", "1.5", "²"],
    "token": ["with spaces in between it", "nicht-für-ASCII-gemacht"],
    "timeout": ["0", "-1", "nan", "inf", "1m", "86401"],
    "memory": ["1K", "63M", "2X", "1.5G", "-1", "G", "²"],
    "max_result": ["0", "x"],
    "workers": ["0", "257", "-1", "two"],
    "slow_workers": ["0"],
    "queue": ["-1", "many"],
    "cache": ["-1", "none"],
    "max_body": ["0"],
    "max_document": ["1T"],
    "max_headers": ["1"],
    "header_timeout": ["0"],
    "body_timeout": ["soon"],
    "stall": ["0"],
    "connections": ["0"],
    "rate": ["-1", "10/s", "nan"],
    "proxies": ["nginx", "10.0.0.0/8, proxy.example"],
    "log": ["verbose", "1"],
    "texts": ["/nowhere/at/all", __file__],
}


@pytest.mark.parametrize(
    ("name", "value"), [(name, value) for name, values in NONSENSE.items() for value in values]
)
def test_a_setting_that_makes_no_sense_is_refused_by_name(name: str, value: str) -> None:
    variable = "FOEDUS_" + name.upper()
    with pytest.raises(InputRefused, match=variable):
        from_environment({variable: value})


def test_every_setting_that_can_be_nonsense_is_tried() -> None:
    assert {setting.name for setting in fields(Settings)} == {*NONSENSE, "data", "host"}


def test_sizes_have_units_and_lists_have_commas() -> None:
    read = from_environment({"FOEDUS_MEMORY": "3g", "FOEDUS_CACHE": "512KiB", "FOEDUS_QUEUE": "0"})
    assert (read.memory, read.cache, read.queue) == (3 * 1024**3, 512 * 1024, 0)
    assert from_environment({"FOEDUS_PROXIES": "10.0.0.0/8, ::1"}).proxies == ("10.0.0.0/8", "::1")
    assert from_environment({"FOEDUS_RATE": "off", "FOEDUS_LOG": "off"}) == Settings(log=False)


def test_the_limits_of_queries_are_those_that_are_set() -> None:
    assert limits(Settings()) == Limits()
    read = limits(from_environment({"FOEDUS_TIMEOUT": "2.5", "FOEDUS_MAX_RESULT": "7M"}))
    assert (read.seconds, read.result) == (2.5, 7 * 1024**2)


def test_a_token_is_not_shown() -> None:
    token = "a-token-that-is-long-enough"
    assert token not in repr(from_environment({"FOEDUS_TOKEN": token}))
    with pytest.raises(InputRefused) as caught:
        from_environment({"FOEDUS_TOKEN": f"{token} {token}"})
    assert token not in str(caught.value)


def test_every_setting_and_its_default_are_in_the_readme() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(FOEDUS_\w+)` \| .{10,} \| ?(.*) \|$", readme, re.MULTILINE)
    shown = {name: default.strip("`") for name, default in rows}
    read = from_environment({name: text for name, text in shown.items() if " " not in text})
    assert read == Settings()
    names = {"FOEDUS_" + setting.name.upper() for setting in fields(Settings)}
    assert set(shown) == {*names, "FOEDUS_SHARED"}


def test_a_port_in_use_is_refused() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(InputRefused, match=str(port)):
            listen("127.0.0.1", port)


def test_serve_tells_its_address_logs_a_request_and_ends_by_a_signal() -> None:
    code = (
        "import pathlib, sys\n"
        "from foedus.graph.snapshot import current\n"
        "from foedus.service.pooled import PoolEngine\n"
        "from foedus.service.serve import serve\n"
        "from foedus.service.settings import Settings\n"
        "engine = PoolEngine(lambda: current(pathlib.Path('/nowhere/at/all')))\n"
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
    assert out == ""
    assert re.fullmatch(r"time=\S+ method=GET route=/health status=503 .*\n", err)


def test_a_query_that_never_ends_does_not_keep_the_server_alive(
    publish: Callable[[str, str], Snapshot],
) -> None:
    published = publish("wide", "".join(f"<urn:a> <urn:b> {n} .\n" for n in range(2000)))
    code = (
        "import pathlib, sys\n"
        "from foedus.graph.snapshot import Snapshot\n"
        "from foedus.service.pooled import PoolEngine\n"
        "from foedus.service.serve import serve\n"
        "from foedus.service.settings import Settings\n"
        "now = Snapshot('wide', pathlib.Path(sys.argv[1]), {})\n"
        "tell = lambda address: print(address, flush=True)\n"
        "serve(Settings(port=0), PoolEngine(lambda: now), [], tell)\n"
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
        "import sys, foedus.service.serve, foedus.service.pooled\n"
        "print([name for name in ('pyshacl', 'owlrl', 'pandas') if name in sys.modules])\n"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"

"""The W3C suites of SPARQL 1.1 against the server as it is started."""

import fcntl
import json
import os
import socket
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import pytest
from plain import plain

SHARED = Path(os.environ.get("FOEDUS_SHARED", "../shared"))
MEMORY = Path("/dev/shm")
"""Files in memory, where there are such: none of the suites is about disks, but they write much."""
RUNNER = SHARED / "conformance" / "run_sparql11.py"

_ABSENT: Final = (
    "a path of length 0 from or to a term that the data do not have gives nothing (SPARQL 1.1 "
    "Query, section 18.4, wants the term itself)"
)
_GRAPH: Final = (
    "the variable of GRAPH takes part in the group within, which section 18.6 joins with it only "
    "afterwards"
)
KNOWN: Final = {
    "aggregates/agg-empty-group-count-graph": _GRAPH,
    "bindings/graph": _GRAPH,
    "functions/bnode01": "BNODE makes two nodes of one string in one solution (section 17.4.2.9)",
    "negation/graph-minus": _GRAPH,
    "property-path/zero_or_more_set_end": _ABSENT,
    "property-path/zero_or_more_set_start": _ABSENT,
    "property-path/zero_or_one_set_end": _ABSENT,
    "property-path/zero_or_one_set_start": _ABSENT,
}
"""What the engine gets wrong and no text that it is given can put right."""

KINDS: Final = {
    "CSVResultFormatTest": 3,
    "GraphStoreProtocolTest": 13,
    "NegativeSyntaxTest": 48,
    "NegativeUpdateSyntaxTest": 13,
    "PositiveSyntaxTest": 66,
    "PositiveUpdateSyntaxTest": 42,
    "ProtocolTest": 34,
    "QueryEvaluationTest": 239,
    "ServiceDescriptionTest": 3,
    "UpdateEvaluationTest": 94,
}

pytestmark = pytest.mark.skipif(not RUNNER.is_file(), reason=f"the W3C suites are not at {RUNNER}")
Record = Mapping[str, str]


@pytest.fixture(scope="module")
def records(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Record]:
    """Run the suites once, for all processes that run tests."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    results = shared / "w3c.json"
    with (shared / "w3c.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not results.exists():
            with TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as folder:
                run(results, Path(folder))
    read: list[Record] = json.loads(results.read_text())
    return {record["name"].removeprefix("sparql11/"): record for record in read}


def run(results: Path, folder: Path) -> None:
    """Run the suites against a server of a new store, which may call the suite's own endpoint."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with plain(folder / "store", "--federation", f"http://127.0.0.1:{port}") as server:
        arguments = [sys.executable, str(RUNNER), "--skip", "entailment", "--mock-port", str(port)]
        for option, path in (("query", "/sparql"), ("update", "/sparql"), ("gsp", "/graphs")):
            arguments += [f"--{option}", f"{server.address}{path}"]
        unfinished = results.with_suffix(".new")
        ran = subprocess.run(
            [*arguments, "--json", str(unfinished)], capture_output=True, text=True, timeout=1_200
        )
        assert unfinished.exists(), ran.stderr
    unfinished.replace(results)


def test_every_test_is_run(records: dict[str, Record]) -> None:
    counted = Counter(record["kind"] for record in records.values())
    assert counted == KINDS
    assert not [name for name, record in records.items() if record["result"] == "skip"]


def test_every_test_passes_but_those_that_are_known(records: dict[str, Record]) -> None:
    failed = {name: it["note"] for name, it in records.items() if it["result"] != "pass"}
    assert {name: note for name, note in failed.items() if name not in KNOWN} == {}


@pytest.mark.parametrize(
    "name",
    [
        pytest.param(name, marks=pytest.mark.xfail(strict=True, reason=reason))
        for name, reason in KNOWN.items()
    ],
)
def test_what_the_engine_gets_wrong_still_fails(records: dict[str, Record], name: str) -> None:
    assert records[name]["result"] == "pass", records[name]["note"]

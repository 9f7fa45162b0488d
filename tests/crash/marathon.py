"""Kill a real server that documents are posted to, at random moments; by hand.

``python marathon.py [TIMES] [SEED]``: each time the server starts again it must have what it has
acknowledged, and of the request that it was killed in all or nothing.
"""

import random
import sys
import tempfile
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

import httpx

sys.path.insert(0, str(Path(__file__).parents[1] / "support"))

from letters import iri_of, letter
from serving import Server, served

from foedus.graph.build import build
from foedus.graph.snapshot import canonical_lines, current

_TOKEN = "a-token-for-the-marathon"
_NAMES = ("alpha", "beta", "gamma")
_STATES = ("russia", "ukraine", "north-korea")
_ASK = "SELECT ?d { ?d a <https://w3id.org/foedus/ont/Document> }"


@dataclass
class Expected:
    """The posted documents by name, and what may have become of the one last asked for."""

    texts: dict[str, str] = field(default_factory=dict)
    pending: tuple[str, str | None] | None = None


def write(server: Server, expected: Expected, chance: random.Random) -> None:
    """Put and delete documents until the server is gone."""
    with suppress(httpx.TransportError):
        while True:
            name = chance.choice(_NAMES)
            address = httpx.URL("/documents", params={"iri": iri_of(name)})
            is_leaving = name in expected.texts and chance.random() < 0.3
            text = None if is_leaving else letter(name, chance.choice(_STATES))
            expected.pending = (name, text)
            if text is None:
                answer = server.client.delete(address)
            else:
                media = {"Content-Type": "application/trig"}
                answer = server.client.put(address, content=text, headers=media)
            if not answer.is_success:
                server.process.kill()
                raise AssertionError(answer.text + server.process.communicate()[1])
            _settle(expected)


def _settle(expected: Expected) -> None:
    """Take what was asked for as done."""
    assert expected.pending
    name, text = expected.pending
    expected.pending = None
    if text is None:
        expected.texts.pop(name, None)
    else:
        expected.texts[name] = text


def check(server: Server, expected: Expected) -> None:
    """Check what a server that has started again has; settles the request it was killed in."""
    published = current(server.data)
    lines = b"".join(canonical_lines(published.open()))
    assert sha256(lines).hexdigest() == published.id, "the snapshot is not what it is called"
    there = {}
    for name in _NAMES:
        answer = server.client.get("/documents", params={"iri": iri_of(name)})
        if answer.status_code == 200:
            there[name] = answer.text
    if there != expected.texts and expected.pending:
        _settle(expected)
    assert there == expected.texts, f"{sorted(there)} instead of {sorted(expected.texts)}"
    expected.pending = None
    rows = server.client.get("/sparql", params={"query": _ASK, "format": "json"}).json()
    asked = {row["d"]["value"] for row in rows["results"]["bindings"]}
    assert {name for name in _NAMES if iri_of(name) in asked} == there.keys()


def main(times: int, seed: int) -> None:
    """Run."""
    chance, expected = random.Random(seed), Expected()
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder)
        start = time.monotonic()
        build(data)
        pace = time.monotonic() - start
        settings = {"FOEDUS_TOKEN": _TOKEN, "FOEDUS_LOG": "off"}
        for number in range(times + 1):
            with served(data, settings) as server:
                check(server, expected)
                left = [it.name for it in (data / "snapshots").glob(".*")]
                print(f"kills={number} posted={sorted(expected.texts)} left={left}", flush=True)
                if number < times:
                    timer = threading.Timer(chance.uniform(0, 4) * pace, server.process.kill)
                    timer.start()
                    write(server, expected, chance)
                    timer.join()


if __name__ == "__main__":
    main(*(int(argument) for argument in [*sys.argv[1:], "200", str(random.randrange(10**6))][:2]))

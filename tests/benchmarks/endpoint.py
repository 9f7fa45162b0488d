"""Compare ours with ``oxigraph serve`` on 1.2 million quads in the shape of our graph, as ratios.

Run by hand: ``python tests/benchmarks/endpoint.py [--keep FOLDER] [--only PART] [--rounds N]``; all
parts take some five minutes and want a machine that does nothing else. Everything runs on two
processors, the load generator among it. The servers take turns, each started anew for each part;
figures are medians of the rounds, ratios medians of the rounds' ratios. ``--keep`` keeps the data.
Apache Jena Fuseki joins in with ``--fuseki JAR``.
"""

import argparse
import os
import signal
import sys
import tempfile
from collections.abc import Iterator, Mapping
from itertools import islice
from math import nan
from pathlib import Path
from statistics import median
from time import sleep
from typing import Final

import endpoint_data
import endpoint_load as load
import endpoint_queries as queries
from endpoint_servers import Running, Server, fuseki, oxigraph, plain, running, worlds

Figures = Mapping[str, float]
GOALS: Final = {
    "small SELECTs, 1/s": "≥ 0.6",
    "mix, a third heavy, 1/s": "≥ 3",
    "million rows in JSON, MB/s": "≥ 0.95",
    "million rows in CSV, MB/s": "≥ 0.9",
    "p99 beside / alone": "≤ 1.5 (ours)",
}
CLIENTS: Final = 16


def small(server: Running, turn: int) -> Figures:
    """Count small queries, each of a text of its own."""
    load.run(server.endpoint, _requests(server, queries.small(100 + turn), 2000), CLIENTS, 1)
    requests = _requests(server, queries.small(turn), 60_000)
    return {"small SELECTs, 1/s": load.run(server.endpoint, requests, CLIENTS, 4).rate}


def mix(server: Running, turn: int) -> Figures:
    """Count queries of which some come again; nothing is in any cache at the beginning.

    All servers answer the same ones: in a given time the slower would get other queries.
    """
    requests = _requests(server, queries.mixed(turn), 3_000)
    return {"mix, a third heavy, 1/s": load.run(server.endpoint, requests, CLIENTS, 180).rate}


def rows(server: Running, turn: int) -> Figures:
    """Measure long answers."""
    figures = {}
    for name, accept in (("JSON", load.JSON), ("CSV", load.CSV)):
        got = load.download(server.endpoint, f"{queries.ROWS} # {turn}", accept)
        figures[f"million rows in {name}, MB/s"] = got.size / got.seconds / 1e6
    return figures


def first(server: Running, turn: int) -> Figures:
    """Measure how long the first byte of a long answer takes."""
    times = []
    for number in range(5):
        query = f"{queries.ROWS} # {turn} {number}"
        times.append(load.download(server.endpoint, query, load.JSON, only_first=True).first)
    return {"first byte of a million rows, ms": median(times) * 1000}


def runaways(server: Running, turn: int) -> Figures:
    """Measure small queries, two clients with a hundred a second each, alone and beside four."""
    load.run(server.endpoint, _requests(server, queries.small(100 + turn), 1000), 2, 1)
    alone = _paced(server, queries.small(turn))
    with load.kept_busy(server.endpoint, queries.RUNAWAYS):
        sleep(1)
        beside = _paced(server, queries.small(50 + turn))
    return {
        "p50 alone, ms": alone.percentile(50) * 1000,
        "p99 alone, ms": alone.percentile(99) * 1000,
        "p50 beside four runaways, ms": beside.percentile(50) * 1000,
        "p99 beside four runaways, ms": beside.percentile(99) * 1000,
        "p99 beside / alone": beside.percentile(99) / alone.percentile(99),
    }


def memory(server: Running, turn: int) -> Figures:
    """Measure the memory of all processes, at the beginning and after work."""
    at_first = server.memory()
    small(server, turn)
    rows(server, turn)
    return {"memory at first, MB": at_first / 1e6, "memory after work, MB": server.memory() / 1e6}


PARTS: Final = {it.__name__: it for it in (small, mix, rows, first, runaways, memory)}


def _requests(server: Running, texts: Iterator[str], count: int) -> list[bytes]:
    made: dict[str, bytes] = {}
    return [made.setdefault(text, load.get(server.endpoint, text)) for text in islice(texts, count)]


def _paced(server: Running, texts: Iterator[str]) -> load.Outcome:
    return load.run(server.endpoint, _requests(server, texts, 2000), 2, 5, pause=0.01)


def measure(
    servers: list[Server], parts: list[str], rounds: int, store: Path, folder: Path
) -> dict[str, dict[str, list[float]]]:
    """Run the parts, the servers by turns; gives for each figure those of each server.

    What a server fails at is told on standard error and left out.
    """
    found: dict[str, dict[str, list[float]]] = {}
    for part in parts:
        for turn in range(rounds):
            for server in servers:
                print(f"{part} {turn + 1}/{rounds} {server.name}", file=sys.stderr)
                try:
                    with running(server, store, folder / server.name) as started:
                        figures = PARTS[part](started, turn)
                except load.BadAnswerError as error:
                    print(f"failed: {error}", file=sys.stderr)
                    continue
                for name, value in figures.items():
                    found.setdefault(name, {}).setdefault(server.name, []).append(value)
    return found


def check(servers: list[Server], store: Path, folder: Path) -> None:
    """Make sure that all give the same answers; else there is nothing to compare."""
    texts = [*islice(queries.small(0), 12), *islice(queries.heavy(0), 10)]
    answers: dict[str, list[list[str]]] = {}
    for server in servers:
        with running(server, store, folder / server.name) as started:
            answers[server.name] = [load.solutions(started.endpoint, text) for text in texts]
    for name, found in answers.items():
        for text, ours, theirs in zip(texts, found, answers["oxigraph"], strict=True):
            if ours != theirs:
                raise SystemExit(f"{name} answers differently from oxigraph: {text}")


def show(found: Mapping[str, Mapping[str, list[float]]], names: list[str]) -> None:
    """Print a line for each figure; the ratio is that of ours to Oxigraph's."""
    print(f"{'':34}" + "".join(f"{it:>12}" for it in names) + f"{'ratio':>9}  goal")
    for figure, by_server in found.items():
        values = {it: median(by_server.get(it, [nan])) for it in names}
        pairs = zip(by_server.get("ours", []), by_server.get("oxigraph", []), strict=False)
        ratio = median([ours / theirs for ours, theirs in pairs] or [nan])
        line = "".join(f"{values[it]:12,.2f}" for it in names)
        print(f"{figure:34}{line}{ratio:9.2f}  {GOALS.get(figure, '')}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="where the data stay")
    parser.add_argument("--only", action="append", choices=list(PARTS), help="this part")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--as", dest="mode", choices=("plain", "worlds"), default="plain")
    parser.add_argument("--fuseki", type=Path, metavar="JAR")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that no server is left behind
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:2])
    servers = [oxigraph(), plain() if options.mode == "plain" else worlds()]
    if options.fuseki:
        servers.append(fuseki(options.fuseki))
    with tempfile.TemporaryDirectory() as temporary:
        home: Path = options.keep or Path(temporary)
        store = home / "store"
        if not store.is_dir():
            home.mkdir(parents=True, exist_ok=True)
            print(f"{endpoint_data.load(store):,} quads", file=sys.stderr)
        with tempfile.TemporaryDirectory(dir=home) as folder:  # beside it, for hard links
            check(servers, store, Path(folder))
            parts = options.only or list(PARTS)
            found = measure(servers, parts, options.rounds, store, Path(folder))
    show(found, [it.name for it in servers])


if __name__ == "__main__":
    main()

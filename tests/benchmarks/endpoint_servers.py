"""The servers that the benchmark of the endpoint compares, each started on a copy of one store."""

import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep
from typing import Final
from urllib.error import URLError
from urllib.request import urlopen

import pyoxigraph as ox

BIN: Final = Path(sys.executable).parent
_PATIENCE: Final = 120


@dataclass(frozen=True)
class Server:
    """A way to start a server.

    Attributes:
        command: With ``{folder}`` and ``{port}`` where they belong.
        prepare: Makes the folder of a store.
        path: Where it takes queries.
    """

    name: str
    command: str
    prepare: Callable[[Path, Path], None]
    path: str


@dataclass(frozen=True)
class Running:
    """A server that answers."""

    endpoint: str
    pid: int

    def memory(self) -> int:
        """Give the bytes that its processes take together; pages that they share count once."""
        return sum(_proportional(pid) for pid in _descendants(self.pid))


def oxigraph() -> Server:
    """Give Oxigraph's own server."""
    command = f"{BIN}/oxigraph serve --location {{folder}} --bind 127.0.0.1:{{port}}"
    return Server("oxigraph", command, copy_store, "/query")


def plain() -> Server:
    """Give ours as it serves any data."""
    command = f"{BIN}/foedus serve --plain {{folder}} --port {{port}}"
    return Server("ours", command, copy_store, "/sparql")


def worlds() -> Server:
    """Give ours as it serves a snapshot; this one has no world but *reported*."""
    command = f"{BIN}/foedus serve --data {{folder}} --port {{port}}"
    return Server("ours", command, _make_snapshot, "/sparql")


def fuseki(jar: Path) -> Server:
    """Give Apache Jena Fuseki on a TDB2 database, which is loaded once beside the store."""

    def prepare(store: Path, folder: Path) -> None:
        loaded = store.with_name("fuseki")
        if not loaded.is_dir():
            lines = store.with_name("data.nq")
            ox.Store.read_only(str(store)).dump(str(lines), format=ox.RdfFormat.N_QUADS)
            loader = f"java -cp {jar} tdb2.tdbloader --loc={loaded} {lines}"
            subprocess.run(loader.split(), check=True, stdout=subprocess.DEVNULL)
            lines.unlink()
        shutil.copytree(loaded, folder, ignore=shutil.ignore_patterns("*.lock"))

    command = f"java -jar {jar} --localhost --port={{port}} --tdb2 --loc={{folder}} /d"
    return Server("fuseki", command, prepare, "/d/query")


@contextmanager
def running(server: Server, store: Path, folder: Path) -> Iterator[Running]:
    """Run a server on its own copy of a store; nothing is left of both afterwards."""
    server.prepare(store, folder)
    port = _free_port()
    log = folder.with_suffix(".log").open("wb")
    command = server.command.format(folder=folder, port=port).split()
    process = subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True)
    try:
        endpoint = f"http://127.0.0.1:{port}{server.path}"
        _wait(f"{endpoint}?query=ASK%7B%7D", process)
        yield Running(endpoint, process.pid)
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        log.close()
        shutil.rmtree(folder, ignore_errors=True)


def copy_store(store: Path, folder: Path) -> None:
    """Copy a store by hard links."""
    ox.Store.read_only(str(store)).backup(str(folder))


def _make_snapshot(store: Path, folder: Path) -> None:
    identity = "0" * 64
    snapshot = folder / "snapshots" / identity
    (snapshot / "worlds").mkdir(parents=True)
    copy_store(store, snapshot / "worlds" / "reported")
    (snapshot / "meta.json").write_text('{"quads": 0}\n', encoding="utf-8")
    (folder / "current").symlink_to(Path("snapshots") / identity)


def _wait(url: str, process: subprocess.Popen[bytes]) -> None:
    end = monotonic() + _PATIENCE
    while process.poll() is None and monotonic() < end:
        with suppress(URLError, OSError), urlopen(url, timeout=5) as response:
            response.read()
            return
        sleep(0.05)
    raise SystemExit(f"does not answer: {process.args!r}")


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def _descendants(pid: int) -> list[int]:
    children = Path(f"/proc/{pid}/task").glob("*/children")
    found = [pid]
    with suppress(FileNotFoundError):
        for file in children:
            for child in file.read_text().split():
                found += _descendants(int(child))
    return found


def _proportional(pid: int) -> int:
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) * 1024
    with suppress(OSError):
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    return 0

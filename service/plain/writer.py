"""The one process that has the store open for writing.

It parses what others send and runs their updates, so it may be killed at any moment: the engine
writes all of an update or nothing of it. Every change of the store is an update, therefore, even
where the Graph Store Protocol asks for it.
"""

import os
import pickle
import re
import signal
import socket
import sys
import threading
from collections.abc import Iterable
from contextlib import suppress
from http.client import HTTPException
from pathlib import Path
from typing import Final
from urllib.request import ProxyHandler, Request, build_opener

import pyoxigraph as ox

from foedus.ontology.namespaces import BASE
from foedus.service.corrections import without_prologues
from foedus.service.federation import NOWHERE
from foedus.service.plain.messages import (
    HEADER,
    Check,
    Copy,
    Drop,
    Failed,
    Job,
    Put,
    Refused,
    Result,
    Update,
    pack,
    told,
)
from foedus.service.plain.operations import NOTHING, Load
from foedus.service.workers import sandbox
from foedus.service.workers.formats import GRAPHS

_ACCEPT: Final = (
    "text/turtle, application/n-triples, application/trig;q=0.9, application/n-quads;q=0.9, "
    "application/rdf+xml;q=0.8, application/ld+json;q=0.7"
)
_LONGEST_LOAD: Final = 256 << 20


def do(store: ox.Store, job: Job) -> Result:
    """Do a job."""
    try:
        match job:
            case Update(parts):
                store.update("".join(map(_text, parts)), base_iri=BASE)
            case Check(text):
                return _check(store, text)
            case Put():
                return _put(store, job)
            case Drop(graph):
                return _drop(store, graph)
            case Copy(path):
                store.backup(path)
    except SyntaxError as error:
        return Refused(str(error.msg), error.lineno, error.offset)
    except (OSError, RuntimeError, ValueError) as error:
        return Failed(str(error), isinstance(error, _NotLoaded))
    return None


class _NotLoaded(OSError):
    """A document does not come, or cannot be read."""


def _check(store: ox.Store, update: str) -> Result:
    """Put before an update what fails at once, but only when all of it has been parsed."""
    try:
        store.update(f"LOAD <{NOWHERE}>;\n{without_prologues(update, True)}", base_iri=BASE)
    except SyntaxError as error:
        place = re.match(r"error at (\d+)(.*)", str(error.msg), re.DOTALL)
        return Refused(f"error at {int(place[1]) - 1}{place[2]}" if place else str(error.msg))
    except OSError:
        return None
    raise AssertionError("what cannot be loaded was loaded")


def _put(store: ox.Store, job: Put) -> bool:
    quads = [
        quad
        for body, name in job.bodies
        for quad in ox.parse(
            body,
            format=GRAPHS[name],
            base_iri=job.base,
            rename_blank_nodes=True,
            without_named_graphs=not job.is_dataset,
        )
    ]
    is_new = job.graph is not None and not store.contains_named_graph(ox.NamedNode(job.graph))
    operations = [_data(quads, job.graph)]
    if job.graph is not None:
        operations.insert(0, f"CREATE SILENT GRAPH {ox.NamedNode(job.graph)}")
    if job.is_replaced:
        operations.insert(0, f"DROP SILENT {_target(job.graph)}")
    store.update(";\n".join(operations))
    return is_new


def _drop(store: ox.Store, graph: str | None) -> bool:
    if graph is not None and not store.contains_named_graph(ox.NamedNode(graph)):
        return False
    store.update(f"DROP {_target(graph)}")
    return True


def _target(graph: str | None) -> str:
    return "DEFAULT" if graph is None else f"GRAPH {ox.NamedNode(graph)}"


def _data(quads: Iterable[ox.Quad], graph: str | None) -> str:
    """Write an operation that inserts quads; those without a graph go to ``graph``."""
    default = ox.DefaultGraph() if graph is None else ox.NamedNode(graph)
    graphs: dict[ox.NamedNode | ox.BlankNode | ox.DefaultGraph, list[ox.Triple]] = {}
    for quad in quads:
        is_default = isinstance(quad.graph_name, ox.DefaultGraph)
        name = default if is_default else quad.graph_name
        graphs.setdefault(name, []).append(quad.triple)
    blocks = []
    for name, triples in graphs.items():
        written = (ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES) or b"").decode()
        if isinstance(name, ox.BlankNode):
            raise ValueError("a graph of the dataset is not named by an IRI")
        is_default = isinstance(name, ox.DefaultGraph)
        blocks.append(written if is_default else f"GRAPH {name} {{\n{written}}}")
    return "INSERT DATA {\n" + "\n".join(blocks) + "\n}"


def _text(part: str | Load) -> str:
    if isinstance(part, str):
        return part
    try:
        with _OPENER.open(Request(part.address, headers={"Accept": _ACCEPT})) as response:
            kind = response.headers.get_content_type()
            body = response.read(_LONGEST_LOAD + 1)
        rdf_format = ox.RdfFormat.from_media_type(kind)
        if rdf_format is None or len(body) > _LONGEST_LOAD:
            raise ValueError(f"it is {kind}" if rdf_format is None else "it is too long")
        quads = ox.parse(
            body,
            format=rdf_format,
            base_iri=part.iri,
            rename_blank_nodes=True,
            without_named_graphs=True,
        )
        return _data(quads, part.graph)
    except (SyntaxError, OSError, HTTPException, ValueError) as error:
        if part.is_silent:
            return NOTHING
        raise _NotLoaded(f"cannot load {part.iri}: {error}") from error


_OPENER: Final = build_opener(ProxyHandler({}))


def main() -> None:
    """Open the store and do what comes, jobs at one socket and copies at another.

    The arguments are the store's folder, how much memory a job may take, whether it may call
    others, and the numbers of the sockets. The first result says whether the store is open.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # which is for the server
    threading.Thread(target=_end_with_parent, daemon=True).start()
    path = Path(sys.argv[1])
    memory, has_network, *numbers = map(int, sys.argv[2:])
    jobs, copies = (socket.socket(fileno=number) for number in numbers)
    sandbox.be_first_to_go()
    if not has_network:
        sandbox.leave_network()
    try:
        store = ox.Store(str(path))
    except OSError as error:
        _send(jobs, Failed(str(error)))
        return
    sandbox.allow_memory(memory)
    _send(jobs, None)
    threading.Thread(target=_serve, args=(store, path, copies), daemon=True).start()
    _serve(store, path, jobs)


def _serve(store: ox.Store, path: Path, channel: socket.socket) -> None:
    with suppress(EOFError):
        while True:
            job = _receive(channel)
            result = do(store, job)
            if not isinstance(job, Copy):
                _keep(path)
            _send(channel, result)


def _keep(store: Path) -> None:
    """See to it that what is written survives a loss of power, too."""
    for log in store.glob("*.log"):
        with suppress(FileNotFoundError), log.open("rb") as file:
            os.fsync(file.fileno())


def _send(channel: socket.socket, value: Result) -> None:
    channel.sendall(pack(told(value)))


def _receive(channel: socket.socket) -> Job:
    (length,) = HEADER.unpack(_exactly(channel, HEADER.size))
    job: Job = pickle.loads(_exactly(channel, length))
    return job


def _exactly(channel: socket.socket, length: int) -> bytes:
    data = bytearray(length)
    view = memoryview(data)
    while view:
        count = channel.recv_into(view)
        if not count:
            raise EOFError
        view = view[count:]
    return bytes(data)


def _end_with_parent() -> None:
    sys.stdin.buffer.read()
    os._exit(0)


if __name__ == "__main__":
    main()

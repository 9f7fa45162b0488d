"""A worker: answers one query after the other from read-only stores, until it is killed.

It answers in a thread, because a thread that was made to give way can never have its turns back.
When it has done its long query another thread takes its place, with the stores as warm as they are.
"""

import json
import mmap
import os
import struct
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from socket import socket
from typing import Any, Final

import pyoxigraph as ox

from foedus.service.workers import sandbox
from foedus.service.workers.formats import GRAPHS, RESULTS, WITH_PREFIXES
from foedus.service.workers.frames import Kind, Verb, frame, requests
from foedus.service.workers.sink import Sink, TooLong
from foedus.service.workers.tidy import tidy
from foedus.service.workers.turns import give_way, take_short_turns

_STACK: Final = 64 << 20
_STORES: Final = 6
"""How many stores stay open."""

BOARD: Final = struct.Struct("<QQ")
"""What server and worker share: the last number that is to be skipped, and the current one."""
SKIPPED: Final = struct.Struct("<Q")
"""Each end writes its own half only."""


@dataclass(frozen=True)
class Duties:
    """What all workers of a pool are told.

    Attributes:
        memory: How much a query may allocate.
        result: Longest result.
        hold: How much is gathered of a graph that has prefixes.
        has_network: Whether a query may call others.
        prefixes: Those of graphs, in order.
        open: Stores to open before the first query.
    """

    memory: int
    result: int
    hold: int
    has_network: bool
    prefixes: Mapping[str, str]
    open: tuple[str, ...] = ()


class _Unacceptable(Exception):
    """The client takes no serialisation of this form."""


def work(connection: socket, board: mmap.mmap, duties: Duties) -> None:
    """Answer until the server closes the connection."""
    sandbox.be_first_to_go()
    take_short_turns()
    if not duties.has_network:
        sandbox.leave_network()
    stores = _Stores(duties.memory)
    asked = requests(connection.recv)
    is_over = False

    def prepare() -> None:
        give_way(threading.get_native_id())
        for path in duties.open:
            stores.prepare(path)

    def serve() -> None:
        nonlocal is_over
        with suppress(ConnectionError):  # the server wants no more
            connection.sendall(frame(Kind.READY, threading.get_native_id()))
            is_over = not _serve(asked, connection, board, stores, duties)
            return
        is_over = True

    threading.stack_size(_STACK)
    _do(prepare)
    while not is_over:
        _do(serve)
        stores.allow_memory()


def _do(work: Callable[[], None]) -> None:
    """Do something in a thread of its own."""
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()


def _serve(
    asked: Iterator[tuple[Any, ...]],
    connection: socket,
    board: mmap.mmap,
    stores: "_Stores",
    duties: Duties,
) -> bool:
    """Do what is asked; tells whether another thread is to go on."""
    for verb, *values in asked:
        if verb == Verb.OPEN:
            stores.prepare(*values)
        elif verb == Verb.DROP:
            stores.drop(*values)
        elif verb == Verb.RENEW:
            return True
        else:
            number = values[0]
            # In this order, so that the server knows what is skipped for sure.
            SKIPPED.pack_into(board, SKIPPED.size, number)
            if number > SKIPPED.unpack_from(board, 0)[0]:
                _answer(connection.sendall, stores, duties, *values)
    return False


class _Stores:
    """Stores by folder; the one that was asked for least recently is closed."""

    def __init__(self, memory: int) -> None:
        self._memory = memory
        self._open: OrderedDict[str, ox.Store] = OrderedDict()

    def get(self, path: str) -> ox.Store:
        store = self._open.get(path)
        if store is None:
            while len(self._open) >= _STORES:
                self._open.popitem(last=False)
            store = self._open[path] = ox.Store.read_only(path)
            self.allow_memory()
        self._open.move_to_end(path)
        return store

    def allow_memory(self) -> None:
        """Have the limit count from what there is now."""
        sandbox.allow_memory(self._memory)

    def prepare(self, path: str) -> None:
        """Open a store; an error is told to who asks it."""
        try:
            self.get(path).query("ASK {}")
        except (OSError, RuntimeError):
            self.drop(path)

    def drop(self, path: str) -> None:
        self._open.pop(path, None)


def _answer(
    send: Callable[[bytes], object],
    stores: _Stores,
    duties: Duties,
    number: int,
    path: str,
    text: str,
    solutions: str | None,
    boolean: str | None,
    graph: str | None,
    coding: str | None,
    default_graphs: tuple[str, ...] | None,
    named_graphs: tuple[str, ...] | None,
    base: str | None,
    is_union: bool,
) -> None:
    """Answer one job, or say why not; returns when all of it has been taken by the server."""

    def fail(kind: str, message: str) -> None:
        content = json.dumps([kind, message]).encode("utf-8", "replace")
        send(frame(Kind.ERROR, number, content))

    try:
        store = stores.get(path)
    except (OSError, RuntimeError) as error:
        return fail("store", str(error))
    try:
        dataset = {"default_graph": _names(default_graphs), "named_graphs": _names(named_graphs)}
    except ValueError as error:
        return fail("graph", str(error))
    sink = Sink(send, number, duties.result, coding)
    try:
        result = store.query(text, base_iri=base, use_default_graph_as_union=is_union, **dataset)
        if isinstance(result, ox.QueryTriples):
            _write_graph(result, _chosen(graph, "graph"), sink, duties)
        elif isinstance(result, ox.QueryBoolean):
            sink.begin("boolean")
            result.serialize(sink.file, RESULTS[_chosen(boolean, "boolean")])
        else:
            sink.begin("solutions")
            result.serialize(sink.file, RESULTS[_chosen(solutions, "solutions")])
        sink.end()
    except SyntaxError as error:
        fail("syntax", str(error))
    except _Unacceptable as error:
        fail("unacceptable", str(error))
    except TooLong:
        fail("size", "")
    except MemoryError:
        fail("memory", "")
    except (RuntimeError, ValueError, OSError) as error:
        # Where there is a network, it may be another endpoint that cannot be read.
        is_file = isinstance(error, OSError) and not duties.has_network
        is_ours = is_file or path in str(error)
        fail("store" if is_ours else "failed", str(error))
    except BaseException as error:  # a panic of the engine, which is no Exception
        fail("crash", str(error))
        os._exit(1)
    return None


def _write_graph(result: ox.QueryTriples, name: str, sink: Sink, duties: Duties) -> None:
    sink.begin("graph")
    if name not in WITH_PREFIXES:
        result.serialize(sink.file, GRAPHS[name])
        return
    sink.gather(duties.hold, partial(tidy, prefixes=duties.prefixes))
    ox.serialize(result, sink.file, GRAPHS[name], prefixes=dict(duties.prefixes))


def _chosen(name: str | None, form: str) -> str:
    if name is None:
        raise _Unacceptable(form)
    return name


def _names(iris: tuple[str, ...] | None) -> Any:  # noqa: ANN401
    return None if iris is None else [ox.NamedNode(iri) for iri in iris]

"""Answers of the maker: values and errors, pickled.

The maker parses RDF of strangers. So the server, which reads what it sends, unpickles only plain
values and the classes that proofs are made of, and calls nothing else.
"""

import io
import pickle
import socket
import struct
from importlib import import_module
from typing import Any, Final

from foedus.ontology.errors import FoedusError

LENGTH: Final = struct.Struct("<I")
_CLASSES: Final = (
    "foedus.graph.passages",
    "foedus.graph.proofs.",
    "foedus.graph.worlds",
    "foedus.service.engine",
)
_TERMS: Final = frozenset({"BlankNode", "Literal", "NamedNode", "Triple"})
_OTHERS: Final = frozenset({("builtins", "frozenset"), ("datetime", "date")})
_METHODS: Final = frozenset({"definition", "get", "label"})
_PLAIN: Final = (str, int, float, type(None))


def done(value: object) -> bytes:
    """Write an answer."""
    return _written((True, value))


def refused(error: FoedusError) -> bytes:
    """Write an error, with those of its attributes that are plain."""
    kind = type(error)
    attributes = {name: value for name, value in vars(error).items() if _is_plain(value)}
    return _written((False, (kind.__module__, kind.__qualname__, str(error), attributes)))


def read(answer: bytes) -> Any:  # noqa: ANN401
    """Read an answer; raises the error that it is."""
    is_done, value = _Plain(io.BytesIO(answer)).load()
    if is_done:
        return value
    module, name, text, attributes = value
    kind = getattr(import_module(module), name) if module.startswith("foedus.") else None
    if not (isinstance(kind, type) and issubclass(kind, FoedusError)):
        raise pickle.UnpicklingError(f"no error of ours: {module}.{name}")
    error = kind.__new__(kind)
    error.args = (text,)
    vars(error).update(attributes)
    raise error


def request(*values: object) -> bytes:
    """Write a request."""
    return _written(values)


def receive(connection: socket.socket) -> bytes | None:
    """Receive a message; none when the other end is closed."""
    header = connection.recv(LENGTH.size, socket.MSG_WAITALL)
    if len(header) < LENGTH.size:
        return None
    (length,) = LENGTH.unpack(header)
    return connection.recv(length, socket.MSG_WAITALL)


def _written(value: object) -> bytes:
    content = pickle.dumps(value)
    return LENGTH.pack(len(content)) + content


def _is_plain(value: object) -> bool:
    if isinstance(value, tuple):
        return all(isinstance(item, _PLAIN) for item in value)
    return isinstance(value, _PLAIN)


class _Plain(pickle.Unpickler):
    """Finds only what answers are made of."""

    def find_class(self, module: str, name: str) -> Any:  # noqa: ANN401
        """Find a class, or a function that looks a word up."""
        if (module, name) == ("builtins", "getattr"):
            return _method
        if (module, name) in _OTHERS:
            return super().find_class(module, name)
        if module == "pyoxigraph" and name in _TERMS:
            return super().find_class(module, name)
        if f"{module}.".startswith(_CLASSES):
            found = super().find_class(module, name)
            if found.__module__ == module:  # not what the module only imports
                return found
        raise pickle.UnpicklingError(f"not part of an answer: {module}.{name}")


def _method(value: object, name: str) -> Any:  # noqa: ANN401
    if name not in _METHODS:
        raise pickle.UnpicklingError(f"not part of an answer: {name}")
    return getattr(value, name)

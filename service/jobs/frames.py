"""What goes between the server and a job: a line of JSON, and bytes.

Nothing is pickled: who parses foreign RDF might be made to say anything.
"""

import json
import socket
from asyncio import StreamReader
from collections.abc import Mapping
from typing import Any, Final

_LONGEST_LINE: Final = 65_536
Fields = Mapping[str, Any]


def pack(fields: Fields, payload: bytes = b"") -> bytes:
    """Write a frame."""
    line = json.dumps({**fields, "bytes": len(payload)}).encode()
    return line + b"\n" + payload


async def receive(reader: StreamReader, most: int) -> tuple[dict[str, Any], bytes]:
    """Read the frame of a job.

    Raises:
        EOFError: there is none, or only a part of it.
        ValueError: it is no frame, or longer than ``most``.
    """
    line = await reader.readline()
    if not line.endswith(b"\n"):
        raise EOFError
    fields = json.loads(line)
    length = fields.pop("bytes")
    if not isinstance(length, int) or not 0 <= length <= most:
        raise ValueError(f"a frame of {length} bytes")
    return fields, await reader.readexactly(length)


def take(channel: socket.socket) -> tuple[dict[str, Any], bytes]:
    """Read the frame of the server; raises ``EOFError``."""
    with channel.makefile("rb") as file:
        line = file.readline(_LONGEST_LINE)
        if not line.endswith(b"\n"):
            raise EOFError
        fields = json.loads(line)
        payload = file.read(fields.pop("bytes"))
    return fields, payload

"""Where a worker writes a result: counted, compressed if wanted, sent in frames."""

import zlib
from collections.abc import Callable
from typing import IO, Final, Protocol, cast

import brotli
import zstandard

from foedus.service.workers.frames import Kind, frame

PIECE: Final = 65_536
SMALLEST: Final = 1_024
"""Results shorter than this are not worth compressing."""


class TooLong(Exception):
    """The result is longer than it may be."""


class Compressor(Protocol):
    """Compresses a stream of bytes."""

    def compress(self, data: bytes, /) -> bytes:
        """Take more; gives what is ready."""
        ...

    def finish(self) -> bytes:
        """Give the rest."""
        ...


class _Zstandard:
    def __init__(self) -> None:
        object_ = zstandard.ZstdCompressor(level=3).compressobj()
        self.compress: Callable[[bytes], bytes] = object_.compress
        self.finish: Callable[[], bytes] = object_.flush


class _Brotli:
    def __init__(self) -> None:
        object_ = brotli.Compressor(quality=4)
        self.compress: Callable[[bytes], bytes] = object_.process
        self.finish: Callable[[], bytes] = object_.finish


class _Gzip:
    def __init__(self) -> None:
        object_ = zlib.compressobj(level=4, wbits=31)
        self.compress: Callable[[bytes], bytes] = object_.compress
        self.finish: Callable[[], bytes] = object_.flush


CODINGS: Final[dict[str, Callable[[], Compressor]]] = {
    "zstd": _Zstandard,
    "br": _Brotli,
    "gzip": _Gzip,
}
"""The content codings that there are, the best first (RFC 9110, section 8.4.1)."""


class Sink:
    """A file for the engine to write to.

    Args:
        send: Sends bytes to the server; waits while that takes none.
        number: The number of the job.
        most: How many bytes the result may have; ``TooLong`` beyond.
        coding: The content coding that the client likes best, if any; a short result has none.
    """

    def __init__(
        self,
        send: Callable[[bytes], object],
        number: int,
        most: int,
        coding: str | None,
    ) -> None:
        self._send = send
        self._number = number
        self._most = most
        self._coding = coding
        self._hold = PIECE
        self._tidy: Callable[[bytes], bytes] | None = None
        self._form = ""
        self._gathered = bytearray()
        self._size = 0
        self._has_begun = False
        self._compressor: Compressor | None = None

    @property
    def file(self) -> IO[bytes]:
        """Give itself as what the engine takes it for."""
        return cast(IO[bytes], self)

    def begin(self, form: str) -> None:
        """Say what kind of result it is, before anything is written."""
        self._form = form

    def gather(self, hold: int, tidy: Callable[[bytes], bytes]) -> None:
        """Send nothing before so many bytes are there; a result that is whole by then is tidied."""
        self._hold = hold
        self._tidy = tidy

    def write(self, data: bytes) -> int:
        """Take more of the result."""
        self._size += len(data)
        if self._size > self._most:
            raise TooLong
        self._gathered += data
        if len(self._gathered) >= self._hold:
            if self._coding and not self._has_begun:
                self._compressor = CODINGS[self._coding]()
            self._hold = PIECE
            self._pass_on(bytes(self._gathered))
            self._gathered.clear()
        return len(data)

    def flush(self) -> None:
        """Do nothing: `end` sends the rest."""

    def end(self) -> None:
        """Send what is left, and that it is all."""
        data = bytes(self._gathered)
        if not self._has_begun:
            if self._tidy:
                data = self._tidy(data)
            if self._coding and len(data) >= SMALLEST:
                self._compressor = CODINGS[self._coding]()
        self._pass_on(data, is_last=True)

    def _pass_on(self, data: bytes, is_last: bool = False) -> None:
        if self._compressor:
            data = self._compressor.compress(data)
            if is_last:
                data += self._compressor.finish()
        frames = []
        if not self._has_begun:
            self._has_begun = True
            coding = self._coding if self._compressor else ""
            frames.append(frame(Kind.BEGIN, self._number, f"{self._form} {coding}".encode()))
        if data:
            frames.append(frame(Kind.DATA, self._number, data))
        if is_last:
            frames.append(frame(Kind.END, self._number))
        if frames:
            self._send(b"".join(frames))

"""A server that is maltreated, and must come out of it whole."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import httpx

TOKEN: Final = "a-token-for-tests"
"""What lets a request write."""
_BIN: Final = Path(sys.executable).parent
_GROWTH: Final = 300 << 20
"""By how many bytes the server's own process may grow while it is maltreated."""


@dataclass(frozen=True)
class Served:
    """A server that runs.

    Attributes:
        address: Without a slash at the end.
        log: What it has said on standard error.
    """

    address: str
    pid: int
    log: Path

    def client(self) -> httpx.Client:
        """Give a client that waits longer than any answer may take."""
        return httpx.Client(base_url=self.address, timeout=60)

    def assert_unharmed(self) -> None:
        """Check that it answers, if only when what it was sent has come to its end."""
        end = time.monotonic() + 60
        while (failure := self._failure()) and time.monotonic() < end:
            time.sleep(0.1)
        assert not failure

    def _failure(self) -> str:
        with self.client() as client:
            for path in ("/health", "/sparql?query=ASK%20%7B%7D"):
                answer = client.get(path, headers={"Accept": "*/*"})
                if answer.status_code != 200:
                    return answer.text
        return ""

    def memory(self) -> int:
        """Give the bytes in memory of the server's own process."""
        pages = int(Path(f"/proc/{self.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE")


@contextmanager
def served(folder: Path, *options: str) -> Iterator[Served]:
    """Run a server, check at the end that it is whole and that nothing of it is left."""
    log = folder / "log"
    environment = os.environ | {
        "FOEDUS_TOKEN": TOKEN,
        "FOEDUS_TIMEOUT": "2",
        "FOEDUS_STALL": "2",
        "FOEDUS_BODY_TIMEOUT": "2",
        "FOEDUS_HEADER_TIMEOUT": "2",
        "FOEDUS_LOG": "off",
    }
    with log.open("wb") as errors:
        process = subprocess.Popen(
            [_BIN / "foedus", "serve", "--port", "0", *options], stderr=errors, env=environment
        )
    try:
        server = Served(_address(process, log), process.pid, log)
        server.assert_unharmed()
        before = server.memory()
        yield server
        server.assert_unharmed()
        assert server.memory() - before < _GROWTH
        children = _descendants(process.pid)
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) in (0, -signal.SIGTERM)
        assert _all_gone(children)
        said = log.read_text()
        assert "Traceback" not in said, said[said.index("Traceback") :][:5000]
    finally:
        process.kill()
        process.wait()


def _address(process: subprocess.Popen[bytes], log: Path) -> str:
    for _ in range(600):
        for line in log.read_text().splitlines():
            if line.startswith("serving "):
                return line.split()[1].rstrip("/")
        assert process.poll() is None, log.read_text()
        time.sleep(0.1)
    raise AssertionError("does not start")


def _descendants(pid: int) -> list[int]:
    found = []
    for file in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in file.read_text().split():
            found += [int(child), *_descendants(int(child))]
    return found


def _all_gone(pids: list[int]) -> bool:
    for _ in range(100):
        if not any(Path(f"/proc/{pid}").exists() for pid in pids):
            return True
        time.sleep(0.1)
    return False

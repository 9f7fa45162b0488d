"""The command ``foedus serve`` as a process of its own, and what becomes of its children."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

FOEDUS = Path(sys.executable).with_name("foedus")


@dataclass(frozen=True)
class Server:
    """A server that runs; ``client`` bears its token."""

    process: subprocess.Popen[bytes]
    address: str
    data: Path
    client: httpx.Client

    def jobs(self) -> list[int]:
        """List the processes that work on a document."""
        return [job for zygote in self.zygotes() for job in children(zygote)]

    def zygotes(self) -> list[int]:
        """List the processes that jobs are forked from."""
        return [it for it in children(self.process.pid) if "jobs.zygote" in command(it)]


@contextmanager
def served(data: Path, settings: Mapping[str, str]) -> Iterator[Server]:
    """Serve a data directory on any free port."""
    environment = {**os.environ, **settings}
    arguments = [str(FOEDUS), "serve", "--data", str(data), "--port", "0"]
    # A file never is full, as a pipe is that nobody reads.
    with tempfile.NamedTemporaryFile("w") as log:
        process = subprocess.Popen(arguments, env=environment, stderr=log)
        try:
            address = _address(Path(log.name), process)
            token = settings.get("FOEDUS_TOKEN") or "none"
            headers = {"Authorization": f"Bearer {token}"}
            with httpx.Client(base_url=address, headers=headers, timeout=120) as client:
                yield Server(process, address, data, client)
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGINT)
            process.wait(timeout=60)


def _address(log: Path, process: subprocess.Popen[bytes]) -> str:
    """Wait until the server says where it is."""
    found: list[str] = []

    def is_told() -> bool:
        said = log.read_text(encoding="utf-8")
        found.extend(line.split()[1] for line in said.splitlines() if line.startswith("serving "))
        return bool(found) or process.poll() is not None

    assert eventually(is_told)
    assert found, log.read_text(encoding="utf-8")
    return found[0].rstrip("/")


def children(pid: int) -> list[int]:
    """List the living children of a process."""
    found = []
    for path in Path("/proc").glob("[0-9]*"):
        try:
            _, _, rest = (path / "stat").read_text().rpartition(")")
        except OSError:
            continue
        state, parent, *_ = rest.split()
        if int(parent) == pid and state != "Z":
            found.append(int(path.name))
    return found


def command(pid: int) -> str:
    """Give the command line of a process; of one that is gone an empty one."""
    try:
        return (Path("/proc") / str(pid) / "cmdline").read_text().replace("\0", " ")
    except OSError:
        return ""


def is_alive(pid: int) -> bool:
    """Tell whether a process runs."""
    try:
        _, _, rest = (Path("/proc") / str(pid) / "stat").read_text().rpartition(")")
    except OSError:
        return False
    return rest.split()[0] != "Z"


def eventually(is_so: Callable[[], object], seconds: float = 60) -> bool:
    """Wait until something is so."""
    end = time.monotonic() + seconds
    while not is_so():
        if time.monotonic() > end:
            return False
        time.sleep(0.01)
    return True

"""The server's side of the zygote of jobs: start it, ask it for a job, end it."""

import socket
import subprocess
import sys


class Nursery:
    """A zygote, started by the first job, and anew if it died."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None

    @property
    def pid(self) -> int | None:
        """Its process id, if there is a process."""
        return self._process.pid if self._process else None

    def start(self) -> None:
        """Start it unless it runs."""
        if self._process and self._process.poll() is None:
            return
        self.stop()
        self._control, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", "foedus.service.jobs.zygote", str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                start_new_session=True,  # so that a signal from the terminal is the server's only
            )

    def stop(self) -> None:
        """End it, and with it all jobs."""
        if self._control:
            self._control.close()
        if self._process:
            self._process.kill()
            self._process.wait()
        self._process = self._control = None

    def fork(self) -> socket.socket:
        """Begin a job; gives our end of a socket to it. Raises ``OSError`` if that cannot be."""
        self.start()
        assert self._control
        ours, theirs = socket.socketpair()
        try:
            with theirs:
                socket.send_fds(self._control, [b"j"], [theirs.fileno()])
        except OSError:
            ours.close()
            raise
        return ours

"""What a process that works for the server may not do: outlive it, take all memory, call out.

Linux only where it says so; elsewhere the guards of the service protect alone.
"""

import ctypes
import os
import platform
import resource
import signal
import struct
from contextlib import suppress
from pathlib import Path
from typing import Final

_PR_SET_PDEATHSIG: Final = 1
_PR_SET_SECCOMP: Final = 22
_PR_SET_NO_NEW_PRIVS: Final = 38
_SECCOMP_MODE_FILTER: Final = 2

# linux/seccomp.h, linux/bpf_common.h, linux/audit.h
_ALLOW: Final = 0x7FFF_0000
_REFUSE: Final = 0x0005_0000 | 13  # EACCES
_LOAD: Final = 0x20
_JUMP_IF_EQUAL: Final = 0x15
_JUMP_IF_GREATER_OR_EQUAL: Final = 0x35
_RETURN: Final = 0x06
_NUMBER, _ARCHITECTURE, _FIRST_ARGUMENT = 0, 4, 16
_AF_UNIX: Final = 1
_X32: Final = 0x4000_0000

_CALLS: Final = {
    # architecture: its audit number; socket; io_uring_setup (which can make sockets), execve,
    # execveat, ptrace
    "x86_64": (0xC000_003E, 41, (425, 59, 322, 101)),
    "aarch64": (0xC000_00B7, 198, (425, 221, 281, 117)),
}


def die_with_parent(parent: int) -> None:
    """Have the kernel kill this process when ``parent``, which forked it, is gone (Linux)."""
    with suppress(OSError, AttributeError):
        _libc().prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(1)


def be_first_to_go() -> None:
    """Leave no core, and tell the kernel to end this process first when memory runs out."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("800", encoding="ascii")


def allow_memory(more: int) -> None:
    """Limit the address space to what this process has now, and so many bytes."""
    pages = 0
    with suppress(OSError):
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    wanted = pages * resource.getpagesize() + more
    most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    resource.setrlimit(resource.RLIMIT_AS, (most, hard))


def leave_network() -> bool:
    """Refuse this process every new socket but local ones, and other programs (Linux).

    It cannot be undone. Returns whether the kernel does it.
    """
    calls = _CALLS.get(platform.machine())
    if calls is None:
        return False
    program = _program(*calls)
    code = ctypes.create_string_buffer(program, len(program))
    filter_ = struct.pack("HL", len(program) // 8, ctypes.addressof(code))
    try:
        libc = _libc()
        libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
        failed = libc.prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, filter_, 0, 0)
        return not failed
    except (OSError, AttributeError):
        return False


def _program(architecture: int, socket: int, refused: tuple[int, ...]) -> bytes:
    """Write the filter: a jump skips so many instructions if it is so, else so many."""
    refuse = len(refused) + 4  # how far it is from the first comparison of numbers to the refusal
    steps = [
        (_LOAD, 0, 0, _ARCHITECTURE),
        (_JUMP_IF_EQUAL, 1, 0, architecture),
        (_RETURN, 0, 0, _REFUSE),
        (_LOAD, 0, 0, _NUMBER),
        (_JUMP_IF_GREATER_OR_EQUAL, refuse, 0, _X32),
    ]
    steps += [(_JUMP_IF_EQUAL, refuse - 1 - place, 0, call) for place, call in enumerate(refused)]
    steps += [
        (_JUMP_IF_EQUAL, 0, 2, socket),
        (_LOAD, 0, 0, _FIRST_ARGUMENT),
        (_JUMP_IF_EQUAL, 0, 1, _AF_UNIX),
        (_RETURN, 0, 0, _ALLOW),
        (_RETURN, 0, 0, _REFUSE),
    ]
    return b"".join(struct.pack("HBBI", *step) for step in steps)


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)

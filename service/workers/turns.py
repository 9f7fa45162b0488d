"""Whose turn it is on a processor: small queries before long ones (Linux)."""

import ctypes
import os
import platform
import struct
from contextlib import suppress
from typing import Final

_ATTRIBUTES: Final = struct.Struct("=IIQiIQQQ")
"""linux/sched/types.h: size, policy, flags, nice, priority, runtime, deadline, period."""
_SET_ATTRIBUTES: Final = {"x86_64": 314, "aarch64": 274}
_SLICE: Final = 100_000
"""Nanoseconds; a fourteenth of what the kernel gives unasked."""
_NICE: Final = 15
"""A thirtieth of the share that others have."""
_LAST: Final = max(os.sched_getaffinity(0))


def take_short_turns() -> None:
    """Have this process come on as soon as it wakes, before who has longer turns.

    Since Linux 6.12 who asks for shorter turns need not wait for the end of a longer one; an older
    kernel takes no notice.
    """
    number = _SET_ATTRIBUTES.get(platform.machine())
    if number is None:
        return
    attributes = _ATTRIBUTES.pack(_ATTRIBUTES.size, os.SCHED_OTHER, 0, 0, 0, _SLICE, 0, 0)
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).syscall(number, 0, ctypes.c_char_p(attributes), 0)


def give_way(thread: int) -> None:
    """Have a thread work after who has less to do.

    It keeps a small share (of `SCHED_IDLE` so little is left on a busy machine that no long answer
    would ever end), in turns of the usual length. Only who has privileges can take that back.
    """
    with suppress(OSError):
        os.sched_setscheduler(thread, os.SCHED_BATCH, os.sched_param(0))
        os.setpriority(os.PRIO_PROCESS, thread, _NICE)


def keep_aside(thread: int) -> None:
    """Have a thread work on the last processor only."""
    with suppress(OSError):
        os.sched_setaffinity(thread, {_LAST})

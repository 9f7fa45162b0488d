"""The two kinds of jobs of a server, and the process that they come from."""

from typing import Final

from foedus.service.jobs.jobs import Jobs, Limits
from foedus.service.jobs.nursery import Nursery

_GIGA: Final = 1024**3
_JUDGING: Final = Limits(seconds=60, memory=3 * _GIGA, at_once=2)
_WRITING: Final = Limits(seconds=600, memory=6 * _GIGA, patience=600)
"""Who writes waits for who wrote before; the whole graph is derived."""


class Workshop:
    """Judges documents side by side, and writes them one after the other."""

    def __init__(self, judging: Limits = _JUDGING, writing: Limits = _WRITING) -> None:
        self.nursery = Nursery()
        self.judging = Jobs("judge", self.nursery, judging)
        self.writing = Jobs("write", self.nursery, writing)

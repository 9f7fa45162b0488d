"""Time the import of a member file of ATOP, from file to published snapshot, step by step.

Run by hand: ``python tests/benchmarks/atop.py MEMBERS.csv [COPIES]``; with copies, each alliance is
there so many times. Seconds are of the clock, with those of this process's processor behind them.
"""

import csv
import resource
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, process_time

from foedus.graph.importers import import_atop
from foedus.graph.importers.table import read_table

APART = 100_000
"""What is added to an alliance's number in each copy."""


def copied(path: Path, copies: int, to: Path) -> Path:
    """Write a member file with each alliance so many times."""
    rows = read_table(path).rows
    with to.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0].values))
        writer.writeheader()
        for copy in range(copies):
            for row in rows:
                number = int(row.values["atopid"]) + copy * APART
                writer.writerow({**row.values, "atopid": number})
    return to


class Clock:
    """Prints what each step took."""

    def __init__(self) -> None:
        self._step = ""
        self._clock = self._begin = perf_counter()
        self._processor = process_time()

    def __call__(self, step: str) -> None:
        """Begin a step."""
        now, used = perf_counter(), process_time()
        if self._step:
            print(f"{self._step:20} {now - self._clock:7.2f} s  ({used - self._processor:.2f} s)")
        self._step, self._clock, self._processor = step, now, used

    def end(self) -> None:
        """Print the sum, and the most memory that this process had."""
        self("")
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        print(f"{'in all':20} {perf_counter() - self._begin:7.2f} s  {memory} MB")


def main() -> None:
    path = Path(sys.argv[1])
    copies = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    with TemporaryDirectory() as folder:
        members = copied(path, copies, Path(folder) / "members.csv")
        clock = Clock()
        built, read = import_atop(Path(folder) / "data", members, None, clock)
        clock.end()
        print(f"{len(read.members)} rows, {built.snapshot.meta['quads']} quads")


if __name__ == "__main__":
    main()

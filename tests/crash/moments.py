"""Kill a writer at random moments, and see what is there then: ``python moments.py TIMES``.

A writer adds, replaces and removes documents without end, and says what it has done after each.
"""

import os
import random
import sys
import tempfile
import time
from itertools import count
from pathlib import Path
from signal import SIGKILL

from boundaries import MEMORY
from faults import DONE, forked, started
from scenes import check, leftovers, post, posted, remove, whole_state

from foedus.graph.snapshot import current, put_in_order

_NAMES = ("charter", "decree", "letter")


def write(data: Path, done: Path) -> None:
    """Write without end."""
    for number in count(int(time.time())):
        name = random.choice(_NAMES)
        is_there = f"{name}.trig" in dict(posted(data))
        # What is under way is said before, what is done after: a kill may come in between.
        done.with_suffix(".begun").write_text(name)
        if is_there and number % 3 == 0:
            remove(data, name)
        else:
            post(data, name, number)
        unfinished = done.with_suffix(".unfinished")
        unfinished.write_text(f"{current(data).id} {posted(data)}")
        unfinished.replace(done)
        done.with_suffix(".begun").unlink()


def find(data: Path, done: Path) -> None:
    """Check that what was said to be done is there, or the change that came after it, whole."""
    whole_state(data)
    put_in_order(data)
    found = whole_state(data)
    if done.exists() and not done.with_suffix(".begun").exists():
        assert f"{found[0]} {found[1]}" == done.read_text(), "what was done is not there"
    elif done.exists():
        name = done.with_suffix(".begun").read_text()
        said = done.read_text()
        others = [entry for entry in found[1] if entry[0] != f"{name}.trig"]
        assert all(repr(entry) in said for entry in others), "another document has changed"
    post(data, "charter")
    check(current(data))
    assert leftovers(data) == []
    done.unlink(missing_ok=True)
    done.with_suffix(".begun").unlink(missing_ok=True)


def main(times: int) -> None:
    """Kill one writer after the other."""
    with tempfile.TemporaryDirectory(dir=MEMORY if MEMORY.is_dir() else None) as folder:
        data, done = Path(folder) / "data", Path(folder) / "done"
        assert forked(lambda: (post(data, "decree"), None)[1]) == DONE
        for number in range(times):
            random.seed(number)
            writer = started(lambda: write(data, done))
            time.sleep(random.uniform(0, 0.5))
            os.kill(writer, SIGKILL)
            os.waitpid(writer, 0)
            if forked(lambda: find(data, done)) != DONE:
                raise SystemExit(f"wrong after {number} kills")


if __name__ == "__main__":
    main(int(sys.argv[1]))

"""What is sent to the endpoint to do it harm, and what it may never do about it."""

import os
import re
from collections.abc import Mapping
from typing import Final

from hypothesis import HealthCheck, settings

FACTOR: Final = int(os.environ.get("FOEDUS_FUZZ", "1"))
"""How many times as many examples to make, each time others: for a longer run by hand."""

_LEAK: Final = re.compile(
    r"Traceback|site-packages|\.py\b|/work/|/tmp/|/root/|/home/|/usr/|/var/|oxigraph|uvicorn"
    r"|fastapi|starlette|rocksdb|\.rs\b|panicked",
    re.IGNORECASE,
)


def examples(count: int) -> settings:
    """Give settings for so many examples, always the same unless more are wanted."""
    return settings(
        max_examples=count * FACTOR,
        derandomize=FACTOR == 1,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )


def assert_fair(status: int, headers: Mapping[str, str], body: bytes, sent: str = "") -> None:
    """Check that a failure is deliberate and that nothing of the inside is told.

    What the client ``sent`` itself may be told. Names of ``headers`` are in lower case.
    """
    text = body.decode("utf-8", "replace")
    assert status < 500 or status in (503, 504), text[:500]
    assert "server" not in headers
    if status >= 400:
        kind = headers.get("content-type", "").partition(";")[0]
        assert kind in ("application/problem+json", "text/html"), text[:500]
        found = _LEAK.search(text)
        assert found is None or found[0] in sent, text[:500]

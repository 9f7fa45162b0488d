"""The questions of the pages, and how they are asked.

A query is a file in ``queries/``; its header has a ``title`` and a ``title-de``. It binds each
parameter by ``VALUES ?name { default }``, and another value takes the default's place as a term,
never as text, so that a reader who opens it finds a query that runs as it is.
"""

import asyncio
import json
import re
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final

from pyoxigraph import Literal, NamedNode

from foedus.service.engine import Acceptable, Chosen, Engine, Query, read
from foedus.service.reading.visit import Visit

FOLDER: Final = Path(__file__).parent / "queries"
_JSON: Final = Chosen("json", "application/sparql-results+json")
_ROWS: Final = Acceptable(_JSON, _JSON, None)

Row = Mapping[str, str]
"""Values by variable: IRIs and literals as text; what is unbound is empty."""


class _Values(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return ""


@cache
def text(name: str) -> str:
    """Read the query of a file without its header."""
    lines = (FOLDER / f"{name}.rq").read_text(encoding="utf-8").splitlines()
    return "\n".join(line for line in lines if not line.startswith("#+")) + "\n"


@cache
def title(name: str, language: str) -> str:
    """Read what a query asks."""
    key = "title" if language == "en" else f"title-{language}"
    source = (FOLDER / f"{name}.rq").read_text(encoding="utf-8")
    found = re.search(rf"^#\+ {key}: (.+)$", source, re.MULTILINE)
    assert found, f"{name} has no {key}"
    return found[1]


Value = str | Sequence[str]
"""An IRI or the text of a plain literal, or several."""


def bound(name: str, values: Mapping[str, Value]) -> str:
    """Give a query with values for its parameters."""
    query = text(name)
    for parameter, value in values.items():
        terms = " ".join(map(_term, [value] if isinstance(value, str) else value))
        query, count = re.subn(
            rf"VALUES \?{parameter} \{{[^}}]*\}}",
            lambda _, it=f"VALUES ?{parameter} {{ {terms} }}": it,  # type: ignore[misc]
            query,
        )
        assert count, f"{name} has no parameter {parameter}"
    return query


def _term(value: str) -> str:
    return str(NamedNode(value) if re.match("[a-z]+:", value) else Literal(value))


class Asker:
    """Asks for one visit; the same snapshot answers all questions of a page.

    Attributes:
        snapshot: The one that has answered; empty before the first answer.
    """

    def __init__(self, engine: Engine, visit: Visit) -> None:
        self._engine = engine
        self._visit = visit
        self.snapshot = visit.snapshot or ""

    async def rows(self, name: str, **values: Value) -> list[Row]:
        """Ask a question in the world of the visit.

        Raises:
            FoedusError: as ``Engine.query`` does.
        """
        return await self.rows_in(self._visit, name, **values)

    async def rows_in(self, visit: Visit, name: str, **values: Value) -> list[Row]:
        """Ask a question in another world."""
        query = Query(bound(name, values), snapshot=self.snapshot or None)
        answer = await self._engine.query(query, visit.world, _ROWS)
        self.snapshot = self.snapshot or answer.snapshot
        document: dict[str, Any] = json.loads(await read(answer))
        return [
            _Values((name, term["value"]) for name, term in binding.items())
            for binding in document["results"]["bindings"]
        ]

    async def all(self, *asked: tuple[str, Mapping[str, Value]]) -> list[list[Row]]:
        """Ask several questions at once."""
        first, *others = asked
        # The first one settles the snapshot.
        found = [await self.rows(first[0], **first[1])]
        return found + await asyncio.gather(*(self.rows(name, **values) for name, values in others))

    def open(self, name: str, **values: Value) -> str:
        """Give the address at which a reader can open the query."""
        return self._visit.to("/query", {"query": bound(name, values)})

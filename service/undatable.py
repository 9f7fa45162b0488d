"""How many claims a world with a day leaves out because nobody knows when they were reported."""

import json
from collections.abc import Iterable
from typing import Final
from urllib.parse import urlencode

from foedus.graph.questions import question
from foedus.graph.worlds import World
from foedus.ontology.namespaces import PREFIXES
from foedus.service.engine import REPORTED, Acceptable, Chosen, Engine, Query, read

QUESTION: Final = "list-undatable-claim"
COUNT: Final = f"""PREFIX fd: <{PREFIXES["fd"]}>
SELECT (COUNT(?claim) AS ?count) WHERE {{
  ?claim a fd:Claim .
  FILTER NOT EXISTS {{ ?claim fd:reportDate ?reportDate }}
}}"""
_JSON: Final = Chosen("json", "application/sparql-results+json")


async def count_undatable(engine: Engine, world: World, snapshot: str | None = None) -> int:
    """Count the claims that are known in no dated world; 0 where the world has no day."""
    if not world.as_of:
        return 0
    asked = Query(COUNT, snapshot=snapshot)
    answer = await engine.query(asked, REPORTED, Acceptable(_JSON, _JSON, None))
    (row,) = json.loads(await read(answer))["results"]["bindings"]
    return int(row["count"]["value"])


def list_undatable(further: Iterable[tuple[str, str]]) -> str:
    """Give the address of the page that lists them; ``further`` are parameters of it."""
    return "/query?" + urlencode([("query", question(QUESTION).text), *further])

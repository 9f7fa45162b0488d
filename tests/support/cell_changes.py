"""Changes to the smallest document, ``data/cell.trig``, whose subject is a transfer."""

Changes = dict[str, list[tuple[str, str]]]
"""A node that a report must name: what was changed, and the update that changes it."""
GRAPH = "digest:cell"
DATE = "date:Transfer"
QUANTITY = "quantity:Transfer"
EVENT = "event:Transfer"
DAY = (
    'fd:Date ; fd:earliest "1921-04-01"^^xsd:date ; fd:latest "1921-04-01"^^xsd:date ;'
    ' fd:asStated "am 1. April"'
)
NAMED = 'rdfs:label "New"@en, "Neu"@de'


def drop(node: str, path: str, graph: str = GRAPH) -> str:
    return f"DELETE WHERE {{ GRAPH {graph} {{ {node} {path} ?o }} }}"


def put(node: str, path: str, value: str, graph: str = GRAPH) -> str:
    return f"INSERT DATA {{ GRAPH {graph} {{ {node} {path} {value} }} }}"


def change(node: str, path: str, value: str, graph: str = GRAPH) -> str:
    return f"{drop(node, path, graph)} ; {put(node, path, value, graph)}"


def each(node: str, path: str, *values: str) -> list[tuple[str, str]]:
    """Give one change a value: without any where it is empty, beside the others after a ``+``."""
    updates = []
    for value in values:
        if not value:
            update = drop(node, path)
        elif value.startswith("+"):
            update = put(node, path, value[1:])
        else:
            update = change(node, path, value)
        updates.append((f"{node} {path} {value}", update))
    return updates


def in_subject(node: str, path: str, *values: str) -> list[tuple[str, str]]:
    return [
        (name, update.replace(f"GRAPH {GRAPH}", "GRAPH proposition:subject"))
        for name, update in each(node, path, *values)
    ]


def stance(firmness: str, polarity: str, mode: str, cue: str = "") -> str:
    """Change the stance of the first claim."""
    parts = [("firmness", firmness), ("polarity", polarity), ("mode", mode)]
    updates = [drop("c:1", f"fd:{role}") for role, _ in parts]
    updates += [put("c:1", f"fd:{role}", f"{role}:{value}") for role, value in parts if value]
    return " ; ".join([*updates, put("c:1", "fd:cue", f'"{cue}"')] if cue else updates)


def alike(claim: str, end: int = 90) -> str:
    """Repeat the second claim under another name."""
    return (
        f"INSERT {{ GRAPH {GRAPH} {{ {claim} ?p ?o }} }} WHERE {{ GRAPH {GRAPH}"
        f" {{ c:2 ?p ?o FILTER (?p != fd:end) }} }} ; {put(claim, 'fd:end', str(end))}"
    )

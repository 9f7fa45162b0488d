"""What jobs do, by name. Each takes plain arguments and a body, and gives plain fields and bytes.

This runs in a job's own process (``nursery.py``).
"""

import traceback
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import pyoxigraph as ox

from foedus.graph import build, gate, load, post
from foedus.ontology.errors import FoedusError
from foedus.service.jobs.failures import told
from foedus.service.reports import write_report
from foedus.shapes.report import Report

_Result = tuple[dict[str, Any], bytes]


def preparations() -> list[Callable[[], object]]:
    """List what to make ready before anybody asks, the most needed first."""
    return [gate.our_context, build.prepare, _import_rest]


def _import_rest() -> None:
    import foedus.graph.closure
    import foedus.graph.inference
    import foedus.graph.stores  # noqa: F401


def needs_programs(name: str) -> bool:
    """Tell whether some work starts processes of its own, as a large build does."""
    return name != "judge"


def perform(name: str, arguments: Mapping[str, Any], body: bytes) -> _Result:
    """Do the work of a name; an error becomes a field ``failed``."""
    try:
        return _WORK[name](body, **arguments)
    except FoedusError as error:
        kind, values = told(error)
        return {"failed": kind, "told": values}, b""
    except MemoryError:
        return {"failed": "memory"}, b""
    except Exception:
        traceback.print_exc()
        return {"failed": "FoedusError", "told": ["it failed"]}, b""


def _judge(body: bytes, media: str, beside: Sequence[str], form: str, lang: str) -> _Result:
    quads = load.parse_quads(body, _format(media))
    report = gate.judge(quads, [Path(path) for path in beside])
    return {"conforms": report.conforms}, write_report(report, form, lang)


def _put(
    body: bytes,
    media: str,
    data: str,
    iri: str | None,
    is_new: bool,
    match: Sequence[str] | None,
    none_match: Sequence[str] | None,
    form: str,
) -> _Result:
    condition = post.Condition(match, none_match)
    sent = post.Sent(body, _format(media), iri, is_new, condition)
    try:
        done = post.put(Path(data), sent)
    except gate.DocumentsRefused as error:
        return _refused(error.report, form)
    return {
        "iri": done.iri,
        "sum": done.sum,
        "snapshot": done.built.snapshot.id,
        "was_there": done.was_there,
    }, b""


def _remove(
    body: bytes,
    data: str,
    iri: str,
    match: Sequence[str] | None,
    none_match: Sequence[str] | None,
    form: str,
) -> _Result:
    try:
        built = post.remove(Path(data), iri, post.Condition(match, none_match))
    except gate.DocumentsRefused as error:
        return _refused(error.report, form)
    return {"snapshot": built.snapshot.id}, b""


def _refused(report: Report, form: str) -> _Result:
    return {"conforms": False}, write_report(report, form, "en")


def _format(media: str) -> ox.RdfFormat:
    found = ox.RdfFormat.from_media_type(media)
    assert found is not None
    return found


_WORK: Final[Mapping[str, Callable[..., _Result]]] = {
    "judge": _judge,
    "put": _put,
    "remove": _remove,
}

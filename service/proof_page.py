"""The page of ``/why``: the verdict, every minimal support as a nested list, and a drawing."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final
from urllib.parse import urlencode

from markupsafe import Markup
from pyoxigraph import NamedNode
from starlette.responses import Response

from foedus.graph import descriptions
from foedus.graph.proofs import Explanation, Kind, Wording, as_svg
from foedus.graph.worlds import NAMED, World
from foedus.ontology.namespaces import BASE, PREFIXES
from foedus.service.engine import Proven
from foedus.service.pages import HEADERS, Link, template, world_pairs
from foedus.service.parameters import Parameters
from foedus.service.proof_lines import Line, lines
from foedus.service.reading.visit import Visit
from foedus.service.texts import TEXTS, number
from foedus.service.undatable import list_undatable

ASKED: Final = ("iri", "subject", "predicate", "object")
DOWNLOADS: Final = {
    "json": "JSON",
    "turtle": "Turtle",
    "text": "Text",
    "mermaid": "Mermaid",
    "svg": "SVG",
}
_MOST_TARGETS: Final = 50
_MOST_LINES: Final = 1_500
_QUERY: Final = f"""PREFIX fd: <{PREFIXES["fd"]}>

SELECT ?proposition ?rule ?premise ?claim ?holder ?firmness ?document ?start ?end WHERE {{
  VALUES ?target {{ TARGETS }}
  ?target (^fd:concludes/fd:hasPremise)* ?proposition .
  {{
    ?inference a fd:Inference ;
      fd:concludes ?proposition ;
      fd:byRule ?rule ;
      fd:hasPremise ?premise .
  }} UNION {{
    ?claim fd:onProposition ?proposition ;
      fd:isAccepted true ;
      fd:heldBy ?holder ;
      fd:firmness ?firmness ;
      fd:isStatedIn ?document ;
      fd:start ?start ;
      fd:end ?end .
  }}
}}
ORDER BY ?proposition ?inference ?premise ?claim"""


def links(
    proven: Proven, pairs: Sequence[tuple[str, str]], base: str = ""
) -> Callable[[NamedNode], str]:
    """Give the address of each node: of a proposition its proof, of others their page."""
    steps = [step for proof in proven.explanation.proofs for step in proof.steps()]
    propositions = {step.iri for step in steps if step.kind is not Kind.CLAIM}

    def address(iri: NamedNode) -> str:
        if iri in propositions:
            return f"{base}/why?" + urlencode([("iri", iri.value), *pairs])
        if not iri.value.startswith(BASE):
            return iri.value
        return f"{base}{Visit.page(iri.value)}?" + urlencode(pairs)

    return address


def world_of(parameters: Parameters, world: World) -> list[tuple[str, str]]:
    """Give the parameters that lead to the same world; a key stays one, it may stand for much."""
    pinned = [(name, value) for name, value in parameters.pairs if name == "snapshot"]
    if parameters.one("world") in (None, "", *NAMED):
        return [*descriptions.as_parameters(world), *pinned]
    pairs = world_pairs(parameters)
    if world.as_of and not parameters.all("as-of"):
        pairs.append(("as-of", world.as_of.isoformat()))
    return pairs


class ProofPage:
    """Makes the pages."""

    def __init__(self) -> None:
        self._template = template("why.html")

    def empty(self, parameters: Parameters, language: str) -> bytes:
        """Ask what is to be proved."""
        return self._render(parameters, language, {})

    def failed(self, parameters: Parameters, language: str, reason: str) -> bytes:
        """Say why there is no answer."""
        return self._render(parameters, language, {"failure": reason})

    def proved(
        self, parameters: Parameters, world: World, proven: Proven, around: Mapping[str, Any]
    ) -> bytes:
        """Show the proofs; ``around`` is what the worlds bar needs."""
        wording, explanation = proven.wording, proven.explanation
        language = wording.language
        pairs = world_of(parameters, world)
        asked = [(name, value) for name, value in parameters.pairs if name in (*ASKED, "limit")]
        here = [*pairs, ("lang", language)]
        link = links(proven, here)
        levels = [level for it in proven.targets if (level := wording.firmness(it)) is not None]
        query = _QUERY.replace("TARGETS", " ".join(map(str, proven.targets[:_MOST_TARGETS])))
        values = {
            "title": " · ".join(proven.words),
            "holds": bool(explanation.count),
            "firmness": max(levels, default=None),
            "degree": wording.degree(max(levels)) if levels else "",
            "explanation": explanation,
            "supports": _supports(explanation, wording, link),
            "remark": wording.remark(explanation) if explanation.count else "",
            "drawing": Markup(as_svg(explanation, wording, link, is_alone=False)),
            "downloads": [
                Link("/why?" + urlencode([*asked, *here, ("format", name)]), words)
                for name, words in DOWNLOADS.items()
            ],
            "query": "/query?" + urlencode([("query", query), *here]) if proven.targets else None,
            "without": list(_without(proven, world, asked, here)),
            "undatable": proven.undatable if world.as_of else 0,
            "undatable_list": list_undatable(here),
            "snapshot": proven.snapshot,
            "permalink": "/why?"
            + urlencode(
                [
                    *asked,
                    *((n, v) for n, v in here if n != "snapshot"),
                    ("snapshot", proven.snapshot),
                ]
            ),
        }
        return self._render(parameters, language, {"proven": values, **around})

    def respond(self, status: int, html: bytes) -> Response:
        """Send a page that is not an answer."""
        return Response(html, status_code=status, headers=HEADERS, media_type="text/html")

    def _render(self, parameters: Parameters, language: str, values: Mapping[str, Any]) -> bytes:
        other = "de" if language == "en" else "en"
        kept = [(name, value) for name, value in parameters.pairs if name not in ("lang", "format")]
        page = {
            "language": language,
            "text": TEXTS[language],
            "number": lambda value: number(value, language),
            "other": "/why?" + urlencode([*kept, ("lang", other)]),
            "typed": {name: (parameters.all(name) or ("",))[-1] for name in ASKED},
            "world": world_pairs(parameters),
            "failure": None,
            "proven": None,
            "bar": None,
        }
        return self._template.render({**page, **values}).encode()


def _supports(
    explanation: Explanation, wording: Wording, link: Callable[[NamedNode], str]
) -> list[tuple[str, list[Line]]]:
    """Give the headings and lines of as many supports as there is room for."""
    shown: list[tuple[str, list[Line]]] = []
    total = 0
    for n, proof in enumerate(explanation.proofs, 1):
        found = list(lines(proof, wording, link))
        total += len(found)
        if shown and total > _MOST_LINES:
            break
        shown.append((wording.heading(n, explanation), found))
    return shown


def _without(
    proven: Proven,
    world: World,
    asked: Sequence[tuple[str, str]],
    here: Sequence[tuple[str, str]],
) -> Iterator[tuple[str, Link, int]]:
    """Give each source of the supports, by role, with the page on which it is not believed."""
    wording = proven.wording
    found: dict[tuple[str, NamedNode], int] = {}
    for proof in proven.explanation.proofs:
        sources: set[tuple[str, NamedNode]] = set()
        for step in proof.steps():
            stance, passage = wording.stance(step.iri), wording.passage(step.iri)
            if stance:
                sources.add(("holder", stance.holder))
                sources.update(("publisher", publisher) for publisher in stance.publishers)
            if passage:
                sources.add(("document", passage.document))
        for one in sources:
            found[one] = found.get(one, 0) + 1
    rest = [(name, value) for name, value in here if name != "disbelieve"]
    for (role, source), count in sorted(found.items(), key=lambda it: (it[0][0], -it[1], str(it))):
        disbelieved = sorted({source.value, *(iri.value for iri in world.disbelieve)})
        pairs = [*asked, *rest, *(("disbelieve", iri) for iri in disbelieved)]
        yield role, Link("/why?" + urlencode(pairs), wording.label(source)), count

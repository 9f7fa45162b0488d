"""A proof line by line, as a page shows it: each conclusion, its rule, who says so and where."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from pyoxigraph import NamedNode

from foedus.graph.proofs import Kind, Proof, Row, Wording, rows
from foedus.graph.worlds import Firmness
from foedus.service.pages import Link


@dataclass(frozen=True)
class Source:
    """A claim as the page shows it: who holds it, and where it is said."""

    claim: Link
    paraphrase: str
    held: str
    holder: Link | None
    publishers: list[Link]
    day: str | None
    document: Link | None
    sentence: Link | None
    span: str


@dataclass(frozen=True)
class Line:
    """A line of a nested list; ``closes`` lists end behind it, or one opens."""

    link: Link
    kind: Kind
    firmness: Firmness | None
    word: str
    rule: Link | None
    sentence: str
    source: Source | None
    is_repeated: bool
    opens: bool
    closes: int


def lines(proof: Proof, wording: Wording, link: Callable[[NamedNode], str]) -> Iterator[Line]:
    """Give the lines of a nested list; a claim stands in the line of what it asserts."""
    shown: list[Row] = []
    for row in rows(proof):
        above = shown[-1].node if shown else None
        if not (above and above.kind is Kind.ASSERTED and above.premises[0] is row.node):
            shown.append(row)
    levels = wording.levels(proof)
    depths = [row.depth for row in shown[1:]] + [0]
    for row, next_depth in zip(shown, depths, strict=True):
        node = row.node
        claim = node if node.kind is Kind.CLAIM else None
        if node.kind is Kind.ASSERTED:
            claim = node.premises[0]
        level = levels.get(node.iri)
        rule = node.inference.rule if node.inference else None
        yield Line(
            Link(link(node.iri), wording.label(node.iri)),
            node.kind,
            level,
            wording.degree(level) if level is not None else "",
            Link(link(rule), wording.label(rule)) if rule else None,
            wording.definition(rule) if rule and not row.is_repeated else "",
            _source(claim, wording, link, wording.label(node.iri)) if claim else None,
            row.is_repeated and not claim,
            next_depth > row.depth,
            max(0, row.depth - next_depth),
        )


def _source(claim: Proof, wording: Wording, link: Callable[[NamedNode], str], label: str) -> Source:
    stance, passage = wording.stance(claim.iri), wording.passage(claim.iri)

    def linked(iri: NamedNode | None) -> Link | None:
        return Link(link(iri), wording.label(iri)) if iri else None

    paraphrase = wording.label(claim.iri)
    publishers = stance.publishers if stance else ()
    return Source(
        Link(link(claim.iri), wording.label(claim.iri)),
        paraphrase if paraphrase != label else "",
        wording.manner(stance) if stance else "",
        linked(stance.holder) if stance else None,
        [Link(link(it), wording.label(it)) for it in publishers if stance and it != stance.holder],
        stance.report_date if stance else None,
        linked(passage.document) if passage else None,
        linked(passage.sentence) if passage else None,
        f"{passage.span.start}–{passage.span.end}" if passage else "",
    )

"""Small cases for proofs: claims, inferences, and what they are the grounds of."""

from collections.abc import Iterable

from pyoxigraph import NamedNode

from foedus.graph.proofs import Grounds, Listed
from foedus.graph.worlds import Claim, Firmness, Inference, World

EX = "https://example.org/"


def name(text: str) -> NamedNode:
    return NamedNode(EX + text)


def names(*texts: str) -> frozenset[NamedNode]:
    return frozenset(map(name, texts))


def claim(
    iri: str, on: str, firmness: Firmness = Firmness.CERTAIN, *, is_denied: bool = False
) -> Claim:
    return Claim(
        iri=name(iri),
        proposition=name(on),
        firmness=firmness,
        is_denied=is_denied,
        is_authors_own=True,
        sources=names("document"),
        report_date=None,
    )


def infer(iri: str, head: str, *body: str, firmness: Firmness | None = None) -> Inference:
    return Inference(name(iri), name("rule"), name(head), tuple(map(name, body)), firmness)


def case(
    *parts: Claim | Inference, supposed: Iterable[str] = (), denied: Iterable[str] = ()
) -> Grounds:
    reasons = Listed(
        [part for part in parts if isinstance(part, Claim)],
        [part for part in parts if isinstance(part, Inference)],
    )
    return Grounds(reasons, World(), names(*denied), names(*supposed))

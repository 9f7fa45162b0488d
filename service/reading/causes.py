"""Why a proposition holds in one world and not, or less firmly, in another.

A cause is read off the records: the claims and inferences that carry the proposition in the world
that *has* it, and what becomes of each in the world that *lacks* it, by the same tests by which
worlds are computed (``foedus.graph.worlds``).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from foedus.graph.worlds import Claim, Firmness
from foedus.ontology.namespaces import BASE
from foedus.service.reading.records import Derivation, Records, Side
from foedus.service.reading.speech import marked

_NEVER: Final = date.max
"""Where a claim without a day stands among those that have one."""


@dataclass(frozen=True)
class Cause:
    """One reason; what it does not speak of is empty.

    Attributes:
        message: In English, with the other attributes as its values.
        proposition: A premise, or what is denied.
        claim: The one that denies.
        level: How firm something is at most.
    """

    message: str
    holder: str = ""
    source: str = ""
    day: str = ""
    rule: str = ""
    level: Firmness | None = None
    proposition: str = ""
    claim: str = ""


def causes_of(proposition: str, having: Side, lacking: Side, records: Records) -> list[Cause]:
    """List why a proposition is less firm in ``lacking`` than in ``having``, each cause once.

    The first is decisive: what bars the proposition whatever supports it, else what became of a
    claim on it, else of an inference.
    """
    if lacking.takes_away(proposition):
        return [Cause(marked("taken away by the hypothesis"))]
    denials = list(_denials(proposition, lacking, records))
    if denials:
        return list(dict.fromkeys(denials))
    if having.supposes(proposition):
        return [Cause(marked("supposed by the hypothesis"))]
    wanted = having.level(proposition)
    reached = lacking.level(proposition)
    claims = [
        claim
        for iri in records.behind[proposition]
        if (claim := records.claims[iri]).proposition.value == proposition
        and having.world.accepts(claim)
        and claim.firmness > reached
    ]
    # The claim that became known first says since when.
    claims.sort(key=lambda claim: (claim.report_date or _NEVER, -claim.firmness, claim.iri.value))
    found = [cause for claim in claims for cause in _of_claim(claim, lacking, records)]
    for inference in sorted(records.inferences[proposition], key=lambda it: len(it.premises)):
        if _reached(inference, having, records) > reached:
            found += _of_inference(inference, having, lacking, records, wanted)
    return list(dict.fromkeys(found))


def _denials(proposition: str, side: Side, records: Records) -> Iterator[Cause]:
    if not side.world.is_undisputed or side.supposes(proposition):
        return
    for iri in records.behind[proposition]:
        claim = records.claims[iri]
        on = claim.proposition.value
        if claim.is_denied and side.world.lets_in(claim):
            name = records.name(records.holders[iri])
            if on == proposition:
                message = marked("denied by %(holder)s, so not undisputed")
                yield Cause(message, holder=name, proposition=on, claim=iri)
            elif (proposition, iri) in records.parts:
                message = marked("contains “%(name)s”, which %(holder)s denies")
                yield Cause(message, holder=name, proposition=on, claim=iri)


def _of_claim(claim: Claim, side: Side, records: Records) -> Iterator[Cause]:
    """Say why a claim is not accepted, by the tests of ``World.accepts``."""
    yield from _not_let_in(claim, side, records)
    holder = records.name(records.holders[claim.iri.value])
    world = side.world
    if world.lets_in(claim):
        if world.is_sober and not claim.is_authors_own:
            yield Cause(marked("said by %(holder)s, not by the document’s author"), holder=holder)
        elif claim.firmness < world.at_least:
            message = marked("said by %(holder)s only as %(level)s")
            yield Cause(message, holder=holder, level=claim.firmness)


def _not_let_in(claim: Claim, side: Side, records: Records) -> Iterator[Cause]:
    world = side.world
    holder_iri = records.holders[claim.iri.value]
    holder = records.name(holder_iri)
    for source in sorted(it.value for it in world.disbelieve & claim.sources):
        if source == holder_iri:
            yield Cause(marked("said by %(holder)s, who is not believed"), holder=holder)
        else:
            message = marked("said by %(holder)s through %(source)s, which is not believed")
            if source.startswith(f"{BASE}doc/"):
                message = marked(
                    "said by %(holder)s in a document that is not believed: %(source)s"
                )
            yield Cause(message, holder=holder, source=records.name(source))
        return
    if world.believe and not world.believe & claim.sources:
        yield Cause(marked("said by %(holder)s, who is not among those believed"), holder=holder)
    elif world.as_of and claim.report_date is None:
        yield Cause(marked("said by %(holder)s on a day that is not known"), holder=holder)
    elif world.as_of and claim.report_date and claim.report_date > world.as_of:
        message = marked("not known before %(day)s, said by %(holder)s")
        yield Cause(message, holder=holder, day=claim.report_date.isoformat())


def _reached(inference: Derivation, side: Side, records: Records) -> Firmness:
    """Tell how firm an inference makes its conclusion in a world; as a claim's, mentions do not."""
    levels = [inference.firmness or Firmness.CERTAIN]
    for premise in inference.premises:
        claim = records.claims.get(premise)
        if claim is None:
            levels.append(side.level(premise))
        elif not side.world.lets_in(claim):
            levels.append(Firmness.UNCOMMITTED)
    return min(levels)


def _of_inference(
    inference: Derivation, having: Side, lacking: Side, records: Records, wanted: Firmness
) -> Iterator[Cause]:
    """Say which premise fails; what is supposed comes before what follows from it."""
    for premise in sorted(inference.premises, key=lambda it: not having.supposes(it)):
        claim = records.claims.get(premise)
        if claim is not None:
            yield from _not_let_in(claim, lacking, records)
        elif having.supposes(premise) and premise not in lacking.held:
            message = marked("follows from the hypothesis: %(name)s")
            yield Cause(message, proposition=premise)
        elif premise not in lacking.held:
            yield Cause(
                marked("its premise does not hold %(where)s: %(name)s"), proposition=premise
            )
        elif lacking.level(premise) < min(wanted, having.level(premise)):
            message = marked("its premise is only %(level)s %(where)s: %(name)s")
            yield Cause(message, proposition=premise, level=lacking.level(premise))
    limit = inference.firmness
    if limit is not None and limit < lacking.world.at_least:
        message = marked("by the rule “%(rule)s” at most %(level)s")
        yield Cause(message, rule=inference.rule, level=limit)

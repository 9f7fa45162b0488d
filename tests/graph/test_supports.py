"""Minimal supports: of random derivations, circles included, by definition; and by example."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from proof_cases import EX, case, claim, infer, name, names
from pyoxigraph import Literal, NamedNode

from foedus.graph.proofs import (
    Grounds,
    Kind,
    Limit,
    Listed,
    Support,
    explain,
    supports,
    supports_of_any,
    supports_of_triple,
)
from foedus.graph.worlds import Claim, Firmness, Inference, World


@dataclass(frozen=True)
class Instance:
    """A random case; ``holds_by`` is the definition, run from scratch."""

    claims: list[Claim]
    inferences: list[Inference]
    world: World
    supposed: frozenset[NamedNode]
    denied: frozenset[NamedNode]

    @property
    def grounds(self) -> Grounds:
        """Give what the code under test takes."""
        return Grounds(
            Listed(self.claims, self.inferences), self.world, self.excluded, self.supposed
        )

    @property
    def excluded(self) -> set[NamedNode]:
        """Give what does not hold, whatever supports it."""
        disputed = {c.proposition for c in self.claims if c.is_denied and self.world.lets_in(c)}
        return {*self.denied, *(disputed - self.supposed if self.world.is_undisputed else ())}

    @property
    def leaves(self) -> list[NamedNode]:
        """Give all that a support can consist of."""
        return [c.iri for c in self.claims if self.world.lets_in(c)] + sorted(
            self.supposed, key=lambda p: p.value
        )

    def holds_by(self, leaves: Collection[NamedNode]) -> set[NamedNode]:
        """Run everything again on these leaves alone; who denies what stays as it is."""
        excluded = self.excluded
        let_in = {c.iri for c in self.claims if self.world.lets_in(c) and c.iri in leaves}
        held = {c.proposition for c in self.claims if c.iri in let_in and self.world.accepts(c)}
        held |= {p for p in self.supposed if p in leaves}
        held -= excluded
        while True:
            more = {
                i.concludes
                for i in self.inferences
                if i.concludes not in excluded
                and (i.firmness is None or i.firmness >= self.world.at_least)
                and all(premise in held or premise in let_in for premise in i.premises)
            }
            if more <= held:
                return held
            held |= more

    def minimal_supports(self, *targets: NamedNode) -> set[Support]:
        """Try all sets of leaves."""
        found: list[Support] = []
        for size in range(len(self.leaves) + 1):
            for leaves in map(frozenset, combinations(self.leaves, size)):
                if not any(less <= leaves for less in found) and self.holds_by(leaves).intersection(
                    targets
                ):
                    found.append(leaves)
        return set(found)


PROPOSITIONS = [f"p{n}" for n in range(6)]
CLAIMS = [f"c{n}" for n in range(7)]
FIRMNESS = st.sampled_from([Firmness.POSSIBLE, Firmness.PROBABLE, Firmness.CERTAIN])


@st.composite
def instances(draw: st.DrawFn) -> Instance:
    proposition = st.sampled_from(PROPOSITIONS)
    claims = [
        Claim(
            iri=name(iri),
            proposition=name(draw(proposition)),
            firmness=draw(st.sampled_from([*Firmness, Firmness.CERTAIN, Firmness.CERTAIN])),
            is_denied=draw(st.integers(0, 7)) == 0,
            is_authors_own=True,
            sources=names(draw(st.sampled_from(["a", "b", "b", "b"]))),
            report_date=date(2024, 10, 22),
        )
        for iri in CLAIMS[: draw(st.integers(3, len(CLAIMS)))]
    ]
    premise = st.sampled_from(PROPOSITIONS * 3 + [c.iri.value.removeprefix(EX) for c in claims])
    inferences = [
        infer(
            f"i{n}",
            draw(proposition),
            *draw(st.lists(premise, min_size=1, max_size=3)),
            firmness=draw(st.none() | FIRMNESS),
        )
        for n in range(draw(st.integers(4, 12)))
    ]
    world = World(
        at_least=draw(st.sampled_from([Firmness.POSSIBLE, Firmness.PROBABLE])),
        is_undisputed=draw(st.booleans()),
        disbelieve=names(*draw(st.sampled_from([(), ("a",)]))),
    )
    some = st.lists(proposition, max_size=2)
    return Instance(claims, inferences, world, names(*draw(some)), names(*draw(some)[:1]))


@settings(max_examples=400, deadline=None)
@given(instances())
def test_supports_are_all_minimal_sets_of_leaves_that_suffice(instance: Instance) -> None:
    grounds = instance.grounds
    for proposition in map(name, PROPOSITIONS):
        found = supports(grounds, proposition)
        assert not found.is_capped
        assert set(found) == instance.minimal_supports(proposition)
        assert found.count == len(list(found))


@settings(max_examples=200, deadline=None)
@given(instances(), st.sets(st.sampled_from(PROPOSITIONS), min_size=2, max_size=3))
def test_supports_of_a_triple_are_minimal_over_all_its_propositions(
    instance: Instance, containing: set[str]
) -> None:
    triple = (name("s"), name("p"), Literal("o"))
    found = supports_of_triple(instance.grounds, triple, lambda _: names(*containing))
    assert set(found) == instance.minimal_supports(*names(*containing))


@settings(max_examples=200, deadline=None)
@given(instances(), st.data())
def test_one_leaf_out_of_every_support_takes_the_target_and_one_support_keeps_it(
    instance: Instance, data: st.DataObject
) -> None:
    grounds = instance.grounds
    for proposition in map(name, PROPOSITIONS):
        found = list(supports(grounds, proposition))
        assert not any(one < other for one in found for other in found)
        for support in found:
            assert proposition in instance.holds_by(support)
        if frozenset() not in found:
            out = {
                data.draw(st.sampled_from(sorted(support, key=lambda leaf: leaf.value)))
                for support in found
            }
            rest = [leaf for leaf in instance.leaves if leaf not in out]
            assert proposition not in instance.holds_by(rest)


@settings(max_examples=300, deadline=None)
@given(instances(), st.integers(1, 3), st.integers(0, 60))
def test_under_a_limit_some_minimal_supports_are_found_and_the_result_says_so(
    instance: Instance, most: int, work: int
) -> None:
    grounds = instance.grounds
    for proposition in map(name, PROPOSITIONS):
        everything = supports(grounds, proposition)
        found = supports(grounds, proposition, Limit(most, work))
        assert set(found) <= set(everything)
        assert found.holds == everything.holds
        assert found.is_capped or set(found) == set(everything)
        assert len(found.sets) <= most
        sizes = [len(support) for support in found]
        assert sizes == sorted(sizes)


@settings(max_examples=200, deadline=None)
@given(instances())
def test_the_order_is_by_size_and_not_that_of_the_input(instance: Instance) -> None:
    backwards = Instance(
        instance.claims[::-1],
        instance.inferences[::-1],
        instance.world,
        instance.supposed,
        instance.denied,
    )
    for proposition in map(name, PROPOSITIONS):
        found = supports(instance.grounds, proposition)
        sizes = [len(support) for support in found]
        assert sizes == sorted(sizes)
        again = supports(backwards.grounds, proposition)
        assert list(found.factored) == list(again.factored)


@settings(max_examples=200, deadline=None)
@given(instances())
def test_each_proof_uses_recorded_inferences_only_and_exactly_its_support(
    instance: Instance,
) -> None:
    grounds = instance.grounds
    for proposition in map(name, PROPOSITIONS):
        found = supports(grounds, proposition)
        for support, proof in zip(found, explain(found, found.count).proofs, strict=True):
            assert proof.iri == proposition
            steps = list(proof.steps())
            position = {step: n for n, step in enumerate(steps)}
            for step in steps:
                assert all(position[premise] < position[step] for premise in step.premises)
                if step.inference:
                    assert step.inference in instance.inferences
                    assert step.inference.concludes == step.iri
                    assert {premise.iri for premise in step.premises} == set(
                        step.inference.premises
                    )
            leaves = {s.iri for s in steps if s.kind in (Kind.CLAIM, Kind.SUPPOSED)}
            assert leaves == support


# By example.


def test_several_claims_on_one_proposition_stay_one_factor() -> None:
    grounds = case(
        *(claim(f"a{n}", "p") for n in range(1000)),
        *(claim(f"b{n}", "q") for n in range(1000)),
        infer("i", "r", "p", "q"),
    )
    found = supports(grounds, name("r"))
    assert len(found.sets) == 1
    assert found.count == 1_000_000
    assert next(iter(found)) == names("a0", "b0")
    assert not found.is_capped


def test_a_circle_proves_nothing() -> None:
    grounds = case(infer("i", "p", "q"), infer("j", "q", "p"), claim("c", "r"))
    assert not supports(grounds, name("p")).holds


def test_a_circle_passes_on_what_enters_it() -> None:
    grounds = case(infer("i", "p", "q"), infer("j", "q", "p"), claim("a", "p"), claim("b", "q"))
    assert set(supports(grounds, name("p"))) == {names("a"), names("b")}


def test_an_inference_that_is_not_firm_enough_supports_only_in_a_laxer_world() -> None:
    grounds = case(claim("c", "p"), infer("i", "q", "p", firmness=Firmness.POSSIBLE))
    assert not supports(grounds, name("q")).holds
    lax = Grounds(grounds.reasons, World(at_least=Firmness.POSSIBLE), set())
    assert list(supports(lax, name("q"))) == [names("c")]


def test_a_claim_as_premise_need_not_be_accepted() -> None:
    grounds = case(
        claim("yes", "p"), claim("no", "p", is_denied=True), infer("i", "disputed", "yes", "no")
    )
    assert list(supports(grounds, name("disputed"))) == [names("yes", "no")]


def test_a_claim_supports_itself_where_it_is_let_in() -> None:
    reasons = Listed([claim("c", "p", Firmness.UNCOMMITTED)], [])
    assert list(supports(Grounds(reasons, World(), set()), name("c"))) == [names("c")]
    without = World(disbelieve=names("document"))
    assert not supports(Grounds(reasons, without, set()), name("c")).holds


def test_a_denied_proposition_has_no_support_and_a_supposed_one_needs_no_claim() -> None:
    parts = claim("c", "p"), infer("i", "q", "p", "s")
    assert list(supports(case(*parts, supposed=["s"]), name("q"))) == [names("c", "s")]
    assert not supports(case(*parts, supposed=["s"], denied=["p"]), name("q")).holds


def test_what_is_unknown_does_not_hold() -> None:
    assert not supports(case(), name("p")).holds
    assert not supports_of_any(case(), ()).holds


def test_a_hypothesis_extends_reasons_and_leaves_the_old_ones_as_they_were() -> None:
    old = Listed([claim("a", "p")], [infer("i", "q", "p")])
    new = Listed([claim("b", "p")], [infer("j", "q", "r")], old)
    supposed = names("r")
    assert set(supports(Grounds(new, World(), set(), supposed), name("q"))) == {
        names("a"),
        names("b"),
        names("r"),
    }
    assert set(supports(Grounds(old, World(), set(), supposed), name("q"))) == {names("a")}


@pytest.mark.parametrize("stages", [14, 200])
def test_an_explosion_is_capped_and_what_is_found_is_minimal(stages: int) -> None:
    parts: list[Claim | Inference] = []
    for n in range(stages):
        parts += [claim(f"c{n}{way}", f"p{n}{way}") for way in "ab"]
        below = [f"q{n - 1}"] if n else []
        parts += [infer(f"i{n}{way}", f"q{n}", f"p{n}{way}", *below) for way in "ab"]
    found = supports(case(*parts), name(f"q{stages - 1}"))
    assert found.is_capped
    assert found.holds
    for support in found:
        assert len(support) == stages
        assert {leaf.value[:-1] for leaf in support} == {f"{EX}c{n}" for n in range(stages)}


def test_of_one_size_a_limit_keeps_what_comes_first() -> None:
    ways = ["c", "a", "d", "b"]
    grounds = case(
        *(claim(way, f"on-{way}") for way in ways), *(infer(f"i{w}", "q", f"on-{w}") for w in ways)
    )
    found = supports(grounds, name("q"), Limit(supports=2))
    assert found.is_capped
    assert list(found) == [names("a"), names("b")]

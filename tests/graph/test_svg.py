"""The drawing of proofs: layers without overlaps, the same each time, escaped."""

from itertools import combinations
from xml.etree import ElementTree

import pytest
from pyoxigraph import NamedNode

from foedus.graph.proofs import Explanation, Kind, Proof, Stance, Wording, as_svg
from foedus.graph.proofs.layout import lay_out
from foedus.graph.worlds import Firmness, Inference

EX = "https://example.org/"
SIZE = (100.0, 40.0)


def node(name: str) -> NamedNode:
    return NamedNode(EX + name)


def inferred(name: str, *premises: Proof) -> Proof:
    iri = node(name)
    names = tuple(premise.iri for premise in premises)
    inference = Inference(node(f"to-{name}"), node("rule"), iri, names, None)
    return Proof(iri, Kind.INFERRED, premises, inference)


def asserted(name: str) -> Proof:
    return Proof(node(name), Kind.ASSERTED, (Proof(node(f"claim-{name}"), Kind.CLAIM),))


WORDING = Wording(
    lambda iri: f'<b> & "{iri.value.removeprefix(EX)}" ' + "long " * 60,
    lambda _: None,
    stance=lambda _: Stance(node("holder"), Firmness.POSSIBLE.concept, None, False, None, ()),
    firmness=lambda _: Firmness.PROBABLE,
)

NETS = [
    {"a": ["b", "c"], "b": ["d"], "c": ["d", "e"], "d": [], "e": []},
    {"a": ["b", "z"], "b": ["c"], "c": ["d"], "d": ["z"], "z": []},
    {"a": ["b"], "b": ["c"], "c": ["a", "d"], "d": []},
    {"a": ["a"]},
    {f"n{i}": [f"n{j}" for j in range(i + 1, 12) if (i * j) % 3 != 1] for i in range(12)},
    {},
]


@pytest.mark.parametrize("below", NETS)
def test_nodes_of_a_layout_do_not_overlap(below: dict[str, list[str]]) -> None:
    found = lay_out(dict.fromkeys(below, SIZE), below)
    assert set(found.places) == set(below)
    for (x, y), (other_x, other_y) in combinations(found.places.values(), 2):
        assert abs(x - other_x) >= SIZE[0] or abs(y - other_y) >= SIZE[1]
    for x, y in found.places.values():
        assert 0 <= x <= found.width - SIZE[0] + 1e-6
        assert 0 <= y <= found.height - SIZE[1] + 1e-6
    assert set(found.routes) == {(upper, lower) for upper in below for lower in below[upper]}
    assert found == lay_out(dict.fromkeys(below, SIZE), below)


def test_what_rests_on_something_is_above_it_unless_they_go_round_in_circles() -> None:
    below = NETS[0]
    places = lay_out(dict.fromkeys(below, SIZE), below).places
    for upper, lowers in below.items():
        assert all(places[upper][1] < places[lower][1] for lower in lowers)


def test_a_drawing_is_well_formed_whatever_the_labels_are() -> None:
    proof = inferred("p", asserted("q"), inferred("r", asserted("q")))
    svg = as_svg(Explanation((proof,), 1, False), WORDING, lambda iri: f"/x?a=1&b={iri.value}")
    root = ElementTree.fromstring(svg)
    links = [e.get("href") for e in root.iter("{http://www.w3.org/2000/svg}a")]
    assert f"/x?a=1&b={EX}p" in links
    assert "{http://www.w3.org/2000/svg}b" not in {e.tag for e in root.iter()}


def test_firmness_is_a_kind_of_line_and_a_word() -> None:
    words = Wording(
        lambda iri: iri.value.rpartition("/")[2],
        lambda _: None,
        stance=WORDING.stance,
        firmness=WORDING.firmness,
    )
    svg = as_svg(Explanation((inferred("p", asserted("q")),), 1, False), words)
    assert svg.count('stroke-dasharray="9 4"') == 2
    assert svg.count('stroke-dasharray="2 4"') == 1
    drawn = "".join(ElementTree.fromstring(svg).itertext())
    assert "probable, inferred" in drawn
    assert "holder: possible" in drawn


def test_supports_that_support_each_other_are_drawn() -> None:
    one = inferred("p", asserted("q"))
    other = inferred("q", asserted("p"))
    svg = as_svg(Explanation((one, other), 2, False), WORDING)
    assert len(list(ElementTree.fromstring(svg).iter("{http://www.w3.org/2000/svg}a"))) == 6


def test_what_is_too_large_to_draw_is_said() -> None:
    proof = asserted("n0")
    for number in range(1, 500):
        proof = inferred(f"n{number}", proof)
    svg = as_svg(Explanation((proof,), 1, False), WORDING)
    assert "Drawn: 0 of 1 supports." in "".join(ElementTree.fromstring(svg).itertext())


def test_a_proof_is_as_firm_as_its_weakest_premise() -> None:
    certain, possible = asserted("sure"), asserted("doubtful")
    firm = {node("claim-sure"): Firmness.CERTAIN, node("claim-doubtful"): Firmness.POSSIBLE}
    words = Wording(
        lambda iri: iri.value,
        lambda _: None,
        stance=lambda claim: Stance(node("x"), firm[claim].concept, None, False, None, ()),
    )
    supposed = Proof(node("supposed"), Kind.SUPPOSED)
    assert words.levels(inferred("p", certain, supposed))[node("p")] == Firmness.CERTAIN
    assert words.levels(inferred("p", certain, possible))[node("p")] == Firmness.POSSIBLE
    as_premise = inferred("p", certain, *possible.premises)
    assert words.levels(as_premise)[node("p")] == Firmness.CERTAIN

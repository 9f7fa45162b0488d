"""Ask ten thousand times why, of 40,000 conclusions; and run into an explosion.

Run by hand: ``python tests/benchmarks/proofs.py [DIR]``; it takes some seconds. With a folder of
snapshots it asks of the current one, too, cold and warm.
"""

import gc
import random
import sys
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter

from pyoxigraph import NamedNode

from foedus.graph.material import Material
from foedus.graph.proofs import Grounds, Limit, Listed, explain, supports
from foedus.graph.snapshot import current
from foedus.graph.why import Why
from foedus.graph.worlds import Claim, Firmness, Inference, World

BASE = "http://example.org/"
RULE = NamedNode(BASE + "rule")
COUNT = 40_000
ASKED = 10_000


def proposition(text: str) -> NamedNode:
    """Name a proposition."""
    return NamedNode(f"{BASE}proposition/{text}")


def claim(number: int, on: NamedNode) -> Claim:
    """Make a claim that the default world accepts."""
    iri = NamedNode(f"{BASE}claim/{number}")
    source = NamedNode(f"{BASE}source/{number % 100}")
    return Claim(iri, on, Firmness.CERTAIN, False, True, frozenset({source}), None)


def infer(number: int, concludes: NamedNode, *premises: NamedNode) -> Inference:
    """Make an inference."""
    return Inference(NamedNode(f"{BASE}inference/{number}"), RULE, concludes, premises, None)


def pairs() -> tuple[list[Claim], list[Inference]]:
    """Make conclusions of two asserted propositions each, every fifth of which has two claims."""
    chance = random.Random(1)
    asserted = [proposition(f"a{n}") for n in range(8_000)]
    claims = [claim(n, asserted[n % len(asserted)]) for n in range(len(asserted) * 6 // 5)]
    inferences = [infer(n, proposition(f"c{n}"), *chance.sample(asserted, 2)) for n in range(COUNT)]
    return claims, inferences


def layers() -> tuple[list[Claim], list[Inference]]:
    """Make four layers of conclusions, each from two of the layer below, some in two ways."""
    chance = random.Random(2)
    below = [proposition(f"a{n}") for n in range(8_000)]
    claims = [claim(n, below[n % len(below)]) for n in range(len(below) * 6 // 5)]
    inferences: list[Inference] = []
    for layer in range(4):
        start = layer * COUNT // 4
        heads = [proposition(f"c{start + n}") for n in range(COUNT // 4)]
        for head in heads:
            for _ in range(chance.choice((1, 1, 1, 2))):
                inferences.append(infer(len(inferences), head, *chance.sample(below, 2)))
        below = heads
    return claims, inferences


def explosion(stages: int) -> tuple[list[Claim], list[Inference]]:
    """Make a chain with two ways in each stage: two to the power of ``stages`` supports."""
    claims: list[Claim] = []
    inferences: list[Inference] = []
    for stage in range(stages):
        for _ in range(2):
            way = proposition(f"w{len(claims)}")
            claims.append(claim(len(claims), way))
            before = [proposition(f"s{stage - 1}")] if stage else []
            inferences.append(infer(len(inferences), proposition(f"s{stage}"), way, *before))
    return claims, inferences


def network(nodes: int) -> tuple[list[Claim], list[Inference]]:
    """Make reachability from node 0 over a dense graph of claims, full of circles."""
    claims: list[Claim] = []
    inferences = [infer(0, proposition("r0"))]
    for start in range(nodes):
        for end in range(nodes):
            if start != end:
                edge = proposition(f"e{start}-{end}")
                claims.append(claim(len(claims), edge))
                reached = proposition(f"r{start}"), edge
                inferences.append(infer(len(inferences), proposition(f"r{end}"), *reached))
    return claims, inferences


def ask(title: str, data: tuple[list[Claim], list[Inference]], asked: Sequence[NamedNode]) -> None:
    """Print times for supports alone, and with proofs of the first twenty."""
    start = perf_counter()
    grounds = Grounds(Listed(*data), World(), set())
    indexing = perf_counter() - start
    start = perf_counter()
    found = [supports(grounds, target) for target in asked]
    searching = perf_counter() - start
    count = sum(one.count for one in found)
    capped = sum(one.is_capped for one in found)
    del found
    start = perf_counter()
    for target in asked:
        explain(supports(grounds, target))
    proving = perf_counter() - start
    print(
        f"{title}: index {indexing:.2f} s; {len(asked)} asked: supports {searching:.2f} s, "
        f"with proofs {proving:.2f} s; {count} supports, {capped} capped"
    )


def one(title: str, data: tuple[list[Claim], list[Inference]], target: str, limit: Limit) -> None:
    """Print the time of one hard question."""
    grounds = Grounds(Listed(*data), World(), set())
    start = perf_counter()
    found = supports(grounds, proposition(target), limit)
    spent = perf_counter() - start
    print(f"{title}: {spent:.3f} s, {found.count} supports, capped: {found.is_capped}")


def snapshot(data: Path) -> None:
    """Print times for a snapshot: until proofs are ready, of propositions, of a triple of each."""
    material = Material.read(current(data).path)
    start = perf_counter()
    why = Why(material, World())
    print(f"snapshot: ready after {perf_counter() - start:.3f} s")
    names = sorted(why.propositions, key=str)
    asked = random.Random(4).sample(names, min(ASKED, len(names)))
    for title in ("cold", "warm"):
        start = perf_counter()
        held = sum(why.holds_because(target).holds for target in asked)
        print(f"{title}: {len(asked)} propositions {perf_counter() - start:.2f} s, {held} hold")
    start = perf_counter()
    for target in asked:
        why.explain(why.holds_because(target))
    print(f"with proofs {perf_counter() - start:.2f} s")
    triples = [min(why.propositions[target], key=str) for target in asked[:100]]
    start = perf_counter()
    count = sum(why.triple_because(triple).count for triple in triples)
    print(f"{len(triples)} triples {perf_counter() - start:.2f} s, {count} supports")


def main() -> None:
    """Print all figures."""
    if sys.argv[1:]:
        snapshot(Path(sys.argv[1]))
    gc.disable()
    chance = random.Random(3)
    asked = [proposition(f"c{n}") for n in chance.sample(range(COUNT), ASKED)]
    ask("two premises", pairs(), asked)
    ask("four layers", layers(), asked)
    for stages in (8, 16, 64, 256):
        title = f"two ways in {stages} stages"
        one(title, explosion(stages), f"s{stages - 1}", Limit())
    for nodes in (6, 10, 30, 60):
        one(f"network of {nodes}", network(nodes), f"r{nodes - 1}", Limit())
    one("network of 7, no limit", network(7), "r6", Limit(10**6, 10**9))


if __name__ == "__main__":
    main()

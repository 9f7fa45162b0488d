"""How each conclusion is reached, not only which."""

from foedus.graph.closure.programs import Program
from foedus.graph.closure.saturation import Firing, Saturation

P, Q = 1, 2
STEP, SUB = 0, 1
A, B, C, Z = 10, 11, 12, 13


def firings(*facts: tuple[int, int, int]) -> list[Firing]:
    programs = {P: Program(transitive=STEP), Q: Program(copies=[(P, SUB)])}
    saturation = Saturation(programs, literals=set())
    saturation.assume(facts)
    return list(saturation.firings())


def test_a_chain_fires_once_for_each_path() -> None:
    length = 100
    found = firings(*((node, P, node + 1) for node in range(length)))
    assert len(found) == len(set(found)) == length * (length - 1) // 2


def test_a_conclusion_with_two_reasons_fires_for_both() -> None:
    found = firings((A, P, B), (A, Q, B))
    assert found == [((A, P, B), SUB, ((A, Q, B),))]


def test_a_path_that_turns_out_to_be_an_edge_prolongs_others() -> None:
    found = firings((A, Q, C), (Z, P, A), (A, P, B), (B, P, C))
    assert set(found) == {
        ((A, P, C), STEP, ((A, P, B), (B, P, C))),
        ((A, P, C), SUB, ((A, Q, C),)),
        ((Z, P, B), STEP, ((Z, P, A), (A, P, B))),
        ((Z, P, C), STEP, ((Z, P, B), (B, P, C))),
        ((Z, P, C), STEP, ((Z, P, A), (A, P, C))),
    }


def test_nothing_is_a_reason_for_itself() -> None:
    assert firings((A, P, A)) == []

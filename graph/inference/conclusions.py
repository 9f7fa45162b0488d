"""Conclusions: heads filled in, and what is new in them named by what they say.

What a head looks like once filled in, and so the text that names it, depends on which variables
have a value, which of them the same, and what is known of them: worked out once for each such
case.
"""

from collections.abc import Callable, Sequence
from operator import itemgetter
from typing import TypeAlias

from foedus.graph.closure.programs import Fact
from foedus.graph.inference.content import HERE, digest
from foedus.graph.inference.numbers import Numbers
from foedus.graph.inference.plans import head_variables
from foedus.graph.inference.rule import NEW, Rule, Slot
from foedus.graph.inference.shape import Shape, place_number
from foedus.graph.inference.shapes import Graph, Shapes
from foedus.ontology.namespaces import PREFIXES

_DERIVED = "<" + PREFIXES["derived"]
_PROPOSITION = "<" + PREFIXES["proposition"]


class _Lines:
    """The text of triples, in order, filled in with the texts of a new node and of variables."""

    def __init__(self, lines: Sequence[tuple[str, list[int]]], *, is_ordered: bool) -> None:
        self._format = "\n".join(line for line, _ in lines)
        places = [place for _, own in lines for place in own]
        self._get: Callable[[Sequence[str]], tuple[str, ...]] = (
            itemgetter(*places) if len(places) > 1 else lambda it: tuple(it[p] for p in places)
        )
        self._is_ordered = is_ordered

    def text(self, texts: Sequence[str]) -> str:
        """Fill in the texts: that of the new node, then those of the head's variables."""
        filled = self._format % self._get(texts)
        if self._is_ordered:
            return filled
        return "\n".join(sorted(set(filled.split("\n"))))


class _Case:
    """A head with some of its variables filled in: which, and what is known of their values.

    Attributes:
        shapes: The shape of its graphs, by what is known of the new node.
    """

    def __init__(self, facts: list[Fact], node: _Lines | None, whole: _Lines) -> None:
        self.facts, self.node, self.whole = facts, node, whole
        self.shapes: dict[int, Shape] = {}


Conclusion: TypeAlias = tuple[str, _Case, str, tuple[int | None, ...]]
"""The name that its content gives it, its case, the new node's name, the values of the variables.

Names are as in N-Triples.
"""


class Head:
    """The conclusion of a rule.

    Its graphs have as values their name, the new node, and the variables.
    """

    def __init__(self, rule: Rule, numbers: Numbers, shapes: Shapes) -> None:
        self._numbers = numbers
        self._shapes = shapes
        self._variables = head_variables(rule)
        self._patterns = [
            (self._slot(it.subject), numbers.of(it.predicate), self._slot(it.value))
            for it in rule.head
        ]
        self._cases: dict[object, _Case] = {}

    def _slot(self, slot: Slot) -> int | str:
        return slot if isinstance(slot, str) else self._numbers.of(slot)

    def conclusion(self, arguments: tuple[int | None, ...]) -> Conclusion | None:
        """Fill in the variables; nothing at all may be left of it."""
        profiles, text = self._numbers.profiles, self._numbers.text
        key: object = tuple([None if it is None else profiles[it] for it in arguments])
        if len(set(arguments)) != len(arguments):
            key = key, tuple(map(arguments.index, arguments))
        case = self._cases.get(key)
        if case is None:
            case = self._cases[key] = self._case(arguments)
        if not case.facts:
            return None
        texts = ["" if it is None else text[it] for it in arguments]
        node = HERE
        if case.node is not None:
            node = f"{_DERIVED}{digest(case.node.text([HERE, *texts]))}>"
        name = f"{_PROPOSITION}{digest(case.whole.text([node, *texts]))}>"
        return name, case, node, arguments

    def _case(self, arguments: tuple[int | None, ...]) -> _Case:
        facts: dict[Fact, None] = {}
        for subject, predicate, value in self._patterns:
            first, second = self._coded(subject, arguments), self._coded(value, arguments)
            if first is None or second is None or self._is_literal(first):
                continue
            facts[first, predicate, second] = None
        new = place_number(1, is_literal=False)
        own = [it for it in facts if new in (it[0], it[2])]
        return _Case(list(facts), self._lines(own) if own else None, self._lines(list(facts)))

    def _coded(self, slot: int | str, arguments: tuple[int | None, ...]) -> int | None:
        """Give a term of which nothing is known by its place, the first that has it."""
        if isinstance(slot, int):
            return slot
        if slot == NEW:
            return place_number(1, is_literal=False)
        number = arguments[self._variables.index(slot)]
        if number is None or self._numbers.profiles[number] < 0:
            return number
        place = 2 + arguments.index(number)
        return place_number(place, is_literal=self._shapes.is_literal(number))

    def _is_literal(self, code: int) -> bool:
        return code % 2 == 1 if code < 0 else self._shapes.is_literal(code)

    def _lines(self, facts: Sequence[Fact]) -> _Lines:
        text = self._numbers.text
        lines: list[tuple[str, list[int]]] = []
        for fact in facts:
            places = [(-code - 2) // 2 - 1 for code in (fact[0], fact[2]) if code < 0]
            parts = ["%s" if code < 0 else text[code].replace("%", "%%") for code in fact]
            lines.append((" ".join(parts), places))
        subjects = {fact[0] for fact in facts}
        is_ordered = len(subjects) == 1 and len({fact[1] for fact in facts}) == len(facts)
        if is_ordered:
            lines.sort(key=lambda line: line[0].split(" ")[1])
        return _Lines(lines, is_ordered=is_ordered)

    def graph(self, name: int, conclusion: Conclusion) -> Graph:
        """Make the graph of a conclusion."""
        _, case, node, arguments = conclusion
        new = self._numbers.of_iri(node)
        values = (name, new, *arguments)
        profile = self._numbers.profiles[new]
        shape = case.shapes.get(profile)
        if shape is None:
            shape = case.shapes[profile] = self._shapes.make(case.facts, values)
        return self._shapes.filled(shape, values)

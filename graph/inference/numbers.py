"""Terms as numbers, their text and their values; what expressions of rules do with them."""

import operator
from collections.abc import Callable
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, Final

import pyoxigraph as ox

from foedus.graph.closure import LocalClosure
from foedus.graph.inference.content import normal_term
from foedus.graph.terms import Term
from foedus.ontology.namespaces import PREFIXES

_XSD: Final = PREFIXES["xsd"]
_NUMBERS: Final = frozenset(
    _XSD + name
    for name in (
        "integer",
        "decimal",
        "double",
        "float",
        "int",
        "long",
        "short",
        "byte",
        "nonNegativeInteger",
        "positiveInteger",
        "unsignedInt",
        "unsignedLong",
        "unsignedShort",
        "unsignedByte",
        "nonPositiveInteger",
        "negativeInteger",
    )
)
_PLAIN_PROFILE: Final = 0
_LITERAL_PROFILE: Final = 1


_LATER: Final = ox.NamedNode("urn:foedus:later")
"""Stands for a name of which only the text has been needed."""


class Numbers:
    """Terms by number, in the numbering of a closure.

    Attributes:
        text: The terms as N-Triples has them; only the last ones are ever taken away again.
        values: What they are compared by: see `comparable`.
        profiles: What a closure knows of them; of what comes later only if it is a literal.
    """

    def __init__(self, closure: LocalClosure) -> None:
        self._ids = closure.ids
        self._literals = closure.literals
        self._terms = closure.terms
        self.text = list(map(str, self._terms))
        self.values = list(map(comparable, self._terms))
        self.profiles = [_profile(term) for term in self._terms]
        self._iris = {text: n for n, text in enumerate(self.text) if text[0] == "<"}

    def __len__(self) -> int:
        return len(self.text)

    def of(self, term: Term) -> int:
        """Give the number of a term; literals count as the store normalises them."""
        if isinstance(term, ox.Literal):
            term = normal_term(term)
        number = self._ids.get(term)
        return self._add(term) if number is None else number

    def of_iri(self, text: str) -> int:
        """Give the number of an IRI, given as in N-Triples; a term is not made of it."""
        next_ = len(self.text)
        number = self._iris.setdefault(text, next_)
        if number == next_:
            self._append(_LATER, text)
        return number

    def _add(self, term: Term) -> int:
        text = str(term)
        if isinstance(term, ox.NamedNode):
            number = self.of_iri(text)
            self._terms[number] = term
        else:
            number = len(self.text)
            self._append(term, text)
            if isinstance(term, ox.Literal):
                self._literals.add(number)
        self._ids[term] = number
        return number

    def _append(self, term: Term, text: str) -> None:
        self._terms.append(term)
        self.text.append(text)
        self.values.append(comparable(term))
        self.profiles.append(_profile(term))

    def term(self, number: int) -> Term:
        """Give a term by its number."""
        term = self._terms[number]
        return ox.NamedNode(self.text[number][1:-1]) if term is _LATER else term

    def name(self, number: int) -> ox.NamedNode:
        """Give a name by its number."""
        term = self.term(number)
        assert isinstance(term, ox.NamedNode)
        return term

    def forget(self, count: int) -> None:
        """Forget all terms but the first ``count``."""
        for number in range(count, len(self.text)):
            self._ids.pop(self._terms[number], None)
            self._iris.pop(self.text[number], None)
            self._literals.discard(number)
        for names in (self._terms, self.text, self.values, self.profiles):
            del names[count:]

    def functions(self) -> dict[str, object]:
        """Give what the Python text of expressions calls (`expressions.Writer`)."""
        values, of = self.values, self.of
        true, false = of(ox.Literal(True)), of(ox.Literal(False))
        verdicts = {True: true, False: false, None: None}

        def truth(number: int | None) -> bool | None:
            found = None if number is None else values[number]
            return bool(found) if isinstance(found, bool | Decimal | str) else None

        def equal(one: int | None, other: int | None) -> bool | None:
            if one is None or other is None:
                return None
            return one == other or bool(values[one] == values[other])

        def ordering(compare: Callable[[Any, Any], bool]) -> Callable[..., bool | None]:
            def ordered(one: int | None, other: int | None) -> bool | None:
                if one is None or other is None:
                    return None
                left, right = values[one], values[other]
                if type(left) is type(right) and type(left) in _ORDERED:
                    return compare(left, right)
                return None

            return ordered

        def among(one: int | None, *others: int | None) -> bool | None:
            return _either(*(equal(one, other) for other in others))

        def string(number: int | None) -> int | None:
            term = None if number is None else self.term(number)
            return of(ox.Literal(term.value)) if isinstance(term, _NAMED) else None

        return {
            "values": values,
            "truth": truth,
            "truth_value": verdicts.get,
            "both": _both,
            "either": _either,
            "negated": _negated,
            "equal": equal,
            "unequal": lambda one, other: _negated(equal(one, other)),
            "less": ordering(operator.lt),
            "greater": ordering(operator.gt),
            "at_most": ordering(operator.le),
            "at_least": ordering(operator.ge),
            "among": among,
            "not_among": lambda one, *others: _negated(among(one, *others)),
            "pick": _pick,
            "first": _first,
            "string": string,
        }


_ORDERED: Final = frozenset({Decimal, date, str})
_NAMED: Final = (ox.NamedNode, ox.Literal)


class _Itself:
    """The value of a term without one: terms of two numbers are not the same."""

    def __eq__(self, other: object) -> bool:
        return False

    def __hash__(self) -> int:
        return 0


_ITSELF: Final = _Itself()


def comparable(term: Term) -> object:
    """Give the value of a date, a number, a boolean or a string; all else equals only itself."""
    if not isinstance(term, ox.Literal):
        return _ITSELF
    datatype, lexical = term.datatype.value, term.value
    try:
        if datatype in _NUMBERS:
            return Decimal(lexical)
        if datatype == _XSD + "date":
            return date.fromisoformat(lexical)
    except (InvalidOperation, ValueError):
        return _ITSELF
    if datatype == _XSD + "boolean":
        return lexical in ("true", "1")
    return lexical if datatype == _XSD + "string" else _ITSELF


def _profile(term: Term) -> int:
    return _LITERAL_PROFILE if isinstance(term, ox.Literal) else _PLAIN_PROFILE


def _both(*parts: bool | None) -> bool | None:
    return False if False in parts else None if None in parts else True


def _either(*parts: bool | None) -> bool | None:
    return True if True in parts else None if None in parts else False


def _negated(part: bool | None) -> bool | None:
    return None if part is None else not part


def _pick(condition: bool | None, then: int | None, other: int | None) -> int | None:
    return None if condition is None else then if condition else other


def _first(*parts: int | None) -> int | None:
    return next((part for part in parts if part is not None), None)

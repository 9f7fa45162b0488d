"""Rule files: a restricted SPARQL CONSTRUCT, read with rdflib's parser.

The fragment. Patterns inside ``GRAPH ?p { }`` are a premise: one proposition says all of them;
OPTIONAL and NOT EXISTS are allowed there, for a proposition never changes. Patterns outside are
about claims (a variable with ``fd:onProposition`` is a claim, and a premise) or else about
register, ontology and records, which no rule adds to; NOT EXISTS looks at these as well. One
property may be repeated by ``*`` (no step at all leads from any term to itself, also from one that
the background does not have). FILTER and, after all patterns, BIND. In the head at most one
blank node: a new node, named by what the conclusion says of it. All else is refused.
"""

import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final, NoReturn

import pyoxigraph as ox
import rdflib
from pyparsing import ParseException
from rdflib.paths import MulPath
from rdflib.plugins.sparql.algebra import translateQuery
from rdflib.plugins.sparql.parser import parseQuery
from rdflib.plugins.sparql.parserutils import CompValue

from foedus.graph.inference.expressions import (
    Unsupported,
    compile_condition,
    compile_value,
)
from foedus.graph.inference.rule import (
    NEW,
    Absence,
    Assignment,
    Condition,
    Pattern,
    Premise,
    Rule,
    RuleRefused,
    Slot,
)
from foedus.graph.names import FD
from foedus.graph.terms import to_term
from foedus.graph.worlds import Firmness
from foedus.ontology.namespaces import PREFIXES

FOLDER: Final = Path(__file__).resolve().parent.parent / "rules"
_HEADER: Final = ("title", "title-de", "sentence", "sentence-de")
_LEVELS: Final = {level.name.lower(): level for level in Firmness}
_WORDS: Final = {
    "AggregateJoin": r"GROUP|COUNT|SUM|MIN|MAX|AVG|SAMPLE",
    "Builtin_EXISTS": "EXISTS",
    "Distinct": "DISTINCT",
    "Group": r"GROUP|COUNT|SUM|MIN|MAX|AVG|SAMPLE",
    "Minus": "MINUS",
    "OrderBy": "ORDER",
    "ServiceGraphPattern": "SERVICE",
    "Slice": "LIMIT|OFFSET",
    "ToMultiSet": "VALUES|SELECT",
    "Union": "UNION",
}


def read_rules(paths: Iterable[Path] | None = None) -> list[Rule]:
    """Read rule files, by default those that come with Foedus, in the order of their names.

    Raises:
        RuleRefused: one is outside of the fragment.
    """
    found = sorted(FOLDER.glob("*.rq")) if paths is None else paths
    return [parse_rule(path.read_text(encoding="utf-8"), path) for path in found]


def parse_rule(text: str, path: Path) -> Rule:
    """Parse the text of a rule file; ``path`` gives its name and is told in refusals.

    Raises:
        RuleRefused: it is outside of the fragment; with file and line.
    """
    return _Parser(text, path).rule()


class _Parser:
    def __init__(self, text: str, path: Path) -> None:
        self.text, self.path = text, path
        self.header = self._header()
        self.premises: list[Premise] = []
        self.outside: list[Pattern] = []
        self.conditions: list[Condition] = []
        self.absences: list[Absence] = []

    def refuse(self, reason: str, words: str = "") -> NoReturn:
        """Raise `RuleRefused` for the first line, header aside, that has ``words``."""
        for number, line in enumerate(self.text.splitlines(), 1):
            code = "" if line.startswith(("#", "PREFIX")) else re.sub(r"<[^>]*>", "<>", line)
            if words and re.search(words, code, re.IGNORECASE):
                raise RuleRefused(reason, str(self.path), number)
        raise RuleRefused(reason, str(self.path), 1)

    def rule(self) -> Rule:
        try:
            query = translateQuery(parseQuery(self.text)).algebra
        except ParseException as error:
            raise RuleRefused(error.msg, str(self.path), error.lineno, error.column) from error
        except Exception as error:  # rdflib raises bare ones for what it cannot translate
            self.refuse(str(error))
        if query.name != "ConstructQuery" or query.datasetClause:
            self.refuse("a rule is a CONSTRUCT without FROM", r"SELECT|ASK|DESCRIBE|FROM")
        body = query.p.p if query.p.name == "Project" else query.p
        filters, body = self._peel(body, "Filter")
        extends, body = self._peel(body, "Extend")
        self._patterns(body)
        for node in filters:
            for part in _conjuncts(node.expr):
                self._outer_filter(part)
        claims = {
            pattern.subject
            for pattern in self.outside
            if pattern.predicate == FD.onProposition and isinstance(pattern.subject, str)
        }
        background = self._split_claims({claim for claim in claims if isinstance(claim, str)})
        assignments = [self._assignment(node) for node in reversed(extends)]
        self._check_scopes(background, assignments)
        return Rule(
            iri=ox.NamedNode(PREFIXES["rule"] + self.path.stem),
            title={"en": self.header["title"], "de": self.header["title-de"]},
            sentence={"en": self.header["sentence"], "de": self.header["sentence-de"]},
            weakens=_LEVELS[self.header["weakens"]] if "weakens" in self.header else None,
            premises=self.premises,
            background=background,
            assignments=assignments,
            conditions=self.conditions,
            absences=self.absences,
            head=self._head(query.template, background, assignments),
            text=self.text,
        )

    def _header(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for number, line in enumerate(self.text.splitlines(), 1):
            if not line.startswith("#+"):
                break
            key, colon, value = line.removeprefix("#+").partition(":")
            if not colon or key.strip() not in (*_HEADER, "weakens"):
                known = ", ".join((*_HEADER, "weakens"))
                raise RuleRefused(f"the header has {known}", str(self.path), number)
            found[key.strip()] = value.strip()
        if missing := [key for key in _HEADER if not found.get(key)]:
            self.refuse(f"the header lacks {', '.join(missing)}")
        if found.get("weakens", "possible") not in ("possible", "probable"):
            raise RuleRefused("a rule weakens to possible or probable", str(self.path), 1)
        return found

    def _peel(self, node: CompValue, name: str) -> tuple[list[CompValue], CompValue]:
        found = []
        while node.name == name:
            found.append(node)
            node = node.p
        return found, node

    def _patterns(self, node: CompValue) -> None:
        if node.name == "Join":
            self._patterns(node.p1)
            self._patterns(node.p2)
        elif node.name == "BGP":
            self.outside += self._triples(node)
        elif node.name == "Graph":
            self.premises.append(self._premise(node))
        elif node.name == "LeftJoin":
            self.refuse("OPTIONAL belongs inside of one GRAPH", "OPTIONAL")
        elif node.name == "Extend":
            self.refuse("BIND comes after all patterns", "BIND")
        elif node.name == "Filter":
            self.refuse("FILTER belongs to the whole rule or to one GRAPH", "FILTER")
        else:
            self.refuse(f"a rule has no {node.name}", _WORDS.get(node.name, node.name))

    def _premise(self, node: CompValue) -> Premise:
        if not isinstance(node.term, rdflib.Variable):
            self.refuse("a premise is GRAPH with a variable", r"GRAPH\s*[<\w]")
        filters, body = self._peel(node.p, "Filter")
        optional: list[tuple[Pattern, ...]] = []
        while body.name == "LeftJoin":
            if body.p2.name != "BGP" or body.expr.name != "TrueFilter":
                self.refuse("OPTIONAL holds triple patterns only", "OPTIONAL")
            optional.insert(0, tuple(self._triples(body.p2)))
            body = body.p1
        if body.name != "BGP" or not body.triples:
            reason = "GRAPH holds triple patterns, OPTIONAL, FILTER"
            self.refuse(reason, _WORDS.get(body.name, rf"GRAPH\s*\?{node.term}\b"))
        premise = Premise(str(node.term), False, tuple(self._triples(body)), tuple(optional))
        written = (*premise.patterns, *(it for group in optional for it in group))
        inner = frozenset(name for pattern in written for name in pattern.variables)
        conditions, absences = [], []
        for part in (part for node in filters for part in _conjuncts(node.expr)):
            if part.name == "Builtin_NOTEXISTS":
                absences.append(self._absence(part, inner))
            else:
                condition = self._condition(part)
                if stray := condition.variables - inner:
                    name = min(stray)
                    reason = f"FILTER inside GRAPH cannot see ?{name}"
                    self.refuse(reason, rf"FILTER.*\?{name}\b")
                conditions.append(condition)
        if any(pattern.is_path for pattern in written):
            self.refuse("a path belongs outside of GRAPH", r"\*")
        return Premise(
            premise.name, False, premise.patterns, premise.optional, tuple(conditions),
            tuple(absences),
        )  # fmt: skip

    def _outer_filter(self, part: CompValue) -> None:
        if getattr(part, "name", "") == "Builtin_NOTEXISTS":
            bound = {v for premise in self.premises for v in premise.variables}
            bound |= {v for pattern in self.outside for v in pattern.variables}
            absence = self._absence(part, frozenset(bound))
            if any(pattern.predicate == FD.onProposition for pattern in absence.patterns):
                self.refuse("that no claim says so can change: NOT EXISTS", r"NOT\s+EXISTS")
            self.absences.append(absence)
        else:
            self.conditions.append(self._condition(part))

    def _absence(self, part: CompValue, bound: frozenset[str]) -> Absence:
        patterns: list[Pattern] = []
        conditions: list[Condition] = []
        # rdflib translates some of these groups, and leaves others as they were parsed.
        agenda = [part.graph]
        while agenda:
            piece = agenda.pop(0)
            if piece.name == "Join":
                agenda += [piece.p1, piece.p2]
                continue
            if piece.name == "GroupGraphPatternSub":
                agenda += piece.part
                continue
            if piece.name == "Filter" and piece.p is not None:
                agenda.append(piece.p)
            if piece.name == "Filter" and getattr(piece.expr, "name", "") != "Builtin_NOTEXISTS":
                conditions += map(self._condition, _conjuncts(piece.expr))
            elif piece.name in ("BGP", "TriplesBlock"):
                for block in map(list, piece.triples):
                    steps = [block[i : i + 3] for i in range(0, len(block), 3)]
                    patterns += [self._triple(*step) for step in steps]
            else:
                self.refuse("NOT EXISTS holds triple patterns and FILTER only", r"NOT\s+EXISTS")
        if not patterns:
            self.refuse("NOT EXISTS holds triple patterns and FILTER only", r"NOT\s+EXISTS")
        used = {v for pattern in patterns for v in pattern.variables}
        used |= {v for condition in conditions for v in condition.variables}
        return Absence(frozenset(used & bound), tuple(patterns), tuple(conditions))

    def _condition(self, part: CompValue) -> Condition:
        try:
            return compile_condition(part)
        except Unsupported as error:
            self.refuse(f"a rule's expressions have no {error.words}", re.escape(error.words))

    def _assignment(self, node: CompValue) -> Assignment:
        try:
            return Assignment(str(node.var), compile_value(node.expr))
        except Unsupported as error:
            self.refuse(f"a rule's expressions have no {error.words}", re.escape(error.words))

    def _triples(self, node: CompValue) -> list[Pattern]:
        return [self._triple(*triple) for triple in node.triples]

    def _triple(self, subject: object, predicate: object, value: object) -> Pattern:
        is_path = isinstance(predicate, MulPath) and predicate.mod == "*"
        if is_path:
            assert isinstance(predicate, MulPath)
            predicate = predicate.path
        if isinstance(predicate, rdflib.Variable):
            self.refuse("a property is named, never a variable", rf"\?{predicate}\b")
        if not isinstance(predicate, rdflib.URIRef):
            self.refuse("the only path is one property with *", r"[/|^+]|[\w>]\?")
        return Pattern(
            self._slot(subject), ox.NamedNode(str(predicate)), self._slot(value), is_path
        )

    def _slot(self, node: object) -> Slot:
        if isinstance(node, rdflib.Variable):
            return str(node)
        if isinstance(node, rdflib.URIRef | rdflib.Literal):
            return to_term(node)
        self.refuse("a blank node belongs in the head: name a variable", r"\[|_:")

    def _split_claims(self, claims: set[str]) -> list[Pattern]:
        for claim in sorted(claims):
            own = tuple(pattern for pattern in self.outside if pattern.subject == claim)
            if any(pattern.is_path for pattern in own):
                self.refuse("a path starts at no claim", r"\*")
            self.premises.append(Premise(claim, True, own))
        return [pattern for pattern in self.outside if pattern.subject not in claims]

    def _check_scopes(
        self, background: Sequence[Pattern], assignments: Sequence[Assignment]
    ) -> None:
        names = [premise.name for premise in self.premises]
        if not names:
            self.refuse("a rule needs a premise: GRAPH ?p { … } or a claim", "WHERE")
        for name in names:
            if names.count(name) > 1:
                self.refuse(f"write one block for ?{name}", rf"GRAPH\s*\?{name}\b")
        bound = {v for premise in self.premises for v in premise.variables}
        bound |= {v for pattern in background for v in pattern.variables}
        for premise in self.premises:
            inner = {v for pattern in premise.patterns for v in pattern.variables}
            loose = premise.variables - inner - {premise.name}
            elsewhere = {v for it in self.premises if it is not premise for v in it.variables}
            elsewhere |= {v for pattern in background for v in pattern.variables}
            if stray := loose & elsewhere:
                name = min(stray)
                self.refuse(f"?{name} may be unbound: use it in one place", rf"\?{name}\b")
        for assignment in assignments:
            if assignment.name in bound:
                name = assignment.name
                self.refuse(f"?{name} is bound twice", rf"AS\s*\?{name}\b")
        known = bound | {assignment.name for assignment in assignments}
        for condition in self.conditions:
            if stray := condition.variables - known:
                self.refuse(f"nothing binds ?{min(stray)}", rf"\?{min(stray)}\b")
        anchored = _anchored(self.premises, background)
        if any(pattern.variables - anchored for pattern in background if pattern.is_path):
            self.refuse("bind one end of a path by another pattern", r"\*")

    def _head(
        self,
        template: Iterable[tuple[object, object, object]],
        background: Sequence[Pattern],
        assignments: Sequence[Assignment],
    ) -> list[Pattern]:
        known = {v for premise in self.premises for v in premise.variables}
        known |= {v for pattern in background for v in pattern.variables}
        known |= {assignment.name for assignment in assignments}
        head: list[Pattern] = []
        blanks: set[rdflib.BNode] = set()
        for triple in template:
            slots: list[Slot] = []
            for node in triple:
                if isinstance(node, rdflib.BNode):
                    blanks.add(node)
                    slots.append(NEW)
                else:
                    slots.append(self._slot(node))
                    if isinstance(node, rdflib.Variable) and str(node) not in known:
                        self.refuse(f"nothing binds ?{node}", rf"\?{node}\b")
            subject, predicate, value = slots
            if not isinstance(predicate, ox.NamedNode):
                self.refuse("a property is named, never a variable", r"CONSTRUCT")
            head.append(Pattern(subject, predicate, value))
        if len(blanks) > 1:
            self.refuse("a conclusion makes one new node at most", r"_:|\[")
        if not head:
            self.refuse("the conclusion is empty", "CONSTRUCT")
        return head


def _anchored(premises: Sequence[Premise], background: Sequence[Pattern]) -> set[str]:
    """List the variables that premises and plain patterns bind, and those that paths reach."""
    found = {v for premise in premises for v in premise.variables}
    found |= {v for pattern in background if not pattern.is_path for v in pattern.variables}
    for _ in background:
        for pattern in background:
            if pattern.is_path and (len(pattern.variables) < 2 or pattern.variables & found):
                found |= pattern.variables
    return found


def _conjuncts(expression: CompValue) -> list[CompValue]:
    if getattr(expression, "name", "") == "ConditionalAndExpression":
        parts = [expression.expr, *expression.other]
        return [piece for part in parts for piece in _conjuncts(part)]
    return [expression]

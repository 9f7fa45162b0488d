"""Rules as texts: what the fragment allows, what a header must say, and what ours say."""

import pytest
from rule_cases import HEADER, PREFIX_LINES, rule

from foedus.graph.inference import RuleRefused, read_rules

FIRST = 1 + HEADER.count("\n") + PREFIX_LINES.count("\n")
"""The line on which the body of a rule starts."""

REFUSED = {
    "no premise": ("CONSTRUCT { ?a fd:x ?b }\nWHERE { ?a skos:broader ?b }", 1, "premise"),
    "select": ("SELECT * WHERE { GRAPH ?p { ?a fd:x ?b } }", 0, "CONSTRUCT"),
    "optional outside": (
        "CONSTRUCT { ?a fd:x ?b } WHERE {\n  GRAPH ?p { ?a fd:x ?b }\n  OPTIONAL { ?b fd:y ?c }\n}",
        2,
        "OPTIONAL",
    ),
    "union": (
        "CONSTRUCT { ?a fd:x ?b } WHERE {\n  GRAPH ?p { ?a fd:x ?b }\n"
        "  { ?b fd:y ?c }\n  UNION { ?b fd:z ?c }\n}",
        3,
        "Union",
    ),
    "minus": (
        "CONSTRUCT { ?a fd:x ?b } WHERE {\n  GRAPH ?p { ?a fd:x ?b }\n  MINUS { ?b fd:y ?c }\n}",
        2,
        "Minus",
    ),
    "union inside": (
        "CONSTRUCT { ?a fd:x ?b } WHERE {\n  GRAPH ?p {\n    { ?a fd:x ?b }\n"
        "    UNION { ?a fd:y ?b }\n  }\n}",
        3,
        "GRAPH holds",
    ),
    "values": (
        "CONSTRUCT { ?a fd:x ?b } WHERE {\n  GRAPH ?p { ?a fd:x ?b }\n  VALUES ?b { fd:z }\n}",
        2,
        "ToMultiSet",
    ),
    "subselect": (
        "CONSTRUCT { ?a fd:x ?b } WHERE {\n  GRAPH ?p { ?a fd:x ?b }\n"
        "  { SELECT ?b WHERE { ?b fd:y ?c } }\n}",
        2,
        "ToMultiSet",
    ),
    "service": (
        "CONSTRUCT { ?a fd:x ?b } WHERE {\n  GRAPH ?p { ?a fd:x ?b }\n"
        "  SERVICE <http://example.org/> { ?b fd:y ?c }\n}",
        2,
        "ServiceGraphPattern",
    ),
    "named graph": ("CONSTRUCT { ?a fd:x ?b } WHERE {\n  GRAPH fd:g { ?a fd:x ?b }\n}", 1, "GRAPH"),
    "variable property": (
        "CONSTRUCT { ?a fd:x ?b } WHERE {\n  GRAPH ?p { ?a ?q ?b }\n}",
        1,
        "property",
    ),
    "sequence path": (
        "CONSTRUCT { ?a fd:x ?b } WHERE {\n  GRAPH ?p { ?a fd:x ?b }\n"
        "  ?b skos:broader|skos:narrower ?c .\n}",
        2,
        "path",
    ),
    "plus path": (
        "CONSTRUCT { ?a fd:x ?b } WHERE {\n  GRAPH ?p { ?a fd:x ?b }\n  ?b skos:broader+ ?c .\n}",
        2,
        "path",
    ),
    "path inside": (
        "CONSTRUCT { ?a fd:x ?b } WHERE {\n  GRAPH ?p { ?a fd:x ?b . ?b skos:broader* ?c }\n}",
        1,
        "path",
    ),
    "loose path": (
        "CONSTRUCT { ?a fd:x ?b } WHERE {\n  GRAPH ?p { ?a fd:x ?b }\n  ?c skos:broader* ?d .\n}",
        2,
        "path",
    ),
    "two blocks": (
        "CONSTRUCT { ?a fd:x ?b } WHERE {\n  GRAPH ?p { ?a fd:x ?b }\n  GRAPH ?p { ?a fd:y ?b }\n}",
        1,
        "one block",
    ),
    "filter sees outside": (
        "CONSTRUCT { ?a fd:x ?b } WHERE {\n  GRAPH ?p { ?a fd:x ?b }\n"
        "  GRAPH ?q {\n    ?b fd:y ?c .\n    FILTER (?c != ?a)\n  }\n}",
        4,
        "cannot see",
    ),
    "filter sees its own graph": (
        "CONSTRUCT { ?a fd:x ?b } WHERE {\n  GRAPH ?p { ?a fd:x ?b FILTER (?p != ?b) }\n}",
        1,
        "cannot see ?p",
    ),
    "optional variable shared": (
        "CONSTRUCT { ?a fd:x ?b } WHERE {\n  GRAPH ?p { ?a fd:x ?b OPTIONAL { ?a fd:z ?c } }\n"
        "  GRAPH ?q { ?b fd:y ?c }\n}",
        1,
        "unbound",
    ),
    "bind in the middle": (
        "CONSTRUCT { ?a fd:x ?c } WHERE {\n  GRAPH ?p { ?a fd:x ?b }\n"
        "  BIND (?b AS ?c)\n  GRAPH ?q { ?b fd:y ?d }\n}",
        2,
        "BIND",
    ),
    "aggregate": (
        "CONSTRUCT { ?a fd:x ?b } WHERE {\n  GRAPH ?p { ?a fd:x ?b }\n} GROUP BY ?a ?b",
        2,
        "",
    ),
    "limit": ("CONSTRUCT { ?a fd:x ?b } WHERE {\n  GRAPH ?p { ?a fd:x ?b }\n} LIMIT 1", 2, ""),
    "unknown function": (
        "CONSTRUCT { ?a fd:x ?b } WHERE {\n  GRAPH ?p { ?a fd:x ?b }\n"
        "  FILTER (REGEX(STR(?b), 'x'))\n}",
        2,
        "REGEX",
    ),
    "absence of claims": (
        "CONSTRUCT { ?a fd:x ?b } WHERE {\n  GRAPH ?p { ?a fd:x ?b }\n"
        "  FILTER NOT EXISTS { ?c fd:onProposition ?p }\n}",
        2,
        "NOT EXISTS",
    ),
    "graph in absence": (
        "CONSTRUCT { ?a fd:x ?b } WHERE {\n  GRAPH ?p { ?a fd:x ?b }\n"
        "  FILTER NOT EXISTS { GRAPH ?q { ?a fd:y ?b } }\n}",
        2,
        "NOT EXISTS",
    ),
    "path in an absence's graph": (
        "CONSTRUCT { ?a fd:x ?b } WHERE {\n  GRAPH ?p { ?a fd:x ?b }\n"
        "  FILTER NOT EXISTS { GRAPH ?p { ?a skos:broader* ?b } }\n}",
        2,
        "path",
    ),
    "absence in the graph of an absence": (
        "CONSTRUCT { ?a fd:x ?b } WHERE {\n  GRAPH ?p { ?a fd:x ?b }\n"
        "  FILTER NOT EXISTS { GRAPH ?p { ?a fd:y ?c FILTER NOT EXISTS { ?c fd:z ?b } } }\n}",
        2,
        "beside GRAPH",
    ),
    "three absences in each other": (
        "CONSTRUCT { ?a fd:x ?b } WHERE {\n  GRAPH ?p { ?a fd:x ?b }\n"
        "  FILTER NOT EXISTS { GRAPH ?p { ?a fd:y ?c } FILTER NOT EXISTS {\n"
        "    GRAPH ?p { ?c fd:y ?d } FILTER NOT EXISTS { GRAPH ?p { ?d fd:y ?b } } } }\n}",
        2,
        "NOT EXISTS",
    ),
    "claims in an inner absence": (
        "CONSTRUCT { ?a fd:x ?b } WHERE {\n  GRAPH ?p { ?a fd:x ?b }\n"
        "  FILTER NOT EXISTS { GRAPH ?p { ?a fd:y ?c }\n"
        "    FILTER NOT EXISTS { ?d fd:onProposition ?c } }\n}",
        2,
        "no claim",
    ),
    "filter in an absence sees its graph": (
        "CONSTRUCT { ?a fd:x ?b } WHERE {\n  GRAPH ?p { ?a fd:x ?b }\n"
        "  FILTER NOT EXISTS { GRAPH ?p { ?a fd:y ?c FILTER (?c != ?p) } }\n}",
        2,
        "cannot see ?p",
    ),
    "unbound filter in an absence": (
        "CONSTRUCT { ?a fd:x ?b } WHERE {\n  GRAPH ?p { ?a fd:x ?b }\n"
        "  FILTER NOT EXISTS { GRAPH ?p { ?a fd:y ?c } FILTER (?c != ?z) }\n}",
        2,
        "nothing binds ?z",
    ),
    "exists": (
        "CONSTRUCT { ?a fd:x ?b } WHERE {\n  GRAPH ?p { ?a fd:x ?b }\n"
        "  FILTER EXISTS { ?b fd:y ?c }\n}",
        2,
        "EXISTS",
    ),
    "two new nodes": (
        "CONSTRUCT { _:m fd:x ?b . _:n fd:x ?b } WHERE {\n  GRAPH ?p { ?a fd:x ?b }\n}",
        0,
        "one new node",
    ),
    "unbound head": (
        "CONSTRUCT { ?a fd:x ?z } WHERE {\n  GRAPH ?p { ?a fd:x ?b }\n}",
        0,
        "nothing binds",
    ),
    "unbound filter": (
        "CONSTRUCT { ?a fd:x ?b } WHERE {\n  GRAPH ?p { ?a fd:x ?b }\n  FILTER (?z = ?b)\n}",
        2,
        "nothing binds",
    ),
    "blank node in a pattern": (
        "CONSTRUCT { ?a fd:x ?b } WHERE {\n  GRAPH ?p { ?a fd:x ?b . _:m fd:y ?b }\n}",
        1,
        "blank node",
    ),
    "syntax": ("CONSTRUCT { ?a fd:x ?b } WHERE {\n  GRAPH ?p { ?a fd:x }\n}", 1, ""),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_outside_the_fragment_is_refused_with_file_and_line(name: str) -> None:
    body, line, reason = REFUSED[name]
    with pytest.raises(RuleRefused) as caught:
        rule(body)
    assert (caught.value.source, caught.value.line) == ("some-rule.rq", FIRST + line)
    assert reason in caught.value.reason


@pytest.mark.parametrize(
    ("header", "line"),
    [
        (HEADER.replace("#+ sentence-de: S\n", ""), 1),
        (HEADER + "#+ colour: red\n", 5),
        (HEADER + "#+ weakens: certain\n", 1),
    ],
)
def test_a_header_that_lacks_or_adds_a_line_is_refused(header: str, line: int) -> None:
    with pytest.raises(RuleRefused) as caught:
        rule("CONSTRUCT { ?a fd:x ?b } WHERE { GRAPH ?p { ?a fd:x ?b } }", header)
    assert caught.value.line == line


def test_the_rules_of_foedus_say_what_they_do_in_both_languages() -> None:
    for it in read_rules():
        assert it.title["en"] != it.title["de"]
        assert it.sentence["en"].endswith(".")
        assert it.sentence["de"].endswith(".")
        assert (it.weakens is None) != it.iri.value.endswith("-perhaps")

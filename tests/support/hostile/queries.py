"""SPARQL that is valid, nearly valid or hostile."""

import re
from itertools import count
from typing import Final

from hypothesis import strategies as st

PREFIXES: Final = (
    "PREFIX fd: <https://w3id.org/foedus/ont/>\n"
    "PREFIX state: <https://w3id.org/foedus/id/state/>\n"
    "PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>\n"
)
_NEW: Final = re.compile(r"\?new\b")


def _numbered(group: str) -> str:
    """Give each new variable a name of its own."""
    numbers = count()
    return _NEW.sub(lambda _: f"?new{next(numbers)}", group)


_VARIABLE = st.sampled_from(["?a", "?b", "?c", "?d"])
_IRI = st.sampled_from(
    ["a", "fd:Claim", "fd:heldBy", "state:russia", "fd:firmness", "<urn:x>", "fd:start"]
)
_LITERAL = st.sampled_from(
    [
        '"x"',
        '"x"@de',
        "1",
        "-0.0",
        "1e308",
        "true",
        '""',
        '"9"^^xsd:integer',
        '"b"^^xsd:date',
        '"\\u0001\\t\\n\\"\'"',
        '"\U0001f4a3\u202e\u0301"',
        '"<&>]]>,"',
    ]
)
_TERM = _VARIABLE | _IRI.filter(lambda it: it != "a") | _LITERAL
_OPERATORS: Final = ("+", "-", "*", "/", "=", "<", "&&", "||", "!=")
_FUNCTIONS: Final = ("STR", "LANG", "DATATYPE", "ABS", "IRI", "BNODE", "UCASE", "YEAR", "STRLEN")
_PATH = st.recursive(
    _IRI,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from("/|"), inner).map("".join),
        st.tuples(inner, st.sampled_from("*+?")).map(lambda it: f"({it[0]}){it[1]}"),
        inner.map(lambda it: f"^({it})"),
    ),
    max_leaves=4,
)
_EXPRESSION = st.recursive(
    _TERM,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(_OPERATORS), inner).map(
            lambda it: f"({it[0]} {it[1]} {it[2]})"
        ),
        st.tuples(st.sampled_from(_FUNCTIONS), inner).map(lambda it: f"{it[0]}({it[1]})"),
        st.tuples(inner, inner).map(lambda it: f"CONCAT({it[0]}, {it[1]})"),
        st.tuples(inner, inner).map(lambda it: f"STRDT(STR({it[0]}), IRI(STR({it[1]})))"),
        st.tuples(inner, inner).map(lambda it: f"REGEX(STR({it[0]}), STR({it[1]}))"),
        st.tuples(inner, inner, inner).map(lambda it: "IF(" + ", ".join(it) + ")"),
        st.tuples(inner, inner).map(lambda it: "({} IN ({}))".format(*it)),
    ),
    max_leaves=6,
)
_TRIPLE = st.tuples(_VARIABLE | _IRI.filter(lambda it: it != "a"), _PATH, _TERM).map(
    lambda it: "{} {} {} .".format(*it)
)
_GROUP = st.recursive(
    st.lists(_TRIPLE, min_size=1, max_size=3).map(" ".join),
    lambda inner: st.one_of(
        st.tuples(inner, inner).map(lambda it: "{{ {} }} UNION {{ {} }}".format(*it)),
        st.tuples(inner, inner).map(lambda it: "{} OPTIONAL {{ {} }}".format(*it)),
        st.tuples(inner, inner).map(lambda it: "{} MINUS {{ {} }}".format(*it)),
        st.tuples(inner, _EXPRESSION).map(lambda it: "{} FILTER ({})".format(*it)),
        st.tuples(inner, _EXPRESSION).map(lambda it: "{} BIND ({} AS ?new)".format(*it)),
        st.tuples(inner, inner).map(lambda it: "{} FILTER NOT EXISTS {{ {} }}".format(*it)),
        st.tuples(inner, _VARIABLE | _IRI.filter(lambda it: it != "a")).map(
            lambda it: "GRAPH {1} {{ {0} }}".format(*it)
        ),
        st.tuples(inner, st.lists(_LITERAL, max_size=4)).map(
            lambda it: f"{it[0]} VALUES ?b {{ {' '.join(it[1])} }}"
        ),
        inner.map(lambda it: f"{{ SELECT ?a (COUNT(*) AS ?n) {{ {it} }} GROUP BY ?a }}"),
    ),
    max_leaves=5,
).map(_numbered)
VALID = st.one_of(
    _GROUP.map(lambda it: f"{PREFIXES}SELECT * WHERE {{ {it} }} LIMIT 20"),
    _GROUP.map(lambda it: f"{PREFIXES}ASK {{ {it} }}"),
    _GROUP.map(lambda it: f"{PREFIXES}CONSTRUCT {{ ?a fd:x ?b . ?b ?c _:n }} WHERE {{ {it} }}"),
    _GROUP.map(lambda it: f"{PREFIXES}DESCRIBE ?a WHERE {{ {it} }} LIMIT 3"),
    st.tuples(_EXPRESSION, _GROUP).map(
        lambda it: f"{PREFIXES}SELECT ({it[0]} AS ?x) WHERE {{ {it[1]} }} ORDER BY ?x LIMIT 20"
    ),
    st.tuples(_EXPRESSION, _GROUP).map(
        lambda it: (
            f"{PREFIXES}SELECT ?a (SUM({it[0]}) AS ?x) (GROUP_CONCAT(?b) AS ?y)"
            f" WHERE {{ {it[1]} }} GROUP BY ?a HAVING (COUNT(*) > 1)"
        )
    ),
)
_BIT = st.sampled_from(
    [
        *"{}()<>[]\"'\\.;,*?$@^|&!#",
        "<<",
        ">>",
        '"""',
        "SELECT",
        "WHERE",
        "FROM",
        "SERVICE",
        "\x00",
        "\ufeff",
        "\u2028",
        "\\u0000",
        "\\uD800",
        "\\U00110000",
        "\U0010ffff",
        "_:",
        "^^",
        "BASE",
        "INSERT DATA",
        "LOAD",
        "1e",
        "VERSION",
        "{|",
        "|}",
        "REDUCED",
        "DISTINCT",
        "AS",
        "%00",
    ]
)


@st.composite
def nearly_valid(draw: st.DrawFn) -> str:
    """Break a valid query in a few places."""
    text: str = draw(VALID)
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(text)))
        until = min(at + draw(st.integers(0, 12)), len(text))
        text = text[:at] + draw(st.just("") | _BIT | st.text(max_size=5)) + text[until:]
    return text


def _select(group: str) -> str:
    return f"{PREFIXES}SELECT * WHERE {{ {group} }}"


def _bind(expression: str) -> str:
    return _select(f"BIND ({expression} AS ?x)")


HOSTILE: Final = {
    **{f"braces-{n}": _select("{" * n + "}" * n) for n in (100, 1000, 10_000, 100_000)},
    **{f"open-braces-{n}": _select("{" * n) for n in (1000, 100_000)},
    **{f"parentheses-{n}": _bind("(" * n + "1" + ")" * n) for n in (100, 10_000)},
    **{f"nots-{n}": _bind("!" * n + "true") for n in (1000, 100_000)},
    "minuses": _bind("- " * 20_000 + "1"),
    "blank-nodes": _select("[ fd:x " * 5000 + "[]" + " ]" * 5000 + " fd:y 1"),
    "collections": _select("(" * 5000 + ")" * 5000 + " fd:y 1"),
    "triple-terms": _select("<<( ?a ?b " * 3000 + "?c" + " )>>" * 3000 + " ?p ?o"),
    "annotations": _select("?a ?b ?c " + "{| ?d ?e " * 3000 + "|}" * 3000),
    "subselects": _select("{ SELECT * { " * 1500 + "?a ?b ?c" + " } }" * 1500),
    "exists": _select("FILTER EXISTS { " * 1500 + "?a ?b ?c" + " }" * 1500),
    "nested-optionals": _select("OPTIONAL { " * 1500 + "?a ?b ?c" + " }" * 1500),
    "optionals": _select(" ".join(f"OPTIONAL {{ ?a fd:p{n} ?v{n} }}" for n in range(2000))),
    "unions": _select(" UNION ".join(["{ ?a a ?b }"] * 5000)),
    "sum": _bind("+".join(["1"] * 50_000)),
    "ands": _select(f"?a ?b ?c FILTER ({' && '.join(['?a = ?b'] * 20_000)})"),
    "ins": _select(f"?a ?b ?c FILTER (?a IN ({', '.join(map(str, range(20_000)))}))"),
    "values": _select(f"VALUES ?a {{ {' '.join(map(str, range(50_000)))} }}"),
    "values-joined": _select(
        " ".join(f"VALUES ?v{n} {{ {' '.join(map(str, range(1000)))} }}" for n in range(5))
    ),
    "wide": _select(" ".join(f"OPTIONAL {{ BIND (1 AS ?v{n}) }}" for n in range(3000))),
    "variables": f"SELECT {' '.join(f'?v{n}' for n in range(50_000))} WHERE {{}}",
    "triples": _select(" ".join(f"?v{n} fd:p ?v{n + 1} ." for n in range(5000))),
    "group-by": f"SELECT (1 AS ?x) WHERE {{}} GROUP BY {' '.join(f'?g{n}' for n in range(5000))}",
    "path-of-stars": _select("?a " + "(" * 400 + "fd:heldBy" + ")*" * 400 + " ?b"),
    "long-path": _select(f"?a {'/'.join(['fd:heldBy'] * 10_000)} ?b"),
    "alternatives": _select(f"?a {'|'.join(['fd:heldBy'] * 10_000)} ?b"),
    "negated-set": _select(f"?a !({'|'.join(f'<urn:{n}>' for n in range(10_000))}) ?b"),
    "all-paths": _select("?a (<x:>|!<x:>)* ?b . ?b (<x:>|!<x:>)* ?c"),
    "cross-join": _select("?a ?b ?c . ?d ?e ?f . ?g ?h ?i") + " ORDER BY ?a ?d ?g",
    "long-result": _select("?a ?b ?c . ?d ?e ?f"),
    "concat-bomb": _select(
        'BIND ("xxxxxxxxxxxxxxxx" AS ?v0) '
        + " ".join(f"BIND (CONCAT(?v{n}, ?v{n}) AS ?v{n + 1})" for n in range(40))
    ),
    "replace-bomb": _select(
        'BIND ("xxxxxxxxxxxxxxxx" AS ?v0) '
        + " ".join(f'BIND (REPLACE(?v{n}, "x", "xxxxxxxx") AS ?v{n + 1})' for n in range(14))
    ),
    "group-concat": "SELECT (GROUP_CONCAT(?a) AS ?x) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }",
    "regex-bomb": _bind(f'REGEX("{"a" * 5000}!", "^(((a+)+)+)+$")'),
    "regex-size": _bind('REGEX("a", "((a{1000}){1000}){1000}")'),
    "regex-class": _bind(f'REGEX("a", "[{"a-z" * 50_000}]")'),
    "regex-depth": _bind(f'REGEX("a", "{"(" * 5000}a{")" * 5000}")'),
    "regex-wrong": _bind('REGEX("a", "(?<=a)[", "zz")'),
    "replace-wrong": _bind('REPLACE("abc", "", "$9$")'),
    "huge-integer": _bind("9" * 100_000),
    "huge-decimal": _bind("0." + "9" * 100_000),
    "huge-double": _bind("1e" + "9" * 1000),
    "huge-limit": "SELECT * { ?a ?b ?c } LIMIT 99999999999999999999999999",
    "huge-offset": "SELECT * { ?a ?b ?c } OFFSET 18446744073709551615",
    "overflow": _bind("9223372036854775807 + 1"),
    "division": _bind("1 / 0"),
    "decimals": _bind("ROUND(170141183460469231731.687303715884105727 * 1000000.5)"),
    "substring": _bind('SUBSTR("abc", -9223372036854775808, 9223372036854775807)'),
    "dates": _bind('"-99999999999-01-01T00:00:00Z"^^xsd:dateTime + "P1Y"^^xsd:duration'),
    "null": _bind('"a\x00b"'),
    "null-escaped": _bind('"a\\u0000b"'),
    "null-iri": _bind("<urn:a\\u0000b>"),
    "surrogate": _bind('"\\uD800"'),
    "surrogates": _bind('"\\uD83D\\uDCA9"'),
    "beyond-unicode": _bind('"\\U00110000"'),
    "control": _bind('"\\u0001\\u0008\\u000B\\uFFFE\\uFFFF"'),
    "bad-iri": _bind('IRI("not an <iri> \\u0001")'),
    "bad-datatype": _bind('STRDT("x", IRI(" "))'),
    "bad-language": _bind('STRLANG("x", "-- x")'),
    "bad-blank-node": _bind('BNODE("a b <")'),
    "bad-construct": 'CONSTRUCT { ?x ?x ?x } { VALUES ?x { "a" <urn:\\u0020> } }',
    "byte-order-mark": "\ufeffSELECT * {}",
    "long-name": _select(f"?{'v' * 200_000} ?b ?c"),
    "long-iri": _select(f"<urn:{'x' * 200_000}> ?b ?c"),
    "long-comment": "#" * 900_000 + "\nASK {}",
    "long-prefix": f"PREFIX {'p' * 100_000}: <urn:x> ASK {{}}",
    "prefixes": "".join(f"PREFIX p{n}: <urn:{n}>\n" for n in range(20_000)) + "ASK {}",
    "quotes": _bind('"' * 100_001),
    "backslashes": _bind('"' + "\\\\" * 100_000 + '"'),
    "hashes": "#\n" * 200_000 + "ASK {}",
    "words": "SELECT " * 50_000,
    "from-file": "SELECT * FROM <file:///etc/passwd> { ?a ?b ?c }",
    "from-loopback": "SELECT * FROM <http://127.0.0.1:1/> { ?a ?b ?c }",
    "from-many": "SELECT * "
    + " ".join(f"FROM <urn:{n}>" for n in range(10_000))
    + " { ?a ?b ?c . ?c ?d ?e }",
    "service": _select("SERVICE <http://127.0.0.1:1/> { ?a ?b ?c }"),
    "service-silent": _select("SERVICE SILENT <http://127.0.0.1:1/> { ?a ?b ?c }"),
    "service-variable": _select("VALUES ?s { <http://127.0.0.1:1/> } SERVICE ?s { ?a ?b ?c }"),
    "update": "DROP ALL",
    "load": "LOAD <file:///etc/passwd>",
    "describe-all": "DESCRIBE * { ?a ?b ?c }",
    "template": f"CONSTRUCT {{ {'?a ?b ?c . ' * 10_000} }} {{ ?a ?b ?c }}",
    "function": _bind("<http://127.0.0.1:1/f>(1)"),
    "cast": _bind('xsd:integer("1e400") + xsd:double("NaN")'),
    "nothing": "",
    "spaces": " " * 100_000,
}
